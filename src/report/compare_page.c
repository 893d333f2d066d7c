/* The page of two runs compared: the comparison as JSON in the same template as report.html, which draws whichever it
 * is given. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "holdout/report.h"
#include "report/gather.h"
#include "report/template.h"
#include "report/text.h"

static json_t *paired_of(ho_report *report, const ho_paired *paired) {
    json_t *object = json_object();
    ho_json_put(report, object, "n", json_integer((json_int_t)paired->n));
    ho_json_put(report, object, "mean_a", ho_json_number(paired->mean_a));
    ho_json_put(report, object, "mean_b", ho_json_number(paired->mean_b));
    ho_json_put(report, object, "difference", ho_json_number(paired->difference));
    ho_json_put(report, object, "se", ho_json_number(paired->se));
    ho_json_put(report, object, "q05", ho_json_number(paired->q05));
    ho_json_put(report, object, "q95", ho_json_number(paired->q95));
    ho_json_put(report, object, "above", ho_json_number(paired->above));
    ho_json_put(report, object, "below", ho_json_number(paired->below));
    return object;
}

/* Bands as columns by day, the shape of a series of report.html. */
static json_t *series_of(ho_report *report, const ho_spread *spread, size_t n_day) {
    static const char *const key[] = {"mean", "q05", "q25", "q50", "q75", "q95", "mcse"};
    enum { N_KEY = 7 };
    json_t *object = json_object(), *column[N_KEY];
    for (int k = 0; k < N_KEY; k++)
        ho_json_put(report, object, key[k], column[k] = json_array());
    for (size_t day = 0; day < n_day; day++) {
        const ho_spread *s = &spread[day];
        const double value[N_KEY] = {s->mean, s->q05, s->q25, s->q50, s->q75, s->q95, s->mcse};
        for (int k = 0; k < N_KEY; k++)
            ho_json_add(report, column[k], ho_json_number(value[k]));
    }
    return object;
}

/* The difference in the same shape: mean, 5 % and 95 % quantile and error; the quantiles between are not kept. */
static json_t *difference_of(ho_report *report, const ho_paired *paired, size_t n_day) {
    static const char *const key[] = {"mean", "q05", "q95", "mcse"};
    enum { N_KEY = 4 };
    json_t *object = json_object(), *column[N_KEY];
    for (int k = 0; k < N_KEY; k++)
        ho_json_put(report, object, key[k], column[k] = json_array());
    for (size_t day = 0; day < n_day; day++) {
        const double value[N_KEY] = {paired[day].difference, paired[day].q05, paired[day].q95, paired[day].se};
        for (int k = 0; k < N_KEY; k++)
            ho_json_add(report, column[k], ho_json_number(value[k]));
    }
    return object;
}

static json_t *observables_of(ho_report *report, const ho_comparison *comparison) {
    json_t *list = json_array();
    for (size_t k = 0; k < comparison->n_observable; k++) {
        const ho_compared_observable *observable = &comparison->observable[k];
        json_t *object = json_object();
        ho_json_put(report, object, "name", ho_json_text(observable->name));
        ho_json_put(report, object, "label", ho_json_text(observable->label));
        ho_json_put(report, object, "unit", ho_json_text(observable->unit));
        ho_json_put(report, object, "definition", ho_json_text(observable->definition));
        ho_json_add(report, list, object);
    }
    return list;
}

static json_t *rows_of(ho_report *report, const ho_comparison *comparison) {
    json_t *list = json_array();
    for (size_t k = 0; k < comparison->n_row; k++) {
        const ho_compared_row *row = &comparison->row[k];
        json_t *object = paired_of(report, &row->paired);
        ho_json_put(report, object, "observable", json_integer(row->observable));
        ho_json_put(report, object, "day", json_integer((json_int_t)row->day - comparison->from));
        ho_json_add(report, list, object);
    }
    return list;
}

static json_t *curves_of(ho_report *report, const ho_comparison *comparison) {
    json_t *list = json_array();
    for (size_t k = 0; k < comparison->n_curve; k++) {
        const ho_compared_curve *curve = &comparison->curve[k];
        json_t *object = json_object();
        ho_json_put(report, object, "observable", json_integer(curve->observable));
        ho_json_put(report, object, "a", series_of(report, curve->side[HO_SIDE_A], comparison->n_day));
        ho_json_put(report, object, "b", series_of(report, curve->side[HO_SIDE_B], comparison->n_day));
        ho_json_put(report, object, "difference", difference_of(report, curve->difference, comparison->n_day));
        ho_json_add(report, list, object);
    }
    return list;
}

