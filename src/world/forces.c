/* Initial garrisons on paper, merged by district, faction and reserve; who is at home where; who commands whom. */
#include <stdlib.h>
#include <string.h>

#include "world/build.h"

/* Order of merged rows: district, faction, reserve last. */
static int64_t force_key(const ho_world *world, const ho_garrison_row *row) {
    bool reserve = world->scenario->kind[row->kind].reserve;
    return ((int64_t)row->district * HO_FACTION_MAX + row->faction) * 2 + reserve;
}

typedef struct force_ref {
    int64_t key;
    int32_t row;
} force_ref;

static int force_compare(const void *a, const void *b) {
    const force_ref *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? -1 : 1;
    return (x->row > y->row) - (x->row < y->row);
}

static ho_status force_columns(ho_world *world, size_t n, ho_error *err) {
    world->n_kind = world->scenario->n_kind;
    world->force_district = ho_world_column(world, n, sizeof *world->force_district);
    world->force_faction = ho_world_column(world, n, sizeof *world->force_faction);
    world->force_command = ho_world_column(world, n, sizeof *world->force_command);
    world->force_paper = ho_world_column(world, n * world->n_kind, sizeof *world->force_paper);
    world->force_reserve = ho_world_column(world, n, sizeof *world->force_reserve);
    world->faction_arrival = ho_world_column(world, world->n_faction, sizeof *world->faction_arrival);
    world->faction_paper = ho_world_column(world, world->n_faction, sizeof *world->faction_paper);
    if (!world->force_district || !world->force_faction || !world->force_command || !world->force_paper ||
        !world->force_reserve || !world->faction_arrival || !world->faction_paper)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu garrisons", n);
    return HO_OK;
}

static void merge(ho_world *world, const force_ref *ref, size_t n_ref) {
    int64_t best = 0;
    for (size_t r = 0; r < n_ref; r++) {
        const ho_garrison_row *row = &world->scenario->garrison[ref[r].row];
        if (r == 0 || ref[r].key != ref[r - 1].key) {
            world->n_force++;
            best = -1;
        }
        size_t k = world->n_force - 1;
        world->force_district[k] = row->district;
        world->force_faction[k] = row->faction;
        world->force_reserve[k] = world->scenario->kind[row->kind].reserve;
        world->force_paper[k * world->n_kind + (size_t)row->kind] += row->paper;
        world->faction_paper[row->faction] += (double)row->paper;
        if (row->paper > best) {
            best = row->paper;
            world->force_command[k] = row->command;
        }
    }
}

/* Without known_on an arrival holds; a faction that became known later than known_by never arrives if it was to arrive.
 */
static void fill_arrivals(ho_world *world) {
    for (size_t f = 0; f < world->n_faction; f++) {
        const ho_faction_row *row = &world->scenario->faction[f];
        if (row->arrival == HO_DAY_NONE || row->arrival <= world->from)
            world->faction_arrival[f] = 0;
        else if (!ho_world_knows(world, row->known_on)) {
            world->faction_arrival[f] = INT32_MAX;
            ho_world_note(world, "faction %s: its arrival was not known", row->id);
        } else
            world->faction_arrival[f] = row->arrival - world->from;
    }
}

/* Rows that cannot be left out: without an earlier version they hold, and the user is told. */
static void note_kept(ho_world *world) {
    const ho_scenario *scenario = world->scenario;
    for (size_t k = 0; k < scenario->n_kind; k++)
        if (!ho_world_knows(world, scenario->kind[k].known_on))
            ho_world_note(world, "kind of garrison %s was not known by then and is used all the same",
                          scenario->kind[k].id);
    for (size_t f = 0; f < world->n_faction; f++)
        if (!ho_world_knows(world, scenario->faction[f].known_on) && scenario->faction[f].arrival == HO_DAY_NONE)
            ho_world_note(world, "faction %s was not known by then and is used all the same", scenario->faction[f].id);
}

static int64_t paper_of(const ho_world *world, size_t force) {
    int64_t sum = 0;
    for (size_t kind = 0; kind < world->n_kind; kind++)
        sum += world->force_paper[force * world->n_kind + kind];
    return sum;
}

/* Rank of a garrison as the home of its district: states before militias and resistances before insurgents; reserves
 * settle nowhere. */
