/* The server's life: its runs, its folder, its threads. */
#include "server.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
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

/* A server's folder is /tmp/holdout-viewer-XXXXXX. LOCK in it is locked as long as its server lives, whichever way it ends, so that the next one can
 * tell what is left over. */
#define FOLDER_PLACE "/tmp"
#define FOLDER_NAME "holdout-viewer-"
#define FOLDER_X "XXXXXX"
#define LOCK ".lock"

/* Makes the lock under another name first: a lock that can be seen is held. Returns its descriptor, -1: none. */
static int lock_folder(const char *folder) {
    char made[SERVER_PATH_MAX], name[SERVER_PATH_MAX];
    snprintf(made, sizeof made, "%s/%s.new", folder, LOCK);
    snprintf(name, sizeof name, "%s/%s", folder, LOCK);
    int lock = open(made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (lock >= 0 && flock(lock, LOCK_EX | LOCK_NB) == 0 && rename(made, name) == 0)
        return lock;
    if (lock >= 0)
        close(lock);
    unlink(made);
    return -1;
}

static ho_status make_folder(server *s, ho_error *err) {
    snprintf(s->folder, sizeof s->folder, "%s/%s%s", FOLDER_PLACE, FOLDER_NAME, FOLDER_X);
    if (!mkdtemp(s->folder))
        s->folder[0] = '\0';
    s->lock_file = *s->folder ? lock_folder(s->folder) : -1;
    if (s->lock_file >= 0)
        return HO_OK;
    return ho_error_set(err, HO_ERR_IO, "%s: no folder can be made there for what-ifs", FOLDER_PLACE);
}

/* Whatever a stopped job left: run folders and overlays. The lock goes last. */
static void remove_folder(const char *name) {
    char path[SERVER_PATH_MAX];
    DIR *folder = opendir(name);
    for (struct dirent *entry = folder ? readdir(folder) : NULL; entry; entry = readdir(folder)) {
        if (entry->d_name[0] == '.' || snprintf(path, sizeof path, "%s/%s", name, entry->d_name) >= (int)sizeof path)
            continue;
        if (unlink(path) != 0)
            server_remove_run(path);
    }
    if (folder)
        closedir(folder);
    if (snprintf(path, sizeof path, "%s/%s", name, LOCK) < (int)sizeof path)
        unlink(path);
    rmdir(name);
}

static bool is_folder_name(const char *name) {
    const char *x = name + sizeof FOLDER_NAME - 1;
    return strncmp(name, FOLDER_NAME, sizeof FOLDER_NAME - 1) == 0 && strlen(x) == sizeof FOLDER_X - 1 &&
           x[strspn(x, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789")] == '\0';
}

/* Removes a folder of this user whose server has gone; one without a lock is nobody's to tell. */
static void remove_if_left(const char *name) {
    char path[SERVER_PATH_MAX];
    struct stat info;
    if (lstat(name, &info) != 0 || !S_ISDIR(info.st_mode) || info.st_uid != geteuid() ||
        snprintf(path, sizeof path, "%s/%s", name, LOCK) >= (int)sizeof path)
        return;
    int lock = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
    if (lock < 0)
        return;
    if (flock(lock, LOCK_EX | LOCK_NB) == 0)
        remove_folder(name);
    close(lock);
}

/* Folders of servers that were killed before they could remove them. */
static void remove_left(void) {
    char path[SERVER_PATH_MAX];
    DIR *place = opendir(FOLDER_PLACE);
    for (struct dirent *entry = place ? readdir(place) : NULL; entry; entry = readdir(place))
        if (is_folder_name(entry->d_name) && snprintf(path, sizeof path, "%s/%s", FOLDER_PLACE, entry->d_name) < (int)sizeof path)
            remove_if_left(path);
    if (place)
        closedir(place);
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
        remove_left();
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
    s->lock_file = -1;
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
    if (*s->folder)
        remove_folder(s->folder);
    if (s->lock_file >= 0)
        close(s->lock_file);
    pthread_cond_destroy(&s->changed);
    pthread_mutex_destroy(&s->flee_lock);
    pthread_mutex_destroy(&s->lock);
    free(s);
}
