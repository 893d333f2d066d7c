/* Loading a scenario folder: what is accepted, what is refused and in which words.
 * Method: the small good scenario of test_scenario_base.h is written into a new folder, with one file changed, and loaded. */
#include <dirent.h>
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
#include "unit/test_scenario_base.h"
#include "unit/test_scenario_cases.h"

typedef struct loaded {
    char folder[64];
    ho_scenario *scenario; /* NULL after an error */
    ho_problems problems;
    ho_error error;
    ho_status status;
} loaded;

static void path_of(const loaded *l, const char *name, char path[128]) {
    snprintf(path, 128, "%s/%s", l->folder, name);
}

static void bytes_write(const loaded *l, const char *name, const void *bytes, size_t n) {
    char path[128];
    path_of(l, name, path);
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

/* A new folder with the good scenario. */
static loaded folder_make(void) {
    loaded l = {.folder = "/tmp/holdout-scenario-XXXXXX"};
    assert_non_null(mkdtemp(l.folder));
    for (size_t k = 0; k < N_BASE; k++)
        bytes_write(&l, BASE[k].name, BASE[k].text, strlen(BASE[k].text));
    return l;
}

static void folder_load(loaded *l) {
    l->status = ho_scenario_load(l->folder, NULL, &l->scenario, &l->problems, &l->error);
}

static void folder_free(loaded *l) {
    char path[512];
    DIR *folder = opendir(l->folder);
    assert_non_null(folder);
    for (struct dirent *entry; (entry = readdir(folder));) {
        snprintf(path, sizeof path, "%s/%s", l->folder, entry->d_name);
        if (entry->d_name[0] != '.')
            remove(path);
    }
    closedir(folder);
    rmdir(l->folder);
    ho_scenario_free(l->scenario);
    ho_problems_free(&l->problems);
}

/* text with its first `old` replaced; the caller frees. */
static char *replaced(const char *text, const char *old, const char *changed) {
    const char *at = strstr(text, old);
    assert_non_null(at);
    char *made = NULL;
    assert_true(asprintf(&made, "%.*s%s%s", (int)(at - text), text, changed, at + strlen(old)) >= 0);
    return made;
}

static void file_change(const loaded *l, int file, const char *old, const char *changed) {
    char *text = old ? replaced(BASE[file].text, old, changed) : ho_text_copy(changed);
    bytes_write(l, BASE[file].name, text, strlen(text));
    free(text);
}

static void assert_problems(const loaded *l, const char *expected) {
    char all[8192] = "";
    for (size_t k = 0; k < l->problems.n; k++)
        snprintf(all + strlen(all), sizeof all - strlen(all), "%s%s", k ? "\n" : "", l->problems.line[k]);
    assert_string_equal(all, expected);
    assert_int_equal(l->status, HO_ERR_INPUT);
    assert_null(l->scenario);
}

static void assert_good(const loaded *l) {
    if (l->status != HO_OK)
        fail_msg("%s", l->error.text);
    assert_non_null(l->scenario);
    assert_int_equal(l->problems.n, 0);
}

/* ---- bad input: one test a case of the table ---- */

static void load_rejects(void **state) {
    const bad_case *c = *state;
    loaded l = folder_make();
    file_change(&l, c->file, c->old, c->changed);
    folder_load(&l);
    assert_problems(&l, c->problems);
    folder_free(&l);
}

/* ---- bad input: files and folders ---- */

static void rejects_each_missing_file(void **state) {
    (void)state;
    for (int file = SETTINGS; file <= GROUPS; file++) {
        char path[128], expected[64];
        loaded l = folder_make();
        path_of(&l, BASE[file].name, path);
        remove(path);
        folder_load(&l);
        snprintf(expected, sizeof expected, "%s: is missing", BASE[file].name);
        assert_problems(&l, expected);
        assert_string_equal(l.error.text, expected);
        folder_free(&l);
    }
}

static void rejects_a_gigabyte_of_zeros_without_reading_it(void **state) {
    (void)state;
    for (int file = SETTINGS; file <= BOUNDARIES; file++) {
        char path[128], expected[64];
        loaded l = folder_make();
        path_of(&l, BASE[file].name, path);
        assert_int_equal(truncate(path, 1 << 30), 0);
        folder_load(&l);
        snprintf(expected, sizeof expected, "%s: is larger than %d MB", BASE[file].name,
                 file == SETTINGS ? 1 : file == BOUNDARIES ? 67 : 268);
        assert_problems(&l, expected);
        folder_free(&l);
    }
}

static void rejects_each_file_of_zeros(void **state) {
    (void)state;
    for (int file = SETTINGS; file <= BOUNDARIES; file++) {
        static const char zeros[4096];
        char expected[64];
        loaded l = folder_make();
        bytes_write(&l, BASE[file].name, zeros, sizeof zeros);
        folder_load(&l);
        snprintf(expected, sizeof expected, "%s:1: has a NUL byte", BASE[file].name);
        assert_problems(&l, expected);
        folder_free(&l);
    }
}

static void rejects_a_folder_as_file(void **state) {
    (void)state;
    char path[128];
    loaded l = folder_make();
    path_of(&l, "edges.csv", path);
    remove(path);
    assert_int_equal(mkdir(path, 0700), 0);
    folder_load(&l);
    assert_problems(&l, "edges.csv: is not a regular file");
    folder_free(&l);
}

static void rejects_a_pipe_as_file_without_waiting(void **state) {
    (void)state;
    char path[128];
    loaded l = folder_make();
    path_of(&l, "groups.csv", path);
    remove(path);
    assert_int_equal(mkfifo(path, 0600), 0);
    folder_load(&l);
    assert_problems(&l, "groups.csv: is not a regular file");
    folder_free(&l);
}

static void rejects_an_unreadable_file(void **state) {
    (void)state;
    char path[128];
    loaded l = folder_make();
    path_of(&l, "edges.csv", path);
    remove(path);
    assert_int_equal(symlink("edges.csv", path), 0); /* a link to itself: root cannot read it either */
    folder_load(&l);
    assert_problems(&l, "edges.csv: cannot be opened: Too many levels of symbolic links");
    folder_free(&l);
}

static void rejects_a_file_as_folder(void **state) {
    (void)state;
    char path[128], expected[160];
    ho_scenario *scenario = NULL;
    ho_problems problems;
    ho_error error;
    loaded l = folder_make();
    path_of(&l, "edges.csv", path);
    assert_int_equal(ho_scenario_load(path, NULL, &scenario, &problems, &error), HO_ERR_INPUT);
    snprintf(expected, sizeof expected, "%s: is not a folder", path);
    assert_string_equal(error.text, expected);
    assert_int_equal(problems.n, 1);
    ho_problems_free(&problems);
    folder_free(&l);
}

static void rejects_a_folder_that_is_not_there(void **state) {
    (void)state;
    ho_scenario *scenario = NULL;
    ho_problems problems;
    ho_error error;
    assert_int_equal(ho_scenario_load("/nowhere/at/all", NULL, &scenario, &problems, &error), HO_ERR_INPUT);
    assert_string_equal(error.text, "/nowhere/at/all: there is no such folder");
    ho_problems_free(&problems);
}

static void rejects_given_boundaries_that_are_not_there(void **state) {
    (void)state;
    loaded l = folder_make();
    l.status = ho_scenario_load(l.folder, "/nowhere.geojson", &l.scenario, &l.problems, &l.error);
    assert_problems(&l, "/nowhere.geojson: is missing");
    folder_free(&l);
}

/* ---- bad input: larger changes ---- */

static void rejects_a_graph_in_pieces(void **state) {
    (void)state;
    loaded l = folder_make();
    char *rows = NULL;
    assert_true(asprintf(&rows,
                         "%sC1,C,South,P2,Down,1,1,1,,,1,1,plain,0,0,0,,\nC2,C,South,P2,Down,1,1,1,,,1,1,plain,0,0,0,,\n"
                         "D1,D,South,P2,Down,1,1,1,,,1,1,plain,0,0,0,,\n",
                         BASE[DISTRICTS].text) > 0);
    bytes_write(&l, "districts.csv", rows, strlen(rows));
    file_change(&l, EDGES, "A2,B1,30,,10,400\n", "A2,B1,30,,10,400\nC2,C1,30,,10,400\n");
    folder_load(&l);
    assert_problems(&l, "districts.csv:7: D1 has no edge in edges.csv\n"
                        "edges.csv: the graph is in 2 pieces; the smallest has 2 districts, the first is C1");
    free(rows);
    folder_free(&l);
}

static void rejects_each_reversed_edge_among_one_way_edges(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, EDGES, NULL,
                "a,b,distance_km,road,border_km,pass_height_m\nA1,A2,21.6,A,18.2,0\nB1,A2,30,,10,400\nB1,A1,9,,1,0\n"
                "A1,B1,9,,1,0\n");
    folder_load(&l);
    assert_problems(&l, "edges.csv:5: A1-B1 is given both ways; line 4 has it, and most pairs are given once");
    folder_free(&l);
}

