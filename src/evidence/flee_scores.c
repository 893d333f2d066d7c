/* Scores of forecasts of FLEE's cases. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "base/stream.h"
#include "holdout/evidence.h"

enum { BLOCK_DAY = 30, N_BOOTSTRAP = 2000 };

void ho_flee_score_free(ho_flee_score *score) {
    free(score->daily);
    free(score->cover_camp);
    *score = (ho_flee_score){0};
}

/* Sum of the records of a day, at least 1. */
static double recorded(const ho_flee_case *flee, size_t day) {
    double sum = 0;
    for (size_t c = 0; c < ho_flee_n_camp(flee); c++)
        sum += (double)ho_flee_data(flee, day, c);
    return sum > 1 ? sum : 1;
}

/* Medians into point (n_day, n_camp); CRPS, cover and the daily errors. */
static void score_days(const ho_flee_case *flee, ho_flee_forecast *f, ho_flee_score *score, double *point) {
    double all = (double)f->n_day * (double)f->n_camp;
    for (size_t day = 0; day < f->n_day; day++) {
        double by = recorded(flee, day);
        for (size_t c = 0; c < f->n_camp; c++) {
            double *member = &f->camp[(day * f->n_camp + c) * f->n_member], y = (double)ho_flee_data(flee, day, c);
            ho_score_sort(member, f->n_member);
            double median = ho_score_quantile(member, f->n_member, 0.5);
            bool in = y >= ho_score_quantile(member, f->n_member, 0.05) && y <= ho_score_quantile(member, f->n_member, 0.95);
            point[day * f->n_camp + c] = median;
            score->daily[day] += fabs(median - y) / by;
            score->crps += ho_score_crps(member, f->n_member, y) / by / (double)f->n_day;
            score->cover += in / all;
            score->cover_camp[c] += in / (double)f->n_day;
        }
    }
}

/* n of each member, their mean. */
static double mean_n(const ho_flee_case *flee, const ho_flee_forecast *f) {
    double sum = 0;
    for (size_t day = 0; day < f->n_day; day++) {
        double by = recorded(flee, day) * (double)f->n_member * (double)f->n_day;
        for (size_t c = 0; c < f->n_camp; c++)
            for (size_t k = 0; k < f->n_member; k++)
                sum += fabs(f->camp[(day * f->n_camp + c) * f->n_member + k] - (double)ho_flee_data(flee, day, c)) / by;
    }
    return sum;
}

ho_status ho_flee_score_make(const ho_flee_case *flee, ho_flee_forecast *f, ho_flee_score *score, ho_error *err) {
    *score = (ho_flee_score){.n_day = f->n_day, .n_camp = f->n_camp};
    if (f->n_day != ho_flee_n_day(flee) || f->n_camp != ho_flee_n_camp(flee) || f->n_member == 0 || f->n_camp == 0 || ho_flee_data(flee, 0, 0) < 0)
        return ho_error_set(err, HO_ERR_INPUT, "nothing to score: no recorded counts, no camps, or a forecast of another case");
    score->daily = calloc(f->n_day, sizeof *score->daily);
    score->cover_camp = calloc(f->n_camp, sizeof *score->cover_camp);
    double *point = calloc(f->n_day * f->n_camp, sizeof *point);
    if (!score->daily || !score->cover_camp || !point) {
        free(point);
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for scores");
    }
    score_days(flee, f, score, point);
    score->n_of_runs = mean_n(flee, f);
    ho_flee_error error = ho_flee_errors(flee, point);
    score->n = error.n;
    score->r = error.r;
    score->total = error.total;
    free(point);
    return HO_OK;
}

ho_status ho_flee_score_course(const ho_flee_case *flee, const double *camp, ho_flee_score *score, ho_error *err) {
    size_t n = ho_flee_n_day(flee) * ho_flee_n_camp(flee);
    ho_flee_forecast one = {.n_member = 1, .n_day = ho_flee_n_day(flee), .n_camp = ho_flee_n_camp(flee), .camp = malloc((n + 1) * sizeof *one.camp)};
    *score = (ho_flee_score){0};
    if (!one.camp)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for scores");
    memcpy(one.camp, camp, n * sizeof *camp);
    ho_status status = ho_flee_score_make(flee, &one, score, err);
    ho_flee_forecast_free(&one);
    return status;
}

static double median_of(double *member, size_t n) {
    ho_score_sort(member, n);
    return ho_score_quantile(member, n, 0.5);
}

