/* holdout/scenario.h: a folder of YAML, CSV and GeoJSON as plain, checked values. docs/scenario.md describes the files.
 *
 * Everything is as written by the user, resolved to indices: a reference that does not resolve is a problem, never a -1 that
 * travels on (-1 stands only where the format says "optional"). Every row keeps the line it came from. Text is owned by the
 * scenario. After loading a scenario is const. */
#ifndef HOLDOUT_SCENARIO_H
#define HOLDOUT_SCENARIO_H

#include "base.h"

enum { HO_BLOC_MAX = 6, HO_FACTION_MAX = 24, HO_GROUP_MAX = 32, HO_KIND_MAX = 8, HO_DISTRICT_MAX = 1000000 };

typedef enum ho_prior_family {
    HO_PRIOR_POINT,      /* a */
    HO_PRIOR_UNIFORM,    /* a lo, b hi */
    HO_PRIOR_NORMAL,     /* a mean, b sd */
    HO_PRIOR_HALFNORMAL, /* b sd */
    HO_PRIOR_LOGNORMAL,  /* a median, b sd of log */
    HO_PRIOR_LOGUNIFORM, /* a lo, b hi, both > 0 */
    HO_PRIOR_BETA,       /* a, b */
    HO_PRIOR_GAMMA       /* a shape, b scale */
} ho_prior_family;

typedef struct ho_prior {
    ho_prior_family family;
    double a, b;
    double min, max; /* draws are clipped to this; -inf, +inf if not given */
} ho_prior;

/* Median-like centre of a prior: the value used where uncertainty is switched off. */
double ho_prior_centre(const ho_prior *prior);
/* Writes e.g. "lognormal(0.02, 0.7)" into text. Returns text. */
char *ho_prior_format(const ho_prior *prior, char text[96]);

typedef enum ho_role { HO_ROLE_STATE, HO_ROLE_INSURGENT, HO_ROLE_MILITIA, HO_ROLE_RESISTANCE } ho_role;
typedef enum ho_terrain { HO_PLAIN, HO_HILLS, HO_MOUNTAIN, HO_GORGE, HO_N_TERRAIN } ho_terrain;
typedef enum ho_status_prior { HO_PRIOR_UNKNOWN, HO_PRIOR_GOVERNMENT, HO_PRIOR_CONTESTED, HO_PRIOR_CONTROLLED } ho_status_prior;
typedef enum ho_flow_kind { HO_FLOW_CASH, HO_FLOW_SORTIES, HO_FLOW_MAINTENANCE, HO_FLOW_SANCTUARY } ho_flow_kind;
typedef enum ho_calendar_kind {
    HO_CAL_WITHDRAWAL,
    HO_CAL_CONTRACTORS,
    HO_CAL_ANNOUNCEMENT,
    HO_CAL_END_ANNOUNCED,
    HO_CAL_LULL,
    HO_CAL_RESHUFFLE,
    HO_CAL_HANDOVER,   /* a base is left: an announcement that also costs equipment */
    HO_CAL_DRIVE,      /* a state calls for volunteers, until a day */
    HO_CAL_CALL,       /* a leader calls to arms in public */
    HO_CAL_EVACUATION, /* people are flown out of the national capital, until a day */
    HO_CAL_FORECAST,   /* somebody publishes a chance that the bloc will lose */
    HO_CAL_OFFER       /* a bloc offers to share power */
} ho_calendar_kind;
typedef enum ho_posture { HO_POSTURE_OPEN, HO_POSTURE_LIMITED, HO_POSTURE_CLOSED, HO_N_POSTURE } ho_posture;
/* Who stands at a border. */
typedef enum ho_traveller { HO_TRAVELLER_PEOPLE, HO_TRAVELLER_SOLDIERS, HO_TRAVELLER_ARMED, HO_N_TRAVELLER } ho_traveller;
/* What a faction's rule is like, 0..1 (additions F2, F28). */
typedef enum ho_policy { HO_POLICY_RESTRICTIONS, HO_POLICY_REPRISALS, HO_POLICY_INCLUSION, HO_N_POLICY } ho_policy;
/* The words that scenario.yml has for these; "?" for what is none. */
const char *ho_flow_kind_name(ho_flow_kind kind);
const char *ho_calendar_kind_name(ho_calendar_kind kind);
const char *ho_posture_name(ho_posture posture);

