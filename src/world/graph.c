/* The graph: each edge as two directed links, sorted by district. Marching time is distance over road speed plus the
 * climb. */
#include <math.h>
#include <stdlib.h>

#include "world/build.h"

/* [km/day] of a column on foot and by vehicle mixed; judgement, only ratios matter (march_speed scales all). */
static double road_factor(char road) {
    switch (road) {
    case 'A':
        return 1.0;
    case 'B':
        return 0.75;
    case 'C':
        return 0.5;
    default:
        return 0.35;
    }
}

static ho_status graph_columns(ho_world *world, ho_error *err) {
    world->link_first = ho_world_column(world, world->n_district + 1, sizeof *world->link_first);
    world->per_link = ho_world_column(world, world->n_district, sizeof *world->per_link);
    world->link_to = ho_world_column(world, world->n_link, sizeof *world->link_to);
    world->link_road_km = ho_world_column(world, world->n_link, sizeof *world->link_road_km);
    world->link_pass = ho_world_column(world, world->n_link, sizeof *world->link_pass);
    world->capital_km = ho_world_column(world, world->n_district, sizeof *world->capital_km);
    if (!world->capital_km || !world->link_first || !world->per_link || !world->link_to || !world->link_road_km || !world->link_pass)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu links", world->n_link);
    return HO_OK;
}

static void put_link(ho_world *world, int32_t *next, int32_t from, int32_t to, const ho_edge_row *edge, int32_t pass) {
    int32_t k = next[from]++;
    world->link_to[k] = to;
    world->link_road_km[k] = edge->distance_km / road_factor(edge->road) + edge->pass_height_m / 50;
    world->link_pass[k] = pass;
}

static int32_t pass_of(const ho_world *world, size_t edge) {
    const ho_scenario *scenario = world->scenario;
    for (size_t p = 0; p < scenario->n_pass; p++)
        for (size_t k = 0; k < scenario->pass[p].n_edge; k++)
            if (scenario->pass[p].edge[k] == (int32_t)edge && ho_world_knows(world, scenario->pass[p].known_on))
                return (int32_t)p;
    return -1;
}

/* Shortest ways from the national capital, by relaxing along a queue (a ring of n_district + 1 places) until nothing gets
 * shorter. */
static ho_status fill_capital_km(ho_world *world, ho_error *err) {
    const size_t n = world->n_district, ring = n + 1;
    int32_t *queue = calloc(ring, sizeof *queue);
    bool *waits = calloc(n, sizeof *waits);
    if (!queue || !waits) {
        free(queue);
        free(waits);
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for distances from the capital");
    }
    for (size_t i = 0; i < n; i++)
        world->capital_km[i] = INFINITY;
    world->capital_km[world->national_capital] = 0;
    queue[0] = world->national_capital;
    for (size_t head = 0, tail = 1; head != tail; head = (head + 1) % ring) {
        int32_t i = queue[head];
        waits[i] = false;
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++) {
            int32_t j = world->link_to[k];
            double km = world->capital_km[i] + world->link_road_km[k];
            if (km >= world->capital_km[j])
                continue;
            world->capital_km[j] = km;
            if (!waits[j]) {
                waits[j] = true;
                queue[tail] = j;
                tail = (tail + 1) % ring;
            }
        }
    }
    free(queue);
    free(waits);
    return HO_OK;
}

ho_status ho_world_build_graph(ho_world *world, ho_error *err) {
    const ho_scenario *scenario = world->scenario;
    ho_status status = graph_columns(world, err);
    if (status)
        return status;
    int32_t *next = ho_world_column(world, world->n_district + 1, sizeof *next);
    if (!next)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for the graph");
    for (size_t e = 0; e < scenario->n_edge; e++) {
        world->link_first[scenario->edge[e].a + 1]++;
        world->link_first[scenario->edge[e].b + 1]++;
    }
    for (size_t i = 0; i < world->n_district; i++) {
        world->link_first[i + 1] += world->link_first[i];
        next[i] = world->link_first[i];
    }
    for (size_t i = 0; i < world->n_district; i++)
        if (world->link_first[i + 1] > world->link_first[i])
            world->per_link[i] = 1.0 / (world->link_first[i + 1] - world->link_first[i]);
    for (size_t e = 0; e < scenario->n_edge; e++) {
        const ho_edge_row *edge = &scenario->edge[e];
        int32_t pass = pass_of(world, e);
        put_link(world, next, edge->a, edge->b, edge, pass);
        put_link(world, next, edge->b, edge->a, edge, pass);
    }
    return fill_capital_km(world, err);
}
