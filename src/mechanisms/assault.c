/* assault: engagements. Losses by Lanchester's square law (each side loses in proportion to the other's strength),
 * retreat after a share of losses, outcome by a contest success function when the time is over. Lengths are drawn in
 * days, so that a shorter step changes nothing but the error. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_assault_info = {
    .name = "assault",
    .does = "Engagements cost both sides fighters each day; the garrison retreats after losses, or the contest is "
            "decided when time is over.",
    .equation = "length Gamma(2) of mean 1 d rural, 14 to 30 d cities and gorges; killed ~ Poisson(a A dt) and "
                "Poisson(b D dt); retreat when losses > Be(2,8) of the garrison; p = A^m/(A^m + (D x "
                "terrain^(1/axes) x supply x air)^m), A with what flies for the attack; a failed assault costs the "
                "attackers more",
    .source = "Lanchester 1916 (square law); Tullock 1980, Hirshleifer 1989 (contest success); additions C11, C16, F30",
    .reads = "strength, enemy, air_per_week, attack_air_per_week, supply_days, retreat_share, n_enemy_near, cooperation, knowledge, grip, "
             "settled, truce_days",
    .writes = "alone, battle_days, battle_bloc, fighters, killed, outcome, fought_days, struck, struck_attack, "
              "bombed",
    .off = "engagements never start or end: nothing falls by force, fewer districts fall and nobody is killed",
};

static double terrain_factor(const double *p, size_t terrain, bool is_capital) {
    const double by_terrain[HO_N_TERRAIN] = {1, p[HO_P_DEF_HILLS], p[HO_P_DEF_MOUNTAIN], p[HO_P_DEF_GORGE]};
    return is_capital ? ho_max(by_terrain[terrain], p[HO_P_DEF_URBAN]) : by_terrain[terrain];
}

void ho_ground_start(ho_state *state) {
    for (size_t ground = 0; ground < HO_N_GROUND; ground++)
        for (size_t near = 0; near < HO_N_AXIS; near++) {
            double factor = terrain_factor(state->p, ground % HO_N_TERRAIN, ground >= HO_N_TERRAIN);
            double axes = near > 1 ? 1 + state->p[HO_P_AXES] * (double)(near - 1) : 1;
            state->ground[ground * HO_N_AXIS + near] = factor > 1 ? ho_exp(ho_log(factor) / axes) : factor;
        }
}

double ho_defence(const ho_world *world, const ho_state *state, size_t i) {
    const double *p = state->p;
    double strength = state->strength[(size_t)ho_holder_bloc(world, state, i) * world->n_district + i];
    if (state->alone[i]) {
        size_t at = (size_t)state->holder[i] * world->n_district + i;
        strength = ho_force(world, state, (size_t)state->holder[i], at);
    }
    size_t ground = world->terrain[i] + (world->is_capital[i] ? (size_t)HO_N_TERRAIN : 0),
           near = state->n_enemy_near[i];
    double factor = state->ground[ground * HO_N_AXIS + (near < HO_N_AXIS ? near : HO_N_AXIS - 1)];
    if (state->supply_days[i] <= 0)
        factor *= p[HO_P_DEF_EMPTY];
    if (state->air_per_week[i] > 0)
        factor *= ho_exp(p[HO_P_AIR_DEFENCE] * ho_log1p(state->air_per_week[i]));
    factor *= 1 + p[HO_P_GRIP] * (state->grip[i] - 1);
    return strength * factor / state->knowledge[i];
}

/* Whether the holding faction's allies here leave it alone in this engagement. */
static bool stands_alone(const ho_world *world, const ho_state *state, const ho_streams *streams, size_t i) {
    int32_t holder = state->holder[i], b = world->faction_bloc[holder];
    int64_t own = state->fighters[(size_t)holder * world->n_district + i];
    uint32_t word[4];
    if (own == 0 || own == ho_persons(world, state, b, i))
        return false;
    ho_block(streams, (uint32_t)state->step, HO_PROC_ALLIES, (uint32_t)i, 0, word);
    return ho_unit(word[0]) >= state->cooperation[holder];
}

/* The attackers of an engagement lose n: fighters in the district first, then next door, then the reserve of a state.
 */
