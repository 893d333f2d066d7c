/* Whole files, UTF-8, strict numbers, growable arrays. Every input is checked before it is used; nothing depends on the locale. */
#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <math.h>
#include <stdio.h> /* rename */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static ho_status io_error(ho_error *err, const char *path, const char *what) {
    int code = errno;
    char reason[128];
    return ho_error_set(err, HO_ERR_IO, "%s: %s: %s", path, what, strerror_r(code, reason, sizeof reason));
}

static ho_status memory_error(ho_error *err, const char *path) {
    return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", path);
}

static ho_status size_error(ho_error *err, const char *path, size_t limit) {
    const size_t mega = 1000000;
    if (limit >= mega) {
        return ho_error_set(err, HO_ERR_INPUT, "%s: is larger than %zu MB", path, limit / mega);
    }
    return ho_error_set(err, HO_ERR_INPUT, "%s: is larger than %zu bytes", path, limit);
}

/* Reads until the end or until `room` bytes; returns the number read, -1 on error. */
static ssize_t read_all(int file, char *bytes, size_t room) {
    size_t n = 0;
    while (n < room) {
        ssize_t got = read(file, bytes + n, room - n);
        if (got == 0) {
            break;
        }
        if (got < 0 && errno != EINTR) {
            return -1;
        }
        n += got > 0 ? (size_t)got : 0;
    }
    return (ssize_t)n;
}

static ho_status read_open(int file, const char *path, size_t limit, char **bytes, size_t *n, ho_error *err) {
    struct stat about;
    if (fstat(file, &about) != 0) {
        return io_error(err, path, "cannot be read");
    }
    if (!S_ISREG(about.st_mode)) {
        return ho_error_set(err, HO_ERR_IO, "%s: is not a regular file", path);
    }
    if (about.st_size < 0 || (uintmax_t)about.st_size > limit) {
        return size_error(err, path, limit);
    }
    size_t size = (size_t)about.st_size;
    char *made = malloc(size + 2); /* one byte more than expected shows growth */
    if (!made) {
        return memory_error(err, path);
    }
    ssize_t got = read_all(file, made, size + 1);
    if (got < 0 || (size_t)got > size) {
        ho_status status = got < 0 ? io_error(err, path, "cannot be read")
                                   : ho_error_set(err, HO_ERR_IO, "%s: grew while it was read", path);
        free(made);
        return status;
    }
    made[got] = '\0';
    *bytes = made;
    *n = (size_t)got;
    return HO_OK;
}

ho_status ho_file_read(const char *path, size_t limit_byte, char **bytes, size_t *n, ho_error *err) {
    size_t limit = limit_byte < SIZE_MAX / 4 ? limit_byte : SIZE_MAX / 4;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK); /* a pipe must not block */
    if (file < 0) {
        return io_error(err, path, "cannot be opened");
    }
    ho_status status = read_open(file, path, limit, bytes, n, err);
    close(file);
    return status;
}

static size_t line_at(const char *text, size_t offset) {
    size_t line = 1;
    for (size_t i = 0; i < offset; i++) {
        line += text[i] == '\n';
    }
    return line;
}

ho_status ho_text_read(const char *path, size_t limit_byte, char **text, size_t *n, ho_error *err) {
    char *bytes;
    size_t size;
    ho_status status = ho_file_read(path, limit_byte, &bytes, &size, err);
    if (status != HO_OK) {
        return status;
    }
    const char *nul = memchr(bytes, 0, size);
    size_t good = ho_text_utf8_end(bytes, size);
    if (nul) {
        status = ho_error_set(err, HO_ERR_INPUT, "%s:%zu: has a NUL byte", path, line_at(bytes, (size_t)(nul - bytes)));
    } else if (good < size) {
        status = ho_error_set(err, HO_ERR_INPUT, "%s:%zu: is not UTF-8", path, line_at(bytes, good));
    }
    if (status != HO_OK) {
        free(bytes);
        return status;
    }
    if (size >= 3 && memcmp(bytes, "\xef\xbb\xbf", 3) == 0) {
        size -= 3;
        memmove(bytes, bytes + 3, size + 1);
    }
    *text = bytes;
    *n = size;
    return HO_OK;
}

static bool write_all(int file, const char *bytes, size_t n) {
    while (n > 0) {
        ssize_t put = write(file, bytes, n);
        if (put < 0 && errno != EINTR) {
            return false;
        }
        size_t done = put > 0 ? (size_t)put : 0;
        bytes += done;
        n -= done;
    }
    return true;
}

/* After a rename the folder must reach the disk too. */
static void sync_folder(char *path) {
    char *slash = strrchr(path, '/');
    if (slash) {
        slash[slash == path] = '\0';
    }
    int folder = open(slash ? path : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder); /* not every file system can */
        close(folder);
    }
}

