/* summary.json: the run in one object, for people and programs. Numbers carry nine significant digits; null: not
 * measured. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/files.h"
#include "record/results.h"
#include "world/world.h"

enum { DIGITS = 9 };

static json_t *real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *date(ho_day day) {
    char text[11];
    return day == HO_DAY_NONE ? json_null() : json_string(ho_day_format(day, text));
}

/* The share of replicates and its standard error by date, from counts by day. */
static void set_shares(json_t *object, const char *name, const ho_world *world, const uint32_t *count, size_t n) {
    json_t *share = json_object(), *error = json_object();
    for (size_t day = 0; day < world->n_day; day++) {
        char text[11];
        double p = (double)count[day] / (double)n;
        ho_day_format(world->from + (ho_day)day, text);
        json_object_set_new(share, text, real(p));
        json_object_set_new(error, text, real(sqrt(p * (1.0 - p) / (double)n)));
    }
    json_object_set_new(object, name, share);
    json_object_set_new(object, "mcse", error);
}

static json_t *observable_of(const ho_store *store, const ho_observable *item, const ho_world *world,
                             const ho_spread *spread) {
    static const char *const name[] = {"mean", "q05", "q25", "q50", "q75", "q95", "mcse"};
    enum { N_COLUMN = 7 };
    json_t *object = json_object(), *dates = json_array(), *column[N_COLUMN];
    json_object_set_new(object, "unit", json_string(item->unit));
    json_object_set_new(object, "definition", json_string(item->definition));
    json_object_set_new(object, "dates", dates);
    for (int k = 0; k < N_COLUMN; k++)
        json_object_set_new(object, name[k], column[k] = json_array());
    for (size_t day = 0; day < store->n_day; day++) {
        const ho_spread *s = &spread[day];
        const double value[N_COLUMN] = {s->mean, s->q05, s->q25, s->q50, s->q75, s->q95, s->mcse};
        json_array_append_new(dates, date(world->from + (ho_day)day));
        for (int k = 0; k < N_COLUMN; k++)
            json_array_append_new(column[k], real(value[k]));
    }
    return object;
}

static json_t *observables_of(const ho_store *store, const ho_run_identity *identity, const ho_results *results) {
    json_t *object = json_object();
    for (size_t k = 0; k < identity->observables->n; k++) {
        const ho_observable *item = &identity->observables->item[k];
        json_object_set_new(object, item->name,
                            observable_of(store, item, identity->world, results->series + k * store->n_day));
    }
    return object;
}

/* What was recorded about the capture of a district by others than the home bloc: the first such row, or null. */
static json_t *recorded_of(const ho_world *world, int32_t district) {
    const ho_scenario *scenario = world->scenario;
    for (size_t k = 0; k < scenario->n_record; k++) {
        const ho_record_row *row = &scenario->record[k];
        if (row->district != district || strncmp(row->observable, "captured.", 9) != 0)
            continue;
        if (strcmp(row->observable + 9, scenario->bloc[world->home_bloc].id) == 0)
            continue;
        return json_pack("{s:o, s:o, s:s?, s:s?, s:o}", "from", date(row->date_start), "to", date(row->date_end),
                         "mode", row->mode, "source", row->source, "known_on", date(row->known_on));
    }
    return json_null();
}

static json_t *capitals_of(const ho_store *store, const ho_world *world, const ho_results *results) {
    json_t *object = json_object();
    for (size_t c = 0; c < results->n_capital; c++) {
        const ho_district_row *row = &world->scenario->district[results->capital[c]];
        char name[256];
        snprintf(name, sizeof name, "%s", row->name);
        if (json_object_get(object, name)) /* two seats of one name */
            snprintf(name, sizeof name, "%.200s (%s)", row->name, row->pcode);
        json_t *capital =
            json_pack("{s:s, s:o}", "pcode", row->pcode, "recorded", recorded_of(world, results->capital[c]));
        if (!world->withheld)
            set_shares(capital, "p_fallen_by", world, results->capital_fallen + c * world->n_day, store->n_replicate);
        json_object_set_new(object, name, capital);
    }
    return object;
}

static json_t *national_of(const ho_store *store, const ho_world *world, const ho_results *results) {
    const ho_district_row *row = &world->scenario->district[world->national_capital];
    json_t *object = json_pack("{s:s, s:s, s:o}", "name", row->name, "pcode", row->pcode, "recorded",
                               recorded_of(world, world->national_capital));
    set_shares(object, "p_fallen_by", world, results->national_fallen, store->n_replicate);
    return object;
}

static json_t *holdout_of(const ho_store *store, const ho_run_identity *identity, const ho_results *results) {
    const ho_world *world = identity->world;
    int32_t column = ho_observables_find(identity->observables, "holdout_holds");
    if (column < 0)
        return json_null();
    const ho_district_row *seat = &world->scenario->district[world->holdout_seat];
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:o}", "faction", world->scenario->faction[world->holdout_faction].id, "seat",
                  seat->name, "pcode", seat->pcode, "recorded", recorded_of(world, world->holdout_seat));
    json_t *share = json_object(), *error = json_object();
    for (size_t day = 0; day < store->n_day; day++) {
        const ho_spread *spread = &results->series[(size_t)column * store->n_day + day];
        char text[11];
        ho_day_format(world->from + (ho_day)day, text);
        json_object_set_new(share, text, real(spread->mean));
        json_object_set_new(error, text, real(spread->mcse));
    }
    json_object_set_new(object, "p_holds", share);
    json_object_set_new(object, "mcse", error);
    return object;
}

