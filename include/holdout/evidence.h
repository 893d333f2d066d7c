/* holdout/evidence.h: what a finished run shows of the facts in its scenario's facts.csv, replicate by replicate; scores of forecasts; a
 * finished run and honest baselines scored against record.csv; the statements in claims.csv held against a finished run.
 *
 * FACTS
 *
 * Each fact has a value in each replicate, and shows in those in which the value lies in low..high, both included. Where a row has a
 * denominator, its numbers are that many of so many by its source's own count; they and the model's are then compared as shares, the
 * model's of its own number of districts or places. In a period both days belong to it. A loss is a change of hands from a faction of the bloc to
 * one of another; who holds a district on day 0 is no loss. What each kind measures:
 *
 *   level        the observable on `date`
 *   change       the observable on `until` less that on `date`
 *   lost         places whose first loss lies in date (or day 0) .. until
 *   lost-within  places first lost within `amount` days, that of the first loss included, by `until`; no value without a loss
 *   clustering   mean days between the first losses of neighbouring places, divided by the same over all pairs of lost places (what shuffling
 *                the days among them gives on average): below 1 neighbours fall together. Capitals are neighbours if their provinces are.
 *                No value without two neighbours lost, or with all lost on one day
 *   mode-share   losses of the ways in `of`, by all losses but those at the fall of the regime (which count if they are in `of`)
 *   per-loss     what the observable, counted from the first day, gains in date..until, by the bloc's losses in it; no value without a loss
 *   retaken      of places lost in date..until, the share that the bloc holds again at some time until then; no value without a loss
 *   ahead        share of places the bloc does not hold on `date`, less that share of all districts
 *   held         places the bloc holds on `date`
 *   all          how many of the facts in `of` show; it shows if all do
 *   falling      largest ratio of one value in `of` to the value before it; it shows below 1. No value if one of them has none or is not above 0
 *   dose         with ho_facts_dose: mean change of the observable on `date` when everything in `of` for the bloc is multiplied by `amount`
 *   weaker       with ho_facts_dose: size of the first dose's change less that of the second; it shows below 0, by more than 2 standard errors */
#ifndef HOLDOUT_EVIDENCE_H
#define HOLDOUT_EVIDENCE_H

#include "flee.h"
#include "record.h"

/* What a dose comes to. */
typedef enum ho_verdict {
    HO_VERDICT_NO,
    HO_VERDICT_YES,
    HO_VERDICT_UNCLEAR,  /* of weaker: within 2 standard errors of 0 */
    HO_VERDICT_NOT_FELT, /* no replicate differs: nothing was asked */
    HO_N_VERDICT
} ho_verdict;

const char *ho_verdict_name(ho_verdict verdict); /* "no", "yes", "unclear", "not felt" */

/* One row of facts.csv. Numbers are NaN where there are none. */
typedef struct ho_fact_score {
    const ho_fact_row *row; /* of the world's scenario, borrowed */
    bool measured;
    char reason[160];       /* why it was not, else empty */
    char unit[64];          /* of values, low, high and recorded: "share of districts", "persons", ... */
    double low, high, recorded;
    size_t n;               /* replicates looked at; of a dose, pairs of replicates */
    size_t n_value;         /* of them with a value */
    size_t n_shown;         /* of all of them; not of doses */
    double share, share_se; /* n_shown of n, and its Monte-Carlo standard error sqrt(p (1 - p) / n) */
    double median, q05, q95; /* of the values there are; 0.9 lie between (Hyndman and Fan 1996, type 7) */
    /* of doses: */
    bool is_dose;
    ho_verdict verdict;     /* a dose: yes if change +- 2 standard errors reaches into low..high */
    double base, dosed;     /* means without and with the dose */
    double change, change_se; /* mean over pairs of the same seed, and its standard error */
    size_t n_felt;          /* pairs whose changes of hands differ at all; of weaker, by the second dose */
} ho_fact_score;

typedef struct ho_fact_scores {
    size_t n;
    ho_fact_score *item; /* (n) in the order of the rows, owned */
} ho_fact_scores;

