/* What mechanisms do to holders and fighters: a centre changes hands, fighters die, march, arrive. All keep the ledger.
 */
#ifndef HO_HOLDER_H
#define HO_HOLDER_H

#include <string.h>

#include "mechanisms/mechanism.h"

/* Bloc `bloc` takes district i in mode `mode`: counters, belief of neighbours, the defenders' fate, the winners'
 * garrison and the fighters freed to move on. Does nothing if the bloc holds it already. */
void ho_take(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t bloc, ho_mode mode);

/* Kills up to n fighters of the bloc in district i (largest faction first). Returns how many died. */
int64_t ho_kill(const ho_world *world, ho_state *state, int32_t bloc, size_t i, int64_t n);

/* The mobile reserve of a fallen state goes home to the national capital's district, but for those who join a
 * resistance. */
void ho_dissolve_reserve(const ho_world *world, ho_state *state, int32_t faction);

/* Who is on the books of each faction, everywhere (payroll.c). */
void ho_count_books(const ho_world *world, ho_state *state);

/* n fighters of a faction go into hiding with their arms; who is taken from where is left to the caller. */
void ho_hide(ho_state *state, size_t faction, int32_t n, double worth);

/* n of the fighters of a faction in district i melt away: they hide with their arms. Strength is left to the caller. */
void ho_melt(const ho_world *world, ho_state *state, size_t faction, size_t i, int32_t n);

/* n fighters of a faction in district i give up their arms and go home there: into `out`, a count of the ledger. */
void ho_go_home(ho_state *state, size_t i, int64_t n, int64_t *out);

/* Vehicles, aircraft and books when district i changes hands from bloc `from` to `to` (materiel.c). Called once its
 * garrison has scattered. */
void ho_materiel_take(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t from,
                      int32_t to, ho_mode mode);
/* A share of the vehicles of i drives with those who leave for another centre of the bloc, with their light arms, or, as
 * n of the persons present go over to another bloc, to it (materiel.c). */
void ho_materiel_move(const ho_world *world, ho_state *state, int32_t bloc, size_t i, size_t refuge, double share);
void ho_materiel_defect(const ho_world *world, ho_state *state, size_t i, int32_t to, double share);
/* Light arms that a share of faction f's fighters in i carry over to bloc `to` (materiel.c). */
void ho_materiel_follow(const ho_world *world, ho_state *state, size_t f, size_t i, int32_t to, double share);
/* A week's light arms to faction `to` out of the stores of those who give it some, as far as these last (materiel.c).
 */
void ho_materiel_give(const ho_world *world, ho_state *state, size_t to);
/* Aircraft when a bloc's regime ends: taken, flown abroad, unfit (materiel.c). */
void ho_materiel_end(const ho_world *world, ho_state *state, int32_t bloc);
/* Bases left unannounced, and crews found for captured aircraft (materiel.c). */
void ho_materiel_step(const ho_world *world, ho_state *state);

/* The first district from i on that is in a faction's base; n_district if there is none. Bases are small. */
static inline size_t ho_next_of_base(const ho_world *world, size_t faction, size_t i) {
    const uint8_t *base = &world->base[faction * world->n_district];
    const uint8_t *next = i < world->n_district ? memchr(base + i, 1, world->n_district - i) : NULL;
    return next ? (size_t)(next - base) : world->n_district;
}

/* 1 - (1 - lost30) belief: how far a faction sees the ground of its base threatened, or without a base all of its
 * bloc's; lost30 is the share of it lately lost by its bloc, belief that of its commanders there, pooled in logits
 * (mobilisation.c). */
double ho_threat(const ho_world *world, const ho_state *state, size_t faction);

/* n civilians of district i are killed, as many as there are at most, by the doing of a bloc (civilians.c). */
void ho_kill_civilians(const ho_world *world, ho_state *state, size_t i, int32_t bloc, int64_t n);

/* The bloc strongest around i, for a centre or arms that its garrison left to nobody in particular; -1: there is no
 * other (takeover.c). */
int32_t ho_heir(const ho_world *world, const ho_state *state, size_t i, int32_t bloc);

/* Whether fighters of a resistance of the bloc stand in their base here: they answer to nobody's surrender but their
 * own. */
bool ho_resistance_here(const ho_world *world, const ho_state *state, int32_t bloc, size_t i);
static inline bool ho_is_pocket(const ho_world *world, const ho_state *state, int32_t bloc, size_t i) {
    return world->resistance_base[(size_t)bloc * world->n_district + i] && ho_resistance_here(world, state, bloc, i);
}

/* Whether a faction still fights for itself or its bloc: it has not gone over, and its bloc's regime stands, or it has
 * risen, or it stands alone. */
bool ho_fights_on(const ho_world *world, const ho_state *state, size_t faction);

