/* A run of a case, day by day in FLEE's order (runscripts/run.py), and runs over threads. Counts of people at places are taken at the ends of the two
 * phases of movement, as FLEE's parallel version does; people displaced today are in none until then. */
#include <stdlib.h>
#include <string.h>

#include "base/pool.h"
#include "flee/worker.h"

/* --- scratch --- */

void ho_flee_worker_free(ho_flee_worker *w) {
    if (!w)
        return;
    ho_flee_ground_free(&w->ground);
    ho_flow_free(&w->flow);
    void *owned[] = {w->pull,       w->population, w->capacity,   w->seen,       w->spawn_weight, w->spawned, w->spawn_upto,
                     w->spawn_rest, w->taste_upto, w->taste_rest, w->score,      w->attraction,   w->room,    w->full,
                     w->drives_on,  w->leave,      w->settle,     w->value_here, w->made,         w->weight,  w->upto,
                     w->of_rest};
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++)
        free(owned[k]);
    free(w);
}

static bool give(void *at, size_t n, size_t size) {
    void *room = calloc(n + 1, size);
    memcpy(at, &room, sizeof room);
    return room != NULL;
}

#define GIVE(member, n) give(&w->member, n, sizeof *w->member)

static bool make_room(ho_flee_worker *w, size_t n_route, size_t n_most) {
    const ho_flee_case *flee = w->flee;
    size_t n = flee->n_place;
    bool settles = flee->settings.camps_are_sinks;
    return GIVE(pull, n_route) && GIVE(population, n) && GIVE(capacity, n) && GIVE(seen, n) && GIVE(spawn_weight, n) && GIVE(spawned, n) &&
           GIVE(spawn_upto, n) && GIVE(spawn_rest, n) && GIVE(taste_upto, n * flee->n_taste) && GIVE(taste_rest, n * flee->n_taste) &&
           GIVE(score, n) && GIVE(attraction, n * flee->n_taste) && GIVE(room, n) && GIVE(full, n) && GIVE(drives_on, n) && GIVE(leave, n) &&
           (!settles || GIVE(settle, n)) && GIVE(value_here, n * flee->n_value) && GIVE(made, n * w->n_kind) && GIVE(weight, n_most) &&
           GIVE(upto, n_route * w->n_kind) && GIVE(of_rest, n_route * w->n_kind);
}

static void set_law(ho_flee_worker *w) {
    const ho_flee_case *flee = w->flee;
    const ho_flee_settings *s = &flee->settings;
    w->law = (ho_flow_law){.network = &flee->network,
                           .nodes = &flee->nodes,
                           .open = w->ground.open,
                           .leave = w->leave,
                           .full = w->full,
                           .drives_on = w->drives_on,
                           .km_per_day = flee->km_per_day,
                           .walk_chance = flee->walk_chance,
                           .walk_km_per_day = s->max_walk_km,
                           .full_km_per_day = s->max_move_km,
                           .least_km = flee->least_km,
                           .first_on_foot = s->start_on_foot,
                           .short_stints = s->avoid_short_stints,
                           .shares = ho_flee_law_shares,
                           .context = w};
    w->full_below = 0.5;
    w->flaw = ho_flee_documented(flee, HO_FLEE_FRESH_DAY) ? HO_FLOW_NO_FRESH_DAY : HO_FLOW_SOUND;
}

ho_status ho_flee_worker_build(const ho_flee_case *flee, ho_flee_worker **worker, ho_error *err) {
    size_t n_route = 0, n_most = 0;
    for (size_t k = 0; k < flee->n_epoch; k++) {
        n_route = flee->routes[k].n > n_route ? flee->routes[k].n : n_route;
        n_most = flee->routes[k].n_most > n_most ? flee->routes[k].n_most : n_most;
    }
    *worker = NULL;
    ho_flee_worker *w = calloc(1, sizeof *w);
    if (!w)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a run");
    w->flee = flee;
    w->pull_epoch = -1;
    w->n_kind = flee->near && ho_flee_documented(flee, HO_FLEE_HOME) ? flee->n_taste * flee->n_place : flee->n_taste;
    ho_status status = ho_flee_ground_build(flee, &w->ground, err);
    double most_km = flee->settings.max_walk_km;
    bool alike = !flee->walk_chance && !flee->settings.avoid_short_stints;
    for (size_t k = 0; k < flee->network.n_link; k++) {
        most_km = flee->km_per_day[k] > most_km ? flee->km_per_day[k] : most_km;
        alike = alike && flee->km_per_day[k] == flee->km_per_day[0];
    }
    alike = alike && flee->network.n_link && most_km == flee->km_per_day[0];
    if (!status)
        status = ho_flow_build(&flee->network, n_most, most_km, alike, &w->flow, err);
    if (!status && !make_room(w, n_route, n_most))
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for a run");
    if (status) {
        ho_flee_worker_free(w);
        return status;
    }
    for (size_t p = 0; p < flee->n_place; p++)
        ho_shares_make(&flee->taste_weight[p * flee->n_taste], flee->n_taste, &w->taste_upto[p * flee->n_taste],
                       &w->taste_rest[p * flee->n_taste]);
    set_law(w);
    *worker = w;
    return HO_OK;
}

