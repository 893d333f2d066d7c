/* A run scored against a record: replicates made up here, all with the same log of changes, on the world of tests/scenarios/two-bloc with a
 * record.csv and forecasts.csv written beside a copy of it. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evidence/score_plan.h"
#include "unit/folder.h"
#include "world/world.h"

#define HEADER "observable,subject,date_start,date_end,value_low,value_high,denominator,mode,definition,who,confidence,known_on,source,note\n"
/* as the log below: capitals on 12 May (VB02), 2 and 10 June (VC02, VA01) */
#define CAPTURES                                                                                                      \
    "captured.reeds,VA02,2030-05-11,2030-05-11,,,,,,x,high,2030-05-11,made up,\n"                                     \
    "captured.reeds,VB02,2030-05-13,2030-05-13,,,,,,x,high,2030-05-13,made up,\n"                                     \
    "captured.reeds,VA03,2030-05-21,2030-05-21,,,,,,x,high,2030-05-21,made up,\n"                                     \
    "captured.reeds,VC02,2030-06-03,2030-06-03,,,,,,x,high,2030-06-03,made up,\n"                                     \
    "captured.reeds,VA01,2030-06-10,2030-06-10,,,,,,x,high,2030-06-10,made up,\n"                                     \
    "captured.reeds,VA04,2030-06-25,2030-06-25,,,,,,x,high,2030-06-25,made up,\n"
#define COUNTS                                                                                                        \
    "districts_controlled.reeds,,2030-04-01,2030-04-01,1,1,12,,held,Gazette,high,2030-04-02,made up,\n"               \
    "districts_controlled.reeds,,2030-05-21,2030-05-21,6,6,12,,held,Gazette (copied),high,2030-05-21,made up,\n"      \
    "districts_controlled.reeds,,2030-06-10,2030-06-10,16,16,24,,held,Gazette,high,2030-06-10,made up,\n"             \
    "districts_controlled.reeds,,2030-06-10,2030-06-10,3,3,12,,claimed,Gazette,high,2030-06-10,made up,\n"            \
    "districts_controlled.reeds,,2030-06-10,2030-06-10,4,4,12,,held,Herald,high,2030-06-10,made up,\n"                \
    "districts_controlled.reeds,,2030-06-12,2030-06-12,4,,12,,held,Gazette,high,2030-06-12,made up,\n"                \
    "unicorns.reeds,,2030-06-12,2030-06-12,4,4,12,,held,Gazette,high,2030-06-12,made up,\n"
#define FORECAST                                                                                                      \
    "id,who,date,target,bin_from,bin_until,probability,source,known_on\n"                                             \
    "poll,Panel,2030-05-10,national_capital,,2030-05-31,0.2,made up,2030-05-10\n"                                     \
    "poll,Panel,2030-05-10,national_capital,2030-06-01,2030-06-30,0.5,made up,2030-05-10\n"                           \
    "poll,Panel,2030-05-10,national_capital,2030-07-01,,0.3,made up,2030-05-10\n"

enum { N_REPLICATE = 20 };

typedef struct fixture {
    char folder[64], run[96];
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    ho_store *store;
    ho_scores scores;
    ho_error err;
} fixture;

/* Day from the first, district: what the reeds take. VB03, VC03 are theirs on day 0, and VC04 by its first change. */
static const struct {
    int32_t day;
    const char *pcode;
} LOG[] = {{10, "VA02"}, {12, "VB02"}, {20, "VA03"}, {33, "VC02"}, {40, "VA01"}, {55, "VA04"}};

static int32_t district_of(const fixture *f, const char *pcode) {
    for (size_t i = 0; i < f->scenario->n_district; i++)
        if (strcmp(f->scenario->district[i].pcode, pcode) == 0)
            return (int32_t)i;
    fail_msg("no %s", pcode);
    return -1;
}

