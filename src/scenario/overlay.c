/* What-if overlays: whatif/NAME.yml, small YAML files whose sections change scenario.yml before it is read.
 * Method: an overlay's tree is copied behind the scenario's with raised lines (findings.h); its head (title, why, ...) is read by the
 * common reader, its sections are merged (merge.c). The result is read as if it had been written so, hence as strictly.
 * Invariant: what is wrong in an overlay is a finding in its file and line. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "scenario/loader.h"
#include "scenario/merge.h"

/* ---- names ---- */

static bool is_path(const char *name) {
    size_t n = strlen(name);
    return strchr(name, '/') || (n >= 4 && strcmp(name + n - 4, ".yml") == 0);
}

static bool name_enter(ho_scenario *scenario, ho_findings *findings, size_t k, const char *name) {
    ho_overlay_row *row = &scenario->overlay[k];
    char quoted[HO_QUOTE_ROOM];
    if (!*name)
        ho_finding_add(findings, HO_FILE_FOLDER, 0, "the name of a what-if is empty");
    for (size_t j = 0; j < k; j++)
        if (strcmp(scenario->overlay[j].name, name) == 0) {
            ho_finding_add(findings, HO_FILE_FOLDER, 0, "what-if %s is given twice", ho_quote(name, quoted));
            return false;
        }
    row->name = ho_text_copy(name);
    if (is_path(name))
        row->file = ho_text_copy(name);
    else if (asprintf(&row->file, "whatif/%s.yml", name) < 0)
        row->file = NULL;
    scenario->n_overlay = k + 1;
    findings->name[HO_FILE_OVERLAY + k] = row->file;
    findings->no_memory = findings->no_memory || !row->name || !row->file;
    return *name && !findings->no_memory;
}

bool ho_overlays_name(ho_scenario *scenario, ho_findings *findings, size_t n, const char *const *name) {
    if (n > HO_OVERLAY_MAX) {
        ho_finding_add(findings, HO_FILE_FOLDER, 0, "%zu what-ifs are given; need at most %d", n, HO_OVERLAY_MAX);
        return false;
    }
    scenario->overlay = n ? calloc(n, sizeof *scenario->overlay) : NULL;
    if (n && !scenario->overlay) {
        findings->no_memory = true;
        return false;
    }
    for (size_t k = 0; k < n; k++)
        if (!name_enter(scenario, findings, k, name[k]))
            return false;
    return true;
}

/* ---- the head ---- */

typedef struct head {
    char *title, *why;
    int64_t format;
    int32_t until, replicates; /* nodes, -1: absent */
} head;

static const ho_field HEAD[] = {
    {HO_F(head, format, HO_FIELD_INTEGER), .min = HO_FORMAT, .max = HO_FORMAT},
    {HO_F(head, title, HO_FIELD_TEXT)},
    {HO_F(head, why, HO_FIELD_TEXT)},
    {HO_F(head, until, HO_FIELD_NODE), .optional = true},
    {HO_F(head, replicates, HO_FIELD_NODE), .optional = true},
};
enum { N_HEAD = sizeof HEAD / sizeof HEAD[0], SECTIONS_MAX = 64, CHANGES_ROOM = 4096 };

/* Sections are lists and maps; what is one value in the scenario is none of them, however it is written here. */
static bool is_section(const ho_yaml *yaml, const ho_yaml_node *node) {
    const char *key = ho_yaml_key(yaml, node);
    const ho_yaml_node *old = ho_yaml_child(yaml, &yaml->node[0], key);
    for (size_t k = 0; k < N_HEAD; k++)
        if (strcmp(HEAD[k].name, key) == 0)
            return false;
    return node->kind != HO_YAML_SCALAR && !(old && old->kind == HO_YAML_SCALAR);
}

