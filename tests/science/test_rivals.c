/* Rivals: attacks on crowds against the Poisson law of their number and the law of their deaths, where they strike, whom they
 * cost; a third bloc that takes and loses ground. One comparison of 10,000 paired replicates of a country of six districts over
 * 60 days. */
#include "science/measures.h"

enum { N = 10000 };

static const char *const RIVALS[] = {"rivals", NULL};
static const char *const WAR[] = {"calendar",  "morale",  "perception", "strategy", "surrender",
                                  "assault", "takeover", "countryside", "rivals", NULL};

/* A ring of six with towns; reeds hold the last one and strike n_per_day times a day. */
static ho_scenario *ring(double n_per_day) {
    small *country = small_ring(6);
    for (size_t i = 1; i < 6; i++)
        country->district[i] = (small_district){.soldiers = i < 5 ? 100 : 0, .rebels = i < 5 ? 0 : 200, .province = i > 2};
    country->district[3].seat = true;
    ho_scenario *scenario = small_load(country);
    small_free(country);
    for (size_t i = 0; i < 6; i++) {
        scenario->district[i].population = 1e6;
        scenario->district[i].urban_population = i == 2 ? 0 : 1e5 * (double)(i + 1);
    }
    scenario->faction[INSURGENTS].bombings_per_month =
        (ho_prior){.family = HO_PRIOR_POINT, .a = n_per_day * 30.44, .min = 0, .max = 1e9};
    return scenario;
}

typedef struct toll {
    double attacks, dead, dead_squared, shock[2];
    double at[6]; /* people killed by district */
} toll;

/* n_day days of nothing but attacks, in n replicates. */
static toll strikes(const ho_scenario *scenario, int n_step, const char *const *set, uint32_t n, int n_day) {
    toll sum = {0};
    ho_world *world = world_with(scenario, n_step, set);
    ho_state *state = state_of(world);
    for (uint32_t r = 0; r < n; r++) {
        const ho_streams streams = {12, r};
        ho_state_start(world, state, &streams);
        run_days(world, state, &streams, all_but(RIVALS), n_day);
        ho_error err = {0};
        if (ho_state_check(state, &err))
            fail_msg("%s", err.text);
        double dead = (double)state->civilians_killed[REEDS];
        sum.attacks += state->n_bombing[INSURGENTS];
        sum.dead += dead;
        sum.dead_squared += dead * dead;
        for (size_t b = 0; b < 2; b++)
            sum.shock[b] += state->belief_shock[b];
        for (size_t i = 0; i < 6; i++) {
            sum.at[i] += state->harm[i];
            assert_int_equal(state->residents[i] + (int32_t)state->harm[i], 1000000); /* whoever died lived here */
        }
        assert_int_equal(state->civilians_killed[CROWN], 0);
    }
    ho_state_free(state);
    ho_world_free(world);
    return sum;
}

/* A compound Poisson sum: attacks rate t; deaths of mean rate t m and variance rate t (m + m^2 exp(s^2)). 4,000 months. */
static void number_and_deaths_follow_their_laws(void **unused) {
    (void)unused;
    enum { R = 4000, DAYS = 30 };
    static const char *const set[] = {"bombing_loss=12", "bombing_spread=0.6", NULL};
    ho_scenario *scenario = ring(0.1);
    for (int n_step = 1; n_step <= 4; n_step += 3) {
        toll sum = strikes(scenario, n_step, set, R, DAYS);
        double mean = 0.1 * DAYS, variance = mean * (12 + 144 * exp(0.36));
        assert_near("attacks", sum.attacks / R, mean, sqrt(mean / R), 4);
        assert_near("deaths", sum.dead / R, mean * 12, sqrt(variance / R), 4);
        double got = (sum.dead_squared - sum.dead * sum.dead / R) / (R - 1);
        assert_near("variance of deaths", got, variance, variance * sqrt(8.0 / R), 4); /* kurtosis well below 9 */
    }
    ho_scenario_free(scenario);
}

/* Places: townspeople, in capitals all, elsewhere by the faction's share of the country, none where it rules or nobody lives in
 * town. */