/* districts_controlled.reeds is what the bloc holds, three of them from the first day on; other observables are 0 but capitals_held. */
static void run_make(fixture *f) {
    ho_run_identity identity = {f->world, &f->observables, {.seed = 3}, N_REPLICATE};
    size_t n_value = f->observables.n, n_day = f->world->n_day;
    size_t districts = (size_t)ho_observables_find(&f->observables, "districts_controlled.reeds");
    size_t capitals = (size_t)ho_observables_find(&f->observables, "capitals_held.reeds");
    ho_change change[N_OF(LOG)];
    float *value = calloc(n_day * n_value, sizeof *value);
    assert_non_null(value);
    for (size_t k = 0; k < N_OF(LOG); k++) {
        int32_t district = district_of(f, LOG[k].pcode), own = f->world->home_faction[district];
        assert_int_equal(f->world->faction_bloc[own], f->world->home_bloc);
        change[k] = (ho_change){LOG[k].day, district, own, f->world->bloc_main[1 - f->world->home_bloc], HO_MODE_FOUGHT};
    }
    for (size_t day = 0; day < n_day; day++) {
        value[day * n_value + districts] = 3;
        for (size_t k = 0; k < N_OF(LOG); k++)
            if (LOG[k].day <= (int32_t)day) {
                value[day * n_value + districts]++;
                value[day * n_value + capitals] += f->world->is_capital[change[k].district];
            }
    }
    assert_int_equal(ho_store_create(f->run, &identity, false, true, &f->store, NULL), HO_OK);
    for (uint32_t r = 0; r < N_REPLICATE; r++) {
        ho_result result = {.replicate = r, .n_change = N_OF(LOG), .change = change, .n_day = n_day,
                            .n_value = n_value, .value = value};
        assert_int_equal(ho_store_put(f->store, &result, NULL), HO_OK);
    }
    ho_finish_info info = {.wall_s = 1, .n_thread = 1};
    if (ho_store_finish(f->store, &identity, &info, &f->err))
        fail_msg("%s", f->err.text);
    free(value);
    ho_store_close(f->store);
    assert_int_equal(ho_store_open(f->run, &f->store, NULL), HO_OK);
}

static fixture with_record(const char *rows, const char *forecasts) {
    static const char *const name[] = {"scenario.yml", "districts.csv", "edges.csv", "garrisons.csv", "commands.csv", "groups.csv"};
    fixture f = {.folder = "/tmp/holdout-scores-XXXXXX"};
    const ho_world_options options = ho_world_options_default();
    ho_problems problems = {0};
    char record[8192];
    assert_non_null(mkdtemp(f.folder));
    snprintf(f.run, sizeof f.run, "%s/run", f.folder);
    for (size_t k = 0; k < N_OF(name); k++)
        folder_copy(f.folder, name[k]);
    snprintf(record, sizeof record, HEADER "%s", rows);
    folder_write_text(f.folder, "record.csv", record);
    if (forecasts)
        folder_write_text(f.folder, "forecasts.csv", forecasts);
    if (ho_scenario_load(f.folder, NULL, &f.scenario, &problems, &f.err))
        fail_msg("%s", f.err.text);
    assert_int_equal(ho_world_build(f.scenario, &options, &f.world, &problems, NULL), HO_OK);
    assert_int_equal(ho_observables_build(f.world, &f.observables, NULL), HO_OK);
    run_make(&f);
    return f;
}

static void fixture_free(fixture *f) {
    ho_scores_free(&f->scores);
    ho_store_close(f->store);
    ho_observables_free(&f->observables);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    folder_remove(f->folder);
}

static ho_scores_options from_origin(const char *origin) {
    ho_scores_options options = ho_scores_options_default();
    if (origin)
        assert_true(ho_day_parse(origin, &options.origin));
    return options;
}

static fixture scored(const char *rows, const char *forecasts, const char *origin) {
    fixture f = with_record(rows, forecasts);
    ho_scores_options options = from_origin(origin);
    if (ho_scores_run(f.store, f.world, &options, &f.scores, &f.err))
        fail_msg("%s", f.err.text);
    return f;
}

static const ho_target_score *find(const fixture *f, const char *name) {
    for (size_t t = 0; t < f->scores.n_target; t++)
        if (strcmp(f->scores.target[t].name, name) == 0)
            return &f->scores.target[t];
    return NULL;
}

static const ho_target_score *target(const fixture *f, const char *name) {
    const ho_target_score *found = find(f, name);
    if (!found)
        fail_msg("no target %s", name);
    return found;
}

static const ho_forecaster_score *forecaster(const ho_target_score *of, const char *name) {
    for (size_t k = 0; k < of->n_forecaster; k++)
        if (strcmp(of->forecaster[k].name, name) == 0)
            return &of->forecaster[k];
    fail_msg("no forecaster %s", name);
    return NULL;
}

