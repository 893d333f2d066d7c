/* A run of draws: philox blocks 0, 1, 2, ... of one counter, handed out word by word. */
#include "base/stream.h"

ho_rng ho_rng_at(const ho_streams *streams, uint32_t step, ho_process process, uint32_t entity) {
    return (ho_rng){.streams = *streams, .step = step, .process = process, .entity = entity};
}

uint32_t ho_rng_word(ho_rng *rng) {
    if (rng->n_left == 0) {
        ho_block(&rng->streams, rng->step, rng->process, rng->entity, rng->draw++, rng->word);
        rng->n_left = 4;
    }
    return rng->word[4 - rng->n_left--];
}

double ho_rng_unit(ho_rng *rng) {
    if (rng->n_left == 0) {
        ho_block(&rng->streams, rng->step, rng->process, rng->entity, rng->draw++, rng->word);
        rng->n_left = 4;
    }
    uint64_t high = rng->word[4 - rng->n_left--] >> 6, low = ho_rng_word(rng) >> 6;
    /* 52 bits and a half: with 53 the largest value would round to 1 */
    return ((double)(int64_t)(high << 26 | low) + 0.5) * 0x1p-52;
}
