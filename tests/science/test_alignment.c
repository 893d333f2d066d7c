/* Who stands with whom: the choice of leaders against the logit formula, what each choice does to centres and fighters, fighters who go
 * over alone, rivals who leave each other, and a head of state who leaves. */
#include "science/watch.h"

enum { N_DISTRICT = 6, GUARD = 3, N_PAIRED = 10000 };
static const ho_streams STREAMS = {1, 0};
static const int32_t TURN = WATCH; /* day of the week on which the watch's leader looks */

typedef struct place {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} place;

/* A line of six, soldiers of the court everywhere; the watch holds 1 to 3 with 500 fighters each. */
static place place_of(int32_t rebels, const char *sections, const char *const *set) {
    small *country = small_line(N_DISTRICT);
    watch_people(country, 40, rebels);
    if (sections)
        country->sections = sections;
    place p = {.scenario = small_load(country)};
    p.world = world_with(p.scenario, 1, set);
    p.state = state_started(p.world);
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

static void believe(const place *p, double belief) {
    for (size_t i = 0; i < N_DISTRICT; i++)
        p->state->belief_logit[i] = ho_logit(belief);
}

static void look_on(const place *p, int32_t day, const ho_streams *streams) {
    set_day(p->world, p->state, day);
    ho_alignment_step(p->world, p->state, streams);
    assert_ledgers(p->state);
}

/* The leader has looked once and is pulled to a stance. */
static void lean(const place *p, ho_stance stance) {
    p->state->n_look[WATCH] = 1;
    for (int k = 0; k < HO_N_STANCE; k++)
        p->state->leaning[WATCH * HO_N_STANCE + k] = k == (int)stance ? 1e3 : 0;
}

/* ---- the choice ---- */

/* Share of 4,000 leaders, who stand with their bloc at belief `from`, that have left after `n_week` more looks at belief `to`. */
static double share_leaving(const char *const *set, double from, double to, int n_week) {
    enum { N = 4000 };
    place p = place_of(100, NULL, set);
    ho_state *start = state_of(p.world);
    int n = 0;
    ho_state_copy(start, p.state);
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {5, r};
        ho_state_copy(p.state, start);
        believe(&p, from);
        set_day(p.world, p.state, TURN);
        ho_alignment_step(p.world, p.state, &streams);
        assert_int_equal(p.state->stance[WATCH], HO_STANCE_STAYS);
        believe(&p, to);
        for (int32_t week = 1; week <= n_week && p.state->stance[WATCH] == HO_STANCE_STAYS; week++) {
            set_day(p.world, p.state, TURN + 7 * week);
            ho_alignment_step(p.world, p.state, &streams);
        }
        n += p.state->stance[WATCH] != HO_STANCE_STAYS;
    }
    ho_state_free(start);
    place_free(&p);
    return (double)n / N;
}

/* Logit probability of staying; power = own/(own + enemy). */
static double chance_to_stay(double lambda, double belief, double power) {
    double lost = 1 - belief;
    double stay = exp(lambda * belief), alone = exp(lambda * (power * (1 - lost * (1 - power)) - 0.1)),
           over = exp(lambda * (lost * power - 0.3)), flee = exp(lambda * (0.5 * lost * (1 - power) - 0.2));
    return stay / (stay + alone + over + flee);
}

/* As belief falls every alternative gains on staying, so whoever stays at the lower belief stayed at the higher one too: the share that
 * has left is 1 - p(to)/p(from), however often he looks. 500 reeds in and around the base of 1,500 men. */
