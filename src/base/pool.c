/* Threads over numbered tasks and a bounded queue. Invariant: tasks begin in ascending order, so that when one fails every
 * lower one has begun and will end; the lowest failing task is therefore the same for any number of threads. */
#include "base/pool.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct ho_queue {
    pthread_mutex_t lock;
    pthread_cond_t has_room, has_item;
    size_t capacity, first, n; /* ring: n items from first */
    size_t n_producer;         /* not yet done */
    bool closed;
    void *item[]; /* (capacity) */
};

ho_status ho_queue_build(size_t capacity, size_t n_producer, ho_queue **queue, ho_error *err) {
    if (capacity == 0 || n_producer == 0) {
        return ho_error_set(err, HO_ERR_INPUT, "a queue of %zu items and %zu producers; need >= 1 of each", capacity, n_producer);
    }
    if (capacity > (SIZE_MAX - sizeof(ho_queue)) / sizeof(void *)) {
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a queue of %zu items", capacity);
    }
    ho_queue *made = calloc(1, sizeof *made + capacity * sizeof(void *));
    if (!made) {
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a queue of %zu items", capacity);
    }
    pthread_mutex_init(&made->lock, NULL); /* these cannot fail with default attributes */
    pthread_cond_init(&made->has_room, NULL);
    pthread_cond_init(&made->has_item, NULL);
    made->capacity = capacity;
    made->n_producer = n_producer;
    *queue = made;
    return HO_OK;
}

bool ho_queue_push(ho_queue *queue, void *item) {
    pthread_mutex_lock(&queue->lock);
    while (queue->n == queue->capacity && !queue->closed) {
        pthread_cond_wait(&queue->has_room, &queue->lock);
    }
    bool taken = !queue->closed;
    if (taken) {
        queue->item[(queue->first + queue->n) % queue->capacity] = item;
        queue->n++;
        pthread_cond_signal(&queue->has_item);
    }
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

bool ho_queue_pop(ho_queue *queue, void **item) {
    pthread_mutex_lock(&queue->lock);
    while (queue->n == 0 && queue->n_producer > 0 && !queue->closed) {
        pthread_cond_wait(&queue->has_item, &queue->lock);
    }
    bool found = queue->n > 0;
    if (found) {
        *item = queue->item[queue->first];
        queue->first = (queue->first + 1) % queue->capacity;
        queue->n--;
        pthread_cond_signal(&queue->has_room);
    }
    pthread_mutex_unlock(&queue->lock);
    return found;
}

void ho_queue_done(ho_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->n_producer -= queue->n_producer > 0;
    pthread_cond_broadcast(&queue->has_item);
    pthread_mutex_unlock(&queue->lock);
}

void ho_queue_close(ho_queue *queue) {
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->has_room);
    pthread_cond_broadcast(&queue->has_item);
    pthread_mutex_unlock(&queue->lock);
}

void ho_queue_free(ho_queue *queue) {
    if (!queue) {
        return;
    }
    pthread_cond_destroy(&queue->has_item);
    pthread_cond_destroy(&queue->has_room);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}

typedef struct worker {
    ho_pool *pool;
    size_t index;
    pthread_t thread;
} worker;

struct ho_pool {
    ho_pool_plan plan;
    atomic_size_t next_task;
    atomic_bool failed;      /* a task failed: begin no other */
    atomic_bool interrupted; /* `stop` kept a task from beginning */
    pthread_mutex_t lock;    /* guards the next two */
    size_t failed_task;      /* lowest that failed */
    ho_error error;          /* of failed_task */
    size_t n_worker;
    worker worker[]; /* (n_worker) */
};

size_t ho_pool_n_worker(const ho_pool_plan *plan) {
    size_t n = plan->n_thread < plan->n_task ? plan->n_thread : plan->n_task;
    return n > 0 ? n : 1;
}

/* The next task, or false when there is none to begin. */
static bool take(ho_pool *pool, size_t *task) {
    if (atomic_load(&pool->failed)) {
        return false;
    }
    if (pool->plan.stop && atomic_load(pool->plan.stop)) {
        if (atomic_load(&pool->next_task) < pool->plan.n_task) {
            atomic_store(&pool->interrupted, true);
        }
        return false;
    }
    *task = atomic_fetch_add(&pool->next_task, 1);
    return *task < pool->plan.n_task;
}

