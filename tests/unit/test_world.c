/* A world from a scenario: settings, dates and parameters, and what it says of mistakes in them. */
#include "science/small.h"
#include "world/parameters.h"

static ho_scenario *two_bloc;

static int open(void **unused) {
    (void)unused;
    two_bloc = scenario_load("tests/scenarios/two-bloc");
    return 0;
}

static int close_all(void **unused) {
    (void)unused;
    ho_scenario_free(two_bloc);
    return 0;
}

/* Building with these options fails with this one problem and leaves the world untouched. */
static void assert_refused(const ho_world_options *options, const char *problem) {
    ho_world *world = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    assert_int_equal(ho_world_build(two_bloc, options, &world, &problems, &err), HO_ERR_INPUT);
    assert_null(world);
    assert_int_equal(err.status, HO_ERR_INPUT);
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.line[0], problem);
    assert_non_null(strstr(err.text, problem));
    ho_problems_free(&problems);
}

static void assert_setting_refused(const char *setting, const char *problem) {
    ho_world_options options = ho_world_options_default();
    options.n_set = 1;
    options.set = &setting;
    assert_refused(&options, problem);
}

static void build_rejects_a_setting_without_a_value(void **unused) {
    (void)unused;
    assert_setting_refused("effort", "--set: \"effort\" is not NAME=VALUE with a finite number");
    assert_setting_refused("effort=", "--set: \"effort=\" is not NAME=VALUE with a finite number");
    assert_setting_refused("=2", "--set: \"=2\" is not NAME=VALUE with a finite number");
    assert_setting_refused("", "--set: \"\" is not NAME=VALUE with a finite number");
}

static void build_rejects_a_setting_that_is_no_number(void **unused) {
    (void)unused;
    assert_setting_refused("effort=two", "--set: \"effort=two\" is not NAME=VALUE with a finite number");
    assert_setting_refused("effort=2x", "--set: \"effort=2x\" is not NAME=VALUE with a finite number");
    assert_setting_refused("effort=nan", "--set: \"effort=nan\" is not NAME=VALUE with a finite number");
    assert_setting_refused("effort=inf", "--set: \"effort=inf\" is not NAME=VALUE with a finite number");
}

static void build_rejects_an_unknown_parameter(void **unused) {
    (void)unused;
    assert_setting_refused("efort=2", "--set: unknown parameter efort; see `holdout list parameters`");
    assert_setting_refused("Effort=2", "--set: unknown parameter Effort; see `holdout list parameters`");
}

static void build_rejects_a_value_out_of_range(void **unused) {
    (void)unused;
    assert_setting_refused("effort=-1", "--set: effort is -1; need 0 to 1000");
    assert_setting_refused("mobile_share=1.5", "--set: mobile_share is 1.5; need 0 to 1");
}

static void build_accepts_values_on_the_border(void **unused) {
    (void)unused;
    static const char *const set[] = {"mobile_share=0", "freed_share=1", "effort=1e3", NULL};
    ho_world *world = world_with(two_bloc, 1, set);
    assert_int_equal(ho_world_n_set(world), 3);
    assert_string_equal(ho_world_set(world, 2), "effort=1e3");
    ho_world_free(world);
}

static void every_bad_setting_is_told(void **unused) {
    (void)unused;
    static const char *const set[] = {"nonsense=1", "effort=-1", "effort=x"};
    ho_world_options options = ho_world_options_default();
    ho_world *world = NULL;
    ho_problems problems = {0};
    options.set = set;
    options.n_set = 3;
    assert_int_equal(ho_world_build(two_bloc, &options, &world, &problems, NULL), HO_ERR_INPUT);
    assert_int_equal(problems.n, 3);
    ho_problems_free(&problems);
}

static void a_setting_holds_the_parameter(void **unused) {
    (void)unused;
    static const char *const set[] = {"effort=1.25", NULL};
    ho_world *world = world_with(two_bloc, 1, set);
    ho_parameter_info info = ho_world_parameter(world, HO_P_EFFORT);
    assert_true(info.held && !info.from_scenario);
    assert_int_equal(info.prior.family, HO_PRIOR_POINT);
    for (uint32_t r = 0; r < 20; r++) {
        const ho_streams streams = {1, r};
        ho_state *state = state_of(world);
        ho_state_start(world, state, &streams);
        assert_true(state->p[HO_P_EFFORT] == 1.25);
        ho_state_free(state);
    }
    ho_world_free(world);
}

