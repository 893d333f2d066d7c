/* claims: what parties say. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_claims_info = {
    .name = "claims",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_claims_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
