/* Running into a store and reading back what the programs need: the options of the run, changes of hands, means of people by place, conditions of
 * districts, a comparison before the end. Replicates are of tests/scenarios/three-bloc, which has borders. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdout/record.h"

enum { N = 12 };

typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    ho_run_identity identity;
    char folder[2][64];
} fixture;

static int build(void **state) {
    static const char *const set[] = {"effort=1.5"};
    fixture *f = calloc(1, sizeof *f);
    ho_problems problems = {0};
    ho_world_options options = ho_world_options_default();
    options.n_set = 1;
    options.set = set;
    if (!f || ho_scenario_load(HO_SOURCE_DIR "/tests/scenarios/three-bloc", NULL, &f->scenario, &problems, NULL))
        return -1;
    options.until = f->scenario->from + 60;
    options.known_by = f->scenario->from + 5;
    if (ho_world_build(f->scenario, &options, &f->world, &problems, NULL) || ho_observables_build(f->world, &f->observables, NULL))
        return -1;
    f->identity = (ho_run_identity){f->world, &f->observables, {.seed = 3, .off = UINT64_C(1) << ho_mechanism_find("rivals")}, N};
    for (int k = 0; k < 2; k++) {
        snprintf(f->folder[k], sizeof f->folder[k], "/tmp/holdout-simulate-XXXXXX");
        if (!mkdtemp(f->folder[k]))
            return -1;
    }
    *state = f;
    return 0;
}

static int clear(void **state) {
    fixture *f = *state;
    static const char *const name[] = {"run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "summary.json"};
    for (int k = 0; k < 2; k++) {
        char path[128];
        for (size_t j = 0; j < N_OF(name); j++) {
            snprintf(path, sizeof path, "%s/%s", f->folder[k], name[j]);
            unlink(path);
        }
        rmdir(f->folder[k]);
    }
    ho_observables_free(&f->observables);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    free(f);
    return 0;
}

static ho_store *made(const fixture *f, int k) {
    ho_store *store = NULL;
    ho_error err = {0};
    if (ho_store_create(f->folder[k], &f->identity, false, true, &store, &err))
        fail_msg("%s", err.text);
    return store;
}

/* A finished run; the store is closed. */
static void run(const fixture *f, int k, bool throwaway, size_t n_thread, ho_finish_info *info) {
    const ho_simulate_options options = {.n_thread = n_thread};
    ho_error err = {0};
    ho_store *store = made(f, k);
    if ((throwaway && ho_store_throwaway(store, &err)) || ho_store_simulate(store, &f->identity, &options, &err) ||
        ho_store_finish(store, &f->identity, info, &err))
        fail_msg("%s", err.text);
    ho_store_close(store);
}

static ho_store *opened(const fixture *f) {
    ho_store *store = NULL;
    ho_finish_info info = {0};
    run(f, 0, false, 2, &info);
    assert_int_equal(ho_store_open(f->folder[0], &store, NULL), HO_OK);
    return store;
}

static void throwaway_run_has_the_same_digest(void **state) {
    const fixture *f = *state;
    ho_finish_info a = {0}, b = {0};
    run(f, 0, false, 1, &a);
    run(f, 1, true, 2, &b);
    assert_string_equal(a.digest, b.digest);
    assert_int_equal(strlen(a.digest), 64);
}

static ho_status refuse(void *context, ho_store *store, ho_error *err) {
    (void)store;
    ++*(int *)context;
    return ho_error_set(err, HO_ERR_IO, "the disk is full");
}

static void error_of_a_tick_ends_the_run(void **state) {
    const fixture *f = *state;
    int n = 0;
    ho_error err = {0};
    ho_store *store = made(f, 0);
    const ho_simulate_options options = {.n_thread = 1, .tick = refuse, .context = &n};
    assert_int_equal(ho_store_simulate(store, &f->identity, &options, &err), HO_ERR_IO);
    assert_string_equal(err.text, "the disk is full");
    assert_int_equal(n, 1);
    ho_store_close(store);
}

static void stopped_run_keeps_what_is_done(void **state) {
    const fixture *f = *state;
    atomic_bool stop = true;
    ho_store *store = made(f, 0);
    const ho_simulate_options options = {.n_thread = 1, .stop = &stop}, on = {.n_thread = 2};
    assert_int_equal(ho_store_simulate(store, &f->identity, &options, NULL), HO_ERR_INTERRUPTED);
    assert_true(ho_store_n_done(store) < N);
    assert_int_equal(ho_store_simulate(store, &f->identity, &on, NULL), HO_OK);
    assert_int_equal(ho_store_n_done(store), N);
    ho_store_close(store);
}