static void rejects_each_one_way_edge(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, EDGES, NULL,
                "a,b,distance_km,road,border_km,pass_height_m\nA1,A2,21.6,A,18.2,0\nB1,A2,30,,10,400\nB1,A1,9,,1,0\n"
                "A1,B1,9,,1,0\nA2,B1,30,,10,400\n");
    folder_load(&l);
    assert_problems(&l, "edges.csv:2: A1-A2 goes one way only; other pairs are given in both directions");
    folder_free(&l);
}

static void rejects_a_mechanism_that_is_off_twice(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, SETTINGS, "seed: 7", "seed: 7\nwithout: [air, claims, air]");
    folder_load(&l);
    assert_problems(&l, "scenario.yml:7: without: air is there twice, first in line 7");
    folder_free(&l);
}

static void reports_every_problem_in_file_and_line_order(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, GROUPS, "0.7", "seven");
    file_change(&l, DISTRICTS, "350.2,1000,500,1800", "-350.2,1000,500,high");
    file_change(&l, SETTINGS, "seed: 7", "seed: seven");
    file_change(&l, EDGES, "21.6", "-21.6");
    folder_load(&l);
    assert_problems(&l, "scenario.yml:6: seed is \"seven\"; need a whole number\n"
                        "districts.csv:2: area_km2 is -350.2; need > 0\n"
                        "districts.csv:2: elevation_m is \"high\"; need a number\n"
                        "edges.csv:2: distance_km is -21.6; need > 0\n"
                        "groups.csv:2: share is \"seven\"; need a number");
    assert_string_equal(l.error.text, "5 problems, the first: scenario.yml:6: seed is \"seven\"; need a whole number");
    folder_free(&l);
}

