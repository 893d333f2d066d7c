/* Samplers over a stream of draws. The algorithm is part of the result: changing one changes every digest. */
#ifndef HO_SAMPLERS_H
#define HO_SAMPLERS_H

#include <stddef.h>
#include <stdint.h>

#include "stream.h"

double ho_exponential(ho_rng *rng);                  /* mean 1 */
double ho_normal(ho_rng *rng);                       /* mean 0, sd 1 */
double ho_gamma(ho_rng *rng, double shape);          /* scale 1, shape > 0; Marsaglia and Tsang 2000, boosted below 1 */
double ho_beta(ho_rng *rng, double a, double b);     /* a, b > 0 */
int64_t ho_poisson(ho_rng *rng, double mean);        /* mean >= 0; inversion below 10, Hörmann's PTRS 1993 above */
int64_t ho_binomial(ho_rng *rng, int64_t n, double p); /* n >= 0, p clamped to 0..1; inversion where n min(p,1-p) < 10, else BTRS (Hörmann 1993) */
/* Splits n among k classes with weights >= 0 (not all 0): conditional binomials in order, the last takes the rest. count: (k) */
void ho_multinomial(ho_rng *rng, int64_t n, const double *weight, size_t k, int64_t *count);

/* Fast paths from one uniform u in (0,1), by inversion, for small means (n p < 10, mean < 10). */
int64_t ho_poisson_from(double u, double mean);
int64_t ho_binomial_from(double u, int64_t n, double p);

#endif
