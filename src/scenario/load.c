/* Loading a scenario: files to bytes, bytes to a checked scenario.
 * Method: the files are read in the order in which they name each other; findings are sorted into file and line order at the end.
 * Invariant: a scenario is handed out only if there is no finding. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/digest.h"
#include "base/text.h"
#include "scenario/loader.h"

static const size_t MIB = 1 << 20;

/* ---- from bytes ---- */

static int32_t line_at(const char *data, size_t offset) {
    int32_t line = 1;
    for (size_t k = 0; k < offset; k++)
        line += data[k] == '\n';
    return line;
}

/* The text in a file's bytes: without byte-order mark, UTF-8, no NUL; data NULL after a finding. */
static ho_bytes text_of(ho_findings *findings, ho_file file, ho_bytes raw) {
    if (!raw.data)
        return raw;
    const char *nul = raw.n ? memchr(raw.data, 0, raw.n) : NULL;
    size_t good = nul ? (size_t)(nul - raw.data) : ho_text_utf8_end(raw.data, raw.n);
    if (good < raw.n) {
        ho_finding_add(findings, file, line_at(raw.data, good), nul ? "has a NUL byte" : "is not UTF-8");
        return (ho_bytes){0};
    }
    bool marked = raw.n >= 3 && memcmp(raw.data, "\xef\xbb\xbf", 3) == 0;
    return marked ? (ho_bytes){raw.data + 3, raw.n - 3} : raw;
}

/* SHA-256 over name, length and raw bytes of the files the simulation reads, and length and bytes of the overlays in order. */
static void digest_make(ho_scenario *scenario, const ho_findings *findings, const ho_bytes bytes[HO_N_PLACE]) {
    static const char OVERLAY[] = "overlay";
    ho_digest digest;
    ho_digest_begin(&digest);
    for (int file = HO_FILE_SCENARIO; file <= HO_FILE_GROUPS; file++) {
        ho_digest_bytes(&digest, findings->name[file], strlen(findings->name[file]) + 1);
        ho_digest_uint64(&digest, bytes[file].n);
        ho_digest_bytes(&digest, bytes[file].data, bytes[file].n);
    }
    ho_digest base = digest;
    ho_digest_end(&base, scenario->base_digest);
    for (size_t k = 0; k < scenario->n_overlay; k++) {
        ho_digest_bytes(&digest, OVERLAY, sizeof OVERLAY);
        ho_digest_uint64(&digest, bytes[HO_FILE_OVERLAY + k].n);
        ho_digest_bytes(&digest, bytes[HO_FILE_OVERLAY + k].data, bytes[HO_FILE_OVERLAY + k].n);
    }
    ho_digest_end(&digest, scenario->digest);
}

void ho_scenario_read(ho_scenario *scenario, ho_findings *findings, const ho_bytes bytes[HO_N_PLACE]) {
    ho_bytes text[HO_N_PLACE] = {{0}};
    ho_loader loader = {.scenario = scenario, .findings = findings, .overlay = &text[HO_FILE_OVERLAY]};
    scenario->national_capital = scenario->holdout_faction = scenario->holdout_seat = scenario->airport.district = -1;
    for (int file = HO_FILE_SCENARIO; file < HO_N_PLACE; file++)
        text[file] = text_of(findings, (ho_file)file, bytes[file]);
    digest_make(scenario, findings, bytes);
    ho_districts_read(&loader, text[HO_FILE_DISTRICTS]);
    ho_edges_read(&loader, text[HO_FILE_EDGES]);
    ho_settings_read(&loader, text[HO_FILE_SCENARIO]);
    ho_commands_read(&loader, text[HO_FILE_COMMANDS]);
    ho_garrisons_read(&loader, text[HO_FILE_GARRISONS]);
    ho_groups_read(&loader, text[HO_FILE_GROUPS]);
    ho_record_read(&loader, text[HO_FILE_RECORD]);
    ho_claims_read(&loader, text[HO_FILE_CLAIMS]);
    ho_facts_read(&loader, text[HO_FILE_FACTS]);
    ho_readings_read(&loader, text[HO_FILE_READINGS]);
    ho_forecasts_read(&loader, text[HO_FILE_FORECASTS]);
    ho_boundaries_read(&loader, text[HO_FILE_BOUNDARIES]);
    if (!findings->no_memory)
        ho_scenario_check(&loader);
    for (int ref = 0; ref < HO_N_REF; ref++)
        ho_names_free(&loader.names[ref]);
    free(loader.edge_key);
}

/* ---- from files ---- */

typedef struct file_set {
    char *data[HO_N_PLACE]; /* owned */
    ho_bytes bytes[HO_N_PLACE];
} file_set;

static bool file_is_needed(ho_file file) {
    return file >= HO_FILE_SCENARIO && file <= HO_FILE_GROUPS;
}

