/* People and politics: shares of communities, bases, rivalries, policies, who stands behind the borders. A row dated
 * later than known_by is dropped; of rows for one thing the one that began last holds. */
#include <stdlib.h>
#include <string.h>

#include "world/build.h"

static ho_status society_columns(ho_world *world, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    size_t f = world->n_faction, n = world->n_day, c = scenario->n_crossing;
    world->n_group = scenario->n_group;
    world->n_crossing = c;
#define COLUMN(name, length)                                                                                           \
    if (!(world->name = ho_world_column(world, (length), sizeof *world->name)))                                        \
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for people and politics");
    COLUMN(group_share, world->n_province * world->n_group)
    COLUMN(province_people_share, world->n_province)
    COLUMN(urban_share, world->n_district)
    COLUMN(base, f * world->n_district)
    COLUMN(rivalry, f * f)
    COLUMN(successor_faction, world->n_bloc)
    COLUMN(successor_seat, world->n_bloc)
    COLUMN(policy, n * f * HO_N_POLICY)
    COLUMN(patron, scenario->n_patron)
    COLUMN(neighbour, c + scenario->n_patron)
    COLUMN(neighbour_patron, c + scenario->n_patron)
    COLUMN(crossing_neighbour, c)
    COLUMN(crossing_known, c)
#undef COLUMN
    return HO_OK;
}

static void fill_groups(ho_world *world) {
    const ho_scenario *scenario = world->scenario;
    uint8_t *current = calloc(scenario->n_share + 1, 1);
    bool found = current && ho_world_current_shares(world, current);
    for (size_t k = 0; found && k < scenario->n_share; k++) {
        const ho_share_row *row = &scenario->share[k];
        if (current[k])
            world->group_share[(size_t)row->province * world->n_group + (size_t)row->group] += row->share;
    }
    free(current);
    for (size_t p = 0; p < world->n_province; p++) {
        double *share = &world->group_share[p * world->n_group], sum = 0;
        for (size_t g = 0; g < world->n_group; g++)
            sum += share[g];
        for (size_t g = 0; g < world->n_group && sum > 0; g++)
            share[g] /= sum;
    }
    for (size_t i = 0; i < world->n_district; i++) {
        const ho_district_row *row = &scenario->district[i];
        world->province_people_share[world->province[i]] += world->people_share[i];
        world->urban_share[i] = row->population > 0 ? row->urban_population / row->population : 0;
        if (world->urban_share[i] > 1)
            world->urban_share[i] = 1;
    }
}

/* Whether a later version of the same rivalry is known. */
static bool is_superseded(const ho_world *world, const ho_rivalry_row *row) {
    for (size_t k = 0; k < world->scenario->n_rivalry; k++) {
        const ho_rivalry_row *other = &world->scenario->rivalry[k];
        bool same = (other->a == row->a && other->b == row->b) || (other->a == row->b && other->b == row->a);
        if (same && other->known_on > row->known_on && ho_world_knows(world, other->known_on))
            return true;
    }
    return false;
}

static void fill_factions(ho_world *world) {
    const ho_scenario *scenario = world->scenario;
    for (size_t f = 0; f < world->n_faction; f++)
        for (size_t i = 0; i < world->n_district; i++) {
            const ho_faction_row *row = &scenario->faction[f];
            uint8_t *base = &world->base[f * world->n_district + i];
            for (size_t k = 0; k < row->n_base; k++)
                *base |= world->province[i] == row->base_province[k];
            bool armed = row->role == HO_ROLE_MILITIA || row->role == HO_ROLE_RESISTANCE;
            *base |= armed && world->home_faction[i] == (int32_t)f;
        }
    for (size_t k = 0; k < scenario->n_rivalry; k++) {
        const ho_rivalry_row *row = &scenario->rivalry[k];
        if (!ho_world_knows(world, row->known_on)) {
            ho_world_note(world, "rivalry of %s line %d is dropped", ho_row_file(scenario, row->line),
                          (int)ho_row_line(row->line));
            continue;
        }
        if (is_superseded(world, row))
            continue;
        world->rivalry[(size_t)row->a * world->n_faction + (size_t)row->b] = row->value;
        world->rivalry[(size_t)row->b * world->n_faction + (size_t)row->a] = row->value;
    }
}

