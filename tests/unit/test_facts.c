/* Facts of a run: replicates made up here, whose values are known by hand, on the world of tests/scenarios/two-bloc with a facts.csv
 * written beside a copy of it. Half of the replicates (even numbers) have the log of changes below, the others none. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "evidence/dose.h"
#include "holdout/evidence.h"
#include "unit/folder.h"
#include "world/world.h"

#define HEADER                                                                                                        \
    "id,fact,kind,observable,bloc,places,of,date,until,amount,low,high,denominator,recorded,use,definition,source,"    \
    "known_on\n"
#define REST "made up,made up,2030-05-01\n"

enum { N_REPLICATE = 40, CROWN = 0, REEDS = 1 };
enum { VA01, VA02, VB01, VB02, VA03, VA04, VB03, VB04, VC01, VC02, VC03, VC04 };

typedef struct fixture {
    char folder[64], run[96];
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    ho_store *store;
    ho_fact_scores scores;
    ho_error err;
} fixture;

/* --- the run --- */

/* Day, district, whether the crown loses it, mode. VC04 is not held on day 0; VA02 is won back on day 20. */
static const struct {
    int32_t day, district;
    bool lost;
    ho_mode mode;
} LOG[] = {
    {0, VC04, true, HO_MODE_START},      {10, VA02, true, HO_MODE_FOUGHT},     {12, VB01, true, HO_MODE_NEGOTIATED},
    {12, VA03, true, HO_MODE_CARRIED},   {20, VA02, false, HO_MODE_FOUGHT},    {30, VB02, true, HO_MODE_ABANDONED},
    {33, VC02, true, HO_MODE_FOUGHT},    {40, VA01, true, HO_MODE_FOUGHT},     {41, VC03, true, HO_MODE_REGIME_FALL},
};

static size_t log_fill(const fixture *f, ho_change change[N_OF(LOG)]) {
    for (size_t k = 0; k < N_OF(LOG); k++) {
        int32_t own = f->world->home_faction[LOG[k].district], other = f->world->bloc_main[REEDS];
        change[k] = (ho_change){LOG[k].day, LOG[k].district, LOG[k].lost ? own : other, LOG[k].lost ? other : own,
                                (int32_t)LOG[k].mode};
    }
    return N_OF(LOG);
}

/* Every observable is ten times the day, districts_controlled.reeds the day itself. */
static void run_make(fixture *f) {
    ho_run_identity identity = {f->world, &f->observables, {.seed = 3}, N_REPLICATE};
    size_t n_value = f->observables.n, n_day = f->world->n_day;
    int32_t reeds = ho_observables_find(&f->observables, "districts_controlled.reeds");
    ho_change change[N_OF(LOG)];
    float *value = calloc(n_day * n_value, sizeof *value);
    assert_non_null(value);
    for (size_t k = 0; k < n_day * n_value; k++)
        value[k] = (float)(k / n_value) * ((int32_t)(k % n_value) == reeds ? 1 : 10);
    size_t n = log_fill(f, change);
    assert_int_equal(ho_store_create(f->run, &identity, false, true, &f->store, NULL), HO_OK);
    for (uint32_t r = 0; r < N_REPLICATE; r++) {
        ho_result result = {.replicate = r, .n_change = r % 2 ? 0 : n, .change = change, .n_day = n_day,
                            .n_value = n_value, .value = value};
        assert_int_equal(ho_store_put(f->store, &result, NULL), HO_OK);
    }
    ho_finish_info info = {.wall_s = 1, .n_thread = 1};
    if (ho_store_finish(f->store, &identity, &info, &f->err))
        fail_msg("%s", f->err.text);
    free(value);
    ho_store_close(f->store);
    assert_int_equal(ho_store_open(f->run, &f->store, NULL), HO_OK);
}

/* --- the scenario --- */

