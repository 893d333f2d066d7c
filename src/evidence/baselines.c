/* Baselines of places: chances that each falls, from captures known on the origin. */
#include "evidence/baselines.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "evidence/evaluate.h"

enum { WEEK = 7 /* [d] */, PLACE_DRAWS = 400, N_ATTRIBUTE = 12, CONTAGION = UINT32_MAX /* entity of its draws */ };
static const double RIDGE = 1;

const char *ho_place_baseline_name(int baseline) {
    static const char *const name[HO_N_PLACE_BASELINE] = {"persistence", "rate so far", "neighbours", "attributes"};
    return name[baseline];
}

/* --- what was known --- */

static int capture_kind(const ho_record_row *row, const char *bloc, ho_day origin) {
    static const char prefix[] = "captured.";
    if (row->district < 0 || row->known_on > origin || strncmp(row->observable, prefix, sizeof prefix - 1) != 0)
        return -1;
    return strcmp(row->observable + sizeof prefix - 1, bloc) == 0;
}

/* By end; rows of one day stay in the order of the file. */
static void insert_sorted(ho_known *known, size_t n, ho_known add) {
    while (n > 0 && known[n - 1].end > add.end) {
        known[n] = known[n - 1];
        n--;
    }
    known[n] = add;
}

bool ho_history_build(const ho_scenario *scenario, int32_t bloc, ho_day origin, ho_history *history) {
    size_t n = scenario->n_district;
    const char *id = scenario->bloc[bloc].id;
    size_t *filled = calloc(n + 1, sizeof *filled);
    *history = (ho_history){.scenario = scenario, .bloc = bloc, .from = scenario->from, .origin = origin};
    history->first = calloc(n + 1, sizeof *history->first);
    history->known = calloc(scenario->n_record + 1, sizeof *history->known);
    if (!filled || !history->first || !history->known) {
        free(filled);
        return false;
    }
    for (size_t k = 0; k < scenario->n_record; k++)
        if (capture_kind(&scenario->record[k], id, origin) >= 0)
            history->first[scenario->record[k].district + 1]++;
    for (size_t i = 0; i < n; i++)
        history->first[i + 1] += history->first[i];
    for (size_t k = 0; k < scenario->n_record; k++) {
        const ho_record_row *row = &scenario->record[k];
        int kind = capture_kind(row, id, origin);
        if (kind < 0)
            continue;
        insert_sorted(history->known + history->first[row->district], filled[row->district]++,
                      (ho_known){row->date_start, row->date_end, kind == 1});
        history->n_known++;
    }
    free(filled);
    return true;
}

void ho_history_free(ho_history *history) {
    free(history->first);
    free(history->known);
    *history = (ho_history){0};
}

bool ho_history_held(const ho_history *history, size_t district, ho_day day) {
    bool held = false;
    for (size_t k = history->first[district]; k < history->first[district + 1] && history->known[k].end <= day; k++)
        held = history->known[k].own;
    return held;
}

/* What a district that was not held does in the days day + 1 .. day + WEEK: 1 falls, 0 does not, -1 cannot be told. */
static int week_of(const ho_history *history, size_t district, ho_day day) {
    int fell = 0;
    for (size_t k = history->first[district]; k < history->first[district + 1]; k++) {
        const ho_known *known = &history->known[k];
        bool touches = known->end > day && (known->start == HO_DAY_NONE || known->start <= day + WEEK);
        if (!touches)
            continue;
        if (known->start == HO_DAY_NONE || known->start <= day || known->end > day + WEEK)
            return -1;
        fell = fell || known->own;
    }
    return fell;
}

/* --- the rows that are fitted to --- */

typedef struct ho_graph {
    size_t *first; /* (n_district + 1) */
    int32_t *to;
} ho_graph;

