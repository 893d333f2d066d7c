/* What a run is a run of, and the tables that are known before its first replicate. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "record/flows.h"
#include "record/schema.h"
#include "record/sql.h"
#include "record/store.h"
#include "world/world.h"

static void add_text(json_t *object, const char *key, const char *text) {
    json_object_set_new(object, key, json_string(text ? text : ""));
}

static void add_number(json_t *object, const char *key, uint64_t number) {
    char text[24];
    snprintf(text, sizeof text, "%llu", (unsigned long long)number);
    add_text(object, key, text);
}

static void add_day(json_t *object, const char *key, ho_day day) {
    char text[11];
    add_text(object, key, ho_day_format(day, text));
}

/* A list of texts as one JSON text. */
static void add_list(json_t *object, const char *key, json_t *list) {
    char *text = list ? json_dumps(list, JSON_COMPACT) : NULL;
    add_text(object, key, text);
    free(text);
    json_decref(list);
}

static json_t *settings_of(const ho_world *world) {
    json_t *list = json_array();
    for (size_t k = 0; k < ho_world_n_set(world); k++)
        json_array_append_new(list, json_string(ho_world_set(world, k)));
    return list;
}

static json_t *what_if_of(const ho_scenario *scenario) {
    json_t *list = json_array();
    for (size_t k = 0; k < scenario->n_overlay; k++)
        json_array_append_new(list, json_string(scenario->overlay[k].name));
    return list;
}

static json_t *without_of(uint64_t off) {
    json_t *list = json_array();
    for (size_t k = 0; k < ho_mechanism_count(); k++)
        if (off >> k & 1)
            json_array_append_new(list, json_string(ho_mechanism_at(k)->name));
    return list;
}

json_t *ho_identity_describe(const ho_run_identity *identity) {
    const ho_world *world = identity->world;
    json_t *object = json_object();
    add_text(object, "scenario", world->scenario->name);
    add_list(object, "what_if", what_if_of(world->scenario));
    add_text(object, "scenario_digest", world->scenario->digest);
    add_text(object, "version", HO_VERSION);
    add_number(object, "format", HO_FORMAT);
    add_number(object, "seed", identity->sim.seed);
    add_day(object, "from", world->from);
    add_day(object, "until", world->until);
    add_day(object, "known_by", world->known_by);
    add_number(object, "steps_per_day", (uint64_t)world->n_step_per_day);
    add_text(object, "at_centre", world->at_centre ? "yes" : "no");
    add_list(object, "settings", settings_of(world));
    add_list(object, "without", without_of(identity->sim.off | world->scenario->off));
    add_text(object, "posterior", world->draws ? world->draws->digest : "");
    add_day(object, "posterior_known_by", world->draws ? world->draws->known_by : HO_DAY_NONE);
    add_number(object, "observables", identity->observables->n);
    return object;
}

ho_status ho_identity_check(const ho_store *store, const ho_run_identity *identity, ho_error *err) {
    json_t *wanted = ho_identity_describe(identity);
    if (!wanted)
        return ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", store->path);
    ho_status status = HO_OK;
    const char *key;
    json_t *value;
    json_object_foreach(wanted, key, value) {
        const char *there = json_string_value(json_object_get(store->meta, key));
        const char *asked = json_string_value(value);
        if (!status && strcmp(there ? there : "", asked ? asked : "") != 0)
            status = ho_error_set(err, HO_ERR_STATE, "%s: another run: its %s is \"%s\", asked for \"%s\"",
                                  store->folder, key, there ? there : "", asked);
    }
    json_decref(wanted);
    return status;
}

/* --- tables --- */

/* One insert after another through one statement: values are bound by the caller, left to right. */
typedef struct ho_inserter {
    sqlite3 *db;
    const char *path;
    sqlite3_stmt *statement;
    int column;
    ho_status status;
    ho_error *err;
} ho_inserter;

static void into(ho_inserter *in, const char *sql) {
    sqlite3_finalize(in->statement);
    in->statement = NULL;
    if (!in->status)
        in->status = ho_sql_prepare(in->db, in->path, sql, &in->statement, in->err);
    in->column = 0;
}

static void text(ho_inserter *in, const char *value) {
    if (in->statement)
        sqlite3_bind_text(in->statement, ++in->column, value, -1, SQLITE_TRANSIENT);
}

static void whole(ho_inserter *in, int64_t value) {
    if (in->statement)
        sqlite3_bind_int64(in->statement, ++in->column, value);
}

static void real(ho_inserter *in, double value) {
    if (in->statement)
        sqlite3_bind_double(in->statement, ++in->column, value);
}

static void row(ho_inserter *in) {
    in->column = 0;
    if (!in->status && in->statement)
        in->status = ho_sql_run(in->statement, in->path, in->err);
}

static void day_text(ho_inserter *in, ho_day day) {
    char date[11];
    text(in, day == HO_DAY_NONE ? NULL : ho_day_format(day, date));
}

