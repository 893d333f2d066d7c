/* Civilians: casualties have the mean they should, whoever's doing they are; attitudes, expectation and fear follow closed forms; and
 * over 10,000 wars of a small country people flee less where nobody fears (paired, 3 standard errors). */
#include "science/ensemble.h"

static const ho_streams STREAMS = {1, 0};

typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} fixture;

/* A line of n centres of the court, two provinces, people by district. */
static ho_scenario *line_of(size_t n, double people, const char *court, const char *sections) {
    small *country = small_line(n);
    country->court = court;
    country->sections = sections;
    for (size_t i = 1; i < n; i++)
        country->district[i] = (small_district){.soldiers = 100, .rebels = 100, .province = i >= n / 2, .seat = i == n / 2};
    ho_scenario *scenario = small_load(country);
    for (size_t i = 0; i < n; i++)
        scenario->district[i].population = people;
    small_free(country);
    return scenario;
}

static fixture fixture_of(double people, const char *court, const char *const *set) {
    fixture f = {.scenario = line_of(4, people, court, NULL)};
    f.world = world_with(f.scenario, 1, set);
    f.state = state_started(f.world);
    return f;
}

static void fixture_free(fixture *f) {
    ho_state_free(f->state);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
}

static void deaths_have_the_mean_of_fights_and_strikes(void **unused) {
    (void)unused;
    enum { N = 4000 };
    static const char *const set[] = {"civilian_loss=0.3", "civilian_air=0.2", NULL};
    fixture f = fixture_of(70000, NULL, set);
    ho_state *state = state_of(f.world);
    double by_attacker = 0, by_holder = 0;
    f.state->fought[1] = 20; /* a rural centre: 6 */
    f.state->fought[2] = 10; /* a seat: 0.3 x 10 x 2 = 6 */
    f.state->battle_bloc[1] = f.state->battle_bloc[2] = REEDS;
    f.state->struck[1] = 15; /* sorties of the court: 3 */
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {5, r};
        ho_state_copy(state, f.state);
        ho_civilians_step(f.world, state, &streams);
        by_attacker += (double)state->civilians_killed[REEDS] / N;
        by_holder += (double)state->civilians_killed[CROWN] / N;
        assert_int_equal(ho_state_check(state, NULL), HO_OK);
        assert_int_equal(state->residents[1] + state->residents[2],
                         140000 - state->civilians_killed[REEDS] - state->civilians_killed[CROWN]);
        assert_true(state->fought[1] == 0 && state->struck[1] == 0);
    }
    assert_near("killed by the attacker", by_attacker, 12, sqrt(12.0 / N), 4);
    assert_near("killed from the air", by_holder, 3, sqrt(3.0 / N), 4);
    ho_state_free(state);
    fixture_free(&f);
}

static void nobody_is_killed_who_is_not_there(void **unused) {
    (void)unused;
    fixture f = fixture_of(70000, NULL, NULL);
    f.state->people_start[0] -= f.state->residents[1] - 3;
    f.state->residents[1] = 3;
    f.state->fought[1] = 1e6;
    ho_civilians_step(f.world, f.state, &STREAMS);
    assert_int_equal(f.state->residents[1], 0);
    assert_int_equal(f.state->civilians_killed[REEDS] + f.state->civilians_killed[CROWN], 3);
    assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
    fixture_free(&f);
}

static void reprisals_follow_a_takeover_by_whoever_has_such_a_policy(void **unused) {
    (void)unused;
    enum { N = 4000 };
    static const char *const set[] = {"reprisal_loss=8", "amnesty_loss=0.02", NULL};
    static const char policy[] =
        "    policies:\n      - {from: 2030-05-01, restrictions: 0, reprisals: 0.5, inclusion: 0, known_on: 2030-04-30, source: test}\n";
    fixture f = fixture_of(70000, policy, set);
    ho_state *state = state_of(f.world);
    double killed = 0, amnesty = f.state->amnesty[CROWN];
    f.state->holder[2] = INSURGENTS;
    ho_take(f.world, f.state, &STREAMS, 2, CROWN, HO_MODE_FOUGHT);
    f.state->fought[2] = 0;
    double expected = f.state->expectation[2];
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {5, r};
        ho_state_copy(state, f.state);
        ho_civilians_step(f.world, state, &streams);
        killed += (double)state->civilians_killed[CROWN] / N;
        assert_int_equal(state->civilians_killed[REEDS], 0);
    }
    assert_near("killed in reprisals", killed, 4, sqrt(4.0 / N), 4);
    assert_true(fabs(state->expectation[2] - (1 - expected)) < 1e-12);
    assert_near("amnesty", state->amnesty[CROWN], amnesty * exp(-0.02 * 0.5 / 11), 1e-9, 1);
    ho_state_free(state);
    fixture_free(&f);
}

