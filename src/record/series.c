/* Quantiles over replicates: as many columns (observable, day) at a time as fit, read as one piece of each replicate's
 * blob. */
#include <stdlib.h>
#include <string.h>

#include "record/results.h"
#include "record/sql.h"

typedef struct ho_piece {
    size_t first, n; /* columns */
    float *value;    /* (n, n_replicate) */
    float *scratch;  /* (n_replicate) */
    float *of_one;   /* (n) */
    uint8_t *bytes;  /* (n) of one replicate */
} ho_piece;

/* Columns that fit, at least one. */
static size_t piece_size(const ho_store *store) {
    size_t n_column = store->n_value * store->n_day;
    size_t fit = HO_FIND_BYTES / sizeof(float) / store->n_replicate;
    fit = fit ? fit : 1;
    return fit < n_column ? fit : n_column;
}

static ho_status read_piece(ho_store *store, sqlite3_blob **blob, ho_piece *piece, ho_error *err) {
    for (size_t replicate = 0; replicate < store->n_replicate; replicate++) {
        int code = *blob ? sqlite3_blob_reopen(*blob, (sqlite3_int64)replicate)
                         : sqlite3_blob_open(store->db, "main", "draw", "values", (sqlite3_int64)replicate, 0, blob);
        if (code == SQLITE_OK)
            code = sqlite3_blob_read(*blob, piece->bytes, (int)(4 * piece->n), (int)(4 * piece->first));
        if (code != SQLITE_OK)
            return ho_sql_error(store->db, code, store->path, err);
        ho_floats_decode(piece->bytes, piece->n, piece->of_one);
        for (size_t k = 0; k < piece->n; k++)
            piece->value[k * store->n_replicate + replicate] = piece->of_one[k];
    }
    return HO_OK;
}

static ho_status insert_spread(const ho_store *store, sqlite3_stmt *insert, size_t column, const ho_spread *spread,
                               ho_error *err) {
    const double value[] = {spread->mean, spread->q05, spread->q25, spread->q50,
                            spread->q75,  spread->q95, spread->mcse};
    sqlite3_bind_int64(insert, 1, (sqlite3_int64)(column / store->n_day));
    sqlite3_bind_int64(insert, 2, (sqlite3_int64)(column % store->n_day));
    for (int k = 0; k < 7; k++)
        sqlite3_bind_double(insert, 3 + k, value[k]); /* NaN becomes NULL */
    sqlite3_bind_int64(insert, 10, (sqlite3_int64)spread->n);
    return ho_sql_run(insert, store->path, err);
}

static ho_status find_pieces(ho_store *store, ho_piece *piece, size_t size, sqlite3_stmt *insert, ho_results *results,
                             ho_error *err) {
    size_t n_column = store->n_value * store->n_day;
    sqlite3_blob *blob = NULL;
    ho_status status = HO_OK;
    for (piece->first = 0; piece->first < n_column && !status; piece->first += piece->n) {
        piece->n = n_column - piece->first < size ? n_column - piece->first : size;
        status = read_piece(store, &blob, piece, err);
        for (size_t k = 0; k < piece->n && !status; k++) {
            size_t column = piece->first + k;
            results->series[column] =
                ho_spread_of(piece->value + k * store->n_replicate, piece->scratch, store->n_replicate);
            status = insert_spread(store, insert, column, &results->series[column], err);
        }
    }
    sqlite3_blob_close(blob);
    return status;
}

ho_status ho_series_find(ho_store *store, ho_results *results, ho_error *err) {
    size_t size = piece_size(store);
    ho_piece piece = {0};
    sqlite3_stmt *insert = NULL;
    results->series = calloc(store->n_value * store->n_day, sizeof *results->series);
    piece.value = calloc(size * store->n_replicate, sizeof *piece.value);
    piece.scratch = calloc(store->n_replicate, sizeof *piece.scratch);
    piece.of_one = calloc(size, sizeof *piece.of_one);
    piece.bytes = calloc(size, 4);
    ho_status status = HO_OK;
    if (!results->series || !piece.value || !piece.scratch || !piece.of_one || !piece.bytes)
        status = ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for quantiles", store->path);
    if (!status)
        status = ho_sql_prepare(store->db, store->path, "INSERT INTO series_row VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                                &insert, err);
    if (!status)
        status = find_pieces(store, &piece, size, insert, results, err);
    sqlite3_finalize(insert);
    free(piece.value);
    free(piece.scratch);
    free(piece.of_one);
    free(piece.bytes);
    return status;
}
