/* mobilisation: new fighters. Strongmen arm again as their ground is threatened, volunteers follow a state's call,
 * insurgents recruit among kin and in a rear across the border, and those who melted away come back. Each faction
 * musters once a week, factions in turn. Recruits set out in parties; what is short of one is carried over, from a
 * drawn phase, so that the expected number is exact. Invariant: a recruit leaves the residents of his district. */
#include "mechanisms/holder.h"
#include "mechanisms/start.h"

const ho_mechanism_info ho_mobilisation_info = {
    .name = "mobilisation",
    .does =
        "Strongmen fill up to a cap as threat, money and the arms they are given allow, volunteers follow a state's call, "
        "insurgents recruit among kin and in a rear, those who melted away come back.",
    .equation =
        "militia: M' = mu R pull threat (cap - M) x willing share of its base; R = min(1, funds + max(0, kits - "
        "recruited)/(cap - M)); a transfer a week from the giver's stores, by road, while they last and the state "
        "stands, to fighters in proportion; kits = arms/weight of a kit; threat = 1 - (1 - lost30) belief; "
        "districts by residents x max(0, safety (1 + kin) - dislike), safety = own/(own + enemy). Volunteers: "
        "drive x R x mean of (1 - fear) expectation. Insurgents: r residents kin (1 + poverty + grievance) "
        "(1 - fear) R where present, and rear x sanctuary x strength of day 0, up to the cap; hidden return at "
        "1/20 d, by up to 1/60 d more with a sanctuary",
    .source = "additions F3, F8, F9, F12, F17, F19, F20; model.md section 4; rates: judgement",
    .reads = "funds, cap, initial, holder, fighters, worth, enemy, enemy_bloc, belief_logit, taken_day, residents, fear, "
             "expectation, attitude_here, countryside, sanctuary, posture, stance, leader_fled, hidden, hidden_worth, "
             "risen, regime_clock, settled, connected, weapons, transfer_kg_week",
    .writes = "recruited, residents, fighters, worth, strength, persons, hidden, pull, recruits_due, paper, weapons, weapons_given, "
              "weapons_got",
    .off =
        "nobody is recruited or armed and nobody comes back: militias and the state's garrisons stay smaller, so do insurgents "
        "who lost men",
};

enum { MUSTER_EVERY = 7 };         /* [d] between musters of a faction, factions in turn */
enum { CALL_DAYS = 14 };           /* [d] a public call works (additions F8) */
enum { LATELY = 30 };              /* [d] within which ground counts as lately lost (additions F12) */
enum { PARTY = 20 };               /* [persons] who set out together; judgement: a platoon */
static const double PRESENT = 0.3; /* share of the country from which a bloc recruits; as in strategy */
static const double ITS_OWN = 0.5; /* share of the country in which those who melted away gather; judgement */
static const double OTHERS = 0.2;  /* of a call's pull works on others in the bloc (additions F8) */
static const double REAR_RECOVERY = 1.0 / 60; /* [1/d] over a sanctuary's border (additions F20) */
static const uint32_t PHASE = 0x10000000u, HIDDEN = 0x20000000u, CALL = 0x40000000u; /* entity bits */

typedef struct ground {
    size_t n, n_held, n_lost;
    double logit;
} ground;

static void look_at(const ho_world *world, const ho_state *state, int32_t bloc, size_t i, ground *g) {
    g->n++;
    if (ho_holder_bloc(world, state, i) == bloc) {
        g->n_held++;
        g->logit += state->belief_logit[i];
    } else if (state->taken_day[i] > state->time_day - LATELY) {
        g->n_lost++;
    }
}

double ho_threat(const ho_world *world, const ho_state *state, size_t faction) {
    const size_t n = world->n_district;
    const int32_t b = world->faction_bloc[faction];
    ground g = {0, 0, 0, 0};
    for (size_t i = ho_next_of_base(world, faction, 0); i < n; i = ho_next_of_base(world, faction, i + 1))
        look_at(world, state, b, i, &g);
    const bool rootless = g.n == 0;
    for (size_t i = 0; rootless && i < n; i++)
        look_at(world, state, b, i, &g);
    if (g.n_held == 0)
        return 1;
    double belief = ho_logistic(g.logit / (double)g.n_held);
    return 1 - (1 - (double)g.n_lost / (double)g.n) * belief;
}

/* Fighters that an armed faction may still take on [persons]; a state's volunteers are limited by its call. */
static double room_of(const ho_world *world, const ho_state *state, size_t f) {
    return world->faction_role[f] == HO_ROLE_STATE
               ? INT32_MAX
               : state->cap[f] - (double)(ho_under_arms(state, f) + state->hidden[f]);
}

