/* Counter-based random streams: Random123's philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011).
 * A draw is a function of (seed, replicate, step, process, entity, draw) and of nothing else, so any thread may make it in any
 * order. key = (seed, replicate); counter = (step, process, entity, draw). */
#ifndef HO_STREAM_H
#define HO_STREAM_H

#include <stdint.h>

#include "process.h"

typedef struct ho_streams {
    uint32_t seed;
    uint32_t replicate;
} ho_streams;

/* One philox block: four independent words. */
void ho_block(const ho_streams *streams, uint32_t step, ho_process process, uint32_t entity, uint32_t draw,
              uint32_t word[4]);

/* (word + 1/2) / 2^32: uniform on (0,1), never 0 or 1. */
static inline double ho_unit(uint32_t word) {
    return ((double)word + 0.5) * 0x1p-32;
}

/* A run of draws for samplers that need an unknown number of them: counters draw = 0, 1, 2, ... of one entity. */
typedef struct ho_rng {
    ho_streams streams;
    uint32_t step;
    ho_process process;
    uint32_t entity;
    uint32_t draw;    /* next block */
    uint32_t n_left;  /* words left in `word`, taken from the front */
    uint32_t word[4];
} ho_rng;

ho_rng ho_rng_at(const ho_streams *streams, uint32_t step, ho_process process, uint32_t entity);
uint32_t ho_rng_word(ho_rng *rng);
double ho_rng_unit(ho_rng *rng); /* 53-bit uniform on (0,1), two words */

#endif
