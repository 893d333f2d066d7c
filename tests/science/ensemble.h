/* Ensembles for the science tests: what each replicate measured, and comparisons with their standard errors. Paired: replicate k of
 * two ensembles has the same seed, so the difference is taken replicate by replicate. */
#ifndef ENSEMBLE_H
#define ENSEMBLE_H

#include "science/small.h"

enum { N_THREAD = 2 };

typedef struct ensemble {
    size_t n_replicate, n_day, n_value;
    float *value;       /* (n_replicate, n_day, n_value) */
    uint64_t *log_hash; /* (n_replicate) FNV-1a over the change log and the values */
    uint64_t *change_hash; /* (n_replicate) over the change log alone */
} ensemble;

static inline uint64_t fnv(uint64_t hash, const void *bytes, size_t n) {
    for (size_t k = 0; k < n; k++)
        hash = (hash ^ ((const unsigned char *)bytes)[k]) * UINT64_C(0x100000001b3);
    return hash;
}

static inline ho_status ensemble_sink(void *context, const ho_result *result, ho_error *err) {
    (void)err;
    ensemble *e = context;
    size_t n = e->n_day * e->n_value;
    memcpy(&e->value[result->replicate * n], result->value, n * sizeof *result->value);
    uint64_t hash = fnv(UINT64_C(0xcbf29ce484222325), result->change, result->n_change * sizeof *result->change);
    e->change_hash[result->replicate] = hash;
    e->log_hash[result->replicate] = fnv(hash, result->value, n * sizeof *result->value);
    return HO_OK;
}

static inline ensemble ensemble_run(const ho_world *world, const ho_observer *observer, ho_sim_options sim, size_t n) {
    ensemble e = {.n_replicate = n, .n_day = ho_world_n_day(world), .n_value = observer->n_value};
    e.value = calloc(n * e.n_day * e.n_value + 1, sizeof *e.value);
    e.log_hash = calloc(n, sizeof *e.log_hash);
    e.change_hash = calloc(n, sizeof *e.change_hash);
    ho_ensemble_options options = {
        .sim = sim, .n_replicate = n, .n_thread = N_THREAD, .sink = ensemble_sink, .context = &e};
    ho_error err = {0};
    if (ho_ensemble_run(world, observer, &options, &err))
        fail_msg("%s", err.text);
    return e;
}

static inline void ensemble_free(ensemble *e) {
    free(e->value);
    free(e->log_hash);
    free(e->change_hash);
}

static inline double at(const ensemble *e, size_t replicate, size_t day, size_t value) {
    return (double)e->value[(replicate * e->n_day + day) * e->n_value + value];
}

typedef struct estimate {
    double mean, se;
} estimate;

static inline estimate estimate_of(const double *x, size_t n) {
    double mean = 0, sum = 0;
    for (size_t k = 0; k < n; k++)
        mean += x[k] / (double)n;
    for (size_t k = 0; k < n; k++)
        sum += (x[k] - mean) * (x[k] - mean);
    return (estimate){mean, sqrt(sum / (double)(n - 1) / (double)n)};
}

static inline estimate mean_at(const ensemble *e, size_t day, size_t value) {
    double *x = calloc(e->n_replicate, sizeof *x);
    for (size_t r = 0; r < e->n_replicate; r++)
        x[r] = at(e, r, day, value);
    estimate result = estimate_of(x, e->n_replicate);
    free(x);
    return result;
}

/* Mean of b minus a, replicate by replicate, on one day. */
static inline estimate paired_at(const ensemble *a, const ensemble *b, size_t day, size_t value) {
    double *x = calloc(a->n_replicate, sizeof *x);
    for (size_t r = 0; r < a->n_replicate; r++)
        x[r] = at(b, r, day, value) - at(a, r, day, value);
    estimate result = estimate_of(x, a->n_replicate);
    free(x);
    return result;
}

/* Share of replicates and its standard error. */
static inline estimate share_of(size_t k, size_t n) {
    double p = n ? (double)k / (double)n : 0;
    return (estimate){p, n ? sqrt(p * (1 - p) / (double)n) : 1};
}

/* Compares two numbers in units of a standard error; says all of them on failure. */
static inline void assert_near(const char *what, double got, double want, double se, double n_se) {
    if (!(fabs(got - want) <= n_se * se))
        fail_msg("%s: %.6g, need %.6g within %g standard errors of %.3g (off by %.1f)", what, got, want, n_se, se,
                 (got - want) / se);
}

static inline void assert_more(const char *what, estimate difference, double n_se) {
    if (!(difference.mean > n_se * difference.se))
        fail_msg("%s: %.4g +- %.2g, need more than %g standard errors above 0", what, difference.mean, difference.se, n_se);
}

static inline void assert_not_more(const char *what, estimate difference, double n_se) {
    if (!(difference.mean <= n_se * difference.se))
        fail_msg("%s: %.4g +- %.2g, need at most %g standard errors above 0", what, difference.mean, difference.se, n_se);
}

#endif
