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

size_t ho_mechanism_count(void);
const ho_mechanism_info *ho_mechanism_at(size_t mechanism); /* in the order of a day; NULL past the end */
/* Index of a mechanism by name, or -1. */
int32_t ho_mechanism_find(const char *name);

#endif
