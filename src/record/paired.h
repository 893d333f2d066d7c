/* A quantity in pairs of replicates: what common random numbers are for. */
#ifndef HO_RECORD_PAIRED_H
#define HO_RECORD_PAIRED_H

#include "holdout/record.h"

/* Compares b[i] with a[i], n pairs; a pair with a NaN is left out. Sums in the order of pairs; differences are rounded to float for the
 * quantiles only. difference, scratch: (n) each, overwritten. */
ho_paired ho_paired_of(const float *a, const float *b, size_t n, float *difference, float *scratch);

#endif
