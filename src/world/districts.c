/* Columns of factions and districts. */
#include <math.h>
#include <stdlib.h>

#include "world/build.h"

static ho_status faction_columns(ho_world *world, ho_error *err) {
    size_t n = world->n_faction, b = world->n_bloc;
    world->faction_bloc = ho_world_column(world, n, sizeof *world->faction_bloc);
    world->faction_role = ho_world_column(world, n, sizeof *world->faction_role);
    world->bloc_state = ho_world_column(world, b, sizeof *world->bloc_state);
    world->bloc_main = ho_world_column(world, b, sizeof *world->bloc_main);
    if (!world->faction_bloc || !world->faction_role || !world->bloc_state || !world->bloc_main)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for factions");
    return HO_OK;
}

/* A bloc acts through its state, else its insurgents, else its first faction. */
ho_status ho_world_build_factions(ho_world *world, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    ho_status status = faction_columns(world, err);
    if (status)
        return status;
    for (size_t b = 0; b < world->n_bloc; b++)
        world->bloc_state[b] = world->bloc_main[b] = -1;
    for (size_t f = 0; f < world->n_faction; f++) {
        int32_t bloc = scenario->faction[f].bloc;
        ho_role role = scenario->faction[f].role;
        world->faction_bloc[f] = bloc;
        world->faction_role[f] = (uint8_t)role;
        if (role == HO_ROLE_STATE && world->bloc_state[bloc] < 0)
            world->bloc_state[bloc] = world->bloc_main[bloc] = (int32_t)f;
    }
    for (size_t f = 0; f < world->n_faction; f++) {
        int32_t bloc = world->faction_bloc[f], leader = world->bloc_main[bloc];
        if (leader < 0 ||
            (world->faction_role[f] == HO_ROLE_INSURGENT && world->faction_role[leader] > HO_ROLE_INSURGENT))
            world->bloc_main[bloc] = (int32_t)f;
    }
    world->holdout_faction = scenario->holdout_faction;
    world->holdout_seat = scenario->holdout_seat;
    return HO_OK;
}

static ho_status district_columns(ho_world *world, ho_error *err) {
    size_t n = world->n_district;
#define COLUMN(name, length)                                                                                           \
    if (!(world->name = ho_world_column(world, (length), sizeof *world->name)))                                        \
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu districts", n);
    COLUMN(province, n)
    COLUMN(terrain, n)
    COLUMN(is_capital, n)
    COLUMN(airfield, n)
    COLUMN(area_km2, n)
    COLUMN(population, n)
    COLUMN(area_share, n)
    COLUMN(people_share, n)
    COLUMN(on_road, n)
    COLUMN(stronghold, n * world->n_bloc)
    COLUMN(resistance_base, n * world->n_bloc)
    COLUMN(home_faction, n)
    COLUMN(command, n)
    COLUMN(corps, n)
    COLUMN(corps_seat, n)
    COLUMN(remoteness, n)
    COLUMN(affinity, n * world->n_faction)
    COLUMN(customs_crossing, n)
    COLUMN(province_first, world->n_province + 1)
    COLUMN(province_district, n)
#undef COLUMN
    return HO_OK;
}

static void fill_shares(ho_world *world) {
    double area = 0, people = 0;
    for (size_t i = 0; i < world->n_district; i++) {
        area += world->area_km2[i];
        people += world->population[i];
    }
    for (size_t i = 0; i < world->n_district; i++) {
        world->area_share[i] = world->area_km2[i] / area;
        world->people_share[i] = people > 0 ? world->population[i] / people : 0;
    }
}

/* 0..1: no reach of the state (unknown: 1/2), off the road, thinly settled. */
static double remoteness(const ho_district_row *row) {
    double reach = isnan(row->reach) ? 0.5 : row->reach;
    double density = row->population / row->area_km2;
    return (0.5 * (1 - reach) + 0.25 * !row->on_road + 0.25 * 20 / (20 + density));
}

static void fill_provinces(ho_world *world) {
    for (size_t i = 0; i < world->n_district; i++)
        world->province_first[world->province[i] + 1]++;
    for (size_t p = 0; p < world->n_province; p++) {
        world->province_first[p + 1] += world->province_first[p];
    }
    for (size_t p = 0, k = 0; p < world->n_province; p++)
        for (size_t i = 0; i < world->n_district; i++)
            if (world->province[i] == (int32_t)p)
                world->province_district[k++] = (int32_t)i;
}