static void keeps_the_first_problems_and_counts_the_others(void **state) {
    (void)state;
    enum { N_ROW = 3000 };
    loaded l = folder_make();
    char *text = malloc(N_ROW * 16 + 128), *end = text;
    end += sprintf(end, "a,b,distance_km,road,border_km,pass_height_m\n");
    for (int k = 0; k < N_ROW; k++)
        end += sprintf(end, "A1,A2,0,,0,0\n");
    bytes_write(&l, "edges.csv", text, (size_t)(end - text));
    free(text);
    folder_load(&l);
    assert_int_equal(l.status, HO_ERR_INPUT);
    assert_int_equal(l.problems.n, HO_PROBLEMS_MAX);
    /* every row has a bad distance, all but one are repeats, a pass is no edge, a district has none */
    assert_int_equal(l.problems.n_more, N_ROW + (N_ROW - 1) + 2 - HO_PROBLEMS_MAX);
    assert_string_equal(l.problems.line[2], "edges.csv:2: distance_km is 0; need > 0");
    folder_free(&l);
}

static void hides_control_characters_of_the_input(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, DISTRICTS, "plain", "\"\033[31mplain\nor so\"");
    folder_load(&l);
    assert_problems(&l, "districts.csv:2: terrain is \"?[31mplain?or so\"; need plain, hills, mountain or gorge");
    folder_free(&l);
}

static void cuts_a_long_value_between_characters(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, DISTRICTS, "plain", "éééééééééééééééééééééééééééééééééé");
    folder_load(&l);
    assert_problems(&l, "districts.csv:2: terrain is \"éééééééééééééééééééééééé...\"; "
                        "need plain, hills, mountain or gorge");
    folder_free(&l);
}

static void rejects_a_record_without_end_of_its_quote(void **state) {
    (void)state;
    enum { N = 2 << 20 };
    loaded l = folder_make();
    char *text = malloc(N);
    memset(text, 'x', N);
    memcpy(text, "a,\"", 3);
    bytes_write(&l, "groups.csv", text, N);
    free(text);
    folder_load(&l);
    assert_problems(&l, "groups.csv:1: a record is longer than 1048576 bytes; is a quote not closed?");
    folder_free(&l);
}

