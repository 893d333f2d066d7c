/* Scores against closed forms, values worked out by hand and slow second implementations; fits and curves of the baselines. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "base/samplers.h"
#include "evidence/baselines.h"
#include "holdout/evidence.h"

static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g within %g", value, expected, tolerance);
}

static ho_rng stream(uint32_t entity) {
    const ho_streams streams = {7, 0};
    return ho_rng_at(&streams, 0, HO_PROC_TEST, entity);
}

static void normals(double *member, size_t n, uint32_t entity) {
    ho_rng rng = stream(entity);
    for (size_t k = 0; k < n; k++)
        member[k] = ho_normal(&rng);
    ho_score_sort(member, n);
}

/* --- CRPS --- */

/* The integral of (F - 1)^2, piece by piece between all the points where it changes. */
static double crps_integral(const double *sorted, size_t n, double y) {
    double at[64], sum = 0;
    memcpy(at, sorted, n * sizeof *at);
    at[n] = y;
    ho_score_sort(at, n + 1);
    for (size_t k = 0; k < n; k++) {
        double middle = (at[k] + at[k + 1]) / 2, below = 0;
        for (size_t i = 0; i < n; i++)
            below += sorted[i] <= middle;
        double miss = below / (double)n - (middle >= y ? 1 : 0);
        sum += miss * miss * (at[k + 1] - at[k]);
    }
    return sum;
}

static double crps_pairs(const double *member, size_t n, double y, double pairs) {
    double to_y = 0, between = 0;
    for (size_t i = 0; i < n; i++) {
        to_y += fabs(member[i] - y);
        for (size_t j = 0; j < n; j++)
            between += fabs(member[i] - member[j]);
    }
    return to_y / (double)n - between / (2 * pairs);
}

static void crps_is_the_integral_and_the_sum_over_pairs(void **state) {
    (void)state;
    double member[50];
    for (uint32_t trial = 0; trial < 20; trial++) {
        size_t n = 1 + trial * 2;
        double y = -2 + 0.2 * trial;
        normals(member, n, trial);
        if (n > 3)
            member[1] = member[2] = member[0]; /* ties */
        assert_near(ho_score_crps(member, n, y), crps_integral(member, n, y), 1e-12);
        assert_near(ho_score_crps(member, n, y), crps_pairs(member, n, y, (double)(n * n)), 1e-12);
        if (n > 1)
            assert_near(ho_score_crps_fair(member, n, y), crps_pairs(member, n, y, (double)(n * (n - 1))), 1e-12);
    }
}

/* Gneiting and Raftery 2007, eq. 21: CRPS of N(0,1) at y = y (2 Phi(y) - 1) + 2 phi(y) - 1/sqrt(pi). */
static void crps_of_a_normal_is_the_closed_form(void **state) {
    (void)state;
    enum { N = 20000 };
    double *member = calloc(N, sizeof *member);
    assert_non_null(member);
    for (size_t k = 0; k < N; k++)
        member[k] = ho_normal_from(((double)k + 0.5) / N);
    assert_near(ho_score_crps(member, N, 0), 2 / sqrt(2 * M_PI) - 1 / sqrt(M_PI), 1e-4);
    assert_near(ho_score_crps(member, N, 1), 2 * 0.841344746068543 - 1 + 2 * 0.241970724519143 - 1 / sqrt(M_PI), 1e-4);
    free(member);
}

static void crps_of_one_member_is_the_distance_and_of_a_perfect_one_nothing(void **state) {
    (void)state;
    const double one = 3, same[] = {2, 2, 2};
    assert_near(ho_score_crps(&one, 1, 5), 2, 0);
    assert_near(ho_score_crps_fair(&one, 1, 5), 2, 0);
    assert_near(ho_score_crps(same, 3, 2), 0, 0);
    assert_near(ho_score_crps_fair(same, 3, 2), 0, 0);
}

