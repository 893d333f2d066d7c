/* Parameters of the improved mode, and files of their draws. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flee/loader.h"

static const struct {
    const char *name, *is;
    ho_prior prior;
} parameter_text[] = {
#define X(id, name, family, a, b, least, most, is) {name, is, {HO_PRIOR_##family, a, b, least, most}},
    HO_FLEE_PARAMETERS(X)
#undef X
};

const char *ho_flee_parameter_name(ho_flee_parameter parameter) {
    return parameter_text[parameter].name;
}

const char *ho_flee_parameter_is(ho_flee_parameter parameter) {
    return parameter_text[parameter].is;
}

ho_prior ho_flee_parameter_prior(ho_flee_parameter parameter) {
    return parameter_text[parameter].prior;
}

/* --- a file of draws --- */

enum { DRAWS_MAX = 100000 };

typedef struct reader {
    bool has_header;
    size_t n_column, room;
    int column[HO_FLEE_N_PARAMETER]; /* (n_column) parameters */
    ho_flee_posterior *posterior;
} reader;

static int parameter_of(const char *name) {
    for (int k = 0; k < HO_FLEE_N_PARAMETER; k++)
        if (strcmp(parameter_text[k].name, name) == 0)
            return k;
    return -1;
}

static bool take_header(ho_flee_loader *loader, reader *r, int32_t line, size_t n_field, const char *const *field) {
    char quote[HO_QUOTE_ROOM];
    bool seen[HO_FLEE_N_PARAMETER] = {false}, good = true;
    r->has_header = true;
    for (size_t k = 0; k < n_field && good; k++) {
        int parameter = parameter_of(field[k]);
        good = parameter >= 0 && !seen[parameter];
        if (!good) {
            ho_flee_problem(loader, line, "column %zu is %s, which is %s", k + 1, ho_quote(field[k], quote),
                            parameter < 0 ? "no parameter" : "there twice");
            return false;
        }
        seen[parameter] = true;
        r->column[r->n_column++] = parameter;
    }
    for (int k = 0; k < HO_FLEE_N_PARAMETER; k++)
        if (!seen[k]) {
            ho_flee_problem(loader, line, "has no column %s", parameter_text[k].name);
            return false;
        }
    return true;
}

static bool take_draw(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    reader *r = context;
    ho_flee_posterior *p = r->posterior;
    if (!r->has_header)
        return take_header(loader, r, line, n_field, field);
    if (n_field != r->n_column) {
        ho_flee_problem(loader, line, "has %zu fields; need %zu as in the header", n_field, r->n_column);
        return true;
    }
    if (p->n == DRAWS_MAX) {
        ho_flee_problem(loader, line, "more than %d draws", DRAWS_MAX);
        return false;
    }
    double *grown = ho_array_grow(p->value, &r->room, (p->n + 1) * HO_FLEE_N_PARAMETER, sizeof *grown);
    loader->no_memory = loader->no_memory || !grown;
    if (!grown)
        return false;
    p->value = grown;
    double *row = &grown[p->n++ * HO_FLEE_N_PARAMETER];
    for (size_t k = 0; k < n_field; k++) {
        const ho_prior *prior = &parameter_text[r->column[k]].prior;
        const char *name = parameter_text[r->column[k]].name;
        double *value = &row[r->column[k]];
        *value = prior->min;
        if (ho_flee_real(loader, line, name, field[k], value) && !(*value >= prior->min && *value <= prior->max))
            ho_flee_problem(loader, line, "%s is %s; need %g to %g", name, field[k], prior->min, prior->max);
    }
    return true;
}

ho_status ho_flee_posterior_load(const char *path, ho_flee_posterior *posterior, ho_problems *problems, ho_error *err) {
    ho_flee_loader *loader = calloc(1, sizeof *loader);
    ho_findings *findings = calloc(1, sizeof *findings);
    reader r = {.posterior = posterior};
    size_t before = problems->n;
    ho_status status = HO_OK;
    *posterior = (ho_flee_posterior){0};
    if (!loader || !findings) {
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for %s", path);
        goto done;
    }
    *loader = (ho_flee_loader){.problems = problems, .surprises = problems, .findings = findings};
    ho_flee_read(loader, path, NULL, true, true, take_draw, &r);
    if (!loader->no_memory && problems->n == before && posterior->n == 0)
        ho_flee_problem(loader, 0, "holds no draw");
    if (loader->no_memory)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for %s", path);
    else if (problems->n > before)
        status = ho_error_set(err, HO_ERR_INPUT, "%s", problems->line[before]);
done:
    free(loader);
    free(findings);
    return status;
}

void ho_flee_posterior_free(ho_flee_posterior *posterior) {
    free(posterior->value);
    *posterior = (ho_flee_posterior){0};
}
