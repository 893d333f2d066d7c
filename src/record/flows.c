/* People by place: counted, written as bytes, read back, summed up over replicates.
 *
 * A replicate's bytes are small because most districts see nobody leave in most weeks. Over replicates as many chunks at a time are read as
 * fit, of each replicate its part of the bytes only, so that the memory hardly grows with the replicates. */
#include "record/flows.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "mechanisms/mechanism.h"
#include "record/quantiles.h"
#include "record/results.h"
#include "record/sql.h"
#include "world/world.h"

static const double QUANTILE[] = {0.05, 0.5, 0.95};
enum { GROUP_BITS = 7, MORE = 0x80, NUMBER_MAX = 5 /* bytes of a number */, LENGTH = 4 /* bytes of a length */, SMALL = 4096 /* a small count */ };

static const char *const names[HO_N_FLOW] = {"arrivals", "departures", "hosted", "crossed"};
static const char *const meanings[HO_N_FLOW] = {
    "people from elsewhere who reached the district since the day kept before, to stay, to go on or to wait at a border in it",
    "residents who left the district since the day kept before",
    "people from elsewhere who are in the district on the day, those who wait at a border in it too",
    "people who crossed to the neighbour since the day kept before"};

const char *ho_flow_name(ho_flow flow) {
    return (unsigned)flow < HO_N_FLOW ? names[flow] : "?";
}

const char *ho_flow_meaning(ho_flow flow) {
    return (unsigned)flow < HO_N_FLOW ? meanings[flow] : "?";
}

size_t ho_flow_day(const ho_flow_shape *shape, size_t k) {
    return ho_count_day(k, HO_FLOWS_EVERY, shape->n_day_run);
}

/* --- counting --- */

size_t ho_flows_n_count(const ho_world *world) {
    return 3 * world->n_district + world->n_neighbour;
}

void ho_flows_observe(const ho_world *world, const ho_state *state, int32_t *count) {
    const size_t n = world->n_district;
    memcpy(count + HO_FLOW_ARRIVALS * n, state->came, n * sizeof *count);
    memcpy(count + HO_FLOW_DEPARTURES * n, state->went, n * sizeof *count);
    memcpy(count + HO_FLOW_HOSTED * n, state->displaced, n * sizeof *count);
    for (size_t k = 0; k < world->n_neighbour; k++)
        count[HO_FLOW_CROSSED * n + k] = (int32_t)(state->abroad[k] < INT32_MAX ? state->abroad[k] : INT32_MAX);
}

/* --- bytes --- */

size_t ho_flows_bytes_max(const ho_flow_shape *shape) {
    return LENGTH * ho_flows_n_chunk(shape) + NUMBER_MAX * ho_flows_n_row(shape) * shape->n_day;
}

static uint8_t *put_number(uint8_t *to, uint32_t number) {
    for (; number >= MORE; number >>= GROUP_BITS)
        *to++ = (uint8_t)(number | MORE);
    *to++ = (uint8_t)number;
    return to;
}

static void put_length(uint8_t *to, size_t length) {
    for (int k = 0; k < LENGTH; k++)
        to[k] = (uint8_t)(length >> (8 * k));
}

static size_t length_at(const uint8_t *from) {
    size_t length = 0;
    for (int k = 0; k < LENGTH; k++)
        length |= (size_t)from[k] << (8 * k);
    return length;
}

/* n zeros, if there are any. */
static uint8_t *put_zeros(uint8_t *to, uint32_t n) {
    if (n == 0)
        return to;
    *to++ = 0;
    return put_number(to, n);
}

