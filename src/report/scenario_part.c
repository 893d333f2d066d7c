/* What the page takes from the scenario: names, places, outlines, the record. */
#include <math.h>
#include <string.h>

#include "report/gather.h"

#define OUTLINE_SCALE 1000.0 /* units a degree: about 100 m, a fifth of a pixel on a page-wide map of a country */

static json_t *texts_of(ho_report *report, const char *what) {
    const ho_scenario *scenario = report->scenario;
    json_t *list = json_array();
    for (size_t i = 0; i < scenario->n_district; i++) {
        const ho_district_row *row = &scenario->district[i];
        ho_json_add(report, list, ho_json_text(what[0] == 'p' ? row->pcode : row->name));
    }
    return list;
}

static json_t *districts_of(ho_report *report) {
    const ho_scenario *scenario = report->scenario;
    json_t *object = json_object(), *province = json_array(), *capital = json_array();
    json_t *lon = json_array(), *lat = json_array();
    for (size_t i = 0; i < scenario->n_district; i++) {
        const ho_district_row *row = &scenario->district[i];
        ho_json_add(report, province, json_integer(row->province));
        ho_json_add(report, capital, json_integer(row->is_capital));
        ho_json_add(report, lon, ho_json_number(row->lon));
        ho_json_add(report, lat, ho_json_number(row->lat));
    }
    ho_json_put(report, object, "pcode", texts_of(report, "pcode"));
    ho_json_put(report, object, "name", texts_of(report, "name"));
    ho_json_put(report, object, "province", province);
    ho_json_put(report, object, "capital", capital);
    ho_json_put(report, object, "lon", lon);
    ho_json_put(report, object, "lat", lat);
    return object;
}

/* One ring: first point, then differences; points that fall on the one before are dropped. */
static json_t *ring_of(ho_report *report, size_t ring) {
    const ho_boundaries *b = &report->scenario->boundaries;
    json_t *list = json_array();
    long last_x = 0, last_y = 0;
    for (size_t p = b->ring_point[ring]; p < b->ring_point[ring + 1]; p++) {
        long x = lround(b->xy[2 * p] * OUTLINE_SCALE), y = lround(b->xy[2 * p + 1] * OUTLINE_SCALE);
        if (p > b->ring_point[ring] && x == last_x && y == last_y)
            continue;
        ho_json_add(report, list, json_integer(x - last_x));
        ho_json_add(report, list, json_integer(y - last_y));
        last_x = x;
        last_y = y;
    }
    return list;
}

static json_t *map_of(ho_report *report) {
    const ho_boundaries *b = &report->scenario->boundaries;
    json_t *object = json_object(), *features = json_array();
    for (size_t k = 0; k < b->n_feature; k++) {
        json_t *feature = json_array();
        ho_json_add(report, feature, json_integer(b->district[k]));
        for (size_t ring = b->feature_ring[k]; ring < b->feature_ring[k + 1]; ring++)
            ho_json_add(report, feature, ring_of(report, ring));
        ho_json_add(report, features, feature);
    }
    ho_json_put(report, object, "note", b->note ? json_string(b->note) : json_null());
    ho_json_put(report, object, "scale", json_real(OUTLINE_SCALE));
    ho_json_put(report, object, "features", features);
    return object;
}

static json_t *record_row_of(ho_report *report, const ho_record_row *row) {
    char known_on[11];
    json_t *object = json_object();
    ho_json_put(report, object, "observable", ho_json_text(row->observable));
    ho_json_put(report, object, "district", json_integer(row->district));
    ho_json_put(report, object, "start", ho_json_day(report, row->date_start));
    ho_json_put(report, object, "end", ho_json_day(report, row->date_end));
    ho_json_put(report, object, "low", ho_json_number(row->value_low));
    ho_json_put(report, object, "high", ho_json_number(row->value_high));
    ho_json_put(report, object, "denominator", ho_json_number(row->denominator));
    ho_json_put(report, object, "mode", ho_json_text(row->mode));
    ho_json_put(report, object, "definition", ho_json_text(row->definition));
    ho_json_put(report, object, "who", ho_json_text(row->who));
    ho_json_put(report, object, "confidence", ho_json_text(row->confidence));
    ho_json_put(report, object, "known_on", ho_json_text(ho_day_format(row->known_on, known_on)));
    ho_json_put(report, object, "source", ho_json_text(row->source));
    ho_json_put(report, object, "note", ho_json_text(row->note));
    ho_json_put(report, object, "line", json_integer(row->line));
    return object;
}

