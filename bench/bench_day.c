/* What a simulated day costs, in all and by mechanism. The clock is read here, never in the library: processor time of this process,
 * so that other work on the machine counts for little; `first_day` is time on the wall as well.
 *
 * usage: bench_day SCENARIO_FOLDER [REPLICATES]
 * CSV on stdout: scenario,districts,days,replicates,measure,value,unit. Each row comes from one process, one thread, all mechanisms on.
 * Rows `mechanism.NAME` read the clock around each step of the mechanism table; what reading it costs is measured and taken off. */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "holdout/record.h"
#include "mechanisms/mechanism.h"
#include "mechanisms/holder.h"
#include "sim/day.h"

enum { N_REPLICATE = 20, N_CLOCK_TRIAL = 100000 };

typedef struct bench_setting {
    const char *folder;
    uint32_t n_replicate;
    double began_s; /* on the wall */
    ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    ho_workspace *workspace;
    ho_state *state;
} bench_setting;

static double read_s(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static double clock_s(void) {
    return read_s(CLOCK_PROCESS_CPUTIME_ID);
}

/* What a reading costs [s]. */
static double clock_cost_s(void) {
    double began = clock_s(), sum = 0;
    for (int k = 0; k < N_CLOCK_TRIAL; k++)
        sum += clock_s();
    return sum > 0 ? (clock_s() - began) / N_CLOCK_TRIAL : 0;
}

static void put(const bench_setting *bench, const char *measure, double value, const char *unit) {
    printf("%s,%zu,%zu,%u,%s,%.6g,%s\n", bench->scenario->name, bench->scenario->n_district, ho_world_n_day(bench->world),
           bench->n_replicate, measure, value, unit);
}

static double district_days(const bench_setting *bench) {
    return (double)bench->scenario->n_district * (double)ho_world_n_day(bench->world) * bench->n_replicate;
}

/* Whole replicates as `holdout run` makes them: start, days, observables, probe of the reproduction number. */
static ho_status time_replicates(const bench_setting *bench, ho_error *err) {
    const ho_sim_options options = {.seed = bench->scenario->seed};
    double began = clock_s();
    for (uint32_t r = 0; r < bench->n_replicate; r++) {
        ho_result result;
        ho_status status =
            ho_replicate_run(bench->world, &options, &bench->observables.observer, r, bench->workspace, &result, err);
        if (status)
            return status;
    }
    double took = clock_s() - began;
    put(bench, "replicate", 1e9 * took / district_days(bench), "ns/district-day");
    put(bench, "replicates_per_s", bench->n_replicate / took, "1/s");
    return HO_OK;
}

/* Days alone, and what looking at them costs: no probe. */
static ho_status time_days(const bench_setting *bench, ho_error *err) {
    double start_s = 0, day_s = 0, look_s = 0;
    const ho_observer *observer = &bench->observables.observer;
    float *value = calloc(observer->n_value, sizeof *value);
    if (!value)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu observables", observer->n_value);
    for (uint32_t r = 0; r < bench->n_replicate; r++) {
        const ho_streams streams = {bench->scenario->seed, r};
        double a = clock_s();
        ho_state_start(bench->world, bench->state, &streams);
        double b = clock_s();
        start_s += b - a;
        for (size_t day = 0; day < ho_world_n_day(bench->world); day++) {
            double before = clock_s();
            ho_status status = ho_day_run(bench->world, bench->state, &streams, 0, err);
            double between = clock_s();
            observer->day(bench->world, bench->state, day, value);
            look_s += clock_s() - between;
            day_s += between - before;
            if (status) {
                free(value);
                return status;
            }
        }
    }
    free(value);
    put(bench, "start", 1e9 * start_s / ((double)bench->scenario->n_district * bench->n_replicate), "ns/district");
    put(bench, "day", 1e9 * day_s / district_days(bench), "ns/district-day");
    put(bench, "observables", 1e9 * look_s / district_days(bench), "ns/district-day");
    return HO_OK;
}

/* The same days, each step timed on its own. */
static void time_mechanisms(const bench_setting *bench) {
    const ho_world *world = bench->world;
    ho_state *state = bench->state;
    double spent_s[64] = {0}, facing_s = 0, cost_s = clock_cost_s(), n_step = 0;
    for (uint32_t r = 0; r < bench->n_replicate; r++) {
        const ho_streams streams = {bench->scenario->seed, r};
        ho_state_start(world, state, &streams);
        for (size_t step = 0; step < ho_world_n_day(world) * (size_t)world->n_step_per_day; step++, n_step++) {
            state->day = state->step / world->n_step_per_day;
            state->time_day = state->step * world->dt_day;
            double before = clock_s();
            ho_face(world, state);
            facing_s += clock_s() - before;
            before = clock_s();
            for (size_t m = 0; m < ho_mechanism_table_size; m++) {
                ho_mechanism_table[m].step(world, state, &streams);
                double after = clock_s();
                spent_s[m] += after - before;
                before = after;
            }
            state->step++;
        }
    }
    put(bench, "bookkeeping.facing", 1e9 * (facing_s - n_step * cost_s) / district_days(bench), "ns/district-day");
    for (size_t m = 0; m < ho_mechanism_table_size; m++) {
        char name[80];
        snprintf(name, sizeof name, "mechanism.%s", ho_mechanism_table[m].info->name);
        put(bench, name, 1e9 * (spent_s[m] - n_step * cost_s) / district_days(bench), "ns/district-day");
    }
}

static ho_status first_day(const bench_setting *bench, ho_error *err) {
    const ho_streams streams = {bench->scenario->seed, 0};
    ho_state_start(bench->world, bench->state, &streams);
    ho_status status = ho_day_run(bench->world, bench->state, &streams, 0, err);
    put(bench, "first_day", 1e3 * clock_s(), "ms");
    put(bench, "first_day_wall", 1e3 * (read_s(CLOCK_MONOTONIC) - bench->began_s), "ms");
    return status;
}

static ho_status build(bench_setting *bench, ho_problems *problems, ho_error *err) {
    ho_world_options options = ho_world_options_default();
    ho_status status = ho_scenario_load(bench->folder, NULL, &bench->scenario, problems, err);
    if (!status)
        status = ho_world_build(bench->scenario, &options, &bench->world, problems, err);
    if (!status)
        status = ho_observables_build(bench->world, &bench->observables, err);
    if (!status)
        status = ho_workspace_build(bench->world, &bench->observables.observer, &bench->workspace, err);
    if (!status)
        status = ho_state_build(bench->world, &bench->state, err);
    return status;
}

int main(int argc, char **argv) {
    ho_problems problems = {0};
    ho_error err = {0};
    if (argc < 2 || argc > 3) {
        fprintf(stderr, "usage: bench_day SCENARIO_FOLDER [REPLICATES]\n");
        return 2;
    }
    bench_setting bench = {.folder = argv[1], .began_s = read_s(CLOCK_MONOTONIC)};
    bench.n_replicate = argc > 2 ? (uint32_t)strtoul(argv[2], NULL, 10) : N_REPLICATE;
    printf("scenario,districts,days,replicates,measure,value,unit\n");
    ho_status status = bench.n_replicate ? build(&bench, &problems, &err)
                                         : ho_error_set(&err, HO_ERR_INPUT, "replicates is %s; need >= 1", argv[2]);
    if (!status)
        status = first_day(&bench, &err);
    if (!status)
        status = time_replicates(&bench, &err);
    if (!status)
        status = time_days(&bench, &err);
    if (!status)
        time_mechanisms(&bench);
    if (status)
        fprintf(stderr, "bench_day: %s\n", err.text);
    ho_state_free(bench.state);
    ho_workspace_free(bench.workspace);
    ho_observables_free(&bench.observables);
    ho_world_free(bench.world);
    ho_scenario_free(bench.scenario);
    ho_problems_free(&problems);
    return status != HO_OK;
}
