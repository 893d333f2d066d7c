/* The replicates that a run still lacks, simulated into its store. */
#include "holdout/record.h"

typedef struct ho_simulating {
    ho_store *store;
    const ho_simulate_options *options;
    ho_status status; /* of a tick that failed: the next result ends the ensemble */
    ho_error error;
} ho_simulating;

static ho_status sink(void *context, const ho_result *result, ho_error *err) {
    ho_simulating *s = context;
    if (s->status)
        return ho_error_set(err, s->status, "%s", s->error.text);
    return ho_store_put(s->store, result, err);
}

static void tick(void *context) {
    ho_simulating *s = context;
    if (!s->status && s->options->tick)
        s->status = s->options->tick(s->options->context, s->store, &s->error);
}

ho_status ho_store_simulate(ho_store *store, const ho_run_identity *identity, const ho_simulate_options *options, ho_error *err) {
    ho_simulating s = {.store = store, .options = options};
    const ho_ensemble_options ensemble = {.sim = identity->sim,
                                          .n_replicate = ho_store_n_replicate(store),
                                          .done = ho_store_done(store),
                                          .n_thread = options->n_thread,
                                          .stop = options->stop,
                                          .sink = sink,
                                          .tick = tick,
                                          .context = &s};
    ho_status status = ho_ensemble_run(identity->world, &identity->observables->observer, &ensemble, err);
    if (s.status)
        return ho_error_set(err, s.status, "%s", s.error.text);
    if (status != HO_OK && status != HO_ERR_INTERRUPTED)
        return status;
    ho_error late = {0};
    ho_status committed = ho_store_commit(store, &late);
    return committed ? ho_error_set(err, committed, "%s", late.text) : status;
}
