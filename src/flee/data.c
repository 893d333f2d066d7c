/* The validation folder: recorded people by camp and in all, and what FLEE makes of them: how many are displaced each day. Its arithmetic
 * (flee/datamanager/DataTable.py) is kept to the last bit, since it cuts to whole numbers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flee/loader.h"

enum { FILES_MAX = 16 };

/* People on some days, [people / hasten]. */
typedef struct table {
    size_t n, room_day, room_value;
    int32_t *day;
    double *value;
} table;

typedef struct row {
    char *name, *file[FILES_MAX];
    size_t n_file;
    int32_t line;
    table table, known; /* known: without corrections */
    int64_t offset; /* taken off every value: empty_camps_on_day0 */
} row;

typedef struct reader {
    row *row; /* (n_row) of data_layout.csv; the first is the total */
    size_t n_row, room;
} reader;

static void table_free(table *t) {
    free(t->day);
    free(t->value);
    *t = (table){0};
}

static bool table_add(table *t, int32_t day, double value) {
    int32_t *days = ho_array_grow(t->day, &t->room_day, t->n + 1, sizeof *days);
    t->day = days ? days : t->day;
    double *values = days ? ho_array_grow(t->value, &t->room_value, t->n + 1, sizeof *values) : NULL;
    t->value = values ? values : t->value;
    if (!values)
        return false;
    t->day[t->n] = day;
    t->value[t->n++] = value;
    return true;
}

/* --- a file of counts --- */

typedef struct series {
    table table;
    bool first; /* no record yet */
} series;

static bool take_count(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    series *s = context;
    bool first = s->first;
    ho_day day;
    int64_t people;
    char quote[HO_QUOTE_ROOM];
    s->first = false;
    if (n_field < 2 || !*field[1])
        return true;
    if (first && (!*field[0] || strcmp(field[0], "DateTime") == 0 || strcmp(field[0], "Date") == 0))
        return true;
    if (!ho_day_parse(field[0], &day)) {
        ho_flee_problem(loader, line, "the date is %s; need YYYY-MM-DD", ho_quote(field[0], quote));
        return true;
    }
    if (!ho_flee_whole(loader, line, "the count", field[1], &people))
        return true;
    if (people < 0)
        ho_flee_problem(loader, line, "the count is %s; need >= 0", field[1]);
    day -= loader->flee->start;
    if (s->table.n && day < s->table.day[s->table.n - 1])
        ho_flee_problem(loader, line, "%s comes after a later date; need dates in order", field[0]);
    if (!table_add(&s->table, day, (double)people / (double)loader->flee->settings.hasten))
        loader->no_memory = true;
    return !loader->no_memory;
}

static table read_table(ho_flee_loader *loader, const char *name) {
    series s = {.first = true};
    size_t before = loader->problems->n;
    bool read = ho_flee_read(loader, loader->validation, name, true, true, take_count, &s);
    if (read && s.table.n == 0 && loader->problems->n == before)
        ho_flee_problem(loader, 0, "holds no count");
    return s.table;
}

/* FLEE's sum of two series: days of either, the second held between its dates; it ends where the second ends. */
static bool sum(const table *a, const table *b, table *out) {
    size_t at = 0;
    double held = 0;
    if (a->n == 0)
        return true;
    for (size_t k = 0; k < b->n; k++) {
        while (b->day[k] > a->day[at]) {
            if (!table_add(out, a->day[at], held + a->value[at]))
                return false;
            if (at + 1 == a->n)
                break;
            at++;
        }
        bool meets = b->day[k] == a->day[at];
        if (b->day[k] <= a->day[at] && !table_add(out, b->day[k], b->value[k] + a->value[at]))
            return false;
        if (b->day[k] <= a->day[at])
            held = b->value[k];
        if (meets && at + 1 < a->n)
            at++;
    }
    return true;
}

/* --- data_layout.csv --- */

