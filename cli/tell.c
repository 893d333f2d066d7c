/* holdout tell: one replicate again, told as a history. */
#include <stdio.h>

#include "cli.h"

enum { KEY_JSON = 2000, KEY_SCENARIO, KEY_REPLICATE };

typedef struct cli_tell_options {
    cli_again again;
    bool json;
    json_t *lines; /* with --json */
} cli_tell_options;

static const struct argp_option option[] = {
    {"replicate", KEY_REPLICATE, "K", 0, "which replicate, from 0", 0},
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "the scenario's folder, if a run's is not found by its name", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_tell_options *tell = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &tell->again.model;
        return 0;
    case KEY_REPLICATE:
        tell->again.replicate = (uint32_t)cli_parse_whole(state, "--replicate", arg, 0, UINT32_MAX);
        tell->again.has_replicate = true;
        return 0;
    case KEY_SCENARIO:
        tell->again.model.scenario = arg;
        return 0;
    case KEY_JSON:
        tell->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (tell->again.of)
            argp_error(state, "one run or scenario, not also \"%s\"", arg);
        tell->again.of = arg;
        return 0;
    case ARGP_KEY_END:
        if (!tell->again.has_replicate || !(tell->again.of || tell->again.model.scenario))
            argp_error(state, "need a run or a scenario, and --replicate K");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child child[] = {{&cli_model_argp, 0, "The model (taken from the run where one is given):", 1},
                                          {0}};
static const struct argp argp = {option,
                                 parse,
                                 "--replicate K RUN or SCENARIO",
                                 "Tell one replicate as a history, by simulating it again.",
                                 child,
                                 NULL,
                                 NULL};

static void print_sentence(void *context, ho_day day, const char *text) {
    const cli_tell_options *tell = context;
    char date[11];
    ho_day_format(day, date);
    if (tell->json)
        json_array_append_new(tell->lines, json_pack("{s:s, s:s}", "date", date, "text", text));
    else
        printf("%s  %s\n", date, text);
}

int cli_tell(int argc, char **argv) {
    cli_tell_options tell = {0};
    ho_error err = {0};
    cli_model_init(&tell.again.model);
    argp_parse(&argp, argc, argv, 0, NULL, &tell);
    int code = cli_again_build(&tell.again);
    if (!code) {
        ho_sim_options sim = {.seed = cli_model_seed(&tell.again.model), .off = tell.again.model.off};
        tell.lines = json_array();
        if (ho_history_tell(tell.again.model.built, &sim, tell.again.replicate, print_sentence, &tell, &err))
            code = cli_fail(&err);
        else if (tell.json)
            cli_print_card(json_pack("{s:s, s:i, s:I, s:O}", "scenario", tell.again.model.loaded->name, "replicate",
                                     (int)tell.again.replicate, "seed", (json_int_t)sim.seed, "history", tell.lines),
                           true);
    }
    json_decref(tell.lines);
    cli_again_free(&tell.again);
    return code;
}
