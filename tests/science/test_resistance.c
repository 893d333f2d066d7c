/* Who fights on after the fall of the regime: closed forms of each rate, what is conserved, and paired comparisons of 10,000
 * replicates of a line of six districts with an open and a closed border, with and without the mechanism, with and
 * without a winter; 6 x 10,000 runs of 60 days. */
#include "science/fallen.h"

static const ho_streams STREAMS = {5, 0};

typedef struct hills {
    ho_scenario *scenario;
    ho_world *world;
    ho_state *state;
} hills;

static hills hills_with(const char *sections, const char *const *set, int32_t hill_folk, int32_t rebels) {
    hills h = {.scenario = fallen_load(sections, hill_folk, rebels)};
    h.world = world_with(h.scenario, 1, set);
    h.state = state_started(h.world);
    return h;
}

static void hills_free(hills *h) {
    ho_state_free(h->state);
    ho_world_free(h->world);
    ho_scenario_free(h->scenario);
}

static void assert_ledgers(const hills *h) {
    ho_error err = {0};
    if (ho_state_check(h->state, &err))
        fail_msg("%s", err.text);
}

#define PLAIN_HILLS INSURGENTS_WITH("0") HILL_FOLK("resistance") FRONTIER("closed")

/* ---- rising ---- */

static void nobody_rises_before_the_fall(void **unused) {
    (void)unused;
    static const char *const set[] = {"siege_delay=10", "mobile_share=0.3", "raid_rate=0.5", NULL};
    hills h = hills_with(PLAIN_HILLS, set, 500, 0);
    ho_resistance_step(h.world, h.state, &STREAMS);
    assert_int_equal(h.state->risen[HILL], 0);
    assert_true(h.state->mobile[CROWN] == 0 && h.state->raids_per_day[CROWN] == 0 && h.state->siege_day[CROWN] < 0);
    fall(h.world, h.state, &STREAMS);
    ho_resistance_step(h.world, h.state, &STREAMS);
    assert_int_equal(h.state->risen[HILL], 1);
    assert_int_equal(h.state->risen[COURT], 0);
    assert_near("share who can join a raid", h.state->mobile[CROWN], 0.3, 1e-12, 1);
    assert_near("raids a day of 1,000 fighters", h.state->raids_per_day[CROWN], 0.5, 1e-12, 1);
    assert_near("day of the siege", h.state->siege_day[CROWN], 10, 1e-12, 1);
    hills_free(&h);
}

static void who_has_gone_over_does_not_rise(void **unused) {
    (void)unused;
    hills h = hills_with(PLAIN_HILLS, NULL, 500, 0);
    h.state->stance[HILL] = HO_STANCE_SWITCHED;
    fall(h.world, h.state, &STREAMS);
    ho_resistance_step(h.world, h.state, &STREAMS);
    assert_int_equal(h.state->risen[HILL], 0);
    assert_int_equal(ho_taker(h.world, h.state, 3, CROWN), -1);
    hills_free(&h);
}

/* Before the day of the siege no assault on a pocket is planned, after it all of the effort comes. */
static void pockets_are_left_alone_until_the_siege(void **unused) {
    (void)unused;
    static const char *const set[] = {"siege_delay=9", "effort=2", "raid_rate=0", "mobile_share=0.5", "overstretch=0", NULL};
    static const char *const on[] = {"resistance", "strategy", NULL};
    hills h = hills_with(PLAIN_HILLS, set, 500, 400);
    fall(h.world, h.state, &STREAMS);
    for (int day = 0; day < 18; day++) {
        run_days(h.world, h.state, &STREAMS, all_but(on), 1);
        double planned = h.state->hazard_assault[SEAT] + h.state->hazard_assault[BORDER];
        if (day < 9 ? planned > 0 : planned <= 0)
            fail_msg("day %d: assaults on the pocket at %g a day, its siege begins on day 9", day, planned);
    }
    hills_free(&h);
}

