/* The run store: run.sqlite, one writer, whole replicates in transactions.
 *
 * A new store is filled with its identity under another name and renamed, so that a run.sqlite always says what it is a
 * run of. While running: write-ahead log, exclusive lock (a second writer is refused). `state` in meta is `running`
 * until ho_store_finish has written everything. */
#include "record/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "record/files.h"
#include "record/flows.h"
#include "record/integers.h"
#include "record/schema.h"
#include "record/sql.h"

enum { N_REPLICATE_MAX = 100000000, N_BLOB_MAX = 500000000 /* bytes; half of SQLite's limit */ };

void ho_floats_encode(const float *value, size_t n, uint8_t *bytes) {
    for (size_t i = 0; i < n; i++) {
        uint32_t bits;
        memcpy(&bits, &value[i], sizeof bits);
        for (int k = 0; k < 4; k++)
            bytes[4 * i + (size_t)k] = (uint8_t)(bits >> (8 * k));
    }
}

void ho_doubles_encode(const double *value, size_t n, uint8_t *bytes) {
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &value[i], sizeof bits);
        for (int k = 0; k < 8; k++)
            bytes[8 * i + (size_t)k] = (uint8_t)(bits >> (8 * k));
    }
}

void ho_doubles_decode(const uint8_t *bytes, size_t n, double *value) {
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = 0;
        for (int k = 0; k < 8; k++)
            bits |= (uint64_t)bytes[8 * i + (size_t)k] << (8 * k);
        memcpy(&value[i], &bits, sizeof bits);
    }
}

void ho_floats_decode(const uint8_t *bytes, size_t n, float *value) {
    for (size_t i = 0; i < n; i++) {
        uint32_t bits = 0;
        for (int k = 0; k < 4; k++)
            bits |= (uint32_t)bytes[4 * i + (size_t)k] << (8 * k);
        memcpy(&value[i], &bits, sizeof bits);
    }
}

/* --- opening --- */

static ho_status store_new(const char *folder, ho_store **store, ho_error *err) {
    ho_store *made = calloc(1, sizeof *made);
    if (made) {
        made->folder = strdup(folder);
        made->path = ho_path_join(folder, "run.sqlite");
    }
    if (!made || !made->folder || !made->path) {
        ho_store_close(made);
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", folder);
    }
    *store = made;
    return HO_OK;
}

static ho_status db_open(ho_store *store, int flags, ho_error *err) {
    int code = sqlite3_open_v2(store->path, &store->db, flags | SQLITE_OPEN_NOMUTEX, NULL);
    if (code != SQLITE_OK)
        return ho_sql_error(store->db, code, store->path, err);
    sqlite3_extended_result_codes(store->db, 1);
    return HO_OK;
}

/* Reads the mark that makes a database ours; any damage shows here first. */
static ho_status check_mark(ho_store *store, ho_error *err) {
    sqlite3_stmt *query = NULL;
    bool there = false;
    ho_status status = ho_sql_prepare(store->db, store->path, "PRAGMA application_id", &query, err);
    if (!status)
        status = ho_sql_next(query, store->path, &there, err);
    bool ours = there && sqlite3_column_int64(query, 0) == HO_STORE_APPLICATION_ID;
    sqlite3_finalize(query);
    if (!status && !ours)
        status = ho_error_set(err, HO_ERR_INPUT, "%s: a database, but not a run of holdout", store->path);
    return status;
}

static ho_status read_meta(ho_store *store, ho_error *err) {
    sqlite3_stmt *query = NULL;
    bool there = true;
    store->meta = json_object();
    if (!store->meta)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", store->path);
    ho_status status = ho_sql_prepare(store->db, store->path, "SELECT key, value FROM meta", &query, err);
    while (!status && there) {
        status = ho_sql_next(query, store->path, &there, err);
        const char *key = there ? (const char *)sqlite3_column_text(query, 0) : NULL;
        const char *value = there ? (const char *)sqlite3_column_text(query, 1) : NULL;
        if (key && value)
            json_object_set_new(store->meta, key, json_string(value));
    }
    sqlite3_finalize(query);
    return status;
}

