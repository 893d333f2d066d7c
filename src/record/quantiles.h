/* Order statistics of one column of values over replicates. NaN means "not measured in this replicate" and is left out. */
#ifndef HO_RECORD_QUANTILES_H
#define HO_RECORD_QUANTILES_H

#include "holdout/record.h"

/* Sorts n floats upwards (-0 before +0, no NaN) by radix; scratch: (n). */
void ho_sort_floats(float *value, float *scratch, size_t n);

/* Quantile of sorted values by linear interpolation at (n - 1) q (Hyndman and Fan 1996, type 7, as in R and numpy); NaN if n is 0. */
double ho_quantile(const float *sorted, size_t n, double q);

#endif
