/* holdout/calibrate.h: what the numbers known by a day say of the parameters, and of the courses the war may be on.
 *
 * Parameters are drawn, the war is simulated up to the day, and each draw weighs by the likelihood of the record given its counts and the errors
 * of the sources (Wilkinson 2013); later draws are proposed where the weight is (adaptive multiple importance sampling, Cornuet and others
 * 2012). Which errors, docs/calibration.md has. Parameters to calibrate are chosen by Morris's elementary effects (1991); all others stay at
 * their draws from their priors. The same seed gives the same bits for any number of threads, and after any interruption.
 */
#ifndef HOLDOUT_CALIBRATE_H
#define HOLDOUT_CALIBRATE_H

#include "flee.h"
#include "record.h"

enum { HO_CALIBRATE_PARAMETERS_MAX = 40 };

typedef enum ho_calibrate_stage {
    HO_CALIBRATE_SCREENING,
    HO_CALIBRATE_FITTING,
    HO_CALIBRATE_RECOVERING
} ho_calibrate_stage;

typedef struct ho_calibrate_options {
    ho_world_options world;  /* known_by: the day; HO_DAY_NONE: everything. `until` and `draws` are not used */
    ho_sim_options sim;
    size_t n_thread;
    size_t n_parameter;      /* given parameters; 0: choose by screening */
    const int32_t *parameter; /* (n_parameter) borrowed */
    size_t n_chosen;         /* how many screening chooses at most */
    size_t n_trajectory;     /* of screening */
    size_t n_first, n_new, n_max; /* simulations of the first generation, of each later one, in all */
    double n_effective;      /* particles that must carry the weight; else errors are taken larger, and by how much is said */
    size_t n_draw;           /* draws of the posterior */
    const char *folder;      /* where generations are kept; NULL: nowhere */
    bool resume;             /* go on from what is kept there */
    const atomic_bool *stop; /* may be NULL */
    /* Called on the calling thread at least every 100 ms: simulations done and expected at most in the stage, and the share of effective
     * among them after the last generation (NaN before it); may be NULL. */
    void (*progress)(void *context, ho_calibrate_stage stage, size_t n_done, size_t n_most, double accepted);
    void *context;
} ho_calibrate_options;

ho_calibrate_options ho_calibrate_options_default(void);

/* A number of the record that was compared. */
typedef struct ho_calibrated_target {
    char name[160];
    ho_day date;
    double observed, sd; /* share; sd of its own error, without that of its source */
    double prior_q05, prior_q50, prior_q95, posterior_q05, posterior_q50, posterior_q95; /* predictive, errors included */
    bool inside; /* the observed lies within the posterior's 5 to 95 % */
    int32_t line; /* in record.csv; 0: of several rows */
} ho_calibrated_target;

typedef struct ho_calibrated_parameter {
    int32_t parameter;
    double effect, effect_se;  /* of screening: largest mean elementary effect in sd of a target, and its standard error; NaN without screening */
    double prior_q05, prior_q50, prior_q95, posterior_q05, posterior_q50, posterior_q95;
    double shrinkage;          /* 1 - var posterior / var prior, of normal scores: 0 nothing was learned, 1 all */
} ho_calibrated_parameter;

/* Two parameters that the data do not tell apart: their scores are correlated in the posterior (beyond 0.4 and three
 * standard errors). */
typedef struct ho_calibrated_pair {
    int32_t a, b; /* of the calibrated parameters */
    double correlation;
} ho_calibrated_pair;

typedef struct ho_calibration {
    ho_day known_by, until;  /* until: last day simulated */
    size_t n_target, n_left_out, n_parameter, n_pair, n_generation, n_simulated;
    ho_calibrated_target *target;
    ho_calibrated_parameter *parameter;
    ho_calibrated_pair *pair;
    struct ho_calibrated_generation {
        size_t n_simulated;
        double temperature, accepted, effective; /* T; effective particles by simulations; effective particles */
    } *generation;
    double temperature; /* errors of observation were taken so many times as large as said */
    double effective;   /* effective number of particles in the posterior */
    ho_draws *posterior; /* (n_draw) equal weights, with repeats, in random order; no streams */
    ho_draws *paths;     /* as many as are effective, with their streams: courses that came close, to be run on; the heaviest more than once, in
                            random order */
    char digest[65];     /* over the bits of posterior and paths */
} ho_calibration;

/* Calibrates. The caller frees *calibration. HO_ERR_INPUT (with problems): nothing known to calibrate to, no uncertain parameter, bad options, a
 * folder of another calibration. HO_ERR_IO: the folder. HO_ERR_INTERRUPTED, HO_ERR_NUMERIC, HO_ERR_MEMORY. */
ho_status ho_calibrate(const ho_scenario *scenario, const ho_calibrate_options *options, ho_calibration **calibration,
                       ho_problems *problems, ho_error *err);
