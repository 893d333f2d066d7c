/* A hash table with linear probing over an array; the array keeps the order of arrival, so that nothing depends on hashes.
 * Invariant: at most half of the slots are taken. */
#include "flow/cohort.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"

static uint64_t bits_of(double x) {
    uint64_t bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}

/* Finaliser of MurmurHash3 (Appleby 2011) over the sum of odd multiples of the words. */
static uint64_t hash(const ho_cohort *c) {
    uint64_t h = ((uint64_t)(uint32_t)c->at << 32 | c->route) * 0x9E3779B97F4A7C15u;
    h ^= ((uint64_t)c->type << 8 | c->flags) * 0xC2B2AE3D27D4EB4Fu;
    h += bits_of(c->on_km) * 0x165667B19E3779F9u + bits_of(c->recent) * 0x27D4EB2F165667C5u + bits_of(c->moved_km) * 0xD6E8FEB86659FD93u;
    h ^= h >> 33;
    h *= 0xFF51AFD7ED558CCDu;
    return h ^ h >> 33;
}

static bool same(const ho_cohort *a, const ho_cohort *b) {
    return a->at == b->at && a->route == b->route && a->type == b->type && a->flags == b->flags &&
           bits_of(a->on_km) == bits_of(b->on_km) && bits_of(a->recent) == bits_of(b->recent) &&
           bits_of(a->moved_km) == bits_of(b->moved_km);
}

/* The slot of the cohort's state, or the free one where it belongs. */
static size_t slot_of(const ho_cohorts *set, const ho_cohort *cohort) {
    size_t mask = set->n_slot - 1, k = (size_t)hash(cohort) & mask;
    while (set->slot[k] && !same(&set->item[set->slot[k] - 1], cohort))
        k = (k + 1) & mask;
    return k;
}

static bool slots_double(ho_cohorts *set) {
    size_t n = set->n_slot ? 2 * set->n_slot : 64;
    uint32_t *slot = calloc(n, sizeof *slot);
    if (!slot || n > UINT32_MAX) {
        free(slot);
        return false;
    }
    free(set->slot);
    set->slot = slot;
    set->n_slot = n;
    for (size_t i = 0; i < set->n; i++) {
        size_t k = slot_of(set, &set->item[i]);
        slot[k] = (uint32_t)i + 1;
        set->where[i] = (uint32_t)k;
    }
    return true;
}

static bool one_more(ho_cohorts *set) {
    if (2 * (set->n + 1) > set->n_slot && !slots_double(set))
        return false;
    ho_cohort *item = ho_array_grow(set->item, &set->room, set->n + 1, sizeof *item);
    if (!item)
        return false;
    set->item = item;
    uint32_t *where = ho_array_grow(set->where, &set->where_room, set->n + 1, sizeof *where);
    if (!where)
        return false;
    set->where = where;
    return true;
}

bool ho_cohorts_add(ho_cohorts *set, const ho_cohort *cohort) {
    if ((2 * (set->n + 1) > set->n_slot || set->n == set->room || set->n == set->where_room) && !one_more(set))
        return false;
    size_t k = slot_of(set, cohort);
    if (set->slot[k]) {
        set->item[set->slot[k] - 1].people += cohort->people;
        return true;
    }
    set->item[set->n] = *cohort;
    set->where[set->n] = (uint32_t)k;
    set->slot[k] = (uint32_t)++set->n;
    return true;
}

void ho_cohorts_clear(ho_cohorts *set) {
    for (size_t i = 0; i < set->n; i++)
        set->slot[set->where[i]] = 0;
    set->n = 0;
}

void ho_cohorts_free(ho_cohorts *set) {
    free(set->item);
    free(set->where);
    free(set->slot);
    *set = (ho_cohorts){0};
}

int64_t ho_cohorts_people(const ho_cohorts *set) {
    int64_t people = 0;
    for (size_t i = 0; i < set->n; i++)
        people += set->item[i].people;
    return people;
}
