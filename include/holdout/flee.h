/* Cases of FLEE (github djgroen/flee), read as they are and simulated by FLEE's law with people as counts: the same probabilities as its
 * parallel version, at a cost that does not depend on how many people there are. docs/flee.md says what is read and what is reproduced. */
#ifndef HO_HOLDOUT_FLEE_H
#define HO_HOLDOUT_FLEE_H

#include <stdatomic.h>

#include "holdout/scenario.h"

/* What surprises in FLEE: inputs that look alive and are not, and rules that do other than its manual says. Each is reproduced, unless its bit is
 * set in ho_flee_options.documented; then what the second sentence says holds. (name, what FLEE does, what is done instead) */
#define HO_FLEE_SURPRISES(X)                                                                                                        \
    X(LINK_CLOSURES, "link-closures", "closures of type link have no effect, but for names of one character: the way back is closed", \
      "a link closure closes the link both ways")                                                                                  \
    X(REDIRECTION, "redirection", "forced_redirection redirects nobody; the value 1 adds the link twice",                          \
      "the link is added once, and who leaves its start takes it while the redirection stands")                                     \
    X(AWARENESS, "awareness", "with awareness_level 0 nobody moves; below 0 it is as 1, with markers as dead ends",                 \
      "0: neighbours by distance alone; below 0: all neighbours alike")                                                             \
    X(SINKS, "sinks", "camps_are_sinks is not read (the key that is read is camps_are_sicks)",                                      \
      "people in camps stay for good with the camp's deactivation_probability a day")                                               \
    X(INTENSITY, "intensity", "a conflict keeps its first intensity until it returns to 0", "the intensity of the day counts")      \
    X(CONFLICT_DATES, "conflict-dates", "without conflicts.csv no conflict begins after day 0", "each begins on its conflict_date") \
    X(TOTAL_ERROR, "total-error", "the total error is divided by a count that holds day 0 twice, as total and by camp",             \
      "day 0 is counted once")                                                                                                      \
    X(LOCATION_CLOSURES, "location-closures", "a closure of type location closes all links of name1 and ignores name2",            \
      "with name2 it closes the link between the two")                                                                              \
    X(LOCATION_CHANGES, "location-changes", "location_changes.csv is read where FLEE is started, not in the input folder",          \
      "it is read in the input folder")                                                                                             \
    X(DAY0_CAPACITY, "day0-capacity", "people put into a camp on day 0 are taken off its capacity too", "capacity is as listed")    \
    X(CAPACITY_PER_DAY, "capacity-per-day", "capacity_per_day is not applied by the parallel version", "it is added every day")      \
    X(FRESH_DAY, "fresh-day", "a later link of the same day gets a full day's distance", "it gets what is left of the day")         \
    X(HOME, "home", "stay_close_to_home measures from where people are, with latitude and longitude exchanged",                     \
      "it measures from where they come from")                                                                                      \
    X(BOYS, "boys", "BoysTakeRisk means all males older than 14", "it means males of 15 to 18")                                     \
    X(FIXED_SCORE, "fixed-score", "with fixed_routes the score of a place counts twice", "it counts once")                          \
    X(CONFLICT_DAYS, "conflict-days", "rows of conflicts.csv are days from 0 on, whatever their first column says",                 \
      "the first column is the day; days between rows keep the last")                                                               \
    X(TWO_SYSTEM, "two-system", "two_system_decision_making is never on", NULL)                                                     \
    X(CROSSING, "crossing-speed", "max_crossing_speed is not used", NULL)                                                           \
    X(AUTO_CAMP, "auto-camp", "a place whose chance to leave is below 0.005 becomes a camp", "it stays what it is")

typedef enum ho_flee_surprise {
#define X(id, name, does, instead) HO_FLEE_##id,
    HO_FLEE_SURPRISES(X)
#undef X
    HO_FLEE_N_SURPRISE
} ho_flee_surprise;

/* Name, what FLEE does, and what is done instead (NULL: nothing can be). */
const char *ho_flee_surprise_name(ho_flee_surprise surprise);
const char *ho_flee_surprise_does(ho_flee_surprise surprise);
const char *ho_flee_surprise_instead(ho_flee_surprise surprise);

/* What the improved mode draws instead of taking it from simsetting.yml: values of FLEE's rules of movement, then of what the forecast adds to
 * its counts (ho_flee_expected, ho_flee_forecast_run). Priors are judgement, around FLEE's defaults and wide; LAW: names of simsetting.yml.
 * (name, family, a, b, least, most, what it is) */