typedef enum ho_total_kind { HO_TOTAL_CENTRES, HO_TOTAL_CONTROLLED, HO_TOTAL_CONTESTED } ho_total_kind;

typedef struct ho_bloc_row {
    char *id, *name, *color;
    int32_t line;
} ho_bloc_row;

typedef struct ho_group_row {
    char *id, *name;
    int32_t line;
} ho_group_row;

typedef struct ho_kind_row { /* of garrison */
    char *id, *name, *source;
    double worth;                      /* per person present */
    ho_prior ghost;                    /* national share of paper strength not there, 0..1 */
    ho_prior arrears_days, supply_days; /* [d] on day 0, per garrison */
    bool reserve;
    ho_day known_on;
    int32_t line;
} ho_kind_row;

typedef struct ho_faction_row {
    char *id, *name, *source;
    int32_t bloc;
    ho_role role;
    int32_t *base_province; /* (n_base) province indices, owned */
    size_t n_base;
    ho_day arrival; /* HO_DAY_NONE: there from the start */
    bool has_strength;
    ho_prior strength; /* total present [persons]; scales its garrisons */
    double stock_days; /* extra supply in base districts [d] */
    double aircraft;   /* [aircraft] */
    double sorties_per_aircraft_day, readiness, readiness_without_maintenance;
    double affinity[HO_GROUP_MAX]; /* -1..1 by group */
    bool has_cap;
    ho_prior cap;                       /* most fighters it can have [persons] */
    double vehicles;                    /* armoured vehicles, spread over its garrisons [vehicles] */
    ho_prior weapons_tonnes;            /* light arms and ammunition to give away on day 0, where its fighters are [t] */
    ho_prior bombings_per_month;        /* attacks on crowds from hiding [1/month] */
    double upkeep_usd_day;              /* per fighter on the books [USD/day] */
    ho_prior tax_usd_day, commodity_usd_day; /* if it governed everybody; in its best month [USD/day] */
    double season_of_commodity[12];     /* share of commodity_usd_day, by month; 1 */
    double cash_usd, reserves_usd, reserves_abroad; /* on day 0; the state's reserves, and what share of them lies abroad */
    double services_usd_day;            /* civil wage bill of whoever holds the national capital [USD/day] */
    ho_day known_on;
    int32_t line;
} ho_faction_row;

/* How a faction rules from a day on. */
typedef struct ho_policy_row {
    int32_t faction;
    ho_day from, known_on;
    double value[HO_N_POLICY]; /* 0..1 */
    char *source;
    int32_t line;
} ho_policy_row;

/* How far two factions of a bloc are rivals. */
typedef struct ho_rivalry_row {
    int32_t a, b;
    double value; /* 0..1 */
    ho_day known_on;
    char *source;
    int32_t line;
} ho_rivalry_row;

/* Who claims to lead a state whose head is gone, and from where. */
typedef struct ho_successor_row {
    int32_t state;   /* faction: whose head he follows */
    int32_t faction; /* his own, of the same bloc */
    int32_t seat;    /* district */
    ho_day known_on;
    char *source;
    int32_t line;
} ho_successor_row;

typedef struct ho_flow_row {
    int32_t patron, faction;
    ho_flow_kind kind;
    double value; /* cash [USD/day], negative: withheld or taken; sorties [1/day]; others share 0..1 */
    ho_day from, until; /* inclusive; HO_DAY_NONE: open */
    ho_day known_on;
    char *source;
    int32_t line;
} ho_flow_row;

/* Light arms that a faction gives another of its bloc; rows add up. */
typedef struct ho_transfer_row {
    int32_t giver, to; /* factions */
    ho_prior tonnes_per_week;
    ho_day from, until; /* inclusive; HO_DAY_NONE: open */
    ho_day known_on;
    char *source;
    int32_t line;
} ho_transfer_row;

/* Who keeps the airport: a patron's soldiers, or a faction while it has fighters there. Rows of one guard are versions:
 * the latest known one holds. */
typedef struct ho_guard_row {
    int32_t patron, faction; /* one of them; the other is -1 */
    ho_day from, until;      /* inclusive; HO_DAY_NONE: open */
    ho_day known_on;
    char *source;
    int32_t line;
} ho_guard_row;

