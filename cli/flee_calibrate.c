/* holdout flee-calibrate: draws of the improved mode's parameters from cases of FLEE. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "flee_cases.h"

enum { KEY_SETTINGS = 3000, KEY_THREADS, KEY_SEED, KEY_FIRST, KEY_NEW, KEY_MOST, KEY_EFFECTIVE, KEY_DRAWS, KEY_LEFT_OUT, KEY_ONE_FOR };

typedef struct calibrate_options {
    const char *folder[CLI_FLEE_CASES_MAX];
    ho_flee_options flee[CLI_FLEE_CASES_MAX]; /* of those folders */
    size_t n_case;
    const char *settings, *output, *left_out;
    ho_flee_fit_options fit;
    int64_t one_for;
    bool quiet;
} calibrate_options;

static const struct argp_option option[] = {
    {"output", 'o', "FILE", 0, "write the draws there (needed)", 0},
    {"left-out", KEY_LEFT_OUT, "FOLDER", 0, "fit without each case too; draws into FOLDER/without-CASE.csv", 0},
    {"settings", KEY_SETTINGS, "FILE", 0, "simsetting.yml of cases that have none (spawning only; default: FLEE's defaults)", 0},
    {"draws", KEY_DRAWS, "N", 0, "draws (default 200)", 0},
    {"first", KEY_FIRST, "N", 0, "simulations of each case from the priors (default 600)", 0},
    {"new", KEY_NEW, "N", 0, "simulations of each later generation (default 200)", 0},
    {"most", KEY_MOST, "N", 0, "simulations in all, by fit (default 1600)", 0},
    {"effective", KEY_EFFECTIVE, "N", 0, "effective number of simulations to stop at (default 150)", 0},
    {"one-for", KEY_ONE_FOR, "N", 0, "people that one simulated person stands for (default 50)", 0},
    {"seed", KEY_SEED, "SEED", 0, "seed (default 1)", 0},
    {"threads", KEY_THREADS, "N", 0, "threads (default: processors online); results do not depend on it", 0},
    {"quiet", 'q', 0, 0, "no progress", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    calibrate_options *o = state->input;
    switch (key) {
    case 'o':
        o->output = arg;
        return 0;
    case KEY_LEFT_OUT:
        o->left_out = arg;
        return 0;
    case KEY_SETTINGS:
        o->settings = arg;
        return 0;
    case KEY_DRAWS:
        o->fit.n_draw = cli_parse_whole(state, "--draws", arg, 1, 100000);
        return 0;
    case KEY_FIRST:
        o->fit.n_first = cli_parse_whole(state, "--first", arg, 2, 10000000);
        return 0;
    case KEY_NEW:
        o->fit.n_new = cli_parse_whole(state, "--new", arg, 1, 10000000);
        return 0;
    case KEY_MOST:
        o->fit.n_max = cli_parse_whole(state, "--most", arg, 2, 10000000);
        return 0;
    case KEY_EFFECTIVE:
        o->fit.n_effective = (double)cli_parse_whole(state, "--effective", arg, 1, 10000000);
        return 0;
    case KEY_ONE_FOR:
        o->one_for = (int64_t)cli_parse_whole(state, "--one-for", arg, 1, 1000000);
        return 0;
    case KEY_SEED:
        o->fit.seed = (uint32_t)cli_parse_whole(state, "--seed", arg, 0, UINT32_MAX);
        return 0;
    case KEY_THREADS:
        o->fit.n_thread = cli_parse_whole(state, "--threads", arg, 1, CLI_THREAD_MAX);
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
        if (!o->output)
            argp_error(state, "where to? --output FILE");
        if (o->left_out && o->n_case < 2)
            argp_error(state, "--left-out needs two cases");
        if (o->fit.n_first > o->fit.n_max)
            argp_error(state, "--first is more than --most");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {option,
                                 parse,
                                 "CASE...",
                                 "Draw the parameters of the improved mode (holdout flee --improved) given cases of FLEE with recorded counts, leak-free, by "
                                 "adaptive multiple importance sampling.\vdocs/flee.md has priors and likelihood.",
                                 NULL,
                                 NULL,
                                 NULL};

/* --- results --- */

typedef struct fit_results {
    const calibrate_options *o;
    const ho_flee_fit *fit;
    size_t left_out; /* SIZE_MAX: none */
} fit_results;

static void write_draws(FILE *csv, const void *context) {
    const fit_results *r = context;
    char name[CLI_FLEE_NAME];
    fputs("# draws of the parameters of holdout flee --improved, made by holdout flee-calibrate from", csv);
    for (size_t k = 0; k < r->o->n_case; k++)
        if (k != r->left_out)
            fprintf(csv, " %s", cli_flee_name(r->o->flee[k].folder, name));
    fprintf(csv, "\n# holdout %s; seed %u; %zu simulations of each case, one for %lld people; effective number %.0f at errors %.2f times as large\n", HO_VERSION,
            r->o->fit.seed, r->fit->n_simulated, (long long)r->o->one_for, r->fit->effective, r->fit->temperature);
    for (int p = 0; p < HO_FLEE_N_PARAMETER; p++)
        fprintf(csv, "%s%s", p ? "," : "", ho_flee_parameter_name((ho_flee_parameter)p));
    fputc('\n', csv);
    for (size_t i = 0; i < r->fit->posterior.n; i++)
        for (int p = 0; p < HO_FLEE_N_PARAMETER; p++)
            fprintf(csv, "%.6g%c", r->fit->posterior.value[i * HO_FLEE_N_PARAMETER + (size_t)p], p + 1 < HO_FLEE_N_PARAMETER ? ',' : '\n');
}

static int write_fit(const calibrate_options *o, const ho_flee_fit *fit, size_t left_out) {
    const fit_results r = {o, fit, left_out};
    char path[CLI_PATH_MAX], name[CLI_FLEE_NAME];
    if (left_out == SIZE_MAX)
        return cli_write_file(o->output, write_draws, &r);
    if (snprintf(path, sizeof path, "%s/without-%s.csv", o->left_out, cli_flee_name(o->flee[left_out].folder, name)) >= CLI_PATH_MAX)
        return cli_bad("%s: the path is too long", o->left_out);
    return cli_write_file(path, write_draws, &r);
}

/* Quantiles of what was drawn from all cases, beside the prior's. */
static void print_table(const ho_flee_fit *fit) {
    size_t n = fit->posterior.n;
    double *value = malloc((n + 1) * sizeof *value);
    char text[96];
    printf("%-20s %-22s %10s %10s %10s\n", "parameter", "prior", "median", "5 %", "95 %");
    for (int p = 0; p < HO_FLEE_N_PARAMETER && value; p++) {
        ho_prior prior = ho_flee_parameter_prior((ho_flee_parameter)p);
        for (size_t i = 0; i < n; i++)
            value[i] = fit->posterior.value[i * HO_FLEE_N_PARAMETER + (size_t)p];
        ho_score_sort(value, n);
        printf("%-20s %-22s %10.4g %10.4g %10.4g\n", ho_flee_parameter_name((ho_flee_parameter)p), ho_prior_format(&prior, text),
               ho_score_quantile(value, n, 0.5), ho_score_quantile(value, n, 0.05), ho_score_quantile(value, n, 0.95));
    }
    printf("\n%zu simulations of each case, effective number %.0f at errors %.2f times as large\n", fit->n_simulated, fit->effective,
           fit->temperature);
    free(value);
}

static void tell(void *context, size_t fit, size_t n_done, size_t n_most) {
    const calibrate_options *o = context;
    char name[CLI_FLEE_NAME];
    if (!o->quiet)
        cli_say("%s%s: %zu of at most %zu", fit ? "without " : "all cases", fit ? cli_flee_name(o->flee[fit - 1].folder, name) : "", n_done, n_most);
}

static int calibrate(calibrate_options *o) {
    ho_flee_fit fit[CLI_FLEE_CASES_MAX + 1];
    size_t n_fit = o->left_out ? 1 + o->n_case : 1;
    ho_error err = {0};
    o->fit.n_case = o->n_case;
    o->fit.flee = o->flee;
    o->fit.leave_one_out = o->left_out != NULL;
    o->fit.stop = cli_stop();
    o->fit.progress = tell;
    o->fit.context = o;
    ho_status status = ho_flee_fit_run(&o->fit, fit, &err);
    int code = status ? cli_fail(&err) : write_fit(o, &fit[0], SIZE_MAX);
    for (size_t k = 1; k < n_fit && !code; k++)
        code = write_fit(o, &fit[k], k - 1);
    if (!code)
        print_table(&fit[0]);
    for (size_t k = 0; k < n_fit; k++)
        ho_flee_posterior_free(&fit[k].posterior);
    return code;
}

int cli_flee_calibrate(int argc, char **argv) {
    int code = CLI_OK;
    bool made = false;
    calibrate_options *o = calloc(1, sizeof *o);
    if (!o)
        return cli_fail(&(ho_error){HO_ERR_MEMORY, "out of memory"});
    o->one_for = 50;
    o->fit = (ho_flee_fit_options){.seed = 1, .n_first = 600, .n_new = 200, .n_max = 1600, .n_effective = 150, .n_draw = 200,
                                   .n_thread = cli_threads_online()};
    argp_parse(&argp, argc, argv, 0, NULL, o);
    cli_catch_signals();
    for (size_t k = 0; k < o->n_case && !code; k++) { /* problems of the files are said once, before */
        o->flee[k].folder = o->folder[k];
        o->flee[k].hasten = o->one_for;
        o->flee[k].settings = cli_flee_settings(o->flee[k].folder, o->settings);
        code = cli_flee_check(&o->flee[k]);
    }
    if (!code && o->left_out)
        code = cli_make_folder(o->left_out, &made);
    if (!code)
        code = calibrate(o);
    if (code && made)
        rmdir(o->left_out);
    free(o);
    return code;
}
