/* Books, leaks and arrears: ghosts stay on the books until the centre is lost, arrears are the days not paid, leaks have the spread and the
 * correlation stated, more cash never lowers morale. The last test compares 10,000 replicates of a ring of eight centres whose patron
 * pays less and less, paired: mechanism on and off, and the patron's cash cut. */
#include "science/measures.h"

static const ho_streams STREAMS = {1, 0};

typedef struct land {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} land;

/* n centres of the crown on a line, 100 soldiers each. */
static land land_of(size_t n, const char *court, const char *const *set) {
    small *country = small_line(n);
    for (size_t i = 1; i < n; i++)
        country->district[i] = (small_district){.soldiers = 100, .rebels = i == n - 1 ? 50 : 0};
    country->court = court;
    land l = {.scenario = small_load(country)};
    l.world = world_with(l.scenario, 1, set);
    l.state = state_started(l.world);
    small_free(country);
    return l;
}

static void land_free(land *l) {
    ho_state_free(l->state);
    ho_world_free(l->world);
    ho_scenario_free(l->scenario);
}

static void days_of(land *l, const char *const *on, int n_day) {
    run_days(l->world, l->state, &STREAMS, all_but(on), n_day);
    assert_int_equal(ho_state_check(l->state, NULL), HO_OK);
}

static const char *const PAYROLL[] = {"payroll", NULL};

static void ghosts_grow_as_soldiers_leave(void **unused) {
    (void)unused;
    static const char *const on[] = {"payroll", "desertion", NULL}, *const set[] = {"desertion_base=0.01", NULL};
    land l = land_of(6, NULL, set);
    double ghosts = 0;
    for (int week = 0; week < 8; week++) {
        days_of(&l, on, 7);
        double now = l.state->paper_total[COURT] - (double)ho_under_arms(l.state, COURT);
        assert_true(now >= ghosts && l.state->paper_total[COURT] == 600);
        assert_true(now == (double)l.state->deserted[COURT]);
        ghosts = now;
    }
    assert_true(ghosts > 50);
    land_free(&l);
}

/* A lost centre's books are closed, a retaken one's are those who came, and nobody is on two. */
static void books_follow_the_centre(void **unused) {
    (void)unused;
    land l = land_of(4, NULL, NULL);
    *fighters_at(l.world, l.state, COURT, 2) = 60; /* 40 of those on the books are gone */
    l.state->deserted[COURT] += 40;
    l.state->residents[2] += 40;
    ho_take(l.world, l.state, &STREAMS, 3, REEDS, HO_MODE_NEGOTIATED);
    days_of(&l, PAYROLL, 1);
    assert_true(l.state->paper[3] == 0 && l.state->paper[2] == 100 && l.state->paper_total[COURT] == 300);
    ho_take(l.world, l.state, &STREAMS, 3, CROWN, HO_MODE_FOUGHT);
    int32_t came = *fighters_at(l.world, l.state, COURT, 3);
    assert_true(came > 0 && l.state->paper[3] == came && l.state->paper[2] == 100 - came);
    days_of(&l, PAYROLL, 7);
    assert_true(l.state->paper_total[COURT] == 300);
    assert_true(l.state->paper_total[INSURGENTS] == (double)ho_under_arms(l.state, INSURGENTS));
    land_free(&l);
}

/* Districts have their pay day in turn: district i on days i, i + 7, ... */
static void arrears_are_the_days_not_paid(void **unused) {
    (void)unused;
    land l = land_of(9, NULL, NULL);
    for (int day = 0; day < 60; day++) {
        l.state->pay_share[COURT] = day < 30 ? 0.4 : 0.9;
        days_of(&l, PAYROLL, 1);
    }
    for (int i = 0; i < 9; i++) {
        int last = 59 - (59 - i % 7) % 7;
        double unpaid = 29 * 0.6 + (last - 29) * 0.1; /* finance paid on day 0 */
        assert_near("arrears", l.state->arrears_days[i], unpaid, 1e-9, 1);
        assert_near("pay", l.state->pay_reaching[i], 0.9 * (1 - l.state->leak_pay[i]), 1e-12, 1);
    }
    land_free(&l);
}

/* Who took a centre three days before its pay day is owed three of the seven days. */
static void a_new_garrison_is_owed_from_its_first_day(void **unused) {
    (void)unused;
    land l = land_of(3, NULL, NULL);
    days_of(&l, PAYROLL, 4);
    l.state->pay_share[INSURGENTS] = 0.5;
    ho_take(l.world, l.state, &STREAMS, 0, REEDS, HO_MODE_FOUGHT);
    l.state->taken_day[0] = 5; /* counted from the start of that day */
    days_of(&l, PAYROLL, 4); /* days 4 to 7, all unpaid by half, and days 1 to 3 paid */
    assert_near("arrears", l.state->arrears_days[0], 4 * 0.5 * 3 / 7, 1e-9, 1);
    land_free(&l);
}

