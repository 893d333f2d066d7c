/* scenario.yml: what comes from outside and when: patrons, calendar, season, passes, crossings, initial totals, parameters.
 * Method: a table of fields a section, then one pass over its rows for what a single field cannot tell.
 * Invariant: months are 0..11 in arrays, 1..12 in files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/sections.h"

enum { SECTION_MAX = 2000, PARAMETER_MAX = 1000 };

static void finding(ho_loader *loader, int32_t line, const char *sentence) {
    ho_finding_add(loader->findings, HO_FILE_SCENARIO, line, "%s", sentence);
}

/* ---- patrons and their flows ---- */

static void flows_read(ho_loader *loader, const ho_yaml_node *node, void *into);
static const ho_inside FLOWS_INSIDE, BORDERS_INSIDE;

static void borders_read(ho_loader *loader, const ho_yaml_node *node, void *into);

static void known_read(ho_loader *loader, const ho_yaml_node *node, void *into);
static void patron_before_read(ho_loader *loader, const ho_yaml_node *node, void *into);

/* How a patron acts: once as it is and once as was believed before. */
#define ACT(where, key, what) \
    .name = #key, .kind = (what), .offset = offsetof(ho_patron_row, where.key), .optional = true
#define STANCE(where) \
    {ACT(where, tolerated, HO_FIELD_NUMBER), .max = INFINITY, .above = true}, \
    {ACT(where, guaranteed, HO_FIELD_BOOL)}, \
    {ACT(where, recognition, HO_FIELD_PRIOR), .max = 1}, \
    {ACT(where, air_on_call, HO_FIELD_PRIOR), .max = INFINITY}, \
    {ACT(where, air_on_call_chance, HO_FIELD_NUMBER), .max = 1}, \
    {ACT(where, leverage, HO_FIELD_NUMBER), .max = 1}, \
    {ACT(where, aid_to_resistance, HO_FIELD_NUMBER), .max = 1}
#define KNOWN(member) {.name = #member, .kind = HO_FIELD_DAY, .offset = offsetof(ho_patron_row, known_on.member), .optional = true}
static const ho_field KNOWN_ON[] = {KNOWN(tolerated),          KNOWN(guaranteed), KNOWN(recognition),      KNOWN(air_on_call),
                                    KNOWN(air_on_call_chance), KNOWN(leverage),   KNOWN(aid_to_resistance)};
static const ho_inside KNOWN_INSIDE = {.field = KNOWN_ON, .n_field = COUNT(KNOWN_ON)};
static const ho_field STANCE_BEFORE[] = {STANCE(before)};
static const ho_inside STANCE_BEFORE_INSIDE = {.field = STANCE_BEFORE, .n_field = COUNT(STANCE_BEFORE)};
static const ho_field PATRON[] = {
    {HO_F(ho_patron_row, id, HO_FIELD_ID)},
    {HO_F(ho_patron_row, name, HO_FIELD_TEXT)},
    {HO_F(ho_patron_row, neighbour, HO_FIELD_TEXT), .optional = true},
    {.name = "border", .kind = HO_FIELD_READ, .read = borders_read, .optional = true, .inside = &BORDERS_INSIDE},
    STANCE(stance),
    {.name = "known_on", .kind = HO_FIELD_READ, .read = known_read, .optional = true, .inside = &KNOWN_INSIDE},
    {.name = "before", .kind = HO_FIELD_READ, .read = patron_before_read, .optional = true, .inside = &STANCE_BEFORE_INSIDE},
    {.name = "flows", .kind = HO_FIELD_READ, .read = flows_read, .optional = true, .inside = &FLOWS_INSIDE},
};
#define STANCE_BLANK {.tolerated = NAN, .recognition = ZERO_PRIOR, .air_on_call = ZERO_PRIOR, .air_on_call_chance = 0.5}
static const ho_patron_row PATRON_BLANK = {
    .stance = STANCE_BLANK,
    .before = STANCE_BLANK,
    .known_on = {HO_DAY_NONE, HO_DAY_NONE, HO_DAY_NONE, HO_DAY_NONE, HO_DAY_NONE, HO_DAY_NONE, HO_DAY_NONE}};
