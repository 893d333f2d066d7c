/* Text of the page: base64 against RFC 4648, filling a template, the template itself. */
#include "check.h"

#include <stdlib.h>
#include <string.h>

#include "holdout/report.h"
#include "report/template.h"
#include "report/text.h"

/* RFC 4648, section 10. */
static void base64_gives_the_published_vectors(void **state) {
    (void)state;
    static const char *const vector[][2] = {{"", ""},
                                            {"f", "Zg=="},
                                            {"fo", "Zm8="},
                                            {"foo", "Zm9v"},
                                            {"foob", "Zm9vYg=="},
                                            {"fooba", "Zm9vYmE="},
                                            {"foobar", "Zm9vYmFy"}};
    for (size_t k = 0; k < N_OF(vector); k++) {
        char *text = ho_base64((const uint8_t *)vector[k][0], strlen(vector[k][0]));
        assert_string_equal(text, vector[k][1]);
        free(text);
    }
}

static void base64_uses_the_whole_alphabet(void **state) {
    (void)state;
    const uint8_t bytes[] = {0xfb, 0xff, 0xbf};
    char *text = ho_base64(bytes, 3);
    assert_string_equal(text, "+/+/");
    free(text);
}

static void page_fill_escapes_what_could_end_the_element(void **state) {
    (void)state;
    const char page[] = "<a>" HO_REPORT_MARKER "</a>";
    size_t size = 0;
    char *text = ho_page_fill(page, sizeof page - 1, "{\"x\":\"</script><!--\"}", &size);
    assert_string_equal(text, "<a>{\"x\":\"\\u003c/script>\\u003c!--\"}</a>");
    assert_int_equal(size, strlen(text));
    free(text);
}

static void page_fill_needs_a_marker(void **state) {
    (void)state;
    size_t size = 0;
    assert_null(ho_page_fill("<a></a>", 7, "{}", &size));
}

static void template_is_one_page_that_asks_nothing_of_the_network(void **state) {
    (void)state;
    assert_int_equal(strlen(ho_report_template), ho_report_template_size);
    const char *marker = strstr(ho_report_template, HO_REPORT_MARKER);
    assert_non_null(marker);
    assert_null(strstr(marker + 1, HO_REPORT_MARKER));
    assert_non_null(strstr(ho_report_template, "default-src 'none'"));
    assert_null(strstr(ho_report_template, "src=\"http"));
    assert_null(strstr(ho_report_template, "@import"));
    assert_null(strstr(ho_report_template, "url("));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(base64_gives_the_published_vectors),
        cmocka_unit_test(base64_uses_the_whole_alphabet),
        cmocka_unit_test(page_fill_escapes_what_could_end_the_element),
        cmocka_unit_test(page_fill_needs_a_marker),
        cmocka_unit_test(template_is_one_page_that_asks_nothing_of_the_network),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
