/* surrender: contact first, then a decision. Elders open talks where the other side stands next door; in talks a
 * commander gives up at a rate that rises steeply once his belief falls below his own threshold. The spread of
 * thresholds is the width of the cascade. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_surrender_info = {
    .name = "surrender",
    .does = "Where the other side is next door elders open talks; in talks a commander surrenders once belief falls "
            "below his threshold.",
    .equation = "contact: nu_c (1 + 4 besieged) per adjacent garrison, lasts 10 d, engaged garrisons are in contact; "
                "hazard = nu_s s((theta - belief - rho relief - phi (m - 0.5) + zeta kin + alpha (amnesty - "
                "0.5))/s0); theta ~ N(mean, sd) per commander",
    .source = "additions C10; Granovetter 1978 (thresholds); the documents and capitals_fall.csv on elders, deals "
              "and governors who hand over",
    .reads = "belief_logit, threshold, morale, strength, reserve, enemy_bloc, connected, n_enemy_near, holder, release_day, "
             "battle_days, fallen_near, amnesty, settled, truce_days",
    .writes = "contact_clock, n_contact, contact_days, relief, hazard_surrender",
    .off = "no deals: districts fall only to assault or are abandoned; the collapse is far slower",
};

static double contact_rate(const ho_world *world, const ho_state *state, size_t i) {
    int32_t enemy = state->enemy_bloc[i];
    double adjacent = state->n_enemy_near[i];
    bool besieged = !state->connected[i];
    if (state->strength[(size_t)enemy * world->n_district + i] > 0)
        adjacent += 1;
    return state->p[HO_P_CONTACT] * adjacent * (1 + state->p[HO_P_CONTACT_BESIEGED] * besieged) *
           (world->is_capital[i] ? ho_capital_factor(world, state, i, enemy) : 1);
}

static double relief(const ho_world *world, const ho_state *state, size_t b, size_t i) {
    int32_t f = world->bloc_state[b];
    bool may_come = state->connected[i] && (f < 0 || state->reserve[f] > 0);
    double near = state->fallen_near[b * world->n_district + i];
    return may_come ? ho_clip(1 - state->p[HO_P_SHARE_RELIEF] * near * world->per_link[i], 0, 1) : 0;
}

/* Talks open when the integrated rate passes an exponential drawn when the last talks ended: one draw a spell instead
 * of one a day. */
static void talk(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i) {
    if (state->n_contact[i] == 0 || state->contact_clock[i] <= 0) {
        ho_rng rng = ho_rng_at(streams, (uint32_t)state->n_contact[i]++, HO_PROC_CONTACT, (uint32_t)i);
        state->contact_clock[i] = ho_exponential(&rng);
    }
    state->contact_clock[i] -= contact_rate(world, state, i) * world->dt_day;
    if (state->contact_clock[i] <= 0)
        state->contact_days[i] = state->p[HO_P_CONTACT_LENGTH];
}

/* Districts of a run of CHUNK: in talks that were open before, and without. Sorted first, so that the arithmetic that
 * follows has no branches that nobody can guess. */
enum { CHUNK = 256 };
typedef struct sorted {
    size_t n_open, n_closed;
    uint32_t open[CHUNK], closed[CHUNK];
} sorted;

static void sort_districts(const ho_state *state, size_t first, size_t last, sorted *to) {
    const int32_t *enemy = state->enemy_bloc;
    const double *truce = state->truce_days, *contact = state->contact_days;
    to->n_open = to->n_closed = 0;
    for (size_t i = first; i < last; i++) {
        bool in_play = (enemy[i] >= 0) & !(truce[i] > 0), open = contact[i] > 0;
        to->open[to->n_open] = to->closed[to->n_closed] = (uint32_t)i;
        to->n_open += in_play & open;
        to->n_closed += in_play & !open;
    }
}

/* What a commander in talks decides: hazards of n districts of a run. */
static void decide(const ho_world *world, ho_state *state, const uint32_t *district, size_t n) {
    const double *p = state->p;
    double belief[CHUNK], x[CHUNK];
    for (size_t k = 0; k < n; k++)
        belief[k] = state->belief_logit[district[k]];
    ho_logistic_all(belief, n);
    for (size_t k = 0; k < n; k++) {
        size_t i = district[k], enemy = (size_t)state->enemy_bloc[i];
        double kin = world->affinity[(size_t)world->bloc_main[enemy] * world->n_district + i];
        state->relief[i] = relief(world, state, (size_t)ho_holder_bloc(world, state, i), i);
        x[k] = (state->threshold[i] - belief[k] - p[HO_P_RHO] * state->relief[i] - p[HO_P_PHI] * (state->morale[i] - 0.5) +
                p[HO_P_ZETA] * kin + p[HO_P_ALPHA] * (state->amnesty[enemy] - 0.5)) /
               p[HO_P_S0];
    }
    ho_logistic_all(x, n);
    for (size_t k = 0; k < n; k++)
        state->hazard_surrender[district[k]] = p[HO_P_DECIDE] * x[k];
}

void ho_surrender_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const size_t n = world->n_district;
    sorted of;
    memset(state->hazard_surrender, 0, n * sizeof *state->hazard_surrender);
    for (size_t first = 0; first < n && !state->settled[0]; first += CHUNK) {
        uint32_t deciding[CHUNK];
        size_t n_deciding = 0;
        sort_districts(state, first, first + CHUNK < n ? first + CHUNK : n, &of);
        for (size_t k = 0; k < of.n_open; k++) {
            size_t i = of.open[k];
            state->contact_days[i] = ho_max(0, state->contact_days[i] - world->dt_day);
            deciding[n_deciding] = (uint32_t)i;
            n_deciding += (state->contact_days[i] > 0) | (state->battle_days[i] > 0);
        }
        for (size_t k = 0; k < of.n_closed; k++) {
            size_t i = of.closed[k];
            talk(world, state, streams, i);
            deciding[n_deciding] = (uint32_t)i;
            n_deciding += (state->contact_days[i] > 0) | (state->battle_days[i] > 0);
        }
        decide(world, state, deciding, n_deciding);
    }
}
