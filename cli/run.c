/* holdout run: scenario -> world -> ensemble -> store -> summary, page and table. */
#include <limits.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "holdout/report.h"

enum { KEY_QUIET = 'q', KEY_JSON = 2000, KEY_RESUME, KEY_OVERWRITE, KEY_NO_REPORT, KEY_THREADS, KEY_CHECK };

static const double commit_every_s = 0.25;
enum { N_SLOW_FINISH = 5000 }; /* replicates from which the summary takes seconds */

typedef struct cli_run_options {
    cli_model model;
    const char *out;
    size_t n_replicate; /* 0: not given, and not of a resumed run */
    size_t n_thread;
    bool json, quiet, resume, overwrite, no_report, check, no_table;
} cli_run_options;

typedef struct cli_running {
    ho_store *store;
    cli_progress progress;
    double committed_s;
} cli_running;

static const struct argp_option option[] = {
    {"replicates", 'n', "N", 0, "how many replicates (default: the scenario's, or as many as --posterior has courses)", 0},
    {"out", 'o', "FOLDER", 0, "where the run goes (default: runs/NAME, or runs/NAME+WHAT-IF)", 0},
    {"threads", KEY_THREADS, "N", 0, "threads (default: processors online)", 0},
    {"resume", KEY_RESUME, 0, 0, "finish the run that is there, or raise its replicates", 0},
    {"overwrite", KEY_OVERWRITE, 0, 0, "replace whatever run is there", 0},
    {"check", KEY_CHECK, 0, 0, "verify the ledgers of fighters, people and money after every mechanism (slow)", 0},
    {"no-report", KEY_NO_REPORT, 0, 0, "write no report.html", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the table", 0},
    {"quiet", KEY_QUIET, 0, 0, "no progress, no notes", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_run_options *run = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &run->model;
        return 0;
    case 'n':
        run->n_replicate = cli_parse_whole(state, "--replicates", arg, 1, CLI_REPLICATE_MAX);
        return 0;
    case 'o':
        if (!*arg)
            argp_error(state, "--out is empty; need a folder");
        run->out = arg;
        return 0;
    case KEY_THREADS:
        run->n_thread = cli_parse_whole(state, "--threads", arg, 1, CLI_THREAD_MAX);
        return 0;
    case KEY_RESUME:
        run->resume = true;
        return 0;
    case KEY_OVERWRITE:
        run->overwrite = true;
        return 0;
    case KEY_NO_REPORT:
        run->no_report = true;
        return 0;
    case KEY_CHECK:
        run->check = true;
        return 0;
    case KEY_JSON:
        run->json = true;
        return 0;
    case KEY_QUIET:
        run->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "scenario", &run->model.scenario, arg);
        return 0;
    case ARGP_KEY_END:
        if (!run->model.scenario)
            argp_error(state, "which scenario? A folder or a name");
        if (run->resume && run->overwrite)
            argp_error(state, "--resume or --overwrite, not both");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child child[] = {{&cli_model_argp, 0, "The model:", 1}, {0}};
static const struct argp argp = {
    option,
    parse,
    "SCENARIO",
    "Simulate an ensemble of a scenario.\v"
    "A run stopped by Ctrl-C, a crash or a full disk is finished by the same command with --resume.",
    child,
    NULL,
    NULL};

/* --- what is in the folder --- */

static bool is_run(const char *folder) {
    char path[CLI_PATH_MAX + 16];
    snprintf(path, sizeof path, "%s/run.sqlite", folder);
    return access(path, F_OK) == 0;
}

/* Decides what may happen to a run that is there. Without --resume and --overwrite a finished run of the same scenario
 * is replaced. */
static int look_before(cli_run_options *run, const char *folder) {
    ho_store *old = NULL;
    ho_error err = {0};
    if (run->overwrite)
        return CLI_OK;
    if (!is_run(folder)) {
        if (run->resume && !run->quiet)
            cli_say("nothing to resume in %s; starting anew", folder);
        return CLI_OK;
    }
    ho_status status = ho_store_open(folder, &old, &err);
    if (status)
        return cli_fail(&err);
    const char *name = ho_store_meta(old, "scenario");
    int code = CLI_OK;
    if (run->resume) {
        if (!run->n_replicate)
            run->n_replicate = ho_store_n_replicate(old);
    } else if (!name || strcmp(name, run->model.loaded->name) != 0) {
        code = cli_bad("%s holds a run of scenario \"%s\"; choose another folder with --out, or give --overwrite",
                       folder, name ? name : "?");
    } else if (!ho_store_finished(old)) {
        code = cli_bad("%s holds an unfinished run (%zu of %zu replicates); finish it with --resume, or start again "
                       "with --overwrite",
                       folder, ho_store_n_done(old), ho_store_n_replicate(old));
    } else {
        run->overwrite = true;
        if (!run->quiet)
            cli_say("replacing the finished run in %s", folder);
    }
    ho_store_close(old);
    return code;
}

/* --- running --- */

static ho_status tick(void *context, ho_store *store, ho_error *err) {
    cli_running *running = context;
    double now_s = cli_clock_s();
    ho_status status = HO_OK;
    if (now_s - running->committed_s >= commit_every_s) {
        running->committed_s = now_s;
        status = ho_store_commit(store, err);
    }
    cli_progress_show(&running->progress, ho_store_n_done(store));
    return status;
}

static ho_status simulate(cli_running *running, const cli_run_options *run, const ho_run_identity *identity,
                          ho_error *err) {
    const ho_simulate_options options = {.n_thread = run->n_thread, .stop = cli_stop(), .tick = tick, .context = running};
    cli_progress_begin(&running->progress, identity->n_replicate, ho_store_n_done(running->store), run->quiet);
    ho_status status = ho_store_simulate(running->store, identity, &options, err);
    cli_progress_end(&running->progress, ho_store_n_done(running->store));
    return status;
}

/* --- results --- */

static json_t *last_of(const json_t *summary, const char *name) {
    const json_t *item = json_object_get(json_object_get(summary, "observables"), name);
    static const char *const key[] = {"mean", "q05", "q25", "q50", "q75", "q95", "mcse"};
    json_t *object = json_object();
    for (size_t k = 0; k < sizeof key / sizeof *key; k++) {
        const json_t *column = json_object_get(item, key[k]);
        json_object_set(object, key[k], json_array_get(column, json_array_size(column) - 1));
    }
    return object;
}

/* One line: the head of the summary, and each observable on the last day. */
static void print_line(const json_t *summary, const char *folder) {
    static const char *const head[] = {"scenario", "what_if",  "version",  "seed",    "replicates", "n_distinct", "from",
                                       "until",    "known_by", "posterior", "settings", "without", "wall_s",     "digest"};
    json_t *line = json_object(), *last = json_object();
    for (size_t k = 0; k < sizeof head / sizeof *head; k++)
        json_object_set(line, head[k], json_object_get(summary, head[k]));
    json_object_set_new(line, "out", json_string(folder));
    const char *name;
    json_t *value;
    json_object_foreach(json_object_get(summary, "observables"), name, value)
        json_object_set_new(last, name, last_of(summary, name));
    json_object_set_new(line, "last_day", last);
    cli_print_card(line, true);
}

static int print_results(const cli_run_options *run, const char *folder) {
    char path[CLI_PATH_MAX + 32];
    json_error_t why;
    snprintf(path, sizeof path, "%s/summary.json", folder);
    json_t *summary = json_load_file(path, 0, &why);
    if (!summary) {
        cli_say("%s: %s", path, why.text);
        return CLI_FAILED;
    }
    if (run->json) {
        print_line(summary, folder);
    } else {
        cli_print_run(summary, run->model.loaded);
        printf("files       %s/run.sqlite, summary.json%s\n", folder, run->no_report ? "" : ", report.html");
    }
    json_decref(summary);
    return CLI_OK;
}

static int write_report(const cli_run_options *run, const char *folder) {
    ho_error err = {0};
    if (run->no_report)
        return CLI_OK;
    return ho_report_write(folder, run->model.loaded, &err) ? cli_fail(&err) : CLI_OK;
}

/* What was stored is worth resuming unless the same failure would come again: a damaged store, a result not finite. */
static int stop_with(const cli_running *running, ho_status status, const ho_error *err, const char *folder) {
    cli_say("%s", err->text);
    if (status == HO_ERR_INPUT || status == HO_ERR_NUMERIC) {
        cli_say("the run in %s cannot be finished; start again with --overwrite, or in another folder with --out",
                folder);
        return cli_exit_code(status);
    }
    cli_say("%zu of %zu replicates are kept; the same command with --resume finishes the run",
            ho_store_n_done(running->store), ho_store_n_replicate(running->store));
    return status == HO_ERR_INTERRUPTED ? CLI_FAILED : cli_exit_code(status);
}

static int run_in(cli_run_options *run, const ho_run_identity *identity, const char *folder) {
    cli_running running = {.committed_s = cli_clock_s()};
    ho_error err = {0};
    double began_s = cli_clock_s();
    ho_status status = ho_store_create(folder, identity, run->resume, run->overwrite, &running.store, &err);
    if (status)
        return cli_fail(&err);
    ho_run_identity whole = *identity;
    whole.n_replicate = ho_store_n_replicate(running.store);
    status = simulate(&running, run, &whole, &err);
    ho_finish_info info = {.wall_s = cli_clock_s() - began_s, .n_thread = run->n_thread};
    if (!status && !run->quiet && whole.n_replicate >= N_SLOW_FINISH)
        cli_say("all replicates are there; making summary and report");
    if (!status)
        status = ho_store_finish(running.store, &whole, &info, &err);
    int code = status ? stop_with(&running, status, &err, folder) : CLI_OK;
    ho_store_close(running.store);
    if (!code)
        code = write_report(run, folder);
    return code || run->no_table ? code : print_results(run, folder);
}

static int run_all(cli_run_options *run, char folder[CLI_PATH_MAX]) {
    int code = cli_model_build(&run->model);
    if (code)
        return code;
    char name[CLI_PATH_MAX];
    bool named = cli_run_name(&run->model, name);
    int n = run->out ? snprintf(folder, CLI_PATH_MAX, "%s", run->out) : snprintf(folder, CLI_PATH_MAX, "runs/%s", name);
    if (!(named || run->out) || n < 0 || n >= CLI_PATH_MAX)
        return cli_bad("--out is longer than %d bytes", CLI_PATH_MAX);
    size_t n_replicate = run->n_replicate;
    code = cli_model_replicates(&run->model, &n_replicate);
    if (!code)
        code = look_before(run, folder);
    if (code)
        return code;
    if (run->n_replicate)
        n_replicate = run->n_replicate;
    ho_observables observables = {0};
    ho_error err = {0};
    if (ho_observables_build(run->model.built, &observables, &err))
        return cli_fail(&err);
    ho_run_identity identity = {
        .world = run->model.built,
        .observables = &observables,
        .sim = {.seed = cli_model_seed(&run->model), .off = run->model.off, .check = run->check},
        .n_replicate = n_replicate};
    code = run_in(run, &identity, folder);
    ho_observables_free(&observables);
    return code;
}

int cli_run_default(const char *scenario, size_t n_replicate, size_t n_thread, char folder[CLI_PATH_MAX]) {
    cli_run_options run = {.n_replicate = n_replicate, .n_thread = n_thread, .no_report = true, .no_table = true};
    cli_model_init(&run.model);
    run.model.scenario = scenario;
    int code = run_all(&run, folder);
    cli_model_free(&run.model);
    return code;
}

int cli_run(int argc, char **argv) {
    cli_run_options run = {0};
    char folder[CLI_PATH_MAX];
    cli_model_init(&run.model);
    run.n_thread = cli_threads_online();
    argp_parse(&argp, argc, argv, 0, NULL, &run);
    cli_catch_signals();
    int code = run_all(&run, folder);
    cli_model_free(&run.model);
    return code;
}
