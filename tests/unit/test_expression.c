/* Expressions of readings.csv: every form, and every way to be wrong with its place and need. */
#include "check.h"

#include <stdio.h>
#include <string.h>

#include "evidence/expression.h"

/* A tree as text: operators before their operands, words as they stand. */
static void show(const char *text, const ho_expression *e, int32_t k, char *out) {
    static const char *const name[] = {"",  "+",     "-",        "*",     "/",         "<",     ">",    "<=",  ">=",     "",     "share",
                                       "captured", "count", "contested", "holds", "gain", "at",  "ending", "ever", "always", "days", "mechanism"};
    const ho_node *node = &e->node[k];
    char word[HO_WORD_ROOM], day[11];
    size_t n = strlen(out);
    if (node->op == HO_OP_NUMBER) {
        sprintf(out + n, "%g", node->number);
        return;
    }
    if (node->op == HO_OP_OBSERVABLE) {
        sprintf(out + n, "%s", ho_word_copy(text, node->word, word));
        return;
    }
    sprintf(out + n, "(%s", name[node->op]);
    const ho_word words[] = {node->word, node->place, node->within};
    for (size_t w = 0; w < N_OF(words); w++)
        if (words[w].n)
            sprintf(out + strlen(out), " %s", ho_word_copy(text, words[w], word));
    if (node->choice >= 0)
        sprintf(out + strlen(out), " #%d", (int)node->choice);
    if (node->day != HO_DAY_NONE)
        sprintf(out + strlen(out), " %s", ho_day_format(node->day, day));
    const int32_t child[] = {node->left, node->right};
    for (size_t c = 0; c < 2; c++)
        if (child[c] >= 0) {
            strcat(out, " ");
            show(text, e, child[c], out);
        }
    strcat(out, ")");
}

static void every_form_is_read(void **unused) {
    (void)unused;
    static const struct {
        const char *text, *tree;
    } GOOD[] = {
        {"1", "1"},
        {" 0.25 ", "0.25"},
        {"killed.crown", "killed.crown"},
        {"crossed_border.some-land", "crossed_border.some-land"},
        {"a - b - c", "(- (- a b) c)"},
        {"a + b * c", "(+ a (* b c))"},
        {"(a + b) / 2", "(/ (+ a b) 2)"},
        {"-a", "(- 0 a)"},
        {"a < 1", "(< a 1)"},
        {"a + 1 >= b", "(>= (+ a 1) b)"},
        {"a <= b", "(<= a b)"},
        {"a > b", "(> a b)"},
        {"share(reeds, of=area)", "(share reeds #0)"},
        {"share(reeds, of=crossings, in='Far North')", "(share reeds Far North #5)"},
        {"captured(reeds)", "(captured reeds)"},
        {"captured(reeds, of=capitals, since=2030-05-02, in=VA)", "(captured reeds VA #4 2030-05-02)"},
        {"captured(reeds, since=2030-05-02, of=centres)", "(captured reeds #2 2030-05-02)"},
        {"count(capitals, reeds)", "(count reeds capitals)"},
        {"count('7 hills', reeds)", "(count reeds 7 hills)"},
        {"contested(reeds)", "(contested reeds)"},
        {"holds(reeds, VA01)", "(holds reeds VA01)"},
        {"gain(killed.crown, since=2030-05-02)", "(gain 2030-05-02 killed.crown)"},
        {"at(killed.crown, 2030-05-02)", "(at 2030-05-02 killed.crown)"},
        {"ending(insurgent-victory)", "(ending #0)"},
        {"ending(state-recovery)", "(ending #4)"},
        {"ever(a > 1)", "(ever (> a 1))"},
        {"always(a)", "(always a)"},
        {"days(a) + days(b)", "(+ (days a) (days b))"},
        {"ratio(a, b)", "(/ a b)"},
        {"mechanism(air)", "(mechanism air)"},
        {"mechanism(air, of=holdout)", "(mechanism air #3)"},
    };
    for (size_t k = 0; k < N_OF(GOOD); k++) {
        ho_expression e;
        ho_expression_error error;
        char tree[600] = "";
        if (!ho_expression_parse(GOOD[k].text, &e, &error))
            fail_msg("%s: at %d, %s: %s", GOOD[k].text, (int)error.at, error.found, error.need);
        show(GOOD[k].text, &e, e.root, tree);
        assert_string_equal(tree, GOOD[k].tree);
    }
}

