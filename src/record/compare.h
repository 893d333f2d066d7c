/* Inside a comparison: the columns wanted from both stores and the passes that read them. */
#ifndef HO_RECORD_COMPARE_H
#define HO_RECORD_COMPARE_H

#include "record/store.h"

typedef enum ho_column_kind {
    HO_COLUMN_ROW,    /* target: row of the comparison */
    HO_COLUMN_CURVE,  /* target: curve * n_day + day */
    HO_COLUMN_FALL,   /* first day the national capital is lost; of table outcome */
    HO_COLUMN_ENDING
} ho_column_kind;

/* One number of each replicate of both runs. */
typedef struct ho_compare_column {
    ho_column_kind kind;
    size_t at[HO_N_SIDE]; /* index into draw.values */
    size_t target;
} ho_compare_column;

/* Most bytes of values held at a time, if one column fits. */
enum { HO_COMPARE_BYTES = 64 << 20 };

/* Reads replicates 0 .. n_pair of both stores once for as many columns as fit into max_bytes, and fills the rows, curves, fall and endings
 * of the comparison. HO_ERR_INPUT: a store is damaged. */
ho_status ho_compare_read(ho_store *const store[HO_N_SIDE], const ho_compare_column *column, size_t n_column,
                          size_t max_bytes, ho_comparison *comparison, ho_error *err);

#endif
