/* Any bytes as one file of a small FLEE case: no crash, no leak; a case or a problem that names a file; and a case that was read runs, with nobody
 * lost, on its first days. The first byte says which file. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "holdout/flee.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { N_FILE = 12, DAYS_MAX = 400 };
static const char *const name[N_FILE] = {
    "locations.csv", "routes.csv", "closures.csv", "conflicts.csv", "sim_period.csv", "registration_corrections.csv", "location_changes.csv",
    "demographics_age.csv", "simsetting.yml", "data_layout.csv", "b.csv", "total.csv"};
static const char *const usual[N_FILE] = {
    "#name,region,country,x,y,type,date,pop\nA,r,X,0,0,conflict_zone,0,5000\nB,r,Y,0,1,camp,,70\nM,r,X,1,1,marker,,0\nT,r,X,1,0,town,,9\n",
    "#a,b,km,f,max_move_speed\nA,B,100,0,300\nA,M,30,1,360\nM,T,70,2,40\nT,B,9,,360\n",
    "country,X,Y,0,2\nlink,A,B,1,3\ncamp,B,,1,3\nlocation,T,A,1,2\n",
    "#Day,A,T\n0,1,0\n1,1,0.5\n2,0,0.7\n3,1,1\n",
    "StartDate,2020-01-01\nLength,4\n",
    "B,2020-01-03\n",
    "T,camp,1\n",
    "age,Default\n10,1\n40,2\n",
    "move_rules:\n  ChildrenAvoidHazards: True\n  awareness_level: 3\n  avoid_short_stints: True\n  start_on_foot: True\n",
    "total,total.csv\nB,b.csv\n",
    "2020-01-01,3\n2020-01-03,60\n2020-01-05,40\n",
    "Date,n\n2020-01-01,5\n2020-01-09,90\n",
};

static void put(const char *folder, const char *file, const void *bytes, size_t n) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, file);
    FILE *f = fopen(path, "wb");
    assert(f);
    fwrite(bytes, 1, n, f);
    fclose(f);
}

static void run(const ho_flee_case *flee) {
    ho_flee_worker *worker = NULL;
    size_t n_day = ho_flee_n_day(flee), n_place = ho_flee_n_place(flee);
    if (n_day > DAYS_MAX || n_place > 100 || ho_flee_worker_build(flee, &worker, NULL))
        return;
    int64_t *at = calloc(n_day * n_place + 1, sizeof *at), *total = calloc(n_day, sizeof *total), *road = calloc(n_day, sizeof *road);
    const ho_flee_record record = {.at = at, .total = total, .on_road = road};
    if (at && total && road && ho_flee_run(worker, 1, 0, &record, NULL) == HO_OK)
        for (size_t day = 0; day < n_day; day++) {
            int64_t sum = road[day];
            for (size_t p = 0; p < n_place; p++)
                sum += at[day * n_place + p];
            assert(sum == total[day]);
        }
    free(at);
    free(total);
    free(road);
    ho_flee_worker_free(worker);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static char folder[64];
    if (!*folder) {
        snprintf(folder, sizeof folder, "/tmp/holdout-fuzz-flee-%ld", (long)getpid());
        mkdir(folder, 0777);
        for (size_t k = 0; k < N_FILE; k++)
            put(folder, name[k], usual[k], strlen(usual[k]));
    }
    if (size == 0)
        return 0;
    size_t which = data[0] % N_FILE;
    put(folder, name[which], data + 1, size - 1);
    const ho_flee_options options = {.folder = folder, .validation = folder};
    ho_flee_case *flee = NULL;
    ho_problems problems = {0}, surprises = {0};
    ho_status status = ho_flee_load(&options, &flee, &problems, &surprises, NULL);
    assert((status == HO_OK) == (flee != NULL));
    assert(status == HO_OK || status == HO_ERR_MEMORY || (problems.n > 0 && strstr(problems.line[0], folder)));
    if (flee)
        run(flee);
    ho_flee_free(flee);
    ho_problems_free(&problems);
    ho_problems_free(&surprises);
    put(folder, name[which], usual[which], strlen(usual[which]));
    return 0;
}
