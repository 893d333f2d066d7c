/* The parameters of a run's replicates: written when it ends, read back as draws. */
#include <stdlib.h>
#include <string.h>

#include "record/results.h"
#include "record/sql.h"

/* The stream that a replicate draws from, where its world's draws give one. */
static void bind_stream(sqlite3_stmt *insert, const ho_world *world, size_t replicate) {
    const ho_draws *draws = ho_world_draws(world);
    if (draws && draws->stream)
        sqlite3_bind_int64(insert, 2, (sqlite3_int64)draws->stream[replicate % draws->n_draw]);
    else
        sqlite3_bind_null(insert, 2);
}

ho_status ho_drawn_write(ho_store *store, const ho_run_identity *identity, ho_error *err) {
    const size_t n = ho_parameter_count();
    sqlite3_stmt *insert = NULL;
    double *value = calloc(n, sizeof *value);
    uint8_t *bytes = calloc(n, sizeof *value);
    ho_status status = value && bytes ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", store->path);
    if (!status)
        status = ho_sql_prepare(store->db, store->path, "INSERT INTO drawn VALUES(?, ?, ?)", &insert, err);
    for (size_t k = 0; k < store->n_replicate && !status; k++) {
        ho_replicate_parameters(identity->world, identity->sim.seed, (uint32_t)k, value);
        ho_doubles_encode(value, n, bytes);
        sqlite3_bind_int64(insert, 1, (int64_t)k);
        bind_stream(insert, identity->world, k);
        sqlite3_bind_blob(insert, 3, bytes, (int)(n * sizeof *value), SQLITE_STATIC);
        status = ho_sql_run(insert, store->path, err);
    }
    sqlite3_finalize(insert);
    free(value);
    free(bytes);
    return status;
}

static ho_status damaged(const ho_store *store, ho_error *err) {
    return ho_error_set(err, HO_ERR_INPUT, "%s: damaged: no parameters of each replicate", store->path);
}

/* Keeps the stream of a row where it has one; false: no memory. */
static bool take_stream(sqlite3_stmt *query, ho_draws *draws, size_t row) {
    if (sqlite3_column_type(query, 2) == SQLITE_NULL)
        return true;
    if (!draws->stream)
        draws->stream = calloc(draws->n_draw, sizeof *draws->stream);
    if (draws->stream)
        draws->stream[row] = (uint32_t)sqlite3_column_int64(query, 2);
    return draws->stream != NULL;
}

static ho_status read_rows(ho_store *store, ho_draws *draws, ho_error *err) {
    sqlite3_stmt *query = NULL;
    const size_t n = draws->n_parameter;
    bool there = true;
    size_t row = 0;
    ho_status status = ho_sql_prepare(store->db, store->path,
                                      "SELECT replicate, \"values\", stream FROM drawn ORDER BY replicate", &query, err);
    while (!status && there) {
        status = ho_sql_next(query, store->path, &there, err);
        if (status || !there)
            continue;
        const uint8_t *bytes = sqlite3_column_blob(query, 1);
        bool fits = bytes && sqlite3_column_bytes(query, 1) == (int)(n * sizeof(double));
        if (!fits || row == draws->n_draw || sqlite3_column_int64(query, 0) != (int64_t)row)
            status = damaged(store, err);
        else if (!take_stream(query, draws, row))
            status = ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for %zu draws", store->path, draws->n_draw);
        else
            ho_doubles_decode(bytes, n, draws->value + n * row++);
    }
    sqlite3_finalize(query);
    return !status && row != draws->n_draw ? damaged(store, err) : status;
}

ho_status ho_store_draws(ho_store *store, ho_draws **out, ho_error *err) {
    const char *posterior = ho_store_meta(store, "posterior"), *known_by = ho_store_meta(store, "posterior_known_by");
    if (!store->finished)
        return ho_error_set(err, HO_ERR_STATE, "%s is not finished", store->folder);
    ho_draws *draws = ho_draws_build(store->n_replicate, ho_parameter_count());
    if (!draws)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for %zu draws", store->path, store->n_replicate);
    for (size_t k = 0; k < draws->n_parameter; k++)
        draws->parameter[k] = (int32_t)k;
    if (posterior && strlen(posterior) < sizeof draws->digest)
        memcpy(draws->digest, posterior, strlen(posterior) + 1);
    if (known_by && *known_by)
        ho_day_parse(known_by, &draws->known_by);
    ho_status status = read_rows(store, draws, err);
    if (status)
        ho_draws_free(draws);
    else
        *out = draws;
    return status;
}
