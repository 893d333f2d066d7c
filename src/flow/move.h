/* A day of movement. People are cohorts: whoever shares place or distance on a link, route, type and memory is exchangeable, so all of a cohort
 * are moved by one exact draw, at a cost that does not depend on how many they are. Nobody is lost or made on the way.
 *
 * A day is two phases. In the first (ho_flow_leave) people who rest decide whether to leave and where to; in the second (ho_flow_travel) all who
 * are on a link cover a day's distance, and who arrives early decides again and goes on. What the law says of places does not change inside a
 * phase, so people choose independently of each other and in no order. */
#ifndef HO_FLOW_MOVE_H
#define HO_FLOW_MOVE_H

#include "base/stream.h"
#include "flow/cohort.h"
#include "flow/network.h"
#include "flow/split.h"
#include "flow/stints.h"

/* What can be broken on purpose, for tests that must notice. */
typedef enum ho_flow_flaw {
    HO_FLOW_SOUND,
    HO_FLOW_NO_FRESH_DAY,  /* a later link of the same day gets only what is left of the day */
    HO_FLOW_ARRIVE_AT,     /* arrival where the distance is covered exactly */
    HO_FLOW_ONE_BY_ONE     /* people are moved singly and `recount` is called after each */
} ho_flow_flaw;

/* The law of a phase; all arrays are borrowed for the call. */
typedef struct ho_flow_law {
    const ho_network *network;
    const ho_routes *routes;
    const ho_route_nodes *nodes;
    const uint8_t *open;  /* (n_link) people may enter the link */
    const double *leave;  /* (n_place) chance to leave in a decision, for people without a route */
    const uint8_t *full;  /* (n_place) who is on the way there, or chooses it, drops the route and stays */
    const uint8_t *drives_on; /* (n_place) with short_stints: who has travelled little leaves for certain */
    const double *km_per_day; /* (n_link) */
    const double *walk_chance; /* (n_link) a day on this link is walked with this chance; NULL: never */
    double walk_km_per_day;
    double full_km_per_day; /* a day's travel for the memory of short_stints */
    double least_km;        /* no day of travel is shorter; for forgetting, see move.c */
    bool first_on_foot;     /* the first link of all is walked */
    bool short_stints;      /* remember how much was travelled lately */
    /* Shares of the routes from a place for a type of people, in the order of `routes`. */
    ho_shares (*shares)(void *context, int32_t place, uint32_t type);
    void *context;
    ho_flow_flaw flaw;
    void (*recount)(void *context); /* for HO_FLOW_ONE_BY_ONE */
} ho_flow_law;

typedef struct ho_flow {
    size_t n_place;
    ho_cohorts rest, road;      /* at places, on links */
    ho_cohorts spare;           /* scratch */
    ho_cohorts *stage;          /* (n_stage) who decides again today, by the distance covered */
    size_t n_stage;
    double stage_km;
    ho_stints stints;
    int64_t *at;                /* (n_place) people resting there now */
    ho_rng *rng;                /* (n_place) of the phase */
    uint32_t *which;            /* scratch of splits */
    int64_t *count;
    size_t n_pair;
} ho_flow;

/* n_route_most: the most routes that any place of any law will have. most_km_per_day: of any link. alike: all links are travelled at that speed,
 * none of them on foot but the first of all, and nothing is remembered of travels (no short_stints): then cohorts that come to the same are joined
 * (stints.h). HO_ERR_MEMORY. The caller frees, also on failure. */
ho_status ho_flow_build(const ho_network *network, size_t n_route_most, double most_km_per_day, bool alike, ho_flow *flow, ho_error *err);
void ho_flow_free(ho_flow *flow);
/* Nobody anywhere. */
void ho_flow_clear(ho_flow *flow);

/* Puts people at a place who have not travelled yet; `first` says whether the law asks for it. HO_ERR_MEMORY. */
ho_status ho_flow_insert(ho_flow *flow, int32_t place, uint32_t type, bool first, int64_t people, ho_error *err);

/* The phases, in this order once a day. Draws are those of (day, process, place). HO_ERR_MEMORY. */
ho_status ho_flow_leave(ho_flow *flow, const ho_flow_law *law, const ho_streams *streams, uint32_t day, ho_error *err);
ho_status ho_flow_travel(ho_flow *flow, const ho_flow_law *law, const ho_streams *streams, uint32_t day, ho_error *err);

/* Links that are closing: who is on them will end where they began. closing: (n_link). HO_ERR_MEMORY. */
ho_status ho_flow_close(ho_flow *flow, const uint8_t *closing, ho_error *err);
/* Lets people at some places settle for good, each with chance[place]; (n_place), 0 for none. HO_ERR_MEMORY. */
ho_status ho_flow_settle(ho_flow *flow, const double *chance, const ho_streams *streams, uint32_t day, ho_error *err);

/* Everyone, and those on links. */
int64_t ho_flow_people(const ho_flow *flow);
int64_t ho_flow_on_road(const ho_flow *flow);

#endif
