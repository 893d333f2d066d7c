/* When two distances covered today come to the same. Whoever arrives somewhere after m km goes on today only as long as m and the links still taken
 * stay below a day's distance v. So at a place m matters only through which sums S of links walked from there have m + S < v, and all m between two
 * neighbouring values of v - S lead to the same future: cohorts that differ in nothing else are one. */
#ifndef HO_FLOW_STINTS_H
#define HO_FLOW_STINTS_H

#include "flow/network.h"

typedef struct ho_stints {
    double unit_km;  /* every distance is a multiple of it; 0: nothing is known, every m is kept */
    size_t n_unit;   /* of a day */
    uint16_t *until; /* (n_place, n_unit) [unit] the largest m that comes to the same */
} ho_stints;

/* For a network where all links are travelled at day_km a day. If distances are not multiples of a sixteenth of a km, or there are too many places,
 * every m is kept. HO_ERR_MEMORY. The caller frees, also on failure. */
ho_status ho_stints_build(const ho_network *network, double day_km, ho_stints *stints, ho_error *err);
void ho_stints_free(ho_stints *stints);

/* The one value that stands for all that come to the same as m < a day at a place; at least m. */
static inline double ho_stints_round(const ho_stints *stints, int32_t place, double m) {
    if (stints->unit_km == 0)
        return m;
    return stints->unit_km * stints->until[(size_t)place * stints->n_unit + (size_t)(m / stints->unit_km)];
}

#endif
