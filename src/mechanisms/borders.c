/* People at the borders and at the airport. An open border lets everybody through, a limited one a daily number for all
 * its crossings, a closed one a share a week. Seats out of the national capital are dated and leave while the airport is
 * held or guarded; people of the foreign missions come first, everybody else takes what is left once the capital has
 * changed hands (additions F11, F25, F31). */
#include "mechanisms/people.h"

static const double AFTER_FALL = 10; /* how much faster people of the missions come forward then; additions F31 */

/* How many of those at crossing c get through today; taken off what is left of its neighbour's number. */
static int64_t let_through(const ho_world *world, ho_state *state, const ho_streams *streams, size_t c) {
    size_t neighbour = (size_t)world->crossing_neighbour[c];
    int64_t waiting = state->at_border[c];
    double announced = world->border_quota[(size_t)state->day * world->n_neighbour + neighbour];
    uint8_t posture = state->posture[neighbour * HO_N_TRAVELLER + HO_TRAVELLER_PEOPLE];
    if (posture == HO_POSTURE_OPEN)
        return waiting;
    if (posture == HO_POSTURE_LIMITED && announced > 0) {
        int64_t *left = &state->border_quota[neighbour], n = waiting < *left ? waiting : *left;
        *left -= n;
        return n;
    }
    if (((size_t)state->day + c) % 7)
        return 0;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_BORDER, (uint32_t)c);
    return ho_binomial(&rng, waiting, state->p[HO_P_LEAK_BORDER]);
}

/* Whole persons of a daily number that need not be whole. */
static int64_t persons_today(int32_t day, double per_day) {
    double most = ho_min(per_day, 1e9);
    return (int64_t)((day + 1) * most) - (int64_t)(day * most);
}

void ho_cross_borders(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const double fade = ho_exp(-1.0 / 14);
    for (size_t k = 0; k < world->n_neighbour; k++) {
        state->arrivals[k] *= fade;
        state->border_quota[k] =
            persons_today(state->day, world->border_quota[(size_t)state->day * world->n_neighbour + k]);
    }
    for (size_t c = 0; c < world->n_crossing; c++) {
        size_t neighbour = (size_t)world->crossing_neighbour[c];
        if (state->at_border[c] == 0)
            continue;
        int64_t n = let_through(world, state, streams, c);
        state->at_border[c] -= (int32_t)n;
        state->displaced[world->scenario->crossing[c].district] -= (int32_t)n;
        state->abroad[neighbour] += n;
        state->arrivals[neighbour] += (double)n;
    }
}

/* Whether somebody guards the airport today: a patron's soldiers by date, a faction by date and while it has fighters
 * there. */
static bool is_guarded(const ho_world *world, const ho_state *state) {
    for (size_t k = 0; k < world->n_guard; k++) {
        int32_t f = world->guard_faction[k];
        if (state->day >= world->guard_from[k] && state->day <= world->guard_until[k] &&
            (f < 0 || state->fighters[(size_t)f * world->n_district + (size_t)world->airport] > 0))
            return true;
    }
    return false;
}

/* Whether people of this bloc can be flown out: without a guard only while the bloc itself holds the airport; with
 * nothing said of guards always; never once the perimeter is entered (additions F25). */
static bool is_airport_open(const ho_world *world, const ho_state *state, int32_t bloc) {
    if (world->airport < 0 || state->battle_bloc[world->airport] >= 0)
        return false;
    return !world->airport_needs_guard || ho_holder_bloc(world, state, (size_t)world->airport) == bloc ||
           is_guarded(world, state);
}

/* n displaced people of district i are gone from the country, whatever home they come from. */
static void lose_guests(const ho_world *world, ho_state *state, size_t i, int64_t n, double u) {
    size_t n_home = world->n_home, here = (size_t)world->home[i];
    int64_t stock[HO_HOME_MAX] = {0}, taken[HO_HOME_MAX];
    for (size_t h = 0; h < n_home; h++)
        stock[h] = state->away[h * n_home + here];
    ho_sample(n, stock, n_home, u, taken);
    for (size_t h = 0; h < n_home; h++)
        state->away[h * n_home + here] -= (int32_t)taken[h];
    state->displaced[i] -= (int32_t)n;
}

void ho_fly_out(const ho_world *world, ho_state *state, const ho_streams *streams) {
    size_t capital = (size_t)world->national_capital;
    double per_day = 0;
    state->airport_open[0] = is_airport_open(world, state, world->home_bloc);
    for (size_t b = 0; b < world->n_bloc; b++) {
        double dated = world->evacuation[(size_t)state->day * world->n_bloc + b];
        per_day += dated > 0 && is_airport_open(world, state, (int32_t)b) ? dated : 0;
    }
    per_day = ho_min(per_day, world->airport_seats);
    if (!(per_day > 0))
        return;
    bool fallen = ho_holder_bloc(world, state, capital) != world->home_bloc;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_SEATS, 0);
    int64_t seats = persons_today(state->day, per_day), here[2] = {state->residents[capital], 0}, flown[2];
    double ready = ho_one_minus_exp(state->p[HO_P_FLIGHT_READY] * (fallen ? AFTER_FALL : 1));
    int64_t mission = ho_binomial(&rng, state->seeking_flight[0], ready);
    mission = mission < seats ? mission : seats;
    mission = mission < here[0] ? mission : here[0];
    state->seeking_flight[0] -= mission;
    here[0] -= mission;
    here[1] = ho_settled(world, state, capital);
    int64_t others = fallen ? seats - mission : 0;
    others = others < here[0] + here[1] ? others : here[0] + here[1];
    ho_sample(others, here, 2, ho_rng_unit(&rng), flown);
    state->residents[capital] -= (int32_t)(mission + flown[0]);
    if (flown[1] > 0)
        lose_guests(world, state, capital, flown[1], ho_rng_unit(&rng));
    state->evacuated[0] += mission + others;
}
