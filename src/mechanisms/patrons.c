/* patrons: what outsiders send on this day, whom they let in, whom they recognise, and how maintenance follows the
 * contractors who leave. Flows are dated; to others than a state they react. What is drawn once a replicate is drawn
 * again where it is needed: a draw is a function of its address. */
#include "mechanisms/holder.h"
#include "mechanisms/succession.h"
#include "mechanisms/start.h"

#include <string.h>

const ho_mechanism_info ho_patrons_info = {
    .name = "patrons",
    .does = "Patrons' dated flows of cash, sorties and sanctuary, which step in where others withdraw; borders tighten "
            "as people arrive, a victor is recognised, aircraft are called to a capital in danger, promises wear out; "
            "maintenance follows the contractors.",
    .equation = "cash_f = sum of dated flows, none to a fallen state; to others than a state x LN(1, 0.8) x min(3, (1 + "
                "e_w withdrawn)(1 + e_r growth of other patrons' cash to enemies / day 0's total)); sanctuary_f = "
                "min(1, sum of flows, halved behind a border closed to the armed); a border tightens a step at 0.02/d "
                "arrivals/tolerated, loosens at 0.005/d; recognition and aid to a resistance (1 % of what the state "
                "got, 30 d later) at a chance a month; sorties on call LN(3 d, 0.5) after the front is near the "
                "capital; credibility -0.2 a base handed over; maintenance_b' = (contractors_b(t) flow share - "
                "maintenance_b)/lag",
    .source = "additions F7, F11, F14, F15, F17, F27; SIGAR quarterly reports (readiness fell within two months of the "
              "contractors leaving); lag: judgement, 30 to 90 d",
    .reads = "foreign, regime_clock, holder, battle_days, arrivals, risen, airport_open; world: flows, "
             "contractor_share, successor_claims; world: flows",
    .writes = "cash_usd_day, given_usd_day, given_start, flow_factor, sorties_patron, maintenance, sanctuary, posture, "
              "tightened, recognises, recognised, on_call_day, aid_day, patron_credibility",
    .off = "cash, sorties, maintenance and borders stay as on day 0, a fallen state's too: readiness does not fall, pay "
           "does not stop and fewer districts fall; no victor is recognised and no resistance is paid",
};

enum { CALL_LOOK_EVERY = 3, WEEK = 7, AID_LAG = 30 }; /* [d]; AID_LAG: additions F27 */

static const double GROWTH_MAX = 3;          /* of a flow that reacts; additions F7 */
static const double CLOSED_REAR = 0.5;       /* of a sanctuary behind a border closed to the armed; judgement */
static const double PROMISE_LOSS = 0.2;      /* of credibility at each base handed over; judgement */
static const double CREDIBILITY_MIN = 0.2;   /* words of a great power are never worth nothing; judgement */
static const double DAYS_PER_MONTH = 30.44;

/* Entities of HO_PROC_PATRON: the patron itself, with bits for what is drawn once, or a neighbour. */
enum { RECOGNISES_AT = 0x10000000, AIR_SIZE = 0x20000000, AIR_WILLING = 0x30000000, NEIGHBOUR = 0x40000000 };

/* The bloc whose state has fallen, or -1. */
static int32_t fallen_bloc(const ho_world *world, const ho_state *state) {
    int32_t home = world->home_bloc;
    return world->bloc_state[home] >= 0 && state->regime_clock[home] >= 0 ? home : -1;
}

static bool runs(const ho_world *world, const ho_state *state, size_t k) {
    size_t f = (size_t)world->flow_faction[k];
    if (world->faction_role[f] == HO_ROLE_STATE && state->regime_clock[world->faction_bloc[f]] >= 0)
        return false;
    return state->day >= world->flow_from[k] && state->day <= world->flow_until[k];
}

/* Chance in a week of what has this chance in a month. */
static double weekly(double monthly) {
    return ho_one_minus_exp(-ho_log1p(-monthly) * WEEK / DAYS_PER_MONTH);
}

static double patron_value(const ho_world *world, const ho_streams *streams, const ho_prior *prior, uint32_t entity) {
    ho_rng rng = ho_rng_at(streams, 0, HO_PROC_PATRON, entity);
    return ho_start_value(world, prior, &rng);
}

/* ---- borders ---- */