const char *ho_store_meta(const ho_store *store, const char *key) {
    return json_string_value(json_object_get(store->meta, key));
}

static ho_status meta_size(const ho_store *store, const char *key, size_t max, size_t *size, ho_error *err) {
    const char *text = ho_store_meta(store, key);
    char *end = NULL;
    unsigned long long value = text ? strtoull(text, &end, 10) : 0;
    if (!text || end == text || *end || value < 1 || value > max)
        return ho_error_set(err, HO_ERR_INPUT, "%s: damaged: its number of %s is \"%s\"", store->path, key,
                            text ? text : "");
    *size = (size_t)value;
    return HO_OK;
}

static ho_status read_shape(ho_store *store, ho_error *err) {
    const char *format = ho_store_meta(store, "format");
    char ours[16];
    snprintf(ours, sizeof ours, "%d", HO_FORMAT);
    if (!format || strcmp(format, ours) != 0)
        return ho_error_set(err, HO_ERR_INPUT, "%s: written in format %s; this program reads %s", store->path,
                            format ? format : "unknown", ours);
    ho_status status = meta_size(store, "replicates", N_REPLICATE_MAX, &store->n_replicate, err);
    if (!status)
        status = meta_size(store, "days", N_BLOB_MAX / 4, &store->n_day, err);
    if (!status)
        status = meta_size(store, "observables", N_BLOB_MAX / 4 / store->n_day, &store->n_value, err);
    const char *state = ho_store_meta(store, "state");
    store->finished = state && strcmp(state, "finished") == 0;
    return status;
}

static ho_status room_make(ho_store *store, size_t n_replicate, ho_error *err) {
    size_t n_float = store->n_day * store->n_value;
    store->n_replicate = n_replicate;
    store->done = calloc(n_replicate, 1);
    store->whole = calloc(store->n_value, 1);
    store->column = calloc(n_float, sizeof *store->column);
    store->blob = calloc(n_float, 4);
    if (!store->done || !store->whole || !store->column || !store->blob)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for %zu replicates", store->path, n_replicate);
    return HO_OK;
}

/* Runs a query whose first column is an index below `n`; sets mark[index] to the second column. */
static ho_status read_marks(ho_store *store, const char *sql, size_t n, uint8_t *mark, size_t *count, ho_error *err) {
    sqlite3_stmt *query = NULL;
    bool there = true;
    ho_status status = ho_sql_prepare(store->db, store->path, sql, &query, err);
    while (!status && there) {
        status = ho_sql_next(query, store->path, &there, err);
        if (status || !there)
            break;
        int64_t index = sqlite3_column_int64(query, 0);
        if (index < 0 || (uint64_t)index >= n)
            status = ho_error_set(err, HO_ERR_INPUT, "%s: damaged: row %lld of %zu", store->path, (long long)index, n);
        else
            mark[index] = sqlite3_column_int64(query, 1) != 0;
        ++*count;
    }
    sqlite3_finalize(query);
    return status;
}

static ho_status read_done(ho_store *store, ho_error *err) {
    size_t n_observable = 0;
    ho_status status =
        read_marks(store, "SELECT replicate, 1 FROM draw", store->n_replicate, store->done, &store->n_done, err);
    if (!status)
        status = read_marks(store, "SELECT observable, whole FROM observable", store->n_value, store->whole,
                            &n_observable, err);
    if (!status && n_observable != store->n_value)
        status = ho_error_set(err, HO_ERR_INPUT, "%s: damaged: %zu of %zu observables", store->path, n_observable,
                              store->n_value);
    sqlite3_stmt *query = NULL;
    bool there = false;
    if (!status)
        status =
            ho_sql_prepare(store->db, store->path, "SELECT coalesce(max(id), -1) + 1 FROM change_row", &query, err);
    if (!status)
        status = ho_sql_next(query, store->path, &there, err);
    if (!status && there)
        store->next_change = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return status;
}

