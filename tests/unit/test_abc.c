/* Bayesian computation without a likelihood, on a problem whose posterior is known: two means with prior N(0, 1), each seen through a
 * normal error; a third parameter that nothing shows. And what it is made of. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "base/samplers.h"
#include "calibrate/abc.h"
#include "calibrate/normal.h"

enum { N_PARAMETER = 3, N_SUMMARY = 3 };
static const double OBSERVED[N_SUMMARY] = {1.0, -0.5, 0.5}, ERROR_SD = 0.5;
static const double ERROR[N_SUMMARY * N_SUMMARY] = {0.5, 0, 0, 0, 0.5, 0, 0, 0, 0.5};

/* Summaries: z0, z1, z0 + z1; all are observed with an error of sd ERROR_SD. */
static ho_status simulate(void *context, const double *z, size_t from, size_t n, double *summary, ho_error *err) {
    (void)err;
    assert_int_equal(from, *(size_t *)context);
    *(size_t *)context += n;
    for (size_t i = 0; i < n; i++) {
        double *s = summary + i * N_SUMMARY;
        s[0] = z[i * N_PARAMETER];
        s[1] = z[i * N_PARAMETER + 1];
        s[2] = s[0] + s[1];
    }
    return HO_OK;
}

static ho_abc problem(uint32_t seed, size_t n_max, double n_effective, size_t *n_called) {
    return (ho_abc){.n_parameter = N_PARAMETER, .n_summary = N_SUMMARY, .observed = OBSERVED, .error = ERROR, .seed = seed, .n_first = 4000,
                    .n_new = 2000, .n_max = n_max, .n_effective = n_effective, .simulate = simulate, .context = n_called};
}

/* Posterior mean and covariance of (z0, z1): precision I + A'A / sd^2 with A = (1 0; 0 1; 1 1). */
static void exact(double mean[2], double cov[3]) {
    double v = ERROR_SD * ERROR_SD, a = 1 + 2 / v, b = 1 / v, det = a * a - b * b;
    double r0 = (OBSERVED[0] + OBSERVED[2]) / v, r1 = (OBSERVED[1] + OBSERVED[2]) / v;
    cov[0] = a / det, cov[1] = -b / det, cov[2] = a / det;
    mean[0] = cov[0] * r0 + cov[1] * r1;
    mean[1] = cov[1] * r0 + cov[2] * r1;
}

/* What a run says of z0 and z1, and of z2, which nothing shows. */
static void assert_exact(const ho_abc *abc, double mean_off, double var_off) {
    double mean[3] = {0}, var[3] = {0}, both = 0, want[2], cov[3];
    const double *z = abc->z, *w = abc->share;
    for (size_t i = 0; i < abc->n_simulated; i++)
        for (int a = 0; a < 3; a++)
            mean[a] += w[i] * z[i * 3 + (size_t)a];
    for (size_t i = 0; i < abc->n_simulated; i++) {
        for (int a = 0; a < 3; a++)
            var[a] += w[i] * (z[i * 3 + (size_t)a] - mean[a]) * (z[i * 3 + (size_t)a] - mean[a]);
        both += w[i] * (z[i * 3] - mean[0]) * (z[i * 3 + 1] - mean[1]);
    }
    exact(want, cov);
    assert_true(fabs(mean[0] - want[0]) < mean_off && fabs(mean[1] - want[1]) < mean_off);
    assert_true(fabs(var[0] / cov[0] - 1) < var_off && fabs(var[1] / cov[2] - 1) < var_off);
    assert_true(fabs(both / cov[1] - 1) < 2 * var_off);
    assert_true(fabs(mean[2]) < 3 * mean_off && fabs(var[2] - 1) < 2 * var_off);
}

/* Posterior sd is 0.35: 4,000 effective particles give its mean within 0.0056 and its variance within 2.2 % (one standard error). */
static void the_posterior_of_a_linear_problem_is_found(void **unused) {
    (void)unused;
    size_t n_called = 0;
    ho_abc abc = problem(9, 60000, 4000, &n_called);
    assert_int_equal(ho_abc_begin(&abc, NULL), HO_OK);
    assert_int_equal(ho_abc_run(&abc, NULL), HO_OK);
    assert_true(abc.n_generation >= 2);
    assert_int_equal(abc.n_simulated, n_called);
    assert_true(abc.n_simulated < 20000); /* the prior alone, of which 3 % are effective here, would need more than 100,000 */
    const ho_abc_generation *last = &abc.log[abc.n_generation - 1];
    assert_true(last->temperature == 1 && last->effective >= 4000);
    assert_exact(&abc, 0.03, 0.12);
    ho_abc_end(&abc);
}

