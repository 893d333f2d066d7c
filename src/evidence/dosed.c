/* A scenario with more of something: the rows a dose changes are copied, the others shared. */
#include <stdlib.h>
#include <string.h>

#include "evidence/dose.h"

static double at_most_one(double value) {
    return value > 1 ? 1 : value;
}

static void scale_flows(ho_dosed *dosed, const ho_fact_row *row, ho_flow_kind kind) {
    const bool is_share = kind == HO_FLOW_MAINTENANCE || kind == HO_FLOW_SANCTUARY;
    for (size_t k = 0; k < dosed->scenario.n_flow; k++) {
        ho_flow_row *flow = &dosed->flow[k];
        /* what is withheld or taken is no help, and more of it no dose of help */
        if (flow->kind != kind || flow->value <= 0 || dosed->scenario.faction[flow->faction].bloc != row->bloc)
            continue;
        flow->value *= row->amount;
        flow->value = is_share ? at_most_one(flow->value) : flow->value;
    }
}

/* Maintainers leave by the calendar while the flow says how many there were. */
static void scale_contractors(ho_dosed *dosed, const ho_fact_row *row) {
    for (size_t k = 0; k < dosed->scenario.n_calendar; k++) {
        ho_calendar_row *entry = &dosed->calendar[k];
        if (entry->kind == HO_CAL_CONTRACTORS && entry->bloc == row->bloc)
            entry->value = at_most_one(entry->value * row->amount);
    }
}

/* The distribution of a draw times a factor. */
static void scale_prior(ho_prior *prior, double factor) {
    switch (prior->family) {
    case HO_PRIOR_LOGNORMAL:
        prior->a *= factor;
        break;
    case HO_PRIOR_HALFNORMAL:
    case HO_PRIOR_GAMMA:
        prior->b *= factor;
        break;
    case HO_PRIOR_BETA: /* days are no shares, but a scenario may write them so: left alone */
        return;
    default:
        prior->a *= factor;
        prior->b *= factor;
    }
    prior->min *= factor;
    prior->max *= factor;
}

static void apply(ho_dosed *dosed, const ho_fact_row *row, ho_dose_of what) {
    switch (what) {
    case HO_DOSE_CASH:
        scale_flows(dosed, row, HO_FLOW_CASH);
        return;
    case HO_DOSE_SORTIES:
        scale_flows(dosed, row, HO_FLOW_SORTIES);
        return;
    case HO_DOSE_SANCTUARY:
        scale_flows(dosed, row, HO_FLOW_SANCTUARY);
        return;
    case HO_DOSE_MAINTENANCE:
        scale_flows(dosed, row, HO_FLOW_MAINTENANCE);
        scale_contractors(dosed, row);
        return;
    case HO_DOSE_ARREARS:
        for (size_t k = 0; k < dosed->scenario.n_kind; k++)
            scale_prior(&dosed->kind[k].arrears_days, row->amount);
        return;
    case HO_N_DOSE_OF:
        return;
    }
}

static void *copy(const void *rows, size_t n, size_t size) {
    void *made = calloc(n + 1, size);
    if (made && n)
        memcpy(made, rows, n * size);
    return made;
}

ho_status ho_dosed_make(const ho_scenario *scenario, const ho_fact_row *row, ho_dosed *dosed, ho_error *err) {
    *dosed = (ho_dosed){.scenario = *scenario,
                        .flow = copy(scenario->flow, scenario->n_flow, sizeof *scenario->flow),
                        .calendar = copy(scenario->calendar, scenario->n_calendar, sizeof *scenario->calendar),
                        .kind = copy(scenario->kind, scenario->n_kind, sizeof *scenario->kind)};
    if (!dosed->flow || !dosed->calendar || !dosed->kind) {
        ho_dosed_free(dosed);
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a dose");
    }
    dosed->scenario.flow = dosed->flow;
    dosed->scenario.calendar = dosed->calendar;
    dosed->scenario.kind = dosed->kind;
    for (size_t k = 0; k < row->n_of; k++)
        apply(dosed, row, (ho_dose_of)row->of[k]);
    return HO_OK;
}

void ho_dosed_free(ho_dosed *dosed) {
    free(dosed->flow);
    free(dosed->calendar);
    free(dosed->kind);
    *dosed = (ho_dosed){0};
}
