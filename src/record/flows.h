/* People by place in a run store: what of each replicate is kept, and as which bytes.
 *
 * A replicate's counts are cumulative but for those present: after day 0, every HO_FLOWS_EVERY-th day and the last. They are stored as
 * rows of increments, one number a period (from nothing to day 0, then from one such day to the next). Each district has three rows:
 * arrivals, departures, and those who went on (arrivals so far less people present, which makes all three seldom anything but small and
 * often 0); then each neighbour has one, crossings. HO_FLOWS_CHUNK rows are a chunk. The bytes are the length of each chunk (uint32
 * little-endian), then the chunks. Within a chunk a number other than 0 is itself modulo 2^32, in groups of seven bits, the least
 * first, each byte but the last with its top bit set (LEB128); n zeros in a row are a byte 0 and then n in the same way. */
#ifndef HO_RECORD_FLOWS_H
#define HO_RECORD_FLOWS_H

#include "holdout/record.h"

enum { HO_FLOWS_EVERY = 7, HO_FLOWS_CHUNK = 12 };

/* Rows stored: three a district, one a neighbour. */
static inline size_t ho_flows_n_row(const ho_flow_shape *shape) {
    return 3 * shape->n_district + shape->n_neighbour;
}
static inline size_t ho_flows_n_chunk(const ho_flow_shape *shape) {
    return (ho_flows_n_row(shape) + HO_FLOWS_CHUNK - 1) / HO_FLOWS_CHUNK;
}
/* The most bytes that a replicate can need. */
size_t ho_flows_bytes_max(const ho_flow_shape *shape);
/* count: (n_day, shape->n_count) as an observer writes them. bytes: room for ho_flows_bytes_max. Returns the bytes used. */
size_t ho_flows_encode(const ho_flow_shape *shape, const int32_t *count, uint8_t *bytes);
/* Increments of `n_row` rows, at most HO_FLOWS_CHUNK, from the bytes of their chunk: (n_row, n_day). False: they are not such rows. */
bool ho_flows_decode(const uint8_t *bytes, size_t n_byte, size_t n_row, size_t n_day, int32_t *increment);

/* The observer of counts, and how many a world has. */
void ho_flows_observe(const ho_world *world, const ho_state *state, int32_t *count);
size_t ho_flows_n_count(const ho_world *world);

/* What a measure counts, in one sentence. */
const char *ho_flow_meaning(ho_flow flow);

/* Fills table flow_row from the replicates stored. */
ho_status ho_flows_find(ho_store *store, ho_error *err);

#endif
