/* rivals: attacks from hiding. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_rivals_info = {
    .name = "rivals",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_rivals_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
