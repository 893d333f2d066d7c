/* The mission, in the order of a day. One line a mechanism; each file says what it does, its equation, its source, what
 * it reads and writes, and what its absence changes (`holdout list mechanisms`). Adding one is a file, a line here and its name in base/mechanism_names.def.
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

#define N(name) PLACE_##name,
enum {
#include "base/mechanism_names.def"
};
#undef N
#define MECHANISM(name, without, group) [PLACE_##name] = {&ho_##name##_info, ho_##name##_step, without, HO_GROUP_##group}

/* clang-format off */
const ho_mechanism ho_mechanism_table[] = {
    MECHANISM(calendar, KEEPS, OUTSIDE),      /* what is dated: troops leave, words are spoken, feasts are kept */
    MECHANISM(patrons, KEEPS, OUTSIDE),       /* what outsiders send, whom they let in, whom they recognise */
    MECHANISM(finance, KEEPS, MONEY),         /* what each side earns and owes; what is lost with a border post */
    MECHANISM(payroll, STOPS, MONEY),         /* who is on the books, who is there, what of the pay arrives */
    MECHANISM(air, STOPS, SUPPLY),            /* where aircraft can still help */
    MECHANISM(logistics, STOPS, SUPPLY),      /* who has a road home, who eats his stock */
    MECHANISM(morale, KEEPS, RANKS),          /* pay, food, air, losses, kin */
    MECHANISM(desertion, STOPS, RANKS),       /* soldiers leave; too few left means none */
    MECHANISM(mobilisation, STOPS, RANKS),    /* strongmen arm again, volunteers come, insurgents recruit */
    MECHANISM(claims, STOPS, NEWS),           /* parties overclaim; credibility follows what turns out true */
    MECHANISM(perception, STOPS, NEWS),       /* what commanders believe about the end */
    MECHANISM(alignment, STOPS, RANKS),       /* stay, stand alone, switch or flee; allies help or not */
    MECHANISM(talks, STOPS, DEALS),           /* offers nobody can commit to; ceasefires that break */
    MECHANISM(resistance, STOPS, FIGHTING),   /* after the fall: pockets, raids, roads cut, hiding */
    MECHANISM(strategy, STOPS, FIGHTING),     /* where a finite effort is spent; capitals are spared, then not */
    MECHANISM(surrender, STOPS, DEALS),       /* contact through elders, then a decision */
    MECHANISM(assault, STOPS, FIGHTING),      /* engagements: losses, retreat, outcome */
    MECHANISM(takeover, STOPS, FRAME),        /* competing causes; a centre and its arms change hands, a regime falls */
    MECHANISM(countryside, STOPS, FIGHTING),  /* the country around the centre follows slowly */
    MECHANISM(rivals, STOPS, FIGHTING),       /* those who hold nothing strike crowds */
    MECHANISM(civilians, STOPS, PEOPLE),      /* harm, fear, what people expect and whom they resent */
    MECHANISM(displacement, STOPS, PEOPLE),   /* people leave, arrive, cross, fly out, come home */
    MECHANISM(governance, STOPS, PEOPLE),     /* who rules must pay, serve and be everywhere */
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
