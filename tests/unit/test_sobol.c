/* Sobol indices of functions whose indices are known, with noise added: Ishigami, Sobol's g, and sums of normal variables. */
#include "check.h"

#include <math.h>
#include <stdlib.h>

#include "base/samplers.h"
#include "calibrate/normal.h"
#include "calibrate/sobol.h"

enum { N_FACTOR_MAX = 8, SEED = 20 };

/* A function of independent uniform (0, 1) factors, and the sd of the noise at a point. */
typedef struct problem {
    size_t n_factor;
    double (*value)(const double *u);
    double (*sd)(const double *u);
    double sd_constant; /* where sd is NULL */
    double common;      /* correlation of the noise of A and of each A_i, simulation by simulation */
} problem;

static double noise_at(const problem *p, const double *u) {
    return p->sd ? p->sd(u) : p->sd_constant;
}

/* Values of all matrices; what is not common of the noise is independent. */
static double *simulate(const problem *p, const ho_sobol_design *d) {
    const size_t n = (d->n_factor + 2) * d->n_base * d->n_inner;
    double *y = calloc(n, sizeof *y), *at = y;
    for (size_t m = 0; m < d->n_factor + 2; m++)
        for (size_t row = 0; row < d->n_base; row++) {
            double u[N_FACTOR_MAX];
            for (size_t j = 0; j < d->n_factor; j++)
                u[j] = ho_normal_below(ho_sobol_score(d->seed, m == 1 || m == j + 2, (uint32_t)row, (uint32_t)j));
            const ho_streams streams = {d->seed, (uint32_t)(m * d->n_base + row)};
            const ho_streams of_a = {d->seed, (uint32_t)((m == 1) * d->n_base + row)};
            ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_TEST, 0), common = ho_rng_at(&of_a, 1, HO_PROC_TEST, 0);
            for (size_t i = 0; i < d->n_inner; i++)
                *at++ = p->value(u) + noise_at(p, u) * (sqrt(p->common) * ho_normal(&common) + sqrt(1 - p->common) * ho_normal(&rng));
        }
    return y;
}

typedef struct found {
    ho_sobol sobol;
    ho_sobol_index index[N_FACTOR_MAX];
} found;

static found estimate(const problem *p, size_t n_base, size_t n_inner) {
    const ho_sobol_design d = {p->n_factor, n_base, n_inner, 400, SEED};
    double *y = simulate(p, &d);
    found f = {0};
    assert_int_equal(ho_sobol_estimate(&d, y, &f.sobol, f.index, NULL), HO_OK);
    free(y);
    return f;
}

/* Within four standard errors of the bootstrap, which are about right themselves. */
static void assert_is(const ho_interval *x, double want, const char *what, size_t k) {
    if (!(fabs(x->value - want) < 4 * x->se + 1e-9) || !(x->q05 <= x->value && x->value <= x->q95))
        fail_msg("%s %zu is %.4f +- %.4f (%.4f to %.4f), not %.4f", what, k, x->value, x->se, x->q05, x->q95, want);
}

static void assert_indices(const problem *p, const found *f, const double *first, const double *total, double most_se) {
    for (size_t k = 0; k < p->n_factor; k++) {
        assert_is(&f->index[k].first, first[k], "first", k);
        assert_is(&f->index[k].total, total[k], "total", k);
        assert_true(f->index[k].first.se < most_se && f->index[k].total.se < most_se);
    }
}

/* --- Ishigami and Homma 1990: sin x1 + a sin^2 x2 + b x3^4 sin x1, a = 7, b = 0.1, x uniform on -pi..pi --- */

static const double PI = 3.14159265358979323846, A = 7, B = 0.1;

static double ishigami(const double *u) {
    double x[3];
    for (int k = 0; k < 3; k++)
        x[k] = PI * (2 * u[k] - 1);
    return sin(x[0]) + A * sin(x[1]) * sin(x[1]) + B * x[2] * x[2] * x[2] * x[2] * sin(x[0]);
}

static void ishigami_indices(double *variance, double first[3], double total[3]) {
    double p4 = PI * PI * PI * PI, v1 = 0.5 * (1 + B * p4 / 5) * (1 + B * p4 / 5), v2 = A * A / 8, v13 = B * B * p4 * p4 * 8 / 225;
    *variance = v1 + v2 + v13;
    first[0] = v1 / *variance, first[1] = v2 / *variance, first[2] = 0;
    total[0] = (v1 + v13) / *variance, total[1] = first[1], total[2] = v13 / *variance;
}

static void ishigami_has_its_known_indices_without_noise(void **unused) {
    (void)unused;
    const problem p = {3, ishigami, NULL, 0, 0};
    double variance, first[3], total[3];
    ishigami_indices(&variance, first, total);
    assert_true(fabs(first[0] - 0.3139) < 1e-4 && fabs(total[2] - 0.2437) < 1e-4); /* as published */
    found f = estimate(&p, 4096, 2);
    assert_indices(&p, &f, first, total, 0.03);
    assert_true(f.sobol.noise == 0 && f.sobol.share.value == 1 && fabs(f.sobol.variance / variance - 1) < 0.05);
    assert_true(f.index[0].first_plain == f.index[0].first.value && f.index[0].total_plain == f.index[0].total.value);
}

