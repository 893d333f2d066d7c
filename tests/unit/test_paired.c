/* Differences within pairs against numbers worked out by hand. */
#include "check.h"

#include <math.h>
#include <string.h>

#include "record/paired.h"

enum { N_MAX = 32 };

static ho_paired paired_of(const float *a, const float *b, size_t n) {
    float difference[N_MAX], scratch[N_MAX];
    return ho_paired_of(a, b, n, difference, scratch);
}

static void near(double value, double wanted) {
    if (!(fabs(value - wanted) < 1e-12))
        fail_msg("%.17g, not %.17g", value, wanted);
}

/* Differences 1, 3, -2, 0, 3: mean 1, squares 0 + 4 + 9 + 1 + 4 = 18, variance 18/4, error sqrt(4.5 / 5). Sorted -2 0 1
 * 3 3: the quantile at 4 x 0.05 = 0.2 is -2 + 0.2 x 2, at 3.8 it is 3. */
static void differences_match_hand_computed_numbers(void **state) {
    (void)state;
    const float a[] = {1, 2, 4, 7, 0}, b[] = {2, 5, 2, 7, 3};
    ho_paired p = paired_of(a, b, 5);
    assert_int_equal(p.n, 5);
    near(p.mean_a, 2.8);
    near(p.mean_b, 3.8);
    near(p.difference, 1.0);
    near(p.se, sqrt(0.9));
    near(p.q05, -1.6);
    near(p.q95, 3.0);
    near(p.above, 0.6);
    near(p.below, 0.2);
}

/* Two columns far apart but moving together: pairing leaves no error at all. */
static void constant_shift_has_no_error(void **state) {
    (void)state;
    const float a[] = {10, 500, -3}, b[] = {12, 502, -1};
    ho_paired p = paired_of(a, b, 3);
    near(p.difference, 2.0);
    near(p.se, 0.0);
    near(p.q05, 2.0);
    near(p.q95, 2.0);
    near(p.above, 1.0);
}

static void pair_not_measured_in_one_is_left_out_of_both(void **state) {
    (void)state;
    const float a[] = {1, NAN, 3, 5}, b[] = {2, 100, NAN, 8};
    ho_paired p = paired_of(a, b, 4);
    assert_int_equal(p.n, 2);
    near(p.mean_a, 3.0);
    near(p.mean_b, 5.0);
    near(p.difference, 2.0);
    near(p.se, 1.0); /* differences 1 and 3: variance 2, over 2 */
    near(p.q05, 1.1);
    near(p.q95, 2.9);
}

static void swapping_sides_turns_the_signs(void **state) {
    (void)state;
    const float a[] = {1, 2, 4, 7, 0}, b[] = {2, 5, 2, 7, 3};
    ho_paired there = paired_of(a, b, 5), back = paired_of(b, a, 5);
    near(back.difference, -there.difference);
    near(back.se, there.se);
    near(back.q05, -there.q95);
    near(back.q95, -there.q05);
    near(back.above, there.below);
    near(back.below, there.above);
}

static void one_pair_has_no_error_and_none_has_nothing(void **state) {
    (void)state;
    const float a[] = {1, NAN}, b[] = {4, 2};
    ho_paired one = paired_of(a, b, 1), none = paired_of(a + 1, b + 1, 1);
    near(one.difference, 3.0);
    assert_true(isnan(one.se));
    assert_int_equal(none.n, 0);
    assert_true(isnan(none.mean_a) && isnan(none.difference) && isnan(none.se) && isnan(none.q05) && isnan(none.above));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(differences_match_hand_computed_numbers),
        cmocka_unit_test(constant_shift_has_no_error),
        cmocka_unit_test(pair_not_measured_in_one_is_left_out_of_both),
        cmocka_unit_test(swapping_sides_turns_the_signs),
        cmocka_unit_test(one_pair_has_no_error_and_none_has_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
