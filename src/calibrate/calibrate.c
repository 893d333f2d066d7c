/* Calibration: what was known by a day, screening, importance sampling, and what it leaves of the priors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/samplers.h"
#include "calibrate/fitting.h"
#include "calibrate/kept.h"
#include "holdout/evidence.h"
#include "world/world.h"

/* Correlation from which two parameters count as not told apart, and its standard errors, 1 / sqrt(effective), that it must have. */
static const double APART = 0.4, APART_ERRORS = 3;

typedef struct calibrating {
    ho_fitting f;
    ho_calibration *result;
} calibrating;

/* --- what is left --- */

static void three(double *value, size_t n, double *q05, double *q50, double *q95) {
    ho_score_sort(value, n);
    *q05 = ho_score_quantile(value, n, 0.05);
    *q50 = ho_score_quantile(value, n, 0.5);
    *q95 = ho_score_quantile(value, n, 0.95);
}

static void sum_up_parameters(calibrating *c, const double *z, double *scratch) {
    const size_t d = c->f.n_parameter, n = c->result->posterior->n_draw;
    for (size_t j = 0; j < d; j++) {
        ho_calibrated_parameter *p = &c->f.parameter[j];
        double mean = 0, square = 0;
        for (size_t i = 0; i < n; i++) {
            mean += z[i * d + j] / (double)n;
            scratch[i] = c->result->posterior->value[i * d + j];
        }
        for (size_t i = 0; i < n; i++)
            square += (z[i * d + j] - mean) * (z[i * d + j] - mean);
        three(scratch, n, &p->posterior_q05, &p->posterior_q50, &p->posterior_q95);
        p->prior_q05 = ho_fitting_value(&c->f, j, -1.6448536269514722);
        p->prior_q50 = ho_fitting_value(&c->f, j, 0);
        p->prior_q95 = ho_fitting_value(&c->f, j, 1.6448536269514722);
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

static ho_status find_pairs(calibrating *c, const double *z, ho_error *err) {
    const size_t d = c->f.n_parameter, n = c->result->posterior->n_draw;
    c->result->pair = calloc(d * d + 1, sizeof *c->result->pair);
    if (!c->result->pair)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for pairs of parameters");
    for (size_t a = 0; a < d; a++)
        for (size_t b = a + 1; b < d; b++) {
            double r = correlation(z, n, d, a, b);
            if (fabs(r) > APART && fabs(r) * sqrt(c->result->effective) > APART_ERRORS)
                c->result->pair[c->result->n_pair++] = (ho_calibrated_pair){(int32_t)a, (int32_t)b, r};
        }
    return HO_OK;
}

/* z of the chosen particles (n, n_parameter). */
static double *chosen_scores(const calibrating *c, const uint32_t *chosen, size_t n) {
    const size_t d = c->f.n_parameter;
    double *z = calloc(n * d + 1, sizeof *z);
    for (size_t i = 0; i < n && z; i++)
        memcpy(z + i * d, c->f.abc.z + chosen[i] * d, d * sizeof *z);
    return z;
}

/* Posterior: particles chosen by weight, with repeats. */
static ho_status find_posterior(calibrating *c, const uint32_t *chosen, size_t n, ho_error *err) {
    double *z = chosen_scores(c, chosen, n), *scratch = calloc(n + 1, sizeof *scratch);
    c->result->posterior = z ? ho_fitting_draws(&c->f, z, n, false) : NULL;
    ho_status status = c->result->posterior && scratch ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for a posterior");
    if (!status) {
        sum_up_parameters(c, z, scratch);
        status = find_pairs(c, z, err);
    }
    free(z);
    free(scratch);
    return status;
}

/* Puts rows in random order, so that fewer of them are draws of the same. */
static void shuffle(const calibrating *c, uint32_t *chosen, size_t n, uint32_t which) {
    const ho_streams streams = {c->f.options->sim.seed, UINT32_MAX - 4};
    ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, which);
    for (size_t k = n; k > 1; k--) { /* Fisher and Yates */
        size_t other = (size_t)(ho_rng_unit(&rng) * (double)k);
        uint32_t swap = chosen[k - 1];
        chosen[k - 1] = chosen[other];
        chosen[other] = swap;
    }
}

/* Paths: as many particles as effectively carry the weight, chosen by it, with their streams. */
static ho_status find_paths(calibrating *c, uint32_t *chosen, size_t n, ho_error *err) {
    ho_abc_resample(c->f.abc.share, c->f.abc.n_simulated, 0.5, chosen, n);
    shuffle(c, chosen, n, 1);
    double *z = chosen_scores(c, chosen, n);
    c->result->paths = z ? ho_fitting_draws(&c->f, z, n, true) : NULL;
    if (c->result->paths)
        memcpy(c->result->paths->stream, chosen, n * sizeof *chosen);
    free(z);
    return c->result->paths ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for paths");
}

static ho_status choose_draws(calibrating *c, ho_error *err) {
    const ho_abc_generation *last = &c->f.abc.log[c->f.abc.n_generation - 1];
    const size_t n = c->f.options->n_draw, n_effective = (size_t)last->effective;
    uint32_t *chosen = calloc(n + 1, sizeof *chosen);
    if (!chosen)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a posterior");
    c->result->temperature = last->temperature;
    c->result->effective = last->effective;
    ho_abc_resample(c->f.abc.share, c->f.abc.n_simulated, 0.5, chosen, n);
    shuffle(c, chosen, n, 0);
    ho_status status = find_posterior(c, chosen, n, err);
    if (!status)
        status = find_paths(c, chosen, n_effective < n ? n_effective : n, err);
    free(chosen);
    return status;
}

static void column_of(const double *value, size_t n, size_t n_target, size_t k, double *column) {
    for (size_t i = 0; i < n; i++)
        column[i] = value[i * n_target + k];
}

/* Adds errors of observation to value (n, n_target). */
static void add_errors(const calibrating *c, double *value, size_t n, uint32_t replicate) {
    const ho_streams streams = {c->f.options->sim.seed, replicate};
    for (size_t i = 0; i < n; i++) {
        ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, (uint32_t)i);
        ho_fitting_add_errors(&c->f, &rng, value + i * c->f.targets.n);
    }
}

