/* governance: rule. Who holds centres must be present, pay and serve; who is thin on the ground and cannot pay loses
 * cohesion and men, and people who resent him take up arms with those who lead them. A holder's local strength sets
 * with time. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_governance_info = {
    .name = "governance",
    .does = "Who rules must pay, serve and be present: services follow wages, cohesion follows presence and pay, "
            "unpaid victors lose men, the ruled revolt locally, holds set.",
    .equation = "services' = (services_share - services)/60 d; presence = F/(area share x people share)^0.5, relative "
                "to the home bloc's on day 0; cohesion' = (clip(1 - o max(0, 1 - presence) - 0.5 (1 - paid) - rights "
                "clause, 0.1, 1) - cohesion)/30 d; a victor's fighters leave at l (1 - paid); grip = 1 - exp(-(t - "
                "taken)/45 d); a revolt of 50 to 300 people at 0.002/d exp(-presence) max(0, -attitude) (1 - 0.5 "
                "inclusion) (1 - fear) where a hostile militia or resistance has its base or kin",
    .source = "additions F28, F5 (rights clause); sizes: judgement",
    .reads = "services_share, pay_share, attitude_here, fear, taken_day, stance, leader_fled, risen, regime_clock, settled, "
             "truce_days, centres, area_share, people_share, residents",
    .writes = "services, presence, presence_unit, cohesion, grip, n_revolt, fighters, worth, recruited, residents, "
              "deserted, stance",
    .off = "services stay as on day 0 and nobody revolts; a challenger who is thin or unpaid attacks as often as one "
           "who is not, so more often; centres just taken are held as firmly as old ones, so fewer are retaken",
};

enum { LOOK_EVERY = 7, PER_DRAW = 4 };    /* [d] between looks at a district, in turn; draws in a block */
static const double COHESION_TIME = 30;   /* [d] judgement */
static const double COHESION_MIN = 0.1;   /* judgement */
static const double PAY_COHESION = 0.5;   /* cohesion that full pay is worth; judgement */
static const double PRESENCE_MAX = 10;    /* beyond it nothing depends on presence */
static const double KIN = 0.3;            /* affinity from which people follow a faction outside its base; judgement */
static const double REVOLT_SHARE = 0.002; /* of the residents take part; judgement */
static const double REVOLT_MIN = 50, REVOLT_MAX = 300; /* [persons] judgement */
static const uint32_t LEAVING = 0x80000000u;           /* entity bit of the draws of who goes home */

/* Fighters by the root of area and people ruled: half a country held by half as many is as present. */
static double density(const ho_world *world, const ho_state *state, size_t b) {
    int64_t fighters = 0;
    for (size_t f = 0; f < world->n_faction; f++)
        if (world->faction_bloc[f] == (int32_t)b)
            fighters += ho_under_arms(state, f);
    return (double)fighters / sqrt(ho_max(1e-12, state->area_share[b] * state->people_share[b]));
}

static void look_at_presence(const ho_world *world, ho_state *state) {
    if (state->step == 0)
        state->presence_unit[0] = density(world, state, (size_t)world->home_bloc);
    for (size_t b = 0; b < world->n_bloc && state->presence_unit[0] > 0; b++)
        state->presence[b] =
            state->centres[b] ? ho_min(PRESENCE_MAX, density(world, state, b) / state->presence_unit[0]) : 1;
}

static void serve(const ho_world *world, ho_state *state) {
    const double follow = 1 - ho_exp(-world->dt_day / state->p[HO_P_SERVICE_TIME]),
                 move = 1 - ho_exp(-world->dt_day / COHESION_TIME);
    for (size_t b = 0; b < world->n_bloc; b++) {
        double unpaid = 1 - state->pay_share[world->bloc_main[b]];
        double clause = state->settled[0] && world->bloc_state[b] < 0 ? state->p[HO_P_RIGHTS_COST] : 0;
        double goal =
            1 - state->p[HO_P_OVERSTRETCH] * ho_max(0, 1 - state->presence[b]) - PAY_COHESION * unpaid - clause;
        state->cohesion[b] += move * (ho_clip(goal, COHESION_MIN, 1) - state->cohesion[b]);
        if (state->centres[b])
            state->services[b] += follow * (state->services_share[b] - state->services[b]);
    }
}

/* Whoever took a centre today starts anew; since the log ends with today, looking back to its start is short. */
static void lose_grip(ho_state *state) {
    for (size_t k = state->n_change; k > 0 && state->change[k - 1].day == state->day; k--) {
        size_t i = (size_t)state->change[k - 1].district;
        if (state->taken_day[i] >= state->day)
            state->grip[i] = 0;
    }
}

/* Weekly; the first look after a change of hands comes within the week. */
static void settle(ho_state *state, size_t i, double week) {
    double since = state->time_day - state->taken_day[i];
    if (state->grip[i] >= 1)
        return;
    if (since < LOOK_EVERY)
        state->grip[i] = ho_one_minus_exp(since / state->p[HO_P_CONSOLIDATE]);
    else
        state->grip[i] += week * (1 - state->grip[i]);
}

/* Whether faction f may lead a revolt against bloc b: a militia or resistance of another bloc that is there, has not
 * gone over and has its leader in the country; once its regime has fallen a resistance must have risen. */
