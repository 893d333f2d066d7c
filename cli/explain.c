/* holdout explain: how much of an outcome each group of mechanisms makes, by Shapley values over all coalitions. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { KEY_OUTCOME = 2000, KEY_GROUPS, KEY_SCENARIO, KEY_JSON, KEY_CSV, KEY_COALITIONS, KEY_THREADS, KEY_QUIET = 'q' };
enum { REPLICATES_DEFAULT = 100 };

typedef struct cli_explain_options {
    cli_again again;
    ho_explain_options options;
    ho_explain_group group[HO_EXPLAIN_GROUP_MAX];
    const char *groups, *csv, *coalitions;
    cli_progress progress;
    bool json, quiet;
} cli_explain_options;

/* What is printed: the result and what it is of. */
typedef struct cli_explained {
    const ho_explanation *x;
    const cli_explain_options *explain;
} cli_explained;

static const struct argp_option option[] = {
    {"outcome", KEY_OUTCOME, "OBSERVABLE@DATE", 0,
     "what is shared out (default: whether the national capital has fallen by the recorded day of its fall, else by the last day)", 0},
    {"replicates", 'n', "N", 0, "the first N replicates of the run, in each coalition (default 100, or all where the run has fewer)", 0},
    {"groups", KEY_GROUPS, "A=X,Y;B=Z", 0, "groups of mechanisms, at most 8; those in none stay on (default: the program's)", 0},
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "the scenario's folder, if a run's is not found by its name", 0},
    {"threads", KEY_THREADS, "N", 0, "threads (default: processors online); does not change a result", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the table", 0},
    {"csv", KEY_CSV, "FILE", 0, "write the table as CSV", 0},
    {"coalitions", KEY_COALITIONS, "FILE", 0, "write every coalition with its mean as CSV", 0},
    {"quiet", KEY_QUIET, 0, 0, "no progress", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_explain_options *e = state->input;
    switch (key) {
    case KEY_OUTCOME:
        e->options.outcome = arg;
        return 0;
    case 'n':
        e->options.n_replicate = cli_parse_whole(state, "--replicates", arg, 1, CLI_REPLICATE_MAX);
        return 0;
    case KEY_GROUPS:
        e->groups = arg;
        return 0;
    case KEY_SCENARIO:
        e->again.model.scenario = arg;
        return 0;
    case KEY_THREADS:
        e->options.n_thread = cli_parse_whole(state, "--threads", arg, 1, CLI_THREAD_MAX);
        return 0;
    case KEY_JSON:
        e->json = true;
        return 0;
    case KEY_CSV:
        e->csv = arg;
        return 0;
    case KEY_COALITIONS:
        e->coalitions = arg;
        return 0;
    case KEY_QUIET:
        e->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "run", &e->again.of, arg);
        return 0;
    case ARGP_KEY_END:
        if (!e->again.of)
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
    "Share out an outcome of a run among groups of mechanisms: every coalition of groups is simulated with the mechanisms of all others off, on "
    "the run's own seeds, and a group's share is its Shapley value.\v"
    "Nothing is stored. With 8 groups that is 256 simulations a replicate, until the day of the outcome. A share says what the model makes of the "
    "group, not what the war made of it.",
    NULL,
    NULL,
    NULL};

/* --- the table --- */

/* Decimals that show a tenth of the standard error, at least 1 and at most 4. */
static int decimals_of(const ho_explanation *x) {
    double error = x->gain.se;
    for (size_t g = 0; g < x->n_group; g++)
        error = fmax(error, x->group[g].value.se);
    return !(error > 0) ? 3 : error >= 1 ? 1 : error >= 0.1 ? 2 : error >= 0.001 ? 3 : 4;
}

static void print_estimate(const ho_estimate *e, int n, bool sign) {
    char mean[CLI_NUMBER], se[CLI_NUMBER];
    printf("  %9s +- %5s", cli_number(mean, e->mean, n, sign), cli_number(se, e->se, n, false));
}

static void print_mechanisms(uint64_t mechanisms) {
    const char *comma = "";
    for (size_t k = 0; k < ho_mechanism_count(); k++)
        if (mechanisms >> k & 1) {
            printf("%s%s", comma, ho_mechanism_at(k)->name);
            comma = ", ";
        }
}

static void print_head(const cli_explained *e) {
    const ho_explanation *x = e->x;
    const cli_model *model = &e->explain->again.model;
    printf("%s\n%s: %s [%s]\n%zu replicates of the run in each of %d coalitions, seed %u\n", model->loaded->title, x->question.name,
           x->definition, x->unit, x->n_replicate, 1 << x->n_group, cli_model_seed(model));
    if (x->n_measured < x->n_replicate)
        printf("%zu of them have a value in every coalition; only these count\n", x->n_measured);
    int n = decimals_of(x);
    printf("\n  %-10s", "all on");
    print_estimate(&x->all, n, false);
    printf("\n  %-10s", "none on");
    print_estimate(&x->none, n, false);
    printf("\n  %-10s", "difference");
    print_estimate(&x->gain, n, true);
    printf("   what is shared out\n");
}

static void print_all(const cli_explained *e) {
    const ho_explanation *x = e->x;
    char share[CLI_NUMBER], error[CLI_NUMBER];
    int n = decimals_of(x);
    print_head(e);
    printf("\n  %-10s  %18s  %14s  %18s  %18s\n", "group", "Shapley value", "share, %", "alone", "last");
    for (size_t g = 0; g < x->n_group; g++) {
        const ho_explained_group *group = &x->group[g];
        printf("  %-10s", group->group.name);
        print_estimate(&group->value, n, true);
        printf("  %6s +- %4s", cli_number(share, 100 * group->share, 1, true), cli_number(error, 100 * group->share_se, 1, false));
        print_estimate(&group->alone_in, n, true);
        print_estimate(&group->alone_out, n, true);
        printf("\n");
    }
    printf("\nalone: what it adds to none on. last: what it adds when all others are on. Where they differ, it works with others or in their place.\n"
           "+-: standard error over replicates, which have the same luck in every coalition. The values add up to the difference (worst\n"
           "rounding in a replicate %.1g).\n\n",
           x->worst_gap);
    for (size_t g = 0; g < x->n_group; g++) {
        printf("  %-10s  ", x->group[g].group.name);
        print_mechanisms(x->group[g].group.mechanisms);
        printf("\n");
    }
    printf("  %-10s  ", "(on)");
    print_mechanisms(x->always_on);
    printf("\n\nShares are of the model with these groups, not of the war.\n\ndigest      %s\n", x->digest);
}

/* --- JSON and CSV --- */

static json_t *names_json(uint64_t mechanisms) {
    json_t *names = json_array();
    for (size_t k = 0; k < ho_mechanism_count(); k++)
        if (mechanisms >> k & 1)
            json_array_append_new(names, json_string(ho_mechanism_at(k)->name));
    return names;
}

static json_t *estimate_json(const ho_estimate *e) {
    return json_pack("{s:o, s:o}", "mean", cli_real(e->mean), "se", cli_real(e->se));
}

static json_t *explained_json(const cli_explained *e) {
    const ho_explanation *x = e->x;
    const cli_model *model = &e->explain->again.model;
    json_t *groups = json_array();
    for (size_t g = 0; g < x->n_group; g++) {
        const ho_explained_group *group = &x->group[g];
        json_array_append_new(groups, json_pack("{s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "group", group->group.name, "mechanisms",
                                                names_json(group->group.mechanisms), "shapley", estimate_json(&group->value), "share",
                                                cli_real(group->share), "share_se", cli_real(group->share_se), "alone",
                                                estimate_json(&group->alone_in), "last", estimate_json(&group->alone_out)));
    }
    return json_pack("{s:s, s:s, s:I, s:s, s:o, s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s}", "run",
                     e->explain->again.of, "scenario", model->loaded->name, "seed", (json_int_t)cli_model_seed(model), "outcome",
                     x->question.name, "date", cli_date(x->question.date), "unit", x->unit, "definition", x->definition, "replicates",
                     (json_int_t)x->n_replicate, "measured", (json_int_t)x->n_measured, "coalitions", (json_int_t)1 << x->n_group, "all",
                     estimate_json(&x->all), "none", estimate_json(&x->none), "difference", estimate_json(&x->gain), "worst_gap",
                     cli_real(x->worst_gap), "always_on", names_json(x->always_on), "without", names_json(model->off), "groups", groups,
                     "digest", x->digest);
}

static void write_csv(FILE *csv, const void *context) {
    const ho_explanation *x = context;
    fputs("group,mechanisms,shapley,shapley_se,share,share_se,alone,alone_se,last,last_se\n", csv);
    for (size_t g = 0; g < x->n_group; g++) {
        const ho_explained_group *group = &x->group[g];
        const char *space = "";
        cli_csv_text(csv, group->group.name);
        fputc(',', csv);
        for (size_t k = 0; k < ho_mechanism_count(); k++)
            if (group->group.mechanisms >> k & 1) {
                fprintf(csv, "%s%s", space, ho_mechanism_at(k)->name);
                space = " ";
            }
        const double number[] = {group->value.mean, group->value.se, group->share, group->share_se,
                                 group->alone_in.mean, group->alone_in.se, group->alone_out.mean, group->alone_out.se};
        for (size_t k = 0; k < sizeof number / sizeof *number; k++)
            cli_csv_number(csv, number[k]);
        fputc('\n', csv);
    }
}

static void write_coalitions(FILE *csv, const void *context) {
    const ho_explanation *x = context;
    for (size_t g = 0; g < x->n_group; g++) {
        cli_csv_text(csv, x->group[g].group.name);
        fputc(',', csv);
    }
    fputs("mean,se\n", csv);
    for (size_t c = 0; c < (size_t)1 << x->n_group; c++) {
        for (size_t g = 0; g < x->n_group; g++)
            fprintf(csv, g ? ",%d" : "%d", (int)(c >> g & 1));
        cli_csv_number(csv, x->coalition[c].mean);
        cli_csv_number(csv, x->coalition[c].se);
        fputc('\n', csv);
    }
}

/* --- the command --- */

static void show_progress(void *context, size_t n_done) {
    cli_progress_show(context, n_done);
}

static int take_groups(cli_explain_options *e) {
    ho_error err = {0};
    uint64_t off = e->again.model.off;
    e->options.group = e->group;
    if (!e->groups)
        e->options.n_group = ho_explain_groups(off, e->group);
    else if (ho_explain_groups_parse(e->groups, off, e->group, &e->options.n_group, &err))
        return cli_fail(&err);
    return CLI_OK;
}

static int put_out(const cli_explain_options *e, const ho_explanation *x) {
    const cli_explained explained = {x, e};
    int code = e->csv ? cli_write_file(e->csv, write_csv, x) : CLI_OK;
    if (!code && e->coalitions)
        code = cli_write_file(e->coalitions, write_coalitions, x);
    if (code)
        return code;
    if (e->json)
        cli_print_card(explained_json(&explained), true);
    else
        print_all(&explained);
    return CLI_OK;
}

static int explain_store(cli_explain_options *e, ho_store *store) {
    ho_explanation *x = NULL;
    ho_error err = {0};
    size_t n = ho_store_n_replicate(store);
    int code = take_groups(e);
    if (code)
        return code;
    if (!e->options.n_replicate)
        e->options.n_replicate = n < REPLICATES_DEFAULT ? n : REPLICATES_DEFAULT;
    e->options.sim = (ho_sim_options){.seed = cli_model_seed(&e->again.model), .off = e->again.model.off};
    e->options.stop = cli_stop();
    e->options.progress = show_progress;
    e->options.context = &e->progress;
    cli_progress_begin(&e->progress, ho_explain_n_run(&e->options), 0, e->quiet);
    e->progress.unit = "simulations";
    ho_status status = ho_explain(store, e->again.model.built, &e->options, &x, &err);
    cli_progress_end(&e->progress, e->progress.seen);
    if (status)
        return cli_fail(&err);
    code = put_out(e, x);
    ho_explanation_free(x);
    return code;
}

/* A run of this version, finished. */
static int check_run(const ho_store *store, const char *folder) {
    const char *version = ho_store_meta(store, "version");
    if (!version || strcmp(version, HO_VERSION) != 0)
        return cli_bad("%s: made by holdout %s; this is %s: run it again", folder, version ? version : "?", HO_VERSION);
    if (!ho_store_finished(store))
        return cli_bad("%s is not finished; `holdout run --resume` finishes it", folder);
    return CLI_OK;
}

static int explain_run(cli_explain_options *e) {
    ho_store *store = NULL;
    ho_error err = {0};
    char folder[CLI_PATH_MAX];
    if (!cli_find_run(e->again.of, folder))
        return cli_bad("%s: no run there, nor in runs/%s", e->again.of, e->again.of);
    if (ho_store_open(folder, &store, &err))
        return cli_fail(&err);
    int code = check_run(store, folder);
    if (!code)
        code = cli_again_build(&e->again);
    if (!code)
        code = explain_store(e, store);
    ho_store_close(store);
    return code;
}

int cli_explain(int argc, char **argv) {
    cli_explain_options e = {.options = {.n_thread = cli_threads_online()}};
    cli_model_init(&e.again.model);
    argp_parse(&argp, argc, argv, 0, NULL, &e);
    cli_catch_signals();
    int code = explain_run(&e);
    cli_again_free(&e.again);
    return code;
}
