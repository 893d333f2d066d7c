/* holdout flee-score: FLEE's law, the improved mode and baselines on cases of FLEE, as given and leak-free. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "flee_cases.h"

enum { KEY_SETTINGS = 3000, KEY_THREADS, KEY_SEED, KEY_POSTERIOR, KEY_LEFT_OUT, KEY_CSV, KEY_JSON, KEY_MEMBERS };
enum { LAW, IMPROVED, SUMMED, BASELINE, N_FORECAST = BASELINE + HO_FLEE_N_BASELINE, N_PROTOCOL = 2 };

typedef struct score_options {
    const char *folder[CLI_FLEE_CASES_MAX];
    size_t n_case, n_run, n_member, n_thread;
    const char *settings, *posterior, *left_out, *csv;
    uint32_t seed;
    bool json, quiet;
} score_options;

/* Scores of all cases; those that could not be made have no days. */
typedef struct score_table {
    const score_options *o;
    ho_flee_score *score[N_PROTOCOL][N_FORECAST]; /* (n_case) each */
    ho_flee_ratio ratio[N_PROTOCOL], summed[N_PROTOCOL], cover[N_PROTOCOL]; /* N by that of FLEE's law */
} score_table;

static const char *const protocol_name[N_PROTOCOL] = {"as given", "leak-free"};

