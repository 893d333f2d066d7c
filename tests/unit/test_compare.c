/* Comparing two runs: made-up replicates on the world of tests/scenarios/two-bloc, with differences worked out by hand.
 */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/compare.h"
#include "world/world.h"

enum { CROWN, REEDS, N_A = 6, N_B = 4, PATH_SIZE = 128 };

typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    char base[64], folder[HO_N_SIDE][PATH_SIZE];
} fixture;

/* The observables with `ending`, if they have none of their own. */
static void want_ending(ho_observables *observables) {
    if (ho_observables_find(observables, "ending") >= 0)
        return;
    size_t n = observables->n + 1;
    ho_observable *item = realloc(observables->item, n * sizeof *item);
    assert_non_null(item);
    item[n - 1] = (ho_observable){.name = "ending", .unit = "class", .definition = "made up", .integer = true};
    *observables = (ho_observables){.n = n, .item = item};
}

static int build(void **state) {
    fixture *f = calloc(1, sizeof *f);
    ho_problems problems = {0};
    const ho_world_options options = ho_world_options_default();
    if (!f || ho_scenario_load(HO_SOURCE_DIR "/tests/scenarios/two-bloc", NULL, &f->scenario, &problems, NULL) ||
        ho_world_build(f->scenario, &options, &f->world, &problems, NULL) ||
        ho_observables_build(f->world, &f->observables, NULL))
        return -1;
    snprintf(f->base, sizeof f->base, "/tmp/holdout-compare-XXXXXX");
    if (!mkdtemp(f->base))
        return -1;
    for (int side = 0; side < HO_N_SIDE; side++)
        snprintf(f->folder[side], PATH_SIZE, "%s/%c", f->base, 'a' + side);
    *state = f;
    return 0;
}

