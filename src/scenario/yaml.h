/* YAML as a tree of nodes with line numbers: a thin layer over libfyaml's event parser.
 *
 * Only plain data is accepted: maps with text keys, lists and scalars, one document. Anchors, aliases and tags are refused, so a
 * small file cannot unfold into a large one. Depth, nodes and bytes are limited before the tree grows. */
#ifndef HO_SCENARIO_YAML_H
#define HO_SCENARIO_YAML_H

#include "scenario/findings.h"

enum { HO_YAML_DEPTH_MAX = 12, HO_YAML_NODES_MAX = 200000, HO_YAML_LINE_MAX = 16384 /* [byte] */, HO_YAML_BLANK_MAX = 100,
       HO_YAML_OPEN_MAX = 1000 };

typedef enum ho_yaml_kind { HO_YAML_SCALAR, HO_YAML_LIST, HO_YAML_MAP } ho_yaml_kind;

typedef struct ho_yaml_node {
    ho_yaml_kind kind;
    bool plain;            /* a scalar without quotes */
    int32_t line;          /* of the value, from 1 */
    int32_t key_line;      /* of the key if the parent is a map, else the value's */
    int32_t parent, first, last, next; /* node indices, -1: none */
    int32_t removed;       /* first of the children that overlays took out, which hang together by next; -1: none (merge.c) */
    size_t n_child;
    size_t key, text;      /* offsets into ho_yaml.text; 0: none */
} ho_yaml_node;

typedef struct ho_yaml {
    ho_yaml_node *node; /* (n_node), node 0 is the root */
    size_t n_node, node_room;
    char *text; /* (n_text) NUL-terminated pieces; the first is empty */
    size_t n_text, text_room;
} ho_yaml;

/* Parses UTF-8 bytes without NULs. Returns false after adding a finding (or setting no_memory); *yaml is to be freed either way. */
bool ho_yaml_parse(ho_findings *findings, ho_file file, const char *bytes, size_t n, ho_yaml *yaml);
void ho_yaml_free(ho_yaml *yaml);

/* Copies other's nodes and texts behind yaml's own, lines raised by `raise`. Returns the index of the copy's root, -1 if memory ran
 * out (yaml is as it was). */
int32_t ho_yaml_append(ho_yaml *yaml, const ho_yaml *other, int32_t raise);
/* Makes a node the last child of a map or list. It must not be linked anywhere else any more. */
void ho_yaml_link(ho_yaml *yaml, int32_t parent, int32_t node);

static inline const char *ho_yaml_key(const ho_yaml *yaml, const ho_yaml_node *node) {
    return yaml->text + node->key;
}
static inline const char *ho_yaml_text(const ho_yaml *yaml, const ho_yaml_node *node) {
    return yaml->text + node->text;
}
/* First child and next sibling, or NULL. */
static inline const ho_yaml_node *ho_yaml_first(const ho_yaml *yaml, const ho_yaml_node *node) {
    return node->first < 0 ? NULL : &yaml->node[node->first];
}
static inline const ho_yaml_node *ho_yaml_next(const ho_yaml *yaml, const ho_yaml_node *node) {
    return node->next < 0 ? NULL : &yaml->node[node->next];
}
/* The child with that key, or NULL. */
const ho_yaml_node *ho_yaml_child(const ho_yaml *yaml, const ho_yaml_node *node, const char *key);

#endif
