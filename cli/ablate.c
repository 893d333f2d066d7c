/* holdout ablate: what each mechanism of the model does, by switching it off. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { KEY_JSON = 2000, KEY_CSV, KEY_ONLY, KEY_THREADS, KEY_QUIET = 'q' };

typedef struct cli_ablate_options {
    cli_model model;
    const char *csv;
    size_t n_replicate; /* 0: the scenario's */
    size_t n_thread;
    uint64_t only; /* 0: all */
    bool json, quiet;
} cli_ablate_options;

/* What is printed: the result and what it is of. */
typedef struct cli_ablated {
    const ho_ablation *ablation;
    const cli_model *model;
    size_t n_replicate;
} cli_ablated;

static const struct argp_option option[] = {
    {"replicates", 'n', "N", 0, "how many replicates a run (default: the scenario's)", 0},
    {"only", KEY_ONLY, "A,B,...", 0, "only these mechanisms (default: all); may be repeated", 0},
    {"threads", KEY_THREADS, "N", 0, "threads (default: processors online)", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the table", 0},
    {"csv", KEY_CSV, "FILE", 0, "write the table as CSV", 0},
    {"quiet", KEY_QUIET, 0, 0, "no progress", 0},
    {0},
};

static uint64_t parse_only(struct argp_state *state, const char *arg) {
    uint64_t which = 0;
    char *list = strdup(arg), *rest = list;
    for (const char *name = strsep(&rest, ","); name; name = strsep(&rest, ",")) {
        int32_t mechanism = ho_mechanism_find(name);
        if (mechanism < 0)
            argp_error(state, "--only %s: no such mechanism; `holdout list mechanisms` lists them", name);
        which |= UINT64_C(1) << mechanism;
    }
    free(list);
    return which;
}

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_ablate_options *ablate = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &ablate->model;
        return 0;
    case 'n':
        ablate->n_replicate = cli_parse_whole(state, "--replicates", arg, 1, CLI_REPLICATE_MAX);
        return 0;
    case KEY_THREADS:
        ablate->n_thread = cli_parse_whole(state, "--threads", arg, 1, CLI_THREAD_MAX);
        return 0;
    case KEY_ONLY:
        ablate->only |= parse_only(state, arg);
        return 0;
    case KEY_JSON:
        ablate->json = true;
        return 0;
    case KEY_CSV:
        ablate->csv = arg;
        return 0;
    case KEY_QUIET:
        ablate->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "scenario", &ablate->model.scenario, arg);
        return 0;
    case ARGP_KEY_END:
        if (!ablate->model.scenario)
            argp_error(state, "which scenario? A folder or a name");
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
    "Run a scenario with every mechanism on, then without each, on the same seeds, and print what changes.\v"
    "Nothing is stored. With --without a mechanism is off in every run, the base too.",
    child,
    NULL,
    NULL};

/* --- the table --- */

static int decimals_of(const ho_ablate_measure *measure) {
    return strcmp(measure->unit, "persons") == 0 ? 0 : strcmp(measure->unit, "probability") == 0 ? 3 : 2;
}

static const char *verdict_of(const ho_ablated *item) {
    return item->detected ? "detected" : "small";
}

static void print_measures(const ho_ablation *ablation) {
    char text[3][CLI_NUMBER];
    printf("\nMean of the base run, every mechanism of it on\n");
    for (int what = 0; what < HO_N_ABLATE; what++) {
        const ho_ablate_measure *m = &ablation->measure[what];
        int n = decimals_of(m);
        if (!m->measured) {
            printf("  %-16s  not in this scenario\n", m->name);
            continue;
        }
        printf("  %-16s %9s +- %-7s %-11s  smallest effect %s\n  %-16s   %s\n", m->name,
               cli_number(text[0], m->base, n, false), cli_number(text[1], m->se, n, false), m->unit,
               cli_number(text[2], m->smallest, n, false), "", m->definition);
    }
}

