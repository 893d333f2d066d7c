/* Facts of a whole run: each row of facts.csv is made ready (plan), the store is read replicate by replicate, and what every replicate
 * showed is counted. Values are kept, for their quantiles, of as many facts at a time as fit. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/measure.h"
#include "record/quantiles.h"
#include "record/sql.h"
#include "world/world.h"

enum { VALUES_MAX = 16 << 20 /* floats kept in a pass */ };

typedef struct ho_scoring {
    ho_store *store;
    const ho_world *world;
    ho_fact_scores *scores;
    ho_fact_plan *plan;    /* (n_fact) */
    uint8_t *measured;     /* (n_fact) */
    ho_fact_scratch scratch;
    size_t first, n_kept;  /* facts whose values are kept in this pass */
    size_t n_replicate, at; /* replicates stored; the one being read */
    float *kept, *sort;    /* (n_kept, n_replicate), (n_replicate) */
} ho_scoring;

static void refuse(ho_fact_score *score, const char *format, const char *text) {
    if (score->reason[0])
        return;
    snprintf(score->reason, sizeof score->reason, format, text);
}

/* --- making ready --- */

/* Day of the run of a date; not measured if it lies outside. */
static int32_t day_in_run(const ho_world *world, ho_fact_score *score, ho_day date, int32_t otherwise) {
    char text[11];
    if (date == HO_DAY_NONE)
        return otherwise;
    if (date < world->from)
        refuse(score, "%s is before the first day", ho_day_format(date, text));
    if (date > world->until)
        refuse(score, "%s is after the last day of the run", ho_day_format(date, text));
    return date - world->from;
}

ho_status ho_column_find(ho_store *store, const char *name, int32_t *column, char unit[64], ho_error *err) {
    sqlite3_stmt *query = NULL;
    *column = -1;
    bool there = false;
    ho_status status =
        ho_sql_prepare(store->db, store->path, "SELECT observable, unit FROM observable WHERE name = ?", &query, err);
    if (!status) {
        sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC);
        status = ho_sql_next(query, store->path, &there, err);
    }
    if (!status && there) {
        int64_t at = sqlite3_column_int64(query, 0);
        const char *text = (const char *)sqlite3_column_text(query, 1);
        *column = at >= 0 && (uint64_t)at < store->n_value ? (int32_t)at : -1;
        snprintf(unit, 64, "%s", text ? text : "");
    }
    sqlite3_finalize(query);
    return status;
}

static ho_status plan_observable(ho_scoring *s, ho_fact_plan *plan, ho_fact_score *score, ho_error *err) {
    plan->column = -1;
    if (!*plan->row->observable)
        return HO_OK;
    ho_status status = ho_column_find(s->store, plan->row->observable, &plan->column, score->unit, err);
    if (!status && plan->column < 0)
        refuse(score, "the run has no observable %s", plan->row->observable);
    return status;
}

static size_t count_capitals(const ho_world *world) {
    size_t n = 0;
    for (size_t i = 0; i < world->n_district; i++)
        n += world->is_capital[i];
    return n;
}

static const char *places_unit(ho_fact_scope scope) {
    static const char *const unit[] = {"districts", "capitals", "capitals", "crossings", "districts"};
    return unit[scope];
}

static bool counts_places(ho_fact_kind kind) {
    return kind == HO_FACT_LOST || kind == HO_FACT_LOST_WITHIN || kind == HO_FACT_HELD;
}

/* What the model's count is of; 0: it is no such count. */
static size_t model_denominator(const ho_world *world, const ho_fact_plan *plan, const char *unit) {
    if (counts_places(plan->row->kind))
        return plan->n_place;
    return strcmp(unit, "districts") == 0 ? world->n_district : strcmp(unit, "capitals") == 0 ? count_capitals(world) : 0;
}

static void own_unit(const ho_fact_plan *plan, char unit[64]) {
    static const char *const of_kind[HO_N_FACT_KIND] = {
        [HO_FACT_CLUSTERING] = "ratio of mean days apart", [HO_FACT_MODE_SHARE] = "share of losses",
        [HO_FACT_RETAKEN] = "share of places lost",        [HO_FACT_AHEAD] = "difference of shares",
        [HO_FACT_ALL] = "facts that show",                 [HO_FACT_FALLING] = "ratio of values",
    };
    char observed[48];
    snprintf(observed, sizeof observed, "%.40s", unit);
    if (plan->row->kind == HO_FACT_PER_LOSS)
        snprintf(unit, 64, "%s per loss", observed);
    else if (counts_places(plan->row->kind))
        snprintf(unit, 64, "%s", places_unit(plan->row->scope));
    else if (of_kind[plan->row->kind])
        snprintf(unit, 64, "%s", of_kind[plan->row->kind]);
}

