/* desertion: soldiers of states leave one by one; a garrison too small or without food dissolves on contact. Insurgents
 * who are overmatched in an engagement melt away with their arms. Counts are binomial: of soldiers taken at a weekly
 * roll-call, districts in turn; of insurgents each step, where there is fighting. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_desertion_info = {
    .name = "desertion",
    .does = "State soldiers desert at a hazard that rises as morale falls and pay stops; garrisons without supply or "
            "below a floor disband on contact; insurgents who are overmatched melt away.",
    .equation = "hazard per soldier = h0 exp(k (0.5 - m)) + l (1 - share of the pay due that is paid); disbanding: h_d "
                "per cause if supply = 0, if present < floor x start; 1/d if empty and in contact; insurgents "
                "in an engagement melt away at k max(0, 1 - own/other) a day, own/other the odds with what flies for either side: a garrison always, attackers only under strikes",
    .source = "SIGAR on attrition (about 2 to 3 % a month); floor and slope: judgement; unpaid: as a victor's fighters "
              "(governance); melting away: additions F20, where the share is 1 - exp(-2 overmatch)",
    .reads = "morale, pay_share, supply_days, fighters, garrison_start, enemy, battle_days, battle_bloc, air_per_week, "
             "attack_air_per_week",
    .writes = "fighters, deserted, hidden, hidden_worth, melted, hazard_disband",
    .off = "nobody leaves or melts away and no centre is abandoned: fewer districts fall without a fight",
};

enum { ROLL_EVERY = 7 }; /* [d] between roll-calls of a garrison, districts in turn */

static const uint32_t MELTING = 0x80000000u; /* entity of a draw, beside faction and district */

static void desert(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t f) {
    int32_t *here = &state->fighters[(size_t)f * world->n_district + i];
    if (*here == 0)
        return;
    uint32_t word[4];
    double hazard = state->p[HO_P_DESERT_BASE] * ho_exp(state->p[HO_P_DESERT_SLOPE] * (0.5 - state->morale[i])) +
                    state->p[HO_P_UNPAID_LEAVE] * (1 - state->pay_share[f]);
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

/* How far those who fight in i are outmatched, 0..1: the attackers, or the holder's garrison. Who attacks has chosen to,
 * and is overmatched only as far as he is bombed. */
static double overmatch(const ho_world *world, const ho_state *state, size_t i, bool garrison) {
    double attack = ho_attack(state, i), defence = ho_defence(world, state, i);
    if (garrison)
        return attack > defence ? 1 - defence / attack : 0;
    return state->air_per_week[i] > 0 && defence > attack ? 1 - attack / defence : 0;
}

/* Insurgents of bloc b in i melt away. */
static void melt(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t b, bool garrison) {
    double chance = ho_chance(world, state->p[HO_P_MELT_RATE] * overmatch(world, state, i, garrison));
    int64_t gone = 0;
    if (chance <= 0)
        return;
    for (size_t f = 0; f < world->n_faction; f++) {
        int32_t here = state->fighters[f * world->n_district + i];
        if (world->faction_bloc[f] != b || world->faction_role[f] != HO_ROLE_INSURGENT || here == 0)
            continue;
        ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_DESERTION,
                               MELTING | (uint32_t)(f * world->n_district + i));
        int64_t n = ho_binomial(&rng, here, chance);
        ho_melt(world, state, f, i, (int32_t)n);
        gone += n;
    }
    if (gone)
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
    const double *battle = state->battle_days;
    const size_t n = world->n_district;
    for (size_t i = ho_next_above_zero(battle, 0, n); i < n; i = ho_next_above_zero(battle, i + 1, n)) {
        melt(world, state, streams, i, ho_holder_bloc(world, state, i), true);
        if (state->battle_bloc[i] >= 0)
            melt(world, state, streams, i, state->battle_bloc[i], false);
    }
    for (size_t i = 0; i < n; i++)
        state->hazard_disband[i] = hazard_disband(world, state, i);
}
