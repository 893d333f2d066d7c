/* Structure, on reduced data: worlds that are what-if overlays of the first scenario, in which the pattern of another war should come
 * out. No date is scored. Inputs are those known on the first day, so that every prior is the one held before the events, unless a test
 * says otherwise. */
#include <unistd.h>

#include "science/measures.h"

enum { N = 400, N_TUNED = 100, N_SWAPPED = 200, N_CENTRE = 399 };

#define SOURCE "known_on: 2021-04-30, source: assumed}\n"

static const char FIRST_DAY[] = "2021-05-01";

/* Foreign soldiers are gone on the first day, and nothing about their going is news any more. */
static const char GONE[] =
    "calendar:\n"
    "  - {id: withdrawal-start, kind: withdrawal, date: 2021-05-01, value: 1.0, bloc: republic, " SOURCE
    "  - {id: withdrawal-0511, remove: true}\n  - {id: withdrawal-0518, remove: true}\n  - {id: withdrawal-0525, remove: true}\n"
    "  - {id: withdrawal-0601, remove: true}\n  - {id: withdrawal-0706, remove: true}\n  - {id: withdrawal-0721, remove: true}\n"
    "  - {id: withdrawal-end, remove: true}\n  - {id: end, remove: true}\n  - {id: bagram, remove: true}\n"
    "  - {id: mission-ends, remove: true}\n  - {id: evacuation, remove: true}\n  - {id: forecast-war, remove: true}\n"
    "  - {id: contractors-july, remove: true}\n  - {id: contractors-end, remove: true}\n";

static const char HELP_STAYS[] =
    "patrons:\n  - id: usa\n    air_on_call_chance: 0\n    flows:\n"
    "      - {to: government, kind: sorties, value: 15, from: 2021-05-01, until: 2022-05-31, " SOURCE;

/* Cash ends after the first day, so that its end is news; the contractors' entry is written anew: gone from the first day, beside the
 * flow of maintenance that is. */
static const char HELP_ENDS[] =
    "  - {id: contractors-start, kind: contractors, date: 2021-05-01, value: 0, bloc: republic, " SOURCE
    "patrons:\n  - id: usa\n    air_on_call_chance: 0\n    flows:\n"
    "      - {to: government, kind: cash, value: 9600000, from: 2021-05-01, until: 2021-05-01, " SOURCE
    "      - {to: government, kind: maintenance, remove: true}\n"
    "      - {to: government, kind: sorties, remove: true}\n"
    "  - id: nato\n    flows:\n      - {to: government, kind: cash, value: 1500000, from: 2021-05-01, until: 2021-05-01, " SOURCE
    "  - id: donors\n    flows:\n      - {to: government, kind: cash, value: 4000000, from: 2021-05-01, until: 2021-05-01, " SOURCE
    "  - id: india\n    flows:\n      - {to: government, kind: cash, value: 200000, from: 2021-05-01, until: 2021-05-01, " SOURCE;

static ho_scenario *with_overlay(const char *first, const char *second) {
    char path[] = "/tmp/holdout-structure-XXXXXX.yml";
    int fd = mkstemps(path, 4);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "w");
    assert_non_null(file);
    fprintf(file, "format: 1\ntitle: Another\nwhy: test\n%s%s", first, second);
    assert_int_equal(fclose(file), 0);
    const char *const name[] = {path};
    const ho_scenario_options options = {.n_overlay = 1, .overlay = name};
    ho_scenario *scenario = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    if (ho_scenario_load_with(HO_SOURCE_DIR "/scenarios/afghanistan-2021", &options, &scenario, &problems, &err))
        fail_msg("%s; %s", err.text, problems.n ? problems.line[0] : "");
    unlink(path);
    ho_problems_free(&problems);
    return scenario;
}


static ensemble run_from(ho_scenario *scenario, const char *until, bool on_first_day, size_t n) {
    ho_world_options options = ho_world_options_default();
    assert_true(ho_day_parse(until, &options.until));
    if (on_first_day)
        assert_true(ho_day_parse(FIRST_DAY, &options.known_by));
    ensemble e = measure(scenario, &options, 0, n);
    ho_scenario_free(scenario);
    return e;
}

