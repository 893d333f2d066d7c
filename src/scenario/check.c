/* Cross checks: what can only be seen with all tables read.
 * Method: sorts and a union-find, no step is quadratic in districts, edges or shares.
 * Invariant: a check whose tables are not whole is skipped, so that one mistake is one finding. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "scenario/loader.h"

/* ---- sides ---- */

static void blocs_check(ho_loader *loader) {
    const ho_scenario *s = loader->scenario;
    bool has_faction[HO_BLOC_MAX] = {false};
    for (size_t k = 0; k < s->n_faction; k++)
        if (s->faction[k].bloc >= 0)
            has_faction[s->faction[k].bloc] = true;
        else
            return; /* its bloc is unknown: has its finding */
    if (loader->names[HO_REF_FACTION].open)
        return;
    for (size_t k = 0; k < s->n_bloc; k++)
        if (!has_faction[k] && s->bloc[k].id)
            ho_finding_add(loader->findings, HO_FILE_SCENARIO, s->bloc[k].line, "bloc %s has no faction", s->bloc[k].id);
}

/* ---- versions: rows for one thing must differ in known_on ---- */

static void twice(ho_loader *loader, int32_t line, const char *what, int32_t first) {
    char place[HO_LINE_ROOM];
    ho_finding_add(loader->findings, HO_FILE_SCENARIO, line, "%s is there twice with the same known_on, first in %s", what,
                   ho_line_text(loader->findings, HO_FILE_SCENARIO, first, place));
}

static void successors_check(ho_loader *loader) {
    const ho_scenario *s = loader->scenario;
    for (size_t k = 0; k < s->n_successor; k++)
        for (size_t j = 0; j < k; j++) {
            const ho_successor_row *row = &s->successor[k], *earlier = &s->successor[j];
            if (row->state < 0 || row->state != earlier->state || row->known_on != earlier->known_on)
                continue;
            twice(loader, row->line, "the successor", earlier->line);
            break;
        }
}

static void calendar_check(ho_loader *loader) {
    const ho_scenario *s = loader->scenario;
    char place[HO_LINE_ROOM];
    for (size_t k = 0; k < s->n_calendar; k++)
        for (size_t j = 0; j < k; j++) {
            const ho_calendar_row *row = &s->calendar[k], *earlier = &s->calendar[j];
            if (!row->id || !earlier->id || strcmp(row->id, earlier->id) != 0)
                continue;
            if (row->known_on == earlier->known_on)
                twice(loader, row->line, row->id, earlier->line);
            if (row->kind != earlier->kind || row->bloc != earlier->bloc || row->faction != earlier->faction)
                ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line,
                               "%s has another kind, bloc or faction than in %s; rows with one id are versions of one entry",
                               row->id, ho_line_text(loader->findings, HO_FILE_SCENARIO, earlier->line, place));
            break;
        }
}

/* A date this far from the run is taken for a slip of the pen. */
static const int32_t far_days = 3653; /* [d] ten years */

static void calendar_far_check(ho_loader *loader, const ho_calendar_row *row, const char *key, ho_day day) {
    const ho_scenario *s = loader->scenario;
    if (day == HO_DAY_NONE || s->from == HO_DAY_NONE || s->until == HO_DAY_NONE)
        return; /* optional, or has its finding */
    char text[11], border[11];
    bool early = (int64_t)day < (int64_t)s->from - far_days;
    if (early || (int64_t)day > (int64_t)s->until + far_days)
        ho_finding_add(loader->findings, HO_FILE_SCENARIO, row->line,
                       "%s of %s is %s, more than ten years %s (%s)", key, row->id ? row->id : "the entry",
                       ho_day_format(day, text), early ? "before from" : "after until",
                       ho_day_format(early ? s->from : s->until, border));
}

