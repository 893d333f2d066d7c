/* A brief of a small run: windows, sums, chances, order; and alarms held against a record made up here. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdout/evidence.h"
#include "record/store.h"
#include "world/world.h"

enum { N_REPLICATE = 60 };

typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    ho_store *store;
    char folder[64];
} fixture;

static char *copy(const char *text) {
    char *made = strdup(text);
    assert_non_null(made);
    return made;
}

static int build(void **state) {
    fixture *f = calloc(1, sizeof *f);
    ho_problems problems = {0};
    ho_error err = {0};
    const ho_world_options options = ho_world_options_default();
    if (!f || ho_scenario_load(HO_SOURCE_DIR "/tests/scenarios/three-bloc", NULL, &f->scenario, &problems, NULL) ||
        ho_world_build(f->scenario, &options, &f->world, &problems, NULL) || ho_observables_build(f->world, &f->observables, NULL))
        return -1;
    snprintf(f->folder, sizeof f->folder, "/tmp/holdout-brief-XXXXXX");
    ho_run_identity identity = {f->world, &f->observables, {.seed = 3}, N_REPLICATE};
    ho_finish_info info = {0};
    if (!mkdtemp(f->folder) || ho_store_create(f->folder, &identity, false, true, &f->store, &err))
        return -1;
    ho_ensemble_options ensemble = {.sim = identity.sim, .n_replicate = N_REPLICATE, .n_thread = 2, .sink = ho_store_put, .context = f->store};
    if (ho_ensemble_run(f->world, &f->observables.observer, &ensemble, &err) || ho_store_finish(f->store, &identity, &info, &err))
        return -1;
    *state = f;
    return 0;
}

static int clear(void **state) {
    fixture *f = *state;
    char path[96];
    ho_store_close(f->store);
    snprintf(path, sizeof path, "%s/run.sqlite", f->folder);
    unlink(path);
    snprintf(path, sizeof path, "%s/summary.json", f->folder);
    unlink(path);
    rmdir(f->folder);
    ho_observables_free(&f->observables);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    free(f);
    return 0;
}

static ho_brief made(const fixture *f, ho_brief_options options) {
    ho_brief brief = {0};
    ho_error err = {0};
    if (ho_brief_make(f->store, f->world, &options, &brief, &err))
        fail_msg("%s", err.text);
    return brief;
}

/* After day `from` of the run within so many days, above 50 and 500. */
static ho_brief_options window(const fixture *f, int32_t from, int32_t within) {
    return (ho_brief_options){.from = f->world->from + from, .within_day = within, .n_threshold = 2, .threshold = {50, 500}};
}

static const ho_brief_place *find(const ho_brief *brief, ho_place_kind kind, int32_t index) {
    for (size_t p = 0; p < brief->n_place; p++)
        if (brief->place[p].kind == kind && brief->place[p].index == index)
            return &brief->place[p];
    fail_msg("no place %d of kind %d", (int)index, (int)kind);
    return NULL;
}

/* --- windows --- */

typedef struct taking {
    const fixture *f;
    ho_flow_shape shape;
    size_t from, until; /* days kept */
    double sum[64], hosted[64];
    size_t n_above[64]; /* of 50 */
} taking;

static ho_status take(void *context, uint32_t replicate, const int32_t *count, ho_error *err) {
    (void)replicate;
    (void)err;
    taking *t = context;
    for (size_t i = 0; i < t->shape.n_district; i++) {
        int32_t came = count[t->until * t->shape.n_count + i] - count[t->from * t->shape.n_count + i];
        t->sum[i] += came;
        t->n_above[i] += came > 50;
        t->hosted[i] += count[t->until * t->shape.n_count + 2 * t->shape.n_district + i];
    }
    return HO_OK;
}

