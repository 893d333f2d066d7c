/* The shipped defaults against the record: burst, plateau and collapse (T1, T2, T8). Values are read from the scenario's record.csv; shares are
 * compared, each count with its own denominator. These are checks of a model whose authors know the outcome, not forecasts. */
#include "science/measures.h"

enum { N = 1000, N_DATE = 7 };

static const char *const DATES[N_DATE] = {"2021-06-14", "2021-06-29", "2021-07-05", "2021-07-13",
                                          "2021-07-27", "2021-08-03", "2021-08-11"};

static ho_scenario *scenario;
static ensemble e;

static int run(void **unused) {
    (void)unused;
    ho_world_options options = ho_world_options_default();
    scenario = scenario_load("scenarios/afghanistan-2021");
    e = measure(scenario, &options, 0, N);
    return 0;
}

static int free_all(void **unused) {
    (void)unused;
    ensemble_free(&e);
    ho_scenario_free(scenario);
    return 0;
}

/* Districts of this scenario that the Long War Journal's count of a day amounts to; the row of 407 districts if there are several. */
static double counted(const char *date) {
    ho_day day = 0;
    assert_true(ho_day_parse(date, &day));
    for (size_t k = 0; k < scenario->n_record; k++) {
        const ho_record_row *row = &scenario->record[k];
        if (strcmp(row->observable, "districts_controlled.taliban") == 0 && row->date_start == day && row->date_end == day &&
            row->denominator == 407)
            return (row->value_low + row->value_high) / 2 / row->denominator * (double)scenario->n_district;
    }
    fail_msg("no count on %s", date);
    return 0;
}

static int compare(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static const double *sorted_at(const char *date, size_t value) {
    static double x[N];
    for (size_t r = 0; r < N; r++)
        x[r] = at(&e, r, day_of(scenario, date), value);
    qsort(x, N, sizeof *x, compare);
    return x;
}

/* Continuous ranked probability score of a sorted sample against y (Gneiting and Raftery 2007): mean |x - y| - half the mean |x - x'|. */
static double crps(const double *x, double y) {
    double near = 0, spread = 0;
    for (size_t k = 0; k < N; k++) {
        near += fabs(x[k] - y) / N;
        spread += x[k] * (2 * (double)k + 1 - N) / ((double)N * N);
    }
    return near - spread;
}

static void the_band_covers_six_of_seven_counts(void **unused) {
    (void)unused;
    size_t covered = 0;
    double width = 0;
    for (size_t k = 0; k < N_DATE; k++) {
        const double *x = sorted_at(DATES[k], M_CONTROLLED);
        double lo = x[N / 20], hi = x[N - 1 - N / 20], y = counted(DATES[k]);
        printf("%s: counted %.0f, median %.0f, 90 %% band %.0f to %.0f\n", DATES[k], y, x[N / 2], lo, hi);
        covered += y >= lo && y <= hi;
        width += (hi - lo) / N_DATE;
    }
    printf("covered %zu of %d, mean width %.0f\n", covered, N_DATE, width);
    assert_true(covered >= 6);
    assert_true(width <= 120);
}

/* Persistence: the count of 1 May. The straight line: through 1 May and 14 June, extrapolated; it knows the first date for nothing. */
static void it_beats_persistence_and_a_straight_line(void **unused) {
    (void)unused;
    double model = 0, persistence = 0, line = 0, first = counted("2021-05-01"), second = counted(DATES[0]);
    double per_day = (second - first) / (double)day_of(scenario, DATES[0]);
    for (size_t k = 0; k < N_DATE; k++) {
        double y = counted(DATES[k]), day = (double)day_of(scenario, DATES[k]);
        model += crps(sorted_at(DATES[k], M_CONTROLLED), y) / N_DATE;
        persistence += fabs(first - y) / N_DATE;
        line += fabs(first + per_day * day - y) / N_DATE;
    }
    printf("CRPS %.1f districts; persistence %.1f, straight line %.1f\n", model, persistence, line);
    assert_true(model < persistence);
    assert_true(model < line);
}

static void hardly_a_capital_falls_before_6_august(void **unused) {
    (void)unused;
    const double *held = sorted_at("2021-08-05", M_CAPITALS);
    double n_capital = 0;
    for (size_t i = 0; i < scenario->n_district; i++)
        n_capital += scenario->district[i].is_capital;
    printf("capitals lost before 6 August: median %.0f, 90 %% %.0f to %.0f\n", n_capital - held[N / 2],
           n_capital - held[N - 1 - N / 20], n_capital - held[N / 20]);
    assert_true(n_capital - held[N / 2] >= 0 && n_capital - held[N / 2] <= 2);
}

/* First day on which the national capital is lost, or n_day. */
static size_t day_of_fall(size_t r) {
    size_t day = 0;
    while (day < e.n_day && at(&e, r, day, M_FALLEN) == 0)
        day++;
    return day;
}

/* Around the fall of the national capital, 15 days before to 15 days after, at least half of all capitals are lost: in most replicates. */
static void capitals_fall_together(void **unused) {
    (void)unused;
    size_t n_fall = 0, n_together = 0, n_capital = 0;
    for (size_t i = 0; i < scenario->n_district; i++)
        n_capital += scenario->district[i].is_capital;
    for (size_t r = 0; r < N; r++) {
        size_t day = day_of_fall(r);
        if (day == e.n_day)
            continue;
        size_t before = day >= 16 ? day - 16 : 0, after = day + 15 < e.n_day ? day + 15 : e.n_day - 1;
        n_fall++;
        n_together += at(&e, r, before, M_CAPITALS) - at(&e, r, after, M_CAPITALS) >= 0.5 * (double)n_capital;
    }
    printf("the national capital falls in %zu of %d; half of the capitals within 15 days around it in %zu\n", n_fall, N, n_together);
    assert_true(n_fall > 0 && (double)n_together >= 0.5 * (double)n_fall);
}

static void the_holdout_stands_on_15_august(void **unused) {
    (void)unused;
    size_t day = day_of(scenario, "2021-08-15"), n_fallen = 0, n_stands = 0;
    for (size_t r = 0; r < N; r++) {
        bool fallen = at(&e, r, day, M_FALLEN) > 0;
        n_fallen += fallen;
        n_stands += fallen && at(&e, r, day, M_HOLDOUT) > 0;
    }
    printf("fallen by 15 August in %zu of %d; the holdout stands in %zu of them\n", n_fallen, N, n_stands);
    assert_true(n_fallen > 0 && (double)n_stands >= 0.8 * (double)n_fallen);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_band_covers_six_of_seven_counts),    cmocka_unit_test(it_beats_persistence_and_a_straight_line),
        cmocka_unit_test(hardly_a_capital_falls_before_6_august), cmocka_unit_test(capitals_fall_together),
        cmocka_unit_test(the_holdout_stands_on_15_august),
    };
    return cmocka_run_group_tests(tests, run, free_all);
}
