/* What-ifs: overlays in a scenario's folder, checked, listed, and those that a run was made with. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { N_NAME_MAX = 1024 };

static int by_text(const void *a, const void *b) {
    return strcmp(json_string_value(*(json_t *const *)a), json_string_value(*(json_t *const *)b));
}

/* Length of a file's name without ".yml", 0 if it does not end so. */
static size_t stem_length(const char *file) {
    size_t n = strlen(file);
    return n > 4 && strcmp(file + n - 4, ".yml") == 0 ? n - 4 : 0;
}

json_t *cli_what_if_names(const char *folder) {
    json_t *found[N_NAME_MAX], *array = json_array();
    size_t n = 0;
    char path[CLI_PATH_MAX + 8];
    snprintf(path, sizeof path, "%s/whatif", folder);
    DIR *there = opendir(path);
    for (struct dirent *entry = there ? readdir(there) : NULL; entry; entry = readdir(there))
        if (entry->d_name[0] != '.' && stem_length(entry->d_name) && n < N_NAME_MAX)
            found[n++] = json_stringn_nocheck(entry->d_name, stem_length(entry->d_name));
    if (there)
        closedir(there);
    qsort(found, n, sizeof *found, by_text);
    for (size_t k = 0; k < n; k++)
        json_array_append_new(array, found[k]);
    return array;
}

json_t *cli_what_ifs(const ho_scenario *scenario) {
    json_t *array = json_array();
    for (size_t k = 0; k < scenario->n_overlay; k++) {
        const ho_overlay_row *row = &scenario->overlay[k];
        json_array_append_new(array, json_pack("{s:s, s:s, s:s, s:s}", "name", row->name, "title", row->title, "why",
                                               row->why, "changes", row->changes));
    }
    return array;
}

json_t *cli_take_what_ifs(cli_model *model, const ho_store *store) {
    const char *text = ho_store_meta(store, "what_if");
    json_t *names = text ? json_loads(text, 0, NULL) : NULL;
    model->n_what_if = 0;
    for (size_t k = 0; k < json_array_size(names) && k < HO_OVERLAY_MAX; k++)
        if (json_is_string(json_array_get(names, k)))
            model->what_if[model->n_what_if++] = json_string_value(json_array_get(names, k));
    return names;
}

bool cli_run_name(const cli_model *model, char name[CLI_PATH_MAX]) {
    size_t used = (size_t)snprintf(name, CLI_PATH_MAX, "%s", model->loaded->name);
    for (size_t k = 0; k < model->n_what_if && used < CLI_PATH_MAX; k++) {
        const char *slash = strrchr(model->what_if[k], '/'), *file = slash ? slash + 1 : model->what_if[k];
        size_t n = stem_length(file) ? stem_length(file) : strlen(file);
        used += (size_t)snprintf(name + used, CLI_PATH_MAX - used, "+%.*s", (int)n, file);
    }
    return used < CLI_PATH_MAX;
}

/* --- checking --- */

/* A copy of the model's options with one what-if or none (NULL), loaded and built; cli_model_free frees it. */
static ho_status try_with(const cli_model *model, const char *what_if, cli_model *copy, ho_problems *problems, ho_error *err) {
    *copy = *model;
    copy->loaded = NULL;
    copy->built = NULL;
    copy->what_if[0] = what_if;
    copy->n_what_if = what_if ? 1 : 0;
    return cli_model_try(copy, problems, err);
}

static bool is_among(const ho_problems *problems, const char *line) {
    for (size_t k = 0; k < problems->n; k++)
        if (strcmp(problems->line[k], line) == 0)
            return true;
    return false;
}

/* Problems that the scenario has by itself are told by itself. */
static int check_one(const cli_model *model, const char *name, const ho_problems *known) {
    cli_model with;
    ho_problems problems = {0};
    ho_error err = {0};
    size_t n = 0;
    ho_status status = try_with(model, name, &with, &problems, &err);
    for (size_t k = 0; k < problems.n; k++)
        if (!is_among(known, problems.line[k])) {
            fprintf(stderr, "%s\n", problems.line[k]);
            n++;
        }
    int code = n ? cli_bad("%zu problem%s with what-if %s", n, n == 1 ? "" : "s", name) : CLI_OK;
    if (status && !problems.n)
        code = cli_fail(&err);
    ho_problems_free(&problems);
    cli_model_free(&with);
    return code;
}

int cli_check_what_ifs(const cli_model *model, json_t *names) {
    cli_model alone;
    ho_problems known = {0};
    int code = CLI_OK;
    if (json_array_size(names) == 0)
        return CLI_OK;
    try_with(model, NULL, &alone, &known, NULL);
    cli_model_free(&alone);
    for (size_t k = 0; k < json_array_size(names); k++) {
        int one = check_one(model, json_string_value(json_array_get(names, k)), &known);
        code = code ? code : one;
    }
    ho_problems_free(&known);
    return code;
}

/* --- listing --- */

json_t *cli_what_if_card(const char *folder, const char *name) {
    const ho_scenario_options options = {.n_overlay = 1, .overlay = &name};
    ho_scenario *scenario = NULL;
    ho_problems problems = {0};
    json_t *row;
    if (ho_scenario_load_with(folder, &options, &scenario, &problems, NULL))
        row = json_pack("{s:s, s:s, s:s}", "name", name, "title", "does not load; `holdout check` says why", "changes", "");
    else
        row = json_pack("{s:s, s:s, s:s, s:s}", "name", name, "title", scenario->overlay[0].title, "changes",
                        scenario->overlay[0].changes, "why", scenario->overlay[0].why);
    ho_problems_free(&problems);
    ho_scenario_free(scenario);
    return row;
}

json_t *cli_list_what_ifs(const char *folder) {
    json_t *array = json_array(), *names = cli_what_if_names(folder);
    for (size_t k = 0; k < json_array_size(names); k++)
        json_array_append_new(array, cli_what_if_card(folder, json_string_value(json_array_get(names, k))));
    json_decref(names);
    return array;
}
