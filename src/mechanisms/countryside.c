/* countryside: control of the country around each centre, by bloc, sums to 1. It follows fighters slowly, mixes with
 * neighbours, and jumps half-way at a takeover (holder.c). Day 0 is stationary by construction (additions C14). What a
 * district tends to is looked at once a fortnight, in turn, and at a takeover: it changes over weeks, and its
 * logarithms would be the dearest part of a day. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_countryside_info = {
    .name = "countryside",
    .does = "Control of the country outside the centres follows fighters and the neighbours, slowly.",
    .equation = "c_b' = kappa (softmax_b(v_b) - c_b) + eta (mean of neighbours c_b - c_b); v_b = v0_b + b_f ln(F_b + "
                "50) + b_a (attitude - attitude on day 0), plus a rest; v0 and the rest make day 0 stationary and so contain affinity",
    .source = "additions C14; Kalyvas 2006 (control follows presence); rates: judgement",
    .reads = "strength, holder, attitude_here",
    .writes = "countryside, countryside_goal",
    .off = "the country stays as on day 0 but for takeovers: fewer contested districts turn",
};

enum { LOOK_EVERY = 14 }; /* [d] between looks at what a district tends to, in turn */

static double neighbour_mean(const ho_world *world, const double *column, size_t i) {
    double sum = 0;
    int32_t first = world->link_first[i], last = world->link_first[i + 1];
    for (int32_t k = first; k < last; k++)
        sum += column[world->link_to[k]];
    return last > first ? sum / (last - first) : column[i];
}

/* What the change of attitudes since day 0 is worth (v0 contains those of day 0). */
static double attitude_change(const ho_world *world, const ho_state *state, size_t b, size_t i) {
    size_t at = b * world->n_province + (size_t)world->province[i];
    return state->p[HO_P_B_ATTITUDE] * (state->attitude_here[at] - state->attitude_start[at]);
}

void ho_country_aim(const ho_world *world, ho_state *state, size_t i) {
    const size_t n = world->n_district;
    const double kappa = state->p[HO_P_KAPPA], eta = state->p[HO_P_ETA], rate = kappa + eta;
    const double first = state->countryside_base[i], force = state->strength[i] + 50;
    const double first_change = attitude_change(world, state, 0, i);
    double target[HO_BLOC_MAX], sum = 1;
    target[0] = 1; /* softmax relative to the first bloc: one exponential and one logarithm less */
    for (size_t b = 1; b < world->n_bloc; b++) {
        double v = state->countryside_base[b * n + i] - first + attitude_change(world, state, b, i) - first_change;
        target[b] = ho_exp(v + state->p[HO_P_B_FORCE] * ho_log((state->strength[b * n + i] + 50) / force));
        sum += target[b];
    }
    double goal[HO_BLOC_MAX], total = 0;
    for (size_t b = 0; b < world->n_bloc; b++) {
        double mean = neighbour_mean(world, &state->countryside[b * n], i);
        double pulled = rate > 0 ? (kappa * target[b] / sum + eta * mean) / rate : mean;
        goal[b] = ho_clip(pulled + state->countryside_rest[b * n + i], 0, 1);
        total += goal[b];
    }
    for (size_t b = 0; b < world->n_bloc; b++)
        state->countryside_goal[b * n + i] = goal[b] / total;
}

void ho_countryside_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)streams;
    const double move = 1 - ho_exp(-(state->p[HO_P_KAPPA] + state->p[HO_P_ETA]) * world->dt_day);
    double *country = state->countryside;
    const double *goal = state->countryside_goal;
    if (state->step % world->n_step_per_day == 0)
        for (size_t i = (size_t)(state->day % LOOK_EVERY); i < world->n_district; i += LOOK_EVERY)
            ho_country_aim(world, state, i);
    for (size_t k = 0; k < world->n_bloc * world->n_district; k++)
        country[k] += move * (goal[k] - country[k]);
}
