/* Simulating a replicate of a run again: the model as the run's store names it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { KEY_JSON = 2500, KEY_SCENARIO, KEY_REPLICATE };

static const struct argp_option option[] = {
    {"replicate", KEY_REPLICATE, "K", 0, "which replicate, from 0", 0},
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "the scenario's folder, if a run's is not found by its name", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_again *again = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &again->model;
        return 0;
    case KEY_REPLICATE:
        again->replicate = (uint32_t)cli_parse_whole(state, "--replicate", arg, 0, UINT32_MAX);
        again->has_replicate = true;
        return 0;
    case KEY_SCENARIO:
        again->model.scenario = arg;
        return 0;
    case KEY_JSON:
        again->json = true;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child child[] = {{&cli_model_argp, 0, "The model (taken from the run where one is given):", 1}, {0}};
const struct argp cli_again_argp = {.options = option, .parser = parse, .children = child};

/* Points the model to what the run was made with. */
static void take_options(cli_again *again) {
    const ho_run_options *made = again->made;
    cli_model *model = &again->model;
    const ho_day today = model->world.today;
    model->world = made->world;
    model->world.today = today; /* the one thing that is not the run's */
    for (size_t k = 0; k < made->world.n_set && k < CLI_SET_MAX; k++)
        model->set[k] = made->set[k];
    for (size_t k = 0; k < made->n_what_if && k < HO_OVERLAY_MAX; k++)
        model->what_if[k] = made->what_if[k];
    model->world.n_set = made->world.n_set < CLI_SET_MAX ? made->world.n_set : CLI_SET_MAX;
    model->n_what_if = made->n_what_if < HO_OVERLAY_MAX ? made->n_what_if : HO_OVERLAY_MAX;
    model->off = made->off;
    model->seed = made->seed;
    model->has_seed = true;
    if (!model->scenario)
        model->scenario = made->scenario;
}

static int take_run(cli_again *again, const char *folder) {
    ho_store *store = NULL;
    ho_error err = {0};
    if (ho_store_open(folder, &store, &err))
        return cli_fail(&err);
    ho_status status = ho_store_options(store, &again->made, &err);
    size_t n = ho_store_n_replicate(store);
    ho_store_close(store);
    if (status)
        return cli_fail(&err);
    take_options(again);
    if (again->replicate >= n)
        return cli_bad("--replicate is %u; %s has replicates 0 to %zu", again->replicate, folder, n - 1);
    return CLI_OK;
}

int cli_again_build(cli_again *again) {
    char folder[CLI_PATH_MAX];
    int code = CLI_OK;
    bool of_run = again->of && cli_find_run(again->of, folder);
    if (of_run)
        code = take_run(again, folder);
    else if (again->of)
        again->model.scenario = again->of;
    if (!code)
        code = cli_model_build(&again->model);
    if (!code && of_run && strcmp(again->made->scenario_digest, again->model.loaded->digest) != 0)
        code = cli_bad("%s is not the scenario of this run any more; --scenario names the one it was made from",
                       again->model.folder);
    return code;
}

void cli_again_free(cli_again *again) {
    cli_model_free(&again->model);
    ho_run_options_free(again->made);
}
