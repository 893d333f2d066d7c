/* Merging YAML trees by the ids of their rows.
 * Method: rows of a list are the same if the keys that tell them apart are equal. A list of single rows is merged key by key; in a
 * list of versions the rows of one id together take the place of all rows with it. Maps are merged key by key, distributions and
 * other lists are replaced.
 * A row or key that was removed hangs by its list or map: to remove it again in a later overlay is no mistake, what never was there is.
 * Invariant: every node is linked at most once; the lines of a merged row are those of the row that changed it. */
#include "scenario/merge.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/loader.h"

typedef struct merger {
    ho_findings *findings;
    ho_yaml *yaml;
} merger;

/* What tells the rows of a list apart. */
typedef struct rule {
    const char *list;
    const char *key[2];
    bool versions; /* rows with equal keys are versions of one entry */
    bool nested;   /* the list is inside a row, not a section */
} rule;

static const rule RULE[] = {
    {"calendar", {"id", NULL}, true, false},
    {"season", {"terrain", NULL}, true, false},
    {"initial_totals", {"bloc", "quantity"}, true, false},
    {"rivalries", {"between", NULL}, true, false},
    {"transfers", {"giver", "to"}, true, false},
    {"successors", {"of", NULL}, true, false},
    {"passes", {"name", NULL}, false, false},
    {"flows", {"to", "kind"}, true, true},
};
static const rule BY_ID = {NULL, {"id", NULL}, false, false};

/* A section whose entries are given whole: half of a distribution with its source is no statement. */
static const char WHOLE_SECTION[] = "parameters";

static const rule *rule_of(const char *list, bool is_section) {
    for (size_t k = 0; k < sizeof RULE / sizeof RULE[0]; k++)
        if (RULE[k].nested != is_section && strcmp(RULE[k].list, list) == 0)
            return &RULE[k];
    return is_section ? &BY_ID : NULL;
}

/* ---- nodes ---- */

static const char *key_of(const ho_yaml *yaml, int32_t node) {
    return ho_yaml_key(yaml, &yaml->node[node]);
}

static int32_t child_of(const ho_yaml *yaml, int32_t map, const char *key) {
    const ho_yaml_node *child = yaml->node[map].kind == HO_YAML_MAP ? ho_yaml_child(yaml, &yaml->node[map], key) : NULL;
    return child ? (int32_t)(child - yaml->node) : -1;
}

/* Empties a map or list. Returns its first child: the chain still hangs together by `next`. */
static int32_t children_take(ho_yaml *yaml, int32_t parent) {
    ho_yaml_node *node = &yaml->node[parent];
    int32_t first = node->first;
    node->first = node->last = -1;
    node->n_child = 0;
    return first;
}

/* Puts `changed` (-1: nothing) where child `old` is. */
static void child_replace(ho_yaml *yaml, int32_t parent, int32_t old, int32_t changed) {
    for (int32_t child = children_take(yaml, parent), next; child >= 0; child = next) {
        next = yaml->node[child].next;
        int32_t stays = child == old ? changed : child;
        if (stays >= 0)
            ho_yaml_link(yaml, parent, stays);
    }
}

/* Keeps a child that was taken out, so that a later overlay may remove it too. */
static void child_remember(ho_yaml *yaml, int32_t parent, int32_t child) {
    yaml->node[child].next = yaml->node[parent].removed;
    yaml->node[parent].removed = child;
}

void ho_merge_put(ho_yaml *yaml, int32_t map, int32_t node) {
    int32_t old = child_of(yaml, map, key_of(yaml, node));
    if (old >= 0)
        child_replace(yaml, map, old, node);
    else
        ho_yaml_link(yaml, map, node);
}

/* The child of that key before `end` in the chain, -1: none. */
static int32_t key_before(const ho_yaml *yaml, int32_t map, int32_t end) {
    for (int32_t child = yaml->node[map].first; child >= 0 && child != end; child = yaml->node[child].next)
        if (strcmp(key_of(yaml, child), key_of(yaml, end)) == 0)
            return child;
    return -1;
}

bool ho_merge_keys_single(ho_findings *findings, ho_yaml *yaml, int32_t map) {
    char quoted[HO_QUOTE_ROOM];
    if (yaml->node[map].kind != HO_YAML_MAP)
        return true;
    if (yaml->node[map].n_child > HO_MERGE_MAX) {
        ho_finding_add(findings, HO_FILE_SCENARIO, yaml->node[map].line, "more than %d keys", HO_MERGE_MAX);
        return false;
    }
    for (int32_t child = yaml->node[map].first, next; child >= 0; child = next) {
        next = yaml->node[child].next;
        int32_t first = key_before(yaml, map, child);
        if (first < 0)
            continue;
        ho_finding_add(findings, HO_FILE_SCENARIO, yaml->node[child].key_line, "key %s is there twice, first in line %d",
                       ho_quote(key_of(yaml, child), quoted), (int)ho_row_line(yaml->node[first].key_line));
        child_replace(yaml, map, child, -1);
    }
    return true;
}

