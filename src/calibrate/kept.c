/* Layout, little-endian: magic; identity (64 hex); n_parameter, of each its number, effect and error; n_generation, n_simulated; proposals and log of
 * the generations; scores, distances and mixtures of the particles; SHA-256 of all before, hex. */
#include "calibrate/kept.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/digest.h"
#include "base/text.h"
#include "world/parameters.h"

enum { PATH_ROOM = 4200, STATE_MAX = 1 << 30 /* [byte] */, HEX = HO_DIGEST_TEXT - 1 };
static const char MAGIC[8] = "HOCAL 2";

/* --- bytes --- */

typedef struct bytes {
    uint8_t *data;
    size_t n, at, capacity;
    bool failed; /* no memory, or read past the end */
} bytes;

static void put(bytes *b, const void *data, size_t n) {
    uint8_t *wider = ho_array_grow(b->data, &b->capacity, b->n + n + 1, 1);
    if (!wider) {
        b->failed = true;
        return;
    }
    b->data = wider;
    memcpy(b->data + b->n, data, n);
    b->n += n;
}

static void put_u64(bytes *b, uint64_t value) {
    uint8_t byte[8];
    for (int k = 0; k < 8; k++)
        byte[k] = (uint8_t)(value >> (8 * k));
    put(b, byte, 8);
}

static void put_doubles(bytes *b, const double *value, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &value[i], sizeof bits);
        put_u64(b, bits);
    }
}

static void get(bytes *b, void *data, size_t n) {
    if (b->n - b->at < n) {
        b->failed = true;
        memset(data, 0, n);
        return;
    }
    memcpy(data, b->data + b->at, n);
    b->at += n;
}

static uint64_t get_u64(bytes *b) {
    uint8_t byte[8];
    uint64_t value = 0;
    get(b, byte, 8);
    for (int k = 0; k < 8; k++)
        value |= (uint64_t)byte[k] << (8 * k);
    return value;
}

static void get_doubles(bytes *b, double *value, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint64_t bits = get_u64(b);
        memcpy(&value[i], &bits, sizeof bits);
    }
}

/* --- identity --- */

static void digest_text(ho_digest *digest, const char *text) {
    ho_digest_uint64(digest, strlen(text));
    ho_digest_bytes(digest, text, strlen(text));
}

static void digest_doubles(ho_digest *digest, const double *value, size_t n) {
    for (size_t i = 0; i < n; i++) {
        uint64_t bits;
        memcpy(&bits, &value[i], sizeof bits);
        ho_digest_uint64(digest, bits);
    }
}

/* Everything that the particles depend on. Threads, and how many particles there may be in all, are not among it; the record is, as far as it is
 * used. */
static void identify(const ho_fitting *f, char text[HO_DIGEST_TEXT]) {
    const ho_calibrate_options *o = f->options;
    const size_t n_target = f->targets.n;
    ho_digest digest;
    ho_digest_begin(&digest);
    digest_text(&digest, HO_VERSION);
    digest_text(&digest, f->scenario->digest);
    ho_digest_int32(&digest, o->world.known_by);
    ho_digest_int32(&digest, o->world.n_step_per_day);
    ho_digest_int32(&digest, o->world.at_centre);
    for (size_t k = 0; k < o->world.n_set; k++)
        digest_text(&digest, o->world.set[k]);
    ho_digest_uint64(&digest, o->sim.off);
    ho_digest_uint32(&digest, o->sim.seed);
    for (size_t j = 0; j < o->n_parameter; j++)
        ho_digest_int32(&digest, o->parameter[j]);
    const size_t number[] = {o->n_parameter, o->n_chosen, o->n_trajectory, o->n_first, o->n_new, (size_t)o->n_effective};
    for (size_t k = 0; k < sizeof number / sizeof *number; k++)
        ho_digest_uint64(&digest, number[k]);
    for (size_t k = 0; k < n_target; k++) {
        digest_text(&digest, f->targets.item[k].name);
        ho_digest_int32(&digest, f->targets.item[k].day);
    }
    digest_doubles(&digest, f->observed, n_target);
    digest_doubles(&digest, f->error, n_target * n_target);
    ho_digest_end(&digest, text);
}

static void path_of(const char *folder, char path[PATH_ROOM]) {
    snprintf(path, PATH_ROOM, "%.4096s/calibration.state", folder);
}

static void seal(const bytes *b, size_t n, char text[HO_DIGEST_TEXT]) {
    ho_digest digest;
    ho_digest_begin(&digest);
    ho_digest_bytes(&digest, b->data, n);
    ho_digest_end(&digest, text);
}

/* --- writing --- */

static size_t proposal_size(const ho_abc *abc) {
    return abc->n_parameter + abc->n_parameter * abc->n_parameter;
}

static void put_state(bytes *b, const ho_fitting *f) {
    const ho_abc *abc = &f->abc;
    put_u64(b, f->n_parameter);
    for (size_t j = 0; j < f->n_parameter; j++) {
        put_u64(b, (uint64_t)f->parameter[j].parameter);
        put_doubles(b, &f->parameter[j].effect, 1);
        put_doubles(b, &f->parameter[j].effect_se, 1);
    }
    put_u64(b, abc->n_generation);
    put_u64(b, abc->n_simulated);
    put_doubles(b, abc->proposal, abc->n_generation * proposal_size(abc));
    for (size_t g = 0; g < abc->n_generation; g++) {
        put_u64(b, abc->log[g].n_simulated);
        put_doubles(b, &abc->log[g].temperature, 1);
        put_doubles(b, &abc->log[g].effective, 1);
        put_doubles(b, &abc->log[g].accepted, 1);
    }
    put_doubles(b, abc->z, abc->n_simulated * abc->n_parameter);
    put_doubles(b, abc->distance, abc->n_simulated);
    put_doubles(b, abc->mixture, abc->n_simulated);
}