/* Increments of a row; *n_zero: zeros before it that are not written yet. */
static uint8_t *put_row(const ho_flow_shape *shape, const int32_t *count, size_t row, uint32_t *n_zero, uint8_t *to) {
    const size_t n = shape->n_district, stride = shape->n_count;
    const bool onward = row < 3 * n && row % 3 == HO_FLOW_HOSTED; /* arrivals less who are there */
    const int32_t *own = count + (row < 3 * n ? row % 3 * n + row / 3 : row), *arrived = count + row / 3;
    uint32_t before = 0;
    for (size_t k = 0; k < shape->n_day; k++) {
        uint32_t now = onward ? (uint32_t)arrived[k * stride] - (uint32_t)own[k * stride] : (uint32_t)own[k * stride];
        uint32_t increment = now - before;
        before = now;
        if (increment == 0) {
            ++*n_zero;
            continue;
        }
        to = put_number(put_zeros(to, *n_zero), increment);
        *n_zero = 0;
    }
    return to;
}

static uint8_t *put_chunk(const ho_flow_shape *shape, const int32_t *count, size_t from, size_t until, uint8_t *to) {
    uint32_t n_zero = 0;
    for (size_t row = from; row < until; row++)
        to = put_row(shape, count, row, &n_zero, to);
    return put_zeros(to, n_zero);
}

size_t ho_flows_encode(const ho_flow_shape *shape, const int32_t *count, uint8_t *bytes) {
    const size_t n_chunk = ho_flows_n_chunk(shape), n_row = ho_flows_n_row(shape);
    uint8_t *to = bytes + LENGTH * n_chunk;
    for (size_t c = 0; c < n_chunk; c++) {
        size_t until = (c + 1) * HO_FLOWS_CHUNK < n_row ? (c + 1) * HO_FLOWS_CHUNK : n_row;
        uint8_t *end = put_chunk(shape, count, c * HO_FLOWS_CHUNK, until, to);
        put_length(bytes + LENGTH * c, (size_t)(end - to));
        to = end;
    }
    return (size_t)(to - bytes);
}

/* A number from *at on; false past the end or beyond 32 bits. */
static bool take_number(const uint8_t *bytes, size_t n_byte, size_t *at, uint32_t *number) {
    uint64_t value = 0;
    for (int k = 0; k < NUMBER_MAX && *at < n_byte; k++) {
        uint8_t byte = bytes[(*at)++];
        value |= (uint64_t)(byte & (MORE - 1)) << (GROUP_BITS * k);
        *number = (uint32_t)value;
        if (!(byte & MORE))
            return value <= UINT32_MAX;
    }
    return false;
}

bool ho_flows_decode(const uint8_t *bytes, size_t n_byte, size_t n_row, size_t n_day, int32_t *increment) {
    const size_t n = n_row * n_day;
    size_t at = 0, k = 0;
    while (k < n) {
        uint32_t number = 0;
        if (!take_number(bytes, n_byte, &at, &number))
            return false;
        if (number) {
            increment[k++] = (int32_t)number;
            continue;
        }
        if (!take_number(bytes, n_byte, &at, &number) || number > n - k || number == 0)
            return false;
        memset(increment + k, 0, number * sizeof *increment);
        k += number;
    }
    return at == n_byte;
}

/* --- the shape of a run --- */

static ho_status ask(ho_store *store, const char *sql, size_t *value, ho_error *err) {
    sqlite3_stmt *query = NULL;
    bool there = false;
    ho_status status = ho_sql_prepare(store->db, store->path, sql, &query, err);
    if (!status)
        status = ho_sql_next(query, store->path, &there, err);
    if (!status && there)
        *value = (size_t)sqlite3_column_int64(query, 0);
    sqlite3_finalize(query);
    return status;
}

ho_status ho_store_flow_shape(ho_store *store, ho_flow_shape *shape, ho_error *err) {
    ho_flow_shape found = {.n_day_run = store->n_day, .n_day = ho_n_count_day(store->n_day, HO_FLOWS_EVERY)};
    if (!store->has_flow)
        return ho_error_set(err, HO_ERR_INPUT, "%s: has no people by place: made by a version that kept none; run it again",
                            store->path);
    ho_status status = ask(store, "SELECT count(*) FROM district", &found.n_district, err);
    if (!status)
        status = ask(store, "SELECT count(*) FROM neighbour", &found.n_neighbour, err);
    found.n_count = 3 * found.n_district + found.n_neighbour;
    if (!status && (found.n_district == 0 || found.n_count > SIZE_MAX / 16 / found.n_day))
        status = ho_error_set(err, HO_ERR_INPUT, "%s: damaged: %zu districts", store->path, found.n_district);
    if (!status)
        *shape = found;
    return status;
}