static int clear(void **state) {
    fixture *f = *state;
    static const char *const name[] = {"run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "summary.json", ""};
    for (int side = 0; side < HO_N_SIDE; side++)
        for (size_t k = 0; k < N_OF(name); k++) {
            char path[2 * PATH_SIZE];
            snprintf(path, sizeof path, "%s/%s", f->folder[side], name[k]);
            remove(path);
        }
    rmdir(f->base);
    ho_observables_free(&f->observables);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    free(f);
    return 0;
}

/* --- made-up runs --- */

typedef struct made_up {
    int side;
    size_t n_replicate;
    uint32_t seed;
    uint64_t off;
    bool ending, unfinished;
} made_up;

/* B is A plus (replicate - 1) in everything: differences -1 0 1 2 over the four common replicates, on top of a level
 * that varies by day and replicate. The ending is the replicate in A, and one class further in B from replicate 2 on.
 */
static float value_of(const made_up *run, size_t replicate, size_t day) {
    float level = (float)(10 + 3 * replicate + day % 7);
    return run->side ? level + (float)replicate - 1.0f : level;
}

static void fill(const fixture *f, const ho_observables *observables, const made_up *run, size_t replicate,
                 float *value) {
    int32_t ending = ho_observables_find(observables, "ending");
    for (size_t day = 0; day < f->world->n_day; day++)
        for (size_t k = 0; k < observables->n; k++)
            value[day * observables->n + k] =
                (int32_t)k == ending ? (float)((replicate + (size_t)(run->side && replicate >= 2)) % HO_N_ENDING)
                                     : value_of(run, replicate, day);
}

/* Days on which the national capital is lost, by replicate; -1: never. Both: replicates 0 (5, 9) and 3 (20, 16). */
static const int32_t fall_day[HO_N_SIDE][N_A] = {{5, 7, -1, 20, -1, -1}, {9, -1, -1, 16, -1, -1}};

static void put_all(fixture *f, const ho_run_identity *identity, const made_up *run, ho_store *store) {
    const ho_world *world = f->world;
    float *value = calloc(world->n_day * identity->observables->n, sizeof *value);
    int32_t capital = world->national_capital;
    for (size_t r = 0; r < run->n_replicate - run->unfinished; r++) {
        ho_change change = {fall_day[run->side][r], capital, world->home_faction[capital], world->bloc_main[REEDS],
                            HO_MODE_FOUGHT};
        fill(f, identity->observables, run, r, value);
        ho_result result = {.replicate = (uint32_t)r, .n_change = change.day >= 0, .change = &change, .n_day = world->n_day,
                            .n_value = identity->observables->n, .value = value};
        assert_int_equal(ho_store_put(store, &result, NULL), HO_OK);
    }
    free(value);
}

static void run_into(fixture *f, made_up run) {
    ho_observables observables = {0};
    ho_store *store = NULL;
    ho_error err = {0};
    assert_int_equal(ho_observables_build(f->world, &observables, NULL), HO_OK);
    if (run.ending)
        want_ending(&observables);
    ho_run_identity identity = {f->world, &observables, {.seed = run.seed, .off = run.off}, run.n_replicate};
    if (ho_store_create(f->folder[run.side], &identity, false, true, &store, &err))
        fail_msg("%s", err.text);
    put_all(f, &identity, &run, store);
    ho_finish_info info = {.n_thread = 1};
    if (run.unfinished ? ho_store_commit(store, &err) : ho_store_finish(store, &identity, &info, &err))
        fail_msg("%s", err.text);
    ho_store_close(store);
    ho_observables_free(&observables);
}

static void run_both(fixture *f, bool ending) {
    run_into(f, (made_up){.side = HO_SIDE_A, .n_replicate = N_A, .seed = 3, .ending = ending});
    run_into(f, (made_up){.side = HO_SIDE_B, .n_replicate = N_B, .seed = 3, .off = 4, .ending = ending});
}

static ho_comparison *compare(fixture *f) {
    ho_comparison *comparison = NULL;
    ho_error err = {0};
    if (ho_compare(f->folder[0], f->folder[1], &comparison, &err))
        fail_msg("%s", err.text);
    return comparison;
}

static void near(double value, double wanted) {
    if (!(fabs(value - wanted) < 1e-6))
        fail_msg("%.9g, not %.9g", value, wanted);
}

static const ho_compared_row *last_row(const ho_comparison *comparison, const char *name) {
    const ho_compared_row *found = NULL;
    for (size_t k = 0; k < comparison->n_row; k++)
        if (strcmp(comparison->observable[comparison->row[k].observable].name, name) == 0)
            found = &comparison->row[k];
    if (!found)
        fail_msg("no row of %s", name);
    return found;
}

/* --- claims --- */

/* Differences -1 0 1 2: mean 0.5, variance 5/3, error sqrt(5/12); type 7 at 3 x 0.05 = 0.15 and 2.85. */
static void rows_match_hand_computed_numbers(void **state) {
    fixture *f = *state;
    run_both(f, false);
    ho_comparison *comparison = compare(f);
    const ho_compared_row *row = last_row(comparison, "districts_controlled.reeds");
    size_t last = comparison->n_day - 1;
    assert_int_equal(comparison->n_pair, N_B);
    assert_int_equal(row->day, f->world->until);
    near(row->paired.mean_a, 14.5 + (double)(last % 7));
    near(row->paired.mean_b, 15.0 + (double)(last % 7));
    near(row->paired.difference, 0.5);
    near(row->paired.se, sqrt(5.0 / 12.0));
    near(row->paired.q05, -0.85);
    near(row->paired.q95, 1.85);
    near(row->paired.above, 0.5);
    near(row->paired.below, 0.25);
    ho_comparison_free(comparison);
}

static void headlines_are_challengers_capital_holdout_and_killed(void **state) {
    fixture *f = *state;
    run_both(f, false);
    ho_comparison *comparison = compare(f);
    static const char *const wanted[] = {"districts_controlled.reeds",
                                         "capitals_held.reeds",
                                         "people_share.reeds",
                                         "national_capital_fallen",
                                         "holdout_holds",
                                         "killed.crown",
                                         "killed.reeds"};
    assert_true(comparison->n_observable >= N_OF(wanted));
    for (size_t k = 0; k < N_OF(wanted); k++)
        assert_string_equal(comparison->observable[k].name, wanted[k]);
    assert_string_equal(comparison->observable[0].label, "Districts controlled: Reeds");
    assert_int_equal(comparison->home_bloc, CROWN);
    assert_int_equal(comparison->n_curve, 1);
    ho_comparison_free(comparison);
}

static void dates_are_ends_of_months_and_the_last_day(void **state) {
    fixture *f = *state;
    run_both(f, false);
    ho_comparison *comparison = compare(f);
    for (size_t k = 0; k < comparison->n_row && comparison->row[k].observable == 0; k++) {
        ho_day day = comparison->row[k].day;
        assert_true(day == comparison->until || ho_day_month(day) != ho_day_month(day + 1));
        assert_true(k == 0 || day > comparison->row[k - 1].day);
    }
    assert_int_equal(last_row(comparison, "killed.crown")->day, comparison->until);
    ho_comparison_free(comparison);
}

static void curve_has_both_bands_and_the_difference_of_each_day(void **state) {
    fixture *f = *state;
    run_both(f, false);
    ho_comparison *comparison = compare(f);
    const ho_compared_curve *curve = &comparison->curve[0];
    for (size_t day = 0; day < comparison->n_day; day++) {
        double level = 10.0 + (double)(day % 7); /* A: level + 0 3 6 9; B: level + -1 3 7 11 */
        near(curve->side[HO_SIDE_A][day].q50, level + 4.5);
        near(curve->side[HO_SIDE_B][day].q05, level - 1.0 + 0.15 * 4.0);
        near(curve->difference[day].difference, 0.5);
    }
    ho_comparison_free(comparison);
}

static void falls_are_paired_where_it_fell_in_both(void **state) {
    fixture *f = *state;
    run_both(f, false);
    ho_comparison *comparison = compare(f);
    assert_int_equal(comparison->fall.n_both, 2);
    assert_int_equal(comparison->fall.n_only[HO_SIDE_A], 1);
    assert_int_equal(comparison->fall.n_only[HO_SIDE_B], 0);
    assert_int_equal(comparison->fall.n_neither, 1);
    near(comparison->fall.day.mean_a, 12.5);
    near(comparison->fall.day.difference, 0.0); /* 4 and -4: variance 32, over 2 */
    near(comparison->fall.day.se, 4.0);
    ho_comparison_free(comparison);
}

static void endings_are_counted_where_both_runs_have_them(void **state) {
    fixture *f = *state;
    run_both(f, true);
    ho_comparison *comparison = compare(f);
    assert_true(comparison->has_ending);
    assert_int_equal(comparison->n_ending_changed, 2);
    assert_int_equal(comparison->ending[0][0], 1);
    assert_int_equal(comparison->ending[1][1], 1);
    assert_int_equal(comparison->ending[2][3], 1);
    assert_int_equal(comparison->ending[3][4], 1);
    ho_comparison_free(comparison);
}

static void facts_are_what_differs(void **state) {
    fixture *f = *state;
    run_both(f, false);
    ho_comparison *comparison = compare(f);
    assert_int_equal(comparison->n_fact, 2);
    assert_string_equal(comparison->fact[0].key, "without");
    assert_string_equal(comparison->fact[0].value[HO_SIDE_A], "none");
    assert_string_equal(comparison->fact[0].value[HO_SIDE_B], ho_mechanism_at(2)->name);
    assert_string_equal(comparison->fact[1].key, "replicates");
    ho_comparison_free(comparison);
}

static void many_passes_give_what_one_gives(void **state) {
    fixture *f = *state;
    run_both(f, false);
    ho_store *store[HO_N_SIDE] = {NULL, NULL};
    ho_compared_row row[2][3] = {{{0}}};
    ho_compare_column column[3];
    for (int side = 0; side < HO_N_SIDE; side++)
        assert_int_equal(ho_store_open(f->folder[side], &store[side], NULL), HO_OK);
    for (size_t k = 0; k < 3; k++)
        column[k] = (ho_compare_column){HO_COLUMN_ROW, {17 * k, 17 * k}, k};
    for (int times = 0; times < 2; times++) {
        ho_comparison comparison = {.n_pair = N_B, .n_day = f->world->n_day, .n_row = 3, .row = row[times]};
        assert_int_equal(ho_compare_read(store, column, 3, times ? 1 : 1 << 20, &comparison, NULL), HO_OK);
    }
    for (size_t k = 0; k < 3; k++)
        assert_memory_equal(&row[0][k].paired, &row[1][k].paired, sizeof row[0][k].paired);
    for (int side = 0; side < HO_N_SIDE; side++)
        ho_store_close(store[side]);
}

static void refuses(fixture *f, ho_status status, const char *text) {
    ho_comparison *comparison = NULL;
    ho_error err = {0};
    assert_int_equal(ho_compare(f->folder[0], f->folder[1], &comparison, &err), status);
    assert_null(comparison);
    if (!strstr(err.text, text))
        fail_msg("\"%s\" does not have \"%s\"", err.text, text);
}

static void another_seed_is_refused(void **state) {
    fixture *f = *state;
    run_into(f, (made_up){.side = HO_SIDE_A, .n_replicate = N_A, .seed = 3});
    run_into(f, (made_up){.side = HO_SIDE_B, .n_replicate = N_B, .seed = 4});
    refuses(f, HO_ERR_INPUT, "are not paired: seed \"3\" and \"4\"; need the same");
}

static void unfinished_run_is_refused(void **state) {
    fixture *f = *state;
    run_into(f, (made_up){.side = HO_SIDE_A, .n_replicate = N_A, .seed = 3});
    run_into(f, (made_up){.side = HO_SIDE_B, .n_replicate = N_B, .seed = 3, .unfinished = true});
    refuses(f, HO_ERR_STATE, "b: the run is not finished: 3 of 4 replicates are stored");
}

static void missing_run_is_refused(void **state) {
    fixture *f = *state;
    refuses(f, HO_ERR_INPUT, "a/run.sqlite: no run there");
}

static void missing_summary_is_named(void **state) {
    fixture *f = *state;
    char path[2 * PATH_SIZE];
    run_both(f, false);
    snprintf(path, sizeof path, "%s/summary.json", f->folder[HO_SIDE_B]);
    unlink(path);
    refuses(f, HO_ERR_IO, "b/summary.json");
}

int main(void) {
    const struct CMUnitTest tests[] = {
#define X(claim) cmocka_unit_test_setup_teardown(claim, build, clear)
        X(rows_match_hand_computed_numbers),
        X(headlines_are_challengers_capital_holdout_and_killed),
        X(dates_are_ends_of_months_and_the_last_day),
        X(curve_has_both_bands_and_the_difference_of_each_day),
        X(falls_are_paired_where_it_fell_in_both),
        X(endings_are_counted_where_both_runs_have_them),
        X(facts_are_what_differs),
        X(many_passes_give_what_one_gives),
        X(another_seed_is_refused),
        X(unfinished_run_is_refused),
        X(missing_run_is_refused),
        X(missing_summary_is_named),
#undef X
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
