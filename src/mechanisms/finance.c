/* finance: what each faction earns and owes, in whole dollars, once a day. Invariant: the ledger of money (state.h);
 * cash is never negative. A victor takes over the wage bill, part of the taxes and what reserves lie in the country; those
 * abroad stay frozen until he is recognised. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_finance_info = {
    .name = "finance",
    .does = "Each faction's ledger: patrons' cash, taxes of the people it governs, customs of the posts it holds, "
            "commodity; wages of whoever is on the books and of civil servants; a victor inherits bills and finds "
            "reserves frozen.",
    .equation = "taxes_f = T_f governed_b/people, governed_b = sum_i people_i (1 - k fear_i)(urban_i [b holds the "
                "centre] + (1 - urban_i) countryside_ib); customs: monthly/30.44 to the bloc that holds the post; bill = "
                "upkeep x books + civil wages in the national capital; a shortfall D costs civil wages min(S, q D), "
                "soldiers the rest; arrears are worked off at 0.1 d/d from what exceeds a week's bill; funds = (income - "
                "bill + cash/30 d)/(upkeep x max(cap - books, books/10)), 0..1; after the fall the victor collects v x "
                "the state's T, its upkeep rises to the state's in 90 d, frozen reserves follow recognition",
    .source = "additions C7, F12, F21; model.md section 4; SIGAR and the documents on who paid whom; shares: judgement",
    .reads = "cash_usd_day, residents, displaced, countryside, fear, holder, taken_day, regime_clock, recognised, "
             "paper_total, in_arrears, cap",
    .writes = "cash_usd, from_patrons_usd, taxes_usd, customs_usd, commodity_usd, seized_usd, upkeep_usd, services_usd, "
              "lost_usd, reserves_usd, reserves_abroad_usd, frozen_usd, released, income_usd_day, bill_usd_day, pay_share, "
              "services_share, back_days, funds, governed",
    .off = "pay, civil wages and means stay as on day 0: a side whose income fails is paid on as then, so fewer of its "
           "districts fall, and a victor owes nothing",
};

static const double DAYS_PER_MONTH = 30.44;
static const double WEEK_OF_BILLS = 7;   /* [d of bills] kept in hand before arrears are paid; judgement */
static const double SPREAD_CASH = 30;    /* [d] over which cash in hand is thought to be spent on new fighters; judgement */
static const double NEW_AT_ONCE = 0.1;   /* of the fighters: with means for as many more, funds are no limit; judgement */

typedef struct victory {
    int32_t fallen; /* the state that lost its regime, or -1 */
    int32_t heir;   /* main faction of the bloc that holds the national capital instead, or -1 */
    double days;    /* [d] since it took it */
} victory;

static victory victory_of(const ho_world *world, const ho_state *state) {
    const size_t capital = (size_t)world->national_capital;
    int32_t home = world->home_bloc, holds = ho_holder_bloc(world, state, capital);
    victory v = {-1, -1, 0};
    if (world->bloc_state[home] < 0 || state->regime_clock[home] < 0)
        return v;
    v.fallen = world->bloc_state[home];
    if (holds != home) {
        v.heir = world->bloc_main[holds];
        v.days = ho_max(0, state->time_day - state->taken_day[capital]);
    }
    return v;
}

static const double MOST_USD = 1e15; /* a day; no ledger overflows in ten years */

static int64_t whole(double usd) {
    return (int64_t)(ho_clip(usd, -MOST_USD, MOST_USD) + 0.5);
}

/* ---- income ---- */

static void receive(ho_state *state, size_t f, int64_t usd, int64_t *account) {
    state->cash_usd[f] += usd;
    account[f] += usd;
    state->income_usd_day[f] += (double)usd;
}

/* Weekly. The centre's holder reaches townspeople, the bloc that rules the country around it the others. */
static void count_governed(const ho_world *world, ho_state *state) {
    const size_t n = world->n_district;
    const double afraid = state->p[HO_P_TAX_FEAR];
    for (size_t b = 0; b < world->n_bloc; b++) {
        const double *country = &state->countryside[b * n];
        double sum = 0;
        for (size_t i = 0; i < n; i++) {
            double town = world->urban_share[i], people = (double)state->residents[i] + state->displaced[i];
            double centre = ho_holder_bloc(world, state, i) == (int32_t)b ? town : 0;
            sum += people * (1 - afraid * state->fear[i]) * ((1 - town) * country[i] + centre);
        }
        state->governed[b] = sum;
    }
}