void ho_calibration_free(ho_calibration *calibration); /* NULL allowed */

/* --- recovery --- */

enum { HO_RECOVERY_BINS = 10 };

typedef struct ho_recovered_parameter {
    int32_t parameter;
    double effect, effect_se;  /* of screening, as above */
    size_t n_covered;          /* truths within the posterior's 5 to 95 % */
    double covered, covered_low, covered_high; /* their share, and its 95 % interval (Clopper and Pearson 1934) */
    size_t bin[HO_RECOVERY_BINS]; /* truths by rank in the posterior */
    double chi_square, p;      /* of equal bins: 9 degrees of freedom */
    double shrinkage;          /* mean over truths, as above */
    bool identifiable;         /* shrinkage is 0.3 or more */
} ho_recovered_parameter;

typedef struct ho_recovery {
    ho_day known_by, until;
    size_t n_truth, n_target, n_parameter, n_simulated; /* simulated: in all calibrations, screening and truths not counted */
    ho_recovered_parameter *parameter;
    double *truth, *rank;      /* (n_truth, n_parameter) value; share of the posterior below it, 0..1 */
    double temperature;        /* mean over truths */
    size_t n_cold;             /* truths at which it was 1 */
    double effective;          /* mean effective number of particles */
    char digest[65];           /* over the bits of truths and ranks */
} ho_recovery;

/* Whether calibration finds what is there: n_truth times draws parameters from their priors, simulates, adds errors of observation as those of
 * the record are taken to be, and calibrates to that as ho_calibrate would (which draws, folder and resume are not used). If all is
 * right, ranks are uniform and 90 % intervals cover 90 % of the truths, whatever the data say (Cook, Gelman and Rubin 2006; Talts and
 * others 2018); where errors had to be taken larger (T above 1) they cover more. Every truth has a seed of its own, made from that of the
 * options. Errors as of ho_calibrate, and HO_ERR_INPUT: n_truth is not 20 to 100,000. The caller frees *recovery. */
ho_status ho_recover(const ho_scenario *scenario, const ho_calibrate_options *options, size_t n_truth, ho_recovery **recovery,
                     ho_problems *problems, ho_error *err);
void ho_recovery_free(ho_recovery *recovery); /* NULL allowed */

/* --- files of draws --- */

/* What a file of draws says of itself. */
typedef struct ho_draws_info {
    char scenario[128], scenario_digest[65], version[32]; /* digest of the scenario without overlays */
    ho_day known_by;
    uint32_t seed; /* of the calibration; the streams are of it */
} ho_draws_info;

/* Writes CSV: lines "# key: value", a head of names (`stream` first where there are streams), a row a draw. HO_ERR_IO. */
ho_status ho_draws_write(const char *path, const ho_draws_info *info, const ho_draws *draws, ho_error *err);
/* Reads such a file for a scenario. HO_ERR_INPUT, each problem as file:line: not such a file, another scenario or version, an unknown parameter, no
 * number, a value outside. The caller frees *draws. */
ho_status ho_draws_read(const char *path, const ho_scenario *scenario, ho_draws **draws, ho_draws_info *info,
                        ho_problems *problems, ho_error *err);

/* --- sensitivity: which parameters an outcome depends on ---
 *
 * Morris's elementary effects of every uncertain parameter (1991), then Sobol indices of the few with the largest and, as one more factor, of
 * all others together. The simulator is stochastic: what is due to chance is measured and taken out (src/calibrate/sobol.h has the equations).
 * Chance is all that is not a parameter: battles, choices, and also what of the first day is drawn. Parameters are independent here. */

/* A number with the quantiles and the sd of its bootstrap distribution. */
typedef struct ho_interval {
    double value, se, q05, q95;
} ho_interval;

typedef struct ho_sobol_index {
    ho_interval first, total;        /* of the mean over chance */
    double first_plain, total_plain; /* not corrected for chance */
} ho_sobol_index;

typedef struct ho_sobol {
    double mean, mean_se;
    double variance;    /* V: of the mean over chance, over parameters */
    double noise;       /* W: mean variance by chance of one simulation */
    ho_interval share;  /* V / (V + W): of the variance of one simulation, what all parameters make */
    ho_interval sum;    /* of the first order indices: below 1 by interactions */
} ho_sobol;

