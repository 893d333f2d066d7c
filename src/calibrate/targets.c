#include "calibrate/targets.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "calibrate/abc.h"
#include "world/world.h"

enum { CAPTURES_MIN = 20, WEEK = 7, WEEKS = 2 };
static const double SOURCE_SD = 0.02, CAPITALS_SD = 0.3 /* seats */, NEWS_SD = 0.1, DATE_SD = 1 /* d */;

typedef struct collecting {
    const ho_world *world;
    const ho_observables *observables;
    ho_day known_by;
    ho_targets *targets;
    size_t capacity;
    bool full;
    char (*source_name)[160]; /* (capacity) who and definition of each source */
} collecting;

/* Whether a row may be used: known in time, and its day lies in the run. */
static bool is_usable(const collecting *c, const ho_record_row *row) {
    return row->date_end != HO_DAY_NONE && row->date_end >= c->world->from && row->date_end <= c->world->until &&
           (c->known_by == HO_DAY_NONE || (row->known_on <= c->known_by && row->date_end <= c->known_by));
}

static ho_target *add(collecting *c, ho_target target) {
    if (c->targets->n == c->capacity) {
        c->full = true;
        return NULL;
    }
    ho_target *item = &c->targets->item[c->targets->n++];
    *item = target;
    return item;
}

/* --- counts --- */

/* The bloc of an observable "NAME.BLOC", or -1. */
static int32_t bloc_of(const ho_scenario *scenario, const char *observable) {
    const char *dot = strrchr(observable, '.');
    for (size_t b = 0; dot && b < scenario->n_bloc; b++)
        if (strcmp(scenario->bloc[b].id, dot + 1) == 0)
            return (int32_t)b;
    return -1;
}

/* Number of the source: what comes before brackets in who (a paper that passes on a count is no source of its own), and the definition. */
static int32_t source_of(collecting *c, const ho_record_row *row) {
    char name[160];
    size_t length = strcspn(row->who, "(");
    while (length > 0 && row->who[length - 1] == ' ')
        length--;
    snprintf(name, sizeof name, "%.*s (%.100s)", (int)(length < 50 ? length : 50), row->who, row->definition);
    for (size_t k = 0; k < c->targets->n_source; k++)
        if (strcmp(c->source_name[k], name) == 0)
            return (int32_t)k;
    memcpy(c->source_name[c->targets->n_source], name, sizeof name);
    return (int32_t)c->targets->n_source++;
}

static double confidence_sd(const char *confidence) {
    return strcmp(confidence, "high") == 0 ? 0.015 : strcmp(confidence, "med") == 0 ? 0.025 : 0.05;
}

static double seats(const ho_world *world) {
    double n = 0;
    for (size_t i = 0; i < world->n_district; i++)
        n += world->is_capital[i];
    return n;
}

static void add_count(collecting *c, const ho_record_row *row) {
    const ho_world *world = c->world;
    int32_t column = ho_observables_find(c->observables, row->observable), bloc = bloc_of(world->scenario, row->observable);
    if (column < 0 || bloc < 0 || bloc == world->home_bloc || isnan(row->value_low) || isnan(row->value_high) ||
        isnan(row->denominator))
        return;
    const char *unit = c->observables->item[column].unit;
    bool districts = strcmp(unit, "districts") == 0;
    if (!districts && strcmp(unit, "capitals") != 0)
        return;
    if (!is_usable(c, row)) {
        c->targets->n_left_out++;
        return;
    }
    double half = 0.5 * (row->value_high - row->value_low) / row->denominator, sure = confidence_sd(row->confidence);
    ho_target *target = add(c, (ho_target){.kind = HO_TARGET_COUNT,
                                           .date = row->date_end,
                                           .day = row->date_end - world->from,
                                           .column = column,
                                           .bloc = bloc,
                                           .region = -1,
                                           .value = 0.5 * (row->value_low + row->value_high) / row->denominator,
                                           .sd = sqrt(sure * sure + half * half),
                                           .shared_sd = SOURCE_SD,
                                           .unit = districts ? (double)world->n_district : seats(world),
                                           .line = row->line});
    if (!target)
        return;
    target->source = source_of(c, row);
    snprintf(target->name, sizeof target->name, "%.64s, %.90s", row->observable, c->source_name[target->source]);
}

/* Change per day between a count and the nearest count of its source before it, or after it; 0 where there is none. */
static double slope_to(const ho_targets *targets, const ho_target *target, bool before) {
    double slope = 0;
    int32_t nearest = INT32_MAX;
    for (size_t k = 0; k < targets->n; k++) {
        const ho_target *other = &targets->item[k];
        int32_t apart = before ? target->day - other->day : other->day - target->day;
        if (other->kind != HO_TARGET_COUNT || other->source != target->source || other->column != target->column || apart <= 0 ||
            apart >= nearest)
            continue;
        nearest = apart;
        slope = fabs(target->value - other->value) / (double)apart;
    }
    return slope;
}

