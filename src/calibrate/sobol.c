/* Sobol indices of the mean over chance; the equations are in sobol.h. Sums go over rows in order, so they do not depend on threads. */
#include "calibrate/sobol.h"

#include <math.h>
#include <stdlib.h>

#include "base/samplers.h"

enum { BOOTSTRAP = 2 }; /* step of its draws; 0 and 1 are the matrices */

double ho_sobol_score(uint32_t seed, int matrix, uint32_t row, uint32_t parameter) {
    const ho_streams streams = {seed, row};
    ho_rng rng = ho_rng_at(&streams, (uint32_t)matrix, HO_PROC_SENSITIVITY, parameter);
    return ho_normal_from(ho_rng_unit(&rng));
}

typedef struct rows {
    const ho_sobol_design *design;
    double *bar, *within; /* (n_factor + 2, n_base) mean over inner simulations; variance over them, of A_i that of A_i - A */
    uint32_t *count;      /* (n_base) how often a row counts */
} rows;

/* What one set of rows gives. */
typedef struct estimate {
    double mean, square_mean; /* of bars; variance of the mean */
    double variance, noise;
    double *first, *total, *total_plain; /* (n_factor) variances, not yet shares */
} estimate;

/* Mean and variance of x - less, or of x where that is NULL. */
static void mean_and_variance(const double *x, const double *less, size_t n, double *mean, double *variance) {
    double sum = 0, square = 0;
    for (size_t i = 0; i < n; i++)
        sum += (x[i] - (less ? less[i] : 0)) / (double)n;
    for (size_t i = 0; i < n; i++) {
        double off = x[i] - (less ? less[i] : 0) - sum;
        square += off * off;
    }
    *mean = sum;
    *variance = square / (double)(n - 1);
}

static void find_rows(const double *y, rows *r) {
    const size_t n = r->design->n_base, m = r->design->n_inner;
    for (size_t k = 0; k < (r->design->n_factor + 2) * n; k++) {
        const double *of_a = y + k % n * m;
        double moved; /* mean of A_i - A */
        mean_and_variance(y + k * m, NULL, m, &r->bar[k], &r->within[k]);
        if (k >= 2 * n)
            mean_and_variance(y + k * m, of_a, m, &moved, &r->within[k]);
    }
}

/* Mean, variances of all parameters together and of chance. A row counts `count` times; there are n_base in all. */
static void estimate_whole(const rows *r, estimate *e) {
    const size_t n = r->design->n_base;
    const double n_row = (double)n, n_inner = (double)r->design->n_inner;
    const double *a = r->bar, *b = r->bar + n;
    double sum = 0, square = 0, within = 0, pair = 0;
    for (size_t j = 0; j < n; j++)
        sum += r->count[j] * (a[j] + b[j]);
    e->mean = sum / (2 * n_row);
    for (size_t j = 0; j < n; j++) {
        double da = a[j] - e->mean, db = b[j] - e->mean;
        square += r->count[j] * (da * da + db * db);
        pair += r->count[j] * (da + db) * (da + db) / 4;
        within += r->count[j] * (r->within[j] + r->within[n + j]);
    }
    e->noise = within / (2 * n_row);
    e->variance = square / (2 * n_row - 1) - e->noise / n_inner;
    e->square_mean = pair / (n_row - 1) / n_row;
}

static void estimate_factor(const rows *r, size_t factor, estimate *e) {
    const size_t n = r->design->n_base;
    const double *a = r->bar, *b = a + n, *mixed = a + (factor + 2) * n;
    const double *moved_within = r->within + (factor + 2) * n;
    double first = 0, total = 0, within = 0;
    for (size_t j = 0; j < n; j++) {
        double moved = mixed[j] - a[j];
        first += r->count[j] * (b[j] - e->mean) * moved;
        total += r->count[j] * moved * moved / 2;
        within += r->count[j] * moved_within[j] / 2;
    }
    e->first[factor] = first / (double)n;
    e->total_plain[factor] = total / (double)n;
    e->total[factor] = (total - within / (double)r->design->n_inner) / (double)n;
}

static void estimate_all(const rows *r, estimate *e) {
    estimate_whole(r, e);
    for (size_t i = 0; i < r->design->n_factor; i++)
        estimate_factor(r, i, e);
}

/* --- bootstrap --- */

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