/* The last target in the snow is not attacked more for being the last: E x 0.2 in December, E in September. */
static void winter_slows_a_siege(void **unused) {
    (void)unused;
    static const char *const set[] = {"siege_delay=0", "effort=2", "raid_rate=0", "mobile_share=0.5", NULL};
    hills h = hills_with(INSURGENTS_WITH("0") HILL_FOLK("resistance") WINTER, set, 500, 400);
    fall(h.world, h.state, &STREAMS);
    ho_resistance_step(h.world, h.state, &STREAMS);
    const int32_t days[] = {123, 225}; /* multiples of 3: plans are made; September and December */
    double planned[2];
    for (int k = 0; k < 2; k++) {
        h.state->day = h.state->step = days[k];
        h.state->time_day = days[k];
        assert_int_equal(h.world->month[days[k]], k ? 11 : 8);
        ho_strategy_step(h.world, h.state, &STREAMS);
        planned[k] = h.state->hazard_assault[SEAT];
    }
    assert_true(planned[0] > 0);
    assert_near("December as a share of September", planned[1] / planned[0], 0.2, 1e-12, 1);
    hills_free(&h);
}

/* ---- soldiers of the fallen state ---- */

static void soldiers_nearby_join_and_are_conserved(void **unused) {
    (void)unused;
    static const char *const set[] = {"veterans_join=0.1", NULL};
    hills h = hills_with(PLAIN_HILLS, set, 500, 0);
    h.state->reserve[COURT] = 1000;
    h.state->initial[COURT] += 1000;
    h.state->reserve_worth[COURT] = 2;
    assert_int_equal(h.state->refuge[0], -1);
    fall(h.world, h.state, &STREAMS);
    ho_resistance_step(h.world, h.state, &STREAMS);
    assert_int_equal(h.state->refuge[0], SEAT); /* four edges of 20 km of paved road */
    assert_int_equal(h.state->refuge[BORDER], BORDER);
    ho_dissolve_reserve(h.world, h.state, COURT);
    assert_int_equal(h.state->reserve[COURT], 0);
    assert_int_equal(h.state->joined[HILL], 100);
    assert_int_equal(h.state->switched_in[HILL], h.state->switched_out[COURT]);
    assert_int_equal(h.state->dissolved[COURT], 900);
    assert_int_equal(*fighters_at(h.world, h.state, HILL, SEAT), 600);
    assert_near("worth of the pocket's fighters", h.state->worth[HILL * N_LINE + SEAT], (500 * 1 + 100 * 2) / 600.0, 1e-12, 1);
    assert_ledgers(&h);
    hills_free(&h);
}

/* 8 edges of 20 km are beyond 150 km, 7 are not. */
static void soldiers_from_afar_go_home(void **unused) {
    (void)unused;
    small *country = small_line(12);
    country->district[11] = (small_district){.soldiers = 100, .seat = true, .province = 1};
    country->sections = HILL_FOLK("resistance");
    ho_scenario *scenario = small_load(country);
    for (size_t k = 0; k < scenario->n_garrison; k++)
        if (scenario->garrison[k].district == 11)
            scenario->garrison[k].faction = HILL;
    ho_world *world = world_with(scenario, 1, NULL);
    ho_state *state = state_started(world);
    state->regime_clock[CROWN] = 0;
    ho_resistance_step(world, state, &STREAMS);
    for (size_t i = 0; i < 12; i++)
        assert_int_equal(state->refuge[i], i >= 4 ? 11 : -1);
    assert_int_equal(ho_join_resistance(world, state, COURT, 3, 1000, 1), 0);
    assert_int_equal(ho_join_resistance(world, state, INSURGENTS, 5, 1000, 1), 0); /* not of this regime */
    assert_int_equal(ho_join_resistance(world, state, COURT, 5, 0, 1), 0);
    put_fighters(world, state, HILL, 11, 0);
    state->killed[HILL] += 100;
    assert_int_equal(ho_join_resistance(world, state, COURT, 5, 1000, 1), 0); /* the pocket is gone */
    ho_state_free(state);
    ho_world_free(world);
    ho_scenario_free(scenario);
    small_free(country);
}

/* ---- stock ---- */