static const ho_rows PATRONS = ROWS_OF("patrons", ho_patron_row, PATRON, PATRON_BLANK, 1000, HO_REF_PATRON);
const ho_inside ho_patrons_inside = INSIDE_ROWS(PATRONS);

/* A date after the first day needs what was believed until then. One of a key that the patron does not have, or that an
 * overlay took away, says nothing. */
static void known_check(ho_loader *loader, const ho_yaml_node *patron, const ho_yaml_node *date) {
    const ho_yaml *yaml = loader->yaml;
    const char *key = ho_yaml_key(yaml, date);
    const ho_yaml_node *before = ho_yaml_child(yaml, patron, "before");
    const ho_scenario *s = loader->scenario;
    char known[11], from[11];
    ho_day day = HO_DAY_NONE;
    if (ho_yaml_child(yaml, patron, key) && ho_day_parse(ho_yaml_text(yaml, date), &day) && s->from != HO_DAY_NONE && day > s->from &&
        !(before && before->kind == HO_YAML_MAP && ho_yaml_child(yaml, before, key)))
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, date->key_line,
                       "known_on of %s is %s, after from (%s); need it in before, what was believed until then", key,
                       ho_day_format(day, known), ho_day_format(s->from, from));
}

static bool stance_key(const char *name) {
    for (size_t k = 0; k < COUNT(KNOWN_ON); k++)
        if (strcmp(KNOWN_ON[k].name, name) == 0)
            return true;
    return false;
}

static void known_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    const ho_yaml *yaml = loader->yaml;
    ho_map_read(loader, node, KNOWN_ON, COUNT(KNOWN_ON), into);
    if (node->kind != HO_YAML_MAP || node->parent < 0)
        return;
    for (const ho_yaml_node *date = ho_yaml_first(yaml, node); date; date = ho_yaml_next(yaml, date))
        if (date->kind == HO_YAML_SCALAR && stance_key(ho_yaml_key(yaml, date)))
            known_check(loader, &yaml->node[node->parent], date);
}

/* In the order of STANCE_BEFORE. */
#define GIVEN(member) offsetof(ho_patron_row, has_before.member)
static const size_t GIVEN_AT[] = {GIVEN(tolerated),          GIVEN(guaranteed), GIVEN(recognition),      GIVEN(air_on_call),
                                  GIVEN(air_on_call_chance), GIVEN(leverage),   GIVEN(aid_to_resistance)};
_Static_assert(COUNT(GIVEN_AT) == COUNT(STANCE_BEFORE), "a flag a key");

static void patron_before_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_map_read(loader, node, STANCE_BEFORE, COUNT(STANCE_BEFORE), into);
    for (size_t k = 0; k < COUNT(STANCE_BEFORE) && node->kind == HO_YAML_MAP; k++)
        *(bool *)((char *)into + GIVEN_AT[k]) = ho_yaml_child(loader->yaml, node, STANCE_BEFORE[k].name) != NULL;
}

static const char *const FLOW_KIND[] = {"cash", "sorties", "maintenance", "sanctuary", NULL}; /* ho_flow_kind */
static const ho_field FLOW[] = {
    {.name = "to", .kind = HO_FIELD_REF, .ref = HO_REF_FACTION, .offset = offsetof(ho_flow_row, faction)},
    {HO_F(ho_flow_row, kind, HO_FIELD_CHOICE), .choice = FLOW_KIND},
    {HO_F_RANGE(ho_flow_row, value, -1e12, 1e12)},
    {HO_F(ho_flow_row, from, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_flow_row, until, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_flow_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_flow_row, source, HO_FIELD_TEXT)},
};
static const ho_flow_row FLOW_BLANK = {.patron = -1, .faction = -1, .from = HO_DAY_NONE, .until = HO_DAY_NONE,
                                       .known_on = HO_DAY_NONE};
static const ho_rows FLOWS = ROWS_OF("flows", ho_flow_row, FLOW, FLOW_BLANK, SECTION_MAX, HO_REF_NONE);
static const ho_inside FLOWS_INSIDE = INSIDE_ROWS(FLOWS);

