/* What is looked at each day, in every definition people quote. Per bloc a block of columns in the order of BLOC_LIST, then a few of the
 * whole. Held districts and the country outside the centres are read in one pass; the rest are the state's own counters. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/batch.h"
#include "holdout/record.h"
#include "mechanisms/mechanism.h"
#include "record/country.h"
#include "record/ending.h"
#include "record/flows.h"
#include "world/world.h"

/* code, name, unit, whole number, definition */
#define BLOC_LIST(X)                                                                                                   \
    X(CONTROLLED, "districts_controlled", "districts", true,                                                           \
      "districts whose centre the bloc holds, or where its share of the country outside the centre is above 0.85 "     \
      "(controlled)")                                                  \
    X(CONTESTED, "districts_contested", "districts", true,                                                             \
      "districts whose centre another bloc holds and where the bloc's share of the country is between 0.3 and 0.85 "   \
      "(contested)")                                                                   \
    X(CENTRES, "centres_held", "districts", true,                                                                      \
      "districts whose centre the bloc holds, whoever holds the country around it")                      \
    X(CAPITALS, "capitals_held", "capitals", true, "seats of provinces whose centre the bloc holds")                   \
    X(AREA, "area_share", "share", false, "share of the area lying in districts whose centre the bloc holds")          \
    X(PEOPLE, "people_share", "share", false, "share of the people living in districts whose centre the bloc holds")   \
    X(KILLED, "killed", "persons", true, "fighters of the bloc killed since the first day")                            \
    X(DESERTED, "deserted", "persons", true, "fighters of the bloc who left on their own since the first day")         \
    X(SURRENDERED, "surrendered", "persons", true, "fighters of the bloc who gave up by agreement since the first day") \
    X(PRESENT, "fighters_present", "persons", true,                                                                    \
      "fighters of the bloc under arms: in districts, in reserve and on the road (not on paper)")                      \
    X(LOST_FOUGHT, "lost_fought", "districts", true, "losses of districts by the bloc to assault, since the first day") \
    X(LOST_NEGOTIATED, "lost_negotiated", "districts", true,                                                           \
      "losses of districts by the bloc by agreement, since the first day")                                             \
    X(LOST_ABANDONED, "lost_abandoned", "districts", true,                                                             \
      "losses of districts by the bloc left without a fight or a deal, since the first day")                           \
    X(LOST_CARRIED, "lost_carried", "districts", true,                                                                 \
      "losses of districts by the bloc because a superior surrendered, since the first day")                           \
    X(LOST_REGIME_FALL, "lost_regime_fall", "districts", true,                                                         \
      "losses of districts by the bloc after it lost the national capital or the head of its state fled, since the first day")                       \
    X(RETAKEN, "retaken", "districts", true, "districts won back by the bloc since the first day")                     \
    X(BELIEF, "belief", "probability", false,                                                                          \
      "mean over the bloc's districts of the chance to last that its commanders give their side; not measured while it holds none")  \
    X(CUT_OFF, "cut_off", "districts", true, "districts held by the bloc without an open road to a supply node")       \
    X(CUT_OFF_7, "people_cut_off_7d", "persons", true,                                                                 \
      "people in districts held by the bloc that have had no open road to a supply node for more than 7 days")         \
    X(CUT_OFF_30, "people_cut_off_30d", "persons", true,                                                               \
      "people in districts held by the bloc that have had no open road to a supply node for more than 30 days")        \
    X(REACHED_PEOPLE, "people_reached", "persons", true,                                                               \
      "people in districts held by the bloc that have an open road to its seat or another supply node; all of them "   \
      "where the bloc has no state")                                                                                   \
    X(PAPER, "fighters_on_paper", "persons", true,                                                                     \
      "fighters of the bloc on the books, there or not; equals those present where nobody keeps books")                \
    X(PAY, "pay_reaching", "share", false,                                                                             \
      "mean over the bloc's centres of the share of the pay due that reaches who is present")                          \
    X(ARREARS, "arrears_days", "d", false, "mean over the bloc's centres of unpaid days")                              \
    X(CASH, "cash", "USD", false, "money in the hands of the bloc's factions")                                         \
    X(INCOME, "income", "USD/day", false, "income of the bloc's factions on the day, from all sources")                     \
    X(CUSTOMS, "customs", "USD", false, "customs taken by the bloc's factions since the first day")                    \
    X(RECRUITED, "recruited", "persons", true, "people who took up arms for the bloc's factions since the first day")  \
    X(HIDDEN, "fighters_hidden", "persons", true, "fighters of the bloc who melted away or hide with their arms")      \
    X(MELTED, "melted_away", "persons", true,                                                                          \
      "fighters of the bloc who went into hiding since the first day: overmatched or driven out; come back or not")    \
    X(SWITCHED, "switched", "persons", true, "fighters who left the bloc's factions for another side since the first day") \
    X(CLAIMED, "claimed_share", "share", false, "share of the districts that the bloc says it holds")                  \
    X(CREDIBILITY, "credibility", "probability", false, "how far the bloc's claims are believed, 0 not at all")                      \
    X(ATTITUDE, "attitude", "-1 to 1", false, "mean attitude of the people to the bloc, from hostile to friendly")     \
    X(SERVICES, "services", "share", false, "public services where the bloc governs, as a share of what the people were used to") \
    X(COHESION, "cohesion", "share", false, "how well the bloc holds together, 1 undivided")                            \
    X(VEHICLES, "vehicles_captured", "vehicles", true, "armoured vehicles taken by the bloc since the first day")      \
    X(AIRCRAFT, "aircraft_captured", "aircraft", false, "aircraft taken by the bloc since the first day, with or without their crews") \
    X(ARMS_GIVEN, "arms_given", "t", false,                                                                            \
      "light arms and ammunition given to others of the bloc by its factions since the first day")                     \
    X(ARMS_LOCAL, "arms_local", "t", false,                                                                            \
      "light arms and ammunition, of those counted, in the hands of the bloc's militias and resistance")               \
    X(ARMS_CAPTURED, "arms_captured", "t", false,                                                                      \
      "light arms and ammunition, of those counted, that came to the bloc from another since the first day: captured " \
      "or brought by those who switched")                                                                              \
    X(SORTIES_HELD, "sorties_defence", "1/d", false, "strike sorties flown today for engaged centres that the bloc holds") \
    X(SORTIES_ATTACK, "sorties_attack", "1/d", false, "strike sorties flown today for the bloc's own attacks on centres") \
    X(CIVILIANS, "civilians_killed", "persons", true,                                                                  \
      "civilians killed since the first day in attacks, strikes and reprisals of the bloc; a model's estimate of a floor") \
    X(RESTRICTED, "people_restricted", "persons", true,                                                                \
      "people in districts whose centre the bloc holds while its rules on women and public life are above 0.5")        \
    X(REVOLTS, "revolts", "revolts", true, "local revolts against the bloc since the first day")                       \
    X(SUCCESSOR, "successor_claims", "0 or 1", true,                                                                   \
      "1 on days when the head of the bloc's state or his capital is gone and a named successor claims to lead, from " \
      "a seat that the bloc holds")