/* Cut off: stock(t) = stock(0) - (1 - buy x funds) t, and an empty store stays empty; an open border refills. */
static void a_pocket_lives_on_stock_money_and_the_border(void **unused) {
    (void)unused;
    static const char *const set[] = {"buy_supply=0.4", "raid_rate=0", NULL};
    static const char *const on[] = {"patrons", "logistics", "resistance", NULL};
    hills closed = hills_with(PLAIN_HILLS, set, 500, 0),
          open = hills_with(INSURGENTS_WITH("0") HILL_FOLK("resistance") FRONTIER("open"), set, 500, 0);
    hills *all[] = {&closed, &open};
    for (int k = 0; k < 2; k++) {
        fall(all[k]->world, all[k]->state, &STREAMS);
        all[k]->state->graph_changed = true;
        run_days(all[k]->world, all[k]->state, &STREAMS, all_but(on), 2);
        all[k]->state->funds[HILL] = 0.5;
        all[k]->state->supply_days[SEAT] = 12;
        run_days(all[k]->world, all[k]->state, &STREAMS, all_but(on), 10);
    }
    assert_near("stock of a cut-off pocket with some money", closed.state->supply_days[SEAT], 12 - 10 * 0.8, 1e-9, 1);
    assert_true(open.state->supply_days[SEAT] > 12);
    run_days(closed.world, closed.state, &STREAMS, all_but(on), 10);
    assert_true(closed.state->supply_days[SEAT] == 0);
    closed.state->enemy[SEAT] = 100;
    ho_desertion_step(closed.world, closed.state, &STREAMS);
    assert_true(closed.state->hazard_disband[SEAT] > 0);
    hills_free(&closed);
    hills_free(&open);
}

/* ---- roads ---- */

/* A trunk road through D0003, next to the pocket: cut with chance 1 - exp(-0.1 S/(S + guard)) a day, shut for Gamma(2) of mean 3 d. */
static void roads_are_cut_at_the_rate_of_strengths(void **unused) {
    (void)unused;
    enum { N = 40000 };
    static const char *const set[] = {"road_cut_rate=0.1", "road_shut=3", "guerrilla_rate=0", NULL};
    hills h = hills_with(PLAIN_HILLS, set, 300, 100);
    h.world->on_road[3] = 1;
    fall(h.world, h.state, &STREAMS);
    put_fighters(h.world, h.state, INSURGENTS, 3, 100);
    ho_state *state = state_of(h.world);
    size_t n_cut = 0;
    double days = 0;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {9, r};
        ho_state_copy(state, h.state);
        ho_resistance_step(h.world, state, &streams);
        n_cut += state->road_cut_days[3] > 0;
        days += state->road_cut_days[3];
        assert_true(state->road_cut_days[2] == 0);
    }
    double p = 1 - exp(-0.1 * 300 / 400.0);
    assert_near("chance of a cut", (double)n_cut / N, p, sqrt(p * (1 - p) / N), 4);
    assert_near("mean days shut", days / (double)n_cut, 3, 3 / sqrt(2.0 * (double)n_cut), 4);
    ho_state_free(state);
    hills_free(&h);
}

static void a_cut_road_stops_columns_until_it_opens(void **unused) {
    (void)unused;
    static const char *const set[] = {"road_cut_rate=0", "raid_rate=0", NULL};
    hills h = hills_with(PLAIN_HILLS, set, 300, 0);
    fall(h.world, h.state, &STREAMS);
    ho_resistance_step(h.world, h.state, &STREAMS);
    put_fighters(h.world, h.state, INSURGENTS, 1, 500);
    h.state->road_cut_days[2] = 1.5;
    h.state->front_changed = false;
    ho_find_fronts(h.world, h.state);
    assert_int_equal(h.state->front_of[3], 3);
    assert_int_equal(h.state->front_of[1], -1); /* the front is behind the cut */
    ho_march(h.world, h.state, &STREAMS, 1, INSURGENTS, 100, 0);
    ho_march_to_front(h.world, h.state, &STREAMS, 1, INSURGENTS, 100);
    assert_int_equal(h.state->marching[INSURGENTS], 0);
    ho_resistance_step(h.world, h.state, &STREAMS);
    assert_false(h.state->front_changed);
    ho_resistance_step(h.world, h.state, &STREAMS);
    assert_true(h.state->road_cut_days[2] == 0 && h.state->front_changed && h.state->graph_changed);
    ho_find_fronts(h.world, h.state);
    ho_march_to_front(h.world, h.state, &STREAMS, 1, INSURGENTS, 100);
    assert_int_equal(h.state->marching[INSURGENTS], 100);
    hills_free(&h);
}

