/* Status names, error sentences, the list of problems. */
#include "unit/check.h"

#include <string.h>

static void names_and_texts_match_the_list(void **state) {
    (void)state;
    assert_string_equal(ho_status_name(HO_OK), "HO_OK");
    assert_string_equal(ho_status_name(HO_ERR_INTERRUPTED), "HO_ERR_INTERRUPTED");
    assert_string_equal(ho_status_text(HO_ERR_INPUT), "bad input");
    assert_string_equal(ho_status_name((ho_status)99), "HO_ERR_UNKNOWN");
    assert_string_equal(ho_status_text((ho_status)-1), "unknown status");
}

static void error_set_fills_and_returns_the_status(void **state) {
    (void)state;
    ho_error err;
    assert_int_equal(ho_error_set(&err, HO_ERR_IO, "%s:%d: gone", "a.csv", 3), HO_ERR_IO);
    assert_int_equal(err.status, HO_ERR_IO);
    assert_string_equal(err.text, "a.csv:3: gone");
    assert_int_equal(ho_error_set(NULL, HO_ERR_INPUT, "unused"), HO_ERR_INPUT);
}

static void error_set_may_quote_its_own_text(void **state) {
    (void)state;
    ho_error err;
    ho_error_set(&err, HO_ERR_IO, "inner");
    ho_error_set(&err, HO_ERR_IO, "outer: %s", err.text);
    assert_string_equal(err.text, "outer: inner");
}

static void error_text_is_one_line_within_its_buffer(void **state) {
    (void)state;
    ho_error err;
    char text[3000];
    memset(text, 'x', sizeof text);
    text[1] = '\n';
    text[sizeof text - 1] = '\0';
    ho_error_set(&err, HO_ERR_INPUT, "%s", text);
    assert_int_equal(strlen(err.text), sizeof err.text - 1);
    assert_null(strchr(err.text, '\n'));
}

static void problems_name_file_and_line(void **state) {
    (void)state;
    ho_problems problems = {0};
    assert_true(ho_problems_add(&problems, "a.csv", 7, "troops is %d; need >= 0", -3));
    assert_true(ho_problems_add(&problems, "b.yaml", 0, "is missing"));
    assert_int_equal(problems.n, 2);
    assert_string_equal(problems.line[0], "a.csv:7: troops is -3; need >= 0");
    assert_string_equal(problems.line[1], "b.yaml: is missing");
    ho_problems_free(&problems);
    assert_true(problems.n == 0 && problems.line == NULL);
    ho_problems_free(&problems);
    ho_problems_free(NULL);
}

static void problems_beyond_the_limit_are_counted(void **state) {
    (void)state;
    ho_problems problems = {0};
    for (int i = 0; i < HO_PROBLEMS_MAX + 5; i++) {
        assert_true(ho_problems_add(&problems, "a.csv", i + 1, "bad"));
    }
    assert_int_equal(problems.n, HO_PROBLEMS_MAX);
    assert_int_equal(problems.n_more, 5);
    assert_string_equal(problems.line[HO_PROBLEMS_MAX - 1], "a.csv:200: bad");
    ho_problems_free(&problems);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_and_texts_match_the_list),
        cmocka_unit_test(error_set_fills_and_returns_the_status),
        cmocka_unit_test(error_set_may_quote_its_own_text),
        cmocka_unit_test(error_text_is_one_line_within_its_buffer),
        cmocka_unit_test(problems_name_file_and_line),
        cmocka_unit_test(problems_beyond_the_limit_are_counted),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
