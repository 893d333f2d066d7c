/* holdout compare: two runs of the same seed, replicate by replicate. */
#include <stdio.h>
#include <string.h>

#include "cli.h"
#include "holdout/report.h"

enum { KEY_JSON = 2000, KEY_CSV, KEY_HTML, KEY_QUIET = 'q' };

typedef struct cli_compare_options {
    const char *run[HO_N_SIDE], *csv, *html;
    char folder[HO_N_SIDE][CLI_PATH_MAX];
    bool json, quiet;
} cli_compare_options;

static const struct argp_option option[] = {
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the table", 0},
    {"csv", KEY_CSV, "FILE", 0, "write the headline table as CSV", 0},
    {"html", KEY_HTML, "FILE", 0, "write a page with both runs side by side, to be read without a network", 0},
    {"quiet", KEY_QUIET, 0, 0, "no notes", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_compare_options *compare = state->input;
    switch (key) {
    case KEY_JSON:
        compare->json = true;
        return 0;
    case KEY_CSV:
        compare->csv = arg;
        return 0;
    case KEY_HTML:
        compare->html = arg;
        return 0;
    case KEY_QUIET:
        compare->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        if (state->arg_num >= HO_N_SIDE)
            argp_error(state, "two runs, not also \"%s\"", arg);
        compare->run[state->arg_num] = arg;
        return 0;
    case ARGP_KEY_END:
        if (state->arg_num < HO_N_SIDE)
            argp_error(state, "which runs? Two folders, or NAMEs of runs/NAME");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    option,
    parse,
    "A B",
    "Compare two runs of the same scenario and seed, replicate by replicate.\v"
    "Every difference is B minus A within pairs of replicates that drew the same random numbers.",
    NULL,
    NULL,
    NULL};

/* --- the table --- */

/* Decimals that a unit is worth. */
static int decimals_of(const char *unit) {
    bool share = strcmp(unit, "share") == 0 || strcmp(unit, "probability") == 0 || strcmp(unit, "0 or 1") == 0;
    return share ? 3 : strcmp(unit, "persons") == 0 ? 0 : 2;
}

static void print_paired(const char *when, const ho_paired *p, int n_decimal) {
    char text[5][CLI_NUMBER], range[2 * CLI_NUMBER], shares[2][CLI_NUMBER];
    snprintf(range, sizeof range, "%s to %s", cli_number(text[0], p->q05, n_decimal, true),
             cli_number(text[1], p->q95, n_decimal, true));
    printf("  %-10s %10s %10s %10s %9s  %-22s", when, cli_number(text[0], p->mean_a, n_decimal, false),
           cli_number(text[1], p->mean_b, n_decimal, false), cli_number(text[2], p->difference, n_decimal, true),
           cli_number(text[3], p->se, n_decimal, false), range);
    printf(" %7s %7s\n", cli_number(shares[0], p->above, 3, false), cli_number(shares[1], p->below, 3, false));
}

static void print_columns(const char *when) {
    printf("  %-10s %10s %10s %10s %9s  %-22s %7s %7s\n", when, "A", "B", "B - A", "+-", "90 % of pairs", "B above",
           "B below");
}

static void print_head(const ho_comparison *comparison) {
    char from[11], until[11];
    printf("%s\n%zu pairs of replicates, seed %s, %s to %s\n", comparison->title, comparison->n_pair, comparison->seed,
           ho_day_format(comparison->from, from), ho_day_format(comparison->until, until));
    for (int side = 0; side < HO_N_SIDE; side++)
        printf("%c = %s (%zu replicates)\n", 'A' + side, comparison->run[side].folder,
               comparison->run[side].n_replicate);
    printf("\nA, B: means over pairs. Difference = B minus A, same seeds; +- its standard error. 90 %% of pairs: the "
           "differences\nfrom their 5 %% to their 95 %% quantile. B above, B below: shares of pairs.\n");
    printf(comparison->n_fact ? "\nThe runs differ in\n" : "\nThe runs are of the same inputs and options.\n");
    for (size_t k = 0; k < comparison->n_fact; k++) {
        const ho_compared_fact *fact = &comparison->fact[k];
        printf("  %-16s A: %s\n  %-16s B: %s\n", fact->key, fact->value[HO_SIDE_A], "", fact->value[HO_SIDE_B]);
    }
}

static void print_rows(const ho_comparison *comparison) {
    int32_t shown = -1;
    for (size_t k = 0; k < comparison->n_row; k++) {
        const ho_compared_row *row = &comparison->row[k];
        const ho_compared_observable *observable = &comparison->observable[row->observable];
        char date[11];
        if (row->observable != shown) {
            printf("\n%s [%s]\n  %s\n", observable->label, observable->unit, observable->definition);
            print_columns("date");
        }
        shown = row->observable;
        print_paired(ho_day_format(row->day, date), &row->paired, decimals_of(observable->unit));
    }
}

static void print_fall(const ho_comparison *comparison) {
    const ho_compared_fall *fall = &comparison->fall;
    printf("\nDay of the fall of %s [days since the first day]\n  first loss of the national capital by the bloc that "
           "held it at "
           "the start; pairs in which it falls in both\n  falls in both in %zu pairs, in A only in %zu, in B only in "
           "%zu, in "
           "neither in %zu\n",
           comparison->capital, fall->n_both, fall->n_only[HO_SIDE_A], fall->n_only[HO_SIDE_B], fall->n_neither);
    if (fall->n_both == 0)
        return;
    print_columns("");
    print_paired("", &fall->day, 1);
}

static void print_endings(const ho_comparison *comparison) {
    if (!comparison->has_ending)
        return;
    char until[11];
    printf("\nEndings on %s [pairs]: %zu of %zu end otherwise in B than in A\n  %-18s",
           ho_day_format(comparison->until, until), comparison->n_ending_changed, comparison->n_pair, "A \\ B");
    for (int b = 0; b < HO_N_ENDING; b++)
        printf(" %18s", ho_ending_name(b));
    for (int a = 0; a < HO_N_ENDING; a++) {
        printf("\n  %-18s", ho_ending_name(a));
        for (int b = 0; b < HO_N_ENDING; b++)
            printf(" %18zu", comparison->ending[a][b]);
    }
    printf("\n");
}

static void print_all(const ho_comparison *comparison) {
    print_head(comparison);
    print_rows(comparison);
    print_fall(comparison);
    print_endings(comparison);
    printf(
        "\nDifferences describe this model under these sources; what does not differ here may still differ there.\n");
}

/* --- JSON and CSV --- */

static json_t *paired_json(const ho_paired *p) {
    return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "n", (json_int_t)p->n, "mean_a",
                     cli_real(p->mean_a), "mean_b", cli_real(p->mean_b), "difference", cli_real(p->difference), "se",
                     cli_real(p->se), "q05", cli_real(p->q05), "q95", cli_real(p->q95), "share_above",
                     cli_real(p->above), "share_below", cli_real(p->below));
}

static json_t *rows_json(const ho_comparison *comparison) {
    json_t *list = json_array();
    for (size_t k = 0; k < comparison->n_row; k++) {
        const ho_compared_row *row = &comparison->row[k];
        const ho_compared_observable *observable = &comparison->observable[row->observable];
        json_t *item = paired_json(&row->paired);
        json_object_set_new(item, "observable", json_string(observable->name));
        json_object_set_new(item, "unit", json_string(observable->unit));
        json_object_set_new(item, "definition", json_string(observable->definition));
        json_object_set_new(item, "date", cli_date(row->day));
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *fall_json(const ho_comparison *comparison) {
    const ho_compared_fall *fall = &comparison->fall;
    json_t *day = paired_json(&fall->day);
    json_object_set_new(day, "unit", json_string("days since the first day"));
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:o}", "name", comparison->capital, "n_both", (json_int_t)fall->n_both,
                     "n_only_a", (json_int_t)fall->n_only[HO_SIDE_A], "n_only_b", (json_int_t)fall->n_only[HO_SIDE_B],
                     "n_neither", (json_int_t)fall->n_neither, "day_of_fall", day);
}

static json_t *endings_json(const ho_comparison *comparison) {
    if (!comparison->has_ending)
        return json_null();
    json_t *names = json_array(), *table = json_array();
    for (int a = 0; a < HO_N_ENDING; a++) {
        json_t *row = json_array();
        json_array_append_new(names, json_string(ho_ending_name(a)));
        for (int b = 0; b < HO_N_ENDING; b++)
            json_array_append_new(row, json_integer((json_int_t)comparison->ending[a][b]));
        json_array_append_new(table, row);
    }
    return json_pack("{s:o, s:o, s:I}", "names", names, "pairs_a_by_b", table, "n_changed",
                     (json_int_t)comparison->n_ending_changed);
}

static json_t *run_json(const ho_compared_run *run) {
    return json_pack("{s:s, s:I, s:o}", "folder", run->folder, "replicates", (json_int_t)run->n_replicate, "until",
                     cli_date(run->until));
}

static json_t *comparison_json(const ho_comparison *comparison) {
    json_t *differ = json_object();
    for (size_t k = 0; k < comparison->n_fact; k++) {
        const ho_compared_fact *fact = &comparison->fact[k];
        json_object_set_new(differ, fact->key,
                            json_pack("{s:s, s:s}", "a", fact->value[HO_SIDE_A], "b", fact->value[HO_SIDE_B]));
    }
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "difference",
                     "B minus A, same seeds", "scenario", comparison->scenario, "seed", comparison->seed, "from",
                     cli_date(comparison->from), "until", cli_date(comparison->until), "pairs",
                     (json_int_t)comparison->n_pair, "a", run_json(&comparison->run[HO_SIDE_A]), "b",
                     run_json(&comparison->run[HO_SIDE_B]), "differ_in", differ, "rows", rows_json(comparison),
                     "national_capital", fall_json(comparison), "endings", endings_json(comparison));
}

