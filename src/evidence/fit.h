/* Least squares and logistic regression on a few columns. Internal to the stage. */
#ifndef HO_EVIDENCE_FIT_H
#define HO_EVIDENCE_FIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { HO_FIT_MAX = 16 /* columns */ };

/* Solves a x = b for a symmetric positive definite a (n, n) by Cholesky; a is overwritten, b becomes x. false: a is not positive definite. */
bool ho_solve(double *a, double *b, size_t n);

/* Least squares polynomial of y over t: y = sum over k <= degree of c_k t^k, by normal equations. The degree is lowered to one below the number of
 * different t. c: (degree + 1) written, 0 above the degree used. Returns the degree used, -1 without points. degree at most 2. */
int ho_fit_polynomial(const double *t, const double *y, size_t n, int degree, double *c);
double ho_polynomial(const double *c, int degree, double t);

/* Logistic regression by Newton's method, which is iteratively reweighted least squares (Nelder and Wedderburn 1972), with a ridge: maximises
 * sum of the log likelihood - ridge/2 sum over k > 0 of beta_k^2 (le Cessie and van Houwelingen 1992); column 0 is the constant and not
 * shrunk. Steps are halved until the objective does not fall. x: (n, n_column), happened: (n) 0/1; beta: (n_column) written.
 * false: no solution (ridge 0 and separated, or one class only). */
bool ho_fit_logistic(const double *x, const uint8_t *happened, size_t n, size_t n_column, double ridge, double *beta);

#endif
