/* Two runs of the same seed against each other: what may be compared, what of it, and under which names. The choice is
 * made from the runs alone: blocs, the national capital and the holdout are those that the stores and summaries name.
 */
#include "record/compare.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/files.h"
#include "record/sql.h"
#include "world/world.h"

enum { N_SUMMARY_MAX = 1 << 30, N_NAME = 128 };

typedef struct ho_comparing {
    ho_store *store[HO_N_SIDE];
    bool borrowed; /* store B is the caller's */
    json_t *summary[HO_N_SIDE];
    size_t n_column, column_capacity;
    ho_compare_column *column;
    ho_comparison *made;
    bool failed; /* memory ran out */
} ho_comparing;

/* --- ownership --- */

static void curve_free(ho_compared_curve *curve) {
    free(curve->side[HO_SIDE_A]);
    free(curve->side[HO_SIDE_B]);
    free(curve->difference);
}

void ho_comparison_free(ho_comparison *comparison) {
    if (!comparison)
        return;
    for (int side = 0; side < HO_N_SIDE; side++)
        free(comparison->run[side].folder);
    for (size_t k = 0; k < comparison->n_fact; k++) {
        free(comparison->fact[k].key);
        free(comparison->fact[k].value[HO_SIDE_A]);
        free(comparison->fact[k].value[HO_SIDE_B]);
    }
    for (size_t k = 0; k < comparison->n_bloc; k++) {
        free(comparison->bloc[k].id);
        free(comparison->bloc[k].name);
        free(comparison->bloc[k].color);
    }
    for (size_t k = 0; k < comparison->n_observable; k++) {
        free(comparison->observable[k].name);
        free(comparison->observable[k].label);
        free(comparison->observable[k].unit);
        free(comparison->observable[k].definition);
    }
    for (size_t k = 0; k < comparison->n_curve; k++)
        curve_free(&comparison->curve[k]);
    free(comparison->fact);
    free(comparison->bloc);
    free(comparison->observable);
    free(comparison->row);
    free(comparison->curve);
    free(comparison->scenario);
    free(comparison->title);
    free(comparison->seed);
    free(comparison->capital);
    free(comparison);
}

static void compare_close(ho_comparing *compare) {
    ho_store_close(compare->store[HO_SIDE_A]);
    if (!compare->borrowed)
        ho_store_close(compare->store[HO_SIDE_B]);
    for (int side = 0; side < HO_N_SIDE; side++)
        json_decref(compare->summary[side]);
    free(compare->column);
}

static char *copy(ho_comparing *compare, const char *text) {
    char *made = ho_text_copy(text ? text : "");
    compare->failed |= !made;
    return made;
}

/* Room for one more element; NULL, and compare->failed, if memory ran out. `n` is counted up. */
static void *add(ho_comparing *compare, void *array, size_t *n, size_t size) {
    void *grown = realloc(array, (*n + 1) * size);
    if (!grown) {
        compare->failed = true;
        return NULL;
    }
    memset((char *)grown + *n * size, 0, size);
    ++*n;
    return grown;
}

/* --- opening --- */

static ho_status read_summary(ho_comparing *compare, int side, const char *folder, ho_error *err) {
    char *path = ho_path_join(folder, "summary.json"), *text = NULL;
    size_t n = 0;
    if (!path)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", folder);
    ho_status status = ho_file_read(path, N_SUMMARY_MAX, &text, &n, err);
    if (!status)
        compare->summary[side] = json_loadb(text, n, 0, NULL);
    if (!status && !compare->summary[side])
        status = ho_error_set(err, HO_ERR_INPUT, "%s: damaged: not JSON", path);
    free(text);
    free(path);
    return status;
}

static ho_status side_open(ho_comparing *compare, int side, const char *folder, ho_error *err) {
    ho_status status = ho_store_open(folder, &compare->store[side], err);
    if (status)
        return status;
    const ho_store *store = compare->store[side];
    if (!ho_store_finished(store))
        return ho_error_set(err, HO_ERR_STATE, "%s: the run is not finished: %zu of %zu replicates are stored", folder,
                            store->n_done, store->n_replicate);
    return read_summary(compare, side, folder, err);
}