static void csv_paired(FILE *csv, const ho_paired *p) {
    const double value[] = {p->mean_a, p->mean_b, p->difference, p->se, p->q05, p->q95, p->above, p->below};
    fprintf(csv, ",%zu", p->n);
    for (size_t k = 0; k < sizeof value / sizeof *value; k++)
        cli_csv_number(csv, value[k]);
    fputc(',', csv);
}

static void write_csv(FILE *csv, const void *context) {
    const ho_comparison *comparison = context;
    fputs("observable,unit,date,pairs,mean_a,mean_b,difference_b_minus_a,standard_error,q05,q95,share_b_above,share_b_"
          "below,"
          "definition\n",
          csv);
    for (size_t k = 0; k < comparison->n_row; k++) {
        const ho_compared_row *row = &comparison->row[k];
        const ho_compared_observable *observable = &comparison->observable[row->observable];
        char date[11];
        cli_csv_text(csv, observable->name);
        fputc(',', csv);
        cli_csv_text(csv, observable->unit);
        fprintf(csv, ",%s", ho_day_format(row->day, date));
        csv_paired(csv, &row->paired);
        cli_csv_text(csv, observable->definition);
        fputc('\n', csv);
    }
    fputs("national_capital_fallen_on,days since the first day,", csv);
    csv_paired(csv, &comparison->fall.day);
    fputs("\"first loss of the national capital by the bloc that held it at the start; pairs in which it falls in "
          "both\"\n",
          csv);
}

