/* Files, fields and names of a FLEE case. */
#include "flee/loader.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"

enum { FILE_MAX_BYTE = 256 << 20 };

static void add(ho_problems *problems, const char *file, int32_t line, const char *format, va_list arguments) {
    char text[512];
    vsnprintf(text, sizeof text, format, arguments);
    for (char *c = text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            *c = '?';
    ho_problems_add(problems, file, line, "%s", text);
}

void ho_flee_problem(ho_flee_loader *loader, int32_t line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(loader->problems, loader->file, line, format, arguments);
    va_end(arguments);
}

void ho_flee_remark(ho_flee_loader *loader, int32_t line, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    add(loader->surprises, loader->file, line, format, arguments);
    va_end(arguments);
}

void ho_flee_met(ho_flee_loader *loader, ho_flee_surprise surprise, int32_t line, const char *what, ...) {
    char text[256];
    va_list arguments;
    if (loader->met >> surprise & 1 || ho_flee_wants_documented(loader, surprise))
        return;
    loader->met |= UINT64_C(1) << surprise;
    va_start(arguments, what);
    vsnprintf(text, sizeof text, what, arguments);
    va_end(arguments);
    const char *instead = ho_flee_surprise_instead(surprise);
    if (instead)
        ho_flee_remark(loader, line, "%s: %s (--documented %s: %s)", text, ho_flee_surprise_does(surprise), ho_flee_surprise_name(surprise),
                       instead);
    else
        ho_flee_remark(loader, line, "%s: %s", text, ho_flee_surprise_does(surprise));
}

void *ho_flee_room(ho_flee_loader *loader, size_t n, size_t size) {
    void *room = calloc(n ? n : 1, size);
    loader->no_memory = loader->no_memory || !room;
    return room;
}

/* --- files --- */

void ho_flee_unread(ho_flee_loader *loader, const ho_error *err) {
    size_t n = strlen(loader->file);
    const char *text = strncmp(err->text, loader->file, n) == 0 ? err->text + n : err->text;
    int32_t line = 0;
    while (*text == ':' || *text == ' ')
        text++;
    if (*text >= '0' && *text <= '9') { /* FILE:LINE: SENTENCE */
        line = (int32_t)strtol(text, NULL, 10);
        text += strspn(text, "0123456789: ");
    }
    ho_flee_problem(loader, line, "%s", text);
}

static bool path_join(char path[HO_FLEE_PATH_MAX], const char *folder, const char *name) {
    int n = snprintf(path, HO_FLEE_PATH_MAX, "%s%s%s", folder, name ? "/" : "", name ? name : "");
    return n >= 0 && n < HO_FLEE_PATH_MAX;
}

bool ho_flee_exists(const char *folder, const char *name) {
    char path[HO_FLEE_PATH_MAX];
    struct stat about;
    return path_join(path, folder, name) && stat(path, &about) == 0;
}

typedef struct reading {
    ho_flee_loader *loader;
    bool comments;
    ho_flee_record_take *take;
    void *context;
} reading;

static bool record(void *context, int32_t line, size_t n_field, const char *const *field) {
    reading *r = context;
    if (++r->loader->n_row > HO_FLEE_ROWS_MAX) {
        ho_finding_add(r->loader->findings, HO_FILE_DISTRICTS, line, "more than %d rows", HO_FLEE_ROWS_MAX);
        return false;
    }
    if (r->comments && field[0][0] == '#')
        return true;
    return r->take(r->context, r->loader, line, n_field, field);
}

bool ho_flee_read(ho_flee_loader *loader, const char *folder, const char *name, bool required, bool comments,
                  ho_flee_record_take *take, void *context) {
    char *path = loader->file, *text = NULL;
    size_t n = 0;
    ho_error err = {0};
    struct stat about;
    if (!path_join(path, folder, name)) {
        ho_flee_problem(loader, 0, "its path is too long");
        return false;
    }
    loader->n_row = 0;
    bool found = stat(path, &about) == 0;
    if (!found && required)
        ho_flee_problem(loader, 0, "there is no such file");
    if (!found)
        return false;
    if (ho_text_read(path, FILE_MAX_BYTE, &text, &n, &err)) {
        ho_flee_unread(loader, &err);
        return false;
    }
    reading r = {loader, comments, take, context};
    ho_findings_init(loader->findings);
    loader->findings->name[HO_FILE_DISTRICTS] = path;
    ho_csv_parse(loader->findings, HO_FILE_DISTRICTS, text, n, record, &r);
    loader->no_memory = !ho_findings_report(loader->findings, loader->problems) || loader->no_memory;
    free(text);
    return true;
}

/* --- fields --- */

bool ho_flee_real(ho_flee_loader *loader, int32_t line, const char *what, const char *text, double *value) {
    char quote[HO_QUOTE_ROOM];
    if (ho_text_double(text, value))
        return true;
    ho_flee_problem(loader, line, "%s is %s; need a number", what, ho_quote(text, quote));
    return false;
}

bool ho_flee_whole(ho_flee_loader *loader, int32_t line, const char *what, const char *text, int64_t *value) {
    char quote[HO_QUOTE_ROOM];
    if (ho_text_int64(text, value))
        return true;
    ho_flee_problem(loader, line, "%s is %s; need a whole number", what, ho_quote(text, quote));
    return false;
}

/* --- names --- */

static uint32_t hash(const char *name) { /* FNV-1a */
    uint32_t h = 2166136261u;
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * 16777619u;
    return h;
}

int32_t ho_flee_find(const ho_flee_loader *loader, const char *name) {
    if (loader->n_name_slot == 0)
        return -1;
    size_t mask = loader->n_name_slot - 1;
    for (size_t k = hash(name) & mask; loader->name_slot[k]; k = (k + 1) & mask)
        if (strcmp(loader->flee->place[loader->name_slot[k] - 1].name, name) == 0)
            return (int32_t)loader->name_slot[k] - 1;
    return -1;
}

int32_t ho_flee_want(ho_flee_loader *loader, int32_t line, const char *what, const char *name) {
    char quote[HO_QUOTE_ROOM];
    int32_t place = ho_flee_find(loader, name);
    if (place < 0)
        ho_flee_problem(loader, line, "%s is %s, which is not in locations.csv", what, ho_quote(name, quote));
    return place;
}