static void window_of_whole_weeks_is_exact(void **state) {
    const fixture *f = *state;
    taking t = {.f = f, .from = 1, .until = 4};
    ho_brief brief = made(f, window(f, 7, 21));
    assert_false(brief.interpolated);
    assert_int_equal(brief.until - brief.from, 21);
    assert_int_equal(ho_store_flow_shape(f->store, &t.shape, NULL), HO_OK);
    assert_int_equal(ho_store_flows(f->store, take, &t, NULL), HO_OK);
    double all = 0;
    for (size_t i = 0; i < t.shape.n_district; i++) {
        const ho_brief_place *place = find(&brief, HO_PLACE_DISTRICT, (int32_t)i);
        assert_true(fabs(place->arrivals.mean - t.sum[i] / N_REPLICATE) < 1e-3);
        assert_true(fabs(place->hosted.mean - t.hosted[i] / N_REPLICATE) < 1e-3);
        assert_true(fabs(place->p_above[0] - (double)t.n_above[i] / N_REPLICATE) < 1e-12);
        assert_true(place->p_above[1] <= place->p_above[0]);
        all += t.sum[i];
    }
    assert_true(all > 0);
    ho_brief_free(&brief);
}

static void sums_are_of_their_parts(void **state) {
    const fixture *f = *state;
    ho_brief brief = made(f, window(f, 10, 40));
    double country = 0, abroad = 0;
    for (size_t p = 0; p < f->world->n_province; p++) {
        double sum = 0, left = 0;
        for (size_t i = 0; i < f->world->n_district; i++)
            if (f->world->province[i] == (int32_t)p) {
                sum += find(&brief, HO_PLACE_DISTRICT, (int32_t)i)->arrivals.mean;
                left += find(&brief, HO_PLACE_DISTRICT, (int32_t)i)->departures.mean;
            }
        const ho_brief_place *province = find(&brief, HO_PLACE_PROVINCE, (int32_t)p);
        assert_true(fabs(province->arrivals.mean - sum) < 1e-3 * (1 + sum));
        assert_true(fabs(province->departures.mean - left) < 1e-3 * (1 + left));
        country += sum;
    }
    assert_true(fabs(find(&brief, HO_PLACE_COUNTRY, -1)->arrivals.mean - country) < 1e-3 * country);
    for (size_t k = 0; k < f->world->n_neighbour; k++) {
        const ho_brief_place *place = find(&brief, HO_PLACE_NEIGHBOUR, (int32_t)k);
        abroad += place->arrivals.mean;
        assert_true(place->hosted.n == 0 && place->departures.n == 0);
    }
    assert_true(abroad > 0 && fabs(find(&brief, HO_PLACE_ABROAD, -1)->arrivals.mean - abroad) < 1e-3 * abroad);
    ho_brief_free(&brief);
}

static void days_between_are_interpolated(void **state) {
    const fixture *f = *state;
    ho_brief two = made(f, window(f, 7, 14)), more = made(f, window(f, 7, 16)), three = made(f, window(f, 7, 21));
    double a = find(&two, HO_PLACE_COUNTRY, -1)->arrivals.mean, b = find(&more, HO_PLACE_COUNTRY, -1)->arrivals.mean,
           c = find(&three, HO_PLACE_COUNTRY, -1)->arrivals.mean;
    assert_true(!two.interpolated && more.interpolated && !three.interpolated);
    assert_true(c > a && fabs(b - (a + 2.0 / 7 * (c - a))) < 1e-3 * c);
    ho_brief_free(&two);
    ho_brief_free(&more);
    ho_brief_free(&three);
}

static void places_come_by_chance_then_median(void **state) {
    const fixture *f = *state;
    ho_brief brief = made(f, window(f, 0, 60));
    assert_int_equal(brief.place[0].kind, HO_PLACE_COUNTRY);
    assert_int_equal(brief.n_place, 2 + f->world->n_province + f->world->n_district + f->world->n_neighbour);
    for (size_t p = 1; p < brief.n_place; p++) {
        const ho_brief_place *a = &brief.place[p - 1], *b = &brief.place[p];
        int x = (int)(100 * a->p_above[0] + 0.5) + (int)(100 * a->p_above[1] + 0.5);
        int y = (int)(100 * b->p_above[0] + 0.5) + (int)(100 * b->p_above[1] + 0.5);
        assert_true(a->kind < b->kind || (a->kind == b->kind && (x > y || (x == y && a->arrivals.q50 >= b->arrivals.q50))));
    }
    ho_brief_free(&brief);
}

