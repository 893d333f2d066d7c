/* What is looked at each day, in every definition people quote. Per bloc a block of columns in the order of BLOC_LIST, then a few of the
 * whole. Held districts and the country outside the centres are read in one pass; the rest are the state's own counters. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/record.h"
#include "mechanisms/mechanism.h"
#include "world/world.h"

/* code, name, unit, whole number, definition */
#define BLOC_LIST(X)                                                                                                   \
    X(CONTROLLED, "districts_controlled", "districts", true,                                                           \
      "districts whose centre the bloc holds, or where its share of the country outside the centre is above 0.85 "     \
      "(control)")                                                  \
    X(CONTESTED, "districts_contested", "districts", true,                                                             \
      "districts whose centre another bloc holds and where the bloc's share of the country is above 0.3, up to 0.85 "  \
      "(contest)")                                                                   \
    X(CENTRES, "centres_held", "districts", true,                                                                      \
      "districts whose centre the bloc holds, whoever holds the country around it")                      \
    X(CAPITALS, "capitals_held", "capitals", true, "seats of provinces whose centre the bloc holds")                   \
    X(AREA, "area_share", "share", false, "share of the area lying in districts whose centre the bloc holds")          \
    X(PEOPLE, "people_share", "share", false, "share of the people living in districts whose centre the bloc holds")   \
    X(KILLED, "killed", "persons", true, "fighters of the bloc killed since the first day")                            \
    X(DESERTED, "deserted", "persons", true, "fighters of the bloc who left on their own since the first day")         \
    X(SURRENDERED, "surrendered", "persons", true, "fighters of the bloc who gave up by agreement since the first day") \
    X(PRESENT, "fighters_present", "persons", true,                                                                    \
      "fighters of the bloc under arms: in districts, in reserve and on the road (not on paper)")                      \
    X(LOST_FOUGHT, "lost_fought", "districts", true, "losses of districts by the bloc to assault, since the first day") \
    X(LOST_NEGOTIATED, "lost_negotiated", "districts", true,                                                           \
      "losses of districts by the bloc by agreement, since the first day")                                             \
    X(LOST_ABANDONED, "lost_abandoned", "districts", true,                                                             \
      "losses of districts by the bloc left without a fight or a deal, since the first day")                           \
    X(LOST_CARRIED, "lost_carried", "districts", true,                                                                 \
      "losses of districts by the bloc because a superior surrendered, since the first day")                           \
    X(LOST_REGIME_FALL, "lost_regime_fall", "districts", true,                                                         \
      "losses of districts by the bloc after it lost the national capital, since the first day")                       \
    X(RETAKEN, "retaken", "districts", true, "districts won back by the bloc since the first day")                     \
    X(BELIEF, "belief", "probability", false,                                                                          \
      "mean over the bloc's districts of the chance its commanders give their own side; not measured with none held")  \
    X(CUT_OFF, "cut_off", "districts", true, "districts held by the bloc without an open road to a supply node")

enum {
#define X(code, name, unit, integer, definition) code,
    BLOC_LIST(X)
#undef X
    N_PER_BLOC
};

static const ho_observable bloc_item[N_PER_BLOC] = {
#define X(code, name_, unit_, integer_, definition_) \
    {.name = name_, .unit = unit_, .definition = definition_, .integer = integer_},
    BLOC_LIST(X)
#undef X
};

/* Shares of the country from which a district counts as controlled or contested: so that maps drawn by those words can be compared
 * (docs/model.md says which). */
#define SHARE_CONTROLLED 0.85
#define SHARE_CONTESTED 0.3

/* Of the bloc that holds the national capital on the first day, so that a map's three classes add up. */
static const char home_controlled[] =
    "districts whose centre the bloc holds and where no other bloc's share of the country outside the centre is above 0.3 "
    "(neither controlled nor contested by a challenger)";

