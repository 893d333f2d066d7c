/* Going home. Origin is kept by home area; who is away from one belonged to its districts in proportion to the people
 * these lack. Those whose district is quiet go home at a rate; how many is a binomial draw for each home area, which
 * places they leave and which districts they come home to is a sample of equal chances. */
#include "mechanisms/people.h"

#include <string.h>

static const double QUIET_DAYS = 14; /* [d] without an engagement or a takeover; displacement.md */
static const double HOSTILE = -0.5;  /* attitude to the holder below which nobody comes back; judgement */

static bool is_safe_home(const ho_world *world, const ho_state *state, size_t i) {
    size_t at = (size_t)ho_holder_bloc(world, state, i) * world->n_province + (size_t)world->province[i];
    double now = state->time_day;
    return state->battle_bloc[i] < 0 && now - state->last_fight_day[i] >= QUIET_DAYS &&
           now - state->taken_day[i] >= QUIET_DAYS && state->attitude_here[at] >= HOSTILE;
}

/* People that safe districts lack beside day 0, at least 1; 0 elsewhere: into the scratch column `queue`. Also sums who
 * is settled, by area. */
static void look_home(const ho_world *world, ho_state *state, int64_t *settled) {
    for (size_t i = 0; i < world->n_district; i++) {
        double lacks = ho_max(1, world->population[i] - state->residents[i]);
        state->queue[i] = is_safe_home(world, state, i) ? (int32_t)ho_min(lacks, 2e9) : 0;
        settled[world->home[i]] += ho_settled(world, state, i);
    }
}

/* Share of those away from home area h whose district is safe. */
static double share_safe(const ho_world *world, const ho_state *state, size_t h) {
    double safe = 0, all = 0;
    for (int32_t k = world->home_first[h]; k < world->home_first[h + 1]; k++) {
        size_t i = (size_t)world->province_district[k];
        all += ho_max(1, world->population[i] - state->residents[i]);
        safe += state->queue[i];
    }
    return all > 0 ? ho_min(1, safe / all) : 0;
}

/* n people come home to the safe districts of area h: u in (0,1) starts the sample. */
static void come_home(const ho_world *world, ho_state *state, size_t h, int64_t n, double u) {
    double sum = 0, upto = u;
    int64_t before = 0, now = 0;
    int32_t last = -1;
    for (int32_t k = world->home_first[h]; k < world->home_first[h + 1]; k++)
        if (state->queue[world->province_district[k]] > 0) {
            last = world->province_district[k];
            sum += state->queue[last];
        }
    for (int32_t k = world->home_first[h]; k < world->home_first[h + 1]; k++) {
        int32_t i = world->province_district[k];
        if (state->queue[i] == 0)
            continue;
        upto += (double)n * state->queue[i] / sum;
        now = i == last || (int64_t)upto > n ? n : (int64_t)upto;
        state->residents[i] += (int32_t)(now - before);
        before = now;
    }
}

/* n people leave where they stayed in area k. */
static void leave_area(const ho_world *world, ho_state *state, size_t k, int64_t n, int64_t settled, double u) {
    double upto = u;
    int64_t left = n, before = 0;
    for (int pass = 0; pass < 2 && left > 0; pass++) /* the second takes what rounding left over */
        for (int32_t m = world->home_first[k]; m < world->home_first[k + 1] && left > 0; m++) {
            size_t i = (size_t)world->province_district[m];
            int64_t here = ho_settled(world, state, i), go = left;
            if (pass == 0) {
                upto += (double)here * (double)n / (double)settled;
                go = (int64_t)upto - before;
                before = (int64_t)upto;
            }
            go = go < here ? go : here;
            go = go < left ? go : left;
            state->displaced[i] -= (int32_t)go;
            left -= go;
        }
}

/* Draws who of area h goes home, from where; adds to leaving and takes from spare, both by area. Returns how many. */
static int64_t draw_returns(const ho_world *world, ho_state *state, const ho_streams *streams, size_t h, double chance,
                            int64_t *leaving, int64_t *spare) {
    int64_t stock[HO_HOME_MAX] = {0}, taken[HO_HOME_MAX], sum = 0, back = 0;
    int32_t *away = &state->away[h * world->n_home];
    for (size_t k = 0; k < world->n_home; k++)
        sum += stock[k] = away[k];
    if (sum == 0)
        return 0;
    ho_rng rng = ho_rng_at(streams, (uint32_t)state->step, HO_PROC_RETURN, (uint32_t)h);
    int64_t n = ho_binomial(&rng, sum, chance * share_safe(world, state, h));
    if (n == 0)
        return 0;
    ho_sample(n, stock, world->n_home, ho_rng_unit(&rng), taken);
    for (size_t k = 0; k < world->n_home; k++) {
        int64_t m = taken[k] < spare[k] ? taken[k] : spare[k]; /* who is on the road arrives first */
        away[k] -= (int32_t)m;
        spare[k] -= m;
        leaving[k] += m;
        back += m;
    }
    return back;
}

void ho_go_back(const ho_world *world, ho_state *state, const ho_streams *streams, double days) {
    int64_t leaving[HO_HOME_MAX] = {0}, spare[HO_HOME_MAX] = {0}, settled[HO_HOME_MAX], back[HO_HOME_MAX];
    const double chance = ho_one_minus_exp(state->p[HO_P_GO_HOME] * days);
    uint32_t word[4];
    look_home(world, state, spare);
    memcpy(settled, spare, sizeof settled);
    for (size_t h = 0; h < world->n_home; h++)
        back[h] = draw_returns(world, state, streams, h, chance, leaving, spare);
    for (size_t h = 0; h < world->n_home; h++) {
        if (leaving[h] == 0 && back[h] == 0)
            continue;
        ho_block(streams, (uint32_t)state->step, HO_PROC_RETURN, (uint32_t)h, UINT32_MAX, word);
        if (leaving[h] > 0)
            leave_area(world, state, h, leaving[h], settled[h], ho_unit(word[0]));
        if (back[h] > 0)
            come_home(world, state, h, back[h], ho_unit(word[1]));
        state->returned[0] += back[h];
    }
}