/* Faction that takes centre i for the bloc: its main one; once the bloc's regime has fallen the one of those who fight on
 * that has most fighters there and next door, or -1. */
int32_t ho_taker(const ho_world *world, const ho_state *state, size_t i, int32_t bloc);

/* Of n soldiers of a faction in district i, whose regime has fallen, those who reach the pocket of a resistance and join
 * it: they are in its garrison now, and in the ledger; the caller takes them off. Returns how many (resistance.c). */
int64_t ho_join_resistance(const ho_world *world, ho_state *state, size_t faction, size_t i, int64_t n, double worth);

/* Where the belief of the commander of i tends to [logit], from the state as it is. */
double ho_belief_target(const ho_world *world, ho_state *state, size_t i);

/* Mean belief, 0..1, of the bloc's commanders by strength (an empty centre counts as one man), or -1 if it holds nothing
 * (perception.c). */
double ho_mean_belief(const ho_world *world, const ho_state *state, size_t b);

/* What restraint and encirclement make of a capital as a target, or for contact, of the bloc; 0: out of reach
 * (strategy.c). */
double ho_capital_factor(const ho_world *world, const ho_state *state, size_t i, int32_t bloc);

/* What a patron's flow brings today, in the unit of its kind: 0 where it does not run, or no longer to a fallen state
 * (patrons.c). */
double ho_flow_today(const ho_world *world, const ho_state *state, size_t flow);

enum { HO_PLAN_EVERY = 3 }; /* [d] for which plans hold and reserves count as they are */

/* Worth of the party that a state bloc's reserve can send at once; 0 without a state or once its regime has fallen. */
double ho_party(const ho_world *world, const ho_state *state, size_t bloc);

/* Sets enemy and enemy_bloc: of districts where something changed (of all every third day, as reserves change), or of
 * one. */
void ho_face(const ho_world *world, ho_state *state);
void ho_face_district(const ho_world *world, ho_state *state, size_t i);

/* n fighters of a faction join district i; worth per person becomes the mean. Strength is left to the caller. */
void ho_join(const ho_world *world, ho_state *state, size_t faction, size_t i, int32_t n, double worth);

/* A new commander: his threshold, by district and number of changes of hands. Thresholds are those of commanders who
 * have come through one spell of talks at the belief they start with: theta is kept with probability exp(-length nu_s
 * s((theta - belief)/s0)), since whoever would have given up at that belief is not in command of a centre any more
 * (selection of survivors). */
void ho_commander_draw(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i);

/* Sends n fighters of a faction from district i along districts its bloc holds to a district of another bloc nearby,
 * chosen by attraction and distance; does nothing if none is in reach or no column is free. salt separates several
 * sendings of a step. */
void ho_march(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t faction, int32_t n,
              uint32_t salt);

/* The same from a front district found by ho_find_fronts, for districts behind the front. */
void ho_march_to_front(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, int32_t faction,
                       int32_t n);

/* For every district of a bloc without a state: the nearest district of that bloc that faces another one, over its own
 * territory. */
void ho_find_fronts(const ho_world *world, ho_state *state);

/* What the countryside of i tends to (countryside.c). */
void ho_country_aim(const ho_world *world, ho_state *state, size_t i);

/* Columns whose day has come join their district. */
void ho_arrive(const ho_world *world, ho_state *state);

/* Tabulates terrain^(1/axes) for this replicate's parameters. */
void ho_ground_start(ho_state *state);

/* Defence of district i: strength times terrain^(1/axes), supply and air support. */
double ho_defence(const ho_world *world, const ho_state *state, size_t i);

/* What stands against the holder of i: what the enemy can bring, times what flies for an attack (additions F30). */
static inline double ho_attack(const ho_state *state, size_t i) {
    double sorties = state->attack_air_per_week[i];
    return sorties > 0 ? state->enemy[i] * ho_exp(state->p[HO_P_AIR_ATTACK] * ho_log1p(sorties)) : state->enemy[i];
}

/* Gives district i its share of the strike sorties of its holder's side and of the side that attacks it (air.c). */
void ho_air_assign(const ho_world *world, ho_state *state, size_t i);

/* An engagement has run for so many days in i: people there are hurt and leave (civilians.c, displacement.c). */
static inline void ho_note_fight(ho_state *state, size_t i, double days) {
    double flown = state->air_per_week[i] / 7 * days, against = state->attack_air_per_week[i] / 7 * days;
    state->fought_days[i] += days;
    state->struck[i] += flown;
    state->struck_attack[i] += against;
    state->bombed[i] += flown + against;
}

/* Starts an engagement of state->enemy_bloc[i] against i; `left` is what remains of the step [d]. May decide it at once
 * (outcome). */
void ho_assault_begin(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, double left);

#endif
