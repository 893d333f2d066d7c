/* Tiny made-up countries for the science tests: a graph, garrisons and further lines of scenario.yml, written to a folder and read
 * back by the loader, so that what is tested is what a user could write. Bloc 0 is the crown (faction 0, court, a state), bloc 1
 * the reeds (faction 1, insurgents). Ghosts, arrears and stocks are points: nothing is random but what the test leaves so. */
#ifndef SMALL_H
#define SMALL_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "mechanisms/holder.h"
#include "sim/day.h"
#include "unit/check.h"

enum { CROWN, REEDS };  /* blocs */
enum { COURT, INSURGENTS }; /* factions */

typedef struct small_district {
    int32_t soldiers, rebels; /* persons of court and reeds */
    bool seat, airfield;      /* of a province of its own; has one */
    int province;             /* 0: that of district 0 */
    const char *terrain;      /* NULL: plain */
} small_district;

typedef struct small {
    size_t n_district, n_edge;
    small_district *district;
    int32_t (*edge)[2];
    const char *sections; /* further top-level keys of scenario.yml, or NULL */
    const char *court;    /* further lines of the court, or NULL */
    const char *commands; /* further rows of commands.csv, or NULL */
    double supply_days;
} small;

static inline small *small_new(size_t n_district, size_t n_edge) {
    small *country = calloc(1, sizeof *country);
    country->n_district = n_district;
    country->district = calloc(n_district, sizeof *country->district);
    country->edge = calloc(n_edge, sizeof *country->edge);
    country->district[0].seat = true;
    country->district[0].soldiers = 100;
    country->supply_days = 20;
    return country;
}

static inline void small_edge(small *country, size_t a, size_t b) {
    country->edge[country->n_edge][0] = (int32_t)a;
    country->edge[country->n_edge++][1] = (int32_t)b;
}

/* District 0 is the national capital in all of them. */
static inline small *small_line(size_t n) {
    small *country = small_new(n, n);
    for (size_t i = 1; i < n; i++)
        small_edge(country, i - 1, i);
    return country;
}

static inline small *small_ring(size_t n) {
    small *country = small_line(n);
    small_edge(country, 0, n - 1);
    return country;
}

static inline small *small_star(size_t n) {
    small *country = small_new(n, n);
    for (size_t i = 1; i < n; i++)
        small_edge(country, 0, i);
    return country;
}

static inline small *small_complete(size_t n) {
    small *country = small_new(n, n * n / 2);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < i; j++)
            small_edge(country, j, i);
    return country;
}

static inline small *small_lattice(size_t width, size_t height) {
    small *country = small_new(width * height, 2 * width * height);
    for (size_t i = 0; i < width * height; i++) {
        if (i % width)
            small_edge(country, i - 1, i);
        if (i >= width)
            small_edge(country, i - width, i);
    }
    return country;
}

static inline void small_free(small *country) {
    free(country->district);
    free(country->edge);
    free(country);
}

static inline FILE *small_open(const char *folder, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    return file;
}

static inline void small_write_yaml(const small *country, FILE *file) {
    fprintf(file,
            "format: 1\nname: small\ntitle: Small\nfrom: 2030-05-01\nuntil: 2030-12-31\nseed: 7\nreplicates: 10\n"
            "national_capital: D0000\n"
            "blocs:\n  - {id: crown, name: Crown, color: \"#2c6fbb\"}\n  - {id: reeds, name: Reeds, color: \"#b5523b\"}\n"
            "groups:\n  - {id: all, name: All}\n"
            "garrison_kinds:\n"
            "  - {id: army, name: Army, worth: 1.0, ghost: {point: 0}, arrears_days: {point: 0}, supply_days: {point: %g}, "
            "reserve: false, known_on: 2030-04-30, source: test}\n"
            "factions:\n"
            "  - id: court\n    name: Court\n    bloc: crown\n    role: state\n    known_on: 2030-04-30\n    source: test\n%s"
            "  - id: insurgents\n    name: Insurgents\n    bloc: reeds\n    role: insurgent\n    known_on: 2030-04-30\n"
            "    source: test\n"
            "%s",
            country->supply_days, country->court ? country->court : "", country->sections ? country->sections : "");
}

