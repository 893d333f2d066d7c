/* succession: the head of a state who leaves, and who claims his place (additions F29). Part of the mechanism alignment. A named successor
 * claims from the day on which the head or his capital is gone, as long as his bloc holds the seat where he sits. Garrisons with a road
 * to him over ground of their bloc may follow him; each commander makes up his mind once. Invariant: nobody is loyal while nobody
 * claims, and the garrison of the national capital never: it was the head's own. */
#include "mechanisms/succession.h"

#include "mechanisms/holder.h"

static const double LEADER_WIDTH = 0.07; /* of a leader's decision around his threshold (additions F29) */
static const double HALF_CUT_OFF = 0.5;  /* share of the capital's approaches (additions F29) */
static const uint32_t HEAD = 0x20000000u, FOLLOWS = 0x08000000u; /* entity bits */
_Static_assert(HO_DISTRICT_MAX <= 0x04000000, "districts fit below the bits");

/* The head of a state that holds a capital half cut off leaves it once he expects the end. */
static void may_leave(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const size_t capital = (size_t)world->national_capital, b = (size_t)ho_holder_bloc(world, state, capital);
    double links = world->link_first[capital + 1] - world->link_first[capital];
    if ((int32_t)b != world->home_bloc || world->bloc_state[b] < 0 || state->leader_gone[b] ||
        state->regime_clock[b] >= 0 || links <= 0 || state->n_enemy_near[capital] < HALF_CUT_OFF * links)
        return;
    double belief = ho_logistic(state->belief_logit[capital]);
    double hazard = state->p[HO_P_LEADER_RATE] * ho_logistic((state->leader_threshold[b] - belief) / LEADER_WIDTH);
    uint32_t word[4];
    ho_block(streams, (uint32_t)state->step, HO_PROC_ALIGNMENT, HEAD | (uint32_t)b, 0, word);
    if (ho_unit(word[0]) >= ho_chance(world, hazard))
        return;
    state->leader_gone[b] = 1;
    state->leader_shift[b] += state->p[HO_P_LEADER_SHIFT];
}

/* Whether the successor to the bloc's state claims today: there is one, the head or his capital is gone, the bloc holds the seat, and he
 * is in the country with those who stand behind him. */
static bool claims(const ho_world *world, const ho_state *state, size_t b) {
    int32_t f = world->successor_faction[b];
    if (f < 0 || !(state->leader_gone[b] || state->regime_clock[b] >= 0))
        return false;
    return ho_holder_bloc(world, state, (size_t)world->successor_seat[b]) == (int32_t)b && !state->leader_fled[f] &&
           state->stance[f] != HO_STANCE_SWITCHED && world->faction_arrival[f] <= state->day;
}

/* The commander of i follows: drawn once for each commander. */
static bool follows(const ho_state *state, const ho_streams *streams, size_t i) {
    uint32_t word[4];
    ho_block(streams, (uint32_t)state->n_change_of[i], HO_PROC_ALIGNMENT, FOLLOWS | (uint32_t)i, 0, word);
    return ho_unit(word[0]) < state->p[HO_P_SUCCESSOR_FOLLOWED];
}

/* Loyal are, of the bloc's centres that a road over its own ground leads to from the seat, those that follow. */
static void find_loyal(const ho_world *world, ho_state *state, const ho_streams *streams, size_t b) {
    int32_t *queue = state->queue, stamp = ++state->search_stamp;
    size_t n = 0;
    queue[n++] = world->successor_seat[b];
    state->seen[queue[0]] = stamp;
    for (size_t head = 0; head < n; head++) {
        size_t i = (size_t)queue[head];
        state->loyal[i] = (int32_t)i != world->national_capital && follows(state, streams, i);
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
            int32_t j = world->link_to[k];
            if (state->seen[j] == stamp || ho_holder_bloc(world, state, (size_t)j) != (int32_t)b ||
                !ho_link_open(world, state, k))
                continue;
            state->seen[j] = stamp;
            queue[n++] = j;
        }
    }
}

static void watch_successor(const ho_world *world, ho_state *state, const ho_streams *streams, size_t b) {
    bool claimed = state->successor_claims[b];
    state->successor_claims[b] = claims(world, state, b);
    if (!claimed && !state->successor_claims[b])
        return;
    for (size_t i = 0; i < world->n_district; i++)
        if (ho_holder_bloc(world, state, i) == (int32_t)b)
            state->loyal[i] = 0;
    if (state->successor_claims[b])
        find_loyal(world, state, streams, b);
}

void ho_watch_head(const ho_world *world, ho_state *state, const ho_streams *streams) {
    may_leave(world, state, streams);
    for (size_t b = 0; b < world->n_bloc; b++)
        watch_successor(world, state, streams, b);
}
