/* Bayesian computation for a simulator without a likelihood of its own, by adaptive multiple importance sampling (AMIS: Cornuet, Marin, Mira
 * and Robert 2012). What is simulated is observed with errors of known covariance, so that the likelihood of the observed given one simulation is
 * exp(-d^2 / 2), d Mahalanobis's distance by that covariance; averaging it over simulations is exact for data with such errors (Wilkinson
 * 2013). Knows nothing of wars: particles are points z with prior N(0, I), simulated to summaries.
 *
 * A first generation comes from the prior; each later one from q_g = (1 - a) N(m, c S) + a N(0, I), with m and S the weighted mean and covariance of
 * all particles so far. None is thrown away: a particle weighs prior over mixture of all proposals, by the number of particles each
 * made, times exp(-d^2 / (2 T^2)). T is 1 as soon as n_effective particles carry that weight; until then the smallest T at which they do:
 * errors T times as large as said. It ends at T = 1 or after n_max simulations, and then T is part of the result. Every draw is
 * addressed by (seed, generation, particle), so threads and interruptions change nothing. */
#ifndef HO_CALIBRATE_ABC_H
#define HO_CALIBRATE_ABC_H

#include "holdout/base.h"

enum { HO_ABC_GENERATIONS_MAX = 1000, HO_ABC_PARAMETERS_MAX = 64 };

typedef struct ho_abc_generation {
    size_t n_simulated; /* up to and with it */
    double temperature; /* T after it */
    double effective;   /* effective number of particles at T, 1 / sum of squared shares in the weight */
    double accepted;    /* that number by n_simulated */
} ho_abc_generation;

typedef struct ho_abc {
    /* the problem */
    size_t n_parameter, n_summary;
    const double *observed; /* (n_summary) */
    const double *error;    /* (n_summary, n_summary) lower Cholesky factor of the covariance of their errors */
    uint32_t seed;
    size_t n_first, n_new, n_max; /* particles: first generation, each later one, in all */
    double n_effective;
    /* Fills summary (n, n_summary), without errors of observation, of particles number from..from + n - 1 at z (n, n_parameter). */
    ho_status (*simulate)(void *context, const double *z, size_t from, size_t n, double *summary, ho_error *err);
    /* After every generation; may be NULL. An error ends the run. */
    ho_status (*generation)(void *context, const struct ho_abc *abc, ho_error *err);
    void *context;
    /* the state, which makes a resumed run the same; particles by number */
    size_t n_generation, n_simulated;
    double *z;        /* (n_max, n_parameter) */
    double *distance; /* (n_max) */
    double *mixture;  /* (n_max) sum over generations of their particles times their density, by the prior's, at z */
    double *proposal; /* (n_generation, n_parameter + n_parameter^2) mean, lower factor of covariance; that of the first is not used */
    double *share;    /* (n_max) in the weight, at the last T */
    ho_abc_generation *log; /* (n_generation) */
} ho_abc;

/* Makes room. HO_ERR_MEMORY. HO_ERR_INPUT: too many parameters. */
ho_status ho_abc_begin(ho_abc *abc, ho_error *err);
/* Runs from the state on until it ends. Errors of simulate and generation; HO_ERR_NUMERIC; HO_ERR_MEMORY. */
ho_status ho_abc_run(ho_abc *abc, ho_error *err);
void ho_abc_end(ho_abc *abc);
/* Finds the shares again, after the state was read from elsewhere; returns T. */
double ho_abc_share(ho_abc *abc);

/* Rows chosen n_draw times by weight (systematic resampling; Kitagawa 1996): chosen (n_draw), in order. u in (0, 1). */
void ho_abc_resample(const double *weight, size_t n, double u, uint32_t *chosen, size_t n_draw);

/* Lower Cholesky factor in the place of the lower triangle of a (n, n); false if it is not positive definite. */
bool ho_cholesky(double *a, size_t n);

#endif
