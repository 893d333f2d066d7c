/* base/math.h against MPFR, at the borders, and bit for bit. */
#include "unit/check.h"

#include <mpfr.h>

#include "base/batch.h"
#include "base/math.h"

typedef struct arguments {
    uint64_t state;
} arguments;

/* xorshift64 (Marsaglia 2003): arguments only, no claim of quality needed. Uniform on [0,1). */
static double unit(arguments *a) {
    a->state ^= a->state << 13;
    a->state ^= a->state >> 7;
    a->state ^= a->state << 17;
    return (double)(int64_t)(a->state >> 11) * 0x1p-53;
}

static double between(arguments *a, double low, double high) {
    return low + (high - low) * unit(a);
}

/* Any positive double, every exponent equally often. */
static double any_positive(arguments *a) {
    return ho_double_from((uint64_t)(unit(a) * 0x7ff0p48));
}

/* Of either sign, size 2^-60 .. 2^top. */
static double any_size(arguments *a, double top) {
    double size = ho_exp(between(a, -41.0, top * 0.6931));
    return unit(a) < 0.5 ? -size : size;
}

/* |got - truth| in units of the last place of truth; 0 where both are the same infinity. */
static double ulps(double got, mpfr_t truth, mpfr_t work) {
    double nearest = mpfr_get_d(truth, MPFR_RNDN);
    if (got == nearest && isinf(got)) {
        return 0.0;
    }
    if (!isfinite(got) || isinf(nearest)) {
        return INFINITY;
    }
    int exponent;
    frexp(nearest, &exponent);
    int unit_exponent = exponent - 53 < -1074 ? -1074 : exponent - 53;
    mpfr_sub_d(work, truth, got, MPFR_RNDN);
    mpfr_mul_2si(work, work, -unit_exponent, MPFR_RNDN);
    return fabs(mpfr_get_d(work, MPFR_RNDN));
}

typedef int mpfr_function(mpfr_t result, const mpfr_t x, mpfr_rnd_t rounding);

static int true_lgamma(mpfr_t result, const mpfr_t x, mpfr_rnd_t rounding) {
    int sign;
    return mpfr_lgamma(result, &sign, x, rounding);
}

static int true_logistic(mpfr_t result, const mpfr_t x, mpfr_rnd_t rounding) {
    mpfr_neg(result, x, rounding);
    mpfr_exp(result, result, rounding);
    mpfr_add_ui(result, result, 1, rounding);
    return mpfr_ui_div(result, 1, result, rounding);
}

static int true_logit(mpfr_t result, const mpfr_t x, mpfr_rnd_t rounding) {
    mpfr_ui_sub(result, 1, x, rounding);
    mpfr_div(result, x, result, rounding);
    return mpfr_log(result, result, rounding);
}

typedef double argument_of(arguments *a, int i);

static void compare(double (*ours)(double), mpfr_function *truth, argument_of *argument, int n, double limit) {
    mpfr_t x, y, work;
    mpfr_inits2(96, x, y, work, (mpfr_ptr)0);
    arguments a = {88172645463325252u};
    double worst = 0.0;
    for (int i = 0; i < n; i++) {
        double at = argument(&a, i);
        mpfr_set_d(x, at, MPFR_RNDN);
        truth(y, x, MPFR_RNDN);
        double error = ulps(ours(at), y, work);
        if (error > worst) {
            worst = error;
            if (worst > limit) {
                print_error("%.3f ulp at %a\n", worst, at);
            }
        }
    }
    mpfr_clears(x, y, work, (mpfr_ptr)0);
    assert_true(worst <= limit);
}

enum { MANY = 1000000 };

static double exp_argument(arguments *a, int i) {
    return i % 4 == 0 ? between(a, -750.0, 715.0) : i % 4 == 1 ? between(a, -746.0, -705.0) : i % 4 == 2 ? between(a, -3.0, 3.0) : any_size(a, 3.0);
}
static void exp_is_within_one_ulp(void **state) {
    (void)state;
    compare(ho_exp, mpfr_exp, exp_argument, MANY, 0.8);
}

static double log_argument(arguments *a, int i) {
    return i % 3 == 0 ? any_positive(a) : i % 3 == 1 ? between(a, 0.2, 4.0) : between(a, 0.95, 1.05);
}
static void log_is_within_one_ulp(void **state) {
    (void)state;
    compare(ho_log, mpfr_log, log_argument, MANY, 0.9);
}