/* In the mean over ensembles of 3 the fair score is that of the distribution: E = 1/sqrt(pi) where X, y ~ N(0,1); the other is larger. */
static void fair_crps_does_not_depend_on_the_size(void **state) {
    (void)state;
    enum { N = 40000 };
    ho_rng rng = stream(99);
    double fair = 0, square = 0, plain = 0;
    for (size_t k = 0; k < N; k++) {
        double member[3] = {ho_normal(&rng), ho_normal(&rng), ho_normal(&rng)}, y = ho_normal(&rng);
        ho_score_sort(member, 3);
        double score = ho_score_crps_fair(member, 3, y);
        fair += score / N;
        square += score * score / N;
        plain += ho_score_crps(member, 3, y) / N;
    }
    double se = sqrt((square - fair * fair) / N);
    assert_near(fair, 1 / sqrt(M_PI), 4 * se);
    assert_true(plain > fair + 0.1);
}

/* --- intervals, probabilities, categories --- */

static void interval_score_is_width_and_twenty_times_the_miss(void **state) {
    (void)state;
    assert_near(ho_score_interval(1, 3, 0.1, 2), 2, 0);
    assert_near(ho_score_interval(1, 3, 0.1, 0.5), 2 + 20 * 0.5, 1e-12);
    assert_near(ho_score_interval(1, 3, 0.1, 4), 2 + 20, 1e-12);
}

static void quantiles_interpolate(void **state) {
    (void)state;
    const double sorted[] = {0, 1, 2, 3, 10};
    assert_near(ho_score_quantile(sorted, 5, 0.5), 2, 0);
    assert_near(ho_score_quantile(sorted, 5, 0.9), 7.2, 1e-12);
    assert_near(ho_score_quantile(sorted, 5, 1), 10, 0);
}

static void binary_scores_are_the_textbook_ones(void **state) {
    (void)state;
    assert_near(ho_score_brier(0.7, true), 0.09, 1e-15);
    assert_near(ho_score_brier(0.7, false), 0.49, 1e-15);
    assert_near(ho_score_log(0.5), 0.693147180559945, 1e-15);
    assert_true(isinf(ho_score_log(0)));
    assert_near(ho_score_share(0, 1000), 0.5 / 1001, 1e-15);
    assert_near(ho_score_share(1000, 1000), 1000.5 / 1001, 1e-15);
}

/* In the mean over what happens no probability beats the right one. */
static void scores_are_proper(void **state) {
    (void)state;
    const double truth = 0.3;
    for (double p = 0.05; p < 1; p += 0.05) {
        double brier = truth * ho_score_brier(p, true) + (1 - truth) * ho_score_brier(p, false);
        double log = truth * ho_score_log(p) + (1 - truth) * ho_score_log(1 - p);
        assert_true(brier >= truth * (1 - truth) - 1e-15);
        assert_true(log >= truth * ho_score_log(truth) + (1 - truth) * ho_score_log(1 - truth) - 1e-15);
    }
}

static void rps_cumulates(void **state) {
    (void)state;
    const double p[] = {0.2, 0.5, 0.3}, right[] = {0, 1, 0}, two[] = {0.4, 0.6};
    assert_near(ho_score_rps(p, 3, 1), (0.04 + 0.09) / 2, 1e-15);
    assert_near(ho_score_rps(p, 3, 0), (0.64 + 0.09) / 2, 1e-15);
    assert_near(ho_score_rps(right, 3, 1), 0, 0);
    assert_near(ho_score_rps(two, 2, 0), ho_score_brier(0.4, true), 1e-15);
}

/* --- energy --- */

static void energy_of_one_dimension_is_the_crps(void **state) {
    (void)state;
    double member[40];
    normals(member, 40, 3);
    const double y = 0.7;
    assert_near(ho_score_energy(member, 40, 1, &y), ho_score_crps(member, 40, y), 1e-12);
}

static double distance(const double *a, const double *b, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += (a[k] - b[k]) * (a[k] - b[k]);
    return sqrt(sum);
}

