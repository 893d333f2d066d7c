/* What a viewer can change, read off the world: its dated events, what patrons send, borders, pay, forces, mechanisms, and those parameters of the model
 * that move outcomes most. Nothing here knows which war it is. A lever stands at the value the base has; a prior's lever at its centre, which
 * means "as drawn". */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

enum { GROUP_DATES, GROUP_AIR, GROUP_MONEY, GROUP_PAY, GROUP_FORCES, GROUP_MOBILISATION, GROUP_THRESHOLDS, GROUP_BELIEF, GROUP_BORDERS, GROUP_MECHANISMS };
static const char *const group[] = {"Dates", "Air support", "Money and shelter from abroad", "Pay and stores", "Forces", "Mobilisation", "Thresholds",
                                    "Belief and contagion", "Borders", "Mechanisms", NULL};

const char *server_group(size_t k) {
    return k < sizeof group / sizeof *group ? group[k] : NULL;
}

typedef struct maker {
    const ho_world *world;
    const ho_scenario *scenario;
    ho_day known_by;
    server_levers *levers;
    bool failed; /* no memory */
} maker;

static bool knows(const maker *m, ho_day known_on) {
    return m->known_by == HO_DAY_NONE || known_on == HO_DAY_NONE || known_on <= m->known_by;
}

/* A lever more; NULL: no memory. */
static server_lever *add(maker *m, int of, server_target target, const char *prefix, const char *key, const char *suffix) {
    server_levers *l = m->levers;
    if (l->n == l->room) {
        size_t room = l->room ? 2 * l->room : 64;
        server_lever *item = realloc(l->item, room * sizeof *item);
        if (!item) {
            m->failed = true;
            return NULL;
        }
        l->item = item;
        l->room = room;
    }
    server_lever *made = &l->item[l->n];
    memset(made, 0, sizeof *made);
    if ((size_t)snprintf(made->id, sizeof made->id, "%s.%s%s", prefix, key, suffix) >= sizeof made->id ||
        (size_t)snprintf(made->key, sizeof made->key, "%s", key) >= sizeof made->key)
        return NULL; /* an id this long has no lever */
    l->n++;
    made->group = group[of];
    made->unit = "";
    made->target = target;
    return made;
}

static void number(server_lever *made, double value, double lo, double hi, double step, const char *unit) {
    made->kind = SERVER_NUMBER;
    made->value.number = value;
    made->min.number = value < lo ? value : lo;
    made->max.number = value > hi ? value : hi;
    made->step = step;
    made->unit = unit;
}

/* To three significant digits, as a slider shows it. */
static double shown(double value) {
    char text[32];
    snprintf(text, sizeof text, "%.3g", value);
    return strtod(text, NULL);
}

/* --- dates --- */

/* The version of a calendar's entry that holds: the latest known one. */
static const ho_calendar_row *entry_of(const maker *m, const char *id) {
    const ho_calendar_row *last = NULL;
    for (size_t k = 0; k < m->scenario->n_calendar; k++) {
        const ho_calendar_row *row = &m->scenario->calendar[k];
        if (strcmp(row->id, id) == 0 && knows(m, row->known_on) && (!last || row->known_on > last->known_on))
            last = row;
    }
    return last;
}

static bool is_first(const ho_scenario *scenario, size_t k) {
    for (size_t j = 0; j < k; j++)
        if (strcmp(scenario->calendar[j].id, scenario->calendar[k].id) == 0)
            return false;
    return true;
}

static const char *bloc_name(const ho_scenario *scenario, int32_t bloc) {
    return bloc >= 0 ? scenario->bloc[bloc].name : "all";
}

static const char *kind_words(ho_calendar_kind kind) {
    static const char *const words[] = {
        [HO_CAL_WITHDRAWAL] = "foreign forces leave",      [HO_CAL_CONTRACTORS] = "foreign maintainers leave",
        [HO_CAL_ANNOUNCEMENT] = "an announcement",         [HO_CAL_END_ANNOUNCED] = "the announced end of the foreign mission",
        [HO_CAL_LULL] = "a lull in the fighting",          [HO_CAL_RESHUFFLE] = "a change at the top of the forces",
        [HO_CAL_HANDOVER] = "a base is handed over",       [HO_CAL_DRIVE] = "a drive for volunteers",
        [HO_CAL_CALL] = "a call to arms",                  [HO_CAL_EVACUATION] = "people are flown out",
        [HO_CAL_FORECAST] = "a forecast is published",     [HO_CAL_OFFER] = "an offer to share power"};
    return words[kind];
}

