/* What the commands on cases of FLEE share, and the improved mode of holdout flee. */
#include "flee_cases.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *cli_flee_name(const char *folder, char name[CLI_FLEE_NAME]) {
    size_t end = strlen(folder);
    while (end > 1 && folder[end - 1] == '/')
        end--;
    size_t from = end;
    while (from > 0 && folder[from - 1] != '/')
        from--;
    snprintf(name, CLI_FLEE_NAME, "%.*s", (int)(end - from < CLI_FLEE_NAME ? end - from : CLI_FLEE_NAME - 1), folder + from);
    return name;
}

static bool is_there(char path[CLI_PATH_MAX], const char *folder, const char *name) {
    struct stat about;
    int n = snprintf(path, CLI_PATH_MAX, "%s/%s", folder, name);
    return n > 0 && n < CLI_PATH_MAX && stat(path, &about) == 0;
}

/* One folder, however it is written. */
static bool is_same(const char *a, const char *b) {
    struct stat of_a, of_b;
    if (stat(a, &of_a) != 0 || stat(b, &of_b) != 0)
        return strcmp(a, b) == 0;
    return of_a.st_dev == of_b.st_dev && of_a.st_ino == of_b.st_ino;
}

void cli_flee_take_case(struct argp_state *state, const char *folder[CLI_FLEE_CASES_MAX], size_t *n, const char *arg) {
    if (*n == CLI_FLEE_CASES_MAX)
        argp_error(state, "more than %d cases", CLI_FLEE_CASES_MAX);
    for (size_t k = 0; k < *n; k++)
        if (is_same(folder[k], arg))
            argp_error(state, "%s is given twice", arg);
    folder[(*n)++] = arg;
}

bool cli_flee_find_posterior(char path[CLI_PATH_MAX]) {
    for (size_t k = 0; cli_scenario_place(k); k++)
        if (is_there(path, cli_scenario_place(k), "flee-posterior.csv"))
            return true;
    cli_bad("no flee-posterior.csv beside the scenarios; name one by --posterior");
    return false;
}

static void say_lines(const ho_problems *lines) {
    for (size_t k = 0; k < lines->n; k++)
        cli_say("%s", lines->line[k]);
    if (lines->n_more)
        cli_say("and %zu more", lines->n_more);
}

int cli_flee_posterior(const char *path, ho_flee_posterior *posterior) {
    char found[CLI_PATH_MAX];
    ho_problems problems = {0};
    ho_error err = {0};
    *posterior = (ho_flee_posterior){0};
    if (!path && !cli_flee_find_posterior(found))
        return CLI_BAD;
    ho_status status = ho_flee_posterior_load(path ? path : found, posterior, &problems, &err);
    say_lines(&problems);
    int code = !status ? CLI_OK : problems.n ? CLI_BAD : cli_fail(&err);
    ho_problems_free(&problems);
    return code;
}

int cli_flee_load(const ho_flee_options *options, bool tell, ho_flee_case **flee) {
    ho_problems problems = {0}, surprises = {0};
    ho_error err = {0};
    ho_status status = ho_flee_load(options, flee, &problems, &surprises, &err);
    if (tell)
        say_lines(&surprises);
    say_lines(&problems);
    int code = !status ? CLI_OK : problems.n ? CLI_BAD : cli_fail(&err);
    ho_problems_free(&problems);
    ho_problems_free(&surprises);
    return code;
}

int cli_flee_check(const ho_flee_options *options) {
    ho_flee_case *flee = NULL;
    int code = cli_flee_load(options, false, &flee);
    if (!code && (ho_flee_n_camp(flee) == 0 || ho_flee_data(flee, 0, 0) < 0))
        code = cli_bad("%s: has no recorded counts of camps", options->folder);
    ho_flee_free(flee);
    return code;
}

const char *cli_flee_settings(const char *folder, const char *given) {
    char path[CLI_PATH_MAX];
    return is_there(path, folder, "simsetting.yml") ? NULL : given;
}

