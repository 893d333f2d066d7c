/* The scores of a run beside baselines as a table, Markdown, JSON and CSV. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"
#include "holdout/report.h"

enum { N_CELL = 96 };

/* What the difference is shown of: the first that is measured, in this order. */
static int headline(const ho_target_score *target) {
    static const int order[] = {HO_MEASURE_CRPS, HO_MEASURE_BRIER, HO_MEASURE_LOG, HO_MEASURE_AUC, HO_MEASURE_CONCORDANCE};
    for (size_t k = 0; k < sizeof order / sizeof *order; k++)
        if (target->measured[order[k]])
            return order[k];
    return HO_MEASURE_CRPS;
}

static int n_decimal(int measure) {
    return measure == HO_MEASURE_IGN || measure == HO_MEASURE_COVER || measure == HO_MEASURE_LOG ? 2 : 3;
}

/* "-0.041 (-0.062 to -0.020)", "" of the run. */
static const char *difference_cell(char cell[N_CELL], const ho_target_score *target, size_t f) {
    const ho_forecaster_score *of = &target->forecaster[f];
    int measure = headline(target);
    char d[CLI_NUMBER], low[CLI_NUMBER], high[CLI_NUMBER];
    cell[0] = '\0';
    if (f == 0 || isnan(of->difference[measure]))
        return cell;
    cli_number(d, of->difference[measure], n_decimal(measure), true);
    if (isnan(of->low[measure]))
        snprintf(cell, N_CELL, "%s", d);
    else
        snprintf(cell, N_CELL, "%s (%s to %s)", d, cli_number(low, of->low[measure], n_decimal(measure), true),
                 cli_number(high, of->high[measure], n_decimal(measure), true));
    return cell;
}

/* --- the terminal --- */

/* Each note once, after the names it is of. */
static void print_notes(const ho_target_score *target) {
    for (size_t f = 0; f < target->n_forecaster; f++) {
        const char *note = target->forecaster[f].note;
        bool said = *note == '\0';
        for (size_t k = 0; k < f && !said; k++)
            said = strcmp(target->forecaster[k].note, note) == 0;
        if (said)
            continue;
        printf("  %s%s", target->forecaster[f].given ? "" : "no ", target->forecaster[f].name);
        for (size_t k = f + 1; k < target->n_forecaster; k++)
            if (strcmp(target->forecaster[k].note, note) == 0)
                printf("; %s", target->forecaster[k].name);
        printf(":\n    %s\n", note);
    }
}

static void print_target(const ho_target_score *target) {
    char head[N_CELL], cell[N_CELL], number[CLI_NUMBER];
    printf("\n%s\n  %s\n  %-20s", target->name, target->what, "");
    for (int m = 0; m < HO_N_MEASURE; m++)
        if (target->measured[m])
            printf(" %*s", m == HO_MEASURE_CONCORDANCE ? 11 : 7, ho_measure_name(m));
    snprintf(head, sizeof head, "run less it, %s%s", ho_measure_name(headline(target)), target->n_unit >= 5 ? " (90 %)" : "");
    printf("  %s\n", head);
    for (size_t f = 0; f < target->n_forecaster; f++) {
        const ho_forecaster_score *of = &target->forecaster[f];
        if (!of->given)
            continue;
        printf("  %-20.20s", of->name);
        for (int m = 0; m < HO_N_MEASURE; m++)
            if (target->measured[m])
                printf(" %*s", m == HO_MEASURE_CONCORDANCE ? 11 : 7, cli_number(number, of->value[m], n_decimal(m), false));
        difference_cell(cell, target, f);
        printf("%s%s\n", *cell ? "  " : "", cell);
    }
    print_notes(target);
}

static void print_calibration(const ho_scores *scores) {
    if (scores->n_pit) {
        printf("\nPIT of the run's counts, fifths from low to high (%zu; equal if calibrated):", scores->n_pit);
        for (size_t k = 0; k < HO_PIT_BIN; k++)
            printf(" %zu", scores->pit[k]);
        printf("\n");
    }
    const ho_reliability *r = &scores->reliability;
    size_t n = 0;
    for (size_t k = 0; k < HO_RELIABILITY_BIN; k++)
        n += r->n[k];
    if (n == 0)
        return;
    printf("\nReliability of the run's chances that a district is held (district and day)\n  %-12s %8s %8s %8s\n", "chance", "cases", "mean",
           "happened");
    for (size_t k = 0; k < HO_RELIABILITY_BIN; k++) {
        char label[N_CELL], mean[CLI_NUMBER], share[CLI_NUMBER];
        snprintf(label, sizeof label, "%.1f to %.1f", (double)k / HO_RELIABILITY_BIN, (double)(k + 1) / HO_RELIABILITY_BIN);
        printf("  %-12s %8zu %8s %8s\n", label, r->n[k], cli_number(mean, r->sum_p[k] / (double)r->n[k], 3, false),
               cli_number(share, (double)r->n_happened[k] / (double)r->n[k], 3, false));
    }
}