/* Predictive checks: draws of the prior and of the posterior simulated once more, observed with errors. */
static ho_status find_checks(calibrating *c, ho_error *err) {
    const size_t n = c->result->posterior->n_draw, d = c->f.n_parameter, n_target = c->f.targets.n;
    double *z = calloc(n * d + 1, sizeof *z), *before = calloc(n * n_target + 1, sizeof *before),
           *after = calloc(n * n_target + 1, sizeof *after), *column = calloc(n + 1, sizeof *column);
    ho_draws *prior = NULL;
    ho_status status = z && before && after && column ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for checks");
    for (size_t i = 0; i < n * d && !status; i++) {
        const ho_streams streams = {c->f.options->sim.seed, UINT32_MAX - 1};
        ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, (uint32_t)i);
        z[i] = ho_normal(&rng);
    }
    if (!status && !(prior = ho_fitting_draws(&c->f, z, n, false)))
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for checks");
    c->f.n_before = c->f.n_most = c->f.abc.n_simulated;
    if (!status)
        status = ho_simulate(&c->f.simulator, prior, before, err);
    if (!status)
        status = ho_simulate(&c->f.simulator, c->result->posterior, after, err);
    if (!status) {
        add_errors(c, before, n, UINT32_MAX - 2);
        add_errors(c, after, n, UINT32_MAX - 3);
    }
    for (size_t k = 0; k < n_target && !status; k++) {
        ho_calibrated_target *t = &c->result->target[k];
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

static ho_status sum_up(calibrating *c, ho_error *err) {
    ho_calibration *r = c->result;
    ho_status status = choose_draws(c, err);
    if (!status)
        status = find_checks(c, err);
    if (status)
        return status;
    r->generation = calloc(c->f.abc.n_generation + 1, sizeof *r->generation);
    if (!r->generation)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a calibration");
    r->n_generation = c->f.abc.n_generation;
    r->n_simulated = c->f.abc.n_simulated;
    for (size_t g = 0; g < r->n_generation; g++) {
        const ho_abc_generation *from = &c->f.abc.log[g];
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

static ho_status take_targets(calibrating *c, ho_error *err) {
    ho_calibration *r = c->result;
    r->target = calloc(c->f.targets.n + 1, sizeof *r->target);
    if (!r->target)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a calibration");
    r->n_target = c->f.targets.n;
    r->n_left_out = c->f.targets.n_left_out;
    r->known_by = c->f.options->world.known_by;
    r->until = c->f.world->until;
    for (size_t k = 0; k < r->n_target; k++) {
        const ho_target *from = &c->f.targets.item[k];
        r->target[k] = (ho_calibrated_target){.date = from->date, .observed = from->value, .sd = from->sd, .line = from->line};
        memcpy(r->target[k].name, from->name, sizeof r->target[k].name);
    }
    return HO_OK;
}

static ho_status run(calibrating *c, ho_problems *problems, ho_error *err) {
    ho_fitting *f = &c->f;
    const bool kept = f->options->resume && f->options->folder;
    bool resumed = false;
    ho_status status = ho_fitting_build(f, problems, err);
    if (!status)
        status = take_targets(c, err);
    if (!status && kept)
        status = ho_kept_parameters(f->options->folder, f, &resumed, err);
    if (!status && !resumed)
        status = ho_fitting_choose(f, err);
    f->stage = HO_CALIBRATE_FITTING;
    f->n_most = f->options->n_max;
    if (!status)
        status = ho_fitting_begin(f, err);
    if (!status && resumed)
        status = ho_kept_read(f->options->folder, &f->abc, err);
    if (!status)
        status = ho_fitting_run(f, err);
    return status ? status : sum_up(c, err);
}

ho_status ho_calibrate(const ho_scenario *scenario, const ho_calibrate_options *options, ho_calibration **calibration,
                       ho_problems *problems, ho_error *err) {
    ho_calibration *result = calloc(1, sizeof *result);
    if (!result)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a calibration");
    calibrating c = {.f = {.options = options, .scenario = scenario}, .result = result};
    ho_status status = run(&c, problems, err);
    if (!status) {
        result->n_parameter = c.f.n_parameter;
        result->parameter = c.f.parameter;
        c.f.parameter = NULL;
    }
    ho_fitting_free(&c.f);
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
