/* Differences within pairs: mean, standard error, quantiles, and how often one side is above the other. */
#include "record/paired.h"

#include <math.h>

#include "record/quantiles.h"

static double share(size_t part, size_t n) {
    return n ? (double)part / (double)n : (double)NAN;
}

ho_paired ho_paired_of(const float *a, const float *b, size_t n, float *difference, float *scratch) {
    size_t kept = 0, above = 0, below = 0;
    double sum_a = 0.0, sum_b = 0.0, sum = 0.0, squares = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(a[i]) || isnan(b[i]))
            continue;
        sum_a += (double)a[i];
        sum_b += (double)b[i];
        sum += (double)b[i] - (double)a[i];
        above += b[i] > a[i];
        below += b[i] < a[i];
        difference[kept++] = (float)((double)b[i] - (double)a[i]);
    }
    double mean = kept ? sum / (double)kept : (double)NAN;
    for (size_t i = 0; i < n; i++) {
        double off = (double)b[i] - (double)a[i] - mean;
        squares += isnan(off) ? 0.0 : off * off;
    }
    ho_sort_floats(difference, scratch, kept);
    return (ho_paired){
        .n = kept,
        .mean_a = kept ? sum_a / (double)kept : (double)NAN,
        .mean_b = kept ? sum_b / (double)kept : (double)NAN,
        .difference = mean,
        .se = kept > 1 ? sqrt(squares / (double)(kept - 1) / (double)kept) : (double)NAN,
        .q05 = ho_quantile(difference, kept, 0.05),
        .q95 = ho_quantile(difference, kept, 0.95),
        .above = share(above, kept),
        .below = share(below, kept),
    };
}
