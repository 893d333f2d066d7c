/* perception: what the commander of each centre believes of his side's survival, as a logit with memory. Contagion
 * enters here with the part of one total effect that goes through belief (additions C3); what is far away enters
 * through the national share and the capitals. */
#include "mechanisms/holder.h"
#include "mechanisms/succession.h"

const ho_mechanism_info ho_perception_info = {
    .name = "perception",
    .does = "Each commander's belief that his side survives follows local strength, recent falls near and far, "
            "capitals, patrons and claims.",
    .equation = "y' = (y_hat - y)/tau; y_hat = u0 + u1 clip(ln((own+50)/(enemy+50)) + air, +-2) + u2 (z'/(z'+0.05) - "
                "z/(z+0.05)) - u3 x - u4 min(1, capitals/10) - u5 (1-foreign) - u7 (share of patrons' cash ended) - u6 (others' - own side's credibility "
                "(claimed - held)) + shock; |y| <= 4; a resistance in its base: u0 + u1 ln(defence/enemy) + u_s "
                "ln((stock+1)/31); air: gamma ln(1 + own sorties/week) - gamma' ln(1 + attackers'); x, z: share of neighbours, of the rest, fallen, z' the other sides' losses, e-folding "
                "10 d",
    .source = "additions C3, C4, F30; Angeletos, Hellwig and Pavan 2007 (regime change as a coordination game); effect of "
              "recent falls: log hazard ratio 2.0 to 2.4",
    .reads = "strength, enemy, air_per_week, attack_air_per_week, fallen, fallen_near, capitals_lost, foreign, "
             "given_usd_day, given_start, regime_clock, belief_shock, centres, claimed, credibility, leader_shift, "
             "forecast_shift, loyal",
    .writes = "belief_logit",
    .off = "belief stays as on day 0: no cascade of surrenders, the collapse is slower or does not come",
};

static const double BELIEF_LIMIT = 4; /* [logit] additions C4 */

/* [logit] per share of the neighbours fallen: the part of contagion that goes through belief, times logits per unit of
 * log hazard at the middle of the decision: d ln s/dx = 1/(2 s0), d belief/dy = 1/4 (additions C3). */
static double logit_per_near(const double *p) {
    return 8 * p[HO_P_S0] * p[HO_P_SHARE_BELIEF];
}

/* Share of the districts that a bloc says it holds and does not, as far as it is believed. */
static double overclaim(const ho_world *world, const ho_state *state, size_t b) {
    double held = (double)state->centres[b] / (double)world->n_district;
    return state->credibility[b] * ho_max(0, state->claimed[b] - held);
}

/* Share of the cash that patrons gave bloc b on day 0 and give no longer; 0 without any on day 0, and once its regime is
 * gone. What nobody ever sent is no news. */
static double help_ended(const ho_world *world, const ho_state *state, size_t b) {
    double now = 0, start = 0;
    if (state->regime_clock[b] >= 0)
        return 0;
    for (size_t k = 0; k < world->scenario->n_patron; k++) {
        now += state->given_usd_day[k * world->n_bloc + b];
        start += state->given_start[k * world->n_bloc + b];
    }
    return start > 0 ? ho_clip(1 - now / start, 0, 1) : 0;
}

/* What is the same for all commanders of bloc b [logit]. Others' boasts discourage, one's own side's denials reassure. */
static double national_view(const ho_world *world, const ho_state *state, size_t b) {
    const double *p = state->p;
    double overclaimed = 0;
    for (size_t other = 0; other < world->n_bloc; other++)
        overclaimed += (other == b ? -1 : 1) * overclaim(world, state, other);
    return p[HO_P_U0] - p[HO_P_U4] * ho_min(1, state->capitals_lost[b] / 10) - p[HO_P_U5] * (1 - state->foreign[b]) -
           p[HO_P_U7] * help_ended(world, state, b) - p[HO_P_U6] * overclaimed + state->belief_shock[b] + state->leader_shift[b] + state->forecast_shift[b];
}

/* What the others have lately lost, as it counts for bloc b. */
static double others_lost(const ho_world *world, const ho_state *state, size_t b) {
    double others = 0;
    for (size_t other = 0; other < world->n_bloc; other++)
        if (other != b)
            others += state->fallen[other];
    others /= (double)world->n_district;
    return others / (others + 0.05);
}

/* Logarithm of what flies for the holder of i over what flies against him, as it scales defence and attack. */
static double air_odds(const ho_state *state, size_t i) {
    return state->p[HO_P_AIR_DEFENCE] * ho_log1p(state->air_per_week[i]) -
           state->p[HO_P_AIR_ATTACK] * ho_log1p(state->attack_air_per_week[i]);
}

