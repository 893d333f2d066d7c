/* Patrons: what flows react to and how far, whom borders let in, who is recognised and when, aircraft on call, aid to a resistance, promises
 * that wear out. Chances are compared with their closed forms within 4 standard errors. The last test compares 10,000 replicates of a ring
 * of eight centres whose patron's pay and sorties end on day 10, paired, with the mechanism on and off: without it they go on. */
#include "science/measures.h"

static const ho_streams STREAMS = {1, 0};

enum { WATCH = 2, FRONT }; /* factions after those of small.h: a militia and a resistance of the crown */
enum { FAR, NEAR, OTHER }; /* patrons */

#define FACTIONS \
    "  - {id: watch, name: Watch, bloc: crown, role: militia, known_on: 2030-04-30, source: test}\n" \
    "  - {id: front, name: Front, bloc: crown, role: resistance, known_on: 2030-04-30, source: test}\n"
#define KNOWN "known_on: 2030-04-30, source: test"

typedef struct land {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} land;

/* A line of eight centres of the crown; 20 km from one to the next. */
static land land_of(const char *sections, const char *const *set) {
    small *country = small_line(8);
    for (size_t i = 1; i < 8; i++)
        country->district[i] = (small_district){.soldiers = 100, .rebels = i == 7 ? 100 : 0};
    country->district[4].seat = true;
    country->district[4].province = 1;
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

static void days_of(land *l, int n_day) {
    static const char *const on[] = {"calendar", "patrons", NULL};
    run_days(l->world, l->state, &STREAMS, all_but(on), n_day);
    assert_int_equal(ho_state_check(l->state, NULL), HO_OK);
}

/* ---- flows ---- */

static const char FLOWS[] = FACTIONS
    "patrons:\n"
    "  - id: far\n    name: Far\n    flows:\n"
    "      - {to: court, kind: cash, value: 6000, " KNOWN "}\n"
    "      - {to: court, kind: sorties, value: 2, until: 2030-05-10, " KNOWN "}\n"
    "      - {to: watch, kind: cash, value: 1000, " KNOWN "}\n"
    "  - id: near\n    name: Near\n    flows:\n"
    "      - {to: insurgents, kind: cash, value: 3000, " KNOWN "}\n"
    "      - {to: insurgents, kind: cash, value: 2000, from: 2030-05-11, " KNOWN "}\n"
    "calendar:\n"
    "  - {id: stay, kind: withdrawal, date: 2030-05-01, value: 0, bloc: crown, " KNOWN "}\n"
    "  - {id: go, kind: withdrawal, date: 2030-05-21, value: 1, bloc: crown, " KNOWN "}\n";

/* On day t of 20 the crown's foreign forces are gone by t/20; the reeds get 2,000 more from day 10, of 10,000 given in all on day 0. */
static void flows_react_to_withdrawal_and_rivals(void **unused) {
    (void)unused;
    static const char *const set[] = {"covert_flow=0", "patron_steps_in=0.8", "patron_rivals=0.5", NULL};
    land l = land_of(FLOWS, set);
    days_of(&l, 1);
    assert_near("on day 0 as dated", l.state->cash_usd_day[WATCH], 1000, 1e-9, 1);
    days_of(&l, 5); /* day 5 */
    assert_near("a quarter gone", l.state->cash_usd_day[WATCH], 1000 * (1 + 0.8 * 0.25), 1e-9, 1);
    days_of(&l, 10); /* day 15 */
    double more = 1 + 0.5 * 2000.0 / 10000;
    assert_near("and rivals give more", l.state->cash_usd_day[WATCH], 1000 * (1 + 0.8 * 0.75) * more, 1e-9, 1);
    assert_near("a state's flow is as dated", l.state->cash_usd_day[COURT], 6000, 1e-9, 1);
    assert_near("nothing changed for the reeds", l.state->cash_usd_day[INSURGENTS], 5000, 1e-9, 1);
    assert_true(l.state->sorties_patron[CROWN] == 0);
    land_free(&l);
}

static void flows_grow_threefold_at_most(void **unused) {
    (void)unused;
    static const char *const set[] = {"covert_flow=0", "patron_steps_in=9", "patron_rivals=10", NULL};
    land l = land_of(FLOWS, set);
    days_of(&l, 40);
    assert_near("cash", l.state->cash_usd_day[WATCH], 3000, 1e-9, 1);
    land_free(&l);
}

static void a_fallen_state_is_sent_nothing(void **unused) {
    (void)unused;
    static const char *const set[] = {"covert_flow=0", "patron_steps_in=0", "patron_rivals=0", NULL};
    land l = land_of(FLOWS, set);
    days_of(&l, 3);
    assert_true(l.state->cash_usd_day[COURT] == 6000 && l.state->sorties_patron[CROWN] == 2);
    l.state->regime_clock[CROWN] = 0;
    days_of(&l, 1);
    assert_true(l.state->cash_usd_day[COURT] == 0 && l.state->sorties_patron[CROWN] == 0);
    assert_true(l.state->cash_usd_day[WATCH] == 1000 && l.state->cash_usd_day[INSURGENTS] == 3000);
    land_free(&l);
}

/* Log of the factor: mean 0, sd 0.8; a state's flow is known. */
static void covert_flows_are_uncertain(void **unused) {
    (void)unused;
    enum { N = 2000 };
    land l = land_of(FLOWS, NULL);
    double x[N], square[N];
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {2, r};
        ho_state_start(l.world, l.state, &streams);
        ho_patrons_step(l.world, l.state, &streams);
        assert_true(l.state->cash_usd_day[COURT] == 6000);
        x[r] = log(l.state->cash_usd_day[INSURGENTS] / 3000);
        square[r] = x[r] * x[r];
    }
    estimate mean = estimate_of(x, N), variance = estimate_of(square, N);
    assert_near("mean of the log", mean.mean, 0, mean.se, 4);
    assert_near("variance of the log", variance.mean, 0.64, variance.se, 4);
    land_free(&l);
}

