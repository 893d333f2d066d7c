/* Statements of a whole run: each reading is made ready, the store is read replicate by replicate, and where every replicate lies beside
 * the statement is counted. Values are kept, for their quantiles, of as many readings at a time as fit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/audit.h"
#include "record/quantiles.h"
#include "record/sql.h"
#include "world/world.h"

enum { AUDIT_VALUES_MAX = 16 << 20 /* floats kept in a pass */ };

const char *ho_audit_verdict_name(ho_audit_verdict verdict) {
    static const char *const name[HO_N_AUDIT] = {"supported",   "overstated",           "understated",  "not supported",
                                                 "cannot tell", "depends on the reading", "not measured", "outside the model"};
    return verdict >= 0 && verdict < HO_N_AUDIT ? name[verdict] : "";
}

const char *ho_audit_record_name(ho_audit_record record) {
    static const char *const name[HO_N_AUDIT_RECORD] = {"", "agrees", "is below", "is above", "leaves it open"};
    return record >= 0 && record < HO_N_AUDIT_RECORD ? name[record] : "";
}

/* Shares are whole numbers over whole numbers: 0.9 itself counts. */
static bool reaches(double share, double from) {
    return share >= from - 1e-12;
}

ho_audit_verdict ho_audit_judge(ho_claim_kind kind, double holds, double below, double above) {
    bool measures = kind == HO_CLAIM_QUANTITY || kind == HO_CLAIM_NORM;
    if (reaches(holds, HO_AUDIT_SUPPORTED_FROM))
        return HO_AUDIT_SUPPORTED;
    if (!measures && reaches(below + above, HO_AUDIT_AGAINST_FROM))
        return HO_AUDIT_NOT_SUPPORTED;
    if (reaches(below, HO_AUDIT_AGAINST_FROM))
        return HO_AUDIT_OVERSTATED;
    return reaches(above, HO_AUDIT_AGAINST_FROM) ? HO_AUDIT_UNDERSTATED : HO_AUDIT_CANNOT_TELL;
}

/* --- making ready --- */

typedef struct ho_auditing {
    ho_store *store;
    const ho_world *world;
    ho_audit *audit;
    ho_columns columns;
    ho_reading_plan *plan;     /* (n_reading) in the order of audit->reading */
    size_t *n_below, *n_above, *n_under; /* (n_reading) replicates; n_under: below the middle */
    ho_replicate_source replicate;
    size_t first, n_kept;      /* readings whose values are kept in this pass */
    size_t n_replicate, at;    /* replicates stored; the one being read */
    float *kept, *sort;        /* (n_kept, n_replicate), (n_replicate) */
} ho_auditing;

static ho_status columns_of_store(ho_store *store, ho_columns *columns, ho_error *err) {
    sqlite3_stmt *query = NULL;
    bool there = true;
    *columns = (ho_columns){.n = store->n_value,
                            .name = calloc(store->n_value + 1, sizeof *columns->name),
                            .unit = calloc(store->n_value + 1, sizeof *columns->unit)};
    if (!columns->name || !columns->unit)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: no memory for names of observables", store->path);
    ho_status status = ho_sql_prepare(store->db, store->path, "SELECT observable, name, unit FROM observable", &query, err);
    while (!status && there) {
        status = ho_sql_next(query, store->path, &there, err);
        int64_t at = !status && there ? sqlite3_column_int64(query, 0) : -1;
        const char *name = at >= 0 ? (const char *)sqlite3_column_text(query, 1) : NULL;
        const char *unit = at >= 0 ? (const char *)sqlite3_column_text(query, 2) : NULL;
        if (at < 0 || (uint64_t)at >= columns->n)
            continue;
        snprintf(columns->name[at], sizeof columns->name[at], "%s", name ? name : "");
        snprintf(columns->unit[at], sizeof columns->unit[at], "%s", unit ? unit : "");
    }
    sqlite3_finalize(query);
    return status;
}

static void refuse(ho_audit_reading *reading, const char *format, const char *text) {
    if (!reading->reason[0])
        snprintf(reading->reason, sizeof reading->reason, format, text);
}

