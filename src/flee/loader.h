/* What the readers of a FLEE case share. Each reads one file (or one kind) into the case and reports every problem with file and line. */
#ifndef HO_FLEE_LOADER_H
#define HO_FLEE_LOADER_H

#include "flee/case.h"
#include "scenario/csv.h"

enum { HO_FLEE_PLACES_MAX = 100000, HO_FLEE_ROWS_MAX = 1000000, HO_FLEE_DAYS_MAX = 36600, HO_FLEE_PATH_MAX = 4096 };

typedef struct ho_flee_loader {
    ho_flee_case *flee;
    const ho_flee_options *options;
    ho_problems *problems, *surprises;
    uint64_t met;      /* surprises already reported */
    bool no_memory;
    char input[HO_FLEE_PATH_MAX], validation[HO_FLEE_PATH_MAX]; /* folders; validation empty: none */
    char file[HO_FLEE_PATH_MAX]; /* being read, or read last */
    size_t n_row;      /* records read of it */
    ho_findings *findings;
    uint32_t *name_slot; /* (n_name_slot) place + 1 by hash of its name */
    size_t n_name_slot;
    const char *const *column; /* of the header being read, (n_column) */
} ho_flee_loader;

/* A problem of the file being read; `line` 0: the file as a whole. */
void ho_flee_problem(ho_flee_loader *loader, int32_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));
/* Something that surprises was met, unless its documented meaning is asked for; reported once. `what` says what was met. */
void ho_flee_met(ho_flee_loader *loader, ho_flee_surprise surprise, int32_t line, const char *what, ...)
    __attribute__((format(printf, 4, 5)));
/* A remark on the file being read, beside the surprises. */
void ho_flee_remark(ho_flee_loader *loader, int32_t line, const char *format, ...) __attribute__((format(printf, 3, 4)));
static inline bool ho_flee_wants_documented(const ho_flee_loader *loader, ho_flee_surprise surprise) {
    return ho_flee_documented(loader->flee, surprise);
}

/* Receives a record of the file being read. Returns false to stop reading. */
typedef bool ho_flee_record_take(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field);

/* Reads FOLDER/NAME (or the file itself where name is NULL). comments: records whose first field begins with # are passed over. Returns false if there is no such file: that
 * is a problem only if `required`. */
bool ho_flee_read(ho_flee_loader *loader, const char *folder, const char *name, bool required, bool comments,
                  ho_flee_record_take *take, void *context);
/* Turns what ho_text_read said of the file into a problem. */
void ho_flee_unread(ho_flee_loader *loader, const ho_error *err);
bool ho_flee_exists(const char *folder, const char *name);

/* Fields as numbers; on failure a problem says `what` is no number, and false is returned. */
bool ho_flee_real(ho_flee_loader *loader, int32_t line, const char *what, const char *text, double *value);
bool ho_flee_whole(ho_flee_loader *loader, int32_t line, const char *what, const char *text, int64_t *value);

/* Place of that name, -1 if there is none. */
int32_t ho_flee_find(const ho_flee_loader *loader, const char *name);
/* The same, with a problem that names `what`. */
int32_t ho_flee_want(ho_flee_loader *loader, int32_t line, const char *what, const char *name);

/* The readers, in their order. Problems are in loader->problems; only memory is told by no_memory. */
void ho_flee_read_settings(ho_flee_loader *loader);
/* What the options say instead of the settings. */
void ho_flee_override_settings(ho_flee_loader *loader);
void ho_flee_read_period(ho_flee_loader *loader);
void ho_flee_read_places(ho_flee_loader *loader);
void ho_flee_read_links(ho_flee_loader *loader);
void ho_flee_read_closures(ho_flee_loader *loader);
void ho_flee_read_changes(ho_flee_loader *loader);
void ho_flee_read_conflicts(ho_flee_loader *loader);
void ho_flee_read_demographics(ho_flee_loader *loader);
void ho_flee_read_data(ho_flee_loader *loader);
void ho_flee_refuse(ho_flee_loader *loader); /* files of what is not simulated */

/* calloc that sets no_memory. */
void *ho_flee_room(ho_flee_loader *loader, size_t n, size_t size);

#endif
