/* talks: the sides weigh a share of power against fighting on, districts agree to hold fire, and who spares cities is
 * believed more. A settlement needs shares that satisfy everybody today and still after the shift of power that all
 * expect: whoever rises cannot promise to be content later (commitment problem). */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_talks_info = {
    .name = "talks",
    .does = "Each fortnight the sides settle if shares of power exist that all would take now and in 60 days; dated "
            "offers are weighed likewise; local ceasefires begin where both sides fear to lose and break as belief "
            "falls; sparing cities makes an amnesty credible.",
    .equation = "home bloc expects b, its commanders' mean belief by strength, challengers 1 - b by strength; p60: log "
                "odds extrapolated 60 d from the last fortnight, plus u5 x foreign forces announced to leave, at most "
                "4; side k asks max(p, p60) - cost_k - k_p leverage_k, at least 0; a deal exists if what all ask adds "
                "up to at most 1 (two sides: max(p, p60) - c_a <= min(p, p60) + c_d), is struck with a chance a "
                "meeting, halves the surplus; nobody below 0.1 has a seat; a truce begins at a rate where belief and "
                "the attacker's chance are within 0.15 of 1/2, ends at r exp(3 (1 - belief)); amnesty' = signal (1 - "
                "amnesty) while capitals are spared, half the gain is lost at the release",
    .source = "Fearon 1995, Powell 2006 (ranges, commitment); Walter 1997; additions F5; ceasefire at a capital "
              "through ten elders, 15 July (record)",
    .reads = "belief_logit, strength, reserve, reserve_worth, foreign, leaving, enemy, enemy_bloc, release_day, "
             "holder, flow_factor, posture, given_usd_day, given_start, income_usd_day, regime_clock, amnesty; world: flows",
    .writes = "settled, settled_share, victory_chance, chance_logit, cohesion, truce_days, truce_belief, truce_bloc, "
              "n_truce, n_truce_broken, n_truce_now, amnesty, restraint_gain",
    .off = "no settlement and no ceasefire, amnesties are believed as on day 0: wars go on to their end, more "
           "districts are lost",
};

/* [d] meetings, national and, districts in turn, local ones; looks at whether local ceasefires hold */
enum { MEET_EVERY = 14, TRUCE_EVERY = 7 };

static const double BELIEF_LIMIT = 4; /* [logit] as perception's, additions C4 */
static const double SEAT_MIN = 0.1;   /* who expects less of power is not asked to share it: terms are a surrender's */
static const double BALANCE = 0.15;   /* distance from 1/2 within which a side fears to lose, additions F5 */
static const double BALANCE_LOGIT = 0.6190392084062235; /* ln(0.65/0.35), the same as log odds */
static const double TRUCE_BELIEF = 3;                   /* additions F5 */
static const double TRUCE_MAX = 10000;                  /* [d] where a truce hardly ever breaks */

typedef struct side {
    bool seated;
    double now, later; /* share of power it expects from fighting on, today and in HO_TALKS_AHEAD days */
    double ask;        /* least share it takes */
} side;

/* ---- what the sides expect ---- */

static double strength_of(const ho_world *world, const ho_state *state, size_t b) {
    double sum = 0;
    for (size_t i = 0; i < world->n_district; i++)
        sum += state->strength[b * world->n_district + i];
    for (size_t f = 0; f < world->n_faction; f++)
        if (world->faction_bloc[f] == (int32_t)b)
            sum += (double)state->reserve[f] * state->reserve_worth[f];
    return sum;
}

/* Sets victory_chance: the home bloc's is its commanders' belief, the rest is split among the others by strength.
 * Returns false where there is nobody to talk with. */
static bool expect(const ho_world *world, ho_state *state) {
    const size_t home = (size_t)world->home_bloc;
    double belief = ho_mean_belief(world, state, home), strength[HO_BLOC_MAX], others = 0;
    for (size_t b = 0; b < world->n_bloc; b++) {
        strength[b] = b == home ? 0 : strength_of(world, state, b);
        others += strength[b];
    }
    if (belief < 0 || others <= 0)
        return false;
    for (size_t b = 0; b < world->n_bloc; b++)
        state->victory_chance[b] = b == home ? belief : (1 - belief) * strength[b] / others;
    return true;
}

/* Log odds of a bloc's chance without what foreign forces at home take from it. */
static double net_logit(const ho_world *world, const ho_state *state, size_t b) {
    double chance = ho_clip(state->victory_chance[b], 0.001, 0.999);
    return ho_logit(chance) - state->p[HO_P_U5] * (1 - state->foreign[world->home_bloc]);
}

/* What a challenger expects in HO_TALKS_AHEAD days. On a day of meeting the trend is that of the last fortnight,
 * between meetings it reaches back to the meeting before the last. */
