/* holdout calibrate: what the record known by a day says of the parameters. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

enum { KEY_JSON = 2000, KEY_THREADS, KEY_PARAMETERS, KEY_CHOSEN, KEY_TRAJECTORIES, KEY_FIRST, KEY_STEP, KEY_EFFECTIVE, KEY_DRAWS,
       KEY_RESUME, KEY_RECOVER, KEY_QUIET = 'q' };
enum { SIMULATIONS_MAX = 1000000000 };

typedef struct cli_calibrate_options {
    cli_model model;
    ho_calibrate_options options;
    const char *parameters, *out;
    size_t n_truth; /* to recover; 0: calibrate to the record */
    int32_t parameter[HO_CALIBRATE_PARAMETERS_MAX];
    cli_progress progress;
    ho_calibrate_stage stage;
    bool begun, json, quiet;
    bool made, made_runs; /* the folder, and runs/, were not there before */
    char folder[CLI_PATH_MAX];
} cli_calibrate_options;

static const struct argp_option option[] = {
    {"out", 'o', "FOLDER", 0, "where the draws go (default: runs/NAME-calibrated, with the day of --known-by)", 0},
    {"simulations", 'n', "N", 0, "at most so many in all (default 100000)", 0},
    {"parameters", KEY_PARAMETERS, "A,B,...", 0, "calibrate these (default: those that screening chooses)", 0},
    {"chosen", KEY_CHOSEN, "N", 0, "how many parameters screening chooses at most (default 15)", 0},
    {"trajectories", KEY_TRAJECTORIES, "N", 0, "paths of Morris's screening (default 24)", 0},
    {"first", KEY_FIRST, "N", 0, "simulations of the first generation, from the priors (default 10000)", 0},
    {"step", KEY_STEP, "N", 0, "simulations of each later generation (default 5000)", 0},
    {"effective", KEY_EFFECTIVE, "N", 0, "end when so many particles carry the weight; errors are taken larger until then (default 500)", 0},
    {"draws", KEY_DRAWS, "N", 0, "draws of the posterior (default 1000)", 0},
    {"recover", KEY_RECOVER, "N", 0, "calibrate N times to simulated data of known parameters instead, and say whether they are found", 0},
    {"threads", KEY_THREADS, "N", 0, "threads (default: processors online); does not change a result", 0},
    {"resume", KEY_RESUME, 0, 0, "go on with the calibration in FOLDER", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the table", 0},
    {"quiet", KEY_QUIET, 0, 0, "no progress", 0},
    {0},
};

static error_t parse_number(cli_calibrate_options *c, int key, const char *arg, struct argp_state *state) {
    static const struct {
        int key;
        const char *name;
        uint64_t lo, hi;
    } known[] = {{'n', "--simulations", 40, SIMULATIONS_MAX},
                 {KEY_CHOSEN, "--chosen", 1, HO_CALIBRATE_PARAMETERS_MAX},
                 {KEY_TRAJECTORIES, "--trajectories", 2, 100000},
                 {KEY_FIRST, "--first", 40, SIMULATIONS_MAX},
                 {KEY_STEP, "--step", 1, SIMULATIONS_MAX},
                 {KEY_DRAWS, "--draws", 1, 1000000},
                 {KEY_RECOVER, "--recover", 20, 100000},
                 {KEY_THREADS, "--threads", 1, CLI_THREAD_MAX}};
    size_t *const value[] = {&c->options.n_max, &c->options.n_chosen, &c->options.n_trajectory, &c->options.n_first,
                             &c->options.n_new, &c->options.n_draw, &c->n_truth, &c->options.n_thread};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (known[k].key == key) {
            *value[k] = cli_parse_whole(state, known[k].name, arg, known[k].lo, known[k].hi);
            return 0;
        }
    return ARGP_ERR_UNKNOWN;
}

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_calibrate_options *c = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &c->model;
        return 0;
    case 'o':
        if (!*arg)
            argp_error(state, "--out is empty; need a folder");
        c->out = arg;
        return 0;
    case KEY_PARAMETERS:
        c->parameters = arg;
        return 0;
    case KEY_EFFECTIVE:
        c->options.n_effective = (double)cli_parse_whole(state, "--effective", arg, 10, SIMULATIONS_MAX);
        return 0;
    case KEY_RESUME:
        c->options.resume = true;
        return 0;
    case KEY_JSON:
        c->json = true;
        return 0;
    case KEY_QUIET:
        c->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "scenario", &c->model.scenario, arg);
        return 0;
    case ARGP_KEY_END:
        if (!c->model.scenario)
            argp_error(state, "which scenario? A folder or a name");
        if (c->model.posterior)
            argp_error(state, "--posterior is what calibrate makes; it takes none");
        if (c->model.world.until != HO_DAY_NONE)
            argp_error(state, "--until: a calibration ends on the day of --known-by");
        if (c->n_truth && c->options.resume)
            argp_error(state, "--recover keeps nothing to --resume");
        return 0;
    default:
        return parse_number(c, key, arg, state);
    }
}

