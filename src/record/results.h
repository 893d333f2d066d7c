/* What is found in a whole run, made at its end from the store alone; each part in bounded memory whatever the number of
 * replicates. */
#ifndef HO_RECORD_RESULTS_H
#define HO_RECORD_RESULTS_H

#include "base/digest.h"
#include "record/quantiles.h"
#include "record/store.h"

typedef struct ho_results {
    ho_spread *series; /* (n_value, n_day); series.c */
    size_t n_capital;
    int32_t *capital;          /* (n_capital) districts; outcome.c */
    uint32_t *capital_fallen;  /* (n_capital, n_day) replicates in which it has fallen by that day; outcome.c */
    uint32_t *national_fallen; /* (n_day) the same of the national capital; outcome.c */
    size_t n_distinct;         /* replicates that differ from each other; outcome.c */
    char digest[HO_DIGEST_TEXT]; /* outcome.c */
} ho_results;

void ho_results_free(ho_results *results);

/* Largest table held while finding, in bytes: replicates times columns, or days times districts. */
enum { HO_FIND_BYTES = 8 << 20 };

/* Spread of every observable on every day over replicates; fills results->series and table series_row. */
ho_status ho_series_find(ho_store *store, ho_results *results, ho_error *err);
/* Share of replicates in which each bloc holds each district on each day: table control_row. */
ho_status ho_control_find(ho_store *store, const ho_world *world, ho_error *err);
/* One pass over replicates: digest, table outcome, falls of capitals; then table capital_fall. */
ho_status ho_outcome_find(ho_store *store, const ho_run_identity *identity, ho_results *results, ho_error *err);
/* The parameters of every replicate, drawn again: table drawn. */
ho_status ho_drawn_write(ho_store *store, const ho_run_identity *identity, ho_error *err);
/* summary.json, whole or not at all. */
ho_status ho_summary_write(const ho_store *store, const ho_run_identity *identity, const ho_finish_info *info,
                           const ho_results *results, ho_error *err);

#endif