/* The days a reading is about, its own or else the claim's; an open start is the first day. */
static void plan_days(ho_reading_plan *plan, ho_audit_reading *reading) {
    const ho_reading_row *row = plan->row;
    const ho_world *world = plan->world;
    char text[11];
    ho_day day = row->date_end != HO_DAY_NONE ? row->date_end : plan->claim->date_end;
    ho_day from = row->date_start != HO_DAY_NONE ? row->date_start
                  : row->date_end != HO_DAY_NONE ? row->date_end
                                                 : plan->claim->date_start;
    reading->day = day;
    reading->from = from == HO_DAY_NONE || from < world->from ? world->from : from;
    if (day < world->from)
        refuse(reading, "%s is before the first day", ho_day_format(day, text));
    if (day > world->until)
        refuse(reading, "%s is after the last day of the run", ho_day_format(day, text));
    plan->day = day - world->from;
    plan->from = reading->from - world->from;
}

/* Its own range, the claim's, or that it happens. */
static void plan_range(ho_reading_plan *plan, ho_audit_reading *reading) {
    double low = plan->row->low, high = plan->row->high, tolerance = 0;
    if (isnan(low) && isnan(high)) {
        low = plan->claim->value_low;
        high = plan->claim->value_high;
    }
    if (isnan(low) && isnan(high))
        low = 1;
    tolerance = isnan(plan->row->tolerance) ? 0 : plan->row->tolerance;
    plan->low = reading->low = isnan(low) ? (double)-INFINITY : low - tolerance;
    plan->high = reading->high = isnan(high) ? (double)INFINITY : high + tolerance;
}

static void reading_blank(ho_audit_reading *reading, const ho_reading_row *row) {
    const double nan = (double)NAN;
    *reading = (ho_audit_reading){.row = row, .mechanism = -1, .median = nan, .q05 = nan, .q95 = nan, .holds = nan, .holds_se = nan,
                                  .below = nan, .above = nan, .place = nan, .recorded_low = nan, .recorded_high = nan,
                                  .effect = nan, .effect_se = nan, .verdict = HO_AUDIT_NOT_MEASURED};
}

/* A cause's measure; its range only if it has one. */
static void plan_cause(const ho_reading_plan *plan, ho_audit_reading *reading) {
    const ho_node *node = &plan->expression.node[plan->expression.root];
    reading->is_cause = true;
    reading->mechanism = plan->mechanism;
    reading->measure = node->choice < 0 ? HO_ABLATE_CAPITAL : (ho_ablate_what)node->choice;
    reading->low = isnan(plan->row->low) ? (double)-INFINITY : plan->row->low;
    reading->high = isnan(plan->row->high) ? (double)INFINITY : plan->row->high;
    reading->reason[0] = '\0'; /* a mechanism is off on all days */
    refuse(reading, "%s", "needs --causes N");
}

static ho_status plan_reading(ho_auditing *a, size_t k, const ho_reading_row *row, ho_error *err) {
    ho_reading_plan *plan = &a->plan[k];
    ho_audit_reading *reading = &a->audit->reading[k];
    ho_expression_error wrong = {0};
    reading_blank(reading, row);
    ho_status status = ho_reading_bind(a->world, &a->columns, row, plan, &wrong);
    if (status == HO_ERR_MEMORY)
        return ho_error_set(err, status, "no memory for the expression of readings.csv:%d", (int)row->line);
    plan_days(plan, reading);
    plan_range(plan, reading);
    if (status)
        snprintf(reading->reason, sizeof reading->reason, "expression at character %d, %s: %s", (int)wrong.at + 1, wrong.found, wrong.need);
    if (!status && plan->mechanism >= 0)
        plan_cause(plan, reading);
    reading->measured = reading->reason[0] == '\0';
    return reading->measured ? ho_recorded_value(plan, &a->columns, reading, err) : HO_OK;
}