/* --- the command --- */

static void say_notes(const ho_comparison *comparison) {
    const ho_compared_run *a = &comparison->run[HO_SIDE_A], *b = &comparison->run[HO_SIDE_B];
    char last[2][11], until[11];
    if (a->n_replicate != b->n_replicate)
        cli_say("A has %zu replicates, B %zu; the first %zu are compared", a->n_replicate, b->n_replicate,
                comparison->n_pair);
    if (a->until != b->until)
        cli_say("A ends on %s, B on %s; the days up to %s are compared", ho_day_format(a->until, last[0]),
                ho_day_format(b->until, last[1]), ho_day_format(comparison->until, until));
}

static int put_out(const cli_compare_options *compare, const ho_comparison *comparison) {
    ho_error err = {0};
    if (compare->csv && cli_write_file(compare->csv, write_csv, comparison))
        return CLI_FAILED;
    if (compare->html && ho_comparison_write(compare->html, comparison, &err))
        return cli_fail(&err);
    if (compare->json)
        cli_print_card(comparison_json(comparison), true);
    else
        print_all(comparison);
    return CLI_OK;
}

int cli_compare(int argc, char **argv) {
    cli_compare_options compare = {0};
    ho_comparison *comparison = NULL;
    ho_error err = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &compare);
    for (int side = 0; side < HO_N_SIDE; side++)
        if (cli_want_run(compare.run[side], compare.folder[side]))
            return CLI_BAD;
    if (ho_compare(compare.folder[HO_SIDE_A], compare.folder[HO_SIDE_B], &comparison, &err))
        return cli_fail(&err);
    if (!compare.quiet)
        say_notes(comparison);
    int code = put_out(&compare, comparison);
    ho_comparison_free(comparison);
    return code;
}
