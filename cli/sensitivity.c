/* holdout sensitivity: which parameters an outcome depends on, and what is left to chance. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { KEY_OUTCOME = 2000, KEY_PARAMETERS, KEY_TRAJECTORIES, KEY_CHOSEN, KEY_BASE, KEY_INNER, KEY_JSON, KEY_CSV, KEY_THREADS, KEY_QUIET = 'q' };
enum { OUTCOMES_MAX = 64, N_SHOWN = 20 };

typedef struct cli_sensitivity_options {
    cli_model model;
    ho_sensitivity_options options;
    const char *outcome[OUTCOMES_MAX], *parameters, *csv;
    int32_t parameter[HO_CALIBRATE_PARAMETERS_MAX];
    cli_progress progress;
    bool begun, json, quiet;
} cli_sensitivity_options;

/* What is printed: the result and what it is of. */
typedef struct cli_sensed {
    const ho_sensitivity *s;
    const cli_sensitivity_options *of;
} cli_sensed;

static const struct argp_option option[] = {
    {"outcome", KEY_OUTCOME, "OBSERVABLE@DATE", 0,
     "what depends (may be repeated; default: whether the national capital has fallen by the recorded day of its fall, else by the last day)", 0},
    {"parameters", KEY_PARAMETERS, "A,B,...", 0, "indices of these, without screening", 0},
    {"trajectories", KEY_TRAJECTORIES, "N", 0, "paths of Morris's screening (default 40)", 0},
    {"chosen", KEY_CHOSEN, "N", 0, "how many parameters screening chooses (default 8)", 0},
    {"base", KEY_BASE, "N", 0, "rows of a matrix of the indices (default 512; 0: screening only)", 0},
    {"inner", KEY_INNER, "N", 0, "simulations of a row, with different luck (default 2, at least 2)", 0},
    {"threads", KEY_THREADS, "N", 0, "threads (default: processors online); does not change a result", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the tables", 0},
    {"csv", KEY_CSV, "FILE", 0, "write screening and indices as CSV", 0},
    {"quiet", KEY_QUIET, 0, 0, "no progress", 0},
    {0},
};

static error_t parse_number(cli_sensitivity_options *s, int key, const char *arg, struct argp_state *state) {
    static const struct {
        int key;
        const char *name;
        uint64_t lo, hi;
    } known[] = {{KEY_TRAJECTORIES, "--trajectories", 2, 100000},
                 {KEY_CHOSEN, "--chosen", 1, HO_CALIBRATE_PARAMETERS_MAX},
                 {KEY_BASE, "--base", 0, 1000000},
                 {KEY_INNER, "--inner", 2, 10000},
                 {KEY_THREADS, "--threads", 1, CLI_THREAD_MAX}};
    size_t *const value[] = {&s->options.n_trajectory, &s->options.n_chosen, &s->options.n_base, &s->options.n_inner, &s->options.n_thread};
    for (size_t k = 0; k < sizeof known / sizeof *known; k++)
        if (known[k].key == key) {
            *value[k] = cli_parse_whole(state, known[k].name, arg, known[k].lo, known[k].hi);
            return 0;
        }
    return ARGP_ERR_UNKNOWN;
}

static void check_end(const cli_sensitivity_options *s, struct argp_state *state) {
    if (!s->model.scenario)
        argp_error(state, "which scenario? A folder or a name");
    if (s->model.posterior)
        argp_error(state, "--posterior: indices need parameters that are independent, as those of a posterior are not");
    if (s->model.world.at_centre)
        argp_error(state, "--at-centre: no parameter would be uncertain");
    if (s->options.n_base == 1)
        argp_error(state, "--base is 1; need 2 or more, or 0: screening only");
    if (s->options.n_base == 0 && s->parameters)
        argp_error(state, "--base 0 --parameters: nothing is left to do");
}

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_sensitivity_options *s = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &s->model;
        return 0;
    case KEY_OUTCOME:
        if (s->options.n_outcome == OUTCOMES_MAX)
            argp_error(state, "more than %d --outcome", OUTCOMES_MAX);
        s->outcome[s->options.n_outcome++] = arg;
        return 0;
    case KEY_PARAMETERS:
        s->parameters = arg;
        return 0;
    case KEY_JSON:
        s->json = true;
        return 0;
    case KEY_CSV:
        s->csv = arg;
        return 0;
    case KEY_QUIET:
        s->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "scenario", &s->model.scenario, arg);
        return 0;
    case ARGP_KEY_END:
        check_end(s, state);
        return 0;
    default:
        return parse_number(s, key, arg, state);
    }
}

