/* A small country with a militia of the crown, the watch, for the tests of mobilisation and alignment: a line or ring of districts,
 * district 0 the capital, the others in the province P01 that is the watch's base and in which it holds what the test gives it. */
#ifndef WATCH_H
#define WATCH_H

#include "science/ensemble.h"

enum { WATCH = 2 }; /* faction */

#define WATCH_ROW                                                                                                                \
    "  - {id: watch, name: Watch, bloc: crown, role: militia, base: [P01], known_on: 2030-04-30, source: test}\n"

/* Districts 1.. go to province 1, whose seat is district 1, with soldiers and rebels in each. */
static inline void watch_people(small *country, int32_t soldiers, int32_t rebels) {
    for (size_t i = 1; i < country->n_district; i++)
        country->district[i] = (small_district){.soldiers = soldiers, .rebels = rebels, .province = 1, .seat = i == 1};
    country->sections = WATCH_ROW;
}

/* Gives district i and n fighters of worth 1 there to the watch; on day 0. */
static inline void watch_holds(const ho_world *world, ho_state *state, size_t i, int32_t n) {
    state->holder[i] = WATCH;
    state->initial[WATCH] += n - *fighters_at(world, state, WATCH, i);
    put_fighters(world, state, WATCH, i, n);
    state->garrison_start[i] = (double)ho_persons(world, state, CROWN, i);
    ho_face_district(world, state, i);
}

static inline void people_here(ho_state *state, size_t i, int32_t n) {
    state->people_start[0] += n - state->residents[i];
    state->residents[i] = n;
}

static inline void set_day(const ho_world *world, ho_state *state, int32_t day) {
    state->day = day;
    state->step = day * world->n_step_per_day;
    state->time_day = day;
}

static inline void assert_ledgers(const ho_state *state) {
    ho_error err = {0};
    if (ho_state_check(state, &err))
        fail_msg("%s", err.text);
}

/* Replicates r of a world, each prepared by `prepare` after its start, run for n_day with and without what is in `off`; value is
 * looked at on the last day. Returns the mean of (with - without) and its standard error. */
typedef struct comparison {
    const ho_world *world;
    void (*prepare)(const ho_world *world, ho_state *state);
    double (*value)(const ho_world *world, const ho_state *state);
    uint64_t off;
    int n_day;
} comparison;

static inline estimate compare_replicates(const comparison *c, uint32_t n) {
    ho_state *state = state_of(c->world);
    double *x = calloc(n, sizeof *x);
    for (uint32_t r = 0; r < n; r++)
        for (int without = 0; without < 2; without++) {
            const ho_streams streams = {20300501, r};
            ho_state_start(c->world, state, &streams);
            c->prepare(c->world, state);
            run_days(c->world, state, &streams, without ? c->off : 0, c->n_day);
            x[r] += (without ? -1 : 1) * c->value(c->world, state);
        }
    estimate e = estimate_of(x, n);
    free(x);
    ho_state_free(state);
    return e;
}

static inline uint64_t mechanism_bit(const char *name) {
    return UINT64_C(1) << ho_mechanism_find(name);
}

static inline double crown_centres(const ho_world *world, const ho_state *state) {
    (void)world;
    return state->centres[CROWN];
}

#endif
