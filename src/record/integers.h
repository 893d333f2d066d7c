/* What of a replicate is digested: its integers, as little-endian int32. Each change (day, district, from, to, mode) in the order they
 * happened, then each whole observable in order, day by day. Nothing that rounds takes part. */
#ifndef HO_RECORD_INTEGERS_H
#define HO_RECORD_INTEGERS_H

#include "base/digest.h"
#include "holdout/sim.h"

void ho_digest_changes(ho_digest *digest, const ho_change *change, size_t n);
/* One observable's values by day: (n) whole numbers; beyond int32 they saturate, NaN is the smallest. */
void ho_digest_column(ho_digest *digest, const float *value, size_t n);

#endif
