/* holdout/record.h: what is observed, kept and summed up of a run.
 *
 * A run folder holds run.sqlite (the store), summary.json and report.html. The store has one writer; replicates are written whole,
 * in transactions, so that an interruption loses at most the open transaction; it says `running` or `finished`. */
#ifndef HOLDOUT_RECORD_H
#define HOLDOUT_RECORD_H

#include "sim.h"

/* The daily observables of a world: one column each, named like `districts_controlled.BLOC`. */
typedef struct ho_observable {
    char name[64];
    const char *unit;       /* "districts", "share", "persons", ... */
    const char *definition; /* one sentence: whose definition, what is counted */
    bool integer;           /* part of the digest */
} ho_observable;

typedef struct ho_observables {
    size_t n;
    ho_observable *item; /* (n), owned */
    ho_observer observer; /* fills one row of n values */
} ho_observables;

ho_status ho_observables_build(const ho_world *world, ho_observables *observables, ho_error *err);
void ho_observables_free(ho_observables *observables);
int32_t ho_observables_find(const ho_observables *observables, const char *name); /* -1: none */

/* --- what is asked of a replicate: an observable on a day --- */

typedef struct ho_question {
    char name[80]; /* "national_capital_fallen@2021-08-15" */
    int32_t observable;
    ho_day date;
} ho_question;

/* Reads OBSERVABLE@DATE, or OBSERVABLE: on the last day. HO_ERR_INPUT: no such observable, no such date, a date outside the world's days. */
ho_status ho_question_parse(const char *text, const ho_world *world, const ho_observables *observables, ho_question *question,
                            ho_error *err);
/* Whether the national capital has fallen by the day its fall is recorded, if the record says so with better than low confidence, known by the
 * world's known_by, and the day is one of the world's; else by the last day. */
ho_question ho_question_default(const ho_world *world, const ho_observables *observables);
/* The day of a question, days since the first. */
size_t ho_question_day(const ho_question *question, const ho_world *world);
/* The value in a replicate; NaN: not measured. */
float ho_question_value(const ho_question *question, const ho_world *world, const ho_result *result);

/* One quantity over replicates; replicates in which it was not measured (NaN) are left out. */
typedef struct ho_spread {
    size_t n; /* replicates in which it was measured */
    double mean, q05, q25, q50, q75, q95; /* quantiles: Hyndman and Fan 1996, type 7 */
    double mcse; /* Monte-Carlo standard error of the mean: sd / sqrt(n), n - 1 in the sd */
} ho_spread;

/* Spread of n values; `value` is reordered, scratch: (n). All NaN if nothing was measured, mcse NaN if fewer than two were. */
ho_spread ho_spread_of(float *value, float *scratch, size_t n);

/* --- how things are in a district --- */

/* code, name, label, unit, definition */
#define HO_CONDITION_LIST(X)                                                                                                    \
    X(HO_CONDITION_CONTESTED, "contested", "Contested", "share of replicates",                                                  \
      "some bloc other than the holder of the centre has a share of the country around it above 0.3, and none has more than 0.85") \
    X(HO_CONDITION_DISPLACED, "displaced_per_head", "Displaced people, of those present", "share",                              \
      "people from elsewhere who are there, of all people there; fewer than 50 count as none")                                  \
    X(HO_CONDITION_MORALE, "morale", "Morale of the garrison", "0 to 1",                                                        \
      "heart of the holder's garrison; not measured where it has none")                                                         \
    X(HO_CONDITION_SUPPLY, "supply_days", "Stock of the garrison", "d",                                                         \
      "days for which the holder's garrison has stock; not measured where it has none")                                         \
    X(HO_CONDITION_GARRISON, "garrison", "Garrison", "persons", "fighters of the holder's bloc in the district")                \
    X(HO_CONDITION_ATTACKERS, "attackers", "What can attack", "persons x worth",                                                \
      "fighters, weighted by worth, that the strongest other bloc has there or can bring from next door")                       \
    X(HO_CONDITION_PEOPLE, "people", "People present", "persons",                                                               \
      "people at home and from elsewhere, without fighters; fewer than 50 count as none")

typedef enum ho_condition {
#define X(code, name, label, unit, definition) code,
    HO_CONDITION_LIST(X)
#undef X
    HO_N_CONDITION
} ho_condition;

