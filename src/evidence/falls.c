/* When capitals fell to a bloc in each replicate, how many places fell and how, and the same of the record. */
#include "evidence/falls.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- of the run --- */

bool ho_falls_make(const ho_scenario *scenario, int32_t bloc, size_t n_replicate, ho_falls *falls) {
    size_t n = scenario->n_district, r = n_replicate + 1;
    *falls = (ho_falls){.scenario = scenario, .bloc = bloc, .n_replicate = n_replicate};
    falls->capital = calloc(n + 1, sizeof *falls->capital);
    falls->capital_of = calloc(n + 1, sizeof *falls->capital_of);
    if (!falls->capital || !falls->capital_of)
        return false;
    for (size_t i = 0; i < n; i++) {
        falls->capital_of[i] = scenario->district[i].is_capital ? (int32_t)falls->n_capital : -1;
        if (scenario->district[i].is_capital)
            falls->capital[falls->n_capital++] = (int32_t)i;
    }
    falls->day = calloc((falls->n_capital + 1) * r, sizeof *falls->day);
    falls->n_fall = calloc(r, sizeof *falls->n_fall);
    falls->n_fought = calloc(r, sizeof *falls->n_fought);
    falls->n_capital_fall = calloc(r, sizeof *falls->n_capital_fall);
    falls->n_capital_fought = calloc(r, sizeof *falls->n_capital_fought);
    if (!falls->day || !falls->n_fall || !falls->n_fought || !falls->n_capital_fall || !falls->n_capital_fought)
        return false;
    for (size_t k = 0; k < falls->n_capital * falls->n_replicate; k++)
        falls->day[k] = HO_NEVER;
    return true;
}

void ho_falls_free(ho_falls *falls) {
    free(falls->capital);
    free(falls->capital_of);
    free(falls->day);
    free(falls->n_fall);
    free(falls->n_fought);
    free(falls->n_capital_fall);
    free(falls->n_capital_fought);
    *falls = (ho_falls){0};
}

static bool is_fall(const ho_falls *falls, const ho_change *change) {
    const ho_scenario *scenario = falls->scenario;
    int64_t n_faction = (int64_t)scenario->n_faction;
    bool known = change->district >= 0 && (size_t)change->district < scenario->n_district && change->from >= 0 &&
                 change->from < n_faction && change->to >= 0 && change->to < n_faction;
    return known && scenario->faction[change->to].bloc == falls->bloc && scenario->faction[change->from].bloc != falls->bloc;
}

static void count_mode(ho_falls *falls, size_t r, int32_t capital, int32_t mode) {
    if (mode == HO_MODE_START || mode == HO_MODE_REGIME_FALL)
        return;
    falls->n_fall[r]++;
    falls->n_fought[r] += mode == HO_MODE_FOUGHT;
    falls->n_capital_fall[r] += capital >= 0;
    falls->n_capital_fought[r] += capital >= 0 && mode == HO_MODE_FOUGHT;
}

void ho_falls_add(ho_falls *falls, size_t replicate, const ho_change *change) {
    if (replicate >= falls->n_replicate || !is_fall(falls, change))
        return;
    int32_t capital = falls->capital_of[change->district];
    count_mode(falls, replicate, capital, change->mode);
    if (capital < 0)
        return;
    int32_t *day = &falls->day[(size_t)capital * falls->n_replicate + replicate];
    *day = change->day < *day ? change->day : *day;
}

/* --- beside the record --- */

bool ho_falls_order(const ho_falls *falls, const ho_captures *captures, const int32_t *median, ho_order *order) {
    size_t n = falls->n_capital;
    ho_day *start = calloc(2 * n + 1, sizeof *start), *end = start ? start + n : NULL;
    if (!start)
        return false;
    for (size_t c = 0; c < n; c++) {
        const ho_record_row *row = ho_captures_own(captures, (size_t)falls->capital[c]);
        start[c] = row ? row->date_start : HO_DAY_NONE;
        end[c] = row ? row->date_end : HO_DAY_NONE;
    }
    *order = ho_order_of(start, end, falls->day, median, n, falls->n_replicate);
    free(start);
    return true;
}

static int compare_shares(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

bool ho_fought_of(const int32_t *n_fought, const int32_t *n_fall, size_t n, ho_fought *fought) {
    double *share = calloc(n + 1, sizeof *share), sum = 0;
    size_t n_used = 0;
    *fought = (ho_fought){(double)NAN, (double)NAN, (double)NAN};
    for (size_t r = 0; share && r < n; r++)
        if (n_fall[r] > 0)
            sum += share[n_used++] = (double)n_fought[r] / n_fall[r];
    if (n_used) {
        qsort(share, n_used, sizeof *share, compare_shares);
        *fought = (ho_fought){sum / (double)n_used, ho_quantile_share(share, n_used, 0.05), ho_quantile_share(share, n_used, 0.95)};
    }
    free(share);
    return share != NULL;
}

static bool is_capture_by(const ho_scenario *scenario, const ho_record_row *row, int32_t bloc) {
    static const char prefix[] = "captured.";
    return strncmp(row->observable, prefix, sizeof prefix - 1) == 0 &&
           strcmp(row->observable + sizeof prefix - 1, scenario->bloc[bloc].id) == 0;
}

void ho_fought_recorded(const ho_scenario *scenario, int32_t bloc, bool capitals, int *n, int *n_fought) {
    *n = *n_fought = 0;
    for (size_t k = 0; k < scenario->n_record; k++) {
        const ho_record_row *row = &scenario->record[k];
        if (row->district < 0 || !row->mode || !is_capture_by(scenario, row, bloc) ||
            (capitals && !scenario->district[row->district].is_capital))
            continue;
        bool fought = strcmp(row->mode, "fought") == 0;
        *n += fought || strcmp(row->mode, "given_up") == 0;
        *n_fought += fought;
    }
}

bool ho_captures_recorded(const ho_scenario *scenario, int32_t bloc) {
    for (size_t k = 0; k < scenario->n_record; k++)
        if (is_capture_by(scenario, &scenario->record[k], bloc))
            return true;
    return false;
}
