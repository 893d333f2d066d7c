/* The small good scenario for fuzzers, and what a scenario without findings promises. */
#ifndef HO_FUZZ_SCENARIO_H
#define HO_FUZZ_SCENARIO_H

#include "fuzz/verify.h"

/* A scenario without findings keeps its header's promises. */
static void scenario_verify(const ho_scenario *s) {
    assert(s->name && s->title && s->from <= s->until && s->n_bloc >= 2 && s->n_faction >= 1 && s->n_district >= 1);
    index_verify(s->national_capital, s->n_district, false);
    index_verify(s->holdout_faction, s->n_faction, true);
    index_verify(s->holdout_seat, s->n_district, true);
    for (size_t k = 0; k < s->n_district; k++) {
        assert(s->district[k].pcode && s->district[k].name && s->district[k].area_km2 > 0);
        index_verify(s->district[k].province, s->n_province, false);
    }
    for (size_t k = 0; k < s->n_edge; k++) {
        assert(s->edge[k].a < s->edge[k].b && s->edge[k].distance_km > 0);
        index_verify(s->edge[k].a, s->n_district, false);
        index_verify(s->edge[k].b, s->n_district, false);
    }
    for (size_t k = 0; k < s->n_faction; k++) {
        index_verify(s->faction[k].bloc, s->n_bloc, false);
        for (size_t base = 0; base < s->faction[k].n_base; base++)
            index_verify(s->faction[k].base_province[base], s->n_province, false);
    }
    for (size_t k = 0; k < s->n_flow; k++) {
        index_verify(s->flow[k].faction, s->n_faction, false);
        index_verify(s->flow[k].patron, s->n_patron, false);
    }
    for (size_t k = 0; k < s->n_calendar; k++) {
        index_verify(s->calendar[k].bloc, s->n_bloc, s->calendar[k].kind == HO_CAL_LULL);
        assert(isfinite(s->calendar[k].value) && s->calendar[k].known_on != HO_DAY_NONE);
    }
    for (size_t k = 0; k < s->n_pass; k++)
        for (size_t edge = 0; edge < s->pass[k].n_edge; edge++)
            index_verify(s->pass[k].edge[edge], s->n_edge, false);
    for (size_t k = 0; k < s->n_command; k++) {
        index_verify(s->command[k].faction, s->n_faction, false);
        index_verify(s->command[k].hq, s->n_district, false);
        index_verify(s->command[k].superior, s->n_command, true);
    }
    for (size_t k = 0; k < s->n_garrison; k++) {
        index_verify(s->garrison[k].district, s->n_district, false);
        index_verify(s->garrison[k].faction, s->n_faction, false);
        index_verify(s->garrison[k].command, s->n_command, false);
        index_verify(s->garrison[k].kind, s->n_kind, false);
        assert(s->garrison[k].paper >= 0);
    }
    for (size_t k = 0; k < s->n_share; k++) {
        index_verify(s->share[k].province, s->n_province, false);
        index_verify(s->share[k].group, s->n_group, false);
    }
    for (size_t k = 0; k < s->n_record; k++)
        index_verify(s->record[k].district, s->n_district, true);
    for (size_t k = 0; k < s->n_fact; k++) {
        const ho_fact_row *row = &s->fact[k];
        index_verify(row->bloc, s->n_bloc, true);
        for (size_t place = 0; place < row->n_place; place++)
            index_verify(row->place[place], s->n_district, false);
        bool rows = row->kind != HO_FACT_MODE_SHARE && row->kind != HO_FACT_DOSE;
        for (size_t of = 0; of < row->n_of && rows; of++)
            index_verify(row->of[of], k, false);
    }
    for (size_t k = 0; k < s->n_claim; k++)
        for (size_t other = 0; other < s->claim[k].n_against; other++)
            index_verify(s->claim[k].against[other], s->n_claim, false);
    for (size_t k = 0; k < s->n_reading; k++)
        index_verify(s->reading[k].claim, s->n_claim, false);
    outlines_verify(s);
}

/* The files of the good scenario; optional ones are left out. */
static void base_take(ho_bytes bytes[HO_N_PLACE]) {
    static const ho_file ORDER[N_BASE] = {HO_FILE_SCENARIO, HO_FILE_DISTRICTS, HO_FILE_EDGES,
                                          HO_FILE_GARRISONS, HO_FILE_COMMANDS, HO_FILE_GROUPS,
                                          HO_FILE_RECORD,   HO_FILE_CLAIMS,   HO_FILE_FACTS,
                                          HO_FILE_READINGS, HO_FILE_BOUNDARIES};
    for (size_t k = 0; k < N_BASE && ORDER[k] < HO_FILE_RECORD; k++)
        bytes[ORDER[k]] = (ho_bytes){BASE[k].text, strlen(BASE[k].text)};
}

#endif
