/* People by place: the bytes of a replicate, what an observer counts, and what a store keeps and sums up. Replicates are simulated on
 * tests/scenarios/three-bloc, which has borders. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sqlite3.h>

#include "base/digest.h"
#include "record/flows.h"
#include "record/quantiles.h"
#include "record/store.h"
#include "world/world.h"

enum { N_REPLICATE = 30 };

typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    ho_run_identity identity;
    char folder[64], path[96];
} fixture;

static int build(void **state) {
    fixture *f = calloc(1, sizeof *f);
    ho_problems problems = {0};
    const ho_world_options options = ho_world_options_default();
    if (!f || ho_scenario_load(HO_SOURCE_DIR "/tests/scenarios/three-bloc", NULL, &f->scenario, &problems, NULL) ||
        ho_world_build(f->scenario, &options, &f->world, &problems, NULL) ||
        ho_observables_build(f->world, &f->observables, NULL))
        return -1;
    f->identity = (ho_run_identity){f->world, &f->observables, {.seed = 3}, N_REPLICATE};
    snprintf(f->folder, sizeof f->folder, "/tmp/holdout-flows-XXXXXX");
    if (!mkdtemp(f->folder))
        return -1;
    snprintf(f->path, sizeof f->path, "%s/run.sqlite", f->folder);
    *state = f;
    return 0;
}

static int clear(void **state) {
    fixture *f = *state;
    char path[96];
    unlink(f->path);
    snprintf(path, sizeof path, "%s/summary.json", f->folder);
    unlink(path);
    rmdir(f->folder);
    ho_observables_free(&f->observables);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    free(f);
    return 0;
}

static ho_flow_shape shape_of(const fixture *f) {
    return (ho_flow_shape){.n_day_run = f->world->n_day,
                           .n_day = ho_n_count_day(f->world->n_day, HO_FLOWS_EVERY),
                           .n_district = f->world->n_district,
                           .n_neighbour = f->world->n_neighbour,
                           .n_count = ho_flows_n_count(f->world)};
}

static ho_store *create(fixture *f, bool resume) {
    ho_store *store = NULL;
    ho_error err = {0};
    if (ho_store_create(f->folder, &f->identity, resume, !resume, &store, &err))
        fail_msg("%s", err.text);
    return store;
}

/* Simulates replicates from..until of the store that are not in it. */
static void simulate(fixture *f, ho_store *store, uint32_t from, uint32_t until, size_t n_thread) {
    uint8_t done[N_REPLICATE];
    ho_error err = {0};
    for (uint32_t r = 0; r < N_REPLICATE; r++)
        done[r] = r < from || r >= until || ho_store_done(store)[r];
    ho_ensemble_options options = {.sim = f->identity.sim, .n_replicate = N_REPLICATE, .done = done, .n_thread = n_thread,
                                   .sink = ho_store_put, .context = store};
    if (ho_ensemble_run(f->world, &f->observables.observer, &options, &err))
        fail_msg("%s", err.text);
}

static void finish(fixture *f, ho_store *store) {
    ho_finish_info info = {0};
    ho_error err = {0};
    if (ho_store_finish(store, &f->identity, &info, &err))
        fail_msg("%s", err.text);
    ho_store_close(store);
}

static void make_run(fixture *f) {
    ho_store *store = create(f, false);
    simulate(f, store, 0, N_REPLICATE, 2);
    finish(f, store);
}

static void ask(const fixture *f, const char *sql, double *value, size_t n) {
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    if (sqlite3_prepare_v2(db, sql, -1, &query, NULL) != SQLITE_OK)
        fail_msg("%s: %s", sql, sqlite3_errmsg(db));
    int code = sqlite3_step(query);
    assert_true(code == SQLITE_ROW || (code == SQLITE_DONE && n == 0));
    for (size_t k = 0; k < n; k++)
        value[k] = sqlite3_column_double(query, (int)k);
    sqlite3_finalize(query);
    sqlite3_close(db);
}

/* --- bytes --- */

