/* Text to expression: a lexer, a table of forms, and recursive descent over both.
 * Method: one token is looked at ahead. The first thing not understood ends the reading, with its place and what is needed there.
 * Invariant: children stand before their parents in the array, so a tree has no circle. */
#include "evidence/expression.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

/* --- forms --- */

typedef enum argument_kind { ARGUMENT_NONE, ARGUMENT_EXPRESSION, ARGUMENT_WORD, ARGUMENT_CHOICE, ARGUMENT_DATE } argument_kind;

enum { N_ARGUMENT = 4 };
typedef struct argument {
    argument_kind kind;
    const char *key;  /* given as KEY=; NULL: by its place */
    const char *what; /* "a bloc" */
    size_t offset;    /* of the member of ho_node */
    const char *const *choice;
    bool optional;
} argument;

typedef struct form {
    const char *name;
    ho_op op;
    argument argument[N_ARGUMENT];
} form;

static const char *const OF_SHARE[] = {"area", "districts", "centres", "people", "capitals", "crossings", NULL};
static const char *const OF_CAPTURED[] = {"", "", "centres", "", "capitals", "crossings", NULL}; /* numbered as ho_of */
static const char *const ENDING[] = {"insurgent-victory", "settlement", "stalemate", "fragmentation", "state-recovery", NULL};
static const char *const MEASURE[] = {"districts", "districts-mean", "capital", "holdout", "harm", NULL}; /* as ho_ablate_what */

#define EXPRESSION(member) {.kind = ARGUMENT_EXPRESSION, .what = "an expression", .offset = offsetof(ho_node, member)}
#define WORD(member, means) {.kind = ARGUMENT_WORD, .what = (means), .offset = offsetof(ho_node, member)}
#define BLOC WORD(word, "a bloc")
#define WITHIN {.kind = ARGUMENT_WORD, .key = "in", .what = "a region or province", .offset = offsetof(ho_node, within), .optional = true}
#define CHOICE(name, list, may) \
    {.kind = ARGUMENT_CHOICE, .key = (name), .offset = offsetof(ho_node, choice), .choice = (list), .optional = (may)}
#define SINCE(may) {.kind = ARGUMENT_DATE, .key = "since", .what = "a date YYYY-MM-DD", .offset = offsetof(ho_node, day), .optional = (may)}

static const form FORM[] = {
    {"share", HO_OP_SHARE, {BLOC, CHOICE("of", OF_SHARE, false), WITHIN}},
    {"captured", HO_OP_CAPTURED, {BLOC, CHOICE("of", OF_CAPTURED, true), SINCE(true), WITHIN}},
    {"count", HO_OP_COUNT, {WORD(place, "capitals, centres, districts, crossings or a p-code"), BLOC, WITHIN}},
    {"contested", HO_OP_CONTESTED, {BLOC}},
    {"holds", HO_OP_HOLDS, {BLOC, WORD(place, "the p-code of a district or province")}},
    {"gain", HO_OP_GAIN, {EXPRESSION(left), SINCE(false)}},
    {"at", HO_OP_AT, {EXPRESSION(left), {.kind = ARGUMENT_DATE, .what = "a date YYYY-MM-DD", .offset = offsetof(ho_node, day)}}},
    {"ending", HO_OP_ENDING, {CHOICE(NULL, ENDING, false)}},
    {"ever", HO_OP_EVER, {EXPRESSION(left)}},
    {"always", HO_OP_ALWAYS, {EXPRESSION(left)}},
    {"days", HO_OP_DAYS, {EXPRESSION(left)}},
    {"ratio", HO_OP_DIVIDE, {EXPRESSION(left), EXPRESSION(right)}},
    {"mechanism", HO_OP_MECHANISM, {WORD(word, "a mechanism"), CHOICE("of", MEASURE, true)}},
};

/* --- tokens --- */

typedef enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_QUOTED, TOKEN_NUMBER, TOKEN_DATE, TOKEN_SYMBOL, TOKEN_BAD } token_kind;

typedef struct token {
    token_kind kind;
    int32_t at, n; /* of a quoted word without its quotes */
    double number;
    ho_day day;
} token;

