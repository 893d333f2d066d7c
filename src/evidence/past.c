/* Alarms on past dates: what a run gave for periods whose outcome the record has, and figures of a series beside the run's band.
 *
 * Targets are numbers of a replicate: an observable on a day, its increase between two days, or people who arrived at a place in a
 * period. As many at a time as fit are filled in one pass over the store. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "evidence/measure.h"
#include "evidence/window.h"
#include "record/quantiles.h"
#include "world/world.h"

enum { NATIONAL, BY_PLACE };
static const double NATIONAL_THRESHOLD[] = {50000, 100000, 200000}; /* [persons] in a period; of the order of a month's new displaced */
static const double ALARM = 0.5;
static const char ARRIVALS[] = "arrivals.";
/* Series that a run observes as they are recorded; of the first two the levels are compared too. */
static const char *const SERIES[] = {"displaced_reported", "displaced_estimated", "crossed_border", "evacuated_by_air", "arrivals_national_capital"};
enum { N_SERIES = sizeof SERIES / sizeof *SERIES, N_LEVEL = 2 };

typedef struct ho_target {
    size_t item;           /* of past->covered, else of past->item */
    bool is_level;
    int32_t column;        /* observable; -1: a place */
    int32_t from, until;   /* days of the run; of a level only until */
    ho_place_kind kind;    /* of a place */
    int32_t index;
} ho_target;

typedef struct ho_looking_back {
    ho_store *store;
    const ho_world *world;
    ho_past *past;
    ho_day known_by; /* of the posterior, or HO_DAY_NONE */
    ho_flow_shape shape;
    size_t n_replicate, n_target, capacity, item_capacity, covered_capacity;
    ho_target *target;
    size_t first, n; /* targets of this pass */
    float *value;    /* (n, n_replicate) */
    float *scratch;  /* (n_replicate) */
} ho_looking_back;

/* --- what is asked --- */

static ho_status no_memory(const ho_looking_back *l, ho_error *err) {
    return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for the record", ho_store_meta(l->store, "scenario"));
}

static bool has_number(const ho_record_row *row) {
    return isfinite(row->value_low) || isfinite(row->value_high);
}

static bool is_known(const ho_looking_back *l, const ho_record_row *row) {
    return l->known_by != HO_DAY_NONE && row->known_on <= l->known_by;
}

static ho_status add_target(ho_looking_back *l, ho_target target, ho_error *err) {
    ho_target *grown = l->target;
    if (l->n_target == l->capacity)
        grown = ho_array_grow(l->target, &l->capacity, l->n_target + 1, sizeof *grown);
    if (!grown)
        return no_memory(l, err);
    l->target = grown;
    l->target[l->n_target++] = target;
    return HO_OK;
}

static ho_status add_case(ho_looking_back *l, ho_alarm_case item, ho_target target, ho_error *err) {
    ho_past *past = l->past;
    ho_alarm_case *grown = past->item;
    if (past->n_case == l->item_capacity)
        grown = ho_array_grow(past->item, &l->item_capacity, past->n_case + 1, sizeof *grown);
    if (!grown)
        return no_memory(l, err);
    past->item = grown;
    target.item = past->n_case;
    past->item[past->n_case++] = item;
    return add_target(l, target, err);
}

static ho_status add_covered(ho_looking_back *l, const ho_record_row *row, ho_target target, ho_error *err) {
    ho_past *past = l->past;
    ho_covered *grown = past->covered;
    if (past->n_covered == l->covered_capacity)
        grown = ho_array_grow(past->covered, &l->covered_capacity, past->n_covered + 1, sizeof *grown);
    if (!grown)
        return no_memory(l, err);
    past->covered = grown;
    target.item = past->n_covered;
    target.is_level = true;
    past->covered[past->n_covered++] = (ho_covered){
        .row = row, .recorded = isfinite(row->value_low) ? row->value_low : row->value_high, .known = is_known(l, row)};
    return add_target(l, target, err);
}

