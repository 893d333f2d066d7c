/* The cascade of surrenders against Granovetter's fixed point (1978): with thresholds of distribution F and belief b(r) when a share r has
 * fallen, everyone with theta > b(r) follows, until r = s + (1 - s) (1 - F(b(r))), s the share fallen at the start.
 * A ring stands for a well-mixed country: belief there follows the national share z without the two neighbours,
 * b = logistic(u0 - u2 z/(z + 0.05)). Decisions are fast and their width is small; news is taken in at once; the memory of falls, 10 d
 * in the model, is made endless by the test. On the complete graph the same holds with the share of neighbours,
 * b = logistic(u0 - 8 s0 B x), whose effect is tied to the width s0 (additions C3), so that test compares with the exact dynamics. */
#include "science/ensemble.h"
#include "unit/statistics.h"

enum { N_DISTRICT = 400, N_SEED_TAKEN = 8 };
static const double U0 = 1.5, U2 = 2;

static ho_scenario *well_mixed(void) {
    small *country = small_ring(N_DISTRICT);
    for (size_t i = 1; i < N_DISTRICT; i++)
        country->district[i] = (small_district){.soldiers = 50, .rebels = 100};
    ho_scenario *scenario = small_load(country);
    small_free(country);
    return scenario;
}

static double threshold_of(size_t rank, double mean, double sd) {
    return mean + sd * ho_normal_from(((double)rank + 0.5) / N_DISTRICT);
}

/* Every 50th centre has fallen; commanders' thresholds are the quantiles of N(mean, sd), scattered over the ring. */
static ho_state *shaken(const ho_world *world, double mean, double sd) {
    ho_state *state = state_started(world);
    const ho_streams streams = {1, 0};
    for (size_t k = 0; k < N_SEED_TAKEN; k++)
        ho_take(world, state, &streams, 25 + k * 50, REEDS, HO_MODE_ABANDONED);
    for (size_t i = 0; i < N_DISTRICT; i++) {
        state->threshold[i] = threshold_of(i * 149 % N_DISTRICT, mean, sd);
        state->contact_days[i] = 1e9;
    }
    return state;
}

static void remember(const ho_world *world, ho_state *state) {
    const size_t n = world->n_district;
    state->fallen[CROWN] = 0;
    for (size_t i = 0; i < n; i++) {
        double near = 0;
        state->fallen[CROWN] += state->holder[i] != COURT;
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++)
            near += state->holder[world->link_to[k]] != COURT;
        state->fallen_near[CROWN * n + i] = near;
    }
}

static double share_fallen_at_the_end(const ho_world *world, ho_state *state, int n_day) {
    const ho_streams streams = {10, 0};
    static const char *const on[] = {"perception", "strategy", "surrender", "takeover", NULL};
    for (int day = 0; day < n_day; day++) {
        remember(world, state);
        run_days(world, state, &streams, all_but(on), 1);
    }
    return 1 - (double)state->centres[CROWN] / (double)world->n_district;
}

/* The share that follows in the end, thresholds above b(r) + margin following. */
static double fixed_point(double mean, double sd, double margin) {
    const double seed = (double)N_SEED_TAKEN / N_DISTRICT;
    double r = seed;
    for (int k = 0; k < 10000; k++) {
        double belief = 1 / (1 + exp(-(U0 - U2 * r / (r + 0.05))));
        r = seed + (1 - seed) * (1 - normal_below((belief + margin - mean) / sd));
    }
    return r;
}

static const char *const SETTINGS[] = {
    "belief_u0=1.5",      "belief_national=2",  "belief_strength=0",   "belief_capitals=0",   "belief_foreign=0",
    "belief_claims=0",    "belief_tau=0.1",     "contagion_total=0",   "decision_rate=10",    "decision_width=0.001",
    "surrender_relief=0", "surrender_morale=0", "surrender_kin=0",     "surrender_amnesty=0", "effort=0",
    "effort_retake=0",    "freed_share=0",      "senior_share=0",      "capital_contact=1",   NULL};

/* A commander whose threshold lies m below belief still gives up at 10/d logistic(-m/0.001): within 20 days of quiet one in
 * a thousand of those at m = 0.012. The simulated share lies between the fixed points of margins 0.012 and -0.012, but for the coarseness of
 * 400 thresholds and of the two neighbours left out of z (1/400 each way in r). */
static void the_cascade_stops_at_granovetters_fixed_point(void **unused) {
    (void)unused;
    static const double cases[][2] = {{0.40, 0.05}, {0.40, 0.15}, {0.45, 0.10}, {0.35, 0.20}, {0.5, 0.15}, {0.55, 0.05}};
    ho_scenario *scenario = well_mixed();
    ho_world *world = world_with(scenario, 24, SETTINGS);
    for (size_t k = 0; k < N_OF(cases); k++) {
        double mean = cases[k][0], sd = cases[k][1];
        ho_state *state = shaken(world, mean, sd);
        double r = share_fallen_at_the_end(world, state, 25);
        double lo = fixed_point(mean, sd, 0.012) - 3.0 / N_DISTRICT, hi = fixed_point(mean, sd, -0.012) + 3.0 / N_DISTRICT;
        if (!(r >= lo && r <= hi))
            fail_msg("thresholds N(%g, %g): share fallen %.4f, need %.4f to %.4f", mean, sd, r, lo, hi);
        ho_state_free(state);
    }
    ho_world_free(world);
    ho_scenario_free(scenario);
}

