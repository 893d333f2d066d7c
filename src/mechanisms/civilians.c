/* civilians: who is hurt by whom, what people expect of their centre's holder, their fear, and whom they resent
 * (attitudes.c). Casualties are drawn once a day where there was fighting or a takeover; what follows from them is
 * looked at once a week, districts and provinces in turn. */
#include "mechanisms/holder.h"
#include "mechanisms/people.h"

const ho_mechanism_info ho_civilians_info = {
    .name = "civilians",
    .does =
        "Fights, air strikes and reprisals kill civilians; people expect, fear and resent accordingly, and an amnesty "
        "is believed less.",
    .equation =
        "deaths ~ Poisson(loss x fighters killed x (2 at capitals) + air x sorties) + Poisson(reprisals at a "
        "takeover); e' = (s(logit belief + v2 claims) - e)/7 d; fear = (1 - e) min(1, deaths per 10,000 here and "
        "next door, e-folding 30 d, / fear_harm); attitude -= harm (own side: x 0.1 to 0.6), drifts at 1/180 d "
        "to affinity + order + services - extraction - repression; repression = mean policy + abuses/2; "
        "amnesty falls at loss x reprisals x n/(n + 10), n centres taken in 10 d",
    .source = "Lyall, Blair and Imai 2013 (asymmetric harm); additions F2, F3, F18, F24; casualties.csv",
    .reads =
        "fought, struck, struck_attack, taken_day, holder, battle_bloc, enemy_bloc, belief_logit, claimed, credibility, services, "
        "people_share, centres",
    .writes = "residents, civilians_killed, harm, harm_by, violence, violence_start, expectation, fear, attitude, "
              "attitude_here, repression, amnesty, fought, struck, struck_attack, ruler_start, burden_start",
    .off = "nobody but fighters is killed, nobody fears, attitudes stay as on day 0 and amnesties keep their credit: "
           "fewer "
           "people flee",
};

enum {
    LATELY = 10,
    START_DAYS = 30
}; /* [d] takeovers that count for an amnesty; from which usual violence is measured */
static const double HARM_TIME = 30, VIOLENCE_TIME = 60; /* [d] additions F3, F18 */
static const double CITY_LOSS = 2; /* civilians killed in a city beside a rural centre; judgement */
static const double HALF_AMNESTY =
    10;                          /* [centres] taken in ten days at which reprisals have half their effect; judgement */
static const double ABUSE = 0.5; /* repression of a rule without any discipline, beside its policy; judgement */

void ho_kill_civilians(const ho_world *world, ho_state *state, size_t i, int32_t bloc, int64_t n) {
    size_t p = (size_t)world->province[i];
    n = n < state->residents[i] ? n : state->residents[i];
    state->residents[i] -= (int32_t)n;
    state->civilians_killed[bloc] += n;
    state->harm[i] += (double)n;
    state->harm_by[(size_t)bloc * world->n_province + p] += (double)n;
    state->violence[p] += (double)n;
    if (state->day < START_DAYS)
        state->violence_start[0] += (double)n;
}

/* Whose doing a fight in i was: who attacks, who has just taken it, or who stands against it. */
static int32_t attacker(const ho_world *world, const ho_state *state, size_t i, bool taken) {
    int32_t holder = ho_holder_bloc(world, state, i);
    if (state->battle_bloc[i] >= 0)
        return state->battle_bloc[i];
    return taken || state->enemy_bloc[i] < 0 ? holder : state->enemy_bloc[i];
}

/* What the fighting and the strikes of a day did to the people of i. */
static void suffer(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, bool taken) {
    const double *p = state->p;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_CIVILIANS, (uint32_t)i);
    double fought = state->fought[i], struck = state->struck[i], by_attack = state->struck_attack[i];
    state->fought[i] = state->struck[i] = state->struck_attack[i] = 0;
    state->violence[world->province[i]] += fought;
    if (state->day < START_DAYS)
        state->violence_start[0] += fought;
    double by_fight = p[HO_P_CIVIL_LOSS] * fought * (world->is_capital[i] ? CITY_LOSS : 1);
    if (by_fight > 0)
        ho_kill_civilians(world, state, i, attacker(world, state, i, taken), ho_poisson(&rng, by_fight));
    if (struck > 0)
        ho_kill_civilians(world, state, i, ho_holder_bloc(world, state, i), ho_poisson(&rng, p[HO_P_CIVIL_AIR] * struck));
    if (by_attack > 0)
        ho_kill_civilians(world, state, i, attacker(world, state, i, taken), ho_poisson(&rng, p[HO_P_CIVIL_AIR] * by_attack));
}

