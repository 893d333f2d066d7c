/* What-if overlays: how they change a scenario, and what is refused in which words.
 * Method: the small good scenario of test_scenario_base.h is written into a new folder, an overlay beside it, and both are loaded. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/text.h"
#include "holdout/scenario.h"
#include "unit/folder.h"
#include "unit/test_scenario_base.h"

#define HEAD "format: 1\ntitle: Another\nwhy: \"test\"\n"

typedef struct loaded {
    char folder[64];
    ho_scenario *scenario; /* NULL after an error */
    ho_problems problems;
    ho_error error;
    ho_status status;
} loaded;

static loaded folder_make(void) {
    loaded l = {.folder = "/tmp/holdout-overlay-XXXXXX"};
    char path[128];
    assert_non_null(mkdtemp(l.folder));
    for (size_t k = 0; k < N_BASE; k++)
        folder_write_text(l.folder, BASE[k].name, BASE[k].text);
    snprintf(path, sizeof path, "%s/whatif", l.folder);
    assert_int_equal(mkdir(path, 0700), 0);
    return l;
}

static void folder_load(loaded *l, size_t n, const char *const *name) {
    const ho_scenario_options options = {.n_overlay = n, .overlay = name};
    ho_scenario_free(l->scenario);
    ho_problems_free(&l->problems);
    l->scenario = NULL;
    l->status = ho_scenario_load_with(l->folder, &options, &l->scenario, &l->problems, &l->error);
}

static void folder_free(loaded *l) {
    char path[128];
    static const char *const overlay[] = {"whatif/a.yml", "whatif/b.yml", "whatif", ""};
    for (size_t k = 0; k < N_BASE; k++) {
        snprintf(path, sizeof path, "%s/%s", l->folder, BASE[k].name);
        remove(path);
    }
    for (size_t k = 0; k < sizeof overlay / sizeof *overlay; k++) {
        snprintf(path, sizeof path, "%s/%s", l->folder, overlay[k]);
        remove(path);
    }
    ho_scenario_free(l->scenario);
    ho_problems_free(&l->problems);
}

static const char *const A[] = {"a", "b"};

/* The good scenario with one overlay a.yml of the head and these sections. */
static loaded with(const char *sections) {
    loaded l = folder_make();
    char *text = NULL;
    assert_true(asprintf(&text, HEAD "%s", sections) >= 0);
    folder_write_text(l.folder, "whatif/a.yml", text);
    free(text);
    folder_load(&l, 1, A);
    return l;
}

static const ho_scenario *good(const loaded *l) {
    if (l->status != HO_OK)
        fail_msg("%s", l->problems.n ? l->problems.line[0] : l->error.text);
    return l->scenario;
}

