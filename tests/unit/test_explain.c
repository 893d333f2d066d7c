/* Explanation of a small war: that coalitions are whole ensembles, that what is known of a mechanism shows, and what is refused. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/evidence.h"
#include "world/world.h"

enum { N_REPLICATE = 60 };

typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
} fixture;

static int build(void **state) {
    fixture *f = calloc(1, sizeof *f);
    ho_problems problems = {0};
    const ho_world_options options = ho_world_options_default();
    if (!f || ho_scenario_load(HO_SOURCE_DIR "/tests/scenarios/two-bloc", NULL, &f->scenario, &problems, NULL) ||
        ho_world_build(f->scenario, &options, &f->world, &problems, NULL) ||
        ho_observables_build(f->world, &f->observables, NULL))
        return -1;
    *state = f;
    return 0;
}

static int clear(void **state) {
    fixture *f = *state;
    ho_observables_free(&f->observables);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    free(f);
    return 0;
}

static uint64_t bits_of(const char *names) {
    ho_explain_group group[HO_EXPLAIN_GROUP_MAX];
    size_t n = 0;
    char text[200] = "x=";
    strcat(text, names);
    assert_int_equal(ho_explain_groups_parse(text, 0, group, &n, NULL), HO_OK);
    return group[0].mechanisms;
}

static ho_explain_options some(const ho_explain_group *group, size_t n) {
    return (ho_explain_options){
        .sim = {.seed = 7}, .outcome = "centres_held.reeds", .n_group = n, .group = group, .n_replicate = N_REPLICATE, .n_thread = 2};
}

static ho_explanation *explain(const fixture *f, const ho_explain_options *options) {
    ho_explanation *explanation = NULL;
    ho_error err = {0};
    if (ho_explain(NULL, f->world, options, &explanation, &err))
        fail_msg("%s", err.text);
    return explanation;
}

/* --- groups --- */

static void every_mechanism_is_in_one_group_of_the_table(void **unused) {
    (void)unused;
    ho_explain_group group[HO_EXPLAIN_GROUP_MAX];
    size_t n = ho_explain_groups(0, group);
    uint64_t all = 0;
    assert_int_equal(n, HO_EXPLAIN_GROUP_MAX);
    for (size_t g = 0; g < n; g++) {
        assert_true(group[g].mechanisms && !(all & group[g].mechanisms));
        all |= group[g].mechanisms;
    }
    assert_true(all == (((UINT64_C(1) << ho_mechanism_count()) - 1) & ~bits_of("takeover")));
    for (size_t k = 0; k < ho_mechanism_count(); k++)
        assert_true(strlen(ho_mechanism_group_meaning(ho_mechanism_group_of(k))) > 10);
    assert_string_equal(ho_mechanism_group_name(ho_mechanism_group_of(ho_mechanism_count())), "?");
}

static void groups_without_what_is_off_are_smaller_or_gone(void **unused) {
    (void)unused;
    ho_explain_group group[HO_EXPLAIN_GROUP_MAX];
    assert_int_equal(ho_explain_groups(bits_of("air,logistics,morale"), group), HO_EXPLAIN_GROUP_MAX - 1);
    for (size_t g = 0; g < HO_EXPLAIN_GROUP_MAX - 1; g++) {
        assert_string_not_equal(group[g].name, "supply");
        assert_false(group[g].mechanisms & bits_of("morale"));
    }
}

static void groups_are_read(void **unused) {
    (void)unused;
    ho_explain_group group[HO_EXPLAIN_GROUP_MAX];
    size_t n = 0;
    assert_int_equal(ho_explain_groups_parse("a=air,logistics;b=surrender", 0, group, &n, NULL), HO_OK);
    assert_int_equal(n, 2);
    assert_string_equal(group[1].name, "b");
    assert_true(group[0].mechanisms == bits_of("logistics,air") && group[1].mechanisms == bits_of("surrender"));
}

static void bad_groups_are_named(void **unused) {
    (void)unused;
    static const char *const bad[][2] = {
        {"a=air;b=magic", "group b: no such mechanism as \"magic\"; `holdout list mechanisms` lists them"},
        {"a=air;b=claims,air", "air is in group a and in group b; a mechanism is in one at most"},
        {"a=air,air", "air is in group a and in group a; a mechanism is in one at most"},
        {"a=air;a=claims", "groups: a is there twice"},
        {"a=morale", "group a: morale is off in the run"},
        {"air", "groups: \"air\" is not NAME=MECHANISM,MECHANISM,... with a name of 1 to 31 letters"},
        {"=air", "groups: \"\" is not NAME=MECHANISM,MECHANISM,... with a name of 1 to 31 letters"},
        {"a=air;", "groups: \"\" is not NAME=MECHANISM,MECHANISM,... with a name of 1 to 31 letters"},
        {"a=air,", "group a: no such mechanism as \"\"; `holdout list mechanisms` lists them"},
        {"a=air;b=claims;c=talks;d=assault;e=strategy;f=rivals;g=payroll;h=finance;i=patrons",
         "groups: more than 8; every coalition of them is simulated"},
    };
    for (size_t k = 0; k < N_OF(bad); k++) {
        ho_explain_group group[HO_EXPLAIN_GROUP_MAX];
        ho_error err = {0};
        size_t n = 0;
        assert_int_equal(ho_explain_groups_parse(bad[k][0], bits_of("morale"), group, &n, &err), HO_ERR_INPUT);
        assert_string_equal(err.text, bad[k][1]);
    }
}

