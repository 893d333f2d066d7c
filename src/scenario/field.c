/* Fields: text to row members, each kind in one small function.
 * Method: a function a kind, chosen by a table; every one either writes the member or adds one finding.
 * Invariant: a member is written at most once and only with an allowed value. */
#include "scenario/field.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "scenario/loader.h"

_Static_assert(sizeof(ho_role) == sizeof(int32_t), "CHOICE writes 32 bits");

enum { ID_MAX = 63, PCODE_MAX = 31 };

/* What a name stands for and the file that lists it. */
static const struct {
    const char *noun;
    ho_file file;
} REF[HO_N_REF] = {
    [HO_REF_NONE] = {"name", HO_FILE_SCENARIO},        [HO_REF_BLOC] = {"bloc", HO_FILE_SCENARIO},
    [HO_REF_GROUP] = {"group", HO_FILE_SCENARIO},      [HO_REF_KIND] = {"garrison kind", HO_FILE_SCENARIO},
    [HO_REF_FACTION] = {"faction", HO_FILE_SCENARIO},  [HO_REF_PATRON] = {"patron", HO_FILE_SCENARIO},
    [HO_REF_DISTRICT] = {"p-code", HO_FILE_DISTRICTS}, [HO_REF_PROVINCE] = {"province", HO_FILE_DISTRICTS},
    [HO_REF_COMMAND] = {"command", HO_FILE_COMMANDS},  [HO_REF_CROSSING] = {"crossing", HO_FILE_SCENARIO},
    [HO_REF_PARAMETER] = {"parameter", HO_FILE_SCENARIO}, [HO_REF_CLAIM] = {"claim", HO_FILE_CLAIMS},
    [HO_REF_FACT] = {"fact", HO_FILE_FACTS},
};

char *ho_choices_text(const char *const *choice, char out[HO_CHOICES_ROOM]) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t k = 0; choice[k]; k++) {
        const char *between = k == 0 ? "" : choice[k + 1] ? ", " : " or ";
        int n = snprintf(out + used, HO_CHOICES_ROOM - used, "%s%s", between, *choice[k] ? choice[k] : "empty");
        if (n < 0 || (size_t)n >= HO_CHOICES_ROOM - used)
            break;
        used += (size_t)n;
    }
    return out;
}

char *ho_range_text(double min, double max, bool above, char out[HO_RANGE_ROOM]) {
    if (min == max)
        snprintf(out, HO_RANGE_ROOM, "need %.10g", min);
    else if (isinf(max))
        snprintf(out, HO_RANGE_ROOM, "need %s %.10g", above ? ">" : ">=", min);
    else
        snprintf(out, HO_RANGE_ROOM, "need %.10g to %.10g", min, max);
    return out;
}

/* Adds "name is "text"; need ...". Returns false, so that readers can `return` it. */
static bool refuse(ho_loader *loader, const ho_field *field, const ho_cell *cell, const char *need) {
    char quoted[HO_QUOTE_ROOM];
    if (*cell->text)
        ho_finding_add(loader->findings, cell->file, cell->line, "%s is %s; need %s", field->name,
                       ho_quote(cell->text, quoted), need);
    else
        ho_finding_add(loader->findings, cell->file, cell->line, "%s is empty; need %s", field->name, need);
    return false;
}

static bool text_put(ho_loader *loader, const ho_field *field, const char *text, void *row) {
    char *copy = ho_text_keep(loader, text);
    if (!copy)
        return false;
    char **member = (char **)((char *)row + field->offset);
    free(*member);
    *member = copy;
    return true;
}

static bool text_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    if (!*cell->text || (cell->file == HO_FILE_SCENARIO && !cell->quoted && strcmp(cell->text, "~") == 0))
        return refuse(loader, field, cell, "text");
    return text_put(loader, field, cell->text, row);
}

static bool id_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    size_t n = strspn(cell->text, "abcdefghijklmnopqrstuvwxyz0123456789_-");
    if (n == 0 || cell->text[n] || n > ID_MAX)
        return refuse(loader, field, cell, "1 to 63 lower-case letters, digits, _ or -");
    return text_put(loader, field, cell->text, row);
}

static bool pcode_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    size_t n = 0;
    while ((unsigned char)cell->text[n] > ' ' && cell->text[n] != ',' && cell->text[n] != 0x7F)
        n++;
    if (n == 0 || cell->text[n] || n > PCODE_MAX)
        return refuse(loader, field, cell, "1 to 31 bytes without spaces or commas");
    return text_put(loader, field, cell->text, row);
}

static bool color_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    const char *text = cell->text;
    if (text[0] != '#' || strlen(text) != 7 || strspn(text + 1, "0123456789abcdefABCDEF") != 6)
        return refuse(loader, field, cell, "a color such as \"#2c6fbb\"");
    return text_put(loader, field, text, row);
}

