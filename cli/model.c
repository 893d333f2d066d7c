/* Options of the model, and the way from a scenario's name to a world. */
#include <dirent.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/stat.h>

#include "cli.h"

/* --- talk --- */

int cli_exit_code(ho_status status) {
    if (status == HO_OK)
        return CLI_OK;
    return status == HO_ERR_INPUT || status == HO_ERR_STATE ? CLI_BAD : CLI_FAILED;
}

static void say(const char *format, va_list list) {
    fprintf(stderr, "holdout: ");
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
}

void cli_say(const char *format, ...) {
    va_list list;
    va_start(list, format);
    say(format, list);
    va_end(list);
}

int cli_bad(const char *format, ...) {
    va_list list;
    va_start(list, format);
    say(format, list);
    va_end(list);
    return CLI_BAD;
}

int cli_fail(const ho_error *err) {
    cli_say("%s", err->text[0] ? err->text : ho_status_text(err->status));
    return cli_exit_code(err->status);
}

/* --- numbers and days --- */

uint64_t cli_parse_whole(struct argp_state *state, const char *option, const char *text, uint64_t lo, uint64_t hi) {
    char *end = NULL;
    unsigned long long value = strtoull(text, &end, 10);
    bool digits = *text != '\0' && strspn(text, "0123456789") == strlen(text) && strlen(text) < 20;
    if (!digits || value < lo || value > hi)
        argp_error(state, "%s is \"%s\"; need a whole number from %llu to %llu", option, text, (unsigned long long)lo,
                   (unsigned long long)hi);
    return value;
}

ho_day cli_parse_day(struct argp_state *state, const char *option, const char *text) {
    ho_day day = HO_DAY_NONE;
    if (!ho_day_parse(text, &day))
        argp_error(state, "%s is \"%s\"; need a date like 2021-07-01", option, text);
    return day;
}

void cli_take_one(struct argp_state *state, const char *kind, const char **taken, const char *arg) {
    if (*taken)
        argp_error(state, "one %s, not also \"%s\"", kind, arg);
    *taken = arg;
}

/* --- options --- */

enum { KEY_UNTIL = 1000, KEY_KNOWN_BY, KEY_SET, KEY_WITHOUT, KEY_STEPS, KEY_CENTRE, KEY_BOUNDARIES, KEY_SEED, KEY_WHAT_IF, KEY_POSTERIOR, KEY_TODAY };

static const struct argp_option model_option[] = {
    {"seed", KEY_SEED, "N", 0, "seed, 0 to 4294967295 (default: the scenario's)", 1},
    {"until", KEY_UNTIL, "DATE", 0, "last day simulated (default: the scenario's)", 1},
    {"known-by", KEY_KNOWN_BY, "DATE", 0, "use only what was known by then", 1},
    {"today", KEY_TODAY, "DATE", 0,
     "the day on which it is looked at (default: the scenario's, or the clock's); who holds which district is not told of a scenario that ends "
     "less than a year before",
     1},
    {"set", KEY_SET, "NAME=VALUE", 0, "hold a parameter at a value (may be repeated)", 1},
    {"what-if", KEY_WHAT_IF, "NAME", 0,
     "change the scenario by its whatif/NAME.yml, or by a .yml file (may be repeated; in order)", 1},
    {"without", KEY_WITHOUT, "MECHANISM", 0, "switch a mechanism off (may be repeated)", 1},
    {"steps-per-day", KEY_STEPS, "N", 0, "steps in a day, 1 to 24 (default 1)", 1},
    {"at-centre", KEY_CENTRE, 0, 0, "parameters at the centre of their priors instead of drawn", 1},
    {"posterior", KEY_POSTERIOR, "FILE", 0, "parameters from the draws of `holdout calibrate`: posterior.csv or paths.csv", 1},
    {"boundaries", KEY_BOUNDARIES, "FILE", 0, "outlines of districts (GeoJSON), for maps", 1},
    {0},
};