static void every_error_has_its_place_and_need(void **unused) {
    (void)unused;
    static const struct {
        const char *text;
        int32_t at;
        const char *found, *need;
    } BAD[] = {
        {"", 0, "the end", "need a number, an observable, a form or \"(\""},
        {"a +", 3, "the end", "need a number, an observable, a form or \"(\""},
        {"a b", 2, "\"b\"", "need +, -, *, /, <, > or the end"},
        {"a < b < c", 6, "\"<\"", "need +, -, *, /, <, > or the end"},
        {"(a", 2, "the end", "need \")\""},
        {"2030-05-02", 0, "\"2030-05-02\"", "need a number, an observable, a form or \"(\""},
        {"share(", 6, "the end", "need a bloc"},
        {"share(reeds)", 11, "\")\"", "need \", of=\" and area, districts, centres, people, capitals or crossings"},
        {"share(reeds, area)", 13, "\"area\"", "need of= or in="},
        {"share(reeds, of area)", 16, "\"area\"", "need \"=\""},
        {"share(reeds, of=moon)", 16, "\"moon\"", "need area, districts, centres, people, capitals or crossings"},
        {"share(reeds, of=area, of=area)", 22, "\"of\"", "need in="},
        {"share(reeds, of=area", 20, "the end", "need \",\" or \")\""},
        {"captured(reeds, of=area)", 19, "\"area\"", "need centres, capitals or crossings"},
        {"captured(reeds, since=May)", 22, "\"May\"", "need a date YYYY-MM-DD"},
        {"captured(reeds, since=2030-02-30)", 22, "\"2030\"", "need a date YYYY-MM-DD"},
        {"count(capitals)", 14, "\")\"", "need \",\""},
        {"count(7, reeds)", 6, "\"7\"", "need capitals, centres, districts, crossings or a p-code"},
        {"holds(reeds, )", 13, "\")\"", "need the p-code of a district or province"},
        {"contested(reeds, x)", 17, "\"x\"", "need \")\""},
        {"gain(a)", 6, "\")\"", "need \", since=\" and a date YYYY-MM-DD"},
        {"at(a)", 4, "\")\"", "need \",\""},
        {"at(a, b)", 6, "\"b\"", "need a date YYYY-MM-DD"},
        {"ending(peace)", 7, "\"peace\"", "need insurgent-victory, settlement, stalemate, fragmentation or state-recovery"},
        {"ever(ever(a))", 9, "\"(\"", "need no ever, always or days within another"},
        {"mechanism(air, of=everything)", 18, "\"everything\"", "need districts, districts-mean, capital, holdout or harm"},
        {"1 + mechanism(air)", 13, "\"(\"", "need mechanism(...) alone: it is the whole expression"},
        {"mechanism(air) + 1", 0, "\"mechanism\"", "need mechanism(...) alone: it is the whole expression"},
        {"sum(a)", 0, "\"sum\"",
         "need share, captured, count, contested, holds, gain, at, ending, ever, always, days, ratio or mechanism before a bracket"},
        {"'a'", 1, "\"a\"", "need a number, an observable, a form or \"(\""},
        {"count('a, reeds)", 7, "\"a, reeds)\"", "need capitals, centres, districts, crossings or a p-code"},
        {"a $ b", 2, "\"$\"", "need +, -, *, /, <, > or the end"},
    };
    for (size_t k = 0; k < N_OF(BAD); k++) {
        ho_expression e;
        ho_expression_error error;
        if (ho_expression_parse(BAD[k].text, &e, &error))
            fail_msg("%s is read", BAD[k].text);
        if (error.at != BAD[k].at || strcmp(error.found, BAD[k].found) != 0 || strcmp(error.need, BAD[k].need) != 0)
            fail_msg("%s: at %d, %s: %s", BAD[k].text, (int)error.at, error.found, error.need);
    }
}

/* n times a piece, between a beginning and an end. */
static bool reads(const char *begin, const char *piece, size_t n, const char *end, ho_expression_error *error) {
    static char text[20000];
    ho_expression e;
    strcpy(text, begin);
    for (size_t k = 0; k < n; k++)
        strcat(text, piece);
    strcat(text, end);
    return ho_expression_parse(text, &e, error);
}

static void what_is_too_much_is_refused(void **unused) {
    (void)unused;
    ho_expression_error error;
    assert_true(reads("", "(", HO_EXPRESSION_DEPTH - 1, "a)))))))))))))))))))))))", &error));
    assert_false(reads("", "(", HO_EXPRESSION_DEPTH, "a", &error));
    assert_string_equal(error.need, "need fewer brackets within each other: at most 24");
    assert_true(reads("1", " + 1", 31, "", &error));
    assert_false(reads("1", " + 1", 32, "", &error));
    assert_string_equal(error.need, "need a shorter expression: at most 64 parts");
    assert_false(reads("", "a", HO_WORD_ROOM, "", &error));
    assert_string_equal(error.need, "need an observable's name, shorter than 128 bytes");
    assert_false(reads("", "a ", 600, "", &error));
    assert_string_equal(error.need, "need at most 1000 bytes");
    assert_false(reads("", "7", 40, "", &error));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_form_is_read),
        cmocka_unit_test(every_error_has_its_place_and_need),
        cmocka_unit_test(what_is_too_much_is_refused),
    };
    return cmocka_run_group_tests_name("expression", tests, NULL, NULL);
}