/* --- displacement --- */

static void refresh_spawn_weights(ho_flee_worker *w) {
    const ho_flee_settings *s = &w->flee->settings;
    for (size_t p = 0; p < w->flee->n_place; p++) {
        const ho_flee_kind *kind = &w->ground.kind[p];
        w->spawn_weight[p] =
            kind->conflict > 0 ? (double)w->population[p] * kind->conflict * ho_flee_decay(s, w->day, kind->conflict_since) : 0;
    }
}

/* People from a place begin to flee there, or are put into it: taste by taste. */
static ho_status insert(ho_flee_worker *w, const ho_streams *streams, size_t place, int64_t people, ho_error *err) {
    const ho_flee_case *flee = w->flee;
    size_t n = flee->n_taste;
    bool homes = flee->by_origin || w->n_kind != n;
    ho_rng rng = ho_rng_at(streams, (uint32_t)w->day, HO_PROC_FLOW_SPAWN, (uint32_t)place + 1);
    uint32_t base = homes ? (uint32_t)(place * n) : 0;
    ho_status status = HO_OK;
    for (size_t t = 0; t < n && people > 0 && !status; t++) {
        int64_t take = t + 1 == n ? people : ho_split_off(&rng, people, w->taste_rest[place * n + t]);
        status = ho_flow_insert(&w->flow, (int32_t)place, base + (uint32_t)t, flee->settings.start_on_foot, take, err);
        people -= take;
    }
    return status;
}

static ho_status spawn_at(ho_flee_worker *w, const ho_streams *streams, size_t place, int64_t people, ho_error *err) {
    const ho_flee_case *flee = w->flee;
    if (people == 0)
        return HO_OK;
    if (flee->settings.take_from_population && w->ground.kind[place].conflict > 0) {
        if (w->population[place] - people < 1)
            return ho_error_set(err, HO_ERR_INPUT,
                                "locations.csv:%d: on day %d %lld people flee %s, whose population is %lld by then: FLEE stops here too "
                                "(take_from_population)",
                                (int)flee->place[place].line, (int)w->day, (long long)people, flee->place[place].name,
                                (long long)w->population[place]);
        w->population[place] -= people;
    }
    return insert(w, streams, place, people, err);
}

/* As many as the record says, from places by their spawn weights. */
static ho_status spawn_by_record(ho_flee_worker *w, const ho_streams *streams, ho_error *err) {
    const ho_flee_case *flee = w->flee;
    int64_t people = flee->new_people[w->day];
    double sum = 0;
    for (size_t p = 0; p < flee->n_place; p++)
        sum += w->spawn_weight[p];
    if (people == 0)
        return HO_OK;
    if (!(sum > 0))
        return ho_error_set(err, HO_ERR_INPUT, "conflicts.csv: on day %d %lld people are displaced, and no place with people has a conflict",
                            (int)w->day, (long long)people);
    ho_rng rng = ho_rng_at(streams, (uint32_t)w->day, HO_PROC_FLOW_SPAWN, 0);
    ho_multinomial(&rng, people, w->spawn_weight, flee->n_place, w->spawned);
    ho_status status = HO_OK;
    for (size_t p = 0; p < flee->n_place && !status; p++)
        status = spawn_at(w, streams, p, w->spawned[p], err);
    return status;
}

