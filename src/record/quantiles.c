/* Quantiles by sorting. Floats are sorted by their bits (sign flipped, negatives inverted), 11 bits at a time from the
 * lowest; a pass in which all keys agree is skipped, which is the rule for counts. The mean is summed in replicate
 * order, before sorting. */
#include "record/quantiles.h"

#include <math.h>
#include <string.h>

enum { DIGIT_BITS = 11, N_DIGIT = 1 << DIGIT_BITS, N_PASS = 3 };

static uint32_t key_of(float value) {
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits ^ ((bits >> 31) ? UINT32_MAX : UINT32_C(0x80000000));
}

static size_t digit_of(float value, int pass) {
    return (key_of(value) >> (DIGIT_BITS * pass)) & (N_DIGIT - 1);
}

void ho_sort_floats(float *value, float *scratch, size_t n) {
    float *from = value, *to = scratch;
    for (int pass = 0; pass < N_PASS && n > 1; pass++) {
        size_t place[N_DIGIT] = {0}, sum = 0;
        for (size_t i = 0; i < n; i++)
            place[digit_of(from[i], pass)]++;
        if (place[digit_of(from[0], pass)] == n)
            continue;
        for (size_t d = 0; d < N_DIGIT; d++) {
            size_t count = place[d];
            place[d] = sum;
            sum += count;
        }
        for (size_t i = 0; i < n; i++)
            to[place[digit_of(from[i], pass)]++] = from[i];
        float *swap = from;
        from = to;
        to = swap;
    }
    if (from != value)
        memcpy(value, from, n * sizeof *value);
}

double ho_quantile(const float *sorted, size_t n, double q) {
    if (n == 0)
        return (double)NAN;
    double at = (double)(n - 1) * q;
    size_t below = (size_t)at;
    if (below + 1 >= n)
        return (double)sorted[n - 1];
    double low = (double)sorted[below], high = (double)sorted[below + 1];
    return low + (at - (double)below) * (high - low);
}

ho_spread ho_spread_of(float *value, float *scratch, size_t n) {
    size_t kept = 0;
    double sum = 0.0;
    for (size_t i = 0; i < n; i++) {
        if (isnan(value[i]))
            continue;
        value[kept++] = value[i];
        sum += (double)value[kept - 1];
    }
    double mean = kept ? sum / (double)kept : (double)NAN, squares = 0.0;
    for (size_t i = 0; i < kept; i++)
        squares += ((double)value[i] - mean) * ((double)value[i] - mean);
    ho_sort_floats(value, scratch, kept);
    return (ho_spread){
        .n = kept,
        .mean = mean,
        .q05 = ho_quantile(value, kept, 0.05),
        .q25 = ho_quantile(value, kept, 0.25),
        .q50 = ho_quantile(value, kept, 0.50),
        .q75 = ho_quantile(value, kept, 0.75),
        .q95 = ho_quantile(value, kept, 0.95),
        .mcse = kept > 1 ? sqrt(squares / (double)(kept - 1) / (double)kept) : (double)NAN,
    };
}
