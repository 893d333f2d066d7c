/* The head of a state: part of the mechanism alignment. */
#ifndef HO_SUCCESSION_H
#define HO_SUCCESSION_H

#include "mechanisms/mechanism.h"

/* The head of the home bloc's state may leave a capital half cut off; each step a named successor's claim is looked at and who follows
 * him. */
void ho_watch_head(const ho_world *world, ho_state *state, const ho_streams *streams);

/* How many times as many recruits, soldiers of the fallen state and decisions of patrons to help come to faction f: 1, or more while its
 * leader claims the succession. */
static inline double ho_successor_pull(const ho_world *world, const ho_state *state, size_t f) {
    const size_t b = (size_t)world->faction_bloc[f];
    bool his = state->successor_claims[b] && world->successor_faction[b] == (int32_t)f;
    return his ? 1 + state->p[HO_P_SUCCESSOR_PULL] : 1;
}

/* What is kept from the garrison of i, which follows the successor, of the shock of the flight [logit] (additions F29). */
static inline double ho_shock_kept_out(const ho_state *state, size_t b, size_t i) {
    return state->loyal[i] ? -state->leader_shift[b] * state->p[HO_P_SUCCESSOR_KEEPS] : 0;
}

#endif
