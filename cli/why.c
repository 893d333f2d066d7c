/* holdout why: one replicate again, with the circumstances of every change of hands of a district. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

enum { N_WHY_MAX = 256 };

typedef struct cli_why_options {
    cli_again again;
    const char *district;
} cli_why_options;

static error_t parse(int key, char *arg, struct argp_state *state) {
    cli_why_options *why = state->input;
    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &why->again;
        return 0;
    case ARGP_KEY_ARG:
        if (why->again.of)
            argp_error(state, "a district and a run, not also \"%s\"", arg);
        *(why->district ? &why->again.of : &why->district) = arg;
        return 0;
    case ARGP_KEY_END:
        if (!why->district || !why->again.has_replicate)
            argp_error(state, "need a district's p-code or name and --replicate K");
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child child[] = {{&cli_again_argp, 0, NULL, 0}, {0}};
static const struct argp argp = {NULL,
                                 parse,
                                 "DISTRICT --replicate K [RUN or SCENARIO]",
                                 "Say why a district changed hands in one replicate, by simulating it again.",
                                 child,
                                 NULL,
                                 NULL};

/* --- results --- */

static json_t *circumstances(const ho_why *why, const ho_scenario *scenario) {
    json_t *card = json_object();
    json_object_set_new(card, "date", cli_date(scenario->from + why->change.day));
    json_object_set_new(card, "from", json_string(scenario->faction[why->change.from].name));
    json_object_set_new(card, "to", json_string(scenario->faction[why->change.to].name));
    json_object_set_new(card, "how", json_string(ho_mode_name((ho_mode)why->change.mode)));
    json_object_set_new(card, "meaning", json_string(ho_mode_meaning((ho_mode)why->change.mode)));
    if (why->change.mode == HO_MODE_START)
        return card;
    const struct {
        const char *name;
        double value;
    } real[] = {
        {"belief of the commander (0..1)", why->belief},
        {"belief below which he deals", why->threshold},
        {"morale (0..1)", why->morale},
        {"supply [days]", why->supply_days},
        {"pay owed [days]", why->arrears_days},
        {"own strength", why->own_strength},
        {"strength against", why->enemy_strength},
        {"sorties for the holder [1/week]", why->air_per_week},
        {"sorties for the attacker [1/week]", why->attack_air_per_week},
        {"garrison when the engagement began", why->garrison_start},
        {"garrison at its end", why->garrison},
        {"share of losses at which it leaves", why->retreat_share},
        {"neighbours fallen lately", why->neighbours_fallen},
        {"country held by the other side (0..1)", why->enemy_countryside},
        {"hazard of a deal [1/day]", why->hazard_surrender},
        {"hazard of disbanding [1/day]", why->hazard_disband},
        {"hazard of an assault [1/day]", why->hazard_assault},
    };
    for (size_t k = 0; k < sizeof real / sizeof *real; k++)
        json_object_set_new(card, real[k].name, cli_real(real[k].value));
    json_object_set_new(card, "in contact", json_boolean(why->in_contact));
    json_object_set_new(card, "under assault", json_boolean(why->engaged));
    json_object_set_new(card, "road to a supply node", json_boolean(why->connected));
    json_object_set_new(card, "help expected", json_boolean(why->relief));
    json_object_set_new(card, "besieged", json_boolean(why->besieged));
    return card;
}

static int explain(const cli_why_options *why) {
    const ho_scenario *scenario = why->again.model.loaded;
    int32_t district = -1;
    if (cli_want_district(scenario, why->district, &district))
        return CLI_BAD;
    ho_why *found = calloc(N_WHY_MAX, sizeof *found);
    if (!found)
        return cli_bad("out of memory");
    ho_sim_options sim = {.seed = cli_model_seed(&why->again.model), .off = why->again.model.off};
    ho_error err = {0};
    size_t n = 0;
    ho_status status = ho_replicate_why(why->again.model.built, &sim, why->again.replicate, district, N_WHY_MAX, found, &n, &err);
    if (!status) {
        json_t *changes = json_array(), *card = json_object();
        for (size_t k = 0; k < n; k++)
            json_array_append_new(changes, circumstances(&found[k], scenario));
        json_object_set_new(card, "district", json_string(scenario->district[district].name));
        json_object_set_new(card, "pcode", json_string(scenario->district[district].pcode));
        json_object_set_new(card, "scenario", json_string(scenario->name));
        json_object_set_new(card, "seed", json_integer(sim.seed));
        json_object_set_new(card, "replicate", json_integer(why->again.replicate));
        json_object_set_new(card, "n_changes", json_integer((json_int_t)n));
        json_object_set_new(card, "changes", changes);
        cli_print_card(card, why->again.json);
    }
    free(found);
    return status ? cli_fail(&err) : CLI_OK;
}

int cli_why(int argc, char **argv) {
    cli_why_options why = {0};
    cli_model_init(&why.again.model);
    argp_parse(&argp, argc, argv, 0, NULL, &why);
    int code = cli_again_build(&why.again);
    if (!code)
        code = explain(&why);
    cli_again_free(&why.again);
    return code;
}
