/* The mission, in the order of a day. One line a mechanism; each file says what it does, its equation, its source, what
 * it reads and writes, and what its absence changes (`holdout list mechanisms`). Adding one is a file and a line here.
 *
 * A state loses its patron, its supplies and its sky; its soldiers lose heart and leave; commanders come to expect the
 * end; the other side chooses where to press, talks where it can and attacks where it must; centres change hands; the
 * country follows. */
#include "mechanisms/mechanism.h"

#include <string.h>

/* What `--without NAME` means: the mechanism stops, or what it sets keeps the values of day 0. */
enum { STOPS = false, KEEPS = true };

#define MECHANISM(name, without) {&ho_##name##_info, ho_##name##_step, without}

/* clang-format off */
const ho_mechanism ho_mechanism_table[] = {
    MECHANISM(calendar, KEEPS),     /* what is dated: troops leave, words are spoken, feasts are kept */
    MECHANISM(patrons, KEEPS),      /* what the patrons send: money, sorties, maintenance */
    MECHANISM(air, STOPS),          /* where aircraft can still help */
    MECHANISM(logistics, STOPS),    /* who has a road home, who eats his stock */
    MECHANISM(morale, KEEPS),       /* pay, food, air, losses, kin */
    MECHANISM(desertion, STOPS),    /* soldiers leave; too few left means none */
    MECHANISM(perception, STOPS),   /* what commanders believe about the end */
    MECHANISM(strategy, STOPS),     /* where a finite effort is spent; capitals are spared, then not */
    MECHANISM(surrender, STOPS),    /* contact through elders, then a decision */
    MECHANISM(assault, STOPS),      /* engagements: losses, retreat, outcome */
    MECHANISM(takeover, STOPS),     /* competing causes; a centre changes hands, a regime falls */
    MECHANISM(countryside, STOPS),  /* the country around the centre follows slowly */
};
/* clang-format on */

const size_t ho_mechanism_table_size = sizeof ho_mechanism_table / sizeof *ho_mechanism_table;

size_t ho_mechanism_count(void) {
    return ho_mechanism_table_size;
}

const ho_mechanism_info *ho_mechanism_at(size_t mechanism) {
    return mechanism < ho_mechanism_table_size ? ho_mechanism_table[mechanism].info : NULL;
}

int32_t ho_mechanism_find(const char *name) {
    for (size_t k = 0; k < ho_mechanism_table_size; k++)
        if (strcmp(ho_mechanism_table[k].info->name, name) == 0)
            return (int32_t)k;
    return -1;
}