/* Same mean, same shock: a narrow spread holds, a wide one gives way, as his two crowds do. */
static void the_spread_of_thresholds_decides(void **unused) {
    (void)unused;
    ho_scenario *scenario = well_mixed();
    ho_world *world = world_with(scenario, 24, SETTINGS);
    ho_state *narrow = shaken(world, 0.4, 0.05), *wide = shaken(world, 0.4, 0.15);
    assert_true(share_fallen_at_the_end(world, narrow, 25) < 0.03);
    assert_true(share_fallen_at_the_end(world, wide, 25) > 0.3);
    ho_state_free(narrow);
    ho_state_free(wide);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

enum { N_COMPLETE = 60, N_ROUND = 400 };

/* Complete graph: x is the share fallen of all others, z is 0. Mean number fallen after 3 days in N_ROUND replicates, against a plain
 * simulation of n commanders who each give up at nu logistic((theta_i - b(x_i))/s0). */
static double plain_cascade(double theta[], double nu, double s0, double effect, double dt, int n_step, unsigned seed) {
    bool fallen[N_COMPLETE] = {false};
    double y[N_COMPLETE], n_fallen = 2;
    fallen[1] = fallen[2] = true;
    for (int i = 0; i < N_COMPLETE; i++)
        y[i] = U0;
    const ho_streams streams = {seed, 99};
    for (int step = 0; step < n_step; step++) {
        double before = n_fallen;
        for (int i = 0; i < N_COMPLETE; i++) {
            uint32_t word[4];
            ho_block(&streams, (uint32_t)step, HO_PROC_TEST, (uint32_t)i, 0, word);
            y[i] += (1 - exp(-dt / 0.1)) * (U0 - effect * before / (N_COMPLETE - 1) - y[i]);
            double belief = 1 / (1 + exp(-y[i])), hazard = nu / (1 + exp(-(theta[i] - belief) / s0));
            if (!fallen[i] && i != 0 && ho_unit(word[0]) < 1 - exp(-hazard * dt)) {
                fallen[i] = true;
                n_fallen++;
            }
        }
    }
    return n_fallen;
}

static void on_a_complete_graph_everyone_sees_everyone(void **unused) {
    (void)unused;
    static const char *const set[] = {
        "belief_u0=1.5",      "belief_national=0",  "belief_strength=0", "belief_capitals=0",   "belief_foreign=0",
        "belief_claims=0",    "belief_tau=0.1",     "contagion_total=5", "contagion_belief=1",  "contagion_start=0",
        "contagion_relief=0", "decision_rate=2",    "decision_width=0.07", "surrender_relief=0", "surrender_morale=0",
        "surrender_kin=0",    "surrender_amnesty=0", "effort=0",         "effort_retake=0",     "freed_share=0",
        "senior_share=0",     "capital_contact=1",  NULL};
    const double effect = 8 * 0.07 * 5; /* logit per unit of x: 8 s0 B */
    small *country = small_complete(N_COMPLETE);
    for (size_t i = 1; i < N_COMPLETE; i++)
        country->district[i] = (small_district){.soldiers = 50, .rebels = 100};
    ho_scenario *scenario = small_load(country);
    ho_world *world = world_with(scenario, 24, set);
    ho_state *start = state_started(world), *state = state_of(world);
    const ho_streams first = {1, 0};
    double theta[N_COMPLETE], x[N_ROUND], want[N_ROUND];
    ho_take(world, start, &first, 1, REEDS, HO_MODE_ABANDONED);
    ho_take(world, start, &first, 2, REEDS, HO_MODE_ABANDONED);
    for (size_t i = 0; i < N_COMPLETE; i++) {
        theta[i] = start->threshold[i] = i == 0 ? -9 : 0.5 + 0.1 * ho_normal_from(((double)(i * 7 % N_COMPLETE) + 0.5) / N_COMPLETE);
        start->contact_days[i] = 1e9;
        start->belief_logit[i] = U0;
    }
    for (uint32_t r = 0; r < N_ROUND; r++) {
        const ho_streams streams = {11, r};
        ho_state_copy(state, start);
        state->n_change = 0;
        for (state->step = 0; state->step < 24 * 3;) {
            int32_t step = state->step;
            remember(world, state);
            state->day = step / 24;
            state->time_day = step * world->dt_day;
            ho_perception_step(world, state, &streams);
            ho_strategy_step(world, state, &streams);
            ho_surrender_step(world, state, &streams);
            ho_takeover_step(world, state, &streams);
            state->step = step + 1;
        }
        x[r] = N_COMPLETE - state->centres[CROWN];
        want[r] = plain_cascade(theta, 2, 0.07, effect, 1.0 / 24, 24 * 3, 1000 + r);
    }
    estimate got = estimate_of(x, N_ROUND), plain = estimate_of(want, N_ROUND);
    assert_true(plain.mean > 5 && plain.mean < N_COMPLETE - 5); /* a case with something to tell */
    assert_near("fallen after three days", got.mean, plain.mean, sqrt(got.se * got.se + plain.se * plain.se), 4);
    ho_state_free(start);
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_cascade_stops_at_granovetters_fixed_point),
        cmocka_unit_test(the_spread_of_thresholds_decides),
        cmocka_unit_test(on_a_complete_graph_everyone_sees_everyone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
