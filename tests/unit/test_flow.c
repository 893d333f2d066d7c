/* Splits have the multinomial law whichever way they are drawn; routes are the simple paths; distances that count as one lead to one future. */
#include "unit/check.h"

#include <stdlib.h>
#include <string.h>

#include "flow/move.h"
#include "flow/room.h"
#include "unit/statistics.h"

static const ho_streams streams = {.seed = 4, .replicate = 2};

/* --- splits --- */

enum { N_CHOICE = 5, N_TRIAL = 20000 };
static const double weight[N_CHOICE] = {1, 0, 2, 0.5, 0};

/* Counts over many splits of `people` fit the shares, and their variance is that of the multinomial law. */
static void check_split(int64_t people) {
    double upto[N_CHOICE], of_rest[N_CHOICE], observed[N_CHOICE] = {0}, expected[N_CHOICE], square = 0;
    uint32_t which[2 * N_CHOICE];
    int64_t count[2 * N_CHOICE];
    ho_shares_make(weight, N_CHOICE, upto, of_rest);
    const ho_shares shares = {N_CHOICE, upto, of_rest};
    for (uint32_t k = 0; k < N_TRIAL; k++) {
        ho_rng rng = ho_rng_at(&streams, k, HO_PROC_TEST, (uint32_t)people);
        size_t n = ho_split(&rng, people, &shares, which, count);
        int64_t sum = 0, first = 0;
        assert_true(n <= 2 * N_CHOICE);
        for (size_t i = 0; i < n; i++) {
            observed[which[i]] += (double)count[i];
            sum += count[i];
            first += which[i] == 0 ? count[i] : 0;
        }
        assert_int_equal(sum, people);
        double off = (double)first - (double)people / 3.5;
        square += off * off;
    }
    for (size_t i = 0; i < N_CHOICE; i++)
        expected[i] = (double)people * N_TRIAL * weight[i] / 3.5;
    assert_true(observed[1] == 0 && observed[4] == 0);
    const double seen[3] = {observed[0], observed[2], observed[3]}, due[3] = {expected[0], expected[2], expected[3]};
    assert_true(chi_square_p(seen, due, 3) > 1e-4);
    double variance = (double)people * (1 / 3.5) * (2.5 / 3.5); /* of a sample variance: about 2 v^2 / trials */
    assert_true(fabs(square / N_TRIAL - variance) < 5 * variance * sqrt(3.0 / N_TRIAL));
}

static void splits_are_multinomial_for_few_and_many(void **state) {
    (void)state;
    const int64_t people[] = {1, 2, 7, 8, 9, 20, 60, 70, 1000, 1000000007};
    for (size_t k = 0; k < N_OF(people); k++)
        check_split(people[k]);
}

static void splitting_off_is_binomial(void **state) {
    (void)state;
    const int64_t people[] = {1, 3, 4, 30, 64, 65, 5000};
    const double p[] = {0.001, 0.1, 0.3, 0.5, 0.7, 0.999};
    for (size_t i = 0; i < N_OF(people); i++)
        for (size_t j = 0; j < N_OF(p); j++) {
            double n = (double)people[i], sum = 0, square = 0, mean = n * p[j], v = mean * (1 - p[j]);
            for (uint32_t k = 0; k < N_TRIAL; k++) {
                ho_rng rng = ho_rng_at(&streams, k, HO_PROC_TEST, (uint32_t)(100 * i + j));
                double off = (double)ho_split_off(&rng, people[i], p[j]) - mean;
                sum += off;
                square += off * off;
            }
            double kurtosis = 3 + (1 - 6 * p[j] * (1 - p[j])) / v;
            assert_true(fabs(sum / N_TRIAL) < 5 * sqrt(v / N_TRIAL));
            assert_true(fabs(square / N_TRIAL - v) <= 5 * v * sqrt((kurtosis - 1) / N_TRIAL) + 1e-9);
        }
    ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_TEST, 0);
    assert_int_equal(ho_split_off(&rng, 12, 0), 0);
    assert_int_equal(ho_split_off(&rng, 12, 1.5), 12);
}

static void shares_of_nothing_are_equal(void **state) {
    (void)state;
    const double none[3] = {0, 0, 0};
    double upto[3], of_rest[3];
    ho_shares_make(none, 3, upto, of_rest);
    assert_true(of_rest[0] == 1.0 / 3 && of_rest[1] == 0.5 && of_rest[2] == 1 && upto[2] == 3);
}

