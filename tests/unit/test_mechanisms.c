/* The table of mechanisms, and what a change of hands does. */
#include "science/small.h"

static void mechanisms_have_names_and_say_what_they_do(void **unused) {
    (void)unused;
    assert_true(ho_mechanism_count() > 0 && ho_mechanism_count() <= 64); /* bits of ho_sim_options.off */
    for (size_t k = 0; k < ho_mechanism_count(); k++) {
        const ho_mechanism_info *info = ho_mechanism_at(k);
        assert_int_equal(ho_mechanism_find(info->name), (int)k);
        assert_true(strlen(info->does) > 20 && strlen(info->equation) > 10 && strlen(info->source) > 5);
        assert_true(strlen(info->reads) > 3 && strlen(info->writes) > 3 && strlen(info->off) > 10);
    }
}

/* The page of the code that lists them is read from top to bottom. */
static void lines_of_the_table_are_in_the_order_of_a_day(void **unused) {
    (void)unused;
    FILE *table = fopen(HO_SOURCE_DIR "/src/mechanisms/table.c", "r");
    char line[256], name[64];
    size_t k = 0;
    assert_non_null(table);
    while (fgets(line, sizeof line, table))
        if (sscanf(line, " MECHANISM(%63[a-z]", name) == 1) {
            assert_true(k < ho_mechanism_count());
            assert_string_equal(name, ho_mechanism_at(k++)->name);
        }
    fclose(table);
    assert_int_equal(k, ho_mechanism_count());
}

static void there_is_no_mechanism_past_the_end(void **unused) {
    (void)unused;
    assert_null(ho_mechanism_at(ho_mechanism_count()));
    assert_int_equal(ho_mechanism_find("nonsense"), -1);
    assert_int_equal(ho_mechanism_find(""), -1);
}

/* Columns that a mechanism says it reads or writes exist in the state ("world: ..." stands for dated inputs). */
static void columns_that_mechanisms_name_exist(void **unused) {
    (void)unused;
#define X(type, name, length, meaning) " " #name " "
    static const char columns[] = HO_STATE_COLUMNS(X) " shocks flows contractor_share foreign_share graph passes nodes counters ";
#undef X
    char missing[512] = "";
    for (size_t k = 0; k < ho_mechanism_count(); k++) {
        const ho_mechanism_info *info = ho_mechanism_at(k);
        char text[1024], *rest = text;
        snprintf(text, sizeof text, "%s, %s", info->reads, info->writes);
        for (char *word; (word = strsep(&rest, ",;: "));) {
            char padded[80];
            snprintf(padded, sizeof padded, " %s ", word);
            if (*word && strcmp(word, "world") != 0 && strcmp(word, "and") != 0 && !strstr(columns, padded))
                snprintf(missing + strlen(missing), sizeof missing - strlen(missing), " %s:%s", info->name, word);
        }
    }
    if (*missing)
        fail_msg("no such columns:%s", missing);
}

typedef struct pair {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} pair;

/* A line of three centres of the crown; reeds are at the far end only. */
static pair line_of_three(const char *const *set) {
    small *country = small_line(3);
    country->district[1].soldiers = 200;
    country->district[2] = (small_district){.soldiers = 100, .rebels = 400};
    pair p = {.scenario = small_load(country)};
    p.world = world_with(p.scenario, 1, set);
    p.state = state_started(p.world);
    small_free(country);
    return p;
}

static void pair_free(pair *p) {
    ho_state_free(p->state);
    ho_world_free(p->world);
    ho_scenario_free(p->scenario);
}

static const ho_streams STREAMS = {1, 0};

static void a_taken_centre_is_logged_and_counted(void **unused) {
    (void)unused;
    pair p = line_of_three(NULL);
    ho_take(p.world, p.state, &STREAMS, 2, REEDS, HO_MODE_FOUGHT);
    assert_int_equal(p.state->n_change, 1);
    assert_int_equal(p.state->change[0].district, 2);
    assert_int_equal(p.state->change[0].from, COURT);
    assert_int_equal(p.state->change[0].to, INSURGENTS);
    assert_int_equal(p.state->change[0].mode, HO_MODE_FOUGHT);
    assert_int_equal(p.state->centres[CROWN], 2);
    assert_int_equal(p.state->centres[REEDS], 1);
    assert_int_equal(p.state->n_enemy_near[1], 1);
    assert_int_equal(p.state->n_enemy_near[2], 1);
    assert_int_equal(p.state->n_enemy_near[0], 0);
    assert_int_equal(ho_state_check(p.state, NULL), HO_OK);
    pair_free(&p);
}

