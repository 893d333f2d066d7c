/* Inside `holdout show`: pieces of cards, and who makes the card of what. */
#ifndef HO_CLI_CARDS_H
#define HO_CLI_CARDS_H

#include "cli.h"

typedef struct cli_show_options {
    cli_model model;
    const char *name;
    bool json;
} cli_show_options;

json_t *cli_card_of(const char *what, const char *name);
void cli_put_text(json_t *card, const char *key, const char *text);
void cli_put_day(json_t *card, const char *key, ho_day day);
void cli_put_real(json_t *card, const char *key, double value);
void cli_put_prior(json_t *card, const char *key, const ho_prior *prior);
/* Where it stands: FILE:LINE, or "the model's own" for line 0. */
void cli_put_line(json_t *card, const char *file, int32_t line);
/* The same of a row of scenario.yml, or of the what-if that gave it. */
void cli_put_row_line(json_t *card, const ho_scenario *scenario, int32_t line);
/* Equal texts; false for NULL. */
bool cli_is(const char *a, const char *b);

/* The card of what carries show->name, NULL if nothing does; the caller owns it. */
json_t *cli_show_parameter(const cli_show_options *show);
json_t *cli_show_mechanism(const cli_show_options *show);
json_t *cli_show_observable(const cli_show_options *show);
json_t *cli_show_bloc(const cli_show_options *show);
json_t *cli_show_faction(const cli_show_options *show);
json_t *cli_show_kind(const cli_show_options *show);
json_t *cli_show_group(const cli_show_options *show);
json_t *cli_show_patron(const cli_show_options *show);
json_t *cli_show_calendar(const cli_show_options *show);
json_t *cli_show_crossing(const cli_show_options *show);
json_t *cli_show_pass(const cli_show_options *show);
json_t *cli_show_command(const cli_show_options *show);
json_t *cli_show_district(const cli_show_options *show);
json_t *cli_show_province(const cli_show_options *show);
json_t *cli_show_claim(const cli_show_options *show);
json_t *cli_show_what_if(const cli_show_options *show);
json_t *cli_show_record_only(const cli_show_options *show);
json_t *cli_show_observable_with_record(const cli_show_options *show);

#endif
