/* The JSON Schema of scenario.yml: every key of the tables is in it, with a shape and a meaning, and in the scenario
 * that `holdout new` writes. What it accepts and refuses is tested with a validator in tests/cli/test_schema.sh.
 * Method: a walk over the schema's properties, each with its path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "base/text.h"
#include "holdout/scenario.h"
#include "scenario/field.h"

enum { PATH_ROOM = 256 };

static json_t *schema_of(bool overlay) {
    char *text = NULL;
    assert_int_equal(ho_scenario_schema(overlay, &text, NULL), HO_OK);
    json_t *schema = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    assert_non_null(schema);
    free(text);
    return schema;
}

typedef void visit(void *context, const char *path, const char *name, const json_t *schema);

/* Visits each property of a schema and of the entries inside. */
static void walk(const json_t *schema, const char *path, visit *see, void *context) {
    const char *name;
    json_t *inner;
    json_object_foreach(json_object_get(schema, "properties"), name, inner) {
        char deeper[PATH_ROOM];
        snprintf(deeper, sizeof deeper, "%s%s%s", path, *path ? "." : "", name);
        see(context, deeper, name, inner);
        walk(inner, deeper, see, context);
    }
    if (json_object_get(schema, "items"))
        walk(json_object_get(schema, "items"), path, see, context);
    if (json_is_object(json_object_get(schema, "additionalProperties")))
        walk(json_object_get(schema, "additionalProperties"), path, see, context);
}

static void is_explained(void *context, const char *path, const char *name, const json_t *schema) {
    (void)context, (void)name;
    if (!json_object_get(schema, "description"))
        fail_msg("%s has no meaning; add it to src/scenario/help.c", path);
}

static void has_shape(void *context, const char *path, const char *name, const json_t *schema) {
    (void)context, (void)name;
    if (!json_object_get(schema, "type") && !json_object_get(schema, "enum") && !json_object_get(schema, "$ref"))
        fail_msg("%s may be anything; give its field .inside", path);
}

static void is_in_text(void *context, const char *path, const char *name, const json_t *schema) {
    (void)schema;
    char key[PATH_ROOM];
    snprintf(key, sizeof key, "%s:", name);
    if (!strstr(context, key))
        fail_msg("%s is not in cli/skeleton/scenario.yml", path);
}

typedef struct search {
    const char *path;
    bool found;
} search;

static void is_sought(void *context, const char *path, const char *name, const json_t *schema) {
    (void)name, (void)schema;
    search *s = context;
    s->found |= strcmp(path, s->path) == 0;
}

static void every_key_has_a_meaning(void **state) {
    (void)state;
    json_t *schema = schema_of(false);
    walk(schema, "", is_explained, NULL);
    json_decref(schema);
}

static void every_meaning_is_of_a_key(void **state) {
    (void)state;
    json_t *schema = schema_of(false);
    for (size_t k = 0; ho_help_path(k); k++) {
        search s = {.path = ho_help_path(k)};
        walk(schema, "", is_sought, &s);
        if (!s.found)
            fail_msg("src/scenario/help.c explains %s, which is no key", s.path);
    }
    json_decref(schema);
}

static void every_key_has_a_shape(void **state) {
    (void)state;
    json_t *schema = schema_of(false);
    walk(schema, "", has_shape, NULL);
    json_decref(schema);
}

static void every_key_is_in_the_skeleton(void **state) {
    (void)state;
    char *text = NULL;
    size_t n = 0;
    assert_int_equal(ho_file_read(HO_SOURCE_DIR "/cli/skeleton/scenario.yml", 1 << 20, &text, &n, NULL), HO_OK);
    json_t *schema = schema_of(false);
    walk(schema, "", is_in_text, text);
    json_decref(schema);
    free(text);
}

static bool required(const json_t *schema, const char *name) {
    for (size_t k = 0; k < json_array_size(json_object_get(schema, "required")); k++)
        if (strcmp(json_string_value(json_array_get(json_object_get(schema, "required"), k)), name) == 0)
            return true;
    return false;
}

static void scenario_needs_what_loading_needs(void **state) {
    (void)state;
    json_t *schema = schema_of(false);
    assert_true(required(schema, "blocs") && required(schema, "national_capital") && !required(schema, "patrons"));
    json_t *bloc = json_object_get(json_object_get(json_object_get(schema, "properties"), "blocs"), "items");
    assert_true(required(bloc, "color"));
    assert_true(json_is_false(json_object_get(bloc, "additionalProperties")));
    assert_null(json_object_get(json_object_get(bloc, "properties"), "remove"));
    json_decref(schema);
}

static void overlay_needs_format_title_and_why_only(void **state) {
    (void)state;
    json_t *schema = schema_of(true);
    assert_int_equal(json_array_size(json_object_get(schema, "required")), 3);
    assert_true(required(schema, "format") && required(schema, "title") && required(schema, "why"));
    json_t *properties = json_object_get(schema, "properties");
    assert_null(json_object_get(properties, "name"));
    json_t *bloc = json_object_get(json_object_get(properties, "blocs"), "items");
    assert_null(json_object_get(bloc, "required"));
    assert_non_null(json_object_get(json_object_get(bloc, "properties"), "remove"));
    assert_null(json_object_get(json_object_get(properties, "blocs"), "minItems"));
    json_decref(schema);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_key_has_a_meaning),
        cmocka_unit_test(every_meaning_is_of_a_key),
        cmocka_unit_test(every_key_has_a_shape),
        cmocka_unit_test(every_key_is_in_the_skeleton),
        cmocka_unit_test(scenario_needs_what_loading_needs),
        cmocka_unit_test(overlay_needs_format_title_and_why_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
