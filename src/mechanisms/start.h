/* The parts of the initial draw. */
#ifndef HO_START_H
#define HO_START_H

#include "mechanisms/mechanism.h"

/* A draw from a prior, or its centre where uncertainty is switched off. */
double ho_start_value(const ho_world *world, const ho_prior *prior, ho_rng *rng);

/* The parameters of a replicate as drawn: p (HO_N_PARAMETER). Contagion and the weights of its three ways are not
 * multiplied yet. */
void ho_parameters_draw(const ho_world *world, const ho_streams *streams, double *p);

/* People, money, attitudes, arms and politics on day 0. Forces are placed already. */
void ho_start_society(const ho_world *world, ho_state *state, const ho_streams *streams);

#endif
