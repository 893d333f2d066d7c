/* Districts by p-code or name. A p-code is exact; a name is the whole name, case aside, and may be several districts'. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "cli.h"

bool cli_same_name(const char *a, const char *b) {
    return a && b && strcasecmp(a, b) == 0;
}

int32_t cli_find_district(const ho_scenario *scenario, const char *name, size_t *n) {
    int32_t first = -1;
    *n = 0;
    for (size_t i = 0; i < scenario->n_district; i++) {
        if (strcmp(scenario->district[i].pcode, name) == 0) {
            *n = 1;
            return (int32_t)i;
        }
        if (!cli_same_name(scenario->district[i].name, name))
            continue;
        if ((*n)++ == 0)
            first = (int32_t)i;
    }
    return first;
}

int cli_want_district(const ho_scenario *scenario, const char *name, int32_t *district) {
    size_t n = 0;
    *district = cli_find_district(scenario, name, &n);
    if (n == 1)
        return CLI_OK;
    if (n == 0)
        return cli_bad("no district \"%s\" in %s; need a p-code or a name", name, scenario->name);
    for (size_t i = 0; i < scenario->n_district; i++) {
        const ho_district_row *row = &scenario->district[i];
        if (cli_same_name(row->name, name))
            cli_say("%s  %s, %s", row->pcode, row->name, scenario->province[row->province].name);
    }
    return cli_bad("%zu districts of %s have the name \"%s\"; give a p-code", n, scenario->name, name);
}
