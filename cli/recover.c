/* holdout calibrate --recover: whether calibration finds parameters that are known. */
#include <math.h>
#include <stdio.h>

#include "cli.h"

typedef struct recovered {
    const cli_model *model;
    const ho_recovery *r;
    uint32_t seed;
} recovered;

static const char *name_of(const recovered *c, size_t j) {
    return ho_world_parameter(c->model->built, (size_t)c->r->parameter[j].parameter).name;
}

/* --- files --- */

static void write_parameters(FILE *csv, const void *context) {
    const recovered *c = context;
    fputs("parameter,effect,effect_se,shrinkage,identifiable,covered,covered_low,covered_high,chi_square,p", csv);
    for (int b = 0; b < HO_RECOVERY_BINS; b++)
        fprintf(csv, ",rank_%d", b);
    fputc('\n', csv);
    for (size_t j = 0; j < c->r->n_parameter; j++) {
        const ho_recovered_parameter *p = &c->r->parameter[j];
        fputs(name_of(c, j), csv);
        const double value[] = {p->effect, p->effect_se, p->shrinkage, p->identifiable, p->covered, p->covered_low, p->covered_high,
                                p->chi_square, p->p};
        for (size_t k = 0; k < sizeof value / sizeof *value; k++)
            cli_csv_number(csv, value[k]);
        for (int b = 0; b < HO_RECOVERY_BINS; b++)
            fprintf(csv, ",%zu", p->bin[b]);
        fputc('\n', csv);
    }
}

static void write_ranks(FILE *csv, const void *context) {
    const recovered *c = context;
    fputs("truth,parameter,value,rank\n", csv);
    for (size_t t = 0; t < c->r->n_truth; t++)
        for (size_t j = 0; j < c->r->n_parameter; j++) {
            fprintf(csv, "%zu,%s", t, name_of(c, j));
            cli_csv_number(csv, c->r->truth[t * c->r->n_parameter + j]);
            cli_csv_number(csv, c->r->rank[t * c->r->n_parameter + j]);
            fputc('\n', csv);
        }
}

static json_t *parameter_json(const recovered *c, size_t j) {
    const ho_recovered_parameter *p = &c->r->parameter[j];
    json_t *bins = json_array();
    for (int b = 0; b < HO_RECOVERY_BINS; b++)
        json_array_append_new(bins, json_integer((json_int_t)p->bin[b]));
    return json_pack("{s:s, s:o, s:o, s:f, s:b, s:f, s:[f,f], s:f, s:f, s:o}", "parameter", name_of(c, j), "effect", cli_real(p->effect),
                     "effect_se", cli_real(p->effect_se), "shrinkage", p->shrinkage, "identifiable", p->identifiable, "covered", p->covered,
                     "covered_95", p->covered_low, p->covered_high, "chi_square", p->chi_square, "p", p->p, "ranks", bins);
}

static json_t *whole_json(const recovered *c) {
    const ho_recovery *r = c->r;
    json_t *list = json_array();
    for (size_t j = 0; j < r->n_parameter; j++)
        json_array_append_new(list, parameter_json(c, j));
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:I, s:I, s:I, s:I, s:f, s:I, s:f, s:o, s:s}", "scenario", c->model->loaded->name,
                     "scenario_digest", c->model->loaded->digest, "version", HO_VERSION, "known_by", cli_date(r->known_by), "until",
                     cli_date(r->until), "seed", (json_int_t)c->seed, "truths", (json_int_t)r->n_truth, "targets", (json_int_t)r->n_target,
                     "simulated", (json_int_t)r->n_simulated, "temperature", r->temperature, "cold", (json_int_t)r->n_cold, "effective",
                     r->effective, "parameters", list, "digest", r->digest);
}

static int write_json(const char *path, json_t *json) {
    if (json_dump_file(json, path, JSON_INDENT(1) | JSON_REAL_PRECISION(8)) == 0)
        return CLI_OK;
    cli_say("%s: cannot be written", path);
    return CLI_FAILED;
}

/* --- table --- */

static void print_rows(const recovered *c, bool identifiable) {
    for (size_t j = 0; j < c->r->n_parameter; j++) {
        const ho_recovered_parameter *p = &c->r->parameter[j];
        if (p->identifiable != identifiable)
            continue;
        printf("  %-22s %6.2f   %5.1f %% (%5.1f to %5.1f)  %6.3f  ", name_of(c, j), p->shrinkage, 100 * p->covered, 100 * p->covered_low,
               100 * p->covered_high, p->p);
        for (int b = 0; b < HO_RECOVERY_BINS; b++)
            printf(" %3zu", p->bin[b]);
        putchar('\n');
    }
}

static size_t n_identifiable(const ho_recovery *r) {
    size_t n = 0;
    for (size_t j = 0; j < r->n_parameter; j++)
        n += r->parameter[j].identifiable;
    return n;
}

static void print_table(const recovered *c, const char *folder) {
    const ho_recovery *r = c->r;
    char date[2][11];
    printf("%s\n%zu truths recovered from %zu numbers known by %s; %zu simulations to %s, seed %u\nErrors of observation taken x %.2f on "
           "average, as they are for %zu of the truths; %.0f effective particles on average\n\n",
           c->model->loaded->title, r->n_truth, r->n_target,
           r->known_by == HO_DAY_NONE ? "today" : ho_day_format(r->known_by, date[0]), r->n_simulated, ho_day_format(r->until, date[1]),
           c->seed, r->temperature, r->n_cold, r->effective);
    printf("  %-22s %7s  %-25s  %6s   truths by rank in the posterior\n", "", "learned", "90 % interval covers", "p");
    printf("identifiable (learned 0.3 or more): %zu\n", n_identifiable(r));
    print_rows(c, true);
    printf("not identifiable: %zu\n", r->n_parameter - n_identifiable(r));
    print_rows(c, false);
    printf("\nlearned: 1 - variance posterior / prior of normal scores, mean over truths; p: chi-square of equal ranks, 9 degrees of freedom.\nWhere "
           "errors are taken larger than they are, intervals cover more than 90 %%.\n\ndigest      %s\nfiles       %s/recovery.csv, ranks.csv, "
           "recovery.json\n",
           r->digest, folder);
}

int cli_recovery_report(const cli_model *model, const ho_recovery *recovery, uint32_t seed, const char *folder, bool as_json) {
    const recovered c = {model, recovery, seed};
    char path[CLI_PATH_MAX + 32];
    json_t *json = whole_json(&c);
    snprintf(path, sizeof path, "%s/recovery.csv", folder);
    int code = cli_write_file(path, write_parameters, &c);
    snprintf(path, sizeof path, "%s/ranks.csv", folder);
    if (!code)
        code = cli_write_file(path, write_ranks, &c);
    snprintf(path, sizeof path, "%s/recovery.json", folder);
    if (!code)
        code = write_json(path, json);
    if (!code && as_json)
        cli_print_card(json_incref(json), true);
    else if (!code)
        print_table(&c, folder);
    json_decref(json);
    return code;
}
