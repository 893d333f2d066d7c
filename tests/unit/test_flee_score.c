/* Scores, baselines, the leak-free protocol, draws of parameters and the improved mode's forecasts: numbers worked by hand, closed forms, and what may not
 * change a bit. */
#include <math.h>

#include "holdout/evidence.h"
#include "unit/flee_case.h"

#define assert_double_close(a, b, within) assert_true(fabs((a) - (b)) <= (within))

/* --- scores --- */

/* Records: nobody on day 0, then 600,000 in B and 400,000 in C. */
static void n_and_r_are_as_worked_by_hand(void **state) {
    const double camp[] = {0, 0, 500e3, 300e3, 300e3, 700e3};
    ho_flee_score score;
    (void)state;
    flee_loaded l = flee_load_files(&flee_small);
    assert_int_equal(ho_flee_score_course(l.flee, camp, &score, NULL), HO_OK);
    assert_double_close(score.n, (0 + 0.2 + 0.6) / 3, 1e-12);
    assert_double_close(score.r, (0 + 0.05 + 0.6) / 3, 1e-12); /* day 1 times 1.25: 625, 375 */
    assert_double_close(score.crps, score.n, 1e-12);
    assert_double_close(score.n_of_runs, score.n, 1e-12);
    assert_double_close(score.daily[1], 0.2, 1e-12);
    assert_double_close(score.cover, 2.0 / 6, 1e-12); /* day 0 only */
    ho_flee_score_free(&score);
    flee_unload(&l);
}

/* Members 400 and 800 thousand in B on day 1 with 600 recorded: median right, CRPS 200 - 100 thousand. */
static void medians_and_crps_are_of_members(void **state) {
    double camp[] = {0, 0, 0, 0, 800e3, 400e3, 400e3, 400e3, 600e3, 600e3, 400e3, 400e3};
    ho_flee_forecast two = {.n_member = 2, .n_day = 3, .n_camp = 2, .camp = camp};
    ho_flee_score score;
    (void)state;
    flee_loaded l = flee_load_files(&flee_small);
    assert_int_equal(ho_flee_score_make(l.flee, &two, &score, NULL), HO_OK);
    assert_double_close(score.n, 0, 1e-12);
    assert_double_close(score.crps, 0.1 / 3, 1e-12);
    assert_double_close(score.n_of_runs, 0.2 / 3, 1e-12);
    assert_double_close(score.cover, 1, 1e-12);
    ho_flee_score_free(&score);
    two.n_day = 2;
    assert_int_equal(ho_flee_score_make(l.flee, &two, &score, NULL), HO_ERR_INPUT);
    ho_flee_score_free(&score);
    flee_unload(&l);
}

/* Medians 100 and 100, of the sums 0, 400 and 300: 300. */
static void a_course_adds_up_to_the_median_sum(void **state) {
    double camp[] = {0, 100, 200, 0, 300, 100}, course[2];
    const ho_flee_forecast three = {.n_member = 3, .n_day = 1, .n_camp = 2, .camp = camp};
    (void)state;
    assert_int_equal(ho_flee_forecast_course(&three, course, NULL), HO_OK);
    assert_double_close(course[0], 150, 1e-9);
    assert_double_close(course[1], 150, 1e-9);
    assert_double_close(camp[4], 300, 0); /* members stay as they are */
}

static void a_ratio_of_forecasts_is_paired(void **state) {
    double half[90], whole[90], cover[] = {1, 0.5};
    (void)state;
    for (int day = 0; day < 90; day++) {
        whole[day] = 0.1 + 0.01 * day;
        half[day] = whole[day] / 2;
    }
    const ho_flee_score a = {.n = 0.2725, .n_day = 90, .daily = half, .n_camp = 2, .cover_camp = cover};
    const ho_flee_score b = {.n = 0.545, .n_day = 90, .daily = whole, .n_camp = 2, .cover_camp = cover};
    ho_flee_ratio ratio = ho_flee_score_ratio(&a, &b, 1, 1), covered = ho_flee_score_cover(&a, 1, 1);
    assert_double_close(ratio.ratio, 0.5, 1e-12);
    assert_double_close(ratio.low, 0.5, 1e-12); /* half on every day: no block can tell otherwise */
    assert_double_close(ratio.high, 0.5, 1e-12);
    assert_double_close(covered.ratio, 0.75, 1e-12);
    assert_double_close(covered.low, 0.5, 1e-12);
    assert_double_close(covered.high, 1, 1e-12);
    assert_true(isnan(ho_flee_score_ratio(&a, &b, 0, 1).ratio));
}

