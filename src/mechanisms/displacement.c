/* displacement: people on the move. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_displacement_info = {
    .name = "displacement",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_displacement_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
