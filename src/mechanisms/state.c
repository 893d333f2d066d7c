/* The state of a replicate: one block of columns. Invariant: the ledgers of fighters, people, money and arms (state.h) hold after every
 * mechanism. */
#include "mechanisms/state.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGNMENT = 64 };

static size_t align_up(size_t n) {
    return (n + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

/* Lays out the columns in `block`, or only measures if it is NULL. Returns the bytes used. */
static size_t lay_out(const ho_world *world, ho_state *state, char *block) {
    const size_t n_district = world->n_district, n_bloc = world->n_bloc, n_faction = world->n_faction,
                 n_command = world->n_command + 1, n_parameter = HO_N_PARAMETER, n_shock = world->n_shock + 1,
                 n_province = world->n_province, n_group = world->n_group, n_neighbour = world->n_neighbour + 1,
                 n_crossing = world->n_crossing + 1, n_patron = world->scenario->n_patron + 1,
                 n_flow = world->n_flow + 1, n_transfer = world->n_transfer + 1, n_home = world->n_home, n_place = n_district + world->n_crossing,
                 n_dest = world->n_dest + 1;
    size_t used = 0;
#define X(type, name, length, meaning)                                                                                 \
    if (block)                                                                                                         \
        state->name = (type *)(void *)(block + used);                                                                  \
    used += align_up(sizeof(type) * (length));
    HO_STATE_COLUMNS(X)
#undef X
    return used;
}

ho_status ho_state_build(const ho_world *world, ho_state **out, ho_error *err) {
    ho_state *state = calloc(1, sizeof *state);
    if (!state)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for a state");
    state->world = world;
    state->block_size = lay_out(world, state, NULL);
    state->block = aligned_alloc(ALIGNMENT, state->block_size);
    state->change_capacity = 8 * world->n_district + 1024;
    state->change = calloc(state->change_capacity, sizeof *state->change);
    if (!state->block || !state->change) {
        ho_state_free(state);
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for a state of %zu districts", world->n_district);
    }
    memset(state->block, 0, state->block_size);
    lay_out(world, state, state->block);
    *out = state;
    return HO_OK;
}

void ho_state_free(ho_state *state) {
    if (!state)
        return;
    free(state->block);
    free(state->change);
    free(state);
}

void ho_state_copy(ho_state *to, const ho_state *from) {
    memcpy(to->block, from->block, from->block_size);
    to->step = from->step;
    to->day = from->day;
    to->time_day = from->time_day;
    to->graph_changed = from->graph_changed;
    to->front_changed = from->front_changed;
    to->n_column = from->n_column;
    to->search_stamp = from->search_stamp;
    memcpy(to->column, from->column, (size_t)from->n_column * sizeof *from->column);
    to->n_change = 0;
    to->change_overflow = false;
    to->fights = from->fights;
    to->why = NULL;
    to->why_district = -1;
}

void ho_state_refresh_strength(const ho_world *world, ho_state *state, size_t district) {
    const size_t n = world->n_district;
    double strength[HO_BLOC_MAX] = {0};
    int32_t persons[HO_BLOC_MAX] = {0};
    bool next_door = false;
    for (size_t f = 0; f < world->n_faction; f++) {
        size_t at = f * n + district, bloc = (size_t)world->faction_bloc[f];
        strength[bloc] += ho_force(world, state, f, at);
        persons[bloc] += state->fighters[at];
    }
    for (size_t b = 0; b < world->n_bloc; b++) {
        /* garrisons of a state stay where they are: only others can be brought next door */
        next_door = next_door || (world->bloc_state[b] < 0 && strength[b] != state->strength[b * n + district]);
        state->strength[b * n + district] = strength[b];
        state->persons[b * n + district] = persons[b];
    }
    state->stale[district] = 1;
    if (next_door)
        ho_state_stale(world, state, district);
}

void ho_state_stale(const ho_world *world, ho_state *state, size_t district) {
    state->stale[district] = 1;
    for (int32_t k = world->link_first[district]; k < world->link_first[district + 1]; k++)
        state->stale[world->link_to[k]] = 1;
}

static ho_status check_ledger(const ho_state *state, ho_error *err) {
    const ho_world *world = state->world;
    for (size_t f = 0; f < world->n_faction; f++) {
        int64_t sum = state->reserve[f] + state->marching[f] + state->waiting[f] + state->killed[f] +
                      state->deserted[f] + state->surrendered[f] + state->dissolved[f] + state->hidden[f] +
                      state->crossed[f] + state->switched_out[f];
        int64_t need = state->initial[f] + state->recruited[f] + state->switched_in[f];
        for (size_t i = 0; i < world->n_district; i++) {
            int32_t here = state->fighters[f * world->n_district + i];
            if (here < 0)
                return ho_error_set(err, HO_ERR_NUMERIC, "day %d: faction %s has %d fighters in %s", (int)state->day,
                                    world->scenario->faction[f].id, (int)here, world->scenario->district[i].pcode);
            sum += here;
        }
        if (sum != need)
            return ho_error_set(err, HO_ERR_NUMERIC, "day %d: the ledger of faction %s holds %lld fighters, need %lld",
                                (int)state->day, world->scenario->faction[f].id, (long long)sum,
                                (long long)need);
    }
    return HO_OK;
}

static ho_status check_money(const ho_state *state, ho_error *err) {
    for (size_t f = 0; f < state->world->n_faction; f++) {
        int64_t need = state->opening_usd[f] + state->from_patrons_usd[f] + state->taxes_usd[f] +
                       state->customs_usd[f] + state->commodity_usd[f] + state->seized_usd[f] - state->upkeep_usd[f] -
                       state->services_usd[f] - state->lost_usd[f];
        if (state->cash_usd[f] != need || need < 0)
            return ho_error_set(err, HO_ERR_NUMERIC, "day %d: faction %s has %lld USD, its ledger says %lld",
                                (int)state->day, state->world->scenario->faction[f].id, (long long)state->cash_usd[f],
                                (long long)need);
    }
    return HO_OK;
}

static int64_t sum_counts(const int32_t *count, size_t n) {
    int64_t sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += count[k];
    return sum;
}

static ho_status check_people(const ho_state *state, ho_error *err) {
    const ho_world *world = state->world;
    const size_t n = world->n_district;
    int64_t moving = sum_counts(state->displaced, n) + sum_counts(state->road, HO_ROAD_DAYS * n);
    int64_t sum = sum_counts(state->residents, n) + moving + state->evacuated[0];
    for (size_t k = 0; k < world->n_neighbour; k++)
        sum += state->abroad[k];
    for (size_t b = 0; b < world->n_bloc; b++)
        sum += state->civilians_killed[b];
    for (size_t f = 0; f < world->n_faction; f++)
        sum += state->recruited[f] - state->deserted[f] - state->surrendered[f] - state->dissolved[f];
    for (size_t i = 0; i < n; i++)
        if (state->residents[i] < 0 || state->displaced[i] < 0)
            return ho_error_set(err, HO_ERR_NUMERIC, "day %d: %s has %d residents and %d displaced", (int)state->day,
                                world->scenario->district[i].pcode, (int)state->residents[i], (int)state->displaced[i]);
    if (sum != state->people_start[0])
        return ho_error_set(err, HO_ERR_NUMERIC, "day %d: the ledger of people holds %lld, need %lld", (int)state->day,
                            (long long)sum, (long long)state->people_start[0]);
    int64_t away = sum_counts(state->away, world->n_home * world->n_home);
    away += sum_counts(state->road_border, HO_ROAD_DAYS * world->n_crossing);
    away += sum_counts(state->at_border, world->n_crossing);
    if (away != moving)
        return ho_error_set(err, HO_ERR_NUMERIC, "day %d: %lld people are away from home by origin, %lld by place",
                            (int)state->day, (long long)away, (long long)moving);
    return HO_OK;
}

static ho_status check_vehicles(const ho_state *state, ho_error *err) {
    const ho_world *world = state->world;
    int64_t sum = sum_counts(state->vehicles, world->n_district), need = 0;
    for (size_t b = 0; b < world->n_bloc; b++) {
        sum += state->vehicles_captured[b] + state->vehicles_lost[b];
        need += state->vehicles_start[b];
    }
    if (sum != need)
        return ho_error_set(err, HO_ERR_NUMERIC, "day %d: the ledger of vehicles holds %lld, need %lld", (int)state->day,
                            (long long)sum, (long long)need);
    return HO_OK;
}

static ho_status check_weapons(const ho_state *state, ho_error *err) {
    const ho_world *world = state->world;
    const size_t n = world->n_district;
    int64_t given = 0, away = 0;
    for (size_t f = 0; f < world->n_faction; f++) {
        int64_t sum = 0, need = ho_weapons_held(state, f);
        for (size_t at = f * n; at < (f + 1) * n; at++) {
            if (state->weapons[at] < 0)
                need = -1;
            sum += state->weapons[at];
        }
        if (sum != need)
            return ho_error_set(err, HO_ERR_NUMERIC, "day %d: faction %s has %lld kg of arms, its ledger says %lld",
                                (int)state->day, world->scenario->faction[f].id, (long long)sum, (long long)need);
        given += state->weapons_given[f] - state->weapons_got[f];
        away += state->weapons_gone[f] + state->weapons_taken[f];
    }
    for (size_t b = 0; b < world->n_bloc; b++)
        away -= state->weapons_captured[b];
    if (given != 0 || away != 0)
        return ho_error_set(err, HO_ERR_NUMERIC,
                            "day %d: %lld kg of arms were given and not got, %lld kg left and were not captured",
                            (int)state->day, (long long)given, (long long)away);
    return HO_OK;
}

ho_status ho_state_check(const ho_state *state, ho_error *err) {
    const ho_world *world = state->world;
    const size_t n = world->n_district;
    for (size_t i = 0; i < n; i++) {
        double country = 0;
        for (size_t b = 0; b < world->n_bloc; b++)
            country += state->countryside[b * n + i];
        bool fine = fabs(country - 1) < 1e-6 && state->morale[i] >= 0 && state->morale[i] <= 1 &&
                    isfinite(state->belief_logit[i]) && isfinite(state->enemy[i]) && state->supply_days[i] >= 0;
        if (!fine)
            return ho_error_set(err, HO_ERR_NUMERIC,
                                "day %d: state of %s is out of range (countryside sums to %g, morale %g, supply %g d)",
                                (int)state->day, world->scenario->district[i].pcode, country, state->morale[i],
                                state->supply_days[i]);
    }
    ho_status status = check_ledger(state, err);
    if (!status)
        status = check_money(state, err);
    if (!status)
        status = check_vehicles(state, err);
    if (!status)
        status = check_weapons(state, err);
    return status ? status : check_people(state, err);
}
