/* Inside the audit: an expression made ready for a world, its value on a day, and the record as a second source of values. */
#ifndef HO_EVIDENCE_AUDIT_H
#define HO_EVIDENCE_AUDIT_H

#include "evidence/expression.h"
#include "holdout/evidence.h"
#include "record/store.h"

/* Names and units of observables by their column. */
typedef struct ho_columns {
    size_t n;
    char (*name)[64], (*unit)[32]; /* (n), owned */
} ho_columns;

ho_status ho_columns_of_world(const ho_world *world, ho_columns *columns, ho_error *err);
void ho_columns_free(ho_columns *columns);

/* What a leaf of an expression is once its words are known. */
typedef enum ho_leaf_kind {
    HO_LEAF_NONE,
    HO_LEAF_COLUMN,   /* an observable, times scale */
    HO_LEAF_HELD,     /* sum of weights of districts whose centre the bloc holds */
    HO_LEAF_ALL,      /* 1 if it holds all districts with a weight */
    HO_LEAF_CAPTURED, /* sum of weights of districts it took since a day */
    HO_LEAF_ENDING    /* 1 if the replicate ends so */
} ho_leaf_kind;

typedef struct ho_leaf {
    ho_leaf_kind kind;
    int32_t column, bloc;
    double scale;
    double *weight; /* (n_district) owned; NULL: none */
    double total;   /* of the weights */
} ho_leaf;

/* A reading made ready: leaf k belongs to node k. */
typedef struct ho_reading_plan {
    const ho_world *world;
    const ho_reading_row *row;
    const ho_claim_row *claim;
    ho_expression expression;
    ho_leaf leaf[HO_EXPRESSION_NODES];
    int32_t from, day;  /* the statement's days in the run */
    int32_t mechanism;  /* -1: none */
    double low, high;
} ho_reading_plan;

/* Reads and resolves a row's expression; its days and range are left to the caller. HO_ERR_INPUT with *error filled if it cannot be read or a
 * word means nothing here, HO_ERR_STATE likewise if a date in it is no day of this run, HO_ERR_MEMORY with *error untouched. The plan is freed by the
 * caller in any case. */
ho_status ho_reading_bind(const ho_world *world, const ho_columns *columns, const ho_reading_row *row, ho_reading_plan *plan,
                          ho_expression_error *error);
void ho_reading_plan_free(ho_reading_plan *plan);

/* Where leaves get their values from. */
typedef struct ho_source {
    double (*leaf)(void *context, const ho_reading_plan *plan, const ho_node *node, const ho_leaf *leaf, int32_t day);
    void *context;
} ho_source;

/* Value of the whole expression for the statement's days; NaN: it has none. */
double ho_reading_value(const ho_reading_plan *plan, const ho_source *source);

/* A replicate as a source. */
typedef struct ho_replicate_source {
    const ho_world *world;
    const ho_stored *stored;
    int32_t *holder;  /* (n_district) factions at the end of `day` */
    uint32_t *mark;   /* (n_district) */
    uint32_t stamp;
    int32_t day;      /* -1: none */
    size_t next;      /* first change after it */
} ho_replicate_source;

ho_status ho_replicate_source_build(const ho_world *world, ho_replicate_source *source, ho_error *err);
void ho_replicate_source_free(ho_replicate_source *source);
void ho_replicate_source_take(ho_replicate_source *source, const ho_stored *stored);
double ho_replicate_leaf(void *context, const ho_reading_plan *plan, const ho_node *node, const ho_leaf *leaf, int32_t day);

/* What record.csv says of the same expression: low..high, NaN both if nothing. */
enum { HO_RECORD_NEAR_DAY = 7 };
ho_status ho_recorded_value(const ho_reading_plan *plan, const ho_columns *columns, ho_audit_reading *reading, ho_error *err);

#endif
