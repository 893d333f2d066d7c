/* SHA-256 over little-endian integers. */
#include "base/digest.h"

static void little_endian(ho_digest *digest, uint64_t value, size_t n_byte) {
    uint8_t byte[8];
    for (size_t i = 0; i < n_byte; i++) {
        byte[i] = (uint8_t)(value >> (8 * i));
    }
    ho_digest_bytes(digest, byte, n_byte);
}

void ho_digest_begin(ho_digest *digest) {
    SHA256Init(&digest->state);
}

void ho_digest_bytes(ho_digest *digest, const void *bytes, size_t n) {
    if (n > 0) {
        SHA256Update(&digest->state, bytes, n);
    }
}

void ho_digest_int32(ho_digest *digest, int32_t value) {
    little_endian(digest, (uint32_t)value, 4);
}

void ho_digest_int64(ho_digest *digest, int64_t value) {
    little_endian(digest, (uint64_t)value, 8);
}

void ho_digest_uint32(ho_digest *digest, uint32_t value) {
    little_endian(digest, value, 4);
}

void ho_digest_uint64(ho_digest *digest, uint64_t value) {
    little_endian(digest, value, 8);
}

char *ho_digest_end(ho_digest *digest, char text[HO_DIGEST_TEXT]) {
    static const char hex[] = "0123456789abcdef";
    uint8_t sum[SHA256_DIGEST_LENGTH];
    SHA256Final(sum, &digest->state);
    for (size_t i = 0; i < sizeof sum; i++) {
        text[2 * i] = hex[sum[i] >> 4];
        text[2 * i + 1] = hex[sum[i] & 15];
    }
    text[2 * sizeof sum] = '\0';
    return text;
}
