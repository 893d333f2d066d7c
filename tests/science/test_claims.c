/* Claims: inflated exactly, credibility against its closed form, forecasts, and what talk does to the war: one comparison of
 * 10,000 paired replicates of a country of ten districts over 60 days. */
#include "science/measures.h"

enum { N = 10000 };

static const char *const CLAIMS[] = {"claims", NULL};
static const char *const WAR[] = {"calendar", "morale",  "claims",   "perception", "strategy",
                                  "surrender", "assault", "takeover", "countryside", NULL};

/* A ring of ten of which reeds hold n_reed. */
static ho_scenario *ring(size_t n_reed, const char *sections) {
    small *country = small_ring(10);
    for (size_t i = 1; i < 10; i++)
        country->district[i] =
            (small_district){.soldiers = i + n_reed < 10 ? 100 : 0, .rebels = i + n_reed < 10 ? 60 : 200};
    country->sections = sections;
    ho_scenario *scenario = small_load(country);
    small_free(country);
    return scenario;
}

typedef struct scene {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} scene;

static scene scene_of(size_t n_reed, const char *sections, int n_step, const char *const *set) {
    scene s = {.scenario = ring(n_reed, sections)};
    s.world = world_with(s.scenario, n_step, set);
    s.state = state_started(s.world);
    return s;
}

static void scene_free(scene *s) {
    ho_state_free(s->state);
    ho_world_free(s->world);
    ho_scenario_free(s->scenario);
}

static void claims_are_inflated_exactly(void **unused) {
    (void)unused;
    static const char *const set[] = {"claim_inflation=1.6", NULL};
    const ho_streams streams = {1, 0};
    for (size_t n_reed = 0; n_reed < 10; n_reed++) {
        scene s = scene_of(n_reed, NULL, 1, set);
        double reeds = (double)n_reed / 10, crown = 1 - reeds;
        ho_claims_step(s.world, s.state, &streams);
        assert_near("reeds", s.state->claimed[REEDS], fmin(1, 1.6 * reeds), 1e-12, 1);
        /* losses divided by 1.3, but never more than 1.3 of what is held */
        assert_near("crown", s.state->claimed[CROWN], fmin(1.3 * crown, 1 - reeds / 1.3), 1e-12, 1);
        assert_true(s.state->claimed[CROWN] >= crown && s.state->claimed[CROWN] <= 1);
        scene_free(&s);
    }
}

static void claims_stand_until_the_next(void **unused) {
    (void)unused;
    static const char *const set[] = {"claim_inflation=1.5", "claim_every=7", NULL};
    const ho_streams streams = {1, 0};
    scene s = scene_of(2, NULL, 2, set);
    run_days(s.world, s.state, &streams, all_but(CLAIMS), 1);
    ho_take(s.world, s.state, &streams, 5, REEDS, HO_MODE_FOUGHT);
    run_days(s.world, s.state, &streams, all_but(CLAIMS), 6);
    assert_near("in the week", s.state->claimed[REEDS], 0.3, 1e-12, 1);
    run_days(s.world, s.state, &streams, all_but(CLAIMS), 1);
    assert_near("the week after", s.state->claimed[REEDS], 0.45, 1e-12, 1);
    scene_free(&s);
}

static void nobody_claims_without_the_mechanism(void **unused) {
    (void)unused;
    static const char *const on[] = {"calendar", "perception", NULL};
    const ho_streams streams = {1, 0};
    scene s = scene_of(4, NULL, 1, NULL);
    double before = s.state->credibility[REEDS];
    run_days(s.world, s.state, &streams, all_but(on), 30);
    assert_near("claimed", s.state->claimed[REEDS], 0, 1e-15, 1);
    assert_near("credibility", s.state->credibility[REEDS], before, 1e-15, 1);
    scene_free(&s);
}

/* Claims that do not change: c(t) = T + (c0 - T) exp(-v t), with one step a day and with four. */
static void credibility_goes_to_the_truth(void **unused) {
    (void)unused;
    static const char *const set[] = {"claim_inflation=1.6", "claim_verification=0.05", "claim_credibility=0.3", NULL};
    const ho_streams streams = {1, 0};
    for (int n_step = 1; n_step <= 4; n_step += 3) {
        scene s = scene_of(4, NULL, n_step, set);
        run_days(s.world, s.state, &streams, all_but(CLAIMS), 40);
        double reeds = 1 / 1.6, said = 1 - 0.4 / 1.3, crown = 1 - (said - 0.6) / said;
        assert_near("reeds", s.state->credibility[REEDS], reeds + (0.3 - reeds) * exp(-0.05 * 40), 1e-8, 1);
        assert_near("crown", s.state->credibility[CROWN], crown + (0.3 - crown) * exp(-0.05 * 40), 1e-8, 1);
        scene_free(&s);
    }
}

