/* Runs: the list of them, and what one is made of: its data, its scores, people by place, and two of them compared. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/evidence.h"
#include "holdout/report.h"
#include "server.h"


/* --- the list --- */

static ho_status read_head(server_run *run, ho_error *err) {
    ho_store *store = NULL;
    ho_status status = ho_store_open(run->folder, &store, err);
    if (status)
        return status;
    if (!ho_store_finished(store))
        status = ho_error_set(err, HO_ERR_INPUT, "%s: the run is not finished; `holdout run` with --resume finishes it", run->folder);
    if (!status && ho_store_withheld(store))
        status = ho_error_set(err, HO_ERR_STATE, "%s: " HO_WITHHELD ", which is what the viewer shows; see its report.html, and `holdout brief`", run->folder);
    if (!status)
        status = ho_store_options(store, &run->made, err);
    const char *digest = ho_store_meta(store, "digest");
    snprintf(run->digest, sizeof run->digest, "%s", digest ? digest : "");
    run->n_replicate = ho_store_n_done(store);
    ho_store_close(store);
    return status;
}

ho_status server_run_open(const char *folder, const char *id, const char *job, const char *name, server_run **made, ho_error *err) {
    server_run *run = calloc(1, sizeof *run);
    *made = NULL;
    if (!run)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for a run");
    pthread_mutex_init(&run->lock, NULL);
    snprintf(run->id, sizeof run->id, "%s", id);
    snprintf(run->job, sizeof run->job, "%s", job);
    run->n_user = 1;
    run->folder = strdup(folder);
    run->name = strdup(name);
    ho_status status = run->folder && run->name ? read_head(run, err) : ho_error_set(err, HO_ERR_MEMORY, "no memory for a run");
    if (status)
        server_run_free(run);
    else
        *made = run;
    return status;
}

void server_run_free(server_run *run) {
    if (!run)
        return;
    server_fields_free(run->fields);
    server_falls_free(run->falls);
    ho_observables_free(&run->observables);
    ho_world_free(run->world);
    ho_scenario_free(run->scenario);
    ho_run_options_free(run->made);
    pthread_mutex_destroy(&run->lock);
    free(run->data);
    free(run->folder);
    free(run->name);
    free(run);
}

static server_run *find(server *s, const char *id) {
    for (size_t k = 0; k < s->n_run; k++)
        if (strcmp(s->run[k]->id, id) == 0)
            return s->run[k];
    return NULL;
}

static bool is_coming(const server *s, const char *id) {
    for (size_t k = 0; k < s->n_job; k++)
        if (s->job[k]->finishing && strcmp(s->job[k]->run, id) == 0)
            return !atomic_load(&s->stopping);
    return false;
}

server_run *server_run_take(server *s, const char *id) {
    pthread_mutex_lock(&s->lock);
    server_run *found = find(s, id);
    while (!found && is_coming(s, id)) {
        pthread_cond_wait(&s->changed, &s->lock);
        found = find(s, id);
    }
    if (found)
        found->n_user++;
    pthread_mutex_unlock(&s->lock);
    return found;
}

void server_run_release(server *s, server_run *run) {
    if (!run)
        return;
    pthread_mutex_lock(&s->lock);
    bool last = --run->n_user == 0;
    pthread_mutex_unlock(&s->lock);
    if (!last)
        return;
    if (*run->job)
        server_remove_run(run->folder);
    server_run_free(run);
}

ho_status server_run_load(server *s, server_run *run, ho_error *err) {
    if (run->world)
        return HO_OK;
    const ho_run_options *made = run->made;
    const ho_scenario_options options = {
        .boundaries_file = s->options.boundaries, .n_overlay = made->n_what_if, .overlay = (const char *const *)made->what_if};
    ho_problems problems = {0};
    ho_status status = ho_scenario_load_with(s->options.scenario, &options, &run->scenario, &problems, err);
    ho_problems_free(&problems);
    if (!status && strcmp(run->scenario->digest, made->scenario_digest) != 0)
        status = ho_error_set(err, HO_ERR_STATE, "%s: the scenario has changed since this run", run->name);
    if (!status)
        status = ho_world_build(run->scenario, &made->world, &run->world, &problems, err);
    ho_problems_free(&problems);
    if (!status)
        status = ho_observables_build(run->world, &run->observables, err);
    if (status) {
        ho_world_free(run->world);
        ho_scenario_free(run->scenario);
        run->world = NULL;
        run->scenario = NULL;
    }
    return status;
}

ho_sim_options server_run_sim(const server_run *run) {
    return (ho_sim_options){.seed = run->made->seed, .off = run->made->off};
}

/* The run of a request, or the answer that there is none. */
server_run *server_run_want(server *s, const char *id, server_reply *reply) {
    server_run *run = server_run_take(s, id);
    if (!run)
        server_reply_error(reply, 404, "there is no run %s", id);
    return run;
}

/* --- its data --- */

static ho_status make_data(server *s, server_run *run, ho_error *err) {
    ho_status status = server_run_load(s, run, err);
    if (!status && !run->data) {
        status = ho_report_data(run->folder, run->scenario, &run->data, err);
        server_hide_folder(s, run->data);
    }
    return status;
}

void server_run_warm(server *s, server_run *run) {
    pthread_mutex_lock(&run->lock);
    make_data(s, run, NULL); /* an error comes again when it is asked for */
    pthread_mutex_unlock(&run->lock);
}

