/* Cards and lists: the same JSON value as text for people or as one line for programs. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

json_t *cli_date(ho_day day) {
    char text[11];
    return day == HO_DAY_NONE ? json_null() : json_string(ho_day_format(day, text));
}

json_t *cli_text(const char *text) {
    return text && *text ? json_string(text) : json_null();
}

json_t *cli_real(double value) {
    return isfinite(value) ? json_real(value) : json_null();
}

static void print_json(const json_t *value) {
    char *text = json_dumps(value, JSON_COMPACT | JSON_REAL_PRECISION(12) | JSON_ENCODE_ANY);
    printf("%s\n", text ? text : "null");
    free(text);
}

/* A value on one line. */
static void print_plain(const json_t *value) {
    switch (json_typeof(value)) {
    case JSON_STRING:
        fputs(json_string_value(value), stdout);
        return;
    case JSON_REAL:
        printf("%.6g", json_real_value(value));
        return;
    case JSON_INTEGER:
        printf("%" JSON_INTEGER_FORMAT, json_integer_value(value));
        return;
    case JSON_TRUE:
        fputs("yes", stdout);
        return;
    case JSON_FALSE:
        fputs("no", stdout);
        return;
    default:
        fputc('-', stdout);
    }
}

static size_t key_width(const json_t *object) {
    size_t width = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) width = strlen(key) > width ? strlen(key) : width;
    return width;
}

static void print_lines(const json_t *object, int indent) {
    int width = (int)key_width(object);
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)object, key, value) {
        printf("%*s%-*s  ", indent, "", width, key);
        if (!json_is_array(value) && !json_is_object(value)) {
            print_plain(value);
            fputc('\n', stdout);
            continue;
        }
        fputc('\n', stdout);
        if (json_is_object(value))
            print_lines(value, indent + 2);
        for (size_t k = 0; k < json_array_size(value); k++) {
            const json_t *item = json_array_get(value, k);
            printf("%*s- ", indent + 2, "");
            if (json_is_object(item)) {
                fputc('\n', stdout);
                print_lines(item, indent + 4);
                continue;
            }
            print_plain(item);
            fputc('\n', stdout);
        }
    }
}

void cli_print_card(json_t *object, bool as_json) {
    if (as_json)
        print_json(object);
    else
        print_lines(object, 0);
    json_decref(object);
}

static size_t column_width(const json_t *array, const char *column) {
    size_t width = strlen(column);
    for (size_t k = 0; k < json_array_size(array); k++) {
        size_t n = json_string_length(json_object_get(json_array_get(array, k), column));
        width = n > width ? n : width;
    }
    return width;
}

void cli_print_list(json_t *array, const char *const *column, size_t n_column, bool as_json) {
    if (as_json) {
        print_json(array);
        json_decref(array);
        return;
    }
    for (size_t k = 0; k <= json_array_size(array); k++)
        for (size_t c = 0; c < n_column; c++) {
            const char *text =
                k ? json_string_value(json_object_get(json_array_get(array, k - 1), column[c])) : column[c];
            int width = c + 1 == n_column ? 0 : (int)column_width(array, column[c]);
            printf("%-*s%s", width, text ? text : "-", c + 1 == n_column ? "\n" : "  ");
        }
    json_decref(array);
}