static const ho_observable any_item = {
    .name = "districts_contested.any",
    .unit = "districts",
    .definition = "districts where some bloc other than the holder has a share of the country above 0.3 and none has more than 0.85",
    .integer = true,
};
static const ho_observable capital_item = {
    .name = "national_capital_fallen",
    .unit = "0 or 1",
    .definition = "1 on days when the bloc that held the national capital on the first day does not hold it",
    .integer = true,
};
static const ho_observable reproduction_item = {
    .name = "reproduction_number",
    .unit = "districts per district",
    .definition = "further falls caused by one extra fall, measured by running the same replicate with and without it; "
                  "on the days it is measured",
    .integer = false,
};
static const ho_observable holdout_item = {
    .name = "holdout_holds",
    .unit = "0 or 1",
    .definition = "1 on days when the bloc of the holdout faction holds the holdout's seat",
    .integer = true,
};

/* Sums over districts, by bloc. */
typedef struct ho_tally {
    int32_t controlled[HO_BLOC_MAX], contested[HO_BLOC_MAX], cut_off[HO_BLOC_MAX]; /* by blocs that do not hold the centre, but cut_off */
    int32_t any_contested, home_undisputed;
    double belief[HO_BLOC_MAX];
} ho_tally;

enum { CHUNK = 64, QUIET = 0, CONTESTED_BY_ANY = 1 };

/* 1 / (1 + e^-x) within 5e-5, quick because it runs for every district on every day: tanh by Lambert's continued fraction to y^7, which
 * passes 1 at 4.97. Means of belief are shown to three digits. */
static inline double belief_of(double logit) {
    double y = 0.5 * logit;
    y = y > 4.97 ? 4.97 : y;
    y = y < -4.97 ? -4.97 : y;
    double z = y * y;
    double tanh_y = y * (135135.0 + z * (17325.0 + z * (378.0 + z))) / (135135.0 + z * (62370.0 + z * (3150.0 + z * 28.0)));
    return 0.5 + 0.5 * tanh_y;
}

/* Districts first .. first + n; n is a constant wherever it is CHUNK, so that the loops vectorise. */
static inline __attribute__((always_inline)) void tally_chunk(const ho_world *world, const ho_state *state, size_t first,
                                                              size_t n, ho_tally *tally) {
    uint8_t bloc[CHUNK], level[CHUNK];
    double belief[CHUNK];
    const uint8_t *connected = state->connected + first;
    int32_t any_contested = 0, undisputed = 0;
    for (size_t k = 0; k < n; k++)
        bloc[k] = (uint8_t)ho_holder_bloc(world, state, first + k);
    for (size_t k = 0; k < n; k++) {
        belief[k] = belief_of(state->belief_logit[first + k]);
        level[k] = QUIET;
    }
    for (size_t b = 0; b < world->n_bloc; b++) {
        const double *countryside = state->countryside + b * world->n_district + first;
        int32_t controlled = 0, above = 0, cut_off = 0;
        double sum = 0.0;
        for (size_t k = 0; k < n; k++) {
            bool holds = bloc[k] == b;
            bool some = !holds & (countryside[k] > SHARE_CONTESTED), most = !holds & (countryside[k] > SHARE_CONTROLLED);
            level[k] |= (uint8_t)(some + most); /* 0, 1 or 2: most implies some */
            above += some;
            controlled += most;
            cut_off += holds & !connected[k];
        }
        for (size_t k = 0; k < n; k++)
            sum += bloc[k] == b ? belief[k] : 0.0;
        tally->controlled[b] += controlled;
        tally->contested[b] += above - controlled;
        tally->cut_off[b] += cut_off;
        tally->belief[b] += sum;
    }
    for (size_t k = 0; k < n; k++) {
        any_contested += level[k] == CONTESTED_BY_ANY;
        undisputed += (level[k] == QUIET) & (bloc[k] == (uint8_t)world->home_bloc);
    }
    tally->any_contested += any_contested;
    tally->home_undisputed += undisputed;
}

