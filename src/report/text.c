/* Text for the page: base64, and putting JSON into a template. */
#include "report/text.h"

#include <stdlib.h>
#include <string.h>

#include "holdout/report.h"
#include "report/template.h"

char *ho_base64(const uint8_t *bytes, size_t n) {
    static const char digit[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    if (n > SIZE_MAX / 2)
        return NULL;
    char *text = malloc((n + 2) / 3 * 4 + 1), *out = text;
    if (!text)
        return NULL;
    for (size_t i = 0; i < n; i += 3) {
        size_t left = n - i;
        uint32_t word = (uint32_t)bytes[i] << 16;
        word |= left > 1 ? (uint32_t)bytes[i + 1] << 8 : 0;
        word |= left > 2 ? (uint32_t)bytes[i + 2] : 0;
        *out++ = digit[word >> 18];
        *out++ = digit[word >> 12 & 63];
        *out++ = left > 1 ? digit[word >> 6 & 63] : '=';
        *out++ = left > 2 ? digit[word & 63] : '=';
    }
    *out = '\0';
    return text;
}

static size_t count_opening(const char *json) {
    size_t n = 0;
    for (const char *c = json; *c; c++)
        n += *c == '<';
    return n;
}

static char *copy_escaped(char *out, const char *json) {
    for (const char *c = json; *c; c++) {
        if (*c == '<') {
            memcpy(out, "\\u003c", 6);
            out += 6;
        } else {
            *out++ = *c;
        }
    }
    return out;
}

char *ho_page_fill(const char *page, size_t page_size, const char *json, size_t *size) {
    const char *marker = memmem(page, page_size, HO_REPORT_MARKER, strlen(HO_REPORT_MARKER));
    if (!marker)
        return NULL;
    size_t before = (size_t)(marker - page), after = page_size - before - strlen(HO_REPORT_MARKER);
    size_t middle = strlen(json) + 5 * count_opening(json);
    char *text = malloc(before + middle + after + 1);
    if (!text)
        return NULL;
    memcpy(text, page, before);
    char *out = copy_escaped(text + before, json);
    memcpy(out, marker + strlen(HO_REPORT_MARKER), after);
    out[after] = '\0';
    *size = before + middle + after;
    return text;
}
