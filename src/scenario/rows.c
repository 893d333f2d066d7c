/* Rows: CSV records and YAML maps to arrays of row structs, driven by tables of fields.
 * Method: a row starts as a copy of the kind's blank; each field then reads its own member.
 * Invariant: rows handed to the scenario are freeable at every moment; a blank owns no text. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/csv.h"
#include "scenario/loader.h"

char *ho_text_keep(ho_loader *loader, const char *text) {
    char *copy = strdup(text);
    if (!copy)
        loader->findings->no_memory = true;
    return copy;
}

void *ho_row_add(ho_loader *loader, const ho_rows *kind, void **rows, size_t *n, int32_t line) {
    if ((*n & (*n - 1)) == 0) { /* full: the room is always a power of two */
        void *grown = reallocarray(*rows, *n ? 2 * *n : 1, kind->size);
        if (!grown) {
            loader->findings->no_memory = true;
            return NULL;
        }
        *rows = grown;
    }
    char *row = (char *)*rows + *n * kind->size;
    memcpy(row, kind->blank, kind->size);
    memcpy(row + kind->line, &line, sizeof line);
    ++*n;
    return row;
}

void ho_row_name(ho_loader *loader, const ho_rows *kind, ho_file file, const void *rows, size_t n) {
    if (kind->ref == HO_REF_NONE)
        return;
    const char *row = (const char *)rows + (n - 1) * kind->size;
    const char *id;
    memcpy(&id, row + kind->id, sizeof id);
    if (!id) /* refused: has its finding */
        return;
    int32_t line, first_line, first = ho_names_find(&loader->names[kind->ref], id);
    if (first < 0) {
        if (!ho_names_add(&loader->names[kind->ref], id, (int32_t)(n - 1)))
            loader->findings->no_memory = true;
        return;
    }
    char quoted[HO_QUOTE_ROOM], place[HO_LINE_ROOM];
    memcpy(&line, row + kind->line, sizeof line);
    memcpy(&first_line, (const char *)rows + (size_t)first * kind->size + kind->line, sizeof first_line);
    ho_finding_add(loader->findings, file, line, "%s is there twice, first in %s", ho_quote(id, quoted),
                   ho_line_text(loader->findings, file, first_line, place));
}

static void number_check(ho_loader *loader, const ho_rows *kind, ho_file file, int32_t line, size_t n) {
    if (n < kind->min || n > kind->max)
        ho_finding_add(loader->findings, file, line, "number of %s is %zu; need %zu to %zu", kind->what, n, kind->min,
                       kind->max);
    if (n == 0) /* the missing rows are the problem, not the references to them */
        loader->names[kind->ref].open = true;
}

/* ---- CSV ---- */

typedef struct table {
    ho_loader *loader;
    ho_file file;
    const ho_rows *kind;
    void **rows;
    size_t *n;
    size_t n_column;                         /* 0: the header is still to come */
    const ho_field *field[HO_CSV_FIELDS_MAX]; /* by column */
} table;

static const ho_field *field_of(const ho_field *field, size_t n_field, const char *name) {
    for (size_t k = 0; k < n_field; k++)
        if (strcmp(field[k].name, name) == 0)
            return &field[k];
    return NULL;
}

static bool column_is_there(const table *t, const ho_field *field, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (t->field[k] == field)
            return true;
    return false;
}

/* Matches the header to the fields. Returns false if rows cannot be read by it. */
static bool header_take(table *t, int32_t line, size_t n, const char *const *cell) {
    ho_findings *findings = t->loader->findings;
    char quoted[HO_QUOTE_ROOM];
    bool ok = true;
    for (size_t k = 0; k < n; k++) {
        t->field[k] = field_of(t->kind->field, t->kind->n_field, cell[k]);
        if (!t->field[k])
            ho_finding_add(findings, t->file, line, "unknown column %s", ho_quote(cell[k], quoted));
        else if (column_is_there(t, t->field[k], k))
            ho_finding_add(findings, t->file, line, "column %s is there twice", cell[k]);
        else
            continue;
        ok = false;
    }
    for (size_t k = 0; k < t->kind->n_field; k++)
        if (!t->kind->field[k].no_column && !column_is_there(t, &t->kind->field[k], n)) {
            ho_finding_add(findings, t->file, line, "column %s is missing", t->kind->field[k].name);
            ok = false;
        }
    t->n_column = n;
    return ok;
}

static bool record_take(void *context, int32_t line, size_t n, const char *const *cell) {
    table *t = context;
    ho_loader *loader = t->loader;
    if (t->n_column == 0)
        return header_take(t, line, n, cell);
    if (n != t->n_column) {
        ho_finding_add(loader->findings, t->file, line, "has %zu fields; the header has %zu", n, t->n_column);
        loader->names[t->kind->ref].open = true; /* its id is unknown */
        return true;
    }
    if (*t->n == t->kind->max) {
        ho_finding_add(loader->findings, t->file, line, "more than %zu %s", t->kind->max, t->kind->what);
        return false;
    }
    char *row = ho_row_add(loader, t->kind, t->rows, t->n, line);
    if (!row)
        return false;
    for (size_t k = 0; k < n; k++)
        ho_field_take(loader, t->field[k], &(ho_cell){.file = t->file, .line = line, .text = cell[k]}, row);
    ho_row_name(loader, t->kind, t->file, *t->rows, *t->n);
    return !loader->findings->no_memory;
}