static const struct argp_child child[] = {{&cli_model_argp, 0, "The model:", 1}, {0}};
static const struct argp argp = {
    option,
    parse,
    "SCENARIO",
    "Which uncertain parameters an outcome depends on: elementary effects of all (Morris), then first and total order indices (Sobol) of those "
    "with the largest, the others together, and the share of chance.\v"
    "Nothing is stored. Indices are of the mean over chance; how that is separated, docs/explain.md says.",
    child,
    NULL,
    NULL};

/* --- the tables --- */

static const char *name_of(const cli_sensed *sensed, int32_t parameter) {
    return ho_world_parameter(sensed->of->model.built, (size_t)parameter).name;
}

static int decimals_of(double error) {
    return !(error > 0) ? 3 : error >= 10 ? 0 : error >= 1 ? 1 : error >= 0.1 ? 2 : error >= 0.001 ? 3 : 4;
}

static void print_screening(const cli_sensed *sensed, const ho_sensitivity_outcome *o) {
    const ho_sensitivity *s = sensed->s;
    char text[5][CLI_NUMBER];
    int n = decimals_of(o->chance.mean_size / 10);
    size_t n_shown = s->n_screened < N_SHOWN ? s->n_screened : N_SHOWN;
    printf("\nElementary effects over the whole range of a prior, in %s (Morris): the %zu largest of %zu\n  %-22s %18s %18s %9s\n", o->unit,
           n_shown, s->n_screened, "", "mu", "mu*", "sigma");
    for (size_t j = 0; j <= n_shown; j++) {
        const ho_screened *e = j < n_shown ? &o->screened[j] : &o->chance;
        printf("  %-22s %9s +- %5s %9s +- %5s %9s\n", j < n_shown ? name_of(sensed, s->screened[j]) : "(chance alone)",
               cli_number(text[0], e->mean, n, true), cli_number(text[1], e->se, n, false), cli_number(text[2], e->mean_size, n, false),
               cli_number(text[3], e->size_se, n, false), cli_number(text[4], e->spread, n, false));
    }
    printf("mu: mean, signs kept, +- its standard error over paths; mu*: of sizes, to which chance adds up to the last line; sigma: sd.\n"
           "In the order of the largest mu on any outcome, in sd of the outcome.\n");
}

static void print_interval(const ho_interval *x) {
    char text[3][CLI_NUMBER];
    printf("  %6s  %6s to %6s", cli_number(text[0], x->value, 2, false), cli_number(text[1], x->q05, 2, false),
           cli_number(text[2], x->q95, 2, false));
}

static void print_indices(const cli_sensed *sensed, const ho_sensitivity_outcome *o) {
    const ho_sensitivity *s = sensed->s;
    const ho_sobol *sobol = &o->sobol;
    const size_t n = s->n_factor + (s->n_factor < s->n_uncertain);
    char text[2][CLI_NUMBER], others[48];
    snprintf(others, sizeof others, "(%zu others)", s->n_uncertain - s->n_factor);
    printf("\nVariance of one simulation %.4g = parameters %.4g + chance %.4g\n  parameters make", sobol->variance + sobol->noise, sobol->variance,
           sobol->noise);
    print_interval(&sobol->share);
    printf("  of it (90 %% by bootstrap)\n\nShares of the parameters' part (Sobol)\n  %-22s  %-24s  %-24s  not corrected for chance\n", "", "first order",
           "total");
    for (size_t j = 0; j < n; j++) {
        const ho_sobol_index *index = &o->index[j];
        printf("  %-22s", j < s->n_factor ? name_of(sensed, s->factor[j]) : others);
        print_interval(&index->first);
        print_interval(&index->total);
        printf("  %6s  %6s\n", cli_number(text[0], index->first_plain, 2, false), cli_number(text[1], index->total_plain, 2, false));
    }
    printf("  %-22s", "sum of first order");
    print_interval(&sobol->sum);
    printf("\n");
}

static void print_all(const cli_sensed *sensed) {
    const ho_sensitivity *s = sensed->s;
    const cli_model *model = &sensed->of->model;
    printf("%s\n%zu uncertain parameters, %zu simulations, seed %u", model->loaded->title, s->n_uncertain, s->n_simulated, cli_model_seed(model));
    if (s->n_factor)
        printf("; indices from %zu rows of %zu", sensed->of->options.n_base, sensed->of->options.n_inner);
    printf("\n");
    for (size_t k = 0; k < s->n_outcome; k++) {
        const ho_sensitivity_outcome *o = &s->outcome[k];
        printf("\n%s: %s [%s]", o->question.name, o->definition, o->unit);
        if (s->n_factor)
            printf("; mean %.4g +- %.2g", o->sobol.mean, o->sobol.mean_se);
        printf("\n");
        if (s->n_screened)
            print_screening(sensed, o);
        if (s->n_factor)
            print_indices(sensed, o);
    }
    printf("\nShares are of these priors; wider priors weigh more.\n\ndigest      %s\n", s->digest);
}

