/* What is shown: the program, the runs, the levers. */
#include <math.h>
#include <string.h>

#include "server.h"

json_t *server_number(double value) {
    if (!isfinite(value))
        return json_null();
    return value == floor(value) && fabs(value) < 0x1p53 ? json_integer((json_int_t)value) : json_real(value);
}

static json_t *what_ifs_of(const ho_run_options *made) {
    json_t *list = json_array();
    for (size_t k = 0; k < made->n_what_if; k++) {
        const char *slash = strrchr(made->what_if[k], '/');
        json_array_append_new(list, json_string(slash ? slash + 1 : made->what_if[k]));
    }
    return list;
}

static json_t *run_of(const server_run *run) {
    json_t *job = *run->job ? json_string(run->job) : json_null();
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:s, s:o, s:o}", "id", run->id, "name", run->name, "folder", *run->job ? "" : run->folder,
                     "n_replicate", (json_int_t)run->n_replicate, "seed", (json_int_t)run->made->seed, "digest", run->digest, "what_ifs",
                     what_ifs_of(run->made), "from_job", job);
}

void server_get_info(server *s, const server_request *request, server_reply *reply) {
    (void)request;
    json_t *runs = json_array();
    pthread_mutex_lock(&s->lock);
    for (size_t k = 0; k < s->n_run; k++)
        json_array_append_new(runs, run_of(s->run[k]));
    pthread_mutex_unlock(&s->lock);
    server_reply_json(reply, json_pack("{s:s, s:I, s:s, s:O, s:o, s:b}", "version", HO_VERSION, "cores", (json_int_t)s->options.n_thread, "base",
                                       s->run[0]->id, "scenario", s->info, "runs", runs, "flee", s->options.flee != NULL));
}

/* --- levers --- */

static json_t *value_of(const server_lever *lever, const server_value *value) {
    char date[11];
    switch (lever->kind) {
    case SERVER_NUMBER:
        return server_number(value->number);
    case SERVER_DATE:
        return json_string(ho_day_format(value->day, date));
    case SERVER_CHOICE:
        return json_string(ho_posture_name((ho_posture)value->choice));
    case SERVER_SWITCH:
        break;
    }
    return json_boolean(value->on);
}

static json_t *choices(void) {
    json_t *list = json_array();
    for (int k = 0; k < HO_N_POSTURE; k++)
        json_array_append_new(list, json_string(ho_posture_name((ho_posture)k)));
    return list;
}

static json_t *lever_of(const server_lever *lever) {
    static const char *const kind[] = {"number", "date", "choice", "switch"};
    json_t *object = json_pack("{s:s, s:s, s:s, s:s, s:s, s:o}", "id", lever->id, "group", lever->group, "label", lever->label, "help", lever->help,
                               "kind", kind[lever->kind], "value", value_of(lever, &lever->value));
    if (lever->kind == SERVER_NUMBER || lever->kind == SERVER_DATE) {
        json_object_set_new(object, "min", value_of(lever, &lever->min));
        json_object_set_new(object, "max", value_of(lever, &lever->max));
    }
    if (lever->kind == SERVER_NUMBER) {
        json_object_set_new(object, "step", json_real(lever->step));
        json_object_set_new(object, "unit", json_string(lever->unit));
    }
    if (lever->kind == SERVER_CHOICE)
        json_object_set_new(object, "choices", choices());
    return object;
}

void server_get_levers(server *s, const server_request *request, server_reply *reply) {
    (void)request;
    json_t *groups = json_array(), *levers = json_array();
    for (size_t k = 0; server_group(k); k++)
        json_array_append_new(groups, json_string(server_group(k)));
    for (size_t k = 0; k < s->levers.n; k++)
        json_array_append_new(levers, lever_of(&s->levers.item[k]));
    server_reply_json(reply, json_pack("{s:o, s:o, s:O}", "groups", groups, "levers", levers, "what_ifs", s->options.what_ifs));
}
