/* holdout/mechanisms.h: what the mechanisms of the model are; for listing and for switching them off. */
#ifndef HOLDOUT_MECHANISMS_H
#define HOLDOUT_MECHANISMS_H

#include "base.h"

typedef struct ho_mechanism_info {
    const char *name;     /* id, as used by --without */
    const char *does;     /* one sentence */
    const char *equation; /* plain text */
    const char *source;   /* author year, or "judgement" with the reason */
    const char *reads, *writes; /* state columns */
    const char *off;      /* what its absence changes, in words */
} ho_mechanism_info;

/* What a mechanism belongs to, for shares of groups in an outcome. Those of the frame carry out what the others decide: without them nothing
 * could happen at all, so they are no cause beside others. */
#define HO_MECHANISM_GROUP_LIST(X)                                                                             \
    X(HO_GROUP_FRAME, "frame", "carries out what the others decide; always on")                                \
    X(HO_GROUP_OUTSIDE, "outside", "what the world gives: forces that leave, words, money, aircraft, borders") \
    X(HO_GROUP_MONEY, "money", "incomes, costs, pay that arrives or is kept")                                  \
    X(HO_GROUP_SUPPLY, "supply", "roads, stocks and aircraft that help")                                       \
    X(HO_GROUP_RANKS, "ranks", "heart, leaving, arming and changing sides")                                    \
    X(HO_GROUP_NEWS, "news", "claims, and what commanders believe about the end")                              \
    X(HO_GROUP_DEALS, "deals", "talks between sides, surrender between neighbours")                            \
    X(HO_GROUP_FIGHTING, "fighting", "where effort goes, engagements, raids, the country")                     \
    X(HO_GROUP_PEOPLE, "people", "harm, flight, and how who rules rules")

typedef enum ho_mechanism_group {
#define X(code, name, meaning) code,
    HO_MECHANISM_GROUP_LIST(X)
#undef X
    HO_N_MECHANISM_GROUP
} ho_mechanism_group;

const char *ho_mechanism_group_name(ho_mechanism_group group);    /* "?" for what is no group */
const char *ho_mechanism_group_meaning(ho_mechanism_group group); /* the same */
ho_mechanism_group ho_mechanism_group_of(size_t mechanism);       /* HO_N_MECHANISM_GROUP past the end */

size_t ho_mechanism_count(void);
const ho_mechanism_info *ho_mechanism_at(size_t mechanism); /* in the order of a day; NULL past the end */
/* Index of a mechanism by name, or -1. */
int32_t ho_mechanism_find(const char *name);

#endif
