/* alignment: who stands with whom. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_alignment_info = {
    .name = "alignment",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_alignment_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
