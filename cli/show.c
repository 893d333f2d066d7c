/* holdout show: one named thing of a scenario with its value, range, source, date and line. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

enum { KEY_JSON = 2000, KEY_SCENARIO };

typedef struct cli_show_options {
    cli_model model;
    const char *name;
    bool json;
} cli_show_options;

static const struct argp_option option[] = {
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "of which scenario (default: the first)", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_show_options *show = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &show->model;
        return 0;
    case KEY_SCENARIO:
        show->model.scenario = arg;
        return 0;
    case KEY_JSON:
        show->json = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "name", &show->name, arg);
        return 0;
    case ARGP_KEY_END:
        if (!show->name)
            argp_error(state, "show what? A scenario, parameter, mechanism, faction, p-code, ...");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child child[] = {{&cli_model_argp, 0, "The model:", 1}, {0}};
static const struct argp argp = {
    option,
    parse,
    "NAME",
    "Show a scenario, or what carries this name in one: a parameter, mechanism, observable, bloc, faction, "
    "kind of garrison, community, patron, calendar entry, crossing, pass, command, district or province (p-code or name) "
    "claim or what-if.",
    child,
    NULL,
    NULL};

/* --- pieces of cards --- */

static void put_text(json_t *card, const char *key, const char *text) {
    json_object_set_new(card, key, cli_text(text));
}

static void put_day(json_t *card, const char *key, ho_day day) {
    json_object_set_new(card, key, cli_date(day));
}

static void put_real(json_t *card, const char *key, double value) {
    json_object_set_new(card, key, cli_real(value));
}

static void put_prior(json_t *card, const char *key, const ho_prior *prior) {
    char text[96];
    put_text(card, key, ho_prior_format(prior, text));
}

static void put_line(json_t *card, const char *file, int32_t line) {
    char text[CLI_PATH_MAX + 16];
    snprintf(text, sizeof text, "%s:%d", file, (int)line);
    put_text(card, "at", line > 0 ? text : "the model's own");
}

/* A row of scenario.yml, or of the what-if that gave it. */
static void put_row_line(json_t *card, const ho_scenario *scenario, int32_t line) {
    put_line(card, ho_row_file(scenario, line), ho_row_line(line));
}

static json_t *card_of(const char *what, const char *name) {
    json_t *card = json_object();
    put_text(card, "what", what);
    put_text(card, "name", name);
    return card;
}

static bool is(const char *a, const char *b) {
    return a && strcmp(a, b) == 0;
}

/* --- the model --- */

/* What the scenario gives in the place of a prior that is known too late. */
static void put_prior_before(json_t *card, const ho_scenario *scenario, const char *name) {
    for (size_t k = 0; k < scenario->n_parameter; k++)
        if (is(scenario->parameter[k].name, name) && scenario->parameter[k].has_before)
            put_prior(card, "prior_before", &scenario->parameter[k].prior_before);
}

static json_t *show_parameter(const cli_show_options *show) {
    for (size_t k = 0; k < ho_parameter_count(); k++) {
        ho_parameter_info info = ho_world_parameter(show->model.built, k);
        if (!is(info.name, show->name))
            continue;
        json_t *card = card_of("parameter", info.name);
        put_text(card, "meaning", info.meaning);
        put_text(card, "unit", info.unit);
        put_text(card, "mechanism", info.mechanism);
        put_prior(card, info.held ? "held at" : "prior", &info.prior);
        put_prior_before(card, show->model.loaded, info.name);
        put_real(card, "centre", ho_prior_centre(&info.prior));
        put_real(card, "least allowed", info.lo);
        put_real(card, "most allowed", info.hi);
        put_text(card, "source", info.source);
        put_day(card, "known_on", info.known_on);
        put_row_line(card, show->model.loaded, info.line);
        return card;
    }
    return NULL;
}

static json_t *show_mechanism(const cli_show_options *show) {
    int32_t mechanism = ho_mechanism_find(show->name);
    if (mechanism < 0)
        return NULL;
    const ho_mechanism_info *info = ho_mechanism_at((size_t)mechanism);
    json_t *card = card_of("mechanism", info->name), *names = json_array();
    put_text(card, "does", info->does);
    put_text(card, "equation", info->equation);
    put_text(card, "source", info->source);
    put_text(card, "reads", info->reads);
    put_text(card, "writes", info->writes);
    put_text(card, "without it", info->off);
    put_text(card, "group", ho_mechanism_group_name(ho_mechanism_group_of((size_t)mechanism)));
    for (size_t k = 0; k < ho_parameter_count(); k++) {
        ho_parameter_info parameter = ho_world_parameter(show->model.built, k);
        if (is(parameter.mechanism, info->name))
            json_array_append_new(names, json_string(parameter.name));
    }
    json_object_set_new(card, "parameters", names);
    return card;
}

