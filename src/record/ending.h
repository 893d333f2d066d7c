/* Who rules whom on a day, and how the war would have ended on it (additions F4). */
#ifndef HO_RECORD_ENDING_H
#define HO_RECORD_ENDING_H

#include "holdout/record.h"
#include "mechanisms/mechanism.h"

typedef struct ho_rule {
    double n_effective; /* 1 / sum of squared shares of the people, by ruler */
    ho_ending ending;
} ho_rule;

/* A ruler is a bloc, or a faction that stands alone. */
ho_rule ho_rule_of(const ho_world *world, const ho_state *state);

#endif
