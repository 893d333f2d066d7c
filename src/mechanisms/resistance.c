/* resistance: who fights on when the regime has fallen. A pocket raids its neighbours, cuts roads, takes in soldiers of
 * the fallen state and lives on its stock or on an open border; driven out, it hides, strikes from there and recruits
 * among its kin. What those in hiding do is in guerrilla.c. */
#include "mechanisms/holder.h"
#include "mechanisms/resistance.h"
#include "mechanisms/succession.h"

const ho_mechanism_info ho_resistance_info = {
    .name = "resistance",
    .does = "After its bloc's regime has fallen a resistance fights on: pockets raid, cut roads and take in soldiers; "
            "who is driven out hides, strikes and recruits.",
    .equation = "rises once the regime has fallen; pockets are not assaulted for a gamma delay (mean 14 d); raids = "
                "rate F/1000 a day by those who fight on, from next door; soldiers within 150 km of open road of a "
                "pocket join in a drawn share, more where a successor claims; cut-off stock' = -1 + buy x funds; a road next to a pocket is "
                "cut at 0.1/d x S/(S + guard) for Gamma(2) of mean LN(3 d, 0.7); attacks from hiding ~ Poisson(rate x "
                "hidden/100), each kills Poisson(L) and costs Poisson(L/2); recruits ~ Poisson(r0 P kin max(0, "
                "-attitude) (1 + repression) (1 - fear) (1 - 0.5 inclusion) (1 - 0.5 grip) (1 + 0.5 urban) (0.5 + 0.5 "
                "funds)) a day; in hiding they come back to a pocket at 1/20 d",
    .source = "model.md (mobilisation after collapse); additions C12, F20, F24, F27, F28, F32; the documents on the "
              "valley that held out; rates: judgement",
    .reads = "regime_clock, stance, fighters, worth, strength, holder, hidden, funds, attitude_here, repression, "
             "fear, grip, residents, connected, successor_claims, settled, truce_days",
    .writes = "joined, switched_in, switched_out, risen, siege_day, raids_per_day, mobile, refuge, hazard_assault, stale, supply_days, road_cut_days, "
              "hidden, hidden_worth, killed, fought, fighters, recruited, residents",
    .off = "pockets stand while stock and fighters last and may be assaulted from the day of the fall: they fall "
           "sooner, and nobody raids, retakes, joins, cuts roads or hides",
};

static const double VETERAN_KM = 150; /* [km of open road] soldiers of a fallen state come from; judgement */

/* Pockets: districts that the bloc holds and in which fighters of a resistance that has risen stand; the strongest of
 * these factions, or -1. */
static int32_t pocket_faction(const ho_world *world, const ho_state *state, int32_t bloc, size_t i) {
    int32_t best = -1, most = 0;
    if (ho_holder_bloc(world, state, i) != bloc)
        return -1;
    for (size_t f = 0; f < world->n_faction; f++) {
        int32_t here = state->fighters[f * world->n_district + i];
        if (world->faction_bloc[f] == bloc && state->risen[f] && here > most) {
            most = here;
            best = (int32_t)f;
        }
    }
    return best;
}

int32_t ho_refuge_of(const ho_world *world, const ho_state *state, int32_t bloc, size_t i, int32_t *faction) {
    int32_t j = state->refuge[i];
    *faction = j < 0 ? -1 : pocket_faction(world, state, bloc, (size_t)j);
    return *faction < 0 ? -1 : j;
}

/* For every district the nearest pocket of the bloc by open road, whoever holds what lies between. Distances grow from
 * all pockets at once; a district waits in the ring at most once (`seen`), so n_district places do. */
static void find_refuges(const ho_world *world, ho_state *state, int32_t bloc) {
    const size_t n = world->n_district;
    double *km = state->rank;
    int32_t *ring = state->queue, stamp = ++state->search_stamp;
    size_t head = 0, waiting = 0;
    for (size_t i = 0; i < n; i++) {
        bool pocket = pocket_faction(world, state, bloc, i) >= 0;
        state->refuge[i] = pocket ? (int32_t)i : -1;
        km[i] = pocket ? 0 : VETERAN_KM;
        if (pocket) {
            state->seen[i] = stamp;
            ring[waiting++] = (int32_t)i;
        }
    }
    for (; waiting > 0; waiting--) {
        int32_t i = ring[head];
        head = head + 1 < n ? head + 1 : 0;
        state->seen[i] = 0;
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
            int32_t j = world->link_to[k];
            double far = km[i] + world->link_road_km[k];
            if (far > km[j] || (far == km[j] && state->refuge[j] >= 0) || !ho_link_open(world, state, k))
                continue;
            km[j] = far;
            state->refuge[j] = state->refuge[i];
            if (state->seen[j] == stamp)
                continue;
            state->seen[j] = stamp;
            ring[(head + waiting - 1) % n] = j;
            waiting++;
        }
    }
}

/* The victor needs time until his forces are free; from the first day those who fight on can join raids next door. */
static void rise(const ho_world *world, ho_state *state, int32_t bloc) {
    state->siege_day[bloc] = state->time_day - state->regime_clock[bloc] + state->p[HO_P_SIEGE_DELAY];
    state->mobile[bloc] = state->p[HO_P_MOBILE];
    for (size_t i = 0; i < world->n_district; i++) {
        if (ho_holder_bloc(world, state, i) != bloc)
            continue;
        ho_state_stale(world, state, i);
        if (ho_is_pocket(world, state, bloc, i) && state->time_day < state->siege_day[bloc])
            state->hazard_assault[i] = 0; /* planned before the fall */
    }
    find_refuges(world, state, bloc);
}

