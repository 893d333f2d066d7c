/* Light arms that one faction gives another: out of stores that end, by road, conserved; they raise recruits as money does and make fighters
 * worth more; the other side has them when a centre falls or a leader goes over. */
#include "science/watch.h"

enum { N_DISTRICT = 6, N_PAIRED = 6000 };
static const ho_streams STREAMS = {1, 0};

#define STORES "    weapons_tonnes: {point: 12}\n"
#define GIFT(from, until)                                                                                              \
    WATCH_ROW "transfers:\n  - {giver: court, to: watch, tonnes_per_week: {point: 3}, from: " from ", until: " until    \
              ", known_on: 2030-04-30, source: test}\n"
#define ALWAYS GIFT("2030-05-01", "2030-12-31")

typedef struct place {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} place;

/* A line of six with 100 soldiers each, 12 t of arms among them; the watch holds 1 to 3 with 500 fighters each. */
static place place_of(const char *sections, const char *const *set) {
    small *country = small_line(N_DISTRICT);
    watch_people(country, 100, 40);
    country->court = STORES;
    country->sections = sections;
    place p = {.scenario = small_load(country)};
    p.world = world_with(p.scenario, 1, set);
    p.state = state_started(p.world);
    for (size_t i = 0; i < N_DISTRICT; i++)
        people_here(p.state, i, 1000000);
    for (size_t i = 1; i < 4; i++)
        watch_holds(p.world, p.state, i, 500);
    small_free(country);
    return p;
}

static void place_free(place *p) {
    ho_state_free(p->state);
    ho_world_free(p->world);
    ho_scenario_free(p->scenario);
}

static void muster_week(place *p, int32_t week) {
    for (int32_t day = 7 * week; day < 7 * week + 7; day++) {
        set_day(p->world, p->state, day);
        ho_mobilisation_step(p->world, p->state, &STREAMS);
        assert_ledgers(p->state);
    }
}

/* kg to the watch in district i, as if given before. */
static void arm_watch(place *p, size_t i, int32_t kg) {
    p->state->weapons[WATCH * N_DISTRICT + i] += kg;
    p->state->weapons_start[WATCH] += kg;
    ho_state_refresh_strength(p->world, p->state, i);
}

static const char *const QUIET[] = {"mobilisation_rate=0", "recruit_rate=0", "kit=20", "kit_worth=0.5", "carry_away=0.5", NULL};

/* 3 t a week out of 12: nothing is left after the fourth, and each of three garrisons has a third. */
static void arms_flow_until_the_stores_are_empty(void **unused) {
    (void)unused;
    place p = place_of(ALWAYS, QUIET);
    for (int32_t week = 0; week < 6; week++) {
        muster_week(&p, week);
        int64_t got = week < 4 ? 3000 * (week + 1) : 12000;
        assert_int_equal(p.state->weapons_got[WATCH], got);
        assert_int_equal(ho_weapons_held(p.state, COURT), 12000 - got);
    }
    for (size_t i = 0; i < N_DISTRICT; i++) {
        int32_t here = p.state->weapons[WATCH * N_DISTRICT + i];
        assert_true(i >= 1 && i < 4 ? abs(here - 4000) <= 4 : here == 0);
        assert_int_equal(p.state->weapons[COURT * N_DISTRICT + i], 0);
    }
    place_free(&p);
}

static void arms_are_given_by_date(void **unused) {
    (void)unused;
    place p = place_of(GIFT("2030-05-08", "2030-05-21"), QUIET);
    for (int32_t week = 0; week < 5; week++)
        muster_week(&p, week);
    assert_int_equal(p.state->weapons_got[WATCH], 6000);
    place_free(&p);
}

enum { FALLEN, ALONE, CUT_OFF, STORES_CUT_OFF, N_END };

/* No arms once the state has fallen, to who stands alone, to centres without a road home, out of stores without one. */
static void arms_end_with_the_state_the_alliance_and_the_road(void **unused) {
    (void)unused;
    for (int end = 0; end < N_END; end++) {
        place p = place_of(ALWAYS, QUIET);
        if (end == FALLEN)
            p.state->regime_clock[CROWN] = 1;
        if (end == ALONE)
            p.state->stance[WATCH] = HO_STANCE_ALONE;
        for (size_t i = 0; i < N_DISTRICT; i++)
            p.state->connected[i] = end == CUT_OFF ? i == 0 || i > 3 : end == STORES_CUT_OFF ? i > 0 && i < 4 : 1;
        if (end == STORES_CUT_OFF)
            for (size_t i = 1; i < 4; i++) { /* what the soldiers beside the watch have can still be had */
                p.state->weapons_start[COURT] -= p.state->weapons[COURT * N_DISTRICT + i];
                p.state->weapons[COURT * N_DISTRICT + i] = 0;
            }
        muster_week(&p, 0);
        assert_int_equal(p.state->weapons_got[WATCH], 0);
        place_free(&p);
    }
}

