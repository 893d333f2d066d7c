/* A brief for planners: within a window, who arrives where in each replicate, by district, province and neighbour.
 *
 * A column is a measure of a place; as many columns at a time as fit are filled in one pass over the store, in the order of replicates. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/measure.h"
#include "evidence/window.h"
#include "record/quantiles.h"
#include "record/sql.h"
#include "world/world.h"

enum { ARRIVALS, DEPARTURES, HOSTED, N_MEASURE };
enum { COUNTRY, ABROAD, FIRST_PROVINCE }; /* the order in which places are counted */

ho_brief_options ho_brief_options_default(void) {
    return (ho_brief_options){.from = HO_DAY_NONE, .within_day = 30, .n_threshold = 3, .threshold = {1000, 5000, 20000}};
}

const char *ho_place_kind_name(ho_place_kind kind) {
    static const char *const name[HO_N_PLACE_KIND] = {"country", "province", "district", "abroad", "neighbour"};
    return (unsigned)kind < HO_N_PLACE_KIND ? name[kind] : "?";
}

ho_moment ho_moment_of(const ho_flow_shape *shape, int32_t day) {
    size_t k = 0, want = (size_t)(day > 0 ? day : 0);
    while (k + 1 < shape->n_day && ho_flow_day(shape, k + 1) <= want)
        k++;
    if (k + 1 == shape->n_day)
        return (ho_moment){k, 0};
    double from = (double)ho_flow_day(shape, k), until = (double)ho_flow_day(shape, k + 1);
    return (ho_moment){k, ((double)want - from) / (until - from)};
}

double ho_share_above(const float *value, size_t n, double threshold) {
    size_t above = 0;
    for (size_t r = 0; r < n; r++)
        above += (double)value[r] > threshold;
    return n ? (double)above / (double)n : (double)NAN;
}

