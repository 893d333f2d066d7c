/* holdout list: what there is to name. */
#include <stdio.h>
#include <string.h>

#include "cli.h"

enum { KEY_JSON = 2000, KEY_SCENARIO };

typedef struct cli_list_options {
    cli_model model;
    const char *what;
    bool json;
} cli_list_options;

static const struct argp_option option[] = {
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "whose what-ifs, parameters or observables (default: the first scenario)", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_list_options *list = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &list->model;
        return 0;
    case KEY_SCENARIO:
        list->model.scenario = arg;
        return 0;
    case KEY_JSON:
        list->json = true;
        return 0;
    case ARGP_KEY_ARG:
        if (list->what && list->model.scenario)
            argp_error(state, "one list of one scenario, not also \"%s\"", arg);
        *(list->what ? &list->model.scenario : &list->what) = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child child[] = {{&cli_model_argp, 0, "The model:", 1}, {0}};
static const struct argp argp = {option,
                                 parse,
                                 "[scenarios|whatif|mechanisms|parameters|observables] [SCENARIO]",
                                 "List scenarios (the default), what-ifs of a scenario, mechanisms, parameters or "
                                 "observables.",
                                 child,
                                 NULL,
                                 NULL};

/* --- scenarios --- */

static json_t *scenario_row(const char *place, const char *name) {
    char folder[CLI_PATH_MAX], dates[32] = "";
    ho_scenario *scenario = NULL;
    ho_problems problems = {0};
    snprintf(folder, sizeof folder, "%s/%s", place, name);
    ho_status status = ho_scenario_load(folder, NULL, &scenario, &problems, NULL);
    char title[256];
    if (status) {
        snprintf(title, sizeof title, "does not load; `holdout check %.200s` says why", name);
    } else {
        char from[11], until[11];
        snprintf(dates, sizeof dates, "%s to %s", ho_day_format(scenario->from, from),
                 ho_day_format(scenario->until, until));
        snprintf(title, sizeof title, "%s", scenario->title);
    }
    ho_problems_free(&problems);
    ho_scenario_free(scenario);
    return json_pack("{s:s, s:s, s:s, s:s}", "name", name, "dates", dates, "title", title, "folder", folder);
}

static bool has_name(const json_t *array, const char *name) {
    for (size_t k = 0; k < json_array_size(array); k++)
        if (strcmp(json_string_value(json_object_get(json_array_get(array, k), "name")), name) == 0)
            return true;
    return false;
}

/* A name in an earlier place hides the same name in a later one, as it does in every command. */
static int list_scenarios(const cli_list_options *list) {
    static const char *const column[] = {"name", "dates", "title"};
    json_t *array = json_array();
    for (size_t p = 0; cli_scenario_place(p); p++) {
        json_t *names = cli_scenario_names(cli_scenario_place(p));
        for (size_t k = 0; k < json_array_size(names); k++) {
            const char *name = json_string_value(json_array_get(names, k));
            if (!has_name(array, name))
                json_array_append_new(array, scenario_row(cli_scenario_place(p), name));
        }
        json_decref(names);
    }
    cli_print_list(array, column, 3, list->json);
    return CLI_OK;
}

/* --- the model --- */

static int list_mechanisms(const cli_list_options *list) {
    static const char *const column[] = {"name", "does"};
    json_t *array = json_array();
    for (size_t k = 0; k < ho_mechanism_count(); k++) {
        const ho_mechanism_info *info = ho_mechanism_at(k);
        json_array_append_new(array, json_pack("{s:s, s:s, s:s?, s:s?}", "name", info->name, "does", info->does,
                                               "source", info->source, "off", info->off));
    }
    cli_print_list(array, column, 2, list->json);
    return CLI_OK;
}

static int list_parameters(cli_list_options *list) {
    static const char *const column[] = {"name", "prior", "unit", "mechanism", "meaning"};
    int code = cli_model_build(&list->model);
    if (code)
        return code;
    json_t *array = json_array();
    for (size_t k = 0; k < ho_parameter_count(); k++) {
        ho_parameter_info info = ho_world_parameter(list->model.built, k);
        char prior[96];
        json_t *row = json_pack("{s:s, s:s, s:s?, s:s?, s:s?, s:s?, s:o, s:b}", "name", info.name, "prior",
                                ho_prior_format(&info.prior, prior), "unit", info.unit, "mechanism", info.mechanism,
                                "meaning", info.meaning, "source", info.source, "known_on", cli_date(info.known_on),
                                "from_scenario", info.from_scenario);
        json_object_set_new(row, "lo", cli_real(info.lo));
        json_object_set_new(row, "hi", cli_real(info.hi));
        json_array_append_new(array, row);
    }
    cli_print_list(array, column, 5, list->json);
    return CLI_OK;
}

static int list_observables(cli_list_options *list) {
    static const char *const column[] = {"name", "unit", "definition"};
    int code = cli_model_build(&list->model);
    if (code)
        return code;
    ho_observables observables = {0};
    ho_error err = {0};
    if (ho_observables_build(list->model.built, &observables, &err))
        return cli_fail(&err);
    json_t *array = json_array();
    for (size_t k = 0; k < observables.n; k++)
        json_array_append_new(array, json_pack("{s:s, s:s, s:s}", "name", observables.item[k].name, "unit",
                                               observables.item[k].unit, "definition", observables.item[k].definition));
    ho_observables_free(&observables);
    cli_print_list(array, column, 3, list->json);
    return CLI_OK;
}

static int list_what_ifs(cli_list_options *list) {
    static const char *const column[] = {"name", "title", "changes"};
    int code = cli_model_find(&list->model);
    if (!code)
        cli_print_list(cli_list_what_ifs(list->model.folder), column, 3, list->json);
    return code;
}

static int list_what(cli_list_options *list) {
    const char *what = list->what ? list->what : "scenarios";
    if (strcmp(what, "scenarios") == 0)
        return list_scenarios(list);
    if (strcmp(what, "whatif") == 0)
        return list_what_ifs(list);
    if (strcmp(what, "mechanisms") == 0)
        return list_mechanisms(list);
    if (strcmp(what, "parameters") == 0)
        return list_parameters(list);
    if (strcmp(what, "observables") == 0)
        return list_observables(list);
    return cli_bad("list \"%s\"; need scenarios, whatif, mechanisms, parameters or observables", what);
}

int cli_list(int argc, char **argv) {
    cli_list_options list = {0};
    cli_model_init(&list.model);
    argp_parse(&argp, argc, argv, 0, NULL, &list);
    int code = list_what(&list);
    cli_model_free(&list.model);
    return code;
}
