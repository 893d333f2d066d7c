/* holdout/base.h: what every stage uses: status, errors, problems, days.
 *
 * One way to fail: a function that can fail returns ho_status and takes `ho_error *err` last (NULL allowed). On failure its
 * outputs are NULL or untouched and err holds one sentence that names place and value. */
#ifndef HOLDOUT_BASE_H
#define HOLDOUT_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HO_VERSION "0.1.0"
#define HO_FORMAT 1 /* version of scenario, store and summary formats */

/* Code, name and text of every status, in one list. */
#define HO_STATUS_LIST(X)                               \
    X(HO_OK, "ok")                                      \
    X(HO_ERR_INPUT, "bad input")                        \
    X(HO_ERR_IO, "reading or writing failed")           \
    X(HO_ERR_MEMORY, "out of memory")                   \
    X(HO_ERR_NUMERIC, "a result is not finite")         \
    X(HO_ERR_STATE, "not possible in this state")       \
    X(HO_ERR_INTERRUPTED, "interrupted")

typedef enum ho_status {
#define X(code, text) code,
    HO_STATUS_LIST(X)
#undef X
} ho_status;

typedef struct ho_error {
    ho_status status;
    char text[1024]; /* one sentence, no newline */
} ho_error;

/* Name of a status ("HO_ERR_INPUT") and its text ("bad input"); never NULL. */
const char *ho_status_name(ho_status status);
const char *ho_status_text(ho_status status);

/* Fills *err (if not NULL) with status and a printf-style sentence; returns status, so that callers can `return` it. */
ho_status ho_error_set(ho_error *err, ho_status status, const char *format, ...) __attribute__((format(printf, 3, 4)));

/* A list of problems with the user's input, each one line `file:line: sentence` (line 0: `file: sentence`). */
typedef struct ho_problems {
    size_t n;      /* kept lines */
    size_t n_more; /* further problems that were counted but not kept (limit HO_PROBLEMS_MAX) */
    char **line;   /* (n), owned */
} ho_problems;

enum { HO_PROBLEMS_MAX = 200 };

/* Adds one line. Returns false only if memory ran out (the problem is then counted in n_more). */
bool ho_problems_add(ho_problems *problems, const char *file, int32_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
void ho_problems_free(ho_problems *problems); /* empties it; NULL allowed */

/* Days since 1970-01-01, proleptic Gregorian. */
typedef int32_t ho_day;
#define HO_DAY_NONE INT32_MIN /* no date */

/* Parses exactly YYYY-MM-DD, years 0001 to 9999, real dates only. Returns false and leaves *day untouched otherwise. */
bool ho_day_parse(const char *text, ho_day *day);
/* Writes YYYY-MM-DD and a NUL. HO_DAY_NONE gives an empty string. Returns text. */
char *ho_day_format(ho_day day, char text[11]);
/* Month 1..12 and day of month 1..31. */
int ho_day_month(ho_day day);
int ho_day_of_month(ho_day day);
int ho_day_year(ho_day day);

#endif
