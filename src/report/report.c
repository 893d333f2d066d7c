/* report.html: gathers a run and its scenario as JSON and puts them into the page. */
#include "holdout/report.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "record/files.h"
#include "record/schema.h"
#include "record/sql.h"
#include "report/gather.h"
#include "report/template.h"
#include "report/text.h"

/* --- JSON --- */

json_t *ho_json_number(double value) {
    if (!isfinite(value))
        return json_null();
    return value == floor(value) && fabs(value) < 0x1p53 ? json_integer((json_int_t)value) : json_real(value);
}

json_t *ho_json_text(const char *text) {
    json_t *value = json_string(text ? text : "");
    return value ? value : json_string("(text that is not UTF-8)");
}

json_t *ho_json_day(const ho_report *report, ho_day day) {
    return day == HO_DAY_NONE ? json_null() : json_integer((json_int_t)day - report->scenario->from);
}

void ho_json_put(ho_report *report, json_t *object, const char *key, json_t *value) {
    if (json_object_set_new(object, key, value) != 0)
        report->failed = true;
}

void ho_json_add(ho_report *report, json_t *array, json_t *value) {
    if (json_array_append_new(array, value) != 0)
        report->failed = true;
}

/* --- reading the store --- */

ho_status ho_report_each(ho_report *report, const char *sql,
                         void (*row)(ho_report *report, sqlite3_stmt *query, void *context), void *context,
                         ho_error *err) {
    sqlite3_stmt *query = NULL;
    bool there = false;
    ho_status status = ho_sql_prepare(report->db, report->path, sql, &query, err);
    if (!status)
        status = ho_sql_next(query, report->path, &there, err);
    while (!status && there) {
        row(report, query, context);
        status = ho_sql_next(query, report->path, &there, err);
    }
    sqlite3_finalize(query);
    return status;
}

/* What has to be known before anything is read. */
typedef struct ho_store_head {
    int64_t application_id, n_day, n_district, n_bloc, n_faction, n_replicate;
    char name[256], digest[65], state[16];
    bool withheld;
} ho_store_head;

static void copy_column(sqlite3_stmt *query, int column, char *text, size_t size) {
    const unsigned char *value = sqlite3_column_text(query, column);
    size_t n = value ? strlen((const char *)value) : 0;
    n = n < size ? n : size - 1;
    if (value)
        memcpy(text, value, n);
    text[n] = '\0';
}

static void mark_row(ho_report *report, sqlite3_stmt *query, void *context) {
    (void)report;
    ((ho_store_head *)context)->application_id = sqlite3_column_int64(query, 0);
}

static void head_row(ho_report *report, sqlite3_stmt *query, void *context) {
    (void)report;
    ho_store_head *head = context;
    head->n_day = sqlite3_column_int64(query, 0);
    head->n_district = sqlite3_column_int64(query, 1);
    head->n_bloc = sqlite3_column_int64(query, 2);
    head->n_faction = sqlite3_column_int64(query, 3);
    head->n_replicate = sqlite3_column_int64(query, 4);
    copy_column(query, 5, head->name, sizeof head->name);
    copy_column(query, 6, head->digest, sizeof head->digest);
    copy_column(query, 7, head->state, sizeof head->state);
    head->withheld = sqlite3_column_int(query, 8);
}

static ho_status check_head(const ho_report *report, const ho_store_head *head, ho_error *err) {
    const ho_scenario *scenario = report->scenario;
    if (strcmp(head->state, "finished") != 0)
        return ho_error_set(err, HO_ERR_STATE, "%s: the run is not finished (its state is \"%s\")", report->path,
                            head->state);
    if (strcmp(head->name, scenario->name) != 0)
        return ho_error_set(err, HO_ERR_INPUT, "%s: a run of scenario \"%s\", not of \"%s\"", report->path, head->name,
                            scenario->name);
    if (strcmp(head->digest, scenario->digest) != 0)
        return ho_error_set(err, HO_ERR_INPUT,
                            "%s: scenario \"%s\" has changed since this run (digest %.12s, now %.12s)", report->path,
                            scenario->name, head->digest, scenario->digest);
    if (head->n_district != (int64_t)scenario->n_district || head->n_bloc != (int64_t)scenario->n_bloc ||
        head->n_faction != (int64_t)scenario->n_faction || head->n_day < 1)
        return ho_error_set(err, HO_ERR_INPUT, "%s: %lld districts, %lld days; the scenario has %zu districts",
                            report->path, (long long)head->n_district, (long long)head->n_day, scenario->n_district);
    return HO_OK;
}

