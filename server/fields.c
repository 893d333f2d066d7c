/* How things are in districts by day: the run's first replicates simulated again with an observer of conditions, on every seventh day and the
 * last. Every value is kept, so that a district's spread needs no second time. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/report.h"
#include "server.h"

enum { N_REPLICATE = 100, EVERY_DAY = 7, N_KEPT = 4 /* runs beside the base and the one asked for whose values stay in memory */ };

struct server_fields {
    size_t n_replicate, n_day, n_district; /* n_day: kept */
    size_t n_day_run;
    float *value; /* (HO_N_CONDITION, n_day, n_district, n_replicate) */
};

void server_fields_free(server_fields *fields) {
    if (!fields)
        return;
    free(fields->value);
    free(fields);
}

static size_t day_of(const server_fields *f, size_t k) {
    return ho_count_day(k, EVERY_DAY, f->n_day_run);
}

static float *at(const server_fields *f, size_t condition, size_t day, size_t district) {
    return &f->value[((condition * f->n_day + day) * f->n_district + district) * f->n_replicate];
}

static ho_status keep(void *context, const ho_result *result, ho_error *err) {
    (void)err;
    server_fields *f = context;
    for (size_t k = 0; k < f->n_day; k++) {
        const float *row = &result->value[day_of(f, k) * result->n_value];
        for (size_t c = 0; c < HO_N_CONDITION; c++)
            for (size_t i = 0; i < f->n_district; i++)
                at(f, c, k, i)[result->replicate] = row[c * f->n_district + i];
    }
    return HO_OK;
}

static ho_status simulate(server *s, const server_run *run, server_fields *f, ho_error *err) {
    ho_observer observer = ho_conditions_observer(run->world);
    uint8_t *on = calloc(f->n_day_run, 1);
    size_t n = HO_N_CONDITION * f->n_day * f->n_district * f->n_replicate;
    f->value = calloc(n + 1, sizeof *f->value);
    if (!on || !f->value) {
        free(on);
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for the conditions of %zu districts", f->n_district);
    }
    for (size_t k = 0; k < f->n_day; k++)
        on[day_of(f, k)] = 1;
    observer.on = on;
    const ho_ensemble_options options = {.sim = server_run_sim(run),
                                         .n_replicate = f->n_replicate,
                                         .n_thread = s->options.n_thread,
                                         .stop = &s->stopping,
                                         .sink = keep,
                                         .context = f};
    ho_status status = ho_ensemble_run(run->world, &observer, &options, err);
    free(on);
    return status;
}

/* Lets go of other runs' values; a run that is in use keeps them. */
static void make_room(server *s, const server_run *asked) {
    size_t n = 0;
    pthread_mutex_lock(&s->lock);
    for (size_t k = s->n_run; k-- > 1;) {
        server_run *run = s->run[k];
        if (run == asked || pthread_mutex_trylock(&run->lock) != 0)
            continue;
        n += run->fields != NULL;
        if (n > N_KEPT) {
            server_fields_free(run->fields);
            run->fields = NULL;
        }
        pthread_mutex_unlock(&run->lock);
    }
    pthread_mutex_unlock(&s->lock);
}

ho_status server_fields_make(server *s, server_run *run, ho_error *err) {
    ho_status status = server_run_load(s, run, err);
    if (status || run->fields)
        return status;
    make_room(s, run);
    server_fields *f = calloc(1, sizeof *f);
    if (!f)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for conditions");
    f->n_day_run = ho_world_n_day(run->world);
    f->n_day = ho_n_count_day(f->n_day_run, EVERY_DAY);
    f->n_district = run->scenario->n_district;
    f->n_replicate = run->n_replicate < N_REPLICATE ? run->n_replicate : N_REPLICATE;
    status = simulate(s, run, f, err);
    if (status)
        server_fields_free(f);
    else
        run->fields = f;
    return status;
}

static json_t *days_of(const server_fields *f) {
    json_t *days = json_array();
    for (size_t k = 0; k < f->n_day; k++)
        json_array_append_new(days, json_integer((json_int_t)day_of(f, k)));
    return days;
}

/* --- all districts --- */

static float mean_of(const float *value, size_t n) {
    double sum = 0;
    size_t measured = 0;
    for (size_t k = 0; k < n; k++)
        if (!isnan(value[k])) {
            sum += (double)value[k];
            measured++;
        }
    return measured ? (float)(sum / (double)measured) : NAN;
}

static json_t *field_of(const server_fields *f, size_t c) {
    const ho_condition_info *info = ho_condition_at(c);
    const size_t n = f->n_day * f->n_district;
    float *mean = malloc((n + 1) * sizeof *mean);
    for (size_t j = 0; j < n && mean; j++)
        mean[j] = mean_of(at(f, c, 0, 0) + j * f->n_replicate, f->n_replicate);
    char *text = mean ? ho_base64((const uint8_t *)mean, n * sizeof *mean) : NULL;
    json_t *object = text ? json_pack("{s:s, s:s, s:s, s:s, s:s}", "name", info->name, "label", info->label, "unit", info->unit, "definition",
                                      info->definition, "values", text)
                          : NULL;
    free(text);
    free(mean);
    return object;
}

static json_t *fields_of(const server_fields *f) {
    json_t *list = json_array();
    for (size_t c = 0; c < HO_N_CONDITION; c++)
        json_array_append_new(list, field_of(f, c));
    return json_pack("{s:o, s:I, s:o}", "days", days_of(f), "n_replicate", (json_int_t)f->n_replicate, "fields", list);
}

void server_get_fields(server *s, const server_request *request, server_reply *reply) {
    server_run *run = server_run_want(s, request->id, reply);
    ho_error err = {0};
    if (!run)
        return;
    pthread_mutex_lock(&run->lock);
    if (server_fields_make(s, run, &err))
        server_reply_failure(reply, &err);
    else
        server_reply_json(reply, fields_of(run->fields));
    pthread_mutex_unlock(&run->lock);
    server_run_release(s, run);
}

/* --- one district --- */

json_t *server_fields_of_district(const server_run *run, size_t district) {
    const server_fields *f = run->fields;
    float value[N_REPLICATE], scratch[N_REPLICATE];
    json_t *object = json_pack("{s:o}", "days", days_of(f));
    for (size_t c = 0; c < HO_N_CONDITION; c++) {
        json_t *mean = json_array(), *q05 = json_array(), *q95 = json_array();
        for (size_t k = 0; k < f->n_day; k++) {
            memcpy(value, at(f, c, k, district), f->n_replicate * sizeof *value);
            ho_spread spread = ho_spread_of(value, scratch, f->n_replicate);
            json_array_append_new(mean, server_number(spread.mean));
            json_array_append_new(q05, server_number(spread.q05));
            json_array_append_new(q95, server_number(spread.q95));
        }
        json_object_set_new(object, ho_condition_at(c)->name, json_pack("{s:o, s:o, s:o}", "mean", mean, "q05", q05, "q95", q95));
    }
    return object;
}