static bool take_layout(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    reader *r = context;
    if (n_field < 2)
        return true;
    row *grown = ho_array_grow(r->row, &r->room, r->n_row + 1, sizeof *grown);
    loader->no_memory = loader->no_memory || !grown;
    if (!grown)
        return false;
    r->row = grown;
    row *made = &grown[r->n_row++];
    *made = (row){.name = ho_text_copy(field[0]), .line = line};
    loader->no_memory = loader->no_memory || !made->name;
    for (size_t k = 1; k < n_field && made->n_file < FILES_MAX; k++)
        if (*field[k]) {
            made->file[made->n_file] = ho_text_copy(field[k]);
            loader->no_memory = loader->no_memory || !made->file[made->n_file];
            made->n_file++;
        }
    return !loader->no_memory;
}

static row *row_of(const reader *r, const char *name) {
    for (size_t k = 0; k < r->n_row; k++)
        if (strcmp(r->row[k].name, name) == 0)
            return &r->row[k];
    return NULL;
}

/* A name of the layout that is no place: probably a camp that the other folder spells otherwise. */
static const char *stray(const ho_flee_loader *loader, const reader *r) {
    for (size_t k = 1; k < r->n_row; k++)
        if (ho_flee_find(loader, r->row[k].name) < 0)
            return r->row[k].name;
    return NULL;
}

static void check_layout(ho_flee_loader *loader, const reader *r) {
    ho_flee_case *flee = loader->flee;
    char quote[HO_QUOTE_ROOM];
    const char *other = stray(loader, r);
    if (r->n_row == 0 || strcmp(r->row[0].name, "total") != 0)
        ho_flee_problem(loader, r->n_row ? r->row[0].line : 0, "the first row must be total,FILE");
    for (size_t c = 0; c < flee->n_camp; c++) {
        const ho_flee_place_row *place = &flee->place[flee->camp[c]];
        if (row_of(r, place->name))
            continue;
        ho_flee_problem(loader, 0, "has no row for camp %s (locations.csv, line %d)%s%s%s", place->name, (int)place->line,
                        other ? "; " : "", other ? ho_quote(other, quote) : "", other ? " is no place there" : "");
    }
}

static void read_tables(ho_flee_loader *loader, reader *r) {
    for (size_t k = 0; k < r->n_row && !loader->no_memory; k++)
        for (size_t f = 0; f < r->row[k].n_file; f++) {
            table next = read_table(loader, r->row[k].file[f]), both = {0};
            if (f == 0) {
                r->row[k].table = next;
                continue;
            }
            loader->no_memory = !sum(&r->row[k].table, &next, &both) || loader->no_memory;
            table_free(&r->row[k].table);
            table_free(&next);
            r->row[k].table = both;
        }
    for (size_t k = 0; k < r->n_row && !loader->no_memory; k++)
        for (size_t i = 0; i < r->row[k].table.n && !loader->no_memory; i++)
            loader->no_memory = !table_add(&r->row[k].known, r->row[k].table.day[i], r->row[k].table.value[i]);
}

/* --- registration_corrections.csv --- */

static bool take_correction(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    const reader *r = context;
    char quote[HO_QUOTE_ROOM];
    ho_day day;
    if (n_field < 2)
        return true;
    row *of = row_of(r, field[0]);
    if (!of)
        ho_flee_problem(loader, line, "name is %s, which is not in data_layout.csv", ho_quote(field[0], quote));
    if (!ho_day_parse(field[1], &day))
        ho_flee_problem(loader, line, "date is %s; need YYYY-MM-DD", ho_quote(field[1], quote));
    else if (of) {
        size_t at = 0;
        table *t = &of->table;
        while (at < t->n && t->day[at] != day - loader->flee->start)
            at++;
        if (at == t->n || at == 0 || t->value[at - 1] < 1 / (double)loader->flee->settings.hasten)
            ho_flee_problem(loader, line, "%s must be a date of the counts of %s, after one of at least 1 person", field[1], field[0]);
        else {
            double factor = t->value[at] / t->value[at - 1];
            for (size_t k = 0; k < at; k++)
                t->value[k] *= factor;
        }
    }
    return true;
}