static void add_date(maker *m, const ho_calendar_row *row) {
    server_lever *made = add(m, GROUP_DATES, SERVER_CALENDAR, "calendar", row->id, "");
    if (!made)
        return;
    made->kind = SERVER_DATE;
    made->value.day = row->date;
    made->min.day = row->date < m->scenario->from ? row->date : m->scenario->from;
    made->max.day = row->date > ho_world_until(m->world) ? row->date : ho_world_until(m->world);
    snprintf(made->label, sizeof made->label, "%.100s (%s)", row->name ? row->name : kind_words(row->kind), row->id);
    snprintf(made->help, sizeof made->help, "%s of %s. %.300s", ho_calendar_kind_name(row->kind),
             row->faction >= 0 ? m->scenario->faction[row->faction].name : bloc_name(m->scenario, row->bloc), row->source ? row->source : "");
}

/* How many entries of this kind the bloc has. */
static size_t n_steps(const maker *m, ho_calendar_kind kind, int32_t bloc) {
    size_t n = 0;
    for (size_t k = 0; k < m->scenario->n_calendar; k++)
        n += is_first(m->scenario, k) && m->scenario->calendar[k].kind == kind && m->scenario->calendar[k].bloc == bloc;
    return n;
}

static void add_shifts(maker *m) {
    static const ho_calendar_kind kind[] = {HO_CAL_WITHDRAWAL, HO_CAL_CONTRACTORS, HO_CAL_EVACUATION};
    for (size_t k = 0; k < sizeof kind / sizeof *kind; k++)
        for (size_t b = 0; b < m->scenario->n_bloc; b++) {
            char suffix[32];
            snprintf(suffix, sizeof suffix, ".%s", ho_calendar_kind_name(kind[k]));
            server_lever *made = n_steps(m, kind[k], (int32_t)b) > 1 ? add(m, GROUP_DATES, SERVER_SHIFT, "shift", m->scenario->bloc[b].id, suffix) : NULL;
            if (!made)
                continue;
            made->sub = (int)kind[k];
            number(made, 0, -90, 180, 1, "d");
            snprintf(made->label, sizeof made->label, "%s (%s), every step later by", kind_words(kind[k]), m->scenario->bloc[b].name);
            snprintf(made->help, sizeof made->help, "Days by which every step comes later, or earlier if below 0; a step with a date of its own keeps that.");
        }
}

static void add_size(maker *m, const ho_calendar_row *row) {
    server_lever *made = add(m, row->kind == HO_CAL_DRIVE ? GROUP_MOBILISATION : GROUP_DATES, SERVER_SIZE, "size", row->id, "");
    if (!made)
        return;
    number(made, row->value, 0, row->value > 0 ? 10 * row->value : 1000, row->value > 0 ? shown(row->value / 10) : 10, "persons/d");
    snprintf(made->label, sizeof made->label, "%s (%s), at most", kind_words(row->kind), row->id);
    snprintf(made->help, sizeof made->help, "People a day. %.300s", row->source ? row->source : "");
}

static void add_calendar(maker *m, bool sizes) {
    for (size_t k = 0; k < m->scenario->n_calendar; k++) {
        const ho_calendar_row *row = is_first(m->scenario, k) ? entry_of(m, m->scenario->calendar[k].id) : NULL;
        if (!row)
            continue;
        if (!sizes)
            add_date(m, row);
        else if (row->kind == HO_CAL_DRIVE || row->kind == HO_CAL_EVACUATION)
            add_size(m, row);
    }
}

/* --- patrons --- */

