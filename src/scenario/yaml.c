/* YAML to nodes: libfyaml's events, one at a time, into two arrays.
 * Method: `open` is the innermost unfinished map or list; a map's next scalar is a key while `key` is 0, then a value.
 * Invariant: a parsed node's parent has a smaller index (a merge may link otherwise); text offsets point at NUL-terminated pieces. */
#include "scenario/yaml.h"

#include <libfyaml.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

typedef struct builder {
    ho_findings *findings;
    ho_file file;
    ho_yaml *yaml;
    int32_t open; /* innermost unfinished collection, -1: none */
    int depth;
    size_t key[HO_YAML_DEPTH_MAX + 1];       /* by depth: pending key of a map, 0: none */
    int32_t key_line[HO_YAML_DEPTH_MAX + 1]; /* by depth */
    int32_t line; /* of the last event that had one: an empty value has none */
    bool has_document;
} builder;

void ho_yaml_free(ho_yaml *yaml) {
    free(yaml->node);
    free(yaml->text);
    *yaml = (ho_yaml){0};
}

const ho_yaml_node *ho_yaml_child(const ho_yaml *yaml, const ho_yaml_node *node, const char *key) {
    for (const ho_yaml_node *child = ho_yaml_first(yaml, node); child; child = ho_yaml_next(yaml, child))
        if (strcmp(ho_yaml_key(yaml, child), key) == 0)
            return child;
    return NULL;
}

static int32_t moved(int32_t node, size_t by) {
    return node < 0 ? -1 : node + (int32_t)by;
}

int32_t ho_yaml_append(ho_yaml *yaml, const ho_yaml *other, int32_t raise) {
    size_t n_node = yaml->n_node, n_text = yaml->n_text;
    ho_yaml_node *node = ho_array_grow(yaml->node, &yaml->node_room, n_node + other->n_node, sizeof *node);
    if (!node)
        return -1;
    yaml->node = node;
    char *text = ho_array_grow(yaml->text, &yaml->text_room, n_text + other->n_text + 1, 1);
    if (!text)
        return -1;
    yaml->text = text;
    if (other->n_text)
        memcpy(text + n_text, other->text, other->n_text);
    yaml->n_text += other->n_text;
    for (size_t k = 0; k < other->n_node; k++) {
        ho_yaml_node copy = other->node[k];
        copy.line += raise;
        copy.key_line += raise;
        copy.parent = moved(copy.parent, n_node);
        copy.first = moved(copy.first, n_node);
        copy.last = moved(copy.last, n_node);
        copy.next = moved(copy.next, n_node);
        copy.removed = moved(copy.removed, n_node);
        copy.key += copy.key ? n_text : 0;
        copy.text += copy.text ? n_text : 0;
        node[n_node + k] = copy;
    }
    yaml->n_node += other->n_node;
    return (int32_t)n_node;
}

/* Makes room for n more bytes of text. */
static bool text_room(builder *b, size_t n) {
    ho_yaml *yaml = b->yaml;
    char *grown = ho_array_grow(yaml->text, &yaml->text_room, yaml->n_text + n, 1);
    if (!grown) {
        b->findings->no_memory = true;
        return false;
    }
    yaml->text = grown;
    return true;
}

/* libfyaml also says error for a block of text that is empty: that is no text, which no field accepts. */
static bool pieces_copy(builder *b, struct fy_token_iter *pieces) {
    ho_yaml *yaml = b->yaml;
    size_t start = yaml->n_text;
    const struct fy_iter_chunk *piece = NULL;
    int error = 0;
    while ((piece = fy_token_iter_chunk_next(pieces, piece, &error))) {
        if (!text_room(b, piece->len + 1))
            return false;
        memcpy(yaml->text + yaml->n_text, piece->str, piece->len);
        yaml->n_text += piece->len;
    }
    return error == 0 || yaml->n_text == start;
}

/* Copies a token's text behind the others, piece by piece: fy_token_get_text of libfyaml 0.7.12 leaks where a text has many
 * pieces, such as doubled quotes. Returns its offset, 0 if memory ran out. */
static size_t text_add(builder *b, struct fy_token *token) {
    ho_yaml *yaml = b->yaml;
    if (!text_room(b, 2))
        return 0;
    if (yaml->n_text == 0) /* offset 0 is the empty text */
        yaml->text[yaml->n_text++] = '\0';
    size_t offset = yaml->n_text;
    struct fy_token_iter *pieces = token ? fy_token_iter_create(token) : NULL;
    bool ok = token ? pieces && pieces_copy(b, pieces) : true;
    fy_token_iter_destroy(pieces);
    if (!ok || !text_room(b, 1)) {
        b->findings->no_memory = true;
        return 0;
    }
    yaml->text[yaml->n_text++] = '\0';
    return offset;
}

