/* displacement: people leave, travel, arrive, cross, fly out, come home. People are counts: those who share place,
 * origin and time on the road are exchangeable, so that a draw for all of them has the law of one draw each. Exposure
 * is kept exactly; a district is looked at every third day where it was fought over, once a week for a fortnight after
 * a takeover and in fear, else every four weeks, in turn. routes.c, borders.c and returns.c are its parts. */
#include "mechanisms/people.h"

const ho_mechanism_info ho_displacement_info = {
    .name = "displacement",
    .does = "Households leave fights, threats, takeovers, strikes and repression for nearby, peopled, safe and kindred "
            "places "
            "or the border, and return when it is quiet.",
    .equation =
        "leaving households ~ Binomial(1 - exp(-integral of h1 fought + h2 fear + h3 taken within 14 d (1 - "
        "attitude)/2 + "
        "h4 sorties/week + h5 repression)); place ~ Multinomial(people^a km^-g exp(kin, seat) (1 + (e^safe - 1) safe) "
        "/ (1 + displaced/(full residents))); road: km/speed days; border: open all, limited a quota a day, closed "
        "a share a week; flights: dated seats, at most the airport's, while nobody fights there and it is guarded or "
        "held by those whose they are; home: 1/30 d where quiet for 14 d; reported (verified) and estimated: each its "
        "own share of those who left, with a Gamma(2) lag of its own",
    .source = "design: displacement (gravity, borders, returns); additions C17, F11, F25, F31; rates: judgement",
    .reads = "residents, fear, repression, attitude_here, taken_day, fought_days, bombed, battle_bloc, n_enemy_near, "
             "posture, holder, fighters",
    .writes =
        "residents, displaced, came, went, road, road_border, at_border, away, abroad, arrivals, evacuated, seeking_flight, "
        "airport_open, displaced_ever, returned, reached_capital, reported, estimated, border_quota, welcome, route, "
        "route_known, looked_day, last_fight_day, fought_days, bombed, queue",
    .off = "everybody stays: more people to tax and recruit where it is fought over, nobody crosses a border",
};

enum { HOT_EVERY = 3, WEEK = 7, COLD_EVERY = 28, HOME_EVERY = 14 }; /* [d] between looks, in turn */
static const double TAKEN_DAYS = 14; /* [d] for which a takeover drives people out; displacement.md */

/* What does not change between the districts of a day. */
typedef struct today {
    int64_t household; /* [persons] */
    double safe_gain;
} today;

/* Days of the last fortnight's takeover of i that fall between two looks. */
static double days_taken(const ho_state *state, size_t i, double from, double until) {
    double taken = state->taken_day[i];
    return ho_max(0, ho_min(until, taken + TAKEN_DAYS) - ho_max(from, taken));
}

/* Who leaves district i, of its own people for any reason, of those who found refuge there because of fighting. */
static void look(const ho_world *world, ho_state *state, const ho_streams *streams, const today *now, size_t i) {
    const double *p = state->p;
    size_t b = (size_t)ho_holder_bloc(world, state, i);
    double from = state->looked_day[i], until = state->time_day, span = until - from;
    double fight = p[HO_P_FLEE_BATTLE] * state->fought_days[i] + p[HO_P_FLEE_AIR] * 7 * state->bombed[i];
    double hazard = fight + span * (p[HO_P_FLEE_THREAT] * state->fear[i] + p[HO_P_FLEE_RULE] * state->repression[b]);
    if (from < state->taken_day[i] + TAKEN_DAYS) {
        double attitude = state->attitude_here[b * world->n_province + (size_t)world->province[i]];
        hazard += p[HO_P_FLEE_TAKEN] * days_taken(state, i, from, until) * 0.5 * ho_max(0, 1 - attitude);
    }
    if (state->fought_days[i] > 0)
        state->last_fight_day[i] = until;
    state->looked_day[i] = until;
    state->fought_days[i] = state->bombed[i] = 0;
    if (!(hazard > 0))
        return;
    uint32_t step = (uint32_t)state->step, entity = (uint32_t)i;
    ho_leavers guests = {.household = now->household},
               leaving = ho_leave(streams, step, entity, state->residents[i], now->household, hazard);
    if (fight > 0 && state->displaced[i] > 0)
        guests = ho_leave(streams, step, entity | HO_GUESTS, ho_settled(world, state, i), now->household, fight);
    if (ho_leavers_people(leaving) + ho_leavers_people(guests) > 0)
        ho_set_out(world, state, streams, i, leaving, guests, 1 + now->safe_gain);
}

