/* Least squares and logistic regression on a few columns, with ho_* functions only and sums in the order of the rows. */
#include "evidence/fit.h"

#include <string.h>

#include "base/math.h"

enum { NEWTON_MAX = 100, HALVING_MAX = 40 };
static const double NEWTON_DONE = 1e-10; /* largest step in any coefficient */
static const double ROUNDING = 1e-12;     /* of the objective, relative: it is flat at its top */
static const double TOO_FAR = 30;        /* a coefficient beyond has no finite maximum: chances of 1e-13 */

bool ho_solve(double *a, double *b, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            if (i == j && !(sum > 0))
                return false;
            a[i * n + j] = i == j ? sqrt(sum) : sum / a[j * n + j];
        }
    for (size_t i = 0; i < n; i++) {
        for (size_t k = 0; k < i; k++)
            b[i] -= a[i * n + k] * b[k];
        b[i] /= a[i * n + i];
    }
    for (size_t i = n; i-- > 0;) {
        for (size_t k = i + 1; k < n; k++)
            b[i] -= a[k * n + i] * b[k];
        b[i] /= a[i * n + i];
    }
    return true;
}

/* --- polynomials --- */

static size_t count_different(const double *t, size_t n) {
    size_t different = 0;
    for (size_t i = 0; i < n; i++) {
        size_t j = 0;
        while (j < i && t[j] != t[i])
            j++;
        different += j == i;
    }
    return different;
}

int ho_fit_polynomial(const double *t, const double *y, size_t n, int degree, double *c) {
    size_t different = count_different(t, n);
    int used = (size_t)degree < different ? degree : (int)different - 1;
    double a[9] = {0}, b[3] = {0}, scale = 1;
    memset(c, 0, (size_t)(degree + 1) * sizeof *c);
    if (n == 0)
        return -1;
    for (size_t k = 0; k < n; k++)
        scale = fabs(t[k]) > scale ? fabs(t[k]) : scale;
    size_t n_column = (size_t)used + 1;
    for (size_t k = 0; k < n; k++) {
        const double x[3] = {1, t[k] / scale, t[k] / scale * (t[k] / scale)};
        for (size_t i = 0; i < n_column; i++) {
            b[i] += x[i] * y[k];
            for (size_t j = 0; j < n_column; j++)
                a[i * n_column + j] += x[i] * x[j];
        }
    }
    if (!ho_solve(a, b, n_column)) /* points so close that rounding hides their difference */
        return used > 0 ? ho_fit_polynomial(t, y, n, used - 1, c) : -1;
    double power = 1;
    for (size_t k = 0; k < n_column; k++, power *= scale)
        c[k] = b[k] / power;
    return used;
}

double ho_polynomial(const double *c, int degree, double t) {
    double value = 0;
    for (int k = degree; k >= 0; k--)
        value = value * t + c[k];
    return value;
}

/* --- logistic regression --- */

static double linear_at(const double *x, const double *beta, size_t n_column) {
    double sum = 0;
    for (size_t k = 0; k < n_column; k++)
        sum += x[k] * beta[k];
    return sum;
}

static double objective(const double *x, const uint8_t *happened, size_t n, size_t n_column, double ridge, const double *beta) {
    double sum = 0;
    for (size_t r = 0; r < n; r++) {
        double eta = linear_at(x + r * n_column, beta, n_column);
        eta = happened[r] ? -eta : eta; /* -log of the chance of what happened is log(1 + e^eta) */
        sum -= eta > 0 ? eta + ho_log1p(ho_exp(-eta)) : ho_log1p(ho_exp(eta));
    }
    for (size_t k = 1; k < n_column; k++)
        sum -= ridge / 2 * beta[k] * beta[k];
    return sum;
}

/* Gradient and minus the second derivatives. */
static void derivatives(const double *x, const uint8_t *happened, size_t n, size_t n_column, double ridge, const double *beta,
                        double *gradient, double *curvature) {
    memset(gradient, 0, n_column * sizeof *gradient);
    memset(curvature, 0, n_column * n_column * sizeof *curvature);
    for (size_t r = 0; r < n; r++) {
        const double *row = x + r * n_column;
        double p = ho_logistic(linear_at(row, beta, n_column)), weight = p * (1 - p);
        for (size_t i = 0; i < n_column; i++) {
            gradient[i] += row[i] * ((happened[r] ? 1 : 0) - p);
            for (size_t j = 0; j <= i; j++)
                curvature[i * n_column + j] += weight * row[i] * row[j];
        }
    }
    for (size_t k = 1; k < n_column; k++) {
        gradient[k] -= ridge * beta[k];
        curvature[k * n_column + k] += ridge;
    }
}

bool ho_fit_logistic(const double *x, const uint8_t *happened, size_t n, size_t n_column, double ridge, double *beta) {
    double step[HO_FIT_MAX], curvature[HO_FIT_MAX * HO_FIT_MAX], tried[HO_FIT_MAX];
    size_t n_happened = 0;
    for (size_t r = 0; r < n; r++)
        n_happened += happened[r];
    memset(beta, 0, n_column * sizeof *beta);
    if (n_happened == 0 || n_happened == n)
        return false;
    double best = objective(x, happened, n, n_column, ridge, beta);
    for (int k = 0; k < NEWTON_MAX; k++) {
        double factor = 1, largest = 0, value = -INFINITY;
        double enough = best - ROUNDING * (1 + fabs(best));
        derivatives(x, happened, n, n_column, ridge, beta, step, curvature);
        if (!ho_solve(curvature, step, n_column))
            return false;
        for (int h = 0; h < HALVING_MAX && !(value >= enough); h++, factor /= 2) {
            for (size_t c = 0; c < n_column; c++)
                tried[c] = beta[c] + factor * step[c];
            value = objective(x, happened, n, n_column, ridge, tried);
        }
        if (!(value >= enough))
            return false;
        best = value;
        for (size_t c = 0; c < n_column; c++) {
            largest = fabs(tried[c] - beta[c]) > largest ? fabs(tried[c] - beta[c]) : largest;
            beta[c] = tried[c];
            if (fabs(beta[c]) > TOO_FAR)
                return false;
        }
        if (largest < NEWTON_DONE)
            return true;
    }
    return false;
}
