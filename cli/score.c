/* holdout score: a finished run against its scenario's record.csv, beside baselines, or against the facts in facts.csv. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { KEY_FACTS = 2000, KEY_DOSES, KEY_JSON, KEY_MARKDOWN, KEY_CSV, KEY_SCENARIO, KEY_THREADS, KEY_ORIGIN, KEY_HORIZON, KEY_UNDATED };
enum { N_DOSE_MAX = 1000000 };

typedef struct cli_score_options {
    cli_again again; /* the run, and its model */
    const char *csv;
    size_t n_dose, n_thread, n_horizon;
    ho_day origin, horizon[HO_HORIZON_MAX];
    bool facts, undated, json, markdown, quiet;
} cli_score_options;

static const struct argp_option option[] = {
    {"origin", KEY_ORIGIN, "DATE", 0, "score what lies after DATE; baselines know the record up to it (default: the first day)", 0},
    {"horizon", KEY_HORIZON, "DATE", 0, "look at places on DATE too, besides ends of months and days of counts; may be repeated", 0},
    {"undated-not-fallen", KEY_UNDATED, 0, 0, "districts whose capture has no day count as not fallen, instead of being left out", 0},
    {"facts", KEY_FACTS, 0, 0, "the facts of the scenario's facts.csv instead", 0},
    {"doses", KEY_DOSES, "N", 0, "also simulate N replicates as the run is and with each dose of facts.csv", 0},
    {"threads", KEY_THREADS, "N", 0, "threads for doses (default: processors online)", 0},
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "the scenario's folder, if it is not found by its name", 0},
    {"csv", KEY_CSV, "FILE", 0, "write the scores or facts as CSV too", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout instead of the table", 0},
    {"markdown", KEY_MARKDOWN, 0, 0, "a table in Markdown on stdout", 0},
    {"quiet", 'q', 0, 0, "no progress", 0},
    {0},
};

static error_t parse_end(struct argp_state *state, const cli_score_options *score) {
    if (!score->again.of)
        argp_error(state, "which run? Its folder, or NAME of runs/NAME");
    if (!score->facts && score->n_dose)
        argp_error(state, "--doses is for --facts");
    if (score->facts && (score->origin != HO_DAY_NONE || score->n_horizon || score->undated))
        argp_error(state, "--origin, --horizon and --undated-not-fallen are not for --facts");
    if (score->json && score->markdown)
        argp_error(state, "--json or --markdown, not both");
    return 0;
}

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_score_options *score = state->input;
    switch (key) {
    case KEY_ORIGIN:
        score->origin = cli_parse_day(state, "--origin", arg);
        return 0;
    case KEY_HORIZON:
        if (score->n_horizon == HO_HORIZON_MAX)
            argp_error(state, "at most %d times --horizon", HO_HORIZON_MAX);
        score->horizon[score->n_horizon++] = cli_parse_day(state, "--horizon", arg);
        return 0;
    case KEY_UNDATED:
        score->undated = true;
        return 0;
    case KEY_FACTS:
        score->facts = true;
        return 0;
    case KEY_DOSES:
        score->n_dose = cli_parse_whole(state, "--doses", arg, 2, N_DOSE_MAX);
        return 0;
    case KEY_THREADS:
        score->n_thread = cli_parse_whole(state, "--threads", arg, 1, CLI_THREAD_MAX);
        return 0;
    case KEY_SCENARIO:
        score->again.model.scenario = arg;
        return 0;
    case KEY_CSV:
        score->csv = arg;
        return 0;
    case KEY_JSON:
        score->json = true;
        return 0;
    case KEY_MARKDOWN:
        score->markdown = true;
        return 0;
    case 'q':
        score->quiet = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "run", &score->again.of, arg);
        return 0;
    case ARGP_KEY_END:
        return parse_end(state, score);
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {
    option,
    parse,
    "RUN",
    "Score a finished run against the record after an origin with proper scores, beside baselines that know the record up to the origin "
    "only. With --facts: say what share of its replicates shows each fact of the record, with its Monte-Carlo error, and the run's value "
    "beside the recorded one.\v"
    "Agreement with a record the model was built and tuned on is no evidence of forecasting skill.",
    NULL,
    NULL,
    NULL};

