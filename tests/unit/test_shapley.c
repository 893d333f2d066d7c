/* Shapley values of games whose values are known. */
#include "check.h"

#include <math.h>
#include <string.h>

#include "evidence/shapley.h"

enum { N_MOST = 256 };

static ho_game play(const float *v, size_t n_player, size_t n_replicate) {
    ho_game game = {0};
    assert_int_equal(ho_shapley(v, n_player, n_replicate, &game, NULL, NULL), HO_OK);
    return game;
}

static void assert_near(double x, double y) {
    if (!(fabs(x - y) < 1e-6))
        fail_msg("%.9g is not %.9g", x, y);
}

/* Who has the one left glove, and the two who have right ones: (2/3, 1/6, 1/6) (Shapley and Shubik 1969). */
static void glove_game_has_its_known_values(void **unused) {
    (void)unused;
    float v[8] = {0};
    for (int c = 0; c < 8; c++)
        v[c] = (c & 1) && (c & 6) ? 1 : 0;
    ho_game game = play(v, 3, 1);
    assert_near(game.player[0].value.mean, 2.0 / 3);
    assert_near(game.player[1].value.mean, 1.0 / 6);
    assert_near(game.player[2].value.mean, 1.0 / 6);
    assert_near(game.player[0].alone_out.mean, 1);
    assert_near(game.player[1].alone_out.mean, 0);
    assert_near(game.player[0].alone_in.mean, 0);
    assert_true(isnan(game.player[0].value.se)); /* one replicate */
}

/* Ten drivers need a runway as long as the longest: the airport game of Littlechild and Owen (1973), here of four: costs 1, 2, 3, 4. */
static void airport_game_has_its_known_values(void **unused) {
    (void)unused;
    float v[16] = {0};
    for (int c = 1; c < 16; c++)
        for (int i = 0; i < 4; i++)
            if (c >> i & 1)
                v[c] = (float)(i + 1);
    ho_game game = play(v, 4, 1);
    const double want[] = {1.0 / 4, 1.0 / 4 + 1.0 / 3, 1.0 / 4 + 1.0 / 3 + 1.0 / 2, 1.0 / 4 + 1.0 / 3 + 1.0 / 2 + 1};
    for (int i = 0; i < 4; i++)
        assert_near(game.player[i].value.mean, want[i]);
}

/* What each adds whatever the others do: the value is that, and so are both ends; eight players. */
static void additive_game_gives_each_his_own(void **unused) {
    (void)unused;
    float v[N_MOST];
    for (int c = 0; c < N_MOST; c++) {
        v[c] = 5;
        for (int i = 0; i < 8; i++)
            v[c] += c >> i & 1 ? (float)(i - 3) : 0;
    }
    ho_game game = play(v, 8, 1);
    for (int i = 0; i < 8; i++) {
        assert_near(game.player[i].value.mean, i - 3);
        assert_near(game.player[i].alone_in.mean, i - 3);
        assert_near(game.player[i].alone_out.mean, i - 3);
        assert_near(game.player[i].share, (i - 3) / 4.0);
    }
    assert_near(game.none.mean, 5);
    assert_near(game.gain.mean, 4);
}

/* A player who adds nothing to anybody gets nothing; two who are alike get the same. */
static void dummy_gets_nothing_and_equals_get_the_same(void **unused) {
    (void)unused;
    float v[16];
    for (int c = 0; c < 16; c++) {
        int alike = (c & 1) + (c >> 1 & 1), other = c >> 2 & 1; /* player 3 is the dummy */
        v[c] = (float)(alike * alike + 3 * alike * other);
    }
    ho_game game = play(v, 4, 1);
    assert_near(game.player[3].value.mean, 0);
    assert_near(game.player[0].value.mean, game.player[1].value.mean);
    assert_true(game.player[0].value.mean > game.player[2].value.mean);
}

static uint32_t next(uint32_t *x) {
    return *x = *x * 1664525 + 1013904223;
}

