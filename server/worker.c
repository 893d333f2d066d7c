/* The thread that runs what-ifs, one after the other: simulates into a store of its own, finishes it, compares it with the base. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/report.h"
#include "server.h"

#define TELL_EVERY_S 0.05

typedef struct work {
    server *s;
    server_job *job;
    double told_s;
    ho_finish_info info;
} work;

/* The first job that waits, which is set running; NULL: the server stops. */
static server_job *next_job(server *s) {
    server_job *found = NULL;
    pthread_mutex_lock(&s->lock);
    while (!found && !atomic_load(&s->stopping)) {
        for (size_t k = 0; k < s->n_job && !found; k++)
            if (s->job[k]->state == SERVER_WAITING)
                found = s->job[k];
        if (!found)
            pthread_cond_wait(&s->changed, &s->lock);
    }
    if (found) {
        found->state = SERVER_RUNNING;
        found->began_s = server_clock_s();
        found->version++;
        found->n_user++;
        pthread_cond_broadcast(&s->changed);
    }
    pthread_mutex_unlock(&s->lock);
    return found;
}

static void tell(work *w, size_t n_done) {
    w->told_s = server_clock_s();
    pthread_mutex_lock(&w->s->lock);
    w->job->version += w->job->done != n_done;
    w->job->done = n_done;
    pthread_cond_broadcast(&w->s->changed);
    pthread_mutex_unlock(&w->s->lock);
}

static ho_status tick(void *context, ho_store *store, ho_error *err) {
    (void)err;
    work *w = context;
    if (server_clock_s() - w->told_s >= TELL_EVERY_S)
        tell(w, ho_store_n_done(store));
    return HO_OK;
}

/* Calls the sides what the page calls them. */
static bool name_sides(ho_comparison *comparison, const char *a, const char *b) {
    const char *const name[HO_N_SIDE] = {a, b};
    for (int side = 0; side < HO_N_SIDE; side++) {
        char *copy = strdup(name[side]);
        if (!copy)
            return false;
        free(comparison->run[side].folder);
        comparison->run[side].folder = copy;
    }
    return true;
}

/* The difference to the base is told as soon as it is known; the tables of the run follow. */
static ho_status compare(void *context, ho_store *store, ho_error *err) {
    work *w = context;
    server *s = w->s;
    server_job *job = w->job;
    const server_run *base = s->run[0];
    ho_comparison *comparison = NULL;
    char *json = NULL;
    ho_status status = ho_compare_early(base->folder, store, job->world, &comparison, err);
    if (!status && !name_sides(comparison, base->name, job->name))
        status = ho_error_set(err, HO_ERR_MEMORY, "no memory for the comparison");
    if (!status)
        status = ho_comparison_data(comparison, &json, err);
    ho_comparison_free(comparison);
    if (status)
        return status;
    pthread_mutex_lock(&s->lock);
    job->comparison = server_hide_folder(s, json);
    job->state = SERVER_DONE;
    job->finishing = true;
    job->ended_s = server_clock_s();
    snprintf(job->run, sizeof job->run, "w%s", job->id + 1);
    memcpy(job->digest, w->info.digest, sizeof job->digest);
    job->version++;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    return HO_OK;
}

/* Simulates the job into its store. */
static ho_status simulate(work *w, ho_error *err) {
    server_job *job = w->job;
    ho_observables observables = {0};
    ho_store *store = NULL;
    ho_status status = ho_observables_build(job->world, &observables, err);
    const ho_run_identity identity = {.world = job->world,
                                      .observables = &observables,
                                      .sim = {.seed = w->s->run[0]->made->seed, .off = job->off},
                                      .n_replicate = job->n};
    const ho_simulate_options options = {.n_thread = w->s->options.n_thread, .stop = &job->stop, .tick = tick, .context = w};
    if (!status)
        status = ho_store_create(job->folder, &identity, false, true, &store, err);
    if (!status)
        status = ho_store_throwaway(store, err);
    if (!status)
        status = ho_store_simulate(store, &identity, &options, err);
    w->info = (ho_finish_info){.wall_s = server_clock_s() - job->began_s, .n_thread = options.n_thread, .early = compare, .context = w};
    if (!status)
        tell(w, ho_store_n_done(store));
    if (!status)
        status = ho_store_finish(store, &identity, &w->info, err);
    ho_store_close(store);
    ho_observables_free(&observables);
    return status;
}

/* The run goes into the list, or what went wrong into the job. */
static void conclude(const work *w, ho_status status, server_run *run, const ho_error *err) {
    server *s = w->s;
    server_job *job = w->job;
    pthread_mutex_lock(&s->lock);
    if (status) {
        job->state = status == HO_ERR_INTERRUPTED ? SERVER_STOPPED : SERVER_FAILED;
        job->error = status == HO_ERR_INTERRUPTED ? NULL : server_hide_folder(s, strdup(err->text[0] ? err->text : ho_status_text(status)));
        job->ended_s = server_clock_s();
        job->run[0] = '\0';
    } else {
        s->run[s->n_run++] = run;
    }
    job->finishing = false;
    job->version++;
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
}

static void run_job(server *s, server_job *job) {
    work w = {.s = s, .job = job};
    server_run *run = NULL;
    char id[SERVER_ID_MAX + 1];
    ho_error err = {0};
    ho_status status = simulate(&w, &err);
    snprintf(id, sizeof id, "w%s", job->id + 1);
    if (!status)
        status = server_run_open(job->folder, id, job->id, job->name, &run, &err);
    if (status)
        server_remove_run(job->folder);
    conclude(&w, status, run, &err);
    ho_world_free(job->world);
    ho_scenario_free(job->scenario);
    job->world = NULL;
    job->scenario = NULL;
}

void *server_worker(void *context) {
    server *s = context;
    server_run_warm(s, s->run[0]);
    for (server_job *job = next_job(s); job; job = next_job(s)) {
        run_job(s, job);
        server_job_release(s, job);
    }
    return NULL;
}