static bool graph_build(const ho_scenario *scenario, ho_graph *graph) {
    size_t n = scenario->n_district, *filled = calloc(n + 1, sizeof *filled);
    graph->first = calloc(n + 1, sizeof *graph->first);
    graph->to = calloc(2 * scenario->n_edge + 1, sizeof *graph->to);
    bool made = filled && graph->first && graph->to;
    for (size_t k = 0; made && k < scenario->n_edge; k++) {
        graph->first[scenario->edge[k].a + 1]++;
        graph->first[scenario->edge[k].b + 1]++;
    }
    for (size_t i = 0; made && i < n; i++)
        graph->first[i + 1] += graph->first[i];
    for (size_t k = 0; made && k < scenario->n_edge; k++) {
        int32_t a = scenario->edge[k].a, b = scenario->edge[k].b;
        graph->to[graph->first[a] + filled[a]++] = b;
        graph->to[graph->first[b] + filled[b]++] = a;
    }
    free(filled);
    return made;
}

static void graph_free(ho_graph *graph) {
    free(graph->first);
    free(graph->to);
}

static double neighbours_held(const ho_graph *graph, const uint8_t *held, size_t district) {
    size_t n = graph->first[district + 1] - graph->first[district], n_held = 0;
    for (size_t k = graph->first[district]; k < graph->first[district + 1]; k++)
        n_held += held[graph->to[k]];
    return n ? (double)n_held / (double)n : 0;
}

/* Constant, then what districts.csv says, each scaled to mean 0 and sd 1 (0 where all are alike). x: (n_district, N_ATTRIBUTE) */
static void attributes_fill(const ho_scenario *scenario, double *x) {
    size_t n = scenario->n_district;
    for (size_t i = 0; i < n; i++) {
        const ho_district_row *d = &scenario->district[i];
        double people = d->population > 0 ? d->population : 0, area = d->area_km2 > 0 ? d->area_km2 : 1;
        const double value[N_ATTRIBUTE] = {1,
                                           ho_log((people + 1) / area),
                                           isnan(d->elevation_m) ? 0 : d->elevation_m,
                                           isnan(d->relief_m) ? 0 : d->relief_m,
                                           isnan(d->reach) ? 0.5 : d->reach,
                                           d->is_capital,
                                           d->airfield,
                                           d->on_road,
                                           d->terrain == HO_HILLS,
                                           d->terrain >= HO_MOUNTAIN,
                                           d->prior_status == HO_PRIOR_CONTESTED,
                                           d->prior_status == HO_PRIOR_CONTROLLED};
        memcpy(x + i * N_ATTRIBUTE, value, sizeof value);
    }
    for (size_t c = 1; c < N_ATTRIBUTE; c++) {
        double mean = 0, square = 0;
        for (size_t i = 0; i < n; i++)
            mean += x[i * N_ATTRIBUTE + c] / (double)n;
        for (size_t i = 0; i < n; i++)
            square += (x[i * N_ATTRIBUTE + c] - mean) * (x[i * N_ATTRIBUTE + c] - mean) / (double)n;
        for (size_t i = 0; i < n; i++)
            x[i * N_ATTRIBUTE + c] = square > 1e-12 * (1 + mean * mean) ? (x[i * N_ATTRIBUTE + c] - mean) / sqrt(square) : 0;
    }
}

typedef struct ho_weeks {
    size_t n, n_capture, n_capital_capture;
    double days, capital_days; /* at risk, of places that are no capitals and of capitals [d] */
    double *near;              /* (n, 2) constant, share of neighbours held */
    double *attribute;         /* (n, N_ATTRIBUTE) */
    uint8_t *fell;             /* (n) */
} ho_weeks;

static void weeks_free(ho_weeks *weeks) {
    free(weeks->near);
    free(weeks->attribute);
    free(weeks->fell);
}