/* Runs of versions before them have no tables of people by place. */
static ho_status look_for_flows(ho_store *store, ho_error *err) {
    sqlite3_stmt *query = NULL;
    ho_status status = ho_sql_prepare(store->db, store->path,
                                      "SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'flow_draw'", &query, err);
    if (!status)
        status = ho_sql_next(query, store->path, &store->has_flow, err);
    sqlite3_finalize(query);
    return status;
}

/* Checks that the open database is a store and reads its meta and shape. */
static ho_status store_read_head(ho_store *store, ho_error *err) {
    ho_status status = check_mark(store, err);
    if (!status)
        status = read_meta(store, err);
    if (!status)
        status = look_for_flows(store, err);
    return status ? status : read_shape(store, err);
}

ho_status ho_store_open(const char *folder, ho_store **store, ho_error *err) {
    *store = NULL;
    ho_store *made = NULL;
    struct stat info;
    ho_status status = store_new(folder, &made, err);
    if (!status && stat(made->path, &info) != 0)
        status = ho_error_set(err, HO_ERR_INPUT, "%s: no run there", made->path);
    /* a run that was killed has a log to fold in, which is a write */
    if (!status)
        status = db_open(made, access(made->path, W_OK) == 0 ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, err);
    if (!status)
        status = store_read_head(made, err);
    if (!status)
        status = room_make(made, made->n_replicate, err);
    if (!status)
        status = read_done(made, err);
    if (status)
        ho_store_close(made);
    else
        *store = made;
    return status;
}

void ho_store_close(ho_store *store) {
    if (!store)
        return;
    sqlite3_finalize(store->put_change);
    sqlite3_finalize(store->put_draw);
    sqlite3_finalize(store->put_flow);
    sqlite3_close(store->db);
    json_decref(store->meta);
    free(store->folder);
    free(store->path);
    free(store->done);
    free(store->whole);
    free(store->column);
    free(store->blob);
    free(store->flow_bytes);
    free(store);
}

/* --- making --- */

void ho_store_remove_beside(const char *path, const char *suffix) {
    size_t size = strlen(path) + strlen(suffix) + 1;
    char *name = malloc(size);
    if (!name)
        return;
    snprintf(name, size, "%s%s", path, suffix);
    unlink(name);
    free(name);
}

static void remove_inside(const char *folder, const char *name) {
    char *path = ho_path_join(folder, name);
    if (path)
        unlink(path);
    free(path);
}

/* A run's results go before its store does, so that they never stand beside another store. */
static void remove_results(const ho_store *store) {
    remove_inside(store->folder, "summary.json");
    remove_inside(store->folder, "report.html");
}

/* Refuses to replace what is not a run, or one that another process is writing. */
static ho_status check_replaceable(ho_store *store, ho_error *err) {
    ho_status status = db_open(store, SQLITE_OPEN_READWRITE, err);
    if (!status)
        status = ho_sql_exec(store->db, store->path, "PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE; ROLLBACK", err);
    if (!status)
        status = check_mark(store, err);
    sqlite3_close(store->db);
    store->db = NULL;
    return status;
}

static ho_status write_new(const char *path, const ho_run_identity *identity, ho_error *err) {
    sqlite3 *db = NULL;
    char mark[64];
    ho_store_remove_beside(path, "-journal");
    unlink(path);
    snprintf(mark, sizeof mark, "PRAGMA application_id=%d", HO_STORE_APPLICATION_ID);
    int code = sqlite3_open_v2(path, &db, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, NULL);
    ho_status status = code == SQLITE_OK ? HO_OK : ho_sql_error(db, code, path, err);
    if (!status)
        status = ho_sql_exec(db, path, mark, err);
    if (!status)
        status = ho_identity_write(db, path, identity, err);
    sqlite3_close(db);
    if (status)
        unlink(path);
    return status;
}

