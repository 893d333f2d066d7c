/* Adaptive population Monte Carlo for a simulator without a likelihood (APMC: Lenormand, Jabot and Deffuant 2013), with the errors of
 * observation as its kernel, which makes it exact for data with such errors (Wilkinson 2013). Knows nothing of wars: particles are points z with
 * prior N(0, I), simulated to summaries.
 *
 * A first generation comes from the prior. Of it the n_keep particles closest to the observed summaries are kept; each later generation
 * draws n_new from the kept ones (chosen by weight, moved by N(0, 2 weighted covariance)) and keeps the n_keep closest of old and new,
 * weighted by prior over proposal. It ends when fewer than p_min of the new ones come as close as the farthest kept one did before. The distance
 * d is Mahalanobis's, by the covariance of the errors. What is kept then weighs exp(-d^2 / 2), which is the likelihood of the observed given
 * what was simulated; where fewer than n_effective particles would carry the weight, exp(-d^2 / (2 T^2)) with the smallest T that gives so many: errors
 * T times as large as said, and T is reported. Every draw is addressed by (seed, generation, particle), so threads and interruptions
 * change nothing. */
#ifndef HO_CALIBRATE_ABC_H
#define HO_CALIBRATE_ABC_H

#include "holdout/base.h"

/* Particles; number: over all generations, from 0. */
typedef struct ho_particles {
    size_t n, n_parameter, n_summary, capacity;
    double *z;        /* (capacity, n_parameter) */
    double *summary;  /* (capacity, n_summary), without errors of observation */
    double *weight;   /* (capacity) prior over proposal, 1 on average over all that were drawn */
    double *distance; /* (capacity) */
    uint32_t *number; /* (capacity) */
} ho_particles;

ho_status ho_particles_build(size_t capacity, size_t n_parameter, size_t n_summary, ho_particles *particles, ho_error *err);
void ho_particles_free(ho_particles *particles); /* empties it */

typedef struct ho_abc_generation {
    size_t n_simulated; /* up to and with it */
    double tolerance;   /* distance of the farthest kept */
    double accepted;    /* share of its particles within the tolerance before it; 1 for the first */
    double effective;   /* effective sample size of the kept, 1 / sum of squared weights */
} ho_abc_generation;

enum { HO_ABC_GENERATIONS_MAX = 200, HO_ABC_PARAMETERS_MAX = 64 };

typedef struct ho_abc {
    /* the problem */
    size_t n_parameter, n_summary;
    const double *observed; /* (n_summary) */
    const double *error;    /* (n_summary, n_summary) lower Cholesky factor of the covariance of their errors */
    uint32_t seed;
    size_t n_first, n_keep, n_new, n_max; /* particles: first generation, kept, each later one, in all */
    double p_min;
    /* Fills summary of particles from..n of `particles` from their z and number. */
    ho_status (*simulate)(void *context, ho_particles *particles, size_t from, ho_error *err);
    /* After every generation; may be NULL. An error ends the run. */
    ho_status (*generation)(void *context, const struct ho_abc *abc, ho_error *err);
    void *context;
    /* the state, which makes a resumed run the same */
    ho_particles kept; /* by distance, then number */
    double *share;     /* (n_keep) their shares in the weight */
    size_t n_generation, n_simulated;
    ho_abc_generation log[HO_ABC_GENERATIONS_MAX];
} ho_abc;

/* Makes room. HO_ERR_MEMORY. */
ho_status ho_abc_begin(ho_abc *abc, ho_error *err);
/* Runs from the state on until it ends. */
ho_status ho_abc_run(ho_abc *abc, ho_error *err);
void ho_abc_end(ho_abc *abc);
/* Shares of the kept particles in their weight; returns the weight. */
double ho_abc_share(ho_abc *abc);

/* Weights of the kept particles in the posterior, weight (n kept) of sum 1; returns T (1: errors as said). */
double ho_abc_weigh(const ho_abc *abc, double n_effective, double *weight);

/* Rows chosen n_draw times by weight (systematic resampling; Kitagawa 1996): chosen (n_draw), in order. u in (0, 1). */
void ho_abc_resample(const double *weight, size_t n, double u, uint32_t *chosen, size_t n_draw);

/* Lower Cholesky factor in the place of the lower triangle of a (n, n); false if it is not positive definite. */
bool ho_cholesky(double *a, size_t n);

#endif
