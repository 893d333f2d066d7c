/* Files of draws: CSV that spreadsheets, R and pandas read, with what they are draws of in lines that begin with #. Numbers are written so that
 * they read back as the same bits. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "holdout/calibrate.h"
#include "world/parameters.h"

enum { FILE_MAX = 256 << 20 /* [byte] */, FORMAT = 1 };
static const char MAGIC[] = "# holdout draws", STREAM[] = "stream";

/* --- writing --- */

typedef struct writing {
    char *text;
    size_t n, capacity;
    bool no_memory;
} writing;

__attribute__((format(printf, 2, 3))) static void put(writing *w, const char *format, ...) {
    char piece[512];
    va_list list;
    va_start(list, format);
    int n = vsnprintf(piece, sizeof piece, format, list);
    va_end(list);
    char *wider = ho_array_grow(w->text, &w->capacity, w->n + sizeof piece, 1);
    if (!wider || n < 0 || (size_t)n >= sizeof piece) {
        w->no_memory = true;
        return;
    }
    w->text = wider;
    memcpy(w->text + w->n, piece, (size_t)n);
    w->n += (size_t)n;
}

static void write_head(writing *w, const ho_draws_info *info, const ho_draws *draws) {
    char date[11];
    put(w, "%s: %d\n# scenario: %s\n# scenario_digest: %s\n# version: %s\n# known_by: %s\n# seed: %u\n", MAGIC, FORMAT,
          info->scenario, info->scenario_digest, info->version, ho_day_format(info->known_by, date), info->seed);
    if (draws->stream)
        put(w, "%s%s", STREAM, draws->n_parameter ? "," : "");
    for (size_t j = 0; j < draws->n_parameter; j++)
        put(w, "%s%s", j ? "," : "", ho_parameter_table[draws->parameter[j]].name);
    put(w, "\n");
}

static void write_row(writing *w, const ho_draws *draws, size_t row) {
    if (draws->stream)
        put(w, "%u%s", draws->stream[row], draws->n_parameter ? "," : "");
    for (size_t j = 0; j < draws->n_parameter; j++)
        put(w, "%s%.17g", j ? "," : "", draws->value[row * draws->n_parameter + j]);
    put(w, "\n");
}

ho_status ho_draws_write(const char *path, const ho_draws_info *info, const ho_draws *draws, ho_error *err) {
    writing w = {0};
    write_head(&w, info, draws);
    for (size_t i = 0; i < draws->n_draw; i++)
        write_row(&w, draws, i);
    ho_status status = w.no_memory ? ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", path) : ho_file_write(path, w.text, w.n, err);
    free(w.text);
    return status;
}

/* --- reading --- */

typedef struct reading {
    const char *path;
    const ho_scenario *scenario;
    ho_problems *problems;
    ho_draws_info *info;
    ho_draws *draws;
    size_t capacity, line; /* rows there is room for */
    bool head, streams, magic, no_memory;
} reading;

#define PROBLEM(r, ...) ho_problems_add((r)->problems, (r)->path, (int32_t)(r)->line, __VA_ARGS__)

/* Value of a line "# key: value" with this key, or NULL. */
static const char *value_of(const char *line, const char *key) {
    size_t n = strlen(key);
    return strncmp(line, key, n) == 0 && line[n] == ':' && line[n + 1] == ' ' ? line + n + 2 : NULL;
}

static void read_note(reading *r, const char *line) {
    const char *value;
    int64_t number = 0;
    if ((value = value_of(line, MAGIC))) {
        r->magic = strcmp(value, "1") == 0;
        if (!r->magic)
            PROBLEM(r, "draws of format %.20s; need format %d", value, FORMAT);
    } else if ((value = value_of(line, "# scenario"))) {
        snprintf(r->info->scenario, sizeof r->info->scenario, "%s", value);
        if (strcmp(value, r->scenario->name) != 0)
            PROBLEM(r, "draws for scenario \"%.100s\"; this one is \"%.100s\"", value, r->scenario->name);
    } else if ((value = value_of(line, "# scenario_digest"))) {
        snprintf(r->info->scenario_digest, sizeof r->info->scenario_digest, "%s", value);
        if (strcmp(value, r->scenario->base_digest) != 0)
            PROBLEM(r, "draws for another state of the scenario (digest %.12s...; it is %.12s...): calibrate again", value,
                    r->scenario->base_digest);
    } else if ((value = value_of(line, "# version"))) {
        snprintf(r->info->version, sizeof r->info->version, "%s", value);
        if (strcmp(value, HO_VERSION) != 0)
            PROBLEM(r, "draws of holdout %.20s; this is %s: calibrate again", value, HO_VERSION);
    } else if ((value = value_of(line, "# known_by"))) {
        if (*value && !ho_day_parse(value, &r->info->known_by))
            PROBLEM(r, "known_by is \"%.20s\"; need a date like 2021-07-01", value);
    } else if ((value = value_of(line, "# seed"))) {
        if (!ho_text_int64(value, &number) || number < 0 || number > UINT32_MAX)
            PROBLEM(r, "seed is \"%.20s\"; need a whole number from 0 to %u", value, UINT32_MAX);
        r->info->seed = (uint32_t)number;
    }
}

static size_t n_cell(const char *line) {
    size_t n = 1;
    for (; *line; line++)
        n += *line == ',';
    return n;
}

