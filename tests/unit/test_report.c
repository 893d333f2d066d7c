/* report.html of small whole runs: what is in it, and what is refused. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>
#include <sqlite3.h>

#include "base/text.h"
#include "holdout/record.h"
#include "holdout/report.h"

enum { N_REPLICATE = 6, FOLDER_SIZE = 64, PATH_SIZE = 128, LIMIT_BYTE = 1 << 26 };

typedef struct ho_fixture {
    ho_scenario *scenario;
    char folder[FOLDER_SIZE], store[PATH_SIZE], page[PATH_SIZE];
} ho_fixture;

static void fixture_start(ho_fixture *fixture, const char *name) {
    char folder[256];
    ho_problems problems = {0};
    ho_error err;
    snprintf(folder, sizeof folder, HO_SOURCE_DIR "/tests/scenarios/%s", name);
    if (ho_scenario_load(folder, NULL, &fixture->scenario, &problems, &err))
        fail_msg("%s", err.text);
    ho_problems_free(&problems);
    snprintf(fixture->folder, sizeof fixture->folder, "/tmp/holdout-report-XXXXXX");
    assert_non_null(mkdtemp(fixture->folder));
    snprintf(fixture->store, sizeof fixture->store, "%s/run.sqlite", fixture->folder);
    snprintf(fixture->page, sizeof fixture->page, "%s/report.html", fixture->folder);
}

static void fixture_end(ho_fixture *fixture) {
    char path[PATH_SIZE];
    static const char *const name[] = {"run.sqlite", "summary.json", "report.html"};
    for (size_t k = 0; k < N_OF(name); k++) {
        snprintf(path, sizeof path, "%s/%s", fixture->folder, name[k]);
        unlink(path);
    }
    rmdir(fixture->folder);
    ho_scenario_free(fixture->scenario);
}

static void must(ho_status status, const ho_error *err) {
    if (status)
        fail_msg("%s", err->text);
}

/* Runs a few replicates into the folder; finishes the store if asked to. */
static void run_into(const ho_fixture *fixture, bool finish) {
    ho_world_options options = ho_world_options_default();
    ho_world *world;
    ho_problems problems = {0};
    ho_observables observables;
    ho_store *store;
    ho_error err = {0};
    must(ho_world_build(fixture->scenario, &options, &world, &problems, &err), &err);
    must(ho_observables_build(world, &observables, &err), &err);
    ho_run_identity identity = {
        .world = world, .observables = &observables, .sim = {.seed = 5}, .n_replicate = N_REPLICATE};
    must(ho_store_create(fixture->folder, &identity, false, true, &store, &err), &err);
    ho_ensemble_options ensemble = {
        .sim = identity.sim, .n_replicate = N_REPLICATE, .n_thread = 1, .sink = ho_store_put, .context = store};
    must(ho_ensemble_run(world, &observables.observer, &ensemble, &err), &err);
    ho_finish_info info = {.n_thread = 1};
    if (finish)
        must(ho_store_finish(store, &identity, &info, &err), &err);
    else
        must(ho_store_commit(store, &err), &err);
    ho_store_close(store);
    ho_observables_free(&observables);
    ho_world_free(world);
    ho_problems_free(&problems);
}

/* The data inside the page. */
static json_t *read_page(const ho_fixture *fixture) {
    static const char open[] = "id=\"data\">";
    char *text;
    size_t n;
    ho_error err;
    must(ho_text_read(fixture->page, LIMIT_BYTE, &text, &n, &err), &err);
    char *from = strstr(text, open);
    assert_non_null(from);
    from += sizeof open - 1;
    char *to = strstr(from, "</script>");
    assert_non_null(to);
    json_error_t why;
    json_t *data = json_loadb(from, (size_t)(to - from), 0, &why);
    free(text);
    if (!data)
        fail_msg("%s", why.text);
    return data;
}

static size_t size_of(const json_t *data, const char *key) {
    return json_array_size(json_object_get(data, key));
}

static void check_contents(const char *name) {
    ho_fixture fixture;
    ho_error err;
    fixture_start(&fixture, name);
    run_into(&fixture, true);
    must(ho_report_write(fixture.folder, fixture.scenario, &err), &err);
    json_t *data = read_page(&fixture);
    const ho_scenario *scenario = fixture.scenario;
    size_t n_day = (size_t)json_integer_value(json_object_get(data, "n_day"));
    assert_int_equal(n_day, scenario->until - scenario->from + 1);
    assert_int_equal(json_integer_value(json_object_get(data, "n_replicate")), N_REPLICATE);
    assert_int_equal(size_of(data, "blocs"), scenario->n_bloc);
    assert_int_equal(size_of(data, "record"), scenario->n_record);
    assert_int_equal(size_of(data, "parameters"), ho_parameter_count());
    assert_int_equal(size_of(json_object_get(data, "districts"), "pcode"), scenario->n_district);
    assert_int_equal(size_of(json_object_get(data, "map"), "features"), scenario->boundaries.n_feature);
    size_t n_control = n_day * scenario->n_bloc * scenario->n_district;
    assert_int_equal(json_string_length(json_object_get(data, "control")), (n_control + 2) / 3 * 4);
    json_t *series = json_object_get(json_object_get(data, "series"), "national_capital_fallen");
    assert_int_equal(size_of(series, "mean"), n_day);
    json_decref(data);
    fixture_end(&fixture);
}