static void calendar_dates_check(ho_loader *loader) {
    for (size_t k = 0; k < loader->scenario->n_calendar; k++) {
        const ho_calendar_row *row = &loader->scenario->calendar[k];
        calendar_far_check(loader, row, "date", row->date);
        calendar_far_check(loader, row, "until", row->until);
    }
}

/* Names of observables keep letters and digits only: two neighbours must differ in those. */
static bool same_letters(const char *a, const char *b) {
    size_t k = 0;
    for (; a[k] && b[k] && k < HO_NEIGHBOUR_SHOWN; k++) {
        bool plain_a = isalnum((unsigned char)a[k]) && (unsigned char)a[k] < 128,
             plain_b = isalnum((unsigned char)b[k]) && (unsigned char)b[k] < 128;
        if (plain_a != plain_b || (plain_a && tolower((unsigned char)a[k]) != tolower((unsigned char)b[k])))
            return false;
    }
    return k == HO_NEIGHBOUR_SHOWN || a[k] == b[k];
}

static void neighbours_check(ho_loader *loader) {
    const ho_scenario *s = loader->scenario;
    for (size_t k = 0; k < s->n_crossing; k++)
        for (size_t j = 0; j < k; j++) {
            const char *a = s->crossing[k].neighbour, *b = s->crossing[j].neighbour;
            if (a && b && strcmp(a, b) != 0 && same_letters(a, b)) {
                ho_finding_add(loader->findings, HO_FILE_SCENARIO, s->crossing[k].line,
                               "neighbour is written in another way than in line %d", (int)ho_row_line(s->crossing[j].line));
                break;
            }
        }
    for (size_t k = 0; k < s->n_patron; k++)
        for (size_t j = 0; j < k; j++)
            if (s->patron[k].neighbour && s->patron[j].neighbour &&
                strcmp(s->patron[k].neighbour, s->patron[j].neighbour) == 0)
                ho_finding_add(loader->findings, HO_FILE_SCENARIO, s->patron[k].line,
                               "the neighbour has a patron already, in line %d", (int)ho_row_line(s->patron[j].line));
    for (size_t k = 0; k < s->n_border; k++)
        if (s->border[k].patron >= 0 && !s->patron[s->border[k].patron].neighbour)
            ho_finding_add(loader->findings, HO_FILE_SCENARIO, s->border[k].line,
                           "a border needs the patron's neighbour");
}

static void season_check(ho_loader *loader) {
    const ho_scenario *s = loader->scenario;
    for (size_t k = 0; k < s->n_season; k++)
        for (size_t j = 0; j < k; j++)
            if (s->season[k].terrain == s->season[j].terrain && s->season[k].known_on == s->season[j].known_on) {
                twice(loader, s->season[k].line, "terrain", s->season[j].line);
                break;
            }
}

static void totals_check(ho_loader *loader) {
    const ho_scenario *s = loader->scenario;
    for (size_t k = 0; k < s->n_total; k++)
        for (size_t j = 0; j < k; j++) {
            const ho_total_row *row = &s->total[k], *earlier = &s->total[j];
            if (row->bloc == earlier->bloc && row->quantity == earlier->quantity && row->known_on == earlier->known_on) {
                twice(loader, row->line, "quantity of the bloc", earlier->line);
                break;
            }
        }
}

/* ---- shares of communities ---- */