/* Whoever has more than a week's bill works off 0.1 d/d, and pays for it. */
static void arrears_are_worked_off_with_money(void **unused) {
    (void)unused;
    static const char *const on[] = {"finance", "payroll", NULL};
    land l = land_of(2, "    finance: {upkeep_usd_day: 10, cash_usd: 1000000}\n", NULL);
    l.state->arrears_days[0] = l.state->arrears_days[1] = 3;
    days_of(&l, on, 28);
    assert_near("arrears", l.state->arrears_days[0], 3 - 2.1, 1e-9, 1); /* the first day does not know of them yet */
    int64_t paid = l.state->upkeep_usd[COURT];
    assert_int_equal(paid, 28 * 2000 + 27 * 200);
    days_of(&l, on, 28);
    assert_true(l.state->arrears_days[0] == 0 && l.state->in_arrears[COURT] == 0);
    paid = l.state->upkeep_usd[COURT];
    days_of(&l, on, 1);
    assert_int_equal(l.state->upkeep_usd[COURT] - paid, 2000);
    land_free(&l);
}

static void more_cash_never_lowers_morale(void **unused) {
    (void)unused;
    static const char *const on[] = {"finance", "payroll", "morale", NULL};
    static const char *const set[] = {"morale_pay=1.5", "morale_arrears=0.5", NULL};
    land l = land_of(8, "    finance: {upkeep_usd_day: 10, services_usd_day: 3000}\n", set);
    double before[8] = {0}, first = 0, last = 0;
    for (int64_t cash = 0; cash <= 1000000; cash += 50000) {
        ho_state_start(l.world, l.state, &STREAMS);
        for (size_t i = 0; i < 8; i++)
            l.state->arrears_days[i] = 5 * (double)i;
        l.state->cash_usd[COURT] = l.state->opening_usd[COURT] = cash;
        days_of(&l, on, 70);
        for (size_t i = 0; i < 8; i++) {
            if (l.state->morale[i] < before[i] - 1e-12)
                fail_msg("morale of %zu falls from %g to %g at %lld USD", i, before[i], l.state->morale[i], (long long)cash);
            before[i] = l.state->morale[i];
        }
        last = before[0];
        first = cash == 0 ? last : first;
    }
    assert_true(last > first + 0.2);
    land_free(&l);
}