/* fighters x worth x (1 + g min(1, kits/fighters)): 250 kits for 500, then more than there are men; soldiers gain nothing by their stores. */
static void given_arms_make_a_militia_worth_more(void **unused) {
    (void)unused;
    place p = place_of(WATCH_ROW, QUIET);
    const double *strength = &p.state->strength[CROWN * N_DISTRICT];
    const double soldiers = strength[2] - 500, elsewhere = strength[3];
    assert_true(soldiers > 0 && p.state->weapons[COURT * N_DISTRICT + 2] > 0);
    arm_watch(&p, 2, 250 * 20);
    assert_near("half", strength[2], soldiers + 500 * 1.25, 1e-9, 3);
    arm_watch(&p, 2, 1000 * 20);
    assert_near("all", strength[2], soldiers + 500 * 1.5, 1e-9, 3);
    assert_near("soldiers", soldiers, 100 * p.state->worth[COURT * N_DISTRICT + 2], 1e-9, 3);
    assert_near("elsewhere", strength[3], elsewhere, 1e-9, 3);
    place_free(&p);
}

/* R = funds + (kits - recruited)/gap: half as many kits as men are missing recruit as half of the money does, and no kit twice. */
static void arms_raise_men_as_money_does(void **unused) {
    (void)unused;
    static const char *const set[] = {"mobilisation_rate=0.05", "recruit_rate=0", "kit=10", "kit_worth=0", NULL};
    int64_t recruited[3], later[3];
    for (int way = 0; way < 3; way++) { /* money, arms, neither */
        place p = place_of(WATCH_ROW, set);
        p.state->cap[WATCH] = 11500;
        p.state->funds[WATCH] = way == 0 ? 0.5 : 0;
        if (way == 1)
            arm_watch(&p, 2, 5000 * 10);
        muster_week(&p, 0);
        recruited[way] = p.state->recruited[WATCH];
        for (int32_t week = 1; week < 34; week++)
            muster_week(&p, week);
        later[way] = p.state->recruited[WATCH];
        place_free(&p);
    }
    assert_true(recruited[0] > 300);
    assert_int_equal(recruited[1], recruited[0]);
    assert_int_equal(recruited[2], 0);
    assert_true(later[0] > 6000 && later[1] > 2000 && later[1] <= 5000 + 3 * 20);
}

/* Terms hand over all of it, a fight 0.5 x 0.6; the rest is lost; the winner's attacks gain g kits/fighters. */
static void the_winner_of_a_centre_has_its_arms(void **unused) {
    (void)unused;
    static const char *const set[] = {"capture_share=0.6", "escape_share=0", "kit=20", "kit_worth=0.5", "captured_arms=0", NULL};
    for (int fought = 0; fought < 2; fought++) {
        place p = place_of(WATCH_ROW, set);
        arm_watch(&p, 3, 1000);
        int64_t stores = p.state->weapons[COURT * N_DISTRICT + 3], all = 1000 + stores;
        double men = (double)ho_under_arms(p.state, INSURGENTS);
        ho_take(p.world, p.state, &STREAMS, 3, REEDS, fought ? HO_MODE_FOUGHT : HO_MODE_NEGOTIATED);
        assert_ledgers(p.state);
        int64_t taken = p.state->weapons_captured[REEDS];
        assert_near("taken", (double)taken, fought ? 0.3 * (double)all : (double)all, 1, 2);
        assert_int_equal(p.state->weapons_lost[WATCH] + p.state->weapons_lost[COURT], all - taken);
        assert_near("attacks", p.state->arms[REEDS], 1 + 0.5 * ho_min(1, (double)taken / 20 / men), 1e-12, 3);
        place_free(&p);
    }
}

/* Half of the garrison reaches the next centre with half of its share: a quarter of the arms. */
static void who_escapes_takes_arms_along(void **unused) {
    (void)unused;
    static const char *const set[] = {"capture_share=1", "escape_share=0.5", "carry_away=0.5", "kit=20", NULL};
    place p = place_of(WATCH_ROW, set);
    arm_watch(&p, 3, 1000);
    ho_take(p.world, p.state, &STREAMS, 3, REEDS, HO_MODE_ABANDONED);
    assert_ledgers(p.state);
    assert_int_equal(p.state->weapons[WATCH * N_DISTRICT + 2] + p.state->weapons[WATCH * N_DISTRICT + 4], 250);
    assert_int_equal(p.state->weapons_taken[WATCH], 750);
    place_free(&p);
}

