/* Splitting people among choices: exact multinomial draws whose cost does not depend on how many people there are. */
#ifndef HO_FLOW_SPLIT_H
#define HO_FLOW_SPLIT_H

#include <stddef.h>
#include <stdint.h>

#include "base/samplers.h"

/* Weights made ready for splitting. */
typedef struct ho_shares {
    size_t n;
    const double *upto; /* (n) sum of the weights up to and with each */
    const double *of_rest; /* (n) weight over the sum of itself and all after it; exactly 1 at the last above 0 */
} ho_shares;

/* Fills upto and of_rest, (n) each, from weights >= 0, n >= 1. If all are 0 every choice is as likely as any other. */
void ho_shares_make(const double *weight, size_t n, double *upto, double *of_rest);

/* Splits `people` > 0 among the choices. which, count: (2 n), written: pairs of choice and people, a choice may come more than once; counts add up
 * to people. Returns the number of pairs. Few people draw one by one, many by conditional binomials: both are the multinomial law. */
size_t ho_split(ho_rng *rng, int64_t people, const ho_shares *shares, uint32_t *which, int64_t *count);

/* How many of `people` do what each does with probability p. */
int64_t ho_split_off(ho_rng *rng, int64_t people, double p);

#endif