static bool in_run(const ho_world *world, ho_day day) {
    return day >= world->from && day <= world->until;
}

static int compare_rows(const void *a, const void *b) {
    const ho_record_row *x = *(const ho_record_row *const *)a, *y = *(const ho_record_row *const *)b;
    return x->date_end != y->date_end ? (x->date_end < y->date_end ? -1 : 1) : x->line < y->line ? -1 : x->line > y->line;
}

/* The rows of one series within the run, by day; row: room for all of the record. */
static size_t rows_of(ho_looking_back *l, const char *name, const ho_record_row **row) {
    const ho_scenario *scenario = l->world->scenario;
    size_t n = 0;
    for (size_t k = 0; k < scenario->n_record; k++) {
        const ho_record_row *r = &scenario->record[k];
        if (strcmp(r->observable, name) != 0 || !has_number(r))
            continue;
        if (in_run(l->world, r->date_end))
            row[n++] = r;
        else
            l->past->n_outside++;
    }
    qsort(row, n, sizeof *row, compare_rows);
    return n;
}

static ho_status add_series(ho_looking_back *l, int series, const ho_record_row **row, ho_error *err) {
    int32_t column = -1;
    char unit[64];
    ho_status status = ho_column_find(l->store, SERIES[series], &column, unit, err);
    size_t n = column >= 0 && !status ? rows_of(l, SERIES[series], row) : 0;
    const ho_record_row *before = NULL;
    for (size_t k = 0; k < n && !status; k++) {
        ho_target target = {.column = column, .until = row[k]->date_end - l->world->from};
        if (series < N_LEVEL)
            status = add_covered(l, row[k], target, err);
        if (!status && before && before->date_end < row[k]->date_end) {
            target.from = before->date_end - l->world->from;
            status = add_case(l, (ho_alarm_case){.row = row[k], .before = before, .from = before->date_end, .until = row[k]->date_end,
                                                 .low = row[k]->value_low - before->value_high,
                                                 .high = row[k]->value_high - before->value_low, .known = is_known(l, row[k])},
                              target, err);
        }
        before = row[k];
    }
    return status;
}

static bool find_place(const ho_world *world, const char *name, ho_target *target) {
    const ho_scenario *scenario = world->scenario;
    target->index = -1;
    target->kind = strcmp(name, "abroad") == 0 ? HO_PLACE_ABROAD : HO_PLACE_COUNTRY;
    if (strcmp(name, "abroad") == 0 || strcmp(name, "country") == 0)
        return true;
    for (size_t i = 0; i < scenario->n_district; i++)
        if (strcmp(scenario->district[i].pcode, name) == 0) {
            target->kind = HO_PLACE_DISTRICT;
            target->index = (int32_t)i;
        }
    for (size_t p = 0; p < scenario->n_province; p++)
        if (strcmp(scenario->province[p].pcode, name) == 0) {
            target->kind = HO_PLACE_PROVINCE;
            target->index = (int32_t)p;
        }
    for (size_t k = 0; k < world->n_neighbour; k++)
        if (strcmp(world->neighbour[k], name) == 0) {
            target->kind = HO_PLACE_NEIGHBOUR;
            target->index = (int32_t)k;
        }
    return target->index >= 0;
}

