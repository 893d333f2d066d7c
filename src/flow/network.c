/* Networks and routes. Routes are lists that share their tails, so that people with the same way ahead are in the same state whatever way
 * lies behind them. */
#include "flow/network.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* --- networks --- */

void ho_network_free(ho_network *network) {
    free(network->first);
    free(network->from);
    free(network->to);
    free(network->km);
    free(network->given);
    *network = (ho_network){0};
}

ho_status ho_network_build(size_t n_place, size_t n_link, const int32_t *from, const int32_t *to, const double *km, ho_network *network,
                           ho_error *err) {
    size_t room = n_link ? n_link : 1;
    *network = (ho_network){.n_place = n_place,
                            .n_link = n_link,
                            .first = calloc(n_place + 2, sizeof *network->first),
                            .from = malloc(room * sizeof *network->from),
                            .to = malloc(room * sizeof *network->to),
                            .km = malloc(room * sizeof *network->km),
                            .given = malloc(room * sizeof *network->given)};
    if (!network->first || !network->from || !network->to || !network->km || !network->given) {
        ho_network_free(network);
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu links", n_link);
    }
    size_t *next = network->first + 1; /* counting sort: next[p] becomes the end of p, that is first[p + 1] */
    for (size_t k = 0; k < n_link; k++)
        next[from[k] + 1]++;
    for (size_t p = 0; p < n_place; p++)
        next[p + 1] += next[p];
    for (size_t k = 0; k < n_link; k++) {
        size_t at = next[from[k]]++;
        network->from[at] = from[k];
        network->to[at] = to[k];
        network->km[at] = km[k];
        network->given[at] = k;
    }
    return HO_OK;
}

int32_t ho_network_link(const ho_network *network, const uint8_t *open, int32_t from, int32_t to) {
    for (size_t k = network->first[from]; k < network->first[from + 1]; k++)
        if (network->to[k] == to && open[k])
            return (int32_t)k;
    return -1;
}

/* --- nodes --- */

void ho_route_nodes_free(ho_route_nodes *nodes) {
    free(nodes->item);
    free(nodes->slot);
    *nodes = (ho_route_nodes){0};
}

static size_t node_slot(const ho_route_nodes *nodes, int32_t next, uint32_t rest) {
    uint64_t h = ((uint64_t)(uint32_t)next << 32 | rest) * 0x9E3779B97F4A7C15u;
    size_t mask = nodes->n_slot - 1, k = (size_t)(h ^ h >> 29) & mask;
    for (; nodes->slot[k]; k = (k + 1) & mask) {
        const ho_route_node *node = &nodes->item[nodes->slot[k]];
        if (node->next == next && node->rest == rest)
            break;
    }
    return k;
}

static bool nodes_grow(ho_route_nodes *nodes) {
    ho_route_node *item = ho_array_grow(nodes->item, &nodes->room, nodes->n + 2, sizeof *item);
    if (!item)
        return false;
    nodes->item = item;
    if (nodes->n == 0)
        item[nodes->n++] = (ho_route_node){.next = -1, .end = -1};
    if (2 * (nodes->n + 1) <= nodes->n_slot)
        return true;
    size_t n = nodes->n_slot ? 2 * nodes->n_slot : 256;
    uint32_t *slot = calloc(n, sizeof *slot);
    if (!slot || n > UINT32_MAX) {
        free(slot);
        return false;
    }
    free(nodes->slot);
    nodes->slot = slot;
    nodes->n_slot = n;
    for (size_t i = 1; i < nodes->n; i++)
        slot[node_slot(nodes, item[i].next, item[i].rest)] = (uint32_t)i;
    return true;
}

/* The node of a route that goes to `next` and then on along `rest`; false: out of memory. */
static bool node_of(ho_route_nodes *nodes, int32_t next, uint32_t rest, uint32_t *node) {
    if (!nodes_grow(nodes))
        return false;
    size_t k = node_slot(nodes, next, rest);
    if (!nodes->slot[k]) {
        nodes->item[nodes->n] = (ho_route_node){.next = next, .end = rest ? nodes->item[rest].end : next, .rest = rest};
        nodes->slot[k] = (uint32_t)nodes->n++;
    }
    *node = nodes->slot[k];
    return true;
}

/* --- routes --- */

void ho_routes_free(ho_routes *routes) {
    free(routes->first);
    free(routes->link);
    free(routes->rest);
    free(routes->end);
    free(routes->km);
    *routes = (ho_routes){0};
}

