/* Recovery with wrong beliefs about errors, for tests that ask whether they are found out. Internal to the stage. */
#ifndef HO_CALIBRATE_RECOVER_H
#define HO_CALIBRATE_RECOVER_H

#include "holdout/calibrate.h"

/* As ho_recover, but calibrations take errors of observation to be `believed` times what they are. */
ho_status ho_recover_believing(const ho_scenario *scenario, const ho_calibrate_options *options, size_t n_truth, double believed,
                               ho_recovery **recovery, ho_problems *problems, ho_error *err);

#endif
