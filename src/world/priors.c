/* Parameters of a world: the model's own prior, replaced by the scenario's, by what was known (known_by) and by the
 * user's settings, in that order. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "world/build.h"

static void take_scenario_prior(ho_world *world, size_t row, ho_problems *problems) {
    const ho_parameter_row *given = &world->scenario->parameter[row];
    int32_t k = ho_parameter_find(given->name);
    if (k < 0) {
        ho_problems_add(problems, ho_row_file(world->scenario, given->line), ho_row_line(given->line),
                        "unknown parameter %s; see `holdout list parameters`", given->name);
        return;
    }
    world->prior_row[k] = (int32_t)row;
    if (ho_world_knows(world, given->known_on)) {
        world->prior[k] = given->prior;
    } else if (given->has_before) {
        world->prior[k] = given->prior_before;
        ho_world_note(world, "parameter %s: prior_before is used", given->name);
    } else {
        ho_world_note(world, "parameter %s: the model's own prior is used", given->name);
    }
    const ho_parameter_spec *spec = &ho_parameter_table[k];
    double centre = ho_prior_centre(&world->prior[k]);
    if (centre < spec->lo || centre > spec->hi)
        ho_problems_add(problems, ho_row_file(world->scenario, given->line), ho_row_line(given->line),
                        "the prior of %s is centred on %g; need %g to %g", given->name, centre, spec->lo, spec->hi);
}

static void take_setting(ho_world *world, const char *setting, ho_problems *problems) {
    const char *equals = strchr(setting, '=');
    char name[64];
    double value = NAN;
    size_t length = equals ? (size_t)(equals - setting) : 0;
    if (!equals || length == 0 || length >= sizeof name || !ho_text_double(equals + 1, &value)) {
        ho_problems_add(problems, "--set", 0, "\"%s\" is not NAME=VALUE with a finite number", setting);
        return;
    }
    memcpy(name, setting, length);
    name[length] = '\0';
    int32_t k = ho_parameter_find(name);
    if (k < 0) {
        ho_problems_add(problems, "--set", 0, "unknown parameter %s; see `holdout list parameters`", name);
    } else if (value < ho_parameter_table[k].lo || value > ho_parameter_table[k].hi) {
        ho_problems_add(problems, "--set", 0, "%s is %g; need %g to %g", name, value, ho_parameter_table[k].lo,
                        ho_parameter_table[k].hi);
    } else if (world->held[k]) {
        ho_problems_add(problems, "--set", 0, "%s is given twice", name);
    } else {
        world->prior[k] = (ho_prior){HO_PRIOR_POINT, value, 0, -INFINITY, INFINITY};
        world->held[k] = true;
    }
}

static ho_status keep_settings(ho_world *world, const ho_world_options *options, ho_error *err) {
    world->set = calloc(options->n_set ? options->n_set : 1, sizeof *world->set);
    if (!world->set)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for settings");
    for (size_t k = 0; k < options->n_set; k++) {
        world->set[k] = ho_text_copy(options->set[k]);
        if (!world->set[k])
            return ho_error_set(err, HO_ERR_MEMORY, "no memory for settings");
        world->n_set++;
    }
    return HO_OK;
}

ho_draws *ho_draws_build(size_t n_draw, size_t n_parameter) {
    ho_draws *draws = calloc(1, sizeof *draws);
    if (!draws)
        return NULL;
    draws->known_by = HO_DAY_NONE;
    draws->n_draw = n_draw;
    draws->n_parameter = n_parameter;
    draws->parameter = calloc(n_parameter + 1, sizeof *draws->parameter);
    draws->value = calloc(n_draw * n_parameter + 1, sizeof *draws->value);
    if (!draws->parameter || !draws->value) {
        ho_draws_free(draws);
        return NULL;
    }
    return draws;
}

void ho_draws_free(ho_draws *draws) {
    if (!draws)
        return;
    free(draws->stream);
    free(draws->parameter);
    free(draws->value);
    free(draws);
}

static int by_stream(const void *a, const void *b) {
    const ho_stream_row *x = a, *y = b;
    if (x->stream != y->stream)
        return x->stream > y->stream ? 1 : -1;
    return (x->row > y->row) - (x->row < y->row);
}

/* Rows by stream, to be found by it; rows of one stream are one course. */
static ho_status index_streams(ho_world *world, const ho_draws *draws, ho_problems *problems, ho_error *err) {
    if (!draws->stream)
        return HO_OK;
    ho_stream_row *row = ho_world_column(world, draws->n_draw, sizeof *row);
    if (!row)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu draws", draws->n_draw);
    for (size_t k = 0; k < draws->n_draw; k++)
        row[k] = (ho_stream_row){draws->stream[k], (uint32_t)k};
    qsort(row, draws->n_draw, sizeof *row, by_stream);
    const size_t n = draws->n_parameter;
    for (size_t k = 1; k < draws->n_draw; k++)
        if (row[k].stream == row[k - 1].stream &&
            memcmp(draws->value + row[k].row * n, draws->value + row[k - 1].row * n, n * sizeof *draws->value) != 0)
            ho_problems_add(problems, "draws", (int)row[k].row + 1, "stream %u is there twice, with other values", row[k].stream);
    world->stream_row = row;
    return HO_OK;
}

