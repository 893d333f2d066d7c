/* A resistance that has risen, beyond its pockets: it recruits among its kin, strikes from hiding in and around its
 * base, and comes back to a pocket that stands. Part of the mechanism resistance. */
#include "mechanisms/holder.h"
#include "mechanisms/resistance.h"
#include "mechanisms/succession.h"

enum { LOOK_EVERY = 7 }; /* [d] between looks for recruits, districts in turn, and for who comes back */

/* Entities of draws beside the links of the graph. */
static const uint32_t RECRUITS = 0x80000000u, ATTACKS = 0x40000000u, COMING_BACK = 0x20000000u;

/* The bloc that rules where the resistance does not: whoever holds the national capital. */
static int32_t victor_of(const ho_world *world, const ho_state *state) {
    return ho_holder_bloc(world, state, (size_t)world->national_capital);
}

/* Recruits of faction f in district i expected in a day [persons/day]. */
static double recruits_per_day(const ho_world *world, const ho_state *state, size_t f, size_t i, int32_t victor) {
    const size_t n = world->n_district;
    double kin = world->affinity[f * n + i];
    double against = -state->attitude_here[(size_t)victor * world->n_province + (size_t)world->province[i]];
    if (kin <= 0 || against <= 0)
        return 0;
    size_t policy = (size_t)state->day * world->n_faction + (size_t)world->bloc_main[victor];
    double inclusion = world->policy[policy * HO_N_POLICY + HO_POLICY_INCLUSION];
    double settled_in = ho_holder_bloc(world, state, i) == world->faction_bloc[f] ? 0 : state->grip[i];
    return ho_successor_pull(world, state, f) * state->p[HO_P_JOIN_RESISTANCE] * state->residents[i] * kin * against * (1 + state->repression[victor]) *
           (1 - state->fear[i]) * (1 - 0.5 * inclusion) * (1 - 0.5 * settled_in) * (1 + 0.5 * world->urban_share[i]) *
           (0.5 + 0.5 * state->funds[f]);
}

/* Who joins in a centre of one's own stays there; others walk to a pocket in reach, or hide. */
static void recruit(const ho_world *world, ho_state *state, const ho_streams *streams, size_t f, size_t i,
                    int32_t victor) {
    int32_t bloc = world->faction_bloc[f], to;
    double mean = LOOK_EVERY * recruits_per_day(world, state, f, i, victor);
    if (mean <= 0)
        return;
    ho_rng rng =
        ho_rng_at(streams, (uint32_t)state->step, HO_PROC_RESISTANCE, RECRUITS | (uint32_t)(f * world->n_district + i));
    int64_t come = ho_poisson(&rng, mean);
    int32_t n = come < state->residents[i] ? (int32_t)come : state->residents[i];
    if (n <= 0)
        return;
    state->residents[i] -= n;
    state->recruited[f] += n;
    int32_t pocket = ho_holder_bloc(world, state, i) == bloc ? (int32_t)i : ho_refuge_of(world, state, bloc, i, &to);
    if (pocket < 0) {
        ho_hide(state, f, n, state->p[HO_P_VOLUNTEER_WORTH]);
        return;
    }
    ho_join(world, state, f, (size_t)pocket, n, state->p[HO_P_VOLUNTEER_WORTH]);
    ho_state_refresh_strength(world, state, (size_t)pocket);
}

/* Whether faction f, in hiding, finds a garrison to strike in district i: in its base or next to it. */
static bool is_prey(const ho_world *world, const ho_state *state, size_t f, size_t i) {
    const uint8_t *base = &world->base[f * world->n_district];
    int32_t holder = ho_holder_bloc(world, state, i);
    bool near = base[i];
    if (holder == world->faction_bloc[f] || ho_is_quiet(state, i) || ho_persons(world, state, holder, i) <= 0)
        return false;
    for (int32_t k = world->link_first[i]; k < world->link_first[i + 1] && !near; k++)
        near = base[world->link_to[k]];
    return near;
}

/* The district of the k-th attack: each in reach is as likely; -1: none. */
static int32_t choose_prey(const ho_world *world, const ho_state *state, size_t f, double u) {
    double n_prey = 0;
    for (size_t i = 0; i < world->n_district; i++)
        n_prey += is_prey(world, state, f, i);
    int32_t skip = (int32_t)(u * n_prey);
    for (size_t i = 0; i < world->n_district; i++)
        if (is_prey(world, state, f, i) && skip-- == 0)
            return (int32_t)i;
    return -1;
}

static void attack(const ho_world *world, ho_state *state, ho_rng *rng, size_t f) {
    int32_t i = choose_prey(world, state, f, ho_rng_unit(rng));
    if (i < 0)
        return;
    ho_kill(world, state, ho_holder_bloc(world, state, (size_t)i), (size_t)i,
            ho_poisson(rng, state->p[HO_P_GUERRILLA_LOSS]));
    int64_t own = ho_poisson(rng, 0.5 * state->p[HO_P_GUERRILLA_LOSS]);
    own = own < state->hidden[f] ? own : state->hidden[f];
    state->hidden[f] -= own;
    state->killed[f] += own;
    state->fought[i] += (double)own;
}

static void strike(const ho_world *world, ho_state *state, const ho_streams *streams, size_t f) {
    double mean = state->p[HO_P_GUERRILLA] * (double)state->hidden[f] / 100 * world->dt_day;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_RESISTANCE, ATTACKS | (uint32_t)f);
    for (int64_t n = ho_poisson(&rng, mean); n > 0 && state->hidden[f] > 0; n--)
        attack(world, state, &rng, f);
}

/* Some of the hidden come back to the district where most of their faction fight on. */
static void come_back(const ho_world *world, ho_state *state, const ho_streams *streams, size_t f) {
    int32_t best = -1, most = 0;
    for (size_t i = 0; i < world->n_district; i++) {
        int32_t here = state->fighters[f * world->n_district + i];
        if (here > most && ho_holder_bloc(world, state, i) == world->faction_bloc[f]) {
            most = here;
            best = (int32_t)i;
        }
    }
    if (best < 0)
        return;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_RESISTANCE, COMING_BACK | (uint32_t)f);
    int64_t n = ho_binomial(&rng, state->hidden[f], ho_one_minus_exp(state->p[HO_P_COME_BACK] * LOOK_EVERY));
    state->hidden[f] -= n;
    ho_join(world, state, f, (size_t)best, (int32_t)n, state->hidden_worth[f]);
    ho_state_refresh_strength(world, state, (size_t)best);
}

void ho_guerrilla(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const bool new_day = state->step % world->n_step_per_day == 0;
    const int32_t victor = victor_of(world, state);
    for (size_t f = 0; f < world->n_faction; f++) {
        if (!state->risen[f])
            continue;
        if (state->hidden[f] > 0)
            strike(world, state, streams, f);
        if (!new_day)
            continue;
        if (state->hidden[f] > 0 && state->day % LOOK_EVERY == 0)
            come_back(world, state, streams, f);
        if (victor == world->faction_bloc[f])
            continue;
        for (size_t i = (size_t)(state->day % LOOK_EVERY); i < world->n_district; i += LOOK_EVERY)
            if (world->base[f * world->n_district + i])
                recruit(world, state, streams, f, i, victor);
    }
}
