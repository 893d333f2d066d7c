/* What is looked at each day, on a state made by hand in a made-up country of twelve districts. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/record.h"
#include "mechanisms/state.h"

enum { CROWN = 0, REEDS = 1 };

typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
    ho_observables observables;
    float value[256];
} fixture;

/* Every centre is held by the first crown faction, nobody is in the country, belief is one half. */
static int build(void **state) {
    fixture *f = calloc(1, sizeof *f);
    ho_problems problems = {0};
    const ho_world_options options = ho_world_options_default();
    if (!f || ho_scenario_load(HO_SOURCE_DIR "/tests/scenarios/two-bloc", NULL, &f->scenario, &problems, NULL) ||
        ho_world_build(f->scenario, &options, &f->world, &problems, NULL) || ho_state_build(f->world, &f->state, NULL) ||
        ho_observables_build(f->world, &f->observables, NULL))
        return -1;
    for (size_t i = 0; i < f->world->n_district; i++) {
        f->state->holder[i] = f->world->bloc_main[CROWN];
        f->state->connected[i] = 1;
    }
    f->state->centres[CROWN] = (int32_t)f->world->n_district;
    *state = f;
    return f->observables.n <= N_OF(f->value) && f->world->home_bloc == CROWN ? 0 : -1;
}

static int clear(void **state) {
    fixture *f = *state;
    ho_observables_free(&f->observables);
    ho_state_free(f->state);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    free(f);
    return 0;
}

static void give(fixture *f, size_t district, int bloc) {
    f->state->centres[ho_holder_bloc(f->world, f->state, district)]--;
    f->state->holder[district] = f->world->bloc_main[bloc];
    f->state->centres[bloc]++;
}

static void countryside(fixture *f, size_t district, int bloc, double share) {
    f->state->countryside[(size_t)bloc * f->world->n_district + district] = share;
}

static float observed(fixture *f, const char *name) {
    int32_t k = ho_observables_find(&f->observables, name);
    assert_true(k >= 0);
    f->observables.observer.day(f->world, f->state, 0, f->value);
    return f->value[k];
}

static void every_observable_has_name_unit_and_definition(void **state) {
    fixture *f = *state;
    assert_int_equal(f->observables.observer.n_value, f->observables.n);
    for (size_t k = 0; k < f->observables.n; k++) {
        const ho_observable *item = &f->observables.item[k];
        assert_true(item->name[0] && item->unit[0] && item->definition[0]);
        assert_int_equal(ho_observables_find(&f->observables, item->name), k);
    }
    assert_int_equal(ho_observables_find(&f->observables, "nothing.of.the.kind"), -1);
}

static void observer_fills_every_value(void **state) {
    fixture *f = *state;
    for (size_t k = 0; k < f->observables.n; k++)
        f->value[k] = -123.0f;
    f->observables.observer.day(f->world, f->state, 0, f->value);
    for (size_t k = 0; k < f->observables.n; k++)
        assert_true(f->value[k] != -123.0f);
}

static void challenger_controls_what_it_holds_and_what_it_rules_around(void **state) {
    fixture *f = *state;
    give(f, 3, REEDS);
    countryside(f, 4, REEDS, 0.86);
    countryside(f, 5, REEDS, 0.85);
    countryside(f, 6, REEDS, 0.31);
    countryside(f, 7, REEDS, 0.30);
    assert_true(observed(f, "districts_controlled.reeds") == 2.0f);
    assert_true(observed(f, "districts_contested.reeds") == 2.0f);
    assert_true(observed(f, "districts_contested.any") == 2.0f);
}

static void classes_of_the_map_add_up_to_all_districts(void **state) {
    fixture *f = *state;
    give(f, 3, REEDS);
    countryside(f, 4, REEDS, 0.9);
    countryside(f, 5, REEDS, 0.5);
    float all = observed(f, "districts_controlled.crown") + observed(f, "districts_contested.any") +
                observed(f, "districts_controlled.reeds");
    assert_true(all == (float)f->world->n_district);
    assert_true(observed(f, "districts_controlled.crown") == (float)f->world->n_district - 3.0f);
}

static void belief_is_the_mean_over_held_districts(void **state) {
    fixture *f = *state;
    assert_true(observed(f, "belief.crown") == 0.5f);
    assert_true(isnan(observed(f, "belief.reeds")));
    give(f, 2, REEDS);
    f->state->belief_logit[2] = log(3.0);
    assert_true(fabsf(observed(f, "belief.reeds") - 0.75f) < 1e-6f);
    assert_true(observed(f, "belief.crown") == 0.5f);
}

static void cut_off_counts_held_districts_without_a_road(void **state) {
    fixture *f = *state;
    f->state->connected[1] = f->state->connected[2] = 0;
    give(f, 2, REEDS);
    assert_true(observed(f, "cut_off.crown") == 1.0f && observed(f, "cut_off.reeds") == 1.0f);
}

