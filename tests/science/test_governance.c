/* Rule: closed forms of services, presence, cohesion, grip, desertion and revolts, what is conserved, and paired comparisons of 10,000
 * replicates: a thin and unpaid victor against one who pays, and with and without the mechanism. */
#include "science/fallen.h"

static const ho_streams STREAMS = {5, 0};

typedef struct rule {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} rule;

static rule rule_with(const char *sections, const char *const *set, int32_t hill_folk, int32_t rebels) {
    rule r = {.scenario = fallen_load(sections, hill_folk, rebels)};
    r.world = world_with(r.scenario, 1, set);
    r.state = state_started(r.world);
    return r;
}

static void rule_free(rule *r) {
    ho_state_free(r->state);
    ho_world_free(r->world);
    ho_scenario_free(r->scenario);
}

static void assert_ledgers(const rule *r) {
    ho_error err = {0};
    if (ho_state_check(r->state, &err))
        fail_msg("%s", err.text);
}

static void rule_days(rule *r, int n_day) {
    for (int k = 0; k < n_day; k++) {
        r->state->day = r->state->step / r->world->n_step_per_day;
        r->state->time_day = r->state->step * r->world->dt_day;
        ho_governance_step(r->world, r->state, &STREAMS);
        r->state->step++;
    }
}

#define PLAIN_HILLS INSURGENTS_WITH("0") HILL_FOLK("resistance")
#define MILITIA_HILLS INSURGENTS_WITH("0") HILL_FOLK("militia")

/* ---- services, presence, cohesion ---- */

static void services_follow_wages(void **unused) {
    (void)unused;
    static const char *const set[] = {"service_time=60", "revolt_rate=0", NULL};
    rule r = rule_with(PLAIN_HILLS, set, 100, 0);
    r.state->services_share[CROWN] = 0.4;
    r.state->services_share[REEDS] = 0; /* holds nothing: has nothing to serve */
    rule_days(&r, 90);
    assert_near("services after 90 d", r.state->services[CROWN], 0.4 + 0.6 * exp(-90 / 60.0), 1e-9, 1);
    assert_near("services of who rules nothing", r.state->services[REEDS], 1, 1e-12, 1);
    rule_free(&r);
}

/* k of six equal districts: area share x people share = (k/6)^2, so presence is F/k over the crown's F0/6. */
static void presence_falls_as_the_ruled_country_grows(void **unused) {
    (void)unused;
    static const char *const set[] = {"revolt_rate=0", "freed_share=0", NULL};
    rule r = rule_with(PLAIN_HILLS, set, 60, 40);
    rule_days(&r, 1);
    assert_near("presence of the home bloc on day 0", r.state->presence[CROWN], 1, 1e-12, 1);
    for (int k = 1; k <= 3; k++) {
        ho_take(r.world, r.state, &STREAMS, (size_t)k, REEDS, HO_MODE_NEGOTIATED);
        r.state->step = 7 * k;
        rule_days(&r, 1);
        assert_near("presence of the reeds", r.state->presence[REEDS], 120.0 / k / (360.0 / 6), 1e-9, 1);
    }
    assert_near("presence of the crown", r.state->presence[CROWN], 180.0 / 3 / (360.0 / 6), 1e-9, 1);
    rule_free(&r);
}

static void a_country_without_soldiers_has_no_measure_of_presence(void **unused) {
    (void)unused;
    rule r = rule_with(PLAIN_HILLS, NULL, 0, 0);
    for (size_t i = 0; i < N_LINE; i++)
        put_fighters(r.world, r.state, COURT, i, 0);
    r.state->initial[COURT] = 0;
    rule_days(&r, 8);
    assert_near("presence", r.state->presence[CROWN], 1, 1e-12, 1);
    rule_free(&r);
}

