/* Each mechanism switched off alone, paired seeds: the output moves in the direction that the mechanism's own `off` says, by more than 3
 * standard errors, and no mechanism's absence leaves every replicate as it was. On the Afghan scenario, on the last day unless
 * said otherwise. */
#include "science/measures.h"

enum { N = 300, LAST = -1 };

typedef struct absence {
    const char *mechanism;
    struct {
        size_t value;
        int day, sign;
        const char *claim;
    } effect[3];
} absence;

static const absence ABSENCES[] = {
    {"calendar", {{M_LOST, 120, -1, "fewer districts fall"}, {M_BELIEF, 90, 1, "belief stays higher"}}},
    {"patrons", {{M_READINESS, LAST, 1, "readiness does not fall"}}},
    {"finance", {{M_CASH, LAST, -1, "nothing is earned"}}},
    {"payroll", {{M_PAY, 60, 1, "pay arrives in full"}, {M_LOST, 100, -1, "fewer districts fall"}}},
    {"air", {{M_LOST, 60, 1, "engaged garrisons fall sooner"}, {M_KILLED_OTHERS, 110, -1, "attackers are spared"}}},
    {"logistics", {{M_CUT_OFF, 60, -1, "every garrison counts as connected"}, {M_MORALE, 60, 1, "morale stays higher"}}},
    {"morale", {{M_DESERTED, 60, -1, "desertion no longer follows supply and losses"}}},
    {"desertion", {{M_ABANDONED, LAST, -1, "no centre is abandoned"}, {M_DESERTED, 60, -1, "nobody leaves"}}},
    {"mobilisation", {{M_RECRUITED, 90, -1, "nobody takes up arms"}}},
    {"claims", {{M_CLAIMED, 60, -1, "nobody claims"}, {M_LOST, 100, -1, "fewer districts fall"}}},
    {"perception", {{M_NEGOTIATED, LAST, -1, "no cascade of surrenders"}, {M_LOST, 120, -1, "the collapse is slower"}}},
    {"alignment", {{M_GONE_OVER, LAST, -1, "nobody goes over or flees"}, {M_FALLEN, 110, -1, "the state stands longer"}}},
    {"talks", {{M_TRUCES, 90, -1, "no ceasefires"}, {M_LOST, LAST, 1, "more districts fall"}}},
    {"resistance", {{M_RISEN, LAST, -1, "nobody raids"}}},
    {"strategy", {{M_FOUGHT, LAST, -1, "nobody attacks"}, {M_LOST, 60, -1, "fewer districts fall"}, {M_LOST, 100, -1, "nor later"}}},
    {"surrender", {{M_NEGOTIATED, LAST, -1, "no deals"}, {M_LOST, 100, -1, "the collapse is far slower"}}},
    {"assault", {{M_FOUGHT, LAST, -1, "nothing falls by force"}, {M_KILLED, LAST, -1, "nobody is killed"}, {M_LOST, 60, -1, "fewer fall"}}},
    {"takeover", {{M_LOST, LAST, -1, "nothing changes hands"}}},
    {"countryside", {{M_COUNTRY, 60, -1, "fewer contested districts turn"}}},
    {"rivals", {{M_BOMBINGS, LAST, -1, "no attacks on crowds"}, {M_CIVILIANS, 90, -1, "fewer civilians are killed"}}},
    {"civilians", {{M_CIVILIANS, LAST, -1, "nobody is counted"}, {M_DISPLACED, LAST, -1, "fewer leave without fear"}}},
    {"displacement", {{M_DISPLACED, LAST, -1, "nobody leaves"}}},
    {"governance", {{M_GRIP, LAST, 1, "holders are settled at once"}}},
};

static ho_scenario *scenario;
static ensemble base;
static ensemble without[N_OF(ABSENCES)];

static int run_all(void **unused) {
    (void)unused;
    ho_world_options options = ho_world_options_default();
    scenario = scenario_load("scenarios/afghanistan-2021");
    base = measure(scenario, &options, 0, N);
    for (size_t k = 0; k < N_OF(ABSENCES); k++)
        without[k] = measure(scenario, &options, UINT64_C(1) << ho_mechanism_find(ABSENCES[k].mechanism), N);
    return 0;
}