/* What a search through the paths of one origin carries. */
typedef struct search {
    const ho_network *network;
    const uint8_t *open, *marker;
    const ho_route_options *options;
    ho_route_nodes *nodes;
    ho_routes *routes;
    int32_t *path; /* (n_place + 1) origin first */
    size_t *best;  /* (n_place) route + 1 to each end, for shortest_only */
    size_t n_step;
    bool no_memory;
} search;

#define GROW(array, k)                                                                                                              \
    do {                                                                                                                            \
        void *grown = ho_array_grow(array, &r->room[k], r->n + 1, sizeof *(array));                                                 \
        if (!grown)                                                                                                                 \
            return false;                                                                                                           \
        array = grown;                                                                                                              \
    } while (0)

static bool one_more(ho_routes *r) {
    GROW(r->link, 0);
    GROW(r->rest, 1);
    GROW(r->end, 2);
    GROW(r->km, 3);
    return true;
}

/* Keeps the path path[0..n_hop] as a route. */
static bool keep(search *s, size_t n_hop, double km) {
    ho_routes *r = s->routes;
    uint32_t rest = 0;
    int32_t end = s->path[n_hop];
    size_t at = r->n;
    if (s->options->shortest_only && s->best[end]) {
        at = s->best[end] - 1;
        if (!(km < r->km[at]))
            return true;
    }
    for (size_t k = n_hop; k > 1; k--)
        if (!node_of(s->nodes, s->path[k], rest, &rest))
            return false;
    if (at == r->n) {
        if (!one_more(r))
            return false;
        r->n++;
    }
    r->link[at] = ho_network_link(s->network, s->open, s->path[0], s->path[1]);
    r->rest[at] = rest;
    r->end[at] = end;
    r->km[at] = km;
    if (s->options->shortest_only)
        s->best[end] = at + 1;
    return true;
}

/* Does the path lead through a place, its last aside? */
static bool passed(const search *s, size_t n_hop, int32_t place) {
    for (size_t k = 0; k < n_hop; k++)
        if (s->path[k] == place)
            return true;
    return false;
}

/* Takes one link more at the end of a path of n_hop - 1 hops; `step` counts hops as awareness does. Its depth is that of a simple path. */
static bool follow(search *s, size_t link, size_t n_hop, double km, int step) {
    int32_t end = s->network->to[link];
    if (n_hop > s->network->n_place || ++s->n_step > s->options->n_step_max)
        return n_hop > s->network->n_place;
    s->path[n_hop] = end;
    km += s->network->km[link];
    if (!s->marker[end]) {
        if (!keep(s, n_hop, km)) {
            s->no_memory = true;
            return false;
        }
    } else if (!s->options->markers_cost) {
        step--;
    }
    if (s->options->depth <= step)
        return true;
    for (size_t k = s->network->first[end]; k < s->network->first[end + 1]; k++)
        if (s->open[k] && !passed(s, n_hop, s->network->to[k]) && !follow(s, k, n_hop + 1, km, step + 1))
            return false;
    return true;
}

static bool all_of(search *s, size_t origin) {
    s->path[0] = (int32_t)origin;
    if (s->options->shortest_only)
        memset(s->best, 0, s->network->n_place * sizeof *s->best);
    for (size_t k = s->network->first[origin]; k < s->network->first[origin + 1]; k++)
        if (s->open[k] && !follow(s, k, 1, 0, 1))
            return false;
    return true;
}

ho_status ho_routes_build(const ho_network *network, const uint8_t *open, const uint8_t *marker, const ho_route_options *options,
                          ho_route_nodes *nodes, ho_routes *routes, ho_error *err) {
    size_t n = network->n_place;
    *routes = (ho_routes){.first = calloc(n + 1, sizeof *routes->first)};
    search s = {.network = network,
                .open = open,
                .marker = marker,
                .options = options,
                .nodes = nodes,
                .routes = routes,
                .path = calloc(n + 2, sizeof *s.path),
                .best = calloc(n + 1, sizeof *s.best)};
    bool ok = s.path && s.best && routes->first && one_more(routes) && nodes_grow(nodes);
    s.no_memory = !ok;
    for (size_t p = 0; p < n && ok; p++) {
        ok = all_of(&s, p);
        routes->first[p + 1] = routes->n;
        size_t here = routes->n - routes->first[p];
        routes->n_most = here > routes->n_most ? here : routes->n_most;
    }
    free(s.path);
    free(s.best);
    if (ok)
        return HO_OK;
    if (s.no_memory)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for routes");
    return ho_error_set(err, HO_ERR_INPUT, "more than %zu paths of %d hops", options->n_step_max, options->depth);
}