static void leaders_leave_by_the_logit_formula(void **unused) {
    (void)unused;
    static const char *const set[] = {"alignment_sharpness=5", "life_abroad=0.5", "fighter_switch_rate=0", NULL};
    place p = place_of(100, NULL, set);
    double enemy = 0;
    for (size_t i = 1; i < N_DISTRICT; i++)
        enemy += p.state->enemy[i];
    place_free(&p);
    double power = 1500 / (1500 + enemy);
    assert_true(power > 0.5 && power < 0.9);
    static const double to[] = {0.5, 0.3, 0.1, 0.02};
    for (size_t k = 0; k < N_OF(to); k++) {
        double want = 1 - chance_to_stay(5, to[k], power) / chance_to_stay(5, 0.8, power);
        double se = sqrt(want * (1 - want) / 4000);
        assert_near("one look", share_leaving(set, 0.8, to[k], 1), want, se, 4);
        assert_near("eight looks", share_leaving(set, 0.8, to[k], 8), want, se, 4);
    }
}

/* At the priors' centres, beside an enemy as strong in the base as the militia: nobody leaves in a month at belief 1/2, few as it falls
 * there from 0.8, most once it is below a tenth. */
static void leaders_stay_while_they_expect_to_win(void **unused) {
    (void)unused;
    static const char *const set[] = {"fighter_switch_rate=0", "alignment_sharpness=10", "life_abroad=0.5", NULL};
    assert_true(share_leaving(set, 0.5, 0.5, 4) == 0);
    assert_true(1 - chance_to_stay(10, 0.5, 0.5) / chance_to_stay(10, 0.8, 0.5) < 0.15);
    assert_true(1 - chance_to_stay(10, 0.5, 0.3) / chance_to_stay(10, 0.8, 0.3) < 0.03);
    assert_true(1 - chance_to_stay(10, 0.08, 0.5) / chance_to_stay(10, 0.8, 0.5) > 0.7);
    assert_true(share_leaving(set, 0.8, 0.05, 1) > 0.5);
}

/* Of 4,000 leaders who stood with their bloc at belief 0.8, those who have gone over at 0.02, where the reeds' people have this affinity
 * to the base from the start, or lost as much attitude since, and the reeds rule with this repression. */
static int n_over(double affinity, double lost, double repression) {
    enum { N = 4000 };
    static const char *const set[] = {"alignment_sharpness=5", "life_abroad=0.5", "fighter_switch_rate=0", "kin_switch=0.2", NULL};
    place p = place_of(100, NULL, set);
    int n = 0;
    for (size_t i = 0; i < N_DISTRICT; i++)
        p.world->affinity[INSURGENTS * N_DISTRICT + i] = affinity;
    ho_state *start = state_of(p.world);
    ho_state_copy(start, p.state);
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {5, r};
        ho_state_copy(p.state, start);
        believe(&p, 0.8);
        set_day(p.world, p.state, TURN);
        ho_alignment_step(p.world, p.state, &streams);
        for (size_t q = 0; q < p.world->n_province; q++)
            p.state->attitude_here[REEDS * p.world->n_province + q] -= lost;
        p.state->repression[REEDS] = repression;
        believe(&p, 0.02);
        set_day(p.world, p.state, TURN + 7);
        ho_alignment_step(p.world, p.state, &streams);
        n += p.state->stance[WATCH] == HO_STANCE_SWITCHED;
    }
    ho_state_free(start);
    place_free(&p);
    return n;
}

/* A leader whose people the other side is set against, and persecutes, would be left with little: hardly anybody goes. */
static void leaders_do_not_join_who_persecutes_their_people(void **unused) {
    (void)unused;
    int indifferent = n_over(0, 0, 0), cool = n_over(-0.3, 0, 0), harsh = n_over(-0.3, 0, 1), hostile = n_over(-0.7, 0, 0.5);
    assert_true(indifferent > 1000);
    assert_int_equal(n_over(0, 0, 1), indifferent); /* repression of others is no reason */
    assert_true(cool < 0.7 * indifferent && harsh < 0.7 * cool && hostile < 0.05 * indifferent);
    assert_true(n_over(0.3, 0, 0) > indifferent);
    assert_true(n_over(0, 0.7, 0.5) < 0.05 * indifferent); /* and what was seen since the first day counts as well */
}

