/* Curves through known shares, drawn forward by residual bootstrap. */
#include "evidence/baselines.h"

#include <string.h>

#include "base/math.h"

enum { LAST = 4, POINTS_MAX = 512 /* the last ones of more */ };

const ho_curve ho_curves[HO_N_CURVE] = {
    {"persistence", HO_CURVE_LAST, 0, 0},
    {"linear", HO_CURVE_POLYNOMIAL, 1, 0},
    {"linear, last 4", HO_CURVE_POLYNOMIAL, 1, LAST},
    {"quadratic", HO_CURVE_POLYNOMIAL, 2, 0},
    {"quadratic, last 4", HO_CURVE_POLYNOMIAL, 2, LAST},
    {"logistic", HO_CURVE_LOGISTIC, 1, 0},
    {"logistic, last 4", HO_CURVE_LOGISTIC, 1, LAST},
};

static double clipped(double value, double low, double high) {
    return value < low ? low : value > high ? high : value;
}

static size_t index_from(ho_rng *rng, size_t n) {
    size_t k = (size_t)(ho_rng_unit(rng) * (double)n);
    return k < n ? k : n - 1;
}

/* --- the last share --- */

static void walk_draw(const double *t, const double *share, size_t n, const double *day, size_t n_day, size_t n_draw, ho_rng *rng,
                      double *path) {
    double change[POINTS_MAX];
    size_t n_change = 0;
    for (size_t k = 1; k < n; k++)
        if (t[k] > t[k - 1])
            change[n_change++] = (share[k] - share[k - 1]) / sqrt(t[k] - t[k - 1]);
    for (size_t r = 0; r < n_draw; r++) {
        double value = share[n - 1], before = t[n - 1];
        for (size_t k = 0; k < n_day; k++) {
            if (n_change > 0 && day[k] > before) {
                double size = change[index_from(rng, n_change)] * sqrt(day[k] - before);
                value = clipped(value + (ho_rng_unit(rng) < 0.5 ? -size : size), 0, 1);
            }
            before = day[k];
            path[r * n_day + k] = value;
        }
    }
}

/* --- fitted curves --- */

static size_t fit_draw(const ho_curve *curve, const double *t, const double *share, size_t n, double floor, const double *day,
                       size_t n_day, size_t n_draw, ho_rng *rng, double *path) {
    double y[POINTS_MAX] = {0}, fitted[POINTS_MAX], residual[POINTS_MAX], again[POINTS_MAX] = {0}, c[3], drawn[3];
    bool logit = curve->kind == HO_CURVE_LOGISTIC;
    for (size_t k = 0; k < n; k++)
        y[k] = logit ? ho_logit(clipped(share[k], floor, 1 - floor)) : share[k];
    int degree = ho_fit_polynomial(t, y, n, curve->degree, c);
    size_t n_column = (size_t)(degree + 1);
    double widen = n > n_column ? sqrt((double)n / (double)(n - n_column)) : 0;
    for (size_t k = 0; k < n; k++) {
        fitted[k] = ho_polynomial(c, degree, t[k]);
        residual[k] = (y[k] - fitted[k]) * widen;
    }
    for (size_t r = 0; r < n_draw; r++) {
        for (size_t k = 0; k < n; k++)
            again[k] = fitted[k] + residual[index_from(rng, n)];
        int used = ho_fit_polynomial(t, again, n, curve->degree, drawn);
        for (size_t k = 0; k < n_day; k++) {
            double value = ho_polynomial(drawn, used, day[k]) + residual[index_from(rng, n)];
            path[r * n_day + k] = logit ? ho_logistic(value) : clipped(value, 0, 1);
        }
    }
    return n_column;
}

size_t ho_curve_draw(const ho_curve *curve, const ho_points *points, double floor, const double *t, size_t n_t, size_t n_draw,
                     ho_rng *rng, double *path) {
    size_t most = curve->n_last ? curve->n_last : POINTS_MAX, n = points->n < most ? points->n : most;
    if (n == 0)
        return 0;
    const double *known_t = points->t + (points->n - n), *share = points->share + (points->n - n);
    if (curve->kind != HO_CURVE_LAST)
        return fit_draw(curve, known_t, share, n, floor, t, n_t, n_draw, rng, path);
    walk_draw(known_t, share, n, t, n_t, n_draw, rng, path);
    return 1;
}
