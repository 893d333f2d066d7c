/* The run store: whole replicates, identity, resuming, damage, and what is found at the end. Replicates are made up
 * here, on the world of tests/scenarios/two-bloc. */
#include "check.h"

#include <fcntl.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <jansson.h>
#include <sqlite3.h>

#include "base/text.h"
#include "record/integers.h"
#include "record/store.h"
#include "unit/folder.h"
#include "world/world.h"

enum { N_REPLICATE = 150, CROWN = 0, REEDS = 1 };

typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    ho_run_identity identity;
    char folder[64], inside[80];
    float *value; /* (n_day, n_value) */
    ho_change change[3];
} fixture;

static int build(void **state) {
    fixture *f = calloc(1, sizeof *f);
    ho_problems problems = {0};
    const ho_world_options options = ho_world_options_default();
    if (!f || ho_scenario_load(HO_SOURCE_DIR "/tests/scenarios/two-bloc", NULL, &f->scenario, &problems, NULL) ||
        ho_world_build(f->scenario, &options, &f->world, &problems, NULL) ||
        ho_observables_build(f->world, &f->observables, NULL))
        return -1;
    f->identity = (ho_run_identity){f->world, &f->observables, {.seed = 3}, N_REPLICATE};
    snprintf(f->folder, sizeof f->folder, "/tmp/holdout-store-XXXXXX");
    f->value = calloc(f->world->n_day * f->observables.n, sizeof *f->value);
    if (!mkdtemp(f->folder) || !f->value)
        return -1;
    snprintf(f->inside, sizeof f->inside, "%s/a/run", f->folder);
    *state = f;
    return 0;
}

static int clear(void **state) {
    fixture *f = *state;
    folder_remove(f->folder);
    ho_observables_free(&f->observables);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    free(f->value);
    free(f);
    return 0;
}

/* Replicate r: the reeds take the national capital on day r % 40 and lose it five days later; each value is r, day and
 * column mixed; reproduction_number is measured in every third replicate. */
static ho_result made_up(fixture *f, uint32_t r) {
    int32_t home = f->world->home_faction[f->world->national_capital], other = f->world->bloc_main[REEDS];
    int32_t day = (int32_t)(r % 40), capital = f->world->national_capital;
    f->change[0] = (ho_change){day, capital, home, other, HO_MODE_FOUGHT};
    f->change[1] = (ho_change){day + 5, capital, other, home, HO_MODE_FOUGHT};
    size_t probe = (size_t)ho_observables_find(&f->observables, "reproduction_number");
    for (size_t k = 0; k < f->world->n_day * f->observables.n; k++) {
        size_t column = k % f->observables.n;
        f->value[k] = column == probe && r % 3 ? NAN : (float)((r * 7 + column * 3 + k) % 101);
    }
    return (ho_result){.replicate = r, .n_change = 2, .change = f->change, .n_day = f->world->n_day,
                       .n_value = f->observables.n, .value = f->value};
}

static void put_range(fixture *f, ho_store *store, uint32_t from, uint32_t to) {
    for (uint32_t r = from; r < to; r++) {
        ho_result result = made_up(f, r);
        assert_int_equal(ho_store_put(store, &result, NULL), HO_OK);
    }
}

static ho_store *create(fixture *f, bool resume, bool overwrite) {
    ho_store *store = NULL;
    ho_error err = {0};
    if (ho_store_create(f->inside, &f->identity, resume, overwrite, &store, &err))
        fail_msg("%s", err.text);
    return store;
}

static void finish(fixture *f, ho_store *store, char digest[65]) {
    ho_finish_info info = {.wall_s = 1.5, .n_thread = 2};
    ho_error err = {0};
    if (ho_store_finish(store, &f->identity, &info, &err))
        fail_msg("%s", err.text);
    memcpy(digest, info.digest, 65);
}

static json_t *summary_of(const fixture *f) {
    char path[160];
    snprintf(path, sizeof path, "%s/summary.json", f->inside);
    return json_load_file(path, 0, NULL);
}

static bool exists(const fixture *f, const char *name) {
    char path[160];
    struct stat info;
    snprintf(path, sizeof path, "%s/%s", f->inside, name);
    return stat(path, &info) == 0;
}

static int64_t ask(const fixture *f, const char *sql) {
    char path[160];
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    snprintf(path, sizeof path, "%s/run.sqlite", f->inside);
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    assert_int_equal(sqlite3_step(query), SQLITE_ROW);
    int64_t value = sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    sqlite3_close(db);
    return value;
}

