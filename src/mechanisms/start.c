/* The initial state of a replicate. Day 0 is itself uncertain: parameters come from their priors, national numbers are
 * drawn once and shared (additions C8), and which centres are held is drawn so that the national totals known of that
 * day hold (additions C18). */
#include "mechanisms/holder.h"
#include "mechanisms/start.h"

#include <stdlib.h>
#include <string.h>

static const double CAPITAL_SCORE = -4; /* a seat of a province hardly starts in the hands of a challenger; judgement */
static const double NO_DAY = 99999;     /* restraint_day: none is known */
static const uint32_t NATIONAL = 0x40000000u; /* entity bit of national draws */

static double prior_draw(const ho_prior *prior, ho_rng *rng) {
    double x = prior->a;
    switch (prior->family) {
    case HO_PRIOR_POINT:
        break;
    case HO_PRIOR_UNIFORM:
        x = prior->a + (prior->b - prior->a) * ho_rng_unit(rng);
        break;
    case HO_PRIOR_NORMAL:
        x = prior->a + prior->b * ho_normal(rng);
        break;
    case HO_PRIOR_HALFNORMAL:
        x = fabs(prior->b * ho_normal(rng));
        break;
    case HO_PRIOR_LOGNORMAL:
        x = prior->a * ho_exp(prior->b * ho_normal(rng));
        break;
    case HO_PRIOR_LOGUNIFORM:
        x = prior->a * ho_exp(ho_log(prior->b / prior->a) * ho_rng_unit(rng));
        break;
    case HO_PRIOR_BETA:
        x = ho_beta(rng, prior->a, prior->b);
        break;
    case HO_PRIOR_GAMMA:
        x = prior->b * ho_gamma(rng, prior->a);
        break;
    }
    return ho_clip(x, prior->min, prior->max);
}

double ho_start_value(const ho_world *world, const ho_prior *prior, ho_rng *rng) {
    return world->at_centre ? ho_prior_centre(prior) : prior_draw(prior, rng);
}

/* The row of the draws that a replicate takes, by the stream it draws from. */
static size_t draw_row(const ho_world *world, uint32_t stream) {
    size_t low = 0, n = world->draws->n_draw;
    if (!world->stream_row)
        return stream % n;
    for (size_t high = n; low + 1 < high;) {
        size_t middle = (low + high) / 2;
        *(world->stream_row[middle].stream <= stream ? &low : &high) = middle;
    }
    return world->stream_row[low].row;
}

/* Draws that the world was given, instead of those from the priors. */
static void take_draws(const ho_world *world, uint32_t stream, double *p) {
    const ho_draws *draws = world->draws;
    const double *row = draws->value + draw_row(world, stream) * draws->n_parameter;
    for (size_t j = 0; j < draws->n_parameter; j++)
        if (!world->held[draws->parameter[j]])
            p[draws->parameter[j]] = row[j];
}

void ho_parameters_draw(const ho_world *world, const ho_streams *streams, double *p) {
    for (uint32_t k = 0; k < HO_N_PARAMETER; k++) {
        ho_rng rng = ho_rng_at(streams, 0, HO_PROC_PARAMETER, k);
        const ho_parameter_spec *spec = &ho_parameter_table[k];
        p[k] = ho_clip(ho_start_value(world, &world->prior[k], &rng), spec->lo, spec->hi);
    }
    /* Who keeps pay also sells stores: with the chance leak_tie both leaks come from the same numbers, which leaves each
     * its prior and, where the priors are the same, makes that chance their correlation. */
    ho_rng tie = ho_rng_at(streams, 0, HO_PROC_PAYROLL, NATIONAL);
    if (!world->held[HO_P_LEAK_SUPPLY] && !world->held[HO_P_LEAK_PAY] && ho_rng_unit(&tie) < p[HO_P_LEAK_TIE]) {
        ho_rng rng = ho_rng_at(streams, 0, HO_PROC_PARAMETER, HO_P_LEAK_PAY);
        p[HO_P_LEAK_SUPPLY] = ho_clip(ho_start_value(world, &world->prior[HO_P_LEAK_SUPPLY], &rng), 0, 1);
    }
    if (world->draws)
        take_draws(world, streams->replicate, p);
}