/* --- baselines --- */

#define HEAD "#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap\n"

/* Forty days; a thousand from day 1 on, two thousand on day 40; shares 3 to 1, then 1 to 1. */
static flee_files forty_days(char conflicts[1024]) {
    flee_files f = flee_small;
    size_t n = (size_t)snprintf(conflicts, 1024, "#Day,A\n");
    for (int day = 0; day < 41; day++)
        n += (size_t)snprintf(conflicts + n, 1024 - n, "%d,1\n", day);
    f.conflicts = conflicts;
    f.period = "StartDate,2020-01-01\nLength,41\n";
    f.locations = HEAD "A,r,X,0,0,conflict_zone,0,5000000\nB,r,X,0,1,camp,,900\nC,r,Y,0,2,camp,,100\n";
    f.b = "2020-01-01,30\n2020-01-11,750\n2020-02-10,1000\n";
    f.c = "2020-01-01,10\n2020-01-11,250\n2020-02-10,1000\n";
    f.total = "2020-01-01,40\n2020-01-11,1400\n2020-02-10,3000\n";
    return f;
}

static double of_baseline(const ho_flee_case *flee, ho_flee_baseline baseline, size_t day, size_t camp) {
    double made[41 * 2];
    assert_true(ho_flee_baseline_make(flee, baseline, made));
    return made[day * 2 + camp];
}

static void baselines_are_as_said(void **state) {
    char conflicts[1024];
    flee_files f = forty_days(conflicts);
    (void)state;
    flee_loaded l = flee_load_files(&f);
    /* on day 30: 916 and 750 (straight lines, cut), in all 1,666 */
    assert_double_close(of_baseline(l.flee, HO_FLEE_CAPACITY_SPLIT, 40, 0), 1800, 1e-9);
    assert_double_close(of_baseline(l.flee, HO_FLEE_EQUAL_SPLIT, 10, 1), 500, 1e-9);
    assert_double_close(of_baseline(l.flee, HO_FLEE_FROZEN, 40, 0), 2000 * 916 / 1666.0, 1e-9);
    assert_double_close(of_baseline(l.flee, HO_FLEE_FROZEN, 0, 0), 40 * 916 / 1666.0, 1e-9);
    assert_double_close(of_baseline(l.flee, HO_FLEE_PERSISTENCE, 29, 0), 30, 1e-9);
    assert_double_close(of_baseline(l.flee, HO_FLEE_PERSISTENCE, 40, 1), 750, 1e-9);
    assert_double_close(of_baseline(l.flee, HO_FLEE_LAGGED, 40, 1), 250, 1e-9);
    flee_unload(&l);
}

/* --- leak-free --- */

static flee_loaded load_leak_free(const flee_files *f, const double *parameter) {
    flee_loaded l = {0};
    flee_write(f, l.folder);
    const ho_flee_options options = {.folder = l.folder, .leak_free = true, .parameter = parameter};
    l.status = ho_flee_load(&options, &l.flee, &l.problems, &l.surprises, NULL);
    assert_int_equal(l.status, HO_OK);
    return l;
}

static void leak_free_forecasts_know_the_total_and_day_0_only(void **state) {
    char conflicts[1024];
    flee_files f = forty_days(conflicts);
    double made[41 * 2];
    int64_t total[41];
    (void)state;
    flee_loaded l = load_leak_free(&f, NULL);
    assert_int_equal(ho_flee_series(l.flee, 5), 720); /* 40 + half of 1,360 */
    assert_int_equal(ho_flee_known(l.flee, 9, 0), 30);
    assert_int_equal(ho_flee_known(l.flee, 30, 0), 750);
    assert_int_equal(ho_flee_data(l.flee, 30, 0), 916);
    assert_false(ho_flee_baseline_make(l.flee, HO_FLEE_CAPACITY_SPLIT, made));
    assert_double_close(of_baseline(l.flee, HO_FLEE_EQUAL_SPLIT, 40, 0), 1500, 1e-9);
    assert_double_close(of_baseline(l.flee, HO_FLEE_FROZEN, 40, 0), 3000 * 0.75, 1e-9);
    ho_flee_worker *worker = NULL;
    const ho_flee_record record = {.total = total};
    assert_int_equal(ho_flee_worker_build(l.flee, &worker, NULL), HO_OK);
    assert_int_equal(ho_flee_run(worker, 1, 0, &record, NULL), HO_OK);
    assert_int_equal(total[0], 40);
    assert_int_equal(total[10], 1400);
    assert_int_equal(total[40], 3000);
    ho_flee_worker_free(worker);
    flee_unload(&l);
}