static void rejects_a_row_of_commas(void **state) {
    (void)state;
    loaded l = folder_make();
    char text[3001];
    memset(text, ',', 3000);
    text[3000] = '\0';
    file_change(&l, GROUPS, NULL, text);
    folder_load(&l);
    assert_problems(&l, "groups.csv:1: has more than 2048 fields");
    folder_free(&l);
}

static void rejects_a_long_line_of_brackets(void **state) {
    (void)state;
    enum { N = 1 << 20 };
    loaded l = folder_make();
    char *text = malloc(N);
    memset(text, '[', N);
    bytes_write(&l, "scenario.yml", text, N);
    free(text);
    folder_load(&l);
    assert_problems(&l, "scenario.yml:1: a line is longer than 16384 bytes");
    folder_free(&l);
}

static void rejects_a_hundred_blank_lines(void **state) {
    (void)state;
    loaded l = folder_make();
    char text[1201] = "notes: |\n";
    memset(text + 9, '\n', 1200 - 9);
    file_change(&l, SETTINGS, NULL, text);
    folder_load(&l);
    assert_problems(&l, "scenario.yml:102: more than 100 blank lines in a row");
    folder_free(&l);
}

static void rejects_a_thousand_open_brackets(void **state) {
    (void)state;
    loaded l = folder_make();
    char text[2201];
    for (size_t k = 0; k < 2200; k++)
        text[k] = k % 2 ? '\n' : '[';
    text[2200] = '\0';
    file_change(&l, SETTINGS, NULL, text);
    folder_load(&l);
    assert_problems(&l, "scenario.yml:1001: more than 1000 brackets are open");
    folder_free(&l);
}

static void rejects_too_many_values(void **state) {
    (void)state;
    enum { N = 1 << 20 };
    loaded l = folder_make();
    char *text = malloc(N);
    for (size_t k = 0; k < N; k += 4)
        memcpy(text + k, "- 1\n", 4);
    bytes_write(&l, "scenario.yml", text, N);
    free(text);
    folder_load(&l);
    assert_problems(&l, "scenario.yml:200000: more than 200000 values");
    folder_free(&l);
}

static void rejects_nested_json(void **state) {
    (void)state;
    enum { N = 1 << 16 };
    loaded l = folder_make();
    char *text = malloc(N);
    memset(text, '[', N);
    bytes_write(&l, "boundaries.geojson", text, N);
    free(text);
    folder_load(&l);
    assert_problems(&l, "boundaries.geojson:1: not JSON: maximum parsing depth reached near '['");
    folder_free(&l);
}

/* ---- good input ---- */

static void reads_every_value(void **state) {
    (void)state;
    loaded l = folder_make();
    folder_load(&l);
    assert_good(&l);
    const ho_scenario *s = l.scenario;
    assert_string_equal(s->name, "small");
    assert_int_equal(s->until - s->from, 60);
    assert_int_equal(s->national_capital, 0);
    assert_int_equal(s->holdout_faction, 1);
    assert_int_equal(s->holdout_seat, 2);
    assert_int_equal(s->n_district, 3);
    assert_int_equal(s->n_province, 2);
    assert_int_equal(s->province[1].capital, 2);
    assert_int_equal(s->district[1].prior_status, HO_PRIOR_CONTESTED);
    assert_true(isnan(s->district[1].reach));
    assert_int_equal(s->district[2].terrain, HO_GORGE);
    assert_null(s->district[2].source);
    assert_int_equal(s->edge[0].road, 'A');
    assert_int_equal(s->edge[1].road, ' ');
    assert_int_equal(s->kind[0].ghost.family, HO_PRIOR_BETA);
    assert_int_equal(s->faction[0].n_base, 1);
    assert_true(s->faction[0].aircraft == 7 && s->faction[0].affinity[1] == -0.5);
    assert_int_equal(s->faction[1].role, HO_ROLE_RESISTANCE);
    assert_false(s->faction[1].has_strength);
    assert_int_equal(s->flow[0].patron, 0);
    assert_int_equal(s->calendar[1].bloc, -1);
    assert_true(s->season[0].factor[11] == 0.4);
    assert_int_equal(s->pass[0].edge[0], 1);
    assert_true(s->pass[0].closed[1] && !s->pass[0].closed[2]);
    assert_int_equal(s->crossing[0].district, 1);
    assert_string_equal(s->parameter[0].name, "contact_rate");
    assert_int_equal(s->command[0].superior, 1);
    assert_int_equal(s->garrison[1].command, 2);
    assert_int_equal(s->record[1].district, 2);
    assert_string_equal(s->record[1].note, "two\nlines");
    assert_string_equal(s->record[0].note, "");
    assert_int_equal(s->record[1].date_start, HO_DAY_NONE);
    assert_true(isnan(s->claim[0].value_high));
    assert_int_equal(s->boundaries.n_feature, 2);
    assert_int_equal(s->boundaries.n_point, 8);
    assert_int_equal(s->boundaries.ring_point[2], 8);
    folder_free(&l);
}

