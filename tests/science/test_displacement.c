/* Displacement: people are conserved, leave with the binomial law, spread with the multinomial one, wait at borders, come home at the
 * rate they should and are reported late; and over 10,000 wars of a small country there is less to tax where people can flee.
 * Edges are 20 km of paved road. */
#include <time.h>

#include "science/ensemble.h"

static const ho_streams STREAMS = {1, 0};
static const char *const ALONE[] = {"displacement", NULL}; /* the only mechanism that runs */

typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} fixture;

/* A ring of n centres, the first n/2 in province 0; people by district. */
static ho_scenario *ring_of(size_t n, double people, const char *sections) {
    small *country = small_ring(n);
    country->sections = sections;
    for (size_t i = 0; i < n; i++) {
        country->district[i] = (small_district){.soldiers = 100, .rebels = i ? 100 : 0, .province = i >= n / 2};
        country->district[i].seat = i == 0 || i == n / 2;
        country->district[i].airfield = i == 0;
    }
    ho_scenario *scenario = small_load(country);
    for (size_t i = 0; i < n; i++)
        scenario->district[i].population = people * (double)(1 + i % 3);
    small_free(country);
    return scenario;
}

static fixture fixture_of(size_t n, double people, const char *sections, const char *const *set) {
    fixture f = {.scenario = ring_of(n, people, sections)};
    f.world = world_with(f.scenario, 1, set);
    f.state = state_started(f.world);
    return f;
}

static void fixture_free(fixture *f) {
    ho_state_free(f->state);
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
}

static int64_t away_in_all(const ho_world *world, const ho_state *state) {
    int64_t sum = 0;
    for (size_t k = 0; k < world->n_home * world->n_home; k++)
        sum += state->away[k];
    return sum;
}

/* ---- who leaves ---- */

/* Three days of engagement and 14 sorties in a district of 70,003: 10,000 households and one of 3. Mean and variance are binomial. */
static void households_leave_with_the_binomial_law(void **unused) {
    (void)unused;
    enum { N = 4000 };
    static const char *const set[] = {"flight_battle=0.002", "flight_air=0.0001", "household=7", NULL};
    fixture f = fixture_of(6, 70003, NULL, set);
    ho_state *state = state_of(f.world);
    double p = 1 - exp(-(0.002 * 3 + 0.0001 * 7 * 14)), x[N], square[N], mean = 10000 * 7 * p + 3 * p;
    f.state->fought_days[0] = 3;
    f.state->bombed[0] = 14;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {9, r};
        ho_state_copy(state, f.state);
        ho_displacement_step(f.world, state, &streams);
        x[r] = (double)state->displaced_ever[0];
        square[r] = (x[r] - mean) * (x[r] - mean);
        assert_int_equal(state->residents[0], 70003 - state->displaced_ever[0]);
        assert_true(state->displaced_ever[0] % 7 == 0 || state->displaced_ever[0] % 7 == 3);
        assert_int_equal(ho_state_check(state, NULL), HO_OK);
    }
    double variance = 10000 * 49 * p * (1 - p);
    assert_near("people who left", estimate_of(x, N).mean, mean, sqrt(variance / N), 4);
    assert_near("its variance", estimate_of(square, N).mean, variance, variance * sqrt(2.0 / N), 4);
    ho_state_free(state);
    fixture_free(&f);
}

/* Few, none, everybody. */
static void small_and_certain_flights_are_exact(void **unused) {
    (void)unused;
    static const char *const set[] = {"flight_battle=1", "household=7", NULL};
    fixture f = fixture_of(4, 10, NULL, set);
    for (size_t i = 0; i < 4; i++)
        f.state->fought_days[i] = i < 2 ? 1000 : 0;
    f.state->people_start[0] -= f.state->residents[1];
    f.state->residents[1] = 0; /* nobody there */
    ho_displacement_step(f.world, f.state, &STREAMS);
    assert_int_equal(f.state->residents[0], 0);
    assert_int_equal(f.state->displaced_ever[0], 10);
    assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
    fixture_free(&f);
}

/* The hazard of a takeover: days within its fortnight times (1 - attitude)/2, seen over any looks. */
static void a_takeover_drives_people_out_for_a_fortnight(void **unused) {
    (void)unused;
    enum { N = 2000 };
    static const char *const set[] = {"flight_takeover=0.0005", "flight_battle=0", "flight_air=0", "return_rate=0", "household=1", NULL};
    fixture f = fixture_of(6, 30000, NULL, set);
    ho_state *state = state_of(f.world);
    double sum = 0, p = 1 - exp(-0.0005 * 14 * 0.5 * (1 - 0.4));
    f.state->attitude_here[CROWN * f.world->n_province] = 0.4; /* of province 0 to the holder */
    f.state->taken_day[1] = 2;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {9, r};
        ho_state_copy(state, f.state);
        run_days(f.world, state, &streams, all_but(ALONE), 30);
        sum += (double)(60000 - state->residents[1]) / N;
    }
    assert_near("people who left", sum, 60000 * p, sqrt(60000 * p / N), 4);
    ho_state_free(state);
    fixture_free(&f);
}

