/* Integers to bytes to the digest, a batch at a time. */
#include "record/integers.h"

#include <math.h>

enum { CHANGE_FIELDS = 5, BATCH = 1000 /* integers, a multiple of CHANGE_FIELDS */ };

static void put_int32(uint8_t *to, int32_t value) {
    uint32_t bits = (uint32_t)value;
    for (int k = 0; k < 4; k++)
        to[k] = (uint8_t)(bits >> (8 * k));
}

static int32_t whole(float value) {
    if (isnan(value) || value <= -2147483648.0f)
        return INT32_MIN;
    return value >= 2147483648.0f ? INT32_MAX : (int32_t)value;
}

void ho_digest_changes(ho_digest *digest, const ho_change *change, size_t n) {
    uint8_t bytes[4 * BATCH];
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        const int32_t field[CHANGE_FIELDS] = {change[i].day, change[i].district, change[i].from, change[i].to,
                                              change[i].mode};
        for (int k = 0; k < CHANGE_FIELDS; k++, used += 4)
            put_int32(bytes + used, field[k]);
        if (used == sizeof bytes || i + 1 == n) {
            ho_digest_bytes(digest, bytes, used);
            used = 0;
        }
    }
}

void ho_digest_column(ho_digest *digest, const float *value, size_t n) {
    uint8_t bytes[4 * BATCH];
    size_t used = 0;
    for (size_t i = 0; i < n; i++, used += 4) {
        if (used == sizeof bytes) {
            ho_digest_bytes(digest, bytes, used);
            used = 0;
        }
        put_int32(bytes + used, whole(value[i]));
    }
    ho_digest_bytes(digest, bytes, used);
}
