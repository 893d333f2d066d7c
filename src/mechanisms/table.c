/* The mission, in the order of a day. One line a mechanism; each file says what it does, its equation, its source, what it reads and
 * writes, and what its absence changes (`holdout list mechanisms`). Adding one is a file and a line here.
 *
 * A state loses its patron, its supplies and its sky; its soldiers lose heart and leave; commanders come to expect the end; the other
 * side chooses where to press, talks where it can and attacks where it must; centres change hands; the country follows. */
#include "mechanisms/mechanism.h"

#include <string.h>

const ho_mechanism ho_mechanism_table[] = {
    {&ho_calendar_info, ho_calendar_step, true},       /* what is dated: troops leave, words are spoken, feasts are kept */
    {&ho_patrons_info, ho_patrons_step, true},         /* what the patrons send: money, sorties, maintenance */
    {&ho_air_info, ho_air_step, false},                 /* where aircraft can still help */
    {&ho_logistics_info, ho_logistics_step, false},     /* who has a road home, who eats his stock */
    {&ho_morale_info, ho_morale_step, true},           /* pay, food, air, losses, kin */
    {&ho_desertion_info, ho_desertion_step, false},     /* soldiers leave; too few left means none */
    {&ho_perception_info, ho_perception_step, false},   /* what commanders believe about the end */
    {&ho_strategy_info, ho_strategy_step, false},       /* where a finite effort is spent; capitals are spared, then not */
    {&ho_surrender_info, ho_surrender_step, false},     /* contact through elders, then a decision */
    {&ho_assault_info, ho_assault_step, false},         /* engagements: losses, retreat, outcome */
    {&ho_takeover_info, ho_takeover_step, false},       /* one draw over competing causes; a centre changes hands */
    {&ho_countryside_info, ho_countryside_step, false}, /* the country around the centre follows slowly */
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
