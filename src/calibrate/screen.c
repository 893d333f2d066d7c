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

/* value (n + 1, n_trajectory, n_target) of all points. */
static ho_status simulate_points(const ho_simulator *simulator, const ho_world *world, design *d, const int32_t *parameter,
                                 double *value, int8_t *sign, ho_error *err) {
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
        status = ho_simulate(simulator, draws, value + step * d->n_trajectory * simulator->targets->n, err);
    }
    ho_draws_free(draws);
    return status;
}

static double sd_of(const double *value, size_t n, size_t stride) {
    double mean = 0, square = 0;
    for (size_t i = 0; i < n; i++)
        mean += value[i * stride] / (double)n;
    for (size_t i = 0; i < n; i++)
        square += (value[i * stride] - mean) * (value[i * stride] - mean);
    return n > 1 ? sqrt(square / (double)(n - 1)) : 0;
}

/* Effects of parameter j on target k over the paths. */
static ho_effect effect_on(const design *d, const double *value, const int8_t *sign, size_t n_target, size_t j, size_t k, double sd) {
    double sum = 0, size = 0, square = 0, n = (double)d->n_trajectory;
    for (size_t t = 0; t < d->n_trajectory; t++) {
        size_t step = 1;
        while (d->order[t * d->n + step - 1] != j)
            step++;
        double after = value[(step * d->n_trajectory + t) * n_target + k],
               before = value[((step - 1) * d->n_trajectory + t) * n_target + k],
               effect = sign[t * d->n + j] * (after - before) / sd * N_LEVEL / JUMP;
        sum += effect;
        size += fabs(effect);
        square += effect * effect;
    }
    double mean = sum / n, spread = n > 1 ? sqrt(fmax(0, (square - n * mean * mean) / (n - 1))) : 0;
    return (ho_effect){.target = (int32_t)k, .mean = mean, .se = spread / sqrt(n), .mean_size = size / n, .spread = spread};
}

static void find_effects(const design *d, const double *value, const int8_t *sign, size_t n_target, const int32_t *parameter,
                         ho_effect *effect) {
    for (size_t j = 0; j < d->n; j++)
        effect[j] = (ho_effect){.parameter = parameter[j], .target = -1};
    for (size_t k = 0; k < n_target; k++) {
        double sd = sd_of(value + k, (d->n + 1) * d->n_trajectory, n_target);
        for (size_t j = 0; j < d->n && sd > 0; j++) {
            ho_effect here = effect_on(d, value, sign, n_target, j, k, sd);
            if (fabs(here.mean) > fabs(effect[j].mean)) {
                here.parameter = parameter[j];
                effect[j] = here;
            }
        }
    }
}

ho_status ho_screen(const ho_simulator *simulator, const ho_world *world, size_t n_trajectory, size_t n, const int32_t *parameter,
                    ho_effect *effect, ho_error *err) {
    size_t n_target = simulator->targets->n;
    design d = {n, n_trajectory, calloc(n * n_trajectory + 1, 1), calloc(n * n_trajectory + 1, sizeof(uint32_t))};
    double *value = calloc((n + 1) * n_trajectory * n_target + 1, sizeof *value);
    int8_t *sign = calloc(n * n_trajectory + 1, 1);
    ho_status status = HO_OK;
    if (!d.level || !d.order || !value || !sign)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for screening %zu parameters", n);
    for (size_t t = 0; t < n_trajectory && !status; t++)
        draw_path(simulator, &d, t);
    if (!status)
        status = simulate_points(simulator, world, &d, parameter, value, sign, err);
    if (!status)
        find_effects(&d, value, sign, n_target, parameter, effect);
    free(d.level);
    free(d.order);
    free(value);
    free(sign);
    return status;
}
