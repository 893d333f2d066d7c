/* districts.csv: the districts and the provinces they name.
 * Method: rows are read into a wider struct that also holds the province's name and p-code; provinces are numbered in order of
 * first appearance.
 * Invariant: every district kept has a province index, even if its row has findings. */
#include <stdlib.h>
#include <string.h>

#include "scenario/loader.h"

typedef struct line {
    ho_district_row row;
    char *province, *province_pcode;
} line;

static const char *const TERRAIN[] = {"plain", "hills", "mountain", "gorge", NULL};             /* ho_terrain */
static const char *const STATUS[] = {"", "government", "contested", "controlled", NULL};        /* ho_status_prior */

/* A field whose member lies in the row inside the line. */
#define IN_ROW(member, what) .name = #member, .kind = (what), .offset = offsetof(line, row.member)
#define NUMBER(member, lo, hi) IN_ROW(member, HO_FIELD_NUMBER), .min = (lo), .max = (hi)

static const ho_field FIELD[] = {
    {IN_ROW(pcode, HO_FIELD_PCODE)},
    {IN_ROW(name, HO_FIELD_TEXT)},
    {HO_F(line, province, HO_FIELD_TEXT)},
    {HO_F(line, province_pcode, HO_FIELD_PCODE)},
    {IN_ROW(region, HO_FIELD_TEXT)},
    {NUMBER(lon, -180, 180)},
    {NUMBER(lat, -90, 90)},
    {NUMBER(area_km2, 0, INFINITY), .above = true},
    {NUMBER(population, 0, INFINITY), .optional = true},
    {NUMBER(urban_population, 0, INFINITY), .optional = true},
    {NUMBER(elevation_m, -500, 9000)}, /* below the Dead Sea's shore to above Everest */
    {NUMBER(relief_m, 0, 9000)},
    {IN_ROW(terrain, HO_FIELD_CHOICE), .choice = TERRAIN},
    {IN_ROW(is_capital, HO_FIELD_BIT)},
    {IN_ROW(airfield, HO_FIELD_BIT)},
    {IN_ROW(on_road, HO_FIELD_BIT)},
    {IN_ROW(prior_status, HO_FIELD_CHOICE), .choice = STATUS, .optional = true},
    {NUMBER(reach, 0, 1), .optional = true},
    {IN_ROW(source, HO_FIELD_TEXT), .optional = true, .no_column = true},
};
static const line BLANK = {.row = {.province = -1, .area_km2 = 1, .reach = NAN}};
static const ho_rows ROWS = {"districts", FIELD, sizeof FIELD / sizeof FIELD[0], sizeof(line), &BLANK,
                             offsetof(line, row.line), HO_DISTRICT_MAX, HO_REF_DISTRICT, offsetof(line, row.pcode), 1};

/* The province of a line, new if it is the first with its p-code, which then moves. Returns -1 if memory ran out. */
static int32_t province_of(ho_loader *loader, line *from) {
    ho_scenario *s = loader->scenario;
    int32_t found = ho_names_find(&loader->names[HO_REF_PROVINCE], from->province_pcode);
    if (found >= 0)
        return found;
    if (!ho_names_add(&loader->names[HO_REF_PROVINCE], from->province_pcode, (int32_t)s->n_province)) {
        loader->findings->no_memory = true;
        return -1;
    }
    s->province[s->n_province] =
        (ho_province_row){.pcode = from->province_pcode, .name = from->province, .capital = -1};
    from->province_pcode = from->province = NULL;
    return (int32_t)s->n_province++;
}

static void name_check(ho_loader *loader, const line *from, const ho_province_row *province) {
    char quoted[HO_QUOTE_ROOM], other[HO_QUOTE_ROOM];
    if (from->province && province->name && strcmp(from->province, province->name) != 0)
        ho_finding_add(loader->findings, HO_FILE_DISTRICTS, from->row.line, "province is %s; an earlier row calls %s %s",
                       ho_quote(from->province, quoted), province->pcode, ho_quote(province->name, other));
}

static void capital_note(ho_loader *loader, ho_province_row *province, int32_t district) {
    const ho_district_row *row = &loader->scenario->district[district];
    if (!row->is_capital)
        return;
    if (province->capital < 0)
        province->capital = district;
    else
        ho_finding_add(loader->findings, HO_FILE_DISTRICTS, row->line,
                       "is_capital is 1; %s has a capital already, in line %d", province->pcode,
                       loader->scenario->district[province->capital].line);
}

/* Moves the rows into the scenario and numbers the provinces. */
static void lines_move(ho_loader *loader, line *lines, size_t n) {
    ho_scenario *s = loader->scenario;
    s->district = calloc(n + 1, sizeof *s->district);
    s->province = calloc(n + 1, sizeof *s->province);
    if (!s->district || !s->province) {
        loader->findings->no_memory = true;
        return;
    }
    for (size_t k = 0; k < n; k++) {
        s->district[s->n_district++] = lines[k].row;
        lines[k].row = (ho_district_row){0};
        ho_district_row *row = &s->district[k];
        if (!lines[k].province_pcode || (row->province = province_of(loader, &lines[k])) < 0)
            continue;
        lines[k].row.line = row->line;
        name_check(loader, &lines[k], &s->province[row->province]);
        capital_note(loader, &s->province[row->province], (int32_t)k);
    }
}

static void line_free(line *lines, size_t n) {
    for (size_t k = 0; k < n; k++) {
        free(lines[k].row.pcode);
        free(lines[k].row.name);
        free(lines[k].row.region);
        free(lines[k].row.source);
        free(lines[k].province);
        free(lines[k].province_pcode);
    }
    free(lines);
}

void ho_districts_read(ho_loader *loader, ho_bytes bytes) {
    void *rows = NULL;
    size_t n = 0;
    ho_table_read(loader, HO_FILE_DISTRICTS, bytes, &ROWS, &rows, &n);
    lines_move(loader, rows, n);
    loader->names[HO_REF_PROVINCE].open = loader->names[HO_REF_DISTRICT].open;
    line_free(rows, n);
}