static void read_head(reading *r, char *line) {
    size_t n = n_cell(line), j = 0;
    r->head = true;
    if (!r->magic && !r->problems->n)
        PROBLEM(r, "no draws: the first line is not \"%s: %d\"", MAGIC, FORMAT);
    r->streams = strncmp(line, STREAM, sizeof STREAM - 1) == 0 && (line[sizeof STREAM - 1] == ',' || !line[sizeof STREAM - 1]);
    r->draws = ho_draws_build(0, n - r->streams);
    if (!r->draws) {
        r->no_memory = true;
        return;
    }
    if (r->streams)
        strsep(&line, ",");
    for (char *cell = strsep(&line, ","); cell; cell = strsep(&line, ","), j++) {
        r->draws->parameter[j] = ho_parameter_find(cell);
        if (r->draws->parameter[j] < 0)
            PROBLEM(r, "unknown parameter %.60s; see `holdout list parameters`", cell);
        for (size_t k = 0; k < j; k++)
            if (r->draws->parameter[j] >= 0 && r->draws->parameter[k] == r->draws->parameter[j])
                PROBLEM(r, "%.60s is there twice", cell);
    }
}

static bool grow(reading *r) {
    ho_draws *d = r->draws;
    if (d->n_draw < r->capacity)
        return true;
    size_t wider = r->capacity ? 2 * r->capacity : 256;
    double *value = realloc(d->value, (wider * d->n_parameter + 1) * sizeof *value);
    d->value = value ? value : d->value;
    uint32_t *stream = r->streams ? realloc(d->stream, wider * sizeof *stream) : NULL;
    d->stream = stream ? stream : d->stream;
    r->no_memory = !value || (r->streams && !stream);
    r->capacity = wider;
    return !r->no_memory;
}

static void read_value(reading *r, size_t j, const char *cell, double *value) {
    int32_t k = r->draws->parameter[j];
    if (!ho_text_double(cell, value))
        PROBLEM(r, "%s is \"%.40s\"; need a number", k < 0 ? "a value" : ho_parameter_table[k].name, cell);
    else if (k >= 0 && !(*value >= ho_parameter_table[k].lo && *value <= ho_parameter_table[k].hi))
        PROBLEM(r, "%s is %.10g; need %g to %g", ho_parameter_table[k].name, *value, ho_parameter_table[k].lo,
                ho_parameter_table[k].hi);
}

static void read_row(reading *r, char *line) {
    ho_draws *d = r->draws;
    size_t n = n_cell(line), need = d->n_parameter + r->streams;
    int64_t stream = 0;
    if (n != need) {
        PROBLEM(r, "has %zu values; need %zu", n, need);
        return;
    }
    if (!grow(r))
        return;
    if (r->streams) {
        const char *cell = strsep(&line, ",");
        if (!ho_text_int64(cell, &stream) || stream < 0 || stream > UINT32_MAX)
            PROBLEM(r, "stream is \"%.40s\"; need a whole number from 0 to %u", cell, UINT32_MAX);
        d->stream[d->n_draw] = (uint32_t)stream;
    }
    for (size_t j = 0; j < d->n_parameter; j++)
        read_value(r, j, strsep(&line, ","), &d->value[d->n_draw * d->n_parameter + j]);
    d->n_draw++;
}

static void read_lines(reading *r, char *text) {
    for (char *line = strsep(&text, "\n"); line && !r->no_memory; line = strsep(&text, "\n")) {
        size_t length = strlen(line);
        r->line++;
        if (length > 0 && line[length - 1] == '\r')
            line[length - 1] = '\0';
        if (*line == '#')
            read_note(r, line);
        else if (*line && !r->head)
            read_head(r, line);
        else if (*line && r->draws)
            read_row(r, line);
    }
    r->line = 0;
    if (r->problems->n)
        return;
    if (!r->head)
        PROBLEM(r, "has no draws");
    else if (r->draws && r->draws->n_draw == 0)
        PROBLEM(r, "has no rows; need one or more");
    if (r->head && r->magic && (!*r->info->scenario || !*r->info->scenario_digest || !*r->info->version))
        PROBLEM(r, "does not say what it was drawn for; need lines # scenario, # scenario_digest and # version");
}

ho_status ho_draws_read(const char *path, const ho_scenario *scenario, ho_draws **out, ho_draws_info *info,
                        ho_problems *problems, ho_error *err) {
    char *text = NULL;
    size_t n = 0;
    *info = (ho_draws_info){.known_by = HO_DAY_NONE};
    ho_status status = ho_text_read(path, FILE_MAX, &text, &n, err);
    if (status)
        return status;
    reading r = {.path = path, .scenario = scenario, .problems = problems, .info = info};
    ho_digest digest;
    char hex[HO_DIGEST_TEXT];
    ho_digest_begin(&digest);
    ho_digest_bytes(&digest, text, n);
    ho_digest_end(&digest, hex);
    read_lines(&r, text);
    free(text);
    if (r.no_memory)
        status = ho_error_set(err, HO_ERR_MEMORY, "%s: out of memory", path);
    else if (problems->n)
        status = ho_error_set(err, HO_ERR_INPUT, "%s", problems->line[0]);
    if (status) {
        ho_draws_free(r.draws);
        return status;
    }
    memcpy(r.draws->digest, hex, sizeof r.draws->digest);
    r.draws->known_by = info->known_by;
    *out = r.draws;
    return HO_OK;
}
