/* Samplers over a stream. Counts by inversion where the mean is small, else by Hörmann's transformed rejection with squeeze
 * (W. Hörmann 1993: "The transformed rejection method for generating Poisson random variables", Insurance: Mathematics and
 * Economics 12; "The generation of binomial random variates", J. Stat. Comput. Simul. 46). Gamma: G. Marsaglia, W. W. Tsang
 * 2000, ACM TOMS 26. Normal: M. J. Wichura 1988, Applied Statistics 37, AS 241 (PPND16).
 * Every loop ends with probability one and uses only base/math.h, so a result depends on nothing but the stream. */
#include "base/samplers.h"

#include <assert.h>

#include "base/math.h"

static double polynomial(const double *c, int n, double x) {
    double value = c[n - 1];
    for (int i = n - 2; i >= 0; i--) {
        value = c[i] + x * value;
    }
    return value;
}

double ho_normal_from(double u) {
    static const double a[8] = {3.3871328727963666080e0, 1.3314166789178437745e+2, 1.9715909503065514427e+3, 1.3731693765509461125e+4,
                                4.5921953931549871457e+4, 6.7265770927008700853e+4, 3.3430575583588128105e+4, 2.5090809287301226727e+3};
    static const double b[8] = {1.0, 4.2313330701600911252e+1, 6.8718700749205790830e+2, 5.3941960214247511077e+3,
                                2.1213794301586595867e+4, 3.9307895800092710610e+4, 2.8729085735721942674e+4, 5.2264952788528545610e+3};
    static const double c[8] = {1.42343711074968357734e0, 4.63033784615654529590e0, 5.76949722146069140550e0, 3.64784832476320460504e0,
                                1.27045825245236838258e0, 2.41780725177450611770e-1, 2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double d[8] = {1.0, 2.05319162663775882187e0, 1.67638483018380384940e0, 6.89767334985100004550e-1,
                                1.48103976427480074590e-1, 1.51986665636164571966e-2, 5.47593808499534494600e-4, 1.05075007164441684324e-9};
    static const double e[8] = {6.65790464350110377720e0, 5.46378491116411436990e0, 1.78482653991729133580e0, 2.96560571828504891230e-1,
                                2.65321895265761230930e-2, 1.24266094738807843860e-3, 2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double f[8] = {1.0, 5.99832206555887937690e-1, 1.36929880922735805310e-1, 1.48753612908506148525e-2,
                                7.86869131145613259100e-4, 1.84631831751005468180e-5, 1.42151175831644588870e-7, 2.04426310338993978564e-15};
    double q = u - 0.5;
    if (q >= -0.425 && q <= 0.425) {
        double r = 0.180625 - q * q;
        return q * polynomial(a, 8, r) / polynomial(b, 8, r);
    }
    double r = sqrt(-ho_log(q < 0.0 ? u : 1.0 - u));
    double size = r <= 5.0 ? polynomial(c, 8, r - 1.6) / polynomial(d, 8, r - 1.6)
                           : polynomial(e, 8, r - 5.0) / polynomial(f, 8, r - 5.0);
    return q < 0.0 ? -size : size;
}

double ho_normal(ho_rng *rng) {
    return ho_normal_from(ho_rng_unit(rng));
}

double ho_exponential(ho_rng *rng) {
    return -ho_log(ho_rng_unit(rng));
}

/* shape >= 1 */
static double gamma_from_one(ho_rng *rng, double shape) {
    double d = shape - 1.0 / 3.0;
    double c = 1.0 / sqrt(9.0 * d);
    for (;;) {
        double x = ho_normal(rng);
        double u = ho_rng_unit(rng);
        double v = 1.0 + c * x;
        if (v <= 0.0) {
            continue;
        }
        v = v * v * v;
        double x2 = x * x;
        if (u < 1.0 - 0.0331 * x2 * x2 || ho_log(u) < 0.5 * x2 + d * (1.0 - v + ho_log(v))) {
            return d * v;
        }
    }
}

double ho_gamma(ho_rng *rng, double shape) {
    assert(shape > 0.0);
    if (shape >= 1.0) {
        return gamma_from_one(rng, shape);
    }
    double above = gamma_from_one(rng, shape + 1.0);
    return above * ho_exp(ho_log(ho_rng_unit(rng)) / shape);
}

/* log of a gamma variate: where the shape is tiny the variate itself would underflow. */
static double log_gamma_variate(ho_rng *rng, double shape) {
    if (shape >= 1.0) {
        return ho_log(gamma_from_one(rng, shape));
    }
    double above = ho_log(gamma_from_one(rng, shape + 1.0));
    return above + ho_log(ho_rng_unit(rng)) / shape;
}

double ho_beta(ho_rng *rng, double a, double b) {
    assert(a > 0.0 && b > 0.0);
    double x = log_gamma_variate(rng, a);
    double y = log_gamma_variate(rng, b);
    return ho_logistic(x - y);
}

/* log k! - [(k + 1/2) log(k + 1) - (k + 1) + log(2 pi) / 2]; k >= 0 whole */
static double stirling_tail(double k) {
    static const double small[10] = {0x1.4c071bcda0a5bp-4, 0x1.52a9b923ea649p-5, 0x1.c579a268d80b3p-6, 0x1.54a2662fd78a9p-6,
                                     0x1.10b4e513fcbedp-6, 0x1.c6b167bebdf36p-7, 0x1.85d4d612e4a86p-7, 0x1.552805e7b3076p-7,
                                     0x1.2f4871b12ab64p-7, 0x1.10f9d4c0743a7p-7};
    if (k < 10.0) {
        return small[(int)k];
    }
    double x = 1.0 / (k + 1.0), x2 = x * x;
    return x * (1.0 / 12.0 - x2 * (1.0 / 360.0 - x2 * (1.0 / 1260.0 - x2 * (1.0 / 1680.0 - x2 * (1.0 / 1188.0)))));
}

/* log(a / b) for a near b, both positive: exact where the ratio would lose its last bits. */
static double log_ratio(double a, double b) {
    return ho_log1p((a - b) / b);
}

/* Quantile at u of counts 0..last whose probabilities start at `at_zero` and go on by ratio(k) = (slope - k step) / k. For u within
 * rounding of 1 the terms run out first: then the count is the one whose chance falls below 2^-60 (at_zero is above that). */
static int64_t invert(double u, double at_zero, int64_t last, double slope, double step) {
    int64_t k = 0;
    double here = at_zero;
    while (u > here && here > 0x1p-60 && k < last) {
        u -= here;
        k++;
        here *= (slope - (double)k * step) / (double)k;
    }
    return k;
}

int64_t ho_poisson_from(double u, double mean) {
    assert(mean < HO_INVERSION_MEAN);
    return mean > 0.0 ? invert(u, ho_exp(-mean), INT64_MAX, mean, 0.0) : 0;
}

int64_t ho_binomial_from(double u, int64_t n, double p) {
    if (!(p > 0.0) || n <= 0) {
        return 0;
    }
    if (p >= 1.0) {
        return n;
    }
    if (p > 0.5) {
        return n - ho_binomial_from(u, n, 1.0 - p);
    }
    assert((double)n * p < HO_INVERSION_MEAN);
    double odds = p / (1.0 - p);
    return invert(u, ho_exp((double)n * ho_log1p(-p)), n, (double)(n + 1) * odds, odds);
}

/* PTRS, mean >= 10. */
static int64_t poisson_rejection(ho_rng *rng, double mean) {
    double root = sqrt(mean);
    double b = 0.931 + 2.53 * root;
    double a = -0.059 + 0.02483 * b;
    double inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    double v_r = 0.9277 - 3.6224 / (b - 2.0);
    for (;;) {
        double u = ho_rng_unit(rng) - 0.5;
        double v = ho_rng_unit(rng);
        double us = 0.5 - (u < 0.0 ? -u : u);
        double at = (2.0 * a / us + b) * u + mean + 0.43;
        if (!(at >= 0.0 && at < 0x1p62)) {
            continue;
        }
        int64_t k = (int64_t)at;
        if (us >= 0.07 && v <= v_r) {
            return k;
        }
        if (us < 0.013 && v > us) {
            continue;
        }
        /* log of the probability of k, with k! by Stirling so that large terms cancel exactly */
        double kd = (double)k;
        double target = (kd + 1.0 - mean) - (kd + 0.5) * log_ratio(kd + 1.0, mean) - 0.5 * ho_log(mean) -
                        stirling_tail(kd) - 0x1.d67f1c864beb5p-1; /* log(2 pi) / 2 */
        if (ho_log(v * inverse_alpha / (a / (us * us) + b)) <= target) {
            return k;
        }
    }
}

int64_t ho_poisson(ho_rng *rng, double mean) {
    if (!(mean >= HO_INVERSION_MEAN)) {
        return ho_poisson_from(ho_rng_unit(rng), mean > 0.0 ? mean : 0.0);
    }
    return poisson_rejection(rng, mean);
}

/* What does not change between tries of BTRS. */
typedef struct btrs {
    double n, odds, mode, tail_at_mode;
    double a, b, centre, alpha, v_r;
} btrs;

static btrs btrs_make(double n, double p) {
    double spread = sqrt(n * p * (1.0 - p));
    btrs t = {.n = n, .odds = p / (1.0 - p)};
    t.b = 1.15 + 2.53 * spread;
    t.a = -0.0873 + 0.0248 * t.b + 0.01 * p;
    t.centre = n * p + 0.5;
    t.alpha = (2.83 + 5.1 / t.b) * spread;
    t.v_r = 0.92 - 4.2 / t.b;
    t.mode = (double)(int64_t)((n + 1.0) * p);
    t.tail_at_mode = stirling_tail(t.mode) + stirling_tail(n - t.mode);
    return t;
}

/* log of P(k) / P(mode) */
static double btrs_log_ratio(const btrs *t, double k) {
    double n = t->n, m = t->mode;
    return (m + 0.5) * log_ratio(m + 1.0, t->odds * (n - m + 1.0)) + (n + 1.0) * log_ratio(n - m + 1.0, n - k + 1.0) +
           (k + 0.5) * log_ratio(t->odds * (n - k + 1.0), k + 1.0) + t->tail_at_mode - stirling_tail(k) - stirling_tail(n - k);
}

/* BTRS, n p >= 10, p <= 1/2. */
static int64_t binomial_rejection(ho_rng *rng, int64_t n, double p) {
    btrs t = btrs_make((double)n, p);
    for (;;) {
        double u = ho_rng_unit(rng) - 0.5;
        double v = ho_rng_unit(rng);
        double us = 0.5 - (u < 0.0 ? -u : u);
        double at = (2.0 * t.a / us + t.b) * u + t.centre;
        if (!(at >= 0.0 && at < t.n + 1.0)) {
            continue;
        }
        int64_t k = (int64_t)at;
        if (us >= 0.07 && v <= t.v_r) {
            return k;
        }
        if (ho_log(v * t.alpha / (t.a / (us * us) + t.b)) <= btrs_log_ratio(&t, (double)k)) {
            return k;
        }
    }
}

int64_t ho_binomial(ho_rng *rng, int64_t n, double p) {
    if (!(p > 0.0) || n <= 0) {
        return 0;
    }
    if (p >= 1.0) {
        return n;
    }
    double smaller = p > 0.5 ? 1.0 - p : p;
    if ((double)n * smaller < HO_INVERSION_MEAN) {
        return ho_binomial_from(ho_rng_unit(rng), n, p);
    }
    int64_t k = binomial_rejection(rng, n, smaller);
    return p > 0.5 ? n - k : k;
}

void ho_multinomial(ho_rng *rng, int64_t n, const double *weight, size_t k, int64_t *count) {
    double rest = 0.0;
    size_t last = 0; /* the last class that may receive */
    for (size_t i = 0; i < k; i++) {
        rest += weight[i];
        last = weight[i] > 0.0 ? i : last;
        count[i] = 0;
    }
    assert(k > 0 && rest > 0.0);
    for (size_t i = 0; i < last; i++) {
        /* rounding of rest may carry the share past 1: the binomial clamps it */
        count[i] = rest > 0.0 ? ho_binomial(rng, n, weight[i] / rest) : weight[i] > 0.0 ? n : 0;
        n -= count[i];
        rest -= weight[i];
    }
    count[last] = n;
}
