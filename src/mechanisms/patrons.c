/* patrons: what outsiders send on this day, and how maintenance follows the contractors who leave. */
#include "mechanisms/mechanism.h"

const ho_mechanism_info ho_patrons_info = {
    .name = "patrons",
    .does = "Patrons' dated flows of cash and sorties; aircraft maintenance follows the contractors with a lag.",
    .equation = "cash_f = sum of flows to f; sorties_b = sum of flows; maintenance_b' = (contractors_b(t) flow share "
                "- maintenance_b) / lag",
    .source = "SIGAR quarterly reports (readiness fell within two months of the contractors leaving); lag: "
              "judgement, 30 to 90 d",
    .reads = "world: flows, contractor_share",
    .writes = "cash_usd_day, sorties_patron, maintenance, arrears_days",
    .off = "cash, sorties and maintenance stay as on day 0: readiness does not fall and pay does not stop",
};

static void sum_flows(const ho_world *world, ho_state *state, double *maintenance_flow) {
    for (size_t f = 0; f < world->n_faction; f++)
        state->cash_usd_day[f] = 0;
    for (size_t b = 0; b < world->n_bloc; b++) {
        state->sorties_patron[b] = 0;
        maintenance_flow[b] = -1;
    }
    for (size_t k = 0; k < world->n_flow; k++) {
        int32_t f = world->flow_faction[k], b = world->faction_bloc[f];
        bool runs = state->day >= world->flow_from[k] && state->day <= world->flow_until[k];
        double value = runs ? world->flow_value[k] : 0;
        if (world->flow_kind[k] == HO_FLOW_CASH)
            state->cash_usd_day[f] += value;
        else if (world->flow_kind[k] == HO_FLOW_SORTIES)
            state->sorties_patron[b] += value;
        else if (world->flow_kind[k] == HO_FLOW_MAINTENANCE && (runs || maintenance_flow[b] < 0))
            maintenance_flow[b] = value;
    }
}

/* Unpaid days grow by the share of pay that the patron no longer covers. */
static void stop_pay(const ho_world *world, ho_state *state) {
    for (size_t i = 0; i < world->n_district; i++) {
        int32_t f = state->holder[i];
        if (state->cash_start[f] > state->cash_usd_day[f])
            state->arrears_days[i] += world->dt_day * (1 - state->cash_usd_day[f] / state->cash_start[f]);
    }
}

void ho_patrons_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)streams;
    double maintenance_flow[HO_BLOC_MAX];
    sum_flows(world, state, maintenance_flow);
    if (state->step == 0)
        for (size_t f = 0; f < world->n_faction; f++)
            state->cash_start[f] = state->cash_usd_day[f];
    const double move = 1 - ho_exp(-world->dt_day / state->p[HO_P_MAINTENANCE_LAG]);
    for (size_t b = 0; b < world->n_bloc; b++) {
        double contractors = world->contractor_share[(size_t)state->day * world->n_bloc + b];
        double target = contractors * (maintenance_flow[b] < 0 ? 1 : maintenance_flow[b]);
        if (state->step == 0)
            state->maintenance[b] = target;
        state->maintenance[b] += move * (target - state->maintenance[b]);
    }
    stop_pay(world, state);
}
