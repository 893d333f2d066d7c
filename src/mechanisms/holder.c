/* A centre changes hands. Invariants: the ledger of fighters; centres, capitals, shares and n_enemy_near agree with
 * holder. */
#include "mechanisms/holder.h"

enum { THRESHOLD_TRIES = 24 };
static const double NEW_MORALE = 0.7; /* of a garrison that has just taken its centre; judgement */

static void log_change(ho_state *state, size_t i, int32_t from, int32_t to, ho_mode mode) {
    if (state->n_change == state->change_capacity) {
        state->change_overflow = true;
        return;
    }
    state->change[state->n_change++] =
        (ho_change){.day = state->day, .district = (int32_t)i, .from = from, .to = to, .mode = (int32_t)mode};
}

static void log_why(const ho_world *world, ho_state *state, size_t i, int32_t from, int32_t to, ho_mode mode) {
    if (!state->why || state->why_district != (int32_t)i || state->n_why == state->why_capacity)
        return;
    size_t n = world->n_district, b = (size_t)world->faction_bloc[from];
    int32_t enemy = world->faction_bloc[to];
    state->why[state->n_why++] = (ho_why){
        .change = {.day = state->day, .district = (int32_t)i, .from = from, .to = to, .mode = (int32_t)mode},
        .belief = ho_logistic(state->belief_logit[i]),
        .threshold = state->threshold[i],
        .morale = state->morale[i],
        .supply_days = state->supply_days[i],
        .arrears_days = state->arrears_days[i],
        .own_strength = state->strength[b * n + i],
        .enemy_strength = state->enemy[i],
        .attack_air_per_week = state->attack_air_per_week[i],
        .air_per_week = state->air_per_week[i],
        .neighbours_fallen = state->fallen_near[b * n + i],
        .enemy_countryside = state->countryside[(size_t)enemy * n + i],
        .hazard_surrender = state->hazard_surrender[i],
        .hazard_disband = state->hazard_disband[i],
        .hazard_assault = state->hazard_assault[i],
        .in_contact = state->contact_days[i] > 0 || state->battle_bloc[i] >= 0,
        .engaged = state->battle_bloc[i] >= 0,
        .connected = state->connected[i],
        .relief = state->relief[i] > 0.5,
        .besieged = !state->connected[i],
        .garrison_start = state->battle_bloc[i] >= 0 ? state->battle_garrison[i] : 0,
        .garrison = state->battle_bloc[i] >= 0 ? (double)ho_persons(world, state, world->faction_bloc[from], i) : 0,
        .retreat_share = state->retreat_share[i],
    };
}

void ho_commander_draw(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i) {
    (void)world;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->n_change_of[i], HO_PROC_COMMANDER, (uint32_t)i);
    const double *p = state->p;
    const double belief = ho_logistic(state->belief_logit[i]), spell = p[HO_P_CONTACT_LENGTH] * p[HO_P_DECIDE];
    double theta = belief - 4 * p[HO_P_S0];
    for (int k = 0; k < THRESHOLD_TRIES; k++) {
        double drawn = p[HO_P_THETA_MEAN] + p[HO_P_THETA_SD] * ho_normal(&rng);
        double gives_up = spell * ho_logistic((drawn - belief) / p[HO_P_S0]);
        if (ho_rng_unit(&rng) < ho_exp(-gives_up)) {
            theta = drawn;
            break;
        }
    }
    state->threshold[i] = theta;
}

bool ho_resistance_here(const ho_world *world, const ho_state *state, int32_t bloc, size_t i) {
    const size_t n = world->n_district;
    for (size_t f = 0; f < world->n_faction; f++)
        if (world->faction_role[f] == HO_ROLE_RESISTANCE && world->faction_bloc[f] == bloc &&
            state->fighters[f * n + i] > 0)
            return true;
    return false;
}

void ho_join(const ho_world *world, ho_state *state, size_t faction, size_t i, int32_t n, double worth) {
    size_t at = faction * world->n_district + i;
    double here = state->fighters[at];
    if (n <= 0)
        return;
    state->worth[at] = (here * state->worth[at] + n * worth) / (here + n);
    state->fighters[at] += n;
}