/* ---- where they go ---- */

/* The law written out: people^a km^-g exp(kin) with all places as safe and empty. */
static double share_of_place(const ho_world *world, size_t i, size_t j, double a, double g) {
    double sum = 0, here = 0;
    size_t n = world->n_district;
    for (size_t k = 0; k < n; k++) {
        if (k == i)
            continue;
        double ways = k > i ? (double)(k - i) : (double)(i - k), km = 20 * fmin(ways, (double)n - ways);
        double weight = pow(world->population[k], a) * pow(km, -g);
        sum += weight;
        here = k == j ? weight : here;
    }
    return here / sum;
}

/* Chi-square of destinations, pooled over replicates; households of 1 are independent. n people per replicate choose one by one by
 * rejection (2), from a table (100) or by multinomial draws (5000). */
static void destinations_follow_the_weights(void **unused) {
    (void)unused;
    static const char *const set[] = {"household=1", "route_people=0.7", "route_time=1.5", "route_safe=0.8", "route_kin=0",
                                      "route_capital=0", "route_full=100", "flight_battle=1", NULL};
    static const double people[] = {2, 100, 5000};
    static const uint32_t n_replicate[] = {20000, 2000, 200};
    for (size_t m = 0; m < N_OF(people); m++) {
        ho_scenario *scenario = ring_of(9, 30000, NULL);
        ho_world *world = world_with(scenario, 1, set);
        ho_state *start = state_started(world), *state = state_of(world);
        double count[9] = {0}, sum = 0, chi = 0;
        int64_t gone = start->residents[4] - (int64_t)people[m];
        start->people_start[0] -= gone;
        start->residents[4] -= (int32_t)gone;
        start->fought_days[4] = 1000; /* everybody leaves */
        start->day = start->step = 4; /* a day on which district 4 is looked at and no welcome but its own */
        for (uint32_t r = 0; r < n_replicate[m]; r++) {
            const ho_streams streams = {21, r};
            ho_state_copy(state, start);
            for (size_t k = 0; k < 9; k++)
                state->welcome[k] = 1.3; /* as day 0 sets it; the same for all, less than the most */
            ho_displacement_step(world, state, &streams);
            for (size_t k = 0; k < 9 * HO_ROAD_DAYS; k++)
                count[k % 9] += state->road[k];
        }
        for (size_t k = 0; k < 9; k++)
            sum += count[k];
        assert_true(fabs(sum - people[m] * n_replicate[m]) < 0.5 && count[4] == 0);
        for (size_t k = 0; k < 9; k++) {
            double need = k == 4 ? 0 : sum * share_of_place(world, 4, k, 0.7, 1.5);
            chi += k == 4 ? 0 : (count[k] - need) * (count[k] - need) / need;
        }
        if (chi > 24.3) /* 7 degrees of freedom, P = 0.001 */
            fail_msg("groups of %g: chi-square %g over 8 places, need at most 24.3", people[m], chi);
        ho_state_free(start);
        ho_state_free(state);
        ho_world_free(world);
        ho_scenario_free(scenario);
    }
}

/* Half the welcome, half the odds, by rejection as well as from the table. */
static void a_place_less_welcome_draws_fewer(void **unused) {
    (void)unused;
    static const char *const set[] = {"household=1", "route_people=0", "route_time=0", "route_safe=1", "route_kin=0",
                                      "route_capital=0", "flight_battle=1", NULL};
    for (int many = 0; many < 2; many++) {
        enum { N = 4000 };
        fixture f = fixture_of(4, 1, NULL, set);
        ho_state *state = state_of(f.world);
        double half = 0, sum = 0;
        int32_t n = many ? 50 : 1;
        f.state->people_start[0] += n - f.state->residents[1];
        f.state->residents[1] = n;
        f.state->fought_days[1] = 1000;
        f.state->day = f.state->step = 1;
        for (uint32_t r = 0; r < N; r++) {
            const ho_streams streams = {22, r};
            ho_state_copy(state, f.state);
            for (size_t k = 0; k < 4; k++)
                state->welcome[k] = k == 2 ? 0.5 : 1;
            ho_displacement_step(f.world, state, &streams);
            for (size_t k = 0; k < 4 * HO_ROAD_DAYS; k++) {
                half += k % 4 == 2 ? state->road[k] : 0;
                sum += state->road[k];
            }
        }
        /* day 1 refreshes district 1 alone; the others keep what the test gave them */
        assert_near("share of the place half as welcome", half / sum, 0.2, sqrt(0.2 * 0.8 / sum), 4);
        ho_state_free(state);
        fixture_free(&f);
    }
}