static json_t *show_observable(const cli_show_options *show) {
    ho_observables observables = {0};
    json_t *card = NULL;
    if (ho_observables_build(show->model.built, &observables, NULL))
        return NULL;
    int32_t k = ho_observables_find(&observables, show->name);
    if (k >= 0) {
        card = card_of("observable", show->name);
        put_text(card, "unit", observables.item[k].unit);
        put_text(card, "definition", observables.item[k].definition);
        json_object_set_new(card, "in the digest", json_boolean(observables.item[k].integer));
    }
    ho_observables_free(&observables);
    return card;
}

/* --- sides --- */

static json_t *show_bloc(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t b = 0; b < scenario->n_bloc; b++) {
        if (!is(scenario->bloc[b].id, show->name))
            continue;
        json_t *card = card_of("bloc", scenario->bloc[b].name), *totals = json_array();
        put_text(card, "id", show->name);
        static const char *const quantity[] = {"centres", "controlled", "contested"};
        for (size_t k = 0; k < scenario->n_total; k++) {
            const ho_total_row *row = &scenario->total[k];
            if (row->bloc != (int32_t)b)
                continue;
            json_t *total = json_object();
            put_text(total, "quantity", quantity[row->quantity]);
            put_real(total, "value", row->value);
            put_real(total, "of", row->denominator);
            put_real(total, "sd", row->sd);
            put_day(total, "date", row->date);
            put_text(total, "source", row->source);
            put_day(total, "known_on", row->known_on);
            put_row_line(total, scenario, row->line);
            json_array_append_new(totals, total);
        }
        json_object_set_new(card, "on the first day", totals);
        put_row_line(card, scenario, scenario->bloc[b].line);
        return card;
    }
    return NULL;
}

static void put_aircraft(json_t *card, const ho_faction_row *row) {
    put_real(card, "aircraft", row->aircraft);
    if (row->aircraft <= 0)
        return;
    put_real(card, "sorties of an aircraft that is ready [1/day]", row->sorties_per_aircraft_day);
    put_real(card, "ready with maintenance (share)", row->readiness);
    put_real(card, "ready without maintenance (share)", row->readiness_without_maintenance);
}

static void put_affinity(json_t *card, const ho_scenario *scenario, const ho_faction_row *row) {
    json_t *affinity = json_object();
    for (size_t g = 0; g < scenario->n_group; g++)
        put_real(affinity, scenario->group[g].id, row->affinity[g]);
    json_object_set_new(card, "affinity to groups (-1..1)", affinity);
}

static void put_money(json_t *card, const ho_faction_row *row) {
    if (row->has_cap)
        put_prior(card, "most it can have [persons]", &row->cap);
    put_real(card, "armoured vehicles", row->vehicles);
    put_prior(card, "attacks on crowds [1/month]", &row->bombings_per_month);
    put_real(card, "upkeep of a fighter [USD/day]", row->upkeep_usd_day);
    put_prior(card, "taxes if it governed everybody [USD/day]", &row->tax_usd_day);
    put_prior(card, "commodity in its best month [USD/day]", &row->commodity_usd_day);
    put_real(card, "cash on day 0 [USD]", row->cash_usd);
    put_real(card, "reserves [USD]", row->reserves_usd);
    put_real(card, "reserves abroad (share)", row->reserves_abroad);
    put_real(card, "civil wages [USD/day]", row->services_usd_day);
}

static json_t *rules_of(const ho_scenario *scenario, int32_t faction) {
    json_t *list = json_array();
    for (size_t k = 0; k < scenario->n_policy; k++) {
        const ho_policy_row *row = &scenario->policy[k];
        if (row->faction != faction)
            continue;
        json_t *rule = json_object();
        put_day(rule, "from", row->from);
        put_real(rule, "restrictions (0..1)", row->value[HO_POLICY_RESTRICTIONS]);
        put_real(rule, "reprisals (0..1)", row->value[HO_POLICY_REPRISALS]);
        put_real(rule, "inclusion (0..1)", row->value[HO_POLICY_INCLUSION]);
        put_text(rule, "source", row->source);
        put_day(rule, "known_on", row->known_on);
        put_row_line(rule, scenario, row->line);
        json_array_append_new(list, rule);
    }
    return list;
}