/* The airfield from which people are flown out; district -1: the scenario says nothing about it. */
typedef struct ho_airport_row {
    int32_t district;
    double seats_per_day; /* most that leave in a day [persons/day] */
    ho_guard_row *guard;  /* (n_guard), owned */
    size_t n_guard;
    ho_day known_on;
    char *source;
    int32_t line;
} ho_airport_row;

/* Who may cross into a patron's country from a day on. */
typedef struct ho_border_row {
    int32_t patron;
    ho_day from, known_on;
    ho_posture posture[HO_N_TRAVELLER];
    double quota_per_day; /* people let through in a day where the border is limited [persons/day] */
    char *source;
    int32_t line;
} ho_border_row;

/* How a patron acts. */
typedef struct ho_patron_stance {
    double tolerated;         /* arrivals in 14 d above which it tightens [persons]; NaN: it never does */
    bool guaranteed;          /* a third power sees to it that nobody armed crosses */
    ho_prior recognition;     /* chance a month that it recognises whoever has won; 0: never */
    ho_prior air_on_call;     /* sorties a day it may add when the capital is near the front [1/day] */
    double air_on_call_chance; /* 0..1 */
    double leverage;          /* 0..1: how far it presses its clients to settle */
    double aid_to_resistance; /* chance a month that it helps a resistance once its people are out */
} ho_patron_stance;

/* The same, as days from which each of them was known; HO_DAY_NONE: always. */
typedef struct ho_patron_known {
    ho_day tolerated, guaranteed, recognition, air_on_call, air_on_call_chance, leverage, aid_to_resistance;
} ho_patron_known;

/* Which of them are given. */
typedef struct ho_patron_given {
    bool tolerated, guaranteed, recognition, air_on_call, air_on_call_chance, leverage, aid_to_resistance;
} ho_patron_given;

typedef struct ho_patron_row {
    char *id, *name;
    char *neighbour;          /* crossings to this neighbour are its border; NULL: none */
    ho_patron_stance stance;
    ho_patron_stance before;  /* what was believed of each until it was known */
    ho_patron_given has_before;
    ho_patron_known known_on;
    int32_t line;
} ho_patron_row;

typedef struct ho_calendar_row {
    char *id, *source;
    char *name; /* what happens, in words; may be NULL */
    ho_calendar_kind kind;
    int32_t bloc; /* whose patron, belief or forces; -1: all (lull) */
    int32_t faction; /* whose leader calls; -1 */
    ho_day date, until;
    double value;
    ho_day known_on;
    int32_t line;
} ho_calendar_row;

typedef struct ho_season_row {
    ho_terrain terrain;
    double factor[12]; /* of engagements, by month */
    ho_day known_on;
    char *source;
    int32_t line;
} ho_season_row;

typedef struct ho_pass_row {
    char *name, *source;
    int32_t *edge; /* (n_edge) edge indices, owned */
    size_t n_edge;
    bool closed[12]; /* by month */
    ho_day known_on;
    int32_t line;
} ho_pass_row;

typedef struct ho_crossing_row {
    char *id, *name, *neighbour, *source;
    int32_t district;
    int32_t friendly_to; /* bloc or -1 */
    double customs_usd_per_month, customs_sd_log;
    ho_day known_on;
    int32_t line;
} ho_crossing_row;

typedef struct ho_total_row {
    int32_t bloc;
    ho_total_kind quantity;
    double value, denominator, sd; /* sd in units of value */
    ho_day date, known_on;
    char *source;
    int32_t line;
} ho_total_row;

typedef struct ho_parameter_row {
    char *name, *source;
    ho_prior prior;
    bool has_before;
    ho_prior prior_before;
    ho_day known_on; /* HO_DAY_NONE: always */
    int32_t line;
} ho_parameter_row;

typedef struct ho_district_row {
    char *pcode, *name, *region, *source; /* source may be NULL */
    int32_t province;
    double lon, lat, area_km2, population, urban_population, elevation_m, relief_m;
    ho_terrain terrain;
    bool is_capital, airfield, on_road;
    ho_status_prior prior_status;
    double reach; /* 0..1, NaN: unknown */
    int32_t line;
} ho_district_row;

