/* One replicate told in words: what changed from one day to the next, and a line on the war and its people now and then.
 * The teller sees states only, so it can tell nothing that did not happen. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/record.h"
#include "mechanisms/mechanism.h"
#include "record/ending.h"

enum { EVERY_WEEK = 7, EVERY_MONTH = 30 };

/* The state of yesterday, as far as it is compared, and sums since the last line. */
typedef struct teller {
    const ho_world *world;
    void *context;
    ho_tell *tell;
    size_t n_change;
    int32_t stance[HO_FACTION_MAX], leader_fled[HO_FACTION_MAX], risen[HO_FACTION_MAX];
    int32_t leader_gone[HO_BLOC_MAX], successor_claims[HO_BLOC_MAX];
    bool regime_fell[HO_BLOC_MAX], released[HO_BLOC_MAX];
    int32_t *tightened; /* (n_neighbour) */
    uint8_t *recognises; /* (n_patron, n_bloc) */
    int32_t n_truce, n_truce_broken, settled;
    bool evacuating;
    int64_t evacuated, displaced, civilians;
    int32_t taken[HO_BLOC_MAX][HO_N_MODE]; /* this week, by who took it */
} teller;

static void say(const teller *t, const ho_state *state, const char *format, ...) __attribute__((format(printf, 3, 4)));
static void say(const teller *t, const ho_state *state, const char *format, ...) {
    char text[512];
    va_list args;
    va_start(args, format);
    vsnprintf(text, sizeof text, format, args);
    va_end(args);
    t->tell(t->context, t->world->from + state->day, text);
}

static const char *bloc_name(const teller *t, int32_t bloc) {
    return t->world->scenario->bloc[bloc].name;
}

static const char *faction_name(const teller *t, size_t faction) {
    return t->world->scenario->faction[faction].name;
}

/* --- centres --- */

static const char *by_mode(ho_mode mode) {
    static const char *const text[HO_N_MODE] = {
        [HO_MODE_FOUGHT] = "after a fight",       [HO_MODE_NEGOTIATED] = "by a deal",
        [HO_MODE_ABANDONED] = "left by its garrison", [HO_MODE_CARRIED] = "because a superior gave up",
        [HO_MODE_REGIME_FALL] = "as the state dissolves"};
    return text[mode] ? text[mode] : "from the start";
}

static void tell_capital(const teller *t, const ho_state *state, const ho_change *change) {
    const ho_district_row *row = &t->world->scenario->district[change->district];
    const char *to = bloc_name(t, t->world->faction_bloc[change->to]);
    if (change->district == t->world->national_capital)
        say(t, state, "%s, the national capital, falls to %s, %s.", row->name, to, by_mode((ho_mode)change->mode));
    else
        say(t, state, "%s (%s) falls to %s, %s.", row->name, row->pcode, to, by_mode((ho_mode)change->mode));
}

static void tell_changes(teller *t, const ho_state *state) {
    for (; t->n_change < state->n_change; t->n_change++) {
        const ho_change *change = &state->change[t->n_change];
        if (change->mode == HO_MODE_START)
            continue;
        t->taken[t->world->faction_bloc[change->to]][change->mode]++;
        if (t->world->is_capital[change->district])
            tell_capital(t, state, change);
    }
}

/* "3 after a fight, 2 by a deal". */
static void list_modes(const int32_t n[HO_N_MODE], char *text, size_t size) {
    size_t used = 0;
    for (int mode = 0; mode < HO_N_MODE; mode++)
        if (n[mode] > 0 && used < size)
            used += (size_t)snprintf(text + used, size - used, "%s%d %s", used ? ", " : "", n[mode],
                                     by_mode((ho_mode)mode));
}

static void tell_week(teller *t, const ho_state *state) {
    for (size_t b = 0; b < t->world->n_bloc; b++) {
        int32_t sum = 0;
        char modes[256] = "";
        for (int mode = 0; mode < HO_N_MODE; mode++)
            sum += t->taken[b][mode];
        list_modes(t->taken[b], modes, sizeof modes);
        if (sum)
            say(t, state, "This week %s took %d %s (%s) and now holds %d of %zu.", bloc_name(t, (int32_t)b), sum,
                sum == 1 ? "centre" : "centres", modes, state->centres[b], t->world->n_district);
    }
    memset(t->taken, 0, sizeof t->taken);
}

