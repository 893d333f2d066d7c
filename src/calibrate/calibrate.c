/* Calibration: what was known by a day, screening, population Monte Carlo, and what it leaves of the priors. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/samplers.h"
#include "calibrate/abc.h"
#include "calibrate/kept.h"
#include "calibrate/normal.h"
#include "calibrate/screen.h"
#include "world/world.h"

/* Correlation from which two parameters count as not told apart, and its standard errors, 1 / sqrt(effective), that it must have. */
static const double APART = 0.4, APART_ERRORS = 3;

typedef struct fitting {
    const ho_calibrate_options *options;
    const ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    ho_targets targets;
    ho_simulator simulator;
    ho_calibration *result;
    ho_abc abc;
    double *observed, *error; /* (n_target), (n_target, n_target) lower factor of the covariance of errors */
    ho_calibrate_stage stage;
    size_t n_before, n_most; /* simulations done before this call, and expected in the stage */
} fitting;

ho_calibrate_options ho_calibrate_options_default(void) {
    return (ho_calibrate_options){.world = ho_world_options_default(),
                                  .n_thread = 1,
                                  .n_chosen = 15,
                                  .n_trajectory = 24,
                                  .n_first = 10000,
                                  .n_new = 5000,
                                  .n_max = 100000,
                                  .n_effective = 500,
                                  .n_draw = 1000};
}

/* --- making ready --- */

static ho_status check_options(const ho_calibrate_options *o, ho_error *err) {
    if (!(o->n_effective >= 10) || (double)o->n_first < 2 * o->n_effective || o->n_new < 1 || o->n_max < o->n_first || o->n_max > UINT32_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%zu particles at first, %zu more each time, %zu in all, %g effective; need 10 or more effective, "
                            "twice as many at first, and no fewer in all than at first",
                            o->n_first, o->n_new, o->n_max, o->n_effective);
    if (o->n_parameter > HO_CALIBRATE_PARAMETERS_MAX || o->n_chosen < 1 || o->n_chosen > HO_CALIBRATE_PARAMETERS_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%zu parameters; need 1 to %d", o->n_parameter ? o->n_parameter : o->n_chosen,
                            HO_CALIBRATE_PARAMETERS_MAX);
    return o->n_draw >= 1 && (o->n_parameter || o->n_trajectory >= 2)
               ? HO_OK
               : ho_error_set(err, HO_ERR_INPUT, "need a draw or more, and two trajectories of screening or more");
}

/* The last day simulated: nothing later is looked at. */
static void set_until(ho_world_options *world) {
    world->draws = NULL;
    world->until = world->known_by;
}

static void tick(void *context, size_t n_done) {
    fitting *f = context;
    double accepted = f->abc.n_generation ? f->abc.log[f->abc.n_generation - 1].accepted : (double)NAN;
    if (f->options->progress)
        f->options->progress(f->options->context, f->stage, f->n_before + n_done, f->n_most, accepted);
}

static ho_status make_ready(fitting *f, ho_problems *problems, ho_error *err) {
    ho_world_options world = f->options->world;
    set_until(&world);
    if (world.until != HO_DAY_NONE && world.until > f->scenario->until)
        world.until = f->scenario->until;
    if (world.until != HO_DAY_NONE && world.until <= f->scenario->from)
        return ho_error_set(err, HO_ERR_INPUT, "known by the first day: there is nothing to calibrate to yet");
    ho_status status = ho_world_build(f->scenario, &world, &f->world, problems, err);
    if (!status)
        status = ho_observables_build(f->world, &f->observables, err);
    if (!status)
        status = ho_targets_build(f->world, &f->observables, world.known_by, &f->targets, err);
    if (status)
        return status;
    f->simulator = (ho_simulator){.scenario = f->scenario,
                                  .world = world,
                                  .sim = f->options->sim,
                                  .n_thread = f->options->n_thread,
                                  .stop = f->options->stop,
                                  .tick = tick,
                                  .context = f,
                                  .targets = &f->targets};
    f->observed = calloc(f->targets.n, sizeof *f->observed);
    f->error = calloc(f->targets.n * f->targets.n, sizeof *f->error);
    for (size_t k = 0; k < f->targets.n && f->observed; k++)
        f->observed[k] = f->targets.item[k].value;
    if (f->error)
        ho_targets_errors(&f->targets, f->error);
    return f->observed && f->error ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for a calibration");
}

/* --- which parameters --- */

static bool is_uncertain(const ho_world *world, int32_t k) {
    return world->prior[k].family != HO_PRIOR_POINT && !world->held[k];
}

