/* What-ifs asked for: a request becomes an overlay, is checked by loading the scenario with it, and waits for the worker. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "server.h"

/* --- the list --- */

bool server_job_ended(const server_job *job) {
    return job->state == SERVER_DONE || job->state == SERVER_FAILED || job->state == SERVER_STOPPED;
}

static void job_free(server_job *job) {
    if (!job)
        return;
    ho_world_free(job->world);
    ho_scenario_free(job->scenario);
    if (job->file)
        unlink(job->file);
    free(job->file);
    free(job->folder);
    free(job->overlay);
    free(job->command);
    free(job->name);
    free(job->error);
    free(job->comparison);
    free(job);
}

server_job *server_job_take(server *s, const char *id) {
    server_job *found = NULL;
    pthread_mutex_lock(&s->lock);
    for (size_t k = 0; k < s->n_job && !found; k++)
        if (strcmp(s->job[k]->id, id) == 0)
            found = s->job[k];
    if (found)
        found->n_user++;
    pthread_mutex_unlock(&s->lock);
    return found;
}

void server_job_release(server *s, server_job *job) {
    if (!job)
        return;
    pthread_mutex_lock(&s->lock);
    bool last = --job->n_user == 0;
    pthread_mutex_unlock(&s->lock);
    if (last)
        job_free(job);
}

/* Takes the oldest ended job out of the lists if too many are kept; the caller holds the lock and releases both afterwards. False: none. */
static bool take_oldest(server *s, server_job **job, server_run **run) {
    size_t n_ended = 0, oldest = s->n_job;
    *job = NULL;
    *run = NULL;
    for (size_t k = s->n_job; k-- > 0;)
        if (server_job_ended(s->job[k]) && !s->job[k]->finishing) {
            n_ended++;
            oldest = k;
        }
    if (n_ended < SERVER_JOB_KEPT_MAX)
        return false;
    *job = s->job[oldest];
    memmove(&s->job[oldest], &s->job[oldest + 1], (s->n_job - oldest - 1) * sizeof *s->job);
    s->n_job--;
    for (size_t k = 0; k < s->n_run && !*run; k++)
        if (strcmp(s->run[k]->job, (*job)->id) == 0) {
            *run = s->run[k];
            memmove(&s->run[k], &s->run[k + 1], (s->n_run - k - 1) * sizeof *s->run);
            s->n_run--;
        }
    return true;
}

/* --- as JSON --- */

static json_t *text_or_null(const char *text) {
    return text && *text ? json_string(text) : json_null();
}

char *server_job_text(const server_job *job, bool all) {
    static const char *const state[] = {"waiting", "running", "done", "failed", "stopped"};
    double now_s = server_job_ended(job) ? job->ended_s : server_clock_s(), wall_s = job->began_s > 0 ? now_s - job->began_s : 0;
    bool knows = job->state == SERVER_RUNNING && job->done > 0;
    json_t *object = json_pack("{s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:s, s:f}", "id", job->id, "state", state[job->state], "done",
                               (json_int_t)job->done, "n", (json_int_t)job->n, "eta_s",
                               knows ? json_real(wall_s / (double)job->done * (double)(job->n - job->done)) : json_null(), "error",
                               text_or_null(job->error), "run", text_or_null(job->run), "digest", text_or_null(job->digest), "command",
                               job->command, "wall_s", wall_s);
    char *text = object ? json_dumps(object, JSON_COMPACT | JSON_REAL_PRECISION(6)) : NULL, *whole = NULL;
    json_decref(object);
    if (!text || !all)
        return text;
    /* the comparison is text already: it goes in before the last brace */
    int n = asprintf(&whole, "%.*s,\"comparison\":%s}", (int)strlen(text) - 1, text, job->comparison ? job->comparison : "null");
    free(text);
    return n < 0 ? NULL : whole;
}

/* --- making one --- */

/* The scenario's what-if of this name; NULL: it has none. */
static const char *what_if_named(const server *s, const char *wanted) {
    for (size_t k = 0; k < json_array_size(s->options.what_ifs) && wanted; k++) {
        const char *there = json_string_value(json_object_get(json_array_get(s->options.what_ifs, k), "name"));
        if (there && strcmp(there, wanted) == 0)
            return there;
    }
    return NULL;
}

/* Adds the names of a request's what-ifs behind those of the base; a sentence for each that cannot be. One place of HO_OVERLAY_MAX is kept for the
 * overlay of levers. */
