/* A replicate from its first day to its last, with the probe of the reproduction number: on one day, chosen by
 * replicate, a copy of the state loses one more district; ten days later the copy and the replicate are compared
 * (additions C5). */
#include "holdout/sim.h"
#include "mechanisms/holder.h"
#include "mechanisms/start.h"
#include "sim/day.h"

#include <stdlib.h>
#include <string.h>

enum { PROBE_EVERY = 14, PROBE_LENGTH = 10 };

struct ho_workspace {
    ho_state *state, *extra; /* the run; the copy of a probe, with one more district lost */
    float *value;            /* (n_day, n_value) */
    int32_t *count;          /* (n_count_day, n_count) */
};

/* Days of n_day on which the observer counts. */
static size_t n_counted(size_t n_day, const ho_observer *observer) {
    return observer && observer->count ? ho_n_count_day(n_day, observer->count_every) : 0;
}

ho_status ho_workspace_build(const ho_world *world, const ho_observer *observer, ho_workspace **out, ho_error *err) {
    ho_workspace *workspace = calloc(1, sizeof *workspace);
    if (!workspace)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for a workspace");
    ho_status status = ho_state_build(world, &workspace->state, err);
    if (!status)
        status = ho_state_build(world, &workspace->extra, err);
    workspace->value = calloc(world->n_day * (observer ? observer->n_value : 0) + 1, sizeof *workspace->value);
    workspace->count = calloc(n_counted(world->n_day, observer) * (observer ? observer->n_count : 0) + 1, sizeof *workspace->count);
    if (!status && !(workspace->value && workspace->count))
        status = ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu days of observables", world->n_day);
    if (status) {
        ho_workspace_free(workspace);
        return status;
    }
    *out = workspace;
    return HO_OK;
}

void ho_workspace_free(ho_workspace *workspace) {
    if (!workspace)
        return;
    ho_state_free(workspace->state);
    ho_state_free(workspace->extra);
    free(workspace->value);
    free(workspace->count);
    free(workspace);
}

/* What a replicate draws from: its own stream, or that of its row of the world's draws. */
static ho_streams streams_of(const ho_world *world, uint32_t seed, uint32_t replicate) {
    const ho_draws *draws = world->draws;
    return (ho_streams){seed, draws && draws->stream ? draws->stream[replicate % draws->n_draw] : replicate};
}

/* Districts that the home bloc has lost so far. */
static int32_t n_lost(const ho_world *world, const ho_state *state) {
    int32_t sum = 0;
    for (size_t m = 0; m < HO_N_MODE; m++)
        sum += state->n_lost_by_mode[world->home_bloc * HO_N_MODE + (int32_t)m];
    return sum;
}

/* A front-line centre of the home bloc, capitals left out, each as likely; -1: none. */
static int32_t probe_district(const ho_world *world, const ho_state *state, const ho_streams *streams) {
    uint32_t word[4];
    int32_t n = 0, chosen = -1;
    for (size_t i = 0; i < world->n_district; i++)
        n += ho_holder_bloc(world, state, i) == world->home_bloc && state->enemy_bloc[i] >= 0 && !world->is_capital[i];
    if (n == 0)
        return -1;
    ho_block(streams, (uint32_t)state->step, HO_PROC_PROBE, 0, 0, word);
    int32_t skip = (int32_t)(ho_unit(word[0]) * n);
    for (size_t i = 0; i < world->n_district && chosen < 0; i++)
        if (ho_holder_bloc(world, state, i) == world->home_bloc && state->enemy_bloc[i] >= 0 && !world->is_capital[i] &&
            skip-- == 0)
            chosen = (int32_t)i;
    return chosen;
}

/* Runs the copy with one more fall for the length of a probe. *started is false if no district can be chosen. */
static ho_status probe(const ho_world *world, ho_workspace *workspace, const ho_streams *streams, uint64_t off,
                       bool *started, ho_error *err) {
    ho_state *extra = workspace->extra;
    int32_t i = probe_district(world, workspace->state, streams);
    *started = i >= 0;
    if (i < 0)
        return HO_OK;
    ho_state_copy(extra, workspace->state);
    ho_take(world, extra, streams, (size_t)i, extra->enemy_bloc[i], HO_MODE_ABANDONED);
    ho_status status = HO_OK;
    for (int k = 0; k < PROBE_LENGTH && !status; k++)
        status = ho_day_run(world, extra, streams, off, err);
    return status;
}

/* The day after which this replicate probes: every 14th day that leaves room, an equal share of replicates each. -1:
 * none. */
static int32_t probe_day(const ho_world *world, uint32_t replicate) {
    int32_t n_day = (int32_t)world->n_day, n_probe = (n_day - PROBE_LENGTH + PROBE_EVERY - 1) / PROBE_EVERY;
    return n_day <= PROBE_LENGTH ? -1 : (int32_t)(replicate % (uint32_t)n_probe) * PROBE_EVERY;
}

/* Days to simulate. */
static size_t days_of(const ho_world *world, const ho_sim_options *options) {
    return options->n_day && options->n_day < world->n_day ? options->n_day : world->n_day;
}