/* Readings by claim, each claim's in the order of the rows. */
static ho_status plan_all(ho_auditing *a, ho_error *err) {
    const ho_scenario *scenario = a->world->scenario;
    ho_status status = HO_OK;
    size_t at = 0;
    for (size_t c = 0; c < scenario->n_claim && !status; c++) {
        a->audit->claim[c] = (ho_audit_claim){.row = &scenario->claim[c], .first = at, .best = -1};
        for (size_t k = 0; k < scenario->n_reading && !status; k++)
            if (scenario->reading[k].claim == (int32_t)c)
                status = plan_reading(a, at++, &scenario->reading[k], err);
        a->audit->claim[c].n = at - a->audit->claim[c].first;
    }
    return status;
}

/* --- one pass over the store --- */

static void place(ho_auditing *a, size_t k, double value) {
    const ho_reading_plan *plan = &a->plan[k];
    const double slack = 1e-7 * (1 + fabs(value)); /* observables are stored as float */
    double middle = isinf(plan->low) ? plan->high : isinf(plan->high) ? plan->low : (plan->low + plan->high) / 2;
    a->audit->reading[k].n_value++;
    a->n_below[k] += value < plan->low - slack;
    a->n_above[k] += value > plan->high + slack;
    a->n_under[k] += value < middle;
}

static ho_status visit(void *context, const ho_stored *stored, ho_error *err) {
    ho_auditing *a = context;
    const ho_source source = {ho_replicate_leaf, &a->replicate};
    if (a->at >= a->n_replicate)
        return ho_error_set(err, HO_ERR_INPUT, "%s: damaged: more replicates than it says", a->store->path);
    ho_replicate_source_take(&a->replicate, stored);
    for (size_t k = 0; k < a->n_kept; k++) {
        if (!a->audit->reading[a->first + k].measured)
            continue;
        double value = ho_reading_value(&a->plan[a->first + k], &source);
        a->kept[k * a->n_replicate + a->at] = (float)value;
        if (!isnan(value))
            place(a, a->first + k, value);
    }
    a->at++;
    return HO_OK;
}

static void sum_up(ho_auditing *a, size_t k) {
    ho_audit_reading *reading = &a->audit->reading[k];
    if (!reading->measured)
        return;
    reading->n = a->at;
    if (reading->n_value == 0) {
        reading->measured = false;
        refuse(reading, "%s", "it has no value in any replicate");
        return;
    }
    const double n = (double)reading->n_value;
    ho_spread spread = ho_spread_of(a->kept + (k - a->first) * a->n_replicate, a->sort, a->at);
    reading->median = spread.q50;
    reading->q05 = spread.q05;
    reading->q95 = spread.q95;
    reading->below = (double)a->n_below[k] / n;
    reading->above = (double)a->n_above[k] / n;
    reading->holds = (double)(reading->n_value - a->n_below[k] - a->n_above[k]) / n;
    reading->holds_se = sqrt(reading->holds * (1 - reading->holds) / n);
    reading->place = (double)a->n_under[k] / n;
    reading->verdict = ho_audit_judge(a->plan[k].claim->kind, reading->holds, reading->below, reading->above);
}

static ho_status pass(ho_auditing *a, ho_error *err) {
    a->at = 0;
    ho_status status = ho_store_scan(a->store, HO_SCAN_CHANGES | HO_SCAN_COLUMNS, visit, a, err);
    for (size_t k = 0; k < a->n_kept && !status; k++)
        sum_up(a, a->first + k);
    return status;
}

/* --- statements --- */

/* The verdict of most readings; a tie tells nothing. */
static ho_audit_verdict most_common(const size_t n[HO_N_AUDIT]) {
    int best = 0;
    bool tie = false;
    for (int v = 1; v < HO_N_AUDIT; v++) {
        tie = n[v] == n[best] || (tie && n[v] < n[best]);
        best = n[v] > n[best] ? v : best;
    }
    return tie ? HO_AUDIT_CANNOT_TELL : (ho_audit_verdict)best;
}