int64_t ho_kill(const ho_world *world, ho_state *state, int32_t bloc, size_t i, int64_t n) {
    int64_t killed = 0;
    while (killed < n) {
        int32_t most = 0;
        size_t faction = 0;
        for (size_t f = 0; f < world->n_faction; f++)
            if (world->faction_bloc[f] == bloc && state->fighters[f * world->n_district + i] > most) {
                most = state->fighters[f * world->n_district + i];
                faction = f;
            }
        if (most == 0)
            break;
        int64_t here = n - killed < most ? n - killed : most;
        state->fighters[faction * world->n_district + i] -= (int32_t)here;
        state->killed[faction] += here;
        state->fought[i] += (double)here;
        killed += here;
    }
    if (killed)
        ho_state_refresh_strength(world, state, i);
    return killed;
}

bool ho_fights_on(const ho_world *world, const ho_state *state, size_t f) {
    if (state->stance[f] == HO_STANCE_SWITCHED)
        return false;
    return state->regime_clock[world->faction_bloc[f]] < 0 || state->risen[f] || state->stance[f] == HO_STANCE_ALONE;
}

int32_t ho_taker(const ho_world *world, const ho_state *state, size_t i, int32_t bloc) {
    if (state->regime_clock[bloc] < 0)
        return world->bloc_main[bloc];
    int32_t best = -1;
    for (size_t f = 0, most = 0; f < world->n_faction; f++) {
        const int32_t *fighters = &state->fighters[f * world->n_district];
        if (world->faction_bloc[f] != bloc || !ho_fights_on(world, state, f))
            continue;
        size_t near = (size_t)fighters[i];
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++)
            near += ho_holder_bloc(world, state, (size_t)world->link_to[k]) == bloc
                        ? (size_t)fighters[world->link_to[k]]
                        : 0;
        if (near > most) {
            most = near;
            best = (int32_t)f;
        }
    }
    return best;
}

/* The neighbour of i that the bloc holds with most strength, or -1. */
static int32_t strongest_neighbour(const ho_world *world, const ho_state *state, int32_t bloc, size_t i) {
    int32_t best = -1;
    double most = -1;
    for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
        int32_t j = world->link_to[k];
        double here = state->strength[(size_t)bloc * world->n_district + (size_t)j];
        if (ho_holder_bloc(world, state, (size_t)j) == bloc && here > most) {
            most = here;
            best = j;
        }
    }
    return best;
}

void ho_go_home(ho_state *state, size_t i, int64_t n, int64_t *out) {
    *out += n;
    state->residents[i] += (int32_t)n;
}

void ho_dissolve_reserve(const ho_world *world, ho_state *state, int32_t faction) {
    const size_t at = (size_t)world->national_capital;
    state->reserve[faction] -=
        ho_join_resistance(world, state, (size_t)faction, at, state->reserve[faction], state->reserve_worth[faction]);
    ho_go_home(state, at, state->reserve[faction], &state->dissolved[faction]);
    state->reserve[faction] = 0;
}

void ho_hide(ho_state *state, size_t faction, int32_t n, double worth) {
    double hidden = (double)state->hidden[faction];
    state->hidden_worth[faction] = (hidden * state->hidden_worth[faction] + n * worth) / (hidden + n);
    state->hidden[faction] += n;
}

void ho_melt(const ho_world *world, ho_state *state, size_t faction, size_t i, int32_t n) {
    const size_t at = faction * world->n_district + i;
    if (n <= 0)
        return;
    ho_hide(state, faction, n, state->worth[at]);
    state->fighters[at] -= n;
    state->melted[faction] += n;
}

/* Insurgents driven out, and a resistance whose base is lost, melt away in part: they keep their arms. */
static void hide(const ho_world *world, ho_state *state, size_t f, size_t i, ho_mode mode) {
    const size_t at = f * world->n_district + i;
    double share = world->faction_role[f] == HO_ROLE_INSURGENT                                ? state->p[HO_P_MELT]
                   : world->faction_role[f] == HO_ROLE_RESISTANCE && state->risen[f]          ? state->p[HO_P_GO_HIDING]
                                                                                              : 0;
    int32_t n = mode == HO_MODE_NEGOTIATED || mode == HO_MODE_CARRIED ? 0 : (int32_t)(share * state->fighters[at]);
    ho_melt(world, state, f, i, n);
}