/* National capitals on the last day with the patron's help and without it. */
typedef struct helped {
    ensemble with, without;
} helped;

static helped help_and_none(const char *parameters, bool on_first_day, size_t n) {
    char stays[4096], ends[4096];
    snprintf(stays, sizeof stays, "%s%s", HELP_STAYS, parameters);
    snprintf(ends, sizeof ends, "%s%s", HELP_ENDS, parameters);
    return (helped){run_from(with_overlay(GONE, stays), "2021-09-30", on_first_day, n),
                    run_from(with_overlay(GONE, ends), "2021-09-30", on_first_day, n)};
}

static void assert_saves(const char *what, const helped *h) {
    assert_more(what, paired_at(&h->with, &h->without, h->with.n_day - 1, M_FALLEN), 3);
}

static void helped_free(helped *h) {
    ensemble_free(&h->with);
    ensemble_free(&h->without);
}

/* As in 1989 to 1991, and in 1992: the soldiers leave and cash, spares and aircraft do not, or they end too. Most states then fall without
 * help. That most hold with it does not follow from these priors (52 % of 400 do) and is not tested. */
static void cash_spares_and_sorties_hold_a_capital_after_the_troops_leave(void **unused) {
    (void)unused;
    helped h = help_and_none("", true, N);
    assert_saves("share of replicates saved, priors of the first day", &h);
    estimate falls = mean_at(&h.without, h.without.n_day - 1, M_FALLEN);
    assert_more("share that falls without help, beyond a half", (estimate){falls.mean - 0.5, falls.se}, 3);
    helped_free(&h);
}

/* The same with the priors that were tuned to 2021, but with no day named on which capitals are attacked. */
static void so_they_do_with_the_tuned_priors(void **unused) {
    (void)unused;
    static const char no_day[] = "parameters:\n  restraint_day: {remove: true}\n";
    helped h = help_and_none(no_day, false, N_TUNED);
    assert_saves("share of replicates saved, tuned priors", &h);
    helped_free(&h);
}

/* ---- sides swapped, as in the autumn of 2001: the insurgents hold nearly all, the state attacks ---- */

enum { SWAPPED_DAYS = 60 };

static const char SWAPPED_FORCES[] =
    "initial_totals:\n"
    "  - {bloc: taliban, quantity: centres, value: 360, denominator: 400, sd: 4, date: 2021-04-13, " SOURCE
    "  - {bloc: taliban, quantity: controlled, value: 370, denominator: 400, sd: 4, date: 2021-04-13, " SOURCE
    "  - {bloc: taliban, quantity: contested, value: 20, denominator: 400, sd: 4, date: 2021-04-13, " SOURCE
    "factions:\n  - {id: taliban, strength: {point: 45000}}\n"
    "parameters:\n  effort_retake: {prior: {point: 6}, source: assumed}\n  effort: {prior: {point: 0.5}, source: assumed}\n";

/* Nobody leaves: a patron who flies for an attack is not one who goes. */
static const char SWAPPED_CALENDAR[] =
    "calendar:\n"
    "  - {id: withdrawal-start, remove: true}\n  - {id: withdrawal-0511, remove: true}\n  - {id: withdrawal-0518, remove: true}\n"
    "  - {id: withdrawal-0525, remove: true}\n  - {id: withdrawal-0601, remove: true}\n  - {id: withdrawal-0706, remove: true}\n"
    "  - {id: withdrawal-0721, remove: true}\n  - {id: withdrawal-end, remove: true}\n  - {id: end, remove: true}\n"
    "  - {id: bagram, remove: true}\n  - {id: mission-ends, remove: true}\n  - {id: evacuation, remove: true}\n"
    "  - {id: forecast-war, remove: true}\n  - {id: contractors-july, remove: true}\n  - {id: contractors-end, remove: true}\n";

