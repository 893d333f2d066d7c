/* Elementary functions from + - * / sqrt only, in one fixed order, so that the bits do not depend on libc, CPU or compiler
 * (built with -ffp-contract=off, round to nearest). Accuracy, compared with MPFR by tests/unit/test_math.c:
 *   ho_exp, ho_log, ho_log1p, ho_expm1, ho_pow   within 1 ulp over their whole range, subnormal results included;
 *   ho_logistic, ho_logit                        within 3 ulp;
 *   ho_lgamma                                    within 1 ulp.
 * They are inline and free of branches and tables, so that loops over columns vectorise. NaN gives NaN.
 * Method: exp and log reduce by powers of two and use a polynomial (interpolation in Chebyshev nodes); where rounding of the
 * last steps would cost more than half an ulp, the rounding error is carried along (Dekker 1971). */
#ifndef HO_MATH_H
#define HO_MATH_H

#include <float.h>
#include <math.h> /* INFINITY, NAN and sqrt; no transcendental */
#include <stdint.h>
#include <string.h>

_Static_assert(FLT_EVAL_METHOD == 0, "doubles must be evaluated as doubles");
_Static_assert(DBL_MANT_DIG == 53 && sizeof(double) == 8, "doubles must be IEEE 754 binary64");

#define HO_LN2_HI 0x1.62e42fefa3800p-1  /* ln 2, first 42 bits: times an exponent it is exact */
#define HO_LN2_LO 0x1.ef35793c76730p-45 /* ln 2 - HO_LN2_HI */
#define HO_LOG2_E 0x1.71547652b82fep+0

/* log of the gamma function, x > 0 (x = 0: infinity; x < 0: NaN). */
double ho_lgamma(double x);

/* A value as the unevaluated sum of two doubles, |lo| at most half an ulp of hi. */
typedef struct ho_pair {
    double hi, lo;
} ho_pair;