static void cohesion_follows_presence_and_pay(void **unused) {
    (void)unused;
    static const char *const set[] = {"overstretch=0.8", "rights_clause=0.1", "unpaid_leave=0", "revolt_rate=0", NULL};
    rule r = rule_with(PLAIN_HILLS, set, 100, 0);
    rule_days(&r, 1);
    r.state->step = 1; /* presence is looked at on day 7 again */
    r.state->presence[REEDS] = 0.5;
    r.state->pay_share[INSURGENTS] = 0.6;
    r.state->cohesion[REEDS] = 1;
    rule_days(&r, 6);
    double goal = 1 - 0.8 * 0.5 - 0.5 * 0.4;
    assert_near("cohesion after 6 d", r.state->cohesion[REEDS], goal + (1 - goal) * exp(-6 / 30.0), 1e-9, 1);
    r.state->step = 1;
    r.state->settled[0] = 1;
    r.state->cohesion[REEDS] = 1;
    rule_days(&r, 6);
    goal -= 0.1;
    assert_near("cohesion under a clause", r.state->cohesion[REEDS], goal + (1 - goal) * exp(-6 / 30.0), 1e-9, 1);
    assert_near("cohesion of the crown", r.state->cohesion[CROWN], 1, 1e-12, 1);
    rule_free(&r);
}

static void cohesion_scales_a_challengers_tempo(void **unused) {
    (void)unused;
    static const char *const set[] = {"effort=2", NULL};
    rule r = rule_with(PLAIN_HILLS, set, 100, 300);
    double sum[2] = {0, 0};
    for (int k = 0; k < 2; k++) {
        r.state->cohesion[REEDS] = k ? 0.35 : 1;
        ho_face(r.world, r.state);
        for (size_t i = 0; i < N_LINE; i++)
            r.state->countryside[REEDS * N_LINE + i] = 0.5;
        ho_strategy_step(r.world, r.state, &STREAMS);
        for (size_t i = 0; i < N_LINE; i++)
            sum[k] += r.state->hazard_assault[i];
    }
    assert_near("engagements a day", sum[0], 2, 1e-9, 1);
    assert_near("engagements a day of a divided challenger", sum[1], 0.7, 1e-9, 1);
    rule_free(&r);
}

/* ---- grip ---- */

static void a_hold_sets_with_time(void **unused) {
    (void)unused;
    static const char *const set[] = {"consolidation=45", "grip_gain=0.4", "revolt_rate=0", "freed_share=0", NULL};
    rule r = rule_with(PLAIN_HILLS, set, 100, 100);
    r.state->step = 10;
    rule_days(&r, 1);
    ho_take(r.world, r.state, &STREAMS, 2, REEDS, HO_MODE_FOUGHT); /* day 10 */
    double before = ho_defence(r.world, r.state, 2);
    r.state->step = 10;
    rule_days(&r, 1);
    assert_true(r.state->grip[2] == 0 && r.state->grip[1] == 1);
    assert_near("defence just taken", ho_defence(r.world, r.state, 2), 0.6 * before, 1e-9, 1);
    for (int day = 11; day <= 100; day++) {
        rule_days(&r, 1);
        if (day % 7 != 2) /* when district 2 is looked at */
            continue;
        assert_near("grip", r.state->grip[2], 1 - exp(-(day - 10) / 45.0), 1e-9, 1);
        assert_near("defence", ho_defence(r.world, r.state, 2), before * (1 + 0.4 * (r.state->grip[2] - 1)), 1e-9, 1);
    }
    assert_true(r.state->grip[1] == 1);
    rule_free(&r);
}

/* ---- pay ---- */

static void a_victors_unpaid_fighters_go_home(void **unused) {
    (void)unused;
    static const char *const set[] = {"unpaid_leave=0.01", "revolt_rate=0", NULL};
    rule r = rule_with(PLAIN_HILLS, set, 100, 10000);
    int32_t residents = r.state->residents[2];
    r.state->pay_share[INSURGENTS] = 0.25;
    rule_days(&r, 7);
    assert_int_equal(r.state->deserted[INSURGENTS], 0); /* a challenger lives off the country */
    fall(r.world, r.state, &STREAMS);
    int32_t before = *fighters_at(r.world, r.state, INSURGENTS, 2);
    r.state->step = 2;
    residents = r.state->residents[2];
    rule_days(&r, 1);
    double p = 1 - exp(-0.01 * 0.75 * 7), gone = before - *fighters_at(r.world, r.state, INSURGENTS, 2);
    assert_near("who went home in a week", gone, before * p, sqrt(before * p * (1 - p)), 4);
    assert_int_equal(r.state->residents[2] - residents, (int32_t)gone);
    assert_int_equal(r.state->deserted[INSURGENTS], (int64_t)gone);
    assert_ledgers(&r);
    r.state->pay_share[INSURGENTS] = 1;
    rule_days(&r, 7);
    assert_int_equal(r.state->deserted[INSURGENTS], (int64_t)gone);
    rule_free(&r);
}

