/* Sums of links walked from every place, as bits: S(p) holds L(p,q) and L(p,q) + s for s in S(q), below a day's distance; repeated until nothing is
 * added. All distances are multiples of the unit, so sums are exact. */
#include "flow/stints.h"

#include <stdlib.h>

static const double UNIT_LEAST_KM = 0.0625;
enum { UNITS_MOST = UINT16_MAX, ENTRIES_MOST = 1 << 25, BITS = 64 };

void ho_stints_free(ho_stints *stints) {
    free(stints->until);
    *stints = (ho_stints){0};
}

static bool is_multiple(double km, double unit_km) {
    return km < 0x1p40 && km / unit_km == (double)(int64_t)(km / unit_km);
}

/* The largest of 1, 1/2, ... km that all distances are multiples of; 0: none. */
static double unit_of(const ho_network *network, double day_km) {
    for (double unit_km = 1; unit_km >= UNIT_LEAST_KM; unit_km /= 2) {
        bool fits = is_multiple(day_km, unit_km);
        for (size_t k = 0; k < network->n_link && fits; k++)
            fits = is_multiple(network->km[k], unit_km);
        if (fits)
            return unit_km;
    }
    return 0;
}

/* Adds to `into` the sums that begin with a link of so many units and go on from a place with the sums `from`; true if there were new ones. */
static bool add_link(uint64_t *into, const uint64_t *from, size_t units, size_t n_unit) {
    size_t n_word = (n_unit + BITS - 1) / BITS, word = units / BITS, bit = units % BITS;
    uint64_t other = 0;
    if (units >= n_unit)
        return false;
    for (size_t k = n_word; k-- > word;) {
        uint64_t moved = from[k - word] << bit;
        if (bit && k > word)
            moved |= from[k - word - 1] >> (BITS - bit);
        if (k == word)
            moved |= UINT64_C(1) << bit; /* the link alone */
        if (k + 1 == n_word && n_unit % BITS)
            moved &= (UINT64_C(1) << n_unit % BITS) - 1;
        other |= moved & ~into[k];
        into[k] |= moved;
    }
    return other != 0;
}

/* until[m] for one place: m goes on with the sum S if m + S < day; the largest m' >= m that goes on with the same. */
static void make_until(const uint64_t *sums, size_t n_unit, uint16_t *until) {
    size_t last = n_unit - 1; /* of the stretch that comes to the same, from the top */
    for (size_t m = n_unit; m-- > 0;) {
        size_t s = n_unit - 1 - m; /* m + s < day, and (m + 1) + s is not */
        if (sums[s / BITS] >> s % BITS & 1)
            last = m;
        until[m] = (uint16_t)last;
    }
}

ho_status ho_stints_build(const ho_network *network, double day_km, ho_stints *stints, ho_error *err) {
    size_t n = network->n_place;
    *stints = (ho_stints){0};
    double unit_km = unit_of(network, day_km);
    if (unit_km == 0 || day_km / unit_km > UNITS_MOST || (double)n * day_km / unit_km > ENTRIES_MOST)
        return HO_OK;
    size_t n_unit = (size_t)(day_km / unit_km), n_word = (n_unit + BITS - 1) / BITS;
    uint64_t *sums = calloc(n * n_word + 1, sizeof *sums);
    uint16_t *until = malloc((n * n_unit + 1) * sizeof *until);
    if (!sums || !until) {
        free(sums);
        free(until);
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for stints");
    }
    for (bool more = true; more;) {
        more = false;
        for (size_t k = 0; k < network->n_link; k++)
            more = add_link(&sums[(size_t)network->from[k] * n_word], &sums[(size_t)network->to[k] * n_word],
                            (size_t)(network->km[k] / unit_km), n_unit) ||
                   more;
    }
    for (size_t p = 0; p < n; p++)
        make_until(&sums[p * n_word], n_unit, &until[p * n_unit]);
    free(sums);
    *stints = (ho_stints){.unit_km = unit_km, .n_unit = n_unit, .until = until};
    return HO_OK;
}
