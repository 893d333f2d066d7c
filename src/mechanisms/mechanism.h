/* A mechanism: one file with what it does (info) and one function over all districts (step). */
#ifndef HO_MECHANISM_H
#define HO_MECHANISM_H

#include "base/batch.h"
#include "base/math.h"
#include "base/samplers.h"
#include "mechanisms/state.h"

typedef void ho_mechanism_step(const ho_world *world, ho_state *state, const ho_streams *streams);

typedef struct ho_mechanism {
    const ho_mechanism_info *info;
    ho_mechanism_step *step;
    bool sets_day_0; /* runs once even when switched off: "as on day 0" needs a day 0 */
    ho_mechanism_group group;
} ho_mechanism;

/* In the order of a day; n of them. */
extern const ho_mechanism ho_mechanism_table[];
extern const size_t ho_mechanism_table_size;

#define HO_DECLARE_MECHANISM(name)                                                                                     \
    extern const ho_mechanism_info ho_##name##_info;                                                                   \
    ho_mechanism_step ho_##name##_step;

HO_DECLARE_MECHANISM(calendar)
HO_DECLARE_MECHANISM(patrons)
HO_DECLARE_MECHANISM(finance)
HO_DECLARE_MECHANISM(payroll)
HO_DECLARE_MECHANISM(air)
HO_DECLARE_MECHANISM(logistics)
HO_DECLARE_MECHANISM(morale)
HO_DECLARE_MECHANISM(desertion)
HO_DECLARE_MECHANISM(mobilisation)
HO_DECLARE_MECHANISM(claims)
HO_DECLARE_MECHANISM(perception)
HO_DECLARE_MECHANISM(alignment)
HO_DECLARE_MECHANISM(talks)
HO_DECLARE_MECHANISM(resistance)
HO_DECLARE_MECHANISM(strategy)
HO_DECLARE_MECHANISM(surrender)
HO_DECLARE_MECHANISM(assault)
HO_DECLARE_MECHANISM(takeover)
HO_DECLARE_MECHANISM(countryside)
HO_DECLARE_MECHANISM(rivals)
HO_DECLARE_MECHANISM(civilians)
HO_DECLARE_MECHANISM(displacement)
HO_DECLARE_MECHANISM(governance)

enum { HO_TALKS_AHEAD = HO_WORLD_AHEAD }; /* [d] how far those who talk look ahead (additions F5) */

static inline double ho_min(double a, double b) {
    return a < b ? a : b;
}

static inline double ho_max(double a, double b) {
    return a > b ? a : b;
}

static inline double ho_clip(double x, double lo, double hi) {
    return ho_min(ho_max(x, lo), hi);
}

/* 1 - exp(-x) for x >= 0; the series for small x is good to 3e-10 of the value and saves most exponentials of a day. */
static inline double ho_one_minus_exp(double x) {
    return x < 0.01 ? x * (1 - x * (0.5 - x * (1.0 / 6 - x * (1.0 / 24)))) : 1 - ho_exp(-x);
}

/* Probability that a process with this hazard [1/day] acts within the step. */
static inline double ho_chance(const ho_world *world, double hazard_per_day) {
    return ho_one_minus_exp(hazard_per_day * world->dt_day);
}

/* Whether arms are silent in district i: the war is settled or a local ceasefire holds. */
static inline bool ho_is_quiet(const ho_state *state, size_t i) {
    return state->settled[0] || state->truce_days[i] > 0;
}

/* The first of n values from i on that is above 0; n if there is none. Where few are, runs of zeros are passed at once. */
static inline size_t ho_next_above_zero(const double *value, size_t i, size_t n) {
    enum { RUN = 8 };
    while (i < n && !(value[i] > 0)) {
        uint64_t any = i + RUN > n;
        for (size_t k = 0; !any && k < RUN; k += 4)
            any = ho_double_bits(value[i + k]) | ho_double_bits(value[i + k + 1]) | ho_double_bits(value[i + k + 2]) |
                  ho_double_bits(value[i + k + 3]);
        i += any ? 1 : RUN;
    }
    return i;
}

/* Fighters of a faction who are there: in districts, in reserve, on the road [persons]. */
static inline int64_t ho_under_arms(const ho_state *state, size_t faction) {
    return state->initial[faction] + state->recruited[faction] + state->switched_in[faction] - state->killed[faction] -
           state->deserted[faction] - state->surrendered[faction] - state->dissolved[faction] - state->waiting[faction] -
           state->hidden[faction] - state->crossed[faction] - state->switched_out[faction];
}

/* Whether the pass that a link crosses, if it crosses one, is open this month. */
static inline bool ho_link_open(const ho_world *world, const ho_state *state, int32_t link) {
    int32_t pass = world->link_pass[link];
    return pass < 0 || !world->pass_closed[world->month[state->day] * world->scenario->n_pass + (size_t)pass];
}

/* Fighters of a bloc in a district [persons]. */
static inline int64_t ho_persons(const ho_world *world, const ho_state *state, int32_t bloc, size_t district) {
    return state->persons[(size_t)bloc * world->n_district + district];
}

#endif
