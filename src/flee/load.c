/* A case as a whole: its folders, its files in order, what is derived from them. */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "flee/loader.h"

/* --- folders --- */

static bool folder_in(const char *folder, const char *const *name, const char *file, char path[HO_FLEE_PATH_MAX]) {
    for (; *name; name++) {
        int n = snprintf(path, HO_FLEE_PATH_MAX, "%s%s%s", folder, **name ? "/" : "", *name);
        if (n >= 0 && n < HO_FLEE_PATH_MAX && ho_flee_exists(path, file))
            return true;
    }
    path[0] = '\0';
    return false;
}

static void find_folders(ho_flee_loader *loader) {
    static const char *const input[] = {"input_csv", "input", "", NULL}, *const validation[] = {"source_data", "validation", "", NULL};
    const ho_flee_options *o = loader->options;
    snprintf(loader->file, sizeof loader->file, "%.4000s", o->folder);
    if (!folder_in(o->folder, input, "locations.csv", loader->input))
        ho_flee_problem(loader, 0, "there is no locations.csv in it, nor in its input_csv or input");
    if (o->validation)
        snprintf(loader->validation, sizeof loader->validation, "%.4000s", o->validation);
    else
        folder_in(o->folder, validation, "data_layout.csv", loader->validation);
}

/* Files of what is not simulated. */
void ho_flee_refuse(ho_flee_loader *loader) {
    DIR *folder = opendir(loader->input);
    struct dirent *entry;
    while (folder && (entry = readdir(folder))) {
        if (strncmp(entry->d_name, "region_attributes_", 18) != 0 && strncmp(entry->d_name, "location_attributes_", 20) != 0)
            continue;
        snprintf(loader->file, sizeof loader->file, "%.3800s/%.250s", loader->input, entry->d_name);
        ho_flee_problem(loader, 0, "attributes that change by day (food security, floods) are not simulated");
    }
    if (folder)
        closedir(folder);
}

/* --- what is derived --- */

/* Pull of nearness between every two places, as stay_close_to_home has it. */
static void derive_near(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    size_t n = flee->n_place;
    bool right = ho_flee_documented(flee, HO_FLEE_HOME);
    if (!flee->settings.stay_close_to_home)
        return;
    if (n > 5000) {
        snprintf(loader->file, sizeof loader->file, "%.4000s/locations.csv", loader->input);
        ho_flee_problem(loader, 0, "stay_close_to_home with more than 5000 places is not simulated");
        return;
    }
    flee->near = ho_flee_room(loader, n * n, sizeof *flee->near);
    for (size_t i = 0; i < n && flee->near; i++)
        for (size_t j = 0; j < n; j++) {
            const ho_flee_place_row *a = &flee->place[i], *b = &flee->place[j];
            double km = right ? ho_flee_earth_km(a->x, a->y, b->x, b->y) : ho_flee_earth_km(a->y, a->x, b->y, b->x);
            flee->near[i * n + j] = ho_pow(km > 1 ? km : 1, -flee->settings.home_distance_power);
        }
}

/* Can people be placed on every day on which some come? Without take_from_population it does not depend on draws. */
static void check_sources(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    ho_flee_ground ground = {0};
    bool source = false;
    if (flee->settings.spawn != HO_FLEE_SPAWN_RECORD || ho_flee_ground_build(flee, &ground, NULL))
        return;
    snprintf(loader->file, sizeof loader->file, "%.4000s/conflicts.csv", loader->input);
    for (int32_t day = 0; day < (int32_t)flee->n_day; day++) {
        ho_flee_ground_morning(flee, &ground, day);
        source = false;
        for (size_t p = 0; p < flee->n_place && !source; p++)
            source = ground.kind[p].conflict > 0 && flee->place[p].population > 0;
        if (flee->new_people[day] > 0 && !source) {
            ho_flee_problem(loader, 0, "on day %d %lld people are displaced, and no place with people has a conflict", (int)day,
                            (long long)flee->new_people[day]);
            break;
        }
        ho_flee_ground_noon(flee, &ground, day);
    }
    ho_flee_ground_free(&ground);
}