/* ---- hiding ---- */

/* The hills are lost; their people hide. */
static void go_under(hills *h, int64_t hidden) {
    fall(h->world, h->state, &STREAMS);
    for (size_t i = SEAT; i < N_LINE; i++)
        ho_take(h->world, h->state, &STREAMS, i, REEDS, HO_MODE_NEGOTIATED);
    ho_resistance_step(h->world, h->state, &STREAMS);
    h->state->hidden[HILL] = hidden;
    h->state->initial[HILL] += hidden;
    h->state->hidden_worth[HILL] = 1;
    assert_ledgers(h);
}

static void a_share_of_those_driven_out_hides(void **unused) {
    (void)unused;
    static const char *const set[] = {"go_hiding=0.4", "escape_share=0", NULL};
    hills h = hills_with(PLAIN_HILLS, set, 500, 100);
    fall(h.world, h.state, &STREAMS);
    ho_take(h.world, h.state, &STREAMS, BORDER, REEDS, HO_MODE_FOUGHT);
    assert_int_equal(h.state->hidden[HILL], 0); /* not risen yet */
    ho_resistance_step(h.world, h.state, &STREAMS);
    ho_take(h.world, h.state, &STREAMS, SEAT, REEDS, HO_MODE_FOUGHT);
    assert_int_equal(h.state->hidden[HILL], 200);
    assert_int_equal(h.state->surrendered[HILL], 500 + 300);
    assert_ledgers(&h);
    hills_free(&h);
}

/* 1,000 hidden strike 10 x rate times a day; each attack kills L and costs L/2 on average. */
static void guerrillas_kill_and_die(void **unused) {
    (void)unused;
    enum { N = 20000 };
    static const char *const set[] = {"guerrilla_rate=0.05", "guerrilla_loss=4", "join_resistance=0", NULL};
    hills h = hills_with(PLAIN_HILLS, set, 100, 400);
    go_under(&h, 1000);
    h.state->day = h.state->step = 1;
    for (size_t i = 2; i < N_LINE; i++)
        put_fighters(h.world, h.state, INSURGENTS, i, 1000);
    ho_state *state = state_of(h.world);
    double *killed = calloc(N, sizeof *killed), *lost = calloc(N, sizeof *lost), elsewhere = 0;
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {11, r};
        ho_state_copy(state, h.state);
        ho_resistance_step(h.world, state, &streams);
        killed[r] = (double)(state->killed[INSURGENTS] - h.state->killed[INSURGENTS]);
        lost[r] = (double)(state->killed[HILL] - h.state->killed[HILL]);
        assert_int_equal(h.state->hidden[HILL] - state->hidden[HILL], (int64_t)lost[r]);
        elsewhere += state->fought[0] + state->fought[1] + state->fought[2];
    }
    estimate of_victor = estimate_of(killed, N), own = estimate_of(lost, N);
    assert_near("killed of the victor", of_victor.mean, 0.5 * 4, of_victor.se, 4);
    assert_near("killed of those in hiding", own.mean, 0.5 * 2, own.se, 4);
    assert_true(elsewhere == 0); /* in the base and next to it only */
    free(killed);
    free(lost);
    ho_state_free(state);
    hills_free(&h);
}