static void flow_check(ho_loader *loader, const ho_flow_row *row) {
    bool is_share = row->kind == HO_FLOW_MAINTENANCE || row->kind == HO_FLOW_SANCTUARY;
    if (is_share && !(row->value >= 0 && row->value <= 1))
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "value of %s is %.10g; need 0 to 1",
                       FLOW_KIND[row->kind], row->value);
    if (row->kind == HO_FLOW_SORTIES && row->value < 0)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "value of sorties is %.10g; need >= 0", row->value);
    if (row->from != HO_DAY_NONE && row->until != HO_DAY_NONE && row->until < row->from)
        finding(loader, row->line, "until of the flow is before its from");
}

/* The list is inside a patron: the last one added. */
static void flows_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    (void)into;
    ho_scenario *s = loader->scenario;
    size_t before = s->n_flow;
    void *rows = s->flow;
    ho_list_read(loader, node, &FLOWS, &rows, &s->n_flow);
    s->flow = rows;
    for (size_t k = before; k < s->n_flow; k++) {
        s->flow[k].patron = (int32_t)s->n_patron - 1;
        flow_check(loader, &s->flow[k]);
    }
}

static const char *const POSTURE[] = {"open", "limited", "closed", NULL}; /* ho_posture */
#define POSTURE_OF(traveller_name, traveller) \
    {.name = traveller_name, .kind = HO_FIELD_CHOICE, .choice = POSTURE, \
     .offset = offsetof(ho_border_row, posture) + (traveller) * sizeof(ho_posture)}
static const ho_field BORDER[] = {
    {HO_F(ho_border_row, from, HO_FIELD_DAY)},
    POSTURE_OF("people", HO_TRAVELLER_PEOPLE),
    POSTURE_OF("soldiers", HO_TRAVELLER_SOLDIERS),
    POSTURE_OF("armed", HO_TRAVELLER_ARMED),
    {HO_F_RANGE(ho_border_row, quota_per_day, 0, 1e9), .optional = true},
    {HO_F(ho_border_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_border_row, source, HO_FIELD_TEXT)},
};
static const ho_border_row BORDER_BLANK = {.patron = -1, .from = HO_DAY_NONE, .known_on = HO_DAY_NONE};
static const ho_rows BORDERS = ROWS_OF("border rows", ho_border_row, BORDER, BORDER_BLANK, SECTION_MAX, HO_REF_NONE);
static const ho_inside BORDERS_INSIDE = INSIDE_ROWS(BORDERS);

/* The list is inside a patron: the last one added. */
static void borders_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    (void)into;
    ho_scenario *s = loader->scenario;
    size_t before = s->n_border;
    void *rows = s->border;
    ho_list_read(loader, node, &BORDERS, &rows, &s->n_border);
    s->border = rows;
    for (size_t k = before; k < s->n_border; k++)
        s->border[k].patron = (int32_t)s->n_patron - 1;
}

void ho_patrons_read(ho_loader *loader, const ho_yaml_node *node) {
    void *rows = NULL;
    ho_list_read(loader, node, &PATRONS, &rows, &loader->scenario->n_patron);
    loader->scenario->patron = rows;
}

/* ---- calendar ---- */

static const char *const CALENDAR_KIND[] = {"withdrawal", "contractors", "announcement", "end_announced",
                                            "lull",       "reshuffle",   "handover",     "drive",
                                            "call",       "evacuation",  "forecast",     "offer",
                                            NULL}; /* ho_calendar_kind */
static const ho_field CALENDAR[] = {
    {HO_F(ho_calendar_row, id, HO_FIELD_ID)},
    {HO_F(ho_calendar_row, name, HO_FIELD_TEXT), .optional = true},
    {HO_F(ho_calendar_row, kind, HO_FIELD_CHOICE), .choice = CALENDAR_KIND},
    {HO_F(ho_calendar_row, date, HO_FIELD_DAY)},
    {HO_F(ho_calendar_row, until, HO_FIELD_DAY), .optional = true},
    {HO_F_RANGE(ho_calendar_row, value, 0, 1e9), .optional = true},
    {HO_F_REF(ho_calendar_row, bloc, HO_REF_BLOC), .optional = true},
    {HO_F_REF(ho_calendar_row, faction, HO_REF_FACTION), .optional = true},
    {HO_F(ho_calendar_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_calendar_row, source, HO_FIELD_TEXT)},
};
static const ho_calendar_row CALENDAR_BLANK = {.bloc = -1, .faction = -1, .date = HO_DAY_NONE, .until = HO_DAY_NONE,
                                               .value = NAN, .known_on = HO_DAY_NONE};
