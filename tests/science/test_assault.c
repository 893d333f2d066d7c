/* Engagements against Lanchester's equations and the contest success function.
 * Losses per day in proportion to the opposing worth: dD/dt = -a A, dA/dt = -b D. Then a A^2 - b D^2 is conserved and
 * A(t) = A0 cosh(wt) - sqrt(b/a) D0 sinh(wt), w = sqrt(ab) (Lanchester 1916, the square law: the number of engaged opponents
 * counts). Outcome: p = A^m/(A^m + (D x defence)^m) (Tullock 1980, Hirshleifer 1989). */
#include "science/ensemble.h"
#include "unit/statistics.h"

static const char *const NO_RETREAT[] = {"loss_defender=0.02", "loss_attacker=0.01", "mobile_share=0", "battle_rural=1", NULL};

/* Two districts: the capital, and a centre held by the crown with reeds in it. */
static ho_scenario *siege(const char *terrain, bool seat) {
    small *country = small_line(2);
    country->district[1] = (small_district){.soldiers = 100, .rebels = 100, .terrain = terrain, .province = seat, .seat = seat};
    ho_scenario *scenario = small_load(country);
    small_free(country);
    return scenario;
}

static void engage(const ho_world *world, ho_state *state, double days) {
    state->battle_days[1] = days;
    state->battle_bloc[1] = REEDS;
    state->battle_garrison[1] = (double)*fighters_at(world, state, COURT, 1);
    state->retreat_share[1] = 2; /* never */
    ho_face(world, state);
}