static void print_item(const ho_ablation *ablation, const ho_ablated *item) {
    printf("  %-13s", ho_mechanism_at((size_t)item->mechanism)->name);
    for (int what = 0; what < HO_N_ABLATE; what++) {
        const ho_paired *effect = &item->effect[what];
        int n = decimals_of(&ablation->measure[what]);
        char change[CLI_NUMBER], error[CLI_NUMBER], cell[2 * CLI_NUMBER + 8] = "-  ";
        if (ablation->measure[what].measured)
            snprintf(cell, sizeof cell, "%s +- %s %c", cli_number(change, effect->difference, n, true),
                     cli_number(error, effect->se, n, false), item->marked[what] ? '*' : ' ');
        printf(" %19s", cell);
    }
    printf("  %s\n", verdict_of(item));
}

static void print_all(const cli_ablated *ablated) {
    const ho_ablation *ablation = ablated->ablation;
    char from[11], until[11];
    printf("%s\n%zu replicates a run, seed %u, %s to %s\n", ablated->model->loaded->title, ablated->n_replicate,
           cli_model_seed(ablated->model), ho_day_format(ablated->model->loaded->from, from),
           ho_day_format(ho_world_until(ablated->model->built), until));
    print_measures(ablation);
    printf("\nChange when a mechanism is switched off: off minus on, same seeds, +- its standard error\n"
           "*: beyond 3 standard errors and beyond the smallest effect; detected: any *\n\n  %-13s",
           "mechanism");
    for (int what = 0; what < HO_N_ABLATE; what++)
        printf(" %18s ", ablation->measure[what].name);
    printf("\n");
    for (size_t k = 0; k < ablation->n; k++)
        print_item(ablation, &ablation->item[k]);
    printf("\nsmall: not seen with so many replicates, or not worth having here; it may matter in another scenario.\n");
}

/* --- JSON and CSV --- */

static json_t *measures_json(const ho_ablation *ablation) {
    json_t *list = json_array();
    for (int what = 0; what < HO_N_ABLATE; what++) {
        const ho_ablate_measure *m = &ablation->measure[what];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "name", m->name, "unit", m->unit,
                                              "definition", m->definition, "base", cli_real(m->base), "se",
                                              cli_real(m->se), "smallest_effect", cli_real(m->smallest)));
    }
    return list;
}

static json_t *item_json(const ho_ablation *ablation, const ho_ablated *item) {
    const ho_mechanism_info *info = ho_mechanism_at((size_t)item->mechanism);
    json_t *effects = json_array();
    for (int what = 0; what < HO_N_ABLATE; what++) {
        const ho_paired *p = &item->effect[what];
        json_array_append_new(effects,
                              json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:b}", "measure", ablation->measure[what].name,
                                        "mean_off", cli_real(p->mean_b), "change", cli_real(p->difference), "se",
                                        cli_real(p->se), "q05", cli_real(p->q05), "q95", cli_real(p->q95), "marked",
                                        (int)item->marked[what]));
    }
    return json_pack("{s:s, s:s, s:o, s:o}", "mechanism", info->name, "verdict", verdict_of(item), "effects", effects,
                     "off", cli_text(info->off));
}

static json_t *ablated_json(const cli_ablated *ablated) {
    const ho_ablation *ablation = ablated->ablation;
    const ho_scenario *scenario = ablated->model->loaded;
    json_t *items = json_array(), *without = json_array();
    for (size_t k = 0; k < ablation->n; k++)
        json_array_append_new(items, item_json(ablation, &ablation->item[k]));
    for (size_t k = 0; k < ho_mechanism_count(); k++)
        if (ablated->model->off >> k & 1)
            json_array_append_new(without, json_string(ho_mechanism_at(k)->name));
    return json_pack("{s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:s?, s:o, s:o}", "change", "off minus on, same seeds",
                     "scenario", scenario->name, "seed", (json_int_t)cli_model_seed(ablated->model), "replicates",
                     (json_int_t)ablated->n_replicate, "from", cli_date(scenario->from), "until",
                     cli_date(ho_world_until(ablated->model->built)), "without", without, "main_challenger",
                     ablation->challenger < 0 ? NULL : scenario->bloc[ablation->challenger].id, "measures",
                     measures_json(ablation), "mechanisms", items);
}