static void taking_what_one_holds_does_nothing(void **unused) {
    (void)unused;
    pair p = line_of_three(NULL);
    ho_take(p.world, p.state, &STREAMS, 2, CROWN, HO_MODE_FOUGHT);
    assert_int_equal(p.state->n_change, 0);
    assert_int_equal(p.state->holder[2], COURT);
    pair_free(&p);
}

static void the_country_follows_half_way(void **unused) {
    (void)unused;
    pair p = line_of_three(NULL);
    double before = p.state->countryside[REEDS * 3 + 2];
    ho_take(p.world, p.state, &STREAMS, 2, REEDS, HO_MODE_FOUGHT);
    assert_true(fabs(p.state->countryside[REEDS * 3 + 2] - 0.5 * (1 + before)) < 1e-12);
    pair_free(&p);
}

static void deals_keep_defenders_out_of_the_war(void **unused) {
    (void)unused;
    pair p = line_of_three(NULL);
    ho_take(p.world, p.state, &STREAMS, 2, REEDS, HO_MODE_NEGOTIATED);
    assert_int_equal(p.state->surrendered[COURT], 100);
    assert_int_equal(*fighters_at(p.world, p.state, COURT, 1), 200);
    pair_free(&p);
}

static void those_who_abandon_reach_the_next_centre_in_part(void **unused) {
    (void)unused;
    static const char *const set[] = {"escape_share=0.4", NULL};
    pair p = line_of_three(set);
    ho_take(p.world, p.state, &STREAMS, 2, REEDS, HO_MODE_ABANDONED);
    assert_int_equal(*fighters_at(p.world, p.state, COURT, 1), 240);
    assert_int_equal(p.state->deserted[COURT], 60);
    assert_int_equal(ho_state_check(p.state, NULL), HO_OK);
    pair_free(&p);
}

static void half_as_many_escape_from_a_fight(void **unused) {
    (void)unused;
    static const char *const set[] = {"escape_share=0.4", NULL};
    pair p = line_of_three(set);
    ho_take(p.world, p.state, &STREAMS, 2, REEDS, HO_MODE_FOUGHT);
    assert_int_equal(*fighters_at(p.world, p.state, COURT, 1), 220);
    assert_int_equal(p.state->surrendered[COURT], 80);
    pair_free(&p);
}

static void a_winner_without_fighters_brings_a_garrison(void **unused) {
    (void)unused;
    static const char *const set[] = {"hold_min=30", "freed_share=0", NULL};
    pair p = line_of_three(set);
    ho_take(p.world, p.state, &STREAMS, 2, REEDS, HO_MODE_FOUGHT);
    ho_take(p.world, p.state, &STREAMS, 1, REEDS, HO_MODE_FOUGHT);
    assert_int_equal(*fighters_at(p.world, p.state, INSURGENTS, 1), 30);
    assert_int_equal(*fighters_at(p.world, p.state, INSURGENTS, 2), 370);
    assert_int_equal(ho_state_check(p.state, NULL), HO_OK);
    pair_free(&p);
}

/* 30 fighters of worth 1 are a strength of 30, wherever they go; a garrison of worth 0 defends nothing and reaches no neighbour. */
static void a_garrison_brought_keeps_its_worth(void **unused) {
    (void)unused;
    static const char *const set[] = {"hold_min=30", "freed_share=0", NULL};
    pair p = line_of_three(set);
    ho_take(p.world, p.state, &STREAMS, 2, REEDS, HO_MODE_FOUGHT);
    ho_take(p.world, p.state, &STREAMS, 1, REEDS, HO_MODE_FOUGHT);
    double strength = p.state->strength[REEDS * 3 + 1];
    if (!(fabs(strength - 30) < 1e-9))
        fail_msg("30 fighters of worth 1 have strength %g in a centre newly held", strength);
    pair_free(&p);
}

