/* scenario.yml: the sides: blocs, groups of people, kinds of garrison and factions.
 * Method: a table of fields a section; what is no single value (base, strength, aircraft, affinity) has its own reader.
 * Invariant: base_province holds province indices without repeats. */
#include <stdlib.h>

#include "scenario/sections.h"

/* ---- blocs, groups, kinds of garrison ---- */

static const ho_field BLOC[] = {
    {HO_F(ho_bloc_row, id, HO_FIELD_ID)},
    {HO_F(ho_bloc_row, name, HO_FIELD_TEXT)},
    {HO_F(ho_bloc_row, color, HO_FIELD_COLOR)},
};
static const ho_bloc_row BLOC_BLANK = {0};
static const ho_rows BLOCS = ROWS_NEEDED("blocs", ho_bloc_row, BLOC, BLOC_BLANK, 2, HO_BLOC_MAX, HO_REF_BLOC);
const ho_inside ho_blocs_inside = INSIDE_ROWS(BLOCS);

static const ho_field GROUP[] = {
    {HO_F(ho_group_row, id, HO_FIELD_ID)},
    {HO_F(ho_group_row, name, HO_FIELD_TEXT)},
};
static const ho_group_row GROUP_BLANK = {0};
static const ho_rows GROUPS = ROWS_NEEDED("groups", ho_group_row, GROUP, GROUP_BLANK, 1, HO_GROUP_MAX, HO_REF_GROUP);
const ho_inside ho_groups_inside = INSIDE_ROWS(GROUPS);

static const ho_field KIND[] = {
    {HO_F(ho_kind_row, id, HO_FIELD_ID)},
    {HO_F(ho_kind_row, name, HO_FIELD_TEXT)},
    {HO_F_RANGE(ho_kind_row, worth, 0, INFINITY), .above = true},
    {HO_F(ho_kind_row, ghost, HO_FIELD_PRIOR), .min = 0, .max = 1},
    {HO_F(ho_kind_row, arrears_days, HO_FIELD_PRIOR), .min = 0, .max = INFINITY},
    {HO_F(ho_kind_row, supply_days, HO_FIELD_PRIOR), .min = 0, .max = INFINITY},
    {HO_F(ho_kind_row, reserve, HO_FIELD_BOOL), .optional = true},
    {HO_F(ho_kind_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_kind_row, source, HO_FIELD_TEXT)},
};
static const ho_kind_row KIND_BLANK = {.worth = 1, .ghost = ZERO_PRIOR, .arrears_days = ZERO_PRIOR,
                                       .supply_days = ZERO_PRIOR, .known_on = HO_DAY_NONE};
static const ho_rows KINDS = ROWS_NEEDED("garrison_kinds", ho_kind_row, KIND, KIND_BLANK, 1, HO_KIND_MAX, HO_REF_KIND);
const ho_inside ho_garrison_kinds_inside = INSIDE_ROWS(KINDS);

/* ---- factions ---- */

static void base_read(ho_loader *loader, const ho_yaml_node *node, void *into);
static void strength_read(ho_loader *loader, const ho_yaml_node *node, void *into);
static void aircraft_read(ho_loader *loader, const ho_yaml_node *node, void *into);
static void affinity_read(ho_loader *loader, const ho_yaml_node *node, void *into);
static void cap_read(ho_loader *loader, const ho_yaml_node *node, void *into);
static void finance_read(ho_loader *loader, const ho_yaml_node *node, void *into);
static void policies_read(ho_loader *loader, const ho_yaml_node *node, void *into);
static const ho_inside FINANCE_INSIDE, POLICIES_INSIDE;

static const ho_field PROVINCE = {.name = "base", .kind = HO_FIELD_REF, .ref = HO_REF_PROVINCE};
static const ho_inside BASE_INSIDE = {.shape = HO_INSIDE_LIST, .field = &PROVINCE};
static const ho_field STRENGTH = {.name = "strength", .kind = HO_FIELD_PRIOR, .min = 0, .max = INFINITY};
static const ho_inside STRENGTH_INSIDE = {.field = &STRENGTH};
static const ho_field CAP = {.name = "cap", .kind = HO_FIELD_PRIOR, .min = 0, .max = INFINITY};
static const ho_inside CAP_INSIDE = {.field = &CAP};
static const ho_field AIRCRAFT[] = {
    {.name = "count", .kind = HO_FIELD_NUMBER, .offset = offsetof(ho_faction_row, aircraft), .max = INFINITY},
    {.name = "sorties_per_day", .kind = HO_FIELD_NUMBER,
     .offset = offsetof(ho_faction_row, sorties_per_aircraft_day), .max = INFINITY},
    {HO_F_RANGE(ho_faction_row, readiness, 0, 1)},
    {HO_F_RANGE(ho_faction_row, readiness_without_maintenance, 0, 1)},
};
static const ho_inside AIRCRAFT_INSIDE = {.field = AIRCRAFT, .n_field = COUNT(AIRCRAFT)};
static const ho_field AFFINITY = {.name = "affinity", .kind = HO_FIELD_NUMBER, .optional = true, .min = -1, .max = 1};
static const ho_inside AFFINITY_INSIDE = {.shape = HO_INSIDE_NAMED, .field = &AFFINITY};