static void he_looks_weekly_and_when_a_seat_of_his_base_falls(void **unused) {
    (void)unused;
    place p = place_of(0, NULL, NULL);
    for (int32_t day = 0; day < 14; day++)
        look_on(&p, day, &STREAMS);
    assert_int_equal(p.state->n_look[WATCH], 2);
    set_day(p.world, p.state, 14);
    ho_take(p.world, p.state, &STREAMS, 1, REEDS, HO_MODE_FOUGHT);
    look_on(&p, 15, &STREAMS);
    assert_int_equal(p.state->n_look[WATCH], 3);
    look_on(&p, 17, &STREAMS);
    assert_int_equal(p.state->n_look[WATCH], 3);
    place_free(&p);
}

static void only_militias_beside_a_greater_choose(void **unused) {
    (void)unused;
    place p = place_of(100, NULL, NULL);
    p.world->faction_arrival[WATCH] = 100;
    believe(&p, 0.01);
    for (int32_t day = 0; day < 60; day++)
        look_on(&p, day, &STREAMS);
    for (size_t f = 0; f < p.world->n_faction; f++)
        assert_true(p.state->n_look[f] == 0 && p.state->stance[f] == HO_STANCE_STAYS);
    place_free(&p);
}

/* ---- what it does ---- */

static void a_switch_hands_over_centres_and_fighters(void **unused) {
    (void)unused;
    static const char *const set[] = {"follow_share=0.7", "freed_share=0", NULL};
    place p = place_of(60, NULL, set);
    lean(&p, HO_STANCE_SWITCHED);
    int32_t rebels[N_DISTRICT], residents[N_DISTRICT];
    for (size_t i = 0; i < N_DISTRICT; i++) {
        rebels[i] = *fighters_at(p.world, p.state, INSURGENTS, i);
        residents[i] = p.state->residents[i];
    }
    look_on(&p, TURN, &STREAMS);
    assert_int_equal(p.state->stance[WATCH], HO_STANCE_SWITCHED);
    assert_int_equal(p.state->switched_out[WATCH], 3 * 350);
    assert_int_equal(p.state->switched_in[INSURGENTS], 3 * 350);
    assert_int_equal(p.state->deserted[WATCH], 3 * 150);
    assert_int_equal(p.state->n_lost_by_mode[CROWN * HO_N_MODE + HO_MODE_NEGOTIATED], 3);
    assert_int_equal(p.state->centres[CROWN], 3);
    for (size_t i = 1; i < 4; i++) {
        assert_int_equal(p.state->holder[i], INSURGENTS);
        assert_int_equal(*fighters_at(p.world, p.state, WATCH, i), 0);
        assert_int_equal(*fighters_at(p.world, p.state, INSURGENTS, i), rebels[i] + 350);
        assert_int_equal(p.state->residents[i], residents[i] + 150 + 40); /* the court's men there lay down arms */
    }
    believe(&p, 0.99);
    for (int32_t day = TURN + 1; day < 40; day++)
        look_on(&p, day, &STREAMS);
    assert_int_equal(p.state->stance[WATCH], HO_STANCE_SWITCHED);
    place_free(&p);
}

static void a_leader_who_flees_leaves_half_an_army(void **unused) {
    (void)unused;
    static const char *const set[] = {"follow_share=0.5", NULL};
    place p = place_of(60, NULL, set);
    lean(&p, HO_STANCE_FLED);
    look_on(&p, TURN, &STREAMS);
    assert_int_equal(p.state->leader_fled[WATCH], 1);
    assert_int_equal(p.state->deserted[WATCH], 750);
    assert_int_equal(p.state->centres[CROWN], N_DISTRICT);
    lean(&p, HO_STANCE_STAYS);
    look_on(&p, TURN + 7, &STREAMS);
    assert_int_equal(p.state->stance[WATCH], HO_STANCE_FLED);
    assert_int_equal(p.state->deserted[WATCH], 750);
    place_free(&p);
}