static void keeps_lines_behind_quoted_newlines(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, DISTRICTS, "Second", "\"Sec\n\n, \"\"ond\"\"\"");
    folder_load(&l);
    assert_good(&l);
    assert_string_equal(l.scenario->district[1].name, "Sec\n\n, \"ond\"");
    assert_int_equal(l.scenario->district[1].line, 3);
    assert_int_equal(l.scenario->district[2].line, 6);
    folder_free(&l);
}

/* Every file with a byte-order mark and CRLF. */
static void accepts_marks_and_crlf(void **state) {
    (void)state;
    loaded l = folder_make();
    for (size_t k = 0; k < N_BASE; k++) {
        char *text = malloc(2 * strlen(BASE[k].text) + 4), *end = text;
        end += sprintf(end, "\xef\xbb\xbf");
        for (const char *c = BASE[k].text; *c; *end++ = *c++)
            if (*c == '\n')
                *end++ = '\r';
        bytes_write(&l, BASE[k].name, text, (size_t)(end - text));
        free(text);
    }
    folder_load(&l);
    assert_good(&l);
    assert_string_equal(l.scenario->title, "Three districts");
    assert_int_equal(l.scenario->district[2].line, 4);
    assert_int_equal(l.scenario->parameter[0].line, 79);
    folder_free(&l);
}

static void accepts_edges_in_both_directions(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, EDGES, NULL,
                "a,b,distance_km,road,border_km,pass_height_m\nB1,A2,30,,10,400\nA1,A2,21.6,A,18.2,0\n"
                "A2,A1,21.6,A,18.2,0\nA2,B1,30,,10,400\n");
    folder_load(&l);
    assert_good(&l);
    assert_int_equal(l.scenario->n_edge, 2);
    assert_int_equal(l.scenario->edge[0].a, 1);
    assert_int_equal(l.scenario->edge[0].b, 2);
    assert_int_equal(l.scenario->edge[0].line, 2);
    folder_free(&l);
}

static void accepts_columns_in_any_order_and_blank_lines(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, GROUPS, NULL,
                "\nshare,source,group,province_pcode,known_on\n\n0.7,test,north,P1,2020-12-31\n  \n1,t,south,P2,2020-12-31");
    folder_load(&l);
    assert_good(&l);
    assert_int_equal(l.scenario->n_share, 2);
    assert_int_equal(l.scenario->share[0].line, 4);
    assert_int_equal(l.scenario->share[1].line, 6);
    folder_free(&l);
}

static void accepts_the_optional_source_column(void **state) {
    (void)state;
    loaded l = folder_make();
    char *header = replaced(BASE[DISTRICTS].text, "reach\n", "reach,source\n");
    char *first = replaced(header, "0.9\n", "0.9,survey\n");
    char *second = replaced(first, "contested,\n", "contested,,\n");
    char *third = replaced(second, "0.2\n", "0.2,\n");
    bytes_write(&l, "districts.csv", third, strlen(third));
    folder_load(&l);
    assert_good(&l);
    assert_string_equal(l.scenario->district[0].source, "survey");
    assert_null(l.scenario->district[1].source);
    free(header);
    free(first);
    free(second);
    free(third);
    folder_free(&l);
}

static void ignores_unknown_files(void **state) {
    (void)state;
    loaded l = folder_make();
    bytes_write(&l, "notes.csv", "\0\xff", 2);
    folder_load(&l);
    assert_good(&l);
    folder_free(&l);
}