void ho_yaml_link(ho_yaml *yaml, int32_t parent, int32_t node) {
    ho_yaml_node *into = &yaml->node[parent];
    yaml->node[node].parent = parent;
    yaml->node[node].next = -1;
    if (into->last >= 0)
        yaml->node[into->last].next = node;
    else
        into->first = node;
    into->last = node;
    into->n_child++;
}

/* Adds a node below the open collection, under its pending key. Returns its index, -1 on failure. */
static int32_t node_add(builder *b, ho_yaml_kind kind, int32_t line) {
    ho_yaml *yaml = b->yaml;
    if (yaml->n_node >= HO_YAML_NODES_MAX) {
        ho_finding_add(b->findings, b->file, line, "more than %d values", HO_YAML_NODES_MAX);
        return -1;
    }
    ho_yaml_node *grown = ho_array_grow(yaml->node, &yaml->node_room, yaml->n_node + 1, sizeof *yaml->node);
    if (!grown) {
        b->findings->no_memory = true;
        return -1;
    }
    yaml->node = grown;
    int32_t node = (int32_t)yaml->n_node++;
    yaml->node[node] = (ho_yaml_node){.kind = kind, .line = line, .key_line = line, .parent = b->open,
                                      .first = -1, .last = -1, .next = -1, .removed = -1};
    if (b->open < 0)
        return node;
    if (yaml->node[b->open].kind == HO_YAML_MAP) {
        yaml->node[node].key = b->key[b->depth];
        yaml->node[node].key_line = b->key_line[b->depth];
        b->key[b->depth] = 0;
    }
    ho_yaml_link(yaml, b->open, node);
    return node;
}

static bool key_is_next(const builder *b) {
    return b->open >= 0 && b->yaml->node[b->open].kind == HO_YAML_MAP && b->key[b->depth] == 0;
}

static bool scalar_take(builder *b, struct fy_token *token, int32_t line) {
    size_t offset = text_add(b, token);
    if (offset == 0)
        return false;
    if (strlen(b->yaml->text + offset) != b->yaml->n_text - offset - 1) {
        ho_finding_add(b->findings, b->file, line, "text holds a NUL character");
        return false;
    }
    if (key_is_next(b)) {
        b->key[b->depth] = offset;
        b->key_line[b->depth] = line;
        return true;
    }
    int32_t node = node_add(b, HO_YAML_SCALAR, line);
    if (node < 0)
        return false;
    b->yaml->node[node].text = offset;
    b->yaml->node[node].plain = !token || fy_token_scalar_style(token) == FYSS_PLAIN;
    return true;
}

static bool collection_open(builder *b, ho_yaml_kind kind, int32_t line) {
    if (key_is_next(b)) {
        ho_finding_add(b->findings, b->file, line, "a key is a map or a list; need text");
        return false;
    }
    if (b->depth == HO_YAML_DEPTH_MAX) {
        ho_finding_add(b->findings, b->file, line, "nested deeper than %d levels", HO_YAML_DEPTH_MAX);
        return false;
    }
    int32_t node = node_add(b, kind, line);
    if (node < 0)
        return false;
    b->open = node;
    b->depth++;
    b->key[b->depth] = 0;
    return true;
}

static void collection_close(builder *b) {
    b->open = b->yaml->node[b->open].parent;
    b->depth--;
}

static bool document_begin(builder *b, int32_t line) {
    if (b->has_document)
        ho_finding_add(b->findings, b->file, line, "a second document begins; need one");
    bool first = !b->has_document;
    b->has_document = true;
    return first;
}

/* What YAML offers and plain data does not need. */
static bool decoration_refuse(builder *b, struct fy_event *event, int32_t line) {
    const char *what = NULL;
    if (event->type == FYET_ALIAS)
        what = "an alias (*)";
    else if (fy_event_get_anchor_token(event))
        what = "an anchor (&)";
    else if (fy_event_get_tag_token(event))
        what = "a tag (!)";
    if (what)
        ho_finding_add(b->findings, b->file, line, "%s is not allowed", what);
    return what == NULL;
}

/* Line of an event; an empty value has no mark and takes its anchor's, its tag's or the last event's. */
static int32_t event_line(builder *b, struct fy_event *event) {
    const struct fy_mark *mark = fy_event_start_mark(event);
    struct fy_token *decoration = fy_event_get_anchor_token(event);
    decoration = decoration ? decoration : fy_event_get_tag_token(event);
    if (!mark && decoration)
        mark = fy_token_start_mark(decoration);
    if (mark)
        b->line = (int32_t)mark->line + 1;
    return b->line;
}

static bool event_take(builder *b, struct fy_event *event) {
    int32_t line = event_line(b, event);
    switch (event->type) {
    case FYET_DOCUMENT_START:
        return document_begin(b, line);
    case FYET_ALIAS:
    case FYET_SCALAR:
    case FYET_SEQUENCE_START:
    case FYET_MAPPING_START:
        break;
    case FYET_SEQUENCE_END:
    case FYET_MAPPING_END:
        collection_close(b);
        return true;
    default:
        return true;
    }
    if (!decoration_refuse(b, event, line))
        return false;
    if (event->type == FYET_SCALAR)
        return scalar_take(b, event->scalar.value, line);
    return collection_open(b, event->type == FYET_MAPPING_START ? HO_YAML_MAP : HO_YAML_LIST, line);
}