static void react(const ho_world *world, ho_state *state, const ho_streams *streams, size_t k, uint8_t widest) {
    const ho_patron_stance *patron = &world->patron[world->neighbour_patron[k]];
    bool can_tighten = widest + state->tightened[k] < HO_POSTURE_CLOSED && !isnan(patron->tolerated);
    double tighten = can_tighten ? state->p[HO_P_TIGHTEN] * state->arrivals[k] / patron->tolerated : 0;
    double loosen = state->tightened[k] > 0 ? state->p[HO_P_LOOSEN] : 0;
    uint32_t word[4];
    if (!(tighten + loosen > 0))
        return;
    ho_block(streams, (uint32_t)state->step, HO_PROC_PATRON, NEIGHBOUR | (uint32_t)k, 0, word);
    if (ho_unit(word[0]) < ho_one_minus_exp(tighten + loosen))
        state->tightened[k] += ho_unit(word[1]) * (tighten + loosen) < tighten ? 1 : -1;
}

/* Announced, and what the neighbour made of it since; a new announcement starts afresh. */
static void set_border(const ho_world *world, ho_state *state, const ho_streams *streams, size_t k) {
    const size_t row = world->n_neighbour * HO_N_TRAVELLER;
    const uint8_t *announced = &world->posture[(size_t)state->day * row + k * HO_N_TRAVELLER];
    uint8_t *posture = &state->posture[k * HO_N_TRAVELLER], widest = HO_POSTURE_CLOSED;
    int32_t patron = world->neighbour_patron[k];
    for (size_t t = 0; t < HO_N_TRAVELLER; t++)
        widest = announced[t] < widest ? announced[t] : widest;
    if (state->day > 0 && memcmp(announced, announced - row, HO_N_TRAVELLER) != 0)
        state->tightened[k] = 0;
    if (patron >= 0 && state->step > 0)
        react(world, state, streams, k, widest);
    for (size_t t = 0; t < HO_N_TRAVELLER; t++) {
        int32_t tight = announced[t] + state->tightened[k];
        posture[t] = (uint8_t)(tight < HO_POSTURE_CLOSED ? tight : HO_POSTURE_CLOSED);
    }
    if (patron >= 0 && world->patron[patron].guaranteed)
        posture[HO_TRAVELLER_ARMED] = HO_POSTURE_CLOSED;
}

static bool shuts_out_the_armed(const ho_world *world, const ho_state *state, int32_t patron) {
    for (size_t k = 0; k < world->n_neighbour; k++)
        if (world->neighbour_patron[k] == patron)
            return state->posture[k * HO_N_TRAVELLER + HO_TRAVELLER_ARMED] == HO_POSTURE_CLOSED;
    return false;
}

/* ---- recognition ---- */

/* Shares of the patrons by the cash they gave on day 0, to whomever; equal where none gave any. */
static void sum_recognition(const ho_world *world, ho_state *state) {
    const size_t n_patron = world->scenario->n_patron, n = world->n_bloc;
    double sum = 0;
    for (size_t k = 0; k < n_patron * n; k++)
        sum += state->given_start[k];
    for (size_t b = 0; b < n; b++)
        state->recognised[b] = 0;
    for (size_t k = 0; k < n_patron; k++) {
        double weight = sum > 0 ? 0 : 1 / (double)n_patron;
        for (size_t b = 0; b < n && sum > 0; b++)
            weight += state->given_start[k * n + b] / sum;
        for (size_t b = 0; b < n; b++)
            state->recognised[b] += state->recognises[k * n + b] ? weight : 0;
    }
}

static void recognise(const ho_world *world, ho_state *state, size_t patron, size_t bloc) {
    memset(&state->recognises[patron * world->n_bloc], 0, world->n_bloc);
    state->recognises[patron * world->n_bloc + bloc] = 1;
}

