/* A named successor to a head of state who is gone: when he claims, who follows him, what that keeps out of the shock and out of the
 * regime's fall, who joins him; and 10,000 paired replicates of a line of six districts with and without him. */
#include "science/fallen.h"

enum { N_PAIRED = 10000 };
static const ho_streams STREAMS = {5, 0};

#define SUCCESSOR(seat) \
    "successors:\n  - {of: court, faction: hill, seat: " seat ", known_on: 2030-04-30, source: test}\n"
#define HILLS INSURGENTS_WITH("0") HILL_FOLK("resistance")

typedef struct realm {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} realm;

static realm realm_of(const char *sections, const char *const *set, int32_t rebels) {
    realm r = {.scenario = fallen_load(sections, 100, rebels)};
    r.world = world_with(r.scenario, 1, set);
    r.state = state_started(r.world);
    return r;
}

static void realm_free(realm *r) {
    ho_state_free(r->state);
    ho_world_free(r->world);
    ho_scenario_free(r->scenario);
}

static bool he_claims(const realm *r) {
    ho_alignment_step(r->world, r->state, &STREAMS);
    for (size_t i = 0; i < N_LINE && !r->state->successor_claims[CROWN]; i++)
        assert_false(r->state->loyal[i]);
    return r->state->successor_claims[CROWN];
}

static void flies(realm *r) {
    r->state->leader_gone[CROWN] = 1;
    r->state->leader_shift[CROWN] = -2;
}

/* ---- the claim ---- */

static void he_claims_from_the_flight_while_his_seat_stands(void **unused) {
    (void)unused;
    static const char *const set[] = {"successor_followed=1", NULL};
    realm r = realm_of(HILLS SUCCESSOR("D0005"), set, 0);
    assert_false(he_claims(&r));
    flies(&r);
    assert_true(he_claims(&r));
    assert_int_equal(r.state->successor_claims[REEDS], 0);
    r.state->leader_fled[HILL] = 1;
    assert_false(he_claims(&r));
    r.state->leader_fled[HILL] = 0;
    r.state->stance[HILL] = HO_STANCE_SWITCHED;
    assert_false(he_claims(&r));
    r.state->stance[HILL] = HO_STANCE_STAYS;
    assert_true(he_claims(&r) && r.state->loyal[SEAT]);
    ho_take(r.world, r.state, &STREAMS, 5, REEDS, HO_MODE_FOUGHT);
    assert_false(he_claims(&r));
    realm_free(&r);
}

static void he_claims_when_the_capital_is_lost_and_nobody_does_unnamed(void **unused) {
    (void)unused;
    realm named = realm_of(HILLS SUCCESSOR("D0005"), NULL, 0), unnamed = realm_of(HILLS, NULL, 0);
    fall(named.world, named.state, &STREAMS);
    fall(unnamed.world, unnamed.state, &STREAMS);
    assert_true(he_claims(&named));
    flies(&unnamed);
    assert_false(he_claims(&unnamed));
    realm_free(&named);
    realm_free(&unnamed);
}

static void he_falls_with_the_capital_if_he_sits_there(void **unused) {
    (void)unused;
    realm r = realm_of(HILLS SUCCESSOR("D0000"), NULL, 0);
    flies(&r);
    assert_true(he_claims(&r));
    ho_take(r.world, r.state, &STREAMS, 0, REEDS, HO_MODE_REGIME_FALL);
    assert_false(he_claims(&r));
    realm_free(&r);
}

/* ---- who follows ---- */

