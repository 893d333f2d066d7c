/* facts.csv: facts of the record that a run can show or not. The simulation does not read it.
 * Method: a table of fields; then, by a table of kinds, which columns a row needs and may have; then its lists of words.
 * Invariant: `of` names earlier rows only, so that values can be worked out in the order of the rows. */
#include <stdlib.h>
#include <string.h>

#include "scenario/sections.h"

enum { ROWS_MAX = 1000, WORDS_MAX = 512 };

/* Columns that kinds differ in. */
enum {
    OBSERVABLE = 1,
    BLOC = 2,
    PLACES = 4,
    OF = 8,
    DATE = 16,
    UNTIL = 32,
    AMOUNT = 64,
    RANGE = 128,
    DENOMINATOR = 256,
    N_COLUMN = 9
};
static const char *const COLUMN[N_COLUMN] = {"observable", "bloc",   "places",      "of",         "date",
                                             "until",      "amount", "low or high", "denominator"};

/* In the order of ho_fact_kind. */
static const char *const KIND[] = {"level",    "change",  "lost",  "lost-within", "clustering", "mode-share", "per-loss",
                                   "retaken",  "ahead",   "held",  "all",         "falling",    "dose",       "weaker",
                                   NULL};
static const struct {
    unsigned needs, may;
} TAKES[HO_N_FACT_KIND] = {
    [HO_FACT_LEVEL] = {OBSERVABLE | DATE | RANGE, DENOMINATOR},
    [HO_FACT_CHANGE] = {OBSERVABLE | DATE | UNTIL | RANGE, DENOMINATOR},
    [HO_FACT_LOST] = {BLOC | UNTIL | RANGE, PLACES | DATE | DENOMINATOR},
    [HO_FACT_LOST_WITHIN] = {BLOC | AMOUNT | RANGE, PLACES | UNTIL | DENOMINATOR},
    [HO_FACT_CLUSTERING] = {BLOC | RANGE, PLACES | UNTIL},
    [HO_FACT_MODE_SHARE] = {BLOC | OF | RANGE, PLACES | DATE | UNTIL},
    [HO_FACT_PER_LOSS] = {OBSERVABLE | BLOC | DATE | UNTIL | RANGE, PLACES},
    [HO_FACT_RETAKEN] = {BLOC | RANGE, PLACES | DATE | UNTIL},
    [HO_FACT_AHEAD] = {BLOC | PLACES | DATE | RANGE, 0},
    [HO_FACT_HELD] = {BLOC | DATE | RANGE, PLACES | DENOMINATOR},
    [HO_FACT_ALL] = {OF, 0},
    [HO_FACT_FALLING] = {OF, 0},
    [HO_FACT_DOSE] = {OBSERVABLE | BLOC | OF | AMOUNT | DATE | RANGE, 0},
    [HO_FACT_WEAKER] = {OF, 0},
};

static const char *const PLACES_WORD[] = {"districts", "capitals", "capitals-but-holdout", "crossings", NULL};
static const char *const DOSE[] = {"cash", "sorties", "maintenance", "sanctuary", "arrears", NULL};
/* Numbered as ho_mode, which a later stage declares. */
static const char *const MODE[] = {"start", "fought", "negotiated", "abandoned", "carried", "regime_fall", NULL};
static const char *const USE[] = {"fact", "report", NULL};

typedef struct fact_line { /* a row while it is read */
    ho_fact_row row;
    int32_t use;
} fact_line;

#define IN(member, what) .name = #member, .kind = (what), .offset = offsetof(fact_line, row.member)
#define MAY_LACK .optional = true, .no_column = true
static const ho_field FACT[] = {
    {IN(id, HO_FIELD_ID)},
    {IN(fact, HO_FIELD_TEXT)},
    {IN(kind, HO_FIELD_CHOICE), .choice = KIND},
    {IN(observable, HO_FIELD_TEXT), MAY_LACK},
    {IN(bloc, HO_FIELD_REF), .ref = HO_REF_BLOC, MAY_LACK},
    {IN(places, HO_FIELD_TEXT), MAY_LACK},
    {.name = "of", .kind = HO_FIELD_TEXT, .offset = offsetof(fact_line, row.list), MAY_LACK},
    {IN(date, HO_FIELD_DAY), MAY_LACK},
    {IN(until, HO_FIELD_DAY), MAY_LACK},
    {IN(amount, HO_FIELD_NUMBER), .min = 0, .max = INFINITY, .above = true, MAY_LACK},
    {IN(low, HO_FIELD_NUMBER), .min = -INFINITY, .max = INFINITY, MAY_LACK},
    {IN(high, HO_FIELD_NUMBER), .min = -INFINITY, .max = INFINITY, MAY_LACK},
    {IN(denominator, HO_FIELD_NUMBER), .min = 0, .max = INFINITY, .above = true, MAY_LACK},
    {IN(recorded, HO_FIELD_NUMBER), .min = -INFINITY, .max = INFINITY, MAY_LACK},
    {.name = "use", .kind = HO_FIELD_CHOICE, .offset = offsetof(fact_line, use), .choice = USE, MAY_LACK},
    {IN(definition, HO_FIELD_TEXT)},
    {IN(source, HO_FIELD_TEXT)},
    {IN(known_on, HO_FIELD_DAY)},
};
enum { NO_KIND = -1, NO_BLOC = -2 }; /* nothing read; -1 is an unknown bloc, which has its finding */
static const fact_line FACT_BLANK = {.row = {.kind = (ho_fact_kind)NO_KIND,
                                             .bloc = NO_BLOC,
                                             .date = HO_DAY_NONE,
                                             .until = HO_DAY_NONE,
                                             .amount = NAN,
                                             .low = -INFINITY,
                                             .high = INFINITY,
                                             .denominator = NAN,
                                             .recorded = NAN,
                                             .known_on = HO_DAY_NONE}};