/* Whoever is due in district i beyond whole parties waits; returns how many join the faction. */
static int32_t enlist(const ho_world *world, ho_state *state, size_t f, size_t i, double due, double worth) {
    const size_t at = f * world->n_district + i;
    state->recruits_due[at] += due;
    if (state->recruits_due[at] < PARTY)
        return 0;
    int32_t n = (int32_t)ho_min(state->recruits_due[at], room_of(world, state, f));
    n = n < state->residents[i] ? n : state->residents[i];
    if (n <= 0)
        return 0;
    state->recruits_due[at] -= n;
    state->residents[i] -= n;
    state->recruited[f] += n;
    ho_join(world, state, f, i, n, worth);
    ho_state_refresh_strength(world, state, i);
    return n;
}

/* Factor on recruits of the faction from public calls of its leader and of others in its bloc. */
static double pull_of(const ho_world *world, const ho_state *state, const ho_streams *streams, size_t f) {
    double pull = 1;
    for (size_t k = 0; k < world->n_call; k++) {
        int32_t caller = world->call_faction[k], since = state->day - world->call_day[k];
        if (since < 0 || since >= CALL_DAYS || world->faction_bloc[caller] != world->faction_bloc[f] ||
            state->leader_fled[caller])
            continue;
        ho_rng rng = ho_rng_at(streams, 0, HO_PROC_MOBILISATION, CALL | (uint32_t)k);
        double drawn = state->p[HO_P_PULL];
        if (!world->held[HO_P_PULL])
            drawn = ho_start_value(world, &world->prior[HO_P_PULL], &rng);
        double gain = world->call_size[k] * ho_max(0, drawn - 1);
        pull *= 1 + (caller == (int32_t)f ? gain : OTHERS * gain);
    }
    return pull;
}

/* ---- armed factions ---- */

/* How gladly the people of i join: the safety that the faction can give them, more among kin, less what they dislike in
 * it (additions F12). */
static double willingness(const ho_world *world, const ho_state *state, size_t f, size_t i) {
    const size_t at = f * world->n_district + i;
    double own = ho_force(world, state, f, at), kin = world->affinity[at];
    double safety = own > 0 ? own / (own + state->enemy[i]) : 0;
    return kin > 0 ? safety * (1 + kin) : ho_max(0, safety + kin);
}

/* R: means for new fighters, 0..1: money, or arms for which it has no man yet, by what is missing to the cap (additions
 * F9, F12). */
static double means_of(const ho_state *state, size_t f, double gap) {
    double kits = (double)ho_weapons_held(state, f) / state->p[HO_P_KIT];
    return ho_min(1, state->funds[f] + ho_max(0, kits - (double)state->recruited[f]) / gap);
}

/* Recruits for a week: the gap to the cap closes at mu R pull threat, as far as people of the base can be reached. */
static void muster(const ho_world *world, ho_state *state, size_t f) {
    const size_t n = world->n_district;
    double *weight = state->rank;
    double gap = room_of(world, state, f), means = gap > 0 ? means_of(state, f, gap) : 0, people = 0, reached = 0, sum = 0;
    if (means <= 0)
        return;
    for (size_t i = ho_next_of_base(world, f, 0); i < n; i = ho_next_of_base(world, f, i + 1)) {
        weight[i] = 0;
        people += state->residents[i];
        if (ho_holder_bloc(world, state, i) != world->faction_bloc[f])
            continue;
        weight[i] = state->residents[i] * willingness(world, state, f, i);
        reached += weight[i] > 0 ? state->residents[i] : 0;
        sum += weight[i];
    }
    if (sum <= 0)
        return;
    double rate = state->p[HO_P_MOBILISE] * means * state->pull[f] * ho_threat(world, state, f);
    double due = gap * ho_one_minus_exp(rate * MUSTER_EVERY) * reached / people;
    for (size_t i = ho_next_of_base(world, f, 0); i < n; i = ho_next_of_base(world, f, i + 1))
        if (weight[i] > 0)
            enlist(world, state, f, i, due * weight[i] / sum, state->p[HO_P_VOLUNTEER_WORTH]);
}

/* ---- volunteers of a state ---- */

/* Who follows the call: people of threatened centres who expect their side to hold and are not afraid. Where a militia
 * holds the centre they would follow its leader: the state keeps no books there. */
static double turnout(const ho_state *state, size_t f, size_t i) {
    if (state->enemy_bloc[i] < 0 || state->holder[i] != (int32_t)f)
        return 0;
    return (1 - state->fear[i]) * state->expectation[i];
}

