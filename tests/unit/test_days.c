/* Days: round trip, known dates, refusals. */
#include "unit/check.h"

#include <stdio.h>

static void known_dates_have_their_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        ho_day day;
    } known[] = {{"1970-01-01", 0}, {"1969-12-31", -1}, {"2000-03-01", 11017}, {"2021-08-15", 18854}, {"1600-01-01", -135140},
                 {"0001-01-01", -719162}, {"9999-12-31", 2932896}};
    for (size_t i = 0; i < N_OF(known); i++) {
        ho_day day = 7;
        char text[11];
        assert_true(ho_day_parse(known[i].text, &day));
        assert_int_equal(day, known[i].day);
        assert_string_equal(ho_day_format(day, text), known[i].text);
    }
}

static bool is_leap(int year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

/* Every date of 1600 to 2400, from the lengths of the months. */
static void days_follow_the_calendar(void **state) {
    (void)state;
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    ho_day next = -135140;
    for (int year = 1600; year <= 2400; year++) {
        for (int month = 1; month <= 12; month++) {
            int n = length[month - 1] + (month == 2 && is_leap(year));
            for (int of_month = 1; of_month <= n; of_month++, next++) {
                char text[32], back[11];
                ho_day day = 0;
                snprintf(text, sizeof text, "%04d-%02d-%02d", year, month, of_month);
                assert_true(ho_day_parse(text, &day));
                assert_int_equal(day, next);
                assert_string_equal(ho_day_format(day, back), text);
                assert_true(ho_day_year(day) == year && ho_day_month(day) == month && ho_day_of_month(day) == of_month);
            }
        }
    }
}

static void parse_rejects_what_is_no_date(void **state) {
    (void)state;
    static const char *const bad[] = {"", "2021", "2021-8-15", "2021-08-15 ", " 2021-08-15", "2021-08-15T00:00", "2021/08/15",
                                      "2021-02-29", "1900-02-29", "2021-04-31", "2021-00-10", "2021-13-10", "2021-01-00",
                                      "2021-01-32", "0000-01-01", "-021-01-01", "+021-01-01", "20210815", "2021-08-1x", "12021-08-15"};
    for (size_t i = 0; i < N_OF(bad); i++) {
        ho_day day = 42;
        assert_false(ho_day_parse(bad[i], &day));
        assert_int_equal(day, 42);
    }
    ho_day day;
    assert_false(ho_day_parse(NULL, &day));
}

static void format_of_no_date_is_empty(void **state) {
    (void)state;
    static const ho_day none[] = {HO_DAY_NONE, INT32_MIN + 1, INT32_MAX, -719163, 2932897};
    for (size_t i = 0; i < N_OF(none); i++) {
        char text[11] = "x";
        assert_string_equal(ho_day_format(none[i], text), "");
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_dates_have_their_numbers),
        cmocka_unit_test(days_follow_the_calendar),
        cmocka_unit_test(parse_rejects_what_is_no_date),
        cmocka_unit_test(format_of_no_date_is_empty),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
