/* holdout serve: the viewer's page and its server (server/server.h), until Ctrl-C. */
#include <dirent.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "flee_cases.h"
#include "server.h"

enum { KEY_PORT = 2000, KEY_SCENARIO, KEY_THREADS, KEY_NO_BROWSER, KEY_FLEE, KEY_VALIDATION, KEY_SETTINGS };
enum { N_LOOK_MS = 100 };

typedef struct cli_serve_options {
    const char *run, *scenario;
    size_t n_replicate, n_thread;
    uint16_t port;
    bool no_browser;
    ho_flee_options flee;
} cli_serve_options;

static const struct argp_option option[] = {
    {"port", KEY_PORT, "N", 0, "port on 127.0.0.1 (default: a free one)", 0},
    {"replicates", 'n', "N", 0, "how many replicates, if a run has to be made first (default: the scenario's)", 0},
    {"threads", KEY_THREADS, "N", 0, "threads for what-ifs (default: processors online)", 0},
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "the scenario's folder, if it is not found by the run's name for it", 0},
    {"no-browser", KEY_NO_BROWSER, 0, 0, "open no browser, even if there is a desktop", 0},
    {"flee", KEY_FLEE, "DIR", 0, "show a case of FLEE too", 0},
    {"validation", KEY_VALIDATION, "DIR", 0, "its recorded counts, if they are elsewhere", 0},
    {"settings", KEY_SETTINGS, "FILE", 0, "its simsetting.yml, if it is elsewhere", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_serve_options *serve = state->input;
    switch (key) {
    case KEY_PORT:
        serve->port = (uint16_t)cli_parse_whole(state, "--port", arg, 1, UINT16_MAX);
        return 0;
    case 'n':
        serve->n_replicate = cli_parse_whole(state, "--replicates", arg, 1, CLI_REPLICATE_MAX);
        return 0;
    case KEY_THREADS:
        serve->n_thread = cli_parse_whole(state, "--threads", arg, 1, CLI_THREAD_MAX);
        return 0;
    case KEY_SCENARIO:
        serve->scenario = arg;
        return 0;
    case KEY_NO_BROWSER:
        serve->no_browser = true;
        return 0;
    case KEY_FLEE:
        serve->flee.folder = arg;
        return 0;
    case KEY_VALIDATION:
        serve->flee.validation = arg;
        return 0;
    case KEY_SETTINGS:
        serve->flee.settings = arg;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "run", &serve->run, arg);
        return 0;
    case ARGP_KEY_END:
        if ((serve->flee.validation || serve->flee.settings) && !serve->flee.folder)
            argp_error(state, "--validation and --settings need --flee");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    option,
    parse,
    "[RUN]",
    "Open the viewer: a page with a run's maps, curves and scores, and levers that run what-ifs on the same seeds while one looks.\v"
    "RUN is a folder, or NAME of runs/NAME; without it the last run of the shipped scenario, which is made if there is none. The server listens on "
    "127.0.0.1 only, prints its address and opens a browser where there is a desktop; the page asks nothing of the network. Ctrl-C ends it. What-ifs "
    "are kept in a temporary folder until then; save their overlays to keep them.",
    NULL,
    NULL,
    NULL};

/* --- which runs --- */

/* The base's folder and its scenario's; a run that has to be made first is made. */
static int find_base(const cli_serve_options *serve, char folder[CLI_PATH_MAX]) {
    char scenario[CLI_PATH_MAX];
    if (serve->run)
        return cli_want_run(serve->run, folder);
    if (serve->scenario ? !cli_find_scenario(serve->scenario, scenario) : !cli_first_scenario(scenario))
        return cli_bad("no scenario \"%s\"; `holdout list scenarios` lists them", serve->scenario ? serve->scenario : "");
    const char *slash = strrchr(scenario, '/');
    if (cli_find_run(slash ? slash + 1 : scenario, folder))
        return CLI_OK;
    cli_say("no run of %s yet; making one", slash ? slash + 1 : scenario);
    return cli_run_default(scenario, serve->n_replicate, serve->n_thread, folder);
}