/* The day of a count is off too, by DATE_SD: an error of its own, DATE_SD times the faster of the changes to its neighbours. */
static void jitter_dates(ho_targets *targets) {
    for (size_t k = 0; k < targets->n; k++) {
        ho_target *target = &targets->item[k];
        if (target->kind != HO_TARGET_COUNT)
            continue;
        double off = DATE_SD * fmax(slope_to(targets, target, true), slope_to(targets, target, false));
        target->sd = sqrt(target->sd * target->sd + off * off);
    }
}

/* --- recorded captures --- */

/* The bloc by which a row says its district was captured, or -1. */
static int32_t captor(const collecting *c, const ho_record_row *row) {
    bool sure = strcmp(row->confidence, "low") != 0;
    if (row->district < 0 || !sure || row->date_start == HO_DAY_NONE || strncmp(row->observable, "captured.", 9) != 0)
        return -1;
    int32_t bloc = bloc_of(c->world->scenario, row->observable);
    return bloc == c->world->home_bloc ? -1 : bloc;
}

/* The bloc with most recorded captures. */
static int32_t main_captor(const collecting *c) {
    size_t count[HO_BLOC_MAX] = {0};
    int32_t most = -1;
    for (size_t k = 0; k < c->world->scenario->n_record; k++) {
        int32_t bloc = captor(c, &c->world->scenario->record[k]);
        if (bloc >= 0 && is_usable(c, &c->world->scenario->record[k]))
            count[bloc]++;
    }
    for (int32_t b = 0; b < (int32_t)c->world->n_bloc; b++)
        if (count[b] > 0 && (most < 0 || count[b] > count[most]))
            most = b;
    return most;
}

static size_t capitals_by(const collecting *c, int32_t bloc, ho_day date) {
    size_t n = 0;
    for (size_t k = 0; k < c->world->scenario->n_record; k++) {
        const ho_record_row *row = &c->world->scenario->record[k];
        n += captor(c, row) == bloc && is_usable(c, row) && row->date_end <= date && c->world->is_capital[row->district];
    }
    return n;
}

static void add_capitals(collecting *c, int32_t bloc) {
    char name[96], date[11];
    const double n = seats(c->world);
    ho_day last = c->known_by == HO_DAY_NONE || c->known_by > c->world->until ? c->world->until : c->known_by;
    snprintf(name, sizeof name, "capitals_held.%.60s", c->world->scenario->bloc[bloc].id);
    int32_t column = ho_observables_find(c->observables, name);
    for (int32_t week = WEEKS; week >= 0 && column >= 0; week--) {
        ho_day day = last - week * WEEK;
        if (day <= c->world->from)
            continue;
        ho_target *target = add(c, (ho_target){.kind = HO_TARGET_CAPITALS,
                                               .date = day,
                                               .day = day - c->world->from,
                                               .column = column,
                                               .source = -1,
                                               .bloc = bloc,
                                               .region = -1,
                                               .value = (double)capitals_by(c, bloc, day) / n,
                                               .sd = CAPITALS_SD / n,
                                               .shared_sd = CAPITALS_SD / n,
                                               .unit = n});
        if (target)
            snprintf(target->name, sizeof target->name, "capitals recorded as captured by %s", ho_day_format(day, date));
    }
}

/* Numbers the regions in the order of their first district; returns how many. */
static size_t number_regions(const ho_scenario *scenario, int32_t *region) {
    size_t n = 0;
    for (size_t i = 0; i < scenario->n_district; i++) {
        region[i] = -1;
        for (size_t j = 0; j < i && region[i] < 0; j++)
            if (strcmp(scenario->district[j].region, scenario->district[i].region) == 0)
                region[i] = region[j];
        if (region[i] < 0)
            region[i] = (int32_t)n++;
    }
    return n;
}

static void add_regions(collecting *c, int32_t bloc) {
    const ho_scenario *scenario = c->world->scenario;
    ho_targets *targets = c->targets;
    size_t all = 0, *count = calloc(targets->n_region + 1, sizeof *count);
    ho_day last = c->known_by == HO_DAY_NONE || c->known_by > c->world->until ? c->world->until : c->known_by;
    for (size_t k = 0; k < scenario->n_record && count; k++) {
        const ho_record_row *row = &scenario->record[k];
        if (captor(c, row) != bloc || !is_usable(c, row) || row->date_start < c->world->from)
            continue;
        count[targets->region[row->district]]++;
        all++;
    }
    for (size_t r = 0; r < targets->n_region && all >= CAPTURES_MIN && targets->n_region > 1; r++) {
        double share = (double)count[r] / (double)all;
        ho_target *target = add(c, (ho_target){.kind = HO_TARGET_REGION,
                                               .date = last,
                                               .day = last - c->world->from,
                                               .column = -1,
                                               .source = -1,
                                               .bloc = bloc,
                                               .region = (int32_t)r,
                                               .value = share,
                                               .sd = sqrt(share * (1 - share) / (double)all + NEWS_SD * NEWS_SD),
                                               .unit = 1});
        const char *name = "";
        for (size_t i = scenario->n_district; i-- > 0;)
            name = targets->region[i] == (int32_t)r ? scenario->district[i].region : name;
        if (target)
            snprintf(target->name, sizeof target->name, "share of %zu recorded captures in %.60s", all, name);
    }
    free(count);
}

