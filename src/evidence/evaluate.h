/* How well a run agrees with the record in what was not counted: which districts, in what order, how. Pure functions.
 * Internal to the stage and the report. */
#ifndef HO_EVIDENCE_EVALUATE_H
#define HO_EVIDENCE_EVALUATE_H

#include "holdout/scenario.h"

/* What the record says of a district on a day. */
typedef enum ho_truth { HO_TRUTH_UNKNOWN, HO_TRUTH_NOT, HO_TRUTH_FALLEN } ho_truth;

/* Recorded captures of each district, by one bloc and by the others, of confidence high or med and with both bounds:
 * values and offsets. */
typedef struct ho_captures {
    size_t n_district, n_dated; /* districts; those with a row of the bloc itself */
    size_t *first;              /* (n_district + 1) offsets into row */
    const ho_record_row **row;  /* borrowed from the scenario */
    bool *own;                  /* as row: captured by the bloc; false: taken from it */
} ho_captures;

/* Collects the rows of `captured.BLOC` for every bloc. false: out of memory (then *captures is empty). The caller frees
 * with ho_captures_free. */
bool ho_captures_build(const ho_scenario *scenario, int32_t bloc, ho_captures *captures);
void ho_captures_free(ho_captures *captures);
/* First own row of a district, or NULL. */
const ho_record_row *ho_captures_own(const ho_captures *captures, size_t district);

/* Fallen: the last capture that ended by then is the bloc's own. Not: it is another's, or there is none, and the next
 * is the bloc's own. Otherwise unknown: no row, inside an interval, or taken back with nothing recorded afterwards. */
ho_truth ho_captures_truth(const ho_captures *captures, size_t district, ho_day day);

/* Area under the receiver operating characteristic: the share of (fallen, not) pairs that score ranks right, ties one
 * half (Hanley and McNeil 1982, eq. 1; Mann and Whitney 1947). Members with truth unknown or a NaN score are left out.
 * NaN if a class is empty. score, truth: (n). order: scratch (n). */
double ho_auc(const double *score, const ho_truth *truth, size_t n, size_t *order);

/* Order of events against the record. Pairs (i, j) with recorded end of i before recorded start of j; a replicate
 * agrees by 1 if i came first, by one half if both came on the same day or neither did, else 0: Harrell's concordance
 * (Harrell et al. 1982) within a replicate. */
typedef struct ho_order {
    size_t n_item, n_pair;
    double concordance,
        se;           /* mean over replicates and its standard error; NaN without pairs (or, se, with one replicate) */
    double by_median; /* of the median days over replicates */
} ho_order;

#define HO_NEVER INT32_MAX /* day of what did not happen */

/* start, end: recorded days (n_item), HO_DAY_NONE where not recorded: left out. day: (n_item, n_replicate), HO_NEVER if
 * it did not happen. median: (n_item). */
ho_order ho_order_of(const ho_day *start, const ho_day *end, const int32_t *day, const int32_t *median, size_t n_item,
                     size_t n_replicate);

/* Quantile by nearest rank: the smallest value with at least a share q at or below it. value is sorted, n >= 1. */
int32_t ho_quantile_day(const int32_t *value, size_t n, double q);
double ho_quantile_share(const double *value, size_t n, double q);

#endif
