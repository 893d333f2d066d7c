/* Endings: every day is in exactly one class, by the first rule that holds: settlement, insurgent victory,
 * fragmentation, state recovery, stalemate if both sides keep some weight, else whoever has more of the people is
 * taken for the winner. The thresholds are the scenario's. */
#include "record/ending.h"

#include <stdio.h>

const char *ho_ending_name(int ending) {
    static const char *const name[HO_N_ENDING] = {"insurgent victory", "settlement", "stalemate", "fragmentation",
                                                  "state recovery"};
    return ending >= 0 && ending < HO_N_ENDING ? name[ending] : "?";
}

const char *ho_ending_meaning(const ho_scenario *scenario, int ending, char *text, size_t size) {
    const ho_ending_rule *rule = &scenario->ending;
    text[0] = '\0';
    if (ending == HO_ENDING_INSURGENT_VICTORY)
        snprintf(text, size,
                 "a challenger holds the national capital and more than %.0f %% of the people live under it; or no other class "
                 "fits and a challenger has more of the people than the state",
                 100 * rule->victory_people);
    if (ending == HO_ENDING_SETTLEMENT)
        snprintf(text, size, "the blocs settled while the state still stood");
    if (ending == HO_ENDING_STALEMATE)
        snprintf(text, size, "the state and a challenger each keep at least %.0f %% of the people", 100 * rule->stalemate_people);
    if (ending == HO_ENDING_FRAGMENTATION)
        snprintf(text, size, "three rulers or more each have over %.0f %% of the people", 100 * rule->fragment_people);
    if (ending == HO_ENDING_STATE_RECOVERY)
        snprintf(text, size,
                 "the state has lost fewer than %.0f districts since the first day; or no other class fits and it has more of "
                 "the people than any challenger",
                 rule->recovery_districts);
    return text;
}

/* Shares of the people by ruler: blocs first, then factions that stand alone (taken out of their bloc). */
static void shares_of(const ho_world *world, const ho_state *state, double share[HO_BLOC_MAX + HO_FACTION_MAX]) {
    bool any_alone = false;
    for (size_t f = 0; f < world->n_faction; f++) {
        share[world->n_bloc + f] = 0;
        any_alone = any_alone || state->stance[f] == HO_STANCE_ALONE;
    }
    for (size_t b = 0; b < world->n_bloc; b++)
        share[b] = state->people_share[b];
    for (size_t i = 0; any_alone && i < world->n_district; i++)
        if (state->stance[state->holder[i]] == HO_STANCE_ALONE) {
            share[world->n_bloc + (size_t)state->holder[i]] += world->people_share[i];
            share[ho_holder_bloc(world, state, i)] -= world->people_share[i];
        }
}

/* Districts that the home bloc does not hold now, beyond those it did not hold on day 0. */
static int32_t lost_beyond_start(const ho_world *world, const ho_state *state) {
    int32_t now = (int32_t)world->n_district - state->centres[world->home_bloc];
    return now - state->centres_start[0];
}

static ho_ending ending_of(const ho_world *world, const ho_state *state, const double *share, int32_t n_ruler) {
    const ho_ending_rule *rule = &world->scenario->ending;
    int32_t capital = ho_holder_bloc(world, state, (size_t)world->national_capital);
    if (state->settled[0] && state->regime_clock[world->home_bloc] < 0) /* later it is a pocket's deal with the victor */
        return HO_ENDING_SETTLEMENT;
    if (capital != world->home_bloc && share[capital] > rule->victory_people)
        return HO_ENDING_INSURGENT_VICTORY;
    if (n_ruler >= 3)
        return HO_ENDING_FRAGMENTATION;
    if (lost_beyond_start(world, state) < rule->recovery_districts)
        return HO_ENDING_STATE_RECOVERY;
    double own = share[world->home_bloc], most = 0;
    for (size_t b = 0; b < world->n_bloc; b++)
        most = (int32_t)b != world->home_bloc && share[b] > most ? share[b] : most;
    if (own >= rule->stalemate_people && most >= rule->stalemate_people)
        return HO_ENDING_STALEMATE;
    return own > most ? HO_ENDING_STATE_RECOVERY : HO_ENDING_INSURGENT_VICTORY;
}

ho_rule ho_rule_of(const ho_world *world, const ho_state *state) {
    double share[HO_BLOC_MAX + HO_FACTION_MAX], squares = 0;
    int32_t n_ruler = 0;
    shares_of(world, state, share);
    for (size_t k = 0; k < world->n_bloc + world->n_faction; k++) {
        squares += share[k] * share[k];
        n_ruler += share[k] > world->scenario->ending.fragment_people;
    }
    return (ho_rule){.n_effective = squares > 0 ? 1 / squares : 0, .ending = ending_of(world, state, share, n_ruler)};
}