/* The bloc's own state calls; another state in the bloc has no part in it. */
static void volunteer(const ho_world *world, ho_state *state, size_t f) {
    const int32_t b = world->faction_bloc[f];
    double called = 0, people = 0, *weight = state->rank;
    if (world->bloc_state[b] != (int32_t)f)
        return;
    for (int32_t day = state->day; day >= 0 && day > state->day - MUSTER_EVERY; day--)
        called += world->drive[(size_t)day * world->n_bloc + (size_t)b];
    if (called <= 0 || state->regime_clock[b] >= 0)
        return;
    for (size_t i = 0; i < world->n_district; i++) {
        weight[i] = turnout(state, f, i) * state->residents[i];
        people += weight[i] > 0 ? state->residents[i] : 0;
    }
    if (people <= 0)
        return;
    double each = called * state->funds[f] / people;
    for (size_t i = 0; i < world->n_district; i++)
        if (weight[i] > 0)
            state->paper[i] += enlist(world, state, f, i, each * weight[i], state->p[HO_P_VOLUNTEER_WORTH]);
}

/* ---- insurgents ---- */

/* Weight of a border post as a way in from the rear: the bloc's presence there, if arms are let through. */
static double post_weight(const ho_world *world, const ho_state *state, int32_t bloc, size_t crossing) {
    size_t i = (size_t)world->scenario->crossing[crossing].district,
           k = (size_t)world->crossing_neighbour[crossing] * HO_N_TRAVELLER + HO_TRAVELLER_ARMED;
    double here = state->countryside[(size_t)bloc * world->n_district + i];
    if (!world->crossing_known[crossing] || here <= PRESENT || state->posture[k] == HO_POSTURE_CLOSED)
        return 0;
    return state->posture[k] == HO_POSTURE_OPEN ? here : 0.5 * here;
}

/* Adds those who come from the rear in a week to what is due (n_district, as many places behind it are scratch): at
 * border posts or, if none lets them in, in the bloc's own country. Returns how many. */
static double add_rear(const ho_world *world, const ho_state *state, size_t f, double *due) {
    const int32_t b = world->faction_bloc[f];
    const double *country = &state->countryside[(size_t)b * world->n_district];
    double come = MUSTER_EVERY * state->p[HO_P_RECRUIT_REAR] * state->sanctuary[f] * (double)state->initial[f], sum = 0;
    double *weight = due + world->n_district;
    if (come <= 0)
        return 0;
    memset(weight, 0, world->n_district * sizeof *weight);
    for (size_t c = 0; c < world->n_crossing; c++) {
        double way_in = post_weight(world, state, b, c);
        weight[world->scenario->crossing[c].district] += way_in;
        sum += way_in;
    }
    const bool posts = sum > 0;
    for (size_t i = 0; i < world->n_district && !posts; i++) {
        weight[i] = country[i] > ITS_OWN ? country[i] : 0;
        sum += weight[i];
    }
    for (size_t i = 0; i < world->n_district && sum > 0; i++)
        due[i] += come * weight[i] / sum;
    return sum > 0 ? come : 0;
}

/* Kin who join in a week where the bloc is present; poverty is the rural share, grievance the dislike of the state that
 * it fights. */
static double kin_recruits(const ho_world *world, const ho_state *state, size_t f, size_t i, const double *attitude) {
    const double *p = state->p;
    const size_t n = world->n_district, b = (size_t)world->faction_bloc[f];
    double kin = world->affinity[f * n + i];
    if (kin <= 0 || (state->countryside[b * n + i] <= PRESENT && ho_holder_bloc(world, state, i) != (int32_t)b))
        return 0;
    double grievance = attitude ? ho_max(0, -attitude[world->province[i]]) : 0;
    double why = 1 + p[HO_P_RECRUIT_POVERTY] * (1 - world->urban_share[i]) + p[HO_P_RECRUIT_GRIEVANCE] * grievance;
    return MUSTER_EVERY * p[HO_P_RECRUIT] * state->funds[f] * state->residents[i] * kin * why * (1 - state->fear[i]);
}

static double mean_worth(const ho_world *world, const ho_state *state, size_t f) {
    double persons = 0, strength = 0;
    for (size_t at = f * world->n_district; at < (f + 1) * world->n_district; at++) {
        persons += state->fighters[at];
        strength += state->fighters[at] * state->worth[at];
    }
    return persons > 0 ? strength / persons : 1;
}

