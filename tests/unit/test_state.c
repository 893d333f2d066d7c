/* The state: copies, and the check that finds a lost fighter and values out of range, with its words. */
#include "science/small.h"

static ho_scenario *scenario;
static ho_world *world;
static ho_state *state;

static int open(void **unused) {
    (void)unused;
    small *country = small_line(3);
    country->district[1].soldiers = 200;
    country->district[2] = (small_district){.soldiers = 100, .rebels = 400};
    scenario = small_load(country);
    world = world_with(scenario, 1, NULL);
    state = state_of(world);
    small_free(country);
    return 0;
}

static int close_all(void **unused) {
    (void)unused;
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
    return 0;
}

static int start(void **unused) {
    (void)unused;
    const ho_streams streams = {1, 0};
    ho_state_start(world, state, &streams);
    return 0;
}

static void assert_found(const char *text) {
    ho_error err = {0};
    assert_int_equal(ho_state_check(state, &err), HO_ERR_NUMERIC);
    if (strcmp(err.text, text) != 0)
        fail_msg("\"%s\", need \"%s\"", err.text, text);
}

static void a_started_state_is_sound(void **unused) {
    (void)unused;
    assert_int_equal(ho_state_check(state, NULL), HO_OK);
    assert_int_equal(state->initial[COURT], 400);
    assert_int_equal(state->initial[INSURGENTS], 400);
    assert_int_equal(state->centres[CROWN], 3);
    assert_int_equal(state->n_change, 0);
}

static void a_lost_fighter_is_found(void **unused) {
    (void)unused;
    *fighters_at(world, state, COURT, 1) -= 1;
    assert_found("day 0: the ledger of faction court holds 399 fighters, need 400");
}

static void a_negative_garrison_is_found(void **unused) {
    (void)unused;
    *fighters_at(world, state, INSURGENTS, 1) = -5;
    assert_found("day 0: faction insurgents has -5 fighters in D0001");
}

static void a_country_that_does_not_add_up_is_found(void **unused) {
    (void)unused;
    state->countryside[2] = 0.5;
    state->countryside[REEDS * 3 + 2] = 0.6;
    ho_error err = {0};
    assert_int_equal(ho_state_check(state, &err), HO_ERR_NUMERIC);
    assert_non_null(strstr(err.text, "state of D0002 is out of range (countryside sums to 1.1"));
}

static void a_belief_that_is_no_number_is_found(void **unused) {
    (void)unused;
    state->belief_logit[0] = (double)NAN;
    ho_error err = {0};
    assert_int_equal(ho_state_check(state, &err), HO_ERR_NUMERIC);
    assert_non_null(strstr(err.text, "state of D0000 is out of range"));
}

static void a_negative_stock_is_found(void **unused) {
    (void)unused;
    state->supply_days[1] = -1;
    ho_error err = {0};
    assert_int_equal(ho_state_check(state, &err), HO_ERR_NUMERIC);
    assert_non_null(strstr(err.text, "supply -1 d"));
}

static void morale_above_one_is_found(void **unused) {
    (void)unused;
    state->morale[1] = 1.5;
    ho_error err = {0};
    assert_int_equal(ho_state_check(state, &err), HO_ERR_NUMERIC);
    assert_non_null(strstr(err.text, "morale 1.5"));
}

static void vehicles_that_do_not_add_up_are_found(void **unused) {
    (void)unused;
    state->vehicles[1] += 1;
    ho_error err = {0};
    assert_int_equal(ho_state_check(state, &err), HO_ERR_NUMERIC);
    assert_non_null(strstr(err.text, "ledger of vehicles holds 1, need 0"));
}

static void arms_that_do_not_add_up_are_found(void **unused) {
    (void)unused;
    state->weapons[1] += 7;
    ho_error err = {0};
    assert_int_equal(ho_state_check(state, &err), HO_ERR_NUMERIC);
    assert_non_null(strstr(err.text, "faction court has 7 kg of arms, its ledger says 0"));
    state->weapons[1] = 0;
    state->weapons_captured[REEDS] = 3;
    assert_int_equal(ho_state_check(state, &err), HO_ERR_NUMERIC);
    assert_non_null(strstr(err.text, "-3 kg left and were not captured"));
}

/* A copy goes on as its original does. */
static void a_copy_runs_on_alike(void **unused) {
    (void)unused;
    const ho_streams streams = {1, 0};
    ho_state *copy = state_of(world);
    run_days(world, state, &streams, 0, 10);
    ho_state_copy(copy, state);
    run_days(world, state, &streams, 0, 40);
    run_days(world, copy, &streams, 0, 40);
    assert_memory_equal(copy->holder, state->holder, 3 * sizeof *state->holder);
    assert_memory_equal(copy->fighters, state->fighters, 6 * sizeof *state->fighters);
    assert_memory_equal(copy->belief_logit, state->belief_logit, 3 * sizeof *state->belief_logit);
    assert_memory_equal(copy->countryside, state->countryside, 6 * sizeof *state->countryside);
    assert_int_equal(ho_state_check(copy, NULL), HO_OK);
    ho_state_free(copy);
}

static void starting_again_forgets_everything(void **unused) {
    (void)unused;
    const ho_streams streams = {1, 3};
    ho_state *fresh = state_of(world);
    run_days(world, state, &streams, 0, 100);
    ho_state_start(world, state, &streams);
    ho_state_start(world, fresh, &streams);
    assert_memory_equal(state->block, fresh->block, state->block_size);
    assert_int_equal(state->n_column, fresh->n_column);
    assert_int_equal(state->n_change, fresh->n_change);
    ho_state_free(fresh);
}

/* Whoever would give up in one spell of talks at the belief of day 0 is not in command: with 20 decisions a spell the chance that one with a
 * threshold above belief is, is below exp(-20/2) a draw. */
static void commanders_hold_out_at_the_belief_they_start_with(void **unused) {
    (void)unused;
    static const char *const set[] = {"decision_rate=2", "contact_length=10", NULL};
    ho_world *hasty = world_with(scenario, 1, set);
    ho_state *other = state_of(hasty);
    for (uint32_t r = 0; r < 200; r++) {
        const ho_streams streams = {2, r};
        ho_state_start(hasty, other, &streams);
        for (size_t i = 0; i < 3; i++)
            assert_true(other->threshold[i] <= 1 / (1 + exp(-other->belief_logit[i])));
    }
    ho_state_free(other);
    ho_world_free(hasty);
}

#define CASE(test) cmocka_unit_test_setup(test, start)

int main(void) {
    const struct CMUnitTest tests[] = {
        CASE(a_started_state_is_sound),
        CASE(a_lost_fighter_is_found),
        CASE(a_negative_garrison_is_found),
        CASE(a_country_that_does_not_add_up_is_found),
        CASE(a_belief_that_is_no_number_is_found),
        CASE(a_negative_stock_is_found),
        CASE(morale_above_one_is_found),
        CASE(vehicles_that_do_not_add_up_are_found),
        CASE(arms_that_do_not_add_up_are_found),
        CASE(a_copy_runs_on_alike),
        CASE(starting_again_forgets_everything),
        CASE(commanders_hold_out_at_the_belief_they_start_with),
    };
    return cmocka_run_group_tests(tests, open, close_all);
}
