/* civilians: harm, fear, attitudes. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_civilians_info = {
    .name = "civilians",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_civilians_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
