/* Any text as an expression: no crash, a tree whose children stand before their parents, and a place and a need wherever it fails. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "evidence/expression.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void word_verify(ho_word word, size_t size) {
    assert(word.n >= 0 && word.at >= 0 && (size_t)word.at + (size_t)word.n <= size && word.n < HO_WORD_ROOM);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static ho_expression expression;
    ho_expression_error error;
    char *text = malloc(size + 1);
    assert(text);
    memcpy(text, data, size);
    text[size] = '\0';
    size = strlen(text);
    if (ho_expression_parse(text, &expression, &error)) {
        assert(expression.n > 0 && expression.n <= HO_EXPRESSION_NODES && expression.root == (int32_t)expression.n - 1);
        for (size_t k = 0; k < expression.n; k++) {
            const ho_node *node = &expression.node[k];
            assert(node->left < (int32_t)k && node->right < (int32_t)k && (size_t)node->at < size);
            word_verify(node->word, size);
            word_verify(node->place, size);
            word_verify(node->within, size);
            assert(node->op != HO_OP_MECHANISM || expression.n == 1);
        }
    } else
        assert(error.at >= 0 && (size_t)error.at <= size && error.found[0] && error.need[0]);
    free(text);
    return 0;
}
