/* Does calibration find what is there? Truths are drawn from the prior, simulated and observed with errors; over many of them the rank of the
 * truth in its posterior is uniform if weights and errors are right (Cook, Gelman and Rubin 2006; Talts and others 2018), and is not if one of
 * them is wrong, which is tried too. First the sampler on a linear problem, then all of it in a made-up country. */
#include "base/math.h"
#include "base/samplers.h"
#include "calibrate/abc.h"
#include "holdout/calibrate.h"
#include "science/ensemble.h"
#include "unit/statistics.h"
#include "world/parameters.h"

/* --- the sampler: s = A z + noise, observed with correlated errors --- */

enum { N_Z = 2, N_S = 3, N_LINEAR = 400, N_BIN = 10 };
static const double A[N_S][N_Z] = {{1.5, 0}, {1.5, 0.3}, {0, 2}}, NOISE = 0.15;
static const double COVARIANCE[N_S * N_S] = {0.25, 0.23, 0, 0.23, 0.25, 0, 0, 0, 0.16};

typedef enum linear_mutant { M_NONE, M_SMALLER_ERRORS, M_NO_CORRELATION, M_NO_MIXTURE, N_MUTANT } linear_mutant;

typedef struct linear {
    uint32_t seed;
} linear;

static void simulate_one(const linear *problem, uint32_t replicate, uint32_t number, const double *z, double *s) {
    const ho_streams streams = {problem->seed, replicate};
    ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_BASELINE, number);
    for (size_t k = 0; k < N_S; k++)
        s[k] = A[k][0] * z[0] + A[k][1] * z[1] + NOISE * ho_normal(&rng);
}

static ho_status simulate_linear(void *context, const double *z, size_t from, size_t n, double *summary, ho_error *err) {
    (void)err;
    for (size_t i = 0; i < n; i++)
        simulate_one(context, 0, (uint32_t)(from + i), z + i * N_Z, summary + i * N_S);
    return HO_OK;
}

static void factor_of(linear_mutant mutant, bool believed, double *factor) {
    for (size_t k = 0; k < N_S * N_S; k++) {
        bool off = k % (N_S + 1) != 0;
        factor[k] = believed && mutant == M_NO_CORRELATION && off ? 0 : COVARIANCE[k];
        factor[k] *= believed && mutant == M_SMALLER_ERRORS ? 0.25 : 1;
    }
    assert_true(ho_cholesky(factor, N_S));
}

/* Rank of a truth of its own; `mutant` is what the calibration gets wrong. */
static void rank_linear(uint32_t truth, linear_mutant mutant, double rank[N_Z]) {
    linear problem = {.seed = 1000 + truth};
    const ho_streams streams = {problem.seed, 1};
    ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_BASELINE, 0);
    double z[N_Z] = {ho_normal(&rng), ho_normal(&rng)}, observed[N_S], error[N_S * N_S], believed[N_S * N_S], e[N_S];
    simulate_one(&problem, 2, 0, z, observed);
    factor_of(mutant, false, error);
    factor_of(mutant, true, believed);
    for (size_t k = 0; k < N_S; k++)
        e[k] = ho_normal(&rng);
    for (size_t a = 0; a < N_S; a++)
        for (size_t b = 0; b <= a; b++)
            observed[a] += error[a * N_S + b] * e[b];
    ho_abc abc = {.n_parameter = N_Z, .n_summary = N_S, .observed = observed, .error = believed, .seed = problem.seed, .n_first = 600,
                  .n_new = 300, .n_max = 3000, .n_effective = 200, .simulate = simulate_linear, .context = &problem};
    assert_int_equal(ho_abc_begin(&abc, NULL), HO_OK);
    assert_int_equal(ho_abc_run(&abc, NULL), HO_OK);
    double all = 0;
    rank[0] = rank[1] = 0;
    for (size_t i = 0; i < abc.n_simulated; i++) {
        double weight = abc.share[i] * (mutant == M_NO_MIXTURE ? abc.mixture[i] : 1);
        all += weight;
        for (size_t j = 0; j < N_Z; j++)
            rank[j] += abc.z[i * N_Z + j] < z[j] ? weight : 0;
    }
    rank[0] /= all, rank[1] /= all;
    ho_abc_end(&abc);
}

/* The smaller p of the two parameters. */
static double p_of_linear(linear_mutant mutant) {
    double bin[N_Z][N_BIN] = {{0}}, expected[N_BIN], rank[N_Z], least = 1;
    for (uint32_t truth = 0; truth < N_LINEAR; truth++) {
        rank_linear(truth, mutant, rank);
        for (size_t j = 0; j < N_Z; j++)
            bin[j][rank[j] < 1 ? (size_t)(rank[j] * N_BIN) : N_BIN - 1]++;
    }
    for (size_t b = 0; b < N_BIN; b++)
        expected[b] = (double)N_LINEAR / N_BIN;
    for (size_t j = 0; j < N_Z; j++)
        least = fmin(least, chi_square_p(bin[j], expected, N_BIN));
    return least;
}

static void ranks_of_a_linear_problem_are_uniform(void **unused) {
    (void)unused;
    double p = p_of_linear(M_NONE);
    if (!(p > 0.001))
        fail_msg("p is %g", p);
}