static json_t *rivals_of(const ho_scenario *scenario, int32_t faction) {
    json_t *rivals = json_object();
    for (size_t k = 0; k < scenario->n_rivalry; k++) {
        const ho_rivalry_row *row = &scenario->rivalry[k];
        if (row->a == faction || row->b == faction)
            put_real(rivals, scenario->faction[row->a == faction ? row->b : row->a].id, row->value);
    }
    return rivals;
}

static json_t *successors_of(const ho_scenario *scenario, int32_t faction) {
    json_t *list = json_array();
    for (size_t k = 0; k < scenario->n_successor; k++) {
        const ho_successor_row *row = &scenario->successor[k];
        if (row->state != faction)
            continue;
        json_t *item = json_object();
        put_text(item, "faction", scenario->faction[row->faction].id);
        put_text(item, "seat", scenario->district[row->seat].pcode);
        put_text(item, "source", row->source);
        put_day(item, "known_on", row->known_on);
        put_row_line(item, scenario, row->line);
        json_array_append_new(list, item);
    }
    return list;
}

static json_t *show_faction(const cli_show_options *show) {
    static const char *const role[] = {"state", "insurgent", "militia", "resistance"};
    const ho_scenario *scenario = show->model.loaded;
    for (size_t f = 0; f < scenario->n_faction; f++) {
        const ho_faction_row *row = &scenario->faction[f];
        if (!is(row->id, show->name))
            continue;
        json_t *card = card_of("faction", row->name), *base = json_array();
        put_text(card, "id", row->id);
        put_text(card, "bloc", scenario->bloc[row->bloc].id);
        put_text(card, "role", role[row->role]);
        for (size_t k = 0; k < row->n_base; k++)
            json_array_append_new(base, json_string(scenario->province[row->base_province[k]].name));
        json_object_set_new(card, "base", base);
        put_day(card, "arrival", row->arrival);
        if (row->has_strength)
            put_prior(card, "present [persons]", &row->strength);
        put_real(card, "extra stock in its base [days]", row->stock_days);
        put_aircraft(card, row);
        put_money(card, row);
        json_object_set_new(card, "rules", rules_of(scenario, (int32_t)f));
        json_object_set_new(card, "successors to its head", successors_of(scenario, (int32_t)f));
        json_object_set_new(card, "rivals in its bloc (0..1)", rivals_of(scenario, (int32_t)f));
        put_affinity(card, scenario, row);
        put_text(card, "source", row->source);
        put_day(card, "known_on", row->known_on);
        put_row_line(card, scenario, row->line);
        return card;
    }
    return NULL;
}

static json_t *show_kind(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t k = 0; k < scenario->n_kind; k++) {
        const ho_kind_row *row = &scenario->kind[k];
        if (!is(row->id, show->name))
            continue;
        json_t *card = card_of("kind of garrison", row->name);
        put_real(card, "worth of a person", row->worth);
        put_prior(card, "share on paper only", &row->ghost);
        put_prior(card, "pay owed [days]", &row->arrears_days);
        put_prior(card, "supply [days]", &row->supply_days);
        json_object_set_new(card, "mobile reserve", json_boolean(row->reserve));
        put_text(card, "source", row->source);
        put_day(card, "known_on", row->known_on);
        put_row_line(card, scenario, row->line);
        return card;
    }
    return NULL;
}

static json_t *show_group(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t g = 0; g < scenario->n_group; g++) {
        if (!is(scenario->group[g].id, show->name))
            continue;
        json_t *card = card_of("community", scenario->group[g].name), *affinity = json_object();
        put_text(card, "note",
                 "shares by province are in groups.csv, with wide error (`show PROVINCE`); affinity is an assumption about "
                 "armed groups");
        for (size_t f = 0; f < scenario->n_faction; f++)
            put_real(affinity, scenario->faction[f].id, scenario->faction[f].affinity[g]);
        json_object_set_new(card, "affinity of factions (-1..1)", affinity);
        put_row_line(card, scenario, scenario->group[g].line);
        return card;
    }
    return NULL;
}

