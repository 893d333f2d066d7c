/* sim_period.csv and conflicts.csv. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flee/loader.h"

/* --- sim_period.csv --- */

typedef struct period {
    bool has_start, has_length;
} period;

static bool take_period(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    period *p = context;
    char quote[HO_QUOTE_ROOM];
    int64_t days = 0;
    if (n_field >= 2 && strcmp(field[0], "StartDate") == 0) {
        p->has_start = true;
        if (!ho_day_parse(field[1], &loader->flee->start))
            ho_flee_problem(loader, line, "StartDate is %s; need YYYY-MM-DD", ho_quote(field[1], quote));
    } else if (n_field >= 2 && strcmp(field[0], "Length") == 0) {
        p->has_length = true;
        if (ho_flee_whole(loader, line, "Length", field[1], &days) && (days < 1 || days > HO_FLEE_DAYS_MAX))
            ho_flee_problem(loader, line, "Length is %s; need 1 to %d days", field[1], HO_FLEE_DAYS_MAX);
        else
            loader->flee->n_day = (size_t)days;
    }
    return true;
}

void ho_flee_read_period(ho_flee_loader *loader) {
    period p = {0};
    if (!ho_flee_read(loader, loader->input, "sim_period.csv", true, true, take_period, &p))
        return;
    if (!p.has_start)
        ho_flee_problem(loader, 0, "has no row StartDate");
    if (!p.has_length)
        ho_flee_problem(loader, 0, "has no row Length");
}

/* --- conflicts.csv --- */

enum { NAME_MAX_BYTE = 256 };

/* A cell without blanks around it, as FLEE has it, quoted or not. Returns `out`. */
static const char *bare(const char *text, char out[NAME_MAX_BYTE]) {
    text += strspn(text, " \t");
    size_t n = strlen(text);
    while (n > 0 && (text[n - 1] == ' ' || text[n - 1] == '\t'))
        n--;
    n = n < NAME_MAX_BYTE ? n : NAME_MAX_BYTE - 1;
    memcpy(out, text, n);
    out[n] = '\0';
    return out;
}

enum { LEFT_OUT = -1 };

typedef struct reader {
    bool has_header, warned;
    size_t n_column;      /* named ones */
    int32_t header_line;
    int32_t *zone;        /* (n_column) its place among flee->zone, LEFT_OUT: no place */
    char (*unknown)[64];  /* (n_column) names of columns that are no place */
    size_t n_row;
    int32_t last_day;     /* of the rows so far */
} reader;

static bool take_header(ho_flee_loader *loader, reader *r, int32_t line, size_t n_field, const char *const *field) {
    ho_flee_case *flee = loader->flee;
    r->has_header = true;
    r->header_line = line;
    while (n_field > 1 && !*field[n_field - 1]) /* a comma at the end */
        n_field--;
    r->n_column = n_field - 1;
    r->zone = ho_flee_room(loader, n_field, sizeof *r->zone);
    r->unknown = ho_flee_room(loader, n_field, sizeof *r->unknown);
    flee->zone = ho_flee_room(loader, n_field, sizeof *flee->zone);
    if (loader->no_memory)
        return false;
    for (size_t k = 1; k < n_field; k++) {
        char cell[NAME_MAX_BYTE];
        const char *name = bare(field[k], cell);
        int32_t place = ho_flee_find(loader, name);
        if (!*name)
            ho_flee_problem(loader, line, "column %zu has no name", k + 1);
        for (size_t before = 0; place >= 0 && before < flee->n_zone; before++)
            if (flee->zone[before] == place)
                ho_flee_problem(loader, line, "%s has two columns", name);
        r->zone[k - 1] = place < 0 ? LEFT_OUT : (int32_t)flee->n_zone;
        if (place >= 0)
            flee->zone[flee->n_zone++] = place;
        else
            snprintf(r->unknown[k - 1], sizeof *r->unknown, "%.63s", name);
    }
    flee->intensity = ho_flee_room(loader, flee->n_day * (flee->n_zone + 1), sizeof *flee->intensity);
    return !loader->no_memory;
}