/* --- a whole run --- */

static void finished_run_is_one_file_and_a_summary(void **state) {
    fixture *f = *state;
    char digest[65];
    ho_store *store = create(f, false, false);
    put_range(f, store, 0, N_REPLICATE);
    finish(f, store, digest);
    ho_store_close(store);
    assert_true(exists(f, "run.sqlite") && exists(f, "summary.json"));
    assert_false(exists(f, "run.sqlite-wal") || exists(f, "run.sqlite-shm") || exists(f, "run.sqlite-journal"));
    assert_false(exists(f, "run.sqlite.new") || exists(f, "summary.json.tmp"));
    assert_int_equal(ho_store_open(f->inside, &store, NULL), HO_OK);
    assert_true(ho_store_finished(store));
    assert_string_equal(ho_store_meta(store, "digest"), digest);
    ho_store_close(store);
}

static void views_show_names_and_dates(void **state) {
    fixture *f = *state;
    char digest[65];
    ho_store *store = create(f, false, false);
    put_range(f, store, 0, N_REPLICATE);
    finish(f, store, digest);
    ho_store_close(store);
    assert_int_equal(ask(f, "SELECT count(*) FROM change"), 2 * N_REPLICATE);
    assert_int_equal(ask(f, "SELECT count(*) FROM change WHERE replicate = 3 AND date = '2030-05-04' AND pcode = 'VA01'"
                            " AND mode = 'fought'"),
                     1);
    assert_int_equal(ask(f, "SELECT count(*) FROM series"), (int64_t)(f->observables.n * f->world->n_day));
    assert_int_equal(ask(f, "SELECT count(*) FROM control"),
                     (int64_t)(f->world->n_district * f->world->n_day * f->world->n_bloc));
    assert_int_equal(ask(f, "SELECT count(*) FROM outcome"), N_REPLICATE);
    assert_int_equal(
        ask(f, "SELECT count(*) FROM outcome WHERE national_capital_fallen_on = '2030-05-04' AND n_fought = 2"), 4);
    assert_int_equal(ask(f, "SELECT count(*) FROM parameter"), (int64_t)ho_parameter_count());
}

static void control_probabilities_follow_the_changes(void **state) {
    fixture *f = *state;
    char digest[65];
    ho_store *store = create(f, false, false);
    put_range(f, store, 0, N_REPLICATE);
    finish(f, store, digest);
    ho_store_close(store);
    /* on day d the reeds hold the capital in the replicates with d - 4 <= r % 40 <= d */
    int64_t held = 0;
    for (int r = 0; r < N_REPLICATE; r++)
        held += r % 40 <= 10 && r % 40 > 5;
    char sql[200];
    snprintf(sql, sizeof sql,
             "SELECT round(p * %d) FROM control WHERE pcode = 'VA01' AND bloc = 'reeds' AND date = '2030-05-11'",
             N_REPLICATE);
    assert_int_equal(ask(f, sql), held);
    assert_int_equal(ask(f, "SELECT count(*) FROM (SELECT date, pcode, sum(p) s FROM control GROUP BY date, pcode) "
                            "WHERE abs(s - 1) > 1e-12"),
                     0);
    assert_int_equal(
        ask(f, "SELECT round(1000 * p_fallen_by) FROM capital_fall WHERE pcode = 'VA01' AND date = '2030-06-30'"),
        1000);
}

static void series_hold_mean_quantiles_and_error(void **state) {
    fixture *f = *state;
    char digest[65];
    ho_store *store = create(f, false, false);
    put_range(f, store, 0, N_REPLICATE);
    finish(f, store, digest);
    ho_store_close(store);
    size_t n_value = f->observables.n, day = 17, column = 2;
    double sum = 0;
    for (uint32_t r = 0; r < N_REPLICATE; r++)
        sum += (double)made_up(f, r).value[day * n_value + column];
    json_t *summary = summary_of(f);
    const json_t *item = json_object_get(json_object_get(summary, "observables"), f->observables.item[column].name);
    double mean = json_number_value(json_array_get(json_object_get(item, "mean"), day));
    assert_true(fabs(mean - sum / N_REPLICATE) < 1e-6);
    assert_string_equal(json_string_value(json_array_get(json_object_get(item, "dates"), day)), "2030-05-18");
    assert_true(json_number_value(json_array_get(json_object_get(item, "mcse"), day)) > 0);
    json_decref(summary);
}

