/* mobilisation: new fighters. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_mobilisation_info = {
    .name = "mobilisation",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_mobilisation_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