/* Soldiers of a state whose centre by a border is lost cross it in part, where they are let in (additions F11). */
static void cross_border(const ho_world *world, ho_state *state, size_t f, size_t i, ho_mode mode) {
    int32_t post = world->border_post[i], *here = &state->fighters[f * world->n_district + i];
    if (post < 0 || world->faction_role[f] != HO_ROLE_STATE || mode == HO_MODE_NEGOTIATED || mode == HO_MODE_CARRIED)
        return;
    size_t neighbour = (size_t)world->crossing_neighbour[post];
    if (state->posture[neighbour * HO_N_TRAVELLER + HO_TRAVELLER_SOLDIERS] == HO_POSTURE_CLOSED)
        return;
    int32_t n = (int32_t)(state->p[HO_P_SOLDIERS_CROSS] * *here);
    state->crossed[f] += n;
    *here -= n;
}

/* What becomes of the losing bloc's fighters in i: some reach the next centre, the others are out of the war by the
 * mode of the fall. */
static void scatter(const ho_world *world, ho_state *state, size_t i, int32_t bloc, ho_mode mode) {
    double escape = mode == HO_MODE_ABANDONED ? state->p[HO_P_ESCAPE]
                    : mode == HO_MODE_FOUGHT  ? 0.5 * state->p[HO_P_ESCAPE]
                                              : 0;
    int32_t refuge = escape > 0 ? strongest_neighbour(world, state, bloc, i) : -1;
    const size_t n = world->n_district;
    for (size_t f = 0; f < world->n_faction; f++) {
        int32_t *here = &state->fighters[f * n + i];
        if (world->faction_bloc[f] != bloc || *here == 0)
            continue;
        if (refuge >= 0) {
            int32_t leave = (int32_t)(escape * *here);
            ho_join(world, state, f, (size_t)refuge, leave, state->worth[f * n + i]);
            state->paper[refuge] += world->faction_role[f] == HO_ROLE_STATE ? leave : 0;
            *here -= leave;
        }
        int64_t *out = mode == HO_MODE_REGIME_FALL ? &state->dissolved[f]
                       : mode == HO_MODE_ABANDONED ? &state->deserted[f]
                                                   : &state->surrendered[f];
        hide(world, state, f, i, mode);
        if (mode == HO_MODE_REGIME_FALL)
            *here -= (int32_t)ho_join_resistance(world, state, f, i, *here, state->worth[f * n + i]);
        cross_border(world, state, f, i, mode);
        ho_go_home(state, i, *here, out);
        *here = 0;
    }
    if (refuge < 0)
        return;
    ho_materiel_move(world, state, bloc, i, (size_t)refuge, escape);
    ho_state_refresh_strength(world, state, (size_t)refuge);
}

/* Where the garrison of a centre that faction f has taken comes from, or -1: those who fight on after their regime has
 * fallen come themselves. */
static int32_t source_of(const ho_world *world, const ho_state *state, int32_t bloc, int32_t f, size_t i) {
    int32_t best = -1, most = 0;
    if (state->regime_clock[bloc] < 0)
        return strongest_neighbour(world, state, bloc, i);
    for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
        int32_t j = world->link_to[k], here = state->fighters[(size_t)f * world->n_district + (size_t)j];
        if (ho_holder_bloc(world, state, (size_t)j) == bloc && here > most) {
            most = here;
            best = j;
        }
    }
    return best;
}

