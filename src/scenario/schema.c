/* JSON Schema (draft 2020-12) of scenario.yml and of overlays, for editors.
 * Method: one walk over the tables of fields that the readers use (field.h), so that a key added there is in the schema
 * too. Invariant: the schema refuses nothing that loading (of an overlay: merging) accepts. It knows one value at a
 * time: what several values or files must be together (references, ranges of priors, what a kind of entry needs) only
 * loading can tell. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "holdout/scenario.h"
#include "scenario/sections.h"

enum { PATH_ROOM = 128 };

typedef struct writer {
    bool overlay; /* every key may be absent, a row may say `remove: true` */
    bool failed;  /* memory ran out */
} writer;

/* ---- pieces ---- */

static void put(writer *w, json_t *object, const char *key, json_t *value) {
    w->failed |= json_object_set_new(object, key, value) != 0;
}

static void append(writer *w, json_t *array, json_t *value) {
    w->failed |= json_array_append_new(array, value) != 0;
}

static json_t *number(double value) {
    bool whole = value >= -9e15 && value <= 9e15 && value == (double)(json_int_t)value;
    return whole ? json_integer((json_int_t)value) : json_real(value);
}

/* {"type": "name"} */
static json_t *typed(writer *w, const char *name) {
    json_t *made = json_object();
    put(w, made, "type", json_string(name));
    return made;
}

/* A text that YAML may take for one of the other types too: `name: 12` is the text "12". */
static json_t *text_of(writer *w, const char *others[], const char *pattern) {
    json_t *made = json_object(), *types = json_array();
    append(w, types, json_string("string"));
    for (size_t k = 0; others[k]; k++)
        append(w, types, json_string(others[k]));
    put(w, made, "type", types);
    if (pattern)
        put(w, made, "pattern", json_string(pattern));
    else
        put(w, made, "minLength", json_integer(1));
    return made;
}

static json_t *reference(writer *w, const char *definition) {
    json_t *made = json_object();
    put(w, made, "$ref", json_sprintf("#/$defs/%s", definition));
    return made;
}

/* ---- one value ---- */

static json_t *ranged(writer *w, const ho_field *field, const char *type) {
    json_t *made = typed(w, type);
    if (isfinite(field->min))
        put(w, made, field->above ? "exclusiveMinimum" : "minimum", number(field->min));
    if (isfinite(field->max))
        put(w, made, "maximum", number(field->max));
    return made;
}

static json_t *chosen(writer *w, const ho_field *field) {
    json_t *made = json_object(), *choices = json_array();
    for (size_t k = 0; field->choice[k]; k++)
        append(w, choices, json_string(field->choice[k]));
    put(w, made, "enum", choices);
    return made;
}

static json_t *bit(writer *w) {
    json_t *made = json_object(), *choices = json_array();
    append(w, choices, json_integer(0));
    append(w, choices, json_integer(1));
    put(w, made, "enum", choices);
    return made;
}

static json_t *color(writer *w) {
    json_t *made = typed(w, "string");
    put(w, made, "pattern", json_string("^#[0-9a-fA-F]{6}$"));
    return made;
}

static json_t *inside_schema(writer *w, const ho_inside *inside, const char *path);

static json_t *value_schema(writer *w, const ho_field *field, const char *path) {
    switch (field->kind) {
    case HO_FIELD_TEXT:
        return reference(w, "text");
    case HO_FIELD_ID:
        return reference(w, "id");
    case HO_FIELD_PCODE:
        return reference(w, "pcode");
    case HO_FIELD_COLOR:
        return color(w);
    case HO_FIELD_WORD:
    case HO_FIELD_CHOICE:
        return chosen(w, field);
    case HO_FIELD_DAY:
        return reference(w, "day");
    case HO_FIELD_NUMBER:
        return ranged(w, field, "number");
    case HO_FIELD_INTEGER:
        return ranged(w, field, "integer");
    case HO_FIELD_BIT:
        return bit(w);
    case HO_FIELD_BOOL:
        return typed(w, "boolean");
    case HO_FIELD_REF:
        return reference(w, field->ref == HO_REF_DISTRICT || field->ref == HO_REF_PROVINCE ? "pcode" : "id");
    case HO_FIELD_PRIOR:
        return reference(w, "prior");
    case HO_FIELD_NODE:
    case HO_FIELD_READ:
        return field->inside ? inside_schema(w, field->inside, path) : json_object();
    }
    return json_object();
}