/* A copy of the scenario with these facts, its world, and a run. */
static fixture with_facts(const char *facts) {
    static const char *const name[] = {"scenario.yml", "districts.csv", "edges.csv", "garrisons.csv", "commands.csv", "groups.csv"};
    fixture f = {.folder = "/tmp/holdout-facts-XXXXXX"};
    const ho_world_options options = ho_world_options_default();
    ho_problems problems = {0};
    assert_non_null(mkdtemp(f.folder));
    snprintf(f.run, sizeof f.run, "%s/run", f.folder);
    for (size_t k = 0; k < N_OF(name); k++)
        folder_copy(f.folder, name[k]);
    if (facts)
        folder_write_text(f.folder, "facts.csv", facts);
    if (ho_scenario_load(f.folder, NULL, &f.scenario, &problems, &f.err))
        fail_msg("%s", f.err.text);
    assert_int_equal(ho_world_build(f.scenario, &options, &f.world, &problems, NULL), HO_OK);
    assert_int_equal(ho_observables_build(f.world, &f.observables, NULL), HO_OK);
    run_make(&f);
    return f;
}

static void fixture_free(fixture *f) {
    ho_fact_scores_free(&f->scores);
    ho_store_close(f->store);
    ho_observables_free(&f->observables);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    folder_remove(f->folder);
}

static ho_status score(fixture *f) {
    return ho_facts_score(f->store, f->world, &f->scores, &f->err);
}

static fixture scored(const char *facts) {
    fixture f = with_facts(facts);
    if (score(&f))
        fail_msg("%s", f.err.text);
    return f;
}

/* The value of the only fact where there is one log: 95th percentile, as the others have less or none; and the share that shows it. */
static void assert_fact(const char *row, double value, double share) {
    char facts[1024];
    snprintf(facts, sizeof facts, HEADER "%s" REST, row);
    fixture f = scored(facts);
    const ho_fact_score *s = &f.scores.item[0];
    if (!s->measured)
        fail_msg("%s: %s", row, s->reason);
    if (fabs(s->q95 - value) > 1e-6 || fabs(s->share - share) > 1e-12)
        fail_msg("%s: value %.9g, share %.9g; need %.9g, %.9g", row, s->q95, s->share, value, share);
    fixture_free(&f);
}

/* --- kinds --- */

static void level_is_the_observable_on_the_day(void **unused) {
    (void)unused;
    assert_fact("a,F,level,killed.crown,,,,2030-05-07,,,60,60,,,,", 60, 1);
    assert_fact("a,F,level,killed.crown,,,,2030-05-07,,,61,,,,,", 60, 0);
}

static void shares_have_each_their_own_denominator(void **unused) {
    (void)unused;
    /* 6 of 12 against 24 to 36 of 60 */
    assert_fact("a,F,level,districts_controlled.reeds,,,,2030-05-07,,,24,36,60,33,,", 0.5, 1);
    assert_fact("a,F,level,districts_controlled.reeds,,,,2030-05-07,,,31,36,60,33,,", 0.5, 0);
    fixture f = scored(HEADER "a,F,level,districts_controlled.reeds,,,,2030-05-07,,,24,36,60,33,," REST);
    assert_string_equal(f.scores.item[0].unit, "share of districts");
    assert_true(fabs(f.scores.item[0].recorded - 0.55) < 1e-12 && fabs(f.scores.item[0].low - 0.4) < 1e-12);
    fixture_free(&f);
}

static void change_is_between_two_days(void **unused) {
    (void)unused;
    assert_fact("a,F,change,killed.crown,,,,2030-05-07,2030-05-10,,25,35,,,,", 30, 1);
}

static void lost_counts_first_losses_but_not_the_start(void **unused) {
    (void)unused;
    assert_fact("a,F,lost,,crown,,,,2030-06-30,,7,7,,,,", 7, 0.5);
    assert_fact("a,F,lost,,crown,,,2030-05-13,2030-05-13,,2,2,,,,", 2, 0.5);
    assert_fact("a,F,lost,,crown,capitals,,,2030-06-03,,0,0,,,,", 2, 0.5); /* those without a log */
    assert_fact("a,F,lost,,crown,capitals,,,2030-06-03,,1,1,1,,,", 2. / 3, 0);
}