ho_status ho_store_neighbour(ho_store *store, size_t neighbour, char **name, ho_error *err) {
    sqlite3_stmt *query = NULL;
    bool there = false;
    *name = NULL;
    ho_status status =
        ho_sql_prepare(store->db, store->path, "SELECT name FROM neighbour WHERE neighbour = ?", &query, err);
    if (!status)
        sqlite3_bind_int64(query, 1, (sqlite3_int64)neighbour);
    if (!status)
        status = ho_sql_next(query, store->path, &there, err);
    const char *text = there ? (const char *)sqlite3_column_text(query, 0) : NULL;
    if (!status && !text)
        status = ho_error_set(err, HO_ERR_INPUT, "%s: damaged: no neighbour %zu", store->path, neighbour);
    if (!status && !(*name = ho_text_copy(text)))
        status = ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", store->path);
    sqlite3_finalize(query);
    return status;
}

/* --- replicates read back --- */

static ho_status damaged(const ho_store *store, int64_t replicate, ho_error *err) {
    return ho_error_set(err, HO_ERR_INPUT, "%s: damaged: people by place of replicate %lld", store->path, (long long)replicate);
}

/* Turns increments by row into counts by day. */
static void add_up(const ho_flow_shape *shape, const int32_t *increment, int32_t *count) {
    const size_t n_row = ho_flows_n_row(shape), n = shape->n_district;
    for (size_t row = 0; row < n_row; row++) {
        uint32_t sum = 0;
        size_t at = row < 3 * n ? row % 3 * n + row / 3 : row;
        for (size_t k = 0; k < shape->n_day; k++) {
            sum += (uint32_t)increment[row * shape->n_day + k];
            int32_t *day = count + k * shape->n_count;
            day[at] = (int32_t)(row < 3 * n && row % 3 == HO_FLOW_HOSTED ? (uint32_t)day[row / 3] - sum : sum);
        }
    }
}

static bool decode_all(const ho_flow_shape *shape, const uint8_t *bytes, size_t n_byte, int32_t *increment) {
    const size_t n_chunk = ho_flows_n_chunk(shape), n_row = ho_flows_n_row(shape);
    size_t at = LENGTH * n_chunk;
    if (!bytes || n_byte < at)
        return false;
    for (size_t c = 0; c < n_chunk; c++) {
        size_t first = c * HO_FLOWS_CHUNK, n = n_row - first < HO_FLOWS_CHUNK ? n_row - first : HO_FLOWS_CHUNK;
        size_t length = length_at(bytes + LENGTH * c);
        if (length > n_byte - at ||
            !ho_flows_decode(bytes + at, length, n, shape->n_day, increment + first * shape->n_day))
            return false;
        at += length;
    }
    return at == n_byte;
}

ho_status ho_store_flows(ho_store *store, ho_flow_visit visit, void *context, ho_error *err) {
    ho_flow_shape shape = {0};
    sqlite3_stmt *query = NULL;
    bool there = true;
    ho_status status = ho_store_flow_shape(store, &shape, err);
    if (status)
        return status;
    int32_t *increment = calloc(shape.n_day * shape.n_count, sizeof *increment);
    int32_t *count = calloc(shape.n_day * shape.n_count, sizeof *count);
    if (!increment || !count)
        status = ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for people by place", store->path);
    if (!status)
        status = ho_sql_prepare(store->db, store->path,
                                "SELECT replicate, \"values\" FROM flow_draw ORDER BY replicate", &query, err);
    while (!status && there) {
        status = ho_sql_next(query, store->path, &there, err);
        if (status || !there)
            break;
        int64_t replicate = sqlite3_column_int64(query, 0);
        const uint8_t *bytes = sqlite3_column_blob(query, 1);
        size_t n_byte = (size_t)sqlite3_column_bytes(query, 1);
        if (replicate < 0 || (uint64_t)replicate >= store->n_replicate || !decode_all(&shape, bytes, n_byte, increment)) {
            status = damaged(store, replicate, err);
            break;
        }
        add_up(&shape, increment, count);
        status = visit(context, (uint32_t)replicate, count, err);
    }
    sqlite3_finalize(query);
    free(increment);
    free(count);
    return status;
}