typedef struct ho_province_row { /* in order of first appearance in districts.csv */
    char *pcode, *name;
    int32_t capital; /* district index or -1 */
} ho_province_row;

typedef struct ho_edge_row {
    int32_t a, b;
    double distance_km, border_km, pass_height_m;
    char road; /* 'A' 'B' 'C' or ' ' */
    int32_t line;
} ho_edge_row;

typedef struct ho_command_row {
    char *id, *name, *kind;
    int32_t faction, hq, superior; /* superior -1: none */
    int32_t line;
} ho_command_row;

typedef struct ho_garrison_row {
    int32_t district, faction, command, kind;
    int64_t paper; /* persons */
    ho_day known_on;
    char *source;
    int32_t line;
} ho_garrison_row;

typedef struct ho_share_row {
    int32_t province, group;
    double share;
    ho_day known_on;
    char *source;
    int32_t line;
} ho_share_row;

typedef struct ho_record_row {
    char *observable, *mode, *definition, *who, *confidence, *source, *note;
    int32_t district; /* subject, or -1 */
    ho_day date_start, date_end; /* start HO_DAY_NONE: open */
    double value_low, value_high, denominator; /* NaN where empty */
    ho_day known_on;
    int32_t line;
} ho_record_row;

/* What a statement of claims.csv is. */
typedef enum ho_claim_kind {
    HO_CLAIM_QUANTITY,    /* a number of a day or period; what a row without a kind is */
    HO_CLAIM_EVENT,       /* something happened, or not */
    HO_CLAIM_EXPECTATION, /* something will happen */
    HO_CLAIM_CAUSE,       /* something makes something else so */
    HO_CLAIM_NORM,        /* how things should be */
    HO_N_CLAIM_KIND
} ho_claim_kind;

const char *ho_claim_kind_name(ho_claim_kind kind); /* "quantity", ...; "" for what is none */

typedef struct ho_claim_row {
    char *id, *document, *quantity, *value_text, *unit, *definition, *who, *assessment, *confidence;
    ho_claim_kind kind;
    char *against_ids;    /* as written, "" for none */
    int32_t *against;     /* (n_against) claims that contradict it, owned */
    size_t n_against;
    ho_day document_date, date_start, date_end, known_on;
    double value_low, value_high; /* NaN where empty */
    int32_t line;
} ho_claim_row;

/* One way to understand a claim, as something a run can be asked (readings.csv). The expression is text here: the evidence stage reads
 * it (evidence.h). */
typedef struct ho_reading_row {
    int32_t claim;
    char *reading, *expression, *note, *record; /* note and record "" where empty */
    ho_day date_start, date_end; /* HO_DAY_NONE where empty: the claim's */
    double low, high, tolerance; /* NaN where empty */
    int32_t line;
} ho_reading_row;

/* A what-if: an overlay that changed scenario.yml before it was read. */
typedef struct ho_overlay_row {
    char *name;       /* as asked for: NAME or a path */
    char *file;       /* as messages show it: whatif/NAME.yml or the path */
    char *title, *why;
    char *changes;    /* sections and ids it changes: "until; calendar: a, b (removed)" */
} ho_overlay_row;

enum { HO_OVERLAY_MAX = 16 };

/* Facts of the record that a run can show or not (facts.csv). What each kind measures: evidence.h. */
typedef enum ho_fact_kind {
    HO_FACT_LEVEL,       /* an observable on a day */
    HO_FACT_CHANGE,      /* what it gains from a day to another */
    HO_FACT_LOST,        /* places first lost by a bloc in a period */
    HO_FACT_LOST_WITHIN, /* places first lost within some days of the first */
    HO_FACT_CLUSTERING,  /* whether neighbours are lost on close days */
    HO_FACT_MODE_SHARE,  /* share of a bloc's losses by how they were lost */
    HO_FACT_PER_LOSS,    /* an observable's gain in a period by losses of districts in it */
    HO_FACT_RETAKEN,     /* share of lost places that are won back */
    HO_FACT_AHEAD,       /* share of places not held less the share of all districts not held */
    HO_FACT_HELD,        /* places held by a bloc on a day */
    HO_FACT_ALL,         /* other facts together */
    HO_FACT_FALLING,     /* values of other facts fall one after the other */
    HO_FACT_DOSE,        /* what more of something changes */
    HO_FACT_WEAKER,      /* one dose changes less than another */
    HO_N_FACT_KIND
} ho_fact_kind;

