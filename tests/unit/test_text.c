/* Files, UTF-8, numbers, arrays. */
#include "unit/check.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

static char folder[] = "/tmp/holdout-text-XXXXXX";

static int make_folder(void **state) {
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int remove_folder(void **state) {
    (void)state;
    unlink("a");
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

static void put(const char *bytes, size_t n) {
    assert_int_equal(ho_file_write("a", bytes, n, NULL), HO_OK);
}

static void a_written_file_reads_back(void **state) {
    (void)state;
    char *bytes;
    size_t n;
    put("old and longer", 14);
    put("x\0y", 3);
    assert_int_equal(ho_file_read("a", 3, &bytes, &n, NULL), HO_OK);
    assert_int_equal(n, 3);
    assert_memory_equal(bytes, "x\0y", 4);
    free(bytes);
    struct stat about;
    assert_int_equal(stat("a", &about), 0);
    assert_int_equal(about.st_mode & 0777, 0644);
}

static void expect_read_error(const char *path, size_t limit, ho_status status, const char *text) {
    char *bytes = NULL;
    size_t n = 99;
    ho_error err;
    assert_int_equal(ho_text_read(path, limit, &bytes, &n, &err), status);
    assert_string_equal(err.text, text);
    assert_true(bytes == NULL && n == 99);
}

static void read_names_what_is_wrong(void **state) {
    (void)state;
    put("four", 4);
    expect_read_error("a", 3, HO_ERR_INPUT, "a: is larger than 3 bytes");
    assert_int_equal(truncate("a", 2000001), 0);
    expect_read_error("a", 2000000, HO_ERR_INPUT, "a: is larger than 2 MB");
    expect_read_error("none", 9, HO_ERR_IO, "none: cannot be opened: No such file or directory");
    expect_read_error("/", 9, HO_ERR_IO, "/: is not a regular file");
    put("one\ntw\0", 7);
    expect_read_error("a", 9, HO_ERR_INPUT, "a:2: has a NUL byte");
    put("one\n\ntwo \xff", 10);
    expect_read_error("a", 99, HO_ERR_INPUT, "a:3: is not UTF-8");
}

static void read_drops_the_byte_order_mark(void **state) {
    (void)state;
    char *text;
    size_t n;
    put("\xef\xbb\xbfkey", 6);
    assert_int_equal(ho_text_read("a", 99, &text, &n, NULL), HO_OK);
    assert_int_equal(n, 3);
    assert_string_equal(text, "key");
    free(text);
    put("", 0);
    assert_int_equal(ho_text_read("a", 99, &text, &n, NULL), HO_OK);
    assert_true(n == 0 && text[0] == '\0');
    free(text);
}

static void a_failed_write_leaves_nothing(void **state) {
    (void)state;
    ho_error err;
    assert_int_equal(ho_file_write("no/such", "x", 1, &err), HO_ERR_IO);
    assert_string_equal(err.text, "no/such: cannot be written: No such file or directory");
    assert_int_equal(mkdir("d", 0755), 0);
    assert_int_equal(ho_file_write("d", "x", 1, &err), HO_ERR_IO);
    assert_non_null(strstr(err.text, "d: cannot be replaced: "));
    assert_int_equal(rmdir("d"), 0); /* remove_folder finds any other file left behind */
}

/* Borders of RFC 3629. */
static void utf8_accepts_all_scalars_and_nothing_else(void **state) {
    (void)state;
    static const char *const good[] = {"", "a\x7f", "\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80",
                                       "\xef\xbf\xbf", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"};
    static const char *const bad[] = {"a\x80", "a\xc0\x80", "a\xc1\xbf", "a\xc2", "a\xc2z", "a\xe0\x9f\xbf", "a\xed\xa0\x80", "a\xe1\x80",
                                      "a\xe1\x80z", "a\xf0\x8f\xbf\xbf", "a\xf4\x90\x80\x80", "a\xf5\x80\x80\x80", "a\xf1\x80\x80", "a\xff"};
    for (size_t i = 0; i < N_OF(good); i++) {
        assert_int_equal(ho_text_utf8_end(good[i], strlen(good[i])), strlen(good[i]));
    }
    for (size_t i = 0; i < N_OF(bad); i++) {
        assert_int_equal(ho_text_utf8_end(bad[i], strlen(bad[i])), 1);
    }
}

static void double_takes_whole_decimal_numbers(void **state) {
    (void)state;
    static const struct {
        const char *text;
        double value;
    } good[] = {{"0", 0.0}, {"-1.5", -1.5}, {"+2", 2.0}, {"1e3", 1000.0}, {"1.25E-2", 0.0125}, {"007", 7.0}, {"1e-400", 0.0},
                {"4.9e-324", 0x1p-1074}, {"0.1", 0.1}};
    for (size_t i = 0; i < N_OF(good); i++) {
        double value = 9.0;
        assert_true(ho_text_double(good[i].text, &value));
        assert_true(value == good[i].value);
    }
}

static void double_rejects_the_rest(void **state) {
    (void)state;
    static const char *const bad[] = {"", " 1", "1 ", "1,5", "0x10", "nan", "inf", "-infinity", "1e", "1e+", ".5", "5.", "1.e3", "--1", "1e999", "-1e999",
                                      "1_000", "1d3", "1.2.3", "+", "1\n"};
    for (size_t i = 0; i < N_OF(bad); i++) {
        double value = 9.0;
        assert_false(ho_text_double(bad[i], &value));
        assert_true(value == 9.0);
    }
    assert_false(ho_text_double(NULL, &(double){0.0}));
}

static void double_does_not_depend_on_the_locale(void **state) {
    (void)state;
    static const char *const comma[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8"};
    bool found = false;
    for (size_t i = 0; i < N_OF(comma) && !found; i++) {
        found = setlocale(LC_NUMERIC, comma[i]) != NULL;
    }
    if (!found) {
        skip(); /* no such locale is installed */
    }
    double value = 0.0;
    bool good = ho_text_double("1.5", &value) && value == 1.5 && !ho_text_double("1,5", &value);
    setlocale(LC_NUMERIC, "C");
    assert_true(good);
}

static void int64_takes_its_whole_range_and_no_more(void **state) {
    (void)state;
    int64_t value = 9;
    assert_true(ho_text_int64("9223372036854775807", &value) && value == INT64_MAX);
    assert_true(ho_text_int64("-9223372036854775808", &value) && value == INT64_MIN);
    assert_true(ho_text_int64("+012", &value) && value == 12);
    static const char *const bad[] = {"", "-", "1.0", "1e3", " 1", "1 ", "0x1", "9223372036854775808", "-9223372036854775809", "1,000"};
    for (size_t i = 0; i < N_OF(bad); i++) {
        assert_false(ho_text_int64(bad[i], &value));
        assert_int_equal(value, 12);
    }
    assert_false(ho_text_int64(NULL, &value));
}

static void copy_is_equal_and_separate(void **state) {
    (void)state;
    const char *text = "Kandahar";
    char *copy = ho_text_copy(text);
    assert_true(copy != text);
    assert_string_equal(copy, text);
    free(copy);
    assert_null(ho_text_copy(NULL));
}

static void array_grows_and_keeps_its_elements(void **state) {
    (void)state;
    int *array = NULL;
    size_t capacity = 0;
    for (int i = 0; i < 1000; i++) {
        int *grown = ho_array_grow(array, &capacity, (size_t)i + 1, sizeof *array);
        assert_non_null(grown);
        assert_true(capacity > (size_t)i);
        array = grown;
        array[i] = i;
    }
    for (int i = 0; i < 1000; i++) {
        assert_int_equal(array[i], i);
    }
    size_t before = capacity;
    assert_null(ho_array_grow(array, &capacity, SIZE_MAX / 2, sizeof *array));
    assert_int_equal(capacity, before);
    free(array);
}

static void size_times_sees_overflow(void **state) {
    (void)state;
    size_t bytes = 0;
    assert_true(ho_size_times(3, 8, &bytes) && bytes == 24);
    assert_false(ho_size_times(SIZE_MAX / 2, 3, &bytes));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_written_file_reads_back),
        cmocka_unit_test(read_names_what_is_wrong),
        cmocka_unit_test(read_drops_the_byte_order_mark),
        cmocka_unit_test(a_failed_write_leaves_nothing),
        cmocka_unit_test(utf8_accepts_all_scalars_and_nothing_else),
        cmocka_unit_test(double_takes_whole_decimal_numbers),
        cmocka_unit_test(double_rejects_the_rest),
        cmocka_unit_test(double_does_not_depend_on_the_locale),
        cmocka_unit_test(int64_takes_its_whole_range_and_no_more),
        cmocka_unit_test(copy_is_equal_and_separate),
        cmocka_unit_test(array_grows_and_keeps_its_elements),
        cmocka_unit_test(size_times_sees_overflow),
    };
    return cmocka_run_group_tests(tests, make_folder, remove_folder);
}