/* Log ratio of strengths, of n districts; the logarithm is taken only where a strength changed. */
enum { CHUNK = 256 };
static void look_at_odds(const ho_world *world, ho_state *state, const uint32_t *district, size_t n) {
    uint32_t changed[CHUNK];
    double x[CHUNK];
    size_t n_changed = 0;
    for (size_t k = 0; k < n; k++) {
        size_t i = district[k];
        double own = state->strength[(size_t)ho_holder_bloc(world, state, i) * world->n_district + i];
        double enemy = state->enemy[i];
        changed[n_changed] = district[k];
        x[n_changed] = own;
        n_changed += (enemy > 0) & ((own != state->odds_own[i]) | (enemy != state->odds_enemy[i]));
    }
    for (size_t k = 0; k < n_changed; k++) {
        size_t i = changed[k];
        state->odds_own[i] = x[k];
        state->odds_enemy[i] = state->enemy[i];
        x[k] = (x[k] + 50) / (state->enemy[i] + 50);
    }
    ho_log_all(x, n_changed);
    for (size_t k = 0; k < n_changed; k++)
        state->odds[changed[k]] = x[k];
}

/* Clipped log ratio of what stands on either side, and flies for it; the logarithm of sorties is taken only where any are flown. After
 * look_at_odds. */
static inline double odds_here(const ho_state *state, size_t i) {
    bool flown = state->air_per_week[i] + state->attack_air_per_week[i] > 0;
    return state->enemy[i] > 0 ? ho_clip(flown ? state->odds[i] + air_odds(state, i) : state->odds[i], -2, 2) : 2;
}

/* Momentum: what one's own side has lost elsewhere counts against, what the others have lost counts for; then what
 * fell next door, by per_near: [logit] per share of the neighbours. After look_at_odds. */
static inline double local_view(const ho_world *world, const ho_state *state, size_t b, size_t i, double others,
                                double per_near) {
    const double *p = state->p;
    double near = state->fallen_near[b * world->n_district + i];
    double z = ho_max(0, state->fallen[b] - near), scale = 0.05 * (double)world->n_district;
    return p[HO_P_U1] * odds_here(state, i) + p[HO_P_U2] * (others - z / (z + scale)) -
           per_near * near * world->per_link[i] + ho_shock_kept_out(state, b, i);
}

/* A resistance in its base asks whether the base can be held, not whether the capital can: what the ground makes of its
 * strength, and its stock. */
static double pocket_view(const ho_world *world, const ho_state *state, size_t i) {
    const double *p = state->p;
    double ratio = ho_log((ho_defence(world, state, i) + 50) / (ho_attack(state, i) + 50));
    double stock = ho_log((state->supply_days[i] + 1) / 31);
    return p[HO_P_U0] + p[HO_P_U1] * ho_clip(ratio, -2, 2) + p[HO_P_U_STOCK] * stock;
}

double ho_belief_target(const ho_world *world, ho_state *state, size_t i) {
    const uint32_t district = (uint32_t)i;
    size_t b = (size_t)ho_holder_bloc(world, state, i);
    look_at_odds(world, state, &district, 1);
    double target = ho_is_pocket(world, state, (int32_t)b, i)
                        ? pocket_view(world, state, i)
                        : national_view(world, state, b) + local_view(world, state, b, i, others_lost(world, state, b),
                                                                             logit_per_near(state->p));
    return ho_clip(target, -BELIEF_LIMIT, BELIEF_LIMIT);
}

double ho_mean_belief(const ho_world *world, const ho_state *state, size_t b) {
    double sum = 0, weight = 0;
    for (size_t i = 0; i < world->n_district; i++) {
        if (ho_holder_bloc(world, state, i) != (int32_t)b)
            continue;
        double here = state->strength[b * world->n_district + i] + 1;
        sum += here * ho_logistic(state->belief_logit[i]);
        weight += here;
    }
    return weight > 0 ? sum / weight : -1;
}

/* Districts first .. last - 1 whose belief moves today, in order. Insurgents whom nobody faces are looked at weekly, for
 * the record only. Returns how many. */
static size_t find_due(const ho_world *world, const ho_state *state, size_t first, size_t last, uint32_t *due) {
    size_t n = 0, since = ((size_t)state->day + first) % 7; /* [d] since the turn of district i */
    for (size_t i = first; i < last; i++) {
        due[n] = (uint32_t)i;
        n += (state->enemy[i] > 0) | (world->bloc_state[ho_holder_bloc(world, state, i)] >= 0) | (since == 0);
        since = since == 6 ? 0 : since + 1;
    }
    return n;
}

void ho_perception_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)streams;
    double national[HO_BLOC_MAX], others[HO_BLOC_MAX], *belief = state->belief_logit;
    const double per_near = logit_per_near(state->p);
    const double move = 1 - ho_exp(-world->dt_day / state->p[HO_P_BELIEF_TAU]);
    uint32_t due[CHUNK];
    for (size_t b = 0; b < world->n_bloc; b++) {
        national[b] = national_view(world, state, b);
        others[b] = others_lost(world, state, b);
    }
    for (size_t first = 0; first < world->n_district; first += CHUNK) {
        size_t n = find_due(world, state, first, first + CHUNK < world->n_district ? first + CHUNK : world->n_district, due);
        look_at_odds(world, state, due, n);
        for (size_t k = 0; k < n; k++) {
            size_t i = due[k], b = (size_t)ho_holder_bloc(world, state, i);
            double target = ho_is_pocket(world, state, (int32_t)b, i)
                                ? pocket_view(world, state, i)
                                : national[b] + local_view(world, state, b, i, others[b], per_near);
            double y = belief[i] + move * (target - belief[i]);
            belief[i] = ho_clip(y, -BELIEF_LIMIT, BELIEF_LIMIT);
        }
    }
}
