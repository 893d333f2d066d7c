/* Sorties for whoever is engaged (additions F30) and insurgents who melt away under them (F20): who gets what part, who dies, what it does
 * to odds, morale and belief, and where the fighters go. Closed forms on small countries; the pattern of 2001 is in test_structure.c. */
#include "science/ensemble.h"

enum { N_DISTRICT = 6, N = 4000 };
static const ho_streams STREAMS = {1, 0};

static const char FLOWN[] =
    "patrons:\n  - id: far\n    name: Far\n    flows:\n"
    "      - {to: court, kind: sorties, value: 60, known_on: 2030-04-30, source: test}\n"
    "      - {to: insurgents, kind: sorties, value: 12, known_on: 2030-04-30, source: test}\n"
    "      - {to: court, kind: cash, value: 4000, until: 2030-05-03, known_on: 2030-04-30, source: test}\n"
    "      - {to: court, kind: cash, value: 1000, known_on: 2030-04-30, source: test}\n";

typedef struct land {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} land;

/* Centres 0 to 3 are the crown's, 4 and 5 the reeds', who are also in 2; 4 lies in a gorge, 5 is a provincial capital. */
static land land_of(const char *const *set) {
    small *country = small_line(N_DISTRICT);
    for (size_t i = 1; i < N_DISTRICT; i++)
        country->district[i] = (small_district){.soldiers = 100, .rebels = i == 2 || i > 3 ? 1000 : 0};
    country->district[4].terrain = "gorge";
    country->district[5].seat = true;
    country->district[5].province = 1;
    country->sections = FLOWN;
    land l = {.scenario = small_load(country)};
    l.world = world_with(l.scenario, 1, set);
    l.state = state_started(l.world);
    small_free(country);
    for (size_t i = 4; i < N_DISTRICT; i++)
        ho_take(l.world, l.state, &STREAMS, i, REEDS, HO_MODE_NEGOTIATED);
    for (size_t i = 4; i < N_DISTRICT; i++) { /* whoever left to attack elsewhere is back */
        l.state->marching[INSURGENTS] += *fighters_at(l.world, l.state, INSURGENTS, i) - 1000;
        put_fighters(l.world, l.state, INSURGENTS, i, 1000);
    }
    ho_face(l.world, l.state);
    return l;
}

static void land_free(land *l) {
    ho_state_free(l->state);
    ho_world_free(l->world);
    ho_scenario_free(l->scenario);
}

static void engage(land *l, size_t i, int32_t attacker) {
    l->state->battle_days[i] = 5;
    l->state->battle_bloc[i] = attacker;
    l->state->enemy_bloc[i] = attacker;
    l->state->retreat_share[i] = 2; /* never */
    l->state->battle_garrison[i] = 1000;
}

static const char *const STILL[] = {"air_kill=0", "air_kill_garrison=0", NULL};

/* The crown's 60 sorties go to a centre that it holds (weight 1), one that it attacks (1) and a capital that it attacks (4). */
static void sorties_are_shared_by_all_who_are_engaged(void **unused) {
    (void)unused;
    land l = land_of(STILL);
    engage(&l, 2, REEDS);
    engage(&l, 4, CROWN);
    engage(&l, 5, CROWN);
    l.state->sorties_patron[CROWN] = 60;
    l.state->sorties_patron[REEDS] = 12;
    ho_air_step(l.world, l.state, &STREAMS);
    assert_near("held", l.state->air_per_week[2], 7 * 10, 1e-9, 3);
    assert_near("attacked, in a gorge", l.state->attack_air_per_week[4], 7 * 0.3 * 10, 1e-9, 3);
    assert_near("attacked, a capital", l.state->attack_air_per_week[5], 7 * 40, 1e-9, 3);
    assert_near("the other side", l.state->attack_air_per_week[2], 7 * 2, 1e-9, 3);
    assert_near("and where it holds", l.state->air_per_week[5], 7 * 8, 1e-9, 3);
    assert_near("defence", l.state->sorties_defence[CROWN], 10, 1e-9, 3);
    assert_near("attack", l.state->sorties_attack[CROWN], 50, 1e-9, 3);
    assert_true(l.state->air_per_week[1] == 0 && l.state->attack_air_per_week[1] == 0);
    land_free(&l);
}

