/* record.csv, claims.csv and readings.csv: what was observed, what was said, and what that can mean. The simulation reads none of them.
 * Method: a table of fields a file, then one look at each row for what a single field cannot tell.
 * Invariant: optional text is "" where the cell is empty, so that readers need not test for NULL. */
#include <stdlib.h>
#include <string.h>

#include "scenario/sections.h"

enum { ROWS_MAX = 4000000, READINGS_MAX = 10000, AGAINST_MAX = 64 };

static const char *const MODE[] = {"given_up", "fought", "regime_fall", "", NULL};
static const char *const CONFIDENCE[] = {"high", "med", "low", NULL};

static const ho_field RECORD[] = {
    {HO_F(ho_record_row, observable, HO_FIELD_TEXT)},
    {.name = "subject", .kind = HO_FIELD_REF, .ref = HO_REF_DISTRICT, .offset = offsetof(ho_record_row, district),
     .optional = true},
    {HO_F(ho_record_row, date_start, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_record_row, date_end, HO_FIELD_DAY)},
    {HO_F_RANGE(ho_record_row, value_low, -INFINITY, INFINITY), .optional = true},
    {HO_F_RANGE(ho_record_row, value_high, -INFINITY, INFINITY), .optional = true},
    {HO_F_RANGE(ho_record_row, denominator, 0, INFINITY), .above = true, .optional = true},
    {HO_F(ho_record_row, mode, HO_FIELD_WORD), .choice = MODE, .optional = true},
    {HO_F(ho_record_row, definition, HO_FIELD_TEXT), .optional = true},
    {HO_F(ho_record_row, who, HO_FIELD_TEXT), .optional = true},
    {HO_F(ho_record_row, confidence, HO_FIELD_WORD), .choice = CONFIDENCE},
    {HO_F(ho_record_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_record_row, source, HO_FIELD_TEXT)},
    {HO_F(ho_record_row, note, HO_FIELD_TEXT), .optional = true},
};
enum { NO_SUBJECT = -2 }; /* an empty cell, while -1 is an unknown district, which has its finding */
static const ho_record_row RECORD_BLANK = {.district = NO_SUBJECT, .date_start = HO_DAY_NONE, .date_end = HO_DAY_NONE,
                                           .value_low = NAN, .value_high = NAN, .denominator = NAN,
                                           .known_on = HO_DAY_NONE};
static const ho_rows RECORDS = ROWS_OF("records", ho_record_row, RECORD, RECORD_BLANK, ROWS_MAX, HO_REF_NONE);

/* In the order of ho_claim_kind. */
static const char *const CLAIM_KIND[] = {"quantity", "event", "expectation", "cause", "norm", NULL};

static const ho_field CLAIM[] = {
    {HO_F(ho_claim_row, id, HO_FIELD_TEXT)},
    {HO_F(ho_claim_row, document, HO_FIELD_TEXT)},
    {HO_F(ho_claim_row, document_date, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_claim_row, date_start, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_claim_row, date_end, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_claim_row, quantity, HO_FIELD_TEXT)},
    {HO_F_RANGE(ho_claim_row, value_low, -INFINITY, INFINITY), .optional = true},
    {HO_F_RANGE(ho_claim_row, value_high, -INFINITY, INFINITY), .optional = true},
    {HO_F(ho_claim_row, value_text, HO_FIELD_TEXT), .optional = true},
    {HO_F(ho_claim_row, unit, HO_FIELD_TEXT), .optional = true},
    {HO_F(ho_claim_row, definition, HO_FIELD_TEXT), .optional = true},
    {HO_F(ho_claim_row, who, HO_FIELD_TEXT), .optional = true},
    {HO_F(ho_claim_row, assessment, HO_FIELD_TEXT), .optional = true},
    {HO_F(ho_claim_row, confidence, HO_FIELD_TEXT), .optional = true},
    {HO_F(ho_claim_row, known_on, HO_FIELD_DAY)},
    {HO_F(ho_claim_row, kind, HO_FIELD_CHOICE), .choice = CLAIM_KIND, .optional = true, .no_column = true},
    {.name = "against", .kind = HO_FIELD_TEXT, .offset = offsetof(ho_claim_row, against_ids), .optional = true, .no_column = true},
};
static const ho_claim_row CLAIM_BLANK = {.document_date = HO_DAY_NONE, .date_start = HO_DAY_NONE,
                                         .date_end = HO_DAY_NONE, .known_on = HO_DAY_NONE, .value_low = NAN,
                                         .value_high = NAN};
static const ho_rows CLAIMS = ROWS_OF("claims", ho_claim_row, CLAIM, CLAIM_BLANK, ROWS_MAX, HO_REF_CLAIM);