void server_get_data(server *s, const server_request *request, server_reply *reply) {
    server_run *run = server_run_want(s, request->id, reply);
    ho_error err = {0};
    if (!run)
        return;
    pthread_mutex_lock(&run->lock);
    if (make_data(s, run, &err))
        server_reply_failure(reply, &err);
    else
        server_reply_text(reply, "application/json", strdup(run->data));
    pthread_mutex_unlock(&run->lock);
    server_run_release(s, run);
}

static ho_status make_scores(server *s, server_run *run, char **json, ho_error *err) {
    ho_store *store = NULL;
    ho_scores scores = {0};
    const ho_scores_options options = ho_scores_options_default();
    ho_status status = server_run_load(s, run, err);
    if (!status)
        status = ho_store_open(run->folder, &store, err);
    if (!status)
        status = ho_scores_run(store, run->world, &options, &scores, err);
    if (!status)
        status = ho_scores_data(&scores, run->world, run->name, run->made->seed, json, err);
    ho_scores_free(&scores);
    ho_store_close(store);
    return status;
}

void server_get_scores(server *s, const server_request *request, server_reply *reply) {
    server_run *run = server_run_want(s, request->id, reply);
    char *json = NULL;
    ho_error err = {0};
    if (!run)
        return;
    pthread_mutex_lock(&run->lock);
    ho_status status = make_scores(s, run, &json, &err);
    pthread_mutex_unlock(&run->lock);
    if (status)
        server_reply_failure(reply, &err);
    else
        server_reply_text(reply, "application/json", json);
    server_run_release(s, run);
}

/* --- people by place --- */

typedef struct flows {
    ho_flow_shape shape;
    float *mean; /* (days but the first, places) */
    size_t n_place;
} flows;

static void take_mean(void *context, size_t place, size_t day, double mean, double q05, double q95) {
    (void)q05;
    (void)q95;
    flows *f = context;
    for (size_t k = 1; k < f->shape.n_day; k++)
        if (ho_flow_day(&f->shape, k) == day)
            f->mean[(k - 1) * f->n_place + place] = mean < HO_PEOPLE_FEWEST ? 0.0f : (float)mean;
}

static ho_status add_measure(ho_store *store, ho_flow flow, flows *f, json_t *measures, ho_error *err) {
    f->n_place = flow == HO_FLOW_CROSSED ? f->shape.n_neighbour : f->shape.n_district;
    const size_t n = (f->shape.n_day - 1) * f->n_place;
    f->mean = calloc(n + 1, sizeof *f->mean);
    ho_status status = f->mean ? ho_store_flow_means(store, flow, -1, take_mean, f, err) : ho_error_set(err, HO_ERR_MEMORY, "out of memory");
    char *text = status ? NULL : ho_base64((const uint8_t *)f->mean, n * sizeof *f->mean); /* little-endian, as all machines this runs on */
    if (text)
        json_array_append_new(measures, json_pack("{s:s, s:s, s:s}", "name", ho_flow_name(flow), "places",
                                                  flow == HO_FLOW_CROSSED ? "neighbours" : "districts", "mean", text));
    free(text);
    free(f->mean);
    return status;
}

static ho_status make_flows(const server_run *run, json_t **made, ho_error *err) {
    ho_store *store = NULL;
    flows f = {0};
    json_t *days = json_array(), *neighbours = json_array(), *measures = json_array();
    ho_status status = ho_store_open(run->folder, &store, err);
    if (!status)
        status = ho_store_flow_shape(store, &f.shape, err);
    for (size_t k = 1; k < f.shape.n_day && !status; k++)
        json_array_append_new(days, json_integer((json_int_t)ho_flow_day(&f.shape, k)));
    for (size_t k = 0; k < f.shape.n_neighbour && !status; k++) {
        char *name = NULL;
        status = ho_store_neighbour(store, k, &name, err);
        if (!status)
            json_array_append_new(neighbours, json_string(name));
        free(name);
    }
    for (int flow = 0; flow < HO_N_FLOW && !status; flow++)
        status = add_measure(store, (ho_flow)flow, &f, measures, err);
    ho_store_close(store);
    *made = json_pack("{s:o, s:o, s:o}", "days", days, "neighbours", neighbours, "measures", measures);
    return status;
}

void server_get_flows(server *s, const server_request *request, server_reply *reply) {
    server_run *run = server_run_want(s, request->id, reply);
    json_t *made = NULL;
    ho_error err = {0};
    if (!run)
        return;
    if (make_flows(run, &made, &err)) {
        json_decref(made);
        server_reply_failure(reply, &err);
    } else {
        server_reply_json(reply, made);
    }
    server_run_release(s, run);
}

/* --- two runs --- */

void server_get_compare(server *s, const server_request *request, server_reply *reply) {
    server_run *a = server_run_want(s, request->a, reply), *b = a ? server_run_want(s, request->b, reply) : NULL;
    ho_comparison *comparison = NULL;
    char *json = NULL;
    ho_error err = {0};
    if (a && b) {
        ho_status status = ho_compare(a->folder, b->folder, &comparison, &err);
        if (!status)
            status = ho_comparison_data(comparison, &json, &err);
        if (status == HO_ERR_INPUT)
            server_reply_error(reply, 409, "%s", server_hide_folder(s, err.text));
        else if (status)
            server_reply_failure(reply, &err);
        else
            server_reply_text(reply, "application/json", server_hide_folder(s, json));
    }
    ho_comparison_free(comparison);
    server_run_release(s, a);
    server_run_release(s, b);
}
