/* Doses: the scenario as it is and once with each dose, on the same seeds, compared replicate by replicate. */
#include "evidence/dose.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/evidence.h"
#include "world/world.h"

static const double n_error = 2; /* standard errors a change may lie outside */

const char *ho_verdict_name(ho_verdict verdict) {
    static const char *const name[HO_N_VERDICT] = {"no", "yes", "unclear", "not felt"};
    return verdict >= 0 && verdict < HO_N_VERDICT ? name[verdict] : "";
}

/* A dose that the run can answer. */
typedef struct ho_dose {
    size_t fact;
    int32_t column, day; /* of what it is about */
    float *base, *dosed; /* (n_replicate) */
    size_t n_felt;
} ho_dose;

typedef struct ho_dosing {
    const ho_scenario *scenario;
    const ho_dose_options *options;
    ho_fact_scores *scores;
    ho_problems *problems;
    size_t n_dose;
    ho_dose *dose;     /* (n_dose) */
    uint64_t *history; /* (n_replicate) hash of the changes without a dose */
    ho_dose *running;  /* NULL: without a dose */
    size_t n_done;     /* replicates, of all runs */
} ho_dosing;

/* --- one run --- */

/* FNV-1a, 64 bit. */
static uint64_t hash_of(const ho_result *result) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325);
    for (size_t k = 0; k < result->n_change; k++) {
        const ho_change *change = &result->change[k];
        const int32_t part[] = {change->day, change->district, change->from, change->to, change->mode};
        for (size_t p = 0; p < sizeof part / sizeof *part; p++)
            hash = (hash ^ (uint32_t)part[p]) * UINT64_C(0x100000001b3);
    }
    return hash;
}

static float value_of(const ho_result *result, const ho_dose *dose) {
    return result->value[(size_t)dose->day * result->n_value + (size_t)dose->column];
}

static ho_status sink(void *context, const ho_result *result, ho_error *err) {
    (void)err;
    ho_dosing *d = context;
    uint64_t history = hash_of(result);
    d->n_done++;
    if (d->running) {
        d->running->dosed[result->replicate] = value_of(result, d->running);
        d->running->n_felt += history != d->history[result->replicate];
        return HO_OK;
    }
    d->history[result->replicate] = history;
    for (size_t k = 0; k < d->n_dose; k++)
        d->dose[k].base[result->replicate] = value_of(result, &d->dose[k]);
    return HO_OK;
}

static void tick(void *context) {
    const ho_dosing *d = context;
    if (d->options->progress)
        d->options->progress(d->options->context, d->n_done);
}

static ho_status run_world(ho_dosing *d, const ho_world *world, ho_error *err) {
    ho_observables observables = {0};
    ho_status status = ho_observables_build(world, &observables, err);
    if (status)
        return status;
    ho_ensemble_options options = {.sim = d->options->sim,
                                   .n_replicate = d->options->n_replicate,
                                   .n_thread = d->options->n_thread,
                                   .stop = d->options->stop,
                                   .sink = sink,
                                   .tick = tick,
                                   .context = d};
    observables.observer.count = NULL; /* nothing by place is asked for */
    status = ho_ensemble_run(world, &observables.observer, &options, err);
    ho_observables_free(&observables);
    return status;
}

static ho_status run_scenario(ho_dosing *d, const ho_scenario *scenario, ho_error *err) {
    ho_world *world = NULL;
    ho_status status = ho_world_build(scenario, &d->options->world, &world, d->problems, err);
    if (!status)
        status = run_world(d, world, err);
    ho_world_free(world);
    return status;
}

static ho_status run_dose(ho_dosing *d, ho_dose *dose, ho_error *err) {
    ho_dosed dosed;
    ho_status status = ho_dosed_make(d->scenario, &d->scenario->fact[dose->fact], &dosed, err);
    if (status)
        return status;
    d->running = dose;
    status = run_scenario(d, &dosed.scenario, err);
    ho_dosed_free(&dosed);
    return status;
}

/* --- what came of it --- */

typedef struct ho_mean {
    double mean, se;
} ho_mean;

static double change_in(const ho_dose *dose, size_t replicate) {
    return (double)dose->dosed[replicate] - (double)dose->base[replicate];
}

/* Mean over replicates of sign_a times a's change less sign_b times b's; b may be NULL. */
static ho_mean mean_of(const ho_dose *a, double sign_a, const ho_dose *b, double sign_b, size_t n) {
    double sum = 0, squares = 0;
    for (size_t r = 0; r < n; r++)
        sum += sign_a * change_in(a, r) - (b ? sign_b * change_in(b, r) : 0);
    const double mean = sum / (double)n;
    for (size_t r = 0; r < n; r++) {
        double x = sign_a * change_in(a, r) - (b ? sign_b * change_in(b, r) : 0) - mean;
        squares += x * x;
    }
    return (ho_mean){mean, n > 1 ? sqrt(squares / (double)(n - 1) / (double)n) : (double)NAN};
}

static double plain_mean(const float *value, size_t n) {
    double sum = 0;
    for (size_t r = 0; r < n; r++)
        sum += (double)value[r];
    return sum / (double)n;
}

static void score_dose(const ho_dosing *d, const ho_dose *dose) {
    ho_fact_score *score = &d->scores->item[dose->fact];
    size_t n = d->options->n_replicate;
    ho_mean change = mean_of(dose, 1, NULL, 0, n);
    double slack = isnan(change.se) ? 0 : n_error * change.se;
    score->measured = true;
    score->reason[0] = '\0';
    score->n = score->n_value = n;
    score->base = plain_mean(dose->base, n);
    score->dosed = plain_mean(dose->dosed, n);
    score->change = change.mean;
    score->change_se = change.se;
    score->n_felt = dose->n_felt;
    bool within = change.mean - slack <= score->high && change.mean + slack >= score->low;
    bool felt = dose->n_felt > 0 && !(change.mean == 0 && change.se == 0);
    score->verdict = !felt ? HO_VERDICT_NOT_FELT : within ? HO_VERDICT_YES : HO_VERDICT_NO;
}

