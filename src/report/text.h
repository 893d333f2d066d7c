/* Text for the page: bytes as base64, and JSON that cannot end the element it stands in. */
#ifndef HO_REPORT_TEXT_H
#define HO_REPORT_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* Base64 (RFC 4648, section 4) of n bytes, NUL-terminated, to be freed by the caller. NULL: out of memory. */
char *ho_base64(const uint8_t *bytes, size_t n);

/* The template with `json` in place of its marker, every '<' of it written \u003c (inside JSON '<' occurs in strings
 * only). *size is the length. To be freed by the caller. NULL: out of memory, or no marker in the template. */
char *ho_page_fill(const char *page, size_t page_size, const char *json, size_t *size);

#endif
