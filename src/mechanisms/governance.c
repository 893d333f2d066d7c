/* governance: rule. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_governance_info = {
    .name = "governance",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_governance_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
