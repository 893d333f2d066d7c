/* Recovery: truths drawn from the prior, simulated, observed with errors, calibrated to; where they lie in the posterior. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/samplers.h"
#include "calibrate/fitting.h"
#include "calibrate/normal.h"
#include "holdout/calibrate.h"
#include "world/world.h"

enum { TRUTHS_MIN = 20, TRUTHS_MAX = 100000 };
static const double IDENTIFIABLE = 0.3, TAIL = 0.05;
/* Replicates of the streams of truths; particles count from 0. */
static const uint32_t SEEDS = UINT32_MAX - 5, TRUTH = UINT32_MAX - 6, COURSE = UINT32_MAX - 7;

typedef struct recovering {
    ho_fitting f;
    ho_calibrate_options options; /* without folder */
    ho_recovery *result;
} recovering;

/* --- one truth --- */

static uint32_t seed_of(uint32_t seed, size_t truth) {
    const ho_streams streams = {seed, SEEDS};
    ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, (uint32_t)truth);
    return ho_rng_word(&rng);
}

/* Draws scores z (n_parameter) of a truth from the prior, simulates it and observes it with errors. */
static ho_status observe(recovering *r, size_t truth, double *z, ho_error *err) {
    ho_fitting *f = &r->f;
    const size_t d = f->n_parameter;
    const ho_streams streams = {f->simulator.sim.seed, TRUTH};
    ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, 0);
    for (size_t j = 0; j < d; j++)
        z[j] = ho_normal(&rng);
    ho_draws *draws = ho_fitting_draws(f, z, 1, true);
    if (!draws)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a truth");
    draws->stream[0] = COURSE;
    memcpy(r->result->truth + truth * d, draws->value, d * sizeof *draws->value);
    ho_status status = ho_simulate(&f->simulator, draws, f->observed, err);
    ho_draws_free(draws);
    rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, 1);
    ho_fitting_add_errors(f, &rng, f->observed);
    return status;
}

/* Rank of each parameter of the truth at z, and what was learned of it. */
static void compare(recovering *r, size_t truth, const double *z) {
    const ho_abc *abc = &r->f.abc;
    const size_t d = abc->n_parameter, n = abc->n_simulated;
    const double effective = abc->log[abc->n_generation - 1].effective;
    for (size_t j = 0; j < d; j++) {
        double below = 0, mean = 0, square = 0;
        for (size_t i = 0; i < n; i++) {
            below += abc->z[i * d + j] < z[j] ? abc->share[i] : 0;
            mean += abc->share[i] * abc->z[i * d + j];
        }
        for (size_t i = 0; i < n; i++)
            square += abc->share[i] * (abc->z[i * d + j] - mean) * (abc->z[i * d + j] - mean);
        r->result->rank[truth * d + j] = below;
        r->result->parameter[j].shrinkage += (1 - square / (1 - 1 / effective)) / (double)r->result->n_truth;
    }
}

static ho_status recover_one(recovering *r, size_t truth, ho_error *err) {
    ho_fitting *f = &r->f;
    ho_recovery *result = r->result;
    double z[HO_CALIBRATE_PARAMETERS_MAX];
    f->simulator.sim.seed = seed_of(r->options.sim.seed, truth);
    f->n_before = f->n_base = truth * r->options.n_max;
    ho_status status = observe(r, truth, z, err);
    if (!status)
        status = ho_fitting_begin(f, err);
    if (status)
        return status;
    status = ho_fitting_run(f, err);
    if (!status) {
        const ho_abc_generation *last = &f->abc.log[f->abc.n_generation - 1];
        compare(r, truth, z);
        result->n_simulated += f->abc.n_simulated;
        result->temperature += last->temperature / (double)result->n_truth;
        result->effective += last->effective / (double)result->n_truth;
        result->n_cold += last->temperature <= 1;
    }
    ho_abc_end(&f->abc);
    return status;
}

/* --- all of them --- */

static void bound(ho_recovered_parameter *p, size_t n) {
    const double k = (double)p->n_covered, rest = (double)(n - p->n_covered);
    const ho_prior low = {HO_PRIOR_BETA, k, rest + 1, -INFINITY, INFINITY}, high = {HO_PRIOR_BETA, k + 1, rest, -INFINITY, INFINITY};
    p->covered = k / (double)n;
    p->covered_low = k > 0 ? ho_prior_quantile(&low, 0.025) : 0;
    p->covered_high = rest > 0 ? ho_prior_quantile(&high, 0.975) : 1;
}