static void start_parameters(const ho_world *world, ho_state *state, const ho_streams *streams) {
    double *p = state->p;
    ho_parameters_draw(world, streams, p);
    /* The three ways of contagion share one total (Dirichlet as gammas over their sum); from here on each holds its
     * part of it. */
    double sum = p[HO_P_SHARE_START] + p[HO_P_SHARE_BELIEF] + p[HO_P_SHARE_RELIEF];
    double scale = sum > 0 ? p[HO_P_CONTAGION] / sum : 0;
    p[HO_P_SHARE_START] *= scale;
    p[HO_P_SHARE_BELIEF] *= scale;
    p[HO_P_SHARE_RELIEF] *= scale;
    for (uint32_t k = 0; k < world->n_shock; k++) {
        ho_rng rng =
            ho_rng_at(streams, 0, HO_PROC_CALENDAR, (uint32_t)(world->shock_day[k] * 64 + world->shock_bloc[k]));
        double size =
            world->held[HO_P_SHOCK] || world->at_centre ? p[HO_P_SHOCK] : prior_draw(&world->prior[HO_P_SHOCK], &rng);
        state->shock[k] = world->shock_size[k] * size;
    }
}

/* The day from which a bloc attacks capitals. There is restraint only where foreign forces are in play (the calendar
 * dates them) or the scenario names a day: then a clock that runs once 90 % of the foreign forces of the home bloc are
 * gone, the announced end date with some probability, or the latest day if one is known. */
static double draw_release(const ho_world *world, const ho_state *state, const ho_streams *streams, size_t b) {
    const double *p = state->p;
    ho_rng rng = ho_rng_at(streams, 0, HO_PROC_RESTRAINT, (uint32_t)b);
    double clock = ho_exponential(&rng), jump = ho_rng_unit(&rng), day = p[HO_P_RESTRAINT_DAY];
    int32_t home = world->home_bloc, gone = world->withdrawal_day[home], end = world->end_announced_day[home];
    bool restrained = world->foreign_forces[home] || day < NO_DAY;
    if ((int32_t)b == home || world->bloc_state[b] >= 0 || !restrained)
        return -1;
    if (gone != INT32_MAX && p[HO_P_RESTRAINT_HAZARD] > 0)
        day = ho_min(day, gone + clock / p[HO_P_RESTRAINT_HAZARD]);
    if (end != INT32_MAX && jump < p[HO_P_RESTRAINT_JUMP])
        day = ho_min(day, end);
    return day;
}

static void start_blocs(const ho_world *world, ho_state *state, const ho_streams *streams) {
    for (size_t b = 0; b < world->n_bloc; b++) {
        state->foreign[b] = world->foreign_share[b];
        state->maintenance[b] = 1;
        state->release_day[b] = draw_release(world, state, streams, b);
        state->regime_clock[b] = -1;
        state->credibility[b] = state->p[HO_P_CLAIM_CREDIBILITY];
    }
}

typedef struct scored {
    double score;
    int32_t district;
} scored;

static int scored_compare(const void *a, const void *b) {
    const scored *x = a, *y = b;
    if (x->score != y->score)
        return x->score > y->score ? -1 : 1;
    return (x->district > y->district) - (x->district < y->district);
}

/* How much a district looks like the bloc's: the older map, the state's reach, affinity, remoteness, and noise. */
static double initial_score(const ho_world *world, const ho_state *state, const ho_streams *streams, size_t b,
                            size_t i) {
    static const double by_status[] = {
        [HO_PRIOR_UNKNOWN] = 0, [HO_PRIOR_GOVERNMENT] = -1, [HO_PRIOR_CONTESTED] = 0.3, [HO_PRIOR_CONTROLLED] = 1.5};
    const double *p = state->p;
    const ho_district_row *row = &world->scenario->district[i];
    ho_rng rng = ho_rng_at(streams, (uint32_t)b, HO_PROC_STATUS, (uint32_t)i);
    double reach = isnan(row->reach) ? 0.5 : row->reach;
    return p[HO_P_INIT_STATUS] * by_status[row->prior_status] + p[HO_P_INIT_REACH] * (1 - reach) +
           p[HO_P_INIT_AFFINITY] * world->affinity[(size_t)world->bloc_main[b] * world->n_district + i] +
           p[HO_P_INIT_REMOTE] * world->remoteness[i] + (row->is_capital ? CAPITAL_SCORE : 0) +
           p[HO_P_INIT_NOISE] * ho_normal(&rng);
}

static size_t draw_total(const ho_world *world, const ho_streams *streams, double share, double sd, uint32_t entity) {
    ho_rng rng = ho_rng_at(streams, 0, HO_PROC_TOTALS, entity);
    double drawn = world->at_centre ? share : share + sd * ho_normal(&rng);
    return (size_t)(ho_clip(drawn, 0, 1) * (double)world->n_district + 0.5);
}