static void lost_within_counts_from_the_first(void **unused) {
    (void)unused;
    assert_fact("a,F,lost-within,,crown,capitals,,,,4,2,2,,,,", 2, 0.5);
    assert_fact("a,F,lost-within,,crown,capitals,,,,3,1,1,,,,", 1, 0.5);
    assert_fact("a,F,lost-within,,crown,capitals-but-holdout,,,,10,1,1,,,,", 1, 0.5);
    assert_fact("a,F,lost-within,,crown,capitals-but-holdout,,,,11,1,,2,,,", 1, 0.5);
}

static void clustering_compares_neighbours_with_all_pairs(void **unused) {
    (void)unused;
    static const double day[] = {10, 12, 12, 30, 33, 40, 41};
    double sum = 0, n = 0;
    for (size_t i = 0; i < N_OF(day); i++)
        for (size_t j = 0; j < i; j++, n++)
            sum += day[i] - day[j];
    /* VA01-VA02 30, VA01-VA03 28, VA02-VB01 2, VB01-VB02 18, VC02-VC03 8 */
    assert_fact("a,F,clustering,,crown,,,,,,,1.1,,,,", 86. / 5 / (sum / n), 0.5);
    /* of three provinces each touches the others */
    assert_fact("a,F,clustering,,crown,capitals,,,,,,1,,,,", 1, 0.5);
}

static void clustering_of_one_day_has_no_value(void **unused) {
    (void)unused;
    fixture f = scored(HEADER "a,F,clustering,,crown,VB01 VA03,,,,,,1,,,," REST);
    assert_int_equal(f.scores.item[0].n_value, 0);
    assert_int_equal(f.scores.item[0].n_shown, 0);
    fixture_free(&f);
}

static void mode_share_leaves_out_the_fall_of_the_regime(void **unused) {
    (void)unused;
    assert_fact("a,F,mode-share,,crown,,negotiated abandoned carried,,,,0.4,0.6,,,,", 0.5, 0.5);
    assert_fact("a,F,mode-share,,crown,capitals,negotiated abandoned carried,,,,0.3,0.4,,,,", 1. / 3, 0.5);
    assert_fact("a,F,mode-share,,crown,,regime_fall,,,,0,1,,,,", 1. / 7, 0.5);
    assert_fact("a,F,mode-share,,crown,,fought,2030-05-11,2030-05-13,,0,1,,,,", 1. / 3, 0.5);
}

static void per_loss_divides_by_the_losses_of_the_period(void **unused) {
    (void)unused;
    assert_fact("a,F,per-loss,killed.crown,crown,,,2030-05-11,2030-05-13,,5,15,,,,", 10, 0.5);
    assert_fact("a,F,per-loss,killed.crown,crown,,,2030-05-01,2030-05-13,,5,15,,,,", 40, 0);
}

static void retaken_is_of_what_was_lost(void **unused) {
    (void)unused;
    assert_fact("a,F,retaken,,crown,,,,,,0.1,0.2,,,,", 1. / 7, 0.5);
    assert_fact("a,F,retaken,,crown,,,,2030-05-16,,0,0,,,,", 0, 0.5);
}

static void ahead_compares_shares_not_held(void **unused) {
    (void)unused;
    assert_fact("a,F,ahead,,crown,crossings,,2030-06-05,,,0.01,,,,,", 0.5 - 5. / 12, 0.5);
}

static void held_counts_places_on_the_day(void **unused) {
    (void)unused;
    assert_fact("a,F,held,,reeds,VA02 VB01,,2030-05-16,,,2,2,,,,", 2, 0.5);
    assert_fact("a,F,held,,reeds,VA02 VB01,,2030-05-26,,,1,1,2,,,", 0.5, 0.5); /* 1 of 2 */
}

