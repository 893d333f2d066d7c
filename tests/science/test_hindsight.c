/* Hindsight in calibration (additions C1): what is calibrated to what was known by D does not change by one bit when everything that
 * became known later is changed and moved, in the record as in the inputs; and does when something known in time is. Rows that cannot be left
 * out (a kind of garrison, a faction that is there from the start, a patron's ways without a value of before) hold whatever is known of
 * them, as a world says of itself, and are left alone. */
#include "holdout/calibrate.h"
#include "world/parameters.h"
#include "science/measures.h"

enum { SHIFT_DAYS = 9 };

/* Everything that a calibration gives, as one hash over bits. */
static uint64_t hash_of(const ho_calibration *c) {
    uint64_t hash = fnv(UINT64_C(0xcbf29ce484222325), c->digest, sizeof c->digest);
    for (size_t k = 0; k < c->n_target; k++) {
        const ho_calibrated_target *t = &c->target[k];
        const double value[] = {t->observed, t->sd, t->prior_q05, t->prior_q50, t->prior_q95, t->posterior_q05, t->posterior_q50,
                                t->posterior_q95};
        hash = fnv(hash, value, sizeof value);
    }
    for (size_t j = 0; j < c->n_parameter; j++) {
        const ho_calibrated_parameter *p = &c->parameter[j];
        const double value[] = {p->effect, p->effect_se, p->prior_q05, p->prior_q50, p->prior_q95, p->posterior_q05, p->posterior_q50,
                                p->posterior_q95, p->shrinkage};
        hash = fnv(hash, &p->parameter, sizeof p->parameter);
        hash = fnv(hash, value, sizeof value);
    }
    for (size_t g = 0; g < c->n_generation; g++) {
        const double value[] = {c->generation[g].temperature, c->generation[g].effective};
        hash = fnv(hash, value, sizeof value);
    }
    return fnv(hash, c->posterior->value, c->posterior->n_draw * c->posterior->n_parameter * sizeof(double));
}

/* --- what became known later --- */

typedef struct later {
    ho_day by;
    size_t n; /* rows changed */
} later;

static bool is_later(later *l, ho_day known_on) {
    bool is = known_on != HO_DAY_NONE && known_on > l->by;
    l->n += is;
    return is;
}

static void move(ho_day *day) {
    if (*day != HO_DAY_NONE)
        *day += SHIFT_DAYS;
}

static ho_prior moved_prior(const ho_prior *prior) {
    ho_prior other = *prior;
    other.a = prior->family == HO_PRIOR_BETA ? prior->b : 1.3 * prior->a;
    other.b = prior->family == HO_PRIOR_BETA ? prior->a : 1.3 * prior->b;
    return other;
}

static void change_evidence(ho_scenario *s, later *l) {
    const int32_t n_district = (int32_t)s->n_district;
    for (size_t k = 0; k < s->n_record; k++)
        if (is_later(l, s->record[k].known_on)) {
            ho_record_row *row = &s->record[k];
            row->value_low = row->value_high = 0.9 * row->denominator;
            row->district = row->district < 0 ? -1 : (row->district + 7) % n_district;
            move(&row->date_start), move(&row->date_end), move(&row->known_on);
        }
    for (size_t k = 0; k < s->n_claim; k++)
        if (is_later(l, s->claim[k].known_on)) {
            s->claim[k].value_low = s->claim[k].value_high = 1e6;
            move(&s->claim[k].date_start), move(&s->claim[k].date_end), move(&s->claim[k].known_on);
        }
    for (size_t k = 0; k < s->n_fact; k++)
        if (is_later(l, s->fact[k].known_on)) {
            s->fact[k].low = s->fact[k].high = 0;
            move(&s->fact[k].date), move(&s->fact[k].known_on);
        }
    for (size_t k = 0; k < s->n_forecast; k++)
        if (is_later(l, s->forecast[k].known_on))
            s->forecast[k].probability = 0.5;
}

static void change_dated(ho_scenario *s, later *l) {
    for (size_t k = 0; k < s->n_calendar; k++)
        if (is_later(l, s->calendar[k].known_on)) {
            s->calendar[k].value = 0.5 * s->calendar[k].value + 0.1;
            s->calendar[k].date -= 4;
            move(&s->calendar[k].known_on);
        }
    for (size_t k = 0; k < s->n_flow; k++)
        if (is_later(l, s->flow[k].known_on)) {
            s->flow[k].value *= 0.3;
            move(&s->flow[k].until), move(&s->flow[k].known_on);
        }
    for (size_t k = 0; k < s->n_border; k++)
        if (is_later(l, s->border[k].known_on)) {
            s->border[k].quota_per_day += 100;
            s->border[k].from -= 4;
            move(&s->border[k].known_on);
        }
    for (size_t k = 0; k < s->n_policy; k++)
        if (is_later(l, s->policy[k].known_on)) {
            for (int p = 0; p < HO_N_POLICY; p++)
                s->policy[k].value[p] = 1 - s->policy[k].value[p];
            s->policy[k].from -= 4;
            move(&s->policy[k].known_on);
        }
    for (size_t k = 0; k < s->n_transfer; k++)
        if (is_later(l, s->transfer[k].known_on)) {
            s->transfer[k].tonnes_per_week = moved_prior(&s->transfer[k].tonnes_per_week);
            s->transfer[k].from -= 4;
            move(&s->transfer[k].known_on);
        }
    for (size_t f = 0; f < s->n_faction; f++)
        if (s->faction[f].arrival != HO_DAY_NONE && is_later(l, s->faction[f].known_on))
            s->faction[f].arrival = s->from + 3;
}

