/* The targets of a planned run, each scored for the run and the baselines: counts and paths, places, what falls next, order, the fall of the
 * national capital. Every draw is addressed by (target, forecaster, measure), so that one more target changes no other. */
#include "evidence/score_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "world/world.h"

enum { N_BOOTSTRAP = 1000, N_UNIT_MIN = 5, N_CLASS_MIN = 5 /* of each kind for an area under the curve */ };

/* What is being scored, and scratch made once. */
typedef struct ho_score_card {
    const ho_score_plan *plan;
    const ho_places *places;
    ho_scores *scores;
    size_t n_most;     /* cases of the largest target */
    double *run[HO_N_MEASURE], *other[HO_N_MEASURE]; /* (n_most) scores of each case, of the run and of a baseline */
    int32_t *unit;     /* (n_most) what the case belongs to */
    double *unit_sum, *unit_n; /* (n_most) of differences, cases */
    double *member;    /* (HO_BASELINE_DRAWS or replicates) one case, sorted */
    double *path;      /* (HO_BASELINE_DRAWS or replicates, cases of a series) */
    double *t, *y;     /* (n_most) days and recorded shares of a series */
    uint8_t *happened; /* (n_most) */
    double *p;         /* (n_most) */
    ho_truth *truth;   /* (n_district) */
    double *rank;      /* (n_district) */
    size_t *order;     /* (n_district) */
} ho_score_card;

/* --- targets and forecasters --- */

static ho_target_score *target_add(ho_score_card *card, const char *name, const char *what, size_t n_case, size_t n_unit) {
    ho_target_score *target = &card->scores->target[card->scores->n_target++];
    snprintf(target->name, sizeof target->name, "%s", name);
    snprintf(target->what, sizeof target->what, "%s", what);
    target->n_case = n_case;
    target->n_unit = n_unit;
    return target;
}

static ho_forecaster_score *forecaster_add(ho_target_score *target, const char *name, bool given, const char *note) {
    ho_forecaster_score *made = &target->forecaster[target->n_forecaster++];
    *made = (ho_forecaster_score){.given = given};
    snprintf(made->name, sizeof made->name, "%.39s", name);
    snprintf(made->note, sizeof made->note, "%.119s", note);
    for (int m = 0; m < HO_N_MEASURE; m++)
        made->value[m] = made->difference[m] = made->low[m] = made->high[m] = (double)NAN;
    return made;
}

/* A value without cases: only the difference. */
static void value_set(ho_target_score *target, ho_forecaster_score *of, ho_measure measure, double value) {
    of->value[measure] = value;
    target->measured[measure] = target->measured[measure] || !isnan(value);
    if (of != target->forecaster)
        of->difference[measure] = target->forecaster[0].value[measure] - value;
}

static double mean_of(const double *value, size_t n) {
    double sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += value[k];
    return sum / (double)n;
}

/* 90 % of the mean difference over units drawn with replacement (Efron 1979, percentiles). */
static void interval_find(ho_score_card *card, ho_target_score *target, ho_forecaster_score *of, ho_measure measure) {
    double drawn[N_BOOTSTRAP];
    size_t n = target->n_unit;
    if (n < N_UNIT_MIN)
        return;
    memset(card->unit_sum, 0, n * sizeof *card->unit_sum);
    memset(card->unit_n, 0, n * sizeof *card->unit_n);
    for (size_t k = 0; k < target->n_case; k++) {
        card->unit_sum[card->unit[k]] += card->run[measure][k] - card->other[measure][k];
        card->unit_n[card->unit[k]]++;
    }
    ho_streams streams = {card->plan->options->seed, 0};
    uint32_t entity = (uint32_t)(of - target->forecaster) * HO_N_MEASURE + (uint32_t)measure;
    ho_rng rng = ho_rng_at(&streams, (uint32_t)card->scores->n_target, HO_PROC_BOOTSTRAP, entity);
    for (size_t b = 0; b < N_BOOTSTRAP; b++) {
        double sum = 0, cases = 0;
        for (size_t k = 0; k < n; k++) {
            size_t u = (size_t)(ho_unit(ho_rng_word(&rng)) * (double)n);
            sum += card->unit_sum[u < n ? u : n - 1];
            cases += card->unit_n[u < n ? u : n - 1];
        }
        drawn[b] = cases > 0 ? sum / cases : 0;
    }
    ho_score_sort(drawn, N_BOOTSTRAP);
    of->low[measure] = ho_score_quantile(drawn, N_BOOTSTRAP, 0.05);
    of->high[measure] = ho_score_quantile(drawn, N_BOOTSTRAP, 0.95);
}

