/* Findings: problems kept in file and line order.
 * Method: an array with twice the room needed; when it is full it is sorted and its worse half dropped, so that adding costs
 * amortised O(log n) and a file with a million bad rows costs no memory.
 * Invariant: n <= HO_FINDINGS_ROOM, and the HO_PROBLEMS_MAX first findings are always among the kept. */
#include "scenario/findings.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const FILE_NAME[HO_N_PLACE] = {
    [HO_FILE_FOLDER] = "folder",           [HO_FILE_SCENARIO] = "scenario.yml",
    [HO_FILE_DISTRICTS] = "districts.csv", [HO_FILE_EDGES] = "edges.csv",
    [HO_FILE_GARRISONS] = "garrisons.csv", [HO_FILE_COMMANDS] = "commands.csv",
    [HO_FILE_GROUPS] = "groups.csv",       [HO_FILE_RECORD] = "record.csv",
    [HO_FILE_CLAIMS] = "claims.csv",       [HO_FILE_FACTS] = "facts.csv",
    [HO_FILE_READINGS] = "readings.csv",   [HO_FILE_FORECASTS] = "forecasts.csv",
    [HO_FILE_BOUNDARIES] = "boundaries.geojson",
};

void ho_findings_init(ho_findings *findings) {
    memset(findings, 0, sizeof *findings);
    memcpy(findings->name, FILE_NAME, sizeof FILE_NAME);
}

void ho_findings_free(ho_findings *findings) {
    for (size_t k = 0; k < findings->n; k++)
        free(findings->item[k].text);
    findings->n = 0;
}

/* Total order: no two findings share their order of discovery. */
static int finding_compare(const void *left, const void *right) {
    const ho_finding *a = left, *b = right;
    if (a->file != b->file)
        return a->file < b->file ? -1 : 1;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    return a->order < b->order ? -1 : a->order > b->order;
}

static void findings_trim(ho_findings *findings) {
    qsort(findings->item, findings->n, sizeof findings->item[0], finding_compare);
    for (; findings->n > HO_PROBLEMS_MAX; findings->n--)
        free(findings->item[findings->n - 1].text);
}

/* Problems are shown on terminals: no control characters from the file. */
static void controls_replace(char *text) {
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            *text = '?';
}

void ho_finding_add(ho_findings *findings, ho_file file, int32_t line, const char *format, ...) {
    if (findings->n == HO_FINDINGS_ROOM)
        findings_trim(findings);
    char *text = NULL;
    va_list arguments;
    va_start(arguments, format);
    int length = vasprintf(&text, format, arguments);
    va_end(arguments);
    size_t order = findings->n_total++;
    if (length < 0) {
        findings->no_memory = true;
        return;
    }
    controls_replace(text);
    if (file == HO_FILE_SCENARIO && line >> HO_LINE_BITS) {
        file = (ho_file)(HO_FILE_OVERLAY + (line >> HO_LINE_BITS) - 1);
        line = ho_row_line(line);
    }
    findings->item[findings->n++] = (ho_finding){.file = file, .line = line, .order = order, .text = text};
}

bool ho_findings_report(ho_findings *findings, ho_problems *problems) {
    findings_trim(findings);
    bool ok = !findings->no_memory;
    for (size_t k = 0; k < findings->n; k++) {
        const ho_finding *finding = &findings->item[k];
        ok = ho_problems_add(problems, findings->name[finding->file], finding->line, "%s", finding->text) && ok;
    }
    problems->n_more += findings->n_total - findings->n;
    ho_findings_free(findings);
    return ok;
}

int32_t ho_row_line(int32_t line) {
    return line & ((1 << HO_LINE_BITS) - 1);
}

const char *ho_row_file(const ho_scenario *scenario, int32_t line) {
    size_t overlay = (size_t)(line >> HO_LINE_BITS);
    return overlay && overlay <= scenario->n_overlay ? scenario->overlay[overlay - 1].file : FILE_NAME[HO_FILE_SCENARIO];
}

char *ho_line_text(const ho_findings *findings, ho_file file, int32_t line, char out[HO_LINE_ROOM]) {
    int32_t overlay = file == HO_FILE_SCENARIO ? line >> HO_LINE_BITS : 0;
    snprintf(out, HO_LINE_ROOM, "line %d%s%.100s", (int)(overlay ? ho_row_line(line) : line), overlay ? " of " : "",
             overlay ? findings->name[HO_FILE_OVERLAY + overlay - 1] : "");
    return out;
}

char *ho_quote(const char *text, char out[HO_QUOTE_ROOM]) {
    enum { SHOWN = 48 };
    size_t n = strlen(text), kept = n;
    if (n > SHOWN) { /* cut between characters, not inside one */
        kept = SHOWN;
        while (kept > 0 && ((unsigned char)text[kept] & 0xC0) == 0x80)
            kept--;
    }
    char *end = out;
    *end++ = '"';
    for (size_t k = 0; k < kept; k++)
        *end++ = text[k];
    strcpy(end, kept < n ? "...\"" : "\"");
    return out;
}
