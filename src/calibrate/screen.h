/* Morris screening. Internal to the stage. */
#ifndef HO_CALIBRATE_SCREEN_H
#define HO_CALIBRATE_SCREEN_H

#include "calibrate/simulate.h"

/* What a parameter does to the target it moves most. */
typedef struct ho_effect {
    int32_t parameter;
    int32_t target;      /* that it moves most, or -1: none */
    double mean, se;     /* mean elementary effect on it, in sd of the target over all points, per the whole range of the score; its standard error */
    double mean_size;    /* mean of its absolute value (mu*, Campolongo, Cariboni and Saltelli 2007) */
    double spread;       /* sd of the effects: interaction, curvature and chance */
} ho_effect;

/* Elementary effects of a parameter on one number that is measured, in sd of the number over all points, per the whole range of the score. 0
 * where the number never differs. */
typedef struct ho_morris {
    double mean, se;           /* mu, signs kept, and its standard error over paths */
    double mean_size, size_se; /* mu*, of absolute values (Campolongo, Cariboni and Saltelli 2007) */
    double spread;             /* sigma: sd of the effects */
} ho_morris;

/* What screening finds: effect (n, n_value); of each number its sd over all points and what mu* would be if only the random numbers of a
 * simulation were others: the size that chance alone can give. Where `chance` is asked for, n_trajectory more simulations are made. NaN values
 * (not measured) count as no change. Design as in ho_screen. */
typedef struct ho_screening {
    ho_morris *effect;  /* (n, n_value) */
    double *sd;         /* (n_value) */
    ho_morris *chance;  /* (n_value), or NULL */
} ho_screening;
ho_status ho_screen_all(const ho_simulator *simulator, const ho_world *world, size_t n_trajectory, size_t n, const int32_t *parameter,
                        const ho_screening *found, ho_error *err);

/* Elementary effects of n parameters (Morris 1991) along n_trajectory paths: each starts at a point of a grid of 8 levels of the quantiles of the
 * priors and changes one parameter after another, in an order of its own, by half the range. All points of a path draw the same random
 * numbers. Since any change lets courses part by chance, which adds to the absolute effect of every parameter alike, effects rank by the
 * mean, signs kept, which chance leaves alone. effect (n), in the order given: of each parameter that on the number it moves most. */
ho_status ho_screen(const ho_simulator *simulator, const ho_world *world, size_t n_trajectory, size_t n, const int32_t *parameter,
                    ho_effect *effect, ho_error *err);

#endif