/* Scores a finished run, reading its store in order, in as many passes as keep the values held under 64 MiB (one fact at least). `world`
 * is the run's, and must outlive the scores. An observable that is not in the run, a day outside it and places that the scenario does not have
 * make a fact not measured. HO_ERR_INPUT: no facts.csv; the run is of another scenario; a denominator for what is no count of districts
 * or capitals; damaged. HO_ERR_STATE: not finished. HO_ERR_IO, HO_ERR_MEMORY. */
ho_status ho_facts_score(ho_store *store, const ho_world *world, ho_fact_scores *scores, ho_error *err);
void ho_fact_scores_free(ho_fact_scores *scores); /* empties it; NULL allowed */

typedef struct ho_dose_options {
    ho_world_options world; /* of the run */
    ho_sim_options sim;     /* of the run */
    size_t n_replicate, n_thread;
    const atomic_bool *stop; /* may be NULL */
    /* Called on the calling thread at least every 100 ms with the replicates done of all runs; may be NULL. */
    void (*progress)(void *context, size_t n_done);
    void *context;
} ho_dose_options;

/* Replicates that ho_facts_dose runs, those without a dose included; 0: the scenario has no doses. */
size_t ho_facts_dose_n_run(const ho_scenario *scenario, size_t n_replicate);
/* Runs the scenario as it is and once with each dose, on the same seeds, and fills the scores of doses and of `weaker` (ho_facts_score has
 * left them not measured). Stores nothing; keeps a number a dose and replicate. HO_ERR_INPUT, with `problems`: no replicates, or no world can be
 * built. HO_ERR_NUMERIC, HO_ERR_INTERRUPTED: as ho_ensemble_run. HO_ERR_MEMORY. */
ho_status ho_facts_dose(const ho_scenario *scenario, const ho_dose_options *options, ho_fact_scores *scores,
                        ho_problems *problems, ho_error *err);

/* --- scores of forecasts: pure functions, smaller is better unless it says otherwise ---
 *
 * An ensemble is n members of equal weight, n >= 1, finite. Nothing is kept, nothing allocated but where it says so. What is meant by
 * proper: in the mean no forecast scores better than the distribution the outcome comes from (Gneiting and Raftery 2007, JASA 102). */

/* Sorts upwards, for what asks for sorted members. */
void ho_score_sort(double *member, size_t n);
/* Quantile of sorted members by linear interpolation at (n - 1) q (Hyndman and Fan 1996, type 7). */
double ho_score_quantile(const double *sorted, size_t n, double q);

/* Continuous ranked probability score, integral of (F(x) - 1{x >= y})^2 dx = E|X - y| - E|X - X'|/2, of sorted members, in their unit
 * (Matheson and Winkler 1976; Gneiting and Raftery 2007, eq. 21). The second term is a sum over the gaps of the order, so it takes one pass. */
double ho_score_crps(const double *sorted, size_t n, double y);
/* The same with E|X - X'| over the n (n - 1) pairs of different members: in the mean what an ensemble of any size from the same
 * distribution would get (Ferro 2014, QJRMS 140, eq. 8). One member: |x - y|. May be below 0. */
double ho_score_crps_fair(const double *sorted, size_t n, double y);

/* Interval score of Winkler (1972) of a central interval low..high that misses with probability alpha:
 * high - low + 2/alpha (low - y)+ + 2/alpha (y - high)+ (Gneiting and Raftery 2007, eq. 43). */
double ho_score_interval(double low, double high, double alpha, double y);

/* Brier (1950): (p - x)^2, one term. And -ln of the probability of what happened (Good 1952), infinite where that was 0 [nat]. */
double ho_score_brier(double p, bool happened);
double ho_score_log(double p_of_what_happened);
/* The share of k of n members as a probability that is never 0 or 1: (k + 1/2) / (n + 1) (Krichevsky and Trofimov 1981). */
double ho_score_share(double k, size_t n);

/* Ranked probability score over ordered categories: sum over k < n of (F_k - O_k)^2 / (n - 1), F and O cumulated (Epstein 1969; Murphy
 * 1971). p: (n) n >= 2; observed: a category. */
double ho_score_rps(const double *p, size_t n, size_t observed);

