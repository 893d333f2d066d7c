/* simsetting.yml. Keys, defaults and what Python makes of values are FLEE's (flee/SimulationSettings.py); what it reads and does not use is a
 * surprise, what changes its law and is not simulated here is refused. */
#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "flee/loader.h"
#include "scenario/yaml.h"

typedef enum kind { BOOL, REAL, WHOLE } kind;
typedef struct key {
    const char *section, *name;
    kind kind;
    size_t offset;
    double lo, hi;
} key;

#define AT(member) offsetof(ho_flee_settings, member)
static const key keys[] = {
    {"spawn_rules", "take_from_population", BOOL, AT(take_from_population), 0, 0},
    {"spawn_rules", "insert_day0", BOOL, AT(insert_day0), 0, 0},
    {"spawn_rules", "empty_camps_on_day0", BOOL, AT(empty_camps_on_day0), 0, 0},
    {"spawn_rules", "conflict_zone_spawning_only", BOOL, AT(conflict_zone_spawning_only), 0, 0},
    {"spawn_rules", "sum_from_camps", BOOL, AT(sum_from_camps), 0, 0},
    {"spawn_rules", "camps_are_sicks", BOOL, AT(camps_are_sinks), 0, 0},
    {"spawn_rules", "conflict_spawn_decay_interval", WHOLE, AT(decay_interval_day), 1, 1e9},
    {"move_rules", "max_move_speed", REAL, AT(max_move_km), 1e-3, 1e6},
    {"move_rules", "max_walk_speed", REAL, AT(max_walk_km), 1e-3, 1e6},
    {"move_rules", "foreign_weight", REAL, AT(foreign_weight), 0, 1e12},
    {"move_rules", "camp_weight", REAL, AT(camp_weight), 0, 1e12},
    {"move_rules", "conflict_weight", REAL, AT(conflict_weight), 0, 1e12},
    {"move_rules", "conflict_movechance", REAL, AT(conflict_movechance), 0, 1e6},
    {"move_rules", "camp_movechance", REAL, AT(camp_movechance), 0, 1e6},
    {"move_rules", "idpcamp_movechance", REAL, AT(idpcamp_movechance), 0, 1e6},
    {"move_rules", "default_movechance", REAL, AT(default_movechance), 0, 1e6},
    {"move_rules", "awareness_level", WHOLE, AT(awareness_level), -1e6, HO_FLEE_AWARENESS_MAX},
    {"move_rules", "capacity_buffer", REAL, AT(capacity_buffer), 0, 1},
    {"move_rules", "capacity_scaling", REAL, AT(capacity_scaling), 0, 1e12},
    {"move_rules", "avoid_short_stints", BOOL, AT(avoid_short_stints), 0, 0},
    {"move_rules", "start_on_foot", BOOL, AT(start_on_foot), 0, 0},
    {"move_rules", "fixed_routes", BOOL, AT(fixed_routes), 0, 0},
    {"move_rules", "stay_close_to_home", BOOL, AT(stay_close_to_home), 0, 0},
    {"move_rules", "use_pop_for_loc_weight", BOOL, AT(use_pop_for_loc_weight), 0, 0},
    {"move_rules", "use_economic_pull", BOOL, AT(use_economic_pull), 0, 0},
    {"move_rules", "use_v1_rules", BOOL, AT(use_v1_rules), 0, 0},
    {"move_rules", "softening", REAL, AT(softening_km), 0, 1e9},
    {"move_rules", "weight_softening", REAL, AT(weight_softening), 0, 1e12},
    {"move_rules", "weight_power", REAL, AT(weight_power), 0, 1e3},
    {"move_rules", "distance_power", REAL, AT(distance_power), -1e3, 1e3},
    {"move_rules", "home_distance_power", REAL, AT(home_distance_power), -1e3, 1e3},
    {"move_rules", "pop_power_for_loc_weight", REAL, AT(pop_power_for_loc_weight), -1e3, 1e3},
    {"move_rules", "movechance_pop_base", REAL, AT(movechance_pop_base), 1e-9, 1e12},
    {"move_rules", "movechance_pop_scale_factor", REAL, AT(movechance_pop_scale_factor), -1e3, 1e3},
    {"move_rules", "pruning_threshold", REAL, AT(pruning_threshold), 0, 1e12},
    {"move_rules", "avg_religion_fraction", REAL, AT(avg_religion_fraction), 1e-9, 1},
    {"move_rules", "ChildrenAvoidHazards", BOOL, AT(children_avoid_hazards), 0, 0},
    {"move_rules", "WomenAvoidHazards", BOOL, AT(women_avoid_hazards), 0, 0},
    {"move_rules", "ElderlyAvoidHazards", BOOL, AT(elderly_avoid_hazards), 0, 0},
    {"move_rules", "BoysTakeRisk", BOOL, AT(boys_take_risk), 0, 0},
    {"move_rules", "MatchCampReligion", BOOL, AT(match_camp_religion), 0, 0},
    {"move_rules", "MatchCampEthnicity", BOOL, AT(match_camp_ethnicity), 0, 0},
    {"move_rules", "MatchTownEthnicity", BOOL, AT(match_town_ethnicity), 0, 0},
    {"move_rules", "MatchConflictEthnicity", BOOL, AT(match_conflict_ethnicity), 0, 0},
    {"optimisations", "hasten", WHOLE, AT(hasten), 1, 1e9},
};
enum { N_KEY = sizeof keys / sizeof *keys };