/* The mean over cases, whose scores lie in card->run or, of a baseline, card->other. */
static void mean_set(ho_score_card *card, ho_target_score *target, ho_forecaster_score *of, ho_measure measure) {
    bool is_run = of == target->forecaster;
    value_set(target, of, measure, mean_of(is_run ? card->run[measure] : card->other[measure], target->n_case));
    if (!is_run && measure != HO_MEASURE_COVER)
        interval_find(card, target, of, measure);
}

/* --- counts --- */

/* Scores of one case of an ensemble in card->member, which is sorted. */
static double count_case(ho_score_card *card, const ho_count_case *count, size_t n, double **score, size_t k) {
    double *member = card->member, y = count->share;
    ho_score_sort(member, n);
    double low = ho_score_quantile(member, n, 0.05), high = ho_score_quantile(member, n, 0.95);
    double pit = ho_score_pit(member, n, y);
    score[HO_MEASURE_CRPS][k] = ho_score_crps_fair(member, n, y);
    score[HO_MEASURE_MIS][k] = ho_score_interval(low, high, 0.1, y);
    score[HO_MEASURE_COVER][k] = y >= low && y <= high;
    for (size_t r = 0; r < n; r++)
        member[r] *= count->denominator;
    score[HO_MEASURE_IGN][k] = ho_score_ign(member, n, y * count->denominator);
    return pit;
}

/* path: (n, n_case). Values of one forecaster; pit: of the run, else NULL. */
static void count_forecaster(ho_score_card *card, ho_target_score *target, ho_forecaster_score *of, const ho_count_series *series, size_t n,
                             bool is_run) {
    static const ho_measure measure[] = {HO_MEASURE_CRPS, HO_MEASURE_MIS, HO_MEASURE_COVER, HO_MEASURE_IGN};
    for (size_t k = 0; k < series->n_case; k++) {
        for (size_t r = 0; r < n; r++)
            card->member[r] = card->path[r * series->n_case + k];
        double pit = count_case(card, &card->plan->count[series->first + k], n, is_run ? card->run : card->other, k);
        if (is_run) {
            card->scores->pit[ho_score_pit_bin(pit)]++;
            card->scores->n_pit++;
        }
    }
    for (size_t m = 0; m < sizeof measure / sizeof *measure; m++)
        mean_set(card, target, of, measure[m]);
    if (series->n_case > 1)
        value_set(target, of, HO_MEASURE_ENERGY, ho_score_energy(card->path, n, series->n_case, card->y));
}

/* Why a curve is not drawn through n known counts; "" if it is. */
static const char *curve_reason(const ho_curve *curve, size_t n) {
    if (n == 0)
        return "no count of this source was known on the origin";
    if (n < (size_t)curve->degree + 1)
        return "fewer counts of this source were known on the origin than it has coefficients";
    return curve->n_last && n <= curve->n_last ? "as without \"last 4\": no more were known on the origin" : "";
}