/* Shares where the row has a denominator; then low, high and recorded become shares too, of their own. */
static ho_status plan_unit(const ho_world *world, ho_fact_plan *plan, ho_fact_score *score, ho_error *err) {
    const ho_fact_row *row = plan->row;
    char counted[64];
    double by = 1;
    plan->scale = 1;
    own_unit(plan, score->unit);
    if (!isnan(row->denominator) && !score->reason[0]) {
        size_t n = model_denominator(world, plan, score->unit);
        if (n == 0)
            return ho_error_set(err, HO_ERR_INPUT, "%s/facts.csv:%d: denominator is given, but %s counts %s; need districts or capitals",
                                world->scenario->folder, (int)row->line, row->observable, score->unit);
        snprintf(counted, sizeof counted, "%.50s", score->unit);
        snprintf(score->unit, sizeof score->unit, "share of %.50s", counted);
        plan->scale = 1 / (double)n;
        by = row->denominator;
    }
    plan->low = score->low = row->low / by;
    plan->high = score->high = row->high / by;
    score->recorded = row->recorded / by;
    if (row->kind == HO_FACT_ALL)
        plan->low = score->low = (double)row->n_of;
    return HO_OK;
}

/* A fact of other facts is measured if they are. */
static void check_parts(const ho_scoring *s, const ho_fact_plan *plan, ho_fact_score *score) {
    if (plan->row->kind != HO_FACT_ALL && plan->row->kind != HO_FACT_FALLING)
        return;
    for (size_t k = 0; k < plan->row->n_of; k++)
        if (!s->measured[plan->row->of[k]])
            refuse(score, "%s is not measured", s->plan[plan->row->of[k]].row->id);
}

static ho_status plan_fact(ho_scoring *s, size_t k, ho_error *err) {
    const ho_fact_row *row = &s->world->scenario->fact[k];
    ho_fact_plan *plan = &s->plan[k];
    ho_fact_score *score = &s->scores->item[k];
    plan->row = score->row = row;
    score->is_dose = row->kind == HO_FACT_DOSE || row->kind == HO_FACT_WEAKER;
    plan->day = day_in_run(s->world, score, row->date, 0);
    plan->until = day_in_run(s->world, score, row->until, (int32_t)s->world->n_day - 1);
    if (plan->until < plan->day)
        refuse(score, "%s", "the run ends before it begins");
    ho_status status = plan_observable(s, plan, score, err);
    if (!status)
        status = ho_fact_places(s->world, plan, err);
    if (!status && plan->n_place == 0)
        refuse(score, "the scenario has no such %s", places_unit(row->scope));
    if (!status)
        status = plan_unit(s->world, plan, score, err);
    check_parts(s, plan, score);
    if (row->kind == HO_FACT_WEAKER)
        memcpy(score->unit, s->scores->item[row->of[0]].unit, sizeof score->unit);
    if (score->is_dose)
        refuse(score, "%s", "needs other runs: give a number of doses");
    s->measured[k] = score->measured = score->reason[0] == '\0';
    return status;
}

/* --- one pass over the store --- */

static ho_status visit(void *context, const ho_stored *stored, ho_error *err) {
    ho_scoring *s = context;
    if (s->at >= s->n_replicate)
        return ho_error_set(err, HO_ERR_INPUT, "%s: damaged: more replicates than it says", s->store->path);
    ho_facts_measure(&s->scratch, stored);
    for (size_t k = 0; k < s->n_kept; k++)
        s->kept[k * s->n_replicate + s->at] = (float)s->scratch.value[s->first + k];
    for (size_t k = 0; k < s->scratch.n_fact && s->first == 0; k++)
        s->scores->item[k].n_shown += s->scratch.shown[k];
    s->at++;
    return HO_OK;
}

