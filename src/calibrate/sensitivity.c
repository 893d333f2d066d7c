/* Sensitivity of outcomes to parameters: Morris's screening, then Sobol indices of those it chooses and of all others together. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/math.h"
#include "calibrate/normal.h"
#include "calibrate/screen.h"
#include "calibrate/sobol.h"
#include "world/world.h"

enum { OUTCOMES_MAX = 64, FACTORS_MAX = HO_CALIBRATE_PARAMETERS_MAX, OTHERS = -1, NEITHER = -2 };

typedef struct finding {
    const ho_sensitivity_options *options;
    const ho_scenario *scenario;
    ho_world *world;
    ho_observables observables;
    ho_question *question; /* (n_outcome) */
    ho_simulator simulator;
    ho_sensitivity *result;
    int32_t uncertain[HO_N_PARAMETER];
    size_t n_uncertain, n_done, n_all; /* simulations of earlier calls, and in all */
    size_t n_factor; /* of their own and, if any parameter is left, the others */
    double *x;       /* (2, n_base, n_uncertain) parameters of the rows of A and B */
    double *y;       /* (n_outcome, n_factor + 2, n_base, n_inner) */
} finding;

ho_sensitivity_options ho_sensitivity_options_default(void) {
    return (ho_sensitivity_options){.world = ho_world_options_default(),
                                    .n_thread = 1,
                                    .n_trajectory = 40,
                                    .n_chosen = 8,
                                    .n_base = 512,
                                    .n_inner = 2,
                                    .n_bootstrap = 1000};
}

/* --- making ready --- */

