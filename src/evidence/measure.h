/* One fact in one replicate. Internal to the stage. */
#ifndef HO_EVIDENCE_MEASURE_H
#define HO_EVIDENCE_MEASURE_H

#include "holdout/evidence.h"
#include "record/store.h"

/* A fact made ready for a run: its places and days by number. */
typedef struct ho_fact_plan {
    const ho_fact_row *row;
    int32_t column;     /* observable, or -1 */
    int32_t day, until; /* days of the run; day -1: none */
    size_t n_place, n_pair;
    int32_t *place;     /* (n_place) districts, owned; repeated for crossings of one district */
    uint8_t *within;    /* (n_district) is a place, owned */
    int32_t *pair;      /* (2 n_pair) places that are neighbours, by number, owned; of clustering */
    double scale;       /* from what is counted to the unit */
    double low, high;   /* in the unit */
} ho_fact_plan;

void ho_fact_plan_free(ho_fact_plan *plan);
/* Fills the plan's place, within and pair. HO_ERR_MEMORY. */
ho_status ho_fact_places(const ho_world *world, ho_fact_plan *plan, ho_error *err);

/* Number (-1: none) and unit of an observable of the store. HO_ERR_IO. */
ho_status ho_column_find(ho_store *store, const char *name, int32_t *column, char unit[64], ho_error *err);
/* HO_ERR_STATE: the run is not finished. HO_ERR_INPUT: it is no run of the world's scenario. */
ho_status ho_evidence_check_run(const ho_store *store, const ho_world *world, ho_error *err);

/* What measuring needs besides a replicate; arrays made once. */
typedef struct ho_fact_scratch {
    const ho_world *world;
    size_t n_fact;
    const ho_fact_plan *plan; /* (n_fact) */
    const uint8_t *measured;  /* (n_fact) */
    double *value;            /* (n_fact) written */
    uint8_t *shown;           /* (n_fact) written */
    int32_t *first;           /* (n_district) day of the first loss, or HO_NOT_LOST */
    int32_t *holder;          /* (n_district) faction */
    uint32_t *n_on;           /* (n_day) */
} ho_fact_scratch;

enum { HO_NOT_LOST = INT32_MAX };

/* Values and verdicts of all measured facts in one replicate. Allocates nothing. */
void ho_facts_measure(ho_fact_scratch *scratch, const ho_stored *stored);

#endif