static void assert_near(double value, double expected, double tolerance) {
    if (!(fabs(value - expected) <= tolerance))
        fail_msg("%.12g is not %.12g within %g", value, expected, tolerance);
}

/* --- targets --- */

static void perfect_forecast_gets_the_best_scores(void **state) {
    (void)state;
    fixture f = scored(COUNTS CAPTURES, FORECAST, NULL);
    const ho_forecaster_score *run = target(&f, "districts_controlled.reeds, Gazette")->forecaster;
    assert_near(run->value[HO_MEASURE_CRPS], 0, 1e-7); /* 6 and 8 of 12 */
    assert_near(run->value[HO_MEASURE_MIS], 0, 1e-7);
    assert_near(run->value[HO_MEASURE_ENERGY], 0, 1e-7);
    assert_near(target(&f, "capitals held")->forecaster[0].value[HO_MEASURE_BRIER], 0, 0);
    assert_near(target(&f, "districts held")->forecaster[0].value[HO_MEASURE_BRIER], 0, 0);
    assert_near(target(&f, "order of capitals")->forecaster[0].value[HO_MEASURE_CONCORDANCE], 1, 0);
    const ho_target_score *fall = target(&f, "fall of the national capital");
    assert_near(fall->forecaster[0].value[HO_MEASURE_RPS], 0, 0);
    for (size_t t = 0; t < f.scores.n_target; t++)
        for (size_t k = 1; k < f.scores.target[t].n_forecaster; k++)
            if (strncmp(f.scores.target[t].name, "districts_controlled", 20) != 0)
                assert_false(f.scores.target[t].forecaster[k].difference[HO_MEASURE_BRIER] > 0 ||
                             f.scores.target[t].forecaster[k].difference[HO_MEASURE_LOG] > 0 ||
                             f.scores.target[t].forecaster[k].difference[HO_MEASURE_CONCORDANCE] < 0);
    fixture_free(&f);
}

static void definitions_and_sources_are_not_mixed(void **state) {
    (void)state;
    fixture f = scored(COUNTS, NULL, NULL);
    size_t n_gazette = 0;
    for (size_t t = 0; t < f.scores.n_target; t++)
        n_gazette += strcmp(f.scores.target[t].name, "districts_controlled.reeds, Gazette") == 0;
    assert_int_equal(n_gazette, 2); /* held, claimed */
    assert_int_equal(target(&f, "districts_controlled.reeds, Gazette")->n_case, 2);
    assert_non_null(strstr(target(&f, "districts_controlled.reeds, Gazette")->what, "held; 1 known"));
    const ho_target_score *herald = target(&f, "districts_controlled.reeds, Herald");
    assert_int_equal(herald->n_case, 1);
    assert_near(herald->forecaster[0].value[HO_MEASURE_CRPS], 8. / 12 - 4. / 12, 1e-7);
    assert_false(forecaster(herald, "persistence")->given);
    fixture_free(&f);
}

static void shares_are_of_each_sources_number(void **state) {
    (void)state;
    fixture f = scored("districts_controlled.reeds,,2030-06-10,2030-06-10,12,12,24,,held,X,high,2030-06-10,made up,\n", NULL, NULL);
    assert_near(target(&f, "districts_controlled.reeds, X")->forecaster[0].value[HO_MEASURE_CRPS], 8. / 12 - 0.5, 1e-7);
    fixture_free(&f);
}

static void bounds_and_unknown_observables_are_counted_not_scored(void **state) {
    (void)state;
    fixture f = scored(COUNTS, NULL, NULL);
    assert_int_equal(f.scores.n_one_sided, 1);
    assert_int_equal(f.scores.n_other, 1);
    fixture_free(&f);
}

static void only_what_lies_after_the_origin_is_scored(void **state) {
    (void)state;
    fixture f = scored(COUNTS CAPTURES, FORECAST, "2030-05-21");
    assert_int_equal(target(&f, "districts_controlled.reeds, Gazette")->n_case, 1);
    assert_int_equal(f.scores.origin, f.world->from + 20);
    fixture_free(&f);
    f = scored(COUNTS CAPTURES, FORECAST, "2030-06-15");
    assert_null(find(&f, "fall of the national capital"));
    assert_null(find(&f, "order of capitals"));
    fixture_free(&f);
}

