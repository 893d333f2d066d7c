/* Dated inputs by day of the run. Rows with one id are versions of one entry: the latest known one holds (additions C1,
 * F14). */
#include <math.h>
#include <string.h>

#include "world/build.h"

static ho_status calendar_columns(ho_world *world, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    size_t n = world->n_day, b = world->n_bloc, c = scenario->n_calendar, f = scenario->n_flow;
#define COLUMN(name, length)                                                                                           \
    if (!(world->name = ho_world_column(world, (length), sizeof *world->name)))                                        \
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu days", n);
    COLUMN(calendar_holds, c)
    COLUMN(foreign_share, (n + HO_WORLD_AHEAD) * b)
    COLUMN(contractor_share, n * b)
    COLUMN(lull, n)
    COLUMN(season, 12 * HO_N_TERRAIN)
    COLUMN(pass_closed, 12 * (scenario->n_pass + 1))
    COLUMN(month, n)
    COLUMN(foreign_forces, b)
    COLUMN(withdrawal_day, b)
    COLUMN(end_announced_day, b)
    COLUMN(shock_day, c)
    COLUMN(shock_bloc, c)
    COLUMN(shock_size, c)
    COLUMN(shock_said, c)
    COLUMN(flow_faction, f)
    COLUMN(flow_from, f)
    COLUMN(flow_until, f)
    COLUMN(flow_kind, f)
    COLUMN(flow_value, f)
    COLUMN(flow_patron, f)
#undef COLUMN
    return HO_OK;
}

/* Whether row k is the version of its entry that holds. */
static bool is_current(ho_world *world, size_t k) {
    const ho_calendar_row *row = &world->scenario->calendar[k];
    if (!ho_world_knows(world, row->known_on)) {
        ho_world_note(world, "calendar entry %s as known later (%s line %d) is dropped", row->id,
                      ho_row_file(world->scenario, row->line), (int)ho_row_line(row->line));
        return false;
    }
    for (size_t other = 0; other < world->scenario->n_calendar; other++) {
        const ho_calendar_row *version = &world->scenario->calendar[other];
        if (other == k || strcmp(version->id, row->id) != 0 || !ho_world_knows(world, version->known_on))
            continue;
        if (version->known_on > row->known_on || (version->known_on == row->known_on && other > k))
            return false;
    }
    return true;
}

/* Linear between the dated values of one kind and bloc on the first n days, constant outside; unchanged if there are none. */
static void interpolate(const ho_world *world, const uint8_t *current, ho_calendar_kind kind, int32_t bloc, size_t n,
                        double *column) {
    for (size_t day = 0; day < n; day++) {
        ho_day date = world->from + (ho_day)day, before = INT32_MIN, after = INT32_MAX;
        double value_before = NAN, value_after = NAN;
        for (size_t k = 0; k < world->scenario->n_calendar; k++) {
            const ho_calendar_row *row = &world->scenario->calendar[k];
            if (!current[k] || row->kind != kind || row->bloc != bloc)
                continue;
            if (row->date <= date && row->date >= before) {
                before = row->date;
                value_before = row->value;
            }
            if (row->date > date && row->date < after) {
                after = row->date;
                value_after = row->value;
            }
        }
        double *out = &column[day * world->n_bloc + (size_t)bloc];
        if (!isnan(value_before) && !isnan(value_after))
            *out = value_before + (value_after - value_before) * (double)(date - before) / (double)(after - before);
        else if (!isnan(value_before) || !isnan(value_after))
            *out = isnan(value_before) ? value_after : value_before;
    }
}

static void fill_withdrawal(ho_world *world, const uint8_t *current) {
    const size_t n_ahead = world->n_day + HO_WORLD_AHEAD;
    for (size_t k = 0; k < n_ahead * world->n_bloc; k++)
        world->foreign_share[k] = 0; /* share gone, for now */
    for (size_t k = 0; k < world->n_day * world->n_bloc; k++)
        world->contractor_share[k] = 1;
    for (size_t b = 0; b < world->n_bloc; b++) {
        interpolate(world, current, HO_CAL_WITHDRAWAL, (int32_t)b, n_ahead, world->foreign_share);
        interpolate(world, current, HO_CAL_CONTRACTORS, (int32_t)b, world->n_day, world->contractor_share);
        world->withdrawal_day[b] = INT32_MAX;
        world->end_announced_day[b] = INT32_MAX;
    }
    for (size_t k = 0; k < world->scenario->n_calendar; k++)
        if (world->scenario->calendar[k].kind == HO_CAL_WITHDRAWAL)
            world->foreign_forces[world->scenario->calendar[k].bloc] = 1;
    for (size_t day = 0; day < n_ahead; day++)
        for (size_t b = 0; b < world->n_bloc; b++) {
            double *share = &world->foreign_share[day * world->n_bloc + b];
            if (*share >= 0.9 && world->withdrawal_day[b] == INT32_MAX)
                world->withdrawal_day[b] = (int32_t)day;
            *share = 1 - *share;
        }
}