/* --- what follows from the counts --- */

/* Index of the last day of a table that is not after `day`; the table has one. */
static size_t last_by(const table *t, int32_t day) {
    size_t lo = 0, hi = t->n;
    while (hi - lo > 1) { /* day[lo] <= day < day[hi] */
        size_t middle = lo + (hi - lo) / 2;
        if (t->day[middle] <= day)
            lo = middle;
        else
            hi = middle;
    }
    return lo;
}

/* Count of a day: a straight line between dates, cut to a whole number; constant before the first and after the last. */
static int64_t line_on(const table *t, int32_t day) {
    if (t->n == 0)
        return 0;
    if (day <= t->day[0])
        return (int64_t)t->value[0];
    size_t lo = last_by(t, day), hi = lo + 1;
    if (hi == t->n)
        return (int64_t)t->value[t->n - 1];
    double fraction = (double)(day - t->day[lo]) / (double)(t->day[hi] - t->day[lo]);
    return (int64_t)(t->value[lo] + fraction * (t->value[hi] - t->value[lo]));
}

static int64_t on_day(const row *of, int32_t day) {
    return line_on(&of->table, day) - of->offset;
}

/* The last record dated that day or before, as it was then; 0 if there is none. */
static int64_t known_on(const row *of, int32_t day) {
    const table *t = &of->known;
    return t->n == 0 || t->day[0] > day ? 0 : (int64_t)t->value[last_by(t, day)];
}

/* Growth of the total series on a day, uncorrected. */
static int64_t growth(const ho_flee_case *flee, const reader *r, int32_t day) {
    if (day == 0)
        return flee->settings.empty_camps_on_day0 ? 0 : line_on(&r->row[0].known, 0);
    return line_on(&r->row[0].known, day) - line_on(&r->row[0].known, day - 1);
}

/* FLEE's daily difference. */
static int64_t difference(const ho_flee_case *flee, const reader *r, int32_t day) {
    const ho_flee_settings *s = &flee->settings;
    int64_t people = 0;
    if (flee->leak_free)
        return growth(flee, r, day);
    if (day == 0 && s->empty_camps_on_day0)
        return 0;
    if (!s->sum_from_camps)
        return on_day(&r->row[0], day) - (day > 0 ? on_day(&r->row[0], day - 1) : 0);
    size_t first = day > 0 || ho_flee_documented(flee, HO_FLEE_TOTAL_ERROR);
    for (size_t k = first; k < r->n_row; k++)
        people += on_day(&r->row[k], day) - (day > 0 ? on_day(&r->row[k], day - 1) : 0);
    return people;
}

/* People to come: decreases are owed by later days. */
static void derive_arrivals(ho_flee_case *flee, const reader *r) {
    int64_t debt = 0, raw = 0;
    bool by_record = flee->settings.spawn == HO_FLEE_SPAWN_RECORD;
    for (size_t day = 0; day < flee->n_day && by_record; day++) {
        int64_t people = difference(flee, r, (int32_t)day);
        raw += people;
        people -= debt;
        if (day == 0 && flee->settings.insert_day0)
            people = 0;
        if (people < 0) {
            debt = -people;
            people = 0;
        } else if (debt > 0) {
            debt = 0;
        }
        flee->new_people[day] = people;
        flee->raw[day] = raw;
        flee->debt[day] = debt;
    }
}

