#include "calibrate/simulate.h"

#include <stdlib.h>

#include "world/world.h"

typedef struct simulating {
    const ho_simulator *simulator;
    const ho_world *world;
    double *value;
    size_t n_done;
} simulating;

size_t ho_simulator_n_value(const ho_simulator *simulator) {
    return simulator->targets ? simulator->targets->n : simulator->n_question;
}

static ho_status take(void *context, const ho_result *result, ho_error *err) {
    (void)err;
    simulating *s = context;
    const ho_simulator *of = s->simulator;
    double *value = s->value + (size_t)result->replicate * ho_simulator_n_value(of);
    if (of->targets)
        ho_targets_measure(of->targets, s->world, result, value);
    for (size_t k = 0; k < of->n_question && !of->targets; k++)
        value[k] = (double)ho_question_value(&of->question[k], s->world, result);
    s->n_done++;
    return HO_OK;
}

static void tick(void *context) {
    simulating *s = context;
    if (s->simulator->tick)
        s->simulator->tick(s->simulator->context, s->n_done);
}

/* Days that are asked about (n_day), the caller frees; and how many must be simulated. NULL: no memory. */
static uint8_t *days_asked(const simulating *s, size_t *n_day) {
    uint8_t *on = calloc(s->world->n_day, 1);
    for (size_t k = 0; k < s->simulator->n_question && on; k++) {
        size_t day = ho_question_day(&s->simulator->question[k], s->world);
        on[day] = 1;
        *n_day = day + 1 > *n_day ? day + 1 : *n_day;
    }
    return on;
}

static ho_status run_observed(simulating *s, size_t n, const ho_observables *observables, const uint8_t *on, size_t n_day, ho_error *err) {
    ho_observer observer = observables->observer;
    observer.probed = NULL;
    observer.count = NULL;
    observer.on = on;
    ho_ensemble_options options = {.sim = s->simulator->sim,
                                   .n_replicate = n,
                                   .n_thread = s->simulator->n_thread,
                                   .stop = s->simulator->stop,
                                   .sink = take,
                                   .tick = tick,
                                   .context = s};
    options.sim.n_day = n_day;
    return ho_ensemble_run(s->world, &observer, &options, err);
}

static ho_status run(simulating *s, size_t n, ho_error *err) {
    ho_observables observables = {0};
    ho_status status = ho_observables_build(s->world, &observables, err);
    if (status)
        return status;
    if (s->simulator->targets) {
        status = run_observed(s, n, &observables, s->simulator->targets->on, 0, err);
    } else {
        size_t n_day = 0;
        uint8_t *on = days_asked(s, &n_day);
        status = on ? run_observed(s, n, &observables, on, n_day, err) : ho_error_set(err, HO_ERR_MEMORY, "out of memory for the days asked about");
        free(on);
    }
    ho_observables_free(&observables);
    return status;
}

ho_status ho_simulate(const ho_simulator *simulator, const ho_draws *draws, double *value, ho_error *err) {
    ho_world_options options = simulator->world;
    ho_problems problems = {0};
    ho_world *world = NULL;
    options.draws = draws;
    ho_status status = ho_world_build(simulator->scenario, &options, &world, &problems, err);
    ho_problems_free(&problems);
    if (status)
        return status;
    simulating s = {.simulator = simulator, .world = world, .value = value};
    status = run(&s, draws->n_draw, err);
    ho_world_free(world);
    return status;
}
