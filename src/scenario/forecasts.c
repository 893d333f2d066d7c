/* forecasts.csv: forecasts that were published, bin by bin. The simulation does not read it.
 * Method: a table of fields; then the rows of each id are looked at together.
 * Invariant: the bins of a forecast are at least two and follow each other without a gap, the first open below, the last above. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/sections.h"

enum { ROWS_MAX = 10000 };
/* Published probabilities are rounded, or medians of a panel. */
static const double SUM_TOLERANCE = 0.02;

static const char *const TARGET[] = {"national_capital", NULL};
static const ho_field FORECAST[] = {
    {HO_F(ho_forecast_row, id, HO_FIELD_ID)},
    {HO_F(ho_forecast_row, who, HO_FIELD_TEXT)},
    {HO_F(ho_forecast_row, date, HO_FIELD_DAY)},
    {HO_F(ho_forecast_row, target, HO_FIELD_CHOICE), .choice = TARGET},
    {HO_F(ho_forecast_row, bin_from, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_forecast_row, bin_until, HO_FIELD_DAY), .optional = true},
    {HO_F_RANGE(ho_forecast_row, probability, 0, 1)},
    {HO_F(ho_forecast_row, source, HO_FIELD_TEXT)},
    {HO_F(ho_forecast_row, known_on, HO_FIELD_DAY)},
};
static const ho_forecast_row FORECAST_BLANK = {.date = HO_DAY_NONE, .bin_from = HO_DAY_NONE, .bin_until = HO_DAY_NONE,
                                               .probability = NAN, .known_on = HO_DAY_NONE};
static const ho_rows FORECASTS = ROWS_OF("forecast bins", ho_forecast_row, FORECAST, FORECAST_BLANK, ROWS_MAX, HO_REF_NONE);

static bool same_forecast(const ho_forecast_row *a, const ho_forecast_row *b) {
    return a->id && b->id && strcmp(a->id, b->id) == 0;
}

/* A bin beside the bin before it, which is NULL for the first. */
static void bin_check(ho_loader *loader, const ho_forecast_row *row, const ho_forecast_row *before, bool last) {
    ho_findings *findings = loader->findings;
    char from[11], until[11], quoted[HO_QUOTE_ROOM];
    ho_day_format(row->bin_from, from);
    ho_day_format(row->bin_until, until);
    if (!before && row->bin_from != HO_DAY_NONE)
        ho_finding_add(findings, HO_FILE_FORECASTS, row->line, "bin_from is %s; the first bin of a forecast has none", from);
    if (before && before->bin_until != HO_DAY_NONE && row->bin_from != before->bin_until + 1) {
        char need[11];
        ho_finding_add(findings, HO_FILE_FORECASTS, row->line, "bin_from is %s; need %s, the day after the bin before",
                       *from ? from : "empty", ho_day_format(before->bin_until + 1, need));
    }
    if (last && row->bin_until != HO_DAY_NONE)
        ho_finding_add(findings, HO_FILE_FORECASTS, row->line, "bin_until is %s; the last bin of a forecast has none", until);
    if (!last && row->bin_until == HO_DAY_NONE)
        ho_finding_add(findings, HO_FILE_FORECASTS, row->line, "bin_until is empty; only the last bin of a forecast has none");
    if (row->bin_from != HO_DAY_NONE && row->bin_until != HO_DAY_NONE && row->bin_until < row->bin_from)
        ho_finding_add(findings, HO_FILE_FORECASTS, row->line, "bin_until is %s; need a day from bin_from (%s) on", until, from);
    if (before && (strcmp(row->who ? row->who : "", before->who ? before->who : "") != 0 || row->date != before->date ||
                   row->target != before->target || row->known_on != before->known_on))
        ho_finding_add(findings, HO_FILE_FORECASTS, row->line, "who, date, target and known_on of %s are not those of line %d",
                       ho_quote(row->id, quoted), before->line);
}

/* The rows first..end of one id. */
static void forecast_check(ho_loader *loader, size_t first, size_t end) {
    const ho_forecast_row *row = loader->scenario->forecast;
    char quoted[HO_QUOTE_ROOM];
    size_t found = loader->findings->n_total;
    double sum = 0;
    for (size_t k = 0; k < first; k++)
        if (same_forecast(&row[k], &row[first])) {
            ho_finding_add(loader->findings, HO_FILE_FORECASTS, row[first].line,
                           "%s is there twice, first in line %d; rows of a forecast follow each other",
                           ho_quote(row[first].id, quoted), row[k].line);
            return;
        }
    if (end - first < 2) {
        ho_finding_add(loader->findings, HO_FILE_FORECASTS, row[first].line, "%s has one bin; need two or more",
                       ho_quote(row[first].id, quoted));
        return;
    }
    for (size_t k = first; k < end; k++) {
        bin_check(loader, &row[k], k > first ? &row[k - 1] : NULL, k + 1 == end);
        sum += row[k].probability;
    }
    if (found == loader->findings->n_total && fabs(sum - 1) > SUM_TOLERANCE)
        ho_finding_add(loader->findings, HO_FILE_FORECASTS, row[end - 1].line,
                       "the probabilities of %s add up to %.10g; need 1, within %.10g for rounding",
                       ho_quote(row[first].id, quoted), sum, SUM_TOLERANCE);
}

void ho_forecasts_read(ho_loader *loader, ho_bytes bytes) {
    ho_scenario *s = loader->scenario;
    void *rows = NULL;
    if (!bytes.data)
        return;
    size_t found = loader->findings->n_total;
    ho_table_read(loader, HO_FILE_FORECASTS, bytes, &FORECASTS, &rows, &s->n_forecast);
    s->forecast = rows;
    if (found != loader->findings->n_total)
        return; /* what a row says of its neighbours means nothing while rows are wrong in themselves */
    for (size_t first = 0, end; first < s->n_forecast; first = end) {
        for (end = first + 1; end < s->n_forecast && same_forecast(&s->forecast[end], &s->forecast[first]);)
            end++;
        forecast_check(loader, first, end);
    }
}