static void add_flow(maker *m, size_t p, ho_flow_kind kind) {
    static const char *const what[] = {[HO_FLOW_CASH] = "", [HO_FLOW_SORTIES] = "strike sorties", [HO_FLOW_MAINTENANCE] = "upkeep of aircraft",
                                       [HO_FLOW_SANCTUARY] = "shelter"};
    const ho_scenario *scenario = m->scenario;
    bool there = false;
    double most = 0, hi = 5;
    char to[160] = "", suffix[32];
    for (size_t k = 0; k < scenario->n_flow; k++) {
        const ho_flow_row *row = &scenario->flow[k];
        if (row->patron != (int32_t)p || row->kind != kind || row->value == 0)
            continue;
        there = true;
        most = fmax(most, fabs(row->value));
        const char *name = scenario->faction[row->faction].name;
        if (!strstr(to, name) && strlen(to) + strlen(name) + 3 < sizeof to)
            snprintf(to + strlen(to), sizeof to - strlen(to), "%s%s", *to ? ", " : "", name);
    }
    if (kind == HO_FLOW_MAINTENANCE || kind == HO_FLOW_SANCTUARY)
        hi = most > 0 ? floor(100 / most) / 100 : 1; /* a share is at most 1 */
    snprintf(suffix, sizeof suffix, ".%s", ho_flow_kind_name(kind));
    bool air = kind == HO_FLOW_SORTIES || kind == HO_FLOW_MAINTENANCE;
    server_lever *made = there ? add(m, air ? GROUP_AIR : GROUP_MONEY, SERVER_FLOW, "patron", scenario->patron[p].id, suffix) : NULL;
    if (!made)
        return;
    made->sub = (int)kind;
    number(made, 1, 0, kind == HO_FLOW_SORTIES ? 20 : hi, kind == HO_FLOW_SORTIES ? 0.5 : 0.05, "times");
    snprintf(made->label, sizeof made->label, "%s: %s to %.100s", scenario->patron[p].name, what[kind], to);
    snprintf(made->help, sizeof made->help, "Factor on every entry of the scenario, whose dates stay.");
}

static void add_flows(maker *m, ho_flow_kind kind) {
    for (size_t p = 0; p < m->scenario->n_patron; p++)
        add_flow(m, p, kind);
}

/* Whether a side has a state, which pays whoever is on its books; others fight on without money. */
static bool has_state(const ho_scenario *scenario, size_t bloc) {
    for (size_t f = 0; f < scenario->n_faction; f++)
        if (scenario->faction[f].bloc == (int32_t)bloc && scenario->faction[f].role == HO_ROLE_STATE)
            return true;
    return false;
}

/* One patron's money seldom moves anything by itself: who is paid has others. */
static void add_money(maker *m) {
    const ho_scenario *scenario = m->scenario;
    for (size_t b = 0; b < scenario->n_bloc; b++) {
        bool there = false;
        for (size_t k = 0; k < scenario->n_flow; k++)
            there |= scenario->flow[k].kind == HO_FLOW_CASH && scenario->flow[k].value != 0 &&
                     scenario->faction[scenario->flow[k].faction].bloc == (int32_t)b;
        server_lever *made = there && has_state(scenario, b) ? add(m, GROUP_MONEY, SERVER_MONEY, "money", scenario->bloc[b].id, "") : NULL;
        if (!made)
            continue;
        number(made, 1, 0, 5, 0.05, "times");
        snprintf(made->label, sizeof made->label, "Money from all patrons to %s", scenario->bloc[b].name);
        snprintf(made->help, sizeof made->help, "Factor on every entry of the scenario, whose dates stay.");
    }
}

static void add_borders(maker *m) {
    const ho_scenario *scenario = m->scenario;
    for (size_t p = 0; p < scenario->n_patron; p++) {
        const ho_border_row *now = NULL;
        for (size_t k = 0; k < scenario->n_border; k++) {
            const ho_border_row *row = &scenario->border[k];
            if (row->patron == (int32_t)p && row->from <= scenario->from && knows(m, row->known_on) && (!now || row->from >= now->from))
                now = row;
        }
        server_lever *made = scenario->patron[p].neighbour ? add(m, GROUP_BORDERS, SERVER_BORDER, "border", scenario->patron[p].id, "") : NULL;
        if (!made)
            continue;
        made->kind = SERVER_CHOICE;
        made->value.choice = now ? (int)now->posture[HO_TRAVELLER_PEOPLE] : HO_POSTURE_CLOSED;
        snprintf(made->label, sizeof made->label, "%s: people at the border", scenario->patron[p].name);
        snprintf(made->help, sizeof made->help, "Whether people may cross: open, and it stays so however many come; limited to a number a day; or closed.");
    }
}