static void tax(const ho_world *world, ho_state *state, victory v) {
    if (state->people_start[0] <= 0)
        return;
    for (size_t f = 0; f < world->n_faction; f++) {
        double share = state->governed[world->faction_bloc[f]] / (double)state->people_start[0];
        double rate = state->tax_usd_day[f];
        if ((int32_t)f == v.heir)
            rate += state->p[HO_P_VICTOR_COLLECTS] * state->tax_usd_day[v.fallen];
        if ((int32_t)f != v.fallen && rate > 0)
            receive(state, f, whole(rate * share), state->taxes_usd);
    }
}

/* Who takes the customs of a post: its bloc's main faction; in what is left of a fallen state whoever stands there. */
static int32_t collector(const ho_world *world, const ho_state *state, size_t i, victory v) {
    int32_t f = world->bloc_main[ho_holder_bloc(world, state, i)];
    if (f == v.fallen)
        f = state->holder[i];
    return f == v.fallen ? -1 : f;
}

static void collect_customs(const ho_world *world, ho_state *state, victory v) {
    for (size_t c = 0; c < world->n_crossing; c++) {
        int32_t f = world->crossing_known[c] && state->customs_usd_month[c] > 0
                        ? collector(world, state, (size_t)world->scenario->crossing[c].district, v)
                        : -1;
        if (f >= 0)
            receive(state, (size_t)f, whole(state->customs_usd_month[c] / DAYS_PER_MONTH), state->customs_usd);
    }
}

/* Patrons come last: what they withhold or take is at most what is there. */
static void receive_rest(const ho_world *world, ho_state *state, victory v) {
    const size_t month = world->month[state->day];
    for (size_t f = 0; f < world->n_faction; f++) {
        double crop = state->best_commodity_usd_day[f] * world->scenario->faction[f].season_of_commodity[month];
        if ((int32_t)f == v.fallen)
            continue;
        if (crop > 0 && state->governed[world->faction_bloc[f]] > 0)
            receive(state, f, whole(crop), state->commodity_usd);
        double given = state->cash_usd_day[f];
        int64_t usd = given >= 0 ? whole(given) : -whole(-given);
        receive(state, f, usd < -state->cash_usd[f] ? -state->cash_usd[f] : usd, state->from_patrons_usd);
    }
}

/* ---- a state falls ---- */

static void start_reserves(const ho_world *world, ho_state *state) {
    for (size_t f = 0; f < world->n_faction; f++) {
        const ho_faction_row *row = &world->scenario->faction[f];
        state->reserves_abroad_usd[f] = whole(row->reserves_usd * row->reserves_abroad);
        state->reserves_usd[f] = whole(row->reserves_usd) - state->reserves_abroad_usd[f];
    }
}

/* Its cash is gone with those who had it; its reserves abroad are frozen. */
static void lose_state(const ho_world *world, ho_state *state, int32_t f) {
    state->lost_usd[f] += state->cash_usd[f];
    state->cash_usd[f] = 0;
    state->frozen_usd[world->faction_bloc[f]] += state->reserves_abroad_usd[f];
    state->reserves_abroad_usd[f] = 0;
}

static void seize(ho_state *state, int32_t heir, int64_t usd, int64_t *from) {
    state->cash_usd[heir] += usd;
    state->seized_usd[heir] += usd;
    *from -= usd;
}

/* Reserves in the country go to whoever takes the capital; those abroad follow his recognition: of what is still frozen
 * the share by which it rose, so that (1 - recognised) of them is left. */
static void inherit(const ho_world *world, ho_state *state, victory v) {
    size_t b = (size_t)world->faction_bloc[v.heir];
    int64_t *frozen = &state->frozen_usd[world->faction_bloc[v.fallen]];
    seize(state, v.heir, state->reserves_usd[v.fallen], &state->reserves_usd[v.fallen]);
    double before = state->released[b], now = ho_min(1, state->recognised[b]);
    if (now <= before)
        return;
    seize(state, v.heir, (int64_t)((double)*frozen * ((now - before) / (1 - before))), frozen);
    state->released[b] = now;
}

/* ---- bills ---- */