/* Facts that give an observable's value on a day: they are drawn where the record has no rows of that name. */
static json_t *levels_of(ho_report *report) {
    json_t *list = json_array();
    for (size_t k = 0; k < report->scenario->n_fact; k++) {
        const ho_fact_row *row = &report->scenario->fact[k];
        char known_on[11];
        if (row->kind != HO_FACT_LEVEL || !isfinite(row->recorded))
            continue;
        json_t *object = json_object();
        ho_json_put(report, object, "id", ho_json_text(row->id));
        ho_json_put(report, object, "observable", ho_json_text(row->observable));
        ho_json_put(report, object, "day", ho_json_day(report, row->date));
        ho_json_put(report, object, "value", ho_json_number(row->recorded));
        ho_json_put(report, object, "denominator", ho_json_number(row->denominator));
        ho_json_put(report, object, "is_report", json_boolean(row->is_report));
        ho_json_put(report, object, "definition", ho_json_text(row->definition));
        ho_json_put(report, object, "source", ho_json_text(row->source));
        ho_json_put(report, object, "known_on", ho_json_text(ho_day_format(row->known_on, known_on)));
        ho_json_add(report, list, object);
    }
    return list;
}

static json_t *blocs_of(ho_report *report) {
    json_t *list = json_array();
    for (size_t b = 0; b < report->scenario->n_bloc; b++) {
        const ho_bloc_row *row = &report->scenario->bloc[b];
        ho_json_add(report, list, json_pack("{s:s, s:s, s:s}", "id", row->id, "name", row->name, "color", row->color));
    }
    return list;
}

static json_t *provinces_of(ho_report *report) {
    json_t *list = json_array();
    for (size_t p = 0; p < report->scenario->n_province; p++) {
        const ho_province_row *row = &report->scenario->province[p];
        ho_json_add(report, list,
                    json_pack("{s:s, s:s, s:i}", "pcode", row->pcode, "name", row->name, "capital", row->capital));
    }
    return list;
}

/* The page must not pass for one of the scenario as it was: the title says what was assumed. */
static json_t *title_of(const ho_scenario *scenario) {
    json_t *title = json_string(scenario->title);
    for (size_t k = 0; k < scenario->n_overlay && title; k++) {
        json_t *longer = json_sprintf("%s; what if: %s", json_string_value(title), scenario->overlay[k].title);
        json_decref(title);
        title = longer;
    }
    return title;
}

static json_t *head_of(ho_report *report) {
    const ho_scenario *scenario = report->scenario;
    char from[11], until[11];
    json_t *object = json_object(), *holdout = json_null();
    if (scenario->holdout_faction >= 0)
        holdout = json_pack("{s:s, s:i}", "name", scenario->faction[scenario->holdout_faction].name, "seat",
                            scenario->holdout_seat);
    ho_json_put(report, object, "name", ho_json_text(scenario->name));
    ho_json_put(report, object, "title", title_of(scenario));
    ho_json_put(report, object, "notes", scenario->notes ? json_string(scenario->notes) : json_null());
    ho_json_put(report, object, "from", ho_json_text(ho_day_format(scenario->from, from)));
    ho_json_put(report, object, "until", ho_json_text(ho_day_format(scenario->until, until)));
    ho_json_put(report, object, "digest", ho_json_text(scenario->digest));
    ho_json_put(report, object, "national_capital", json_integer(scenario->national_capital));
    ho_json_put(report, object, "holdout", holdout);
    return object;
}

/* The bloc whose regime is at stake: that of the first faction with the role of a state. */
static int32_t home_bloc_of(const ho_scenario *scenario) {
    for (size_t f = 0; f < scenario->n_faction; f++)
        if (scenario->faction[f].role == HO_ROLE_STATE)
            return scenario->faction[f].bloc;
    return 0;
}

void ho_gather_scenario(ho_report *report, json_t *page) {
    json_t *record = json_array();
    for (size_t k = 0; k < report->scenario->n_record; k++)
        ho_json_add(report, record, record_row_of(report, &report->scenario->record[k]));
    ho_json_put(report, page, "scenario", head_of(report));
    ho_json_put(report, page, "blocs", blocs_of(report));
    ho_json_put(report, page, "home_bloc", json_integer(home_bloc_of(report->scenario)));
    ho_json_put(report, page, "provinces", provinces_of(report));
    ho_json_put(report, page, "districts", districts_of(report));
    ho_json_put(report, page, "map", map_of(report));
    ho_json_put(report, page, "record", record);
    ho_json_put(report, page, "facts", levels_of(report));
}