static bool may_lead(const ho_world *world, const ho_state *state, size_t f, int32_t b) {
    bool local = world->faction_role[f] == HO_ROLE_MILITIA || world->faction_role[f] == HO_ROLE_RESISTANCE;
    if (!local || world->faction_bloc[f] == b || world->faction_arrival[f] > state->day ||
        state->stance[f] == HO_STANCE_SWITCHED || state->leader_fled[f])
        return false;
    return world->faction_role[f] == HO_ROLE_MILITIA || ho_fights_on(world, state, f);
}

/* Who leads a revolt in i: whose base it is, then closest kin; -1: nobody. */
static int32_t leader_of(const ho_world *world, const ho_state *state, size_t i, int32_t b) {
    int32_t best = -1;
    double most = 0;
    for (size_t f = 0; f < world->n_faction; f++) {
        double kin = world->affinity[f * world->n_district + i],
               claim = 2 * world->base[f * world->n_district + i] + kin;
        if ((world->base[f * world->n_district + i] || kin > KIN) && claim > most && may_lead(world, state, f, b)) {
            most = claim;
            best = (int32_t)f;
        }
    }
    return best;
}

static void revolt(const ho_world *world, ho_state *state, size_t i, int32_t b, int32_t f) {
    int32_t n = (int32_t)ho_clip(REVOLT_SHARE * state->residents[i], REVOLT_MIN, REVOLT_MAX);
    if (f < 0 || n > state->residents[i])
        return;
    state->residents[i] -= n;
    state->recruited[f] += n;
    state->n_revolt[b]++;
    if (!ho_fights_on(world, state, (size_t)f))
        state->stance[f] = HO_STANCE_ALONE; /* a militia whose regime is gone rises for itself */
    ho_join(world, state, (size_t)f, i, n, state->p[HO_P_VOLUNTEER_WORTH]);
    ho_state_refresh_strength(world, state, i);
}

/* Revolts and homesickness of one day, districts in turn. */
typedef struct day_of_rule {
    double hazard[HO_BLOC_MAX];   /* [1/day] of a revolt against the bloc at full hostility */
    double leave[HO_FACTION_MAX]; /* probability that a fighter of an unpaid victor goes home within a week */
    bool leaves;
} day_of_rule;

static day_of_rule rule_of(const ho_world *world, const ho_state *state) {
    day_of_rule rule = {.leaves = false};
    int32_t victor = ho_holder_bloc(world, state, (size_t)world->national_capital);
    for (size_t b = 0; b < world->n_bloc; b++) {
        size_t policy = (size_t)state->day * world->n_faction + (size_t)world->bloc_main[b];
        double inclusion = world->policy[policy * HO_N_POLICY + HO_POLICY_INCLUSION];
        rule.hazard[b] = state->p[HO_P_REVOLT] * ho_exp(-state->presence[b]) * (1 - 0.5 * inclusion);
    }
    for (size_t f = 0; f < world->n_faction && world->bloc_state[victor] < 0; f++) {
        double unpaid = world->faction_bloc[f] == victor ? 1 - state->pay_share[f] : 0;
        rule.leave[f] = ho_one_minus_exp(state->p[HO_P_UNPAID_LEAVE] * unpaid * LOOK_EVERY);
        rule.leaves |= unpaid > 0;
    }
    return rule;
}

static void go_home(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i,
                    const day_of_rule *rule) {
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_REVOLT, LEAVING | (uint32_t)i);
    int64_t gone = 0;
    for (size_t f = 0; f < world->n_faction; f++) {
        int32_t *here = &state->fighters[f * world->n_district + i];
        if (rule->leave[f] <= 0 || *here == 0)
            continue;
        int64_t n = ho_binomial(&rng, *here, rule->leave[f]);
        *here -= (int32_t)n;
        ho_go_home(state, i, n, &state->deserted[f]);
        gone += n;
    }
    if (gone)
        ho_state_refresh_strength(world, state, i);
}

static void look_at_districts(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const day_of_rule rule = rule_of(world, state);
    const double week = ho_one_minus_exp(LOOK_EVERY / state->p[HO_P_CONSOLIDATE]);
    uint32_t word[PER_DRAW] = {0}, drawn = UINT32_MAX;
    for (size_t i = (size_t)(state->day % LOOK_EVERY); i < world->n_district; i += LOOK_EVERY) {
        int32_t b = ho_holder_bloc(world, state, i);
        settle(state, i, week);
        if (rule.leaves)
            go_home(world, state, streams, i, &rule);
        double hostility = -state->attitude_here[(size_t)b * world->n_province + (size_t)world->province[i]];
        if (hostility <= 0 || ho_is_quiet(state, i))
            continue;
        uint32_t k = (uint32_t)(i / LOOK_EVERY); /* one block serves four districts */
        if (k / PER_DRAW != drawn) {
            drawn = k / PER_DRAW;
            ho_block(streams, (uint32_t)state->step, HO_PROC_REVOLT, drawn, 0, word);
        }
        double chance = ho_one_minus_exp(rule.hazard[b] * hostility * (1 - state->fear[i]) * LOOK_EVERY);
        if (ho_unit(word[k % PER_DRAW]) < chance)
            revolt(world, state, i, b, leader_of(world, state, i, b));
    }
}

void ho_governance_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const bool new_day = state->step % world->n_step_per_day == 0;
    if (new_day && state->day % LOOK_EVERY == 0)
        look_at_presence(world, state);
    serve(world, state);
    lose_grip(state);
    if (new_day)
        look_at_districts(world, state, streams);
}