static const struct argp_child child[] = {{&cli_model_argp, 0, "The model:", 1}, {0}};
static const struct argp argp = {
    option,
    parse,
    "SCENARIO",
    "Calibrate a scenario to what its record.csv says and was known by a day (--known-by DATE; without it, all of it). Writes posterior.csv "
    "(parameters), paths.csv (courses that came close, to be run on) and calibration.json.\v"
    "`holdout run SCENARIO --posterior FOLDER/posterior.csv` draws parameters from the posterior; with paths.csv, and the same --known-by, "
    "it goes on with the courses that came close.",
    child,
    NULL,
    NULL};

/* --- making ready --- */

static int make_folder(cli_calibrate_options *c) {
    char date[11];
    int n;
    if (c->out)
        n = snprintf(c->folder, sizeof c->folder, "%s", c->out);
    else
        n = snprintf(c->folder, sizeof c->folder, "runs/%s-%s%s%s", c->model.loaded->name, c->n_truth ? "recovered" : "calibrated",
                     c->model.world.known_by == HO_DAY_NONE ? "" : "-", ho_day_format(c->model.world.known_by, date));
    if (n < 0 || (size_t)n >= sizeof c->folder)
        return cli_bad("the path of the folder is too long");
    if (!c->out)
        c->made_runs = mkdir("runs", 0777) == 0;
    return cli_make_folder(c->folder, &c->made);
}

/* A calibration that was refused leaves nothing; a folder with something in it stays. */
static void remove_empty(const cli_calibrate_options *c) {
    if (c->made && rmdir(c->folder) == 0 && c->made_runs)
        rmdir("runs");
}

/* --- progress --- */

static void show_progress(void *context, ho_calibrate_stage stage, size_t n_done, size_t n_most, double accepted) {
    cli_calibrate_options *c = context;
    if (!c->begun || stage != c->stage) {
        if (!c->quiet)
            cli_say(stage == HO_CALIBRATE_SCREENING ? "screening parameters"
                    : stage == HO_CALIBRATE_FITTING ? "fitting"
                                                    : "recovering");
        cli_progress_begin(&c->progress, n_most, n_done, c->quiet);
        c->progress.unit = "simulations";
        c->begun = true;
        c->stage = stage;
    }
    if (isfinite(accepted))
        snprintf(c->progress.note, sizeof c->progress.note, ", %.2g %% effective", 100 * accepted);
    cli_progress_show(&c->progress, n_done < n_most ? n_done : n_most);
}

/* --- what is printed --- */

static json_t *targets_json(const ho_calibration *r) {
    json_t *list = json_array();
    for (size_t k = 0; k < r->n_target; k++) {
        const ho_calibrated_target *t = &r->target[k];
        json_array_append_new(
            list, json_pack("{s:s, s:o, s:f, s:f, s:[f,f,f], s:[f,f,f], s:b, s:i}", "target", t->name, "date", cli_date(t->date), "observed",
                            t->observed, "sd", t->sd, "prior", t->prior_q05, t->prior_q50, t->prior_q95, "posterior",
                            t->posterior_q05, t->posterior_q50, t->posterior_q95, "inside", t->inside, "line", (int)t->line));
    }
    return list;
}

static json_t *parameters_json(const cli_calibrate_options *c, const ho_calibration *r) {
    json_t *list = json_array();
    for (size_t j = 0; j < r->n_parameter; j++) {
        const ho_calibrated_parameter *p = &r->parameter[j];
        json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:[f,f,f], s:[f,f,f], s:f}", "parameter",
                                              ho_world_parameter(c->model.built, (size_t)p->parameter).name, "effect",
                                              cli_real(p->effect), "effect_se", cli_real(p->effect_se), "prior", p->prior_q05, p->prior_q50,
                                              p->prior_q95, "posterior", p->posterior_q05, p->posterior_q50, p->posterior_q95,
                                              "shrinkage", p->shrinkage));
    }
    return list;
}

