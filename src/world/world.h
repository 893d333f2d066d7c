/* The world's columns. Built once by ho_world_build, const afterwards. Sizes: n_district districts, n_link directed links
 * (two per edge), n_bloc, n_faction. Ids are indices into the scenario's rows. */
#ifndef HO_WORLD_INTERNAL_H
#define HO_WORLD_INTERNAL_H

#include "holdout/world.h"
#include "world/parameters.h"

enum {
    HO_DEST_MAX = 16, /* places that people of a district choose among */
    HO_HOME_MAX = 128 /* home areas by which origin is kept */
};

typedef struct ho_stream_row { /* of draws with streams */
    uint32_t stream, row;
} ho_stream_row;

enum { HO_WORLD_AHEAD = 60 }; /* [d] dated inputs are known so far beyond the last day: the day on which a run ends changes no day before it */

struct ho_world {
    const ho_scenario *scenario; /* borrowed */
    const ho_draws *draws;       /* borrowed; NULL */
    ho_stream_row *stream_row;   /* (draws->n_draw) by stream; NULL: none are given */
    ho_day from, until, known_by;
    bool withheld; /* too recent for what is known of districts to be told */
    size_t n_day;
    int32_t n_step_per_day;
    double dt_day; /* 1 / n_step_per_day */

    size_t n_district, n_link, n_bloc, n_faction, n_province, n_command;

    /* district columns (n_district) */
    int32_t *province;
    uint8_t *terrain;         /* ho_terrain */
    uint8_t *is_capital;      /* seat of a province */
    uint8_t *airfield;
    double *area_km2, *population;
    double *area_share, *people_share; /* of the totals */
    uint8_t *on_road;         /* on a trunk road */
    uint8_t *stronghold;      /* (n_bloc, n_district) in the base of a militia or resistance of that bloc */
    uint8_t *resistance_base; /* (n_bloc, n_district) in the base of a resistance of that bloc */
    int32_t *home_faction;    /* holder unless the initial draw says otherwise */
    int32_t *command;         /* chain of its main garrison; -1 */
    int32_t *corps;           /* command of kind corps with most people here; -1 */
    uint8_t *corps_seat;      /* a corps is led from here */
    double *remoteness;       /* 0..1, rank of lack of state reach, road and plain */
    double *affinity;         /* (n_district, n_faction): population-weighted -1..1 */
    int32_t *customs_crossing; /* crossing here, or -1 */

    /* graph: link k of district i is link_first[i] <= k < link_first[i+1] */
    int32_t *link_first;      /* (n_district + 1) */
    int32_t *link_to;         /* (n_link) */
    double *per_link;         /* (n_district) 1 / number of links, 0 without any */
    double *link_road_km;     /* (n_link) distance as a column feels it: worse roads and climbs are longer */
    int32_t *link_pass;       /* (n_link) pass index or -1 */
    double *capital_km;       /* (n_district) from the national capital, as a column feels it; INFINITY: no way */

    /* provinces (n_province): members are province_district[province_first[p]..] */
    int32_t *province_first, *province_district;

    /* factions (n_faction), blocs (n_bloc) */
    int32_t *faction_bloc;
    uint8_t *faction_role;     /* ho_role */
    int32_t *bloc_state;       /* the bloc's faction of role state, or -1: it has no regime to lose */
    int32_t *bloc_main;        /* faction that takes over what the bloc takes: state, else insurgent, else first */
    int32_t home_bloc;         /* bloc that holds the national capital on day 0 */
    int32_t national_capital;  /* district */
    int32_t holdout_faction, holdout_seat; /* -1: none */

    /* initial garrisons, merged by (district, faction, reserve or not), sorted so */
    size_t n_force, n_kind;
    int32_t *force_district, *force_faction, *force_command; /* command with the most people on paper */
    int64_t *force_paper;      /* (n_force, n_kind) persons on paper */
    uint8_t *force_reserve;    /* mobile reserve */
    int32_t *faction_arrival;  /* (n_faction) day of the run from which it is there; INT32_MAX: never */
    double *faction_paper;     /* (n_faction) persons, all garrisons */

    /* dated inputs by day (n_day) */
    double *foreign_share;     /* (n_day + HO_WORLD_AHEAD, n_bloc) share of the bloc's foreign forces still there */
    double *contractor_share;  /* (n_day, n_bloc) */
    double *lull;              /* (n_day) factor on engagements */
    double *season;            /* (12, HO_N_TERRAIN) factor on engagements */
    uint8_t *pass_closed;      /* (12, n_pass) */
    uint8_t *month;            /* (n_day) 0..11 */
    uint8_t *foreign_forces;   /* (n_bloc) it has some: the calendar dates their leaving, known by then or not */
    int32_t *withdrawal_day;   /* (n_bloc) first day with foreign share <= 0.1; INT32_MAX: none up to HO_WORLD_AHEAD days after the last */
    int32_t *end_announced_day; /* (n_bloc) day index or INT32_MAX */
    size_t n_shock;            /* announcements and reshuffles */
    int32_t *shock_day, *shock_bloc;
    double *shock_size;        /* multiplies the drawn shock */
    uint8_t *shock_said;       /* a patron's announcement: words, weighed by its credibility */
    size_t n_flow;
    int32_t *flow_faction, *flow_from, *flow_until; /* day indices, inclusive */
    uint8_t *flow_kind;
    double *flow_value;
    int32_t *flow_patron;