static void judge_claim(const ho_audit *audit, ho_audit_claim *claim) {
    size_t n[HO_N_AUDIT] = {0};
    claim->best = -1;
    claim->n_measured = 0;
    for (size_t k = claim->first; k < claim->first + claim->n; k++) {
        const ho_audit_reading *reading = &audit->reading[k];
        if (!reading->measured)
            continue;
        claim->n_measured++;
        n[reading->verdict]++;
        if (!isnan(reading->holds) && (claim->best < 0 || reading->holds > audit->reading[claim->best].holds))
            claim->best = (int32_t)k;
    }
    if (claim->n == 0 || claim->n_measured == 0)
        claim->verdict = claim->n ? HO_AUDIT_NOT_MEASURED : HO_AUDIT_OUTSIDE;
    else if (n[HO_AUDIT_SUPPORTED])
        claim->verdict = n[HO_AUDIT_SUPPORTED] == claim->n_measured ? HO_AUDIT_SUPPORTED : HO_AUDIT_DEPENDS;
    else
        claim->verdict = most_common(n);
    claim->n_agree = n[claim->verdict == HO_AUDIT_DEPENDS ? HO_AUDIT_SUPPORTED : claim->verdict];
}

static void judge_all(ho_audit *audit) {
    for (size_t c = 0; c < audit->n; c++)
        judge_claim(audit, &audit->claim[c]);
}

/* --- the run --- */

static ho_status check_run(const ho_store *store, const ho_world *world, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    const char *digest = ho_store_meta(store, "scenario_digest");
    if (scenario->n_claim == 0)
        return ho_error_set(err, HO_ERR_INPUT, "%s has no statements: there are no rows in %s/claims.csv", scenario->name, scenario->folder);
    if (!ho_store_finished(store))
        return ho_error_set(err, HO_ERR_STATE, "%s is not finished", store->folder);
    if (!digest || strcmp(digest, scenario->digest) != 0 || store->n_day != world->n_day)
        return ho_error_set(err, HO_ERR_INPUT, "%s is not a run of %s as it is now", store->folder, scenario->name);
    return HO_OK;
}

static ho_status room_make(ho_auditing *a, ho_error *err) {
    const ho_scenario *scenario = a->world->scenario;
    size_t n = scenario->n_reading, fit = AUDIT_VALUES_MAX / (a->n_replicate ? a->n_replicate : 1);
    a->n_kept = fit < 1 ? 1 : fit < n ? fit : n;
    a->audit->claim = calloc(scenario->n_claim, sizeof *a->audit->claim);
    a->audit->reading = calloc(n + 1, sizeof *a->audit->reading);
    a->plan = calloc(n + 1, sizeof *a->plan);
    a->n_below = calloc(n + 1, sizeof *a->n_below);
    a->n_above = calloc(n + 1, sizeof *a->n_above);
    a->n_under = calloc(n + 1, sizeof *a->n_under);
    a->kept = calloc(a->n_kept * a->n_replicate + 1, sizeof *a->kept);
    a->sort = calloc(a->n_replicate + 1, sizeof *a->sort);
    if (!a->audit->claim || !a->audit->reading || !a->plan || !a->n_below || !a->n_above || !a->n_under || !a->kept || !a->sort)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for %zu readings", a->store->path, n);
    a->audit->n = scenario->n_claim;
    a->audit->n_reading = n;
    return ho_replicate_source_build(a->world, &a->replicate, err);
}

static void auditing_free(ho_auditing *a) {
    for (size_t k = 0; a->plan && k < a->world->scenario->n_reading; k++)
        ho_reading_plan_free(&a->plan[k]);
    free(a->plan);
    free(a->n_below);
    free(a->n_above);
    free(a->n_under);
    free(a->kept);
    free(a->sort);
    ho_columns_free(&a->columns);
    ho_replicate_source_free(&a->replicate);
}

ho_status ho_audit_run(ho_store *store, const ho_world *world, ho_audit *audit, ho_error *err) {
    ho_status status = check_run(store, world, err);
    if (status)
        return status;
    ho_audit made = {0};
    ho_auditing a = {.store = store, .world = world, .audit = &made, .n_replicate = ho_store_n_done(store)};
    status = room_make(&a, err);
    if (!status)
        status = columns_of_store(store, &a.columns, err);
    if (!status)
        status = plan_all(&a, err);
    for (size_t fit = a.n_kept; a.first < made.n_reading && !status; a.first += fit) {
        a.n_kept = made.n_reading - a.first < fit ? made.n_reading - a.first : fit;
        status = pass(&a, err);
    }
    judge_all(&made);
    auditing_free(&a);
    if (status)
        ho_audit_free(&made);
    else
        *audit = made;
    return status;
}

