/* locations.csv and location_changes.csv. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flee/loader.h"

enum { N_FIXED = 8, ATTRIBUTES_MAX = 256 };

typedef struct reader {
    size_t room;
    size_t n_column;
    char *column[ATTRIBUTES_MAX]; /* names of the columns after the fixed ones; owned */
} reader;

static bool is_blank(const char *text) {
    return text[strspn(text, " \t")] == '\0';
}

/* --- attributes --- */

static void take_attribute(ho_flee_loader *loader, int32_t line, ho_flee_place_row *row, const char *name, const char *text, double *intensity) {
    static const char *const used[] = {"conflict_intensity", "capacity_per_day", "deactivation_probability", "trade_volume", "hdi", NULL};
    double *into[] = {intensity, &row->capacity_per_day, &row->deactivation_probability, &row->trade_volume, &row->hdi};
    if (is_blank(text))
        return;
    for (size_t k = 0; used[k]; k++)
        if (strcmp(name, used[k]) == 0 && ho_flee_real(loader, line, name, text, into[k]) && *into[k] < 0)
            ho_flee_problem(loader, line, "%s is %s; need >= 0", name, text);
    double value;
    if (strcmp(name, "initial_idps") == 0 && (!ho_text_double(text, &value) || value != 0))
        ho_flee_problem(loader, line, "initial_idps is %s; people displaced before day 0 are not simulated", text);
    if (strcmp(name, "capacity_per_day") == 0 && row->capacity_per_day > 0)
        ho_flee_met(loader, HO_FLEE_CAPACITY_PER_DAY, line, "capacity_per_day is %s", text);
}

static void take_header(ho_flee_loader *loader, reader *r, size_t n_field, const char *const *field) {
    for (size_t k = N_FIXED; k < n_field && r->n_column < ATTRIBUTES_MAX; k++) {
        r->column[r->n_column] = ho_text_copy(field[k]);
        loader->no_memory = loader->no_memory || !r->column[r->n_column];
        r->n_column += r->column[r->n_column] != NULL;
    }
}

/* --- rows --- */

/* Persons of the last column, divided by hasten. */
static int64_t take_people(ho_flee_loader *loader, int32_t line, const char *text) {
    int64_t people = 0;
    if (is_blank(text) || !ho_flee_whole(loader, line, "population", text, &people))
        return 0;
    if (people < 0)
        ho_flee_problem(loader, line, "population is %s; need >= 0", text);
    return people / loader->flee->settings.hasten;
}

static double take_coordinate(ho_flee_loader *loader, int32_t line, const char *what, const char *text) {
    double value = 0;
    if (!is_blank(text))
        ho_flee_real(loader, line, what, text, &value);
    return value;
}

static void take_type(ho_flee_loader *loader, int32_t line, const char *type, const char *date, double intensity, ho_flee_place_row *row) {
    char quote[HO_QUOTE_ROOM];
    int64_t day = 0;
    bool conflict = strstr(type, "conflict") != NULL || strstr(type, "Conflict") != NULL;
    if (strstr(type, "flood")) {
        ho_flee_problem(loader, line, "location_type is %s: floods are not simulated", ho_quote(type, quote));
        return;
    }
    if (conflict && ho_flee_whole(loader, line, "conflict_date of a conflict zone", date, &day) && day > 0) {
        row->begins_later = true;
        row->conflict_date = day < INT32_MAX ? (int32_t)day : INT32_MAX;
        type = "town";
    }
    if (!ho_flee_kind_of(loader->flee, type, intensity, &row->kind))
        ho_flee_remark(loader, line, "location_type is %s, which says nothing to FLEE: everybody leaves the place every day", ho_quote(type, quote));
    bool by_name = strstr(type, "camp") || strstr(type, "Camp") || strstr(type, "CAMP");
    if (row->kind.camp && !by_name)
        ho_flee_met(loader, HO_FLEE_AUTO_CAMP, line, "people leave %s with chance %g", row->name, row->kind.move_chance);
}

static bool take_place(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    reader *r = context;
    ho_flee_case *flee = loader->flee;
    if (field[0][0] == '#') {
        take_header(loader, r, n_field, field);
        return true;
    }
    if (n_field < N_FIXED) {
        ho_flee_problem(loader, line, "has %zu fields; need name, region, country, x, y, location_type, conflict_date, population", n_field);
        return true;
    }
    if (flee->n_place == HO_FLEE_PLACES_MAX) {
        ho_flee_problem(loader, line, "more than %d places", HO_FLEE_PLACES_MAX);
        return false;
    }
    ho_flee_place_row *grown = ho_array_grow(flee->place, &r->room, flee->n_place + 1, sizeof *grown);
    if (!grown) {
        loader->no_memory = true;
        return false;
    }
    flee->place = grown;
    ho_flee_place_row *row = &grown[flee->n_place++];
    *row = (ho_flee_place_row){.name = ho_text_copy(field[0]), .region = ho_text_copy(field[1]), .country = ho_text_copy(field[2]),
                               .capacity = -1, .line = line};
    if (!row->name || !row->region || !row->country) {
        loader->no_memory = true;
        return false;
    }
    if (is_blank(field[0]))
        ho_flee_problem(loader, line, "has no name");
    double intensity = 1;
    for (size_t k = 0; k < r->n_column && N_FIXED + k < n_field; k++)
        take_attribute(loader, line, row, r->column[k], field[N_FIXED + k], &intensity);
    row->x = take_coordinate(loader, line, "x", field[3]);
    row->y = take_coordinate(loader, line, "y", field[4]);
    take_type(loader, line, field[5], field[6], intensity, row);
    int64_t people = take_people(loader, line, field[7]);
    bool holds = strstr(field[5], "camp") || strstr(field[5], "Camp") || strstr(field[5], "CAMP");
    row->capacity = holds ? people : -1;
    row->population = holds ? 0 : people;
    return true;
}