/* ---- borders ---- */

#define BORDER(tolerated) FACTIONS \
    "patrons:\n" \
    "  - id: far\n    name: Far\n    neighbour: Steppe\n    guaranteed: true\n    tolerated: 1000\n    border:\n" \
    "      - {from: 2030-04-01, people: open, soldiers: open, armed: open, " KNOWN "}\n    flows:\n" \
    "      - {to: insurgents, kind: sanctuary, value: 0.4, " KNOWN "}\n" \
    "  - id: near\n    name: Near\n    neighbour: Marsh\n" tolerated "    border:\n" \
    "      - {from: 2030-04-01, people: open, soldiers: limited, armed: open, " KNOWN "}\n" \
    "      - {from: 2030-07-01, people: open, soldiers: closed, armed: closed, " KNOWN "}\n    flows:\n" \
    "      - {to: insurgents, kind: sanctuary, value: 0.9, " KNOWN "}\n"

static const char BORDERS[] = BORDER("    tolerated: 1000\n"), OPEN_BORDERS[] = BORDER("");

static size_t neighbour_named(const ho_world *world, const char *name) {
    for (size_t k = 0; k < world->n_neighbour; k++)
        if (strcmp(world->neighbour[k], name) == 0)
            return k;
    fail_msg("no neighbour %s", name);
    return 0;
}

static const uint8_t *posture_of(const land *l, const char *name) {
    return &l->state->posture[neighbour_named(l->world, name) * HO_N_TRAVELLER];
}

static void a_guaranteed_border_lets_nobody_armed_in(void **unused) {
    (void)unused;
    land l = land_of(BORDERS, NULL);
    days_of(&l, 1);
    assert_int_equal(posture_of(&l, "Steppe")[HO_TRAVELLER_ARMED], HO_POSTURE_CLOSED);
    assert_int_equal(posture_of(&l, "Steppe")[HO_TRAVELLER_PEOPLE], HO_POSTURE_OPEN);
    assert_int_equal(posture_of(&l, "Marsh")[HO_TRAVELLER_ARMED], HO_POSTURE_OPEN);
    /* half of 0.4 behind the closed border and 0.9 make more than a full rear */
    assert_true(l.state->sanctuary[INSURGENTS] == 1 && l.state->sanctuary[COURT] == 0);
    land_free(&l);
}

