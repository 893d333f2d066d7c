/* Cards of places and dates: calendar entries, crossings, passes, commands, districts, provinces. */
#include <stdio.h>
#include <string.h>

#include "cards.h"

/* An entry may have several versions, one for each day on which more became known. */
json_t *cli_show_calendar(const cli_show_options *show) {
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
        if (!cli_is(row->id, show->name))
            continue;
        json_t *version = json_object();
        cli_put_text(version, "kind", kind[row->kind].name);
        cli_put_text(version, "what happens", row->name);
        if (row->faction >= 0)
            cli_put_text(version, "faction", scenario->faction[row->faction].id);
        else
            cli_put_text(version, "bloc", row->bloc < 0 ? "all" : scenario->bloc[row->bloc].id);
        cli_put_day(version, "date", row->date);
        cli_put_day(version, "until", row->until);
        cli_put_real(version, "value", row->value);
        cli_put_text(version, "unit", kind[row->kind].unit);
        cli_put_text(version, "source", row->source);
        cli_put_day(version, "known_on", row->known_on);
        cli_put_row_line(version, scenario, row->line);
        json_array_append_new(versions, version);
    }
    if (json_array_size(versions) == 0) {
        json_decref(versions);
        return NULL;
    }
    json_t *card = cli_card_of("calendar entry", show->name);
    json_object_set_new(card, "versions", versions);
    return card;
}