bool ho_table_read(ho_loader *loader, ho_file file, ho_bytes bytes, const ho_rows *kind, void **rows, size_t *n) {
    table t = {.loader = loader, .file = file, .kind = kind, .rows = rows, .n = n};
    bool ok = bytes.data && ho_csv_parse(loader->findings, file, bytes.data, bytes.n, record_take, &t);
    if (ok && t.n_column == 0) {
        ho_finding_add(loader->findings, file, 0, "is empty; need a header");
        ok = false;
    }
    if (ok)
        number_check(loader, kind, file, 0, *n);
    else
        loader->names[kind->ref].open = true;
    return ok;
}

/* ---- YAML ---- */

static const char *kind_name(ho_yaml_kind kind) {
    return kind == HO_YAML_MAP ? "a map" : kind == HO_YAML_LIST ? "a list" : "a single value";
}

static bool kind_expect(ho_loader *loader, const ho_yaml_node *node, ho_yaml_kind kind, const char *name) {
    if (node->kind == kind)
        return true;
    ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "%s is %s; need %s", name, kind_name(node->kind),
                   kind_name(kind));
    return false;
}

bool ho_list_expect(ho_loader *loader, const ho_yaml_node *node, size_t n, const char *name) {
    if (!kind_expect(loader, node, HO_YAML_LIST, name))
        return false;
    if (n && node->n_child != n) {
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "%s has %zu values; need %zu", name,
                       node->n_child, n);
        return false;
    }
    return true;
}

bool ho_scalar_read(ho_loader *loader, const ho_yaml_node *node, const ho_field *field, void *row) {
    if (!kind_expect(loader, node, HO_YAML_SCALAR, field->name))
        return false;
    ho_cell cell = {HO_FILE_SCENARIO, node->line, ho_yaml_text(loader->yaml, node), !node->plain};
    return ho_field_take(loader, field, &cell, row);
}

static void value_read(ho_loader *loader, const ho_yaml_node *node, const ho_field *field, void *row) {
    int32_t index = (int32_t)(node - loader->yaml->node);
    switch (field->kind) {
    case HO_FIELD_NODE:
        memcpy((char *)row + field->offset, &index, sizeof index);
        break;
    case HO_FIELD_READ:
        field->read(loader, node, row);
        break;
    case HO_FIELD_PRIOR:
        ho_prior_read(loader, node, field, (ho_prior *)(void *)((char *)row + field->offset));
        break;
    default:
        ho_scalar_read(loader, node, field, row);
    }
}

/* What to call a node in a message: its key, or an entry of the list's key. */
static const char *node_name(const ho_loader *loader, const ho_yaml_node *node, char *out, size_t room) {
    char quoted[HO_QUOTE_ROOM];
    if (node->parent < 0)
        snprintf(out, room, "the file");
    else if (node->key)
        snprintf(out, room, "%s", ho_quote(ho_yaml_key(loader->yaml, node), quoted));
    else
        snprintf(out, room, "entry of %s",
                 ho_quote(ho_yaml_key(loader->yaml, &loader->yaml->node[node->parent]), quoted));
    return out;
}

enum { FIELDS_MAX = 32 }; /* of a map; tables are ours */

static void unknown_key(ho_loader *loader, const ho_yaml_node *node, const ho_field *field, size_t n_field) {
    const char *choice[FIELDS_MAX + 1] = {NULL};
    char quoted[HO_QUOTE_ROOM], choices[HO_CHOICES_ROOM];
    for (size_t k = 0; k < n_field; k++)
        choice[k] = field[k].name;
    ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->key_line, "unknown key %s; need %s",
                   ho_quote(ho_yaml_key(loader->yaml, node), quoted), ho_choices_text(choice, choices));
}

void ho_map_read(ho_loader *loader, const ho_yaml_node *node, const ho_field *field, size_t n_field, void *row) {
    int32_t seen[FIELDS_MAX] = {0}; /* line of each key, 0: absent */
    char what[HO_QUOTE_ROOM + 16], place[HO_LINE_ROOM];
    if (n_field > FIELDS_MAX || !kind_expect(loader, node, HO_YAML_MAP, node_name(loader, node, what, sizeof what)))
        return;
    for (const ho_yaml_node *value = ho_yaml_first(loader->yaml, node); value; value = ho_yaml_next(loader->yaml, value)) {
        const ho_field *found = field_of(field, n_field, ho_yaml_key(loader->yaml, value));
        if (!found) {
            unknown_key(loader, value, field, n_field);
            continue;
        }
        if (seen[found - field]) {
            ho_finding_add(loader->findings, HO_FILE_SCENARIO, value->key_line, "key %s is there twice, first in %s",
                           found->name, ho_line_text(loader->findings, HO_FILE_SCENARIO, seen[found - field], place));
            continue;
        }
        seen[found - field] = value->key_line;
        value_read(loader, value, found, row);
    }
    for (size_t k = 0; k < n_field; k++)
        if (!seen[k] && !field[k].optional)
            ho_finding_add(loader->findings, HO_FILE_SCENARIO, node->line, "key %s is missing", field[k].name);
}

void ho_list_read(ho_loader *loader, const ho_yaml_node *node, const ho_rows *kind, void **rows, size_t *n) {
    if (!node)
        return;
    if (!kind_expect(loader, node, HO_YAML_LIST, kind->what)) {
        loader->names[kind->ref].open = true;
        return;
    }
    size_t before = *n;
    number_check(loader, kind, HO_FILE_SCENARIO, node->key_line, node->n_child);
    for (const ho_yaml_node *item = ho_yaml_first(loader->yaml, node); item; item = ho_yaml_next(loader->yaml, item)) {
        if (*n - before == kind->max) {
            loader->names[kind->ref].open = true;
            return;
        }
        char *row = ho_row_add(loader, kind, rows, n, item->line);
        if (!row)
            return;
        ho_map_read(loader, item, kind->field, kind->n_field, row);
        ho_row_name(loader, kind, HO_FILE_SCENARIO, *rows, *n);
    }
}
