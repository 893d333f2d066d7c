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

/* Scores of the n districts first, first + every, ...: exp(v_b - v_0) for each bloc b but the first, whose is 1: one
 * exponential and one logarithm less. They go to score[(b - 1) * n + k]. */
static void find_scores(const ho_world *world, const ho_state *state, size_t first, size_t every, size_t n, double *score) {
    const size_t n_district = world->n_district, n_score = (world->n_bloc - 1) * n;
    double *next = score;
    for (size_t b = 1; b < world->n_bloc; b++)
        for (size_t k = 0, i = first; k < n; k++, i += every)
            *next++ = (state->strength[b * n_district + i] + 50) / (state->strength[i] + 50);
    ho_log_all(score, n_score);
    next = score;
    for (size_t b = 1; b < world->n_bloc; b++)
        for (size_t k = 0, i = first; k < n; k++, i += every, next++) {
            double v = state->countryside_base[b * n_district + i] - state->countryside_base[i] +
                       attitude_change(world, state, b, i) - attitude_change(world, state, 0, i);
            *next = v + state->p[HO_P_B_FORCE] * *next;
        }
    ho_exp_all(score, n_score);
}

/* What i tends to; score: of the blocs but the first, `apart` from each other. */
static void aim(const ho_world *world, ho_state *state, size_t i, const double *score, size_t apart) {
    const size_t n = world->n_district;
    const double kappa = state->p[HO_P_KAPPA], eta = state->p[HO_P_ETA], rate = kappa + eta;
    double target[HO_BLOC_MAX] = {1}, sum = 1, goal[HO_BLOC_MAX], total = 0;
    for (size_t b = 1; b < world->n_bloc; b++)
        sum += target[b] = score[(b - 1) * apart];
    for (size_t b = 0; b < world->n_bloc; b++) {
        double mean = neighbour_mean(world, &state->countryside[b * n], i);
        double pulled = rate > 0 ? (kappa * target[b] / sum + eta * mean) / rate : mean;
        goal[b] = ho_clip(pulled + state->countryside_rest[b * n + i], 0, 1);
        total += goal[b];
    }
    for (size_t b = 0; b < world->n_bloc; b++)
        state->countryside_goal[b * n + i] = goal[b] / total;
}

void ho_country_aim(const ho_world *world, ho_state *state, size_t i) {
    double score[HO_BLOC_MAX];
    find_scores(world, state, i, 1, 1, score);
    aim(world, state, i, score, 1);
}

/* The districts whose turn it is, CHUNK at a time. */
static void look_around(const ho_world *world, ho_state *state) {
    enum { CHUNK = 64 };
    double score[HO_BLOC_MAX * CHUNK];
    for (size_t i = (size_t)(state->day % LOOK_EVERY); i < world->n_district; i += CHUNK * LOOK_EVERY) {
        size_t left = (world->n_district - i + LOOK_EVERY - 1) / LOOK_EVERY, n = left < CHUNK ? left : CHUNK;
        find_scores(world, state, i, LOOK_EVERY, n, score);
        for (size_t k = 0; k < n; k++)
            aim(world, state, i + k * LOOK_EVERY, &score[k], n);
    }
}

HO_CLONES static void move_towards(double *value, const double *goal, size_t n, double share) {
    for (size_t k = 0; k < n; k++)
        value[k] += share * (goal[k] - value[k]);
}

void ho_countryside_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)streams;
    const double move = 1 - ho_exp(-(state->p[HO_P_KAPPA] + state->p[HO_P_ETA]) * world->dt_day);
    if (state->step % world->n_step_per_day == 0)
        look_around(world, state);
    move_towards(state->countryside, state->countryside_goal, world->n_bloc * world->n_district, move);
}
