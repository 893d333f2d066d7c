/* The ensemble: replicates over a pool of threads, results to the calling thread.
 *
 * A worker runs a replicate in its own workspace and sends a copy of the result through a bounded queue: memory depends
 * on the number of threads only, and a slow sink slows the workers instead of piling up results. The calling thread
 * sleeps on a counter of results sent (eventfd), at most 100 ms at a time, so that it can tick without reading a clock.
 * Which worker runs a replicate does not matter to its result. */
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/pool.h"
#include "base/text.h"
#include "holdout/sim.h"

enum { QUEUED_PER_WORKER = 2, TICK_MS = 100, N_THREAD_MAX = 4096 };

/* A result with arrays of its own, in one allocation. */
typedef struct ho_parcel {
    ho_result result;
    ho_change change[]; /* (n_change), then float value[n_day * n_value], then int32_t count[n_count_day * n_count] */
} ho_parcel;

typedef struct ho_ensemble {
    const ho_world *world;
    const ho_observer *observer;
    const ho_ensemble_options *options;
    size_t n_worker, n_todo;
    ho_workspace **workspace; /* (n_worker) */
    ho_queue *queue;          /* of ho_parcel */
    int n_sent;               /* eventfd: results sent and not yet noticed */
    atomic_bool failed;       /* a task failed: no further one begins */
} ho_ensemble;

static void post(const ho_ensemble *ensemble) {
    uint64_t one = 1;
    while (write(ensemble->n_sent, &one, sizeof one) < 0 && errno == EINTR)
        continue;
}

/* Waits for a post; false after TICK_MS without one. */
static bool posted(const ho_ensemble *ensemble) {
    struct pollfd wait = {.fd = ensemble->n_sent, .events = POLLIN};
    uint64_t one;
    return poll(&wait, 1, TICK_MS) > 0 && read(ensemble->n_sent, &one, sizeof one) == (ssize_t)sizeof one;
}

/* A copy that outlives the workspace's next use; NULL if memory ran out. */
static ho_parcel *parcel_of(const ho_result *result) {
    size_t n_value = result->n_day * result->n_value, n_count = result->n_count_day * result->n_count;
    size_t change_bytes = result->n_change * sizeof *result->change;
    ho_parcel *parcel =
        malloc(sizeof *parcel + change_bytes + n_value * sizeof *result->value + n_count * sizeof *result->count);
    if (!parcel)
        return NULL;
    float *value = (float *)(parcel->change + result->n_change);
    int32_t *count = (int32_t *)(void *)(value + n_value);
    if (change_bytes)
        memcpy(parcel->change, result->change, change_bytes);
    memcpy(value, result->value, n_value * sizeof *value);
    if (n_count)
        memcpy(count, result->count, n_count * sizeof *count);
    parcel->result = *result;
    parcel->result.change = parcel->change;
    parcel->result.value = value;
    parcel->result.count = count;
    return parcel;
}

static ho_status run_one(ho_ensemble *ensemble, uint32_t replicate, ho_workspace *workspace, ho_error *err) {
    ho_result result = {0};
    ho_status status = ho_replicate_run(ensemble->world, &ensemble->options->sim, ensemble->observer, replicate,
                                        workspace, &result, err);
    if (status)
        return status;
    ho_parcel *parcel = parcel_of(&result);
    if (!parcel)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for the result of replicate %u", replicate);
    if (!ho_queue_push(ensemble->queue, parcel)) {
        free(parcel);
        return ho_error_set(err, HO_ERR_INTERRUPTED, "replicate %u is not wanted any more", replicate);
    }
    return HO_OK;
}

static ho_status task(void *context, size_t replicate, size_t worker, ho_error *err) {
    ho_ensemble *ensemble = context;
    if (ensemble->options->done && ensemble->options->done[replicate])
        return HO_OK;
    ho_status status = run_one(ensemble, (uint32_t)replicate, ensemble->workspace[worker], err);
    if (status)
        atomic_store(&ensemble->failed, true);
    post(ensemble);
    return status;
}

static void tick(const ho_ensemble *ensemble) {
    if (ensemble->options->tick)
        ensemble->options->tick(ensemble->options->context);
}

/* Nothing may come any more: waiting in the queue, which knows when its last producer is done, is right from now on. */
static bool ending(const ho_ensemble *ensemble) {
    return atomic_load(&ensemble->failed) || (ensemble->options->stop && atomic_load(ensemble->options->stop));
}