static void the_dead_are_taken_from_the_largest_faction(void **unused) {
    (void)unused;
    pair p = line_of_three(NULL);
    assert_int_equal(ho_kill(p.world, p.state, REEDS, 2, 150), 150);
    assert_int_equal(*fighters_at(p.world, p.state, INSURGENTS, 2), 250);
    assert_int_equal(ho_kill(p.world, p.state, REEDS, 2, 1000), 250); /* no more than there are */
    assert_int_equal(p.state->killed[INSURGENTS], 400);
    assert_int_equal(ho_state_check(p.state, NULL), HO_OK);
    pair_free(&p);
}

static void a_column_arrives_after_its_march(void **unused) {
    (void)unused;
    static const char *const set[] = {"march_speed=20", "mobile_share=0", NULL}; /* edges are 20 km of paved road */
    pair p = line_of_three(set);
    ho_take(p.world, p.state, &STREAMS, 2, REEDS, HO_MODE_NEGOTIATED);
    p.state->n_column = 0;
    ho_state_check(p.state, NULL);
    pair q = line_of_three(set);
    put_fighters(q.world, q.state, INSURGENTS, 2, 400);
    q.state->holder[2] = INSURGENTS;
    ho_march(q.world, q.state, &STREAMS, 2, INSURGENTS, 100, 0);
    assert_int_equal(q.state->marching[INSURGENTS], 100);
    assert_int_equal(*fighters_at(q.world, q.state, INSURGENTS, 2), 300);
    q.state->time_day = 0.99;
    ho_arrive(q.world, q.state);
    assert_int_equal(*fighters_at(q.world, q.state, INSURGENTS, 1), 0);
    q.state->time_day = 1;
    ho_arrive(q.world, q.state);
    assert_int_equal(*fighters_at(q.world, q.state, INSURGENTS, 1), 100);
    assert_int_equal(q.state->marching[INSURGENTS], 0);
    pair_free(&p);
    pair_free(&q);
}

static void a_fallen_regime_dissolves_within_days(void **unused) {
    (void)unused;
    static const char *const set[] = {"regime_time=1", "effort=0", "effort_retake=0", NULL};
    pair p = line_of_three(set);
    ho_take(p.world, p.state, &STREAMS, 0, REEDS, HO_MODE_FOUGHT);
    static const char *const on[] = {"strategy", "takeover", NULL};
    run_days(p.world, p.state, &STREAMS, all_but(on), 30);
    assert_int_equal(p.state->centres[CROWN], 0);
    assert_int_equal(p.state->n_lost_by_mode[CROWN * HO_N_MODE + HO_MODE_REGIME_FALL], 2);
    assert_int_equal(ho_state_check(p.state, NULL), HO_OK);
    pair_free(&p);
}

static void modes_have_names(void **unused) {
    (void)unused;
    for (int mode = 0; mode < HO_N_MODE; mode++) {
        assert_true(strlen(ho_mode_name((ho_mode)mode)) > 3);
        assert_true(strlen(ho_mode_meaning((ho_mode)mode)) > 10);
    }
    assert_string_equal(ho_mode_name(HO_N_MODE), "?");
    assert_string_equal(ho_mode_meaning(HO_N_MODE), "?");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mechanisms_have_names_and_say_what_they_do),
        cmocka_unit_test(lines_of_the_table_are_in_the_order_of_a_day),
        cmocka_unit_test(there_is_no_mechanism_past_the_end),
        cmocka_unit_test(columns_that_mechanisms_name_exist),
        cmocka_unit_test(a_taken_centre_is_logged_and_counted),
        cmocka_unit_test(taking_what_one_holds_does_nothing),
        cmocka_unit_test(the_country_follows_half_way),
        cmocka_unit_test(deals_keep_defenders_out_of_the_war),
        cmocka_unit_test(those_who_abandon_reach_the_next_centre_in_part),
        cmocka_unit_test(half_as_many_escape_from_a_fight),
        cmocka_unit_test(a_winner_without_fighters_brings_a_garrison),
        cmocka_unit_test(a_garrison_brought_keeps_its_worth),
        cmocka_unit_test(the_dead_are_taken_from_the_largest_faction),
        cmocka_unit_test(a_column_arrives_after_its_march),
        cmocka_unit_test(a_fallen_regime_dissolves_within_days),
        cmocka_unit_test(modes_have_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
