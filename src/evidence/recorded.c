/* record.csv as a source of values for expressions: a second yardstick beside the run.
 * Method: a leaf has a least and a largest value by the record, from the row of the same series nearest in time, or from the days of
 * capture of districts; an expression is worked out with both. A district of which nothing is known counts in the largest only. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/audit.h"
#include "world/world.h"

typedef struct ho_recorded {
    const ho_world *world;
    const ho_columns *columns;
    bool largest;                /* which end is asked for */
    const ho_record_row *by;     /* the row used last */
    size_t n_row;                /* different rows, and captures, used */
    /* captures by district: rows capture[first[i]] .. */
    size_t *first;               /* (n_district + 1) */
    const ho_record_row **capture;
} ho_recorded;

/* --- series --- */

static double middle_of(const ho_record_row *row, bool largest) {
    double value = largest ? row->value_high : row->value_low;
    return isnan(value) ? (largest ? row->value_low : row->value_high) : value;
}

static int32_t days_away(const ho_record_row *row, ho_day day) {
    ho_day start = row->date_start == HO_DAY_NONE ? row->date_end : row->date_start;
    return day < start ? start - day : day > row->date_end ? day - row->date_end : 0;
}

static const ho_record_row *nearest(const ho_scenario *scenario, const char *name, ho_day day) {
    const ho_record_row *best = NULL;
    for (size_t k = 0; k < scenario->n_record; k++) {
        const ho_record_row *row = &scenario->record[k];
        if (row->district >= 0 || strcmp(row->observable, name) != 0 || (isnan(row->value_low) && isnan(row->value_high)))
            continue;
        if (days_away(row, day) <= HO_RECORD_NEAR_DAY && (!best || days_away(row, day) < days_away(best, day)))
            best = row;
    }
    return best;
}

/* A row's number as the leaf's: a count of so many becomes one of the leaf's own number. */
static double of_row(ho_recorded *r, const ho_record_row *row, double whole) {
    if (r->by != row)
        r->n_row++;
    r->by = row;
    double value = middle_of(row, r->largest);
    return isnan(row->denominator) ? value : value / row->denominator * whole;
}

/* What a column's count is of; 1: a share or no count. */
static double whole_of(const ho_recorded *r, int32_t column) {
    const char *unit = r->columns->unit[column];
    if (strcmp(unit, "districts") == 0)
        return (double)r->world->n_district;
    if (strcmp(unit, "capitals") == 0)
        return (double)r->world->n_province;
    return 1;
}

/* --- captures --- */

/* 1: the bloc holds it, 0: it does not, -1: not known. */
static int held_by(const ho_recorded *r, size_t district, int32_t bloc, ho_day day) {
    const ho_record_row *last = NULL, *next = NULL;
    const char *id = r->world->scenario->bloc[bloc].id;
    for (size_t k = r->first[district]; k < r->first[district + 1]; k++) {
        const ho_record_row *row = r->capture[k];
        if (row->date_end <= day)
            last = !last || row->date_end >= last->date_end ? row : last;
        else if (row->date_start == HO_DAY_NONE || row->date_start <= day)
            return -1;
        else if (!next || row->date_start < next->date_start)
            next = row;
    }
    if (last)
        return strcmp(strchr(last->observable, '.') + 1, id) == 0;
    if (!next)
        return -1;
    return strcmp(strchr(next->observable, '.') + 1, id) == 0 ? 0 : bloc == r->world->home_bloc ? 1 : -1;
}

static double sum_held(ho_recorded *r, const ho_leaf *leaf, ho_day day) {
    double sum = 0, known = 0;
    for (size_t i = 0; i < r->world->n_district; i++) {
        if (!(leaf->weight[i] > 0))
            continue;
        int held = held_by(r, i, leaf->bloc, day);
        known += held >= 0 ? leaf->weight[i] : 0;
        sum += held == 1 || (held < 0 && r->largest) ? leaf->weight[i] : 0;
    }
    r->by = NULL;
    r->n_row++;
    return known > 0.5 * leaf->total ? sum : (double)NAN; /* a guess of most of it is no record */
}

static double sum_captured(ho_recorded *r, const ho_leaf *leaf, ho_day since, ho_day day) {
    double sum = 0, known = 0;
    const char *id = r->world->scenario->bloc[leaf->bloc].id;
    for (size_t i = 0; i < r->world->n_district; i++) {
        bool sure = false, perhaps = false;
        for (size_t k = r->first[i]; k < r->first[i + 1]; k++) {
            const ho_record_row *row = r->capture[k];
            bool own = strcmp(strchr(row->observable, '.') + 1, id) == 0;
            bool can = own && row->date_end >= since && (row->date_start == HO_DAY_NONE || row->date_start <= day);
            perhaps = perhaps || can;
            sure = sure || (can && row->date_start != HO_DAY_NONE && row->date_start >= since && row->date_end <= day);
        }
        known += r->first[i] < r->first[i + 1] ? leaf->weight[i] : 0;
        sum += sure || (perhaps && r->largest) ? leaf->weight[i] : 0;
    }
    r->by = NULL;
    r->n_row++;
    return known > 0.5 * leaf->total ? sum : (double)NAN;
}

