#include "calibrate/screen.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/samplers.h"
#include "calibrate/normal.h"
#include "world/world.h"

enum { N_LEVEL = 8, JUMP = N_LEVEL / 2 };
static const uint32_t SCREENING = 0xffffffffu; /* replicate of the streams of a design */

typedef struct design {
    size_t n, n_trajectory;
    uint8_t *level;  /* (n_trajectory, n) as the path goes on */
    uint32_t *order; /* (n_trajectory, n) parameters in the order of their change */
} design;

static void draw_path(const ho_simulator *simulator, design *d, size_t t) {
    const ho_streams streams = {simulator->sim.seed, SCREENING};
    ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, (uint32_t)t);
    uint8_t *level = d->level + t * d->n;
    uint32_t *order = d->order + t * d->n;
    for (size_t j = 0; j < d->n; j++) {
        level[j] = (uint8_t)(ho_rng_unit(&rng) * N_LEVEL);
        order[j] = (uint32_t)j;
    }
    for (size_t j = d->n; j > 1; j--) { /* Fisher and Yates */
        size_t other = (size_t)(ho_rng_unit(&rng) * (double)j);
        uint32_t swap = order[j - 1];
        order[j - 1] = order[other];
        order[other] = swap;
    }
}

static double value_at(const ho_world *world, int32_t parameter, uint8_t level) {
    const ho_parameter_spec *spec = &ho_parameter_table[parameter];
    double x = ho_prior_quantile(&world->prior[parameter], (level + 0.5) / N_LEVEL);
    return x < spec->lo ? spec->lo : x > spec->hi ? spec->hi : x;
}

/* Points of all paths after step `step` (0: where they start). */
static void fill_points(const ho_world *world, design *d, size_t step, const int32_t *parameter, ho_draws *draws) {
    for (size_t t = 0; t < d->n_trajectory; t++) {
        uint8_t *level = d->level + t * d->n;
        if (step > 0) {
            uint8_t *moved = &level[d->order[t * d->n + step - 1]];
            *moved = (uint8_t)(*moved < JUMP ? *moved + JUMP : *moved - JUMP);
        }
        for (size_t j = 0; j < d->n; j++)
            draws->value[t * d->n + j] = value_at(world, parameter[j], level[j]);
    }
}

/* Counts on over the calls that screening makes. */
typedef struct counting {
    const ho_simulator *simulator;
    size_t n_before;
} counting;

static void tick(void *context, size_t n_done) {
    const counting *c = context;
    if (c->simulator->tick)
        c->simulator->tick(c->simulator->context, c->n_before + n_done);
}

/* The points as they stand, drawn with the random numbers of other replicates. */
static ho_status simulate_chance(const ho_simulator *simulator, const design *d, ho_draws *draws, double *value, ho_error *err) {
    draws->stream = malloc((d->n_trajectory + 1) * sizeof *draws->stream);
    if (!draws->stream)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for screening");
    for (size_t t = 0; t < d->n_trajectory; t++)
        draws->stream[t] = (uint32_t)(d->n_trajectory + t);
    return ho_simulate(simulator, draws, value, err);
}

/* value (n + 1, n_trajectory, n_value) of all points, and one more of the last points by other chance if `chance`. */
static ho_status simulate_points(const ho_simulator *simulator, const ho_world *world, design *d, const int32_t *parameter, bool chance,
                                 double *value, int8_t *sign, ho_error *err) {
    const size_t row = d->n_trajectory * ho_simulator_n_value(simulator);
    counting counted = {simulator, 0};
    ho_simulator counts = *simulator;
    counts.tick = tick;
    counts.context = &counted;
    ho_draws *draws = ho_draws_build(d->n_trajectory, d->n);
    if (!draws)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for screening");
    memcpy(draws->parameter, parameter, d->n * sizeof *parameter);
    ho_status status = HO_OK;
    for (size_t step = 0; step <= d->n && !status; step++) {
        fill_points(world, d, step, parameter, draws);
        for (size_t t = 0; t < d->n_trajectory && step > 0; t++) {
            uint32_t j = d->order[t * d->n + step - 1];
            sign[t * d->n + j] = d->level[t * d->n + j] >= JUMP ? 1 : -1;
        }
        counted.n_before = step * d->n_trajectory;
        status = ho_simulate(&counts, draws, value + step * row, err);
    }
    counted.n_before += d->n_trajectory;
    if (!status && chance)
        status = simulate_chance(&counts, d, draws, value + (d->n + 1) * row, err);
    ho_draws_free(draws);
    return status;
}

/* Values that were measured only. */
static double sd_of(const double *value, size_t n, size_t stride) {
    double mean = 0, square = 0;
    size_t n_measured = 0;
    for (size_t i = 0; i < n; i++)
        n_measured += isnan(value[i * stride]) ? 0 : 1;
    for (size_t i = 0; i < n; i++)
        mean += isnan(value[i * stride]) ? 0 : value[i * stride] / (double)n_measured;
    for (size_t i = 0; i < n; i++)
        square += isnan(value[i * stride]) ? 0 : (value[i * stride] - mean) * (value[i * stride] - mean);
    return n_measured > 1 ? sqrt(square / (double)(n_measured - 1)) : 0;
}

