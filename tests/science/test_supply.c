/* Who has a road home: cut-off garrisons eat one day of stock a day; connected ones refill. A passage closes with a takeover, a pass, a
 * country that the other side rules, or the loss of the node; the airlift brings its share, capitals first (additions C16). */
#include "science/ensemble.h"

static const char *const SETTINGS[] = {"supply_refill=2", "supply_max=30", "traffic_limit=0.7", "airlift_share=0.5",
                                       "leak_supply=0", NULL};

enum { LOOK_EVERY = 2 }; /* [d] after a change of hands roads are looked at again within so many */

typedef struct road {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} road;

/* A line 0 - 1 - 2 - 3 - 4 of the crown, its node the capital at 0. */
static road road_of(const char *sections, const char *court, bool seat_at_the_end) {
    small *country = small_line(5);
    for (size_t i = 1; i < 5; i++)
        country->district[i].soldiers = 100;
    country->district[4].seat = seat_at_the_end;
    country->district[4].province = seat_at_the_end;
    country->sections = sections;
    country->court = court;
    road r = {.scenario = small_load(country)};
    r.world = world_with(r.scenario, 1, SETTINGS);
    r.state = state_started(r.world);
    small_free(country);
    return r;
}

static void road_free(road *r) {
    ho_state_free(r->state);
    ho_world_free(r->world);
    ho_scenario_free(r->scenario);
}

static void days_of_supply(road *r, int n_day) {
    const char *const on[] = {"patrons", "air", "logistics", NULL};
    const ho_streams streams = {1, 0};
    run_days(r->world, r->state, &streams, all_but(on), n_day);
}

static void all_are_connected_and_refill(void **unused) {
    (void)unused;
    road r = road_of(NULL, NULL, false);
    days_of_supply(&r, 2);
    for (size_t i = 0; i < 5; i++) {
        assert_true(r.state->connected[i]);
        assert_true(fabs(r.state->supply_days[i] - 24) < 1e-12);
    }
    days_of_supply(&r, 20);
    assert_true(r.state->supply_days[4] == 30);
    road_free(&r);
}

static void a_lost_centre_cuts_off_what_lies_behind(void **unused) {
    (void)unused;
    road r = road_of(NULL, NULL, false);
    const ho_streams streams = {1, 0};
    ho_take(r.world, r.state, &streams, 2, REEDS, HO_MODE_FOUGHT);
    days_of_supply(&r, 7);
    assert_true(r.state->connected[1] && !r.state->connected[3] && !r.state->connected[4]);
    assert_true(fabs(r.state->supply_days[4] - 13) < 1e-12 && fabs(r.state->cut_off_days[4] - 7) < 1e-12);
    days_of_supply(&r, 20);
    assert_true(r.state->supply_days[4] == 0);
    ho_take(r.world, r.state, &streams, 2, CROWN, HO_MODE_FOUGHT);
    for (int day = 0; day < LOOK_EVERY && !r.state->connected[4]; day++)
        days_of_supply(&r, 1);
    assert_true(r.state->connected[4] && r.state->cut_off_days[4] == 0 && fabs(r.state->supply_days[4] - 2) < 1e-12);
    road_free(&r);
}

/* Relief reaches five districts by road; not one that is fought over, not the two behind a lost centre, not one whose road is cut. */
static void district_days_without_relief_add_up(void **unused) {
    (void)unused;
    road r = road_of(NULL, NULL, false);
    const ho_streams streams = {1, 0};
    days_of_supply(&r, 5);
    assert_int_equal(r.state->unreached_days[0], 0);
    r.state->battle_bloc[1] = REEDS;
    days_of_supply(&r, 3);
    assert_int_equal(r.state->unreached_days[0], 3);
    r.state->battle_bloc[1] = -1;
    ho_take(r.world, r.state, &streams, 2, REEDS, HO_MODE_FOUGHT);
    days_of_supply(&r, LOOK_EVERY);
    int64_t before = r.state->unreached_days[0];
    r.state->road_cut_days[1] = 100;
    days_of_supply(&r, 4);
    assert_int_equal(r.state->unreached_days[0] - before, 4 * 3);
    road_free(&r);
}