/* What camps hold on day 0, and what of it is taken off their room. */
static void derive_day0(ho_flee_loader *loader, size_t c, const row *of) {
    ho_flee_case *flee = loader->flee;
    ho_flee_place_row *place = &flee->place[flee->camp[c]];
    flee->day0[c] = flee->settings.insert_day0 ? flee->data[c] : 0;
    if (flee->leak_free) {
        flee->day0[c] = flee->settings.insert_day0 ? flee->known[c] : 0;
        place->capacity = 0; /* no limit */
        return;
    }
    if (flee->day0[c] > 0 && place->capacity > 0)
        ho_flee_met(loader, HO_FLEE_DAY0_CAPACITY, of->line, "%s begins with %lld people", place->name, (long long)flee->day0[c]);
    if (!ho_flee_documented(flee, HO_FLEE_DAY0_CAPACITY))
        place->capacity -= flee->day0[c];
}

static void derive(ho_flee_loader *loader, reader *r) {
    ho_flee_case *flee = loader->flee;
    bool empty = flee->settings.empty_camps_on_day0;
    for (size_t k = 0; k < r->n_row && empty; k++)
        r->row[k].offset = on_day(&r->row[k], 0);
    for (size_t day = 0; day < flee->n_day; day++)
        flee->series[day] = line_on(&r->row[0].known, (int32_t)day);
    for (size_t c = 0; c < flee->n_camp; c++) {
        const row *of = row_of(r, flee->place[flee->camp[c]].name);
        for (size_t day = 0; day < flee->n_day; day++) {
            flee->data[day * flee->n_camp + c] = on_day(of, (int32_t)day);
            flee->known[day * flee->n_camp + c] = known_on(of, (int32_t)day) - (empty ? known_on(of, 0) : 0);
        }
        derive_day0(loader, c, of);
    }
    if (flee->settings.sum_from_camps && flee->settings.spawn == HO_FLEE_SPAWN_RECORD && r->n_row && !empty && on_day(&r->row[0], 0) > 0)
        ho_flee_met(loader, HO_FLEE_TOTAL_ERROR, r->row[0].line, "total is %lld on day 0", (long long)on_day(&r->row[0], 0));
    derive_arrivals(flee, r);
}

static void reader_free(reader *r) {
    for (size_t k = 0; k < r->n_row; k++) {
        free(r->row[k].name);
        for (size_t f = 0; f < r->row[k].n_file; f++)
            free(r->row[k].file[f]);
        table_free(&r->row[k].table);
        table_free(&r->row[k].known);
    }
    free(r->row);
}

void ho_flee_read_data(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    reader r = {0};
    size_t before = loader->problems->n;
    flee->data = ho_flee_room(loader, flee->n_day * (flee->n_camp + 1), sizeof *flee->data);
    flee->raw = ho_flee_room(loader, flee->n_day, sizeof *flee->raw);
    flee->debt = ho_flee_room(loader, flee->n_day, sizeof *flee->debt);
    flee->new_people = ho_flee_room(loader, flee->n_day, sizeof *flee->new_people);
    flee->day0 = ho_flee_room(loader, flee->n_camp, sizeof *flee->day0);
    flee->known = ho_flee_room(loader, flee->n_day * (flee->n_camp + 1), sizeof *flee->known);
    flee->series = ho_flee_room(loader, flee->n_day, sizeof *flee->series);
    if (loader->no_memory || (!*loader->validation && flee->settings.spawn != HO_FLEE_SPAWN_RECORD))
        return; /* conflicts drive people out, nothing to compare with */
    if (!*loader->validation) {
        snprintf(loader->file, sizeof loader->file, "%.4000s", loader->options->folder);
        ho_flee_problem(loader, 0, "has no folder source_data or validation; name it by --validation");
        return;
    }
    flee->has_data = true;
    if (ho_flee_read(loader, loader->validation, "data_layout.csv", true, true, take_layout, &r)) {
        check_layout(loader, &r);
        read_tables(loader, &r);
        if (loader->problems->n == before)
            ho_flee_read(loader, loader->input, "registration_corrections.csv", false, true, take_correction, &r);
        snprintf(loader->file, sizeof loader->file, "%.4000s/data_layout.csv", loader->validation);
        if (loader->problems->n == before && !loader->no_memory)
            derive(loader, &r);
    }
    reader_free(&r);
}