/* People resent harm by the other side more than the same by their own. */
static void harm_by_outsiders_costs_more(void **unused) {
    (void)unused;
    static const char *const set[] = {"attitude_harm=0.01", "attitude_harm_own=0.25", NULL};
    ho_scenario *scenario = line_of(4, 10000, NULL, NULL);
    scenario->faction[COURT].affinity[0] = 0.5;
    scenario->faction[INSURGENTS].affinity[0] = -0.2;
    ho_world *world = world_with(scenario, 1, set);
    ho_state *state = state_started(world);
    state->harm_by[CROWN * world->n_province] = state->harm_by[REEDS * world->n_province] = 8; /* of 20,000: 4 per 10,000 */
    ho_civilians_step(world, state, &STREAMS);
    assert_near("own side", state->attitude_here[CROWN * world->n_province], 0.5 - 0.01 * 4 * 0.25, 1e-12, 1);
    assert_near("outsiders", state->attitude_here[REEDS * world->n_province], -0.2 - 0.01 * 4, 1e-12, 1);
    assert_true(state->harm_by[CROWN * world->n_province] == 0);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

/* Only civilians run; 1: with a policy that begins on day 14. */
static double attitude_after(int n_day, bool policy, const char *const *set) {
    static const char later[] =
        "    policies:\n      - {from: 2030-05-15, restrictions: 1, reprisals: 0.6, inclusion: 0, known_on: 2030-04-30, source: test}\n";
    static const char *const on[] = {"civilians", NULL};
    fixture f = fixture_of(10000, policy ? later : NULL, set);
    run_days(f.world, f.state, &STREAMS, all_but(on), n_day);
    double attitude = f.state->attitude_here[CROWN * f.world->n_province];
    fixture_free(&f);
    return attitude;
}

static void without_news_attitudes_stay(void **unused) {
    (void)unused;
    assert_true(fabs(attitude_after(150, false, NULL)) < 1e-12);
}

/* Province 0 is looked at on days 0, 7, 14 ...; from day 14 repression is 0.8 more: after m looks a = -o4 0.8 (1 - exp(-7 m/180)). */
static void repression_is_resented_in_half_a_year(void **unused) {
    (void)unused;
    static const char *const set[] = {"attitude_repression=0.5", "attitude_rate=0.005", "discipline=1", NULL};
    assert_near("after 1 look", attitude_after(15, true, set), -0.4 * (1 - exp(-7 * 0.005)), 1e-9, 1);
    assert_near("after 19 looks", attitude_after(14 + 7 * 18 + 1, true, set), -0.4 * (1 - exp(-7 * 19 * 0.005)), 1e-9, 1);
}

/* Belief held at y: e goes to s(y) with e-folding 7 d; district 0 is looked at on days 0, 7, 14 ... */
static void expectation_follows_belief(void **unused) {
    (void)unused;
    static const char *const on[] = {"civilians", NULL};
    fixture f = fixture_of(10000, NULL, NULL);
    f.state->belief_logit[0] = -1.5;
    double start = f.state->expectation[0], goal = ho_logistic(-1.5);
    run_days(f.world, f.state, &STREAMS, all_but(on), 22);
    assert_near("expectation", f.state->expectation[0], goal + (start - goal) * exp(-3), 1e-9, 1);
    fixture_free(&f);
}

static void fear_is_harm_near_without_hope(void **unused) {
    (void)unused;
    static const char *const set[] = {"fear_harm=4", NULL};
    fixture f = fixture_of(10000, NULL, set);
    f.state->harm[1] = 6;                          /* 0: neighbour of 1: 6 of 20,000 people is 3 per 10,000 */
    f.state->expectation[0] = f.state->expectation[3] = 0.2;
    f.state->belief_logit[0] = ho_logit(0.2);
    ho_civilians_step(f.world, f.state, &STREAMS); /* day 0: district 0 is looked at */
    assert_near("fear", f.state->fear[0], 0.8 * 3.0 / 4, 1e-9, 1);
    assert_true(f.state->fear[3] == 0);
    f.state->harm[1] = 1e5;
    f.state->step = 7;
    f.state->day = 7;
    f.state->time_day = 7;
    ho_civilians_step(f.world, f.state, &STREAMS);
    assert_near("fear at its most", f.state->fear[0], 0.8, 1e-9, 1);
    fixture_free(&f);
}

static void harm_fades_in_a_month(void **unused) {
    (void)unused;
    static const char *const on[] = {"civilians", NULL};
    fixture f = fixture_of(10000, NULL, NULL);
    f.state->harm[0] = 10;
    run_days(f.world, f.state, &STREAMS, all_but(on), 29);
    assert_near("harm", f.state->harm[0], 10 * exp(-28.0 / 30), 1e-9, 1);
    fixture_free(&f);
}

/* ---- wars ---- */

enum { V_KILLED, V_EVER, V_MOVED, V_COUNTRY, N_VIEW };

static void view(const ho_world *world, const ho_state *state, size_t day, float *value) {
    (void)day;
    memset(value, 0, N_VIEW * sizeof *value);
    value[V_KILLED] = (float)(state->civilians_killed[CROWN] + state->civilians_killed[REEDS]);
    value[V_EVER] = (float)state->displaced_ever[0];
    for (size_t k = 0; k < world->n_bloc * world->n_province; k++)
        value[V_MOVED] += (float)fabs(state->attitude_here[k] - state->attitude_start[k]);
    for (size_t i = 0; i < world->n_district; i++)
        value[V_COUNTRY] += (float)state->countryside[i];
}

static const ho_observer VIEW = {.n_value = N_VIEW, .day = view};

static ensemble war(const ho_scenario *scenario, int n_step_per_day, uint64_t off, size_t n) {
    ho_world_options options = ho_world_options_default();
    options.until = scenario->from + 59;
    options.n_step_per_day = n_step_per_day;
    static const char *const set[] = {"attitude_harm=0.2", "countryside_attitude=1", "flight_threat=0.002", "civilian_loss=0.5"};
    options.set = set;
    options.n_set = N_OF(set);
    ho_world *world = world_from(scenario, &options);
    ensemble e = ensemble_run(world, &VIEW, (ho_sim_options){.seed = 4, .off = off}, n);
    ho_world_free(world);
    return e;
}

/* 10,000 wars of 60 days among six centres, with and without. */
static void without_civilians_nobody_is_hurt_and_fewer_flee(void **unused) {
    (void)unused;
    enum { N = 10000 };
    ho_scenario *scenario = line_of(6, 20000, NULL, NULL);
    ensemble with = war(scenario, 1, 0, N), without = war(scenario, 1, UINT64_C(1) << ho_mechanism_find("civilians"), N);
    assert_more("killed", paired_at(&without, &with, 59, V_KILLED), 3);
    assert_more("people who fled", paired_at(&without, &with, 59, V_EVER), 3);
    assert_more("attitudes moved", paired_at(&without, &with, 59, V_MOVED), 3);
    estimate still = mean_at(&without, 59, V_MOVED), dead = mean_at(&without, 59, V_KILLED);
    assert_true(still.mean == 0 && dead.mean == 0);
    double differs = 0;
    for (size_t r = 0; r < N; r++)
        differs += at(&with, r, 59, V_COUNTRY) != at(&without, r, 59, V_COUNTRY);
    assert_true(differs > 0.1 * N); /* attitudes move the countryside */
    ensemble_free(&with);
    ensemble_free(&without);
    ho_scenario_free(scenario);
}

/* Twice as many steps: the same deaths per fighter killed, so the same mean within the error of the fights themselves. */
static void shorter_steps_kill_as_many(void **unused) {
    (void)unused;
    enum { N = 4000 };
    ho_scenario *scenario = line_of(6, 20000, NULL, NULL);
    ensemble one = war(scenario, 1, 0, N), four = war(scenario, 4, 0, N);
    estimate a = mean_at(&one, 29, V_KILLED), b = mean_at(&four, 29, V_KILLED);
    assert_near("killed with 4 steps a day", b.mean, a.mean, sqrt(a.se * a.se + b.se * b.se) + 0.01 * a.mean, 4);
    ensemble_free(&one);
    ensemble_free(&four);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(deaths_have_the_mean_of_fights_and_strikes),
        cmocka_unit_test(nobody_is_killed_who_is_not_there),
        cmocka_unit_test(reprisals_follow_a_takeover_by_whoever_has_such_a_policy),
        cmocka_unit_test(harm_by_outsiders_costs_more),
        cmocka_unit_test(without_news_attitudes_stay),
        cmocka_unit_test(repression_is_resented_in_half_a_year),
        cmocka_unit_test(expectation_follows_belief),
        cmocka_unit_test(fear_is_harm_near_without_hope),
        cmocka_unit_test(harm_fades_in_a_month),
        cmocka_unit_test(without_civilians_nobody_is_hurt_and_fewer_flee),
        cmocka_unit_test(shorter_steps_kill_as_many),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
