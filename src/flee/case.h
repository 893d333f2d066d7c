/* A case of FLEE as it was read: nothing in it changes once ho_flee_load has returned. */
#ifndef HO_FLEE_CASE_H
#define HO_FLEE_CASE_H

#include "flow/network.h"
#include "holdout/flee.h"

/* --- settings --- */

typedef enum ho_flee_spawn { HO_FLEE_SPAWN_RECORD, HO_FLEE_SPAWN_CONSTANT, HO_FLEE_SPAWN_POP_RATIO, HO_FLEE_SPAWN_POISSON } ho_flee_spawn;
enum { HO_FLEE_DECAY_MAX = 256, HO_FLEE_AWARENESS_MAX = 5 };

/* simsetting.yml; names are FLEE's, defaults too (flee_settings.c). */
typedef struct ho_flee_settings {
    bool take_from_population, insert_day0, empty_camps_on_day0, conflict_zone_spawning_only, sum_from_camps, camps_are_sinks;
    ho_flee_spawn spawn;
    double displaced_per_conflict_day;
    size_t n_decay; /* 0: no decay */
    double decay[HO_FLEE_DECAY_MAX];
    int64_t decay_interval_day;
    double max_move_km, max_walk_km; /* a day */
    double foreign_weight, camp_weight, conflict_weight;
    double conflict_movechance, camp_movechance, idpcamp_movechance, default_movechance;
    int64_t awareness_level;
    double capacity_buffer, capacity_scaling;
    bool avoid_short_stints, start_on_foot, fixed_routes, stay_close_to_home, use_pop_for_loc_weight, use_economic_pull, use_v1_rules;
    double softening_km, weight_softening, weight_power, distance_power, home_distance_power, pop_power_for_loc_weight;
    double movechance_pop_base, movechance_pop_scale_factor, pruning_threshold, avg_religion_fraction;
    bool children_avoid_hazards, women_avoid_hazards, elderly_avoid_hazards, boys_take_risk;
    bool match_camp_religion, match_camp_ethnicity, match_town_ethnicity, match_conflict_ethnicity;
    int64_t hasten;
} ho_flee_settings;

/* --- places --- */

/* What a place is; changes in a run. */
typedef struct ho_flee_kind {
    double move_chance;
    double conflict;         /* intensity, <= 0: none */
    int32_t conflict_since;  /* day, -1: from before */
    uint8_t camp, idp_camp, town, marker;
} ho_flee_kind;

typedef struct ho_flee_place_row {
    char *name, *region, *country;
    double x, y;             /* as given: FLEE's files have latitude, longitude */
    int64_t population, capacity; /* already divided by hasten; capacity -1 where there is none */
    int32_t conflict_date;
    bool foreign, begins_later; /* begins_later: a conflict zone that starts as a town */
    double capacity_per_day, deactivation_probability, trade_volume, hdi;
    ho_flee_kind kind;       /* at the start */
    int32_t line;
} ho_flee_place_row;

/* --- dated changes --- */

typedef enum ho_flee_act {
    HO_FLEE_ACT_LINK, /* a, b: places; opens or closes a to b */
    HO_FLEE_ACT_CAMP, /* a: place; opens or closes */
    HO_FLEE_ACT_IDP_CAMP,
    HO_FLEE_ACT_REDIRECTION, /* a, b: places; on or off, for the documented meaning */
} ho_flee_act;

/* A closure, taken apart: what happens to one link or place on a day. In the order in which FLEE does it. */
typedef struct ho_flee_event {
    int32_t day;
    ho_flee_act act;
    int32_t a, b;
    bool open;
} ho_flee_event;

typedef struct ho_flee_change {
    int32_t day, place;
    ho_flee_kind kind; /* what location_changes.csv makes of it */
} ho_flee_change;

/* --- people --- */

typedef enum ho_flee_mood { HO_FLEE_PLAIN, HO_FLEE_CAREFUL, HO_FLEE_CARELESS } ho_flee_mood; /* score, its square, 1 */

/* People who choose alike. */
typedef struct ho_flee_taste {
    ho_flee_mood mood;
    int32_t ethnicity, religion; /* values, -1 where no rule asks */
} ho_flee_taste;

/* --- the case --- */