enum {
#define X(code, name, unit, integer, definition) code,
    BLOC_LIST(X)
#undef X
    N_PER_BLOC
};

static const ho_observable bloc_item[N_PER_BLOC] = {
#define X(code, name_, unit_, integer_, definition_) \
    {.name = name_, .unit = unit_, .definition = definition_, .integer = integer_},
    BLOC_LIST(X)
#undef X
};

/* Of the bloc that holds the national capital on the first day, so that a map's three classes add up. */
static const char home_controlled[] =
    "districts whose centre the bloc holds and where no other bloc's share of the country outside the centre is above 0.3 "
    "(neither controlled nor contested by a challenger)";

/* Of the whole country: code, name, unit, whole number, definition. */
#define WHOLE_LIST(X)                                                                                                  \
    X(ANY_CONTESTED, "districts_contested.any", "districts", true,                                                     \
      "districts where some bloc other than the holder has a share of the country above 0.3 and none has more than 0.85") \
    X(CAPITAL_FALLEN, "national_capital_fallen", "0 or 1", true,                                                       \
      "1 on days when the bloc that held the national capital on the first day does not hold it")                      \
    X(REPRODUCTION, "reproduction_number", "districts per district", false,                                            \
      "further falls caused by one extra fall, measured by running the same replicate with and without it; "           \
      "measured on some days only")                                                                                    \
    X(PRESSED, "capitals_pressed", "capitals", true,                                                                   \
      "provincial capitals of the home bloc with an engagement, or with at least half of the centres around them in the " \
      "hands of one other bloc")                                                                                       \
    X(ENTERED, "capitals_entered", "capitals", true,                                                                   \
      "provincial capitals under assault whose garrison has lost half of what would make it leave")                 \
    X(DISPLACED, "displaced_since_start", "persons", true, "people who left their homes since the first day, returned or not") \
    X(DISPLACED_NOW, "displaced_now", "persons", true, "people away from home within the country, on the road too; not those bound for a border or waiting at one")    \
    X(REPORTED, "displaced_reported", "persons", true,                                                                 \
      "newly displaced as agencies that verify them would report: those counted before the first day, and a share of " \
      "later ones, weeks late")                                                                                        \
    X(ESTIMATED, "displaced_estimated", "persons", true,                                                               \
      "newly displaced as agencies that estimate would report: the same with a start, share and delay of their own")   \
    X(CROSSED, "crossed_border", "persons", true, "people who crossed a border since the first day")                   \
    X(EVACUATED, "evacuated_by_air", "persons", true, "people flown out since the first day")                          \
    X(AIRPORT, "airport_open", "0 or 1", true,                                                                         \
      "1 on days when people could be flown out of the national capital: nobody fights at its airport, and it is "     \
      "guarded or held by the bloc that held the capital on the first day (where the scenario names guards)")          \
    X(UNREACHED, "district_days_without_relief", "district-days", true,                                                \
      "days since the first on which relief could not come by road, summed over districts: an engagement there, its "  \
      "road cut, or no open road to a supply node of its holder")                                                      \
    X(RETURNED, "returned", "persons", true, "people who came home since the first day")                               \
    X(REACHED, "arrivals_national_capital", "persons", true, "displaced people who reached the national capital since the first day") \
    X(SOLDIERS_ABROAD, "soldiers_abroad", "persons", true, "soldiers who crossed a border since the first day")        \
    X(FEAR, "fear", "0 to 1", false, "mean fear of the people, 0 none")                                                \
    X(TRUCES, "local_ceasefires", "ceasefires", true, "local ceasefires since the first day")                          \
    X(TRUCES_BROKEN, "local_ceasefires_broken", "ceasefires", true, "local ceasefires broken since the first day")     \
    X(SETTLED, "settled", "0 or 1", true, "1 once the blocs have agreed to stop fighting")                                             \
    X(FROZEN, "reserves_frozen", "USD", false, "reserves of a fallen state that nobody can reach")                     \
    X(RULERS, "rulers_effective", "rulers", false,                                                                     \
      "effective number of rulers: 1 over the sum of squared shares of the people, by bloc and faction that stands alone") \
    X(ENDING, "ending", "class", true,                                                                                 \
      "how the war would have ended, were this the last day: 0 insurgent victory, 1 settlement, 2 stalemate, "         \
      "3 fragmentation, 4 state recovery, by the scenario's thresholds (endings)")

