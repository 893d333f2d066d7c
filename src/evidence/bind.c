/* Words of an expression to columns, blocs, places and days of a world.
 * Method: node by node; what is held or captured becomes a weight a district (a count: 1 each; a share: parts of 1). */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/audit.h"
#include "world/world.h"

/* --- columns --- */

static ho_status columns_make(size_t n, ho_columns *columns, ho_error *err) {
    *columns = (ho_columns){.n = n, .name = calloc(n + 1, sizeof *columns->name), .unit = calloc(n + 1, sizeof *columns->unit)};
    if (columns->name && columns->unit)
        return HO_OK;
    ho_columns_free(columns);
    return ho_error_set(err, HO_ERR_MEMORY, "no memory for the names of %zu observables", n);
}

void ho_columns_free(ho_columns *columns) {
    free(columns->name);
    free(columns->unit);
    *columns = (ho_columns){0};
}

ho_status ho_columns_of_world(const ho_world *world, ho_columns *columns, ho_error *err) {
    ho_observables observables = {0};
    ho_status status = ho_observables_build(world, &observables, err);
    if (!status)
        status = columns_make(observables.n, columns, err);
    for (size_t k = 0; k < observables.n && !status; k++) {
        snprintf(columns->name[k], sizeof columns->name[k], "%s", observables.item[k].name);
        snprintf(columns->unit[k], sizeof columns->unit[k], "%.31s", observables.item[k].unit);
    }
    ho_observables_free(&observables);
    return status;
}

static int32_t column_find(const ho_columns *columns, const char *name) {
    for (size_t k = 0; k < columns->n; k++)
        if (strcmp(columns->name[k], name) == 0)
            return (int32_t)k;
    return -1;
}

/* --- words --- */

typedef struct ho_bind {
    const ho_world *world;
    const ho_columns *columns;
    const char *text;
    ho_reading_plan *plan;
    ho_expression_error *error;
} ho_bind;

#define COMPLAIN(b, word_, ...) \
    (ho_expression_complain((b)->text, (word_).at, (word_).n, (b)->error, __VA_ARGS__), (ho_status)HO_ERR_INPUT)

