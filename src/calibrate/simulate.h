/* Many simulations of a scenario at given parameters, down to what a calibration compares, or to what is asked. Internal to the stage. */
#ifndef HO_CALIBRATE_SIMULATE_H
#define HO_CALIBRATE_SIMULATE_H

#include "calibrate/targets.h"

typedef struct ho_simulator {
    const ho_scenario *scenario;
    ho_world_options world; /* of every simulation; its draws are set here */
    ho_sim_options sim;
    size_t n_thread;
    const atomic_bool *stop; /* may be NULL */
    void (*tick)(void *context, size_t n_done); /* on the calling thread, n_done of this call; may be NULL */
    void *context;
    const ho_targets *targets; /* what is measured of each; NULL: the questions */
    size_t n_question;
    const ho_question *question; /* (n_question) none is later than the world's last day */
} ho_simulator;

/* Numbers measured of a simulation. */
size_t ho_simulator_n_value(const ho_simulator *simulator);

/* Simulates every row of draws (with streams or without) and fills value (n_draw, ho_simulator_n_value). The same for any number of threads.
 * HO_ERR_INTERRUPTED, HO_ERR_NUMERIC, HO_ERR_MEMORY. */
ho_status ho_simulate(const ho_simulator *simulator, const ho_draws *draws, double *value, ho_error *err);

#endif