static void bleed_attackers(const ho_world *world, ho_state *state, size_t i, int64_t n) {
    int32_t bloc = state->battle_bloc[i], f = world->bloc_state[bloc];
    n -= ho_kill(world, state, bloc, i, n);
    if (f >= 0 && state->regime_clock[bloc] < 0) {
        int64_t from_reserve = n < state->reserve[f] ? n : state->reserve[f];
        state->reserve[f] -= from_reserve;
        state->killed[f] += from_reserve;
        return;
    }
    for (int32_t k = world->link_first[i]; n > 0 && k < world->link_first[i + 1]; k++)
        if (ho_holder_bloc(world, state, (size_t)world->link_to[k]) == bloc)
            n -= ho_kill(world, state, bloc, (size_t)world->link_to[k], n);
}

static void exchange_losses(const ho_world *world, ho_state *state, ho_rng *rng, size_t i, double days) {
    const double *p = state->p;
    double attack = ho_attack(state, i), defence = ho_defence(world, state, i);
    int64_t defenders = ho_poisson(rng, p[HO_P_LOSS_DEFENDER] * attack * days);
    int64_t attackers = ho_poisson(rng, p[HO_P_LOSS_ATTACKER] * defence * days);
    ho_kill(world, state, ho_holder_bloc(world, state, i), i, defenders);
    bleed_attackers(world, state, i, attackers);
}

static void end_engagement(ho_state *state, size_t i) {
    state->battle_days[i] = 0;
    state->battle_bloc[i] = -1;
}

static void decide(const ho_world *world, ho_state *state, ho_rng *rng, size_t i) {
    const double m = state->p[HO_P_CONTEST_M];
    double attack = ho_attack(state, i) + 1, defence = ho_defence(world, state, i) + 1;
    double odds = m == 1 ? attack / defence : ho_exp(m * ho_log(attack / defence));
    if (ho_rng_unit(rng) < odds / (1 + odds)) {
        state->outcome[i] = HO_MODE_FOUGHT;
        return;
    }
    double lost = state->p[HO_P_REPULSE] * ho_min(state->enemy[i], 2 * defence);
    bleed_attackers(world, state, i, ho_poisson(rng, lost));
    end_engagement(state, i);
}

static void fight(const ho_world *world, ho_state *state, ho_rng *rng, size_t i, double days) {
    int32_t holder = ho_holder_bloc(world, state, i);
    double span = ho_min(days, state->battle_days[i]);
    exchange_losses(world, state, rng, i, span);
    ho_note_fight(state, i, span);
    double present = (double)ho_persons(world, state, holder, i), start = state->battle_garrison[i];
    state->battle_days[i] -= span;
    if (start - present > state->retreat_share[i] * start)
        state->outcome[i] = HO_MODE_FOUGHT;
    else if (state->battle_days[i] <= 0)
        decide(world, state, rng, i);
}

void ho_assault_begin(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, double left) {
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_BATTLE, (uint32_t)i | 0x80000000u);
    bool city = world->is_capital[i] || world->terrain[i] == HO_GORGE;
    double mean = state->p[city ? HO_P_BATTLE_CITY : HO_P_BATTLE_RURAL];
    state->battle_days[i] = 0.5 * mean * ho_gamma(&rng, 2);
    state->retreat_share[i] = ho_beta(&rng, state->p[HO_P_RETREAT_A], state->p[HO_P_RETREAT_B]);
    state->battle_bloc[i] = state->enemy_bloc[i];
    state->alone[i] = stands_alone(world, state, streams, i);
    ho_air_assign(world, state, i); /* what flies comes to a new engagement too; the next day shares anew */
    state->battle_garrison[i] = (double)ho_persons(world, state, ho_holder_bloc(world, state, i), i);
    fight(world, state, &rng, i, left);
}

void ho_assault_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const double *battle = state->battle_days;
    const size_t n = world->n_district;
    state->fights = true;
    for (size_t i = ho_next_above_zero(battle, 0, n); i < n; i = ho_next_above_zero(battle, i + 1, n)) {
        if (state->enemy_bloc[i] != state->battle_bloc[i] || ho_is_quiet(state, i)) { /* they are gone, or others came */
            end_engagement(state, i);
            continue;
        }
        ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_BATTLE, (uint32_t)i);
        fight(world, state, &rng, i, world->dt_day);
    }
}
