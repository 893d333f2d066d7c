/* The value of an expression on a day, and a replicate of a run as what it is asked of.
 * Method: a walk down the tree; leaves come from a source. Holders are kept for one day and moved on as later days are asked for. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/audit.h"
#include "world/world.h"

static double value_at(const ho_reading_plan *plan, int32_t k, const ho_source *source, int32_t day);

/* Over the statement's days: the share of them is not asked, but whether on any, on all, or on how many. */
static double over_days(const ho_reading_plan *plan, const ho_node *node, const ho_source *source) {
    double n = 0, n_true = 0;
    for (int32_t day = plan->from; day <= plan->day; day++) {
        double value = value_at(plan, node->left, source, day);
        n += !isnan(value);
        n_true += value >= 0.5;
    }
    if (n == 0)
        return (double)NAN;
    return node->op == HO_OP_DAYS ? n_true : node->op == HO_OP_EVER ? n_true > 0 : n_true == n;
}

static double truth(bool is, double a, double b) {
    return isnan(a) || isnan(b) ? (double)NAN : is;
}

static double of_two(ho_op op, double a, double b) {
    switch (op) {
    case HO_OP_ADD:
        return a + b;
    case HO_OP_SUBTRACT:
        return a - b;
    case HO_OP_MULTIPLY:
        return a * b;
    case HO_OP_DIVIDE:
        return b != 0 ? a / b : (double)NAN;
    case HO_OP_BELOW:
        return truth(a < b, a, b);
    case HO_OP_ABOVE:
        return truth(a > b, a, b);
    case HO_OP_AT_MOST:
        return truth(a <= b, a, b);
    default:
        return truth(a >= b, a, b);
    }
}

static double value_at(const ho_reading_plan *plan, int32_t k, const ho_source *source, int32_t day) {
    const ho_node *node = &plan->expression.node[k];
    const int32_t then = node->day == HO_DAY_NONE ? day : node->day - plan->world->from;
    switch (node->op) {
    case HO_OP_NUMBER:
        return node->number;
    case HO_OP_ADD:
    case HO_OP_SUBTRACT:
    case HO_OP_MULTIPLY:
    case HO_OP_DIVIDE:
    case HO_OP_BELOW:
    case HO_OP_ABOVE:
    case HO_OP_AT_MOST:
    case HO_OP_AT_LEAST:
        return of_two(node->op, value_at(plan, node->left, source, day), value_at(plan, node->right, source, day));
    case HO_OP_GAIN:
        return value_at(plan, node->left, source, day) - value_at(plan, node->left, source, then);
    case HO_OP_AT:
        return value_at(plan, node->left, source, then);
    case HO_OP_EVER:
    case HO_OP_ALWAYS:
    case HO_OP_DAYS:
        return over_days(plan, node, source);
    case HO_OP_MECHANISM:
        return (double)NAN;
    default:
        return source->leaf(source->context, plan, node, &plan->leaf[k], day);
    }
}

double ho_reading_value(const ho_reading_plan *plan, const ho_source *source) {
    double value = value_at(plan, plan->expression.root, source, plan->day);
    return isfinite(value) ? value : (double)NAN;
}

/* --- a replicate --- */

ho_status ho_replicate_source_build(const ho_world *world, ho_replicate_source *source, ho_error *err) {
    *source = (ho_replicate_source){.world = world,
                                    .holder = calloc(world->n_district + 1, sizeof *source->holder),
                                    .mark = calloc(world->n_district + 1, sizeof *source->mark),
                                    .day = -1};
    if (source->holder && source->mark)
        return HO_OK;
    ho_replicate_source_free(source);
    return ho_error_set(err, HO_ERR_MEMORY, "no memory for the holders of %zu districts", world->n_district);
}

void ho_replicate_source_free(ho_replicate_source *source) {
    free(source->holder);
    free(source->mark);
    *source = (ho_replicate_source){0};
}

void ho_replicate_source_take(ho_replicate_source *source, const ho_stored *stored) {
    source->stored = stored;
    source->day = -1;
}

/* Holders at the end of a day; changes are in the order of their days. */
static void move_to(ho_replicate_source *s, int32_t day) {
    if (s->day < 0 || day < s->day) {
        memcpy(s->holder, s->world->home_faction, s->world->n_district * sizeof *s->holder);
        s->next = 0;
    }
    for (; s->next < s->stored->n_change && s->stored->change[s->next].day <= day; s->next++)
        s->holder[s->stored->change[s->next].district] = s->stored->change[s->next].to;
    s->day = day;
}

static double sum_held(ho_replicate_source *s, const ho_leaf *leaf, int32_t day) {
    double sum = 0;
    move_to(s, day);
    for (size_t i = 0; i < s->world->n_district; i++)
        sum += leaf->weight[i] > 0 && s->world->faction_bloc[s->holder[i]] == leaf->bloc ? leaf->weight[i] : 0;
    return leaf->total > 0 ? sum : (double)NAN;
}

static double sum_captured(ho_replicate_source *s, const ho_leaf *leaf, int32_t since, int32_t day) {
    double sum = 0;
    s->stamp++;
    for (size_t k = 0; k < s->stored->n_change && s->stored->change[k].day <= day; k++) {
        const ho_change *change = &s->stored->change[k];
        bool own = s->world->faction_bloc[change->to] == leaf->bloc && s->world->faction_bloc[change->from] != leaf->bloc;
        if (!own || change->day < since || change->mode == HO_MODE_START || s->mark[change->district] == s->stamp)
            continue;
        s->mark[change->district] = s->stamp;
        sum += leaf->weight[change->district];
    }
    return sum;
}

double ho_replicate_leaf(void *context, const ho_reading_plan *plan, const ho_node *node, const ho_leaf *leaf, int32_t day) {
    ho_replicate_source *s = context;
    const size_t n_day = plan->world->n_day;
    const double whole = 0.999999 * leaf->total; /* sums of parts round */
    switch (leaf->kind) {
    case HO_LEAF_COLUMN:
        return (double)s->stored->column[(size_t)leaf->column * n_day + (size_t)day] * leaf->scale;
    case HO_LEAF_HELD:
        return sum_held(s, leaf, day);
    case HO_LEAF_ALL:
        return leaf->total > 0 ? sum_held(s, leaf, day) >= whole : (double)NAN;
    case HO_LEAF_CAPTURED:
        return sum_captured(s, leaf, node->day == HO_DAY_NONE ? 0 : node->day - plan->world->from, day);
    case HO_LEAF_ENDING: /* of the replicate, whatever the day */
        return (int32_t)s->stored->column[(size_t)leaf->column * n_day + n_day - 1] == node->choice;
    default:
        return (double)NAN;
    }
}