/* 40 km at 25 km a day: there on the second day after. */
static void people_travel_for_days(void **unused) {
    (void)unused;
    static const char *const set[] = {"household=1", "travel_speed=25", "flight_battle=1", "return_rate=0", NULL};
    fixture f = fixture_of(5, 1000, NULL, set);
    run_days(f.world, f.state, &STREAMS, all_but(ALONE), 1);
    f.state->fought_days[1] = 1000;
    run_days(f.world, f.state, &STREAMS, all_but(ALONE), 1);
    int64_t road = 0;
    for (size_t k = 0; k < 5 * HO_ROAD_DAYS; k++)
        road += f.state->road[k];
    assert_int_equal(road, 2000);
    run_days(f.world, f.state, &STREAMS, all_but(ALONE), 1); /* next door is 20 km: there the next day */
    int64_t near = f.state->displaced[0] + f.state->displaced[2], far = f.state->displaced[3] + f.state->displaced[4];
    assert_true(near > 0 && far == 0);
    run_days(f.world, f.state, &STREAMS, all_but(ALONE), 1);
    far = f.state->displaced[3] + f.state->displaced[4];
    assert_int_equal(near + far, 2000);
    assert_true(far > 0);
    assert_int_equal(f.state->reached_capital[0], f.state->displaced[0]);
    assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
    fixture_free(&f);
}

/* Displaced people who are fought over leave again, each with the home they came from. */
static void the_displaced_leave_again(void **unused) {
    (void)unused;
    static const char *const set[] = {"household=1", "flight_battle=1", "return_rate=0", "flight_repression=0", NULL};
    fixture f = fixture_of(6, 1000, NULL, set);
    ho_state *state = f.state;
    state->residents[4] -= 500; /* home area 1, now in district 1 of area 0 */
    state->displaced[1] = 500;
    state->away[1 * 2 + 0] = 500;
    assert_int_equal(ho_state_check(state, NULL), HO_OK);
    run_days(f.world, state, &STREAMS, all_but(ALONE), 1);
    state->fought_days[1] = 1000;
    run_days(f.world, state, &STREAMS, all_but(ALONE), 1);
    assert_int_equal(ho_state_check(state, NULL), HO_OK);
    assert_int_equal(state->displaced[1], 0);
    assert_int_equal(state->away[1 * 2 + 0] + state->away[1 * 2 + 1], 500);
    assert_true(state->away[1 * 2 + 1] > 0);
    assert_int_equal(state->displaced_ever[0], 2000); /* they left home once */
    fixture_free(&f);
}

/* ---- borders ---- */

#define BORDER(people, soldiers, quota)                                                                                \
    "patrons:\n  - id: east\n    name: East\n    neighbour: East\n    border:\n      - {from: 2030-05-01, people: " people \
    ", soldiers: " soldiers ", armed: closed, quota_per_day: " quota ", known_on: 2030-04-30, source: test}\n"         \
    "crossings:\n"                                                                                                     \
    "  - {id: gate, name: Gate, district: D0002, neighbour: East, customs_usd_per_month: 0, customs_sd_log: 0, "       \
    "known_on: 2030-01-01, source: test}\n"                                                                            \
    "  - {id: wicket, name: Wicket, district: D0003, neighbour: East, customs_usd_per_month: 0, customs_sd_log: 0, "   \
    "known_on: 2030-01-01, source: test}\n"

/* 5,000 wait at each of two crossings; nobody else moves. */
static fixture waiting_at(const char *sections, const char *leak) {
    const char *const set[] = {leak, "return_rate=0", "flight_repression=0", NULL};
    fixture f = fixture_of(6, 20000, sections, set);
    for (size_t c = 0; c < 2; c++) {
        f.state->residents[0] -= 5000;
        f.state->displaced[2 + c] = f.state->at_border[c] = 5000;
    }
    assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
    return f;
}

static void nobody_crosses_a_closed_border_that_does_not_leak(void **unused) {
    (void)unused;
    fixture f = waiting_at(BORDER("closed", "closed", "0"), "border_leak=0");
    f.state->fought_days[4] = 1000;
    run_days(f.world, f.state, &STREAMS, all_but(ALONE), 60);
    assert_true(f.state->displaced_ever[0] > 0);
    assert_int_equal(f.state->abroad[0], 0);
    assert_int_equal(f.state->at_border[0] + f.state->at_border[1], 10000); /* and nobody sets out for it */
    assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
    fixture_free(&f);
}

static void an_open_border_lets_everybody_through(void **unused) {
    (void)unused;
    fixture f = waiting_at(BORDER("open", "closed", "0"), "border_leak=0");
    run_days(f.world, f.state, &STREAMS, all_but(ALONE), 1);
    assert_int_equal(f.state->abroad[0], 10000);
    assert_near("arrivals", f.state->arrivals[0], 10000, 1e-9, 1);
    run_days(f.world, f.state, &STREAMS, all_but(ALONE), 14);
    assert_near("arrivals later", f.state->arrivals[0], 10000 * exp(-1), 1e-6, 1);
    fixture_free(&f);
}

