/* base/samplers.h: distributions by chi-square and Kolmogorov-Smirnov, moments, borders, conservation, pinned draws.
 * Seed and size are fixed, so a test passes always or never. With some 60 p-values, one below 1e-5 has chance 6e-4; moments
 * may differ by 4.5 standard errors. */
#include "unit/check.h"

#include "base/samplers.h"
#include "unit/statistics.h"

static const double P_LIMIT = 1e-5, Z_LIMIT = 4.5;
enum { N = 200000, CLASSES = 4096 };

static ho_rng test_rng(uint32_t entity) {
    ho_streams streams = {20210815, 1};
    return ho_rng_at(&streams, 0, HO_PROC_TEST, entity);
}

/* log of the probability of k among binomial(n, p) or, n < 0, Poisson(mean p) */
static double log_chance(double k, double n, double p) {
    if (n < 0.0) {
        return k * log(p) - p - lgamma(k + 1.0);
    }
    return lgamma(n + 1.0) - lgamma(k + 1.0) - lgamma(n - k + 1.0) + k * log(p) + (n - k) * log1p(-p);
}

typedef struct fit {
    double observed[CLASSES], expected[CLASSES];
    double start, width; /* class = (k - start) / width */
} fit;

static void fit_make(fit *f, double n, double p) {
    double mean = n < 0.0 ? p : n * p, sd = sqrt(n < 0.0 ? p : n * p * (1.0 - p));
    *f = (fit){0};
    f->width = floor(sd / 20.0) + 1.0;
    f->start = fmax(0.0, floor(mean - 8.0 * sd - 2.0));
    double last = n < 0.0 ? mean + 12.0 * sd + 20.0 : fmin(n, mean + 12.0 * sd + 20.0);
    for (double k = f->start; k <= last; k += 1.0) {
        size_t i = (size_t)((k - f->start) / f->width);
        f->expected[i < CLASSES ? i : CLASSES - 1] += N * exp(log_chance(k, n, p));
    }
}

static void fit_count(fit *f, int64_t k) {
    double at = ((double)k - f->start) / f->width;
    f->observed[at < 0.0 ? 0 : at < CLASSES ? (size_t)at : CLASSES - 1] += 1.0;
}

typedef struct moments {
    double sum, square;
} moments;

static void moments_add(moments *m, double deviation) {
    m->sum += deviation;
    m->square += deviation * deviation;
}

/* Deviations were from the true mean. The standard error of the variance is variance sqrt((kurtosis - 1) / N). */
static void moments_check(const moments *m, double variance, double kurtosis) {
    assert_true(fabs(m->sum / N) <= Z_LIMIT * sqrt(variance / N));
    assert_true(fabs(m->square / N - variance) <= Z_LIMIT * variance * sqrt((kurtosis - 1.0) / N));
}

static const struct {
    int64_t n;
    double p;
} binomials[] = {{1, 0.3}, {7, 0.5}, {20, 0.499}, {20, 0.5}, {25, 0.9}, {50, 0.2}, {50, 0.21}, {100, 0.001}, {100, 0.3}, {1000, 0.0099},
                 {1000, 0.0101}, {1000, 0.7}, {38000000, 1e-8}, {38000000, 2e-7}, {38000000, 3e-7}, {38000000, 1e-4}, {38000000, 0.01}};

static void binomial_has_its_distribution(void **state) {
    (void)state;
    static fit f;
    for (size_t g = 0; g < N_OF(binomials); g++) {
        double n = (double)binomials[g].n, p = binomials[g].p, q = 1.0 - p;
        ho_rng rng = test_rng((uint32_t)g);
        moments m = {0};
        fit_make(&f, n, p);
        for (int i = 0; i < N; i++) {
            int64_t k = ho_binomial(&rng, binomials[g].n, p);
            assert_in_range(k, 0, binomials[g].n);
            fit_count(&f, k);
            moments_add(&m, (double)k - n * p);
        }
        moments_check(&m, n * p * q, 3.0 + (1.0 - 6.0 * p * q) / (n * p * q));
        assert_true(chi_square_p(f.observed, f.expected, CLASSES) > P_LIMIT);
    }
}

