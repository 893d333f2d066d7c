/* Day 0 of people, money, attitudes, arms and politics. Whatever a mechanism writes starts at the value that changes
 * nothing, so that switching the mechanism off leaves its readers as if it did not exist. */
#include "mechanisms/holder.h"
#include "mechanisms/start.h"

#include <string.h>

static const uint32_t TRANSFER = 0x40000000u, STORES = 0x20000000u; /* entity bits of draws of light arms */
static const double WEAPONS_MOST = 80000; /* [t] of a faction: those of all are kilograms in 32 bits, wherever they lie */

static void start_people(const ho_world *world, ho_state *state) {
    state->airport_open[0] = world->airport >= 0;
    for (size_t i = 0; i < world->n_district; i++) {
        state->residents[i] = (int32_t)ho_min(world->population[i] + 0.5, 2e9);
        state->people_start[0] += state->residents[i];
        state->taken_day[i] = state->last_fight_day[i] = -1000;
        state->refuge[i] = -1;
        state->pay_reaching[i] = state->supply_reaching[i] = state->knowledge[i] = state->grip[i] = 1;
    }
}

/* A community's attitude to a bloc starts as the affinity it is assumed to have to the bloc's main faction; townspeople
 * differ in theirs to a challenger (additions F24). */
static void start_attitudes(const ho_world *world, ho_state *state) {
    const size_t n_group = world->n_group, n_bloc = world->n_bloc;
    for (size_t p = 0; p < world->n_province; p++)
        for (size_t b = 0; b < n_bloc; b++) {
            const double *affinity = world->scenario->faction[world->bloc_main[b]].affinity;
            double mean = world->bloc_state[b] < 0 ? state->p[HO_P_ATT_URBAN] * world->province_urban[p] : 0;
            for (size_t g = 0; g < n_group; g++) {
                state->attitude[(p * n_group + g) * n_bloc + b] = affinity[g];
                mean += world->group_share[p * n_group + g] * affinity[g];
            }
            state->attitude_here[b * world->n_province + p] = state->attitude_start[b * world->n_province + p] = mean;
        }
}

static void start_money(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const ho_scenario *scenario = world->scenario;
    for (uint32_t f = 0; f < world->n_faction; f++) {
        const ho_faction_row *row = &scenario->faction[f];
        ho_rng rng = ho_rng_at(streams, 0, HO_PROC_FINANCE, f);
        state->tax_usd_day[f] = ho_start_value(world, &row->tax_usd_day, &rng);
        state->best_commodity_usd_day[f] = ho_start_value(world, &row->commodity_usd_day, &rng);
        state->cash_usd[f] = state->opening_usd[f] = (int64_t)row->cash_usd;
        state->pay_share[f] = state->funds[f] = state->pull[f] = state->cooperation[f] = 1;
    }
    for (uint32_t c = 0; c < world->n_crossing; c++) {
        ho_rng rng = ho_rng_at(streams, 1, HO_PROC_FINANCE, c);
        const ho_crossing_row *row = &scenario->crossing[c];
        const ho_prior prior = {HO_PRIOR_LOGNORMAL, row->customs_usd_per_month, row->customs_sd_log, 0, 1e12};
        state->customs_usd_month[c] = row->customs_usd_per_month > 0 ? ho_start_value(world, &prior, &rng) : 0;
    }
}

/* Vehicles stand where the state's garrisons are on the books; aircraft belong to their faction. */
static void start_arms(const ho_world *world, ho_state *state) {
    for (size_t f = 0; f < world->n_faction; f++) {
        const ho_faction_row *row = &world->scenario->faction[f];
        size_t b = (size_t)world->faction_bloc[f];
        double paper = 0;
        state->aircraft[f] = row->aircraft;
        if (row->vehicles <= 0)
            continue;
        for (size_t i = 0; i < world->n_district; i++)
            paper += state->fighters[f * world->n_district + i] > 0 ? state->paper[i] : 0;
        for (size_t i = 0; i < world->n_district && paper > 0; i++)
            if (state->fighters[f * world->n_district + i] > 0) {
                int32_t here = (int32_t)(row->vehicles * state->paper[i] / paper);
                state->vehicles[i] += here;
                state->vehicles_start[b] += here;
            }
    }
}