static ho_status add_place(ho_looking_back *l, const ho_record_row *row, ho_error *err) {
    const ho_world *world = l->world;
    ho_target target = {.column = -1};
    if (!find_place(world, row->observable + sizeof ARRIVALS - 1, &target))
        return ho_error_set(err, HO_ERR_INPUT,
                            "%s/record.csv:%d: observable is \"%s\"; need arrivals.PLACE, a p-code of a district or province, a "
                            "neighbour, abroad or country",
                            world->scenario->folder, (int)row->line, row->observable);
    if (row->date_start == HO_DAY_NONE)
        return ho_error_set(err, HO_ERR_INPUT, "%s/record.csv:%d: date_start is empty; %s needs both days",
                            world->scenario->folder, (int)row->line, row->observable);
    if (!has_number(row))
        return ho_error_set(err, HO_ERR_INPUT, "%s/record.csv:%d: value_low is empty; %s needs a number",
                            world->scenario->folder, (int)row->line, row->observable);
    if (!in_run(world, row->date_start) || !in_run(world, row->date_end)) {
        l->past->n_outside++;
        return HO_OK;
    }
    target.from = row->date_start - 1 - world->from;
    target.until = row->date_end - world->from;
    return add_case(l, (ho_alarm_case){.row = row, .from = row->date_start - 1, .until = row->date_end, .low = row->value_low,
                                       .high = row->value_high, .by_place = true, .known = is_known(l, row)},
                    target, err);
}

static ho_status plan(ho_looking_back *l, ho_error *err) {
    const ho_scenario *scenario = l->world->scenario;
    const ho_record_row **row = calloc(scenario->n_record + 1, sizeof *row);
    ho_status status = row ? HO_OK : no_memory(l, err);
    for (int series = 0; series < N_SERIES && !status; series++)
        status = add_series(l, series, row, err);
    for (size_t k = 0; k < scenario->n_record && !status; k++)
        if (strncmp(scenario->record[k].observable, ARRIVALS, sizeof ARRIVALS - 1) == 0)
            status = add_place(l, &scenario->record[k], err);
    free(row);
    return status;
}

/* --- reading --- */

static ho_status visit_columns(void *context, const ho_stored *stored, ho_error *err) {
    (void)err;
    ho_looking_back *l = context;
    for (size_t t = 0; t < l->n; t++) {
        const ho_target *target = &l->target[l->first + t];
        if (target->column < 0)
            continue;
        const float *column = stored->column + (size_t)target->column * l->world->n_day;
        double value = (double)column[target->until] - (target->is_level ? 0 : (double)column[target->from]);
        l->value[t * l->n_replicate + stored->replicate] = (float)value;
    }
    return HO_OK;
}

static double arrived(const ho_looking_back *l, const int32_t *count, const ho_target *target) {
    const ho_flow_shape *shape = &l->shape;
    const ho_moment from = ho_moment_of(shape, target->from), until = ho_moment_of(shape, target->until);
    const bool outward = target->kind == HO_PLACE_ABROAD || target->kind == HO_PLACE_NEIGHBOUR;
    const ho_flow flow = outward ? HO_FLOW_CROSSED : HO_FLOW_ARRIVALS;
    const size_t n = outward ? shape->n_neighbour : shape->n_district;
    double sum = 0;
    for (size_t k = 0; k < n; k++) {
        int32_t index = target->kind == HO_PLACE_PROVINCE ? l->world->province[k] : (int32_t)k;
        if (target->index >= 0 && index != target->index)
            continue;
        size_t at = ho_flow_at(shape, flow, k);
        sum += ho_counted(shape, count, at, until) - ho_counted(shape, count, at, from);
    }
    return sum;
}

static ho_status visit_places(void *context, uint32_t replicate, const int32_t *count, ho_error *err) {
    (void)err;
    ho_looking_back *l = context;
    for (size_t t = 0; t < l->n; t++)
        if (l->target[l->first + t].column < 0)
            l->value[t * l->n_replicate + replicate] = (float)arrived(l, count, &l->target[l->first + t]);
    return HO_OK;
}

static ho_verdict was_above(const ho_alarm_case *item, double threshold) {
    return item->low > threshold ? HO_VERDICT_YES : item->high <= threshold ? HO_VERDICT_NO : HO_VERDICT_UNCLEAR;
}