/* Once a week, after a regime fell: each patron may come to deal with whoever holds the national capital. */
static void consider_victor(const ho_world *world, ho_state *state, const ho_streams *streams) {
    size_t victor = (size_t)ho_holder_bloc(world, state, (size_t)world->national_capital);
    bool changed = false;
    for (size_t k = 0; k < world->scenario->n_patron; k++) {
        if (state->recognises[k * world->n_bloc + victor])
            continue;
        const ho_prior *prior = &world->patron[k].recognition;
        double monthly = patron_value(world, streams, prior, RECOGNISES_AT | (uint32_t)k);
        uint32_t word[4];
        ho_block(streams, (uint32_t)state->step, HO_PROC_PATRON, (uint32_t)k, 0, word);
        if (ho_unit(word[0]) < weekly(monthly)) {
            recognise(world, state, k, victor);
            changed = true;
        }
    }
    if (changed)
        sum_recognition(world, state);
}

/* ---- aid to a resistance ---- */

/* Once a week, after the fall and not while people can be flown out: a patron may decide to pay a resistance, rather one that
 * a successor speaks for. */
static void consider_aid(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const int32_t claimant = world->successor_faction[world->home_bloc];
    const double pull = claimant < 0 ? 1 : ho_successor_pull(world, state, (size_t)claimant);
    for (size_t b = 0; b < world->n_bloc; b++)
        if (world->evacuation[(size_t)state->day * world->n_bloc + b] > 0 && state->airport_open[0])
            return;
    for (size_t k = 0; k < world->scenario->n_patron; k++) {
        double monthly = ho_min(1, pull * world->patron[k].aid_to_resistance);
        if (monthly <= 0 || !isnan(state->aid_day[k]))
            continue;
        uint32_t word[4];
        ho_block(streams, (uint32_t)state->step, HO_PROC_PATRON, (uint32_t)k, 1, word);
        if (ho_unit(word[0]) < weekly(monthly))
            state->aid_day[k] = state->time_day + AID_LAG;
    }
}

/* A share of what each decided patron gave the state on day 0, in equal parts to those of its bloc who fight on. */
static void send_aid(const ho_world *world, ho_state *state, int32_t bloc) {
    double n_risen = 0, aid = 0;
    for (size_t f = 0; f < world->n_faction; f++)
        n_risen += world->faction_bloc[f] == bloc && state->risen[f];
    for (size_t k = 0; k < world->n_flow && n_risen > 0; k++)
        if (world->flow_kind[k] == HO_FLOW_CASH && world->flow_faction[k] == world->bloc_state[bloc] &&
            world->flow_from[k] <= 0 && world->flow_until[k] >= 0 &&
            state->time_day >= state->aid_day[world->flow_patron[k]])
            aid += ho_max(0, world->flow_value[k]) * state->p[HO_P_AID_SHARE];
    for (size_t f = 0; f < world->n_faction && aid > 0; f++)
        if (world->faction_bloc[f] == bloc && state->risen[f])
            state->cash_usd_day[f] += aid / n_risen;
}

/* ---- aircraft on call ---- */

/* The bloc a patron flies for: that of its sorties on day 0, else that of most of its cash; -1: none. */
static int32_t client_of(const ho_world *world, const ho_state *state, size_t patron) {
    double most = 0;
    int32_t client = -1;
    for (size_t k = 0; k < world->n_flow; k++)
        if (world->flow_patron[k] == (int32_t)patron && world->flow_kind[k] == HO_FLOW_SORTIES &&
            world->flow_from[k] <= 0 && world->flow_until[k] >= 0 && world->flow_value[k] > most) {
            most = world->flow_value[k];
            client = world->faction_bloc[world->flow_faction[k]];
        }
    const bool flies = client >= 0;
    const double *given = &state->given_start[patron * world->n_bloc];
    for (size_t b = 0; b < world->n_bloc && !flies; b++)
        if (given[b] > most) {
            most = given[b];
            client = (int32_t)b;
        }
    return client;
}

/* Whether the front has come near the national capital that the bloc holds, or one of its capitals is engaged. */
static bool in_danger(const ho_world *world, const ho_state *state, int32_t bloc) {
    bool holds_capital = ho_holder_bloc(world, state, (size_t)world->national_capital) == bloc;
    if (state->regime_clock[bloc] >= 0)
        return false;
    for (size_t i = 0; i < world->n_district; i++) {
        bool its = ho_holder_bloc(world, state, i) == bloc;
        if ((its && world->is_capital[i] && state->battle_days[i] > 0) ||
            (!its && holds_capital && world->capital_km[i] <= state->p[HO_P_CALL_KM]))
            return true;
    }
    return false;
}

