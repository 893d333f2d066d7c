/* The passes of a comparison: both stores are read side by side in the order of replicates; what is wanted of each pair
 * goes into columns, and a full column is turned into its row, its point of a curve, or its counts. */
#include "record/compare.h"

#include <math.h>
#include <stdlib.h>

#include "record/paired.h"
#include "record/quantiles.h"
#include "record/sql.h"

typedef struct ho_pass {
    ho_store *const *store;
    const ho_compare_column *column; /* (n_column) of this pass */
    size_t n_column, n_pair;
    float *value[HO_N_SIDE];     /* (n_column, n_pair) */
    float *difference, *scratch; /* (n_pair) */
    ho_comparison *comparison;
} ho_pass;

/* --- reading --- */

static ho_status damaged(const ho_store *store, size_t replicate, ho_error *err) {
    return ho_error_set(err, HO_ERR_INPUT, "%s: damaged: replicate %zu", store->path, replicate);
}

/* Days from the first to the date in the current row; NaN: none by the last common day. */
static float fall_of(const ho_comparison *comparison, sqlite3_stmt *query) {
    const char *text = (const char *)sqlite3_column_text(query, 2);
    ho_day day = HO_DAY_NONE;
    bool fell = text && ho_day_parse(text, &day) && day <= comparison->until;
    return fell ? (float)(day - comparison->from) : NAN;
}

/* The current row of one side into the columns. */
static ho_status keep_row(ho_pass *pass, int side, size_t replicate, sqlite3_stmt *query, ho_error *err) {
    const ho_store *store = pass->store[side];
    const uint8_t *bytes = sqlite3_column_blob(query, 1);
    size_t n_float = store->n_day * store->n_value;
    if (sqlite3_column_int64(query, 0) != (sqlite3_int64)replicate || !bytes ||
        sqlite3_column_bytes(query, 1) != (int)(4 * n_float))
        return damaged(store, replicate, err);
    for (size_t k = 0; k < pass->n_column; k++) {
        float *value = &pass->value[side][k * pass->n_pair + replicate];
        if (pass->column[k].kind == HO_COLUMN_FALL)
            *value = fall_of(pass->comparison, query);
        else
            ho_floats_decode(bytes + 4 * pass->column[k].at[side], 1, value);
    }
    return HO_OK;
}

static ho_status read_pairs(ho_pass *pass, sqlite3_stmt *const query[HO_N_SIDE], ho_error *err) {
    ho_status status = HO_OK;
    for (size_t replicate = 0; replicate < pass->n_pair; replicate++)
        for (int side = 0; side < HO_N_SIDE; side++) {
            bool there = false;
            status = ho_sql_next(query[side], pass->store[side]->path, &there, err);
            if (!status && !there)
                status = damaged(pass->store[side], replicate, err);
            if (!status)
                status = keep_row(pass, side, replicate, query[side], err);
            if (status)
                return status;
        }
    return HO_OK;
}

static ho_status read_pass(ho_pass *pass, ho_error *err) {
    sqlite3_stmt *query[HO_N_SIDE] = {NULL, NULL};
    ho_status status = HO_OK;
    for (int side = 0; side < HO_N_SIDE && !status; side++)
        status = ho_sql_prepare(pass->store[side]->db, pass->store[side]->path,
                                "SELECT d.replicate, d.\"values\", o.national_capital_fallen_on FROM draw d"
                                " JOIN outcome o USING(replicate) ORDER BY d.replicate",
                                &query[side], err);
    if (!status)
        status = read_pairs(pass, query, err);
    for (int side = 0; side < HO_N_SIDE; side++)
        sqlite3_finalize(query[side]);
    return status;
}

/* --- full columns --- */

static void count_falls(const float *a, const float *b, size_t n, ho_compared_fall *fall) {
    for (size_t i = 0; i < n; i++) {
        bool in_a = !isnan(a[i]), in_b = !isnan(b[i]);
        fall->n_both += in_a && in_b;
        fall->n_only[HO_SIDE_A] += in_a && !in_b;
        fall->n_only[HO_SIDE_B] += in_b && !in_a;
        fall->n_neither += !in_a && !in_b;
    }
}

