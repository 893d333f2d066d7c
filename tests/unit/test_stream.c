/* base/stream.h: known answers, independence of the coordinates, order of words. */
#include "unit/check.h"

#include <string.h>

#include "base/stream.h"

/* philox4x32-10 in tests/kat_vectors of Random123 1.14 (Salmon, Moraes, Dror and Shaw 2011). */
static void block_gives_the_published_answers(void **state) {
    (void)state;
    static const uint32_t known[][10] = {
        /* counter, key, answer */
        {0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8},
        {~0u, ~0u, ~0u, ~0u, ~0u, ~0u, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd},
        {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0, 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1},
    };
    for (size_t i = 0; i < N_OF(known); i++) {
        const uint32_t *k = known[i];
        ho_streams streams = {.seed = k[4], .replicate = k[5]};
        uint32_t word[4];
        ho_block(&streams, k[0], (ho_process)k[1], k[2], k[3], word);
        assert_memory_equal(word, k + 6, sizeof word);
    }
}

static void every_coordinate_changes_the_block(void **state) {
    (void)state;
    uint32_t word[7][4];
    ho_streams base = {1, 1}, seed = {2, 1}, replicate = {1, 2};
    ho_block(&base, 1, HO_PROC_TEST, 1, 1, word[0]);
    ho_block(&seed, 1, HO_PROC_TEST, 1, 1, word[1]);
    ho_block(&replicate, 1, HO_PROC_TEST, 1, 1, word[2]);
    ho_block(&base, 2, HO_PROC_TEST, 1, 1, word[3]);
    ho_block(&base, 1, HO_PROC_PROBE, 1, 1, word[4]);
    ho_block(&base, 1, HO_PROC_TEST, 2, 1, word[5]);
    ho_block(&base, 1, HO_PROC_TEST, 1, 2, word[6]);
    for (int i = 0; i < 7; i++) {
        for (int j = 0; j < i; j++) {
            assert_memory_not_equal(word[i], word[j], sizeof word[i]);
        }
    }
}

static void run_hands_out_blocks_in_order(void **state) {
    (void)state;
    ho_streams streams = {7, 9};
    ho_rng rng = ho_rng_at(&streams, 3, HO_PROC_TEST, 5);
    for (uint32_t draw = 0; draw < 5; draw++) {
        uint32_t word[4];
        ho_block(&streams, 3, HO_PROC_TEST, 5, draw, word);
        for (int i = 0; i < 4; i++) {
            assert_int_equal(ho_rng_word(&rng), word[i]);
        }
    }
}

static void units_stay_inside_the_open_interval(void **state) {
    (void)state;
    assert_true(ho_unit(0) == 0x1p-33 && ho_unit(~0u) == 1.0 - 0x1p-33);
    ho_rng low = {.n_left = 2}, high = {.n_left = 2, .word = {~0u, ~0u, ~0u, ~0u}};
    assert_true(ho_rng_unit(&low) == 0x1p-53);
    assert_true(ho_rng_unit(&high) == 1.0 - 0x1p-53);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(block_gives_the_published_answers),
        cmocka_unit_test(every_coordinate_changes_the_block),
        cmocka_unit_test(run_hands_out_blocks_in_order),
        cmocka_unit_test(units_stay_inside_the_open_interval),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
