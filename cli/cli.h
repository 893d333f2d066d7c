/* What the commands share: exit codes, finding and loading a scenario, options of the model, output. stdout is data, stderr is talk. */
#ifndef HO_CLI_H
#define HO_CLI_H

#include <argp.h>
#include <jansson.h>
#include <stdio.h>

#include "holdout/calibrate.h"
#include "holdout/evidence.h"
#include "holdout/mechanisms.h"
#include "holdout/record.h"
#include "holdout/world.h"

/* Bad usage or input, and what another run or process forbids, is the user's to mend. */
enum { CLI_OK = 0, CLI_FAILED = 1, CLI_BAD = 2 };
int cli_exit_code(ho_status status);
/* Writes `holdout: TEXT` to stderr and returns the exit code of the error. */
int cli_fail(const ho_error *err);
/* Writes `holdout: TEXT` to stderr and returns CLI_BAD. */
int cli_bad(const char *format, ...) __attribute__((format(printf, 1, 2)));
/* A note on stderr. */
void cli_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

enum { CLI_SET_MAX = 256, CLI_PATH_MAX = 4096 };

/* Options that make a world of a scenario; cli_model_argp parses them, its input is a cli_model. */
typedef struct cli_model {
    const char *scenario;   /* folder or name */
    const char *boundaries; /* file or NULL */
    const char *posterior;  /* file of draws, or NULL */
    ho_world_options world;
    const char *set[CLI_SET_MAX];
    bool has_seed;
    uint32_t seed;
    uint64_t off; /* mechanisms */
    const char *what_if[HO_OVERLAY_MAX]; /* names or paths, in the order of their application */
    size_t n_what_if;
    char folder[CLI_PATH_MAX]; /* where the scenario was found */
    ho_scenario *loaded;
    ho_draws *draws; /* what world.draws points to, or NULL */
    ho_world *built;
} cli_model;

extern const struct argp cli_model_argp;
void cli_model_init(cli_model *model);
/* Finds and loads the scenario. Every problem is written to stderr, one line each. Returns an exit code. */
int cli_model_load(cli_model *model);
/* The same, then builds the world. */
int cli_model_build(cli_model *model);
void cli_model_free(cli_model *model);
/* Checks the expressions of readings.csv; every problem is written to stderr. Returns an exit code. */
int cli_check_readings(const ho_world *world);
/* Loads what was found before and builds, without a word: fills `problems` (the caller frees) and err. */
ho_status cli_model_try(cli_model *model, ho_problems *problems, ho_error *err);
/* Finds the folder of the scenario. Returns an exit code. */
int cli_model_find(cli_model *model);
uint32_t cli_model_seed(const cli_model *model); /* given, or the scenario's */
/* Replicates of a run of the built model: *n, or where that is 0 the scenario's, or as many as --posterior has courses. More than there are
 * courses is bad usage. */
int cli_model_replicates(const cli_model *model, size_t *n);

/* Parameters of a list "A,B,...", NULL: none: at most `most` into parameter, *n is 0 before. An unknown one, one that is there twice and too many are bad
 * usage of --parameters. */
int cli_find_parameters(const cli_model *model, const char *list, size_t most, int32_t *parameter, size_t *n);

/* Folders that may hold scenarios, in order; NULL past the end. */
const char *cli_scenario_place(size_t k);
/* Is there a scenario in this folder? */
bool cli_is_scenario(const char *folder);
/* The folder of a scenario given as a folder or a name; false if there is none. */
bool cli_find_scenario(const char *name, char folder[CLI_PATH_MAX]);
/* The first scenario of the places, for commands that need some scenario and were given none. */
bool cli_first_scenario(char folder[CLI_PATH_MAX]);
/* Names of the scenarios in a place, sorted: an array of texts. */
json_t *cli_scenario_names(const char *place);

/* Names of the what-ifs in a scenario's folder, sorted: an array of texts. */
json_t *cli_what_if_names(const char *folder);
/* What was applied to a scenario: an array of {name, title, why, changes}. */
json_t *cli_what_ifs(const ho_scenario *scenario);
/* Takes the what-ifs of a run from its store in the place of those given. Returns their names, which the model points into. */
json_t *cli_take_what_ifs(cli_model *model, const ho_store *store);
/* Writes NAME+WHAT-IF..., the name of a run, into name; false if it does not fit. */
bool cli_run_name(const cli_model *model, char name[CLI_PATH_MAX]);
/* Applies each of these what-ifs by itself to the scenario that was found; its own problems go to stderr. Returns an exit code. */
int cli_check_what_ifs(const cli_model *model, json_t *names);
/* One what-if of a scenario's folder: {name, title, changes, why}. */
json_t *cli_what_if_card(const char *folder, const char *name);
/* What-ifs of a scenario's folder: an array of {name, title, changes, why}. */
json_t *cli_list_what_ifs(const char *folder);