static void days_without_a_measurement_are_null(void **state) {
    fixture *f = *state;
    char digest[65];
    f->identity.n_replicate = 2;
    ho_store *store = create(f, false, false);
    for (uint32_t r = 0; r < 2; r++) {
        ho_result result = made_up(f, r + 1); /* neither is a third */
        result.replicate = r;
        assert_int_equal(ho_store_put(store, &result, NULL), HO_OK);
    }
    finish(f, store, digest);
    ho_store_close(store);
    json_t *summary = summary_of(f);
    const json_t *item = json_object_get(json_object_get(summary, "observables"), "reproduction_number");
    assert_true(json_is_null(json_array_get(json_object_get(item, "mean"), 0)));
    json_decref(summary);
}

/* --- the digest --- */

static void put_int(uint8_t **to, int32_t value) {
    for (int k = 0; k < 4; k++)
        *(*to)++ = (uint8_t)((uint32_t)value >> (8 * k));
}

static void digest_is_sha256_of_the_integers_in_replicate_order(void **state) {
    fixture *f = *state;
    char digest[65], expected[HO_DIGEST_TEXT];
    size_t n_day = f->world->n_day, n_value = f->observables.n;
    ho_digest whole;
    ho_digest_begin(&whole);
    uint8_t *bytes = malloc(4 * (10 + n_day * n_value));
    for (uint32_t r = 0; r < N_REPLICATE; r++) {
        ho_result result = made_up(f, r);
        uint8_t *end = bytes;
        for (size_t k = 0; k < result.n_change; k++) {
            put_int(&end, result.change[k].day);
            put_int(&end, result.change[k].district);
            put_int(&end, result.change[k].from);
            put_int(&end, result.change[k].to);
            put_int(&end, result.change[k].mode);
        }
        for (size_t v = 0; v < n_value; v++)
            for (size_t day = 0; day < n_day && f->observables.item[v].integer; day++)
                put_int(&end, (int32_t)result.value[day * n_value + v]);
        ho_digest_bytes(&whole, bytes, (size_t)(end - bytes));
    }
    ho_digest_end(&whole, expected);
    free(bytes);
    ho_store *store = create(f, false, false);
    for (uint32_t r = N_REPLICATE; r-- > 0;) { /* they come in any order */
        ho_result result = made_up(f, r);
        assert_int_equal(ho_store_put(store, &result, NULL), HO_OK);
    }
    finish(f, store, digest);
    ho_store_close(store);
    assert_string_equal(digest, expected);
}

static void equal_replicates_are_counted_once(void **state) {
    fixture *f = *state;
    char digest[65];
    f->identity.n_replicate = 10;
    ho_store *store = create(f, false, false);
    for (uint32_t r = 0; r < 10; r++) {
        ho_result result = made_up(f, r % 5);
        result.replicate = r;
        assert_int_equal(ho_store_put(store, &result, NULL), HO_OK);
    }
    finish(f, store, digest);
    ho_store_close(store);
    json_t *summary = summary_of(f);
    assert_int_equal(json_integer_value(json_object_get(summary, "n_distinct")), 5);
    json_decref(summary);
}

static void column_digest_saturates(void **state) {
    (void)state;
    const float value[] = {1e20f, -1e20f, NAN, 5.0f};
    uint8_t bytes[16], *end = bytes;
    char a[HO_DIGEST_TEXT], b[HO_DIGEST_TEXT];
    put_int(&end, INT32_MAX);
    put_int(&end, INT32_MIN);
    put_int(&end, INT32_MIN);
    put_int(&end, 5);
    ho_digest first, second;
    ho_digest_begin(&first);
    ho_digest_column(&first, value, 4);
    ho_digest_begin(&second);
    ho_digest_bytes(&second, bytes, sizeof bytes);
    assert_string_equal(ho_digest_end(&first, a), ho_digest_end(&second, b));
}

/* --- stopping and resuming --- */

static void uncommitted_replicates_are_lost_and_only_those(void **state) {
    fixture *f = *state;
    ho_store *store = create(f, false, false);
    put_range(f, store, 0, HO_STORE_BATCH + 10);
    ho_store_close(store);
    store = create(f, true, false);
    assert_int_equal(ho_store_n_done(store), HO_STORE_BATCH);
    for (size_t r = 0; r < N_REPLICATE; r++)
        assert_int_equal(ho_store_done(store)[r], r < HO_STORE_BATCH);
    ho_store_close(store);
}