/* Reads one file; what fails is a finding. */
static void file_take(ho_findings *findings, ho_file file, const char *path, bool needed, file_set *set) {
    /* a JSON value takes some twenty times its bytes in memory */
    size_t limit = file == HO_FILE_SCENARIO || file >= HO_FILE_OVERLAY ? MIB : file == HO_FILE_BOUNDARIES ? 64 * MIB : 256 * MIB;
    struct stat about;
    if (stat(path, &about) != 0 && errno == ENOENT) {
        if (needed)
            ho_finding_add(findings, file, 0, "is missing");
        return;
    }
    ho_error error;
    size_t n = 0;
    ho_status status = ho_file_read(path, limit, &set->data[file], &n, &error);
    if (status == HO_ERR_MEMORY)
        findings->no_memory = true;
    else if (status != HO_OK) { /* the sentence begins with the path, the finding with the file */
        size_t prefix = strlen(path) + 2;
        bool has_prefix = strncmp(error.text, path, prefix - 2) == 0 && strlen(error.text) > prefix;
        ho_finding_add(findings, file, 0, "%s", has_prefix ? error.text + prefix : "cannot be read");
    } else
        set->bytes[file] = (ho_bytes){set->data[file], n};
}

static void files_take(const char *folder, const char *boundaries_file, ho_findings *findings, file_set *set) {
    for (int file = HO_FILE_SCENARIO; file < HO_N_FILE; file++) {
        char *path = NULL;
        bool given = file == HO_FILE_BOUNDARIES && boundaries_file;
        int made = given ? asprintf(&path, "%s", boundaries_file) : asprintf(&path, "%s/%s", folder, findings->name[file]);
        if (made < 0) {
            findings->no_memory = true;
            return;
        }
        if (given)
            findings->name[file] = boundaries_file;
        file_take(findings, (ho_file)file, path, given || file_is_needed((ho_file)file), set);
        free(path);
    }
}

static void overlays_take(const char *folder, const ho_scenario *scenario, ho_findings *findings, file_set *set) {
    for (size_t k = 0; k < scenario->n_overlay; k++) {
        const ho_overlay_row *overlay = &scenario->overlay[k];
        char *path = NULL;
        bool is_path = strcmp(overlay->file, overlay->name) == 0;
        int made = is_path ? asprintf(&path, "%s", overlay->file) : asprintf(&path, "%s/%s", folder, overlay->file);
        if (made < 0) {
            findings->no_memory = true;
            return;
        }
        file_take(findings, (ho_file)(HO_FILE_OVERLAY + k), path, true, set);
        free(path);
    }
}

static void folder_take(const char *folder, const char *boundaries_file, ho_findings *findings, file_set *set) {
    struct stat about;
    findings->name[HO_FILE_FOLDER] = folder;
    if (stat(folder, &about) != 0)
        ho_finding_add(findings, HO_FILE_FOLDER, 0, errno == ENOENT ? "there is no such folder" : "cannot be opened");
    else if (!S_ISDIR(about.st_mode))
        ho_finding_add(findings, HO_FILE_FOLDER, 0, "is not a folder");
    else
        files_take(folder, boundaries_file, findings, set);
}

/* Sums the findings up: problems, err and status. */
static ho_status conclude(ho_findings *findings, ho_problems *problems, ho_error *err) {
    size_t n = findings->n_total;
    bool reported = ho_findings_report(findings, problems);
    if (findings->no_memory || !reported)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory while reading the scenario");
    if (n == 0)
        return HO_OK;
    if (n == 1)
        return ho_error_set(err, HO_ERR_INPUT, "%s", problems->line[0]);
    return ho_error_set(err, HO_ERR_INPUT, "%zu problems, the first: %s", n, problems->line[0]);
}

ho_status ho_scenario_load(const char *folder, const char *boundaries_file, ho_scenario **scenario, ho_problems *problems,
                           ho_error *err) {
    const ho_scenario_options options = {.boundaries_file = boundaries_file};
    return ho_scenario_load_with(folder, &options, scenario, problems, err);
}

ho_status ho_scenario_load_with(const char *folder, const ho_scenario_options *options, ho_scenario **scenario,
                                ho_problems *problems, ho_error *err) {
    file_set set = {0};
    ho_findings *findings = malloc(sizeof *findings);
    ho_scenario *made = calloc(1, sizeof *made);
    ho_status status = HO_ERR_MEMORY;
    *problems = (ho_problems){0};
    if (!findings || !made || !(made->folder = ho_text_copy(folder))) {
        ho_error_set(err, status, "out of memory while reading the scenario");
        goto done;
    }
    ho_findings_init(findings);
    folder_take(folder, options->boundaries_file, findings, &set);
    bool folder_is_there = findings->n == 0 || findings->item[0].file != HO_FILE_FOLDER;
    if (folder_is_there && ho_overlays_name(made, findings, options->n_overlay, options->overlay))
        overlays_take(folder, made, findings, &set);
    if (folder_is_there && !findings->no_memory)
        ho_scenario_read(made, findings, set.bytes);
    status = conclude(findings, problems, err);
    if (status == HO_OK) {
        *scenario = made;
        made = NULL;
    }
done:
    for (int file = 0; file < HO_N_PLACE; file++)
        free(set.data[file]);
    ho_scenario_free(made);
    free(findings);
    return status;
}
