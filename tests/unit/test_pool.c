/* Pool and queue: every task once, errors, stopping, order and closing. Meant to run under a thread sanitizer too. */
#include "unit/check.h"

#include <string.h>

#include "base/pool.h"

enum { N_TASK = 500, MAX_THREAD = 8 };

typedef struct board {
    atomic_int times[N_TASK];
    size_t by_worker[MAX_THREAD]; /* plain: a worker's scratch is its own */
    size_t fails_from;            /* this task and later ones fail */
    atomic_bool stop;
    size_t stop_at;
    ho_queue *queue;
} board;

static ho_status mark(void *context, size_t task, size_t worker, ho_error *err) {
    board *b = context;
    atomic_fetch_add(&b->times[task], 1);
    b->by_worker[worker]++;
    if (task == b->stop_at) {
        atomic_store(&b->stop, true);
    }
    if (b->queue && !ho_queue_push(b->queue, &b->times[task])) {
        return ho_error_set(err, HO_ERR_INTERRUPTED, "queue closed at task %zu", task);
    }
    return task >= b->fails_from ? ho_error_set(err, HO_ERR_NUMERIC, "task %zu is not finite", task) : HO_OK;
}

static board *new_board(void) {
    board *b = test_calloc(1, sizeof *b);
    b->fails_from = b->stop_at = SIZE_MAX;
    return b;
}

static const size_t threads[] = {1, 2, 8};

static void pool_runs_each_task_once(void **state) {
    (void)state;
    for (size_t t = 0; t < N_OF(threads); t++) {
        board *b = new_board();
        ho_pool_plan plan = {.n_thread = threads[t], .n_task = N_TASK, .task = mark, .context = b};
        assert_int_equal(ho_pool_run(&plan, NULL), HO_OK);
        size_t sum = 0;
        for (size_t i = 0; i < N_TASK; i++) {
            assert_int_equal(atomic_load(&b->times[i]), 1);
        }
        for (size_t i = 0; i < MAX_THREAD; i++) {
            sum += b->by_worker[i];
            assert_true(i < threads[t] || b->by_worker[i] == 0);
        }
        assert_int_equal(sum, N_TASK);
        test_free(b);
    }
}

static void pool_keeps_the_error_of_the_lowest_task(void **state) {
    (void)state;
    for (size_t t = 0; t < N_OF(threads); t++) {
        board *b = new_board();
        b->fails_from = 37;
        ho_error err;
        ho_pool_plan plan = {.n_thread = threads[t], .n_task = N_TASK, .task = mark, .context = b};
        assert_int_equal(ho_pool_run(&plan, &err), HO_ERR_NUMERIC);
        assert_string_equal(err.text, "task 37 is not finite");
        test_free(b);
    }
}

static void pool_stops_when_told(void **state) {
    (void)state;
    board *b = new_board();
    b->stop_at = 10;
    ho_error err;
    ho_pool_plan plan = {.n_thread = 1, .n_task = N_TASK, .task = mark, .context = b, .stop = &b->stop};
    assert_int_equal(ho_pool_run(&plan, &err), HO_ERR_INTERRUPTED);
    assert_string_equal(err.text, "interrupted after 11 of 500 tasks");
    assert_int_equal(atomic_load(&b->times[11]), 0);
    test_free(b);
}

static void pool_stopped_after_the_last_task_is_complete(void **state) {
    (void)state;
    board *b = new_board();
    b->stop_at = N_TASK - 1;
    ho_pool_plan plan = {.n_thread = 2, .n_task = N_TASK, .task = mark, .context = b, .stop = &b->stop};
    assert_int_equal(ho_pool_run(&plan, NULL), HO_OK);
    test_free(b);
}

static void pool_without_tasks_does_nothing(void **state) {
    (void)state;
    ho_pool_plan plan = {.n_thread = 4, .n_task = 0, .task = mark};
    assert_int_equal(ho_pool_run(&plan, NULL), HO_OK);
    assert_int_equal(ho_pool_finish(NULL, NULL), HO_OK);
}

static void pool_rejects_no_threads_and_no_task(void **state) {
    (void)state;
    ho_error err;
    ho_pool *pool = (ho_pool *)&err;
    ho_pool_plan plan = {.n_thread = 0, .n_task = 3, .task = mark};
    assert_int_equal(ho_pool_start(&plan, &pool, &err), HO_ERR_INPUT);
    assert_string_equal(err.text, "a pool of 0 threads with a task; need >= 1 thread and a task");
    assert_null(pool);
    plan = (ho_pool_plan){.n_thread = 1, .n_task = 3};
    assert_int_equal(ho_pool_start(&plan, &pool, NULL), HO_ERR_INPUT);
}