static ho_status store_make(ho_store *store, const ho_run_identity *identity, ho_error *err) {
    char *fresh = ho_path_join(store->folder, "run.sqlite.new");
    if (!fresh)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", store->path);
    ho_status status = write_new(fresh, identity, err);
    if (!status) {
        remove_results(store);
        /* a write-ahead log left behind would be taken for the new file's */
        ho_store_remove_beside(store->path, "-wal");
        ho_store_remove_beside(store->path, "-shm");
        ho_store_remove_beside(store->path, "-journal");
        if (rename(fresh, store->path) != 0) {
            status = ho_error_set(err, HO_ERR_IO, "%s: cannot be made", store->path);
            unlink(fresh);
        }
    }
    free(fresh);
    return status;
}

/* What is true of the replicates so far and not of more. */
static const char forget_results[] =
    "BEGIN; DELETE FROM meta WHERE key IN ('digest', 'n_distinct', 'threads', 'wall_s');"
    "DELETE FROM series_row; DELETE FROM control_row; DELETE FROM capital_fall; DROP TABLE IF EXISTS outcome; COMMIT";

/* More replicates may be asked for than the store was made with, not fewer. */
static ho_status raise_replicates(ho_store *store, size_t n_replicate, ho_error *err) {
    if (n_replicate < store->n_replicate)
        return ho_error_set(err, HO_ERR_STATE,
                            "%s: the run there has %zu replicates; asked for %zu; resuming can only raise them",
                            store->folder, store->n_replicate, n_replicate);
    if (n_replicate == store->n_replicate)
        return HO_OK;
    char text[24];
    snprintf(text, sizeof text, "%zu", n_replicate);
    remove_results(store);
    store->finished = false;
    json_object_del(store->meta, "digest");
    ho_status status = ho_store_meta_set(store, "state", "running", err);
    if (!status)
        status = ho_sql_exec(store->db, store->path, forget_results, err);
    if (!status && store->has_flow)
        status = ho_sql_exec(store->db, store->path, "DELETE FROM flow_row", err);
    return status ? status : ho_store_meta_set(store, "replicates", text, err);
}

/* Room and statement for people by place. */
static ho_status prepare_flows(ho_store *store, ho_error *err) {
    ho_status status = ho_store_flow_shape(store, &store->flow, err);
    if (!status)
        store->flow_bytes = malloc(ho_flows_bytes_max(&store->flow));
    if (!status && !store->flow_bytes)
        status = ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for people by place", store->path);
    return status ? status : ho_sql_prepare(store->db, store->path, "INSERT INTO flow_draw VALUES(?, ?)", &store->put_flow, err);
}

static ho_status open_for_writing(ho_store *store, const ho_run_identity *identity, ho_error *err) {
    ho_status status = db_open(store, SQLITE_OPEN_READWRITE, err);
    /* the mark first: a foreign database is left as it is */
    if (!status)
        status = ho_sql_exec(store->db, store->path, "PRAGMA locking_mode=EXCLUSIVE", err);
    if (!status)
        status = store_read_head(store, err);
    if (!status)
        status = ho_identity_check(store, identity, err);
    if (!status && ho_store_withheld(store))
        status = ho_error_set(err, HO_ERR_STATE, "%s: a finished run whose changes of hands are gone (" HO_WITHHELD "); overwrite it", store->folder);
    if (!status)
        status = ho_sql_exec(store->db, store->path,
                             "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; BEGIN EXCLUSIVE; COMMIT", err);
    if (!status)
        status = raise_replicates(store, identity->n_replicate, err);
    if (!status)
        status = room_make(store, identity->n_replicate, err);
    if (!status)
        status = read_done(store, err);
    if (!status)
        status = ho_sql_prepare(store->db, store->path, "INSERT INTO change_row VALUES(?, ?, ?, ?, ?, ?, ?)",
                                &store->put_change, err);
    if (!status)
        status =
            ho_sql_prepare(store->db, store->path, "INSERT INTO draw VALUES(?, ?, ?, ?, ?)", &store->put_draw, err);
    return status || !store->has_flow ? status : prepare_flows(store, err);
}