static void sum_up(ho_recovery *result) {
    const size_t d = result->n_parameter, n = result->n_truth;
    for (size_t j = 0; j < d; j++) {
        ho_recovered_parameter *p = &result->parameter[j];
        for (size_t t = 0; t < n; t++) {
            double rank = result->rank[t * d + j];
            size_t bin = (size_t)(rank * HO_RECOVERY_BINS);
            p->bin[bin < HO_RECOVERY_BINS ? bin : HO_RECOVERY_BINS - 1]++;
            p->n_covered += rank >= TAIL && rank <= 1 - TAIL;
        }
        for (int b = 0; b < HO_RECOVERY_BINS; b++) {
            double expected = (double)n / HO_RECOVERY_BINS, off = (double)p->bin[b] - expected;
            p->chi_square += off * off / expected;
        }
        p->p = 1 - ho_gamma_below(0.5 * (HO_RECOVERY_BINS - 1), 0.5 * p->chi_square);
        p->identifiable = p->shrinkage >= IDENTIFIABLE;
        bound(p, n);
    }
}

static void digest(ho_recovery *result) {
    ho_digest digest;
    ho_digest_begin(&digest);
    const double *const part[] = {result->truth, result->rank};
    for (int k = 0; k < 2; k++)
        for (size_t i = 0; i < result->n_truth * result->n_parameter; i++) {
            uint64_t bits;
            memcpy(&bits, &part[k][i], sizeof bits);
            ho_digest_uint64(&digest, bits);
        }
    ho_digest_end(&digest, result->digest);
}

static ho_status make_room(recovering *r, size_t n_truth, ho_error *err) {
    ho_recovery *result = r->result;
    const size_t d = r->f.n_parameter;
    result->n_truth = n_truth;
    result->n_target = r->f.targets.n;
    result->n_parameter = d;
    result->known_by = r->options.world.known_by;
    result->until = r->f.world->until;
    result->parameter = calloc(d + 1, sizeof *result->parameter);
    result->truth = calloc(n_truth * d + 1, sizeof *result->truth);
    result->rank = calloc(n_truth * d + 1, sizeof *result->rank);
    if (!result->parameter || !result->truth || !result->rank)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu truths", n_truth);
    for (size_t j = 0; j < d; j++) {
        const ho_calibrated_parameter *from = &r->f.parameter[j];
        result->parameter[j].parameter = from->parameter;
        result->parameter[j].effect = from->effect;
        result->parameter[j].effect_se = from->effect_se;
    }
    return HO_OK;
}

static ho_status run(recovering *r, size_t n_truth, ho_problems *problems, ho_error *err) {
    ho_fitting *f = &r->f;
    if (n_truth < TRUTHS_MIN || n_truth > TRUTHS_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%zu truths to recover; need %d to %d", n_truth, TRUTHS_MIN, TRUTHS_MAX);
    ho_status status = ho_fitting_build(f, problems, err);
    if (!status)
        status = ho_fitting_choose(f, err);
    if (!status)
        status = make_room(r, n_truth, err);
    f->stage = HO_CALIBRATE_RECOVERING;
    f->n_most = n_truth * r->options.n_max;
    for (size_t truth = 0; truth < n_truth && !status; truth++)
        status = recover_one(r, truth, err);
    if (!status) {
        sum_up(r->result);
        digest(r->result);
    }
    return status;
}

ho_status ho_recover(const ho_scenario *scenario, const ho_calibrate_options *options, size_t n_truth, ho_recovery **recovery,
                     ho_problems *problems, ho_error *err) {
    recovering r = {.options = *options, .result = calloc(1, sizeof *r.result)};
    if (!r.result)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a recovery");
    r.options.folder = NULL;
    r.f.options = &r.options;
    r.f.scenario = scenario;
    ho_status status = run(&r, n_truth, problems, err);
    ho_fitting_free(&r.f);
    if (status)
        ho_recovery_free(r.result);
    else
        *recovery = r.result;
    return status;
}

void ho_recovery_free(ho_recovery *recovery) {
    if (!recovery)
        return;
    free(recovery->parameter);
    free(recovery->truth);
    free(recovery->rank);
    free(recovery);
}
