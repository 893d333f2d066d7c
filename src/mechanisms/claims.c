/* claims: what parties say they hold, what forecasters publish, and how far either is believed. Challengers boast, the
 * home bloc understates its losses; whoever says what turns out untrue is believed less. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_claims_info = {
    .name = "claims",
    .does =
        "Every week each side claims a share of the districts, challengers too much, the home bloc fewer losses than "
        "it has; credibility follows how true claims are; published forecasts move belief and fade.",
    .equation =
        "every T days: challenger claims min(1, I h), h its share of the districts, home min(k h, 1 - (1 - h)/k), "
        "k = 1 + (I - 1)/2; credibility' = v (max(0, 1 - |claimed - h|/max(claimed, 0.05)) - credibility); a "
        "forecast that the bloc loses with chance q shifts its belief by -u6 x credibility of its patrons x (q "
        "- 1 + mean belief), e-folding as announcements",
    .source =
        "85 % claimed against about 50 % held on 9 July, called propaganda by the other side (record, claims C01); "
        "Crawford and Sobel 1982 (talk is discounted); additions F16; rates: judgement",
    .reads = "centres, credibility, belief_logit, patron_credibility",
    .writes = "claimed, credibility, forecast_shift",
    .off = "nobody claims or forecasts: challengers' boasts no longer discourage, so commanders believe more and fewer "
           "districts fall",
};

static const double CLAIM_MIN = 0.05; /* claims of less are measured against it */

static double held_share(const ho_world *world, const ho_state *state, size_t b) {
    return (double)state->centres[b] / (double)world->n_district;
}

static double claim(const ho_world *world, const ho_state *state, size_t b) {
    double held = held_share(world, state, b), inflation = state->p[HO_P_CLAIM_INFLATION];
    if ((int32_t)b != world->home_bloc)
        return ho_min(1, inflation * held);
    double denial = 1 + (inflation - 1) / 2; /* it divides losses by this, and never multiplies what it holds by more */
    return ho_min(denial * held, 1 - (1 - held) / denial);
}

/* Whether a period of `every` days begins on this day; every 7 days: days 0, 7, 14. */
static bool publishes(int32_t day, double every) {
    return day == 0 || (int32_t)(day / every) != (int32_t)((day - 1) / every);
}

/* Whoever says nothing has nothing to be believed about. */
static void verify(const ho_world *world, ho_state *state) {
    const double move = ho_chance(world, state->p[HO_P_VERIFY]);
    for (size_t b = 0; b < world->n_bloc; b++) {
        double claimed = state->claimed[b], error = fabs(claimed - held_share(world, state, b));
        if (claimed <= 0)
            continue;
        double truth = ho_max(0, 1 - error / ho_max(claimed, CLAIM_MIN));
        state->credibility[b] += move * (truth - state->credibility[b]);
    }
}

static void forecast(const ho_world *world, ho_state *state) {
    for (size_t k = 0; k < world->n_forecast; k++) {
        size_t b = (size_t)world->forecast_bloc[k];
        double belief = world->forecast_day[k] == state->day ? ho_mean_belief(world, state, b) : -1;
        if (belief >= 0)
            state->forecast_shift[b] -=
                state->p[HO_P_U6] * state->patron_credibility[b] * (world->forecast_value[k] - (1 - belief));
    }
}

void ho_claims_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)streams;
    const double keep = 1 - ho_chance(world, 1 / state->p[HO_P_SHOCK_DECAY]);
    for (size_t b = 0; b < world->n_bloc; b++)
        state->forecast_shift[b] *= keep;
    if (state->step % world->n_step_per_day == 0) {
        forecast(world, state);
        if (publishes(state->day, state->p[HO_P_PUBLISH]))
            for (size_t b = 0; b < world->n_bloc; b++)
                state->claimed[b] = claim(world, state, b);
    }
    verify(world, state);
}
