/* New fighters: the closed form of filling up to a cap, who joins and who does not, and that every recruit leaves home. Recruits set out
 * in parties of 20, so that counts agree within a party a district. */
#include "science/watch.h"

enum { PARTY = 20, N_DISTRICT = 6, N_PAIRED = 10000 };
static const ho_streams STREAMS = {1, 0};

typedef struct place {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} place;

/* A line of six; the watch holds 1 to 3 with 500 fighters each. sections replaces the militia's row. */
static place place_of(int32_t rebels, const char *sections, const char *const *set) {
    small *country = small_line(N_DISTRICT);
    watch_people(country, 100, rebels);
    if (sections)
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

static void muster_weeks(place *p, int n_week) {
    for (int32_t day = 0; day < 7 * n_week; day++) {
        set_day(p->world, p->state, day);
        ho_mobilisation_step(p->world, p->state, &STREAMS);
        assert_ledgers(p->state);
    }
}

static void believe(place *p, double logit) {
    for (size_t i = 0; i < N_DISTRICT; i++)
        p->state->belief_logit[i] = logit;
}

/* M = cap - (cap - M0) exp(-mu R threat t): the base is whole, everybody is willing, threat = 1 - belief = 1/2. */
static void a_militia_fills_up_to_its_cap(void **unused) {
    (void)unused;
    static const char *const set[] = {"mobilisation_rate=0.02", NULL};
    place p = place_of(0, NULL, set);
    believe(&p, 0);
    p.state->cap[WATCH] = 40000;
    p.state->funds[WATCH] = 0.5;
    /* districts 4 and 5 of the base belong to the court, which is of the bloc; nobody of the watch is there to be joined */
    muster_weeks(&p, 20);
    double gap = 40000 - 1500.0, reached = 3.0 / 5, m = 1500;
    for (int week = 0; week < 20; week++)
        m += (40000 - m) * (1 - exp(-0.02 * 0.5 * 0.5 * 7)) * reached;
    assert_true(m - 1500 > 0.3 * gap);
    assert_near("fighters", (double)ho_under_arms(p.state, WATCH), m, PARTY, 3);
    place_free(&p);
}

static int64_t recruits_after(double funds, double logit, bool arrived, ho_stance stance) {
    place p = place_of(0, NULL, NULL);
    believe(&p, logit);
    p.state->cap[WATCH] = 40000;
    p.state->funds[WATCH] = funds;
    p.state->stance[WATCH] = (int32_t)stance;
    p.world->faction_arrival[WATCH] = arrived ? 0 : 1000;
    muster_weeks(&p, 10);
    int64_t n = p.state->recruited[WATCH];
    place_free(&p);
    return n;
}

static void nobody_joins_without_money_threat_or_leader(void **unused) {
    (void)unused;
    assert_true(recruits_after(1, -1, true, HO_STANCE_STAYS) > 1000);
    assert_true(recruits_after(1, -1, true, HO_STANCE_ALONE) > 1000);
    assert_int_equal(recruits_after(0, -1, true, HO_STANCE_STAYS), 0);
    assert_int_equal(recruits_after(1, 800, true, HO_STANCE_STAYS), 0);
    assert_int_equal(recruits_after(1, -1, false, HO_STANCE_STAYS), 0);
    assert_int_equal(recruits_after(1, -1, true, HO_STANCE_SWITCHED), 0);
    assert_int_equal(recruits_after(1, -1, true, HO_STANCE_FLED), 0);
}

static void threat_is_lost_ground_or_lost_belief(void **unused) {
    (void)unused;
    place p = place_of(0, NULL, NULL);
    believe(&p, 1);
    assert_near("whole", ho_threat(p.world, p.state, WATCH), 1 - ho_logistic(1), 1e-12, 3);
    set_day(p.world, p.state, 40);
    p.state->holder[5] = INSURGENTS;
    p.state->taken_day[5] = 20;
    assert_near("a fifth lost lately", ho_threat(p.world, p.state, WATCH), 1 - 0.8 * ho_logistic(1), 1e-12, 3);
    p.state->taken_day[5] = 5;
    assert_near("a fifth lost long ago", ho_threat(p.world, p.state, WATCH), 1 - ho_logistic(1), 1e-12, 3);
    for (size_t i = 1; i < N_DISTRICT; i++)
        p.state->holder[i] = INSURGENTS;
    assert_near("all lost", ho_threat(p.world, p.state, WATCH), 1, 1e-12, 3);
    place_free(&p);
}

/* District 2 are kin (affinity 1), 1 indifferent, 3 hostile (-1): two of three recruits are of district 2. */
static void kin_join_and_enemies_do_not(void **unused) {
    (void)unused;
    place p = place_of(0, NULL, NULL);
    believe(&p, -2);
    p.state->cap[WATCH] = 60000;
    p.world->affinity[WATCH * N_DISTRICT + 2] = 1;
    p.world->affinity[WATCH * N_DISTRICT + 3] = -1;
    int32_t before[N_DISTRICT];
    memcpy(before, p.state->residents, sizeof before);
    muster_weeks(&p, 10);
    double left[N_DISTRICT], all = (double)p.state->recruited[WATCH];
    for (size_t i = 0; i < N_DISTRICT; i++)
        left[i] = before[i] - p.state->residents[i];
    assert_true(all > 1000);
    assert_near("kin", left[2], 2 * left[1], PARTY, 3);
    assert_near("everybody left home", left[1] + left[2], all, 1e-9, 1);
    assert_true(left[3] == 0 && left[0] == 0);
    place_free(&p);
}

/* Recruits shrink as the enemy next door makes the militia's protection worth less: safety = own/(own + enemy). */
static void they_join_where_the_militia_protects(void **unused) {
    (void)unused;
    place p = place_of(0, NULL, NULL);
    believe(&p, -2);
    p.state->cap[WATCH] = 60000;
    int32_t before[N_DISTRICT];
    memcpy(before, p.state->residents, sizeof before);
    set_day(p.world, p.state, WATCH);
    p.state->enemy[2] = 1500; /* own 500: safety 1/4 */
    for (int k = 0; k < 30; k++) {
        ho_mobilisation_step(p.world, p.state, &STREAMS);
        put_fighters(p.world, p.state, WATCH, 2, 500); /* own stays what it is */
    }
    assert_near("safe and unsafe", before[2] - p.state->residents[2], 0.25 * (before[1] - p.state->residents[1]), PARTY, 3);
    place_free(&p);
}

static const char CALL[] = WATCH_ROW
    "  - {id: guard, name: Guard, bloc: crown, role: militia, base: [P01], known_on: 2030-04-30, source: test}\n"
    "calendar:\n  - {id: call, kind: call, date: 2030-05-11, value: 1, faction: watch, known_on: 2030-04-30, source: test}\n";

static void a_call_pulls_for_a_fortnight(void **unused) {
    (void)unused;
    static const char *const with[] = {"call_pull=2", "mobilisation_rate=0.01", NULL},
                            *const without[] = {"call_pull=1", "mobilisation_rate=0.01", NULL};
    place p[2] = {place_of(0, CALL, with), place_of(0, CALL, without)};
    int64_t before[2], during[2];
    for (int k = 0; k < 2; k++) {
        believe(&p[k], -2);
        p[k].state->cap[WATCH] = 1e6;
        for (size_t i = 0; i < N_DISTRICT; i++)
            people_here(p[k].state, i, 100000000);
    }
    assert_int_equal(p[0].world->call_day[0], 10);
    for (int k = 0; k < 2; k++)
        for (int32_t day = 0; day < 40; day++) {
            set_day(p[k].world, p[k].state, day);
            ho_mobilisation_step(p[k].world, p[k].state, &STREAMS);
            double pull = day >= 16 && day < 30 ? 1 : 0; /* days of the watch's turns: 2, 9, 16, 23, 30 */
            if (day >= 2)
                assert_near("pull", p[k].state->pull[WATCH], 1 + pull * (k == 0), 1e-12, 3);
            pull = day >= 10 && day < 24 ? 0.2 : 0; /* of the guard's: 3, 10, 17, 24 */
            if (day >= 3)
                assert_near("pull of another", p[k].state->pull[3], 1 + pull * (k == 0), 1e-12, 3);
            if (day == 10)
                before[k] = p[k].state->recruited[WATCH];
            if (day == 24)
                during[k] = p[k].state->recruited[WATCH] - before[k];
        }
    assert_true(before[0] == before[1] && before[0] > 0);
    /* two musters, each closing the gap by (1 - exp(-rate)) of what can be reached */
    double rate = 0.07 * (1 - ho_logistic(-2)), keep = 1 - 0.6 * (1 - exp(-2 * rate)), keep1 = 1 - 0.6 * (1 - exp(-rate));
    assert_near("recruits", (double)during[0] / (double)during[1], (1 - keep * keep) / (1 - keep1 * keep1), 0.002, 3);
    place_free(&p[0]);
    place_free(&p[1]);
}

/* A drive of 50 a day brings at most 50 a day, to threatened centres only, and the books grow with them. */
static void volunteers_follow_the_drive(void **unused) {
    (void)unused;
    static const char sections[] = WATCH_ROW
        "calendar:\n  - {id: drive, kind: drive, date: 2030-05-01, until: 2030-06-29, value: 50, bloc: crown, known_on: 2030-04-30, "
        "source: test}\n";
    static const char *const set[] = {"volunteer_worth=0.6", "worth_spread=1", NULL};
    place p = place_of(0, sections, set);
    p.state->enemy_bloc[4] = REEDS;
    p.state->expectation[4] = 0.5;
    p.state->fear[4] = 0.2;
    double books = p.state->paper[4];
    muster_weeks(&p, 12);
    double n = (double)p.state->recruited[COURT];
    assert_near("volunteers", n, 50 * 60 * 0.5 * 0.8, PARTY, 1);
    assert_near("on the books", p.state->paper[4] - books, n, 1e-9, 1);
    assert_int_equal(*fighters_at(p.world, p.state, COURT, 4), 100 + (int32_t)n);
    assert_near("worth", p.state->worth[COURT * N_DISTRICT + 4], (100 + 0.6 * n) / (100 + n), 1e-9, 1);
    place_free(&p);
}

/* A second state of the bloc does not call the same people again, and where a militia holds the centre nobody goes on a state's books. */
static void a_drive_is_heard_once(void **unused) {
    (void)unused;
    enum { DUCHY = WATCH + 1 };
    static const char sections[] = WATCH_ROW
        "  - {id: duchy, name: Duchy, bloc: crown, role: state, known_on: 2030-04-30, source: test}\n"
        "calendar:\n  - {id: drive, kind: drive, date: 2030-05-01, until: 2030-06-29, value: 50, bloc: crown, known_on: 2030-04-30, "
        "source: test}\n";
    place p = place_of(0, sections, NULL);
    double books[N_DISTRICT];
    for (size_t i = 0; i < N_DISTRICT; i++) {
        p.state->enemy_bloc[i] = i == 1 || i == 4 ? REEDS : -1; /* the watch holds 1, the court 4 */
        p.state->expectation[i] = 1;
        books[i] = p.state->paper[i];
    }
    muster_weeks(&p, 12);
    double n = (double)p.state->recruited[COURT];
    assert_near("volunteers", n, 50 * 60, PARTY, 1);
    assert_int_equal(p.state->recruited[DUCHY], 0);
    for (size_t i = 0; i < N_DISTRICT; i++)
        assert_near("on the books", p.state->paper[i] - books[i], i == 4 ? n : 0, 1e-9, 1);
    place_free(&p);
}

static const char KIN[] = "    affinity: {all: 0.5}\n" WATCH_ROW;

/* Insurgents without a cap replace losses and no more; with one they grow to it. r x residents x kin x (1 + poverty) a day. */
static void insurgents_recruit_among_kin_up_to_their_cap(void **unused) {
    (void)unused;
    static const char *const set[] = {"recruit_rate=1e-5", "recruit_poverty=1", "recruit_grievance=0", NULL};
    place p = place_of(200, KIN, set);
    for (size_t i = 0; i < N_DISTRICT; i++) {
        p.state->countryside[REEDS * N_DISTRICT + i] = i == 5 ? 0.9 : 0.1;
        p.state->countryside[CROWN * N_DISTRICT + i] = i == 5 ? 0.1 : 0.9;
    }
    muster_weeks(&p, 4);
    assert_int_equal(p.state->recruited[INSURGENTS], 0);
    ho_kill(p.world, p.state, REEDS, 5, 60);
    muster_weeks(&p, 30);
    assert_int_equal(p.state->recruited[INSURGENTS], 60);
    p.state->cap[INSURGENTS] = 1e6;
    double before = p.state->residents[5];
    muster_weeks(&p, 10);
    assert_near("recruits", before - p.state->residents[5], 70 * 1e-5 * before * 0.5 * 2, PARTY, 1.2);
    assert_int_equal(p.state->recruited[INSURGENTS], (int64_t)(1000000 - p.state->residents[5])); /* none elsewhere */
    place_free(&p);
}

static void poverty_of_money_fear_and_dislike_of_the_rebels_stop_recruits(void **unused) {
    (void)unused;
    for (int why = 0; why < 3; why++) {
        place p = place_of(200, KIN, NULL);
        p.state->cap[INSURGENTS] = 1e6;
        for (size_t i = 0; i < N_DISTRICT; i++) {
            p.state->countryside[REEDS * N_DISTRICT + i] = 0.9;
            p.state->countryside[CROWN * N_DISTRICT + i] = 0.1;
            if (why == 0)
                p.state->fear[i] = 1;
            if (why == 1)
                p.world->affinity[INSURGENTS * N_DISTRICT + i] = -0.1;
        }
        if (why == 2)
            p.state->funds[INSURGENTS] = 0;
        muster_weeks(&p, 20);
        assert_int_equal(p.state->recruited[INSURGENTS], 0);
        place_free(&p);
    }
}

/* From a full sanctuary r x strength of day 0 come a day: at the post that lets arms in, else to the rebels' own country. */
static void the_rear_sends_men_over_the_border(void **unused) {
    (void)unused;
    static const char sections[] = WATCH_ROW
        "patrons:\n  - {id: vale, name: Vale, neighbour: Vale, border: [{from: 2030-04-01, people: open, soldiers: closed, "
        "armed: open, known_on: 2030-04-01, source: test}]}\n"
        "crossings:\n  - {id: post, name: Post, district: D0004, neighbour: Vale, customs_usd_per_month: 1, customs_sd_log: 0, known_on: "
        "2030-04-01, source: test}\n";
    static const char *const set[] = {"recruit_rear=0.001", "recruit_rate=0", NULL};
    for (int open = 0; open < 2; open++) {
        place p = place_of(200, sections, set);
        p.state->cap[INSURGENTS] = 1e6;
        p.state->sanctuary[INSURGENTS] = 1;
        for (size_t i = 4; i < 6; i++) {
            p.state->countryside[REEDS * N_DISTRICT + i] = i == 4 ? 0.4 : 0.8;
            p.state->countryside[CROWN * N_DISTRICT + i] = i == 4 ? 0.6 : 0.2;
        }
        p.state->posture[HO_TRAVELLER_ARMED] = open ? HO_POSTURE_OPEN : HO_POSTURE_CLOSED;
        muster_weeks(&p, 20);
        size_t arrive = open ? 4 : 5;
        assert_near("recruits", (double)p.state->recruited[INSURGENTS], 140 * 0.001 * 1000, PARTY, 1);
        assert_int_equal(p.state->recruited[INSURGENTS], 1000000 - p.state->residents[arrive]);
        place_free(&p);
    }
}

/* Who melted away comes back at 1/20 d, and 1/60 d faster over a border, to the rebels' own country. */
static void those_who_melted_away_come_back(void **unused) {
    (void)unused;
    for (int sanctuary = 0; sanctuary < 2; sanctuary++) {
        place p = place_of(200, NULL, NULL);
        p.state->countryside[REEDS * N_DISTRICT + 5] = 0.9;
        p.state->countryside[CROWN * N_DISTRICT + 5] = 0.1;
        p.state->hidden[INSURGENTS] = 100000;
        p.state->hidden_worth[INSURGENTS] = 0.8;
        p.state->initial[INSURGENTS] += 100000;
        p.state->cap[INSURGENTS] = 0;
        p.state->sanctuary[INSURGENTS] = sanctuary;
        muster_weeks(&p, 3);
        double stay = exp(-21 * (1.0 / 20 + sanctuary / 60.0)), n = (double)p.state->hidden[INSURGENTS];
        assert_near("still hidden", n, 1e5 * stay, sqrt(1e5 * stay * (1 - stay)), 4);
        assert_int_equal(*fighters_at(p.world, p.state, INSURGENTS, 5), 200 + 100000 - (int32_t)n);
        place_free(&p);
    }
}

static void an_empty_district_sends_nobody(void **unused) {
    (void)unused;
    place p = place_of(0, NULL, NULL);
    believe(&p, -3);
    p.state->cap[WATCH] = 1e6;
    for (size_t i = 0; i < N_DISTRICT; i++)
        people_here(p.state, i, i == 1 ? 7 : 0);
    muster_weeks(&p, 10);
    assert_true(p.state->recruited[WATCH] <= 7 && p.state->residents[1] >= 0);
    place_free(&p);
}

/* 2 x 10,000 replicates of 40 days: six districts, rebels about the militia's, which may treble. It keeps more centres. */
static void prepare(const ho_world *world, ho_state *state) {
    for (size_t i = 1; i < N_DISTRICT; i++) {
        people_here(state, i, 50000);
        if (i < 5)
            watch_holds(world, state, i, 100);
    }
    state->cap[WATCH] = 1500;
}

static void without_recruits_fewer_centres_stand(void **unused) {
    (void)unused;
    small *country = small_ring(N_DISTRICT);
    watch_people(country, 30, 150);
    ho_scenario *scenario = small_load(country);
    static const char *const set[] = {"mobilisation_rate=0.05", NULL};
    ho_world *world = world_with(scenario, 1, set);
    const comparison c = {world, prepare, crown_centres, mechanism_bit("mobilisation"), 40};
    estimate e = compare_replicates(&c, N_PAIRED);
    printf("centres held with recruits minus without: %.3f +- %.3f\n", e.mean, e.se);
    assert_more("centres", e, 3);
    small_free(country);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_militia_fills_up_to_its_cap),
        cmocka_unit_test(nobody_joins_without_money_threat_or_leader),
        cmocka_unit_test(threat_is_lost_ground_or_lost_belief),
        cmocka_unit_test(kin_join_and_enemies_do_not),
        cmocka_unit_test(they_join_where_the_militia_protects),
        cmocka_unit_test(a_call_pulls_for_a_fortnight),
        cmocka_unit_test(volunteers_follow_the_drive),
        cmocka_unit_test(a_drive_is_heard_once),
        cmocka_unit_test(insurgents_recruit_among_kin_up_to_their_cap),
        cmocka_unit_test(poverty_of_money_fear_and_dislike_of_the_rebels_stop_recruits),
        cmocka_unit_test(the_rear_sends_men_over_the_border),
        cmocka_unit_test(those_who_melted_away_come_back),
        cmocka_unit_test(an_empty_district_sends_nobody),
        cmocka_unit_test(without_recruits_fewer_centres_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
