/* holdout flee: a case of FLEE, read as it is and simulated by FLEE's law with people as counts. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "flee_cases.h"
#include "holdout/report.h"

enum { KEY_VALIDATION = 3000, KEY_SETTINGS, KEY_THREADS, KEY_SEED, KEY_DRAWS, KEY_FLOWS, KEY_DOCUMENTED, KEY_JSON, KEY_IMPROVED, KEY_POSTERIOR, KEY_LEAK_FREE };
enum { N_RUN_MAX = 1000000 };

typedef struct cli_flee_options {
    ho_flee_options flee;
    const char *output;
    size_t n_run, n_thread;
    uint32_t seed;
    bool draws, json, quiet, improved;
    const char *posterior;
} cli_flee_options;

static const struct argp_option option[] = {
    {"validation", KEY_VALIDATION, "DIR", 0, "folder with data_layout.csv (default: source_data or validation in DIR)", 0},
    {"settings", KEY_SETTINGS, "FILE", 0, "simsetting.yml (default: the one in DIR, else FLEE's defaults)", 0},
    {"runs", 'n', "N", 0, "runs (default 20), or members of the improved mode (default 400)", 0},
    {"improved", KEY_IMPROVED, 0, 0, "draw the rules of movement from a posterior and add what records differ by: bands instead of a run", 0},
    {"posterior", KEY_POSTERIOR, "FILE", 0, "with --improved: draws of its parameters (default: flee-posterior.csv beside the scenarios)", 0},
    {"leak-free", KEY_LEAK_FREE, 0, 0, "people displaced from the total series alone, no capacities, no record of a camp after day 0", 0},
    {"seed", KEY_SEED, "SEED", 0, "seed of the runs (default 1)", 0},
    {"threads", KEY_THREADS, "N", 0, "threads (default: processors online); results do not depend on it", 0},
    {"output", 'o', "FOLDER", 0, "write out.csv in FLEE's layout (one run, or the mean), quantiles.csv and report.html there", 0},
    {"draws", KEY_DRAWS, 0, 0, "with --output: every run, day and camp in draws.csv too", 0},
    {"flows", KEY_FLOWS, 0, 0, "with --output: who is where at the end by origin in flows.csv too (same law, other draws)", 0},
    {"documented", KEY_DOCUMENTED, "NAME", 0,
     "what FLEE's manual says instead of what FLEE does, for one surprise or for all; may be repeated (docs/flee.md lists them)", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the table", 0},
    {"quiet", 'q', 0, 0, "no progress, and no remarks on surprises", 0},
    {0},
};

/* --- options --- */

static void take_documented(struct argp_state *state, cli_flee_options *o, const char *name) {
    for (int k = 0; k < HO_FLEE_N_SURPRISE; k++) {
        bool can = ho_flee_surprise_instead((ho_flee_surprise)k) != NULL;
        if (strcmp(name, "all") == 0 && can) {
            o->flee.documented |= UINT64_C(1) << k;
        } else if (strcmp(name, ho_flee_surprise_name((ho_flee_surprise)k)) == 0) {
            if (!can)
                argp_error(state, "--documented %s: %s, and nothing else is simulated", name, ho_flee_surprise_does((ho_flee_surprise)k));
            o->flee.documented |= UINT64_C(1) << k;
            return;
        }
    }
    if (strcmp(name, "all") != 0)
        argp_error(state, "--documented %s: no surprise of that name; docs/flee.md lists them", name);
}