json_t *cli_show_crossing(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t k = 0; k < scenario->n_crossing; k++) {
        const ho_crossing_row *row = &scenario->crossing[k];
        if (!cli_is(row->id, show->name))
            continue;
        json_t *card = cli_card_of("crossing", row->name);
        cli_put_text(card, "district", scenario->district[row->district].pcode);
        cli_put_text(card, "neighbour", row->neighbour);
        cli_put_text(card, "friendly to", row->friendly_to < 0 ? NULL : scenario->bloc[row->friendly_to].id);
        cli_put_real(card, "customs [USD/month]", row->customs_usd_per_month);
        cli_put_real(card, "sd of its log", row->customs_sd_log);
        cli_put_text(card, "source", row->source);
        cli_put_day(card, "known_on", row->known_on);
        cli_put_row_line(card, scenario, row->line);
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
        cli_put_text(item, "edge", text);
        snprintf(text, sizeof text, "%s - %s", a->name, b->name);
        cli_put_text(item, "between", text);
        cli_put_real(item, "distance [km]", edge->distance_km);
        cli_put_real(item, "pass height [m]", edge->pass_height_m);
        cli_put_line(item, "edges.csv", edge->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

json_t *cli_show_pass(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t k = 0; k < scenario->n_pass; k++) {
        const ho_pass_row *row = &scenario->pass[k];
        if (!cli_is(row->name, show->name))
            continue;
        json_t *card = cli_card_of("pass", row->name), *months = json_array();
        for (int month = 0; month < 12; month++)
            if (row->closed[month])
                json_array_append_new(months, json_integer(month + 1));
        json_object_set_new(card, "closed months", months);
        json_object_set_new(card, "edges", edges_of(scenario, row));
        cli_put_text(card, "source", row->source);
        cli_put_day(card, "known_on", row->known_on);
        cli_put_row_line(card, scenario, row->line);
        return card;
    }
    return NULL;
}

json_t *cli_show_command(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t k = 0; k < scenario->n_command; k++) {
        const ho_command_row *row = &scenario->command[k];
        if (!cli_is(row->id, show->name))
            continue;
        json_t *card = cli_card_of("command", row->name);
        cli_put_text(card, "kind", row->kind);
        cli_put_text(card, "faction", scenario->faction[row->faction].id);
        cli_put_text(card, "superior", row->superior < 0 ? NULL : scenario->command[row->superior].id);
        cli_put_text(card, "seat", row->hq < 0 ? NULL : scenario->district[row->hq].pcode);
        cli_put_text(card, "seat's name", row->hq < 0 ? NULL : scenario->district[row->hq].name);
        cli_put_text(card, "note", "commands.csv has no source or known_on: it holds from the first day");
        cli_put_line(card, "commands.csv", row->line);
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
        cli_put_text(item, "observable", row->observable);
        cli_put_day(item, "from", row->date_start);
        cli_put_day(item, "to", row->date_end);
        cli_put_text(item, "mode", row->mode);
        cli_put_text(item, "confidence", row->confidence);
        cli_put_text(item, "source", row->source);
        cli_put_day(item, "known_on", row->known_on);
        cli_put_line(item, "record.csv", row->line);
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
        cli_put_text(item, "faction", scenario->faction[row->faction].id);
        cli_put_text(item, "kind", scenario->kind[row->kind].id);
        json_object_set_new(item, "on paper [persons]", json_integer(row->paper));
        cli_put_text(item, "source", row->source);
        cli_put_day(item, "known_on", row->known_on);
        cli_put_line(item, "garrisons.csv", row->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

static json_t *district_card(const ho_scenario *scenario, int32_t district) {
    static const char *const terrain[] = {"plain", "hills", "mountain", "gorge"};
    static const char *const prior[] = {"unknown", "government", "contested", "controlled"};
    const ho_district_row *row = &scenario->district[district];
    json_t *card = cli_card_of("district", row->name);
    cli_put_text(card, "pcode", row->pcode);
    cli_put_text(card, "province", scenario->province[row->province].name);
    cli_put_text(card, "region", row->region);
    cli_put_real(card, "area [km2]", row->area_km2);
    cli_put_real(card, "population [persons]", row->population);
    cli_put_text(card, "terrain", terrain[row->terrain]);
    json_object_set_new(card, "seat of a province", json_boolean(row->is_capital));
    json_object_set_new(card, "airfield", json_boolean(row->airfield));
    cli_put_text(card, "older map", prior[row->prior_status]);
    cli_put_real(card, "reach of the state (0..1)", row->reach);
    json_object_set_new(card, "garrisons", garrisons_of(scenario, district));
    json_object_set_new(card, "record", record_of(scenario, district));
    cli_put_text(card, "source", row->source ? row->source : "SOURCES.md, districts.csv");
    cli_put_text(card, "note", "districts.csv gives no known_on: its numbers count as known from the start");
    cli_put_line(card, "districts.csv", row->line);
    return card;
}

/* Districts of one name, to choose from. */
static json_t *choice_card(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    json_t *card = cli_card_of("districts of one name", show->name), *rows = json_array();
    for (size_t i = 0; i < scenario->n_district; i++) {
        const ho_district_row *row = &scenario->district[i];
        if (!cli_same_name(row->name, show->name))
            continue;
        json_t *item = json_object();
        cli_put_text(item, "pcode", row->pcode);
        cli_put_text(item, "name", row->name);
        cli_put_text(item, "province", scenario->province[row->province].name);
        cli_put_line(item, "districts.csv", row->line);
        json_array_append_new(rows, item);
    }
    json_object_set_new(card, "districts", rows);
    return card;
}

json_t *cli_show_district(const cli_show_options *show) {
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
        cli_put_text(item, "community", scenario->group[row->group].id);
        cli_put_real(item, "share", row->share);
        cli_put_text(item, "source", row->source);
        cli_put_day(item, "known_on", row->known_on);
        cli_put_line(item, "groups.csv", row->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

json_t *cli_show_province(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t p = 0; p < scenario->n_province; p++) {
        const ho_province_row *row = &scenario->province[p];
        if (!cli_is(row->pcode, show->name) && !cli_same_name(row->name, show->name))
            continue;
        json_t *card = cli_card_of("province", row->name), *districts = json_array();
        cli_put_text(card, "pcode", row->pcode);
        cli_put_text(card, "capital", row->capital < 0 ? NULL : scenario->district[row->capital].pcode);
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
        cli_put_line(card, "districts.csv", line);
        return card;
    }
    return NULL;
}