/* --- people who decide --- */

static void tell_stance(teller *t, const ho_state *state, size_t f) {
    static const char *const text[] = {
        [HO_STANCE_STAYS] = "back with its side",
        [HO_STANCE_ALONE] = "alone from now on",
        [HO_STANCE_SWITCHED] = "over to the other side",
        [HO_STANCE_FLED] = "the leader flees abroad"};
    if (state->stance[f] != t->stance[f])
        say(t, state, "%s: %s.", faction_name(t, f), text[state->stance[f]]);
    t->stance[f] = state->stance[f];
    if (state->risen[f] && !t->risen[f])
        say(t, state, "%s fights on.", faction_name(t, f));
    t->risen[f] = state->risen[f];
}

static void tell_bloc(teller *t, const ho_state *state, size_t b) {
    if (state->leader_gone[b] && !t->leader_gone[b])
        say(t, state, "The head of the state of %s leaves the country.", bloc_name(t, (int32_t)b));
    t->leader_gone[b] = state->leader_gone[b];
    if (state->successor_claims[b] && !t->successor_claims[b])
        say(t, state, "A successor claims to lead %s from %s.", bloc_name(t, (int32_t)b),
            t->world->scenario->district[t->world->successor_seat[b]].name);
    else if (t->successor_claims[b] && !state->successor_claims[b])
        say(t, state, "Nobody claims to lead %s any more.", bloc_name(t, (int32_t)b));
    t->successor_claims[b] = state->successor_claims[b];
    bool fell = state->regime_clock[b] >= 0;
    if (fell && !t->regime_fell[b])
        say(t, state, "The state of %s is at an end.", bloc_name(t, (int32_t)b));
    t->regime_fell[b] = fell;
    bool released = state->time_day >= state->release_day[b];
    if (released && !t->released[b])
        say(t, state, "%s no longer spares provincial capitals.", bloc_name(t, (int32_t)b));
    t->released[b] = released;
}

static void tell_talks(teller *t, const ho_state *state) {
    if (state->settled[0] && !t->settled)
        say(t, state, "The sides settle: the arms are silent.");
    t->settled = state->settled[0];
}

static void tell_truces(teller *t, const ho_state *state) {
    int32_t agreed = state->n_truce[0] - t->n_truce, broken = state->n_truce_broken[0] - t->n_truce_broken;
    if (agreed || broken)
        say(t, state, "Local ceasefires this week: %d agreed, %d broken.", agreed, broken);
    t->n_truce = state->n_truce[0];
    t->n_truce_broken = state->n_truce_broken[0];
}

static void tell_patrons(teller *t, const ho_state *state) {
    const ho_world *world = t->world;
    for (size_t k = 0; k < world->n_neighbour; k++) {
        if (state->tightened[k] != t->tightened[k])
            say(t, state, "%s %s its border.", world->neighbour[k],
                state->tightened[k] > t->tightened[k] ? "tightens" : "loosens");
        t->tightened[k] = state->tightened[k];
    }
    for (size_t k = 0; k < world->scenario->n_patron * world->n_bloc; k++) {
        if (state->recognises[k] && !t->recognises[k] && state->day > 0)
            say(t, state, "%s is dealt with as the government by %s.", bloc_name(t, (int32_t)(k % world->n_bloc)),
                world->scenario->patron[k / world->n_bloc].name);
        t->recognises[k] = state->recognises[k];
    }
}

/* --- people --- */

static int64_t killed_civilians(const ho_world *world, const ho_state *state) {
    int64_t sum = 0;
    for (size_t b = 0; b < world->n_bloc; b++)
        sum += state->civilians_killed[b];
    return sum;
}