/* Attackers come in parties of a company and not of a battalion, so that what flies for them has to make up for numbers. */
static const char LIGHT[] = "  reserve_party: {prior: {point: 50}, source: assumed}\n";

/* reserve: times the state's own; sorties: of the patron, a day; light: small parties. */
static ensemble swapped(double reserve, int sorties, bool light) {
    char flow[512], first[4096];
    snprintf(first, sizeof first, "%s%s%s", SWAPPED_FORCES, light ? LIGHT : "", SWAPPED_CALENDAR);
    snprintf(flow, sizeof flow,
             "patrons:\n  - id: usa\n    air_on_call_chance: 0\n    flows:\n"
             "      - {to: government, kind: sorties, value: %d, from: 2021-05-01, until: 2022-05-31, " SOURCE, sorties);
    ho_scenario *s = with_overlay(first, flow);
    for (size_t k = 0; k < s->n_garrison; k++)
        if (s->kind[s->garrison[k].kind].reserve)
            s->garrison[k].paper = (int64_t)((double)s->garrison[k].paper * reserve);
    return run_from(s, "2021-06-30", true, N_SWAPPED);
}

/* Whether most of the centres that home did not hold on day 0 are its own on day SWAPPED_DAYS, by replicate. */
static void most_changed_hands(const ensemble *e, double *most) {
    for (size_t r = 0; r < N_SWAPPED; r++) {
        double before = at(e, r, 0, M_HELD), others = N_CENTRE - before;
        most[r] = at(e, r, SWAPPED_DAYS, M_HELD) - before > 0.5 * others;
    }
}

/* A reserve ten times the state's own stands for an army of the whole country. */
static void the_cascade_runs_the_other_way_for_a_large_reserve(void **unused) {
    (void)unused;
    static double large[N_SWAPPED], own[N_SWAPPED], gain[N_SWAPPED];
    ensemble with = swapped(10, 200, false), less = swapped(1, 200, false), no_air = swapped(10, 0, false);
    most_changed_hands(&with, large);
    most_changed_hands(&less, own);
    for (size_t r = 0; r < N_SWAPPED; r++)
        gain[r] = large[r] - own[r];
    estimate most = estimate_of(large, N_SWAPPED);
    assert_more("share of replicates beyond a half", (estimate){most.mean - 0.5, most.se}, 3);
    assert_more("share of replicates the reserve turns", estimate_of(gain, N_SWAPPED), 3);
    estimate hurt = paired_at(&with, &no_air, SWAPPED_DAYS, M_HELD);
    assert_not_more("centres lost by 200 sorties a day", hurt, 3);
    ensemble_free(&with);
    ensemble_free(&less);
    ensemble_free(&no_air);
}

/* With its own reserve and small parties the state turns the cascade the more often for 200 sorties a day, as in 2001. In about half of
 * the replicates it does; that it does in most is not tested. */
static void sorties_turn_the_cascade_for_small_parties(void **unused) {
    (void)unused;
    static double with[N_SWAPPED], without[N_SWAPPED], gain[N_SWAPPED];
    ensemble air = swapped(1, 200, true), no_air = swapped(1, 0, true);
    most_changed_hands(&air, with);
    most_changed_hands(&no_air, without);
    for (size_t r = 0; r < N_SWAPPED; r++)
        gain[r] = with[r] - without[r];
    assert_more("share of replicates that 200 sorties a day turn", estimate_of(gain, N_SWAPPED), 3);
    assert_more("centres gained by them", paired_at(&no_air, &air, SWAPPED_DAYS, M_HELD), 3);
    ensemble_free(&air);
    ensemble_free(&no_air);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cash_spares_and_sorties_hold_a_capital_after_the_troops_leave),
        cmocka_unit_test(so_they_do_with_the_tuned_priors),
        cmocka_unit_test(the_cascade_runs_the_other_way_for_a_large_reserve),
        cmocka_unit_test(sorties_turn_the_cascade_for_small_parties),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
