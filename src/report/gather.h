/* Inside the report: what is being put together, and who adds which part of it. */
#ifndef HO_REPORT_GATHER_H
#define HO_REPORT_GATHER_H

#include <jansson.h>
#include <sqlite3.h>

#include "holdout/scenario.h"

typedef struct ho_report {
    const ho_scenario *scenario; /* borrowed */
    sqlite3 *db;
    char *path;                /* of run.sqlite, for messages */
    size_t n_day, n_replicate; /* n_replicate: stored ones */
    uint8_t *control;          /* 0..255: P(bloc holds) (n_day, n_bloc, n_district); 0 and 255 mean exactly 0 and 1 */
    bool withheld;             /* the run says nothing of districts */
    bool failed;               /* memory ran out while making JSON */
} ho_report;

/* JSON: nothing but null for what is not finite or HO_DAY_NONE; whole numbers without a point; NULL text as "". */
json_t *ho_json_number(double value);
json_t *ho_json_text(const char *text);
/* Days are counted from the scenario's first day. */
json_t *ho_json_day(const ho_report *report, ho_day day);
/* Adds and takes over `value`; a NULL value or no memory sets report->failed. */
void ho_json_put(ho_report *report, json_t *object, const char *key, json_t *value);
void ho_json_add(ho_report *report, json_t *array, json_t *value);

/* Calls `row` for each row that `sql` gives. */
ho_status ho_report_each(ho_report *report, const char *sql,
                         void (*row)(ho_report *report, sqlite3_stmt *query, void *context), void *context,
                         ho_error *err);

/* Each adds its keys to `page` (shape: web/src/data.ts). */
void ho_gather_scenario(ho_report *report, json_t *page); /* scenario_part.c: names, places, outlines, record, facts */
ho_status ho_gather_store(ho_report *report, json_t *page,
                          ho_error *err); /* store_part.c: meta, series, control, parameters */
ho_status ho_gather_falls(ho_report *report, json_t *page, ho_error *err); /* falls.c: capitals, evaluation */
ho_status ho_gather_endings(ho_report *report, json_t *page, ho_error *err); /* endings.c: classes of ending by day */
ho_status ho_gather_statements(ho_report *report, const char *run_folder, json_t *page,
                               ho_error *err); /* statements_part.c: statements */

#endif