/* Of a garrison struck by 10 sorties at 0.5 killed each die 5, Poisson. */
static void strikes_of_the_attacker_kill_the_garrison(void **unused) {
    (void)unused;
    static const char *const set[] = {"air_kill=0", "air_kill_garrison=0.5", NULL};
    land l = land_of(set);
    ho_state *state = state_of(l.world);
    engage(&l, 5, CROWN);
    l.state->sorties_patron[CROWN] = 10;
    l.state->sorties_patron[REEDS] = 0;
    double sum = 0, squares = 0;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {5, r};
        ho_state_copy(state, l.state);
        ho_air_step(l.world, state, &streams);
        double killed = (double)(state->killed[INSURGENTS] - l.state->killed[INSURGENTS]);
        assert_int_equal(*fighters_at(l.world, state, INSURGENTS, 5), 1000 - (int)killed);
        assert_true(state->killed[COURT] == l.state->killed[COURT]);
        sum += killed / N;
        squares += killed * killed / N;
    }
    assert_near("mean", sum, 5, sqrt(5.0 / N), 4);
    assert_near("variance", squares - sum * sum, 5, sqrt((5 + 2 * 25.0) / N), 4);
    assert_int_equal(ho_state_check(state, NULL), HO_OK);
    ho_state_free(state);
    land_free(&l);
}

/* 6 sorties a week and gamma' = 0.5: attack x sqrt(7), p = f A/(f A + D). */
static void strikes_of_the_attacker_raise_his_odds(void **unused) {
    (void)unused;
    static const char *const set[] = {"loss_defender=0", "loss_attacker=0", "air_attack=0.5", NULL};
    land l = land_of(set);
    ho_state *state = state_of(l.world);
    engage(&l, 5, CROWN);
    l.state->battle_days[5] = 1e-9;
    l.state->enemy[5] = 3000;
    l.state->attack_air_per_week[5] = 6;
    double attack = 3000 * sqrt(7), defence = ho_defence(l.world, l.state, 5), p = (attack + 1) / (attack + defence + 2), won = 0;
    assert_near("attack", ho_attack(l.state, 5), attack, 1e-6, 3);
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {6, r};
        ho_state_copy(state, l.state);
        ho_assault_step(l.world, state, &streams);
        won += state->outcome[5] == HO_MODE_FOUGHT ? 1.0 / N : 0;
    }
    assert_near("won", won, p, sqrt(p * (1 - p) / N), 4);
    ho_state_free(state);
    land_free(&l);
}

/* logit of what morale tends to and, without memory, belief: less by k ln(1 + sorties) and by u1 gamma' ln(1 + sorties). */
static void a_bombed_garrison_loses_heart(void **unused) {
    (void)unused;
    static const char *const set[] = {"morale_bombed=0.4", "air_attack=0.5", "belief_strength=0.3", "belief_u0=0", NULL};
    land l = land_of(set);
    l.state->enemy[5] = 1500;
    double calm = ho_belief_target(l.world, l.state, 5);
    ho_morale_step(l.world, l.state, &STREAMS);
    double before = l.state->morale_goal[5];
    l.state->attack_air_per_week[5] = 6;
    ho_morale_step(l.world, l.state, &STREAMS);
    double after = l.state->morale_goal[5];
    assert_near("morale", log(after / (1 - after)) - log(before / (1 - before)), -0.4 * log(7), 1e-9, 3);
    assert_near("belief", ho_belief_target(l.world, l.state, 5) - calm, -0.3 * 0.5 * log(7), 1e-9, 3);
    land_free(&l);
}

/* Melting at k (1 - own/other) a day: a garrison of 2500 worth against 5000, for a day, k = 0.6: 1 - exp(-0.3). */
static void overmatched_insurgents_melt_away_and_are_kept_in_the_ledger(void **unused) {
    (void)unused;
    static const char *const set[] = {"melt_rate=0.6", "desertion_base=0", "unpaid_leave=0", "air_attack=0", NULL};
    land l = land_of(set);
    ho_state *state = state_of(l.world);
    engage(&l, 5, CROWN);
    l.state->enemy[5] = 2 * ho_defence(l.world, l.state, 5);
    double share = 1 - exp(-0.3), sum = 0;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {7, r};
        ho_state_copy(state, l.state);
        ho_desertion_step(l.world, state, &streams);
        int64_t gone = state->hidden[INSURGENTS] - l.state->hidden[INSURGENTS];
        assert_int_equal(gone, 1000 - *fighters_at(l.world, state, INSURGENTS, 5));
        assert_int_equal(gone, state->melted[INSURGENTS] - l.state->melted[INSURGENTS]);
        assert_int_equal(ho_state_check(state, NULL), HO_OK);
        sum += (double)gone / N;
    }
    assert_near("melted", sum, 1000 * share, sqrt(1000 * share * (1 - share) / N), 4);
    ho_state_free(state);
    land_free(&l);
}