/* A text of the summary by a path of one or two keys; "" if there is none. */
static const char *summary_text(const ho_comparing *compare, int side, const char *key, const char *inner) {
    const json_t *value = json_object_get(compare->summary[side], key);
    const char *text = json_string_value(inner ? json_object_get(value, inner) : value);
    return text ? text : "";
}

static const char *meta_text(const ho_comparing *compare, int side, const char *key) {
    const char *text = ho_store_meta(compare->store[side], key);
    return text ? text : "";
}

/* Pairs exist only where the same numbers were drawn for the same things. */
static ho_status check_paired(const ho_comparing *compare, ho_error *err) {
    static const char *const key[] = {"scenario", "from", "seed", "home_bloc"};
    static const char *const what[] = {"scenario", "first day", "seed", "home bloc"};
    for (size_t k = 0; k < sizeof key / sizeof *key; k++) {
        bool of_summary = strcmp(key[k], "home_bloc") == 0;
        const char *a =
            of_summary ? summary_text(compare, HO_SIDE_A, key[k], NULL) : meta_text(compare, HO_SIDE_A, key[k]);
        const char *b =
            of_summary ? summary_text(compare, HO_SIDE_B, key[k], NULL) : meta_text(compare, HO_SIDE_B, key[k]);
        if (strcmp(a, b) != 0)
            return ho_error_set(err, HO_ERR_INPUT, "%s and %s are not paired: %s \"%s\" and \"%s\"; need the same",
                                compare->store[HO_SIDE_A]->folder, compare->store[HO_SIDE_B]->folder, what[k], a, b);
    }
    return HO_OK;
}

/* --- what is compared with what --- */

/* A list kept as JSON text as "a, b"; other texts as they are; "none" if there is nothing. To be freed by the caller.
 */
static char *plain_of(const char *text) {
    json_t *list = *text == '[' ? json_loads(text, 0, NULL) : NULL;
    if (!list)
        return ho_text_copy(*text ? text : "none");
    size_t size = strlen(text) + 2 * json_array_size(list) + 8, used = 0;
    char *plain = malloc(size);
    if (plain)
        snprintf(plain, size, "none");
    for (size_t k = 0; plain && k < json_array_size(list); k++)
        used += (size_t)snprintf(plain + used, size - used, "%s%s", k ? ", " : "",
                                 json_string_value(json_array_get(list, k)));
    json_decref(list);
    return plain;
}

enum { DIGEST_SHOWN = 16 }; /* [byte] enough to see that two differ */

static void find_facts(ho_comparing *compare) {
    static const char *const key[] = {"what_if", "without",    "settings",        "known_by",  "at_centre", "steps_per_day", "posterior",
                                      "until",   "replicates", "scenario_digest", "version"};
    ho_comparison *made = compare->made;
    for (size_t k = 0; k < sizeof key / sizeof *key; k++) {
        const char *a = meta_text(compare, HO_SIDE_A, key[k]), *b = meta_text(compare, HO_SIDE_B, key[k]);
        if (strcmp(a, b) == 0)
            continue;
        ho_compared_fact *fact = add(compare, made->fact, &made->n_fact, sizeof *fact);
        if (!fact)
            return;
        made->fact = fact;
        fact += made->n_fact - 1;
        *fact = (ho_compared_fact){copy(compare, key[k]), {plain_of(a), plain_of(b)}};
        if (strcmp(key[k], "scenario_digest") == 0 || strcmp(key[k], "posterior") == 0)
            for (int side = 0; side < HO_N_SIDE; side++)
                if (fact->value[side] && strlen(fact->value[side]) > DIGEST_SHOWN)
                    fact->value[side][DIGEST_SHOWN] = '\0';
        compare->failed |= !fact->value[HO_SIDE_A] || !fact->value[HO_SIDE_B];
    }
}

