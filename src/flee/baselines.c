/* Forecasts without a simulation. */
#include "flee/case.h"

enum { ORIGIN = 30 };

static const struct {
    const char *name, *is;
} baseline_text[] = {
#define X(id, name, is) {name, is},
    HO_FLEE_BASELINES(X)
#undef X
};

const char *ho_flee_baseline_name(ho_flee_baseline baseline) {
    return baseline_text[baseline].name;
}

const char *ho_flee_baseline_is(ho_flee_baseline baseline) {
    return baseline_text[baseline].is;
}

/* A camp's record as a forecast sees it. */
static double seen(const ho_flee_case *flee, size_t day, size_t c) {
    return (double)(flee->leak_free ? flee->known : flee->data)[day * flee->n_camp + c];
}

/* What is to be split on a day. */
static double sum_on(const ho_flee_case *flee, size_t day) {
    double sum = 0;
    if (flee->leak_free)
        return (double)flee->series[day];
    for (size_t c = 0; c < flee->n_camp; c++)
        sum += (double)flee->data[day * flee->n_camp + c];
    return sum;
}

/* Weight of a camp in a split. */
static double weight(const ho_flee_case *flee, ho_flee_baseline baseline, size_t origin, size_t c) {
    if (baseline == HO_FLEE_CAPACITY_SPLIT)
        return (double)ho_flee_listed(flee, c);
    return baseline == HO_FLEE_FROZEN ? seen(flee, origin, c) : 1;
}

static bool split(const ho_flee_case *flee, ho_flee_baseline baseline, size_t origin, double *camp) {
    double all = 0;
    for (size_t c = 0; c < flee->n_camp; c++)
        all += weight(flee, baseline, origin, c);
    if (!(all > 0))
        return false;
    for (size_t day = 0; day < flee->n_day; day++)
        for (size_t c = 0; c < flee->n_camp; c++)
            camp[day * flee->n_camp + c] = sum_on(flee, day) * weight(flee, baseline, origin, c) / all;
    return true;
}

bool ho_flee_baseline_make(const ho_flee_case *flee, ho_flee_baseline baseline, double *camp) {
    size_t origin = flee->n_day > ORIGIN ? ORIGIN : flee->n_day - 1;
    if (!flee->has_data || flee->n_camp == 0 || (baseline == HO_FLEE_CAPACITY_SPLIT && flee->leak_free))
        return false;
    if (baseline != HO_FLEE_PERSISTENCE && baseline != HO_FLEE_LAGGED)
        return split(flee, baseline, origin, camp);
    for (size_t day = 0; day < flee->n_day; day++) {
        size_t from = day < ORIGIN ? 0 : baseline == HO_FLEE_LAGGED ? day - ORIGIN : origin;
        for (size_t c = 0; c < flee->n_camp; c++)
            camp[day * flee->n_camp + c] = seen(flee, from, c);
    }
    return true;
}