static void a_quota_is_kept_every_day(void **unused) {
    (void)unused;
    fixture f = waiting_at(BORDER("limited", "closed", "133.5"), "border_leak=0");
    for (int day = 1; day <= 40; day++) {
        int64_t before = f.state->abroad[0];
        run_days(f.world, f.state, &STREAMS, all_but(ALONE), 1);
        assert_true(f.state->abroad[0] - before <= 134);
        assert_int_equal(f.state->abroad[0], (int64_t)(day * 133.5)); /* both crossings together */
        assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
    }
    fixture_free(&f);
}

/* There is no largest number of neighbours: seventy, each with a daily number of its own. */
static void every_one_of_many_neighbours_lets_people_through(void **unused) {
    (void)unused;
    enum { N = 70, ROOM = 400 };
    char *text = malloc(2 * N * ROOM);
    assert_non_null(text);
    size_t at = (size_t)snprintf(text, ROOM, "patrons:\n");
    for (int k = 0; k < N; k++)
        at += (size_t)snprintf(text + at, ROOM, "  - {id: p%d, name: P%d, neighbour: N%d, border: [{from: 2030-05-01, people: limited, "
                               "soldiers: closed, armed: closed, quota_per_day: %d, known_on: 2030-04-30, source: test}]}\n", k, k, k, k + 1);
    at += (size_t)snprintf(text + at, ROOM, "crossings:\n");
    for (int k = 0; k < N; k++)
        at += (size_t)snprintf(text + at, ROOM, "  - {id: c%d, name: C%d, district: D0002, neighbour: N%d, customs_usd_per_month: 0, "
                               "customs_sd_log: 0, known_on: 2030-01-01, source: test}\n", k, k, k);
    static const char *const set[] = {"border_leak=0", "return_rate=0", "flight_repression=0", NULL};
    fixture f = fixture_of(6, 200000, text, set);
    assert_int_equal(f.world->n_neighbour, N);
    for (size_t c = 0; c < N; c++) {
        f.state->residents[1] -= 200;
        f.state->displaced[f.scenario->crossing[c].district] += f.state->at_border[c] = 200;
    }
    assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
    run_days(f.world, f.state, &STREAMS, all_but(ALONE), 2);
    for (size_t k = 0; k < N; k++)
        assert_int_equal(f.state->abroad[k], 2 * (k + 1));
    assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
    fixture_free(&f);
    free(text);
}

static void a_closed_border_leaks_a_share_a_week(void **unused) {
    (void)unused;
    enum { N = 1000 };
    fixture f = waiting_at(BORDER("closed", "closed", "0"), "border_leak=0.1");
    ho_state *state = state_of(f.world);
    double sum = 0, p = 1 - 0.9 * 0.9 * 0.9;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {31, r};
        ho_state_copy(state, f.state);
        run_days(f.world, state, &streams, all_but(ALONE), 21);
        sum += (double)state->abroad[0] / N;
    }
    assert_near("across in three weeks", sum, 10000 * p, sqrt(10000 * p * (1 - p) / N), 4);
    ho_state_free(state);
    fixture_free(&f);
}

static void soldiers_cross_where_they_are_let_in(void **unused) {
    (void)unused;
    static const char *const set[] = {"soldiers_cross=0.4", "escape_share=0", NULL};
    static const char *const sections[] = {BORDER("closed", "open", "0"), BORDER("closed", "closed", "0")};
    for (int closed = 0; closed < 2; closed++) {
        fixture f = fixture_of(6, 1000, sections[closed], set);
        ho_take(f.world, f.state, &STREAMS, 2, REEDS, HO_MODE_FOUGHT);
        ho_take(f.world, f.state, &STREAMS, 4, REEDS, HO_MODE_FOUGHT);     /* next door to a crossing */
        ho_take(f.world, f.state, &STREAMS, 5, REEDS, HO_MODE_FOUGHT);     /* far from any */
        ho_take(f.world, f.state, &STREAMS, 3, REEDS, HO_MODE_NEGOTIATED); /* by agreement */
        assert_int_equal(f.state->crossed[COURT], closed ? 0 : 80);
        assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
        fixture_free(&f);
    }
}

/* ---- seats ---- */

