/* Where people go. Each household of those who leave a district chooses among the places of its set (world/travel.c)
 * with odds K x A: K by people, distance, kin and seats of provinces, worked out when a district first sends somebody;
 * A by safety and room (districts) or posture (crossings). The choices of many households are one multinomial draw, so
 * that the cost does not depend on how many people there are. */
#include "mechanisms/people.h"

#include <string.h>

/* [households] below which each draws by itself; below which it does so by rejection; words of a try. Only speed. */
enum { ONE_BY_ONE = 256, FEW = 4, TRIES = 4 };
static const uint32_t TOGETHER = 0x80000000u;             /* entity bit: multinomials */
static const double LOG_POST_PEOPLE = 11.512925464970229; /* ln 100,000: a crossing draws like a place of so many */
static const double SHAKEN_DAYS = 14, SHAKEN = 0.5; /* [d] after a fight a place counts as half as safe; judgement */

void ho_welcome_district(const ho_world *world, ho_state *state, size_t i, double safe_gain) {
    double safe = state->battle_bloc[i] >= 0 ? 0 : 1 - state->n_enemy_near[i] * world->per_link[i];
    if (state->time_day - state->last_fight_day[i] < SHAKEN_DAYS)
        safe *= SHAKEN;
    double room = state->p[HO_P_GO_FULL] * (state->residents[i] + 1.0);
    state->welcome[i] = (1 + safe_gain * safe) * room / (room + state->displaced[i]);
}

void ho_welcome_crossings(const ho_world *world, ho_state *state) {
    const double leak = state->p[HO_P_LEAK_BORDER], by_posture[HO_N_POSTURE] = {1, 0.5 * (1 + leak), leak};
    for (size_t c = 0; c < world->n_crossing; c++) {
        size_t at = (size_t)world->crossing_neighbour[c] * HO_N_TRAVELLER + HO_TRAVELLER_PEOPLE;
        state->welcome[world->n_district + c] = by_posture[state->posture[at]];
    }
}

int64_t ho_settled(const ho_world *world, const ho_state *state, size_t i) {
    int64_t n = state->displaced[i];
    if (world->customs_crossing[i] >= 0)
        for (size_t c = 0; c < world->n_crossing; c++)
            n -= world->scenario->crossing[c].district == (int32_t)i ? state->at_border[c] : 0;
    return n;
}

/* Binomial(n, p) at u by inversion, n (-ln(1 - p)) = mean < 10: ho_binomial_from, where the logarithm is known already.
 */
static int64_t invert(double u, double n, double p, double mean) {
    double here = ho_exp(-mean), odds = p / (1 - p), k = 0;
    while (u > here && here > 0x1p-60 && k < n) {
        u -= here;
        k++;
        here *= (n + 1 - k) * odds / k;
    }
    return (int64_t)k;
}

ho_leavers ho_leave(const ho_streams *streams, uint32_t step, uint32_t entity, int64_t n, int64_t household,
                    double hazard) {
    ho_leavers party = {.household = household};
    if (n <= 0 || !(hazard > 0))
        return party;
    int64_t complete = (int32_t)n / (int32_t)household, rest = n - complete * household;
    double p = ho_one_minus_exp(hazard), mean = (double)complete * hazard;
    uint32_t word[4];
    ho_block(streams, step, HO_PROC_FLIGHT, entity, 0, word);
    if (hazard < 0.5 && mean < HO_INVERSION_MEAN) {
        double u = ((double)word[0] + ho_unit(word[1])) * 0x1p-32;
        party.n_household = u <= 1 - mean ? 0 : invert(u, (double)complete, p, mean); /* exp(-mean) >= 1 - mean */
    } else {
        ho_rng rng = ho_rng_at(streams, step, HO_PROC_FLIGHT, entity | TOGETHER);
        party.n_household = ho_binomial(&rng, complete, p);
    }
    if (rest > 0 && ho_unit(word[2]) < p)
        party.incomplete = rest;
    return party;
}

/* Weights of the set of district i before safety, added up; the same for a whole replicate. */
static void work_out(const ho_world *world, ho_state *state, size_t i) {
    const double *p = state->p;
    const int32_t first = world->dest_first[i], last = world->dest_first[i + 1];
    double *weight = &state->route[first], sum = 0;
    for (int32_t k = first; k < last; k++) {
        int32_t j = world->dest[k];
        bool post = j >= (int32_t)world->n_district;
        double x = p[HO_P_GO_PEOPLE] * (post ? LOG_POST_PEOPLE : world->log_people[j]) -
                   p[HO_P_GO_TIME] * world->dest_log_km[k];
        x += post ? p[HO_P_GO_BORDER] : p[HO_P_GO_KIN] * world->dest_kin[k] + p[HO_P_GO_CAPITAL] * world->is_capital[j];
        weight[k - first] = x;
    }
    ho_exp_all(weight, (size_t)(last - first));
    for (int32_t k = 0; k < last - first; k++)
        weight[k] = sum += weight[k];
    state->route_known[i] = 1;
}

