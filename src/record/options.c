/* What a run was made with, read back from its store, so that it can be simulated again. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/store.h"

void ho_run_options_free(ho_run_options *options) {
    if (!options)
        return;
    for (size_t k = 0; k < options->world.n_set; k++)
        free(options->set[k]);
    for (size_t k = 0; k < options->n_what_if; k++)
        free(options->what_if[k]);
    free(options->set);
    free(options->what_if);
    free(options->scenario);
    free(options->scenario_digest);
    ho_draws_free(options->draws);
    free(options);
}

/* A list of texts that meta keeps as JSON: copies of at most its own number; *list NULL without any. False: out of memory. */
static bool take_list(const ho_store *store, const char *key, char ***list, size_t *n) {
    const char *text = ho_store_meta(store, key);
    json_t *names = text ? json_loads(text, 0, NULL) : NULL;
    bool good = true;
    *list = calloc(json_array_size(names) + 1, sizeof **list);
    good = *list;
    for (size_t k = 0; k < json_array_size(names) && good; k++) {
        const char *name = json_string_value(json_array_get(names, k));
        if (name)
            good = ((*list)[(*n)++] = ho_text_copy(name)) != NULL;
    }
    json_decref(names);
    return good;
}

static bool take_off(const ho_store *store, uint64_t *off) {
    char **name = NULL;
    size_t n = 0;
    bool good = take_list(store, "without", &name, &n);
    for (size_t k = 0; k < n; k++) {
        int32_t mechanism = name[k] ? ho_mechanism_find(name[k]) : -1;
        if (mechanism >= 0)
            *off |= UINT64_C(1) << mechanism;
        free(name[k]);
    }
    free(name);
    return good;
}

static const char *meta_of(const ho_store *store, const char *key) {
    const char *text = ho_store_meta(store, key);
    return text ? text : "";
}

static bool take_all(ho_run_options *made, const ho_store *store) {
    made->world = ho_world_options_default();
    made->seed = (uint32_t)strtoul(meta_of(store, "seed"), NULL, 10);
    ho_day_parse(meta_of(store, "until"), &made->world.until);
    ho_day_parse(meta_of(store, "known_by"), &made->world.known_by);
    made->world.n_step_per_day = (int32_t)strtol(meta_of(store, "steps_per_day"), NULL, 10);
    made->world.at_centre = strcmp(meta_of(store, "at_centre"), "yes") == 0;
    made->scenario = ho_text_copy(meta_of(store, "scenario"));
    made->scenario_digest = ho_text_copy(meta_of(store, "scenario_digest"));
    bool good = made->scenario && made->scenario_digest && take_list(store, "settings", &made->set, &made->world.n_set) &&
                take_list(store, "what_if", &made->what_if, &made->n_what_if) && take_off(store, &made->off);
    made->world.set = (const char *const *)made->set;
    return good;
}

ho_status ho_store_options(ho_store *store, ho_run_options **options, ho_error *err) {
    ho_run_options *made = calloc(1, sizeof *made);
    ho_status status = HO_OK;
    *options = NULL;
    if (!made || !take_all(made, store))
        status = ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", store->path);
    if (!status && *meta_of(store, "posterior"))
        status = ho_store_draws(store, &made->draws, err);
    if (status) {
        ho_run_options_free(made);
        return status;
    }
    made->world.draws = made->draws;
    *options = made;
    return HO_OK;
}