static int share_compare(const void *left, const void *right) {
    const ho_share_row *a = left, *b = right;
    if (a->province != b->province)
        return a->province < b->province ? -1 : 1;
    if (a->group != b->group)
        return a->group < b->group ? -1 : 1;
    if (a->known_on != b->known_on)
        return a->known_on < b->known_on ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static void shares_twice(ho_loader *loader, const ho_share_row *sorted, size_t n) {
    for (size_t k = 1; k < n; k++) {
        const ho_share_row *row = &sorted[k], *earlier = &sorted[k - 1];
        if (row->province >= 0 && row->group >= 0 && row->province == earlier->province && row->group == earlier->group &&
            row->known_on == earlier->known_on)
            ho_finding_add(loader->findings, HO_FILE_GROUPS, row->line,
                           "share of %s in %s is there twice with the same known_on, first in line %d",
                           loader->scenario->group[row->group].id, loader->scenario->province[row->province].pcode,
                           earlier->line);
    }
}

static void shares_check(ho_loader *loader) {
    const ho_scenario *s = loader->scenario;
    ho_share_row *sorted = calloc(s->n_share + 1, sizeof *sorted);
    bool *positive = calloc(s->n_province + 1, sizeof *positive);
    if (sorted && positive) {
        if (s->n_share)
            memcpy(sorted, s->share, s->n_share * sizeof *sorted);
        qsort(sorted, s->n_share, sizeof *sorted, share_compare);
        shares_twice(loader, sorted, s->n_share);
        for (size_t k = 0; k < s->n_share; k++)
            if (s->share[k].province >= 0 && !(s->share[k].share <= 0)) /* NaN: refused, has its finding */
                positive[s->share[k].province] = true;
        bool whole = !loader->shares_open && !loader->names[HO_REF_PROVINCE].open;
        for (size_t k = 0; k < s->n_province && whole; k++)
            if (!positive[k])
                ho_finding_add(loader->findings, HO_FILE_GROUPS, 0, "province %s has no share above 0", s->province[k].pcode);
    } else
        loader->findings->no_memory = true;
    free(sorted);
    free(positive);
}

/* ---- the graph ---- */

/* Root of a district's piece; paths are halved on the way. The root is the piece's first district. */
static int32_t piece_of(int32_t *parent, int32_t district) {
    while (parent[district] != district) {
        parent[district] = parent[parent[district]];
        district = parent[district];
    }
    return district;
}

static void pieces_join(const ho_scenario *s, int32_t *parent) {
    for (size_t k = 0; k < s->n_district; k++)
        parent[k] = (int32_t)k;
    for (size_t k = 0; k < s->n_edge; k++) {
        int32_t a = piece_of(parent, s->edge[k].a), b = piece_of(parent, s->edge[k].b);
        parent[a < b ? b : a] = a < b ? a : b;
    }
}

static void pieces_report(ho_loader *loader, const size_t *size) {
    const ho_scenario *s = loader->scenario;
    size_t n_piece = 0, smallest = 0;
    for (size_t k = 0; k < s->n_district; k++) {
        if (size[k] == 1)
            ho_finding_add(loader->findings, HO_FILE_DISTRICTS, s->district[k].line, "%s has no edge in edges.csv",
                           s->district[k].pcode);
        if (size[k] > 1 && (n_piece++ == 0 || size[k] < size[smallest]))
            smallest = k;
    }
    if (n_piece > 1)
        ho_finding_add(loader->findings, HO_FILE_EDGES, 0,
                       "the graph is in %zu pieces; the smallest has %zu districts, the first is %s", n_piece, size[smallest],
                       s->district[smallest].pcode);
}

static void graph_check(ho_loader *loader) {
    const ho_scenario *s = loader->scenario;
    if (loader->edges_open || loader->names[HO_REF_DISTRICT].open || s->n_district < 2)
        return;
    int32_t *parent = calloc(s->n_district, sizeof *parent);
    size_t *size = calloc(s->n_district, sizeof *size); /* of the piece, at its root */
    if (parent && size) {
        pieces_join(s, parent);
        for (size_t k = 0; k < s->n_district; k++)
            size[piece_of(parent, (int32_t)k)]++;
        pieces_report(loader, size);
    } else
        loader->findings->no_memory = true;
    free(parent);
    free(size);
}

void ho_scenario_check(ho_loader *loader) {
    blocs_check(loader);
    successors_check(loader);
    calendar_check(loader);
    calendar_dates_check(loader);
    season_check(loader);
    neighbours_check(loader);
    totals_check(loader);
    graph_check(loader);
    shares_check(loader);
}