/* ---- which rows are the same ---- */

static bool same_text(const ho_yaml *yaml, const ho_yaml_node *a, const ho_yaml_node *b) {
    return a->kind == HO_YAML_SCALAR && b->kind == HO_YAML_SCALAR && strcmp(ho_yaml_text(yaml, a), ho_yaml_text(yaml, b)) == 0;
}

/* Equal texts, or two pairs of texts in either order. */
static bool same_value(const ho_yaml *yaml, const ho_yaml_node *a, const ho_yaml_node *b) {
    if (a->kind != HO_YAML_LIST || b->kind != HO_YAML_LIST || a->n_child != 2 || b->n_child != 2)
        return same_text(yaml, a, b);
    const ho_yaml_node *a1 = ho_yaml_first(yaml, a), *a2 = ho_yaml_next(yaml, a1);
    const ho_yaml_node *b1 = ho_yaml_first(yaml, b), *b2 = ho_yaml_next(yaml, b1);
    return (same_text(yaml, a1, b1) && same_text(yaml, a2, b2)) || (same_text(yaml, a1, b2) && same_text(yaml, a2, b1));
}

/* Rows without what tells them apart are never the same: the reader refuses them. */
static bool same_row(const ho_yaml *yaml, const rule *by, int32_t a, int32_t b) {
    for (int k = 0; k < 2 && by->key[k]; k++) {
        int32_t of_a = child_of(yaml, a, by->key[k]), of_b = child_of(yaml, b, by->key[k]);
        if (of_a < 0 || of_b < 0 || !same_value(yaml, &yaml->node[of_a], &yaml->node[of_b]))
            return false;
    }
    return true;
}

/* "government cash", cut to fit. */
enum { NAME_ROOM = 200 };
static const char *row_name(const ho_yaml *yaml, const rule *by, int32_t row, char out[NAME_ROOM]) {
    size_t used = 0;
    out[0] = '\0';
    for (int k = 0; k < 2 && by->key[k]; k++) {
        int32_t value = child_of(yaml, row, by->key[k]);
        if (value < 0)
            continue;
        bool is_list = yaml->node[value].kind == HO_YAML_LIST;
        for (int32_t part = is_list ? yaml->node[value].first : value; part >= 0 && used + 70 < NAME_ROOM;
             part = is_list ? yaml->node[part].next : -1)
            used += (size_t)snprintf(out + used, NAME_ROOM - used, "%s%.48s", used ? " " : "",
                                     ho_yaml_text(yaml, &yaml->node[part]));
    }
    return used ? out : "an entry";
}

/* ---- removals ---- */

static bool is_removal(const ho_yaml *yaml, int32_t node) {
    return child_of(yaml, node, "remove") >= 0;
}

/* A removal says `remove: true` and what, no more. by: what tells rows apart, NULL for the value of a key. */
static bool removal_check(merger *m, const rule *by, int32_t node) {
    const ho_yaml *yaml = m->yaml;
    char quoted[HO_QUOTE_ROOM];
    for (int32_t child = yaml->node[node].first; child >= 0; child = yaml->node[child].next) {
        const ho_yaml_node *value = &yaml->node[child];
        const char *key = key_of(yaml, child);
        bool is_true = value->kind == HO_YAML_SCALAR && value->plain && strcmp(ho_yaml_text(yaml, value), "true") == 0;
        if (strcmp(key, "remove") == 0 && !is_true)
            ho_finding_add(m->findings, HO_FILE_SCENARIO, value->line, "remove needs to be true");
        else if (strcmp(key, "remove") != 0 && !(by && (strcmp(key, by->key[0]) == 0 ||
                                                        (by->key[1] && strcmp(key, by->key[1]) == 0))))
            ho_finding_add(m->findings, HO_FILE_SCENARIO, value->key_line, "key %s stands beside remove; what is removed has no value",
                           ho_quote(key, quoted));
        else
            continue;
        return false;
    }
    return true;
}

