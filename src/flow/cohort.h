/* Cohorts: people who share all that matters for where they go next are counted, not listed. */
#ifndef HO_FLOW_COHORT_H
#define HO_FLOW_COHORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a cohort remembers besides place, route and type. */
enum {
    HO_COHORT_FIRST = 1,     /* has not arrived anywhere yet */
    HO_COHORT_SENT_BACK = 2, /* its link was closed under it: it ends where it began */
    HO_COHORT_SETTLED = 4    /* never moves again */
};

typedef struct ho_cohort {
    int32_t at;      /* a place, or ~link for those on a link */
    uint32_t route;  /* what is left of the chosen route: a node, 0: none */
    uint32_t type;   /* of people */
    uint32_t flags;
    double on_km;    /* covered of the link */
    double recent;   /* how much they travelled lately, in days' distances; only kept where the law asks */
    double moved_km; /* covered today; 0 between days */
    int64_t people;
} ho_cohort;

/* A set of cohorts with distinct states, in the order in which they were first added. */
typedef struct ho_cohorts {
    ho_cohort *item; /* (n) */
    uint32_t *where; /* (n) the slot of each */
    uint32_t *slot;  /* (n_slot) item + 1, 0: free; n_slot is a power of 2 or 0 */
    size_t n, room, where_room, n_slot;
} ho_cohorts;

/* Adds the cohort's people to those of the same state. False: out of memory, nothing was added. */
bool ho_cohorts_add(ho_cohorts *set, const ho_cohort *cohort);
/* Empties the set; it keeps its memory. */
void ho_cohorts_clear(ho_cohorts *set);
void ho_cohorts_free(ho_cohorts *set);
int64_t ho_cohorts_people(const ho_cohorts *set);

#endif
