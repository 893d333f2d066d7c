/* A run about to be scored: what of the record is asked of it, and what the run says there. Internal to the stage. */
#ifndef HO_EVIDENCE_SCORE_PLAN_H
#define HO_EVIDENCE_SCORE_PLAN_H

#include "evidence/baselines.h"
#include "evidence/falls.h"
#include "holdout/evidence.h"

/* One recorded count. */
typedef struct ho_count_case {
    int32_t series, day; /* day of the run */
    double share, denominator; /* recorded, of the source's own number */
} ho_count_case;

/* Counts of one observable by one source and definition. */
typedef struct ho_count_series {
    char name[120], what[160];
    const ho_record_row *row; /* its first row; NULL: capitals by dated captures */
    int32_t column;           /* of the store */
    double of;                /* the model's own number of districts or capitals */
    double floor;             /* half a place, as a share */
    size_t first, n_case;     /* in ho_score_plan.count, by day */
    ho_points points;         /* known on the origin; owned */
} ho_count_series;

/* Bins in time: bin k ends on until[k], the last is open (HO_DAY_NONE). */
typedef struct ho_fall_bins {
    size_t n;
    ho_day *until;
} ho_fall_bins;

typedef struct ho_score_plan {
    const ho_world *world;      /* borrowed, as what follows */
    const ho_scenario *scenario;
    const ho_scores_options *options;
    ho_day origin;
    int32_t bloc;               /* whose captures are scored: of those that do not hold the national capital at first, the one with most rows;
                                   -1: none */
    size_t n_series, n_count;
    ho_count_series *series;
    ho_count_case *count;       /* by series, then day */
    size_t n_day;               /* days on which places are looked at, in order */
    ho_day *day;
    uint8_t *is_horizon;        /* (n_day); the others are windows of `next` */
    ho_fall_bins bins;
    ho_captures captures;
    ho_history history;
    size_t n_one_sided, n_other;

    /* of the run */
    size_t n_replicate;
    double *value;    /* (n_count, n_replicate) shares */
    uint32_t *held;   /* (n_day, n_district) replicates in which the bloc holds it */
    int32_t *national; /* (n_replicate) first day on which the bloc that held the national capital has lost it, HO_NEVER */
    ho_falls falls;
} ho_score_plan;

enum { HO_N_WINDOW = 3 };
extern const int32_t ho_score_window[HO_N_WINDOW]; /* [d] of `next` */

/* Chooses what is scored. HO_ERR_INPUT, HO_ERR_MEMORY: ho_score_plan_free all the same. */
ho_status ho_score_plan_build(ho_store *store, const ho_world *world, const ho_scores_options *options, ho_score_plan *plan, ho_error *err);
void ho_score_plan_free(ho_score_plan *plan);
/* What the record says of a district on a day: ho_captures_truth; where `undated_not_fallen`, a capture without a first day has not happened
 * before its last. */
ho_truth ho_score_truth(const ho_score_plan *plan, size_t district, ho_day day);
/* Number of a day among plan->day, -1 if it is not there. */
int32_t ho_score_day(const ho_score_plan *plan, ho_day day);

/* Scores everything. false: out of memory. */
bool ho_score_targets(const ho_score_plan *plan, const ho_places *places, ho_scores *scores);

#endif