static const ho_dose *dose_of(const ho_dosing *d, int32_t fact) {
    for (size_t k = 0; k < d->n_dose; k++)
        if (d->dose[k].fact == (size_t)fact)
            return &d->dose[k];
    return NULL;
}

static void score_weaker(const ho_dosing *d, size_t fact) {
    const ho_fact_row *row = &d->scenario->fact[fact];
    ho_fact_score *score = &d->scores->item[fact];
    const ho_dose *a = dose_of(d, row->of[0]), *b = dose_of(d, row->of[1]);
    if (!a || !b) {
        snprintf(score->reason, sizeof score->reason, "%s is not measured", d->scenario->fact[row->of[a ? 1 : 0]].id);
        return;
    }
    size_t n = d->options->n_replicate;
    double change_a = d->scores->item[a->fact].change, change_b = d->scores->item[b->fact].change;
    ho_mean less = mean_of(a, change_a < 0 ? -1 : 1, b, change_b < 0 ? -1 : 1, n);
    score->measured = true;
    score->reason[0] = '\0';
    score->n = score->n_value = n;
    score->change = less.mean;
    score->change_se = less.se;
    score->n_felt = b->n_felt;
    bool clear = fabs(less.mean) > n_error * less.se; /* false if there is no error to compare with */
    score->verdict = b->n_felt == 0 ? HO_VERDICT_NOT_FELT
                     : !clear       ? HO_VERDICT_UNCLEAR
                     : less.mean < 0 ? HO_VERDICT_YES
                                     : HO_VERDICT_NO;
}

/* --- all of them --- */

/* Whether the run has the observable and the day; says why not. */
static bool is_answerable(const ho_dosing *d, const ho_observables *observables, const ho_world *world, ho_dose *dose) {
    const ho_fact_row *row = &d->scenario->fact[dose->fact];
    ho_fact_score *score = &d->scores->item[dose->fact];
    char date[11];
    dose->column = ho_observables_find(observables, row->observable);
    dose->day = row->date - world->from;
    bool inside = row->date >= world->from && row->date <= world->until;
    if (dose->column < 0)
        snprintf(score->reason, sizeof score->reason, "the run has no observable %s", row->observable);
    else if (!inside)
        snprintf(score->reason, sizeof score->reason, "%s is outside the run", ho_day_format(row->date, date));
    return dose->column >= 0 && inside;
}

static ho_status find_doses(ho_dosing *d, ho_error *err) {
    size_t n = d->options->n_replicate;
    ho_observables observables = {0};
    ho_world *world = NULL;
    ho_status status = ho_world_build(d->scenario, &d->options->world, &world, d->problems, err);
    if (!status)
        status = ho_observables_build(world, &observables, err);
    for (size_t k = 0; k < d->scenario->n_fact && !status; k++) {
        ho_dose dose = {.fact = k};
        if (d->scenario->fact[k].kind != HO_FACT_DOSE || !is_answerable(d, &observables, world, &dose))
            continue;
        dose.base = calloc(n, sizeof *dose.base);
        dose.dosed = calloc(n, sizeof *dose.dosed);
        d->dose[d->n_dose++] = dose;
        if (!dose.base || !dose.dosed)
            status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu replicates", n);
    }
    ho_observables_free(&observables);
    ho_world_free(world);
    return status;
}

static ho_status run_all(ho_dosing *d, ho_error *err) {
    ho_status status = d->n_dose ? run_scenario(d, d->scenario, err) : HO_OK;
    for (size_t k = 0; k < d->n_dose && !status; k++)
        status = run_dose(d, &d->dose[k], err);
    if (status)
        return status;
    for (size_t k = 0; k < d->n_dose; k++)
        score_dose(d, &d->dose[k]);
    for (size_t k = 0; k < d->scenario->n_fact; k++)
        if (d->scenario->fact[k].kind == HO_FACT_WEAKER)
            score_weaker(d, k);
    return HO_OK;
}

size_t ho_facts_dose_n_run(const ho_scenario *scenario, size_t n_replicate) {
    size_t n = 0;
    for (size_t k = 0; k < scenario->n_fact; k++)
        n += scenario->fact[k].kind == HO_FACT_DOSE;
    return n ? (n + 1) * n_replicate : 0;
}

ho_status ho_facts_dose(const ho_scenario *scenario, const ho_dose_options *options, ho_fact_scores *scores,
                        ho_problems *problems, ho_error *err) {
    ho_dosing d = {.scenario = scenario, .options = options, .scores = scores, .problems = problems};
    if (options->n_replicate == 0 || scores->n != scenario->n_fact)
        return ho_error_set(err, HO_ERR_INPUT, "doses need replicates and the scores of %zu facts", scenario->n_fact);
    d.dose = calloc(scenario->n_fact + 1, sizeof *d.dose);
    d.history = calloc(options->n_replicate, sizeof *d.history);
    ho_status status = HO_OK;
    if (!d.dose || !d.history)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu replicates", options->n_replicate);
    if (!status)
        status = find_doses(&d, err);
    if (!status)
        status = run_all(&d, err);
    for (size_t k = 0; k < d.n_dose; k++) {
        free(d.dose[k].base);
        free(d.dose[k].dosed);
    }
    free(d.dose);
    free(d.history);
    return status;
}