static void published_forecast_is_scored_as_published(void **state) {
    (void)state;
    fixture f = scored(CAPTURES, FORECAST, NULL);
    const ho_target_score *fall = target(&f, "fall of the national capital");
    const ho_forecaster_score *poll = forecaster(fall, "poll");
    assert_near(poll->value[HO_MEASURE_LOG], log(2), 1e-12);
    assert_near(poll->value[HO_MEASURE_RPS], (0.04 + 0.09) / 2, 1e-12);
    assert_non_null(strstr(poll->note, "Panel, known 2030-05-10, after the origin"));
    assert_near(forecaster(fall, "uniform")->value[HO_MEASURE_LOG], log(3), 1e-12);
    fixture_free(&f);
}

static void without_forecasts_the_bins_are_months(void **state) {
    (void)state;
    fixture f = scored(CAPTURES, NULL, NULL);
    const ho_target_score *fall = target(&f, "fall of the national capital");
    assert_near(forecaster(fall, "uniform")->value[HO_MEASURE_LOG], log(5), 1e-12); /* May, June, July, August, later */
    fixture_free(&f);
}

/* --- what the baselines know --- */

static void assert_same_baselines(const ho_scores *a, const ho_scores *b, const char *name) {
    const ho_target_score *x = NULL, *y = NULL;
    for (size_t t = 0; t < a->n_target; t++)
        x = strcmp(a->target[t].name, name) == 0 ? &a->target[t] : x;
    for (size_t t = 0; t < b->n_target; t++)
        y = strcmp(b->target[t].name, name) == 0 ? &b->target[t] : y;
    assert_true(x && y && x->n_forecaster == y->n_forecaster);
    for (size_t k = 1; k < x->n_forecaster; k++)
        assert_memory_equal(x->forecaster[k].value, y->forecaster[k].value, sizeof x->forecaster[k].value);
}

#define HISTORY                                                                                                       \
    "districts_controlled.reeds,,2030-05-02,2030-05-02,3,3,12,,held,Gazette,high,2030-05-02,made up,\n"               \
    "districts_controlled.reeds,,2030-05-12,2030-05-12,4,4,12,,held,Gazette,high,2030-05-12,made up,\n"               \
    "districts_controlled.reeds,,2030-08-20,2030-08-20,9,9,12,,held,Gazette,high,2030-08-20,made up,\n" CAPTURES

/* A row that becomes known after the origin changes no baseline, whatever it says of the days before. */
static void later_rows_change_no_baseline(void **state) {
    (void)state;
    fixture a = scored(HISTORY, FORECAST, "2030-05-25");
    fixture b = scored(HISTORY "districts_controlled.reeds,,2030-05-15,2030-05-15,11,11,12,,held,Gazette,high,2030-05-26,made up,\n"
                               "captured.reeds,VC01,2030-05-14,2030-05-14,,,,,,x,low,2030-05-27,made up,\n",
                       FORECAST, "2030-05-25");
    fixture c = scored(HISTORY "districts_controlled.reeds,,2030-05-15,2030-05-15,11,11,12,,held,Gazette,high,2030-05-15,made up,\n"
                               "captured.reeds,VC01,2030-05-14,2030-05-14,,,,,,x,low,2030-05-15,made up,\n",
                       FORECAST, "2030-05-25");
    static const char *const name[] = {"districts_controlled.reeds, Gazette", "capitals held", "districts held", "fall of the national capital"};
    for (size_t k = 0; k < N_OF(name); k++)
        assert_same_baselines(&a.scores, &b.scores, name[k]);
    assert_true(forecaster(target(&a, name[0]), "linear")->value[HO_MEASURE_CRPS] !=
                forecaster(target(&c, name[0]), "linear")->value[HO_MEASURE_CRPS]);
    assert_true(forecaster(target(&a, name[2]), "rate so far")->value[HO_MEASURE_BRIER] !=
                forecaster(target(&c, name[2]), "rate so far")->value[HO_MEASURE_BRIER]);
    fixture_free(&a);
    fixture_free(&b);
    fixture_free(&c);
}

