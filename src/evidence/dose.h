/* A scenario with more of something. Internal to the stage. */
#ifndef HO_EVIDENCE_DOSE_H
#define HO_EVIDENCE_DOSE_H

#include "holdout/scenario.h"

/* A copy of the scenario's rows that a dose changes; everything else is shared with it. */
typedef struct ho_dosed {
    ho_scenario scenario;
    ho_flow_row *flow;         /* owned, as below */
    ho_calendar_row *calendar;
    ho_kind_row *kind;
} ho_dosed;

/* Multiplies what the row of kind dose names. HO_ERR_MEMORY. The caller frees with ho_dosed_free; `scenario` must outlive it. */
ho_status ho_dosed_make(const ho_scenario *scenario, const ho_fact_row *row, ho_dosed *dosed, ho_error *err);
void ho_dosed_free(ho_dosed *dosed);

#endif