/* The rarer counts, where this day is one of theirs. */
static void count(const ho_world *world, const ho_state *state, const ho_observer *observer, size_t n_day, size_t day, int32_t *row) {
    const size_t every = observer->count_every, k = (day + every - 1) / every;
    if (ho_count_day(k, every, n_day) == day)
        observer->count(world, state, &row[k * observer->n_count]);
}

/* The run with its probe, from the state's start to the last day asked for. */
static ho_status run_days(const ho_world *world, const ho_sim_options *options, const ho_observer *observer,
                          const ho_streams *streams, ho_workspace *workspace, ho_error *err) {
    ho_state *state = workspace->state;
    const int32_t probe_at = observer && observer->probed ? probe_day(world, streams->replicate) : -1;
    const size_t n_day = days_of(world, options);
    bool started = false;
    for (size_t day = 0; day < n_day; day++) {
        ho_status status = ho_day_run(world, state, streams, options->off, err);
        if (!status && observer && (!observer->on || observer->on[day]))
            observer->day(world, state, day, &workspace->value[day * observer->n_value]);
        if (!status && observer && observer->count)
            count(world, state, observer, n_day, day, workspace->count);
        if (!status && (int32_t)day == probe_at)
            status = probe(world, workspace, streams, options->off, &started, err);
        if (status)
            return status;
        if (started && (int32_t)day == probe_at + PROBE_LENGTH)
            observer->probed(world, n_lost(world, workspace->extra) - 1 - n_lost(world, state),
                             &workspace->value[(size_t)probe_at * observer->n_value]);
    }
    return HO_OK;
}

ho_status ho_replicate_run(const ho_world *world, const ho_sim_options *options, const ho_observer *observer,
                           uint32_t replicate, ho_workspace *workspace, ho_result *result, ho_error *err) {
    ho_state *state = workspace->state;
    const ho_draws *draws = world->draws;
    if (draws && draws->stream && replicate >= draws->n_draw)
        return ho_error_set(err, HO_ERR_INPUT, "replicate %u of %zu courses, each of which can be run only once", replicate, draws->n_draw);
    const ho_streams streams = streams_of(world, options->seed, replicate);
    state->why = NULL;
    state->checking = options->check;
    ho_state_start(world, state, &streams);
    ho_status status = run_days(world, options, observer, &streams, workspace, err);
    if (status)
        return status;
    if (state->change_overflow)
        return ho_error_set(err, HO_ERR_NUMERIC, "replicate %u: more than %zu changes of hands", replicate,
                            state->change_capacity);
    status = ho_state_check(state, err);
    if (status)
        return status;
    *result = (ho_result){.replicate = replicate,
                          .n_change = state->n_change,
                          .change = state->change,
                          .n_day = days_of(world, options),
                          .n_value = observer ? observer->n_value : 0,
                          .value = workspace->value,
                          .n_count_day = n_counted(days_of(world, options), observer),
                          .n_count = observer && observer->count ? observer->n_count : 0,
                          .count = workspace->count};
    return HO_OK;
}

void ho_replicate_parameters(const ho_world *world, uint32_t seed, uint32_t replicate, double *value) {
    const ho_streams streams = streams_of(world, seed, replicate);
    ho_parameters_draw(world, &streams, value);
}

ho_status ho_replicate_watch(const ho_world *world, const ho_sim_options *options, uint32_t replicate,
                             void (*day)(void *context, const ho_world *world, const ho_state *state), void *context,
                             ho_error *err) {
    ho_state *state = NULL;
    const ho_streams streams = streams_of(world, options->seed, replicate);
    ho_status status = ho_state_build(world, &state, err);
    if (status)
        return status;
    ho_state_start(world, state, &streams);
    for (size_t k = 0; k < world->n_day && !status; k++) {
        status = ho_day_run(world, state, &streams, options->off, err);
        if (!status)
            day(context, world, state);
    }
    ho_state_free(state);
    return status;
}

ho_status ho_replicate_why(const ho_world *world, const ho_sim_options *options, uint32_t replicate, int32_t district,
                           size_t capacity, ho_why *why, size_t *n_why, ho_error *err) {
    ho_state *state = NULL;
    if (world->withheld)
        return ho_error_set(err, HO_ERR_STATE, HO_WITHHELD);
    const ho_streams streams = streams_of(world, options->seed, replicate);
    ho_status status = ho_state_build(world, &state, err);
    if (status)
        return status;
    state->why = capacity ? why : NULL;
    state->why_capacity = capacity;
    state->why_district = district;
    ho_state_start(world, state, &streams);
    for (size_t day = 0; day < world->n_day && !status; day++)
        status = ho_day_run(world, state, &streams, options->off, err);
    if (!status)
        *n_why = state->n_why;
    ho_state_free(state);
    return status;
}

#define X(code, name, meaning) name,
static const char *const mode_names[] = {HO_MODE_LIST(X)};
#undef X
#define X(code, name, meaning) meaning,
static const char *const mode_meanings[] = {HO_MODE_LIST(X)};
#undef X

const char *ho_mode_name(ho_mode mode) {
    return (unsigned)mode < HO_N_MODE ? mode_names[mode] : "?";
}

const char *ho_mode_meaning(ho_mode mode) {
    return (unsigned)mode < HO_N_MODE ? mode_meanings[mode] : "?";
}
