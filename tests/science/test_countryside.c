/* The country around the centres: rows sum to 1, and day 0 is stationary by construction (additions C14): v0 is such that without takeovers
 * and with strengths as they are the shares stay, else the map's counts would drift by themselves. */
#include "science/ensemble.h"

enum { N_DAY = 60 };

static double sum_at(const ho_world *world, const ho_state *state, size_t i) {
    double sum = 0;
    for (size_t b = 0; b < world->n_bloc; b++)
        sum += state->countryside[b * world->n_district + i];
    return sum;
}

/* Largest change of a share in N_DAY days in which only the countryside acts. */
static double drift(const ho_world *world, ho_state *state) {
    const char *const on[] = {"countryside", NULL};
    const size_t n = world->n_district * world->n_bloc;
    const ho_streams streams = {12, 0};
    double *before = calloc(n, sizeof *before), most = 0;
    memcpy(before, state->countryside, n * sizeof *before);
    run_days(world, state, &streams, all_but(on), N_DAY);
    for (size_t i = 0; i < world->n_district; i++)
        assert_near("sum of shares", sum_at(world, state, i), 1, 1e-9, 1);
    for (size_t k = 0; k < n; k++)
        most = fmax(most, fabs(state->countryside[k] - before[k]));
    free(before);
    return most;
}

static const char TOTALS[] =
    "initial_totals:\n"
    "  - {bloc: reeds, quantity: centres, value: 0, denominator: 100, sd: 0, date: 2030-05-01, known_on: 2030-04-30, source: test}\n"
    "  - {bloc: reeds, quantity: controlled, value: 10, denominator: 100, sd: 0, date: 2030-05-01, known_on: 2030-04-30, source: test}\n"
    "  - {bloc: reeds, quantity: contested, value: 60, denominator: 100, sd: 0, date: 2030-05-01, known_on: 2030-04-30, source: test}\n";

static void day_0_is_stationary_at_rates(const char *kappa, const char *eta) {
    const char *const set[] = {kappa, eta, "countryside_force=0.5", "freed_share=0", NULL};
    small *country = small_lattice(10, 10);
    for (size_t i = 1; i < 100; i++)
        country->district[i] = (small_district){.soldiers = 50 + (int32_t)(i * 37 % 300), .rebels = 20 + (int32_t)(i * 53 % 200)};
    country->sections = TOTALS;
    ho_scenario *scenario = small_load(country);
    ho_world *world = world_with(scenario, 1, set);
    for (uint32_t r = 0; r < 20; r++) {
        const ho_streams streams = {13, r};
        ho_state *state = state_of(world);
        ho_state_start(world, state, &streams);
        double most = drift(world, state);
        if (!(most < 1e-9))
            fail_msg("%s, %s, replicate %u: a share moved by %.4f in %d days in which nothing happened", kappa, eta, r, most,
                     N_DAY);
        ho_state_free(state);
    }
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

static void day_0_is_stationary_without_mixing(void **unused) {
    (void)unused;
    day_0_is_stationary_at_rates("countryside_rate=0.025", "countryside_spread=0");
}

static void day_0_is_stationary_at_the_prior_medians(void **unused) {
    (void)unused;
    day_0_is_stationary_at_rates("countryside_rate=0.025", "countryside_spread=0.01");
}

/* What C14 is for: the count of the Long War Journal must not move by itself. */
static void the_count_of_controlled_districts_does_not_drift(void **unused) {
    (void)unused;
    enum { N = 100 };
    const char *const on[] = {"countryside", NULL};
    ho_scenario *scenario = scenario_load("scenarios/afghanistan-2021");
    ho_world *world = world_with(scenario, 1, NULL);
    ho_state *state = state_of(world);
    double x[N];
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {14, r};
        const double *country = &state->countryside[1 * world->n_district];
        ho_state_start(world, state, &streams);
        x[r] = 0;
        for (size_t i = 0; i < world->n_district; i++)
            x[r] -= ho_holder_bloc(world, state, i) == 1 || country[i] > 0.85;
        run_days(world, state, &streams, all_but(on), N_DAY);
        for (size_t i = 0; i < world->n_district; i++)
            x[r] += ho_holder_bloc(world, state, i) == 1 || country[i] > 0.85;
    }
    estimate moved = estimate_of(x, N);
    if (!(fabs(moved.mean) < 2))
        fail_msg("in %d days in which nothing happened the count moved by %.1f +- %.1f districts", N_DAY, moved.mean, moved.se);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(day_0_is_stationary_without_mixing),
        cmocka_unit_test(day_0_is_stationary_at_the_prior_medians),
        cmocka_unit_test(the_count_of_controlled_districts_does_not_drift),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