/* Whether a takeover of i asks for a look: soon after it, and when its fortnight is over. */
static bool is_due(const ho_state *state, size_t i) {
    double taken = state->taken_day[i], looked = state->looked_day[i];
    return looked < taken || (looked < taken + TAKEN_DAYS && state->time_day >= taken + TAKEN_DAYS);
}

static void look_around(const ho_world *world, ho_state *state, const ho_streams *streams, const today *now) {
    const size_t n = world->n_district;
    for (size_t i = (size_t)(state->day % WEEK); i < n; i += WEEK) {
        ho_welcome_district(world, state, i, now->safe_gain);
        if (is_due(state, i))
            look(world, state, streams, now, i);
    }
    for (size_t i = (size_t)(state->day % HOT_EVERY); i < n; i += HOT_EVERY)
        if (state->fought_days[i] > 0) {
            look(world, state, streams, now, i);
            ho_welcome_district(world, state, i, now->safe_gain);
        }
    for (size_t i = (size_t)(state->day % COLD_EVERY); i < n; i += COLD_EVERY)
        look(world, state, streams, now, i);
}

/* Who arrives today. */
static void arrive(const ho_world *world, ho_state *state) {
    size_t on = (size_t)(state->day % HO_ROAD_DAYS);
    int32_t *road = &state->road[on * world->n_district], *border = &state->road_border[on * world->n_crossing];
    state->reached_capital[0] += road[world->national_capital];
    for (size_t i = 0; i < world->n_district; i++)
        if (road[i]) {
            state->displaced[i] += road[i];
            state->came[i] += road[i];
            road[i] = 0;
        }
    for (size_t c = 0; c < world->n_crossing; c++) {
        state->at_border[c] += border[c];
        border[c] = 0;
    }
}

/* A source counts a share of those who left, with a delay of gamma law, shape 2 and mean lag [d]: stage 0 and 1 empty
 * at 2/lag, 2 is what it has counted. Exact for people who left at the start of a day. */
static void count(double stage[3], double share, double lag, int64_t newly) {
    double rate = 2 / lag, keep = ho_exp(-rate);
    double second = (stage[1] + stage[0] * rate) * keep, first = stage[0] * keep;
    stage[2] += stage[0] + stage[1] - first - second;
    stage[0] = first + share * (double)newly;
    stage[1] = second;
}

/* Who verifies people one by one and who estimates them see the same flow, each in a way of its own. */
static void report(ho_state *state, int64_t newly) {
    const double *p = state->p;
    count(state->reported, p[HO_P_REPORTED_SHARE], p[HO_P_REPORT_LAG], newly);
    count(state->estimated, p[HO_P_ESTIMATED_SHARE], p[HO_P_ESTIMATE_LAG], newly);
}

static void begin(const ho_world *world, ho_state *state, const today *now) {
    double mission = state->p[HO_P_MISSION_PEOPLE];
    state->reported[2] = state->p[HO_P_DISPLACED_BEFORE];
    state->estimated[2] = state->p[HO_P_ESTIMATED_BEFORE];
    state->seeking_flight[0] = (int64_t)ho_min(mission, state->residents[world->national_capital]);
    for (size_t i = 0; i < world->n_district; i++)
        ho_welcome_district(world, state, i, now->safe_gain);
}

void ho_displacement_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    if (state->step % world->n_step_per_day)
        return;
    const today now = {.household = (int64_t)ho_max(1, state->p[HO_P_HOUSEHOLD] + 0.5),
                       .safe_gain = ho_exp(state->p[HO_P_GO_SAFE]) - 1};
    if (state->step == 0)
        begin(world, state, &now);
    int64_t before = state->displaced_ever[0];
    arrive(world, state);
    ho_cross_borders(world, state, streams);
    ho_fly_out(world, state, streams);
    ho_welcome_crossings(world, state);
    look_around(world, state, streams, &now);
    report(state, state->displaced_ever[0] - before);
    if (state->day % HOME_EVERY == HOME_EVERY - 1)
        ho_go_back(world, state, streams, HOME_EVERY);
}