static void all_needs_every_part(void **unused) {
    (void)unused;
    fixture f = scored(HEADER "a,F,lost,,crown,,,,2030-06-30,,7,7,,,," REST
                              "b,F,level,killed.crown,,,,2030-05-07,,,60,60,,,," REST
                              "c,F,level,killed.crown,,,,2030-05-07,,,61,,,,," REST
                              "d,F,all,,,,a b,,,,,,,,," REST "e,F,all,,,,a b c,,,,,,,,," REST);
    assert_true(f.scores.item[3].share == 0.5 && f.scores.item[3].q95 == 2);
    assert_true(f.scores.item[4].share == 0 && f.scores.item[4].low == 3);
    assert_true(fabs(f.scores.item[3].share_se - sqrt(0.25 / N_REPLICATE)) < 1e-12);
    fixture_free(&f);
}

static void falling_is_the_largest_step(void **unused) {
    (void)unused;
    fixture f = scored(HEADER "a,F,per-loss,killed.crown,crown,,,2030-05-01,2030-05-13,,1,,,,," REST
                              "b,F,per-loss,killed.crown,crown,,,2030-05-11,2030-05-13,,1,,,,," REST
                              "c,F,falling,,,,a b,,,,,,,,," REST "d,F,falling,,,,b a,,,,,,,,," REST);
    assert_true(fabs(f.scores.item[2].median - 0.25) < 1e-6 && f.scores.item[2].share == 0.5);
    assert_true(fabs(f.scores.item[3].median - 4) < 1e-6 && f.scores.item[3].share == 0);
    assert_int_equal(f.scores.item[2].n_value, N_REPLICATE / 2);
    fixture_free(&f);
}

/* --- what is not measured, and what is wrong --- */

static void what_the_run_has_not_is_not_measured(void **unused) {
    (void)unused;
    fixture f = scored(HEADER "a,F,level,unicorns,,,,2030-05-07,,,1,,,,," REST
                              "b,F,level,killed.crown,,,,2031-05-07,,,1,,,,," REST
                              "c,F,all,,,,a,,,,,,,,," REST
                              "d,F,dose,killed.crown,crown,,cash,2030-06-01,,1.5,,0,,,," REST);
    assert_string_equal(f.scores.item[0].reason, "the run has no observable unicorns");
    assert_string_equal(f.scores.item[1].reason, "2031-05-07 is after the last day of the run");
    assert_string_equal(f.scores.item[2].reason, "a is not measured");
    assert_string_equal(f.scores.item[3].reason, "needs other runs: give a number of doses");
    for (size_t k = 0; k < 4; k++)
        assert_true(!f.scores.item[k].measured && isnan(f.scores.item[k].share));
    fixture_free(&f);
}

static void denominator_of_persons_is_refused(void **unused) {
    (void)unused;
    fixture f = with_facts(HEADER "a,F,level,killed.crown,,,,2030-05-07,,,1,,10,,," REST);
    assert_int_equal(score(&f), HO_ERR_INPUT);
    assert_non_null(strstr(f.err.text, "/facts.csv:2: denominator is given, but killed.crown counts persons; need districts or capitals"));
    assert_null(f.scores.item);
    fixture_free(&f);
}

static void scenario_without_facts_is_refused(void **unused) {
    (void)unused;
    fixture f = with_facts(NULL);
    assert_int_equal(score(&f), HO_ERR_INPUT);
    assert_non_null(strstr(f.err.text, "two-bloc has no facts"));
    fixture_free(&f);
}

static void run_of_another_scenario_is_refused(void **unused) {
    (void)unused;
    fixture f = with_facts(HEADER "a,F,level,killed.crown,,,,2030-05-07,,,1,,,,," REST);
    f.scenario->digest[0] = f.scenario->digest[0] == '0' ? '1' : '0';
    assert_int_equal(score(&f), HO_ERR_INPUT);
    assert_non_null(strstr(f.err.text, "is not a run of two-bloc as it is now"));
    fixture_free(&f);
}

