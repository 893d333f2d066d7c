/* CSV to records over libcsv.
 * Method: libcsv tells no lines, so it is fed one physical line at a time; a record begins on the first line fed after the last
 * record's end that is not blank.
 * Invariant: between records n_field and n_text are 0. */
#include "scenario/csv.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

typedef struct reader {
    ho_findings *findings;
    ho_file file;
    ho_csv_record *record;
    void *context;
    int32_t line;     /* the record's first */
    size_t n_field;
    bool ended;       /* a record ended in this line */
    bool failed;
    char *text;       /* the record's fields, each with a NUL */
    size_t n_text, text_room;
    size_t start[HO_CSV_FIELDS_MAX]; /* of each field in text */
} reader;

static void field_end(void *field, size_t n, void *context) {
    reader *r = context;
    if (r->failed)
        return;
    if (r->n_field == HO_CSV_FIELDS_MAX) {
        ho_finding_add(r->findings, r->file, r->line, "has more than %d fields", HO_CSV_FIELDS_MAX);
        r->failed = true;
        return;
    }
    char *grown = ho_array_grow(r->text, &r->text_room, r->n_text + n + 1, 1);
    if (!grown) {
        r->findings->no_memory = r->failed = true;
        return;
    }
    r->text = grown;
    r->start[r->n_field++] = r->n_text;
    if (n)
        memcpy(r->text + r->n_text, field, n);
    r->text[r->n_text + n] = '\0';
    r->n_text += n + 1;
}

static void record_end(int terminator, void *context) {
    (void)terminator;
    reader *r = context;
    const char *field[HO_CSV_FIELDS_MAX];
    r->ended = true;
    if (r->failed)
        return;
    for (size_t k = 0; k < r->n_field; k++)
        field[k] = r->text + r->start[k];
    r->failed = !r->record(r->context, r->line, r->n_field, field);
    r->n_field = r->n_text = 0;
}

/* Length of the line at bytes, with its end (LF, CR or CRLF); *blank if it holds nothing but spaces. */
static size_t line_length(const char *bytes, size_t n, bool *blank) {
    size_t k = 0;
    *blank = true;
    for (; k < n && bytes[k] != '\n' && bytes[k] != '\r'; k++)
        *blank = *blank && (bytes[k] == ' ' || bytes[k] == '\t');
    if (k < n && bytes[k] == '\r' && k + 1 < n && bytes[k + 1] == '\n')
        k++;
    return k < n ? k + 1 : n;
}

static void parser_report(reader *r, struct csv_parser *parser, int32_t line, const char *sentence) {
    if (csv_error(parser) == CSV_ENOMEM)
        r->findings->no_memory = true;
    else
        ho_finding_add(r->findings, r->file, line, "%s", sentence);
    r->failed = true;
}

/* Feeds every line. */
static void lines_read(reader *r, struct csv_parser *parser, const char *bytes, size_t n) {
    bool between = true; /* no record has begun */
    size_t record_start = 0;
    int32_t line = 0;
    for (size_t at = 0; at < n && !r->failed;) {
        bool blank;
        size_t length = line_length(bytes + at, n - at, &blank);
        line++;
        if (between) {
            r->line = line;
            record_start = at;
        }
        if (at + length - record_start > HO_CSV_RECORD_MAX) {
            ho_finding_add(r->findings, r->file, r->line, "a record is longer than %d bytes; is a quote not closed?",
                           HO_CSV_RECORD_MAX);
            r->failed = true;
            return;
        }
        r->ended = false;
        if (csv_parse(parser, bytes + at, length, field_end, record_end, r) != length)
            parser_report(r, parser, line, "a double quote stands inside a field; quote the field and double it");
        between = r->ended || (between && blank);
        at += length;
    }
    if (!r->failed && csv_fini(parser, field_end, record_end, r) != 0)
        parser_report(r, parser, r->line, "a quoted field is not closed");
}

bool ho_csv_parse(ho_findings *findings, ho_file file, const char *bytes, size_t n, ho_csv_record *record, void *context) {
    struct csv_parser parser;
    reader r = {.findings = findings, .file = file, .record = record, .context = context};
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        findings->no_memory = true;
        return false;
    }
    csv_set_blk_size(&parser, 4096);
    lines_read(&r, &parser, bytes, n);
    csv_free(&parser);
    free(r.text);
    return !r.failed;
}
