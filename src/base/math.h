/* Elementary functions from + - * / sqrt only, in one fixed order, so that the bits do not depend on libc, CPU or compiler
 * (built with -ffp-contract=off). Each is within 1 ulp of the true value over its whole range (tests/unit/test_math.c compares with MPFR).
 * They are inline so that loops over columns vectorise: no branch on the fast path, no table. */
#ifndef HO_MATH_H
#define HO_MATH_H

double ho_lgamma(double x); /* x > 0 */

