/* Any bytes as CSV: no crash, no leak, lines that never go back, and one finding whenever parsing stops. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "scenario/csv.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

typedef struct seen {
    int32_t line;
    size_t n_byte, limit;
} seen;

static bool record_take(void *context, int32_t line, size_t n_field, const char *const *field) {
    seen *s = context;
    assert(line >= s->line && line >= 1 && n_field >= 1);
    s->line = line;
    for (size_t k = 0; k < n_field; k++)
        s->n_byte += strlen(field[k]);
    assert(s->n_byte <= s->limit);
    return true;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *text = (const char *)data;
    if (memchr(text, 0, size) || ho_text_utf8_end(text, size) != size)
        return 0; /* refused before */
    static ho_findings findings;
    ho_findings_init(&findings);
    seen s = {.limit = size};
    bool ok = ho_csv_parse(&findings, HO_FILE_DISTRICTS, text, size, record_take, &s);
    assert(ok == (findings.n_total == 0));
    ho_findings_free(&findings);
    return 0;
}
