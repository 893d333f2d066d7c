/* Where the people of a district would go: at most HO_DEST_MAX places, found once for a world. From each district a
 * search by road (Dijkstra 1959, binary heap) settles the nearest SETTLE_MAX others; of them the crossings, the seats
 * of provinces and then the nearest are kept, with the national capital however far it is. Cost grows in proportion to
 * the districts. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "world/build.h"

enum { SETTLE_MAX = 48, CAPITALS_MAX = 4, POSTS_MAX = 2 }; /* districts reached; of them seats and crossings kept */
static const double KM_MIN = 5;       /* [km] people of one place are still this far apart; judgement */
static const double PEOPLE_MIN = 100; /* [persons] below which a place has no smaller pull; judgement */

typedef struct reached {
    double km;
    int32_t district;
} reached;

typedef struct search {
    double *km;       /* (n_district) best distance so far in pass `pass_of` */
    int32_t *pass_of; /* (n_district) */
    int32_t pass;
    reached *heap; /* (n_link + 1) */
    size_t n_heap;
    reached *found; /* (n_district) settled, nearest first, the origin left out */
    size_t n_found;
} search;

static void heap_push(search *s, reached item) {
    size_t at = s->n_heap++;
    for (; at > 0; at = (at - 1) / 2) {
        size_t up = (at - 1) / 2;
        if (s->heap[up].km <= item.km)
            break;
        s->heap[at] = s->heap[up];
    }
    s->heap[at] = item;
}

static reached heap_pop(search *s) {
    reached top = s->heap[0], last = s->heap[--s->n_heap];
    size_t at = 0;
    for (size_t down = 1; down < s->n_heap; down = 2 * at + 1) {
        if (down + 1 < s->n_heap && s->heap[down + 1].km < s->heap[down].km)
            down++;
        if (last.km <= s->heap[down].km)
            break;
        s->heap[at] = s->heap[down];
        at = down;
    }
    s->heap[at] = last;
    return top;
}

static void relax(const ho_world *world, search *s, reached from) {
    for (int32_t k = world->link_first[from.district]; k < world->link_first[from.district + 1]; k++) {
        int32_t j = world->link_to[k];
        double km = from.km + world->link_road_km[k];
        if (s->pass_of[j] == s->pass && s->km[j] <= km)
            continue;
        s->pass_of[j] = s->pass;
        s->km[j] = km;
        heap_push(s, (reached){km, j});
    }
}

/* The nearest n_max districts by road, into found. */
static void search_from(const ho_world *world, search *s, size_t origin, size_t n_max) {
    s->pass++;
    s->n_heap = s->n_found = 0;
    s->pass_of[origin] = s->pass;
    s->km[origin] = 0;
    relax(world, s, (reached){0, (int32_t)origin});
    while (s->n_heap && s->n_found < n_max) {
        reached next = heap_pop(s);
        if (next.km > s->km[next.district])
            continue; /* a shorter way was found since */
        s->found[s->n_found++] = next;
        relax(world, s, next);
    }
}

static ho_status search_build(const ho_world *world, search *s, ho_error *err) {
    size_t n = world->n_district;
    *s = (search){.km = calloc(n, sizeof *s->km),
                  .pass_of = calloc(n, sizeof *s->pass_of),
                  .heap = calloc(world->n_link + 1, sizeof *s->heap),
                  .found = calloc(n, sizeof *s->found)};
    bool fine = s->km && s->pass_of && s->heap && s->found;
    return fine ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "no memory to find the roads of %zu districts", n);
}

static void search_free(search *s) {
    free(s->km);
    free(s->pass_of);
    free(s->heap);
    free(s->found);
}

/* Share of communities that two provinces have in common. */
static double kinship(const ho_world *world, size_t p, size_t q) {
    const double *a = &world->group_share[p * world->n_group], *b = &world->group_share[q * world->n_group];
    double sum = 0;
    for (size_t g = 0; g < world->n_group; g++)
        sum += a[g] < b[g] ? a[g] : b[g];
    return sum;
}

/* Adds a place to the set of origin, if there is room. */
static void add(ho_world *world, size_t origin, size_t place, size_t district, double km) {
    if (world->n_dest == (size_t)world->dest_first[origin] + HO_DEST_MAX)
        return;
    size_t k = world->n_dest++;
    world->dest[k] = (int32_t)place;
    world->dest_district[k] = (int32_t)district;
    world->dest_km[k] = km > KM_MIN ? km : KM_MIN;
    world->dest_log_km[k] = ho_log(world->dest_km[k]);
    world->dest_kin[k] = place < world->n_district
                             ? kinship(world, (size_t)world->province[origin], (size_t)world->province[district])
                             : 0;
}

static void add_posts(ho_world *world, size_t origin, reached place, int *n_post) {
    if (world->customs_crossing[place.district] < 0)
        return;
    for (size_t c = 0; c < world->n_crossing && *n_post < POSTS_MAX; c++)
        if (world->crossing_known[c] && world->scenario->crossing[c].district == place.district) {
            add(world, origin, world->n_district + c, (size_t)place.district, place.km);
            ++*n_post;
        }
}

