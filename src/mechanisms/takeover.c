/* takeover: centres change hands. Surrender, disbanding and the start of an engagement compete: their hazards add up on
 * one clock a district, wound with an exponential (one draw an event instead of one a day); when it runs out the cause
 * is drawn. A senior surrender may carry his chain. Once the regime has lost the national capital or its head its
 * garrisons end within days. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_takeover_info = {
    .name = "takeover",
    .does = "Competing causes run one clock a district; a centre changes hands with its vehicles, a senior surrender "
            "carries others, and a fallen regime dissolves and leaves its aircraft.",
    .equation = "an event when the integral of h_surrender + h_disband + h_assault passes an exponential draw, so P "
                "= 1 - exp(-h dt) in a step; cause by share; carried with probability chi once per senior surrender; "
                "after the national capital is lost or the head of the state has fled each garrison outside a resistance's base, and "
                "that does not follow a successor, ends at 1/LN(1 d, "
                "0.5); recent falls e-fold in 10 d; vehicles: terms hand over all, else a share, half of it after a fight; "
                "light arms likewise; attacks x min(1.5, 1 + a captured/(fighters/100) + g min(1, kits/fighters)); a share of "
                "a party of the reserve goes back to it; aircraft: a share taken, as many flown abroad",
    .source = "competing risks (Prentice et al. 1978); additions C10, C12, F9, F10; the record: corps and a governor "
              "who carried others",
    .reads = "hazard_surrender, hazard_disband, hazard_assault, outcome, connected, settled, truce_days, leader_gone, "
             "stance, risen, refuge, posture, battle_days, enemy_bloc, n_enemy_near, centres, supply_days, loyal, "
             "reserve",
    .writes = "holder, fighters, reserve, melted, fallen, fallen_near, capitals_lost, regime_clock, joined, "
              "switched_out, switched_in, vehicles, vehicles_captured, vehicles_lost, weapons, weapons_taken, "
              "weapons_lost, weapons_captured, arms, aircraft, aircraft_captured, aircraft_abroad, crewed, paper, "
              "counters, clock, n_clock, outcome",
    .off = "nothing changes hands",
};

static void forget(const ho_world *world, ho_state *state) {
    const double keep = ho_exp(-world->dt_day / 10);
    for (size_t b = 0; b < world->n_bloc; b++) {
        double *near = &state->fallen_near[b * world->n_district];
        if (state->fallen[b] <= 0)
            continue; /* it has lost nothing near anybody either */
        state->fallen[b] *= keep;
        for (size_t i = 0; i < world->n_district; i++)
            near[i] *= keep;
    }
}

static bool serves_under(const ho_world *world, size_t i, int32_t command) {
    int32_t main_chain = world->command[i];
    return main_chain == command || world->corps[i] == command ||
           (main_chain >= 0 && world->scenario->command[main_chain].superior == command);
}

/* With probability chi the garrisons under a command in reach (pressed by the same side, or cut off) follow the
 * surrender at its seat. */
static void carry(const ho_world *world, ho_state *state, const ho_streams *streams, int32_t command, int32_t loser,
                  int32_t winner) {
    uint32_t word[4];
    ho_block(streams, (uint32_t)state->step, HO_PROC_SENIOR, (uint32_t)command, 0, word);
    if (ho_unit(word[0]) >= state->p[HO_P_CHI])
        return;
    for (size_t j = 0; j < world->n_district; j++)
        if (serves_under(world, j, command) && (int32_t)j != world->national_capital &&
            ho_holder_bloc(world, state, j) == loser && state->enemy_bloc[j] == winner &&
            !ho_is_pocket(world, state, loser, j) && (state->n_enemy_near[j] > 0 || !state->connected[j]))
            ho_take(world, state, streams, j, winner, HO_MODE_CARRIED);
}

static void surrender(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i) {
    int32_t loser = ho_holder_bloc(world, state, i), winner = state->enemy_bloc[i];
    bool at_home = state->holder[i] == world->home_faction[i];
    ho_take(world, state, streams, i, winner, HO_MODE_NEGOTIATED);
    for (size_t c = 0; at_home && c < world->n_command; c++)
        if (world->scenario->command[c].hq == (int32_t)i &&
            world->faction_bloc[world->scenario->command[c].faction] == loser)
            carry(world, state, streams, (int32_t)c, loser, winner);
}

/* A fresh clock: the integrated hazard at which the next event of district i happens, exponential with mean 1. */
static void wind(ho_state *state, const ho_streams *streams, size_t i) {
    uint32_t word[4];
    ho_block(streams, (uint32_t)state->n_clock[i]++, HO_PROC_DECISION, (uint32_t)i, 0, word);
    state->clock[i] = -ho_log(ho_unit(word[0]));
}

