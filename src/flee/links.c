/* routes.csv and closures.csv. FLEE adds two links for a row, there and back, each at the end of its place's list; where two links lead to the same
 * place the first is taken. A closure is taken apart here into what happens to single links, in FLEE's order. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flee/loader.h"

enum { COLUMNS_MAX = 64, N_FIXED = 4 };

/* Directed links as they are added. */
typedef struct reader {
    size_t n, room[6];
    int32_t *from, *to;
    double *km, *speed_km, *walk; /* speed 0: that of the settings */
    uint8_t *redirects;
    size_t n_column;
    int column[COLUMNS_MAX]; /* after the fixed ones: 1 max_move_speed, 2 walk_probability, 0 anything else */
    bool walks;
} reader;

#define GROW(array, k)                                                                                                              \
    do {                                                                                                                            \
        void *grown = ho_array_grow(array, &r->room[k], r->n + 1, sizeof *(array));                                                 \
        if (!grown)                                                                                                                 \
            return false;                                                                                                           \
        array = grown;                                                                                                              \
    } while (0)

typedef struct link_row {
    int32_t from, to;
    double km, speed_km, walk;
} link_row;

static bool add_one_way(reader *r, const link_row *row, int32_t from, int32_t to, bool redirects) {
    GROW(r->from, 0);
    GROW(r->to, 1);
    GROW(r->km, 2);
    GROW(r->speed_km, 3);
    GROW(r->walk, 4);
    GROW(r->redirects, 5);
    r->from[r->n] = from;
    r->to[r->n] = to;
    r->km[r->n] = row->km;
    r->speed_km[r->n] = row->speed_km;
    r->walk[r->n] = row->walk;
    r->redirects[r->n++] = redirects;
    return true;
}

static void add_both_ways(ho_flee_loader *loader, reader *r, const link_row *row, bool turned, bool redirects) {
    int32_t a = turned ? row->to : row->from, b = turned ? row->from : row->to;
    if (!add_one_way(r, row, a, b, redirects) || !add_one_way(r, row, b, a, false))
        loader->no_memory = true;
}

static void take_header(reader *r, size_t n_field, const char *const *field) {
    for (size_t k = N_FIXED; k < n_field && r->n_column < COLUMNS_MAX; k++)
        r->column[r->n_column++] = strcmp(field[k], "max_move_speed") == 0 ? 1 : strcmp(field[k], "walk_probability") == 0 ? 2 : 0;
}

static void take_attributes(ho_flee_loader *loader, reader *r, int32_t line, size_t n_field, const char *const *field, link_row *row) {
    for (size_t k = 0; k < r->n_column && N_FIXED + k < n_field; k++) {
        double value;
        const char *text = field[N_FIXED + k];
        if (r->column[k] == 1 && ho_flee_real(loader, line, "max_move_speed", text, &value)) {
            if (value <= 0)
                ho_flee_problem(loader, line, "max_move_speed is %s; need > 0", text);
            row->speed_km = value;
        }
        if (r->column[k] == 2 && ho_flee_real(loader, line, "walk_probability", text, &value)) {
            if (value < 0)
                ho_flee_problem(loader, line, "walk_probability is %s; need >= 0", text);
            row->walk = value;
            r->walks = r->walks || value > 0;
        }
    }
}

static bool take_link(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    reader *r = context;
    link_row row = {0};
    int64_t redirection = 0;
    if (field[0][0] == '#') {
        take_header(r, n_field, field);
        return true;
    }
    if (n_field < 3) {
        ho_flee_problem(loader, line, "has %zu fields; need name1, name2, distance", n_field);
        return true;
    }
    row.from = ho_flee_want(loader, line, "name1", field[0]);
    row.to = ho_flee_want(loader, line, "name2", field[1]);
    bool ok = ho_flee_real(loader, line, "distance", field[2], &row.km) && row.from >= 0 && row.to >= 0;
    if (ok && !(row.km > 0 && row.km <= 1e6)) {
        ho_flee_problem(loader, line, "distance is %s; need more than 0 and at most 1000000 km", field[2]);
        ok = false;
    }
    if (ok && row.from == row.to) {
        ho_flee_problem(loader, line, "goes from %s to itself", field[0]);
        ok = false;
    }
    if (n_field > 3 && *field[3])
        ok = ho_flee_whole(loader, line, "forced_redirection", field[3], &redirection) && ok;
    take_attributes(loader, r, line, n_field, field, &row);
    if (!ok)
        return true;
    if (redirection == 1 || redirection == 2)
        ho_flee_met(loader, HO_FLEE_REDIRECTION, line, "forced_redirection is %d", (int)redirection);
    if (redirection == 1)
        add_both_ways(loader, r, &row, false, true);
    if (redirection == 2)
        add_both_ways(loader, r, &row, true, true);
    else if (redirection != 1 || !ho_flee_wants_documented(loader, HO_FLEE_REDIRECTION))
        add_both_ways(loader, r, &row, false, false);
    return !loader->no_memory;
}

