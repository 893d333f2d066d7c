/* Switching mechanisms off one at a time: an ensemble of the base and one without each, the same seeds, a handful of
 * numbers kept of each replicate. Numbers are kept by replicate, so that the order in which threads finish does not
 * matter. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/paired.h"
#include "record/quantiles.h"
#include "world/world.h"

/* Columns kept: two of each bloc, because the main challenger is known only after the base run; then these. */
enum { KEPT_LAST, KEPT_MEAN, N_KEPT_PER_BLOC };
enum { KEPT_CAPITAL, KEPT_HOLDOUT, KEPT_HARM, N_KEPT_ANY };

/* What an effect must exceed besides its error: districts, probability, share of the base's value. */
static const double smallest_districts = 1.0, smallest_probability = 0.01, smallest_share = 0.01;
static const double n_errors = 3.0;

typedef struct ho_kept {
    const ho_world *world;
    const ho_observables *observables;
    const ho_ablate_options *options;
    size_t n_before; /* replicates done in earlier runs */
    size_t n_done;
    float *value; /* (n_column, n_replicate) of the run in progress */
} ho_kept;

static size_t n_column(const ho_world *world) {
    return world->n_bloc * N_KEPT_PER_BLOC + N_KEPT_ANY;
}

/* --- one replicate --- */

static float last_of(const ho_kept *kept, const ho_result *result, const char *name) {
    int32_t column = ho_observables_find(kept->observables, name);
    return column < 0 ? NAN : result->value[(result->n_day - 1) * result->n_value + (size_t)column];
}

static int32_t find_of_bloc(const ho_kept *kept, const char *base, size_t bloc) {
    char name[128];
    snprintf(name, sizeof name, "%s.%s", base, kept->world->scenario->bloc[bloc].id);
    return ho_observables_find(kept->observables, name);
}

static void keep_bloc(const ho_kept *kept, const ho_result *result, size_t bloc, float number[N_KEPT_PER_BLOC]) {
    int32_t column = find_of_bloc(kept, "districts_controlled", bloc);
    double sum = 0.0;
    number[KEPT_LAST] = number[KEPT_MEAN] = NAN;
    if (column < 0)
        return;
    for (size_t day = 0; day < result->n_day; day++)
        sum += (double)result->value[day * result->n_value + (size_t)column];
    number[KEPT_LAST] = result->value[(result->n_day - 1) * result->n_value + (size_t)column];
    number[KEPT_MEAN] = (float)(sum / (double)result->n_day);
}

static bool capital_lost(const ho_world *world, const ho_result *result) {
    for (size_t k = 0; k < result->n_change; k++)
        if (result->change[k].district == world->national_capital &&
            world->faction_bloc[result->change[k].to] != world->home_bloc)
            return true;
    return false;
}

static float killed_of_all(const ho_kept *kept, const ho_result *result) {
    double sum = 0.0;
    for (size_t b = 0; b < kept->world->n_bloc; b++) {
        int32_t column = find_of_bloc(kept, "killed", b);
        if (column >= 0)
            sum += (double)result->value[(result->n_day - 1) * result->n_value + (size_t)column];
    }
    return (float)sum;
}

static bool observes_displaced(const ho_observables *observables) {
    return ho_observables_find(observables, "displaced_since_start") >= 0;
}

static ho_status keep(void *context, const ho_result *result, ho_error *err) {
    ho_kept *kept = context;
    (void)err;
    size_t n_bloc = kept->world->n_bloc;
    float number[HO_BLOC_MAX * N_KEPT_PER_BLOC + N_KEPT_ANY], *any = number + n_bloc * N_KEPT_PER_BLOC;
    for (size_t b = 0; b < n_bloc; b++)
        keep_bloc(kept, result, b, number + b * N_KEPT_PER_BLOC);
    any[KEPT_CAPITAL] = capital_lost(kept->world, result) ? 1.0f : 0.0f;
    any[KEPT_HOLDOUT] = last_of(kept, result, "holdout_holds");
    any[KEPT_HARM] = observes_displaced(kept->observables) ? last_of(kept, result, "displaced_since_start")
                                                           : killed_of_all(kept, result);
    for (size_t c = 0; c < n_column(kept->world); c++)
        kept->value[c * kept->options->n_replicate + result->replicate] = number[c];
    kept->n_done++;
    return HO_OK;
}

static void tick(void *context) {
    const ho_kept *kept = context;
    if (kept->options->progress)
        kept->options->progress(kept->options->context, kept->n_before + kept->n_done);
}

/* --- one run --- */