    /* people and their neighbours (society.c) */
    size_t n_group, n_neighbour, n_crossing;
    double *group_share;        /* (n_province, n_group) of the people; sums to 1, or 0 where nothing is known */
    double *province_people_share; /* (n_province) of all people */
    double *urban_share;        /* (n_district) of the people, 0..1 */
    uint8_t *base;              /* (n_faction, n_district) in the faction's base provinces, or on day 0 held by it */
    double *rivalry;            /* (n_faction, n_faction) 0..1, symmetric */
    int32_t *successor_faction, *successor_seat; /* (n_bloc) of who claims to lead its state once its head is gone; -1 */
    double *policy;             /* (n_day, n_faction, HO_N_POLICY) 0..1 */
    const char **neighbour;     /* (n_neighbour) names of the countries behind the crossings; of the scenario */
    ho_patron_stance *patron;   /* (n_patron of the scenario) how it acts, as far as was known */
    int32_t *neighbour_patron;  /* (n_neighbour) patron whose border it is, or -1 */
    int32_t *crossing_neighbour; /* (n_crossing) */
    uint8_t *crossing_known;    /* (n_crossing) it may be used */
    uint8_t *posture;           /* (n_day, n_neighbour, HO_N_TRAVELLER) ho_posture as announced */
    double *border_quota;       /* (n_day, n_neighbour) [persons/day] let through where limited */

    /* where people are and where they would go (travel.c). A place to go to is a district (0..n_district-1) or a crossing
     * (n_district + crossing); those of district i are dest_first[i] <= k < dest_first[i+1]. */
    size_t n_dest, n_home;
    int32_t *dest_first;        /* (n_district + 1) */
    int32_t *dest;              /* (n_dest) district, or n_district + crossing */
    int32_t *dest_district;     /* (n_dest) district of that place */
    double *dest_km, *dest_log_km; /* (n_dest) [km of road], at least 5; its logarithm */
    double *dest_kin;           /* (n_dest) 0..1 share of communities in common with the origin's province; 0 at a crossing */
    double *log_people;         /* (n_district) of at least 100 [persons] */
    double *per_people_near;    /* (n_district) [1/10,000 persons] one over the people here and next door; 0: nobody */
    double *province_people;    /* (n_province) [persons] */
    double *province_urban;     /* (n_province) share of them, 0..1 */
    int32_t *home;              /* (n_district) home area: the province, or a run of provinces where there are many */
    int32_t *home_first;        /* (n_home + 1) members are province_district[home_first[h]..] */
    int32_t *border_post;       /* (n_district) known crossing here or else next door, or -1 */

    /* what is given and what is guarded (assets.c) */
    size_t n_transfer, n_guard;
    int32_t *transfer_row;      /* (n_transfer) row of the scenario */
    int32_t *transfer_from, *transfer_until; /* (n_transfer) day indices, inclusive */
    int32_t airport;            /* district from whose airfield people are flown out, -1: none */
    double airport_seats;       /* [persons/day] most that leave; INFINITY: the scenario says nothing */
    bool airport_needs_guard;   /* the scenario says who guards it */
    int32_t *guard_faction;     /* (n_guard) -1: a patron's soldiers */
    int32_t *guard_from, *guard_until; /* (n_guard) day indices, inclusive */

    uint8_t *calendar_holds;    /* (n_calendar of the scenario) the row is the latest known version of its entry */

    /* dated events of politics, by day of the run (society.c) */
    double *drive;              /* (n_day, n_bloc) volunteers a day a state calls for [persons/day] */
    double *evacuation;         /* (n_day, n_bloc) seats a day out of the national capital [persons/day] */
    size_t n_call, n_forecast, n_offer, n_handover;
    int32_t *call_day, *call_faction;
    double *call_size;          /* multiplies the drawn pull */
    int32_t *forecast_day, *forecast_bloc;
    double *forecast_value;     /* published chance that the bloc loses, 0..1 */
    int32_t *offer_day, *offer_bloc;
    double *offer_share;        /* of power, to the other side, 0..1 */
    int32_t *handover_day, *handover_bloc;

    /* initial totals (n_bloc) as shares of districts, with their sd; NaN: none known */
    double *total_centres, *total_centres_sd, *total_controlled, *total_controlled_sd, *total_contested,
        *total_contested_sd;

    /* parameters as used */
    ho_prior prior[HO_N_PARAMETER];
    int32_t prior_row[HO_N_PARAMETER]; /* scenario row, or -1 */
    bool held[HO_N_PARAMETER];
    bool at_centre;

    char **set;
    size_t n_set;
    void **owned; /* every column above, for ho_world_free */
    size_t n_owned, owned_capacity;
    ho_problems replaced; /* sentences */
};

#endif