static double log1p_argument(arguments *a, int i) {
    double x = i % 3 == 0 ? between(a, -1.0, 4.0) : i % 3 == 1 ? between(a, -0.3, 0.5) : any_size(a, 60.0);
    return x > -1.0 ? x : -x;
}
static void log1p_is_within_one_ulp(void **state) {
    (void)state;
    compare(ho_log1p, mpfr_log1p, log1p_argument, MANY, 0.9);
}

static double expm1_argument(arguments *a, int i) {
    return i % 3 == 0 ? between(a, -45.0, 715.0) : i % 3 == 1 ? between(a, -1.0, 1.0) : any_size(a, 5.0);
}
static void expm1_is_within_one_ulp(void **state) {
    (void)state;
    compare(ho_expm1, mpfr_expm1, expm1_argument, MANY, 0.95);
}

static double logistic_argument(arguments *a, int i) {
    return i % 2 ? between(a, -40.0, 40.0) : between(a, -750.0, 50.0);
}
static void logistic_is_within_three_ulp(void **state) {
    (void)state;
    compare(ho_logistic, true_logistic, logistic_argument, MANY / 2, 3.0);
}

static double logit_argument(arguments *a, int i) {
    double p = i % 3 == 0 ? unit(a) : i % 3 == 1 ? between(a, 0.49, 0.51) : ho_exp(between(a, -700.0, 0.0));
    return p > 0.0 && p < 1.0 ? p : 0.25;
}
static void logit_is_within_three_ulp(void **state) {
    (void)state;
    compare(ho_logit, true_logit, logit_argument, MANY / 4, 3.0);
}

static double lgamma_argument(arguments *a, int i) {
    double tiny = any_size(a, -2.0);
    switch (i % 8) {
    case 0: return 1.0 + tiny;
    case 1: return 2.0 + tiny;
    case 2: return between(a, 0.0, 1.0);
    case 3: return between(a, 1.0, 3.0);
    case 4: return between(a, 2.5, 12.0);
    case 5: return ho_exp(between(a, 2.0, 700.0));
    case 6: return ho_exp(between(a, -700.0, 0.0));
    default: return between(a, 8.0, 1e5);
    }
}
static void lgamma_is_within_one_ulp(void **state) {
    (void)state;
    compare(ho_lgamma, true_lgamma, lgamma_argument, MANY / 50, 0.95);
}

/* x and y whose power is mostly finite */
static void pow_arguments(arguments *a, int i, double *x, double *y) {
    *x = i % 3 == 0 ? any_positive(a) : i % 3 == 1 ? between(a, 0.5, 1.5) : ho_exp(between(a, -20.0, 20.0));
    double size = fabs(ho_log(*x));
    *y = i % 5 == 0 ? between(a, -4.0, 4.0) : between(a, -750.0, 715.0) / (size > 1e-300 ? size : 1.0);
}
static void pow_is_within_one_ulp(void **state) {
    (void)state;
    mpfr_t b, e, power, work;
    mpfr_inits2(96, b, e, power, work, (mpfr_ptr)0);
    arguments a = {123456789u};
    double worst = 0.0;
    for (int i = 0; i < MANY / 2; i++) {
        double x, y;
        pow_arguments(&a, i, &x, &y);
        mpfr_set_d(b, x, MPFR_RNDN);
        mpfr_set_d(e, y, MPFR_RNDN);
        mpfr_pow(power, b, e, MPFR_RNDN);
        double error = ulps(ho_pow(x, y), power, work);
        worst = error > worst ? error : worst;
    }
    mpfr_clears(b, e, power, work, (mpfr_ptr)0);
    assert_true(worst <= 0.75);
}

static void exp_and_expm1_have_exact_borders(void **state) {
    (void)state;
    assert_true(ho_exp(0.0) == 1.0 && ho_exp(-0.0) == 1.0);
    assert_true(ho_exp(INFINITY) == INFINITY && ho_exp(-INFINITY) == 0.0 && isnan(ho_exp(NAN)));
    assert_true(ho_exp(709.782712893384) < INFINITY && ho_exp(709.7827128933841) == INFINITY && ho_exp(1e308) == INFINITY);
    assert_true(ho_exp(-745.1332191019411) == 0x1p-1074 && ho_exp(-745.1332191019412) == 0.0 && ho_exp(-1e308) == 0.0);
    assert_true(ho_expm1(INFINITY) == INFINITY && ho_expm1(-INFINITY) == -1.0 && isnan(ho_expm1(NAN)));
    assert_true(ho_expm1(0x1p-1074) == 0x1p-1074 && ho_expm1(-1e300) == -1.0 && signbit(ho_expm1(-0.0)));
}

