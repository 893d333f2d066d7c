/* What is fitted, to what, and how: targets, parameters and the simulator behind a run of abc.h. */
#include "calibrate/fitting.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/samplers.h"
#include "calibrate/kept.h"
#include "calibrate/screen.h"
#include "calibrate/uncertain.h"
#include "world/world.h"

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
    ho_fitting *f = context;
    double accepted = f->abc.n_generation ? f->abc.log[f->abc.n_generation - 1].accepted : (double)NAN;
    if (f->options->progress)
        f->options->progress(f->options->context, f->stage, f->n_before + n_done, f->n_most, accepted);
}

/* What was observed, and its errors. */
static ho_status find_data(ho_fitting *f, ho_error *err) {
    const size_t n = f->targets.n;
    f->observed = calloc(n, sizeof *f->observed);
    f->error = calloc(n * n, sizeof *f->error);
    if (!f->observed || !f->error)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu targets", n);
    for (size_t k = 0; k < n; k++)
        f->observed[k] = f->targets.item[k].value;
    ho_targets_errors(&f->targets, f->error);
    return HO_OK;
}

ho_status ho_fitting_build(ho_fitting *f, ho_problems *problems, ho_error *err) {
    ho_status status = check_options(f->options, err);
    if (status)
        return status;
    ho_world_options world = f->options->world;
    char date[11];
    set_until(&world);
    if (world.until != HO_DAY_NONE && world.until > f->scenario->until)
        world.until = f->scenario->until;
    if (world.until != HO_DAY_NONE && world.until <= f->scenario->from)
        return ho_error_set(err, HO_ERR_INPUT, "known by %s, the first day: there is nothing to calibrate to yet",
                            ho_day_format(world.until, date));
    status = ho_world_build(f->scenario, &world, &f->world, problems, err);
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
    return find_data(f, err);
}

void ho_fitting_free(ho_fitting *f) {
    ho_abc_end(&f->abc);
    ho_targets_free(&f->targets);
    ho_observables_free(&f->observables);
    ho_world_free(f->world);
    free(f->parameter);
    free(f->observed);
    free(f->error);
}

/* --- which parameters --- */

static int by_effect(const void *a, const void *b) {
    const ho_effect *x = a, *y = b;
    double dx = fabs(x->mean), dy = fabs(y->mean);
    if (dx != dy)
        return dx > dy ? -1 : 1;
    return (x->parameter > y->parameter) - (x->parameter < y->parameter);
}

static ho_status take_parameters(ho_fitting *f, const ho_effect *effect, size_t n, ho_error *err) {
    f->parameter = calloc(n + 1, sizeof *f->parameter);
    if (!f->parameter)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a calibration");
    f->n_parameter = n;
    for (size_t j = 0; j < n; j++)
        f->parameter[j] = (ho_calibrated_parameter){
            .parameter = effect[j].parameter, .effect = effect[j].mean, .effect_se = effect[j].se};
    return HO_OK;
}

static ho_status take_given(ho_fitting *f, ho_error *err) {
    ho_effect effect[HO_CALIBRATE_PARAMETERS_MAX];
    for (size_t j = 0; j < f->options->n_parameter; j++) {
        int32_t k = f->options->parameter[j];
        if (!ho_is_uncertain(f->world, k))
            return ho_error_set(err, HO_ERR_INPUT, "%s is held at one value: there is nothing to calibrate",
                                ho_parameter_table[k].name);
        effect[j] = (ho_effect){.parameter = k, .mean = NAN, .se = NAN};
    }
    return take_parameters(f, effect, f->options->n_parameter, err);
}

static ho_status screen(ho_fitting *f, ho_error *err) {
    int32_t candidate[HO_N_PARAMETER];
    size_t n = ho_find_uncertain(f->world, candidate);
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
    if (!status)
        status = take_parameters(f, effect, n < f->options->n_chosen ? n : f->options->n_chosen, err);
    free(effect);
    return status;
}

ho_status ho_fitting_choose(ho_fitting *f, ho_error *err) {
    return f->options->n_parameter ? take_given(f, err) : screen(f, err);
}

/* --- fitting --- */

double ho_fitting_value(const ho_fitting *f, size_t j, double z) {
    return ho_value_at_score(f->world, f->parameter[j].parameter, z);
}

ho_draws *ho_fitting_draws(const ho_fitting *f, const double *z, size_t n, bool streams) {
    const size_t d = f->n_parameter;
    ho_draws *draws = ho_draws_build(n, d);
    if (draws && streams && !(draws->stream = malloc((n + 1) * sizeof *draws->stream))) {
        ho_draws_free(draws);
        return NULL;
    }
    for (size_t j = 0; draws && j < d; j++) {
        draws->parameter[j] = f->parameter[j].parameter;
        for (size_t i = 0; i < n; i++)
            draws->value[i * d + j] = ho_fitting_value(f, j, z[i * d + j]);
    }
    return draws;
}

static ho_status simulate(void *context, const double *z, size_t from, size_t n, double *summary, ho_error *err) {
    ho_fitting *f = context;
    ho_draws *draws = ho_fitting_draws(f, z, n, true);
    for (size_t i = 0; i < n && draws; i++)
        draws->stream[i] = (uint32_t)(from + i);
    f->n_before = f->n_base + from;
    ho_status status = draws ? ho_simulate(&f->simulator, draws, summary, err)
                            : ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu particles", n);
    ho_draws_free(draws);
    return status;
}

static ho_status generation(void *context, const ho_abc *abc, ho_error *err) {
    ho_fitting *f = context;
    (void)abc;
    if (!f->options->folder)
        return HO_OK;
    return ho_kept_write(f->options->folder, f, err);
}

ho_status ho_fitting_run(ho_fitting *f, ho_error *err) {
    return ho_abc_run(&f->abc, err);
}

ho_status ho_fitting_begin(ho_fitting *f, ho_error *err) {
    const ho_calibrate_options *o = f->options;
    f->abc = (ho_abc){.n_parameter = f->n_parameter,
                      .n_summary = f->targets.n,
                      .observed = f->observed,
                      .error = f->error,
                      .seed = f->simulator.sim.seed,
                      .n_first = o->n_first,
                      .n_new = o->n_new,
                      .n_max = o->n_max,
                      .n_effective = o->n_effective,
                      .simulate = simulate,
                      .generation = generation,
                      .context = f};
    return ho_abc_begin(&f->abc, err);
}

void ho_fitting_add_errors(const ho_fitting *f, ho_rng *rng, double *value) {
    const size_t n = f->targets.n;
    double e[HO_TARGETS_MAX];
    for (size_t k = 0; k < n; k++)
        e[k] = ho_normal(rng);
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b <= a; b++)
            value[a] += f->error[a * n + b] * e[b];
}
