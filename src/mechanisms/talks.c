/* talks: offers and ceasefires. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_talks_info = {
    .name = "talks",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_talks_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