/* --- means read back --- */

ho_status ho_store_flow_means(ho_store *store, ho_flow flow, int32_t place, ho_flow_mean visit, void *context, ho_error *err) {
    ho_flow_shape shape = {0};
    sqlite3_stmt *query = NULL;
    bool there = true;
    ho_status status = ho_store_flow_shape(store, &shape, err);
    const size_t n_place = flow == HO_FLOW_CROSSED ? shape.n_neighbour : shape.n_district;
    if (!status)
        status = ho_sql_prepare(store->db, store->path,
                                place < 0 ? "SELECT place, day, mean, q05, q95 FROM flow_row WHERE measure = ?1 ORDER BY place, day"
                                          : "SELECT place, day, mean, q05, q95 FROM flow_row WHERE measure = ?1 AND place = ?2 ORDER BY day",
                                &query, err);
    if (!status)
        sqlite3_bind_int(query, 1, (int)flow);
    if (!status && place >= 0)
        sqlite3_bind_int(query, 2, place);
    while (!status && there) {
        status = ho_sql_next(query, store->path, &there, err);
        if (status || !there)
            break;
        sqlite3_int64 at = sqlite3_column_int64(query, 0), day = sqlite3_column_int64(query, 1);
        if (at < 0 || (uint64_t)at >= n_place || day < 0 || (uint64_t)day >= shape.n_day_run)
            status = ho_error_set(err, HO_ERR_INPUT, "%s: damaged: people by place", store->path);
        else
            visit(context, (size_t)at, (size_t)day, sqlite3_column_double(query, 2), sqlite3_column_double(query, 3),
                  sqlite3_column_double(query, 4));
    }
    sqlite3_finalize(query);
    return status;
}

/* --- over replicates --- */

typedef struct ho_flow_round {
    ho_store *store;
    ho_flow_shape shape;
    size_t first, n; /* chunks of this round */
    size_t n_row;    /* their rows */
    float *value;    /* (n_row, n_day, n_replicate) increments */
    float *scratch;  /* (n_replicate) */
    int32_t *increment; /* (chunk, n_day) */
    uint8_t *bytes;     /* the lengths; then chunks of one replicate */
    sqlite3_stmt *insert;
} ho_flow_round;

/* The increments of one replicate's chunks of this round. */
static ho_status read_round(ho_flow_round *round, sqlite3_blob *blob, size_t replicate, ho_error *err) {
    ho_store *store = round->store;
    const ho_flow_shape *shape = &round->shape;
    const size_t n_chunk = ho_flows_n_chunk(shape), n_replicate = store->n_replicate;
    const size_t n_byte = (size_t)sqlite3_blob_bytes(blob);
    size_t at = LENGTH * n_chunk, length = 0;
    if (n_byte < at || sqlite3_blob_read(blob, round->bytes, (int)at, 0) != SQLITE_OK)
        return damaged(store, (int64_t)replicate, err);
    for (size_t c = 0; c < round->first; c++)
        at += length_at(round->bytes + LENGTH * c);
    for (size_t c = round->first; c < round->first + round->n; c++)
        length += length_at(round->bytes + LENGTH * c);
    uint8_t *bytes = round->bytes + LENGTH * n_chunk;
    if (at > n_byte || length > n_byte - at || length > ho_flows_bytes_max(shape) - LENGTH * n_chunk ||
        sqlite3_blob_read(blob, bytes, (int)length, (int)at) != SQLITE_OK)
        return damaged(store, (int64_t)replicate, err);
    for (size_t c = 0; c < round->n; c++) {
        size_t row = c * HO_FLOWS_CHUNK, n = round->n_row - row < HO_FLOWS_CHUNK ? round->n_row - row : HO_FLOWS_CHUNK;
        size_t own = length_at(round->bytes + LENGTH * (round->first + c));
        if (!ho_flows_decode(bytes, own, n, shape->n_day, round->increment))
            return damaged(store, (int64_t)replicate, err);
        bytes += own;
        for (size_t k = 0; k < n * shape->n_day; k++)
            round->value[(row * shape->n_day + k) * n_replicate + replicate] = (float)round->increment[k];
    }
    return HO_OK;
}