/* As many as the conflict at each place drives out. */
static ho_status spawn_by_conflict(ho_flee_worker *w, const ho_streams *streams, ho_error *err) {
    const ho_flee_settings *s = &w->flee->settings;
    ho_status status = HO_OK;
    ho_rng rng = ho_rng_at(streams, (uint32_t)w->day, HO_PROC_FLOW_SPAWN, 0);
    for (size_t p = 0; p < w->flee->n_place && !status; p++) {
        double conflict = w->ground.kind[p].conflict, mean = s->displaced_per_conflict_day * conflict;
        if (!(conflict > 0))
            continue;
        if (s->spawn == HO_FLEE_SPAWN_POP_RATIO)
            mean = s->displaced_per_conflict_day * (double)w->population[p] * conflict;
        if (mean > 0x1p52)
            return ho_error_set(err, HO_ERR_INPUT, "conflicts.csv: on day %d %g people flee %s", (int)w->day, mean, w->flee->place[p].name);
        status = spawn_at(w, streams, p, s->spawn == HO_FLEE_SPAWN_POISSON ? ho_poisson(&rng, mean) : (int64_t)mean, err);
    }
    return status;
}

static ho_status begin(ho_flee_worker *w, const ho_streams *streams, ho_error *err) {
    const ho_flee_case *flee = w->flee;
    ho_status status = HO_OK;
    ho_flee_ground_reset(flee, &w->ground);
    ho_flow_clear(&w->flow);
    w->day = 0;
    w->law.flaw = w->flaw;
    for (size_t p = 0; p < flee->n_place; p++) {
        w->population[p] = flee->place[p].population;
        w->capacity[p] = flee->place[p].capacity;
        w->seen[p] = 0;
    }
    refresh_spawn_weights(w);
    for (size_t c = 0; c < flee->n_camp && flee->has_data && !status; c++)
        if (flee->day0[c] > 0)
            status = insert(w, streams, (size_t)flee->camp[c], flee->day0[c], err);
    return status;
}

/* --- a day --- */

static void count(ho_flee_worker *w) {
    memcpy(w->seen, w->flow.at, w->flee->n_place * sizeof *w->seen);
}

static void recount(void *worker) {
    ho_flee_worker *w = worker;
    count(w);
    ho_flee_law_count(w);
}

static ho_status settle(ho_flee_worker *w, const ho_streams *streams, ho_error *err) {
    for (size_t p = 0; p < w->flee->n_place; p++)
        w->settle[p] = w->ground.kind[p].camp ? w->flee->place[p].deactivation_probability : 0;
    return ho_flow_settle(&w->flow, w->settle, streams, (uint32_t)w->day, err);
}

static ho_status move(ho_flee_worker *w, const ho_streams *streams, ho_error *err) {
    uint32_t day = (uint32_t)w->day;
    ho_flee_law_day(w);
    w->law.routes = w->routes;
    w->law.recount = recount;
    ho_status status = ho_flow_leave(&w->flow, &w->law, streams, day, err);
    recount(w);
    if (!status)
        status = ho_flow_travel(&w->flow, &w->law, streams, day, err);
    count(w);
    return status || !w->settle ? status : settle(w, streams, err);
}

static ho_status pass_day(ho_flee_worker *w, const ho_streams *streams, ho_error *err) {
    const ho_flee_case *flee = w->flee;
    ho_status status;
    ho_flee_ground_morning(flee, &w->ground, w->day);
    if (w->ground.conflict_changed) /* else weights are those of yesterday's movement, as in FLEE */
        refresh_spawn_weights(w);
    if (flee->settings.spawn == HO_FLEE_SPAWN_RECORD)
        status = spawn_by_record(w, streams, err);
    else
        status = spawn_by_conflict(w, streams, err);
    ho_flee_ground_noon(flee, &w->ground, w->day);
    refresh_spawn_weights(w);
    if (!status && w->ground.closed)
        status = ho_flow_close(&w->flow, w->ground.closing, err);
    if (ho_flee_documented(flee, HO_FLEE_CAPACITY_PER_DAY))
        for (size_t p = 0; p < flee->n_place; p++)
            w->capacity[p] += (int64_t)flee->place[p].capacity_per_day;
    return status ? status : move(w, streams, err);
}

static void note(const ho_flee_worker *w, const ho_flee_record *record) {
    const ho_flee_case *flee = w->flee;
    size_t day = (size_t)w->day;
    for (size_t c = 0; c < flee->n_camp && record->camp; c++)
        record->camp[day * flee->n_camp + c] = w->flow.at[flee->camp[c]];
    if (record->total)
        record->total[day] = ho_flow_people(&w->flow);
    if (record->on_road)
        record->on_road[day] = ho_flow_on_road(&w->flow);
    if (record->at)
        memcpy(&record->at[day * flee->n_place], w->flow.at, flee->n_place * sizeof *record->at);
}