/* The parser's own first complaint. */
static void syntax_report(builder *b, struct fy_diag *diag) {
    void *iterator = NULL;
    const struct fy_diag_error *error = fy_diag_errors_iterate(diag, &iterator);
    if (error && error->msg)
        ho_finding_add(b->findings, b->file, error->line > 0 ? error->line : 0, "not YAML: %s", error->msg);
    else
        ho_finding_add(b->findings, b->file, 0, "not YAML");
}

/* Feeds every event to the builder. Returns false if a finding was added or memory ran out. */
static bool events_read(builder *b, struct fy_parser *parser, struct fy_diag *diag) {
    for (;;) {
        struct fy_event *event = fy_parser_parse(parser);
        if (!event) {
            if (fy_parser_get_stream_error(parser) || fy_diag_got_error(diag)) {
                syntax_report(b, diag);
                return false;
            }
            return true;
        }
        bool last = event->type == FYET_STREAM_END;
        bool ok = event_take(b, event);
        fy_parser_event_free(parser, event);
        if (!ok || last)
            return ok;
    }
}

/* What the guard counts while it walks through the bytes. */
typedef struct guard {
    int32_t line;
    size_t n_blank; /* blank lines just before */
    size_t n_open;  /* brackets opened and not closed, quoted ones too */
} guard;

/* Length of the line at bytes without its end; counts its brackets. */
static size_t line_scan(guard *g, const char *bytes, size_t n) {
    size_t k = 0;
    bool blank = true;
    for (; k < n && bytes[k] != '\n' && bytes[k] != '\r'; k++) {
        blank = blank && (bytes[k] == ' ' || bytes[k] == '\t');
        if (bytes[k] == '[' || bytes[k] == '{')
            g->n_open++;
        else if ((bytes[k] == ']' || bytes[k] == '}') && g->n_open > 0)
            g->n_open--;
    }
    g->n_blank = blank ? g->n_blank + 1 : 0;
    return k;
}

/* Refuses what libfyaml 0.7.12 handles badly and a scenario has no use for: it holds the tokens of a line and of open brackets
 * all at once (4 MB of '[' take 1.4 GB) and needs time quadratic in runs of '%' and in blank lines inside a block of text. */
static bool lines_guard(builder *b, const char *bytes, size_t n) {
    guard g = {.line = 1};
    for (size_t at = 0; at < n; g.line++) {
        size_t length = line_scan(&g, bytes + at, n - at);
        if (length > HO_YAML_LINE_MAX)
            ho_finding_add(b->findings, b->file, g.line, "a line is longer than %d bytes", HO_YAML_LINE_MAX);
        else if (bytes[at] == '%')
            ho_finding_add(b->findings, b->file, g.line, "a directive (%%) is not allowed");
        else if (g.n_blank > HO_YAML_BLANK_MAX)
            ho_finding_add(b->findings, b->file, g.line, "more than %d blank lines in a row", HO_YAML_BLANK_MAX);
        else if (g.n_open > HO_YAML_OPEN_MAX)
            ho_finding_add(b->findings, b->file, g.line, "more than %d brackets are open", HO_YAML_OPEN_MAX);
        else {
            at += length;
            at += at + 1 < n && bytes[at] == '\r' && bytes[at + 1] == '\n' ? 2 : 1;
            continue;
        }
        return false;
    }
    return true;
}

bool ho_yaml_parse(ho_findings *findings, ho_file file, const char *bytes, size_t n, ho_yaml *yaml) {
    *yaml = (ho_yaml){0};
    builder b = {.findings = findings, .file = file, .yaml = yaml, .open = -1};
    if (!lines_guard(&b, bytes, n))
        return false;
    bool ok = false;
    struct fy_parser *parser = NULL;
    struct fy_diag_cfg quiet = {.level = FYET_ERROR, .module_mask = ~0u}; /* no stream, no callback: collected only */
    struct fy_diag *diag = fy_diag_create(&quiet);
    if (!diag) {
        findings->no_memory = true;
        goto done;
    }
    fy_diag_set_collect_errors(diag, true);
    struct fy_parse_cfg configuration = {.flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_JSON_NONE, .diag = diag};
    parser = fy_parser_create(&configuration);
    if (!parser || fy_parser_set_string(parser, bytes, n) != 0) {
        findings->no_memory = true;
        goto done;
    }
    ok = events_read(&b, parser, diag);
    if (ok && yaml->n_node == 0) {
        ho_finding_add(findings, file, 0, "is empty");
        ok = false;
    }
done:
    if (parser)
        fy_parser_destroy(parser);
    if (diag)
        fy_diag_destroy(diag);
    return ok && !findings->no_memory;
}
