/* Who holds what by day over the first replicates of a run: what a run of fewer replicates is set against, pair by pair. */
#include <stdlib.h>

#include "holdout/report.h"
#include "server.h"

typedef struct counting {
    const ho_world *world;
    size_t n_replicate, n_day, n_bloc, n_district;
    int32_t *step; /* (n_day, n_bloc, n_district) change of the number of replicates on that day */
} counting;

static int32_t *step_at(const counting *c, size_t day, int32_t faction, size_t district) {
    return &c->step[(day * c->n_bloc + (size_t)ho_world_bloc_of(c->world, (size_t)faction)) * c->n_district + district];
}

static ho_status count(void *context, uint32_t replicate, const ho_change *change, size_t n, ho_error *err) {
    (void)err;
    const counting *c = context;
    for (size_t k = 0; k < n && replicate < c->n_replicate; k++) {
        --*step_at(c, (size_t)change[k].day, change[k].from, (size_t)change[k].district);
        ++*step_at(c, (size_t)change[k].day, change[k].to, (size_t)change[k].district);
    }
    return HO_OK;
}

/* Numbers of replicates as bytes, shares of all; NULL: out of memory. */
static uint8_t *shares_of(counting *c) {
    const size_t n_place = c->n_bloc * c->n_district;
    uint8_t *byte = malloc(c->n_day * n_place + 1);
    for (size_t i = 0; i < c->n_district; i++)
        *step_at(c, 0, ho_world_home_faction(c->world, i), i) += (int32_t)c->n_replicate;
    for (size_t at = 0; at < c->n_day * n_place && byte; at++) {
        c->step[at] += at < n_place ? 0 : c->step[at - n_place];
        byte[at] = ho_share_byte((double)c->step[at] / (double)c->n_replicate);
    }
    return byte;
}

static ho_status make(const server_run *run, size_t n_replicate, json_t **made, ho_error *err) {
    ho_store *store = NULL;
    counting c = {.world = run->world,
                  .n_replicate = n_replicate,
                  .n_day = ho_world_n_day(run->world),
                  .n_bloc = run->scenario->n_bloc,
                  .n_district = run->scenario->n_district};
    const size_t n = c.n_day * c.n_bloc * c.n_district;
    c.step = calloc(n + 1, sizeof *c.step);
    ho_status status = c.step ? ho_store_open(run->folder, &store, err) : ho_error_set(err, HO_ERR_MEMORY, "out of memory");
    if (!status)
        status = ho_store_changes(store, count, &c, err);
    uint8_t *byte = status ? NULL : shares_of(&c);
    char *text = byte ? ho_base64(byte, n) : NULL;
    if (text)
        *made = json_pack("{s:I, s:s}", "n_replicate", (json_int_t)n_replicate, "control", text);
    else if (!status)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory");
    ho_store_close(store);
    free(text);
    free(byte);
    free(c.step);
    return status;
}

void server_get_control(server *s, const server_request *request, server_reply *reply) {
    server_run *run = server_run_want(s, request->id, reply);
    json_t *made = NULL;
    ho_error err = {0};
    if (!run)
        return;
    pthread_mutex_lock(&run->lock);
    ho_status status = server_run_load(s, run, &err);
    pthread_mutex_unlock(&run->lock);
    if (request->number < 1 || request->number > run->n_replicate)
        server_reply_error(reply, 404, "the run has %zu replicates", run->n_replicate);
    else if (status || make(run, request->number, &made, &err))
        server_reply_failure(reply, &err);
    else
        server_reply_json(reply, made);
    server_run_release(s, run);
}
