/* A pool of threads over numbered tasks (replicates), and a bounded queue that brings results to one consumer.
 *
 * Tasks are taken in order 0, 1, 2, ...; which worker gets which is open, so a task's result must depend on its number only and
 * the consumer puts results back in order. Each worker has an index for its scratch. */
#ifndef HO_POOL_H
#define HO_POOL_H

#include <stdatomic.h>
#include <stddef.h>

#include "holdout/base.h"

/* Bounded queue, many producers and one consumer; first in, first out for each producer. Items belong to whoever holds them. */
typedef struct ho_queue ho_queue;

/* n_producer workers will push at most capacity items ahead of the consumer. HO_ERR_INPUT: capacity or n_producer is 0;
 * HO_ERR_MEMORY. The caller frees. */
ho_status ho_queue_build(size_t capacity, size_t n_producer, ho_queue **queue, ho_error *err);
/* Blocks while full. False, item not taken, once the queue is closed. */
bool ho_queue_push(ho_queue *queue, void *item);
/* Blocks until there is an item. False when none is left and every producer is done, or the queue is closed and empty. */
bool ho_queue_pop(ho_queue *queue, void **item);
/* A producer says that it will push no more; once each. */
void ho_queue_done(ho_queue *queue);
/* The consumer wants no more: pushes fail from now on. Items already in the queue can still be popped. */
void ho_queue_close(ho_queue *queue);
/* No thread may use it any more; items left inside are not freed. NULL allowed. */
void ho_queue_free(ho_queue *queue);

/* One task, on worker 0 .. n_thread - 1. An error ends the pool after the tasks already begun. */
typedef ho_status ho_pool_task(void *context, size_t task, size_t worker, ho_error *err);

typedef struct ho_pool_plan {
    size_t n_thread; /* >= 1; no more threads than tasks are started */
    size_t n_task;   /* may be 0 */
    ho_pool_task *task;
    void *context;           /* borrowed until the pool has ended */
    const atomic_bool *stop; /* NULL allowed; true: no further task begins */
    ho_queue *queue;         /* NULL allowed; built for ho_pool_n_worker producers, each done when its worker ends */
} ho_pool_plan;

typedef struct ho_pool ho_pool;

/* Threads that the plan will start: min(n_thread, n_task), at least 1. */
size_t ho_pool_n_worker(const ho_pool_plan *plan);

/* Starts the workers and returns at once; the plan is copied. The caller must call ho_pool_finish.
 * HO_ERR_INPUT: n_thread is 0 or there is no task; HO_ERR_MEMORY; HO_ERR_STATE: a thread could not be started (those that were
 * have ended, the queue is closed). *pool is NULL on failure. */
ho_status ho_pool_start(const ho_pool_plan *plan, ho_pool **pool, ho_error *err);
/* Waits for the workers and frees the pool (NULL: HO_OK). Of several errors the one of the lowest task is returned, which does not
 * depend on the number of threads. HO_ERR_INTERRUPTED: `stop` kept tasks from beginning. With a queue, empty or close it
 * first, else workers may wait for room. */
ho_status ho_pool_finish(ho_pool *pool, ho_error *err);
/* Start and finish in one. */
ho_status ho_pool_run(const ho_pool_plan *plan, ho_error *err);

#endif
