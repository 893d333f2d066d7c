/* From levers to the text of a what-if, section by section in the order of scenario.yml. Every row is written whole from the scenario as the named
 * what-ifs leave it, with what the levers change. The same levers give the same text. */
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "server.h"

#define SOURCE "assumption of the viewer"

typedef struct writer {
    FILE *out;
    const ho_world *world;
    const ho_scenario *scenario;
    const server_setting *setting;
    size_t n;
    bool *used; /* (n) settings that found what they change */
} writer;

static bool knows(const writer *w, ho_day known_on) {
    ho_day known_by = ho_world_known_by(w->world);
    return known_by == HO_DAY_NONE || known_on == HO_DAY_NONE || known_on <= known_by;
}

/* The setting of a target and key; NULL: none. sub -1: any. */
static const server_setting *setting_of(const writer *w, server_target target, const char *key, int sub) {
    for (size_t k = 0; k < w->n; k++) {
        const server_lever *lever = w->setting[k].lever;
        if (lever->target == target && strcmp(lever->key, key) == 0 && (sub < 0 || lever->sub == sub)) {
            w->used[k] = true;
            return &w->setting[k];
        }
    }
    return NULL;
}

/* Text in double quotes of YAML. */
static void put_text(const writer *w, const char *text) {
    fputc('"', w->out);
    for (const char *c = text; *c; c++) {
        if (*c == '"' || *c == '\\')
            fputc('\\', w->out);
        if (*c == '\n')
            fputs("\\n", w->out);
        else if ((unsigned char)*c >= ' ')
            fputc(*c, w->out);
    }
    fputc('"', w->out);
}

/* The shortest number that reads back the same. */
static void put_number(const writer *w, double value) {
    char text[40];
    for (int digits = 6; digits <= 17; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, value);
        if (strtod(text, NULL) == value)
            break;
    }
    fputs(text, w->out);
}

static void put_day(const writer *w, const char *key, ho_day day) {
    char text[11];
    if (day != HO_DAY_NONE)
        fprintf(w->out, ", %s: %s", key, ho_day_format(day, text));
}

/* --- sections --- */

static void put_kinds(writer *w) {
    bool begun = false;
    for (size_t k = 0; k < w->scenario->n_kind; k++) {
        const char *id = w->scenario->kind[k].id;
        const server_setting *ghost = setting_of(w, SERVER_GHOST, id, -1), *arrears = setting_of(w, SERVER_ARREARS, id, -1);
        if (!ghost && !arrears)
            continue;
        fprintf(w->out, "%s  - {id: %s", begun ? "" : "\ngarrison_kinds:\n", id);
        begun = true;
        if (ghost) {
            fputs(", ghost: {point: ", w->out);
            put_number(w, ghost->value.number);
            fputc('}', w->out);
        }
        if (arrears) {
            fputs(", arrears_days: {point: ", w->out);
            put_number(w, arrears->value.number);
            fputc('}', w->out);
        }
        fputs("}\n", w->out);
    }
}

static void put_factions(writer *w) {
    bool begun = false;
    for (size_t f = 0; f < w->scenario->n_faction; f++) {
        const ho_faction_row *row = &w->scenario->faction[f];
        const server_setting *strength = row->has_strength ? setting_of(w, SERVER_STRENGTH, row->id, -1) : NULL;
        if (!strength)
            continue;
        fprintf(w->out, "%s  - {id: %s, strength: {point: ", begun ? "" : "\nfactions:\n", row->id);
        put_number(w, strength->value.number);
        fputs("}}\n", w->out);
        begun = true;
    }
}

/* The setting that scales a flow; NULL: none. */
static const server_setting *factor_of(const writer *w, const ho_flow_row *row) {
    const char *bloc = w->scenario->bloc[w->scenario->faction[row->faction].bloc].id;
    return row->kind == HO_FLOW_CASH ? setting_of(w, SERVER_MONEY, bloc, -1)
                                     : setting_of(w, SERVER_FLOW, w->scenario->patron[row->patron].id, (int)row->kind);
}

