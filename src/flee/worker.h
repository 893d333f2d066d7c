/* A run of a case: what changes in it, and scratch. */
#ifndef HO_FLEE_WORKER_H
#define HO_FLEE_WORKER_H

#include "flee/case.h"
#include "flow/move.h"

struct ho_flee_worker {
    const ho_flee_case *flee;
    ho_flee_ground ground;
    ho_flow flow;
    ho_flow_law law;
    int32_t day;
    const ho_routes *routes;   /* of the day */
    double *pull;              /* (routes->n) 1 / (softening + km)^distance_power */
    int32_t pull_epoch;        /* that pull is of, -1: none */
    int64_t *population, *capacity; /* (n_place) as they are now */
    int64_t *seen;             /* (n_place) people as counted last: at the ends of phases, at the first morning nobody */
    double *spawn_weight;      /* (n_place) */
    int64_t *spawned;          /* (n_place) scratch */
    double *spawn_upto, *spawn_rest; /* (n_place) scratch */
    double *taste_upto, *taste_rest; /* (n_place, n_taste) shares of tastes among those from a place */
    double *score;             /* (n_place) */
    double *attraction;        /* (n_taste, n_place) score as people of a taste see it */
    double *room;              /* (n_place) */
    uint8_t *full, *drives_on; /* (n_place) */
    double *leave;             /* (n_place) */
    double *settle;            /* (n_place) or NULL: nobody settles */
    int64_t *value_here;       /* (n_place, n_value) people at places by ethnicity or religion */
    size_t n_kind;             /* of people, by their weights of routes: tastes, or tastes by home */
    uint64_t version;          /* of everything that weights of routes are made of */
    uint64_t *made;            /* (n_place, n_kind) the version for which shares were made */
    double *weight, *upto, *of_rest; /* shares: (most routes of an epoch, n_kind); weight: (most routes of a place) */
    /* For tests that must notice: */
    ho_flow_flaw flaw;
    double full_below;         /* a camp with less room turns people away */
};

/* What the law says of places today, before anyone moves; then again between the phases. */
void ho_flee_law_day(ho_flee_worker *worker);
void ho_flee_law_count(ho_flee_worker *worker);
/* Shares of routes, for ho_flow_law. */
ho_shares ho_flee_law_shares(void *worker, int32_t place, uint32_t type);

#endif
