/* Text for the page: JSON that cannot end the element it stands in. */
#ifndef HO_REPORT_TEXT_H
#define HO_REPORT_TEXT_H

#include <stddef.h>
#include <stdint.h>

/* The template with `json` in place of its marker, every '<' of it written \u003c (inside JSON '<' occurs in strings
 * only). *size is the length. To be freed by the caller. NULL: out of memory, or no marker in the template. */
char *ho_page_fill(const char *page, size_t page_size, const char *json, size_t *size);

#endif
