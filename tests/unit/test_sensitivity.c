/* Sensitivity of a small war: that what is found is what ensembles show, the same for any threads, and what is refused. Indices themselves are tested
 * on functions (test_sobol.c). */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/calibrate.h"
#include "world/parameters.h"

static int build(void **state) {
    ho_scenario *scenario = NULL;
    ho_problems problems = {0};
    if (ho_scenario_load(HO_SOURCE_DIR "/tests/scenarios/two-bloc", NULL, &scenario, &problems, NULL))
        return -1;
    *state = scenario;
    return 0;
}

static int clear(void **state) {
    ho_scenario_free(*state);
    return 0;
}

static const char *const OUTCOME[] = {"centres_held.reeds@2030-07-10", "national_capital_fallen"};

static ho_sensitivity_options some(void) {
    ho_sensitivity_options options = ho_sensitivity_options_default();
    options.sim.seed = 3;
    options.n_thread = 2;
    options.n_outcome = 2;
    options.outcome = OUTCOME;
    options.n_trajectory = 4;
    options.n_chosen = 3;
    options.n_base = 16;
    options.n_bootstrap = 50;
    return options;
}

static ho_sensitivity *find(const ho_scenario *scenario, const ho_sensitivity_options *options) {
    ho_sensitivity *found = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    if (ho_sensitivity_find(scenario, options, &found, &problems, &err))
        fail_msg("%s", err.text);
    return found;
}

static void refused(const ho_scenario *scenario, const ho_sensitivity_options *options, const char *text) {
    ho_sensitivity *found = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    assert_int_equal(ho_sensitivity_find(scenario, options, &found, &problems, &err), HO_ERR_INPUT);
    assert_string_equal(err.text, text);
    assert_null(found);
    ho_problems_free(&problems);
}

static void screening_orders_all_and_chooses_the_first(void **state) {
    ho_sensitivity_options options = some();
    ho_sensitivity *s = find(*state, &options);
    assert_int_equal(s->n_outcome, 2);
    assert_int_equal(s->n_screened, s->n_uncertain);
    assert_int_equal(s->n_factor, 3);
    assert_int_equal(s->n_simulated, (s->n_uncertain + 2) * 4 + (3 + 1 + 2) * 16 * 2);
    double before = INFINITY;
    for (size_t j = 0; j < s->n_screened; j++) {
        double most = 0;
        for (size_t k = 0; k < 2; k++) {
            const ho_screened *e = &s->outcome[k].screened[j];
            assert_true(fabs(e->mean) <= e->mean_size + 1e-12);
            most = s->outcome[k].sd > 0 ? fmax(most, fabs(e->mean) / s->outcome[k].sd) : most;
        }
        assert_true(most <= before + 1e-12);
        before = most;
    }
    for (size_t j = 0; j < 3; j++)
        assert_int_equal(s->factor[j], s->screened[j]);
    assert_string_equal(s->outcome[1].question.name, "national_capital_fallen@2030-08-31");
    ho_sensitivity_free(s);
}

/* More attackers die by the middle of June where an assault costs them more; how fast they march matters little to it, though
 * it parts courses by chance. */
static void parameter_that_matters_is_found(void **state) {
    static const char *const killed[] = {"killed.reeds@2030-06-15"};
    ho_sensitivity_options options = some();
    const int32_t given[] = {ho_parameter_find("loss_attacker"), ho_parameter_find("march_speed")};
    options.n_outcome = 1;
    options.outcome = killed;
    options.n_trajectory = 16;
    options.n_base = 0;
    ho_sensitivity *s = find(*state, &options);
    assert_int_equal(s->n_factor, 0);
    for (size_t j = 0; j < s->n_screened; j++)
        if (s->screened[j] == given[0])
            assert_true(j < 5 && s->outcome[0].screened[j].mean > 3 * s->outcome[0].screened[j].se);
    assert_true(s->outcome[0].chance.mean_size > 0);
    ho_sensitivity_free(s);
    options.n_base = 256;
    options.n_parameter = 2;
    options.parameter = given;
    s = find(*state, &options);
    assert_int_equal(s->n_screened, 0);
    const ho_sensitivity_outcome *o = &s->outcome[0];
    assert_true(o->index[0].total.q05 > 0 && o->index[0].first.q05 > 0);
    assert_true(fabs(o->index[1].total.value) < 0.05 && o->index[1].total.se < 0.03);
    assert_true(o->index[0].total_plain < o->index[0].total.value); /* by the chance in the variance that it is a share of */
    assert_true(o->index[2].total.q05 > 0); /* all the others */
    assert_true(o->sobol.share.q05 > 0.3 && o->sobol.share.q95 < 0.9);
    ho_sensitivity_free(s);
}

typedef struct summing {
    const ho_world *world;
    ho_question question;
    double sum, square;
} summing;

static ho_status add(void *context, const ho_result *result, ho_error *err) {
    (void)err;
    summing *s = context;
    double x = (double)ho_question_value(&s->question, s->world, result);
    s->sum += x;
    s->square += x * x;
    return HO_OK;
}