typedef struct parser {
    const char *text;
    int32_t n, next; /* bytes; first byte after the token */
    token token;     /* the one looked at */
    int depth;
    int over_days;   /* inside ever, always or days */
    ho_expression *expression;
    ho_expression_error *error;
} parser;

static bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

static bool begins_name(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (unsigned char)c >= 0x80;
}

static bool in_name(char c) {
    return begins_name(c) || is_digit(c) || c == '.' || c == '-';
}

static int32_t end_of_number(const parser *p, int32_t at) {
    while (at < p->n && is_digit(p->text[at]))
        at++;
    if (at + 1 < p->n && p->text[at] == '.' && is_digit(p->text[at + 1]))
        for (at++; at < p->n && is_digit(p->text[at]);)
            at++;
    return at;
}

/* A number's digits; no exponent, no locale. Exact up to 2^53, as few digits are written. */
static double number_of(const char *text, int32_t n) {
    double value = 0, unit = 1;
    int32_t k = 0;
    for (; k < n && text[k] != '.'; k++)
        value = 10 * value + (text[k] - '0');
    for (k++; k < n; k++) {
        value = 10 * value + (text[k] - '0');
        unit *= 10;
    }
    return value / unit;
}

static void take_number(parser *p, int32_t at) {
    char date[11];
    if (at + 10 <= p->n && (at + 10 == p->n || !in_name(p->text[at + 10]))) {
        memcpy(date, p->text + at, 10);
        date[10] = '\0';
        if (ho_day_parse(date, &p->token.day)) {
            p->token.kind = TOKEN_DATE;
            p->token.n = 10;
            return;
        }
    }
    p->token.kind = TOKEN_NUMBER;
    p->token.n = end_of_number(p, at) - at;
    p->token.number = number_of(p->text + at, p->token.n);
    if (p->token.n > 30) /* beyond any use, and within a double */
        p->token.kind = TOKEN_BAD;
}

/* Moves on to the next token. */
static void advance(parser *p) {
    int32_t at = p->next;
    while (at < p->n && (p->text[at] == ' ' || p->text[at] == '\t' || p->text[at] == '\n'))
        at++;
    p->token = (token){.kind = TOKEN_SYMBOL, .at = at, .n = 1};
    if (at >= p->n)
        p->token = (token){.kind = TOKEN_END, .at = p->n};
    else if (is_digit(p->text[at]))
        take_number(p, at);
    else if (begins_name(p->text[at])) {
        p->token.kind = TOKEN_NAME;
        while (at + p->token.n < p->n && in_name(p->text[at + p->token.n]))
            p->token.n++;
    } else if (p->text[at] == '\'') {
        const char *end = memchr(p->text + at + 1, '\'', (size_t)(p->n - at - 1));
        p->token = (token){.kind = end ? TOKEN_QUOTED : TOKEN_BAD, .at = at + 1, .n = end ? (int32_t)(end - p->text) - at - 1 : p->n - at - 1};
        p->next = at + p->token.n + (end ? 2 : 1);
        return;
    } else if ((p->text[at] == '<' || p->text[at] == '>') && at + 1 < p->n && p->text[at + 1] == '=')
        p->token.n = 2;
    p->next = p->token.at + p->token.n;
}

void ho_expression_complain(const char *text, int32_t at, int32_t n, ho_expression_error *error, const char *format, ...) {
    enum { SHOWN = 24 };
    va_list arguments;
    error->at = at;
    int32_t shown = n < SHOWN ? n : SHOWN;
    while (shown > 0 && shown < n && ((unsigned char)text[at + shown] & 0xC0) == 0x80)
        shown--; /* cut between characters */
    if (n == 0)
        snprintf(error->found, sizeof error->found, "the end");
    else
        snprintf(error->found, sizeof error->found, "\"%.*s%s\"", (int)shown, text + at, shown < n ? "..." : "");
    va_start(arguments, format);
    vsnprintf(error->need, sizeof error->need, format, arguments);
    va_end(arguments);
}