/* mechanism -1: the base. */
static ho_status run_without(ho_kept *kept, int32_t mechanism, float *value, ho_error *err) {
    const ho_ablate_options *options = kept->options;
    ho_observer observer = kept->observables->observer;
    observer.probed = NULL; /* nobody asks for the reproduction number, or for places */
    observer.count = NULL;
    ho_ensemble_options ensemble = {.sim = options->sim,
                                    .n_replicate = options->n_replicate,
                                    .n_thread = options->n_thread,
                                    .stop = options->stop,
                                    .sink = keep,
                                    .tick = tick,
                                    .context = kept};
    ho_error inner = {0};
    if (mechanism >= 0)
        ensemble.sim.off |= UINT64_C(1) << mechanism;
    kept->value = value;
    kept->n_done = 0;
    ho_status status = ho_ensemble_run(kept->world, &observer, &ensemble, &inner);
    kept->n_before += kept->n_done;
    if (!status)
        return HO_OK;
    return ho_error_set(err, status, "%s%s: %s", mechanism < 0 ? "the base run" : "the run without ",
                        mechanism < 0 ? "" : ho_mechanism_at((size_t)mechanism)->name, inner.text);
}

/* --- what is measured --- */

static double mean_of(const float *value, size_t n) {
    double sum = 0.0;
    for (size_t i = 0; i < n; i++)
        sum += (double)value[i];
    return sum / (double)n;
}

static int32_t main_challenger(const ho_world *world, const float *base, size_t n) {
    int32_t best = -1;
    double most = -1.0;
    for (size_t b = 0; b < world->n_bloc; b++) {
        double held = mean_of(base + (b * N_KEPT_PER_BLOC + KEPT_LAST) * n, n);
        if ((int32_t)b == world->home_bloc || !(held > most))
            continue;
        best = (int32_t)b;
        most = held;
    }
    return best;
}

/* Place of a measure's column; -1: there is none. */
static int64_t column_of(const ho_world *world, int32_t challenger, int what) {
    int64_t any = (int64_t)(world->n_bloc * N_KEPT_PER_BLOC);
    switch (what) {
    case HO_ABLATE_DISTRICTS:
        return challenger < 0 ? -1 : challenger * N_KEPT_PER_BLOC + KEPT_LAST;
    case HO_ABLATE_DISTRICTS_MEAN:
        return challenger < 0 ? -1 : challenger * N_KEPT_PER_BLOC + KEPT_MEAN;
    case HO_ABLATE_CAPITAL:
        return any + KEPT_CAPITAL;
    case HO_ABLATE_HOLDOUT:
        return any + KEPT_HOLDOUT;
    default:
        return any + KEPT_HARM;
    }
}

static void name_measures(const ho_kept *kept, ho_ablation *ablation) {
    const ho_scenario *scenario = kept->world->scenario;
    const char *who = ablation->challenger < 0 ? "no challenger" : scenario->bloc[ablation->challenger].name;
    const char *capital = scenario->district[scenario->national_capital].name;
    const char *seat = scenario->holdout_seat < 0 ? "its seat" : scenario->district[scenario->holdout_seat].name;
    bool displaced = observes_displaced(kept->observables);
    char until[11];
    ho_day_format(kept->world->until, until);
    ho_ablate_measure *m = ablation->measure;
    for (int what = 0; what < HO_N_ABLATE; what++)
        snprintf(m[what].unit, sizeof m[what].unit, "%s",
                 what <= HO_ABLATE_DISTRICTS_MEAN ? "districts"
                 : what == HO_ABLATE_HARM         ? "persons"
                                                  : "probability");
    snprintf(m[HO_ABLATE_DISTRICTS].name, sizeof m->name, "districts");
    snprintf(m[HO_ABLATE_DISTRICTS].definition, sizeof m->definition,
             "districts controlled by %.80s, the main challenger, on %s (observable districts_controlled)", who, until);
    snprintf(m[HO_ABLATE_DISTRICTS_MEAN].name, sizeof m->name, "districts, mean");
    snprintf(m[HO_ABLATE_DISTRICTS_MEAN].definition, sizeof m->definition, "the same averaged over all days");
    snprintf(m[HO_ABLATE_CAPITAL].name, sizeof m->name, "capital lost");
    snprintf(m[HO_ABLATE_CAPITAL].definition, sizeof m->definition,
             "probability that %.80s, the national capital, is lost at some time until %s", capital, until);
    snprintf(m[HO_ABLATE_HOLDOUT].name, sizeof m->name, "holdout holds");
    snprintf(m[HO_ABLATE_HOLDOUT].definition, sizeof m->definition,
             "probability that the bloc of the holdout faction holds %.80s on %s", seat, until);
    snprintf(m[HO_ABLATE_HARM].name, sizeof m->name, displaced ? "displaced" : "killed");
    snprintf(m[HO_ABLATE_HARM].definition, sizeof m->definition, "%s until %s",
             displaced ? "observable displaced_since_start" : "fighters of all blocs killed", until);
}

static double smallest_of(int what, double base) {
    if (what <= HO_ABLATE_DISTRICTS_MEAN)
        return smallest_districts;
    return what == HO_ABLATE_HARM ? smallest_share * fabs(base) : smallest_probability;
}