/* Energy score of a path: E|X - y| - E|X - X'|/2 with Euclidean length (Gneiting and Raftery 2007, eq. 22); the CRPS where n_dim is 1.
 * member: (n, n_dim), y: (n_dim). Members are taken to be in no order: of more than HO_SCORE_PAIRS + 1 each is paired with the
 * HO_SCORE_PAIRS next ones only, the first following the last. */
enum { HO_SCORE_PAIRS = 1000 };
double ho_score_energy(const double *member, size_t n, size_t n_dim, const double *y);

/* Probability integral transform in the middle of ties: (members below y + half of those equal) / n; flat if calibrated (Dawid 1984; mid:
 * Czado, Gneiting and Held 2009 take the whole range, here no member is drawn at random). */
double ho_score_pit(const double *member, size_t n, double y);
enum { HO_PIT_BIN = 5 };
/* Its bin 0..HO_PIT_BIN - 1, 1 in the last. */
size_t ho_score_pit_bin(double pit);

/* Ignorance of a count in the eleven bins of the VIEWS prediction challenge 2023/24 (Hegre et al. 2024, arXiv:2407.11045): 0, 1-2, 3-5, 6-10,
 * 11-25, 26-50, 51-100, 101-250, 251-500, 501-1000, 1001 and more; -log2 of the share of the observed bin after one member has been
 * added to each bin [bit]. Values between whole numbers go to the nearer. */
enum { HO_IGN_BIN = 11 };
size_t ho_score_ign_bin(double count);
double ho_score_ign(const double *member, size_t n, double y);

/* Probabilities beside what happened, in ten bins of equal width (Murphy and Winkler 1977). All zero to begin with. */
enum { HO_RELIABILITY_BIN = 10 };
typedef struct ho_reliability {
    size_t n[HO_RELIABILITY_BIN], n_happened[HO_RELIABILITY_BIN];
    double sum_p[HO_RELIABILITY_BIN]; /* of the probabilities in it */
} ho_reliability;
void ho_reliability_add(ho_reliability *table, double p, bool happened);

/* --- a run scored against record.csv, beside baselines ---
 *
 * What is scored lies after the origin: rows of record.csv whose last day (date_end) is later. Baselines see rows known on the origin or before
 * (known_on) and nothing else of the record; published forecasts (forecasts.csv) are shown as they were published, whenever that was. Counts are
 * compared as shares, each of its own source's number; each observable by each source and definition is a target of its own.
 *
 * Targets, and what is measured of each (value of the run, of each baseline, run less baseline):
 *   counts      an observable that counts districts or capitals, on each recorded day; and the capitals held by dated captures
 *   path        the same, all days at once
 *   capitals    each capital held by the bloc at each horizon
 *   districts   each district held by the bloc at each horizon
 *   next        which of the districts not held on the origin are held so many days later
 *   order       in which order capitals fall
 *   fall        when the national capital is lost, in bins */

typedef enum ho_measure {
    HO_MEASURE_CRPS,        /* fair CRPS of the shares, mean over cases */
    HO_MEASURE_MIS,         /* interval score at 90 % of the shares, mean over cases */
    HO_MEASURE_COVER,       /* share of cases inside the 90 % interval */
    HO_MEASURE_IGN,         /* ignorance of the counts [bit], mean */
    HO_MEASURE_ENERGY,
    HO_MEASURE_BRIER,
    HO_MEASURE_LOG,         /* [nat] */
    HO_MEASURE_RPS,
    HO_MEASURE_AUC,         /* more is better, 0.5 is chance */
    HO_MEASURE_CONCORDANCE, /* more is better, 0.5 is chance */
    HO_N_MEASURE
} ho_measure;
const char *ho_measure_name(int measure);

/* One forecaster on one target: the run, or a baseline. NaN where not measured. */
typedef struct ho_forecaster_score {
    char name[40];
    char note[120];          /* why it has no scores, or what to know of it; "" */
    bool given;              /* it made a forecast */
    double value[HO_N_MEASURE];
    double difference[HO_N_MEASURE]; /* the run less this one */
    double low[HO_N_MEASURE], high[HO_N_MEASURE]; /* 90 % of its bootstrap over units (days, places); NaN with fewer than 5 units */
} ho_forecaster_score;