static void errors_are_taken_larger_where_too_few_simulations_are_allowed(void **unused) {
    (void)unused;
    size_t n_called = 0;
    ho_abc abc = problem(9, 4000, 2000, &n_called);
    assert_int_equal(ho_abc_begin(&abc, NULL), HO_OK);
    assert_int_equal(ho_abc_run(&abc, NULL), HO_OK);
    assert_int_equal(abc.n_generation, 1);
    assert_true(abc.log[0].temperature > 1.2 && fabs(abc.log[0].effective - 2000) < 1);
    ho_abc_end(&abc);
}

/* The weights of a generation are 1 on average under its own proposal, whatever it is: a mixture that were wrong would show here. */
static void weights_are_one_on_average(void **unused) {
    (void)unused;
    size_t n_called = 0;
    ho_abc abc = problem(5, 30000, 29000, &n_called);
    assert_int_equal(ho_abc_begin(&abc, NULL), HO_OK);
    assert_int_equal(ho_abc_run(&abc, NULL), HO_OK);
    assert_int_equal(abc.n_simulated, 30000);
    double sum = 0, square = 0;
    for (size_t i = 0; i < abc.n_simulated; i++) {
        double w = (double)abc.n_simulated / abc.mixture[i];
        sum += w;
        square += w * w;
    }
    double n = (double)abc.n_simulated, mean = sum / n, se = sqrt((square / n - mean * mean) / n);
    assert_true(fabs(mean - 1) < 4 * se && se < 0.02);
    ho_abc_end(&abc);
}

static void the_same_seed_gives_the_same_particles_and_another_does_not(void **unused) {
    (void)unused;
    size_t n[3] = {0};
    ho_abc a = problem(9, 12000, 11000, &n[0]), b = problem(9, 12000, 11000, &n[1]), c = problem(10, 12000, 11000, &n[2]);
    ho_abc *abc[] = {&a, &b, &c};
    for (int k = 0; k < 3; k++) {
        assert_int_equal(ho_abc_begin(abc[k], NULL), HO_OK);
        assert_int_equal(ho_abc_run(abc[k], NULL), HO_OK);
        assert_int_equal(abc[k]->n_simulated, 12000);
    }
    assert_memory_equal(a.z, b.z, a.n_simulated * N_PARAMETER * sizeof(double));
    assert_memory_equal(a.share, b.share, a.n_simulated * sizeof(double));
    assert_memory_not_equal(a.z, c.z, a.n_simulated * N_PARAMETER * sizeof(double));
    for (int k = 0; k < 3; k++)
        ho_abc_end(abc[k]);
}

static void resampling_gives_each_its_share(void **unused) {
    (void)unused;
    const double weight[] = {0, 1, 2, 0, 5};
    uint32_t chosen[80], count[5] = {0};
    ho_abc_resample(weight, 5, 0.5, chosen, 80);
    for (int k = 0; k < 80; k++)
        count[chosen[k]]++;
    assert_int_equal(count[0] + count[3], 0);
    assert_int_equal(count[1], 10);
    assert_int_equal(count[2], 20);
    assert_int_equal(count[4], 50);
}

static void a_factor_is_refused_where_there_is_none(void **unused) {
    (void)unused;
    double good[] = {4, 0, 2, 5}, bad[] = {1, 0, 2, 1};
    assert_true(ho_cholesky(good, 2));
    assert_true(good[0] == 2 && good[2] == 1 && good[3] == 2);
    assert_false(ho_cholesky(bad, 2));
}

/* --- scores of priors --- */

