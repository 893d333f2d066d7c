/* Baselines: forecasts that know the record up to the origin and nothing of the model. Internal to the stage. */
#ifndef HO_EVIDENCE_BASELINES_H
#define HO_EVIDENCE_BASELINES_H

#include "base/stream.h"
#include "evidence/fit.h"
#include "holdout/evidence.h"

/* --- counts: curves through the known points (curves.c) --- */

/* Shares known on the origin, in the order of their days. */
typedef struct ho_points {
    size_t n;
    double *t;     /* [d] since the origin, at most 0 (n) */
    double *share; /* (n) 0..1 */
} ho_points;

typedef struct ho_curve {
    const char *name;
    enum { HO_CURVE_LAST, HO_CURVE_POLYNOMIAL, HO_CURVE_LOGISTIC } kind;
    int degree;    /* of the polynomial */
    size_t n_last; /* of the last points only; 0: all */
} ho_curve;

enum { HO_N_CURVE = 7, HO_BASELINE_DRAWS = 1000 };
extern const ho_curve ho_curves[HO_N_CURVE];

/* Draws n_draw paths of the share on the days `t` (n_t, in order, after 0) by residual bootstrap (Efron 1979; Freedman 1981):
 *   last      the last share, then a random walk: for each span of d days a change between two neighbouring known points, per root day, drawn
 *             with either sign, times sqrt(d)
 *   polynomial, logistic   least squares on the share, or on its logit (kept half a district off 0 and 1: `floor`); residuals times
 *             sqrt(n / (n - columns)) are drawn anew, the curve is fitted again, and each day gets a drawn residual
 * Shares are kept in 0..1. A fit through every point has no residuals, and its draws no spread. path: (n_draw, n_t) written.
 * Returns the number of columns fitted (of `last` 1), 0 if there is no point: nothing is written. */
size_t ho_curve_draw(const ho_curve *curve, const ho_points *points, double floor, const double *t, size_t n_t, size_t n_draw,
                     ho_rng *rng, double *path);

/* --- places: chances from dated captures (baselines.c) --- */

/* Recorded captures of a district that were known on the origin, by the bloc or from it. */
typedef struct ho_known {
    ho_day start, end; /* start HO_DAY_NONE: not known */
    bool own;
} ho_known;

typedef struct ho_history {
    const ho_scenario *scenario; /* borrowed */
    int32_t bloc;
    ho_day from, origin;
    size_t *first;    /* (n_district + 1) offsets into known */
    ho_known *known;  /* by district, by end */
    size_t n_known;
} ho_history;

/* false: out of memory; ho_history_free all the same. */
bool ho_history_build(const ho_scenario *scenario, int32_t bloc, ho_day origin, ho_history *history);
void ho_history_free(ho_history *history);
/* By what was known on the origin, the bloc holds it at the end of the day: the last capture that had ended by then is its own. */
bool ho_history_held(const ho_history *history, size_t district, ho_day day);

typedef enum ho_place_baseline {
    HO_PLACE_PERSISTENCE, /* as it is known to be on the origin */
    HO_PLACE_CLIMATOLOGY, /* each not held falls at the rate of the days from the first day to the origin, capitals at their own */
    HO_PLACE_CONTAGION,   /* by the share of neighbours held, fitted, then simulated */
    HO_PLACE_ATTRIBUTES,  /* by what districts.csv says of the place, fitted */
    HO_N_PLACE_BASELINE
} ho_place_baseline;
const char *ho_place_baseline_name(int baseline);

/* What the baselines say of places. */
typedef struct ho_places {
    bool given[HO_N_PLACE_BASELINE];
    char reason[120];       /* why one is not */
    size_t n_capture, n_week_place; /* fitted to: captures, weeks of places at risk */
    double *p[HO_N_PLACE_BASELINE]; /* (n_day, n_district) held on the days asked for */
    double *rate[HO_N_PLACE_BASELINE]; /* (n_district) chance to fall a day, [1/d]; NULL for contagion and persistence */
    size_t n_draw;
    int32_t *fall;          /* (n_district, n_draw) day since the origin on which it falls, of contagion, or HO_NEVER (evaluate.h) */
} ho_places;

/* Chances on the days `day` (n_day, after the origin, in order). Captures known on the origin are put into weeks from the first day on; a week
 * of a district counts if the district was not held at its start and no capture of unknown day touches it. Contagion: logit of the chance in
 * a week = a + b x share of neighbours held at its start. Attributes: logit = a + sum b_k x_k, x scaled to mean 0 and sd 1. Both by
 * ho_fit_logistic, ridge 1. false: out of memory; ho_places_free all the same. */
bool ho_places_build(const ho_history *history, const ho_day *day, size_t n_day, uint32_t seed, ho_places *places);
void ho_places_free(ho_places *places);

#endif