static int by_effect(const void *a, const void *b) {
    const ho_effect *x = a, *y = b;
    double dx = fabs(x->mean), dy = fabs(y->mean);
    if (dx != dy)
        return dx > dy ? -1 : 1;
    return (x->parameter > y->parameter) - (x->parameter < y->parameter);
}

static ho_status take_parameters(fitting *f, const ho_effect *effect, size_t n, ho_error *err) {
    f->result->parameter = calloc(n + 1, sizeof *f->result->parameter);
    if (!f->result->parameter)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a calibration");
    f->result->n_parameter = n;
    for (size_t j = 0; j < n; j++)
        f->result->parameter[j] = (ho_calibrated_parameter){
            .parameter = effect[j].parameter, .effect = effect[j].mean, .effect_se = effect[j].se};
    return HO_OK;
}

static ho_status take_given(fitting *f, ho_error *err) {
    ho_effect effect[HO_CALIBRATE_PARAMETERS_MAX];
    for (size_t j = 0; j < f->options->n_parameter; j++) {
        int32_t k = f->options->parameter[j];
        if (!is_uncertain(f->world, k))
            return ho_error_set(err, HO_ERR_INPUT, "%s is held at one value: there is nothing to calibrate",
                                ho_parameter_table[k].name);
        effect[j] = (ho_effect){.parameter = k, .mean = NAN, .se = NAN};
    }
    return take_parameters(f, effect, f->options->n_parameter, err);
}

static ho_status choose_parameters(fitting *f, ho_error *err) {
    int32_t candidate[HO_N_PARAMETER];
    size_t n = 0;
    for (int32_t k = 0; k < HO_N_PARAMETER; k++)
        if (is_uncertain(f->world, k))
            candidate[n++] = k;
    if (n == 0)
        return ho_error_set(err, HO_ERR_INPUT, "no parameter is uncertain: there is nothing to calibrate");
    ho_effect *effect = calloc(n, sizeof *effect);
    if (!effect)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for screening");
    f->stage = HO_CALIBRATE_SCREENING;
    f->n_most = (n + 1) * f->options->n_trajectory;
    ho_status status = ho_screen(&f->simulator, f->world, f->options->n_trajectory, n, candidate, effect, err);
    if (!status) {
        qsort(effect, n, sizeof *effect, by_effect);
        while (n > 0 && effect[n - 1].mean == 0)
            n--;
        if (n == 0)
            status = ho_error_set(err, HO_ERR_INPUT, "no parameter changes any of what was known: there is nothing to calibrate");
    }
    if (!status) {
        status = take_parameters(f, effect, n < f->options->n_chosen ? n : f->options->n_chosen, err);
    }
    free(effect);
    return status;
}

/* --- fitting --- */

static double value_at(const fitting *f, size_t j, double z) {
    int32_t k = f->result->parameter[j].parameter;
    const ho_parameter_spec *spec = &ho_parameter_table[k];
    double x = ho_prior_at(&f->world->prior[k], z);
    return x < spec->lo ? spec->lo : x > spec->hi ? spec->hi : x;
}

/* Draws of parameters from scores z (n, n_parameter); NULL: no memory. */
static ho_draws *draws_of(const fitting *f, const double *z, size_t n) {
    const size_t d = f->result->n_parameter;
    ho_draws *draws = ho_draws_build(n, d);
    for (size_t j = 0; draws && j < d; j++) {
        draws->parameter[j] = f->result->parameter[j].parameter;
        for (size_t i = 0; i < n; i++)
            draws->value[i * d + j] = value_at(f, j, z[i * d + j]);
    }
    return draws;
}

/* Room for the streams of n draws. */
static bool give_streams(ho_draws *draws, size_t n) {
    draws->stream = malloc((n + 1) * sizeof *draws->stream);
    return draws->stream != NULL;
}

static ho_status simulate(void *context, const double *z, size_t from, size_t n, double *summary, ho_error *err) {
    fitting *f = context;
    ho_draws *draws = draws_of(f, z, n);
    bool made = draws && give_streams(draws, n);
    for (size_t i = 0; i < n && made; i++)
        draws->stream[i] = (uint32_t)(from + i);
    f->n_before = from;
    ho_status status = made ? ho_simulate(&f->simulator, draws, summary, err)
                            : ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu particles", n);
    ho_draws_free(draws);
    return status;
}

static ho_status generation(void *context, const ho_abc *abc, ho_error *err) {
    fitting *f = context;
    (void)abc;
    if (!f->options->folder)
        return HO_OK;
    return ho_kept_write(f->options->folder, f->scenario, f->options, f->result, &f->abc, err);
}

