/* What places and links are, day by day: conflicts, camps, closures. FLEE's flee.py and InputGeography.py, function by function. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "flee/case.h"

enum { PATHS_MAX = 3000000, ROUTES_MAX = 3000000 };
static const double NO_CONFLICT = 1e-6; /* FLEE's threshold between conflict and none */
static const double AUTO_CAMP = 0.005;  /* FLEE makes a camp of a place that people leave less often than this */

/* --- kinds --- */

static bool has(const char *type, const char *word) {
    size_t n = strlen(word);
    for (; *type; type++)
        if (strncasecmp(type, word, n) == 0)
            return true;
    return false;
}

bool ho_flee_kind_of(const ho_flee_case *flee, const char *type, double intensity, ho_flee_kind *kind) {
    const ho_flee_settings *s = &flee->settings;
    bool known = true;
    *kind = (ho_flee_kind){.move_chance = 1, .conflict = -1, .conflict_since = -1};
    if (has(type, "camp")) {
        kind->camp = 1;
        kind->idp_camp = has(type, "idp");
        kind->move_chance = kind->idp_camp ? s->idpcamp_movechance : s->camp_movechance;
    } else if (has(type, "conflict")) {
        kind->move_chance = s->conflict_movechance;
        kind->conflict = intensity;
    } else if (has(type, "marker")) {
        kind->marker = 1;
    } else if (has(type, "default") || has(type, "town")) {
        kind->town = 1;
        kind->move_chance = s->default_movechance;
    } else {
        known = has(type, "forward");
    }
    if (kind->move_chance < AUTO_CAMP && !kind->camp && !ho_flee_documented(flee, HO_FLEE_AUTO_CAMP)) {
        kind->camp = 1;
        kind->town = 0;
    }
    return known;
}

void ho_flee_camp_open(const ho_flee_settings *settings, bool idp, ho_flee_kind *kind) {
    kind->move_chance = idp ? settings->idpcamp_movechance : settings->camp_movechance;
    kind->camp = 1;
    kind->idp_camp = kind->idp_camp || idp;
    kind->conflict = -1;
    kind->town = kind->marker = 0;
}

void ho_flee_camp_close(const ho_flee_settings *settings, ho_flee_kind *kind) {
    kind->move_chance = settings->default_movechance;
    kind->camp = kind->idp_camp = kind->marker = 0;
    kind->conflict = -1;
    kind->town = 1;
}

void ho_flee_conflict_begin(const ho_flee_settings *settings, double intensity, int32_t day, ho_flee_kind *kind) {
    kind->move_chance = settings->conflict_movechance;
    kind->conflict = intensity;
    kind->conflict_since = day;
    kind->town = 0;
}

void ho_flee_conflict_end(const ho_flee_settings *settings, ho_flee_kind *kind) {
    kind->move_chance = settings->default_movechance;
    kind->conflict = -1;
    kind->town = 1;
}

double ho_flee_decay(const ho_flee_settings *settings, int32_t day, int32_t since) {
    if (settings->n_decay == 0)
        return 1;
    int64_t k = (day - since) / settings->decay_interval_day;
    return settings->decay[k < (int64_t)settings->n_decay ? k : (int64_t)settings->n_decay - 1];
}

/* --- a day --- */

void ho_flee_ground_free(ho_flee_ground *ground) {
    free(ground->kind);
    free(ground->open);
    free(ground->closing);
    free(ground->redirects);
    free(ground->marker);
    *ground = (ho_flee_ground){0};
}

ho_status ho_flee_ground_build(const ho_flee_case *flee, ho_flee_ground *ground, ho_error *err) {
    size_t n_link = flee->network.n_link + 1;
    *ground = (ho_flee_ground){.kind = calloc(flee->n_place + 1, sizeof *ground->kind),
                               .open = calloc(n_link, 1),
                               .closing = calloc(n_link, 1),
                               .redirects = calloc(n_link, 1),
                               .marker = calloc(flee->n_place + 1, 1)};
    if (!ground->kind || !ground->open || !ground->closing || !ground->redirects || !ground->marker)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu places", flee->n_place);
    ho_flee_ground_reset(flee, ground);
    return HO_OK;
}

void ho_flee_ground_reset(const ho_flee_case *flee, ho_flee_ground *ground) {
    for (size_t p = 0; p < flee->n_place; p++) {
        ground->kind[p] = flee->place[p].kind;
        ground->marker[p] = ground->kind[p].marker;
    }
    memset(ground->open, 1, flee->network.n_link);
    memset(ground->closing, 0, flee->network.n_link);
    ground->closed = false;
    memcpy(ground->redirects, flee->redirects, flee->network.n_link);
    ground->next_event = 0;
}

/* What conflicts.csv says of a column on a day, beside the day before. */
static void zone(const ho_flee_case *flee, ho_flee_ground *ground, int32_t day, size_t k) {
    ho_flee_kind *kind = &ground->kind[flee->zone[k]];
    double now = flee->intensity[(size_t)day * flee->n_zone + k];
    double before = day > 0 ? flee->intensity[(size_t)(day - 1) * flee->n_zone + k] : 0;
    if (now > NO_CONFLICT && before < NO_CONFLICT)
        ho_flee_conflict_begin(&flee->settings, now, day, kind);
    else if (now < NO_CONFLICT && before >= NO_CONFLICT)
        ho_flee_conflict_end(&flee->settings, kind);
    else if (now > NO_CONFLICT && now != before && ho_flee_documented(flee, HO_FLEE_INTENSITY))
        kind->conflict = now;
    else
        return;
    ground->conflict_changed = true;
}