/* First of n rising sums that is above x; the last if none is. */
static size_t find(const double *upto, size_t n, double x) {
    size_t at = 0;
    while (n > 1) {
        size_t half = n / 2;
        at += half & -(size_t)(upto[at + half - 1] <= x);
        n -= half;
    }
    return at;
}

/* A place of district i by the odds K x A of today, from up to TRIES words: one drawn by K is kept with chance A over
 * the largest A (rejection; what is left of the word within its place decides). -1: all were turned down. */
static int32_t try_place(const ho_world *world, const ho_state *state, size_t i, double most, const uint32_t *word) {
    const size_t first = (size_t)world->dest_first[i], n = (size_t)world->dest_first[i + 1] - first;
    const double *upto = &state->route[first];
    for (size_t t = 0; t < TRIES; t++) {
        double x = ho_unit(word[t]) * upto[n - 1];
        size_t k = find(upto, n, x);
        double below = k ? upto[k - 1] : 0;
        if ((x - below) * most < (upto[k] - below) * state->welcome[world->dest[first + k]])
            return (int32_t)k;
    }
    return -1;
}

/* K x A of today. */
typedef struct odds {
    size_t n;
    double weight[HO_DEST_MAX], upto[HO_DEST_MAX], sum; /* upto: added up */
} odds;

static void find_odds(const ho_world *world, const ho_state *state, size_t i, odds *to) {
    size_t first = (size_t)world->dest_first[i];
    double before = 0, sum = 0;
    to->n = (size_t)world->dest_first[i + 1] - first;
    for (size_t k = 0; k < to->n; k++) {
        to->weight[k] = (state->route[first + k] - before) * state->welcome[world->dest[first + k]];
        before = state->route[first + k];
        to->upto[k] = sum += to->weight[k];
    }
    to->sum = sum;
}

/* Where one household of a few goes: number h of them. */
static size_t place_of(const ho_world *world, const ho_state *state, const ho_streams *streams, size_t i,
                       uint32_t entity, uint32_t h, double most) {
    uint32_t word[4];
    odds of;
    ho_block(streams, (uint32_t)state->step, HO_PROC_ROUTE, entity, h, word);
    int32_t k = try_place(world, state, i, most, word);
    if (k >= 0)
        return (size_t)k;
    find_odds(world, state, i, &of);
    ho_block(streams, (uint32_t)state->step, HO_PROC_ROUTE, entity, UINT32_MAX - h, word);
    return find(of.upto, of.n, ho_unit(word[0]) * of.sum);
}

/* Index of the first of HO_DEST_MAX rising steps that is above x; without branches, which would be guessed wrong half
 * the time. */
static inline size_t step_above(const uint32_t *upto, uint32_t x) {
    _Static_assert(HO_DEST_MAX == 16, "four halvings");
    size_t at = (size_t)(upto[7] <= x) << 3;
    at += (size_t)(upto[at + 3] <= x) << 2;
    at += (size_t)(upto[at + 1] <= x) << 1;
    return at + (upto[at] <= x);
}

/* Where n households go, each by itself; added to count. */
static void choose(const odds *of, const ho_streams *streams, uint32_t step, uint32_t entity, int64_t n,
                   int64_t *count) {
    uint32_t upto[HO_DEST_MAX];
    const double scale = 0x1p32 / of->sum;
    for (size_t k = 0; k < HO_DEST_MAX; k++) {
        double x = k < of->n ? of->upto[k] * scale : 0x1p32;
        upto[k] = x < 0x1p32 - 1 ? (uint32_t)x : UINT32_MAX;
    }
    for (int64_t h = 0; h < n; h += 4) {
        uint32_t word[4];
        int64_t last = n - h < 4 ? n - h : 4;
        ho_block(streams, step, HO_PROC_ROUTE, entity, (uint32_t)h, word);
        for (int64_t m = 0; m < last; m++)
            count[step_above(upto, word[m] - (word[m] == UINT32_MAX))]++;
    }
}

/* People of a group of leavers by place: each household by itself where they are not many, else one multinomial draw.
 */
static void divide(const ho_world *world, const ho_state *state, const ho_streams *streams, size_t i, uint32_t entity,
                   ho_leavers who, double most, int64_t *people) {
    odds of;
    size_t n_place = (size_t)(world->dest_first[i + 1] - world->dest_first[i]);
    memset(people, 0, n_place * sizeof *people);
    if (who.n_household >= FEW) {
        find_odds(world, state, i, &of);
        if (who.n_household < ONE_BY_ONE) {
            choose(&of, streams, (uint32_t)state->step, entity, who.n_household, people);
        } else {
            ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_ROUTE, entity | TOGETHER);
            ho_multinomial(&rng, who.n_household, of.weight, of.n, people);
        }
    } else {
        for (uint32_t h = 0; h < who.n_household; h++)
            people[place_of(world, state, streams, i, entity, h, most)]++;
    }
    for (size_t k = 0; k < n_place; k++)
        people[k] *= who.household;
    if (who.incomplete > 0)
        people[place_of(world, state, streams, i, entity, ONE_BY_ONE, most)] += who.incomplete;
}