/* Which camps are camps on which day. */
static void derive_open(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    ho_flee_ground ground = {0};
    flee->camp_open = ho_flee_room(loader, flee->n_day * (flee->n_camp + 1), 1);
    if (loader->no_memory || ho_flee_ground_build(flee, &ground, NULL)) {
        loader->no_memory = true;
        ho_flee_ground_free(&ground);
        return;
    }
    for (int32_t day = 0; day < (int32_t)flee->n_day; day++) {
        ho_flee_ground_morning(flee, &ground, day);
        ho_flee_ground_noon(flee, &ground, day);
        for (size_t c = 0; c < flee->n_camp; c++)
            flee->camp_open[(size_t)day * flee->n_camp + c] = ground.kind[flee->camp[c]].camp;
    }
    ho_flee_ground_free(&ground);
}

static void check_economy(ho_flee_loader *loader) {
    ho_flee_case *flee = loader->flee;
    for (size_t p = 0; p < flee->n_place && flee->settings.use_economic_pull; p++)
        if (flee->place[p].foreign && flee->place[p].hdi == 0 && flee->place[p].trade_volume == 0)
            ho_flee_problem(loader, flee->place[p].line, "use_economic_pull is on and there is neither hdi nor trade_volume");
}

static void read_all(ho_flee_loader *loader, ho_error *err) {
    ho_flee_case *flee = loader->flee;
    ho_problems *problems = loader->problems;
    ho_flee_read_settings(loader);
    ho_flee_override_settings(loader);
    ho_flee_read_period(loader);
    ho_flee_refuse(loader);
    if (loader->no_memory || flee->n_day == 0)
        return;
    ho_flee_read_places(loader);
    check_economy(loader);
    if (loader->no_memory || flee->n_place == 0)
        return;
    ho_flee_read_links(loader);
    if (loader->no_memory)
        return;
    ho_flee_read_closures(loader);
    ho_flee_read_changes(loader);
    ho_flee_read_conflicts(loader);
    ho_flee_read_demographics(loader);
    ho_flee_read_data(loader);
    flee->epoch = ho_flee_room(loader, flee->n_day, sizeof *flee->epoch);
    if (loader->no_memory || problems->n)
        return;
    derive_near(loader);
    check_sources(loader);
    derive_open(loader);
    if (loader->no_memory)
        return;
    ho_status status = ho_flee_epochs_build(flee, err);
    loader->no_memory = status == HO_ERR_MEMORY;
    if (status == HO_ERR_INPUT) {
        snprintf(loader->file, sizeof loader->file, "%.4000s/routes.csv", loader->input);
        ho_flee_problem(loader, 0, "%s", err ? err->text : "too many routes");
    }
}

/* --- the case --- */

void ho_flee_free(ho_flee_case *flee) {
    if (!flee)
        return;
    for (size_t p = 0; p < flee->n_place; p++) {
        free(flee->place[p].name);
        free(flee->place[p].region);
        free(flee->place[p].country);
    }
    for (size_t k = 0; k < flee->n_epoch; k++)
        ho_routes_free(&flee->routes[k]);
    ho_network_free(&flee->network);
    ho_route_nodes_free(&flee->nodes);
    void *owned[] = {flee->place, flee->camp,  flee->km_per_day, flee->walk_chance,  flee->redirects, flee->event, flee->change,
                     flee->zone,  flee->epoch, flee->intensity,  flee->routes,       flee->taste,     flee->near,  flee->taste_weight,
                     flee->data,  flee->raw,   flee->debt,       flee->new_people,   flee->day0,      flee->known, flee->series,
                     flee->camp_open};
    for (size_t k = 0; k < sizeof owned / sizeof *owned; k++)
        free(owned[k]);
    free(flee);
}

