/* desertion: soldiers of states leave one by one; a garrison too small or without food dissolves on contact. Counts are
 * binomial, taken at a weekly roll-call, districts in turn. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_desertion_info = {
    .name = "desertion",
    .does = "State soldiers desert at a hazard that rises as morale falls; garrisons without supply or below a floor "
            "disband on contact.",
    .equation = "hazard per soldier = h0 exp(k (0.5 - m)); disbanding: h_d per cause if supply = 0, if present < "
                "floor x start; 1/d if empty and in contact",
    .source = "SIGAR on attrition (about 2 to 3 % a month); floor and slope: judgement",
    .reads = "morale, supply_days, fighters, garrison_start, enemy",
    .writes = "fighters, deserted, hazard_disband",
    .off = "nobody leaves and no centre is abandoned: fewer districts fall without a fight",
};

enum { ROLL_EVERY = 7 }; /* [d] between roll-calls of a garrison, districts in turn */

static void desert(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t f) {
    int32_t *here = &state->fighters[(size_t)f * world->n_district + i];
    if (*here == 0)
        return;
    uint32_t word[4];
    double hazard = state->p[HO_P_DESERT_BASE] * ho_exp(state->p[HO_P_DESERT_SLOPE] * (0.5 - state->morale[i]));
    double chance = ho_one_minus_exp(hazard * ROLL_EVERY);
    int64_t n;
    if (*here * chance < 10) {
        ho_block(streams, (uint32_t)state->step, HO_PROC_DESERTION, (uint32_t)i, 0, word);
        double u = ho_unit(word[0]);
        if (u < 1 - *here * chance) /* below the chance of none (Bernoulli's inequality): no need to invert */
            return;
        n = ho_binomial_from(u, *here, chance);
    } else {
        ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_DESERTION, (uint32_t)i);
        n = ho_binomial(&rng, *here, chance);
    }
    if (n == 0)
        return;
    *here -= (int32_t)n;
    ho_go_home(state, i, n, &state->deserted[f]);
    ho_state_refresh_strength(world, state, i);
}

static double hazard_disband(const ho_world *world, const ho_state *state, size_t i) {
    if (state->enemy[i] <= 0)
        return 0;
    double present = (double)ho_persons(world, state, ho_holder_bloc(world, state, i), i), hazard = 0;
    if (present < 1)
        return 1;
    if (state->supply_days[i] <= 0)
        hazard += state->p[HO_P_DISBAND_RATE];
    if (present < state->p[HO_P_DISBAND_FLOOR] * state->garrison_start[i])
        hazard += state->p[HO_P_DISBAND_RATE];
    return hazard;
}

void ho_desertion_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    if (state->step % world->n_step_per_day == 0)
        for (size_t i = (size_t)(state->day % ROLL_EVERY); i < world->n_district; i += ROLL_EVERY) {
            int32_t f = world->bloc_state[ho_holder_bloc(world, state, i)];
            if (f >= 0)
                desert(world, state, streams, i, f);
        }
    for (size_t i = 0; i < world->n_district; i++)
        state->hazard_disband[i] = hazard_disband(world, state, i);
}
