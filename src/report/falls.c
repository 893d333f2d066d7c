/* What the page takes from the log of changes: when capitals fell, and the agreement with the record (evidence/evaluate.h) for
 * every bloc whose captures are recorded. One pass over the log for a bloc. */
#include "evidence/falls.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/sql.h"
#include "report/gather.h"

enum { N_CLASS_MIN = 5 /* districts of each kind for an area under the curve */, N_DATE = 3 };

/* --- reading --- */

typedef struct ho_reading {
    ho_falls falls;
    int64_t last_replicate; /* id of the replicate being read, -1 */
    size_t replicate;       /* its number */
} ho_reading;

/* replicate number, day, district, from, to, mode */
static void change_row(ho_report *report, sqlite3_stmt *query, void *context) {
    (void)report;
    ho_reading *reading = context;
    int64_t number = sqlite3_column_int64(query, 0);
    if (number != reading->last_replicate) {
        reading->replicate += reading->last_replicate >= 0;
        reading->last_replicate = number;
    }
    if (sqlite3_column_type(query, 2) == SQLITE_NULL)
        return; /* a replicate without changes */
    ho_change change = {sqlite3_column_int(query, 1), sqlite3_column_int(query, 2), sqlite3_column_int(query, 3),
                        sqlite3_column_int(query, 4), sqlite3_column_int(query, 5)};
    ho_falls_add(&reading->falls, reading->replicate, &change);
}

/* --- capitals --- */