enum { HO_FORECASTER_MAX = 24 };
typedef struct ho_target_score {
    char name[120];          /* "districts_controlled.x, SOURCE" */
    char what[160];          /* one line: the definition, cases */
    size_t n_case, n_unit;   /* what a bootstrap draws from: days of counts, places else */
    bool measured[HO_N_MEASURE];
    size_t n_forecaster;
    ho_forecaster_score forecaster[HO_FORECASTER_MAX]; /* [0] is the run */
} ho_target_score;

/* Said beside every score. */
#define HO_SCORES_NOTE "The structure was chosen by people who know how it ended; these scores are retrospective."

typedef struct ho_scores {
    ho_day origin;
    size_t n_replicate;
    size_t n_target;
    ho_target_score *target; /* (n_target), owned */
    size_t pit[HO_PIT_BIN], n_pit; /* of all counts of the run */
    ho_reliability reliability;    /* of districts held at the horizons, of the run */
    size_t n_one_sided, n_other;   /* rows after the origin that were not scored: bounds only; observables or places the run does not have */
} ho_scores;

enum { HO_HORIZON_MAX = 64 };
typedef struct ho_scores_options {
    ho_day origin;            /* HO_DAY_NONE: the first day */
    size_t n_horizon;
    const ho_day *horizon;    /* (n_horizon) days besides the ends of months and the days of counts; borrowed */
    uint32_t seed;            /* of the baselines' draws and the bootstrap */
    bool undated_not_fallen;  /* a district whose capture has no first day counts as not fallen until its last; else it is left out */
} ho_scores_options;

ho_scores_options ho_scores_options_default(void);
/* Scores a finished run in one pass over its store. The same store, record and options give the same bits. `world` is the run's; the scores keep
 * nothing of it. Call it for each run and origin. HO_ERR_INPUT: no record.csv; the run is of another scenario; the origin or a horizon outside it; a row of
 * record.csv that names a bloc the scenario does not have; nothing to score after the origin; damaged. HO_ERR_STATE: not finished. HO_ERR_IO,
 * HO_ERR_MEMORY. */
ho_status ho_scores_run(ho_store *store, const ho_world *world, const ho_scores_options *options, ho_scores *scores, ho_error *err);
void ho_scores_free(ho_scores *scores); /* empties it; NULL allowed */

/* --- what was said, held against a run ---
 *
 * A statement (claims.csv) may be understood in several ways (readings.csv), each an expression with a value in every replicate (docs/audit.md
 * has the forms). A reading asks whether that value, on the statement's last day, lies in low..high: those of the row, else the claim's own
 * numbers +- tolerance, else at least 1 (it happens). A sum over places counts who holds the centre at the end of the day; what over days is
 * asked (ever, always, days) looks at each day of the statement that the run has. */

typedef enum ho_audit_verdict {
    HO_AUDIT_SUPPORTED,
    HO_AUDIT_OVERSTATED,    /* the run lies below it */
    HO_AUDIT_UNDERSTATED,   /* the run lies above it */
    HO_AUDIT_NOT_SUPPORTED, /* of events, expectations and causes: it does not happen */
    HO_AUDIT_CANNOT_TELL,
    HO_AUDIT_DEPENDS,       /* of a statement: one reading supports it, another does not */
    HO_AUDIT_NOT_MEASURED,
    HO_AUDIT_OUTSIDE,       /* of a statement: no reading; the model has nothing to say of it */
    HO_N_AUDIT
} ho_audit_verdict;

const char *ho_audit_verdict_name(ho_audit_verdict verdict); /* "supported", ..., "depends on the reading", ... */

/* Shares of replicates from which a verdict is given. */
#define HO_AUDIT_SUPPORTED_FROM 0.5
#define HO_AUDIT_AGAINST_FROM 0.9

/* The rule. holds: share of replicates whose value lies in the statement's range, below and above: beside it. Supported if holds >= 0.5; else
 * overstated if below >= 0.9, understated if above >= 0.9, which for events, expectations and causes are both `not supported`; else cannot tell. */
ho_audit_verdict ho_audit_judge(ho_claim_kind kind, double holds, double below, double above);

