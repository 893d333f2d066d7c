/* A finished run scored against record.csv: the plan, one pass over the store, the targets. */
#include <stdlib.h>
#include <string.h>

#include "evidence/measure.h"
#include "evidence/score_plan.h"
#include "world/world.h"

ho_scores_options ho_scores_options_default(void) {
    return (ho_scores_options){.origin = HO_DAY_NONE, .seed = 1};
}

/* --- reading --- */

typedef struct ho_score_reading {
    ho_score_plan *plan;
    size_t at;     /* replicate being read */
    int32_t *bloc; /* (n_district) holder's, scratch */
} ho_score_reading;

static void read_counts(ho_score_reading *reading, const ho_stored *stored) {
    ho_score_plan *plan = reading->plan;
    for (size_t k = 0; k < plan->n_count; k++) {
        const ho_count_case *count = &plan->count[k];
        const ho_count_series *series = &plan->series[count->series];
        double value = (double)stored->column[(size_t)series->column * plan->world->n_day + (size_t)count->day];
        plan->value[k * plan->n_replicate + reading->at] = value / series->of;
    }
}

static void read_holders(ho_score_reading *reading, const ho_stored *stored) {
    ho_score_plan *plan = reading->plan;
    const ho_world *world = plan->world;
    size_t n = world->n_district, change = 0;
    for (size_t i = 0; i < n; i++)
        reading->bloc[i] = world->faction_bloc[world->home_faction[i]];
    for (size_t k = 0; k < plan->n_day; k++) {
        for (; change < stored->n_change && stored->change[change].day <= plan->day[k] - world->from; change++)
            reading->bloc[stored->change[change].district] = world->faction_bloc[stored->change[change].to];
        for (size_t i = 0; i < n; i++)
            plan->held[k * n + i] += reading->bloc[i] == plan->bloc;
    }
}

static void read_falls(ho_score_reading *reading, const ho_stored *stored) {
    ho_score_plan *plan = reading->plan;
    const ho_world *world = plan->world;
    int32_t *national = &plan->national[reading->at];
    *national = HO_NEVER;
    for (size_t k = 0; k < stored->n_change; k++) {
        const ho_change *change = &stored->change[k];
        ho_falls_add(&plan->falls, reading->at, change);
        if (change->district == world->national_capital && world->faction_bloc[change->from] == world->home_bloc &&
            world->faction_bloc[change->to] != world->home_bloc && *national == HO_NEVER)
            *national = change->day;
    }
}

static ho_status visit(void *context, const ho_stored *stored, ho_error *err) {
    (void)err;
    ho_score_reading *reading = context;
    if (reading->at >= reading->plan->n_replicate)
        return HO_OK;
    read_counts(reading, stored);
    if (reading->plan->bloc >= 0) {
        read_holders(reading, stored);
        read_falls(reading, stored);
    }
    reading->at++;
    return HO_OK;
}

static ho_status read_run(ho_store *store, ho_score_plan *plan, ho_error *err) {
    ho_score_reading reading = {.plan = plan, .bloc = calloc(plan->world->n_district + 1, sizeof(int32_t))};
    size_t r = ho_store_n_done(store);
    plan->n_replicate = r;
    plan->value = calloc(plan->n_count * r + 1, sizeof *plan->value);
    plan->held = calloc(plan->n_day * plan->world->n_district + 1, sizeof *plan->held);
    plan->national = calloc(r + 1, sizeof *plan->national);
    bool made = reading.bloc && plan->value && plan->held && plan->national;
    if (made && plan->bloc >= 0)
        made = ho_falls_make(plan->scenario, plan->bloc, r, &plan->falls);
    ho_status status = made ? ho_store_scan(store, HO_SCAN_CHANGES | HO_SCAN_COLUMNS, visit, &reading, err)
                            : ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for %zu replicates", store->path, r);
    free(reading.bloc);
    return status;
}

/* --- all --- */

static ho_status score(const ho_score_plan *plan, ho_scores *scores, ho_error *err) {
    ho_places places = {0};
    bool made = plan->bloc < 0 || ho_places_build(&plan->history, plan->day, plan->n_day, plan->options->seed, &places);
    made = made && ho_score_targets(plan, &places, scores);
    ho_places_free(&places);
    if (!made)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for the scores");
    if (scores->n_target == 0)
        return ho_error_set(err, HO_ERR_INPUT, "%s/record.csv has nothing to score after the origin that the run and the record both have",
                            plan->scenario->folder);
    return HO_OK;
}

ho_status ho_scores_run(ho_store *store, const ho_world *world, const ho_scores_options *options, ho_scores *scores, ho_error *err) {
    ho_score_plan plan = {0};
    ho_scores made = {0};
    ho_status status = ho_evidence_check_run(store, world, err);
    if (!status)
        status = ho_score_plan_build(store, world, options, &plan, err);
    if (!status)
        status = read_run(store, &plan, err);
    if (!status && plan.n_replicate == 0)
        status = ho_error_set(err, HO_ERR_INPUT, "%s: no replicates", store->path);
    if (!status) {
        made.origin = plan.origin;
        made.n_replicate = plan.n_replicate;
        made.n_one_sided = plan.n_one_sided;
        made.n_other = plan.n_other;
        status = score(&plan, &made, err);
    }
    ho_score_plan_free(&plan);
    if (status)
        ho_scores_free(&made);
    else
        *scores = made;
    return status;
}

void ho_scores_free(ho_scores *scores) {
    if (!scores)
        return;
    free(scores->target);
    *scores = (ho_scores){0};
}