/* Name of the run's scenario; "" if the run says none. */
static int find_scenario(const cli_serve_options *serve, const char *run, char name[256], char folder[CLI_PATH_MAX]) {
    ho_store *store = NULL;
    ho_error err = {0};
    if (ho_store_open(run, &store, &err))
        return cli_fail(&err);
    const char *known = ho_store_meta(store, "scenario");
    snprintf(name, 256, "%s", serve->scenario ? serve->scenario : known ? known : "");
    ho_store_close(store);
    if (cli_find_scenario(name, folder))
        return CLI_OK;
    return cli_bad("no scenario \"%s\"; --scenario names the one that %s was made from", name, run);
}

static int shows(const struct dirent *entry) {
    return entry->d_name[0] != '.';
}

static int by_name(const struct dirent **a, const struct dirent **b) {
    return strcmp((*a)->d_name, (*b)->d_name);
}

/* The base, then the other runs of runs/ by their names, so that a run's id is the same as long as there are the same runs. */
static size_t list_runs(char *base, char *run[SERVER_RUN_MAX]) {
    struct dirent **entry = NULL;
    size_t n = 0;
    char *known = realpath(base, NULL);
    int n_entry = scandir("runs", &entry, shows, by_name);
    run[n++] = base;
    for (int k = 0; k < n_entry; k++) {
        char path[CLI_PATH_MAX], there[CLI_PATH_MAX], *real = NULL;
        if (n < SERVER_RUN_MAX && snprintf(path, sizeof path, "runs/%s", entry[k]->d_name) < CLI_PATH_MAX && cli_find_run(path, there))
            real = realpath(path, NULL);
        if (real && known && strcmp(real, known) != 0 && (run[n] = strdup(path)))
            n++;
        free(real);
        free(entry[k]);
    }
    free(entry);
    free(known);
    return n;
}

/* --- serving --- */

extern char **environ;

/* A desktop has a display; the browser is the desktop's choice. */
static void open_browser(const char *address) {
    char *argv[] = {"xdg-open", (char *)(uintptr_t)address, NULL};
    pid_t child;
    if (!getenv("DISPLAY") && !getenv("WAYLAND_DISPLAY"))
        return;
    if (posix_spawnp(&child, argv[0], NULL, NULL, argv, environ) == 0)
        waitpid(child, NULL, 0);
}

static int serve_until_stopped(const cli_serve_options *serve, const server_options *options) {
    server *s = NULL;
    ho_error err = {0};
    char address[64];
    if (server_start(options, &s, &err))
        return cli_fail(&err);
    snprintf(address, sizeof address, "http://127.0.0.1:%u/", server_port(s));
    printf("%s\n", address);
    fflush(stdout);
    cli_say("%s is open at %s; Ctrl-C ends it", options->run[0], address);
    if (!serve->no_browser)
        open_browser(address);
    while (!atomic_load(cli_stop()))
        nanosleep(&(struct timespec){.tv_nsec = N_LOOK_MS * 1000000L}, NULL);
    server_stop(s);
    return CLI_OK;
}

static int serve_all(const cli_serve_options *serve, const ho_flee_case *flee) {
    char base[CLI_PATH_MAX], scenario[CLI_PATH_MAX], name[256], *run[SERVER_RUN_MAX];
    int code = find_base(serve, base);
    if (!code)
        code = find_scenario(serve, base, name, scenario);
    if (code)
        return code;
    char flee_name[CLI_FLEE_NAME];
    json_t *what_ifs = cli_list_what_ifs(scenario);
    server_options options = {.port = serve->port,
                              .n_thread = serve->n_thread,
                              .scenario = scenario,
                              .scenario_name = name,
                              .n_run = list_runs(base, run),
                              .run = (const char *const *)run,
                              .what_ifs = what_ifs,
                              .flee = flee,
                              .flee_name = serve->flee.folder ? cli_flee_name(serve->flee.folder, flee_name) : NULL};
    code = serve_until_stopped(serve, &options);
    for (size_t k = 1; k < options.n_run; k++)
        free(run[k]);
    json_decref(what_ifs);
    return code;
}

int cli_serve(int argc, char **argv) {
    cli_serve_options serve = {.n_thread = cli_threads_online()};
    ho_flee_case *flee = NULL;
    argp_parse(&argp, argc, argv, 0, NULL, &serve);
    cli_catch_signals();
    signal(SIGPIPE, SIG_IGN); /* who hangs up is an error of the write */
    int code = serve.flee.folder ? cli_flee_load(&serve.flee, true, &flee) : CLI_OK;
    if (!code)
        code = serve_all(&serve, flee);
    ho_flee_free(flee);
    return code;
}
