/* The server's life: its runs, its folder, its threads. */
#include "server.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* --- its folder --- */

/* Removes the files of a run: those that the library makes, by name. */
void server_remove_run(const char *folder) {
    static const char *const file[] = {"run.sqlite", "run.sqlite-wal", "run.sqlite-shm", "run.sqlite-journal", "run.sqlite.new", "run.sqlite.new-journal", "summary.json"};
    char path[SERVER_PATH_MAX];
    for (size_t k = 0; k < sizeof file / sizeof *file; k++)
        if (snprintf(path, sizeof path, "%s/%s", folder, file[k]) < (int)sizeof path)
            unlink(path);
    rmdir(folder);
}

static ho_status make_folder(server *s, ho_error *err) {
    snprintf(s->folder, sizeof s->folder, "/tmp/holdout-viewer-XXXXXX");
    if (mkdtemp(s->folder))
        return HO_OK;
    s->folder[0] = '\0';
    return ho_error_set(err, HO_ERR_IO, "/tmp: no folder can be made there for what-ifs");
}

/* Whatever a stopped job left: run folders and overlays. */
static void remove_folder(const server *s) {
    char path[SERVER_PATH_MAX];
    if (!*s->folder)
        return;
    DIR *folder = opendir(s->folder);
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
        if (entry->d_name[0] == '.' || snprintf(path, sizeof path, "%s/%s", s->folder, entry->d_name) >= (int)sizeof path)
            continue;
        if (unlink(path) != 0)
            server_remove_run(path);
    }
    if (folder)
        closedir(folder);
    rmdir(s->folder);
}

char *server_hide_folder(const server *s, char *text) {
    char folder[sizeof s->folder + 1];
    size_t n = (size_t)snprintf(folder, sizeof folder, "%s/", s->folder);
    if (!*s->folder || !text)
        return text;
    char *to = text;
    for (const char *from = text; *from;) {
        if (strncmp(from, folder, n) == 0)
            from += n;
        else
            *to++ = *from++;
    }
    *to = '\0';
    return text;
}

/* --- what is shown --- */

static ho_status describe(server *s, ho_error *err) {
    server_run *base = s->run[0];
    char from[11], until[11];
    pthread_mutex_lock(&base->lock);
    ho_status status = server_run_load(s, base, err);
    pthread_mutex_unlock(&base->lock);
    if (status)
        return status;
    const ho_scenario *scenario = base->scenario;
    s->info = json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", scenario->name, "title", scenario->title, "from", ho_day_format(scenario->from, from), "until",
                        ho_day_format(ho_world_until(base->world), until), "digest", scenario->digest);
    if (!s->info)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for the server");
    return server_levers_build(base->world, base->made->off, &s->levers, err);
}

static const char *last_part(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash && slash[1] ? slash + 1 : path;
}

static ho_status open_runs(server *s, ho_error *err) {
    for (size_t k = 0; k < s->options.n_run && s->n_run < SERVER_RUN_MAX; k++) {
        char id[SERVER_ID_MAX + 1];
        snprintf(id, sizeof id, "r%zu", s->n_run);
        const char *folder = s->options.run[k];
        server_run *run = NULL;
        ho_status status = server_run_open(folder, id, "", last_part(folder), &run, k ? NULL : err);
        if (status && k == 0)
            return status;
        if (!status && k && strcmp(run->made->scenario, s->run[0]->made->scenario) != 0) {
            server_run_free(run);
            continue;
        }
        if (!status)
            s->run[s->n_run++] = run;
    }
    return HO_OK;
}

static ho_status start(server *s, ho_error *err) {
    ho_status status = open_runs(s, err);
    if (!status)
        status = describe(s, err);
    if (!status)
        status = make_folder(s, err);
    if (status)
        return status;
    s->has_worker = pthread_create(&s->worker, NULL, server_worker, s) == 0;
    if (!s->has_worker)
        return ho_error_set(err, HO_ERR_STATE, "no thread can be started");
    return server_listen(s, err);
}

ho_status server_start(const server_options *options, server **made, ho_error *err) {
    server *s = calloc(1, sizeof *s);
    *made = NULL;
    if (!s)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for the server");
    s->options = *options;
    s->next_job = 1;
    pthread_mutex_init(&s->lock, NULL);
    pthread_mutex_init(&s->flee_lock, NULL);
    pthread_cond_init(&s->changed, NULL);
    ho_status status = start(s, err);
    if (status)
        server_stop(s);
    else
        *made = s;
    return status;
}

uint16_t server_port(const server *s) {
    return s->port;
}

static void stop_jobs(server *s) {
    pthread_mutex_lock(&s->lock);
    atomic_store(&s->stopping, true);
    for (size_t k = 0; k < s->n_job; k++)
        atomic_store(&s->job[k]->stop, true);
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    if (s->has_worker)
        pthread_join(s->worker, NULL);
}

void server_stop(server *s) {
    if (!s)
        return;
    stop_jobs(s);
    server_hang_up(s);
    for (size_t k = 0; k < s->n_job; k++)
        server_job_release(s, s->job[k]);
    for (size_t k = 0; k < s->n_run; k++)
        server_run_release(s, s->run[k]);
    server_levers_free(&s->levers);
    json_decref(s->info);
    free(s->flee);
    remove_folder(s);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->flee_lock);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