static void crowds_are_struck_where_they_are(void **unused) {
    (void)unused;
    enum { R = 4000 };
    static const char *const set[] = {"bombing_loss=1", "bombing_spread=0", NULL};
    ho_scenario *scenario = ring(1);
    ho_world *world = world_with(scenario, 1, set);
    ho_state *state = state_started(world);
    double weight[6], all = 0;
    for (size_t i = 0; i < 6; i++) {
        bool own = ho_holder_bloc(world, state, i) == REEDS;
        double presence = world->is_capital[i] ? 1 : state->countryside[REEDS * 6 + i];
        weight[i] = own ? 0 : scenario->district[i].urban_population * presence;
        all += weight[i];
    }
    toll sum = strikes(scenario, 1, set, R, 10);
    for (size_t i = 0; i < 6; i++) {
        double p = weight[i] / all;
        assert_near("share of deaths", sum.at[i] / sum.dead, p, sqrt(2 * p * (1 - p) / sum.dead), 4); /* 2: Poisson deaths */
    }
    assert_true(weight[5] <= 0 && sum.at[5] <= 0 && sum.at[2] <= 0 && sum.at[0] > 0 && sum.at[3] > 0);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

static void the_dead_are_no_more_than_live_there(void **unused) {
    (void)unused;
    static const char *const set[] = {"bombing_loss=5000", NULL};
    ho_scenario *scenario = ring(2);
    for (size_t i = 0; i < 6; i++) {
        scenario->district[i].population = 900;
        scenario->district[i].urban_population = 900;
    }
    ho_world *world = world_with(scenario, 1, set);
    ho_state *state = state_started(world);
    const ho_streams streams = {1, 0};
    run_days(world, state, &streams, all_but(RIVALS), 60);
    assert_int_equal(ho_state_check(state, NULL), HO_OK);
    assert_int_equal(state->civilians_killed[REEDS], 5 * 900); /* all but those where they rule: then there is no crowd left */
    assert_int_equal(state->residents[5], 900);
    assert_true(state->n_bombing[INSURGENTS] < 120);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

static void an_attack_in_a_capital_shakes_its_ruler(void **unused) {
    (void)unused;
    static const char *const set[] = {"bombing_loss=1", "bombing_belief=0.01", NULL};
    ho_scenario *scenario = ring(1);
    scenario->district[1].urban_population = scenario->district[4].urban_population = 0; /* capitals only: 0 and 3 */
    toll sum = strikes(scenario, 1, set, 100, 10);
    assert_near("shock", sum.shock[CROWN], -0.01 * sum.attacks, 1e-9, 1);
    assert_near("shock of the others", sum.shock[REEDS], 0, 1e-15, 1);
    ho_scenario_free(scenario);
}

static void who_lost_three_of_four_strikes_half_as_often(void **unused) {
    (void)unused;
    enum { R = 4000, DAYS = 10 };
    ho_scenario *scenario = ring(0.4);
    ho_world *world = world_with(scenario, 1, NULL);
    ho_state *state = state_of(world);
    double attacks[3] = {0};
    for (uint32_t r = 0; r < R; r++)
        for (int killed = 0; killed < 3; killed++) {
            const ho_streams streams = {13, r};
            ho_state_start(world, state, &streams);
            ho_kill(world, state, REEDS, 5, killed == 2 ? 200 : 150 * killed);
            run_days(world, state, &streams, all_but(RIVALS), DAYS);
            attacks[killed] += state->n_bombing[INSURGENTS] / (double)R;
        }
    assert_near("all there", attacks[0], 4, sqrt(4.0 / R), 4);
    assert_near("a quarter left", attacks[1], 2, sqrt(2.0 / R), 4);
    assert_near("nobody left", attacks[2], 0, 1e-15, 1);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

static void who_has_a_part_in_a_settlement_stops(void **unused) {
    (void)unused;
    ho_scenario *scenario = ring(1);
    for (int part = 0; part < 2; part++) {
        ho_world *world = world_with(scenario, 1, NULL);
        ho_state *state = state_started(world);
        const ho_streams streams = {1, 0};
        state->settled[0] = 1;
        state->settled_share[REEDS] = 0.4 * part;
        run_days(world, state, &streams, all_but(RIVALS), 30);
        assert_int_equal(state->n_bombing[INSURGENTS] > 0, !part);
        ho_state_free(state);
        ho_world_free(world);
    }
    ho_scenario_free(scenario);
}

/* The third bloc of the made-up coast takes ground from both others and loses ground to both, in 300 replicates. */
static void a_third_bloc_fights_both_others(void **unused) {
    (void)unused;
    enum { COUNCIL, LEAGUE, RISING };
    ho_scenario *scenario = scenario_load("tests/scenarios/three-bloc");
    scenario->faction[2].bombings_per_month = (ho_prior){.family = HO_PRIOR_POINT, .a = 6, .min = 0, .max = 1e9};
    ho_world *world = world_with(scenario, 1, NULL);
    ho_workspace *workspace = NULL;
    assert_int_equal(ho_workspace_build(world, NULL, &workspace, NULL), HO_OK);
    size_t n[3][3] = {{0}};
    for (uint32_t r = 0; r < 300; r++) {
        const ho_sim_options options = {.seed = 2, .check = true};
        ho_result result = {0};
        ho_error err = {0};
        if (ho_replicate_run(world, &options, NULL, r, workspace, &result, &err))
            fail_msg("%s", err.text);
        for (size_t k = 0; k < result.n_change; k++)
            if (result.change[k].mode != HO_MODE_START)
                n[world->faction_bloc[result.change[k].from]][world->faction_bloc[result.change[k].to]]++;
    }
    for (int other = COUNCIL; other <= LEAGUE; other++)
        if (n[other][RISING] < 5 || n[RISING][other] < 5)
            fail_msg("the rising took %zu from bloc %d and lost %zu to it", n[other][RISING], other, n[RISING][other]);
    ho_workspace_free(workspace);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

static void without_attacks_rulers_look_safer(void **unused) {
    (void)unused;
    static const char *const set[] = {"bombing_belief=0.05"};
    ho_scenario *scenario = ring(0.2);
    ho_world_options options = ho_world_options_default();
    options.until = scenario->from + 59;
    options.set = set;
    options.n_set = 1;
    uint64_t off = all_but(WAR);
    ensemble with = measure(scenario, &options, off, N),
             without = measure(scenario, &options, off | UINT64_C(1) << ho_mechanism_find("rivals"), N);
    assert_more("belief", paired_at(&with, &without, 30, M_BELIEF), 3);
    assert_more("districts lost", paired_at(&without, &with, 59, M_LOST), 3);
    ensemble_free(&with);
    ensemble_free(&without);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(number_and_deaths_follow_their_laws),
        cmocka_unit_test(crowds_are_struck_where_they_are),
        cmocka_unit_test(the_dead_are_no_more_than_live_there),
        cmocka_unit_test(an_attack_in_a_capital_shakes_its_ruler),
        cmocka_unit_test(who_lost_three_of_four_strikes_half_as_often),
        cmocka_unit_test(who_has_a_part_in_a_settlement_stops),
        cmocka_unit_test(a_third_bloc_fights_both_others),
        cmocka_unit_test(without_attacks_rulers_look_safer),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