static void room_is_a_ramp(void **state) {
    (void)state;
    assert_true(ho_room(1e9, 0, 0.9) == 1 && ho_room(90, 100, 0.9) == 1 && ho_room(100, 100, 0.9) == 0);
    assert_true(fabs(ho_room(95, 100, 0.9) - 0.5) < 1e-12);
}

/* --- networks --- */

enum { N_PLACE = 4 };

/* 0 - 1 - 2, 0 - 2, 2 - 3, both ways; lengths 10, 20, 45, 7 */
static ho_network small_network(void) {
    static const int32_t from[] = {0, 1, 1, 2, 0, 2, 2, 3}, to[] = {1, 0, 2, 1, 2, 0, 3, 2};
    static const double km[] = {10, 10, 20, 20, 45, 45, 7, 7};
    ho_network network;
    assert_int_equal(ho_network_build(N_PLACE, 8, from, to, km, &network, NULL), HO_OK);
    return network;
}

static size_t n_routes(int depth, const uint8_t *marker, const uint8_t *open, bool shortest, double *km_sum) {
    ho_network network = small_network();
    ho_route_nodes nodes = {0};
    ho_routes routes;
    const ho_route_options options = {.depth = depth, .shortest_only = shortest, .n_step_max = 1000};
    assert_int_equal(ho_routes_build(&network, open, marker, &options, &nodes, &routes, NULL), HO_OK);
    size_t n = routes.first[1];
    *km_sum = 0;
    for (size_t k = 0; k < n; k++)
        *km_sum += routes.km[k];
    ho_routes_free(&routes);
    ho_route_nodes_free(&nodes);
    ho_network_free(&network);
    return n;
}

static void routes_are_the_simple_paths(void **state) {
    (void)state;
    const uint8_t none[N_PLACE] = {0}, marker[N_PLACE] = {0, 1, 0, 0}, open[8] = {1, 1, 1, 1, 1, 1, 1, 1}, cut[8] = {1, 1, 1, 0, 1, 1, 1, 1};
    double km;
    assert_int_equal(n_routes(1, none, open, false, &km), 2); /* 1, 2 */
    assert_true(km == 55);
    assert_int_equal(n_routes(2, none, open, false, &km), 5); /* and 1-2, 2-1, 2-3 */
    assert_true(km == 55 + 30 + 65 + 52);
    assert_int_equal(n_routes(3, none, open, false, &km), 6); /* and 1-2-3 */
    assert_int_equal(n_routes(3, none, open, true, &km), 3);
    assert_true(km == 10 + 30 + 37);
    assert_int_equal(n_routes(1, marker, open, false, &km), 2); /* 1-2 through the marker, 2 */
    assert_true(km == 30 + 45);
    assert_int_equal(n_routes(2, none, cut, false, &km), 4); /* not over 1-2 */
    assert_int_equal(n_routes(-1, marker, open, false, &km), 1);
}

