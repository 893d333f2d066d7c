/* payroll: who is on the books. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_payroll_info = {
    .name = "payroll",
    .does = "",
    .equation = "",
    .source = "",
    .reads = "",
    .writes = "",
    .off = "",
};

void ho_payroll_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)world;
    (void)state;
    (void)streams;
}
