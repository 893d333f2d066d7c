/* The case of FLEE that is shown: its places and routes, simulated once when first asked for. */
#include <stdlib.h>
#include <string.h>

#include "server.h"

enum { N_RUN = 50, SEED = 1 };

static json_t *places_of(const ho_flee_case *flee) {
    json_t *list = json_array();
    for (size_t k = 0; k < ho_flee_n_place(flee); k++) {
        ho_flee_site site = ho_flee_site_of(flee, k);
        json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o, s:o}", "name", site.name, "kind", site.kind, "lon", server_number(site.longitude),
                                              "lat", server_number(site.latitude), "capacity",
                                              site.capacity < 0 ? json_null() : json_integer(site.capacity)));
    }
    return list;
}

/* Each road once. */
static json_t *routes_of(const ho_flee_case *flee) {
    json_t *list = json_array();
    for (size_t k = 0; k < ho_flee_n_link(flee); k++) {
        size_t from, to;
        double km;
        ho_flee_link(flee, k, &from, &to, &km);
        if (from < to)
            json_array_append_new(list, json_pack("[I, I, f]", (json_int_t)from, (json_int_t)to, km));
    }
    return list;
}

static json_t *curve_of(const ho_flee_case *flee, const ho_flee_ensemble *runs, size_t camp) {
    float value[N_RUN], scratch[N_RUN];
    json_t *mean = json_array(), *q05 = json_array(), *q95 = json_array(), *data = json_array();
    for (size_t day = 0; day < runs->n_day; day++) {
        int64_t recorded = ho_flee_data(flee, day, camp);
        for (size_t k = 0; k < runs->n_run; k++)
            value[k] = (float)runs->camp[(k * runs->n_day + day) * runs->n_camp + camp];
        ho_spread spread = ho_spread_of(value, scratch, runs->n_run);
        json_array_append_new(mean, server_number(spread.mean));
        json_array_append_new(q05, server_number(spread.q05));
        json_array_append_new(q95, server_number(spread.q95));
        json_array_append_new(data, recorded < 0 ? json_null() : json_integer(recorded));
    }
    return json_pack("{s:I, s:o, s:o, s:o, s:o}", "place", (json_int_t)ho_flee_camp_place(flee, camp), "mean", mean, "q05", q05, "q95", q95, "data", data);
}

static json_t *error_of(ho_flee_error e) {
    return json_pack("{s:o, s:o, s:o}", "n", server_number(e.n), "r", server_number(e.r), "total", server_number(e.total));
}

static ho_status errors_of(const ho_flee_case *flee, const ho_flee_ensemble *runs, json_t **made, ho_error *err) {
    ho_flee_error of_runs;
    const size_t n = runs->n_day * runs->n_camp;
    double *mean = calloc(n + 1, sizeof *mean);
    ho_status status = mean ? ho_flee_mean_errors(flee, runs, &of_runs, err) : ho_error_set(err, HO_ERR_MEMORY, "out of memory");
    for (size_t i = 0; i < n && !status; i++)
        for (size_t k = 0; k < runs->n_run; k++)
            mean[i] += (double)runs->camp[k * n + i] / (double)runs->n_run;
    if (!status)
        *made = json_pack("{s:o, s:o}", "error_of_runs", error_of(of_runs), "error_of_mean", error_of(ho_flee_errors(flee, mean)));
    free(mean);
    return status;
}

static ho_status make(server *s, ho_error *err) {
    const ho_flee_case *flee = s->options.flee;
    const ho_flee_plan plan = {.seed = SEED, .n_run = N_RUN, .n_thread = s->options.n_thread, .stop = &s->stopping};
    ho_flee_ensemble runs = {0};
    json_t *curves = json_array(), *errors = NULL;
    char date[11];
    ho_status status = ho_flee_ensemble_run(flee, &plan, &runs, err);
    if (!status)
        status = errors_of(flee, &runs, &errors, err);
    for (size_t c = 0; c < runs.n_camp && !status; c++)
        json_array_append_new(curves, curve_of(flee, &runs, c));
    json_t *all = status ? NULL
                         : json_pack("{s:s, s:I, s:s, s:I, s:o, s:o, s:O, s:o}", "name", s->options.flee_name, "days", (json_int_t)runs.n_day, "from",
                                     ho_day_format(ho_flee_start(flee), date), "n_run", (json_int_t)runs.n_run, "places", places_of(flee), "routes",
                                     routes_of(flee), "curves", curves, "errors", errors);
    s->flee = all ? json_dumps(all, JSON_COMPACT | JSON_REAL_PRECISION(7)) : NULL;
    if (!status && !s->flee)
        status = ho_error_set(err, HO_ERR_MEMORY, "no memory for the case");
    json_decref(all);
    json_decref(curves);
    ho_flee_ensemble_free(&runs);
    return status;
}

void server_get_flee(server *s, const server_request *request, server_reply *reply) {
    (void)request;
    ho_error err = {0};
    if (!s->options.flee) {
        server_reply_error(reply, 404, "no case of FLEE is open; `holdout serve --flee DIR` opens one");
        return;
    }
    pthread_mutex_lock(&s->flee_lock);
    if (!s->flee && make(s, &err))
        server_reply_failure(reply, &err);
    else
        server_reply_text(reply, "application/json", strdup(s->flee));
    pthread_mutex_unlock(&s->flee_lock);
}