static void who_holds_nothing_says_nothing(void **unused) {
    (void)unused;
    static const char *const set[] = {"claim_credibility=0.3", NULL};
    const ho_streams streams = {1, 0};
    scene s = scene_of(0, NULL, 1, set);
    run_days(s.world, s.state, &streams, all_but(CLAIMS), 40);
    assert_near("reeds", s.state->credibility[REEDS], 0.3, 1e-12, 1);
    assert_near("crown, who tells the truth", s.state->credibility[CROWN], 1 - 0.7 * exp(-40 * s.state->p[HO_P_VERIFY]), 1e-8, 1);
    scene_free(&s);
}

static const char *const FORECAST = "calendar:\n  - {id: f, kind: forecast, date: 2030-05-04, value: 0.9, bloc: crown, "
                                    "known_on: 2030-04-01, source: t}\n";

static void a_forecast_moves_belief_and_fades(void **unused) {
    (void)unused;
    static const char *const set[] = {"belief_claims=0.5", "announcement_decay=30", NULL};
    const ho_streams streams = {1, 0};
    for (int n_step = 1; n_step <= 2; n_step++) {
        scene s = scene_of(3, FORECAST, n_step, set);
        double belief = ho_mean_belief(s.world, s.state, CROWN);
        s.state->patron_credibility[CROWN] = 0.8;
        run_days(s.world, s.state, &streams, all_but(CLAIMS), 3);
        assert_near("before", s.state->forecast_shift[CROWN], 0, 1e-15, 1);
        run_days(s.world, s.state, &streams, all_but(CLAIMS), 1);
        double shift = -0.5 * 0.8 * (0.9 - (1 - belief)), rest = 1 - 1.0 / n_step; /* of the day, after it was published */
        assert_near("published", s.state->forecast_shift[CROWN], shift * exp(-rest / 30), 1e-8, 1);
        run_days(s.world, s.state, &streams, all_but(CLAIMS), 30);
        assert_near("a month on", s.state->forecast_shift[CROWN], shift * exp(-(rest + 30) / 30), 1e-8, 1);
        assert_near("the other side", s.state->forecast_shift[REEDS], 0, 1e-15, 1);
        scene_free(&s);
    }
}

static void a_forecast_that_says_what_is_believed_moves_nobody(void **unused) {
    (void)unused;
    const ho_streams streams = {1, 0};
    scene s = scene_of(3, FORECAST, 1, NULL);
    for (size_t i = 0; i < 10; i++)
        s.state->belief_logit[i] = ho_logit(0.1);
    run_days(s.world, s.state, &streams, all_but(CLAIMS), 5);
    assert_near("shift", s.state->forecast_shift[CROWN], 0, 1e-12, 1);
    scene_free(&s);
}

/* Where commanders' beliefs tend to: the others' boast counts against, one's own side's denial for. */
static void boasts_discourage_and_denials_reassure(void **unused) {
    (void)unused;
    static const char *const set[] = {"belief_claims=1", NULL};
    scene s = scene_of(4, NULL, 1, set);
    s.state->credibility[REEDS] = 0.5;
    s.state->credibility[CROWN] = 0.25;
    double before = ho_belief_target(s.world, s.state, 2);
    s.state->claimed[REEDS] = 0.8;
    assert_near("boast", ho_belief_target(s.world, s.state, 2), before - 0.5 * 0.4, 1e-12, 1);
    s.state->claimed[CROWN] = 0.8;
    assert_near("denial", ho_belief_target(s.world, s.state, 2), before - 0.5 * 0.4 + 0.25 * 0.2, 1e-12, 1);
    s.state->claimed[REEDS] = s.state->claimed[CROWN] = 0.1; /* modesty moves nobody */
    assert_near("modesty", ho_belief_target(s.world, s.state, 2), before, 1e-12, 1);
    scene_free(&s);
}

static void without_claims_fewer_districts_fall(void **unused) {
    (void)unused;
    static const char *const set[] = {"belief_claims=4", "claim_credibility=0.8", "claim_verification=0.001", "effort=0.3", NULL}; /* a slow war: not all is lost in both */
    ho_scenario *scenario = ring(4, NULL);
    ho_world_options options = ho_world_options_default();
    options.until = scenario->from + 59;
    options.set = set;
    options.n_set = 4;
    uint64_t off = all_but(WAR);
    ensemble with = measure(scenario, &options, off, N),
             without = measure(scenario, &options, off | UINT64_C(1) << ho_mechanism_find("claims"), N);
    assert_more("districts lost", paired_at(&without, &with, 59, M_LOST), 3);
    ensemble_free(&with);
    ensemble_free(&without);
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(claims_are_inflated_exactly),
        cmocka_unit_test(claims_stand_until_the_next),
        cmocka_unit_test(nobody_claims_without_the_mechanism),
        cmocka_unit_test(credibility_goes_to_the_truth),
        cmocka_unit_test(who_holds_nothing_says_nothing),
        cmocka_unit_test(a_forecast_moves_belief_and_fades),
        cmocka_unit_test(a_forecast_that_says_what_is_believed_moves_nobody),
        cmocka_unit_test(boasts_discourage_and_denials_reassure),
        cmocka_unit_test(without_claims_fewer_districts_fall),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