/* Expected recruits a week in one district of the base, with P residents, kin 0.5, attitude -0.5 and grip g. */
static estimate recruits_of(const char *sections, double fear, double grip, double funds) {
    enum { N = 20000 };
    static const char *const set[] = {"join_resistance=0.001", "guerrilla_rate=0", NULL};
    hills h = hills_with(sections, set, 100, 100);
    go_under(&h, 0);
    h.state->day = h.state->step = SEAT % 7;
    h.state->fear[SEAT] = fear;
    h.state->grip[SEAT] = grip;
    h.state->funds[HILL] = funds;
    ho_state *state = state_of(h.world);
    double *n = calloc(N, sizeof *n);
    for (uint32_t r = 0; r < N; r++) {
        const ho_streams streams = {13, r};
        ho_state_copy(state, h.state);
        ho_resistance_step(h.world, state, &streams);
        n[r] = (double)state->recruited[HILL];
        assert_int_equal(state->hidden[HILL], state->recruited[HILL]);
        assert_int_equal(state->residents[SEAT] + state->hidden[HILL], h.state->residents[SEAT]);
    }
    estimate e = estimate_of(n, N);
    e.mean /= h.state->residents[SEAT];
    e.se /= h.state->residents[SEAT];
    free(n);
    ho_state_free(state);
    hills_free(&h);
    return e;
}

static void kin_join_unless_they_are_included_or_afraid(void **unused) {
    (void)unused;
    const double r0 = 7 * 0.001 * 0.5 * 0.5;
    estimate plain = recruits_of(PLAIN_HILLS, 0, 0, 1), afraid = recruits_of(PLAIN_HILLS, 0.6, 0, 1),
             held = recruits_of(PLAIN_HILLS, 0, 1, 1), poor = recruits_of(PLAIN_HILLS, 0, 0, 0),
             included = recruits_of(INSURGENTS_WITH("1") HILL_FOLK("resistance") FRONTIER("closed"), 0, 0, 1);
    assert_near("recruits", plain.mean, r0, plain.se, 4);
    assert_near("recruits in fear", afraid.mean, 0.4 * r0, afraid.se, 4);
    assert_near("recruits under a settled victor", held.mean, 0.5 * r0, held.se, 4);
    assert_near("recruits without money", poor.mean, 0.5 * r0, poor.se, 4);
    assert_near("recruits under an inclusive victor", included.mean, 0.5 * r0, included.se, 4);
}

static void nobody_joins_where_nobody_lives(void **unused) {
    (void)unused;
    static const char *const set[] = {"join_resistance=1", "guerrilla_rate=0", NULL};
    hills h = hills_with(PLAIN_HILLS, set, 100, 100);
    go_under(&h, 0);
    h.state->people_start[0] -= h.state->residents[SEAT] - 3;
    h.state->residents[SEAT] = 3;
    h.state->residents[BORDER] = 0;
    h.state->people_start[0] -= 1000 + h.state->surrendered[HILL] / 2;
    for (int day = 0; day < 7; day++) {
        h.state->day = h.state->step = day;
        ho_resistance_step(h.world, h.state, &STREAMS);
    }
    assert_true(h.state->recruited[HILL] <= 3 && h.state->residents[SEAT] >= 0 && h.state->residents[BORDER] == 0);
    hills_free(&h);
}

static void the_hidden_come_back_to_a_pocket(void **unused) {
    (void)unused;
    static const char *const set[] = {"hidden_return=0.05", "guerrilla_rate=0", "join_resistance=0", NULL};
    hills h = hills_with(PLAIN_HILLS, set, 500, 100);
    fall(h.world, h.state, &STREAMS);
    h.state->hidden[HILL] = 1000;
    h.state->initial[HILL] += 1000;
    h.state->hidden_worth[HILL] = 1;
    ho_resistance_step(h.world, h.state, &STREAMS);
    double p = 1 - exp(-0.35);
    assert_near("who came back in a week", (double)(1000 - h.state->hidden[HILL]), 1000 * p, sqrt(1000 * p * (1 - p)), 4);
    assert_int_equal(*fighters_at(h.world, h.state, HILL, SEAT) + h.state->hidden[HILL], 1500);
    assert_ledgers(&h);
    hills_free(&h);
}

/* ---- raids ---- */

