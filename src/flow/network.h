/* Places, links between them, and the routes that people at a place can see. */
#ifndef HO_FLOW_NETWORK_H
#define HO_FLOW_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdout/base.h"

/* Links have a direction; those out of a place lie together, in the order in which they were given. Borrowed by whoever moves people over it. */
typedef struct ho_network {
    size_t n_place, n_link;
    size_t *first;  /* (n_place + 1) links out of each place, offsets */
    int32_t *from, *to; /* (n_link) places */
    double *km;     /* (n_link) > 0 */
    size_t *given;  /* (n_link) number of the link as it was given to ho_network_build */
} ho_network;

/* Builds it from n_link directed links in any order; the arrays (n_link) are copied. HO_ERR_MEMORY. The caller frees. */
ho_status ho_network_build(size_t n_place, size_t n_link, const int32_t *from, const int32_t *to, const double *km, ho_network *network,
                           ho_error *err);
void ho_network_free(ho_network *network);

/* The first open link from a place to another, -1 if there is none. open: (n_link). */
int32_t ho_network_link(const ho_network *network, const uint8_t *open, int32_t from, int32_t to);

/* What is left of a route: its next place, where it ends, and what is left after the next. Node 0 is the empty route. Equal routes have equal
 * nodes. */
typedef struct ho_route_node {
    int32_t next, end;
    uint32_t rest;
} ho_route_node;

typedef struct ho_route_nodes {
    ho_route_node *item; /* (n) */
    size_t n, room;
    uint32_t *slot; /* (n_slot) by hash of (next, rest), 0: free */
    size_t n_slot;
} ho_route_nodes;
void ho_route_nodes_free(ho_route_nodes *nodes);

/* The routes seen from every place while the same links are open. */
typedef struct ho_routes {
    size_t *first; /* (n_place + 1) */
    size_t n, room[4], n_most; /* n_most: the most of any place */
    int32_t *link; /* (n) first link taken */
    uint32_t *rest; /* (n) node of what is left after it */
    int32_t *end;  /* (n) last place */
    double *km;    /* (n) whole length */
} ho_routes;

typedef struct ho_route_options {
    int depth;              /* hops seen ahead: paths of up to max(1, depth) hops */
    bool markers_cost;      /* a marker counts as a hop; else it does not, and a path goes on through it even at the last hop if depth >= 1 */
    bool shortest_only;     /* of several paths to the same end only the shortest, the first of equals */
    size_t n_step_max;      /* paths looked at before giving up */
} ho_route_options;

/* Lists all simple paths from every place, by depth first in the order of links; none ends in a marker. open: (n_link); marker: (n_place).
 * HO_ERR_INPUT: more paths than n_step_max; HO_ERR_MEMORY. The caller frees `routes`, also on failure. */
ho_status ho_routes_build(const ho_network *network, const uint8_t *open, const uint8_t *marker, const ho_route_options *options,
                          ho_route_nodes *nodes, ho_routes *routes, ho_error *err);
void ho_routes_free(ho_routes *routes);

#endif