/* "districts, mean" as a name of columns. */
static void csv_column(FILE *csv, const char *name, const char *suffix) {
    fputc(',', csv);
    for (const char *c = name; *c; c++)
        if (*c != ',')
            fputc(*c == ' ' ? '_' : *c, csv);
    fputs(suffix, csv);
}

static void write_csv(FILE *csv, const void *context) {
    const ho_ablation *ablation = context;
    fputs("mechanism", csv);
    for (int what = 0; what < HO_N_ABLATE; what++) {
        csv_column(csv, ablation->measure[what].name, "_change");
        csv_column(csv, ablation->measure[what].name, "_se");
        csv_column(csv, ablation->measure[what].name, "_marked");
    }
    fputs(",verdict,off\n", csv);
    for (size_t k = 0; k < ablation->n; k++) {
        const ho_ablated *item = &ablation->item[k];
        const ho_mechanism_info *info = ho_mechanism_at((size_t)item->mechanism);
        cli_csv_text(csv, info->name);
        for (int what = 0; what < HO_N_ABLATE; what++) {
            cli_csv_number(csv, item->effect[what].difference);
            cli_csv_number(csv, item->effect[what].se);
            fputs(item->marked[what] ? ",*" : ",", csv);
        }
        fprintf(csv, ",%s,", verdict_of(item));
        cli_csv_text(csv, info->off ? info->off : "");
        fputc('\n', csv);
    }
}

/* --- the command --- */

typedef struct cli_ablate_progress {
    cli_progress bar;
    size_t n_done;
} cli_ablate_progress;

static void progress(void *context, size_t n_done) {
    cli_ablate_progress *seen = context;
    seen->n_done = n_done;
    cli_progress_show(&seen->bar, n_done);
}

static int put_out(const cli_ablate_options *ablate, const cli_ablated *ablated) {
    if (ablate->csv && cli_write_file(ablate->csv, write_csv, ablated->ablation))
        return CLI_FAILED;
    if (ablate->json)
        cli_print_card(ablated_json(ablated), true);
    else
        print_all(ablated);
    return CLI_OK;
}

static int ablate_all(cli_ablate_options *ablate) {
    int code = cli_model_build(&ablate->model);
    if (code)
        return code;
    cli_ablate_progress seen = {.n_done = 0};
    ho_ablation *ablation = NULL;
    ho_error err = {0};
    size_t n_replicate = ablate->n_replicate;
    code = cli_model_replicates(&ablate->model, &n_replicate);
    if (code)
        return code;
    ho_ablate_options options = {.sim = {.seed = cli_model_seed(&ablate->model), .off = ablate->model.off},
                                 .which = ablate->only ? ablate->only : UINT64_MAX,
                                 .n_replicate = n_replicate,
                                 .n_thread = ablate->n_thread,
                                 .stop = cli_stop(),
                                 .progress = progress,
                                 .context = &seen};
    cli_progress_begin(&seen.bar, ho_ablate_n_run(&options), 0, ablate->quiet);
    ho_status status = ho_ablate(ablate->model.built, &options, &ablation, &err);
    cli_progress_end(&seen.bar, seen.n_done);
    if (status)
        return cli_fail(&err);
    cli_ablated ablated = {ablation, &ablate->model, n_replicate};
    code = put_out(ablate, &ablated);
    ho_ablation_free(ablation);
    return code;
}

/* A mechanism that is off in every run cannot be switched off. */
static int check_only(const cli_ablate_options *ablate) {
    for (size_t k = 0; k < ho_mechanism_count(); k++)
        if ((ablate->only & ablate->model.off) >> k & 1)
            return cli_bad("--only %s: it is off in every run (--without %s)", ho_mechanism_at(k)->name,
                           ho_mechanism_at(k)->name);
    return CLI_OK;
}

int cli_ablate(int argc, char **argv) {
    cli_ablate_options ablate = {.n_thread = cli_threads_online()};
    cli_model_init(&ablate.model);
    argp_parse(&argp, argc, argv, 0, NULL, &ablate);
    int code = check_only(&ablate);
    if (code)
        return code;
    cli_catch_signals();
    code = ablate_all(&ablate);
    cli_model_free(&ablate.model);
    return code;
}
