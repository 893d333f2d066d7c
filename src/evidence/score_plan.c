/* What of record.csv lies after the origin and can be asked of a run; and what was known on it. */
#include "evidence/score_plan.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/measure.h"
#include "world/world.h"

const int32_t ho_score_window[HO_N_WINDOW] = {14, 30, 60};

static ho_status no_memory(ho_error *err) {
    return ho_error_set(err, HO_ERR_MEMORY, "out of memory for what is scored");
}

/* --- counts --- */

static bool is_capture(const ho_record_row *row) {
    return strncmp(row->observable, "captured.", 9) == 0;
}

/* "X (copied by Y)" counts as X. */
static size_t source_length(const char *who) {
    const char *bracket = strstr(who, " (");
    return bracket ? (size_t)(bracket - who) : strlen(who);
}

static bool same_series(const ho_record_row *a, const ho_record_row *b) {
    size_t n = source_length(a->who);
    return strcmp(a->observable, b->observable) == 0 && strcmp(a->definition, b->definition) == 0 && n == source_length(b->who) &&
           strncmp(a->who, b->who, n) == 0;
}

static bool is_two_sided(const ho_record_row *row) {
    return !isnan(row->value_low) && !isnan(row->value_high);
}

static double share_of(const ho_record_row *row) {
    return (row->value_low + row->value_high) / 2 / row->denominator;
}

/* STEM.X of an observable that every bloc has, but X names no bloc: a misspelt row. */
static ho_status check_bloc(ho_store *store, const ho_scenario *scenario, const ho_record_row *row, ho_error *err) {
    char name[96], unit[64];
    int32_t column = -1;
    const char *dot = strchr(row->observable, '.');
    size_t n_word = dot ? strcspn(dot + 1, ".") : 0;
    if (!dot || (size_t)(dot - row->observable) > 48)
        return HO_OK;
    for (size_t b = 0; b < scenario->n_bloc; b++)
        if (strlen(scenario->bloc[b].id) == n_word && strncmp(scenario->bloc[b].id, dot + 1, n_word) == 0)
            return HO_OK;
    snprintf(name, sizeof name, "%.*s.%.40s", (int)(dot - row->observable), row->observable, scenario->bloc[0].id);
    ho_status status = ho_column_find(store, name, &column, unit, err);
    if (status || column < 0)
        return status;
    return ho_error_set(err, HO_ERR_INPUT, "%s/record.csv:%d: observable is \"%.80s\"; the scenario has no such bloc", scenario->folder,
                        row->line, row->observable);
}

static size_t count_capitals(const ho_world *world) {
    size_t n = 0;
    for (size_t i = 0; i < world->n_district; i++)
        n += world->is_capital[i];
    return n;
}

/* Column and own denominator of a row's observable; column -1: it is no count of districts or capitals of the run. */
static ho_status find_count(ho_store *store, const ho_world *world, const ho_record_row *row, int32_t *column, double *of, ho_error *err) {
    char unit[64];
    *column = -1;
    if (is_capture(row) || isnan(row->denominator))
        return HO_OK;
    ho_status status = ho_column_find(store, row->observable, column, unit, err);
    if (!status && *column < 0)
        return check_bloc(store, world->scenario, row, err);
    *of = !status && strcmp(unit, "districts") == 0 ? (double)world->n_district : (double)count_capitals(world);
    if (!status && strcmp(unit, "districts") != 0 && strcmp(unit, "capitals") != 0)
        *column = -1;
    return status;
}

static ho_count_series *series_add(ho_score_plan *plan, int32_t column, double of) {
    ho_count_series *series = &plan->series[plan->n_series++];
    *series = (ho_count_series){.column = column, .of = of, .floor = 0.5 / of};
    series->points.t = calloc(plan->scenario->n_record + plan->world->n_day + 2, sizeof(double));
    series->points.share = calloc(plan->scenario->n_record + plan->world->n_day + 2, sizeof(double));
    return series->points.t && series->points.share ? series : NULL;
}