static void tell_evacuation(teller *t, const ho_state *state) {
    bool flying = state->evacuated[0] > t->evacuated;
    const char *capital = t->world->scenario->district[t->world->national_capital].name;
    if (flying && !t->evacuating)
        say(t, state, "People are flown out of %s.", capital);
    if (!flying && t->evacuating)
        say(t, state, "The flights out of %s have ended: %lld people in all.", capital, (long long)state->evacuated[0]);
    t->evacuating = flying;
    t->evacuated = state->evacuated[0];
}

static void tell_month(teller *t, const ho_state *state) {
    int64_t displaced = state->displaced_ever[0] - t->displaced, civilians = killed_civilians(t->world, state);
    int64_t abroad = 0;
    for (size_t k = 0; k < t->world->n_neighbour; k++)
        abroad += state->abroad[k];
    if (displaced > 0 || civilians > t->civilians)
        say(t, state, "In thirty days %lld people left their homes and %lld civilians were killed; %lld have crossed a "
            "border so far.", (long long)displaced, (long long)(civilians - t->civilians), (long long)abroad);
    t->displaced = state->displaced_ever[0];
    t->civilians = civilians;
    int32_t f = t->world->bloc_state[t->world->home_bloc];
    if (f >= 0 && state->pay_share[f] < 0.95 && state->regime_clock[t->world->home_bloc] < 0)
        say(t, state, "%s pays %.0f %% of the wages it owes.", faction_name(t, (size_t)f), 100 * state->pay_share[f]);
}

/* --- a day --- */

static void tell_announcements(const teller *t, const ho_state *state) {
    const ho_scenario *scenario = t->world->scenario;
    for (size_t k = 0; k < scenario->n_calendar; k++) {
        const ho_calendar_row *row = &scenario->calendar[k];
        bool spoken = row->kind == HO_CAL_ANNOUNCEMENT || row->kind == HO_CAL_RESHUFFLE ||
                      row->kind == HO_CAL_HANDOVER || row->kind == HO_CAL_CALL || row->kind == HO_CAL_OFFER;
        if (spoken && row->date == t->world->from + state->day && t->world->calendar_holds[k])
            say(t, state, "Dated event: %s.", row->name ? row->name : row->id);
    }
}

static void tell_day(void *context, const ho_world *world, const ho_state *state) {
    teller *t = context;
    if (state->day == 0)
        for (size_t b = 0; b < world->n_bloc; b++)
            say(t, state, "%s holds %d of %zu centres and %d capitals.", bloc_name(t, (int32_t)b), state->centres[b],
                world->n_district, state->capitals[b]);
    tell_announcements(t, state);
    for (size_t b = 0; b < world->n_bloc; b++)
        tell_bloc(t, state, b);
    tell_changes(t, state);
    for (size_t f = 0; f < world->n_faction; f++)
        tell_stance(t, state, f);
    tell_talks(t, state);
    tell_patrons(t, state);
    tell_evacuation(t, state);
    if (state->day % EVERY_WEEK == EVERY_WEEK - 1) {
        tell_week(t, state);
        tell_truces(t, state);
    }
    if (state->day % EVERY_MONTH == EVERY_MONTH - 1)
        tell_month(t, state);
    if ((size_t)state->day == world->n_day - 1)
        say(t, state, "The last day. Were this the end: %s.", ho_ending_name((int)ho_rule_of(world, state).ending));
}

ho_status ho_history_tell(const ho_world *world, const ho_sim_options *options, uint32_t replicate, ho_tell *tell,
                          void *context, ho_error *err) {
    teller t = {.world = world, .context = context, .tell = tell};
    if (world->withheld)
        return ho_error_set(err, HO_ERR_STATE, HO_WITHHELD);
    t.tightened = calloc(world->n_neighbour + 1, sizeof *t.tightened);
    t.recognises = calloc(world->scenario->n_patron * world->n_bloc + 1, 1);
    for (size_t b = 0; b < world->n_bloc; b++)
        t.released[b] = (int32_t)b == world->home_bloc || world->bloc_state[b] >= 0;
    ho_status status = t.tightened && t.recognises
                           ? ho_replicate_watch(world, options, replicate, tell_day, &t, err)
                           : ho_error_set(err, HO_ERR_MEMORY, "no memory to tell a replicate");
    free(t.tightened);
    free(t.recognises);
    return status;
}