/* Bits of the blocs with a resistance that has risen. */
static uint32_t watch_regimes(const ho_world *world, ho_state *state) {
    uint32_t all = 0, new_ones = 0;
    for (size_t f = 0; f < world->n_faction; f++) {
        int32_t b = world->faction_bloc[f];
        if (world->faction_role[f] != HO_ROLE_RESISTANCE || state->regime_clock[b] < 0)
            continue;
        if (!state->risen[f] && state->stance[f] != HO_STANCE_SWITCHED) {
            new_ones |= 1u << b;
            state->risen[f] = 1;
        } else if (state->stance[f] == HO_STANCE_SWITCHED) {
            state->risen[f] = 0;
        }
        all |= (uint32_t)state->risen[f] << b;
    }
    for (int32_t b = 0; b < (int32_t)world->n_bloc; b++)
        if (new_ones >> b & 1)
            rise(world, state, b);
    return all;
}

/* Engagements a day: all of the bloc who fight on, but those in hiding. */
static double raids(const ho_world *world, const ho_state *state, int32_t bloc) {
    int64_t fighters = 0;
    for (size_t f = 0; f < world->n_faction; f++)
        if (world->faction_bloc[f] == bloc && ho_fights_on(world, state, f))
            fighters += ho_under_arms(state, f);
    return state->p[HO_P_RAID] * (double)fighters / 1000;
}

int64_t ho_join_resistance(const ho_world *world, ho_state *state, size_t faction, size_t i, int64_t n, double worth) {
    int32_t to, bloc = world->faction_bloc[faction];
    if (n <= 0 || world->faction_role[faction] != HO_ROLE_STATE)
        return 0;
    int32_t j = ho_refuge_of(world, state, bloc, i, &to);
    if (j < 0)
        return 0;
    double share = ho_min(1, state->p[HO_P_VETERANS] * ho_successor_pull(world, state, (size_t)to));
    int64_t go = (int64_t)(share * (double)n + 0.5);
    if (go == 0)
        return 0;
    ho_join(world, state, (size_t)to, (size_t)j, (int32_t)go, worth);
    state->switched_out[faction] += go;
    state->switched_in[to] += go;
    state->joined[to] += go;
    ho_state_refresh_strength(world, state, (size_t)j);
    return go;
}

static void cut(ho_state *state, ho_rng *rng, size_t j) {
    state->road_cut_days[j] = 0.5 * state->p[HO_P_ROAD_SHUT] * ho_gamma(rng, 2);
    state->graph_changed = state->front_changed = true;
}

/* A pocket reaches for the trunk roads through districts next to it. Entity: the link. */
static void cut_roads(const ho_world *world, ho_state *state, const ho_streams *streams, int32_t bloc, size_t i) {
    const size_t n = world->n_district;
    for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
        size_t j = (size_t)world->link_to[k];
        int32_t holder = ho_holder_bloc(world, state, j);
        if (!world->on_road[j] || holder == bloc || state->road_cut_days[j] > 0)
            continue;
        double own = state->strength[(size_t)bloc * n + i], guard = state->strength[(size_t)holder * n + j];
        double chance = own > 0 ? ho_chance(world, state->p[HO_P_ROAD_CUT] * own / (own + guard)) : 0;
        ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_RESISTANCE, (uint32_t)k);
        if (ho_rng_unit(&rng) < chance)
            cut(state, &rng, j);
    }
}

/* A pocket that is cut off buys a part of what it eats, as far as there is money; an empty store stays empty. */
static void tend_pocket(const ho_world *world, ho_state *state, const ho_streams *streams, int32_t bloc, size_t i) {
    int32_t f = pocket_faction(world, state, bloc, i);
    if (f < 0)
        return;
    if (!state->connected[i] && state->supply_days[i] > 0)
        state->supply_days[i] += state->p[HO_P_BUY_SUPPLY] * state->funds[f] * world->dt_day;
    if (!state->settled[0])
        cut_roads(world, state, streams, bloc, i);
}

static void reopen(const ho_world *world, ho_state *state, size_t i) {
    state->road_cut_days[i] = ho_max(0, state->road_cut_days[i] - world->dt_day);
    if (state->road_cut_days[i] <= 0)
        state->graph_changed = state->front_changed = true;
}

void ho_resistance_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    uint32_t blocs = watch_regimes(world, state);
    if (!blocs)
        return;
    for (size_t i = 0; i < world->n_district; i++) {
        int32_t b = ho_holder_bloc(world, state, i);
        if (state->road_cut_days[i] > 0)
            reopen(world, state, i);
        if (blocs >> b & 1)
            tend_pocket(world, state, streams, b, i);
    }
    for (int32_t b = 0; b < (int32_t)world->n_bloc; b++)
        if (blocs >> b & 1)
            state->raids_per_day[b] = raids(world, state, b);
    if (!state->settled[0])
        ho_guerrilla(world, state, streams);
}