static void seats_are_for_the_missions_first_and_for_all_once_the_capital_has_fallen(void **unused) {
    (void)unused;
    static const char flights[] =
        "calendar:\n  - {id: fly, kind: evacuation, date: 2030-05-03, until: 2030-05-12, value: 100.5, bloc: crown, "
        "known_on: 2030-04-30, source: test}\n";
    static const char *const set[] = {"mission_people=300", "mission_ready=10", "return_rate=0", "flight_repression=0", NULL};
    for (int fallen = 0; fallen < 2; fallen++) {
        fixture f = fixture_of(6, 5000, flights, set);
        if (fallen)
            f.state->holder[0] = INSURGENTS;
        f.state->residents[4] -= 400;
        f.state->displaced[0] = 400;
        f.state->away[1 * 2 + 0] = 400;
        run_days(f.world, f.state, &STREAMS, all_but(ALONE), 6);
        assert_int_equal(f.state->evacuated[0], fallen ? 402 : 300);
        assert_int_equal(f.state->seeking_flight[0], 0);
        f.state->battle_bloc[0] = REEDS; /* the airfield is entered */
        run_days(f.world, f.state, &STREAMS, all_but(ALONE), 2);
        assert_int_equal(f.state->evacuated[0], fallen ? 402 : 300);
        f.state->battle_bloc[0] = -1;
        run_days(f.world, f.state, &STREAMS, all_but(ALONE), 30);
        assert_int_equal(f.state->evacuated[0], fallen ? 402 + 402 : 300);
        assert_true(!fallen || away_in_all(f.world, f.state) < 400); /* the displaced got seats as well */
        assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
        fixture_free(&f);
    }
}

#define SEATS                                                                                                          \
    "calendar:\n  - {id: fly, kind: evacuation, date: 2030-05-01, until: 2030-06-30, value: 100, bloc: crown, "         \
    "known_on: 2030-04-30, source: test}\n"                                                                            \
    "patrons:\n  - {id: near, name: Near}\n  - {id: far, name: Far}\n"
#define GUARD(who, until)                                                                                              \
    "    - {" who ", from: 2030-04-01, until: " until ", known_on: 2030-04-30, source: test}\n"
#define AIRPORT(seats, guards)                                                                                         \
    SEATS "airport:\n  district: D0000\n  seats_per_day: " seats "\n  guards:\n" guards                               \
          "  known_on: 2030-04-30\n  source: test\n"

/* People flown out in 20 days, 300 of the missions first, from a capital that may have fallen on the first; the guard of the court, if there is one, is killed on day
 * `killed`. */
static int64_t flown_out(const char *sections, bool fallen, int killed, int32_t *open) {
    static const char *const set[] = {"mission_people=300", "mission_ready=10", "return_rate=0", "flight_repression=0", NULL};
    fixture f = fixture_of(6, 5000, sections, set);
    if (fallen)
        f.state->holder[0] = INSURGENTS;
    for (int day = 0; day < 20; day++) {
        if (day == killed) {
            f.state->killed[COURT] += *fighters_at(f.world, f.state, COURT, 0);
            put_fighters(f.world, f.state, COURT, 0, 0);
        }
        run_days(f.world, f.state, &STREAMS, all_but(ALONE), 1);
    }
    int64_t n = f.state->evacuated[0];
    *open = f.state->airport_open[0];
    assert_int_equal(ho_state_check(f.state, NULL), HO_OK);
    fixture_free(&f);
    return n;
}

/* 100 a day: 20 days with a guard that stays, 10 with one that leaves on the tenth, 10 behind a garrison that is killed then, none without a
 * guard; a third country's guard goes on where the other leaves; where nothing is said of guards all fly, as on a field one holds. */
static void flights_stop_when_the_guard_leaves(void **unused) {
    (void)unused;
    int32_t open;
    assert_int_equal(flown_out(SEATS, true, -1, &open), 2000);
    assert_int_equal(open, 1);
    assert_int_equal(flown_out(AIRPORT("500", GUARD("patron: near", "2030-06-30")), true, -1, &open), 2000);
    assert_int_equal(open, 1);
    assert_int_equal(flown_out(AIRPORT("500", GUARD("patron: near", "2030-05-10")), true, -1, &open), 1000);
    assert_int_equal(open, 0);
    assert_int_equal(flown_out(AIRPORT("500", GUARD("patron: near", "2030-05-10") GUARD("patron: far", "2030-06-30")), true, -1, &open),
                     2000);
    assert_int_equal(open, 1);
    assert_int_equal(flown_out(AIRPORT("500", GUARD("faction: court", "2030-06-30")), true, 10, &open), 1000);
    assert_int_equal(open, 0);
    assert_int_equal(flown_out(AIRPORT("500", GUARD("patron: near", "2030-04-30")), true, -1, &open), 0);
    assert_int_equal(open, 0);
    assert_int_equal(flown_out(AIRPORT("30", GUARD("patron: near", "2030-06-30")), true, -1, &open), 600);
}

static void who_holds_the_airport_needs_no_guard(void **unused) {
    (void)unused;
    int32_t open;
    assert_int_equal(flown_out(AIRPORT("500", GUARD("patron: near", "2030-04-30")), false, -1, &open), 300); /* the missions only */
    assert_int_equal(open, 1);
}