static void sum_up(ho_scoring *s, size_t k) {
    ho_fact_score *score = &s->scores->item[k];
    const double nan = (double)NAN;
    score->n = score->measured ? s->at : 0;
    score->share = score->share_se = score->median = score->q05 = score->q95 = nan;
    score->base = score->dosed = score->change = score->change_se = nan;
    if (!score->measured || s->at == 0)
        return;
    ho_spread spread = ho_spread_of(s->kept + (k - s->first) * s->n_replicate, s->sort, s->at);
    score->n_value = spread.n;
    score->median = spread.q50;
    score->q05 = spread.q05;
    score->q95 = spread.q95;
    score->share = (double)score->n_shown / (double)score->n;
    score->share_se = sqrt(score->share * (1 - score->share) / (double)score->n);
}

static ho_status pass(ho_scoring *s, ho_error *err) {
    s->at = 0;
    ho_status status = ho_store_scan(s->store, HO_SCAN_CHANGES | HO_SCAN_COLUMNS, visit, s, err);
    for (size_t k = 0; k < s->n_kept && !status; k++)
        sum_up(s, s->first + k);
    return status;
}

/* --- the run --- */

ho_status ho_evidence_check_run(const ho_store *store, const ho_world *world, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    const char *digest = ho_store_meta(store, "scenario_digest");
    if (!ho_store_finished(store))
        return ho_error_set(err, HO_ERR_STATE, "%s is not finished", store->folder);
    if (!digest || strcmp(digest, scenario->digest) != 0 || store->n_day != world->n_day)
        return ho_error_set(err, HO_ERR_INPUT, "%s is not a run of %s as it is now", store->folder, scenario->name);
    return HO_OK;
}

static ho_status room_make(ho_scoring *s, ho_error *err) {
    size_t n = s->world->scenario->n_fact, fit = VALUES_MAX / s->n_replicate;
    s->n_kept = fit < 1 ? 1 : fit < n ? fit : n;
    s->scores->item = calloc(n, sizeof *s->scores->item);
    s->plan = calloc(n, sizeof *s->plan);
    s->measured = calloc(n, 1);
    s->kept = calloc(s->n_kept * s->n_replicate, sizeof *s->kept);
    s->sort = calloc(s->n_replicate, sizeof *s->sort);
    s->scratch = (ho_fact_scratch){.world = s->world,
                                   .n_fact = n,
                                   .plan = s->plan,
                                   .measured = s->measured,
                                   .value = calloc(n, sizeof(double)),
                                   .shown = calloc(n, 1),
                                   .first = calloc(s->world->n_district, sizeof(int32_t)),
                                   .holder = calloc(s->world->n_district, sizeof(int32_t)),
                                   .n_on = calloc(s->world->n_day, sizeof(uint32_t))};
    if (!s->scores->item || !s->plan || !s->measured || !s->kept || !s->sort || !s->scratch.value || !s->scratch.shown ||
        !s->scratch.first || !s->scratch.holder || !s->scratch.n_on)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for %zu facts", s->store->path, n);
    s->scores->n = n;
    return HO_OK;
}

static void scoring_free(ho_scoring *s) {
    for (size_t k = 0; s->plan && k < s->world->scenario->n_fact; k++)
        ho_fact_plan_free(&s->plan[k]);
    free(s->plan);
    free(s->measured);
    free(s->kept);
    free(s->sort);
    free(s->scratch.value);
    free(s->scratch.shown);
    free(s->scratch.first);
    free(s->scratch.holder);
    free(s->scratch.n_on);
}

ho_status ho_facts_score(ho_store *store, const ho_world *world, ho_fact_scores *scores, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    if (scenario->n_fact == 0)
        return ho_error_set(err, HO_ERR_INPUT, "%s has no facts: there are no rows in %s/facts.csv", scenario->name,
                            scenario->folder);
    ho_status status = ho_evidence_check_run(store, world, err);
    if (status)
        return status;
    ho_fact_scores made = {0};
    ho_scoring s = {.store = store, .world = world, .scores = &made, .n_replicate = ho_store_n_done(store)};
    status = room_make(&s, err);
    for (size_t k = 0; k < made.n && !status; k++)
        status = plan_fact(&s, k, err);
    for (size_t fit = s.n_kept; s.first < made.n && !status; s.first += fit) {
        s.n_kept = made.n - s.first < fit ? made.n - s.first : fit;
        status = pass(&s, err);
    }
    scoring_free(&s);
    if (status)
        ho_fact_scores_free(&made);
    else
        *scores = made;
    return status;
}

void ho_fact_scores_free(ho_fact_scores *scores) {
    if (!scores)
        return;
    free(scores->item);
    *scores = (ho_fact_scores){0};
}
