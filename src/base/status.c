/* Status names, error sentences and the list of problems. Every text stays within its buffer and on one line. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/base.h"

const char *ho_status_name(ho_status status) {
    static const char *const name[] = {
#define X(code, text) [code] = #code,
        HO_STATUS_LIST(X)
#undef X
    };
    size_t i = (size_t)status;
    return i < sizeof name / sizeof *name ? name[i] : "HO_ERR_UNKNOWN";
}

const char *ho_status_text(ho_status status) {
    static const char *const text_of[] = {
#define X(code, text) [code] = text,
        HO_STATUS_LIST(X)
#undef X
    };
    size_t i = (size_t)status;
    return i < sizeof text_of / sizeof *text_of ? text_of[i] : "unknown status";
}

static void make_one_line(char *text) {
    for (; *text; text++) {
        if (*text == '\n' || *text == '\r') {
            *text = ' ';
        }
    }
}

ho_status ho_error_set(ho_error *err, ho_status status, const char *format, ...) {
    if (err) {
        ho_error made; /* the arguments may point into *err */
        va_list args;
        va_start(args, format);
        int n = vsnprintf(made.text, sizeof made.text, format, args);
        va_end(args);
        if (n < 0) {
            snprintf(made.text, sizeof made.text, "%s", ho_status_text(status));
        }
        make_one_line(made.text);
        err->status = status;
        memcpy(err->text, made.text, sizeof made.text);
    }
    return status;
}

static char *problem_line(const char *file, int32_t line, const char *format, va_list args) {
    char *sentence = NULL;
    if (vasprintf(&sentence, format, args) < 0) {
        return NULL;
    }
    char *whole = NULL;
    int n = line > 0 ? asprintf(&whole, "%s:%d: %s", file, line, sentence) : asprintf(&whole, "%s: %s", file, sentence);
    free(sentence);
    if (n < 0) {
        return NULL;
    }
    make_one_line(whole);
    return whole;
}

/* The list is allocated whole with the first line: it never grows past HO_PROBLEMS_MAX. */
bool ho_problems_add(ho_problems *problems, const char *file, int32_t line, const char *format, ...) {
    if (problems->n == HO_PROBLEMS_MAX) {
        problems->n_more++;
        return true;
    }
    if (!problems->line) {
        problems->line = calloc(HO_PROBLEMS_MAX, sizeof *problems->line);
    }
    va_list args;
    va_start(args, format);
    char *made = problems->line ? problem_line(file, line, format, args) : NULL;
    va_end(args);
    if (!made) {
        problems->n_more++;
        return false;
    }
    problems->line[problems->n++] = made;
    return true;
}

void ho_problems_free(ho_problems *problems) {
    if (!problems) {
        return;
    }
    for (size_t i = 0; i < problems->n; i++) {
        free(problems->line[i]);
    }
    free(problems->line);
    *problems = (ho_problems){0};
}