/* The last day's class of each replicate, counted by hand from the store. */
static void endings_count_every_replicate_once_a_day(void **state) {
    (void)state;
    ho_fixture fixture;
    ho_error err;
    fixture_start(&fixture, "two-bloc");
    run_into(&fixture, true);
    must(ho_report_write(fixture.folder, fixture.scenario, &err), &err);
    json_t *data = read_page(&fixture);
    json_t *endings = json_object_get(data, "endings"), *n = json_object_get(endings, "n");
    size_t n_day = (size_t)json_integer_value(json_object_get(data, "n_day"));
    assert_int_equal(json_array_size(n), HO_N_ENDING);
    assert_int_equal(size_of(endings, "names"), HO_N_ENDING);
    double mean = 0;
    for (size_t day = 0; day < n_day; day++) {
        json_int_t sum = 0;
        mean = 0;
        for (size_t k = 0; k < HO_N_ENDING; k++) {
            json_int_t runs = json_integer_value(json_array_get(json_array_get(n, k), day));
            sum += runs;
            mean += (double)k * (double)runs / N_REPLICATE;
        }
        assert_int_equal(sum, N_REPLICATE);
        json_t *series = json_object_get(json_object_get(json_object_get(data, "series"), "ending"), "mean");
        assert_float_equal(mean, json_number_value(json_array_get(series, day)), 1e-5);
    }
    for (size_t k = 0; k < HO_N_ENDING; k++)
        assert_true(json_string_length(json_array_get(json_object_get(endings, "meanings"), k)) > 10);
    json_decref(data);
    fixture_end(&fixture);
}

static void ending_meanings_carry_the_thresholds_of_the_scenario(void **state) {
    (void)state;
    char text[256];
    ho_scenario scenario = {.ending = {.victory_people = 0.62, .fragment_people = 0.07, .stalemate_people = 0.21, .recovery_districts = 13}};
    assert_non_null(strstr(ho_ending_meaning(&scenario, HO_ENDING_INSURGENT_VICTORY, text, sizeof text), "62 %"));
    assert_non_null(strstr(ho_ending_meaning(&scenario, HO_ENDING_FRAGMENTATION, text, sizeof text), "7 %"));
    assert_non_null(strstr(ho_ending_meaning(&scenario, HO_ENDING_STALEMATE, text, sizeof text), "21 %"));
    assert_non_null(strstr(ho_ending_meaning(&scenario, HO_ENDING_STATE_RECOVERY, text, sizeof text), "13 districts"));
    assert_string_equal(ho_ending_meaning(&scenario, HO_N_ENDING, text, sizeof text), "");
}

/* Levels with a recorded value, and only those: the page draws them where the record has no rows of the name. */
static void page_has_the_facts_that_give_a_level(void **state) {
    (void)state;
    static ho_fact_row fact[] = {
        {.id = "level", .observable = "displaced_reported", .kind = HO_FACT_LEVEL, .recorded = 1200, .denominator = NAN, .definition = "d", .source = "s"},
        {.id = "no-value", .observable = "displaced_reported", .kind = HO_FACT_LEVEL, .recorded = NAN, .denominator = NAN, .definition = "d", .source = "s"},
        {.id = "change", .observable = "displaced_reported", .kind = HO_FACT_CHANGE, .recorded = 5, .denominator = NAN, .definition = "d", .source = "s"},
    };
    ho_fixture fixture;
    ho_error err;
    fixture_start(&fixture, "two-bloc");
    run_into(&fixture, true);
    ho_fact_row *own = fixture.scenario->fact;
    size_t n_own = fixture.scenario->n_fact;
    for (size_t k = 0; k < N_OF(fact); k++)
        fact[k].date = fixture.scenario->from + 3;
    fixture.scenario->fact = fact;
    fixture.scenario->n_fact = N_OF(fact);
    ho_status status = ho_report_write(fixture.folder, fixture.scenario, &err);
    fixture.scenario->fact = own;
    fixture.scenario->n_fact = n_own;
    must(status, &err);
    json_t *data = read_page(&fixture), *row = json_array_get(json_object_get(data, "facts"), 0);
    assert_int_equal(size_of(data, "facts"), 1);
    assert_string_equal(json_string_value(json_object_get(row, "id")), "level");
    assert_int_equal(json_integer_value(json_object_get(row, "day")), 3);
    assert_int_equal(json_integer_value(json_object_get(row, "value")), 1200);
    assert_true(json_is_null(json_object_get(row, "denominator")));
    json_decref(data);
    fixture_end(&fixture);
}

