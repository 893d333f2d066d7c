/* What the science tests look at each day, of the bloc that holds the national capital on day 0 (home) unless said otherwise. */
#ifndef MEASURES_H
#define MEASURES_H

#include "science/ensemble.h"

enum {
    M_HELD,        /* centres held */
    M_LOST,        /* districts lost so far, each loss counted */
    M_CAPITALS,    /* capitals held */
    M_FALLEN,      /* national capital is lost */
    M_HOLDOUT,     /* home holds the seat of the holdout, or of measure_seat */
    M_CONTROLLED,  /* districts held or ruled around the centre by another bloc (the Long War Journal's controlled) */
    M_KILLED,      /* persons, of home */
    M_KILLED_OTHERS,
    M_DESERTED,
    M_SURRENDERED,
    M_FOUGHT,      /* losses by mode */
    M_NEGOTIATED,  /* with those carried */
    M_ABANDONED,
    M_RETAKEN,
    M_CUT_OFF,     /* centres held without a road */
    M_MORALE,      /* mean over centres held, 0..1 */
    M_BELIEF,      /* the same, probability */
    M_READINESS,   /* largest of the factions' */
    M_COUNTRY,     /* mean share of the country of other blocs in centres held */
    M_PAY,         /* mean share of pay that reaches who is present in centres held */
    M_ARREARS,     /* [d] mean over centres held */
    M_RECRUITED,   /* persons, of home */
    M_CASH,        /* million USD in the hands of the other blocs */
    M_CLAIMED,     /* largest share of the districts that another bloc claims */
    M_GONE_OVER,   /* persons who left home's factions for another, and leaders who are not there any more */
    M_TRUCES,      /* local ceasefires so far */
    M_RISEN,       /* centres that home won back so far after its state fell */
    M_BOMBINGS,    /* so far */
    M_CIVILIANS,   /* civilians killed so far */
    M_DISPLACED,   /* people who left home so far */
    M_GRIP,        /* mean local strength that has set, of others' centres */
    M_PROBE,       /* reproduction number, NaN where not measured */
    N_MEASURE
};

/* District whose holder M_HOLDOUT watches; -1: the holdout's seat. Set before an ensemble, by one thread. */
static int32_t measure_seat = -1;

static inline void measure_centres(const ho_world *world, const ho_state *state, float *value) {
    double morale = 0, belief = 0, country = 0, n = 0;
    const size_t home = (size_t)world->home_bloc;
    for (size_t i = 0; i < world->n_district; i++) {
        bool held = ho_holder_bloc(world, state, i) == world->home_bloc;
        double others = 1 - state->countryside[home * world->n_district + i];
        value[M_CONTROLLED] += (float)(!held || others > 0.85);
        if (!held)
            continue;
        n++;
        morale += state->morale[i];
        belief += ho_logistic(state->belief_logit[i]);
        country += others;
        value[M_CUT_OFF] += !state->connected[i];
    }
    value[M_MORALE] = (float)(n > 0 ? morale / n : 0);
    value[M_BELIEF] = (float)(n > 0 ? belief / n : 0);
    value[M_COUNTRY] = (float)(n > 0 ? country / n : 0);
}

static inline void measure_rule(const ho_world *world, const ho_state *state, float *value) {
    double pay = 0, arrears = 0, grip = 0, n = 0, others = 0;
    for (size_t i = 0; i < world->n_district; i++) {
        bool held = ho_holder_bloc(world, state, i) == world->home_bloc;
        n += held;
        others += !held;
        pay += held ? state->pay_reaching[i] : 0;
        arrears += held ? state->arrears_days[i] : 0;
        grip += held ? 0 : state->grip[i];
    }
    value[M_PAY] = (float)(n > 0 ? pay / n : 0);
    value[M_ARREARS] = (float)(n > 0 ? arrears / n : 0);
    value[M_GRIP] = (float)(others > 0 ? grip / others : 0);
    for (size_t b = 0; b < world->n_bloc; b++) {
        value[M_CLAIMED] = fmaxf(value[M_CLAIMED], (int32_t)b == world->home_bloc ? 0 : (float)state->claimed[b]);
        value[M_CIVILIANS] += (float)state->civilians_killed[b];
    }
    value[M_TRUCES] = (float)state->n_truce[0];
    value[M_DISPLACED] = (float)state->displaced_ever[0];
    value[M_RISEN] = state->regime_clock[world->home_bloc] >= 0 ? (float)state->n_retaken[world->home_bloc] : 0;
}

