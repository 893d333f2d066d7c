/* One replicate, one row: the table for pandas and R. The same pass makes the run's digest and counts the falls of
 * capitals.
 *
 * A capital has fallen by a day if the bloc that held the national capital on the first day has not held it at some
 * time until then; one that another bloc holds from the start has fallen by the first day. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/results.h"
#include "record/integers.h"
#include "record/sql.h"
#include "world/world.h"

enum { N_SQL = 16384, NEVER = -1 };

typedef struct ho_outcome {
    ho_store *store;
    const ho_world *world;
    ho_results *results;
    ho_digest digest;
    sqlite3_stmt *insert;
    size_t n_mark;
    int32_t *mark_day; /* (n_mark) days of the columns capitals_lost_by_DATE: ends of months, the last day */
    int32_t *holder;   /* (n_district) */
    int32_t *fell_on;  /* (n_district) first day lost, or NEVER; kept for capitals and the national one */
    int32_t holdout_lost_on;
} ho_outcome;

static bool month_ends(ho_day day) {
    return ho_day_month(day) != ho_day_month(day + 1);
}

/* --- the table --- */

static ho_status append(char *sql, size_t *used, const char *format, const char *text, const char *path,
                        ho_error *err) {
    int n = snprintf(sql + *used, N_SQL - *used, format, text);
    if (n < 0 || (size_t)n >= N_SQL - *used)
        return ho_error_set(err, HO_ERR_INPUT, "%s: too many days or blocs for table outcome", path);
    *used += (size_t)n;
    return HO_OK;
}

static ho_status append_marks(const ho_outcome *outcome, char *sql, size_t *used, ho_error *err) {
    ho_status status = HO_OK;
    for (size_t k = 0; k < outcome->n_mark && !status; k++) {
        char date[11];
        ho_day_format(outcome->world->from + outcome->mark_day[k], date);
        date[4] = date[7] = '_';
        status = append(sql, used, ", capitals_lost_by_%s INTEGER", date, outcome->store->path, err);
    }
    return status;
}

static ho_status create_table(const ho_outcome *outcome, ho_error *err) {
    const char *path = outcome->store->path;
    char *sql = malloc(N_SQL);
    size_t used = 0;
    if (!sql)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", path);
    ho_status status =
        append(sql, &used,
               "DROP TABLE IF EXISTS outcome; CREATE TABLE outcome(replicate INTEGER PRIMARY KEY, n_changes INTEGER,"
               " national_capital_fallen_on TEXT, first_capital_lost_on TEXT, holdout_lost_on TEXT%s",
               "", path, err);
    for (int mode = 0; mode < HO_N_MODE && !status; mode++)
        status = append(sql, &used, ", n_%s INTEGER", ho_mode_name((ho_mode)mode), path, err);
    if (!status)
        status = append_marks(outcome, sql, &used, err);
    for (size_t b = 0; b < outcome->world->n_bloc && !status; b++)
        status =
            append(sql, &used, ", \"centres_held_end_%s\" INTEGER", outcome->world->scenario->bloc[b].id, path, err);
    if (!status)
        status = append(sql, &used, "%s", ")", path, err);
    if (!status)
        status = ho_sql_exec(outcome->store->db, path, sql, err);
    free(sql);
    return status;
}

static ho_status prepare_insert(ho_outcome *outcome, ho_error *err) {
    const char *path = outcome->store->path;
    char *sql = malloc(N_SQL);
    size_t used = 0, n_column = 5 + HO_N_MODE + outcome->n_mark + outcome->world->n_bloc;
    if (!sql)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", path);
    ho_status status = append(sql, &used, "INSERT INTO outcome VALUES(%s", "?", path, err);
    for (size_t k = 1; k < n_column && !status; k++)
        status = append(sql, &used, "%s", ", ?", path, err);
    if (!status)
        status = append(sql, &used, "%s", ")", path, err);
    if (!status)
        status = ho_sql_prepare(outcome->store->db, path, sql, &outcome->insert, err);
    free(sql);
    return status;
}

/* --- one replicate --- */

static bool is_home(const ho_world *world, int32_t faction) {
    return world->faction_bloc[faction] == world->home_bloc;
}

