/* Numbers as text, and CSV files. */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli.h"

const char *cli_number(char text[CLI_NUMBER], double value, int n_decimal, bool sign) {
    if (!isfinite(value)) {
        snprintf(text, CLI_NUMBER, "-");
        return text;
    }
    snprintf(text, CLI_NUMBER, sign ? "%+.*f" : "%.*f", n_decimal, value);
    bool zero = strspn(text, "+-0.") == strlen(text);
    return zero && (text[0] == '-' || text[0] == '+') ? text + 1 : text;
}

void cli_csv_text(FILE *csv, const char *text) {
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, csv);
        return;
    }
    fputc('"', csv);
    for (const char *c = text; *c; c++) {
        if (*c == '"')
            fputc('"', csv);
        fputc(*c, csv);
    }
    fputc('"', csv);
}

void cli_csv_number(FILE *csv, double value) {
    fputc(',', csv);
    if (isfinite(value))
        fprintf(csv, "%.9g", value);
}

int cli_write_file(const char *path, void (*write)(FILE *file, const void *context), const void *context) {
    FILE *file = fopen(path, "w");
    if (!file) {
        cli_say("%s: cannot be written: %s", path, strerror(errno));
        return CLI_FAILED;
    }
    write(file, context);
    bool failed = ferror(file) != 0;
    if (fclose(file) == 0 && !failed)
        return CLI_OK;
    cli_say("%s: writing failed; is the disk full?", path);
    return CLI_FAILED;
}

int cli_make_folder(const char *path, bool *made) {
    struct stat about;
    *made = mkdir(path, 0777) == 0;
    if (*made)
        return CLI_OK;
    if (errno != EEXIST)
        cli_say("%s: cannot be made: %s", path, strerror(errno));
    else if (stat(path, &about) != 0 || !S_ISDIR(about.st_mode))
        cli_say("%s: is no folder", path);
    else if (access(path, W_OK | X_OK) != 0)
        cli_say("%s: cannot be written to: %s", path, strerror(errno));
    else
        return CLI_OK;
    return CLI_FAILED;
}

static void write_value(FILE *file, const json_t *value) {
    if (json_is_string(value))
        cli_csv_text(file, json_string_value(value));
    else if (json_is_boolean(value))
        fputc(json_is_true(value) ? '1' : '0', file);
    else if (json_is_integer(value))
        fprintf(file, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        fprintf(file, "%.9g", json_real_value(value));
}

void cli_csv_row(FILE *file, json_t *object, bool names) {
    const char *key, *between = "";
    json_t *value;
    json_object_foreach(object, key, value) {
        fputs(between, file);
        if (names)
            fputs(key, file);
        else
            write_value(file, value);
        between = ",";
    }
    fputc('\n', file);
}