/* Fills the measures from the base run; copy, scratch: (n_replicate). */
static void measure_base(const ho_kept *kept, const float *base, float *copy, float *scratch, ho_ablation *ablation) {
    size_t n = kept->options->n_replicate;
    ablation->challenger = main_challenger(kept->world, base, n);
    name_measures(kept, ablation);
    for (int what = 0; what < HO_N_ABLATE; what++) {
        ho_ablate_measure *measure = &ablation->measure[what];
        int64_t column = column_of(kept->world, ablation->challenger, what);
        ho_spread spread = {.mean = NAN, .mcse = NAN};
        if (column >= 0) {
            memcpy(copy, base + (size_t)column * n, n * sizeof *copy);
            spread = ho_spread_of(copy, scratch, n);
        }
        measure->measured = spread.n > 0;
        measure->base = spread.mean;
        measure->se = spread.mcse;
        measure->smallest = smallest_of(what, spread.mean);
    }
}

static void measure_effects(const ho_kept *kept, const float *base, const float *off, float *copy, float *scratch,
                            const ho_ablation *ablation, ho_ablated *item) {
    size_t n = kept->options->n_replicate;
    for (int what = 0; what < HO_N_ABLATE; what++) {
        const ho_ablate_measure *measure = &ablation->measure[what];
        int64_t column = column_of(kept->world, ablation->challenger, what);
        size_t at = column < 0 ? 0 : (size_t)column * n;
        ho_paired *effect = &item->effect[what];
        *effect = ho_paired_of(base + at, off + at, measure->measured ? n : 0, copy, scratch);
        item->marked[what] = fabs(effect->difference) > n_errors * effect->se &&
                             fabs(effect->difference) > measure->smallest; /* false where one is NaN */
        item->detected |= item->marked[what];
    }
}

/* --- all runs --- */

void ho_ablation_free(ho_ablation *ablation) {
    if (ablation)
        free(ablation->item);
    free(ablation);
}

static bool is_wanted(const ho_ablate_options *options, size_t mechanism) {
    return (options->which & ~options->sim.off) >> mechanism & 1;
}

static size_t n_wanted(const ho_ablate_options *options) {
    size_t n = 0;
    for (size_t k = 0; k < ho_mechanism_count(); k++)
        n += is_wanted(options, k);
    return n;
}

size_t ho_ablate_n_run(const ho_ablate_options *options) {
    return options->n_replicate * (1 + n_wanted(options));
}

static ho_status run_all(ho_kept *kept, float *base, float *off, float *copy, float *scratch, ho_ablation *made,
                         ho_error *err) {
    ho_status status = run_without(kept, -1, base, err);
    if (!status)
        measure_base(kept, base, copy, scratch, made);
    for (size_t k = 0; k < ho_mechanism_count() && !status; k++) {
        if (!is_wanted(kept->options, k))
            continue;
        status = run_without(kept, (int32_t)k, off, err);
        if (status)
            break;
        ho_ablated *item = &made->item[made->n++];
        item->mechanism = (int32_t)k;
        measure_effects(kept, base, off, copy, scratch, made, item);
    }
    return status;
}

static ho_status ablate_with(ho_kept *kept, ho_ablation *made, ho_error *err) {
    size_t n = kept->options->n_replicate, n_value = 0, n_byte = 0;
    float *base = NULL, *off = NULL, *copy = NULL, *scratch = NULL;
    if (ho_size_times(n, n_column(kept->world), &n_value) && ho_size_times(n_value, sizeof *base, &n_byte)) {
        base = malloc(n_byte);
        off = malloc(n_byte);
        copy = calloc(n, sizeof *copy);
        scratch = calloc(n, sizeof *scratch);
    }
    made->item = calloc(n_wanted(kept->options) + 1, sizeof *made->item);
    ho_status status = HO_OK;
    if (!base || !off || !copy || !scratch || !made->item)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu replicates", n);
    else
        status = run_all(kept, base, off, copy, scratch, made, err);
    free(base);
    free(off);
    free(copy);
    free(scratch);
    return status;
}

ho_status ho_ablate(const ho_world *world, const ho_ablate_options *options, ho_ablation **ablation, ho_error *err) {
    ho_observables observables = {0};
    *ablation = NULL;
    if (options->n_replicate < 1)
        return ho_error_set(err, HO_ERR_INPUT, "replicates is 0; need at least 1");
    ho_status status = ho_observables_build(world, &observables, err);
    if (status)
        return status;
    ho_kept kept = {.world = world, .observables = &observables, .options = options};
    ho_ablation *made = calloc(1, sizeof *made);
    status = made ? ablate_with(&kept, made, err) : ho_error_set(err, HO_ERR_MEMORY, "out of memory");
    ho_observables_free(&observables);
    if (status)
        ho_ablation_free(made);
    else
        *ablation = made;
    return status;
}