static ho_status read_all(ho_flow_round *round, ho_error *err) {
    ho_store *store = round->store;
    sqlite3_blob *blob = NULL;
    ho_status status = HO_OK;
    for (size_t replicate = 0; replicate < store->n_replicate && !status; replicate++) {
        int code = blob ? sqlite3_blob_reopen(blob, (sqlite3_int64)replicate)
                        : sqlite3_blob_open(store->db, "main", "flow_draw", "values", (sqlite3_int64)replicate, 0, &blob);
        status = code == SQLITE_OK ? read_round(round, blob, replicate, err) : ho_sql_error(store->db, code, store->path, err);
    }
    sqlite3_blob_close(blob);
    return status;
}

/* Those who went on become those present, day after day; `value` begins with the district's arrivals. */
static void make_present(const ho_flow_round *round, float *value) {
    const size_t n_replicate = round->store->n_replicate, n_day = round->shape.n_day;
    const float *arrived = value;
    float *onward = value + HO_FLOW_HOSTED * n_day * n_replicate;
    for (size_t k = 0; k < n_day; k++)
        for (size_t r = 0; r < n_replicate; r++) {
            size_t at = k * n_replicate + r;
            onward[at] = arrived[at] - onward[at] + (k ? onward[at - n_replicate] : 0.0f);
        }
}

/* Quantiles of whole numbers from 0 to most < SMALL, by how many there are of each: as ho_quantile of them sorted. */
static void count_quantiles(const float *value, size_t n, uint32_t most, double number[4]) {
    uint32_t n_of[SMALL + 1];
    size_t upto = 0;
    int c = 1;
    memset(n_of, 0, (most + 2) * sizeof *n_of);
    for (size_t i = 0; i < n; i++)
        n_of[(uint32_t)value[i]]++;
    for (uint32_t x = 0; x <= most && c < 4; x++) {
        upto += n_of[x];
        for (; c < 4; c++) {
            const double at = (double)(n - 1) * QUANTILE[c - 1];
            const size_t below = (size_t)at;
            if (below >= upto)
                break;
            uint32_t next = x; /* the value after rank `below` */
            while (below + 1 >= upto && below + 1 < n && (next == x || n_of[next] == 0))
                next++;
            number[c] = (double)x + (at - (double)below) * (double)(next - x);
        }
    }
}

/* Mean and quantiles of a column of counts, which may be reordered. */
static void sum_up(float *value, float *scratch, size_t n, double number[4]) {
    double sum = 0;
    float most = 0;
    for (size_t i = 0; i < n; i++) {
        sum += (double)value[i];
        most = value[i] > most ? value[i] : most;
    }
    number[0] = sum / (double)n;
    if (most < SMALL) {
        count_quantiles(value, n, (uint32_t)most, number);
        return;
    }
    ho_sort_floats(value, scratch, n);
    for (int c = 1; c < 4; c++)
        number[c] = ho_quantile(value, n, QUANTILE[c - 1]);
}

