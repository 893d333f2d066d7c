/* Findings: problems with the user's files, kept in file and line order while the stage reads the files in its own order.
 * At most HO_PROBLEMS_MAX are kept (the first by file, line and order of discovery); the others are counted. */
#ifndef HO_SCENARIO_FINDINGS_H
#define HO_SCENARIO_FINDINGS_H

#include "holdout/scenario.h"

/* The files of a scenario folder in the order of their problems. */
typedef enum ho_file {
    HO_FILE_FOLDER,
    HO_FILE_SCENARIO,
    HO_FILE_DISTRICTS,
    HO_FILE_EDGES,
    HO_FILE_GARRISONS,
    HO_FILE_COMMANDS,
    HO_FILE_GROUPS,
    HO_FILE_RECORD,
    HO_FILE_CLAIMS,
    HO_FILE_FACTS,
    HO_FILE_READINGS,
    HO_FILE_FORECASTS,
    HO_FILE_BOUNDARIES,
    HO_N_FILE,
    HO_FILE_OVERLAY = HO_N_FILE, /* the first overlay; overlay k is HO_FILE_OVERLAY + k */
    HO_N_PLACE = HO_FILE_OVERLAY + HO_OVERLAY_MAX
} ho_file;

/* Overlays become part of the tree of scenario.yml; a line of overlay k is raised by ho_line_raise(k), so that nodes, rows and
 * findings keep their place without a member of their own. A file of 1 MiB has fewer lines than 2^HO_LINE_BITS. */
enum { HO_LINE_BITS = 21 };
static inline int32_t ho_line_raise(size_t overlay) {
    return (int32_t)(overlay + 1) << HO_LINE_BITS;
}

typedef struct ho_finding {
    ho_file file;
    int32_t line; /* 0: the file as a whole */
    size_t order; /* of discovery */
    char *text;   /* owned */
} ho_finding;

enum { HO_FINDINGS_ROOM = 2 * HO_PROBLEMS_MAX };

typedef struct ho_findings {
    size_t n;       /* kept */
    size_t n_total; /* found */
    bool no_memory; /* memory ran out anywhere in the stage: the load fails with HO_ERR_MEMORY */
    const char *name[HO_N_PLACE]; /* as shown to the user, borrowed */
    ho_finding item[HO_FINDINGS_ROOM];
} ho_findings;

/* Empty findings with the usual file names. */
void ho_findings_init(ho_findings *findings);
void ho_findings_free(ho_findings *findings);

/* Adds one finding; the sentence is printf-style, without place and full stop. Control characters become '?'. A raised line of
 * HO_FILE_SCENARIO is the overlay's. */
void ho_finding_add(ho_findings *findings, ho_file file, int32_t line, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

/* Moves the findings into problems, in order. Returns false if memory ran out. */
bool ho_findings_report(ho_findings *findings, ho_problems *problems);

/* Writes "line 8" or, if it is a raised one of HO_FILE_SCENARIO, "line 8 of whatif/NAME.yml", cut to fit. Returns out. */
enum { HO_LINE_ROOM = 128 };
char *ho_line_text(const ho_findings *findings, ho_file file, int32_t line, char out[HO_LINE_ROOM]);

/* Writes text in quotes, cut after 48 bytes with "...". Returns out. */
enum { HO_QUOTE_ROOM = 64 };
char *ho_quote(const char *text, char out[HO_QUOTE_ROOM]);

#endif
