/* What is fitted, to what, and how: the targets of a day, the parameters, and the simulator behind a run of abc.h. Internal to the stage. */
#ifndef HO_CALIBRATE_FITTING_H
#define HO_CALIBRATE_FITTING_H

#include "base/stream.h"
#include "calibrate/abc.h"
#include "calibrate/simulate.h"
#include "holdout/calibrate.h"

typedef struct ho_fitting {
    const ho_calibrate_options *options; /* borrowed */
    const ho_scenario *scenario;
    ho_world *world;          /* of the priors, to the last day */
    ho_observables observables;
    ho_targets targets;
    ho_simulator simulator;   /* `context` points here: a fitting is not copied */
    ho_calibrated_parameter *parameter; /* (n_parameter), owned; fitting fills number and effect */
    size_t n_parameter;
    ho_abc abc;
    double *observed;         /* (n_target) what abc is fitted to */
    double *error;            /* (n_target, n_target) lower factor of the covariance of errors */
    ho_calibrate_stage stage;
    size_t n_base, n_before, n_most; /* simulations of the stage before this run of abc, before this call, and expected in all */
} ho_fitting;

/* Checks the options of a fitting that has `options` and `scenario`, builds world, targets and simulator. HO_ERR_INPUT (with problems): options
 * out of range, nothing known to calibrate to, a world that cannot be built. HO_ERR_MEMORY. Freed with ho_fitting_free, in any case. */
ho_status ho_fitting_build(ho_fitting *f, ho_problems *problems, ho_error *err);
void ho_fitting_free(ho_fitting *f);

/* Takes the parameters that are given, or those that screening chooses. HO_ERR_INPUT: one is held, none is uncertain, none changes anything;
 * errors of simulating. */
ho_status ho_fitting_choose(ho_fitting *f, ho_error *err);

/* Makes room for a run with the simulator's seed; ho_abc_end frees it. Errors of ho_abc_begin. */
ho_status ho_fitting_begin(ho_fitting *f, ho_error *err);
/* Runs it to its end. Every generation is kept in options->folder where there is one. Errors of ho_abc_run. */
ho_status ho_fitting_run(ho_fitting *f, ho_error *err);

/* Value of parameter j at the score z, within what is allowed. */
double ho_fitting_value(const ho_fitting *f, size_t j, double z);
/* Draws of the parameters at scores z (n, n_parameter); with room for streams if asked. NULL: no memory. The caller frees them. */
ho_draws *ho_fitting_draws(const ho_fitting *f, const double *z, size_t n, bool streams);
/* Adds errors of observation to value (n_target), drawn from `rng`. */
void ho_fitting_add_errors(const ho_fitting *f, ho_rng *rng, double *value);

#endif