static void facts_are_resolved(void **state) {
    (void)state;
    loaded l = folder_make();
    folder_load(&l);
    assert_good(&l);
    const ho_fact_row *fact = l.scenario->fact;
    assert_int_equal(l.scenario->n_fact, 8);
    assert_int_equal(fact[0].kind, HO_FACT_LEVEL);
    assert_int_equal(fact[0].bloc, -1);
    assert_int_equal(fact[2].scope, HO_SCOPE_CAPITALS_BUT_HOLDOUT);
    assert_true(fact[1].high == INFINITY && isnan(fact[0].amount) && fact[3].is_report && !fact[2].is_report);
    assert_int_equal(fact[3].n_place, 2);
    assert_string_equal(l.scenario->district[fact[3].place[1]].pcode, "B1");
    assert_int_equal(fact[3].of[0], 2); /* as ho_mode: negotiated */
    assert_int_equal(fact[4].of[1], 1);
    assert_int_equal(fact[5].of[1], HO_DOSE_ARREARS);
    assert_string_equal(fact[4].observable, "");
    folder_free(&l);
}

static void claims_without_kind_are_quantities(void **state) {
    (void)state;
    loaded l = folder_make();
    folder_load(&l);
    assert_good(&l);
    assert_int_equal(l.scenario->claim[0].kind, HO_CLAIM_QUANTITY);
    assert_string_equal(l.scenario->claim[0].against_ids, "");
    folder_free(&l);
}

static void claims_name_later_claims(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, CLAIMS, NULL,
                "id,document,document_date,date_start,date_end,quantity,value_low,value_high,value_text,unit,definition,who,assessment,"
                "confidence,known_on,kind,against\n"
                "C01,000,,,2021-05-09,Territory,85,,,%,,Rebels,,high,2021-05-12,event,C02\n"
                "C02,000,,,2021-05-09,Territory,50,,,%,,State,,high,2021-05-12,norm,\n");
    folder_load(&l);
    assert_good(&l);
    assert_int_equal(l.scenario->claim[0].kind, HO_CLAIM_EVENT);
    assert_int_equal(l.scenario->claim[0].n_against, 1);
    assert_int_equal(l.scenario->claim[0].against[0], 1);
    assert_string_equal(ho_claim_kind_name(l.scenario->claim[1].kind), "norm");
    folder_free(&l);
}

static void readings_are_kept_as_text(void **state) {
    (void)state;
    loaded l = folder_make();
    folder_load(&l);
    assert_good(&l);
    assert_int_equal(l.scenario->n_reading, 2);
    assert_string_equal(l.scenario->reading[0].expression, "100 * share(rebels, of=area)");
    assert_true(isnan(l.scenario->reading[0].low) && l.scenario->reading[0].tolerance > 2);
    assert_int_equal(l.scenario->reading[0].date_end, HO_DAY_NONE);
    assert_string_equal(l.scenario->reading[1].record, "districts_controlled.rebels");
    folder_free(&l);
}

static void forecasts_are_bins_in_order(void **state) {
    (void)state;
    loaded l = folder_make();
    folder_load(&l);
    assert_good(&l);
    const ho_forecast_row *bin = l.scenario->forecast;
    assert_int_equal(l.scenario->n_forecast, 3);
    assert_true(bin[0].bin_from == HO_DAY_NONE && bin[2].bin_until == HO_DAY_NONE && bin[1].bin_from == bin[0].bin_until + 1);
    assert_true(bin[1].probability == 0.4 && bin[1].target == HO_FORECAST_NATIONAL_CAPITAL);
    folder_free(&l);
}

static void needs_no_record_claims_facts_or_boundaries(void **state) {
    (void)state;
    loaded l = folder_make();
    for (int file = RECORD; file <= BOUNDARIES; file++) {
        char path[128];
        path_of(&l, BASE[file].name, path);
        remove(path);
    }
    folder_load(&l);
    assert_good(&l);
    assert_int_equal(l.scenario->n_record + l.scenario->n_claim + l.scenario->n_reading + l.scenario->boundaries.n_feature, 0);
    folder_free(&l);
}

static void reads_given_boundaries_instead(void **state) {
    (void)state;
    loaded l = folder_make();
    char path[128];
    char *text = replaced(BASE[BOUNDARIES].text, "\"cells\"", "\"real\"");
    bytes_write(&l, "real.geojson", text, strlen(text));
    file_change(&l, BOUNDARIES, NULL, "no json");
    path_of(&l, "real.geojson", path);
    l.status = ho_scenario_load(l.folder, path, &l.scenario, &l.problems, &l.error);
    assert_good(&l);
    assert_string_equal(l.scenario->boundaries.note, "real");
    free(text);
    folder_free(&l);
}

