/* Names: an open-addressing hash table over borrowed text (FNV-1a, linear probing).
 * Invariant: at least half of the slots are free, so a probe ends. */
#include "scenario/names.h"

#include <stdlib.h>
#include <string.h>

static uint64_t name_hash(const char *name) {
    uint64_t hash = UINT64_C(0xcbf29ce484222325); /* FNV-1a, 64 bit: offset basis and prime */
    for (; *name; name++)
        hash = (hash ^ (unsigned char)*name) * UINT64_C(0x100000001b3);
    return hash ^ (hash >> 32);
}

/* The slot that holds the name, or the free one where it belongs. */
static size_t slot_of(const ho_names *names, const char *name) {
    size_t slot = (size_t)name_hash(name) & (names->room - 1);
    while (names->name[slot] && strcmp(names->name[slot], name) != 0)
        slot = (slot + 1) & (names->room - 1);
    return slot;
}

int32_t ho_names_find(const ho_names *names, const char *name) {
    if (names->room == 0)
        return -1;
    size_t slot = slot_of(names, name);
    return names->name[slot] ? names->index[slot] : -1;
}

static bool names_grow(ho_names *names) {
    ho_names grown = {.open = names->open, .n = names->n, .room = names->room ? 2 * names->room : 64};
    grown.name = calloc(grown.room, sizeof *grown.name);
    grown.index = calloc(grown.room, sizeof *grown.index);
    if (!grown.name || !grown.index) {
        ho_names_free(&grown);
        return false;
    }
    for (size_t k = 0; k < names->room; k++)
        if (names->name[k]) {
            size_t slot = slot_of(&grown, names->name[k]);
            grown.name[slot] = names->name[k];
            grown.index[slot] = names->index[k];
        }
    ho_names_free(names);
    *names = grown;
    return true;
}

bool ho_names_add(ho_names *names, const char *name, int32_t index) {
    if (2 * (names->n + 1) > names->room && !names_grow(names))
        return false;
    size_t slot = slot_of(names, name);
    names->name[slot] = name;
    names->index[slot] = index;
    names->n++;
    return true;
}

void ho_names_free(ho_names *names) {
    free(names->name);
    free(names->index);
    *names = (ho_names){0};
}