static void put_flows(writer *w, size_t p) {
    bool begun = false;
    for (size_t k = 0; k < w->scenario->n_flow; k++) {
        const ho_flow_row *row = &w->scenario->flow[k];
        const server_setting *factor = row->patron == (int32_t)p ? factor_of(w, row) : NULL;
        if (!factor)
            continue;
        bool is_share = row->kind == HO_FLOW_MAINTENANCE || row->kind == HO_FLOW_SANCTUARY;
        double value = row->value * factor->value.number;
        fprintf(w->out, "%s      - {to: %s, kind: %s, value: ", begun ? "" : "    flows:\n", w->scenario->faction[row->faction].id,
                ho_flow_kind_name(row->kind));
        put_number(w, is_share && value > 1 ? 1 : value);
        put_day(w, "from", row->from);
        put_day(w, "until", row->until);
        put_day(w, "known_on", row->known_on);
        fputs(", source: \"" SOURCE ": ", w->out);
        put_number(w, factor->value.number);
        fputs(" times the scenario's\"}\n", w->out);
        begun = true;
    }
}

static void put_border_row(const writer *w, const ho_border_row *row, int choice) {
    char from[11];
    fprintf(w->out, "      - {from: %s, people: %s, soldiers: %s, armed: %s", ho_day_format(row->from, from), ho_posture_name((ho_posture)choice),
            ho_posture_name(row->posture[HO_TRAVELLER_SOLDIERS]), ho_posture_name(row->posture[HO_TRAVELLER_ARMED]));
    fputs(", quota_per_day: ", w->out);
    put_number(w, row->quota_per_day);
    put_day(w, "known_on", row->known_on);
    fputs(", source: \"" SOURCE "\"}\n", w->out);
}

/* Every row of the border as it is but for people; one row where there is none. */
static void put_border(writer *w, size_t p, const server_setting *border) {
    const ho_patron_row *patron = &w->scenario->patron[p];
    bool any = false;
    if (border->value.choice == HO_POSTURE_OPEN && !isnan(patron->stance.tolerated))
        fputs("    tolerated: {remove: true}\n", w->out);
    fputs("    border:\n", w->out);
    for (size_t k = 0; k < w->scenario->n_border; k++)
        if (w->scenario->border[k].patron == (int32_t)p) {
            put_border_row(w, &w->scenario->border[k], border->value.choice);
            any = true;
        }
    const ho_border_row closed = {.from = w->scenario->from,
                                  .known_on = w->scenario->from - 1,
                                  .posture = {HO_POSTURE_CLOSED, HO_POSTURE_CLOSED, HO_POSTURE_CLOSED}};
    if (!any)
        put_border_row(w, &closed, border->value.choice);
}

static void put_patrons(writer *w) {
    bool begun = false;
    for (size_t p = 0; p < w->scenario->n_patron; p++) {
        const char *id = w->scenario->patron[p].id;
        const server_setting *border = setting_of(w, SERVER_BORDER, id, -1);
        bool flows = false;
        for (size_t k = 0; k < w->scenario->n_flow; k++)
            flows |= w->scenario->flow[k].patron == (int32_t)p && factor_of(w, &w->scenario->flow[k]);
        if (!border && !flows)
            continue;
        fprintf(w->out, "%s  - id: %s\n", begun ? "" : "\npatrons:\n", id);
        begun = true;
        if (border)
            put_border(w, p, border);
        if (flows)
            put_flows(w, p);
    }
}

/* The version of a calendar's entry that holds, if row k is the first of its id; else NULL. */
static const ho_calendar_row *entry_of(const writer *w, size_t k) {
    const ho_calendar_row *all = w->scenario->calendar, *last = NULL;
    for (size_t j = 0; j < w->scenario->n_calendar; j++) {
        if (strcmp(all[j].id, all[k].id) != 0)
            continue;
        if (j < k)
            return NULL;
        if (knows(w, all[j].known_on) && (!last || all[j].known_on > last->known_on))
            last = &all[j];
    }
    return last;
}