static ho_status insert_row(ho_flow_round *round, size_t row, float *value, ho_error *err) {
    ho_store *store = round->store;
    const size_t n = round->shape.n_district, n_replicate = store->n_replicate;
    ho_status status = HO_OK;
    for (size_t k = 1; k < round->shape.n_day && !status; k++) {
        float *column = value + k * n_replicate;
        double number[4];
        sum_up(column, round->scratch, n_replicate, number);
        sqlite3_bind_int64(round->insert, 1, row < 3 * n ? (sqlite3_int64)(row % 3) : HO_FLOW_CROSSED);
        sqlite3_bind_int64(round->insert, 2, (sqlite3_int64)(row < 3 * n ? row / 3 : row - 3 * n));
        sqlite3_bind_int64(round->insert, 3, (sqlite3_int64)ho_flow_day(&round->shape, k));
        for (int c = 0; c < 4; c++)
            sqlite3_bind_double(round->insert, 4 + c, number[c]);
        status = ho_sql_run(round->insert, store->path, err);
    }
    return status;
}

static ho_status find_round(ho_flow_round *round, ho_error *err) {
    const size_t size = round->shape.n_day * round->store->n_replicate, first = round->first * HO_FLOWS_CHUNK;
    const size_t n_row = ho_flows_n_row(&round->shape);
    round->n_row = n_row - first < round->n * HO_FLOWS_CHUNK ? n_row - first : round->n * HO_FLOWS_CHUNK;
    ho_status status = read_all(round, err);
    for (size_t row = 0; row < round->n_row; row += 3)
        if (first + row < 3 * round->shape.n_district)
            make_present(round, round->value + row * size);
    for (size_t row = 0; row < round->n_row && !status; row++)
        status = insert_row(round, first + row, round->value + row * size, err);
    return status;
}

/* Chunks that fit, at least one. */
static size_t round_size(const ho_flow_round *round) {
    size_t chunk = HO_FLOWS_CHUNK * round->shape.n_day * round->store->n_replicate * sizeof(float);
    size_t fit = HO_FIND_BYTES / chunk, n_chunk = ho_flows_n_chunk(&round->shape);
    fit = fit ? fit : 1;
    return fit < n_chunk ? fit : n_chunk;
}

static ho_status find_rounds(ho_flow_round *round, ho_error *err) {
    const size_t size = round_size(round), n_chunk = ho_flows_n_chunk(&round->shape), n_day = round->shape.n_day;
    ho_status status = HO_OK;
    round->value = calloc(size * HO_FLOWS_CHUNK * n_day * round->store->n_replicate, sizeof *round->value);
    round->scratch = calloc(round->store->n_replicate, sizeof *round->scratch);
    round->increment = calloc(HO_FLOWS_CHUNK * n_day, sizeof *round->increment);
    round->bytes = malloc(ho_flows_bytes_max(&round->shape));
    if (!round->value || !round->scratch || !round->increment || !round->bytes)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory for people by place", round->store->path);
    status = ho_sql_prepare(round->store->db, round->store->path, "INSERT INTO flow_row VALUES(?, ?, ?, ?, ?, ?, ?)",
                            &round->insert, err);
    for (; round->first < n_chunk && !status; round->first += round->n) {
        round->n = n_chunk - round->first < size ? n_chunk - round->first : size;
        status = find_round(round, err);
    }
    return status;
}

ho_status ho_flows_find(ho_store *store, ho_error *err) {
    ho_flow_round round = {.store = store};
    size_t n_kept = 0;
    ho_status status = ho_store_flow_shape(store, &round.shape, err);
    if (!status)
        status = ask(store, "SELECT count(*) FROM flow_draw", &n_kept, err);
    if (!status && n_kept == store->n_replicate)
        status = find_rounds(&round, err);
    else if (!status && n_kept > 0)
        status = ho_error_set(err, HO_ERR_INPUT, "%s: damaged: people by place of %zu of %zu replicates", store->path,
                              n_kept, store->n_replicate);
    sqlite3_finalize(round.insert);
    free(round.value);
    free(round.scratch);
    free(round.increment);
    free(round.bytes);
    return status;
}