/* Who attacks melts away only under strikes and where he is the weaker; soldiers of a state never do, nor does who is a match. */
static void nobody_else_melts_away(void **unused) {
    (void)unused;
    static const char *const set[] = {"melt_rate=5", "desertion_base=0", "unpaid_leave=0", NULL};
    land l = land_of(set);
    engage(&l, 2, REEDS);
    l.state->enemy[2] = 1;
    ho_desertion_step(l.world, l.state, &STREAMS);
    assert_int_equal(*fighters_at(l.world, l.state, INSURGENTS, 2), 1000); /* nothing flies */
    l.state->air_per_week[2] = 20;
    l.state->enemy[2] = 1e6;
    ho_desertion_step(l.world, l.state, &STREAMS);
    assert_int_equal(*fighters_at(l.world, l.state, INSURGENTS, 2), 1000);
    assert_int_equal(*fighters_at(l.world, l.state, COURT, 2), 100); /* a state's garrison, overmatched */
    l.state->enemy[2] = 1;
    ho_desertion_step(l.world, l.state, &STREAMS);
    assert_true(*fighters_at(l.world, l.state, INSURGENTS, 2) < 100);
    land_free(&l);
}

/* Half of what is more than the 30 who hold a centre returns to the reserve, on the books too. */
static void a_part_of_the_party_goes_back_to_the_reserve(void **unused) {
    (void)unused;
    static const char *const set[] = {"freed_share=0.5", "hold_min=30", "reserve_party=200", "reserve_ready=0.5", NULL};
    land l = land_of(set);
    int64_t more = 4000;
    l.state->reserve[COURT] += more;
    l.state->recruited[COURT] += more;
    l.state->paper_reserve[COURT] += (double)more;
    int64_t reserve = l.state->reserve[COURT];
    ho_take(l.world, l.state, &STREAMS, 5, CROWN, HO_MODE_FOUGHT);
    assert_int_equal(*fighters_at(l.world, l.state, COURT, 5), 200 - 85);
    assert_int_equal(l.state->reserve[COURT], reserve - 200 + 85);
    assert_true(l.state->paper[5] == 115 && l.state->paper_reserve[COURT] == (double)reserve - 115);
    land_free(&l);
}

/* Of 5,000 a day 4,000 end after two days: belief tends to 0.8 u7 less. */
static void the_end_of_help_is_news(void **unused) {
    (void)unused;
    static const char *const set[] = {"belief_help=0.5", NULL}, *const on[] = {"patrons", NULL};
    land l = land_of(set);
    run_days(l.world, l.state, &STREAMS, all_but(on), 3);
    double before = ho_belief_target(l.world, l.state, 0);
    run_days(l.world, l.state, &STREAMS, all_but(on), 1);
    assert_near("belief", ho_belief_target(l.world, l.state, 0) - before, -0.5 * 0.8, 1e-9, 3);
    l.state->regime_clock[CROWN] = 0;
    assert_near("of a fallen state", ho_belief_target(l.world, l.state, 0) - before, 0, 1e-9, 3);
    land_free(&l);
}

/* A hundred soldiers a centre, nothing of their pay comes: 1 - exp(-7 l) go home at a roll-call. */
static void unpaid_soldiers_go_home(void **unused) {
    (void)unused;
    static const char *const set[] = {"desertion_base=0", "unpaid_leave=0.05", NULL};
    land l = land_of(set);
    ho_state *state = state_of(l.world);
    double share = 1 - exp(-0.35), sum = 0;
    for (int paid = 0; paid < 2; paid++) {
        l.state->pay_share[COURT] = paid;
        for (uint32_t r = 0; r < N; r++) {
            const ho_streams streams = {8, r};
            ho_state_copy(state, l.state);
            ho_desertion_step(l.world, state, &streams);
            sum += (double)(state->deserted[COURT] - l.state->deserted[COURT]) / N;
        }
    }
    assert_near("left", sum, 100 * share, sqrt(100 * share * (1 - share) / N), 4); /* one district has its roll-call on day 0 */
    ho_state_free(state);
    land_free(&l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sorties_are_shared_by_all_who_are_engaged),
        cmocka_unit_test(strikes_of_the_attacker_kill_the_garrison),
        cmocka_unit_test(strikes_of_the_attacker_raise_his_odds),
        cmocka_unit_test(a_bombed_garrison_loses_heart),
        cmocka_unit_test(overmatched_insurgents_melt_away_and_are_kept_in_the_ledger),
        cmocka_unit_test(nobody_else_melts_away),
        cmocka_unit_test(a_part_of_the_party_goes_back_to_the_reserve),
        cmocka_unit_test(the_end_of_help_is_news),
        cmocka_unit_test(unpaid_soldiers_go_home),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