/* Who stands alone gets no help, outlives the regime, and may come back. */
static void standing_alone(void **unused) {
    (void)unused;
    static const char *const set[] = {"regime_time=0.05", NULL};
    place p = place_of(60, NULL, set);
    lean(&p, HO_STANCE_ALONE);
    look_on(&p, TURN, &STREAMS);
    assert_true(p.state->stance[WATCH] == HO_STANCE_ALONE && p.state->cooperation[WATCH] == 0);
    lean(&p, HO_STANCE_STAYS);
    look_on(&p, TURN + 7, &STREAMS);
    assert_true(p.state->stance[WATCH] == HO_STANCE_STAYS && p.state->cooperation[WATCH] > 0);
    lean(&p, HO_STANCE_ALONE);
    look_on(&p, TURN + 14, &STREAMS);
    p.state->leader_gone[CROWN] = 1;
    for (int32_t day = 20; day < 30; day++) {
        set_day(p.world, p.state, day);
        ho_takeover_step(p.world, p.state, &STREAMS);
    }
    assert_int_equal(p.state->centres[CROWN], 3);
    for (size_t i = 1; i < 4; i++)
        assert_int_equal(p.state->holder[i], WATCH);
    place_free(&p);
}

/* ---- fighters on their own ---- */

/* n ~ binomial(500, 1 - exp(-7 r kin (1 - 2 belief))) in a district with reeds; none without kin, or where belief is above 1/2. */
static void fighters_go_over_to_kin(void **unused) {
    (void)unused;
    enum { N = 2000 };
    static const char *const set[] = {"fighter_switch_rate=0.01", NULL};
    place p = place_of(60, NULL, set);
    lean(&p, HO_STANCE_STAYS);
    believe(&p, 0.2);
    p.state->belief_logit[3] = 1;
    p.world->affinity[INSURGENTS * N_DISTRICT + 1] = 0.5;
    p.world->affinity[INSURGENTS * N_DISTRICT + 3] = 0.5;
    ho_state *start = state_of(p.world);
    double sum = 0, chance = 1 - exp(-7 * 0.01 * 0.5 * 0.6);
    ho_state_copy(start, p.state);
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {3, r};
        ho_state_copy(p.state, start);
        look_on(&p, TURN, &streams);
        sum += 500 - *fighters_at(p.world, p.state, WATCH, 1);
        assert_int_equal(*fighters_at(p.world, p.state, WATCH, 2), 500);
        assert_int_equal(*fighters_at(p.world, p.state, WATCH, 3), 500);
    }
    assert_near("went over", sum / N, 500 * chance, sqrt(500 * chance * (1 - chance) / N), 4);
    int64_t n = p.state->switched_out[WATCH];
    assert_int_equal(*fighters_at(p.world, p.state, INSURGENTS, 1), 60 + (int32_t)n);
    assert_near("they know the ground", p.state->knowledge[2], 1 + 0.3 * (double)n / 1500, 1e-12, 3);
    assert_near("not elsewhere", p.state->knowledge[0], 1, 1e-12, 3);
    double defence = ho_defence(p.world, p.state, 2);
    p.state->knowledge[2] = 1;
    assert_near("defence", defence, ho_defence(p.world, p.state, 2) / (1 + 0.3 * (double)n / 1500), 1e-9, 3);
    ho_state_free(start);
    place_free(&p);
}

