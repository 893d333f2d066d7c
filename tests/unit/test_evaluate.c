/* Agreement with the record: area under the curve against hand counts, order, quantiles, what a record says of a day.
 */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/evaluate.h"

/* cmocka compares floats in single precision */
static void assert_near(double value, double expected, double tolerance) {
    assert_true(fabs(value - expected) <= tolerance);
}

static void auc_counts_pairs_and_halves_ties(void **state) {
    (void)state;
    /* fallen 0.9 0.5 0.4, not 0.5 0.1: pairs 2 + (1/2 + 1) + (0 + 1) = 4.5 of 6 */
    double score[] = {0.9, 0.5, 0.4, 0.5, 0.1};
    ho_truth truth[] = {HO_TRUTH_FALLEN, HO_TRUTH_FALLEN, HO_TRUTH_FALLEN, HO_TRUTH_NOT, HO_TRUTH_NOT};
    size_t order[5];
    assert_near(ho_auc(score, truth, 5, order), 0.75, 1e-15);
}

static void auc_leaves_out_unknown_truth_and_missing_scores(void **state) {
    (void)state;
    double score[] = {0.2, 0.8, NAN, 0.9, 0.1};
    ho_truth truth[] = {HO_TRUTH_NOT, HO_TRUTH_FALLEN, HO_TRUTH_NOT, HO_TRUTH_UNKNOWN, HO_TRUTH_UNKNOWN};
    size_t order[5];
    assert_near(ho_auc(score, truth, 5, order), 1, 0);
}

static void auc_of_one_class_is_not_a_number(void **state) {
    (void)state;
    double score[] = {0.2, 0.8};
    ho_truth truth[] = {HO_TRUTH_NOT, HO_TRUTH_NOT};
    size_t order[2];
    assert_true(isnan(ho_auc(score, truth, 2, order)));
}

/* The same number by looking at every pair, for many small cases. */
static void auc_equals_a_count_over_pairs(void **state) {
    (void)state;
    uint32_t word = 1;
    for (int trial = 0; trial < 200; trial++) {
        double score[17], right = 0, n_pair = 0;
        ho_truth truth[17];
        size_t order[17];
        for (int i = 0; i < 17; i++) {
            word = word * 1664525u + 1013904223u;
            score[i] = (word >> 24) % 7;
            truth[i] = (ho_truth)((word >> 16) % 3);
        }
        for (int i = 0; i < 17; i++)
            for (int j = 0; j < 17; j++)
                if (truth[i] == HO_TRUTH_FALLEN && truth[j] == HO_TRUTH_NOT) {
                    n_pair++;
                    right += score[i] > score[j] ? 1 : score[i] == score[j] ? 0.5 : 0;
                }
        double auc = ho_auc(score, truth, 17, order);
        if (n_pair == 0)
            assert_true(isnan(auc));
        else
            assert_near(auc, right / n_pair, 1e-12);
    }
}

static void order_counts_only_pairs_that_the_record_orders(void **state) {
    (void)state;
    /* items 0 (day 10), 1 (days 10 to 12), 2 (day 13), 3 (unknown): pairs 0-2 and 1-2 */
    ho_day start[] = {10, 10, 13, HO_DAY_NONE}, end[] = {10, 12, 13, HO_DAY_NONE};
    int32_t day[] = {1, HO_NEVER, /* item 0 in two replicates */
                     5, 4,        /**/ 3, HO_NEVER, /**/ 0, 0};
    int32_t median[] = {1, 4, 3, 0};
    ho_order order = ho_order_of(start, end, day, median, 4, 2);
    assert_int_equal(order.n_item, 3);
    assert_int_equal(order.n_pair, 2);
    /* replicate 0: 0-2 right, 1-2 wrong: 1/2; replicate 1: 0-2 both never 1/2, 1-2 right: 3/4 */
    assert_near(order.concordance, 0.625, 1e-15);
    assert_near(order.se, 0.125, 1e-12); /* sd sqrt(2)/8 over sqrt(2) */
    assert_near(order.by_median, 0.5, 1e-15);
}

