/* Arms that change hands: vehicles go with a centre, aircraft with the regime, light arms from one faction's stores to
 * another's fighters. No mechanism but bookkeeping of takeover, mobilisation and alignment. Invariant: the ledgers of
 * arms (state.h); vehicles in a district are its holder's. */
#include "mechanisms/holder.h"

static const double ARMS_MOST = 0.5;              /* gain of attack that captured vehicles can give; judgement */
static const double CREWS_PER_DAY = 0.01 / 30.44; /* share of captured aircraft that finds a crew (additions F10) */

/* What captured arms add to the bloc's attacks: by vehicles for every hundred fighters, and by fighters whom captured
 * light arms equip. */
static void arm(const ho_world *world, ho_state *state, int32_t bloc) {
    double persons = 0, captured = (double)state->vehicles_captured[bloc];
    for (size_t f = 0; f < world->n_faction; f++)
        if (world->faction_bloc[f] == bloc)
            persons += (double)ho_under_arms(state, f);
    if (!(persons > 0))
        return;
    double armed = ho_min(1, (double)state->weapons_captured[bloc] / state->p[HO_P_KIT] / persons);
    state->arms[bloc] =
        1 + ho_min(ARMS_MOST, state->p[HO_P_ARMS] * captured / (persons / 100) + state->p[HO_P_KIT_WORTH] * armed);
}

/* ---- light arms ---- */

static bool gives_and_takes(const ho_world *world, const ho_state *state, size_t f) {
    bool fallen = world->faction_role[f] == HO_ROLE_STATE && state->regime_clock[world->faction_bloc[f]] >= 0;
    return !fallen && state->stance[f] == HO_STANCE_STAYS;
}

/* Whether arms can be had from, or brought to, faction f in i: its bloc holds the centre and has a road home. */
static bool on_the_road(const ho_world *world, const ho_state *state, size_t f, size_t i) {
    return ho_holder_bloc(world, state, i) == world->faction_bloc[f] && state->connected[i];
}

/* Up to `need` kg out of the stores of f, the fullest first. Returns how many kg there were. */
static int64_t empty_stores(const ho_world *world, ho_state *state, size_t f, int64_t need) {
    int32_t *store = &state->weapons[f * world->n_district];
    int64_t got = 0;
    while (got < need) {
        size_t fullest = world->n_district;
        for (size_t i = 0; i < world->n_district; i++)
            if (store[i] > 0 && (fullest == world->n_district || store[i] > store[fullest]) &&
                on_the_road(world, state, f, i))
                fullest = i;
        if (fullest == world->n_district)
            break;
        int32_t take = (int32_t)ho_min((double)(need - got), store[fullest]);
        store[fullest] -= take;
        got += take;
    }
    return got;
}

/* kg to the fighters of f, `reached` of them, in proportion; the rounding is carried from place to place. */
static void hand_out(const ho_world *world, ho_state *state, size_t f, int64_t kg, int64_t reached) {
    int64_t before = 0, upto = 0;
    for (size_t i = 0; i < world->n_district; i++) {
        const size_t at = f * world->n_district + i;
        if (state->fighters[at] == 0 || !on_the_road(world, state, f, i))
            continue;
        upto += state->fighters[at];
        int64_t now = (int64_t)((double)kg * ((double)upto / (double)reached));
        state->weapons[at] += (int32_t)(now - before);
        before = now;
        ho_state_refresh_strength(world, state, i);
    }
}

void ho_materiel_give(const ho_world *world, ho_state *state, size_t to) {
    for (size_t k = 0; k < world->n_transfer; k++) {
        const ho_transfer_row *row = &world->scenario->transfer[world->transfer_row[k]];
        const size_t giver = (size_t)row->giver;
        int64_t reached = 0, need = (int64_t)(state->transfer_kg_week[k] + 0.5);
        if (row->to != (int32_t)to || state->day < world->transfer_from[k] || state->day > world->transfer_until[k] ||
            !gives_and_takes(world, state, giver) || !gives_and_takes(world, state, to))
            continue;
        for (size_t i = 0; i < world->n_district; i++)
            reached += on_the_road(world, state, to, i) ? state->fighters[to * world->n_district + i] : 0;
        if (reached == 0)
            continue;
        int64_t kg = empty_stores(world, state, giver, need);
        state->weapons_given[giver] += kg;
        state->weapons_got[to] += kg;
        hand_out(world, state, to, kg, reached);
    }
}

void ho_materiel_follow(const ho_world *world, ho_state *state, size_t f, size_t i, int32_t to, double share) {
    int32_t *here = &state->weapons[f * world->n_district + i];
    int32_t n = (int32_t)(state->p[HO_P_CARRY_AWAY] * share * *here);
    if (n == 0)
        return;
    *here -= n;
    state->weapons_gone[f] += n;
    state->weapons_captured[to] += n;
    arm(world, state, to);
}

/* ---- vehicles ---- */

void ho_materiel_move(const ho_world *world, ho_state *state, int32_t bloc, size_t i, size_t refuge, double share) {
    const double part = state->p[HO_P_CARRY_AWAY] * share;
    int32_t n = (int32_t)(part * state->vehicles[i]);
    state->vehicles[i] -= n;
    state->vehicles[refuge] += n;
    for (size_t f = 0; f < world->n_faction; f++) {
        int32_t *weapons = &state->weapons[f * world->n_district];
        n = world->faction_bloc[f] == bloc ? (int32_t)(part * weapons[i]) : 0;
        weapons[i] -= n;
        weapons[refuge] += n;
    }
}

