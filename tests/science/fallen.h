/* A line of small districts whose last ones are the hills of a resistance: D0000, the national capital, to D0005. The hill folk
 * (faction 2, of the crown's bloc) stand in D0004, a gorge, and D0005, with a border crossing. Nothing happens before a test says so. */
#ifndef FALLEN_H
#define FALLEN_H

#include "science/ensemble.h"

enum { HILL = 2, N_LINE = 6, SEAT = 4, BORDER = 5 };

/* After the rows of the insurgents: what they are like, the hill folk, the neighbour behind the crossing. */
#define INSURGENTS_WITH(inclusion)                                                                                      \
    "    affinity: {all: -0.5}\n"                                                                                       \
    "    policies:\n      - {from: 2030-01-01, restrictions: 0, reprisals: 0, inclusion: " inclusion                     \
    ", known_on: 2030-04-30, source: test}\n"
#define HILL_FOLK(role)                                                                                                 \
    "  - id: hill\n    name: Hill folk\n    bloc: crown\n    role: " role "\n    base: [P01]\n    stock_days: 0\n"       \
    "    affinity: {all: 0.5}\n    known_on: 2030-04-30\n    source: test\n"
#define FRONTIER(armed)                                                                                                 \
    "patrons:\n  - id: over-there\n    name: Over There\n    neighbour: Overland\n    border:\n"                         \
    "      - {from: 2030-01-01, people: closed, soldiers: closed, armed: " armed ", known_on: 2030-04-30, source: test}\n" \
    "crossings:\n  - {id: gate, name: Gate, district: D0005, neighbour: Overland, friendly_to: crown, "                   \
    "customs_usd_per_month: 0, customs_sd_log: 0, known_on: 2030-04-30, source: test}\n"
#define WINTER                                                                                                          \
    "season:\n  - {terrain: gorge, factor: [0.2, 0.2, 0.3, 0.6, 1, 1, 1, 1, 1, 0.8, 0.4, 0.2], known_on: 2029-12-31, "    \
    "source: test}\n"

/* Soldiers of the crown in every district, those of the hills being hill folk; reeds next to the capital and in the middle. */
static inline ho_scenario *fallen_load(const char *sections, int32_t hill_folk, int32_t rebels) {
    small *country = small_line(N_LINE);
    for (size_t i = 0; i < N_LINE; i++)
        country->district[i] = (small_district){.soldiers = i >= SEAT ? hill_folk : 60,
                                                .rebels = i > 0 && i < SEAT ? rebels : 0,
                                                .seat = i == 0 || i == SEAT,
                                                .province = i >= SEAT,
                                                .terrain = i >= SEAT ? "gorge" : "plain"};
    country->sections = sections;
    ho_scenario *scenario = small_load(country);
    for (size_t k = 0; k < scenario->n_garrison; k++)
        if (scenario->garrison[k].district >= SEAT)
            scenario->garrison[k].faction = HILL;
    small_free(country);
    return scenario;
}

/* The reeds take everything but the hills, and on the next step those who fight on rise. */
static inline void fall(const ho_world *world, ho_state *state, const ho_streams *streams) {
    for (size_t i = 0; i < SEAT; i++)
        ho_take(world, state, streams, i, REEDS, HO_MODE_FOUGHT);
    state->regime_clock[CROWN] = 0;
    ho_face(world, state);
}

#endif