static double expect_later(const ho_world *world, const ho_state *state, size_t b) {
    int32_t since = state->day % MEET_EVERY, back = since > 0 && state->day > MEET_EVERY;
    int32_t span = since > 0 ? since + back * MEET_EVERY : MEET_EVERY;
    double net = net_logit(world, state, b), before = state->chance_logit[(size_t)back * world->n_bloc + b];
    double trend = state->day > 0 ? (net - before) / span : 0;
    double gone = 1 - state->foreign[world->home_bloc] + state->leaving[world->home_bloc];
    double later = net + trend * HO_TALKS_AHEAD + state->p[HO_P_U5] * gone;
    return ho_logistic(ho_clip(later, -BELIEF_LIMIT, BELIEF_LIMIT));
}

static void remember(const ho_world *world, ho_state *state) {
    for (size_t b = 0; b < world->n_bloc; b++) {
        double before = state->chance_logit[b];
        state->chance_logit[b] = net_logit(world, state, b);
        state->chance_logit[world->n_bloc + b] = state->day > 0 ? before : state->chance_logit[b];
    }
}

/* ---- what they ask ---- */

/* How far its patrons can press a bloc, 0..1: the leverage they use, times how much of the bloc's cash or of its rear
 * across the border is theirs today. */
static double leverage(const ho_world *world, const ho_state *state, size_t b) {
    double cash = 0, income = 0, pressed = 0, rear = 0;
    for (size_t f = 0; f < world->n_faction; f++)
        income += world->faction_bloc[f] == (int32_t)b ? state->income_usd_day[f] : 0;
    for (size_t k = 0; k < world->n_flow; k++) {
        int32_t f = world->flow_faction[k];
        if (world->faction_bloc[f] != (int32_t)b)
            continue;
        double force = world->patron[world->flow_patron[k]].leverage,
               value = ho_max(0, ho_flow_today(world, state, k));
        if (world->flow_kind[k] == HO_FLOW_CASH) {
            cash += value;
            pressed += force * value;
        } else if (world->flow_kind[k] == HO_FLOW_SANCTUARY) {
            rear = ho_max(rear, force * value);
        }
    }
    double all = ho_max(cash, income);
    return ho_min(1, (all > 0 ? pressed / all : 0) + rear);
}

static double concession(const ho_world *world, const ho_state *state, size_t b) {
    double cost = state->p[(int32_t)b == world->home_bloc ? HO_P_COST_DEFENDER : HO_P_COST_ATTACKER];
    return cost + state->p[HO_P_PRESSURE] * leverage(world, state, b);
}

/* Fills sides (n_bloc). Returns how many have a seat, 0 if the home bloc has none. */
static size_t seat(const ho_world *world, const ho_state *state, side *sides) {
    const size_t home = (size_t)world->home_bloc;
    size_t n_seated = 0;
    sides[home].later = 1;
    for (size_t b = 0; b < world->n_bloc; b++) {
        sides[b].now = state->victory_chance[b];
        if (b == home)
            continue;
        sides[b].later = sides[b].now > 0 ? expect_later(world, state, b) : 0;
        sides[home].later = ho_max(0, sides[home].later - sides[b].later);
    }
    for (size_t b = 0; b < world->n_bloc; b++) {
        side *s = &sides[b];
        s->seated = s->now >= SEAT_MIN;
        s->ask = s->seated ? ho_max(0, ho_max(s->now, s->later) - concession(world, state, b)) : 0;
        n_seated += s->seated;
    }
    return sides[home].seated ? n_seated : 0;
}

/* The war is settled; a clause of rights costs the challengers who sign it their unity. */
static void settle(const ho_world *world, ho_state *state, const side *sides, const double *share) {
    state->settled[0] = 1;
    for (size_t b = 0; b < world->n_bloc; b++) {
        state->settled_share[b] = share[b];
        if ((int32_t)b != world->home_bloc && sides[b].seated)
            state->cohesion[b] = ho_max(0, state->cohesion[b] - state->p[HO_P_RIGHTS_COST]);
    }
}

static void meet(const ho_world *world, ho_state *state, const ho_streams *streams) {
    side sides[HO_BLOC_MAX];
    double share[HO_BLOC_MAX], asked = 0;
    uint32_t word[4];
    size_t n_seated = seat(world, state, sides);
    for (size_t b = 0; b < world->n_bloc; b++)
        asked += sides[b].ask;
    if (n_seated < 2 || asked > 1)
        return;
    ho_block(streams, (uint32_t)state->step, HO_PROC_TALKS, 0, 0, word);
    if (ho_unit(word[0]) >= state->p[HO_P_DEAL])
        return;
    for (size_t b = 0; b < world->n_bloc; b++)
        share[b] = sides[b].seated ? sides[b].ask + (1 - asked) / (double)n_seated : 0;
    settle(world, state, sides, share);
}

/* A public offer of a share of power to the others, by what they expect. They take it if it is enough for them now and
 * later, and if who offers would still keep its word later. */