/* Rows of captures by district: counted, then filled. */
static ho_status captures_build(ho_recorded *r, ho_error *err) {
    static const char CAPTURED[] = "captured.";
    const ho_scenario *scenario = r->world->scenario;
    r->first = calloc(scenario->n_district + 2, sizeof *r->first);
    r->capture = calloc(scenario->n_record + 1, sizeof *r->capture);
    size_t *next = calloc(scenario->n_district + 2, sizeof *next);
    if (!r->first || !r->capture || !next) {
        free(next);
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu rows of the record", scenario->n_record);
    }
    for (int fill = 0; fill < 2; fill++) {
        for (size_t k = 0; k < scenario->n_record; k++) {
            const ho_record_row *row = &scenario->record[k];
            if (row->district < 0 || strncmp(row->observable, CAPTURED, sizeof CAPTURED - 1) != 0)
                continue;
            if (fill)
                r->capture[next[row->district]++] = row;
            else
                r->first[row->district + 1]++;
        }
        for (size_t i = 0; i < scenario->n_district && !fill; i++) {
            r->first[i + 1] += r->first[i];
            next[i + 1] = r->first[i + 1];
        }
    }
    free(next);
    return HO_OK;
}

/* --- the source --- */

/* The series that a leaf is compared with: the row's for the first leaf of its expression, else the leaf's own; NULL: it has none. */
static const char *series_of(const ho_recorded *r, const ho_reading_plan *plan, const ho_leaf *leaf) {
    const ho_leaf *first = plan->leaf;
    while (first->kind == HO_LEAF_NONE)
        first++;
    if (*plan->row->record && leaf == first)
        return plan->row->record;
    return leaf->kind == HO_LEAF_COLUMN ? r->columns->name[leaf->column] : NULL;
}

static double leaf_value(void *context, const ho_reading_plan *plan, const ho_node *node, const ho_leaf *leaf, int32_t day) {
    ho_recorded *r = context;
    const ho_day date = r->world->from + day;
    if (leaf->kind == HO_LEAF_ENDING)
        return (double)NAN;
    const char *name = series_of(r, plan, leaf);
    if (name) {
        const ho_record_row *row = nearest(r->world->scenario, name, date);
        double whole = leaf->kind == HO_LEAF_COLUMN ? whole_of(r, leaf->column) : leaf->total;
        return row ? of_row(r, row, whole) * leaf->scale : (double)NAN;
    }
    if (leaf->kind == HO_LEAF_CAPTURED)
        return sum_captured(r, leaf, node->day == HO_DAY_NONE ? r->world->from : node->day, date);
    double held = sum_held(r, leaf, date);
    return leaf->kind == HO_LEAF_HELD || isnan(held) ? held : held >= 0.999999 * leaf->total;
}

/* Where the statement lies beside the record. */
static ho_audit_record compare(const ho_audit_reading *reading) {
    const double slack = 1e-9 * (1 + fabs(reading->recorded_low) + fabs(reading->recorded_high));
    if (isnan(reading->recorded_low))
        return HO_AUDIT_RECORD_NONE;
    if (reading->recorded_high < reading->low - slack)
        return HO_AUDIT_RECORD_BELOW;
    if (reading->recorded_low > reading->high + slack)
        return HO_AUDIT_RECORD_ABOVE;
    bool within = reading->recorded_low >= reading->low - slack && reading->recorded_high <= reading->high + slack;
    return within ? HO_AUDIT_RECORD_AGREES : HO_AUDIT_RECORD_OPEN;
}

ho_status ho_recorded_value(const ho_reading_plan *plan, const ho_columns *columns, ho_audit_reading *reading, ho_error *err) {
    ho_recorded r = {.world = plan->world, .columns = columns};
    const ho_source source = {leaf_value, &r};
    ho_status status = captures_build(&r, err);
    if (!status) {
        double a = ho_reading_value(plan, &source);
        size_t n = r.n_row;
        reading->recorded_by = n == 1 ? r.by : NULL;
        r.largest = true;
        double b = ho_reading_value(plan, &source);
        reading->recorded_low = a < b ? a : b;
        reading->recorded_high = a < b ? b : a;
        reading->record = compare(reading);
    }
    free(r.first);
    free(r.capture);
    return status;
}