static json_t *borders_of(const ho_scenario *scenario, int32_t patron) {
    static const char *const posture[] = {"open", "limited", "closed"};
    json_t *list = json_array();
    for (size_t k = 0; k < scenario->n_border; k++) {
        const ho_border_row *row = &scenario->border[k];
        if (row->patron != patron)
            continue;
        json_t *border = json_object();
        put_day(border, "from", row->from);
        put_text(border, "people", posture[row->posture[HO_TRAVELLER_PEOPLE]]);
        put_text(border, "soldiers", posture[row->posture[HO_TRAVELLER_SOLDIERS]]);
        put_text(border, "armed", posture[row->posture[HO_TRAVELLER_ARMED]]);
        put_real(border, "let through where limited [persons/day]", row->quota_per_day);
        put_text(border, "source", row->source);
        put_day(border, "known_on", row->known_on);
        put_row_line(border, scenario, row->line);
        json_array_append_new(list, border);
    }
    return list;
}

static void put_stance(json_t *card, const ho_patron_stance *row) {
    put_real(card, "arrivals it tolerates in 14 d [persons]", row->tolerated);
    json_object_set_new(card, "nobody armed crosses", json_boolean(row->guaranteed));
    put_prior(card, "recognises a victor (chance a month)", &row->recognition);
    put_prior(card, "sorties on call [1/day]", &row->air_on_call);
    put_real(card, "chance that they come", row->air_on_call_chance);
    put_real(card, "leverage (0..1)", row->leverage);
    put_real(card, "aid to a resistance (chance a month)", row->aid_to_resistance);
}

static void put_known(json_t *card, const ho_patron_known *known) {
    json_t *days = json_object();
    put_day(days, "tolerated", known->tolerated);
    put_day(days, "guaranteed", known->guaranteed);
    put_day(days, "recognition", known->recognition);
    put_day(days, "air_on_call", known->air_on_call);
    put_day(days, "air_on_call_chance", known->air_on_call_chance);
    put_day(days, "leverage", known->leverage);
    put_day(days, "aid_to_resistance", known->aid_to_resistance);
    json_object_set_new(card, "known_on", days);
}

static json_t *show_patron(const cli_show_options *show) {
    static const char *const kind[] = {"cash [USD/day]", "sorties [1/day]", "maintenance (share)", "sanctuary (share)"};
    const ho_scenario *scenario = show->model.loaded;
    for (size_t p = 0; p < scenario->n_patron; p++) {
        if (!is(scenario->patron[p].id, show->name))
            continue;
        json_t *card = card_of("patron", scenario->patron[p].name), *flows = json_array();
        for (size_t k = 0; k < scenario->n_flow; k++) {
            const ho_flow_row *row = &scenario->flow[k];
            if (row->patron != (int32_t)p)
                continue;
            json_t *flow = json_object();
            put_text(flow, "kind", kind[row->kind]);
            put_text(flow, "to", scenario->faction[row->faction].id);
            put_real(flow, "value", row->value);
            put_day(flow, "from", row->from);
            put_day(flow, "until", row->until);
            put_text(flow, "source", row->source);
            put_day(flow, "known_on", row->known_on);
            put_row_line(flow, scenario, row->line);
            json_array_append_new(flows, flow);
        }
        put_text(card, "neighbour", scenario->patron[p].neighbour);
        put_stance(card, &scenario->patron[p].stance);
        put_known(card, &scenario->patron[p].known_on);
        json_object_set_new(card, "borders", borders_of(scenario, (int32_t)p));
        json_object_set_new(card, "flows", flows);
        put_row_line(card, scenario, scenario->patron[p].line);
        return card;
    }
    return NULL;
}

/* --- places and dates --- */