enum {
#define X(code, name, unit, integer, definition) code,
    WHOLE_LIST(X)
#undef X
    N_WHOLE
};

static const ho_observable whole_item[N_WHOLE] = {
#define X(code, name_, unit_, integer_, definition_) \
    {.name = name_, .unit = unit_, .definition = definition_, .integer = integer_},
    WHOLE_LIST(X)
#undef X
};
static const char crossed_definition[] = "people who crossed to this neighbour since the first day";
static const ho_observable holdout_item = {
    .name = "holdout_holds",
    .unit = "0 or 1",
    .definition = "1 on days when the bloc of the holdout faction holds the holdout's seat",
    .integer = true,
};

/* Sums over districts, by bloc. */
typedef struct ho_tally {
    int32_t controlled[HO_BLOC_MAX], contested[HO_BLOC_MAX], cut_off[HO_BLOC_MAX]; /* by blocs that do not hold the centre, but cut_off */
    int32_t any_contested, home_undisputed;
    int64_t cut_off_7[HO_BLOC_MAX], cut_off_30[HO_BLOC_MAX], reached[HO_BLOC_MAX]; /* people */
    double belief[HO_BLOC_MAX], pay[HO_BLOC_MAX], arrears[HO_BLOC_MAX], paper[HO_BLOC_MAX];
    double fear; /* summed over people */
    int64_t residents;
} ho_tally;