/* --- all of them --- */

static ho_status room_make(collecting *c, ho_error *err) {
    ho_targets *targets = c->targets;
    c->capacity = HO_TARGETS_MAX;
    targets->item = calloc(c->capacity, sizeof *targets->item);
    targets->region = calloc(c->world->n_district + 1, sizeof *targets->region);
    targets->on = calloc(c->world->n_day + 1, 1);
    c->source_name = calloc(c->capacity, sizeof *c->source_name);
    return targets->item && targets->region && targets->on && c->source_name
               ? HO_OK
               : ho_error_set(err, HO_ERR_MEMORY, "out of memory for what a calibration is held against");
}

static void mark_days(const ho_world *world, ho_targets *targets) {
    for (size_t k = 0; k < targets->n; k++)
        if ((size_t)targets->item[k].day < world->n_day)
            targets->on[targets->item[k].day] = 1;
}

ho_status ho_targets_build(const ho_world *world, const ho_observables *observables, ho_day known_by, ho_targets *targets,
                           ho_error *err) {
    char date[11];
    *targets = (ho_targets){0};
    collecting c = {.world = world, .observables = observables, .known_by = known_by, .targets = targets};
    ho_status status = room_make(&c, err);
    for (size_t k = 0; k < world->scenario->n_record && !status; k++)
        if (world->scenario->record[k].district < 0)
            add_count(&c, &world->scenario->record[k]);
    if (!status) {
        jitter_dates(targets);
        targets->n_region = number_regions(world->scenario, targets->region);
        int32_t bloc = main_captor(&c);
        if (bloc >= 0) {
            add_capitals(&c, bloc);
            add_regions(&c, bloc);
        }
        mark_days(world, targets);
    }
    free(c.source_name);
    if (!status && c.full)
        status = ho_error_set(err, HO_ERR_INPUT, "%s/record.csv: more than %d counts to calibrate to", world->scenario->folder,
                              HO_TARGETS_MAX);
    if (!status && targets->n == 0)
        status = ho_error_set(err, HO_ERR_INPUT, "%s/record.csv: nothing to calibrate to: no count of districts or capitals%s%s",
                              world->scenario->folder, known_by == HO_DAY_NONE ? "" : " was known by ",
                              known_by == HO_DAY_NONE ? "" : ho_day_format(known_by, date));
    if (status)
        ho_targets_free(targets);
    return status;
}

void ho_targets_free(ho_targets *targets) {
    free(targets->item);
    free(targets->region);
    free(targets->on);
    *targets = (ho_targets){0};
}

/* --- measuring --- */

/* Share of a region in the bloc's captures until the day. */
static double region_share(const ho_targets *targets, const ho_target *target, const ho_world *world, const ho_result *result) {
    double here = 0, all = 0;
    for (size_t k = 0; k < result->n_change && result->change[k].day <= target->day; k++) {
        const ho_change *change = &result->change[k];
        if (change->mode == HO_MODE_START || world->faction_bloc[change->to] != target->bloc)
            continue;
        all++;
        here += targets->region[change->district] == target->region;
    }
    return all > 0 ? here / all : 1 / (double)targets->n_region;
}

void ho_targets_measure(const ho_targets *targets, const ho_world *world, const ho_result *result, double *value) {
    for (size_t k = 0; k < targets->n; k++) {
        const ho_target *target = &targets->item[k];
        value[k] = target->kind == HO_TARGET_REGION
                       ? region_share(targets, target, world, result)
                       : (double)result->value[(size_t)target->day * result->n_value + (size_t)target->column] / target->unit;
    }
}

void ho_targets_errors(const ho_targets *targets, double *factor) {
    const size_t n = targets->n;
    for (size_t a = 0; a < n; a++)
        for (size_t b = 0; b <= a; b++) {
            const ho_target *x = &targets->item[a], *y = &targets->item[b];
            bool together = x->kind == y->kind && x->source == y->source;
            factor[a * n + b] = (together ? x->shared_sd * y->shared_sd : 0) + (a == b ? x->sd * x->sd : 0);
        }
    ho_cholesky(factor, n); /* each has an error of its own, so that there is one */
}