static void a_rear_halves_behind_a_closed_border(void **unused) {
    (void)unused;
    land l = land_of(BORDERS, NULL);
    days_of(&l, 62); /* from July on Marsh is closed to the armed */
    assert_near("rear", l.state->sanctuary[INSURGENTS], 0.5 * 0.4 + 0.5 * 0.9, 1e-12, 1);
    land_free(&l);
}

/* Borders that have tightened n days after arrivals came to be twice the tolerated: 1 - exp(-0.02 x 2 n) of them. */
static void borders_tighten_as_people_arrive(void **unused) {
    (void)unused;
    enum { N = 4000, DAYS = 12 };
    static const char *const set[] = {"border_loosen=0", NULL};
    land l = land_of(BORDERS, set);
    size_t k = neighbour_named(l.world, "Marsh"), n_tight = 0;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {3, r};
        ho_state_start(l.world, l.state, &streams);
        static const char *const on[] = {"patrons", NULL};
        l.state->arrivals[k] = 2000;
        run_days(l.world, l.state, &streams, all_but(on), 1 + DAYS); /* on day 0 it is as announced */
        n_tight += l.state->tightened[k] > 0;
        int32_t tight = 1 + l.state->tightened[k];
        assert_int_equal(posture_of(&l, "Marsh")[HO_TRAVELLER_SOLDIERS], tight < 2 ? tight : 2);
        assert_int_equal(posture_of(&l, "Marsh")[HO_TRAVELLER_PEOPLE], l.state->tightened[k]);
        assert_int_equal(l.state->tightened[neighbour_named(l.world, "Steppe")], 0);
    }
    estimate share = share_of(n_tight, N);
    assert_near("tightened", share.mean, 1 - exp(-0.02 * 2 * DAYS), share.se, 4);
    land_free(&l);
}

static void borders_loosen_and_announcements_start_afresh(void **unused) {
    (void)unused;
    enum { N = 4000, DAYS = 30 };
    land l = land_of(BORDERS, NULL);
    static const char *const on[] = {"patrons", NULL};
    size_t k = neighbour_named(l.world, "Marsh"), n_loose = 0;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {4, r};
        ho_state_start(l.world, l.state, &streams);
        l.state->tightened[k] = 1;
        run_days(l.world, l.state, &streams, all_but(on), 1 + DAYS);
        n_loose += l.state->tightened[k] == 0;
    }
    estimate share = share_of(n_loose, N);
    assert_near("loosened", share.mean, 1 - exp(-0.005 * DAYS), share.se, 4);
    l.state->tightened[k] = 1;
    l.state->step = 60; /* the last of June */
    run_days(l.world, l.state, &STREAMS, all_but(on), 2);
    assert_int_equal(l.state->tightened[k], 0);
    land_free(&l);
}

static void who_tolerates_anybody_never_tightens(void **unused) {
    (void)unused;
    land l = land_of(OPEN_BORDERS, NULL);
    size_t k = neighbour_named(l.world, "Marsh");
    l.state->arrivals[k] = 1e9;
    days_of(&l, 60);
    assert_int_equal(l.state->tightened[k], 0);
    land_free(&l);
}

/* ---- recognition ---- */

static const char JUDGES[] =
    FACTIONS
    "patrons:\n"
    "  - id: far\n    name: Far\n    recognition: {point: 0.2}\n    flows:\n"
    "      - {to: court, kind: cash, value: 3000, " KNOWN "}\n"
    "  - id: near\n    name: Near\n    recognition: {point: 1}\n    flows:\n"
    "      - {to: insurgents, kind: cash, value: 1000, " KNOWN "}\n"
    "  - id: other\n    name: Other\n";

