/* Joint draws of parameters: what a run kept of them simulates it again, bit for bit; settings hold against them; bad ones are refused. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/integers.h"
#include "record/store.h"
#include "world/world.h"

enum { N_REPLICATE = 12 };

typedef struct fixture {
    ho_scenario *scenario;
    char folder[64];
} fixture;

static int build(void **state) {
    fixture *f = calloc(1, sizeof *f);
    ho_problems problems = {0};
    if (!f || ho_scenario_load(HO_SOURCE_DIR "/tests/scenarios/two-bloc", NULL, &f->scenario, &problems, NULL))
        return -1;
    snprintf(f->folder, sizeof f->folder, "/tmp/holdout-draws-XXXXXX");
    *state = f;
    return mkdtemp(f->folder) ? 0 : -1;
}

static int clear(void **state) {
    fixture *f = *state;
    char path[96];
    static const char *const name[] = {"run.sqlite", "summary.json"};
    for (int k = 0; k < 2; k++) {
        snprintf(path, sizeof path, "%s/%s", f->folder, name[k]);
        unlink(path);
    }
    rmdir(f->folder);
    ho_scenario_free(f->scenario);
    free(f);
    return 0;
}

static ho_world *world_with(const fixture *f, const ho_draws *draws, size_t n_set, const char *const *set) {
    ho_world_options options = ho_world_options_default();
    ho_problems problems = {0};
    ho_world *world = NULL;
    ho_error err = {0};
    options.draws = draws;
    options.n_set = n_set;
    options.set = set;
    if (ho_world_build(f->scenario, &options, &world, &problems, &err))
        fail_msg("%s", err.text);
    ho_problems_free(&problems);
    return world;
}

static ho_status put(void *context, const ho_result *result, ho_error *err) {
    return ho_store_put(context, result, err);
}

/* Runs the world with a seed; the digest of the run, and the draws it kept. */
static void run(fixture *f, ho_world *world, uint32_t seed, char digest[65], ho_draws **draws) {
    ho_observables observables = {0};
    ho_store *store = NULL;
    ho_error err = {0};
    ho_finish_info info = {.n_thread = 1};
    assert_int_equal(ho_observables_build(world, &observables, NULL), HO_OK);
    ho_run_identity identity = {world, &observables, {.seed = seed}, N_REPLICATE};
    ho_ensemble_options options = {.sim = identity.sim, .n_replicate = N_REPLICATE, .n_thread = 1, .sink = put};
    assert_int_equal(ho_store_create(f->folder, &identity, false, true, &store, &err), HO_OK);
    options.context = store;
    if (ho_ensemble_run(world, &observables.observer, &options, &err) || ho_store_finish(store, &identity, &info, &err))
        fail_msg("%s", err.text);
    memcpy(digest, info.digest, 65);
    if (draws)
        assert_int_equal(ho_store_draws(store, draws, &err), HO_OK);
    ho_store_close(store);
    ho_observables_free(&observables);
}

static void kept_draws_simulate_the_run_again(void **state) {
    fixture *f = *state;
    char first[65], again[65];
    ho_draws *draws = NULL;
    ho_world *world = world_with(f, NULL, 0, NULL);
    run(f, world, 5, first, &draws);
    assert_int_equal(draws->n_draw, N_REPLICATE);
    assert_int_equal(draws->n_parameter, ho_parameter_count());
    ho_world_free(world);
    world = world_with(f, draws, 0, NULL);
    run(f, world, 5, again, NULL);
    assert_string_equal(again, first);
    ho_world_free(world);
    ho_draws_free(draws);
}

static ho_status hash_result(void *context, const ho_result *result, ho_error *err) {
    (void)err;
    uint64_t hash = UINT64_C(0xcbf29ce484222325), *into = context;
    const uint8_t *bytes = (const uint8_t *)result->change;
    for (size_t k = 0; k < result->n_change * sizeof *result->change; k++)
        hash = (hash ^ bytes[k]) * UINT64_C(0x100000001b3);
    into[result->replicate] = hash;
    return HO_OK;
}

static void see_nothing(const ho_world *world, const ho_state *state, size_t day, float *value) {
    (void)world, (void)state, (void)day, (void)value;
}

static void hashes_of(const ho_world *world, uint32_t seed, size_t n, uint64_t *hash) {
    const ho_observer nothing = {.day = see_nothing};
    const ho_ensemble_options options = {.sim = {.seed = seed}, .n_replicate = n, .n_thread = 2, .sink = hash_result, .context = hash};
    assert_int_equal(ho_ensemble_run(world, &nothing, &options, NULL), HO_OK);
}

/* Rows of a run's draws, with the streams they once had, each row as often as it is there. */
static ho_draws *courses_of(const ho_draws *all, const uint32_t *stream, size_t n) {
    ho_draws *draws = ho_draws_build(n, all->n_parameter);
    assert_non_null(draws);
    draws->stream = malloc(n * sizeof *draws->stream);
    memcpy(draws->stream, stream, n * sizeof *stream);
    memcpy(draws->parameter, all->parameter, all->n_parameter * sizeof *all->parameter);
    for (size_t k = 0; k < n; k++)
        memcpy(draws->value + k * all->n_parameter, all->value + stream[k] * all->n_parameter, all->n_parameter * sizeof(double));
    return draws;
}