static void log_and_log1p_have_exact_borders(void **state) {
    (void)state;
    assert_true(ho_log(1.0) == 0.0 && ho_log(0.0) == -INFINITY && ho_log(-0.0) == -INFINITY && ho_log(INFINITY) == INFINITY);
    assert_true(isnan(ho_log(-1.0)) && isnan(ho_log(-INFINITY)) && isnan(ho_log(NAN)));
    assert_true(ho_log1p(-1.0) == -INFINITY && ho_log1p(INFINITY) == INFINITY && isnan(ho_log1p(-1.5)) && isnan(ho_log1p(NAN)));
    assert_true(ho_log1p(0x1p-1074) == 0x1p-1074 && signbit(ho_log1p(-0.0)) && ho_log1p(0.0) == 0.0);
}

static void pow_has_exact_borders(void **state) {
    (void)state;
    assert_true(ho_pow(0.0, 0.0) == 1.0 && ho_pow(0.0, 2.0) == 0.0 && ho_pow(0.0, -2.0) == INFINITY);
    assert_true(ho_pow(1.0, INFINITY) == 1.0 && ho_pow(1.0, NAN) == 1.0 && ho_pow(NAN, 0.0) == 1.0);
    assert_true(ho_pow(2.0, INFINITY) == INFINITY && ho_pow(2.0, -INFINITY) == 0.0 && ho_pow(0.5, INFINITY) == 0.0);
    assert_true(ho_pow(INFINITY, 0.5) == INFINITY && ho_pow(INFINITY, -0.5) == 0.0);
    assert_true(isnan(ho_pow(-2.0, 3.0)) && isnan(ho_pow(NAN, 1.0)) && isnan(ho_pow(2.0, NAN)));
    assert_true(ho_pow(2.0, 1023.0) == 0x1p1023 && ho_pow(2.0, 1024.0) == INFINITY && ho_pow(2.0, -1074.0) == 0x1p-1074);
    assert_true(ho_pow(10.0, 15.0) == 1e15 && ho_pow(9.0, 0.5) == 3.0 && ho_pow(1.0 + 0x1p-52, 1e300) == INFINITY);
}

static void the_rest_has_exact_borders(void **state) {
    (void)state;
    assert_true(ho_logistic(0.0) == 0.5 && ho_logistic(INFINITY) == 1.0 && ho_logistic(-INFINITY) == 0.0 && isnan(ho_logistic(NAN)));
    assert_true(ho_logit(0.5) == 0.0 && ho_logit(0.0) == -INFINITY && ho_logit(1.0) == INFINITY && isnan(ho_logit(1.5)));
    assert_true(ho_lgamma(1.0) == 0.0 && ho_lgamma(2.0) == 0.0 && ho_lgamma(0.0) == INFINITY && ho_lgamma(INFINITY) == INFINITY);
    assert_true(isnan(ho_lgamma(-0.5)) && isnan(ho_lgamma(NAN)) && ho_lgamma(2.5e305) < INFINITY && ho_lgamma(2.6e305) == INFINITY);
}

/* A mixing sum over bits: order matters, every bit counts. */
static uint64_t mix(uint64_t sum, double value) {
    sum ^= ho_double_bits(value);
    sum *= 0x9e3779b97f4a7c15u;
    return sum ^ sum >> 29;
}

static uint64_t bits_of(double (*ours)(double), argument_of *argument, int n) {
    arguments a = {42u};
    uint64_t sum = 0;
    for (int i = 0; i < n; i++) {
        sum = mix(sum, ours(argument(&a, i)));
    }
    return sum;
}

static uint64_t bits_of_pow(int n) {
    arguments a = {42u};
    uint64_t sum = 0;
    for (int i = 0; i < n; i++) {
        double x, y;
        pow_arguments(&a, i, &x, &y);
        sum = mix(sum, ho_pow(x, y));
    }
    return sum;
}

