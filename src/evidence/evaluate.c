/* Agreement with the record beyond counts: area under the curve, order, quantiles. */
#include "evidence/evaluate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* --- recorded captures --- */

/* 1: a dated capture by the bloc, 0: by another, -1: something else. */
static int capture_kind(const ho_record_row *row, const char *bloc) {
    static const char prefix[] = "captured.";
    bool sure = row->confidence && (strcmp(row->confidence, "high") == 0 || strcmp(row->confidence, "med") == 0);
    bool dated = row->date_start != HO_DAY_NONE && row->date_end != HO_DAY_NONE;
    if (!sure || !dated || row->district < 0 || strncmp(row->observable, prefix, sizeof prefix - 1) != 0)
        return -1;
    return strcmp(row->observable + sizeof prefix - 1, bloc) == 0;
}

static bool captures_make(const ho_scenario *scenario, ho_captures *captures) {
    *captures = (ho_captures){.n_district = scenario->n_district,
                              .first = calloc(scenario->n_district + 2, sizeof *captures->first),
                              .row = calloc(scenario->n_record + 1, sizeof *captures->row),
                              .own = calloc(scenario->n_record + 1, sizeof *captures->own)};
    if (captures->first && captures->row && captures->own)
        return true;
    ho_captures_free(captures);
    return false;
}

bool ho_captures_build(const ho_scenario *scenario, int32_t bloc, ho_captures *captures) {
    const char *id = scenario->bloc[bloc].id;
    if (!captures_make(scenario, captures))
        return false;
    /* count at district + 2, so that filling moves first[district + 1] to where the district ends */
    for (size_t k = 0; k < scenario->n_record; k++)
        if (capture_kind(&scenario->record[k], id) >= 0)
            captures->first[scenario->record[k].district + 2]++;
    for (size_t i = 0; i < scenario->n_district; i++)
        captures->first[i + 2] += captures->first[i + 1];
    for (size_t k = 0; k < scenario->n_record; k++) {
        int kind = capture_kind(&scenario->record[k], id);
        if (kind < 0)
            continue;
        size_t at = captures->first[scenario->record[k].district + 1]++;
        captures->row[at] = &scenario->record[k];
        captures->own[at] = kind == 1;
    }
    for (size_t i = 0; i < scenario->n_district; i++)
        captures->n_dated += ho_captures_own(captures, i) != NULL;
    return true;
}

void ho_captures_free(ho_captures *captures) {
    free(captures->first);
    free(captures->row);
    free(captures->own);
    *captures = (ho_captures){0};
}

const ho_record_row *ho_captures_own(const ho_captures *captures, size_t district) {
    for (size_t k = captures->first[district]; k < captures->first[district + 1]; k++)
        if (captures->own[k])
            return captures->row[k];
    return NULL;
}

ho_truth ho_captures_truth(const ho_captures *captures, size_t district, ho_day day) {
    ho_day last_end = INT32_MIN, next_start = INT32_MAX;
    int last_own = -1, next_own = -1; /* -1: there is none */
    for (size_t k = captures->first[district]; k < captures->first[district + 1]; k++) {
        const ho_record_row *row = captures->row[k];
        if (row->date_end <= day) {
            last_own = row->date_end >= last_end ? captures->own[k] : last_own;
            last_end = row->date_end >= last_end ? row->date_end : last_end;
        } else if (row->date_start <= day) {
            return HO_TRUTH_UNKNOWN;
        } else if (row->date_start < next_start) {
            next_own = captures->own[k];
            next_start = row->date_start;
        }
    }
    if (last_own == 1)
        return HO_TRUTH_FALLEN;
    return next_own == 1 ? HO_TRUTH_NOT : HO_TRUTH_UNKNOWN;
}

/* --- area under the curve --- */

static int compare_score(const void *a, const void *b, void *context) {
    const double *score = context;
    size_t i = *(const size_t *)a, j = *(const size_t *)b;
    if (score[i] != score[j])
        return score[i] < score[j] ? -1 : 1;
    return i < j ? -1 : i > j;
}

double ho_auc(const double *score, const ho_truth *truth, size_t n, size_t *order) {
    size_t n_used = 0;
    for (size_t i = 0; i < n; i++)
        if (truth[i] != HO_TRUTH_UNKNOWN && !isnan(score[i]))
            order[n_used++] = i;
    qsort_r(order, n_used, sizeof *order, compare_score, (void *)(uintptr_t)score);
    double below = 0, fallen = 0, right = 0; /* not fallen seen so far, with lower score */
    for (size_t k = 0; k < n_used;) {
        double tied_fallen = 0, tied_not = 0;
        double value = score[order[k]];
        for (; k < n_used && score[order[k]] == value; k++) {
            if (truth[order[k]] == HO_TRUTH_FALLEN)
                tied_fallen++;
            else
                tied_not++;
        }
        right += tied_fallen * (below + tied_not / 2);
        below += tied_not;
        fallen += tied_fallen;
    }
    return below > 0 && fallen > 0 ? right / (below * fallen) : NAN;
}

/* --- order --- */

static bool is_pair(const ho_day *start, const ho_day *end, size_t i, size_t j) {
    return start[i] != HO_DAY_NONE && start[j] != HO_DAY_NONE && end[i] != HO_DAY_NONE && end[j] != HO_DAY_NONE &&
           end[i] < start[j];
}

static double agreement(int32_t first, int32_t second) {
    return first < second ? 1 : first == second ? 0.5 : 0;
}

ho_order ho_order_of(const ho_day *start, const ho_day *end, const int32_t *day, const int32_t *median, size_t n_item,
                     size_t n_replicate) {
    ho_order order = {.concordance = NAN, .se = NAN, .by_median = NAN};
    double by_median = 0, sum = 0, sum_square = 0;
    for (size_t i = 0; i < n_item; i++) {
        order.n_item += start[i] != HO_DAY_NONE && end[i] != HO_DAY_NONE;
        for (size_t j = 0; j < n_item; j++)
            if (is_pair(start, end, i, j)) {
                order.n_pair++;
                by_median += agreement(median[i], median[j]);
            }
    }
    if (order.n_pair == 0 || n_replicate == 0)
        return order;
    for (size_t r = 0; r < n_replicate; r++) {
        double agreed = 0;
        for (size_t i = 0; i < n_item; i++)
            for (size_t j = 0; j < n_item; j++)
                if (is_pair(start, end, i, j))
                    agreed += agreement(day[i * n_replicate + r], day[j * n_replicate + r]);
        agreed /= (double)order.n_pair;
        sum += agreed;
        sum_square += agreed * agreed;
    }
    double n = (double)n_replicate, mean = sum / n;
    order.concordance = mean;
    order.by_median = by_median / (double)order.n_pair;
    if (n_replicate > 1)
        order.se = sqrt(fmax(0, sum_square / n - mean * mean) / (n - 1));
    return order;
}

/* --- quantiles --- */

static size_t nearest_rank(size_t n, double q) {
    double rank = ceil(q * (double)n - 1e-9); /* 0.05 * 20 is not exactly 1 */
    return rank < 1 ? 0 : rank > (double)n ? n - 1 : (size_t)rank - 1;
}

int32_t ho_quantile_day(const int32_t *value, size_t n, double q) {
    return value[nearest_rank(n, q)];
}

double ho_quantile_share(const double *value, size_t n, double q) {
    return value[nearest_rank(n, q)];
}