static const char *name_of(const cli_calibrate_options *c, const ho_calibration *r, int32_t j) {
    return ho_world_parameter(c->model.built, (size_t)r->parameter[j].parameter).name;
}

static json_t *result_json(const cli_calibrate_options *c, const ho_calibration *r) {
    json_t *pairs = json_array(), *generations = json_array();
    for (size_t k = 0; k < r->n_pair; k++)
        json_array_append_new(pairs, json_pack("{s:s, s:s, s:f}", "a", name_of(c, r, r->pair[k].a), "b", name_of(c, r, r->pair[k].b),
                                               "correlation", r->pair[k].correlation));
    for (size_t g = 0; g < r->n_generation; g++)
        json_array_append_new(generations, json_pack("{s:I, s:f, s:f, s:f}", "simulated", (json_int_t)r->generation[g].n_simulated,
                                                     "temperature", r->generation[g].temperature, "accepted", r->generation[g].accepted,
                                                     "effective", r->generation[g].effective));
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:I, s:f, s:f, s:o, s:o, s:o, s:o, s:s}", "scenario", c->model.loaded->name,
                     "scenario_digest", c->model.loaded->digest, "version", HO_VERSION, "known_by", cli_date(r->known_by), "until",
                     cli_date(r->until), "seed", (json_int_t)c->options.sim.seed, "simulated", (json_int_t)r->n_simulated,
                     "paths", (json_int_t)r->paths->n_draw, "left_out", (json_int_t)r->n_left_out, "temperature", r->temperature, "effective", r->effective, "targets", targets_json(r),
                     "parameters", parameters_json(c, r), "pairs", pairs, "generations", generations, "digest", r->digest);
}

static void print_targets(const ho_calibration *r) {
    char date[11];
    printf("\nHeld against (shares; predictive ranges hold 90 %%, errors of observation included)\n  %-10s %9s  %-20s %-20s  %s\n", "date",
           "recorded", "prior", "posterior", "what");
    for (size_t k = 0; k < r->n_target; k++) {
        const ho_calibrated_target *t = &r->target[k];
        printf("  %-10s %9.3f  %6.3f to %6.3f     %6.3f to %6.3f %s  %s\n", ho_day_format(t->date, date), t->observed, t->prior_q05,
               t->prior_q95, t->posterior_q05, t->posterior_q95, t->inside ? "  " : "! ", t->name);
    }
    if (r->n_left_out)
        printf("  %zu counts became known too late, or are of days after the last\n", r->n_left_out);
}

static void print_parameters(const cli_calibrate_options *c, const ho_calibration *r) {
    printf("\nParameters (5, 50, 95 %%; learned: 1 - variance posterior / prior of normal scores)\n  %-22s %9s  %27s  %27s  %7s\n", "", "effect",
           "prior", "posterior", "learned");
    for (size_t j = 0; j < r->n_parameter; j++) {
        const ho_calibrated_parameter *p = &r->parameter[j];
        char effect[CLI_NUMBER];
        printf("  %-22s %9s  %8.3g %8.3g %8.3g   %8.3g %8.3g %8.3g   %6.2f\n", name_of(c, r, (int32_t)j), cli_number(effect, p->effect, 2, true),
               p->prior_q05, p->prior_q50, p->prior_q95, p->posterior_q05, p->posterior_q50, p->posterior_q95, p->shrinkage);
    }
    for (size_t k = 0; k < r->n_pair; k++)
        printf("  not told apart: %s and %s (correlation %.2f)\n", name_of(c, r, r->pair[k].a), name_of(c, r, r->pair[k].b),
               r->pair[k].correlation);
}