static const ho_rows CALENDAR_ROWS =
    ROWS_OF("calendar entries", ho_calendar_row, CALENDAR, CALENDAR_BLANK, SECTION_MAX, HO_REF_NONE);
const ho_inside ho_calendar_inside = INSIDE_ROWS(CALENDAR_ROWS);

static void calendar_value_check(ho_loader *loader, ho_calendar_row *row, const char *kind) {
    bool is_share = row->kind == HO_CAL_WITHDRAWAL || row->kind == HO_CAL_CONTRACTORS ||
                    row->kind == HO_CAL_FORECAST || row->kind == HO_CAL_OFFER;
    bool is_number = row->kind == HO_CAL_LULL || row->kind == HO_CAL_DRIVE || row->kind == HO_CAL_EVACUATION;
    if (isnan(row->value) && (is_share || is_number))
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "key value is missing; %s needs it", kind);
    else if (isnan(row->value))
        row->value = 1;
    else if (is_share && row->value > 1)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "value of %s is %.10g; need 0 to 1", kind, row->value);
}

/* What each kind needs; node is the row's map. */
static void calendar_check(ho_loader *loader, const ho_yaml_node *node, ho_calendar_row *row) {
    const char *kind = CALENDAR_KIND[row->kind];
    const ho_yaml_node *written = node->kind == HO_YAML_MAP ? ho_yaml_child(loader->yaml, node, "kind") : NULL;
    if (!written || strcmp(ho_yaml_text(loader->yaml, written), kind) != 0)
        return; /* has its finding */
    bool is_lull = row->kind == HO_CAL_LULL, is_call = row->kind == HO_CAL_CALL;
    bool lasts = is_lull || row->kind == HO_CAL_DRIVE || row->kind == HO_CAL_EVACUATION;
    if (!ho_yaml_child(loader->yaml, node, "value") || !isnan(row->value))
        calendar_value_check(loader, row, kind);
    if (!is_lull && !is_call && !ho_yaml_child(loader->yaml, node, "bloc"))
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "key bloc is missing; %s needs it", kind);
    if (is_call && !ho_yaml_child(loader->yaml, node, "faction"))
        finding(loader, row->line, "key faction is missing; call needs it");
    if (!is_call && row->faction >= 0)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "%s takes no faction; only call does", kind);
    if (lasts && !ho_yaml_child(loader->yaml, node, "until"))
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "key until is missing; %s needs it", kind);
    if (!lasts && row->until != HO_DAY_NONE)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line,
                       "%s takes no until; only lull, drive and evacuation do", kind);
    if (lasts && row->until != HO_DAY_NONE && row->date != HO_DAY_NONE && row->until < row->date)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "until of the %s is before its date", kind);
}

void ho_calendar_read(ho_loader *loader, const ho_yaml_node *node) {
    ho_scenario *s = loader->scenario;
    void *rows = NULL;
    ho_list_read(loader, node, &CALENDAR_ROWS, &rows, &s->n_calendar);
    s->calendar = rows;
    const ho_yaml_node *item = s->n_calendar ? ho_yaml_first(loader->yaml, node) : NULL;
    for (size_t k = 0; k < s->n_calendar && item; k++, item = ho_yaml_next(loader->yaml, item))
        calendar_check(loader, item, &s->calendar[k]);
}

/* ---- endings ---- */

static const ho_field ENDING[] = {
    {HO_F_RANGE(ho_ending_rule, victory_people, 0, 1), .optional = true},
    {HO_F_RANGE(ho_ending_rule, fragment_people, 0, 1), .optional = true},
    {HO_F_RANGE(ho_ending_rule, stalemate_people, 0, 0.5), .optional = true},
    {HO_F_RANGE(ho_ending_rule, recovery_districts, 0, INFINITY), .optional = true},
};
const ho_inside ho_endings_inside = {.field = ENDING, .n_field = COUNT(ENDING)};

void ho_endings_read(ho_loader *loader, const ho_yaml_node *node) {
    loader->scenario->ending = (ho_ending_rule){
        .victory_people = 0.9, .fragment_people = 0.05, .stalemate_people = 0.15, .recovery_districts = 10};
    if (node)
        ho_map_read(loader, node, ENDING, COUNT(ENDING), &loader->scenario->ending);
}

