/* Cards of what was said, recorded and asked: claims, the record of an observable, what-ifs. */
#include <stdio.h>
#include <string.h>

#include "cards.h"

static json_t *readings_of(const ho_scenario *scenario, int32_t claim) {
    json_t *rows = json_array();
    for (size_t k = 0; k < scenario->n_reading; k++) {
        const ho_reading_row *row = &scenario->reading[k];
        if (row->claim != claim)
            continue;
        json_t *item = json_object();
        cli_put_text(item, "reading", row->reading);
        cli_put_text(item, "expression", row->expression);
        cli_put_text(item, "note", row->note);
        cli_put_line(item, "readings.csv", row->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

json_t *cli_show_claim(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    for (size_t k = 0; k < scenario->n_claim; k++) {
        const ho_claim_row *row = &scenario->claim[k];
        if (!cli_is(row->id, show->name))
            continue;
        json_t *card = cli_card_of("claim", row->id);
        cli_put_text(card, "kind", ho_claim_kind_name(row->kind));
        cli_put_text(card, "quantity", row->quantity);
        cli_put_real(card, "low", row->value_low);
        cli_put_real(card, "high", row->value_high);
        cli_put_text(card, "text", row->value_text);
        cli_put_text(card, "unit", row->unit);
        cli_put_text(card, "definition", row->definition);
        cli_put_day(card, "from", row->date_start);
        cli_put_day(card, "to", row->date_end);
        cli_put_text(card, "who", row->who);
        cli_put_text(card, "document", row->document);
        cli_put_day(card, "document_date", row->document_date);
        cli_put_text(card, "assessment", row->assessment);
        cli_put_text(card, "confidence", row->confidence);
        cli_put_day(card, "known_on", row->known_on);
        cli_put_text(card, "against", row->against_ids);
        json_object_set_new(card, "readings", readings_of(scenario, (int32_t)k));
        cli_put_line(card, "claims.csv", row->line);
        return card;
    }
    return NULL;
}

/* Rows of the record under an observable's name that no simulated observable carries. */
static json_t *recorded(const cli_show_options *show) {
    const ho_scenario *scenario = show->model.loaded;
    json_t *rows = json_array();
    for (size_t k = 0; k < scenario->n_record; k++) {
        const ho_record_row *row = &scenario->record[k];
        if (row->district >= 0 || !cli_is(row->observable, show->name))
            continue;
        json_t *item = json_object();
        cli_put_day(item, "from", row->date_start);
        cli_put_day(item, "to", row->date_end);
        cli_put_real(item, "low", row->value_low);
        cli_put_real(item, "high", row->value_high);
        cli_put_real(item, "of", row->denominator);
        cli_put_text(item, "definition", row->definition);
        cli_put_text(item, "who", row->who);
        cli_put_text(item, "source", row->source);
        cli_put_day(item, "known_on", row->known_on);
        cli_put_line(item, "record.csv", row->line);
        json_array_append_new(rows, item);
    }
    return rows;
}

json_t *cli_show_record_only(const cli_show_options *show) {
    json_t *rows = recorded(show), *card = NULL;
    if (json_array_size(rows)) {
        card = cli_card_of("recorded quantity", show->name);
        json_object_set(card, "record", rows);
    }
    json_decref(rows);
    return card;
}

/* A what-if of the scenario's folder: what it assumes, changes and where it is. */
json_t *cli_show_what_if(const cli_show_options *show) {
    json_t *names = cli_what_if_names(show->model.folder), *card = NULL;
    for (size_t k = 0; k < json_array_size(names) && !card; k++) {
        char text[CLI_PATH_MAX + 256];
        if (!cli_is(json_string_value(json_array_get(names, k)), show->name))
            continue;
        json_t *row = cli_what_if_card(show->model.folder, show->name);
        card = cli_card_of("what-if", show->name);
        json_object_update(card, row);
        json_decref(row);
        snprintf(text, sizeof text, "%s/whatif/%s.yml", show->model.folder, show->name);
        cli_put_text(card, "at", text);
        snprintf(text, sizeof text, "holdout run %s --what-if %s", show->model.loaded->name, show->name);
        cli_put_text(card, "to run it", text);
    }
    json_decref(names);
    return card;
}

json_t *cli_show_observable_with_record(const cli_show_options *show) {
    json_t *card = cli_show_observable(show);
    if (card)
        json_object_set_new(card, "record", recorded(show));
    return card;
}
