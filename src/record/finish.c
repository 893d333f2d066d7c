/* The end of a run. The tables are written in one transaction, the log is folded into the file, summary.json is written
 * beside it, and only then does the store say `finished`: stopped at any point before, it is a run to be resumed. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/flows.h"
#include "record/results.h"
#include "record/sql.h"
#include "world/world.h"

void ho_results_free(ho_results *results) {
    free(results->series);
    free(results->capital);
    free(results->capital_fallen);
    free(results->national_fallen);
    *results = (ho_results){0};
}

static ho_status set_number(ho_store *store, const char *key, int n_decimal, double number, ho_error *err) {
    char text[40];
    snprintf(text, sizeof text, "%.*f", n_decimal, number);
    return ho_store_meta_set(store, key, text, err);
}

/* Changes of hands have been summed up; what is left says nothing of a district. */
static ho_status withhold(ho_store *store, ho_error *err) {
    ho_status status = ho_sql_exec(store->db, store->path,
                                   "PRAGMA secure_delete=ON; DELETE FROM change_row; DELETE FROM capital_fall;"
                                   " UPDATE draw SET first_change = 0, n_change = 0", err);
    return status ? status : ho_store_meta_set(store, "withheld", HO_WITHHELD, err);
}

static ho_status write_tables(ho_store *store, const ho_run_identity *identity, ho_finish_info *info,
                              ho_results *results, ho_error *err) {
    ho_status status = ho_sql_exec(store->db, store->path,
                                   "DELETE FROM series_row; DELETE FROM control_row; DELETE FROM capital_fall;"
                                   " DELETE FROM drawn", err);
    if (!status && store->has_flow)
        status = ho_sql_exec(store->db, store->path, "DELETE FROM flow_row", err);
    if (!status)
        status = ho_drawn_write(store, identity, err);
    if (!status)
        status = ho_outcome_find(store, identity, results, err);
    if (!status)
        memcpy(info->digest, results->digest, sizeof info->digest);
    if (!status && info->early)
        status = info->early(info->context, store, err);
    if (!status)
        status = ho_series_find(store, results, err);
    if (!status)
        status = identity->world->withheld ? withhold(store, err) : ho_control_find(store, identity->world, err);
    if (!status && store->has_flow)
        status = ho_flows_find(store, err);
    if (!status)
        status = ho_store_meta_set(store, "digest", results->digest, err);
    if (!status)
        status = set_number(store, "n_distinct", 0, (double)results->n_distinct, err);
    if (!status)
        status = set_number(store, "threads", 0, (double)info->n_thread, err);
    return status ? status : set_number(store, "wall_s", 3, info->wall_s, err);
}

static ho_status find_all(ho_store *store, const ho_run_identity *identity, ho_finish_info *info,
                          ho_results *results, ho_error *err) {
    ho_status status = ho_sql_exec(store->db, store->path, "BEGIN", err);
    if (status)
        return status;
    status = write_tables(store, identity, info, results, err);
    if (!status)
        status = ho_sql_exec(store->db, store->path, "COMMIT", err);
    if (status)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return status;
}

ho_status ho_store_finish(ho_store *store, const ho_run_identity *identity, ho_finish_info *info, ho_error *err) {
    if (store->failed || store->n_done != store->n_replicate)
        return ho_error_set(err, HO_ERR_STATE, "%s: %zu of %zu replicates are stored", store->path, store->n_done,
                            store->n_replicate);
    ho_results results = {0};
    ho_status status = ho_store_commit(store, err);
    if (!status)
        status = ho_store_meta_set(store, "state", "running", err);
    store->finished = false;
    if (!status)
        status = find_all(store, identity, info, &results, err);
    if (!status)
        status =
            ho_sql_exec(store->db, store->path, "PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode=DELETE", err);
    /* an index that a killed reader left; while we hold the lock nobody uses it */
    if (!status)
        ho_store_remove_beside(store->path, "-shm");
    if (!status)
        status = ho_summary_write(store, identity, info, &results, err);
    if (!status)
        status = ho_store_meta_set(store, "state", "finished", err);
    store->finished = !status;
    ho_results_free(&results);
    return status;
}