static ho_status check_options(const ho_sensitivity_options *o, ho_error *err) {
    size_t n = o->n_parameter ? o->n_parameter : o->n_chosen;
    if (n < 1 || n > FACTORS_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%zu parameters; need 1 to %d", n, FACTORS_MAX);
    if (!o->n_parameter && o->n_trajectory < 2)
        return ho_error_set(err, HO_ERR_INPUT, "%zu trajectories; need two or more", o->n_trajectory);
    if (o->n_base == 1 || (o->n_base && o->n_inner < 2))
        return ho_error_set(err, HO_ERR_INPUT, "%zu rows of %zu simulations each; need two rows or more, or none, of two or more", o->n_base,
                            o->n_inner);
    if (o->n_base && o->n_base > UINT32_MAX / 2 / o->n_inner)
        return ho_error_set(err, HO_ERR_INPUT, "%zu rows of %zu simulations each are too many", o->n_base, o->n_inner);
    if (o->n_outcome > OUTCOMES_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%zu outcomes; need at most %d", o->n_outcome, OUTCOMES_MAX);
    return !o->n_base && o->n_parameter ? ho_error_set(err, HO_ERR_INPUT, "no rows, and parameters are given: there is nothing to do") : HO_OK;
}

static void find_uncertain(finding *f) {
    for (int32_t k = 0; k < HO_N_PARAMETER; k++)
        if (f->world->prior[k].family != HO_PRIOR_POINT && !f->world->held[k])
            f->uncertain[f->n_uncertain++] = k;
}

static ho_status read_outcomes(finding *f, ho_error *err) {
    const ho_sensitivity_options *o = f->options;
    const size_t n = f->result->n_outcome;
    ho_status status = HO_OK;
    f->question = calloc(n, sizeof *f->question);
    f->result->outcome = calloc(n, sizeof *f->result->outcome);
    if (!f->question || !f->result->outcome)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for outcomes");
    if (!o->n_outcome)
        f->question[0] = ho_question_default(f->world, &f->observables);
    for (size_t k = 0; k < o->n_outcome && !status; k++)
        status = ho_question_parse(o->outcome[k], f->world, &f->observables, &f->question[k], err);
    for (size_t k = 0; k < n && !status; k++) {
        ho_sensitivity_outcome *outcome = &f->result->outcome[k];
        const ho_observable *item = &f->observables.item[f->question[k].observable];
        outcome->question = f->question[k];
        snprintf(outcome->unit, sizeof outcome->unit, "%s", item->unit);
        snprintf(outcome->definition, sizeof outcome->definition, "%s", item->definition);
    }
    return status;
}

static void tick(void *context, size_t n_done) {
    finding *f = context;
    if (f->options->progress)
        f->options->progress(f->options->context, f->n_done + n_done, f->n_all);
}

/* Simulations of the screening and of the indices. */
static size_t n_screening(const finding *f) {
    return f->options->n_parameter ? 0 : (f->n_uncertain + 2) * f->options->n_trajectory;
}

static size_t n_indices(const finding *f, size_t n_factor) {
    return f->options->n_base ? (n_factor + 2) * f->options->n_base * f->options->n_inner : 0;
}

static ho_status make_ready(finding *f, ho_problems *problems, ho_error *err) {
    ho_world_options world = f->options->world;
    world.draws = NULL;
    f->result->n_outcome = f->options->n_outcome ? f->options->n_outcome : 1;
    ho_status status = ho_world_build(f->scenario, &world, &f->world, problems, err);
    if (!status)
        status = ho_observables_build(f->world, &f->observables, err);
    if (!status)
        status = read_outcomes(f, err);
    if (status)
        return status;
    find_uncertain(f);
    f->result->n_uncertain = f->n_uncertain;
    if (!f->n_uncertain || world.at_centre)
        return ho_error_set(err, HO_ERR_INPUT, "no parameter is uncertain: there is nothing to be sensitive to");
    f->simulator = (ho_simulator){.scenario = f->scenario,
                                  .world = world,
                                  .sim = f->options->sim,
                                  .n_thread = f->options->n_thread,
                                  .stop = f->options->stop,
                                  .tick = tick,
                                  .context = f,
                                  .n_question = f->result->n_outcome,
                                  .question = f->question};
    size_t most = f->options->n_parameter ? f->options->n_parameter : f->options->n_chosen;
    most = most < f->n_uncertain ? most + 1 : f->n_uncertain;
    f->n_all = n_screening(f) + n_indices(f, most);
    return HO_OK;
}

/* --- screening --- */

typedef struct ranked {
    int32_t parameter;
    size_t at;     /* among the uncertain */
    double effect; /* largest |mu| on any outcome, in sd of it */
} ranked;

static int by_effect(const void *a, const void *b) {
    const ranked *x = a, *y = b;
    if (x->effect != y->effect)
        return x->effect > y->effect ? -1 : 1;
    return (x->parameter > y->parameter) - (x->parameter < y->parameter);
}

static ho_screened in_unit(const ho_morris *m, double sd) {
    return (ho_screened){m->mean * sd, m->se * sd, m->mean_size * sd, m->size_se * sd, m->spread * sd};
}

static ho_status keep_screening(finding *f, const ho_screening *found, ranked *order, ho_error *err) {
    ho_sensitivity *result = f->result;
    const size_t n = f->n_uncertain, n_outcome = result->n_outcome;
    for (size_t j = 0; j < n; j++) {
        order[j] = (ranked){f->uncertain[j], j, 0};
        for (size_t k = 0; k < n_outcome; k++)
            order[j].effect = fmax(order[j].effect, fabs(found->effect[j * n_outcome + k].mean));
    }
    qsort(order, n, sizeof *order, by_effect);
    result->screened = calloc(n, sizeof *result->screened);
    bool made = result->screened != NULL;
    for (size_t k = 0; k < n_outcome && made; k++) {
        ho_sensitivity_outcome *outcome = &result->outcome[k];
        outcome->sd = found->sd[k];
        outcome->chance = in_unit(&found->chance[k], found->sd[k]);
        outcome->screened = calloc(n, sizeof *outcome->screened);
        made = outcome->screened != NULL;
        for (size_t j = 0; j < n && made; j++)
            outcome->screened[j] = in_unit(&found->effect[order[j].at * n_outcome + k], found->sd[k]);
    }
    if (!made)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for screening");
    result->n_screened = n;
    for (size_t j = 0; j < n; j++)
        result->screened[j] = order[j].parameter;
    return HO_OK;
}

static ho_status screen(finding *f, ho_error *err) {
    const size_t n = f->n_uncertain, n_outcome = f->result->n_outcome;
    ho_screening found = {.effect = calloc(n * n_outcome, sizeof *found.effect),
                          .sd = calloc(n_outcome, sizeof *found.sd),
                          .chance = calloc(n_outcome, sizeof *found.chance)};
    ranked *order = calloc(n, sizeof *order);
    ho_status status = HO_ERR_MEMORY;
    if (found.effect && found.sd && found.chance && order)
        status = ho_screen_all(&f->simulator, f->world, f->options->n_trajectory, n, f->uncertain, &found, err);
    else
        ho_error_set(err, status, "out of memory for screening %zu parameters", n);
    if (!status)
        status = keep_screening(f, &found, order, err);
    free(found.effect);
    free(found.sd);
    free(found.chance);
    free(order);
    return status;
}

/* --- factors --- */

static ho_status check_given(const finding *f, ho_error *err) {
    for (size_t j = 0; j < f->options->n_parameter; j++) {
        int32_t k = f->options->parameter[j];
        if (f->world->prior[k].family == HO_PRIOR_POINT || f->world->held[k])
            return ho_error_set(err, HO_ERR_INPUT, "%s is held at one value: nothing depends on it", ho_parameter_table[k].name);
    }
    return HO_OK;
}

static ho_status choose_factors(finding *f, ho_error *err) {
    const ho_sensitivity_options *o = f->options;
    const int32_t *from = o->n_parameter ? o->parameter : f->result->screened;
    size_t n = o->n_parameter ? o->n_parameter : o->n_chosen < f->n_uncertain ? o->n_chosen : f->n_uncertain;
    f->result->factor = calloc(n, sizeof *f->result->factor);
    if (!f->result->factor)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for factors");
    memcpy(f->result->factor, from, n * sizeof *from);
    f->result->n_factor = n;
    f->n_factor = n < f->n_uncertain ? n + 1 : n;
    return HO_OK;
}

/* The factor that a parameter belongs to. */
static int32_t factor_of(const finding *f, int32_t parameter) {
    for (size_t j = 0; j < f->result->n_factor; j++)
        if (f->result->factor[j] == parameter)
            return (int32_t)j;
    return OTHERS;
}

/* --- indices --- */

static double value_at(const finding *f, int32_t parameter, double z) {
    const ho_parameter_spec *spec = &ho_parameter_table[parameter];
    double x = ho_prior_at(&f->world->prior[parameter], z);
    return x < spec->lo ? spec->lo : x > spec->hi ? spec->hi : x;
}

static bool draw_rows(finding *f) {
    const size_t n_base = f->options->n_base;
    double *x = f->x = calloc(2 * n_base * f->n_uncertain, sizeof *x);
    for (int m = 0; m < 2 && x; m++)
        for (size_t row = 0; row < n_base; row++)
            for (size_t j = 0; j < f->n_uncertain; j++)
                *x++ = value_at(f, f->uncertain[j], ho_sobol_score(f->options->sim.seed, m, (uint32_t)row, (uint32_t)f->uncertain[j]));
    return x != NULL;
}

/* Fills matrix m: 0 is A, 1 is B, 2 + i is A with factor i from B. All but B draw the random numbers of A, simulation by simulation. */
static void fill_matrix(const finding *f, size_t m, ho_draws *draws) {
    const size_t n_inner = f->options->n_inner, n_base = f->options->n_base;
    const int32_t mixed = m < 2 ? NEITHER : (m - 2 == f->result->n_factor ? OTHERS : (int32_t)(m - 2));
    for (size_t j = 0; j < draws->n_parameter; j++) {
        const int32_t parameter = f->uncertain[j];
        const bool from_b = m == 1 || (m > 1 && factor_of(f, parameter) == mixed);
        draws->parameter[j] = parameter;
        for (size_t row = 0; row < n_base; row++) {
            double x = f->x[((size_t)from_b * n_base + row) * f->n_uncertain + j];
            for (size_t i = 0; i < n_inner; i++)
                draws->value[(row * n_inner + i) * draws->n_parameter + j] = x;
        }
    }
    for (size_t k = 0; k < n_base * n_inner; k++)
        draws->stream[k] = (uint32_t)((m == 1) * n_base * n_inner + k);
}

/* Puts what was measured of matrix m, value (n_base n_inner, n_outcome), where the estimate wants it. */
static ho_status keep_matrix(finding *f, size_t m, const double *value, ho_error *err) {
    const size_t n = f->options->n_base * f->options->n_inner, n_outcome = f->result->n_outcome;
    for (size_t k = 0; k < n_outcome; k++)
        for (size_t i = 0; i < n; i++) {
            double x = value[i * n_outcome + k];
            if (!isfinite(x))
                return ho_error_set(err, HO_ERR_INPUT, "%s is not measured in some simulations; indices need it in all", f->question[k].name);
            f->y[(k * (f->n_factor + 2) + m) * n + i] = x;
        }
    return HO_OK;
}

static ho_status simulate_matrices(finding *f, ho_error *err) {
    const size_t n = f->options->n_base * f->options->n_inner;
    ho_draws *draws = ho_draws_build(n, f->n_uncertain);
    double *value = calloc(n * f->result->n_outcome, sizeof *value);
    f->y = calloc(n * (f->n_factor + 2) * f->result->n_outcome, sizeof *f->y);
    if (draws)
        draws->stream = calloc(n, sizeof *draws->stream);
    ho_status status = draws && draws->stream && value && f->y && draw_rows(f) ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu simulations", n);
    for (size_t m = 0; m < f->n_factor + 2 && !status; m++) {
        fill_matrix(f, m, draws);
        status = ho_simulate(&f->simulator, draws, value, err);
        f->n_done += n;
        if (!status)
            status = keep_matrix(f, m, value, err);
    }
    ho_draws_free(draws);
    free(value);
    return status;
}

static ho_status estimate(finding *f, ho_error *err) {
    const ho_sobol_design design = {.n_factor = f->n_factor,
                                    .n_base = f->options->n_base,
                                    .n_inner = f->options->n_inner,
                                    .n_bootstrap = f->options->n_bootstrap,
                                    .seed = f->options->sim.seed};
    ho_status status = HO_OK;
    for (size_t k = 0; k < f->result->n_outcome && !status; k++) {
        ho_sensitivity_outcome *outcome = &f->result->outcome[k];
        outcome->index = calloc(f->n_factor + 1, sizeof *outcome->index);
        status = outcome->index ? ho_sobol_estimate(&design, f->y + k * (f->n_factor + 2) * design.n_base * design.n_inner, &outcome->sobol,
                                                    outcome->index, err)
                                : ho_error_set(err, HO_ERR_MEMORY, "out of memory for indices");
    }
    return status;
}

static ho_status find_indices(finding *f, ho_error *err) {
    ho_status status = choose_factors(f, err);
    if (!status)
        status = simulate_matrices(f, err);
    return status ? status : estimate(f, err);
}

/* --- the result --- */

static void digest_real(ho_digest *digest, double x) {
    ho_digest_uint64(digest, isnan(x) ? 0 : ho_double_bits(x));
}

static void find_digest(ho_sensitivity *s) {
    ho_digest digest;
    ho_digest_begin(&digest);
    for (size_t j = 0; j < s->n_screened; j++)
        ho_digest_int32(&digest, s->screened[j]);
    for (size_t j = 0; j < s->n_factor; j++)
        ho_digest_int32(&digest, s->factor[j]);
    for (size_t k = 0; k < s->n_outcome; k++) {
        const ho_sensitivity_outcome *outcome = &s->outcome[k];
        for (size_t j = 0; j < s->n_screened; j++) {
            digest_real(&digest, outcome->screened[j].mean);
            digest_real(&digest, outcome->screened[j].mean_size);
        }
        digest_real(&digest, outcome->sobol.variance);
        digest_real(&digest, outcome->sobol.noise);
        for (size_t j = 0; outcome->index && j <= s->n_factor; j++) {
            digest_real(&digest, outcome->index[j].first.value);
            digest_real(&digest, outcome->index[j].total.value);
        }
    }
    ho_digest_end(&digest, s->digest);
}

static ho_status find(finding *f, ho_problems *problems, ho_error *err) {
    ho_status status = make_ready(f, problems, err);
    if (!status)
        status = check_given(f, err);
    if (!status && !f->options->n_parameter) {
        status = screen(f, err);
        f->n_done = n_screening(f);
    }
    if (!status && f->options->n_base)
        status = find_indices(f, err);
    f->result->n_simulated = f->n_done;
    if (!status)
        find_digest(f->result);
    return status;
}

ho_status ho_sensitivity_find(const ho_scenario *scenario, const ho_sensitivity_options *options, ho_sensitivity **sensitivity,
                              ho_problems *problems, ho_error *err) {
    finding f = {.options = options, .scenario = scenario};
    *sensitivity = NULL;
    ho_status status = check_options(options, err);
    if (status)
        return status;
    f.result = calloc(1, sizeof *f.result);
    status = f.result ? find(&f, problems, err) : ho_error_set(err, HO_ERR_MEMORY, "out of memory");
    ho_observables_free(&f.observables);
    ho_world_free(f.world);
    free(f.question);
    free(f.x);
    free(f.y);
    if (status)
        ho_sensitivity_free(f.result);
    else
        *sensitivity = f.result;
    return status;
}

void ho_sensitivity_free(ho_sensitivity *sensitivity) {
    if (!sensitivity)
        return;
    for (size_t k = 0; k < sensitivity->n_outcome && sensitivity->outcome; k++) {
        free(sensitivity->outcome[k].screened);
        free(sensitivity->outcome[k].index);
    }
    free(sensitivity->screened);
    free(sensitivity->factor);
    free(sensitivity->outcome);
    free(sensitivity);
}
