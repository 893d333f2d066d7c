/* A day of a replicate: every mechanism once per step, in the order of the table. */
#ifndef HO_DAY_H
#define HO_DAY_H

#include "mechanisms/mechanism.h"

/* Simulates the next day of the state. off: bit k switches mechanism k off, besides those of the scenario. */
ho_status ho_day_run(const ho_world *world, ho_state *state, const ho_streams *streams, uint64_t off, ho_error *err);

#endif