static ho_status read_head(ho_report *report, ho_error *err) {
    ho_store_head head = {0};
    ho_status status = ho_report_each(report, "PRAGMA application_id", mark_row, &head, err);
    if (!status && head.application_id != HO_STORE_APPLICATION_ID)
        return ho_error_set(err, HO_ERR_INPUT, "%s: a database, but not a run of holdout", report->path);
    if (!status)
        status = ho_report_each(
            report,
            "SELECT (SELECT count(*) FROM day), (SELECT count(*) FROM district), (SELECT count(*) FROM bloc),"
            " (SELECT count(*) FROM faction), (SELECT count(*) FROM draw),"
            " (SELECT value FROM meta WHERE key = 'scenario'),"
            " (SELECT value FROM meta WHERE key = 'scenario_digest'), (SELECT value FROM meta WHERE key = 'state'),"
            " (SELECT count(*) FROM meta WHERE key = 'withheld')",
            head_row, &head, err);
    if (!status)
        status = check_head(report, &head, err);
    report->n_day = (size_t)head.n_day;
    report->n_replicate = (size_t)head.n_replicate;
    report->withheld = head.withheld;
    return status;
}

static ho_status report_open(const char *run_folder, ho_report *report, ho_error *err) {
    struct stat info;
    report->path = ho_path_join(run_folder, "run.sqlite");
    if (!report->path)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", run_folder);
    if (stat(report->path, &info) != 0)
        return ho_error_set(err, HO_ERR_INPUT, "%s: no run there", report->path);
    int code = sqlite3_open_v2(report->path, &report->db, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, NULL);
    return code == SQLITE_OK ? read_head(report, err) : ho_sql_error(report->db, code, report->path, err);
}

static void report_close(ho_report *report) {
    sqlite3_close(report->db);
    free(report->path);
    free(report->control);
}

/* --- writing the page --- */

static ho_status gather(ho_report *report, const char *run_folder, json_t *page, ho_error *err) {
    ho_json_put(report, page, "format", json_integer(HO_FORMAT));
    ho_json_put(report, page, "version", json_string(HO_VERSION));
    ho_gather_scenario(report, page);
    ho_status status = ho_gather_store(report, page, err);
    if (!status && !report->failed)
        status = ho_gather_falls(report, page, err);
    if (!status && !report->failed)
        status = ho_gather_endings(report, page, err);
    if (!status && !report->failed)
        status = ho_gather_statements(report, run_folder, page, err);
    return status;
}

ho_status ho_report_data(const char *run_folder, const ho_scenario *scenario, char **json, ho_error *err) {
    ho_report report = {.scenario = scenario};
    json_t *page = json_object();
    *json = NULL;
    ho_status status = report_open(run_folder, &report, err);
    if (!status)
        status = gather(&report, run_folder, page, err);
    if (!status && !report.failed)
        *json = json_dumps(page, JSON_COMPACT | JSON_REAL_PRECISION(6));
    if (!status && !*json)
        status = ho_error_set(err, HO_ERR_MEMORY, "%s: no memory for the report", run_folder);
    json_decref(page);
    report_close(&report);
    return status;
}

ho_status ho_report_write(const char *run_folder, const ho_scenario *scenario, ho_error *err) {
    char *json = NULL, *path = NULL, *text = NULL;
    size_t size = 0;
    ho_status status = ho_report_data(run_folder, scenario, &json, err);
    if (status)
        return status;
    path = ho_path_join(run_folder, "report.html");
    text = ho_page_fill(ho_report_template, ho_report_template_size, json, &size);
    status = path && text ? ho_file_write(path, text, size, err)
                          : ho_error_set(err, HO_ERR_MEMORY, "%s: no memory for report.html", run_folder);
    free(path);
    free(json);
    free(text);
    return status;
}