/* Of n bootstrap values, sorted here; NaN where the variance was not above 0 in one of twenty. */
static void find_interval(double *value, size_t n, ho_interval *interval) {
    size_t n_kept = 0;
    double mean = 0, square = 0;
    for (size_t k = 0; k < n; k++)
        if (isfinite(value[k]))
            value[n_kept++] = value[k];
    interval->se = interval->q05 = interval->q95 = (double)NAN;
    if (n_kept < 2 || 20 * n_kept < 19 * n)
        return;
    for (size_t k = 0; k < n_kept; k++)
        mean += value[k] / (double)n_kept;
    for (size_t k = 0; k < n_kept; k++)
        square += (value[k] - mean) * (value[k] - mean);
    qsort(value, n_kept, sizeof *value, by_size);
    interval->se = sqrt(square / (double)(n_kept - 1));
    interval->q05 = quantile_of(value, n_kept, 0.05);
    interval->q95 = quantile_of(value, n_kept, 0.95);
}

/* x / variance, NaN where that is not above 0. */
static double share(double x, double variance) {
    return variance > 0 ? x / variance : (double)NAN;
}

static double sum_of(const estimate *e, size_t n_factor) {
    double sum = 0;
    for (size_t i = 0; i < n_factor; i++)
        sum += e->first[i];
    return sum;
}

static void draw_rows(rows *r, size_t bootstrap) {
    const ho_streams streams = {r->design->seed, (uint32_t)bootstrap};
    ho_rng rng = ho_rng_at(&streams, BOOTSTRAP, HO_PROC_SENSITIVITY, 0);
    for (size_t j = 0; j < r->design->n_base; j++)
        r->count[j] = 0;
    for (size_t j = 0; j < r->design->n_base; j++)
        r->count[(size_t)(ho_rng_unit(&rng) * (double)r->design->n_base)]++;
}

/* value (2 n_factor + 2, n_bootstrap): first and total of each factor, share, sum. */
static void bootstrap(rows *r, estimate *e, double *value, ho_sobol *sobol, ho_sobol_index *index) {
    const size_t n = r->design->n_bootstrap, d = r->design->n_factor;
    for (size_t k = 0; k < n; k++) {
        draw_rows(r, k);
        estimate_all(r, e);
        for (size_t i = 0; i < d; i++) {
            value[2 * i * n + k] = share(e->first[i], e->variance);
            value[(2 * i + 1) * n + k] = share(e->total[i], e->variance);
        }
        value[2 * d * n + k] = e->variance / (e->variance + e->noise);
        value[(2 * d + 1) * n + k] = share(sum_of(e, d), e->variance);
    }
    for (size_t i = 0; i < d; i++) {
        find_interval(value + 2 * i * n, n, &index[i].first);
        find_interval(value + (2 * i + 1) * n, n, &index[i].total);
    }
    find_interval(value + 2 * d * n, n, &sobol->share);
    find_interval(value + (2 * d + 1) * n, n, &sobol->sum);
}

/* --- the result --- */

static void take(const rows *r, const estimate *e, ho_sobol *sobol, ho_sobol_index *index) {
    const ho_interval none = {(double)NAN, (double)NAN, (double)NAN, (double)NAN};
    const double plain = e->variance + e->noise / (double)r->design->n_inner;
    *sobol = (ho_sobol){.mean = e->mean, .mean_se = sqrt(e->square_mean), .variance = e->variance, .noise = e->noise, .share = none, .sum = none};
    sobol->share.value = e->variance / (e->variance + e->noise);
    sobol->sum.value = share(sum_of(e, r->design->n_factor), e->variance);
    for (size_t i = 0; i < r->design->n_factor; i++) {
        index[i] = (ho_sobol_index){none, none, share(e->first[i], plain), share(e->total_plain[i], plain)};
        index[i].first.value = share(e->first[i], e->variance);
        index[i].total.value = share(e->total[i], e->variance);
    }
}

ho_status ho_sobol_estimate(const ho_sobol_design *design, const double *y, ho_sobol *sobol, ho_sobol_index *index, ho_error *err) {
    const size_t d = design->n_factor, n = design->n_base;
    double *memory = calloc(2 * (d + 2) * n + 3 * d + (2 * d + 2) * design->n_bootstrap + 1, sizeof *memory);
    rows r = {.design = design, .bar = memory, .count = calloc(n, sizeof *r.count)};
    ho_status status = memory && r.count ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for Sobol indices");
    if (!status) {
        r.within = memory + (d + 2) * n;
        estimate e = {.first = r.within + (d + 2) * n};
        e.total = e.first + d;
        e.total_plain = e.total + d;
        find_rows(y, &r);
        for (size_t j = 0; j < n; j++)
            r.count[j] = 1;
        estimate_all(&r, &e);
        take(&r, &e, sobol, index);
        if (design->n_bootstrap)
            bootstrap(&r, &e, e.total_plain + d, sobol, index);
    }
    free(memory);
    free(r.count);
    return status;
}
