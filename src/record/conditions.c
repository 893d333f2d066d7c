/* How things are in each district on a day, for maps by day. Counts of people below HO_PEOPLE_FEWEST are told as nobody. */
#include <math.h>

#include "holdout/record.h"
#include "mechanisms/mechanism.h"
#include "record/country.h"
#include "world/world.h"

/* code, name, label, unit, definition; in the order of HO_CONDITION_LIST */
#define X(code, name, label, unit, definition) {name, label, unit, definition},
static const ho_condition_info info[] = {HO_CONDITION_LIST(X)};
#undef X

const ho_condition_info *ho_condition_at(size_t condition) {
    return condition < HO_N_CONDITION ? &info[condition] : NULL;
}

static float people(double n) {
    return n < HO_PEOPLE_FEWEST ? 0.0f : (float)n;
}

/* Another bloc than the holder's has some of the country around the centre, and none has nearly all of it. */
static bool is_contested(const ho_world *world, const ho_state *state, size_t i, size_t bloc) {
    bool some = false;
    for (size_t b = 0; b < world->n_bloc; b++) {
        double share = state->countryside[b * world->n_district + i];
        if (b != bloc && share > HO_COUNTRY_CONTROLLED)
            return false;
        some |= b != bloc && share > HO_COUNTRY_CONTESTED;
    }
    return some;
}

static void observe_one(const ho_world *world, const ho_state *state, size_t i, float value[HO_N_CONDITION]) {
    const size_t bloc = (size_t)ho_holder_bloc(world, state, i);
    const int32_t holders = state->persons[bloc * world->n_district + i];
    double present = (double)state->residents[i] + state->displaced[i], displaced = people(state->displaced[i]);
    value[HO_CONDITION_CONTESTED] = is_contested(world, state, i, bloc);
    value[HO_CONDITION_DISPLACED] = present < HO_PEOPLE_FEWEST ? NAN : (float)(displaced / present);
    value[HO_CONDITION_MORALE] = holders ? (float)state->morale[i] : NAN;
    value[HO_CONDITION_SUPPLY] = holders ? (float)state->supply_days[i] : NAN;
    value[HO_CONDITION_GARRISON] = (float)holders;
    value[HO_CONDITION_ATTACKERS] = (float)state->enemy[i];
    value[HO_CONDITION_PEOPLE] = people(present);
}

static void observe(const ho_world *world, const ho_state *state, size_t day, float *value) {
    (void)day;
    for (size_t i = 0; i < world->n_district; i++) {
        float here[HO_N_CONDITION];
        observe_one(world, state, i, here);
        for (size_t c = 0; c < HO_N_CONDITION; c++)
            value[c * world->n_district + i] = here[c];
    }
}

ho_observer ho_conditions_observer(const ho_world *world) {
    return (ho_observer){.n_value = HO_N_CONDITION * world->n_district, .day = observe};
}