static json_t *facts_of(ho_report *report, const ho_comparison *comparison) {
    json_t *list = json_array();
    for (size_t k = 0; k < comparison->n_fact; k++) {
        const ho_compared_fact *fact = &comparison->fact[k];
        json_t *object = json_object();
        ho_json_put(report, object, "key", ho_json_text(fact->key));
        ho_json_put(report, object, "a", ho_json_text(fact->value[HO_SIDE_A]));
        ho_json_put(report, object, "b", ho_json_text(fact->value[HO_SIDE_B]));
        ho_json_add(report, list, object);
    }
    return list;
}

static json_t *runs_of(ho_report *report, const ho_comparison *comparison) {
    json_t *list = json_array();
    for (int side = 0; side < HO_N_SIDE; side++) {
        const ho_compared_run *run = &comparison->run[side];
        json_t *object = json_object();
        ho_json_put(report, object, "folder", ho_json_text(run->folder));
        ho_json_put(report, object, "n_replicate", json_integer((json_int_t)run->n_replicate));
        ho_json_put(report, object, "last_day", json_integer((json_int_t)run->until - comparison->from));
        ho_json_add(report, list, object);
    }
    return list;
}

static json_t *fall_of(ho_report *report, const ho_compared_fall *fall) {
    json_t *object = json_object();
    ho_json_put(report, object, "n_both", json_integer((json_int_t)fall->n_both));
    ho_json_put(report, object, "n_only_a", json_integer((json_int_t)fall->n_only[HO_SIDE_A]));
    ho_json_put(report, object, "n_only_b", json_integer((json_int_t)fall->n_only[HO_SIDE_B]));
    ho_json_put(report, object, "n_neither", json_integer((json_int_t)fall->n_neither));
    ho_json_put(report, object, "day", paired_of(report, &fall->day));
    return object;
}

static json_t *endings_of(ho_report *report, const ho_comparison *comparison) {
    if (!comparison->has_ending)
        return json_null();
    json_t *object = json_object(), *names = json_array(), *table = json_array();
    ho_json_put(report, object, "names", names);
    ho_json_put(report, object, "pairs", table);
    ho_json_put(report, object, "n_changed", json_integer((json_int_t)comparison->n_ending_changed));
    for (int a = 0; a < HO_N_ENDING; a++) {
        json_t *row = json_array();
        ho_json_add(report, names, ho_json_text(ho_ending_name(a)));
        for (int b = 0; b < HO_N_ENDING; b++)
            ho_json_add(report, row, json_integer((json_int_t)comparison->ending[a][b]));
        ho_json_add(report, table, row);
    }
    return object;
}

static json_t *object_of(ho_report *report, const ho_comparison *comparison) {
    char from[11];
    json_t *object = json_object();
    ho_json_put(report, object, "scenario", ho_json_text(comparison->scenario));
    ho_json_put(report, object, "title", ho_json_text(comparison->title));
    ho_json_put(report, object, "seed", ho_json_text(comparison->seed));
    ho_json_put(report, object, "capital", ho_json_text(comparison->capital));
    ho_json_put(report, object, "from", ho_json_text(ho_day_format(comparison->from, from)));
    ho_json_put(report, object, "n_day", json_integer((json_int_t)comparison->n_day));
    ho_json_put(report, object, "n_pair", json_integer((json_int_t)comparison->n_pair));
    ho_json_put(report, object, "runs", runs_of(report, comparison));
    ho_json_put(report, object, "facts", facts_of(report, comparison));
    ho_json_put(report, object, "observables", observables_of(report, comparison));
    ho_json_put(report, object, "rows", rows_of(report, comparison));
    ho_json_put(report, object, "curves", curves_of(report, comparison));
    ho_json_put(report, object, "fall", fall_of(report, &comparison->fall));
    ho_json_put(report, object, "endings", endings_of(report, comparison));
    return object;
}

static json_t *page_of(ho_report *report, const ho_comparison *comparison) {
    json_t *page = json_object();
    ho_json_put(report, page, "format", json_integer(HO_FORMAT));
    ho_json_put(report, page, "version", json_string(HO_VERSION));
    ho_json_put(report, page, "comparison", object_of(report, comparison));
    return page;
}

ho_status ho_comparison_data(const ho_comparison *comparison, char **json, ho_error *err) {
    ho_report report = {0};
    json_t *object = object_of(&report, comparison);
    *json = report.failed ? NULL : json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6));
    json_decref(object);
    return *json ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "no memory for the comparison");
}

ho_status ho_comparison_write(const char *file, const ho_comparison *comparison, ho_error *err) {
    ho_report report = {0};
    json_t *page = page_of(&report, comparison);
    size_t size = 0;
    char *json = report.failed ? NULL : json_dumps(page, JSON_COMPACT | JSON_REAL_PRECISION(6));
    char *text = json ? ho_page_fill(ho_report_template, ho_report_template_size, json, &size) : NULL;
    ho_status status = text ? ho_file_write(file, text, size, err)
                            : ho_error_set(err, HO_ERR_MEMORY, "%s: no memory for the page", file);
    json_decref(page);
    free(json);
    free(text);
    return status;
}
