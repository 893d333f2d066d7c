/* The two halves of a resistance: pockets (resistance.c) and those in hiding (guerrilla.c). */
#ifndef HO_RESISTANCE_H
#define HO_RESISTANCE_H

#include "mechanisms/mechanism.h"

/* Pocket that people of the bloc in district i can reach, and the risen faction strongest there; -1: none. */
int32_t ho_refuge_of(const ho_world *world, const ho_state *state, int32_t bloc, size_t i, int32_t *faction);

/* Attacks from hiding, recruits, and the return of the hidden to a pocket, for every resistance that has risen. */
void ho_guerrilla(const ho_world *world, ho_state *state, const ho_streams *streams);

#endif
