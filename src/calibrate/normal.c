/* Quantiles of priors. Beta and gamma have none in closed form: Newton steps on the distribution function within a bracket that only shrinks,
 * bisection wherever a step would leave it. */
#include "calibrate/normal.h"

#include <math.h>

#include "base/math.h"
#include "base/samplers.h"

enum { TERMS_MAX = 500, STEPS_MAX = 200 };
static const double SMALL = 1e-300, EPSILON = 1e-16;

/* --- incomplete gamma and beta functions --- */

/* x^a e^-x / Gamma(a) */
static double gamma_front(double a, double x) {
    return ho_exp(a * ho_log(x) - x - ho_lgamma(a));
}

/* P(a, x) / front by its power series; for x < a + 1. */
static double gamma_series(double a, double x) {
    double term = 1 / a, sum = term;
    for (int k = 1; k < TERMS_MAX && term > EPSILON * sum; k++) {
        term *= x / (a + k);
        sum += term;
    }
    return sum;
}

/* (1 - P(a, x)) / front by a continued fraction, evaluated as Lentz (1976) does; for x >= a + 1. */
static double gamma_fraction(double a, double x) {
    double b = x + 1 - a, c = 1 / SMALL, d = 1 / b, value = d;
    for (int k = 1; k < TERMS_MAX; k++) {
        double up = -k * (k - a);
        b += 2;
        d = up * d + b;
        c = b + up / c;
        d = 1 / (fabs(d) < SMALL ? SMALL : d);
        c = fabs(c) < SMALL ? SMALL : c;
        double change = d * c;
        value *= change;
        if (fabs(change - 1) < EPSILON)
            break;
    }
    return value;
}

double ho_gamma_below(double a, double x) {
    if (!(x > 0))
        return 0;
    if (x == INFINITY)
        return 1;
    return x < a + 1 ? gamma_front(a, x) * gamma_series(a, x) : 1 - gamma_front(a, x) * gamma_fraction(a, x);
}

static double beta_fraction(double x, double a, double b) {
    double c = 1, d = 1 - (a + b) * x / (a + 1);
    d = 1 / (fabs(d) < SMALL ? SMALL : d);
    double value = d;
    for (int k = 1; k < TERMS_MAX; k++) {
        double even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k)),
               odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1));
        const double up[2] = {even, odd};
        double change = 1;
        for (int half = 0; half < 2; half++) {
            d = 1 + up[half] * d;
            c = 1 + up[half] / c;
            d = 1 / (fabs(d) < SMALL ? SMALL : d);
            c = fabs(c) < SMALL ? SMALL : c;
            change = d * c;
            value *= change;
        }
        if (fabs(change - 1) < EPSILON)
            break;
    }
    return value;
}

double ho_beta_below(double x, double a, double b) {
    if (!(x > 0))
        return 0;
    if (x >= 1)
        return 1;
    double front = ho_exp(ho_lgamma(a + b) - ho_lgamma(a) - ho_lgamma(b) + a * ho_log(x) + b * ho_log1p(-x));
    return x < (a + 1) / (a + b + 2) ? front * beta_fraction(x, a, b) / a : 1 - front * beta_fraction(1 - x, b, a) / b;
}

double ho_normal_below(double z) {
    double x = 0.5 * z * z;
    if (x == 0)
        return 0.5;
    /* half the chance of a square above z^2, from the tail where it is small */
    double tail = x < 1.5 ? 0.5 * (1 - gamma_front(0.5, x) * gamma_series(0.5, x))
                          : 0.5 * gamma_front(0.5, x) * gamma_fraction(0.5, x);
    return z < 0 ? tail : 1 - tail;
}

/* --- quantiles --- */

typedef struct shape { /* a family without a quantile function: Beta(a, b), or Gamma(a) of scale 1 */
    bool is_beta;
    double a, b;
} shape;

static double below(const shape *s, double x) {
    return s->is_beta ? ho_beta_below(x, s->a, s->b) : ho_gamma_below(s->a, x);
}

static double density(const shape *s, double x) {
    double log_density = s->is_beta ? ho_lgamma(s->a + s->b) - ho_lgamma(s->a) - ho_lgamma(s->b) +
                                          (s->a - 1) * ho_log(x) + (s->b - 1) * ho_log1p(-x)
                                    : (s->a - 1) * ho_log(x) - x - ho_lgamma(s->a);
    return ho_exp(log_density);
}

static double solve(const shape *s, double u) {
    double low = 0, high = 1;
    while (!s->is_beta && below(s, high) < u)
        high *= 2;
    double x = s->is_beta ? s->a / (s->a + s->b) : 0.5 * high;
    for (int k = 0; k < STEPS_MAX && high - low > 1e-14 * high; k++) {
        double miss = below(s, x) - u, slope = density(s, x);
        double next = x - miss / slope;
        if (fabs(next - x) <= 1e-15 * x)
            break;
        *(miss > 0 ? &high : &low) = x;
        x = next > low && next < high ? next : 0.5 * (low + high);
    }
    return x;
}

static double quantile(const ho_prior *prior, double u) {
    switch (prior->family) {
    case HO_PRIOR_UNIFORM:
        return prior->a + (prior->b - prior->a) * u;
    case HO_PRIOR_NORMAL:
        return prior->a + prior->b * ho_normal_from(u);
    case HO_PRIOR_HALFNORMAL:
        return prior->b * ho_normal_from(0.5 + 0.5 * u);
    case HO_PRIOR_LOGNORMAL:
        return prior->a * ho_exp(prior->b * ho_normal_from(u));
    case HO_PRIOR_LOGUNIFORM:
        return prior->a * ho_exp(ho_log(prior->b / prior->a) * u);
    case HO_PRIOR_BETA:
        return solve(&(shape){true, prior->a, prior->b}, u);
    case HO_PRIOR_GAMMA:
        return prior->b * solve(&(shape){false, prior->a, 0}, u);
    case HO_PRIOR_POINT:
        break;
    }
    return prior->a;
}

double ho_prior_quantile(const ho_prior *prior, double u) {
    double x = quantile(prior, u);
    return x < prior->min ? prior->min : x > prior->max ? prior->max : x;
}

double ho_prior_at(const ho_prior *prior, double z) {
    const double edge = 0x1p-53; /* so that a quantile exists */
    double u = ho_normal_below(z);
    return ho_prior_quantile(prior, u < edge ? edge : u > 1 - edge ? 1 - edge : u);
}