void ho_materiel_defect(const ho_world *world, ho_state *state, size_t i, int32_t to, double share) {
    int32_t n = (int32_t)(state->p[HO_P_CARRY_AWAY] * share * state->vehicles[i]);
    if (n == 0)
        return;
    state->vehicles[i] -= n;
    state->vehicles_captured[to] += n;
    arm(world, state, to);
}

/* Who surrenders on terms hands over everything; of what is left behind a share is of use, half of it after a fight. */
static double share_captured(const ho_state *state, ho_mode mode) {
    if (mode == HO_MODE_NEGOTIATED || mode == HO_MODE_CARRIED)
        return 1;
    return mode == HO_MODE_FOUGHT ? 0.5 * state->p[HO_P_CAPTURE] : state->p[HO_P_CAPTURE];
}

static void take_vehicles(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t from,
                          int32_t to, ho_mode mode) {
    int32_t here = state->vehicles[i];
    if (here == 0)
        return;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->n_change_of[i], HO_PROC_MATERIEL, (uint32_t)i);
    int64_t taken = ho_binomial(&rng, here, share_captured(state, mode));
    state->vehicles[i] = 0;
    state->vehicles_captured[to] += taken;
    state->vehicles_lost[from] += here - taken;
    arm(world, state, to);
}

/* Light arms of the losing bloc: the winner has the same share of them. */
static void take_weapons(const ho_world *world, ho_state *state, size_t i, int32_t from, int32_t to, ho_mode mode) {
    const double share = share_captured(state, mode);
    bool any = false;
    for (size_t f = 0; f < world->n_faction; f++) {
        int32_t *here = &state->weapons[f * world->n_district + i];
        if (world->faction_bloc[f] != from || *here == 0)
            continue;
        int32_t taken = (int32_t)(share * *here);
        state->weapons_taken[f] += taken;
        state->weapons_lost[f] += *here - taken;
        state->weapons_captured[to] += taken;
        *here = 0;
        any = true;
    }
    if (any)
        arm(world, state, to);
}

/* A state that loses an airfield loses a share of the aircraft that stand there; the others fly to its other fields. */
static void take_airfield(const ho_world *world, ho_state *state, size_t i, int32_t from, int32_t to) {
    if (!world->airfield[i] || state->regime_clock[from] >= 0)
        return;
    double fields = 1;
    for (size_t j = 0; j < world->n_district; j++)
        fields += j != i && world->airfield[j] && ho_holder_bloc(world, state, j) == from;
    for (size_t f = 0; f < world->n_faction; f++) {
        double taken = state->aircraft[f] / fields * state->p[HO_P_AIRCRAFT_TAKEN];
        if (world->faction_bloc[f] != from || taken <= 0)
            continue;
        state->aircraft[f] -= taken;
        state->aircraft_captured[to] += taken;
    }
}

void ho_materiel_take(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t from,
                      int32_t to, ho_mode mode) {
    if (world->bloc_state[from] >= 0)
        state->paper[i] = 0;
    take_vehicles(world, state, streams, i, from, to, mode);
    take_weapons(world, state, i, from, to, mode);
    take_airfield(world, state, i, from, to);
}

static int32_t winner_over(const ho_world *world, const ho_state *state, int32_t bloc) {
    size_t capital = (size_t)world->national_capital;
    int32_t holds = ho_holder_bloc(world, state, capital);
    return holds != bloc ? holds : ho_heir(world, state, capital, bloc);
}

/* Pilots go where soldiers are let in; a country without known neighbours has somewhere beyond its map. */
static bool can_fly_abroad(const ho_world *world, const ho_state *state) {
    for (size_t k = 0; k < world->n_neighbour; k++)
        if (state->posture[k * HO_N_TRAVELLER + HO_TRAVELLER_SOLDIERS] != HO_POSTURE_CLOSED)
            return true;
    return world->n_neighbour == 0;
}

void ho_materiel_end(const ho_world *world, ho_state *state, int32_t bloc) {
    const double share = ho_min(0.5, state->p[HO_P_AIRCRAFT_TAKEN]);
    int32_t winner = winner_over(world, state, bloc);
    bool abroad = can_fly_abroad(world, state);
    for (size_t f = 0; f < world->n_faction; f++) {
        if (world->faction_bloc[f] != bloc)
            continue;
        double part = share * state->aircraft[f];
        if (winner >= 0)
            state->aircraft_captured[winner] += abroad ? part : 2 * part;
        state->aircraft_abroad[bloc] += abroad ? part : 0;
        state->aircraft[f] = 0; /* the rest is unfit */
    }
}

/* A base handed over at night: vehicles of the bloc around the national capital are gone (additions F10). */
static void hand_over(const ho_world *world, ho_state *state, int32_t bloc) {
    int32_t p = world->province[world->national_capital];
    for (int32_t k = world->province_first[p]; k < world->province_first[p + 1]; k++) {
        size_t i = (size_t)world->province_district[k];
        if (ho_holder_bloc(world, state, i) != bloc)
            continue;
        int32_t gone = (int32_t)(state->p[HO_P_HANDOVER_LOSS] * state->vehicles[i] + 0.5);
        state->vehicles[i] -= gone;
        state->vehicles_lost[bloc] += gone;
    }
}

void ho_materiel_step(const ho_world *world, ho_state *state) {
    if (state->step % world->n_step_per_day == 0)
        for (size_t k = 0; k < world->n_handover; k++)
            if (world->handover_day[k] == state->day)
                hand_over(world, state, world->handover_bloc[k]);
    for (size_t b = 0; b < world->n_bloc; b++)
        if (state->aircraft_captured[b] > 0)
            state->crewed[b] = ho_min(1, state->crewed[b] + CREWS_PER_DAY * world->dt_day);
}
