/* Sobol indices of a simulator that is stochastic. Internal to the stage.
 *
 * Y = f(theta) + e with E[e | theta] = 0, Var(e | theta) = w(theta): f is the mean over chance at given factors. Var Y = V + W, V = Var f,
 * W = E[w]. Indices are those of f. Two matrices A and B of n_base rows hold independent draws of all factors; A_i is A with factor i from B
 * (Saltelli and others 2010, Computer Physics Communications 181). Every row of every matrix is simulated n_inner >= 2 times. Simulation r of a row
 * of A and of each A_i draws the same random numbers; simulations of other rows, of other r, and of B, are independent of them. A bar is the
 * mean over r, s2 a variance over r (n_inner - 1), m the mean of A and B. Over rows:
 *
 *   V_i  (first order)   mean of (B - m) (A_i - A), bars      their table 2 b, centred; chance in B is independent of that in A_i and A, so no
 *                                                             correction is due
 *   T_i  (total)         mean of (A - A_i)^2 / 2, bars        Jansen 1999
 *                        - mean of s2(A - A_i) / (2 n_inner)  at given parameters E (A - A_i)^2 = (f_A - f_Ai)^2 + Var(A - A_i) / n_inner, and s2 of
 *                                                             the difference is unbiased for that variance, whatever A and A_i share
 *   V                    variance of bars of A and of B       E = V + W / n_inner
 *                        - mean of s2 / n_inner
 *   W                    mean of s2 over A and B
 *
 * What A and A_i share of chance falls out of their difference: it makes the estimates better and does not move them. S_i = V_i / V, S_Ti = T_i / V.
 * The uncorrected ones take the mean over n_inner for f: V_i and T_i by V + W / n_inner, T_i with its second line left out. Errors: the
 * rows are drawn anew with repeats, all matrices alike (Archer, Saltelli and Sobol 1997). */
#ifndef HO_CALIBRATE_SOBOL_H
#define HO_CALIBRATE_SOBOL_H

#include "holdout/calibrate.h"

/* Standard normal score of a parameter in a row of matrix A (0) or B (1). */
double ho_sobol_score(uint32_t seed, int matrix, uint32_t row, uint32_t parameter);

typedef struct ho_sobol_design {
    size_t n_factor, n_base, n_inner; /* n_base >= 2, n_inner >= 2 */
    size_t n_bootstrap;               /* 0: no errors */
    uint32_t seed;                    /* of the bootstrap */
} ho_sobol_design;

/* y (n_factor + 2, n_base, n_inner): A, B, then A_i by factor, simulation r beside simulation r; finite. index: (n_factor) written. HO_ERR_MEMORY. */
ho_status ho_sobol_estimate(const ho_sobol_design *design, const double *y, ho_sobol *sobol, ho_sobol_index *index, ho_error *err);

#endif