/* Chi-square over so wide a range would need millions of terms: moments only. */
static void binomial_of_a_country_has_its_moments(void **state) {
    (void)state;
    static const double share[] = {0.3, 0.5, 0.999, 0.9999999};
    for (size_t g = 0; g < N_OF(share); g++) {
        ho_rng rng = test_rng(100 + (uint32_t)g);
        double n = 38e6, p = share[g], v = n * p * (1.0 - p);
        moments m = {0};
        for (int i = 0; i < N; i++) {
            moments_add(&m, (double)ho_binomial(&rng, 38000000, p) - n * p);
        }
        moments_check(&m, v, 3.0 + (1.0 - 6.0 * p * (1.0 - p)) / v);
    }
}

static void binomial_has_exact_borders(void **state) {
    (void)state;
    ho_rng rng = test_rng(0);
    assert_int_equal(ho_binomial(&rng, 0, 0.5), 0);
    assert_int_equal(ho_binomial(&rng, 38000000, 0.0), 0);
    assert_int_equal(ho_binomial(&rng, 38000000, -0.5), 0);
    assert_int_equal(ho_binomial(&rng, 38000000, 1.0), 38000000);
    assert_int_equal(ho_binomial(&rng, 38000000, 1.5), 38000000);
    assert_int_equal(ho_binomial(&rng, 38000000, NAN), 0);
    assert_int_equal(ho_binomial(&rng, 38000000, 1e-300), 0);
    assert_int_equal(ho_binomial_from(0.3, 5, 1.0), 5);
    assert_int_equal(ho_binomial_from(0x1p-53, 38000000, 1e-7), 0);
    assert_in_range(ho_binomial_from(1.0 - 0x1p-53, 38000000, 1e-7), 10, 60);
    assert_in_range(ho_poisson_from(1.0 - 0x1p-53, 9.99), 20, 60);
}

static const double means[] = {0.01, 1.0, 5.0, 9.99, 10.0, 12.0, 60.0, 1000.0, 1e6};

static void poisson_has_its_distribution(void **state) {
    (void)state;
    static fit f;
    for (size_t g = 0; g < N_OF(means); g++) {
        ho_rng rng = test_rng(200 + (uint32_t)g);
        moments m = {0};
        fit_make(&f, -1.0, means[g]);
        for (int i = 0; i < N; i++) {
            int64_t k = ho_poisson(&rng, means[g]);
            assert_true(k >= 0);
            fit_count(&f, k);
            moments_add(&m, (double)k - means[g]);
        }
        moments_check(&m, means[g], 3.0 + 1.0 / means[g]);
        assert_true(chi_square_p(f.observed, f.expected, CLASSES) > P_LIMIT);
    }
}

static void poisson_has_exact_borders(void **state) {
    (void)state;
    ho_rng rng = test_rng(0);
    assert_int_equal(ho_poisson(&rng, 0.0), 0);
    assert_int_equal(ho_poisson(&rng, -1.0), 0);
    assert_int_equal(ho_poisson(&rng, NAN), 0);
    int64_t many = ho_poisson(&rng, 1e12);
    assert_true(llabs(many - 1000000000000) < 6000000);
}

/* The quantile at u: the chance of at most k is at least u, that of less than k is below u. */
static void inversion_gives_the_quantile(void **state) {
    (void)state;
    for (int i = 1; i < 2000; i++) {
        double u = (i - 0.5) / 2000.0, below = 0.0;
        int64_t k = ho_binomial_from(u, 30, 0.3), j = ho_poisson_from(u, 7.5);
        for (int64_t l = 0; l < k; l++) {
            below += exp(log_chance((double)l, 30.0, 0.3));
        }
        assert_true(below < u + 1e-12 && below + exp(log_chance((double)k, 30.0, 0.3)) > u - 1e-12);
        below = 0.0;
        for (int64_t l = 0; l < j; l++) {
            below += exp(log_chance((double)l, -1.0, 7.5));
        }
        assert_true(below < u + 1e-12 && below + exp(log_chance((double)j, -1.0, 7.5)) > u - 1e-12);
    }
}