static ho_status write_beside(char *beside, const char *path, const void *bytes, size_t n, ho_error *err) {
    int file = mkostemp(beside, O_CLOEXEC);
    if (file < 0) {
        return io_error(err, path, "cannot be written");
    }
    bool good = write_all(file, bytes, n) && fchmod(file, 0644) == 0 && fsync(file) == 0;
    ho_status status = good ? HO_OK : io_error(err, path, "cannot be written");
    if (close(file) != 0 && good) {
        status = io_error(err, path, "cannot be written");
    }
    if (status == HO_OK && rename(beside, path) != 0) {
        status = io_error(err, path, "cannot be replaced");
    }
    if (status != HO_OK) {
        unlink(beside);
    }
    return status;
}

ho_status ho_file_write(const char *path, const void *bytes, size_t n, ho_error *err) {
    static const char ending[] = ".XXXXXX";
    size_t length = strlen(path);
    char *beside = malloc(length + sizeof ending);
    if (!beside) {
        return memory_error(err, path);
    }
    memcpy(beside, path, length);
    memcpy(beside + length, ending, sizeof ending);
    ho_status status = write_beside(beside, path, bytes, n, err);
    if (status == HO_OK) {
        sync_folder(beside);
    }
    free(beside);
    return status;
}

/* Bytes of the well-formed sequence at s (n > 0 left), 0 if there is none (RFC 3629, section 4). */
static size_t utf8_length(const unsigned char *s, size_t n) {
    if (s[0] < 0x80) {
        return 1;
    }
    size_t length = s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2;
    if (s[0] < 0xc2 || s[0] > 0xf4 || n < length) {
        return 0;
    }
    unsigned low = s[0] == 0xe0 ? 0xa0 : s[0] == 0xf0 ? 0x90 : 0x80; /* overlong below */
    unsigned high = s[0] == 0xed ? 0x9f : s[0] == 0xf4 ? 0x8f : 0xbf; /* surrogates, past U+10FFFF above */
    if (s[1] < low || s[1] > high) {
        return 0;
    }
    for (size_t i = 2; i < length; i++) {
        if ((s[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    return length;
}

size_t ho_text_utf8_end(const char *text, size_t n) {
    size_t at = 0;
    while (at < n) {
        size_t length = utf8_length((const unsigned char *)text + at, n - at);
        if (length == 0) {
            return at;
        }
        at += length;
    }
    return n;
}

char *ho_text_copy(const char *text) {
    return text ? strdup(text) : NULL;
}

/* Skips digits; NULL if there is none. */
static const char *skip_digits(const char *s) {
    const char *start = s;
    while (*s >= '0' && *s <= '9') {
        s++;
    }
    return s > start ? s : NULL;
}

static const char *skip_sign(const char *s) {
    return s + (*s == '+' || *s == '-');
}

static bool is_decimal(const char *s) {
    s = skip_digits(skip_sign(s));
    if (s && *s == '.') {
        s = skip_digits(s + 1);
    }
    if (s && (*s == 'e' || *s == 'E')) {
        s = skip_digits(skip_sign(s + 1));
    }
    return s && *s == '\0';
}

bool ho_text_double(const char *text, double *value) {
    if (!text || !is_decimal(text)) {
        return false;
    }
    locale_t c_locale = newlocale(LC_ALL_MASK, "C", (locale_t)0);
    if (!c_locale) {
        return false;
    }
    double made = strtod_l(text, NULL, c_locale);
    freelocale(c_locale);
    if (!isfinite(made)) {
        return false;
    }
    *value = made;
    return true;
}

bool ho_text_int64(const char *text, int64_t *value) {
    const char *s = text ? skip_digits(skip_sign(text)) : NULL;
    if (!s || *s != '\0') {
        return false;
    }
    errno = 0;
    long long made = strtoll(text, NULL, 10); /* the check above leaves nothing to the locale */
    if (errno == ERANGE || made < INT64_MIN || made > INT64_MAX) {
        return false;
    }
    *value = made;
    return true;
}

bool ho_size_times(size_t n, size_t size, size_t *bytes) {
    return !__builtin_mul_overflow(n, size, bytes);
}

void *ho_array_grow(void *array, size_t *capacity, size_t needed, size_t size) {
    if (array && needed <= *capacity) {
        return array;
    }
    size_t room = *capacity + *capacity / 2;
    room = room < needed || room < *capacity ? needed : room;
    room = room < 8 ? 8 : room;
    size_t bytes;
    if (!ho_size_times(room, size, &bytes)) {
        return NULL;
    }
    void *made = realloc(array, bytes);
    if (made) {
        *capacity = room;
    }
    return made;
}