/* Whoever takes a centre after the fall are those who fight on, with their own men. */
static void those_who_fight_on_hold_what_they_take(void **unused) {
    (void)unused;
    static const char *const set[] = {"hold_min=30", "regime_time=0.1", "escape_share=0", NULL};
    static const char *const on[] = {"takeover", NULL};
    hills h = hills_with(PLAIN_HILLS, set, 500, 50);
    put_fighters(h.world, h.state, COURT, SEAT, 5000); /* soldiers beside them do not count */
    h.state->initial[COURT] += 5000;
    fall(h.world, h.state, &STREAMS);
    ho_resistance_step(h.world, h.state, &STREAMS);
    assert_int_equal(ho_taker(h.world, h.state, 3, CROWN), HILL);
    ho_take(h.world, h.state, &STREAMS, 3, CROWN, HO_MODE_FOUGHT);
    assert_int_equal(h.state->holder[3], HILL);
    assert_int_equal(*fighters_at(h.world, h.state, HILL, 3), 30);
    assert_int_equal(*fighters_at(h.world, h.state, COURT, 3), 0);
    assert_ledgers(&h);
    for (size_t i = 0; i < N_LINE; i++)
        h.state->hazard_surrender[i] = h.state->hazard_disband[i] = h.state->hazard_assault[i] = 0;
    run_days(h.world, h.state, &STREAMS, all_but(on), 10);
    assert_int_equal(h.state->holder[3], HILL); /* it does not dissolve with the regime */
    hills_free(&h);
}

/* Days on which the hill folk hold their seat, in all and before they first lose it, and centres retaken and lost again, in 60 days after the fall. */
enum { N_PAIR = 10000, N_DAY = 60 };

typedef struct aftermath {
    double seat_days[N_PAIR], unbroken[N_PAIR], retaken[N_PAIR], lost_again[N_PAIR];
} aftermath;

static aftermath WITH, WITHOUT;

/* Of the centres outside the hills: those the crown holds today, and whether one it held yesterday is lost. */
static uint32_t look_outside(const hills *h, uint32_t before, bool *lost) {
    uint32_t now = 0;
    for (size_t i = 0; i < SEAT; i++)
        now |= (uint32_t)(ho_holder_bloc(h->world, h->state, i) == CROWN) << i;
    *lost |= (before & ~now) != 0;
    return now;
}

static void watch(const char *sections, const char *const *set, uint64_t off, int32_t first_day, double stock_days,
                  aftermath *after) {
    hills h = hills_with(sections, set, 300, 250);
    memset(after, 0, sizeof *after);
    for (uint32_t r = 0; r < N_PAIR; r++) {
        const ho_streams streams = {17, r};
        ho_state_start(h.world, h.state, &streams);
        h.state->step = first_day;
        h.state->supply_days[SEAT] = h.state->supply_days[BORDER] = stock_days;
        h.state->reserve[COURT] = 400;
        h.state->initial[COURT] += 400;
        h.state->reserve_worth[COURT] = 1;
        fall(h.world, h.state, &streams);
        uint32_t outside = 0;
        bool lost = false;
        for (int day = 0; day < N_DAY; day++) {
            run_days(h.world, h.state, &streams, off, 1);
            after->seat_days[r] += ho_holder_bloc(h.world, h.state, SEAT) == CROWN;
            after->unbroken[r] += after->seat_days[r] == day + 1;
            outside = look_outside(&h, outside, &lost);
        }
        after->retaken[r] = h.state->n_retaken[CROWN];
        after->lost_again[r] = lost;
        if (r % 100 == 0)
            assert_ledgers(&h);
    }
    hills_free(&h);
}

static estimate difference(const double *a, const double *b) {
    static double x[N_PAIR];
    for (size_t r = 0; r < N_PAIR; r++)
        x[r] = a[r] - b[r];
    return estimate_of(x, N_PAIR);
}

static void an_open_border_keeps_a_pocket_alive(void **unused) {
    (void)unused;
    static const char *const set[] = {"raid_rate=0.3", NULL};
    watch(INSURGENTS_WITH("0") HILL_FOLK("resistance") FRONTIER("open"), set, 0, 0, 20, &WITH);
    watch(PLAIN_HILLS, set, 0, 0, 20, &WITHOUT);
    assert_more("days the seat stands, open against closed border", difference(WITH.seat_days, WITHOUT.seat_days), 3);
}