static void accepts_a_later_prior_with_prior_before(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, SETTINGS, "    known_on: 2020-12-31\n    source: \"test\"\n\nnotes",
                "    prior_before: {uniform: [0, 1]}\n    known_on: 2021-05-02\n    source: x\n\nnotes");
    folder_load(&l);
    assert_good(&l);
    assert_true(l.scenario->parameter[0].has_before);
    folder_free(&l);
}

static void accepts_versions_known_on_other_days(void **state) {
    (void)state;
    loaded l = folder_make();
    file_change(&l, SETTINGS, "  - {id: eid,",
                "  - {id: withdrawal-90, kind: withdrawal, date: 2021-06-16, value: 0.9, bloc: state, known_on: 2021-05-01, "
                "source: x}\n  - {id: eid,");
    folder_load(&l);
    assert_good(&l);
    assert_int_equal(l.scenario->n_calendar, 3);
    folder_free(&l);
}

/* ---- digest ---- */

static void digest_of(int file, const char *old, const char *changed, char digest[65]) {
    loaded l = folder_make();
    if (old)
        file_change(&l, file, old, changed);
    folder_load(&l);
    assert_good(&l);
    memcpy(digest, l.scenario->digest, 65);
    folder_free(&l);
}

static void digest_follows_what_the_simulation_reads(void **state) {
    (void)state;
    char plain[65], again[65], other[65];
    digest_of(0, NULL, NULL, plain);
    digest_of(0, NULL, NULL, again);
    assert_string_equal(plain, again);
    assert_int_equal(strlen(plain), 64);
    digest_of(GARRISONS, "1000", "1001", other);
    assert_string_not_equal(plain, other);
    digest_of(RECORD, "held", "seen", other);
    assert_string_equal(plain, other);
}

/* ---- priors ---- */

static void prior_text_names_family_and_arguments(void **state) {
    (void)state;
    char text[96];
    ho_prior prior = {HO_PRIOR_LOGNORMAL, 0.02, 0.7, -INFINITY, INFINITY};
    assert_string_equal(ho_prior_format(&prior, text), "lognormal(0.02, 0.7)");
    prior = (ho_prior){HO_PRIOR_HALFNORMAL, 0, 3, 0, 10};
    assert_string_equal(ho_prior_format(&prior, text), "halfnormal(3, min 0, max 10)");
    prior = (ho_prior){HO_PRIOR_NORMAL, -1.23456e-200, -1.23456e-200, -1.23456e-200, -1.23456e-200};
    assert_true(strlen(ho_prior_format(&prior, text)) < 96);
}

static void prior_centre_is_clipped(void **state) {
    (void)state;
    const struct {
        ho_prior prior;
        double centre;
    } known[] = {
        {{HO_PRIOR_POINT, 3, 0, -INFINITY, INFINITY}, 3},      {{HO_PRIOR_UNIFORM, 1, 4, -INFINITY, INFINITY}, 2.5},
        {{HO_PRIOR_NORMAL, -2, 1, 0, INFINITY}, 0},            {{HO_PRIOR_LOGNORMAL, 15, 0.8, -INFINITY, 10}, 10},
        {{HO_PRIOR_LOGUNIFORM, 1, 16, -INFINITY, INFINITY}, 4}, {{HO_PRIOR_BETA, 1, 3, -INFINITY, INFINITY}, 0.25},
        {{HO_PRIOR_GAMMA, 2, 3, -INFINITY, INFINITY}, 6},
    };
    for (size_t k = 0; k < sizeof known / sizeof known[0]; k++)
        assert_true(ho_prior_centre(&known[k].prior) == known[k].centre);
}

/* ---- the scenarios that come with the program ---- */

static void folder_is_good(const char *folder) {
    loaded l = {0};
    struct stat about;
    if (stat(folder, &about) != 0)
        skip();
    l.status = ho_scenario_load(folder, NULL, &l.scenario, &l.problems, &l.error);
    assert_good(&l);
    ho_scenario_free(l.scenario);
    ho_problems_free(&l.problems);
}

static void afghanistan_is_good(void **state) {
    (void)state;
    folder_is_good(HO_SOURCE_DIR "/scenarios/afghanistan-2021");
}