static void order_without_pairs_is_not_a_number(void **state) {
    (void)state;
    ho_day start[] = {10, 10}, end[] = {10, 10};
    int32_t day[] = {1, 2}, median[] = {1, 2};
    ho_order order = ho_order_of(start, end, day, median, 2, 1);
    assert_int_equal(order.n_pair, 0);
    assert_true(isnan(order.concordance) && isnan(order.se) && isnan(order.by_median));
}

static void quantiles_are_nearest_ranks(void **state) {
    (void)state;
    int32_t day[20];
    double share[4] = {0.1, 0.2, 0.3, 0.4};
    for (int i = 0; i < 20; i++)
        day[i] = i + 1;
    assert_int_equal(ho_quantile_day(day, 20, 0.05), 1);
    assert_int_equal(ho_quantile_day(day, 20, 0.5), 10);
    assert_int_equal(ho_quantile_day(day, 20, 0.95), 19);
    assert_int_equal(ho_quantile_day(day, 1, 0.95), 1);
    assert_near(ho_quantile_share(share, 4, 0.95), 0.4, 0);
}

/* --- what the record says --- */

static ho_record_row capture_row(char *observable, int32_t district, ho_day start, ho_day end, char *confidence) {
    return (ho_record_row){
        .observable = observable, .district = district, .date_start = start, .date_end = end, .confidence = confidence};
}

static void captures_follow_the_last_and_the_next_event(void **state) {
    (void)state;
    ho_bloc_row bloc[] = {{.id = "red"}, {.id = "blue"}};
    ho_record_row record[] = {
        capture_row("captured.blue", 0, 10, 10, "high"),      capture_row("captured.blue", 1, 10, 14, "med"),
        capture_row("captured.blue", 2, 10, 10, "high"),      capture_row("captured.red", 2, 20, 20, "med"),
        capture_row("captured.red", 3, 20, 20, "high"),       capture_row("captured.blue", 3, 30, 30, "high"),
        capture_row("captured.blue", 4, 10, 10, "low"),       capture_row("captured.blue", 5, HO_DAY_NONE, 10, "high"),
        capture_row("centres_held.blue", -1, 10, 10, "high"),
    };
    ho_scenario scenario = {.n_bloc = 2, .bloc = bloc, .n_district = 7, .n_record = N_OF(record), .record = record};
    ho_captures captures;
    assert_true(ho_captures_build(&scenario, 1, &captures));
    assert_int_equal(captures.n_dated, 4);
    static const struct {
        size_t district;
        ho_day day;
        ho_truth truth;
    } expect[] = {
        {0, 9, HO_TRUTH_NOT},      {0, 10, HO_TRUTH_FALLEN},                             /* a day */
        {1, 9, HO_TRUTH_NOT},      {1, 10, HO_TRUTH_UNKNOWN}, {1, 14, HO_TRUTH_FALLEN},  /* an interval */
        {2, 9, HO_TRUTH_NOT},      {2, 15, HO_TRUTH_FALLEN},  {2, 20, HO_TRUTH_UNKNOWN}, /* taken back, then nothing */
        {3, 10, HO_TRUTH_UNKNOWN}, {3, 25, HO_TRUTH_NOT},     {3, 30, HO_TRUTH_FALLEN},  /* taken back, then taken */
        {4, 15, HO_TRUTH_UNKNOWN}, {5, 15, HO_TRUTH_UNKNOWN}, {6, 15, HO_TRUTH_UNKNOWN}, /* doubtful, undated, none */
    };
    for (size_t k = 0; k < N_OF(expect); k++)
        assert_int_equal(ho_captures_truth(&captures, expect[k].district, expect[k].day), expect[k].truth);
    assert_ptr_equal(ho_captures_own(&captures, 3), &record[5]);
    assert_null(ho_captures_own(&captures, 6));
    ho_captures_free(&captures);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(auc_counts_pairs_and_halves_ties),
        cmocka_unit_test(auc_leaves_out_unknown_truth_and_missing_scores),
        cmocka_unit_test(auc_of_one_class_is_not_a_number),
        cmocka_unit_test(auc_equals_a_count_over_pairs),
        cmocka_unit_test(order_counts_only_pairs_that_the_record_orders),
        cmocka_unit_test(order_without_pairs_is_not_a_number),
        cmocka_unit_test(quantiles_are_nearest_ranks),
        cmocka_unit_test(captures_follow_the_last_and_the_next_event),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