/* --- holdout flee --improved --- */

typedef struct improved_results {
    const ho_flee_case *flee;
    const ho_flee_forecast *forecast; /* sorted by members for quantiles */
} improved_results;

static const char *camp_name(const ho_flee_case *flee, size_t camp) {
    return ho_flee_place(flee, ho_flee_camp_place(flee, camp));
}

static double of_members(const ho_flee_forecast *f, size_t day, size_t camp, double q) {
    return ho_score_quantile(&f->camp[(day * f->n_camp + camp) * f->n_member], f->n_member, q);
}

static void write_quantiles(FILE *csv, const void *context) {
    const improved_results *r = context;
    const ho_flee_forecast *f = r->forecast;
    static const double at[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    fputs("day,date,place,data,mean,q05,q25,q50,q75,q95\n", csv);
    for (size_t day = 0; day < f->n_day; day++)
        for (size_t c = 0; c < f->n_camp; c++) {
            char date[11];
            int64_t data = ho_flee_data(r->flee, day, c);
            double mean = 0;
            fprintf(csv, "%zu,%s,", day, ho_day_format(ho_flee_start(r->flee) + (ho_day)day, date));
            cli_csv_text(csv, camp_name(r->flee, c));
            cli_csv_number(csv, data >= 0 ? (double)data : (double)NAN);
            for (size_t k = 0; k < f->n_member; k++)
                mean += f->camp[(day * f->n_camp + c) * f->n_member + k] / (double)f->n_member;
            cli_csv_number(csv, mean);
            for (size_t k = 0; k < sizeof at / sizeof *at; k++)
                cli_csv_number(csv, of_members(f, day, c, at[k]));
            fputc('\n', csv);
        }
}

static void write_draws(FILE *csv, const void *context) {
    const improved_results *r = context;
    const ho_flee_forecast *f = r->forecast;
    fputs("member,day,place,people\n", csv);
    for (size_t k = 0; k < f->n_member; k++)
        for (size_t day = 0; day < f->n_day; day++)
            for (size_t c = 0; c < f->n_camp; c++) {
                fprintf(csv, "%zu,%zu,", k + 1, day);
                cli_csv_text(csv, camp_name(r->flee, c));
                fprintf(csv, ",%.0f\n", f->camp[(day * f->n_camp + c) * f->n_member + k]);
            }
}

static int write_file(const cli_flee_improved *o, const char *name, void (*write)(FILE *, const void *), const improved_results *r) {
    char path[CLI_PATH_MAX];
    if (snprintf(path, sizeof path, "%s/%s", o->output, name) >= CLI_PATH_MAX)
        return cli_bad("%s: the path is too long", o->output);
    return cli_write_file(path, write, r);
}

static json_t *card(const cli_flee_improved *o, const improved_results *r, const ho_flee_score *score) {
    const ho_flee_forecast *f = r->forecast;
    json_t *camps = json_array();
    for (size_t c = 0; c < f->n_camp; c++) {
        int64_t data = ho_flee_data(r->flee, f->n_day - 1, c);
        json_array_append_new(camps, json_pack("{s:s, s:o, s:f, s:f, s:f}", "camp", camp_name(r->flee, c), "recorded",
                                               data >= 0 ? json_integer(data) : json_null(), "q05", of_members(f, f->n_day - 1, c, 0.05), "q50",
                                               of_members(f, f->n_day - 1, c, 0.5), "q95", of_members(f, f->n_day - 1, c, 0.95)));
    }
    return json_pack("{s:s, s:s, s:I, s:I, s:I, s:o, s:o, s:o, s:o, s:o}", "case", o->flee.folder, "protocol",
                     o->flee.leak_free ? "leak-free" : "as given", "members", (json_int_t)f->n_member, "days", (json_int_t)f->n_day, "seed",
                     (json_int_t)o->seed, "n", cli_real(score->n), "r", cli_real(score->r), "crps", cli_real(score->crps), "cover",
                     cli_real(score->cover), "last_day", camps);
}

static void print_table(const cli_flee_improved *o, const improved_results *r, const ho_flee_score *score) {
    const ho_flee_forecast *f = r->forecast;
    char a[CLI_NUMBER], b[CLI_NUMBER], c4[CLI_NUMBER], d[CLI_NUMBER];
    printf("%s, %s: %zu camps, %zu days, %zu members\n\n", o->flee.folder, o->flee.leak_free ? "leak-free" : "as given", f->n_camp, f->n_day,
           f->n_member);
    printf("of the median: N %s, R %s; CRPS %s; %s of records in the 90 %% band\n\n", cli_number(a, score->n, 4, false),
           cli_number(b, score->r, 4, false), cli_number(c4, score->crps, 4, false), cli_number(d, score->cover, 2, false));
    printf("%-28s %14s %14s %14s %14s\n", "last day", "recorded", "median", "5 %", "95 %");
    for (size_t c = 0; c < f->n_camp; c++) {
        int64_t data = ho_flee_data(r->flee, f->n_day - 1, c);
        printf("%-28s %14s %14.0f %14.0f %14.0f\n", camp_name(r->flee, c), cli_number(a, data >= 0 ? (double)data : (double)NAN, 0, false),
               of_members(f, f->n_day - 1, c, 0.5), of_members(f, f->n_day - 1, c, 0.05), of_members(f, f->n_day - 1, c, 0.95));
    }
}

static int report(const cli_flee_improved *o, const ho_flee_case *flee, ho_flee_forecast *forecast) {
    const improved_results r = {flee, forecast};
    ho_flee_score score = {.n = (double)NAN, .r = (double)NAN, .crps = (double)NAN, .cover = (double)NAN};
    ho_error err = {0};
    int code = o->output && o->draws ? write_file(o, "draws.csv", write_draws, &r) : CLI_OK; /* before members are sorted */
    if (!code && forecast->n_camp && ho_flee_data(flee, 0, 0) >= 0 && ho_flee_score_make(flee, forecast, &score, &err))
        code = cli_fail(&err);
    for (size_t i = 0; i < forecast->n_day * forecast->n_camp; i++)
        ho_score_sort(&forecast->camp[i * forecast->n_member], forecast->n_member);
    if (!code && o->json)
        cli_print_card(card(o, &r, &score), true);
    else if (!code)
        print_table(o, &r, &score);
    if (!code && o->output)
        code = write_file(o, "quantiles.csv", write_quantiles, &r);
    ho_flee_score_free(&score);
    return code;
}

int cli_flee_improve(const cli_flee_improved *o) {
    ho_flee_posterior posterior = {0};
    ho_flee_forecast forecast = {0};
    ho_flee_case *flee = NULL;
    cli_progress progress;
    bool made = false;
    ho_error err = {0};
    int code = cli_flee_load(&o->flee, !o->quiet, &flee);
    if (!code)
        code = cli_flee_posterior(o->posterior, &posterior);
    if (!code && o->output)
        code = cli_make_folder(o->output, &made);
    if (!code) {
        const ho_flee_plan plan = {.seed = o->seed,
                                   .n_run = o->n_member,
                                   .n_thread = o->n_thread,
                                   .stop = cli_stop(),
                                   .progress = cli_progress_tick,
                                   .context = &progress};
        size_t n_run = o->n_member < posterior.n ? o->n_member : posterior.n;
        cli_progress_begin(&progress, n_run, 0, o->quiet);
        ho_status status = ho_flee_forecast_run(&o->flee, &posterior, &plan, &forecast, &err);
        cli_progress_end(&progress, status ? progress.seen : n_run);
        code = status ? cli_fail(&err) : report(o, flee, &forecast);
    }
    if (code && made)
        rmdir(o->output);
    ho_flee_forecast_free(&forecast);
    ho_flee_posterior_free(&posterior);
    ho_flee_free(flee);
    return code;
}
