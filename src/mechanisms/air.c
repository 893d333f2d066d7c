/* air: sorties of patrons, of aircraft that still fly and of captured ones with a crew, to engaged capitals before
 * other engaged centres, all of them to whoever is engaged; a fixed share flies supplies (logistics). Sorties count as
 * far as they find their target: fewer do over hills, mountains and gorges. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_air_info = {
    .name = "air",
    .does = "Aircraft that still fly help engaged garrisons, capitals first, kill attackers there and carry supplies.",
    .equation =
        "readiness = r0 + (r1 - r0) maintenance; captured aircraft fly as far as they have crews, at r0; strike "
        "sorties S split 4:1 between engaged capitals and other engaged centres, times what finds its target "
        "(plain 1, hills 0.7, mountain 0.4, gorge 0.3); defence x exp(gamma ln(1 + sorties/week)); killed ~ "
        "Poisson(kill x sorties)",
    .source = "readiness: SIGAR (UH-60 77 to 39 %, AC-208 93 to 63 %); terrain, captured aircraft: additions F10, F20; "
              "effect: judgement, half-normal",
    .reads = "maintenance, sorties_patron, battle_days, aircraft, aircraft_captured, crewed, regime_clock",
    .writes = "readiness, air_per_week, air_rate, airlift_garrisons, fighters, killed",
    .off = "no air support and no airlift: engaged and cut-off garrisons fall sooner",
};

static const double CAPITAL_PRIORITY = 4; /* sorties to an engaged capital per sortie to another centre; judgement */

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

static void strike(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, double sorties) {
    double mean = state->p[HO_P_AIR_KILL] * sorties * world->dt_day;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_AIR, (uint32_t)i);
    if (mean > 0)
        ho_kill(world, state, state->battle_bloc[i], i, ho_poisson(&rng, mean));
}

void ho_air_assign(const ho_world *world, ho_state *state, size_t i) {
    double priority = world->is_capital[i] ? CAPITAL_PRIORITY : 1;
    state->air_per_week[i] =
        7 * priority * FINDS_TARGET[world->terrain[i]] * state->air_rate[ho_holder_bloc(world, state, i)];
}

void ho_air_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    double weight[HO_BLOC_MAX] = {0}, sorties[HO_BLOC_MAX] = {0};
    const double *battle = state->battle_days;
    const size_t n = world->n_district;
    for (size_t i = ho_next_above_zero(battle, 0, n); i < n; i = ho_next_above_zero(battle, i + 1, n))
        weight[ho_holder_bloc(world, state, i)] += world->is_capital[i] ? CAPITAL_PRIORITY : 1;
    for (size_t b = 0; b < world->n_bloc; b++)
        sorties[b] = sorties_of(world, state, b);
    for (size_t b = 0; b < world->n_bloc; b++)
        state->air_rate[b] = sorties[b] / ho_max(1, weight[b]);
    memset(state->air_per_week, 0, n * sizeof *state->air_per_week);
    for (size_t i = ho_next_above_zero(battle, 0, n); i < n; i = ho_next_above_zero(battle, i + 1, n)) {
        ho_air_assign(world, state, i);
        if (state->air_per_week[i] > 0)
            strike(world, state, streams, i, state->air_per_week[i] / 7);
    }
}
