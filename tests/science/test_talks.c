/* Talks: a deal exists exactly when ranges overlap now and later (closed form), dated offers, patrons' pressure, local ceasefires,
 * restraint as a signal. Two comparisons of 10,000 paired replicates of a country of ten districts over 60 days. */
#include "science/measures.h"

enum { N = 10000, MEETING = 14 };

/* Only what a small war needs, so that other mechanisms do not blur what is compared. */
static const char *const WAR[] = {"calendar", "morale", "perception", "talks",       "strategy",
                                  "surrender", "assault", "takeover", "countryside", NULL};

typedef struct theatre {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} theatre;

static theatre theatre_of(const char *sections, const char *const *set) {
    small *country = small_line(4);
    country->district[1].soldiers = country->district[2].soldiers = 100;
    country->district[3].rebels = 300;
    country->sections = sections;
    theatre t = {.scenario = small_load(country)};
    t.world = world_with(t.scenario, 1, set);
    t.state = state_started(t.world);
    small_free(country);
    return t;
}

static void theatre_free(theatre *t) {
    ho_state_free(t->state);
    ho_world_free(t->world);
    ho_scenario_free(t->scenario);
}

/* The day of a meeting on which every commander of the crown gives the other side the chance p, `before` a fortnight ago. */
static void set_meeting(theatre *t, double p, double before, int day) {
    ho_state *state = t->state;
    state->step = state->day = day;
    state->time_day = day;
    state->settled[0] = 0;
    for (size_t i = 0; i < t->world->n_district; i++)
        state->belief_logit[i] = ho_logit(1 - p);
    for (size_t k = 0; k < 2; k++)
        state->chance_logit[k * t->world->n_bloc + REEDS] = ho_logit(before);
}

static bool settles(theatre *t, double p, double before) {
    const ho_streams streams = {1, 0};
    set_meeting(t, p, before, MEETING);
    ho_talks_step(t->world, t->state, &streams);
    return t->state->settled[0];
}

static double later_of(double p, double before) {
    double now = ho_logit(p), later = now + (now - ho_logit(before)) * HO_TALKS_AHEAD / MEETING;
    return ho_logistic(ho_clip(later, -4, 4));
}

static const char *const CERTAIN[] = {"deal_chance=1", "truce_rate=0",    "war_cost_attacker=0.08", "war_cost_defender=0.13",
                                      "patron_pressure=0", "rights_clause=0.1", NULL};

static void a_deal_exists_exactly_when_ranges_overlap(void **unused) {
    (void)unused;
    theatre t = theatre_of(NULL, CERTAIN);
    size_t n_deal = 0, n_none = 0;
    for (double p = 0.105; p < 0.9; p += 0.03)
        for (double step = -0.5; step <= 0.5; step += 0.043) {
            double before = ho_logistic(ho_logit(p) - step), later = later_of(p, before);
            bool overlap = ho_max(p, later) - 0.08 <= ho_min(p, later) + 0.13;
            if (settles(&t, p, before) != overlap)
                fail_msg("p %g, in 60 days %g: a deal is %s", p, later, overlap ? "missed" : "struck");
            *(overlap ? &n_deal : &n_none) += 1;
            if (!overlap)
                continue;
            double o = t.state->settled_share[REEDS], most = fmin(1, ho_min(p, later) + 0.13);
            assert_near("the middle of the range", o, 0.5 * (ho_max(p, later) - 0.08 + most), 1e-9, 1);
            assert_near("shares", o + t.state->settled_share[CROWN], 1, 1e-12, 1);
        }
    assert_true(n_deal > 50 && n_none > 50);
    theatre_free(&t);
}

static void a_rising_side_cannot_promise(void **unused) {
    (void)unused;
    theatre t = theatre_of(NULL, CERTAIN);
    assert_true(settles(&t, 0.4, 0.4));
    assert_false(settles(&t, 0.4, 0.3));
    assert_false(settles(&t, 0.4, 0.5)); /* nor the other one, which rises then */
    theatre_free(&t);
}

