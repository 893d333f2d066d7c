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

/* Elementary effects of n parameters (Morris 1991) along n_trajectory paths: each starts at a point of a grid of 8 levels of the quantiles of the
 * priors and changes one parameter after another, in an order of its own, by half the range. All points of a path draw the same random
 * numbers. Since any change lets courses part by chance, which adds to the absolute effect of every parameter alike, effects rank by the
 * mean, signs kept, which chance leaves alone. effect (n), in the order given. */
ho_status ho_screen(const ho_simulator *simulator, const ho_world *world, size_t n_trajectory, size_t n, const int32_t *parameter,
                    ho_effect *effect, ho_error *err);

#endif