static void energy_is_the_sum_over_pairs(void **state) {
    (void)state;
    double member[30 * 3];
    const double y[] = {0.5, -1, 2};
    normals(member, 90, 4);
    double to_y = 0, between = 0;
    for (size_t i = 0; i < 30; i++) {
        to_y += distance(member + 3 * i, y, 3) / 30;
        for (size_t j = 0; j < 30; j++)
            between += distance(member + 3 * i, member + 3 * j, 3) / 900;
    }
    assert_near(ho_score_energy(member, 30, 3, y), to_y - between / 2, 1e-12);
    const double same[] = {0.5, -1, 2, 0.5, -1, 2};
    assert_near(ho_score_energy(same, 2, 3, y), 0, 0);
}

static void energy_of_many_members_takes_some_pairs(void **state) {
    (void)state;
    enum { N = 1500 };
    static double member[N];
    ho_rng rng = stream(5);
    for (size_t k = 0; k < N; k++)
        member[k] = ho_normal(&rng);
    const double y = 0.3;
    double some = ho_score_energy(member, N, 1, &y);
    ho_score_sort(member, N);
    assert_near(some, ho_score_crps(member, N, y), 0.005);
}

/* --- calibration --- */

static void pit_is_in_the_middle_of_ties(void **state) {
    (void)state;
    const double member[] = {1, 2, 2, 3};
    assert_near(ho_score_pit(member, 4, 2), 0.5, 0);
    assert_near(ho_score_pit(member, 4, 0), 0, 0);
    assert_near(ho_score_pit(member, 4, 9), 1, 0);
    assert_int_equal(ho_score_pit_bin(0), 0);
    assert_int_equal(ho_score_pit_bin(0.2), 1);
    assert_int_equal(ho_score_pit_bin(1), HO_PIT_BIN - 1);
}

static void pit_of_the_right_distribution_is_flat(void **state) {
    (void)state;
    enum { N = 2000, MEMBER = 99 };
    ho_rng rng = stream(6);
    size_t bin[HO_PIT_BIN] = {0};
    for (size_t k = 0; k < N; k++) {
        double member[MEMBER], y = ho_normal(&rng);
        for (size_t i = 0; i < MEMBER; i++)
            member[i] = ho_normal(&rng);
        bin[ho_score_pit_bin(ho_score_pit(member, MEMBER, y))]++;
    }
    for (size_t k = 0; k < HO_PIT_BIN; k++) /* binomial sd of 400 is 17.9 */
        assert_near((double)bin[k], N / HO_PIT_BIN, 4 * 17.9);
}

static void reliability_counts(void **state) {
    (void)state;
    ho_reliability table = {0};
    ho_reliability_add(&table, 0, false);
    ho_reliability_add(&table, 0.05, true);
    ho_reliability_add(&table, 0.95, true);
    ho_reliability_add(&table, 1, true);
    assert_int_equal(table.n[0], 2);
    assert_int_equal(table.n_happened[0], 1);
    assert_int_equal(table.n[9], 2);
    assert_near(table.sum_p[9], 1.95, 1e-15);
}

static void ignorance_has_the_bins_of_views(void **state) {
    (void)state;
    static const double count[HO_IGN_BIN][2] = {{0, 0},    {1, 2},     {3, 5},     {6, 10},    {11, 25},    {26, 50},
                                                {51, 100}, {101, 250}, {251, 500}, {501, 1000}, {1001, 1e9}};
    for (size_t k = 0; k < HO_IGN_BIN; k++) {
        assert_int_equal(ho_score_ign_bin(count[k][0]), k);
        assert_int_equal(ho_score_ign_bin(count[k][1]), k);
    }
    const double member[] = {3, 4, 5, 60};
    assert_near(ho_score_ign(member, 4, 4), -log2(4. / 15), 1e-12);
    assert_near(ho_score_ign(member, 4, 2000), -log2(1. / 15), 1e-12);
}

/* --- fits --- */