static void replay(ho_outcome *outcome, const ho_stored *stored) {
    const ho_world *world = outcome->world;
    memcpy(outcome->holder, world->home_faction, world->n_district * sizeof *outcome->holder);
    for (size_t i = 0; i < world->n_district; i++)
        outcome->fell_on[i] = is_home(world, world->home_faction[i]) ? NEVER : 0;
    outcome->holdout_lost_on = NEVER;
    for (size_t k = 0; k < stored->n_change; k++) {
        const ho_change *change = &stored->change[k];
        outcome->holder[change->district] = change->to;
        if (outcome->fell_on[change->district] == NEVER && !is_home(world, change->to))
            outcome->fell_on[change->district] = change->day;
        bool holdout_left = change->district == world->holdout_seat && world->holdout_faction >= 0 &&
                            world->faction_bloc[change->to] != world->faction_bloc[world->holdout_faction];
        if (holdout_left && outcome->holdout_lost_on == NEVER)
            outcome->holdout_lost_on = change->day;
    }
}

/* Counts each fall on its day; cumulate() turns that into falls by a day. */
static void count_falls(const ho_outcome *outcome) {
    ho_results *results = outcome->results;
    size_t n_day = outcome->world->n_day;
    for (size_t c = 0; c < results->n_capital; c++) {
        int32_t day = outcome->fell_on[results->capital[c]];
        if (day != NEVER)
            results->capital_fallen[c * n_day + (size_t)day]++;
    }
    int32_t day = outcome->fell_on[outcome->world->national_capital];
    if (day != NEVER)
        results->national_fallen[day]++;
}

static void bind_day(const ho_outcome *outcome, int at, int32_t day) {
    char date[11];
    if (day == NEVER)
        sqlite3_bind_null(outcome->insert, at);
    else
        sqlite3_bind_text(outcome->insert, at, ho_day_format(outcome->world->from + day, date), -1, SQLITE_TRANSIENT);
}

/* Capitals that have fallen by a day. */
static int64_t n_fallen_by(const ho_outcome *outcome, int32_t day) {
    int64_t n = 0;
    for (size_t c = 0; c < outcome->results->n_capital; c++) {
        int32_t fell = outcome->fell_on[outcome->results->capital[c]];
        n += fell != NEVER && fell <= day;
    }
    return n;
}

static int32_t first_capital_fall(const ho_outcome *outcome) {
    int32_t first = NEVER;
    for (size_t c = 0; c < outcome->results->n_capital; c++) {
        int32_t fell = outcome->fell_on[outcome->results->capital[c]];
        if (fell != NEVER && (first == NEVER || fell < first))
            first = fell;
    }
    return first;
}

static ho_status insert_row(const ho_outcome *outcome, const ho_stored *stored, ho_error *err) {
    const ho_world *world = outcome->world;
    int64_t by_mode[HO_N_MODE] = {0}, held[HO_BLOC_MAX] = {0};
    for (size_t k = 0; k < stored->n_change; k++)
        by_mode[stored->change[k].mode]++;
    for (size_t i = 0; i < world->n_district; i++)
        held[world->faction_bloc[outcome->holder[i]]]++;
    int at = 0;
    sqlite3_bind_int64(outcome->insert, ++at, stored->replicate);
    sqlite3_bind_int64(outcome->insert, ++at, (sqlite3_int64)stored->n_change);
    bind_day(outcome, ++at, outcome->fell_on[world->national_capital]);
    bind_day(outcome, ++at, first_capital_fall(outcome));
    bind_day(outcome, ++at, outcome->holdout_lost_on);
    for (int mode = 0; mode < HO_N_MODE; mode++)
        sqlite3_bind_int64(outcome->insert, ++at, by_mode[mode]);
    for (size_t k = 0; k < outcome->n_mark; k++)
        sqlite3_bind_int64(outcome->insert, ++at, n_fallen_by(outcome, outcome->mark_day[k]));
    for (size_t b = 0; b < world->n_bloc; b++)
        sqlite3_bind_int64(outcome->insert, ++at, held[b]);
    return ho_sql_run(outcome->insert, outcome->store->path, err);
}

static ho_status visit(void *context, const ho_stored *stored, ho_error *err) {
    ho_outcome *outcome = context;
    const ho_store *store = outcome->store;
    ho_digest_changes(&outcome->digest, stored->change, stored->n_change);
    for (size_t k = 0; k < store->n_value; k++)
        if (store->whole[k])
            ho_digest_column(&outcome->digest, stored->column + k * store->n_day, store->n_day);
    replay(outcome, stored);
    count_falls(outcome);
    return insert_row(outcome, stored, err);
}