static void people_cut_off_are_told_by_bloc(void **state) {
    const fixture *f = *state;
    ho_brief brief = made(f, window(f, 0, 60));
    assert_int_equal(brief.n_cut_off, f->world->n_bloc);
    for (size_t b = 0; b < brief.n_cut_off; b++) {
        assert_int_equal(brief.cut_off[b].days_7.n, N_REPLICATE);
        assert_true(brief.cut_off[b].days_30.q50 <= brief.cut_off[b].days_7.q50);
    }
    ho_brief_free(&brief);
}

static void default_window_begins_with_what_the_posterior_knew(void **state) {
    const fixture *f = *state;
    ho_brief_options options = ho_brief_options_default();
    ho_brief brief = made(f, options);
    char known[11];
    assert_int_equal(brief.from, f->world->from);
    assert_int_equal(brief.posterior_known_by, HO_DAY_NONE);
    ho_brief_free(&brief);
    assert_int_equal(ho_store_meta_set(f->store, "posterior", "abc", NULL), HO_OK);
    assert_int_equal(ho_store_meta_set(f->store, "posterior_known_by", ho_day_format(f->world->from + 9, known), NULL), HO_OK);
    brief = made(f, options);
    assert_int_equal(brief.from, f->world->from + 9);
    assert_int_equal(brief.posterior_known_by, f->world->from + 9);
    assert_false(brief.courses);
    ho_brief_free(&brief);
}

static void refuse(const fixture *f, ho_brief_options options, const char *text) {
    ho_brief brief = {0};
    ho_error err = {0};
    assert_int_equal(ho_brief_make(f->store, f->world, &options, &brief, &err), HO_ERR_INPUT);
    if (!strstr(err.text, text))
        fail_msg("\"%s\" is not in \"%s\"", text, err.text);
    assert_null(brief.place);
}

static void windows_outside_the_run_are_refused(void **state) {
    const fixture *f = *state;
    const int32_t last = (int32_t)f->world->n_day - 1;
    ho_brief whole = made(f, window(f, 0, last));
    ho_brief_free(&whole);
    refuse(f, window(f, -1, 5), "the window begins after 2031-02-28; need a day from 2031-03-01 on and before");
    refuse(f, window(f, last, 1), "the window begins after");
    refuse(f, window(f, 1, last), "ends outside the run, whose last day is");
    refuse(f, window(f, 1, 0), "a window of 0 days");
    refuse(f, window(f, 1, INT32_MAX), "ends outside the run");
}

static void bad_thresholds_are_refused(void **state) {
    const fixture *f = *state;
    ho_brief_options options = window(f, 0, 30);
    options.threshold[1] = 50;
    refuse(f, options, "threshold is 50; need numbers of people from 50 on, each above the one before");
    options.threshold[0] = 49;
    refuse(f, options, "threshold is 49; need numbers of people from 50 on");
    options.threshold[0] = (double)NAN;
    refuse(f, options, "threshold is nan");
    options.n_threshold = 0;
    refuse(f, options, "0 thresholds; need 1 to 8");
    options.n_threshold = HO_BRIEF_THRESHOLD_MAX + 1;
    refuse(f, options, "9 thresholds; need 1 to 8");
}

/* --- the past --- */

static void add_row(fixture *f, const char *observable, int32_t from, int32_t until, double low, double high) {
    ho_scenario *s = f->scenario;
    ho_record_row *grown = realloc(s->record, (s->n_record + 1) * sizeof *grown);
    assert_non_null(grown);
    s->record = grown;
    s->record[s->n_record++] = (ho_record_row){
        .observable = copy(observable), .mode = copy(""), .definition = copy(""), .who = copy("Gazette"), .confidence = copy("high"),
        .source = copy("made up"), .note = copy(""), .district = -1,
        .date_start = from == INT32_MIN ? HO_DAY_NONE : f->world->from + from, .date_end = f->world->from + until,
        .value_low = low, .value_high = high, .denominator = (double)NAN, .known_on = f->world->from + until, .line = 77};
}

