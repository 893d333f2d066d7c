/* One district: when and how its first holder lost it over replicates, conditions, people. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define NEVER INT16_MAX

/* The first fall of each district in each replicate, away from the bloc that held it after the initial draw. */
struct server_falls {
    size_t n_replicate, n_district;
    int16_t *day; /* (n_district, n_replicate) NEVER: not at all */
    int8_t *from, *to, *mode; /* (n_district, n_replicate) blocs, ho_mode */
};

void server_falls_free(server_falls *falls) {
    if (!falls)
        return;
    free(falls->day);
    free(falls->from);
    free(falls->to);
    free(falls->mode);
    free(falls);
}

/* --- reading the store --- */

typedef struct reading {
    server_falls *falls;
    const ho_world *world;
} reading;

static void take_change(const reading *r, uint32_t replicate, const ho_change *change) {
    server_falls *f = r->falls;
    const size_t at = (size_t)change->district * f->n_replicate + replicate;
    const int8_t from = (int8_t)ho_world_bloc_of(r->world, (size_t)change->from), to = (int8_t)ho_world_bloc_of(r->world, (size_t)change->to);
    if (change->mode == HO_MODE_START)
        f->from[at] = to;
    else if (f->day[at] == NEVER && from == f->from[at] && to != from) {
        f->day[at] = (int16_t)change->day;
        f->to[at] = to;
        f->mode[at] = (int8_t)change->mode;
    }
}

static ho_status take_changes(void *context, uint32_t replicate, const ho_change *change, size_t n, ho_error *err) {
    const reading *r = context;
    if (replicate >= r->falls->n_replicate)
        return ho_error_set(err, HO_ERR_INPUT, "the run is damaged: replicate %u", replicate);
    for (size_t k = 0; k < n; k++)
        if ((size_t)change[k].district < r->falls->n_district)
            take_change(r, replicate, &change[k]);
    return HO_OK;
}

static server_falls *falls_new(const server_run *run) {
    server_falls *f = calloc(1, sizeof *f);
    if (!f)
        return NULL;
    f->n_replicate = run->n_replicate;
    f->n_district = run->scenario->n_district;
    const size_t n = f->n_replicate * f->n_district + 1;
    f->day = malloc(n * sizeof *f->day);
    f->from = calloc(n, 1);
    f->to = calloc(n, 1);
    f->mode = calloc(n, 1);
    if (!f->day || !f->from || !f->to || !f->mode) {
        server_falls_free(f);
        return NULL;
    }
    for (size_t k = 0; k < n - 1; k++) {
        f->day[k] = NEVER;
        f->from[k] = (int8_t)ho_world_bloc_of(run->world, (size_t)ho_world_home_faction(run->world, k / f->n_replicate));
    }
    return f;
}

static ho_status make_falls(server_run *run, ho_error *err) {
    if (run->falls)
        return HO_OK;
    ho_store *store = NULL;
    reading r = {.falls = falls_new(run), .world = run->world};
    if (!r.falls)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for the falls of districts");
    ho_status status = ho_store_open(run->folder, &store, err);
    if (!status)
        status = ho_store_changes(store, take_changes, &r, err);
    ho_store_close(store);
    if (status)
        server_falls_free(r.falls);
    else
        run->falls = r.falls;
    return status;
}

/* --- its falls --- */

static json_t *modes_of(const server_falls *f, size_t first, int bloc) {
    size_t n[HO_N_MODE] = {0};
    json_t *object = json_object();
    for (size_t k = first; k < first + f->n_replicate; k++)
        if (f->day[k] != NEVER && f->to[k] == bloc)
            n[f->mode[k]]++;
    for (int mode = 0; mode < HO_N_MODE; mode++)
        if (n[mode])
            json_object_set_new(object, ho_mode_name((ho_mode)mode), json_integer((json_int_t)n[mode]));
    return object;
}

static json_t *fall_to(const server_falls *f, size_t first, int bloc, const char *id, float *value, float *scratch) {
    size_t n = 0;
    for (size_t k = first; k < first + f->n_replicate; k++)
        if (f->day[k] != NEVER && f->to[k] == bloc)
            value[n++] = (float)f->day[k];
    if (n == 0)
        return NULL;
    ho_spread spread = ho_spread_of(value, scratch, n);
    return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o, s:o, s:o}", "to", id, "n_fell", (json_int_t)n, "q05", server_number(spread.q05), "q25",
                     server_number(spread.q25), "q50", server_number(spread.q50), "q75", server_number(spread.q75), "q95",
                     server_number(spread.q95), "by_mode", modes_of(f, first, bloc));
}