/* Light arms lie with the fighters of whoever has them, in whole kilograms. */
static void spread_weapons(const ho_world *world, ho_state *state, size_t f, double kg) {
    const size_t n = world->n_district;
    double fighters = 0;
    for (size_t at = f * n; at < (f + 1) * n; at++)
        fighters += state->fighters[at];
    for (size_t i = 0; i < n && fighters > 0; i++) {
        const size_t at = f * n + i;
        state->weapons[at] = (int32_t)(kg * state->fighters[at] / fighters);
        state->weapons_start[f] += state->weapons[at];
        if (state->weapons[at] > 0)
            ho_state_refresh_strength(world, state, i);
    }
}

static void start_weapons(const ho_world *world, ho_state *state, const ho_streams *streams) {
    for (uint32_t f = 0; f < world->n_faction; f++) {
        ho_rng rng = ho_rng_at(streams, 0, HO_PROC_MATERIEL, STORES | f);
        double tonnes = ho_start_value(world, &world->scenario->faction[f].weapons_tonnes, &rng);
        if (tonnes > 0)
            spread_weapons(world, state, f, 1000 * ho_min(tonnes, WEAPONS_MOST));
    }
    for (uint32_t k = 0; k < world->n_transfer; k++) {
        ho_rng rng = ho_rng_at(streams, 0, HO_PROC_MATERIEL, TRANSFER | (uint32_t)world->transfer_row[k]);
        const ho_prior *prior = &world->scenario->transfer[world->transfer_row[k]].tonnes_per_week;
        state->transfer_kg_week[k] = 1000 * ho_min(ho_start_value(world, prior, &rng), WEAPONS_MOST);
    }
}

static void start_politics(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const double *p = state->p;
    for (uint32_t f = 0; f < world->n_faction; f++) {
        const ho_faction_row *row = &world->scenario->faction[f];
        ho_rng rng = ho_rng_at(streams, 0, HO_PROC_MOBILISATION, f);
        state->cap[f] = row->has_cap ? ho_start_value(world, &row->cap, &rng) : (double)state->initial[f];
        rng = ho_rng_at(streams, 0, HO_PROC_BOMBING, f);
        state->bombings_per_day[f] = ho_start_value(world, &row->bombings_per_month, &rng) / 30.44;
    }
    for (size_t b = 0; b < world->n_bloc; b++) {
        state->services[b] = state->services_share[b] = state->cohesion[b] = state->presence[b] = state->arms[b] = 1;
        state->patron_credibility[b] = 1;
        state->victory_chance[b] = 0.5;
        state->amnesty[b] = p[HO_P_AMNESTY];
        state->leader_threshold[b] = p[HO_P_LEADER_THETA];
        state->crewed[b] = p[HO_P_CREWED];
        state->mobile[b] = world->bloc_state[b] >= 0 ? 0 : p[HO_P_MOBILE];
        state->siege_day[b] = -1;
    }
    for (size_t k = 0; k < world->n_flow; k++)
        state->flow_factor[k] = 1;
    for (size_t k = 0; k < world->scenario->n_patron; k++)
        state->on_call_day[k] = state->aid_day[k] = NAN;
    memcpy(state->posture, world->posture, world->n_neighbour * HO_N_TRAVELLER * sizeof *state->posture);
}

void ho_start_society(const ho_world *world, ho_state *state, const ho_streams *streams) {
    start_people(world, state);
    start_attitudes(world, state);
    start_money(world, state, streams);
    start_arms(world, state);
    start_weapons(world, state, streams);
    start_politics(world, state, streams);
    ho_count_books(world, state);
}
