/* Shapley values of a game played once a replicate. Internal to the stage. */
#ifndef HO_EVIDENCE_SHAPLEY_H
#define HO_EVIDENCE_SHAPLEY_H

#include "holdout/evidence.h"

enum { HO_PLAYER_MAX = 8 };

typedef struct ho_player {
    ho_estimate value;      /* Shapley value */
    double share, share_se; /* of all - none; NaN where that is 0 */
    ho_estimate alone_in;   /* v(only this player) - v(none) */
    ho_estimate alone_out;  /* v(all) - v(all but this player) */
} ho_player;

typedef struct ho_game {
    size_t n;               /* replicates with a value in every coalition */
    ho_estimate all, none, gain; /* gain: all - none */
    double worst_gap;       /* largest |sum of values - gain| in a replicate: rounding */
    ho_player player[HO_PLAYER_MAX];
} ho_game;

/* v (2^n_player, n_replicate): value of a coalition in a replicate; bit i of a coalition's number: player i is in it. NaN: not measured; such a
 * replicate is left out. 1 <= n_player <= HO_PLAYER_MAX. coalition (2^n_player) or NULL: written, v of each over the replicates that count.
 *
 * Value of player i in a replicate (Shapley 1953): sum over coalitions S without i of |S|! (n - |S| - 1)! / n! (v(S + i) - v(S)). It is linear in
 * v, so the value of the mean game is the mean of the values, and its standard error is that of a mean over replicates: whatever luck they share
 * across coalitions cancels. The share is a ratio of two such means; its error is that of the residuals value - share x gain over
 * the mean gain (delta method). HO_ERR_MEMORY. */
ho_status ho_shapley(const float *v, size_t n_player, size_t n_replicate, ho_game *game, ho_estimate *coalition, ho_error *err);

#endif