/* What the record says of the same. */
typedef enum ho_audit_record {
    HO_AUDIT_RECORD_NONE,
    HO_AUDIT_RECORD_AGREES, /* its whole range lies in the statement's */
    HO_AUDIT_RECORD_BELOW,
    HO_AUDIT_RECORD_ABOVE,
    HO_AUDIT_RECORD_OPEN,   /* its range reaches in and out */
    HO_N_AUDIT_RECORD
} ho_audit_record;

const char *ho_audit_record_name(ho_audit_record record); /* "agrees", "is below", "is above", "leaves it open"; "" for none */

/* A reading of a statement. Numbers are NaN where there are none. */
typedef struct ho_audit_reading {
    const ho_reading_row *row; /* of the world's scenario, borrowed */
    bool measured;
    char reason[320];          /* why it was not, else empty */
    ho_day from, day;          /* the days asked of */
    double low, high;          /* -inf, inf: open */
    size_t n, n_value;         /* replicates looked at; of them with a value */
    double median, q05, q95;   /* of the values there are (Hyndman and Fan 1996, type 7) */
    double holds, holds_se;    /* share of the values in low..high, its Monte-Carlo standard error sqrt(p (1 - p) / n_value) */
    double below, above;       /* shares of the values below low, above high */
    double place;              /* share of the values below the middle of the range, or below its only end: where in the run it lies */
    ho_audit_verdict verdict;
    ho_audit_record record;
    double recorded_low, recorded_high;
    const ho_record_row *recorded_by; /* the row nearest in time; NULL: several, or days of capture */
    /* of causes: */
    bool is_cause;
    int32_t mechanism;
    ho_ablate_what measure;
    double effect, effect_se;  /* off minus on, mean over pairs of the same seed, and its standard error */
    size_t n_pair;
} ho_audit_reading;

typedef struct ho_audit_claim {
    const ho_claim_row *row;
    size_t first, n;           /* its readings */
    ho_audit_verdict verdict;  /* that of most of its readings if none supports it (a tie: cannot tell); supported if all do, else depends */
    size_t n_measured, n_agree; /* readings measured; of them with that verdict (if it depends: supported) */
    int32_t best;              /* reading in which it holds in the largest share, if measured; -1: none */
} ho_audit_claim;

typedef struct ho_audit {
    size_t n, n_reading;
    ho_audit_claim *claim;     /* (n) in the order of the rows, owned */
    ho_audit_reading *reading; /* (n_reading) by claim, then in the order of the rows, owned */
} ho_audit;

/* Holds every statement against a finished run, reading its store in order, in as many passes as keep the values held under 64 MiB (one
 * reading at least). `world` is the run's and must outlive the audit. Readings that name mechanisms are left not measured. HO_ERR_INPUT: no
 * claims.csv; the run is of another scenario; damaged. HO_ERR_STATE: not finished. HO_ERR_IO, HO_ERR_MEMORY. A reading that cannot be
 * understood is not measured, and says why: ho_audit_check finds it before. */
ho_status ho_audit_run(ho_store *store, const ho_world *world, ho_audit *audit, ho_error *err);
void ho_audit_free(ho_audit *audit); /* empties it; NULL allowed */

/* Checks the expressions of readings.csv against a world; each that cannot be understood is one line of problems, with its place in the
 * text. HO_ERR_INPUT if there is one. HO_ERR_MEMORY. */
ho_status ho_audit_check(const ho_world *world, ho_problems *problems, ho_error *err);

/* Replicates that ho_audit_causes runs; 0: no reading names a mechanism. */
size_t ho_audit_causes_n_run(const ho_audit *audit, size_t n_replicate);
/* Fills the readings that name mechanisms: each is switched off in turn, on the same seeds (ho_ablate). A cause without a range is supported if its effect is
 * beyond 2 standard errors, else cannot tell; with one, supported if effect +- 2 standard errors lies in it, not supported if that lies
 * outside, else cannot tell. options->which is taken from the readings. Errors: as ho_ablate. */
ho_status ho_audit_causes(const ho_world *world, const ho_ablate_options *options, ho_audit *audit, ho_error *err);