static void nothing_to_remove(merger *m, int32_t node, const char *list, const char *name) {
    char quoted[HO_QUOTE_ROOM];
    ho_finding_add(m->findings, HO_FILE_SCENARIO, m->yaml->node[node].line, "%s has no %s to remove",
                   *list ? list : "the entry", ho_quote(name, quoted));
}

/* ---- lists ---- */

static void map_merge(merger *m, int32_t base, int32_t over, bool whole);

typedef enum row_state { ROW_OPEN, ROW_REMOVES, ROW_DONE } row_state;

/* Rows of an overlay on their way into a list. */
typedef struct rows {
    const rule *by;
    size_t n;
    int32_t *row;     /* (n) nodes */
    row_state *state; /* (n) */
} rows;

/* First row of the overlay that is the same, n if there is none. */
static size_t row_find(const merger *m, const rows *r, int32_t row, size_t n) {
    size_t k = 0;
    while (k < n && !same_row(m->yaml, r->by, r->row[k], row))
        k++;
    return k;
}

/* Is there a row that is the same from `old` on? */
static bool has_row(const merger *m, const rows *r, int32_t old, int32_t row) {
    for (; old >= 0; old = m->yaml->node[old].next)
        if (same_row(m->yaml, r->by, old, row))
            return true;
    return false;
}

/* Has the list the row, or had it before an overlay? */
static bool list_has(const merger *m, const rows *r, int32_t list, int32_t row) {
    return has_row(m, r, m->yaml->node[list].first, row) || has_row(m, r, m->yaml->node[list].removed, row);
}

/* Refuses a row that stands twice, and removals of nothing; a refused row is done with. */
static void row_check(merger *m, rows *r, int32_t list, size_t k) {
    ho_yaml *yaml = m->yaml;
    int32_t row = r->row[k];
    char name[NAME_ROOM], quoted[HO_QUOTE_ROOM];
    bool removes = is_removal(yaml, row);
    size_t first = row_find(m, r, row, k);
    if (first < k && (!r->by->versions || removes || is_removal(yaml, r->row[first]))) {
        ho_finding_add(m->findings, HO_FILE_SCENARIO, yaml->node[row].line, "%s is there twice, first in line %d",
                       ho_quote(row_name(yaml, r->by, row, name), quoted), (int)ho_row_line(yaml->node[r->row[first]].line));
        r->state[k] = ROW_DONE;
        return;
    }
    if (!removes)
        return;
    r->state[k] = removal_check(m, r->by, row) ? ROW_REMOVES : ROW_DONE;
    if (r->state[k] == ROW_REMOVES && !list_has(m, r, list, row))
        nothing_to_remove(m, row, key_of(yaml, list), row_name(yaml, r->by, row, name));
}

/* Links all open rows that are the same as row k. */
static void versions_put(merger *m, rows *r, int32_t list, size_t k) {
    for (size_t j = k; j < r->n; j++)
        if (r->state[j] == ROW_OPEN && (j == k || same_row(m->yaml, r->by, r->row[j], r->row[k]))) {
            r->state[j] = ROW_DONE;
            ho_yaml_link(m->yaml, list, r->row[j]);
        }
}

/* An old row stays, changed by row k (n: as it was). */
static void row_stay(merger *m, rows *r, int32_t list, int32_t old, size_t k) {
    if (k < r->n && r->state[k] == ROW_OPEN) {
        r->state[k] = ROW_DONE;
        map_merge(m, old, r->row[k], false);
        m->yaml->node[old].line = m->yaml->node[r->row[k]].line;
        m->yaml->node[old].key_line = m->yaml->node[r->row[k]].key_line;
    }
    ho_yaml_link(m->yaml, list, old);
}

static void rows_put(merger *m, rows *r, int32_t list) {
    for (int32_t old = children_take(m->yaml, list), next; old >= 0; old = next) {
        next = m->yaml->node[old].next;
        size_t k = row_find(m, r, old, r->n);
        if (k < r->n && r->state[k] == ROW_REMOVES) {
            if (!has_row(m, r, m->yaml->node[list].removed, old)) /* one stands for its versions */
                child_remember(m->yaml, list, old);
            continue;
        }
        if (k < r->n && r->by->versions)
            versions_put(m, r, list, k);
        else
            row_stay(m, r, list, old, k);
    }
    for (size_t k = 0; k < r->n; k++)
        if (r->state[k] == ROW_OPEN)
            ho_yaml_link(m->yaml, list, r->row[k]);
}

