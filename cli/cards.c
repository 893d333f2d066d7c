/* Pieces of cards: an object of JSON with what is known of one named thing. */
#include <stdio.h>
#include <string.h>

#include "cards.h"

void cli_put_text(json_t *card, const char *key, const char *text) {
    json_object_set_new(card, key, cli_text(text));
}

void cli_put_day(json_t *card, const char *key, ho_day day) {
    json_object_set_new(card, key, cli_date(day));
}

void cli_put_real(json_t *card, const char *key, double value) {
    json_object_set_new(card, key, cli_real(value));
}

void cli_put_prior(json_t *card, const char *key, const ho_prior *prior) {
    char text[96];
    cli_put_text(card, key, ho_prior_format(prior, text));
}

void cli_put_line(json_t *card, const char *file, int32_t line) {
    char text[CLI_PATH_MAX + 16];
    snprintf(text, sizeof text, "%s:%d", file, (int)line);
    cli_put_text(card, "at", line > 0 ? text : "the model's own");
}

/* A row of scenario.yml, or of the what-if that gave it. */
void cli_put_row_line(json_t *card, const ho_scenario *scenario, int32_t line) {
    cli_put_line(card, ho_row_file(scenario, line), ho_row_line(line));
}

json_t *cli_card_of(const char *what, const char *name) {
    json_t *card = json_object();
    cli_put_text(card, "what", what);
    cli_put_text(card, "name", name);
    return card;
}

bool cli_is(const char *a, const char *b) {
    return a && strcmp(a, b) == 0;
}