static void same_options_give_the_same_bits(void **state) {
    (void)state;
    fixture f = scored(HISTORY, FORECAST, "2030-05-25");
    ho_scores again = {0};
    ho_scores_options options = from_origin("2030-05-25");
    assert_int_equal(ho_scores_run(f.store, f.world, &options, &again, NULL), HO_OK);
    assert_int_equal(again.n_target, f.scores.n_target);
    assert_memory_equal(again.target, f.scores.target, again.n_target * sizeof *again.target);
    ho_scores_free(&again);
    fixture_free(&f);
}

static void all_baselines_are_given_once_there_are_captures(void **state) {
    (void)state;
    fixture f = scored(HISTORY, FORECAST, "2030-05-25");
    const ho_target_score *places = target(&f, "districts held");
    for (size_t k = 0; k < places->n_forecaster; k++) {
        assert_true(places->forecaster[k].given);
        assert_true(places->forecaster[k].value[HO_MEASURE_BRIER] >= 0 && places->forecaster[k].value[HO_MEASURE_BRIER] <= 1);
    }
    fixture_free(&f);
    f = scored(HISTORY, FORECAST, NULL);
    places = target(&f, "districts held");
    assert_false(forecaster(places, "neighbours")->given);
    assert_non_null(strstr(forecaster(places, "neighbours")->note, "no week between the first day and the origin"));
    fixture_free(&f);
}

/* Three captures (VA02, VB02, VA03) in the weeks to the origin; the capital VB02 is one of them. */
static void rate_so_far_is_captures_by_days_at_risk(void **state) {
    (void)state;
    fixture f = with_record(CAPTURES, NULL);
    ho_history history;
    ho_places places;
    ho_day origin = f.world->from + 21, day = origin + 30;
    assert_true(ho_history_build(f.scenario, 1 - f.world->home_bloc, origin, &history));
    assert_true(ho_places_build(&history, &day, 1, 1, &places));
    /* weeks to 8, 15, 22 May. Capitals at risk: 3, 3, 2; others 9, 9, 8 */
    assert_int_equal(places.n_capture, 3);
    assert_near(places.rate[HO_PLACE_CLIMATOLOGY][district_of(&f, "VA01")], 1.5 / (8 * 7), 1e-12);
    assert_near(places.rate[HO_PLACE_CLIMATOLOGY][district_of(&f, "VC04")], 2.5 / (26 * 7), 1e-12);
    assert_near(places.p[HO_PLACE_CLIMATOLOGY][district_of(&f, "VA01")], 1 - exp(-1.5 / 56 * 30), 1e-12);
    assert_near(places.p[HO_PLACE_CLIMATOLOGY][district_of(&f, "VA02")], 1, 0);
    assert_near(places.p[HO_PLACE_PERSISTENCE][district_of(&f, "VA02")], 1, 0);
    assert_near(places.p[HO_PLACE_PERSISTENCE][district_of(&f, "VA01")], 0, 0);
    ho_places_free(&places);
    ho_history_free(&history);
    fixture_free(&f);
}

/* A capture some time in two weeks tells of neither; one of no first day takes its district out until its last. */
static void captures_of_unknown_day_are_censored(void **state) {
    (void)state;
    fixture f = with_record("captured.reeds,VA02,2030-05-06,2030-05-12,,,,,,x,high,2030-05-12,made up,\n"
                            "captured.reeds,VB02,2030-05-10,2030-05-12,,,,,,x,high,2030-05-12,made up,\n"
                            "captured.reeds,VB04,,2030-05-20,,,,,,x,low,2030-05-20,made up,\n",
                            NULL);
    ho_history history;
    ho_places places;
    ho_day origin = f.world->from + 21, day = origin + 30;
    assert_true(ho_history_build(f.scenario, 1 - f.world->home_bloc, origin, &history));
    assert_true(ho_places_build(&history, &day, 1, 1, &places));
    assert_int_equal(places.n_capture, 1); /* VB02, in the week to 15 May */
    /* three weeks of 12 districts, less both weeks of VA02 and the third in which it is held, less the third of VB02, less three of VB04 */
    assert_int_equal(places.n_week_place, 36 - 3 - 1 - 3);
    ho_places_free(&places);
    ho_history_free(&history);
    fixture_free(&f);
}