static inline uint64_t ho_double_bits(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static inline double ho_double_from(uint64_t bits) {
    double x;
    memcpy(&x, &bits, sizeof x);
    return x;
}

/* a + b exactly; |a| >= |b| or a = 0. */
static inline ho_pair ho_pair_fast_sum(double a, double b) {
    double hi = a + b;
    return (ho_pair){hi, b - (hi - a)};
}

/* a + b exactly. */
static inline ho_pair ho_pair_sum(double a, double b) {
    double hi = a + b;
    double part = hi - a;
    return (ho_pair){hi, (a - (hi - part)) + (b - part)};
}

/* a b exactly, if neither overflows when split (Veltkamp) and the product is not subnormal. */
static inline ho_pair ho_pair_product(double a, double b) {
    const double split = 134217729.0; /* 2^27 + 1 */
    double sa = split * a, sb = split * b;
    double a1 = sa - (sa - a), b1 = sb - (sb - b);
    double a2 = a - a1, b2 = b - b1;
    double hi = a * b;
    return (ho_pair){hi, ((a1 * b1 - hi) + a1 * b2 + a2 * b1) + a2 * b2};
}

static inline ho_pair ho_pair_times(ho_pair a, ho_pair b) {
    ho_pair product = ho_pair_product(a.hi, b.hi);
    return ho_pair_fast_sum(product.hi, product.lo + (a.hi * b.lo + a.lo * b.hi));
}

/* a + b, |a| >= |b|. */
static inline ho_pair ho_pair_add(ho_pair a, ho_pair b) {
    ho_pair sum = ho_pair_fast_sum(a.hi, b.hi);
    return ho_pair_fast_sum(sum.hi, sum.lo + (a.lo + b.lo));
}

/* 2^k for a whole k in -1022..1023, given as a double. */
static inline double ho_power_of_two(double k) {
    return ho_double_from((ho_double_bits(k + 0x1.8p52) + 1023) << 52);
}

/* x + low = k ln 2 + r, k whole, |r| < 0.35: expm1(r) = hi + lo. |x| < 2^20. */
static inline ho_pair ho_expm1_reduced(double x, double low, double *k) {
    *k = (x * HO_LOG2_E + 0x1.8p52) - 0x1.8p52;
    ho_pair r = ho_pair_fast_sum(x - *k * HO_LN2_HI, low - *k * HO_LN2_LO);
    double r1 = r.hi, r2 = r1 * r1, r4 = r2 * r2;
    /* (exp(r) - 1 - r - r^2/2) / r^3; error below 2^-61 of exp(r) */
    double p0 = 0x1.5555555555557p-3 + r1 * 0x1.5555555555556p-5;
    double p2 = 0x1.11111111100dcp-7 + r1 * 0x1.6c16c16c162d4p-10;
    double p4 = 0x1.a01a01abe7fe1p-13 + r1 * 0x1.a01a01a6d889cp-16;
    double p6 = 0x1.71de0231960ebp-19 + r1 * 0x1.27e4db646b17ep-22;
    double p8 = 0x1.af4de97ca4194p-26 + r1 * 0x1.1f730349868cep-29;
    double p = (p0 + r2 * p2) + r4 * ((p4 + r2 * p6) + r4 * p8);
    ho_pair sum = ho_pair_fast_sum(r1, 0.5 * r2);
    return ho_pair_fast_sum(sum.hi, sum.lo + (r1 * r2 * p + r.lo));
}

/* exp(x + low), |low| small beside 1; x is clamped to where the result is 0 or infinite. */
static inline double ho_exp_pair(double x, double low) {
    double inside = x > 710.0 ? 710.0 : x;
    inside = inside < -746.0 ? -746.0 : inside;
    double k;
    ho_pair em = ho_expm1_reduced(inside, inside == x ? low : 0.0, &k);
    ho_pair sum = ho_pair_fast_sum(1.0, em.hi);
    /* two factors, so that neither overflows and only the last product rounds to a subnormal */
    double half = (k * 0.5 + 0x1.8p52) - 0x1.8p52;
    return (sum.hi + (sum.lo + em.lo)) * ho_power_of_two(half) * ho_power_of_two(k - half);
}

/* e^x. Overflow gives infinity, underflow is gradual. */
static inline double ho_exp(double x) {
    return ho_exp_pair(x, 0.0);
}

/* e^x - 1 without cancellation near 0. */
static inline double ho_expm1(double x) {
    double inside = x > 710.0 ? 710.0 : x;
    inside = inside < -40.0 ? -40.0 : inside;
    double k;
    ho_pair em = ho_expm1_reduced(inside, 0.0, &k);
    /* 2^k (1 - 2^-k + em); 2^-k no longer matters where k > 100 */
    ho_pair one = ho_pair_sum(1.0, -ho_power_of_two(k > 100.0 ? -100.0 : -k));
    ho_pair sum = ho_pair_sum(one.hi, em.hi);
    double half = (k * 0.5 + 0x1.8p52) - 0x1.8p52;
    double result = (sum.hi + (sum.lo + (one.lo + em.lo))) * ho_power_of_two(half) * ho_power_of_two(k - half);
    return x == 0.0 ? x : result;
}

/* x = 2^k m, m in [sqrt(1/2), sqrt(2)), for finite x > 0. */
static inline double ho_log_reduce(double x, double *k) {
    double scaled = x < 0x1p-1022 ? x * 0x1p54 : x;
    /* moves the border of the exponent from 1 to sqrt(1/2) */
    uint64_t bits = ho_double_bits(scaled) + (0x3ff0000000000000u - 0x3fe6a09e667f3bcdu);
    *k = ho_double_from((bits >> 52) | 0x4330000000000000u) - (0x1p52 + 1023.0) - (x < 0x1p-1022 ? 54.0 : 0.0);
    return ho_double_from((bits & 0x000fffffffffffffu) + 0x3fe6a09e667f3bcdu);
}

/* k ln 2 + log(1 + f) + low, f in [sqrt(1/2) - 1, sqrt(2) - 1). With s = f / (2 + f):
 * log(1 + f) = 2 atanh(s) = f - (f^2/2 - s (f^2/2 + R(s^2))). */
static inline double ho_log_reduced(double k, double f, double low) {
    double s = f / (2.0 + f), z = s * s, z2 = z * z;
    /* 2 atanh(s) / s - 2; error below 2^-57 of 2 */
    double odd = 0x1.5555555555558p-1 + z2 * (0x1.2492492df281ap-2 + z2 * (0x1.7462b51cb66b1p-3 + z2 * 0x1.2b5900de53b32p-3));
    double even = 0x1.99999999952d7p-2 + z2 * (0x1.c71c62e3f11e6p-3 + z2 * 0x1.39fe51a7c18f9p-3);
    double half = 0.5 * f * f;
    double tail = half - (s * (half + (z * odd + z2 * even)) + (k * HO_LN2_LO + low));
    return k * HO_LN2_HI - (tail - f);
}

/* Natural logarithm; 0 gives -infinity, negative x NaN. */
static inline double ho_log(double x) {
    double k;
    double m = ho_log_reduce(x, &k);
    double result = ho_log_reduced(k, m - 1.0, 0.0);
    result = x < INFINITY ? result : x;
    result = x == 0.0 ? -INFINITY : result;
    return x < 0.0 ? (double)NAN : result;
}

/* log(1 + x) without cancellation near 0; -1 gives -infinity, x < -1 NaN. */
static inline double ho_log1p(double x) {
    ho_pair u = ho_pair_sum(1.0, x);
    double k;
    double m = ho_log_reduce(u.hi, &k);
    double f = k == 0.0 ? x : m - 1.0;
    double low = k == 0.0 ? 0.0 : u.lo / u.hi;
    double result = ho_log_reduced(k, f, low);
    result = x < INFINITY ? result : x;
    result = x == -1.0 ? -INFINITY : result;
    result = x < -1.0 ? (double)NAN : result;
    return x == 0.0 ? x : result;
}

/* log x as a pair with relative error below 2^-66, for finite x > 0. */
static inline ho_pair ho_log_pair(double x) {
    double k;
    double m = ho_log_reduce(x, &k);
    double f = m - 1.0;
    ho_pair g = ho_pair_fast_sum(m > 1.0 ? m : 1.0, m > 1.0 ? 1.0 : m);
    double s1 = f / g.hi;
    ho_pair back = ho_pair_product(s1, g.hi);
    ho_pair s = {s1, (((f - back.hi) - back.lo) - s1 * g.lo) / g.hi};
    ho_pair z = ho_pair_times(s, s);
    /* 2 atanh(s) = 2 s + s z (2/3 + z (2/5 + z Q(z))) */
    double q = 0x1.2492492492497p-2 + z.hi * (0x1.c71c71c715454p-3 + z.hi * (0x1.745d175506d0fp-3 + z.hi *
               (0x1.3b13a5283a5dep-3 + z.hi * (0x1.11159f098d201p-3 + z.hi * (0x1.e0201b77a3976p-4 + z.hi * 0x1.d9c21457be1ffp-4)))));
    const ho_pair third = {0x1.5555555555555p-1, 0x1.5555555555555p-55}, fifth = {0x1.999999999999ap-2, -0x1.999999999999ap-56};
    ho_pair p = ho_pair_add(fifth, (ho_pair){z.hi * q, 0.0});
    p = ho_pair_add(third, ho_pair_times(z, p));
    p = ho_pair_times(s, ho_pair_times(z, p));
    ho_pair log_m = ho_pair_add((ho_pair){2.0 * s.hi, 2.0 * s.lo}, p);
    ho_pair sum = ho_pair_sum(k * HO_LN2_HI, log_m.hi);
    return ho_pair_fast_sum(sum.hi, sum.lo + (log_m.lo + k * HO_LN2_LO));
}

/* x^y for x >= 0 (x < 0 gives NaN even for whole y). x^0 = 1^y = 1; 0^y is 0 or, for y < 0, infinity. */
static inline double ho_pow(double x, double y) {
    /* beyond 2^66 every x but 1 gives 0 or infinity */
    double exponent = y > 0x1p66 ? 0x1p66 : y;
    exponent = exponent < -0x1p66 ? -0x1p66 : exponent;
    ho_pair log_x = ho_log_pair(x);
    ho_pair product = ho_pair_product(exponent, log_x.hi);
    double result = ho_exp_pair(product.hi, product.lo + exponent * log_x.lo);
    double border = (x == 0.0) == (y > 0.0) ? 0.0 : (double)INFINITY;
    result = x == 0.0 || x == INFINITY ? border : result;
    result = x >= 0.0 ? result : (double)NAN;
    result = y == y ? result : y;
    return y == 0.0 || x == 1.0 ? 1.0 : result;
}

/* 1 / (1 + e^-x). */
static inline double ho_logistic(double x) {
    double e = ho_exp(x > 0.0 ? -x : x);
    return (x > 0.0 ? 1.0 : e) / (1.0 + e);
}

/* log(p / (1 - p)), 0 <= p <= 1; the borders give infinities. */
static inline double ho_logit(double p) {
    double small = ho_log(p) - ho_log1p(-p);
    double middle = ho_log1p((2.0 * p - 1.0) / (1.0 - p));
    return p < 0.25 ? small : middle;
}

#endif