static const ho_flee_settings defaults = {
    .insert_day0 = true,
    .conflict_zone_spawning_only = true,
    .sum_from_camps = true,
    .decay_interval_day = 30,
    .max_move_km = 360,
    .max_walk_km = 35,
    .foreign_weight = 1,
    .camp_weight = 1,
    .conflict_weight = 1 / 3.16227766017,
    .conflict_movechance = 1,
    .camp_movechance = 0.001,
    .idpcamp_movechance = 0.1,
    .default_movechance = 0.3,
    .awareness_level = 1,
    .capacity_buffer = 0.9,
    .capacity_scaling = 1,
    .softening_km = 10,
    .weight_power = 1,
    .distance_power = 1,
    .home_distance_power = 0.5,
    .pop_power_for_loc_weight = 0.1,
    .movechance_pop_base = 10000,
    .pruning_threshold = 1,
    .avg_religion_fraction = 0.25,
    .hasten = 1,
};

/* --- values --- */

static bool is_one_of(const char *text, const char *const *word) {
    for (; *word; word++)
        if (strcmp(text, *word) == 0)
            return true;
    return false;
}

/* A plain scalar as YAML 1.1 and Python's bool() see it. */
static bool truth(const ho_yaml *yaml, const ho_yaml_node *node, bool *value) {
    static const char *const yes[] = {"true", "True", "TRUE", "yes", "Yes", "YES", "on", "On", "ON", NULL};
    static const char *const no[] = {"false", "False", "FALSE", "no", "No", "NO", "off", "Off", "OFF", "null", "~", "", NULL};
    const char *text = ho_yaml_text(yaml, node);
    double number;
    if (node->kind != HO_YAML_SCALAR || !node->plain)
        return false;
    bool is_yes = is_one_of(text, yes), is_no = is_one_of(text, no), is_number = ho_text_double(text, &number);
    *value = is_yes || (is_number && number != 0);
    return is_yes || is_no || is_number;
}

static bool is_on(const ho_yaml *yaml, const ho_yaml_node *node) {
    bool on = false;
    return truth(yaml, node, &on) ? on : true;
}

static void take(ho_flee_loader *loader, const key *k, const ho_yaml *yaml, const ho_yaml_node *node) {
    char *at = (char *)&loader->flee->settings + k->offset, quote[HO_QUOTE_ROOM];
    const char *text = node->kind == HO_YAML_SCALAR ? ho_yaml_text(yaml, node) : "";
    if (k->kind == BOOL) {
        bool value;
        if (!truth(yaml, node, &value))
            ho_flee_problem(loader, node->line, "%s is %s; need True or False, without quotes", k->name, ho_quote(text, quote));
        else
            *(bool *)at = value;
        return;
    }
    double value = 0;
    if (node->kind != HO_YAML_SCALAR || !ho_text_double(text, &value) || (k->kind == WHOLE && value != (double)(int64_t)value))
        ho_flee_problem(loader, node->line, "%s is %s; need a %snumber", k->name, ho_quote(text, quote), k->kind == WHOLE ? "whole " : "");
    else if (value < k->lo || value > k->hi)
        ho_flee_problem(loader, node->line, "%s is %s; need %g to %g", k->name, text, k->lo, k->hi);
    else if (k->kind == WHOLE)
        *(int64_t *)at = (int64_t)value;
    else
        *(double *)at = value;
}