static void modes_are_numbered_as_in_the_log(void **unused) {
    (void)unused;
    fixture f = scored(HEADER "a,F,mode-share,,crown,,fought negotiated abandoned carried regime_fall,,,,0,1,,,," REST);
    static const char *const name[] = {"fought", "negotiated", "abandoned", "carried", "regime_fall"};
    for (size_t k = 0; k < N_OF(name); k++)
        assert_string_equal(ho_mode_name((ho_mode)f.scenario->fact[0].of[k]), name[k]);
    assert_int_equal(f.scenario->fact[0].n_of, HO_N_MODE - 1);
    fixture_free(&f);
}

/* --- doses --- */

static void dose_multiplies_what_it_names(void **unused) {
    (void)unused;
    fixture f = with_facts(HEADER "a,F,dose,killed.crown,crown,,cash maintenance arrears,2030-06-01,,1.5,,0,,,," REST);
    ho_scenario *s = f.scenario;
    ho_dosed dosed;
    size_t n_flow = 0, n_contractor = 0;
    s->calendar[0] = (ho_calendar_row){.id = s->calendar[0].id, .source = s->calendar[0].source, .kind = HO_CAL_CONTRACTORS,
                                       .bloc = CROWN, .date = s->from, .value = 0.5, .until = HO_DAY_NONE, .faction = -1};
    assert_int_equal(ho_dosed_make(s, &s->fact[0], &dosed, NULL), HO_OK);
    for (size_t k = 0; k < s->n_flow; k++) {
        bool crown = s->faction[s->flow[k].faction].bloc == CROWN;
        double by = crown && s->flow[k].kind == HO_FLOW_CASH ? 1.5 : 1; /* maintenance is 1 already */
        assert_true(fabs(dosed.scenario.flow[k].value - by * s->flow[k].value) < 1e-9);
        n_flow += by > 1;
    }
    for (size_t k = 0; k < s->n_calendar; k++)
        if (s->calendar[k].kind == HO_CAL_CONTRACTORS) {
            assert_true(fabs(dosed.scenario.calendar[k].value - fmin(1, 1.5 * s->calendar[k].value)) < 1e-12);
            n_contractor += s->calendar[k].value < 1;
        }
    assert_true(n_flow > 0 && n_contractor > 0);
    assert_true(fabs(dosed.scenario.kind[0].arrears_days.a - 1.5 * s->kind[0].arrears_days.a) < 1e-12);
    assert_true(dosed.scenario.kind[0].arrears_days.b == s->kind[0].arrears_days.b); /* the sd of a log */
    ho_dosed_free(&dosed);
    fixture_free(&f);
}

static ho_dose_options dose_options(void) {
    return (ho_dose_options){.world = ho_world_options_default(), .sim = {.seed = 3}, .n_replicate = 12, .n_thread = 2};
}

static void dose_of_one_is_not_felt(void **unused) {
    (void)unused;
    fixture f = scored(HEADER "a,F,dose,killed.crown,crown,,cash,2030-06-01,,1,,0,,,," REST
                              "b,F,dose,killed.crown,crown,,arrears,2030-06-01,,5,,1e9,,,," REST
                              "c,F,weaker,,,,a b,,,,,,,,," REST);
    ho_dose_options options = dose_options();
    ho_problems problems = {0};
    if (ho_facts_dose(f.scenario, &options, &f.scores, &problems, &f.err))
        fail_msg("%s", f.err.text);
    const ho_fact_score *s = f.scores.item;
    assert_true(s[0].measured && s[0].is_dose && s[0].n_felt == 0 && s[0].change == 0 && s[0].change_se == 0);
    assert_int_equal(s[0].verdict, HO_VERDICT_NOT_FELT);
    assert_true(s[1].measured && s[1].n_felt > 0 && s[1].base == s[0].base);
    assert_int_equal(s[1].verdict, HO_VERDICT_YES);
    assert_true(fabs(s[1].dosed - s[1].base - s[1].change) < 1e-6);
    assert_true(s[2].measured && fabs(s[2].change + fabs(s[1].change)) < 1e-6 && s[2].n == 12);
    assert_int_equal(s[2].verdict, fabs(s[2].change) > 2 * s[2].change_se ? HO_VERDICT_YES : HO_VERDICT_UNCLEAR);
    assert_string_equal(s[2].unit, "persons");
    assert_int_equal(ho_facts_dose_n_run(f.scenario, 12), 36);
    fixture_free(&f);
}

