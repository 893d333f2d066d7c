/* FLEE's law of places and routes (flee/scoring.py, flee/moving.py), as docs/flee.md writes it down. What does not change is not made again:
 * shares of routes carry the version of what they were made of. */
#include "base/math.h"
#include "flee/worker.h"
#include "flow/room.h"

enum { ENORMOUS = 100000000 }; /* FLEE's population of a place without one, for matching */

static uint32_t taste_of(const ho_flee_worker *w, uint32_t type) {
    return type % (uint32_t)w->flee->n_taste;
}

static double power(double x, double p) {
    return p == 1 ? x : ho_pow(x, p);
}

/* --- scores --- */

static double score_of(const ho_flee_worker *w, size_t p) {
    const ho_flee_settings *s = &w->flee->settings;
    const ho_flee_place_row *row = &w->flee->place[p];
    const ho_flee_kind *kind = &w->ground.kind[p];
    double score = 1;
    if (row->foreign && s->use_economic_pull)
        score += row->trade_volume + row->hdi * row->hdi;
    if (row->foreign)
        score *= s->foreign_weight;
    if (kind->camp)
        score *= s->camp_weight;
    if (kind->conflict > 0)
        score *= ho_pow(s->conflict_weight, ho_flee_decay(s, w->day, kind->conflict_since) * kind->conflict);
    return score;
}

/* Share of a value among people at a place, as FLEE takes it: of its population. */
static double ratio(const ho_flee_worker *w, size_t p, int32_t value) {
    double population = w->population[p] < 1 ? ENORMOUS : (double)w->population[p];
    return (double)w->value_here[p * w->flee->n_value + (size_t)value] / population;
}

static double attraction_of(const ho_flee_worker *w, size_t p, const ho_flee_taste *taste) {
    const ho_flee_settings *s = &w->flee->settings;
    const ho_flee_kind *kind = &w->ground.kind[p];
    double score = w->score[p];
    if (taste->mood == HO_FLEE_CAREFUL)
        score *= score;
    if (taste->mood == HO_FLEE_CARELESS)
        score = 1;
    bool conflict = !kind->camp && kind->conflict > 0, town = !kind->camp && !conflict;
    if ((kind->camp && s->match_camp_ethnicity) || (conflict && s->match_conflict_ethnicity) || (town && s->match_town_ethnicity))
        score *= 10 * ratio(w, p, taste->ethnicity);
    if (kind->camp && s->match_camp_religion)
        score *= ratio(w, p, taste->religion) / s->avg_religion_fraction;
    if (!kind->camp && s->use_pop_for_loc_weight)
        score *= ho_pow(w->population[p] > 1 ? (double)w->population[p] : 1, s->pop_power_for_loc_weight);
    return score;
}

static void count_values(ho_flee_worker *w) {
    const ho_flee_case *flee = w->flee;
    for (size_t k = 0; k < flee->n_place * flee->n_value; k++)
        w->value_here[k] = 0;
    for (size_t k = 0; k < w->flow.rest.n; k++) {
        const ho_cohort *c = &w->flow.rest.item[k];
        const ho_flee_taste *taste = &flee->taste[taste_of(w, c->type)];
        if (taste->ethnicity >= 0)
            w->value_here[(size_t)c->at * flee->n_value + (size_t)taste->ethnicity] += c->people;
        if (taste->religion >= 0)
            w->value_here[(size_t)c->at * flee->n_value + (size_t)taste->religion] += c->people;
    }
}

/* Keeps a value and says whether it is another one. */
static bool renew(double *at, double value) {
    bool other = *at != value;
    *at = value;
    return other;
}

static double leave_of(const ho_flee_worker *w, size_t p) {
    const ho_flee_settings *s = &w->flee->settings;
    double chance = w->ground.kind[p].move_chance;
    if (s->movechance_pop_scale_factor == 0)
        return chance;
    int64_t size = w->population[p] > w->capacity[p] ? w->population[p] : w->capacity[p];
    return chance * ho_pow((double)size / s->movechance_pop_base, s->movechance_pop_scale_factor);
}

static void new_pull(ho_flee_worker *w) {
    const ho_flee_settings *s = &w->flee->settings;
    w->routes = &w->flee->routes[w->flee->epoch[w->day]];
    w->pull_epoch = w->flee->epoch[w->day];
    for (size_t k = 0; k < w->routes->n; k++)
        w->pull[k] = 1 / power(s->softening_km + w->routes->km[k], s->distance_power);
}

