/* strategy: each side spends a finite effort over the targets it can reach. Insurgents spare capitals until a day of
 * release; a state's effort is its mobile reserve: it retakes centres and reinforces engaged capitals. Fighters with
 * nobody left to face march on. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_strategy_info = {
    .name = "strategy",
    .does = "Each side spreads a finite number of engagements a day over reachable targets; capitals are spared "
            "until restraint ends.",
    .equation = "each third day: E = E0 cohesion sqrt(F/F0), less for smaller insurgents by their size; hazard_i = E "
                "season_i w_i / sum w, times the lull of the day; w = road x "
                "crossing x stronghold x capital (encircled, released) x p_success x exp(B_start x); a "
                "capital's restraint ends at h once 90 % of foreign forces are gone, on the announced end date with "
                "probability 1/2, at the latest on restraint_day",
    .source = "additions C11, C13, C1 (release); targets: the documents (north first, border posts, then capitals)",
    .reads = "holder, strength, neighbours, enemy, enemy_bloc, battle_days, countryside, fallen_near, n_enemy_near, initial, "
             "reserve, reserve_start, reserve_worth, release_day, cohesion, raids_per_day, siege_day, settled, truce_days, risen, stance, regime_clock",
    .writes = "hazard_assault, fighters, worth, marching, reserve, front_of, front_km",
    .off = "nobody attacks or moves: only deals and desertion can change hands",
};

static const double TARGET_MIN = 20;     /* [persons x worth] below which an attack is not tried; judgement */
static const double COUNTRY_MIN = 0.3;   /* countryside share that lets a bloc act without holding a neighbour */
static const double LOOSE_CAPITAL = 0.2; /* weight of a capital that is not encircled; judgement */

/* Share of the neighbours of i that the bloc holds. */
static double approaches(const ho_world *world, const ho_state *state, size_t i, int32_t bloc) {
    int32_t degree = world->link_first[i + 1] - world->link_first[i];
    return degree > 0 ? (double)state->neighbours[(size_t)bloc * world->n_district + i] / degree : 0;
}

static double encirclement(const ho_world *world, const ho_state *state, size_t i, int32_t bloc) {
    int32_t held = 0, p = world->province[i], n = world->province_first[p + 1] - world->province_first[p] - 1;
    for (int32_t k = world->province_first[p]; k < world->province_first[p + 1]; k++)
        held += ho_holder_bloc(world, state, (size_t)world->province_district[k]) == bloc;
    return n > 0 ? (double)held / n : 1;
}

/* What restraint and encirclement make of a capital as a target of the bloc; 0: out of reach. Also used for contact. */
double ho_capital_factor(const ho_world *world, const ho_state *state, size_t i, int32_t bloc) {
    if ((int32_t)i == world->national_capital && approaches(world, state, i, bloc) < state->p[HO_P_CAPITAL_CONTACT])
        return 0;
    double factor = encirclement(world, state, i, bloc) >= state->p[HO_P_ENCIRCLED] ? 1 : LOOSE_CAPITAL;
    return state->time_day < state->release_day[bloc] ? factor * state->p[HO_P_RESTRAINT_LEAK] : factor;
}

static double weight(const ho_world *world, const ho_state *state, size_t i) {
    const double *p = state->p;
    const size_t n = world->n_district;
    int32_t enemy = state->enemy_bloc[i];
    size_t holder = (size_t)ho_holder_bloc(world, state, i);
    if (enemy < 0 || state->battle_days[i] > 0 || state->enemy[i] < TARGET_MIN)
        return 0;
    if (ho_is_quiet(state, i))
        return 0; /* effort goes where nobody has agreed to hold fire */
    if (state->n_enemy_near[i] == 0 && state->countryside[(size_t)enemy * n + i] < COUNTRY_MIN)
        return 0;
    if (state->regime_clock[holder] >= 0 && state->time_day < state->siege_day[holder] &&
        ho_is_pocket(world, state, (int32_t)holder, i))
        return 0; /* the victor's forces are not free yet */
    if (state->regime_clock[enemy] >= 0 && ho_taker(world, state, i, enemy) < 0)
        return 0; /* nobody there who fights on */
    double w = 1;
    if (world->on_road[i])
        w *= p[HO_P_W_ROAD];
    if (world->customs_crossing[i] >= 0)
        w *= p[HO_P_W_CROSSING];
    if (world->stronghold[holder * n + i])
        w *= p[HO_P_W_STRONGHOLD];
    if (world->is_capital[i])
        w *= p[HO_P_W_CAPITAL] * ho_capital_factor(world, state, i, enemy);
    double pull = p[HO_P_SHARE_START] * state->fallen_near[holder * n + i] * world->per_link[i];
    double drawn = pull > -0.01 && pull < 0.01 ? 1 + pull : ho_exp(pull);
    return w * drawn * state->enemy[i] / (state->enemy[i] + ho_defence(world, state, i) + 1);
}

