/* The mission, in the order of a day. The list is base/mechanisms.def; each file says what it does, its equation, its source, what
 * it reads and writes, and what its absence changes (`holdout list mechanisms`). Adding one is a file and a line there.
 *
 * A state loses its patron, its money, its supplies and its sky; its soldiers are fewer than its books say, lose heart
 * and leave; strongmen arm again and weigh whom to stand with; everybody claims; commanders come to expect the end;
 * offers fail; the other side chooses where to press, talks where it can and attacks where it must; centres change
 * hands with their arms; the country follows; people are hurt, take fright and flee; who wins must rule, and who will
 * not be ruled fights on. */
#include "mechanisms/mechanism.h"

#include <string.h>

/* What `--without NAME` means: the mechanism stops, or what it sets keeps the values of day 0. */
enum { STOPS = false, KEEPS = true };

const ho_mechanism ho_mechanism_table[] = {
#define M(name, without, group) {&ho_##name##_info, ho_##name##_step, without, HO_GROUP_##group},
#include "base/mechanisms.def"
#undef M
};

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

ho_mechanism_group ho_mechanism_group_of(size_t mechanism) {
    return mechanism < ho_mechanism_table_size ? ho_mechanism_table[mechanism].group : HO_N_MECHANISM_GROUP;
}

#define X(code, name, meaning) name,
static const char *const group_names[] = {HO_MECHANISM_GROUP_LIST(X)};
#undef X
#define X(code, name, meaning) meaning,
static const char *const group_meanings[] = {HO_MECHANISM_GROUP_LIST(X)};
#undef X

const char *ho_mechanism_group_name(ho_mechanism_group group) {
    return (unsigned)group < HO_N_MECHANISM_GROUP ? group_names[group] : "?";
}

const char *ho_mechanism_group_meaning(ho_mechanism_group group) {
    return (unsigned)group < HO_N_MECHANISM_GROUP ? group_meanings[group] : "?";
}