/* Parameters held at a value or given by the scenario, with what was used. */
static json_t *changed_of(const ho_world *world) {
    json_t *list = json_array();
    for (size_t k = 0; k < ho_parameter_count(); k++) {
        ho_parameter_info info = ho_world_parameter(world, k);
        if (!info.held)
            continue;
        char prior[96];
        json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "name", info.name, "value",
                                              ho_prior_format(&info.prior, prior), "unit", info.unit ? info.unit : ""));
    }
    return list;
}

static json_t *sentences_of(const ho_world *world) {
    json_t *list = json_array();
    for (size_t k = 0; k < ho_world_n_replaced(world); k++)
        json_array_append_new(list, json_string(ho_world_replaced(world, k)));
    return list;
}

/* A list kept as text in meta. */
static json_t *list_of(const json_t *meta, const char *key) {
    const char *text = json_string_value(json_object_get(meta, key));
    json_t *list = text ? json_loads(text, 0, NULL) : NULL;
    return list ? list : json_array();
}

/* Where the parameters come from; null: from the priors. */
static json_t *posterior_of(const ho_world *world) {
    const ho_draws *draws = world->draws;
    if (!draws)
        return json_null();
    return json_pack("{s:s, s:o, s:I, s:b}", "digest", draws->digest, "known_by", date(draws->known_by), "rows",
                     (json_int_t)draws->n_draw, "courses", draws->stream != NULL);
}

static void set_head(json_t *summary, const ho_store *store, const ho_run_identity *identity,
                     const ho_finish_info *info, const ho_results *results) {
    const ho_world *world = identity->world;
    json_object_set_new(summary, "scenario", json_string(world->scenario->name));
    json_object_set_new(summary, "title", json_string(world->scenario->title));
    json_object_set_new(summary, "what_if", list_of(store->meta, "what_if"));
    json_object_set_new(summary, "scenario_digest", json_string(world->scenario->digest));
    json_object_set_new(summary, "version", json_string(HO_VERSION));
    json_object_set_new(summary, "format", json_integer(HO_FORMAT));
    json_object_set_new(summary, "seed", json_integer(identity->sim.seed));
    json_object_set_new(summary, "replicates", json_integer((json_int_t)store->n_replicate));
    json_object_set_new(summary, "n_distinct", json_integer((json_int_t)results->n_distinct));
    json_object_set_new(summary, "n_district", json_integer((json_int_t)world->n_district));
    json_object_set_new(summary, "home_bloc", json_string(world->scenario->bloc[world->home_bloc].id));
    json_object_set_new(summary, "from", date(world->from));
    json_object_set_new(summary, "until", date(world->until));
    json_object_set_new(summary, "known_by", date(world->known_by));
    json_object_set_new(summary, "posterior", posterior_of(world));
    json_object_set_new(summary, "steps_per_day", json_integer(world->n_step_per_day));
    json_object_set_new(summary, "at_centre", json_boolean(world->at_centre));
    json_object_set_new(summary, "threads", json_integer((json_int_t)info->n_thread));
    json_object_set_new(summary, "wall_s", real(info->wall_s));
    json_object_set_new(summary, "digest", json_string(results->digest));
    json_object_set_new(summary, "withheld", world->withheld ? json_string(HO_WITHHELD) : json_null());
    json_object_set_new(summary, "settings", list_of(store->meta, "settings"));
    json_object_set_new(summary, "without", list_of(store->meta, "without"));
    json_object_set_new(summary, "parameters_changed", changed_of(world));
    json_object_set_new(summary, "inputs_replaced", sentences_of(world));
}

ho_status ho_summary_write(const ho_store *store, const ho_run_identity *identity, const ho_finish_info *info,
                           const ho_results *results, ho_error *err) {
    json_t *summary = json_object();
    set_head(summary, store, identity, info, results);
    json_object_set_new(summary, "national_capital", national_of(store, identity->world, results));
    json_object_set_new(summary, "holdout", holdout_of(store, identity, results));
    json_object_set_new(summary, "capitals", capitals_of(store, identity->world, results));
    json_object_set_new(summary, "observables", observables_of(store, identity, results));
    char *text = summary ? json_dumps(summary, JSON_REAL_PRECISION(DIGITS) | JSON_COMPACT) : NULL;
    char *path = ho_path_join(store->folder, "summary.json");
    ho_status status = HO_OK;
    if (text && path)
        status = ho_file_write(path, text, strlen(text), err);
    else
        status = ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for the summary", store->folder);
    free(text);
    free(path);
    json_decref(summary);
    return status;
}