typedef enum ho_fact_scope {
    HO_SCOPE_DISTRICTS,
    HO_SCOPE_CAPITALS,             /* seats of provinces */
    HO_SCOPE_CAPITALS_BUT_HOLDOUT, /* without the holdout's seat */
    HO_SCOPE_CROSSINGS,            /* the districts they lie in, one for each crossing */
    HO_SCOPE_LIST                  /* districts given by p-code */
} ho_fact_scope;

typedef enum ho_dose_of {
    HO_DOSE_CASH,        /* flows of cash, those above 0 */
    HO_DOSE_SORTIES,     /* flows of sorties */
    HO_DOSE_MAINTENANCE, /* flows of maintenance, and contractors of the calendar: each at most 1 */
    HO_DOSE_SANCTUARY,   /* flows of sanctuary: at most 1 */
    HO_DOSE_ARREARS,     /* unpaid days of all garrisons on day 0 */
    HO_N_DOSE_OF
} ho_dose_of;

typedef struct ho_fact_row {
    char *id, *fact;  /* unique; what it belongs to ("T1") */
    char *observable; /* "" where the kind takes none */
    ho_fact_kind kind;
    int32_t bloc;     /* -1: none */
    ho_fact_scope scope;
    int32_t *place;   /* (n_place) districts of HO_SCOPE_LIST, owned */
    size_t n_place;
    int32_t *of;      /* (n_of) rows of facts; of mode-share numbers of ho_mode (sim.h); of dose ho_dose_of. Owned */
    size_t n_of;
    ho_day date, until;           /* HO_DAY_NONE where empty */
    double amount;                /* [d] of lost-within; factor of dose */
    double low, high;             /* it shows if the value lies within; -inf, inf where empty */
    double denominator, recorded; /* NaN where empty */
    bool is_report;               /* told, but no test of the model */
    char *definition, *source, *places, *list; /* the last two as written */
    ho_day known_on;
    int32_t line;
} ho_fact_row;

const char *ho_fact_kind_name(ho_fact_kind kind);
const char *ho_dose_of_name(ho_dose_of what);

/* What a published forecast is about. */
typedef enum ho_forecast_target {
    HO_FORECAST_NATIONAL_CAPITAL, /* the day on which the bloc that holds the national capital loses it */
    HO_N_FORECAST_TARGET
} ho_forecast_target;

/* One bin of a published forecast (forecasts.csv). Rows of one id follow each other and are its bins in order. */
typedef struct ho_forecast_row {
    char *id, *who, *source;
    ho_day date;                /* made on */
    ho_forecast_target target;
    ho_day bin_from, bin_until; /* both included; HO_DAY_NONE: open, the first bin below, the last above (never included) */
    double probability;
    ho_day known_on;
    int32_t line;
} ho_forecast_row;

/* Outlines, for pictures only. Rings are closed, WGS 84; feature k has rings feature_ring[k]..feature_ring[k+1], ring r has points
 * ring_point[r]..ring_point[r+1], point p is xy[2p], xy[2p+1]. */
typedef struct ho_boundaries {
    char *note;         /* may be NULL */
    size_t n_feature, n_ring, n_point;
    int32_t *district;  /* (n_feature) */
    size_t *feature_ring; /* (n_feature + 1) */
    bool *ring_is_hole;  /* (n_ring) */
    size_t *ring_point;  /* (n_ring + 1) */
    double *xy;          /* (2 n_point) lon, lat [degree] */
} ho_boundaries;

/* When a replicate has ended how (additions F4). */
typedef struct ho_ending_rule {
    double victory_people;        /* share of the people under a challenger that holds the national capital */
    double fragment_people;       /* share of the people that makes a ruler count */
    double stalemate_people;      /* share that both sides keep */
    double recovery_districts;    /* more districts lost than on day 0 and still a recovery [districts] */
} ho_ending_rule;

