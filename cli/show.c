/* holdout show: one named thing of a scenario with its value, range, source, date and line. */
#include <stdio.h>

#include "cards.h"

enum { KEY_JSON = 2000, KEY_SCENARIO };

static const struct argp_option option[] = {
    {"scenario", KEY_SCENARIO, "SCENARIO", 0, "of which scenario (default: the first)", 0},
    {"json", KEY_JSON, 0, 0, "one line of JSON on stdout", 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_show_options *show = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &show->model;
        return 0;
    case KEY_SCENARIO:
        show->model.scenario = arg;
        return 0;
    case KEY_JSON:
        show->json = true;
        return 0;
    case ARGP_KEY_ARG:
        cli_take_one(state, "name", &show->name, arg);
        return 0;
    case ARGP_KEY_END:
        if (!show->name)
            argp_error(state, "show what? A scenario, parameter, mechanism, faction, p-code, ...");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child child[] = {{&cli_model_argp, 0, "The model:", 1}, {0}};
static const struct argp argp = {
    option,
    parse,
    "NAME",
    "Show a scenario, or what carries this name in one: a parameter, mechanism, observable, bloc, faction, "
    "kind of garrison, community, patron, calendar entry, crossing, pass, command, district or province (p-code or name) "
    "claim or what-if.",
    child,
    NULL,
    NULL};

/* --- a scenario --- */

static json_t *show_scenario(const ho_scenario *scenario) {
    json_t *card = cli_card_of("scenario", scenario->name), *blocs = json_array(), *factions = json_array();
    cli_put_text(card, "title", scenario->title);
    cli_put_day(card, "from", scenario->from);
    cli_put_day(card, "until", scenario->until);
    json_object_set_new(card, "seed", json_integer(scenario->seed));
    json_object_set_new(card, "replicates", json_integer((json_int_t)scenario->replicates));
    cli_put_text(card, "national capital", scenario->district[scenario->national_capital].name);
    if (scenario->holdout_faction >= 0)
        cli_put_text(card, "holdout", scenario->faction[scenario->holdout_faction].id);
    for (size_t b = 0; b < scenario->n_bloc; b++)
        json_array_append_new(blocs, json_string(scenario->bloc[b].id));
    for (size_t f = 0; f < scenario->n_faction; f++)
        json_array_append_new(factions, json_string(scenario->faction[f].id));
    json_object_set_new(card, "blocs", blocs);
    json_object_set_new(card, "factions", factions);
    json_object_set_new(card, "districts", json_integer((json_int_t)scenario->n_district));
    json_object_set_new(card, "provinces", json_integer((json_int_t)scenario->n_province));
    if (scenario->n_overlay)
        json_object_set_new(card, "what_if", cli_what_ifs(scenario));
    cli_put_text(card, "digest", scenario->digest);
    cli_put_text(card, "notes", scenario->notes);
    cli_put_text(card, "sources", "SOURCES.md in its folder");
    return card;
}

/* Everything of this name: one card, or a card of cards. */
static json_t *find(const cli_show_options *show) {
    json_t *(*const finder[])(const cli_show_options *) = {
        cli_show_parameter, cli_show_mechanism, cli_show_observable_with_record,
        cli_show_bloc,      cli_show_faction,   cli_show_kind,
        cli_show_group,     cli_show_patron,    cli_show_calendar,
        cli_show_crossing,  cli_show_pass,      cli_show_command,
        cli_show_district,  cli_show_province,  cli_show_claim,     cli_show_what_if,
    };
    json_t *cards = json_array();
    for (size_t k = 0; k < sizeof finder / sizeof *finder; k++) {
        json_t *card = finder[k](show);
        if (card)
            json_array_append_new(cards, card);
    }
    size_t n = json_array_size(cards);
    json_t *all = n == 0 ? cli_show_record_only(show) : n == 1 ? json_incref(json_array_get(cards, 0)) : NULL;
    if (n > 1) {
        all = cli_card_of("several things of one name", show->name);
        json_object_set(all, "things", cards);
    }
    json_decref(cards);
    return all;
}

static int show_named(cli_show_options *show) {
    char folder[CLI_PATH_MAX];
    bool scenario = !show->model.scenario && cli_find_scenario(show->name, folder);
    if (scenario)
        show->model.scenario = show->name;
    int code = scenario ? cli_model_load(&show->model) : cli_model_build(&show->model);
    if (code)
        return code;
    json_t *card = scenario ? show_scenario(show->model.loaded) : find(show);
    if (!card)
        return cli_bad(
            "nothing named \"%s\" in %s; `holdout list parameters`, `list mechanisms`, `list observables`, `list whatif` have names",
            show->name, show->model.loaded->name);
    if (!scenario)
        json_object_set_new(card, "scenario", json_string(show->model.loaded->name));
    cli_print_card(card, show->json);
    return CLI_OK;
}

int cli_show(int argc, char **argv) {
    cli_show_options show = {0};
    cli_model_init(&show.model);
    argp_parse(&argp, argc, argv, 0, NULL, &show);
    int code = show_named(&show);
    cli_model_free(&show.model);
    return code;
}