static void results_reach_the_consumer_through_a_small_queue(void **state) {
    (void)state;
    for (size_t t = 0; t < N_OF(threads); t++) {
        board *b = new_board();
        ho_pool_plan plan = {.n_thread = threads[t], .n_task = N_TASK, .task = mark, .context = b};
        assert_int_equal(ho_queue_build(3, ho_pool_n_worker(&plan), &b->queue, NULL), HO_OK);
        plan.queue = b->queue;
        ho_pool *pool;
        assert_int_equal(ho_pool_start(&plan, &pool, NULL), HO_OK);
        size_t n = 0;
        void *item;
        while (ho_queue_pop(b->queue, &item)) {
            assert_int_equal(atomic_load((atomic_int *)item), 1);
            assert_true(threads[t] > 1 || item == &b->times[n]);
            n++;
        }
        assert_int_equal(ho_pool_finish(pool, NULL), HO_OK);
        assert_int_equal(n, N_TASK);
        ho_queue_free(b->queue);
        test_free(b);
    }
}

static void a_consumer_that_closes_ends_the_pool(void **state) {
    (void)state;
    board *b = new_board();
    ho_pool_plan plan = {.n_thread = 8, .n_task = N_TASK, .task = mark, .context = b};
    assert_int_equal(ho_queue_build(2, ho_pool_n_worker(&plan), &b->queue, NULL), HO_OK);
    plan.queue = b->queue;
    ho_pool *pool;
    void *item;
    assert_int_equal(ho_pool_start(&plan, &pool, NULL), HO_OK);
    assert_true(ho_queue_pop(b->queue, &item));
    ho_queue_close(b->queue);
    ho_error err;
    assert_int_equal(ho_pool_finish(pool, &err), HO_ERR_INTERRUPTED);
    assert_non_null(strstr(err.text, "queue closed at task "));
    ho_queue_free(b->queue);
    test_free(b);
}

static void queue_is_first_in_first_out_and_ends_with_its_producers(void **state) {
    (void)state;
    ho_queue *queue;
    int item[5];
    void *got;
    assert_int_equal(ho_queue_build(3, 2, &queue, NULL), HO_OK);
    for (int round = 0; round < 4; round++) { /* the ring wraps */
        assert_true(ho_queue_push(queue, &item[round]) && ho_queue_push(queue, &item[round + 1]));
        assert_true(ho_queue_pop(queue, &got) && got == &item[round]);
        assert_true(ho_queue_pop(queue, &got) && got == &item[round + 1]);
    }
    assert_true(ho_queue_push(queue, &item[0]));
    ho_queue_done(queue);
    ho_queue_done(queue);
    assert_true(ho_queue_pop(queue, &got) && got == &item[0]);
    assert_false(ho_queue_pop(queue, &got));
    ho_queue_free(queue);
    ho_queue_free(NULL);
}

static void a_closed_queue_refuses_but_still_gives(void **state) {
    (void)state;
    ho_queue *queue;
    int item = 0;
    void *got;
    assert_int_equal(ho_queue_build(1, 1, &queue, NULL), HO_OK);
    assert_true(ho_queue_push(queue, &item));
    ho_queue_close(queue);
    assert_false(ho_queue_push(queue, &item));
    assert_true(ho_queue_pop(queue, &got) && got == &item);
    assert_false(ho_queue_pop(queue, &got));
    ho_queue_free(queue);
}

static void queue_build_rejects_impossible_sizes(void **state) {
    (void)state;
    ho_queue *queue = NULL;
    ho_error err;
    assert_int_equal(ho_queue_build(0, 1, &queue, &err), HO_ERR_INPUT);
    assert_string_equal(err.text, "a queue of 0 items and 1 producers; need >= 1 of each");
    assert_int_equal(ho_queue_build(1, 0, &queue, NULL), HO_ERR_INPUT);
    assert_int_equal(ho_queue_build(SIZE_MAX / 4, 1, &queue, NULL), HO_ERR_MEMORY);
    assert_null(queue);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pool_runs_each_task_once),
        cmocka_unit_test(pool_keeps_the_error_of_the_lowest_task),
        cmocka_unit_test(pool_stops_when_told),
        cmocka_unit_test(pool_stopped_after_the_last_task_is_complete),
        cmocka_unit_test(pool_without_tasks_does_nothing),
        cmocka_unit_test(pool_rejects_no_threads_and_no_task),
        cmocka_unit_test(results_reach_the_consumer_through_a_small_queue),
        cmocka_unit_test(a_consumer_that_closes_ends_the_pool),
        cmocka_unit_test(queue_is_first_in_first_out_and_ends_with_its_producers),
        cmocka_unit_test(a_closed_queue_refuses_but_still_gives),
        cmocka_unit_test(queue_build_rejects_impossible_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
