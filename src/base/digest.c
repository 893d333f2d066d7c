/* SHA-256 over little-endian integers. */
#include "base/digest.h"

#include "base/sha256.h"

static void little_endian(ho_digest *digest, uint64_t value, size_t n_byte) {
    uint8_t byte[8];
    for (size_t i = 0; i < n_byte; i++) {
        byte[i] = (uint8_t)(value >> (8 * i));
    }
    ho_digest_bytes(digest, byte, n_byte);
}

void ho_digest_begin(ho_digest *digest) {
    SHA256Init(&digest->state);
    digest->quick = ho_sha256_quick();
}

void ho_digest_bytes(ho_digest *digest, const void *bytes, size_t n) {
    const uint8_t *next = bytes;
    const size_t block = SHA256_BLOCK_LENGTH, begun = (size_t)(digest->state.bitcount[0] / 8) % block;
    if (digest->quick && n >= 2 * block) { /* whole blocks at once, once the one begun is full */
        size_t head = begun ? block - begun : 0, n_block = (n - head) / block;
        SHA256Update(&digest->state, next, head);
        ho_sha256_blocks(digest->state.state.st32, next + head, n_block);
        digest->state.bitcount[0] += 8 * block * n_block;
        next += head + block * n_block;
        n -= head + block * n_block;
    }
    if (n > 0) {
        SHA256Update(&digest->state, next, n);
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