/* A run given as its folder or as NAME of runs/NAME; false if there is none. */
bool cli_find_run(const char *name, char folder[CLI_PATH_MAX]);
/* The same; if there is none, says so and returns CLI_BAD. */
int cli_want_run(const char *name, char folder[CLI_PATH_MAX]);

/* A replicate of a run or a scenario, to be simulated again. */
typedef struct cli_again {
    cli_model model;
    const char *of; /* a run, or a scenario */
    bool has_replicate, json;
    uint32_t replicate;
    ho_run_options *made; /* of a run: what the model points into; NULL: of a scenario */
} cli_again;
/* Options of such a command: --replicate, --scenario, --json and those of the model; its input is a cli_again. */
extern const struct argp cli_again_argp;
/* Takes the model from the run where `of` is one, and builds its world. Returns an exit code after saying what is wrong. */
int cli_again_build(cli_again *again);
void cli_again_free(cli_again *again);

/* Takes `arg` as the one thing of this kind that a command is about ("scenario", "run", "name"); a second one is bad usage. */
void cli_take_one(struct argp_state *state, const char *kind, const char **taken, const char *arg);

/* Whole numbers and days of options; on failure says what is wrong and exits with CLI_BAD through argp. */
uint64_t cli_parse_whole(struct argp_state *state, const char *option, const char *text, uint64_t lo, uint64_t hi);
ho_day cli_parse_day(struct argp_state *state, const char *option, const char *text);

/* Equal names, case aside. */
bool cli_same_name(const char *a, const char *b);
/* The district of a p-code, or the first of the *n that have this name; -1 and *n 0 if there is none. */
int32_t cli_find_district(const ho_scenario *scenario, const char *name, size_t *n);
/* The one district of a p-code or name; if there is none or several, says so (with their p-codes) and returns CLI_BAD. */
int cli_want_district(const ho_scenario *scenario, const char *name, int32_t *district);

/* Prints an object as `key  value` lines (nested: indented), or as one line of JSON. Takes the reference. */
void cli_print_card(json_t *object, bool as_json);
/* Prints an array of objects as a table of the given columns, or as one line of JSON. Takes the reference. */
void cli_print_list(json_t *array, const char *const *column, size_t n_column, bool as_json);
/* A date as text, null for none. */
json_t *cli_date(ho_day day);
/* A text, null for none or empty. */
json_t *cli_text(const char *text);
/* A number, null if it is not finite. */
json_t *cli_real(double value);

/* SIGINT and SIGTERM: the first sets *cli_stop() so that ensembles stop cleanly, a second stops at once. A file that may not grow is an error
 * of the write, not a death. */
void cli_catch_signals(void);
atomic_bool *cli_stop(void);

enum { CLI_THREAD_MAX = 4096, CLI_REPLICATE_MAX = 100000000 };
size_t cli_threads_online(void); /* processors online, 1 to CLI_THREAD_MAX */

enum { CLI_NUMBER = 64 };
/* "12.30", or "-" if it is not finite; `sign` writes a plus too. Returns the text, which lies in `text`. */
const char *cli_number(char text[CLI_NUMBER], double value, int n_decimal, bool sign);
/* A field of CSV, in quotes where it needs them. */
void cli_csv_text(FILE *csv, const char *text);
/* A comma and a number; nothing after the comma if it is not finite. */
void cli_csv_number(FILE *csv, double value);
/* A row of CSV: the keys of a flat object, or its values; nothing for null. */
void cli_csv_row(FILE *file, json_t *object, bool names);
/* Writes a file; on failure says so and returns CLI_FAILED. */
int cli_write_file(const char *path, void (*write)(FILE *file, const void *context), const void *context);
/* Makes the folder of results where it is not there yet; *made: it was not. On failure says so and returns CLI_FAILED. */
int cli_make_folder(const char *path, bool *made);
/* Writes recovery.csv, ranks.csv and recovery.json into the folder; prints the table, or one line of JSON. */
int cli_recovery_report(const cli_model *model, const ho_recovery *recovery, uint32_t seed, const char *folder, bool as_json);

