/* Counts of people by place on any day, from those kept. Internal to the stage. */
#ifndef HO_EVIDENCE_WINDOW_H
#define HO_EVIDENCE_WINDOW_H

#include "holdout/evidence.h"

/* Where a day lies among the days kept: after the k-th by a share of the way to the next. */
typedef struct ho_moment {
    size_t k;
    double share;
} ho_moment;

/* day: [days since the first] of the run. */
ho_moment ho_moment_of(const ho_flow_shape *shape, int32_t day);

/* Number `at` of a replicate's counts (n_day, n_count) at that moment. */
static inline double ho_counted(const ho_flow_shape *shape, const int32_t *count, size_t at, ho_moment moment) {
    const int32_t *day = count + moment.k * shape->n_count;
    double low = day[at];
    return moment.share > 0 ? low + moment.share * (day[shape->n_count + at] - low) : low;
}

/* Share of n values above a threshold. */
double ho_share_above(const float *value, size_t n, double threshold);

/* Most bytes of values held at a time, if one column fits. */
enum { HO_WINDOW_BYTES = 64 << 20 };

/* HO_ERR_INPUT: a threshold is not finite, too small or not above the one before, or there are none or too many. */
ho_status ho_thresholds_check(const ho_brief_options *options, ho_error *err);

#endif
