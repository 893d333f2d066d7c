/* What was said, held against the run: the audit of the evidence stage as data of the page. */
#include <math.h>
#include <string.h>

#include "holdout/evidence.h"
#include "report/gather.h"

static json_t *reading_of(ho_report *report, const ho_audit_reading *reading) {
    json_t *object = json_object();
    const struct {
        const char *key;
        double value;
    } NUMBERS[] = {{"low", reading->low},       {"high", reading->high},   {"median", reading->median},
                   {"q05", reading->q05},       {"q95", reading->q95},     {"holds", reading->holds},
                   {"holds_se", reading->holds_se}, {"below", reading->below}, {"above", reading->above},
                   {"recorded_low", reading->recorded_low}, {"recorded_high", reading->recorded_high}};
    ho_json_put(report, object, "reading", ho_json_text(reading->row->reading));
    ho_json_put(report, object, "expression", ho_json_text(reading->row->expression));
    ho_json_put(report, object, "note", ho_json_text(reading->row->note));
    ho_json_put(report, object, "reason", ho_json_text(reading->measured ? "" : reading->reason));
    ho_json_put(report, object, "verdict", ho_json_text(ho_audit_verdict_name(reading->verdict)));
    ho_json_put(report, object, "record", ho_json_text(ho_audit_record_name(reading->record)));
    ho_json_put(report, object, "record_line", reading->recorded_by ? json_integer(reading->recorded_by->line) : json_null());
    ho_json_put(report, object, "day", ho_json_day(report, reading->day));
    ho_json_put(report, object, "cause", json_boolean(reading->is_cause));
    for (size_t k = 0; k < sizeof NUMBERS / sizeof *NUMBERS; k++)
        ho_json_put(report, object, NUMBERS[k].key, ho_json_number(NUMBERS[k].value));
    return object;
}

static json_t *claim_of(ho_report *report, const ho_audit *audit, const ho_audit_claim *claim) {
    const ho_claim_row *row = claim->row;
    json_t *object = json_object(), *readings = json_array(), *against = json_array();
    ho_json_put(report, object, "id", ho_json_text(row->id));
    ho_json_put(report, object, "document", ho_json_text(row->document));
    ho_json_put(report, object, "kind", ho_json_text(ho_claim_kind_name(row->kind)));
    ho_json_put(report, object, "start", ho_json_day(report, row->date_start));
    ho_json_put(report, object, "end", ho_json_day(report, row->date_end));
    ho_json_put(report, object, "quantity", ho_json_text(row->quantity));
    ho_json_put(report, object, "low", ho_json_number(row->value_low));
    ho_json_put(report, object, "high", ho_json_number(row->value_high));
    ho_json_put(report, object, "text", ho_json_text(row->value_text));
    ho_json_put(report, object, "unit", ho_json_text(row->unit));
    ho_json_put(report, object, "who", ho_json_text(row->who));
    ho_json_put(report, object, "assessment", ho_json_text(row->assessment));
    ho_json_put(report, object, "verdict", ho_json_text(ho_audit_verdict_name(claim->verdict)));
    ho_json_put(report, object, "n_measured", json_integer((json_int_t)claim->n_measured));
    ho_json_put(report, object, "n_agree", json_integer((json_int_t)claim->n_agree));
    for (size_t k = 0; k < row->n_against; k++)
        ho_json_add(report, against, ho_json_text(report->scenario->claim[row->against[k]].id));
    for (size_t k = claim->first; k < claim->first + claim->n; k++)
        ho_json_add(report, readings, reading_of(report, &audit->reading[k]));
    ho_json_put(report, object, "against", against);
    ho_json_put(report, object, "readings", readings);
    return object;
}

/* The world as far as places and days go; settings do not change them. */
static ho_status world_of(const ho_report *report, const ho_store *store, ho_world **world, ho_error *err) {
    ho_world_options options = ho_world_options_default();
    ho_problems problems = {0};
    const char *known_by = ho_store_meta(store, "known_by");
    options.until = report->scenario->from + (ho_day)report->n_day - 1;
    if (known_by)
        ho_day_parse(known_by, &options.known_by);
    ho_status status = ho_world_build(report->scenario, &options, world, &problems, err);
    ho_problems_free(&problems);
    return status;
}

ho_status ho_gather_statements(ho_report *report, const char *run_folder, json_t *page, ho_error *err) {
    ho_store *store = NULL;
    ho_world *world = NULL;
    ho_audit audit = {0};
    json_t *list = json_array();
    ho_json_put(report, page, "statements", list);
    if (report->scenario->n_claim == 0 || report->withheld)
        return HO_OK;
    ho_status status = ho_store_open(run_folder, &store, err);
    if (!status)
        status = world_of(report, store, &world, err);
    if (!status)
        status = ho_audit_run(store, world, &audit, err);
    for (size_t c = 0; c < audit.n && !status; c++)
        ho_json_add(report, list, claim_of(report, &audit, &audit.claim[c]));
    ho_audit_free(&audit);
    ho_world_free(world);
    ho_store_close(store);
    return status;
}