static void take_names(const server *s, const json_t *names, const char **name, size_t *n, json_t *problems) {
    if (names && !json_is_array(names))
        json_array_append_new(problems, json_string("what_ifs needs to be a list of names"));
    for (size_t k = 0; k < json_array_size(names) && json_array_size(problems) < HO_OVERLAY_MAX; k++) {
        const char *wanted = json_string_value(json_array_get(names, k)), *found = what_if_named(s, wanted);
        bool twice = false;
        for (size_t j = 0; j < *n && found; j++)
            twice |= strcmp(name[j], found) == 0;
        if (!found)
            json_array_append_new(problems, json_sprintf("what_ifs: \"%.60s\" is none of the scenario's", wanted ? wanted : "?"));
        else if (twice)
            json_array_append_new(problems, json_sprintf("what_ifs: \"%.60s\" is there twice, or the base has it", found));
        else if (*n >= HO_OVERLAY_MAX - 1)
            json_array_append_new(problems, json_sprintf("what_ifs: no room for \"%.60s\": at most %d what-ifs can be named, those of the base included",
                                                         found, HO_OVERLAY_MAX - 1));
        else
            name[(*n)++] = found;
    }
}

static size_t take_replicates(const server *s, const json_t *body, json_t *problems) {
    const json_t *value = json_object_get(body, "n_replicate");
    const ho_draws *draws = s->run[0]->made->draws;
    json_int_t most = SERVER_REPLICATE_MAX, n = value ? json_integer_value(value) : 200;
    if (draws && draws->stream && (json_int_t)draws->n_draw < most)
        most = (json_int_t)draws->n_draw;
    n = !value && n > most ? most : n;
    if ((!value || json_is_integer(value)) && n >= 1 && n <= most)
        return (size_t)n;
    json_array_append_new(problems, json_sprintf("n_replicate needs to be a whole number from 1 to %lld", (long long)most));
    return 1;
}

static void check_keys(const json_t *body, json_t *problems) {
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)body, key, value) {
        if (strcmp(key, "levers") != 0 && strcmp(key, "what_ifs") != 0 && strcmp(key, "n_replicate") != 0 && json_array_size(problems) < HO_OVERLAY_MAX)
            json_array_append_new(problems, json_sprintf("there is no key \"%.60s\"; need levers, what_ifs or n_replicate", key));
    }
    if (!json_is_object(body))
        json_array_append_new(problems, json_string("the body needs to be an object"));
    else if (json_object_get(body, "levers") && !json_is_object(json_object_get(body, "levers")))
        json_array_append_new(problems, json_string("levers needs to be an object"));
}

/* The base's options with other what-ifs; until is the base's only where the base was given one. */
static ho_world_options world_options(const server_run *base) {
    ho_world_options options = base->made->world;
    if (options.until == base->scenario->until)
        options.until = HO_DAY_NONE;
    return options;
}

typedef struct draft {
    const char *name[HO_OVERLAY_MAX]; /* those of the base, the named, the overlay */
    size_t n_base, n_name;
    ho_scenario *scenario;
    ho_world *world;
} draft;

static void draft_clear(draft *d) {
    ho_world_free(d->world);
    ho_scenario_free(d->scenario);
    d->world = NULL;
    d->scenario = NULL;
}

/* Loads what is named and builds its world; problems of the files are sentences of ours. */
static ho_status draft_load(server *s, draft *d, json_t *problems, ho_error *err) {
    const ho_scenario_options options = {.boundaries_file = s->options.boundaries, .n_overlay = d->n_name, .overlay = d->name};
    const ho_world_options of_world = world_options(s->run[0]);
    ho_problems lines = {0};
    draft_clear(d);
    ho_status status = ho_scenario_load_with(s->options.scenario, &options, &d->scenario, &lines, err);
    if (!status) {
        ho_problems_free(&lines);
        status = ho_world_build(d->scenario, &of_world, &d->world, &lines, err);
    }
    for (size_t k = 0; k < lines.n && status == HO_ERR_INPUT; k++)
        json_array_append_new(problems, json_string(server_hide_folder(s, lines.line[k])));
    ho_problems_free(&lines);
    return status;
}

static bool write_file(const char *path, const char *text) {
    FILE *file = fopen(path, "wx");
    bool good = file && fputs(text, file) >= 0;
    return file ? fclose(file) == 0 && good : false;
}

/* --- the command that makes the same run --- */

