/* Exact splits. n people who choose independently with probabilities p_i are multinomial; by conditioning, the first choice takes
 * Binomial(n, p_1), the next Binomial(rest, p_2 / (1 - p_1)), and so on (e.g. Devroye 1986, Non-Uniform Random Variate Generation, XI.1.5). */
#include "flow/split.h"

#include <assert.h>

void ho_shares_make(const double *weight, size_t n, double *upto, double *of_rest) {
    double sum = 0, after = 0;
    for (size_t i = 0; i < n; i++)
        sum += weight[i];
    if (!(sum > 0)) {
        for (size_t i = 0; i < n; i++) {
            upto[i] = (double)(i + 1);
            of_rest[i] = 1 / (double)(n - i);
        }
        return;
    }
    sum = 0;
    for (size_t i = 0; i < n; i++)
        upto[i] = sum += weight[i];
    for (size_t i = n; i-- > 0;) {
        after += weight[i];
        of_rest[i] = weight[i] > 0 ? weight[i] / after : 0;
    }
}

/* The choice at u in (0,1). */
static size_t choice_at(const ho_shares *shares, double u) {
    const double *upto = shares->upto;
    size_t last = shares->n - 1, lo = 0, hi = last;
    double x = u * upto[last];
    if (!(x < upto[last])) { /* rounded up to the sum: the last that has a share */
        while (last > 0 && !(upto[last - 1] < upto[last]))
            last--;
        return last;
    }
    while (lo < hi) { /* the first above x */
        size_t middle = lo + (hi - lo) / 2;
        if (upto[middle] > x)
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}

size_t ho_split(ho_rng *rng, int64_t people, const ho_shares *shares, uint32_t *which, int64_t *count) {
    size_t n = shares->n, n_pair = 0;
    assert(n > 0 && people > 0);
    if (n == 1) {
        which[0] = 0;
        count[0] = people;
        return 1;
    }
    if (people <= 2 * (int64_t)(n - 1)) {
        for (; n_pair < (size_t)people; n_pair++) {
            which[n_pair] = (uint32_t)choice_at(shares, ho_rng_unit(rng));
            count[n_pair] = 1;
        }
        return n_pair;
    }
    for (size_t i = 0; i < n && people > 0; i++) {
        int64_t take = i + 1 == n ? people : ho_binomial(rng, people, shares->of_rest[i]);
        if (take == 0)
            continue;
        which[n_pair] = (uint32_t)i;
        count[n_pair++] = take;
        people -= take;
    }
    return n_pair;
}

int64_t ho_split_off(ho_rng *rng, int64_t people, double p) {
    if (!(p > 0))
        return 0;
    if (p >= 1)
        return people;
    if (people == 1)
        return ho_rng_unit(rng) < p;
    return ho_binomial(rng, people, p);
}
