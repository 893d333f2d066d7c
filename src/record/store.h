/* Inside a run store: the connection, what is stored, and how to read it back replicate by replicate. */
#ifndef HO_RECORD_STORE_H
#define HO_RECORD_STORE_H

#include <jansson.h>
#include <sqlite3.h>

#include "holdout/record.h"

enum { HO_STORE_BATCH = 64 }; /* replicates in a transaction */

struct ho_store {
    sqlite3 *db;
    char *folder, *path;
    json_t *meta; /* keys and texts of table meta, as of opening or the last ho_store_meta_set */
    bool finished, failed, in_transaction;
    size_t n_replicate, n_done;
    uint8_t *done;              /* (n_replicate) 0/1, those of the open transaction included */
    size_t n_pending;           /* replicates of the open transaction */
    uint32_t pending[HO_STORE_BATCH];
    int64_t next_change;        /* id of the next row of change_row */
    size_t n_day, n_value;
    uint8_t *whole;             /* (n_value) observables that are whole numbers */
    float *column;              /* (n_value, n_day) one replicate, scratch */
    uint8_t *blob;              /* the same as float32 little-endian, scratch */
    bool has_flow;              /* the store has tables of people by place: it is not older than they */
    ho_flow_shape flow;         /* of them; known while writing */
    uint8_t *flow_bytes;        /* of one replicate, scratch; NULL while reading */
    sqlite3_stmt *put_change, *put_draw, *put_flow;
};

/* One replicate as read back; arrays are valid during the visit. */
typedef struct ho_stored {
    uint32_t replicate;
    size_t n_change;
    const ho_change *change; /* (n_change); NULL if not asked for */
    const float *column;     /* (n_value, n_day) or NULL if not asked for */
    const char *digest;      /* SHA-256 of its integers, hex */
} ho_stored;

typedef ho_status (*ho_visit)(void *context, const ho_stored *stored, ho_error *err);

enum { HO_SCAN_CHANGES = 1, HO_SCAN_COLUMNS = 2 };

/* Visits every stored replicate in order, with what is asked for. HO_ERR_INPUT: the store is damaged. HO_ERR_STATE: changes of hands are asked
 * for of a run that keeps none (ho_world_withheld). */
ho_status ho_store_scan(ho_store *store, int what, ho_visit visit, void *context, ho_error *err);

/* Writes one row of meta, inside or outside a transaction. */
ho_status ho_store_meta_set(ho_store *store, const char *key, const char *value, ho_error *err);

/* Removes path + suffix, if it is there. */
void ho_store_remove_beside(const char *path, const char *suffix);

/* float64 to and from little-endian bytes, n of them. */
void ho_doubles_encode(const double *value, size_t n, uint8_t *bytes);
void ho_doubles_decode(const uint8_t *bytes, size_t n, double *value);
/* float32 from and to little-endian bytes, n of them. */
void ho_floats_encode(const float *value, size_t n, uint8_t *bytes);
void ho_floats_decode(const uint8_t *bytes, size_t n, float *value);

/* --- identity.c --- */

/* What a run is a run of: an object of texts (scenario, digest, version, seed, dates, settings, ...). NULL: out of memory. */
json_t *ho_identity_describe(const ho_run_identity *identity);
/* Fills the tables that are known before the first replicate. */
ho_status ho_identity_write(sqlite3 *db, const char *path, const ho_run_identity *identity, ho_error *err);
/* HO_ERR_STATE with what differs, if the store is not of this identity. */
ho_status ho_identity_check(const ho_store *store, const ho_run_identity *identity, ho_error *err);

#endif