static ho_status fit(fitting *f, ho_error *err) {
    f->stage = HO_CALIBRATE_FITTING;
    f->n_most = f->options->n_max;
    return ho_abc_run(&f->abc, err);
}

static ho_status begin(fitting *f, ho_error *err) {
    const ho_calibrate_options *o = f->options;
    f->abc = (ho_abc){.n_parameter = f->result->n_parameter,
                      .n_summary = f->targets.n,
                      .observed = f->observed,
                      .error = f->error,
                      .seed = o->sim.seed,
                      .n_first = o->n_first,
                      .n_new = o->n_new,
                      .n_max = o->n_max,
                      .n_effective = o->n_effective,
                      .simulate = simulate,
                      .generation = generation,
                      .context = f};
    return ho_abc_begin(&f->abc, err);
}

/* --- what is left --- */

static int by_size(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* Quantile of sorted values, Hyndman and Fan's type 7. */
static double quantile_of(const double *value, size_t n, double q) {
    double at = q * (double)(n - 1);
    size_t k = (size_t)at;
    return k + 1 < n ? value[k] + (at - (double)k) * (value[k + 1] - value[k]) : value[n - 1];
}

static void three(double *value, size_t n, double *q05, double *q50, double *q95) {
    qsort(value, n, sizeof *value, by_size);
    *q05 = quantile_of(value, n, 0.05);
    *q50 = quantile_of(value, n, 0.5);
    *q95 = quantile_of(value, n, 0.95);
}

static void sum_up_parameters(fitting *f, const double *z, double *scratch) {
    const size_t d = f->result->n_parameter, n = f->result->posterior->n_draw;
    for (size_t j = 0; j < d; j++) {
        ho_calibrated_parameter *p = &f->result->parameter[j];
        double mean = 0, square = 0;
        for (size_t i = 0; i < n; i++) {
            mean += z[i * d + j] / (double)n;
            scratch[i] = f->result->posterior->value[i * d + j];
        }
        for (size_t i = 0; i < n; i++)
            square += (z[i * d + j] - mean) * (z[i * d + j] - mean);
        three(scratch, n, &p->posterior_q05, &p->posterior_q50, &p->posterior_q95);
        p->prior_q05 = value_at(f, j, -1.6448536269514722);
        p->prior_q50 = value_at(f, j, 0);
        p->prior_q95 = value_at(f, j, 1.6448536269514722);
        p->shrinkage = n > 1 ? 1 - square / (double)(n - 1) : 0;
    }
}

static double correlation(const double *z, size_t n, size_t d, size_t a, size_t b) {
    double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
    for (size_t i = 0; i < n; i++) {
        ma += z[i * d + a] / (double)n;
        mb += z[i * d + b] / (double)n;
    }
    for (size_t i = 0; i < n; i++) {
        double x = z[i * d + a] - ma, y = z[i * d + b] - mb;
        aa += x * x;
        bb += y * y;
        ab += x * y;
    }
    return aa > 0 && bb > 0 ? ab / sqrt(aa * bb) : 0;
}

static ho_status find_pairs(fitting *f, const double *z, ho_error *err) {
    const size_t d = f->result->n_parameter, n = f->result->posterior->n_draw;
    f->result->pair = calloc(d * d + 1, sizeof *f->result->pair);
    if (!f->result->pair)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for pairs of parameters");
    for (size_t a = 0; a < d; a++)
        for (size_t b = a + 1; b < d; b++) {
            double r = correlation(z, n, d, a, b);
            if (fabs(r) > APART && fabs(r) * sqrt(f->result->effective) > APART_ERRORS)
                f->result->pair[f->result->n_pair++] = (ho_calibrated_pair){(int32_t)a, (int32_t)b, r};
        }
    return HO_OK;
}

/* z of the chosen particles (n, n_parameter). */
static double *chosen_scores(const fitting *f, const uint32_t *chosen, size_t n) {
    const size_t d = f->result->n_parameter;
    double *z = calloc(n * d + 1, sizeof *z);
    for (size_t i = 0; i < n && z; i++)
        memcpy(z + i * d, f->abc.z + chosen[i] * d, d * sizeof *z);
    return z;
}

/* Posterior: particles chosen by weight, with repeats. */
static ho_status find_posterior(fitting *f, const uint32_t *chosen, size_t n, ho_error *err) {
    double *z = chosen_scores(f, chosen, n), *scratch = calloc(n + 1, sizeof *scratch);
    f->result->posterior = z ? draws_of(f, z, n) : NULL;
    ho_status status = f->result->posterior && scratch ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for a posterior");
    if (!status) {
        sum_up_parameters(f, z, scratch);
        status = find_pairs(f, z, err);
    }
    free(z);
    free(scratch);
    return status;
}

/* Puts rows in random order, so that fewer of them are draws of the same. */
static void shuffle(const fitting *f, uint32_t *chosen, size_t n, uint32_t which) {
    const ho_streams streams = {f->options->sim.seed, UINT32_MAX - 4};
    ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, which);
    for (size_t k = n; k > 1; k--) { /* Fisher and Yates */
        size_t other = (size_t)(ho_rng_unit(&rng) * (double)k);
        uint32_t swap = chosen[k - 1];
        chosen[k - 1] = chosen[other];
        chosen[other] = swap;
    }
}

