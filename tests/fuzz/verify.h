/* What every loaded scenario keeps, for fuzzers: indices in range, outlines whose offsets fit. */
#ifndef HO_FUZZ_VERIFY_H
#define HO_FUZZ_VERIFY_H

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/loader.h"
#include "unit/test_scenario_base.h"

static void index_verify(int32_t index, size_t n, bool optional) {
    assert((optional && index == -1) || (index >= 0 && (size_t)index < n));
}

static void outlines_verify(const ho_scenario *s) {
    const ho_boundaries *b = &s->boundaries;
    if (b->n_feature == 0)
        return;
    assert(b->feature_ring[b->n_feature] == b->n_ring && b->ring_point[b->n_ring] == b->n_point);
    for (size_t k = 0; k < b->n_feature; k++) {
        index_verify(b->district[k], s->n_district, false);
        assert(b->feature_ring[k] < b->feature_ring[k + 1]);
    }
    for (size_t k = 0; k < b->n_ring; k++)
        assert(b->ring_point[k] + 4 <= b->ring_point[k + 1]);
    for (size_t k = 0; k < 2 * b->n_point; k++)
        assert(isfinite(b->xy[k]));
}

#endif