/* --- questions --- */

static void questions_name_an_observable_and_a_day(void **state) {
    fixture *f = *state;
    ho_question question;
    assert_int_equal(ho_question_parse("killed.crown@2030-06-01", f->world, &f->observables, &question, NULL), HO_OK);
    assert_int_equal(question.observable, ho_observables_find(&f->observables, "killed.crown"));
    assert_int_equal(ho_question_day(&question, f->world), 31);
    assert_int_equal(ho_question_parse("killed.crown", f->world, &f->observables, &question, NULL), HO_OK);
    assert_string_equal(question.name, "killed.crown@2030-08-31");
    assert_string_equal(ho_question_default(f->world, &f->observables).name, "national_capital_fallen@2030-07-20");
}

static void default_day_is_the_last_where_the_fall_is_not_known(void **state) {
    fixture *f = *state;
    ho_world_options options = ho_world_options_default();
    ho_problems problems = {0};
    ho_world *world = NULL;
    ho_day_parse("2030-07-19", &options.known_by);
    assert_int_equal(ho_world_build(f->scenario, &options, &world, &problems, NULL), HO_OK);
    assert_string_equal(ho_question_default(world, &f->observables).name, "national_capital_fallen@2030-08-31");
    ho_world_free(world);
    ho_problems_free(&problems);
}

static void bad_questions_are_named(void **state) {
    fixture *f = *state;
    static const char *const bad[][2] = {
        {"glory@2030-06-01", "\"glory@2030-06-01\": no observable \"glory\"; `holdout list observables` lists them"},
        {"@2030-06-01", "\"@2030-06-01\": no observable \"\"; `holdout list observables` lists them"},
        {"killed.crown@June", "\"killed.crown@June\": \"June\" is no date like 2021-07-01"},
        {"killed.crown@", "\"killed.crown@\": \"\" is no date like 2021-07-01"},
        {"killed.crown@2030-09-01", "\"killed.crown@2030-09-01\": the days simulated are 2030-05-01 to 2030-08-31"},
        {"killed.crown@2030-04-30", "\"killed.crown@2030-04-30\": the days simulated are 2030-05-01 to 2030-08-31"},
    };
    for (size_t k = 0; k < N_OF(bad); k++) {
        ho_question question;
        ho_error err = {0};
        assert_int_equal(ho_question_parse(bad[k][0], f->world, &f->observables, &question, &err), HO_ERR_INPUT);
        assert_string_equal(err.text, bad[k][1]);
    }
}

/* --- explanation --- */

typedef struct plain {
    ho_question question;
    const ho_world *world;
    double sum;
} plain;

static ho_status add(void *context, const ho_result *result, ho_error *err) {
    (void)err;
    plain *p = context;
    p->sum += (double)ho_question_value(&p->question, p->world, result) / N_REPLICATE;
    return HO_OK;
}

/* Each coalition is the ensemble without the mechanisms of the other groups, simulated to the end and with every observable. */
static void coalitions_are_whole_ensembles(void **state) {
    fixture *f = *state;
    const ho_explain_group group[] = {{"fight", bits_of("strategy,assault")}, {"deal", bits_of("surrender")}};
    ho_explain_options options = some(group, 2);
    options.outcome = "centres_held.reeds@2030-07-10";
    options.sim.off = bits_of("rivals");
    ho_explanation *x = explain(f, &options);
    for (size_t c = 0; c < 4; c++) {
        plain p = {.question = x->question, .world = f->world};
        ho_ensemble_options ensemble = {.sim = options.sim, .n_replicate = N_REPLICATE, .n_thread = 1, .sink = add, .context = &p};
        ensemble.sim.off |= (c & 1 ? 0 : group[0].mechanisms) | (c & 2 ? 0 : group[1].mechanisms);
        assert_int_equal(ho_ensemble_run(f->world, &f->observables.observer, &ensemble, NULL), HO_OK);
        assert_true(fabs(p.sum - x->coalition[c].mean) < 1e-9);
    }
    double deal = 0.5 * (x->coalition[2].mean - x->coalition[0].mean + x->coalition[3].mean - x->coalition[1].mean);
    assert_true(fabs(x->group[1].value.mean - deal) < 1e-9);
    assert_true(fabs(x->group[0].value.mean + deal - x->gain.mean) < 1e-9);
    assert_false(x->always_on & (group[0].mechanisms | group[1].mechanisms | bits_of("rivals")));
    assert_true(x->always_on & bits_of("takeover"));
    ho_explanation_free(x);
}