/* Takes the sections out of an overlay's root. Returns their number. */
static size_t sections_take(ho_yaml *yaml, int32_t root, int32_t section[SECTIONS_MAX]) {
    size_t n = 0;
    int32_t child = yaml->node[root].first;
    yaml->node[root].first = yaml->node[root].last = -1;
    yaml->node[root].n_child = 0;
    for (int32_t next; child >= 0; child = next) {
        next = yaml->node[child].next;
        if (n < SECTIONS_MAX && is_section(yaml, &yaml->node[child]))
            section[n++] = child;
        else /* more sections than there can be are unknown keys of the head */
            ho_yaml_link(yaml, root, child);
    }
    return n;
}

/* Adds words to those before, after a semicolon. */
static void changes_add(char changes[CHANGES_ROOM], const char *text) {
    size_t used = strlen(changes);
    const char *between = used ? "; " : "";
    if (used + strlen(between) + strlen(text) < CHANGES_ROOM)
        stpcpy(stpcpy(changes + used, between), text);
}

static void head_merge(ho_yaml *yaml, int32_t node, const char *name, char changes[CHANGES_ROOM]) {
    if (node < 0)
        return;
    changes_add(changes, name);
    ho_merge_put(yaml, 0, node);
}

/* Reads the head, which is all that is left of the root, and puts its settings into the scenario's tree. */
static void head_read(ho_loader *loader, ho_yaml *yaml, int32_t root, ho_overlay_row *row, char changes[CHANGES_ROOM]) {
    head h = {.until = -1, .replicates = -1};
    loader->yaml = yaml;
    ho_map_read(loader, &yaml->node[root], HEAD, N_HEAD, &h);
    loader->yaml = NULL;
    row->title = h.title;
    row->why = h.why;
    head_merge(yaml, h.until, "until", changes); /* leaves its map, which nobody walks any more */
    head_merge(yaml, h.replicates, "replicates", changes);
}

/* ---- the whole ---- */

static void overlay_merge(ho_loader *loader, ho_yaml *yaml, int32_t root, size_t k) {
    ho_overlay_row *row = &loader->scenario->overlay[k];
    int32_t section[SECTIONS_MAX];
    char changes[CHANGES_ROOM] = "", text[CHANGES_ROOM];
    bool is_map = yaml->node[root].kind == HO_YAML_MAP;
    size_t n_before = loader->findings->n_total;
    if (!ho_merge_keys_single(loader->findings, yaml, root))
        return;
    size_t n = is_map ? sections_take(yaml, root, section) : 0;
    head_read(loader, yaml, root, row, changes);
    for (size_t s = 0; s < n; s++) {
        ho_merge_describe(yaml, section[s], text, sizeof text);
        changes_add(changes, text);
        ho_merge_section(loader->findings, yaml, 0, section[s]);
    }
    if (!*changes && loader->findings->n_total == n_before)
        ho_finding_add(loader->findings, (ho_file)(HO_FILE_OVERLAY + k), 0, "changes nothing");
    row->changes = ho_text_keep(loader, changes);
}

static void overlay_read(ho_loader *loader, ho_yaml *yaml, size_t k) {
    ho_file file = (ho_file)(HO_FILE_OVERLAY + k);
    ho_yaml own = {0};
    bool ok = loader->overlay[k].data &&
              ho_yaml_parse(loader->findings, file, loader->overlay[k].data, loader->overlay[k].n, &own);
    if (ok && yaml->n_node + own.n_node > HO_YAML_NODES_MAX)
        ho_finding_add(loader->findings, file, 0, "more than %d values, with those of the files before", HO_YAML_NODES_MAX);
    else if (ok && yaml->n_node && yaml->node[0].kind == HO_YAML_MAP) {
        int32_t root = ho_yaml_append(yaml, &own, ho_line_raise(k));
        if (root >= 0)
            overlay_merge(loader, yaml, root, k);
        else
            loader->findings->no_memory = true;
    }
    ho_yaml_free(&own);
}

void ho_overlays_merge(ho_loader *loader, ho_yaml *yaml) {
    for (size_t k = 0; k < loader->scenario->n_overlay && !loader->findings->no_memory; k++)
        overlay_read(loader, yaml, k);
}
