/* SHA-256 of whole blocks where the processor has instructions for it; libmd does everything else (digest.c). */
#ifndef HO_SHA256_H
#define HO_SHA256_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Whether this processor has them; ho_sha256_blocks may be called only then. */
bool ho_sha256_quick(void);
/* Takes n_block blocks of 64 bytes into the eight words of the state. */
void ho_sha256_blocks(uint32_t state[8], const uint8_t *bytes, size_t n_block);

#endif
