/* Names: from an id or p-code to the index of its row, in constant time. */
#ifndef HO_SCENARIO_NAMES_H
#define HO_SCENARIO_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef struct ho_names {
    bool open;         /* the source of the names could not be read whole: unknown names are not the user's fault */
    size_t n, room;    /* used and existing slots; room is 0 or a power of two, at least 2 n */
    const char **name; /* (room) borrowed, NULL: free slot */
    int32_t *index;    /* (room) */
} ho_names;

/* Index of a name, -1 if unknown. */
int32_t ho_names_find(const ho_names *names, const char *name);
/* Adds a name that is not there yet; it must live as long as the table. Returns false if memory ran out. */
bool ho_names_add(ho_names *names, const char *name, int32_t index);
void ho_names_free(ho_names *names);

#endif