static ho_past looked_back(const fixture *f) {
    ho_past past = {0};
    ho_error err = {0};
    const ho_brief_options options = {.from = HO_DAY_NONE, .within_day = 30, .n_threshold = 2, .threshold = {50, 1e8}};
    if (ho_past_alarms(f->store, f->world, &options, &past, &err))
        fail_msg("%s", err.text);
    return past;
}

static void check_table(const ho_alarm_table *t, size_t hit, size_t miss, size_t wrong, size_t quiet, size_t unclear) {
    assert_int_equal(t->n_hit, hit);
    assert_int_equal(t->n_miss, miss);
    assert_int_equal(t->n_false, wrong);
    assert_int_equal(t->n_quiet, quiet);
    assert_int_equal(t->n_unclear, unclear);
}

static void without_figures_nothing_is_said(void **state) {
    const fixture *f = *state;
    ho_past past = looked_back(f);
    assert_int_equal(past.n_case, 0);
    assert_int_equal(past.n_covered, 0);
    ho_past_free(&past);
}

static void alarms_are_hits_misses_or_false(void **state) {
    fixture *f = *state;
    add_row(f, "arrivals.country", 10, 60, 1e9, 1e9);            /* above both: hit, miss */
    add_row(f, "arrivals.country", 10, 60, 20, 20);              /* above none: false, quiet */
    add_row(f, "arrivals.country", 10, 60, 60, (double)NAN);     /* hit, unclear */
    add_row(f, "arrivals.country", 10, 60, (double)NAN, 1000);   /* unclear, quiet */
    add_row(f, "arrivals.country", 10, 100000, 20, 20);          /* outside */
    ho_past past = looked_back(f);
    assert_int_equal(past.n_case, 4);
    assert_int_equal(past.n_outside, 1);
    assert_true(past.item[0].by_place && past.item[0].from == f->world->from + 9 && past.item[0].p_above[0] >= 0.5);
    check_table(&past.table[1][0], 2, 0, 1, 0, 1);
    check_table(&past.table[1][1], 0, 1, 0, 2, 1);
    check_table(&past.table[0][0], 0, 0, 0, 0, 0);
    ho_past_free(&past);
}

static void places_are_districts_provinces_and_neighbours(void **state) {
    fixture *f = *state;
    const char *const name[] = {f->scenario->district[2].pcode, f->scenario->province[1].pcode, f->world->neighbour[0], "abroad"};
    for (int k = 0; k < 4; k++) {
        char observable[64];
        snprintf(observable, sizeof observable, "arrivals.%s", name[k]);
        add_row(f, observable, 8, 29, 100, 100);
    }
    ho_past past = looked_back(f);
    ho_brief brief = made(f, window(f, 7, 22));
    assert_int_equal(past.n_case, 4);
    const ho_brief_place *place[] = {find(&brief, HO_PLACE_DISTRICT, 2), find(&brief, HO_PLACE_PROVINCE, 1),
                                     find(&brief, HO_PLACE_NEIGHBOUR, 0), find(&brief, HO_PLACE_ABROAD, -1)};
    for (int k = 0; k < 4; k++)
        assert_true(fabs(past.item[k].run.mean - place[k]->arrivals.mean) < 1e-3 * (1 + place[k]->arrivals.mean));
    ho_past_free(&past);
    ho_brief_free(&brief);
}