/* The day of a row: its number, or, if that is asked for, what it says. -1: none. */
static int64_t day_of(ho_flee_loader *loader, reader *r, int32_t line, const char *text) {
    int64_t day = (int64_t)r->n_row, said = -1;
    double number;
    bool is_number = ho_text_double(text, &number);
    if (!ho_flee_wants_documented(loader, HO_FLEE_CONFLICT_DAYS)) {
        if (is_number && number != (double)day)
            ho_flee_met(loader, HO_FLEE_CONFLICT_DAYS, line, "row %zu is day %s", r->n_row, text);
        return day;
    }
    if (!ho_flee_whole(loader, line, "#Day", text, &said))
        return -1;
    if (said <= r->last_day) {
        ho_flee_problem(loader, line, "#Day is %s, after %d; need days in order", text, (int)r->last_day);
        return -1;
    }
    return said;
}

/* Days that no row names keep what was before. */
static void carry(ho_flee_case *flee, int64_t from, int64_t until) {
    for (int64_t day = from; day < until && day < (int64_t)flee->n_day; day++)
        if (day > 0)
            memcpy(&flee->intensity[(size_t)day * flee->n_zone], &flee->intensity[(size_t)(day - 1) * flee->n_zone],
                   flee->n_zone * sizeof *flee->intensity);
}

static void take_value(ho_flee_loader *loader, reader *r, int32_t line, int64_t day, size_t k, const char *text) {
    ho_flee_case *flee = loader->flee;
    double value = 0;
    if (!ho_flee_real(loader, line, "an intensity", text, &value))
        return;
    if (value < 0)
        ho_flee_problem(loader, line, "the intensity of column %zu is %s; need >= 0", k + 2, text);
    else if (r->zone[k] != LEFT_OUT)
        flee->intensity[(size_t)day * flee->n_zone + (size_t)r->zone[k]] = value;
    else if (value > 0 && !r->warned) {
        r->warned = true;
        ho_flee_remark(loader, r->header_line, "%s is not in locations.csv; its conflicts are left out, here as in FLEE", r->unknown[k]);
    }
    double before = day > 0 && r->zone[k] >= 0 ? flee->intensity[(size_t)(day - 1) * flee->n_zone + (size_t)r->zone[k]] : 0;
    if (before > 0 && value > 0 && value != before)
        ho_flee_met(loader, HO_FLEE_INTENSITY, line, "an intensity changes from %g to %g", before, value);
}

static bool take_row(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    reader *r = context;
    char cell[NAME_MAX_BYTE];
    if (!r->has_header)
        return take_header(loader, r, line, n_field, field);
    while (n_field > r->n_column + 1 && !*field[n_field - 1])
        n_field--;
    if (n_field != r->n_column + 1) {
        ho_flee_problem(loader, line, "has %zu fields; need %zu as in the header", n_field, r->n_column + 1);
        r->n_row++;
        return true;
    }
    int64_t day = day_of(loader, r, line, field[0]);
    if (day >= 0) {
        carry(loader->flee, r->last_day + 1, day);
        r->last_day = day < INT32_MAX ? (int32_t)day : INT32_MAX;
        for (size_t k = 0; k < r->n_column && day < (int64_t)loader->flee->n_day; k++)
            take_value(loader, r, line, day, k, bare(field[k + 1], cell));
    }
    r->n_row++;
    return true;
}

void ho_flee_read_conflicts(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    reader r = {.last_day = -1};
    bool later = false;
    for (size_t p = 0; p < flee->n_place; p++)
        later = later || flee->place[p].begins_later;
    if (!ho_flee_read(loader, loader->input, "conflicts.csv", false, false, take_row, &r)) {
        if (later)
            ho_flee_met(loader, HO_FLEE_CONFLICT_DATES, 0, "there is no such file, and conflict zones of locations.csv begin later");
    } else if (!r.has_header) {
        ho_flee_problem(loader, 0, "is empty");
    } else if (ho_flee_wants_documented(loader, HO_FLEE_CONFLICT_DAYS)) {
        carry(flee, r.last_day + 1, (int64_t)flee->n_day);
    } else if (r.n_row < flee->n_day) {
        ho_flee_problem(loader, r.header_line + (int32_t)r.n_row, "the last row is day %zd; the simulation has %zu days and needs a row for each",
                        (ssize_t)r.n_row - 1, flee->n_day);
    }
    free(r.zone);
    free(r.unknown);
}