/* --- a brief for planners: where people arrive within a window ---
 *
 * From the people by place that a run keeps (record.h). Counts of days between those kept are interpolated linearly. A brief speaks of
 * the ensemble as it was drawn: it knows nothing of what happened in a replicate before the window but what the run's posterior knew. */

/* Fewer people than this at one place are not to be told in anything made to be passed on. */
enum { HO_BRIEF_THRESHOLD_MAX = 8 };

typedef struct ho_brief_options {
    ho_day from;        /* arrivals after this day; HO_DAY_NONE: the posterior's known_by if the run has one, else its first day */
    int32_t within_day; /* >= 1 */
    size_t n_threshold; /* 1 to HO_BRIEF_THRESHOLD_MAX */
    double threshold[HO_BRIEF_THRESHOLD_MAX]; /* [persons] at least HO_PEOPLE_FEWEST, rising */
} ho_brief_options;

ho_brief_options ho_brief_options_default(void); /* 30 days; more than 1,000, 5,000 or 20,000 */

typedef enum ho_place_kind { HO_PLACE_COUNTRY, HO_PLACE_PROVINCE, HO_PLACE_DISTRICT, HO_PLACE_ABROAD, HO_PLACE_NEIGHBOUR, HO_N_PLACE_KIND } ho_place_kind;
const char *ho_place_kind_name(ho_place_kind kind); /* "country", "province", "district", "abroad", "neighbour" */

/* One place. Of provinces and the country sums of the districts: who moves within them is in. Of abroad and neighbours crossings only. */
typedef struct ho_brief_place {
    ho_place_kind kind;
    int32_t index;    /* of the district, province or neighbour; -1 */
    const char *name; /* borrowed of the world; NULL of country and abroad */
    ho_spread arrivals, departures; /* within the window [persons] */
    ho_spread hosted;               /* people from elsewhere there on the last day [persons]; n is 0 abroad */
    double p_above[HO_BRIEF_THRESHOLD_MAX]; /* share of replicates with more arrivals than the threshold */
} ho_brief_place;

/* People without an open road on the last day of the window, by bloc that holds them [persons]; n 0: not observed. */
typedef struct ho_brief_cut_off {
    int32_t bloc;
    ho_spread days_7, days_30; /* for more than so many days; q05, q50 and q95 only */
} ho_brief_cut_off;

typedef struct ho_brief {
    ho_day from, until;        /* arrivals after `from` up to `until` */
    ho_brief_options options;
    size_t n_replicate;
    bool interpolated;         /* an end of the window is no day kept */
    bool courses;              /* the replicates are courses of a posterior, not only its parameters */
    ho_day posterior_known_by, known_by; /* HO_DAY_NONE: none */
    size_t n_place;
    ho_brief_place *place;     /* (n_place) country, abroad; provinces; districts; neighbours; each kind by its p_above
                                  in whole percents, added up, then by the median, downwards */
    size_t n_cut_off;
    ho_brief_cut_off *cut_off; /* (n_cut_off) */
} ho_brief;

/* Reads the store in order, in as many passes as keep the values held under 64 MiB. `world` is the run's and must outlive the brief.
 * HO_ERR_INPUT: the window is outside the run or a threshold is bad; the run has no people by place; is of another scenario; damaged.
 * HO_ERR_STATE: not finished. HO_ERR_IO, HO_ERR_MEMORY. */
ho_status ho_brief_make(ho_store *store, const ho_world *world, const ho_brief_options *options, ho_brief *brief, ho_error *err);
void ho_brief_free(ho_brief *brief); /* empties it; NULL allowed */

/* --- the same alarms on past dates ---
 *
 * A case is a period for which record.csv has a number: rows arrivals.PLACE (a p-code of a district or province, a neighbour, "abroad" or
 * "country") with both days, in people who arrived; and neighbouring figures of a national series of newly displaced that the run
 * observes, in their increase. An alarm for more than N is a share of replicates above N of at least one half. What is known from one side
 * only decides a case where it can. Periods of one series do not overlap; all speak of one course of events, so cases are few and not independent. */