/* The values hold for gcc and clang, -O0 to -O3, with and without the instructions of a newer CPU. */
static void bits_are_the_same_on_every_machine(void **state) {
    (void)state;
    assert_int_equal(bits_of(ho_exp, exp_argument, MANY), 0xa1683918190ab9f8u);
    assert_int_equal(bits_of(ho_log, log_argument, MANY), 0x116e0ee3950d9da3u);
    assert_int_equal(bits_of(ho_log1p, log1p_argument, MANY), 0xa63874be82577f78u);
    assert_int_equal(bits_of(ho_expm1, expm1_argument, MANY), 0xeb649a8b0a87bad8u);
    assert_int_equal(bits_of(ho_logistic, logistic_argument, MANY), 0x33e05953a6ca44f6u);
    assert_int_equal(bits_of(ho_logit, logit_argument, MANY), 0xa8329e2a035883abu);
    assert_int_equal(bits_of(ho_lgamma, lgamma_argument, MANY), 0x34385a8dbb9f3f81u);
    assert_int_equal(bits_of_pow(MANY), 0x71972cbaadca2122u);
}

enum { COLUMN = 4096 };

/* A loop that compilers turn into vector instructions against single calls through a pointer. */
#define COLUMN_MATCHES(function, low, high)                                            \
    do {                                                                               \
        double (*volatile single)(double) = function;                                  \
        for (int i = 0; i < COLUMN; i++) {                                             \
            x[i] = (low) + ((high) - (low)) * i / COLUMN;                              \
        }                                                                              \
        for (int i = 0; i < COLUMN; i++) {                                             \
            y[i] = function(x[i]);                                                     \
        }                                                                              \
        for (int i = 0; i < COLUMN; i++) {                                             \
            assert_true(ho_double_bits(y[i]) == ho_double_bits(single(x[i])));         \
        }                                                                              \
    } while (0)

static void a_vectorised_column_has_the_bits_of_single_values(void **state) {
    (void)state;
    static double x[COLUMN], y[COLUMN];
    COLUMN_MATCHES(ho_exp, -750.0, 720.0);
    COLUMN_MATCHES(ho_log, 0.0, 9.0);
    COLUMN_MATCHES(ho_log1p, -1.0, 9.0);
    COLUMN_MATCHES(ho_expm1, -50.0, 720.0);
    COLUMN_MATCHES(ho_logistic, -50.0, 50.0);
    COLUMN_MATCHES(ho_logit, 0.0, 1.0);
}

/* Batches as built for this processor, of any length: the same bits again, and nothing beyond their end. */
static void expect_batch(void (*batch)(double *, size_t), double (*single)(double), double low, double high) {
    for (size_t n = 0; n < 40; n++) {
        double x[41], y[41];
        for (size_t k = 0; k <= n; k++)
            x[k] = y[k] = low + (high - low) * (double)(17 * k % 41) / 41;
        batch(y, n);
        for (size_t k = 0; k < n; k++)
            assert_true(ho_double_bits(y[k]) == ho_double_bits(single(x[k])));
        assert_true(y[n] == x[n]);
    }
}

static double one_exp(double x) {
    return ho_exp(x);
}

static double one_log(double x) {
    return ho_log(x);
}

static double one_logistic(double x) {
    return ho_logistic(x);
}

static void batches_have_the_bits_of_single_values(void **state) {
    (void)state;
    expect_batch(ho_exp_all, one_exp, -750.0, 720.0);
    expect_batch(ho_log_all, one_log, 0.0, 9.0);
    expect_batch(ho_logistic_all, one_logistic, -50.0, 50.0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(exp_is_within_one_ulp),
        cmocka_unit_test(log_is_within_one_ulp),
        cmocka_unit_test(log1p_is_within_one_ulp),
        cmocka_unit_test(expm1_is_within_one_ulp),
        cmocka_unit_test(pow_is_within_one_ulp),
        cmocka_unit_test(logistic_is_within_three_ulp),
        cmocka_unit_test(logit_is_within_three_ulp),
        cmocka_unit_test(lgamma_is_within_one_ulp),
        cmocka_unit_test(exp_and_expm1_have_exact_borders),
        cmocka_unit_test(log_and_log1p_have_exact_borders),
        cmocka_unit_test(pow_has_exact_borders),
        cmocka_unit_test(the_rest_has_exact_borders),
        cmocka_unit_test(a_vectorised_column_has_the_bits_of_single_values),
        cmocka_unit_test(batches_have_the_bits_of_single_values),
        cmocka_unit_test(bits_are_the_same_on_every_machine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
