/* The places that people of a district choose among: nearest by road, seats, crossings, the national capital. Distances are
 * compared with those of Floyd and Warshall. Edges of small countries are 20 km of paved road. */
#include "science/small.h"

static const char *const CROSSINGS =
    "crossings:\n"
    "  - {id: early, name: Early, district: D0003, neighbour: East, customs_usd_per_month: 0, customs_sd_log: 0, "
    "known_on: 2030-01-01, source: test}\n"
    "  - {id: late, name: Late, district: D0001, neighbour: West, customs_usd_per_month: 0, customs_sd_log: 0, "
    "known_on: 2030-06-01, source: test}\n";

static void the_nearest_come_with_their_distance(void **unused) {
    (void)unused;
    small *country = small_line(5);
    ho_scenario *scenario = small_load(country);
    ho_world *world = world_with(scenario, 1, NULL);
    static const int32_t place[] = {0, 1, 3, 4}; /* the national capital first, then the nearest */
    static const double km[] = {40, 20, 20, 40};
    int32_t first = world->dest_first[2];
    assert_int_equal(world->dest_first[3] - first, 4);
    for (int32_t k = 0; k < 4; k++) {
        assert_true(world->dest[first + k] != 2);
        for (size_t m = 0; m < 4; m++)
            if (world->dest[first + k] == place[m])
                assert_true(fabs(world->dest_km[first + k] - km[m]) < 1e-9);
    }
    assert_int_equal(world->dest[first], 0);
    assert_int_equal(world->dest[first + 3], 4);
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

/* Shortest ways of all pairs, the slow way. */
static double *all_ways(const ho_world *world) {
    size_t n = world->n_district;
    double *km = malloc(n * n * sizeof *km);
    for (size_t k = 0; k < n * n; k++)
        km[k] = INFINITY;
    for (size_t i = 0; i < n; i++)
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++)
            km[i * n + (size_t)world->link_to[k]] = world->link_road_km[k];
    for (size_t via = 0; via < n; via++)
        for (size_t i = 0; i < n; i++)
            for (size_t j = 0; j < n; j++)
                km[i * n + j] = fmin(km[i * n + j], km[i * n + via] + km[via * n + j]);
    return km;
}

/* Climbs make the ways uneven; every set is full, without doubles, and no place left out is nearer than one kept for being near. */
static void sets_agree_with_all_shortest_ways(void **unused) {
    (void)unused;
    small *country = small_lattice(12, 12);
    country->district[77].seat = true;
    for (size_t i = 70; i < 144; i++)
        country->district[i].province = 1;
    ho_scenario *scenario = small_load(country);
    for (size_t e = 0; e < scenario->n_edge; e++)
        scenario->edge[e].pass_height_m = (double)(e * 7919 % 4001);
    ho_world *world = world_with(scenario, 1, NULL);
    double *km = all_ways(world);
    for (size_t i = 0; i < world->n_district; i++) {
        int32_t first = world->dest_first[i], last = world->dest_first[i + 1];
        assert_int_equal(last - first, HO_DEST_MAX);
        double furthest = 0;
        bool kept[144] = {false};
        for (int32_t k = first; k < last; k++) {
            size_t j = (size_t)world->dest[k];
            assert_true(j < world->n_district && j != i && !kept[j]);
            kept[j] = true;
            assert_true(fabs(world->dest_km[k] - km[i * world->n_district + j]) < 1e-9);
            if (!world->is_capital[j])
                furthest = fmax(furthest, world->dest_km[k]);
        }
        assert_true(i == 0 || world->dest[first] == 0);
        for (size_t j = 0; j < world->n_district; j++)
            assert_true(kept[j] || j == i || km[i * world->n_district + j] >= furthest);
    }
    free(km);
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

static void crossings_are_places_if_they_were_known(void **unused) {
    (void)unused;
    small *country = small_line(5);
    country->sections = CROSSINGS;
    ho_scenario *scenario = small_load(country);
    ho_world_options options = ho_world_options_default();
    for (int known = 0; known < 2; known++) {
        options.known_by = known ? HO_DAY_NONE : scenario->from;
        ho_world *world = world_from(scenario, &options);
        int n_post[2] = {0, 0};
        for (int32_t k = world->dest_first[2]; k < world->dest_first[3]; k++)
            if (world->dest[k] >= 5)
                n_post[world->dest[k] - 5]++;
        assert_int_equal(n_post[0], 1);
        assert_int_equal(n_post[1], known);
        assert_int_equal(world->border_post[4], 0);
        assert_int_equal(world->border_post[0], known ? 1 : -1);
        for (int32_t k = world->dest_first[3]; k < world->dest_first[4]; k++)
            assert_true(world->dest_km[k] >= 5); /* the post in its own district too */
        ho_world_free(world);
    }
    ho_scenario_free(scenario);
    small_free(country);
}

/* Two islands, one without the national capital. */
static void nobody_goes_where_no_road_leads(void **unused) {
    (void)unused;
    small *country = small_line(4);
    ho_scenario *scenario = small_load(country); /* which would not take a graph in pieces */
    scenario->edge[1] = scenario->edge[--scenario->n_edge];
    ho_world *world = world_with(scenario, 1, NULL);
    for (size_t i = 0; i < 4; i++) {
        assert_int_equal(world->dest_first[i + 1] - world->dest_first[i], 1);
        assert_int_equal(world->dest[world->dest_first[i]], i ^ 1);
    }
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

static void provinces_are_home_areas_where_they_are_few(void **unused) {
    (void)unused;
    small *country = small_line(6);
    for (size_t i = 3; i < 6; i++)
        country->district[i].province = 1;
    ho_scenario *scenario = small_load(country);
    ho_world *world = world_with(scenario, 1, NULL);
    assert_int_equal(world->n_home, 2);
    for (size_t i = 0; i < 6; i++)
        assert_int_equal(world->home[i], world->province[i]);
    assert_int_equal(world->home_first[1], 3);
    assert_int_equal(world->home_first[2], 6);
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_nearest_come_with_their_distance),
        cmocka_unit_test(sets_agree_with_all_shortest_ways),
        cmocka_unit_test(crossings_are_places_if_they_were_known),
        cmocka_unit_test(nobody_goes_where_no_road_leads),
        cmocka_unit_test(provinces_are_home_areas_where_they_are_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
