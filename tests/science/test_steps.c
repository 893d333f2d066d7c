/* A shorter step changes nothing but the error: ensemble means with 2 and 4 steps a day agree with 1 step within 4 Monte-Carlo standard
 * errors. Parameters and the initial state of replicate k do not depend on the step, so differences can also be paired. */
#include "science/measures.h"

typedef struct look {
    const char *name;
    size_t value, day;
} look;

enum { N_RUN = 3 }; /* 1, 2 and 4 steps a day */

static void run_steps(const ho_scenario *scenario, const char *until, size_t n, ensemble e[N_RUN]) {
    for (int k = 0; k < N_RUN; k++) {
        ho_world_options options = ho_world_options_default();
        options.n_step_per_day = 1 << k;
        assert_true(ho_day_parse(until, &options.until));
        e[k] = measure(scenario, &options, 0, n);
    }
}

/* What a comparison allows: n_se standard errors, of independent ensembles or of paired differences, and a share of the mean. */
typedef struct tolerance {
    bool paired;
    double n_se, share;
} tolerance;

static void compare(const ensemble e[N_RUN], const look *looks, size_t n_look, tolerance allowed) {
    char text[4096] = "";
    for (size_t l = 0; l < n_look; l++)
        for (int k = 1; k < N_RUN; k++) {
            const look *here = &looks[l];
            estimate a = mean_at(&e[0], here->day, here->value), b = mean_at(&e[k], here->day, here->value);
            estimate d = paired_at(&e[0], &e[k], here->day, here->value);
            double se = allowed.paired ? d.se : sqrt(a.se * a.se + b.se * b.se);
            if (fabs(d.mean) > allowed.n_se * se + allowed.share * fabs(a.mean))
                snprintf(text + strlen(text), sizeof text - strlen(text),
                         "\n  %s on day %zu: %.4g with 1 step a day, %+.3g +- %.2g (%+.1f %%) with %d", here->name, here->day,
                         a.mean, d.mean, se, 100 * d.mean / a.mean, 1 << k);
        }
    if (*text)
        fail_msg("%s", text);
}

/* Twice on the same ensembles: the tolerance, and a sharper one. Paired differences see what independent ensembles of this size do
 * not; first-order errors of a day's step of up to a twentieth are let pass. */
static const tolerance INDEPENDENT = {false, 4, 0}, PAIRED = {true, 4, 0.05};

static const look LOOKS[] = {
    {"centres held", M_HELD, 20},    {"centres held", M_HELD, 50},  {"centres held", M_HELD, 80},  {"centres held", M_HELD, 119},
    {"killed", M_KILLED, 119},       {"killed others", M_KILLED_OTHERS, 119}, {"deserted", M_DESERTED, 119},
    {"lost by deal", M_NEGOTIATED, 119}, {"lost to assault", M_FOUGHT, 119}, {"abandoned", M_ABANDONED, 119},
    {"cut off", M_CUT_OFF, 50},      {"belief", M_BELIEF, 50},      {"morale", M_MORALE, 50},
};

static const look AFGHAN[] = {
    {"centres held", M_HELD, 30},     {"centres held", M_HELD, 60},      {"centres held", M_HELD, 97},
    {"centres held", M_HELD, 106},    {"centres held", M_HELD, 130},     {"capitals held", M_CAPITALS, 106},
    {"controlled", M_CONTROLLED, 97}, {"killed", M_KILLED, 130},         {"killed others", M_KILLED_OTHERS, 130},
    {"deserted", M_DESERTED, 130},    {"lost by deal", M_NEGOTIATED, 130}, {"lost to assault", M_FOUGHT, 130},
    {"abandoned", M_ABANDONED, 130},  {"cut off", M_CUT_OFF, 97},        {"capital fallen", M_FALLEN, 130},
    {"belief", M_BELIEF, 60},         {"morale", M_MORALE, 60},
};

static ensemble two[N_RUN], grid[N_RUN], afghan[N_RUN];

static int run_all(void **unused) {
    (void)unused;
    ho_scenario *scenario = scenario_load("tests/scenarios/two-bloc");
    run_steps(scenario, "2030-08-28", 1500, two);
    ho_scenario_free(scenario);
    small *country = small_lattice(10, 10);
    for (size_t i = 1; i < 100; i++)
        country->district[i] = (small_district){.soldiers = 60, .rebels = i % 10 > 6 && i / 10 > 6 ? 300 : 20};
    scenario = small_load(country);
    run_steps(scenario, "2030-08-28", 400, grid);
    ho_scenario_free(scenario);
    small_free(country);
    scenario = scenario_load("scenarios/afghanistan-2021");
    run_steps(scenario, "2021-09-08", 400, afghan);
    ho_scenario_free(scenario);
    return 0;
}

static int free_all(void **unused) {
    (void)unused;
    for (int k = 0; k < N_RUN; k++) {
        ensemble_free(&two[k]);
        ensemble_free(&grid[k]);
        ensemble_free(&afghan[k]);
    }
    return 0;
}

#define CASE(name, ensembles, looks, allowed)                                                                          \
    static void name(void **unused) {                                                                                  \
        (void)unused;                                                                                                  \
        compare(ensembles, looks, N_OF(looks), allowed);                                                               \
    }

CASE(two_blocs_agree_within_monte_carlo_error, two, LOOKS, INDEPENDENT)
CASE(a_lattice_agrees_within_monte_carlo_error, grid, LOOKS, INDEPENDENT)
CASE(afghanistan_agrees_within_monte_carlo_error, afghan, AFGHAN, INDEPENDENT)
CASE(two_blocs_agree_within_a_twentieth, two, LOOKS, PAIRED)
CASE(a_lattice_agrees_within_a_twentieth, grid, LOOKS, PAIRED)
CASE(afghanistan_agrees_within_a_twentieth, afghan, AFGHAN, PAIRED)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_blocs_agree_within_monte_carlo_error),
        cmocka_unit_test(a_lattice_agrees_within_monte_carlo_error),
        cmocka_unit_test(afghanistan_agrees_within_monte_carlo_error),
        cmocka_unit_test(two_blocs_agree_within_a_twentieth),
        cmocka_unit_test(a_lattice_agrees_within_a_twentieth),
        cmocka_unit_test(afghanistan_agrees_within_a_twentieth),
    };
    return cmocka_run_group_tests(tests, run_all, free_all);
}