/* --- forces --- */

/* Whether a state has garrisons of this kind: only its books may say more than is there. */
static bool is_of_state(const maker *m, size_t kind) {
    for (size_t k = 0; k < m->scenario->n_garrison; k++)
        if (m->scenario->garrison[k].kind == (int32_t)kind && m->scenario->faction[m->scenario->garrison[k].faction].role == HO_ROLE_STATE)
            return true;
    return false;
}

static void add_pay(maker *m) {
    for (size_t k = 0; k < m->scenario->n_kind; k++) {
        const ho_kind_row *row = &m->scenario->kind[k];
        if (!is_of_state(m, k))
            continue;
        server_lever *made = add(m, GROUP_PAY, SERVER_GHOST, "ghost", row->id, "");
        if (made) {
            number(made, shown(ho_prior_centre(&row->ghost)), 0, 0.9, 0.01, "share");
            snprintf(made->label, sizeof made->label, "%s: on the books and not there", row->name);
            snprintf(made->help, sizeof made->help, "Share of the paper strength. Its own value means: drawn in each replicate. %.300s", row->source);
        }
        made = row->reserve ? NULL : add(m, GROUP_PAY, SERVER_ARREARS, "arrears", row->id, "");
        if (made) {
            number(made, shown(ho_prior_centre(&row->arrears_days)), 0, 180, 1, "d");
            snprintf(made->label, sizeof made->label, "%s: unpaid on the first day", row->name);
            snprintf(made->help, sizeof made->help, "Days of pay owed. Its own value means: drawn in each replicate. %.300s", row->source);
        }
    }
}

static void add_strengths(maker *m) {
    for (size_t f = 0; f < m->scenario->n_faction; f++) {
        const ho_faction_row *row = &m->scenario->faction[f];
        double centre = row->has_strength ? shown(ho_prior_centre(&row->strength)) : 0;
        server_lever *made = centre > 0 ? add(m, GROUP_FORCES, SERVER_STRENGTH, "strength", row->id, "") : NULL;
        if (!made)
            continue;
        number(made, centre, shown(centre / 4), shown(centre * 3), shown(centre / 100), "persons");
        snprintf(made->label, sizeof made->label, "%s: fighters present on the first day", row->name);
        snprintf(made->help, sizeof made->help, "Its own value means: drawn in each replicate. %.300s", row->source ? row->source : "");
    }
}

/* --- parameters of the model --- */

typedef struct chosen {
    const char *name, *label;
    int of;
    double lo, hi, step;
} chosen;

static const chosen parameter[] = {
    {"air_defence", "what air support adds to defence", GROUP_AIR, 0, 2, 0.05},
    {"air_kill", "attackers killed by a sortie", GROUP_AIR, 0, 10, 0.1},
    {"maintenance_lag", "how long aircraft last without maintainers", GROUP_AIR, 1, 180, 1},
    {"leak_pay", "pay that commanders keep", GROUP_PAY, 0, 1, 0.01},
    {"leak_supply", "stores that commanders sell", GROUP_PAY, 0, 1, 0.01},
    {"effort", "engagements that insurgents start", GROUP_FORCES, 0, 5, 0.05},
    {"mobilisation_rate", "how fast militias fill up", GROUP_MOBILISATION, 0, 0.3, 0.005},
    {"recruit_rear", "recruits from a sanctuary", GROUP_MOBILISATION, 0, 0.003, 0.0001},
    {"threshold_mean", "belief at which commanders deal, mean", GROUP_THRESHOLDS, 0, 1, 0.01},
    {"threshold_sd", "the same, how far they differ", GROUP_THRESHOLDS, 0.01, 0.5, 0.01},
    {"contact_rate", "how often elders open talks", GROUP_THRESHOLDS, 0, 0.1, 0.001},
    {"decision_rate", "how fast a garrison in talks gives up", GROUP_THRESHOLDS, 0, 3, 0.05},
    {"senior_share", "that a senior's surrender carries others", GROUP_THRESHOLDS, 0, 1, 0.01},
    {"restraint_day", "day on which capitals are spared no more, at the latest", GROUP_THRESHOLDS, 0, 0, 1},
    {"belief_u0", "belief with nothing for or against", GROUP_BELIEF, -2, 5, 0.05},
    {"belief_national", "weight of falls in the country", GROUP_BELIEF, 0, 5, 0.05},
    {"contagion_total", "contagion between neighbours", GROUP_BELIEF, 0, 6, 0.1},
};
enum { N_PARAMETER = sizeof parameter / sizeof *parameter };