static void test_scenarios_are_good(void **state) {
    (void)state;
    static const char folder[] = HO_SOURCE_DIR "/tests/scenarios";
    struct dirent **entry = NULL;
    int n = scandir(folder, &entry, NULL, alphasort);
    for (int k = 0; k < n; k++) {
        char path[4096];
        snprintf(path, sizeof path, "%s/%s/scenario.yml", folder, entry[k]->d_name);
        if (entry[k]->d_name[0] != '.' && access(path, R_OK) == 0) {
            *strrchr(path, '/') = '\0';
            folder_is_good(path);
        }
        free(entry[k]);
    }
    free(entry);
}

static void free_takes_null(void **state) {
    (void)state;
    ho_scenario_free(NULL);
}

int main(void) {
    static const struct CMUnitTest OTHER[] = {
        cmocka_unit_test(rejects_each_missing_file),
        cmocka_unit_test(rejects_a_gigabyte_of_zeros_without_reading_it),
        cmocka_unit_test(rejects_each_file_of_zeros),
        cmocka_unit_test(rejects_a_folder_as_file),
        cmocka_unit_test(rejects_a_pipe_as_file_without_waiting),
        cmocka_unit_test(rejects_an_unreadable_file),
        cmocka_unit_test(rejects_a_file_as_folder),
        cmocka_unit_test(rejects_a_folder_that_is_not_there),
        cmocka_unit_test(rejects_given_boundaries_that_are_not_there),
        cmocka_unit_test(rejects_a_graph_in_pieces),
        cmocka_unit_test(rejects_each_one_way_edge),
        cmocka_unit_test(rejects_each_reversed_edge_among_one_way_edges),
        cmocka_unit_test(rejects_a_mechanism_that_is_off_twice),
        cmocka_unit_test(reports_every_problem_in_file_and_line_order),
        cmocka_unit_test(keeps_the_first_problems_and_counts_the_others),
        cmocka_unit_test(hides_control_characters_of_the_input),
        cmocka_unit_test(cuts_a_long_value_between_characters),
        cmocka_unit_test(rejects_a_record_without_end_of_its_quote),
        cmocka_unit_test(rejects_a_row_of_commas),
        cmocka_unit_test(rejects_a_long_line_of_brackets),
        cmocka_unit_test(rejects_a_hundred_blank_lines),
        cmocka_unit_test(rejects_a_thousand_open_brackets),
        cmocka_unit_test(rejects_too_many_values),
        cmocka_unit_test(rejects_nested_json),
        cmocka_unit_test(reads_every_value),
        cmocka_unit_test(keeps_lines_behind_quoted_newlines),
        cmocka_unit_test(accepts_marks_and_crlf),
        cmocka_unit_test(accepts_edges_in_both_directions),
        cmocka_unit_test(accepts_columns_in_any_order_and_blank_lines),
        cmocka_unit_test(accepts_the_optional_source_column),
        cmocka_unit_test(ignores_unknown_files),
        cmocka_unit_test(facts_are_resolved),
        cmocka_unit_test(claims_without_kind_are_quantities),
        cmocka_unit_test(claims_name_later_claims),
        cmocka_unit_test(readings_are_kept_as_text),
        cmocka_unit_test(forecasts_are_bins_in_order),
        cmocka_unit_test(needs_no_record_claims_facts_or_boundaries),
        cmocka_unit_test(reads_given_boundaries_instead),
        cmocka_unit_test(accepts_a_later_prior_with_prior_before),
        cmocka_unit_test(accepts_versions_known_on_other_days),
        cmocka_unit_test(digest_follows_what_the_simulation_reads),
        cmocka_unit_test(prior_text_names_family_and_arguments),
        cmocka_unit_test(prior_centre_is_clipped),
        cmocka_unit_test(afghanistan_is_good),
        cmocka_unit_test(test_scenarios_are_good),
        cmocka_unit_test(free_takes_null),
    };
    enum { N_OTHER = sizeof OTHER / sizeof OTHER[0] };
    static struct CMUnitTest all[N_CASE + N_OTHER];
    for (size_t k = 0; k < N_CASE; k++)
        all[k] = (struct CMUnitTest){CASES[k].name, load_rejects, NULL, NULL, (void *)(uintptr_t)&CASES[k]};
    memcpy(all + N_CASE, OTHER, sizeof OTHER);
    return cmocka_run_group_tests_name("scenario", all, NULL, NULL);
}