static void resumed_run_has_the_digest_of_an_undisturbed_one(void **state) {
    fixture *f = *state;
    char one[65], two[65];
    ho_store *store = create(f, false, false);
    put_range(f, store, 0, N_REPLICATE);
    finish(f, store, one);
    ho_store_close(store);
    store = create(f, false, true);
    put_range(f, store, 40, 99);
    assert_int_equal(ho_store_commit(store, NULL), HO_OK);
    put_range(f, store, 20, 30);
    ho_store_close(store);
    store = create(f, true, false);
    assert_int_equal(ho_store_n_done(store), 59);
    put_range(f, store, 0, 40);
    put_range(f, store, 99, N_REPLICATE);
    finish(f, store, two);
    ho_store_close(store);
    assert_string_equal(one, two);
}

static void resuming_can_raise_replicates_but_not_lower_them(void **state) {
    fixture *f = *state;
    char digest[65];
    ho_error err = {0};
    ho_store *store = create(f, false, false);
    put_range(f, store, 0, N_REPLICATE);
    finish(f, store, digest);
    ho_store_close(store);
    f->identity.n_replicate = N_REPLICATE - 1;
    assert_int_equal(ho_store_create(f->inside, &f->identity, true, false, &store, &err), HO_ERR_STATE);
    assert_non_null(strstr(err.text, "the run there has 150 replicates; asked for 149; resuming can only raise them"));
    f->identity.n_replicate = N_REPLICATE + 5;
    store = create(f, true, false);
    assert_false(ho_store_finished(store));
    assert_false(exists(f, "summary.json"));
    assert_int_equal(ho_store_n_done(store), N_REPLICATE);
    put_range(f, store, N_REPLICATE, N_REPLICATE + 5);
    finish(f, store, digest);
    ho_store_close(store);
}

static void finish_refuses_missing_replicates(void **state) {
    fixture *f = *state;
    ho_error err = {0};
    ho_finish_info info = {0};
    ho_store *store = create(f, false, false);
    put_range(f, store, 0, 7);
    assert_int_equal(ho_store_finish(store, &f->identity, &info, &err), HO_ERR_STATE);
    assert_non_null(strstr(err.text, "7 of 150 replicates are stored"));
    ho_store_close(store);
    assert_false(exists(f, "summary.json"));
}

static void another_identity_is_refused_by_what_differs(void **state) {
    fixture *f = *state;
    ho_error err = {0};
    ho_store *store = create(f, false, false);
    ho_store_close(store);
    f->identity.sim.seed = 4;
    assert_int_equal(ho_store_create(f->inside, &f->identity, true, false, &store, &err), HO_ERR_STATE);
    assert_null(store);
    assert_non_null(strstr(err.text, "another run: its seed is \"3\", asked for \"4\""));
    f->identity.sim.seed = 3;
    f->identity.sim.off = 1;
    assert_int_equal(ho_store_create(f->inside, &f->identity, true, false, &store, &err), HO_ERR_STATE);
    assert_non_null(strstr(err.text, "its without is"));
}

static void run_there_is_kept_unless_overwritten(void **state) {
    fixture *f = *state;
    ho_error err = {0};
    ho_store *store = create(f, false, false);
    put_range(f, store, 0, 5);
    assert_int_equal(ho_store_commit(store, NULL), HO_OK);
    ho_store_close(store);
    assert_int_equal(ho_store_create(f->inside, &f->identity, false, false, &store, &err), HO_ERR_STATE);
    assert_non_null(strstr(err.text, "a run is there; resume it, overwrite it or choose another folder"));
    store = create(f, false, true);
    assert_int_equal(ho_store_n_done(store), 0);
    ho_store_close(store);
}

static void second_writer_is_refused(void **state) {
    fixture *f = *state;
    ho_error err = {0};
    ho_store *store = create(f, false, false), *other = NULL;
    put_range(f, store, 0, 5);
    assert_int_equal(ho_store_create(f->inside, &f->identity, true, false, &other, &err), HO_ERR_STATE);
    assert_non_null(strstr(err.text, "another process is using this run"));
    assert_int_equal(ho_store_create(f->inside, &f->identity, false, true, &other, &err), HO_ERR_STATE);
    assert_non_null(strstr(err.text, "another process is using this run"));
    ho_store_close(store);
}