static void score_series(ho_score_card *card, size_t s) {
    const ho_score_plan *plan = card->plan;
    const ho_count_series *series = &plan->series[s];
    char what[160];
    size_t n = series->n_case, n_unit = 0, r = plan->n_replicate;
    if (n == 0)
        return;
    for (size_t k = 0; k < n; k++) {
        const ho_count_case *count = &plan->count[series->first + k];
        n_unit += k == 0 || count->day != count[-1].day;
        card->unit[k] = (int32_t)n_unit - 1;
        card->t[k] = (double)(plan->world->from + count->day - plan->origin);
        card->y[k] = count->share;
        for (size_t i = 0; i < r; i++)
            card->path[i * n + k] = plan->value[(series->first + k) * r + i];
    }
    snprintf(what, sizeof what, "%.100s; %zu known on the origin", series->what, series->points.n);
    ho_target_score *target = target_add(card, series->name, what, n, n_unit);
    count_forecaster(card, target, forecaster_add(target, "run", true, ""), series, r, true);
    for (uint32_t c = 0; c < HO_N_CURVE; c++) {
        ho_streams streams = {plan->options->seed, 0};
        ho_rng rng = ho_rng_at(&streams, (uint32_t)s, HO_PROC_BASELINE, c);
        const char *reason = curve_reason(&ho_curves[c], series->points.n);
        ho_forecaster_score *of = forecaster_add(target, ho_curves[c].name, !*reason, reason);
        if (*reason)
            continue;
        size_t fitted = ho_curve_draw(&ho_curves[c], &series->points, series->floor, card->t, n, HO_BASELINE_DRAWS, &rng, card->path);
        if (ho_curves[c].kind == HO_CURVE_LAST ? series->points.n < 2 : series->points.n <= fitted)
            snprintf(of->note, sizeof of->note, "no more counts known than it has coefficients: no spread");
        count_forecaster(card, target, of, series, HO_BASELINE_DRAWS, false);
    }
}

/* --- places at the horizons --- */

static void binary_forecaster(ho_score_card *card, ho_target_score *target, ho_forecaster_score *of) {
    double **score = of == target->forecaster ? card->run : card->other;
    size_t r = card->plan->n_replicate;
    for (size_t k = 0; k < target->n_case; k++) {
        bool happened = card->happened[k];
        double p = ho_score_share(card->p[k] * (double)r, r);
        score[HO_MEASURE_BRIER][k] = ho_score_brier(card->p[k], happened);
        score[HO_MEASURE_LOG][k] = ho_score_log(happened ? p : 1 - p);
    }
    mean_set(card, target, of, HO_MEASURE_BRIER);
    mean_set(card, target, of, HO_MEASURE_LOG);
}

/* Chances of the run (b < 0) or a baseline, in the order of the cases. */
static void chances_fill(ho_score_card *card, const uint8_t *among, int b) {
    const ho_score_plan *plan = card->plan;
    size_t n = plan->world->n_district, k = 0;
    for (size_t d = 0; d < plan->n_day; d++)
        for (size_t i = 0; i < n && plan->is_horizon[d]; i++)
            if (among[d * n + i])
                card->p[k++] = b < 0 ? (double)plan->held[d * n + i] / (double)plan->n_replicate : card->places->p[b][d * n + i];
}