/* --- doses --- */

static int run_doses(const cli_score_options *score, ho_fact_scores *scores) {
    cli_progress progress;
    size_t n = ho_facts_dose_n_run(score->again.model.loaded, score->n_dose);
    if (n == 0) {
        cli_say("%s has no doses in its facts", score->again.model.loaded->name);
        return CLI_OK;
    }
    size_t n_replicate = score->n_dose;
    int code = cli_model_replicates(&score->again.model, &n_replicate);
    if (code)
        return code;
    ho_dose_options options = {.world = score->again.model.world,
                               .sim = {.seed = cli_model_seed(&score->again.model), .off = score->again.model.off},
                               .n_replicate = score->n_dose,
                               .n_thread = score->n_thread,
                               .stop = cli_stop(),
                               .progress = cli_progress_tick,
                               .context = &progress};
    ho_problems problems = {0};
    ho_error err = {0};
    options.world.set = score->again.model.set;
    cli_progress_begin(&progress, n, 0, score->quiet);
    ho_status status = ho_facts_dose(score->again.model.loaded, &options, scores, &problems, &err);
    cli_progress_end(&progress, status ? progress.seen : n);
    ho_problems_free(&problems);
    return status ? cli_fail(&err) : CLI_OK;
}

/* --- the command --- */

static int print(const cli_score_options *score, const cli_facts *facts) {
    int code = score->csv ? cli_write_facts_csv(facts, score->csv) : CLI_OK;
    if (score->json)
        cli_print_card(cli_facts_json(facts), true);
    else if (score->markdown)
        cli_print_facts_markdown(facts);
    else
        cli_print_facts(facts);
    return code;
}

static int score_record(const cli_score_options *score, ho_store *store, const char *folder) {
    ho_scores_options options = ho_scores_options_default();
    ho_scores scores = {0};
    ho_error err = {0};
    options.origin = score->origin;
    options.n_horizon = score->n_horizon;
    options.horizon = score->horizon;
    options.undated_not_fallen = score->undated;
    if (ho_scores_run(store, score->again.model.built, &options, &scores, &err))
        return cli_fail(&err);
    const cli_scores made = {&scores, &score->again.model, folder};
    int code = score->csv ? cli_write_scores_csv(&made, score->csv) : CLI_OK;
    if (score->json)
        code = cli_print_scores_json(&made) ? CLI_FAILED : code;
    else if (score->markdown)
        cli_print_scores_markdown(&made);
    else
        cli_print_scores(&made);
    ho_scores_free(&scores);
    return code;
}

static int score_facts(const cli_score_options *score, ho_store *store, const char *folder) {
    ho_fact_scores scores = {0};
    ho_error err = {0};
    if (ho_facts_score(store, score->again.model.built, &scores, &err))
        return cli_fail(&err);
    int code = score->n_dose ? run_doses(score, &scores) : CLI_OK;
    if (!code)
        code = print(score, &(cli_facts){&scores, &score->again.model, folder, ho_store_n_done(store), score->n_dose});
    ho_fact_scores_free(&scores);
    return code;
}

static int score_run(cli_score_options *score) {
    ho_store *store = NULL;
    ho_error err = {0};
    char folder[CLI_PATH_MAX];
    if (cli_want_run(score->again.of, folder))
        return CLI_BAD;
    int code = cli_again_build(&score->again);
    if (code)
        return code;
    if (ho_store_open(folder, &store, &err))
        return cli_fail(&err);
    code = score->facts ? score_facts(score, store, folder) : score_record(score, store, folder);
    ho_store_close(store);
    return code;
}

int cli_score(int argc, char **argv) {
    cli_score_options score = {.n_thread = cli_threads_online(), .origin = HO_DAY_NONE};
    cli_model_init(&score.again.model);
    argp_parse(&argp, argc, argv, 0, NULL, &score);
    cli_catch_signals();
    int code = score_run(&score);
    cli_again_free(&score.again);
    return code;
}