typedef struct ho_condition_info {
    const char *name, *label, *unit, *definition;
} ho_condition_info;

const ho_condition_info *ho_condition_at(size_t condition); /* NULL past the end */
/* An observer of all conditions: HO_N_CONDITION times districts values a day, condition by condition; NaN: not measured. */
ho_observer ho_conditions_observer(const ho_world *world);

/* How a war ends: codes of observable `ending`. */
typedef enum ho_ending {
    HO_ENDING_INSURGENT_VICTORY, /* a challenger holds the national capital and most of the people */
    HO_ENDING_SETTLEMENT,
    HO_ENDING_STALEMATE,      /* both sides keep some of the people */
    HO_ENDING_FRAGMENTATION,  /* three rulers or more of some weight */
    HO_ENDING_STATE_RECOVERY, /* hardly more districts lost than on day 0 */
    HO_N_ENDING
} ho_ending;

/* "insurgent victory", ...; "?" for what is no code. */
const char *ho_ending_name(int ending);
/* What a class of ending is in words, with the scenario's thresholds; "" for what is no code. Writes into `text` (size bytes, about 200 are
 * needed) and returns it. Of two classes that fit a day the first counts of settlement, insurgent victory, fragmentation, state recovery,
 * stalemate. */
const char *ho_ending_meaning(const ho_scenario *scenario, int ending, char *text, size_t size);

/* Tells one replicate in words: one call per sentence, in order of days; `text` is valid during the call. */
typedef void ho_tell(void *context, ho_day day, const char *text);
/* HO_ERR_STATE: ho_world_withheld. */
ho_status ho_history_tell(const ho_world *world, const ho_sim_options *options, uint32_t replicate, ho_tell *tell,
                          void *context, ho_error *err);

typedef struct ho_store ho_store;

/* Identity of a run: --resume refuses a store whose identity differs. */
typedef struct ho_run_identity {
    const ho_world *world;
    const ho_observables *observables;
    ho_sim_options sim;
    size_t n_replicate; /* asked for; resume may raise it */
} ho_run_identity;

/* Makes folder/run.sqlite (and the folder). Refuses with HO_ERR_STATE if a run is there and neither `resume` (equal identity; the replicates
 * done are kept) nor `overwrite` is true. HO_ERR_IO: cannot be created or written. */
ho_status ho_store_create(const char *folder, const ho_run_identity *identity, bool resume, bool overwrite,
                          ho_store **store, ho_error *err);
/* For a run that nobody will resume: what is written goes straight into the file, and a crash or a power cut may leave it damaged. Call it after
 * ho_store_create, before anything is put. HO_ERR_IO. */
ho_status ho_store_throwaway(ho_store *store, ho_error *err);
/* Opens a finished (or unfinished, see ho_store_finished) run for reading. */
ho_status ho_store_open(const char *folder, ho_store **store, ho_error *err);
void ho_store_close(ho_store *store); /* commits nothing; NULL allowed */

/* Bytes (n_replicate) of 0/1: which replicates are stored; owned by the store. */
const uint8_t *ho_store_done(const ho_store *store);
size_t ho_store_n_done(const ho_store *store);
size_t ho_store_n_replicate(const ho_store *store); /* asked for */
bool ho_store_finished(const ho_store *store);
/* Whether changes of hands and control by district were left out when the run was finished (ho_world_withheld). */
bool ho_store_withheld(const ho_store *store);
/* A text of table meta by its key ("scenario", "seed", "settings", ...), owned by the store; NULL if there is none. */
const char *ho_store_meta(const ho_store *store, const char *key);
/* The parameters of every replicate of a finished run as draws: a world built with them simulates its replicates again, whatever posterior it
 * came from. The caller frees *draws. HO_ERR_INPUT: damaged, or of a version that kept none. HO_ERR_MEMORY. */
ho_status ho_store_draws(ho_store *store, ho_draws **draws, ho_error *err);
/* Adds one replicate (shape of ho_ensemble_options.sink with context = store); commits every 64 replicates. Whoever has a clock commits
 * in between (ho_store_commit, every 250 ms). After an error nothing more can be put; what was committed stays and can be resumed. */
