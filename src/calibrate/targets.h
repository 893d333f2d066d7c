/* What a calibration is held against: numbers of the record that were known by a day, each with what is known of its error. Internal to the
 * stage.
 *
 * Three kinds. A count is a row of record.csv that counts districts or capitals of another bloc than the home bloc's (whose counts follow from
 * the others') by an observable of the model; both are shares, each of its own denominator. Capitals is the number of seats of provinces that were
 * recorded as captured by a day, on the last day and one and two weeks before it. A region's share is what part of the recorded captures
 * since the first day lies in it: where, not how many, since undated captures are missing; it is used from 20 captures on.
 *
 * Errors of observation (judgement), normal: a source has an offset of its own, shared by all its counts, sd 0.02 of the denominator; each
 * count an error of sd 0.015, 0.025 or 0.05 as its confidence is high, med or low, half its range where it has one, and one day's change (the
 * faster of those to the counts of the same source and observable before and after it), since its day is off too. Capitals: sd 0.3 seats, each
 * day's and one for all. A region's share: sd sqrt(p (1 - p) / n + 0.1^2), the second part for where news is gathered. */
#ifndef HO_CALIBRATE_TARGETS_H
#define HO_CALIBRATE_TARGETS_H

#include "holdout/record.h"

enum { HO_TARGETS_MAX = 1024 };

typedef enum ho_target_kind { HO_TARGET_COUNT, HO_TARGET_CAPITALS, HO_TARGET_REGION } ho_target_kind;

typedef struct ho_target {
    ho_target_kind kind;
    char name[160];      /* "districts_controlled.league, LWJ (control/contest)" */
    ho_day date;
    int32_t day;         /* of the run */
    int32_t column;      /* observable */
    int32_t source;      /* number of the source whose offset it shares, or -1 */
    int32_t bloc;        /* that captures */
    int32_t region;      /* of HO_TARGET_REGION: number in `region` */
    double value, sd;    /* share; error of its own */
    double shared_sd;    /* error that it has in common with others of its kind and source */
    double unit;         /* of the model's number per share: districts, seats */
    int32_t line;        /* in record.csv, 0: of several rows */
} ho_target;

typedef struct ho_targets {
    size_t n, n_source, n_region, n_left_out; /* left out: rows known too late or after the last day */
    ho_target *item;   /* (n), owned */
    int32_t *region;   /* (n_district) number of its region, owned */
    uint8_t *on;       /* (n_day) days whose observables are needed, owned */
} ho_targets;

/* Collects them for a world (its last day and known_by) from rows known by `known_by` (HO_DAY_NONE: all). HO_ERR_INPUT: there are none.
 * HO_ERR_MEMORY. Freed with ho_targets_free. */
ho_status ho_targets_build(const ho_world *world, const ho_observables *observables, ho_day known_by, ho_targets *targets,
                           ho_error *err);
void ho_targets_free(ho_targets *targets);

/* Their values in a replicate, without errors of observation: value (n), shares. */
void ho_targets_measure(const ho_targets *targets, const ho_world *world, const ho_result *result, double *value);
/* Lower Cholesky factor of the covariance of the errors: factor (n, n). */
void ho_targets_errors(const ho_targets *targets, double *factor);

#endif