/* Poisson noise of the losses: sd of a count is its root; 5 sd of the sum. */
static void losses_follow_the_square_law(void **unused) {
    (void)unused;
    ho_scenario *scenario = siege("plain", false);
    ho_world *world = world_with(scenario, 24, NO_RETREAT);
    ho_state *state = state_started(world);
    const ho_streams streams = {1, 0};
    const double a = 0.02, b = 0.01, attackers = 1e8, defenders = 8e7, days = 20, w = sqrt(a * b);
    put_fighters(world, state, INSURGENTS, 1, (int32_t)attackers);
    put_fighters(world, state, COURT, 1, (int32_t)defenders);
    engage(world, state, 1e9);
    for (state->step = 0; state->step < 24 * days; state->step++) {
        ho_face(world, state);
        ho_assault_step(world, state, &streams);
    }
    double left = *fighters_at(world, state, INSURGENTS, 1), held = *fighters_at(world, state, COURT, 1);
    double before = a * attackers * attackers - b * defenders * defenders, after = a * left * left - b * held * held;
    double noise = sqrt(pow(2 * a * attackers, 2) * (attackers - left) + pow(2 * b * defenders, 2) * (defenders - held));
    /* one step of length dt takes the share a b dt^2 of it (Euler) */
    assert_near("a A^2 - b D^2", after, before * exp(-a * b * days / 24), noise, 5);
    double want = attackers * cosh(w * days) - sqrt(b / a) * defenders * sinh(w * days);
    assert_near("attackers left", left, want, sqrt(attackers - left) + 2e-4 * (attackers - left), 5);
    assert_true(defenders - held > 0.2 * defenders); /* something happened */
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

/* One day, A = 1000, D = 300, a = 0.004, b = 0.01: the dead are Poisson with means a A and b D. */
static void losses_of_a_day_are_poisson(void **unused) {
    (void)unused;
    enum { N = 10000, N_CLASS = 30 };
    static const char *const set[] = {"loss_defender=0.004", "loss_attacker=0.01", "mobile_share=0", NULL};
    ho_scenario *scenario = siege("plain", false);
    ho_world *world = world_with(scenario, 1, set);
    ho_state *start = state_started(world), *state = state_of(world);
    put_fighters(world, start, INSURGENTS, 1, 1000);
    put_fighters(world, start, COURT, 1, 300);
    engage(world, start, 1e9);
    double seen[N_CLASS] = {0}, expected[N_CLASS], sum = 0, sum_attackers = 0;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {3, r};
        ho_state_copy(state, start);
        ho_assault_step(world, state, &streams);
        size_t n = (size_t)state->killed[COURT];
        seen[n < N_CLASS ? n : N_CLASS - 1] += 1;
        sum += (double)n / N;
        sum_attackers += (double)state->killed[INSURGENTS] / N;
    }
    for (int k = 0; k < N_CLASS; k++)
        expected[k] = N * exp(k * log(4) - 4 - lgamma(k + 1));
    assert_near("defenders killed", sum, 4, sqrt(4.0 / N), 4);
    assert_near("attackers killed", sum_attackers, 3, sqrt(3.0 / N), 4);
    assert_true(chi_square_p(seen, expected, N_CLASS) > 1e-4);
    ho_state_free(start);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

/* Share of N contests that the attackers win; A, D in persons of worth 1, large, so that the 1 in the code's ratio is nothing. */
static double share_won(const ho_scenario *scenario, const char *const *set, int32_t n_attack, int32_t n_defend, double supply,
                        uint8_t n_axis, uint32_t n) {
    ho_world *world = world_with(scenario, 1, set);
    ho_state *start = state_started(world), *state = state_of(world);
    put_fighters(world, start, INSURGENTS, 1, n_attack);
    put_fighters(world, start, COURT, 1, n_defend);
    engage(world, start, 1e-9);
    start->supply_days[1] = supply;
    start->n_enemy_near[1] = n_axis;
    uint32_t won = 0;
    for (uint32_t r = 0; r < n; r++) {
        const ho_streams streams = {4, r};
        ho_state_copy(state, start);
        ho_assault_step(world, state, &streams);
        won += state->outcome[1] == HO_MODE_FOUGHT;
        assert_true(state->outcome[1] == HO_MODE_FOUGHT || state->battle_days[1] == 0);
    }
    ho_state_free(start);
    ho_state_free(state);
    ho_world_free(world);
    return (double)won / n;
}

typedef struct contest {
    const char *terrain;
    bool seat;
    int32_t attack, defend;
    double supply;
    uint8_t n_axis;
    const char *m;
    double defence, exponent;
} contest;

static void contests_are_won_in_the_ratio_of_strengths(void **unused) {
    (void)unused;
    static const contest cases[] = {
        {"plain", false, 30000, 30000, 10, 1, "contest_m=1", 1, 1},
        {"plain", false, 30000, 10000, 10, 1, "contest_m=1", 1, 1},
        {"plain", false, 30000, 10000, 10, 1, "contest_m=2", 1, 2},
        {"hills", false, 30000, 30000, 10, 1, "contest_m=1", 1.3, 1},
        {"mountain", false, 30000, 30000, 10, 1, "contest_m=1", 1.8, 1},
        {"gorge", false, 30000, 30000, 10, 1, "contest_m=1", 3.5, 1},
        {"plain", true, 30000, 30000, 10, 1, "contest_m=1", 2.5, 1},
        {"gorge", true, 30000, 30000, 10, 1, "contest_m=1", 3.5, 1},
        {"plain", false, 30000, 30000, 0, 1, "contest_m=1", 0.5, 1},
        /* three axes, gain 0.4: D^(1/1.8) */
        {"gorge", false, 30000, 30000, 10, 3, "contest_m=1", 2.00569, 1},
    };
    enum { N = 20000 };
    for (size_t k = 0; k < N_OF(cases); k++) {
        const contest *c = &cases[k];
        const char *const set[] = {"loss_defender=0", "loss_attacker=0", "mobile_share=0", "axes_gain=0.4", c->m, NULL};
        ho_scenario *scenario = siege(c->terrain, c->seat);
        double a = pow(c->attack, c->exponent), d = pow(c->defend * c->defence, c->exponent), p = a / (a + d);
        char what[32];
        snprintf(what, sizeof what, "case %zu", k);
        double got = share_won(scenario, set, c->attack, c->defend, c->supply, c->n_axis, N);
        assert_near(what, got, p, sqrt(p * (1 - p) / N), 4);
        ho_scenario_free(scenario);
    }
}

/* A garrison leaves once more than its share is dead. */
static void a_garrison_retreats_after_its_share_of_losses(void **unused) {
    (void)unused;
    static const char *const set[] = {"loss_defender=0.01", "loss_attacker=0", "mobile_share=0", NULL};
    ho_scenario *scenario = siege("plain", false);
    ho_world *world = world_with(scenario, 24, set);
    ho_state *state = state_started(world);
    const ho_streams streams = {5, 0};
    put_fighters(world, state, INSURGENTS, 1, 10000);
    put_fighters(world, state, COURT, 1, 1000);
    engage(world, state, 1e9);
    state->retreat_share[1] = 0.25;
    int32_t before = 1000;
    while (state->outcome[1] == 0 && state->step < 24 * 100) {
        before = *fighters_at(world, state, COURT, 1);
        ho_assault_step(world, state, &streams);
        state->step++;
    }
    assert_int_equal(state->outcome[1], HO_MODE_FOUGHT);
    assert_true(before >= 750 && *fighters_at(world, state, COURT, 1) < 750);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_follow_the_square_law),
        cmocka_unit_test(losses_of_a_day_are_poisson),
        cmocka_unit_test(contests_are_won_in_the_ratio_of_strengths),
        cmocka_unit_test(a_garrison_retreats_after_its_share_of_losses),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