/* ---- maps, lists ---- */

/* In an overlay what may be absent may also be taken away: the schema, or `{remove: true}`. */
static json_t *or_removed(writer *w, json_t *schema) {
    if (!w->overlay)
        return schema;
    json_t *made = json_object(), *any = json_array();
    append(w, any, schema);
    append(w, any, reference(w, "removal"));
    put(w, made, "anyOf", any);
    return made;
}

/* The value's schema with its meaning, which the tables' readers have no use for. */
static json_t *property(writer *w, const ho_field *field, const char *path) {
    json_t *made = value_schema(w, field, path);
    if (field->optional)
        made = or_removed(w, made);
    const char *help = ho_help_find(path);
    if (help)
        put(w, made, "description", json_string(help));
    return made;
}

static json_t *map_schema(writer *w, const ho_field *field, size_t n, const char *path) {
    json_t *made = typed(w, "object"), *properties = json_object(), *required = json_array();
    for (size_t k = 0; k < n; k++) {
        char inner[PATH_ROOM];
        snprintf(inner, sizeof inner, "%s%s%s", path, *path ? "." : "", field[k].name);
        put(w, properties, field[k].name, property(w, &field[k], inner));
        if (!field[k].optional && !w->overlay)
            append(w, required, json_string(field[k].name));
    }
    put(w, made, "properties", properties);
    if (json_array_size(required))
        put(w, made, "required", required);
    else
        json_decref(required);
    put(w, made, "additionalProperties", json_false());
    return made;
}

static void removable(writer *w, json_t *row) {
    json_t *flag = typed(w, "boolean");
    put(w, flag, "description", json_string("true: this what-if is without the entry."));
    put(w, json_object_get(row, "properties"), "remove", flag);
}

static json_t *entry_schema(writer *w, const ho_inside *inside, const char *path) {
    if (inside->rows) {
        json_t *row = map_schema(w, inside->rows->field, inside->rows->n_field, path);
        if (w->overlay)
            removable(w, row);
        return row;
    }
    if (inside->n_field)
        return map_schema(w, inside->field, inside->n_field, path);
    json_t *value = value_schema(w, inside->field, path);
    return inside->shape == HO_INSIDE_NAMED ? or_removed(w, value) : value;
}

static json_t *list_schema(writer *w, const ho_inside *inside, const char *path) {
    size_t min = inside->rows ? inside->rows->min : inside->min;
    size_t max = inside->rows ? inside->rows->max : inside->max;
    bool named = inside->shape == HO_INSIDE_NAMED;
    json_t *made = typed(w, named ? "object" : "array");
    if (named)
        put(w, made, "propertyNames", reference(w, "id"));
    put(w, made, named ? "additionalProperties" : "items", entry_schema(w, inside, path));
    if (min && !(w->overlay && inside->rows))
        put(w, made, named ? "minProperties" : "minItems", json_integer((json_int_t)min));
    if (max)
        put(w, made, named ? "maxProperties" : "maxItems", json_integer((json_int_t)max));
    return made;
}

static json_t *inside_schema(writer *w, const ho_inside *inside, const char *path) {
    return inside->shape == HO_INSIDE_ONE ? entry_schema(w, inside, path) : list_schema(w, inside, path);
}

/* ---- definitions ---- */

static json_t *argument(writer *w, bool positive) {
    json_t *made = typed(w, "number");
    if (positive)
        put(w, made, "exclusiveMinimum", json_integer(0));
    return made;
}

static json_t *prior_argument(writer *w, const ho_prior_shape *shape) {
    if (shape->n_argument == 1)
        return argument(w, shape->argument[0].positive);
    json_t *made = typed(w, "array"), *each = json_array();
    append(w, each, argument(w, shape->argument[0].positive));
    append(w, each, argument(w, shape->argument[1].positive));
    put(w, made, "prefixItems", each);
    put(w, made, "items", typed(w, "number"));
    put(w, made, "minItems", json_integer(2));
    put(w, made, "maxItems", json_integer(2));
    put(w, made, "description", json_sprintf("[%s, %s]", shape->argument[0].name, shape->argument[1].name));
    return made;
}