static ho_status find_frame(ho_comparing *compare, const char *const folder[HO_N_SIDE], ho_error *err) {
    ho_comparison *made = compare->made;
    made->scenario = copy(compare, meta_text(compare, HO_SIDE_A, "scenario"));
    made->title = copy(compare, meta_text(compare, HO_SIDE_A, "title"));
    made->seed = copy(compare, meta_text(compare, HO_SIDE_A, "seed"));
    made->capital = copy(compare, summary_text(compare, HO_SIDE_A, "national_capital", "name"));
    made->n_pair = SIZE_MAX;
    made->n_day = SIZE_MAX;
    if (!ho_day_parse(meta_text(compare, HO_SIDE_A, "from"), &made->from))
        return ho_error_set(err, HO_ERR_INPUT, "%s: damaged: it has no first day", folder[HO_SIDE_A]);
    for (int side = 0; side < HO_N_SIDE; side++) {
        const ho_store *store = compare->store[side];
        made->run[side] =
            (ho_compared_run){copy(compare, folder[side]), store->n_replicate, made->from + (ho_day)store->n_day - 1};
        made->n_pair = store->n_replicate < made->n_pair ? store->n_replicate : made->n_pair;
        made->n_day = store->n_day < made->n_day ? store->n_day : made->n_day;
    }
    made->until = made->from + (ho_day)made->n_day - 1;
    return HO_OK;
}

static ho_status find_blocs(ho_comparing *compare, ho_error *err) {
    ho_comparison *made = compare->made;
    const ho_store *store = compare->store[HO_SIDE_A];
    sqlite3_stmt *query = NULL;
    bool there = true;
    made->home_bloc = -1;
    ho_status status =
        ho_sql_prepare(store->db, store->path, "SELECT id, name, color FROM bloc ORDER BY bloc", &query, err);
    while (!status && there && !compare->failed) {
        status = ho_sql_next(query, store->path, &there, err);
        ho_compared_bloc *bloc = there && !status ? add(compare, made->bloc, &made->n_bloc, sizeof *bloc) : NULL;
        if (!bloc)
            continue;
        made->bloc = bloc;
        bloc += made->n_bloc - 1;
        *bloc = (ho_compared_bloc){copy(compare, (const char *)sqlite3_column_text(query, 0)),
                                   copy(compare, (const char *)sqlite3_column_text(query, 1)),
                                   copy(compare, (const char *)sqlite3_column_text(query, 2))};
        if (bloc->id && strcmp(bloc->id, summary_text(compare, HO_SIDE_A, "home_bloc", NULL)) == 0)
            made->home_bloc = (int32_t)made->n_bloc - 1;
    }
    sqlite3_finalize(query);
    if (!status && made->home_bloc < 0 && !compare->failed)
        status = ho_error_set(err, HO_ERR_INPUT, "%s/summary.json: damaged: its home_bloc is no bloc of the run",
                              store->folder);
    return status;
}

/* --- headline observables --- */

/* Place of an observable in a store; -1 if it has none of this name. `unit` and `definition`, if not NULL, are to be
 * freed. */
static ho_status place_of(ho_comparing *compare, int side, const char *name, int64_t *place, char **unit,
                          char **definition, ho_error *err) {
    const ho_store *store = compare->store[side];
    sqlite3_stmt *query = NULL;
    bool there = false;
    *place = -1;
    ho_status status = ho_sql_prepare(
        store->db, store->path, "SELECT observable, unit, definition FROM observable WHERE name = ?", &query, err);
    if (!status) {
        sqlite3_bind_text(query, 1, name, -1, SQLITE_STATIC);
        status = ho_sql_next(query, store->path, &there, err);
    }
    if (!status && there) {
        *place = sqlite3_column_int64(query, 0);
        if (unit)
            *unit = copy(compare, (const char *)sqlite3_column_text(query, 1));
        if (definition)
            *definition = copy(compare, (const char *)sqlite3_column_text(query, 2));
        if (*place < 0 || (uint64_t)*place >= store->n_value)
            status = ho_error_set(err, HO_ERR_INPUT, "%s: damaged: its observable %s", store->path, name);
    }
    sqlite3_finalize(query);
    return status;
}

static void add_column(ho_comparing *compare, ho_column_kind kind, const int64_t place[HO_N_SIDE], size_t day,
                       size_t target) {
    ho_compare_column *grown =
        ho_array_grow(compare->column, &compare->column_capacity, compare->n_column + 1, sizeof *grown);
    if (!grown) {
        compare->failed = true;
        return;
    }
    compare->column = grown;
    ho_compare_column *column = &grown[compare->n_column++];
    *column = (ho_compare_column){.kind = kind, .target = target};
    for (int side = 0; side < HO_N_SIDE; side++)
        column->at[side] = (size_t)place[side] * compare->store[side]->n_day + day;
}