static void too_many_paths_are_an_error(void **state) {
    (void)state;
    ho_network network = small_network();
    ho_route_nodes nodes = {0};
    ho_routes routes;
    ho_error err;
    const uint8_t marker[N_PLACE] = {0}, open[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    const ho_route_options options = {.depth = 3, .n_step_max = 5};
    assert_int_equal(ho_routes_build(&network, open, marker, &options, &nodes, &routes, &err), HO_ERR_INPUT);
    assert_string_equal(err.text, "more than 5 paths of 3 hops");
    ho_routes_free(&routes);
    ho_route_nodes_free(&nodes);
    ho_network_free(&network);
}

/* Every walk from a place goes on, or not, for a distance as for the one that stands for it. */
static void check_walks(const ho_network *network, int32_t place, double m, double rounded, double day_km) {
    for (size_t k = network->first[place]; k < network->first[place + 1]; k++) {
        double a = m + network->km[k], b = rounded + network->km[k];
        assert_int_equal(a < day_km, b < day_km);
        if (a < day_km)
            check_walks(network, network->to[k], a, b, day_km);
    }
}

static void distances_that_count_as_one_have_one_future(void **state) {
    (void)state;
    ho_network network = small_network();
    ho_stints stints;
    assert_int_equal(ho_stints_build(&network, 70, &stints, NULL), HO_OK);
    assert_true(stints.unit_km == 1);
    size_t n = 0;
    for (int32_t place = 0; place < N_PLACE; place++)
        for (int m = 0; m < 70; m++) {
            double rounded = ho_stints_round(&stints, place, m);
            assert_true(rounded >= m && rounded < 70);
            check_walks(&network, place, m, rounded, 70);
            n += rounded != m;
        }
    assert_true(n > 0);
    ho_stints_free(&stints);
    network.km[0] = 10.3; /* no multiple of any unit: every distance is kept */
    assert_int_equal(ho_stints_build(&network, 70, &stints, NULL), HO_OK);
    assert_true(ho_stints_round(&stints, 0, 12.25) == 12.25);
    ho_stints_free(&stints);
    ho_network_free(&network);
}

/* --- movement --- */

typedef struct uniform {
    const ho_routes *routes;
    double upto[64], of_rest[64];
} uniform;

static ho_shares alike(void *context, int32_t place, uint32_t type) {
    uniform *u = context;
    (void)type;
    const double none[64] = {0};
    size_t n = u->routes->first[place + 1] - u->routes->first[place];
    ho_shares_make(none, n, u->upto, u->of_rest);
    return (ho_shares){n, u->upto, u->of_rest};
}

/* Days of movement; cohorts of distances that count as one joined, or all kept apart. Returns people at place 3 in the end. */
static int64_t wander(bool join, uint32_t seed, int64_t people) {
    ho_network network = small_network();
    ho_route_nodes nodes = {0};
    ho_routes routes;
    ho_flow flow;
    const uint8_t none[8] = {0}, open[8] = {1, 1, 1, 1, 1, 1, 1, 1};
    const double leave[N_PLACE] = {1, 0.6, 0.3, 0.1}, speed[8] = {50, 50, 50, 50, 50, 50, 50, 50};
    const ho_route_options options = {.depth = 2, .n_step_max = 1000};
    const ho_streams of = {.seed = seed};
    assert_int_equal(ho_routes_build(&network, open, none, &options, &nodes, &routes, NULL), HO_OK);
    assert_int_equal(ho_flow_build(&network, routes.n_most, 50, join, &flow, NULL), HO_OK);
    uniform u = {.routes = &routes};
    const ho_flow_law law = {.network = &network, .routes = &routes, .nodes = &nodes, .open = open, .leave = leave, .full = none, .drives_on = none,
                             .km_per_day = speed, .walk_km_per_day = 5, .full_km_per_day = 50, .least_km = 5, .shares = alike, .context = &u};
    assert_int_equal(ho_flow_insert(&flow, 0, 0, false, people, NULL), HO_OK);
    for (uint32_t day = 0; day < 6; day++) {
        assert_int_equal(ho_flow_leave(&flow, &law, &of, day, NULL), HO_OK);
        assert_int_equal(ho_flow_travel(&flow, &law, &of, day, NULL), HO_OK);
        int64_t here = ho_flow_on_road(&flow);
        for (size_t p = 0; p < N_PLACE; p++)
            here += flow.at[p];
        assert_int_equal(here, people);
        assert_int_equal(ho_flow_people(&flow), people);
    }
    int64_t there = flow.at[3];
    ho_flow_free(&flow);
    ho_routes_free(&routes);
    ho_route_nodes_free(&nodes);
    ho_network_free(&network);
    return there;
}

static void nobody_is_lost_of_a_trillion(void **state) {
    (void)state;
    assert_true(wander(true, 1, INT64_C(1000000000000)) > 0);
}

/* The same law, from other draws: means over runs within five standard errors. */
static void joining_keeps_the_law(void **state) {
    (void)state;
    double sum[2] = {0}, square[2] = {0};
    enum { N = 2000 };
    for (int join = 0; join < 2; join++)
        for (uint32_t run = 0; run < N; run++) {
            double x = (double)wander(join, run + 1 + (uint32_t)join * N, 200);
            sum[join] += x;
            square[join] += x * x;
        }
    double a = sum[0] / N, b = sum[1] / N, va = square[0] / N - a * a, vb = square[1] / N - b * b;
    assert_true(fabs(a - b) < 5 * sqrt((va + vb) / N));
    assert_true(fabs(log(va / vb)) < 5 * sqrt(4.0 / N));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(splits_are_multinomial_for_few_and_many),
        cmocka_unit_test(splitting_off_is_binomial),
        cmocka_unit_test(shares_of_nothing_are_equal),
        cmocka_unit_test(room_is_a_ramp),
        cmocka_unit_test(routes_are_the_simple_paths),
        cmocka_unit_test(too_many_paths_are_an_error),
        cmocka_unit_test(distances_that_count_as_one_have_one_future),
        cmocka_unit_test(nobody_is_lost_of_a_trillion),
        cmocka_unit_test(joining_keeps_the_law),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
