/* Who stands against whom: for every district the bloc that can bring most against its holder. No mechanism but
 * bookkeeping that all of them look at; done before them each day, where something changed. */
#include "mechanisms/holder.h"

double ho_party(const ho_world *world, const ho_state *state, size_t bloc) {
    int32_t f = world->bloc_state[bloc];
    if (f < 0 || state->regime_clock[bloc] >= 0)
        return 0;
    double ready = (double)state->reserve[f] * state->p[HO_P_RESERVE_READY];
    return ho_min(ready, state->p[HO_P_RESERVE_PARTY]) * state->reserve_worth[f];
}

/* What each bloc can bring beside its fighters in a district: the share of those next door, and a party of a state's
 * reserve. */
typedef struct means {
    double mobile[HO_BLOC_MAX], party[HO_BLOC_MAX];
} means;

static means means_of(const ho_world *world, const ho_state *state) {
    means all;
    for (size_t b = 0; b < world->n_bloc; b++) {
        all.mobile[b] = state->mobile[b];
        all.party[b] = ho_party(world, state, b);
    }
    return all;
}

/* Strength in i and the mobile share next door, by bloc; redone only where something changed. */
static void look(const ho_world *world, ho_state *state, size_t i, const means *all) {
    const size_t n = world->n_district;
    double next_door[HO_BLOC_MAX] = {0};
    uint8_t held[HO_BLOC_MAX] = {0};
    const int32_t *link_to = world->link_to, *faction_bloc = world->faction_bloc, *holder = state->holder;
    const double *strength = state->strength;
    for (int32_t k = world->link_first[i], last = world->link_first[i + 1]; k < last; k++) {
        size_t j = (size_t)link_to[k], b = (size_t)faction_bloc[holder[j]];
        next_door[b] += strength[b * n + j];
        held[b]++;
    }
    for (size_t b = 0; b < world->n_bloc; b++) {
        state->reach[b * n + i] = state->strength[b * n + i] + all->mobile[b] * next_door[b];
        state->neighbours[b * n + i] = held[b];
    }
    state->stale[i] = 0;
}

/* Whether a bloc other than the holder has fighters in i. */
static inline bool others_here(const ho_world *world, const ho_state *state, int32_t holder, size_t i) {
    for (size_t b = 0; b < world->n_bloc; b++)
        if ((int32_t)b != holder && state->strength[b * world->n_district + i] > 0)
            return true;
    return false;
}

/* The bloc that can bring most against the holder of i. */
static void face(const ho_world *world, ho_state *state, size_t i, const means *all) {
    const size_t n = world->n_district;
    int32_t holder = ho_holder_bloc(world, state, i), best = -1;
    double most = 0;
    if (state->n_enemy_near[i] == 0 && !others_here(world, state, holder, i)) { /* nobody else in sight */
        state->enemy[i] = 0;
        state->enemy_bloc[i] = -1;
        state->stale[i] = 0; /* whatever ends this marks it again */
        return;
    }
    if (state->stale[i])
        look(world, state, i, all);
    for (size_t b = 0; b < world->n_bloc; b++) {
        if ((int32_t)b == holder)
            continue;
        double here = state->arms[b] * state->reach[b * n + i] + (state->neighbours[b * n + i] ? all->party[b] : 0);
        if (here > most) {
            most = here;
            best = (int32_t)b;
        }
    }
    state->enemy[i] = most;
    state->enemy_bloc[i] = best;
}

void ho_face(const ho_world *world, ho_state *state) {
    const means all = means_of(world, state);
    const bool everywhere = state->step % world->n_step_per_day == 0 && state->day % HO_PLAN_EVERY == 0;
    for (size_t i = 0; i < world->n_district; i++)
        if (everywhere || state->stale[i])
            face(world, state, i, &all);
}

void ho_face_district(const ho_world *world, ho_state *state, size_t i) {
    const means all = means_of(world, state);
    face(world, state, i, &all);
}