static void build_rejects_a_setting_given_twice(void **unused) {
    (void)unused;
    static const char *const set[] = {"effort=1", "effort=2"};
    ho_world_options options = ho_world_options_default();
    options.n_set = 2;
    options.set = set;
    assert_refused(&options, "--set: effort is given twice");
}

/* A forecast made before any garrison was counted has nothing to start from. */
static void build_rejects_a_day_before_any_garrison_was_known(void **unused) {
    (void)unused;
    ho_world_options options = ho_world_options_default();
    ho_day_parse("1900-01-01", &options.known_by);
    assert_refused(&options, "--known-by: no row of garrisons.csv was known by then; nothing can be simulated");
}

/* A held parameter changes no other parameter's draw: runs with and without stay paired. */
static void a_setting_leaves_other_draws_alone(void **unused) {
    (void)unused;
    static const char *const set[] = {"effort=1", NULL};
    const ho_streams streams = {1, 4};
    ho_world *plain = world_with(two_bloc, 1, NULL), *held = world_with(two_bloc, 1, set);
    ho_state *a = state_of(plain), *b = state_of(held);
    ho_state_start(plain, a, &streams);
    ho_state_start(held, b, &streams);
    for (int k = 0; k < HO_N_PARAMETER; k++)
        assert_true(k == HO_P_EFFORT || a->p[k] == b->p[k]);
    ho_state_free(a);
    ho_state_free(b);
    ho_world_free(plain);
    ho_world_free(held);
}

static void build_rejects_an_end_before_the_first_day(void **unused) {
    (void)unused;
    ho_world_options options = ho_world_options_default();
    assert_true(ho_day_parse("2030-04-30", &options.until));
    assert_refused(&options, "--until: 2030-04-30 is before the first day 2030-05-01");
}

static void build_rejects_an_end_after_ten_years(void **unused) {
    (void)unused;
    ho_world_options options = ho_world_options_default();
    assert_true(ho_day_parse("2041-01-01", &options.until));
    assert_refused(&options, "--until: 2041-01-01 is more than ten years after the first day");
}

static void build_rejects_steps_out_of_range(void **unused) {
    (void)unused;
    ho_world_options options = ho_world_options_default();
    options.n_step_per_day = 0;
    assert_refused(&options, "--steps-per-day: 0 steps; need 1 to 24");
    options.n_step_per_day = 25;
    assert_refused(&options, "--steps-per-day: 25 steps; need 1 to 24");
}

static void one_day_can_be_run(void **unused) {
    (void)unused;
    ho_world_options options = ho_world_options_default();
    options.until = two_bloc->from;
    ho_world *world = world_from(two_bloc, &options);
    assert_int_equal(ho_world_n_day(world), 1);
    assert_int_equal(ho_world_until(world), two_bloc->from);
    ho_workspace *workspace = NULL;
    ho_result result = {0};
    const ho_sim_options sim = {.seed = 1, .check = true};
    assert_int_equal(ho_workspace_build(world, NULL, &workspace, NULL), HO_OK);
    assert_int_equal(ho_replicate_run(world, &sim, NULL, 0, workspace, &result, NULL), HO_OK);
    ho_workspace_free(workspace);
    ho_world_free(world);
}

static void a_world_says_what_it_was_built_from(void **unused) {
    (void)unused;
    ho_world *world = world_with(two_bloc, 1, NULL);
    assert_ptr_equal(ho_world_scenario(world), two_bloc);
    assert_int_equal(ho_world_until(world), two_bloc->until);
    assert_int_equal(ho_world_known_by(world), HO_DAY_NONE);
    assert_int_equal(ho_world_n_day(world), two_bloc->until - two_bloc->from + 1);
    assert_int_equal(ho_world_n_set(world), 0);
    ho_world_free(world);
}

static void free_takes_nothing(void **unused) {
    (void)unused;
    ho_world_free(NULL);
    ho_workspace_free(NULL);
    ho_state_free(NULL);
}

static const char PRIOR[] = "parameters:\n  %s:\n    prior: {%s}\n    known_on: 2030-04-01\n    source: test\n";