static void put_entry(const writer *w, const ho_calendar_row *row, ho_day date, double value) {
    char text[11];
    fprintf(w->out, "  - {id: %s", row->id);
    if (row->name) {
        fputs(", name: ", w->out);
        put_text(w, row->name);
    }
    fprintf(w->out, ", kind: %s", ho_calendar_kind_name(row->kind));
    put_day(w, "date", date);
    if (row->until != HO_DAY_NONE)
        put_day(w, "until", row->until + (date - row->date));
    fputs(", value: ", w->out);
    put_number(w, value);
    if (row->bloc >= 0)
        fprintf(w->out, ", bloc: %s", w->scenario->bloc[row->bloc].id);
    if (row->faction >= 0)
        fprintf(w->out, ", faction: %s", w->scenario->faction[row->faction].id);
    put_day(w, "known_on", row->known_on);
    fprintf(w->out, ", source: \"" SOURCE ": %s in the scenario\"}\n", ho_day_format(row->date, text));
}

static void put_calendar(writer *w) {
    bool begun = false;
    for (size_t k = 0; k < w->scenario->n_calendar; k++) {
        const ho_calendar_row *row = entry_of(w, k);
        if (!row)
            continue;
        const server_setting *date = setting_of(w, SERVER_CALENDAR, row->id, -1), *size = setting_of(w, SERVER_SIZE, row->id, -1);
        const server_setting *shift = row->bloc >= 0 ? setting_of(w, SERVER_SHIFT, w->scenario->bloc[row->bloc].id, (int)row->kind) : NULL;
        if (!date && !size && !shift)
            continue;
        if (!begun)
            fputs("\ncalendar:\n", w->out);
        begun = true;
        put_entry(w, row, date ? date->value.day : shift ? row->date + (ho_day)lround(shift->value.number) : row->date,
                  size ? size->value.number : row->value);
    }
}

static void put_parameters(writer *w) {
    bool begun = false;
    for (size_t k = 0; k < ho_parameter_count(); k++) {
        ho_parameter_info info = ho_world_parameter(w->world, k);
        const server_setting *value = setting_of(w, SERVER_PARAMETER, info.name, -1);
        if (!value)
            continue;
        fprintf(w->out, "%s  %s: {prior: {point: ", begun ? "" : "\nparameters:\n", info.name);
        put_number(w, value->value.number);
        fputs("}, source: \"" SOURCE "\"}\n", w->out);
        begun = true;
    }
}

static void put_without(writer *w) {
    bool begun = false;
    for (size_t k = 0; k < ho_mechanism_count(); k++) {
        const char *name = ho_mechanism_at(k)->name;
        if (!setting_of(w, SERVER_MECHANISM, name, -1))
            continue;
        fprintf(w->out, "%s%s", begun ? ", " : "\nwithout: [", name);
        begun = true;
    }
    if (begun)
        fputs("]\n", w->out);
}

/* --- the whole --- */

static void put_title(const writer *w) {
    fputs("format: 1\ntitle: \"", w->out);
    for (size_t k = 0; k < w->n && k < 3; k++)
        fprintf(w->out, "%s%s", k ? ", " : "", w->setting[k].lever->id);
    if (w->n > 3)
        fprintf(w->out, " and %zu more", w->n - 3);
    fputs("\"\nwhy: \"assumption: levers of the viewer, put elsewhere\"\n", w->out);
}

static void put_all(writer *w) {
    put_title(w);
    put_kinds(w);
    put_factions(w);
    put_patrons(w);
    put_calendar(w);
    put_parameters(w);
    put_without(w);
}

char *server_overlay_write(const ho_world *world, const server_setting *setting, size_t n, json_t *problems) {
    char *text = NULL;
    size_t size = 0;
    writer w = {.out = open_memstream(&text, &size), .world = world, .scenario = ho_world_scenario(world), .setting = setting, .n = n};
    w.used = calloc(n + 1, sizeof *w.used);
    bool good = w.out && w.used;
    if (good)
        put_all(&w);
    if (w.out)
        good = fclose(w.out) == 0 && good;
    for (size_t k = 0; k < n && good; k++)
        if (!w.used[k])
            json_array_append_new(problems, json_sprintf("%s: the what-ifs leave nothing there to be changed", setting[k].lever->id));
    free(w.used);
    if (good && json_array_size(problems) == 0)
        return text;
    free(text);
    return NULL;
}