/* Options that need or forbid one another. */
static void check_together(struct argp_state *state, const cli_flee_options *o) {
    if (!o->flee.folder)
        argp_error(state, "which case? A folder with locations.csv, or with input_csv or input");
    if (!o->output && (o->draws || o->flee.by_origin))
        argp_error(state, "--draws and --flows need --output");
    if (o->posterior && !o->improved)
        argp_error(state, "--posterior needs --improved");
    if (o->improved && o->flee.by_origin)
        argp_error(state, "--flows is not for --improved");
}

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_flee_options *o = state->input;
    switch (key) {
    case KEY_VALIDATION:
        o->flee.validation = arg;
        return 0;
    case KEY_SETTINGS:
        o->flee.settings = arg;
        return 0;
    case 'n':
        o->n_run = cli_parse_whole(state, "--runs", arg, 1, N_RUN_MAX);
        return 0;
    case KEY_SEED:
        o->seed = (uint32_t)cli_parse_whole(state, "--seed", arg, 0, UINT32_MAX);
        return 0;
    case KEY_THREADS:
        o->n_thread = cli_parse_whole(state, "--threads", arg, 1, CLI_THREAD_MAX);
        return 0;
    case 'o':
        o->output = arg;
        return 0;
    case KEY_DRAWS:
        o->draws = true;
        return 0;
    case KEY_FLOWS:
        o->flee.by_origin = true;
        return 0;
    case KEY_DOCUMENTED:
        take_documented(state, o, arg);
        return 0;
    case KEY_JSON:
        o->json = true;
        return 0;
    case KEY_IMPROVED:
        o->improved = true;
        return 0;
    case KEY_POSTERIOR:
        o->posterior = arg;
        return 0;
    case KEY_LEAK_FREE:
        o->flee.leak_free = true;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "case", &o->flee.folder, arg);
        return 0;
    case ARGP_KEY_END:
        check_together(state, o);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {option,
                                 parse,
                                 "DIR",
                                 "Simulate a case of FLEE as it is: locations, routes, closures, conflicts, settings and validation data. People are counted, "
                                 "not listed, and move with the same probabilities as in FLEE's parallel version.\v"
                                 "Prints FLEE's errors against the recorded counts. What FLEE accepts and does not do is reproduced and said once on stderr.",
                                 NULL,
                                 NULL,
                                 NULL};

/* --- results --- */

/* What is written of a case. */
typedef struct flee_results {
    const ho_flee_case *flee;
    const ho_flee_ensemble *runs;
    double *mean; /* (n_day, n_camp) people */
    ho_flee_error of_runs; /* mean over runs of the errors of each */
    double total_mean_last;
} flee_results;

static double of_runs(const flee_results *r, const int64_t *value, size_t stride, size_t at) {
    double sum = 0;
    for (size_t k = 0; k < r->runs->n_run; k++)
        sum += (double)value[k * stride + at];
    return sum / (double)r->runs->n_run;
}

