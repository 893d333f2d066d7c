/* holdout check: reads all of a scenario and builds its world; then the same with each of its what-ifs. */
#include "cli.h"

enum { KEY_JSON = 2000 };

typedef struct cli_check_options {
    cli_model model;
    bool json;
} cli_check_options;

static const struct argp_option option[] = {{"json", KEY_JSON, 0, 0, "one line of JSON on stdout", 0}, {0}};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_check_options *check = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &check->model;
        return 0;
    case KEY_JSON:
        check->json = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "scenario", &check->model.scenario, arg);
        return 0;
    case ARGP_KEY_END:
        if (!check->model.scenario)
            argp_error(state, "which scenario? A folder or a name");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child child[] = {{&cli_model_argp, 0, "The model:", 1}, {0}};
static const struct argp argp = {
    option,     parse,
    "SCENARIO",
    "Read a scenario and report every problem as file:line: sentence. Exit code 2 if there is one. Without --what-if each "
    "what-if in its folder is checked too, by itself.",
    child,      NULL,
    NULL};

static json_t *counts(const ho_scenario *scenario) {
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "districts",
                     (json_int_t)scenario->n_district, "provinces", (json_int_t)scenario->n_province, "edges",
                     (json_int_t)scenario->n_edge, "garrisons", (json_int_t)scenario->n_garrison, "commands",
                     (json_int_t)scenario->n_command, "blocs", (json_int_t)scenario->n_bloc, "factions",
                     (json_int_t)scenario->n_faction, "parameters_given", (json_int_t)scenario->n_parameter,
                     "record_rows", (json_int_t)scenario->n_record, "claims", (json_int_t)scenario->n_claim, "readings",
                     (json_int_t)scenario->n_reading, "facts", (json_int_t)scenario->n_fact, "forecast_bins",
                     (json_int_t)scenario->n_forecast, "outlines", (json_int_t)scenario->boundaries.n_feature);
}

static json_t *replaced_of(const ho_world *world) {
    json_t *replaced = json_array();
    for (size_t k = 0; k < ho_world_n_replaced(world); k++)
        json_array_append_new(replaced, json_string(ho_world_replaced(world, k)));
    return replaced;
}

/* names: what-ifs that were checked, each by itself. */
static void print_good(const cli_check_options *check, json_t *names) {
    const ho_scenario *scenario = check->model.loaded;
    json_t *card = json_object();
    json_object_set_new(card, "scenario", json_string(scenario->name));
    json_object_set_new(card, "title", json_string(scenario->title));
    json_object_set_new(card, "problems", json_integer(0));
    json_object_set_new(card, "from", cli_date(scenario->from));
    json_object_set_new(card, "until", cli_date(ho_world_until(check->model.built)));
    json_object_set_new(card, "digest", json_string(scenario->digest));
    json_object_set_new(card, "counts", counts(scenario));
    json_object_set_new(card, "inputs_replaced", replaced_of(check->model.built));
    if (scenario->n_overlay)
        json_object_set_new(card, "what_if", cli_what_ifs(scenario));
    if (json_array_size(names))
        json_object_set(card, "what_ifs", names);
    cli_print_card(card, check->json);
}

/* The scenario as asked for, and if no what-if was, each of its folder's. */
static int check_all(cli_check_options *check) {
    int code = cli_model_find(&check->model);
    if (code)
        return code;
    code = cli_model_build(&check->model);
    if (!code)
        code = cli_check_readings(check->model.built);
    json_t *names = check->model.n_what_if ? json_array() : cli_what_if_names(check->model.folder);
    int others = cli_check_what_ifs(&check->model, names);
    code = code ? code : others;
    if (!code)
        print_good(check, names);
    json_decref(names);
    return code;
}

int cli_check(int argc, char **argv) {
    cli_check_options check = {0};
    cli_model_init(&check.model);
    argp_parse(&argp, argc, argv, 0, NULL, &check);
    int code = check_all(&check);
    cli_model_free(&check.model);
    return code;
}
