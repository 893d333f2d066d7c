/* holdout/sim.h: replicates and ensembles of a world. */
#ifndef HOLDOUT_SIM_H
#define HOLDOUT_SIM_H

#include <stdatomic.h>

#include "mechanisms.h"
#include "world.h"

typedef struct ho_state ho_state;

/* How a district changed hands. The numbers are part of the digest and of stored runs. */
#define HO_MODE_LIST(X)                                                                  \
    X(HO_MODE_START, "start", "held by another than the home faction on day 0")          \
    X(HO_MODE_FOUGHT, "fought", "taken by assault, or left after losses")                \
    X(HO_MODE_NEGOTIATED, "negotiated", "surrendered by agreement")                      \
    X(HO_MODE_ABANDONED, "abandoned", "left without a fight or a deal")                  \
    X(HO_MODE_CARRIED, "carried", "given up because a superior surrendered")             \
    X(HO_MODE_REGIME_FALL, "regime_fall", "given up after the national capital was lost")

typedef enum ho_mode {
#define X(code, name, meaning) code,
    HO_MODE_LIST(X)
#undef X
    HO_N_MODE
} ho_mode;

const char *ho_mode_name(ho_mode mode);
const char *ho_mode_meaning(ho_mode mode);

typedef struct ho_change {
    int32_t day; /* days since the world's first day */
    int32_t district;
    int32_t from, to; /* factions */
    int32_t mode;
} ho_change;

typedef struct ho_sim_options {
    uint32_t seed;
    uint64_t off; /* bit k: mechanism k is switched off */
    bool check;   /* verify the ledger of fighters and ranges after every mechanism (slow) */
    size_t n_day; /* stop after so many days of the world's; 0: all. What is simulated has the same bits */
} ho_sim_options;

/* What is measured each day. The record stage provides one (ho_observer_standard); tests provide their own.
 * day(): called after day `day` (0-based) is simulated, with n_value floats to fill; must be pure and thread-safe. */
typedef struct ho_observer {
    size_t n_value;
    void (*day)(const ho_world *world, const ho_state *state, size_t day, float *value);
    /* Called for each probe of the reproduction number, ten days after it began, with the row of the day it began; may be NULL. */
    void (*probed)(const ho_world *world, double reproduction_number, float *value);
    const uint8_t *on; /* (n_day) days to observe, the others' rows stay 0; NULL: all; borrowed */
    /* Whole numbers, by place, that are looked at more rarely: n_count of them after day 0, every count_every-th day and the last. NULL: none. */
    void (*count)(const ho_world *world, const ho_state *state, int32_t *count);
    size_t n_count, count_every;
} ho_observer;

/* One finished replicate; arrays are borrowed from the workspace or the queue and valid during the call only. */
typedef struct ho_result {
    uint32_t replicate;
    size_t n_change;
    const ho_change *change; /* (n_change), in the order they happened */
    size_t n_day, n_value;
    const float *value; /* (n_day, n_value) */
    size_t n_count_day, n_count; /* 0: none */
    const int32_t *count;        /* (n_count_day, n_count), row k of day ho_count_day(k, count_every, n_day) */
} ho_result;

/* Days on which an observer of n_day days counts, and the k-th of them. */
static inline size_t ho_n_count_day(size_t n_day, size_t every) {
    return every && n_day ? (n_day - 1 + every - 1) / every + 1 : 0;
}
static inline size_t ho_count_day(size_t k, size_t every, size_t n_day) {
    return k * every < n_day - 1 ? k * every : n_day - 1;
}

typedef struct ho_workspace ho_workspace; /* scratch of one thread */
ho_status ho_workspace_build(const ho_world *world, const ho_observer *observer, ho_workspace **workspace, ho_error *err);
void ho_workspace_free(ho_workspace *workspace);

/* Simulates replicate `replicate` from the first day to the last. *result points into the workspace until its next use.
 * HO_ERR_INPUT: the world's draws have streams, and fewer rows. HO_ERR_NUMERIC: the state became non-finite or lost a fighter (names the day
 * and mechanism). Reads no clock, writes no file. */
ho_status ho_replicate_run(const ho_world *world, const ho_sim_options *options, const ho_observer *observer,
                           uint32_t replicate, ho_workspace *workspace, ho_result *result, ho_error *err);

/* The parameters of a replicate as drawn, without simulating it: value (ho_parameter_count). The weights of the ways of contagion are as drawn,
 * not yet shares of one total. */
void ho_replicate_parameters(const ho_world *world, uint32_t seed, uint32_t replicate, double *value);

typedef struct ho_ensemble_options {
    ho_sim_options sim;
    size_t n_replicate;
    const uint8_t *done; /* (n_replicate) or NULL; replicates with done != 0 are skipped */
    size_t n_thread;     /* >= 1 */
    const atomic_bool *stop; /* may be NULL; true ends the ensemble after the replicates in progress */
    /* Called on the calling thread for each finished replicate, in any order; an error ends the ensemble. */
    ho_status (*sink)(void *context, const ho_result *result, ho_error *err);
    /* Called on the calling thread at least every 100 ms while waiting; may be NULL (progress bars, commits). */
    void (*tick)(void *context);
    void *context;
} ho_ensemble_options;

/* Runs all replicates over n_thread threads. Returns HO_ERR_INTERRUPTED if stopped before the end. Memory does not grow with
 * n_replicate. */
ho_status ho_ensemble_run(const ho_world *world, const ho_observer *observer, const ho_ensemble_options *options,
                          ho_error *err);

/* Simulates one replicate again and shows its state after every day. */
ho_status ho_replicate_watch(const ho_world *world, const ho_sim_options *options, uint32_t replicate,
                             void (*day)(void *context, const ho_world *world, const ho_state *state), void *context,
                             ho_error *err);

/* Why a district fell in one replicate: the recorded circumstances of its k-th change of hands. All as of the moment before. */
typedef struct ho_why {
    ho_change change;
    double belief, threshold, morale, supply_days, arrears_days;
    double own_strength, enemy_strength; /* worth-weighted, local and reachable */
    double air_per_week, attack_air_per_week, neighbours_fallen, enemy_countryside;
    double hazard_surrender, hazard_disband, hazard_assault; /* [1/day] */
    double garrison_start, garrison; /* [persons] when this engagement began, and at its end; 0 without one */
    double retreat_share;            /* share of losses at which the garrison leaves an engagement */
    bool in_contact, engaged, connected, relief, besieged;
} ho_why;

/* Re-runs one replicate and reports every change of hands of `district`; *n_why at most `capacity`. HO_ERR_STATE: ho_world_withheld. */
ho_status ho_replicate_why(const ho_world *world, const ho_sim_options *options, uint32_t replicate, int32_t district,
                           size_t capacity, ho_why *why, size_t *n_why, ho_error *err);

#endif