/* D0002 is the reeds': a road leads from D0005 to 4 and 3 only. A commander decides once; a new one decides anew. */
static void garrisons_in_reach_follow_with_the_drawn_chance(void **unused) {
    (void)unused;
    enum { N = 4000 };
    static const char *const set[] = {"successor_followed=0.3", NULL};
    realm r = realm_of(HILLS SUCCESSOR("D0005"), set, 0);
    ho_take(r.world, r.state, &STREAMS, 2, REEDS, HO_MODE_FOUGHT);
    flies(&r);
    double n[N_LINE] = {0}, again = 0;
    for (uint32_t k = 0; k < N; k++) {
        const ho_streams streams = {7, k};
        r.state->n_change_of[3] = 0;
        ho_alignment_step(r.world, r.state, &streams);
        uint8_t first = r.state->loyal[3];
        for (size_t i = 0; i < N_LINE; i++)
            n[i] += r.state->loyal[i];
        r.state->step += 5;
        ho_alignment_step(r.world, r.state, &streams);
        assert_int_equal(r.state->loyal[3], first);
        r.state->n_change_of[3] = 1;
        ho_alignment_step(r.world, r.state, &streams);
        again += first && r.state->loyal[3];
    }
    double se = sqrt(0.3 * 0.7 / N);
    for (size_t i = 3; i < N_LINE; i++)
        assert_near("follow", n[i] / N, 0.3, se, 4);
    assert_near("old and new commander", again / N, 0.09, sqrt(0.09 * 0.91 / N), 4);
    assert_true(n[0] == 0 && n[1] == 0 && n[2] == 0);
    realm_free(&r);
}

/* All follow: the belief that D0003 tends to has lost 2 (1 - 0.75) logits instead of 2; the capital's all of it. */
static void a_part_of_the_shock_is_kept_out(void **unused) {
    (void)unused;
    static const char *const set[] = {"successor_followed=1", "successor_keeps=0.75", "belief_u0=1", NULL};
    realm r = realm_of(HILLS SUCCESSOR("D0005"), set, 0);
    double before[2] = {ho_belief_target(r.world, r.state, 0), ho_belief_target(r.world, r.state, 3)};
    flies(&r);
    assert_true(he_claims(&r));
    assert_near("capital", ho_belief_target(r.world, r.state, 0), before[0] - 2, 1e-12, 1);
    assert_near("follower", ho_belief_target(r.world, r.state, 3), before[1] - 0.5, 1e-12, 1);
    realm_free(&r);
}

/* The regime falls and dissolves within hours; who follows stands, until the seat is lost. */
static void who_follows_outlives_the_regime(void **unused) {
    (void)unused;
    static const char *const off[] = {"takeover", "alignment", NULL};
    for (int all = 0; all < 2; all++) {
        const char *const set[] = {all ? "successor_followed=1" : "successor_followed=0", "regime_time=0.05", "pocket_stock=1000", NULL};
        realm r = realm_of(HILLS SUCCESSOR("D0005"), set, 0);
        flies(&r);
        run_days(r.world, r.state, &STREAMS, all_but(off), 10);
        for (size_t i = 0; i < N_LINE; i++)
            assert_int_equal(ho_holder_bloc(r.world, r.state, i), i >= SEAT || (all && i > 0) ? CROWN : REEDS);
        ho_take(r.world, r.state, &STREAMS, 5, REEDS, HO_MODE_FOUGHT);
        run_days(r.world, r.state, &STREAMS, all_but(off), 10);
        for (size_t i = 0; i < SEAT; i++)
            assert_int_equal(ho_holder_bloc(r.world, r.state, i), REEDS);
        realm_free(&r);
    }
}

/* ---- who joins ---- */

static void more_soldiers_join_a_successor(void **unused) {
    (void)unused;
    static const char *const set[] = {"veterans_join=0.1", "successor_pull=0.6", NULL};
    for (int claims = 0; claims < 2; claims++) {
        realm r = realm_of(HILLS SUCCESSOR("D0005"), set, 0);
        fall(r.world, r.state, &STREAMS);
        if (claims)
            assert_true(he_claims(&r));
        ho_resistance_step(r.world, r.state, &STREAMS);
        assert_int_equal(ho_join_resistance(r.world, r.state, COURT, 3, 1000, 1), claims ? 160 : 100);
        realm_free(&r);
    }
}

