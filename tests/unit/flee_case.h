/* A small case of FLEE in a folder of its own, for tests: A in conflict, camps B and C. */
#ifndef FLEE_CASE_H
#define FLEE_CASE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "holdout/flee.h"
#include "unit/check.h"

typedef struct flee_files {
    const char *locations, *routes, *closures, *conflicts, *period, *corrections, *settings, *layout, *b, *c, *total, *changes, *extra_name, *extra;
} flee_files;

/* A million people flee A on day 1. */
static const flee_files flee_small = {
    .locations = "#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap\n"
                 "A,r,X,0,0,conflict_zone,0,5000000\nB,r,X,0,1,camp,,0\nC,r,Y,0,2,camp,,0\n",
    .routes = "#name1,name2,distance,forced_redirection\nA,B,100,0\nA,C,300,0\n",
    .closures = "#type,name1,name2,start,end\n",
    .conflicts = "#Day,A\n0,1\n1,1\n2,1\n",
    .period = "StartDate,2020-01-01\nLength,3\n",
    .settings = "move_rules:\n  camp_movechance: 0.0\n  conflict_weight: 0.25\n",
    .layout = "total,total.csv\nB,b.csv\nC,c.csv\n",
    .b = "2020-01-01,0\n2020-01-02,600000\n",
    .c = "2020-01-01,0\n2020-01-02,400000\n",
    .total = "2020-01-01,0\n2020-01-02,1000000\n",
};

enum { FLEE_PATH = 512 };

static void flee_put(const char *folder, const char *name, const char *text) {
    char path[2 * FLEE_PATH];
    if (!text)
        return;
    snprintf(path, sizeof path, "%.500s/%.500s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

/* Writes it; removed by flee_remove. */
static void flee_write(const flee_files *f, char folder[FLEE_PATH]) {
    char sub[FLEE_PATH + 16];
    strcpy(folder, "/tmp/holdout-flee-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(sub, sizeof sub, "%s/input", folder);
    assert_int_equal(mkdir(sub, 0777), 0);
    flee_put(sub, "locations.csv", f->locations);
    flee_put(sub, "routes.csv", f->routes);
    flee_put(sub, "closures.csv", f->closures);
    flee_put(sub, "conflicts.csv", f->conflicts);
    flee_put(sub, "sim_period.csv", f->period);
    flee_put(sub, "registration_corrections.csv", f->corrections);
    flee_put(sub, "location_changes.csv", f->changes);
    if (f->extra_name)
        flee_put(sub, f->extra_name, f->extra);
    flee_put(folder, "simsetting.yml", f->settings);
    snprintf(sub, sizeof sub, "%s/validation", folder);
    assert_int_equal(mkdir(sub, 0777), 0);
    flee_put(sub, "data_layout.csv", f->layout);
    flee_put(sub, "b.csv", f->b);
    flee_put(sub, "c.csv", f->c);
    flee_put(sub, "total.csv", f->total);
}

static void flee_remove(const char *folder) {
    char command[FLEE_PATH + 16];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

typedef struct flee_loaded {
    char folder[FLEE_PATH];
    ho_flee_case *flee;
    ho_problems problems, surprises;
    ho_status status;
} flee_loaded;

static flee_loaded flee_load_options(const flee_files *f, uint64_t documented, bool by_origin) {
    flee_loaded l = {0};
    flee_write(f, l.folder);
    const ho_flee_options options = {.folder = l.folder, .documented = documented, .by_origin = by_origin};
    l.status = ho_flee_load(&options, &l.flee, &l.problems, &l.surprises, NULL);
    return l;
}

static inline flee_loaded flee_load_files(const flee_files *f) {
    return flee_load_options(f, 0, false);
}

static void flee_unload(flee_loaded *l) {
    ho_flee_free(l->flee);
    ho_problems_free(&l->problems);
    ho_problems_free(&l->surprises);
    flee_remove(l->folder);
}

static inline bool flee_says(const ho_problems *lines, const char *text) {
    for (size_t k = 0; k < lines->n; k++)
        if (strstr(lines->line[k], text))
            return true;
    return false;
}

/* People at every place at the end of every day of one run, (n_day, n_place). The caller frees. */
static int64_t *flee_people(const ho_flee_case *flee, uint32_t seed) {
    ho_flee_worker *worker = NULL;
    int64_t *at = calloc(ho_flee_n_day(flee) * ho_flee_n_place(flee), sizeof *at);
    const ho_flee_record record = {.at = at};
    assert_int_equal(ho_flee_worker_build(flee, &worker, NULL), HO_OK);
    assert_int_equal(ho_flee_run(worker, seed, 0, &record, NULL), HO_OK);
    ho_flee_worker_free(worker);
    return at;
}

#endif
