/* Priors: `{family: arguments, min: x, max: y}` to a checked distribution, its centre and its text.
 * Method: a table of families with their arguments' names and limits.
 * Invariant: a prior that was read without findings draws finite values inside the range its field asks for. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/loader.h"

typedef ho_prior_shape family;

static const family FAMILY[] = {
    [HO_PRIOR_POINT] = {"point", 1, {{"value", false}}},
    [HO_PRIOR_UNIFORM] = {"uniform", 2, {{"lo", false}, {"hi", false}}},
    [HO_PRIOR_NORMAL] = {"normal", 2, {{"mean", false}, {"sd", true}}},
    [HO_PRIOR_HALFNORMAL] = {"halfnormal", 1, {{"sd", true}}},
    [HO_PRIOR_LOGNORMAL] = {"lognormal", 2, {{"median", true}, {"sd", true}}},
    [HO_PRIOR_LOGUNIFORM] = {"loguniform", 2, {{"lo", true}, {"hi", true}}},
    [HO_PRIOR_BETA] = {"beta", 2, {{"a", true}, {"b", true}}},
    [HO_PRIOR_GAMMA] = {"gamma", 2, {{"shape", true}, {"scale", true}}},
};
enum { N_FAMILY = sizeof FAMILY / sizeof FAMILY[0] };

const ho_prior_shape *ho_prior_shape_at(size_t k) {
    return k < N_FAMILY ? &FAMILY[k] : NULL;
}

/* Centre of the distribution before clipping. */
static double centre_unclipped(const ho_prior *prior) {
    static const double HALFNORMAL_MEDIAN = 0.67448975019608174; /* upper quartile of the standard normal */
    switch (prior->family) {
    case HO_PRIOR_POINT:
    case HO_PRIOR_NORMAL:
    case HO_PRIOR_LOGNORMAL:
        return prior->a;
    case HO_PRIOR_UNIFORM:
        return prior->a + (prior->b - prior->a) / 2;
    case HO_PRIOR_HALFNORMAL:
        return HALFNORMAL_MEDIAN * prior->b;
    case HO_PRIOR_LOGUNIFORM:
        return sqrt(prior->a) * sqrt(prior->b);
    case HO_PRIOR_BETA:
        return prior->a / (prior->a + prior->b);
    case HO_PRIOR_GAMMA:
        return prior->a * prior->b;
    }
    return prior->a;
}

double ho_prior_centre(const ho_prior *prior) {
    double centre = centre_unclipped(prior);
    return centre < prior->min ? prior->min : centre > prior->max ? prior->max : centre;
}

char *ho_prior_format(const ho_prior *prior, char text[96]) {
    const family *f = &FAMILY[prior->family];
    int used = f->n_argument == 2 ? snprintf(text, 96, "%s(%.6g, %.6g", f->name, prior->a, prior->b)
                                  : snprintf(text, 96, "%s(%.6g", f->name,
                                             prior->family == HO_PRIOR_HALFNORMAL ? prior->b : prior->a);
    if (prior->min > -INFINITY)
        used += snprintf(text + used, 96 - (size_t)used, ", min %.6g", prior->min);
    if (prior->max < INFINITY)
        used += snprintf(text + used, 96 - (size_t)used, ", max %.6g", prior->max);
    snprintf(text + used, 96 - (size_t)used, ")");
    return text;
}

/* Reads one argument; its name in messages is "family name". */
static bool argument_read(ho_loader *loader, const ho_yaml_node *node, const family *f, int k, double *value) {
    char name[64];
    snprintf(name, sizeof name, "%s of %s", f->argument[k].name, f->name);
    ho_field field = {.name = name, .kind = HO_FIELD_NUMBER, .min = -INFINITY, .max = INFINITY};
    if (f->argument[k].positive) {
        field.min = 0;
        field.above = true;
    }
    return ho_scalar_read(loader, node, &field, value);
}

/* Reads a family's arguments: a number, or a list of two. */
static bool arguments_read(ho_loader *loader, const ho_yaml_node *node, ho_prior_family which, ho_prior *prior) {
    const family *f = &FAMILY[which];
    double value[2] = {0, 0};
    bool ok = true;
    if (f->n_argument == 1)
        ok = argument_read(loader, node, f, 0, &value[0]);
    else if (ho_list_expect(loader, node, 2, f->name)) {
        const ho_yaml_node *second = ho_yaml_next(loader->yaml, ho_yaml_first(loader->yaml, node));
        ok = argument_read(loader, ho_yaml_first(loader->yaml, node), f, 0, &value[0]);
        ok = argument_read(loader, second, f, 1, &value[1]) && ok;
    } else
        return false;
    if (ok && (which == HO_PRIOR_UNIFORM || which == HO_PRIOR_LOGUNIFORM) && !(value[0] < value[1])) {
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "lo of %s is %g; need less than hi, which is %g",
                       f->name, value[0], value[1]);
        return false;
    }
    prior->family = which;
    prior->a = which == HO_PRIOR_HALFNORMAL ? 0 : value[0];
    prior->b = which == HO_PRIOR_HALFNORMAL ? value[0] : value[1];
    return ok;
}

