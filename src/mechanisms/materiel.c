/* Arms that change hands: vehicles go with a centre, aircraft with the regime. No mechanism but bookkeeping of takeover.
 */
#include "mechanisms/holder.h"

void ho_materiel_take(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t from,
                      int32_t to, ho_mode mode) {
    (void)world;
    (void)state;
    (void)streams;
    (void)i;
    (void)from;
    (void)to;
    (void)mode;
}

void ho_materiel_end(const ho_world *world, ho_state *state, const ho_streams *streams, int32_t bloc) {
    (void)world;
    (void)state;
    (void)streams;
    (void)bloc;
}