static void take_decay(ho_flee_loader *loader, const ho_yaml *yaml, const ho_yaml_node *node) {
    ho_flee_settings *s = &loader->flee->settings;
    s->n_decay = 0;
    if (node->kind == HO_YAML_SCALAR && (!*ho_yaml_text(yaml, node) || strcmp(ho_yaml_text(yaml, node), "null") == 0 ||
                                         strcmp(ho_yaml_text(yaml, node), "~") == 0))
        return;
    if (node->kind != HO_YAML_LIST || node->n_child > HO_FLEE_DECAY_MAX) {
        ho_flee_problem(loader, node->line, "conflict_spawn_decay: need a list of at most %d numbers", HO_FLEE_DECAY_MAX);
        return;
    }
    for (const ho_yaml_node *n = ho_yaml_first(yaml, node); n; n = ho_yaml_next(yaml, n)) {
        double value = -1;
        if (n->kind != HO_YAML_SCALAR || !ho_text_double(ho_yaml_text(yaml, n), &value) || value < 0)
            ho_flee_problem(loader, n->line, "conflict_spawn_decay holds something else than numbers >= 0");
        s->decay[s->n_decay++] = value;
    }
}

static void take_conflict_driven(ho_flee_loader *loader, const ho_yaml *yaml, const ho_yaml_node *node) {
    ho_flee_settings *s = &loader->flee->settings;
    if (node->kind == HO_YAML_SCALAR && !*ho_yaml_text(yaml, node))
        return;
    const ho_yaml_node *mode = node->kind == HO_YAML_MAP ? ho_yaml_child(yaml, node, "spawn_mode") : NULL;
    const ho_yaml_node *rate = node->kind == HO_YAML_MAP ? ho_yaml_child(yaml, node, "displaced_per_conflict_day") : NULL;
    const char *name = mode ? ho_yaml_text(yaml, mode) : "constant";
    char quote[HO_QUOTE_ROOM];
    s->spawn = HO_FLEE_SPAWN_CONSTANT;
    if (strcmp(name, "pop_ratio") == 0)
        s->spawn = HO_FLEE_SPAWN_POP_RATIO;
    else if (strcmp(name, "poisson") == 0 || strcmp(name, "Poisson") == 0)
        s->spawn = HO_FLEE_SPAWN_POISSON;
    else if (strcmp(name, "constant") != 0)
        ho_flee_problem(loader, mode->line, "spawn_mode is %s; need constant, poisson or pop_ratio", ho_quote(name, quote));
    double value = s->spawn == HO_FLEE_SPAWN_POP_RATIO ? 0.01 : 500;
    if (rate && (rate->kind != HO_YAML_SCALAR || !ho_text_double(ho_yaml_text(yaml, rate), &value) || value < 0 || value > 1e12))
        ho_flee_problem(loader, rate->line, "displaced_per_conflict_day: need a number >= 0");
    s->displaced_per_conflict_day = s->spawn == HO_FLEE_SPAWN_POP_RATIO ? value : (double)(int64_t)value;
}

/* --- keys that are no setting of this program --- */

/* What would change FLEE's law and is not simulated. */
static bool refused(ho_flee_loader *loader, const ho_yaml *yaml, const ho_yaml_node *node, const char *name) {
    static const char *const part[] = {"flood", "Flood", "food", "Food", "Starving", "starving", "coupl", NULL};
    bool hit = strcmp(name, "read_from_agents_csv_file") == 0;
    for (const char *const *p = part; *p && !hit; p++)
        hit = strstr(name, *p) != NULL;
    if (!hit)
        return false;
    if (strcmp(name, "flood_level_input_file") != 0 && is_on(yaml, node))
        ho_flee_problem(loader, node->key_line, "%s: floods, food security, coupling and agents.csv are not simulated", name);
    return true;
}