/* A winner without fighters in i brings a garrison from a neighbour, its own first, or from the reserve. */
static void bring_garrison(const ho_world *world, ho_state *state, size_t i, int32_t bloc, int32_t f) {
    const size_t n = world->n_district;
    int32_t need = (int32_t)state->p[HO_P_HOLD_MIN];
    size_t at = (size_t)f * n + i;
    double party =
        world->faction_role[f] == HO_ROLE_STATE ? (double)state->reserve[f] * state->p[HO_P_RESERVE_READY] : 0;
    if (party >= 1) {
        int32_t come = (int32_t)ho_min(state->p[HO_P_RESERVE_PARTY], party);
        state->reserve[f] -= come;
        state->paper_reserve[f] = ho_max(0, state->paper_reserve[f] - come);
        ho_join(world, state, (size_t)f, i, come, state->reserve_worth[f]);
        return;
    }
    need -= state->fighters[at];
    if (need <= 0)
        return;
    int32_t j = source_of(world, state, bloc, f, i);
    if (j < 0)
        return;
    for (size_t k = 0; k <= world->n_faction && need > 0; k++) {
        size_t g = k ? k - 1 : (size_t)f;
        if (k && g == (size_t)f)
            continue;
        int32_t *there = &state->fighters[g * n + (size_t)j];
        if (world->faction_bloc[g] != bloc)
            continue;
        int32_t go = *there / 2 < need ? *there / 2 : need;
        *there -= go;
        state->garrison_start[j] = ho_max(0, state->garrison_start[j] - go); /* who is sent on is not missing */
        if (world->faction_role[g] == HO_ROLE_STATE)
            state->paper[j] = ho_max(0, state->paper[j] - go);
        ho_join(world, state, g, i, go, state->worth[g * n + (size_t)j]);
        need -= go;
    }
    ho_state_refresh_strength(world, state, (size_t)j);
}

/* Whether the bloc has anybody to put into a centre that was left: fighters there or next door, or a party of the
 * reserve. */
static bool somebody_comes(const ho_world *world, const ho_state *state, size_t i, int32_t bloc) {
    int32_t f = world->bloc_state[bloc];
    if (ho_persons(world, state, bloc, i) > 0 ||
        (f >= 0 && (double)state->reserve[f] * state->p[HO_P_RESERVE_READY] >= 1))
        return true;
    int32_t j = strongest_neighbour(world, state, bloc, i);
    return j >= 0 && ho_persons(world, state, bloc, (size_t)j) > 1;
}

static double capital_weight(const ho_world *world, size_t i) {
    return world->is_capital[i] ? (world->corps_seat[i] ? 3 : 1) : 0; /* additions C4: major 3, other 1 */
}

static void count(const ho_world *world, ho_state *state, size_t i, int32_t from, int32_t to) {
    int32_t sign[2] = {-1, 1}, bloc[2] = {from, to};
    for (int k = 0; k < 2; k++) {
        state->centres[bloc[k]] += sign[k];
        state->capitals[bloc[k]] += sign[k] * world->is_capital[i];
        state->area_share[bloc[k]] += sign[k] * world->area_share[i];
        state->people_share[bloc[k]] += sign[k] * world->people_share[i];
    }
    state->capitals_lost[from] += capital_weight(world, i);
    if (to == world->faction_bloc[world->home_faction[i]])
        state->capitals_lost[to] = ho_max(0, state->capitals_lost[to] - capital_weight(world, i));
    state->fallen[from] += 1;
    for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++)
        state->fallen_near[(size_t)from * world->n_district + (size_t)world->link_to[k]] += 1;
    if (world->command[i] >= 0 && from == world->faction_bloc[world->home_faction[i]])
        state->command_loss[world->command[i]] += 1 / ho_max(1, state->command_size[world->command[i]]);
}

/* Neighbours of i and i itself: how many of their neighbours another bloc holds. */
static void recount_front(const ho_world *world, ho_state *state, size_t i, int32_t from, int32_t to) {
    uint8_t near = 0;
    for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
        size_t j = (size_t)world->link_to[k];
        int32_t b = ho_holder_bloc(world, state, j);
        near = (uint8_t)(near + (b != to));
        state->n_enemy_near[j] = (uint8_t)(state->n_enemy_near[j] + (b != to) - (b != from));
    }
    state->n_enemy_near[i] = near;
}

static void half_country(const ho_world *world, ho_state *state, size_t i, int32_t bloc) {
    for (size_t b = 0; b < world->n_bloc; b++) {
        double *c = &state->countryside[b * world->n_district + i];
        *c = 0.5 * (*c + ((int32_t)b == bloc));
    }
}

