/* One fact in one replicate: a function a kind, each over the log of changes or a column of an observable.
 * A value that does not exist is NaN. */
#include "evidence/measure.h"

#include <math.h>
#include <string.h>

#include "world/world.h"

typedef struct ho_case { /* a fact in a replicate */
    ho_fact_scratch *scratch;
    const ho_fact_plan *plan;
    const ho_stored *stored;
    size_t n_day;
} ho_case;

static bool is_of(const ho_case *c, int32_t faction) {
    return c->scratch->world->faction_bloc[faction] == c->plan->row->bloc;
}

static bool is_loss(const ho_case *c, const ho_change *change) {
    return change->mode != HO_MODE_START && c->plan->within[change->district] && is_of(c, change->from) &&
           !is_of(c, change->to);
}

/* Changes are in the order of their days. */
static bool in_period(const ho_case *c, const ho_change *change) {
    return change->day >= c->plan->day && change->day <= c->plan->until;
}

static double observed(const ho_case *c, int32_t day) {
    return (double)c->stored->column[(size_t)c->plan->column * c->n_day + (size_t)day];
}

static void find_first_losses(const ho_case *c) {
    int32_t *first = c->scratch->first;
    for (size_t i = 0; i < c->scratch->world->n_district; i++)
        first[i] = HO_NOT_LOST;
    for (size_t k = 0; k < c->stored->n_change; k++) {
        const ho_change *change = &c->stored->change[k];
        if (change->day <= c->plan->until && is_loss(c, change) && first[change->district] == HO_NOT_LOST)
            first[change->district] = change->day;
    }
}

/* Holders at the end of a day. */
static void find_holders(const ho_case *c, int32_t day) {
    const ho_world *world = c->scratch->world;
    memcpy(c->scratch->holder, world->home_faction, world->n_district * sizeof *c->scratch->holder);
    for (size_t k = 0; k < c->stored->n_change; k++)
        if (c->stored->change[k].day <= day)
            c->scratch->holder[c->stored->change[k].district] = c->stored->change[k].to;
}

/* --- kinds --- */

static double count_lost(const ho_case *c) {
    double n = 0;
    find_first_losses(c);
    for (size_t k = 0; k < c->plan->n_place; k++) {
        int32_t first = c->scratch->first[c->plan->place[k]];
        n += first != HO_NOT_LOST && first >= c->plan->day;
    }
    return n;
}

static double count_lost_within(const ho_case *c) {
    int32_t start = HO_NOT_LOST;
    double n = 0;
    find_first_losses(c);
    for (size_t k = 0; k < c->plan->n_place; k++)
        start = c->scratch->first[c->plan->place[k]] < start ? c->scratch->first[c->plan->place[k]] : start;
    if (start == HO_NOT_LOST)
        return (double)NAN;
    for (size_t k = 0; k < c->plan->n_place; k++) {
        int32_t first = c->scratch->first[c->plan->place[k]];
        n += first != HO_NOT_LOST && (double)first - (double)start < c->plan->row->amount;
    }
    return n;
}

/* Mean days between the losses of two of the lost places. A pair counts once on each day on which one of them is lost and the other
 * is not, so that no pair need be looked at. */
static double mean_gap_of_all(const ho_case *c) {
    uint32_t *n_on = c->scratch->n_on;
    double n = 0, before = 0, sum = 0;
    memset(n_on, 0, c->n_day * sizeof *n_on);
    for (size_t k = 0; k < c->plan->n_place; k++) {
        int32_t first = c->scratch->first[c->plan->place[k]];
        if (first == HO_NOT_LOST)
            continue;
        n_on[first]++;
        n++;
    }
    for (size_t day = 0; day < c->n_day; day++) {
        before += n_on[day];
        sum += before * (n - before);
    }
    return n < 2 ? (double)NAN : sum / (n * (n - 1) / 2);
}

static double find_clustering(const ho_case *c) {
    double n = 0, sum = 0;
    find_first_losses(c);
    for (size_t k = 0; k < c->plan->n_pair; k++) {
        int32_t a = c->scratch->first[c->plan->place[c->plan->pair[2 * k]]];
        int32_t b = c->scratch->first[c->plan->place[c->plan->pair[2 * k + 1]]];
        if (a == HO_NOT_LOST || b == HO_NOT_LOST)
            continue;
        n++;
        sum += a < b ? b - a : a - b;
    }
    double all = mean_gap_of_all(c);
    return n > 0 && all > 0 ? sum / n / all : (double)NAN;
}