static inline void measure_day(const ho_world *world, const ho_state *state, size_t day, float *value) {
    (void)day;
    const int32_t home = world->home_bloc, *lost = &state->n_lost_by_mode[home * HO_N_MODE];
    const int32_t seat = measure_seat >= 0 ? measure_seat : world->holdout_seat;
    memset(value, 0, N_MEASURE * sizeof *value);
    measure_centres(world, state, value);
    measure_rule(world, state, value);
    for (size_t f = 0; f < world->n_faction; f++) {
        bool own = world->faction_bloc[f] == home;
        value[M_RECRUITED] += own ? (float)state->recruited[f] : 0;
        value[M_CASH] += own ? 0 : (float)((double)state->cash_usd[f] / 1e6);
        value[M_GONE_OVER] += own ? (float)(state->switched_out[f] + (state->stance[f] == HO_STANCE_FLED)) : 0;
        value[M_BOMBINGS] += (float)state->n_bombing[f];
        value[own ? M_KILLED : M_KILLED_OTHERS] += (float)state->killed[f];
        value[M_DESERTED] += own ? (float)state->deserted[f] : 0;
        value[M_SURRENDERED] += own ? (float)state->surrendered[f] : 0;
        value[M_READINESS] = fmaxf(value[M_READINESS], (float)state->readiness[f]);
    }
    for (size_t m = 0; m < HO_N_MODE; m++)
        value[M_LOST] += (float)lost[m];
    value[M_HELD] = (float)state->centres[home];
    value[M_CAPITALS] = (float)state->capitals[home];
    value[M_FALLEN] = ho_holder_bloc(world, state, (size_t)world->national_capital) != home;
    value[M_HOLDOUT] = seat >= 0 && ho_holder_bloc(world, state, (size_t)seat) == home;
    value[M_FOUGHT] = (float)lost[HO_MODE_FOUGHT];
    value[M_NEGOTIATED] = (float)(lost[HO_MODE_NEGOTIATED] + lost[HO_MODE_CARRIED]);
    value[M_ABANDONED] = (float)lost[HO_MODE_ABANDONED];
    value[M_RETAKEN] = (float)state->n_retaken[home];
    value[M_PROBE] = NAN;
}

static inline void measure_probe(const ho_world *world, double reproduction_number, float *value) {
    (void)world;
    value[M_PROBE] = (float)reproduction_number;
}

static const ho_observer MEASURES = {.n_value = N_MEASURE, .day = measure_day, .probed = measure_probe};

/* Runs a scenario with settings and mechanisms off. */
static inline ensemble measure(const ho_scenario *scenario, const ho_world_options *options, uint64_t off, size_t n) {
    ho_world *world = world_from(scenario, options);
    ensemble e = ensemble_run(world, &MEASURES, (ho_sim_options){.seed = 20210501, .off = off}, n);
    ho_world_free(world);
    return e;
}

static inline size_t day_of(const ho_scenario *scenario, const char *date) {
    ho_day day = 0;
    assert_true(ho_day_parse(date, &day));
    return (size_t)(day - scenario->from);
}

static inline int32_t district_of(const ho_scenario *scenario, const char *pcode) {
    for (size_t i = 0; i < scenario->n_district; i++)
        if (strcmp(scenario->district[i].pcode, pcode) == 0)
            return (int32_t)i;
    fail_msg("no district %s", pcode);
    return -1;
}

static inline int32_t faction_of(const ho_scenario *scenario, const char *id) {
    for (size_t f = 0; f < scenario->n_faction; f++)
        if (strcmp(scenario->faction[f].id, id) == 0)
            return (int32_t)f;
    fail_msg("no faction %s", id);
    return -1;
}

#endif