static const ho_rows FACTS = {"facts", FACT, COUNT(FACT), sizeof(fact_line), &FACT_BLANK,
                              offsetof(fact_line, row.line), ROWS_MAX, HO_REF_FACT, offsetof(fact_line, row.id), 0};

const char *ho_fact_kind_name(ho_fact_kind kind) {
    return kind >= 0 && kind < HO_N_FACT_KIND ? KIND[kind] : "";
}

const char *ho_dose_of_name(ho_dose_of what) {
    return what >= 0 && what < HO_N_DOSE_OF ? DOSE[what] : "";
}

/* --- which columns --- */

static unsigned given(const ho_fact_row *row) {
    bool range = row->low > -INFINITY || row->high < INFINITY;
    return (row->observable ? OBSERVABLE : 0U) | (row->bloc != NO_BLOC ? BLOC : 0U) | (row->places ? PLACES : 0U) |
           (row->list ? OF : 0U) | (row->date != HO_DAY_NONE ? DATE : 0U) | (row->until != HO_DAY_NONE ? UNTIL : 0U) |
           (isnan(row->amount) ? 0U : AMOUNT) | (range ? RANGE : 0U) | (isnan(row->denominator) ? 0U : DENOMINATOR);
}

static void columns_check(ho_loader *loader, const ho_fact_row *row) {
    unsigned there = given(row), needs = TAKES[row->kind].needs, may = needs | TAKES[row->kind].may;
    for (int k = 0; k < N_COLUMN; k++) {
        if (needs >> k & 1 && !(there >> k & 1))
            ho_finding_add(loader->findings, HO_FILE_FACTS, row->line, "%s needs %s", KIND[row->kind], COLUMN[k]);
        if (there >> k & 1 && !(may >> k & 1))
            ho_finding_add(loader->findings, HO_FILE_FACTS, row->line, "%s takes no %s", KIND[row->kind], COLUMN[k]);
    }
}

static void range_check(ho_loader *loader, const ho_fact_row *row) {
    char date[11], until[11];
    if (row->high < row->low)
        ho_finding_add(loader->findings, HO_FILE_FACTS, row->line, "high is %.10g; need at least low, which is %.10g",
                       row->high, row->low);
    if (row->date != HO_DAY_NONE && row->until != HO_DAY_NONE && row->until < row->date)
        ho_finding_add(loader->findings, HO_FILE_FACTS, row->line, "until is %s; need a day from date (%s) on",
                       ho_day_format(row->until, until), ho_day_format(row->date, date));
}

/* --- lists of words --- */

/* What a word stands for; below 0: nothing, and what is needed goes to *need ("" where another finding says it). */
typedef int32_t word_reader(ho_loader *loader, const ho_fact_row *row, const char *word, const char **need);

static int32_t find_in(const char *const *choice, const char *word) {
    for (int32_t k = 0; choice[k]; k++)
        if (strcmp(choice[k], word) == 0)
            return k;
    return -1;
}

static int32_t read_mode(ho_loader *loader, const ho_fact_row *row, const char *word, const char **need) {
    (void)loader;
    (void)row;
    int32_t mode = find_in(MODE, word);
    *need = "fought, negotiated, abandoned, carried or regime_fall";
    return mode > 0 ? mode : -1; /* what is held by others on day 0 was not lost */
}

static int32_t read_dose(ho_loader *loader, const ho_fact_row *row, const char *word, const char **need) {
    (void)loader;
    (void)row;
    *need = "cash, sorties, maintenance, sanctuary or arrears";
    return find_in(DOSE, word);
}

static int32_t read_fact(ho_loader *loader, const ho_fact_row *row, const char *word, const char **need) {
    const ho_scenario *s = loader->scenario;
    int32_t at = ho_names_find(&loader->names[HO_REF_FACT], word);
    bool of_dose = row->kind == HO_FACT_WEAKER, open = at < 0 && loader->names[HO_REF_FACT].open;
    *need = open ? "" : of_dose ? "the id of a dose in an earlier row" : "the id of an earlier row that is no dose and no weaker";
    if (at < 0 || &s->fact[at] >= row)
        return -1;
    ho_fact_kind kind = s->fact[at].kind;
    if (kind == (ho_fact_kind)NO_KIND)
        *need = "";
    return (of_dose ? kind == HO_FACT_DOSE : kind < HO_FACT_DOSE) ? at : -1;
}

