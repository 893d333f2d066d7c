/* holdout brief: where people arrive within a window, by place, for those who plan for them. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { KEY_FROM = 2000, KEY_WITHIN, KEY_THRESHOLD, KEY_TOP, KEY_PAST, KEY_CSV, KEY_JSON, KEY_SCENARIO };
enum { WITHIN_MAX = 100000, TOP_MAX = 1000000, PEOPLE_MAX = 1000000000 };

typedef struct cli_brief_options {
    cli_again again; /* the run, and its model */
    ho_brief_options options;
    bool has_threshold, json, past;
    size_t n_top;
    const char *csv;
} cli_brief_options;

static const struct argp_option option[] = {
    {"from", KEY_FROM, "DATE", 0, "people who arrive after DATE (default: the day the run's posterior knew, else its first day)", 0},
    {"within", KEY_WITHIN, "DAYS", 0, "within so many days, as 30d or 30 (default: 30d)", 0},
    {"threshold", KEY_THRESHOLD, "N", 0, "the chance of more than N people; may be repeated (default: 1000, 5000, 20000)", 0},
    {"top", KEY_TOP, "N", 0, "list N districts (default: 20; --csv and --json have all)", 0},
    {"past", KEY_PAST, 0, 0, "also each past period of which the record has a number", 0},
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "the scenario's folder, if it is not found by its name", 0},
    {"csv", KEY_CSV, "FILE", 0, "write all places as CSV too, with a row of HXL tags", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the tables", 0},
    {0},
};

/* "30d" or "30". */
static int32_t parse_within(struct argp_state *state, char *text) {
    char number[16];
    size_t n = strlen(text);
    if (n > 1 && n < sizeof number && text[n - 1] == 'd') {
        snprintf(number, sizeof number, "%.*s", (int)(n - 1), text);
        return (int32_t)cli_parse_whole(state, "--within", number, 1, WITHIN_MAX);
    }
    return (int32_t)cli_parse_whole(state, "--within", text, 1, WITHIN_MAX);
}

/* Keeps them rising. */
static void add_threshold(struct argp_state *state, cli_brief_options *brief, const char *text) {
    ho_brief_options *options = &brief->options;
    double x = (double)cli_parse_whole(state, "--threshold", text, HO_PEOPLE_FEWEST, PEOPLE_MAX);
    if (!brief->has_threshold)
        options->n_threshold = 0;
    brief->has_threshold = true;
    if (options->n_threshold == HO_BRIEF_THRESHOLD_MAX)
        argp_error(state, "at most %d times --threshold", HO_BRIEF_THRESHOLD_MAX);
    size_t at = options->n_threshold++;
    for (; at > 0 && options->threshold[at - 1] >= x; at--) {
        if (options->threshold[at - 1] <= x)
            argp_error(state, "--threshold %s is there twice", text);
        options->threshold[at] = options->threshold[at - 1];
    }
    options->threshold[at] = x;
}

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_brief_options *brief = state->input;
    switch (key) {
    case KEY_FROM:
        brief->options.from = cli_parse_day(state, "--from", arg);
        return 0;
    case KEY_WITHIN:
        brief->options.within_day = parse_within(state, arg);
        return 0;
    case KEY_THRESHOLD:
        add_threshold(state, brief, arg);
        return 0;
    case KEY_TOP:
        brief->n_top = cli_parse_whole(state, "--top", arg, 0, TOP_MAX);
        return 0;
    case KEY_PAST:
        brief->past = true;
        return 0;
    case KEY_SCENARIO:
        brief->again.model.scenario = arg;
        return 0;
    case KEY_CSV:
        brief->csv = arg;
        return 0;
    case KEY_JSON:
        brief->json = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "run", &brief->again.of, arg);
        return 0;
    case ARGP_KEY_END:
        if (!brief->again.of)
            argp_error(state, "which run? Its folder, or NAME of runs/NAME");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    option,
    parse,
    "RUN",
    "Who arrives where within a window of a finished run: median, 90 % range and the chance of more than so many people, by district, province "
    "and neighbouring country; who is hosted and who is cut off then; and how often such alarms were right on past dates, where the record "
    "can tell.\v"
    "A low probability is not safety. For planning, not for decisions about anyone.",
    NULL,
    NULL,
    NULL};

static int print(const cli_brief_options *brief, const cli_brief_made *made) {
    int code = brief->csv ? cli_write_brief_csv(made, brief->csv) : CLI_OK;
    if (brief->json)
        cli_print_card(cli_brief_json(made), true);
    else
        cli_print_brief(made);
    return code;
}

static int brief_store(const cli_brief_options *brief, ho_store *store, const char *folder) {
    ho_brief made = {0};
    ho_past past = {0};
    ho_error err = {0};
    ho_status status = ho_brief_make(store, brief->again.model.built, &brief->options, &made, &err);
    if (!status)
        status = ho_past_alarms(store, brief->again.model.built, &brief->options, &past, &err);
    int code = status ? cli_fail(&err)
                      : print(brief, &(cli_brief_made){&made, &past, &brief->again.model, folder, brief->n_top, brief->past});
    ho_brief_free(&made);
    ho_past_free(&past);
    return code;
}

/* A run without people by place is refused before its scenario is looked for. */
static int brief_run(cli_brief_options *brief) {
    ho_store *store = NULL;
    ho_flow_shape shape;
    ho_error err = {0};
    char folder[CLI_PATH_MAX];
    if (cli_want_run(brief->again.of, folder))
        return CLI_BAD;
    if (ho_store_open(folder, &store, &err))
        return cli_fail(&err);
    int code = ho_store_flow_shape(store, &shape, &err) ? cli_fail(&err) : CLI_OK;
    ho_store_close(store);
    if (!code)
        code = cli_again_build(&brief->again);
    if (code)
        return code;
    if (ho_store_open(folder, &store, &err))
        return cli_fail(&err);
    code = brief_store(brief, store, folder);
    ho_store_close(store);
    return code;
}

int cli_brief(int argc, char **argv) {
    cli_brief_options brief = {.options = ho_brief_options_default(), .n_top = 20};
    cli_model_init(&brief.again.model);
    argp_parse(&argp, argc, argv, 0, NULL, &brief);
    int code = brief_run(&brief);
    cli_again_free(&brief.again);
    return code;
}