/* --- names --- */

static uint32_t hash(const char *name) {
    uint32_t h = 2166136261u;
    for (; *name; name++)
        h = (h ^ (unsigned char)*name) * 16777619u;
    return h;
}

static void index_names(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    size_t n = 64;
    while (n < 2 * flee->n_place + 2)
        n *= 2;
    loader->name_slot = ho_flee_room(loader, n, sizeof *loader->name_slot);
    if (!loader->name_slot)
        return;
    loader->n_name_slot = n;
    for (size_t p = 0; p < flee->n_place; p++) {
        int32_t before = ho_flee_find(loader, flee->place[p].name);
        if (before >= 0) {
            char quote[HO_QUOTE_ROOM];
            ho_flee_problem(loader, flee->place[p].line, "name is %s, as in line %d", ho_quote(flee->place[p].name, quote),
                            (int)flee->place[before].line);
            continue;
        }
        size_t k = hash(flee->place[p].name) & (n - 1);
        while (loader->name_slot[k])
            k = (k + 1) & (n - 1);
        loader->name_slot[k] = (uint32_t)p + 1;
    }
}

static void list_camps(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    flee->camp = ho_flee_room(loader, flee->n_place, sizeof *flee->camp);
    for (size_t p = 0; p < flee->n_place && flee->camp; p++)
        if (flee->place[p].kind.camp)
            flee->camp[flee->n_camp++] = (int32_t)p;
}

void ho_flee_read_places(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    reader r = {0};
    bool found = ho_flee_read(loader, loader->input, "locations.csv", true, false, take_place, &r);
    for (size_t k = 0; k < r.n_column; k++)
        free(r.column[k]);
    if (found && flee->n_place == 0)
        ho_flee_problem(loader, 0, "holds no place");
    for (size_t p = 0; p < flee->n_place; p++)
        flee->place[p].foreign = strcmp(flee->place[p].country, flee->place[0].country) != 0;
    index_names(loader);
    list_camps(loader);
}

/* --- location_changes.csv --- */

static bool take_change(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    size_t *room = context;
    ho_flee_case *flee = loader->flee;
    int64_t day = 0;
    if (n_field < 3) {
        ho_flee_problem(loader, line, "has %zu fields; need name, type, day", n_field);
        return true;
    }
    int32_t place = ho_flee_want(loader, line, "name", field[0]);
    if (!ho_flee_whole(loader, line, "day", field[2], &day) || place < 0)
        return true;
    ho_flee_change *grown = ho_array_grow(flee->change, room, flee->n_change + 1, sizeof *grown);
    loader->no_memory = loader->no_memory || !grown;
    if (!grown)
        return false;
    flee->change = grown;
    ho_flee_change *change = &grown[flee->n_change++];
    *change = (ho_flee_change){.day = day < -1 || day > INT32_MAX ? -1 : (int32_t)day, .place = place};
    char quote[HO_QUOTE_ROOM];
    if (strstr(field[1], "flood") || !ho_flee_kind_of(flee, field[1], 1, &change->kind))
        ho_flee_problem(loader, line, "type is %s; need camp, idpcamp, conflict_zone, forward, marker or town", ho_quote(field[1], quote));
    change->kind.conflict_since = change->day;
    return true;
}

void ho_flee_read_changes(ho_flee_loader *loader) {
    size_t room = 0;
    bool beside = ho_flee_exists(loader->input, "location_changes.csv") && strcmp(loader->input, loader->options->folder) != 0;
    if (beside && ho_flee_wants_documented(loader, HO_FLEE_LOCATION_CHANGES)) {
        ho_flee_read(loader, loader->input, "location_changes.csv", false, true, take_change, &room);
        return;
    }
    ho_flee_read(loader, loader->options->folder, "location_changes.csv", false, true, take_change, &room);
    if (beside) {
        snprintf(loader->file, sizeof loader->file, "%.4000s/location_changes.csv", loader->input);
        ho_flee_met(loader, HO_FLEE_LOCATION_CHANGES, 1, "a location_changes.csv lies in the input folder");
    }
}
