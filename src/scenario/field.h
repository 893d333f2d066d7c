/* Fields: one table describes the columns of a CSV file or the keys of a YAML map, and one reader turns text into row members.
 *
 * A field knows its name, its kind, where its value goes in the row and what is allowed. A value that is not allowed is a finding
 * and leaves the row's blank value. */
#ifndef HO_SCENARIO_FIELD_H
#define HO_SCENARIO_FIELD_H

#include <math.h>

#include "scenario/findings.h"
#include "scenario/yaml.h"

typedef struct ho_loader ho_loader;

typedef enum ho_field_kind {     /* member type */
    HO_FIELD_TEXT,               /* char *, owned by the row */
    HO_FIELD_ID,                 /* char * of lower-case letters, digits, _ and - */
    HO_FIELD_PCODE,              /* char *, 1 to 31 bytes without spaces or commas */
    HO_FIELD_COLOR,              /* char *, #rrggbb */
    HO_FIELD_WORD,               /* char *, one of `choice` */
    HO_FIELD_CHOICE,             /* an enum: index into `choice` */
    HO_FIELD_DAY,                /* ho_day */
    HO_FIELD_NUMBER,             /* double, finite, min..max */
    HO_FIELD_INTEGER,            /* int64_t, min..max */
    HO_FIELD_BIT,                /* bool, written 0 or 1 */
    HO_FIELD_BOOL,               /* bool, written false or true */
    HO_FIELD_REF,                /* int32_t: index of the row of `ref` with that id */
    HO_FIELD_PRIOR,              /* ho_prior whose draws lie in min..max; YAML only */
    HO_FIELD_NODE,               /* int32_t: index of the YAML node, read by the caller; YAML only */
    HO_FIELD_READ                /* whatever `read` does; YAML only */
} ho_field_kind;

/* Tables of names that other rows refer to. */
typedef enum ho_ref {
    HO_REF_NONE,
    HO_REF_BLOC,
    HO_REF_GROUP,
    HO_REF_KIND,
    HO_REF_FACTION,
    HO_REF_PATRON,
    HO_REF_DISTRICT,
    HO_REF_PROVINCE,
    HO_REF_COMMAND,
    HO_REF_CROSSING,
    HO_REF_PARAMETER,
    HO_REF_CLAIM,
    HO_REF_FACT,
    HO_N_REF
} ho_ref;

typedef void ho_field_reader(ho_loader *loader, const ho_yaml_node *node, void *row);

typedef struct ho_field ho_field;
typedef struct ho_rows ho_rows;

/* What a NODE or READ key holds, said for the schema: its reader is code, which no schema can be made from. */
typedef struct ho_inside {
    enum { HO_INSIDE_ONE, HO_INSIDE_LIST, HO_INSIDE_NAMED } shape; /* one entry, a list of them, a map from ids to them */
    const ho_rows *rows;   /* an entry is one of these rows; with their limits on the number */
    const ho_field *field; /* else a map of these fields, or, n_field 0, one value of this field */
    size_t n_field;
    size_t min, max;       /* entries; max 0: any number. Not if `rows` */
} ho_inside;

struct ho_field {
    const char *name;
    ho_field_kind kind;
    bool optional;    /* the cell may be empty, the key absent: the row keeps its blank value */
    bool no_column;   /* CSV: the column itself may be absent (implies optional) */
    bool above;       /* the minimum itself is not allowed */
    size_t offset;    /* of the member in the row */
    double min, max;  /* NUMBER, INTEGER, PRIOR */
    const char *const *choice; /* WORD, CHOICE: NULL-terminated; "" is matched by an empty cell */
    ho_ref ref;
    ho_field_reader *read;
    const ho_inside *inside; /* NODE, READ */
};

/* One value as found in a file. */
typedef struct ho_cell {
    ho_file file;
    int32_t line;
    const char *text;
    bool quoted; /* a quoted YAML scalar: text, never a number */
} ho_cell;

/* Reads a cell into the row by its field (not PRIOR, NODE, READ). Returns false after a finding or when memory ran out. */
bool ho_field_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row);

/* "plain, hills, mountain or gorge", cut to fit. Returns out. */
enum { HO_CHOICES_ROOM = 400 };
char *ho_choices_text(const char *const *choice, char out[HO_CHOICES_ROOM]);

/* "need >= 0", "need > 0" or "need 0 to 1". Returns out. */
enum { HO_RANGE_ROOM = 64 };
char *ho_range_text(double min, double max, bool above, char out[HO_RANGE_ROOM]);

/* A key's meaning in one sentence with its unit, by its path ("factions.aircraft.count"); NULL if none is written. */
const char *ho_help_find(const char *path);
/* The k-th path that has a meaning; NULL past the end. */
const char *ho_help_path(size_t k);

/* Common shapes of a field; further designated members may follow. */
#define HO_F(row, member, what) .name = #member, .kind = (what), .offset = offsetof(row, member)
#define HO_F_RANGE(row, member, lo, hi) HO_F(row, member, HO_FIELD_NUMBER), .min = (lo), .max = (hi)
#define HO_F_REF(row, member, table) HO_F(row, member, HO_FIELD_REF), .ref = (table)
#define HO_F_ANY -INFINITY, INFINITY

#endif