static void announced_departure_destroys_the_deal(void **unused) {
    (void)unused;
    const char *const set[] = {"deal_chance=1", "war_cost_attacker=0.1", "war_cost_defender=0.1", "belief_foreign=2", NULL};
    theatre t = theatre_of(NULL, set);
    assert_true(settles(&t, 0.4, 0.4));
    t.state->leaving[CROWN] = 1;
    assert_false(settles(&t, 0.4, 0.4));
    theatre_free(&t);
}

static void calendar_knows_what_leaves_in_sixty_days(void **unused) {
    (void)unused;
    theatre t = theatre_of(
        "calendar:\n"
        "  - {id: a, kind: withdrawal, date: 2030-05-01, value: 0, bloc: crown, known_on: 2030-04-01, source: t}\n"
        "  - {id: b, kind: withdrawal, date: 2030-08-09, value: 1, bloc: crown, known_on: 2030-04-01, source: t}\n",
        NULL);
    const ho_streams streams = {1, 0};
    ho_calendar_step(t.world, t.state, &streams);
    assert_near("leaving", t.state->leaving[CROWN], 0.6, 1e-12, 1); /* evenly over 100 days */
    theatre_free(&t);
}

static void nobody_shares_with_who_expects_nothing(void **unused) {
    (void)unused;
    theatre t = theatre_of(NULL, CERTAIN);
    assert_false(settles(&t, 0.95, 0.95));
    assert_false(settles(&t, 0.05, 0.05));
    theatre_free(&t);
}

static void a_fallen_home_without_a_centre_has_nobody_to_talk(void **unused) {
    (void)unused;
    theatre t = theatre_of(NULL, CERTAIN);
    for (size_t i = 0; i < t.world->n_district; i++)
        t.state->holder[i] = INSURGENTS;
    assert_false(settles(&t, 0.5, 0.5));
    theatre_free(&t);
}

static void a_settlement_costs_the_challengers_unity(void **unused) {
    (void)unused;
    theatre t = theatre_of(NULL, CERTAIN);
    assert_true(settles(&t, 0.5, 0.5));
    assert_near("cohesion", t.state->cohesion[REEDS], 0.9, 1e-12, 1);
    assert_near("cohesion", t.state->cohesion[CROWN], 1, 1e-12, 1);
    theatre_free(&t);
}

/* Meetings strike a deal with the given chance: 4,000 meetings. */
static void deals_are_struck_at_their_chance(void **unused) {
    (void)unused;
    enum { MEETINGS = 4000 };
    const char *const set[] = {"deal_chance=0.3", "truce_rate=0", NULL};
    theatre t = theatre_of(NULL, set);
    size_t n = 0;
    for (uint32_t r = 0; r < MEETINGS; r++) {
        const ho_streams streams = {9, r};
        set_meeting(&t, 0.5, 0.5, MEETING);
        ho_talks_step(t.world, t.state, &streams);
        n += (size_t)t.state->settled[0];
    }
    assert_near("deals", (double)n / MEETINGS, 0.3, sqrt(0.3 * 0.7 / MEETINGS), 4);
    theatre_free(&t);
}

static const char *const OFFER = "calendar:\n  - {id: offer, kind: offer, date: 2030-05-21, value: 0.5, bloc: crown, "
                                 "known_on: 2030-04-01, source: t}\n";

static bool offer_taken(theatre *t, double p, double before) {
    const ho_streams streams = {1, 0};
    set_meeting(t, p, before, 20);
    t->state->chance_logit[REEDS] = ho_logit(p); /* at the last meeting, the sixth day before */
    t->state->chance_logit[t->world->n_bloc + REEDS] = ho_logit(before);
    ho_talks_step(t->world, t->state, &streams);
    return t->state->settled[0];
}

