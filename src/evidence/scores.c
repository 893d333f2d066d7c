/* Scores of forecasts: closed sums over members, in a fixed order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "holdout/evidence.h"

static int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

void ho_score_sort(double *member, size_t n) {
    qsort(member, n, sizeof *member, compare_doubles);
}

double ho_score_quantile(const double *sorted, size_t n, double q) {
    double at = q * (double)(n - 1);
    size_t below = (size_t)at;
    return below + 1 < n ? sorted[below] + (at - (double)below) * (sorted[below + 1] - sorted[below]) : sorted[n - 1];
}

/* --- ensembles --- */

static double mean_distance(const double *member, size_t n, double y) {
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += fabs(member[k] - y);
    return sum / (double)n;
}

/* Sum over all ordered pairs of |x_i - x_j|: each gap between neighbours of the order is crossed by i (n - i) pairs, twice. */
static double sum_of_gaps(const double *sorted, size_t n) {
    double sum = 0;
    for (size_t i = 1; i < n; i++)
        sum += 2 * (double)i * (double)(n - i) * (sorted[i] - sorted[i - 1]);
    return sum;
}

double ho_score_crps(const double *sorted, size_t n, double y) {
    return mean_distance(sorted, n, y) - sum_of_gaps(sorted, n) / (2 * (double)n * (double)n);
}

double ho_score_crps_fair(const double *sorted, size_t n, double y) {
    return mean_distance(sorted, n, y) - (n > 1 ? sum_of_gaps(sorted, n) / (2 * (double)n * (double)(n - 1)) : 0);
}

double ho_score_interval(double low, double high, double alpha, double y) {
    double miss = y < low ? low - y : y > high ? y - high : 0;
    return high - low + 2 / alpha * miss;
}

static double length_between(const double *a, const double *b, size_t n_dim) {
    double sum = 0;
    for (size_t k = 0; k < n_dim; k++)
        sum += (a[k] - b[k]) * (a[k] - b[k]);
    return sqrt(sum);
}

double ho_score_energy(const double *member, size_t n, size_t n_dim, const double *y) {
    size_t n_shift = n - 1 < HO_SCORE_PAIRS ? n - 1 : HO_SCORE_PAIRS;
    double to_y = 0, between = 0;
    for (size_t i = 0; i < n; i++) {
        to_y += length_between(member + i * n_dim, y, n_dim);
        for (size_t shift = 1; shift <= n_shift; shift++)
            between += length_between(member + i * n_dim, member + (i + shift) % n * n_dim, n_dim);
    }
    /* E|X - X'| over n^2 pairs, n of which are a member with itself */
    double pairs = n_shift ? between / ((double)n * (double)n_shift) * (double)(n - 1) / (double)n : 0;
    return to_y / (double)n - pairs / 2;
}

double ho_score_pit(const double *member, size_t n, double y) {
    double below = 0;
    for (size_t k = 0; k < n; k++)
        below += member[k] < y ? 1 : member[k] == y ? 0.5 : 0;
    return below / (double)n;
}

size_t ho_score_pit_bin(double pit) {
    size_t bin = (size_t)(pit * HO_PIT_BIN);
    return bin < HO_PIT_BIN ? bin : HO_PIT_BIN - 1;
}

size_t ho_score_ign_bin(double count) {
    static const double above[HO_IGN_BIN - 1] = {0.5, 2.5, 5.5, 10.5, 25.5, 50.5, 100.5, 250.5, 500.5, 1000.5};
    size_t bin = 0;
    while (bin < HO_IGN_BIN - 1 && count >= above[bin])
        bin++;
    return bin;
}

double ho_score_ign(const double *member, size_t n, double y) {
    size_t observed = ho_score_ign_bin(y), n_in = 1;
    for (size_t k = 0; k < n; k++)
        n_in += ho_score_ign_bin(member[k]) == observed;
    return -ho_log((double)n_in / (double)(n + HO_IGN_BIN)) / ho_log(2);
}

/* --- probabilities --- */

double ho_score_brier(double p, bool happened) {
    double miss = p - (happened ? 1 : 0);
    return miss * miss;
}

double ho_score_log(double p_of_what_happened) {
    return -ho_log(p_of_what_happened);
}

double ho_score_share(double k, size_t n) {
    return (k + 0.5) / ((double)n + 1);
}

double ho_score_rps(const double *p, size_t n, size_t observed) {
    double cumulated = 0, sum = 0;
    for (size_t k = 0; k + 1 < n; k++) {
        cumulated += p[k];
        double miss = cumulated - (observed <= k ? 1 : 0);
        sum += miss * miss;
    }
    return sum / (double)(n - 1);
}

void ho_reliability_add(ho_reliability *table, double p, bool happened) {
    size_t bin = (size_t)(p * HO_RELIABILITY_BIN);
    bin = bin < HO_RELIABILITY_BIN ? bin : HO_RELIABILITY_BIN - 1;
    table->n[bin]++;
    table->n_happened[bin] += happened;
    table->sum_p[bin] += p;
}

const char *ho_measure_name(int measure) {
    static const char *const name[HO_N_MEASURE] = {"CRPS",  "MIS", "cover", "IGN", "energy",
                                                   "Brier", "log", "RPS",   "AUC", "concordance"};
    return measure >= 0 && measure < HO_N_MEASURE ? name[measure] : "?";
}