static const struct argp_option option[] = {
    {"posterior", KEY_POSTERIOR, "FILE", 0, "draws of the improved mode (default: flee-posterior.csv beside the scenarios)", 0},
    {"left-out", KEY_LEFT_OUT, "FOLDER", 0, "for each case the draws of FOLDER/without-CASE.csv, made by holdout flee-calibrate", 0},
    {"settings", KEY_SETTINGS, "FILE", 0, "simsetting.yml of cases that have none (default: FLEE's defaults)", 0},
    {"runs", 'n', "N", 0, "runs of FLEE's law (default 20)", 0},
    {"members", KEY_MEMBERS, "N", 0, "members of the improved mode (default 400)", 0},
    {"seed", KEY_SEED, "SEED", 0, "seed (default 1)", 0},
    {"threads", KEY_THREADS, "N", 0, "threads (default: processors online); results do not depend on it", 0},
    {"csv", KEY_CSV, "FILE", 0, "write every score there too", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the table", 0},
    {"quiet", 'q', 0, 0, "no progress", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    score_options *o = state->input;
    switch (key) {
    case KEY_POSTERIOR:
        o->posterior = arg;
        return 0;
    case KEY_LEFT_OUT:
        o->left_out = arg;
        return 0;
    case KEY_SETTINGS:
        o->settings = arg;
        return 0;
    case 'n':
        o->n_run = cli_parse_whole(state, "--runs", arg, 1, 100000);
        return 0;
    case KEY_MEMBERS:
        o->n_member = cli_parse_whole(state, "--members", arg, 1, 100000);
        return 0;
    case KEY_SEED:
        o->seed = (uint32_t)cli_parse_whole(state, "--seed", arg, 0, UINT32_MAX);
        return 0;
    case KEY_THREADS:
        o->n_thread = cli_parse_whole(state, "--threads", arg, 1, CLI_THREAD_MAX);
        return 0;
    case KEY_CSV:
        o->csv = arg;
        return 0;
    case KEY_JSON:
        o->json = true;
        return 0;
    case 'q':
        o->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_flee_take_case(state, o->folder, &o->n_case, arg);
        return 0;
    case ARGP_KEY_END:
        if (o->n_case == 0)
            argp_error(state, "which cases? Folders as for holdout flee");
        if (o->posterior && o->left_out)
            argp_error(state, "--posterior and --left-out are two answers to one question");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {option,
                                 parse,
                                 "CASE...",
                                 "Score forecasts of the recorded counts of cases of FLEE: FLEE's law with the case's settings, the improved mode, and "
                                 "forecasts without a simulation; as given, and leak-free: people displaced from the total series alone, no capacities, no "
                                 "record of a camp after day 0. People are counted one by one whatever hasten says.\vdocs/flee.md says what is scored.",
                                 NULL,
                                 NULL,
                                 NULL};

static const char *forecast_name(int f) {
    return f == LAW ? "FLEE's law" : f == IMPROVED ? "improved" : f == SUMMED ? "improved, summed" : ho_flee_baseline_name((ho_flee_baseline)(f - BASELINE));
}

/* --- scoring --- */

static int score_law(const score_options *o, const ho_flee_case *flee, ho_flee_score *score) {
    const ho_flee_plan plan = {.seed = o->seed, .n_run = o->n_run, .n_thread = o->n_thread, .stop = cli_stop()};
    ho_flee_ensemble runs = {0};
    ho_flee_forecast forecast = {0};
    ho_error err = {0};
    ho_status status = ho_flee_ensemble_run(flee, &plan, &runs, &err);
    if (!status)
        status = ho_flee_forecast_of(&runs, &forecast, &err);
    if (!status)
        status = ho_flee_score_make(flee, &forecast, score, &err);
    ho_flee_ensemble_free(&runs);
    ho_flee_forecast_free(&forecast);
    return status ? cli_fail(&err) : CLI_OK;
}

static int score_improved(const score_options *o, const ho_flee_options *options, const ho_flee_posterior *posterior, const ho_flee_case *flee,
                          ho_flee_score *score, ho_flee_score *summed) {
    const ho_flee_plan plan = {.seed = o->seed, .n_run = o->n_member, .n_thread = o->n_thread, .stop = cli_stop()};
    ho_flee_forecast forecast = {0};
    ho_error err = {0};
    double *camp = calloc(ho_flee_n_day(flee) * ho_flee_n_camp(flee) + 1, sizeof *camp);
    ho_status status = camp ? ho_flee_forecast_run(options, posterior, &plan, &forecast, &err) : ho_error_set(&err, HO_ERR_MEMORY, "out of memory");
    if (!status)
        status = ho_flee_forecast_course(&forecast, camp, &err);
    if (!status)
        status = ho_flee_score_course(flee, camp, summed, &err);
    if (!status)
        status = ho_flee_score_make(flee, &forecast, score, &err);
    free(camp);
    ho_flee_forecast_free(&forecast);
    return status ? cli_fail(&err) : CLI_OK;
}

static int score_baselines(const ho_flee_case *flee, score_table *t, int protocol, size_t k) {
    double *camp = calloc(ho_flee_n_day(flee) * ho_flee_n_camp(flee) + 1, sizeof *camp);
    ho_error err = {0};
    ho_status status = camp ? HO_OK : ho_error_set(&err, HO_ERR_MEMORY, "out of memory for baselines");
    for (int b = 0; b < HO_FLEE_N_BASELINE && !status; b++)
        if (ho_flee_baseline_make(flee, (ho_flee_baseline)b, camp))
            status = ho_flee_score_course(flee, camp, &t->score[protocol][BASELINE + b][k], &err);
    free(camp);
    return status ? cli_fail(&err) : CLI_OK;
}

static int case_posterior(const score_options *o, const char *folder, ho_flee_posterior *posterior) {
    char path[CLI_PATH_MAX], name[CLI_FLEE_NAME];
    if (!o->left_out)
        return cli_flee_posterior(o->posterior, posterior);
    if (snprintf(path, sizeof path, "%s/without-%s.csv", o->left_out, cli_flee_name(folder, name)) >= CLI_PATH_MAX)
        return cli_bad("%s: the path is too long", o->left_out);
    return cli_flee_posterior(path, posterior);
}

static ho_flee_options case_options(const score_options *o, size_t k, int protocol) {
    return (ho_flee_options){.folder = o->folder[k],
                             .settings = cli_flee_settings(o->folder[k], o->settings),
                             .hasten = 1,
                             .leak_free = protocol == 1};
}

static int score_case(score_table *t, int protocol, size_t k, const ho_flee_posterior *posterior) {
    const score_options *o = t->o;
    const ho_flee_options options = case_options(o, k, protocol);
    ho_flee_case *flee = NULL;
    int code = cli_flee_load(&options, false, &flee);
    if (!code)
        code = score_law(o, flee, &t->score[protocol][LAW][k]);
    if (!code)
        code = score_improved(o, &options, posterior, flee, &t->score[protocol][IMPROVED][k], &t->score[protocol][SUMMED][k]);
    if (!code)
        code = score_baselines(flee, t, protocol, k);
    ho_flee_free(flee);
    return code;
}

/* Everything that is bad of the files is said before anything is simulated. */
static int check_all(const score_options *o) {
    int code = CLI_OK;
    for (size_t k = 0; k < o->n_case && !code; k++) {
        const ho_flee_options options = case_options(o, k, 0);
        code = cli_flee_check(&options);
    }
    for (size_t k = 0; k < o->n_case && !code; k++) {
        ho_flee_posterior posterior = {0};
        code = case_posterior(o, o->folder[k], &posterior);
        ho_flee_posterior_free(&posterior);
    }
    return code;
}

static int score_all(score_table *t) {
    int code = check_all(t->o);
    for (size_t k = 0; k < t->o->n_case && !code; k++) {
        ho_flee_posterior posterior = {0};
        code = case_posterior(t->o, t->o->folder[k], &posterior);
        for (int p = 0; p < N_PROTOCOL && !code; p++) {
            if (!t->o->quiet)
                cli_say("%s, %s", t->o->folder[k], protocol_name[p]);
            code = score_case(t, p, k, &posterior);
        }
        ho_flee_posterior_free(&posterior);
    }
    for (int p = 0; p < N_PROTOCOL && !code; p++) {
        t->ratio[p] = ho_flee_score_ratio(t->score[p][IMPROVED], t->score[p][LAW], t->o->n_case, t->o->seed);
        t->summed[p] = ho_flee_score_ratio(t->score[p][SUMMED], t->score[p][LAW], t->o->n_case, t->o->seed);
        t->cover[p] = ho_flee_score_cover(t->score[p][IMPROVED], t->o->n_case, t->o->seed);
    }
    return code;
}

/* --- results --- */

/* Geometric mean of n over cases; NaN where a case has none. */
static double mean_n(const score_table *t, int protocol, int f) {
    double sum = 0;
    for (size_t k = 0; k < t->o->n_case; k++)
        sum += t->score[protocol][f][k].n_day ? log(t->score[protocol][f][k].n) : (double)NAN;
    return exp(sum / (double)t->o->n_case);
}

static void print_table(const score_table *t) {
    char name[CLI_FLEE_NAME], a[CLI_NUMBER], b[CLI_NUMBER], c[CLI_NUMBER], d[CLI_NUMBER], e[CLI_NUMBER];
    printf("%-10s %-20s %-17s %9s %9s %9s %9s %6s\n", "protocol", "case", "forecast", "N", "R", "total", "CRPS", "cover");
    for (int p = 0; p < N_PROTOCOL; p++) {
        for (size_t k = 0; k < t->o->n_case; k++)
            for (int f = 0; f < N_FORECAST; f++) {
                const ho_flee_score *s = &t->score[p][f][k];
                if (s->n_day)
                    printf("%-10s %-20s %-17s %9s %9s %9s %9s %6s\n", protocol_name[p], cli_flee_name(t->o->folder[k], name), forecast_name(f),
                           cli_number(a, s->n, 4, false), cli_number(b, s->r, 4, false), cli_number(c, s->total, 4, false),
                           cli_number(d, s->crps, 4, false), f <= IMPROVED ? cli_number(e, s->cover, 2, false) : "-");
            }
        for (int f = 0; f < N_FORECAST; f++)
            if (isfinite(mean_n(t, p, f)))
                printf("%-10s %-20s %-17s %9.4f\n", protocol_name[p], "(geometric mean)", forecast_name(f), mean_n(t, p, f));
        printf("%s: N of the improved mode by that of FLEE's law %.3f (%.3f to %.3f), made to add up %.3f (%.3f to %.3f); %.2f (%.2f to %.2f) of records in "
               "its 90 %% band\n\n",
               protocol_name[p], t->ratio[p].ratio, t->ratio[p].low, t->ratio[p].high, t->summed[p].ratio, t->summed[p].low, t->summed[p].high,
               t->cover[p].ratio, t->cover[p].low, t->cover[p].high);
    }
}

static void write_csv(FILE *csv, const void *context) {
    const score_table *t = context;
    char name[CLI_FLEE_NAME];
    fputs("protocol,case,forecast,N,R,total,CRPS,cover,N_of_runs\n", csv);
    for (int p = 0; p < N_PROTOCOL; p++) {
        for (size_t k = 0; k < t->o->n_case; k++)
            for (int f = 0; f < N_FORECAST; f++) {
                const ho_flee_score *s = &t->score[p][f][k];
                if (!s->n_day)
                    continue;
                fprintf(csv, "%s,", protocol_name[p]);
                cli_csv_text(csv, cli_flee_name(t->o->folder[k], name));
                fputc(',', csv);
                cli_csv_text(csv, forecast_name(f));
                const double value[] = {s->n, s->r, s->total, s->crps, f <= IMPROVED ? s->cover : (double)NAN, s->n_of_runs};
                for (size_t i = 0; i < sizeof value / sizeof *value; i++)
                    cli_csv_number(csv, value[i]);
                fputc('\n', csv);
            }
        for (int f = 0; f < N_FORECAST; f++)
            if (isfinite(mean_n(t, p, f))) {
                fprintf(csv, "%s,(geometric mean),", protocol_name[p]);
                cli_csv_text(csv, forecast_name(f));
                cli_csv_number(csv, mean_n(t, p, f));
                fputs(",,,,,\n", csv);
            }
    }
}

static json_t *card(const score_table *t) {
    json_t *rows = json_array(), *protocols = json_object();
    char name[CLI_FLEE_NAME];
    for (int p = 0; p < N_PROTOCOL; p++) {
        for (size_t k = 0; k < t->o->n_case; k++)
            for (int f = 0; f < N_FORECAST; f++) {
                const ho_flee_score *s = &t->score[p][f][k];
                if (s->n_day)
                    json_array_append_new(rows, json_pack("{s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "protocol", protocol_name[p], "case",
                                                          cli_flee_name(t->o->folder[k], name), "forecast", forecast_name(f), "N", cli_real(s->n),
                                                          "R", cli_real(s->r), "total", cli_real(s->total), "CRPS", cli_real(s->crps), "cover",
                                                          f <= IMPROVED ? cli_real(s->cover) : json_null(), "N_of_runs", cli_real(s->n_of_runs)));
            }
        json_t *means = json_object();
        for (int f = 0; f < N_FORECAST; f++)
            json_object_set_new(means, forecast_name(f), cli_real(mean_n(t, p, f)));
        json_object_set_new(protocols, protocol_name[p],
                            json_pack("{s:o, s:[f,f,f], s:[f,f,f], s:[f,f,f]}", "geometric_mean_N", means, "improved_by_law", t->ratio[p].ratio,
                                      t->ratio[p].low, t->ratio[p].high, "summed_by_law", t->summed[p].ratio, t->summed[p].low, t->summed[p].high, "cover", t->cover[p].ratio, t->cover[p].low, t->cover[p].high));
    }
    return json_pack("{s:I, s:I, s:I, s:o, s:o}", "runs", (json_int_t)t->o->n_run, "members", (json_int_t)t->o->n_member, "seed",
                     (json_int_t)t->o->seed, "protocols", protocols, "scores", rows);
}

int cli_flee_score(int argc, char **argv) {
    score_options o = {.n_run = 20, .n_member = 400, .n_thread = cli_threads_online(), .seed = 1};
    score_table t = {.o = &o};
    int code = CLI_OK;
    argp_parse(&argp, argc, argv, 0, NULL, &o);
    cli_catch_signals();
    for (int p = 0; p < N_PROTOCOL; p++)
        for (int f = 0; f < N_FORECAST; f++)
            if (!(t.score[p][f] = calloc(o.n_case, sizeof *t.score[p][f])))
                code = cli_fail(&(ho_error){HO_ERR_MEMORY, "out of memory"});
    if (!code)
        code = score_all(&t);
    if (!code && o.json)
        cli_print_card(card(&t), true);
    else if (!code)
        print_table(&t);
    if (!code && o.csv)
        code = cli_write_file(o.csv, write_csv, &t);
    for (int p = 0; p < N_PROTOCOL; p++)
        for (int f = 0; f < N_FORECAST; f++) {
            for (size_t k = 0; k < o.n_case && t.score[p][f]; k++)
                ho_flee_score_free(&t.score[p][f][k]);
            free(t.score[p][f]);
        }
    return code;
}
