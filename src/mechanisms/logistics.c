/* logistics: who has a road home. A breadth-first search per state bloc from its supply nodes over passable districts,
 * redone every second day if a centre changed hands, when the month turned, or weekly (the country changes slowly).
 * Invariant: supply_days >= 0. */
#include "mechanisms/mechanism.h"

const ho_mechanism_info ho_logistics_info = {
    .name = "logistics",
    .does = "Garrisons with a road to a supply node refill their stock; those cut off eat it, but for what the "
            "airlift brings.",
    .equation = "connected_i: a path of districts held by the bloc, passes open, enemy countryside < limit, to a "
                "node (national capital, corps seat with airfield, friendly crossing; of a fallen regime only crossings open to "
                "armed people); supply' = refill if connected "
                "(to supply_max), else -1 + airlift",
    .source = "additions C16; SIGAR and the documents on garrisons out of food and ammunition",
    .reads = "holder, countryside, airlift_garrisons, supply_reaching, posture, regime_clock, road_cut_days, battle_bloc; world: "
             "graph, passes, nodes",
    .writes = "connected, supply_days, cut_off_days, unreached_days",
    .off = "every garrison counts as connected: morale and defence of besieged centres stay higher",
};

static bool passes(const ho_world *world, const ho_state *state, int32_t bloc, size_t i) {
    if (ho_holder_bloc(world, state, i) != bloc || state->road_cut_days[i] > 0)
        return false;
    for (size_t b = 0; b < world->n_bloc; b++)
        if ((int32_t)b != bloc && state->countryside[b * world->n_district + i] >= state->p[HO_P_TRAFFIC_LIMIT])
            return false;
    return true;
}

/* Whether supplies come over a crossing friendly to the bloc: to a state by trade, to those who fight on only where the
 * neighbour lets armed people through. */
static bool crossing_serves(const ho_world *world, const ho_state *state, int32_t bloc, int32_t crossing) {
    size_t neighbour = (size_t)world->crossing_neighbour[crossing];
    return world->scenario->crossing[crossing].friendly_to == bloc &&
           (state->regime_clock[bloc] < 0 ||
            state->posture[neighbour * HO_N_TRAVELLER + HO_TRAVELLER_ARMED] != HO_POSTURE_CLOSED);
}

static bool is_node(const ho_world *world, const ho_state *state, int32_t bloc, size_t i) {
    int32_t crossing = world->customs_crossing[i];
    if (crossing >= 0 && crossing_serves(world, state, bloc, crossing))
        return true;
    if (state->regime_clock[bloc] >= 0)
        return false;
    return (int32_t)i == world->national_capital || (world->corps_seat[i] && world->airfield[i]);
}

/* Marks connected districts of the bloc, using `connected` itself as the visited set and `queue` of n_district as
 * scratch. */
static void search(const ho_world *world, ho_state *state, int32_t bloc) {
    int32_t *queue = state->queue;
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < world->n_district; i++) {
        if (ho_holder_bloc(world, state, i) != bloc)
            continue;
        state->connected[i] = is_node(world, state, bloc, i);
        if (state->connected[i])
            queue[tail++] = (int32_t)i;
    }
    while (head < tail) {
        int32_t i = queue[head++];
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
            int32_t j = world->link_to[k];
            if (!state->connected[j] && ho_link_open(world, state, k) && passes(world, state, bloc, (size_t)j)) {
                state->connected[j] = 1;
                queue[tail++] = j;
            }
        }
    }
}

enum { LOOK_EVERY = 2 }; /* [d] between looks at the roads after a change of hands */

static void refresh_roads(const ho_world *world, ho_state *state) {
    bool month_turned = state->day > 0 && world->month[state->day] != world->month[state->day - 1];
    bool first_step = state->step % world->n_step_per_day == 0;
    bool looks = first_step && state->day % LOOK_EVERY == 0 && state->graph_changed;
    if (!looks && !(first_step && (month_turned || state->day % 7 == 0)))
        return;
    state->graph_changed = false;
    for (size_t b = 0; b < world->n_bloc; b++)
        if (world->bloc_state[b] >= 0)
            search(world, state, (int32_t)b);
}

/* Share of a day's supply that the airlift brings to cut-off capitals and to other cut-off centres: capitals first. */
static void share_airlift(const ho_world *world, const ho_state *state, double capital[], double other[]) {
    double n_capital[HO_BLOC_MAX] = {0}, n_other[HO_BLOC_MAX] = {0};
    const uint8_t *from = state->connected, *end = from + world->n_district;
    for (const uint8_t *cut = memchr(from, 0, world->n_district); cut; cut = memchr(cut + 1, 0, (size_t)(end - cut - 1))) {
        size_t i = (size_t)(cut - from);
        int32_t b = ho_holder_bloc(world, state, i);
        *(world->is_capital[i] ? &n_capital[b] : &n_other[b]) += 1;
    }
    for (size_t b = 0; b < world->n_bloc; b++) {
        double lift = state->airlift_garrisons[b];
        capital[b] = n_capital[b] > 0 ? ho_min(1, lift / n_capital[b]) : 0;
        lift = ho_max(0, lift - n_capital[b]);
        other[b] = n_other[b] > 0 ? ho_min(1, lift / n_other[b]) : 0;
    }
}

/* Relief comes by road: not to where it is fought, nor through a road that is cut, nor to who has no way to a node. */
static void count_unreached(const ho_world *world, ho_state *state) {
    int64_t n = 0;
    for (size_t i = 0; i < world->n_district; i++)
        n += !state->connected[i] | (state->battle_bloc[i] >= 0) | (state->road_cut_days[i] > 0);
    state->unreached_days[0] += n;
}

void ho_logistics_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)streams;
    double capital[HO_BLOC_MAX], other[HO_BLOC_MAX];
    const double limit = state->p[HO_P_SUPPLY_MAX], refill = state->p[HO_P_SUPPLY_REFILL] * world->dt_day;
    refresh_roads(world, state);
    share_airlift(world, state, capital, other);
    if (state->step % world->n_step_per_day == 0)
        count_unreached(world, state);
    for (size_t i = 0; i < world->n_district; i++) {
        if (world->bloc_state[ho_holder_bloc(world, state, i)] < 0)
            continue; /* insurgents live off the country */
        if (state->connected[i]) {
            state->cut_off_days[i] = 0;
            double stock = limit * state->supply_reaching[i];
            if (state->supply_days[i] < stock)
                state->supply_days[i] = ho_min(stock, state->supply_days[i] + refill);
        } else {
            int32_t b = ho_holder_bloc(world, state, i);
            double lifted = world->is_capital[i] ? capital[b] : other[b];
            state->cut_off_days[i] += world->dt_day;
            state->supply_days[i] = ho_max(0, state->supply_days[i] - (1 - lifted) * world->dt_day);
        }
    }
}
