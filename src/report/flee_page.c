/* A case of FLEE as a page: its places and routes, people in its camps by day over runs beside what was counted, errors. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/report.h"
#include "base/text.h"
#include "record/files.h"
#include "record/quantiles.h"
#include "report/gather.h"
#include "report/template.h"
#include "report/text.h"

/* What a page is made of. */
typedef struct ho_flee_page {
    ho_report report; /* for the making of JSON only */
    const ho_flee_case *flee;
    const ho_flee_ensemble *runs;
    double *mean;          /* (n_day, n_camp) people, over runs */
    float *value, *sorted; /* (n_run) */
    ho_flee_error of_runs; /* mean over runs of the errors of each */
} ho_flee_page;

static json_t *places_of(ho_flee_page *page) {
    json_t *list = json_array();
    for (size_t k = 0; k < ho_flee_n_place(page->flee); k++) {
        ho_flee_site site = ho_flee_site_of(page->flee, k);
        json_t *place = json_object();
        ho_json_put(&page->report, place, "name", ho_json_text(site.name));
        ho_json_put(&page->report, place, "kind", ho_json_text(site.kind));
        ho_json_put(&page->report, place, "lon", ho_json_number(site.longitude));
        ho_json_put(&page->report, place, "lat", ho_json_number(site.latitude));
        ho_json_put(&page->report, place, "capacity", site.capacity < 0 ? json_null() : json_integer(site.capacity));
        ho_json_add(&page->report, list, place);
    }
    return list;
}

/* Each road once: [from, to, km]. */
static json_t *routes_of(ho_flee_page *page) {
    json_t *list = json_array();
    for (size_t k = 0; k < ho_flee_n_link(page->flee); k++) {
        size_t from, to;
        double km;
        ho_flee_link(page->flee, k, &from, &to, &km);
        if (from >= to)
            continue;
        json_t *route = json_array();
        ho_json_add(&page->report, route, json_integer((json_int_t)from));
        ho_json_add(&page->report, route, json_integer((json_int_t)to));
        ho_json_add(&page->report, route, ho_json_number(km));
        ho_json_add(&page->report, list, route);
    }
    return list;
}

static json_t *curve_of(ho_flee_page *page, size_t camp) {
    const ho_flee_ensemble *runs = page->runs;
    static const char *const key[] = {"mean", "q05", "q95", "data"};
    json_t *curve = json_object(), *list[4];
    ho_json_put(&page->report, curve, "place", json_integer((json_int_t)ho_flee_camp_place(page->flee, camp)));
    for (int k = 0; k < 4; k++)
        ho_json_put(&page->report, curve, key[k], list[k] = json_array());
    for (size_t day = 0; day < runs->n_day && !page->report.failed; day++) {
        for (size_t k = 0; k < runs->n_run; k++)
            page->value[k] = (float)runs->camp[(k * runs->n_day + day) * runs->n_camp + camp];
        const ho_spread spread = ho_spread_of(page->value, page->sorted, runs->n_run);
        const int64_t counted = ho_flee_data(page->flee, day, camp);
        ho_json_add(&page->report, list[0], ho_json_number(spread.mean));
        ho_json_add(&page->report, list[1], ho_json_number(spread.q05));
        ho_json_add(&page->report, list[2], ho_json_number(spread.q95));
        ho_json_add(&page->report, list[3], counted < 0 ? json_null() : json_integer(counted));
    }
    return curve;
}

static json_t *error_of(ho_flee_page *page, ho_flee_error error) {
    json_t *object = json_object();
    ho_json_put(&page->report, object, "n", ho_json_number(error.n));
    ho_json_put(&page->report, object, "r", ho_json_number(error.r));
    ho_json_put(&page->report, object, "total", ho_json_number(error.total));
    return object;
}

static json_t *object_of(ho_flee_page *page, const char *name) {
    char from[11];
    json_t *object = json_object(), *curves = json_array(), *errors = json_object();
    ho_json_put(&page->report, object, "name", ho_json_text(name));
    ho_json_put(&page->report, object, "days", json_integer((json_int_t)page->runs->n_day));
    ho_json_put(&page->report, object, "from", ho_json_text(ho_day_format(ho_flee_start(page->flee), from)));
    ho_json_put(&page->report, object, "n_run", json_integer((json_int_t)page->runs->n_run));
    ho_json_put(&page->report, object, "places", places_of(page));
    ho_json_put(&page->report, object, "routes", routes_of(page));
    ho_json_put(&page->report, object, "curves", curves);
    for (size_t c = 0; c < page->runs->n_camp; c++)
        ho_json_add(&page->report, curves, curve_of(page, c));
    ho_json_put(&page->report, object, "errors", errors);
    ho_json_put(&page->report, errors, "error_of_runs", error_of(page, page->of_runs));
    ho_json_put(&page->report, errors, "error_of_mean", error_of(page, ho_flee_errors(page->flee, page->mean)));
    return object;
}

static ho_status prepare(ho_flee_page *page, ho_error *err) {
    const ho_flee_ensemble *runs = page->runs;
    const size_t n = runs->n_day * runs->n_camp;
    page->mean = calloc(n + 1, sizeof *page->mean);
    page->value = calloc(runs->n_run + 1, sizeof *page->value);
    page->sorted = calloc(runs->n_run + 1, sizeof *page->sorted);
    if (!page->mean || !page->value || !page->sorted)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for the page of a case");
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < runs->n_run; k++)
            page->mean[i] += (double)runs->camp[k * n + i] / (double)runs->n_run;
    return ho_flee_mean_errors(page->flee, runs, &page->of_runs, err);
}

/* The case as JSON; NULL on failure. */
static json_t *make(ho_flee_page *page, const char *name, ho_error *err) {
    json_t *object = prepare(page, err) ? NULL : object_of(page, name);
    if (object && page->report.failed) {
        json_decref(object);
        object = NULL;
        ho_error_set(err, HO_ERR_MEMORY, "no memory for the page of a case");
    }
    free(page->mean);
    free(page->value);
    free(page->sorted);
    return object;
}

ho_status ho_flee_page_data(const ho_flee_case *flee, const ho_flee_ensemble *runs, const char *name, char **json, ho_error *err) {
    ho_flee_page page = {.flee = flee, .runs = runs};
    json_t *object = make(&page, name, err);
    *json = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(7)) : NULL;
    json_decref(object);
    return *json ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "no memory for the page of a case");
}

ho_status ho_flee_page_write(const char *file, const ho_flee_case *flee, const ho_flee_ensemble *runs, const char *name, ho_error *err) {
    ho_flee_page page = {.flee = flee, .runs = runs};
    json_t *object = make(&page, name, err);
    if (!object)
        return HO_ERR_MEMORY;
    json_t *all = json_object();
    ho_json_put(&page.report, all, "format", json_integer(HO_FORMAT));
    ho_json_put(&page.report, all, "version", json_string(HO_VERSION));
    ho_json_put(&page.report, all, "flee", object);
    size_t size = 0;
    char *json = page.report.failed ? NULL : json_dumps(all, JSON_COMPACT | JSON_REAL_PRECISION(7));
    char *text = json ? ho_page_fill(ho_report_template, ho_report_template_size, json, &size) : NULL;
    ho_status status = text ? ho_file_write(file, text, size, err) : ho_error_set(err, HO_ERR_MEMORY, "%s: no memory for the page", file);
    json_decref(all);
    free(json);
    free(text);
    return status;
}