/* --- JSON and CSV --- */

static json_t *interval_json(const ho_interval *x) {
    return json_pack("{s:o, s:o, s:o, s:o}", "value", cli_real(x->value), "se", cli_real(x->se), "q05", cli_real(x->q05), "q95", cli_real(x->q95));
}

static json_t *screened_json(const char *name, const ho_screened *e) {
    return json_pack("{s:s, s:o, s:o, s:o, s:o, s:o}", "parameter", name, "mu", cli_real(e->mean), "mu_se", cli_real(e->se), "mu_star",
                     cli_real(e->mean_size), "mu_star_se", cli_real(e->size_se), "sigma", cli_real(e->spread));
}

static json_t *outcome_json(const cli_sensed *sensed, const ho_sensitivity_outcome *o) {
    const ho_sensitivity *s = sensed->s;
    json_t *screening = json_array(), *indices = json_array();
    for (size_t j = 0; j < s->n_screened; j++)
        json_array_append_new(screening, screened_json(name_of(sensed, s->screened[j]), &o->screened[j]));
    for (size_t j = 0; s->n_factor && j < s->n_factor + (s->n_factor < s->n_uncertain); j++) {
        const ho_sobol_index *index = &o->index[j];
        json_array_append_new(indices, json_pack("{s:s?, s:o, s:o, s:o, s:o}", "parameter", j < s->n_factor ? name_of(sensed, s->factor[j]) : NULL,
                                                 "first", interval_json(&index->first), "total", interval_json(&index->total),
                                                 "first_not_corrected", cli_real(index->first_plain), "total_not_corrected",
                                                 cli_real(index->total_plain)));
    }
    json_t *json = json_pack("{s:s, s:o, s:s, s:s, s:o, s:o}", "outcome", o->question.name, "date", cli_date(o->question.date), "unit", o->unit,
                             "definition", o->definition, "screening", screening, "indices", indices);
    if (s->n_screened)
        json_object_set_new(json, "chance_alone", screened_json("", &o->chance));
    if (s->n_factor) {
        json_object_set_new(json, "mean", cli_real(o->sobol.mean));
        json_object_set_new(json, "mean_se", cli_real(o->sobol.mean_se));
        json_object_set_new(json, "variance_of_parameters", cli_real(o->sobol.variance));
        json_object_set_new(json, "variance_of_chance", cli_real(o->sobol.noise));
        json_object_set_new(json, "share_of_parameters", interval_json(&o->sobol.share));
        json_object_set_new(json, "sum_of_first_order", interval_json(&o->sobol.sum));
    }
    return json;
}

static json_t *sensed_json(const cli_sensed *sensed) {
    const ho_sensitivity *s = sensed->s;
    const cli_sensitivity_options *of = sensed->of;
    json_t *outcomes = json_array();
    for (size_t k = 0; k < s->n_outcome; k++)
        json_array_append_new(outcomes, outcome_json(sensed, &s->outcome[k]));
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:I, s:I, s:I, s:o, s:s}", "scenario", of->model.loaded->name, "scenario_digest",
                     of->model.loaded->digest, "seed", (json_int_t)cli_model_seed(&of->model), "uncertain", (json_int_t)s->n_uncertain,
                     "simulations", (json_int_t)s->n_simulated, "trajectories",
                     (json_int_t)(s->n_screened ? of->options.n_trajectory : 0), "base", (json_int_t)of->options.n_base, "inner",
                     (json_int_t)of->options.n_inner, "outcomes", outcomes, "digest", s->digest);
}

static void csv_row(FILE *csv, const char *outcome, const char *what, const char *parameter, const ho_interval *x) {
    cli_csv_text(csv, outcome);
    fprintf(csv, ",%s,", what);
    cli_csv_text(csv, parameter);
    const double number[] = {x->value, x->se, x->q05, x->q95};
    for (size_t k = 0; k < 4; k++)
        cli_csv_number(csv, number[k]);
    fputc('\n', csv);
}