static void an_offer_is_taken_in_a_balanced_war_only(void **unused) {
    (void)unused;
    const char *const set[] = {"deal_chance=0", "truce_rate=0", "war_cost_attacker=0.1", "war_cost_defender=0.1", NULL};
    theatre t = theatre_of(OFFER, set);
    assert_true(offer_taken(&t, 0.5, 0.5));
    assert_near("share", t.state->settled_share[REEDS], 0.5, 1e-12, 1);
    assert_false(offer_taken(&t, 0.8, 0.8));  /* half is too little */
    assert_false(offer_taken(&t, 0.2, 0.2));  /* who offers would not keep its word */
    assert_false(offer_taken(&t, 0.5, 0.42)); /* who is asked will soon want more */
    assert_false(offer_taken(&t, 0.5, 0.58)); /* who offers will soon regret it */
    theatre_free(&t);
}

static void patrons_move_a_deal(void **unused) {
    (void)unused;
    static const char *const by_kind[] = {"cash, value: 1000", "sanctuary, value: 1"};
    static const char *const client[] = {"court", "insurgents"};
    const char *const set[] = {"deal_chance=1", "war_cost_attacker=0.05", "war_cost_defender=0.05", "patron_pressure=0.2", NULL};
    for (int leverage = 0; leverage < 2; leverage++)
        for (size_t k = 0; k < 2; k++) {
            char sections[512];
            snprintf(sections, sizeof sections,
                     "patrons:\n  - {id: isles, name: Isles, leverage: %d, flows: [{to: %s, kind: %s, known_on: 2030-04-01, "
                     "source: t}]}\n", leverage, client[k], by_kind[k]);
            theatre t = theatre_of(sections, set);
            double before = 0.4, p = 0.43, shift = later_of(p, before) - p; /* 0.13, and the costs add up to 0.1 */
            assert_true(shift > 0.1 && shift < 0.3);
            assert_int_equal(settles(&t, p, before), leverage);
            theatre_free(&t);
        }
}

/* Half of the bloc's money is its own: half the pressure. */
static void own_income_weakens_a_patron(void **unused) {
    (void)unused;
    const char *const set[] = {"deal_chance=1", "war_cost_attacker=0.05", "war_cost_defender=0.05", "patron_pressure=0.4", NULL};
    theatre t = theatre_of("patrons:\n  - {id: isles, name: Isles, leverage: 1, flows: [{to: court, kind: cash, value: 1000, "
                           "known_on: 2030-04-01, source: t}]}\n", set);
    t.state->income_usd_day[COURT] = 2000;
    assert_true(settles(&t, 0.5, 0.5));
    double o = t.state->settled_share[REEDS];
    /* asks 0.45 and 0.45 - 0.2, and what is left is halved */
    assert_near("share", o, 0.45 + (1 - 0.45 - 0.25) / 2, 1e-9, 1);
    theatre_free(&t);
}

/* What a covert flow turned out to be in this replicate counts, not what the scenario guessed: half of its cash, half the pressure. */
static void a_patron_presses_with_what_it_really_gives(void **unused) {
    (void)unused;
    const char *const set[] = {"deal_chance=1", "war_cost_attacker=0.05", "war_cost_defender=0.05", "patron_pressure=0.4", NULL};
    theatre t = theatre_of("patrons:\n  - {id: isles, name: Isles, leverage: 1, flows: [{to: insurgents, kind: cash, value: 1000, "
                           "known_on: 2030-04-01, source: t}]}\n", set);
    t.state->income_usd_day[INSURGENTS] = 1000;
    t.state->flow_factor[0] = 0.5;
    assert_true(settles(&t, 0.5, 0.5));
    assert_near("share", t.state->settled_share[REEDS], 0.25 + (1 - 0.45 - 0.25) / 2, 1e-9, 1);
    theatre_free(&t);
}