static void write_meta(ho_inserter *in, const ho_run_identity *identity) {
    json_t *meta = ho_identity_describe(identity);
    if (!meta) {
        in->status = ho_error_set(in->err, HO_ERR_MEMORY, "%s: out of memory", in->path);
        return;
    }
    add_text(meta, "title", identity->world->scenario->title);
    add_number(meta, "replicates", identity->n_replicate);
    add_number(meta, "days", identity->world->n_day);
    add_text(meta, "state", "running");
    add_text(meta, "draw_layout",
             "draw.values is float32 little-endian, shape (observable, day), in the order of tables observable, day");
    add_text(meta, "flow_layout", "flow_draw.values: see src/record/flows.h; a number each period of 7 days, LEB128, zeros run together");
    into(in, "INSERT INTO meta VALUES(?, ?)");
    const char *key;
    json_t *value;
    json_object_foreach(meta, key, value) {
        text(in, key);
        text(in, json_string_value(value));
        row(in);
    }
    json_decref(meta);
}

static void write_districts(ho_inserter *in, const ho_world *world) {
    const ho_scenario *scenario = world->scenario;
    into(in, "INSERT INTO district VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (size_t i = 0; i < scenario->n_district; i++) {
        const ho_district_row *district = &scenario->district[i];
        const ho_province_row *province = &scenario->province[district->province];
        whole(in, (int64_t)i);
        text(in, district->pcode);
        text(in, district->name);
        text(in, province->name);
        text(in, province->pcode);
        text(in, district->region);
        whole(in, district->is_capital);
        real(in, district->area_km2);
        real(in, district->population);
        real(in, district->lon);
        real(in, district->lat);
        row(in);
    }
}

static const char *role_name(ho_role role) {
    static const char *const name[] = {"state", "insurgent", "militia", "resistance"};
    return name[role];
}

static void write_sides(ho_inserter *in, const ho_scenario *scenario) {
    into(in, "INSERT INTO bloc VALUES(?, ?, ?, ?)");
    for (size_t b = 0; b < scenario->n_bloc; b++) {
        whole(in, (int64_t)b);
        text(in, scenario->bloc[b].id);
        text(in, scenario->bloc[b].name);
        text(in, scenario->bloc[b].color);
        row(in);
    }
    into(in, "INSERT INTO faction VALUES(?, ?, ?, ?, ?)");
    for (size_t f = 0; f < scenario->n_faction; f++) {
        whole(in, (int64_t)f);
        text(in, scenario->faction[f].id);
        text(in, scenario->faction[f].name);
        text(in, scenario->bloc[scenario->faction[f].bloc].id);
        text(in, role_name(scenario->faction[f].role));
        row(in);
    }
}

static void write_parameters(ho_inserter *in, const ho_world *world) {
    into(in, "INSERT INTO parameter VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
    for (size_t k = 0; k < ho_parameter_count(); k++) {
        ho_parameter_info info = ho_world_parameter(world, k);
        char prior[96];
        whole(in, (int64_t)k);
        text(in, info.name);
        text(in, info.unit);
        text(in, info.mechanism);
        text(in, info.meaning);
        text(in, ho_prior_format(&info.prior, prior));
        real(in, info.lo);
        real(in, info.hi);
        text(in, info.source);
        day_text(in, info.known_on);
        whole(in, info.held);
        whole(in, info.from_scenario);
        whole(in, ho_row_line(info.line));
        text(in, info.line > 0 ? ho_row_file(world->scenario, info.line) : NULL);
        row(in);
    }
}

static void write_names(ho_inserter *in, const ho_run_identity *identity) {
    into(in, "INSERT INTO day VALUES(?, ?)");
    for (size_t day = 0; day < identity->world->n_day; day++) {
        whole(in, (int64_t)day);
        day_text(in, identity->world->from + (ho_day)day);
        row(in);
    }
    into(in, "INSERT INTO mode VALUES(?, ?, ?)");
    for (int mode = 0; mode < HO_N_MODE; mode++) {
        whole(in, mode);
        text(in, ho_mode_name((ho_mode)mode));
        text(in, ho_mode_meaning((ho_mode)mode));
        row(in);
    }
    into(in, "INSERT INTO neighbour VALUES(?, ?)");
    for (size_t k = 0; k < identity->world->n_neighbour; k++) {
        whole(in, (int64_t)k);
        text(in, identity->world->neighbour[k]);
        row(in);
    }
    into(in, "INSERT INTO measure VALUES(?, ?, ?)");
    for (int flow = 0; flow < HO_N_FLOW; flow++) {
        whole(in, flow);
        text(in, ho_flow_name((ho_flow)flow));
        text(in, ho_flow_meaning((ho_flow)flow));
        row(in);
    }
    into(in, "INSERT INTO observable VALUES(?, ?, ?, ?, ?)");
    for (size_t k = 0; k < identity->observables->n; k++) {
        const ho_observable *item = &identity->observables->item[k];
        whole(in, (int64_t)k);
        text(in, item->name);
        text(in, item->unit);
        text(in, item->definition);
        whole(in, item->integer);
        row(in);
    }
}

ho_status ho_identity_write(sqlite3 *db, const char *path, const ho_run_identity *identity, ho_error *err) {
    ho_inserter in = {.db = db, .path = path, .status = HO_OK, .err = err};
    in.status = ho_sql_exec(db, path, "BEGIN;" HO_STORE_SCHEMA, err);
    write_meta(&in, identity);
    write_names(&in, identity);
    write_districts(&in, identity->world);
    write_sides(&in, identity->world->scenario);
    write_parameters(&in, identity->world);
    sqlite3_finalize(in.statement);
    return in.status ? in.status : ho_sql_exec(db, path, "COMMIT", err);
}