/* The links in the order of the network. */
static void arrange(ho_flee_loader *loader, const reader *r) {
    ho_flee_case *flee = loader->flee;
    const ho_network *network = &flee->network;
    flee->km_per_day = ho_flee_room(loader, network->n_link, sizeof *flee->km_per_day);
    flee->redirects = ho_flee_room(loader, network->n_link, 1);
    flee->walk_chance = r->walks ? ho_flee_room(loader, network->n_link, sizeof *flee->walk_chance) : NULL;
    if (loader->no_memory)
        return;
    flee->least_km = flee->settings.max_walk_km < flee->settings.max_move_km ? flee->settings.max_walk_km : flee->settings.max_move_km;
    for (size_t k = 0; k < network->n_link; k++) {
        size_t given = network->given[k];
        flee->km_per_day[k] = r->speed_km[given] > 0 ? r->speed_km[given] : flee->settings.max_move_km;
        flee->redirects[k] = r->redirects[given];
        if (flee->walk_chance)
            flee->walk_chance[k] = r->walk[given];
        double least = network->km[k] < flee->km_per_day[k] ? network->km[k] : flee->km_per_day[k];
        flee->least_km = least < flee->least_km ? least : flee->least_km;
    }
}

void ho_flee_read_links(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    reader r = {0};
    ho_flee_read(loader, loader->input, "routes.csv", true, false, take_link, &r);
    if (!loader->no_memory &&
        ho_network_build(flee->n_place, r.n, r.from, r.to, r.km, &flee->network, NULL))
        loader->no_memory = true;
    if (!loader->no_memory)
        arrange(loader, &r);
    free(r.from);
    free(r.to);
    free(r.km);
    free(r.speed_km);
    free(r.walk);
    free(r.redirects);
    if (flee->settings.fixed_routes && ho_flee_exists(loader->input, "major_routes.csv")) {
        snprintf(loader->file, sizeof loader->file, "%.4000s/major_routes.csv", loader->input);
        ho_flee_problem(loader, 0, "major routes are not simulated");
    }
}

/* --- closures --- */

static void happen(ho_flee_loader *loader, int32_t day, ho_flee_act act, int32_t a, int32_t b, bool open) {
    ho_flee_case *flee = loader->flee;
    ho_flee_event *grown = ho_array_grow(flee->event, &flee->event_room, flee->n_event + 1, sizeof *grown);
    loader->no_memory = loader->no_memory || !grown;
    if (!grown)
        return;
    flee->event = grown;
    grown[flee->n_event++] = (ho_flee_event){.day = day, .act = act, .a = a, .b = b, .open = open};
}

typedef struct closure {
    const char *type, *name[2];
    int32_t line, place[2]; /* -1: no such place */
} closure;

/* Is the link one of those that the closure is about? */
static bool is_meant(const ho_flee_loader *loader, const closure *c, size_t link) {
    const ho_flee_case *flee = loader->flee;
    int32_t from = flee->network.from[link], to = flee->network.to[link], a = c->place[0], b = c->place[1];
    bool pair = (from == a && to == b) || (from == b && to == a);
    if (strcmp(c->type, "country") == 0) {
        const char *x = flee->place[from].country, *y = flee->place[to].country;
        return (strcmp(x, c->name[0]) == 0 && strcmp(y, c->name[1]) == 0) || (strcmp(x, c->name[1]) == 0 && strcmp(y, c->name[0]) == 0);
    }
    if (strcmp(c->type, "location") == 0)
        return ho_flee_wants_documented(loader, HO_FLEE_LOCATION_CLOSURES) && b >= 0 ? pair : from == a || to == a;
    if (ho_flee_wants_documented(loader, HO_FLEE_LINK_CLOSURES))
        return pair;
    return from == b && to == a && strlen(c->name[0]) == 1; /* Python keeps one copy of such a name, so that FLEE's comparison holds */
}