typedef struct ho_scenario {
    char *folder, *name, *title, *notes; /* notes may be NULL */
    ho_day from, until;
    ho_day today; /* on which it is looked at; HO_DAY_NONE: not said */
    uint32_t seed;
    size_t replicates;
    uint64_t off; /* bit k: mechanism k is off in this world, whatever a run switches off besides */
    int32_t national_capital; /* district */
    int32_t holdout_faction, holdout_seat; /* -1: none */
    size_t n_bloc, n_group, n_kind, n_faction, n_patron, n_flow, n_calendar, n_season, n_pass, n_crossing, n_total,
        n_parameter, n_district, n_province, n_edge, n_command, n_garrison, n_share, n_record, n_claim, n_policy, n_rivalry, n_successor,
        n_border, n_fact, n_reading, n_forecast, n_transfer;
    ho_policy_row *policy;
    ho_rivalry_row *rivalry;
    ho_successor_row *successor;
    ho_border_row *border;
    ho_transfer_row *transfer;
    ho_airport_row airport;
    ho_ending_rule ending;
    ho_bloc_row *bloc;
    ho_group_row *group;
    ho_kind_row *kind;
    ho_faction_row *faction;
    ho_patron_row *patron;
    ho_flow_row *flow;
    ho_calendar_row *calendar;
    ho_season_row *season;
    ho_pass_row *pass;
    ho_crossing_row *crossing;
    ho_total_row *total;
    ho_parameter_row *parameter; /* names are checked by the world, which knows the model's parameters */
    ho_district_row *district;
    ho_province_row *province;
    ho_edge_row *edge; /* each pair once, a < b by index */
    ho_command_row *command;
    ho_garrison_row *garrison;
    ho_share_row *share;
    ho_record_row *record;
    ho_claim_row *claim;
    ho_reading_row *reading;
    ho_fact_row *fact;
    ho_forecast_row *forecast;
    ho_boundaries boundaries; /* n_feature 0: none given */
    size_t n_overlay;
    ho_overlay_row *overlay; /* (n_overlay) in the order in which they were applied */
    char digest[65]; /* SHA-256 over the bytes of the files the simulation reads (not record, claims, readings, facts, forecasts, boundaries),
                        overlays included, hex */
    char base_digest[65]; /* the same without the overlays */
} ho_scenario;

/* A row of scenario.yml that an overlay gave or changed carries the overlay in the upper bits of its `line`. These take a row's
 * `line` apart: the number in its file, and the file ("scenario.yml" or the overlay's; owned by the scenario). */
int32_t ho_row_line(int32_t line);
const char *ho_row_file(const ho_scenario *scenario, int32_t line);

/* Loads and checks the scenario in `folder`. boundaries_file replaces the folder's boundaries.geojson if not NULL.
 * On success *scenario is owned by the caller (ho_scenario_free). With problems in the input returns HO_ERR_INPUT, fills `problems`
 * (not NULL; the caller frees it) with every problem found, each as `file:line: sentence`, and err with the first or their number.
 * A folder or file that is missing, too large or unreadable is such a problem too. HO_ERR_MEMORY: *scenario untouched. */
ho_status ho_scenario_load(const char *folder, const char *boundaries_file, ho_scenario **scenario,
                           ho_problems *problems, ho_error *err);

/* How to load; all zero: the folder as it is. Borrowed for the call. */
typedef struct ho_scenario_options {
    const char *boundaries_file;   /* in the place of the folder's boundaries.geojson; NULL: none */
    size_t n_overlay;              /* at most HO_OVERLAY_MAX */
    const char *const *overlay;    /* (n_overlay) applied in order: NAME of FOLDER/whatif/NAME.yml, or a path (with '/' or ".yml") */
} ho_scenario_options;

/* The same with options. A what-if that is missing, given twice or wrong in itself is a problem of its own file. */
ho_status ho_scenario_load_with(const char *folder, const ho_scenario_options *options, ho_scenario **scenario,
                                ho_problems *problems, ho_error *err);
void ho_scenario_free(ho_scenario *scenario); /* NULL and half-built allowed */

/* JSON Schema (draft 2020-12) of scenario.yml, or of an overlay: the same sections, of which none is needed but the keys format,
 * title and `why` are, and `remove: true` in a row or for a key. Made from the tables by which files are read. It refuses nothing that ho_scenario_load accepts, and cannot
 * see what several values or files must be together. *json: lines of text, the caller frees it. HO_ERR_MEMORY: *json untouched. */
ho_status ho_scenario_schema(bool overlay, char **json, ho_error *err);

#endif
