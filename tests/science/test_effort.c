/* Finite effort: engagements started per day are E = E0 sqrt(F/F0), whatever the number of targets (additions C11). */
#include "science/ensemble.h"

/* A ring of n centres held by the crown, with as many reeds in the country around each. */
static ho_scenario *country_of(size_t n) {
    small *country = small_ring(n);
    for (size_t i = 1; i < n; i++)
        country->district[i] = (small_district){.soldiers = 100, .rebels = 100};
    ho_scenario *scenario = small_load(country);
    small_free(country);
    return scenario;
}

static ho_state *contested(const ho_world *world) {
    ho_state *state = state_started(world);
    for (size_t i = 0; i < world->n_district; i++) {
        state->countryside[CROWN * world->n_district + i] = 0.5;
        state->countryside[REEDS * world->n_district + i] = 0.5;
    }
    return state;
}

static double sum_of_hazards(const ho_world *world, const ho_state *state) {
    double sum = 0;
    for (size_t i = 0; i < world->n_district; i++)
        sum += state->hazard_assault[i];
    return sum;
}

static void hazards_add_up_to_the_effort(void **unused) {
    (void)unused;
    static const size_t sizes[] = {8, 80, 800};
    static const char *const set[] = {"effort=3", "freed_share=0", NULL};
    for (size_t k = 0; k < N_OF(sizes); k++) {
        ho_scenario *scenario = country_of(sizes[k]);
        ho_world *world = world_with(scenario, 1, set);
        ho_state *state = contested(world);
        const ho_streams streams = {1, 0};
        ho_strategy_step(world, state, &streams);
        assert_near("sum of hazards", sum_of_hazards(world, state), 3, 1e-12, 3);
        ho_state_free(state);
        ho_world_free(world);
        ho_scenario_free(scenario);
    }
}

static void effort_follows_the_root_of_strength(void **unused) {
    (void)unused;
    static const char *const set[] = {"effort=3", "freed_share=0", NULL};
    ho_scenario *scenario = country_of(100);
    ho_world *world = world_with(scenario, 1, set);
    ho_state *state = contested(world);
    const ho_streams streams = {1, 0};
    for (size_t i = 1; i < 100; i++) { /* three of four die */
        put_fighters(world, state, INSURGENTS, i, 25);
        state->killed[INSURGENTS] += 75;
    }
    assert_int_equal(ho_state_check(state, NULL), HO_OK);
    ho_strategy_step(world, state, &streams);
    assert_near("sum of hazards", sum_of_hazards(world, state), 3 * sqrt(0.25), 1e-12, 3);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

/* Mean number of engagements begun on a day, per number of targets. n targets share E, each begins with chance 1 - exp(-E/n). */
static void engagements_do_not_grow_with_targets(void **unused) {
    (void)unused;
    enum { N = 3000 };
    static const size_t sizes[] = {50, 200, 800};
    static const char *const set[] = {"effort=3",         "freed_share=0",   "loss_defender=0", "loss_attacker=0",
                                      "battle_rural=100", "contact_rate=0", NULL};
    for (size_t k = 0; k < N_OF(sizes); k++) {
        ho_scenario *scenario = country_of(sizes[k]);
        ho_world *world = world_with(scenario, 1, set);
        ho_state *start = contested(world), *state = state_of(world);
        const ho_streams first = {8, 0};
        ho_strategy_step(world, start, &first);
        double n_target = (double)sizes[k] - 1, started = 0;
        for (uint32_t r = 0; r < N; r++) {
            const ho_streams streams = {8, r};
            ho_state_copy(state, start);
            ho_takeover_step(world, state, &streams);
            for (size_t i = 0; i < world->n_district; i++)
                started += (state->battle_bloc[i] == REEDS) / (double)N;
        }
        double p = 1 - exp(-3 / n_target);
        assert_near("engagements a day", started, n_target * p, sqrt(n_target * p * (1 - p) / N), 4);
        assert_near("engagements a day", started, 3, sqrt(3.0 / N) + 3 - n_target * p, 4);
        ho_state_free(start);
        ho_state_free(state);
        ho_world_free(world);
        ho_scenario_free(scenario);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hazards_add_up_to_the_effort),
        cmocka_unit_test(effort_follows_the_root_of_strength),
        cmocka_unit_test(engagements_do_not_grow_with_targets),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