/* Seats of provinces among those reached: the own one, and the nearest of the others. Marks them as taken. */
static void add_seats(ho_world *world, const search *s, size_t origin, bool *taken) {
    int n_other = 0;
    for (size_t k = 0; k < s->n_found; k++) {
        size_t j = (size_t)s->found[k].district;
        bool own = world->province[j] == world->province[origin];
        if (taken[k] || !world->is_capital[j] || (!own && n_other == CAPITALS_MAX))
            continue;
        n_other += !own;
        taken[k] = true;
        add(world, origin, j, j, s->found[k].km);
    }
}

static void fill_set(ho_world *world, const search *s, size_t origin, double capital_km) {
    size_t national = (size_t)world->national_capital;
    bool taken[SETTLE_MAX];
    int n_post = 0;
    if (origin != national && capital_km < INFINITY)
        add(world, origin, national, national, capital_km);
    add_posts(world, origin, (reached){0, (int32_t)origin}, &n_post);
    for (size_t k = 0; k < s->n_found; k++) {
        taken[k] = s->found[k].district == world->national_capital;
        add_posts(world, origin, s->found[k], &n_post);
    }
    add_seats(world, s, origin, taken);
    for (size_t k = 0; k < s->n_found; k++)
        if (!taken[k])
            add(world, origin, (size_t)s->found[k].district, (size_t)s->found[k].district, s->found[k].km);
}

static ho_status fill_sets(ho_world *world, ho_error *err) {
    search s;
    ho_status status = search_build(world, &s, err);
    double *capital_km = calloc(world->n_district, sizeof *capital_km);
    if (!status && !capital_km)
        status = ho_error_set(err, HO_ERR_MEMORY, "no memory for the roads to the national capital");
    if (!status) {
        for (size_t i = 0; i < world->n_district; i++)
            capital_km[i] = INFINITY;
        search_from(world, &s, (size_t)world->national_capital, world->n_district);
        for (size_t k = 0; k < s.n_found; k++)
            capital_km[s.found[k].district] = s.found[k].km;
        for (size_t i = 0; i < world->n_district; i++) {
            world->dest_first[i] = (int32_t)world->n_dest;
            search_from(world, &s, i, SETTLE_MAX);
            fill_set(world, &s, i, capital_km[i]);
        }
        world->dest_first[world->n_district] = (int32_t)world->n_dest;
    }
    free(capital_km);
    search_free(&s);
    return status;
}

/* Home areas: provinces, or runs of them so that there are no more than HO_HOME_MAX. */
static void fill_homes(ho_world *world) {
    size_t run = (world->n_province + HO_HOME_MAX - 1) / HO_HOME_MAX;
    world->n_home = (world->n_province + run - 1) / run;
    for (size_t i = 0; i < world->n_district; i++)
        world->home[i] = (int32_t)((size_t)world->province[i] / run);
    for (size_t h = 0; h < world->n_home; h++)
        world->home_first[h] = world->province_first[h * run];
    world->home_first[world->n_home] = (int32_t)world->n_district;
}

static void fill_people(ho_world *world) {
    for (size_t i = 0; i < world->n_district; i++) {
        double people = world->population[i], near = people;
        int32_t post = world->customs_crossing[i];
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
            near += world->population[world->link_to[k]];
            post = post >= 0 ? post : world->customs_crossing[world->link_to[k]];
        }
        size_t p = (size_t)world->province[i];
        world->log_people[i] = ho_log(people > PEOPLE_MIN ? people : PEOPLE_MIN);
        world->per_people_near[i] = near > 0 ? 1e4 / near : 0;
        world->border_post[i] = post;
        world->province_people[p] += people;
        world->province_urban[p] += people * world->urban_share[i];
    }
    for (size_t p = 0; p < world->n_province; p++)
        world->province_urban[p] /= world->province_people[p] > 0 ? world->province_people[p] : 1;
}

ho_status ho_world_build_travel(ho_world *world, ho_error *err) {
    size_t n = world->n_district, places = n + world->n_crossing, most = places < HO_DEST_MAX ? places : HO_DEST_MAX;
#define COLUMN(name, length)                                                                                           \
    if (!(world->name = ho_world_column(world, (length), sizeof *world->name)))                                        \
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for the roads of %zu districts", n);
    COLUMN(dest_first, n + 1)
    COLUMN(dest, n * most)
    COLUMN(dest_district, n * most)
    COLUMN(dest_km, n * most)
    COLUMN(dest_log_km, n * most)
    COLUMN(dest_kin, n * most)
    COLUMN(log_people, n)
    COLUMN(per_people_near, n)
    COLUMN(province_people, world->n_province)
    COLUMN(province_urban, world->n_province)
    COLUMN(home, n)
    COLUMN(home_first, HO_HOME_MAX + 1)
    COLUMN(border_post, n)
#undef COLUMN
    fill_homes(world);
    fill_people(world);
    return fill_sets(world, err);
}
