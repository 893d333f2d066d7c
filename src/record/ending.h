/* Who rules whom on a day, and how the war would have ended on it (additions F4). */
#ifndef HO_RECORD_ENDING_H
#define HO_RECORD_ENDING_H

#include "mechanisms/mechanism.h"

typedef enum ho_ending {
    HO_ENDING_INSURGENT_VICTORY, /* a challenger holds the national capital and most of the people */
    HO_ENDING_SETTLEMENT,
    HO_ENDING_STALEMATE,      /* both sides keep some of the people */
    HO_ENDING_FRAGMENTATION,  /* three rulers or more of some weight */
    HO_ENDING_STATE_RECOVERY, /* hardly more districts lost than on day 0 */
    HO_N_ENDING
} ho_ending;

typedef struct ho_rule {
    double n_effective; /* 1 / sum of squared shares of the people, by ruler */
    ho_ending ending;
} ho_rule;

/* A ruler is a bloc, or a faction that stands alone. */
ho_rule ho_rule_of(const ho_world *world, const ho_state *state);

#endif