void ho_flee_ground_morning(const ho_flee_case *flee, ho_flee_ground *ground, int32_t day) {
    ground->conflict_changed = ground->routes_changed = day == 0;
    if (ground->closed)
        memset(ground->closing, 0, flee->network.n_link);
    ground->closed = false;
    for (size_t k = 0; k < flee->n_change; k++)
        if (flee->change[k].day == day) {
            ground->kind[flee->change[k].place] = flee->change[k].kind;
            ground->conflict_changed = true;
        }
    for (size_t k = 0; k < flee->n_zone; k++)
        zone(flee, ground, day, k);
    if (flee->n_zone == 0 && ho_flee_documented(flee, HO_FLEE_CONFLICT_DATES))
        for (size_t p = 0; p < flee->n_place; p++)
            if (flee->place[p].begins_later && flee->place[p].conflict_date == day) {
                ho_flee_conflict_begin(&flee->settings, 1, day, &ground->kind[p]);
                ground->conflict_changed = true;
            }
}

static void enact(const ho_flee_case *flee, ho_flee_ground *ground, const ho_flee_event *event) {
    switch (event->act) {
    case HO_FLEE_ACT_LINK:
        if (ground->open[event->a] && !event->open)
            ground->closing[event->a] = ground->closed = true;
        ground->routes_changed = ground->routes_changed || ground->open[event->a] != event->open;
        ground->open[event->a] = event->open;
        return;
    case HO_FLEE_ACT_CAMP:
    case HO_FLEE_ACT_IDP_CAMP:
        if (event->open)
            ho_flee_camp_open(&flee->settings, event->act == HO_FLEE_ACT_IDP_CAMP, &ground->kind[event->a]);
        else
            ho_flee_camp_close(&flee->settings, &ground->kind[event->a]);
        return;
    case HO_FLEE_ACT_REDIRECTION:
        for (size_t k = flee->network.first[event->a]; k < flee->network.first[event->a + 1]; k++)
            if (flee->network.to[k] == event->b)
                ground->redirects[k] = event->open;
        return;
    }
}

void ho_flee_ground_noon(const ho_flee_case *flee, ho_flee_ground *ground, int32_t day) {
    for (; ground->next_event < flee->n_event && flee->event[ground->next_event].day <= day; ground->next_event++)
        if (flee->event[ground->next_event].day == day) /* others are of days before the first */
            enact(flee, ground, &flee->event[ground->next_event]);
    for (size_t p = 0; p < flee->n_place; p++)
        if (ground->marker[p] != ground->kind[p].marker) {
            ground->marker[p] = ground->kind[p].marker;
            ground->routes_changed = true;
        }
}

/* --- routes --- */

static ho_route_options route_options(const ho_flee_case *flee) {
    int64_t level = flee->settings.awareness_level;
    ho_route_options options = {.depth = (int)level, .n_step_max = PATHS_MAX};
    if (level < 1 && ho_flee_documented(flee, HO_FLEE_AWARENESS))
        options.depth = 1;
    options.markers_cost = options.shortest_only = flee->settings.fixed_routes;
    return options;
}

/* The routes of a stretch of days that begins today. */
static ho_status epoch(ho_flee_case *flee, const ho_flee_ground *ground, const uint8_t *open, ho_error *err) {
    ho_route_options options = route_options(flee);
    ho_routes *grown = realloc(flee->routes, (flee->n_epoch + 1) * sizeof *grown);
    if (!grown)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for routes");
    flee->routes = grown;
    ho_routes *made = &flee->routes[flee->n_epoch++];
    return ho_routes_build(&flee->network, open, ground->marker, &options, &flee->nodes, made, err);
}

ho_status ho_flee_epochs_build(ho_flee_case *flee, ho_error *err) {
    ho_flee_ground ground = {0};
    uint8_t *none = calloc(flee->network.n_link + 1, 1);
    bool nobody = flee->settings.awareness_level == 0 && !ho_flee_documented(flee, HO_FLEE_AWARENESS);
    size_t n_route = 0;
    ho_status status = none ? ho_flee_ground_build(flee, &ground, err) : ho_error_set(err, HO_ERR_MEMORY, "out of memory for routes");
    for (int32_t day = 0; !status && day < (int32_t)flee->n_day; day++) {
        ho_flee_ground_morning(flee, &ground, day);
        ho_flee_ground_noon(flee, &ground, day);
        if (ground.routes_changed) {
            status = epoch(flee, &ground, nobody ? none : ground.open, err);
            n_route += status ? 0 : flee->routes[flee->n_epoch - 1].n;
            if (!status && n_route > ROUTES_MAX)
                status = ho_error_set(err, HO_ERR_INPUT, "more than %d routes; lower awareness_level", ROUTES_MAX);
        }
        flee->epoch[day] = (int32_t)flee->n_epoch - 1;
    }
    ho_flee_ground_free(&ground);
    free(none);
    return status;
}
