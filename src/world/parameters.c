/* The table of parameters and its look-up. */
#include "world/parameters.h"

#include <math.h>
#include <string.h>

#define P(id, name_, mechanism_, unit_, family_, a_, b_, lo_, hi_, meaning_, source_)                                  \
    [HO_P_##id] = {.name = name_,                                                                                      \
                   .mechanism = mechanism_,                                                                            \
                   .unit = unit_,                                                                                      \
                   .prior = {HO_PRIOR_##family_, a_, b_, -INFINITY, INFINITY},                                         \
                   .lo = lo_,                                                                                          \
                   .hi = hi_,                                                                                          \
                   .meaning = meaning_,                                                                                \
                   .source = source_},

const ho_parameter_spec ho_parameter_table[HO_N_PARAMETER] = {
#include "world/parameters.def"
};
#undef P

int32_t ho_parameter_find(const char *name) {
    for (int32_t k = 0; k < HO_N_PARAMETER; k++)
        if (strcmp(ho_parameter_table[k].name, name) == 0)
            return k;
    return -1;
}

size_t ho_parameter_count(void) {
    return HO_N_PARAMETER;
}
