/* Cards of the model: a parameter, a mechanism, an observable. */
#include <stdio.h>
#include <string.h>

#include "cards.h"

/* What the scenario gives in the place of a prior that is known too late. */
static void put_prior_before(json_t *card, const ho_scenario *scenario, const char *name) {
    for (size_t k = 0; k < scenario->n_parameter; k++)
        if (cli_is(scenario->parameter[k].name, name) && scenario->parameter[k].has_before)
            cli_put_prior(card, "prior_before", &scenario->parameter[k].prior_before);
}

json_t *cli_show_parameter(const cli_show_options *show) {
    for (size_t k = 0; k < ho_parameter_count(); k++) {
        ho_parameter_info info = ho_world_parameter(show->model.built, k);
        if (!cli_is(info.name, show->name))
            continue;
        json_t *card = cli_card_of("parameter", info.name);
        cli_put_text(card, "meaning", info.meaning);
        cli_put_text(card, "unit", info.unit);
        cli_put_text(card, "mechanism", info.mechanism);
        cli_put_prior(card, info.held ? "held at" : "prior", &info.prior);
        put_prior_before(card, show->model.loaded, info.name);
        cli_put_real(card, "centre", ho_prior_centre(&info.prior));
        cli_put_real(card, "least allowed", info.lo);
        cli_put_real(card, "most allowed", info.hi);
        cli_put_text(card, "source", info.source);
        cli_put_day(card, "known_on", info.known_on);
        cli_put_row_line(card, show->model.loaded, info.line);
        return card;
    }
    return NULL;
}

json_t *cli_show_mechanism(const cli_show_options *show) {
    int32_t mechanism = ho_mechanism_find(show->name);
    if (mechanism < 0)
        return NULL;
    const ho_mechanism_info *info = ho_mechanism_at((size_t)mechanism);
    json_t *card = cli_card_of("mechanism", info->name), *names = json_array();
    cli_put_text(card, "does", info->does);
    cli_put_text(card, "equation", info->equation);
    cli_put_text(card, "source", info->source);
    cli_put_text(card, "reads", info->reads);
    cli_put_text(card, "writes", info->writes);
    cli_put_text(card, "without it", info->off);
    cli_put_text(card, "group", ho_mechanism_group_name(ho_mechanism_group_of((size_t)mechanism)));
    for (size_t k = 0; k < ho_parameter_count(); k++) {
        ho_parameter_info parameter = ho_world_parameter(show->model.built, k);
        if (cli_is(parameter.mechanism, info->name))
            json_array_append_new(names, json_string(parameter.name));
    }
    json_object_set_new(card, "parameters", names);
    return card;
}

json_t *cli_show_observable(const cli_show_options *show) {
    ho_observables observables = {0};
    json_t *card = NULL;
    if (ho_observables_build(show->model.built, &observables, NULL))
        return NULL;
    int32_t k = ho_observables_find(&observables, show->name);
    if (k >= 0) {
        card = cli_card_of("observable", show->name);
        cli_put_text(card, "unit", observables.item[k].unit);
        cli_put_text(card, "definition", observables.item[k].definition);
        json_object_set_new(card, "in the digest", json_boolean(observables.item[k].integer));
    }
    ho_observables_free(&observables);
    return card;
}