static void put_word(FILE *out, const char *word) {
    bool plain = *word && word[strspn(word, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_+-./=,:")] == '\0';
    fputs(plain ? " " : " '", out);
    for (const char *c = word; *c; c++)
        if (*c == '\'')
            fputs("'\\''", out);
        else
            fputc(*c, out);
    if (!plain)
        fputc('\'', out);
}

static void put_option(FILE *out, const char *option, const char *value) {
    fprintf(out, " %s", option);
    put_word(out, value);
}

static char *command_of(const server *s, const draft *d, const char *file, size_t n, uint64_t off) {
    const ho_run_options *made = s->run[0]->made;
    ho_world_options of_world = world_options(s->run[0]);
    char *text = NULL, date[11], number[32];
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    fputs("holdout run", out);
    put_word(out, s->options.scenario_name);
    for (size_t k = 0; k < d->n_name; k++)
        put_option(out, "--what-if", file && k + 1 == d->n_name ? file : d->name[k]);
    snprintf(number, sizeof number, "%zu", n);
    put_option(out, "-n", number);
    snprintf(number, sizeof number, "%u", made->seed);
    put_option(out, "--seed", number);
    for (size_t k = 0; k < made->world.n_set; k++)
        put_option(out, "--set", made->set[k]);
    for (size_t k = 0; k < ho_mechanism_count(); k++)
        if ((off & ~d->scenario->off) >> k & 1)
            put_option(out, "--without", ho_mechanism_at(k)->name);
    if (of_world.until != HO_DAY_NONE)
        put_option(out, "--until", ho_day_format(of_world.until, date));
    if (of_world.known_by != HO_DAY_NONE)
        put_option(out, "--known-by", ho_day_format(of_world.known_by, date));
    if (of_world.at_centre)
        fputs(" --at-centre", out);
    if (of_world.n_step_per_day != 1) {
        snprintf(number, sizeof number, "%d", of_world.n_step_per_day);
        put_option(out, "--steps-per-day", number);
    }
    if (made->draws)
        fputs(" --posterior FILE", out);
    return fclose(out) == 0 ? text : NULL;
}

/* --- the request --- */

/* A job of the draft, which gives up its scenario and world. */
static server_job *job_new(server *s, draft *d, const char *id, char *overlay, char *file, size_t n) {
    server_job *job = calloc(1, sizeof *job);
    char shown[64];
    if (!job)
        return NULL;
    snprintf(job->id, sizeof job->id, "%s", id);
    snprintf(shown, sizeof shown, "what-if-%s.yml", id);
    job->n = n;
    job->n_user = 1;
    job->version = 1;
    job->off = s->run[0]->made->off | d->scenario->off;
    job->command = command_of(s, d, overlay ? shown : NULL, n, job->off);
    job->name = strdup(overlay ? d->scenario->overlay[d->n_name - 1].title : d->name[d->n_name - 1]);
    if (asprintf(&job->folder, "%s/%s.run", s->folder, id) < 0)
        job->folder = NULL;
    if (!job->command || !job->name || !job->folder) {
        job_free(job);
        return NULL;
    }
    job->overlay = overlay;
    job->file = file;
    job->scenario = d->scenario;
    job->world = d->world;
    d->scenario = NULL;
    d->world = NULL;
    return job;
}

/* Lists the job; false: too many wait. */
static bool list_job(server *s, server_job *job) {
    server_job *old[SERVER_JOB_WAITING_MAX + 2];
    server_run *run[SERVER_JOB_WAITING_MAX + 2];
    size_t n_waiting = 0, n_old = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t k = 0; k < s->n_job; k++)
        n_waiting += s->job[k]->state == SERVER_WAITING;
    bool room = n_waiting < SERVER_JOB_WAITING_MAX && !atomic_load(&s->stopping);
    if (room) {
        while (n_old < SERVER_JOB_WAITING_MAX + 2 && take_oldest(s, &old[n_old], &run[n_old]))
            n_old++;
        s->job[s->n_job++] = job;
        job->n_user++; /* the list's, beside the caller's */
        pthread_cond_broadcast(&s->changed);
    }
    pthread_mutex_unlock(&s->lock);
    for (size_t k = 0; k < n_old; k++) {
        server_job_release(s, old[k]);
        server_run_release(s, run[k]);
    }
    return room;
}

static bool too_many(server *s) {
    size_t n_waiting = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t k = 0; k < s->n_job; k++)
        n_waiting += s->job[k]->state == SERVER_WAITING;
    pthread_mutex_unlock(&s->lock);
    return n_waiting >= SERVER_JOB_WAITING_MAX;
}

/* Writes the overlay of the settings and loads all with it. */
static ho_status draft_change(server *s, draft *d, const server_setting *setting, size_t n, const char *id, char **overlay, char **file, json_t *problems,
                              ho_error *err) {
    if (d->n_name >= HO_OVERLAY_MAX) {
        json_array_append_new(problems, json_sprintf("no lever can be moved: the base has %zu what-ifs, and a run can have %d", d->n_name, HO_OVERLAY_MAX));
        return HO_ERR_INPUT;
    }
    *overlay = server_overlay_write(d->world, setting, n, problems);
    if (!*overlay)
        return json_array_size(problems) ? HO_ERR_INPUT : ho_error_set(err, HO_ERR_MEMORY, "no memory for the what-if");
    if (asprintf(file, "%s/%s.yml", s->folder, id) < 0) {
        *file = NULL;
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for the what-if");
    }
    if (!write_file(*file, *overlay))
        return ho_error_set(err, HO_ERR_IO, "the what-if cannot be written: is the disk of /tmp full?");
    d->name[d->n_name++] = *file;
    return draft_load(s, d, problems, err);
}

