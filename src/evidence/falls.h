/* What a run's changes of hands say of one bloc: when capitals fell to it, and how. Internal to the stage and the report. */
#ifndef HO_EVIDENCE_FALLS_H
#define HO_EVIDENCE_FALLS_H

#include "evidence/evaluate.h"
#include "holdout/sim.h"

/* Falls to one bloc. Replicates are numbered in the order they are read. */
typedef struct ho_falls {
    const ho_scenario *scenario; /* borrowed */
    int32_t bloc;
    size_t n_capital, n_replicate;
    int32_t *capital;           /* (n_capital) districts */
    int32_t *capital_of;        /* (n_district) index into capital, or -1 */
    int32_t *day;               /* (n_capital, n_replicate) first fall, HO_NEVER */
    int32_t *n_fall, *n_fought; /* (n_replicate) before the fall of the regime */
    int32_t *n_capital_fall, *n_capital_fought;
} ho_falls;

/* Falls of none yet. false: out of memory; ho_falls_free all the same. */
bool ho_falls_make(const ho_scenario *scenario, int32_t bloc, size_t n_replicate, ho_falls *falls);
void ho_falls_free(ho_falls *falls);
/* Adds a change of hands of a replicate; one that is no fall to the bloc, or names what the scenario has not, is passed over. */
void ho_falls_add(ho_falls *falls, size_t replicate, const ho_change *change);

/* Order of the capitals against the record; median: (n_capital) over replicates. false: out of memory. */
bool ho_falls_order(const ho_falls *falls, const ho_captures *captures, const int32_t *median, ho_order *order);

/* A share by replicate over those with any fall. */
typedef struct ho_fought {
    double mean, q05, q95; /* NaN without any */
} ho_fought;
/* Share of falls that were fought, by replicate: n_fought, n_fall (n). false: out of memory. */
bool ho_fought_of(const int32_t *n_fought, const int32_t *n_fall, size_t n, ho_fought *fought);

/* Falls of `captured.BLOC` with a mode in the record, of all districts or of capitals. */
void ho_fought_recorded(const ho_scenario *scenario, int32_t bloc, bool capitals, int *n, int *n_fought);
/* Whether the record has rows of `captured.BLOC`. */
bool ho_captures_recorded(const ho_scenario *scenario, int32_t bloc);

#endif