static void unknown(ho_flee_loader *loader, const ho_yaml *yaml, const ho_yaml_node *node, const char *section, const char *name) {
    static const char *const inert[] = {"number_of_steps", "conflict_input_file", "default_conflict_intensity", "average_social_connectivity",
                                        "log_levels", NULL};
    if (refused(loader, yaml, node, name) || is_one_of(name, inert))
        return;
    if (strcmp(name, "camps_are_sinks") == 0) {
        if (ho_flee_wants_documented(loader, HO_FLEE_SINKS))
            loader->flee->settings.camps_are_sinks = is_on(yaml, node);
        else if (is_on(yaml, node))
            ho_flee_met(loader, HO_FLEE_SINKS, node->key_line, "camps_are_sinks is on");
    } else if (strcmp(name, "two_system_decision_making") == 0) {
        if (is_on(yaml, node))
            ho_flee_met(loader, HO_FLEE_TWO_SYSTEM, node->key_line, "two_system_decision_making is on");
    } else if (strcmp(name, "max_crossing_speed") == 0) {
        ho_flee_met(loader, HO_FLEE_CROSSING, node->key_line, "max_crossing_speed is given");
    } else {
        ho_flee_remark(loader, node->key_line, "%s%s%s is not known, here as in FLEE", section, *section ? "." : "", name);
    }
}

static void take_section(ho_flee_loader *loader, const ho_yaml *yaml, const ho_yaml_node *section, const char *name) {
    for (const ho_yaml_node *node = ho_yaml_first(yaml, section); node; node = ho_yaml_next(yaml, node)) {
        const char *inner = ho_yaml_key(yaml, node);
        size_t k = 0;
        while (k < N_KEY && (strcmp(keys[k].section, name) != 0 || strcmp(keys[k].name, inner) != 0))
            k++;
        if (k < N_KEY)
            take(loader, &keys[k], yaml, node);
        else if (strcmp(name, "spawn_rules") == 0 && strcmp(inner, "conflict_spawn_decay") == 0)
            take_decay(loader, yaml, node);
        else if (strcmp(name, "spawn_rules") == 0 && strcmp(inner, "conflict_driven_spawning") == 0)
            take_conflict_driven(loader, yaml, node);
        else
            unknown(loader, yaml, node, name, inner);
    }
}

static void take_all(ho_flee_loader *loader, const ho_yaml *yaml) {
    const ho_yaml_node *root = &yaml->node[0];
    if (root->kind != HO_YAML_MAP) {
        if (root->kind != HO_YAML_SCALAR || *ho_yaml_text(yaml, root))
            ho_flee_problem(loader, root->line, "need a map of spawn_rules, move_rules and optimisations");
        return;
    }
    for (const ho_yaml_node *node = ho_yaml_first(yaml, root); node; node = ho_yaml_next(yaml, node)) {
        const char *name = ho_yaml_key(yaml, node);
        if (strcmp(name, "log_levels") == 0)
            continue;
        if (strcmp(name, "spawn_rules") != 0 && strcmp(name, "move_rules") != 0 && strcmp(name, "optimisations") != 0)
            unknown(loader, yaml, node, "", name);
        else if (node->kind == HO_YAML_MAP)
            take_section(loader, yaml, node, name);
        else if (node->kind != HO_YAML_SCALAR || *ho_yaml_text(yaml, node))
            ho_flee_problem(loader, node->line, "%s: need a map", name);
    }
}

/* --- the file --- */