static void bytes_give_back_any_counts(void **state) {
    fixture *f = *state;
    const ho_flow_shape shape = shape_of(f);
    const size_t n = shape.n_day * shape.n_count, n_row = ho_flows_n_row(&shape);
    int32_t *count = calloc(n, sizeof *count), *increment = calloc(HO_FLOWS_CHUNK * shape.n_day, sizeof *increment);
    uint8_t *bytes = malloc(ho_flows_bytes_max(&shape));
    assert_true(count && increment && bytes);
    uint32_t noise = 1;
    for (size_t k = 0; k < n; k++) { /* nothing that counts do: rises, falls, ends of the range, runs of equals */
        noise = noise * 1664525u + 1013904223u;
        count[k] = noise >> 28 < 6 ? 0 : (int32_t)(noise >> (noise & 31));
    }
    size_t n_byte = ho_flows_encode(&shape, count, bytes), at = 4 * ho_flows_n_chunk(&shape);
    assert_true(n_byte <= ho_flows_bytes_max(&shape));
    for (size_t row = 0; row < n_row; row++) {
        const uint8_t *length = bytes + 4 * (row / HO_FLOWS_CHUNK);
        size_t own = length[0] + 256u * length[1] + 65536u * length[2];
        size_t in = row % HO_FLOWS_CHUNK, left = n_row - row + in;
        assert_true(ho_flows_decode(bytes + at, own, left < HO_FLOWS_CHUNK ? left : HO_FLOWS_CHUNK, shape.n_day, increment));
        uint32_t sum = 0;
        for (size_t k = 0; k < shape.n_day; k++) {
            const int32_t *day = count + k * shape.n_count;
            sum += (uint32_t)increment[in * shape.n_day + k];
            uint32_t expected = row >= 3 * shape.n_district ? (uint32_t)day[row]
                                                            : (uint32_t)day[row % 3 * shape.n_district + row / 3];
            if (row < 3 * shape.n_district && row % 3 == 2)
                expected = (uint32_t)day[row / 3] - expected;
            assert_int_equal(sum, expected);
        }
        if (in == HO_FLOWS_CHUNK - 1 || row == n_row - 1)
            at += own;
    }
    assert_int_equal(at, n_byte);
    free(count);
    free(increment);
    free(bytes);
}

static void bad_bytes_are_refused(void **state) {
    (void)state;
    int32_t increment[4];
    const uint8_t good[] = {5, 0, 2, 0x81, 1}, one_more[] = {5, 0, 2, 0x81, 1, 7}, far[] = {0, 5},
                  none[] = {5, 0, 0, 7, 7, 7}, open[] = {5, 6, 7, 0x80}, wide[] = {5, 6, 7, 0xff, 0xff, 0xff, 0xff, 0x7f};
    assert_true(ho_flows_decode(good, sizeof good, 2, 2, increment));
    assert_true(increment[0] == 5 && increment[1] == 0 && increment[2] == 0 && increment[3] == 129);
    assert_false(ho_flows_decode(good, sizeof good - 1, 2, 2, increment));
    assert_false(ho_flows_decode(one_more, sizeof one_more, 2, 2, increment));
    assert_false(ho_flows_decode(far, sizeof far, 2, 2, increment));
    assert_false(ho_flows_decode(none, sizeof none, 2, 2, increment));
    assert_false(ho_flows_decode(open, sizeof open, 2, 2, increment));
    assert_false(ho_flows_decode(wide, sizeof wide, 2, 2, increment));
    assert_false(ho_flows_decode(NULL, 0, 2, 2, increment));
}

/* --- what is counted --- */

typedef struct sums {
    const fixture *f;
    int64_t departures[N_REPLICATE], crossed[N_REPLICATE], capital[N_REPLICATE];
    size_t n;
} sums;

static ho_status add(void *context, uint32_t replicate, const int32_t *count, ho_error *err) {
    (void)err;
    sums *s = context;
    const ho_flow_shape shape = shape_of(s->f);
    const size_t n = shape.n_district;
    assert_int_equal(replicate, s->n++);
    for (size_t k = 1; k < shape.n_day; k++) {
        const int32_t *day = count + k * shape.n_count, *before = day - shape.n_count;
        for (size_t i = 0; i < n; i++) {
            assert_true(day[i] >= before[i] && day[n + i] >= before[n + i]);
            /* nobody is there who did not come, and who is gone left */
            assert_true(day[2 * n + i] >= 0 && day[i] - day[2 * n + i] >= before[i] - before[2 * n + i]);
        }
    }
    const int32_t *last = count + (shape.n_day - 1) * shape.n_count;
    for (size_t i = 0; i < n; i++)
        s->departures[replicate] += last[ho_flow_at(&shape, HO_FLOW_DEPARTURES, i)];
    for (size_t k = 0; k < shape.n_neighbour; k++)
        s->crossed[replicate] += last[ho_flow_at(&shape, HO_FLOW_CROSSED, k)];
    s->capital[replicate] = last[ho_flow_at(&shape, HO_FLOW_ARRIVALS, (size_t)s->f->world->national_capital)];
    return HO_OK;
}

typedef struct totals {
    const fixture *f;
    const sums *s;
    int64_t n_departed;
} totals;