static void distribution_functions_have_their_published_values(void **unused) {
    (void)unused;
    /* Abramowitz and Stegun, tables 26.1 (normal) and closed forms: P(1, x) = 1 - e^-x, I_x(2, 2) = x^2 (3 - 2 x), I_x(1, b) = 1 - (1 - x)^b */
    assert_true(fabs(ho_normal_below(1) - 0.841344746068543) < 1e-14);
    assert_true(fabs(ho_normal_below(-3) - 0.00134989803163009) < 1e-16);
    assert_true(fabs(ho_normal_below(-8) / 6.22096057427178e-16 - 1) < 1e-11);
    assert_true(ho_normal_below(0) == 0.5);
    for (double x = 0.01; x < 20; x *= 1.7)
        assert_true(fabs(ho_gamma_below(1, x) + ho_expm1(-x)) < 1e-14);
    for (double x = 0.05; x < 1; x += 0.05) {
        assert_true(fabs(ho_beta_below(x, 2, 2) - x * x * (3 - 2 * x)) < 1e-14);
        assert_true(fabs(ho_beta_below(x, 1, 0.3) - (1 - ho_pow(1 - x, 0.3))) < 1e-14);
    }
}

static void quantiles_turn_distribution_functions_back(void **unused) {
    (void)unused;
    for (double u = 0.001; u < 1; u += 0.0499) {
        ho_prior beta = {HO_PRIOR_BETA, 2, 8, -INFINITY, INFINITY}, gamma = {HO_PRIOR_GAMMA, 2, 7, -INFINITY, INFINITY},
                 flat = {HO_PRIOR_UNIFORM, -1, 3, -INFINITY, 2};
        assert_true(fabs(ho_beta_below(ho_prior_quantile(&beta, u), 2, 8) - u) < 1e-12);
        assert_true(fabs(ho_gamma_below(2, ho_prior_quantile(&gamma, u) / 7) - u) < 1e-12);
        assert_true(fabs(ho_prior_quantile(&flat, u) - fmin(-1 + 4 * u, 2)) < 1e-12);
    }
    ho_prior lognormal = {HO_PRIOR_LOGNORMAL, 3, 0.5, -INFINITY, INFINITY}, half = {HO_PRIOR_HALFNORMAL, 0, 2, -INFINITY, INFINITY},
             point = {HO_PRIOR_POINT, 4, 0, -INFINITY, INFINITY};
    assert_true(fabs(ho_prior_at(&lognormal, 0) - 3) < 1e-12);
    assert_true(fabs(ho_prior_at(&lognormal, 2) - 3 * ho_exp(1)) < 1e-9);
    assert_true(fabs(ho_prior_at(&half, 0) - 2 * 0.674489750196082) < 1e-12);
    assert_true(ho_prior_at(&point, 1.3) == 4);
}

/* Draws at normal scores have the law of the draws from the prior: equal means within 4 standard errors. */
static void scores_have_the_law_of_the_prior(void **unused) {
    (void)unused;
    const ho_prior prior[] = {{HO_PRIOR_BETA, 2, 38, -INFINITY, INFINITY}, {HO_PRIOR_GAMMA, 2, 7, -INFINITY, INFINITY},
                              {HO_PRIOR_BETA, 0.5, 0.5, -INFINITY, INFINITY}};
    const double mean[] = {2.0 / 40, 14, 0.5}, var[] = {2.0 * 38 / (1600 * 41), 98, 0.125};
    enum { N = 20000 };
    const ho_streams streams = {3, 4};
    for (uint32_t k = 0; k < 3; k++) {
        ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, k);
        double sum = 0;
        for (int i = 0; i < N; i++)
            sum += ho_prior_at(&prior[k], ho_normal(&rng));
        assert_true(fabs(sum / N - mean[k]) < 4 * sqrt(var[k] / N));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_posterior_of_a_linear_problem_is_found),
        cmocka_unit_test(errors_are_taken_larger_where_too_few_simulations_are_allowed),
        cmocka_unit_test(weights_are_one_on_average),
        cmocka_unit_test(the_same_seed_gives_the_same_particles_and_another_does_not),
        cmocka_unit_test(resampling_gives_each_its_share),
        cmocka_unit_test(a_factor_is_refused_where_there_is_none),
        cmocka_unit_test(distribution_functions_have_their_published_values),
        cmocka_unit_test(quantiles_turn_distribution_functions_back),
        cmocka_unit_test(scores_have_the_law_of_the_prior),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