static void fill_bloc(const ho_state *state, const ho_tally *tally, size_t b, float *value) {
    const int32_t *lost = state->n_lost_by_mode + b * HO_N_MODE;
    value[CONTROLLED] = (float)(tally->controlled[b] + state->centres[b]);
    value[CONTESTED] = (float)tally->contested[b];
    value[CENTRES] = (float)state->centres[b];
    value[CAPITALS] = (float)state->capitals[b];
    value[AREA] = (float)state->area_share[b];
    value[PEOPLE] = (float)state->people_share[b];
    value[LOST_FOUGHT] = (float)lost[HO_MODE_FOUGHT];
    value[LOST_NEGOTIATED] = (float)lost[HO_MODE_NEGOTIATED];
    value[LOST_ABANDONED] = (float)lost[HO_MODE_ABANDONED];
    value[LOST_CARRIED] = (float)lost[HO_MODE_CARRIED];
    value[LOST_REGIME_FALL] = (float)lost[HO_MODE_REGIME_FALL];
    value[RETAKEN] = (float)state->n_retaken[b];
    value[BELIEF] = state->centres[b] ? (float)(tally->belief[b] / state->centres[b]) : NAN;
    value[CUT_OFF] = (float)tally->cut_off[b];
}

/* Sums in int64 so that the float is rounded once. */
static void fill_fighters(const ho_world *world, const ho_state *state, size_t b, float *value) {
    int64_t killed = 0, deserted = 0, surrendered = 0, present = 0;
    for (size_t f = 0; f < world->n_faction; f++) {
        if (world->faction_bloc[f] != (int32_t)b)
            continue;
        killed += state->killed[f];
        deserted += state->deserted[f];
        surrendered += state->surrendered[f];
        present += ho_under_arms(state, f);
    }
    value[KILLED] = (float)killed;
    value[DESERTED] = (float)deserted;
    value[SURRENDERED] = (float)surrendered;
    value[PRESENT] = (float)present;
}

static void observe_day(const ho_world *world, const ho_state *state, size_t day, float *value) {
    (void)day;
    ho_tally tally = {0};
    size_t first = 0;
    for (; first + CHUNK <= world->n_district; first += CHUNK)
        tally_chunk(world, state, first, CHUNK, &tally);
    tally_chunk(world, state, first, world->n_district - first, &tally);
    for (size_t b = 0; b < world->n_bloc; b++, value += N_PER_BLOC) {
        fill_bloc(state, &tally, b, value);
        fill_fighters(world, state, b, value);
        if ((int32_t)b == world->home_bloc)
            value[CONTROLLED] = (float)tally.home_undisputed;
    }
    *value++ = (float)tally.any_contested;
    *value++ = ho_holder_bloc(world, state, (size_t)world->national_capital) != world->home_bloc;
    *value++ = NAN; /* until a probe of this day is known */
    if (world->holdout_faction >= 0 && world->holdout_seat >= 0)
        *value++ = ho_holder_bloc(world, state, (size_t)world->holdout_seat) == world->faction_bloc[world->holdout_faction];
}

static size_t n_before_probe(const ho_world *world) {
    return world->n_bloc * N_PER_BLOC + 2;
}

static void observe_probe(const ho_world *world, double reproduction_number, float *value) {
    value[n_before_probe(world)] = (float)reproduction_number;
}

ho_status ho_observables_build(const ho_world *world, ho_observables *observables, ho_error *err) {
    bool holdout = world->holdout_faction >= 0 && world->holdout_seat >= 0;
    size_t n = world->n_bloc * N_PER_BLOC + 3 + holdout;
    ho_observable *item = calloc(n, sizeof *item), *next = item;
    if (!item)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu observables", n);
    for (size_t b = 0; b < world->n_bloc; b++)
        for (size_t k = 0; k < N_PER_BLOC; k++, next++) {
            *next = bloc_item[k];
            snprintf(next->name, sizeof next->name, "%.23s.%.39s", bloc_item[k].name, world->scenario->bloc[b].id);
            if (k == CONTROLLED && (int32_t)b == world->home_bloc)
                next->definition = home_controlled;
        }
    *next++ = any_item;
    *next++ = capital_item;
    *next++ = reproduction_item;
    if (holdout)
        *next++ = holdout_item;
    *observables = (ho_observables){.n = n, .item = item, .observer = {.n_value = n, .day = observe_day, .probed = observe_probe}};
    return HO_OK;
}

void ho_observables_free(ho_observables *observables) {
    if (!observables)
        return;
    free(observables->item);
    *observables = (ho_observables){0};
}

int32_t ho_observables_find(const ho_observables *observables, const char *name) {
    for (size_t i = 0; i < observables->n; i++)
        if (strcmp(observables->item[i].name, name) == 0)
            return (int32_t)i;
    return -1;
}
