/* The sections of scenario.yml, each read from its YAML node (NULL: absent) into the scenario. Internal to the stage. */
#ifndef HO_SCENARIO_SECTIONS_H
#define HO_SCENARIO_SECTIONS_H

#include "scenario/loader.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])
/* A kind of row whose id, if it has one, is its first member. */
#define ROWS_OF(what, type, fields, blank, max, ref) \
    {what, fields, COUNT(fields), sizeof(type), &(blank), offsetof(type, line), max, ref, 0, 0}
#define ROWS_NEEDED(what, type, fields, blank, min, max, ref) \
    {what, fields, COUNT(fields), sizeof(type), &(blank), offsetof(type, line), max, ref, 0, min}
#define ZERO_PRIOR {.family = HO_PRIOR_POINT, .min = -INFINITY, .max = INFINITY}

/* What a section holds (field.h): a list of rows of a kind. */
#define INSIDE_ROWS(kind) {.shape = HO_INSIDE_LIST, .rows = &(kind)}
/* The file itself, then each key of it that is a section, for the schema. */
extern const ho_inside ho_scenario_inside;
extern const ho_inside ho_holdout_inside, ho_blocs_inside, ho_groups_inside, ho_garrison_kinds_inside, ho_factions_inside,
    ho_rivalries_inside, ho_successors_inside, ho_patrons_inside, ho_calendar_inside, ho_season_inside, ho_passes_inside, ho_crossings_inside,
    ho_initial_totals_inside, ho_parameters_inside, ho_endings_inside, ho_transfers_inside, ho_airport_inside, ho_without_inside;

/* In this order: later ones refer to earlier ones. */
void ho_blocs_read(ho_loader *loader, const ho_yaml_node *node);
void ho_group_names_read(ho_loader *loader, const ho_yaml_node *node);
void ho_kinds_read(ho_loader *loader, const ho_yaml_node *node);
void ho_factions_read(ho_loader *loader, const ho_yaml_node *node);
void ho_rivalries_read(ho_loader *loader, const ho_yaml_node *node);
void ho_successors_read(ho_loader *loader, const ho_yaml_node *node);
void ho_patrons_read(ho_loader *loader, const ho_yaml_node *node);
void ho_calendar_read(ho_loader *loader, const ho_yaml_node *node);
void ho_transfers_read(ho_loader *loader, const ho_yaml_node *node);
void ho_airport_read(ho_loader *loader, const ho_yaml_node *node);
void ho_endings_read(ho_loader *loader, const ho_yaml_node *node);
void ho_season_read(ho_loader *loader, const ho_yaml_node *node);
void ho_passes_read(ho_loader *loader, const ho_yaml_node *node);
void ho_crossings_read(ho_loader *loader, const ho_yaml_node *node);
void ho_totals_read(ho_loader *loader, const ho_yaml_node *node);
void ho_parameters_read(ho_loader *loader, const ho_yaml_node *node); /* needs the scenario's `from` */

#endif
