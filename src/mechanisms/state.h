/* What changes during a replicate. All columns live in one block, so that copying a state is one memcpy.
 * Column order is bloc- or faction-major: column of bloc b starts at b * n_district. Strengths are persons times worth.
 *
 * These ledgers hold exactly after every mechanism (ho_state_check), all in whole numbers:
 * fighters, for each faction f:
 *   sum_i fighters[f][i] + reserve[f] + marching[f] + waiting[f] + hidden[f] + killed[f] + deserted[f] + surrendered[f]
 *     + dissolved[f] + crossed[f] + switched_out[f] = initial[f] + recruited[f] + switched_in[f].
 * people (who deserts, surrenders or is dissolved goes home; recruits leave home):
 * (sum road + sum displaced = sum away + sum road_border + sum at_border holds too)
 *   sum_i (residents[i] + displaced[i]) + sum road + sum abroad + evacuated + sum_b civilians_killed[b]
 *     + sum_f (recruited[f] - deserted[f] - surrendered[f] - dissolved[f]) = people_start.
 * money [USD], for each faction f:
 *   cash_usd[f] = opening_usd[f] + from_patrons_usd[f] + taxes_usd[f] + customs_usd[f] + commodity_usd[f] + seized_usd[f]
 *     - upkeep_usd[f] - services_usd[f] - lost_usd[f].
 * Arms are whole too. Vehicles, over all blocs:
 *   sum_i vehicles[i] + sum_b (vehicles_captured[b] + vehicles_lost[b]) = sum_b vehicles_start[b].
 * Light arms [kg], for each faction f; what is given is got, what is gone or taken is captured:
 *   sum_i weapons[f][i] + weapons_given[f] + weapons_gone[f] + weapons_taken[f] + weapons_lost[f]
 *     = weapons_start[f] + weapons_got[f]. */
#ifndef HO_STATE_H
#define HO_STATE_H

#include <math.h>

#include "base/stream.h"
#include "holdout/sim.h"
#include "world/world.h"

/* Kinds of ground: the terrains, and the same as a provincial capital; neighbours held by another bloc beyond the last count as the last. */
enum { HO_N_GROUND = 2 * HO_N_TERRAIN, HO_N_AXIS = 16 };

enum { HO_ROAD_DAYS = 16 }; /* [d] nobody is longer on the road within the country */

