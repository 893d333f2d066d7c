/* Quantiles against their definition on sorted values. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "record/quantiles.h"

enum { N = 1001 };

static int by_value(const void *a, const void *b) {
    float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* A fixed, scattered sequence. */
static void fill(float *value, size_t n, uint32_t seed, float scale) {
    for (size_t i = 0; i < n; i++) {
        seed = seed * 1664525u + 1013904223u;
        value[i] = scale * ((float)(seed >> 8) / 16777216.0f - 0.5f);
    }
}

static void sort_orders_floats_as_qsort_does(void **state) {
    (void)state;
    float value[N], expected[N], scratch[N];
    const float scale[] = {1e-30f, 1.0f, 400.0f, 1e30f};
    for (size_t s = 0; s < N_OF(scale); s++) {
        fill(value, N, (uint32_t)s + 7, scale[s]);
        memcpy(expected, value, sizeof value);
        qsort(expected, N, sizeof *expected, by_value);
        ho_sort_floats(value, scratch, N);
        assert_memory_equal(value, expected, sizeof value);
    }
}

static void sort_handles_infinities_zeros_and_few(void **state) {
    (void)state;
    float value[] = {INFINITY, 0.0f, -INFINITY, -1.0f, -0.0f, 1.0f}, scratch[6];
    ho_sort_floats(value, scratch, 6);
    const float expected[] = {-INFINITY, -1.0f, -0.0f, 0.0f, 1.0f, INFINITY};
    for (int i = 0; i < 6; i++)
        assert_true(value[i] == expected[i]);
    ho_sort_floats(value, scratch, 0);
    ho_sort_floats(value, scratch, 1);
}

static void quantile_interpolates_as_type_7(void **state) {
    (void)state;
    const float sorted[] = {1, 2, 4, 8, 16};
    assert_true(ho_quantile(sorted, 5, 0.0) == 1.0);
    assert_true(ho_quantile(sorted, 5, 0.5) == 4.0);
    assert_true(ho_quantile(sorted, 5, 1.0) == 16.0);
    assert_true(fabs(ho_quantile(sorted, 5, 0.95) - (8.0 + 0.8 * 8.0)) < 1e-12); /* (5 - 1) 0.95 = 3.8 */
    assert_true(fabs(ho_quantile(sorted, 4, 0.25) - 1.75) < 1e-12);              /* (4 - 1) 0.25 = 0.75 */
    assert_true(ho_quantile(sorted, 1, 0.95) == 1.0);
}

static void spread_matches_the_definition(void **state) {
    (void)state;
    float value[N], sorted[N], scratch[N];
    fill(value, N, 3, 100.0f);
    memcpy(sorted, value, sizeof value);
    qsort(sorted, N, sizeof *sorted, by_value);
    double mean = 0.0, squares = 0.0;
    for (int i = 0; i < N; i++)
        mean += (double)value[i] / N;
    for (int i = 0; i < N; i++)
        squares += ((double)value[i] - mean) * ((double)value[i] - mean);
    ho_spread spread = ho_spread_of(value, scratch, N);
    assert_int_equal(spread.n, N);
    assert_true(fabs(spread.mean - mean) < 1e-9);
    assert_true(fabs(spread.mcse - sqrt(squares / (N - 1) / N)) < 1e-9);
    assert_true(spread.q05 == (double)sorted[50] && spread.q50 == (double)sorted[500] &&
                spread.q95 == (double)sorted[950]);
    assert_true(spread.q25 == (double)sorted[250] && spread.q75 == (double)sorted[750]);
}

static void spread_leaves_out_what_was_not_measured(void **state) {
    (void)state;
    float value[] = {NAN, 3.0f, NAN, 1.0f, 2.0f}, scratch[5];
    ho_spread spread = ho_spread_of(value, scratch, 5);
    assert_int_equal(spread.n, 3);
    assert_true(spread.mean == 2.0 && spread.q50 == 2.0);
    assert_true(fabs(spread.mcse - sqrt(1.0 / 3.0)) < 1e-12);
}

static void spread_of_nothing_is_nan(void **state) {
    (void)state;
    float value[] = {NAN, NAN}, scratch[2];
    ho_spread spread = ho_spread_of(value, scratch, 2);
    assert_int_equal(spread.n, 0);
    assert_true(isnan(spread.mean) && isnan(spread.q05) && isnan(spread.mcse));
}

static void spread_of_one_has_no_error(void **state) {
    (void)state;
    float value[] = {5.0f}, scratch[1];
    ho_spread spread = ho_spread_of(value, scratch, 1);
    assert_true(spread.mean == 5.0 && spread.q95 == 5.0 && isnan(spread.mcse));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sort_orders_floats_as_qsort_does),
        cmocka_unit_test(sort_handles_infinities_zeros_and_few),
        cmocka_unit_test(quantile_interpolates_as_type_7),
        cmocka_unit_test(spread_matches_the_definition),
        cmocka_unit_test(spread_leaves_out_what_was_not_measured),
        cmocka_unit_test(spread_of_nothing_is_nan),
        cmocka_unit_test(spread_of_one_has_no_error),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