/* Whether draws of a posterior give it, so that a prior would change nothing. */
static bool is_drawn(const maker *m, size_t k) {
    const ho_draws *draws = ho_world_draws(m->world);
    for (size_t j = 0; draws && j < draws->n_parameter; j++)
        if (draws->parameter[j] == (int32_t)k)
            return true;
    return false;
}

static void add_parameter(maker *m, const chosen *c, size_t k) {
    ho_parameter_info info = ho_world_parameter(m->world, k);
    server_lever *made = info.held || is_drawn(m, k) ? NULL : add(m, c->of, SERVER_PARAMETER, "parameter", c->name, "");
    if (!made)
        return;
    double n_day = (double)ho_world_n_day(m->world), hi = c->hi > c->lo ? c->hi : n_day, centre = shown(ho_prior_centre(&info.prior));
    number(made, c->hi > c->lo || centre < n_day ? centre : n_day, fmax(c->lo, info.lo), fmin(hi, info.hi), c->step, info.unit);
    made->max.number = fmin(made->max.number, info.hi);
    snprintf(made->label, sizeof made->label, "%s", c->label);
    snprintf(made->help, sizeof made->help, "%.200s. Its own value means: drawn in each replicate. %.250s", info.meaning, info.source);
}

static void add_parameters(maker *m, int of) {
    for (size_t j = 0; j < N_PARAMETER; j++)
        for (size_t k = 0; k < ho_parameter_count() && parameter[j].of == of; k++)
            if (strcmp(ho_world_parameter(m->world, k).name, parameter[j].name) == 0)
                add_parameter(m, &parameter[j], k);
}

/* --- mechanisms --- */

static void add_mechanisms(maker *m, uint64_t off) {
    for (size_t k = 0; k < ho_mechanism_count(); k++) {
        const ho_mechanism_info *info = ho_mechanism_at(k);
        server_lever *made = off >> k & 1 ? NULL : add(m, GROUP_MECHANISMS, SERVER_MECHANISM, "mechanism", info->name, "");
        if (!made)
            continue;
        made->kind = SERVER_SWITCH;
        made->value.on = true;
        snprintf(made->label, sizeof made->label, "%s", info->name);
        snprintf(made->help, sizeof made->help, "%.250s Off: %.200s", info->does, info->off);
    }
}

/* --- all --- */

ho_status server_levers_build(const ho_world *world, uint64_t off, server_levers *levers, ho_error *err) {
    maker m = {.world = world, .scenario = ho_world_scenario(world), .known_by = ho_world_known_by(world), .levers = levers};
    *levers = (server_levers){0};
    add_shifts(&m);
    add_calendar(&m, false);
    add_flows(&m, HO_FLOW_SORTIES);
    add_flows(&m, HO_FLOW_MAINTENANCE);
    add_parameters(&m, GROUP_AIR);
    add_money(&m);
    add_flows(&m, HO_FLOW_SANCTUARY);
    add_pay(&m);
    add_parameters(&m, GROUP_PAY);
    add_strengths(&m);
    add_parameters(&m, GROUP_FORCES);
    add_calendar(&m, true);
    add_parameters(&m, GROUP_MOBILISATION);
    add_parameters(&m, GROUP_THRESHOLDS);
    add_parameters(&m, GROUP_BELIEF);
    add_borders(&m);
    add_mechanisms(&m, off);
    return m.failed ? ho_error_set(err, HO_ERR_MEMORY, "no memory for levers") : HO_OK;
}