static const ho_field READING[] = {
    {HO_F_REF(ho_reading_row, claim, HO_REF_CLAIM)},
    {HO_F(ho_reading_row, reading, HO_FIELD_TEXT)},
    {HO_F(ho_reading_row, expression, HO_FIELD_TEXT)},
    {HO_F(ho_reading_row, date_start, HO_FIELD_DAY), .optional = true},
    {HO_F(ho_reading_row, date_end, HO_FIELD_DAY), .optional = true},
    {HO_F_RANGE(ho_reading_row, low, -INFINITY, INFINITY), .optional = true},
    {HO_F_RANGE(ho_reading_row, high, -INFINITY, INFINITY), .optional = true},
    {HO_F_RANGE(ho_reading_row, tolerance, 0, INFINITY), .optional = true, .no_column = true},
    {HO_F(ho_reading_row, note, HO_FIELD_TEXT), .optional = true},
    {HO_F(ho_reading_row, record, HO_FIELD_TEXT), .optional = true, .no_column = true},
};
static const ho_reading_row READING_BLANK = {.claim = -1, .date_start = HO_DAY_NONE, .date_end = HO_DAY_NONE,
                                             .low = NAN, .high = NAN, .tolerance = NAN};
static const ho_rows READINGS = ROWS_OF("readings", ho_reading_row, READING, READING_BLANK, READINGS_MAX, HO_REF_NONE);

const char *ho_claim_kind_name(ho_claim_kind kind) {
    return kind >= 0 && kind < HO_N_CLAIM_KIND ? CLAIM_KIND[kind] : "";
}

/* Gives every absent text of the rows its "". */
static void texts_fill(ho_loader *loader, const ho_rows *kind, void *rows, size_t n) {
    for (size_t k = 0; k < n; k++)
        for (size_t f = 0; f < kind->n_field; f++) {
            ho_field_kind what = kind->field[f].kind;
            char **text = (char **)(void *)((char *)rows + k * kind->size + kind->field[f].offset);
            if ((what == HO_FIELD_TEXT || what == HO_FIELD_WORD) && !*text)
                *text = ho_text_keep(loader, "");
        }
}

static void days_check(ho_loader *loader, ho_file file, int32_t line, ho_day start, ho_day end) {
    char start_text[11], end_text[11];
    if (start != HO_DAY_NONE && end != HO_DAY_NONE && end < start)
        ho_finding_add(loader->findings, file, line, "date_end is %s; need a day from date_start (%s) on",
                       ho_day_format(end, end_text), ho_day_format(start, start_text));
}

static void span_check(ho_loader *loader, ho_file file, int32_t line, ho_day start, ho_day end, double low, double high) {
    days_check(loader, file, line, start, end);
    if (high < low)
        ho_finding_add(loader->findings, file, line, "value_high is %.10g; need at least value_low, which is %.10g", high,
                       low);
}

/* `captured.BLOC` has a district as subject, everything else has none. */
static void subject_check(ho_loader *loader, const ho_record_row *row) {
    static const char CAPTURED[] = "captured.";
    const size_t n = sizeof CAPTURED - 1;
    char quoted[HO_QUOTE_ROOM];
    if (!*row->observable)
        return;
    if (strncmp(row->observable, CAPTURED, n) != 0) {
        if (row->district != NO_SUBJECT)
            ho_finding_add(loader->findings, HO_FILE_RECORD, row->line, "%s takes no subject; only captured.BLOC does",
                           ho_quote(row->observable, quoted));
        return;
    }
    if (row->district == NO_SUBJECT)
        ho_finding_add(loader->findings, HO_FILE_RECORD, row->line, "subject is empty; %s needs a district",
                       ho_quote(row->observable, quoted));
    if (ho_names_find(&loader->names[HO_REF_BLOC], row->observable + n) < 0 && !loader->names[HO_REF_BLOC].open)
        ho_finding_add(loader->findings, HO_FILE_RECORD, row->line, "observable is %s; scenario.yml has no such bloc",
                       ho_quote(row->observable, quoted));
}

void ho_record_read(ho_loader *loader, ho_bytes bytes) {
    ho_scenario *s = loader->scenario;
    void *rows = NULL;
    if (!bytes.data)
        return;
    ho_table_read(loader, HO_FILE_RECORD, bytes, &RECORDS, &rows, &s->n_record);
    s->record = rows;
    texts_fill(loader, &RECORDS, rows, s->n_record);
    for (size_t k = 0; k < s->n_record && !loader->findings->no_memory; k++) {
        ho_record_row *row = &s->record[k];
        span_check(loader, HO_FILE_RECORD, row->line, row->date_start, row->date_end, row->value_low, row->value_high);
        subject_check(loader, row);
        row->district = row->district == NO_SUBJECT ? -1 : row->district;
    }
}