/* In the order of days; equal days in the order of the file. */
static void point_add(ho_points *points, double t, double share) {
    size_t k = points->n++;
    for (; k > 0 && points->t[k - 1] > t; k--) {
        points->t[k] = points->t[k - 1];
        points->share[k] = points->share[k - 1];
    }
    points->t[k] = t;
    points->share[k] = share;
}

/* The counts of a row's series that were known on the origin. */
static void points_find(const ho_score_plan *plan, ho_count_series *series) {
    for (size_t k = 0; k < plan->scenario->n_record; k++) {
        const ho_record_row *row = &plan->scenario->record[k];
        if (row->date_end <= plan->origin && row->known_on <= plan->origin && !isnan(row->denominator) && is_two_sided(row) &&
            same_series(series->row, row))
            point_add(&series->points, (double)row->date_end - (double)plan->origin, share_of(row));
    }
}

static int compare_cases(const void *a, const void *b) {
    const ho_count_case *x = a, *y = b;
    if (x->series != y->series)
        return x->series < y->series ? -1 : 1;
    return (x->day > y->day) - (x->day < y->day);
}

/* Adds a row after the origin to its series. */
static ho_status count_row(ho_store *store, ho_score_plan *plan, const ho_record_row *row, ho_error *err) {
    int32_t column = -1, s = 0;
    double of = 1;
    ho_status status = find_count(store, plan->world, row, &column, &of, err);
    if (status || is_capture(row) || row->date_end <= plan->origin)
        return status;
    if (column < 0 || row->date_end > plan->world->until) {
        plan->n_other++;
        return HO_OK;
    }
    if (!is_two_sided(row)) {
        plan->n_one_sided++;
        return HO_OK;
    }
    while (s < (int32_t)plan->n_series && !same_series(plan->series[s].row, row))
        s++;
    if (s == (int32_t)plan->n_series) {
        ho_count_series *series = series_add(plan, column, of);
        if (!series)
            return no_memory(err);
        series->row = row;
        snprintf(series->name, sizeof series->name, "%.60s, %.*s", row->observable, (int)source_length(row->who) < 50 ? (int)source_length(row->who) : 50,
                 *row->who ? row->who : "source not named");
        snprintf(series->what, sizeof series->what, "%.120s", *row->definition ? row->definition : "definition not given");
        points_find(plan, series);
    }
    plan->count[plan->n_count++] = (ho_count_case){s, row->date_end - plan->world->from, share_of(row), row->denominator};
    return HO_OK;
}

static ho_status counts_find(ho_store *store, ho_score_plan *plan, ho_error *err) {
    size_t n = plan->scenario->n_record;
    plan->series = calloc(n + 2, sizeof *plan->series);
    plan->count = calloc(n + plan->world->n_day + 2, sizeof *plan->count);
    if (!plan->series || !plan->count)
        return no_memory(err);
    ho_status status = HO_OK;
    for (size_t k = 0; k < n && !status; k++)
        status = count_row(store, plan, &plan->scenario->record[k], err);
    return status;
}

/* --- days --- */

static bool is_month_end(ho_day day) {
    return ho_day_month(day) != ho_day_month(day + 1);
}

static bool is_counted_on(const ho_score_plan *plan, ho_day day) {
    for (size_t k = 0; k < plan->n_count; k++)
        if (plan->world->from + plan->count[k].day == day)
            return true;
    return false;
}

static bool is_asked_for(const ho_score_plan *plan, ho_day day) {
    for (size_t k = 0; k < plan->options->n_horizon; k++)
        if (plan->options->horizon[k] == day)
            return true;
    return false;
}

static bool is_window(const ho_score_plan *plan, ho_day day) {
    for (int k = 0; k < HO_N_WINDOW; k++)
        if (plan->origin + ho_score_window[k] == day)
            return true;
    return false;
}

static ho_status days_find(ho_score_plan *plan, ho_error *err) {
    plan->day = calloc(plan->world->n_day + 1, sizeof *plan->day);
    plan->is_horizon = calloc(plan->world->n_day + 1, 1);
    if (!plan->day || !plan->is_horizon)
        return no_memory(err);
    for (ho_day day = plan->origin + 1; day <= plan->world->until; day++) {
        bool horizon = day == plan->world->until || is_month_end(day) || is_counted_on(plan, day) || is_asked_for(plan, day);
        if (!horizon && !is_window(plan, day))
            continue;
        plan->is_horizon[plan->n_day] = horizon;
        plan->day[plan->n_day++] = day;
    }
    return HO_OK;
}