static int compare_days(const void *a, const void *b) {
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

static json_t *quantile_of(const int32_t *sorted, size_t n, double q) {
    int32_t day = n ? ho_quantile_day(sorted, n, q) : HO_NEVER;
    return day == HO_NEVER ? json_null() : json_integer(day);
}

/* One capital; its days are copied and sorted. Returns its median. */
static int32_t gather_capital(ho_report *report, const ho_falls *falls, size_t capital, int32_t *sorted, json_t *list) {
    static const double level[] = {0.05, 0.25, 0.5, 0.75, 0.95};
    static const char *const key[] = {"q05", "q25", "q50", "q75", "q95"};
    size_t n = falls->n_replicate, n_fell = 0;
    memcpy(sorted, falls->day + capital * n, n * sizeof *sorted);
    qsort(sorted, n, sizeof *sorted, compare_days);
    while (n_fell < n && sorted[n_fell] != HO_NEVER)
        n_fell++;
    json_t *object = json_object();
    ho_json_put(report, object, "district", json_integer(falls->capital[capital]));
    ho_json_put(report, object, "bloc", json_integer(falls->bloc));
    ho_json_put(report, object, "n", json_integer((json_int_t)n));
    ho_json_put(report, object, "n_fell", json_integer((json_int_t)n_fell));
    for (int k = 0; k < 5; k++)
        ho_json_put(report, object, key[k], quantile_of(sorted, n, level[k]));
    ho_json_add(report, list, object);
    return n ? ho_quantile_day(sorted, n, 0.5) : HO_NEVER;
}

/* --- agreement with the record --- */

/* Scratch of one evaluation; arrays (n_district). */
typedef struct ho_scratch {
    double *score, *map;
    double *score_plain, *map_plain; /* the same, NaN for capitals */
    ho_truth *truth;
    size_t *order;
} ho_scratch;

static void scratch_free(ho_scratch *scratch) {
    free(scratch->score);
    free(scratch->map);
    free(scratch->score_plain);
    free(scratch->map_plain);
    free(scratch->truth);
    free(scratch->order);
}

static bool scratch_make(const ho_scenario *scenario, ho_scratch *scratch) {
    size_t n = scenario->n_district + 1;
    *scratch = (ho_scratch){.score = calloc(n, sizeof(double)),
                            .map = calloc(n, sizeof(double)),
                            .score_plain = calloc(n, sizeof(double)),
                            .map_plain = calloc(n, sizeof(double)),
                            .truth = calloc(n, sizeof(ho_truth)),
                            .order = calloc(n, sizeof(size_t))};
    if (!scratch->score || !scratch->map || !scratch->score_plain || !scratch->map_plain || !scratch->truth ||
        !scratch->order)
        return false;
    for (size_t i = 0; i < scenario->n_district; i++) {
        ho_status_prior status = scenario->district[i].prior_status;
        scratch->map[i] = status == HO_PRIOR_UNKNOWN ? NAN : (double)status;
        scratch->map_plain[i] = scenario->district[i].is_capital ? NAN : scratch->map[i];
    }
    return true;
}

/* Area under the curve on one day; false if a class is too small. */
static bool gather_auc(ho_report *report, const ho_captures *captures, int32_t bloc, size_t day, ho_scratch *s,
                       json_t *list) {
    const ho_scenario *scenario = report->scenario;
    size_t n = scenario->n_district, n_class[3] = {0};
    const uint8_t *control = report->control + (day * scenario->n_bloc + (size_t)bloc) * n;
    for (size_t i = 0; i < n; i++) {
        s->truth[i] = ho_captures_truth(captures, i, scenario->from + (ho_day)day);
        s->score[i] = control[i];
        s->score_plain[i] = scenario->district[i].is_capital ? NAN : control[i];
        n_class[s->truth[i]]++;
    }
    if (n_class[HO_TRUTH_FALLEN] < N_CLASS_MIN || n_class[HO_TRUTH_NOT] < N_CLASS_MIN)
        return false;
    json_t *object = json_object();
    ho_json_put(report, object, "day", json_integer((json_int_t)day));
    ho_json_put(report, object, "n_fallen", json_integer((json_int_t)n_class[HO_TRUTH_FALLEN]));
    ho_json_put(report, object, "n_held", json_integer((json_int_t)n_class[HO_TRUTH_NOT]));
    ho_json_put(report, object, "model", ho_json_number(ho_auc(s->score, s->truth, n, s->order)));
    ho_json_put(report, object, "model_no_capitals", ho_json_number(ho_auc(s->score_plain, s->truth, n, s->order)));
    ho_json_put(report, object, "map", ho_json_number(ho_auc(s->map, s->truth, n, s->order)));
    ho_json_put(report, object, "map_no_capitals", ho_json_number(ho_auc(s->map_plain, s->truth, n, s->order)));
    ho_json_add(report, list, object);
    return true;
}

/* The days when a quarter, half and three quarters of the dated districts had fallen, among those with an area. */
static json_t *chosen_days(ho_report *report, const json_t *auc, size_t n_dated) {
    json_t *days = json_array();
    json_int_t last = -1;
    for (int k = 1; k <= N_DATE; k++) {
        json_t *entry;
        size_t index;
        json_int_t chosen = -1;
        json_array_foreach(auc, index, entry) {
            json_int_t n_fallen = json_integer_value(json_object_get(entry, "n_fallen"));
            chosen = json_integer_value(json_object_get(entry, "day"));
            if ((double)n_fallen >= (double)n_dated * k / (N_DATE + 1))
                break;
        }
        if (chosen > last)
            ho_json_add(report, days, json_integer(chosen));
        last = chosen > last ? chosen : last;
    }
    return days;
}

static json_t *order_of(ho_report *report, const ho_captures *captures, const ho_falls *falls, const int32_t *median) {
    ho_order order;
    if (!ho_falls_order(falls, captures, median, &order))
        return NULL;
    json_t *object = json_object();
    ho_json_put(report, object, "n_capital", json_integer((json_int_t)order.n_item));
    ho_json_put(report, object, "n_pair", json_integer((json_int_t)order.n_pair));
    ho_json_put(report, object, "concordance", ho_json_number(order.concordance));
    ho_json_put(report, object, "se", ho_json_number(order.se));
    ho_json_put(report, object, "by_median", ho_json_number(order.by_median));
    return object;
}

/* Share fought by replicate: mean and 90 % range under three keys. */
static void put_share(ho_report *report, json_t *object, const int32_t *n_fought, const int32_t *n_fall, size_t n,
                      const char *const key[3]) {
    ho_fought fought;
    bool made = ho_fought_of(n_fought, n_fall, n, &fought);
    ho_json_put(report, object, key[0], made ? ho_json_number(fought.mean) : NULL);
    ho_json_put(report, object, key[1], ho_json_number(fought.q05));
    ho_json_put(report, object, key[2], ho_json_number(fought.q95));
}

static json_t *recorded_modes(const ho_scenario *scenario, int32_t bloc, bool capitals) {
    int n, n_fought;
    ho_fought_recorded(scenario, bloc, capitals, &n, &n_fought);
    return json_pack("{s:i, s:i}", "n", n, "n_fought", n_fought);
}

static json_t *fought_of(ho_report *report, const ho_falls *falls) {
    static const char *const all[] = {"share", "q05", "q95"};
    static const char *const capitals[] = {"capitals", "capitals_q05", "capitals_q95"};
    json_t *object = json_object(), *model = json_object(), *record = json_object();
    put_share(report, model, falls->n_fought, falls->n_fall, falls->n_replicate, all);
    put_share(report, model, falls->n_capital_fought, falls->n_capital_fall, falls->n_replicate, capitals);
    ho_json_put(report, record, "all", recorded_modes(report->scenario, falls->bloc, false));
    ho_json_put(report, record, "capitals", recorded_modes(report->scenario, falls->bloc, true));
    ho_json_put(report, object, "model", model);
    ho_json_put(report, object, "record", record);
    return object;
}

static json_t *evaluation_of(ho_report *report, const ho_falls *falls, const int32_t *median) {
    ho_captures captures;
    ho_scratch scratch = {0};
    if (!ho_captures_build(report->scenario, falls->bloc, &captures))
        return NULL;
    json_t *object = NULL;
    if (scratch_make(report->scenario, &scratch)) {
        object = json_object();
        json_t *auc = json_array();
        for (size_t day = 0; day < report->n_day; day++)
            gather_auc(report, &captures, falls->bloc, day, &scratch, auc);
        ho_json_put(report, object, "bloc", json_integer(falls->bloc));
        ho_json_put(report, object, "n_dated", json_integer((json_int_t)captures.n_dated));
        ho_json_put(report, object, "n_undated", json_integer((json_int_t)(captures.n_district - captures.n_dated)));
        ho_json_put(report, object, "days", chosen_days(report, auc, captures.n_dated));
        ho_json_put(report, object, "auc", auc);
        ho_json_put(report, object, "order", order_of(report, &captures, falls, median));
        ho_json_put(report, object, "fought", fought_of(report, falls));
    }
    scratch_free(&scratch);
    ho_captures_free(&captures);
    return object;
}

/* Capitals that fell to the bloc in any run, and the evaluation if its captures are recorded. */
static void gather_bloc(ho_report *report, const ho_falls *falls, json_t *capitals, json_t *evaluation) {
    bool recorded = ho_captures_recorded(report->scenario, falls->bloc), any = false;
    int32_t *median = calloc(falls->n_capital + 1, sizeof *median);
    int32_t *sorted = calloc(falls->n_replicate + 1, sizeof *sorted);
    json_t *list = json_array();
    if (!median || !sorted)
        report->failed = true;
    for (size_t c = 0; c < falls->n_capital && !report->failed; c++) {
        median[c] = gather_capital(report, falls, c, sorted, list);
        any |= falls->n_replicate && sorted[0] != HO_NEVER;
    }
    if ((any || recorded) && !report->failed)
        report->failed = json_array_extend(capitals, list) != 0;
    if (recorded && !report->failed)
        ho_json_add(report, evaluation, evaluation_of(report, falls, median));
    json_decref(list);
    free(median);
    free(sorted);
}

ho_status ho_gather_falls(ho_report *report, json_t *page, ho_error *err) {
    json_t *capitals = json_array(), *evaluation = json_array();
    ho_json_put(report, page, "capitals", capitals);
    ho_json_put(report, page, "evaluation", evaluation);
    ho_status status = HO_OK;
    for (size_t b = 0; b < report->scenario->n_bloc && !report->withheld && !status && !report->failed; b++) {
        ho_reading reading = {.last_replicate = -1};
        if (!ho_falls_make(report->scenario, (int32_t)b, report->n_replicate, &reading.falls))
            report->failed = true;
        else
            status = ho_report_each(
                report,
                "SELECT d.replicate, c.day, c.district, c.from_faction, c.to_faction, c.mode FROM draw d"
                " LEFT JOIN change_row c ON c.id >= d.first_change AND c.id < d.first_change + d.n_change"
                " ORDER BY d.replicate, c.id",
                change_row, &reading, err);
        if (!status && !report->failed)
            gather_bloc(report, &reading.falls, capitals, evaluation);
        ho_falls_free(&reading.falls);
    }
    return status;
}