static void add_rows(ho_comparing *compare, const int64_t place[HO_N_SIDE]) {
    ho_comparison *made = compare->made;
    for (size_t day = 0; day < made->n_day && !compare->failed; day++) {
        ho_day date = made->from + (ho_day)day;
        if (ho_day_month(date) == ho_day_month(date + 1) && day + 1 < made->n_day)
            continue;
        ho_compared_row *row = add(compare, made->row, &made->n_row, sizeof *row);
        if (!row)
            return;
        made->row = row;
        row[made->n_row - 1] = (ho_compared_row){.observable = (int32_t)made->n_observable - 1, .day = date};
        add_column(compare, HO_COLUMN_ROW, place, day, made->n_row - 1);
    }
}

static void add_curve(ho_comparing *compare, const int64_t place[HO_N_SIDE]) {
    ho_comparison *made = compare->made;
    ho_compared_curve *curve = add(compare, made->curve, &made->n_curve, sizeof *curve);
    if (!curve)
        return;
    made->curve = curve;
    curve += made->n_curve - 1;
    curve->observable = (int32_t)made->n_observable - 1;
    for (int side = 0; side < HO_N_SIDE; side++)
        curve->side[side] = calloc(made->n_day, sizeof *curve->side[side]);
    curve->difference = calloc(made->n_day, sizeof *curve->difference);
    compare->failed |= !curve->side[HO_SIDE_A] || !curve->side[HO_SIDE_B] || !curve->difference;
    for (size_t day = 0; day < made->n_day && !compare->failed; day++)
        add_column(compare, HO_COLUMN_CURVE, place, day, (made->n_curve - 1) * made->n_day + day);
}

/* "people_share" and "League" as "People share: League". */
static char *label_of(ho_comparing *compare, const char *base, const char *whose) {
    char text[3 * N_NAME];
    snprintf(text, sizeof text, "%.*s%s%.*s", N_NAME, base, *whose ? ": " : "", N_NAME, whose);
    for (char *c = text; *c && *c != ':'; c++)
        *c = *c == '_' ? ' ' : *c;
    if (text[0] >= 'a' && text[0] <= 'z')
        text[0] = (char)(text[0] - 'a' + 'A');
    return copy(compare, text);
}

/* Adds an observable that both runs have, on its headline dates; with `curve` also on every day. */
static ho_status add_observable(ho_comparing *compare, const char *base, int32_t bloc, const char *whose, bool curve,
                                ho_error *err) {
    ho_comparison *made = compare->made;
    char name[N_NAME];
    int64_t place[HO_N_SIDE];
    char *unit = NULL, *definition = NULL;
    snprintf(name, sizeof name, "%s%s%s", base, bloc >= 0 ? "." : "", bloc >= 0 ? made->bloc[bloc].id : "");
    ho_status status = place_of(compare, HO_SIDE_B, name, &place[HO_SIDE_B], NULL, NULL, err);
    if (!status)
        status = place_of(compare, HO_SIDE_A, name, &place[HO_SIDE_A], &unit, &definition, err);
    bool both = !status && place[HO_SIDE_A] >= 0 && place[HO_SIDE_B] >= 0;
    ho_compared_observable *grown = both ? add(compare, made->observable, &made->n_observable, sizeof *grown) : NULL;
    if (!grown) {
        free(unit);
        free(definition);
        return status;
    }
    made->observable = grown;
    grown[made->n_observable - 1] = (ho_compared_observable){.name = copy(compare, name),
                                                             .label = label_of(compare, base, whose),
                                                             .unit = unit,
                                                             .definition = definition,
                                                             .bloc = bloc};
    add_rows(compare, place);
    if (curve)
        add_curve(compare, place);
    return HO_OK;
}

static ho_status choose_of_blocs(ho_comparing *compare, ho_error *err) {
    static const char *const base[] = {"districts_controlled", "capitals_held", "people_share"};
    ho_comparison *made = compare->made;
    ho_status status = HO_OK;
    for (size_t b = 0; b < made->n_bloc && !compare->failed; b++)
        for (size_t k = 0; k < sizeof base / sizeof *base && (int32_t)b != made->home_bloc && !status; k++)
            status = add_observable(compare, base[k], (int32_t)b, made->bloc[b].name, k == 0, err);
    return status;
}