static void nobody_presses_a_fallen_state(void **unused) {
    (void)unused;
    const char *const set[] = {"deal_chance=1", "war_cost_attacker=0.05", "war_cost_defender=0.05", "patron_pressure=0.2", NULL};
    theatre t = theatre_of("patrons:\n  - {id: isles, name: Isles, leverage: 1, flows: [{to: court, kind: cash, value: 1000, "
                           "known_on: 2030-04-01, source: t}]}\n", set);
    assert_true(settles(&t, 0.43, 0.4));
    t.state->regime_clock[CROWN] = 0;
    assert_false(settles(&t, 0.43, 0.4));
    theatre_free(&t);
}

static const char *const TRUCES[] = {"deal_chance=0", "truce_rate=0.05", "truce_break_rate=0.02", NULL};

/* District 1 with belief b and attackers whose chance is a; talks on the day on which its turn comes. */
static void set_balance(theatre *t, double b, double a) {
    ho_state *state = t->state;
    state->step = state->day = 1;
    state->time_day = 1;
    state->truce_days[1] = 0;
    state->n_truce_now[0] = 0;
    state->belief_logit[1] = ho_logit(b);
    state->enemy_bloc[1] = REEDS;
    state->enemy[1] = ho_defence(t->world, state, 1) * a / (1 - a);
}

/* 1,000 draws each on a grid of beliefs and chances. */
static void truces_begin_only_where_both_fear_to_lose(void **unused) {
    (void)unused;
    enum { DRAWS = 1000 };
    theatre t = theatre_of(NULL, TRUCES);
    const double rate = 1 - exp(-14 * 0.05);
    size_t begun = 0, tried = 0;
    for (double b = 0.1; b < 1; b += 0.1)
        for (double a = 0.1; a < 1; a += 0.1)
            for (uint32_t r = 0; r < DRAWS; r++) {
                const ho_streams streams = {3, r + DRAWS * (uint32_t)(100 * b + 10 * a)};
                set_balance(&t, b, a);
                ho_talks_step(t.world, t.state, &streams);
                bool near = fabs(b - 0.5) < 0.15 && fabs(a - 0.5) < 0.15, holds = t.state->truce_days[1] > 0;
                if (holds && !near)
                    fail_msg("a truce at belief %g and chance %g", b, a);
                begun += holds;
                tried += near;
            }
    assert_int_equal(tried, 9 * DRAWS);
    assert_near("truces begun", (double)begun / (double)tried, rate, sqrt(rate * (1 - rate) / (double)tried), 4);
    theatre_free(&t);
}

/* Lengths are exponential with mean 1 / (r exp(3 (1 - b))): 20,000 tries at each belief. */
static void truces_are_shorter_at_low_belief(void **unused) {
    (void)unused;
    theatre t = theatre_of(NULL, TRUCES);
    for (double b = 0.36; b < 0.65; b += 0.14) {
        double sum = 0, n = 0, mean = 1 / (0.02 * exp(3 * (1 - b)));
        for (uint32_t r = 0; r < 20000; r++) {
            const ho_streams streams = {4, r};
            set_balance(&t, b, 0.5);
            ho_talks_step(t.world, t.state, &streams);
            n += t.state->truce_days[1] > 0;
            sum += t.state->truce_days[1];
        }
        assert_near("mean length", sum / n, mean, mean / sqrt(n), 4);
    }
    theatre_free(&t);
}

static void a_truce_runs_down_faster_when_belief_falls(void **unused) {
    (void)unused;
    theatre t = theatre_of(NULL, TRUCES);
    const ho_streams streams = {4, 0};
    set_balance(&t, 0.3, 0.5);
    t.state->truce_days[1] = 10;
    t.state->truce_belief[1] = 0.6;
    t.state->truce_bloc[1] = REEDS;
    t.state->n_truce_now[0] = 1;
    t.state->step = t.state->day = 6; /* district 1's turn */
    ho_talks_step(t.world, t.state, &streams);
    assert_near("days left", t.state->truce_days[1], 10 * exp(3 * (0.3 - 0.6)) - 1, 1e-9, 1);
    t.state->step = t.state->day = 13;
    t.state->enemy_bloc[1] = -1;
    ho_talks_step(t.world, t.state, &streams);
    assert_near("days left", t.state->truce_days[1], 0, 1e-12, 1); /* nobody there with whom it was agreed */
    assert_int_equal(t.state->n_truce_broken[0], 1);
    assert_int_equal(t.state->n_truce_now[0], 0);
    theatre_free(&t);
}