int32_t ho_score_day(const ho_score_plan *plan, ho_day day) {
    for (size_t k = 0; k < plan->n_day; k++)
        if (plan->day[k] == day)
            return (int32_t)k;
    return -1;
}

/* --- captures --- */

static int32_t find_bloc(const ho_world *world) {
    const ho_scenario *scenario = world->scenario;
    int32_t best = -1;
    size_t most = 0;
    for (int32_t b = 0; b < (int32_t)scenario->n_bloc; b++) {
        size_t n = 0;
        for (size_t k = 0; k < scenario->n_record; k++)
            n += is_capture(&scenario->record[k]) && strcmp(scenario->record[k].observable + 9, scenario->bloc[b].id) == 0;
        if (b != world->home_bloc && n > most) {
            best = b;
            most = n;
        }
    }
    return best;
}

/* Its captures have no first day (all of them), and have not ended by then; before the first day does not count. */
static bool is_undated_after(const ho_score_plan *plan, size_t district, ho_day day) {
    const ho_scenario *scenario = plan->scenario;
    bool any = false;
    for (size_t k = 0; k < scenario->n_record; k++) {
        const ho_record_row *row = &scenario->record[k];
        if (!is_capture(row) || row->district != (int32_t)district)
            continue;
        if (row->date_start != HO_DAY_NONE || row->date_end <= day || row->date_end <= scenario->from)
            return false;
        any = true;
    }
    return any;
}

ho_truth ho_score_truth(const ho_score_plan *plan, size_t district, ho_day day) {
    ho_truth truth = ho_captures_truth(&plan->captures, district, day);
    bool may_be = truth == HO_TRUTH_UNKNOWN && plan->options->undated_not_fallen;
    return may_be && is_undated_after(plan, district, day) ? HO_TRUTH_NOT : truth;
}

/* Capitals that the bloc holds by dated captures, as a series of its own. */
static ho_status capitals_find(ho_store *store, ho_score_plan *plan, ho_error *err) {
    char name[96], unit[64];
    double of = (double)count_capitals(plan->world);
    int32_t column = -1;
    snprintf(name, sizeof name, "capitals_held.%.60s", plan->scenario->bloc[plan->bloc].id);
    ho_status status = ho_column_find(store, name, &column, unit, err);
    if (status || column < 0 || of == 0)
        return status;
    int32_t s = (int32_t)plan->n_series;
    ho_count_series *series = series_add(plan, column, of);
    if (!series)
        return no_memory(err);
    snprintf(series->name, sizeof series->name, "%s, dated captures", name);
    snprintf(series->what, sizeof series->what, "seats of provinces whose capture is dated, on days when all are known");
    for (size_t k = 0; k < plan->n_day; k++) {
        size_t n_fallen = 0, n_known = 0;
        for (size_t i = 0; i < plan->world->n_district && plan->is_horizon[k]; i++)
            if (plan->world->is_capital[i]) {
                ho_truth truth = ho_score_truth(plan, i, plan->day[k]);
                n_fallen += truth == HO_TRUTH_FALLEN;
                n_known += truth != HO_TRUTH_UNKNOWN;
            }
        if ((double)n_known == of)
            plan->count[plan->n_count++] = (ho_count_case){s, plan->day[k] - plan->world->from, (double)n_fallen / of, of};
    }
    for (ho_day day = plan->world->from; day <= plan->origin; day++)
        if (day == plan->origin || day == plan->world->from || is_month_end(day)) {
            double n_held = 0;
            for (size_t i = 0; i < plan->world->n_district; i++)
                n_held += plan->world->is_capital[i] && ho_history_held(&plan->history, i, day);
            point_add(&series->points, (double)day - (double)plan->origin, n_held / of);
        }
    return HO_OK;
}

/* --- bins of the national capital's fall --- */

