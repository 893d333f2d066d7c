/* Goodness of fit for tests: p-values of the chi-square and Kolmogorov-Smirnov statistics and two distribution functions.
 * libm is fine here: nothing of it reaches a digest. */
#ifndef STATISTICS_H
#define STATISTICS_H

#include <math.h>
#include <stdlib.h>

/* Regularised lower incomplete gamma function P(a, x): its series, or one minus the continued fraction (Lentz). */
static inline double gamma_below(double a, double x) {
    if (x <= 0.0) {
        return 0.0;
    }
    double front = exp(a * log(x) - x - lgamma(a));
    if (x < a + 1.0) {
        double term = 1.0 / a, sum = term;
        for (double n = a + 1.0; term > sum * 1e-16; n += 1.0) {
            term *= x / n;
            sum += term;
        }
        return sum * front;
    }
    double b = x + 1.0 - a, c = 1e300, d = 1.0 / b, h = d;
    for (int i = 1; i < 100000; i++) {
        double an = -i * (i - a);
        b += 2.0;
        d = 1.0 / (an * d + b);
        c = b + an / c;
        h *= d * c;
        if (fabs(d * c - 1.0) < 1e-15) {
            break;
        }
    }
    return 1.0 - front * h;
}

static inline double normal_below(double x) {
    return 0.5 * erfc(-x / sqrt(2.0));
}

/* p-value of observed counts against expected ones. Neighbouring classes are joined until 10 are expected. */
static inline double chi_square_p(const double *observed, const double *expected, size_t n) {
    double statistic = 0.0, o = 0.0, e = 0.0, o_last = 0.0, e_last = 0.0;
    int classes = 0;
    for (size_t i = 0; i < n; i++) {
        o += observed[i];
        e += expected[i];
        if (e >= 10.0) {
            statistic += (o - e) * (o - e) / e;
            classes++;
            o_last = o;
            e_last = e;
            o = e = 0.0;
        }
    }
    if (e_last > 0.0) { /* what is left joins the last class */
        statistic -= (o_last - e_last) * (o_last - e_last) / e_last;
        o_last += o;
        e_last += e;
        statistic += (o_last - e_last) * (o_last - e_last) / e_last;
    }
    return classes > 1 ? 1.0 - gamma_below(0.5 * (classes - 1), 0.5 * statistic) : 1.0;
}

static inline int compare_doubles(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* p-value of a sample against uniform(0,1), given the distribution function's values; sorts them. */
static inline double ks_p(double *u, size_t n) {
    qsort(u, n, sizeof *u, compare_doubles);
    double d = 0.0;
    for (size_t i = 0; i < n; i++) {
        d = fmax(d, fmax((double)(i + 1) / (double)n - u[i], u[i] - (double)i / (double)n));
    }
    double root = sqrt((double)n), t = (root + 0.12 + 0.11 / root) * d, p = 0.0; /* Stephens 1970 */
    for (int k = 1; k < 101; k++) {
        p += 2.0 * (k % 2 ? 1.0 : -1.0) * exp(-2.0 * k * k * t * t);
    }
    return t < 0.3 ? 1.0 : p;
}

#endif