/* Two versions of one guard: what is known later holds. */
static void the_latest_word_on_a_guard_holds(void **unused) {
    (void)unused;
    int32_t open;
    static const char two[] = AIRPORT("500", GUARD("patron: near", "2030-06-30")
        "    - {patron: near, from: 2030-05-01, until: 2030-05-05, known_on: 2030-05-01, source: test}\n");
    assert_int_equal(flown_out(two, true, -1, &open), 500);
}

/* ---- home ---- */

/* 30,000 of area 1 stay in area 0. After k fortnights of quiet N exp(-14 k h) are left, binomially. */
static void people_come_home_at_the_rate(void **unused) {
    (void)unused;
    static const char *const set[] = {"return_rate=0.02", "flight_repression=0", "flight_battle=0", NULL};
    fixture f = fixture_of(6, 40000, NULL, set);
    ho_state *state = f.state;
    int32_t start = state->residents[4];
    state->residents[4] -= 20000;
    state->residents[5] -= 10000;
    state->displaced[1] = 10000;
    state->displaced[2] = 20000;
    state->away[1 * 2 + 0] = 30000;
    for (int k = 1; k <= 6; k++) {
        run_days(f.world, state, &STREAMS, all_but(ALONE), 14);
        double p = exp(-0.02 * 14 * k);
        assert_near("still away", (double)away_in_all(f.world, state), 30000 * p, sqrt(30000 * p * (1 - p)), 4);
        assert_int_equal(state->returned[0], 30000 - away_in_all(f.world, state));
        assert_int_equal(ho_state_check(state, NULL), HO_OK);
    }
    state->p[HO_P_GO_HOME] = 2;
    run_days(f.world, state, &STREAMS, all_but(ALONE), 28);
    assert_int_equal(away_in_all(f.world, state), 0);
    assert_int_equal(state->displaced[1] + state->displaced[2], 0);
    assert_near("home again", state->residents[4], start, 400, 1); /* in proportion to who is missing */
    assert_near("those two", state->residents[4] + state->residents[5],
                f.scenario->district[4].population + f.scenario->district[5].population, 10, 1);
    fixture_free(&f);
}

static void nobody_comes_home_to_a_fight_or_to_a_hated_holder(void **unused) {
    (void)unused;
    static const char *const set[] = {"return_rate=1", "flight_repression=0", "flight_battle=0", "flight_takeover=0", NULL};
    for (int why = 0; why < 3; why++) {
        fixture f = fixture_of(6, 40000, NULL, set);
        ho_state *state = f.state;
        state->residents[4] -= 30000;
        state->displaced[1] = 30000;
        state->away[1 * 2 + 0] = 30000;
        for (size_t i = 3; i < 6; i++) {
            if (why == 0)
                state->battle_bloc[i] = REEDS;
            if (why == 1)
                state->taken_day[i] = 25;
        }
        if (why == 2)
            state->attitude_here[CROWN * 2 + 1] = -0.6;
        run_days(f.world, state, &STREAMS, all_but(ALONE), 35);
        assert_int_equal(away_in_all(f.world, state), 30000);
        fixture_free(&f);
    }
}

/* ---- what agencies see ---- */

/* Counted on day d = before + share x sum over days s <= d of newly(s) G(d - s), G the gamma law of shape 2 and mean lag. */
static double counted(const double *newly, int day, double before, double share, double lag) {
    double sum = before;
    for (int s = 0; s <= day; s++) {
        double x = 2 / lag * (day - s);
        sum += share * newly[s] * (1 - (1 + x) * exp(-x));
    }
    return sum;
}

/* Those who verify and those who estimate count the same flow, each with a start, share and lag of its own. */
static void both_counts_are_the_flow_seen_through_gamma_lags(void **unused) {
    (void)unused;
    static const char *const set[] = {"reported_share=0.6", "report_lag=14", "displaced_before=1000", "estimated_share=1.1",
                                      "estimate_lag=5", "estimated_before=1500", "flight_battle=0.01", NULL};
    fixture f = fixture_of(6, 50000, NULL, set);
    double newly[61] = {0};
    for (int day = 0; day < 60; day++) {
        f.state->fought_days[day % 6] += day < 30 ? 1 : 0;
        int64_t before = f.state->displaced_ever[0];
        run_days(f.world, f.state, &STREAMS, all_but(ALONE), 1);
        newly[day] = (double)(f.state->displaced_ever[0] - before);
        assert_near("reported", f.state->reported[2], counted(newly, day, 1000, 0.6, 14), 1e-6, 1);
        assert_near("estimated", f.state->estimated[2], counted(newly, day, 1500, 1.1, 5), 1e-6, 1);
    }
    assert_true(f.state->reported[2] > 2000 && f.state->estimated[2] > 2500);
    fixture_free(&f);
}

