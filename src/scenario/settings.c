/* scenario.yml: the top level.
 * Method: it only remembers where its sections are; they are then read in the order in which they name each other, whatever their
 * order in the file.
 * Invariant: a table of names whose section could not be read is open, so that the section is one finding and not many. */
#include <stdlib.h>

#include "scenario/sections.h"

typedef struct top {
    char *name, *title, *notes;
    ho_day from, until, today;
    int64_t format, seed, replicates;
    int32_t national_capital;
    int32_t holdout, blocs, groups, garrison_kinds, factions, rivalries, successors, patrons, endings, calendar, season, passes, crossings, initial_totals,
        transfers, airport, parameters, without; /* nodes, -1: absent */
} top;

#define SECTION(member) {HO_F(top, member, HO_FIELD_NODE), .inside = &ho_##member##_inside}
#define SECTION_IF(member) {HO_F(top, member, HO_FIELD_NODE), .optional = true, .inside = &ho_##member##_inside}
static const ho_field TOP[] = {
    {HO_F(top, format, HO_FIELD_INTEGER), .min = HO_FORMAT, .max = HO_FORMAT},
    {HO_F(top, name, HO_FIELD_ID)},
    {HO_F(top, title, HO_FIELD_TEXT)},
    {HO_F(top, from, HO_FIELD_DAY)},
    {HO_F(top, until, HO_FIELD_DAY)},
    {HO_F(top, today, HO_FIELD_DAY), .optional = true},
    {HO_F(top, seed, HO_FIELD_INTEGER), .min = 0, .max = UINT32_MAX},
    {HO_F(top, replicates, HO_FIELD_INTEGER), .min = 1, .max = 10000000},
    {HO_F_REF(top, national_capital, HO_REF_DISTRICT)},
    SECTION_IF(holdout),
    SECTION(blocs),
    SECTION(groups),
    SECTION(garrison_kinds),
    SECTION(factions),
    SECTION_IF(rivalries),
    SECTION_IF(successors),
    SECTION_IF(patrons),
    SECTION_IF(calendar),
    SECTION_IF(transfers),
    SECTION_IF(airport),
    SECTION_IF(season),
    SECTION_IF(passes),
    SECTION_IF(crossings),
    SECTION_IF(initial_totals),
    SECTION_IF(parameters),
    SECTION_IF(endings),
    SECTION_IF(without),
    {HO_F(top, notes, HO_FIELD_TEXT), .optional = true},
};
const ho_inside ho_scenario_inside = {.field = TOP, .n_field = COUNT(TOP)};
static const top TOP_BLANK = {.from = HO_DAY_NONE, .until = HO_DAY_NONE, .today = HO_DAY_NONE, .national_capital = -1, .holdout = -1,
                              .blocs = -1, .groups = -1, .garrison_kinds = -1, .factions = -1, .rivalries = -1, .successors = -1, .patrons = -1, .endings = -1,
                              .calendar = -1, .transfers = -1, .airport = -1, .season = -1, .passes = -1, .crossings = -1, .initial_totals = -1,
                              .parameters = -1, .without = -1};

static const ho_field HOLDOUT[] = {
    {.name = "faction", .kind = HO_FIELD_REF, .ref = HO_REF_FACTION, .offset = offsetof(ho_scenario, holdout_faction)},
    {.name = "seat", .kind = HO_FIELD_REF, .ref = HO_REF_DISTRICT, .offset = offsetof(ho_scenario, holdout_seat)},
};
const ho_inside ho_holdout_inside = {.field = HOLDOUT, .n_field = COUNT(HOLDOUT)};

/* ---- mechanisms that are off ---- */

#define N(name) #name,
static const char *const MECHANISM[] = {
#include "base/mechanism_names.def"
    NULL};
#undef N
static const ho_field WITHOUT = {.name = "without", .kind = HO_FIELD_CHOICE, .choice = MECHANISM};
const ho_inside ho_without_inside = {.shape = HO_INSIDE_LIST, .field = &WITHOUT};