static error_t model_parse(int key, char *arg, struct argp_state *state) {
    cli_model *model = state->input;
    int32_t mechanism;
    switch (key) {
    case KEY_SEED:
        model->seed = (uint32_t)cli_parse_whole(state, "--seed", arg, 0, UINT32_MAX);
        model->has_seed = true;
        return 0;
    case KEY_UNTIL:
        model->world.until = cli_parse_day(state, "--until", arg);
        return 0;
    case KEY_KNOWN_BY:
        model->world.known_by = cli_parse_day(state, "--known-by", arg);
        return 0;
    case KEY_TODAY:
        model->world.today = cli_parse_day(state, "--today", arg);
        return 0;
    case KEY_SET:
        if (model->world.n_set == CLI_SET_MAX)
            argp_error(state, "more than %d --set", CLI_SET_MAX);
        model->set[model->world.n_set++] = arg;
        return 0;
    case KEY_WHAT_IF:
        if (!*arg)
            argp_error(state, "--what-if is empty; need a name, or a .yml file");
        if (model->n_what_if == HO_OVERLAY_MAX)
            argp_error(state, "more than %d --what-if", HO_OVERLAY_MAX);
        model->what_if[model->n_what_if++] = arg;
        return 0;
    case KEY_WITHOUT:
        mechanism = ho_mechanism_find(arg);
        if (mechanism < 0)
            argp_error(state, "--without %s: no such mechanism; `holdout list mechanisms` lists them", arg);
        model->off |= UINT64_C(1) << mechanism;
        return 0;
    case KEY_STEPS:
        model->world.n_step_per_day = (int32_t)cli_parse_whole(state, "--steps-per-day", arg, 1, 24);
        return 0;
    case KEY_CENTRE:
        model->world.at_centre = true;
        return 0;
    case KEY_POSTERIOR:
        model->posterior = arg;
        return 0;
    case KEY_BOUNDARIES:
        model->boundaries = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

const struct argp cli_model_argp = {.options = model_option, .parser = model_parse};

void cli_model_init(cli_model *model) {
    memset(model, 0, sizeof *model);
    model->world = ho_world_options_default();
}

uint32_t cli_model_seed(const cli_model *model) {
    return model->has_seed ? model->seed : model->loaded->seed;
}

int cli_model_replicates(const cli_model *model, size_t *n) {
    const ho_draws *draws = ho_world_draws(model->built);
    if (!draws || !draws->stream) {
        *n = *n ? *n : model->loaded->replicates;
        return CLI_OK;
    }
    if (*n > draws->n_draw)
        return cli_bad("%s%s%zu courses, and a course can be run only once; %zu replicates are asked for",
                       model->posterior ? model->posterior : "", model->posterior ? " holds " : "the run has ", draws->n_draw, *n);
    *n = *n ? *n : draws->n_draw;
    return CLI_OK;
}

/* --- places --- */

const char *cli_scenario_place(size_t k) {
    static const char *const place[] = {"scenarios", HO_SCENARIOS_SOURCE, HO_SCENARIOS_INSTALLED};
    return k < sizeof place / sizeof *place ? place[k] : NULL;
}

static bool is_file(const char *folder, const char *name) {
    char path[CLI_PATH_MAX];
    struct stat info;
    int n = snprintf(path, sizeof path, "%s/%s", folder, name);
    return n > 0 && (size_t)n < sizeof path && stat(path, &info) == 0 && S_ISREG(info.st_mode);
}

bool cli_is_scenario(const char *folder) {
    return is_file(folder, "scenario.yml");
}

static bool join(char path[CLI_PATH_MAX], const char *folder, const char *name) {
    int n = snprintf(path, CLI_PATH_MAX, "%s/%s", folder, name);
    return n > 0 && n < CLI_PATH_MAX;
}

bool cli_find_scenario(const char *name, char folder[CLI_PATH_MAX]) {
    struct stat info;
    /* a folder is taken as it is: what is missing in it is the loader's to say */
    if (strlen(name) < CLI_PATH_MAX && *name && stat(name, &info) == 0 && S_ISDIR(info.st_mode) &&
        (strchr(name, '/') || cli_is_scenario(name))) {
        snprintf(folder, CLI_PATH_MAX, "%s", name);
        return true;
    }
    for (size_t k = 0; *name && !strchr(name, '/') && cli_scenario_place(k); k++)
        if (join(folder, cli_scenario_place(k), name) && cli_is_scenario(folder))
            return true;
    return false;
}

static int by_text(const void *a, const void *b) {
    return strcmp(json_string_value(*(json_t *const *)a), json_string_value(*(json_t *const *)b));
}

json_t *cli_scenario_names(const char *place) {
    json_t *found[1024], *array = json_array();
    size_t n = 0;
    DIR *folder = opendir(place);
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
        char path[CLI_PATH_MAX];
        if (entry->d_name[0] != '.' && n < 1024 && join(path, place, entry->d_name) && cli_is_scenario(path))
            found[n++] = json_string(entry->d_name);
    }
    if (folder)
        closedir(folder);
    qsort(found, n, sizeof *found, by_text);
    for (size_t k = 0; k < n; k++)
        json_array_append_new(array, found[k]);
    return array;
}

bool cli_first_scenario(char folder[CLI_PATH_MAX]) {
    bool there = false;
    for (size_t k = 0; !there && cli_scenario_place(k); k++) {
        json_t *names = cli_scenario_names(cli_scenario_place(k));
        const char *name = json_string_value(json_array_get(names, 0));
        there = name && join(folder, cli_scenario_place(k), name);
        json_decref(names);
    }
    return there;
}

bool cli_find_run(const char *name, char folder[CLI_PATH_MAX]) {
    if (strlen(name) < CLI_PATH_MAX && is_file(name, "run.sqlite")) {
        snprintf(folder, CLI_PATH_MAX, "%s", name);
        return true;
    }
    return *name && !strchr(name, '/') && join(folder, "runs", name) && is_file(folder, "run.sqlite");
}

int cli_want_run(const char *name, char folder[CLI_PATH_MAX]) {
    if (cli_find_run(name, folder))
        return CLI_OK;
    return strchr(name, '/') ? cli_bad("%s: no run there", name) : cli_bad("%s: no run there, nor in runs/%s", name, name);
}

/* --- loading --- */

static void say_problems(const ho_problems *problems) {
    for (size_t k = 0; k < problems->n; k++)
        fprintf(stderr, "%s\n", problems->line[k]);
    if (problems->n_more)
        fprintf(stderr, "... and %zu more\n", problems->n_more);
}

/* Every problem on its own line; the error itself only where it is not one of them. */
static int fail_with(const ho_problems *problems, const ho_error *err) {
    say_problems(problems);
    if (problems->n)
        return cli_bad("%zu problem%s in the input", problems->n + problems->n_more,
                       problems->n + problems->n_more == 1 ? "" : "s");
    return cli_fail(err);
}

int cli_model_find(cli_model *model) {
    if (!model->scenario) {
        if (!cli_first_scenario(model->folder))
            return cli_bad("no scenario found; name one or its folder");
    } else if (!cli_find_scenario(model->scenario, model->folder)) {
        return cli_bad("no scenario \"%s\": neither a folder nor a name; `holdout list scenarios` lists them",
                       model->scenario);
    }
    return CLI_OK;
}

static ho_status load(cli_model *model, ho_problems *problems, ho_error *err) {
    const ho_scenario_options options = {
        .boundaries_file = model->boundaries, .n_overlay = model->n_what_if, .overlay = model->what_if};
    ho_status status = ho_scenario_load_with(model->folder, &options, &model->loaded, problems, err);
    if (!status)
        model->off |= model->loaded->off;
    return status;
}

int cli_model_load(cli_model *model) {
    int code = cli_model_find(model);
    if (code)
        return code;
    ho_problems problems = {0};
    ho_error err = {0};
    ho_status status = load(model, &problems, &err);
    code = status ? fail_with(&problems, &err) : CLI_OK;
    ho_problems_free(&problems);
    return code;
}

/* Takes the draws of --posterior. Draws with streams are courses of one seed: that seed is taken, and no other allowed. */
static int take_posterior(cli_model *model) {
    ho_problems problems = {0};
    ho_error err = {0};
    ho_draws_info info;
    if (!model->posterior)
        return CLI_OK;
    ho_status status = ho_draws_read(model->posterior, model->loaded, &model->draws, &info, &problems, &err);
    int code = status ? fail_with(&problems, &err) : CLI_OK;
    ho_problems_free(&problems);
    if (code)
        return code;
    model->world.draws = model->draws;
    if (!model->draws->stream)
        return CLI_OK;
    char date[2][11];
    if (model->has_seed && model->seed != info.seed)
        return cli_bad("%s holds courses of seed %u; --seed is %u", model->posterior, info.seed, model->seed);
    if (model->world.known_by != info.known_by)
        return cli_bad("%s holds courses known by \"%s\"; --known-by is \"%s\"", model->posterior,
                       ho_day_format(info.known_by, date[0]), ho_day_format(model->world.known_by, date[1]));
    model->has_seed = true;
    model->seed = info.seed;
    return CLI_OK;
}

int cli_check_readings(const ho_world *world) {
    ho_problems problems = {0};
    ho_error err = {0};
    int code = ho_audit_check(world, &problems, &err) ? fail_with(&problems, &err) : CLI_OK;
    ho_problems_free(&problems);
    return code;
}

/* A scenario that says nothing of today is looked at on the clock's. */
static ho_status build(cli_model *model, ho_problems *problems, ho_error *err) {
    enum { S_A_DAY = 86400 };
    time_t now = time(NULL);
    model->world.set = model->set;
    if (model->world.today == HO_DAY_NONE && model->loaded->today == HO_DAY_NONE && now > 0)
        model->world.today = (ho_day)(now / S_A_DAY);
    return ho_world_build(model->loaded, &model->world, &model->built, problems, err);
}

ho_status cli_model_try(cli_model *model, ho_problems *problems, ho_error *err) {
    ho_status status = load(model, problems, err);
    if (status)
        return status;
    ho_problems_free(problems);
    return build(model, problems, err);
}

int cli_model_build(cli_model *model) {
    int code = cli_model_load(model);
    if (!code)
        code = take_posterior(model);
    if (code)
        return code;
    ho_problems problems = {0};
    ho_error err = {0};
    ho_status status = build(model, &problems, &err);
    code = status ? fail_with(&problems, &err) : CLI_OK;
    ho_problems_free(&problems);
    return code;
}

void cli_model_free(cli_model *model) {
    ho_world_free(model->built);
    ho_draws_free(model->draws);
    ho_scenario_free(model->loaded);
    model->built = NULL;
    model->draws = NULL;
    model->world.draws = NULL;
    model->loaded = NULL;
}

/* --- parameters --- */

static int32_t find_parameter(const cli_model *model, const char *name) {
    for (size_t k = 0; k < ho_parameter_count(); k++)
        if (strcmp(ho_world_parameter(model->built, k).name, name) == 0)
            return (int32_t)k;
    return -1;
}

int cli_find_parameters(const cli_model *model, const char *list, size_t most, int32_t *parameter, size_t *n) {
    char *copy = list ? strdup(list) : NULL, *rest = copy;
    int code = CLI_OK;
    for (const char *name = strsep(&rest, ","); name && !code; name = strsep(&rest, ",")) {
        int32_t found = find_parameter(model, name);
        if (found < 0)
            code = cli_bad("--parameters: no parameter \"%s\"; `holdout list parameters` lists them", name);
        for (size_t j = 0; j < *n && !code; j++)
            if (parameter[j] == found)
                code = cli_bad("--parameters: %s is there twice", name);
        if (!code && *n == most)
            code = cli_bad("--parameters: more than %zu", most);
        if (!code)
            parameter[(*n)++] = found;
    }
    free(copy);
    return code;
}
