/* holdout tell: one replicate again, told as a history. */
#include <stdio.h>

#include "cli.h"

typedef struct cli_tell_options {
    cli_again again;
    json_t *lines; /* with --json */
} cli_tell_options;

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_tell_options *tell = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &tell->again;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "run or scenario", &tell->again.of, arg);
        return 0;
    case ARGP_KEY_END:
        if (!tell->again.has_replicate || !(tell->again.of || tell->again.model.scenario))
            argp_error(state, "need a run or a scenario, and --replicate K");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child child[] = {{&cli_again_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {NULL,
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
    if (tell->again.json)
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
        else if (tell.again.json)
            cli_print_card(json_pack("{s:s, s:i, s:I, s:O}", "scenario", tell.again.model.loaded->name, "replicate",
                                     (int)tell.again.replicate, "seed", (json_int_t)sim.seed, "history", tell.lines),
                           true);
    }
    json_decref(tell.lines);
    cli_again_free(&tell.again);
    return code;
}