static void normal_from_inverts_the_distribution_function(void **state) {
    (void)state;
    assert_true(fabs(ho_normal_from(0.975) - 1.959963984540054) < 4e-15); /* AS 241: 1 in 1e16 */
    assert_true(ho_normal_from(0.5) == 0.0);
    for (double u = 0x1p-53; u < 0.5; u *= 1.5) {
        double x = ho_normal_from(u);
        assert_true(fabs(normal_below(x) / u - 1.0) < 1e-13);
        assert_true(fabs(ho_normal_from(1.0 - u) + ho_normal_from(1.0 - (1.0 - u))) < 1e-15);
    }
}

static void normal_and_exponential_have_their_distributions(void **state) {
    (void)state;
    static double u[N];
    ho_rng rng = test_rng(300);
    for (int i = 0; i < N; i++) {
        u[i] = normal_below(ho_normal(&rng));
    }
    assert_true(ks_p(u, N) > P_LIMIT);
    for (int i = 0; i < N; i++) {
        u[i] = -expm1(-ho_exponential(&rng));
    }
    assert_true(ks_p(u, N) > P_LIMIT);
    for (int i = 0; i < N; i++) {
        u[i] = ho_rng_unit(&rng);
    }
    assert_true(ks_p(u, N) > P_LIMIT);
}

static void gamma_has_its_distribution(void **state) {
    (void)state;
    static const double shape[] = {0.05, 0.5, 0.999, 1.0, 2.5, 30.0, 400.0};
    static double u[N];
    for (size_t g = 0; g < N_OF(shape); g++) {
        ho_rng rng = test_rng(400 + (uint32_t)g);
        moments m = {0};
        for (int i = 0; i < N; i++) {
            double x = ho_gamma(&rng, shape[g]);
            u[i] = gamma_below(shape[g], x);
            moments_add(&m, x - shape[g]);
        }
        moments_check(&m, shape[g], 3.0 + 6.0 / shape[g]);
        assert_true(ks_p(u, N) > P_LIMIT);
    }
}

static void gamma_of_a_tiny_shape_stays_finite(void **state) {
    (void)state;
    ho_rng rng = test_rng(500);
    int zeros = 0;
    for (int i = 0; i < 1000; i++) {
        double x = ho_gamma(&rng, 1e-4);
        assert_true(x >= 0.0 && isfinite(x));
        zeros += x == 0.0;
        double b = ho_beta(&rng, 1e-4, 1e-4);
        assert_true(b >= 0.0 && b <= 1.0);
    }
    assert_in_range(zeros, 850, 980); /* P(x < 2^-1075) = exp(-745 1e-4) = 0.928 */
}

/* Closed distribution functions: beta(a, 1), beta(1, b) and the arcsine law. */
static void beta_has_its_distribution(void **state) {
    (void)state;
    static double u[3][N];
    ho_rng rng = test_rng(600);
    moments m = {0};
    for (int i = 0; i < N; i++) {
        u[0][i] = pow(ho_beta(&rng, 3.0, 1.0), 3.0);
        u[1][i] = -expm1(0.2 * log1p(-ho_beta(&rng, 1.0, 0.2)));
        u[2][i] = asin(sqrt(ho_beta(&rng, 0.5, 0.5))) * 2.0 / 3.14159265358979324;
        moments_add(&m, ho_beta(&rng, 20.0, 80.0) - 0.2);
    }
    for (int i = 0; i < 3; i++) {
        assert_true(ks_p(u[i], N) > P_LIMIT);
    }
    moments_check(&m, 0.2 * 0.8 / 101.0, 3.1);
}