static inline void small_write_tables(const small *country, const char *folder) {
    FILE *districts = small_open(folder, "districts.csv"), *garrisons = small_open(folder, "garrisons.csv");
    FILE *groups = small_open(folder, "groups.csv"), *edges = small_open(folder, "edges.csv");
    fprintf(districts, "pcode,name,province,province_pcode,region,lon,lat,area_km2,population,urban_population,elevation_m,"
                       "relief_m,terrain,is_capital,airfield,on_road,prior_status,reach\n");
    fprintf(garrisons, "pcode,faction,command,kind,paper,known_on,source\n");
    fprintf(groups, "province_pcode,group,share,known_on,source\n");
    fprintf(edges, "a,b,distance_km,road,border_km,pass_height_m\n");
    bool seen[64] = {false};
    for (size_t i = 0; i < country->n_district; i++) {
        const small_district *d = &country->district[i];
        fprintf(districts, "D%04zu,Place %zu,Province %d,P%02d,All,%g,%g,100,1000,0,100,10,%s,%d,%d,0,,\n", i, i, d->province,
                d->province, 20 + 0.01 * (double)(i % 100), 40 + 0.01 * (double)(i / 100), d->terrain ? d->terrain : "plain",
                d->seat, d->airfield);
        if (d->soldiers)
            fprintf(garrisons, "D%04zu,court,staff,army,%d,2030-04-30,test\n", i, (int)d->soldiers);
        if (d->rebels)
            fprintf(garrisons, "D%04zu,insurgents,shura,army,%d,2030-04-30,test\n", i, (int)d->rebels);
        if (!seen[d->province])
            fprintf(groups, "P%02d,all,1,2030-04-30,test\n", d->province);
        seen[d->province] = true;
    }
    for (size_t e = 0; e < country->n_edge; e++)
        fprintf(edges, "D%04d,D%04d,20,A,10,0\n", (int)country->edge[e][0], (int)country->edge[e][1]);
    fclose(districts);
    fclose(garrisons);
    fclose(groups);
    fclose(edges);
}

/* Writes the country, loads it and removes the folder. The caller frees the scenario. */
static inline ho_scenario *small_load(const small *country) {
    static const char *const names[] = {"scenario.yml", "districts.csv", "garrisons.csv",
                                        "groups.csv",   "edges.csv",     "commands.csv"};
    char folder[] = "/tmp/holdout-small-XXXXXX", path[512];
    assert_non_null(mkdtemp(folder));
    FILE *yaml = small_open(folder, "scenario.yml"), *commands = small_open(folder, "commands.csv");
    small_write_yaml(country, yaml);
    fprintf(commands, "id,name,faction,kind,hq,superior\nstaff,Staff,court,corps,D0000,\n%s"
                      "shura,Shura,insurgents,insurgent,D0000,\n", country->commands ? country->commands : "");
    fclose(yaml);
    fclose(commands);
    small_write_tables(country, folder);
    ho_scenario *scenario = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    if (ho_scenario_load(folder, NULL, &scenario, &problems, &err))
        fail_msg("%s; %s", err.text, problems.n ? problems.line[0] : "");
    for (size_t k = 0; k < N_OF(names); k++) {
        snprintf(path, sizeof path, "%s/%s", folder, names[k]);
        unlink(path);
    }
    rmdir(folder);
    ho_problems_free(&problems);
    return scenario;
}

static inline ho_scenario *scenario_load(const char *folder) {
    char path[512];
    ho_scenario *scenario = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    snprintf(path, sizeof path, HO_SOURCE_DIR "/%s", folder);
    if (ho_scenario_load(path, NULL, &scenario, &problems, &err))
        fail_msg("%s; %s", err.text, problems.n ? problems.line[0] : "");
    ho_problems_free(&problems);
    return scenario;
}

static inline ho_world *world_from(const ho_scenario *scenario, const ho_world_options *options) {
    ho_world *world = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    if (ho_world_build(scenario, options, &world, &problems, &err))
        fail_msg("%s", err.text);
    ho_problems_free(&problems);
    return world;
}

/* A world with settings, a NULL-terminated list. */
static inline ho_world *world_with(const ho_scenario *scenario, int n_step_per_day, const char *const *set) {
    ho_world_options options = ho_world_options_default();
    options.n_step_per_day = n_step_per_day;
    options.set = set;
    while (set && set[options.n_set])
        options.n_set++;
    return world_from(scenario, &options);
}

static inline ho_state *state_of(const ho_world *world) {
    ho_state *state = NULL;
    assert_int_equal(ho_state_build(world, &state, NULL), HO_OK);
    return state;
}

/* The state at the start of replicate 0. */
static inline ho_state *state_started(const ho_world *world) {
    const ho_streams streams = {1, 0};
    ho_state *state = state_of(world);
    ho_state_start(world, state, &streams);
    state->fights = true; /* as on a day with every mechanism on; a step taken alone would not know */
    return state;
}

static inline int32_t *fighters_at(const ho_world *world, ho_state *state, int32_t faction, size_t i) {
    return &state->fighters[(size_t)faction * world->n_district + i];
}

static inline void put_fighters(const ho_world *world, ho_state *state, int32_t faction, size_t i, int32_t n) {
    *fighters_at(world, state, faction, i) = n;
    state->worth[(size_t)faction * world->n_district + i] = 1;
    ho_state_refresh_strength(world, state, i);
}

/* Mask of all mechanisms but the named ones, a NULL-terminated list. */
static inline uint64_t all_but(const char *const *on) {
    uint64_t off = (1u << ho_mechanism_count()) - 1;
    for (; *on; on++)
        off &= ~(UINT64_C(1) << ho_mechanism_find(*on));
    return off;
}

static inline void run_days(const ho_world *world, ho_state *state, const ho_streams *streams, uint64_t off, int n_day) {
    ho_error err = {0};
    for (int day = 0; day < n_day; day++)
        if (ho_day_run(world, state, streams, off, &err))
            fail_msg("%s", err.text);
}

#endif