static void polynomials_go_through_their_points(void **state) {
    (void)state;
    const double t[] = {-900, -300, -40, -1}, y[] = {2 + 900, 2 + 300, 2 + 40, 2 + 1};
    double c[3];
    assert_int_equal(ho_fit_polynomial(t, y, 4, 2, c), 2);
    assert_near(c[0], 2, 1e-8);
    assert_near(c[1], -1, 1e-10);
    assert_near(c[2], 0, 1e-12);
    assert_int_equal(ho_fit_polynomial(t, y, 1, 2, c), 0);
    assert_near(ho_polynomial(c, 2, 100), y[0], 1e-12);
    const double same_t[] = {5, 5, 5}, some_y[] = {1, 2, 6};
    assert_int_equal(ho_fit_polynomial(same_t, some_y, 3, 1, c), 0);
    assert_near(c[0], 3, 1e-12);
}

/* Of two groups with 3 of 10 and 7 of 10 the maximum likelihood is the logits of the shares. */
static void table_rows(double x[40], uint8_t happened[20]) {
    for (size_t r = 0; r < 20; r++) {
        x[2 * r] = 1;
        x[2 * r + 1] = r >= 10;
        happened[r] = r % 10 < (r >= 10 ? 7 : 3);
    }
}

static void logistic_regression_finds_the_logits_of_a_table(void **state) {
    (void)state;
    double x[40], beta[2];
    uint8_t happened[20];
    table_rows(x, happened);
    assert_true(ho_fit_logistic(x, happened, 20, 2, 0, beta));
    assert_near(beta[0], log(3. / 7), 1e-9);
    assert_near(beta[1], log(7. / 3) - log(3. / 7), 1e-9);
}

static void ridge_balances_the_gradient_and_spares_the_constant(void **state) {
    (void)state;
    double x[40], beta[2];
    uint8_t happened[20];
    table_rows(x, happened);
    assert_true(ho_fit_logistic(x, happened, 20, 2, 2, beta));
    double constant = 0, slope = 0;
    for (size_t r = 0; r < 20; r++) {
        double miss = happened[r] - 1 / (1 + exp(-beta[0] - beta[1] * x[2 * r + 1]));
        constant += miss;
        slope += miss * x[2 * r + 1];
    }
    assert_near(constant, 0, 1e-8);
    assert_near(slope, 2 * beta[1], 1e-8);
    assert_true(beta[1] > 0 && beta[1] < log(7. / 3) - log(3. / 7));
}

static void separated_classes_need_a_ridge(void **state) {
    (void)state;
    const double x[] = {1, 0, 1, 0, 1, 1, 1, 1};
    const uint8_t happened[] = {0, 0, 1, 1}, never[] = {0, 0, 0, 0};
    double beta[2];
    assert_false(ho_fit_logistic(x, happened, 4, 2, 0, beta));
    assert_true(ho_fit_logistic(x, happened, 4, 2, 1, beta));
    assert_true(beta[1] > 0 && beta[1] < 10);
    assert_false(ho_fit_logistic(x, never, 4, 2, 1, beta));
}

/* --- curves --- */

static void draw(size_t curve, const double *t, const double *share, size_t n, const double *day, size_t n_day, double *path, size_t n_draw) {
    double copy_t[8], copy_share[8];
    memcpy(copy_t, t, n * sizeof *t);
    memcpy(copy_share, share, n * sizeof *share);
    const ho_points points = {n, copy_t, copy_share};
    ho_rng rng = stream(1000 + (uint32_t)curve);
    assert_true(ho_curve_draw(&ho_curves[curve], &points, 0.001, day, n_day, n_draw, &rng, path) > 0);
}

static void curves_without_residuals_have_no_spread(void **state) {
    (void)state;
    const double t[] = {-30, -20, -10, 0}, share[] = {0.1, 0.2, 0.3, 0.4}, day[] = {10, 20};
    double path[20];
    draw(1, t, share, 4, day, 2, path, 10);
    for (size_t r = 0; r < 10; r++) {
        assert_near(path[2 * r], 0.5, 1e-9);
        assert_near(path[2 * r + 1], 0.6, 1e-9);
    }
    const double flat[] = {0.3, 0.3, 0.3, 0.3};
    for (size_t curve = 0; curve < HO_N_CURVE; curve++) {
        draw(curve, t, flat, 4, day, 2, path, 10);
        for (size_t k = 0; k < 20; k++)
            assert_near(path[k], 0.3, 1e-6);
    }
}