bool ho_world_current_shares(const ho_world *world, uint8_t *current) {
    const ho_scenario *scenario = world->scenario;
    int32_t *latest = calloc(world->n_province * scenario->n_group + 1, sizeof *latest); /* row + 1, 0: none yet */
    for (size_t k = 0; latest && k < scenario->n_share; k++) {
        const ho_share_row *row = &scenario->share[k];
        if (!ho_world_knows(world, row->known_on))
            continue;
        int32_t *last = &latest[(size_t)row->province * scenario->n_group + (size_t)row->group];
        if (*last && scenario->share[*last - 1].known_on > row->known_on)
            continue;
        if (*last)
            current[*last - 1] = 0;
        current[k] = 1;
        *last = (int32_t)k + 1;
    }
    bool found = latest != NULL;
    free(latest);
    return found;
}

/* Affinity of a district's people to a faction: shares of communities times affinities. */
static void fill_affinity(ho_world *world) {
    const ho_scenario *scenario = world->scenario;
    size_t n_dropped = 0;
    uint8_t *current = calloc(scenario->n_share + 1, 1);
    double *total = calloc(world->n_province + 1, sizeof *total);
    double *sum = calloc(world->n_province * world->n_faction + 1, sizeof *sum);
    if (total && sum && current && ho_world_current_shares(world, current)) {
        for (size_t k = 0; k < scenario->n_share; k++) {
            const ho_share_row *row = &scenario->share[k];
            if (!ho_world_knows(world, row->known_on)) {
                n_dropped++;
                continue;
            }
            if (!current[k])
                continue;
            total[row->province] += row->share;
            for (size_t f = 0; f < world->n_faction; f++)
                sum[(size_t)row->province * world->n_faction + f] +=
                    row->share * scenario->faction[f].affinity[row->group];
        }
        for (size_t f = 0; f < world->n_faction; f++)
            for (size_t i = 0; i < world->n_district; i++) {
                size_t p = (size_t)world->province[i];
                world->affinity[f * world->n_district + i] =
                    total[p] > 0 ? sum[p * world->n_faction + f] / total[p] : 0;
            }
    }
    if (n_dropped)
        ho_world_note(world, "%zu rows of groups.csv are dropped", n_dropped);
    free(total);
    free(sum);
    free(current);
}

static void fill_bases(ho_world *world) {
    const ho_scenario *scenario = world->scenario;
    for (size_t f = 0; f < world->n_faction; f++) {
        const ho_faction_row *faction = &scenario->faction[f];
        bool armed_base = faction->role == HO_ROLE_MILITIA || faction->role == HO_ROLE_RESISTANCE;
        for (size_t k = 0; k < faction->n_base; k++)
            for (size_t i = 0; i < world->n_district; i++) {
                if (world->province[i] != faction->base_province[k])
                    continue;
                if (faction->role == HO_ROLE_RESISTANCE)
                    world->resistance_base[(size_t)faction->bloc * world->n_district + i] = 1;
                if (armed_base)
                    world->stronghold[(size_t)faction->bloc * world->n_district + i] = 1;
            }
    }
}

ho_status ho_world_build_districts(ho_world *world, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    ho_status status = district_columns(world, err);
    if (status)
        return status;
    for (size_t i = 0; i < world->n_district; i++) {
        const ho_district_row *row = &scenario->district[i];
        world->province[i] = row->province;
        world->terrain[i] = (uint8_t)row->terrain;
        world->is_capital[i] = row->is_capital;
        world->airfield[i] = row->airfield;
        world->on_road[i] = row->on_road;
        world->area_km2[i] = row->area_km2;
        world->population[i] = row->population;
        world->remoteness[i] = remoteness(row);
        world->customs_crossing[i] = -1;
    }
    for (size_t k = 0; k < scenario->n_crossing; k++)
        if (ho_world_knows(world, scenario->crossing[k].known_on))
            world->customs_crossing[scenario->crossing[k].district] = (int32_t)k;
        else
            ho_world_note(world, "crossing %s is dropped", scenario->crossing[k].id);
    fill_shares(world);
    fill_provinces(world);
    fill_affinity(world);
    fill_bases(world);
    return HO_OK;
}
