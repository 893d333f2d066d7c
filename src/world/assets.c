/* Arms that are given and the airport with its guards, by day of the run. A row known later than known_by is dropped; of
 * a guard's rows the latest known one holds. */
#include <math.h>

#include "world/build.h"

static ho_status assets_columns(ho_world *world, ho_error *err) {
    size_t t = world->scenario->n_transfer, g = world->scenario->airport.n_guard;
#define COLUMN(name, length)                                                                                           \
    if (!(world->name = ho_world_column(world, (length), sizeof *world->name)))                                        \
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for transfers and guards");
    COLUMN(transfer_row, t)
    COLUMN(transfer_from, t)
    COLUMN(transfer_until, t)
    COLUMN(guard_faction, g)
    COLUMN(guard_from, g)
    COLUMN(guard_until, g)
#undef COLUMN
    return HO_OK;
}

static int32_t first_day(const ho_world *world, ho_day from) {
    return from == HO_DAY_NONE ? INT32_MIN : from - world->from;
}

static int32_t last_day(const ho_world *world, ho_day until) {
    return until == HO_DAY_NONE ? INT32_MAX : until - world->from;
}

/* Whether the row may be used; notes if not. */
static bool may_use(ho_world *world, const char *what, ho_day known_on, int32_t line) {
    if (ho_world_knows(world, known_on))
        return true;
    ho_world_note(world, "%s of %s line %d is dropped", what, ho_row_file(world->scenario, line), (int)ho_row_line(line));
    return false;
}

static void fill_transfers(ho_world *world) {
    for (size_t k = 0; k < world->scenario->n_transfer; k++) {
        const ho_transfer_row *row = &world->scenario->transfer[k];
        if (!may_use(world, "transfer", row->known_on, row->line))
            continue;
        size_t t = world->n_transfer++;
        world->transfer_row[t] = (int32_t)k;
        world->transfer_from[t] = first_day(world, row->from);
        world->transfer_until[t] = last_day(world, row->until);
    }
}

static bool is_superseded(const ho_world *world, const ho_airport_row *airport, size_t k) {
    const ho_guard_row *row = &airport->guard[k];
    for (size_t other = 0; other < airport->n_guard; other++) {
        const ho_guard_row *version = &airport->guard[other];
        bool same = version->patron == row->patron && version->faction == row->faction;
        if (same && ho_world_knows(world, version->known_on) &&
            (version->known_on > row->known_on || (version->known_on == row->known_on && other > k)))
            return true;
    }
    return false;
}

/* The airfield of the national capital: in its district, else in its province; -1: none. */
static int32_t nearest_airfield(const ho_world *world) {
    int32_t capital = world->national_capital, p = world->province[capital];
    if (world->airfield[capital])
        return capital;
    for (int32_t k = world->province_first[p]; k < world->province_first[p + 1]; k++)
        if (world->airfield[world->province_district[k]])
            return world->province_district[k];
    return -1;
}

static void fill_airport(ho_world *world) {
    const ho_airport_row *row = &world->scenario->airport;
    world->airport = nearest_airfield(world);
    world->airport_seats = INFINITY;
    if (row->district < 0 || !may_use(world, "airport", row->known_on, row->line))
        return;
    world->airport = row->district;
    world->airport_seats = row->seats_per_day;
    world->airport_needs_guard = true;
    for (size_t k = 0; k < row->n_guard; k++) {
        const ho_guard_row *guard = &row->guard[k];
        if (!may_use(world, "guard", guard->known_on, guard->line) || is_superseded(world, row, k))
            continue;
        size_t g = world->n_guard++;
        world->guard_faction[g] = guard->faction;
        world->guard_from[g] = first_day(world, guard->from);
        world->guard_until[g] = last_day(world, guard->until);
    }
}

ho_status ho_world_build_assets(ho_world *world, ho_error *err) {
    ho_status status = assets_columns(world, err);
    if (status)
        return status;
    fill_transfers(world);
    fill_airport(world);
    return HO_OK;
}