/* A new holder: reprisals, and those who gave the old one no chance give the new one a good one. */
static void new_rule(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i) {
    int32_t taker = ho_holder_bloc(world, state, i);
    double reprisals = ho_policy_today(world, state, (size_t)taker, HO_POLICY_REPRISALS);
    state->expectation[i] = 1 - state->expectation[i];
    if (reprisals <= 0)
        return;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_CIVILIANS, (uint32_t)i | 0x80000000u);
    ho_kill_civilians(world, state, i, taker, ho_poisson(&rng, state->p[HO_P_REPRISAL_LOSS] * reprisals));
}

/* Casualties since yesterday. n_taken: centres taken lately, by bloc. */
static void count_casualties(const ho_world *world, ho_state *state, const ho_streams *streams, double *n_taken) {
    const double *fought = state->fought, *struck = state->struck, *by_attack = state->struck_attack,
                 *taken_day = state->taken_day;
    const double lately = state->time_day - LATELY, yesterday = state->time_day - 1 + 0.5 * world->dt_day;
    const size_t n = world->n_district;
    for (size_t i = 0; i < n; i++) {
        if (fought[i] + struck[i] + by_attack[i] > 0)
            suffer(world, state, streams, i, taken_day[i] > yesterday);
        if (taken_day[i] <= lately)
            continue;
        n_taken[ho_holder_bloc(world, state, i)] += 1;
        if (taken_day[i] > yesterday)
            new_rule(world, state, streams, i);
    }
}

static void judge_blocs(const ho_world *world, ho_state *state, const double *n_taken) {
    for (size_t b = 0; b < world->n_bloc; b++) {
        double reprisals = ho_policy_today(world, state, b, HO_POLICY_REPRISALS);
        double restrictions = ho_policy_today(world, state, b, HO_POLICY_RESTRICTIONS);
        double ruled = 0.5 * (reprisals + restrictions) + ABUSE * (1 - state->p[HO_P_DISCIPLINE]);
        state->repression[b] = state->centres[b] > 0 ? ho_min(1, ruled) : 0;
        if (reprisals > 0 && n_taken[b] > 0) {
            double loss = state->p[HO_P_AMNESTY_LOSS] * reprisals * n_taken[b] / (n_taken[b] + HALF_AMNESTY);
            state->amnesty[b] *= 1 - ho_one_minus_exp(loss);
        }
    }
}

/* What claims add to the chances that people give a centre's holder, by his bloc [logit]: as far as a bloc says more
 * than is so and is believed. */
static void hear_claims(const ho_world *world, const ho_state *state, double *shift) {
    double heard[HO_BLOC_MAX], sum = 0;
    for (size_t b = 0; b < world->n_bloc; b++) {
        double held = (double)state->centres[b] / (double)world->n_district;
        heard[b] = state->p[HO_P_EXPECT_CLAIMS] * state->credibility[b] * ho_max(0, state->claimed[b] - held);
        sum += heard[b];
    }
    for (size_t b = 0; b < world->n_bloc; b++)
        shift[b] = 2 * heard[b] - sum;
}

/* Expectation and fear of the districts whose turn it is, `days` after their last. */
static void look_around(const ho_world *world, ho_state *state, double days) {
    double shift[HO_BLOC_MAX];
    hear_claims(world, state, shift);
    const double keep = ho_exp(-days / HARM_TIME), move = ho_one_minus_exp(days / state->p[HO_P_EXPECT_TIME]);
    const double per_harm = state->p[HO_P_FEAR_HARM] > 0 ? 1 / state->p[HO_P_FEAR_HARM] : 1e9;
    const int32_t *link_first = world->link_first, *link_to = world->link_to;
    const size_t first = (size_t)(state->day % 7);
    double *harm = state->harm, *target = state->rank;
    size_t n = 0, at = 0;
    for (size_t i = first; i < world->n_district; i += 7)
        target[n++] = state->belief_logit[i] + shift[ho_holder_bloc(world, state, i)];
    ho_logistic_all(target, n);
    for (size_t i = first; i < world->n_district; i += 7) {
        double near = harm[i], expects = state->expectation[i] + move * (target[at++] - state->expectation[i]);
        for (int32_t k = link_first[i], last = link_first[i + 1]; k < last; k++)
            near += harm[link_to[k]];
        state->expectation[i] = expects;
        state->fear[i] = near > 0 ? (1 - expects) * ho_min(1, near * world->per_people_near[i] * per_harm) : 0;
        harm[i] *= keep;
    }
}

void ho_civilians_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    double n_taken[HO_BLOC_MAX] = {0};
    if (state->step % world->n_step_per_day)
        return;
    const double fade = ho_exp(-1 / VIOLENCE_TIME), days = state->day < 7 ? state->day : 7;
    for (size_t p = 0; p < world->n_province; p++)
        state->violence[p] *= fade;
    count_casualties(world, state, streams, n_taken);
    judge_blocs(world, state, n_taken);
    if (state->day == 0)
        ho_attitudes_start(world, state);
    look_around(world, state, days);
    ho_attitudes_look(world, state, days);
}