static void without_it_pockets_fall_sooner_and_nobody_retakes(void **unused) {
    (void)unused;
    static const char *const set[] = {"raid_rate=0.3", NULL};
    watch(PLAIN_HILLS, set, 0, 0, 20, &WITH);
    watch(PLAIN_HILLS, set, UINT64_C(1) << ho_mechanism_find("resistance"), 0, 20, &WITHOUT);
    assert_more("days the seat stands", difference(WITH.seat_days, WITHOUT.seat_days), 3);
    assert_more("centres retaken", difference(WITH.retaken, WITHOUT.retaken), 3);
    assert_more("replicates that retook and lost again", estimate_of(WITH.lost_again, N_PAIR), 3);
}

/* The fall comes on 1 November: the seat of a pocket with stores stands longer than in the same months without a winter. (Snow slows
 * those who would retake it, too.) */
static void a_pocket_outlasts_more_of_a_winter(void **unused) {
    (void)unused;
    static const char *const set[] = {"raid_rate=0.3", NULL};
    watch(PLAIN_HILLS WINTER, set, 0, 184, 300, &WITH);
    watch(PLAIN_HILLS, set, 0, 184, 300, &WITHOUT);
    assert_more("days the seat stands, winter against none", difference(WITH.unbroken, WITHOUT.unbroken), 3);
}

/* The year goes on until the end of May, every mechanism on, the ledgers checked after each of every day. */
static void everything_is_conserved_into_the_next_year(void **unused) {
    (void)unused;
    ho_scenario *scenario = fallen_load(INSURGENTS_WITH("0") HILL_FOLK("resistance") FRONTIER("open") WINTER, 300, 250);
    ho_world_options options = ho_world_options_default();
    assert_true(ho_day_parse("2031-05-31", &options.until));
    for (int32_t steps = 1; steps <= 2; steps++) {
        options.n_step_per_day = steps;
        ho_world *world = world_from(scenario, &options);
        ho_state *state = state_of(world);
        state->checking = true;
        size_t stood = 0;
        for (uint32_t r = 0; r < 40; r++) {
            const ho_streams streams = {19, r};
            ho_state_start(world, state, &streams);
            fall(world, state, &streams);
            run_days(world, state, &streams, 0, (int)world->n_day);
            stood += ho_holder_bloc(world, state, SEAT) == CROWN;
        }
        assert_true(stood < 40);
        ho_state_free(state);
        ho_world_free(world);
    }
    ho_scenario_free(scenario);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nobody_rises_before_the_fall),
        cmocka_unit_test(who_has_gone_over_does_not_rise),
        cmocka_unit_test(pockets_are_left_alone_until_the_siege),
        cmocka_unit_test(winter_slows_a_siege),
        cmocka_unit_test(soldiers_nearby_join_and_are_conserved),
        cmocka_unit_test(soldiers_from_afar_go_home),
        cmocka_unit_test(a_pocket_lives_on_stock_money_and_the_border),
        cmocka_unit_test(roads_are_cut_at_the_rate_of_strengths),
        cmocka_unit_test(a_cut_road_stops_columns_until_it_opens),
        cmocka_unit_test(a_share_of_those_driven_out_hides),
        cmocka_unit_test(guerrillas_kill_and_die),
        cmocka_unit_test(kin_join_unless_they_are_included_or_afraid),
        cmocka_unit_test(nobody_joins_where_nobody_lives),
        cmocka_unit_test(the_hidden_come_back_to_a_pocket),
        cmocka_unit_test(those_who_fight_on_hold_what_they_take),
        cmocka_unit_test(an_open_border_keeps_a_pocket_alive),
        cmocka_unit_test(without_it_pockets_fall_sooner_and_nobody_retakes),
        cmocka_unit_test(a_pocket_outlasts_more_of_a_winter),
        cmocka_unit_test(everything_is_conserved_into_the_next_year),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
