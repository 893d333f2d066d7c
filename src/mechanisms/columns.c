/* Columns of fighters on the road. A search over districts their bloc holds, but not through a road that is cut, finds
 * districts of other blocs nearby; one is drawn by attraction over squared distance. Fighters are in `marching` until they arrive. */
#include "mechanisms/holder.h"

enum { COLUMN_MIN = 10 };                                 /* [persons] fewer do not set out; judgement */
enum { REACH_MAX = 64, VISIT_MAX = 24, VISIT_FRONT = 1 }; /* candidates and districts looked at in one search */

typedef struct reach {
    int32_t district;
    double km;
} reach;

void ho_find_fronts(const ho_world *world, ho_state *state) {
    int32_t *queue = state->queue;
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < world->n_district; i++) {
        bool front = state->n_enemy_near[i] > 0 && world->bloc_state[ho_holder_bloc(world, state, i)] < 0;
        state->front_of[i] = front ? (int32_t)i : -1;
        state->front_km[i] = 0;
        if (front)
            queue[tail++] = (int32_t)i;
    }
    while (head < tail) {
        int32_t i = queue[head++], bloc = ho_holder_bloc(world, state, (size_t)i);
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
            int32_t j = world->link_to[k];
            if (state->front_of[j] >= 0 || ho_holder_bloc(world, state, (size_t)j) != bloc || state->road_cut_days[j] > 0)
                continue;
            state->front_of[j] = state->front_of[i];
            state->front_km[j] = state->front_km[i] + world->link_road_km[k];
            queue[tail++] = j;
        }
    }
}

/* Enemy-held districts adjacent to the bloc's territory, breadth first from i, which is km_before away. Returns how
 * many. */
static size_t find_targets(const ho_world *world, ho_state *state, size_t i, double km_before, int32_t bloc,
                           size_t n_visit, reach *found) {
    int32_t *seen = state->seen, queue[VISIT_MAX];
    double km[VISIT_MAX];
    size_t head = 0, tail = 0, n_found = 0;
    int32_t stamp = ++state->search_stamp;
    queue[tail] = (int32_t)i;
    km[tail++] = km_before;
    seen[i] = stamp;
    while (head < tail && n_found < REACH_MAX) {
        size_t at = (size_t)queue[head];
        double here = km[head++];
        for (int32_t k = world->link_first[at]; k < world->link_first[at + 1]; k++) {
            int32_t j = world->link_to[k];
            if (seen[j] == stamp)
                continue;
            seen[j] = stamp;
            double far = here + world->link_road_km[k];
            if (ho_holder_bloc(world, state, (size_t)j) != bloc) {
                if (n_found < REACH_MAX)
                    found[n_found++] = (reach){j, far};
            } else if (tail < n_visit && state->road_cut_days[j] <= 0) {
                queue[tail] = j;
                km[tail++] = far;
            }
        }
    }
    return n_found;
}

static double attraction(const ho_world *world, const ho_state *state, const reach *target) {
    size_t i = (size_t)target->district;
    double days = target->km / state->p[HO_P_MARCH];
    double weight = world->is_capital[i] ? state->p[HO_P_W_CAPITAL] : 1;
    if (world->on_road[i])
        weight *= state->p[HO_P_W_ROAD];
    return weight / ((1 + days) * (1 + days));
}

static size_t choose(const ho_world *world, const ho_state *state, const reach *found, size_t n, double u) {
    double pull[REACH_MAX], sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += pull[k] = attraction(world, state, &found[k]);
    double left = u * sum;
    for (size_t k = 0; k < n; k++) {
        left -= pull[k];
        if (left <= 0)
            return k;
    }
    return n - 1;
}

static int32_t free_slot(ho_state *state) {
    for (int32_t k = 0; k < state->n_column; k++)
        if (state->column[k].n_person == 0)
            return k;
    return state->n_column < HO_COLUMN_MAX ? state->n_column++ : -1;
}

/* From i, by way of `via` which is km_before away. */
static void march(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, size_t via,
                  double km_before, size_t n_visit, int32_t faction, int32_t n, uint32_t salt) {
    reach found[REACH_MAX];
    if (n < COLUMN_MIN)
        return;
    size_t n_found = find_targets(world, state, via, km_before, world->faction_bloc[faction], n_visit, found);
    int32_t slot = n_found ? free_slot(state) : -1;
    if (slot < 0)
        return;
    uint32_t word[4];
    ho_block(streams, (uint32_t)state->step, HO_PROC_MOVEMENT, (uint32_t)i, salt, word);
    const reach *target = &found[choose(world, state, found, n_found, ho_unit(word[0]))];
    size_t at = (size_t)faction * world->n_district + i;
    state->column[slot] = (ho_column){.faction = faction,
                                      .district = target->district,
                                      .n_person = n,
                                      .arrive_day = state->time_day + target->km / state->p[HO_P_MARCH],
                                      .worth = state->worth[at]};
    state->fighters[at] -= n;
    state->garrison_start[i] = ho_max(0, state->garrison_start[i] - n); /* who is sent on is not missing */
    state->marching[faction] += n;
    ho_state_refresh_strength(world, state, i);
}

void ho_march(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t faction, int32_t n,
              uint32_t salt) {
    march(world, state, streams, i, i, 0, VISIT_MAX, faction, n, salt);
}

void ho_march_to_front(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t faction,
                       int32_t n) {
    if (state->front_of[i] >= 0)
        march(world, state, streams, i, (size_t)state->front_of[i], state->front_km[i], VISIT_FRONT, faction, n,
              UINT32_MAX);
}

void ho_arrive(const ho_world *world, ho_state *state) {
    int32_t last = 0;
    for (int32_t k = 0; k < state->n_column; k++) {
        ho_column *column = &state->column[k];
        if (column->n_person == 0)
            continue;
        if (column->arrive_day > state->time_day) {
            last = k + 1;
            continue;
        }
        ho_join(world, state, (size_t)column->faction, (size_t)column->district, column->n_person, column->worth);
        state->marching[column->faction] -= column->n_person;
        column->n_person = 0;
        ho_state_refresh_strength(world, state, (size_t)column->district);
    }
    state->n_column = last;
}
