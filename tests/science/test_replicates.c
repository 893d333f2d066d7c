/* Replicates: distinct from each other, the same bits whenever they are run, in whatever order, workspace and number of threads, observed
 * or not. */
#include "science/measures.h"

enum { N = 1000, N_FEW = 24 };

static ho_scenario *scenario;
static ho_world *world;

static int open(void **unused) {
    (void)unused;
    scenario = scenario_load("scenarios/afghanistan-2021");
    world = world_with(scenario, 1, NULL);
    return 0;
}

static int close_all(void **unused) {
    (void)unused;
    ho_world_free(world);
    ho_scenario_free(scenario);
    return 0;
}

static int compare_hashes(const void *a, const void *b) {
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return (x > y) - (x < y);
}

static void a_thousand_replicates_are_distinct(void **unused) {
    (void)unused;
    ensemble e = ensemble_run(world, &MEASURES, (ho_sim_options){.seed = 1}, N);
    qsort(e.change_hash, N, sizeof *e.change_hash, compare_hashes);
    for (size_t k = 1; k < N; k++)
        assert_true(e.change_hash[k] != e.change_hash[k - 1]);
    ensemble_free(&e);
}

static uint64_t hash_of(ho_workspace *workspace, const ho_observer *observer, uint32_t seed, uint32_t replicate) {
    ho_result result = {0};
    ho_error err = {0};
    const ho_sim_options options = {.seed = seed};
    if (ho_replicate_run(world, &options, observer, replicate, workspace, &result, &err))
        fail_msg("%s", err.text);
    return fnv(UINT64_C(0xcbf29ce484222325), result.change, result.n_change * sizeof *result.change);
}

static ho_workspace *workspace_of(const ho_observer *observer) {
    ho_workspace *workspace = NULL;
    assert_int_equal(ho_workspace_build(world, observer, &workspace, NULL), HO_OK);
    return workspace;
}

static void a_used_workspace_gives_the_same_bits(void **unused) {
    (void)unused;
    ho_workspace *used = workspace_of(&MEASURES);
    uint64_t forward[N_FEW];
    for (uint32_t r = 0; r < N_FEW; r++)
        forward[r] = hash_of(used, &MEASURES, 5, r);
    for (uint32_t r = N_FEW; r-- > 0;) {
        ho_workspace *fresh = workspace_of(&MEASURES);
        assert_true(hash_of(used, &MEASURES, 5, r) == forward[r]);
        assert_true(hash_of(fresh, &MEASURES, 5, r) == forward[r]);
        ho_workspace_free(fresh);
    }
    ho_workspace_free(used);
}

/* The probe of the reproduction number runs on copies only. */
static void looking_changes_nothing(void **unused) {
    (void)unused;
    ho_workspace *seen = workspace_of(&MEASURES), *unseen = workspace_of(NULL);
    for (uint32_t r = 0; r < N_FEW; r++)
        assert_true(hash_of(seen, &MEASURES, 5, r) == hash_of(unseen, NULL, 5, r));
    ho_workspace_free(seen);
    ho_workspace_free(unseen);
}

static void another_seed_gives_other_replicates(void **unused) {
    (void)unused;
    ho_workspace *workspace = workspace_of(NULL);
    for (uint32_t r = 0; r < N_FEW; r++)
        assert_true(hash_of(workspace, NULL, 5, r) != hash_of(workspace, NULL, 6, r));
    ho_workspace_free(workspace);
}

static void checking_changes_nothing(void **unused) {
    (void)unused;
    ensemble plain = ensemble_run(world, &MEASURES, (ho_sim_options){.seed = 1}, N_FEW);
    ensemble checked = ensemble_run(world, &MEASURES, (ho_sim_options){.seed = 1, .check = true}, N_FEW);
    for (size_t r = 0; r < N_FEW; r++)
        assert_true(plain.change_hash[r] == checked.change_hash[r]);
    ensemble_free(&plain);
    ensemble_free(&checked);
}

/* What looks ahead: the share of foreign forces that is known to leave, by bloc. */
static void look_ahead(const ho_world *w, const ho_state *state, size_t day, float *value) {
    (void)day;
    for (size_t b = 0; b < w->n_bloc; b++)
        value[0] += (float)state->leaving[b];
}

static void compare_beginnings(const char *end, const ho_observer *observer, size_t n_compared) {
    ho_world_options options = ho_world_options_default();
    ho_world *shorter = NULL;
    ho_problems problems = {0};
    assert_true(ho_day_parse(end, &options.until));
    assert_int_equal(ho_world_build(scenario, &options, &shorter, &problems, NULL), HO_OK);
    ensemble whole = ensemble_run(world, observer, (ho_sim_options){.seed = 1}, N_FEW);
    ensemble part = ensemble_run(shorter, observer, (ho_sim_options){.seed = 1}, N_FEW);
    for (size_t r = 0; r < N_FEW; r++)
        for (size_t day = 0; day < part.n_day; day++)
            for (size_t m = 0; m < n_compared; m++)
                if (at(&part, r, day, m) != at(&whole, r, day, m))
                    fail_msg("to %s: number %zu of replicate %zu differs on day %zu", end, m, r, day);
    ensemble_free(&whole);
    ensemble_free(&part);
    ho_problems_free(&problems);
    ho_world_free(shorter);
}

/* A run that ends earlier is the beginning of one that ends later: a course calibrated up to a day goes on as it was. Only the probe is
 * not compared: where it is hangs on the last day. */
static void the_day_of_the_end_changes_no_day_before_it(void **unused) {
    (void)unused;
    static const ho_observer ahead = {.n_value = 1, .day = look_ahead};
    compare_beginnings("2021-05-30", &MEASURES, M_PROBE);
    compare_beginnings("2021-08-10", &MEASURES, M_PROBE);
    compare_beginnings("2021-05-30", &ahead, 1);
    compare_beginnings("2021-07-05", &ahead, 1);
}

/* `why` runs the replicate again: its last line agrees with the log. */
static void why_agrees_with_the_log(void **unused) {
    (void)unused;
    enum { CAPACITY = 64 };
    const ho_sim_options options = {.seed = 5};
    ho_workspace *workspace = workspace_of(NULL);
    static ho_why why[CAPACITY];
    for (uint32_t r = 0; r < 4; r++) {
        ho_result result = {0};
        assert_int_equal(ho_replicate_run(world, &options, NULL, r, workspace, &result, NULL), HO_OK);
        for (int32_t district = 0; district < 399; district += 40) {
            size_t n_why = 0, k = 0;
            assert_int_equal(ho_replicate_why(world, &options, r, district, CAPACITY, why, &n_why, NULL), HO_OK);
            for (size_t c = 0; c < result.n_change; c++)
                if (result.change[c].district == district) {
                    assert_true(k < n_why);
                    assert_memory_equal(&result.change[c], &why[k].change, sizeof(ho_change));
                    k++;
                }
            assert_int_equal(k, n_why);
        }
    }
    ho_workspace_free(workspace);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_thousand_replicates_are_distinct),  cmocka_unit_test(a_used_workspace_gives_the_same_bits),
        cmocka_unit_test(looking_changes_nothing),             cmocka_unit_test(another_seed_gives_other_replicates),
        cmocka_unit_test(checking_changes_nothing),            cmocka_unit_test(the_day_of_the_end_changes_no_day_before_it),
        cmocka_unit_test(why_agrees_with_the_log),
    };
    return cmocka_run_group_tests(tests, open, close_all);
}