ho_status ho_store_put(void *store, const ho_result *result, ho_error *err);
/* Commits the open transaction. */
ho_status ho_store_commit(ho_store *store, ho_error *err);

enum { HO_PEOPLE_FEWEST = 50 }; /* [persons] fewer of a place are not told */

/* --- people by place ---
 *
 * Of every replicate the store keeps, after day 0, every seventh day and the last, and by district: arrivals, people from elsewhere who reached
 * it since the first day, to stay, to go on, or to wait at a border in it; departures, residents who left it since the first day; hosted,
 * people from elsewhere who are there. Who flees in two stages arrives twice and departs once; who comes home is no arrival. And by
 * neighbour: people who crossed to it since the first day. */
typedef enum ho_flow { HO_FLOW_ARRIVALS, HO_FLOW_DEPARTURES, HO_FLOW_HOSTED, HO_FLOW_CROSSED, HO_N_FLOW } ho_flow;

const char *ho_flow_name(ho_flow flow); /* "arrivals", "departures", "hosted", "crossed" */

typedef struct ho_flow_shape {
    size_t n_day_run, n_day;          /* days simulated; days kept, the k-th is ho_flow_day */
    size_t n_district, n_neighbour, n_count; /* n_count: numbers of a day, ho_flow_at each */
} ho_flow_shape;

/* The k-th day kept [days since the first], and the place of a number in a day's: `place` is a district, or a neighbour of crossed. */
size_t ho_flow_day(const ho_flow_shape *shape, size_t k);
static inline size_t ho_flow_at(const ho_flow_shape *shape, ho_flow flow, size_t place) {
    return (size_t)flow * shape->n_district + place;
}

/* HO_ERR_INPUT: the run is of a version that kept none. */
ho_status ho_store_flow_shape(ho_store *store, ho_flow_shape *shape, ho_error *err);
/* Shows the counts of every replicate in order: count (n_day, n_count), valid during the visit. HO_ERR_INPUT: damaged, or none kept. */
typedef ho_status (*ho_flow_visit)(void *context, uint32_t replicate, const int32_t *count, ho_error *err);
ho_status ho_store_flows(ho_store *store, ho_flow_visit visit, void *context, ho_error *err);
/* Name of a neighbour, by the order of the run; the caller frees it. HO_ERR_INPUT: none such, or damaged. */
ho_status ho_store_neighbour(ho_store *store, size_t neighbour, char **name, ho_error *err);

/* Shows the means over replicates of a measure (series `flow` of the store): of each day kept but the first, in order of place and day. Arrivals,
 * departures and crossings are those since the day kept before, hosted are those present. `place` -1: every place. HO_ERR_INPUT: damaged, or none
 * kept. */
typedef void (*ho_flow_mean)(void *context, size_t place, size_t day, double mean, double q05, double q95);
ho_status ho_store_flow_means(ho_store *store, ho_flow flow, int32_t place, ho_flow_mean visit, void *context, ho_error *err);

/* Shows the changes of hands of every replicate stored, in order; `change` is valid during the visit. HO_ERR_INPUT: damaged. */
typedef ho_status (*ho_change_visit)(void *context, uint32_t replicate, const ho_change *change, size_t n_change, ho_error *err);
ho_status ho_store_changes(ho_store *store, ho_change_visit visit, void *context, ho_error *err);

/* --- what a run was made with --- */

/* Read back from its store: a world built of the scenario with these what-ifs and options simulates its replicates again. */
typedef struct ho_run_options {
    char *scenario, *scenario_digest;
    uint32_t seed;
    uint64_t off;           /* mechanisms, those of the scenario included */
    ho_world_options world; /* `set` and `draws` are owned here */
    size_t n_what_if;
    char **what_if, **set;  /* (n_what_if), (world.n_set) */
    ho_draws *draws;        /* NULL: no posterior */
} ho_run_options;

/* The caller frees *options. HO_ERR_INPUT: the posterior it was made with is damaged. HO_ERR_MEMORY. */
ho_status ho_store_options(ho_store *store, ho_run_options **options, ho_error *err);
void ho_run_options_free(ho_run_options *options); /* NULL allowed */

/* --- simulating a run --- */

