/* holdout schema: the JSON Schema of scenario.yml, for editors. */
#include <stdio.h>
#include <stdlib.h>

#include "cli.h"

enum { KEY_OVERLAY = 2000 };

static const struct argp_option option[] = {
    {"overlay", KEY_OVERLAY, 0, 0, "of what-if overlays (whatif/NAME.yml) instead", 0}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state) {
    bool *overlay = state->input;
    switch (key) {
    case KEY_OVERLAY:
        *overlay = true;
        return 0;
    case ARGP_KEY_ARG:
        argp_error(state, "no argument, not \"%s\"", arg);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp argp = {option,
                                 parse,
                                 NULL,
                                 "Print the JSON Schema (draft 2020-12) of scenario.yml.\v"
                                 "Editors that know YAML complete and check keys with it, once the file begins with\n"
                                 "# yaml-language-server: $schema=scenario.schema.json",
                                 NULL,
                                 NULL,
                                 NULL};

int cli_schema(int argc, char **argv) {
    bool overlay = false;
    char *json = NULL;
    ho_error err = {0};
    argp_parse(&argp, argc, argv, 0, NULL, &overlay);
    if (ho_scenario_schema(overlay, &json, &err))
        return cli_fail(&err);
    fputs(json, stdout);
    free(json);
    return CLI_OK;
}