static ho_status compare(void *context, const ho_stored *stored, ho_error *err) {
    (void)err;
    totals *t = context;
    const size_t n_day = t->f->world->n_day;
    static const char *const name[] = {"displaced_since_start", "crossed_border", "arrivals_national_capital"};
    const int64_t counted[] = {t->s->departures[stored->replicate], t->s->crossed[stored->replicate],
                               t->s->capital[stored->replicate]};
    for (int k = 0; k < 3; k++) {
        size_t column = (size_t)ho_observables_find(&t->f->observables, name[k]);
        assert_int_equal(counted[k], (int64_t)stored->column[column * n_day + n_day - 1]);
    }
    t->n_departed += counted[0];
    return HO_OK;
}

static void places_add_up_to_the_country(void **state) {
    fixture *f = *state;
    sums s = {.f = f};
    totals t = {f, &s, 0};
    ho_store *store = NULL;
    make_run(f);
    assert_int_equal(ho_store_open(f->folder, &store, NULL), HO_OK);
    assert_int_equal(ho_store_flows(store, add, &s, NULL), HO_OK);
    assert_int_equal(s.n, N_REPLICATE);
    assert_int_equal(ho_store_scan(store, HO_SCAN_CHANGES | HO_SCAN_COLUMNS, compare, &t, NULL), HO_OK);
    assert_true(t.n_departed > 0);
    ho_store_close(store);
}

static void days_kept_are_weeks_and_the_last(void **state) {
    (void)state;
    const ho_flow_shape shape = {.n_day_run = 17, .n_day = ho_n_count_day(17, 7)}, whole = {.n_day_run = 15, .n_day = ho_n_count_day(15, 7)};
    assert_int_equal(shape.n_day, 4);
    assert_int_equal(ho_flow_day(&shape, 2), 14);
    assert_int_equal(ho_flow_day(&shape, 3), 16);
    assert_int_equal(whole.n_day, 3);
    assert_int_equal(ho_flow_day(&whole, 2), 14);
    assert_int_equal(ho_n_count_day(1, 7), 1);
}

/* --- in a store --- */

typedef struct column {
    const fixture *f;
    size_t flow, place, day;
    float value[N_REPLICATE], scratch[N_REPLICATE];
} column;

static ho_status take(void *context, uint32_t replicate, const int32_t *count, ho_error *err) {
    (void)err;
    column *c = context;
    const ho_flow_shape shape = shape_of(c->f);
    size_t at = ho_flow_at(&shape, (ho_flow)c->flow, c->place);
    int32_t now = count[c->day * shape.n_count + at], before = count[(c->day - 1) * shape.n_count + at];
    c->value[replicate] = (float)(c->flow == HO_FLOW_HOSTED ? now : now - before);
    return HO_OK;
}

static void table_has_mean_and_quantiles_of_each_place_and_week(void **state) {
    fixture *f = *state;
    const ho_flow_shape shape = shape_of(f);
    ho_store *store = NULL;
    int n_busy = 0;
    make_run(f);
    assert_int_equal(ho_store_open(f->folder, &store, NULL), HO_OK);
    for (size_t flow = 0; flow < HO_N_FLOW; flow++)
        for (size_t place = 0; place < (flow == HO_FLOW_CROSSED ? shape.n_neighbour : shape.n_district); place += 2) {
            column c = {.f = f, .flow = flow, .place = place, .day = 1 + (place + flow) % (shape.n_day - 1)};
            char sql[200];
            double found[4];
            assert_int_equal(ho_store_flows(store, take, &c, NULL), HO_OK);
            ho_spread spread = ho_spread_of(c.value, c.scratch, N_REPLICATE);
            snprintf(sql, sizeof sql, "SELECT mean, q05, q50, q95 FROM flow_row WHERE measure = %zu AND place = %zu AND day = %zu",
                     flow, place, ho_flow_day(&shape, c.day));
            ask(f, sql, found, 4);
            assert_true(fabs(found[0] - spread.mean) < 1e-6 && fabs(found[1] - spread.q05) < 1e-6);
            assert_true(fabs(found[2] - spread.q50) < 1e-6 && fabs(found[3] - spread.q95) < 1e-6);
            n_busy += spread.mean > 0;
        }
    assert_true(n_busy > 5);
    ho_store_close(store);
    double n[2];
    ask(f, "SELECT count(*), count(place) FROM flow WHERE measure = 'arrivals' AND date > '1900-01-01'", n, 2);
    assert_true(n[0] > 0 && n[0] == n[1] && n[0] == (double)(shape.n_district * (shape.n_day - 1)));
}

static void digest_of_flows(const fixture *f, ho_digest *digest) {
    sqlite3 *db = NULL;
    sqlite3_stmt *query = NULL;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "SELECT \"values\" FROM flow_draw ORDER BY replicate", -1, &query, NULL), SQLITE_OK);
    while (sqlite3_step(query) == SQLITE_ROW)
        ho_digest_bytes(digest, sqlite3_column_blob(query, 0), (size_t)sqlite3_column_bytes(query, 0));
    sqlite3_finalize(query);
    sqlite3_close(db);
}