static void reset_district(ho_state *state, size_t i) {
    state->battle_days[i] = 0;
    state->battle_bloc[i] = -1;
    state->air_per_week[i] = state->attack_air_per_week[i] = 0;
    state->contact_days[i] = 0;
    state->outcome[i] = 0;
    state->hazard_assault[i] = state->hazard_surrender[i] = state->hazard_disband[i] = 0;
    state->arrears_days[i] = state->truce_days[i] = 0;
    state->alone[i] = state->loyal[i] = 0;
    state->cut_off_days[i] = 0;
    state->supply_days[i] = state->p[HO_P_SUPPLY_MAX];
    state->connected[i] = 1;
    state->morale[i] = state->morale_goal[i] = NEW_MORALE;
}

/* Whom a state pays here from now on: those who came. The books of the garrison that was here are closed. */
static void open_books(const ho_world *world, ho_state *state, size_t i, int32_t bloc) {
    int32_t f = world->bloc_state[bloc];
    state->paper[i] = f < 0 ? 0 : state->fighters[(size_t)f * world->n_district + i];
}

/* Of a party of the reserve that took centre i a part goes back to it, as of insurgents a part marches on: with it the
 * state attacks elsewhere. Called once the books are open. */
static void free_party(const ho_world *world, ho_state *state, size_t i, size_t f) {
    const size_t at = f * world->n_district + i;
    int32_t free = (int32_t)(state->p[HO_P_FREED] * (state->fighters[at] - state->p[HO_P_HOLD_MIN]));
    if (free <= 0 || state->regime_clock[world->faction_bloc[f]] >= 0)
        return;
    double there = (double)state->reserve[f];
    state->reserve_worth[f] = (there * state->reserve_worth[f] + free * state->worth[at]) / (there + free);
    state->fighters[at] -= free;
    state->paper[i] = ho_max(0, state->paper[i] - free);
    state->reserve[f] += free;
    state->paper_reserve[f] += free;
}

void ho_take(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t bloc, ho_mode mode) {
    int32_t before = state->holder[i], from = world->faction_bloc[before], after = ho_taker(world, state, i, bloc);
    if (after < 0)
        after = world->bloc_main[bloc];
    if (from == bloc || (mode == HO_MODE_ABANDONED && !somebody_comes(world, state, i, bloc)))
        return;
    log_change(state, i, before, after, mode);
    log_why(world, state, i, before, after, mode);
    bool regained = bloc == world->faction_bloc[world->home_faction[i]];
    if (regained)
        state->n_retaken[bloc]++;
    state->n_lost_by_mode[from * HO_N_MODE + (int32_t)mode]++;
    scatter(world, state, i, from, mode);
    ho_materiel_take(world, state, streams, i, from, bloc, mode);
    state->holder[i] = after;
    state->taken_day[i] = state->time_day;
    state->n_change_of[i]++;
    bring_garrison(world, state, i, bloc, after);
    open_books(world, state, i, bloc);
    if (world->faction_role[after] == HO_ROLE_STATE)
        free_party(world, state, i, (size_t)after);
    ho_state_refresh_strength(world, state, i);
    count(world, state, i, from, bloc);
    recount_front(world, state, i, from, bloc);
    half_country(world, state, i, bloc);
    reset_district(state, i);
    ho_state_stale(world, state, i);
    ho_face_district(world, state, i);
    state->belief_logit[i] = ho_belief_target(world, state, i);
    ho_commander_draw(world, state, streams, i);
    state->garrison_start[i] = (double)ho_persons(world, state, bloc, i);
    state->graph_changed = state->front_changed = true;
    ho_country_aim(world, state, i);
    if (world->bloc_state[bloc] >= 0)
        return;
    int32_t freed = (int32_t)(state->p[HO_P_FREED] * state->fighters[(size_t)after * world->n_district + i]);
    if (freed > (int32_t)state->p[HO_P_HOLD_MIN])
        ho_march(world, state, streams, i, after, freed, (uint32_t)state->n_change_of[i]);
}
