/* Exact Shapley values over all coalitions. Replicates are taken in order, so the sums do not depend on how they were made. */
#include "evidence/shapley.h"

#include <math.h>
#include <stdlib.h>

typedef struct playing {
    const float *v;
    size_t n_player, n_replicate, n; /* n: of replicates that count */
    uint32_t *replicate; /* (n) */
    double *value;       /* (n_player, n) Shapley value by replicate */
    double *scratch;     /* (n) */
    double weight[HO_PLAYER_MAX]; /* by size of the coalition joined */
} playing;

static double at(const playing *p, uint32_t coalition, size_t k) {
    return (double)p->v[coalition * p->n_replicate + p->replicate[k]];
}

static bool is_measured(const playing *p, size_t replicate) {
    for (size_t c = 0; c < (size_t)1 << p->n_player; c++)
        if (isnan(p->v[c * p->n_replicate + replicate]))
            return false;
    return true;
}

/* |S|! (n - |S| - 1)! / n! = 1 / (n binom(n - 1, |S|)) */
static void find_weights(playing *p) {
    const double n = (double)p->n_player;
    double binomial = 1;
    for (size_t s = 0; s < p->n_player; s++) {
        p->weight[s] = 1 / (n * binomial);
        binomial = binomial * (n - 1 - (double)s) / ((double)s + 1);
    }
}

static double value_of(const playing *p, size_t player, size_t k) {
    const uint32_t bit = UINT32_C(1) << player;
    double sum = 0;
    for (uint32_t c = 0; c < UINT32_C(1) << p->n_player; c++)
        if (!(c & bit))
            sum += p->weight[__builtin_popcount(c)] * (at(p, c | bit, k) - at(p, c, k));
    return sum;
}

static ho_estimate estimate_of(const double *x, size_t n) {
    double mean = 0, square = 0;
    for (size_t k = 0; k < n; k++)
        mean += x[k];
    mean = n ? mean / (double)n : (double)NAN;
    for (size_t k = 0; k < n; k++)
        square += (x[k] - mean) * (x[k] - mean);
    return (ho_estimate){mean, n > 1 ? sqrt(square / (double)(n - 1) / (double)n) : (double)NAN};
}

/* Mean of v(a) - v(b), or of v(a) where b is -1. */
static ho_estimate difference_of(playing *p, uint32_t a, int64_t b) {
    for (size_t k = 0; k < p->n; k++)
        p->scratch[k] = at(p, a, k) - (b < 0 ? 0 : at(p, (uint32_t)b, k));
    return estimate_of(p->scratch, p->n);
}

static void find_share(playing *p, const double *value, uint32_t all, double gain, ho_player *player) {
    player->share = gain != 0 ? player->value.mean / gain : (double)NAN;
    for (size_t k = 0; k < p->n; k++)
        p->scratch[k] = value[k] - player->share * (at(p, all, k) - at(p, 0, k));
    player->share_se = estimate_of(p->scratch, p->n).se / fabs(gain);
}

static void find_gap(const playing *p, uint32_t all, ho_game *game) {
    for (size_t k = 0; k < p->n; k++) {
        double sum = 0;
        for (size_t i = 0; i < p->n_player; i++)
            sum += p->value[i * p->n + k];
        game->worst_gap = fmax(game->worst_gap, fabs(sum - (at(p, all, k) - at(p, 0, k))));
    }
}

static void play(playing *p, ho_game *game, ho_estimate *coalition) {
    const uint32_t all = (UINT32_C(1) << p->n_player) - 1;
    find_weights(p);
    *game = (ho_game){.n = p->n, .all = difference_of(p, all, -1), .none = difference_of(p, 0, -1), .gain = difference_of(p, all, 0)};
    for (size_t i = 0; i < p->n_player; i++) {
        const uint32_t bit = UINT32_C(1) << i;
        double *value = p->value + i * p->n;
        ho_player *player = &game->player[i];
        for (size_t k = 0; k < p->n; k++)
            value[k] = value_of(p, i, k);
        player->value = estimate_of(value, p->n);
        player->alone_in = difference_of(p, bit, 0);
        player->alone_out = difference_of(p, all, all & ~bit);
        find_share(p, value, all, game->gain.mean, player);
    }
    find_gap(p, all, game);
    for (uint32_t c = 0; coalition && c <= all; c++)
        coalition[c] = difference_of(p, c, -1);
}

ho_status ho_shapley(const float *v, size_t n_player, size_t n_replicate, ho_game *game, ho_estimate *coalition, ho_error *err) {
    playing p = {.v = v, .n_player = n_player, .n_replicate = n_replicate};
    p.replicate = calloc(n_replicate + 1, sizeof *p.replicate);
    p.value = calloc(n_replicate * n_player + 1, sizeof *p.value);
    p.scratch = calloc(n_replicate + 1, sizeof *p.scratch);
    ho_status status = p.replicate && p.value && p.scratch ? HO_OK
                                                          : ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu replicates", n_replicate);
    for (size_t r = 0; r < n_replicate && !status; r++)
        if (is_measured(&p, r))
            p.replicate[p.n++] = (uint32_t)r;
    if (!status)
        play(&p, game, coalition);
    free(p.replicate);
    free(p.value);
    free(p.scratch);
    return status;
}
