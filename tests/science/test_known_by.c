/* Hindsight (additions C1): a run that knows what was known by D does not change by one bit when any later-dated input is moved or changed,
 * and does when an earlier one is. The input is dated later (or earlier) by the test, so that every kind is planted. */
#include "science/measures.h"

enum { N = 40 };

typedef struct plant {
    const char *kind;
    ho_day *(*known_on)(ho_scenario *scenario); /* of the row that is planted */
    void (*change)(ho_scenario *scenario);
} plant;

static ho_calendar_row *entry_of(ho_scenario *s, const char *id) {
    for (size_t k = 0; k < s->n_calendar; k++)
        if (strcmp(s->calendar[k].id, id) == 0)
            return &s->calendar[k];
    fail_msg("no entry %s", id);
    return NULL;
}

#define ENTRY(name, id, changes)                                                                                       \
    static ho_day *name##_known(ho_scenario *s) { return &entry_of(s, id)->known_on; }                                 \
    static void name##_change(ho_scenario *s) {                                                                        \
        ho_calendar_row *row = entry_of(s, id);                                                                        \
        changes;                                                                                                       \
    }

#define ROW(name, row_, changes)                                                                                       \
    static ho_day *name##_known(ho_scenario *s) { return &(row_)->known_on; }                                          \
    static void name##_change(ho_scenario *s) { changes; }

ENTRY(withdrawal, "gone-half", (row->value = 0.1, row->date += 20))
ENTRY(contractors, "fitters-1", (row->value = 0.9, row->date -= 30))
ENTRY(announcement, "speech", (row->value = 4, row->date -= 10))
ENTRY(end_announced, "last-day", (row->date -= 90))
ENTRY(lull, "feast", (row->value = 0, row->until += 30))
ENTRY(reshuffle, "new-marshal", (row->value = 5, row->date -= 20))
ROW(cash, &s->flow[0], (s->flow[0].until = s->from + 20))
ROW(sorties, &s->flow[2], (s->flow[2].value = 40))
ROW(maintenance, &s->flow[1], (s->flow[1].value = 0))
ROW(season, &s->season[0], for (int m = 0; m < 12; m++) s->season[0].factor[m] = m < 6 ? 0.01 : 1)
ROW(pass, &s->pass[0], for (int m = 0; m < 12; m++) s->pass[0].closed[m] = true)
ROW(crossing, &s->crossing[1], (s->crossing[1].district = 0))
ROW(total, &s->total[2], (s->total[2].value = 7))
ROW(share, &s->share[0], (s->share[0].share = 0.01))
ROW(garrison_size, &s->garrison[7], (s->garrison[7].paper *= 5))
ROW(garrison_place, &s->garrison[7], (s->garrison[7].district = 0))
ROW(arrival, &s->faction[2], (s->faction[2].arrival -= 25))

#define PLANT(name) {#name, name##_known, name##_change}
static const plant PLANTS[] = {
    PLANT(withdrawal), PLANT(contractors), PLANT(announcement),  PLANT(end_announced),  PLANT(lull),    PLANT(reshuffle),
    PLANT(cash),       PLANT(sorties),     PLANT(maintenance),   PLANT(season),         PLANT(pass),    PLANT(crossing),
    PLANT(total),      PLANT(share),       PLANT(garrison_size), PLANT(garrison_place), PLANT(arrival),
};

static ensemble known_by(const ho_scenario *scenario, const char *day) {
    ho_world_options options = ho_world_options_default();
    assert_true(ho_day_parse(day, &options.known_by));
    return measure(scenario, &options, 0, N);
}

/* Replicates whose change log or measures differ when the row, dated `known_on`, is changed. */
static size_t n_different(const plant *input, const char *known_on) {
    ensemble e[2];
    size_t n = 0;
    for (int k = 0; k < 2; k++) {
        ho_scenario *scenario = scenario_load("tests/scenarios/two-bloc");
        assert_true(ho_day_parse(known_on, input->known_on(scenario)));
        if (k == 1)
            input->change(scenario);
        e[k] = known_by(scenario, "2030-06-05");
        ho_scenario_free(scenario);
    }
    for (size_t r = 0; r < N; r++)
        n += e[0].log_hash[r] != e[1].log_hash[r];
    ensemble_free(&e[0]);
    ensemble_free(&e[1]);
    return n;
}