static void multinomial_conserves_and_splits_by_weight(void **state) {
    (void)state;
    static const double weight[] = {0.0, 3.0, 1e-9, 0.5, 6.5, 0.0};
    ho_rng rng = test_rng(700);
    double sum[N_OF(weight)] = {0};
    enum { TIMES = 20000, TOTAL = 1000 };
    for (int i = 0; i < TIMES; i++) {
        int64_t count[N_OF(weight)], total = 0;
        ho_multinomial(&rng, TOTAL, weight, N_OF(weight), count);
        for (size_t c = 0; c < N_OF(weight); c++) {
            assert_true(count[c] >= 0);
            total += count[c];
            sum[c] += (double)count[c];
        }
        assert_int_equal(total, TOTAL);
    }
    for (size_t c = 0; c < N_OF(weight); c++) {
        double p = weight[c] / (10.0 + 1e-9), n = (double)TIMES * TOTAL;
        assert_true(fabs(sum[c] - n * p) <= Z_LIMIT * sqrt(n * p * (1.0 - p)) + 0.5 * (weight[c] > 0.0));
    }
}

static void multinomial_gives_nothing_to_weight_zero(void **state) {
    (void)state;
    ho_rng rng = test_rng(800);
    const double weight[] = {0.1, 0.2, 0.3, 0.0}; /* 0.6 - 0.1 - 0.2 - 0.3 is not 0 in doubles */
    for (int i = 0; i < 1000; i++) {
        int64_t count[4];
        ho_multinomial(&rng, 38000000, weight, 4, count);
        assert_int_equal(count[3], 0);
        assert_int_equal(count[0] + count[1] + count[2], 38000000);
    }
    int64_t one;
    ho_multinomial(&rng, 12, &(double){4.0}, 1, &one);
    assert_int_equal(one, 12);
}

static uint64_t mix(uint64_t sum, uint64_t value) {
    sum = (sum ^ value) * 0x9e3779b97f4a7c15u;
    return sum ^ sum >> 29;
}

static uint64_t bits(double x) {
    union {
        double x;
        uint64_t bits;
    } u = {.x = x};
    return u.bits;
}

/* The bit stream is part of the result: a change of algorithm must show here. */
static void draws_are_the_same_on_every_machine(void **state) {
    (void)state;
    ho_rng rng = test_rng(900);
    uint64_t counts = 0, reals = 0;
    for (int i = 0; i < 20000; i++) {
        for (size_t g = 0; g < N_OF(binomials); g++) {
            counts = mix(counts, (uint64_t)ho_binomial(&rng, binomials[g].n, binomials[g].p));
        }
        for (size_t g = 0; g < N_OF(means); g++) {
            counts = mix(counts, (uint64_t)ho_poisson(&rng, means[g]));
        }
        reals = mix(reals, bits(ho_normal(&rng)));
        reals = mix(reals, bits(ho_exponential(&rng)));
        reals = mix(reals, bits(ho_gamma(&rng, 0.3)));
        reals = mix(reals, bits(ho_gamma(&rng, 7.0)));
        reals = mix(reals, bits(ho_beta(&rng, 0.4, 3.0)));
    }
    assert_int_equal(counts, 0x7cdf86b13184f17au);
    assert_int_equal(reals, 0x8b09adae07682e3du);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(binomial_has_its_distribution),
        cmocka_unit_test(binomial_of_a_country_has_its_moments),
        cmocka_unit_test(binomial_has_exact_borders),
        cmocka_unit_test(poisson_has_its_distribution),
        cmocka_unit_test(poisson_has_exact_borders),
        cmocka_unit_test(inversion_gives_the_quantile),
        cmocka_unit_test(normal_from_inverts_the_distribution_function),
        cmocka_unit_test(normal_and_exponential_have_their_distributions),
        cmocka_unit_test(gamma_has_its_distribution),
        cmocka_unit_test(gamma_of_a_tiny_shape_stays_finite),
        cmocka_unit_test(beta_has_its_distribution),
        cmocka_unit_test(multinomial_conserves_and_splits_by_weight),
        cmocka_unit_test(multinomial_gives_nothing_to_weight_zero),
        cmocka_unit_test(draws_are_the_same_on_every_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