/* Recruits of 4,000 weeks in the hills, in all 1.6 times as many, and months until a patron helps. */
static void more_recruits_and_patrons_come_to_a_successor(void **unused) {
    (void)unused;
    enum { N = 4000 };
    static const char *const set[] = {"join_resistance=1e-4", "successor_pull=0.6", "guerrilla_rate=0", "raid_rate=0", NULL};
    double recruits[2] = {0}, helped[2] = {0};
    for (int claims = 0; claims < 2; claims++) {
        realm r = realm_of(HILLS "patrons:\n  - {id: aunt, name: Aunt, aid_to_resistance: 0.1}\n" SUCCESSOR("D0005"), set, 0);
        fall(r.world, r.state, &STREAMS);
        if (claims)
            assert_true(he_claims(&r));
        for (size_t q = 0; q < r.world->n_province; q++)
            r.state->attitude_here[REEDS * r.world->n_province + q] = -1;
        ho_state *start = state_of(r.world);
        ho_state_copy(start, r.state);
        for (uint32_t k = 0; k < N; k++) {
            const ho_streams streams = {7, k};
            ho_state_copy(r.state, start);
            for (r.state->step = 1; r.state->step <= 7; r.state->step++) {
                r.state->day = r.state->step;
                r.state->time_day = r.state->step;
                ho_patrons_step(r.world, r.state, &streams);
                ho_resistance_step(r.world, r.state, &streams);
            }
            recruits[claims] += (double)r.state->recruited[HILL];
            helped[claims] += !isnan(r.state->aid_day[0]);
        }
        ho_state_free(start);
        realm_free(&r);
    }
    assert_near("recruits", recruits[1] / recruits[0], 1.6, 1.6 * sqrt(1 / recruits[0] + 1 / recruits[1]), 4);
    double month = 30.44, p = 1 - pow(1 - 0.16, 7 / month), base = 1 - pow(1 - 0.1, 7 / month);
    assert_near("help without him", helped[0] / N, base, sqrt(base / N), 4);
    assert_near("help", helped[1] / N, p, sqrt(p / N), 4);
}

/* ---- what it comes to ---- */

static double crown_centres(const ho_world *world, const ho_state *state) {
    (void)world;
    return state->centres[CROWN];
}

/* The head leaves on the first day; the crown's centres after 40 days, with and without a successor in the hills. */
static void more_stands_with_a_successor(void **unused) {
    (void)unused;
    static const char *const set[] = {"successor_followed=0.5", NULL};
    realm r[2] = {realm_of(HILLS, set, 60), realm_of(HILLS SUCCESSOR("D0005"), set, 60)};
    static double x[N_PAIRED];
    for (uint32_t k = 0; k < N_PAIRED; k++) {
        const ho_streams streams = {20300501, k};
        x[k] = 0;
        for (int named = 0; named < 2; named++) {
            ho_state_start(r[named].world, r[named].state, &streams);
            flies(&r[named]);
            run_days(r[named].world, r[named].state, &streams, 0, 40);
            x[k] += (named ? 1 : -1) * crown_centres(r[named].world, r[named].state);
        }
    }
    estimate e = estimate_of(x, N_PAIRED);
    printf("centres held with a successor minus without: %.3f +- %.3f\n", e.mean, e.se);
    assert_more("centres", e, 3);
    realm_free(&r[0]);
    realm_free(&r[1]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(he_claims_from_the_flight_while_his_seat_stands),
        cmocka_unit_test(he_claims_when_the_capital_is_lost_and_nobody_does_unnamed),
        cmocka_unit_test(he_falls_with_the_capital_if_he_sits_there),
        cmocka_unit_test(garrisons_in_reach_follow_with_the_drawn_chance),
        cmocka_unit_test(a_part_of_the_shock_is_kept_out),
        cmocka_unit_test(who_follows_outlives_the_regime),
        cmocka_unit_test(more_soldiers_join_a_successor),
        cmocka_unit_test(more_recruits_and_patrons_come_to_a_successor),
        cmocka_unit_test(more_stands_with_a_successor),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
