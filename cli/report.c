/* holdout report: the page of a run that is there. */
#include "holdout/report.h"

#include <stdio.h>
#include <string.h>

#include "cli.h"

enum { KEY_SCENARIO = 2000 };

typedef struct cli_report_options {
    cli_model model;
    const char *run;
    json_t *what_ifs; /* of the run: texts that the model points into */
} cli_report_options;

static const struct argp_option option[] = {
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "the scenario's folder, if it is not found by its name", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_report_options *report = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &report->model;
        return 0;
    case KEY_SCENARIO:
        report->model.scenario = arg;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "run", &report->run, arg);
        return 0;
    case ARGP_KEY_END:
        if (!report->run)
            argp_error(state, "which run? Its folder, or NAME of runs/NAME");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child child[] = {{&cli_model_argp, 0, "The model (only --boundaries matters here):", 1}, {0}};
static const struct argp argp = {option, parse, "RUN", "Write report.html of a finished run again.", child, NULL, NULL};

static int write_in(cli_report_options *report, const char *folder) {
    ho_store *store = NULL;
    ho_error err = {0};
    if (ho_store_open(folder, &store, &err))
        return cli_fail(&err);
    char name[256];
    const char *known = ho_store_meta(store, "scenario");
    snprintf(name, sizeof name, "%s", known ? known : "");
    report->what_ifs = cli_take_what_ifs(&report->model, store);
    ho_store_close(store);
    if (!report->model.scenario)
        report->model.scenario = name;
    int code = cli_model_load(&report->model);
    if (!code && ho_report_write(folder, report->model.loaded, &err))
        code = cli_fail(&err);
    if (!code)
        printf("%s/report.html\n", folder);
    return code;
}

int cli_report(int argc, char **argv) {
    cli_report_options report = {0};
    char folder[CLI_PATH_MAX];
    cli_model_init(&report.model);
    argp_parse(&argp, argc, argv, 0, NULL, &report);
    if (cli_want_run(report.run, folder))
        return CLI_BAD;
    int code = write_in(&report, folder);
    cli_model_free(&report.model);
    json_decref(report.what_ifs);
    return code;
}
