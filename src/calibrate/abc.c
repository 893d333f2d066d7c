#include "calibrate/abc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "base/samplers.h"

static const double DEFENSIVE = 0.1, /* a: share of the prior in each proposal (Hesterberg 1995) */
    WIDER = 1.3,                     /* c: variance of a proposal by that of the particles; tails must not be missed */
    HOTTEST = 1e6;

/* --- distance --- */

/* Solves L y = x in place. */
static void whiten(const double *factor, size_t d, double *x) {
    for (size_t a = 0; a < d; a++) {
        for (size_t b = 0; b < a; b++)
            x[a] -= factor[a * d + b] * x[b];
        x[a] /= factor[a * d + a];
    }
}

static double length_squared(const double *x, size_t d) {
    double sum = 0;
    for (size_t a = 0; a < d; a++)
        sum += x[a] * x[a];
    return sum;
}

/* Distance of a summary (n_summary), which is overwritten. */
static double distance_of(const ho_abc *abc, double *summary) {
    for (size_t k = 0; k < abc->n_summary; k++)
        summary[k] -= abc->observed[k];
    whiten(abc->error, abc->n_summary, summary);
    return sqrt(length_squared(summary, abc->n_summary));
}

/* --- proposals --- */

bool ho_cholesky(double *a, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            if (i == j && !(sum > 0))
                return false;
            a[i * n + j] = i == j ? sqrt(sum) : sum / a[j * n + j];
        }
    return true;
}

static double *mean_of(const ho_abc *abc, size_t generation) {
    return abc->proposal + generation * (abc->n_parameter + abc->n_parameter * abc->n_parameter);
}

static double *factor_of(const ho_abc *abc, size_t generation) {
    return mean_of(abc, generation) + abc->n_parameter;
}

/* The next generation's proposal from the shares of all particles; a ridge where they lie on a plane. */
static void find_proposal(const ho_abc *abc) {
    const size_t d = abc->n_parameter, n = abc->n_simulated;
    double *mean = mean_of(abc, abc->n_generation), *factor = factor_of(abc, abc->n_generation), back[HO_ABC_PARAMETERS_MAX];
    memset(mean, 0, d * sizeof *mean);
    for (size_t i = 0; i < n; i++)
        for (size_t a = 0; a < d; a++)
            mean[a] += abc->share[i] * abc->z[i * d + a];
    for (double ridge = 1e-9;; ridge *= 100) {
        memset(factor, 0, d * d * sizeof *factor);
        for (size_t i = 0; i < n; i++) {
            for (size_t a = 0; a < d; a++)
                back[a] = abc->z[i * d + a] - mean[a];
            for (size_t a = 0; a < d; a++)
                for (size_t b = 0; b <= a; b++)
                    factor[a * d + b] += WIDER * abc->share[i] * back[a] * back[b];
        }
        for (size_t a = 0; a < d; a++)
            factor[a * d + a] += ridge;
        if (ho_cholesky(factor, d))
            return;
    }
}

/* Density of a generation's proposal by that of the prior, at z. */
static double proposal_at(const ho_abc *abc, size_t generation, const double *z) {
    if (generation == 0)
        return 1;
    const size_t d = abc->n_parameter;
    const double *mean = mean_of(abc, generation), *factor = factor_of(abc, generation);
    double y[HO_ABC_PARAMETERS_MAX], log_volume = 0;
    for (size_t a = 0; a < d; a++) {
        y[a] = z[a] - mean[a];
        log_volume += ho_log(factor[a * d + a]);
    }
    whiten(factor, d, y);
    return DEFENSIVE + (1 - DEFENSIVE) * ho_exp(0.5 * (length_squared(z, d) - length_squared(y, d)) - log_volume);
}

static void draw(const ho_abc *abc, size_t number, double *z) {
    const ho_streams streams = {abc->seed, (uint32_t)abc->n_generation};
    const size_t d = abc->n_parameter, g = abc->n_generation;
    ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, (uint32_t)number);
    bool from_prior = ho_rng_unit(&rng) < DEFENSIVE || g == 0;
    double y[HO_ABC_PARAMETERS_MAX];
    for (size_t a = 0; a < d; a++)
        y[a] = ho_normal(&rng);
    for (size_t a = 0; a < d; a++) {
        z[a] = from_prior ? y[a] : mean_of(abc, g)[a];
        for (size_t b = 0; b <= a && !from_prior; b++)
            z[a] += factor_of(abc, g)[a * d + b] * y[b];
    }
}

/* --- weights --- */

/* Shares at temperature T; returns their effective number. */
static double share_at(ho_abc *abc, double least, double t) {
    double sum = 0, square = 0;
    for (size_t i = 0; i < abc->n_simulated; i++) {
        double beyond = (abc->distance[i] - least) * (abc->distance[i] + least);
        abc->share[i] = ho_exp(-0.5 * beyond / (t * t)) / abc->mixture[i];
        sum += abc->share[i];
    }
    for (size_t i = 0; i < abc->n_simulated; i++) {
        abc->share[i] /= sum;
        square += abc->share[i] * abc->share[i];
    }
    return 1 / square;
}