/* 200 wars that every centre loses but the one where arms are silent. */
static void a_truce_protects_the_centre(void **unused) {
    (void)unused;
    static const char *const set[] = {"effort=20",     "belief_u0=-3", "contact_rate=1",
                                      "deal_chance=0", "truce_rate=0", "restraint_day=0", NULL};
    theatre t = theatre_of(NULL, set);
    ho_state *start = state_of(t.world);
    put_fighters(t.world, t.state, INSURGENTS, 3, 5000);
    t.state->initial[INSURGENTS] = 5000;
    t.state->truce_days[1] = 50.5;
    t.state->truce_belief[1] = ho_logistic(t.state->belief_logit[1]);
    t.state->truce_bloc[1] = REEDS;
    t.state->n_truce_now[0] = 1;
    ho_state_copy(start, t.state);
    size_t lost = 0;
    static const char *const war[] = {"strategy", "surrender", "assault", "takeover", NULL};
    for (uint32_t r = 0; r < 200; r++) {
        const ho_streams streams = {5, r};
        ho_state_copy(t.state, start);
        run_days(t.world, t.state, &streams, all_but(war), 40); /* without talks it stands as it is */
        assert_int_equal(ho_holder_bloc(t.world, t.state, 1), CROWN);
        lost += ho_holder_bloc(t.world, t.state, 2) != CROWN;
    }
    assert_true(lost > 150);
    ho_state_free(start);
    theatre_free(&t);
}

static void a_settlement_silences_all_arms(void **unused) {
    (void)unused;
    static const char *const set[] = {"effort=20", "belief_u0=-3", "contact_rate=1", NULL};
    for (int settled = 0; settled < 2; settled++) {
        theatre t = theatre_of(NULL, set);
        const ho_streams streams = {6, 0};
        put_fighters(t.world, t.state, INSURGENTS, 3, 5000);
        t.state->initial[INSURGENTS] = 5000;
        t.state->settled[0] = settled;
        size_t before = t.state->n_change;
        run_days(t.world, t.state, &streams, all_but(WAR), 60);
        assert_int_equal(ho_state_check(t.state, NULL), HO_OK);
        assert_int_equal(t.state->n_change > before, !settled);
        assert_int_equal(t.state->killed[COURT] + t.state->killed[INSURGENTS] > 0, !settled);
        theatre_free(&t);
    }
}

/* 1 - (1 - a0) exp(-s t) while capitals are spared; half of the gain goes at the release. Also with four steps a day. */
static void restraint_is_believed_until_it_ends(void **unused) {
    (void)unused;
    static const char *const set[] = {"restraint_day=40", "restraint_signal=0.02", "amnesty_credibility=0.4",
                                      "deal_chance=0", NULL};
    static const char *const on[] = {"talks", NULL};
    for (int n_step = 1; n_step <= 4; n_step += 3) {
        theatre t = theatre_of(NULL, set);
        ho_world *world = world_with(t.scenario, n_step, set);
        ho_state *state = state_started(world);
        const ho_streams streams = {1, 0};
        assert_near("release", state->release_day[REEDS], 40, 1e-12, 1);
        run_days(world, state, &streams, all_but(on), 40);
        double gain = 0.6 * (1 - exp(-0.02 * 40));
        assert_near("amnesty", state->amnesty[REEDS], 0.4 + gain, 1e-8, 1);
        run_days(world, state, &streams, all_but(on), 1);
        assert_near("amnesty", state->amnesty[REEDS], 0.4 + gain / 2, 1e-8, 1);
        run_days(world, state, &streams, all_but(on), 10);
        assert_near("amnesty", state->amnesty[REEDS], 0.4 + gain / 2, 1e-8, 1);
        assert_near("amnesty of the crown", state->amnesty[CROWN], 0.4, 1e-12, 1);
        ho_state_free(state);
        ho_world_free(world);
        theatre_free(&t);
    }
}