/* Estimated by reported after the given days of the same flow: both start at 1,000 and count half with 14 d, but for `set`. */
static double estimated_by_reported(const char *share, const char *lag, int days) {
    const char *const set[] = {"reported_share=0.5", "report_lag=14", "displaced_before=1000", "estimated_before=1000",
                               share, lag, "flight_battle=0.01", NULL};
    fixture f = fixture_of(6, 50000, NULL, set);
    for (int day = 0; day < days; day++) {
        f.state->fought_days[day % 6] += day < 15 ? 1 : 0;
        run_days(f.world, f.state, &STREAMS, all_but(ALONE), 1);
    }
    assert_true(f.state->displaced_ever[0] > 1000);
    double ratio = (f.state->estimated[2] - 1000) / (f.state->reported[2] - 1000);
    fixture_free(&f);
    return ratio;
}

/* A larger share is more by just that much, a shorter lag is more at first and the same in the end; either way round. */
static void a_larger_share_or_a_shorter_lag_counts_more(void **unused) {
    (void)unused;
    assert_near("alike", estimated_by_reported("estimated_share=0.5", "estimate_lag=14", 30), 1, 1e-12, 1);
    assert_near("share", estimated_by_reported("estimated_share=0.9", "estimate_lag=14", 30), 1.8, 1e-9, 1);
    assert_near("smaller share", estimated_by_reported("estimated_share=0.2", "estimate_lag=14", 30), 0.4, 1e-9, 1);
    assert_true(estimated_by_reported("estimated_share=0.5", "estimate_lag=5", 20) > 1.3);
    assert_true(estimated_by_reported("estimated_share=0.5", "estimate_lag=40", 20) < 0.5);
    assert_near("in the end", estimated_by_reported("estimated_share=0.5", "estimate_lag=5", 60), 1, 0.1, 1);
}

/* ---- wars ---- */

enum { V_EVER, V_RESIDENTS, V_MOVING, V_ABROAD, N_VIEW };

static void view(const ho_world *world, const ho_state *state, size_t day, float *value) {
    (void)day;
    memset(value, 0, N_VIEW * sizeof *value);
    value[V_EVER] = (float)state->displaced_ever[0];
    for (size_t i = 0; i < world->n_district; i++)
        value[V_RESIDENTS] += (float)state->residents[i];
    value[V_MOVING] = (float)away_in_all(world, state);
    value[V_ABROAD] = (float)state->abroad[0];
}

static const ho_observer VIEW = {.n_value = N_VIEW, .day = view};

static ensemble war(const ho_scenario *scenario, const char *const *set, int n_step_per_day, ho_sim_options sim, size_t n) {
    ho_world_options options = ho_world_options_default();
    options.until = scenario->from + 59;
    options.n_step_per_day = n_step_per_day;
    options.set = set;
    while (set && set[options.n_set])
        options.n_set++;
    ho_world *world = world_from(scenario, &options);
    ensemble e = ensemble_run(world, &VIEW, sim, n);
    ho_world_free(world);
    return e;
}

/* The ledgers are checked after every mechanism of every day of 10,000 wars, by the run itself. */
static void people_are_conserved_in_ten_thousand_wars(void **unused) {
    (void)unused;
    ho_scenario *scenario = ring_of(6, 20000, BORDER("limited", "limited", "30"));
    ensemble e = war(scenario, NULL, 1, (ho_sim_options){.seed = 6, .check = true}, 10000);
    estimate ever = mean_at(&e, 59, V_EVER), abroad = mean_at(&e, 59, V_ABROAD);
    assert_true(ever.mean > 100 && abroad.mean > 1);
    ensemble_free(&e);
    ho_scenario_free(scenario);
}

/* 10,000 wars, paired: where people can flee fewer live at home; without, nobody is ever away. */
static void without_displacement_everybody_stays_to_be_taxed(void **unused) {
    (void)unused;
    enum { N = 10000 };
    ho_scenario *scenario = ring_of(6, 20000, NULL);
    ensemble with = war(scenario, NULL, 1, (ho_sim_options){.seed = 6}, N),
             without = war(scenario, NULL, 1, (ho_sim_options){.seed = 6, .off = UINT64_C(1) << ho_mechanism_find("displacement")}, N);
    assert_more("people at home", paired_at(&with, &without, 59, V_RESIDENTS), 3);
    estimate moving = mean_at(&without, 59, V_MOVING);
    assert_true(moving.mean == 0);
    ensemble_free(&with);
    ensemble_free(&without);
    ho_scenario_free(scenario);
}

