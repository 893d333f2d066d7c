/* A calibration between two generations, in FOLDER/calibration.state: enough to go on from as if it had not stopped. Internal to the stage. */
#ifndef HO_CALIBRATE_KEPT_H
#define HO_CALIBRATE_KEPT_H

#include "calibrate/fitting.h"

/* Writes the state whole or not at all. */
ho_status ho_kept_write(const char *folder, const ho_fitting *f, ho_error *err);
/* Takes the parameters of the state there, if there is one (*there). HO_ERR_INPUT: of another calibration, or damaged. */
ho_status ho_kept_parameters(const char *folder, ho_fitting *f, bool *there, ho_error *err);
/* Takes the particles; abc has been begun for the same parameters. */
ho_status ho_kept_read(const char *folder, ho_abc *abc, ho_error *err);

#endif
