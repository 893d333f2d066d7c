/* What changes during a replicate. All columns live in one block, so that copying a state is one memcpy.
 * Column order is bloc- or faction-major: column of bloc b starts at b * n_district. Strengths are persons times worth.
 *
 * The ledger of fighters holds exactly after every mechanism, for each faction f (ho_state_check):
 *   sum_i fighters[f][i] + reserve[f] + marching[f] + waiting[f] + killed[f] + deserted[f] + surrendered[f] + dissolved[f]
 *     = initial[f]. */
#ifndef HO_STATE_H
#define HO_STATE_H

#include <math.h>

#include "base/stream.h"
#include "holdout/sim.h"
#include "world/world.h"

/* Kinds of ground: the terrains, and the same as a provincial capital; neighbours held by another bloc beyond the last count as the last. */
enum { HO_N_GROUND = 2 * HO_N_TERRAIN, HO_N_AXIS = 16 };

/* type, name, length, "[unit] meaning; writer" */
#define HO_STATE_COLUMNS(X)                                                                                          \
    /* districts */                                                                                                  \
    X(int32_t, holder, n_district, "faction that holds the centre; takeover")                                        \
    X(int32_t, fighters, n_faction *n_district, "[persons] present, by faction; many")                               \
    X(double, worth, n_faction *n_district, "worth per person, by faction; start, strategy")                         \
    X(double, strength, n_bloc *n_district, "[persons x worth] present, by bloc; ho_state_refresh_strength")         \
    X(int32_t, persons, n_bloc *n_district, "[persons] present, by bloc; ho_state_refresh_strength")                 \
    X(double, reach, n_bloc *n_district, "[persons x worth] a bloc can bring without its reserve; facing")         \
    X(uint8_t, neighbours, n_bloc *n_district, "neighbours held, by bloc; facing")                                 \
    X(uint8_t, stale, n_district, "strength or holders in or around it changed since facing looked; many")         \
    X(double, countryside, n_bloc *n_district, "share 0..1 of the country outside the centre, by bloc; countryside") \
    X(double, countryside_base, n_bloc *n_district, "stationary score on day 0, by bloc; start")                     \
    X(double, countryside_rest, n_bloc *n_district, "what mixing took from the goal on day 0, given back; start")     \
    X(double, countryside_goal, n_bloc *n_district, "what countryside tends to; countryside, takeover")              \
    X(double, rank, 2 * n_district, "scratch of the initial draw")                                                   \
    X(int32_t, front_of, n_district, "nearest front district of the holder's bloc, -1: none; strategy")              \
    X(double, front_km, n_district, "[km of road] to it; strategy")                                                  \
    X(double, supply_days, n_district, "[d] stock of the holder's garrison; logistics")                              \
    X(double, cut_off_days, n_district, "[d] days without a road to a node; logistics")                              \
    X(uint8_t, connected, n_district, "holder has a road to a supply node; logistics")                               \
    X(double, arrears_days, n_district, "[d] unpaid; start")                                                         \
    X(double, morale_goal, n_district, "what morale tends to; morale")                                               \
    X(double, morale, n_district, "0..1 of the holder's garrison; morale")                                           \
    X(double, command_loss, n_command, "share of the command lost, decays in 10 d; takeover, morale")                \
    X(double, command_size, n_command, "districts of the command on day 0; start")                                   \
    X(double, belief_logit, n_district, "logit of the holder's commander's belief; perception")                      \
    X(double, threshold, n_district, "belief below which the commander deals, 0..1; start")                          \
    X(double, retreat_share, n_district, "share of losses at which the garrison leaves this engagement; assault")                        \
    X(double, relief, n_district, "0..1 expectation of help; surrender")                                             \
    X(double, contact_days, n_district, "[d] left of talks through elders; surrender")                               \
    X(double, contact_clock, n_district, "integrated contact rate left until talks open; surrender")                 \
    X(int32_t, n_contact, n_district, "clocks drawn so far; surrender")                                              \
    X(double, battle_days, n_district, "[d] left of an engagement, 0: none; assault")                                \
    X(int32_t, battle_bloc, n_district, "bloc that attacks, -1: none; assault")                                      \
    X(double, battle_garrison, n_district, "[persons] defenders when it began; assault")                             \
    X(double, air_per_week, n_district, "[1/week] sorties for the holder; air")                                      \
    X(double, enemy, n_district, "[persons x worth] that the strongest other bloc can bring; facing")              \
    X(double, odds_own, n_district, "own strength for which odds was worked out; perception")                        \
    X(double, odds_enemy, n_district, "and the enemy's; perception")                                                 \
    X(double, odds, n_district, "ln((own + 50)/(enemy + 50)), clipped to +-2; perception")                           \
    X(int32_t, enemy_bloc, n_district, "that bloc, -1: none; facing")                                              \
    X(uint8_t, n_enemy_near, n_district, "neighbours held by another bloc; takeover")                                \
    X(uint8_t, outcome, n_district, "how the centre is lost today: ho_mode, 0: it is not; assault, takeover")           \
    X(double, garrison_start, n_district, "[persons] holder's when it took over; start, takeover")                     \
    X(double, clock, n_district, "integrated hazard left until the next event; takeover")                            \
    X(int32_t, n_clock, n_district, "clocks drawn so far; takeover")                                                 \
    X(double, hazard_assault, n_district, "[1/day] start of an engagement; strategy")                                \
    X(double, hazard_surrender, n_district, "[1/day]; surrender")                                                    \
    X(double, hazard_disband, n_district, "[1/day]; desertion, logistics")                                           \
    X(double, fallen_near, n_bloc *n_district, "neighbours lost by the bloc, e-folding 10 d; takeover")              \
    X(int32_t, queue, n_district, "scratch of searches")                                                             \
    X(int32_t, seen, n_district, "scratch of searches: stamp")                                                       \
    X(int32_t, n_change_of, n_district, "changes of hands so far; takeover")                                         \
    /* blocs and factions */                                                                                         \
    X(double, fallen, n_bloc, "districts lost by the bloc, e-folding 10 d; takeover")                                \
    X(double, capitals_lost, n_bloc, "weighted capitals lost so far; takeover")                                      \
    X(double, belief_shock, n_bloc, "[logit] sum of announcements, decaying; calendar")                              \
    X(double, foreign, n_bloc, "share of foreign forces still there; calendar")                                      \
    X(double, maintenance, n_bloc, "0..1 aircraft maintenance, lagged; patrons")                                     \
    X(double, sorties_patron, n_bloc, "[1/day]; patrons")                                                            \
    X(double, release_day, n_bloc, "[d] when restraint on capitals ends; start")                                     \
    X(double, regime_clock, n_bloc, "[d] since the bloc's regime fell, -1: it stands; takeover")                     \
    X(double, credibility, n_bloc, "0..1 of the bloc's public claims; perception")                                   \
    X(double, cash_usd_day, n_faction, "[USD/day] patrons' flows; patrons")                                          \
    X(double, cash_start, n_faction, "[USD/day] on day 0; patrons")                                                  \
    X(double, readiness, n_faction, "share of aircraft that fly; air")                                               \
    X(double, air_rate, n_bloc, "[1/day] strike sorties to one engaged centre; air")                                 \
    X(double, airlift_garrisons, n_bloc, "[garrisons/day] that can be supplied by air; air")                         \
    X(int64_t, initial, n_faction, "[persons]; start")                                                               \
    X(int64_t, reserve, n_faction, "[persons] mobile, in no district; strategy")                                     \
    X(int64_t, reserve_start, n_faction, "[persons]; start")                                                         \
    X(int64_t, marching, n_faction, "[persons] in columns on the road; strategy")                                    \
    X(int64_t, waiting, n_faction, "[persons] not yet arrived; start")                                               \
    X(int64_t, killed, n_faction, "[persons] so far; assault, air")                                                  \
    X(int64_t, deserted, n_faction, "[persons] so far; desertion, takeover")                                         \
    X(int64_t, surrendered, n_faction, "[persons] so far; takeover")                                                 \
    X(int64_t, dissolved, n_faction, "[persons] so far, at regime fall; takeover")                                   \
    X(double, reserve_worth, n_faction, "worth per person of the reserve; start")                                    \
    /* counters */                                                                                                   \
    X(int32_t, n_lost_by_mode, n_bloc *HO_N_MODE, "districts lost by bloc and mode; takeover")                       \
    X(int32_t, n_retaken, n_bloc, "districts won back by the bloc; takeover")                                        \
    X(int32_t, centres, n_bloc, "centres held; takeover")                                                            \
    X(int32_t, capitals, n_bloc, "capitals held; takeover")                                                          \
    X(double, area_share, n_bloc, "of centres held; takeover")                                                       \
    X(double, people_share, n_bloc, "of centres held; takeover")                                                     \
    X(double, shock, n_shock, "[logit] size of each announcement; start")                                            \
    X(double, ground, HO_N_GROUND *HO_N_AXIS, "defence by kind of ground and neighbours held by the attacker; start")   \
    X(double, p, n_parameter, "this replicate's parameters; start")