/* Where an armed faction stands. */
typedef enum ho_stance {
    HO_STANCE_STAYS,    /* with its bloc */
    HO_STANCE_ALONE,    /* for itself: it outlives its bloc's regime, helps nobody and gets no help */
    HO_STANCE_SWITCHED, /* it has gone over to another bloc */
    HO_STANCE_FLED,     /* its leader is abroad */
    HO_N_STANCE
} ho_stance;

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
    X(double, rank, 2 * n_district, "scratch: of the initial draw, draws of a place, batches")                           \
    X(int32_t, front_of, n_district, "nearest front district of the holder's bloc, -1: none; strategy")              \
    X(double, front_km, n_district, "[km of road] to it; strategy")                                                  \
    X(double, supply_days, n_district, "[d] stock of the holder's garrison; logistics")                              \
    X(double, cut_off_days, n_district, "[d] days without a road to a node; logistics")                              \
    X(uint8_t, connected, n_district, "holder has a road to a supply node; logistics")                               \
    X(double, arrears_days, n_district, "[d] unpaid; start, payroll, takeover")                                      \
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
    X(double, air_per_week, n_district, "[1/week] sorties for the holder that find their target; air")                               \
    X(double, attack_air_per_week, n_district, "[1/week] sorties for who attacks there that find their target; air")                     \
    X(double, enemy, n_district, "[persons x worth] that the strongest other bloc can bring; facing")              \
    X(double, odds_own, n_district, "own strength for which odds was worked out; perception")                        \
    X(double, odds_enemy, n_district, "and the enemy's; perception")                                                 \
    X(double, odds, n_district, "ln((own + 50)/(enemy + 50)); perception")                           \
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
    X(double, credibility, n_bloc, "0..1 of the bloc's public claims; start, claims")                                \
    X(double, cash_usd_day, n_faction, "[USD/day] patrons' flows; patrons")                                          \
    X(double, readiness, n_faction, "share of aircraft that fly; air")                                               \
    X(double, air_rate, n_bloc, "[1/day] strike sorties to one engagement, held or attacked; air")                   \
    X(double, sorties_defence, n_bloc, "[1/day] strike sorties flown for engaged centres that the bloc holds; air")  \
    X(double, sorties_attack, n_bloc, "[1/day] strike sorties flown for the bloc's own attacks; air")                \
    X(double, airlift_garrisons, n_bloc, "[garrisons/day] that can be supplied by air; air")                         \
    X(int64_t, initial, n_faction, "[persons]; start")                                                               \
    X(int64_t, reserve, n_faction, "[persons] mobile, in no district; strategy")                                     \
    X(int64_t, reserve_start, n_faction, "[persons]; start")                                                         \
    X(int64_t, marching, n_faction, "[persons] in columns on the road; strategy")                                    \
    X(int64_t, waiting, n_faction, "[persons] not yet arrived; start")                                               \
    X(int64_t, killed, n_faction, "[persons] so far; assault, air")                                                  \
    X(int64_t, deserted, n_faction, "[persons] so far; desertion, takeover")                                         \
    X(int64_t, surrendered, n_faction, "[persons] so far; takeover")                                                 \
    X(int64_t, melted, n_faction, "[persons] who went into hiding so far, come back or not; desertion, takeover")    \
    X(int64_t, dissolved, n_faction, "[persons] so far, at regime fall; takeover")                                   \
    X(double, reserve_worth, n_faction, "worth per person of the reserve; start")                                    \
    /* counters */                                                                                                   \
    X(int32_t, n_lost_by_mode, n_bloc *HO_N_MODE, "districts lost by bloc and mode; takeover")                       \
    X(int32_t, n_retaken, n_bloc, "districts won back by the bloc; takeover")                                        \
    X(int32_t, centres, n_bloc, "centres held; takeover")                                                            \
    X(int32_t, centres_start, 1, "centres that the home bloc did not hold on day 0; start")                          \
    X(int32_t, capitals, n_bloc, "capitals held; takeover")                                                          \
    X(double, area_share, n_bloc, "of centres held; takeover")                                                       \
    X(double, people_share, n_bloc, "of centres held; takeover")                                                     \
    /* money (finance.c) */                                                                                          \
    X(int64_t, cash_usd, n_faction, "[USD] in hand; finance")                                                        \
    X(int64_t, opening_usd, n_faction, "[USD] in hand on day 0; start")                                              \
    X(int64_t, from_patrons_usd, n_faction, "[USD] so far; finance")                                                 \
    X(int64_t, taxes_usd, n_faction, "[USD] so far; finance")                                                        \
    X(int64_t, customs_usd, n_faction, "[USD] so far; finance")                                                      \
    X(int64_t, commodity_usd, n_faction, "[USD] so far; finance")                                                    \
    X(int64_t, seized_usd, n_faction, "[USD] so far: reserves at hand when it won, released ones later; finance")    \
    X(int64_t, upkeep_usd, n_faction, "[USD] so far, for whoever is on the books; finance")                          \
    X(int64_t, services_usd, n_faction, "[USD] so far, civil wages; finance")                                        \
    X(int64_t, lost_usd, n_faction, "[USD] so far: cash left behind when its regime fell; finance")                  \
    X(int64_t, reserves_usd, n_faction, "[USD] a standing state's, at home: not spent, but there to seize; finance") \
    X(int64_t, reserves_abroad_usd, n_faction, "[USD] a standing state's, abroad; finance")                          \
    X(int64_t, frozen_usd, n_bloc, "[USD] abroad, of the bloc's fallen state, that nobody can reach; finance")       \
    X(double, released, n_bloc, "share of recognition for which frozen reserves were released to the bloc; finance") \
    X(double, income_usd_day, n_faction, "[USD/day] today; finance")                                                 \
    X(double, bill_usd_day, n_faction, "[USD/day] upkeep and services due today; finance")                           \
    X(double, pay_share, n_faction, "0..1 of the upkeep due that was paid today; finance")                           \
    X(double, services_share, n_bloc, "0..1 of the civil wages due where it governs that were paid today; finance")  \
    X(double, back_days, n_faction, "[d/d] arrears worked off today; finance")                                       \
    X(double, funds, n_faction, "0..1 what it can spend on new fighters; finance")                                   \
    X(double, governed, n_bloc, "[persons] who pay the bloc's taxes; finance, weekly")                               \
    X(double, tax_usd_day, n_faction, "[USD/day] if it governed everybody; start")                                   \
    X(double, best_commodity_usd_day, n_faction, "[USD/day] in its best month; start")                               \
    X(double, customs_usd_month, n_crossing, "[USD/month]; start")                                                   \
    /* who is on the books (payroll.c) */                                                                            \
    X(double, paper, n_district, "[persons] on the books of the garrison of the holder's state; start, takeover")    \
    X(double, paper_reserve, n_faction, "[persons] on the books of the reserve; start, takeover")                    \
    X(double, paper_total, n_faction, "[persons] on the books, everywhere; a faction that is no state: under arms; payroll") \
    X(double, in_arrears, n_faction, "share of its garrisons, by persons, that are owed pay; payroll, fortnightly")  \
    X(double, leak_pay, n_district, "0..1 of the pay that this commander keeps; payroll")                            \
    X(double, leak_supply, n_district, "0..1 of the stores that he sells; payroll")                                  \
    X(int32_t, leak_of, n_district, "changes of hands when the leaks were drawn, plus 1; payroll")                   \
    X(double, unpaid_days, 8 * n_faction, "[d] not paid so far, at the end of each of the last 8 days; payroll")     \
    X(double, pay_reaching, n_district, "0..1 of the pay due that reaches who is present; payroll")                  \
    X(double, supply_reaching, n_district, "0..1 of the stores due that reach the garrison; payroll")                \
    /* new fighters (mobilisation.c) */                                                                              \
    X(int64_t, recruited, n_faction, "[persons] so far; mobilisation, governance, resistance")                       \
    X(int64_t, hidden, n_faction, "[persons] at home with their arms or over the border; mobilisation, resistance")  \
    X(double, hidden_worth, n_faction, "worth per person of the hidden; mobilisation, takeover")                     \
    X(double, cap, n_faction, "[persons] most it can have under arms; start")                                        \
    X(double, pull, n_faction, "factor on recruits from public calls; mobilisation")                                 \
    X(double, recruits_due, n_faction *n_district, "[persons] short of a party, carried over; mobilisation")            \
    /* who stands with whom (alignment.c) */                                                                         \
    X(int32_t, stance, n_faction, "ho_stance; alignment")                                                            \
    X(double, leaning, n_faction *HO_N_STANCE, "what its leader makes of each stance beyond reasons; alignment")     \
    X(int32_t, n_look, n_faction, "looks of its leader so far; alignment")                                           \
    X(int32_t, leader_fled, n_faction, "1: its leader is abroad; alignment")                                         \
    X(int64_t, switched_out, n_faction, "[persons] who went over to another faction, so far; alignment")             \
    X(int64_t, switched_in, n_faction, "[persons] who came over, so far; alignment")                                 \
    X(double, knowledge, n_district, "factor on attackers who were at home here; alignment")                         \
    X(uint8_t, alone, n_district, "1: only the holding faction defends this engagement; assault")                    \
    X(double, cooperation, n_faction, "chance that allies defend this faction's centres; alignment")                 \
    X(double, leader_shift, n_bloc, "[logit] lasting change of belief from leaders who fled; alignment")             \
    X(int32_t, leader_gone, n_bloc, "1: the head of the bloc's state has fled; alignment")                           \
    X(double, leader_threshold, n_bloc, "belief below which he leaves; start")                                       \
    X(int32_t, successor_claims, n_bloc, "1: his named successor claims to lead, from a seat the bloc holds; alignment") \
    X(uint8_t, loyal, n_district, "1: the garrison follows the successor; alignment, takeover")                      \
    /* patrons and borders (patrons.c) */                                                                            \
    X(double, flow_factor, n_flow, "this replicate's size of a flow, relative to the scenario's; patrons")           \
    X(double, given_usd_day, n_patron *n_bloc, "[USD/day] cash that a patron's dated flows give a bloc; patrons")    \
    X(double, given_start, n_patron *n_bloc, "[USD/day] the same on day 0; patrons")                                 \
    X(double, sanctuary, n_faction, "0..1 rear across the border; patrons")                                          \
    X(uint8_t, posture, n_neighbour *HO_N_TRAVELLER, "ho_posture today; patrons")                                    \
    X(int32_t, tightened, n_neighbour, "steps tighter than announced; patrons")                                      \
    X(double, arrivals, n_neighbour, "[persons] who crossed lately, e-folding 14 d; displacement")                   \
    X(uint8_t, recognises, n_patron *n_bloc, "1: the patron deals with the bloc as the government; patrons")          \
    X(double, recognised, n_bloc, "share of patrons who do, by their cash; patrons")                                 \
    X(double, on_call_day, n_patron, "[d] from which its aircraft answer, NaN: not asked; patrons")                  \
    X(double, aid_day, n_patron, "[d] from which it pays a resistance, NaN: not decided; patrons")                   \
    X(double, patron_credibility, n_bloc, "0..1 weight of the patrons' words after broken promises; patrons")        \
    /* talks (talks.c) */                                                                                            \
    X(int32_t, settled, 1, "1: the war is settled; talks")                                                           \
    X(double, settled_share, n_bloc, "share of power by the settlement; talks")                                      \
    X(double, truce_days, n_district, "[d] left of a local ceasefire, 0: none; talks")                               \
    X(int32_t, n_truce, 1, "local ceasefires so far; talks")                                                         \
    X(int32_t, n_truce_broken, 1, "of them broken or void; talks")                                                   \
    X(int32_t, n_truce_now, 1, "of them holding when talks last looked; talks")                                      \
    X(double, amnesty, n_bloc, "0..1 how far the bloc's amnesty is believed; start, talks, civilians")               \
    X(double, victory_chance, n_bloc, "0..1 of power it expects from fighting on; talks")                            \
    X(double, chance_logit, 2 *n_bloc, "logit of it but for foreign forces, at the last two meetings; talks")        \
    X(double, leaving, n_bloc, "share of the bloc's foreign forces announced to leave within 60 d; calendar")        \
    X(double, truce_belief, n_district, "belief from which truce_days follows, 0..1; talks")                         \
    X(int32_t, truce_bloc, n_district, "the other side of the local ceasefire; talks")                               \
    X(double, restraint_gain, n_bloc, "amnesty's credibility that restraint has added and not lost again; talks")    \
    /* words (claims.c) */                                                                                           \
    X(double, claimed, n_bloc, "0..1 share of the districts that the bloc says it holds; claims")                    \
    X(double, forecast_shift, n_bloc, "[logit] from published forecasts, fading; claims")                            \
    /* people (civilians.c) */                                                                                       \
    X(double, harm, n_district, "[persons] civilians killed here, e-folding 30 d; civilians")                        \
    X(double, expectation, n_district, "0..1 the people give their centre's holder; civilians")                      \
    X(double, fear, n_district, "0..1; civilians")                                                                   \
    X(double, attitude, n_province *n_group *n_bloc, "-1..1 of a community to a bloc; civilians")                    \
    X(double, attitude_here, n_bloc *n_province, "its mean over the province's people; civilians")                   \
    X(double, attitude_start, n_bloc *n_province, "the same on day 0; start")                                        \
    X(double, repression, n_bloc, "0..1 felt where the bloc rules: policy and abuses; civilians, governance")        \
    X(int64_t, civilians_killed, n_bloc, "[persons] so far, by the bloc whose doing it was; civilians, rivals")      \
    X(double, fought, n_district, "[persons] fighters killed here since civilians last looked; holder")              \
    X(double, struck, n_district, "[sorties] flown here for its holder since civilians last looked; assault")        \
    X(double, struck_attack, n_district, "[sorties] flown here for who attacked since civilians last looked; assault") \
    X(double, harm_by, n_bloc *n_province, "[persons] civilians killed by the bloc since attitudes were last looked at; civilians") \
    X(double, violence, n_province, "[persons] killed, fighters too, e-folding 60 d; civilians")                     \
    X(double, violence_start, 1, "[persons] the same in the country in the first 30 d, not fading; civilians")       \
    X(int32_t, ruler_start, n_province, "bloc with most of the people on day 0; civilians")                          \
    X(double, burden_start, n_bloc, "what its rule cost its attitudes on day 0; civilians")                          \
    /* people on the move (displacement.c) */                                                                        \
    X(int64_t, people_start, 1, "[persons] who are not under arms on day 0; start")                                  \
    X(int32_t, residents, n_district, "[persons] at home; displacement, mobilisation, civilians, takeover")          \
    X(int32_t, displaced, n_district, "[persons] from elsewhere who stay here; displacement")                        \
    X(int32_t, came, n_district, "[persons] displaced who reached it, to stay or to cross a border there, so far; displacement") \
    X(int32_t, went, n_district, "[persons] residents who left it, so far; displacement")                            \
    X(int32_t, road, HO_ROAD_DAYS *n_district, "[persons] who arrive here, by day modulo HO_ROAD_DAYS; displacement") \
    X(int32_t, away, n_home *n_home, "[persons] from home area h in k or on the road to it, not bound for a border: h * n_home + k; displacement") \
    X(int32_t, road_border, HO_ROAD_DAYS *n_crossing, "[persons] of those on the road, who want to cross, by day and crossing; displacement") \
    X(int32_t, at_border, n_crossing, "[persons] of the displaced in the crossing's district, who want to cross; displacement") \
    X(double, fought_days, n_district, "[d] of engagement here since displacement last looked; assault")             \
    X(double, bombed, n_district, "[sorties] flown here for either side since displacement last looked; assault")                    \
    X(double, looked_day, n_district, "[d] when displacement last looked; displacement")                             \
    X(double, last_fight_day, n_district, "[d] of the last engagement, -1000: none yet; displacement")               \
    X(double, welcome, n_place, "factor on going to a district (safety, room) or crossing (posture); displacement")  \
    X(double, route, n_dest, "weights of places by people, distance, kin, added up, of sets worked out so far; displacement") \
    X(uint8_t, route_known, n_district, "1: the weights of its set are worked out; displacement")                    \
    X(int64_t, border_quota, n_neighbour, "[persons] whom a limited border lets through, left of today; displacement")    \
    X(int64_t, abroad, n_neighbour, "[persons] who crossed, so far; displacement")                                   \
    X(int64_t, evacuated, 1, "[persons] flown out so far; displacement")                                             \
    X(int64_t, displaced_ever, 1, "[persons] who left home so far; displacement")                                    \
    X(int64_t, returned, 1, "[persons] who came home so far; displacement")                                          \
    X(int64_t, reached_capital, 1, "[persons] displaced who reached the national capital so far; displacement")      \
    X(int32_t, airport_open, 1, "1: nobody fights at the airport and it is guarded or its own people's; displacement") \
    X(int64_t, unreached_days, 1, "[district-days] without a way in for relief, so far; logistics")                  \
    X(double, reported, 3, "[persons] newly displaced whom agencies verify: two stages of counting, counted so far; displacement") \
    X(double, estimated, 3, "[persons] the same of those whom agencies estimate; displacement")                      \
    X(int64_t, seeking_flight, 1, "[persons] of the foreign missions' people who want a seat; displacement")         \
    X(int64_t, crossed, n_faction, "[persons] soldiers who crossed a border, so far; takeover")        \
    /* rule (governance.c) */                                                                                        \
    X(double, services, n_bloc, "0..1 of what the people were used to; governance")                                  \
    X(double, cohesion, n_bloc, "0..1; governance")                                                                  \
    X(double, presence, n_bloc, "fighters by (area x people)^0.5 it rules, of the home bloc's on day 0; governance")                     \
    X(double, presence_unit, 1, "[persons] fighters of the home bloc by (area share x people share)^0.5 it ruled on day 0; governance") \
    X(double, taken_day, n_district, "[d] when the holder's bloc took it, -1000: it always held it; takeover")       \
    X(double, grip, n_district, "0..1 of a holder's local strength that has set; governance")                        \
    X(int32_t, n_revolt, n_bloc, "local revolts against the bloc so far; governance")                                \
    /* who fights on (resistance.c) */                                                                               \
    X(int32_t, risen, n_faction, "1: a resistance that fights on after its bloc's regime fell; resistance")          \
    X(double, siege_day, n_bloc, "[d] from which a victor assaults pockets of the bloc; resistance")                 \
    X(double, raids_per_day, n_bloc, "[1/day] engagements that a risen resistance starts; resistance")               \
    X(double, mobile, n_bloc, "share of fighters next door who can join an attack; start, resistance")               \
    X(int64_t, joined, n_faction, "[persons] soldiers of a fallen state who joined it, so far; takeover")            \
    X(int32_t, refuge, n_district, "nearest pocket that soldiers here can reach when their regime falls, -1: none; resistance") \
    X(double, road_cut_days, n_district, "[d] left of a road cut by a resistance next to it; resistance")            \
    /* arms that change hands (materiel.c) */                                                                        \
    X(int32_t, vehicles, n_district, "armoured vehicles with the garrison; start, takeover")                         \
    X(int64_t, vehicles_start, n_bloc, "on day 0; start")                                                            \
    X(int64_t, vehicles_captured, n_bloc, "taken by the bloc so far; takeover")                                      \
    X(int64_t, vehicles_lost, n_bloc, "destroyed, or gone with those who left, so far; takeover")                    \
    X(double, aircraft, n_faction, "usable; start, takeover")                                                        \
    X(double, aircraft_captured, n_bloc, "taken by the bloc so far; takeover")                                       \
    X(double, aircraft_abroad, n_bloc, "flown abroad so far; takeover")                                              \
    X(double, crewed, n_bloc, "share of captured aircraft with a crew; start, takeover")                             \
    X(double, arms, n_bloc, "factor on the bloc's attacks from captured vehicles; takeover")                         \
    /* light arms (materiel.c) */                                                                                   \
    X(int32_t, weapons, n_faction *n_district, "[kg] light arms and ammunition, by faction; start, mobilisation, takeover, alignment") \
    X(int64_t, weapons_start, n_faction, "[kg] on day 0; start")                                                     \
    X(int64_t, weapons_given, n_faction, "[kg] given to others of its bloc, so far; mobilisation")                   \
    X(int64_t, weapons_got, n_faction, "[kg] got from others of its bloc, so far; mobilisation")                     \
    X(int64_t, weapons_gone, n_faction, "[kg] carried over to another bloc by fighters who switched, so far; alignment") \
    X(int64_t, weapons_taken, n_faction, "[kg] fallen into another bloc's hands, so far; takeover")                  \
    X(int64_t, weapons_lost, n_faction, "[kg] destroyed or of no use after a fall, so far; takeover")                \
    X(int64_t, weapons_captured, n_bloc, "[kg] that came to the bloc from another, so far; takeover, alignment")     \
    X(double, transfer_kg_week, n_transfer, "[kg/week] this replicate's size of a transfer; start")                  \
    /* attacks from hiding (rivals.c) */                                                                             \
    X(double, bombings_per_day, n_faction, "[1/day]; start")                                                         \
    X(int32_t, n_bombing, n_faction, "so far; rivals")                                                               \
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