static void weigh_offer(const ho_world *world, ho_state *state, size_t b, double offered) {
    side sides[HO_BLOC_MAX];
    double share[HO_BLOC_MAX], others = 0;
    if (seat(world, state, sides) < 2 || !sides[b].seated)
        return;
    for (size_t k = 0; k < world->n_bloc; k++)
        others += k != b && sides[k].seated ? sides[k].now : 0;
    bool taken = 1 - offered >= sides[b].later - concession(world, state, b);
    for (size_t k = 0; k < world->n_bloc; k++) {
        share[k] = k == b ? 1 - offered : sides[k].seated ? offered * sides[k].now / others : 0;
        taken = taken && (k == b || share[k] >= sides[k].ask);
    }
    if (taken)
        settle(world, state, sides, share);
}

static void talk(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const bool meets = state->day % MEET_EVERY == 0;
    bool offers = false;
    for (size_t k = 0; k < world->n_offer; k++)
        offers = offers || world->offer_day[k] == state->day;
    if (!(meets || offers) || !expect(world, state))
        return;
    for (size_t k = 0; offers && k < world->n_offer && !state->settled[0]; k++)
        if (world->offer_day[k] == state->day)
            weigh_offer(world, state, (size_t)world->offer_bloc[k], world->offer_share[k]);
    if (meets && state->day > 0 && !state->settled[0])
        meet(world, state, streams);
    if (meets)
        remember(world, state);
}

/* ---- local ceasefires ---- */

static double break_rate(const ho_state *state, double belief) {
    return state->p[HO_P_TRUCE_BREAK] * ho_exp(TRUCE_BELIEF * (1 - belief));
}

static void look_for_truce(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i) {
    if (fabs(state->belief_logit[i]) > BALANCE_LOGIT || state->enemy_bloc[i] < 0 || state->truce_days[i] > 0)
        return;
    double enemy = ho_attack(state, i), chance = enemy / (enemy + ho_defence(world, state, i));
    if (!(fabs(chance - 0.5) <= BALANCE))
        return;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_TRUCE, (uint32_t)i);
    if (ho_rng_unit(&rng) >= ho_one_minus_exp(MEET_EVERY * state->p[HO_P_TRUCE]))
        return;
    state->truce_belief[i] = ho_logistic(state->belief_logit[i]);
    double rate = break_rate(state, state->truce_belief[i]), length = ho_exponential(&rng);
    state->truce_days[i] = length < rate * TRUCE_MAX ? length / rate : TRUCE_MAX;
    state->truce_bloc[i] = state->enemy_bloc[i];
    state->n_truce[0]++;
    state->n_truce_now[0]++;
}

/* What is left of a truce when the rate at which it breaks changes with belief: the exponential drawn when it began is
 * used up faster or slower. */
static void look_at_truce(ho_state *state, size_t i) {
    double belief = ho_logistic(state->belief_logit[i]);
    if (state->enemy_bloc[i] != state->truce_bloc[i])
        state->truce_days[i] = 0; /* another side stands there: nobody agreed with it */
    state->truce_days[i] *= ho_exp(TRUCE_BELIEF * (belief - state->truce_belief[i]));
    state->truce_belief[i] = belief;
}

static void run_truces(const ho_world *world, ho_state *state) {
    const bool new_day = state->step % world->n_step_per_day == 0;
    int32_t n_now = 0;
    if (state->n_truce_now[0] == 0)
        return;
    for (size_t i = 0; i < world->n_district; i++)
        if (state->truce_days[i] > 0) {
            if (new_day && (state->day + (int32_t)i) % TRUCE_EVERY == 0)
                look_at_truce(state, i);
            state->truce_days[i] = ho_max(0, state->truce_days[i] - world->dt_day);
            state->n_truce_broken[0] += state->truce_days[i] <= 0;
            n_now += state->truce_days[i] > 0;
        }
    state->n_truce_now[0] = n_now;
}

/* ---- restraint as a signal ---- */

static void signal_restraint(const ho_world *world, ho_state *state) {
    for (size_t b = 0; b < world->n_bloc; b++) {
        if (state->time_day < state->release_day[b]) {
            double gain = ho_chance(world, state->p[HO_P_SIGNAL]) * (1 - state->amnesty[b]);
            state->amnesty[b] += gain;
            state->restraint_gain[b] += gain;
        } else if (state->restraint_gain[b] > 0) {
            state->amnesty[b] = ho_max(0, state->amnesty[b] - 0.5 * state->restraint_gain[b]);
            state->restraint_gain[b] = 0;
        }
    }
}

void ho_talks_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    signal_restraint(world, state);
    if (state->settled[0])
        return;
    run_truces(world, state);
    if (state->step % world->n_step_per_day)
        return;
    talk(world, state, streams);
    for (size_t i = (size_t)(state->day % MEET_EVERY); i < world->n_district; i += MEET_EVERY)
        look_for_truce(world, state, streams, i);
}
