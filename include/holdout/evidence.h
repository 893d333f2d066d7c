/* holdout/evidence.h: what a finished run shows of the facts in its scenario's facts.csv, replicate by replicate.
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

#endif