/* Whether draws are of this model: each parameter known and given once, each value among those allowed. */
static void take_draws(ho_world *world, const ho_draws *draws, ho_problems *problems) {
    bool given[HO_N_PARAMETER] = {false};
    if (draws->n_draw == 0)
        ho_problems_add(problems, "draws", 0, "there are none; need one or more");
    for (size_t j = 0; j < draws->n_parameter; j++) {
        int32_t k = draws->parameter[j];
        if (k < 0 || k >= HO_N_PARAMETER || given[k]) {
            ho_problems_add(problems, "draws", 0, "column %zu: parameter %d is unknown or there twice", j + 1, (int)k);
            continue;
        }
        const ho_parameter_spec *spec = &ho_parameter_table[k];
        given[k] = true;
        for (size_t row = 0; row < draws->n_draw; row++) {
            double value = draws->value[row * draws->n_parameter + j];
            if (!(value >= spec->lo && value <= spec->hi))
                ho_problems_add(problems, "draws", (int)row + 1, "%s is %g; need %g to %g", spec->name, value, spec->lo,
                                spec->hi);
        }
    }
    world->draws = draws;
}

ho_status ho_world_build_parameters(ho_world *world, const ho_world_options *options, ho_problems *problems,
                                    ho_error *err) {
    world->at_centre = options->at_centre;
    for (size_t k = 0; k < HO_N_PARAMETER; k++) {
        world->prior[k] = ho_parameter_table[k].prior;
        world->prior_row[k] = -1;
    }
    for (size_t row = 0; row < world->scenario->n_parameter; row++)
        take_scenario_prior(world, row, problems);
    for (size_t k = 0; k < options->n_set; k++)
        take_setting(world, options->set[k], problems);
    if (options->draws)
        take_draws(world, options->draws, problems);
    ho_status status = options->draws ? index_streams(world, options->draws, problems, err) : HO_OK;
    if (status)
        return status;
    if (problems->n)
        return ho_error_set(err, HO_ERR_INPUT, "%s", problems->line[0]);
    return keep_settings(world, options, err);
}

ho_parameter_info ho_world_parameter(const ho_world *world, size_t k) {
    const ho_parameter_spec *spec = &ho_parameter_table[k];
    int32_t row = world->prior_row[k];
    const ho_parameter_row *given = row >= 0 ? &world->scenario->parameter[row] : NULL;
    return (ho_parameter_info){.name = spec->name,
                               .unit = spec->unit,
                               .mechanism = spec->mechanism,
                               .meaning = spec->meaning,
                               .source = given && given->source ? given->source : spec->source,
                               .lo = spec->lo,
                               .hi = spec->hi,
                               .prior = world->prior[k],
                               .from_scenario = given != NULL,
                               .held = world->held[k],
                               .known_on = given ? given->known_on : HO_DAY_NONE,
                               .line = given ? given->line : 0};
}
