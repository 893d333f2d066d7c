/* Contagion on a line (SI): one frontier, contact at once, a constant hazard r of giving up. Falls come one after the other, so their
 * number by time T is Poisson(r T); in steps of dt it is binomial(T/dt, 1 - exp(-r dt)). */
#include "science/ensemble.h"
#include "unit/statistics.h"

enum { N_DISTRICT = 40, N = 1500, N_DAY = 20, N_STEP_PER_DAY = 24, N_CLASS = 40 };

/* A line from the capital (0) to a centre of the reeds (last). */
static ho_scenario *line(void) {
    small *country = small_line(N_DISTRICT);
    for (size_t i = 1; i < N_DISTRICT; i++)
        country->district[i].soldiers = 50;
    country->district[N_DISTRICT - 1].rebels = 100;
    ho_scenario *scenario = small_load(country);
    small_free(country);
    return scenario;
}

/* The reeds hold the last centre; everyone else is in talks for ever and far below his threshold. */
static ho_state *frontier(const ho_world *world) {
    ho_state *state = state_started(world);
    const ho_streams streams = {1, 0};
    ho_take(world, state, &streams, N_DISTRICT - 1, REEDS, HO_MODE_ABANDONED);
    for (size_t i = 0; i < N_DISTRICT; i++) {
        state->belief_logit[i] = -4;
        state->threshold[i] = 1;
        state->contact_days[i] = 1e9;
    }
    return state;
}

/* The mechanisms that matter here, in the order of a day; winners' garrisons are filled up, so that the frontier never thins out. */
static size_t falls(const ho_world *world, ho_state *state, uint32_t replicate) {
    const ho_streams streams = {9, replicate};
    size_t n = 0;
    for (state->step = 0; state->step < N_DAY * N_STEP_PER_DAY; state->step++) {
        state->day = state->step / N_STEP_PER_DAY;
        state->time_day = state->step * world->dt_day;
        ho_face(world, state);
        ho_strategy_step(world, state, &streams);
        ho_surrender_step(world, state, &streams);
        ho_takeover_step(world, state, &streams);
        for (; n < state->n_change; n++)
            put_fighters(world, state, INSURGENTS, (size_t)state->change[n].district, 100);
    }
    return n;
}

static void falls_on_a_line_are_poisson(void **unused) {
    (void)unused;
    static const char *const set[] = {"decision_rate=0.5",  "decision_width=0.01", "surrender_relief=0", "surrender_morale=0",
                                      "surrender_kin=0",    "surrender_amnesty=0", "freed_share=0",      "hold_min=0",
                                      "senior_share=0",     "effort=0",            "effort_retake=0",    "contact_rate=0",
                                      "mobile_share=0.5",   NULL};
    ho_scenario *scenario = line();
    ho_world *world = world_with(scenario, N_STEP_PER_DAY, set);
    ho_state *start = frontier(world), *state = state_of(world);
    double seen[N_CLASS] = {0}, expected[N_CLASS], x[N];
    const double mean = 0.5 * N_DAY, stepped = N_DAY * N_STEP_PER_DAY * (1 - exp(-0.5 / N_STEP_PER_DAY));
    for (uint32_t r = 0; r < N; r++) {
        ho_state_copy(state, start);
        size_t n = falls(world, state, r);
        x[r] = (double)n;
        seen[n < N_CLASS ? n : N_CLASS - 1] += 1;
    }
    for (int k = 0; k < N_CLASS; k++)
        expected[k] = N * exp(k * log(mean) - mean - lgamma(k + 1));
    estimate e = estimate_of(x, N);
    double variance = e.se * e.se * N, p = 1 - exp(-0.5 / N_STEP_PER_DAY);
    assert_near("mean", e.mean, stepped, sqrt(stepped / N), 4);
    assert_near("mean against rT", e.mean, mean, sqrt(mean / N) + (mean - stepped) / 4, 4);
    assert_near("variance", variance, stepped * (1 - p), stepped * sqrt(2.0 / N + 1 / (stepped * N)), 4);
    assert_true(chi_square_p(seen, expected, N_CLASS) > 1e-4);
    ho_state_free(start);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(falls_on_a_line_are_poisson)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