static bool score_places(ho_score_card *card, bool capitals) {
    const ho_score_plan *plan = card->plan;
    size_t n = plan->world->n_district, n_case = 0, n_unit = 0;
    uint8_t *among = calloc(plan->n_day * n + 1, 1);
    int32_t *unit_of = calloc(n + 1, sizeof *unit_of);
    bool made = among && unit_of;
    for (size_t d = 0; made && d < plan->n_day; d++)
        for (size_t i = 0; i < n && plan->is_horizon[d]; i++) {
            ho_truth truth = capitals && !plan->world->is_capital[i] ? HO_TRUTH_UNKNOWN : ho_score_truth(plan, i, plan->day[d]);
            if (truth == HO_TRUTH_UNKNOWN)
                continue;
            unit_of[i] = unit_of[i] ? unit_of[i] : (int32_t)++n_unit;
            among[d * n + i] = 1;
            card->unit[n_case] = unit_of[i] - 1;
            card->happened[n_case++] = truth == HO_TRUTH_FALLEN;
        }
    if (made && n_case > 0) {
        char what[160];
        snprintf(what, sizeof what, "each %s held by %s at the end of each month and on each day of a count",
                 capitals ? "capital" : "district", plan->scenario->bloc[plan->bloc].id);
        ho_target_score *target = target_add(card, capitals ? "capitals held" : "districts held", what, n_case, n_unit);
        chances_fill(card, among, -1);
        for (size_t k = 0; k < n_case && !capitals; k++)
            ho_reliability_add(&card->scores->reliability, card->p[k], card->happened[k]);
        binary_forecaster(card, target, forecaster_add(target, "run", true, ""));
        for (int b = 0; b < HO_N_PLACE_BASELINE; b++) {
            bool given = card->places->given[b];
            ho_forecaster_score *of = forecaster_add(target, ho_place_baseline_name(b), given, given ? "" : card->places->reason);
            if (!given)
                continue;
            chances_fill(card, among, b);
            binary_forecaster(card, target, of);
        }
    }
    free(among);
    free(unit_of);
    return made;
}

/* --- what falls next --- */

static void auc_set(ho_score_card *card, ho_target_score *target, const char *name, bool given, bool with_capitals) {
    size_t n = card->plan->world->n_district;
    ho_forecaster_score *of = forecaster_add(target, name, given, given ? "" : card->places->reason);
    for (size_t i = 0; i < n && !with_capitals; i++)
        card->rank[i] = card->plan->world->is_capital[i] ? (double)NAN : card->rank[i];
    if (given)
        value_set(target, of, HO_MEASURE_AUC, ho_auc(card->rank, card->truth, n, card->order));
}

static void score_next(ho_score_card *card, int32_t window, bool with_capitals) {
    const ho_score_plan *plan = card->plan;
    const ho_scenario *scenario = plan->scenario;
    size_t n = plan->world->n_district, n_class[3] = {0};
    int32_t d = ho_score_day(plan, plan->origin + window);
    char name[120], what[160];
    if (d < 0)
        return;
    for (size_t i = 0; i < n; i++) {
        bool may = ho_score_truth(plan, i, plan->origin) == HO_TRUTH_NOT && (with_capitals || !plan->world->is_capital[i]);
        card->truth[i] = may ? ho_score_truth(plan, i, plan->day[d]) : HO_TRUTH_UNKNOWN;
        n_class[card->truth[i]]++;
    }
    if (n_class[HO_TRUTH_FALLEN] < N_CLASS_MIN || n_class[HO_TRUTH_NOT] < N_CLASS_MIN)
        return;
    snprintf(name, sizeof name, "next %d days%s", window, with_capitals ? "" : ", no capitals");
    snprintf(what, sizeof what, "which districts not held on the origin are held by then: %zu are, %zu are not", n_class[HO_TRUTH_FALLEN],
             n_class[HO_TRUTH_NOT]);
    ho_target_score *target = target_add(card, name, what, n_class[HO_TRUTH_FALLEN] + n_class[HO_TRUTH_NOT], 0);
    for (size_t i = 0; i < n; i++)
        card->rank[i] = (double)plan->held[(size_t)d * n + i];
    auc_set(card, target, "run", true, with_capitals);
    for (int b = 0; b < HO_N_PLACE_BASELINE; b++) {
        for (size_t i = 0; i < n; i++)
            card->rank[i] = card->places->given[b] ? card->places->p[b][(size_t)d * n + i] : 0;
        auc_set(card, target, ho_place_baseline_name(b), card->places->given[b], with_capitals);
    }
    for (size_t i = 0; i < n; i++) /* the same districts for everyone: not known counts as held by the state */
        card->rank[i] = (double)scenario->district[i].prior_status;
    auc_set(card, target, "map", true, with_capitals);
}