static void resumed_on_other_threads_it_has_the_same_bytes(void **state) {
    fixture *f = *state;
    char one[HO_DIGEST_TEXT], two[HO_DIGEST_TEXT];
    ho_digest digest;
    make_run(f);
    ho_digest_begin(&digest);
    digest_of_flows(f, &digest);
    ho_digest_end(&digest, one);
    ho_store *store = create(f, false);
    simulate(f, store, 7, 19, 1);
    assert_int_equal(ho_store_commit(store, NULL), HO_OK);
    simulate(f, store, 25, 27, 1); /* lost */
    ho_store_close(store);
    store = create(f, true);
    assert_int_equal(ho_store_n_done(store), 12);
    simulate(f, store, 0, N_REPLICATE, 3);
    finish(f, store);
    ho_digest_begin(&digest);
    digest_of_flows(f, &digest);
    assert_string_equal(one, ho_digest_end(&digest, two));
}

static const char drop[] = "DROP VIEW flow; DROP TABLE flow_row; DROP TABLE flow_draw; DROP TABLE measure; DROP TABLE neighbour";

static void drop_tables(const fixture *f) {
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, drop, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void older_runs_are_read_and_resumed_without(void **state) {
    fixture *f = *state;
    ho_flow_shape shape;
    ho_error err = {0};
    sums s = {.f = f};
    ho_store *store = create(f, false);
    simulate(f, store, 0, 5, 1);
    assert_int_equal(ho_store_commit(store, NULL), HO_OK);
    ho_store_close(store);
    drop_tables(f);
    store = create(f, true);
    simulate(f, store, 0, N_REPLICATE, 1);
    finish(f, store);
    assert_int_equal(ho_store_open(f->folder, &store, NULL), HO_OK);
    assert_true(ho_store_finished(store));
    assert_int_equal(ho_store_flow_shape(store, &shape, &err), HO_ERR_INPUT);
    assert_non_null(strstr(err.text, "has no people by place: made by a version that kept none; run it again"));
    assert_int_equal(ho_store_flows(store, add, &s, NULL), HO_ERR_INPUT);
    ho_store_close(store);
}

static void damage_is_named(void **state) {
    fixture *f = *state;
    ho_error err = {0};
    sums s = {.f = f};
    ho_store *store = NULL;
    sqlite3 *db = NULL;
    make_run(f);
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "UPDATE flow_draw SET \"values\" = x'0102' WHERE replicate = 2", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    assert_int_equal(ho_store_open(f->folder, &store, NULL), HO_OK);
    assert_int_equal(ho_store_flows(store, add, &s, &err), HO_ERR_INPUT);
    assert_non_null(strstr(err.text, "damaged: people by place of replicate 2"));
    ho_store_close(store);
    store = create(f, true);
    ho_finish_info info = {0};
    assert_int_equal(ho_store_finish(store, &f->identity, &info, &err), HO_ERR_INPUT);
    assert_non_null(strstr(err.text, "damaged: people by place of replicate 2"));
    ho_store_close(store);
    assert_int_equal(sqlite3_open(f->path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM flow_draw WHERE replicate = 2", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    store = create(f, true);
    assert_int_equal(ho_store_finish(store, &f->identity, &info, &err), HO_ERR_INPUT);
    assert_non_null(strstr(err.text, "damaged: people by place of 29 of 30 replicates"));
    ho_store_close(store);
}

static void neighbours_have_names(void **state) {
    fixture *f = *state;
    ho_store *store = NULL;
    ho_error err = {0};
    char *name = NULL;
    make_run(f);
    assert_int_equal(ho_store_open(f->folder, &store, NULL), HO_OK);
    assert_int_equal(ho_store_neighbour(store, 0, &name, NULL), HO_OK);
    assert_string_equal(name, f->world->neighbour[0]);
    free(name);
    assert_int_equal(ho_store_neighbour(store, 99, &name, &err), HO_ERR_INPUT);
    assert_non_null(strstr(err.text, "damaged: no neighbour 99"));
    assert_null(name);
    ho_store_close(store);
}

int main(void) {
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, build, clear)
    const struct CMUnitTest tests[] = {
        CLAIM(bytes_give_back_any_counts),
        CLAIM(bad_bytes_are_refused),
        CLAIM(places_add_up_to_the_country),
        CLAIM(days_kept_are_weeks_and_the_last),
        CLAIM(table_has_mean_and_quantiles_of_each_place_and_week),
        CLAIM(resumed_on_other_threads_it_has_the_same_bytes),
        CLAIM(older_runs_are_read_and_resumed_without),
        CLAIM(damage_is_named),
        CLAIM(neighbours_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
