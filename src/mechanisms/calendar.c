/* calendar: dated inputs become state. Foreign forces leave; announcements shift belief at once and fade. */
#include "mechanisms/mechanism.h"

const ho_mechanism_info ho_calendar_info = {
    .name = "calendar",
    .does = "Foreign forces leave by the dated schedule; announcements and reshuffles shift belief at once and fade.",
    .equation = "foreign_b(t) = 1 - share withdrawn, linear between dated values; leaving_b = foreign_b(t) - "
                "foreign_b(t + 60 d); shock_b' = sum_k size_k N(-0.5, 0.3) delta(t - t_k) - shock_b / 30 d; a "
                "patron's words count by its credibility",
    .source = "dates: the scenario's calendar; size and decay: judgement (announcements move expectations before "
              "forces move)",
    .reads = "patron_credibility; world: foreign_share, shocks",
    .writes = "foreign, leaving, belief_shock",
    .off = "foreign forces stay as on day 0 and nothing is announced: belief stays higher, fewer districts fall",
};

/* Share of the bloc's foreign forces still there on a day at most HO_TALKS_AHEAD days on, by the schedule. */
static double announced_share(const ho_world *world, int32_t day, size_t b) {
    return world->foreign_share[(size_t)day * world->n_bloc + b];
}

void ho_calendar_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)streams;
    const double keep = ho_exp(-world->dt_day / state->p[HO_P_SHOCK_DECAY]);
    for (size_t b = 0; b < world->n_bloc; b++) {
        state->foreign[b] = world->foreign_share[(size_t)state->day * world->n_bloc + b];
        state->leaving[b] = state->foreign[b] - announced_share(world, state->day + HO_TALKS_AHEAD, b);
        state->belief_shock[b] *= keep;
    }
    if (state->step % world->n_step_per_day)
        return;
    for (size_t k = 0; k < world->n_shock; k++)
        if (world->shock_day[k] == state->day)
            state->belief_shock[world->shock_bloc[k]] +=
                state->shock[k] * (world->shock_said[k] ? state->patron_credibility[world->shock_bloc[k]] : 1);
}
