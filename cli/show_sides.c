/* Cards of sides: blocs, factions, kinds of garrison, communities, patrons. */
#include <stdio.h>
#include <string.h>

#include "cards.h"

json_t *cli_show_bloc(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t b = 0; b < scenario->n_bloc; b++) {
        if (!cli_is(scenario->bloc[b].id, show->name))
            continue;
        json_t *card = cli_card_of("bloc", scenario->bloc[b].name), *totals = json_array();
        cli_put_text(card, "id", show->name);
        static const char *const quantity[] = {"centres", "controlled", "contested"};
        for (size_t k = 0; k < scenario->n_total; k++) {
            const ho_total_row *row = &scenario->total[k];
            if (row->bloc != (int32_t)b)
                continue;
            json_t *total = json_object();
            cli_put_text(total, "quantity", quantity[row->quantity]);
            cli_put_real(total, "value", row->value);
            cli_put_real(total, "of", row->denominator);
            cli_put_real(total, "sd", row->sd);
            cli_put_day(total, "date", row->date);
            cli_put_text(total, "source", row->source);
            cli_put_day(total, "known_on", row->known_on);
            cli_put_row_line(total, scenario, row->line);
            json_array_append_new(totals, total);
        }
        json_object_set_new(card, "on the first day", totals);
        cli_put_row_line(card, scenario, scenario->bloc[b].line);
        return card;
    }
    return NULL;
}

static void put_aircraft(json_t *card, const ho_faction_row *row) {
    cli_put_real(card, "aircraft", row->aircraft);
    if (row->aircraft <= 0)
        return;
    cli_put_real(card, "sorties of an aircraft that is ready [1/day]", row->sorties_per_aircraft_day);
    cli_put_real(card, "ready with maintenance (share)", row->readiness);
    cli_put_real(card, "ready without maintenance (share)", row->readiness_without_maintenance);
}

static void put_affinity(json_t *card, const ho_scenario *scenario, const ho_faction_row *row) {
    json_t *affinity = json_object();
    for (size_t g = 0; g < scenario->n_group; g++)
        cli_put_real(affinity, scenario->group[g].id, row->affinity[g]);
    json_object_set_new(card, "affinity to groups (-1..1)", affinity);
}

static void put_money(json_t *card, const ho_faction_row *row) {
    if (row->has_cap)
        cli_put_prior(card, "most it can have [persons]", &row->cap);
    cli_put_real(card, "armoured vehicles", row->vehicles);
    cli_put_prior(card, "attacks on crowds [1/month]", &row->bombings_per_month);
    cli_put_real(card, "upkeep of a fighter [USD/day]", row->upkeep_usd_day);
    cli_put_prior(card, "taxes if it governed everybody [USD/day]", &row->tax_usd_day);
    cli_put_prior(card, "commodity in its best month [USD/day]", &row->commodity_usd_day);
    cli_put_real(card, "cash on day 0 [USD]", row->cash_usd);
    cli_put_real(card, "reserves [USD]", row->reserves_usd);
    cli_put_real(card, "reserves abroad (share)", row->reserves_abroad);
    cli_put_real(card, "civil wages [USD/day]", row->services_usd_day);
}

static json_t *rules_of(const ho_scenario *scenario, int32_t faction) {
    json_t *list = json_array();
    for (size_t k = 0; k < scenario->n_policy; k++) {
        const ho_policy_row *row = &scenario->policy[k];
        if (row->faction != faction)
            continue;
        json_t *rule = json_object();
        cli_put_day(rule, "from", row->from);
        cli_put_real(rule, "restrictions (0..1)", row->value[HO_POLICY_RESTRICTIONS]);
        cli_put_real(rule, "reprisals (0..1)", row->value[HO_POLICY_REPRISALS]);
        cli_put_real(rule, "inclusion (0..1)", row->value[HO_POLICY_INCLUSION]);
        cli_put_text(rule, "source", row->source);
        cli_put_day(rule, "known_on", row->known_on);
        cli_put_row_line(rule, scenario, row->line);
        json_array_append_new(list, rule);
    }
    return list;
}

static json_t *rivals_of(const ho_scenario *scenario, int32_t faction) {
    json_t *rivals = json_object();
    for (size_t k = 0; k < scenario->n_rivalry; k++) {
        const ho_rivalry_row *row = &scenario->rivalry[k];
        if (row->a == faction || row->b == faction)
            cli_put_real(rivals, scenario->faction[row->a == faction ? row->b : row->a].id, row->value);
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
        cli_put_text(item, "faction", scenario->faction[row->faction].id);
        cli_put_text(item, "seat", scenario->district[row->seat].pcode);
        cli_put_text(item, "source", row->source);
        cli_put_day(item, "known_on", row->known_on);
        cli_put_row_line(item, scenario, row->line);
        json_array_append_new(list, item);
    }
    return list;
}

json_t *cli_show_faction(const cli_show_options *show) {
    static const char *const role[] = {"state", "insurgent", "militia", "resistance"};
    const ho_scenario *scenario = show->model.loaded;
    for (size_t f = 0; f < scenario->n_faction; f++) {
        const ho_faction_row *row = &scenario->faction[f];
        if (!cli_is(row->id, show->name))
            continue;
        json_t *card = cli_card_of("faction", row->name), *base = json_array();
        cli_put_text(card, "id", row->id);
        cli_put_text(card, "bloc", scenario->bloc[row->bloc].id);
        cli_put_text(card, "role", role[row->role]);
        for (size_t k = 0; k < row->n_base; k++)
            json_array_append_new(base, json_string(scenario->province[row->base_province[k]].name));
        json_object_set_new(card, "base", base);
        cli_put_day(card, "arrival", row->arrival);
        if (row->has_strength)
            cli_put_prior(card, "present [persons]", &row->strength);
        cli_put_real(card, "extra stock in its base [days]", row->stock_days);
        put_aircraft(card, row);
        put_money(card, row);
        json_object_set_new(card, "rules", rules_of(scenario, (int32_t)f));
        json_object_set_new(card, "successors to its head", successors_of(scenario, (int32_t)f));
        json_object_set_new(card, "rivals in its bloc (0..1)", rivals_of(scenario, (int32_t)f));
        put_affinity(card, scenario, row);
        cli_put_text(card, "source", row->source);
        cli_put_day(card, "known_on", row->known_on);
        cli_put_row_line(card, scenario, row->line);
        return card;
    }
    return NULL;
}