static void recruit(const ho_world *world, ho_state *state, size_t f) {
    const int32_t b = world->faction_bloc[f], home = world->home_bloc;
    const double *attitude = home == b ? NULL : &state->attitude_here[(size_t)home * world->n_province];
    double room = room_of(world, state, f), sum = 0, *due = state->rank;
    if (room < 1)
        return;
    for (size_t i = 0; i < world->n_district; i++) {
        due[i] = kin_recruits(world, state, f, i, attitude);
        sum += due[i];
    }
    sum += add_rear(world, state, f, due);
    if (sum <= 0)
        return;
    double share = ho_min(1, room / sum), worth = mean_worth(world, state, f);
    for (size_t i = 0; i < world->n_district; i++)
        if (due[i] > 0)
            enlist(world, state, f, i, share * due[i], worth);
}

/* Where those who melted away gather again: in their own country, rather among kin. */
static double gathering(const ho_world *world, const ho_state *state, size_t f, size_t i) {
    double here = state->countryside[(size_t)world->faction_bloc[f] * world->n_district + i];
    return here > ITS_OWN ? here * ho_max(0.05, 1 + world->affinity[f * world->n_district + i]) : 0;
}

static void appear(const ho_world *world, ho_state *state, size_t f, size_t i, int32_t n) {
    if (n <= 0)
        return;
    state->hidden[f] -= n;
    ho_join(world, state, f, i, n, state->hidden_worth[f]);
    ho_state_refresh_strength(world, state, i);
}

/* Parties of PARTY, at equal steps of the summed weight from a drawn start; who is left over joins the last of them. */
static void come_back(const ho_world *world, ho_state *state, const ho_streams *streams, size_t f) {
    double rate = state->p[HO_P_COME_BACK] + REAR_RECOVERY * state->sanctuary[f], sum = 0, *weight = state->rank;
    for (size_t i = 0; i < world->n_district; i++) {
        weight[i] = gathering(world, state, f, i);
        sum += weight[i];
    }
    if (sum <= 0)
        return;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_MOBILISATION, HIDDEN | (uint32_t)f);
    int64_t left = ho_binomial(&rng, state->hidden[f], ho_one_minus_exp(rate * MUSTER_EVERY));
    double total = (double)left, due = ho_rng_unit(&rng) * PARTY;
    size_t last = 0;
    for (size_t i = 0; i < world->n_district && left > 0; i++) {
        if (weight[i] <= 0)
            continue;
        last = i;
        due += total * weight[i] / sum;
        if (due < PARTY)
            continue;
        int32_t n = (int32_t)ho_min(PARTY * (int32_t)(due / PARTY), (double)left);
        due -= n;
        left -= n;
        appear(world, state, f, i, n);
    }
    appear(world, state, f, last, (int32_t)left);
}

/* ---- */

/* Where in a party's worth of recruits each district starts: as if musters had always been held. */
static void draw_phases(const ho_world *world, ho_state *state, const ho_streams *streams) {
    for (size_t f = 0; f < world->n_faction; f++) {
        ho_rng rng = ho_rng_at(streams, 0, HO_PROC_MOBILISATION, PHASE | (uint32_t)f);
        bool local = world->faction_role[f] == HO_ROLE_MILITIA || world->faction_role[f] == HO_ROLE_RESISTANCE;
        for (size_t i = local ? ho_next_of_base(world, f, 0) : 0; i < world->n_district;
             i = local ? ho_next_of_base(world, f, i + 1) : i + 1)
            state->recruits_due[f * world->n_district + i] = PARTY * ho_unit(ho_rng_word(&rng));
    }
}

void ho_mobilisation_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    if (state->step == 0)
        draw_phases(world, state, streams);
    if (state->step % world->n_step_per_day != 0 || state->settled[0])
        return;
    for (size_t f = (size_t)(state->day % MUSTER_EVERY); f < world->n_faction; f += MUSTER_EVERY) {
        bool gone = state->stance[f] == HO_STANCE_SWITCHED || state->stance[f] == HO_STANCE_FLED;
        if (gone || state->risen[f] || world->faction_arrival[f] > state->day)
            continue;
        ho_materiel_give(world, state, f);
        state->pull[f] = world->n_call ? pull_of(world, state, streams, f) : 1;
        if (world->faction_role[f] == HO_ROLE_STATE)
            volunteer(world, state, f);
        else if (world->faction_role[f] == HO_ROLE_INSURGENT)
            recruit(world, state, f);
        else
            muster(world, state, f);
        if (state->hidden[f] > 0)
            come_back(world, state, streams, f);
    }
}