/* 10,000 wars, paired: the same people, more afraid of the same harm. */
static void fear_makes_people_leave(void **unused) {
    (void)unused;
    enum { N = 10000 };
    static const char *const calm[] = {"flight_threat=0.002", "fear_harm=1000", NULL}, *const afraid[] = {"flight_threat=0.002", "fear_harm=1", NULL};
    ho_scenario *scenario = ring_of(6, 20000, NULL);
    ensemble a = war(scenario, calm, 1, (ho_sim_options){.seed = 6}, N), b = war(scenario, afraid, 1, (ho_sim_options){.seed = 6}, N);
    assert_more("people who fled", paired_at(&a, &b, 59, V_EVER), 3);
    ensemble_free(&a);
    ensemble_free(&b);
    ho_scenario_free(scenario);
}

static void shorter_steps_move_as_many(void **unused) {
    (void)unused;
    enum { N = 4000 };
    ho_scenario *scenario = ring_of(6, 20000, NULL);
    ensemble one = war(scenario, NULL, 1, (ho_sim_options){.seed = 6}, N), four = war(scenario, NULL, 4, (ho_sim_options){.seed = 6}, N);
    estimate a = mean_at(&one, 29, V_EVER), b = mean_at(&four, 29, V_EVER);
    assert_near("fled with 4 steps a day", b.mean, a.mean, sqrt(a.se * a.se + b.se * b.se) + 0.02 * a.mean, 4);
    ensemble_free(&one);
    ensemble_free(&four);
    ho_scenario_free(scenario);
}

/* A thousand times as many people: the same shares leave, and it takes about as long (printed, not asserted: machines differ). */
static void many_people_cost_no_more_than_few(void **unused) {
    (void)unused;
    static const double people[] = {6300, 6300000};
    static const char *const set[] = {"flight_battle=0.01", "return_rate=0.03", NULL};
    double share[2], spent_s[2];
    for (size_t m = 0; m < 2; m++) {
        fixture f = fixture_of(6, people[m] / 2, NULL, set);
        double sum = 0, all = (double)f.state->people_start[0];
        ho_state *state = state_of(f.world);
        struct timespec from, until;
        timespec_get(&from, TIME_UTC);
        for (uint32_t r = 0; r < 300; r++) {
            const ho_streams streams = {41, r};
            ho_state_copy(state, f.state);
            for (int day = 0; day < 60; day++) {
                state->fought_days[day % 6] += 0.5;
                run_days(f.world, state, &streams, all_but(ALONE), 1);
            }
            sum += (double)state->displaced_ever[0] / 300;
        }
        timespec_get(&until, TIME_UTC);
        assert_int_equal(ho_state_check(state, NULL), HO_OK);
        spent_s[m] = (double)(until.tv_sec - from.tv_sec) + 1e-9 * (double)(until.tv_nsec - from.tv_nsec);
        share[m] = sum / all;
        ho_state_free(state);
        fixture_free(&f);
    }
    printf("%.0f and %.0f people: %.1f and %.1f us a day\n", 6 * people[0], 6 * people[1], spent_s[0] / 300 / 60 * 1e6, spent_s[1] / 300 / 60 * 1e6);
    assert_near("share who left", share[0], share[1], 0.01 * share[1], 1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(households_leave_with_the_binomial_law),
        cmocka_unit_test(small_and_certain_flights_are_exact),
        cmocka_unit_test(a_takeover_drives_people_out_for_a_fortnight),
        cmocka_unit_test(destinations_follow_the_weights),
        cmocka_unit_test(a_place_less_welcome_draws_fewer),
        cmocka_unit_test(people_travel_for_days),
        cmocka_unit_test(the_displaced_leave_again),
        cmocka_unit_test(nobody_crosses_a_closed_border_that_does_not_leak),
        cmocka_unit_test(an_open_border_lets_everybody_through),
        cmocka_unit_test(a_quota_is_kept_every_day),
        cmocka_unit_test(every_one_of_many_neighbours_lets_people_through),
        cmocka_unit_test(a_closed_border_leaks_a_share_a_week),
        cmocka_unit_test(soldiers_cross_where_they_are_let_in),
        cmocka_unit_test(flights_stop_when_the_guard_leaves),
        cmocka_unit_test(who_holds_the_airport_needs_no_guard),
        cmocka_unit_test(the_latest_word_on_a_guard_holds),
        cmocka_unit_test(seats_are_for_the_missions_first_and_for_all_once_the_capital_has_fallen),
        cmocka_unit_test(people_come_home_at_the_rate),
        cmocka_unit_test(nobody_comes_home_to_a_fight_or_to_a_hated_holder),
        cmocka_unit_test(both_counts_are_the_flow_seen_through_gamma_lags),
        cmocka_unit_test(a_larger_share_or_a_shorter_lag_counts_more),
        cmocka_unit_test(people_are_conserved_in_ten_thousand_wars),
        cmocka_unit_test(without_displacement_everybody_stays_to_be_taxed),
        cmocka_unit_test(fear_makes_people_leave),
        cmocka_unit_test(shorter_steps_move_as_many),
        cmocka_unit_test(many_people_cost_no_more_than_few),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
