/* Who holds what: every replicate starts from the home factions; each change moves one count from a bloc to another
 * from its day on. The table of counts is made for as many districts at a time as fit. */
#include <stdlib.h>

#include "record/results.h"
#include "record/sql.h"
#include "world/world.h"

typedef struct ho_control {
    const ho_store *store;
    const ho_world *world;
    size_t first, n; /* districts of this round */
    int32_t *step;   /* (n_day, n, n_bloc) change of the count on that day */
} ho_control;

static int32_t *step_at(const ho_control *control, size_t day, size_t district, size_t bloc) {
    return &control->step[(day * control->n + district - control->first) * control->world->n_bloc + bloc];
}

static ho_status visit(void *context, const ho_stored *stored, ho_error *err) {
    (void)err;
    const ho_control *control = context;
    const int32_t *bloc = control->world->faction_bloc;
    for (size_t k = 0; k < stored->n_change; k++) {
        const ho_change *change = &stored->change[k];
        size_t district = (size_t)change->district;
        if (district < control->first || district >= control->first + control->n)
            continue;
        --*step_at(control, (size_t)change->day, district, (size_t)bloc[change->from]);
        ++*step_at(control, (size_t)change->day, district, (size_t)bloc[change->to]);
    }
    return HO_OK;
}

static ho_status insert_district(const ho_control *control, sqlite3_stmt *insert, size_t district, ho_error *err) {
    const ho_world *world = control->world;
    int64_t held[HO_BLOC_MAX] = {0};
    ho_status status = HO_OK;
    held[world->faction_bloc[world->home_faction[district]]] = (int64_t)control->store->n_replicate;
    for (size_t day = 0; day < world->n_day; day++)
        for (size_t bloc = 0; bloc < world->n_bloc && !status; bloc++) {
            held[bloc] += *step_at(control, day, district, bloc);
            sqlite3_bind_int64(insert, 1, (sqlite3_int64)day);
            sqlite3_bind_int64(insert, 2, (sqlite3_int64)district);
            sqlite3_bind_int64(insert, 3, (sqlite3_int64)bloc);
            sqlite3_bind_double(insert, 4, (double)held[bloc] / (double)control->store->n_replicate);
            status = ho_sql_run(insert, control->store->path, err);
        }
    return status;
}

static ho_status find_round(ho_store *store, ho_control *control, sqlite3_stmt *insert, ho_error *err) {
    size_t n_step = control->world->n_day * control->n * control->world->n_bloc;
    control->step = calloc(n_step, sizeof *control->step);
    if (!control->step)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for %zu districts", store->path, control->n);
    ho_status status = ho_store_scan(store, HO_SCAN_CHANGES, visit, control, err);
    for (size_t k = 0; k < control->n && !status; k++)
        status = insert_district(control, insert, control->first + k, err);
    free(control->step);
    return status;
}

ho_status ho_control_find(ho_store *store, const ho_world *world, ho_error *err) {
    size_t fit = HO_FIND_BYTES / (sizeof(int32_t) * world->n_bloc * world->n_day);
    fit = fit ? fit : 1;
    ho_control control = {.store = store, .world = world};
    sqlite3_stmt *insert = NULL;
    ho_status status =
        ho_sql_prepare(store->db, store->path, "INSERT INTO control_row VALUES(?, ?, ?, ?)", &insert, err);
    for (; control.first < world->n_district && !status; control.first += control.n) {
        size_t left = world->n_district - control.first;
        control.n = left < fit ? left : fit;
        status = find_round(store, &control, insert, err);
    }
    sqlite3_finalize(insert);
    return status;
}