static void dose_beyond_its_range_is_refuted(void **unused) {
    (void)unused;
    fixture f = scored(HEADER "a,F,dose,killed.crown,crown,,arrears,2030-06-01,,5,1e6,,,,," REST
                              "b,F,dose,killed.crown,crown,,cash,2030-06-01,,1,,0,,,," REST
                              "c,F,weaker,,,,a b,,,,,,,,," REST);
    ho_dose_options options = dose_options();
    ho_problems problems = {0};
    assert_int_equal(ho_facts_dose(f.scenario, &options, &f.scores, &problems, NULL), HO_OK);
    assert_string_equal(ho_verdict_name(f.scores.item[0].verdict), "no");
    assert_string_equal(ho_verdict_name(f.scores.item[2].verdict), "not felt"); /* nothing to be weaker than */
    fixture_free(&f);
}

static void dose_outside_the_run_is_not_measured(void **unused) {
    (void)unused;
    fixture f = scored(HEADER "a,F,dose,unicorns,crown,,cash,2030-06-01,,2,,0,,,," REST
                              "b,F,dose,killed.crown,crown,,cash,2033-06-01,,2,,0,,,," REST
                              "c,F,weaker,,,,a b,,,,,,,,," REST);
    ho_dose_options options = dose_options();
    ho_problems problems = {0};
    assert_int_equal(ho_facts_dose(f.scenario, &options, &f.scores, &problems, NULL), HO_OK);
    assert_string_equal(f.scores.item[0].reason, "the run has no observable unicorns");
    assert_string_equal(f.scores.item[1].reason, "2033-06-01 is outside the run");
    assert_string_equal(f.scores.item[2].reason, "a is not measured");
    assert_false(f.scores.item[0].measured || f.scores.item[1].measured || f.scores.item[2].measured);
    fixture_free(&f);
}

static void doses_without_replicates_are_refused(void **unused) {
    (void)unused;
    fixture f = scored(HEADER "a,F,dose,killed.crown,crown,,cash,2030-06-01,,2,,0,,,," REST);
    ho_dose_options options = dose_options();
    ho_problems problems = {0};
    options.n_replicate = 0;
    assert_int_equal(ho_facts_dose(f.scenario, &options, &f.scores, &problems, NULL), HO_ERR_INPUT);
    fixture_free(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(level_is_the_observable_on_the_day),
        cmocka_unit_test(shares_have_each_their_own_denominator),
        cmocka_unit_test(change_is_between_two_days),
        cmocka_unit_test(lost_counts_first_losses_but_not_the_start),
        cmocka_unit_test(lost_within_counts_from_the_first),
        cmocka_unit_test(clustering_compares_neighbours_with_all_pairs),
        cmocka_unit_test(clustering_of_one_day_has_no_value),
        cmocka_unit_test(mode_share_leaves_out_the_fall_of_the_regime),
        cmocka_unit_test(per_loss_divides_by_the_losses_of_the_period),
        cmocka_unit_test(retaken_is_of_what_was_lost),
        cmocka_unit_test(ahead_compares_shares_not_held),
        cmocka_unit_test(held_counts_places_on_the_day),
        cmocka_unit_test(all_needs_every_part),
        cmocka_unit_test(falling_is_the_largest_step),
        cmocka_unit_test(what_the_run_has_not_is_not_measured),
        cmocka_unit_test(denominator_of_persons_is_refused),
        cmocka_unit_test(scenario_without_facts_is_refused),
        cmocka_unit_test(run_of_another_scenario_is_refused),
        cmocka_unit_test(modes_are_numbered_as_in_the_log),
        cmocka_unit_test(dose_multiplies_what_it_names),
        cmocka_unit_test(dose_of_one_is_not_felt),
        cmocka_unit_test(dose_beyond_its_range_is_refuted),
        cmocka_unit_test(dose_outside_the_run_is_not_measured),
        cmocka_unit_test(doses_without_replicates_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