static const double centre[HO_FLEE_N_PARAMETER] = {0.9, 0.3, 0.001, 1, 1, 0.25, 1, 10, 200, 1, 0.8, 0.1, 0.1, 0.3};

static ho_flee_forecast forecast_leak_free(const flee_files *f, size_t n_thread) {
    char folder[FLEE_PATH];
    double draws[2 * HO_FLEE_N_PARAMETER];
    const ho_flee_posterior posterior = {2, draws};
    const ho_flee_plan plan = {.seed = 4, .n_run = 30, .n_thread = n_thread};
    ho_flee_forecast forecast;
    flee_write(f, folder);
    memcpy(draws, centre, sizeof centre);
    memcpy(draws + HO_FLEE_N_PARAMETER, centre, sizeof centre);
    draws[HO_FLEE_N_PARAMETER + HO_FLEE_DISTANCE_POWER] = 2;
    const ho_flee_options options = {.folder = folder, .leak_free = true};
    assert_int_equal(ho_flee_forecast_run(&options, &posterior, &plan, &forecast, NULL), HO_OK);
    flee_remove(folder);
    return forecast;
}

static bool same_forecast(const ho_flee_forecast *a, const ho_flee_forecast *b) {
    return a->n_day == b->n_day && memcmp(a->camp, b->camp, a->n_member * a->n_day * a->n_camp * sizeof *a->camp) == 0;
}

static int64_t *law_leak_free(const flee_files *f) {
    flee_loaded l = load_leak_free(f, NULL);
    int64_t *people = flee_people(l.flee, 3);
    flee_unload(&l);
    return people;
}

/* Later counts, corrections by them and capacities: not a bit of the law's runs or of the improved mode's. The total series does. */
static void what_is_dated_later_changes_no_bit(void **state) {
    char conflicts[1024];
    flee_files f = forty_days(conflicts), later = f, corrected = f, roomy = f, other = f;
    (void)state;
    later.b = "2020-01-01,30\n2020-01-12,10\n2020-02-10,55555\n";
    corrected.corrections = "B,2020-01-11\n";
    roomy.locations = HEAD "A,r,X,0,0,conflict_zone,0,5000000\nB,r,X,0,1,camp,,90000\nC,r,Y,0,2,camp,,1\n";
    other.total = "2020-01-01,40\n2020-01-11,1400\n2020-02-10,3001\n";
    int64_t *law = law_leak_free(&f);
    ho_flee_forecast improved = forecast_leak_free(&f, 1);
    const flee_files *const unseen[] = {&later, &corrected, &roomy};
    for (size_t k = 0; k < N_OF(unseen); k++) {
        int64_t *again = law_leak_free(unseen[k]);
        ho_flee_forecast improved_again = forecast_leak_free(unseen[k], 1);
        assert_memory_equal(law, again, 41 * 3 * sizeof *law);
        assert_true(same_forecast(&improved, &improved_again));
        free(again);
        ho_flee_forecast_free(&improved_again);
    }
    int64_t *again = law_leak_free(&other);
    assert_memory_not_equal(law, again, 41 * 3 * sizeof *law);
    free(again);
    free(law);
    ho_flee_forecast_free(&improved);
}

/* --- the improved mode --- */

static void forecasts_do_not_depend_on_threads(void **state) {
    char conflicts[1024];
    flee_files f = forty_days(conflicts);
    (void)state;
    ho_flee_forecast one = forecast_leak_free(&f, 1), three = forecast_leak_free(&f, 3);
    assert_true(same_forecast(&one, &three));
    ho_flee_forecast_free(&one);
    ho_flee_forecast_free(&three);
}

static void without_parameters_the_law_is_flees(void **state) {
    static const double stock[HO_FLEE_N_PARAMETER] = {1, 0.3, 0.01, 1, 1, 0.25, 1, 10, 360, 1, 1, 0, 0.02, 0.05};
    flee_files f = flee_small;
    (void)state;
    f.settings = "move_rules:\n  camp_movechance: 0.01\n  conflict_weight: 0.25\n";
    flee_loaded l = flee_load_files(&f), with = {0};
    flee_write(&f, with.folder);
    const ho_flee_options options = {.folder = with.folder, .parameter = stock};
    assert_int_equal(ho_flee_load(&options, &with.flee, &with.problems, &with.surprises, NULL), HO_OK);
    int64_t *a = flee_people(l.flee, 7), *b = flee_people(with.flee, 7);
    assert_memory_equal(a, b, 3 * 3 * sizeof *a);
    free(a);
    free(b);
    flee_unload(&l);
    flee_unload(&with);
}