/* A leader goes over: who follows him brings half of his share of the arms, and the centres he hands over have the rest. */
static void arms_go_over_with_a_leader(void **unused) {
    (void)unused;
    static const char *const set[] = {"follow_share=0.8", "carry_away=0.5", "kit=20", "fighter_switch_rate=0", NULL};
    place p = place_of(WATCH_ROW, set);
    for (size_t i = 1; i < 4; i++)
        arm_watch(&p, i, 1000);
    int64_t stores = 0;
    for (size_t i = 1; i < 4; i++)
        stores += p.state->weapons[COURT * N_DISTRICT + i];
    p.state->n_look[WATCH] = 1;
    for (int k = 0; k < HO_N_STANCE; k++)
        p.state->leaning[WATCH * HO_N_STANCE + k] = k == HO_STANCE_SWITCHED ? 1e3 : 0;
    set_day(p.world, p.state, WATCH);
    ho_alignment_step(p.world, p.state, &STREAMS);
    assert_ledgers(p.state);
    assert_int_equal(p.state->stance[WATCH], HO_STANCE_SWITCHED);
    assert_int_equal(p.state->weapons_gone[WATCH], 3 * 400);
    assert_int_equal(p.state->weapons_taken[WATCH], 3 * 600);
    assert_int_equal(p.state->weapons_captured[REEDS], 3000 + stores);
    assert_int_equal(ho_weapons_held(p.state, WATCH), 0);
    place_free(&p);
}

/* 200 replicates of 90 days with every mechanism; the ledgers hold each day, arms are given and captured. */
static void arms_are_conserved(void **unused) {
    (void)unused;
    place p = place_of(ALWAYS, NULL);
    int64_t given = 0, captured = 0;
    for (uint32_t r = 0; r < 200; r++) {
        const ho_streams streams = {9, r};
        ho_state_start(p.world, p.state, &streams);
        for (size_t i = 1; i < 4; i++)
            watch_holds(p.world, p.state, i, 500);
        for (int day = 0; day < 90; day++) {
            run_days(p.world, p.state, &streams, 0, 1);
            assert_ledgers(p.state);
        }
        given += p.state->weapons_given[COURT];
        captured += p.state->weapons_captured[REEDS];
    }
    assert_true(given > 200 * 1000 && captured > 0);
    place_free(&p);
}

/* The same wars with and without what given arms add: with it the crown holds more centres. */
static void given_arms_slow_the_fall(void **unused) {
    (void)unused;
    static const char *const with[] = {"kit=5", "kit_worth=1", NULL}, *const without[] = {"kit=5", "kit_worth=0", NULL};
    static double x[N_PAIRED];
    place p[2] = {place_of(ALWAYS, with), place_of(ALWAYS, without)};
    for (uint32_t r = 0; r < N_PAIRED; r++)
        for (int k = 0; k < 2; k++) {
            const ho_streams streams = {20300501, r};
            ho_state_start(p[k].world, p[k].state, &streams);
            for (size_t i = 1; i < 4; i++)
                watch_holds(p[k].world, p[k].state, i, 60);
            run_days(p[k].world, p[k].state, &streams, 0, 60);
            x[r] += (k ? -1 : 1) * p[k].state->centres[CROWN];
        }
    estimate e = estimate_of(x, N_PAIRED);
    printf("centres held with given arms minus without what they add: %.3f +- %.3f\n", e.mean, e.se);
    assert_more("centres", e, 3);
    place_free(&p[0]);
    place_free(&p[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(arms_flow_until_the_stores_are_empty),
        cmocka_unit_test(arms_are_given_by_date),
        cmocka_unit_test(arms_end_with_the_state_the_alliance_and_the_road),
        cmocka_unit_test(given_arms_make_a_militia_worth_more),
        cmocka_unit_test(arms_raise_men_as_money_does),
        cmocka_unit_test(the_winner_of_a_centre_has_its_arms),
        cmocka_unit_test(who_escapes_takes_arms_along),
        cmocka_unit_test(arms_go_over_with_a_leader),
        cmocka_unit_test(arms_are_conserved),
        cmocka_unit_test(given_arms_slow_the_fall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
