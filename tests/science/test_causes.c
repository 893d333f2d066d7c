/* Competing causes: with hazards h_k the chance of an event in a step is 1 - exp(-dt sum h), and the cause is k with probability
 * h_k / sum h (Prentice et al. 1978). */
#include "science/ensemble.h"

enum { N = 20000 };

static ho_scenario *siege(void) {
    small *country = small_line(3);
    country->district[1] = (small_district){.soldiers = 100};
    country->district[2] = (small_district){.soldiers = 100, .rebels = 100};
    ho_scenario *scenario = small_load(country);
    small_free(country);
    return scenario;
}

static void causes_share_the_sum_of_hazards(int n_step_per_day) {
    static const char *const set[] = {"loss_defender=0", "loss_attacker=0", "battle_rural=100", "freed_share=0", NULL};
    const double h[3] = {0.5, 0.3, 0.2}, sum = 1.0, p = 1 - exp(-sum / n_step_per_day);
    ho_scenario *scenario = siege();
    ho_world *world = world_with(scenario, n_step_per_day, set);
    ho_state *start = state_started(world), *state = state_of(world);
    start->hazard_surrender[2] = h[0];
    start->hazard_disband[2] = h[1];
    start->hazard_assault[2] = h[2];
    double n[3] = {0};
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {6, r};
        ho_state_copy(state, start);
        ho_takeover_step(world, state, &streams);
        const int32_t *lost = &state->n_lost_by_mode[CROWN * HO_N_MODE];
        n[0] += lost[HO_MODE_NEGOTIATED];
        n[1] += lost[HO_MODE_ABANDONED];
        n[2] += state->battle_bloc[2] == REEDS || lost[HO_MODE_FOUGHT];
    }
    double events = n[0] + n[1] + n[2];
    assert_near("events", events / N, p, sqrt(p * (1 - p) / N), 4);
    for (int k = 0; k < 3; k++) {
        double share = h[k] / sum;
        assert_near("share of a cause", n[k] / events, share, sqrt(share * (1 - share) / events), 4);
    }
    ho_state_free(start);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

static void a_day_is_shared_by_hazard(void **unused) {
    (void)unused;
    causes_share_the_sum_of_hazards(1);
}

static void a_quarter_of_a_day_is_shared_by_hazard(void **unused) {
    (void)unused;
    causes_share_the_sum_of_hazards(4);
}

/* Nothing can happen where no hazard is. */
static void no_hazard_no_event(void **unused) {
    (void)unused;
    ho_scenario *scenario = siege();
    ho_world *world = world_with(scenario, 1, NULL);
    ho_state *state = state_started(world);
    for (uint32_t r = 0; r < 1000; r++) {
        const ho_streams streams = {7, r};
        ho_takeover_step(world, state, &streams);
    }
    assert_int_equal(state->n_change, 0);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_day_is_shared_by_hazard),
        cmocka_unit_test(a_quarter_of_a_day_is_shared_by_hazard),
        cmocka_unit_test(no_hazard_no_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