ho_status ho_store_create(const char *folder, const ho_run_identity *identity, bool resume, bool overwrite,
                          ho_store **store, ho_error *err) {
    *store = NULL;
    size_t n_float = identity->world ? ho_world_n_day(identity->world) * identity->observables->n : 0;
    if (identity->n_replicate < 1 || identity->n_replicate > N_REPLICATE_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "replicates is %zu; need 1 to %d", identity->n_replicate,
                            N_REPLICATE_MAX);
    if (n_float < 1 || n_float > N_BLOB_MAX / 4)
        return ho_error_set(err, HO_ERR_INPUT, "%zu values a replicate; need 1 to %d", n_float, N_BLOB_MAX / 4);
    ho_store *made = NULL;
    ho_status status = ho_folder_make(folder, err);
    if (!status)
        status = store_new(folder, &made, err);
    if (status)
        return status;
    struct stat info;
    bool there = stat(made->path, &info) == 0 && info.st_size > 0;
    if (there && !resume && !overwrite)
        status = ho_error_set(err, HO_ERR_STATE, "%s: a run is there; resume it, overwrite it or choose another folder",
                              made->path);
    if (!status && there && !resume)
        status = check_replaceable(made, err);
    if (!status && !(there && resume))
        status = store_make(made, identity, err);
    if (!status)
        status = open_for_writing(made, identity, err);
    if (status)
        ho_store_close(made);
    else
        *store = made;
    return status;
}

ho_status ho_store_throwaway(ho_store *store, ho_error *err) {
    return ho_sql_exec(store->db, store->path, "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF", err);
}

/* --- state --- */

const uint8_t *ho_store_done(const ho_store *store) {
    return store->done;
}

size_t ho_store_n_done(const ho_store *store) {
    return store->n_done;
}

size_t ho_store_n_replicate(const ho_store *store) {
    return store->n_replicate;
}

bool ho_store_finished(const ho_store *store) {
    return store->finished;
}

bool ho_store_withheld(const ho_store *store) {
    return ho_store_meta(store, "withheld") != NULL;
}

ho_status ho_store_meta_set(ho_store *store, const char *key, const char *value, ho_error *err) {
    sqlite3_stmt *insert = NULL;
    ho_status status = ho_sql_prepare(store->db, store->path, "INSERT OR REPLACE INTO meta VALUES(?, ?)", &insert, err);
    if (!status) {
        sqlite3_bind_text(insert, 1, key, -1, SQLITE_STATIC);
        sqlite3_bind_text(insert, 2, value, -1, SQLITE_STATIC);
        status = ho_sql_run(insert, store->path, err);
    }
    sqlite3_finalize(insert);
    if (!status)
        json_object_set_new(store->meta, key, json_string(value));
    return status;
}

/* --- writing --- */

/* After a failed write the open transaction is gone: what it held counts as not done, and nothing more is written. */
static ho_status fail(ho_store *store, ho_status status) {
    if (store->in_transaction)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    for (size_t k = 0; k < store->n_pending; k++)
        store->done[store->pending[k]] = 0;
    store->n_done -= store->n_pending;
    store->n_pending = 0;
    store->in_transaction = false;
    store->failed = true;
    return status;
}

static ho_status put_changes(ho_store *store, const ho_result *result, ho_error *err) {
    for (size_t k = 0; k < result->n_change; k++) {
        const ho_change *change = &result->change[k];
        sqlite3_bind_int64(store->put_change, 1, store->next_change + (int64_t)k);
        sqlite3_bind_int64(store->put_change, 2, result->replicate);
        sqlite3_bind_int(store->put_change, 3, change->day);
        sqlite3_bind_int(store->put_change, 4, change->district);
        sqlite3_bind_int(store->put_change, 5, change->from);
        sqlite3_bind_int(store->put_change, 6, change->to);
        sqlite3_bind_int(store->put_change, 7, change->mode);
        ho_status status = ho_sql_run(store->put_change, store->path, err);
        if (status)
            return status;
    }
    return HO_OK;
}