static void national_figures_are_levels_and_increases(void **state) {
    fixture *f = *state;
    add_row(f, "displaced_reported", 20, 40, 1e12, 1e12); /* out of order in the file */
    add_row(f, "displaced_reported", 20, 20, 10, (double)NAN);
    add_row(f, "displaced_estimated", 30, 30, 1e12, 1e12);
    add_row(f, "displaced_estimated", 50, 50, 1e12 + 150000, 1e12 + 150000);
    ho_past past = looked_back(f);
    assert_int_equal(past.n_covered, 4);
    assert_int_equal(past.covered[0].row->date_end, f->world->from + 20);
    assert_false(past.covered[1].inside);
    assert_true(past.covered[1].narrow);
    assert_int_equal(past.n_case, 2);
    assert_true(past.item[0].before == past.covered[0].row && isnan(past.item[0].low) && past.item[0].high == 1e12 - 10);
    assert_true(past.item[1].low == 150000 && past.item[1].high == 150000 && !past.item[1].by_place);
    size_t column = (size_t)ho_observables_find(&f->observables, "displaced_estimated");
    assert_true(column < f->observables.n && past.item[1].run.n == N_REPLICATE);
    check_table(&past.table[0][0], 0, 1, 0, 0, 1); /* 50,000; the country is too small for an alarm */
    check_table(&past.table[0][2], 0, 0, 0, 1, 1); /* 200,000 */
    ho_past_free(&past);
}

static void figures_that_the_posterior_knew_do_not_count(void **state) {
    fixture *f = *state;
    char known[11];
    add_row(f, "arrivals.country", 10, 60, 1e9, 1e9);
    add_row(f, "arrivals.country", 10, 61, 1e9, 1e9);
    add_row(f, "displaced_reported", 20, 20, 10, 10);
    assert_int_equal(ho_store_meta_set(f->store, "posterior", "abc", NULL), HO_OK);
    assert_int_equal(ho_store_meta_set(f->store, "posterior_known_by", ho_day_format(f->world->from + 60, known), NULL), HO_OK);
    ho_past past = looked_back(f);
    assert_true(past.item[0].known && !past.item[1].known && past.covered[0].known);
    check_table(&past.table[1][0], 1, 0, 0, 0, 0);
    ho_past_free(&past);
}

static void refuse_row(fixture *f, const char *text) {
    ho_past past = {0};
    ho_error err = {0};
    const ho_brief_options options = ho_brief_options_default();
    assert_int_equal(ho_past_alarms(f->store, f->world, &options, &past, &err), HO_ERR_INPUT);
    if (!strstr(err.text, text))
        fail_msg("\"%s\" is not in \"%s\"", text, err.text);
    assert_null(past.item);
}

static void rows_that_name_no_place_are_refused(void **state) {
    fixture *f = *state;
    add_row(f, "arrivals.nowhere", 10, 60, 5, 5);
    refuse_row(f, "record.csv:77: observable is \"arrivals.nowhere\"; need arrivals.PLACE, a p-code");
}

static void rows_without_a_first_day_are_refused(void **state) {
    fixture *f = *state;
    add_row(f, "arrivals.country", INT32_MIN, 60, 5, 5);
    refuse_row(f, "record.csv:77: date_start is empty; arrivals.country needs both days");
}

static void rows_without_a_number_are_refused(void **state) {
    fixture *f = *state;
    add_row(f, "arrivals.country", 10, 60, (double)NAN, (double)NAN);
    refuse_row(f, "record.csv:77: value_low is empty; arrivals.country needs a number");
}

int main(void) {
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, build, clear)
    const struct CMUnitTest tests[] = {
        CLAIM(window_of_whole_weeks_is_exact),
        CLAIM(sums_are_of_their_parts),
        CLAIM(days_between_are_interpolated),
        CLAIM(places_come_by_chance_then_median),
        CLAIM(people_cut_off_are_told_by_bloc),
        CLAIM(default_window_begins_with_what_the_posterior_knew),
        CLAIM(windows_outside_the_run_are_refused),
        CLAIM(bad_thresholds_are_refused),
        CLAIM(without_figures_nothing_is_said),
        CLAIM(alarms_are_hits_misses_or_false),
        CLAIM(places_are_districts_provinces_and_neighbours),
        CLAIM(national_figures_are_levels_and_increases),
        CLAIM(figures_that_the_posterior_knew_do_not_count),
        CLAIM(rows_that_name_no_place_are_refused),
        CLAIM(rows_without_a_first_day_are_refused),
        CLAIM(rows_without_a_number_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
