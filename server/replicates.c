/* One replicate as one history: simulated again, told in words, with every change of hands and every observable. */
#include <stdlib.h>

#include "server.h"

static void take_told(void *context, ho_day day, const char *text) {
    char date[11];
    json_array_append_new(context, json_pack("{s:s, s:s}", "day", ho_day_format(day, date), "text", text));
}

/* Days as numbers from the first. */
static json_t *told_of(const server_run *run, json_t *told) {
    for (size_t k = 0; k < json_array_size(told); k++) {
        json_t *item = json_array_get(told, k);
        ho_day day = run->scenario->from;
        ho_day_parse(json_string_value(json_object_get(item, "day")), &day);
        json_object_set_new(item, "day", json_integer((json_int_t)day - run->scenario->from));
    }
    return told;
}

static json_t *changes_of(const server_run *run, const ho_result *result) {
    json_t *list = json_array();
    for (size_t k = 0; k < result->n_change; k++) {
        const ho_change *c = &result->change[k];
        if (c->mode == HO_MODE_START)
            continue;
        json_array_append_new(list, json_pack("[i, i, i, i, s]", (int)c->day, (int)c->district, (int)ho_world_bloc_of(run->world, (size_t)c->from),
                                              (int)ho_world_bloc_of(run->world, (size_t)c->to), ho_mode_name((ho_mode)c->mode)));
    }
    return list;
}

static json_t *start_of(const server_run *run, const ho_result *result) {
    json_t *list = json_array();
    for (size_t i = 0; i < run->scenario->n_district; i++)
        json_array_append_new(list, json_integer(ho_world_bloc_of(run->world, (size_t)ho_world_home_faction(run->world, i))));
    for (size_t k = 0; k < result->n_change; k++)
        if (result->change[k].mode == HO_MODE_START)
            json_array_set_new(list, (size_t)result->change[k].district,
                               json_integer(ho_world_bloc_of(run->world, (size_t)result->change[k].to)));
    return list;
}

static json_t *series_of(const server_run *run, const ho_result *result) {
    json_t *object = json_object();
    for (size_t j = 0; j < run->observables.n; j++) {
        json_t *values = json_array();
        for (size_t day = 0; day < result->n_day; day++)
            json_array_append_new(values, server_number((double)result->value[day * result->n_value + j]));
        json_object_set_new(object, run->observables.item[j].name, values);
    }
    return object;
}

static ho_status make_replicate(server_run *run, uint32_t replicate, json_t **made, ho_error *err) {
    const ho_sim_options sim = server_run_sim(run);
    ho_workspace *workspace = NULL;
    ho_result result = {0};
    json_t *told = json_array();
    ho_status status = ho_workspace_build(run->world, &run->observables.observer, &workspace, err);
    if (!status)
        status = ho_replicate_run(run->world, &sim, &run->observables.observer, replicate, workspace, &result, err);
    if (!status)
        status = ho_history_tell(run->world, &sim, replicate, take_told, told, err);
    if (!status)
        *made = json_pack("{s:I, s:I, s:o, s:o, s:O, s:o}", "replicate", (json_int_t)replicate, "n_replicate", (json_int_t)run->n_replicate, "changes",
                          changes_of(run, &result), "start", start_of(run, &result), "told", told_of(run, told), "series",
                          series_of(run, &result));
    json_decref(told);
    ho_workspace_free(workspace);
    return status;
}

void server_get_replicate(server *s, const server_request *request, server_reply *reply) {
    server_run *run = server_run_take(s, request->id);
    json_t *made = NULL;
    ho_error err = {0};
    if (!run || request->number >= run->n_replicate) {
        server_reply_error(reply, 404, run ? "there is no replicate %u in run %s" : "there is no run for replicate %u: %s", request->number, request->id);
        server_run_release(s, run);
        return;
    }
    pthread_mutex_lock(&run->lock);
    ho_status status = server_run_load(s, run, &err);
    pthread_mutex_unlock(&run->lock);
    if (!status) /* the world is const from here on */
        status = make_replicate(run, request->number, &made, &err);
    if (status)
        server_reply_failure(reply, &err);
    else
        server_reply_json(reply, made);
    server_run_release(s, run);
}