static bool keeps_aircraft(const ho_patron_stance *patron) {
    return patron->air_on_call_chance > 0 &&
           !(patron->air_on_call.family == HO_PRIOR_POINT && patron->air_on_call.a <= 0);
}

/* Every third day: who is in danger calls; a patron that is willing comes after the delay and leaves when it is over. */
static void answer_calls(const ho_world *world, ho_state *state, const ho_streams *streams) {
    for (size_t k = 0; k < world->scenario->n_patron; k++) {
        const ho_patron_stance *patron = &world->patron[k];
        int32_t client = keeps_aircraft(patron) ? client_of(world, state, k) : -1;
        uint32_t word[4];
        if (client < 0)
            continue;
        ho_block(streams, 0, HO_PROC_PATRON, AIR_WILLING | (uint32_t)k, 0, word);
        if (ho_unit(word[0]) >= patron->air_on_call_chance)
            continue;
        if (!in_danger(world, state, client))
            state->on_call_day[k] = NAN;
        else if (isnan(state->on_call_day[k]))
            state->on_call_day[k] = state->time_day + state->p[HO_P_CALL_DELAY];
    }
}

static void add_calls(const ho_world *world, ho_state *state, const ho_streams *streams) {
    for (size_t k = 0; k < world->scenario->n_patron; k++) {
        if (!(state->time_day >= state->on_call_day[k]))
            continue;
        int32_t client = client_of(world, state, k);
        if (state->regime_clock[client] < 0)
            state->sorties_patron[client] +=
                patron_value(world, streams, &world->patron[k].air_on_call, AIR_SIZE | (uint32_t)k);
    }
}

/* ---- flows ---- */

/* What a flow to others than a state becomes as the client's foreign forces leave and as other patrons give its enemies
 * more than on day 0, relative to all that was given then. */
static double growth(const ho_world *world, const ho_state *state, size_t k) {
    const size_t n = world->n_bloc, n_patron = world->scenario->n_patron;
    size_t bloc = (size_t)world->faction_bloc[world->flow_faction[k]];
    double more = 0, all = 0;
    for (size_t q = 0; q < n_patron * n; q++) {
        bool rival = q / n != (size_t)world->flow_patron[k] && q % n != bloc;
        more += rival ? state->given_usd_day[q] - state->given_start[q] : 0;
        all += state->given_start[q];
    }
    double withdrawn = ho_max(0, world->foreign_share[bloc] - state->foreign[bloc]);
    double pushed = all > 0 ? ho_max(0, more) / all : 0;
    return ho_min(GROWTH_MAX, (1 + state->p[HO_P_E_WITHDRAW] * withdrawn) * (1 + state->p[HO_P_E_RIVAL] * pushed));
}

static void sum_given(const ho_world *world, ho_state *state) {
    memset(state->given_usd_day, 0, world->scenario->n_patron * world->n_bloc * sizeof *state->given_usd_day);
    for (size_t k = 0; k < world->n_flow; k++)
        if (world->flow_kind[k] == HO_FLOW_CASH && world->flow_value[k] > 0 && runs(world, state, k))
            state->given_usd_day[(size_t)world->flow_patron[k] * world->n_bloc +
                                 (size_t)world->faction_bloc[world->flow_faction[k]]] +=
                world->flow_value[k] * state->flow_factor[k];
}

static double cash_of(const ho_world *world, const ho_state *state, size_t k) {
    bool reacts = world->faction_role[world->flow_faction[k]] != HO_ROLE_STATE && world->flow_value[k] > 0;
    return world->flow_value[k] * state->flow_factor[k] * (reacts ? growth(world, state, k) : 1);
}

/* A rear behind a border closed to the armed is worth half. */
static double sanctuary_of(const ho_world *world, const ho_state *state, size_t k) {
    return world->flow_value[k] * (shuts_out_the_armed(world, state, world->flow_patron[k]) ? CLOSED_REAR : 1);
}

double ho_flow_today(const ho_world *world, const ho_state *state, size_t flow) {
    if (!runs(world, state, flow))
        return 0;
    switch (world->flow_kind[flow]) {
    case HO_FLOW_CASH:
        return cash_of(world, state, flow);
    case HO_FLOW_SANCTUARY:
        return sanctuary_of(world, state, flow);
    default:
        return world->flow_value[flow];
    }
}