static void replicate_is_stored_once_and_must_belong(void **state) {
    fixture *f = *state;
    ho_error err = {0};
    ho_store *store = create(f, false, false);
    ho_result result = made_up(f, 1);
    assert_int_equal(ho_store_put(store, &result, NULL), HO_OK);
    assert_int_equal(ho_store_put(store, &result, &err), HO_ERR_STATE);
    assert_non_null(strstr(err.text, "replicate 1 is stored already"));
    result.replicate = N_REPLICATE;
    assert_int_equal(ho_store_put(store, &result, &err), HO_ERR_STATE);
    assert_non_null(strstr(err.text, "replicate 150 is not of this run"));
    ho_store_close(store);
}

/* --- damage --- */

static void write_file(const fixture *f, const char *name, const char *text, size_t n) {
    char path[160];
    snprintf(path, sizeof path, "%s/%s", f->inside, name);
    assert_int_equal(ho_file_write(path, text, n, NULL), HO_OK);
}

static void no_run_is_bad_input(void **state) {
    fixture *f = *state;
    ho_store *store = NULL;
    ho_error err = {0};
    assert_int_equal(ho_store_open(f->inside, &store, &err), HO_ERR_INPUT);
    assert_non_null(strstr(err.text, "no run there"));
    assert_null(store);
}

static void foreign_and_damaged_files_are_refused(void **state) {
    fixture *f = *state;
    ho_store *store = create(f, false, false);
    ho_error err = {0};
    ho_store_close(store);
    write_file(f, "run.sqlite", "this is no database, but it is long enough to be looked at", 50);
    assert_int_equal(ho_store_open(f->inside, &store, &err), HO_ERR_INPUT);
    assert_non_null(strstr(err.text, "damaged, or not a run of holdout"));
    assert_int_equal(ho_store_create(f->inside, &f->identity, true, false, &store, &err), HO_ERR_INPUT);
    assert_int_equal(ho_store_create(f->inside, &f->identity, false, true, &store, &err), HO_ERR_INPUT);
    char path[160];
    sqlite3 *db = NULL;
    snprintf(path, sizeof path, "%s/run.sqlite", f->inside);
    unlink(path);
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE meta(key, value)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(ho_store_open(f->inside, &store, &err), HO_ERR_INPUT);
    assert_non_null(strstr(err.text, "a database, but not a run of holdout"));
}

/* Bytes all over a finished store turned over, one at a time: reading may succeed or fail, but never crash or hang. */
static void turned_bytes_never_crash(void **state) {
    fixture *f = *state;
    char digest[65], path[160], *bytes = NULL;
    size_t n = 0;
    f->identity.n_replicate = 2;
    ho_store *store = create(f, false, false);
    put_range(f, store, 0, 2);
    finish(f, store, digest);
    ho_store_close(store);
    snprintf(path, sizeof path, "%s/run.sqlite", f->inside);
    assert_int_equal(ho_file_read(path, 1 << 28, &bytes, &n, NULL), HO_OK);
    for (size_t at = 0; at < n; at += at < 4096 ? 211 : 39989) {
        bytes[at] = (char)~bytes[at];
        int file = open(path, O_WRONLY | O_TRUNC);
        assert_true(file >= 0 && write(file, bytes, n) == (ssize_t)n);
        close(file);
        if (ho_store_open(f->inside, &store, NULL) == HO_OK)
            ho_store_close(store);
        if (ho_store_create(f->inside, &f->identity, true, false, &store, NULL) == HO_OK) {
            ho_finish_info info = {0};
            ho_store_finish(store, &f->identity, &info, NULL);
            ho_store_close(store);
        }
        bytes[at] = (char)~bytes[at];
    }
    free(bytes);
}

static void run_of_another_format_is_refused(void **state) {
    fixture *f = *state;
    ho_store *store = create(f, false, false);
    ho_error err = {0};
    assert_int_equal(ho_store_meta_set(store, "format", "99", NULL), HO_OK);
    ho_store_close(store);
    assert_int_equal(ho_store_open(f->inside, &store, &err), HO_ERR_INPUT);
    assert_non_null(strstr(err.text, "written in format 99; this program reads 1"));
}

