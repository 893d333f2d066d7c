/* Dose and response (T9): more sorties, maintenance or stocks, fewer arrears or ghosts never raise the mean number of districts lost by the
 * day before the capital fell, paired by replicate: the difference is at most 3 standard errors above 0. A dose that no replicate feels
 * is a failure too. */
#include "science/measures.h"

enum { N = 200 };

typedef struct dose {
    const char *name;
    void (*give)(ho_scenario *scenario); /* to the bloc that holds the capital */
} dose;

static void scale_flows(ho_scenario *s, ho_flow_kind kind, double factor) {
    for (size_t k = 0; k < s->n_flow; k++)
        if (s->flow[k].kind == kind && s->faction[s->flow[k].faction].bloc == 0)
            s->flow[k].value *= factor;
}

static void more_sorties(ho_scenario *s) { scale_flows(s, HO_FLOW_SORTIES, 10); }

static void more_aircraft(ho_scenario *s) {
    for (size_t f = 0; f < s->n_faction; f++)
        s->faction[f].aircraft *= 2;
}

static void contractors_stay(ho_scenario *s) {
    for (size_t k = 0; k < s->n_calendar; k++)
        if (s->calendar[k].kind == HO_CAL_CONTRACTORS)
            s->calendar[k].value = 1;
}

static void forces_stay(ho_scenario *s) {
    for (size_t k = 0; k < s->n_calendar; k++)
        if (s->calendar[k].kind == HO_CAL_WITHDRAWAL)
            s->calendar[k].value = 0;
}

/* All but one in a thousand. */
static void forces_nearly_stay(ho_scenario *s) {
    for (size_t k = 0; k < s->n_calendar; k++)
        if (s->calendar[k].kind == HO_CAL_WITHDRAWAL)
            s->calendar[k].value = 0.001;
}

static void soldiers_are_paid(ho_scenario *s) {
    for (size_t k = 0; k < s->n_kind; k++)
        s->kind[k].arrears_days = (ho_prior){HO_PRIOR_POINT, 0, 0, -INFINITY, INFINITY};
}

static void pay_stops(ho_scenario *s) {
    for (size_t k = 0; k < s->n_flow; k++)
        if (s->flow[k].kind == HO_FLOW_CASH && s->faction[s->flow[k].faction].bloc == 0)
            s->flow[k].until = s->from + 10;
}

static void fewer_ghosts(ho_scenario *s) {
    for (size_t k = 0; k < s->n_kind; k++)
        if (s->kind[k].ghost.family == HO_PRIOR_BETA)
            s->kind[k].ghost.b *= 3;
}

static ensemble dosed(void (*give)(ho_scenario *)) {
    ho_scenario *scenario = scenario_load("scenarios/afghanistan-2021");
    ho_world_options options = ho_world_options_default();
    if (give)
        give(scenario);
    ensemble e = measure(scenario, &options, 0, N);
    ho_scenario_free(scenario);
    return e;
}

static ensemble base;

static int run_base(void **unused) {
    (void)unused;
    base = dosed(NULL);
    return 0;
}

static int free_base(void **unused) {
    (void)unused;
    ensemble_free(&base);
    return 0;
}

enum { DAY = 100 }; /* 9 August */

static void doses_do_not_hurt(void **unused) {
    (void)unused;
    static const dose doses[] = {
        {"ten times the patrons' sorties", more_sorties}, {"twice the aircraft", more_aircraft},
        {"maintainers stay", contractors_stay},           {"foreign forces stay", forces_stay},
        {"nobody is owed pay", soldiers_are_paid},        {"a third of the ghosts", fewer_ghosts},
    };
    char text[1024] = "";
    for (size_t k = 0; k < N_OF(doses); k++) {
        ensemble e = dosed(doses[k].give);
        estimate d = paired_at(&base, &e, DAY, M_LOST);
        size_t n = 0;
        for (size_t r = 0; r < N; r++)
            n += e.log_hash[r] != base.log_hash[r];
        if (!(d.mean <= 3 * d.se) || n == 0)
            snprintf(text + strlen(text), sizeof text - strlen(text), "\n  %s: %+.3g +- %.2g districts lost, %zu replicates differ",
                     doses[k].name, d.mean, d.se, n);
        ensemble_free(&e);
    }
    if (*text)
        fail_msg("%s", text);
}

static void unpaid_soldiers_do_not_help(void **unused) {
    (void)unused;
    ensemble e = dosed(pay_stops);
    estimate d = paired_at(&base, &e, DAY, M_LOST);
    assert_not_more("districts saved by stopping pay", (estimate){-d.mean, d.se}, 3);
    ensemble_free(&e);
}

/* Foreign forces that stay, to the last man, must be felt: nothing else is argued about as much. */
static void troops_that_stay_save_districts(void **unused) {
    (void)unused;
    ensemble e = dosed(forces_stay);
    estimate d = paired_at(&base, &e, DAY, M_LOST);
    assert_more("districts saved by foreign forces that stay", (estimate){-d.mean, d.se}, 3);
    ensemble_free(&e);
}

/* A man more or less makes no difference to speak of. */
static void the_last_man_does_not_matter(void **unused) {
    (void)unused;
    ensemble all = dosed(forces_stay), nearly = dosed(forces_nearly_stay);
    estimate d = paired_at(&nearly, &all, DAY, M_LOST);
    assert_near("districts lost", d.mean, 0, d.se + 0.5, 3);
    ensemble_free(&all);
    ensemble_free(&nearly);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(doses_do_not_hurt),
        cmocka_unit_test(unpaid_soldiers_do_not_help),
        cmocka_unit_test(troops_that_stay_save_districts),
        cmocka_unit_test(the_last_man_does_not_matter),
    };
    return cmocka_run_group_tests(tests, run_base, free_base);
}