static json_t *prior_schema(writer *w) {
    json_t *made = typed(w, "object"), *properties = json_object(), *one = json_array();
    for (size_t k = 0; ho_prior_shape_at(k); k++) {
        const ho_prior_shape *shape = ho_prior_shape_at(k);
        json_t *need = json_object(), *names = json_array();
        put(w, properties, shape->name, prior_argument(w, shape));
        append(w, names, json_string(shape->name));
        put(w, need, "required", names);
        append(w, one, need);
    }
    put(w, properties, "min", typed(w, "number"));
    put(w, properties, "max", typed(w, "number"));
    put(w, made, "properties", properties);
    put(w, made, "oneOf", one);
    put(w, made, "additionalProperties", json_false());
    return made;
}

static json_t *removal(writer *w) {
    json_t *made = typed(w, "object"), *properties = json_object(), *only = json_object(), *required = json_array();
    put(w, only, "const", json_true());
    put(w, properties, "remove", only);
    append(w, required, json_string("remove"));
    put(w, made, "properties", properties);
    put(w, made, "required", required);
    put(w, made, "additionalProperties", json_false());
    return made;
}

static json_t *definitions(writer *w) {
    json_t *made = json_object(), *day = typed(w, "string");
    put(w, day, "pattern", json_string("^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"));
    put(w, made, "text", text_of(w, (const char *[]){"number", "boolean", NULL}, NULL));
    put(w, made, "id", text_of(w, (const char *[]){"integer", "boolean", NULL}, "^[a-z0-9_-]{1,63}$"));
    put(w, made, "pcode", text_of(w, (const char *[]){"number", "boolean", NULL}, "^[^\\x00-\\x20,\\x7F]{1,31}$"));
    put(w, made, "day", day);
    put(w, made, "prior", prior_schema(w));
    if (w->overlay)
        put(w, made, "removal", removal(w));
    return made;
}

/* ---- the file ---- */

/* An overlay says what it is and why. Besides sections it may change the end and the number of replicates, nothing else
 * that makes the scenario what it is. */
static void overlay_keys(writer *w, json_t *schema) {
    static const char *const KEEP[] = {"format", "title", "until", "replicates"};
    json_t *properties = json_object_get(schema, "properties"), *why = reference(w, "text"), *required = json_array();
    for (size_t k = 0; k < ho_scenario_inside.n_field; k++) {
        const ho_field *field = &ho_scenario_inside.field[k];
        bool keep = field->kind == HO_FIELD_NODE;
        for (size_t j = 0; j < COUNT(KEEP); j++)
            keep |= strcmp(field->name, KEEP[j]) == 0;
        if (!keep)
            json_object_del(properties, field->name);
    }
    put(w, why, "description", json_string("Why this is worth asking, and where the numbers come from."));
    put(w, properties, "why", why);
    append(w, required, json_string("format"));
    append(w, required, json_string("title"));
    append(w, required, json_string("why"));
    put(w, schema, "required", required);
}

static json_t *schema_make(writer *w) {
    json_t *made = json_object();
    put(w, made, "$schema", json_string("https://json-schema.org/draft/2020-12/schema"));
    put(w, made, "title",
        json_sprintf("%s of holdout, format %d", w->overlay ? "what-if overlay" : "scenario.yml", HO_FORMAT));
    json_t *file = inside_schema(w, &ho_scenario_inside, "");
    if (w->overlay)
        overlay_keys(w, file);
    w->failed |= json_object_update(made, file) != 0;
    json_decref(file);
    put(w, made, "$defs", definitions(w));
    return made;
}

ho_status ho_scenario_schema(bool overlay, char **json, ho_error *err) {
    writer w = {.overlay = overlay};
    json_t *made = schema_make(&w);
    char *text = w.failed ? NULL : json_dumps(made, JSON_INDENT(1) | JSON_REAL_PRECISION(15));
    json_decref(made);
    char *lines = NULL;
    bool ok = text && asprintf(&lines, "%s\n", text) >= 0;
    free(text);
    if (!ok)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory while writing the schema");
    *json = lines;
    return HO_OK;
}