enum { CHUNK = 64, QUIET = 0, CONTESTED_BY_ANY = 1 };

/* 1 / (1 + e^-x) within 5e-5, quick because it runs for every district on every day: tanh by Lambert's continued fraction to y^7, which
 * passes 1 at 4.97. Means of belief are shown to three digits. */
static inline double belief_of(double logit) {
    double y = 0.5 * logit;
    y = y > 4.97 ? 4.97 : y;
    y = y < -4.97 ? -4.97 : y;
    double z = y * y;
    double tanh_y = y * (135135.0 + z * (17325.0 + z * (378.0 + z))) / (135135.0 + z * (62370.0 + z * (3150.0 + z * 28.0)));
    return 0.5 + 0.5 * tanh_y;
}

/* Districts first .. first + n; n is a constant wherever it is CHUNK, so that the loops vectorise. */
static inline __attribute__((always_inline)) void tally_chunk(const ho_world *world, const ho_state *state, size_t first,
                                                              size_t n, ho_tally *tally) {
    uint8_t bloc[CHUNK], level[CHUNK];
    double belief[CHUNK];
    const uint8_t *connected = state->connected + first;
    int32_t any_contested = 0, undisputed = 0;
    for (size_t k = 0; k < n; k++)
        bloc[k] = (uint8_t)ho_holder_bloc(world, state, first + k);
    for (size_t k = 0; k < n; k++) {
        belief[k] = belief_of(state->belief_logit[first + k]);
        level[k] = QUIET;
    }
    for (size_t b = 0; b < world->n_bloc; b++) {
        const double *countryside = state->countryside + b * world->n_district + first;
        int32_t controlled = 0, above = 0;
        double sum = 0.0, pay = 0.0, arrears = 0.0, paper = 0.0;
        for (size_t k = 0; k < n; k++) {
            bool holds = bloc[k] == b;
            bool some = !holds & (countryside[k] > HO_COUNTRY_CONTESTED), most = !holds & (countryside[k] > HO_COUNTRY_CONTROLLED);
            level[k] |= (uint8_t)(some + most); /* 0, 1 or 2: most implies some */
            above += some;
            controlled += most;
        }
        for (size_t k = 0; k < n; k++) {
            sum += bloc[k] == b ? belief[k] : 0.0;
            pay += bloc[k] == b ? state->pay_reaching[first + k] : 0.0;
            arrears += bloc[k] == b ? state->arrears_days[first + k] : 0.0;
            paper += bloc[k] == b ? state->paper[first + k] : 0.0;
        }
        tally->pay[b] += pay;
        tally->arrears[b] += arrears;
        tally->paper[b] += paper;
        tally->controlled[b] += controlled;
        tally->contested[b] += above - controlled;
        tally->belief[b] += sum;
    }
    for (size_t k = 0; k < n; k++) {
        int32_t residents = state->residents[first + k];
        double people = residents;
        tally->residents += residents;
        tally->fear += people * state->fear[first + k];
        if (connected[k]) {
            tally->reached[bloc[k]] += residents;
            continue;
        }
        tally->cut_off[bloc[k]]++;
        tally->cut_off_7[bloc[k]] += state->cut_off_days[first + k] > 7 ? (int64_t)people : 0;
        tally->cut_off_30[bloc[k]] += state->cut_off_days[first + k] > 30 ? (int64_t)people : 0;
    }
    for (size_t k = 0; k < n; k++) {
        any_contested += level[k] == CONTESTED_BY_ANY;
        undisputed += (level[k] == QUIET) & (bloc[k] == (uint8_t)world->home_bloc);
    }
    tally->any_contested += any_contested;
    tally->home_undisputed += undisputed;
}