typedef struct ho_alarm_case {
    const ho_record_row *row, *before; /* before: the figure that the increase is from; NULL of arrivals.PLACE */
    ho_day from, until;
    double low, high;        /* recorded; NaN: open */
    ho_spread run;           /* the same in the run */
    double p_above[HO_BRIEF_THRESHOLD_MAX];
    ho_verdict above[HO_BRIEF_THRESHOLD_MAX]; /* whether the record was above: yes, no, or unclear */
    bool by_place, known;    /* known: the posterior of the run knew the figure */
} ho_alarm_case;

typedef struct ho_alarm_table {
    size_t n_hit, n_miss, n_false, n_quiet, n_unclear;
} ho_alarm_table;

/* Figures of a series beside the run's band on their days. */
typedef struct ho_covered {
    const ho_record_row *row;
    double recorded; /* its low end where it has two */
    ho_spread run;
    bool inside, narrow; /* inside q05..q95; q95 - q05 no wider than the value */
    bool known;          /* the posterior of the run knew it: no test */
} ho_covered;

typedef struct ho_past {
    size_t n_threshold[2];   /* of a kind of case: 0 national series, 1 places */
    double threshold[2][HO_BRIEF_THRESHOLD_MAX];
    size_t n_case;
    ho_alarm_case *item;     /* (n_case) */
    ho_alarm_table table[2][HO_BRIEF_THRESHOLD_MAX]; /* known figures left out */
    size_t n_outside;        /* rows about days outside the run */
    size_t n_covered;
    ho_covered *covered;     /* (n_covered) of displaced_reported and displaced_estimated, by series and day */
} ho_past;

/* Cases from which a rate is worth naming. */
enum { HO_ALARM_ENOUGH = 20 };

/* thresholds of places: those of `options`; of national series 50,000, 100,000 and 200,000. HO_ERR_INPUT also: an arrivals row without a
 * place, days or a number. */
ho_status ho_past_alarms(ho_store *store, const ho_world *world, const ho_brief_options *options, ho_past *past, ho_error *err);
void ho_past_free(ho_past *past); /* empties it; NULL allowed */

/* --- explanation: the share of groups of mechanisms in an outcome ---
 *
 * Every coalition of groups is simulated, the mechanisms of all other groups off, each on the run's own seeds, so that replicate r has the same
 * luck and parameters in all of them. A group's share is its Shapley value: what it adds to a coalition, averaged over all orders in which the
 * groups could be switched on. The values add up to v(all) - v(none), exactly and in each replicate. */

typedef struct ho_estimate {
    double mean, se; /* over replicates; se: sd / sqrt(n), n - 1 in the sd; NaN with fewer than two */
} ho_estimate;

enum { HO_EXPLAIN_GROUP_MAX = 8 };

typedef struct ho_explain_group {
    char name[32];
    uint64_t mechanisms; /* bit k: mechanism k */
} ho_explain_group;

/* The groups of the table of mechanisms, without what is off and the frame; groups left empty are left out. Returns how many. */
size_t ho_explain_groups(uint64_t off, ho_explain_group group[HO_EXPLAIN_GROUP_MAX]);
/* Reads "NAME=MECHANISM,MECHANISM;NAME=..." A mechanism in no group stays on throughout. HO_ERR_INPUT: no such form, a name twice, no such
 * mechanism, one in two groups or off in the run, more than HO_EXPLAIN_GROUP_MAX groups. */
ho_status ho_explain_groups_parse(const char *text, uint64_t off, ho_explain_group group[HO_EXPLAIN_GROUP_MAX], size_t *n_group,
                                  ho_error *err);

typedef struct ho_explain_options {
    ho_sim_options sim;  /* of the run */
    const char *outcome; /* OBSERVABLE@DATE, or NULL: whether the national capital has fallen (ho_question_default) */
    size_t n_group;
    const ho_explain_group *group; /* (n_group) disjoint; borrowed for the call */
    size_t n_replicate, n_thread;
    const atomic_bool *stop; /* may be NULL */
    /* Called on the calling thread at least every 100 ms with the replicates done of all coalitions; may be NULL. */
    void (*progress)(void *context, size_t n_done);
    void *context;
} ho_explain_options;

/* Replicates that ho_explain runs. */
size_t ho_explain_n_run(const ho_explain_options *options);

