/* Parameters as standard normal scores: z is what a parameter's prior quantile is of the standard normal, so that the prior of any number of
 * parameters together is N(0, I). Functions are pure and give the same bits everywhere. Internal to the stage. */
#ifndef HO_CALIBRATE_NORMAL_H
#define HO_CALIBRATE_NORMAL_H

#include "holdout/scenario.h"

/* Standard normal distribution function; relative error below 1e-12 for z in -37..8 (by the incomplete gamma function, Abramowitz and
 * Stegun 7.1 and 6.5). */
double ho_normal_below(double z);
/* Regularised incomplete gamma function P(a, x), a > 0, x >= 0 (series and Legendre's continued fraction; Abramowitz and Stegun 6.5.29,
 * 6.5.31) and beta function I_x(a, b), a, b > 0 (continued fraction, 26.5.8). */
double ho_gamma_below(double a, double x);
double ho_beta_below(double x, double a, double b);

/* Value below which a prior has the share u of its draws, 0 < u < 1, clipped as its draws are. A point has one value. */
double ho_prior_quantile(const ho_prior *prior, double u);
/* The same at the standard normal's quantile z. */
double ho_prior_at(const ho_prior *prior, double z);

#endif