static int free_all(void **unused) {
    (void)unused;
    ensemble_free(&base);
    for (size_t k = 0; k < N_OF(ABSENCES); k++)
        ensemble_free(&without[k]);
    ho_scenario_free(scenario);
    return 0;
}

static void every_mechanism_is_listed_here(void **unused) {
    (void)unused;
    assert_int_equal(N_OF(ABSENCES), ho_mechanism_count());
    for (size_t k = 0; k < N_OF(ABSENCES); k++)
        assert_true(ho_mechanism_find(ABSENCES[k].mechanism) >= 0);
}

static void absence_moves_the_output_as_it_says(void **unused) {
    (void)unused;
    char text[4096] = "";
    for (size_t k = 0; k < N_OF(ABSENCES); k++)
        for (size_t j = 0; j < N_OF(ABSENCES[k].effect) && ABSENCES[k].effect[j].sign; j++) {
            int asked = ABSENCES[k].effect[j].day, sign = ABSENCES[k].effect[j].sign;
            size_t day = asked == LAST ? base.n_day - 1 : (size_t)asked, value = ABSENCES[k].effect[j].value;
            estimate was = mean_at(&base, day, value), d = paired_at(&base, &without[k], day, value);
            if (!(sign * d.mean > 3 * d.se))
                snprintf(text + strlen(text), sizeof text - strlen(text), "\n  without %s, %s: %.4g %+.3g +- %.2g on day %zu",
                         ABSENCES[k].mechanism, ABSENCES[k].effect[j].claim, was.mean, d.mean, d.se, day);
        }
    if (*text)
        fail_msg("%s", text);
}

static void no_absence_leaves_all_as_it_was(void **unused) {
    (void)unused;
    char text[256] = "";
    for (size_t k = 0; k < N_OF(ABSENCES); k++) {
        size_t n = 0;
        for (size_t r = 0; r < N; r++)
            n += base.change_hash[r] != without[k].change_hash[r];
        if (n == 0)
            snprintf(text + strlen(text), sizeof text - strlen(text), " %s", ABSENCES[k].mechanism);
    }
    if (*text)
        fail_msg("no change log moves without:%s", text);
}

/* What must be exactly so: without the mechanism the value is 0 in every replicate. */
static void assert_none(const char *mechanism, size_t value) {
    double sum = 0;
    for (size_t k = 0; k < N_OF(ABSENCES); k++)
        for (size_t r = 0; r < N && strcmp(ABSENCES[k].mechanism, mechanism) == 0; r++)
            sum += at(&without[k], r, base.n_day - 1, value) / N;
    if (sum != 0)
        fail_msg("%g a replicate without %s", sum, mechanism);
}

static void without_takeover_nothing_changes_hands(void **unused) {
    (void)unused;
    assert_none("takeover", M_LOST);
}

static void without_surrender_there_are_no_deals(void **unused) {
    (void)unused;
    assert_none("surrender", M_NEGOTIATED);
}

static void without_desertion_nobody_abandons(void **unused) {
    (void)unused;
    assert_none("desertion", M_ABANDONED);
}

static void without_assault_nothing_falls_by_force(void **unused) {
    (void)unused;
    assert_none("assault", M_FOUGHT);
}

static void without_strategy_nobody_attacks(void **unused) {
    (void)unused;
    assert_none("strategy", M_FOUGHT);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_mechanism_is_listed_here),
        cmocka_unit_test(absence_moves_the_output_as_it_says),
        cmocka_unit_test(no_absence_leaves_all_as_it_was),
        cmocka_unit_test(without_takeover_nothing_changes_hands),
        cmocka_unit_test(without_surrender_there_are_no_deals),
        cmocka_unit_test(without_desertion_nobody_abandons),
        cmocka_unit_test(without_assault_nothing_falls_by_force),
        cmocka_unit_test(without_strategy_nobody_attacks),
    };
    return cmocka_run_group_tests(tests, run_all, free_all);
}