#define HO_FLEE_PARAMETERS(X)                                                                                                             \
    X(CONFLICT_MOVECHANCE, "conflict_movechance", BETA, 4, 1, 0.01, 1, "chance a day to leave a place in conflict")                       \
    X(DEFAULT_MOVECHANCE, "default_movechance", LOGNORMAL, 0.2, 0.8, 0.01, 1, "chance a day to leave a town")                             \
    X(CAMP_MOVECHANCE, "camp_movechance", LOGNORMAL, 0.001, 1, 1e-5, 0.1, "chance a day to leave a camp")                                 \
    X(FOREIGN_WEIGHT, "foreign_weight", LOGNORMAL, 1, 0.7, 0.01, 100, "weight of places abroad")                                          \
    X(CAMP_WEIGHT, "camp_weight", LOGNORMAL, 1, 0.7, 0.01, 100, "weight of camps")                                                        \
    X(CONFLICT_WEIGHT, "conflict_weight", LOGNORMAL, 0.25, 0.7, 1e-3, 1, "weight of places in conflict")                                  \
    X(DISTANCE_POWER, "distance_power", LOGNORMAL, 1, 0.5, 0.05, 5, "power of distance in the weight of a route")                         \
    X(SOFTENING, "softening", LOGNORMAL, 10, 1, 0.1, 1000, "added to the distance [km]")                                                  \
    X(MAX_MOVE_SPEED, "max_move_speed", LOGNORMAL, 200, 0.6, 20, 1000, "distance of a day [km], rounded")                                 \
    X(AWARENESS_LEVEL, "awareness_level", UNIFORM, 1, 4, 1, 3.999, "hops that people see ahead, cut to a whole number")                   \
    X(COUNTED, "counted", LOGNORMAL, 1, 0.5, 0.01, 10, "people that camps record for one of the total series who gets there (leak-free)") \
    X(ALIKE, "alike", BETA, 1, 4, 0, 1, "share of those in camps who are anywhere there is room")                                         \
    X(SHARE_ERROR, "share_error", LOGNORMAL, 0.15, 0.5, 0.02, 1, "scale of the root of a camp's share")                                    \
    X(SUM_ERROR, "sum_error", LOGNORMAL, 0.4, 0.5, 0.05, 0.9, "scale of the log of the camps' sum (leak-free)")

typedef enum ho_flee_parameter {
#define X(id, name, family, a, b, least, most, is) HO_FLEE_##id,
    HO_FLEE_PARAMETERS(X)
#undef X
    HO_FLEE_N_PARAMETER
} ho_flee_parameter;

const char *ho_flee_parameter_name(ho_flee_parameter parameter);
const char *ho_flee_parameter_is(ho_flee_parameter parameter);
ho_prior ho_flee_parameter_prior(ho_flee_parameter parameter);

typedef struct ho_flee_options {
    const char *folder;     /* with locations.csv in it, or in its input_csv or input */
    const char *validation; /* with data_layout.csv; NULL: source_data or validation beside the input */
    const char *settings;   /* simsetting.yml; NULL: the one in the folder, else FLEE's defaults */
    uint64_t documented;    /* bits of surprises that are not reproduced */
    bool by_origin;         /* keep where people come from; same law, other draws */
    bool leak_free;         /* forecasts see nothing of the camps' records but what is dated day 0 or before; see below */
    int64_t hasten;         /* people that one simulated person stands for; 0: as simsetting.yml says */
    const double *parameter; /* (HO_FLEE_N_PARAMETER) in the place of simsetting.yml's rules of movement, or NULL */
} ho_flee_options;

/* Leak-free: people displaced are the growth of the `total` series of data_layout.csv alone, uncorrected; camps begin with what their last record
 * dated day 0 or before says, uncorrected; capacities, which FLEE's users set to the highest count, are unlimited. So no record of a camp dated
 * later changes a bit of a forecast. Conflicts, routes, closures and the total series count as given. */

typedef struct ho_flee_case ho_flee_case;

/* Reads a case. problems: every problem of the files, one line each; surprises: what was met in them, one line each, once. Both are the caller's
 * to free. HO_ERR_INPUT: there are problems; HO_ERR_IO, HO_ERR_MEMORY. *made is NULL on failure; the caller frees it. */
ho_status ho_flee_load(const ho_flee_options *options, ho_flee_case **made, ho_problems *problems, ho_problems *surprises, ho_error *err);
void ho_flee_free(ho_flee_case *made);