static void folder_that_is_a_file_is_named(void **state) {
    fixture *f = *state;
    char path[160];
    ho_store *store = NULL;
    ho_error err = {0};
    snprintf(path, sizeof path, "%s/a", f->folder);
    assert_int_equal(ho_file_write(path, "x", 1, NULL), HO_OK);
    assert_int_equal(ho_store_create(f->inside, &f->identity, false, false, &store, &err), HO_ERR_IO);
    assert_non_null(strstr(err.text, "/a: is a file, not a folder"));
}

/* A child may write files of 700 kB only; the parent looks at what it left. */
static void full_disk_leaves_a_run_to_resume(void **state) {
    fixture *f = *state;
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) {
        struct rlimit limit = {700000, 700000};
        ho_store *store = NULL;
        ho_error err = {0};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        ho_status status = ho_store_create(f->inside, &f->identity, false, false, &store, &err);
        for (uint32_t r = 0; r < N_REPLICATE && !status; r++) {
            ho_result result = made_up(f, r);
            status = ho_store_put(store, &result, &err);
            if (!status && r % 4 == 3)
                status = ho_store_commit(store, &err);
        }
        bool good = status == HO_ERR_IO && strstr(err.text, "is the disk full?") && ho_store_n_done(store) > 0 &&
                    ho_store_n_done(store) < N_REPLICATE && ho_store_put(store, NULL, NULL) == HO_ERR_STATE;
        _exit(good ? 0 : 1);
    }
    int how = 0;
    waitpid(child, &how, 0);
    assert_true(WIFEXITED(how) && WEXITSTATUS(how) == 0);
    char one[65], two[65];
    ho_store *store = create(f, true, false);
    assert_true(ho_store_n_done(store) > 0 && ho_store_n_done(store) < N_REPLICATE);
    for (uint32_t r = 0; r < N_REPLICATE; r++)
        if (!ho_store_done(store)[r])
            put_range(f, store, r, r + 1);
    finish(f, store, one);
    ho_store_close(store);
    store = create(f, false, true);
    put_range(f, store, 0, N_REPLICATE);
    finish(f, store, two);
    ho_store_close(store);
    assert_string_equal(one, two);
}

/* --- memory --- */

/* Sanitizers keep memory of their own. */
#if defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifdef SANITIZED
static const bool sanitized = true;
#else
static const bool sanitized = false;
#endif

static size_t resident_kb(void) {
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return (size_t)usage.ru_maxrss;
}

static void memory_is_flat_in_replicates(void **state) {
    fixture *f = *state;
    char digest[65];
    size_t before = 0;
    const size_t n[] = {100, 3000};
    for (size_t k = 0; k < N_OF(n); k++) {
        f->identity.n_replicate = n[k];
        ho_store *store = create(f, false, k > 0);
        put_range(f, store, 0, (uint32_t)n[k]);
        finish(f, store, digest);
        ho_store_close(store);
        if (k == 0)
            before = resident_kb();
    }
    if (!sanitized)
        assert_true(resident_kb() - before < 16 * 1024); /* pieces of at most 8 MB, the marks and SQLite's cache */
}

int main(void) {
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, build, clear)
    const struct CMUnitTest tests[] = {
        CLAIM(finished_run_is_one_file_and_a_summary),
        CLAIM(views_show_names_and_dates),
        CLAIM(control_probabilities_follow_the_changes),
        CLAIM(series_hold_mean_quantiles_and_error),
        CLAIM(days_without_a_measurement_are_null),
        CLAIM(digest_is_sha256_of_the_integers_in_replicate_order),
        CLAIM(equal_replicates_are_counted_once),
        CLAIM(column_digest_saturates),
        CLAIM(uncommitted_replicates_are_lost_and_only_those),
        CLAIM(resumed_run_has_the_digest_of_an_undisturbed_one),
        CLAIM(resuming_can_raise_replicates_but_not_lower_them),
        CLAIM(finish_refuses_missing_replicates),
        CLAIM(another_identity_is_refused_by_what_differs),
        CLAIM(run_there_is_kept_unless_overwritten),
        CLAIM(second_writer_is_refused),
        CLAIM(replicate_is_stored_once_and_must_belong),
        CLAIM(no_run_is_bad_input),
        CLAIM(foreign_and_damaged_files_are_refused),
        CLAIM(turned_bytes_never_crash),
        CLAIM(run_of_another_format_is_refused),
        CLAIM(folder_that_is_a_file_is_named),
        CLAIM(full_disk_leaves_a_run_to_resume),
        CLAIM(memory_is_flat_in_replicates),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
