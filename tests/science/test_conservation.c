/* Fighters, people, money and arms are conserved after every mechanism of every day (state.h), and what is counted along the way agrees with the holders. */
#include "science/ensemble.h"

enum { V_COUNTS, V_FRONT, V_STRENGTH, V_WORTH, N_VIOLATION };

/* What arms at hand make of a faction's fighters: militias and resistances only. */
static double armed(const ho_world *world, const ho_state *state, size_t f, size_t at) {
    bool local = world->faction_role[f] == HO_ROLE_MILITIA || world->faction_role[f] == HO_ROLE_RESISTANCE;
    double kits = local ? state->weapons[at] / state->p[HO_P_KIT] : 0, men = state->fighters[at];
    return men > 0 ? men + state->p[HO_P_KIT_WORTH] * (kits < men ? kits : men) : 0;
}

/* Numbers of district-days on which a counter disagrees with a plain recount. */
static void recount(const ho_world *world, const ho_state *state, size_t day, float *value) {
    (void)day;
    int32_t centres[HO_BLOC_MAX] = {0}, capitals[HO_BLOC_MAX] = {0};
    double area[HO_BLOC_MAX] = {0};
    memset(value, 0, N_VIOLATION * sizeof *value);
    for (size_t i = 0; i < world->n_district; i++) {
        int32_t b = ho_holder_bloc(world, state, i), near = 0;
        double strength[HO_BLOC_MAX] = {0};
        centres[b]++;
        capitals[b] += world->is_capital[i];
        area[b] += world->area_share[i];
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++)
            near += ho_holder_bloc(world, state, (size_t)world->link_to[k]) != b;
        value[V_FRONT] += near != state->n_enemy_near[i];
        for (size_t f = 0; f < world->n_faction; f++) {
            size_t at = f * world->n_district + i;
            strength[world->faction_bloc[f]] += armed(world, state, f, at) * state->worth[at];
            value[V_WORTH] += state->fighters[at] > 0 && !(state->worth[at] > 0);
        }
        for (size_t c = 0; c < world->n_bloc; c++)
            value[V_STRENGTH] += fabs(strength[c] - state->strength[c * world->n_district + i]) > 1e-6 * (1 + strength[c]);
    }
    for (size_t b = 0; b < world->n_bloc; b++)
        value[V_COUNTS] += centres[b] != state->centres[b] || capitals[b] != state->capitals[b] ||
                           fabs(area[b] - state->area_share[b]) > 1e-9;
}

static const ho_observer RECOUNT = {.n_value = N_VIOLATION, .day = recount};

static void holds_in(const ho_scenario *scenario, int n_step_per_day, size_t n, bool all) {
    static const char *const what[N_VIOLATION] = {"counts of centres, capitals or area", "numbers of hostile neighbours",
                                                  "strengths", "fighters without worth"};
    ho_world *world = world_with(scenario, n_step_per_day, NULL);
    ensemble e = ensemble_run(world, &RECOUNT, (ho_sim_options){.seed = 3, .check = true}, n);
    double sum[N_VIOLATION] = {0};
    for (size_t r = 0; r < n; r++)
        for (size_t day = 0; day < e.n_day; day++)
            for (size_t v = 0; v < N_VIOLATION; v++)
                sum[v] += at(&e, r, day, v);
    for (size_t v = 0; v < N_VIOLATION; v++)
        if (sum[v] > 0 && (all ? v == V_WORTH : v != V_WORTH))
            fail_msg("%s: wrong on %.0f district-days of %zu replicates", what[v], sum[v], n);
    ensemble_free(&e);
    ho_world_free(world);
}

static void holds_in_folder(const char *folder, int n_step_per_day, size_t n, bool worth) {
    ho_scenario *scenario = scenario_load(folder);
    holds_in(scenario, n_step_per_day, n, worth);
    ho_scenario_free(scenario);
}

static void two_blocs_keep_the_ledger(void **unused) {
    (void)unused;
    holds_in_folder("tests/scenarios/two-bloc", 1, 200, false);
    holds_in_folder("tests/scenarios/two-bloc", 3, 50, false);
}

static void three_blocs_keep_the_ledger(void **unused) {
    (void)unused;
    holds_in_folder("tests/scenarios/three-bloc", 1, 200, false);
    holds_in_folder("tests/scenarios/three-bloc", 3, 50, false);
}

static void afghanistan_keeps_the_ledger(void **unused) {
    (void)unused;
    holds_in_folder("scenarios/afghanistan-2021", 1, 20, false);
}

/* A lattice whose reeds start in one corner and pour over it. */
static void a_lattice_keeps_the_ledger(void **unused) {
    (void)unused;
    small *country = small_lattice(12, 12);
    for (size_t i = 1; i < 144; i++)
        country->district[i] = (small_district){.soldiers = 40, .rebels = i % 12 > 8 && i / 12 > 8 ? 400 : 0};
    ho_scenario *scenario = small_load(country);
    holds_in(scenario, 1, 50, false);
    ho_scenario_free(scenario);
    small_free(country);
}

/* Fighters who move keep their worth: a centre newly held is not held by ghosts. */
static void fighters_keep_their_worth(void **unused) {
    (void)unused;
    holds_in_folder("tests/scenarios/two-bloc", 1, 50, true);
    holds_in_folder("scenarios/afghanistan-2021", 1, 20, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_blocs_keep_the_ledger),
        cmocka_unit_test(three_blocs_keep_the_ledger),
        cmocka_unit_test(afghanistan_keeps_the_ledger),
        cmocka_unit_test(a_lattice_keeps_the_ledger),
        cmocka_unit_test(fighters_keep_their_worth),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