static void sum_flows(const ho_world *world, ho_state *state, double *maintenance_flow) {
    for (size_t f = 0; f < world->n_faction; f++)
        state->cash_usd_day[f] = state->sanctuary[f] = 0;
    for (size_t b = 0; b < world->n_bloc; b++) {
        state->sorties_patron[b] = 0;
        maintenance_flow[b] = -1;
    }
    for (size_t k = 0; k < world->n_flow; k++) {
        int32_t f = world->flow_faction[k], b = world->faction_bloc[f];
        bool flows = runs(world, state, k);
        double value = ho_flow_today(world, state, k);
        if (world->flow_kind[k] == HO_FLOW_MAINTENANCE && (flows || maintenance_flow[b] < 0))
            maintenance_flow[b] = ho_min(1, ho_max(0, maintenance_flow[b]) + value);
        if (!flows)
            continue;
        if (world->flow_kind[k] == HO_FLOW_CASH)
            state->cash_usd_day[f] += value;
        else if (world->flow_kind[k] == HO_FLOW_SORTIES)
            state->sorties_patron[b] += value;
        else if (world->flow_kind[k] == HO_FLOW_SANCTUARY)
            state->sanctuary[f] += value;
    }
    for (size_t f = 0; f < world->n_faction; f++)
        state->sanctuary[f] = ho_min(1, state->sanctuary[f]);
}

/* ---- the step ---- */

static void start_patrons(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const ho_prior covert = {HO_PRIOR_LOGNORMAL, 1, state->p[HO_P_COVERT], 0, INFINITY};
    for (uint32_t k = 0; k < world->n_flow; k++) {
        ho_rng rng = ho_rng_at(streams, 0, HO_PROC_FLOW, k);
        bool hidden = world->flow_kind[k] == HO_FLOW_CASH && world->faction_role[world->flow_faction[k]] != HO_ROLE_STATE;
        state->flow_factor[k] = hidden && covert.b > 0 ? ho_start_value(world, &covert, &rng) : 1;
    }
    sum_given(world, state);
    memcpy(state->given_start, state->given_usd_day,
           world->scenario->n_patron * world->n_bloc * sizeof *state->given_start);
    for (size_t k = 0; k < world->scenario->n_patron && world->bloc_state[world->home_bloc] >= 0; k++)
        recognise(world, state, k, (size_t)world->home_bloc);
    sum_recognition(world, state);
}

static void new_day(const ho_world *world, ho_state *state, const ho_streams *streams) {
    bool fell = fallen_bloc(world, state) >= 0;
    for (size_t k = 0; k < world->n_neighbour; k++)
        set_border(world, state, streams, k);
    for (size_t k = 0; k < world->n_handover; k++)
        if (world->handover_day[k] == state->day) {
            double *credit = &state->patron_credibility[world->handover_bloc[k]];
            *credit = ho_max(CREDIBILITY_MIN, *credit - PROMISE_LOSS);
        }
    if (state->day % CALL_LOOK_EVERY == 0)
        answer_calls(world, state, streams);
    if (fell && state->day % WEEK == 0) {
        consider_victor(world, state, streams);
        consider_aid(world, state, streams);
    }
}

static void maintain(const ho_world *world, ho_state *state, const double *maintenance_flow) {
    const double move = 1 - ho_exp(-world->dt_day / state->p[HO_P_MAINTENANCE_LAG]);
    for (size_t b = 0; b < world->n_bloc; b++) {
        double contractors = world->contractor_share[(size_t)state->day * world->n_bloc + b];
        double target = contractors * (maintenance_flow[b] < 0 ? 1 : maintenance_flow[b]);
        if (state->step == 0)
            state->maintenance[b] = target;
        state->maintenance[b] += move * (target - state->maintenance[b]);
    }
}

void ho_patrons_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    double maintenance_flow[HO_BLOC_MAX];
    int32_t fallen = fallen_bloc(world, state);
    if (state->step == 0)
        start_patrons(world, state, streams);
    if (state->step % world->n_step_per_day == 0)
        new_day(world, state, streams);
    sum_given(world, state);
    sum_flows(world, state, maintenance_flow);
    if (fallen >= 0)
        send_aid(world, state, fallen);
    add_calls(world, state, streams);
    maintain(world, state, maintenance_flow);
}