typedef struct ho_simulate_options {
    size_t n_thread;
    const atomic_bool *stop; /* may be NULL */
    /* Called on the calling thread at least every 100 ms; may be NULL. Whoever has a clock commits here. An error ends the run. */
    ho_status (*tick)(void *context, ho_store *store, ho_error *err);
    void *context;
} ho_simulate_options;

/* Simulates the replicates that the store lacks into it and commits them, also when it is stopped: HO_ERR_INTERRUPTED. Other errors as of
 * ho_ensemble_run, ho_store_put and tick. */
ho_status ho_store_simulate(ho_store *store, const ho_run_identity *identity, const ho_simulate_options *options, ho_error *err);

typedef struct ho_finish_info {
    double wall_s;
    size_t n_thread;
    char digest[65]; /* written: SHA-256, hex */
    /* Called once digest and outcomes of replicates are known, before the rest is found: for who will not wait for it (ho_compare_early). May be
     * NULL; an error ends the finish. */
    ho_status (*early)(void *context, ho_store *store, ho_error *err);
    void *context;
} ho_finish_info;

/* After all replicates: quantiles, control probabilities and digest from the store alone, one observable at a time; writes the tables series,
 * control, outcome, parameter, district, faction; marks the run finished; writes summary.json beside it (synced and renamed). */
ho_status ho_store_finish(ho_store *store, const ho_run_identity *identity, ho_finish_info *info, ho_error *err);

/* --- two sides of the same seeds ---
 *
 * Replicate k of a seed draws the same numbers in every run (common random numbers), so runs are compared replicate by replicate: a
 * difference is always B minus A within a pair. */

/* A quantity in pairs of replicates. */
typedef struct ho_paired {
    size_t n;              /* pairs measured in both */
    double mean_a, mean_b; /* over these pairs; NaN without any */
    double difference;     /* mean of B minus A */
    double se;             /* standard error of the difference: sd / sqrt(n), n - 1 in the sd; NaN with fewer than two pairs */
    double q05, q95;       /* of B minus A over pairs (Hyndman and Fan 1996, type 7); 0.9 of pairs lie between */
    double above, below;   /* shares of pairs in which B is above, below A */
} ho_paired;

/* --- comparing two runs --- */

enum { HO_SIDE_A, HO_SIDE_B, HO_N_SIDE };

typedef struct ho_compared_run {
    char *folder; /* as given */
    size_t n_replicate;
    ho_day until;
} ho_compared_run;

/* Something that is not the same in the two runs ("without", "settings", "until", ...). */
typedef struct ho_compared_fact {
    char *key, *value[HO_N_SIDE];
} ho_compared_fact;

typedef struct ho_compared_bloc {
    char *id, *name, *color;
} ho_compared_bloc;

typedef struct ho_compared_observable {
    char *name, *label; /* "districts_controlled.league", "Districts controlled: League" */
    char *unit, *definition;
    int32_t bloc; /* -1: of no bloc */
} ho_compared_observable;

/* An observable on a headline date. */
typedef struct ho_compared_row {
    int32_t observable;
    ho_day day;
    ho_paired paired;
} ho_compared_row;

/* An observable on every day. */
typedef struct ho_compared_curve {
    int32_t observable;
    ho_spread *side[HO_N_SIDE]; /* (n_day) */
    ho_paired *difference;      /* (n_day) */
} ho_compared_curve;

/* The first day on which the bloc that held the national capital on the first day loses it. */
typedef struct ho_compared_fall {
    size_t n_both, n_only[HO_N_SIDE], n_neither; /* pairs, by the last day compared */
    ho_paired day;                               /* [days since the first], pairs in which it fell in both */
} ho_compared_fall;

typedef struct ho_comparison {
    char *scenario, *title, *seed;
    char *capital; /* name of the national capital */
    ho_day from, until; /* first and last common day */
    size_t n_day, n_pair; /* common days and replicates */
    ho_compared_run run[HO_N_SIDE];
    size_t n_fact, n_bloc, n_observable, n_row, n_curve;
    ho_compared_fact *fact;             /* (n_fact) */
    ho_compared_bloc *bloc;             /* (n_bloc) */
    int32_t home_bloc;                  /* holds the national capital on the first day; the others are challengers */
    ho_compared_observable *observable; /* (n_observable) those of the rows and curves */
    ho_compared_row *row;     /* (n_row) by observable, then by day: each end of a month and the last day */
    ho_compared_curve *curve; /* (n_curve) districts_controlled of each challenger */
    ho_compared_fall fall;
    bool has_ending; /* both runs have observable `ending` */
    size_t n_ending_changed, ending[HO_N_ENDING][HO_N_ENDING]; /* pairs; [in A][in B] on the last common day */
} ho_comparison;

