/* Which parameters are uncertain, and their values at scores. Internal to the stage. */
#ifndef HO_CALIBRATE_UNCERTAIN_H
#define HO_CALIBRATE_UNCERTAIN_H

#include "world/world.h"

/* Whether a parameter is drawn: its prior is no point, and it is not held at a value. */
bool ho_is_uncertain(const ho_world *world, int32_t parameter);
/* All that are, in the order of the table: parameter (HO_N_PARAMETER). Returns how many. */
size_t ho_find_uncertain(const ho_world *world, int32_t *parameter);

/* Value of a parameter at a standard normal score, or where its prior has the share u of its draws below; within its allowed values. */
double ho_value_at_score(const ho_world *world, int32_t parameter, double z);
double ho_value_at_quantile(const ho_world *world, int32_t parameter, double u);

#endif
