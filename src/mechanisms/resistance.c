/* resistance: who fights on. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_resistance_info = {
    .name = "resistance",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_resistance_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
