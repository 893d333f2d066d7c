/* A day: steps of dt, in each every mechanism once, in the order of the table. */
#include "mechanisms/holder.h"
#include "sim/day.h"

ho_status ho_day_run(const ho_world *world, ho_state *state, const ho_streams *streams, uint64_t off, ho_error *err) {
    off |= world->scenario->off;
    for (int32_t k = 0; k < world->n_step_per_day; k++) {
        state->day = state->step / world->n_step_per_day;
        state->time_day = state->step * world->dt_day;
        ho_face(world, state); /* who stands against whom: no mechanism, but what all of them look at */
        for (size_t m = 0; m < ho_mechanism_table_size; m++) {
            const ho_mechanism *mechanism = &ho_mechanism_table[m];
            bool is_off = off >> m & 1;
            if (is_off && !(mechanism->sets_day_0 && state->step == 0))
                continue;
            mechanism->step(world, state, streams);
            ho_error inner;
            if (state->checking && ho_state_check(state, &inner))
                return ho_error_set(err, HO_ERR_NUMERIC, "after %s: %s", mechanism->info->name, inner.text);
        }
        state->step++;
    }
#ifdef HO_CHECK_DAILY
    ho_error inner;
    if (ho_state_check(state, &inner))
        return ho_error_set(err, HO_ERR_NUMERIC, "%s", inner.text);
#endif
    return HO_OK;
}