static ho_status choose_ending(ho_comparing *compare, ho_error *err) {
    int64_t place[HO_N_SIDE] = {-1, -1};
    ho_status status = HO_OK;
    for (int side = 0; side < HO_N_SIDE && !status; side++)
        status = place_of(compare, side, "ending", &place[side], NULL, NULL, err);
    compare->made->has_ending = !status && place[HO_SIDE_A] >= 0 && place[HO_SIDE_B] >= 0;
    if (compare->made->has_ending)
        add_column(compare, HO_COLUMN_ENDING, place, compare->made->n_day - 1, 0);
    return status;
}

static ho_status choose(ho_comparing *compare, ho_error *err) {
    static const int64_t nowhere[HO_N_SIDE] = {0, 0};
    ho_comparison *made = compare->made;
    ho_status status = choose_of_blocs(compare, err);
    if (!status)
        status = add_observable(compare, "national_capital_fallen", -1, made->capital ? made->capital : "", false, err);
    if (!status)
        status = add_observable(compare, "holdout_holds", -1, summary_text(compare, HO_SIDE_A, "holdout", "seat"),
                                false, err);
    for (size_t b = 0; b < made->n_bloc && !status && !compare->failed; b++)
        status = add_observable(compare, "killed", (int32_t)b, made->bloc[b].name, false, err);
    if (!status)
        status = add_observable(compare, "displaced_since_start", -1, "", false, err);
    if (!status)
        status = add_observable(compare, "crossed_border", -1, "", false, err);
    if (!status)
        status = add_observable(compare, "evacuated_by_air", -1, "", false, err);
    if (!status)
        add_column(compare, HO_COLUMN_FALL, nowhere, 0, 0);
    return status ? status : choose_ending(compare, err);
}

/* --- all of it --- */

/* Both sides are open. */
static ho_status compare_all(ho_comparing *compare, const char *const folder[HO_N_SIDE], ho_error *err) {
    ho_status status = check_paired(compare, err);
    if (!status)
        status = find_frame(compare, folder, err);
    if (!status)
        status = find_blocs(compare, err);
    if (!status && !compare->failed)
        find_facts(compare);
    if (!status && !compare->failed)
        status = choose(compare, err);
    if (!status && compare->failed)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for comparing %s and %s", folder[0], folder[1]);
    return status ? status
                  : ho_compare_read(compare->store, compare->column, compare->n_column, HO_COMPARE_BYTES, compare->made,
                                    err);
}

/* Hands the comparison out, or frees it. */
static ho_status compare_end(ho_comparing *compare, ho_status status, ho_comparison **comparison) {
    compare_close(compare);
    if (status)
        ho_comparison_free(compare->made);
    else
        *comparison = compare->made;
    return status;
}

ho_status ho_compare(const char *folder_a, const char *folder_b, ho_comparison **comparison, ho_error *err) {
    const char *const folder[HO_N_SIDE] = {folder_a, folder_b};
    ho_comparing compare = {.made = calloc(1, sizeof *compare.made)};
    ho_status status = HO_OK;
    *comparison = NULL;
    if (!compare.made)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for comparing %s and %s", folder_a, folder_b);
    for (int side = 0; side < HO_N_SIDE && !status; side++)
        status = side_open(&compare, side, folder[side], err);
    if (!status)
        status = compare_all(&compare, folder, err);
    return compare_end(&compare, status, comparison);
}

ho_status ho_compare_early(const char *folder_a, ho_store *b, const ho_world *world_b, ho_comparison **comparison, ho_error *err) {
    const char *const folder[HO_N_SIDE] = {folder_a, b->folder};
    ho_comparing compare = {.made = calloc(1, sizeof *compare.made), .store = {[HO_SIDE_B] = b}, .borrowed = true};
    *comparison = NULL;
    compare.summary[HO_SIDE_B] = json_pack("{s:s}", "home_bloc", world_b->scenario->bloc[world_b->home_bloc].id);
    ho_status status = compare.made && compare.summary[HO_SIDE_B]
                           ? side_open(&compare, HO_SIDE_A, folder_a, err)
                           : ho_error_set(err, HO_ERR_MEMORY, "out of memory for comparing %s and %s", folder_a, b->folder);
    if (!status)
        status = compare_all(&compare, folder, err);
    return compare_end(&compare, status, comparison);
}