/* Noise as large as the function: indices stay, the share is one half; without the correction total indices all come out far too large. */
static void ishigami_has_its_known_indices_in_noise(void **unused) {
    (void)unused;
    double variance, first[3], total[3];
    ishigami_indices(&variance, first, total);
    const problem p = {3, ishigami, NULL, sqrt(variance), 0};
    found f = estimate(&p, 4096, 2);
    assert_indices(&p, &f, first, total, 0.06);
    assert_is(&f.sobol.share, 0.5, "share", 0);
    for (size_t k = 0; k < 3; k++) {
        double plain = (total[k] + 0.5) / 1.5; /* (V_T + W / 2) / (V + W / 2) */
        assert_true(fabs(f.index[k].total_plain - plain) < 0.05 && fabs(f.index[k].first_plain - first[k] / 1.5) < 0.08);
    }
}

/* Noise whose size depends on a factor, half of it common to A and A_i, adds nothing to the indices of the mean. */
static double uneven(const double *u) {
    return 8 * u[2] * u[2];
}

static void noise_may_depend_on_factors(void **unused) {
    (void)unused;
    double variance, first[3], total[3];
    const problem p = {3, ishigami, uneven, 0, 0.5};
    ishigami_indices(&variance, first, total);
    found f = estimate(&p, 4096, 3);
    assert_indices(&p, &f, first, total, 0.06);
    double w = 64.0 / 5; /* E 64 u^4 */
    assert_true(fabs(f.sobol.noise / w - 1) < 0.05);
    assert_is(&f.sobol.share, variance / (variance + w), "share", 0);
}

/* --- Sobol's g (Saltelli and Sobol 1995): product of (|4 u - 2| + a) / (1 + a) --- */

static const double G[N_FACTOR_MAX] = {0, 1, 4.5, 9, 99, 99, 99, 99};

static double g_function(const double *u) {
    double product = 1;
    for (int k = 0; k < N_FACTOR_MAX; k++)
        product *= (fabs(4 * u[k] - 2) + G[k]) / (1 + G[k]);
    return product;
}

static void g_has_its_known_indices_in_noise(void **unused) {
    (void)unused;
    double part[N_FACTOR_MAX], first[N_FACTOR_MAX], total[N_FACTOR_MAX], product = 1;
    for (int k = 0; k < N_FACTOR_MAX; k++) {
        part[k] = 1 / (3 * (1 + G[k]) * (1 + G[k]));
        product *= 1 + part[k];
    }
    for (int k = 0; k < N_FACTOR_MAX; k++) {
        first[k] = part[k] / (product - 1);
        total[k] = part[k] * product / (1 + part[k]) / (product - 1);
    }
    assert_true(fabs(first[0] - 0.7165) < 1e-3 && fabs(total[0] - 0.7871) < 1e-3); /* as published */
    const problem p = {N_FACTOR_MAX, g_function, NULL, 0.5, 0.7};
    found f = estimate(&p, 4096, 2);
    assert_indices(&p, &f, first, total, 0.06);
    assert_is(&f.sobol.share, (product - 1) / (product - 1 + 0.25), "share", 0);
    for (int k = 4; k < N_FACTOR_MAX; k++) /* factors that hardly matter */
        assert_true(fabs(f.index[k].first.value) < 0.1 && fabs(f.index[k].total.value) < 0.05);
}

/* --- sums --- */

static double linear(const double *u) { /* the fourth factor does nothing */
    return 3 * ho_normal_from(u[0]) + 2 * ho_normal_from(u[1]) - ho_normal_from(u[2]);
}

/* V = 9 + 4 + 1, W = 14 of one simulation: half. First and total order are the same, and the factor without effect has none. */
static void linear_gaussian_problem_has_its_shares(void **unused) {
    (void)unused;
    const problem p = {4, linear, NULL, sqrt(14), 0};
    const double want[] = {9.0 / 14, 4.0 / 14, 1.0 / 14, 0};
    found f = estimate(&p, 4096, 2);
    assert_indices(&p, &f, want, want, 0.05);
    assert_is(&f.sobol.share, 0.5, "share", 0);
    assert_is(&f.sobol.sum, 1, "sum", 0);
    assert_true(fabs(f.sobol.mean) < 4 * f.sobol.mean_se && fabs(f.sobol.mean_se - sqrt((14 + 7) / (2.0 * 4096))) < 0.002);
}