static void write_csv(FILE *csv, const void *context) {
    const cli_sensed *sensed = context;
    const ho_sensitivity *s = sensed->s;
    const double nan = (double)NAN;
    fputs("outcome,what,parameter,value,se,q05,q95\n", csv);
    for (size_t k = 0; k < s->n_outcome; k++) {
        const ho_sensitivity_outcome *o = &s->outcome[k];
        const char *outcome = o->question.name;
        for (size_t j = 0; j < s->n_screened; j++) {
            const ho_screened *e = &o->screened[j];
            csv_row(csv, outcome, "mu", name_of(sensed, s->screened[j]), &(ho_interval){e->mean, e->se, nan, nan});
            csv_row(csv, outcome, "mu_star", name_of(sensed, s->screened[j]), &(ho_interval){e->mean_size, e->size_se, nan, nan});
            csv_row(csv, outcome, "sigma", name_of(sensed, s->screened[j]), &(ho_interval){e->spread, nan, nan, nan});
        }
        if (s->n_screened)
            csv_row(csv, outcome, "mu_star_of_chance", "", &(ho_interval){o->chance.mean_size, o->chance.size_se, nan, nan});
        for (size_t j = 0; s->n_factor && j < s->n_factor + (s->n_factor < s->n_uncertain); j++) {
            const ho_sobol_index *index = &o->index[j];
            const char *name = j < s->n_factor ? name_of(sensed, s->factor[j]) : "others";
            csv_row(csv, outcome, "first", name, &index->first);
            csv_row(csv, outcome, "total", name, &index->total);
            csv_row(csv, outcome, "first_not_corrected", name, &(ho_interval){index->first_plain, nan, nan, nan});
            csv_row(csv, outcome, "total_not_corrected", name, &(ho_interval){index->total_plain, nan, nan, nan});
        }
        if (s->n_factor)
            csv_row(csv, outcome, "share_of_parameters", "", &o->sobol.share);
    }
}

/* --- the command --- */

static void show_progress(void *context, size_t n_done, size_t n) {
    cli_sensitivity_options *s = context;
    if (!s->begun) {
        cli_progress_begin(&s->progress, n, 0, s->quiet);
        s->progress.unit = "simulations";
        s->begun = true;
    }
    cli_progress_show(&s->progress, n_done < n ? n_done : n);
}

static int put_out(const cli_sensitivity_options *of, const ho_sensitivity *s) {
    const cli_sensed sensed = {s, of};
    if (of->csv && cli_write_file(of->csv, write_csv, &sensed))
        return CLI_FAILED;
    if (of->json)
        cli_print_card(sensed_json(&sensed), true);
    else
        print_all(&sensed);
    return CLI_OK;
}

static int find_parameters(cli_sensitivity_options *s) {
    char *list = s->parameters ? strdup(s->parameters) : NULL, *rest = list;
    int code = CLI_OK;
    for (const char *name = strsep(&rest, ","); name && !code; name = strsep(&rest, ",")) {
        int32_t found = -1;
        for (size_t k = 0; k < ho_parameter_count() && found < 0; k++)
            if (strcmp(ho_world_parameter(s->model.built, k).name, name) == 0)
                found = (int32_t)k;
        for (size_t j = 0; j < s->options.n_parameter && found >= 0; j++)
            if (s->parameter[j] == found)
                code = cli_bad("--parameters: %s is there twice", name);
        if (found < 0)
            code = cli_bad("--parameters: no parameter \"%s\"; `holdout list parameters` lists them", name);
        else if (s->options.n_parameter == HO_CALIBRATE_PARAMETERS_MAX)
            code = cli_bad("--parameters: more than %d", HO_CALIBRATE_PARAMETERS_MAX);
        else
            s->parameter[s->options.n_parameter++] = found;
    }
    free(list);
    s->options.parameter = s->parameter;
    return code;
}

static int find(cli_sensitivity_options *s) {
    ho_sensitivity *found = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    s->options.world = s->model.world;
    s->options.world.set = s->model.set;
    s->options.sim = (ho_sim_options){.seed = cli_model_seed(&s->model), .off = s->model.off};
    s->options.outcome = s->outcome;
    s->options.stop = cli_stop();
    s->options.progress = show_progress;
    s->options.context = s;
    ho_status status = ho_sensitivity_find(s->model.loaded, &s->options, &found, &problems, &err);
    if (s->begun)
        cli_progress_end(&s->progress, s->progress.seen);
    int code = status ? cli_fail(&err) : put_out(s, found);
    ho_problems_free(&problems);
    ho_sensitivity_free(found);
    return code;
}

int cli_sensitivity(int argc, char **argv) {
    cli_sensitivity_options s = {.options = ho_sensitivity_options_default()};
    s.options.n_thread = cli_threads_online();
    cli_model_init(&s.model);
    argp_parse(&argp, argc, argv, 0, NULL, &s);
    cli_catch_signals();
    int code = cli_model_build(&s.model);
    if (!code)
        code = find_parameters(&s);
    if (!code)
        code = find(&s);
    cli_model_free(&s.model);
    return code;
}