static int64_t claim_of(const ho_world *world, size_t force) {
    ho_role role = (ho_role)world->faction_role[world->force_faction[force]];
    int64_t tier = INT64_MAX / 4;
    if (world->force_reserve[force] || paper_of(world, force) == 0)
        return -1;
    return paper_of(world, force) + (role == HO_ROLE_STATE ? 2 * tier : role == HO_ROLE_INSURGENT ? 0 : tier);
}

/* Whether garrison k claims its district more than those before it, which start at `first`. */
static bool settles(const ho_world *world, size_t k, size_t first) {
    int64_t claim = claim_of(world, k);
    for (size_t other = first; other < k; other++)
        if (claim_of(world, other) >= claim)
            return false;
    return claim >= 0;
}

/* Home faction: the state with the most people on paper here; else whoever else has most; else the state that has the
 * national capital. */
static void fill_homes(ho_world *world) {
    int64_t most = -1;
    int32_t capital_state = -1;
    for (size_t f = 0; f < world->n_faction && capital_state < 0; f++)
        if (world->faction_role[f] == HO_ROLE_STATE)
            capital_state = (int32_t)f;
    if (capital_state < 0)
        capital_state = 0;
    for (size_t k = 0; k < world->n_force; k++)
        if (world->force_district[k] == world->national_capital && !world->force_reserve[k] &&
            world->faction_role[world->force_faction[k]] == HO_ROLE_STATE && paper_of(world, k) > most) {
            most = paper_of(world, k);
            capital_state = world->force_faction[k];
        }
    world->home_bloc = world->faction_bloc[capital_state];
    for (size_t i = 0; i < world->n_district; i++) {
        world->home_faction[i] = capital_state;
        world->command[i] = world->corps[i] = -1;
    }
    for (size_t k = 0, first = 0; k < world->n_force; k++) {
        size_t i = (size_t)world->force_district[k];
        if (world->force_district[first] != world->force_district[k])
            first = k;
        if (settles(world, k, first)) {
            world->home_faction[i] = world->force_faction[k];
            world->command[i] = world->force_command[k];
        }
    }
}

static bool is_corps(const ho_world *world, int32_t command) {
    return strcmp(world->scenario->command[command].kind, "corps") == 0;
}

/* Which corps has most people in each district, and where corps are led from. */
static void fill_corps(ho_world *world, int64_t *most_here) {
    const ho_scenario *scenario = world->scenario;
    for (size_t c = 0; c < world->n_command; c++)
        if (is_corps(world, (int32_t)c))
            world->corps_seat[scenario->command[c].hq] = 1;
    for (size_t r = 0; r < scenario->n_garrison; r++) {
        const ho_garrison_row *row = &scenario->garrison[r];
        int64_t *most = &most_here[row->district];
        if (row->paper > *most && is_corps(world, row->command) && !scenario->kind[row->kind].reserve &&
            ho_world_knows(world, row->known_on)) {
            *most = row->paper;
            world->corps[row->district] = row->command;
        }
    }
}

ho_status ho_world_build_forces(ho_world *world, ho_problems *problems, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    ho_status status = force_columns(world, scenario->n_garrison, err);
    if (status)
        return status;
    force_ref *ref = calloc(scenario->n_garrison + 1, sizeof *ref);
    if (!ref)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for garrisons");
    size_t n_ref = 0, n_dropped = 0;
    for (size_t r = 0; r < scenario->n_garrison; r++) {
        if (ho_world_knows(world, scenario->garrison[r].known_on))
            ref[n_ref++] = (force_ref){force_key(world, &scenario->garrison[r]), (int32_t)r};
        else
            n_dropped++;
    }
    if (n_ref == 0 && n_dropped > 0) {
        free(ref);
        ho_problems_add(problems, "--known-by", 0,
                        "no row of garrisons.csv was known by then; nothing can be simulated");
        return ho_error_set(err, HO_ERR_INPUT, "%s", problems->n ? problems->line[0] : "no garrison was known by then");
    }
    if (n_dropped)
        ho_world_note(world, "%zu rows of garrisons.csv are dropped", n_dropped);
    qsort(ref, n_ref, sizeof *ref, force_compare);
    merge(world, ref, n_ref);
    free(ref);
    fill_arrivals(world);
    note_kept(world);
    fill_homes(world);
    int64_t *most_here = calloc(world->n_district, sizeof *most_here);
    if (!most_here)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for commands");
    fill_corps(world, most_here);
    free(most_here);
    return HO_OK;
}
