/* morale: relaxation towards an equilibrium of pay, arrears, supply, air support, losses in the command and kin. No
 * belief in it: belief has its own state and enters the decision to surrender once (additions C6). */
#include "mechanisms/mechanism.h"

#include <string.h>

const ho_mechanism_info ho_morale_info = {
    .name = "morale",
    .does = "Morale of each garrison moves towards what pay, supply, air support and strikes against it, losses of its "
            "command and kin make of it.",
    .equation = "m' = r (m_eq - m); logit m_eq = k0 + k_pay paid - k_arr arrears/30 - k_sup cut_off/10 + k_air ln(1 "
                "+ sorties/week) - k_bomb ln(1 + attackers' sorties/week) - k_loss command_loss + k_kin affinity",
    .source = "additions C6, F30; the documents on unpaid, unsupplied and unsupported garrisons",
    .reads = "arrears_days, pay_reaching, cut_off_days, air_per_week, attack_air_per_week, command_loss, holder",
    .writes = "morale, command_loss",
    .off = "morale stays as on day 0: desertion and surrender no longer follow pay, supply and losses",
};

enum {
    LOOK_EVERY = 5
}; /* [d] between looks at what morale tends to, districts in turn; morale itself moves every step */

/* In logits. */
static double equilibrium_logit(const ho_world *world, const ho_state *state, size_t i) {
    const double *p = state->p;
    int32_t f = state->holder[i];
    double arrears = state->arrears_days[i] / 30, paid = arrears < 1 ? 1 - arrears : 0;
    double loss = world->command[i] >= 0 && f == world->home_faction[i] ? state->command_loss[world->command[i]] : 0;
    double air = state->air_per_week[i] > 0 ? ho_log1p(state->air_per_week[i]) : 0;
    double bombed = state->attack_air_per_week[i] > 0 ? ho_log1p(state->attack_air_per_week[i]) : 0;
    return p[HO_P_K0] + p[HO_P_K_PAY] * paid * state->pay_reaching[i] - p[HO_P_K_ARREARS] * arrears -
           p[HO_P_K_SUPPLY] * ho_min(state->cut_off_days[i], 60) / 10 + p[HO_P_K_AIR] * air - p[HO_P_K_BOMBED] * bombed -
           p[HO_P_K_LOSS] * loss + p[HO_P_K_KIN] * world->affinity[(size_t)f * world->n_district + i];
}

/* What morale tends to in every `every`-th district from `first` on. */
static void look(const ho_world *world, ho_state *state, size_t first, size_t every) {
    double *x = state->rank;
    size_t n = 0, k = 0;
    for (size_t i = first; i < world->n_district; i += every)
        x[n++] = equilibrium_logit(world, state, i);
    ho_logistic_all(x, n);
    for (size_t i = first; i < world->n_district; i += every)
        state->morale_goal[i] = x[k++];
}

void ho_morale_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)streams;
    const double keep = ho_exp(-world->dt_day / 10), move = 1 - ho_exp(-world->dt_day * state->p[HO_P_MORALE_RATE]);
    for (size_t c = 0; c < world->n_command; c++)
        state->command_loss[c] *= keep;
    if (state->step == 0) {
        look(world, state, 0, 1);
        memcpy(state->morale, state->morale_goal, world->n_district * sizeof *state->morale);
    } else if (state->step % world->n_step_per_day == 0)
        look(world, state, (size_t)(state->day % LOOK_EVERY), LOOK_EVERY);
    for (size_t i = 0; i < world->n_district; i++)
        state->morale[i] += move * (state->morale_goal[i] - state->morale[i]);
}