static void options_are_read_back(void **state) {
    const fixture *f = *state;
    ho_store *store = opened(f);
    ho_run_options *options = NULL;
    assert_int_equal(ho_store_options(store, &options, NULL), HO_OK);
    assert_string_equal(options->scenario, f->scenario->name);
    assert_string_equal(options->scenario_digest, f->scenario->digest);
    assert_int_equal(options->seed, 3);
    assert_true(options->off == f->identity.sim.off);
    assert_int_equal(options->world.n_set, 1);
    assert_string_equal(options->world.set[0], "effort=1.5");
    assert_int_equal(options->world.until, f->scenario->from + 60);
    assert_int_equal(options->world.known_by, f->scenario->from + 5);
    assert_int_equal(options->world.n_step_per_day, 1);
    assert_int_equal(options->n_what_if, 0);
    assert_null(options->draws);
    ho_run_options_free(options);
    ho_store_close(store);
}

typedef struct seen {
    const fixture *f;
    ho_workspace *workspace;
    size_t n;
} seen;

static ho_status same_changes(void *context, uint32_t replicate, const ho_change *change, size_t n, ho_error *err) {
    seen *s = context;
    ho_result result;
    if (ho_replicate_run(s->f->world, &s->f->identity.sim, &s->f->observables.observer, replicate, s->workspace, &result, err))
        return err->status;
    assert_int_equal(result.n_change, n);
    assert_memory_equal(result.change, change, n * sizeof *change);
    s->n++;
    return HO_OK;
}

static void changes_are_those_of_each_replicate(void **state) {
    seen s = {.f = *state};
    ho_error err = {0};
    ho_store *store = opened(s.f);
    assert_int_equal(ho_workspace_build(s.f->world, &s.f->observables.observer, &s.workspace, NULL), HO_OK);
    assert_int_equal(ho_store_changes(store, same_changes, &s, &err), HO_OK);
    assert_int_equal(s.n, N);
    ho_workspace_free(s.workspace);
    ho_store_close(store);
}

typedef struct sums {
    ho_flow_shape shape;
    double *sum; /* (n_count) over replicates, on the last day */
    double mean[4096];
    size_t n;
} sums;

static ho_status add_last(void *context, uint32_t replicate, const int32_t *count, ho_error *err) {
    (void)replicate;
    (void)err;
    sums *s = context;
    for (size_t k = 0; k < s->shape.n_count; k++) /* what was there after day 0 is in no week */
        s->sum[k] += count[(s->shape.n_day - 1) * s->shape.n_count + k] - count[k];
    return HO_OK;
}

static void add_mean(void *context, size_t place, size_t day, double mean, double q05, double q95) {
    sums *s = context;
    assert_true(day > 0 && day < s->shape.n_day_run && q05 <= q95);
    s->mean[place] += mean;
    s->n++;
}

/* The weeks' means add up to the mean of the sums. */
static void means_of_arrivals_add_up(void **state) {
    const fixture *f = *state;
    ho_store *store = opened(f);
    sums s = {0};
    assert_int_equal(ho_store_flow_shape(store, &s.shape, NULL), HO_OK);
    s.sum = calloc(s.shape.n_count, sizeof *s.sum);
    assert_non_null(s.sum);
    assert_int_equal(ho_store_flows(store, add_last, &s, NULL), HO_OK);
    assert_int_equal(ho_store_flow_means(store, HO_FLOW_ARRIVALS, -1, add_mean, &s, NULL), HO_OK);
    assert_int_equal(s.n, (s.shape.n_day - 1) * s.shape.n_district);
    for (size_t i = 0; i < s.shape.n_district; i++)
        assert_true(fabs(s.mean[i] - s.sum[ho_flow_at(&s.shape, HO_FLOW_ARRIVALS, i)] / N) < 1e-6 * (1 + s.mean[i]));
    s.n = 0;
    assert_int_equal(ho_store_flow_means(store, HO_FLOW_CROSSED, 0, add_mean, &s, NULL), HO_OK);
    assert_int_equal(s.n, s.shape.n_day - 1);
    free(s.sum);
    ho_store_close(store);
}