static void wrong_errors_and_wrong_weights_show(void **unused) {
    (void)unused;
    static const char *const name[] = {"", "errors taken half as large", "errors taken as independent", "weights without proposals"};
    for (int mutant = 1; mutant < N_MUTANT; mutant++) {
        double p = p_of_linear((linear_mutant)mutant);
        if (!(p < 0.001))
            fail_msg("%s: p is %g", name[mutant], p);
    }
}

/* --- all of it --- */

enum { N_SIDE = 15, N_DAY = 40 };

static char *copy(const char *text) {
    char *made = strdup(text);
    assert_non_null(made);
    return made;
}

/* A lattice of centres that strong reeds take one by one, and two counts of them. */
static ho_scenario *lattice(void) {
    small *country = small_lattice(N_SIDE, N_SIDE);
    for (size_t i = 0; i < country->n_district; i++) {
        country->district[i].soldiers = 30;
        country->district[i].rebels = i % N_SIDE == 3 ? 600 : 100;
    }
    ho_scenario *scenario = small_load(country);
    small_free(country);
    scenario->record = calloc(2, sizeof *scenario->record);
    scenario->n_record = 2;
    for (size_t k = 0; k < 2; k++) {
        const ho_day day = scenario->from + (ho_day)(k + 1) * N_DAY / 2;
        scenario->record[k] = (ho_record_row){.observable = copy("centres_held.reeds"), .mode = copy(""), .definition = copy("held"),
                                              .who = copy("Gazette"), .confidence = copy("high"), .source = copy("test"), .note = copy(""),
                                              .district = -1, .date_start = day, .date_end = day, .value_low = 50, .value_high = 50,
                                              .denominator = N_SIDE * N_SIDE, .known_on = day, .line = (int32_t)k + 2};
    }
    return scenario;
}

/* How fast the reeds make contact and fight, all other parameters at the centre of their priors. */
static ho_recovery *recovered(const ho_scenario *scenario, size_t n_truth, size_t n_thread) {
    static const char *const on[] = {"calendar", "strategy", "surrender", "assault", "takeover", NULL};
    static const int32_t parameter[] = {HO_P_CONTACT, HO_P_EFFORT};
    ho_calibrate_options options = ho_calibrate_options_default();
    ho_recovery *recovery = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    options.world.known_by = scenario->from + N_DAY;
    options.world.at_centre = true;
    options.sim = (ho_sim_options){.seed = 12, .off = all_but(on)};
    options.n_thread = n_thread;
    options.parameter = parameter;
    options.n_parameter = N_OF(parameter);
    options.n_first = 100;
    options.n_new = 50;
    options.n_max = 300;
    options.n_effective = 40;
    if (ho_recover(scenario, &options, n_truth, &recovery, &problems, &err))
        fail_msg("%s", err.text);
    ho_problems_free(&problems);
    return recovery;
}

/* Of 60 truths 45 or fewer are covered by chance once in 1,500 times if 90 % are to be (binomial). */
static void parameters_of_a_made_up_country_are_recovered(void **unused) {
    (void)unused;
    enum { N = 60 };
    ho_scenario *scenario = lattice();
    ho_recovery *r = recovered(scenario, N, N_THREAD);
    assert_true(r->n_cold > 0 && r->temperature < 4);
    assert_true(r->parameter[0].shrinkage > 0.2 && r->parameter[1].identifiable); /* else uniform ranks say nothing */
    for (size_t j = 0; j < r->n_parameter; j++) {
        const ho_recovered_parameter *p = &r->parameter[j];
        size_t n = 0;
        for (size_t b = 0; b < HO_RECOVERY_BINS; b++)
            n += p->bin[b];
        assert_int_equal(n, N);
        if (!(p->p > 0.001 && p->n_covered > 45))
            fail_msg("parameter %zu: p is %g, %zu of %d covered", j, p->p, p->n_covered, N);
        assert_true(p->covered_low < p->covered && p->covered < p->covered_high);
    }
    ho_recovery_free(r);
    ho_scenario_free(scenario);
}

static void threads_change_no_bit_of_a_recovery(void **unused) {
    (void)unused;
    ho_scenario *scenario = lattice();
    ho_recovery *one = recovered(scenario, 20, 1), *three = recovered(scenario, 20, 3);
    assert_string_equal(one->digest, three->digest);
    ho_recovery_free(one);
    ho_recovery_free(three);
    ho_scenario_free(scenario);
}

static void too_few_truths_are_refused(void **unused) {
    (void)unused;
    ho_scenario *scenario = lattice();
    ho_calibrate_options options = ho_calibrate_options_default();
    ho_recovery *recovery = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    assert_int_equal(ho_recover(scenario, &options, 19, &recovery, &problems, &err), HO_ERR_INPUT);
    assert_string_equal(err.text, "19 truths to recover; need 20 to 100000");
    assert_null(recovery);
    ho_problems_free(&problems);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ranks_of_a_linear_problem_are_uniform),
        cmocka_unit_test(wrong_errors_and_wrong_weights_show),
        cmocka_unit_test(parameters_of_a_made_up_country_are_recovered),
        cmocka_unit_test(threads_change_no_bit_of_a_recovery),
        cmocka_unit_test(too_few_truths_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