static json_t *falls_of(const server_run *run, size_t district, float *value, float *scratch) {
    json_t *list = json_array();
    for (size_t b = 0; b < run->scenario->n_bloc; b++) {
        json_t *fall = fall_to(run->falls, district * run->falls->n_replicate, (int)b, run->scenario->bloc[b].id, value, scratch);
        if (fall)
            json_array_append_new(list, fall);
    }
    return list;
}

/* Replicates by who held it after the initial draw. */
static json_t *starts_of(const server_run *run, size_t district) {
    const server_falls *f = run->falls;
    json_t *object = json_object();
    for (size_t b = 0; b < run->scenario->n_bloc; b++) {
        size_t n = 0;
        for (size_t k = 0; k < f->n_replicate; k++)
            n += f->from[district * f->n_replicate + k] == (int8_t)b;
        if (n)
            json_object_set_new(object, run->scenario->bloc[b].id, json_integer((json_int_t)n));
    }
    return object;
}

static json_int_t never_of(const server_falls *f, size_t district) {
    json_int_t n = 0;
    for (size_t k = 0; k < f->n_replicate; k++)
        n += f->day[district * f->n_replicate + k] == NEVER;
    return n;
}

/* --- its people --- */

typedef struct people {
    json_t *mean, *q05, *q95;
} people;

static json_t *counted(double n) {
    return server_number(n < HO_PEOPLE_FEWEST ? 0 : n);
}

static void take_mean(void *context, size_t place, size_t day, double mean, double q05, double q95) {
    (void)place;
    (void)day;
    people *p = context;
    json_array_append_new(p->mean, counted(mean));
    json_array_append_new(p->q05, counted(q05));
    json_array_append_new(p->q95, counted(q95));
}

static ho_status make_people(const server_run *run, size_t district, json_t *object, ho_error *err) {
    static const ho_flow flow[] = {HO_FLOW_ARRIVALS, HO_FLOW_DEPARTURES, HO_FLOW_HOSTED};
    ho_store *store = NULL;
    ho_flow_shape shape = {0};
    json_t *days = json_array();
    ho_status status = ho_store_open(run->folder, &store, err);
    if (!status)
        status = ho_store_flow_shape(store, &shape, err);
    for (size_t k = 1; k < shape.n_day && !status; k++)
        json_array_append_new(days, json_integer((json_int_t)ho_flow_day(&shape, k)));
    json_object_set_new(object, "days", days);
    for (size_t k = 0; k < sizeof flow / sizeof *flow && !status; k++) {
        people p = {json_array(), json_array(), json_array()};
        status = ho_store_flow_means(store, flow[k], (int32_t)district, take_mean, &p, err);
        json_object_set_new(object, ho_flow_name(flow[k]), json_pack("{s:o, s:o, s:o}", "mean", p.mean, "q05", p.q05, "q95", p.q95));
    }
    ho_store_close(store);
    return status;
}

/* --- the whole --- */

static ho_status make_district(server *s, server_run *run, size_t district, json_t **made, ho_error *err) {
    json_t *of_people = json_object();
    float *value = malloc(2 * (run->n_replicate + 1) * sizeof *value);
    ho_status status = value ? server_fields_make(s, run, err) : ho_error_set(err, HO_ERR_MEMORY, "no memory for a district");
    if (!status)
        status = make_falls(run, err);
    if (!status)
        status = make_people(run, district, of_people, err);
    if (!status)
        *made = json_pack("{s:I, s:I, s:o, s:o, s:I, s:o, s:O}", "district", (json_int_t)district, "n_replicate", (json_int_t)run->n_replicate, "start",
                          starts_of(run, district), "falls", falls_of(run, district, value, value + run->n_replicate + 1), "never",
                          never_of(run->falls, district), "fields", server_fields_of_district(run, district), "people", of_people);
    json_decref(of_people);
    free(value);
    return status;
}

void server_get_district(server *s, const server_request *request, server_reply *reply) {
    server_run *run = server_run_want(s, request->id, reply);
    json_t *made = NULL;
    ho_error err = {0};
    if (!run)
        return;
    pthread_mutex_lock(&run->lock);
    ho_status status = server_run_load(s, run, &err);
    bool there = !status && request->number < run->scenario->n_district;
    if (!status && there)
        status = make_district(s, run, request->number, &made, &err);
    pthread_mutex_unlock(&run->lock);
    if (status)
        server_reply_failure(reply, &err);
    else if (!there)
        server_reply_error(reply, 404, "there is no district %u", request->number);
    else
        server_reply_json(reply, made);
    server_run_release(s, run);
}
