/* SHA-256 (FIPS 180-4) over integers, little-endian whatever the machine, through libmd, whole blocks by the processor's own instructions where it
 * has them (sha256.h). */
#ifndef HO_DIGEST_H
#define HO_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <sha256.h>

typedef struct ho_digest {
    SHA2_CTX state;
    bool quick; /* the processor has instructions for it */
} ho_digest;

enum { HO_DIGEST_TEXT = 65 }; /* 64 hexadecimal digits and a NUL */

/* Starts an empty digest. A digest owns nothing: copying the struct copies it, and it needs no free. */
void ho_digest_begin(ho_digest *digest);
void ho_digest_bytes(ho_digest *digest, const void *bytes, size_t n);
void ho_digest_int32(ho_digest *digest, int32_t value);
void ho_digest_int64(ho_digest *digest, int64_t value);
void ho_digest_uint32(ho_digest *digest, uint32_t value);
void ho_digest_uint64(ho_digest *digest, uint64_t value);
/* Ends it: 64 lower-case hexadecimal digits and a NUL. Returns text. */
char *ho_digest_end(ho_digest *digest, char text[HO_DIGEST_TEXT]);

#endif
