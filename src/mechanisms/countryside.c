/* countryside: control of the country around each centre, by bloc, sums to 1. It follows fighters and affinity slowly, mixes with neighbours, and
 * jumps half-way at a takeover (holder.c). Day 0 is stationary by construction (additions C14). */
#include "mechanisms/mechanism.h"

#include <string.h>

const ho_mechanism_info ho_countryside_info = {
    .name = "countryside",
    .does = "Control of the country outside the centres follows fighters, affinity and the neighbours, slowly.",
    .equation = "c_b' = kappa (softmax_b(v_b) - c_b) + eta (mean of neighbours c_b - c_b); v_b = v0_b + b_a affinity + b_f ln(F_b + 50); v0 makes day 0 stationary",
    .source = "additions C14; Kalyvas 2006 (control follows presence); rates: judgement",
    .reads = "strength, holder",
    .writes = "countryside",
    .off = "the country stays as on day 0 but for takeovers: fewer contested districts turn, fewer roads are cut",
};

static void target_shares(const ho_world *world, const ho_state *state, size_t i, double *target) {
    const size_t n = world->n_district;
    double sum = 0, force = state->p[HO_P_B_FORCE];
    for (size_t b = 0; b < world->n_bloc; b++) {
        double v = state->countryside_base[b * n + i];
        target[b] = ho_exp(v + force * ho_log(state->strength[b * n + i] + 50));
        sum += target[b];
    }
    for (size_t b = 0; b < world->n_bloc; b++)
        target[b] /= sum;
}

static double neighbour_mean(const ho_world *world, const double *column, size_t i) {
    double sum = 0;
    int32_t first = world->link_first[i], last = world->link_first[i + 1];
    for (int32_t k = first; k < last; k++)
        sum += column[world->link_to[k]];
    return last > first ? sum / (last - first) : column[i];
}

void ho_countryside_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)streams;
    const size_t n = world->n_district, n_bloc = world->n_bloc;
    const double follow = 1 - ho_exp(-state->p[HO_P_KAPPA] * world->dt_day);
    const double mix = 1 - ho_exp(-state->p[HO_P_ETA] * world->dt_day);
    double target[HO_BLOC_MAX];
    for (size_t i = 0; i < n; i++) {
        double sum = 0;
        target_shares(world, state, i, target);
        for (size_t b = 0; b < n_bloc; b++) {
            double c = state->countryside[b * n + i];
            double next = c + follow * (target[b] - c) +
                          mix * (neighbour_mean(world, &state->countryside[b * n], i) - c);
            state->countryside_next[b * n + i] = ho_clip(next, 0, 1);
            sum += state->countryside_next[b * n + i];
        }
        for (size_t b = 0; b < n_bloc; b++)
            state->countryside_next[b * n + i] /= sum;
    }
    memcpy(state->countryside, state->countryside_next, n_bloc * n * sizeof *state->countryside);
}