/* Says what is needed where the token stands. */
#define NEED(p, ...) (ho_expression_complain((p)->text, (p)->token.at, (p)->token.n, (p)->error, __VA_ARGS__), -1)

static bool is_symbol(const parser *p, const char *symbol) {
    return p->token.kind == TOKEN_SYMBOL && p->token.n == (int32_t)strlen(symbol) &&
           memcmp(p->text + p->token.at, symbol, (size_t)p->token.n) == 0;
}

static bool is_word(const parser *p, const char *word) {
    return p->token.kind == TOKEN_NAME && p->token.n == (int32_t)strlen(word) &&
           memcmp(p->text + p->token.at, word, (size_t)p->token.n) == 0;
}

char *ho_word_copy(const char *text, ho_word word, char out[HO_WORD_ROOM]) {
    size_t n = word.n < HO_WORD_ROOM ? (size_t)word.n : HO_WORD_ROOM - 1;
    memcpy(out, text + word.at, n);
    out[n] = '\0';
    return out;
}

/* --- nodes --- */

static int32_t add(parser *p, ho_node node) {
    if (p->expression->n == HO_EXPRESSION_NODES)
        return NEED(p, "need a shorter expression: at most %d parts", HO_EXPRESSION_NODES);
    p->expression->node[p->expression->n] = node;
    return (int32_t)p->expression->n++;
}

static ho_node blank(ho_op op, int32_t at) {
    return (ho_node){.op = op, .at = at, .left = -1, .right = -1, .choice = -1, .day = HO_DAY_NONE};
}

static int32_t read_comparison(parser *p);

/* "area, districts or people"; "" are no choices. */
static char *choices_text(const char *const *choice, char out[160]) {
    size_t n = 0, k = 0;
    out[0] = '\0';
    for (size_t c = 0; choice[c]; c++)
        n += *choice[c] != '\0';
    for (size_t c = 0, used = 0; choice[c]; c++)
        if (*choice[c] && used < 160)
            used += (size_t)snprintf(out + used, 160 - used, "%s%s", k++ == 0 ? "" : k == n ? " or " : ", ", choice[c]);
    return out;
}

static bool take_word(parser *p, const argument *a, ho_node *node) {
    if ((p->token.kind != TOKEN_NAME && p->token.kind != TOKEN_QUOTED) || p->token.n == 0)
        return NEED(p, "need %s", a->what) >= 0;
    if (p->token.n >= HO_WORD_ROOM)
        return NEED(p, "need %s, shorter than %d bytes", a->what, HO_WORD_ROOM) >= 0;
    ho_word word = {p->token.at, p->token.n};
    memcpy((char *)node + a->offset, &word, sizeof word);
    advance(p);
    return true;
}

static bool take_choice(parser *p, const argument *a, ho_node *node) {
    char list[160];
    for (int32_t c = 0; a->choice[c]; c++)
        if (*a->choice[c] && is_word(p, a->choice[c])) {
            memcpy((char *)node + a->offset, &c, sizeof c);
            advance(p);
            return true;
        }
    return NEED(p, "need %s", choices_text(a->choice, list)) >= 0;
}

static bool take_argument(parser *p, const argument *a, ho_node *node) {
    int32_t child;
    switch (a->kind) {
    case ARGUMENT_WORD:
        return take_word(p, a, node);
    case ARGUMENT_CHOICE:
        return take_choice(p, a, node);
    case ARGUMENT_DATE:
        if (p->token.kind != TOKEN_DATE)
            return NEED(p, "need %s", a->what) >= 0;
        memcpy((char *)node + a->offset, &p->token.day, sizeof p->token.day);
        advance(p);
        return true;
    default:
        child = read_comparison(p);
        memcpy((char *)node + a->offset, &child, sizeof child);
        return child >= 0;
    }
}

/* The keys a form still takes: "of= or since=". */
static char *keys_text(const form *f, const bool *given, char out[80]) {
    size_t used = 0;
    out[0] = '\0';
    for (int k = 0; k < N_ARGUMENT; k++)
        if (f->argument[k].key && !given[k] && used < 80)
            used += (size_t)snprintf(out + used, 80 - used, "%s%s=", used ? " or " : "", f->argument[k].key);
    return out;
}

