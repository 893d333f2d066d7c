/* Statements of a run: replicates made up here, whose values are known by hand, on the world of tests/scenarios/two-bloc with a claims.csv
 * and readings.csv written beside a copy of it. Replicates 0 to 7 of ten have the log of changes below, 8 and 9 none. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdout/evidence.h"
#include "unit/folder.h"
#include "world/world.h"

enum { N_REPLICATE = 10, N_LOGGED = 8, CROWN = 0, REEDS = 1 };
enum { VA01, VA02, VB01, VB02, VA03, VA04, VB03, VB04, VC01, VC02, VC03, VC04 };

#define CLAIM_HEADER                                                                                                             \
    "id,document,document_date,date_start,date_end,quantity,value_low,value_high,value_text,unit,definition,who,assessment,confidence," \
    "known_on,kind,against\n"
#define READING_HEADER "claim,reading,expression,date_start,date_end,low,high,tolerance,record,note\n"

typedef struct fixture {
    char folder[64], run[96];
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    ho_store *store;
    ho_audit audit;
    ho_error err;
} fixture;

/* Day, district, taken by the reeds or won back. VB03 is theirs on day 0. */
static const struct {
    int32_t day, district;
    bool lost;
    ho_mode mode;
} LOG[] = {
    {0, VB03, true, HO_MODE_START},     {10, VA02, true, HO_MODE_FOUGHT},  {12, VB01, true, HO_MODE_NEGOTIATED},
    {20, VA02, false, HO_MODE_FOUGHT},  {25, VA02, true, HO_MODE_FOUGHT},  {30, VB02, true, HO_MODE_ABANDONED},
    {40, VA01, true, HO_MODE_FOUGHT},
};

static size_t log_fill(const fixture *f, ho_change change[N_OF(LOG)]) {
    for (size_t k = 0; k < N_OF(LOG); k++) {
        int32_t own = f->world->bloc_main[CROWN], other = f->world->bloc_main[REEDS];
        change[k] = (ho_change){LOG[k].day, LOG[k].district, LOG[k].lost ? own : other, LOG[k].lost ? other : own, (int32_t)LOG[k].mode};
    }
    return N_OF(LOG);
}

/* killed.crown is a hundred times the day plus the replicate, districts_controlled.reeds 6, the ending 0 with the log and 2 without. */
static void values_fill(const fixture *f, uint32_t replicate, float *value) {
    size_t n_value = f->observables.n, n_day = f->world->n_day;
    int32_t killed = ho_observables_find(&f->observables, "killed.crown"), ending = ho_observables_find(&f->observables, "ending");
    int32_t reeds = ho_observables_find(&f->observables, "districts_controlled.reeds");
    for (size_t k = 0; k < n_day * n_value; k++) {
        int32_t column = (int32_t)(k % n_value);
        value[k] = column == killed ? (float)(100 * (k / n_value) + replicate) : column == reeds ? 6 : column == ending ? (replicate < N_LOGGED ? 0 : 2) : 0;
    }
}