static void fill_events(ho_world *world, const uint8_t *current) {
    for (size_t day = 0; day < world->n_day; day++)
        world->lull[day] = 1;
    for (size_t k = 0; k < world->scenario->n_calendar; k++) {
        const ho_calendar_row *row = &world->scenario->calendar[k];
        int32_t day = row->date - world->from;
        if (!current[k])
            continue;
        if (row->kind == HO_CAL_END_ANNOUNCED) {
            world->end_announced_day[row->bloc] = day;
        } else if (row->kind == HO_CAL_LULL) {
            int32_t last = row->until == HO_DAY_NONE ? day : row->until - world->from;
            for (int32_t d = day < 0 ? 0 : day; d <= last && d < (int32_t)world->n_day; d++)
                world->lull[d] *= row->value;
        } else if (row->kind == HO_CAL_ANNOUNCEMENT || row->kind == HO_CAL_RESHUFFLE ||
                   row->kind == HO_CAL_HANDOVER) {
            size_t s = world->n_shock++;
            world->shock_day[s] = day;
            world->shock_bloc[s] = row->bloc;
            world->shock_size[s] = row->value;
            world->shock_said[s] = row->kind == HO_CAL_ANNOUNCEMENT;
        }
    }
}

/* Whether row s is the latest known one of its terrain. */
static bool season_holds(const ho_world *world, size_t s) {
    const ho_season_row *row = &world->scenario->season[s];
    for (size_t k = 0; k < world->scenario->n_season; k++) {
        const ho_season_row *other = &world->scenario->season[k];
        if (other->terrain == row->terrain && other->known_on > row->known_on && ho_world_knows(world, other->known_on))
            return false;
    }
    return ho_world_knows(world, row->known_on);
}

static void fill_seasons(ho_world *world) {
    const ho_scenario *scenario = world->scenario;
    for (size_t s = 0; s < scenario->n_season; s++)
        if (!ho_world_knows(world, scenario->season[s].known_on))
            ho_world_note(world, "season of %s line %d is dropped", ho_row_file(scenario, scenario->season[s].line),
                          (int)ho_row_line(scenario->season[s].line));
    for (size_t p = 0; p < scenario->n_pass; p++)
        if (!ho_world_knows(world, scenario->pass[p].known_on))
            ho_world_note(world, "pass %s is dropped: it stays open", scenario->pass[p].name);
    for (size_t day = 0; day < world->n_day; day++)
        world->month[day] = (uint8_t)(ho_day_month(world->from + (ho_day)day) - 1);
    for (size_t month = 0; month < 12; month++) {
        for (size_t t = 0; t < HO_N_TERRAIN; t++)
            world->season[month * HO_N_TERRAIN + t] = 1;
        for (size_t s = 0; s < scenario->n_season; s++)
            if (season_holds(world, s))
                world->season[month * HO_N_TERRAIN + scenario->season[s].terrain] = scenario->season[s].factor[month];
        for (size_t p = 0; p < scenario->n_pass; p++)
            world->pass_closed[month * scenario->n_pass + p] = scenario->pass[p].closed[month];
    }
}

static void fill_flows(ho_world *world) {
    for (size_t k = 0; k < world->scenario->n_flow; k++) {
        const ho_flow_row *row = &world->scenario->flow[k];
        if (!ho_world_knows(world, row->known_on)) {
            ho_world_note(world, "flow of %s line %d is dropped", ho_row_file(world->scenario, row->line),
                          (int)ho_row_line(row->line));
            continue;
        }
        size_t s = world->n_flow++;
        world->flow_faction[s] = row->faction;
        world->flow_kind[s] = (uint8_t)row->kind;
        world->flow_value[s] = row->value;
        world->flow_patron[s] = row->patron;
        world->flow_from[s] = row->from == HO_DAY_NONE ? INT32_MIN : row->from - world->from;
        world->flow_until[s] = row->until == HO_DAY_NONE ? INT32_MAX : row->until - world->from;
    }
}

ho_status ho_world_build_calendar(ho_world *world, ho_error *err) {
    ho_status status = calendar_columns(world, err);
    if (status)
        return status;
    uint8_t *current = world->calendar_holds;
    for (size_t k = 0; k < world->scenario->n_calendar; k++)
        current[k] = is_current(world, k);
    fill_withdrawal(world, current);
    fill_events(world, current);
    fill_seasons(world);
    fill_flows(world);
    return ho_world_build_politics(world, err);
}
