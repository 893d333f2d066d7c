/* Exact splits. n people who choose independently with probabilities p_i are multinomial; by conditioning, the first choice takes
 * Binomial(n, p_1), the next Binomial(rest, p_2 / (1 - p_1)), and so on (e.g. Devroye 1986, Non-Uniform Random Variate Generation, XI.1.5). */
#include "flow/split.h"

#include <assert.h>
#include <stdbool.h>

enum { FEW = 3, SOME = 64 }; /* people for whom single draws are cheapest; for whom powers are cheaper than logarithms */

/* x^n, 0 < n */
static double whole_power(double x, int64_t n) {
    double power = n & 1 ? x : 1;
    for (n >>= 1; n; n >>= 1) {
        x *= x;
        power = n & 1 ? power * x : power;
    }
    return power;
}

/* Quantile at u of the number among a few that do what each does with probability p <= 1/2, n p < HO_INVERSION_MEAN: terms of the distribution are
 * taken off u until it is used up. (1 - p)^n is above 2^-46 here, so that the terms keep their digits. */
static int64_t quantile(double u, int64_t n, double p) {
    double q = 1 - p, odds = p / q, term = whole_power(q, n);
    int64_t k = 0;
    while (u > term && k < n) {
        u -= term;
        k++;
        term *= odds * (double)(n - k + 1) / (double)k;
    }
    return k;
}

/* Binomial, 0 < p < 1. */
static int64_t binomial(ho_rng *rng, int64_t people, double p) {
    double less = p > 0.5 ? 1 - p : p;
    if (people > SOME || (double)people * less >= HO_INVERSION_MEAN)
        return ho_binomial(rng, people, p);
    int64_t k = quantile(ho_rng_unit(rng), people, less);
    return p > 0.5 ? people - k : k;
}

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

/* The choice at u in [0,1): the first whose sum is above it. */
static size_t choice_at(const ho_shares *shares, double u) {
    const double *upto = shares->upto;
    size_t last = shares->n - 1, lo = 0, hi = last;
    double x = u * upto[last];
    if (!(x < upto[last])) { /* rounded up to the sum: the last that has a share */
        while (last > 0 && !(upto[last - 1] < upto[last]))
            last--;
        return last;
    }
    while (lo < hi) {
        size_t middle = lo + (hi - lo) / 2;
        if (upto[middle] > x)
            hi = middle;
        else
            lo = middle + 1;
    }
    return lo;
}

/* A choice by 32 bits; where they do not decide, by as many more as a uniform has. */
static size_t choose(ho_rng *rng, const ho_shares *shares) {
    double u = (double)ho_rng_word(rng);
    size_t choice = choice_at(shares, u * 0x1p-32);
    if ((u + 1) * 0x1p-32 * shares->upto[shares->n - 1] <= shares->upto[choice])
        return choice;
    return choice_at(shares, (u + ho_rng_unit(rng)) * 0x1p-32);
}

/* Does one person do what each does with probability 0 < p < 1? By 32 bits, and more where they do not decide. */
static bool does(ho_rng *rng, double p) {
    double x = p * 0x1p32, whole = (double)(uint32_t)x, word = (double)ho_rng_word(rng);
    return word == whole ? ho_rng_unit(rng) < x - whole : word < whole;
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
            which[n_pair] = (uint32_t)choose(rng, shares);
            count[n_pair] = 1;
        }
        return n_pair;
    }
    for (size_t i = 0; i < n && people > 0; i++) {
        double p = shares->of_rest[i];
        int64_t take = p >= 1 || i + 1 == n ? people : p > 0 ? binomial(rng, people, p) : 0;
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
    if (people > FEW)
        return binomial(rng, people, p);
    int64_t off = 0;
    for (int64_t k = 0; k < people; k++)
        off += does(rng, p);
    return off;
}
