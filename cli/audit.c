/* holdout audit: a finished run against the statements in its scenario's claims.csv, by their readings. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { KEY_CAUSES = 2000, KEY_JSON, KEY_MARKDOWN, KEY_CSV, KEY_SCENARIO, KEY_THREADS, KEY_CLAIM };
enum { N_CAUSE_MAX = 1000000 };

typedef struct cli_audit_options {
    cli_again again; /* the run, and its model */
    const char *csv, *claim;
    size_t n_cause, n_thread;
    bool json, markdown, quiet;
} cli_audit_options;

static const struct argp_option option[] = {
    {"claim", KEY_CLAIM, "ID", 0, "one statement in full, with reasons", 0},
    {"causes", KEY_CAUSES, "N", 0, "also simulate N replicates as the run is and without each mechanism that a reading names", 0},
    {"threads", KEY_THREADS, "N", 0, "threads for causes (default: processors online)", 0},
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "the scenario's folder, if it is not found by its name", 0},
    {"csv", KEY_CSV, "FILE", 0, "write the readings as CSV too", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the table", 0},
    {"markdown", KEY_MARKDOWN, 0, 0, "a table in Markdown on stdout", 0},
    {"quiet", 'q', 0, 0, "no progress", 0},
    {0},
};

static error_t parse_end(struct argp_state *state, const cli_audit_options *audit) {
    if (!audit->again.of)
        argp_error(state, "which run? Its folder, or NAME of runs/NAME");
    if (audit->json && audit->markdown)
        argp_error(state, "--json or --markdown, not both");
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_audit_options *audit = state->input;
    switch (key) {
    case KEY_CAUSES:
        audit->n_cause = cli_parse_whole(state, "--causes", arg, 2, N_CAUSE_MAX);
        return 0;
    case KEY_THREADS:
        audit->n_thread = cli_parse_whole(state, "--threads", arg, 1, CLI_THREAD_MAX);
        return 0;
    case KEY_SCENARIO:
        audit->again.model.scenario = arg;
        return 0;
    case KEY_CLAIM:
        audit->claim = arg;
        return 0;
    case KEY_CSV:
        audit->csv = arg;
        return 0;
    case KEY_JSON:
        audit->json = true;
        return 0;
    case KEY_MARKDOWN:
        audit->markdown = true;
        return 0;
    case 'q':
        audit->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "run", &audit->again.of, arg);
        return 0;
    case ARGP_KEY_END:
        return parse_end(state, audit);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    option,
    parse,
    "RUN",
    "Hold every statement of the scenario's documents (claims.csv) against a finished run, in each of its readings (readings.csv): where the run "
    "lies, in what share of replicates the statement holds, what the record says, and a verdict.\v"
    "Supported: it holds in at least half of the replicates. Overstated or understated: the run lies below or above it in at least nine of ten; "
    "of events, expectations and causes: not supported. Else: cannot tell.",
    NULL,
    NULL,
    NULL};

/* --- causes --- */

static int run_causes(const cli_audit_options *options, ho_audit *audit) {
    cli_progress progress;
    size_t n = ho_audit_causes_n_run(audit, options->n_cause);
    if (n == 0) {
        cli_say("no reading of %s names a mechanism", options->again.model.loaded->name);
        return CLI_OK;
    }
    const ho_ablate_options ablate = {.sim = {.seed = cli_model_seed(&options->again.model), .off = options->again.model.off},
                                      .n_replicate = options->n_cause,
                                      .n_thread = options->n_thread,
                                      .stop = cli_stop(),
                                      .progress = cli_progress_tick,
                                      .context = &progress};
    ho_error err = {0};
    cli_progress_begin(&progress, n, 0, options->quiet);
    if (ho_audit_causes(options->again.model.built, &ablate, audit, &err))
        return cli_fail(&err);
    cli_progress_end(&progress, n);
    return CLI_OK;
}

/* --- the command --- */

static int print(const cli_audit_options *options, const cli_statements *statements) {
    int code = options->csv ? cli_write_statements_csv(statements, options->csv) : CLI_OK;
    if (options->json)
        cli_print_card(cli_statements_json(statements), true);
    else if (options->markdown)
        cli_print_statements_markdown(statements);
    else if (options->claim)
        cli_print_statement(statements);
    else
        cli_print_statements(statements);
    return code;
}

static int audit_store(const cli_audit_options *options, ho_store *store, const char *folder) {
    ho_audit audit = {0};
    ho_error err = {0};
    if (ho_audit_run(store, options->again.model.built, &audit, &err))
        return cli_fail(&err);
    int code = options->n_cause ? run_causes(options, &audit) : CLI_OK;
    if (!code)
        code = print(options, &(cli_statements){&audit, &options->again.model, folder, options->claim, ho_store_n_done(store), options->n_cause});
    ho_audit_free(&audit);
    return code;
}

static int check_claim(const cli_audit_options *options) {
    const ho_scenario *scenario = options->again.model.loaded;
    for (size_t k = 0; k < scenario->n_claim && options->claim; k++)
        if (strcmp(scenario->claim[k].id, options->claim) == 0)
            return CLI_OK;
    return options->claim ? cli_bad("--claim is \"%s\"; %s has no such statement in claims.csv", options->claim, scenario->name) : CLI_OK;
}

static int audit_run(cli_audit_options *options) {
    ho_store *store = NULL;
    ho_error err = {0};
    char folder[CLI_PATH_MAX];
    if (cli_want_run(options->again.of, folder))
        return CLI_BAD;
    int code = cli_again_build(&options->again);
    if (!code)
        code = check_claim(options);
    if (!code)
        code = cli_check_readings(options->again.model.built);
    if (code)
        return code;
    if (ho_store_open(folder, &store, &err))
        return cli_fail(&err);
    code = audit_store(options, store, folder);
    ho_store_close(store);
    return code;
}

int cli_audit(int argc, char **argv) {
    cli_audit_options options = {.n_thread = cli_threads_online()};
    cli_model_init(&options.again.model);
    argp_parse(&argp, argc, argv, 0, NULL, &options);
    cli_catch_signals();
    int code = audit_run(&options);
    cli_again_free(&options.again);
    return code;
}
