/* Expressions of readings.csv: what a run is asked, as a tree. Pure: no memory is taken, nothing is looked up.
 *
 *     comparison := sum [('<' | '>' | '<=' | '>=') sum]            1 if true, else 0
 *     sum        := product (('+' | '-') product)*
 *     product    := factor (('*' | '/') factor)*
 *     factor     := NUMBER | '(' comparison ')' | '-' factor | NAME | NAME '(' argument (',' argument)* ')'
 *     argument   := comparison | WORD | DATE | KEY '=' (WORD | DATE)
 *
 * A NAME without brackets is an observable. The forms with brackets, their arguments and the words they take are one table in
 * expression.c. Names have letters, digits, '_', '.' and '-', so a minus needs a space before it; words with anything else stand in
 * single quotes. */
#ifndef HO_EVIDENCE_EXPRESSION_H
#define HO_EVIDENCE_EXPRESSION_H

#include "holdout/base.h"

enum {
    HO_EXPRESSION_BYTES = 1000, /* longest text */
    HO_EXPRESSION_NODES = 64,
    HO_EXPRESSION_DEPTH = 24,   /* of brackets and minus signs within each other */
    HO_WORD_ROOM = 128          /* longest word, its NUL included */
};

typedef enum ho_op {
    HO_OP_NUMBER,
    HO_OP_ADD,
    HO_OP_SUBTRACT,
    HO_OP_MULTIPLY,
    HO_OP_DIVIDE,
    HO_OP_BELOW,
    HO_OP_ABOVE,
    HO_OP_AT_MOST,
    HO_OP_AT_LEAST,
    HO_OP_OBSERVABLE,
    HO_OP_SHARE,
    HO_OP_CAPTURED,
    HO_OP_COUNT,
    HO_OP_CONTESTED,
    HO_OP_HOLDS,
    HO_OP_GAIN,
    HO_OP_AT,
    HO_OP_ENDING,
    HO_OP_EVER,
    HO_OP_ALWAYS,
    HO_OP_DAYS,
    HO_OP_MECHANISM /* the whole expression only */
} ho_op;

/* What `of` of share, captured and mechanism names. Districts are those controlled by the definition of districts_controlled. */
typedef enum ho_of {
    HO_OF_NONE = -1,
    HO_OF_AREA,
    HO_OF_DISTRICTS,
    HO_OF_CENTRES,
    HO_OF_PEOPLE,
    HO_OF_CAPITALS,
    HO_OF_CROSSINGS
} ho_of;

/* Part of the text. */
typedef struct ho_word {
    int32_t at, n; /* first byte, bytes; n 0: none */
} ho_word;

typedef struct ho_node {
    ho_op op;
    int32_t at;          /* first byte in the text */
    int32_t left, right; /* nodes, -1: none */
    double number;
    ho_word word;        /* observable, bloc or mechanism */
    ho_word place, within; /* of count and holds; `in` */
    int32_t choice;      /* ho_of; ending; measure of a mechanism; -1: not given */
    ho_day day;          /* HO_DAY_NONE: not given */
} ho_node;

typedef struct ho_expression {
    size_t n;
    int32_t root;
    ho_node node[HO_EXPRESSION_NODES];
} ho_expression;

/* Where an expression is wrong, and what is needed there. */
typedef struct ho_expression_error {
    int32_t at;       /* first byte of what is not understood */
    char found[40];   /* it, or "the end" */
    char need[240];
} ho_expression_error;

/* Reads a text. False, with *error filled, if it is no expression. */
bool ho_expression_parse(const char *text, ho_expression *expression, ho_expression_error *error);

/* Copies a word of the text, cut to fit. Returns out. */
char *ho_word_copy(const char *text, ho_word word, char out[HO_WORD_ROOM]);

/* Where a node is, for errors of its words. */
void ho_expression_complain(const char *text, int32_t at, int32_t n, ho_expression_error *error, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

#endif
