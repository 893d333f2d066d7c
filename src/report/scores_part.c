/* The scores of a run beside baselines as one JSON text, for programs and for the viewer. */
#include <math.h>

#include "holdout/report.h"
#include "report/gather.h"

/* As other outputs for programs have it: with a point, null if it is not finite. */
static json_t *real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *date(ho_day day) {
    char text[11];
    return day == HO_DAY_NONE ? json_null() : json_string(ho_day_format(day, text));
}

static json_t *forecaster_json(const ho_target_score *target, const ho_forecaster_score *of) {
    json_t *measures = json_object();
    for (int m = 0; m < HO_N_MEASURE; m++)
        if (target->measured[m])
            json_object_set_new(measures, ho_measure_name(m),
                                json_pack("{s:o, s:o, s:o, s:o}", "value", real(of->value[m]), "difference", real(of->difference[m]), "low",
                                          real(of->low[m]), "high", real(of->high[m])));
    return json_pack("{s:s, s:b, s:o, s:o}", "name", of->name, "given", of->given, "note", *of->note ? json_string(of->note) : json_null(), "scores", measures);
}

static json_t *target_json(const ho_target_score *target) {
    json_t *list = json_array();
    for (size_t f = 0; f < target->n_forecaster; f++)
        json_array_append_new(list, forecaster_json(target, &target->forecaster[f]));
    return json_pack("{s:s, s:s, s:I, s:I, s:o}", "target", target->name, "what", target->what, "cases", (json_int_t)target->n_case, "units",
                     (json_int_t)target->n_unit, "forecasters", list);
}

ho_status ho_scores_data(const ho_scores *s, const ho_world *world, const char *run, uint32_t seed, char **json, ho_error *err) {
    const ho_scenario *scenario = ho_world_scenario(world);
    json_t *targets = json_array(), *pit = json_array(), *reliability = json_array();
    for (size_t t = 0; t < s->n_target; t++)
        json_array_append_new(targets, target_json(&s->target[t]));
    for (size_t k = 0; k < HO_PIT_BIN; k++)
        json_array_append_new(pit, json_integer((json_int_t)s->pit[k]));
    for (size_t k = 0; k < HO_RELIABILITY_BIN; k++)
        json_array_append_new(reliability, json_pack("{s:I, s:I, s:o}", "n", (json_int_t)s->reliability.n[k], "happened",
                                                     (json_int_t)s->reliability.n_happened[k], "mean",
                                                     real(s->reliability.sum_p[k] / (double)s->reliability.n[k])));
    json_t *all = json_pack("{s:s, s:s, s:I, s:o, s:o, s:o, s:I, s:s, s:o, s:o, s:o, s:I, s:I}", "run", run, "scenario", scenario->name,
                            "seed", (json_int_t)seed, "from", date(scenario->from), "until",
                     date(ho_world_until(world)), "origin", date(s->origin), "replicates", (json_int_t)s->n_replicate,
                     "note", HO_SCORES_NOTE, "targets", targets, "pit", pit, "reliability", reliability, "n_one_sided",
                     (json_int_t)s->n_one_sided, "n_other", (json_int_t)s->n_other);
    *json = all ? json_dumps(all, JSON_COMPACT | JSON_REAL_PRECISION(12)) : NULL;
    json_decref(all);
    return *json ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "%s: no memory for the scores", run);
}