static ho_status put_draw(ho_store *store, const ho_result *result, ho_error *err) {
    size_t n_float = store->n_day * store->n_value;
    for (size_t day = 0; day < store->n_day; day++)
        for (size_t k = 0; k < store->n_value; k++)
            store->column[k * store->n_day + day] = result->value[day * store->n_value + k];
    ho_digest digest;
    char text[HO_DIGEST_TEXT];
    ho_digest_begin(&digest);
    ho_digest_changes(&digest, result->change, result->n_change);
    for (size_t k = 0; k < store->n_value; k++)
        if (store->whole[k])
            ho_digest_column(&digest, store->column + k * store->n_day, store->n_day);
    ho_digest_end(&digest, text);
    ho_floats_encode(store->column, n_float, store->blob);
    sqlite3_bind_int64(store->put_draw, 1, result->replicate);
    sqlite3_bind_int64(store->put_draw, 2, store->next_change);
    sqlite3_bind_int64(store->put_draw, 3, (int64_t)result->n_change);
    sqlite3_bind_text(store->put_draw, 4, text, -1, SQLITE_STATIC);
    sqlite3_bind_blob(store->put_draw, 5, store->blob, (int)(4 * n_float), SQLITE_STATIC);
    return ho_sql_run(store->put_draw, store->path, err);
}

static ho_status put_flows(ho_store *store, const ho_result *result, ho_error *err) {
    if (!store->put_flow || !result->n_count)
        return HO_OK;
    size_t n_byte = ho_flows_encode(&store->flow, result->count, store->flow_bytes);
    sqlite3_bind_int64(store->put_flow, 1, result->replicate);
    sqlite3_bind_blob64(store->put_flow, 2, store->flow_bytes, n_byte, SQLITE_STATIC);
    return ho_sql_run(store->put_flow, store->path, err);
}

ho_status ho_store_put(void *context, const ho_result *result, ho_error *err) {
    ho_store *store = context;
    if (store->failed)
        return ho_error_set(err, HO_ERR_STATE, "%s: an earlier write failed", store->path);
    if (result->replicate >= store->n_replicate || result->n_day != store->n_day || result->n_value != store->n_value)
        return ho_error_set(err, HO_ERR_STATE, "%s: replicate %u is not of this run", store->path, result->replicate);
    if (store->put_flow && result->n_count &&
        (result->n_count != store->flow.n_count || result->n_count_day != store->flow.n_day))
        return ho_error_set(err, HO_ERR_STATE, "%s: replicate %u counts people of other places", store->path, result->replicate);
    if (store->done[result->replicate])
        return ho_error_set(err, HO_ERR_STATE, "%s: replicate %u is stored already", store->path, result->replicate);
    ho_status status = HO_OK;
    if (!store->in_transaction)
        status = ho_sql_exec(store->db, store->path, "BEGIN", err);
    store->in_transaction = true;
    if (!status)
        status = put_draw(store, result, err);
    if (!status)
        status = put_changes(store, result, err);
    if (!status)
        status = put_flows(store, result, err);
    if (status)
        return fail(store, status);
    store->next_change += (int64_t)result->n_change;
    store->done[result->replicate] = 1;
    store->n_done++;
    store->pending[store->n_pending++] = result->replicate;
    return store->n_pending == HO_STORE_BATCH ? ho_store_commit(store, err) : HO_OK;
}

ho_status ho_store_commit(ho_store *store, ho_error *err) {
    if (!store->in_transaction)
        return HO_OK;
    ho_status status = ho_sql_exec(store->db, store->path, "COMMIT", err);
    if (status)
        return fail(store, status);
    store->in_transaction = false;
    store->n_pending = 0;
    return HO_OK;
}