json_t *cli_show_kind(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t k = 0; k < scenario->n_kind; k++) {
        const ho_kind_row *row = &scenario->kind[k];
        if (!cli_is(row->id, show->name))
            continue;
        json_t *card = cli_card_of("kind of garrison", row->name);
        cli_put_real(card, "worth of a person", row->worth);
        cli_put_prior(card, "share on paper only", &row->ghost);
        cli_put_prior(card, "pay owed [days]", &row->arrears_days);
        cli_put_prior(card, "supply [days]", &row->supply_days);
        json_object_set_new(card, "mobile reserve", json_boolean(row->reserve));
        cli_put_text(card, "source", row->source);
        cli_put_day(card, "known_on", row->known_on);
        cli_put_row_line(card, scenario, row->line);
        return card;
    }
    return NULL;
}

json_t *cli_show_group(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t g = 0; g < scenario->n_group; g++) {
        if (!cli_is(scenario->group[g].id, show->name))
            continue;
        json_t *card = cli_card_of("community", scenario->group[g].name), *affinity = json_object();
        cli_put_text(card, "note",
                 "shares by province are in groups.csv, with wide error (`show PROVINCE`); affinity is an assumption about "
                 "armed groups");
        for (size_t f = 0; f < scenario->n_faction; f++)
            cli_put_real(affinity, scenario->faction[f].id, scenario->faction[f].affinity[g]);
        json_object_set_new(card, "affinity of factions (-1..1)", affinity);
        cli_put_row_line(card, scenario, scenario->group[g].line);
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
        cli_put_day(border, "from", row->from);
        cli_put_text(border, "people", posture[row->posture[HO_TRAVELLER_PEOPLE]]);
        cli_put_text(border, "soldiers", posture[row->posture[HO_TRAVELLER_SOLDIERS]]);
        cli_put_text(border, "armed", posture[row->posture[HO_TRAVELLER_ARMED]]);
        cli_put_real(border, "let through where limited [persons/day]", row->quota_per_day);
        cli_put_text(border, "source", row->source);
        cli_put_day(border, "known_on", row->known_on);
        cli_put_row_line(border, scenario, row->line);
        json_array_append_new(list, border);
    }
    return list;
}

static void put_stance(json_t *card, const ho_patron_stance *row) {
    cli_put_real(card, "arrivals it tolerates in 14 d [persons]", row->tolerated);
    json_object_set_new(card, "nobody armed crosses", json_boolean(row->guaranteed));
    cli_put_prior(card, "recognises a victor (chance a month)", &row->recognition);
    cli_put_prior(card, "sorties on call [1/day]", &row->air_on_call);
    cli_put_real(card, "chance that they come", row->air_on_call_chance);
    cli_put_real(card, "leverage (0..1)", row->leverage);
    cli_put_real(card, "aid to a resistance (chance a month)", row->aid_to_resistance);
}

static void put_known(json_t *card, const ho_patron_known *known) {
    json_t *days = json_object();
    cli_put_day(days, "tolerated", known->tolerated);
    cli_put_day(days, "guaranteed", known->guaranteed);
    cli_put_day(days, "recognition", known->recognition);
    cli_put_day(days, "air_on_call", known->air_on_call);
    cli_put_day(days, "air_on_call_chance", known->air_on_call_chance);
    cli_put_day(days, "leverage", known->leverage);
    cli_put_day(days, "aid_to_resistance", known->aid_to_resistance);
    json_object_set_new(card, "known_on", days);
}

json_t *cli_show_patron(const cli_show_options *show) {
    static const char *const kind[] = {"cash [USD/day]", "sorties [1/day]", "maintenance (share)", "sanctuary (share)"};
    const ho_scenario *scenario = show->model.loaded;
    for (size_t p = 0; p < scenario->n_patron; p++) {
        if (!cli_is(scenario->patron[p].id, show->name))
            continue;
        json_t *card = cli_card_of("patron", scenario->patron[p].name), *flows = json_array();
        for (size_t k = 0; k < scenario->n_flow; k++) {
            const ho_flow_row *row = &scenario->flow[k];
            if (row->patron != (int32_t)p)
                continue;
            json_t *flow = json_object();
            cli_put_text(flow, "kind", kind[row->kind]);
            cli_put_text(flow, "to", scenario->faction[row->faction].id);
            cli_put_real(flow, "value", row->value);
            cli_put_day(flow, "from", row->from);
            cli_put_day(flow, "until", row->until);
            cli_put_text(flow, "source", row->source);
            cli_put_day(flow, "known_on", row->known_on);
            cli_put_row_line(flow, scenario, row->line);
            json_array_append_new(flows, flow);
        }
        cli_put_text(card, "neighbour", scenario->patron[p].neighbour);
        put_stance(card, &scenario->patron[p].stance);
        put_known(card, &scenario->patron[p].known_on);
        json_object_set_new(card, "borders", borders_of(scenario, (int32_t)p));
        json_object_set_new(card, "flows", flows);
        cli_put_row_line(card, scenario, scenario->patron[p].line);
        return card;
    }
    return NULL;
}