static bool weeks_build(const ho_history *history, const ho_graph *graph, const double *attribute, ho_weeks *weeks) {
    const ho_scenario *scenario = history->scenario;
    size_t n = scenario->n_district, n_week = history->origin > history->from ? (size_t)(history->origin - history->from) / WEEK : 0;
    uint8_t *held = calloc(n + 1, 1);
    weeks->near = calloc(2 * n * n_week + 1, sizeof *weeks->near);
    weeks->attribute = calloc(N_ATTRIBUTE * n * n_week + 1, sizeof *weeks->attribute);
    weeks->fell = calloc(n * n_week + 1, 1);
    bool made = held && weeks->near && weeks->attribute && weeks->fell;
    for (size_t w = 0; made && w < n_week; w++) {
        ho_day day = history->from + (ho_day)(WEEK * w);
        for (size_t i = 0; i < n; i++)
            held[i] = ho_history_held(history, i, day);
        for (size_t i = 0; i < n; i++) {
            int fell = held[i] ? -1 : week_of(history, i, day);
            if (fell < 0)
                continue;
            bool capital = scenario->district[i].is_capital;
            weeks->near[2 * weeks->n] = 1;
            weeks->near[2 * weeks->n + 1] = neighbours_held(graph, held, i);
            memcpy(weeks->attribute + N_ATTRIBUTE * weeks->n, attribute + N_ATTRIBUTE * i, N_ATTRIBUTE * sizeof *attribute);
            weeks->fell[weeks->n++] = (uint8_t)fell;
            weeks->n_capture += (size_t)fell;
            weeks->n_capital_capture += (size_t)fell * capital;
            *(capital ? &weeks->capital_days : &weeks->days) += WEEK;
        }
    }
    free(held);
    return made;
}

/* --- forecasts --- */

static double chance_per_day(double per_week) {
    return -ho_log1p(-per_week) / WEEK; /* as a rate [1/d] */
}

static void fill_from_rate(const ho_history *history, const double *rate, const ho_day *day, size_t n_day, double *p) {
    size_t n = history->scenario->n_district;
    for (size_t k = 0; k < n_day; k++)
        for (size_t i = 0; i < n; i++)
            p[k * n + i] = ho_history_held(history, i, history->origin)
                               ? 1
                               : -ho_expm1(-rate[i] * (double)(day[k] - history->origin));
}

/* Half a capture is added, so that what has not happened yet is not thought impossible. */
static void climatology_fill(const ho_history *history, const ho_weeks *weeks, double *rate) {
    double plain = ((double)(weeks->n_capture - weeks->n_capital_capture) + 0.5) / (weeks->days > 0 ? weeks->days : WEEK);
    double capital = ((double)weeks->n_capital_capture + 0.5) / (weeks->capital_days > 0 ? weeks->capital_days : WEEK);
    for (size_t i = 0; i < history->scenario->n_district; i++)
        rate[i] = history->scenario->district[i].is_capital ? capital : plain;
}

/* One path of contagion, a day at a time; fall: (n_district) with stride n_draw. */
static void contagion_draw(const ho_history *history, const ho_graph *graph, const double beta[2], size_t n_ahead, ho_rng *rng,
                           uint8_t *held, uint8_t *next, int32_t *fall, size_t stride) {
    size_t n = history->scenario->n_district;
    for (size_t i = 0; i < n; i++) {
        held[i] = ho_history_held(history, i, history->origin);
        fall[i * stride] = held[i] ? 0 : HO_NEVER;
    }
    for (size_t day = 1; day <= n_ahead; day++) {
        memcpy(next, held, n);
        for (size_t i = 0; i < n; i++) {
            if (held[i])
                continue;
            double per_week = ho_logistic(beta[0] + beta[1] * neighbours_held(graph, held, i));
            if (ho_unit(ho_rng_word(rng)) >= -ho_expm1(-chance_per_day(per_week)))
                continue;
            next[i] = 1;
            fall[i * stride] = (int32_t)day;
        }
        memcpy(held, next, n);
    }
}

static bool contagion_fill(const ho_history *history, const ho_graph *graph, const double beta[2], const ho_day *day, size_t n_day,
                           uint32_t seed, ho_places *places) {
    size_t n = history->scenario->n_district, n_ahead = (size_t)(day[n_day - 1] - history->origin);
    uint8_t *held = calloc(2 * n + 1, 1);
    places->n_draw = PLACE_DRAWS;
    places->fall = calloc(n * PLACE_DRAWS + 1, sizeof *places->fall);
    bool made = held && places->fall;
    for (uint32_t r = 0; made && r < PLACE_DRAWS; r++) {
        ho_streams streams = {seed, r};
        ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_BASELINE, CONTAGION);
        contagion_draw(history, graph, beta, n_ahead, &rng, held, held + n, places->fall + r, PLACE_DRAWS);
    }
    for (size_t k = 0; made && k < n_day; k++)
        for (size_t i = 0; i < n; i++) {
            size_t n_held = 0;
            for (size_t r = 0; r < PLACE_DRAWS; r++)
                n_held += places->fall[i * PLACE_DRAWS + r] <= day[k] - history->origin;
            places->p[HO_PLACE_CONTAGION][k * n + i] = (double)n_held / PLACE_DRAWS;
        }
    free(held);
    return made;
}

