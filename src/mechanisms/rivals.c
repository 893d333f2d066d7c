/* rivals: attacks on crowds by those who hide. A faction too weak to hold ground kills where many people are; it costs
 * lives and the standing of whoever rules there. Whether it also takes ground is decided as for any other bloc. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_rivals_info = {
    .name = "rivals",
    .does =
        "Factions that bomb strike crowds in towns they do not hold: civilians die, and an attack in a capital shakes "
        "belief in whoever rules it.",
    .equation =
        "attacks ~ Poisson(rate sqrt(F/F0) dt); place by townspeople, times the faction's share of the country but "
        "for capitals, among districts of other blocs; deaths ~ Poisson(m X), X log-normal of mean 1 and sd of "
        "the logarithm s; belief of the ruling bloc -= size an attack in a provincial capital, fading as "
        "announcements",
    .source =
        "Clauset, Young and Gleditsch 2007 (severity of attacks is heavy-tailed); additions F23; place and effect: "
        "judgement",
    .reads = "bombings_per_day, initial, hidden, residents, countryside, holder, settled, settled_share",
    .writes = "n_bombing, residents, civilians_killed, harm, harm_by, violence, "
              "violence_start, belief_shock",
    .off = "nobody strikes crowds: fewer civilians die and rulers look safer",
};

/* Entity bit of attacks: the rate of faction f is drawn from the same process at entity f (start). */
static const uint32_t ATTACK = 0x40000000u;

/* Who lost three of four fighters strikes half as often; a faction without fighters on day 0 is not counted by them. */
static double rate_per_day(const ho_world *world, const ho_state *state, size_t f) {
    int32_t b = world->faction_bloc[f];
    double start = (double)state->initial[f], now = (double)(ho_under_arms(state, f) + state->hidden[f]);
    if (state->bombings_per_day[f] <= 0 || (state->settled[0] && state->settled_share[b] > 0))
        return 0; /* who has a part in a settlement keeps it */
    return state->bombings_per_day[f] * (start > 0 ? sqrt(ho_max(0, now) / start) : 1);
}

static double crowd(const ho_world *world, const ho_state *state, int32_t b, size_t i) {
    double town = state->residents[i] * world->urban_share[i];
    if (town <= 0 || ho_holder_bloc(world, state, i) == b)
        return 0;
    return world->is_capital[i] ? town : town * state->countryside[(size_t)b * world->n_district + i];
}

/* A district by its crowds, or -1 where there are none. */
static int32_t choose_crowd(const ho_world *world, ho_state *state, ho_rng *rng, int32_t b) {
    double *up_to = state->rank, sum = 0; /* crowds up to a district */
    int32_t first = 0, last = (int32_t)world->n_district - 1;
    for (size_t i = 0; i < world->n_district; i++)
        up_to[i] = sum += crowd(world, state, b, i);
    double at = ho_rng_unit(rng) * sum;
    if (sum <= 0)
        return -1;
    while (first < last) { /* the first district that reaches `at`, which is above 0 */
        int32_t middle = first + (last - first) / 2;
        if (up_to[middle] >= at)
            last = middle;
        else
            first = middle + 1;
    }
    return first;
}

static void strike(const ho_world *world, ho_state *state, ho_rng *rng, size_t f) {
    const int32_t b = world->faction_bloc[f], place = choose_crowd(world, state, rng, b);
    if (place < 0)
        return;
    const size_t i = (size_t)place;
    const double spread = state->p[HO_P_BOMB_SPREAD];
    double severity = ho_exp(spread * ho_normal(rng) - 0.5 * spread * spread);
    int64_t killed = ho_poisson(rng, state->p[HO_P_BOMB_LOSS] * severity);
    ho_kill_civilians(world, state, i, b, killed);
    state->n_bombing[f]++;
    if (world->is_capital[i])
        state->belief_shock[ho_holder_bloc(world, state, i)] -= state->p[HO_P_BOMB_FEAR];
}

void ho_rivals_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    for (size_t f = 0; f < world->n_faction; f++) {
        double rate = rate_per_day(world, state, f);
        if (rate <= 0)
            continue;
        ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_BOMBING, (uint32_t)f | ATTACK);
        for (int64_t n = ho_poisson(&rng, rate * world->dt_day); n > 0; n--)
            strike(world, state, &rng, f);
    }
}