typedef struct ho_sensitivity_options {
    ho_world_options world;     /* known_by holds; `draws` are not used */
    ho_sim_options sim;
    size_t n_thread;
    size_t n_outcome;
    const char *const *outcome; /* (n_outcome) OBSERVABLE@DATE; none: ho_question_default */
    size_t n_parameter;         /* factors of their own; 0: those that screening chooses */
    const int32_t *parameter;   /* (n_parameter) borrowed */
    size_t n_trajectory;        /* of screening; not used where parameters are given */
    size_t n_chosen;            /* how many screening chooses at most */
    size_t n_base, n_inner;     /* rows of a matrix (0: screening only), simulations of a row */
    size_t n_bootstrap;
    const atomic_bool *stop;    /* may be NULL */
    /* Called on the calling thread at least every 100 ms with the simulations done and to do; may be NULL. */
    void (*progress)(void *context, size_t n_done, size_t n);
    void *context;
} ho_sensitivity_options;

ho_sensitivity_options ho_sensitivity_options_default(void);

/* Elementary effects of a parameter on an outcome, in the outcome's unit, when the parameter goes through the whole range of its prior. */
typedef struct ho_screened {
    double mean, se;           /* mu: signs kept; its standard error over paths */
    double mean_size, size_se; /* mu*: of absolute values; chance adds to it */
    double spread;             /* sigma */
} ho_screened;

typedef struct ho_sensitivity_outcome {
    ho_question question;
    char unit[64], definition[512];
    double sd;              /* over all points of the screening */
    ho_screened chance;     /* what other random numbers alone do: the size of mu* that means nothing */
    ho_screened *screened;  /* (n_screened) */
    ho_sobol sobol;
    ho_sobol_index *index;  /* (n_factor + 1) the last: all other parameters together */
} ho_sensitivity_outcome;

typedef struct ho_sensitivity {
    size_t n_outcome, n_uncertain, n_screened, n_factor, n_simulated; /* n_screened 0: no screening; n_factor 0: screening only */
    int32_t *screened;      /* (n_screened) parameters, the largest effect on any outcome first, in sd of the outcome */
    int32_t *factor;        /* (n_factor) */
    ho_sensitivity_outcome *outcome; /* (n_outcome) */
    char digest[65];        /* SHA-256 over all that was estimated, errors left out */
} ho_sensitivity;

/* Screens and estimates. The same for any number of threads. The caller frees *sensitivity. HO_ERR_INPUT (with problems): no parameter is
 * uncertain, a given one is not, a bad outcome or size, an outcome that is not measured in some simulation. HO_ERR_INTERRUPTED, HO_ERR_NUMERIC,
 * HO_ERR_MEMORY. */
ho_status ho_sensitivity_find(const ho_scenario *scenario, const ho_sensitivity_options *options, ho_sensitivity **sensitivity,
                              ho_problems *problems, ho_error *err);
void ho_sensitivity_free(ho_sensitivity *sensitivity); /* NULL allowed */

/* --- cases of FLEE --- */

/* What cases say of the parameters of the improved mode, leak-free: draws by adaptive multiple importance sampling, from one fit with all cases and, if asked
 * for, one without each. With d the recorded and p the expected shares of camps (ho_flee_expected), and S, D the sums, -ln of the likelihood of a case is
 *   (n_camp + 1)/2 ln(1 + mean over days of sum over camps (sqrt d - sqrt p)^2 / (2 share_error^2)) + (n_camp - 1) ln share_error
 *   + mean over days of abs(ln(S/D)) / sum_error + ln sum_error:
 * errors that stay with a camp, so that its days count as one, multivariate t with 2 degrees of freedom on the root of shares; one error of the sum by
 * case, Laplace on the log. Days on which nothing is recorded are left out. */
typedef struct ho_flee_fit_options {
    size_t n_case;
    const ho_flee_options *flee; /* (n_case); leak_free is taken as set */
    bool leave_one_out;
    uint32_t seed;
    size_t n_first, n_new, n_max; /* simulations of each case: first generation, each later one, in all; by fit */
    double n_effective;
    size_t n_draw, n_thread;
    const atomic_bool *stop;                                             /* NULL allowed */
    void (*progress)(void *context, size_t fit, size_t n_done, size_t n_most); /* NULL allowed; on the calling thread */
    void *context;
} ho_flee_fit_options;

typedef struct ho_flee_fit {
    ho_flee_posterior posterior;
    size_t n_simulated;
    double temperature, effective; /* of the last generation; temperature 1: errors as drawn */
} ho_flee_fit;

/* fit: (1 + n_case if leave_one_out, else 1): all cases, then without each. The caller frees each fit's posterior, also on failure. HO_ERR_INPUT: no case, or one
 * that cannot be loaded or has no data; HO_ERR_INTERRUPTED; HO_ERR_NUMERIC; HO_ERR_MEMORY. */
ho_status ho_flee_fit_run(const ho_flee_fit_options *options, ho_flee_fit *fit, ho_error *err);
/* -ln of the likelihood of a case given one run, (n_day, n_camp), by the equation above, plus a constant that makes it >= 0. */
double ho_flee_misfit(const ho_flee_case *flee, const double *parameter, const int64_t *camp);

#endif