static bool room_make(size_t n_day, size_t n, ho_places *places) {
    bool made = true;
    for (int b = 0; b < HO_N_PLACE_BASELINE; b++) {
        bool has_rate = b == HO_PLACE_CLIMATOLOGY || b == HO_PLACE_ATTRIBUTES;
        places->p[b] = calloc(n_day * n + 1, sizeof *places->p[b]);
        places->rate[b] = has_rate ? calloc(n + 1, sizeof *places->rate[b]) : NULL;
        made = made && places->p[b] && (!has_rate || places->rate[b]);
    }
    return made;
}

static bool fit_and_fill(const ho_history *history, const ho_graph *graph, const double *attribute, const ho_weeks *weeks,
                         const ho_day *day, size_t n_day, uint32_t seed, ho_places *places) {
    double beta[HO_FIT_MAX];
    size_t n = history->scenario->n_district;
    climatology_fill(history, weeks, places->rate[HO_PLACE_CLIMATOLOGY]);
    fill_from_rate(history, places->rate[HO_PLACE_CLIMATOLOGY], day, n_day, places->p[HO_PLACE_CLIMATOLOGY]);
    places->given[HO_PLACE_CLIMATOLOGY] = true;
    if (weeks->n_capture == 0)
        return true;
    if (ho_fit_logistic(weeks->attribute, weeks->fell, weeks->n, N_ATTRIBUTE, RIDGE, beta)) {
        double *rate = places->rate[HO_PLACE_ATTRIBUTES];
        for (size_t i = 0; i < n; i++) {
            double eta = 0;
            for (size_t c = 0; c < N_ATTRIBUTE; c++)
                eta += beta[c] * attribute[i * N_ATTRIBUTE + c];
            rate[i] = chance_per_day(ho_logistic(eta));
        }
        fill_from_rate(history, rate, day, n_day, places->p[HO_PLACE_ATTRIBUTES]);
        places->given[HO_PLACE_ATTRIBUTES] = true;
    }
    if (!ho_fit_logistic(weeks->near, weeks->fell, weeks->n, 2, RIDGE, beta))
        return true;
    places->given[HO_PLACE_CONTAGION] = true;
    return contagion_fill(history, graph, beta, day, n_day, seed, places);
}

bool ho_places_build(const ho_history *history, const ho_day *day, size_t n_day, uint32_t seed, ho_places *places) {
    size_t n = history->scenario->n_district;
    ho_graph graph = {0};
    ho_weeks weeks = {0};
    double *attribute = calloc(n * N_ATTRIBUTE + 1, sizeof *attribute);
    *places = (ho_places){.given[HO_PLACE_PERSISTENCE] = true};
    bool made = attribute && graph_build(history->scenario, &graph) && room_make(n_day, n, places);
    if (made) {
        attributes_fill(history->scenario, attribute);
        made = weeks_build(history, &graph, attribute, &weeks);
    }
    for (size_t k = 0; made && k < n_day * n; k++)
        places->p[HO_PLACE_PERSISTENCE][k] = ho_history_held(history, k % n, history->origin);
    if (made && weeks.n > 0 && n_day > 0)
        made = fit_and_fill(history, &graph, attribute, &weeks, day, n_day, seed, places);
    places->n_capture = weeks.n_capture;
    places->n_week_place = weeks.n;
    snprintf(places->reason, sizeof places->reason, "%s",
             weeks.n == 0 ? "no week between the first day and the origin"
                          : "no dated capture known between the first day and the origin");
    weeks_free(&weeks);
    graph_free(&graph);
    free(attribute);
    return made;
}

void ho_places_free(ho_places *places) {
    for (int b = 0; b < HO_N_PLACE_BASELINE; b++) {
        free(places->p[b]);
        free(places->rate[b]);
    }
    free(places->fall);
    *places = (ho_places){0};
}
