/* SHA-256 against the examples of FIPS 180-4 and NIST's long message, and its integers. */
#include "unit/check.h"

#include <string.h>

#include "base/digest.h"

static void expect(const char *text, size_t times, const char *sum) {
    ho_digest digest;
    char hex[HO_DIGEST_TEXT];
    ho_digest_begin(&digest);
    for (size_t i = 0; i < times; i++) {
        ho_digest_bytes(&digest, text, strlen(text));
    }
    assert_string_equal(ho_digest_end(&digest, hex), sum);
}

static void published_messages_have_their_sums(void **state) {
    (void)state;
    expect("", 1, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    expect("abc", 1, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    expect("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", 1,
           "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    expect("a", 1000000, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* Pieces of any size have the sum of the whole: blocks go through the processor's instructions, their ends through libmd. */
static void pieces_have_the_sum_of_the_whole(void **state) {
    (void)state;
    static char a[1000001];
    memset(a, 'a', 1000000);
    for (size_t size = 1; size <= 1000; size += size < 200 ? 1 : 37) {
        ho_digest digest;
        char hex[HO_DIGEST_TEXT];
        ho_digest_begin(&digest);
        for (size_t at = 0; at < 1000000; at += size)
            ho_digest_bytes(&digest, a + at, size < 1000000 - at ? size : 1000000 - at);
        assert_string_equal(ho_digest_end(&digest, hex), "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
    }
    expect(a, 1, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

static void integers_are_fed_little_endian(void **state) {
    (void)state;
    static const unsigned char bytes[] = {0xfe, 0xff, 0xff, 0xff, 4, 3, 2, 1, 0xfd, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 8, 7, 6, 5, 4, 3, 2, 1};
    ho_digest one, other;
    char a[HO_DIGEST_TEXT], b[HO_DIGEST_TEXT];
    ho_digest_begin(&one);
    ho_digest_int32(&one, -2);
    ho_digest_uint32(&one, 0x01020304);
    ho_digest_int64(&one, -3);
    ho_digest_uint64(&one, 0x0102030405060708u);
    ho_digest_begin(&other);
    ho_digest_bytes(&other, bytes, sizeof bytes);
    assert_string_equal(ho_digest_end(&one, a), ho_digest_end(&other, b));
}

static void a_copied_digest_goes_its_own_way(void **state) {
    (void)state;
    ho_digest one, other;
    char a[HO_DIGEST_TEXT], b[HO_DIGEST_TEXT];
    ho_digest_begin(&one);
    ho_digest_int32(&one, 1);
    other = one;
    ho_digest_int32(&other, 2);
    ho_digest_int32(&one, 2);
    assert_string_equal(ho_digest_end(&one, a), ho_digest_end(&other, b));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_messages_have_their_sums),
        cmocka_unit_test(pieces_have_the_sum_of_the_whole),
        cmocka_unit_test(integers_are_fed_little_endian),
        cmocka_unit_test(a_copied_digest_goes_its_own_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
