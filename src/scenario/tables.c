/* commands.csv, garrisons.csv and groups.csv: chains of command, garrisons on paper, shares of communities.
 * Method: a table of fields a file. A command may name a superior of a later row, so superiors are resolved after the last row.
 * Invariant: superiors form no circle. */
#include <stdlib.h>

#include "scenario/sections.h"

/* ---- commands ---- */

typedef struct command_line {
    ho_command_row row;
    char *superior;
} command_line;

static const char *const COMMAND_KIND[] = {"corps", "governor", "leader", "insurgent", NULL};
#define IN_ROW(member, what) .name = #member, .kind = (what), .offset = offsetof(command_line, row.member)
static const ho_field COMMAND[] = {
    {IN_ROW(id, HO_FIELD_ID)},
    {IN_ROW(name, HO_FIELD_TEXT)},
    {IN_ROW(faction, HO_FIELD_REF), .ref = HO_REF_FACTION},
    {IN_ROW(kind, HO_FIELD_WORD), .choice = COMMAND_KIND},
    {IN_ROW(hq, HO_FIELD_REF), .ref = HO_REF_DISTRICT},
    {HO_F(command_line, superior, HO_FIELD_ID), .optional = true},
};
static const command_line COMMAND_BLANK = {.row = {.faction = -1, .hq = -1, .superior = -1}};
static const ho_rows COMMANDS = {"commands", COMMAND, COUNT(COMMAND), sizeof(command_line), &COMMAND_BLANK,
                                 offsetof(command_line, row.line), HO_DISTRICT_MAX, HO_REF_COMMAND,
                                 offsetof(command_line, row.id), 0};

/* Resolves the superior's name, which moved out of the line. */
static void superior_resolve(ho_loader *loader, ho_command_row *row, const char *superior) {
    static const ho_field SUPERIOR = {.name = "superior", .kind = HO_FIELD_REF, .ref = HO_REF_COMMAND};
    if (superior)
        ho_field_take(loader, &SUPERIOR, &(ho_cell){.file = HO_FILE_COMMANDS, .line = row->line, .text = superior},
                      &row->superior);
}

/* Finds circles: walks up from each command; `walk` marks who was met on which walk. */
static void circles_check(ho_loader *loader) {
    ho_scenario *s = loader->scenario;
    size_t *walk = calloc(s->n_command + 1, sizeof *walk);
    if (!walk) {
        loader->findings->no_memory = true;
        return;
    }
    for (size_t start = 0; start < s->n_command; start++) {
        int32_t at = (int32_t)start;
        while (at >= 0 && walk[at] == 0) {
            walk[at] = start + 1;
            at = s->command[at].superior;
        }
        if (at >= 0 && walk[at] == start + 1)
            ho_finding_add(loader->findings, HO_FILE_COMMANDS, s->command[at].line,
                           "superiors of %s lead back to itself", s->command[at].id ? s->command[at].id : "the command");
    }
    free(walk);
}

void ho_commands_read(ho_loader *loader, ho_bytes bytes) {
    ho_scenario *s = loader->scenario;
    void *rows = NULL;
    size_t n = 0;
    ho_table_read(loader, HO_FILE_COMMANDS, bytes, &COMMANDS, &rows, &n);
    command_line *line = rows;
    s->command = calloc(n + 1, sizeof *s->command);
    loader->findings->no_memory |= !s->command;
    for (size_t k = 0; k < n && s->command; k++) {
        s->command[s->n_command++] = line[k].row;
        superior_resolve(loader, &s->command[k], line[k].superior);
    }
    for (size_t k = 0; k < n; k++) {
        free(line[k].superior);
        if (s->command)
            continue;
        free(line[k].row.id);
        free(line[k].row.name);
        free(line[k].row.kind);
    }
    free(rows);
    circles_check(loader);
}

/* ---- garrisons ---- */

static const ho_field GARRISON[] = {
    {.name = "pcode", .kind = HO_FIELD_REF, .ref = HO_REF_DISTRICT, .offset = offsetof(ho_garrison_row, district)},
    {HO_F_REF(ho_garrison_row, faction, HO_REF_FACTION)},
    {HO_F_REF(ho_garrison_row, command, HO_REF_COMMAND)},
    {HO_F_REF(ho_garrison_row, kind, HO_REF_KIND)},
    {HO_F(ho_garrison_row, paper, HO_FIELD_INTEGER), .min = 0, .max = 1e9},
    {HO_F(ho_garrison_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_garrison_row, source, HO_FIELD_TEXT)},
};
static const ho_garrison_row GARRISON_BLANK = {.district = -1, .faction = -1, .command = -1, .kind = -1,
                                               .known_on = HO_DAY_NONE};
static const ho_rows GARRISONS =
    ROWS_OF("garrisons", ho_garrison_row, GARRISON, GARRISON_BLANK, 16 * (size_t)HO_DISTRICT_MAX, HO_REF_NONE);

void ho_garrisons_read(ho_loader *loader, ho_bytes bytes) {
    void *rows = NULL;
    ho_table_read(loader, HO_FILE_GARRISONS, bytes, &GARRISONS, &rows, &loader->scenario->n_garrison);
    loader->scenario->garrison = rows;
}

/* ---- groups ---- */

static const ho_field SHARE[] = {
    {.name = "province_pcode", .kind = HO_FIELD_REF, .ref = HO_REF_PROVINCE, .offset = offsetof(ho_share_row, province)},
    {HO_F_REF(ho_share_row, group, HO_REF_GROUP)},
    {HO_F_RANGE(ho_share_row, share, 0, 1)},
    {HO_F(ho_share_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_share_row, source, HO_FIELD_TEXT)},
};
static const ho_share_row SHARE_BLANK = {.province = -1, .group = -1, .share = NAN, .known_on = HO_DAY_NONE};
static const ho_rows SHARES =
    ROWS_OF("shares", ho_share_row, SHARE, SHARE_BLANK, HO_GROUP_MAX * (size_t)HO_DISTRICT_MAX, HO_REF_NONE);

void ho_groups_read(ho_loader *loader, ho_bytes bytes) {
    void *rows = NULL;
    loader->shares_open = !ho_table_read(loader, HO_FILE_GROUPS, bytes, &SHARES, &rows, &loader->scenario->n_share);
    loader->scenario->share = rows;
}
