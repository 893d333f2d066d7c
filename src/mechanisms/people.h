/* Parts of the mechanisms civilians and displacement, by file. */
#ifndef HO_PEOPLE_H
#define HO_PEOPLE_H

#include "mechanisms/mechanism.h"

/* The bloc's rule by policy, of its main faction today, 0..1. */
static inline double ho_policy_today(const ho_world *world, const ho_state *state, size_t bloc, ho_policy policy) {
    size_t at = (size_t)state->day * world->n_faction + (size_t)world->bloc_main[bloc];
    return world->policy[at * HO_N_POLICY + policy];
}

/* ---- attitudes.c ---- */

/* Who rules each province on day 0, and what that rule costs in attitudes then. */
void ho_attitudes_start(const ho_world *world, ho_state *state);
/* Attitudes of the provinces whose turn it is, `days` after their last. */
void ho_attitudes_look(const ho_world *world, ho_state *state, double days);

/* ---- routes.c ---- */

/* How far the displaced find room and safety in district i, and who may cross where. */
void ho_welcome_district(const ho_world *world, ho_state *state, size_t i, double safe_gain);
void ho_welcome_crossings(const ho_world *world, ho_state *state);
/* Displaced in district i who do not wait there for a border to open [persons]. */
int64_t ho_settled(const ho_world *world, const ho_state *state, size_t i);
/* Those who leave district i, as households of `household` and at most one that is incomplete [persons, 0: none]. */
typedef struct ho_leavers {
    int64_t n_household, household, incomplete;
} ho_leavers;
#define HO_GUESTS 0x40000000u /* entity bit of draws: displaced people who leave again */
/* Draws who of n people leaves at this integrated hazard; entity: the district, or that with HO_GUESTS. */
ho_leavers ho_leave(const ho_streams *streams, uint32_t step, uint32_t entity, int64_t n, int64_t household,
                    double hazard);
static inline int64_t ho_leavers_people(ho_leavers party) {
    return party.n_household * party.household + party.incomplete;
}
/* Sends residents, and displaced, of district i on their way; nobody if no place is in reach. most: the
 * largest factor ho_welcome_* give. */
void ho_set_out(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, ho_leavers residents,
                ho_leavers displaced, double most);
/* n of the stocks, each person as likely as any other: systematic sampling, u in (0,1). Sum of taken = n <= sum of stock. */
void ho_sample(int64_t n, const int64_t *stock, size_t k, double u, int64_t *taken);

/* ---- borders.c ---- */

void ho_cross_borders(const ho_world *world, ho_state *state, const ho_streams *streams);
void ho_fly_out(const ho_world *world, ho_state *state, const ho_streams *streams);

/* ---- returns.c ---- */

/* Who goes home, of `days` since the last look. */
void ho_go_back(const ho_world *world, ho_state *state, const ho_streams *streams, double days);

#endif