/* ---- revolts ---- */

enum { N_DRAW = 40000 };

/* Share of replicates in which D0005, held by the reeds, revolts on one of its days, with the hostility, fear and presence given. */
static double revolts(const char *sections, double attitude, double fear, double presence) {
    static const char *const set[] = {"revolt_rate=0.02", "veterans_join=0", NULL};
    rule r = rule_with(sections, set, 100, 200);
    fall(r.world, r.state, &STREAMS);
    ho_take(r.world, r.state, &STREAMS, BORDER, REEDS, HO_MODE_NEGOTIATED);
    ho_resistance_step(r.world, r.state, &STREAMS);
    r.state->day = r.state->step = BORDER;
    r.state->presence[REEDS] = presence;
    r.state->fear[BORDER] = fear;
    for (size_t p = 0; p < r.world->n_province; p++)
        r.state->attitude_here[REEDS * r.world->n_province + p] = p == 1 ? attitude : 1;
    ho_state *state = state_of(r.world);
    size_t n = 0;
    for (uint32_t k = 0; k < N_DRAW; k++) {
        const ho_streams streams = {23, k};
        ho_state_copy(state, r.state);
        ho_governance_step(r.world, state, &streams);
        n += state->n_revolt[REEDS] > 0;
        int32_t rose = *fighters_at(r.world, state, HILL, BORDER);
        assert_int_equal(rose, state->n_revolt[REEDS] * 50); /* 50 of a thousand */
        assert_int_equal(state->residents[BORDER] + rose, r.state->residents[BORDER]);
        assert_int_equal(state->recruited[HILL], rose);
    }
    ho_state_free(state);
    rule_free(&r);
    return (double)n / N_DRAW;
}

static void assert_revolts(const char *what, double share, double hazard_per_day) {
    double p = 1 - exp(-7 * hazard_per_day);
    assert_near(what, share, p, sqrt(p * (1 - p) / N_DRAW) + 1e-12, 4);
}

static void revolts_come_at_their_rate(void **unused) {
    (void)unused;
    assert_revolts("revolts", revolts(PLAIN_HILLS, -0.5, 0, 1), 0.02 * exp(-1) * 0.5);
    assert_revolts("revolts where the ruler is thin", revolts(PLAIN_HILLS, -0.5, 0, 0.2), 0.02 * exp(-0.2) * 0.5);
    assert_revolts("revolts in fear", revolts(PLAIN_HILLS, -0.5, 0.7, 1), 0.3 * 0.02 * exp(-1) * 0.5);
    assert_revolts("revolts against an inclusive ruler",
                   revolts(INSURGENTS_WITH("1") HILL_FOLK("resistance"), -0.5, 0, 1), 0.5 * 0.02 * exp(-1) * 0.5);
    assert_revolts("revolts against who is liked", revolts(PLAIN_HILLS, 0.5, 0, 1), 0);
    assert_revolts("revolts of a militia's people", revolts(MILITIA_HILLS, -0.5, 0, 1), 0.02 * exp(-1) * 0.5);
    assert_revolts("revolts without anybody local to lead",
                   revolts(INSURGENTS_WITH("0") HILL_FOLK("insurgent"), -0.5, 0, 1), 0);
}

/* A revolt is all but sure here (1 - exp(-7)): people against the reeds in D0004, whose people are kin of a militia of the fallen crown. */
static rule in_revolt(const char *sections, int32_t residents) {
    static const char *const set[] = {"revolt_rate=1", "overstretch=0", NULL};
    rule r = rule_with(sections, set, 100, 200);
    fall(r.world, r.state, &STREAMS);
    ho_take(r.world, r.state, &STREAMS, SEAT, REEDS, HO_MODE_NEGOTIATED);
    r.state->people_start[0] += residents - r.state->residents[SEAT];
    r.state->residents[SEAT] = residents;
    for (size_t p = 0; p < r.world->n_province; p++)
        r.state->attitude_here[REEDS * r.world->n_province + p] = -1;
    r.state->presence[REEDS] = 0;
    r.state->step = SEAT;
    rule_days(&r, 1);
    return r;
}