static void judge_case(ho_looking_back *l, ho_alarm_case *item, float *value) {
    const int kind = item->by_place ? BY_PLACE : NATIONAL;
    for (size_t k = 0; k < l->past->n_threshold[kind]; k++) {
        item->p_above[k] = ho_share_above(value, l->n_replicate, l->past->threshold[kind][k]);
        item->above[k] = was_above(item, l->past->threshold[kind][k]);
        ho_alarm_table *table = &l->past->table[kind][k];
        const bool alarm = item->p_above[k] >= ALARM, above = item->above[k] == HO_VERDICT_YES;
        if (item->known)
            continue;
        if (item->above[k] == HO_VERDICT_UNCLEAR)
            table->n_unclear++;
        else
            ++*(alarm ? (above ? &table->n_hit : &table->n_false) : above ? &table->n_miss : &table->n_quiet);
    }
    item->run = ho_spread_of(value, l->scratch, l->n_replicate);
}

static void judge_level(ho_looking_back *l, ho_covered *covered, float *value) {
    covered->run = ho_spread_of(value, l->scratch, l->n_replicate);
    covered->inside = covered->recorded >= covered->run.q05 && covered->recorded <= covered->run.q95;
    covered->narrow = covered->run.q95 - covered->run.q05 <= covered->recorded;
}

static ho_status look_back(ho_looking_back *l, ho_error *err) {
    const size_t fit = HO_WINDOW_BYTES / sizeof(float) / l->n_replicate, most = fit < 1 ? 1 : fit < l->n_target ? fit : l->n_target;
    ho_status status = HO_OK;
    l->value = calloc(most * l->n_replicate + 1, sizeof *l->value);
    l->scratch = calloc(l->n_replicate, sizeof *l->scratch);
    if (!l->value || !l->scratch)
        return no_memory(l, err);
    for (l->first = 0; l->first < l->n_target && !status; l->first += l->n) {
        l->n = l->n_target - l->first < most ? l->n_target - l->first : most;
        status = ho_store_scan(l->store, HO_SCAN_COLUMNS, visit_columns, l, err);
        if (!status)
            status = ho_store_flows(l->store, visit_places, l, err);
        for (size_t t = 0; t < l->n && !status; t++) {
            const ho_target *target = &l->target[l->first + t];
            if (target->is_level)
                judge_level(l, &l->past->covered[target->item], l->value + t * l->n_replicate);
            else
                judge_case(l, &l->past->item[target->item], l->value + t * l->n_replicate);
        }
    }
    return status;
}

/* --- all --- */

static void thresholds_set(ho_past *past, const ho_brief_options *options) {
    past->n_threshold[NATIONAL] = sizeof NATIONAL_THRESHOLD / sizeof *NATIONAL_THRESHOLD;
    memcpy(past->threshold[NATIONAL], NATIONAL_THRESHOLD, sizeof NATIONAL_THRESHOLD);
    past->n_threshold[BY_PLACE] = options->n_threshold;
    memcpy(past->threshold[BY_PLACE], options->threshold, sizeof past->threshold[BY_PLACE]);
}

ho_status ho_past_alarms(ho_store *store, const ho_world *world, const ho_brief_options *options, ho_past *past, ho_error *err) {
    ho_past made = {0};
    ho_looking_back l = {.store = store, .world = world, .past = &made, .known_by = HO_DAY_NONE, .n_replicate = ho_store_n_done(store)};
    const char *posterior = ho_store_meta(store, "posterior"), *known_by = ho_store_meta(store, "posterior_known_by");
    if (posterior && *posterior && known_by)
        ho_day_parse(known_by, &l.known_by);
    ho_status status = ho_evidence_check_run(store, world, err);
    if (!status)
        status = ho_thresholds_check(options, err);
    if (!status)
        status = ho_store_flow_shape(store, &l.shape, err);
    if (!status) {
        thresholds_set(&made, options);
        status = plan(&l, err);
    }
    if (!status)
        status = look_back(&l, err);
    free(l.target);
    free(l.value);
    free(l.scratch);
    if (status)
        ho_past_free(&made);
    else
        *past = made;
    return status;
}

void ho_past_free(ho_past *past) {
    if (!past)
        return;
    free(past->item);
    free(past->covered);
    *past = (ho_past){0};
}