/* A slow second way: the mean over all orders of what player i adds on coming in. */
static double value_by_orders(const float *v, size_t n, size_t n_replicate, size_t r, size_t i) {
    int order[5], n_order = 0;
    double sum = 0;
    for (int k = 0; k < 120; k++) { /* factorial number system */
        int left[5] = {0, 1, 2, 3, 4}, code = k;
        for (int place = 0; place < 5; place++) {
            int f = place == 0 ? 24 : place == 1 ? 6 : place == 2 ? 2 : 1, at = code / f;
            code %= f;
            order[place] = left[at];
            memmove(left + at, left + at + 1, (size_t)(4 - place - at) * sizeof *left);
        }
        uint32_t in = 0;
        for (int place = 0; order[place] != (int)i; place++)
            in |= UINT32_C(1) << order[place];
        sum += (double)v[(in | UINT32_C(1) << i) * n_replicate + r] - (double)v[in * n_replicate + r];
        n_order++;
    }
    assert_int_equal(n, 5);
    return sum / n_order;
}

static void values_are_means_over_all_orders_and_add_up(void **unused) {
    (void)unused;
    enum { N = 5, R = 7 };
    static float v[32 * R];
    uint32_t x = 1;
    for (int k = 0; k < 32 * R; k++)
        v[k] = (float)(next(&x) >> 8) / 1e6f;
    ho_game game = play(v, N, R);
    double sum = 0;
    for (size_t i = 0; i < N; i++) {
        double value[R], mean = 0, square = 0;
        for (size_t r = 0; r < R; r++)
            mean += (value[r] = value_by_orders(v, N, R, r, i)) / R;
        for (size_t r = 0; r < R; r++)
            square += (value[r] - mean) * (value[r] - mean);
        assert_near(game.player[i].value.mean, mean);
        assert_near(game.player[i].value.se, sqrt(square / (R - 1) / R));
        sum += game.player[i].value.mean;
    }
    assert_near(sum, game.gain.mean);
    assert_near(game.gain.mean, game.all.mean - game.none.mean);
    assert_true(game.worst_gap < 1e-9);
}

/* Luck that all coalitions share makes no error: pairs. */
static void shared_luck_cancels(void **unused) {
    (void)unused;
    enum { R = 50 };
    static float v[4 * R];
    uint32_t x = 3;
    for (int r = 0; r < R; r++) {
        float luck = (float)(next(&x) >> 24);
        for (int c = 0; c < 4; c++)
            v[c * R + r] = luck + (float)(c & 1) + 2 * (float)(c >> 1);
    }
    ho_game game = play(v, 2, R);
    assert_near(game.player[0].value.mean, 1);
    assert_near(game.player[1].value.mean, 2);
    assert_true(game.player[0].value.se < 1e-6 && game.all.se > 5);
    assert_near(game.player[1].share, 2.0 / 3);
    assert_true(game.player[1].share_se < 1e-6);
}

static void replicates_without_a_value_are_left_out(void **unused) {
    (void)unused;
    float v[] = {0, 0, 0, 1, 100, 3}; /* none, then the one player */
    v[1] = NAN;
    ho_estimate coalition[2];
    ho_game game = {0};
    assert_int_equal(ho_shapley(v, 1, 3, &game, coalition, NULL), HO_OK);
    assert_int_equal(game.n, 2);
    assert_near(game.player[0].value.mean, 2);
    assert_near(game.player[0].value.se, 1);
    assert_near(coalition[1].mean, 2);
    assert_near(coalition[0].mean, 0);
}

static void nothing_to_share_gives_no_shares(void **unused) {
    (void)unused;
    const float v[] = {1, 1, 2, 2, 0, 0, 1, 1};
    ho_game game = play(v, 2, 2);
    assert_true(game.gain.mean == 0 && isnan(game.player[0].share));
    assert_near(game.player[0].value.mean, 1);
    assert_near(game.player[1].value.mean, -1);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(glove_game_has_its_known_values),
        cmocka_unit_test(airport_game_has_its_known_values),
        cmocka_unit_test(additive_game_gives_each_his_own),
        cmocka_unit_test(dummy_gets_nothing_and_equals_get_the_same),
        cmocka_unit_test(values_are_means_over_all_orders_and_add_up),
        cmocka_unit_test(shared_luck_cancels),
        cmocka_unit_test(replicates_without_a_value_are_left_out),
        cmocka_unit_test(nothing_to_share_gives_no_shares),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