static void fill_bloc(const ho_state *state, const ho_tally *tally, size_t b, float *value) {
    const int32_t *lost = state->n_lost_by_mode + b * HO_N_MODE;
    value[CONTROLLED] = (float)(tally->controlled[b] + state->centres[b]);
    value[CONTESTED] = (float)tally->contested[b];
    value[CENTRES] = (float)state->centres[b];
    value[CAPITALS] = (float)state->capitals[b];
    value[AREA] = (float)state->area_share[b];
    value[PEOPLE] = (float)state->people_share[b];
    value[LOST_FOUGHT] = (float)lost[HO_MODE_FOUGHT];
    value[LOST_NEGOTIATED] = (float)lost[HO_MODE_NEGOTIATED];
    value[LOST_ABANDONED] = (float)lost[HO_MODE_ABANDONED];
    value[LOST_CARRIED] = (float)lost[HO_MODE_CARRIED];
    value[LOST_REGIME_FALL] = (float)lost[HO_MODE_REGIME_FALL];
    value[RETAKEN] = (float)state->n_retaken[b];
    value[BELIEF] = state->centres[b] ? (float)(tally->belief[b] / state->centres[b]) : NAN;
    value[CUT_OFF] = (float)tally->cut_off[b];
    value[CUT_OFF_7] = (float)tally->cut_off_7[b];
    value[CUT_OFF_30] = (float)tally->cut_off_30[b];
    value[REACHED_PEOPLE] = (float)tally->reached[b];
    value[PAY] = state->centres[b] ? (float)(tally->pay[b] / state->centres[b]) : NAN;
    value[ARREARS] = state->centres[b] ? (float)(tally->arrears[b] / state->centres[b]) : NAN;
    value[CLAIMED] = (float)state->claimed[b];
    value[CREDIBILITY] = (float)state->credibility[b];
    value[SERVICES] = (float)state->services[b];
    value[COHESION] = (float)state->cohesion[b];
    value[VEHICLES] = (float)state->vehicles_captured[b];
    value[AIRCRAFT] = (float)state->aircraft_captured[b];
    value[ARMS_CAPTURED] = (float)((double)state->weapons_captured[b] / 1000);
    value[SORTIES_HELD] = (float)state->sorties_defence[b];
    value[SORTIES_ATTACK] = (float)state->sorties_attack[b];
    value[CIVILIANS] = (float)state->civilians_killed[b];
    value[REVOLTS] = (float)state->n_revolt[b];
    value[SUCCESSOR] = (float)state->successor_claims[b];
}

static double mean_attitude(const ho_world *world, const ho_state *state, size_t b) {
    double sum = 0;
    for (size_t p = 0; p < world->n_province; p++)
        sum += world->province_people_share[p] * state->attitude_here[b * world->n_province + p];
    return sum;
}

/* People under rules of the bloc's main faction that are above one half today. */
static int64_t restricted(const ho_world *world, const ho_state *state, size_t b) {
    const double *policy = &world->policy[(size_t)state->day * world->n_faction * HO_N_POLICY];
    return policy[(size_t)world->bloc_main[b] * HO_N_POLICY + HO_POLICY_RESTRICTIONS] > 0.5
               ? (int64_t)(state->people_share[b] * (double)state->people_start[0])
               : 0;
}

/* Of the bloc's factions. Sums in int64 so that the float is rounded once. */
static void fill_factions(const ho_world *world, const ho_state *state, const ho_tally *tally, size_t b, float *value) {
    int64_t killed = 0, deserted = 0, surrendered = 0, present = 0, recruited = 0, hidden = 0, melted = 0, switched = 0, cash = 0,
            customs = 0, no_books = 0, arms_given = 0, arms_local = 0;
    double income = 0, books = tally->paper[b];
    for (size_t f = 0; f < world->n_faction; f++) {
        if (world->faction_bloc[f] != (int32_t)b)
            continue;
        killed += state->killed[f];
        deserted += state->deserted[f];
        surrendered += state->surrendered[f];
        present += ho_under_arms(state, f);
        recruited += state->recruited[f];
        hidden += state->hidden[f];
        melted += state->melted[f];
        switched += state->switched_out[f] - state->joined[f]; /* who joins a resistance changes no side */
        cash += state->cash_usd[f];
        customs += state->customs_usd[f];
        income += state->income_usd_day[f];
        arms_given += state->weapons_given[f];
        if (world->faction_role[f] == HO_ROLE_MILITIA || world->faction_role[f] == HO_ROLE_RESISTANCE)
            arms_local += ho_weapons_held(state, f);
        if (world->faction_role[f] == HO_ROLE_STATE)
            books += state->regime_clock[b] < 0 ? state->paper_reserve[f] : 0;
        else
            no_books += ho_under_arms(state, f);
    }
    value[KILLED] = (float)killed;
    value[DESERTED] = (float)deserted;
    value[SURRENDERED] = (float)surrendered;
    value[PRESENT] = (float)present;
    value[PAPER] = (float)(int64_t)(books + (double)no_books + 0.5);
    value[RECRUITED] = (float)recruited;
    value[HIDDEN] = (float)hidden;
    value[MELTED] = (float)melted;
    value[SWITCHED] = (float)switched;
    value[CASH] = (float)cash;
    value[CUSTOMS] = (float)customs;
    value[ARMS_GIVEN] = (float)((double)arms_given / 1000);
    value[ARMS_LOCAL] = (float)((double)arms_local / 1000);
    value[INCOME] = (float)income;
    value[ATTITUDE] = (float)mean_attitude(world, state, b);
    value[RESTRICTED] = (float)restricted(world, state, b);
}