static ho_status make_job(server *s, const json_t *body, server_job **job, json_t *problems, ho_error *err) {
    const json_t *values = json_object_get(body, "levers");
    draft d = {0};
    char id[SERVER_ID_MAX + 1], *overlay = NULL, *file = NULL;
    server_setting *setting = calloc(json_object_size(values) + 1, sizeof *setting);
    if (!setting)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for a what-if");
    for (; d.n_name < s->run[0]->made->n_what_if && d.n_name < HO_OVERLAY_MAX; d.n_name++)
        d.name[d.n_name] = s->run[0]->made->what_if[d.n_name];
    d.n_base = d.n_name;
    check_keys(body, problems);
    size_t n = take_replicates(s, body, problems);
    take_names(s, json_object_get(body, "what_ifs"), d.name, &d.n_name, problems);
    size_t n_setting = server_settings_read(&s->levers, values, setting, problems);
    if (json_array_size(problems) == 0 && n_setting == 0 && d.n_name == d.n_base)
        json_array_append_new(problems, json_string("nothing is changed: every lever is at its own value and no what-if is named"));
    ho_status status = json_array_size(problems) ? HO_ERR_INPUT : draft_load(s, &d, problems, err);
    pthread_mutex_lock(&s->lock);
    snprintf(id, sizeof id, "j%u", s->next_job++ % 1000000000);
    pthread_mutex_unlock(&s->lock);
    if (!status && n_setting)
        status = draft_change(s, &d, setting, n_setting, id, &overlay, &file, problems, err);
    if (!status && !(*job = job_new(s, &d, id, overlay, file, n)))
        status = ho_error_set(err, HO_ERR_MEMORY, "no memory for a what-if");
    if (status) {
        if (file)
            unlink(file);
        free(file);
        free(overlay);
    }
    draft_clear(&d);
    free(setting);
    return status;
}

static void reply_job(server *s, const server_job *job, server_reply *reply) {
    pthread_mutex_lock(&s->lock);
    char *text = server_job_text(job, true);
    pthread_mutex_unlock(&s->lock);
    server_reply_text(reply, "application/json", text);
}

void server_post_job(server *s, const server_request *request, server_reply *reply) {
    server_job *job = NULL;
    json_t *problems = json_array();
    ho_error err = {0};
    if (too_many(s)) {
        json_decref(problems);
        server_reply_error(reply, 429, "%d what-ifs wait already; wait, or stop one", SERVER_JOB_WAITING_MAX);
        return;
    }
    ho_status status = make_job(s, request->body, &job, problems, &err);
    if (json_array_size(problems)) {
        server_reply_problems(reply, problems);
        return;
    }
    json_decref(problems);
    if (status) {
        server_reply_failure(reply, &err);
        return;
    }
    if (list_job(s, job)) {
        reply->status = 202;
        reply_job(s, job, reply);
    } else {
        server_reply_error(reply, 429, "%d what-ifs wait already; wait, or stop one", SERVER_JOB_WAITING_MAX);
    }
    server_job_release(s, job);
}

static server_job *wanted(server *s, const server_request *request, server_reply *reply) {
    server_job *job = server_job_take(s, request->id);
    if (!job)
        server_reply_error(reply, 404, "there is no what-if %s, or no more", request->id);
    return job;
}

void server_get_job(server *s, const server_request *request, server_reply *reply) {
    server_job *job = wanted(s, request, reply);
    if (job)
        reply_job(s, job, reply);
    server_job_release(s, job);
}

void server_get_events(server *s, const server_request *request, server_reply *reply) {
    reply->stream = wanted(s, request, reply);
    if (reply->stream)
        reply->status = 200;
}

void server_delete_job(server *s, const server_request *request, server_reply *reply) {
    server_job *job = wanted(s, request, reply);
    if (!job)
        return;
    pthread_mutex_lock(&s->lock);
    atomic_store(&job->stop, true);
    if (job->state == SERVER_WAITING) {
        job->state = SERVER_STOPPED;
        job->version++;
    }
    pthread_cond_broadcast(&s->changed);
    pthread_mutex_unlock(&s->lock);
    reply_job(s, job, reply);
    server_job_release(s, job);
}

void server_get_overlay(server *s, const server_request *request, server_reply *reply) {
    server_job *job = wanted(s, request, reply);
    if (job && job->overlay) {
        snprintf(reply->file, sizeof reply->file, "what-if-%s.yml", job->id);
        server_reply_text(reply, "application/yaml", strdup(job->overlay));
    } else if (job) {
        server_reply_error(reply, 404, "no lever is changed: the named what-ifs are files of the scenario already");
    }
    server_job_release(s, job);
}