/* Contested districts are as many as the observable counts; counts of people are never small. */
static void conditions_are_those_of_the_state(void **state) {
    const fixture *f = *state;
    const ho_observer conditions = ho_conditions_observer(f->world), *observer = &f->observables.observer;
    const size_t n = f->scenario->n_district, any = (size_t)ho_observables_find(&f->observables, "districts_contested.any");
    ho_workspace *a = NULL, *b = NULL;
    ho_result seen_a, seen_b;
    assert_int_equal(conditions.n_value, n * HO_N_CONDITION);
    assert_int_equal(ho_workspace_build(f->world, &conditions, &a, NULL), HO_OK);
    assert_int_equal(ho_workspace_build(f->world, observer, &b, NULL), HO_OK);
    assert_int_equal(ho_replicate_run(f->world, &f->identity.sim, &conditions, 1, a, &seen_a, NULL), HO_OK);
    assert_int_equal(ho_replicate_run(f->world, &f->identity.sim, observer, 1, b, &seen_b, NULL), HO_OK);
    for (size_t day = 0; day < seen_a.n_day; day++) {
        const float *value = &seen_a.value[day * seen_a.n_value];
        float contested = 0;
        for (size_t i = 0; i < n; i++) {
            float people = value[HO_CONDITION_PEOPLE * n + i], morale = value[HO_CONDITION_MORALE * n + i];
            contested += value[HO_CONDITION_CONTESTED * n + i];
            assert_true(people == 0 || people >= 50);
            assert_true(isnan(morale) ? value[HO_CONDITION_GARRISON * n + i] == 0 : morale >= 0 && morale <= 1);
            assert_true(isnan(value[HO_CONDITION_DISPLACED * n + i]) || value[HO_CONDITION_DISPLACED * n + i] <= 1);
        }
        assert_true(contested == seen_b.value[day * seen_b.n_value + any]);
    }
    ho_workspace_free(a);
    ho_workspace_free(b);
}

static void every_condition_has_words(void **state) {
    (void)state;
    for (size_t c = 0; c < HO_N_CONDITION; c++)
        assert_true(*ho_condition_at(c)->name && *ho_condition_at(c)->label && *ho_condition_at(c)->unit && *ho_condition_at(c)->definition);
    assert_null(ho_condition_at(HO_N_CONDITION));
}

typedef struct early {
    const fixture *f;
    ho_comparison *comparison;
    char digest[65];
    ho_finish_info info;
} early;

static ho_status compare_now(void *context, ho_store *store, ho_error *err) {
    early *e = context;
    memcpy(e->digest, e->info.digest, sizeof e->digest);
    assert_false(ho_store_finished(store));
    return ho_compare_early(e->f->folder[0], store, e->f->world, &e->comparison, err);
}

static void early_comparison_is_the_later_one(void **state) {
    const fixture *f = *state;
    early e = {.f = f};
    ho_finish_info base = {0};
    ho_comparison *later = NULL;
    run(f, 0, false, 1, &base);
    fixture other = *f;
    other.identity.sim.off = UINT64_C(1) << ho_mechanism_find("assault");
    e.info = (ho_finish_info){.early = compare_now, .context = &e};
    run(&other, 1, true, 2, &e.info);
    assert_string_equal(e.digest, e.info.digest);
    assert_int_equal(ho_compare(f->folder[0], f->folder[1], &later, NULL), HO_OK);
    assert_int_equal(e.comparison->n_row, later->n_row);
    assert_memory_equal(e.comparison->row, later->row, later->n_row * sizeof *later->row);
    assert_int_equal(e.comparison->fall.n_both, later->fall.n_both);
    assert_memory_equal(e.comparison->ending, later->ending, sizeof later->ending);
    ho_comparison_free(e.comparison);
    ho_comparison_free(later);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(throwaway_run_has_the_same_digest, build, clear),
        cmocka_unit_test_setup_teardown(error_of_a_tick_ends_the_run, build, clear),
        cmocka_unit_test_setup_teardown(stopped_run_keeps_what_is_done, build, clear),
        cmocka_unit_test_setup_teardown(options_are_read_back, build, clear),
        cmocka_unit_test_setup_teardown(changes_are_those_of_each_replicate, build, clear),
        cmocka_unit_test_setup_teardown(means_of_arrivals_add_up, build, clear),
        cmocka_unit_test_setup_teardown(conditions_are_those_of_the_state, build, clear),
        cmocka_unit_test(every_condition_has_words),
        cmocka_unit_test_setup_teardown(early_comparison_is_the_later_one, build, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