static void act(ho_flee_loader *loader, const closure *c, int32_t day, bool open) {
    if (strcmp(c->type, "camp") == 0 || strcmp(c->type, "idpcamp") == 0) {
        happen(loader, day, *c->type == 'c' ? HO_FLEE_ACT_CAMP : HO_FLEE_ACT_IDP_CAMP, c->place[0], -1, open);
        return;
    }
    if (strcmp(c->type, "remove_forced_redirection") == 0) {
        happen(loader, day, HO_FLEE_ACT_REDIRECTION, c->place[0], c->place[1], open);
        return;
    }
    for (size_t k = 0; k < loader->flee->network.n_link && !loader->no_memory; k++)
        if (is_meant(loader, c, k))
            happen(loader, day, HO_FLEE_ACT_LINK, (int32_t)k, -1, open);
}

static bool is_country(const ho_flee_case *flee, const char *name) {
    for (size_t p = 0; p < flee->n_place; p++)
        if (strcmp(flee->place[p].country, name) == 0)
            return true;
    return false;
}

/* Are the names of the closure places or countries? Says what is wrong, and what surprises. */
static bool names_hold(ho_flee_loader *loader, closure *c) {
    bool country = strcmp(c->type, "country") == 0, location = strcmp(c->type, "location") == 0;
    bool link = strcmp(c->type, "link") == 0, two = link || strcmp(c->type, "remove_forced_redirection") == 0;
    char quote[HO_QUOTE_ROOM];
    if (country) {
        for (int k = 0; k < 2; k++)
            if (!is_country(loader->flee, c->name[k]))
                ho_flee_remark(loader, c->line, "name%d is %s, which is no country of locations.csv: nothing is closed", k + 1,
                               ho_quote(c->name[k], quote));
        return true;
    }
    c->place[0] = ho_flee_want(loader, c->line, "name1", c->name[0]);
    if (two || (location && *c->name[1]))
        c->place[1] = ho_flee_want(loader, c->line, "name2", c->name[1]);
    if (link)
        ho_flee_met(loader, HO_FLEE_LINK_CLOSURES, c->line, "type is link");
    if (location && *c->name[1])
        ho_flee_met(loader, HO_FLEE_LOCATION_CLOSURES, c->line, "type is location and name2 is given");
    return c->place[0] >= 0 && (!two || c->place[1] >= 0);
}

static bool take_closure(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    static const char *const type[] = {"country", "location", "link", "camp", "idpcamp", "remove_forced_redirection", NULL};
    int64_t day[2] = {-1, -1};
    size_t k = 0;
    char quote[HO_QUOTE_ROOM];
    (void)context;
    if (n_field < 5) {
        ho_flee_problem(loader, line, "has %zu fields; need closure_type, name1, name2, closure_start, closure_end", n_field);
        return true;
    }
    while (type[k] && strcmp(field[0], type[k]) != 0)
        k++;
    if (!type[k]) {
        ho_flee_remark(loader, line, "closure_type is %s, which FLEE passes over", ho_quote(field[0], quote));
        return true;
    }
    closure c = {.type = type[k], .name = {field[1], field[2]}, .line = line, .place = {-1, -1}};
    bool dated = ho_flee_whole(loader, line, "closure_start", field[3], &day[0]);
    dated = ho_flee_whole(loader, line, "closure_end", field[4], &day[1]) && dated;
    if (!names_hold(loader, &c) || !dated)
        return true;
    for (int end = 0; end < 2; end++)
        if (day[end] >= 0 && day[end] <= HO_FLEE_DAYS_MAX)
            act(loader, &c, (int32_t)day[end], end);
    return !loader->no_memory;
}

/* By day; those of one day stay in the order of the file. */
static void sort_events(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    size_t *first = ho_flee_room(loader, HO_FLEE_DAYS_MAX + 2, sizeof *first);
    ho_flee_event *sorted = ho_flee_room(loader, flee->n_event, sizeof *sorted);
    if (!loader->no_memory) {
        for (size_t k = 0; k < flee->n_event; k++)
            first[flee->event[k].day + 1]++;
        for (size_t day = 0; day <= HO_FLEE_DAYS_MAX; day++)
            first[day + 1] += first[day];
        for (size_t k = 0; k < flee->n_event; k++)
            sorted[first[flee->event[k].day]++] = flee->event[k];
        free(flee->event);
        flee->event = sorted;
        sorted = NULL;
    }
    free(first);
    free(sorted);
}

void ho_flee_read_closures(ho_flee_loader *loader) {
    ho_flee_read(loader, loader->input, "closures.csv", false, true, take_closure, NULL);
    if (!loader->no_memory)
        sort_events(loader);
}
