/* Text and files for the loaders: whole files within a limit, UTF-8, strict numbers, atomic writes, growable arrays. Nothing here
 * depends on the locale. */
#ifndef HO_TEXT_H
#define HO_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "holdout/base.h"

/* Reads a regular file of at most limit_byte bytes. *bytes: (*n + 1), ends with a NUL of ours; the caller frees.
 * HO_ERR_IO: it cannot be opened or read, or is no regular file; HO_ERR_INPUT: `file: is larger than N MB`; HO_ERR_MEMORY. */
ho_status ho_file_read(const char *path, size_t limit_byte, char **bytes, size_t *n, ho_error *err);
/* The same for text: drops a UTF-8 byte order mark. HO_ERR_INPUT also: `file:line: has a NUL byte`, `file:line: is not UTF-8`. */
ho_status ho_text_read(const char *path, size_t limit_byte, char **text, size_t *n, ho_error *err);

/* Replaces a file whole or not at all: writes beside it, syncs, renames. HO_ERR_IO, HO_ERR_MEMORY; the old file then stands. */
ho_status ho_file_write(const char *path, const void *bytes, size_t n, ho_error *err);

/* Offset of the first byte that is not well-formed UTF-8 (RFC 3629: no surrogates, nothing overlong), n if there is none. */
size_t ho_text_utf8_end(const char *text, size_t n);

/* A copy that the caller frees; NULL if memory ran out or text is NULL. */
char *ho_text_copy(const char *text);

/* The whole string as a decimal number: sign, digits, fraction, exponent. False, *value untouched, for blanks, hexadecimal, names
 * ("nan"), a missing digit before or after the point, and what is beyond the largest double. Below the smallest it rounds. */
bool ho_text_double(const char *text, double *value);
/* The whole string as a decimal whole number: sign and digits, within int64. */
bool ho_text_int64(const char *text, int64_t *value);

/* n * size in bytes; false on overflow. */
bool ho_size_times(size_t n, size_t size, size_t *bytes);
/* An array with room for at least `needed` elements of `size` bytes: grows by halves, *capacity [elements] is kept up to date.
 * NULL if memory ran out: the old array still stands. Start with NULL and capacity 0; the caller frees. */
void *ho_array_grow(void *array, size_t *capacity, size_t needed, size_t size);

#endif