static void list_merge(merger *m, const rule *by, int32_t list, int32_t over) {
    size_t n = m->yaml->node[over].n_child;
    if (n > HO_MERGE_MAX)
        ho_finding_add(m->findings, HO_FILE_SCENARIO, m->yaml->node[over].key_line, "more than %d entries", HO_MERGE_MAX);
    if (n == 0 || n > HO_MERGE_MAX || m->yaml->node[list].n_child > HO_MERGE_MAX) /* the reader refuses a list that long */
        return;
    rows r = {.by = by, .n = n, .row = calloc(n, sizeof *r.row), .state = calloc(n, sizeof *r.state)};
    if (r.row && r.state) {
        size_t k = 0;
        for (int32_t row = children_take(m->yaml, over); row >= 0; row = m->yaml->node[row].next)
            r.row[k++] = row;
        for (k = 0; k < n; k++)
            if (ho_merge_keys_single(m->findings, m->yaml, r.row[k]))
                row_check(m, &r, list, k);
            else
                r.state[k] = ROW_DONE;
        rows_put(m, &r, list);
    } else
        m->findings->no_memory = true;
    free(r.row);
    free(r.state);
}

/* ---- maps ---- */

/* Had the map this key before an overlay? */
static bool key_removed(const ho_yaml *yaml, int32_t map, const char *key) {
    for (int32_t child = yaml->node[map].removed; child >= 0; child = yaml->node[child].next)
        if (strcmp(key_of(yaml, child), key) == 0)
            return true;
    return false;
}

/* Merges one value, taken out of its map, into the map `base`. whole: entries of a map are not looked into. */
static void value_merge(merger *m, int32_t base, int32_t over, bool is_section, bool whole) {
    ho_yaml *yaml = m->yaml;
    const char *key = key_of(yaml, over);
    int32_t old = child_of(yaml, base, key);
    if (is_removal(yaml, over)) {
        if (!removal_check(m, NULL, over))
            return;
        if (old >= 0) {
            child_replace(yaml, base, old, -1);
            child_remember(yaml, base, old);
        } else if (!key_removed(yaml, base, key))
            nothing_to_remove(m, over, is_section ? "scenario.yml" : key_of(yaml, base), key);
        return;
    }
    ho_yaml_kind kind = yaml->node[over].kind;
    const rule *by = kind == HO_YAML_LIST ? rule_of(key, is_section) : NULL;
    bool alike = old >= 0 && yaml->node[old].kind == kind;
    if (alike && by)
        list_merge(m, by, old, over);
    else if (alike && kind == HO_YAML_MAP && !whole && !ho_prior_is(yaml, &yaml->node[over]))
        map_merge(m, old, over, is_section && strcmp(key, WHOLE_SECTION) == 0);
    else
        ho_merge_put(yaml, base, over);
}

static void map_merge(merger *m, int32_t base, int32_t over, bool whole) {
    if (!ho_merge_keys_single(m->findings, m->yaml, over))
        return;
    for (int32_t value = children_take(m->yaml, over), next; value >= 0; value = next) {
        next = m->yaml->node[value].next;
        value_merge(m, base, value, false, whole);
    }
}

void ho_merge_section(ho_findings *findings, ho_yaml *yaml, int32_t root, int32_t section) {
    merger m = {findings, yaml};
    value_merge(&m, root, section, true, false);
}

/* ---- in words ---- */

typedef struct words {
    char *text;
    size_t room, n;
} words;

static void say(words *w, const char *between, const char *name, bool removed) {
    size_t left = w->n < w->room ? w->room - w->n : 0;
    w->n += (size_t)snprintf(left ? w->text + w->n : NULL, left, "%s%s%s", between, name, removed ? " (removed)" : "");
}

size_t ho_merge_describe(const ho_yaml *yaml, int32_t section, char *text, size_t room) {
    words w = {.text = text, .room = room};
    const char *between = ": ", *key = key_of(yaml, section);
    const rule *by = yaml->node[section].kind == HO_YAML_LIST ? rule_of(key, true) : NULL;
    char name[NAME_ROOM];
    bool all = is_removal(yaml, section);
    int32_t before = -1;
    say(&w, "", key, all);
    for (int32_t item = all ? -1 : yaml->node[section].first; item >= 0; item = yaml->node[item].next) {
        bool again = by && before >= 0 && same_row(yaml, by, before, item);
        before = item;
        if (again)
            continue;
        const bool is_plain = by && yaml->node[item].kind == HO_YAML_SCALAR; /* a list of words, such as `without` */
        say(&w, between, is_plain ? ho_yaml_text(yaml, &yaml->node[item]) : by ? row_name(yaml, by, item, name) : key_of(yaml, item),
            is_removal(yaml, item));
        between = ", ";
    }
    return w.n;
}