/* Without reeds in the district they meet them next door, where they hold; what they knew is of no use to the new holder's enemies. */
static void they_meet_next_door(void **unused) {
    (void)unused;
    static const char *const set[] = {"fighter_switch_rate=0.2", "freed_share=0", NULL};
    place p = place_of(0, NULL, set);
    lean(&p, HO_STANCE_STAYS);
    p.state->initial[INSURGENTS] += 200;
    put_fighters(p.world, p.state, INSURGENTS, 4, 200);
    ho_take(p.world, p.state, &STREAMS, 4, REEDS, HO_MODE_FOUGHT);
    ho_face(p.world, p.state);
    believe(&p, 0.1);
    for (size_t i = 0; i < N_DISTRICT; i++)
        p.world->affinity[INSURGENTS * N_DISTRICT + i] = 1;
    int32_t before = *fighters_at(p.world, p.state, INSURGENTS, 4);
    look_on(&p, TURN, &STREAMS);
    int32_t n = (int32_t)p.state->switched_out[WATCH];
    assert_true(n > 0 && *fighters_at(p.world, p.state, WATCH, 3) < 500);
    assert_int_equal(*fighters_at(p.world, p.state, INSURGENTS, 4), before + n);
    assert_near("lost ground", p.state->knowledge[4], 1, 1e-12, 3);
    assert_true(p.state->knowledge[3] > 1);
    place_free(&p);
}

/* ---- allies ---- */

static const char RIVALS[] = WATCH_ROW
    "  - {id: guard, name: Guard, bloc: crown, role: militia, base: [P01], known_on: 2030-04-30, source: test}\n"
    "rivalries:\n  - {between: [watch, court], value: 0.8, known_on: 2030-04-30, source: test}\n";

static void rivals_help_each_other_less(void **unused) {
    (void)unused;
    static const char *const set[] = {"cooperation=1.5", "cooperation_rivalry=2", "cooperation_threat=0.5", NULL};
    place p = place_of(0, RIVALS, set);
    lean(&p, HO_STANCE_STAYS);
    believe(&p, 0.6);
    for (int32_t day = 0; day < 7; day++)
        look_on(&p, day, &STREAMS);
    assert_near("rivals", p.state->cooperation[WATCH], ho_logistic(1.5 - 2 * 0.8 + 0.5 * 0.4), 1e-12, 3);
    assert_near("their ally", p.state->cooperation[COURT], p.state->cooperation[WATCH], 1e-12, 3);
    assert_near("no rivals", p.state->cooperation[GUARD], ho_logistic(1.5 + 0.5 * 0.4), 1e-12, 3);
    assert_near("nobody to help", p.state->cooperation[INSURGENTS], 1, 1e-12, 3);
    place_free(&p);
}

static void prepare(const ho_world *world, ho_state *state) {
    for (size_t i = 1; i < N_DISTRICT; i++)
        watch_holds(world, state, i, 60);
}

/* Centres held after 40 days in 10,000 replicates: with all of bloc's fighters in each, a militia and the court side by side. */
static void rivals_fall_sooner(void **unused) {
    (void)unused;
    static const char *const rival[] = {"cooperation_rivalry=4", NULL}, *const friendly[] = {"cooperation_rivalry=0", NULL};
    small *country = small_ring(N_DISTRICT);
    watch_people(country, 80, 150);
    country->sections = RIVALS;
    ho_scenario *scenario = small_load(country);
    ho_world *world[2] = {world_with(scenario, 1, rival), world_with(scenario, 1, friendly)};
    ho_state *state = state_of(world[0]);
    static double x[N_PAIRED];
    for (uint32_t r = 0; r < N_PAIRED; r++) {
        x[r] = 0;
        for (int k = 0; k < 2; k++) {
            const ho_streams streams = {20300501, r};
            state->world = world[k];
            ho_state_start(world[k], state, &streams);
            prepare(world[k], state);
            run_days(world[k], state, &streams, 0, 40);
            x[r] += (k ? 1 : -1) * crown_centres(world[k], state);
        }
    }
    estimate e = estimate_of(x, N_PAIRED);
    printf("centres held by friends minus rivals: %.3f +- %.3f\n", e.mean, e.se);
    assert_more("centres", e, 3);
    small_free(country);
    ho_state_free(state);
    ho_world_free(world[0]);
    ho_world_free(world[1]);
    ho_scenario_free(scenario);
}