static void run_make(fixture *f) {
    ho_run_identity identity = {f->world, &f->observables, {.seed = 3}, N_REPLICATE};
    size_t n_value = f->observables.n, n_day = f->world->n_day;
    ho_change change[N_OF(LOG)];
    float *value = calloc(n_day * n_value, sizeof *value);
    assert_non_null(value);
    size_t n = log_fill(f, change);
    assert_int_equal(ho_store_create(f->run, &identity, false, true, &f->store, NULL), HO_OK);
    for (uint32_t r = 0; r < N_REPLICATE; r++) {
        values_fill(f, r, value);
        ho_result result = {.replicate = r, .n_change = r < N_LOGGED ? n : 0, .change = change, .n_day = n_day,
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

static fixture with_texts(const char *claims, const char *readings) {
    static const char *const name[] = {"scenario.yml", "districts.csv", "edges.csv", "garrisons.csv", "commands.csv", "groups.csv", "record.csv"};
    fixture f = {.folder = "/tmp/holdout-audit-XXXXXX"};
    const ho_world_options options = ho_world_options_default();
    ho_problems problems = {0};
    assert_non_null(mkdtemp(f.folder));
    snprintf(f.run, sizeof f.run, "%s/run", f.folder);
    for (size_t k = 0; k < N_OF(name); k++)
        folder_copy(f.folder, name[k]);
    if (claims)
        folder_write_text(f.folder, "claims.csv", claims);
    folder_write_text(f.folder, "readings.csv", readings);
    if (ho_scenario_load(f.folder, NULL, &f.scenario, &problems, &f.err))
        fail_msg("%s", f.err.text);
    assert_int_equal(ho_world_build(f.scenario, &options, &f.world, &problems, NULL), HO_OK);
    assert_int_equal(ho_observables_build(f.world, &f.observables, NULL), HO_OK);
    run_make(&f);
    return f;
}

static void fixture_free(fixture *f) {
    ho_audit_free(&f->audit);
    ho_store_close(f->store);
    ho_observables_free(&f->observables);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    folder_remove(f->folder);
}

static fixture audited(const char *claims, const char *readings) {
    fixture f = with_texts(claims, readings);
    if (ho_audit_run(f.store, f.world, &f.audit, &f.err))
        fail_msg("%s", f.err.text);
    return f;
}

/* One claim of a kind with a value, and one reading of it on a day. */
static fixture of_one(const char *kind, const char *value, const char *day, const char *reading) {
    char claims[1024], readings[1024];
    snprintf(claims, sizeof claims, CLAIM_HEADER "C1,D1,,2030-05-01,%s,Made up,%s,,,,Someone,,high,2030-06-01,%s,\n", day, value, kind);
    snprintf(readings, sizeof readings, READING_HEADER "C1,r,%s\n", reading);
    return audited(claims, readings);
}

/* Median of the only reading, which is its value where there is a log (8 of 10). */
static void assert_value(const char *expression, const char *day, double value) {
    char reading[512];
    snprintf(reading, sizeof reading, "\"%s\",,,,,,,", expression);
    fixture f = of_one("quantity", "1,1", day, reading);
    const ho_audit_reading *r = &f.audit.reading[0];
    if (!r->measured)
        fail_msg("%s: %s", expression, r->reason);
    if (fabs(r->median - value) > 1e-5)
        fail_msg("%s: %.9g; need %.9g", expression, r->median, value);
    fixture_free(&f);
}

static void forms_have_values_by_hand(void **unused) {
    (void)unused;
    /* area of VB03 950, VA02 950, VB01 1000 of 11850; 2030-05-13 is day 12 */
    fixture f = of_one("quantity", "1,1", "2030-05-13", "districts_controlled.reeds,,,,,,,");
    double area = 0, people = 0;
    const int32_t held[] = {VB03, VA02, VB01};
    for (size_t k = 0; k < N_OF(held); k++) {
        area += f.world->area_share[held[k]];
        people += f.world->people_share[held[k]];
    }
    /* others that are the reeds' at home */
    size_t n = 3;
    for (size_t i = 0; i < f.world->n_district; i++)
        if (f.world->faction_bloc[f.world->home_faction[i]] == REEDS && (int32_t)i != VB03) {
            area += f.world->area_share[i];
            people += f.world->people_share[i];
            n++;
        }
    fixture_free(&f);
    assert_value("share(reeds, of=area)", "2030-05-13", area);
    assert_value("share(reeds, of=people)", "2030-05-13", people);
    assert_value("share(reeds, of=centres)", "2030-05-13", (double)n / 12);
    assert_value("share(reeds, of=districts)", "2030-05-13", 0.5);
    assert_value("count(centres, reeds)", "2030-05-13", (double)n);
    assert_value("count(districts, reeds)", "2030-05-13", 6);
    assert_value("count(capitals, reeds)", "2030-05-31", 1);
    assert_value("count(capitals, reeds)", "2030-06-10", 2);
    assert_value("count(VA02, reeds)", "2030-05-13", 1);
    assert_value("holds(reeds, VA02)", "2030-05-13", 1);
    assert_value("holds(reeds, VA02)", "2030-05-21", 0);
    assert_value("contested(reeds)", "2030-05-13", 0);
    assert_value("captured(reeds)", "2030-06-30", 4);
    assert_value("captured(reeds, since=2030-05-12)", "2030-06-30", 4);
    assert_value("captured(reeds, since=2030-05-27)", "2030-06-30", 2);
    assert_value("captured(reeds, of=capitals)", "2030-06-30", 2);
    assert_value("captured(reeds, in=VB)", "2030-06-30", 2);
    assert_value("captured(reeds, in=North)", "2030-06-30", 4);
    assert_value("ending(insurgent-victory)", "2030-05-02", 1);
    assert_value("ending(stalemate)", "2030-05-02", 0);
    assert_value("ever(holds(reeds, VA02))", "2030-05-21", 1);
    assert_value("always(holds(reeds, VA02))", "2030-05-21", 0);
    assert_value("days(holds(reeds, VA02))", "2030-05-21", 10);
    assert_value("gain(killed.crown, since=2030-05-03)", "2030-05-06", 300);
    assert_value("at(killed.crown, 2030-05-01) < 10", "2030-05-06", 1);
    assert_value("ratio(count(districts, reeds), 12) * 100 - 1", "2030-05-06", 49);
}

/* --- the rule --- */

static void rule_has_its_edges(void **unused) {
    (void)unused;
    assert_int_equal(ho_audit_judge(HO_CLAIM_QUANTITY, 0.5, 0.5, 0), HO_AUDIT_SUPPORTED);
    assert_int_equal(ho_audit_judge(HO_CLAIM_QUANTITY, 0.49, 0.51, 0), HO_AUDIT_CANNOT_TELL);
    assert_int_equal(ho_audit_judge(HO_CLAIM_QUANTITY, 0.1, 0.9, 0), HO_AUDIT_OVERSTATED);
    assert_int_equal(ho_audit_judge(HO_CLAIM_QUANTITY, 0.11, 0.89, 0), HO_AUDIT_CANNOT_TELL);
    assert_int_equal(ho_audit_judge(HO_CLAIM_QUANTITY, 0.1, 0, 0.9), HO_AUDIT_UNDERSTATED);
    assert_int_equal(ho_audit_judge(HO_CLAIM_QUANTITY, 0.1, 0.45, 0.45), HO_AUDIT_CANNOT_TELL);
    assert_int_equal(ho_audit_judge(HO_CLAIM_EVENT, 0.1, 0.45, 0.45), HO_AUDIT_NOT_SUPPORTED);
    assert_int_equal(ho_audit_judge(HO_CLAIM_EXPECTATION, 0.1, 0.9, 0), HO_AUDIT_NOT_SUPPORTED);
    assert_int_equal(ho_audit_judge(HO_CLAIM_EXPECTATION, 0.2, 0.8, 0), HO_AUDIT_CANNOT_TELL);
    assert_int_equal(ho_audit_judge(HO_CLAIM_EVENT, 0.5, 0.5, 0), HO_AUDIT_SUPPORTED);
}

static void assert_verdict(const char *kind, const char *value, const char *day, const char *reading, ho_audit_verdict verdict) {
    fixture f = of_one(kind, value, day, reading);
    if (f.audit.reading[0].verdict != verdict || f.audit.claim[0].verdict != verdict)
        fail_msg("%s %s %s: %s, %s; need %s", value, day, reading, ho_audit_verdict_name(f.audit.reading[0].verdict), f.audit.reading[0].reason,
                 ho_audit_verdict_name(verdict));
    fixture_free(&f);
}

static void verdict_follows_value_date_and_reading(void **unused) {
    (void)unused;
    /* killed.crown is 500 to 509 on 6 May */
    assert_verdict("quantity", "500,509", "2030-05-06", "killed.crown,,,,,,,", HO_AUDIT_SUPPORTED);
    assert_verdict("quantity", "600,600", "2030-05-06", "killed.crown,,,,,,,", HO_AUDIT_OVERSTATED);
    assert_verdict("quantity", "400,400", "2030-05-06", "killed.crown,,,,,,,", HO_AUDIT_UNDERSTATED);
    assert_verdict("quantity", "500,502", "2030-05-06", "killed.crown,,,,,,,", HO_AUDIT_CANNOT_TELL);
    assert_verdict("quantity", "600,600", "2030-05-07", "killed.crown,,,,,9,,", HO_AUDIT_SUPPORTED);
    assert_verdict("quantity", "600,600", "2030-05-06", "killed.crown,,2030-05-07,,,9,,", HO_AUDIT_SUPPORTED);
    assert_verdict("quantity", "600,600", "2030-05-06", "killed.crown + 100,,,,,9,,", HO_AUDIT_SUPPORTED);
    assert_verdict("quantity", "600,600", "2030-05-06", "killed.crown,,,500,520,,,", HO_AUDIT_SUPPORTED);
    assert_verdict("quantity", "600,", "2030-05-06", "killed.crown,,,,,,,", HO_AUDIT_OVERSTATED);
    assert_verdict("quantity", ",400", "2030-05-06", "killed.crown,,,,,,,", HO_AUDIT_UNDERSTATED);
    assert_verdict("quantity", "400,", "2030-05-06", "killed.crown,,,,,,,", HO_AUDIT_SUPPORTED);
}

static void events_happen_or_not(void **unused) {
    (void)unused;
    assert_verdict("event", ",", "2030-06-10", "\"holds(reeds, VA01)\",,,,,,,", HO_AUDIT_SUPPORTED);
    assert_verdict("event", ",", "2030-06-09", "\"holds(reeds, VA01)\",,,,,,,", HO_AUDIT_NOT_SUPPORTED);
    assert_verdict("expectation", ",", "2030-05-09", "ending(stalemate),,,,,,,", HO_AUDIT_CANNOT_TELL);
    assert_verdict("expectation", ",", "2030-05-09", "ending(insurgent-victory),,,,,,,", HO_AUDIT_SUPPORTED);
}

static void monte_carlo_error_and_place_are_told(void **unused) {
    (void)unused;
    fixture f = of_one("quantity", "502,503", "2030-05-06", "killed.crown,,,,,,,");
    const ho_audit_reading *r = &f.audit.reading[0];
    assert_true(fabs(r->holds - 0.2) < 1e-12 && fabs(r->below - 0.2) < 1e-12 && fabs(r->above - 0.6) < 1e-12);
    assert_true(fabs(r->holds_se - sqrt(0.2 * 0.8 / 10)) < 1e-12 && fabs(r->place - 0.3) < 1e-12);
    assert_int_equal(r->n_value, 10);
    fixture_free(&f);
}

/* --- statements --- */

#define TWO_CLAIMS                                                                                      \
    CLAIM_HEADER "C1,D1,,,2030-05-06,One,500,509,,,,A,,high,2030-06-01,quantity,C2\n"                    \
                 "C2,D1,,,2030-05-06,Other,600,600,,,,B,,high,2030-06-01,quantity,\n"                     \
                 "C3,D1,,,2030-05-06,How it should be,,,,,,B,nothing,high,2030-06-01,norm,\n"

static void statement_depends_on_its_readings(void **unused) {
    (void)unused;
    fixture f = audited(TWO_CLAIMS, READING_HEADER "C2,low,killed.crown,,,,,,,\nC1,a,killed.crown,,,,,,,\nC1,b,killed.crown + 100,,,,,,,\n"
                                                   "C2,lower,killed.crown - 50,,,,,,,\nC2,in,killed.crown + 95,,,,,,,\n");
    assert_int_equal(f.audit.claim[0].verdict, HO_AUDIT_DEPENDS);
    assert_int_equal(f.audit.claim[0].n_agree, 1);
    assert_string_equal(f.audit.reading[f.audit.claim[0].best].row->reading, "a");
    assert_int_equal(f.audit.claim[1].verdict, HO_AUDIT_OVERSTATED);
    assert_int_equal(f.audit.claim[1].n_agree, 2);
    assert_int_equal(f.audit.claim[1].n_measured, 3);
    assert_int_equal(f.audit.claim[2].verdict, HO_AUDIT_OUTSIDE);
    assert_int_equal(f.audit.claim[0].row->against[0], 1);
    fixture_free(&f);
}

static void assert_reason(const char *day, const char *reading, const char *reason) {
    fixture f = of_one("quantity", "1,1", day, reading);
    assert_false(f.audit.reading[0].measured);
    assert_int_equal(f.audit.claim[0].verdict, HO_AUDIT_NOT_MEASURED);
    assert_string_equal(f.audit.reading[0].reason, reason);
    fixture_free(&f);
}

static void what_cannot_be_measured_says_why(void **unused) {
    (void)unused;
    assert_reason("2031-01-01", "killed.crown,,,,,,,", "2031-01-01 is after the last day of the run");
    assert_reason("2030-05-06", "killed.crown / 0,,,,,,,", "it has no value in any replicate");
    assert_reason("2030-05-06", "mechanism(air),,,,,,,", "needs --causes N");
    assert_reason("2030-05-06", "\"at(killed.crown, 2031-01-01)\",,,,,,,",
                  "expression at character 1, \"at\": need its date within the run, 2030-05-01 to 2030-08-31");
}

static void record_is_the_second_yardstick(void **unused) {
    (void)unused;
    /* 4 of 12 on 1 June; VA03 by 20 May and lost again by 6 June; VA04 between 27 and 29 May */
    fixture f = of_one("quantity", "30,35", "2030-06-03", "\"100 * share(reeds, of=districts)\",,,,,,,");
    assert_int_equal(f.audit.reading[0].record, HO_AUDIT_RECORD_AGREES);
    assert_true(fabs(f.audit.reading[0].recorded_low - 100. / 3) < 1e-9);
    assert_non_null(f.audit.reading[0].recorded_by);
    fixture_free(&f);
    f = of_one("event", ",", "2030-05-28", "\"count(VA04, reeds)\",,,,,,,");
    assert_int_equal(f.audit.reading[0].record, HO_AUDIT_RECORD_NONE);
    fixture_free(&f);
    f = of_one("event", ",", "2030-05-29", "\"holds(reeds, VA04)\",,,,,,,");
    assert_int_equal(f.audit.reading[0].record, HO_AUDIT_RECORD_AGREES);
    fixture_free(&f);
    f = of_one("event", ",", "2030-06-07", "\"holds(reeds, VA03)\",,,,,,,");
    assert_int_equal(f.audit.reading[0].record, HO_AUDIT_RECORD_BELOW);
    fixture_free(&f);
    f = of_one("quantity", "5,5", "2030-06-15", "\"count(districts, reeds)\",,,,,,centres_held.reeds,");
    assert_int_equal(f.audit.reading[0].record, HO_AUDIT_RECORD_AGREES);
    fixture_free(&f);
    f = of_one("quantity", "5,5", "2030-06-15", "\"count(districts, reeds) / (1 + holds(reeds, VA03))\",,,,,,centres_held.reeds,");
    assert_int_equal(f.audit.reading[0].record, HO_AUDIT_RECORD_AGREES); /* VA03 keeps its own record */
    fixture_free(&f);
    f = of_one("quantity", "5,5", "2030-08-15", "\"count(districts, reeds)\",,,,,,,");
    assert_int_equal(f.audit.reading[0].record, HO_AUDIT_RECORD_NONE);
    fixture_free(&f);
}

/* --- errors --- */

static void assert_problem(const char *expression, const char *sentence) {
    char readings[512];
    snprintf(readings, sizeof readings, READING_HEADER "C1,r,\"%s\",,,,,,,\n", expression);
    fixture f = with_texts(TWO_CLAIMS, readings);
    ho_problems problems = {0};
    assert_int_equal(ho_audit_check(f.world, &problems, &f.err), HO_ERR_INPUT);
    assert_int_equal(problems.n, 1);
    assert_string_equal(problems.line[0], sentence);
    ho_problems_free(&problems);
    fixture_free(&f);
}

static void words_that_mean_nothing_are_problems(void **unused) {
    (void)unused;
    assert_problem("share(cows, of=area)", "readings.csv:2: expression at character 7, \"cows\": need a bloc of the scenario: crown, reeds");
    assert_problem("1 + unicorns", "readings.csv:2: expression at character 5, \"unicorns\": need an observable of the run (holdout list observables)");
    assert_problem("holds(reeds, VX)", "readings.csv:2: expression at character 14, \"VX\": need the p-code of a district or province of districts.csv");
    assert_problem("share(reeds, of=area, in=West)",
                   "readings.csv:2: expression at character 26, \"West\": need a region of districts.csv, or a province's p-code or name");
    assert_problem("share(reeds, of=districts, in=VA)", "readings.csv:2: expression at character 31, \"VA\": need another of= than districts with in=: "
                                                        "control is observed for the country as a whole");
    assert_problem("mechanism(luck)", "readings.csv:2: expression at character 11, \"luck\": need a mechanism (holdout list mechanisms)");
    assert_problem("share(reeds", "readings.csv:2: expression at character 12, the end: need \", of=\" and area, districts, centres, people, capitals or "
                                  "crossings");
}

static void scenario_without_statements_is_refused(void **unused) {
    (void)unused;
    fixture f = with_texts(NULL, READING_HEADER);
    assert_int_equal(ho_audit_run(f.store, f.world, &f.audit, &f.err), HO_ERR_INPUT);
    assert_non_null(strstr(f.err.text, "two-bloc has no statements: there are no rows in"));
    fixture_free(&f);
}

/* --- causes --- */

static void causes_are_switched_off(void **unused) {
    (void)unused;
    fixture f = audited(TWO_CLAIMS, READING_HEADER "C1,any,mechanism(assault),,,,,,,\nC1,none,\"mechanism(assault, of=districts)\",,,-100,100,,,\n"
                                                   "C2,far,\"mechanism(assault, of=districts)\",,,50,,,,\n");
    const ho_ablate_options options = {.sim = {.seed = 3}, .n_replicate = 4, .n_thread = 1};
    assert_int_equal(ho_audit_causes_n_run(&f.audit, 4), 8);
    assert_int_equal(ho_audit_causes(f.world, &options, &f.audit, &f.err), HO_OK);
    assert_true(f.audit.reading[0].measured && f.audit.reading[0].n_pair == 4 && f.audit.reading[0].measure == HO_ABLATE_CAPITAL);
    assert_int_equal(f.audit.reading[1].verdict, HO_AUDIT_SUPPORTED);
    assert_int_equal(f.audit.reading[2].verdict, HO_AUDIT_NOT_SUPPORTED);
    assert_int_equal(f.audit.claim[1].verdict, HO_AUDIT_NOT_SUPPORTED);
    fixture_free(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_have_values_by_hand),
        cmocka_unit_test(rule_has_its_edges),
        cmocka_unit_test(verdict_follows_value_date_and_reading),
        cmocka_unit_test(events_happen_or_not),
        cmocka_unit_test(monte_carlo_error_and_place_are_told),
        cmocka_unit_test(statement_depends_on_its_readings),
        cmocka_unit_test(what_cannot_be_measured_says_why),
        cmocka_unit_test(record_is_the_second_yardstick),
        cmocka_unit_test(words_that_mean_nothing_are_problems),
        cmocka_unit_test(scenario_without_statements_is_refused),
        cmocka_unit_test(causes_are_switched_off),
    };
    return cmocka_run_group_tests_name("audit", tests, NULL, NULL);
}