/* Whether a capital is fought for, or one other bloc holds at least half of the centres around it. */
static bool is_pressed(const ho_world *world, const ho_state *state, size_t i) {
    int32_t own = ho_holder_bloc(world, state, i), first = world->link_first[i], end = world->link_first[i + 1];
    if (state->battle_days[i] > 0)
        return true;
    for (int32_t b = 0; b < (int32_t)world->n_bloc; b++) {
        int32_t n = 0;
        for (int32_t k = first; k < end && b != own; k++)
            n += ho_holder_bloc(world, state, (size_t)world->link_to[k]) == b;
        if (n > 0 && 2 * n >= end - first)
            return true;
    }
    return false;
}

static void fill_capitals(const ho_world *world, const ho_state *state, float *value) {
    int32_t pressed = 0, entered = 0;
    for (size_t p = 0; p < world->n_province; p++) {
        int32_t i = world->scenario->province[p].capital;
        if (i < 0 || ho_holder_bloc(world, state, (size_t)i) != world->home_bloc)
            continue;
        double start = state->battle_garrison[i];
        double lost = start - (double)ho_persons(world, state, world->home_bloc, (size_t)i);
        pressed += is_pressed(world, state, (size_t)i);
        entered += state->battle_days[i] > 0 && lost > 0.5 * state->retreat_share[i] * start;
    }
    value[PRESSED] = (float)pressed;
    value[ENTERED] = (float)entered;
}

/* People away from home within the country. */
static int64_t sum_away(const ho_world *world, const ho_state *state) {
    const size_t n = world->n_home * world->n_home;
    int64_t sum = 0;
    for (size_t k = 0; k < n; k++)
        sum += state->away[k];
    return sum;
}

static void fill_people(const ho_world *world, const ho_state *state, const ho_tally *tally, float *value) {
    int64_t away = sum_away(world, state), crossed = 0, soldiers = 0, people = tally->residents;
    for (size_t k = 0; k < world->n_neighbour; k++)
        crossed += state->abroad[k];
    for (size_t f = 0; f < world->n_faction; f++)
        soldiers += state->crossed[f];
    value[DISPLACED] = (float)state->displaced_ever[0];
    value[DISPLACED_NOW] = (float)away;
    value[REPORTED] = (float)(int64_t)(state->reported[2] + 0.5);
    value[ESTIMATED] = (float)(int64_t)(state->estimated[2] + 0.5);
    value[CROSSED] = (float)crossed;
    value[EVACUATED] = (float)state->evacuated[0];
    value[AIRPORT] = (float)state->airport_open[0];
    value[UNREACHED] = (float)state->unreached_days[0];
    value[RETURNED] = (float)state->returned[0];
    value[REACHED] = (float)state->reached_capital[0];
    value[SOLDIERS_ABROAD] = (float)soldiers;
    value[FEAR] = people > 0 ? (float)(tally->fear / (double)people) : NAN;
}

static void fill_whole(const ho_world *world, const ho_state *state, const ho_tally *tally, float *value) {
    int64_t frozen = 0;
    for (size_t b = 0; b < world->n_bloc; b++)
        frozen += state->frozen_usd[b];
    value[ANY_CONTESTED] = (float)tally->any_contested;
    value[CAPITAL_FALLEN] = ho_holder_bloc(world, state, (size_t)world->national_capital) != world->home_bloc;
    value[REPRODUCTION] = NAN; /* until a probe of this day is known */
    value[TRUCES] = (float)state->n_truce[0];
    value[TRUCES_BROKEN] = (float)state->n_truce_broken[0];
    value[SETTLED] = (float)state->settled[0];
    value[FROZEN] = (float)frozen;
    const ho_rule rule = ho_rule_of(world, state);
    value[RULERS] = (float)rule.n_effective;
    value[ENDING] = (float)rule.ending;
    fill_capitals(world, state, value);
    fill_people(world, state, tally, value);
}