static void expected_shares_add_up_and_spread(void **state) {
    double parameter[HO_FLEE_N_PARAMETER], share[2];
    const int64_t sim[] = {300, 100}, nobody[] = {0, 0};
    (void)state;
    memcpy(parameter, centre, sizeof centre);
    parameter[HO_FLEE_ALIKE] = 0.2;
    flee_loaded l = flee_load_files(&flee_small);
    assert_double_close(ho_flee_expected(l.flee, parameter, 1, sim, share), 400, 1e-12);
    assert_double_close(share[0], 0.8 * 0.75 + 0.1, 1e-12);
    assert_double_close(share[1], 0.8 * 0.25 + 0.1, 1e-12);
    assert_double_close(ho_flee_expected(l.flee, parameter, 1, nobody, share), 0, 1e-12);
    assert_double_close(share[0], 0.5, 1e-12);
    flee_unload(&l);
    char conflicts[1024];
    flee_files f = forty_days(conflicts); /* capacities 900 and 100, of which 30 and 10 are taken on day 0 */
    l = flee_load_files(&f);
    ho_flee_expected(l.flee, parameter, 1, sim, share);
    assert_double_close(share[0], 0.8 * 0.75 + 0.2 * 0.9, 1e-12);
    flee_unload(&l);
    l = load_leak_free(&flee_small, NULL);
    assert_double_close(ho_flee_expected(l.flee, parameter, 1, sim, share), 400 * 0.8, 1e-12);
    flee_unload(&l);
}

/* --- files of draws --- */

#define NAMES                                                                                                                     \
    "conflict_movechance,default_movechance,camp_movechance,foreign_weight,camp_weight,conflict_weight,distance_power,softening,max_move_speed," \
    "awareness_level,counted,alike,share_error,sum_error\n"
#define DRAW "0.9,0.3,0.001,1,1,0.25,1,10,200,1.5,0.8,0.1,0.1,0.3\n"

static ho_status load_draws(const char *text, ho_flee_posterior *posterior, ho_problems *problems) {
    char folder[] = "/tmp/holdout-draws-XXXXXX", path[64];
    assert_non_null(mkdtemp(folder));
    flee_put(folder, "draws.csv", text);
    snprintf(path, sizeof path, "%s/draws.csv", folder);
    ho_status status = ho_flee_posterior_load(path, posterior, problems, NULL);
    flee_remove(folder);
    return status;
}

static void good_draws_are_read_in_any_order(void **state) {
    ho_flee_posterior posterior;
    ho_problems problems = {0};
    (void)state;
    assert_int_equal(load_draws("# made by hand\n" NAMES DRAW "# between\n" DRAW, &posterior, &problems), HO_OK);
    assert_int_equal(posterior.n, 2);
    assert_double_close(posterior.value[HO_FLEE_N_PARAMETER + HO_FLEE_SOFTENING], 10, 0);
    ho_flee_posterior_free(&posterior);
    assert_int_equal(load_draws("sum_error,conflict_movechance,default_movechance,camp_movechance,foreign_weight,camp_weight,conflict_weight,distance_power,"
                                "softening,max_move_speed,awareness_level,counted,alike,share_error\n0.3,0.9,0.3,0.001,1,1,0.25,1,10,200,1.5,0.8,0.1,0.1\n",
                                &posterior, &problems),
                     HO_OK);
    assert_double_close(posterior.value[HO_FLEE_SUM_ERROR], 0.3, 0);
    assert_double_close(posterior.value[HO_FLEE_CONFLICT_MOVECHANCE], 0.9, 0);
    ho_flee_posterior_free(&posterior);
}