void server_levers_free(server_levers *levers) {
    free(levers->item);
    *levers = (server_levers){0};
}

const server_lever *server_lever_find(const server_levers *levers, const char *id) {
    for (size_t k = 0; k < levers->n; k++)
        if (strcmp(levers->item[k].id, id) == 0)
            return &levers->item[k];
    return NULL;
}

/* --- reading a request --- */

static void problem(json_t *problems, const char *format, ...) __attribute__((format(printf, 2, 3)));
static void problem(json_t *problems, const char *format, ...) {
    char text[400];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof text, format, list);
    va_end(list);
    json_t *sentence = json_string(text);
    json_array_append_new(problems, sentence ? sentence : json_string("a name that is not UTF-8"));
}

static bool read_number(const server_lever *lever, const json_t *value, server_value *read, json_t *problems) {
    if (!json_is_number(value)) {
        problem(problems, "%s needs a number", lever->id);
        return false;
    }
    read->number = json_number_value(value);
    if (read->number >= lever->min.number && read->number <= lever->max.number)
        return true;
    problem(problems, "%s is %.10g; need %.10g to %.10g", lever->id, read->number, lever->min.number, lever->max.number);
    return false;
}

static bool read_date(const server_lever *lever, const json_t *value, server_value *read, json_t *problems) {
    char min[11], max[11];
    const char *text = json_string_value(value);
    if (!text || !ho_day_parse(text, &read->day)) {
        problem(problems, "%s needs a date such as 2021-07-01", lever->id);
        return false;
    }
    if (read->day >= lever->min.day && read->day <= lever->max.day)
        return true;
    problem(problems, "%s is %s; need %s to %s", lever->id, text, ho_day_format(lever->min.day, min), ho_day_format(lever->max.day, max));
    return false;
}

static bool read_choice(const server_lever *lever, const json_t *value, server_value *read, json_t *problems) {
    const char *text = json_string_value(value);
    for (int k = 0; k < HO_N_POSTURE && text; k++)
        if (strcmp(text, ho_posture_name((ho_posture)k)) == 0) {
            read->choice = k;
            return true;
        }
    problem(problems, "%s needs to be open, limited or closed", lever->id);
    return false;
}

static bool read_value(const server_lever *lever, const json_t *value, server_value *read, json_t *problems) {
    switch (lever->kind) {
    case SERVER_NUMBER:
        return read_number(lever, value, read, problems);
    case SERVER_DATE:
        return read_date(lever, value, read, problems);
    case SERVER_CHOICE:
        return read_choice(lever, value, read, problems);
    case SERVER_SWITCH:
        break;
    }
    read->on = json_is_true(value);
    if (!json_is_boolean(value))
        problem(problems, "%s needs to be true or false", lever->id);
    return json_is_boolean(value);
}

static bool is_own(const server_lever *lever, const server_value *value) {
    switch (lever->kind) {
    case SERVER_NUMBER:
        return fabs(value->number - lever->value.number) <= 1e-9 * fabs(lever->value.number);
    case SERVER_DATE:
        return value->day == lever->value.day;
    case SERVER_CHOICE:
        return value->choice == lever->value.choice;
    case SERVER_SWITCH:
        break;
    }
    return value->on == lever->value.on;
}

size_t server_settings_read(const server_levers *levers, const json_t *values, server_setting *setting, json_t *problems) {
    enum { N_PROBLEM_MAX = 20 };
    size_t n = 0;
    const char *id;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)values, id, value) {
        const server_lever *lever = server_lever_find(levers, id);
        server_value read = {0};
        if (json_array_size(problems) >= N_PROBLEM_MAX)
            return n;
        if (!lever)
            problem(problems, "there is no lever \"%.80s\"; /api/levers lists them", id);
        else if (read_value(lever, value, &read, problems) && !is_own(lever, &read))
            setting[n++] = (server_setting){lever, read};
    }
    return n;
}