/* Sets holder and countryside of the bloc by rank of score: centres held, controlled around a held centre, contested,
 * quiet. */
static void rank_bloc(const ho_world *world, ho_state *state, const ho_streams *streams, size_t b, scored *rank) {
    const size_t n = world->n_district;
    bool known = !isnan(world->total_controlled[b]);
    double share = known ? world->total_controlled[b] : world->total_centres[b];
    double sd = known ? world->total_controlled_sd[b] : world->total_centres_sd[b];
    size_t controlled = draw_total(world, streams, share, sd, (uint32_t)b * 4);
    size_t centres = isnan(world->total_centres[b]) ? controlled / 2
                                                    : draw_total(world, streams, world->total_centres[b],
                                                                 world->total_centres_sd[b], (uint32_t)b * 4 + 1);
    size_t contested = isnan(world->total_contested[b]) ? n / 4
                                                        : draw_total(world, streams, world->total_contested[b],
                                                                     world->total_contested_sd[b], (uint32_t)b * 4 + 2);
    if (centres > controlled)
        *(known ? &centres : &controlled) = known ? controlled : centres;
    for (size_t i = 0; i < n; i++)
        rank[i] = (scored){initial_score(world, state, streams, b, i), (int32_t)i};
    qsort(rank, n, sizeof *rank, scored_compare);
    for (size_t k = 0, n_held = 0; k < n; k++) {
        size_t i = (size_t)rank[k].district;
        ho_rng rng = ho_rng_at(streams, (uint32_t)b, HO_PROC_STATUS, (uint32_t)i | NATIONAL);
        double u = ho_rng_unit(&rng), c;
        if (k < controlled)
            c = 0.86 + 0.13 * u;
        else if (k < controlled + contested)
            c = 0.31 + 0.53 * (0.7 * (1 - (double)(k - controlled) / (double)contested) + 0.3 * u);
        else
            c = 0.02 + 0.26 * u;
        state->countryside[b * n + i] = c;
        bool its_own = ho_holder_bloc(world, state, i) == (int32_t)b,
             taken = state->holder[i] != world->home_faction[i];
        if (n_held < centres && !taken && !its_own)
            state->holder[i] = world->bloc_main[b];
        n_held += ho_holder_bloc(world, state, i) == (int32_t)b;
    }
}

static void normalise_country(const ho_world *world, ho_state *state, size_t i) {
    const size_t n = world->n_district;
    double others = 0;
    size_t home = (size_t)world->faction_bloc[world->home_faction[i]];
    for (size_t b = 0; b < world->n_bloc; b++)
        if (b != home)
            others += state->countryside[b * n + i];
    double scale = others > 0.99 ? 0.99 / others : 1;
    for (size_t b = 0; b < world->n_bloc; b++)
        if (b != home)
            state->countryside[b * n + i] *= scale;
    state->countryside[home * n + i] = 1 - ho_min(others, 0.99);
}

static void start_holders(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const size_t n = world->n_district;
    memcpy(state->holder, world->home_faction, n * sizeof *state->holder);
    scored *rank = (scored *)(void *)state->rank;
    _Static_assert(sizeof(scored) <= 2 * sizeof(double), "scratch holds a score a district");
    for (size_t b = 0; b < world->n_bloc; b++) {
        if (!isnan(world->total_controlled[b]) || !isnan(world->total_centres[b]))
            rank_bloc(world, state, streams, b, rank);
        else
            for (size_t i = 0; i < n; i++)
                state->countryside[b * n + i] = 0.02;
    }
    for (size_t i = 0; i < n; i++) {
        normalise_country(world, state, i);
        if (state->holder[i] != world->home_faction[i] && state->why_district == (int32_t)i && state->why)
            state->why[state->n_why++] = (ho_why){.change = {.day = 0,
                                                             .district = (int32_t)i,
                                                             .from = world->home_faction[i],
                                                             .to = state->holder[i],
                                                             .mode = HO_MODE_START}};
        if (state->holder[i] != world->home_faction[i])
            state->change[state->n_change++] = (ho_change){.day = 0,
                                                           .district = (int32_t)i,
                                                           .from = world->home_faction[i],
                                                           .to = state->holder[i],
                                                           .mode = HO_MODE_START};
    }
}