static void later_inputs_change_no_bit(void **unused) {
    (void)unused;
    for (size_t k = 0; k < N_OF(PLANTS); k++) {
        size_t n = n_different(&PLANTS[k], "2030-06-06");
        if (n)
            fail_msg("%s known a day later changes %zu of %d replicates", PLANTS[k].kind, n, N);
    }
}

static void earlier_inputs_matter(void **unused) {
    (void)unused;
    char text[512] = "";
    for (size_t k = 0; k < N_OF(PLANTS); k++)
        if (n_different(&PLANTS[k], "2030-06-05") == 0)
            snprintf(text + strlen(text), sizeof text - strlen(text), " %s", PLANTS[k].kind);
    if (*text)
        fail_msg("known in time, but changes nothing:%s", text);
}

static ho_scenario *with_parameter(const char *known_on, double before, double after) {
    ho_scenario *scenario = scenario_load("tests/scenarios/two-bloc");
    scenario->parameter = calloc(1, sizeof *scenario->parameter);
    scenario->n_parameter = 1;
    *scenario->parameter = (ho_parameter_row){.name = strdup("effort"),
                                              .source = strdup("test"),
                                              .prior = {HO_PRIOR_LOGNORMAL, after, 0.2, -INFINITY, INFINITY},
                                              .has_before = true,
                                              .prior_before = {HO_PRIOR_LOGNORMAL, before, 0.4, -INFINITY, INFINITY},
                                              .line = 1};
    assert_true(ho_day_parse(known_on, &scenario->parameter->known_on));
    return scenario;
}

static size_t n_different_with_parameter(const char *known_on, double before, double after) {
    ho_scenario *a = with_parameter(known_on, 2, 3), *b = with_parameter(known_on, before, after);
    ensemble x = known_by(a, "2030-06-05"), y = known_by(b, "2030-06-05");
    size_t n = 0;
    for (size_t r = 0; r < N; r++)
        n += x.log_hash[r] != y.log_hash[r];
    ensemble_free(&x);
    ensemble_free(&y);
    ho_scenario_free(a);
    ho_scenario_free(b);
    return n;
}

static void a_later_prior_gives_way_to_prior_before(void **unused) {
    (void)unused;
    assert_int_equal(n_different_with_parameter("2030-06-06", 2, 9), 0);
    assert_true(n_different_with_parameter("2030-06-06", 6, 3) > 0);
    assert_true(n_different_with_parameter("2030-06-05", 2, 9) > 0);
    assert_int_equal(n_different_with_parameter("2030-06-05", 6, 3), 0);
}

static ho_world *world_known_by(const ho_scenario *scenario, const char *day) {
    ho_world_options options = ho_world_options_default();
    assert_true(ho_day_parse(day, &options.known_by));
    return world_from(scenario, &options);
}

/* "gone-all" was announced for 11 September on 14 April and for 31 July on 20 June. */
static void the_latest_known_version_holds(void **unused) {
    (void)unused;
    ho_scenario *scenario = scenario_load("tests/scenarios/two-bloc");
    ho_world *early = world_known_by(scenario, "2030-06-19"), *late = world_known_by(scenario, "2030-06-20");
    size_t day = day_of(scenario, "2030-07-31") * early->n_bloc;
    assert_true(fabs(early->foreign_share[day] - (1 - (0.6 + 0.4 * 46 / 88))) < 1e-12); /* between 15 June and 11 September */
    assert_true(fabs(late->foreign_share[day]) < 1e-12);
    assert_int_equal(early->end_announced_day[0], (int)day_of(scenario, "2030-09-11"));
    assert_int_equal(late->end_announced_day[0], (int)day_of(scenario, "2030-07-31"));
    ho_world_free(early);
    ho_world_free(late);
    ho_scenario_free(scenario);
}

static void what_was_dropped_is_listed(void **unused) {
    (void)unused;
    ho_scenario *scenario = scenario_load("tests/scenarios/two-bloc");
    ho_world *early = world_known_by(scenario, "2030-06-05"), *all = world_with(scenario, 1, NULL);
    assert_true(ho_world_n_replaced(early) >= 6); /* five later versions or entries, a flow, an arrival */
    assert_int_equal(ho_world_n_replaced(all), 0);
    ho_world_free(early);
    ho_world_free(all);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(later_inputs_change_no_bit),
        cmocka_unit_test(earlier_inputs_matter),
        cmocka_unit_test(a_later_prior_gives_way_to_prior_before),
        cmocka_unit_test(the_latest_known_version_holds),
        cmocka_unit_test(what_was_dropped_is_listed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