/* Compares two finished runs of a scenario, replicate by replicate, over the replicates and days that both have. Reads both stores in
 * order, in as many passes as keep the values held under 64 MiB (one column of all replicates at least). The caller frees *comparison.
 * HO_ERR_INPUT: no run there, damaged, or not paired: scenario, first day, seed or home bloc differ. HO_ERR_STATE: a run is not finished.
 * HO_ERR_IO: cannot be read. HO_ERR_MEMORY. */
ho_status ho_compare(const char *folder_a, const char *folder_b, ho_comparison **comparison, ho_error *err);
/* The same with a run of `world_b` that is being finished, from ho_finish_info.early; its store is borrowed. */
ho_status ho_compare_early(const char *folder_a, ho_store *b, const ho_world *world_b, ho_comparison **comparison, ho_error *err);
void ho_comparison_free(ho_comparison *comparison); /* NULL allowed */

/* --- what each mechanism does: switching one off at a time --- */

typedef enum ho_ablate_what {
    HO_ABLATE_DISTRICTS,      /* districts_controlled of the main challenger on the last day */
    HO_ABLATE_DISTRICTS_MEAN, /* the same averaged over all days */
    HO_ABLATE_CAPITAL,        /* the national capital was lost at some time until the last day */
    HO_ABLATE_HOLDOUT,        /* the holdout holds on the last day */
    HO_ABLATE_HARM,           /* displaced_since_start on the last day; killed of all blocs where it is not observed */
    HO_N_ABLATE
} ho_ablate_what;

typedef struct ho_ablate_options {
    ho_sim_options sim;      /* off: switched off in every run, the base too */
    uint64_t which;          /* bit k: switch mechanism k off in turn */
    size_t n_replicate, n_thread;
    const atomic_bool *stop; /* may be NULL */
    /* Called on the calling thread at least every 100 ms with the replicates done of all runs; may be NULL. */
    void (*progress)(void *context, size_t n_done);
    void *context;
} ho_ablate_options;

typedef struct ho_ablate_measure {
    char name[96], unit[16], definition[256];
    bool measured;     /* false: the scenario has no such thing */
    double base, se;   /* mean of the base run and its standard error */
    double smallest;   /* effect worth having, in the unit */
} ho_ablate_measure;

typedef struct ho_ablated {
    int32_t mechanism;
    ho_paired effect[HO_N_ABLATE]; /* A: on (the base), B: off; the difference is off minus on */
    bool marked[HO_N_ABLATE];      /* beyond 3 standard errors and beyond the smallest effect */
    bool detected;                 /* any of them */
} ho_ablated;

typedef struct ho_ablation {
    int32_t challenger; /* main challenger: the bloc that controls most districts at the end of the base run, not holding the national
                           capital on the first day; -1: none */
    ho_ablate_measure measure[HO_N_ABLATE];
    size_t n;
    ho_ablated *item; /* (n) in the order of mechanisms */
} ho_ablation;

/* Runs the base, then one run of the same seeds without each mechanism of `which`; keeps a few numbers a replicate, no store. The same
 * result for any number of threads. The caller frees *ablation. HO_ERR_INPUT: no replicates or a bad number of threads. HO_ERR_NUMERIC,
 * HO_ERR_INTERRUPTED: as ho_ensemble_run, saying in which run. HO_ERR_MEMORY. */
ho_status ho_ablate(const ho_world *world, const ho_ablate_options *options, ho_ablation **ablation, ho_error *err);
void ho_ablation_free(ho_ablation *ablation); /* NULL allowed */
/* Replicates that ho_ablate runs, the base included; what progress counts up to. */
size_t ho_ablate_n_run(const ho_ablate_options *options);

#endif