static void assert_problems(const loaded *l, const char *expected) {
    char all[8192] = "";
    for (size_t k = 0; k < l->problems.n; k++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", k ? "\n" : "", l->problems.line[k]);
    size_t n = strlen(expected);
    if (n > 3 && strcmp(expected + n - 3, "...") == 0) /* a list of keys that may grow */
        assert_memory_equal(all, expected, n - 3);
    else
        assert_string_equal(all, expected);
    assert_int_equal(l->status, HO_ERR_INPUT);
    assert_null(l->scenario);
}

/* ---- what is refused: one test a case; lines 1 to 3 are the head's ---- */

typedef struct bad_case {
    const char *name, *text; /* the whole overlay if it begins with "format" or '!', else behind the head */
    const char *problems;
} bad_case;

static const bad_case CASES[] = {
    {"rejects_missing_title", "format: 1\nwhy: \"test\"\nuntil: 2021-06-01\n", "whatif/a.yml:1: key title is missing"},
    {"rejects_missing_why", "format: 1\ntitle: Another\nuntil: 2021-06-01\n", "whatif/a.yml:1: key why is missing"},
    {"rejects_other_format", "format: 2\ntitle: Another\nwhy: test\nuntil: 2021-06-01\n", "whatif/a.yml:1: format is 2; need 1"},
    {"rejects_a_list_for_a_title", "format: 1\ntitle: [Another]\nwhy: test\nuntil: 2021-06-01\n",
     "whatif/a.yml:2: title is a list; need a single value"},
    {"rejects_a_change_of_nothing", "", "whatif/a.yml: changes nothing"},
    {"rejects_a_list", "!- 1\n", "whatif/a.yml:1: the file is a list; need a map"},
    {"rejects_what_is_no_yaml", "!a: [1\n", NULL},
    {"rejects_an_anchor", "until: &x 2021-06-01\n", "whatif/a.yml:4: an anchor (&) is not allowed"},
    {"rejects_a_seed", "until: 2021-06-01\nseed: 8\n",
     "whatif/a.yml:5: unknown key \"seed\"; need format, title, why, until or replicates"},
    {"rejects_a_map_in_the_place_of_a_seed", "until: 2021-06-01\nseed: {a: 1}\n",
     "whatif/a.yml:5: unknown key \"seed\"; need format, title, why, until or replicates"},
    {"rejects_an_unknown_section", "factoins: []\n",
     "whatif/a.yml:4: unknown key \"factoins\"; need format, name, ..."},
    {"rejects_a_repeated_section", "holdout: {seat: A1}\nholdout: {seat: A2}\n",
     "whatif/a.yml:5: key \"holdout\" is there twice, first in line 4"},
    {"rejects_a_repeated_key_of_a_row", "crossings:\n  - {id: gate, name: X, name: Y}\n",
     "whatif/a.yml:5: key \"name\" is there twice, first in line 5"},
    {"rejects_a_repeated_row", "crossings:\n  - {id: gate, name: X}\n  - {id: gate, name: Y}\n",
     "whatif/a.yml:6: \"gate\" is there twice, first in line 5"},
    {"rejects_a_bad_until", "until: 2021-13-01\n", "whatif/a.yml:4: until is \"2021-13-01\"; need a date such as 2021-05-01"},
    {"rejects_until_before_from", "until: 2021-04-01\n", "whatif/a.yml:4: until is 2021-04-01; need a day from 2021-05-01 on"},
    {"rejects_zero_replicates", "replicates: 0\n", "whatif/a.yml:4: replicates is 0; need 1 to 10000000"},
    {"rejects_a_bad_value_in_its_line", "garrison_kinds:\n  - id: army\n    worth: -1\n", "whatif/a.yml:6: worth is -1; need > 0"},
    {"rejects_an_unknown_key_in_a_row", "garrison_kinds:\n  - {id: army, worht: 1}\n",
     "whatif/a.yml:5: unknown key \"worht\"; need id, name, worth, ..."},
    {"rejects_half_a_new_row", "crossings:\n  - {id: gat, name: X, district: A1, neighbour: N}\n",
     "whatif/a.yml:5: key customs_usd_per_month is missing\nwhatif/a.yml:5: key customs_sd_log is missing\n"
     "whatif/a.yml:5: key known_on is missing\nwhatif/a.yml:5: key source is missing"},
    {"rejects_a_row_without_id", "groups:\n  - {name: East}\n", "whatif/a.yml:5: key id is missing"},
    {"rejects_a_row_that_is_no_map", "groups: [east]\n", "whatif/a.yml:4: entry of \"groups\" is a single value; need a map"},
    {"rejects_a_map_for_a_list", "calendar: {id: x}\n", "whatif/a.yml:4: calendar entries is a map; need a list"},
    {"rejects_half_a_parameter", "parameters:\n  contact_rate: {source: test}\n", "whatif/a.yml:5: key prior is missing"},
    {"rejects_half_a_version", "calendar:\n  - {id: eid, value: 0.5}\n",
     "whatif/a.yml:5: key kind is missing\nwhatif/a.yml:5: key date is missing\nwhatif/a.yml:5: key known_on is missing\n"
     "whatif/a.yml:5: key source is missing"},
    {"rejects_twice_the_same_version",
     "calendar:\n  - {id: eid, kind: lull, date: 2021-05-13, until: 2021-05-15, value: 0.3, known_on: 2021-05-10, source: test}\n"
     "  - {id: eid, kind: lull, date: 2021-05-14, until: 2021-05-15, value: 0.3, known_on: 2021-05-10, source: test}\n",
     "whatif/a.yml:6: eid is there twice with the same known_on, first in line 5 of whatif/a.yml"},
    {"rejects_removal_of_an_unknown_row", "calendar:\n  - {id: idd, remove: true}\n",
     "whatif/a.yml:5: calendar has no \"idd\" to remove"},
    {"rejects_removal_of_an_unknown_flow", "patrons:\n  - {id: friend, flows: [{to: valley, kind: cash, remove: true}]}\n",
     "whatif/a.yml:5: flows has no \"valley cash\" to remove"},
    {"rejects_removal_of_an_unknown_parameter", "parameters:\n  no_such: {remove: true}\n",
     "whatif/a.yml:5: parameters has no \"no_such\" to remove"},
    {"rejects_removal_of_an_unknown_key", "factions:\n  - {id: valley, aircraft: {remove: true}}\n",
     "whatif/a.yml:5: the entry has no \"aircraft\" to remove"},
    {"rejects_a_guard_of_nobody_known", "airport: {district: A1, seats_per_day: 5, guards: [{patron: fiend, known_on: 2021-04-30, source: test}], "
     "known_on: 2021-04-30, source: test}\n",
     "whatif/a.yml:4: patron is \"fiend\"; scenario.yml has no such patron"},
    {"rejects_removal_of_an_unknown_section", "rivalries: {remove: true}\n",
     "whatif/a.yml:4: scenario.yml has no \"rivalries\" to remove"},
    {"rejects_remove_false", "calendar:\n  - {id: eid, remove: false}\n", "whatif/a.yml:5: remove needs to be true"},
    {"rejects_remove_with_a_value", "calendar:\n  - {id: eid, remove: true, value: 1}\n",
     "whatif/a.yml:5: key \"value\" stands beside remove; what is removed has no value"},
    {"rejects_a_removal_of_what_is_given", "calendar:\n  - {id: eid, remove: true}\n  - {id: eid, value: 1}\n",
     "whatif/a.yml:6: \"eid\" is there twice, first in line 5"},
    {"rejects_what_the_removal_leaves_open", "factions:\n  - {id: valley, remove: true}\n",
     "scenario.yml:9: faction is \"valley\"; scenario.yml has no such faction"},
    {"rejects_an_unknown_mechanism", "without: [air, weather]\n", "whatif/a.yml:4: without is \"weather\"; need calendar, patrons, ..."},
    {"rejects_a_mechanism_that_is_there_twice", "without: [air, claims,\n  air]\n",
     "whatif/a.yml:5: without: air is there twice, first in line 4 of whatif/a.yml"},
    {"rejects_a_mechanism_that_is_no_list", "without: {air: true}\n", "whatif/a.yml:4: without is a map; need a list"},
    {"rejects_a_list_among_mechanisms", "without: [[air]]\n", "whatif/a.yml:4: without is a list; need a single value"},
    {"rejects_a_line_that_is_too_long", NULL, "whatif/a.yml:1: a line is longer than 16384 bytes"},
};
enum { N_CASE = sizeof CASES / sizeof CASES[0] };

static char *case_text(const bad_case *c) {
    char *text = NULL;
    if (!c->text) {
        text = malloc(20001);
        assert_non_null(text);
        memset(text, 'x', 20000);
        text[20000] = '\0';
    } else if (c->text[0] == '!' || strncmp(c->text, "format", 6) == 0)
        text = ho_text_copy(c->text + (c->text[0] == '!'));
    else
        assert_true(asprintf(&text, HEAD "%s", c->text) >= 0);
    assert_non_null(text);
    return text;
}

static void overlay_rejects(void **state) {
    const bad_case *c = *state;
    loaded l = folder_make();
    char *text = case_text(c);
    folder_write_text(l.folder, "whatif/a.yml", text);
    free(text);
    folder_load(&l, 1, A);
    if (c->problems)
        assert_problems(&l, c->problems);
    else
        assert_true(l.problems.n == 1 && strncmp(l.problems.line[0], "whatif/a.yml:", 13) == 0);
    folder_free(&l);
}

static void rejects_a_missing_file(void **state) {
    (void)state;
    loaded l = folder_make();
    folder_load(&l, 1, A);
    assert_problems(&l, "whatif/a.yml: is missing");
    folder_free(&l);
}

static void rejects_a_folder_and_noise_and_a_gigabyte(void **state) {
    (void)state;
    char path[128];
    static const char noise[] = "format: 1\n\xff\n";
    loaded l = folder_make();
    snprintf(path, sizeof path, "%s/whatif/a.yml", l.folder);
    assert_int_equal(mkdir(path, 0700), 0);
    folder_load(&l, 1, A);
    assert_problems(&l, "whatif/a.yml: is not a regular file");
    rmdir(path);
    folder_write_text(l.folder, "whatif/a.yml", noise);
    folder_load(&l, 1, A);
    assert_problems(&l, "whatif/a.yml:2: is not UTF-8");
    assert_int_equal(truncate(path, 1 << 30), 0);
    folder_load(&l, 1, A);
    assert_problems(&l, "whatif/a.yml: is larger than 1 MB");
    folder_free(&l);
}

static void rejects_too_many_and_the_same_twice(void **state) {
    (void)state;
    static const char *const many[HO_OVERLAY_MAX + 1] = {"a"}, *const twice[] = {"a", "a"}, *const none[] = {""};
    char expected[128];
    loaded l = with("until: 2021-06-01\n");
    folder_load(&l, 17, many);
    snprintf(expected, sizeof expected, "%s: 17 what-ifs are given; need at most 16", l.folder);
    assert_problems(&l, expected);
    folder_load(&l, 2, twice);
    snprintf(expected, sizeof expected, "%s: what-if \"a\" is given twice", l.folder);
    assert_problems(&l, expected);
    folder_load(&l, 1, none);
    snprintf(expected, sizeof expected, "%s: the name of a what-if is empty", l.folder);
    assert_problems(&l, expected);
    folder_free(&l);
}

static void reports_every_problem_of_both_files_in_their_order(void **state) {
    (void)state;
    loaded l = with("groups: [east]\n");
    folder_write_text(l.folder, "whatif/b.yml", "format: 1\ntitle: B\nuntil: never\n");
    folder_load(&l, 2, A);
    assert_problems(&l, "whatif/a.yml:4: entry of \"groups\" is a single value; need a map\n"
                        "whatif/b.yml:1: key why is missing\n"
                        "whatif/b.yml:3: until is \"never\"; need a date such as 2021-05-01");
    folder_free(&l);
}

static void reports_an_overlay_of_a_scenario_that_is_no_yaml(void **state) {
    (void)state;
    loaded l = with("until: &x never\n");
    folder_write_text(l.folder, "scenario.yml", "format: &y 1\n");
    folder_load(&l, 1, A);
    assert_problems(&l, "scenario.yml:1: an anchor (&) is not allowed\nwhatif/a.yml:4: an anchor (&) is not allowed");
    folder_free(&l);
}

static void rejects_long_lists(void **state) {
    (void)state;
    size_t room = 40000, used = 0;
    char *text = malloc(room);
    assert_non_null(text);
    used += (size_t)snprintf(text, room, "calendar:\n");
    for (int k = 0; k < 2001; k++)
        used += (size_t)snprintf(text + used, room - used, "  - {id: x}\n");
    loaded l = with(text);
    assert_problems(&l, "whatif/a.yml:4: more than 2000 entries");
    free(text);
    folder_free(&l);
}

/* ---- what changes ---- */

static void row_is_merged_key_by_key(void **state) {
    (void)state;
    loaded l = with("garrison_kinds:\n  - id: army\n    ghost: {point: 0}\n");
    const ho_scenario *s = good(&l);
    assert_int_equal(s->n_kind, 1);
    assert_int_equal(s->kind[0].ghost.family, HO_PRIOR_POINT);
    assert_true(s->kind[0].ghost.a == 0 && s->kind[0].worth == 1.0);
    assert_string_equal(s->kind[0].name, "Army");
    assert_string_equal(ho_row_file(s, s->kind[0].line), "whatif/a.yml");
    assert_int_equal(ho_row_line(s->kind[0].line), 5);
    assert_string_equal(ho_row_file(s, s->faction[0].line), "scenario.yml");
    folder_free(&l);
}

static void maps_in_a_row_are_merged_and_lists_replaced(void **state) {
    (void)state;
    loaded l = with("factions:\n  - {id: government, aircraft: {count: 9}, affinity: {south: 0.1}, base: [P2], strength: {max: 900}}\n");
    const ho_faction_row *row = &good(&l)->faction[0];
    assert_true(row->aircraft == 9 && row->readiness == 0.77);
    assert_true(row->affinity[0] == 0.2 && row->affinity[1] == 0.1);
    assert_true(row->n_base == 1 && row->base_province[0] == 1);
    assert_true(row->strength.a == 750 && row->strength.max == 900);
    folder_free(&l);
}

static void key_is_taken_away(void **state) {
    (void)state;
    loaded l = with("factions:\n  - {id: valley, arrival: {remove: true}}\nholdout: {remove: true}\n");
    assert_int_equal(good(&l)->faction[1].arrival, HO_DAY_NONE);
    assert_int_equal(l.scenario->holdout_faction, -1);
    assert_string_equal(l.scenario->overlay[0].changes, "factions: valley; holdout (removed)");
    folder_free(&l);
}

static void new_row_is_added_behind_the_others(void **state) {
    (void)state;
    loaded l = with("factions:\n  - {id: hills, name: Hills, bloc: state, role: militia, known_on: 2021-04-30, source: assumed}\n");
    assert_int_equal(good(&l)->n_faction, 4);
    assert_string_equal(l.scenario->faction[3].id, "hills");
    folder_free(&l);
}

static void row_is_removed(void **state) {
    (void)state;
    loaded l = with("passes:\n  - {name: High, remove: true}\ncrossings:\n  - {id: gate, remove: true}\n");
    assert_true(good(&l)->n_pass == 0 && l.scenario->n_crossing == 0);
    folder_free(&l);
}

#define EID "kind: lull, date: 2021-05-20, until: 2021-05-22, value: 0.4, source: assumed"
static void versions_take_the_place_of_all_versions(void **state) {
    (void)state;
    loaded l = with("calendar:\n  - {id: eid, " EID ", known_on: 2021-05-10}\n  - {id: eid, " EID ", known_on: 2021-05-12}\n");
    folder_write_text(l.folder, "whatif/b.yml", HEAD "calendar:\n  - {id: eid, " EID ", known_on: 2021-05-18}\n");
    assert_int_equal(good(&l)->n_calendar, 3);
    assert_string_equal(l.scenario->calendar[1].id, "eid");
    assert_true(l.scenario->calendar[1].value == 0.4 && l.scenario->calendar[2].value == 0.4);
    folder_load(&l, 2, A);
    assert_int_equal(good(&l)->n_calendar, 2);
    assert_int_equal(ho_day_of_month(l.scenario->calendar[1].known_on), 18);
    assert_string_equal(ho_row_file(l.scenario, l.scenario->calendar[1].line), "whatif/b.yml");
    folder_free(&l);
}

/* Transfers are told apart by who gives to whom, the airport's guards are a list that is replaced. */
static void transfers_and_guards_are_replaced(void **state) {
    (void)state;
    loaded l = with("transfers:\n  - {giver: government, to: valley, tonnes_per_week: {point: 1}, known_on: 2021-04-30, source: a}\n"
                    "airport: {district: A1, seats_per_day: 5, guards: [{patron: friend, known_on: 2021-04-30, source: a}, "
                    "{faction: government, known_on: 2021-04-30, source: a}], known_on: 2021-04-30, source: a}\n");
    assert_int_equal(good(&l)->n_transfer, 1);
    assert_int_equal(l.scenario->airport.n_guard, 2);
    folder_write_text(l.folder, "whatif/b.yml", HEAD "transfers:\n  - {giver: government, to: valley, remove: true}\n"
                                        "airport: {guards: [{faction: valley, known_on: 2021-04-30, source: b}]}\n");
    folder_load(&l, 2, A);
    assert_int_equal(good(&l)->n_transfer, 0);
    assert_int_equal(l.scenario->airport.n_guard, 1);
    assert_true(l.scenario->airport.guard[0].faction == 1 && l.scenario->airport.guard[0].patron == -1);
    assert_true(l.scenario->airport.seats_per_day == 5);
    folder_free(&l);
}

static void removal_takes_all_versions(void **state) {
    (void)state;
    loaded l = with("calendar:\n  - {id: eid, " EID ", known_on: 2021-05-10}\n  - {id: eid, " EID ", known_on: 2021-05-12}\n");
    folder_write_text(l.folder, "whatif/b.yml", HEAD "calendar:\n  - {id: eid, remove: true}\n");
    folder_load(&l, 2, A);
    assert_int_equal(good(&l)->n_calendar, 1);
    assert_string_equal(l.scenario->calendar[0].id, "withdrawal-90");
    folder_free(&l);
}

static void season_and_totals_have_their_own_keys(void **state) {
    (void)state;
    loaded l = with("season:\n"
                    "  - {terrain: mountain, factor: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1], known_on: 2020-12-31, source: assumed}\n"
                    "  - {terrain: plain, factor: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2], known_on: 2020-12-31, source: assumed}\n"
                    "initial_totals:\n"
                    "  - {bloc: rebels, quantity: controlled, remove: true}\n"
                    "  - {bloc: rebels, quantity: contested, value: 1, denominator: 3, sd: 1, date: 2021-05-01, known_on: 2021-06-29, "
                    "source: assumed}\n");
    const ho_scenario *s = good(&l);
    assert_true(s->n_season == 2 && s->season[0].factor[0] == 1 && s->season[1].factor[11] == 2);
    assert_true(s->n_total == 1 && s->total[0].quantity == HO_TOTAL_CONTESTED);
    assert_string_equal(s->overlay[0].changes,
                        "season: mountain, plain; initial_totals: rebels controlled (removed), rebels contested");
    folder_free(&l);
}

#define FLOW "value: 5, known_on: 2021-04-14, source: assumed"
static void flows_of_a_kind_to_a_faction_are_replaced_added_and_removed(void **state) {
    (void)state;
    loaded l = with("patrons:\n  - id: friend\n    flows:\n      - {to: government, kind: cash, " FLOW "}\n"
                    "      - {to: government, kind: sorties, " FLOW "}\n      - {to: valley, kind: cash, " FLOW "}\n");
    folder_write_text(l.folder, "whatif/b.yml", HEAD "patrons:\n  - {id: friend, flows: [{to: government, kind: cash, remove: true}]}\n");
    assert_int_equal(good(&l)->n_flow, 3);
    assert_true(l.scenario->flow[0].value == 5 && l.scenario->flow[0].kind == HO_FLOW_CASH);
    folder_load(&l, 2, A);
    assert_int_equal(good(&l)->n_flow, 2);
    assert_true(l.scenario->flow[0].kind == HO_FLOW_SORTIES && l.scenario->flow[1].faction == 1);
    folder_free(&l);
}

static void parameter_is_replaced_whole(void **state) {
    (void)state;
    loaded l = with("parameters:\n  contact_rate: {prior: {point: 3}, source: assumed}\n  other: {prior: {point: 1}, source: assumed}\n");
    const ho_scenario *s = good(&l);
    assert_int_equal(s->n_parameter, 2);
    assert_true(s->parameter[0].prior.a == 3 && s->parameter[0].known_on == HO_DAY_NONE);
    assert_int_equal(ho_row_line(s->parameter[0].line), 5);
    folder_free(&l);
}

/* Two overlays that remove the same thing can be given together, in either order; what never was there stays a problem. */
static void what_an_overlay_removed_may_be_removed_again(void **state) {
    (void)state;
    static const char *const turned[] = {"b", "a"};
    loaded l = with("parameters:\n  contact_rate: {remove: true}\ncalendar:\n  - {id: withdrawal-90, remove: true}\n"
                    "factions:\n  - {id: valley, arrival: {remove: true}}\nseason: {remove: true}\npasses:\n  - {name: High, remove: true}\n");
    folder_write_text(l.folder, "whatif/b.yml", HEAD "passes:\n  - {name: High, remove: true}\nseason: {remove: true}\ncalendar:\n  - {id: withdrawal-90, remove: true}\n"
                                        "factions:\n  - {id: valley, arrival: {remove: true}}\nparameters:\n  contact_rate: {remove: true}\n");
    for (int k = 0; k < 2; k++) {
        folder_load(&l, 2, k ? turned : A);
        assert_true(good(&l)->n_parameter == 0 && l.scenario->n_season == 0 && l.scenario->n_pass == 0 && l.scenario->n_calendar == 1);
    }
    folder_write_text(l.folder, "whatif/b.yml", HEAD "factions:\n  - {id: valley, arrival: {remove: true}, aircraft: {remove: true}}\n"
                                        "passes:\n  - {name: Low, remove: true}\nparameters:\n  no_such: {remove: true}\n");
    folder_load(&l, 2, A);
    assert_problems(&l, "whatif/b.yml:5: the entry has no \"aircraft\" to remove\nwhatif/b.yml:7: passes has no \"Low\" to remove\n"
                        "whatif/b.yml:9: parameters has no \"no_such\" to remove");
    folder_free(&l);
}

/* What was removed, given again and removed again is gone, all its versions. */
static void what_was_removed_may_be_given_again(void **state) {
    (void)state;
    loaded l = with("parameters:\n  contact_rate: {remove: true}\ncalendar:\n  - {id: withdrawal-90, remove: true}\n");
    folder_write_text(l.folder, "whatif/b.yml", HEAD "parameters:\n  contact_rate: {prior: {point: 3}, source: assumed}\n"
                                        "calendar:\n  - {id: withdrawal-90, " EID ", known_on: 2021-05-10}\n");
    assert_int_equal(good(&l)->n_parameter, 0);
    folder_load(&l, 2, A);
    assert_true(good(&l)->n_parameter == 1 && l.scenario->parameter[0].prior.a == 3);
    assert_true(l.scenario->n_calendar == 2 && l.scenario->calendar[1].value == 0.4);
    folder_free(&l);
}

static void parameter_is_removed(void **state) {
    (void)state;
    loaded l = with("parameters:\n  contact_rate: {remove: true}\n");
    assert_int_equal(good(&l)->n_parameter, 0);
    folder_free(&l);
}

static void section_is_added_or_removed(void **state) {
    (void)state;
    loaded l = with("season: {remove: true}\nrivalries:\n"
                    "  - {between: [valley, government], value: 0.5, known_on: 2021-04-30, source: assumed}\n");
    folder_write_text(l.folder, "whatif/b.yml",
               HEAD "rivalries:\n  - {between: [government, valley], value: 0.7, known_on: 2021-04-30, source: assumed}\n");
    assert_true(good(&l)->n_season == 0 && l.scenario->n_rivalry == 1);
    folder_load(&l, 2, A);
    assert_true(good(&l)->n_rivalry == 1 && l.scenario->rivalry[0].value == 0.7);
    folder_free(&l);
}

static void mechanisms_are_switched_off_and_added_up(void **state) {
    (void)state;
    loaded l = with("without: [calendar, air]\n");
    folder_write_text(l.folder, "whatif/b.yml", HEAD "without: [patrons, air]\n");
    assert_int_equal(good(&l)->off, 1 | 1 << 4);
    assert_string_equal(l.scenario->overlay[0].changes, "without: calendar, air");
    folder_load(&l, 2, A);
    assert_int_equal(good(&l)->off, 3 | 1 << 4);
    folder_free(&l);
}

/* The overlay's rows for one state together take the place of all versions of it. */
static void successors_are_replaced_by_state(void **state) {
    (void)state;
    loaded l = with("successors:\n"
                    "  - {of: government, faction: government, seat: A1, known_on: 2020-04-30, source: assumed}\n"
                    "  - {of: government, faction: valley, seat: B1, known_on: 2021-04-30, source: assumed}\n");
    folder_write_text(l.folder, "whatif/b.yml",
               HEAD "successors:\n  - {of: government, faction: valley, seat: A2, known_on: 2021-04-30, source: assumed}\n");
    assert_int_equal(good(&l)->n_successor, 2);
    folder_load(&l, 2, A);
    assert_int_equal(good(&l)->n_successor, 1);
    assert_int_equal(l.scenario->successor[0].seat, 1);
    folder_free(&l);
}

static void end_and_replicates_are_replaced_and_the_rest_told(void **state) {
    (void)state;
    loaded l = with("until: 2021-06-10\nreplicates: 3\n");
    const ho_scenario *s = good(&l);
    assert_true(ho_day_of_month(s->until) == 10 && s->replicates == 3 && s->seed == 7);
    assert_string_equal(s->title, "Three districts");
    assert_int_equal(s->n_overlay, 1);
    assert_string_equal(s->overlay[0].name, "a");
    assert_string_equal(s->overlay[0].title, "Another");
    assert_string_equal(s->overlay[0].why, "test");
    assert_string_equal(s->overlay[0].changes, "until; replicates");
    folder_free(&l);
}

static void path_is_taken_as_it_is(void **state) {
    (void)state;
    loaded l = with("until: 2021-06-10\n");
    char path[128];
    snprintf(path, sizeof path, "%s/whatif/a.yml", l.folder);
    const char *const name[] = {path};
    folder_load(&l, 1, name);
    assert_string_equal(good(&l)->overlay[0].file, path);
    folder_free(&l);
}

static void digest_covers_bytes_and_order(void **state) {
    (void)state;
    static const char *const back[] = {"b", "a"};
    char plain[65], one[65], both[65];
    loaded l = with("until: 2021-06-10\n");
    folder_write_text(l.folder, "whatif/b.yml", HEAD "replicates: 3\n");
    snprintf(one, sizeof one, "%s", good(&l)->digest);
    folder_load(&l, 2, A);
    snprintf(both, sizeof both, "%s", good(&l)->digest);
    folder_load(&l, 2, back);
    assert_string_not_equal(both, good(&l)->digest);
    folder_load(&l, 0, NULL);
    snprintf(plain, sizeof plain, "%s", good(&l)->digest);
    assert_string_not_equal(plain, one);
    assert_string_not_equal(one, both);
    folder_write_text(l.folder, "whatif/a.yml", HEAD "until: 2021-06-10\n# a remark\n");
    folder_load(&l, 1, A);
    assert_string_not_equal(one, good(&l)->digest);
    folder_free(&l);
}

static void scenario_without_overlay_is_as_before(void **state) {
    (void)state;
    loaded l = with("until: 2021-06-10\n");
    ho_scenario *plain = NULL;
    folder_load(&l, 0, NULL);
    assert_int_equal(ho_scenario_load(l.folder, NULL, &plain, &l.problems, &l.error), HO_OK);
    assert_string_equal(plain->digest, good(&l)->digest);
    assert_true(plain->n_overlay == 0 && ho_day_of_month(plain->until) == 30);
    ho_scenario_free(plain);
    folder_free(&l);
}

static void shipped_overlays_load(void **state) {
    (void)state;
    static const char *const name[] = {"withdrawal-in-november"};
    loaded l = {.folder = HO_SOURCE_DIR "/scenarios/afghanistan-2021"};
    const ho_scenario_options options = {.n_overlay = 1, .overlay = name};
    l.status = ho_scenario_load_with(l.folder, &options, &l.scenario, &l.problems, &l.error);
    good(&l);
    ho_scenario_free(l.scenario);
}

int main(void) {
    static const struct CMUnitTest others[] = {
        cmocka_unit_test(rejects_a_missing_file),
        cmocka_unit_test(rejects_a_folder_and_noise_and_a_gigabyte),
        cmocka_unit_test(rejects_too_many_and_the_same_twice),
        cmocka_unit_test(reports_every_problem_of_both_files_in_their_order),
        cmocka_unit_test(reports_an_overlay_of_a_scenario_that_is_no_yaml),
        cmocka_unit_test(rejects_long_lists),
        cmocka_unit_test(row_is_merged_key_by_key),
        cmocka_unit_test(maps_in_a_row_are_merged_and_lists_replaced),
        cmocka_unit_test(key_is_taken_away),
        cmocka_unit_test(new_row_is_added_behind_the_others),
        cmocka_unit_test(row_is_removed),
        cmocka_unit_test(versions_take_the_place_of_all_versions),
        cmocka_unit_test(transfers_and_guards_are_replaced),
        cmocka_unit_test(removal_takes_all_versions),
        cmocka_unit_test(season_and_totals_have_their_own_keys),
        cmocka_unit_test(flows_of_a_kind_to_a_faction_are_replaced_added_and_removed),
        cmocka_unit_test(parameter_is_replaced_whole),
        cmocka_unit_test(what_an_overlay_removed_may_be_removed_again),
        cmocka_unit_test(what_was_removed_may_be_given_again),
        cmocka_unit_test(parameter_is_removed),
        cmocka_unit_test(section_is_added_or_removed),
        cmocka_unit_test(mechanisms_are_switched_off_and_added_up),
        cmocka_unit_test(successors_are_replaced_by_state),
        cmocka_unit_test(end_and_replicates_are_replaced_and_the_rest_told),
        cmocka_unit_test(path_is_taken_as_it_is),
        cmocka_unit_test(digest_covers_bytes_and_order),
        cmocka_unit_test(scenario_without_overlay_is_as_before),
        cmocka_unit_test(shipped_overlays_load),
    };
    enum { N_OTHER = sizeof others / sizeof others[0] };
    struct CMUnitTest test[N_CASE + N_OTHER];
    for (size_t k = 0; k < N_CASE; k++)
        test[k] = (struct CMUnitTest){CASES[k].name, overlay_rejects, NULL, NULL, (void *)(uintptr_t)&CASES[k]};
    memcpy(test + N_CASE, others, sizeof others);
    return cmocka_run_group_tests(test, NULL, NULL);
}
