/* CSV as records with line numbers: a thin, strict layer over libcsv.
 *
 * Fields are separated by commas and may stand in double quotes; a quoted field may hold newlines, and a record's line is the
 * line its first field begins on. Blank lines are skipped. Spaces around unquoted fields are dropped. */
#ifndef HO_SCENARIO_CSV_H
#define HO_SCENARIO_CSV_H

#include "scenario/findings.h"

enum { HO_CSV_FIELDS_MAX = 2048, HO_CSV_RECORD_MAX = 1 << 20 /* [byte] */ };

/* Receives one record; field[k] is NUL-terminated and valid for the call. Returns false to stop. */
typedef bool ho_csv_record(void *context, int32_t line, size_t n_field, const char *const *field);

/* Parses UTF-8 bytes without NULs into records. Returns false after adding a finding, after setting no_memory, or when
 * `record` stopped it. */
bool ho_csv_parse(ho_findings *findings, ho_file file, const char *bytes, size_t n, ho_csv_record *record, void *context);

#endif