static void change_standing(ho_scenario *s, later *l) {
    for (size_t k = 0; k < s->n_parameter; k++)
        if (is_later(l, s->parameter[k].known_on)) {
            s->parameter[k].prior = moved_prior(&s->parameter[k].prior);
            move(&s->parameter[k].known_on);
        }
    for (size_t k = 0; k < s->n_total; k++)
        if (is_later(l, s->total[k].known_on)) {
            s->total[k].value *= 0.6;
            move(&s->total[k].known_on);
        }
    for (size_t k = 0; k < s->n_season; k++)
        if (is_later(l, s->season[k].known_on)) {
            for (int m = 0; m < 12; m++)
                s->season[k].factor[m] = 0.2;
            move(&s->season[k].known_on);
        }
    for (size_t k = 0; k < s->n_pass; k++)
        if (is_later(l, s->pass[k].known_on)) {
            for (int m = 0; m < 12; m++)
                s->pass[k].closed[m] = !s->pass[k].closed[m];
            move(&s->pass[k].known_on);
        }
    for (size_t k = 0; k < s->n_rivalry; k++)
        if (is_later(l, s->rivalry[k].known_on))
            s->rivalry[k].value = 1 - s->rivalry[k].value;
    for (size_t k = 0; k < s->n_garrison; k++)
        if (is_later(l, s->garrison[k].known_on))
            s->garrison[k].paper *= 3;
    for (size_t k = 0; k < s->n_crossing; k++)
        if (is_later(l, s->crossing[k].known_on))
            s->crossing[k].customs_usd_per_month *= 3;
    if (is_later(l, s->airport.known_on))
        s->airport.seats_per_day *= 3;
    for (size_t k = 0; k < s->airport.n_guard; k++)
        if (is_later(l, s->airport.guard[k].known_on))
            s->airport.guard[k].from -= 4;
    for (size_t p = 0; p < s->n_patron; p++) {
        ho_patron_row *row = &s->patron[p];
        if (row->has_before.tolerated && is_later(l, row->known_on.tolerated))
            row->stance.tolerated = 1;
        if (row->has_before.leverage && is_later(l, row->known_on.leverage))
            row->stance.leverage = 1 - row->stance.leverage;
        if (row->has_before.aid_to_resistance && is_later(l, row->known_on.aid_to_resistance))
            row->stance.aid_to_resistance = 1;
        if (row->has_before.recognition && is_later(l, row->known_on.recognition))
            row->stance.recognition = moved_prior(&row->stance.recognition);
    }
}

/* Changes everything that became known after the day; how many rows. */
static size_t change_later(ho_scenario *scenario, ho_day by) {
    later l = {.by = by};
    change_evidence(scenario, &l);
    change_dated(scenario, &l);
    change_standing(scenario, &l);
    return l.n;
}

/* --- two countries --- */

typedef struct country {
    const char *folder, *known_by;
    const char *name[3]; /* parameters; none: screening chooses */
    size_t n_later;      /* rows that became known later, at least */
} country;

static const country MADE_UP = {"tests/scenarios/two-bloc", "2030-06-05", {NULL}, 5},
                     SHIPPED = {"scenarios/afghanistan-2021", "2021-06-16", {"effort", "threshold_mean", "contact_rate"}, 300};

static int32_t parameter_of(const char *name) {
    for (int32_t k = 0; k < HO_N_PARAMETER; k++)
        if (strcmp(ho_parameter_table[k].name, name) == 0)
            return k;
    fail_msg("no parameter %s", name);
    return -1;
}

static uint64_t calibrated(const country *c, const ho_scenario *scenario) {
    ho_calibrate_options options = ho_calibrate_options_default();
    ho_calibration *result = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    int32_t parameter[3];
    assert_true(ho_day_parse(c->known_by, &options.world.known_by));
    for (size_t j = 0; j < 3 && c->name[j]; j++)
        parameter[options.n_parameter++] = parameter_of(c->name[j]);
    options.parameter = parameter;
    options.sim.seed = 3;
    options.n_thread = N_THREAD;
    options.n_chosen = 4;
    options.n_trajectory = 2;
    options.n_first = 40;
    options.n_new = 20;
    options.n_max = 80;
    options.n_effective = 12;
    options.n_draw = 10;
    if (ho_calibrate(scenario, &options, &result, &problems, &err))
        fail_msg("%s", err.text);
    assert_true(result->n_generation > 1); /* so that later points depend on every weight, bit by bit */
    uint64_t hash = hash_of(result);
    ho_problems_free(&problems);
    ho_calibration_free(result);
    return hash;
}