/* KEY=VALUE, the key looked at. */
static bool take_keyed(parser *p, const form *f, bool *given, ho_node *node) {
    char keys[80];
    for (int k = 0; k < N_ARGUMENT; k++) {
        if (!f->argument[k].key || given[k] || !is_word(p, f->argument[k].key))
            continue;
        given[k] = true;
        advance(p);
        if (!is_symbol(p, "="))
            return NEED(p, "need \"=\"") >= 0;
        advance(p);
        return take_argument(p, &f->argument[k], node);
    }
    keys_text(f, given, keys);
    return NEED(p, *keys ? "need %s" : "need \")\"%s", keys) >= 0;
}

static bool need_comma(parser *p) {
    if (!is_symbol(p, ","))
        return NEED(p, "need \",\"") >= 0;
    advance(p);
    return true;
}

static bool read_arguments(parser *p, const form *f, ho_node *node) {
    bool given[N_ARGUMENT] = {false};
    char list[160];
    bool first = true;
    for (int k = 0; k < N_ARGUMENT && f->argument[k].kind != ARGUMENT_NONE; k++) {
        if (f->argument[k].key)
            continue;
        if ((!first && !need_comma(p)) || !take_argument(p, &f->argument[k], node))
            return false;
        first = false;
    }
    while (is_symbol(p, ",")) {
        advance(p);
        if (!take_keyed(p, f, given, node))
            return false;
    }
    for (int k = 0; k < N_ARGUMENT; k++) {
        const argument *a = &f->argument[k];
        if (a->key && !a->optional && !given[k])
            return NEED(p, "need \", %s=\" and %s", a->key, a->choice ? choices_text(a->choice, list) : a->what) >= 0;
    }
    return is_symbol(p, ")") || NEED(p, "need \",\" or \")\"") >= 0;
}

static bool is_over_days(ho_op op) {
    return op == HO_OP_EVER || op == HO_OP_ALWAYS || op == HO_OP_DAYS;
}

/* NAME '(' ... ')', the bracket looked at. */
static int32_t read_form(parser *p, const form *f, int32_t at) {
    ho_node node = blank(f->op, at);
    int32_t before = p->over_days;
    if (is_over_days(f->op) && p->over_days++)
        return NEED(p, "need no ever, always or days within another");
    if (f->op == HO_OP_MECHANISM && (p->expression->n > 0 || p->depth > 1))
        return NEED(p, "need mechanism(...) alone: it is the whole expression");
    advance(p);
    if (!read_arguments(p, f, &node))
        return -1;
    advance(p);
    p->over_days = before;
    return add(p, node);
}

static int32_t read_name(parser *p) {
    token name = p->token;
    char list[200];
    size_t used = 0;
    advance(p);
    if (!is_symbol(p, "(")) {
        if (name.n >= HO_WORD_ROOM) {
            p->token = name;
            return NEED(p, "need an observable's name, shorter than %d bytes", HO_WORD_ROOM);
        }
        ho_node node = blank(HO_OP_OBSERVABLE, name.at);
        node.word = (ho_word){name.at, name.n};
        return add(p, node);
    }
    for (size_t k = 0; k < COUNT(FORM); k++) {
        if (name.n == (int32_t)strlen(FORM[k].name) && memcmp(p->text + name.at, FORM[k].name, (size_t)name.n) == 0)
            return read_form(p, &FORM[k], name.at);
        if (used < sizeof list)
            used += (size_t)snprintf(list + used, sizeof list - used, "%s%s", k == 0 ? "" : k + 1 == COUNT(FORM) ? " or " : ", ", FORM[k].name);
    }
    p->token = name;
    return NEED(p, "need %s before a bracket", list);
}

static int32_t read_inner(parser *p) {
    advance(p);
    int32_t inner = read_comparison(p);
    if (inner < 0)
        return -1;
    if (!is_symbol(p, ")"))
        return NEED(p, "need \")\"");
    advance(p);
    return inner;
}

static int32_t read_factor(parser *p);