/* Fighting strength of a faction in a district, at = faction * n_district + district [persons x worth]. Light arms at
 * hand make a militia or resistance worth more: fighters x worth x (1 + g min(1, kits/fighters)) (additions F9). */
static inline double ho_force(const ho_world *world, const ho_state *state, size_t faction, size_t at) {
    double fighters = state->fighters[at], force = fighters * state->worth[at];
    bool local = world->faction_role[faction] == HO_ROLE_MILITIA || world->faction_role[faction] == HO_ROLE_RESISTANCE;
    if (state->weapons[at] == 0 || !local || !(fighters > 0))
        return force;
    double armed = state->weapons[at] / state->p[HO_P_KIT] / fighters;
    return force * (1 + state->p[HO_P_KIT_WORTH] * (armed < 1 ? armed : 1));
}

/* Light arms that a faction has, everywhere [kg]: what its ledger leaves. */
static inline int64_t ho_weapons_held(const ho_state *state, size_t faction) {
    return state->weapons_start[faction] + state->weapons_got[faction] - state->weapons_given[faction] -
           state->weapons_gone[faction] - state->weapons_taken[faction] - state->weapons_lost[faction];
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
/* Checks the ledgers, finiteness and ranges. HO_ERR_NUMERIC names what is wrong. */
ho_status ho_state_check(const ho_state *state, ho_error *err);

#endif
