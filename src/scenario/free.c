/* Freeing a scenario, whole or half-built.
 * Invariant: every pointer is NULL or owned, and counts cover exactly the rows that exist. */
#include <stdlib.h>

#include "holdout/scenario.h"

static void sides_free(ho_scenario *s) {
    for (size_t k = 0; k < s->n_bloc; k++) {
        free(s->bloc[k].id);
        free(s->bloc[k].name);
        free(s->bloc[k].color);
    }
    for (size_t k = 0; k < s->n_group; k++) {
        free(s->group[k].id);
        free(s->group[k].name);
    }
    for (size_t k = 0; k < s->n_kind; k++) {
        free(s->kind[k].id);
        free(s->kind[k].name);
        free(s->kind[k].source);
    }
    for (size_t k = 0; k < s->n_faction; k++) {
        free(s->faction[k].id);
        free(s->faction[k].name);
        free(s->faction[k].source);
        free(s->faction[k].base_province);
    }
    for (size_t k = 0; k < s->n_policy; k++)
        free(s->policy[k].source);
    for (size_t k = 0; k < s->n_rivalry; k++)
        free(s->rivalry[k].source);
    for (size_t k = 0; k < s->n_successor; k++)
        free(s->successor[k].source);
    free(s->policy);
    free(s->rivalry);
    free(s->successor);
    free(s->bloc);
    free(s->group);
    free(s->kind);
    free(s->faction);
}

static void dated_free(ho_scenario *s) {
    for (size_t k = 0; k < s->n_patron; k++) {
        free(s->patron[k].id);
        free(s->patron[k].name);
        free(s->patron[k].neighbour);
    }
    for (size_t k = 0; k < s->n_border; k++)
        free(s->border[k].source);
    free(s->border);
    for (size_t k = 0; k < s->n_flow; k++)
        free(s->flow[k].source);
    for (size_t k = 0; k < s->n_calendar; k++) {
        free(s->calendar[k].id);
        free(s->calendar[k].source);
        free(s->calendar[k].name);
    }
    for (size_t k = 0; k < s->n_season; k++)
        free(s->season[k].source);
    for (size_t k = 0; k < s->n_total; k++)
        free(s->total[k].source);
    for (size_t k = 0; k < s->n_parameter; k++) {
        free(s->parameter[k].name);
        free(s->parameter[k].source);
    }
    for (size_t k = 0; k < s->n_transfer; k++)
        free(s->transfer[k].source);
    for (size_t k = 0; k < s->airport.n_guard; k++)
        free(s->airport.guard[k].source);
    free(s->airport.guard);
    free(s->airport.source);
    free(s->transfer);
    free(s->patron);
    free(s->flow);
    free(s->calendar);
    free(s->season);
    free(s->total);
    free(s->parameter);
}

static void places_free(ho_scenario *s) {
    for (size_t k = 0; k < s->n_pass; k++) {
        free(s->pass[k].name);
        free(s->pass[k].source);
        free(s->pass[k].edge);
    }
    for (size_t k = 0; k < s->n_crossing; k++) {
        free(s->crossing[k].id);
        free(s->crossing[k].name);
        free(s->crossing[k].neighbour);
        free(s->crossing[k].source);
    }
    for (size_t k = 0; k < s->n_district; k++) {
        free(s->district[k].pcode);
        free(s->district[k].name);
        free(s->district[k].region);
        free(s->district[k].source);
    }
    for (size_t k = 0; k < s->n_province; k++) {
        free(s->province[k].pcode);
        free(s->province[k].name);
    }
    free(s->pass);
    free(s->crossing);
    free(s->district);
    free(s->province);
    free(s->edge);
}

static void forces_free(ho_scenario *s) {
    for (size_t k = 0; k < s->n_command; k++) {
        free(s->command[k].id);
        free(s->command[k].name);
        free(s->command[k].kind);
    }
    for (size_t k = 0; k < s->n_garrison; k++)
        free(s->garrison[k].source);
    for (size_t k = 0; k < s->n_share; k++)
        free(s->share[k].source);
    free(s->command);
    free(s->garrison);
    free(s->share);
}

static void record_free(ho_scenario *s) {
    for (size_t k = 0; k < s->n_record; k++) {
        ho_record_row *row = &s->record[k];
        char *text[] = {row->observable, row->mode, row->definition, row->who, row->confidence, row->source, row->note};
        for (size_t t = 0; t < sizeof text / sizeof text[0]; t++)
            free(text[t]);
    }
    for (size_t k = 0; k < s->n_claim; k++) {
        ho_claim_row *row = &s->claim[k];
        char *text[] = {row->id,         row->document, row->quantity,   row->value_text, row->unit,
                        row->definition, row->who,      row->assessment, row->confidence, row->against_ids};
        for (size_t t = 0; t < sizeof text / sizeof text[0]; t++)
            free(text[t]);
        free(row->against);
    }
    for (size_t k = 0; k < s->n_reading; k++) {
        ho_reading_row *row = &s->reading[k];
        char *text[] = {row->reading, row->expression, row->note, row->record};
        for (size_t t = 0; t < sizeof text / sizeof text[0]; t++)
            free(text[t]);
    }
    free(s->record);
    free(s->claim);
    free(s->reading);
}

static void facts_free(ho_scenario *s) {
    for (size_t k = 0; k < s->n_fact; k++) {
        ho_fact_row *row = &s->fact[k];
        char *text[] = {row->id, row->fact, row->observable, row->definition, row->source, row->places, row->list};
        for (size_t t = 0; t < sizeof text / sizeof text[0]; t++)
            free(text[t]);
        free(row->place);
        free(row->of);
    }
    free(s->fact);
}

static void forecasts_free(ho_scenario *s) {
    for (size_t k = 0; k < s->n_forecast; k++) {
        free(s->forecast[k].id);
        free(s->forecast[k].who);
        free(s->forecast[k].source);
    }
    free(s->forecast);
}

static void boundaries_free(ho_boundaries *b) {
    free(b->note);
    free(b->district);
    free(b->feature_ring);
    free(b->ring_is_hole);
    free(b->ring_point);
    free(b->xy);
}

static void overlays_free(ho_scenario *s) {
    for (size_t k = 0; k < s->n_overlay; k++) {
        free(s->overlay[k].name);
        free(s->overlay[k].file);
        free(s->overlay[k].title);
        free(s->overlay[k].why);
        free(s->overlay[k].changes);
    }
    free(s->overlay);
}

void ho_scenario_free(ho_scenario *scenario) {
    if (!scenario)
        return;
    free(scenario->folder);
    free(scenario->name);
    free(scenario->title);
    free(scenario->notes);
    sides_free(scenario);
    dated_free(scenario);
    places_free(scenario);
    forces_free(scenario);
    record_free(scenario);
    facts_free(scenario);
    forecasts_free(scenario);
    boundaries_free(&scenario->boundaries);
    overlays_free(scenario);
    free(scenario);
}