static void page_holds_the_whole_run_of_two_blocs(void **state) {
    (void)state;
    check_contents("two-bloc");
}

static void page_holds_the_whole_run_of_three_blocs_without_outlines(void **state) {
    (void)state;
    check_contents("three-bloc");
}

static void write_twice_gives_the_same_bytes(void **state) {
    (void)state;
    ho_fixture fixture;
    ho_error err;
    char *text[2];
    size_t n[2];
    fixture_start(&fixture, "two-bloc");
    run_into(&fixture, true);
    for (int k = 0; k < 2; k++) {
        must(ho_report_write(fixture.folder, fixture.scenario, &err), &err);
        must(ho_text_read(fixture.page, LIMIT_BYTE, &text[k], &n[k], &err), &err);
    }
    assert_int_equal(n[0], n[1]);
    assert_memory_equal(text[0], text[1], n[0]);
    free(text[0]);
    free(text[1]);
    fixture_end(&fixture);
}

static void expect_refused(ho_fixture *fixture, ho_status expected, const char *part) {
    ho_error err;
    assert_int_equal(ho_report_write(fixture->folder, fixture->scenario, &err), expected);
    if (!strstr(err.text, part))
        fail_msg("\"%s\" lacks \"%s\"", err.text, part);
    assert_int_not_equal(access(fixture->page, F_OK), 0);
}

static void write_refuses_a_folder_without_a_run(void **state) {
    (void)state;
    ho_fixture fixture;
    fixture_start(&fixture, "two-bloc");
    expect_refused(&fixture, HO_ERR_INPUT, "run.sqlite: no run there");
    fixture_end(&fixture);
}

static void write_refuses_an_unfinished_run(void **state) {
    (void)state;
    ho_fixture fixture;
    fixture_start(&fixture, "two-bloc");
    run_into(&fixture, false);
    expect_refused(&fixture, HO_ERR_STATE, "the run is not finished (its state is \"running\")");
    fixture_end(&fixture);
}

static void write_refuses_a_database_that_is_not_a_run(void **state) {
    (void)state;
    ho_fixture fixture;
    sqlite3 *db;
    fixture_start(&fixture, "two-bloc");
    assert_int_equal(sqlite3_open(fixture.store, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(x)", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    expect_refused(&fixture, HO_ERR_INPUT, "not a run of holdout");
    fixture_end(&fixture);
}

static void write_refuses_what_is_not_a_database(void **state) {
    (void)state;
    ho_fixture fixture;
    ho_error err;
    fixture_start(&fixture, "two-bloc");
    char junk[4096];
    memset(junk, 'x', sizeof junk);
    must(ho_file_write(fixture.store, junk, sizeof junk, &err), &err);
    expect_refused(&fixture, HO_ERR_INPUT, "run.sqlite");
    fixture_end(&fixture);
}

static void write_refuses_a_run_of_another_scenario(void **state) {
    (void)state;
    ho_fixture one, other;
    fixture_start(&one, "two-bloc");
    fixture_start(&other, "three-bloc");
    run_into(&one, true);
    ho_scenario *own = one.scenario;
    one.scenario = other.scenario;
    expect_refused(&one, HO_ERR_INPUT, "a run of scenario \"two-bloc\", not of \"three-bloc\"");
    one.scenario = own;
    own->digest[0] = own->digest[0] == '0' ? '1' : '0';
    expect_refused(&one, HO_ERR_INPUT, "has changed since this run");
    fixture_end(&one);
    fixture_end(&other);
}

static void failure_leaves_the_old_page(void **state) {
    (void)state;
    ho_fixture fixture;
    ho_error err;
    char *text;
    size_t n;
    fixture_start(&fixture, "two-bloc");
    must(ho_file_write(fixture.page, "old", 3, &err), &err);
    assert_int_equal(ho_report_write(fixture.folder, fixture.scenario, &err), HO_ERR_INPUT);
    must(ho_text_read(fixture.page, LIMIT_BYTE, &text, &n, &err), &err);
    assert_string_equal(text, "old");
    free(text);
    fixture_end(&fixture);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(page_holds_the_whole_run_of_two_blocs),
        cmocka_unit_test(page_holds_the_whole_run_of_three_blocs_without_outlines),
        cmocka_unit_test(endings_count_every_replicate_once_a_day),
        cmocka_unit_test(ending_meanings_carry_the_thresholds_of_the_scenario),
        cmocka_unit_test(page_has_the_facts_that_give_a_level),
        cmocka_unit_test(write_twice_gives_the_same_bytes),
        cmocka_unit_test(write_refuses_a_folder_without_a_run),
        cmocka_unit_test(write_refuses_an_unfinished_run),
        cmocka_unit_test(write_refuses_a_database_that_is_not_a_run),
        cmocka_unit_test(write_refuses_what_is_not_a_database),
        cmocka_unit_test(write_refuses_a_run_of_another_scenario),
        cmocka_unit_test(failure_leaves_the_old_page),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