/* Progress on stderr: a bar with time left on a terminal, else a line every tenth; nothing if quiet. */
typedef struct cli_progress {
    bool quiet, terminal, color;
    size_t n, first, seen; /* replicates in all, done before, and shown last */
    double began_s, drawn_s;
    int tenth;
    const char *unit; /* NULL: replicates */
    char note[48];    /* said after the time left */
} cli_progress;
double cli_clock_s(void); /* monotonic */
void cli_progress_begin(cli_progress *progress, size_t n, size_t done, bool quiet);
void cli_progress_show(cli_progress *progress, size_t done);
void cli_progress_tick(void *progress, size_t done); /* the same, as the library calls back */
void cli_progress_end(cli_progress *progress, size_t done);

/* Simulates a scenario as `holdout run` does with its defaults, into its usual folder, which is written into `folder`; no table, no page. Returns an exit
 * code. */
int cli_run_default(const char *scenario, size_t n_replicate, size_t n_thread, char folder[CLI_PATH_MAX]);

/* The short table of a run, from its summary and the scenario's record. */
void cli_print_run(const json_t *summary, const ho_scenario *scenario);

/* What is printed of a run's facts. */
typedef struct cli_facts {
    const ho_fact_scores *scores;
    const cli_model *model;
    const char *folder;
    size_t n_replicate, n_dose; /* n_dose 0: no doses were run */
} cli_facts;
void cli_print_facts(const cli_facts *facts);
void cli_print_facts_markdown(const cli_facts *facts);
json_t *cli_facts_json(const cli_facts *facts);
/* Returns an exit code. */
int cli_write_facts_csv(const cli_facts *facts, const char *path);

/* What is printed of a run's statements. */
typedef struct cli_statements {
    const ho_audit *audit;
    const cli_model *model;
    const char *folder;
    const char *claim; /* this one only, in full; NULL: all */
    size_t n_replicate, n_cause; /* n_cause 0: no mechanism was switched off */
} cli_statements;
void cli_print_statements(const cli_statements *statements);
void cli_print_statement(const cli_statements *statements);
void cli_print_statements_markdown(const cli_statements *statements);
json_t *cli_statements_json(const cli_statements *statements);
/* Returns an exit code. */
int cli_write_statements_csv(const cli_statements *statements, const char *path);

/* What is printed of a run's scores. */
typedef struct cli_scores {
    const ho_scores *scores;
    const cli_model *model;
    const char *folder;
} cli_scores;
void cli_print_scores(const cli_scores *scores);
void cli_print_scores_markdown(const cli_scores *scores);
/* As one line of JSON. Returns an exit code. */
int cli_print_scores_json(const cli_scores *scores);
/* Returns an exit code. */
int cli_write_scores_csv(const cli_scores *scores, const char *path);

/* What is printed of a brief. */
typedef struct cli_brief_made {
    const ho_brief *brief;
    const ho_past *past;
    const cli_model *model;
    const char *folder;
    size_t n_top;    /* districts listed */
    bool with_past;  /* each case too */
} cli_brief_made;
void cli_print_brief(const cli_brief_made *made);
json_t *cli_brief_json(const cli_brief_made *made);
/* With a row of HXL tags under the header. Returns an exit code. */
int cli_write_brief_csv(const cli_brief_made *made, const char *path);

int cli_run(int argc, char **argv);
int cli_check(int argc, char **argv);
int cli_list(int argc, char **argv);
int cli_show(int argc, char **argv);
int cli_serve(int argc, char **argv);
int cli_report(int argc, char **argv);
int cli_why(int argc, char **argv);
int cli_tell(int argc, char **argv);
int cli_compare(int argc, char **argv);
int cli_ablate(int argc, char **argv);
int cli_calibrate(int argc, char **argv);
int cli_explain(int argc, char **argv);
int cli_sensitivity(int argc, char **argv);
int cli_score(int argc, char **argv);
int cli_audit(int argc, char **argv);
int cli_brief(int argc, char **argv);
int cli_flee(int argc, char **argv);
int cli_flee_calibrate(int argc, char **argv);
int cli_flee_score(int argc, char **argv);
int cli_new(int argc, char **argv);
int cli_schema(int argc, char **argv);

#endif