/* Each mechanism once a file; the files' lists add up, one after the other. */
static void without_read(ho_loader *loader, const ho_yaml_node *node) {
    int32_t seen[COUNT(MECHANISM)] = {0}; /* line where a mechanism was there last, 0: nowhere */
    char line[HO_LINE_ROOM];
    if (!node || !ho_list_expect(loader, node, 0, "without"))
        return;
    for (const ho_yaml_node *item = ho_yaml_first(loader->yaml, node); item; item = ho_yaml_next(loader->yaml, item)) {
        int mechanism = 0;
        if (!ho_scalar_read(loader, item, &WITHOUT, &mechanism))
            continue;
        if (seen[mechanism] && seen[mechanism] >> HO_LINE_BITS == item->line >> HO_LINE_BITS)
            ho_finding_add(loader->findings, HO_FILE_SCENARIO, item->line, "without: %s is there twice, first in %s", MECHANISM[mechanism],
                           ho_line_text(loader->findings, HO_FILE_SCENARIO, seen[mechanism], line));
        seen[mechanism] = item->line;
        loader->scenario->off |= UINT64_C(1) << mechanism;
    }
}

static void dates_check(ho_loader *loader, const ho_yaml_node *root) {
    enum { RUN_MAX_DAY = 3653 }; /* ten years with three leap days */
    const ho_scenario *s = loader->scenario;
    const ho_yaml_node *until = ho_yaml_child(loader->yaml, root, "until");
    char from_text[11], until_text[11];
    if (s->from == HO_DAY_NONE || s->until == HO_DAY_NONE)
        return;
    if (s->until < s->from)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, until->line, "until is %s; need a day from %s on",
                       ho_day_format(s->until, until_text), ho_day_format(s->from, from_text));
    else if (s->until - s->from > RUN_MAX_DAY)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, until->line, "until is %s, %d days after from; need at most %d",
                       ho_day_format(s->until, until_text), s->until - s->from, RUN_MAX_DAY);
}

static const ho_yaml_node *section(const ho_loader *loader, int32_t node) {
    return node < 0 ? NULL : &loader->yaml->node[node];
}

static void sections_read(ho_loader *loader, const top *t) {
    ho_blocs_read(loader, section(loader, t->blocs));
    ho_group_names_read(loader, section(loader, t->groups));
    ho_kinds_read(loader, section(loader, t->garrison_kinds));
    ho_factions_read(loader, section(loader, t->factions));
    ho_rivalries_read(loader, section(loader, t->rivalries));
    ho_successors_read(loader, section(loader, t->successors));
    ho_patrons_read(loader, section(loader, t->patrons));
    ho_calendar_read(loader, section(loader, t->calendar));
    ho_transfers_read(loader, section(loader, t->transfers));
    ho_airport_read(loader, section(loader, t->airport));
    ho_season_read(loader, section(loader, t->season));
    ho_passes_read(loader, section(loader, t->passes));
    ho_crossings_read(loader, section(loader, t->crossings));
    ho_totals_read(loader, section(loader, t->initial_totals));
    ho_parameters_read(loader, section(loader, t->parameters));
    ho_endings_read(loader, section(loader, t->endings));
    without_read(loader, section(loader, t->without));
    if (t->holdout >= 0)
        ho_map_read(loader, section(loader, t->holdout), HOLDOUT, COUNT(HOLDOUT), loader->scenario);
}

/* Tables whose section is absent (a finding already) are open. */
static void absent_open(ho_loader *loader, const top *t) {
    loader->names[HO_REF_BLOC].open |= t->blocs < 0;
    loader->names[HO_REF_GROUP].open |= t->groups < 0;
    loader->names[HO_REF_KIND].open |= t->garrison_kinds < 0;
    loader->names[HO_REF_FACTION].open |= t->factions < 0;
}

static void top_read(ho_loader *loader) {
    ho_scenario *s = loader->scenario;
    top t = TOP_BLANK;
    const ho_yaml_node *root = &loader->yaml->node[0];
    ho_map_read(loader, root, TOP, COUNT(TOP), &t);
    s->name = t.name;
    s->title = t.title;
    s->notes = t.notes;
    s->from = t.from;
    s->until = t.until;
    s->today = t.today;
    s->seed = (uint32_t)t.seed;
    s->replicates = (size_t)t.replicates;
    s->national_capital = t.national_capital;
    absent_open(loader, &t);
    if (root->kind != HO_YAML_MAP)
        return;
    dates_check(loader, root);
    sections_read(loader, &t);
}

void ho_settings_read(ho_loader *loader, ho_bytes bytes) {
    ho_yaml yaml = {0};
    bool ok = bytes.data && ho_yaml_parse(loader->findings, HO_FILE_SCENARIO, bytes.data, bytes.n, &yaml);
    if (!ok)
        yaml.n_node = 0;
    ho_overlays_merge(loader, &yaml);
    if (ok) {
        loader->yaml = &yaml;
        top_read(loader);
        loader->yaml = NULL;
    } else
        absent_open(loader, &TOP_BLANK);
    ho_yaml_free(&yaml);
}