static void note_flow(const ho_flee_worker *w, int64_t *flow) {
    size_t n = w->flee->n_place;
    memset(flow, 0, n * n * sizeof *flow);
    for (size_t k = 0; k < w->flow.rest.n; k++) {
        const ho_cohort *c = &w->flow.rest.item[k];
        flow[c->type / w->flee->n_taste * n + (size_t)c->at] += c->people;
    }
}

ho_status ho_flee_run(ho_flee_worker *w, uint32_t seed, uint32_t replicate, const ho_flee_record *record, ho_error *err) {
    const ho_streams streams = {.seed = seed, .replicate = replicate};
    ho_status status = begin(w, &streams, err);
    for (; !status && w->day < (int32_t)w->flee->n_day; w->day++) {
        status = pass_day(w, &streams, err);
        if (!status)
            note(w, record);
    }
    if (!status && record->flow && w->flee->by_origin)
        note_flow(w, record->flow);
    return status;
}

/* --- many runs --- */

typedef struct crew {
    const ho_flee_case *flee;
    const ho_flee_plan *plan;
    ho_flee_ensemble *out;
    ho_flee_worker **worker; /* by thread, made when first needed */
    atomic_size_t n_done;
    atomic_flag talking;
} crew;

static ho_status task(void *context, size_t k, size_t thread, ho_error *err) {
    crew *c = context;
    ho_flee_ensemble *out = c->out;
    ho_status status = c->worker[thread] ? HO_OK : ho_flee_worker_build(c->flee, &c->worker[thread], err);
    const ho_flee_record record = {.camp = &out->camp[k * out->n_day * out->n_camp],
                                   .total = &out->total[k * out->n_day],
                                   .on_road = &out->on_road[k * out->n_day],
                                   .flow = out->flow ? &out->flow[k * out->n_place * out->n_place] : NULL};
    if (!status)
        status = ho_flee_run(c->worker[thread], c->plan->seed, (uint32_t)k, &record, err);
    size_t done = atomic_fetch_add(&c->n_done, 1) + 1;
    if (!status && c->plan->progress && !atomic_flag_test_and_set(&c->talking)) {
        c->plan->progress(c->plan->context, done);
        atomic_flag_clear(&c->talking);
    }
    return status;
}

static bool ensemble_room(const ho_flee_case *flee, size_t n_run, ho_flee_ensemble *e) {
    size_t days = n_run * flee->n_day, places = flee->by_origin ? flee->n_place * flee->n_place : 0;
    *e = (ho_flee_ensemble){.n_run = n_run, .n_day = flee->n_day, .n_camp = flee->n_camp, .n_place = flee->n_place};
    if (n_run > UINT32_MAX || days > SIZE_MAX / 64 / (flee->n_camp + 1) || (places && n_run > SIZE_MAX / 64 / places))
        return false;
    e->camp = calloc(days * flee->n_camp + 1, sizeof *e->camp);
    e->total = calloc(days + 1, sizeof *e->total);
    e->on_road = calloc(days + 1, sizeof *e->on_road);
    e->flow = places ? calloc(n_run * places, sizeof *e->flow) : NULL;
    return e->camp && e->total && e->on_road && (e->flow || !places);
}

ho_status ho_flee_ensemble_run(const ho_flee_case *flee, const ho_flee_plan *plan, ho_flee_ensemble *ensemble, ho_error *err) {
    crew c = {.flee = flee, .plan = plan, .out = ensemble, .talking = ATOMIC_FLAG_INIT};
    const ho_pool_plan pool = {.n_thread = plan->n_thread, .n_task = plan->n_run, .task = task, .context = &c, .stop = plan->stop};
    if (!ensemble_room(flee, plan->n_run, ensemble))
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu runs", plan->n_run);
    c.worker = calloc(plan->n_thread + 1, sizeof(ho_flee_worker *));
    if (!c.worker)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu runs", plan->n_run);
    ho_status status = ho_pool_run(&pool, err);
    for (size_t k = 0; k < plan->n_thread; k++)
        ho_flee_worker_free(c.worker[k]);
    free(c.worker);
    return status;
}

void ho_flee_ensemble_free(ho_flee_ensemble *ensemble) {
    free(ensemble->camp);
    free(ensemble->total);
    free(ensemble->on_road);
    free(ensemble->flow);
    *ensemble = (ho_flee_ensemble){0};
}