static const char *const ROLE[] = {"state", "insurgent", "militia", "resistance", NULL}; /* ho_role */
static const ho_field FACTION[] = {
    {HO_F(ho_faction_row, id, HO_FIELD_ID)},
    {HO_F(ho_faction_row, name, HO_FIELD_TEXT)},
    {HO_F_REF(ho_faction_row, bloc, HO_REF_BLOC)},
    {HO_F(ho_faction_row, role, HO_FIELD_CHOICE), .choice = ROLE},
    {.name = "base", .kind = HO_FIELD_READ, .read = base_read, .optional = true, .inside = &BASE_INSIDE},
    {HO_F(ho_faction_row, arrival, HO_FIELD_DAY), .optional = true},
    {.name = "strength", .kind = HO_FIELD_READ, .read = strength_read, .optional = true, .inside = &STRENGTH_INSIDE},
    {HO_F_RANGE(ho_faction_row, stock_days, 0, INFINITY), .optional = true},
    {.name = "aircraft", .kind = HO_FIELD_READ, .read = aircraft_read, .optional = true, .inside = &AIRCRAFT_INSIDE},
    {.name = "affinity", .kind = HO_FIELD_READ, .read = affinity_read, .optional = true, .inside = &AFFINITY_INSIDE},
    {.name = "cap", .kind = HO_FIELD_READ, .read = cap_read, .optional = true, .inside = &CAP_INSIDE},
    {HO_F_RANGE(ho_faction_row, vehicles, 0, 1e6), .optional = true},
    {HO_F(ho_faction_row, weapons_tonnes, HO_FIELD_PRIOR), .min = 0, .max = INFINITY, .optional = true},
    {HO_F(ho_faction_row, bombings_per_month, HO_FIELD_PRIOR), .min = 0, .max = INFINITY, .optional = true},
    {.name = "finance", .kind = HO_FIELD_READ, .read = finance_read, .optional = true, .inside = &FINANCE_INSIDE},
    {.name = "policies", .kind = HO_FIELD_READ, .read = policies_read, .optional = true, .inside = &POLICIES_INSIDE},
    {HO_F(ho_faction_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_faction_row, source, HO_FIELD_TEXT)},
};
static const ho_faction_row FACTION_BLANK = {.bloc = -1,
                                             .arrival = HO_DAY_NONE,
                                             .strength = ZERO_PRIOR,
                                             .cap = ZERO_PRIOR,
                                             .bombings_per_month = ZERO_PRIOR,
                                             .weapons_tonnes = ZERO_PRIOR,
                                             .tax_usd_day = ZERO_PRIOR,
                                             .commodity_usd_day = ZERO_PRIOR,
                                             .season_of_commodity = {1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1},
                                             .known_on = HO_DAY_NONE};
static const ho_rows FACTIONS =
    ROWS_NEEDED("factions", ho_faction_row, FACTION, FACTION_BLANK, 1, HO_FACTION_MAX, HO_REF_FACTION);
const ho_inside ho_factions_inside = INSIDE_ROWS(FACTIONS);

static void base_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_faction_row *row = into;
    if (!ho_list_expect(loader, node, 0, "base"))
        return;
    row->base_province = calloc(node->n_child + 1, sizeof *row->base_province);
    if (!row->base_province) {
        loader->findings->no_memory = true;
        return;
    }
    for (const ho_yaml_node *item = ho_yaml_first(loader->yaml, node); item; item = ho_yaml_next(loader->yaml, item)) {
        int32_t province = -1;
        if (!ho_scalar_read(loader, item, &PROVINCE, &province))
            continue;
        for (size_t k = 0; k < row->n_base; k++)
            if (row->base_province[k] == province) {
                ho_finding_add(loader->findings, HO_FILE_SCENARIO, item->line, "base names %s twice",
                               ho_yaml_text(loader->yaml, item));
                province = -1;
                break;
            }
        if (province >= 0)
            row->base_province[row->n_base++] = province;
    }
}

static void strength_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_faction_row *row = into;
    row->has_strength = true;
    ho_prior_read(loader, node, &STRENGTH, &row->strength);
}