double ho_abc_share(ho_abc *abc) {
    double least = INFINITY, low = 1, high = 1;
    for (size_t i = 0; i < abc->n_simulated; i++)
        least = abc->distance[i] < least ? abc->distance[i] : least;
    while (share_at(abc, least, high) < abc->n_effective && high < HOTTEST)
        low = high, high *= 2;
    for (int k = 0; k < 40 && high > 1; k++) {
        double middle = 0.5 * (low + high);
        *(share_at(abc, least, middle) < abc->n_effective ? &low : &high) = middle;
    }
    share_at(abc, least, high);
    return high;
}

/* Adds the generation's proposal to the mixture of all particles before it, and gives the new ones the mixture of all. */
static void mix(ho_abc *abc, size_t n_new) {
    const size_t d = abc->n_parameter, before = abc->n_simulated, g = abc->n_generation;
    for (size_t i = 0; i < before; i++)
        abc->mixture[i] += (double)n_new * proposal_at(abc, g, abc->z + i * d);
    for (size_t i = before; i < before + n_new; i++) {
        abc->mixture[i] = (double)n_new * proposal_at(abc, g, abc->z + i * d);
        for (size_t h = 0, n_older = 0; h < g; n_older = abc->log[h++].n_simulated)
            abc->mixture[i] += (double)(abc->log[h].n_simulated - n_older) * proposal_at(abc, h, abc->z + i * d);
    }
}

/* --- generations --- */

static ho_status simulate_new(ho_abc *abc, size_t n, ho_error *err) {
    const size_t from = abc->n_simulated, d = abc->n_parameter;
    double *summary = calloc(n * abc->n_summary + 1, sizeof *summary);
    if (!summary)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu particles", n);
    for (size_t i = from; i < from + n; i++)
        draw(abc, i, abc->z + i * d);
    ho_status status = abc->simulate(abc->context, abc->z + from * d, from, n, summary, err);
    for (size_t i = 0; i < n && !status; i++)
        abc->distance[from + i] = distance_of(abc, summary + i * abc->n_summary);
    free(summary);
    return status;
}

static ho_status next_generation(ho_abc *abc, ho_error *err) {
    size_t n = abc->n_generation ? abc->n_new : abc->n_first;
    if (n > abc->n_max - abc->n_simulated)
        n = abc->n_max - abc->n_simulated;
    if (abc->n_generation)
        find_proposal(abc);
    ho_status status = simulate_new(abc, n, err);
    if (status)
        return status;
    mix(abc, n);
    abc->n_simulated += n;
    ho_abc_generation *log = &abc->log[abc->n_generation++];
    *log = (ho_abc_generation){.n_simulated = abc->n_simulated, .temperature = ho_abc_share(abc)};
    double square = 0;
    for (size_t i = 0; i < abc->n_simulated; i++)
        square += abc->share[i] * abc->share[i];
    log->effective = 1 / square;
    log->accepted = log->effective / (double)abc->n_simulated;
    return isfinite(log->effective) ? HO_OK : ho_error_set(err, HO_ERR_NUMERIC, "no particle has any weight left");
}

static bool goes_on(const ho_abc *abc) {
    return abc->n_generation == 0 || (abc->n_generation < HO_ABC_GENERATIONS_MAX && abc->n_simulated < abc->n_max &&
                                      abc->log[abc->n_generation - 1].temperature > 1);
}

ho_status ho_abc_run(ho_abc *abc, ho_error *err) {
    ho_status status = HO_OK;
    while (!status && goes_on(abc)) {
        status = next_generation(abc, err);
        if (!status && abc->generation)
            status = abc->generation(abc->context, abc, err);
    }
    return status;
}

ho_status ho_abc_begin(ho_abc *abc, ho_error *err) {
    const size_t d = abc->n_parameter, n = abc->n_max;
    if (d > HO_ABC_PARAMETERS_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%zu parameters; need at most %d", d, HO_ABC_PARAMETERS_MAX);
    abc->n_generation = abc->n_simulated = 0;
    abc->z = calloc(n * d + 1, sizeof *abc->z);
    abc->distance = calloc(n + 1, sizeof *abc->distance);
    abc->mixture = calloc(n + 1, sizeof *abc->mixture);
    abc->share = calloc(n + 1, sizeof *abc->share);
    abc->proposal = calloc(HO_ABC_GENERATIONS_MAX * (d + d * d) + 1, sizeof *abc->proposal);
    abc->log = calloc(HO_ABC_GENERATIONS_MAX, sizeof *abc->log);
    if (abc->z && abc->distance && abc->mixture && abc->share && abc->proposal && abc->log)
        return HO_OK;
    ho_abc_end(abc);
    return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu particles", n);
}

void ho_abc_end(ho_abc *abc) {
    double **const array[] = {&abc->z, &abc->distance, &abc->mixture, &abc->share, &abc->proposal};
    for (size_t k = 0; k < sizeof array / sizeof *array; k++) {
        free(*array[k]);
        *array[k] = NULL;
    }
    free(abc->log);
    abc->log = NULL;
    abc->n_generation = abc->n_simulated = 0;
}

void ho_abc_resample(const double *weight, size_t n, double u, uint32_t *chosen, size_t n_draw) {
    double total = 0, sum = 0;
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        total += weight[i];
    sum = n ? weight[0] : 0;
    for (size_t k = 0; k < n_draw; k++) {
        double mark = total * ((double)k + u) / (double)n_draw;
        while (mark > sum && at + 1 < n)
            sum += weight[++at];
        chosen[k] = (uint32_t)at;
    }
}