/* One id of `against`: a claim other than the row itself, each once. */
static void against_take(ho_loader *loader, ho_claim_row *row, const char *id) {
    int32_t at = ho_names_find(&loader->names[HO_REF_CLAIM], id), self = (int32_t)(row - loader->scenario->claim);
    char quoted[HO_QUOTE_ROOM];
    bool twice = false;
    for (size_t k = 0; k < row->n_against; k++)
        twice = twice || row->against[k] == at;
    if (at >= 0 && at != self && !twice && row->n_against < AGAINST_MAX)
        row->against[row->n_against++] = at;
    else if (at >= 0 || !loader->names[HO_REF_CLAIM].open)
        ho_finding_add(loader->findings, HO_FILE_CLAIMS, row->line, "against has %s; need ids of other claims, each once",
                       ho_quote(id, quoted));
}

/* The claims named in `against`, which may stand in later rows. */
static void against_read(ho_loader *loader, ho_claim_row *row) {
    if (!row->against_ids || !*row->against_ids)
        return;
    char *words = strdup(row->against_ids), *rest = words;
    row->against = calloc(AGAINST_MAX, sizeof *row->against);
    if (!words || !row->against)
        loader->findings->no_memory = true;
    for (char *word = words && row->against ? strsep(&rest, " ") : NULL; word; word = strsep(&rest, " "))
        against_take(loader, row, word);
    free(words);
}

/* A file that was refused, not one that is absent. */
static bool is_refused(const ho_findings *findings, ho_file file) {
    for (size_t k = 0; k < findings->n; k++)
        if (findings->item[k].file == file)
            return true;
    return false;
}

void ho_claims_read(ho_loader *loader, ho_bytes bytes) {
    ho_scenario *s = loader->scenario;
    void *rows = NULL;
    if (!bytes.data) {
        loader->names[HO_REF_CLAIM].open = is_refused(loader->findings, HO_FILE_CLAIMS);
        return;
    }
    ho_table_read(loader, HO_FILE_CLAIMS, bytes, &CLAIMS, &rows, &s->n_claim);
    s->claim = rows;
    texts_fill(loader, &CLAIMS, rows, s->n_claim);
    for (size_t k = 0; k < s->n_claim && !loader->findings->no_memory; k++) {
        ho_claim_row *row = &s->claim[k];
        span_check(loader, HO_FILE_CLAIMS, row->line, row->date_start, row->date_end, row->value_low, row->value_high);
        against_read(loader, row);
    }
}

/* A reading needs a last day, its own or its claim's. */
static void reading_check(ho_loader *loader, const ho_reading_row *row) {
    const ho_claim_row *claim = row->claim >= 0 ? &loader->scenario->claim[row->claim] : NULL;
    ho_day end = row->date_end != HO_DAY_NONE ? row->date_end : claim ? claim->date_end : HO_DAY_NONE;
    if (claim && end == HO_DAY_NONE)
        ho_finding_add(loader->findings, HO_FILE_READINGS, row->line, "has no day; need date_end here or in claim %s", claim->id);
    if (row->date_start != HO_DAY_NONE) /* else the claim's own check says it */
        days_check(loader, HO_FILE_READINGS, row->line, row->date_start, end);
    if (row->high < row->low)
        ho_finding_add(loader->findings, HO_FILE_READINGS, row->line, "high is %.10g; need at least low, which is %.10g",
                       row->high, row->low);
}

/* Labels tell the readings of a claim apart. */
static void reading_label_check(ho_loader *loader, size_t k) {
    const ho_reading_row *row = loader->scenario->reading;
    char quoted[HO_QUOTE_ROOM];
    for (size_t other = 0; other < k && row[k].claim >= 0; other++)
        if (row[other].claim == row[k].claim && strcmp(row[other].reading, row[k].reading) == 0) {
            ho_finding_add(loader->findings, HO_FILE_READINGS, row[k].line, "reading %s of %s is there twice, first in line %d",
                           ho_quote(row[k].reading, quoted), loader->scenario->claim[row[k].claim].id, (int)row[other].line);
            return;
        }
}

void ho_readings_read(ho_loader *loader, ho_bytes bytes) {
    ho_scenario *s = loader->scenario;
    void *rows = NULL;
    if (!bytes.data)
        return;
    ho_table_read(loader, HO_FILE_READINGS, bytes, &READINGS, &rows, &s->n_reading);
    s->reading = rows;
    texts_fill(loader, &READINGS, rows, s->n_reading);
    for (size_t k = 0; k < s->n_reading && !loader->findings->no_memory; k++) {
        reading_check(loader, &s->reading[k]);
        reading_label_check(loader, k);
    }
}