static void cap_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_faction_row *row = into;
    row->has_cap = true;
    ho_prior_read(loader, node, &CAP, &row->cap);
}

static const ho_field SHARE = {.name = "commodity_season", .kind = HO_FIELD_NUMBER, .max = 1};
static const ho_inside SHARES_INSIDE = {.shape = HO_INSIDE_LIST, .field = &SHARE, .min = 12, .max = 12};

static void commodity_season_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_faction_row *row = into;
    if (!ho_list_expect(loader, node, 12, "commodity_season"))
        return;
    double *month = row->season_of_commodity;
    for (const ho_yaml_node *item = ho_yaml_first(loader->yaml, node); item; item = ho_yaml_next(loader->yaml, item))
        ho_scalar_read(loader, item, &SHARE, month++);
}

static const ho_field FINANCE[] = {
    {HO_F_RANGE(ho_faction_row, upkeep_usd_day, 0, 1e6)},
    {HO_F(ho_faction_row, tax_usd_day, HO_FIELD_PRIOR), .min = 0, .max = INFINITY, .optional = true},
    {HO_F(ho_faction_row, commodity_usd_day, HO_FIELD_PRIOR), .min = 0, .max = INFINITY, .optional = true},
    {.name = "commodity_season", .kind = HO_FIELD_READ, .read = commodity_season_read, .optional = true, .inside = &SHARES_INSIDE},
    {HO_F_RANGE(ho_faction_row, cash_usd, 0, 1e15), .optional = true},
    {HO_F_RANGE(ho_faction_row, reserves_usd, 0, 1e15), .optional = true},
    {HO_F_RANGE(ho_faction_row, reserves_abroad, 0, 1), .optional = true},
    {HO_F_RANGE(ho_faction_row, services_usd_day, 0, 1e12), .optional = true},
};
static const ho_inside FINANCE_INSIDE = {.field = FINANCE, .n_field = COUNT(FINANCE)};

static void finance_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_map_read(loader, node, FINANCE, COUNT(FINANCE), into);
}

static const ho_field POLICY[] = {
    {HO_F(ho_policy_row, from, HO_FIELD_DAY)},
    {.name = "restrictions", .kind = HO_FIELD_NUMBER, .max = 1,
     .offset = offsetof(ho_policy_row, value) + HO_POLICY_RESTRICTIONS * sizeof(double)},
    {.name = "reprisals", .kind = HO_FIELD_NUMBER, .max = 1,
     .offset = offsetof(ho_policy_row, value) + HO_POLICY_REPRISALS * sizeof(double)},
    {.name = "inclusion", .kind = HO_FIELD_NUMBER, .max = 1,
     .offset = offsetof(ho_policy_row, value) + HO_POLICY_INCLUSION * sizeof(double)},
    {HO_F(ho_policy_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_policy_row, source, HO_FIELD_TEXT)},
};
static const ho_policy_row POLICY_BLANK = {.faction = -1, .from = HO_DAY_NONE, .known_on = HO_DAY_NONE};
static const ho_rows POLICIES = ROWS_OF("policies", ho_policy_row, POLICY, POLICY_BLANK, 1000, HO_REF_NONE);
static const ho_inside POLICIES_INSIDE = INSIDE_ROWS(POLICIES);

/* The list is inside a faction: the last one added. */
static void policies_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    (void)into;
    ho_scenario *s = loader->scenario;
    size_t before = s->n_policy;
    void *rows = s->policy;
    ho_list_read(loader, node, &POLICIES, &rows, &s->n_policy);
    s->policy = rows;
    for (size_t k = before; k < s->n_policy; k++)
        s->policy[k].faction = (int32_t)s->n_faction - 1;
}

static void aircraft_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_map_read(loader, node, AIRCRAFT, COUNT(AIRCRAFT), into);
}

static void affinity_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_faction_row *row = into;
    ho_field field[HO_GROUP_MAX];
    size_t n = loader->scenario->n_group < HO_GROUP_MAX ? loader->scenario->n_group : HO_GROUP_MAX, n_field = 0;
    for (size_t group = 0; group < n; group++)
        if (loader->scenario->group[group].id) {
            field[n_field] = AFFINITY;
            field[n_field].name = loader->scenario->group[group].id;
            field[n_field++].offset = offsetof(ho_faction_row, affinity) + group * sizeof(double);
        }
    if (!loader->names[HO_REF_GROUP].open)
        ho_map_read(loader, node, field, n_field, row);
}

/* ---- sections ---- */

void ho_blocs_read(ho_loader *loader, const ho_yaml_node *node) {
    void *rows = NULL;
    ho_list_read(loader, node, &BLOCS, &rows, &loader->scenario->n_bloc);
    loader->scenario->bloc = rows;
}