/* ---- season ---- */

static const ho_field FACTOR = {.name = "factor", .kind = HO_FIELD_NUMBER, .max = INFINITY};
static const ho_inside FACTOR_INSIDE = {.shape = HO_INSIDE_LIST, .field = &FACTOR, .min = 12, .max = 12};

static void factor_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_season_row *row = into;
    if (!ho_list_expect(loader, node, 12, "factor"))
        return;
    double *month = row->factor;
    for (const ho_yaml_node *item = ho_yaml_first(loader->yaml, node); item; item = ho_yaml_next(loader->yaml, item))
        ho_scalar_read(loader, item, &FACTOR, month++);
}

static const char *const TERRAIN[] = {"plain", "hills", "mountain", "gorge", NULL}; /* ho_terrain */
static const ho_field SEASON[] = {
    {HO_F(ho_season_row, terrain, HO_FIELD_CHOICE), .choice = TERRAIN},
    {.name = "factor", .kind = HO_FIELD_READ, .read = factor_read, .inside = &FACTOR_INSIDE},
    {HO_F(ho_season_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_season_row, source, HO_FIELD_TEXT)},
};
static const ho_season_row SEASON_BLANK = {.known_on = HO_DAY_NONE};
static const ho_rows SEASONS = ROWS_OF("season rows", ho_season_row, SEASON, SEASON_BLANK, 1000, HO_REF_NONE);
const ho_inside ho_season_inside = INSIDE_ROWS(SEASONS);

void ho_season_read(ho_loader *loader, const ho_yaml_node *node) {
    void *rows = NULL;
    ho_list_read(loader, node, &SEASONS, &rows, &loader->scenario->n_season);
    loader->scenario->season = rows;
}

/* ---- passes ---- */

static const ho_field END = {.name = "end of the edge", .kind = HO_FIELD_REF, .ref = HO_REF_DISTRICT};
static const ho_inside EDGE_INSIDE = {.shape = HO_INSIDE_LIST, .field = &END, .min = 2, .max = 2};
static const ho_field EDGE = {.name = "edge", .kind = HO_FIELD_READ, .inside = &EDGE_INSIDE}; /* for the schema only */
static const ho_inside EDGES_INSIDE = {.shape = HO_INSIDE_LIST, .field = &EDGE, .min = 1};
static const ho_field MONTH = {.name = "month", .kind = HO_FIELD_INTEGER, .min = 1, .max = 12};
static const ho_inside MONTHS_INSIDE = {.shape = HO_INSIDE_LIST, .field = &MONTH};

/* Reads [a, b]: the index of the edge between them, -1 after a finding. */
static int32_t pass_edge(ho_loader *loader, const ho_yaml_node *node) {
    int32_t a = -1, b = -1;
    if (!ho_list_expect(loader, node, 2, "edge"))
        return -1;
    const ho_yaml_node *first = ho_yaml_first(loader->yaml, node), *second = ho_yaml_next(loader->yaml, first);
    ho_scalar_read(loader, first, &END, &a);
    ho_scalar_read(loader, second, &END, &b);
    if (a < 0 || b < 0)
        return -1;
    int32_t edge = ho_edge_find(loader, a, b);
    if (edge < 0 && !loader->edges_open)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "edges.csv has no edge %s-%s",
                       ho_yaml_text(loader->yaml, first), ho_yaml_text(loader->yaml, second));
    return edge;
}

static void pass_edges_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_pass_row *row = into;
    if (!ho_list_expect(loader, node, 0, "edges"))
        return;
    row->edge = calloc(node->n_child + 1, sizeof *row->edge);
    if (!row->edge) {
        loader->findings->no_memory = true;
        return;
    }
    if (node->n_child == 0)
        finding(loader, node->line, "edges is empty; need at least one [a, b]");
    for (const ho_yaml_node *item = ho_yaml_first(loader->yaml, node); item; item = ho_yaml_next(loader->yaml, item)) {
        int32_t edge = pass_edge(loader, item);
        if (edge >= 0)
            row->edge[row->n_edge++] = edge;
    }
}