/* Whether anybody can go anywhere from district i; makes its weights known. */
static bool has_way(const ho_world *world, ho_state *state, size_t i) {
    if (!state->route_known[i])
        work_out(world, state, i);
    for (int32_t k = world->dest_first[i]; k < world->dest_first[i + 1]; k++)
        if (state->welcome[world->dest[k]] > 0)
            return true;
    return false;
}

static void put_on_road(const ho_world *world, ho_state *state, size_t dest, double per_km, int64_t n) {
    double days = world->dest_km[dest] * per_km;
    uint32_t later = days < HO_ROAD_DAYS - 2 ? 1 + (uint32_t)days : HO_ROAD_DAYS - 1;
    size_t on = ((uint32_t)state->day + later) % HO_ROAD_DAYS, place = (size_t)world->dest[dest];
    state->road[on * world->n_district + (size_t)world->dest_district[dest]] += (int32_t)n;
    if (place >= world->n_district)
        state->road_border[on * world->n_crossing + place - world->n_district] += (int32_t)n;
}

void ho_sample(int64_t n, const int64_t *stock, size_t k, double u, int64_t *taken) {
    int64_t sum = 0, left = n, before = 0;
    for (size_t m = 0; m < k; m++)
        sum += stock[m];
    double share = sum > 0 ? (double)n / (double)sum : 0, upto = u;
    for (size_t m = 0; m < k; m++) {
        upto += (double)stock[m] * share;
        int64_t now = (int64_t)upto, most = stock[m] < left ? stock[m] : left;
        taken[m] = now - before < most ? now - before : most;
        before = now;
        left -= taken[m];
    }
    for (size_t m = 0; m < k && left > 0; m++) { /* rounding may leave one over */
        int64_t more = stock[m] - taken[m] < left ? stock[m] - taken[m] : left;
        taken[m] += more;
        left -= more;
    }
}

/* The displaced of district i come from several home areas: who of them goes where. */
static void move_guests(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int64_t n,
                        const int64_t *people, size_t n_place) {
    size_t n_home = world->n_home, here = (size_t)world->home[i], first = (size_t)world->dest_first[i];
    int64_t stock[HO_HOME_MAX] = {0}, taken[HO_HOME_MAX];
    uint32_t word[4];
    for (size_t h = 0; h < n_home; h++)
        stock[h] = state->away[h * n_home + here];
    ho_block(streams, (uint32_t)state->step, HO_PROC_ROUTE, (uint32_t)i | HO_GUESTS | TOGETHER, UINT32_MAX, word);
    ho_sample(n, stock, n_home, ho_unit(word[0]), taken);
    size_t h = (size_t)(ho_unit(word[1]) * (double)n_home);
    for (size_t k = 0; k < n_place; k++) {
        size_t place = (size_t)world->dest[first + k];
        for (int64_t left = people[k]; left > 0;) {
            while (taken[h] == 0)
                h = h + 1 < n_home ? h + 1 : 0;
            int64_t m = taken[h] < left ? taken[h] : left;
            taken[h] -= m;
            left -= m;
            state->away[h * n_home + here] -= (int32_t)m;
            if (place < world->n_district)
                state->away[h * n_home + (size_t)world->home[place]] += (int32_t)m;
        }
    }
}

void ho_set_out(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, ho_leavers residents,
                ho_leavers displaced, double most) {
    int64_t people[HO_DEST_MAX], guests[HO_DEST_MAX] = {0};
    size_t first = (size_t)world->dest_first[i], home = (size_t)world->home[i] * world->n_home;
    size_t n_place = (size_t)world->dest_first[i + 1] - first;
    if (!has_way(world, state, i))
        return;
    divide(world, state, streams, i, (uint32_t)i, residents, most, people);
    int64_t n = ho_leavers_people(residents), n_guest = ho_leavers_people(displaced);
    if (n_guest > 0) {
        divide(world, state, streams, i, (uint32_t)i | HO_GUESTS, displaced, most, guests);
        move_guests(world, state, streams, i, n_guest, guests, n_place);
    }
    state->residents[i] -= (int32_t)n;
    state->displaced[i] -= (int32_t)n_guest;
    state->went[i] += (int32_t)n;
    state->displaced_ever[0] += n;
    const double per_km = 1 / ho_max(1, state->p[HO_P_TRAVEL]); /* [d/km] */
    for (size_t k = 0; k < n_place; k++) {
        if (people[k] + guests[k] == 0)
            continue;
        put_on_road(world, state, first + k, per_km, people[k] + guests[k]);
        if (world->dest[first + k] < (int32_t)world->n_district)
            state->away[home + (size_t)world->home[world->dest[first + k]]] += (int32_t)people[k];
    }
}
