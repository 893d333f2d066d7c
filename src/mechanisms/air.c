/* air: sorties of patrons, of aircraft that still fly and of captured ones with a crew, to engaged capitals before
 * other engaged centres, all of them to whoever is engaged, whether his side holds the centre or attacks it; a fixed
 * share flies supplies (logistics). Sorties count as far as they find their target: fewer do over hills, mountains and
 * gorges. Only engaged districts are visited. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_air_info = {
    .name = "air",
    .does = "Aircraft that still fly help whoever is engaged, garrison or attacker, capitals first, kill those opposite "
            "and carry supplies.",
    .equation =
        "readiness = r0 + (r1 - r0) maintenance; captured aircraft fly as far as they have crews, at r0; strike "
        "sorties S split 4:1 between engaged capitals and other engaged centres that the side holds or attacks, times "
        "what finds its target (plain 1, hills 0.7, mountain 0.4, gorge 0.3); defence x exp(gamma ln(1 + "
        "sorties/week)), attack x exp(gamma' ln(1 + attackers' sorties/week)); killed ~ Poisson(kill x sorties) of the "
        "side that is struck",
    .source = "readiness: SIGAR (UH-60 77 to 39 %, AC-208 93 to 63 %); terrain, captured aircraft: additions F10, F20; "
              "sorties for attackers: additions F30, after the autumn of 2001 (Biddle 2002; Andres, Wills and Griffith "
              "2005); effects: judgement, half-normal",
    .reads = "maintenance, sorties_patron, battle_days, battle_bloc, aircraft, aircraft_captured, crewed, regime_clock",
    .writes = "readiness, air_per_week, attack_air_per_week, air_rate, sorties_defence, "
              "sorties_attack, airlift_garrisons, fighters, killed",
    .off = "no air support for anybody and no airlift: engaged and cut-off garrisons fall sooner, or, where the attackers "
           "had the aircraft, later",
};

static const double CAPITAL_PRIORITY = 4; /* sorties to a capital per sortie to another centre, held or attacked; judgement */

static const uint32_t AGAINST_GARRISON = 0x80000000u; /* entity of a draw, beside the district */

/* Share of the sorties that find their target (additions F20). */
static const double FINDS_TARGET[HO_N_TERRAIN] = {1, 0.7, 0.4, 0.3};

/* Sorties per day of aircraft that bloc b captured: as many as their builders' would fly without maintenance, for those
 * with a crew. */
static double captured_sorties(const ho_world *world, const ho_state *state, size_t b) {
    double rate = 0;
    if (state->aircraft_captured[b] <= 0)
        return 0;
    for (size_t f = 0; f < world->n_faction; f++) {
        const ho_faction_row *row = &world->scenario->faction[f];
        if (world->faction_bloc[f] != (int32_t)b && row->aircraft > 0)
            rate = ho_max(rate, row->readiness_without_maintenance * row->sorties_per_aircraft_day);
    }
    return state->aircraft_captured[b] * state->crewed[b] * rate;
}

/* Strike sorties per day of bloc b; sets readiness and the airlift. */
static double sorties_of(const ho_world *world, ho_state *state, size_t b) {
    double own = captured_sorties(world, state, b);
    for (size_t f = 0; f < world->n_faction; f++) {
        const ho_faction_row *row = &world->scenario->faction[f];
        if (world->faction_bloc[f] != (int32_t)b || row->aircraft <= 0)
            continue;
        state->readiness[f] = row->readiness_without_maintenance +
                              (row->readiness - row->readiness_without_maintenance) * state->maintenance[b];
        if (state->regime_clock[b] < 0)
            own += state->aircraft[f] * state->readiness[f] * row->sorties_per_aircraft_day;
    }
    double lift = own * state->p[HO_P_AIRLIFT_SHARE];
    state->airlift_garrisons[b] = lift / state->p[HO_P_AIRLIFT_SORTIES];
    return own - lift + state->sorties_patron[b];
}

/* Sorties of a day against bloc b in i: its garrison there, or those who attack. */
static void strike(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t b, bool garrison,
                   double sorties) {
    double mean = state->p[garrison ? HO_P_AIR_KILL_GARRISON : HO_P_AIR_KILL] * sorties * world->dt_day;
    if (!(mean > 0))
        return;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_AIR, (uint32_t)i | (garrison ? AGAINST_GARRISON : 0));
    ho_kill(world, state, b, i, ho_poisson(&rng, mean));
}

static double priority(const ho_world *world, size_t i) {
    return world->is_capital[i] ? CAPITAL_PRIORITY : 1;
}

void ho_air_assign(const ho_world *world, ho_state *state, size_t i) {
    double each = 7 * priority(world, i) * FINDS_TARGET[world->terrain[i]];
    int32_t attacker = state->battle_bloc[i];
    state->air_per_week[i] = each * state->air_rate[ho_holder_bloc(world, state, i)];
    state->attack_air_per_week[i] = attacker >= 0 ? each * state->air_rate[attacker] : 0;
}

/* What the engagements that a bloc holds or attacks weigh together, and those that it attacks. */
typedef struct call {
    double weight[HO_BLOC_MAX], attack[HO_BLOC_MAX];
} call;

static call count_calls(const ho_world *world, const ho_state *state) {
    const double *battle = state->battle_days;
    const size_t n = world->n_district;
    call all = {0};
    for (size_t i = ho_next_above_zero(battle, 0, n); i < n; i = ho_next_above_zero(battle, i + 1, n)) {
        int32_t attacker = state->battle_bloc[i];
        all.weight[ho_holder_bloc(world, state, i)] += priority(world, i);
        if (attacker < 0)
            continue;
        all.weight[attacker] += priority(world, i);
        all.attack[attacker] += priority(world, i);
    }
    return all;
}

void ho_air_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const call calls = count_calls(world, state);
    const double *battle = state->battle_days;
    const size_t n = world->n_district;
    for (size_t b = 0; b < world->n_bloc; b++) {
        state->air_rate[b] = sorties_of(world, state, b) / ho_max(1, calls.weight[b]);
        state->sorties_defence[b] = state->air_rate[b] * (calls.weight[b] - calls.attack[b]);
        state->sorties_attack[b] = state->air_rate[b] * calls.attack[b];
    }
    memset(state->air_per_week, 0, n * sizeof *state->air_per_week);
    memset(state->attack_air_per_week, 0, n * sizeof *state->attack_air_per_week);
    for (size_t i = ho_next_above_zero(battle, 0, n); i < n; i = ho_next_above_zero(battle, i + 1, n)) {
        ho_air_assign(world, state, i);
        strike(world, state, streams, i, state->battle_bloc[i], false, state->air_per_week[i] / 7);
        strike(world, state, streams, i, ho_holder_bloc(world, state, i), true, state->attack_air_per_week[i] / 7);
    }
}