/* Engagements per day that a bloc starts. */
static double effort(const ho_world *world, const ho_state *state, size_t b) {
    int32_t f = world->bloc_main[b];
    double now = 0, start = 0;
    if (state->settled[0])
        return 0;
    if (state->regime_clock[b] >= 0)
        return state->raids_per_day[b];
    if (world->bloc_state[b] >= 0) {
        now = (double)state->reserve[f];
        start = (double)state->reserve_start[f];
        return start <= 0 ? 0 : state->p[HO_P_EFFORT_RETAKE] * sqrt(now / start);
    }
    double most[HO_BLOC_MAX] = {0}, largest = 0; /* of blocs without a state, on day 0 */
    for (size_t g = 0; g < world->n_faction; g++) {
        size_t of = (size_t)world->faction_bloc[g];
        if (world->bloc_state[of] >= 0)
            continue;
        most[of] += (double)state->initial[g];
        largest = ho_max(largest, most[of]);
        now += of == b ? (double)ho_under_arms(state, g) : 0;
    }
    start = most[b];
    return start > 0 ? state->cohesion[b] * state->p[HO_P_EFFORT] * (start / largest) * sqrt(now / start) : 0;
}

/* The season scales what an effort comes to and not only where it goes: a last target in the snow is not attacked more
 * for being the last. */
static void spread_effort(const ho_world *world, ho_state *state) {
    const double *season = &world->season[world->month[state->day] * HO_N_TERRAIN];
    double sum[HO_BLOC_MAX] = {0}, per_weight[HO_BLOC_MAX];
    for (size_t i = 0; i < world->n_district; i++) {
        state->hazard_assault[i] = weight(world, state, i);
        if (state->hazard_assault[i] > 0)
            sum[state->enemy_bloc[i]] += state->hazard_assault[i];
    }
    for (size_t b = 0; b < world->n_bloc; b++)
        per_weight[b] = sum[b] > 0 ? effort(world, state, b) / sum[b] : 0;
    for (size_t i = 0; i < world->n_district; i++)
        if (state->hazard_assault[i] > 0)
            state->hazard_assault[i] *= per_weight[state->enemy_bloc[i]] * season[world->terrain[i]];
}

/* A party of the reserve reaches an engaged capital of its state. */
static void reinforce(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i) {
    size_t b = (size_t)ho_holder_bloc(world, state, i);
    int32_t f = world->bloc_state[b];
    uint32_t word[4];
    if (f < 0 || ho_party(world, state, b) <= 0)
        return;
    ho_block(streams, (uint32_t)state->step, HO_PROC_RESERVE, (uint32_t)i, 0, word);
    if (ho_unit(word[0]) >= ho_chance(world, state->p[HO_P_REINFORCE]))
        return;
    double ready = (double)state->reserve[f] * state->p[HO_P_RESERVE_READY];
    int32_t n = (int32_t)ho_min(ready, state->p[HO_P_RESERVE_PARTY]);
    ho_join(world, state, (size_t)f, i, n, state->reserve_worth[f]);
    state->reserve[f] -= n;
    ho_state_refresh_strength(world, state, i);
}

/* Once a week, in turn: insurgents of a quiet district march to a front. */
static void march_on(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i) {
    int32_t b = ho_holder_bloc(world, state, i), f = world->bloc_main[b];
    if (world->bloc_state[b] >= 0 || state->n_enemy_near[i] > 0)
        return;
    int32_t here = state->fighters[(size_t)f * world->n_district + i];
    int32_t go = (int32_t)(state->p[HO_P_FREED] * (here - state->p[HO_P_HOLD_MIN]));
    if (go > 0)
        ho_march_to_front(world, state, streams, i, f, go);
}

/* Plans (fronts, weights of targets) hold for HO_PLAN_EVERY days. */
void ho_strategy_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const bool new_day = state->step % world->n_step_per_day == 0, plans = new_day && state->day % HO_PLAN_EVERY == 0;
    ho_arrive(world, state);
    const double *battle = state->battle_days;
    const size_t n = world->n_district;
    for (size_t i = ho_next_above_zero(battle, 0, n); i < n; i = ho_next_above_zero(battle, i + 1, n))
        if (world->is_capital[i])
            reinforce(world, state, streams, i);
    if (plans) {
        spread_effort(world, state);
        if (state->front_changed)
            ho_find_fronts(world, state);
        state->front_changed = false;
    }
    if (!new_day)
        return;
    for (size_t i = (size_t)(state->day % 7); i < world->n_district; i += 7)
        march_on(world, state, streams, i);
}