static void lose_capital(land *l) {
    ho_take(l->world, l->state, &STREAMS, 0, REEDS, HO_MODE_FOUGHT);
    l->state->regime_clock[CROWN] = 0;
}

static void recognition_counts_by_cash(void **unused) {
    (void)unused;
    static const char *const set[] = {"covert_flow=0", NULL};
    land l = land_of(JUDGES, set);
    days_of(&l, 15);
    assert_true(l.state->recognised[CROWN] == 1 && l.state->recognised[REEDS] == 0);
    lose_capital(&l);
    for (int day = 0; day < 230; day++) {
        days_of(&l, 1);
        double far = l.state->recognises[FAR * 2 + REEDS], near = l.state->recognises[NEAR * 2 + REEDS];
        assert_near("recognised", l.state->recognised[REEDS], 0.75 * far + 0.25 * near, 1e-12, 1);
        assert_near("both", l.state->recognised[REEDS] + l.state->recognised[CROWN], 1, 1e-12, 1);
        assert_int_equal(l.state->recognises[OTHER * 2 + REEDS], 0); /* chance 0 */
        if (day >= 6)
            assert_true(near == 1); /* chance 1 a month: at the first look */
    }
    land_free(&l);
}

/* Looked at weekly: after w looks 1 - (1 - p)^(7 w/30.44) of the replicates. */
static void recognition_comes_at_its_chance_a_month(void **unused) {
    (void)unused;
    enum { N = 3000, WEEKS = 9 };
    land l = land_of(JUDGES, NULL);
    static const char *const on[] = {"patrons", NULL};
    size_t n = 0;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {6, r};
        ho_state_start(l.world, l.state, &streams);
        run_days(l.world, l.state, &streams, all_but(on), 1);
        ho_take(l.world, l.state, &streams, 0, REEDS, HO_MODE_FOUGHT);
        l.state->regime_clock[CROWN] = 0;
        run_days(l.world, l.state, &streams, all_but(on), 7 * WEEKS);
        n += l.state->recognises[FAR * 2 + REEDS];
    }
    estimate share = share_of(n, N);
    assert_near("recognised", share.mean, 1 - pow(0.8, 7 * WEEKS / 30.44), share.se, 4);
    land_free(&l);
}

/* ---- aircraft on call ---- */

#define CALL_WITH(chance) FACTIONS \
    "patrons:\n" \
    "  - id: far\n    name: Far\n    air_on_call: {point: 5}\n    air_on_call_chance: " chance "\n    flows:\n" \
    "      - {to: court, kind: sorties, value: 1, " KNOWN "}\n"

static const char *const NEAR_THE_CAPITAL[] = {"on_call_range=50", "on_call_delay=4", NULL};

static void aircraft_come_after_the_delay(void **unused) {
    (void)unused;
    land l = land_of(CALL_WITH("1"), NEAR_THE_CAPITAL);
    assert_near("way to 5", l.world->capital_km[5], 100, 1e-9, 1);
    ho_take(l.world, l.state, &STREAMS, 7, REEDS, HO_MODE_FOUGHT); /* 140 km off */
    days_of(&l, 10);
    assert_true(l.state->sorties_patron[CROWN] == 1 && isnan(l.state->on_call_day[FAR]));
    ho_take(l.world, l.state, &STREAMS, 2, REEDS, HO_MODE_FOUGHT); /* 40 km */
    days_of(&l, 3); /* day 12 is a day of looking */
    assert_true(l.state->on_call_day[FAR] == 16 && l.state->sorties_patron[CROWN] == 1);
    days_of(&l, 3);
    assert_true(l.state->sorties_patron[CROWN] == 1);
    days_of(&l, 1); /* day 16 */
    assert_true(l.state->sorties_patron[CROWN] == 6);
    ho_take(l.world, l.state, &STREAMS, 2, CROWN, HO_MODE_FOUGHT);
    days_of(&l, 3);
    assert_true(l.state->sorties_patron[CROWN] == 1 && isnan(l.state->on_call_day[FAR]));
    l.state->battle_days[4] = 9; /* a capital is engaged */
    days_of(&l, 8);
    assert_true(l.state->sorties_patron[CROWN] == 6);
    l.state->regime_clock[CROWN] = 0;
    days_of(&l, 1);
    assert_true(l.state->sorties_patron[CROWN] == 0);
    land_free(&l);
}

