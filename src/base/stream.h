/* Counter-based random streams: Random123's philox4x32-10 (Salmon, Moraes, Dror and Shaw 2011).
 * A draw is a function of (seed, replicate, step, process, entity, draw) and of nothing else, so any thread may make it in any
 * order. key = (seed, replicate); counter = (step, process, entity, draw). */
#ifndef HO_STREAM_H
#define HO_STREAM_H

#include <stdint.h>

#include <Random123/philox.h>

#include "process.h"

typedef struct ho_streams {
    uint32_t seed;
    uint32_t replicate;
} ho_streams;

/* One philox block: four independent words. */
static inline void ho_block(const ho_streams *streams, uint32_t step, ho_process process, uint32_t entity, uint32_t draw,
                            uint32_t word[4]) {
    philox4x32_ctr_t counter = {{step, (uint32_t)process, entity, draw}};
    philox4x32_key_t key = {{streams->seed, streams->replicate}};
    philox4x32_ctr_t block = philox4x32_R(10, counter, key);
    for (int i = 0; i < 4; i++) {
        word[i] = block.v[i];
    }
}

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

/* The start of that run; the streams are copied. */
ho_rng ho_rng_at(const ho_streams *streams, uint32_t step, ho_process process, uint32_t entity);
uint32_t ho_rng_word(ho_rng *rng);
/* Uniform on (0,1), two words: an odd multiple of 2^-53, so never 0 or 1 and symmetric about 1/2. */
double ho_rng_unit(ho_rng *rng);

#endif