static void people_are_reached_where_there_is_a_road(void **state) {
    fixture *f = *state;
    for (size_t i = 0; i < f->world->n_district; i++)
        f->state->residents[i] = 1000;
    float all = 1000.0f * (float)f->world->n_district;
    assert_true(observed(f, "people_reached.crown") == all && observed(f, "people_reached.reeds") == 0.0f);
    f->state->connected[1] = 0;
    f->state->cut_off_days[1] = 8;
    give(f, 2, REEDS);
    assert_true(observed(f, "people_reached.crown") == all - 2000.0f && observed(f, "people_reached.reeds") == 1000.0f);
    assert_true(observed(f, "people_cut_off_7d.crown") == 1000.0f && observed(f, "people_cut_off_30d.crown") == 0.0f);
}

static void arms_are_told_in_tonnes(void **state) {
    fixture *f = *state;
    int32_t from = f->world->bloc_state[CROWN], to = -1;
    for (size_t k = 0; k < f->world->n_faction; k++)
        if (f->world->faction_bloc[k] == CROWN && f->world->faction_role[k] != HO_ROLE_STATE)
            to = (int32_t)k;
    assert_true(from >= 0 && to >= 0);
    f->state->weapons_start[from] = 9000;
    f->state->weapons_given[from] = f->state->weapons_got[to] = 5500;
    f->state->weapons_taken[to] = f->state->weapons_captured[REEDS] = 1500;
    assert_true(observed(f, "arms_given.crown") == 5.5f && observed(f, "arms_local.crown") == 4.0f);
    assert_true(observed(f, "arms_captured.reeds") == 1.5f && observed(f, "arms_given.reeds") == 0.0f);
}

static void fighters_add_up_over_the_factions_of_a_bloc(void **state) {
    fixture *f = *state;
    int64_t present = 0;
    for (size_t k = 0; k < f->world->n_faction; k++) {
        f->state->initial[k] = 1000;
        f->state->killed[k] = 10;
        f->state->deserted[k] = 20;
        f->state->surrendered[k] = 30;
        f->state->waiting[k] = 40;
        present += f->world->faction_bloc[k] == CROWN;
    }
    assert_true(present > 1);
    assert_true(observed(f, "fighters_present.crown") == 900.0f * (float)present);
    assert_true(observed(f, "killed.crown") == 10.0f * (float)present);
    assert_true(observed(f, "deserted.crown") == 20.0f * (float)present);
    assert_true(observed(f, "surrendered.crown") == 30.0f * (float)present);
}

static void losses_are_told_apart_by_mode(void **state) {
    fixture *f = *state;
    for (int mode = 0; mode < HO_N_MODE; mode++)
        f->state->n_lost_by_mode[REEDS * HO_N_MODE + mode] = 10 + mode;
    assert_true(observed(f, "lost_fought.reeds") == 10.0f + HO_MODE_FOUGHT);
    assert_true(observed(f, "lost_negotiated.reeds") == 10.0f + HO_MODE_NEGOTIATED);
    assert_true(observed(f, "lost_abandoned.reeds") == 10.0f + HO_MODE_ABANDONED);
    assert_true(observed(f, "lost_carried.reeds") == 10.0f + HO_MODE_CARRIED);
    assert_true(observed(f, "lost_regime_fall.reeds") == 10.0f + HO_MODE_REGIME_FALL);
    assert_true(observed(f, "lost_fought.crown") == 0.0f);
}

static void national_capital_counts_as_of_the_day(void **state) {
    fixture *f = *state;
    size_t capital = (size_t)f->world->national_capital;
    assert_true(observed(f, "national_capital_fallen") == 0.0f);
    give(f, capital, REEDS);
    assert_true(observed(f, "national_capital_fallen") == 1.0f);
    give(f, capital, CROWN);
    assert_true(observed(f, "national_capital_fallen") == 0.0f);
}

static void holdout_holds_while_its_bloc_holds_the_seat(void **state) {
    fixture *f = *state;
    assert_true(observed(f, "holdout_holds") == 1.0f);
    give(f, (size_t)f->world->holdout_seat, REEDS);
    assert_true(observed(f, "holdout_holds") == 0.0f);
}

static void reproduction_number_is_nan_unless_measured(void **state) {
    fixture *f = *state;
    assert_true(isnan(observed(f, "reproduction_number")));
    f->observables.observer.probed(f->world, 1.5, f->value);
    assert_true(f->value[ho_observables_find(&f->observables, "reproduction_number")] == 1.5f);
}

int main(void) {
#define CLAIM(name) cmocka_unit_test_setup_teardown(name, build, clear)
    const struct CMUnitTest tests[] = {
        CLAIM(every_observable_has_name_unit_and_definition),
        CLAIM(observer_fills_every_value),
        CLAIM(challenger_controls_what_it_holds_and_what_it_rules_around),
        CLAIM(classes_of_the_map_add_up_to_all_districts),
        CLAIM(belief_is_the_mean_over_held_districts),
        CLAIM(cut_off_counts_held_districts_without_a_road),
        CLAIM(people_are_reached_where_there_is_a_road),
        CLAIM(arms_are_told_in_tonnes),
        CLAIM(fighters_add_up_over_the_factions_of_a_bloc),
        CLAIM(losses_are_told_apart_by_mode),
        CLAIM(national_capital_counts_as_of_the_day),
        CLAIM(holdout_holds_while_its_bloc_holds_the_seat),
        CLAIM(reproduction_number_is_nan_unless_measured),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