/* [USD/day] for one fighter; a victor's come to expect what the state's had. */
static double upkeep_of(const ho_world *world, const ho_state *state, size_t f, victory v) {
    double own = world->scenario->faction[f].upkeep_usd_day;
    if ((int32_t)f != v.heir)
        return own;
    double states = world->scenario->faction[v.fallen].upkeep_usd_day;
    return own + ho_max(0, states - own) * ho_min(1, v.days / state->p[HO_P_UPKEEP_RISE]);
}

static double civil_wages(const ho_world *world, size_t f, victory v) {
    int32_t state_of_home = world->bloc_state[world->home_bloc];
    bool governs = v.fallen < 0 ? (int32_t)f == state_of_home : (int32_t)f == v.heir;
    return governs ? world->scenario->faction[state_of_home].services_usd_day : 0;
}

/* What is left over for new fighters, of what those up to the cap (or a tenth more) would cost. */
static double funds_of(const ho_state *state, size_t f, double upkeep, double books, int64_t short_of) {
    double full = upkeep * ho_max(state->cap[f] - books, NEW_AT_ONCE * books);
    double spare = state->income_usd_day[f] - state->bill_usd_day[f] + (double)state->cash_usd[f] / SPREAD_CASH;
    if (short_of > 0)
        return 0;
    return full > 0 ? ho_clip(spare / full, 0, 1) : 1;
}

/* Arrears are paid from what is more than a week's bill. */
static void pay_back(ho_state *state, size_t f, double upkeep_due, double bill) {
    double due = state->p[HO_P_BACK_PAY] * upkeep_due * state->in_arrears[f];
    double spare = (double)state->cash_usd[f] - WEEK_OF_BILLS * bill;
    int64_t usd = due > 0 && spare > 0 ? (int64_t)ho_min(due, spare) : 0;
    state->back_days[f] = due > 0 ? state->p[HO_P_BACK_PAY] * ho_min(1, (double)usd / due) : 0;
    state->upkeep_usd[f] += usd;
    state->cash_usd[f] -= usd;
}

static void pay(const ho_world *world, ho_state *state, size_t f, victory v) {
    double upkeep = upkeep_of(world, state, f, v), books = state->paper_total[f];
    int64_t soldiers = whole(upkeep * books), civil = whole(civil_wages(world, f, v));
    int64_t bill = soldiers + civil, short_of = bill > state->cash_usd[f] ? bill - state->cash_usd[f] : 0;
    int64_t civil_cut = (int64_t)(state->p[HO_P_SECURITY_FIRST] * (double)short_of);
    civil_cut = civil_cut < civil ? civil_cut : civil;
    if (short_of - civil_cut > soldiers)
        civil_cut = short_of - soldiers;
    int64_t soldiers_cut = short_of - civil_cut;
    state->upkeep_usd[f] += soldiers - soldiers_cut;
    state->services_usd[f] += civil - civil_cut;
    state->cash_usd[f] -= bill - short_of;
    state->bill_usd_day[f] = (double)bill;
    state->pay_share[f] = soldiers > 0 ? (double)(soldiers - soldiers_cut) / (double)soldiers : 1;
    if (civil > 0)
        state->services_share[world->faction_bloc[f]] = (double)(civil - civil_cut) / (double)civil;
    pay_back(state, f, (double)soldiers, (double)bill);
    state->funds[f] = funds_of(state, f, upkeep, books, short_of);
}

static void stop_paying(const ho_world *world, ho_state *state, int32_t f) {
    state->pay_share[f] = state->funds[f] = state->back_days[f] = state->bill_usd_day[f] = 0;
    state->services_share[world->faction_bloc[f]] = 0;
}

void ho_finance_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    (void)streams;
    if (state->step % world->n_step_per_day)
        return;
    const victory v = victory_of(world, state);
    if (state->step == 0)
        start_reserves(world, state);
    if (state->day % 7 == 0)
        count_governed(world, state);
    for (size_t f = 0; f < world->n_faction; f++)
        state->income_usd_day[f] = 0;
    for (size_t b = 0; b < world->n_bloc; b++)
        state->services_share[b] = 1;
    tax(world, state, v);
    collect_customs(world, state, v);
    receive_rest(world, state, v);
    if (v.fallen >= 0) {
        lose_state(world, state, v.fallen);
        stop_paying(world, state, v.fallen);
    }
    if (v.heir >= 0)
        inherit(world, state, v);
    for (size_t f = 0; f < world->n_faction; f++)
        if ((int32_t)f != v.fallen)
            pay(world, state, f, v);
}
