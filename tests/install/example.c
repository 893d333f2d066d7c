/* The library as a guest uses it: load a scenario, build a world, run an ensemble, look at one observable.
 * Compiled and run against the installed files by test_install.sh.
 *
 * usage: example SCENARIO_FOLDER */
#include <stdio.h>

#include <holdout/record.h>

typedef struct context {
    size_t observable, n;
    double sum;
} context;

/* Called for every finished replicate: adds the observable on the last day. */
static ho_status take(void *where, const ho_result *result, ho_error *err) {
    (void)err;
    context *context = where;
    context->sum += result->value[(result->n_day - 1) * result->n_value + context->observable];
    context->n++;
    return HO_OK;
}

static ho_status run(const ho_scenario *scenario, const ho_world *world, ho_error *err) {
    ho_observables observables = {0};
    ho_status status = ho_observables_build(world, &observables, err);
    if (status)
        return status;
    context context = {.observable = 0};
    const ho_ensemble_options options = {.sim = {.seed = scenario->seed},
                                         .n_replicate = 4,
                                         .n_thread = 2,
                                         .sink = take,
                                         .context = &context};
    status = ho_ensemble_run(world, &observables.observer, &options, err);
    if (!status)
        printf("%s on the last day, mean of %zu replicates: %g\n", observables.item[context.observable].name, context.n,
               context.sum / (double)context.n);
    ho_observables_free(&observables);
    return status;
}

int main(int argc, char **argv) {
    ho_scenario *scenario = NULL;
    ho_world *world = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    ho_world_options options = ho_world_options_default();
    if (argc != 2)
        return 2;
    ho_status status = ho_scenario_load(argv[1], NULL, &scenario, &problems, &err);
    if (!status)
        status = ho_world_build(scenario, &options, &world, &problems, &err);
    if (!status)
        status = run(scenario, world, &err);
    if (status)
        fprintf(stderr, "example: %s\n", err.text);
    for (size_t k = 0; k < problems.n; k++)
        fprintf(stderr, "%s\n", problems.line[k]);
    ho_world_free(world);
    ho_scenario_free(scenario);
    ho_problems_free(&problems);
    return status != HO_OK;
}
