/* Parameters by name: the enum and the table of parameters.def. */
#ifndef HO_PARAMETERS_H
#define HO_PARAMETERS_H

#include "holdout/world.h"

typedef enum ho_parameter {
#define P(id, name, mechanism, unit, family, a, b, lo, hi, meaning, source) HO_P_##id,
#include "parameters.def"
#undef P
    HO_N_PARAMETER
} ho_parameter;

typedef struct ho_parameter_spec {
    const char *name, *mechanism, *unit;
    ho_prior prior;
    double lo, hi;
    const char *meaning, *source;
} ho_parameter_spec;

extern const ho_parameter_spec ho_parameter_table[HO_N_PARAMETER];

/* Index by name, or -1. */
int32_t ho_parameter_find(const char *name);

#endif