/* Variance by parameters and by chance is that of an ensemble, whose parameters are drawn as ever. */
static void variances_add_up_to_that_of_an_ensemble(void **state) {
    enum { N = 2000 };
    ho_sensitivity_options options = some();
    const int32_t given[] = {ho_parameter_find("effort")};
    options.n_outcome = 1;
    options.n_parameter = 1;
    options.parameter = given;
    options.n_base = 500;
    ho_sensitivity *s = find(*state, &options);
    ho_world *world = NULL;
    ho_problems problems = {0};
    ho_observables observables = {0};
    assert_int_equal(ho_world_build(*state, &options.world, &world, &problems, NULL), HO_OK);
    assert_int_equal(ho_observables_build(world, &observables, NULL), HO_OK);
    summing sum = {.world = world, .question = s->outcome[0].question};
    const ho_ensemble_options ensemble = {.sim = {.seed = 99}, .n_replicate = N, .n_thread = 2, .sink = add, .context = &sum};
    assert_int_equal(ho_ensemble_run(world, &observables.observer, &ensemble, NULL), HO_OK);
    double mean = sum.sum / N, variance = sum.square / N - mean * mean;
    const ho_sobol *sobol = &s->outcome[0].sobol;
    assert_true(fabs(sobol->mean - mean) < 4 * sqrt(variance / N + sobol->mean_se * sobol->mean_se));
    assert_true(fabs((sobol->variance + sobol->noise) / variance - 1) < 0.15);
    ho_observables_free(&observables);
    ho_world_free(world);
    ho_sensitivity_free(s);
}

static void threads_do_not_change_a_bit(void **state) {
    ho_sensitivity_options options = some();
    options.n_thread = 1;
    ho_sensitivity *one = find(*state, &options);
    options.n_thread = 3;
    ho_sensitivity *three = find(*state, &options);
    options.sim.seed = 4;
    ho_sensitivity *other = find(*state, &options);
    assert_string_equal(one->digest, three->digest);
    assert_string_not_equal(one->digest, other->digest);
    for (size_t k = 0; k < 2; k++)
        assert_memory_equal(one->outcome[k].index, three->outcome[k].index, 4 * sizeof *one->outcome[k].index);
    ho_sensitivity_free(one);
    ho_sensitivity_free(three);
    ho_sensitivity_free(other);
}

static void count(void *context, size_t n_done, size_t n) {
    size_t *most = context;
    assert_true(n_done >= *most && n_done <= n);
    *most = n_done;
}

static void progress_counts_to_the_end(void **state) {
    ho_sensitivity_options options = some();
    size_t most = 0;
    options.progress = count;
    options.context = &most;
    ho_sensitivity *s = find(*state, &options);
    assert_int_equal(most, s->n_simulated);
    ho_sensitivity_free(s);
}

static void stopping_is_clean(void **state) {
    ho_sensitivity_options options = some();
    const atomic_bool stop = true;
    ho_sensitivity *found = NULL;
    ho_problems problems = {0};
    options.stop = &stop;
    assert_int_equal(ho_sensitivity_find(*state, &options, &found, &problems, NULL), HO_ERR_INTERRUPTED);
    assert_null(found);
}

static void bad_options_are_named(void **state) {
    const char *const set[] = {"effort=3"}, *const unknown[] = {"glory"}, *const unmeasured[] = {"reproduction_number"};
    const int32_t given[] = {ho_parameter_find("effort")};
    ho_sensitivity_options options = some();
    options.n_outcome = 1;
    options.outcome = unknown;
    refused(*state, &options, "\"glory\": no observable \"glory\"; `holdout list observables` lists them");
    options.outcome = unmeasured;
    refused(*state, &options, "reproduction_number@2030-08-31 is not measured in some simulations; indices need it in all");
    options = some();
    options.n_parameter = 1;
    options.parameter = given;
    options.world.n_set = 1;
    options.world.set = set;
    refused(*state, &options, "effort is held at one value: nothing depends on it");
    options = some();
    options.n_inner = 1;
    refused(*state, &options, "16 rows of 1 simulations each; need two rows or more, or none, of two or more");
    options = some();
    options.n_chosen = 41;
    refused(*state, &options, "41 parameters; need 1 to 40");
    options = some();
    options.world.at_centre = true;
    refused(*state, &options, "no parameter is uncertain: there is nothing to be sensitive to");
}

#define WITH(test) cmocka_unit_test_setup_teardown(test, build, clear)

int main(void) {
    const struct CMUnitTest tests[] = {
        WITH(screening_orders_all_and_chooses_the_first),
        WITH(parameter_that_matters_is_found),
        WITH(variances_add_up_to_that_of_an_ensemble),
        WITH(threads_do_not_change_a_bit),
        WITH(progress_counts_to_the_end),
        WITH(stopping_is_clean),
        WITH(bad_options_are_named),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