typedef struct garrison {
    double present, worth, arrears, supply; /* the last three per person present */
} garrison;

/* One merged garrison: each kind keeps 1 - ghost of its paper strength. */
static garrison draw_garrison(const ho_world *world, const ho_state *state, const ho_streams *streams, size_t k,
                              const double *national_ghost) {
    const bool counted =
        world->scenario->faction[world->force_faction[k]].has_strength; /* its strength is present, not paper */
    const ho_scenario *scenario = world->scenario;
    garrison sum = {0, 0, 0, 0};
    for (size_t kind = 0; kind < world->n_kind; kind++) {
        double paper = (double)world->force_paper[k * world->n_kind + kind];
        if (paper <= 0)
            continue;
        const ho_kind_row *row = &scenario->kind[kind];
        ho_rng rng = ho_rng_at(streams, (uint32_t)kind, HO_PROC_GARRISON, (uint32_t)k);
        double ghost = counted ? 0 : national_ghost[kind], number = state->p[HO_P_GHOST_NUMBER];
        if (ghost > 0.001 && ghost < 0.999 && !world->at_centre)
            ghost = ho_beta(&rng, number * ghost, number * (1 - ghost));
        double here = paper * (1 - ghost);
        sum.present += here;
        sum.worth += here * row->worth;
        sum.arrears += here * ho_start_value(world, &row->arrears_days, &rng);
        sum.supply += here * ho_start_value(world, &row->supply_days, &rng);
    }
    if (sum.present > 0) {
        sum.worth /= sum.present;
        sum.arrears /= sum.present;
        sum.supply /= sum.present;
    }
    return sum;
}

static double paper_of(const ho_world *world, size_t k) {
    double paper = 0;
    for (size_t kind = 0; kind < world->n_kind; kind++)
        paper += (double)world->force_paper[k * world->n_kind + kind];
    return paper;
}

static void put_force(const ho_world *world, ho_state *state, size_t k, garrison force) {
    size_t i = (size_t)world->force_district[k], f = (size_t)world->force_faction[k];
    size_t at = f * world->n_district + i;
    int32_t n = (int32_t)(force.present + 0.5);
    bool home = world->faction_bloc[f] == ho_holder_bloc(world, state, i);
    if (world->force_reserve[k]) {
        state->reserve_worth[f] = force.worth;
        state->reserve[f] += n;
        state->paper_reserve[f] += paper_of(world, k);
        state->initial[f] += n;
        return;
    }
    /* Where another bloc holds the centre on day 0, its former garrison is gone; insurgents are in the country wherever
     * they are. */
    if (!home && world->faction_role[f] != HO_ROLE_INSURGENT)
        return;
    state->initial[f] += n;
    state->worth[at] = force.worth;
    if (world->faction_role[f] == HO_ROLE_STATE)
        state->paper[i] += paper_of(world, k);
    if (world->faction_arrival[f] == INT32_MAX || (world->faction_arrival[f] > 0 && state->n_column == HO_COLUMN_MAX)) {
        state->waiting[f] += n;
    } else if (world->faction_arrival[f] > 0) {
        state->column[state->n_column++] = (ho_column){.faction = (int32_t)f,
                                                       .district = (int32_t)i,
                                                       .n_person = n,
                                                       .arrive_day = world->faction_arrival[f],
                                                       .worth = force.worth};
        state->marching[f] += n;
    } else {
        state->fighters[at] = n;
        if ((int32_t)f == state->holder[i]) {
            state->arrears_days[i] = force.arrears;
            state->supply_days[i] = force.supply;
        }
    }
}

static void start_forces(const ho_world *world, ho_state *state, const ho_streams *streams) {
    const ho_scenario *scenario = world->scenario;
    double ghost[HO_KIND_MAX], scale[HO_FACTION_MAX];
    for (uint32_t kind = 0; kind < world->n_kind; kind++) {
        ho_rng rng = ho_rng_at(streams, 0, HO_PROC_GARRISON, NATIONAL | kind);
        ghost[kind] = ho_clip(ho_start_value(world, &scenario->kind[kind].ghost, &rng), 0, 1);
    }
    for (uint32_t f = 0; f < world->n_faction; f++) {
        ho_rng rng = ho_rng_at(streams, 1, HO_PROC_GARRISON, NATIONAL | f);
        scale[f] = scenario->faction[f].has_strength && world->faction_paper[f] > 0
                       ? ho_start_value(world, &scenario->faction[f].strength, &rng) / world->faction_paper[f]
                       : 1;
    }
    for (size_t k = 0; k < world->n_force; k++) {
        size_t f = (size_t)world->force_faction[k];
        garrison force = draw_garrison(world, state, streams, k, ghost);
        force.present *= scale[f];
        if (world->faction_role[f] == HO_ROLE_STATE)
            force.worth *= state->p[HO_P_WORTH_SPREAD];
        put_force(world, state, k, force);
    }
    for (size_t f = 0; f < world->n_faction; f++)
        state->reserve_start[f] = state->reserve[f];
}