static void months_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_pass_row *row = into;
    if (!ho_list_expect(loader, node, 0, "closed_months"))
        return;
    for (const ho_yaml_node *item = ho_yaml_first(loader->yaml, node); item; item = ho_yaml_next(loader->yaml, item)) {
        int64_t month;
        if (ho_scalar_read(loader, item, &MONTH, &month))
            row->closed[month - 1] = true;
    }
}

static const ho_field PASS[] = {
    {HO_F(ho_pass_row, name, HO_FIELD_TEXT)},
    {.name = "edges", .kind = HO_FIELD_READ, .read = pass_edges_read, .inside = &EDGES_INSIDE},
    {.name = "closed_months", .kind = HO_FIELD_READ, .read = months_read, .inside = &MONTHS_INSIDE},
    {HO_F(ho_pass_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_pass_row, source, HO_FIELD_TEXT)},
};
static const ho_pass_row PASS_BLANK = {.known_on = HO_DAY_NONE};
static const ho_rows PASSES = ROWS_OF("passes", ho_pass_row, PASS, PASS_BLANK, SECTION_MAX, HO_REF_NONE);
const ho_inside ho_passes_inside = INSIDE_ROWS(PASSES);

void ho_passes_read(ho_loader *loader, const ho_yaml_node *node) {
    void *rows = NULL;
    ho_list_read(loader, node, &PASSES, &rows, &loader->scenario->n_pass);
    loader->scenario->pass = rows;
}

/* ---- crossings ---- */

static const ho_field CROSSING[] = {
    {HO_F(ho_crossing_row, id, HO_FIELD_ID)},
    {HO_F(ho_crossing_row, name, HO_FIELD_TEXT)},
    {HO_F_REF(ho_crossing_row, district, HO_REF_DISTRICT)},
    {HO_F(ho_crossing_row, neighbour, HO_FIELD_TEXT)},
    {HO_F_REF(ho_crossing_row, friendly_to, HO_REF_BLOC), .optional = true},
    {HO_F_RANGE(ho_crossing_row, customs_usd_per_month, 0, INFINITY)},
    {HO_F_RANGE(ho_crossing_row, customs_sd_log, 0, INFINITY)},
    {HO_F(ho_crossing_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_crossing_row, source, HO_FIELD_TEXT)},
};
static const ho_crossing_row CROSSING_BLANK = {.district = -1, .friendly_to = -1, .known_on = HO_DAY_NONE};
static const ho_rows CROSSINGS =
    ROWS_OF("crossings", ho_crossing_row, CROSSING, CROSSING_BLANK, SECTION_MAX, HO_REF_CROSSING);
const ho_inside ho_crossings_inside = INSIDE_ROWS(CROSSINGS);

void ho_crossings_read(ho_loader *loader, const ho_yaml_node *node) {
    void *rows = NULL;
    ho_list_read(loader, node, &CROSSINGS, &rows, &loader->scenario->n_crossing);
    loader->scenario->crossing = rows;
}

/* ---- initial totals ---- */

static const char *const TOTAL_KIND[] = {"centres", "controlled", "contested", NULL}; /* ho_total_kind */
static const ho_field TOTAL[] = {
    {HO_F_REF(ho_total_row, bloc, HO_REF_BLOC)},
    {HO_F(ho_total_row, quantity, HO_FIELD_CHOICE), .choice = TOTAL_KIND},
    {HO_F_RANGE(ho_total_row, value, 0, INFINITY)},
    {HO_F_RANGE(ho_total_row, denominator, 0, INFINITY), .above = true},
    {HO_F_RANGE(ho_total_row, sd, 0, INFINITY)},
    {HO_F(ho_total_row, date, HO_FIELD_DAY)},
    {HO_F(ho_total_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_total_row, source, HO_FIELD_TEXT)},
};
static const ho_total_row TOTAL_BLANK = {.bloc = -1, .denominator = INFINITY, .date = HO_DAY_NONE,
                                         .known_on = HO_DAY_NONE};
static const ho_rows TOTALS = ROWS_OF("initial_totals", ho_total_row, TOTAL, TOTAL_BLANK, SECTION_MAX, HO_REF_NONE);
const ho_inside ho_initial_totals_inside = INSIDE_ROWS(TOTALS);