static int ending_of(float value) {
    return value >= 0.0f && value < (float)HO_N_ENDING && value == floorf(value) ? (int)value : -1;
}

static ho_status count_endings(const ho_pass *pass, const float *a, const float *b, ho_error *err) {
    ho_comparison *comparison = pass->comparison;
    for (size_t i = 0; i < pass->n_pair; i++) {
        int in_a = ending_of(a[i]), in_b = ending_of(b[i]);
        if (in_a < 0 || in_b < 0)
            return damaged(pass->store[in_a < 0 ? HO_SIDE_A : HO_SIDE_B], i, err);
        comparison->ending[in_a][in_b]++;
        comparison->n_ending_changed += in_a != in_b;
    }
    return HO_OK;
}

static ho_status finish_column(ho_pass *pass, size_t k, ho_error *err) {
    ho_comparison *comparison = pass->comparison;
    const ho_compare_column *column = &pass->column[k];
    float *a = pass->value[HO_SIDE_A] + k * pass->n_pair, *b = pass->value[HO_SIDE_B] + k * pass->n_pair;
    if (column->kind == HO_COLUMN_ENDING)
        return count_endings(pass, a, b, err);
    ho_paired paired = ho_paired_of(a, b, pass->n_pair, pass->difference, pass->scratch);
    if (column->kind == HO_COLUMN_ROW) {
        comparison->row[column->target].paired = paired;
    } else if (column->kind == HO_COLUMN_FALL) {
        comparison->fall.day = paired;
        count_falls(a, b, pass->n_pair, &comparison->fall);
    } else {
        ho_compared_curve *curve = &comparison->curve[column->target / comparison->n_day];
        size_t day = column->target % comparison->n_day;
        curve->difference[day] = paired;
        /* these reorder the values, so they come last */
        curve->side[HO_SIDE_A][day] = ho_spread_of(a, pass->scratch, pass->n_pair);
        curve->side[HO_SIDE_B][day] = ho_spread_of(b, pass->scratch, pass->n_pair);
    }
    return HO_OK;
}

/* --- all passes --- */

static ho_status run_passes(ho_pass *pass, const ho_compare_column *column, size_t n_column, size_t fit,
                            ho_error *err) {
    ho_status status = HO_OK;
    for (size_t first = 0; first < n_column && !status; first += pass->n_column) {
        pass->column = column + first;
        pass->n_column = n_column - first < fit ? n_column - first : fit;
        status = read_pass(pass, err);
        for (size_t k = 0; k < pass->n_column && !status; k++)
            status = finish_column(pass, k, err);
    }
    return status;
}

ho_status ho_compare_read(ho_store *const store[HO_N_SIDE], const ho_compare_column *column, size_t n_column,
                          size_t max_bytes, ho_comparison *comparison, ho_error *err) {
    size_t n_pair = comparison->n_pair, fit = max_bytes / (HO_N_SIDE * sizeof(float)) / n_pair;
    fit = fit ? fit : 1;
    fit = fit < n_column ? fit : n_column;
    ho_pass pass = {.store = store, .n_pair = n_pair, .comparison = comparison};
    for (int side = 0; side < HO_N_SIDE; side++)
        pass.value[side] = calloc(fit * n_pair, sizeof(float));
    pass.difference = calloc(n_pair, sizeof(float));
    pass.scratch = calloc(n_pair, sizeof(float));
    ho_status status = HO_OK;
    if (!pass.value[HO_SIDE_A] || !pass.value[HO_SIDE_B] || !pass.difference || !pass.scratch)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu pairs of replicates", n_pair);
    else
        status = run_passes(&pass, column, n_column, fit, err);
    for (int side = 0; side < HO_N_SIDE; side++)
        free(pass.value[side]);
    free(pass.difference);
    free(pass.scratch);
    return status;
}
