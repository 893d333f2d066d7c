#include "calibrate/simulate.h"

#include <stdlib.h>

#include "world/world.h"

typedef struct simulating {
    const ho_simulator *simulator;
    const ho_world *world;
    double *value;
    size_t n_done;
} simulating;

static ho_status take(void *context, const ho_result *result, ho_error *err) {
    (void)err;
    simulating *s = context;
    const ho_targets *targets = s->simulator->targets;
    ho_targets_measure(targets, s->world, result, s->value + (size_t)result->replicate * targets->n);
    s->n_done++;
    return HO_OK;
}

static void tick(void *context) {
    simulating *s = context;
    if (s->simulator->tick)
        s->simulator->tick(s->simulator->context, s->n_done);
}

static ho_status run(simulating *s, size_t n, ho_error *err) {
    ho_observables observables = {0};
    ho_status status = ho_observables_build(s->world, &observables, err);
    if (status)
        return status;
    ho_observer observer = observables.observer;
    observer.probed = NULL;
    observer.count = NULL;
    observer.on = s->simulator->targets->on;
    const ho_ensemble_options options = {.sim = s->simulator->sim,
                                         .n_replicate = n,
                                         .n_thread = s->simulator->n_thread,
                                         .stop = s->simulator->stop,
                                         .sink = take,
                                         .tick = tick,
                                         .context = s};
    status = ho_ensemble_run(s->world, &observer, &options, err);
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