static void check(ho_flee_loader *loader) {
    ho_flee_settings *s = &loader->flee->settings;
    if (s->use_v1_rules) {
        s->max_move_km = 200;
        s->camp_weight = 2;
        s->conflict_weight = 0.25;
        s->start_on_foot = s->avoid_short_stints = false;
    }
    if (s->softening_km == 0 && s->distance_power < 0)
        ho_flee_problem(loader, 0, "distance_power is below 0 and softening is 0");
    if (s->awareness_level < 1)
        ho_flee_met(loader, HO_FLEE_AWARENESS, 0, "awareness_level is %d", (int)s->awareness_level);
    if (s->stay_close_to_home)
        ho_flee_met(loader, HO_FLEE_HOME, 0, "stay_close_to_home is on");
    if (s->boys_take_risk && s->children_avoid_hazards)
        ho_flee_met(loader, HO_FLEE_BOYS, 0, "BoysTakeRisk is on");
    if (s->boys_take_risk && !s->children_avoid_hazards)
        ho_flee_remark(loader, 0, "BoysTakeRisk does nothing without ChildrenAvoidHazards, here as in FLEE");
    if (s->fixed_routes)
        ho_flee_met(loader, HO_FLEE_FIXED_SCORE, 0, "fixed_routes is on");
}

void ho_flee_read_settings(ho_flee_loader *loader) {
    char *path = loader->file, *text = NULL;
    size_t n = 0;
    ho_error err = {0};
    ho_yaml yaml = {0};
    loader->flee->settings = defaults;
    const char *given = loader->options->settings;
    if (!given && !ho_flee_exists(loader->options->folder, "simsetting.yml"))
        return;
    snprintf(path, HO_FLEE_PATH_MAX, "%s%s", given ? given : loader->options->folder, given ? "" : "/simsetting.yml");
    if (ho_text_read(path, 1 << 20, &text, &n, &err)) {
        ho_flee_unread(loader, &err);
        return;
    }
    ho_findings_init(loader->findings);
    loader->findings->name[HO_FILE_DISTRICTS] = path;
    bool read = ho_yaml_parse(loader->findings, HO_FILE_DISTRICTS, text, n, &yaml);
    loader->no_memory = !ho_findings_report(loader->findings, loader->problems) || loader->no_memory;
    if (read && yaml.n_node > 0) {
        take_all(loader, &yaml);
        check(loader);
    }
    ho_yaml_free(&yaml);
    free(text);
}

/* --- what the options say instead --- */

/* Rules of movement from draws of parameters; spawning, capacities and demographic files stay as the case has them. */
static void take_parameters(ho_flee_settings *s, const double *value) {
    const ho_flee_settings kept = *s;
    *s = defaults;
    s->take_from_population = kept.take_from_population;
    s->insert_day0 = kept.insert_day0;
    s->empty_camps_on_day0 = kept.empty_camps_on_day0;
    s->conflict_zone_spawning_only = kept.conflict_zone_spawning_only;
    s->sum_from_camps = kept.sum_from_camps;
    s->spawn = kept.spawn;
    s->displaced_per_conflict_day = kept.displaced_per_conflict_day;
    s->n_decay = kept.n_decay;
    memcpy(s->decay, kept.decay, sizeof s->decay);
    s->decay_interval_day = kept.decay_interval_day;
    s->capacity_buffer = kept.capacity_buffer;
    s->capacity_scaling = kept.capacity_scaling;
    s->hasten = kept.hasten;
    s->conflict_movechance = value[HO_FLEE_CONFLICT_MOVECHANCE];
    s->default_movechance = value[HO_FLEE_DEFAULT_MOVECHANCE];
    s->camp_movechance = value[HO_FLEE_CAMP_MOVECHANCE];
    s->foreign_weight = value[HO_FLEE_FOREIGN_WEIGHT];
    s->camp_weight = value[HO_FLEE_CAMP_WEIGHT];
    s->conflict_weight = value[HO_FLEE_CONFLICT_WEIGHT];
    s->distance_power = value[HO_FLEE_DISTANCE_POWER];
    s->softening_km = value[HO_FLEE_SOFTENING];
    s->max_move_km = (double)(int64_t)(value[HO_FLEE_MAX_MOVE_SPEED] + 0.5); /* whole, so that distances come to the same (flow/stints.h) */
    s->awareness_level = (int64_t)value[HO_FLEE_AWARENESS_LEVEL];
}

void ho_flee_override_settings(ho_flee_loader *loader) {
    const ho_flee_options *o = loader->options;
    ho_flee_settings *s = &loader->flee->settings;
    if (o->parameter)
        take_parameters(s, o->parameter);
    if (o->hasten > 0)
        s->hasten = o->hasten;
    if (o->leak_free)
        s->sum_from_camps = false;
}
