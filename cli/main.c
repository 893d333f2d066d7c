/* holdout: the program. Each command is a file. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

typedef struct cli_command {
    const char *name, *arguments, *does;
    int (*run)(int argc, char **argv);
} cli_command;

static const cli_command command[] = {
    {"run", "SCENARIO", "simulate an ensemble: runs/NAME/{run.sqlite,summary.json,report.html}", cli_run},
    {"check", "SCENARIO", "read a scenario and report every problem in it", cli_check},
    {"list", "[WHAT]", "scenarios, what-ifs, mechanisms, parameters or observables", cli_list},
    {"show", "NAME", "a scenario, parameter, mechanism, faction, district, ...: value, range, source, date", cli_show},
    {"serve", "[RUN]", "the viewer: a page on 127.0.0.1, with what-ifs run while one looks", cli_serve},
    {"report", "RUN", "write report.html of a run again", cli_report},
    {"compare", "A B", "two runs of the same seed, replicate by replicate", cli_compare},
    {"ablate", "SCENARIO", "what each mechanism does: the same seeds without it", cli_ablate},
    {"calibrate", "SCENARIO", "what the record known by a day says of the parameters: posterior.csv, paths.csv", cli_calibrate},
    {"explain", "RUN", "how much of an outcome each group of mechanisms makes: Shapley values", cli_explain},
    {"sensitivity", "SCENARIO", "which parameters an outcome depends on, and what is chance: Morris, Sobol", cli_sensitivity},
    {"why", "DISTRICT --replicate K [RUN]", "why a district changed hands in one replicate", cli_why},
    {"tell", "RUN --replicate K", "one replicate told as a history", cli_tell},
    {"score", "RUN", "a run against the record with proper scores, beside baselines; --facts: which facts it shows", cli_score},
    {"brief", "RUN", "who arrives where within a window: ranges and chances by place, for planners", cli_brief},
    {"audit", "RUN", "every statement of the scenario's documents held against a run", cli_audit},
    {"flee", "DIR", "simulate a case of FLEE, read as it is, by FLEE's law", cli_flee},
    {"flee-score", "CASE...", "FLEE's law, the improved mode and baselines on cases of FLEE", cli_flee_score},
    {"flee-calibrate", "CASE...", "fit the improved mode's parameters to cases of FLEE", cli_flee_calibrate},
    {"new", "NAME", "write a small scenario to start from into a new folder", cli_new},
    {"schema", "", "print the JSON Schema of scenario.yml, for editors", cli_schema},
};
enum { N_COMMAND = sizeof command / sizeof *command };

static void help(FILE *to) {
    fprintf(to, "Usage: holdout COMMAND [OPTION...]\n\nA simulator of contested territory, for research, teaching and "
                "preparedness.\n\n");
    for (size_t k = 0; k < N_COMMAND; k++)
        fprintf(to, "  %-14s %-26s %s\n", command[k].name, command[k].arguments, command[k].does);
    fprintf(to, "\n`holdout COMMAND --help` lists a command's options; `holdout --version` the version.\n"
                "Exit codes: 0 ok, 1 failed, 2 bad usage or input. Data goes to stdout, talk to stderr.\n");
}

/* The exit code of a command, with the failure that its data did not get out. */
static int flush(int code) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return code;
    cli_say("stdout: writing failed; is the disk full?");
    return code ? code : CLI_FAILED;
}

int main(int argc, char **argv) {
    argp_program_version = "holdout " HO_VERSION;
    argp_err_exit_status = CLI_BAD;
    const char *name = argc > 1 ? argv[1] : "";
    if (strcmp(name, "--help") == 0 || strcmp(name, "-?") == 0 || strcmp(name, "help") == 0) {
        help(stdout);
        return flush(CLI_OK);
    }
    if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
        printf("%s\n", argp_program_version);
        return flush(CLI_OK);
    }
    for (size_t k = 0; k < N_COMMAND; k++) {
        if (strcmp(name, command[k].name) != 0)
            continue;
        char full[64];
        snprintf(full, sizeof full, "holdout %s", name);
        argv[1] = full; /* the name argp puts into messages */
        return flush(command[k].run(argc - 1, argv + 1));
    }
    if (*name)
        cli_bad("no command \"%s\"", name);
    help(stderr);
    return CLI_BAD;
}