/* --- order --- */

static void order_set(ho_target_score *target, const char *name, const ho_day *start, const ho_day *end, const int32_t *day, const int32_t *median,
                      size_t n, size_t n_draw) {
    ho_order order = ho_order_of(start, end, day, median, n, n_draw);
    value_set(target, forecaster_add(target, name, true, ""), HO_MEASURE_CONCORDANCE, order.concordance);
}

/* Days of baselines, (n_capital, n_draw): contagion's draws; else one, the likelier the earlier. */
static void baseline_days(const ho_score_card *card, int b, int32_t *day) {
    const ho_falls *falls = &card->plan->falls;
    const ho_places *places = card->places;
    for (size_t c = 0; c < falls->n_capital; c++) {
        size_t district = (size_t)falls->capital[c];
        if (b == HO_PLACE_CONTAGION)
            memcpy(day + c * places->n_draw, places->fall + district * places->n_draw, places->n_draw * sizeof *day);
        else
            day[c] = (int32_t)(-1e9 * (places->rate[b][district] < 1 ? places->rate[b][district] : 1));
    }
}

static bool score_order(ho_score_card *card) {
    const ho_score_plan *plan = card->plan;
    const ho_falls *falls = &plan->falls;
    size_t n = falls->n_capital, most = card->places->n_draw > 1 ? card->places->n_draw : 1;
    ho_day *start = calloc(2 * n + 1, sizeof *start), *end = start ? start + n : NULL;
    int32_t *median = calloc(n + 1, sizeof *median), *day = calloc(n * most + 1, sizeof *day);
    char what[160];
    bool made = start && median && day;
    for (size_t c = 0; made && c < n; c++) {
        const ho_record_row *row = ho_captures_own(&plan->captures, (size_t)falls->capital[c]);
        bool after = row && row->date_end > plan->origin;
        start[c] = after ? row->date_start : HO_DAY_NONE;
        end[c] = after ? row->date_end : HO_DAY_NONE;
    }
    ho_order order = {0};
    if (made)
        order = ho_order_of(start, end, falls->day, median, n, plan->n_replicate);
    if (made && order.n_pair > 0) {
        snprintf(what, sizeof what, "share of %zu pairs of %zu capitals that fall in the recorded order, ties and neither one half", order.n_pair,
                 order.n_item);
        ho_target_score *target = target_add(card, "order of capitals", what, order.n_pair, 0);
        order_set(target, "run", start, end, falls->day, median, n, plan->n_replicate);
        for (int b = HO_PLACE_CONTAGION; b < HO_N_PLACE_BASELINE; b++) {
            if (!card->places->given[b]) {
                forecaster_add(target, ho_place_baseline_name(b), false, card->places->reason);
                continue;
            }
            baseline_days(card, b, day);
            order_set(target, ho_place_baseline_name(b), start, end, day, median, n, b == HO_PLACE_CONTAGION ? card->places->n_draw : 1);
        }
    }
    free(start);
    free(median);
    free(day);
    return made;
}

/* --- the national capital --- */

/* A bin by its last day; HO_DAY_NONE (never): the last. */
static size_t bin_of(const ho_fall_bins *bins, ho_day day) {
    for (size_t k = 0; k + 1 < bins->n; k++)
        if (day != HO_DAY_NONE && day <= bins->until[k])
            return k;
    return bins->n - 1;
}

/* p: (bins) of n_draw draws, or of a distribution if 0; both scores. What counts as never drawn gets half a draw in the log score. */
static void fall_set(ho_target_score *target, const char *name, const char *note, const double *p, size_t n_bin, size_t n_draw, size_t observed) {
    ho_forecaster_score *of = forecaster_add(target, name, true, note);
    double of_observed = p[observed], n = (double)n_draw;
    if (n_draw)
        of_observed = (of_observed * n + 0.5) / (n + 0.5 * (double)n_bin);
    value_set(target, of, HO_MEASURE_LOG, ho_score_log(of_observed));
    value_set(target, of, HO_MEASURE_RPS, ho_score_rps(p, n_bin, observed));
}

