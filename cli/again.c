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

static void take_lists(cli_again *again, const ho_store *store) {
    const char *settings = ho_store_meta(store, "settings"), *without = ho_store_meta(store, "without");
    cli_model *model = &again->model;
    again->settings = settings ? json_loads(settings, 0, NULL) : NULL;
    model->world.n_set = 0;
    for (size_t k = 0; k < json_array_size(again->settings) && k < CLI_SET_MAX; k++)
        model->set[model->world.n_set++] = json_string_value(json_array_get(again->settings, k));
    json_t *names = without ? json_loads(without, 0, NULL) : NULL;
    model->off = 0;
    for (size_t k = 0; k < json_array_size(names); k++) {
        int32_t mechanism = ho_mechanism_find(json_string_value(json_array_get(names, k)));
        if (mechanism >= 0)
            model->off |= UINT64_C(1) << mechanism;
    }
    json_decref(names);
}

static void take_meta(cli_again *again, const ho_store *store, char digest[80]) {
    static const char *const key[] = {"scenario", "scenario_digest", "seed",     "until",
                                      "known_by", "steps_per_day",   "at_centre"};
    const char *text[7];
    cli_model *model = &again->model;
    for (int k = 0; k < 7; k++)
        text[k] = ho_store_meta(store, key[k]) ? ho_store_meta(store, key[k]) : "";
    snprintf(again->name, sizeof again->name, "%s", text[0]);
    snprintf(digest, 80, "%s", text[1]);
    model->seed = (uint32_t)strtoul(text[2], NULL, 10);
    model->has_seed = true;
    ho_day_parse(text[3], &model->world.until);
    ho_day_parse(text[4], &model->world.known_by);
    model->world.n_step_per_day = (int32_t)strtol(text[5], NULL, 10);
    model->world.at_centre = strcmp(text[6], "yes") == 0;
    if (!model->scenario)
        model->scenario = again->name;
}

/* The draws of a posterior, as the run kept them. */
static ho_status take_draws(cli_again *again, ho_store *store, ho_error *err) {
    const char *posterior = ho_store_meta(store, "posterior");
    ho_status status = posterior && *posterior ? ho_store_draws(store, &again->model.draws, err) : HO_OK;
    again->model.world.draws = again->model.draws;
    return status;
}

static int take_run(cli_again *again, const char *folder, char digest[80]) {
    ho_store *store = NULL;
    ho_error err = {0};
    if (ho_store_open(folder, &store, &err))
        return cli_fail(&err);
    take_meta(again, store, digest);
    take_lists(again, store);
    again->what_ifs = cli_take_what_ifs(&again->model, store);
    size_t n = ho_store_n_replicate(store);
    ho_status status = take_draws(again, store, &err);
    ho_store_close(store);
    if (status)
        return cli_fail(&err);
    if (again->replicate >= n)
        return cli_bad("--replicate is %u; %s has replicates 0 to %zu", again->replicate, folder, n - 1);
    return CLI_OK;
}

int cli_again_build(cli_again *again) {
    char folder[CLI_PATH_MAX], digest[80] = "";
    int code = CLI_OK;
    bool of_run = again->of && cli_find_run(again->of, folder);
    if (of_run)
        code = take_run(again, folder, digest);
    else if (again->of)
        again->model.scenario = again->of;
    if (!code)
        code = cli_model_build(&again->model);
    if (!code && of_run && strcmp(digest, again->model.loaded->digest) != 0)
        code = cli_bad("%s is not the scenario of this run any more; --scenario names the one it was made from",
                       again->model.folder);
    return code;
}

void cli_again_free(cli_again *again) {
    cli_model_free(&again->model);
    json_decref(again->settings);
    json_decref(again->what_ifs);
}