static void a_patron_is_willing_in_its_share_of_replicates(void **unused) {
    (void)unused;
    enum { N = 3000 };
    land l = land_of(CALL_WITH("0.3"), NEAR_THE_CAPITAL);
    static const char *const on[] = {"patrons", NULL};
    size_t n = 0;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {7, r};
        ho_state_start(l.world, l.state, &streams);
        ho_take(l.world, l.state, &streams, 2, REEDS, HO_MODE_FOUGHT);
        run_days(l.world, l.state, &streams, all_but(on), 10); /* three looks, one draw */
        n += l.state->sorties_patron[CROWN] > 1;
    }
    estimate share = share_of(n, N);
    assert_near("willing", share.mean, 0.3, share.se, 4);
    land_free(&l);
}

/* ---- a resistance ---- */

static const char AID[] = FACTIONS
    "patrons:\n"
    "  - id: far\n    name: Far\n    aid_to_resistance: 1\n    flows:\n"
    "      - {to: court, kind: cash, value: 60000, " KNOWN "}\n"
    "calendar:\n"
    "  - {id: out, kind: evacuation, date: 2030-05-10, until: 2030-06-01, value: 100, bloc: crown, " KNOWN "}\n";

static void a_resistance_is_paid_after_the_evacuation(void **unused) {
    (void)unused;
    land l = land_of(AID, NULL);
    l.state->airport_open[0] = 1;
    days_of(&l, 10);
    lose_capital(&l);
    l.state->risen[FRONT] = 1;
    days_of(&l, 23); /* to 2 June, day 32 */
    assert_true(isnan(l.state->aid_day[FAR]));
    days_of(&l, 3); /* day 35 is a day of looking */
    assert_true(l.state->aid_day[FAR] == 65 && l.state->cash_usd_day[FRONT] == 0);
    days_of(&l, 30); /* day 65 */
    assert_near("aid", l.state->cash_usd_day[FRONT], 600, 1e-9, 1);
    assert_true(l.state->cash_usd_day[COURT] == 0 && l.state->cash_usd_day[WATCH] == 0);
    l.state->risen[WATCH] = 1;
    days_of(&l, 1);
    assert_true(l.state->cash_usd_day[FRONT] == 300 && l.state->cash_usd_day[WATCH] == 300);
    l.state->risen[WATCH] = l.state->risen[FRONT] = 0;
    days_of(&l, 1);
    assert_true(l.state->cash_usd_day[FRONT] == 0);
    land_free(&l);
}

/* Where nobody can be flown out there is nothing to endanger: the patron decides on the next day of looking, the 14th. */
static void a_shut_airport_holds_no_aid_back(void **unused) {
    (void)unused;
    land l = land_of(AID, NULL);
    l.state->airport_open[0] = 0;
    days_of(&l, 10);
    lose_capital(&l);
    l.state->risen[FRONT] = 1;
    days_of(&l, 5);
    assert_true(l.state->aid_day[FAR] == 44);
    land_free(&l);
}

/* ---- words ---- */