/* Columns of fighters on the road (slots with n_person 0 are free). */
enum { HO_COLUMN_MAX = 512 };

typedef struct ho_column {
    int32_t faction, district, n_person;
    double arrive_day, worth;
} ho_column;

struct ho_state {
    const ho_world *world;
    int32_t step;    /* steps done */
    int32_t day;     /* day being simulated, 0-based */
    double time_day; /* start of the step [d] */
    bool graph_changed; /* a holder or the season changed since logistics last looked */
    bool front_changed; /* a holder changed since strategy last looked */
    bool fights;        /* the assault mechanism is on: engagements may start */
    bool checking;      /* verify the ledger after every mechanism */
    ho_column column[HO_COLUMN_MAX];
    int32_t n_column; /* slots in use: 0..n_column-1 */
    int32_t search_stamp; /* last stamp put into `seen` */
    size_t n_change, change_capacity;
    ho_change *change; /* (change_capacity), not part of the block */
    bool change_overflow;
    ho_why *why; /* where circumstances of changes of why_district go, or NULL */
    int32_t why_district;
    size_t n_why, why_capacity;
    size_t block_size;
    void *block;
#define X(type, name, length, meaning) type *name;
    HO_STATE_COLUMNS(X)
#undef X
};

static inline int32_t ho_holder_bloc(const ho_world *world, const ho_state *state, size_t district) {
    return world->faction_bloc[state->holder[district]];
}

ho_status ho_state_build(const ho_world *world, ho_state **state, ho_error *err);
void ho_state_free(ho_state *state);
/* Copies everything but the change log. Both were built for the same world. */
void ho_state_copy(ho_state *to, const ho_state *from);
/* Draws the initial state of a replicate. */
void ho_state_start(const ho_world *world, ho_state *state, const ho_streams *streams);
/* Sums fighters of district i into persons and, times worth, into strength; marks what can be brought there and next door as stale. */
void ho_state_refresh_strength(const ho_world *world, ho_state *state, size_t district);
/* Marks a district and its neighbours: what can be brought there must be looked at again. */
void ho_state_stale(const ho_world *world, ho_state *state, size_t district);
/* Checks the ledger of fighters, finiteness and ranges. HO_ERR_NUMERIC names what is wrong. */
ho_status ho_state_check(const ho_state *state, ho_error *err);

#endif
