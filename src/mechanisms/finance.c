/* finance: income and bills. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_finance_info = {
    .name = "finance",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_finance_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