static void keep_error(ho_pool *pool, size_t task, const ho_error *error) {
    pthread_mutex_lock(&pool->lock);
    if (task < pool->failed_task) {
        pool->failed_task = task;
        pool->error = *error;
    }
    pthread_mutex_unlock(&pool->lock);
    atomic_store(&pool->failed, true);
}

static void *work(void *of) {
    const worker *self = of;
    ho_pool *pool = self->pool;
    size_t task;
    while (take(pool, &task)) {
        ho_error error = {0};
        ho_status status = pool->plan.task(pool->plan.context, task, self->index, &error);
        if (status != HO_OK) {
            error.status = status;
            keep_error(pool, task, &error);
        }
    }
    if (pool->plan.queue) {
        ho_queue_done(pool->plan.queue);
    }
    return NULL;
}

/* Waits for the first n workers. */
static void join(ho_pool *pool, size_t n) {
    for (size_t i = 0; i < n; i++) {
        pthread_join(pool->worker[i].thread, NULL);
    }
}

static void pool_free(ho_pool *pool) {
    pthread_mutex_destroy(&pool->lock);
    free(pool);
}

static ho_pool *pool_make(const ho_pool_plan *plan) {
    size_t n = ho_pool_n_worker(plan);
    if (n > (SIZE_MAX - sizeof(ho_pool)) / sizeof(worker)) {
        return NULL;
    }
    ho_pool *pool = calloc(1, sizeof *pool + n * sizeof(worker));
    if (!pool) {
        return NULL;
    }
    pool->plan = *plan;
    pool->n_worker = n;
    pool->failed_task = SIZE_MAX;
    atomic_init(&pool->next_task, 0);
    atomic_init(&pool->failed, false);
    atomic_init(&pool->interrupted, false);
    pthread_mutex_init(&pool->lock, NULL);
    for (size_t i = 0; i < n; i++) {
        pool->worker[i].pool = pool;
        pool->worker[i].index = i;
    }
    return pool;
}

ho_status ho_pool_start(const ho_pool_plan *plan, ho_pool **pool, ho_error *err) {
    *pool = NULL;
    if (plan->n_thread == 0 || !plan->task) {
        return ho_error_set(err, HO_ERR_INPUT, "a pool of %zu threads %s; need >= 1 thread and a task", plan->n_thread,
                            plan->task ? "with a task" : "without a task");
    }
    ho_pool *made = pool_make(plan);
    if (!made) {
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu threads", plan->n_thread);
    }
    for (size_t i = 0; i < made->n_worker; i++) {
        int code = pthread_create(&made->worker[i].thread, NULL, work, &made->worker[i]);
        if (code != 0) {
            atomic_store(&made->failed, true);
            if (plan->queue) {
                ho_queue_close(plan->queue); /* a worker may wait for room */
            }
            join(made, i);
            pool_free(made);
            return ho_error_set(err, HO_ERR_STATE, "thread %zu of %zu could not be started: error %d", i + 1,
                                ho_pool_n_worker(plan), code);
        }
    }
    *pool = made;
    return HO_OK;
}

ho_status ho_pool_finish(ho_pool *pool, ho_error *err) {
    if (!pool) {
        return HO_OK;
    }
    join(pool, pool->n_worker);
    ho_status status = HO_OK;
    if (pool->failed_task != SIZE_MAX) {
        const char *text = pool->error.text[0] ? pool->error.text : ho_status_text(pool->error.status);
        status = ho_error_set(err, pool->error.status, "%s", text);
    } else if (atomic_load(&pool->interrupted)) {
        status = ho_error_set(err, HO_ERR_INTERRUPTED, "interrupted after %zu of %zu tasks", atomic_load(&pool->next_task),
                              pool->plan.n_task);
    }
    pool_free(pool);
    return status;
}

ho_status ho_pool_run(const ho_pool_plan *plan, ho_error *err) {
    ho_pool *pool;
    ho_status status = ho_pool_start(plan, &pool, err);
    return status == HO_OK ? ho_pool_finish(pool, err) : status;
}
