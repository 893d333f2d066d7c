/* Money: ledgers in whole dollars, what a lost post or a lost capital costs, who bears a shortfall. The last test compares 10,000 replicates
 * of a ring of eight centres whose patron stops paying on day 10, paired, with the mechanism on and off: with it pay stops, without it
 * soldiers are paid as on day 0. */
#include "science/measures.h"

static const ho_streams STREAMS = {1, 0};

typedef struct land {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} land;

/* A line of four centres of the crown, 100 soldiers each, 1,000 people each, reeds around the last two. `court` and `sections` are lines
 * of YAML; sections begins with further lines of the insurgents. */
static land land_of(const char *court, const char *sections, const char *const *set) {
    small *country = small_line(4);
    for (size_t i = 1; i < 4; i++)
        country->district[i] = (small_district){.soldiers = 100, .rebels = i > 1 ? 100 : 0};
    country->court = court;
    country->sections = sections;
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

static void days_of_money(land *l, int n_day) {
    static const char *const on[] = {"patrons", "finance", NULL};
    run_days(l->world, l->state, &STREAMS, all_but(on), n_day);
    assert_int_equal(ho_state_check(l->state, NULL), HO_OK);
}

static const char CROSSING[] =
    "crossings:\n  - {id: post, name: Post, district: D0002, neighbour: Abroad, customs_usd_per_month: 304400, customs_sd_log: 0, "
    "known_on: 2030-04-30, source: test}\n";

static void a_lost_post_moves_exactly_its_customs(void **unused) {
    (void)unused;
    land l = land_of(NULL, CROSSING, NULL);
    days_of_money(&l, 3);
    assert_int_equal(l.state->customs_usd[COURT], 30000);
    assert_int_equal(l.state->customs_usd[INSURGENTS], 0);
    ho_take(l.world, l.state, &STREAMS, 2, REEDS, HO_MODE_FOUGHT);
    days_of_money(&l, 3);
    assert_int_equal(l.state->customs_usd[COURT], 30000);
    assert_int_equal(l.state->customs_usd[INSURGENTS], 30000);
    assert_int_equal(l.state->cash_usd[INSURGENTS], 30000);
    assert_true(l.state->income_usd_day[INSURGENTS] == 10000 && l.state->income_usd_day[COURT] == 0);
    land_free(&l);
}

/* A post in what is left of a fallen state pays whoever stands there, but not the state. */
static void a_fallen_state_collects_nothing(void **unused) {
    (void)unused;
    land l = land_of("    finance: {upkeep_usd_day: 0, tax_usd_day: {point: 500}}\n",
                     "  - {id: watch, name: Watch, bloc: crown, role: militia, known_on: 2030-04-30, source: test}\n"
                     "crossings:\n  - {id: post, name: Post, district: D0002, neighbour: Abroad, customs_usd_per_month: 304400, "
                     "customs_sd_log: 0, known_on: 2030-04-30, source: test}\n",
                     NULL);
    ho_take(l.world, l.state, &STREAMS, 0, REEDS, HO_MODE_FOUGHT);
    l.state->regime_clock[CROWN] = 0;
    days_of_money(&l, 1);
    assert_int_equal(l.state->customs_usd[COURT] + l.state->taxes_usd[COURT], 0);
    assert_true(l.state->pay_share[COURT] == 0 && l.state->funds[COURT] == 0);
    l.state->holder[2] = 2;
    days_of_money(&l, 1);
    assert_int_equal(l.state->customs_usd[2], 10000);
    land_free(&l);
}

/* Townspeople pay whoever holds the centre, the others who rules the country; the afraid pay less. */
static void taxes_follow_whom_people_live_under(void **unused) {
    (void)unused;
    static const char *const set[] = {"tax_fear=0.5", NULL};
    land l = land_of("    finance: {upkeep_usd_day: 0, tax_usd_day: {point: 4000}}\n",
                     "    finance: {upkeep_usd_day: 0, tax_usd_day: {point: 8000}}\n", set);
    ho_take(l.world, l.state, &STREAMS, 3, REEDS, HO_MODE_FOUGHT);
    for (size_t i = 0; i < 4; i++) {
        l.world->urban_share[i] = 0.25;
        l.state->countryside[CROWN * 4 + i] = i < 2 ? 1 : 0.4;
        l.state->countryside[REEDS * 4 + i] = i < 2 ? 0 : 0.6;
    }
    l.state->fear[1] = 1;
    l.state->residents[1] -= 200; /* displaced to 2 */
    l.state->displaced[2] += 200;
    l.state->away[0] += 200;
    double people[4] = {1000, 800, 1200, l.state->residents[3]};
    double crown = people[0] + 0.5 * people[1] + people[2] * (0.25 + 0.75 * 0.4) + people[3] * 0.75 * 0.4;
    double all = (double)l.state->people_start[0], reeds = people[2] * 0.75 * 0.6 + people[3] * (0.25 + 0.75 * 0.6);
    days_of_money(&l, 1);
    assert_near("governed by the crown", l.state->governed[CROWN], crown, 1e-9, 1);
    assert_near("governed by the reeds", l.state->governed[REEDS], reeds, 1e-9, 1);
    assert_int_equal(l.state->taxes_usd[COURT], (int64_t)(4000 * crown / all + 0.5));
    assert_int_equal(l.state->taxes_usd[INSURGENTS], (int64_t)(8000 * reeds / all + 0.5));
    land_free(&l);
}

static void a_crop_is_sold_in_its_months(void **unused) {
    (void)unused;
    land l = land_of(NULL,
                     "    finance: {upkeep_usd_day: 0, commodity_usd_day: {point: 1000}, "
                     "commodity_season: [0, 0, 0, 0, 1, 0.5, 0, 0, 0, 0, 0, 0]}\n",
                     NULL);
    days_of_money(&l, 31 + 30 + 31); /* May to July */
    assert_int_equal(l.state->commodity_usd[INSURGENTS], 31 * 1000 + 30 * 500);
    land_free(&l);
}

/* 400 soldiers at 10 and civil wages of 2,000 against an income of 3,000: 3,000 are missing. */
static void civil_wages_bear_a_shortfall_first(void **unused) {
    (void)unused;
    static const char *const some[] = {"security_first=0.5", NULL}, *const all[] = {"security_first=0.9", NULL};
    static const char court[] = "    finance: {upkeep_usd_day: 10, tax_usd_day: {point: 3000}, services_usd_day: 2000}\n";
    land l = land_of(court, NULL, some);
    for (size_t i = 0; i < 4; i++) {
        l.state->countryside[CROWN * 4 + i] = 1;
        l.state->countryside[REEDS * 4 + i] = 0;
    }
    days_of_money(&l, 1);
    assert_near("civil wages", l.state->services_share[CROWN], 0.25, 1e-3, 1);
    assert_near("pay", l.state->pay_share[COURT], 2500.0 / 4000, 1e-3, 1);
    assert_int_equal(l.state->cash_usd[COURT], 0);
    assert_true(l.state->funds[COURT] == 0 && l.state->bill_usd_day[COURT] == 6000);
    land_free(&l);
    l = land_of(court, NULL, all); /* 2,700 would be more than all civil wages */
    for (size_t i = 0; i < 4; i++) {
        l.state->countryside[CROWN * 4 + i] = 1;
        l.state->countryside[REEDS * 4 + i] = 0;
    }
    days_of_money(&l, 1);
    assert_true(l.state->services_share[CROWN] == 0);
    assert_near("pay", l.state->pay_share[COURT], 0.75, 1e-3, 1);
    land_free(&l);
}

static void who_has_no_finances_lacks_nothing(void **unused) {
    (void)unused;
    land l = land_of(NULL, NULL, NULL);
    days_of_money(&l, 30);
    for (size_t f = 0; f < 2; f++) {
        assert_true(l.state->pay_share[f] == 1 && l.state->funds[f] == 1 && l.state->back_days[f] == 0);
        assert_int_equal(l.state->cash_usd[f], 0);
    }
    assert_true(l.state->services_share[CROWN] == 1);
    land_free(&l);
}

static void nobody_takes_more_than_there_is(void **unused) {
    (void)unused;
    land l = land_of("    finance: {upkeep_usd_day: 0, cash_usd: 2500}\n",
                     "patrons:\n  - id: lender\n    name: Lender\n    flows:\n"
                     "      - {to: court, kind: cash, value: -1000, known_on: 2030-04-30, source: test}\n",
                     NULL);
    days_of_money(&l, 2);
    assert_int_equal(l.state->cash_usd[COURT], 500);
    days_of_money(&l, 10);
    assert_int_equal(l.state->cash_usd[COURT], 0);
    assert_int_equal(l.state->from_patrons_usd[COURT], -2500);
    land_free(&l);
}

static void lose_capital(land *l) {
    ho_take(l->world, l->state, &STREAMS, 0, REEDS, HO_MODE_FOUGHT);
    l->state->regime_clock[CROWN] = 0;
}

/* The state's cash is lost, its reserves at home are seized, those abroad are frozen and follow recognition. */
static void frozen_reserves_follow_recognition(void **unused) {
    (void)unused;
    land l = land_of("    finance: {upkeep_usd_day: 0, cash_usd: 700, reserves_usd: 10000, reserves_abroad: 0.8}\n", NULL, NULL);
    days_of_money(&l, 1);
    assert_int_equal(l.state->frozen_usd[CROWN], 0);
    lose_capital(&l);
    days_of_money(&l, 1);
    assert_int_equal(l.state->lost_usd[COURT], 700);
    assert_int_equal(l.state->cash_usd[COURT], 0);
    assert_int_equal(l.state->frozen_usd[CROWN], 8000);
    assert_int_equal(l.state->cash_usd[INSURGENTS], 2000);
    days_of_money(&l, 50);
    assert_int_equal(l.state->cash_usd[INSURGENTS], 2000);
    static const double recognised[] = {0.25, 0.25, 0.5, 1};
    static const int64_t cash[] = {4000, 4000, 6000, 10000};
    for (size_t k = 0; k < 4; k++) {
        l.state->recognised[REEDS] = recognised[k];
        ho_finance_step(l.world, l.state, &STREAMS);
        assert_true(llabs(l.state->cash_usd[INSURGENTS] - cash[k]) <= 2); /* whole dollars */
        assert_int_equal(l.state->frozen_usd[CROWN] + l.state->cash_usd[INSURGENTS], 10000);
    }
    land_free(&l);
}

/* 200 reeds at 2 come to expect the 10 of the soldiers they beat, and civil servants are theirs to pay. */
static void a_victor_inherits_the_bills_and_some_taxes(void **unused) {
    (void)unused;
    static const char *const set[] = {"victor_collects=0.5", "upkeep_rise=90", "tax_fear=0", NULL};
    land l = land_of("    finance: {upkeep_usd_day: 10, tax_usd_day: {point: 4000}, services_usd_day: 3000}\n",
                     "    finance: {upkeep_usd_day: 2, tax_usd_day: {point: 100}, cash_usd: 100000000}\n", set);
    days_of_money(&l, 1);
    assert_true(l.state->bill_usd_day[INSURGENTS] == 400);
    for (size_t i = 0; i < 4; i++)
        ho_take(l.world, l.state, &STREAMS, i, REEDS, HO_MODE_FOUGHT);
    l.state->regime_clock[CROWN] = 0;
    ho_count_books(l.world, l.state);
    double books = l.state->paper_total[INSURGENTS];
    double due[91], taxes[91];
    for (size_t day = 0; day < 91; day++) {
        int64_t before = l.state->taxes_usd[INSURGENTS];
        days_of_money(&l, 1);
        due[day] = l.state->bill_usd_day[INSURGENTS];
        taxes[day] = (double)(l.state->taxes_usd[INSURGENTS] - before);
    }
    /* the centres were taken when day 0 was simulated, the first day here is day 1 */
    assert_near("after 46 d", due[45], books * (2 + 8 * 46.0 / 90) + 3000, 1, 1);
    assert_near("after 90 d", due[90], books * 10 + 3000, 1, 1);
    double share = l.state->governed[REEDS] / (double)l.state->people_start[0];
    assert_near("taxes", taxes[90], (100 + 0.5 * 4000) * share, 1, 1);
    assert_true(share > 0.5 && l.state->services_share[REEDS] == 1 && l.state->services_share[CROWN] == 0);
    assert_int_equal(l.state->upkeep_usd[COURT], l.state->taxes_usd[COURT] - l.state->services_usd[COURT]);
    land_free(&l);
}

/* Means are what is left over; savings of a month of the bill of a tenth more fighters fill them. */
static void means_grow_with_cash(void **unused) {
    (void)unused;
    land l = land_of("    finance: {upkeep_usd_day: 10, cash_usd: 4000}\n", NULL, NULL);
    double last = -1;
    for (int64_t cash = 0; cash <= 24000; cash += 4000) {
        ho_state_start(l.world, l.state, &STREAMS);
        l.state->cash_usd[COURT] = l.state->opening_usd[COURT] = cash;
        l.state->tax_usd_day[COURT] = 6000;
        days_of_money(&l, 1);
        double spare = l.state->income_usd_day[COURT] - 4000 + (double)l.state->cash_usd[COURT] / 30;
        assert_near("funds", l.state->funds[COURT], l.state->pay_share[COURT] < 1 ? 0 : ho_clip(spare / 400, 0, 1), 1e-12, 1);
        assert_true(l.state->funds[COURT] >= last);
        last = l.state->funds[COURT];
    }
    assert_true(last == 1);
    land_free(&l);
}

/* ---- a war ---- */

static const char COURT_MONEY[] = "    finance: {upkeep_usd_day: 10, tax_usd_day: {point: 2000}, cash_usd: 20000, reserves_usd: 50000, "
                                  "reserves_abroad: 0.7, services_usd_day: 1500}\n";
static const char WAR[] =
    "    finance: {upkeep_usd_day: 3, tax_usd_day: {lognormal: [900, 0.5]}, commodity_usd_day: {point: 700}, cash_usd: 3000}\n"
    "patrons:\n"
    "  - id: far\n    name: Far\n    recognition: {point: 0.5}\n    flows:\n"
    "      - {to: court, kind: cash, value: 8000, until: 2030-05-10, known_on: 2030-04-30, source: test}\n"
    "  - id: near\n    name: Near\n    recognition: {point: 0.9}\n    flows:\n"
    "      - {to: insurgents, kind: cash, value: 300, known_on: 2030-04-30, source: test}\n"
    "crossings:\n  - {id: post, name: Post, district: D0003, neighbour: Abroad, customs_usd_per_month: 30000, customs_sd_log: 0.5, "
    "known_on: 2030-04-30, source: test}\n";

static ho_scenario *war(void) {
    small *country = small_ring(8);
    for (size_t i = 1; i < 8; i++)
        country->district[i] = (small_district){.soldiers = 100, .rebels = 100};
    country->court = COURT_MONEY;
    country->sections = WAR;
    ho_scenario *scenario = small_load(country);
    small_free(country);
    return scenario;
}

static void books_balance_every_day_of_a_war(void **unused) {
    (void)unused;
    ho_scenario *scenario = war();
    size_t n_fallen = 0, n_released = 0;
    for (int n_step = 1; n_step <= 2; n_step++) {
        ho_world *world = world_with(scenario, n_step, NULL);
        ho_state *state = state_of(world);
        for (uint32_t r = 0; r < 40; r++) {
            const ho_streams streams = {3, r};
            ho_state_start(world, state, &streams);
            state->fights = state->checking = true; /* the ledgers after every mechanism */
            run_days(world, state, &streams, 0, 240);
            n_fallen += state->regime_clock[CROWN] >= 0;
            n_released += state->seized_usd[INSURGENTS] > 15000;
        }
        ho_state_free(state);
        ho_world_free(world);
    }
    if (n_fallen < 10 || n_released < 5)
        fail_msg("%zu of 80 wars were lost and %zu victors recognised: too few to show anything", n_fallen, n_released);
    ho_scenario_free(scenario);
}

static void a_state_that_cannot_pay_loses_more(void **unused) {
    (void)unused;
    enum { N = 10000, DAYS = 60 };
    ho_scenario *scenario = war();
    static const char *const set[] = {"morale_pay=2", "morale_arrears=1", NULL};
    ho_world_options options = ho_world_options_default();
    options.until = scenario->from + DAYS - 1;
    options.set = set;
    options.n_set = 2;
    ensemble with = measure(scenario, &options, 0, N);
    ensemble without = measure(scenario, &options, UINT64_C(1) << ho_mechanism_find("finance"), N);
    assert_more("districts lost, with less without", paired_at(&without, &with, DAYS - 1, M_LOST), 3);
    assert_more("deserters, with less without", paired_at(&without, &with, DAYS - 1, M_DESERTED), 3);
    ensemble_free(&with);
    ensemble_free(&without);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_lost_post_moves_exactly_its_customs),
        cmocka_unit_test(a_fallen_state_collects_nothing),
        cmocka_unit_test(taxes_follow_whom_people_live_under),
        cmocka_unit_test(a_crop_is_sold_in_its_months),
        cmocka_unit_test(civil_wages_bear_a_shortfall_first),
        cmocka_unit_test(who_has_no_finances_lacks_nothing),
        cmocka_unit_test(nobody_takes_more_than_there_is),
        cmocka_unit_test(frozen_reserves_follow_recognition),
        cmocka_unit_test(a_victor_inherits_the_bills_and_some_taxes),
        cmocka_unit_test(means_grow_with_cash),
        cmocka_unit_test(books_balance_every_day_of_a_war),
        cmocka_unit_test(a_state_that_cannot_pay_loses_more),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
