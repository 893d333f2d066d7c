/* Samplers over a stream of draws. The algorithm is part of the result: changing one changes every digest. */
#ifndef HO_SAMPLERS_H
#define HO_SAMPLERS_H

#include <stddef.h>
#include <stdint.h>

#include "stream.h"

enum { HO_INVERSION_MEAN = 10 }; /* inversion below, rejection from here */

double ho_exponential(ho_rng *rng);                  /* mean 1 */
double ho_normal(ho_rng *rng);                       /* mean 0, sd 1; one uniform, by inversion (Wichura 1988, AS 241) */
double ho_gamma(ho_rng *rng, double shape);          /* scale 1, shape > 0; Marsaglia and Tsang 2000, boosted below 1 */
double ho_beta(ho_rng *rng, double a, double b);     /* a, b > 0; may round to 0 or 1 */
int64_t ho_poisson(ho_rng *rng, double mean);        /* mean >= 0; inversion below 10, Hörmann's PTRS 1993 above */
int64_t ho_binomial(ho_rng *rng, int64_t n, double p); /* n >= 0, p clamped to 0..1; inversion where n min(p,1-p) < 10, else BTRS (Hörmann 1993) */
/* Splits n among k classes with weights >= 0 (not all 0): conditional binomials in order, the last takes the rest. count: (k) */
void ho_multinomial(ho_rng *rng, int64_t n, const double *weight, size_t k, int64_t *count);

/* Fast paths from one uniform u in (0,1), by inversion: the quantile at u. Non-decreasing in u (ho_binomial_from in 1-u where p > 1/2).
 * Poisson: mean < 10; binomial: n min(p,1-p) < 10. A u of 32 bits (ho_unit) cannot show chances below 2^-32. */
int64_t ho_poisson_from(double u, double mean);
int64_t ho_binomial_from(double u, int64_t n, double p);
/* Quantile of the standard normal distribution at u in (0,1), relative error about 1e-15. */
double ho_normal_from(double u);

#endif