static void each_bad_row_of_draws_is_one_line(void **state) {
    static const struct {
        const char *text, *says;
    } bad[] = {
        {NAMES "0.9,0.3\n", "draws.csv:2: has 2 fields; need 14 as in the header"},
        {NAMES DRAW "0.9,0.3,0.001,1,1,0.25,-1,10,200,1.5,0.8,0.1,0.1,0.3\n", "draws.csv:3: distance_power is -1; need 0.05 to 5"},
        {NAMES "0.9,0.3,0.001,1,1,0.25,near,10,200,1.5,0.8,0.1,0.1,0.3\n", "draws.csv:2: distance_power is \"near\"; need a number"},
        {NAMES "0.9,0.3,0.001,1,1,0.25,1,10,200,9,0.8,0.1,0.1,0.3\n", "draws.csv:2: awareness_level is 9; need 1 to 3.999"},
        {"speed," NAMES, "draws.csv:1: column 1 is \"speed\", which is no parameter"},
        {"alike," NAMES, "draws.csv:1: column 13 is \"alike\", which is there twice"},
        {"conflict_movechance,default_movechance\n1,1\n", "draws.csv:1: has no column camp_movechance"},
        {NAMES, "draws.csv: holds no draw"},
    };
    (void)state;
    for (size_t k = 0; k < N_OF(bad); k++) {
        ho_flee_posterior posterior;
        ho_problems problems = {0};
        assert_int_equal(load_draws(bad[k].text, &posterior, &problems), HO_ERR_INPUT);
        if (problems.n != 1 || !flee_says(&problems, bad[k].says))
            fail_msg("%zu lines, \"%s\"; want \"%s\"", problems.n, problems.line[0], bad[k].says);
        ho_flee_posterior_free(&posterior);
        ho_problems_free(&problems);
    }
    ho_flee_posterior posterior;
    ho_problems problems = {0};
    assert_int_equal(ho_flee_posterior_load("/nowhere/draws.csv", &posterior, &problems, NULL), HO_ERR_INPUT);
    assert_true(flee_says(&problems, "/nowhere/draws.csv: there is no such file"));
    ho_problems_free(&problems);
}

/* --- published numbers --- */

/* What naive forecasts get in LAW.md (3.2), on the cases where they are beside the checkout. */
static void baselines_get_what_was_published_of_them(void **state) {
    static const struct {
        const char *name;
        double capacity, frozen, equal;
    } published[] = {{"mali2012", 0.168, 0.376, 1.075}, {"burundi2015", 0.337, 0.342, 0.749}};
    (void)state;
    for (size_t k = 0; k < N_OF(published); k++) {
        char folder[FLEE_PATH];
        ho_flee_case *flee = NULL;
        ho_problems problems = {0}, surprises = {0};
        snprintf(folder, sizeof folder, "%s/../shared/flee/%s", HO_SOURCE_DIR, published[k].name);
        const ho_flee_options options = {.folder = folder};
        if (access(folder, F_OK) != 0) {
            print_message("%s is not there\n", folder);
            skip();
        }
        assert_int_equal(ho_flee_load(&options, &flee, &problems, &surprises, NULL), HO_OK);
        double *camp = calloc(ho_flee_n_day(flee) * ho_flee_n_camp(flee), sizeof *camp);
        assert_true(ho_flee_baseline_make(flee, HO_FLEE_CAPACITY_SPLIT, camp));
        assert_double_close(ho_flee_errors(flee, camp).n, published[k].capacity, 1e-3);
        assert_true(ho_flee_baseline_make(flee, HO_FLEE_FROZEN, camp));
        assert_double_close(ho_flee_errors(flee, camp).n, published[k].frozen, 1e-3);
        assert_true(ho_flee_baseline_make(flee, HO_FLEE_EQUAL_SPLIT, camp));
        assert_double_close(ho_flee_errors(flee, camp).n, published[k].equal, 1e-3);
        free(camp);
        ho_flee_free(flee);
        ho_problems_free(&problems);
        ho_problems_free(&surprises);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(n_and_r_are_as_worked_by_hand),
        cmocka_unit_test(medians_and_crps_are_of_members),
        cmocka_unit_test(a_course_adds_up_to_the_median_sum),
        cmocka_unit_test(a_ratio_of_forecasts_is_paired),
        cmocka_unit_test(baselines_are_as_said),
        cmocka_unit_test(leak_free_forecasts_know_the_total_and_day_0_only),
        cmocka_unit_test(what_is_dated_later_changes_no_bit),
        cmocka_unit_test(forecasts_do_not_depend_on_threads),
        cmocka_unit_test(without_parameters_the_law_is_flees),
        cmocka_unit_test(expected_shares_add_up_and_spread),
        cmocka_unit_test(good_draws_are_read_in_any_order),
        cmocka_unit_test(each_bad_row_of_draws_is_one_line),
        cmocka_unit_test(baselines_get_what_was_published_of_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