/* Paths: as many particles as effectively carry the weight, chosen by it, with their streams. */
static ho_status find_paths(fitting *f, uint32_t *chosen, size_t n, ho_error *err) {
    ho_abc_resample(f->abc.share, f->abc.n_simulated, 0.5, chosen, n);
    shuffle(f, chosen, n, 1);
    double *z = chosen_scores(f, chosen, n);
    f->result->paths = z ? draws_of(f, z, n) : NULL;
    bool made = f->result->paths && give_streams(f->result->paths, n);
    if (made)
        memcpy(f->result->paths->stream, chosen, n * sizeof *chosen);
    free(z);
    return made ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for paths");
}

static ho_status choose_draws(fitting *f, ho_error *err) {
    const ho_abc_generation *last = &f->abc.log[f->abc.n_generation - 1];
    const size_t n = f->options->n_draw, n_effective = (size_t)last->effective;
    uint32_t *chosen = calloc(n + 1, sizeof *chosen);
    if (!chosen)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a posterior");
    f->result->temperature = last->temperature;
    f->result->effective = last->effective;
    ho_abc_resample(f->abc.share, f->abc.n_simulated, 0.5, chosen, n);
    shuffle(f, chosen, n, 0);
    ho_status status = find_posterior(f, chosen, n, err);
    if (!status)
        status = find_paths(f, chosen, n_effective < n ? n_effective : n, err);
    free(chosen);
    return status;
}

static void column_of(const double *value, size_t n, size_t n_target, size_t k, double *column) {
    for (size_t i = 0; i < n; i++)
        column[i] = value[i * n_target + k];
}

/* Adds errors of observation to value (n, n_target). */
static void add_errors(const fitting *f, double *value, size_t n, uint32_t replicate) {
    const ho_streams streams = {f->options->sim.seed, replicate};
    const size_t m = f->targets.n;
    double e[HO_TARGETS_MAX];
    for (size_t i = 0; i < n; i++) {
        ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, (uint32_t)i);
        for (size_t k = 0; k < m; k++)
            e[k] = ho_normal(&rng);
        for (size_t a = 0; a < m; a++)
            for (size_t b = 0; b <= a; b++)
                value[i * m + a] += f->error[a * m + b] * e[b];
    }
}

/* Predictive checks: draws of the prior and of the posterior simulated once more, observed with errors. */
static ho_status find_checks(fitting *f, ho_error *err) {
    const size_t n = f->result->posterior->n_draw, d = f->result->n_parameter, n_target = f->targets.n;
    double *z = calloc(n * d + 1, sizeof *z), *before = calloc(n * n_target + 1, sizeof *before),
           *after = calloc(n * n_target + 1, sizeof *after), *column = calloc(n + 1, sizeof *column);
    ho_draws *prior = NULL;
    ho_status status = z && before && after && column ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for checks");
    for (size_t i = 0; i < n * d && !status; i++) {
        const ho_streams streams = {f->options->sim.seed, UINT32_MAX - 1};
        ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, (uint32_t)i);
        z[i] = ho_normal(&rng);
    }
    if (!status && !(prior = draws_of(f, z, n)))
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for checks");
    f->n_before = f->n_most = f->abc.n_simulated;
    if (!status)
        status = ho_simulate(&f->simulator, prior, before, err);
    if (!status)
        status = ho_simulate(&f->simulator, f->result->posterior, after, err);
    if (!status) {
        add_errors(f, before, n, UINT32_MAX - 2);
        add_errors(f, after, n, UINT32_MAX - 3);
    }
    for (size_t k = 0; k < n_target && !status; k++) {
        ho_calibrated_target *t = &f->result->target[k];
        column_of(before, n, n_target, k, column);
        three(column, n, &t->prior_q05, &t->prior_q50, &t->prior_q95);
        column_of(after, n, n_target, k, column);
        three(column, n, &t->posterior_q05, &t->posterior_q50, &t->posterior_q95);
        t->inside = t->observed >= t->posterior_q05 && t->observed <= t->posterior_q95;
    }
    ho_draws_free(prior);
    free(z);
    free(before);
    free(after);
    free(column);
    return status;
}