/* Stock that a faction keeps in its base. */
static void start_stock(const ho_world *world, ho_state *state) {
    for (size_t f = 0; f < world->n_faction; f++) {
        const ho_faction_row *row = &world->scenario->faction[f];
        for (size_t k = 0; k < row->n_base; k++)
            for (size_t i = 0; i < world->n_district; i++)
                if (world->province[i] == row->base_province[k] && ho_holder_bloc(world, state, i) == row->bloc)
                    state->supply_days[i] += row->stock_days;
    }
}

static void start_counters(const ho_world *world, ho_state *state) {
    for (size_t i = 0; i < world->n_district; i++) {
        int32_t b = ho_holder_bloc(world, state, i);
        state->centres[b]++;
        state->capitals[b] += world->is_capital[i];
        state->area_share[b] += world->area_share[i];
        state->people_share[b] += world->people_share[i];
        if (world->command[i] >= 0 && state->holder[i] == world->home_faction[i])
            state->command_size[world->command[i]] += 1;
        for (int32_t k = world->link_first[i]; k < world->link_first[i + 1]; k++)
            state->n_enemy_near[i] =
                (uint8_t)(state->n_enemy_near[i] + (ho_holder_bloc(world, state, (size_t)world->link_to[k]) != b));
    }
}

/* What makes day 0 stationary (additions C14): scores whose softmax is the countryside of day 0, and the rest that
 * mixing with neighbours would take away on that day. */
static void start_country(const ho_world *world, ho_state *state) {
    const size_t n = world->n_district;
    for (size_t k = 0; k < world->n_bloc * n; k++) {
        double share = ho_clip(state->countryside[k], 1e-6, 1);
        state->countryside_base[k] = ho_log(share) - state->p[HO_P_B_FORCE] * ho_log(state->strength[k] + 50);
        state->countryside_rest[k] = 0;
    }
    for (size_t i = 0; i < n; i++)
        ho_country_aim(world, state, i);
    for (size_t k = 0; k < world->n_bloc * n; k++)
        state->countryside_rest[k] = state->countryside[k] - state->countryside_goal[k];
    memcpy(state->countryside_goal, state->countryside, world->n_bloc * n * sizeof *state->countryside);
}

static void start_lost(const ho_world *world, ho_state *state) {
    state->centres_start[0] = (int32_t)world->n_district - state->centres[world->home_bloc];
}

void ho_state_start(const ho_world *world, ho_state *state, const ho_streams *streams) {
    memset(state->block, 0, state->block_size);
    state->step = state->day = state->n_column = state->search_stamp = 0;
    state->time_day = 0;
    state->n_change = state->n_why = 0;
    state->change_overflow = state->fights = false;
    state->graph_changed = state->front_changed = true;
    start_parameters(world, state, streams);
    ho_ground_start(state);
    start_blocs(world, state, streams);
    start_holders(world, state, streams);
    for (size_t i = 0; i < world->n_district; i++) {
        state->battle_bloc[i] = state->enemy_bloc[i] = -1;
        state->connected[i] = 1;
        state->morale[i] = state->morale_goal[i] = 0.7;
        state->supply_days[i] = state->p[HO_P_SUPPLY_MAX];
    }
    start_forces(world, state, streams);
    start_stock(world, state);
    ho_start_society(world, state, streams);
    start_counters(world, state);
    start_lost(world, state);
    for (size_t i = 0; i < world->n_district; i++) {
        ho_state_refresh_strength(world, state, i);
        state->garrison_start[i] = (double)ho_persons(world, state, ho_holder_bloc(world, state, i), i);
    }
    start_country(world, state);
    ho_face(world, state);
    for (size_t i = 0; i < world->n_district; i++) {
        state->belief_logit[i] = ho_belief_target(world, state, i);
        state->expectation[i] = ho_logistic(state->belief_logit[i]);
        ho_commander_draw(world, state, streams, i);
    }
}