static void promises_wear_out(void **unused) {
    (void)unused;
    static const char sections[] = FACTIONS
        "calendar:\n"
        "  - {id: base-1, kind: handover, date: 2030-05-03, value: 0, bloc: crown, " KNOWN "}\n"
        "  - {id: base-2, kind: handover, date: 2030-05-04, value: 0, bloc: crown, " KNOWN "}\n"
        "  - {id: word, kind: announcement, date: 2030-05-06, value: 1, bloc: crown, " KNOWN "}\n"
        "  - {id: reform, kind: reshuffle, date: 2030-05-07, value: 1, bloc: crown, " KNOWN "}\n"
        "  - {id: base-3, kind: handover, date: 2030-05-10, value: 0, bloc: crown, " KNOWN "}\n"
        "  - {id: base-4, kind: handover, date: 2030-05-11, value: 0, bloc: crown, " KNOWN "}\n"
        "  - {id: base-5, kind: handover, date: 2030-05-12, value: 0, bloc: crown, " KNOWN "}\n";
    static const char *const set[] = {"announcement_shock=-1", "announcement_decay=1000", NULL};
    land l = land_of(sections, set);
    const double keep = exp(-1.0 / 1000);
    days_of(&l, 5);
    assert_near("credibility", l.state->patron_credibility[CROWN], 0.6, 1e-12, 1);
    days_of(&l, 1);
    assert_near("a word counts by it", l.state->belief_shock[CROWN], -0.6, 1e-12, 1);
    days_of(&l, 1);
    assert_near("a deed counts in full", l.state->belief_shock[CROWN], -0.6 * keep - 1, 1e-12, 1);
    days_of(&l, 10);
    assert_near("credibility", l.state->patron_credibility[CROWN], 0.2, 1e-12, 1);
    assert_true(l.state->patron_credibility[REEDS] == 1);
    land_free(&l);
}

/* ---- a war ---- */

static void what_ends_on_day_ten_is_missed(void **unused) {
    (void)unused;
    enum { N = 10000, DAYS = 60 };
    static const char *const set[] = {"morale_pay=2", "morale_arrears=1", "air_defence=0.5", "air_kill=2"};
    small *country = small_ring(8);
    for (size_t i = 1; i < 8; i++)
        country->district[i] = (small_district){.soldiers = 100, .rebels = 100};
    country->court = "    finance: {upkeep_usd_day: 10, cash_usd: 8000}\n";
    country->sections = "patrons:\n  - id: far\n    name: Far\n    flows:\n"
                        "      - {to: court, kind: cash, value: 8000, until: 2030-05-10, " KNOWN "}\n"
                        "      - {to: court, kind: sorties, value: 2, until: 2030-05-10, " KNOWN "}\n";
    ho_scenario *scenario = small_load(country);
    ho_world_options options = ho_world_options_default();
    options.until = scenario->from + DAYS - 1;
    options.set = set;
    options.n_set = N_OF(set);
    ensemble with = measure(scenario, &options, 0, N);
    ensemble without = measure(scenario, &options, UINT64_C(1) << ho_mechanism_find("patrons"), N);
    assert_more("districts lost, with less without", paired_at(&without, &with, DAYS - 1, M_LOST), 3);
    assert_more("morale, without less with", paired_at(&with, &without, 30, M_MORALE), 3);
    ensemble_free(&with);
    ensemble_free(&without);
    ho_scenario_free(scenario);
    small_free(country);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flows_react_to_withdrawal_and_rivals),
        cmocka_unit_test(flows_grow_threefold_at_most),
        cmocka_unit_test(a_fallen_state_is_sent_nothing),
        cmocka_unit_test(covert_flows_are_uncertain),
        cmocka_unit_test(a_guaranteed_border_lets_nobody_armed_in),
        cmocka_unit_test(a_rear_halves_behind_a_closed_border),
        cmocka_unit_test(borders_tighten_as_people_arrive),
        cmocka_unit_test(borders_loosen_and_announcements_start_afresh),
        cmocka_unit_test(who_tolerates_anybody_never_tightens),
        cmocka_unit_test(recognition_counts_by_cash),
        cmocka_unit_test(recognition_comes_at_its_chance_a_month),
        cmocka_unit_test(aircraft_come_after_the_delay),
        cmocka_unit_test(a_patron_is_willing_in_its_share_of_replicates),
        cmocka_unit_test(a_resistance_is_paid_after_the_evacuation),
        cmocka_unit_test(a_shut_airport_holds_no_aid_back),
        cmocka_unit_test(promises_wear_out),
        cmocka_unit_test(what_ends_on_day_ten_is_missed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