/* What A and A_i have in common of chance makes the same estimates better. */
static void common_noise_helps(void **unused) {
    (void)unused;
    const problem apart = {4, linear, NULL, sqrt(14), 0}, together = {4, linear, NULL, sqrt(14), 0.9};
    const double want[] = {9.0 / 14, 4.0 / 14, 1.0 / 14, 0};
    found a = estimate(&apart, 2048, 2), b = estimate(&together, 2048, 2);
    assert_indices(&together, &b, want, want, 0.06);
    assert_true(b.index[3].total.se < 0.3 * a.index[3].total.se && b.index[3].first.se < 0.6 * a.index[3].first.se);
}

/* Means over problems of the same estimates: the correction leaves no bias that 100 repeats show. */
static void corrected_estimates_are_unbiased(void **unused) {
    (void)unused;
    enum { N_REPEAT = 100 };
    const problem p = {4, linear, NULL, 5, 0.4};
    double sum[3] = {0}, square[3] = {0};
    const double want[] = {9, 1, 14}; /* V_1, T_3, V */
    for (uint32_t k = 0; k < N_REPEAT; k++) {
        const ho_sobol_design d = {4, 64, 2, 0, 1000 + k};
        double *y = simulate(&p, &d);
        ho_sobol sobol;
        ho_sobol_index index[4];
        assert_int_equal(ho_sobol_estimate(&d, y, &sobol, index, NULL), HO_OK);
        const double value[] = {index[0].first.value * sobol.variance, index[2].total.value * sobol.variance, sobol.variance};
        for (int i = 0; i < 3; i++) {
            sum[i] += value[i] / N_REPEAT;
            square[i] += value[i] * value[i] / N_REPEAT;
        }
        free(y);
    }
    for (int i = 0; i < 3; i++) {
        double se = sqrt((square[i] - sum[i] * sum[i]) / (N_REPEAT - 1));
        if (!(fabs(sum[i] - want[i]) < 4 * se))
            fail_msg("number %d is %.3f +- %.3f, not %.3f", i, sum[i], se, want[i]);
    }
}

static double flat(const double *u) {
    (void)u;
    return 1;
}

/* Where there is chance alone the parameters have no share, and indices no meaning; none is made up. */
static void chance_alone_has_no_parameters(void **unused) {
    (void)unused;
    const problem p = {2, flat, NULL, 1, 0.5};
    found f = estimate(&p, 2048, 2);
    assert_is(&f.sobol.share, 0, "share", 0);
    assert_true(isnan(f.index[0].first.se) || f.index[0].first.se > 0.5);
    assert_true(fabs(f.sobol.noise - 1) < 0.05);
}

/* Bootstrap intervals of 90 % hold the truth in about as many of 100 designs: 100 draws of a share of 0.9 give 78 or more but once in a
 * thousand times. */
static void intervals_hold_what_they_say(void **unused) {
    (void)unused;
    const problem p = {4, linear, NULL, 3, 0.3};
    int held = 0;
    for (uint32_t k = 0; k < 100; k++) {
        const ho_sobol_design d = {4, 128, 2, 200, 5000 + k};
        double *y = simulate(&p, &d);
        ho_sobol sobol;
        ho_sobol_index index[4];
        assert_int_equal(ho_sobol_estimate(&d, y, &sobol, index, NULL), HO_OK);
        held += index[1].total.q05 <= 4.0 / 14 && 4.0 / 14 <= index[1].total.q95;
        free(y);
    }
    if (held < 78)
        fail_msg("%d of 100 intervals hold the truth", held);
}

static void scores_are_standard_normal_and_of_one_matrix(void **unused) {
    (void)unused;
    double mean = 0, square = 0, both = 0;
    enum { N = 20000 };
    for (uint32_t row = 0; row < N; row++) {
        double a = ho_sobol_score(1, 0, row, 3), b = ho_sobol_score(1, 1, row, 3);
        mean += a / N;
        square += a * a / N;
        both += a * b / N;
    }
    assert_true(fabs(mean) < 4 / sqrt(N) && fabs(square - 1) < 4 * sqrt(2.0 / N) && fabs(both) < 4 / sqrt(N));
    assert_true(ho_sobol_score(1, 0, 5, 3) != ho_sobol_score(1, 0, 5, 4) && ho_sobol_score(1, 0, 5, 3) != ho_sobol_score(2, 0, 5, 3));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ishigami_has_its_known_indices_without_noise),
        cmocka_unit_test(ishigami_has_its_known_indices_in_noise),
        cmocka_unit_test(noise_may_depend_on_factors),
        cmocka_unit_test(g_has_its_known_indices_in_noise),
        cmocka_unit_test(linear_gaussian_problem_has_its_shares),
        cmocka_unit_test(common_noise_helps),
        cmocka_unit_test(corrected_estimates_are_unbiased),
        cmocka_unit_test(chance_alone_has_no_parameters),
        cmocka_unit_test(intervals_hold_what_they_say),
        cmocka_unit_test(scores_are_standard_normal_and_of_one_matrix),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