/* An entry may have several versions, one for each day on which more became known. */
static json_t *show_calendar(const cli_show_options *show) {
    static const struct {
        const char *name, *unit;
    } kind[] = {[HO_CAL_WITHDRAWAL] = {"withdrawal", "share withdrawn (0..1)"},
                [HO_CAL_CONTRACTORS] = {"contractors", "share remaining (0..1)"},
                [HO_CAL_ANNOUNCEMENT] = {"announcement", "weight of the shock to belief"},
                [HO_CAL_END_ANNOUNCED] = {"end_announced", "none: only its date counts"},
                [HO_CAL_LULL] = {"lull", "factor of engagements"},
                [HO_CAL_RESHUFFLE] = {"reshuffle", "weight of the shock to belief"},
                [HO_CAL_HANDOVER] = {"handover", "weight of the shock to belief"},
                [HO_CAL_DRIVE] = {"drive", "most volunteers [persons/day]"},
                [HO_CAL_CALL] = {"call", "weight of what it brings"},
                [HO_CAL_EVACUATION] = {"evacuation", "seats [persons/day]"},
                [HO_CAL_FORECAST] = {"forecast", "chance that the bloc loses (0..1)"},
                [HO_CAL_OFFER] = {"offer", "share of power offered (0..1)"}};
    const ho_scenario *scenario = show->model.loaded;
    json_t *versions = json_array();
    for (size_t k = 0; k < scenario->n_calendar; k++) {
        const ho_calendar_row *row = &scenario->calendar[k];
        if (!is(row->id, show->name))
            continue;
        json_t *version = json_object();
        put_text(version, "kind", kind[row->kind].name);
        put_text(version, "what happens", row->name);
        if (row->faction >= 0)
            put_text(version, "faction", scenario->faction[row->faction].id);
        else
            put_text(version, "bloc", row->bloc < 0 ? "all" : scenario->bloc[row->bloc].id);
        put_day(version, "date", row->date);
        put_day(version, "until", row->until);
        put_real(version, "value", row->value);
        put_text(version, "unit", kind[row->kind].unit);
        put_text(version, "source", row->source);
        put_day(version, "known_on", row->known_on);
        put_row_line(version, scenario, row->line);
        json_array_append_new(versions, version);
    }
    if (json_array_size(versions) == 0) {
        json_decref(versions);
        return NULL;
    }
    json_t *card = card_of("calendar entry", show->name);
    json_object_set_new(card, "versions", versions);
    return card;
}

static json_t *show_crossing(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t k = 0; k < scenario->n_crossing; k++) {
        const ho_crossing_row *row = &scenario->crossing[k];
        if (!is(row->id, show->name))
            continue;
        json_t *card = card_of("crossing", row->name);
        put_text(card, "district", scenario->district[row->district].pcode);
        put_text(card, "neighbour", row->neighbour);
        put_text(card, "friendly to", row->friendly_to < 0 ? NULL : scenario->bloc[row->friendly_to].id);
        put_real(card, "customs [USD/month]", row->customs_usd_per_month);
        put_real(card, "sd of its log", row->customs_sd_log);
        put_text(card, "source", row->source);
        put_day(card, "known_on", row->known_on);
        put_row_line(card, scenario, row->line);
        return card;
    }
    return NULL;
}

