/* The ensemble over replicates made up here: this file takes the place of src/sim/replicate.c. */
#include "check.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "holdout/sim.h"

enum { N_REPLICATE = 200, N_DAY = 3, N_VALUE = 2, N_COUNT_DAY = 2, N_COUNT = 5, NEVER = -1 };

struct ho_workspace {
    ho_change change[8];
    float value[N_DAY * N_VALUE];
    int32_t count[N_COUNT_DAY * N_COUNT];
};

static atomic_int n_workspace; /* alive */
static atomic_int fail_from;   /* replicates from here on fail, NEVER: none */
static atomic_int sleep_ms;    /* how long a replicate takes */
static atomic_int n_started;

ho_status ho_workspace_build(const ho_world *world, const ho_observer *observer, ho_workspace **workspace,
                             ho_error *err) {
    (void)world;
    (void)observer;
    *workspace = calloc(1, sizeof **workspace);
    atomic_fetch_add(&n_workspace, 1);
    return *workspace ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "no memory");
}

void ho_workspace_free(ho_workspace *workspace) {
    if (workspace)
        atomic_fetch_sub(&n_workspace, 1);
    free(workspace);
}

static void wait_ms(int ms) {
    struct timespec time = {ms / 1000, ms % 1000 * 1000000L};
    nanosleep(&time, NULL);
}

ho_status ho_replicate_run(const ho_world *world, const ho_sim_options *options, const ho_observer *observer,
                           uint32_t replicate, ho_workspace *workspace, ho_result *result, ho_error *err) {
    (void)world;
    atomic_fetch_add(&n_started, 1);
    if (atomic_load(&sleep_ms))
        wait_ms(atomic_load(&sleep_ms));
    if (atomic_load(&fail_from) != NEVER && (int)replicate >= atomic_load(&fail_from))
        return ho_error_set(err, HO_ERR_NUMERIC, "replicate %u: made to fail", replicate);
    size_t n_change = replicate % 8;
    for (size_t k = 0; k < n_change; k++)
        workspace->change[k] = (ho_change){(int32_t)k, (int32_t)replicate, (int32_t)options->seed, 1, 2};
    for (size_t k = 0; k < N_DAY * N_VALUE; k++)
        workspace->value[k] = (float)(replicate * 10 + k);
    for (size_t k = 0; k < N_COUNT_DAY * N_COUNT; k++)
        workspace->count[k] = (int32_t)(replicate * 100 + k);
    *result = (ho_result){.replicate = replicate,
                          .n_change = n_change,
                          .change = workspace->change,
                          .n_day = N_DAY,
                          .n_value = observer->n_value,
                          .value = workspace->value,
                          .n_count_day = N_COUNT_DAY,
                          .n_count = N_COUNT,
                          .count = workspace->count};
    return HO_OK;
}

/* --- a sink that keeps what it was given --- */

typedef struct kept {
    int times[N_REPLICATE];
    size_t n;
    size_t fail_at;          /* the sink fails on this result, 0: never */
    atomic_bool *stop_after; /* set once half have come, or NULL */
    int n_tick;
    bool wrong;
} kept;

static ho_status keep(void *context, const ho_result *result, ho_error *err) {
    kept *k = context;
    k->times[result->replicate]++;
    k->n++;
    k->wrong |= result->n_change != result->replicate % 8 || result->n_day != N_DAY || result->n_value != N_VALUE;
    for (size_t c = 0; c < result->n_change; c++)
        k->wrong |= result->change[c].district != (int32_t)result->replicate || result->change[c].day != (int32_t)c;
    for (size_t v = 0; v < N_DAY * N_VALUE; v++)
        k->wrong |= result->value[v] != (float)(result->replicate * 10 + v);
    for (size_t c = 0; c < N_COUNT_DAY * N_COUNT; c++)
        k->wrong |= result->count[c] != (int32_t)(result->replicate * 100 + c);
    if (k->stop_after && k->n == N_REPLICATE / 2)
        atomic_store(k->stop_after, true);
    return k->fail_at && k->n == k->fail_at ? ho_error_set(err, HO_ERR_IO, "made full") : HO_OK;
}

static void count_tick(void *context) {
    ((kept *)context)->n_tick++;
}

static ho_status run(size_t n_thread, kept *k, const uint8_t *done, const atomic_bool *stop, ho_error *err) {
    const ho_observer observer = {.n_value = N_VALUE};
    const ho_ensemble_options options = {.sim = {.seed = 5},
                                         .n_replicate = N_REPLICATE,
                                         .done = done,
                                         .n_thread = n_thread,
                                         .stop = stop,
                                         .sink = keep,
                                         .tick = count_tick,
                                         .context = k};
    return ho_ensemble_run(NULL, &observer, &options, err);
}

static int reset(void **state) {
    (void)state;
    atomic_store(&n_workspace, 0);
    atomic_store(&fail_from, NEVER);
    atomic_store(&sleep_ms, 0);
    atomic_store(&n_started, 0);
    return 0;
}

