/* Reading replicates back, in order. */
#include <stdlib.h>

#include "base/text.h"
#include "record/sql.h"
#include "record/store.h"

typedef struct ho_scan {
    ho_store *store;
    sqlite3_stmt *draw, *row;
    ho_change *change; /* (capacity) */
    size_t capacity;
    size_t n_faction, n_district; /* limits of what a row may say */
} ho_scan;

static ho_status damaged(const ho_store *store, int64_t replicate, ho_error *err) {
    return ho_error_set(err, HO_ERR_INPUT, "%s: damaged: replicate %lld", store->path, (long long)replicate);
}

static ho_status count_of(ho_store *store, const char *sql, size_t *n, ho_error *err) {
    sqlite3_stmt *query = NULL;
    bool there = false;
    ho_status status = ho_sql_prepare(store->db, store->path, sql, &query, err);
    if (!status)
        status = ho_sql_next(query, store->path, &there, err);
    if (!status)
        *n = there ? (size_t)sqlite3_column_int64(query, 0) : 0;
    sqlite3_finalize(query);
    return status;
}

static bool in_range(int64_t value, size_t n) {
    return value >= 0 && (uint64_t)value < n;
}

/* The change in the current row of `row`; false if it is impossible. */
static bool read_change(const ho_scan *scan, ho_change *change) {
    int64_t field[5];
    for (int k = 0; k < 5; k++)
        field[k] = sqlite3_column_int64(scan->row, k);
    *change =
        (ho_change){(int32_t)field[0], (int32_t)field[1], (int32_t)field[2], (int32_t)field[3], (int32_t)field[4]};
    return in_range(field[0], scan->store->n_day) && in_range(field[1], scan->n_district) &&
           in_range(field[2], scan->n_faction) && in_range(field[3], scan->n_faction) && in_range(field[4], HO_N_MODE);
}

static ho_status read_changes(ho_scan *scan, int64_t replicate, int64_t first, int64_t n, ho_error *err) {
    ho_store *store = scan->store;
    bool there = true;
    if (first < 0 || n < 0 || first > INT64_MAX - n)
        return damaged(store, replicate, err);
    size_t got = 0;
    sqlite3_bind_int64(scan->row, 1, first);
    sqlite3_bind_int64(scan->row, 2, first + n);
    ho_status status = ho_sql_next(scan->row, store->path, &there, err);
    while (!status && there) {
        ho_change *change = scan->change;
        if (got == scan->capacity)
            change = ho_array_grow(scan->change, &scan->capacity, got + 1, sizeof *change);
        if (!change)
            return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for changes", store->path);
        scan->change = change;
        if (!read_change(scan, &change[got++]))
            return damaged(store, replicate, err);
        status = ho_sql_next(scan->row, store->path, &there, err);
    }
    sqlite3_reset(scan->row);
    return !status && got != (size_t)n ? damaged(store, replicate, err) : status;
}

static ho_status visit_one(ho_scan *scan, int what, ho_visit visit, void *context, ho_error *err) {
    ho_store *store = scan->store;
    bool changes = what & HO_SCAN_CHANGES;
    int64_t replicate = sqlite3_column_int64(scan->draw, 0), n = changes ? sqlite3_column_int64(scan->draw, 2) : 0;
    ho_status status = changes ? read_changes(scan, replicate, sqlite3_column_int64(scan->draw, 1), n, err) : HO_OK;
    if (status)
        return status;
    ho_stored stored = {.replicate = (uint32_t)replicate,
                        .n_change = (size_t)n,
                        .change = changes ? scan->change : NULL,
                        .digest = (const char *)sqlite3_column_text(scan->draw, 3)};
    if (what & HO_SCAN_COLUMNS) {
        size_t n_float = store->n_day * store->n_value;
        const uint8_t *bytes = sqlite3_column_blob(scan->draw, 4);
        if (!bytes || sqlite3_column_bytes(scan->draw, 4) != (int)(4 * n_float))
            return damaged(store, replicate, err);
        ho_floats_decode(bytes, n_float, store->column);
        stored.column = store->column;
    }
    return stored.digest ? visit(context, &stored, err) : damaged(store, replicate, err);
}

ho_status ho_store_scan(ho_store *store, int what, ho_visit visit, void *context, ho_error *err) {
    ho_scan scan = {.store = store};
    if (what & HO_SCAN_CHANGES && ho_store_withheld(store))
        return ho_error_set(err, HO_ERR_STATE, "%s: " HO_WITHHELD, store->folder);
    bool there = true;
    const char *draws =
        what & HO_SCAN_COLUMNS ? "SELECT replicate, first_change, n_change, digest, \"values\" FROM draw ORDER BY replicate"
                     : "SELECT replicate, first_change, n_change, digest FROM draw ORDER BY replicate";
    ho_status status = count_of(store, "SELECT count(*) FROM faction", &scan.n_faction, err);
    if (!status)
        status = count_of(store, "SELECT count(*) FROM district", &scan.n_district, err);
    if (!status)
        status = ho_sql_prepare(store->db, store->path, draws, &scan.draw, err);
    if (!status)
        status = ho_sql_prepare(store->db, store->path,
                                "SELECT day, district, from_faction, to_faction, mode FROM change_row"
                                " WHERE id >= ? AND id < ? ORDER BY id",
                                &scan.row, err);
    while (!status && there) {
        status = ho_sql_next(scan.draw, store->path, &there, err);
        if (!status && there)
            status = visit_one(&scan, what, visit, context, err);
    }
    sqlite3_finalize(scan.draw);
    sqlite3_finalize(scan.row);
    free(scan.change);
    return status;
}

typedef struct ho_changes_seen {
    ho_change_visit visit;
    void *context;
} ho_changes_seen;

static ho_status see_changes(void *context, const ho_stored *stored, ho_error *err) {
    const ho_changes_seen *seen = context;
    return seen->visit(seen->context, stored->replicate, stored->change, stored->n_change, err);
}

ho_status ho_store_changes(ho_store *store, ho_change_visit visit, void *context, ho_error *err) {
    ho_changes_seen seen = {visit, context};
    return ho_store_scan(store, HO_SCAN_CHANGES, see_changes, &seen, err);
}