static json_t *edges_of(const ho_scenario *scenario, const ho_pass_row *pass) {
    json_t *rows = json_array();
    for (size_t k = 0; k < pass->n_edge; k++) {
        const ho_edge_row *edge = &scenario->edge[pass->edge[k]];
        const ho_district_row *a = &scenario->district[edge->a], *b = &scenario->district[edge->b];
        char text[512];
        json_t *item = json_object();
        snprintf(text, sizeof text, "%s-%s", a->pcode, b->pcode);
        put_text(item, "edge", text);
        snprintf(text, sizeof text, "%s - %s", a->name, b->name);
        put_text(item, "between", text);
        put_real(item, "distance [km]", edge->distance_km);
        put_real(item, "pass height [m]", edge->pass_height_m);
        put_line(item, "edges.csv", edge->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

static json_t *show_pass(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t k = 0; k < scenario->n_pass; k++) {
        const ho_pass_row *row = &scenario->pass[k];
        if (!is(row->name, show->name))
            continue;
        json_t *card = card_of("pass", row->name), *months = json_array();
        for (int month = 0; month < 12; month++)
            if (row->closed[month])
                json_array_append_new(months, json_integer(month + 1));
        json_object_set_new(card, "closed months", months);
        json_object_set_new(card, "edges", edges_of(scenario, row));
        put_text(card, "source", row->source);
        put_day(card, "known_on", row->known_on);
        put_row_line(card, scenario, row->line);
        return card;
    }
    return NULL;
}

static json_t *show_command(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t k = 0; k < scenario->n_command; k++) {
        const ho_command_row *row = &scenario->command[k];
        if (!is(row->id, show->name))
            continue;
        json_t *card = card_of("command", row->name);
        put_text(card, "kind", row->kind);
        put_text(card, "faction", scenario->faction[row->faction].id);
        put_text(card, "superior", row->superior < 0 ? NULL : scenario->command[row->superior].id);
        put_text(card, "seat", row->hq < 0 ? NULL : scenario->district[row->hq].pcode);
        put_text(card, "seat's name", row->hq < 0 ? NULL : scenario->district[row->hq].name);
        put_text(card, "note", "commands.csv has no source or known_on: it holds from the first day");
        put_line(card, "commands.csv", row->line);
        return card;
    }
    return NULL;
}

static json_t *record_of(const ho_scenario *scenario, int32_t district) {
    json_t *rows = json_array();
    for (size_t k = 0; k < scenario->n_record; k++) {
        const ho_record_row *row = &scenario->record[k];
        if (row->district != district)
            continue;
        json_t *item = json_object();
        put_text(item, "observable", row->observable);
        put_day(item, "from", row->date_start);
        put_day(item, "to", row->date_end);
        put_text(item, "mode", row->mode);
        put_text(item, "confidence", row->confidence);
        put_text(item, "source", row->source);
        put_day(item, "known_on", row->known_on);
        put_line(item, "record.csv", row->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

static json_t *garrisons_of(const ho_scenario *scenario, int32_t district) {
    json_t *rows = json_array();
    for (size_t k = 0; k < scenario->n_garrison; k++) {
        const ho_garrison_row *row = &scenario->garrison[k];
        if (row->district != district)
            continue;
        json_t *item = json_object();
        put_text(item, "faction", scenario->faction[row->faction].id);
        put_text(item, "kind", scenario->kind[row->kind].id);
        json_object_set_new(item, "on paper [persons]", json_integer(row->paper));
        put_text(item, "source", row->source);
        put_day(item, "known_on", row->known_on);
        put_line(item, "garrisons.csv", row->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

static json_t *district_card(const ho_scenario *scenario, int32_t district) {
    static const char *const terrain[] = {"plain", "hills", "mountain", "gorge"};
    static const char *const prior[] = {"unknown", "government", "contested", "controlled"};
    const ho_district_row *row = &scenario->district[district];
    json_t *card = card_of("district", row->name);
    put_text(card, "pcode", row->pcode);
    put_text(card, "province", scenario->province[row->province].name);
    put_text(card, "region", row->region);
    put_real(card, "area [km2]", row->area_km2);
    put_real(card, "population [persons]", row->population);
    put_text(card, "terrain", terrain[row->terrain]);
    json_object_set_new(card, "seat of a province", json_boolean(row->is_capital));
    json_object_set_new(card, "airfield", json_boolean(row->airfield));
    put_text(card, "older map", prior[row->prior_status]);
    put_real(card, "reach of the state (0..1)", row->reach);
    json_object_set_new(card, "garrisons", garrisons_of(scenario, district));
    json_object_set_new(card, "record", record_of(scenario, district));
    put_text(card, "source", row->source ? row->source : "SOURCES.md, districts.csv");
    put_text(card, "note", "districts.csv gives no known_on: its numbers count as known from the start");
    put_line(card, "districts.csv", row->line);
    return card;
}

/* Districts of one name, to choose from. */
static json_t *choice_card(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    json_t *card = card_of("districts of one name", show->name), *rows = json_array();
    for (size_t i = 0; i < scenario->n_district; i++) {
        const ho_district_row *row = &scenario->district[i];
        if (!cli_same_name(row->name, show->name))
            continue;
        json_t *item = json_object();
        put_text(item, "pcode", row->pcode);
        put_text(item, "name", row->name);
        put_text(item, "province", scenario->province[row->province].name);
        put_line(item, "districts.csv", row->line);
        json_array_append_new(rows, item);
    }
    json_object_set_new(card, "districts", rows);
    return card;
}

static json_t *show_district(const cli_show_options *show) {
    size_t n = 0;
    int32_t district = cli_find_district(show->model.loaded, show->name, &n);
    return n == 0 ? NULL : n == 1 ? district_card(show->model.loaded, district) : choice_card(show);
}

static json_t *shares_of(const ho_scenario *scenario, int32_t province) {
    json_t *rows = json_array();
    for (size_t k = 0; k < scenario->n_share; k++) {
        const ho_share_row *row = &scenario->share[k];
        if (row->province != province)
            continue;
        json_t *item = json_object();
        put_text(item, "community", scenario->group[row->group].id);
        put_real(item, "share", row->share);
        put_text(item, "source", row->source);
        put_day(item, "known_on", row->known_on);
        put_line(item, "groups.csv", row->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

static json_t *show_province(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t p = 0; p < scenario->n_province; p++) {
        const ho_province_row *row = &scenario->province[p];
        if (!is(row->pcode, show->name) && !cli_same_name(row->name, show->name))
            continue;
        json_t *card = card_of("province", row->name), *districts = json_array();
        put_text(card, "pcode", row->pcode);
        put_text(card, "capital", row->capital < 0 ? NULL : scenario->district[row->capital].pcode);
        int32_t line = 0;
        for (size_t i = 0; i < scenario->n_district; i++) {
            const ho_district_row *district = &scenario->district[i];
            char text[512];
            if (district->province != (int32_t)p)
                continue;
            line = line ? line : district->line;
            snprintf(text, sizeof text, "%s %s", district->pcode, district->name);
            json_array_append_new(districts, cli_text(text));
        }
        json_object_set_new(card, "districts", districts);
        json_object_set_new(card, "shares of communities", shares_of(scenario, (int32_t)p));
        put_line(card, "districts.csv", line);
        return card;
    }
    return NULL;
}

static json_t *readings_of(const ho_scenario *scenario, int32_t claim) {
    json_t *rows = json_array();
    for (size_t k = 0; k < scenario->n_reading; k++) {
        const ho_reading_row *row = &scenario->reading[k];
        if (row->claim != claim)
            continue;
        json_t *item = json_object();
        put_text(item, "reading", row->reading);
        put_text(item, "expression", row->expression);
        put_text(item, "note", row->note);
        put_line(item, "readings.csv", row->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

static json_t *show_claim(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t k = 0; k < scenario->n_claim; k++) {
        const ho_claim_row *row = &scenario->claim[k];
        if (!is(row->id, show->name))
            continue;
        json_t *card = card_of("claim", row->id);
        put_text(card, "kind", ho_claim_kind_name(row->kind));
        put_text(card, "quantity", row->quantity);
        put_real(card, "low", row->value_low);
        put_real(card, "high", row->value_high);
        put_text(card, "text", row->value_text);
        put_text(card, "unit", row->unit);
        put_text(card, "definition", row->definition);
        put_day(card, "from", row->date_start);
        put_day(card, "to", row->date_end);
        put_text(card, "who", row->who);
        put_text(card, "document", row->document);
        put_day(card, "document_date", row->document_date);
        put_text(card, "assessment", row->assessment);
        put_text(card, "confidence", row->confidence);
        put_day(card, "known_on", row->known_on);
        put_text(card, "against", row->against_ids);
        json_object_set_new(card, "readings", readings_of(scenario, (int32_t)k));
        put_line(card, "claims.csv", row->line);
        return card;
    }
    return NULL;
}

/* Rows of the record under an observable's name that no simulated observable carries. */
static json_t *show_recorded(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    json_t *rows = json_array();
    for (size_t k = 0; k < scenario->n_record; k++) {
        const ho_record_row *row = &scenario->record[k];
        if (row->district >= 0 || !is(row->observable, show->name))
            continue;
        json_t *item = json_object();
        put_day(item, "from", row->date_start);
        put_day(item, "to", row->date_end);
        put_real(item, "low", row->value_low);
        put_real(item, "high", row->value_high);
        put_real(item, "of", row->denominator);
        put_text(item, "definition", row->definition);
        put_text(item, "who", row->who);
        put_text(item, "source", row->source);
        put_day(item, "known_on", row->known_on);
        put_line(item, "record.csv", row->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

static json_t *show_record_only(const cli_show_options *show) {
    json_t *rows = show_recorded(show), *card = NULL;
    if (json_array_size(rows)) {
        card = card_of("recorded quantity", show->name);
        json_object_set(card, "record", rows);
    }
    json_decref(rows);
    return card;
}

/* A what-if of the scenario's folder: what it assumes, changes and where it is. */
static json_t *show_what_if(const cli_show_options *show) {
    json_t *names = cli_what_if_names(show->model.folder), *card = NULL;
    for (size_t k = 0; k < json_array_size(names) && !card; k++) {
        char text[CLI_PATH_MAX + 256];
        if (!is(json_string_value(json_array_get(names, k)), show->name))
            continue;
        json_t *row = cli_what_if_card(show->model.folder, show->name);
        card = card_of("what-if", show->name);
        json_object_update(card, row);
        json_decref(row);
        snprintf(text, sizeof text, "%s/whatif/%s.yml", show->model.folder, show->name);
        put_text(card, "at", text);
        snprintf(text, sizeof text, "holdout run %s --what-if %s", show->model.loaded->name, show->name);
        put_text(card, "to run it", text);
    }
    json_decref(names);
    return card;
}

static json_t *show_observable_with_record(const cli_show_options *show) {
    json_t *card = show_observable(show);
    if (card)
        json_object_set_new(card, "record", show_recorded(show));
    return card;
}

/* --- a scenario --- */

static json_t *show_scenario(const ho_scenario *scenario) {
    json_t *card = card_of("scenario", scenario->name), *blocs = json_array(), *factions = json_array();
    put_text(card, "title", scenario->title);
    put_day(card, "from", scenario->from);
    put_day(card, "until", scenario->until);
    json_object_set_new(card, "seed", json_integer(scenario->seed));
    json_object_set_new(card, "replicates", json_integer((json_int_t)scenario->replicates));
    put_text(card, "national capital", scenario->district[scenario->national_capital].name);
    if (scenario->holdout_faction >= 0)
        put_text(card, "holdout", scenario->faction[scenario->holdout_faction].id);
    for (size_t b = 0; b < scenario->n_bloc; b++)
        json_array_append_new(blocs, json_string(scenario->bloc[b].id));
    for (size_t f = 0; f < scenario->n_faction; f++)
        json_array_append_new(factions, json_string(scenario->faction[f].id));
    json_object_set_new(card, "blocs", blocs);
    json_object_set_new(card, "factions", factions);
    json_object_set_new(card, "districts", json_integer((json_int_t)scenario->n_district));
    json_object_set_new(card, "provinces", json_integer((json_int_t)scenario->n_province));
    if (scenario->n_overlay)
        json_object_set_new(card, "what_if", cli_what_ifs(scenario));
    put_text(card, "digest", scenario->digest);
    put_text(card, "notes", scenario->notes);
    put_text(card, "sources", "SOURCES.md in its folder");
    return card;
}

/* Everything of this name: one card, or a card of cards. */
static json_t *find(const cli_show_options *show) {
    json_t *(*const finder[])(const cli_show_options *) = {
        show_parameter, show_mechanism, show_observable_with_record,
        show_bloc,      show_faction,   show_kind,
        show_group,     show_patron,    show_calendar,
        show_crossing,  show_pass,      show_command,
        show_district,  show_province,  show_claim,     show_what_if,
    };
    json_t *cards = json_array();
    for (size_t k = 0; k < sizeof finder / sizeof *finder; k++) {
        json_t *card = finder[k](show);
        if (card)
            json_array_append_new(cards, card);
    }
    size_t n = json_array_size(cards);
    json_t *all = n == 0 ? show_record_only(show) : n == 1 ? json_incref(json_array_get(cards, 0)) : NULL;
    if (n > 1) {
        all = card_of("several things of one name", show->name);
        json_object_set(all, "things", cards);
    }
    json_decref(cards);
    return all;
}

static int show_named(cli_show_options *show) {
    char folder[CLI_PATH_MAX];
    bool scenario = !show->model.scenario && cli_find_scenario(show->name, folder);
    if (scenario)
        show->model.scenario = show->name;
    int code = scenario ? cli_model_load(&show->model) : cli_model_build(&show->model);
    if (code)
        return code;
    json_t *card = scenario ? show_scenario(show->model.loaded) : find(show);
    if (!card)
        return cli_bad(
            "nothing named \"%s\" in %s; `holdout list parameters`, `list mechanisms`, `list observables`, `list whatif` have names",
            show->name, show->model.loaded->name);
    if (!scenario)
        json_object_set_new(card, "scenario", json_string(show->model.loaded->name));
    cli_print_card(card, show->json);
    return CLI_OK;
}

int cli_show(int argc, char **argv) {
    cli_show_options show = {0};
    cli_model_init(&show.model);
    argp_parse(&argp, argc, argv, 0, NULL, &show);
    int code = show_named(&show);
    cli_model_free(&show.model);
    return code;
}
