/* A scenario made ready to simulate. Reads as the pipeline of its columns; each step is one file. */
#include "world/build.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

ho_world_options ho_world_options_default(void) {
    return (ho_world_options){.until = HO_DAY_NONE, .known_by = HO_DAY_NONE, .today = HO_DAY_NONE, .n_step_per_day = 1};
}

void *ho_world_column(ho_world *world, size_t n, size_t size) {
    if (world->n_owned == world->owned_capacity) {
        size_t capacity = world->owned_capacity ? 2 * world->owned_capacity : 64;
        void **owned = realloc(world->owned, capacity * sizeof *owned);
        if (!owned)
            return NULL;
        world->owned = owned;
        world->owned_capacity = capacity;
    }
    void *column = calloc(n ? n : 1, size);
    if (column)
        world->owned[world->n_owned++] = column;
    return column;
}

void ho_world_note(ho_world *world, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    ho_problems_add(&world->replaced, "known-by", 0, "%s", text);
}

bool ho_world_knows(const ho_world *world, ho_day known_on) {
    return world->known_by == HO_DAY_NONE || known_on == HO_DAY_NONE || known_on <= world->known_by;
}

static bool is_recent(ho_day until, ho_day today) {
    enum { YEAR = 365 };
    return today != HO_DAY_NONE && today - until < YEAR;
}

ho_status ho_world_build_dates(ho_world *world, const ho_world_options *options, ho_problems *problems, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    char text[11], other[11];
    world->from = scenario->from;
    world->until = options->until == HO_DAY_NONE ? scenario->until : options->until;
    world->known_by = options->known_by;
    world->withheld = is_recent(world->until, options->today == HO_DAY_NONE ? scenario->today : options->today);
    world->n_step_per_day = options->n_step_per_day;
    if (world->until < world->from)
        ho_problems_add(problems, "--until", 0, "%s is before the first day %s", ho_day_format(world->until, text),
                        ho_day_format(world->from, other));
    if (world->until > world->from + 3660)
        ho_problems_add(problems, "--until", 0, "%s is more than ten years after the first day",
                        ho_day_format(world->until, text));
    if (world->n_step_per_day < 1 || world->n_step_per_day > 24)
        ho_problems_add(problems, "--steps-per-day", 0, "%d steps; need 1 to 24", (int)world->n_step_per_day);
    if (problems->n)
        return ho_error_set(err, HO_ERR_INPUT, "%s", problems->line[0]);
    world->n_day = (size_t)(world->until - world->from) + 1;
    world->dt_day = 1.0 / world->n_step_per_day;
    return HO_OK;
}

static void world_sizes(ho_world *world) {
    const ho_scenario *scenario = world->scenario;
    world->n_district = scenario->n_district;
    world->n_link = 2 * scenario->n_edge;
    world->n_bloc = scenario->n_bloc;
    world->n_faction = scenario->n_faction;
    world->n_province = scenario->n_province;
    world->n_command = scenario->n_command;
    world->national_capital = scenario->national_capital;
}

ho_status ho_world_build(const ho_scenario *scenario, const ho_world_options *options, ho_world **out,
                         ho_problems *problems, ho_error *err) {
    ho_world *world = calloc(1, sizeof *world);
    if (!world)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for the world");
    world->scenario = scenario;
    world_sizes(world);
    ho_status status = ho_world_build_dates(world, options, problems, err);
    if (!status)
        status = ho_world_build_parameters(world, options, problems, err);
    if (!status)
        status = ho_world_build_factions(world, err);
    if (!status)
        status = ho_world_build_districts(world, err);
    if (!status)
        status = ho_world_build_graph(world, err);
    if (!status)
        status = ho_world_build_forces(world, problems, err);
    if (!status)
        status = ho_world_build_calendar(world, err);
    if (!status)
        status = ho_world_build_society(world, err);
    if (!status)
        status = ho_world_build_travel(world, err);
    if (!status)
        status = ho_world_build_assets(world, err);
    if (!status)
        status = ho_world_build_totals(world, err);
    if (status) {
        ho_world_free(world);
        return status;
    }
    *out = world;
    return HO_OK;
}

void ho_world_free(ho_world *world) {
    if (!world)
        return;
    for (size_t k = 0; k < world->n_owned; k++)
        free(world->owned[k]);
    free(world->owned);
    for (size_t k = 0; k < world->n_set; k++)
        free(world->set[k]);
    free(world->set);
    ho_problems_free(&world->replaced);
    free(world);
}

const ho_scenario *ho_world_scenario(const ho_world *world) {
    return world->scenario;
}

ho_day ho_world_until(const ho_world *world) {
    return world->until;
}

const ho_draws *ho_world_draws(const ho_world *world) {
    return world->draws;
}

bool ho_world_withheld(const ho_world *world) {
    return world->withheld;
}

ho_day ho_world_known_by(const ho_world *world) {
    return world->known_by;
}

size_t ho_world_n_day(const ho_world *world) {
    return world->n_day;
}

int32_t ho_world_home_faction(const ho_world *world, size_t district) {
    return world->home_faction[district];
}

int32_t ho_world_bloc_of(const ho_world *world, size_t faction) {
    return world->faction_bloc[faction];
}

size_t ho_world_n_set(const ho_world *world) {
    return world->n_set;
}

const char *ho_world_set(const ho_world *world, size_t k) {
    return world->set[k];
}

size_t ho_world_n_replaced(const ho_world *world) {
    return world->replaced.n;
}

const char *ho_world_replaced(const ho_world *world, size_t k) {
    return world->replaced.line[k];
}