/* Roads are looked at again after a takeover, at the turn of a month and weekly. */
static void a_hostile_country_carries_no_supplies(void **unused) {
    (void)unused;
    road r = road_of(NULL, NULL, false);
    r.state->countryside[CROWN * 5 + 2] = 0.29;
    r.state->countryside[REEDS * 5 + 2] = 0.71;
    days_of_supply(&r, 1);
    assert_true(r.state->connected[1] && !r.state->connected[2] && !r.state->connected[4]);
    r.state->countryside[CROWN * 5 + 2] = 0.31;
    r.state->countryside[REEDS * 5 + 2] = 0.69;
    days_of_supply(&r, 7);
    assert_true(r.state->connected[2] && r.state->connected[4]);
    road_free(&r);
}

static void a_pass_closes_by_month(void **unused) {
    (void)unused;
    road r = road_of("passes:\n  - {name: Gap, edges: [[D0002, D0003]], closed_months: [6], known_on: 2029-12-31, source: test}\n",
                     NULL, false);
    days_of_supply(&r, 31); /* May */
    assert_true(r.state->connected[3] && r.state->supply_days[3] == 30);
    days_of_supply(&r, 30); /* June */
    assert_true(!r.state->connected[3] && r.state->connected[2]);
    assert_true(fabs(r.state->cut_off_days[3] - 30) < 1e-12 && r.state->supply_days[3] == 0);
    days_of_supply(&r, 1); /* 1 July */
    assert_true(r.state->connected[3]);
    road_free(&r);
}

static void the_loss_of_the_node_cuts_off_all(void **unused) {
    (void)unused;
    road r = road_of(NULL, NULL, false);
    const ho_streams streams = {1, 0};
    ho_take(r.world, r.state, &streams, 0, REEDS, HO_MODE_FOUGHT);
    days_of_supply(&r, 3);
    for (size_t i = 1; i < 5; i++)
        assert_true(!r.state->connected[i] && fabs(r.state->supply_days[i] - 17) < 1e-12);
    road_free(&r);
}

static void a_friendly_crossing_is_a_node(void **unused) {
    (void)unused;
    road r = road_of("crossings:\n  - {id: gate, name: Gate, district: D0004, neighbour: Abroad, friendly_to: crown, "
                     "customs_usd_per_month: 1, customs_sd_log: 0.1, known_on: 2030-04-30, source: test}\n",
                     NULL, false);
    const ho_streams streams = {1, 0};
    ho_take(r.world, r.state, &streams, 2, REEDS, HO_MODE_FOUGHT);
    days_of_supply(&r, 1);
    assert_true(r.state->connected[3] && r.state->connected[4]);
    ho_take(r.world, r.state, &streams, 4, REEDS, HO_MODE_FOUGHT);
    days_of_supply(&r, LOOK_EVERY);
    assert_true(!r.state->connected[3]);
    road_free(&r);
}

/* 20 aircraft, all ready, one sortie a day each; half fly supplies, 4 sorties a garrison: 2.5 garrisons a day. Cut off are 1 capital and 2
 * other centres: the capital has all it needs, the others share 1.5 of 2. */
static void the_airlift_serves_capitals_first(void **unused) {
    (void)unused;
    road r = road_of(NULL, "    aircraft: {count: 20, sorties_per_day: 1, readiness: 1, readiness_without_maintenance: 1}\n", true);
    const ho_streams streams = {1, 0};
    ho_take(r.world, r.state, &streams, 1, REEDS, HO_MODE_FOUGHT);
    days_of_supply(&r, 4);
    assert_true(!r.state->connected[2] && !r.state->connected[3] && !r.state->connected[4]);
    assert_near("airlift", r.state->airlift_garrisons[CROWN], 2.5, 1e-12, 1);
    assert_near("capital", r.state->supply_days[4], 20, 1e-9, 1);
    assert_near("other", r.state->supply_days[2], 20 - 4 * 0.25, 1e-9, 1);
    assert_near("other", r.state->supply_days[3], 20 - 4 * 0.25, 1e-9, 1);
    road_free(&r);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(all_are_connected_and_refill),
        cmocka_unit_test(a_lost_centre_cuts_off_what_lies_behind),
        cmocka_unit_test(district_days_without_relief_add_up),
        cmocka_unit_test(a_hostile_country_carries_no_supplies),
        cmocka_unit_test(a_pass_closes_by_month),
        cmocka_unit_test(the_loss_of_the_node_cuts_off_all),
        cmocka_unit_test(a_friendly_crossing_is_a_node),
        cmocka_unit_test(the_airlift_serves_capitals_first),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