void ho_flee_law_day(ho_flee_worker *w) {
    const ho_flee_case *flee = w->flee;
    bool changed = w->pull_epoch != flee->epoch[w->day];
    if (changed)
        new_pull(w);
    if (flee->n_value)
        count_values(w);
    for (size_t p = 0; p < flee->n_place; p++) {
        renew(&w->score[p], score_of(w, p));
        w->leave[p] = leave_of(w, p);
        w->drives_on[p] = w->ground.kind[p].town;
        for (size_t t = 0; t < flee->n_taste; t++)
            if (renew(&w->attraction[t * flee->n_place + p], attraction_of(w, p, &flee->taste[t])))
                changed = true;
    }
    w->version += changed || ho_flee_documented(flee, HO_FLEE_REDIRECTION);
    ho_flee_law_count(w);
}

void ho_flee_law_count(ho_flee_worker *w) {
    const ho_flee_settings *s = &w->flee->settings;
    bool changed = false;
    for (size_t p = 0; p < w->flee->n_place; p++) {
        double room = ho_room((double)w->seen[p], (double)w->capacity[p] * s->capacity_scaling, s->capacity_buffer);
        changed = renew(&w->room[p], room) || changed;
        w->full[p] = w->ground.kind[p].camp && room < w->full_below;
    }
    w->version += changed;
}

/* --- routes --- */

/* Weight of route k from a place before its power, where `attraction` is what its end is worth to whoever asks. */
static double weight_of(const ho_flee_worker *w, size_t k, double attraction) {
    const ho_flee_case *flee = w->flee;
    const ho_flee_settings *s = &flee->settings;
    size_t end = (size_t)w->routes->end[k];
    if (s->awareness_level < 0 && ho_flee_documented(flee, HO_FLEE_AWARENESS))
        return 1;
    if (s->awareness_level == 0 && ho_flee_documented(flee, HO_FLEE_AWARENESS))
        return w->pull[k] * w->room[end];
    if (s->fixed_routes && !ho_flee_documented(flee, HO_FLEE_FIXED_SCORE))
        return power((s->weight_softening + w->score[end]) * w->pull[k], s->weight_power) * attraction;
    double weight = (s->weight_softening + attraction) * w->pull[k] * (s->fixed_routes ? 1 : w->room[end]);
    return power(weight, s->weight_power);
}

static void prune(const ho_flee_worker *w, size_t n) {
    double threshold = w->flee->settings.pruning_threshold, most = 0;
    if (threshold < 1.001 || w->flee->settings.fixed_routes)
        return;
    for (size_t k = 0; k < n; k++)
        most = w->weight[k] > most ? w->weight[k] : most;
    for (size_t k = 0; k < n; k++)
        if (w->weight[k] < most / threshold)
            w->weight[k] = 0;
}

/* The documented meaning of a forced redirection: who leaves takes its link, unless there is no room at its end. */
static void redirect(const ho_flee_worker *w, size_t first, size_t n) {
    bool any = false;
    for (size_t k = 0; k < n && !any; k++)
        any = w->ground.redirects[w->routes->link[first + k]] && !w->routes->rest[first + k] && !w->full[w->routes->end[first + k]];
    for (size_t k = 0; k < n && any; k++)
        w->weight[k] = w->ground.redirects[w->routes->link[first + k]] && !w->routes->rest[first + k] ? 1 : 0;
}

ho_shares ho_flee_law_shares(void *worker, int32_t place, uint32_t type) {
    ho_flee_worker *w = worker;
    const ho_flee_case *flee = w->flee;
    size_t first = w->routes->first[place], n = w->routes->first[place + 1] - first;
    size_t kind = w->n_kind == flee->n_taste ? taste_of(w, type) : type, at = first * w->n_kind + kind * n;
    uint64_t *made = &w->made[(size_t)place * w->n_kind + kind];
    ho_shares shares = {.n = n, .upto = &w->upto[at], .of_rest = &w->of_rest[at]};
    if (*made == w->version)
        return shares;
    *made = w->version;
    const double *attraction = &w->attraction[taste_of(w, type) * flee->n_place], *near = NULL;
    if (flee->near)
        near = &flee->near[(w->n_kind == flee->n_taste ? (size_t)place : type / flee->n_taste) * flee->n_place];
    for (size_t k = 0; k < n; k++) {
        size_t end = (size_t)w->routes->end[first + k];
        w->weight[k] = weight_of(w, first + k, near ? attraction[end] * near[end] : attraction[end]);
    }
    prune(w, n);
    if (ho_flee_documented(flee, HO_FLEE_REDIRECTION))
        redirect(w, first, n);
    ho_shares_make(w->weight, n, &w->upto[at], &w->of_rest[at]);
    return shares;
}