static void logistic_curve_is_straight_in_logits(void **state) {
    (void)state;
    const double t[] = {-20, -10, 0}, share[] = {1 / (1 + exp(2)), 1 / (1 + exp(1)), 0.5}, day[] = {10};
    double path[5];
    draw(5, t, share, 3, day, 1, path, 5);
    assert_near(path[0], 1 / (1 + exp(-1)), 1e-9);
}

static void curves_spread_stay_shares_and_repeat(void **state) {
    (void)state;
    const double t[] = {-50, -40, -30, -20, -10, 0}, share[] = {0.7, 0.6, 0.85, 0.8, 0.97, 0.9}, day[] = {1, 30, 90};
    enum { N = 300 };
    static double path[3 * N], again[3 * N];
    for (size_t curve = 0; curve < HO_N_CURVE; curve++) {
        draw(curve, t, share, 6, day, 3, path, N);
        draw(curve, t, share, 6, day, 3, again, N);
        assert_memory_equal(path, again, sizeof path);
        double low = 2, high = -1;
        for (size_t k = 0; k < 3 * N; k++) {
            assert_true(path[k] >= 0 && path[k] <= 1);
            low = path[k] < low ? path[k] : low;
            high = path[k] > high ? path[k] : high;
        }
        assert_true(high > low);
    }
}

/* Residuals of a walk: the spread grows as the root of the days. */
static void last_share_walks(void **state) {
    (void)state;
    const double t[] = {-4, -3, -2, -1, 0}, share[] = {0.50, 0.51, 0.50, 0.51, 0.50}, day[] = {1, 100};
    enum { N = 4000 };
    static double path[2 * N];
    draw(0, t, share, 5, day, 2, path, N);
    double near = 0, far = 0;
    for (size_t r = 0; r < N; r++) {
        near += (path[2 * r] - 0.5) * (path[2 * r] - 0.5) / N;
        far += (path[2 * r + 1] - 0.5) * (path[2 * r + 1] - 0.5) / N;
    }
    assert_near(sqrt(near), 0.01, 1e-9);
    assert_near(sqrt(far), 0.1, 0.006);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(crps_is_the_integral_and_the_sum_over_pairs),
        cmocka_unit_test(crps_of_a_normal_is_the_closed_form),
        cmocka_unit_test(crps_of_one_member_is_the_distance_and_of_a_perfect_one_nothing),
        cmocka_unit_test(fair_crps_does_not_depend_on_the_size),
        cmocka_unit_test(interval_score_is_width_and_twenty_times_the_miss),
        cmocka_unit_test(quantiles_interpolate),
        cmocka_unit_test(binary_scores_are_the_textbook_ones),
        cmocka_unit_test(scores_are_proper),
        cmocka_unit_test(rps_cumulates),
        cmocka_unit_test(energy_of_one_dimension_is_the_crps),
        cmocka_unit_test(energy_is_the_sum_over_pairs),
        cmocka_unit_test(energy_of_many_members_takes_some_pairs),
        cmocka_unit_test(pit_is_in_the_middle_of_ties),
        cmocka_unit_test(pit_of_the_right_distribution_is_flat),
        cmocka_unit_test(reliability_counts),
        cmocka_unit_test(ignorance_has_the_bins_of_views),
        cmocka_unit_test(polynomials_go_through_their_points),
        cmocka_unit_test(logistic_regression_finds_the_logits_of_a_table),
        cmocka_unit_test(ridge_balances_the_gradient_and_spares_the_constant),
        cmocka_unit_test(separated_classes_need_a_ridge),
        cmocka_unit_test(curves_without_residuals_have_no_spread),
        cmocka_unit_test(logistic_curve_is_straight_in_logits),
        cmocka_unit_test(curves_spread_stay_shares_and_repeat),
        cmocka_unit_test(last_share_walks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