static void undated_districts_count_as_not_fallen_if_asked(void **state) {
    (void)state;
    fixture f = with_record(CAPTURES "captured.reeds,VC01,,2030-08-20,,,,,,x,low,2030-08-20,made up,\n"
                                     "captured.reeds,VB03,,2030-05-01,,,,,,x,low,2030-05-01,made up,\n", NULL);
    ho_scores left_out = {0}, counted = {0};
    ho_scores_options options = from_origin(NULL);
    assert_int_equal(ho_scores_run(f.store, f.world, &options, &left_out, NULL), HO_OK);
    options.undated_not_fallen = true;
    assert_int_equal(ho_scores_run(f.store, f.world, &options, &counted, NULL), HO_OK);
    size_t n_before = 0, n_after = 0;
    for (size_t k = 0; k < left_out.n_target; k++)
        n_before = strcmp(left_out.target[k].name, "districts held") == 0 ? left_out.target[k].n_case : n_before;
    for (size_t k = 0; k < counted.n_target; k++)
        n_after = strcmp(counted.target[k].name, "districts held") == 0 ? counted.target[k].n_case : n_after;
    assert_int_equal(n_after, n_before + 3); /* VC01 at the ends of May, June, July; not VB03, which was held before */
    ho_scores_free(&left_out);
    ho_scores_free(&counted);
    fixture_free(&f);
}

/* --- errors --- */

static void assert_refused(const char *rows, const char *origin, const char *horizon, const char *text) {
    fixture f = with_record(rows, NULL);
    ho_scores_options options = from_origin(origin);
    ho_day day = HO_DAY_NONE;
    if (horizon) {
        assert_true(ho_day_parse(horizon, &day));
        options.horizon = &day;
        options.n_horizon = 1;
    }
    assert_int_equal(ho_scores_run(f.store, f.world, &options, &f.scores, &f.err), HO_ERR_INPUT);
    if (!strstr(f.err.text, text))
        fail_msg("\"%s\" does not say \"%s\"", f.err.text, text);
    assert_null(f.scores.target);
    fixture_free(&f);
}

static void origin_outside_the_run_is_refused(void **state) {
    (void)state;
    assert_refused(COUNTS, "2030-04-30", NULL, "the origin 2030-04-30 is outside the run; need a day from 2030-05-01 on, before 2030-08-31");
    assert_refused(COUNTS, "2030-08-31", NULL, "the origin 2030-08-31 is outside the run");
    assert_refused(COUNTS, "2030-06-01", "2030-06-01", "the horizon 2030-06-01 is not after the origin and inside the run");
}

static void unknown_bloc_names_file_and_line(void **state) {
    (void)state;
    assert_refused("districts_controlled.reeds,,2030-06-10,2030-06-10,4,4,12,,held,X,high,2030-06-10,made up,\n"
                   "districts_controlled.weeds,,2030-06-10,2030-06-10,4,4,12,,held,X,high,2030-06-10,made up,\n",
                   NULL, NULL, "record.csv:3: observable is \"districts_controlled.weeds\"; the scenario has no such bloc");
}

static void nothing_to_score_is_refused(void **state) {
    (void)state;
    assert_refused("", NULL, NULL, "has no record");
    assert_refused(COUNTS, "2030-07-01", NULL, "has nothing to score after the origin");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(perfect_forecast_gets_the_best_scores),
        cmocka_unit_test(definitions_and_sources_are_not_mixed),
        cmocka_unit_test(shares_are_of_each_sources_number),
        cmocka_unit_test(bounds_and_unknown_observables_are_counted_not_scored),
        cmocka_unit_test(only_what_lies_after_the_origin_is_scored),
        cmocka_unit_test(published_forecast_is_scored_as_published),
        cmocka_unit_test(without_forecasts_the_bins_are_months),
        cmocka_unit_test(later_rows_change_no_baseline),
        cmocka_unit_test(same_options_give_the_same_bits),
        cmocka_unit_test(all_baselines_are_given_once_there_are_captures),
        cmocka_unit_test(rate_so_far_is_captures_by_days_at_risk),
        cmocka_unit_test(captures_of_unknown_day_are_censored),
        cmocka_unit_test(undated_districts_count_as_not_fallen_if_asked),
        cmocka_unit_test(origin_outside_the_run_is_refused),
        cmocka_unit_test(unknown_bloc_names_file_and_line),
        cmocka_unit_test(nothing_to_score_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
