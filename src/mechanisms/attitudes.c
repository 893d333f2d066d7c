/* Attitudes of communities to blocs, by province. Harm by a bloc lowers them at once, by one's own side less (Lyall,
 * Blair and Imai 2013); otherwise they drift to what the community felt on day 0 plus what the rule of the bloc that
 * governs most of the province is like now (additions F18). The rule of day 0 is part of what it felt then: without
 * news nothing drifts. */
#include "mechanisms/people.h"

#include <string.h>

static const double ORDER_TIME = 60, ORDER_START = 30; /* [d] violence counts; from which it is known what is usual */
static const double LEVY = 0.01; /* fighters per person ruled that live wholly off the people; judgement */

/* What a rule takes, 0..1: a state by the pay that leaks, others as many fighters as live off the people they rule. */
static double extraction(const ho_world *world, const ho_state *state, size_t b) {
    if (world->bloc_state[b] >= 0)
        return state->p[HO_P_LEAK_PAY];
    double fighters = 0, people = state->people_share[b] * (double)state->people_start[0];
    for (size_t f = 0; f < world->n_faction; f++)
        if (world->faction_bloc[f] == (int32_t)b)
            fighters += (double)ho_under_arms(state, f);
    return people > 0 ? ho_min(1, fighters / (LEVY * people)) : 0;
}

static double burden(const ho_world *world, const ho_state *state, size_t b) {
    const double *p = state->p;
    return p[HO_P_ATT_SERVICES] * (1 - state->services[b]) + p[HO_P_ATT_EXTRACTION] * extraction(world, state, b) +
           p[HO_P_ATT_REPRESSION] * state->repression[b];
}

/* The bloc that rules most people of the province. */
static int32_t ruler_of(const ho_world *world, const ho_state *state, size_t p) {
    double people[HO_BLOC_MAX] = {0};
    size_t best = 0;
    for (int32_t k = world->province_first[p]; k < world->province_first[p + 1]; k++) {
        size_t i = (size_t)world->province_district[k];
        people[ho_holder_bloc(world, state, i)] += world->population[i];
    }
    for (size_t b = 1; b < world->n_bloc; b++)
        best = people[b] > people[best] ? b : best;
    return (int32_t)best;
}

void ho_attitudes_start(const ho_world *world, ho_state *state) {
    for (size_t b = 0; b < world->n_bloc; b++)
        state->burden_start[b] = burden(world, state, b);
    for (size_t p = 0; p < world->n_province; p++)
        state->ruler_start[p] = ruler_of(world, state, p);
}

/* Order: 1 - deaths per head and day of late, relative to the country's in the first ORDER_START days; -1..1, 0: as
 * usual. `seen_days` are the days that the fading count stands for. */
static double order_in(const ho_world *world, const ho_state *state, size_t p, double seen_days) {
    double people = world->province_people[p], usual = state->violence_start[0] / ORDER_START;
    if (state->time_day < ORDER_START || usual <= 0 || people <= 0)
        return 0;
    double here = state->violence[p] / seen_days / people;
    return ho_max(-1, 1 - here / (usual / (double)state->people_start[0]));
}

typedef struct look {
    double move, seen_days;
    double burden[HO_BLOC_MAX];
} look;

/* One community: its attitude to each bloc; adds them, weighted by its share, to `mean`. */
static void look_at_group(const ho_world *world, ho_state *state, size_t p, size_t g, const look *now, int32_t ruler,
                          double rule, double *mean) {
    double *attitude = &state->attitude[(p * world->n_group + g) * world->n_bloc];
    double share = world->group_share[p * world->n_group + g], people = world->province_people[p];
    for (size_t b = 0; b < world->n_bloc; b++) {
        double affinity = world->scenario->faction[world->bloc_main[b]].affinity[g];
        double target = affinity + ((int32_t)b == ruler ? rule : 0);
        double harm = people > 0 ? 1e4 * state->harm_by[b * world->n_province + p] / people : 0;
        double hurt = state->p[HO_P_ATTITUDE_HARM] * harm * (affinity > 0 ? state->p[HO_P_HARM_OWN] : 1);
        attitude[b] = ho_clip(attitude[b] + now->move * (target - attitude[b]) - hurt, -1, 1);
        mean[b] += share * attitude[b];
    }
}

static void look_at_province(const ho_world *world, ho_state *state, size_t p, const look *now) {
    double mean[HO_BLOC_MAX] = {0};
    int32_t ruler = ruler_of(world, state, p);
    double rule = state->p[HO_P_ATT_ORDER] * order_in(world, state, p, now->seen_days) - now->burden[ruler] +
                  (ruler == state->ruler_start[p] ? state->burden_start[ruler] : 0);
    for (size_t g = 0; g < world->n_group; g++)
        if (world->group_share[p * world->n_group + g] > 0)
            look_at_group(world, state, p, g, now, ruler, rule, mean);
    for (size_t b = 0; b < world->n_bloc; b++) {
        double urban = world->bloc_state[b] < 0 ? state->p[HO_P_ATT_URBAN] * world->province_urban[p] : 0;
        state->attitude_here[b * world->n_province + p] = mean[b] + urban;
        state->harm_by[b * world->n_province + p] = 0;
    }
}

void ho_attitudes_look(const ho_world *world, ho_state *state, double days) {
    look now = {.move = ho_one_minus_exp(days * state->p[HO_P_ATTITUDE_RATE]),
                .seen_days = ORDER_TIME * ho_one_minus_exp((state->time_day + 1) / ORDER_TIME)};
    for (size_t b = 0; b < world->n_bloc; b++)
        now.burden[b] = burden(world, state, b);
    for (size_t p = (size_t)(state->day % 7); p < world->n_province; p += 7)
        look_at_province(world, state, p, &now);
}