static void who_revolts_leaves_home_and_fights(void **unused) {
    (void)unused;
    const int32_t residents[] = {49, 50, 1000, 100000, 1000000}, rose[] = {0, 50, 50, 200, 300};
    for (size_t k = 0; k < N_OF(residents); k++) {
        rule r = in_revolt(MILITIA_HILLS, residents[k]);
        assert_int_equal(*fighters_at(r.world, r.state, HILL, SEAT), rose[k]);
        assert_int_equal(r.state->residents[SEAT], residents[k] - rose[k]);
        assert_int_equal(r.state->n_revolt[REEDS], rose[k] > 0);
        assert_int_equal(r.state->stance[HILL], rose[k] ? HO_STANCE_ALONE : HO_STANCE_STAYS);
        assert_ledgers(&r);
        rule_free(&r);
    }
}

/* People of hostile ground who have nobody but a militia to lead them wait for its leader. */
static void who_is_abroad_leads_no_revolt(void **unused) {
    (void)unused;
    static const char *const set[] = {"revolt_rate=1", NULL};
    rule r = rule_with(MILITIA_HILLS, set, 100, 200);
    fall(r.world, r.state, &STREAMS);
    for (size_t p = 0; p < r.world->n_province; p++)
        r.state->attitude_here[REEDS * r.world->n_province + p] = -1;
    r.state->stance[HILL] = HO_STANCE_FLED;
    r.state->leader_fled[HILL] = 1;
    rule_days(&r, 7);
    assert_int_equal(r.state->n_revolt[REEDS], 0);
    r.state->stance[HILL] = HO_STANCE_STAYS;
    r.state->leader_fled[HILL] = 0;
    rule_days(&r, 7);
    assert_true(r.state->n_revolt[REEDS] > 0);
    assert_ledgers(&r);
    rule_free(&r);
}

static void who_has_gone_over_leads_no_revolt(void **unused) {
    (void)unused;
    static const char *const set[] = {"revolt_rate=1", NULL};
    rule r = rule_with(MILITIA_HILLS, set, 100, 200);
    fall(r.world, r.state, &STREAMS);
    r.state->stance[HILL] = HO_STANCE_SWITCHED;
    for (size_t p = 0; p < r.world->n_province; p++)
        r.state->attitude_here[REEDS * r.world->n_province + p] = -1;
    rule_days(&r, 7);
    assert_int_equal(r.state->n_revolt[REEDS], 0);
    r.state->stance[HILL] = HO_STANCE_STAYS;
    r.state->settled[0] = 1; /* peace */
    rule_days(&r, 7);
    assert_int_equal(r.state->n_revolt[REEDS], 0);
    rule_free(&r);
}

/* ---- 10,000 replicates ---- */

enum { N_PAIR = 10000, N_DAY = 60 };

typedef struct outcome {
    double lost[N_PAIR], retaken[N_PAIR], engaged[N_PAIR];
} outcome;

static outcome A, B;

static estimate difference(const double *a, const double *b) {
    static double x[N_PAIR];
    for (size_t r = 0; r < N_PAIR; r++)
        x[r] = a[r] - b[r];
    return estimate_of(x, N_PAIR);
}

/* The crown, with a reserve, in the hills and the plain, half of which the reeds take on day 0. From then on they get `paid` of their pay. */
static void contest(const char *const *set, uint64_t off, double paid, int32_t reserve, outcome *out) {
    rule r = rule_with(MILITIA_HILLS, set, 150, 120);
    memset(out, 0, sizeof *out);
    for (uint32_t k = 0; k < N_PAIR; k++) {
        const ho_streams streams = {29, k};
        ho_state_start(r.world, r.state, &streams);
        r.state->reserve[COURT] = r.state->reserve_start[COURT] = reserve;
        r.state->initial[COURT] += reserve;
        r.state->reserve_worth[COURT] = 1;
        ho_take(r.world, r.state, &streams, 2, REEDS, HO_MODE_FOUGHT);
        ho_take(r.world, r.state, &streams, 3, REEDS, HO_MODE_FOUGHT);
        for (int day = 0; day < N_DAY; day++) {
            if (day)
                r.state->pay_share[INSURGENTS] = paid;
            run_days(r.world, r.state, &streams, off, 1);
            for (size_t i = 0; i < N_LINE; i++)
                out->engaged[k] += r.state->battle_bloc[i] == REEDS;
        }
        for (int mode = 0; mode < HO_N_MODE; mode++)
            out->lost[k] += r.state->n_lost_by_mode[CROWN * HO_N_MODE + mode];
        out->retaken[k] = r.state->n_retaken[CROWN];
        if (k % 100 == 0)
            assert_ledgers(&r);
    }
    rule_free(&r);
}