typedef struct ho_explained_group {
    ho_explain_group group;
    ho_estimate value;      /* Shapley value */
    double share, share_se; /* of all - none; NaN where that is 0 */
    ho_estimate alone_in;   /* v(only this group) - v(none) */
    ho_estimate alone_out;  /* v(all) - v(all but this group) */
} ho_explained_group;

typedef struct ho_explanation {
    ho_question question;
    char unit[64], definition[512]; /* of the observable */
    size_t n_replicate, n_measured; /* measured in every coalition; only these count */
    uint64_t always_on;     /* mechanisms of no group that are on */
    ho_estimate all, none, gain; /* v(all), v(none), and their difference */
    double worst_gap;       /* largest |sum of Shapley values - gain| in a replicate: rounding */
    size_t n_group;
    ho_explained_group group[HO_EXPLAIN_GROUP_MAX];
    ho_estimate *coalition; /* (2^n_group) over the replicates that count; bit i of a coalition's number: group i is on */
    char digest[65];        /* SHA-256 over the value of every replicate in every coalition */
} ho_explanation;

/* Simulates all coalitions over the first n_replicate replicates of a world and shares the outcome out. With `store` (NULL: none), that of the
 * run which the world is of, replicates with all groups on are first compared with the run's. Keeps one number a coalition and replicate; the
 * same result for any number of threads. The caller frees *explanation. HO_ERR_INPUT: no replicates, more than the run has, no group, a bad
 * outcome, another result than the run's (made by another build of the program). HO_ERR_NUMERIC, HO_ERR_INTERRUPTED: as ho_ensemble_run.
 * HO_ERR_MEMORY. */
ho_status ho_explain(ho_store *store, const ho_world *world, const ho_explain_options *options, ho_explanation **explanation,
                     ho_error *err);
void ho_explanation_free(ho_explanation *explanation); /* NULL allowed */

/* --- cases of FLEE --- */

/* Scores of a forecast of camps' records. The forecast of a count is the median of its members. n, r, total: FLEE's errors (flee.h) of it; n_of_runs: n of
 * each member, their mean; crps: mean over days of the CRPS summed over camps by max(1, recorded sum), which is n where there is one member; cover:
 * share of the records of all camps and days within the members' 0.05 and 0.95 quantiles. */
typedef struct ho_flee_score {
    double n, r, total, n_of_runs, crps, cover;
    size_t n_day, n_camp;
    double *daily;      /* (n_day) n of each day */
    double *cover_camp; /* (n_camp) share of days */
} ho_flee_score;

/* forecast->camp is sorted by members. HO_ERR_MEMORY; HO_ERR_INPUT: no data, or other days or camps. The caller frees, also on failure. */
ho_status ho_flee_score_make(const ho_flee_case *flee, ho_flee_forecast *forecast, ho_flee_score *score, ho_error *err);
/* The same of one course (n_day, n_camp). */
ho_status ho_flee_score_course(const ho_flee_case *flee, const double *camp, ho_flee_score *score, ho_error *err);
/* One course (n_day, n_camp) of a forecast that keeps its sum: medians of members, each day by one factor so that they add up to the median of the members' sums.
 * Members must not be sorted yet. HO_ERR_MEMORY. */
ho_status ho_flee_forecast_course(const ho_flee_forecast *forecast, double *camp, ho_error *err);
void ho_flee_score_free(ho_flee_score *score);

/* Geometric mean over cases of one forecast's n by another's, with 0.025 and 0.975 quantiles of 2,000 bootstraps over blocks of 30 days, the same for
 * both (Kunsch 1989, blocks without overlap). score: (n_case) each. NaN without cases. */
typedef struct ho_flee_ratio {
    double ratio, low, high;
} ho_flee_ratio;
ho_flee_ratio ho_flee_score_ratio(const ho_flee_score *score, const ho_flee_score *by, size_t n_case, uint32_t seed);
/* Mean over the camps of all cases of the share of days covered, with the same quantiles of 2,000 bootstraps over camps. */
ho_flee_ratio ho_flee_score_cover(const ho_flee_score *score, size_t n_case, uint32_t seed);

#endif