static void streams_are_the_very_courses(void **state) {
    fixture *f = *state;
    static const uint32_t stream[] = {7, 2, 7, 11};
    uint64_t plain[N_REPLICATE], again[4];
    char digest[65];
    ho_draws *all = NULL;
    ho_world *world = world_with(f, NULL, 0, NULL);
    run(f, world, 5, digest, &all);
    hashes_of(world, 5, N_REPLICATE, plain);
    ho_world_free(world);
    assert_null(all->stream);
    ho_draws *draws = courses_of(all, stream, 4);
    world = world_with(f, draws, 0, NULL);
    hashes_of(world, 5, 4, again);
    for (size_t k = 0; k < 4; k++)
        assert_true(again[k] == plain[stream[k]]);
    assert_true(again[0] != again[1] && again[1] != again[3]);
    ho_workspace *workspace = NULL;
    ho_result result;
    ho_error err = {0};
    const ho_sim_options sim = {.seed = 5};
    assert_int_equal(ho_workspace_build(world, NULL, &workspace, NULL), HO_OK);
    assert_int_equal(ho_replicate_run(world, &sim, NULL, 4, workspace, &result, &err), HO_ERR_INPUT);
    assert_string_equal(err.text, "replicate 4 of 4 courses, each of which can be run only once");
    ho_workspace_free(workspace);
    ho_world_free(world);
    ho_draws_free(draws);
    ho_draws_free(all);
}

/* A run of courses keeps their streams, so that its replicates can be simulated again. */
static void a_run_keeps_streams_and_the_day_of_the_posterior(void **state) {
    fixture *f = *state;
    static const uint32_t stream[N_REPLICATE] = {9, 2, 9, 11, 0, 1, 3, 4, 5, 6, 7, 8};
    char digest[65], again[65];
    ho_draws *all = NULL, *kept = NULL;
    ho_world *world = world_with(f, NULL, 0, NULL);
    run(f, world, 5, digest, &all);
    ho_world_free(world);
    ho_draws *draws = courses_of(all, stream, N_REPLICATE);
    assert_true(ho_day_parse("2030-06-05", &draws->known_by));
    world = world_with(f, draws, 0, NULL);
    run(f, world, 5, digest, &kept);
    assert_non_null(kept->stream);
    assert_memory_equal(kept->stream, stream, sizeof stream);
    assert_int_equal(kept->known_by, draws->known_by);
    ho_world_free(world);
    world = world_with(f, kept, 0, NULL);
    run(f, world, 5, again, NULL);
    assert_string_equal(again, digest);
    ho_world_free(world);
    ho_draws_free(draws);
    ho_draws_free(kept);
    ho_draws_free(all);
}

static void draws_take_the_place_of_priors(void **state) {
    fixture *f = *state;
    static const char *const set[] = {"air_kill=2.5"};
    ho_draws *draws = ho_draws_build(2, 2);
    assert_non_null(draws);
    draws->parameter[0] = HO_P_AIR_KILL;
    draws->parameter[1] = HO_P_DESERT_SLOPE;
    const double value[] = {0.5, 3, 0.25, 6};
    memcpy(draws->value, value, sizeof value);
    double *p = calloc(ho_parameter_count(), sizeof *p), *prior = calloc(ho_parameter_count(), sizeof *prior);
    ho_world *world = world_with(f, draws, 0, NULL), *without = world_with(f, NULL, 0, NULL),
             *held = world_with(f, draws, 1, set);
    ho_replicate_parameters(world, 5, 3, p); /* odd: the second row */
    ho_replicate_parameters(without, 5, 3, prior);
    for (size_t k = 0; k < ho_parameter_count(); k++)
        assert_true(p[k] == (k == HO_P_AIR_KILL ? 0.25 : k == HO_P_DESERT_SLOPE ? 6 : prior[k]));
    ho_replicate_parameters(held, 5, 2, p);
    assert_true(p[HO_P_AIR_KILL] == 2.5 && p[HO_P_DESERT_SLOPE] == 3);
    ho_world_free(world);
    ho_world_free(without);
    ho_world_free(held);
    ho_draws_free(draws);
    free(p);
    free(prior);
}

static void refuse(const fixture *f, const ho_draws *draws, const char *sentence) {
    ho_world_options options = ho_world_options_default();
    ho_problems problems = {0};
    ho_world *world = NULL;
    ho_error err = {0};
    options.draws = draws;
    assert_int_equal(ho_world_build(f->scenario, &options, &world, &problems, &err), HO_ERR_INPUT);
    assert_null(world);
    assert_string_equal(err.text, sentence);
    ho_problems_free(&problems);
}

static void bad_draws_are_refused(void **state) {
    fixture *f = *state;
    ho_draws *draws = ho_draws_build(1, 2);
    assert_non_null(draws);
    draws->parameter[0] = draws->parameter[1] = HO_P_AIR_KILL;
    draws->value[0] = draws->value[1] = 1;
    char twice[120];
    snprintf(twice, sizeof twice, "draws: column 2: parameter %d is unknown or there twice", (int)HO_P_AIR_KILL);
    refuse(f, draws, twice);
    draws->parameter[1] = HO_P_DESERT_SLOPE;
    draws->value[1] = NAN;
    refuse(f, draws, "draws:1: desertion_slope is nan; need 0 to 50");
    draws->n_draw = 0;
    refuse(f, draws, "draws: there are none; need one or more");
    ho_draws_free(draws);
    draws = ho_draws_build(2, 1);
    draws->parameter[0] = HO_P_AIR_KILL;
    draws->value[0] = 1, draws->value[1] = 2;
    draws->stream = calloc(2, sizeof *draws->stream);
    refuse(f, draws, "draws:2: stream 0 is there twice, with other values");
    ho_draws_free(draws);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(kept_draws_simulate_the_run_again, build, clear),
        cmocka_unit_test_setup_teardown(streams_are_the_very_courses, build, clear),
        cmocka_unit_test_setup_teardown(a_run_keeps_streams_and_the_day_of_the_posterior, build, clear),
        cmocka_unit_test_setup_teardown(draws_take_the_place_of_priors, build, clear),
        cmocka_unit_test_setup_teardown(bad_draws_are_refused, build, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
