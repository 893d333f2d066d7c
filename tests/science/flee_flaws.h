/* Mistakes that a test of FLEE's law must notice; nothing else sets them. */
#ifndef FLEE_FLAWS_H
#define FLEE_FLAWS_H

#include "flee/worker.h"

typedef struct flee_flaw {
    const char *name;
    ho_flow_flaw movement;
    double full_below;   /* a camp with less room turns people away */
    uint64_t documented; /* surprises that are not reproduced */
} flee_flaw;

static const flee_flaw flee_flaws[] = {
    {"none", HO_FLOW_SOUND, 0.5, 0},
    {"a later link of a day gets only what is left of it", HO_FLOW_NO_FRESH_DAY, 0.5, 0},
    {"arrival at the exact distance", HO_FLOW_ARRIVE_AT, 0.5, 0},
    {"capacity keeps the people of day 0", HO_FLOW_SOUND, 0.5, UINT64_C(1) << HO_FLEE_DAY0_CAPACITY},
    {"counts live instead of frozen", HO_FLOW_ONE_BY_ONE, 0.5, 0},
    {"camps never turn people away", HO_FLOW_SOUND, 0, 0},
};

static inline void flee_break(ho_flee_worker *worker, const flee_flaw *flaw) {
    worker->flaw = flaw->movement;
    worker->full_below = flaw->full_below;
}

#endif