struct ho_flee_case {
    ho_flee_settings settings;
    uint64_t documented;
    bool by_origin, leak_free;
    size_t n_day;
    ho_day start;
    size_t n_place;
    ho_flee_place_row *place; /* (n_place) */
    size_t n_camp;
    int32_t *camp;            /* (n_camp) places */
    ho_network network;       /* directed links */
    double *km_per_day, *walk_chance; /* (n_link); walk_chance NULL: none */
    double least_km;          /* [km] no day of travel is shorter */
    uint8_t *redirects;       /* (n_link) forced redirections at the start */
    size_t n_event, event_room;
    ho_flee_event *event;     /* (n_event) in order of day, then of FLEE */
    size_t n_change;
    ho_flee_change *change;   /* (n_change) in order of the file */
    size_t n_zone;            /* columns of conflicts.csv that name a place */
    int32_t *zone;            /* (n_zone) places */
    double *intensity;        /* (n_day, n_zone) */
    size_t n_epoch;
    ho_routes *routes;        /* (n_epoch) */
    int32_t *epoch;           /* (n_day) */
    ho_route_nodes nodes;
    size_t n_taste;
    ho_flee_taste *taste;     /* (n_taste) */
    double *taste_weight;     /* (n_place, n_taste) of people from each place */
    size_t n_value;           /* ethnicities and religions that rules ask for */
    double *near;             /* (n_place, n_place) pull of nearness, or NULL */
    bool has_data;
    int64_t *data;            /* (n_day, n_camp) */
    int64_t *raw, *debt, *new_people; /* (n_day) */
    int64_t *day0;            /* (n_camp) put there on day 0 */
    int64_t *known;           /* (n_day, n_camp) last record by the day, uncorrected */
    int64_t *series;          /* (n_day) the total series, uncorrected */
    uint8_t *camp_open;       /* (n_day, n_camp) */
};

static inline bool ho_flee_documented(const ho_flee_case *flee, ho_flee_surprise surprise) {
    return flee->documented >> surprise & 1;
}

/* Capacity of a camp as listed, before FLEE takes the people of day 0 off it; 0: none, or leak-free. */
static inline int64_t ho_flee_listed(const ho_flee_case *flee, size_t camp) {
    int64_t listed = flee->place[flee->camp[camp]].capacity;
    listed += flee->leak_free || ho_flee_documented(flee, HO_FLEE_DAY0_CAPACITY) || !flee->day0 ? 0 : flee->day0[camp];
    return listed > 0 && !flee->leak_free ? listed : 0;
}

/* The kind that FLEE makes of a location_type; false: it knows none of its words. */
bool ho_flee_kind_of(const ho_flee_case *flee, const char *type, double intensity, ho_flee_kind *kind);
/* A camp is opened (idp: as a camp for internally displaced) or closed; a conflict begins or ends. */
void ho_flee_camp_open(const ho_flee_settings *settings, bool idp, ho_flee_kind *kind);
void ho_flee_camp_close(const ho_flee_settings *settings, ho_flee_kind *kind);
void ho_flee_conflict_begin(const ho_flee_settings *settings, double intensity, int32_t day, ho_flee_kind *kind);
void ho_flee_conflict_end(const ho_flee_settings *settings, ho_flee_kind *kind);
/* The decay of a conflict that has lasted some days. */
double ho_flee_decay(const ho_flee_settings *settings, int32_t day, int32_t since);

/* What places and links are on a day of a run; apart from population it is the same in every run. */
typedef struct ho_flee_ground {
    ho_flee_kind *kind;  /* (n_place) */
    uint8_t *open;       /* (n_link) */
    uint8_t *closing;    /* (n_link) closed on this day */
    uint8_t *redirects;  /* (n_link) */
    uint8_t *marker;     /* (n_place) copy of kind, for routes */
    size_t next_event;
    bool conflict_changed, closed, routes_changed; /* on this day */
} ho_flee_ground;

ho_status ho_flee_ground_build(const ho_flee_case *flee, ho_flee_ground *ground, ho_error *err);
void ho_flee_ground_free(ho_flee_ground *ground);
void ho_flee_ground_reset(const ho_flee_case *flee, ho_flee_ground *ground);
/* What changes before people are displaced on a day, and what after it, before they move. */
void ho_flee_ground_morning(const ho_flee_case *flee, ho_flee_ground *ground, int32_t day);
void ho_flee_ground_noon(const ho_flee_case *flee, ho_flee_ground *ground, int32_t day);
/* Routes of every stretch of days on which the same links are open. */
ho_status ho_flee_epochs_build(ho_flee_case *flee, ho_error *err);

/* Great-circle distance [km] between two points in degrees, on a sphere of 6371 km (haversine). */
double ho_flee_earth_km(double lat1, double lon1, double lat2, double lon2);

#endif