ho_status ho_flee_load(const ho_flee_options *options, ho_flee_case **made, ho_problems *problems, ho_problems *surprises, ho_error *err) {
    ho_error told = {0};
    ho_flee_loader *loader = calloc(1, sizeof *loader);
    *made = NULL;
    ho_flee_case *flee = calloc(1, sizeof *flee);
    ho_findings *findings = calloc(1, sizeof *findings);
    ho_status status = HO_OK;
    if (!loader || !flee || !findings) {
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for a case");
        goto done;
    }
    flee->documented = options->documented;
    flee->by_origin = options->by_origin;
    flee->leak_free = options->leak_free;
    *loader = (ho_flee_loader){.flee = flee, .options = options, .problems = problems, .surprises = surprises, .findings = findings};
    find_folders(loader);
    if (*loader->input)
        read_all(loader, &told);
    if (loader->no_memory)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for %s", options->folder);
    else if (problems->n)
        status = ho_error_set(err, HO_ERR_INPUT, "%s: %zu problem%s", options->folder, problems->n + problems->n_more,
                              problems->n + problems->n_more == 1 ? "" : "s");
done:
    if (status)
        ho_flee_free(flee);
    else
        *made = flee;
    if (loader)
        free(loader->name_slot);
    free(loader);
    free(findings);
    return status;
}

size_t ho_flee_n_day(const ho_flee_case *flee) {
    return flee->n_day;
}

ho_day ho_flee_start(const ho_flee_case *flee) {
    return flee->start;
}

size_t ho_flee_n_place(const ho_flee_case *flee) {
    return flee->n_place;
}

const char *ho_flee_place(const ho_flee_case *flee, size_t place) {
    return flee->place[place].name;
}

static const char *kind_name(const ho_flee_kind *kind) {
    if (kind->camp)
        return kind->idp_camp ? "idp camp" : "camp";
    return kind->conflict > 0 ? "conflict" : kind->marker ? "marker" : "town";
}

ho_flee_site ho_flee_site_of(const ho_flee_case *flee, size_t place) {
    const ho_flee_place_row *row = &flee->place[place];
    return (ho_flee_site){row->name, kind_name(&row->kind), row->x, row->y, row->capacity};
}

size_t ho_flee_n_link(const ho_flee_case *flee) {
    return flee->network.n_link;
}

void ho_flee_link(const ho_flee_case *flee, size_t link, size_t *from, size_t *to, double *km) {
    *from = (size_t)flee->network.from[link];
    *to = (size_t)flee->network.to[link];
    *km = flee->network.km[link];
}

size_t ho_flee_n_camp(const ho_flee_case *flee) {
    return flee->n_camp;
}

size_t ho_flee_camp_place(const ho_flee_case *flee, size_t camp) {
    return (size_t)flee->camp[camp];
}

int64_t ho_flee_data(const ho_flee_case *flee, size_t day, size_t camp) {
    return flee->has_data ? flee->data[day * flee->n_camp + camp] : -1;
}

int64_t ho_flee_known(const ho_flee_case *flee, size_t day, size_t camp) {
    return flee->has_data ? flee->known[day * flee->n_camp + camp] : -1;
}

int64_t ho_flee_series(const ho_flee_case *flee, size_t day) {
    return flee->has_data ? flee->series[day] : -1;
}

bool ho_flee_camp_is_open(const ho_flee_case *flee, size_t day, size_t camp) {
    return flee->camp_open[day * flee->n_camp + camp];
}

int64_t ho_flee_raw(const ho_flee_case *flee, size_t day) {
    return flee->raw[day];
}

int64_t ho_flee_debt(const ho_flee_case *flee, size_t day) {
    return flee->debt[day];
}

int64_t ho_flee_hasten(const ho_flee_case *flee) {
    return flee->settings.hasten;
}