static void leaks_of_garrisons_have_the_spread_stated(void **unused) {
    (void)unused;
    enum { SIDE = 50, N = SIDE * SIDE };
    static const char *const set[] = {"leak_pay=0.3", "leak_supply=0.25", NULL};
    small *country = small_lattice(SIDE, SIDE);
    for (size_t i = 1; i < N; i++)
        country->district[i].soldiers = 10;
    country->district[N - 1] = (small_district){.rebels = 10};
    ho_scenario *scenario = small_load(country);
    ho_world *world = world_with(scenario, 1, set);
    ho_state *state = state_started(world);
    ho_take(world, state, &STREAMS, N - 1, REEDS, HO_MODE_FOUGHT);
    ho_payroll_step(world, state, &STREAMS);
    const double want[2] = {0.3, 0.25}, *leak[2] = {state->leak_pay, state->leak_supply};
    double mean[2] = {0}, sd[2] = {0}, both = 0;
    for (int k = 0; k < 2; k++) {
        size_t below = 0;
        for (size_t i = 0; i < N - 1; i++) {
            below += leak[k][i] < want[k];
            mean[k] += ho_logit(leak[k][i]) / (N - 1);
            sd[k] += leak[k][i] * leak[k][i] / (N - 1);
        }
        assert_near("share below the national leak", (double)below / (N - 1), 0.5, 0.5 / sqrt(N), 4);
    }
    double variance[2] = {0}, leak_mean[2] = {0};
    for (size_t i = 0; i < N - 1; i++) {
        double x = ho_logit(leak[0][i]) - mean[0], y = ho_logit(leak[1][i]) - mean[1];
        variance[0] += x * x;
        variance[1] += y * y;
        both += x * y;
        leak_mean[0] += leak[0][i] / (N - 1);
        leak_mean[1] += leak[1][i] / (N - 1);
    }
    /* the standard error of a correlation r is (1 - r^2)/sqrt(n) */
    assert_near("correlation", both / sqrt(variance[0] * variance[1]), 0.7, 0.51 / sqrt(N), 4);
    for (int k = 0; k < 2; k++) { /* that of a Beta of the same mean and concentration, within a tenth */
        double beta_sd = sqrt(want[k] * (1 - want[k]) / 11);
        assert_near("spread", sqrt(sd[k] - leak_mean[k] * leak_mean[k]), beta_sd, 0.1 * beta_sd, 1);
    }
    assert_true(state->leak_pay[N - 1] == 0 && state->supply_reaching[N - 1] == 1 && state->pay_reaching[N - 1] == 1);
    assert_true(state->supply_reaching[0] == 1 - state->leak_supply[0]);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

static void national_leaks_are_tied(void **unused) {
    (void)unused;
    enum { N = 4000 };
    land l = land_of(2, NULL, NULL);
    double x[N], y[N], mean[2] = {0}, variance[2] = {0}, both = 0;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {5, r};
        ho_state_start(l.world, l.state, &streams);
        mean[0] += (x[r] = l.state->p[HO_P_LEAK_PAY]) / N;
        mean[1] += (y[r] = l.state->p[HO_P_LEAK_SUPPLY]) / N;
    }
    for (size_t r = 0; r < N; r++) {
        variance[0] += (x[r] - mean[0]) * (x[r] - mean[0]);
        variance[1] += (y[r] - mean[1]) * (y[r] - mean[1]);
        both += (x[r] - mean[0]) * (y[r] - mean[1]);
    }
    double sd = sqrt(0.3 * 0.7 / 11);
    assert_near("mean leak of pay", mean[0], 0.3, sd / sqrt(N), 4);
    assert_near("mean leak of stores", mean[1], 0.3, sd / sqrt(N), 4);
    /* equal in 0.7 of the replicates, independent in the others: the product of scores has variance below 3 */
    assert_near("correlation", both / sqrt(variance[0] * variance[1]), 0.7, sqrt(3.0 / N), 4);
    land_free(&l);
}

/* ---- a war ---- */

static ho_scenario *war(int cash) {
    char sections[512];
    small *country = small_ring(8);
    for (size_t i = 1; i < 8; i++)
        country->district[i] = (small_district){.soldiers = 100, .rebels = 100};
    snprintf(sections, sizeof sections,
             "patrons:\n  - id: far\n    name: Far\n    flows:\n"
             "      - {to: court, kind: cash, value: %d, known_on: 2030-04-30, source: test}\n", cash);
    country->court = "    finance: {upkeep_usd_day: 10, cash_usd: 8000}\n";
    country->sections = sections;
    ho_scenario *scenario = small_load(country);
    small_free(country);
    return scenario;
}

static void missing_pay_loses_districts(void **unused) {
    (void)unused;
    enum { N = 10000, DAYS = 60 };
    static const char *const set[] = {"morale_pay=2", "morale_arrears=1", NULL};
    ho_scenario *rich = war(8000), *poor = war(2000);
    ho_world_options options = ho_world_options_default();
    options.until = rich->from + DAYS - 1;
    options.set = set;
    options.n_set = 2;
    ensemble paid = measure(rich, &options, 0, N), unpaid = measure(poor, &options, 0, N);
    ensemble unnoticed = measure(poor, &options, UINT64_C(1) << ho_mechanism_find("payroll"), N);
    assert_more("districts lost as cash is cut", paired_at(&paid, &unpaid, DAYS - 1, M_LOST), 3);
    assert_more("morale lost as cash is cut", paired_at(&unpaid, &paid, 20, M_MORALE), 3);
    assert_more("districts lost, with less without", paired_at(&unnoticed, &unpaid, DAYS - 1, M_LOST), 3);
    ensemble_free(&paid);
    ensemble_free(&unpaid);
    ensemble_free(&unnoticed);
    ho_scenario_free(rich);
    ho_scenario_free(poor);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ghosts_grow_as_soldiers_leave),
        cmocka_unit_test(books_follow_the_centre),
        cmocka_unit_test(arrears_are_the_days_not_paid),
        cmocka_unit_test(a_new_garrison_is_owed_from_its_first_day),
        cmocka_unit_test(arrears_are_worked_off_with_money),
        cmocka_unit_test(more_cash_never_lowers_morale),
        cmocka_unit_test(leaks_of_garrisons_have_the_spread_stated),
        cmocka_unit_test(national_leaks_are_tied),
        cmocka_unit_test(missing_pay_loses_districts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
