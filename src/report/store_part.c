/* What the page takes from the run's store: facts of the run, series, probabilities of control, parameters. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/report.h"
#include "record/sql.h"
#include "report/gather.h"
#include "report/text.h"

static const char *column_text(sqlite3_stmt *query, int column) {
    const unsigned char *text = sqlite3_column_text(query, column);
    return text ? (const char *)text : "";
}

static json_t *column_number(sqlite3_stmt *query, int column) {
    bool none = sqlite3_column_type(query, column) == SQLITE_NULL;
    return ho_json_number(none ? NAN : sqlite3_column_double(query, column));
}

static void meta_row(ho_report *report, sqlite3_stmt *query, void *context) {
    ho_json_put(report, context, column_text(query, 0), ho_json_text(column_text(query, 1)));
}

static void mode_row(ho_report *report, sqlite3_stmt *query, void *context) {
    ho_json_put(report, context, column_text(query, 0), ho_json_text(column_text(query, 1)));
}

static void observable_row(ho_report *report, sqlite3_stmt *query, void *context) {
    json_t *object = json_object();
    ho_json_put(report, object, "name", ho_json_text(column_text(query, 0)));
    ho_json_put(report, object, "unit", ho_json_text(column_text(query, 1)));
    ho_json_put(report, object, "definition", ho_json_text(column_text(query, 2)));
    ho_json_add(report, context, object);
}

static void parameter_row(ho_report *report, sqlite3_stmt *query, void *context) {
    static const char *const key[] = {"name", "unit", "mechanism", "meaning", "prior", "source", "known_on"};
    json_t *object = json_object();
    for (int k = 0; k < 7; k++)
        ho_json_put(report, object, key[k], ho_json_text(column_text(query, k)));
    ho_json_put(report, object, "held", json_boolean(sqlite3_column_int(query, 7)));
    ho_json_put(report, object, "from_scenario", json_boolean(sqlite3_column_int(query, 8)));
    ho_json_add(report, context, object);
}

/* series: name, day, then a column each of the statistics, in the order of days. */
static void series_row(ho_report *report, sqlite3_stmt *query, void *context) {
    static const char *const key[] = {"mean", "q05", "q25", "q50", "q75", "q95", "mcse"};
    enum { N_KEY = 7 };
    json_t *all = context, *series = json_object_get(all, column_text(query, 0));
    if (!series) {
        series = json_object();
        for (int k = 0; k < N_KEY; k++)
            ho_json_put(report, series, key[k], json_array());
        ho_json_put(report, all, column_text(query, 0), series);
    }
    size_t day = (size_t)sqlite3_column_int64(query, 1);
    for (int k = 0; k < N_KEY && day < report->n_day; k++) {
        json_t *list = json_object_get(series, key[k]);
        while (list && json_array_size(list) < day && !report->failed)
            ho_json_add(report, list, json_null());
        ho_json_add(report, list, column_number(query, k + 2));
    }
}

uint8_t ho_share_byte(double p) {
    long rounded = lround(255 * p);
    if (!(p > 0))
        return 0;
    if (p >= 1)
        return 255;
    return (uint8_t)(rounded < 1 ? 1 : rounded > 254 ? 254 : rounded);
}

static void control_row(ho_report *report, sqlite3_stmt *query, void *context) {
    (void)context;
    size_t n_bloc = report->scenario->n_bloc, n_district = report->scenario->n_district;
    size_t day = (size_t)sqlite3_column_int64(query, 0), district = (size_t)sqlite3_column_int64(query, 1);
    size_t bloc = (size_t)sqlite3_column_int64(query, 2);
    if (day < report->n_day && district < n_district && bloc < n_bloc)
        report->control[(day * n_bloc + bloc) * n_district + district] = ho_share_byte(sqlite3_column_double(query, 3));
}

static ho_status gather_control(ho_report *report, json_t *page, ho_error *err) {
    size_t n = report->n_day * report->scenario->n_bloc * report->scenario->n_district;
    if (report->withheld) {
        ho_json_put(report, page, "control", json_null());
        return HO_OK;
    }
    report->control = calloc(n ? n : 1, 1);
    if (!report->control)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: no memory for %zu probabilities of control", report->path, n);
    ho_status status = ho_report_each(report, "SELECT day, district, bloc, p FROM control_row", control_row, NULL, err);
    if (status)
        return status;
    char *text = ho_base64(report->control, n);
    ho_json_put(report, page, "control", text ? json_string_nocheck(text) : NULL);
    free(text);
    return HO_OK;
}

ho_status ho_gather_store(ho_report *report, json_t *page, ho_error *err) {
    json_t *meta = json_object(), *modes = json_object(), *observables = json_array(), *series = json_object();
    json_t *parameters = json_array();
    ho_json_put(report, page, "meta", meta);
    ho_json_put(report, page, "modes", modes);
    ho_json_put(report, page, "observables", observables);
    ho_json_put(report, page, "series", series);
    ho_json_put(report, page, "parameters", parameters);
    ho_json_put(report, page, "n_day", json_integer((json_int_t)report->n_day));
    ho_json_put(report, page, "n_replicate", json_integer((json_int_t)report->n_replicate));
    ho_status status = ho_report_each(report, "SELECT key, value FROM meta ORDER BY key", meta_row, meta, err);
    if (!status)
        status = ho_report_each(report, "SELECT name, meaning FROM mode ORDER BY mode", mode_row, modes, err);
    if (!status)
        status = ho_report_each(report, "SELECT name, unit, definition FROM observable ORDER BY observable",
                                observable_row, observables, err);
    if (!status)
        status = ho_report_each(report,
                                "SELECT o.name, s.day, mean, q05, q25, q50, q75, q95, mcse FROM series_row s"
                                " JOIN observable o ON o.observable = s.observable ORDER BY s.observable, s.day",
                                series_row, series, err);
    if (!status)
        status = ho_report_each(report,
                                "SELECT name, unit, mechanism, meaning, prior, source, known_on, held, from_scenario"
                                " FROM parameter ORDER BY draw_order",
                                parameter_row, parameters, err);
    return status ? status : gather_control(report, page, err);
}