/* In this war the reeds take centres by force and by deals, and garrisons hold longer for their supplies. With nothing on nobody moves. */
static void known_directions_show(void **state) {
    fixture *f = *state;
    ho_explain_group group[HO_EXPLAIN_GROUP_MAX];
    ho_explain_options options = some(group, ho_explain_groups(0, group));
    ho_explanation *x = explain(f, &options);
    options.outcome = "centres_held.reeds@2030-05-01";
    ho_explanation *start = explain(f, &options);
    double sum = 0;
    for (size_t g = 0; g < x->n_group; g++) {
        const ho_explained_group *one = &x->group[g];
        sum += one->value.mean;
        if (strcmp(one->group.name, "fighting") == 0 || strcmp(one->group.name, "deals") == 0)
            assert_true(one->value.mean > 5 * one->value.se && one->alone_in.mean > 3 * one->alone_in.se);
        if (strcmp(one->group.name, "supply") == 0)
            assert_true(one->alone_out.mean < -3 * one->alone_out.se);
        if (strcmp(one->group.name, "money") == 0)
            assert_true(one->alone_in.mean == 0);
    }
    assert_true(fabs(sum - x->gain.mean) < 1e-9 && x->worst_gap < 1e-9);
    assert_true(fabs(x->none.mean - start->none.mean) < 1e-9);
    ho_explanation_free(x);
    ho_explanation_free(start);
}

static void threads_do_not_change_a_bit(void **state) {
    fixture *f = *state;
    const ho_explain_group group[] = {{"fight", bits_of("strategy,assault")}, {"deal", bits_of("surrender")}, {"air", bits_of("air")}};
    ho_explain_options options = some(group, 3);
    options.n_replicate = 15;
    options.n_thread = 1;
    ho_explanation *one = explain(f, &options);
    options.n_thread = 3;
    ho_explanation *three = explain(f, &options);
    options.sim.seed = 8;
    ho_explanation *other = explain(f, &options);
    assert_string_equal(one->digest, three->digest);
    assert_memory_equal(one->group, three->group, sizeof one->group);
    assert_string_not_equal(one->digest, other->digest);
    ho_explanation_free(one);
    ho_explanation_free(three);
    ho_explanation_free(other);
}

static void what_is_not_measured_does_not_count(void **state) {
    fixture *f = *state;
    const ho_explain_group group[] = {{"fight", bits_of("strategy,assault")}};
    ho_explain_options options = some(group, 1);
    options.outcome = "belief.crown"; /* of no centre in replicates in which the crown lost all */
    ho_explanation *x = explain(f, &options);
    assert_true(x->n_measured < x->n_replicate && x->n_measured > 0 && isfinite(x->group[0].value.mean));
    ho_explanation_free(x);
}

static void count(void *context, size_t n_done) {
    size_t *most = context;
    assert_true(n_done >= *most);
    *most = n_done;
}

static void progress_counts_to_the_end(void **state) {
    fixture *f = *state;
    size_t most = 0;
    const ho_explain_group group[] = {{"fight", bits_of("strategy,assault")}, {"deal", bits_of("surrender")}};
    ho_explain_options options = some(group, 2);
    options.n_replicate = 5;
    options.progress = count;
    options.context = &most;
    ho_explanation_free(explain(f, &options));
    assert_int_equal(most, 20);
    assert_int_equal(ho_explain_n_run(&options), 20);
}

static void stopping_says_where(void **state) {
    fixture *f = *state;
    const ho_explain_group group[] = {{"fight", bits_of("strategy,assault")}};
    ho_explain_options options = some(group, 1);
    const atomic_bool stop = true;
    ho_explanation *x = NULL;
    ho_error err = {0};
    options.stop = &stop;
    assert_int_equal(ho_explain(NULL, f->world, &options, &x, &err), HO_ERR_INTERRUPTED);
    assert_string_equal(err.text, "with fight: stopped with 0 of 60 replicates done");
    assert_null(x);
}

static void bad_options_are_refused(void **state) {
    fixture *f = *state;
    const ho_explain_group group[] = {{"fight", bits_of("strategy,assault")}};
    ho_explain_options options = some(group, 1);
    ho_explanation *x = NULL;
    ho_error err = {0};
    options.n_replicate = 0;
    assert_int_equal(ho_explain(NULL, f->world, &options, &x, &err), HO_ERR_INPUT);
    assert_string_equal(err.text, "replicates is 0; need at least 1");
    options.n_replicate = 1;
    options.n_group = 9;
    assert_int_equal(ho_explain(NULL, f->world, &options, &x, &err), HO_ERR_INPUT);
    assert_string_equal(err.text, "9 groups; need 1 to 8");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, build, clear)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mechanism_is_in_one_group_of_the_table),
        cmocka_unit_test(groups_without_what_is_off_are_smaller_or_gone),
        cmocka_unit_test(groups_are_read),
        cmocka_unit_test(bad_groups_are_named),
        WITH(questions_name_an_observable_and_a_day),
        WITH(default_day_is_the_last_where_the_fall_is_not_known),
        WITH(bad_questions_are_named),
        WITH(coalitions_are_whole_ensembles),
        WITH(known_directions_show),
        WITH(threads_do_not_change_a_bit),
        WITH(what_is_not_measured_does_not_count),
        WITH(progress_counts_to_the_end),
        WITH(stopping_says_where),
        WITH(bad_options_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