void ho_group_names_read(ho_loader *loader, const ho_yaml_node *node) {
    void *rows = NULL;
    ho_list_read(loader, node, &GROUPS, &rows, &loader->scenario->n_group);
    loader->scenario->group = rows;
}

void ho_kinds_read(ho_loader *loader, const ho_yaml_node *node) {
    void *rows = NULL;
    ho_list_read(loader, node, &KINDS, &rows, &loader->scenario->n_kind);
    loader->scenario->kind = rows;
}

void ho_factions_read(ho_loader *loader, const ho_yaml_node *node) {
    void *rows = NULL;
    ho_list_read(loader, node, &FACTIONS, &rows, &loader->scenario->n_faction);
    loader->scenario->faction = rows;
}

/* ---- rivalries ---- */

static const ho_field END = {.name = "between", .kind = HO_FIELD_REF, .ref = HO_REF_FACTION};
static const ho_inside BETWEEN_INSIDE = {.shape = HO_INSIDE_LIST, .field = &END, .min = 2, .max = 2};

static void between_read(ho_loader *loader, const ho_yaml_node *node, void *into) {
    ho_rivalry_row *row = into;
    if (!ho_list_expect(loader, node, 2, "between"))
        return;
    const ho_yaml_node *first = ho_yaml_first(loader->yaml, node), *second = ho_yaml_next(loader->yaml, first);
    ho_scalar_read(loader, first, &END, &row->a);
    ho_scalar_read(loader, second, &END, &row->b);
    if (row->a < 0 || row->b < 0)
        return;
    const ho_faction_row *faction = loader->scenario->faction;
    if (row->a == row->b || faction[row->a].bloc != faction[row->b].bloc)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "between needs two factions of one bloc");
}

static const ho_field RIVALRY[] = {
    {.name = "between", .kind = HO_FIELD_READ, .read = between_read, .inside = &BETWEEN_INSIDE},
    {HO_F_RANGE(ho_rivalry_row, value, 0, 1)},
    {HO_F(ho_rivalry_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_rivalry_row, source, HO_FIELD_TEXT)},
};
static const ho_rivalry_row RIVALRY_BLANK = {.a = -1, .b = -1, .known_on = HO_DAY_NONE};
static const ho_rows RIVALRIES = ROWS_OF("rivalries", ho_rivalry_row, RIVALRY, RIVALRY_BLANK, 1000, HO_REF_NONE);
const ho_inside ho_rivalries_inside = INSIDE_ROWS(RIVALRIES);

void ho_rivalries_read(ho_loader *loader, const ho_yaml_node *node) {
    void *rows = NULL;
    ho_list_read(loader, node, &RIVALRIES, &rows, &loader->scenario->n_rivalry);
    loader->scenario->rivalry = rows;
}

/* ---- successors ---- */

static const ho_field SUCCESSOR[] = {
    {.name = "of", .kind = HO_FIELD_REF, .ref = HO_REF_FACTION, .offset = offsetof(ho_successor_row, state)},
    {HO_F_REF(ho_successor_row, faction, HO_REF_FACTION)},
    {HO_F_REF(ho_successor_row, seat, HO_REF_DISTRICT)},
    {HO_F(ho_successor_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_successor_row, source, HO_FIELD_TEXT)},
};
static const ho_successor_row SUCCESSOR_BLANK = {.state = -1, .faction = -1, .seat = -1, .known_on = HO_DAY_NONE};
static const ho_rows SUCCESSORS = ROWS_OF("successors", ho_successor_row, SUCCESSOR, SUCCESSOR_BLANK, 100, HO_REF_NONE);
const ho_inside ho_successors_inside = INSIDE_ROWS(SUCCESSORS);

static void successor_check(ho_loader *loader, const ho_successor_row *row) {
    const ho_faction_row *faction = loader->scenario->faction;
    if (row->state < 0 || row->faction < 0)
        return; /* has its finding */
    if (faction[row->state].role != HO_ROLE_STATE)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "of is %s; need a faction of role state",
                       faction[row->state].id);
    else if (faction[row->state].bloc != faction[row->faction].bloc)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line, "faction %s is of another bloc than %s",
                       faction[row->faction].id, faction[row->state].id);
}

void ho_successors_read(ho_loader *loader, const ho_yaml_node *node) {
    ho_scenario *s = loader->scenario;
    void *rows = NULL;
    ho_list_read(loader, node, &SUCCESSORS, &rows, &s->n_successor);
    s->successor = rows;
    for (size_t k = 0; k < s->n_successor; k++)
        successor_check(loader, &s->successor[k]);
}
