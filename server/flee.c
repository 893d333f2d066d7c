/* The case of FLEE that is shown: its places and routes, simulated once when first asked for. */
#include <stdlib.h>
#include <string.h>

#include "holdout/report.h"
#include "server.h"

enum { N_RUN = 50, SEED = 1 };

static ho_status make(server *s, ho_error *err) {
    const ho_flee_plan plan = {.seed = SEED, .n_run = N_RUN, .n_thread = s->options.n_thread, .stop = &s->stopping};
    ho_flee_ensemble runs = {0};
    ho_status status = ho_flee_ensemble_run(s->options.flee, &plan, &runs, err);
    if (!status)
        status = ho_flee_page_data(s->options.flee, &runs, s->options.flee_name, &s->flee, err);
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