/* Takes results to the sink until all are there, the workers have ended, or the sink fails. */
static ho_status consume(ho_ensemble *ensemble, size_t *n_got, ho_error *err) {
    const ho_ensemble_options *options = ensemble->options;
    void *item = NULL;
    ho_status status = HO_OK;
    while (*n_got < ensemble->n_todo && !status) {
        if (!posted(ensemble)) {
            tick(ensemble);
            if (!ending(ensemble))
                continue;
        }
        if (!ho_queue_pop(ensemble->queue, &item))
            break;
        ho_parcel *parcel = item;
        ++*n_got;
        if (options->sink)
            status = options->sink(options->context, &parcel->result, err);
        free(parcel);
        tick(ensemble);
    }
    return status;
}

/* Refuses further results and throws away those in the queue. */
static void drain(ho_ensemble *ensemble) {
    void *item = NULL;
    ho_queue_close(ensemble->queue);
    while (ho_queue_pop(ensemble->queue, &item))
        free(item);
}

static ho_status ensemble_go(ho_ensemble *ensemble, const ho_pool_plan *plan, ho_error *err) {
    ho_pool *pool = NULL;
    size_t n_got = 0;
    ho_error ended = {0};
    ho_status status = ho_pool_start(plan, &pool, err);
    if (status) {
        drain(ensemble);
        return status;
    }
    ho_status sunk = consume(ensemble, &n_got, err);
    drain(ensemble);
    status = ho_pool_finish(pool, &ended);
    if (sunk)
        return sunk;
    if (n_got == ensemble->n_todo)
        return HO_OK;
    if (status && status != HO_ERR_INTERRUPTED)
        return ho_error_set(err, status, "%s", ended.text);
    return ho_error_set(err, HO_ERR_INTERRUPTED, "stopped with %zu of %zu replicates done",
                        ensemble->options->n_replicate - ensemble->n_todo + n_got, ensemble->options->n_replicate);
}

static ho_status ensemble_build(ho_ensemble *ensemble, ho_error *err) {
    ensemble->workspace = calloc(ensemble->n_worker, sizeof *ensemble->workspace);
    if (!ensemble->workspace)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu threads", ensemble->n_worker);
    ensemble->n_sent = eventfd(0, EFD_SEMAPHORE | EFD_CLOEXEC);
    if (ensemble->n_sent < 0)
        return ho_error_set(err, HO_ERR_STATE, "no event counter: %s", strerror(errno));
    ho_status status =
        ho_queue_build(QUEUED_PER_WORKER * ensemble->n_worker, ensemble->n_worker, &ensemble->queue, err);
    for (size_t worker = 0; worker < ensemble->n_worker && !status; worker++)
        status = ho_workspace_build(ensemble->world, ensemble->observer, &ensemble->workspace[worker], err);
    return status;
}

static void ensemble_free(ho_ensemble *ensemble) {
    for (size_t worker = 0; ensemble->workspace && worker < ensemble->n_worker; worker++)
        ho_workspace_free(ensemble->workspace[worker]);
    free(ensemble->workspace);
    ho_queue_free(ensemble->queue);
    if (ensemble->n_sent >= 0)
        close(ensemble->n_sent);
}

ho_status ho_ensemble_run(const ho_world *world, const ho_observer *observer, const ho_ensemble_options *options,
                          ho_error *err) {
    if (options->n_thread < 1 || options->n_thread > N_THREAD_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "threads is %zu; need 1 to %d", options->n_thread, N_THREAD_MAX);
    if (options->n_replicate > UINT32_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "replicates is %zu; need at most %u", options->n_replicate, UINT32_MAX);
    ho_ensemble ensemble = {.world = world, .observer = observer, .options = options, .n_sent = -1};
    for (size_t replicate = 0; replicate < options->n_replicate; replicate++)
        ensemble.n_todo += !(options->done && options->done[replicate]);
    if (ensemble.n_todo == 0)
        return HO_OK;
    ho_pool_plan plan = {.n_thread = options->n_thread < ensemble.n_todo ? options->n_thread : ensemble.n_todo,
                         .n_task = options->n_replicate,
                         .task = task,
                         .context = &ensemble,
                         .stop = options->stop};
    ensemble.n_worker = ho_pool_n_worker(&plan);
    ho_status status = ensemble_build(&ensemble, err);
    plan.queue = ensemble.queue;
    if (!status)
        status = ensemble_go(&ensemble, &plan, err);
    ensemble_free(&ensemble);
    return status;
}