/* Of the known versions of the successor to a bloc's state the latest. */
static void fill_successors(ho_world *world) {
    for (size_t b = 0; b < world->n_bloc; b++) {
        const ho_successor_row *best = NULL;
        world->successor_faction[b] = world->successor_seat[b] = -1;
        for (size_t k = 0; k < world->scenario->n_successor; k++) {
            const ho_successor_row *row = &world->scenario->successor[k];
            if (row->state == world->bloc_state[b] && ho_world_knows(world, row->known_on) &&
                (!best || row->known_on >= best->known_on))
                best = row;
        }
        if (!best)
            continue;
        world->successor_faction[b] = best->faction;
        world->successor_seat[b] = best->seat;
    }
    for (size_t k = 0; k < world->scenario->n_successor; k++)
        if (!ho_world_knows(world, world->scenario->successor[k].known_on))
            ho_world_note(world, "successor of %s line %d is dropped",
                          ho_row_file(world->scenario, world->scenario->successor[k].line),
                          (int)ho_row_line(world->scenario->successor[k].line));
}

/* The row of a faction that holds on a day: the one that began last; NULL before the first. */
static const ho_policy_row *policy_on(const ho_world *world, int32_t faction, ho_day day) {
    const ho_policy_row *best = NULL;
    for (size_t k = 0; k < world->scenario->n_policy; k++) {
        const ho_policy_row *row = &world->scenario->policy[k];
        if (row->faction == faction && row->from <= day && ho_world_knows(world, row->known_on) &&
            (!best || row->from > best->from || (row->from == best->from && row->known_on >= best->known_on)))
            best = row;
    }
    return best;
}

static void fill_policies(ho_world *world) {
    for (size_t k = 0; k < world->scenario->n_policy; k++)
        if (!ho_world_knows(world, world->scenario->policy[k].known_on))
            ho_world_note(world, "policy of %s line %d is dropped",
                          ho_row_file(world->scenario, world->scenario->policy[k].line),
                          (int)ho_row_line(world->scenario->policy[k].line));
    for (size_t day = 0; day < world->n_day; day++)
        for (size_t f = 0; f < world->n_faction; f++) {
            const ho_policy_row *row = policy_on(world, (int32_t)f, world->from + (ho_day)day);
            if (row)
                memcpy(&world->policy[(day * world->n_faction + f) * HO_N_POLICY], row->value, sizeof row->value);
        }
}

static int32_t neighbour_find(ho_world *world, const char *name) {
    for (size_t k = 0; k < world->n_neighbour; k++)
        if (strcmp(world->neighbour[k], name) == 0)
            return (int32_t)k;
    world->neighbour[world->n_neighbour] = name;
    world->neighbour_patron[world->n_neighbour] = -1;
    return (int32_t)world->n_neighbour++;
}

static void fill_neighbours(ho_world *world) {
    const ho_scenario *scenario = world->scenario;
    for (size_t c = 0; c < scenario->n_crossing; c++) {
        world->crossing_neighbour[c] = neighbour_find(world, scenario->crossing[c].neighbour);
        world->crossing_known[c] = ho_world_knows(world, scenario->crossing[c].known_on);
    }
    for (size_t p = 0; p < scenario->n_patron; p++)
        if (scenario->patron[p].neighbour)
            world->neighbour_patron[neighbour_find(world, scenario->patron[p].neighbour)] = (int32_t)p;
}

/* What was not known by then is as was believed before; where nobody says what that was it holds all the same. */
static bool is_as_before(ho_world *world, const ho_patron_row *row, const char *key, ho_day known_on, bool has_before) {
    if (ho_world_knows(world, known_on))
        return false;
    ho_world_note(world, has_before ? "patron %s: %s as believed before" : "patron %s: %s was not known by then and is used all the same",
                  row->id, key);
    return has_before;
}

