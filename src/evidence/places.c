/* The places a fact is about, and which of them are neighbours. */
#include <stdlib.h>
#include <string.h>

#include "evidence/measure.h"
#include "world/world.h"

void ho_fact_plan_free(ho_fact_plan *plan) {
    free(plan->place);
    free(plan->within);
    free(plan->pair);
    *plan = (ho_fact_plan){0};
}

static bool is_seat(const ho_world *world, const ho_fact_plan *plan, int32_t district) {
    return world->is_capital[district] &&
           (plan->row->scope != HO_SCOPE_CAPITALS_BUT_HOLDOUT || district != world->holdout_seat);
}

static void add(ho_fact_plan *plan, int32_t district) {
    plan->place[plan->n_place++] = district;
    plan->within[district] = 1;
}

static void fill_places(const ho_world *world, ho_fact_plan *plan) {
    const ho_scenario *scenario = world->scenario;
    const ho_fact_row *row = plan->row;
    if (row->scope == HO_SCOPE_LIST)
        for (size_t k = 0; k < row->n_place; k++)
            add(plan, row->place[k]);
    else if (row->scope == HO_SCOPE_CROSSINGS)
        for (size_t k = 0; k < scenario->n_crossing; k++)
            add(plan, scenario->crossing[k].district);
    else
        for (int32_t i = 0; i < (int32_t)world->n_district; i++)
            if (row->scope == HO_SCOPE_DISTRICTS || is_seat(world, plan, i))
                add(plan, i);
}

/* --- neighbours --- */

static int compare_pairs(const void *a, const void *b) {
    return memcmp(a, b, 2 * sizeof(int32_t));
}

/* Leaves each pair once. */
static size_t unique(int32_t *pair, size_t n) {
    size_t kept = 0;
    qsort(pair, n, 2 * sizeof *pair, compare_pairs);
    for (size_t k = 0; k < n; k++)
        if (kept == 0 || compare_pairs(&pair[2 * k], &pair[2 * (kept - 1)]) != 0) {
            memmove(&pair[2 * kept], &pair[2 * k], 2 * sizeof *pair);
            kept++;
        }
    return kept;
}

/* Number of the place that stands for a district: itself, or the seat of its province; -1: none. */
static int32_t place_for(const ho_world *world, const ho_fact_plan *plan, const int32_t *place_at, int32_t district) {
    bool seats = plan->row->scope == HO_SCOPE_CAPITALS || plan->row->scope == HO_SCOPE_CAPITALS_BUT_HOLDOUT;
    int32_t at = seats ? world->scenario->province[world->province[district]].capital : district;
    return at < 0 ? -1 : place_at[at];
}

static ho_status find_pairs(const ho_world *world, ho_fact_plan *plan, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    int32_t *place_at = calloc(world->n_district, sizeof *place_at);
    plan->pair = calloc(2 * scenario->n_edge + 1, sizeof *plan->pair);
    if (!place_at || !plan->pair) {
        free(place_at);
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for neighbours of %zu places", plan->n_place);
    }
    for (size_t i = 0; i < world->n_district; i++)
        place_at[i] = -1;
    for (size_t k = plan->n_place; k-- > 0;)
        place_at[plan->place[k]] = (int32_t)k;
    size_t n = 0;
    for (size_t k = 0; k < scenario->n_edge; k++) {
        int32_t a = place_for(world, plan, place_at, scenario->edge[k].a);
        int32_t b = place_for(world, plan, place_at, scenario->edge[k].b);
        if (a < 0 || b < 0 || a == b)
            continue;
        plan->pair[2 * n] = a < b ? a : b;
        plan->pair[2 * n + 1] = a < b ? b : a;
        n++;
    }
    plan->n_pair = unique(plan->pair, n);
    free(place_at);
    return HO_OK;
}

ho_status ho_fact_places(const ho_world *world, ho_fact_plan *plan, ho_error *err) {
    size_t most = world->n_district + world->scenario->n_crossing + plan->row->n_place;
    plan->place = calloc(most + 1, sizeof *plan->place);
    plan->within = calloc(world->n_district + 1, sizeof *plan->within);
    if (!plan->place || !plan->within)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for the places of fact %s", plan->row->id);
    fill_places(world, plan);
    return plan->row->kind == HO_FACT_CLUSTERING ? find_pairs(world, plan, err) : HO_OK;
}