static uint64_t changed(const country *c, void (*change)(ho_scenario *scenario)) {
    ho_scenario *scenario = scenario_load(c->folder);
    change(scenario);
    uint64_t hash = calibrated(c, scenario);
    ho_scenario_free(scenario);
    return hash;
}

static void nothing(ho_scenario *scenario) {
    (void)scenario;
}

static void nothing_later_is_seen(const country *c) {
    ho_scenario *scenario = scenario_load(c->folder);
    ho_day by = HO_DAY_NONE;
    assert_true(ho_day_parse(c->known_by, &by));
    assert_true(change_later(scenario, by) >= c->n_later);
    uint64_t hash = calibrated(c, scenario);
    ho_scenario_free(scenario);
    if (hash != changed(c, nothing))
        fail_msg("%s: what became known after %s changes what is calibrated", c->folder, c->known_by);
}

static void nothing_later_is_seen_in_a_made_up_country(void **unused) {
    (void)unused;
    nothing_later_is_seen(&MADE_UP);
}

static void nothing_later_is_seen_in_the_shipped_scenario(void **unused) {
    (void)unused;
    nothing_later_is_seen(&SHIPPED);
}

/* --- controls: what was known in time is seen --- */

static ho_record_row *count_in_time(ho_scenario *scenario, const char *known_on) {
    ho_day day = HO_DAY_NONE;
    assert_true(ho_day_parse(known_on, &day));
    for (size_t k = 0; k < scenario->n_record; k++)
        if (scenario->record[k].known_on == day && scenario->record[k].district < 0 && scenario->record[k].denominator > 0)
            return &scenario->record[k];
    fail_msg("no count known on %s", known_on);
    return NULL;
}

static void a_count(ho_scenario *scenario) {
    count_in_time(scenario, "2030-06-01")->value_low += 0.001;
}

static void a_day_of_knowledge(ho_scenario *scenario) {
    count_in_time(scenario, "2030-06-01")->known_on += 30;
}

static void a_capture(ho_scenario *scenario) { /* of the only capital there is, which is recorded for later */
    for (size_t k = 0; k < scenario->n_record; k++)
        if (scenario->record[k].district >= 0 && scenario->district[scenario->record[k].district].is_capital)
            assert_true(ho_day_parse("2030-06-03", &scenario->record[k].date_start) &&
                        ho_day_parse("2030-06-03", &scenario->record[k].date_end) &&
                        ho_day_parse("2030-06-04", &scenario->record[k].known_on));
}

static void a_flow(ho_scenario *scenario) {
    scenario->flow[0].until = scenario->from + 20;
}

static void a_speech(ho_scenario *scenario) {
    for (size_t k = 0; k < scenario->n_calendar; k++)
        if (strcmp(scenario->calendar[k].id, "speech") == 0)
            scenario->calendar[k].date = scenario->calendar[k].known_on = scenario->from + 5;
}

static void a_garrison(ho_scenario *scenario) {
    scenario->garrison[7].paper += 1;
}

static void what_was_known_in_time_is_seen(void **unused) {
    (void)unused;
    static const struct {
        const char *name;
        void (*change)(ho_scenario *scenario);
    } known[] = {{"a count", a_count},   {"the day a count became known", a_day_of_knowledge}, {"a capture", a_capture},
                 {"a flow", a_flow},     {"a speech", a_speech},                               {"a garrison", a_garrison}};
    const uint64_t plain = changed(&MADE_UP, nothing);
    assert_true(plain == changed(&MADE_UP, nothing));
    for (size_t k = 0; k < N_OF(known); k++)
        if (changed(&MADE_UP, known[k].change) == plain)
            fail_msg("%s was known in time, and changes nothing", known[k].name);
}

static void a_shipped_count(ho_scenario *scenario) {
    count_in_time(scenario, "2021-06-14")->value_low += 0.1;
}

static void what_was_known_in_time_is_seen_in_the_shipped_scenario(void **unused) {
    (void)unused;
    assert_true(changed(&SHIPPED, a_shipped_count) != changed(&SHIPPED, nothing));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_later_is_seen_in_a_made_up_country),
        cmocka_unit_test(nothing_later_is_seen_in_the_shipped_scenario),
        cmocka_unit_test(what_was_known_in_time_is_seen),
        cmocka_unit_test(what_was_known_in_time_is_seen_in_the_shipped_scenario),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