/* ---- the head of the state ---- */

/* Half of the capital's roads are the reeds': at belief = theta he leaves at h/2; with all roads open, never. */
static void a_leader_leaves_a_capital_half_cut_off(void **unused) {
    (void)unused;
    enum { N = 20000 };
    for (int steps = 1; steps <= 2; steps++) {
        small *country = small_star(5);
        for (size_t i = 1; i < 5; i++)
            country->district[i] = (small_district){.soldiers = 50, .rebels = 50};
        ho_scenario *scenario = small_load(country);
        ho_world *world = world_with(scenario, steps, NULL);
        ho_state *state = state_started(world), *start = state_of(world);
        state->leader_threshold[CROWN] = 0.2;
        state->belief_logit[0] = ho_logit(0.2);
        double n = 0;
        for (size_t taken = 1; taken < 3; taken++) {
            ho_take(world, state, &STREAMS, taken, REEDS, HO_MODE_FOUGHT);
            state->belief_logit[0] = ho_logit(0.2);
            ho_state_copy(start, state);
            for (uint32_t r = 0; r < N; r++) {
                const ho_streams streams = {3, r};
                ho_state_copy(state, start);
                for (state->step = 0; state->step < steps; state->step++)
                    ho_alignment_step(world, state, &streams);
                n += state->leader_gone[CROWN];
                assert_near("belief", state->leader_shift[CROWN], -2.0 * state->leader_gone[CROWN], 1e-12, 1);
            }
            ho_state_copy(state, start);
            if (taken == 1)
                assert_true(n == 0);
        }
        double p = 1 - exp(-0.25);
        assert_near("left within a day", n / N, p, sqrt(p * (1 - p) / N), 4);
        state->leader_gone[CROWN] = 1;
        ho_takeover_step(world, state, &STREAMS);
        assert_true(state->regime_clock[CROWN] >= 0 && ho_holder_bloc(world, state, 0) == CROWN);
        ho_state_free(state);
        ho_state_free(start);
        ho_world_free(world);
        ho_scenario_free(scenario);
        small_free(country);
    }
}

/* 2 x 10,000 replicates of 60 days. */
static void with_leaders_who_choose_fewer_centres_stand(void **unused) {
    (void)unused;
    small *country = small_ring(N_DISTRICT);
    watch_people(country, 80, 120);
    country->sections = RIVALS;
    ho_scenario *scenario = small_load(country);
    ho_world *world = world_with(scenario, 1, NULL);
    const comparison c = {world, prepare, crown_centres, mechanism_bit("alignment"), 60};
    estimate e = compare_replicates(&c, N_PAIRED);
    printf("centres held with alignment minus without: %.3f +- %.3f\n", e.mean, e.se);
    e.mean = -e.mean;
    assert_more("centres", e, 3);
    small_free(country);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaders_leave_by_the_logit_formula),
        cmocka_unit_test(leaders_stay_while_they_expect_to_win),
        cmocka_unit_test(leaders_do_not_join_who_persecutes_their_people),
        cmocka_unit_test(he_looks_weekly_and_when_a_seat_of_his_base_falls),
        cmocka_unit_test(only_militias_beside_a_greater_choose),
        cmocka_unit_test(a_switch_hands_over_centres_and_fighters),
        cmocka_unit_test(a_leader_who_flees_leaves_half_an_army),
        cmocka_unit_test(standing_alone),
        cmocka_unit_test(fighters_go_over_to_kin),
        cmocka_unit_test(they_meet_next_door),
        cmocka_unit_test(rivals_help_each_other_less),
        cmocka_unit_test(rivals_fall_sooner),
        cmocka_unit_test(a_leader_leaves_a_capital_half_cut_off),
        cmocka_unit_test(with_leaders_who_choose_fewer_centres_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