void ho_audit_free(ho_audit *audit) {
    if (!audit)
        return;
    free(audit->claim);
    free(audit->reading);
    *audit = (ho_audit){0};
}

/* --- without a run --- */

ho_status ho_audit_check(const ho_world *world, ho_problems *problems, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    ho_columns columns = {0};
    ho_status status = ho_columns_of_world(world, &columns, err);
    size_t n = 0;
    for (size_t k = 0; k < scenario->n_reading && !status; k++) {
        ho_reading_plan *plan = calloc(1, sizeof *plan);
        ho_expression_error wrong = {0};
        ho_status bound = plan ? ho_reading_bind(world, &columns, &scenario->reading[k], plan, &wrong) : HO_ERR_MEMORY;
        if (plan)
            ho_reading_plan_free(plan);
        free(plan);
        if (bound == HO_ERR_INPUT) {
            n++;
            ho_problems_add(problems, "readings.csv", scenario->reading[k].line, "expression at character %d, %s: %s", (int)wrong.at + 1,
                            wrong.found, wrong.need);
        } else if (bound == HO_ERR_MEMORY)
            status = ho_error_set(err, bound, "out of memory for %zu readings", scenario->n_reading);
    }
    ho_columns_free(&columns);
    if (!status && n)
        status = ho_error_set(err, HO_ERR_INPUT, "%zu expressions of readings.csv cannot be understood", n);
    return status;
}

/* --- causes --- */

static uint64_t mechanisms_of(const ho_audit *audit) {
    uint64_t which = 0;
    for (size_t k = 0; k < audit->n_reading; k++)
        if (audit->reading[k].is_cause)
            which |= UINT64_C(1) << audit->reading[k].mechanism;
    return which;
}

size_t ho_audit_causes_n_run(const ho_audit *audit, size_t n_replicate) {
    const ho_ablate_options options = {.which = mechanisms_of(audit), .n_replicate = n_replicate};
    return options.which ? ho_ablate_n_run(&options) : 0;
}

static ho_audit_verdict judge_cause(const ho_audit_reading *reading) {
    double low = reading->effect - 2 * reading->effect_se, high = reading->effect + 2 * reading->effect_se;
    if (isinf(reading->low) && isinf(reading->high))
        return low > 0 || high < 0 ? HO_AUDIT_SUPPORTED : HO_AUDIT_CANNOT_TELL;
    if (low >= reading->low && high <= reading->high)
        return HO_AUDIT_SUPPORTED;
    return high < reading->low || low > reading->high ? HO_AUDIT_NOT_SUPPORTED : HO_AUDIT_CANNOT_TELL;
}

static void take_effect(ho_audit_reading *reading, const ho_ablation *ablation) {
    for (size_t k = 0; k < ablation->n; k++) {
        const ho_paired *effect = &ablation->item[k].effect[reading->measure];
        if (ablation->item[k].mechanism != reading->mechanism)
            continue;
        if (!ablation->measure[reading->measure].measured || effect->n < 2) {
            snprintf(reading->reason, sizeof reading->reason, "the scenario has no such measure");
            return;
        }
        reading->reason[0] = '\0';
        reading->measured = true;
        reading->effect = effect->difference;
        reading->effect_se = effect->se;
        reading->n_pair = effect->n;
        reading->verdict = judge_cause(reading);
    }
}

ho_status ho_audit_causes(const ho_world *world, const ho_ablate_options *options, ho_audit *audit, ho_error *err) {
    ho_ablate_options asked = *options;
    ho_ablation *ablation = NULL;
    asked.which = mechanisms_of(audit) & ~options->sim.off;
    if (!asked.which)
        return HO_OK;
    ho_status status = ho_ablate(world, &asked, &ablation, err);
    for (size_t k = 0; k < audit->n_reading && !status; k++)
        if (audit->reading[k].is_cause && asked.which >> audit->reading[k].mechanism & 1)
            take_effect(&audit->reading[k], ablation);
    judge_all(audit);
    ho_ablation_free(ablation);
    return status;
}