/* Those of the first published forecast, else the rest of the month, the months of the run and what comes later. */
static ho_status bins_find(ho_score_plan *plan, ho_error *err) {
    const ho_scenario *scenario = plan->scenario;
    plan->bins.until = calloc(scenario->n_forecast + plan->world->n_day + 2, sizeof *plan->bins.until);
    if (!plan->bins.until)
        return no_memory(err);
    for (size_t k = 0; k < scenario->n_forecast && strcmp(scenario->forecast[k].id, scenario->forecast[0].id) == 0; k++)
        plan->bins.until[plan->bins.n++] = scenario->forecast[k].bin_until;
    if (plan->bins.n)
        return HO_OK;
    for (ho_day day = plan->origin + 1; day <= plan->world->until; day++)
        if (is_month_end(day) || day == plan->world->until)
            plan->bins.until[plan->bins.n++] = day;
    plan->bins.until[plan->bins.n++] = HO_DAY_NONE;
    return HO_OK;
}

/* --- all --- */

static void series_finish(ho_score_plan *plan) {
    qsort(plan->count, plan->n_count, sizeof *plan->count, compare_cases);
    for (size_t k = plan->n_count; k-- > 0;) {
        plan->series[plan->count[k].series].first = k;
        plan->series[plan->count[k].series].n_case++;
    }
}

static ho_status check_options(const ho_world *world, const ho_scores_options *options, ho_day origin, ho_error *err) {
    char day[11], from[11], until[11];
    ho_day_format(world->from, from);
    ho_day_format(world->until, until);
    if (world->scenario->n_record == 0)
        return ho_error_set(err, HO_ERR_INPUT, "%s has no record: there are no rows in %s/record.csv", world->scenario->name,
                            world->scenario->folder);
    if (origin < world->from || origin >= world->until)
        return ho_error_set(err, HO_ERR_INPUT, "the origin %s is outside the run; need a day from %s on, before %s",
                            ho_day_format(origin, day), from, until);
    for (size_t k = 0; k < options->n_horizon; k++)
        if (options->horizon[k] <= origin || options->horizon[k] > world->until)
            return ho_error_set(err, HO_ERR_INPUT, "the horizon %s is not after the origin and inside the run, which ends on %s",
                                ho_day_format(options->horizon[k], day), until);
    return HO_OK;
}

ho_status ho_score_plan_build(ho_store *store, const ho_world *world, const ho_scores_options *options, ho_score_plan *plan, ho_error *err) {
    ho_day origin = options->origin == HO_DAY_NONE ? world->from : options->origin;
    *plan = (ho_score_plan){.world = world, .scenario = world->scenario, .options = options, .origin = origin, .bloc = find_bloc(world)};
    ho_status status = check_options(world, options, origin, err);
    if (!status)
        status = counts_find(store, plan, err);
    if (!status)
        status = days_find(plan, err);
    if (!status)
        status = bins_find(plan, err);
    if (!status && plan->bloc >= 0) {
        if (!ho_captures_build(world->scenario, plan->bloc, &plan->captures) ||
            !ho_history_build(world->scenario, plan->bloc, origin, &plan->history))
            return no_memory(err);
        status = capitals_find(store, plan, err);
    }
    if (!status && plan->n_count == 0 && plan->bloc < 0)
        return ho_error_set(err, HO_ERR_INPUT, "%s/record.csv has nothing to score after the origin: no counts of districts or capitals, "
                            "no captures", world->scenario->folder);
    if (!status)
        series_finish(plan);
    return status;
}

void ho_score_plan_free(ho_score_plan *plan) {
    for (size_t s = 0; plan->series && s < plan->n_series; s++) {
        free(plan->series[s].points.t);
        free(plan->series[s].points.share);
    }
    free(plan->series);
    free(plan->count);
    free(plan->day);
    free(plan->is_horizon);
    free(plan->bins.until);
    ho_captures_free(&plan->captures);
    ho_history_free(&plan->history);
    free(plan->value);
    free(plan->held);
    free(plan->national);
    ho_falls_free(&plan->falls);
    *plan = (ho_score_plan){0};
}