static void fall_of_days(ho_score_card *card, ho_target_score *target, const char *name, const int32_t *day, size_t n_draw, ho_day first,
                         double *p, size_t observed) {
    const ho_fall_bins *bins = &card->plan->bins;
    memset(p, 0, bins->n * sizeof *p);
    for (size_t r = 0; r < n_draw; r++)
        p[bin_of(bins, day[r] == HO_NEVER ? HO_DAY_NONE : first + day[r])]++;
    for (size_t k = 0; k < bins->n; k++)
        p[k] /= (double)n_draw;
    fall_set(target, name, "", p, bins->n, n_draw, observed);
}

static void fall_of_rate(ho_score_card *card, ho_target_score *target, int b, double *p, size_t observed) {
    const ho_score_plan *plan = card->plan;
    double before = 0;
    for (size_t k = 0; k < plan->bins.n; k++) {
        double days = k + 1 < plan->bins.n ? (double)(plan->bins.until[k] - plan->origin) : INFINITY;
        double by = days < 0 ? 0 : -ho_expm1(-card->places->rate[b][plan->world->national_capital] * days);
        by = k + 1 < plan->bins.n ? by : 1;
        p[k] = by - before;
        before = by;
    }
    fall_set(target, ho_place_baseline_name(b), "", p, plan->bins.n, plan->n_replicate, observed);
}

/* The forecasts with these bins, as they were published. */
static void fall_of_forecasts(ho_score_card *card, ho_target_score *target, double *p, size_t observed) {
    const ho_score_plan *plan = card->plan;
    const ho_forecast_row *row = plan->scenario->forecast;
    for (size_t first = 0, end; first < plan->scenario->n_forecast && target->n_forecaster < HO_FORECASTER_MAX; first = end) {
        bool same = true;
        for (end = first; end < plan->scenario->n_forecast && strcmp(row[end].id, row[first].id) == 0; end++) {
            size_t k = end - first;
            same = same && k < plan->bins.n && row[end].bin_until == plan->bins.until[k];
            if (same)
                p[k] = row[end].probability;
        }
        char note[120], known[11];
        snprintf(note, sizeof note, "%.60s, known %s%s", row[first].who, ho_day_format(row[first].known_on, known),
                 row[first].known_on > plan->origin ? ", after the origin" : "");
        if (same && end - first == plan->bins.n)
            fall_set(target, row[first].id, note, p, plan->bins.n, 0, observed);
        else
            forecaster_add(target, row[first].id, false, "has other bins than the first forecast");
    }
}

/* The recorded bin; false: not recorded, not after the origin, or in one of two bins. */
static bool fall_recorded(const ho_score_plan *plan, size_t *bin) {
    const ho_record_row *row = ho_captures_own(&plan->captures, (size_t)plan->world->national_capital);
    if (!row || row->date_end <= plan->origin)
        return false;
    *bin = bin_of(&plan->bins, row->date_end);
    return bin_of(&plan->bins, row->date_start) == *bin;
}