static void compete(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i) {
    double surrenders = state->hazard_surrender[i], disbands = state->hazard_disband[i];
    bool may_start = state->fights && state->battle_days[i] <= 0;
    double assaults = may_start ? state->hazard_assault[i] * world->lull[state->day] : 0;
    double sum = surrenders + disbands + assaults;
    uint32_t word[4];
    if (state->n_clock[i] == 0)
        wind(state, streams, i);
    state->clock[i] -= sum * world->dt_day;
    if (state->clock[i] > 0)
        return;
    double left = -state->clock[i] / sum; /* of the step after the event [d] */
    ho_block(streams, (uint32_t)state->n_clock[i], HO_PROC_DECISION, (uint32_t)i, 1, word);
    wind(state, streams, i);
    double cause = ho_unit(word[0]) * sum;
    if (cause < surrenders)
        surrender(world, state, streams, i);
    else if (cause < surrenders + disbands)
        ho_take(world, state, streams, i, state->enemy_bloc[i], HO_MODE_ABANDONED);
    else
        ho_assault_begin(world, state, streams, i, left);
}

/* Whether district i stands on when its regime is gone: in a base of a resistance that has fighters or stock here, or
 * held by a faction that stands alone or, with fighters here, by a resistance that has risen, or its garrison follows
 * the successor to its head. */
static bool stands_on(const ho_world *world, const ho_state *state, size_t i, int32_t bloc) {
    const size_t holder = (size_t)state->holder[i];
    if (state->loyal[i])
        return true;
    if (state->stance[holder] == HO_STANCE_ALONE ||
        (state->risen[holder] && state->fighters[holder * world->n_district + i] > 0))
        return true;
    return ho_is_pocket(world, state, bloc, i) || (world->resistance_base[(size_t)bloc * world->n_district + i] &&
                                                   state->supply_days[i] > state->p[HO_P_POCKET_STOCK]);
}

int32_t ho_heir(const ho_world *world, const ho_state *state, size_t i, int32_t bloc) {
    if (state->enemy_bloc[i] >= 0)
        return state->enemy_bloc[i];
    int32_t best = -1;
    for (size_t b = 0; b < world->n_bloc; b++)
        if ((int32_t)b != bloc && (best < 0 || state->centres[b] > state->centres[best]))
            best = (int32_t)b;
    return best;
}

static void fall_of_regime(const ho_world *world, ho_state *state, const ho_streams *streams, int32_t bloc) {
    const double chance = ho_chance(world, 1 / state->p[HO_P_REGIME_TIME]);
    uint32_t word[4];
    for (size_t i = 0; i < world->n_district; i++) {
        if (ho_holder_bloc(world, state, i) != bloc || stands_on(world, state, i, bloc))
            continue;
        ho_block(streams, (uint32_t)state->step, HO_PROC_REGIME, (uint32_t)i, 0, word);
        if (ho_unit(word[0]) < chance)
            ho_take(world, state, streams, i, ho_heir(world, state, i, bloc), HO_MODE_REGIME_FALL);
    }
    int32_t f = world->bloc_state[bloc];
    ho_dissolve_reserve(world, state, f);
}

static void watch_regime(const ho_world *world, ho_state *state, const ho_streams *streams) {
    int32_t bloc = world->home_bloc;
    if (world->bloc_state[bloc] < 0)
        return;
    if (state->regime_clock[bloc] >= 0) {
        state->regime_clock[bloc] += world->dt_day;
        fall_of_regime(world, state, streams, bloc);
    } else if (state->leader_gone[bloc] || ho_holder_bloc(world, state, (size_t)world->national_capital) != bloc) {
        state->regime_clock[bloc] = 0;
        ho_materiel_end(world, state, bloc);
    }
}

void ho_takeover_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    forget(world, state);
    ho_materiel_step(world, state);
    const bool settled = state->settled[0];
    for (size_t i = 0; i < world->n_district; i++) {
        if (state->enemy_bloc[i] < 0)
            continue;
        if (!state->outcome[i] && !settled && !(state->truce_days[i] > 0))
            compete(world, state, streams, i);
        if (state->outcome[i]) {
            ho_mode mode = (ho_mode)state->outcome[i];
            state->outcome[i] = 0;
            ho_take(world, state, streams, i, state->enemy_bloc[i], mode);
        }
    }
    watch_regime(world, state, streams);
}