/* Smallest and largest possible draw, clipped. */
static void support(const ho_prior *prior, double *lo, double *hi) {
    bool bounded = prior->family == HO_PRIOR_UNIFORM || prior->family == HO_PRIOR_LOGUNIFORM;
    *lo = bounded || prior->family == HO_PRIOR_POINT ? prior->a : prior->family == HO_PRIOR_NORMAL ? -INFINITY : 0;
    *hi = bounded                               ? prior->b
          : prior->family == HO_PRIOR_POINT     ? prior->a
          : prior->family == HO_PRIOR_BETA      ? 1
                                                : INFINITY;
    *lo = fmin(fmax(*lo, prior->min), prior->max);
    *hi = fmax(fmin(*hi, prior->max), prior->min);
}

static void support_check(ho_loader *loader, const ho_yaml_node *node, const ho_field *field, const ho_prior *prior) {
    double lo, hi;
    char range[HO_RANGE_ROOM];
    support(prior, &lo, &hi);
    if (lo >= field->min && hi <= field->max)
        return;
    bool low = lo < field->min;
    if (isinf(low ? lo : hi))
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "%s can be any %s number; %s (add %s)", field->name,
                       low ? "negative" : "large", ho_range_text(field->min, field->max, false, range),
                       low ? "min:" : "max:");
    else
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "%s can be %g; %s", field->name, low ? lo : hi,
                       ho_range_text(field->min, field->max, false, range));
}

static int family_find(const char *name) {
    for (int k = 0; k < N_FAMILY; k++)
        if (strcmp(FAMILY[k].name, name) == 0)
            return k;
    return -1;
}

static bool limit_read(ho_loader *loader, const ho_yaml_node *node, const char *name, double *limit) {
    ho_field field = {.name = name, .kind = HO_FIELD_NUMBER, .min = -INFINITY, .max = INFINITY};
    return ho_scalar_read(loader, node, &field, limit);
}

/* Reads one key of a prior. Counts families. */
static bool key_read(ho_loader *loader, const ho_yaml_node *node, ho_prior *prior, int *n_family) {
    const char *key = ho_yaml_key(loader->yaml, node);
    if (strcmp(key, "min") == 0)
        return limit_read(loader, node, key, &prior->min);
    if (strcmp(key, "max") == 0)
        return limit_read(loader, node, key, &prior->max);
    int which = family_find(key);
    if (which >= 0) {
        ++*n_family;
        return arguments_read(loader, node, (ho_prior_family)which, prior);
    }
    char quoted[HO_QUOTE_ROOM];
    ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->key_line,
                   "%s is no prior; need point, uniform, normal, halfnormal, lognormal, loguniform, beta or gamma, with min "
                   "and max",
                   ho_quote(key, quoted));
    return false;
}

void ho_prior_read(ho_loader *loader, const ho_yaml_node *node, const ho_field *field, ho_prior *prior) {
    ho_prior read = {.min = -INFINITY, .max = INFINITY};
    int n_family = 0;
    bool ok = true;
    if (node->kind != HO_YAML_MAP) {
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "%s is no prior; need e.g. {lognormal: [2, 0.5]}",
                       field->name);
        return;
    }
    if (node->n_child > 3) {
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line,
                       "%s has %zu keys; need one distribution and at most min and max", field->name, node->n_child);
        return;
    }
    for (const ho_yaml_node *child = ho_yaml_first(loader->yaml, node); child; child = ho_yaml_next(loader->yaml, child)) {
        if (ho_yaml_child(loader->yaml, node, ho_yaml_key(loader->yaml, child)) != child) {
            ho_finding_add(loader->findings, HO_FILE_SCENARIO, child->key_line, "key %s is there twice",
                           ho_yaml_key(loader->yaml, child));
            return;
        }
        ok = key_read(loader, child, &read, &n_family) && ok;
    }
    if (ok && n_family != 1)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "%s has %d distributions; need one", field->name,
                       n_family);
    else if (ok && read.min > read.max)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "min is %g; need at most max, which is %g", read.min,
                       read.max);
    else if (ok) {
        support_check(loader, node, field, &read);
        *prior = read;
    }
}