static void print_all(const cli_calibrate_options *c, const ho_calibration *r) {
    char date[11];
    printf("%s\nKnown by %s; %zu simulations to %s in %zu generations, seed %u\nErrors of observation taken x %.2f; %.0f effective particles "
           "(%.2f %% of the simulations)\n",
           c->model.loaded->title, r->known_by == HO_DAY_NONE ? "today: the whole record" : ho_day_format(r->known_by, date),
           r->n_simulated, ho_day_format(r->until, (char[11]){0}), r->n_generation, c->options.sim.seed, r->temperature, r->effective,
           100 * r->effective / (double)r->n_simulated);
    print_targets(r);
    print_parameters(c, r);
    printf("\nThe structure of the model was chosen by people who know how it ended.\n\ndigest      %s\nfiles       "
           "%s/posterior.csv (%zu draws), paths.csv (%zu courses), calibration.json\n",
           r->digest, c->folder, r->posterior->n_draw, r->paths->n_draw);
}

/* --- the command --- */

static int write_draws(const cli_calibrate_options *c, const char *name, const ho_draws *draws) {
    char path[CLI_PATH_MAX + 32];
    ho_draws_info info = {.known_by = c->model.world.known_by, .seed = c->options.sim.seed};
    ho_error err = {0};
    snprintf(info.scenario, sizeof info.scenario, "%s", c->model.loaded->name);
    snprintf(info.scenario_digest, sizeof info.scenario_digest, "%s", c->model.loaded->base_digest);
    snprintf(info.version, sizeof info.version, "%s", HO_VERSION);
    snprintf(path, sizeof path, "%s/%s", c->folder, name);
    return ho_draws_write(path, &info, draws, &err) ? cli_fail(&err) : CLI_OK;
}

static int write_json(const cli_calibrate_options *c, json_t *json) {
    char path[CLI_PATH_MAX + 32];
    snprintf(path, sizeof path, "%s/calibration.json", c->folder);
    if (json_dump_file(json, path, JSON_INDENT(1) | JSON_REAL_PRECISION(8)) == 0)
        return CLI_OK;
    cli_say("%s: cannot be written", path);
    return CLI_FAILED;
}

static int report(const cli_calibrate_options *c, const ho_calibration *result) {
    json_t *json = result_json(c, result);
    int code = write_draws(c, "posterior.csv", result->posterior);
    if (!code)
        code = write_draws(c, "paths.csv", result->paths);
    if (!code)
        code = write_json(c, json);
    if (!code && !c->json)
        print_all(c, result);
    if (!code && c->json)
        cli_print_card(json_incref(json), true);
    json_decref(json);
    return code;
}

static void take_model(cli_calibrate_options *c) {
    c->options.world = c->model.world;
    c->options.world.set = c->model.set;
    c->options.sim = (ho_sim_options){.seed = cli_model_seed(&c->model), .off = c->model.off};
    c->options.folder = c->folder;
    c->options.stop = cli_stop();
    c->options.progress = show_progress;
    c->options.context = c;
}

static int recover(cli_calibrate_options *c) {
    ho_recovery *result = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    ho_status status = ho_recover(c->model.loaded, &c->options, c->n_truth, &result, &problems, &err);
    if (!status && c->begun)
        cli_progress_end(&c->progress, c->n_truth * c->options.n_max);
    int code = status ? cli_fail(&err) : cli_recovery_report(&c->model, result, c->options.sim.seed, c->folder, c->json);
    ho_problems_free(&problems);
    ho_recovery_free(result);
    return code;
}

static int calibrate(cli_calibrate_options *c) {
    ho_calibration *result = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    ho_status status = ho_calibrate(c->model.loaded, &c->options, &result, &problems, &err);
    if (!status && c->begun)
        cli_progress_end(&c->progress, result->n_simulated);
    int code = status ? cli_fail(&err) : report(c, result);
    ho_problems_free(&problems);
    ho_calibration_free(result);
    return code;
}

int cli_calibrate(int argc, char **argv) {
    cli_calibrate_options c = {.options = ho_calibrate_options_default()};
    c.options.n_thread = cli_threads_online();
    cli_model_init(&c.model);
    argp_parse(&argp, argc, argv, 0, NULL, &c);
    cli_catch_signals();
    int code = cli_model_build(&c.model);
    if (!code)
        code = cli_find_parameters(&c.model, c.parameters, HO_CALIBRATE_PARAMETERS_MAX, c.parameter, &c.options.n_parameter);
    c.options.parameter = c.parameter;
    if (!code)
        code = make_folder(&c);
    if (!code)
        take_model(&c);
    if (!code)
        code = c.n_truth ? recover(&c) : calibrate(&c);
    if (code)
        remove_empty(&c);
    cli_model_free(&c.model);
    return code;
}