HO_CLONES static void observe_day(const ho_world *world, const ho_state *state, size_t day, float *value) {
    (void)day;
    ho_tally tally = {0};
    size_t first = 0;
    for (; first + CHUNK <= world->n_district; first += CHUNK)
        tally_chunk(world, state, first, CHUNK, &tally);
    tally_chunk(world, state, first, world->n_district - first, &tally);
    for (size_t b = 0; b < world->n_bloc; b++, value += N_PER_BLOC) {
        fill_bloc(state, &tally, b, value);
        fill_factions(world, state, &tally, b, value);
        if ((int32_t)b == world->home_bloc)
            value[CONTROLLED] = (float)tally.home_undisputed;
    }
    fill_whole(world, state, &tally, value);
    value += N_WHOLE;
    for (size_t k = 0; k < world->n_neighbour; k++)
        *value++ = (float)state->abroad[k];
    if (world->holdout_faction >= 0 && world->holdout_seat >= 0)
        *value++ = ho_holder_bloc(world, state, (size_t)world->holdout_seat) == world->faction_bloc[world->holdout_faction];
}

static void observe_probe(const ho_world *world, double reproduction_number, float *value) {
    value[world->n_bloc * N_PER_BLOC + REPRODUCTION] = (float)reproduction_number;
}

/* A neighbour's name as an id: small letters, anything else a dash. */
static void name_crossed(const ho_world *world, size_t k, ho_observable *item) {
    *item = (ho_observable){.unit = "persons", .definition = crossed_definition, .integer = true};
    snprintf(item->name, sizeof item->name, "crossed_border.%.39s", world->neighbour[k]);
    for (char *c = item->name + sizeof "crossed_border"; *c; c++)
        *c = (char)(*c >= 'A' && *c <= 'Z' ? *c - 'A' + 'a' : (*c >= 'a' && *c <= 'z') || (*c >= '0' && *c <= '9') ? *c : '-');
}

ho_status ho_observables_build(const ho_world *world, ho_observables *observables, ho_error *err) {
    bool holdout = world->holdout_faction >= 0 && world->holdout_seat >= 0;
    size_t n = world->n_bloc * N_PER_BLOC + N_WHOLE + world->n_neighbour + holdout;
    ho_observable *item = calloc(n, sizeof *item), *next = item;
    if (!item)
        return ho_error_set(err, HO_ERR_MEMORY, "no memory for %zu observables", n);
    for (size_t b = 0; b < world->n_bloc; b++)
        for (size_t k = 0; k < N_PER_BLOC; k++, next++) {
            *next = bloc_item[k];
            snprintf(next->name, sizeof next->name, "%.23s.%.39s", bloc_item[k].name, world->scenario->bloc[b].id);
            if (k == CONTROLLED && (int32_t)b == world->home_bloc)
                next->definition = home_controlled;
        }
    for (size_t k = 0; k < N_WHOLE; k++)
        *next++ = whole_item[k];
    for (size_t k = 0; k < world->n_neighbour; k++)
        name_crossed(world, k, next++);
    if (holdout)
        *next++ = holdout_item;
    *observables = (ho_observables){.n = n,
                                    .item = item,
                                    .observer = {.n_value = n,
                                                 .day = observe_day,
                                                 .probed = observe_probe,
                                                 .count = ho_flows_observe,
                                                 .n_count = ho_flows_n_count(world),
                                                 .count_every = HO_FLOWS_EVERY}};
    return HO_OK;
}

void ho_observables_free(ho_observables *observables) {
    if (!observables)
        return;
    free(observables->item);
    *observables = (ho_observables){0};
}

int32_t ho_observables_find(const ho_observables *observables, const char *name) {
    for (size_t i = 0; i < observables->n; i++)
        if (strcmp(observables->item[i].name, name) == 0)
            return (int32_t)i;
    return -1;
}