static int32_t read_district(ho_loader *loader, const ho_fact_row *row, const char *word, const char **need) {
    (void)row;
    *need = loader->names[HO_REF_DISTRICT].open
                ? ""
                : "districts, capitals, capitals-but-holdout, crossings, or p-codes of districts.csv";
    return ho_names_find(&loader->names[HO_REF_DISTRICT], word);
}

/* Reads each word of a text once. *list: owned by the row. */
static void words_read(ho_loader *loader, const ho_fact_row *row, const char *name, const char *text, word_reader *read,
                       int32_t **list, size_t *n) {
    char *words = strdup(text), *rest = words, quoted[HO_QUOTE_ROOM];
    *list = calloc(WORDS_MAX, sizeof **list);
    if (!words || !*list)
        loader->findings->no_memory = true;
    for (char *word = words && *list ? strsep(&rest, " ") : NULL; word; word = strsep(&rest, " ")) {
        const char *need = "";
        int32_t value = *word ? read(loader, row, word, &need) : -1;
        for (size_t k = 0; k < *n && value >= 0; k++)
            if ((*list)[k] == value) {
                value = -1;
                need = "each once";
            }
        if (value >= 0 && *n == WORDS_MAX) {
            value = -1;
            need = "fewer";
        }
        if (value >= 0)
            (*list)[(*n)++] = value;
        else if (*need)
            ho_finding_add(loader->findings, HO_FILE_FACTS, row->line, "%s has %s; need %s", name,
                           ho_quote(word, quoted), need);
    }
    free(words);
}

static void places_read(ho_loader *loader, ho_fact_row *row) {
    int32_t word = row->places ? find_in(PLACES_WORD, row->places) : 0;
    row->scope = word < 0 ? HO_SCOPE_LIST : (ho_fact_scope)word;
    if (row->scope == HO_SCOPE_LIST)
        words_read(loader, row, "places", row->places, read_district, &row->place, &row->n_place);
}

static void of_read(ho_loader *loader, ho_fact_row *row) {
    if (!row->list || !(TAKES[row->kind].needs & OF))
        return;
    word_reader *read = row->kind == HO_FACT_MODE_SHARE ? read_mode : row->kind == HO_FACT_DOSE ? read_dose : read_fact;
    size_t before = loader->findings->n_total;
    words_read(loader, row, "of", row->list, read, &row->of, &row->n_of);
    bool few = (row->kind == HO_FACT_FALLING && row->n_of < 2) || (row->kind == HO_FACT_WEAKER && row->n_of != 2);
    if (few && before == loader->findings->n_total && !loader->names[HO_REF_FACT].open)
        ho_finding_add(loader->findings, HO_FILE_FACTS, row->line, "%s needs %s in of", KIND[row->kind],
                       row->kind == HO_FACT_WEAKER ? "two ids" : "two ids or more");
}

/* --- the file --- */

/* Moves the lines into the scenario's rows; what is absent gets its "" once it has been looked at. */
static void rows_take(ho_loader *loader, fact_line *line, size_t n) {
    ho_scenario *s = loader->scenario;
    s->fact = calloc(n + 1, sizeof *s->fact);
    if (!s->fact) {
        loader->findings->no_memory = true;
        for (size_t k = 0; k < n; k++) {
            ho_fact_row *row = &line[k].row;
            char *text[] = {row->id, row->fact, row->observable, row->definition, row->source, row->places, row->list};
            for (size_t t = 0; t < COUNT(text); t++)
                free(text[t]);
        }
        return;
    }
    for (size_t k = 0; k < n; k++) {
        line[k].row.is_report = line[k].use == 1;
        s->fact[s->n_fact++] = line[k].row;
    }
}

static void row_finish(ho_loader *loader, ho_fact_row *row) {
    if (row->kind != (ho_fact_kind)NO_KIND) {
        columns_check(loader, row);
        range_check(loader, row);
        places_read(loader, row);
        of_read(loader, row);
    }
    row->bloc = row->bloc == NO_BLOC ? -1 : row->bloc;
    char **text[] = {&row->observable, &row->places, &row->list};
    for (size_t k = 0; k < COUNT(text); k++)
        if (!*text[k])
            *text[k] = ho_text_keep(loader, "");
}

void ho_facts_read(ho_loader *loader, ho_bytes bytes) {
    void *lines = NULL;
    size_t n = 0;
    if (!bytes.data)
        return;
    ho_table_read(loader, HO_FILE_FACTS, bytes, &FACTS, &lines, &n);
    rows_take(loader, lines, n);
    free(lines);
    for (size_t k = 0; k < loader->scenario->n_fact && !loader->findings->no_memory; k++)
        row_finish(loader, &loader->scenario->fact[k]);
}