ho_status ho_flee_forecast_course(const ho_flee_forecast *f, double *camp, ho_error *err) {
    double *member = malloc((f->n_member + 1) * sizeof *member), *sum = malloc((f->n_member + 1) * sizeof *sum);
    ho_status status = member && sum ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for a course");
    for (size_t day = 0; day < f->n_day && !status; day++) {
        double all = 0;
        memset(sum, 0, f->n_member * sizeof *sum);
        for (size_t c = 0; c < f->n_camp; c++) {
            memcpy(member, &f->camp[(day * f->n_camp + c) * f->n_member], f->n_member * sizeof *member);
            for (size_t k = 0; k < f->n_member; k++)
                sum[k] += member[k];
            all += camp[day * f->n_camp + c] = median_of(member, f->n_member);
        }
        double times = all > 0 ? median_of(sum, f->n_member) / all : 1;
        for (size_t c = 0; c < f->n_camp; c++)
            camp[day * f->n_camp + c] *= times;
    }
    free(member);
    free(sum);
    return status;
}

/* --- over cases --- */

static ho_flee_ratio with_quantiles(double value, double *bootstrap) {
    ho_score_sort(bootstrap, N_BOOTSTRAP);
    return (ho_flee_ratio){value, ho_score_quantile(bootstrap, N_BOOTSTRAP, 0.025), ho_score_quantile(bootstrap, N_BOOTSTRAP, 0.975)};
}

/* ln of one forecast's n by the other's over as many blocks as there are, drawn with replacement. */
static double log_ratio_of_blocks(const ho_flee_score *a, const ho_flee_score *b, ho_rng *rng) {
    size_t n_block = (a->n_day + BLOCK_DAY - 1) / BLOCK_DAY;
    double sum_a = 0, sum_b = 0;
    for (size_t k = 0; k < n_block; k++) {
        size_t block = (size_t)(ho_rng_unit(rng) * (double)n_block), from = (block < n_block ? block : n_block - 1) * BLOCK_DAY;
        for (size_t day = from; day < from + BLOCK_DAY && day < a->n_day; day++) {
            sum_a += a->daily[day];
            sum_b += b->daily[day];
        }
    }
    return ho_log(sum_a / sum_b);
}

ho_flee_ratio ho_flee_score_ratio(const ho_flee_score *score, const ho_flee_score *by, size_t n_case, uint32_t seed) {
    double bootstrap[N_BOOTSTRAP], ratio = 0;
    for (size_t k = 0; k < n_case; k++)
        ratio += ho_log(score[k].n / by[k].n) / (double)n_case;
    for (uint32_t b = 0; b < N_BOOTSTRAP; b++) {
        const ho_streams streams = {.seed = seed, .replicate = b};
        bootstrap[b] = 0;
        for (size_t k = 0; k < n_case; k++) {
            ho_rng rng = ho_rng_at(&streams, (uint32_t)k, HO_PROC_FLOW_ERROR, 1);
            bootstrap[b] += log_ratio_of_blocks(&score[k], &by[k], &rng) / (double)n_case;
        }
        bootstrap[b] = ho_exp(bootstrap[b]);
    }
    return n_case ? with_quantiles(ho_exp(ratio), bootstrap) : (ho_flee_ratio){(double)NAN, (double)NAN, (double)NAN};
}

ho_flee_ratio ho_flee_score_cover(const ho_flee_score *score, size_t n_case, uint32_t seed) {
    double bootstrap[N_BOOTSTRAP], mean = 0, *cover;
    size_t n = 0, at = 0;
    for (size_t k = 0; k < n_case; k++)
        n += score[k].n_camp;
    cover = n ? calloc(n, sizeof *cover) : NULL;
    if (!cover)
        return (ho_flee_ratio){(double)NAN, (double)NAN, (double)NAN};
    for (size_t k = 0; k < n_case; k++)
        for (size_t c = 0; c < score[k].n_camp; c++)
            mean += (cover[at++] = score[k].cover_camp[c]) / (double)n;
    for (uint32_t b = 0; b < N_BOOTSTRAP; b++) {
        const ho_streams streams = {.seed = seed, .replicate = b};
        ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_FLOW_ERROR, 2);
        bootstrap[b] = 0;
        for (size_t k = 0; k < n; k++) {
            size_t one = (size_t)(ho_rng_unit(&rng) * (double)n);
            bootstrap[b] += cover[one < n ? one : n - 1] / (double)n;
        }
    }
    free(cover);
    return with_quantiles(mean, bootstrap);
}