static bool score_fall(ho_score_card *card) {
    const ho_score_plan *plan = card->plan;
    const ho_places *places = card->places;
    char what[160], until[11], last[11];
    size_t observed, n = plan->bins.n;
    if (plan->world->national_capital < 0 || n < 2 || !fall_recorded(plan, &observed))
        return true;
    double *p = calloc(n + 1, sizeof *p);
    if (!p)
        return false;
    snprintf(what, sizeof what, "%zu bins; it fell in number %zu (until %s); what has not fallen by %s goes to the last", n, observed + 1,
             observed + 1 < n ? ho_day_format(plan->bins.until[observed], until) : "later", ho_day_format(plan->world->until, last));
    ho_target_score *target = target_add(card, "fall of the national capital", what, 1, 0);
    fall_of_days(card, target, "run", plan->national, plan->n_replicate, plan->world->from, p, observed);
    for (size_t k = 0; k < n; k++)
        p[k] = 1 / (double)n;
    fall_set(target, "uniform", "", p, n, 0, observed);
    memset(p, 0, n * sizeof *p);
    p[n - 1] = 1;
    fall_set(target, "persistence", "", p, n, plan->n_replicate, observed);
    for (int b = HO_PLACE_CLIMATOLOGY; b < HO_N_PLACE_BASELINE; b++) {
        if (!places->given[b])
            forecaster_add(target, ho_place_baseline_name(b), false, places->reason);
        else if (b == HO_PLACE_CONTAGION)
            fall_of_days(card, target, ho_place_baseline_name(b), places->fall + (size_t)plan->world->national_capital * places->n_draw,
                         places->n_draw, plan->origin, p, observed);
        else
            fall_of_rate(card, target, b, p, observed);
    }
    fall_of_forecasts(card, target, p, observed);
    free(p);
    return true;
}

/* --- all --- */

static bool card_make(ho_score_card *card) {
    const ho_score_plan *plan = card->plan;
    size_t n = plan->world->n_district, most = plan->n_day * n + plan->n_count + 1, longest = 1;
    size_t n_member = plan->n_replicate > HO_BASELINE_DRAWS ? plan->n_replicate : HO_BASELINE_DRAWS;
    bool made = true;
    for (size_t s = 0; s < plan->n_series; s++)
        longest = plan->series[s].n_case > longest ? plan->series[s].n_case : longest;
    for (int m = 0; m < HO_N_MEASURE; m++) {
        card->run[m] = calloc(most, sizeof(double));
        card->other[m] = calloc(most, sizeof(double));
        made = made && card->run[m] && card->other[m];
    }
    card->unit = calloc(most, sizeof *card->unit);
    card->unit_sum = calloc(most, sizeof(double));
    card->unit_n = calloc(most, sizeof(double));
    card->member = calloc(n_member, sizeof(double));
    card->path = calloc(n_member * longest, sizeof(double));
    card->t = calloc(most, sizeof(double));
    card->y = calloc(most, sizeof(double));
    card->happened = calloc(most, 1);
    card->p = calloc(most, sizeof(double));
    card->truth = calloc(n + 1, sizeof *card->truth);
    card->rank = calloc(n + 1, sizeof(double));
    card->order = calloc(n + 1, sizeof *card->order);
    card->scores->target = calloc(plan->n_series + 2 * HO_N_WINDOW + 4, sizeof *card->scores->target);
    return made && card->unit && card->unit_sum && card->unit_n && card->member && card->path && card->t && card->y && card->happened &&
           card->p && card->truth && card->rank && card->order && card->scores->target;
}

static void card_free(ho_score_card *card) {
    for (int m = 0; m < HO_N_MEASURE; m++) {
        free(card->run[m]);
        free(card->other[m]);
    }
    void *const owned[] = {card->unit, card->unit_sum, card->unit_n, card->member, card->path, card->t,
                           card->y,    card->happened, card->p,      card->truth,  card->rank, card->order};
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++)
        free(owned[k]);
}

bool ho_score_targets(const ho_score_plan *plan, const ho_places *places, ho_scores *scores) {
    ho_score_card card = {.plan = plan, .places = places, .scores = scores};
    bool made = card_make(&card);
    for (size_t s = 0; made && s < plan->n_series; s++)
        score_series(&card, s);
    if (made && plan->bloc >= 0) {
        made = score_fall(&card) && score_places(&card, true) && score_order(&card) && score_places(&card, false);
        for (int k = 0; made && k < HO_N_WINDOW; k++) {
            score_next(&card, ho_score_window[k], true);
            score_next(&card, ho_score_window[k], false);
        }
    }
    card_free(&card);
    return made;
}
