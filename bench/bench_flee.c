/* What a run of a case of FLEE costs at full size, and whether it depends on how many people there are. Processor time of this process, one
 * thread; loading and the routes are a row of their own.
 *
 * usage: bench_flee CASES_FOLDER   (with mali2012, ethiopia2020, burundi2015 and syria2013 in it; those that are missing are left out)
 * CSV on stdout: case,people,days,places,load_ms,run_ms,flee_s; flee_s is what one run of FLEE itself took where it was measured. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "holdout/flee.h"

enum { N_RUN = 20 };

static double clock_s(void) {
    struct timespec now;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return (double)now.tv_sec + 1e-9 * (double)now.tv_nsec;
}

static int measure(const char *name, const ho_flee_options *options, const char *flee_s) {
    ho_flee_case *flee = NULL;
    ho_flee_worker *worker = NULL;
    ho_problems problems = {0}, surprises = {0};
    ho_error err = {0};
    double began = clock_s();
    if (ho_flee_load(options, &flee, &problems, &surprises, &err) || ho_flee_worker_build(flee, &worker, &err)) {
        fprintf(stderr, "%s\n", problems.n ? problems.line[0] : err.text);
        return 1;
    }
    double loaded = clock_s();
    int64_t *total = calloc(ho_flee_n_day(flee), sizeof *total);
    const ho_flee_record record = {.total = total};
    for (uint32_t run = 0; run < N_RUN && total; run++)
        if (ho_flee_run(worker, 1, run, &record, &err))
            fprintf(stderr, "%s\n", err.text);
    double ended = clock_s();
    printf("%s,%lld,%zu,%zu,%.2f,%.2f,%s\n", name, (long long)(total ? total[ho_flee_n_day(flee) - 1] : 0), ho_flee_n_day(flee), ho_flee_n_place(flee),
           1e3 * (loaded - began), 1e3 * (ended - loaded) / N_RUN, flee_s);
    free(total);
    ho_flee_worker_free(worker);
    ho_flee_free(flee);
    ho_problems_free(&problems);
    ho_problems_free(&surprises);
    return 0;
}

static FILE *create(const char *folder, const char *name) {
    char path[512];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return fopen(path, "w");
}

/* A ring of 30 towns in conflict, each with a camp, over 200 days, to which so many people come evenly. */
static void write_ring(const char *folder, long long people) {
    enum { N = 30, DAYS = 200 };
    FILE *f = create(folder, "locations.csv"), *g = create(folder, "routes.csv"), *h = create(folder, "conflicts.csv");
    FILE *layout = create(folder, "data_layout.csv"), *period = create(folder, "sim_period.csv"), *total = create(folder, "total.csv");
    fputs("#name,region,country,x,y,type,date,pop\n", f);
    fputs("#a,b,km,r\n", g);
    fputs("#Day", h);
    fputs("total,total.csv\n", layout);
    for (int k = 0; k < N; k++) {
        char name[32];
        fprintf(f, "T%d,r,X,0,%d,conflict_zone,0,1000000\nC%d,r,Y,1,%d,camp,,0\n", k, k, k, k);
        fprintf(g, "T%d,T%d,150,0\nT%d,C%d,%d,0\n", k, (k + 1) % N, k, k, 80 + 7 * k);
        fprintf(h, ",T%d", k);
        fprintf(layout, "C%d,c%d.csv\n", k, k);
        snprintf(name, sizeof name, "c%d.csv", k);
        FILE *camp = create(folder, name);
        fprintf(camp, "2020-01-01,0\n2020-07-19,%lld\n", people / N);
        fclose(camp);
    }
    for (int day = 0; day < DAYS; day++) {
        fprintf(h, "\n%d", day);
        for (int k = 0; k < N; k++)
            fprintf(h, ",%d", k % 3 ? 1 : day % 40 < 20);
    }
    fprintf(period, "StartDate,2020-01-01\nLength,%d\n", DAYS);
    fprintf(total, "2020-01-01,0\n2020-07-19,%lld\n", people);
    FILE *const all[] = {f, g, h, layout, period, total};
    for (size_t k = 0; k < sizeof all / sizeof *all; k++)
        fclose(all[k]);
}

static int measure_rings(void) {
    char folder[] = "/tmp/holdout-ring-XXXXXX", command[64];
    int failed = mkdtemp(folder) == NULL;
    for (long long people = 10000; people <= 1000000000 && !failed; people *= 10) {
        char name[64];
        snprintf(name, sizeof name, "ring of %lld", people);
        write_ring(folder, people);
        failed = measure(name, &(ho_flee_options){.folder = folder, .validation = folder}, "");
    }
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command) || failed;
}

int main(int argc, char **argv) {
    static const struct {
        const char *name, *settings, *flee_s;
    } cases[] = {{"mali2012", "", "65"}, {"ethiopia2020", "", "32"}, {"burundi2015", "simsetting.yml", "426"}, {"syria2013", "", ""}};
    int failed = 0;
    if (argc != 2) {
        fprintf(stderr, "usage: bench_flee CASES_FOLDER\n");
        return 2;
    }
    /* the settings that the measured runs of FLEE had, for everyone instead of one in ten */
    char stock_name[] = "/tmp/holdout-stock-XXXXXX";
    int descriptor = mkstemp(stock_name);
    FILE *stock = descriptor >= 0 ? fdopen(descriptor, "w") : NULL;
    if (!stock)
        return 1;
    fputs("move_rules:\n  conflict_weight: 0.25\n", stock);
    fclose(stock);
    puts("case,people,days,places,load_ms,run_ms,flee_s");
    for (size_t k = 0; k < sizeof cases / sizeof *cases; k++) {
        char folder[512], settings[600];
        struct stat about;
        snprintf(folder, sizeof folder, "%s/%s", argv[1], cases[k].name);
        snprintf(settings, sizeof settings, "%s/%s", folder, cases[k].settings);
        const ho_flee_options options = {.folder = folder, .settings = *cases[k].settings ? settings : stock_name};
        if (stat(folder, &about) == 0)
            failed = measure(cases[k].name, &options, cases[k].flee_s) || failed;
    }
    remove(stock_name);
    return measure_rings() || failed;
}
