/* payroll: who is on the books, who is there, and what of the pay and of the stores arrives. Books do not notice who leaves:
 * whoever deserts or dies stays on them until the centre is lost (a change of hands closes the books of a lost centre and
 * opens those of a retaken one). Pay day is once a week, districts in turn; books are counted
 * once a week. */
#include "mechanisms/holder.h"

const ho_mechanism_info ho_payroll_info = {
    .name = "payroll",
    .does = "A state's books keep those who left or never came; commanders keep part of the pay and sell part of the "
            "stores; what is not paid becomes arrears, worked off slowly.",
    .equation = "pay_reaching_i = pay_share_f (1 - kp_i), supply_reaching_i = 1 - ks_i for garrisons of states (others' "
                "commanders keep nothing); national kp, ks ~ Be(3, 7), tied with chance 0.7; garrison logit kp_i = logit kp "
                "+ N(0, 1/(11 kp (1 - kp))), ks_i likewise, correlated 0.7; each week arrears_i += sum over its days of 1 - "
                "pay_share_f - back pay",
    .source = "additions C7, C8, F22; SIGAR and the documents on soldiers who exist on paper and pay that does not arrive",
    .reads = "holder, fighters, paper, paper_reserve, pay_share, back_days, n_change_of, taken_day",
    .writes = "paper_total, leak_pay, leak_supply, leak_of, unpaid_days, pay_reaching, supply_reaching, arrears_days, "
              "in_arrears",
    .off = "pay and stores arrive in full and arrears stay as on day 0: garrisons of a state keep their heart and fewer of "
           "its districts fall",
};

enum { WEEK = 7 }; /* [d] between pay days of a garrison, districts in turn */

/* People serve off the books nowhere: a state's are as many as it has under arms at least. */
void ho_count_books(const ho_world *world, ho_state *state) {
    for (size_t f = 0; f < world->n_faction; f++) {
        int32_t b = world->faction_bloc[f];
        double books = 0;
        if (world->bloc_state[b] == (int32_t)f) {
            books = state->paper_reserve[f];
            for (size_t i = 0; i < world->n_district; i++)
                books += ho_holder_bloc(world, state, i) == b ? state->paper[i] : 0;
        }
        state->paper_total[f] = ho_max(books, (double)ho_under_arms(state, f));
    }
}

/* Leaks of garrisons on the logit scale; sd gives them the spread of a Beta of this mean and concentration. */
typedef struct leak_law {
    double mean, logit, sd;
} leak_law;

static leak_law law_of(const ho_world *world, double mean, double number) {
    bool varies = !world->at_centre && mean > 0.001 && mean < 0.999;
    return (leak_law){mean, varies ? ho_logit(mean) : 0, varies ? 1 / sqrt((number + 1) * mean * (1 - mean)) : 0};
}

static double leak_at(leak_law law, double z) {
    return law.sd > 0 ? ho_logistic(law.logit + law.sd * z) : law.mean;
}

/* What this commander keeps and sells: drawn for each commander of a state. */
static void draw_leaks(const ho_world *world, ho_state *state, const ho_streams *streams, size_t i, leak_law pay,
                       leak_law supply) {
    const double tie = state->p[HO_P_LEAK_TIE];
    state->leak_of[i] = state->n_change_of[i] + 1;
    state->leak_pay[i] = state->leak_supply[i] = 0;
    if (world->faction_role[state->holder[i]] == HO_ROLE_STATE) {
        uint32_t word[4];
        ho_block(streams, (uint32_t)state->n_change_of[i], HO_PROC_PAYROLL, (uint32_t)i, 0, word);
        double z = ho_normal_from(ho_unit(word[0])), own = ho_normal_from(ho_unit(word[1]));
        state->leak_pay[i] = leak_at(pay, z);
        state->leak_supply[i] = leak_at(supply, tie * z + sqrt(1 - tie * tie) * own);
    }
    state->supply_reaching[i] = 1 - state->leak_supply[i];
}

static void watch_commanders(const ho_world *world, ho_state *state, const ho_streams *streams, size_t first, size_t every) {
    const double number = state->p[HO_P_LEAK_NUMBER];
    leak_law pay = {NAN, 0, 0}, supply = pay;
    for (size_t i = first; i < world->n_district; i += every) {
        if (state->leak_of[i] == state->n_change_of[i] + 1)
            continue;
        if (isnan(pay.mean)) {
            pay = law_of(world, state->p[HO_P_LEAK_PAY], number);
            supply = law_of(world, state->p[HO_P_LEAK_SUPPLY], number);
        }
        draw_leaks(world, state, streams, i, pay, supply);
    }
}

/* Keeps the sum of unpaid days up to the end of each of the last eight days; week: (n_faction) those of the last seven. */
static void keep_accounts(const ho_world *world, ho_state *state, double *week) {
    const size_t n = world->n_faction, day = (size_t)state->day;
    double *today = &state->unpaid_days[day % (WEEK + 1) * n];
    const double *yesterday = &state->unpaid_days[(day + WEEK) % (WEEK + 1) * n];
    const double *before = &state->unpaid_days[(day + 1) % (WEEK + 1) * n]; /* the week; 0 in the first one */
    for (size_t f = 0; f < n; f++) {
        today[f] = (day > 0 ? yesterday[f] : 0) + 1 - state->pay_share[f] - state->back_days[f];
        week[f] = today[f] - before[f];
    }
}

static void pay_garrisons(const ho_world *world, ho_state *state, const double *week) {
    for (size_t i = (size_t)(state->day % WEEK); i < world->n_district; i += WEEK) {
        int32_t f = state->holder[i];
        double here = ho_min(1, (state->time_day + 1 - state->taken_day[i]) * (1.0 / WEEK)); /* of the week */
        state->pay_reaching[i] = state->pay_share[f] * (1 - state->leak_pay[i]);
        state->arrears_days[i] = ho_max(0, state->arrears_days[i] + here * week[f]);
    }
}

/* Share of each faction's garrisons, by those on the books, that are owed pay. */
static void count_arrears(const ho_world *world, ho_state *state) {
    double owed[HO_FACTION_MAX] = {0}, all[HO_FACTION_MAX] = {0};
    for (size_t i = 0; i < world->n_district; i++) {
        int32_t f = state->holder[i];
        double books = world->faction_role[f] == HO_ROLE_STATE
                           ? state->paper[i]
                           : state->fighters[(size_t)f * world->n_district + i];
        all[f] += books;
        owed[f] += state->arrears_days[i] > 0 ? books : 0;
    }
    for (size_t f = 0; f < world->n_faction; f++)
        state->in_arrears[f] = all[f] > 0 ? owed[f] / all[f] : 0;
}

void ho_payroll_step(const ho_world *world, ho_state *state, const ho_streams *streams) {
    double week[HO_FACTION_MAX];
    if (state->step % world->n_step_per_day)
        return;
    keep_accounts(world, state, week);
    watch_commanders(world, state, streams, state->step ? (size_t)(state->day % WEEK) : 0, state->step ? WEEK : 1);
    if (state->step == 0)
        for (size_t i = 0; i < world->n_district; i++)
            state->pay_reaching[i] = state->pay_share[state->holder[i]] * (1 - state->leak_pay[i]);
    pay_garrisons(world, state, week);
    if (state->day % WEEK == 0)
        ho_count_books(world, state);
    if (state->day % (2 * WEEK) == 0)
        count_arrears(world, state);
}
