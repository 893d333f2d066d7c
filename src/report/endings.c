/* How the replicates would have ended, by day: numbers of them in each class, from observable `ending` of every stored replicate. */
#include <math.h>
#include <stdlib.h>

#include "holdout/record.h"
#include "record/sql.h"
#include "record/store.h"
#include "report/gather.h"

enum { N_MEANING = 256 };

typedef struct ho_endings {
    float *day;          /* of the row being read (n_day) */
    int64_t *n;          /* replicates (HO_N_ENDING, n_day) */
    int64_t observable;  /* its index, -1: the run has none */
} ho_endings;

static void find_row(ho_report *report, sqlite3_stmt *query, void *context) {
    (void)report;
    ((ho_endings *)context)->observable = sqlite3_column_int64(query, 0);
}

/* A replicate's days of the observable, as float32; one that is damaged counts nowhere. */
static void count_row(ho_report *report, sqlite3_stmt *query, void *context) {
    ho_endings *endings = context;
    const uint8_t *bytes = sqlite3_column_blob(query, 0);
    if (!bytes || sqlite3_column_bytes(query, 0) != (int)(4 * report->n_day))
        return;
    ho_floats_decode(bytes, report->n_day, endings->day);
    for (size_t day = 0; day < report->n_day; day++) {
        float value = endings->day[day];
        if (value >= 0.0f && value < (float)HO_N_ENDING && value == floorf(value))
            endings->n[(size_t)value * report->n_day + day]++;
    }
}

static json_t *endings_json(ho_report *report, const ho_endings *endings) {
    json_t *object = json_object(), *name = json_array(), *meaning = json_array(), *n = json_array();
    for (int ending = 0; ending < HO_N_ENDING; ending++) {
        char text[N_MEANING];
        json_t *days = json_array();
        for (size_t day = 0; day < report->n_day; day++)
            ho_json_add(report, days, json_integer((json_int_t)endings->n[(size_t)ending * report->n_day + day]));
        ho_json_add(report, name, ho_json_text(ho_ending_name(ending)));
        ho_json_add(report, meaning, ho_json_text(ho_ending_meaning(report->scenario, ending, text, sizeof text)));
        ho_json_add(report, n, days);
    }
    ho_json_put(report, object, "names", name);
    ho_json_put(report, object, "meanings", meaning);
    ho_json_put(report, object, "n", n);
    return object;
}

static ho_status count_endings(ho_report *report, ho_endings *endings, ho_error *err) {
    char sql[160];
    sqlite3_snprintf(sizeof sql, sql, "SELECT substr(\"values\", %lld, %lld) FROM draw ORDER BY replicate",
                     (long long)(1 + 4 * endings->observable * (int64_t)report->n_day), (long long)(4 * report->n_day));
    return ho_report_each(report, sql, count_row, endings, err);
}

ho_status ho_gather_endings(ho_report *report, json_t *page, ho_error *err) {
    ho_endings endings = {.observable = -1,
                          .day = calloc(report->n_day + 1, sizeof *endings.day),
                          .n = calloc((report->n_day + 1) * HO_N_ENDING, sizeof *endings.n)};
    ho_status status = HO_OK;
    if (!endings.day || !endings.n)
        report->failed = true;
    if (!report->failed)
        status = ho_report_each(report, "SELECT observable FROM observable WHERE name = 'ending'", find_row, &endings, err);
    if (!status && !report->failed && endings.observable >= 0)
        status = count_endings(report, &endings, err);
    if (!status && !report->failed)
        ho_json_put(report, page, "endings", endings.observable < 0 ? json_null() : endings_json(report, &endings));
    free(endings.day);
    free(endings.n);
    return status;
}
