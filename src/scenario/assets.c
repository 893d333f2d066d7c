/* scenario.yml: what changes hands or is guarded: arms that one faction gives another, the airport and its guards.
 * Method: as in inputs.c, a table of fields a section, then one pass for what a single field cannot tell.
 * Invariant: a guard is a patron or a faction, never both. */
#include "scenario/sections.h"

enum { TRANSFER_MAX = 2000, GUARD_MAX = 1000 };

static void finding(ho_loader *loader, int32_t line, const char *sentence) {
    ho_finding_add(loader->findings, HO_FILE_SCENARIO, line, "%s", sentence);
}

/* ---- arms given ---- */

static const ho_field TRANSFER[] = {
    {HO_F_REF(ho_transfer_row, giver, HO_REF_FACTION)},
    {HO_F_REF(ho_transfer_row, to, HO_REF_FACTION)},
    {HO_F(ho_transfer_row, tonnes_per_week, HO_FIELD_PRIOR), .min = 0, .max = INFINITY},
    {HO_F(ho_transfer_row, from, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_transfer_row, until, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_transfer_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_transfer_row, source, HO_FIELD_TEXT)},
};
static const ho_transfer_row TRANSFER_BLANK = {.giver = -1, .to = -1, .tonnes_per_week = ZERO_PRIOR, .from = HO_DAY_NONE,
                                               .until = HO_DAY_NONE, .known_on = HO_DAY_NONE};
static const ho_rows TRANSFERS =
    ROWS_OF("transfers", ho_transfer_row, TRANSFER, TRANSFER_BLANK, TRANSFER_MAX, HO_REF_NONE);
const ho_inside ho_transfers_inside = INSIDE_ROWS(TRANSFERS);

static void transfer_check(ho_loader *loader, const ho_transfer_row *row) {
    const ho_faction_row *faction = loader->scenario->faction;
    if (row->giver >= 0 && row->to >= 0 && (row->giver == row->to || faction[row->giver].bloc != faction[row->to].bloc))
        finding(loader, row->line, "giver and to need to be two factions of one bloc");
    if (row->from != HO_DAY_NONE && row->until != HO_DAY_NONE && row->until < row->from)
        finding(loader, row->line, "until of the transfer is before its from");
}

void ho_transfers_read(ho_loader *loader, const ho_yaml_node *node) {
    ho_scenario *s = loader->scenario;
    void *rows = NULL;
    ho_list_read(loader, node, &TRANSFERS, &rows, &s->n_transfer);
    s->transfer = rows;
    for (size_t k = 0; k < s->n_transfer; k++)
        transfer_check(loader, &s->transfer[k]);
}

/* ---- the airport ---- */

static const ho_field GUARD[] = {
    {HO_F_REF(ho_guard_row, patron, HO_REF_PATRON), .optional = true},
    {HO_F_REF(ho_guard_row, faction, HO_REF_FACTION), .optional = true},
    {HO_F(ho_guard_row, from, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_guard_row, until, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_guard_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_guard_row, source, HO_FIELD_TEXT)},
};
static const ho_guard_row GUARD_BLANK = {.patron = -1, .faction = -1, .from = HO_DAY_NONE, .until = HO_DAY_NONE,
                                         .known_on = HO_DAY_NONE};
static const ho_rows GUARDS = ROWS_OF("guards", ho_guard_row, GUARD, GUARD_BLANK, GUARD_MAX, HO_REF_NONE);
static const ho_inside GUARDS_INSIDE = INSIDE_ROWS(GUARDS);

/* node is the row's map: a name that does not resolve has its finding already. */
static void guard_check(ho_loader *loader, const ho_yaml_node *node, const ho_guard_row *row) {
    bool patron = ho_yaml_child(loader->yaml, node, "patron"), faction = ho_yaml_child(loader->yaml, node, "faction");
    if (patron == faction)
        finding(loader, row->line, "a guard needs either patron or faction");
    if (row->from != HO_DAY_NONE && row->until != HO_DAY_NONE && row->until < row->from)
        finding(loader, row->line, "until of the guard is before its from");
}

static void guards_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_airport_row *airport = into;
    void *rows = NULL;
    ho_list_read(loader, node, &GUARDS, &rows, &airport->n_guard);
    airport->guard = rows;
    const ho_yaml_node *item = airport->n_guard ? ho_yaml_first(loader->yaml, node) : NULL;
    for (size_t k = 0; k < airport->n_guard && item; k++, item = ho_yaml_next(loader->yaml, item))
        if (item->kind == HO_YAML_MAP)
            guard_check(loader, item, &airport->guard[k]);
}

static const ho_field AIRPORT[] = {
    {HO_F_REF(ho_airport_row, district, HO_REF_DISTRICT)},
    {HO_F_RANGE(ho_airport_row, seats_per_day, 0, 1e9)},
    {.name = "guards", .kind = HO_FIELD_READ, .read = guards_read, .optional = true, .inside = &GUARDS_INSIDE},
    {HO_F(ho_airport_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_airport_row, source, HO_FIELD_TEXT)},
};
const ho_inside ho_airport_inside = {.field = AIRPORT, .n_field = COUNT(AIRPORT)};

void ho_airport_read(ho_loader *loader, const ho_yaml_node *node) {
    ho_airport_row *row = &loader->scenario->airport;
    *row = (ho_airport_row){.district = -1, .known_on = HO_DAY_NONE};
    if (!node)
        return;
    row->line = node->line;
    ho_map_read(loader, node, AIRPORT, COUNT(AIRPORT), row);
    const ho_district_row *district = loader->scenario->district;
    int32_t capital = loader->scenario->national_capital;
    if (row->district < 0 || capital < 0)
        return;
    if (!district[row->district].airfield)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "airport: %s has no airfield in districts.csv",
                       district[row->district].pcode);
    else if (district[row->district].province != district[capital].province)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line,
                       "airport: %s is not in the province of the national capital", district[row->district].pcode);
}