static void an_unpaid_challenger_is_slower(void **unused) {
    (void)unused;
    static const char *const set[] = {"effort=0.3", NULL};
    uint64_t off = UINT64_C(1) << ho_mechanism_find("finance") | UINT64_C(1) << ho_mechanism_find("mobilisation");
    contest(set, off, 1, 300, &A);
    contest(set, off, 0.1, 300, &B);
    assert_more("days of engagements the reeds begin, paid against unpaid", difference(A.engaged, B.engaged), 3);
    assert_more("centres lost to the reeds, paid against unpaid", difference(A.lost, B.lost), 3);
}

static void without_it_less_is_retaken(void **unused) {
    (void)unused;
    static const char *const set[] = {"effort=0.3", "effort_retake=0.3", NULL};
    contest(set, 0, 1, 300, &A);
    contest(set, UINT64_C(1) << ho_mechanism_find("governance"), 1, 300, &B);
    assert_more("centres retaken", difference(A.retaken, B.retaken), 3);
}

/* The reeds are few beside the crown and so thin where they rule. */
static void without_it_a_thin_challenger_is_faster(void **unused) {
    (void)unused;
    static const char *const set[] = {"effort=0.3", "effort_retake=0", "revolt_rate=0", NULL};
    contest(set, 0, 1, 3000, &A);
    contest(set, UINT64_C(1) << ho_mechanism_find("governance"), 1, 3000, &B);
    assert_more("days of engagements the reeds begin", difference(B.engaged, A.engaged), 3);
}

static void everything_is_conserved_into_the_next_year(void **unused) {
    (void)unused;
    static const char *const set[] = {"revolt_rate=0.1", "unpaid_leave=0.02", NULL};
    ho_scenario *scenario = fallen_load(PLAIN_HILLS FRONTIER("closed"), 300, 250);
    ho_world_options options = ho_world_options_default();
    assert_true(ho_day_parse("2031-05-31", &options.until));
    options.set = set;
    options.n_set = 2;
    for (int32_t steps = 1; steps <= 2; steps++) {
        options.n_step_per_day = steps;
        ho_world *world = world_from(scenario, &options);
        ho_state *state = state_of(world);
        state->checking = true;
        int32_t n_revolt = 0;
        for (uint32_t k = 0; k < 40; k++) {
            const ho_streams streams = {31, k};
            ho_state_start(world, state, &streams);
            run_days(world, state, &streams, 0, (int)world->n_day);
            n_revolt += state->n_revolt[REEDS];
        }
        assert_true(n_revolt > 0);
        ho_state_free(state);
        ho_world_free(world);
    }
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(services_follow_wages),
        cmocka_unit_test(presence_falls_as_the_ruled_country_grows),
        cmocka_unit_test(a_country_without_soldiers_has_no_measure_of_presence),
        cmocka_unit_test(cohesion_follows_presence_and_pay),
        cmocka_unit_test(cohesion_scales_a_challengers_tempo),
        cmocka_unit_test(a_hold_sets_with_time),
        cmocka_unit_test(a_victors_unpaid_fighters_go_home),
        cmocka_unit_test(revolts_come_at_their_rate),
        cmocka_unit_test(who_revolts_leaves_home_and_fights),
        cmocka_unit_test(who_is_abroad_leads_no_revolt),
        cmocka_unit_test(who_has_gone_over_leads_no_revolt),
        cmocka_unit_test(an_unpaid_challenger_is_slower),
        cmocka_unit_test(without_it_less_is_retaken),
        cmocka_unit_test(without_it_a_thin_challenger_is_faster),
        cmocka_unit_test(everything_is_conserved_into_the_next_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
