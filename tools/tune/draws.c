/* Draws for tuning the shipped priors: each replicate's parameters beside what it did on the days of the record.
 *
 *   tune_draws SCENARIO BLOC N SEED [NAME=VALUE...] > draws.csv
 *
 * Columns: every parameter of the model; count:DATE, the districts BLOC controls on each day with a sourced count of
 * them; capitals:DATE, the provincial capitals it holds then; fall_day, the day of the run on which the national
 * capital fell (-1: it stood); cluster, the capitals that fell within 15 days around it. tune.py turns such draws into
 * priors. Internal headers are used because parameters drawn per replicate are not part of a stored run yet. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdout/sim.h"
#include "mechanisms/state.h"

enum { COUNT, CAPITALS, FALLEN, N_SERIES, DATES_MAX = 64 };

typedef struct draws {
    size_t n_value, n_date;
    int32_t day[DATES_MAX]; /* of the run */
    ho_day date[DATES_MAX];
} draws;

static void observe(const ho_world *world, const ho_state *state, size_t day, float *value) {
    const int32_t other =
        world->home_bloc == 0 ? 1 : 0; /* the bloc that is not at home: the tuned scenarios have two */
    const double *country = &state->countryside[(size_t)other * world->n_district];
    int32_t n = 0;
    for (size_t i = 0; i < world->n_district; i++)
        n += ho_holder_bloc(world, state, i) == other || country[i] > 0.85;
    value[COUNT] = (float)n;
    value[CAPITALS] = (float)state->capitals[other];
    value[FALLEN] = ho_holder_bloc(world, state, (size_t)world->national_capital) == other;
    if (day == 0)
        for (size_t k = 0; k < HO_N_PARAMETER; k++)
            value[N_SERIES + k] = (float)state->p[k];
}

static void find_dates(const ho_scenario *scenario, const char *bloc, size_t n_day, draws *d) {
    char name[96];
    snprintf(name, sizeof name, "districts_controlled.%s", bloc);
    for (size_t k = 0; k < scenario->n_record && d->n_date < DATES_MAX; k++) {
        const ho_record_row *row = &scenario->record[k];
        int32_t day = row->date_end - scenario->from;
        bool again = d->n_date > 0 && d->day[d->n_date - 1] == day;
        if (strcmp(row->observable, name) == 0 && row->district < 0 && day >= 0 && (size_t)day < n_day && !again) {
            d->date[d->n_date] = row->date_end;
            d->day[d->n_date++] = day;
        }
    }
}

static void print_header(const draws *d) {
    char text[11];
    for (size_t k = 0; k < HO_N_PARAMETER; k++)
        printf("%s,", ho_parameter_table[k].name);
    for (size_t k = 0; k < d->n_date; k++)
        printf("count:%s,", ho_day_format(d->date[k], text));
    for (size_t k = 0; k < d->n_date; k++)
        printf("capitals:%s,", ho_day_format(d->date[k], text));
    puts("fall_day,cluster");
}

static ho_status print_row(void *context, const ho_result *result, ho_error *err) {
    (void)err;
    const draws *d = context;
    const float *value = result->value;
    const size_t n = result->n_value;
    int32_t fall = -1;
    for (size_t day = 0; day < result->n_day && fall < 0; day++)
        if (value[day * n + FALLEN] > 0)
            fall = (int32_t)day;
    for (size_t k = 0; k < HO_N_PARAMETER; k++)
        printf("%.6g,", (double)value[N_SERIES + k]);
    for (int series = COUNT; series <= CAPITALS; series++)
        for (size_t k = 0; k < d->n_date; k++)
            printf("%g,", (double)value[(size_t)d->day[k] * n + (size_t)series]);
    int32_t last = (int32_t)result->n_day - 1, from = fall - 15 < 0 ? 0 : fall - 15,
            to = fall + 15 > last ? last : fall + 15;
    double cluster = fall < 0 ? -1 : (double)(value[(size_t)to * n + CAPITALS] - value[(size_t)from * n + CAPITALS]);
    printf("%d,%g\n", (int)fall, cluster);
    return HO_OK;
}

static int run(const ho_scenario *scenario, const char *bloc, size_t n, uint32_t seed, size_t n_set,
               const char *const *set) {
    ho_world_options options = ho_world_options_default();
    ho_problems problems = {0};
    ho_error err = {HO_OK, ""};
    ho_world *world = NULL;
    options.n_set = n_set;
    options.set = set;
    ho_status status = ho_world_build(scenario, &options, &world, &problems, &err);
    if (!status) {
        draws d = {.n_value = N_SERIES + HO_N_PARAMETER};
        ho_observer observer = {.n_value = d.n_value, .day = observe};
        find_dates(scenario, bloc, ho_world_n_day(world), &d);
        print_header(&d);
        ho_ensemble_options ensemble = {.sim = {.seed = seed},
                                        .n_replicate = n,
                                        .n_thread = (size_t)sysconf(_SC_NPROCESSORS_ONLN),
                                        .sink = print_row,
                                        .context = &d};
        status = ho_ensemble_run(world, &observer, &ensemble, &err);
    }
    if (status)
        fprintf(stderr, "tune_draws: %s\n", err.text);
    ho_world_free(world);
    ho_problems_free(&problems);
    return status ? 1 : 0;
}

int main(int argc, char **argv) {
    ho_scenario *scenario = NULL;
    ho_problems problems = {0};
    ho_error err = {HO_OK, ""};
    if (argc < 5) {
        fputs("usage: tune_draws SCENARIO BLOC N SEED [NAME=VALUE...]\n", stderr);
        return 2;
    }
    int code = 2;
    if (ho_scenario_load(argv[1], NULL, &scenario, &problems, &err))
        fprintf(stderr, "tune_draws: %s\n", err.text);
    else
        code = run(scenario, argv[2], strtoul(argv[3], NULL, 10), (uint32_t)strtoul(argv[4], NULL, 10),
                   (size_t)argc - 5, (const char *const *)&argv[5]);
    ho_problems_free(&problems);
    ho_scenario_free(scenario);
    return code;
}