static int32_t read_minus(parser *p) {
    ho_node node = blank(HO_OP_SUBTRACT, p->token.at);
    advance(p);
    node.left = add(p, blank(HO_OP_NUMBER, node.at));
    node.right = node.left < 0 ? -1 : read_factor(p);
    return node.right < 0 ? -1 : add(p, node);
}

static int32_t read_factor(parser *p) {
    int32_t at = -1;
    if (p->depth == HO_EXPRESSION_DEPTH)
        return NEED(p, "need fewer brackets within each other: at most %d", HO_EXPRESSION_DEPTH);
    p->depth++;
    if (p->token.kind == TOKEN_NUMBER) {
        ho_node node = blank(HO_OP_NUMBER, p->token.at);
        node.number = p->token.number;
        advance(p);
        at = add(p, node);
    } else if (p->token.kind == TOKEN_NAME)
        at = read_name(p);
    else if (is_symbol(p, "("))
        at = read_inner(p);
    else if (is_symbol(p, "-"))
        at = read_minus(p);
    else
        at = NEED(p, "need a number, an observable, a form or \"(\"");
    p->depth--;
    return at;
}

typedef struct sign {
    const char *text;
    ho_op op;
} sign;

static const sign *sign_of(const parser *p, const sign *list, size_t n) {
    for (size_t k = 0; k < n; k++)
        if (is_symbol(p, list[k].text))
            return &list[k];
    return NULL;
}

/* Operands of one strength, from the left. most: signs allowed. */
static int32_t read_chain(parser *p, const sign *list, size_t n, size_t most, int32_t (*operand)(parser *)) {
    int32_t left = operand(p);
    const sign *found = left < 0 ? NULL : sign_of(p, list, n);
    for (size_t k = 0; found && k < most; k++) {
        ho_node node = blank(found->op, p->token.at);
        advance(p);
        node.left = left;
        node.right = operand(p);
        left = node.right < 0 ? -1 : add(p, node);
        found = left < 0 ? NULL : sign_of(p, list, n);
    }
    return left;
}

static int32_t read_product(parser *p) {
    static const sign SIGN[] = {{"*", HO_OP_MULTIPLY}, {"/", HO_OP_DIVIDE}};
    return read_chain(p, SIGN, COUNT(SIGN), HO_EXPRESSION_NODES, read_factor);
}

static int32_t read_sum(parser *p) {
    static const sign SIGN[] = {{"+", HO_OP_ADD}, {"-", HO_OP_SUBTRACT}};
    return read_chain(p, SIGN, COUNT(SIGN), HO_EXPRESSION_NODES, read_product);
}

static int32_t read_comparison(parser *p) {
    static const sign SIGN[] = {{"<", HO_OP_BELOW}, {">", HO_OP_ABOVE}, {"<=", HO_OP_AT_MOST}, {">=", HO_OP_AT_LEAST}};
    return read_chain(p, SIGN, COUNT(SIGN), 1, read_sum);
}

bool ho_expression_parse(const char *text, ho_expression *expression, ho_expression_error *error) {
    size_t n = strlen(text);
    parser p = {.text = text, .n = (int32_t)(n > HO_EXPRESSION_BYTES ? 0 : n), .expression = expression, .error = error};
    *expression = (ho_expression){.root = -1};
    *error = (ho_expression_error){0};
    advance(&p);
    if (n > HO_EXPRESSION_BYTES)
        return NEED(&p, "need at most %d bytes", HO_EXPRESSION_BYTES) >= 0;
    int32_t root = read_comparison(&p);
    if (root < 0)
        return false;
    if (p.token.kind != TOKEN_END)
        return NEED(&p, "need +, -, *, /, <, > or the end") >= 0;
    for (int32_t k = 0; k < root; k++)
        if (expression->node[k].op == HO_OP_MECHANISM) {
            p.token = (token){.kind = TOKEN_NAME, .at = expression->node[k].at, .n = sizeof "mechanism" - 1};
            return NEED(&p, "need mechanism(...) alone: it is the whole expression") >= 0;
        }
    expression->root = root;
    return true;
}