static void fill_patrons(ho_world *world) {
    for (size_t p = 0; p < world->scenario->n_patron; p++) {
        const ho_patron_row *row = &world->scenario->patron[p];
        ho_patron_stance *stance = &world->patron[p];
        *stance = row->stance;
#define CHOOSE(key)                                                                                                    \
    if (is_as_before(world, row, #key, row->known_on.key, row->has_before.key))                                        \
        stance->key = row->before.key;
        CHOOSE(tolerated)
        CHOOSE(guaranteed)
        CHOOSE(recognition)
        CHOOSE(air_on_call)
        CHOOSE(air_on_call_chance)
        CHOOSE(leverage)
        CHOOSE(aid_to_resistance)
#undef CHOOSE
    }
}

static const ho_border_row *border_on(const ho_world *world, int32_t patron, ho_day day) {
    const ho_border_row *best = NULL;
    for (size_t k = 0; k < world->scenario->n_border; k++) {
        const ho_border_row *row = &world->scenario->border[k];
        if (row->patron == patron && row->from <= day && ho_world_knows(world, row->known_on) &&
            (!best || row->from > best->from || (row->from == best->from && row->known_on >= best->known_on)))
            best = row;
    }
    return best;
}

/* Without a dated row a border lets nobody armed and no soldiers through, and people as far as its posts leak. */
static ho_status fill_borders(ho_world *world, ho_error *err) {
    size_t n = world->n_neighbour;
    world->posture = ho_world_column(world, world->n_day * n * HO_N_TRAVELLER, sizeof *world->posture);
    world->border_quota = ho_world_column(world, world->n_day * n, sizeof *world->border_quota);
    if (!world->posture || !world->border_quota)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for borders");
    for (size_t k = 0; k < world->scenario->n_border; k++)
        if (!ho_world_knows(world, world->scenario->border[k].known_on))
            ho_world_note(world, "border of %s line %d is dropped",
                          ho_row_file(world->scenario, world->scenario->border[k].line),
                          (int)ho_row_line(world->scenario->border[k].line));
    for (size_t day = 0; day < world->n_day; day++)
        for (size_t k = 0; k < n; k++) {
            int32_t patron = world->neighbour_patron[k];
            const ho_border_row *row = patron < 0 ? NULL : border_on(world, patron, world->from + (ho_day)day);
            for (size_t t = 0; t < HO_N_TRAVELLER; t++)
                world->posture[(day * n + k) * HO_N_TRAVELLER + t] =
                    (uint8_t)(row ? row->posture[t] : HO_POSTURE_CLOSED);
            world->border_quota[day * n + k] = row ? row->quota_per_day : 0;
        }
    return HO_OK;
}

ho_status ho_world_build_society(ho_world *world, ho_error *err) {
    ho_status status = society_columns(world, err);
    if (status)
        return status;
    fill_groups(world);
    fill_factions(world);
    fill_successors(world);
    fill_patrons(world);
    fill_policies(world);
    fill_neighbours(world);
    return fill_borders(world, err);
}

/* ---- the calendar's events of politics ---- */

static ho_status politics_columns(ho_world *world, ho_error *err) {
    size_t n = world->n_day * world->n_bloc, c = world->scenario->n_calendar;
#define COLUMN(name, length)                                                                                           \
    if (!(world->name = ho_world_column(world, (length), sizeof *world->name)))                                        \
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu calendar entries", c);
    COLUMN(drive, n)
    COLUMN(evacuation, n)
    COLUMN(call_day, c)
    COLUMN(call_faction, c)
    COLUMN(call_size, c)
    COLUMN(forecast_day, c)
    COLUMN(forecast_bloc, c)
    COLUMN(forecast_value, c)
    COLUMN(offer_day, c)
    COLUMN(offer_bloc, c)
    COLUMN(offer_share, c)
    COLUMN(handover_day, c)
    COLUMN(handover_bloc, c)
#undef COLUMN
    return HO_OK;
}

static void add_lasting(const ho_world *world, const ho_calendar_row *row, double *column) {
    int32_t first = row->date - world->from, last = row->until - world->from;
    for (int32_t day = first < 0 ? 0 : first; day <= last && day < (int32_t)world->n_day; day++)
        column[(size_t)day * world->n_bloc + (size_t)row->bloc] += row->value;
}

static void add_event(ho_world *world, const ho_calendar_row *row) {
    int32_t day = row->date - world->from;
    switch (row->kind) {
    case HO_CAL_DRIVE:
        add_lasting(world, row, world->drive);
        break;
    case HO_CAL_EVACUATION:
        add_lasting(world, row, world->evacuation);
        break;
    case HO_CAL_CALL:
        world->call_day[world->n_call] = day;
        world->call_faction[world->n_call] = row->faction;
        world->call_size[world->n_call++] = row->value;
        break;
    case HO_CAL_FORECAST:
        world->forecast_day[world->n_forecast] = day;
        world->forecast_bloc[world->n_forecast] = row->bloc;
        world->forecast_value[world->n_forecast++] = row->value;
        break;
    case HO_CAL_OFFER:
        world->offer_day[world->n_offer] = day;
        world->offer_bloc[world->n_offer] = row->bloc;
        world->offer_share[world->n_offer++] = row->value;
        break;
    case HO_CAL_HANDOVER:
        world->handover_day[world->n_handover] = day;
        world->handover_bloc[world->n_handover++] = row->bloc;
        break;
    default:
        break; /* calendar.c */
    }
}

ho_status ho_world_build_politics(ho_world *world, ho_error *err) {
    ho_status status = politics_columns(world, err);
    for (size_t k = 0; k < world->scenario->n_calendar && !status; k++)
        if (world->calendar_holds[k])
            add_event(world, &world->scenario->calendar[k]);
    return status;
}
