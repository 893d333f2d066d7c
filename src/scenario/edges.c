/* edges.csv: which districts touch.
 * Method: the rows are sorted by their ends in order (lo, hi), then by direction and row, so that both directions and repeats of
 * a pair lie side by side; pairs are then numbered by the first row that names them.
 * Invariant: the scenario's edges name each pair once, a < b; edge_key is sorted by (lo, hi). */
#include <stdlib.h>
#include <string.h>

#include "scenario/loader.h"

typedef struct line {
    int32_t a, b;
    double distance_km, border_km, pass_height_m;
    int32_t road; /* index into ROAD */
    int32_t line;
} line;

static const char *const ROAD[] = {"", "A", "B", "C", NULL};

static const ho_field FIELD[] = {
    {HO_F_REF(line, a, HO_REF_DISTRICT)},
    {HO_F_REF(line, b, HO_REF_DISTRICT)},
    {HO_F_RANGE(line, distance_km, 0, INFINITY), .above = true},
    {HO_F(line, road, HO_FIELD_CHOICE), .choice = ROAD, .optional = true},
    {HO_F_RANGE(line, border_km, 0, INFINITY)},
    {HO_F_RANGE(line, pass_height_m, 0, 9000)},
};
static const line BLANK = {.a = -1, .b = -1, .distance_km = 1};
static const ho_rows ROWS = {"edges", FIELD, sizeof FIELD / sizeof FIELD[0], sizeof(line), &BLANK,
                             offsetof(line, line), 16 * (size_t)HO_DISTRICT_MAX, HO_REF_NONE, 0, 0};

/* A row with its ends in order. */
typedef struct end_pair {
    int32_t lo, hi;
    bool back; /* written hi, lo */
    int32_t row;
} end_pair;

static int pair_compare(const void *left, const void *right) {
    const end_pair *a = left, *b = right;
    if (a->lo != b->lo)
        return a->lo < b->lo ? -1 : 1;
    if (a->hi != b->hi)
        return a->hi < b->hi ? -1 : 1;
    if (a->back != b->back)
        return a->back ? 1 : -1;
    return a->row < b->row ? -1 : a->row > b->row;
}

static int key_compare(const void *left, const void *right) {
    const ho_edge_key *a = left, *b = right;
    if (a->lo != b->lo)
        return a->lo < b->lo ? -1 : 1;
    return a->hi < b->hi ? -1 : a->hi > b->hi;
}

int32_t ho_edge_find(const ho_loader *loader, int32_t a, int32_t b) {
    ho_edge_key wanted = {.lo = a < b ? a : b, .hi = a < b ? b : a};
    if (loader->scenario->n_edge == 0)
        return -1;
    const ho_edge_key *found =
        bsearch(&wanted, loader->edge_key, loader->scenario->n_edge, sizeof wanted, key_compare);
    return found ? found->edge : -1;
}

static const char *pcode_of(const ho_loader *loader, int32_t district) {
    return loader->scenario->district[district].pcode;
}

/* Pairs of the rows whose ends are known and differ, sorted. */
static size_t pairs_collect(ho_loader *loader, const line *lines, size_t n, end_pair *pair) {
    size_t n_pair = 0;
    for (size_t k = 0; k < n; k++) {
        int32_t a = lines[k].a, b = lines[k].b;
        if (a < 0 || b < 0)
            continue;
        if (a == b)
            ho_finding_add(loader->findings, HO_FILE_EDGES, lines[k].line, "a and b are both %s", pcode_of(loader, a));
        else
            pair[n_pair++] = (end_pair){a < b ? a : b, a < b ? b : a, b < a, (int32_t)k};
    }
    if (n_pair)
        qsort(pair, n_pair, sizeof *pair, pair_compare);
    return n_pair;
}

static bool same_ends(const end_pair *a, const end_pair *b) {
    return a->lo == b->lo && a->hi == b->hi;
}

static void values_compare(ho_loader *loader, const line *first, const line *other) {
    const char *differs = first->distance_km != other->distance_km       ? "distance_km"
                          : first->road != other->road                   ? "road"
                          : first->border_km != other->border_km         ? "border_km"
                          : first->pass_height_m != other->pass_height_m ? "pass_height_m"
                                                                         : NULL;
    if (differs)
        ho_finding_add(loader->findings, HO_FILE_EDGES, other->line,
                       "%s differs from line %d, the same edge in the other direction", differs, first->line);
}

/* How the pairs of the file are given, by the habit of most. */
typedef enum direction { ONE_WAY, MOSTLY_ONE_WAY, BOTH_WAYS } direction;