/* --- the run --- */

static void cumulate(uint32_t *count, size_t n_day) {
    for (size_t day = 1; day < n_day; day++)
        count[day] += count[day - 1];
}

static ho_status insert_capitals(const ho_outcome *outcome, ho_error *err) {
    const ho_world *world = outcome->world;
    const ho_results *results = outcome->results;
    sqlite3_stmt *insert = NULL;
    ho_status status = ho_sql_prepare(outcome->store->db, outcome->store->path,
                                      "INSERT INTO capital_fall VALUES(?, ?, ?)", &insert, err);
    for (size_t c = 0; c < results->n_capital; c++)
        for (size_t day = 0; day < world->n_day && !status; day++) {
            char date[11];
            double p = (double)results->capital_fallen[c * world->n_day + day] / (double)outcome->store->n_replicate;
            sqlite3_bind_text(insert, 1, world->scenario->district[results->capital[c]].pcode, -1, SQLITE_STATIC);
            sqlite3_bind_text(insert, 2, ho_day_format(world->from + (ho_day)day, date), -1, SQLITE_TRANSIENT);
            sqlite3_bind_double(insert, 3, p);
            status = ho_sql_run(insert, outcome->store->path, err);
        }
    sqlite3_finalize(insert);
    return status;
}

static ho_status count_distinct(const ho_outcome *outcome, ho_error *err) {
    sqlite3_stmt *query = NULL;
    bool there = false;
    ho_status status = ho_sql_prepare(outcome->store->db, outcome->store->path,
                                      "SELECT count(DISTINCT digest) FROM draw", &query, err);
    if (!status)
        status = ho_sql_next(query, outcome->store->path, &there, err);
    if (!status && there)
        outcome->results->n_distinct = (size_t)sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return status;
}

static ho_status room_make(ho_outcome *outcome, ho_error *err) {
    const ho_world *world = outcome->world;
    ho_results *results = outcome->results;
    for (size_t i = 0; i < world->n_district; i++)
        results->n_capital += world->is_capital[i] != 0;
    results->capital = calloc(results->n_capital + 1, sizeof *results->capital);
    results->capital_fallen = calloc(results->n_capital * world->n_day + 1, sizeof *results->capital_fallen);
    results->national_fallen = calloc(world->n_day, sizeof *results->national_fallen);
    outcome->mark_day = calloc(world->n_day, sizeof *outcome->mark_day);
    outcome->holder = calloc(world->n_district, sizeof *outcome->holder);
    outcome->fell_on = calloc(world->n_district, sizeof *outcome->fell_on);
    if (!results->capital || !results->capital_fallen || !results->national_fallen || !outcome->mark_day ||
        !outcome->holder || !outcome->fell_on)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for outcomes", outcome->store->path);
    for (size_t i = 0, c = 0; i < world->n_district; i++)
        if (world->is_capital[i])
            results->capital[c++] = (int32_t)i;
    for (size_t day = 0; day < world->n_day; day++)
        if (month_ends(world->from + (ho_day)day) || day + 1 == world->n_day)
            outcome->mark_day[outcome->n_mark++] = (int32_t)day;
    return HO_OK;
}

static ho_status find(ho_outcome *outcome, ho_error *err) {
    ho_results *results = outcome->results;
    ho_digest_begin(&outcome->digest);
    ho_status status = ho_store_scan(outcome->store, HO_SCAN_CHANGES | HO_SCAN_COLUMNS, visit, outcome, err);
    if (status)
        return status;
    ho_digest_end(&outcome->digest, results->digest);
    for (size_t c = 0; c < results->n_capital; c++)
        cumulate(results->capital_fallen + c * outcome->world->n_day, outcome->world->n_day);
    cumulate(results->national_fallen, outcome->world->n_day);
    status = insert_capitals(outcome, err);
    return status ? status : count_distinct(outcome, err);
}

ho_status ho_outcome_find(ho_store *store, const ho_run_identity *identity, ho_results *results, ho_error *err) {
    ho_outcome outcome = {.store = store, .world = identity->world, .results = results};
    ho_status status = room_make(&outcome, err);
    if (!status)
        status = create_table(&outcome, err);
    if (!status)
        status = prepare_insert(&outcome, err);
    if (!status)
        status = find(&outcome, err);
    sqlite3_finalize(outcome.insert);
    free(outcome.mark_day);
    free(outcome.holder);
    free(outcome.fell_on);
    return status;
}