ho_status ho_thresholds_check(const ho_brief_options *options, ho_error *err) {
    if (options->n_threshold < 1 || options->n_threshold > HO_BRIEF_THRESHOLD_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%zu thresholds; need 1 to %d", options->n_threshold, HO_BRIEF_THRESHOLD_MAX);
    for (size_t k = 0; k < options->n_threshold; k++) {
        double x = options->threshold[k];
        if (!isfinite(x) || x < HO_PEOPLE_FEWEST || (k > 0 && x <= options->threshold[k - 1]))
            return ho_error_set(err, HO_ERR_INPUT, "threshold is %g; need numbers of people from %d on, each above the one before", x,
                                HO_PEOPLE_FEWEST);
    }
    return HO_OK;
}

/* --- counting --- */

typedef struct ho_briefing {
    ho_store *store;
    const ho_world *world;
    ho_brief *brief;
    ho_flow_shape shape;
    ho_moment from, until;
    size_t first, n; /* columns of this pass */
    size_t n_seen;
    double *now;    /* (n_place, N_MEASURE) of one replicate */
    float *value;   /* (n, n_replicate) */
    float *scratch; /* (n_replicate) */
} ho_briefing;

static double gained(const ho_briefing *b, const int32_t *count, size_t at) {
    return ho_counted(&b->shape, count, at, b->until) - ho_counted(&b->shape, count, at, b->from);
}

static void add(ho_briefing *b, size_t place, const double measure[N_MEASURE]) {
    for (int m = 0; m < N_MEASURE; m++)
        b->now[place * N_MEASURE + (size_t)m] += measure[m];
}

static ho_status visit(void *context, uint32_t replicate, const int32_t *count, ho_error *err) {
    (void)err;
    ho_briefing *b = context;
    const ho_flow_shape *shape = &b->shape;
    const ho_world *world = b->world;
    const size_t first_district = FIRST_PROVINCE + world->n_province, first_neighbour = first_district + world->n_district;
    memset(b->now, 0, b->brief->n_place * N_MEASURE * sizeof *b->now);
    for (size_t i = 0; i < world->n_district; i++) {
        const double measure[N_MEASURE] = {
            gained(b, count, ho_flow_at(shape, HO_FLOW_ARRIVALS, i)), gained(b, count, ho_flow_at(shape, HO_FLOW_DEPARTURES, i)),
            ho_counted(shape, count, ho_flow_at(shape, HO_FLOW_HOSTED, i), b->until)};
        add(b, first_district + i, measure);
        add(b, FIRST_PROVINCE + (size_t)world->province[i], measure);
        add(b, COUNTRY, measure);
    }
    for (size_t k = 0; k < world->n_neighbour; k++) {
        const double measure[N_MEASURE] = {gained(b, count, ho_flow_at(shape, HO_FLOW_CROSSED, k)), 0, 0};
        add(b, first_neighbour + k, measure);
        add(b, ABROAD, measure);
    }
    for (size_t c = 0; c < b->n; c++)
        b->value[c * b->brief->n_replicate + replicate] = (float)b->now[b->first + c];
    b->n_seen++;
    return HO_OK;
}

static void sum_up(ho_briefing *b, size_t column, float *value) {
    ho_brief_place *place = &b->brief->place[column / N_MEASURE];
    const size_t n = b->brief->n_replicate, m = column % N_MEASURE;
    ho_spread *spread[N_MEASURE] = {&place->arrivals, &place->departures, &place->hosted};
    if (m == ARRIVALS)
        for (size_t k = 0; k < b->brief->options.n_threshold; k++)
            place->p_above[k] = ho_share_above(value, n, b->brief->options.threshold[k]);
    if (m == ARRIVALS || place->kind <= HO_PLACE_DISTRICT)
        *spread[m] = ho_spread_of(value, b->scratch, n);
}

static ho_status count_all(ho_briefing *b, ho_error *err) {
    ho_brief *brief = b->brief;
    const size_t n_column = brief->n_place * N_MEASURE, fit = HO_WINDOW_BYTES / sizeof(float) / brief->n_replicate;
    const size_t most = fit < 1 ? 1 : fit < n_column ? fit : n_column;
    ho_status status = HO_OK;
    b->now = calloc(n_column, sizeof *b->now);
    b->value = calloc(most * brief->n_replicate, sizeof *b->value);
    b->scratch = calloc(brief->n_replicate, sizeof *b->scratch);
    if (!b->now || !b->value || !b->scratch)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for a brief", b->store->path);
    for (b->first = 0; b->first < n_column && !status; b->first += b->n) {
        b->n = n_column - b->first < most ? n_column - b->first : most;
        b->n_seen = 0;
        status = ho_store_flows(b->store, visit, b, err);
        if (!status && b->n_seen != brief->n_replicate)
            status = ho_error_set(err, HO_ERR_INPUT, "%s: damaged: people by place of %zu of %zu replicates", b->store->path,
                                  b->n_seen, brief->n_replicate);
        for (size_t c = 0; c < b->n && !status; c++)
            sum_up(b, b->first + c, b->value + c * brief->n_replicate);
    }
    return status;
}

/* --- places --- */

static ho_status places_make(const ho_world *world, ho_brief *brief, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    brief->n_place = FIRST_PROVINCE + world->n_province + world->n_district + world->n_neighbour;
    brief->place = calloc(brief->n_place, sizeof *brief->place);
    brief->cut_off = calloc(world->n_bloc, sizeof *brief->cut_off);
    if (!brief->place || !brief->cut_off)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu places", brief->n_place);
    ho_brief_place *next = brief->place;
    *next++ = (ho_brief_place){.kind = HO_PLACE_COUNTRY, .index = -1};
    *next++ = (ho_brief_place){.kind = HO_PLACE_ABROAD, .index = -1};
    for (size_t p = 0; p < world->n_province; p++)
        *next++ = (ho_brief_place){.kind = HO_PLACE_PROVINCE, .index = (int32_t)p, .name = scenario->province[p].name};
    for (size_t i = 0; i < world->n_district; i++)
        *next++ = (ho_brief_place){.kind = HO_PLACE_DISTRICT, .index = (int32_t)i, .name = scenario->district[i].name};
    for (size_t k = 0; k < world->n_neighbour; k++)
        *next++ = (ho_brief_place){.kind = HO_PLACE_NEIGHBOUR, .index = (int32_t)k, .name = world->neighbour[k]};
    return HO_OK;
}

/* Whole percents above the thresholds, added up; then the median. */
static int compare_places(const void *a, const void *b) {
    const ho_brief_place *x = a, *y = b;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    int p = 0, q = 0;
    for (size_t k = 0; k < HO_BRIEF_THRESHOLD_MAX; k++) { /* those there are not are 0 */
        p += (int)(100 * x->p_above[k] + 0.5);
        q += (int)(100 * y->p_above[k] + 0.5);
    }
    if (p != q)
        return p > q ? -1 : 1;
    if (x->arrivals.q50 < y->arrivals.q50 || x->arrivals.q50 > y->arrivals.q50)
        return x->arrivals.q50 > y->arrivals.q50 ? -1 : 1;
    return x->index < y->index ? -1 : x->index > y->index;
}

/* --- what else the run says --- */

/* Quantiles of an observable on a day; n stays 0 if it is not in the run. */
static ho_status read_spread(ho_store *store, const char *name, int32_t day, ho_spread *spread, ho_error *err) {
    int32_t column = -1;
    char unit[64];
    sqlite3_stmt *query = NULL;
    bool there = false;
    ho_status status = ho_column_find(store, name, &column, unit, err);
    if (status || column < 0)
        return status;
    status = ho_sql_prepare(store->db, store->path, "SELECT q05, q50, q95, n FROM series_row WHERE observable = ? AND day = ?",
                            &query, err);
    if (!status) {
        sqlite3_bind_int(query, 1, column);
        sqlite3_bind_int(query, 2, day);
        status = ho_sql_next(query, store->path, &there, err);
    }
    if (!status && there)
        *spread = (ho_spread){.q05 = sqlite3_column_double(query, 0), .q50 = sqlite3_column_double(query, 1),
                              .q95 = sqlite3_column_double(query, 2), .n = (size_t)sqlite3_column_int64(query, 3)};
    sqlite3_finalize(query);
    return status;
}

static ho_status read_cut_off(ho_store *store, const ho_world *world, ho_brief *brief, ho_error *err) {
    const int32_t day = brief->until - world->from;
    ho_status status = HO_OK;
    for (size_t b = 0; b < world->n_bloc && !status; b++) {
        char name[96];
        ho_brief_cut_off *cut_off = &brief->cut_off[brief->n_cut_off++];
        cut_off->bloc = (int32_t)b;
        snprintf(name, sizeof name, "people_cut_off_7d.%.60s", world->scenario->bloc[b].id);
        status = read_spread(store, name, day, &cut_off->days_7, err);
        snprintf(name, sizeof name, "people_cut_off_30d.%.60s", world->scenario->bloc[b].id);
        if (!status)
            status = read_spread(store, name, day, &cut_off->days_30, err);
    }
    return status;
}

static ho_day meta_day(const ho_store *store, const char *key) {
    const char *text = ho_store_meta(store, key);
    ho_day day = HO_DAY_NONE;
    if (text && *text)
        ho_day_parse(text, &day);
    return day;
}

static ho_status read_conditions(ho_store *store, ho_brief *brief, ho_error *err) {
    sqlite3_stmt *query = NULL;
    const char *posterior = ho_store_meta(store, "posterior");
    brief->known_by = meta_day(store, "known_by");
    brief->posterior_known_by = posterior && *posterior ? meta_day(store, "posterior_known_by") : HO_DAY_NONE;
    ho_status status = ho_sql_prepare(store->db, store->path, "SELECT 1 FROM drawn WHERE stream IS NOT NULL LIMIT 1", &query, err);
    if (!status)
        status = ho_sql_next(query, store->path, &brief->courses, err);
    sqlite3_finalize(query);
    return status;
}

/* --- all --- */

static ho_status window_set(ho_briefing *b, ho_error *err) {
    ho_brief *brief = b->brief;
    const ho_world *world = b->world;
    char from[11], first[11], last[11];
    brief->from = brief->options.from;
    if (brief->from == HO_DAY_NONE)
        brief->from = brief->posterior_known_by >= world->from && brief->posterior_known_by < world->until ? brief->posterior_known_by : world->from;
    ho_day_format(world->from, first);
    ho_day_format(world->until, last);
    if (brief->from < world->from || brief->from >= world->until)
        return ho_error_set(err, HO_ERR_INPUT, "the window begins after %s; need a day from %s on and before %s, the run's last",
                            ho_day_format(brief->from, from), first, last);
    if (brief->options.within_day < 1 || brief->options.within_day > world->until - brief->from)
        return ho_error_set(err, HO_ERR_INPUT, "a window of %d days after %s ends outside the run, whose last day is %s; need 1 to %d days",
                            (int)brief->options.within_day, ho_day_format(brief->from, from), last, (int)(world->until - brief->from));
    brief->until = brief->from + brief->options.within_day;
    b->from = ho_moment_of(&b->shape, brief->from - world->from);
    b->until = ho_moment_of(&b->shape, brief->until - world->from);
    brief->interpolated = b->from.share > 0 || b->until.share > 0;
    return HO_OK;
}

static ho_status brief_fill(ho_briefing *b, ho_error *err) {
    ho_status status = ho_thresholds_check(&b->brief->options, err);
    if (!status)
        status = ho_store_flow_shape(b->store, &b->shape, err);
    if (!status && (b->shape.n_district != b->world->n_district || b->shape.n_neighbour != b->world->n_neighbour))
        status = ho_error_set(err, HO_ERR_INPUT, "%s: damaged: its places are not the scenario's", b->store->path);
    if (!status)
        status = read_conditions(b->store, b->brief, err);
    if (!status)
        status = window_set(b, err);
    if (!status)
        status = places_make(b->world, b->brief, err);
    if (!status)
        status = count_all(b, err);
    if (!status)
        status = read_cut_off(b->store, b->world, b->brief, err);
    if (!status)
        qsort(b->brief->place, b->brief->n_place, sizeof *b->brief->place, compare_places);
    return status;
}

ho_status ho_brief_make(ho_store *store, const ho_world *world, const ho_brief_options *options, ho_brief *brief, ho_error *err) {
    ho_brief made = {.options = *options, .n_replicate = ho_store_n_done(store)};
    ho_briefing b = {.store = store, .world = world, .brief = &made};
    ho_status status = ho_evidence_check_run(store, world, err);
    if (!status)
        status = brief_fill(&b, err);
    free(b.now);
    free(b.value);
    free(b.scratch);
    if (status)
        ho_brief_free(&made);
    else
        *brief = made;
    return status;
}

void ho_brief_free(ho_brief *brief) {
    if (!brief)
        return;
    free(brief->place);
    free(brief->cut_off);
    *brief = (ho_brief){0};
}