ho_status ho_kept_write(const char *folder, const ho_fitting *f, ho_error *err) {
    char path[PATH_ROOM], text[HO_DIGEST_TEXT];
    bytes b = {0};
    path_of(folder, path);
    identify(f, text);
    put(&b, MAGIC, sizeof MAGIC);
    put(&b, text, HEX);
    put_state(&b, f);
    if (!b.failed) {
        seal(&b, b.n, text);
        put(&b, text, HEX);
    }
    ho_status status = b.failed ? ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", path) : ho_file_write(path, b.data, b.n, err);
    free(b.data);
    return status;
}

/* --- reading --- */

/* The state's bytes, whole, at what follows the identity. */
static ho_status open_state(const char *path, bytes *b, char identity[HO_DIGEST_TEXT], ho_error *err) {
    char *data = NULL, text[HO_DIGEST_TEXT], magic[sizeof MAGIC];
    ho_status status = ho_file_read(path, STATE_MAX, &data, &b->n, err);
    if (status)
        return status;
    b->data = (uint8_t *)data;
    bool whole = b->n > sizeof MAGIC + 2 * HEX;
    if (whole) {
        b->n -= HEX;
        seal(b, b->n, text);
        whole = memcmp(text, b->data + b->n, HEX) == 0;
    }
    get(b, magic, sizeof magic);
    get(b, identity, HEX);
    identity[HEX] = '\0';
    if (whole && memcmp(magic, MAGIC, sizeof MAGIC) == 0)
        return HO_OK;
    free(b->data);
    b->data = NULL;
    return ho_error_set(err, HO_ERR_INPUT, "%s: damaged, or no calibration of this version; remove it to start again", path);
}

static ho_status take_parameters(bytes *b, const char *path, ho_fitting *f, ho_error *err) {
    uint64_t n = get_u64(b);
    if (n < 1 || n > HO_CALIBRATE_PARAMETERS_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%s: damaged", path);
    free(f->parameter);
    f->parameter = calloc(n, sizeof *f->parameter);
    if (!f->parameter)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", path);
    f->n_parameter = n;
    for (size_t j = 0; j < n; j++) {
        uint64_t k = get_u64(b);
        f->parameter[j].parameter = k < HO_N_PARAMETER ? (int32_t)k : -1;
        get_doubles(b, &f->parameter[j].effect, 1);
        get_doubles(b, &f->parameter[j].effect_se, 1);
        if (f->parameter[j].parameter < 0)
            return ho_error_set(err, HO_ERR_INPUT, "%s: damaged", path);
    }
    return HO_OK;
}

ho_status ho_kept_parameters(const char *folder, ho_fitting *f, bool *there, ho_error *err) {
    char path[PATH_ROOM], identity[HO_DIGEST_TEXT], wanted[HO_DIGEST_TEXT];
    bytes b = {0};
    path_of(folder, path);
    *there = access(path, F_OK) == 0;
    if (!*there)
        return HO_OK;
    ho_status status = open_state(path, &b, identity, err);
    if (status)
        return status;
    identify(f, wanted);
    if (strcmp(identity, wanted) != 0)
        status = ho_error_set(err, HO_ERR_INPUT,
                              "%s: another calibration: its scenario, record, day, seed, settings or numbers of particles differ", path);
    else
        status = take_parameters(&b, path, f, err);
    free(b.data);
    return status;
}

static ho_status take_particles(bytes *b, const char *path, ho_abc *abc, ho_error *err) {
    uint64_t n_parameter = get_u64(b);
    b->at += n_parameter <= HO_CALIBRATE_PARAMETERS_MAX ? n_parameter * 24 : 0;
    uint64_t n_generation = get_u64(b), n_simulated = get_u64(b);
    if (n_parameter != abc->n_parameter || n_simulated > abc->n_max || n_generation < 1 || n_generation > HO_ABC_GENERATIONS_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%s: damaged, or of more simulations than asked for", path);
    abc->n_generation = n_generation;
    abc->n_simulated = n_simulated;
    get_doubles(b, abc->proposal, n_generation * proposal_size(abc));
    for (size_t g = 0; g < n_generation; g++) {
        abc->log[g].n_simulated = get_u64(b);
        get_doubles(b, &abc->log[g].temperature, 1);
        get_doubles(b, &abc->log[g].effective, 1);
        get_doubles(b, &abc->log[g].accepted, 1);
    }
    get_doubles(b, abc->z, n_simulated * n_parameter);
    get_doubles(b, abc->distance, n_simulated);
    get_doubles(b, abc->mixture, n_simulated);
    ho_abc_share(abc);
    return b->failed || b->at != b->n ? ho_error_set(err, HO_ERR_INPUT, "%s: damaged", path) : HO_OK;
}

ho_status ho_kept_read(const char *folder, ho_abc *abc, ho_error *err) {
    char path[PATH_ROOM], identity[HO_DIGEST_TEXT];
    bytes b = {0};
    path_of(folder, path);
    ho_status status = open_state(path, &b, identity, err);
    if (status)
        return status;
    status = take_particles(&b, path, abc, err);
    free(b.data);
    return status;
}