static double find_mode_share(const ho_case *c) {
    bool among[HO_N_MODE] = {false};
    double n = 0, n_among = 0;
    for (size_t k = 0; k < c->plan->row->n_of; k++)
        among[c->plan->row->of[k]] = true;
    for (size_t k = 0; k < c->stored->n_change; k++) {
        const ho_change *change = &c->stored->change[k];
        bool counts = change->mode != HO_MODE_REGIME_FALL || among[HO_MODE_REGIME_FALL];
        if (!counts || !in_period(c, change) || !is_loss(c, change))
            continue;
        n++;
        n_among += among[change->mode];
    }
    return n > 0 ? n_among / n : (double)NAN;
}

static double find_per_loss(const ho_case *c) {
    double n = 0, before = c->plan->day > 0 ? observed(c, c->plan->day - 1) : 0;
    for (size_t k = 0; k < c->stored->n_change; k++)
        n += in_period(c, &c->stored->change[k]) && is_loss(c, &c->stored->change[k]);
    return n > 0 ? (observed(c, c->plan->until) - before) / n : (double)NAN;
}

static double find_retaken(const ho_case *c) {
    enum { HELD, LOST, BACK };
    int32_t *fate = c->scratch->first;
    double n = 0, n_back = 0;
    for (size_t i = 0; i < c->scratch->world->n_district; i++)
        fate[i] = HELD;
    for (size_t k = 0; k < c->stored->n_change; k++) {
        const ho_change *change = &c->stored->change[k];
        if (!in_period(c, change))
            continue;
        if (is_loss(c, change) && fate[change->district] == HELD)
            fate[change->district] = LOST;
        else if (is_of(c, change->to) && fate[change->district] == LOST)
            fate[change->district] = BACK;
    }
    for (size_t i = 0; i < c->scratch->world->n_district; i++) {
        n += fate[i] != HELD;
        n_back += fate[i] == BACK;
    }
    return n > 0 ? n_back / n : (double)NAN;
}

static double count_held(const ho_case *c) {
    double n = 0;
    find_holders(c, c->plan->day);
    for (size_t k = 0; k < c->plan->n_place; k++)
        n += is_of(c, c->scratch->holder[c->plan->place[k]]);
    return n;
}

static double find_ahead(const ho_case *c) {
    const size_t n_district = c->scratch->world->n_district;
    double here = 1 - count_held(c) / (double)c->plan->n_place, held = 0;
    for (size_t i = 0; i < n_district; i++)
        held += is_of(c, c->scratch->holder[i]);
    return here - (1 - held / (double)n_district);
}

static double count_all(const ho_case *c) {
    double n = 0;
    for (size_t k = 0; k < c->plan->row->n_of; k++)
        n += c->scratch->shown[c->plan->row->of[k]];
    return n;
}

static double find_falling(const ho_case *c) {
    double largest = 0;
    for (size_t k = 1; k < c->plan->row->n_of; k++) {
        double before = c->scratch->value[c->plan->row->of[k - 1]], now = c->scratch->value[c->plan->row->of[k]];
        if (!(before > 0) || isnan(now))
            return (double)NAN;
        largest = now / before > largest ? now / before : largest;
    }
    return largest;
}

static double find_value(const ho_case *c) {
    switch (c->plan->row->kind) {
    case HO_FACT_LEVEL:
        return observed(c, c->plan->day);
    case HO_FACT_CHANGE:
        return observed(c, c->plan->until) - observed(c, c->plan->day);
    case HO_FACT_LOST:
        return count_lost(c);
    case HO_FACT_LOST_WITHIN:
        return count_lost_within(c);
    case HO_FACT_CLUSTERING:
        return find_clustering(c);
    case HO_FACT_MODE_SHARE:
        return find_mode_share(c);
    case HO_FACT_PER_LOSS:
        return find_per_loss(c);
    case HO_FACT_RETAKEN:
        return find_retaken(c);
    case HO_FACT_AHEAD:
        return find_ahead(c);
    case HO_FACT_HELD:
        return count_held(c);
    case HO_FACT_ALL:
        return count_all(c);
    case HO_FACT_FALLING:
        return find_falling(c);
    default: /* doses need other runs */
        return (double)NAN;
    }
}

/* Shares of different denominators differ in their last bits: 0.25 * 399 / 399 is in 0.25..1. */
static bool shows(const ho_fact_plan *plan, double value) {
    const double nearly = 1e-9;
    if (plan->row->kind == HO_FACT_FALLING)
        return value < 1;
    double slack = nearly * (1 + fabs(value));
    return value >= plan->low - slack && value <= plan->high + slack;
}

void ho_facts_measure(ho_fact_scratch *scratch, const ho_stored *stored) {
    for (size_t k = 0; k < scratch->n_fact; k++) {
        ho_case c = {scratch, &scratch->plan[k], stored, scratch->world->n_day};
        scratch->value[k] = scratch->measured[k] ? find_value(&c) * c.plan->scale : (double)NAN;
        scratch->shown[k] = scratch->measured[k] && shows(c.plan, scratch->value[k]);
    }
}