size_t ho_flee_n_day(const ho_flee_case *flee);
ho_day ho_flee_start(const ho_flee_case *flee);
size_t ho_flee_n_place(const ho_flee_case *flee);
const char *ho_flee_place(const ho_flee_case *flee, size_t place);
/* What a place is when the simulation begins; text is the case's. */
typedef struct ho_flee_site {
    const char *name, *kind; /* "camp", "idp camp", "conflict", "marker", "town" */
    double latitude, longitude; /* as given, FLEE's x and y */
    int64_t capacity;        /* people of the camp; -1: none given */
} ho_flee_site;
ho_flee_site ho_flee_site_of(const ho_flee_case *flee, size_t place);
/* Links between places, each direction one. */
size_t ho_flee_n_link(const ho_flee_case *flee);
void ho_flee_link(const ho_flee_case *flee, size_t link, size_t *from, size_t *to, double *km);
/* Places that are camps when the simulation begins: FLEE's columns. Their places, in its order. */
size_t ho_flee_n_camp(const ho_flee_case *flee);
size_t ho_flee_camp_place(const ho_flee_case *flee, size_t camp);
/* Recorded people of a camp on a day, interpolated and cut to whole numbers as FLEE does, in simulated people (one for `hasten`); -1 if the case
 * has no data. */
int64_t ho_flee_data(const ho_flee_case *flee, size_t day, size_t camp);
/* Record of a camp as it was known on a day: its last count dated that day or before, without later corrections, 0 where there is none; -1 without data. */
int64_t ho_flee_known(const ho_flee_case *flee, size_t day, size_t camp);
/* The total series of a day, without corrections, a straight line between dates; -1 without data. */
int64_t ho_flee_series(const ho_flee_case *flee, size_t day);
/* Is the camp one on that day (closures of type camp)? */
bool ho_flee_camp_is_open(const ho_flee_case *flee, size_t day, size_t camp);
/* FLEE's "raw UNHCR refugee count", and what it owes: decreases not yet made up for by later arrivals. */
int64_t ho_flee_raw(const ho_flee_case *flee, size_t day);
int64_t ho_flee_debt(const ho_flee_case *flee, size_t day);
/* People that one simulated person stands for. */
int64_t ho_flee_hasten(const ho_flee_case *flee);

/* What one run leaves; counts are people. The caller gives the arrays, any may be NULL. */
typedef struct ho_flee_record {
    int64_t *camp;    /* (n_day, n_camp) at the end of each day */
    int64_t *total;   /* (n_day) everyone simulated */
    int64_t *on_road; /* (n_day) on links */
    int64_t *at;      /* (n_day, n_place) at each place */
    int64_t *flow;    /* (n_place, n_place) by origin and where they are at the end; for by_origin */
} ho_flee_record;

/* A run by itself; replicate k of a seed is the same wherever it is made. Scratch is made by ho_flee_worker_build and used by one thread at a time.
 * HO_ERR_INPUT: the population of a place is used up (take_from_population), as FLEE stops; HO_ERR_MEMORY. */
typedef struct ho_flee_worker ho_flee_worker;
ho_status ho_flee_worker_build(const ho_flee_case *flee, ho_flee_worker **worker, ho_error *err);
void ho_flee_worker_free(ho_flee_worker *worker);
ho_status ho_flee_run(ho_flee_worker *worker, uint32_t seed, uint32_t replicate, const ho_flee_record *record, ho_error *err);

/* Runs 0 .. n_run - 1 of a seed over threads. */
typedef struct ho_flee_plan {
    uint32_t seed;
    size_t n_run, n_thread;
    const atomic_bool *stop; /* NULL allowed */
    void (*progress)(void *context, size_t n_done); /* NULL allowed; called from any thread, one at a time */
    void *context;
} ho_flee_plan;

typedef struct ho_flee_ensemble {
    size_t n_run, n_day, n_camp, n_place;
    int64_t *camp;    /* (n_run, n_day, n_camp) */
    int64_t *total;   /* (n_run, n_day) */
    int64_t *on_road; /* (n_run, n_day) */
    int64_t *flow;    /* (n_run, n_place, n_place), or NULL without by_origin */
} ho_flee_ensemble;

/* The caller frees, also on failure. HO_ERR_INTERRUPTED and what ho_flee_run returns. */
ho_status ho_flee_ensemble_run(const ho_flee_case *flee, const ho_flee_plan *plan, ho_flee_ensemble *ensemble, ho_error *err);
void ho_flee_ensemble_free(ho_flee_ensemble *ensemble);

/* FLEE's measures of error of one run, means over days: total, what its output prints; n = mean of sum |sim - data| / max(1, sum data);
 * r = the same after scaling sim each day to the sum of the data. */