void cli_print_scores(const cli_scores *scores) {
    const ho_scenario *scenario = scores->model->loaded;
    const ho_scores *s = scores->scores;
    char from[11], until[11], origin[11];
    printf("%s\n%s\n%zu replicates of %s, seed %u, %s to %s\nScored after the origin %s\n", scenario->title, HO_SCORES_NOTE,
           s->n_replicate, scores->folder, cli_model_seed(scores->model), ho_day_format(scenario->from, from),
           ho_day_format(ho_world_until(scores->model->built), until), ho_day_format(s->origin, origin));
    printf("Baselines know the record up to the origin only. Smaller is better, but of cover 0.9 is asked for,\n"
           "and AUC and concordance: more is better, 0.5 is chance. Counts are shares, each of its source's\n"
           "own number. Cases follow one course of events: intervals are too narrow. Each score: docs/scores.md\n");
    for (size_t t = 0; t < s->n_target; t++)
        print_target(&s->target[t]);
    print_calibration(s);
    if (s->n_one_sided + s->n_other)
        printf("\nNot scored: %zu rows after the origin that are bounds only, %zu of what the run does not have.\n", s->n_one_sided, s->n_other);
}

/* --- Markdown --- */

void cli_print_scores_markdown(const cli_scores *scores) {
    char cell[N_CELL], number[CLI_NUMBER];
    printf("%s\n\n| target | forecaster | score | value | run less it (90 %%) |\n|---|---|---|---|---|\n", HO_SCORES_NOTE);
    for (size_t t = 0; t < scores->scores->n_target; t++) {
        const ho_target_score *target = &scores->scores->target[t];
        for (size_t f = 0; f < target->n_forecaster; f++)
            for (int m = 0; m < HO_N_MEASURE; m++)
                if (target->forecaster[f].given && !isnan(target->forecaster[f].value[m]))
                    printf("| %s | %s | %s | %s | %s |\n", target->name, target->forecaster[f].name, ho_measure_name(m),
                           cli_number(number, target->forecaster[f].value[m], n_decimal(m), false),
                           m == headline(target) ? difference_cell(cell, target, f) : "");
    }
}

/* --- JSON --- */

int cli_print_scores_json(const cli_scores *scores) {
    char *json = NULL;
    ho_error err = {0};
    if (ho_scores_data(scores->scores, scores->model->built, scores->folder, cli_model_seed(scores->model), &json, &err))
        return cli_fail(&err);
    printf("%s\n", json);
    free(json);
    return CLI_OK;
}

/* --- CSV --- */

static void write_all(FILE *file, const void *context) {
    const cli_scores *scores = context;
    char origin[11];
    ho_day_format(scores->scores->origin, origin);
    fputs("origin,target,cases,units,forecaster,score,value,difference,low,high,note\n", file);
    for (size_t t = 0; t < scores->scores->n_target; t++) {
        const ho_target_score *target = &scores->scores->target[t];
        for (size_t f = 0; f < target->n_forecaster; f++)
            for (int m = 0; m < HO_N_MEASURE; m++) {
                const ho_forecaster_score *of = &target->forecaster[f];
                if (!target->measured[m])
                    continue;
                fprintf(file, "%s,", origin);
                cli_csv_text(file, target->name);
                fprintf(file, ",%zu,%zu,", target->n_case, target->n_unit);
                cli_csv_text(file, of->name);
                fprintf(file, ",%s", ho_measure_name(m));
                cli_csv_number(file, of->value[m]);
                cli_csv_number(file, of->difference[m]);
                cli_csv_number(file, of->low[m]);
                cli_csv_number(file, of->high[m]);
                fputc(',', file);
                cli_csv_text(file, of->note);
                fputc('\n', file);
            }
    }
}

int cli_write_scores_csv(const cli_scores *scores, const char *path) {
    return cli_write_file(path, write_all, scores);
}