static void digest_draws(ho_digest *digest, const ho_draws *draws) {
    ho_digest_uint64(digest, draws->n_draw);
    for (size_t i = 0; i < draws->n_draw && draws->stream; i++)
        ho_digest_uint32(digest, draws->stream[i]);
    for (size_t i = 0; i < draws->n_draw * draws->n_parameter; i++) {
        uint64_t bits;
        memcpy(&bits, &draws->value[i], sizeof bits);
        ho_digest_uint64(digest, bits);
    }
}

static ho_status sum_up(fitting *f, ho_error *err) {
    ho_calibration *r = f->result;
    ho_status status = choose_draws(f, err);
    if (!status)
        status = find_checks(f, err);
    if (status)
        return status;
    r->generation = calloc(f->abc.n_generation + 1, sizeof *r->generation);
    if (!r->generation)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a calibration");
    r->n_generation = f->abc.n_generation;
    r->n_simulated = f->abc.n_simulated;
    for (size_t g = 0; g < r->n_generation; g++) {
        const ho_abc_generation *from = &f->abc.log[g];
        r->generation[g].n_simulated = from->n_simulated;
        r->generation[g].temperature = from->temperature;
        r->generation[g].accepted = from->accepted;
        r->generation[g].effective = from->effective;
    }
    ho_digest digest;
    ho_digest_begin(&digest);
    digest_draws(&digest, r->posterior);
    digest_draws(&digest, r->paths);
    ho_digest_end(&digest, r->digest);
    return HO_OK;
}

/* --- all of it --- */

static ho_status take_targets(fitting *f, ho_error *err) {
    ho_calibration *r = f->result;
    r->target = calloc(f->targets.n + 1, sizeof *r->target);
    if (!r->target)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a calibration");
    r->n_target = f->targets.n;
    r->n_left_out = f->targets.n_left_out;
    r->known_by = f->options->world.known_by;
    r->until = f->world->until;
    for (size_t k = 0; k < r->n_target; k++) {
        const ho_target *from = &f->targets.item[k];
        r->target[k] = (ho_calibrated_target){.date = from->date, .observed = from->value, .sd = from->sd, .line = from->line};
        memcpy(r->target[k].name, from->name, sizeof r->target[k].name);
    }
    return HO_OK;
}

static ho_status run(fitting *f, ho_problems *problems, ho_error *err) {
    bool resumed = false;
    ho_status status = check_options(f->options, err);
    if (!status)
        status = make_ready(f, problems, err);
    if (!status)
        status = take_targets(f, err);
    if (!status && f->options->resume && f->options->folder)
        status = ho_kept_parameters(f->options->folder, f->scenario, f->options, f->result, &resumed, err);
    if (!status && !resumed)
        status = f->options->n_parameter ? take_given(f, err) : choose_parameters(f, err);
    if (!status)
        status = begin(f, err);
    if (!status && resumed)
        status = ho_kept_read(f->options->folder, &f->abc, err);
    if (!status)
        status = fit(f, err);
    return status ? status : sum_up(f, err);
}

ho_status ho_calibrate(const ho_scenario *scenario, const ho_calibrate_options *options, ho_calibration **calibration,
                       ho_problems *problems, ho_error *err) {
    ho_calibration *result = calloc(1, sizeof *result);
    if (!result)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a calibration");
    fitting f = {.options = options, .scenario = scenario, .result = result};
    ho_status status = run(&f, problems, err);
    ho_abc_end(&f.abc);
    ho_targets_free(&f.targets);
    ho_observables_free(&f.observables);
    ho_world_free(f.world);
    free(f.observed);
    free(f.error);
    if (status)
        ho_calibration_free(result);
    else
        *calibration = result;
    return status;
}

void ho_calibration_free(ho_calibration *calibration) {
    if (!calibration)
        return;
    free(calibration->target);
    free(calibration->parameter);
    free(calibration->pair);
    free(calibration->generation);
    ho_draws_free(calibration->posterior);
    ho_draws_free(calibration->paths);
    free(calibration);
}
