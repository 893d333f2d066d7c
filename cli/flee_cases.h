/* What the commands on cases of FLEE share. */
#ifndef HO_CLI_FLEE_CASES_H
#define HO_CLI_FLEE_CASES_H

#include "cli.h"
#include "holdout/flee.h"

enum { CLI_FLEE_CASES_MAX = 1000, CLI_FLEE_NAME = 256 };

/* Last part of a path. */
const char *cli_flee_name(const char *folder, char name[CLI_FLEE_NAME]);
/* Takes one more case of a command about several; one too many and one that is there already are bad usage. */
void cli_flee_take_case(struct argp_state *state, const char *folder[CLI_FLEE_CASES_MAX], size_t *n, const char *arg);
/* The shipped draws of the improved mode, beside the scenarios; false, after saying so, if there are none. */
bool cli_flee_find_posterior(char path[CLI_PATH_MAX]);
/* Loads draws; NULL: the shipped ones. Every problem is written to stderr. Returns an exit code; the caller frees, also on failure. */
int cli_flee_posterior(const char *path, ho_flee_posterior *posterior);
/* Loads a case; every problem is written to stderr, surprises where asked for. Returns an exit code. */
int cli_flee_load(const ho_flee_options *options, bool tell, ho_flee_case **flee);
/* Has the case recorded counts of camps? Every problem is written to stderr. Returns an exit code. */
int cli_flee_check(const ho_flee_options *options);
/* The settings for a case: its own simsetting.yml, else `given`. */
const char *cli_flee_settings(const char *folder, const char *given);

/* holdout flee --improved. Returns an exit code. */
typedef struct cli_flee_improved {
    ho_flee_options flee;
    const char *output, *posterior; /* either may be NULL */
    size_t n_member, n_thread;
    uint32_t seed;
    bool draws, json, quiet;
} cli_flee_improved;
int cli_flee_improve(const cli_flee_improved *improved);

#endif