static int compare_counts(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* The shortest text that reads back as this number, as Python prints it. */
static void put_real(FILE *csv, double value) {
    char text[32];
    for (int digits = 1; digits < 18; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fprintf(csv, ",%s", text);
}

static double rounded(double value) {
    return round(value * 1e4) / 1e4;
}

static const char *camp_name(const flee_results *r, size_t camp) {
    return ho_flee_place(r->flee, ho_flee_camp_place(r->flee, camp));
}

static void write_out_header(FILE *csv, const flee_results *r) {
    fputs("Day,Date", csv);
    for (size_t c = 0; c < r->runs->n_camp; c++)
        fprintf(csv, ",%s sim,%s data,%s error", camp_name(r, c), camp_name(r, c), camp_name(r, c));
    fputs(",Total error,refugees in camps (UNHCR),total refugees (simulation),raw UNHCR refugee count,refugees in camps (simulation),"
          "refugee_debt\n",
          csv);
}

static void write_out(FILE *csv, const void *context) {
    const flee_results *r = context;
    size_t n_camp = r->runs->n_camp;
    write_out_header(csv, r);
    for (size_t day = 0; day < r->runs->n_day; day++) {
        char date[11];
        double in_camps = 0, recorded = 0;
        fprintf(csv, "%zu,%s", day, ho_day_format(ho_flee_start(r->flee) + (ho_day)day + 1, date));
        for (size_t c = 0; c < n_camp; c++) {
            double sim = r->mean[day * n_camp + c];
            int64_t data = ho_flee_data(r->flee, day, c);
            in_camps += sim;
            recorded += (double)data;
            put_real(csv, sim);
            fprintf(csv, ",%lld", (long long)data);
            put_real(csv, data > 0 ? rounded(fabs(sim / (double)data - 1)) : 0);
        }
        if (ho_flee_raw(r->flee, day) > 0) {
            put_real(csv, ho_flee_total_error(r->flee, day, &r->mean[day * n_camp]));
            put_real(csv, recorded);
            put_real(csv, of_runs(r, r->runs->total, r->runs->n_day, day));
            fprintf(csv, ",%lld", (long long)ho_flee_raw(r->flee, day));
            put_real(csv, in_camps);
            fprintf(csv, ",%lld\n", (long long)ho_flee_debt(r->flee, day));
        } else {
            fputs(",0,0,0,0,0,0\n", csv);
        }
    }
}

static void write_quantile_row(FILE *csv, const flee_results *r, size_t day, const char *place, int64_t data, int64_t *value) {
    static const double at[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    size_t n = r->runs->n_run;
    double sum = 0;
    char date[11];
    for (size_t k = 0; k < n; k++)
        sum += (double)value[k];
    qsort(value, n, sizeof *value, compare_counts);
    fprintf(csv, "%zu,%s,", day, ho_day_format(ho_flee_start(r->flee) + (ho_day)day, date));
    cli_csv_text(csv, place);
    if (data >= 0)
        fprintf(csv, ",%lld", (long long)data);
    else
        fputc(',', csv);
    cli_csv_number(csv, sum / (double)n);
    for (size_t k = 0; k < sizeof at / sizeof *at; k++) { /* linear between order statistics (Hyndman and Fan 1996, type 7) */
        double x = at[k] * (double)(n - 1);
        size_t lo = (size_t)x, hi = lo + 1 < n ? lo + 1 : lo;
        cli_csv_number(csv, (double)value[lo] + (x - (double)lo) * (double)(value[hi] - value[lo]));
    }
    fputc('\n', csv);
}

static void write_quantiles(FILE *csv, const void *context) {
    const flee_results *r = context;
    const ho_flee_ensemble *runs = r->runs;
    int64_t *value = malloc(runs->n_run * sizeof *value);
    fputs("day,date,place,data,mean,q05,q25,q50,q75,q95\n", csv);
    for (size_t day = 0; day < runs->n_day && value; day++) {
        for (size_t c = 0; c < runs->n_camp; c++) {
            for (size_t k = 0; k < runs->n_run; k++)
                value[k] = runs->camp[(k * runs->n_day + day) * runs->n_camp + c];
            write_quantile_row(csv, r, day, camp_name(r, c), ho_flee_data(r->flee, day, c), value);
        }
        for (size_t k = 0; k < runs->n_run; k++)
            value[k] = runs->on_road[k * runs->n_day + day];
        write_quantile_row(csv, r, day, "(on the road)", -1, value);
        for (size_t k = 0; k < runs->n_run; k++)
            value[k] = runs->total[k * runs->n_day + day];
        write_quantile_row(csv, r, day, "(total people)", -1, value);
    }
    free(value);
}

static void write_draws(FILE *csv, const void *context) {
    const flee_results *r = context;
    const ho_flee_ensemble *runs = r->runs;
    fputs("run,day,place,people\n", csv);
    for (size_t k = 0; k < runs->n_run; k++)
        for (size_t day = 0; day < runs->n_day; day++) {
            for (size_t c = 0; c < runs->n_camp; c++) {
                fprintf(csv, "%zu,%zu,", k + 1, day);
                cli_csv_text(csv, camp_name(r, c));
                fprintf(csv, ",%lld\n", (long long)runs->camp[(k * runs->n_day + day) * runs->n_camp + c]);
            }
            fprintf(csv, "%zu,%zu,(total people),%lld\n", k + 1, day, (long long)runs->total[k * runs->n_day + day]);
        }
}

static void write_flows(FILE *csv, const void *context) {
    const flee_results *r = context;
    const ho_flee_ensemble *runs = r->runs;
    size_t n = runs->n_place;
    int64_t *value = malloc(runs->n_run * sizeof *value);
    fputs("origin,place,mean,least,most\n", csv);
    for (size_t from = 0; from < n && value; from++)
        for (size_t to = 0; to < n; to++) {
            double sum = 0;
            for (size_t k = 0; k < runs->n_run; k++)
                sum += (double)(value[k] = runs->flow[(k * n + from) * n + to]);
            if (sum == 0)
                continue;
            qsort(value, runs->n_run, sizeof *value, compare_counts);
            cli_csv_text(csv, ho_flee_place(r->flee, from));
            fputc(',', csv);
            cli_csv_text(csv, ho_flee_place(r->flee, to));
            cli_csv_number(csv, sum / (double)runs->n_run);
            fprintf(csv, ",%lld,%lld\n", (long long)value[0], (long long)value[runs->n_run - 1]);
        }
    free(value);
}

static int write_file(const cli_flee_options *o, const char *name, void (*write)(FILE *, const void *), const flee_results *r) {
    char path[CLI_PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", o->output, name) >= CLI_PATH_MAX)
        return cli_bad("%s: the path is too long", o->output);
    return cli_write_file(path, write, r);
}

static int write_page(const cli_flee_options *o, const flee_results *r) {
    char path[CLI_PATH_MAX], name[CLI_FLEE_NAME];
    ho_error err = {0};
    if (snprintf(path, sizeof path, "%s/report.html", o->output) >= CLI_PATH_MAX)
        return cli_bad("%s: the path is too long", o->output);
    return ho_flee_page_write(path, r->flee, r->runs, cli_flee_name(o->flee.folder, name), &err) ? cli_fail(&err) : CLI_OK;
}

static int write_all(const cli_flee_options *o, const flee_results *r) {
    int code = write_file(o, "out.csv", write_out, r);
    if (!code)
        code = write_file(o, "quantiles.csv", write_quantiles, r);
    if (!code)
        code = write_page(o, r);
    if (!code && o->draws)
        code = write_file(o, "draws.csv", write_draws, r);
    if (!code && o->flee.by_origin)
        code = write_file(o, "flows.csv", write_flows, r);
    return code;
}

/* --- errors --- */

static void print_camps(const flee_results *r) {
    size_t last = r->runs->n_day - 1;
    char recorded[CLI_NUMBER];
    printf("\n%-28s %14s %14s\n", "last day", "recorded", "simulated");
    for (size_t c = 0; c < r->runs->n_camp; c++) {
        int64_t data = ho_flee_data(r->flee, last, c);
        printf("%-28s %14s %14.0f\n", camp_name(r, c), cli_number(recorded, data >= 0 ? (double)data : (double)NAN, 0, false),
               r->mean[last * r->runs->n_camp + c]);
    }
}

static void print_table(const cli_flee_options *o, const flee_results *r) {
    ho_flee_error runs = r->of_runs, mean = ho_flee_errors(r->flee, r->mean);
    char a[CLI_NUMBER], b[CLI_NUMBER];
    printf("%s: %zu places, %zu camps, %zu days, %zu runs, %.0f people (one for %lld)\n\n", o->flee.folder, r->runs->n_place, r->runs->n_camp,
           r->runs->n_day, r->runs->n_run, r->total_mean_last, (long long)ho_flee_hasten(r->flee));
    printf("%-44s %10s %10s\n", "error, mean over days", "of a run", "of mean");
    printf("%-44s %10s %10s\n", "N  off / recorded", cli_number(a, runs.n, 4, false), cli_number(b, mean.n, 4, false));
    printf("%-44s %10s %10s\n", "R  the same, scaled to the recorded sum", cli_number(a, runs.r, 4, false), cli_number(b, mean.r, 4, false));
    printf("%-44s %10s %10s\n", "total error as FLEE prints it", cli_number(a, runs.total, 4, false), cli_number(b, mean.total, 4, false));
    print_camps(r);
}

static json_t *error_card(ho_flee_error e) {
    return json_pack("{s:o, s:o, s:o}", "n", cli_real(e.n), "r", cli_real(e.r), "total", cli_real(e.total));
}

static json_t *card(const cli_flee_options *o, const flee_results *r) {
    json_t *camps = json_array();
    size_t last = r->runs->n_day - 1;
    for (size_t c = 0; c < r->runs->n_camp; c++) {
        int64_t data = ho_flee_data(r->flee, last, c);
        json_array_append_new(camps, json_pack("{s:s, s:o, s:f}", "camp", camp_name(r, c), "recorded",
                                               data >= 0 ? json_integer(data) : json_null(), "mean", r->mean[last * r->runs->n_camp + c]));
    }
    return json_pack("{s:s, s:I, s:I, s:I, s:I, s:f, s:I, s:o, s:o, s:o}", "case", o->flee.folder, "runs", (json_int_t)r->runs->n_run, "days",
                     (json_int_t)r->runs->n_day, "places", (json_int_t)r->runs->n_place, "seed", (json_int_t)o->seed, "people",
                     r->total_mean_last, "hasten", (json_int_t)ho_flee_hasten(r->flee), "error_of_runs", error_card(r->of_runs),
                     "error_of_mean", error_card(ho_flee_errors(r->flee, r->mean)), "last_day", camps);
}

/* --- the command --- */

static int report(const cli_flee_options *o, const ho_flee_case *flee, const ho_flee_ensemble *runs) {
    size_t n = runs->n_day * runs->n_camp;
    flee_results r = {.flee = flee, .runs = runs, .mean = malloc((n + 1) * sizeof *r.mean)};
    ho_error err = {HO_ERR_MEMORY, "out of memory"};
    if (!r.mean || ho_flee_mean_errors(flee, runs, &r.of_runs, &err)) {
        free(r.mean);
        return cli_fail(&err);
    }
    for (size_t i = 0; i < n; i++)
        r.mean[i] = of_runs(&r, runs->camp, n, i);
    r.total_mean_last = of_runs(&r, runs->total, runs->n_day, runs->n_day - 1);
    if (o->json)
        cli_print_card(card(o, &r), true);
    else
        print_table(o, &r);
    int code = o->output ? write_all(o, &r) : CLI_OK;
    free(r.mean);
    return code;
}

/* The folder of results is made first, and goes again if nothing comes. */
static int simulate(const cli_flee_options *o, const ho_flee_case *flee) {
    bool made = false;
    ho_flee_ensemble runs;
    ho_error err = {0};
    cli_progress progress;
    const ho_flee_plan plan = {.seed = o->seed,
                               .n_run = o->n_run,
                               .n_thread = o->n_thread,
                               .stop = cli_stop(),
                               .progress = cli_progress_tick,
                               .context = &progress};
    if (o->output && cli_make_folder(o->output, &made))
        return CLI_FAILED;
    cli_progress_begin(&progress, o->n_run, 0, o->quiet);
    ho_status status = ho_flee_ensemble_run(flee, &plan, &runs, &err);
    cli_progress_end(&progress, status ? progress.seen : o->n_run);
    int code = status ? cli_fail(&err) : report(o, flee, &runs);
    ho_flee_ensemble_free(&runs);
    if (code && made)
        rmdir(o->output);
    return code;
}

int cli_flee(int argc, char **argv) {
    cli_flee_options o = {.n_thread = cli_threads_online(), .seed = 1};
    ho_flee_case *flee = NULL;
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    cli_catch_signals();
    if (o.n_run == 0)
        o.n_run = o.improved ? 400 : 20;
    if (o.improved)
        return cli_flee_improve(&(cli_flee_improved){.flee = o.flee,
                                                     .output = o.output,
                                                     .posterior = o.posterior,
                                                     .n_member = o.n_run,
                                                     .n_thread = o.n_thread,
                                                     .seed = o.seed,
                                                     .draws = o.draws,
                                                     .json = o.json,
                                                     .quiet = o.quiet});
    int code = cli_flee_load(&o.flee, !o.quiet, &flee);
    if (!code)
        code = simulate(&o, flee);
    ho_flee_free(flee);
    return code;
}