typedef struct ho_flee_error {
    double total, n, r;
} ho_flee_error;
/* camp: (n_day, n_camp), counts or their means. Without data all are NaN. */
ho_flee_error ho_flee_errors(const ho_flee_case *flee, const double *camp);
/* The mean over an ensemble's runs of the errors of each. HO_ERR_MEMORY. */
ho_status ho_flee_mean_errors(const ho_flee_case *flee, const ho_flee_ensemble *ensemble, ho_flee_error *mean, ho_error *err);
/* FLEE's "Total error" of a day, as it prints it. camp: (n_camp). */
double ho_flee_total_error(const ho_flee_case *flee, size_t day, const double *camp);

/* --- the improved mode --- */

/* Draws of the parameters, of equal weight. */
typedef struct ho_flee_posterior {
    size_t n;
    double *value; /* (n, HO_FLEE_N_PARAMETER) */
} ho_flee_posterior;

/* Reads a CSV file with a column for each parameter, in any order; lines that begin with # are passed over. problems: one line each, the caller's to free.
 * HO_ERR_INPUT: there are problems; HO_ERR_MEMORY. The caller frees, also on failure. */
ho_status ho_flee_posterior_load(const char *path, ho_flee_posterior *posterior, ho_problems *problems, ho_error *err);
void ho_flee_posterior_free(ho_flee_posterior *posterior);

/* What a run says of the camps' records on a day: with p the simulated shares of camps and r those of open camps by listed capacity (alike where one has none,
 * and leak-free), share (n_camp) = (1 - alike) p + alike r, r where nobody is in a camp; returns their sum, times `counted` where the case is leak-free.
 * sim: (n_camp). */
double ho_flee_expected(const ho_flee_case *flee, const double *parameter, size_t day, const int64_t *sim, double *share);

/* Members of a forecast: member k is a run with draw k mod n of the posterior (n_run < n: draws spread over all), and errors that stay with it on all days: with z normal by camp, E
 * exponential and T Laplace, one each, share_c ~ max(0, sqrt(share_c) + share_error z_c / sqrt(E))^2, made to add up to 1, and sum x exp(sum_error T) where
 * the case is leak-free (as given the sum is known). */
typedef struct ho_flee_forecast {
    size_t n_member, n_day, n_camp;
    double *camp; /* (n_day, n_camp, n_member) people */
} ho_flee_forecast;

/* options->parameter is not used. plan->n_run: members. The caller frees, also on failure. HO_ERR_INPUT: the case or no draw; HO_ERR_INTERRUPTED;
 * HO_ERR_MEMORY. */
ho_status ho_flee_forecast_run(const ho_flee_options *options, const ho_flee_posterior *posterior, const ho_flee_plan *plan,
                               ho_flee_forecast *forecast, ho_error *err);
/* The runs of an ensemble as members. HO_ERR_MEMORY; the caller frees. */
ho_status ho_flee_forecast_of(const ho_flee_ensemble *ensemble, ho_flee_forecast *forecast, ho_error *err);
void ho_flee_forecast_free(ho_flee_forecast *forecast);

/* Forecasts without a simulation. The sum to be split is that of the camps as given, the total series leak-free; "day 30" is the last day of shorter
 * cases. Leak-free they see records as known on the day, uncorrected. (name, what it is) */
#define HO_FLEE_BASELINES(X)                                                                                  \
    X(CAPACITY_SPLIT, "capacity split", "the sum by listed capacity; as given only")                          \
    X(EQUAL_SPLIT, "equal split", "the sum alike among all camps")                                            \
    X(FROZEN, "frozen day 30", "the sum by the shares recorded on day 30, on all days: sees records to day 30") \
    X(PERSISTENCE, "persistence", "counts of day 0 until day 30, then those of day 30: sees records to day 30") \
    X(LAGGED, "30 days before", "counts recorded 30 days before, those of day 0 until then: sees records all along")

typedef enum ho_flee_baseline {
#define X(id, name, is) HO_FLEE_##id,
    HO_FLEE_BASELINES(X)
#undef X
    HO_FLEE_N_BASELINE
} ho_flee_baseline;

const char *ho_flee_baseline_name(ho_flee_baseline baseline);
const char *ho_flee_baseline_is(ho_flee_baseline baseline);
/* Fills camp (n_day, n_camp). False: the case has no such baseline (no data, leak-free, or no capacity). */
bool ho_flee_baseline_make(const ho_flee_case *flee, ho_flee_baseline baseline, double *camp);

#endif