/* Index of text among the choices, -1 after a finding. */
static int32_t choice_find(ho_loader *loader, const ho_field *field, const ho_cell *cell) {
    for (int32_t k = 0; field->choice[k]; k++)
        if (strcmp(field->choice[k], cell->text) == 0)
            return k;
    char choices[HO_CHOICES_ROOM];
    refuse(loader, field, cell, ho_choices_text(field->choice, choices));
    return -1;
}

static bool word_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    return choice_find(loader, field, cell) >= 0 && text_put(loader, field, cell->text, row);
}

static bool choice_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    int32_t value = choice_find(loader, field, cell);
    if (value < 0)
        return false;
    memcpy((char *)row + field->offset, &value, sizeof value);
    return true;
}

static bool day_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    ho_day day;
    if (!ho_day_parse(cell->text, &day))
        return refuse(loader, field, cell, "a date such as 2021-05-01");
    memcpy((char *)row + field->offset, &day, sizeof day);
    return true;
}

static bool text_is_infinite(const char *text) {
    text += *text == '+' || *text == '-';
    text += *text == '.';
    return strncasecmp(text, "nan", 3) == 0 || strncasecmp(text, "inf", 3) == 0;
}

static bool range_refuse(ho_loader *loader, const ho_field *field, const ho_cell *cell) {
    char range[HO_RANGE_ROOM];
    ho_finding_add(loader->findings, cell->file, cell->line, "%s is %.40s; %s", field->name, cell->text,
                   ho_range_text(field->min, field->max, field->above, range));
    return false;
}

static bool number_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    double value;
    if (cell->quoted || !ho_text_double(cell->text, &value))
        return refuse(loader, field, cell, text_is_infinite(cell->text) ? "a finite number" : "a number");
    if (value < field->min || value > field->max || (field->above && value <= field->min))
        return range_refuse(loader, field, cell);
    memcpy((char *)row + field->offset, &value, sizeof value);
    return true;
}

static bool integer_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    int64_t value;
    if (cell->quoted || !ho_text_int64(cell->text, &value))
        return refuse(loader, field, cell, "a whole number");
    if ((double)value < field->min || (double)value > field->max)
        return range_refuse(loader, field, cell);
    memcpy((char *)row + field->offset, &value, sizeof value);
    return true;
}

static bool truth_put(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row, const char *yes,
                      const char *no) {
    bool value = strcmp(cell->text, yes) == 0;
    char need[32];
    snprintf(need, sizeof need, "%s or %s", no, yes);
    if (cell->quoted || (!value && strcmp(cell->text, no) != 0))
        return refuse(loader, field, cell, need);
    memcpy((char *)row + field->offset, &value, sizeof value);
    return true;
}

static bool bit_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    return truth_put(loader, field, cell, row, "1", "0");
}

static bool bool_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    return truth_put(loader, field, cell, row, "true", "false");
}

static bool ref_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    const ho_names *names = &loader->names[field->ref];
    int32_t index = ho_names_find(names, cell->text);
    memcpy((char *)row + field->offset, &index, sizeof index); /* -1 if unknown */
    if (index < 0 && names->open) /* the missing list is the problem, not this reference */
        return false;
    if (index < 0 && !*cell->text) {
        ho_finding_add(loader->findings, cell->file, cell->line, "%s is empty; need a %s of %s", field->name,
                       REF[field->ref].noun, loader->findings->name[REF[field->ref].file]);
        return false;
    }
    if (index < 0) {
        char quoted[HO_QUOTE_ROOM];
        ho_finding_add(loader->findings, cell->file, cell->line, "%s is %s; %s has no such %s", field->name,
                       ho_quote(cell->text, quoted), loader->findings->name[REF[field->ref].file],
                       REF[field->ref].noun);
        return false;
    }
    return true;
}

bool ho_field_take(ho_loader *loader, const ho_field *field, const ho_cell *cell, void *row) {
    typedef bool take(ho_loader *, const ho_field *, const ho_cell *, void *);
    static take *const TAKE[] = {
        [HO_FIELD_TEXT] = text_take,     [HO_FIELD_ID] = id_take,           [HO_FIELD_PCODE] = pcode_take,
        [HO_FIELD_COLOR] = color_take,   [HO_FIELD_WORD] = word_take,       [HO_FIELD_CHOICE] = choice_take,
        [HO_FIELD_DAY] = day_take,       [HO_FIELD_NUMBER] = number_take,   [HO_FIELD_INTEGER] = integer_take,
        [HO_FIELD_BIT] = bit_take,       [HO_FIELD_BOOL] = bool_take,       [HO_FIELD_REF] = ref_take,
    };
    if (field->optional && !*cell->text && !cell->quoted && cell->file != HO_FILE_SCENARIO)
        return true; /* an empty cell keeps the blank */
    return TAKE[field->kind](loader, field, cell, row);
}