void ho_totals_read(ho_loader *loader, const ho_yaml_node *node) {
    ho_scenario *s = loader->scenario;
    void *rows = NULL;
    ho_list_read(loader, node, &TOTALS, &rows, &s->n_total);
    s->total = rows;
    for (size_t k = 0; k < s->n_total; k++)
        if (s->total[k].value > s->total[k].denominator)
            ho_finding_add(loader->findings, HO_FILE_SCENARIO, s->total[k].line,
                           "value is %.10g; need at most the denominator, which is %.10g", s->total[k].value,
                           s->total[k].denominator);
}

/* ---- parameters ---- */

static void before_read(ho_loader *loader, const ho_yaml_node *node, void *into);

static const ho_field BEFORE = {.name = "prior_before", .kind = HO_FIELD_PRIOR, .min = -INFINITY, .max = INFINITY};
static const ho_inside BEFORE_INSIDE = {.field = &BEFORE};
static const ho_field PARAMETER[] = {
    {HO_F(ho_parameter_row, prior, HO_FIELD_PRIOR), .min = -INFINITY, .max = INFINITY},
    {.name = "prior_before", .kind = HO_FIELD_READ, .read = before_read, .optional = true, .inside = &BEFORE_INSIDE},
    {HO_F(ho_parameter_row, known_on, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_parameter_row, source, HO_FIELD_TEXT)},
};
static const ho_parameter_row PARAMETER_BLANK = {.prior = ZERO_PRIOR, .prior_before = ZERO_PRIOR,
                                                 .known_on = HO_DAY_NONE};
static const ho_rows PARAMETERS =
    ROWS_OF("parameters", ho_parameter_row, PARAMETER, PARAMETER_BLANK, PARAMETER_MAX, HO_REF_PARAMETER);
const ho_inside ho_parameters_inside = {.shape = HO_INSIDE_NAMED, .rows = &PARAMETERS};

static void before_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_parameter_row *row = into;
    row->has_before = true;
    ho_prior_read(loader, node, &BEFORE, &row->prior_before);
}

/* One parameter: its key is its name. */
static void parameter_read(ho_loader *loader, const ho_yaml_node *node, ho_parameter_row *row) {
    const ho_field name = {HO_F(ho_parameter_row, name, HO_FIELD_ID)};
    const ho_scenario *s = loader->scenario;
    char known[11], from[11];
    ho_field_take(loader, &name, &(ho_cell){HO_FILE_SCENARIO, node->key_line, ho_yaml_key(loader->yaml, node), false}, row);
    ho_map_read(loader, node, PARAMETER, COUNT(PARAMETER), row);
    if (row->known_on != HO_DAY_NONE && s->from != HO_DAY_NONE && row->known_on > s->from && !row->has_before)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line,
                       "known_on is %s, after from (%s); need prior_before, what was believed until then",
                       ho_day_format(row->known_on, known), ho_day_format(s->from, from));
}

void ho_parameters_read(ho_loader *loader, const ho_yaml_node *node) {
    ho_scenario *s = loader->scenario;
    void *rows = NULL;
    if (!node)
        return;
    if (node->kind != HO_YAML_MAP || node->n_child > PARAMETER_MAX) {
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "parameters needs to be a map of at most %d names",
                       PARAMETER_MAX);
        return;
    }
    for (const ho_yaml_node *item = ho_yaml_first(loader->yaml, node); item; item = ho_yaml_next(loader->yaml, item)) {
        ho_parameter_row *row = ho_row_add(loader, &PARAMETERS, &rows, &s->n_parameter, item->key_line);
        s->parameter = rows;
        if (!row)
            return;
        parameter_read(loader, item, row);
        ho_row_name(loader, &PARAMETERS, HO_FILE_SCENARIO, rows, s->n_parameter);
    }
}

/* ---- words ---- */

static const char *word_of(const char *const *word, size_t n, unsigned k) {
    return k < n ? word[k] : "?";
}

const char *ho_flow_kind_name(ho_flow_kind kind) {
    return word_of(FLOW_KIND, COUNT(FLOW_KIND) - 1, (unsigned)kind);
}

const char *ho_calendar_kind_name(ho_calendar_kind kind) {
    return word_of(CALENDAR_KIND, COUNT(CALENDAR_KIND) - 1, (unsigned)kind);
}

const char *ho_posture_name(ho_posture posture) {
    return word_of(POSTURE, COUNT(POSTURE) - 1, (unsigned)posture);
}