static int nothing_left(void **state) {
    (void)state;
    return atomic_load(&n_workspace) != 0;
}

/* --- claims --- */

static void every_replicate_comes_once_unspoilt_for_any_number_of_threads(void **state) {
    (void)state;
    const size_t n_thread[] = {1, 2, 7, 300};
    for (size_t t = 0; t < N_OF(n_thread); t++) {
        kept k = {0};
        assert_int_equal(run(n_thread[t], &k, NULL, NULL, NULL), HO_OK);
        assert_int_equal(k.n, N_REPLICATE);
        assert_false(k.wrong);
        for (int r = 0; r < N_REPLICATE; r++)
            assert_int_equal(k.times[r], 1);
    }
}

static void replicates_done_before_are_not_run_again(void **state) {
    (void)state;
    uint8_t done[N_REPLICATE] = {0};
    kept k = {0};
    for (int r = 0; r < N_REPLICATE; r += 2)
        done[r] = 1;
    assert_int_equal(run(2, &k, done, NULL, NULL), HO_OK);
    for (int r = 0; r < N_REPLICATE; r++)
        assert_int_equal(k.times[r], !done[r]);
    assert_int_equal(atomic_load(&n_started), N_REPLICATE / 2);
}

static void nothing_to_do_is_ok(void **state) {
    (void)state;
    uint8_t done[N_REPLICATE];
    kept k = {0};
    memset(done, 1, sizeof done);
    assert_int_equal(run(2, &k, done, NULL, NULL), HO_OK);
    assert_int_equal(k.n, 0);
}

static void stop_ends_with_the_replicates_in_progress(void **state) {
    (void)state;
    for (size_t n_thread = 1; n_thread <= 3; n_thread++) {
        atomic_bool stop = false;
        kept k = {.stop_after = &stop};
        ho_error err = {0};
        assert_int_equal(run(n_thread, &k, NULL, &stop, &err), HO_ERR_INTERRUPTED);
        assert_true(k.n >= N_REPLICATE / 2 && k.n < N_REPLICATE);
        assert_non_null(strstr(err.text, "of 200 replicates done"));
    }
}

static void stop_before_the_start_runs_nothing(void **state) {
    (void)state;
    atomic_bool stop = true;
    kept k = {0};
    assert_int_equal(run(2, &k, NULL, &stop, NULL), HO_ERR_INTERRUPTED);
    assert_int_equal(k.n, 0);
}

static void failing_sink_ends_the_ensemble_with_its_error(void **state) {
    (void)state;
    for (size_t n_thread = 1; n_thread <= 3; n_thread++) {
        kept k = {.fail_at = 10};
        ho_error err = {0};
        assert_int_equal(run(n_thread, &k, NULL, NULL, &err), HO_ERR_IO);
        assert_string_equal(err.text, "made full");
        assert_int_equal(k.n, 10);
    }
}

static void failing_replicate_is_named_the_same_for_any_number_of_threads(void **state) {
    (void)state;
    atomic_store(&fail_from, 31);
    for (size_t n_thread = 1; n_thread <= 5; n_thread++) {
        kept k = {0};
        ho_error err = {0};
        assert_int_equal(run(n_thread, &k, NULL, NULL, &err), HO_ERR_NUMERIC);
        assert_string_equal(err.text, "replicate 31: made to fail");
        assert_int_equal(k.n, 31);
    }
}

static void ticks_come_while_a_replicate_is_long(void **state) {
    (void)state;
    uint8_t done[N_REPLICATE];
    memset(done, 1, sizeof done);
    done[3] = 0;
    atomic_store(&sleep_ms, 450);
    kept k = {0};
    assert_int_equal(run(2, &k, done, NULL, NULL), HO_OK);
    assert_true(k.n_tick >= 3);
}

static void no_thread_is_refused(void **state) {
    (void)state;
    kept k = {0};
    ho_error err = {0};
    assert_int_equal(run(0, &k, NULL, NULL, &err), HO_ERR_INPUT);
    assert_string_equal(err.text, "threads is 0; need 1 to 4096");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(every_replicate_comes_once_unspoilt_for_any_number_of_threads, reset,
                                        nothing_left),
        cmocka_unit_test_setup_teardown(replicates_done_before_are_not_run_again, reset, nothing_left),
        cmocka_unit_test_setup_teardown(nothing_to_do_is_ok, reset, nothing_left),
        cmocka_unit_test_setup_teardown(stop_ends_with_the_replicates_in_progress, reset, nothing_left),
        cmocka_unit_test_setup_teardown(stop_before_the_start_runs_nothing, reset, nothing_left),
        cmocka_unit_test_setup_teardown(failing_sink_ends_the_ensemble_with_its_error, reset, nothing_left),
        cmocka_unit_test_setup_teardown(failing_replicate_is_named_the_same_for_any_number_of_threads, reset,
                                        nothing_left),
        cmocka_unit_test_setup_teardown(ticks_come_while_a_replicate_is_long, reset, nothing_left),
        cmocka_unit_test_setup_teardown(no_thread_is_refused, reset, nothing_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