static void direction_check(ho_loader *loader, const line *first, const line *later, direction habit) {
    if (habit == BOTH_WAYS && !later)
        ho_finding_add(loader->findings, HO_FILE_EDGES, first->line,
                       "%s-%s goes one way only; other pairs are given in both directions", pcode_of(loader, first->a),
                       pcode_of(loader, first->b));
    if (habit == MOSTLY_ONE_WAY && later)
        ho_finding_add(loader->findings, HO_FILE_EDGES, later->line,
                       "%s-%s is given both ways; line %d has it, and most pairs are given once", pcode_of(loader, later->a),
                       pcode_of(loader, later->b), first->line);
}

/* Checks the rows of one pair, pair[0..n-1]. */
static void pair_check(ho_loader *loader, const line *lines, const end_pair *pair, size_t n, direction habit) {
    size_t n_there = 0;
    for (size_t k = 0; k < n; k++) {
        n_there += !pair[k].back;
        if (k > 0 && pair[k].back == pair[k - 1].back)
            ho_finding_add(loader->findings, HO_FILE_EDGES, lines[pair[k].row].line, "%s-%s is there twice, first in line %d",
                           pcode_of(loader, lines[pair[k].row].a), pcode_of(loader, lines[pair[k].row].b),
                           lines[pair[k - 1].row].line);
    }
    const line *first = &lines[pair[0].row], *later = NULL;
    if (n_there > 0 && n_there < n) {
        const line *back = &lines[pair[n_there].row];
        later = first->line < back->line ? back : first;
        first = first->line < back->line ? first : back;
        values_compare(loader, first, later);
    }
    direction_check(loader, first, later, habit);
}

static size_t group_end(const end_pair *pair, size_t n, size_t start) {
    size_t end = start + 1;
    while (end < n && same_ends(&pair[start], &pair[end]))
        end++;
    return end;
}

/* Pairs are given all once or all in both directions; where they are mixed, those that differ from most are wrong. */
static direction direction_of(const end_pair *pair, size_t n) {
    size_t n_both = 0, n_once = 0;
    for (size_t start = 0, end; start < n; start = end) {
        end = group_end(pair, n, start);
        bool both = pair[start].back != pair[end - 1].back; /* sorted by direction */
        n_both += both;
        n_once += !both;
    }
    return n_both == 0 ? ONE_WAY : n_both < n_once ? MOSTLY_ONE_WAY : BOTH_WAYS;
}

/* First row that names each pair, marked in `first` by row. */
static void pairs_check(ho_loader *loader, const line *lines, const end_pair *pair, size_t n, bool *first) {
    direction habit = direction_of(pair, n);
    for (size_t start = 0, end; start < n; start = end) {
        end = group_end(pair, n, start);
        pair_check(loader, lines, pair + start, end - start, habit);
        int32_t earliest = pair[start].row;
        for (size_t k = start; k < end; k++)
            earliest = pair[k].row < earliest ? pair[k].row : earliest;
        first[earliest] = true;
    }
}

/* Makes an edge of every row marked as the first of its pair. */
static void edges_make(ho_loader *loader, const line *lines, size_t n, const bool *first) {
    ho_scenario *s = loader->scenario;
    s->edge = calloc(n + 1, sizeof *s->edge);
    loader->edge_key = calloc(n + 1, sizeof *loader->edge_key);
    if (!s->edge || !loader->edge_key) {
        loader->findings->no_memory = true;
        return;
    }
    for (size_t k = 0; k < n; k++) {
        if (!first[k])
            continue;
        const line *l = &lines[k];
        int32_t lo = l->a < l->b ? l->a : l->b, hi = l->a < l->b ? l->b : l->a;
        loader->edge_key[s->n_edge] = (ho_edge_key){lo, hi, (int32_t)s->n_edge};
        s->edge[s->n_edge++] = (ho_edge_row){.a = lo, .b = hi, .distance_km = l->distance_km, .border_km = l->border_km,
                                             .pass_height_m = l->pass_height_m,
                                             .road = l->road ? ROAD[l->road][0] : ' ', .line = l->line};
    }
    if (s->n_edge)
        qsort(loader->edge_key, s->n_edge, sizeof *loader->edge_key, key_compare);
}

void ho_edges_read(ho_loader *loader, ho_bytes bytes) {
    void *rows = NULL;
    size_t n = 0;
    loader->edges_open = !ho_table_read(loader, HO_FILE_EDGES, bytes, &ROWS, &rows, &n);
    end_pair *pair = calloc(n + 1, sizeof *pair);
    bool *first = calloc(n + 1, sizeof *first);
    if (pair && first) {
        size_t n_pair = pairs_collect(loader, rows, n, pair);
        loader->edges_open = loader->edges_open || n_pair < n;
        pairs_check(loader, rows, pair, n_pair, first);
        edges_make(loader, rows, n, first);
    } else
        loader->findings->no_memory = true;
    free(pair);
    free(first);
    free(rows);
}