static ho_status bind_bloc(const ho_bind *b, ho_word word, int32_t *bloc) {
    char id[HO_WORD_ROOM], list[160] = "";
    ho_word_copy(b->text, word, id);
    for (size_t k = 0, used = 0; k < b->world->n_bloc; k++) {
        if (strcmp(b->world->scenario->bloc[k].id, id) == 0) {
            *bloc = (int32_t)k;
            return HO_OK;
        }
        if (used < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", k ? ", " : "", b->world->scenario->bloc[k].id);
    }
    return COMPLAIN(b, word, "need a bloc of the scenario: %s", list);
}

static int32_t province_of(const ho_world *world, const char *id) {
    for (size_t p = 0; p < world->n_province; p++)
        if (strcmp(world->scenario->province[p].pcode, id) == 0 || strcmp(world->scenario->province[p].name, id) == 0)
            return (int32_t)p;
    return -1;
}

/* Leaves weights only in a region or province. */
static ho_status keep_within(const ho_bind *b, ho_word word, double *weight) {
    const ho_scenario *scenario = b->world->scenario;
    char name[HO_WORD_ROOM];
    if (word.n == 0)
        return HO_OK;
    int32_t province = province_of(b->world, ho_word_copy(b->text, word, name));
    bool any = false;
    for (size_t i = 0; i < b->world->n_district; i++) {
        bool in = province >= 0 ? scenario->district[i].province == province : strcmp(scenario->district[i].region, name) == 0;
        any = any || in;
        weight[i] = in ? weight[i] : 0;
    }
    return any ? HO_OK : COMPLAIN(b, word, "need a region of districts.csv, or a province's p-code or name");
}

/* Districts of a p-code, a district's or a province's. */
static ho_status weigh_place(const ho_bind *b, ho_word word, double *weight) {
    char name[HO_WORD_ROOM];
    ho_word_copy(b->text, word, name);
    for (size_t i = 0; i < b->world->n_district; i++)
        if (strcmp(b->world->scenario->district[i].pcode, name) == 0) {
            weight[i] = 1;
            return HO_OK;
        }
    bool any = false;
    for (size_t i = 0; i < b->world->n_district; i++) {
        bool in = strcmp(b->world->scenario->province[b->world->province[i]].pcode, name) == 0;
        weight[i] = in;
        any = any || in;
    }
    return any ? HO_OK : COMPLAIN(b, word, "need the p-code of a district or province of districts.csv");
}

static void weigh(const ho_world *world, ho_of of, double *weight) {
    const ho_scenario *scenario = world->scenario;
    for (size_t i = 0; i < world->n_district; i++)
        weight[i] = of == HO_OF_AREA       ? world->area_km2[i]
                    : of == HO_OF_PEOPLE   ? world->population[i]
                    : of == HO_OF_CAPITALS ? world->is_capital[i]
                                           : of == HO_OF_CENTRES || of == HO_OF_DISTRICTS;
    for (size_t k = 0; k < scenario->n_crossing && of == HO_OF_CROSSINGS; k++)
        weight[scenario->crossing[k].district]++;
}

/* Parts of 1. An empty whole stays so: its share has no value. */
static void normalise(const ho_world *world, ho_leaf *leaf) {
    for (size_t i = 0; i < world->n_district && leaf->total > 0; i++)
        leaf->weight[i] /= leaf->total;
    leaf->total = leaf->total > 0 ? 1 : 0;
}

/* --- leaves --- */

/* BASE.BLOC, times scale. */
static ho_status bind_of_bloc(const ho_bind *b, const ho_node *node, ho_leaf *leaf, const char *base, double scale) {
    char name[64];
    ho_status status = bind_bloc(b, node->word, &leaf->bloc);
    if (status)
        return status;
    snprintf(name, sizeof name, "%.20s.%.39s", base, b->world->scenario->bloc[leaf->bloc].id);
    leaf->kind = HO_LEAF_COLUMN;
    leaf->scale = scale;
    leaf->column = column_find(b->columns, name);
    return leaf->column >= 0 ? HO_OK : COMPLAIN(b, node->word, "need observable %s, which the run does not have", name);
}

/* A sum of weights of districts. */
static ho_status bind_weights(const ho_bind *b, const ho_node *node, ho_leaf *leaf, ho_leaf_kind kind, ho_of of) {
    leaf->kind = kind;
    leaf->weight = calloc(b->world->n_district + 1, sizeof *leaf->weight);
    if (!leaf->weight)
        return HO_ERR_MEMORY;
    ho_status status = bind_bloc(b, node->word, &leaf->bloc);
    if (!status && of == HO_OF_NONE)
        status = weigh_place(b, node->place, leaf->weight);
    else
        weigh(b->world, of, leaf->weight);
    if (!status)
        status = keep_within(b, node->within, leaf->weight);
    for (size_t i = 0; i < b->world->n_district; i++)
        leaf->total += leaf->weight[i];
    return status;
}

static ho_status bind_share(const ho_bind *b, const ho_node *node, ho_leaf *leaf) {
    if (node->choice == HO_OF_DISTRICTS && node->within.n)
        return COMPLAIN(b, node->within, "need another of= than districts with in=: control is observed for the country as a whole");
    if (node->choice == HO_OF_DISTRICTS)
        return bind_of_bloc(b, node, leaf, "districts_controlled", 1 / (double)b->world->n_district);
    ho_status status = bind_weights(b, node, leaf, HO_LEAF_HELD, (ho_of)node->choice);
    normalise(b->world, leaf);
    return status;
}

static ho_status bind_count(const ho_bind *b, const ho_node *node, ho_leaf *leaf) {
    static const struct {
        const char *word;
        ho_of of;
    } PLACES[] = {{"capitals", HO_OF_CAPITALS}, {"centres", HO_OF_CENTRES}, {"crossings", HO_OF_CROSSINGS}};
    char word[HO_WORD_ROOM];
    ho_word_copy(b->text, node->place, word);
    if (strcmp(word, "districts") == 0)
        return node->within.n ? COMPLAIN(b, node->within, "need centres with in=: control is observed for the country as a whole")
                              : bind_of_bloc(b, node, leaf, "districts_controlled", 1);
    for (size_t k = 0; k < sizeof PLACES / sizeof *PLACES; k++)
        if (strcmp(word, PLACES[k].word) == 0)
            return bind_weights(b, node, leaf, HO_LEAF_HELD, PLACES[k].of);
    return bind_weights(b, node, leaf, HO_LEAF_HELD, HO_OF_NONE);
}

static ho_status bind_observable(const ho_bind *b, const ho_node *node, ho_leaf *leaf) {
    char name[HO_WORD_ROOM];
    *leaf = (ho_leaf){.kind = HO_LEAF_COLUMN, .bloc = -1, .scale = 1};
    leaf->column = column_find(b->columns, ho_word_copy(b->text, node->word, name));
    return leaf->column >= 0 ? HO_OK : COMPLAIN(b, node->word, "need an observable of the run (holdout list observables)");
}

static ho_status bind_ending(const ho_bind *b, const ho_node *node, ho_leaf *leaf) {
    leaf->kind = HO_LEAF_ENDING;
    leaf->column = column_find(b->columns, "ending");
    const ho_word word = {node->at, (int32_t)(sizeof "ending" - 1)};
    return leaf->column >= 0 ? HO_OK : COMPLAIN(b, word, "need observable ending, which the run does not have");
}

static ho_status bind_mechanism(const ho_bind *b, const ho_node *node) {
    char name[HO_WORD_ROOM];
    b->plan->mechanism = ho_mechanism_find(ho_word_copy(b->text, node->word, name));
    return b->plan->mechanism >= 0 ? HO_OK : COMPLAIN(b, node->word, "need a mechanism (holdout list mechanisms)");
}

/* Values before a day of the run, or after it, do not exist. */
static ho_status check_day(const ho_bind *b, const ho_node *node) {
    char from[11], until[11];
    const int32_t n = node->op == HO_OP_GAIN ? 4 : 2; /* letters of "gain" and "at" */
    if (node->day >= b->world->from && node->day <= b->world->until)
        return HO_OK;
    ho_expression_complain(b->text, node->at, n, b->error, "need its date within the run, %s to %s",
                           ho_day_format(b->world->from, from), ho_day_format(b->world->until, until));
    return HO_ERR_STATE;
}

static ho_status bind_node(const ho_bind *b, const ho_node *node, ho_leaf *leaf) {
    *leaf = (ho_leaf){.column = -1, .bloc = -1, .scale = 1};
    switch (node->op) {
    case HO_OP_OBSERVABLE:
        return bind_observable(b, node, leaf);
    case HO_OP_SHARE:
        return bind_share(b, node, leaf);
    case HO_OP_COUNT:
        return bind_count(b, node, leaf);
    case HO_OP_HOLDS:
        return bind_weights(b, node, leaf, HO_LEAF_ALL, HO_OF_NONE);
    case HO_OP_CAPTURED:
        return bind_weights(b, node, leaf, HO_LEAF_CAPTURED, (ho_of)(node->choice < 0 ? (int32_t)HO_OF_CENTRES : node->choice));
    case HO_OP_CONTESTED:
        return bind_of_bloc(b, node, leaf, "districts_contested", 1 / (double)b->world->n_district);
    case HO_OP_ENDING:
        return bind_ending(b, node, leaf);
    case HO_OP_MECHANISM:
        return bind_mechanism(b, node);
    case HO_OP_GAIN:
    case HO_OP_AT:
        return check_day(b, node);
    default:
        return HO_OK;
    }
}

ho_status ho_reading_bind(const ho_world *world, const ho_columns *columns, const ho_reading_row *row, ho_reading_plan *plan,
                          ho_expression_error *error) {
    *plan = (ho_reading_plan){.world = world, .row = row, .claim = &world->scenario->claim[row->claim], .mechanism = -1};
    if (!ho_expression_parse(row->expression, &plan->expression, error))
        return HO_ERR_INPUT;
    ho_bind b = {world, columns, row->expression, plan, error};
    ho_status status = HO_OK;
    for (size_t k = 0; k < plan->expression.n && !status; k++)
        status = bind_node(&b, &plan->expression.node[k], &plan->leaf[k]);
    return status;
}

void ho_reading_plan_free(ho_reading_plan *plan) {
    for (size_t k = 0; k < HO_EXPRESSION_NODES; k++)
        free(plan->leaf[k].weight);
    *plan = (ho_reading_plan){0};
}