static void assert_scenario_refused(const char *name, const char *prior, const char *problem) {
    char sections[256];
    snprintf(sections, sizeof sections, PRIOR, name, prior);
    small *country = small_line(2);
    country->sections = sections;
    ho_scenario *scenario = small_load(country);
    ho_world_options options = ho_world_options_default();
    ho_world *world = NULL;
    ho_problems problems = {0};
    assert_int_equal(ho_world_build(scenario, &options, &world, &problems, NULL), HO_ERR_INPUT);
    assert_int_equal(problems.n, 1);
    assert_non_null(strstr(problems.line[0], problem));
    assert_true(strncmp(problems.line[0], "scenario.yml:", 13) == 0);
    ho_problems_free(&problems);
    ho_scenario_free(scenario);
    small_free(country);
}

static void build_rejects_an_unknown_parameter_of_the_scenario(void **unused) {
    (void)unused;
    assert_scenario_refused("efort", "point: 2", ": unknown parameter efort; see `holdout list parameters`");
}

static void build_rejects_a_prior_centred_out_of_range(void **unused) {
    (void)unused;
    assert_scenario_refused("mobile_share", "point: 2", ": the prior of mobile_share is centred on 2; need 0 to 1");
}

static void a_scenarios_prior_replaces_the_models(void **unused) {
    (void)unused;
    char sections[256];
    snprintf(sections, sizeof sections, PRIOR, "effort", "uniform: [4, 5]");
    small *country = small_line(2);
    country->sections = sections;
    ho_scenario *scenario = small_load(country);
    ho_world *world = world_with(scenario, 1, NULL);
    ho_parameter_info info = ho_world_parameter(world, HO_P_EFFORT);
    assert_true(info.from_scenario && !info.held && info.line > 0);
    assert_int_equal(info.prior.family, HO_PRIOR_UNIFORM);
    assert_string_equal(info.source, "test");
    ho_state *state = state_started(world);
    assert_true(state->p[HO_P_EFFORT] > 4 && state->p[HO_P_EFFORT] < 5);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

static void at_the_centre_nothing_is_drawn_of_parameters(void **unused) {
    (void)unused;
    ho_world_options options = ho_world_options_default();
    options.at_centre = true;
    ho_world *world = world_from(two_bloc, &options);
    ho_state *a = state_of(world), *b = state_of(world);
    const ho_streams first = {1, 0}, second = {1, 1};
    ho_state_start(world, a, &first);
    ho_state_start(world, b, &second);
    assert_memory_equal(a->p, b->p, HO_N_PARAMETER * sizeof *a->p);
    ho_state_free(a);
    ho_state_free(b);
    ho_world_free(world);
}

/* ---- the table of parameters ---- */

static void parameters_have_names_of_their_own(void **unused) {
    (void)unused;
    assert_int_equal(ho_parameter_count(), HO_N_PARAMETER);
    for (int k = 0; k < HO_N_PARAMETER; k++) {
        assert_non_null(ho_parameter_table[k].name);
        assert_int_equal(ho_parameter_find(ho_parameter_table[k].name), k);
        assert_true(strlen(ho_parameter_table[k].name) < 32);
    }
    assert_int_equal(ho_parameter_find("nonsense"), -1);
}

static void parameters_belong_to_a_mechanism_or_the_start(void **unused) {
    (void)unused;
    for (int k = 0; k < HO_N_PARAMETER; k++) {
        const char *mechanism = ho_parameter_table[k].mechanism;
        if (strcmp(mechanism, "start") != 0 && ho_mechanism_find(mechanism) < 0)
            fail_msg("%s: no mechanism %s", ho_parameter_table[k].name, mechanism);
    }
}

static void parameters_say_what_they_mean_and_whence(void **unused) {
    (void)unused;
    for (int k = 0; k < HO_N_PARAMETER; k++) {
        assert_true(strlen(ho_parameter_table[k].meaning) > 5);
        assert_true(strlen(ho_parameter_table[k].source) > 5);
        assert_non_null(ho_parameter_table[k].unit);
    }
}

static void priors_are_centred_where_values_make_sense(void **unused) {
    (void)unused;
    for (int k = 0; k < HO_N_PARAMETER; k++) {
        const ho_parameter_spec *spec = &ho_parameter_table[k];
        double centre = ho_prior_centre(&spec->prior);
        if (!(spec->lo < spec->hi && centre >= spec->lo && centre <= spec->hi))
            fail_msg("%s: centre %g, need %g to %g", spec->name, centre, spec->lo, spec->hi);
    }
}

static void draws_stay_where_values_make_sense(void **unused) {
    (void)unused;
    ho_world *world = world_with(two_bloc, 1, NULL);
    ho_state *state = state_of(world);
    for (uint32_t r = 0; r < 500; r++) {
        const ho_streams streams = {2, r};
        ho_state_start(world, state, &streams);
        for (int k = 0; k < HO_N_PARAMETER; k++) {
            if (k == HO_P_SHARE_START || k == HO_P_SHARE_BELIEF || k == HO_P_SHARE_RELIEF)
                continue; /* hold their part of contagion_total from here on */
            if (!(state->p[k] >= ho_parameter_table[k].lo && state->p[k] <= ho_parameter_table[k].hi))
                fail_msg("replicate %u: %s is %g", r, ho_parameter_table[k].name, state->p[k]);
        }
        double parts = state->p[HO_P_SHARE_START] + state->p[HO_P_SHARE_BELIEF] + state->p[HO_P_SHARE_RELIEF];
        assert_true(fabs(parts - state->p[HO_P_CONTAGION]) < 1e-12);
    }
    ho_state_free(state);
    ho_world_free(world);
}

/* Rows for one thing are versions: the latest known one holds, wherever it stands in the file. */
static void of_several_seasons_the_latest_known_holds(void **unused) {
    (void)unused;
    small *country = small_line(3);
    country->sections =
        "season:\n"
        "  - {terrain: plain, factor: [1, 1, 1, 1, 0.5, 1, 1, 1, 1, 1, 1, 1], known_on: 2020-12-31, source: \"test\"}\n"
        "  - {terrain: plain, factor: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], known_on: 2019-01-01, source: \"test\"}\n";
    ho_scenario *scenario = small_load(country);
    ho_world *world = world_with(scenario, 1, NULL);
    assert_true(world->season[4 * HO_N_TERRAIN + HO_PLAIN] == 0.5);
    assert_true(world->season[0 * HO_N_TERRAIN + HO_PLAIN] == 1);
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

static void of_several_successors_the_latest_known_holds(void **unused) {
    (void)unused;
    static const char *const known_by[] = {NULL, "2030-05-20", "2019-05-20"};
    static const int32_t seat[] = {2, 1, -1};
    small *country = small_line(3);
    country->sections = "successors:\n"
                        "  - {of: court, faction: court, seat: D0002, known_on: 2030-06-01, source: test}\n"
                        "  - {of: court, faction: court, seat: D0001, known_on: 2020-01-01, source: test}\n";
    ho_scenario *scenario = small_load(country);
    for (size_t k = 0; k < N_OF(seat); k++) {
        ho_world_options options = ho_world_options_default();
        if (known_by[k])
            assert_true(ho_day_parse(known_by[k], &options.known_by));
        if (k == 2)
            for (size_t g = 0; g < scenario->n_garrison; g++)
                scenario->garrison[g].known_on = 0; /* else nothing could be simulated */
        ho_world *world = world_from(scenario, &options);
        assert_int_equal(world->successor_seat[CROWN], seat[k]);
        assert_int_equal(world->successor_faction[CROWN], seat[k] < 0 ? -1 : COURT);
        assert_int_equal(world->successor_seat[REEDS], -1);
        size_t n_dropped = 0;
        for (size_t r = 0; r < ho_world_n_replaced(world); r++)
            n_dropped += strstr(ho_world_replaced(world, r), "successor of scenario.yml line") != NULL;
        assert_int_equal(n_dropped, k);
        ho_world_free(world);
    }
    ho_scenario_free(scenario);
    small_free(country);
}

/* What of a patron was not known by then is as was believed before, each by itself. */
static void a_patron_acts_as_was_known(void **unused) {
    (void)unused;
    small *country = small_line(3);
    country->sections = "patrons:\n"
                        "  - id: aunt\n    name: Aunt\n    leverage: 0.6\n    tolerated: 500\n    guaranteed: true\n"
                        "    recognition: {point: 0.1}\n    air_on_call: {point: 4}\n    aid_to_resistance: 0.2\n"
                        "    known_on: {leverage: 2030-05-10, tolerated: 2030-05-20, recognition: 2030-04-20, air_on_call: 2030-05-10}\n"
                        "    before: {leverage: 0.1, tolerated: 900, air_on_call: {point: 1}}\n";
    ho_scenario *scenario = small_load(country);
    for (int known = 0; known < 3; known++) {
        static const char *const known_by[] = {"2030-05-01", "2030-05-15", "2030-05-30"};
        ho_world_options options = ho_world_options_default();
        assert_true(ho_day_parse(known_by[known], &options.known_by));
        ho_world *world = world_from(scenario, &options);
        const ho_patron_stance *aunt = &world->patron[0];
        assert_true(aunt->leverage == (known > 0 ? 0.6 : 0.1) && aunt->tolerated == (known > 1 ? 500 : 900));
        assert_true(aunt->air_on_call.a == (known > 0 ? 4 : 1) && aunt->recognition.a == 0.1);
        assert_true(aunt->guaranteed && aunt->aid_to_resistance == 0.2 && aunt->air_on_call_chance == 0.5);
        assert_int_equal(ho_world_n_replaced(world), known == 0 ? 3 : known == 1);
        ho_world_free(world);
    }
    ho_world *world = world_with(scenario, 1, NULL);
    assert_true(world->patron[0].leverage == 0.6 && world->patron[0].tolerated == 500);
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

static void an_older_share_of_a_community_does_not_count(void **unused) {
    (void)unused;
    small *country = small_line(3);
    ho_scenario *scenario = small_load(country);
    ho_world *before = world_with(scenario, 1, NULL);
    ho_share_row *share = realloc(scenario->share, (scenario->n_share + 1) * sizeof *share);
    assert_non_null(share);
    scenario->share = share;
    share[scenario->n_share] = share[0];
    share[scenario->n_share].source = NULL;
    share[scenario->n_share].known_on = share[0].known_on - 100;
    share[scenario->n_share++].share = 17 * share[0].share + 1;
    ho_world *after = world_with(scenario, 1, NULL);
    for (size_t k = 0; k < before->n_province * before->n_group; k++)
        assert_true(before->group_share[k] == after->group_share[k]);
    for (size_t k = 0; k < before->n_faction * before->n_district; k++)
        assert_true(before->affinity[k] == after->affinity[k]);
    ho_world_free(before);
    ho_world_free(after);
    ho_scenario_free(scenario);
    small_free(country);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(of_several_seasons_the_latest_known_holds),
        cmocka_unit_test(of_several_successors_the_latest_known_holds),
        cmocka_unit_test(a_patron_acts_as_was_known),
        cmocka_unit_test(an_older_share_of_a_community_does_not_count),
        cmocka_unit_test(build_rejects_a_setting_without_a_value),
        cmocka_unit_test(build_rejects_a_setting_that_is_no_number),
        cmocka_unit_test(build_rejects_an_unknown_parameter),
        cmocka_unit_test(build_rejects_a_value_out_of_range),
        cmocka_unit_test(build_accepts_values_on_the_border),
        cmocka_unit_test(every_bad_setting_is_told),
        cmocka_unit_test(a_setting_holds_the_parameter),
        cmocka_unit_test(build_rejects_a_setting_given_twice),
        cmocka_unit_test(build_rejects_a_day_before_any_garrison_was_known),
        cmocka_unit_test(a_setting_leaves_other_draws_alone),
        cmocka_unit_test(build_rejects_an_end_before_the_first_day),
        cmocka_unit_test(build_rejects_an_end_after_ten_years),
        cmocka_unit_test(build_rejects_steps_out_of_range),
        cmocka_unit_test(one_day_can_be_run),
        cmocka_unit_test(a_world_says_what_it_was_built_from),
        cmocka_unit_test(free_takes_nothing),
        cmocka_unit_test(build_rejects_an_unknown_parameter_of_the_scenario),
        cmocka_unit_test(build_rejects_a_prior_centred_out_of_range),
        cmocka_unit_test(a_scenarios_prior_replaces_the_models),
        cmocka_unit_test(at_the_centre_nothing_is_drawn_of_parameters),
        cmocka_unit_test(parameters_have_names_of_their_own),
        cmocka_unit_test(parameters_belong_to_a_mechanism_or_the_start),
        cmocka_unit_test(parameters_say_what_they_mean_and_whence),
        cmocka_unit_test(priors_are_centred_where_values_make_sense),
        cmocka_unit_test(draws_stay_where_values_make_sense),
    };
    return cmocka_run_group_tests(tests, open, close_all);
}