/* A ring of ten; reeds hold three. */
static ho_scenario *ring_at_war(void) {
    small *country = small_ring(10);
    for (size_t i = 1; i < 10; i++)
        country->district[i] = (small_district){.soldiers = i < 7 ? 100 : 0, .rebels = i < 7 ? 60 : 200};
    ho_scenario *scenario = small_load(country);
    small_free(country);
    return scenario;
}

static ensemble war(const ho_scenario *scenario, const char *const *set, uint64_t off) {
    ho_world_options options = ho_world_options_default();
    options.until = scenario->from + 59;
    options.set = set;
    while (set[options.n_set])
        options.n_set++;
    return measure(scenario, &options, off, N);
}

static void restraint_brings_surrenders(void **unused) {
    (void)unused;
    static const char *const silent[] = {"restraint_day=50", "surrender_amnesty=0.3", "restraint_signal=0", NULL};
    static const char *const heard[] = {"restraint_day=50", "surrender_amnesty=0.3", "restraint_signal=0.01", NULL};
    ho_scenario *scenario = ring_at_war();
    ensemble without = war(scenario, silent, all_but(WAR)), with = war(scenario, heard, all_but(WAR));
    assert_more("centres that gave up", paired_at(&without, &with, 59, M_NEGOTIATED), 3);
    ensemble_free(&without);
    ensemble_free(&with);
    ho_scenario_free(scenario);
}

static void without_talks_more_is_lost(void **unused) {
    (void)unused;
    static const char *const set[] = {"truce_rate=0.02", "restraint_signal=0", NULL};
    ho_scenario *scenario = ring_at_war();
    uint64_t off = all_but(WAR);
    ensemble with = war(scenario, set, off),
             without = war(scenario, set, off | UINT64_C(1) << ho_mechanism_find("talks"));
    assert_more("districts lost", paired_at(&with, &without, 59, M_LOST), 3);
    ensemble_free(&without);
    ensemble_free(&with);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_deal_exists_exactly_when_ranges_overlap),
        cmocka_unit_test(a_rising_side_cannot_promise),
        cmocka_unit_test(announced_departure_destroys_the_deal),
        cmocka_unit_test(calendar_knows_what_leaves_in_sixty_days),
        cmocka_unit_test(nobody_shares_with_who_expects_nothing),
        cmocka_unit_test(a_fallen_home_without_a_centre_has_nobody_to_talk),
        cmocka_unit_test(a_settlement_costs_the_challengers_unity),
        cmocka_unit_test(deals_are_struck_at_their_chance),
        cmocka_unit_test(an_offer_is_taken_in_a_balanced_war_only),
        cmocka_unit_test(patrons_move_a_deal),
        cmocka_unit_test(own_income_weakens_a_patron),
        cmocka_unit_test(a_patron_presses_with_what_it_really_gives),
        cmocka_unit_test(nobody_presses_a_fallen_state),
        cmocka_unit_test(truces_begin_only_where_both_fear_to_lose),
        cmocka_unit_test(truces_are_shorter_at_low_belief),
        cmocka_unit_test(a_truce_runs_down_faster_when_belief_falls),
        cmocka_unit_test(a_truce_protects_the_centre),
        cmocka_unit_test(a_settlement_silences_all_arms),
        cmocka_unit_test(restraint_is_believed_until_it_ends),
        cmocka_unit_test(restraint_brings_surrenders),
        cmocka_unit_test(without_talks_more_is_lost),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