typedef struct summing {
    double n, sum, size, square;
} summing;

static void sum_add(summing *s, double effect) {
    effect = isnan(effect) ? 0 : effect;
    s->n++;
    s->sum += effect;
    s->size += fabs(effect);
    s->square += effect * effect;
}

static ho_morris morris_of(const summing *s) {
    double mean = s->sum / s->n, size = s->size / s->n;
    double spread = s->n > 1 ? sqrt(fmax(0, (s->square - s->n * mean * mean) / (s->n - 1))) : 0;
    double size_spread = s->n > 1 ? sqrt(fmax(0, (s->square - s->n * size * size) / (s->n - 1))) : 0;
    return (ho_morris){.mean = mean, .se = spread / sqrt(s->n), .mean_size = size, .size_se = size_spread / sqrt(s->n), .spread = spread};
}

/* Effects of parameter j on number k over the paths. */
static ho_morris effect_on(const design *d, const double *value, const int8_t *sign, size_t n_value, size_t j, size_t k, double sd) {
    summing s = {0};
    for (size_t t = 0; t < d->n_trajectory; t++) {
        size_t step = 1;
        while (d->order[t * d->n + step - 1] != j)
            step++;
        double after = value[(step * d->n_trajectory + t) * n_value + k],
               before = value[((step - 1) * d->n_trajectory + t) * n_value + k];
        sum_add(&s, sign[t * d->n + j] * (after - before) / sd * N_LEVEL / JUMP);
    }
    return morris_of(&s);
}

/* The same of a change of the random numbers alone. */
static ho_morris effect_of_chance(const design *d, const double *value, size_t n_value, size_t k, double sd) {
    summing s = {0};
    for (size_t t = 0; t < d->n_trajectory; t++) {
        double after = value[((d->n + 1) * d->n_trajectory + t) * n_value + k], before = value[(d->n * d->n_trajectory + t) * n_value + k];
        sum_add(&s, (after - before) / sd * N_LEVEL / JUMP);
    }
    return morris_of(&s);
}

static void find_effects(const design *d, const double *value, const int8_t *sign, size_t n_value, const ho_screening *found) {
    const ho_morris nothing = {0};
    for (size_t k = 0; k < n_value; k++) {
        const double sd = sd_of(value + k, (d->n + 1) * d->n_trajectory, n_value);
        found->sd[k] = sd;
        for (size_t j = 0; j < d->n; j++)
            found->effect[j * n_value + k] = sd > 0 ? effect_on(d, value, sign, n_value, j, k, sd) : nothing;
        if (found->chance)
            found->chance[k] = sd > 0 ? effect_of_chance(d, value, n_value, k, sd) : nothing;
    }
}

ho_status ho_screen_all(const ho_simulator *simulator, const ho_world *world, size_t n_trajectory, size_t n, const int32_t *parameter,
                        const ho_screening *found, ho_error *err) {
    const size_t n_value = ho_simulator_n_value(simulator);
    design d = {n, n_trajectory, calloc(n * n_trajectory + 1, 1), calloc(n * n_trajectory + 1, sizeof(uint32_t))};
    double *value = calloc((n + 2) * n_trajectory * n_value + 1, sizeof *value);
    int8_t *sign = calloc(n * n_trajectory + 1, 1);
    ho_status status = HO_OK;
    if (!d.level || !d.order || !value || !sign)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for screening %zu parameters", n);
    for (size_t t = 0; t < n_trajectory && !status; t++)
        draw_path(simulator, &d, t);
    if (!status)
        status = simulate_points(simulator, world, &d, parameter, found->chance != NULL, value, sign, err);
    if (!status)
        find_effects(&d, value, sign, n_value, found);
    free(d.level);
    free(d.order);
    free(value);
    free(sign);
    return status;
}

/* Of each parameter the effect on the target that it moves most. */
static void find_largest(const ho_screening *found, size_t n, size_t n_target, const int32_t *parameter, ho_effect *effect) {
    for (size_t j = 0; j < n; j++) {
        effect[j] = (ho_effect){.parameter = parameter[j], .target = -1};
        for (size_t k = 0; k < n_target; k++) {
            const ho_morris *m = &found->effect[j * n_target + k];
            if (fabs(m->mean) > fabs(effect[j].mean))
                effect[j] = (ho_effect){parameter[j], (int32_t)k, m->mean, m->se, m->mean_size, m->spread};
        }
    }
}

ho_status ho_screen(const ho_simulator *simulator, const ho_world *world, size_t n_trajectory, size_t n, const int32_t *parameter,
                    ho_effect *effect, ho_error *err) {
    const size_t n_target = simulator->targets->n;
    ho_screening found = {.effect = calloc(n * n_target + 1, sizeof *found.effect), .sd = calloc(n_target + 1, sizeof *found.sd)};
    ho_status status = found.effect && found.sd ? ho_screen_all(simulator, world, n_trajectory, n, parameter, &found, err)
                                                : ho_error_set(err, HO_ERR_MEMORY, "out of memory for screening %zu parameters", n);
    if (!status)
        find_largest(&found, n, n_target, parameter, effect);
    free(found.effect);
    free(found.sd);
    return status;
}
