/* The statements of a run as a table, Markdown, JSON and CSV. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

enum { N_NUMBER = 32, N_CELL = 160, WIDTH = 99, N_STATEMENT = 1200, HALF = 48 };

/* Three digits that count; thousands from ten of them on as k, millions as M, thousands of millions as bn. */
static const char *number(char text[N_NUMBER], double value) {
    if (isnan(value))
        return "-";
    if (fabs(value) >= 999.5e6)
        snprintf(text, N_NUMBER, "%.4gbn", value / 1e9);
    else if (fabs(value) >= 999500)
        snprintf(text, N_NUMBER, "%.3gM", value / 1e6);
    else if (fabs(value) >= 9999.5)
        snprintf(text, N_NUMBER, "%.3gk", value / 1e3);
    else
        snprintf(text, N_NUMBER, fabs(value) >= 1000 ? "%.0f" : "%.3g", value);
    return text;
}

static const char *range_text(char cell[N_CELL], double low, double high) {
    char a[N_NUMBER], b[N_NUMBER];
    if (isinf(low) && isinf(high))
        snprintf(cell, N_CELL, "any effect");
    else if (low == high)
        snprintf(cell, N_CELL, "%s", number(a, low));
    else if (isinf(high))
        snprintf(cell, N_CELL, "at least %s", number(a, low));
    else if (isinf(low))
        snprintf(cell, N_CELL, "at most %s", number(b, high));
    else
        snprintf(cell, N_CELL, "%s to %s", number(a, low), number(b, high));
    return cell;
}

/* Is it only whether something happens? */
static bool is_truth(const ho_audit_claim *claim, const ho_audit_reading *reading) {
    bool asks = reading->low == 1 && (reading->high == 1 || isinf(reading->high));
    return asks && claim->row->kind != HO_CLAIM_QUANTITY && !(reading->q95 > 1) && !reading->is_cause;
}

static const char *says_cell(char cell[N_CELL], const ho_audit_claim *claim, const ho_audit_reading *reading) {
    if (is_truth(claim, reading)) {
        snprintf(cell, N_CELL, "happens");
        return cell;
    }
    return range_text(cell, reading->low, reading->high);
}

/* Median and 5 to 95 %, or a cause's effect and its error. */
static const char *run_cell(char cell[N_CELL], const ho_audit_claim *claim, const ho_audit_reading *reading) {
    char a[N_NUMBER], b[N_NUMBER], c[N_NUMBER];
    if (!reading->measured)
        snprintf(cell, N_CELL, "not measured");
    else if (reading->is_cause)
        snprintf(cell, N_CELL, "%+.3g +- %s", reading->effect, number(a, reading->effect_se));
    else if (is_truth(claim, reading))
        snprintf(cell, N_CELL, "in %.0f %% of runs", 100 * reading->holds);
    else
        snprintf(cell, N_CELL, "%s (%s to %s)", number(a, reading->median), number(b, reading->q05), number(c, reading->q95));
    return cell;
}

static const char *holds_cell(char cell[N_CELL], const ho_audit_reading *reading) {
    if (isnan(reading->holds))
        snprintf(cell, N_CELL, "-");
    else
        snprintf(cell, N_CELL, "%.2f+-%.2f", reading->holds, reading->holds_se);
    return cell;
}

static const char *record_cell(char cell[N_CELL], const ho_audit_reading *reading) {
    if (isnan(reading->recorded_low))
        snprintf(cell, N_CELL, "-");
    else
        range_text(cell, reading->recorded_low, reading->recorded_high);
    return cell;
}

static const char *date_cell(char cell[N_CELL], const ho_claim_row *row) {
    char start[11], end[11];
    if (row->date_start == row->date_end || row->date_start == HO_DAY_NONE)
        snprintf(cell, N_CELL, "%s", ho_day_format(row->date_end, end));
    else
        snprintf(cell, N_CELL, "%s to %s", ho_day_format(row->date_start, start), ho_day_format(row->date_end, end));
    return cell;
}

/* "overstated in 6 of 7 readings" */
static const char *verdict_text(char cell[N_CELL], const ho_audit_claim *claim) {
    if (claim->n_measured > 1 && claim->verdict < HO_AUDIT_DEPENDS)
        snprintf(cell, N_CELL, "%s in %zu of %zu readings", ho_audit_verdict_name(claim->verdict), claim->n_agree, claim->n_measured);
    else if (claim->verdict == HO_AUDIT_DEPENDS)
        snprintf(cell, N_CELL, "%s: supported in %zu of %zu", ho_audit_verdict_name(claim->verdict), claim->n_agree, claim->n_measured);
    else
        snprintf(cell, N_CELL, "%s", ho_audit_verdict_name(claim->verdict));
    return cell;
}

/* "85 % of territory", in the words of the statement where it has no number. */
static const char *value_text(char cell[N_CELL], const ho_claim_row *row) {
    char range[N_CELL];
    const bool has = !isnan(row->value_low) || !isnan(row->value_high);
    const double low = isnan(row->value_low) ? (double)-INFINITY : row->value_low;
    const double high = isnan(row->value_high) ? (double)INFINITY : row->value_high;
    if (has && (row->kind == HO_CLAIM_QUANTITY || low != 1))
        snprintf(cell, N_CELL, "%.60s %.80s", range_text(range, low, high), row->unit);
    else
        snprintf(cell, N_CELL, "%.150s", row->value_text);
    return cell;
}

/* --- the terminal --- */

/* Words of a text on lines of at most WIDTH columns; all lines but the first are indented. UTF-8 counts a column a character. */
static void print_wrapped(const char *text, size_t column, int indent) {
    while (*text) {
        size_t n = strcspn(text, " \n"), wide = 0;
        for (size_t k = 0; k < n; k++)
            wide += ((unsigned char)text[k] & 0xC0) != 0x80;
        if (column + wide + 1 > WIDTH && column > (size_t)indent) {
            printf("\n%*s", indent, "");
            column = (size_t)indent;
        } else if (column > (size_t)indent) {
            putchar(' ');
            column++;
        }
        fwrite(text, 1, n, stdout);
        column += wide;
        text += n;
        text += strspn(text, " \n");
    }
    putchar('\n');
}

static void print_line(const char *lead, const char *text) {
    if (!*text)
        return;
    printf("    %s", lead);
    print_wrapped(text, 4 + strlen(lead), 6);
}

static void print_head(const ho_audit_claim *claim) {
    char cell[N_CELL], value[N_CELL], verdict[N_CELL], text[N_STATEMENT];
    const ho_claim_row *row = claim->row;
    value_text(value, row);
    snprintf(text, sizeof text, "%.12s  %.40s  %.300s%s%.150s [%.150s]: %s", row->id, date_cell(cell, row), row->quantity, *value ? ": " : "", value,
             row->who, verdict_text(verdict, claim));
    print_wrapped(text, 0, 0);
}

static void print_columns(void) {
    printf("    %-23s%-13s%-23s%-11s%-13s%s\n", "reading", "says", "run", "P(holds)", "record", "verdict");
}

/* Cells that do not fit push the next ones on, but never into each other; a long name has a line of its own. */
static void print_reading(const ho_audit_claim *claim, const ho_audit_reading *reading) {
    char says[N_CELL], run[N_CELL], holds[N_CELL], record[N_CELL];
    const bool is_long = strlen(reading->row->reading) > 22;
    if (is_long)
        printf("    %s\n", reading->row->reading);
    printf("    %-22s %-12s %-22s %-10s %-12s %s\n", is_long ? "" : reading->row->reading, says_cell(says, claim, reading),
           run_cell(run, claim, reading), holds_cell(holds, reading), record_cell(record, reading), ho_audit_verdict_name(reading->verdict));
}

static void print_why_not(const ho_audit_reading *reading) {
    if (!reading->measured)
        print_line("  not measured: ", reading->reason);
}

static const ho_audit_claim *claim_at(const ho_audit *audit, int32_t row) {
    return &audit->claim[row]; /* in the order of the rows */
}

/* "C47 (not supported), C48 (cannot tell)" */
static void against_text(const ho_audit *audit, const ho_claim_row *row, char *text, size_t room) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t k = 0; k < row->n_against && used < room; k++) {
        const ho_audit_claim *other = claim_at(audit, row->against[k]);
        used += (size_t)snprintf(text + used, room - used, "%s%s (%s)", k ? ", " : "", other->row->id, ho_audit_verdict_name(other->verdict));
    }
}

static void print_title(const cli_statements *statements) {
    const ho_scenario *scenario = statements->model->loaded;
    char from[11], until[11];
    printf("%s\n%zu replicates of %s, seed %u, %s to %s\n\n", scenario->title, statements->n_replicate, statements->folder,
           cli_model_seed(statements->model), ho_day_format(scenario->from, from),
           ho_day_format(ho_world_until(statements->model->built), until));
    printf("run: median (5 to 95 %%); P(holds): share of replicates in which the statement holds, +- its\n"
           "Monte-Carlo error. Supported from 0.5; overstated or understated if the run lies below or above it\nin 0.9.");
    if (statements->n_cause)
        printf(" Causes: off minus on, %zu pairs.", statements->n_cause);
    printf("\n");
}

static void print_counts(const ho_audit *audit) {
    size_t n[HO_N_AUDIT] = {0};
    char text[400];
    for (size_t c = 0; c < audit->n; c++)
        n[audit->claim[c].verdict]++;
    size_t used = (size_t)snprintf(text, sizeof text, "%zu statements:", audit->n);
    for (int v = 0, first = 1; v < HO_N_AUDIT; v++)
        if (n[v]) {
            used += (size_t)snprintf(text + used, sizeof text - used, "%s %zu %s", first ? "" : ",", n[v], ho_audit_verdict_name((ho_audit_verdict)v));
            first = 0;
        }
    printf("\n");
    print_wrapped(text, 0, 0);
}

/* --- contradictions --- */

/* Calls visit for each two statements that contradict each other, once, in the order of the rows. */
static void each_contradiction(const ho_audit *audit, void (*visit)(const ho_audit_claim *a, const ho_audit_claim *b, void *context), void *context) {
    for (size_t c = 0; c < audit->n; c++) {
        const ho_claim_row *row = audit->claim[c].row;
        for (size_t k = 0; k < row->n_against; k++) {
            size_t other = (size_t)row->against[k];
            const ho_claim_row *back = audit->claim[other].row;
            bool told = false;
            for (size_t j = 0; j < back->n_against && other < c; j++)
                told = told || (size_t)back->against[j] == c;
            if (!told)
                visit(&audit->claim[c], &audit->claim[other], context);
        }
    }
}

/* Prints the words of a text that fit in HALF columns, padded where asked, and returns the rest. UTF-8 counts a column a character. */
static const char *print_half(const char *text, bool pad) {
    size_t column = 0;
    while (*text) {
        size_t n = strcspn(text, " \n"), wide = 0;
        for (size_t k = 0; k < n; k++)
            wide += ((unsigned char)text[k] & 0xC0) != 0x80;
        if (column > 0 && column + 1 + wide > HALF)
            break;
        printf("%s%.*s", column ? " " : "", (int)n, text);
        column += wide + (column > 0);
        text += n;
        text += strspn(text, " \n");
    }
    if (pad && column < HALF)
        printf("%*s", (int)(HALF - column), "");
    return text;
}

static void print_beside(const char *left, const char *right) {
    while (*left || *right) {
        left = print_half(left, true);
        printf(" |%s", *right ? " " : "");
        right = print_half(right, false);
        printf("\n");
    }
}

static void print_contradiction(const ho_audit_claim *a, const ho_audit_claim *b, void *context) {
    const ho_audit_claim *side[] = {a, b};
    char cell[N_CELL], head[2][N_CELL], said[2][N_STATEMENT], verdict[2][N_CELL], record[2][N_STATEMENT];
    (void)context;
    for (int s = 0; s < 2; s++) {
        const ho_claim_row *row = side[s]->row;
        snprintf(head[s], sizeof head[s], "%.12s  %.40s [%.80s]", row->id, date_cell(cell, row), row->who);
        value_text(cell, row);
        snprintf(said[s], sizeof said[s], "%.600s%s%.150s", row->quantity, *cell ? ": " : "", cell);
        verdict_text(verdict[s], side[s]);
        snprintf(record[s], sizeof record[s], "record: %.900s", *row->assessment ? row->assessment : "nothing");
    }
    printf("\n");
    print_beside(head[0], head[1]);
    print_beside(said[0], said[1]);
    print_beside(record[0], record[1]);
    print_beside(verdict[0], verdict[1]);
}

static void count_contradiction(const ho_audit_claim *a, const ho_audit_claim *b, void *n) {
    (void)a;
    (void)b;
    ++*(size_t *)n;
}

static void print_contradictions(const ho_audit *audit) {
    size_t n = 0;
    each_contradiction(audit, count_contradiction, &n);
    if (n == 0)
        return;
    printf("\nStatements that contradict each other:\n");
    each_contradiction(audit, print_contradiction, NULL);
}

/* --- all of them --- */

void cli_print_statements(const cli_statements *statements) {
    const ho_audit *audit = statements->audit;
    char against[400];
    print_title(statements);
    for (size_t c = 0; c < audit->n; c++) {
        const ho_audit_claim *claim = &audit->claim[c];
        bool wanted = !statements->claim || strcmp(statements->claim, claim->row->id) == 0;
        if (claim->n == 0 || !wanted)
            continue;
        printf("\n");
        print_head(claim);
        print_columns();
        for (size_t k = claim->first; k < claim->first + claim->n; k++) {
            print_reading(claim, &audit->reading[k]);
            print_why_not(&audit->reading[k]);
        }
        against_text(audit, claim->row, against, sizeof against);
        print_line("against it: ", against);
    }
    print_contradictions(audit);
    printf("\nOutside the model, or of no day of the run; what the record says of them:\n\n");
    for (size_t c = 0; c < audit->n; c++)
        if (audit->claim[c].n == 0) {
            print_head(&audit->claim[c]);
            print_line("record: ", *audit->claim[c].row->assessment ? audit->claim[c].row->assessment : "nothing");
        }
    print_counts(audit);
}

/* --- one in full --- */

static void print_place(const ho_audit_reading *reading) {
    char text[400];
    if (!reading->measured || reading->is_cause)
        return;
    snprintf(text, sizeof text, "the run lies below it in %.3f of %zu replicates, in it in %.3f +- %.3f, above it in %.3f; its middle stands at the %.0f %% point of the run",
             reading->below, reading->n_value, reading->holds, reading->holds_se, reading->above, 100 * reading->place);
    print_line("  why: ", text);
}

static void print_recorded(const ho_audit_reading *reading) {
    char text[600], cell[N_CELL], day[11];
    if (reading->record == HO_AUDIT_RECORD_NONE)
        return;
    if (reading->recorded_by)
        snprintf(text, sizeof text, "%s, by %.200s of %s (%s, record.csv:%d)", record_cell(cell, reading), reading->recorded_by->who,
                 ho_day_format(reading->recorded_by->date_end, day), ho_audit_record_name(reading->record), (int)reading->recorded_by->line);
    else
        snprintf(text, sizeof text, "%s, by several rows or the days of capture of districts (%s)", record_cell(cell, reading),
                 ho_audit_record_name(reading->record));
    print_line("  record: ", text);
}

static void print_full_reading(const ho_audit_claim *claim, const ho_audit_reading *reading) {
    char days[64], from[11], day[11];
    print_reading(claim, reading);
    snprintf(days, sizeof days, "%s to %s", ho_day_format(reading->from, from), ho_day_format(reading->day, day));
    print_line("  asks: ", reading->row->expression);
    print_line("  days: ", reading->from == reading->day ? day : days);
    print_why_not(reading);
    print_place(reading);
    print_recorded(reading);
    print_line("  note: ", reading->row->note);
}

static const char *truest(const ho_audit *audit, const ho_audit_claim *claim, char *text, size_t room) {
    size_t used = 0;
    text[0] = '\0';
    for (size_t k = claim->first; k < claim->first + claim->n && used < room; k++)
        if (audit->reading[k].measured && audit->reading[k].verdict == HO_AUDIT_SUPPORTED)
            used += (size_t)snprintf(text + used, room - used, "%s%s", used ? "; " : "", audit->reading[k].row->reading);
    if (!used && claim->best >= 0)
        snprintf(text, room, "none; nearest: %s", audit->reading[claim->best].row->reading);
    return text;
}

static void print_claim_in_full(const ho_audit *audit, const ho_audit_claim *claim) {
    char text[800], known[11], line[64];
    const ho_claim_row *row = claim->row;
    print_head(claim);
    snprintf(text, sizeof text, "%s, document %.80s, known on %s (claims.csv:%d)", ho_claim_kind_name(row->kind), row->document,
             ho_day_format(row->known_on, known), (int)row->line);
    print_line("", text);
    print_line("means: ", row->definition);
    print_line("record: ", row->assessment);
    if (claim->n == 0) {
        print_line("", "no reading: the model has nothing to say of it");
        return;
    }
    print_columns();
    for (size_t k = claim->first; k < claim->first + claim->n; k++)
        print_full_reading(claim, &audit->reading[k]);
    snprintf(line, sizeof line, "true as: ");
    print_line(line, truest(audit, claim, text, sizeof text));
}

void cli_print_statement(const cli_statements *statements) {
    const ho_audit *audit = statements->audit;
    print_title(statements);
    for (size_t c = 0; c < audit->n; c++) {
        const ho_audit_claim *claim = &audit->claim[c];
        if (strcmp(claim->row->id, statements->claim) != 0)
            continue;
        printf("\n");
        print_claim_in_full(audit, claim);
        for (size_t k = 0; k < claim->row->n_against; k++) {
            printf("\nAgainst it:\n");
            print_claim_in_full(audit, claim_at(audit, claim->row->against[k]));
        }
    }
}

/* --- Markdown --- */

static void print_escaped(const char *text) {
    for (; *text; text++) {
        if (*text == '|')
            putchar('\\');
        putchar(*text == '\n' ? ' ' : *text);
    }
}

static void print_markdown_cell(const char *text) {
    printf(" ");
    print_escaped(text);
    printf(" |");
}

static void print_markdown_claim(const ho_audit *audit, const ho_audit_claim *claim) {
    char cell[N_CELL], value[N_CELL], text[800];
    const ho_claim_row *row = claim->row;
    for (size_t k = claim->first; k < claim->first + (claim->n ? claim->n : 1); k++) {
        const ho_audit_reading *reading = claim->n ? &audit->reading[k] : NULL;
        bool is_first = k == claim->first;
        value_text(value, row);
        snprintf(text, sizeof text, "%.300s%s%.150s", row->quantity, *value ? ": " : "", value);
        printf("|");
        print_markdown_cell(is_first ? row->id : "");
        print_markdown_cell(is_first ? date_cell(cell, row) : "");
        print_markdown_cell(is_first ? row->who : "");
        print_markdown_cell(is_first ? text : "");
        print_markdown_cell(reading ? reading->row->reading : "no reading");
        print_markdown_cell(reading ? says_cell(cell, claim, reading) : "");
        print_markdown_cell(reading ? run_cell(cell, claim, reading) : "");
        print_markdown_cell(reading ? holds_cell(cell, reading) : "");
        print_markdown_cell(reading ? record_cell(cell, reading) : *row->assessment ? row->assessment : "nothing");
        print_markdown_cell(reading ? ho_audit_verdict_name(reading->verdict) : ho_audit_verdict_name(claim->verdict));
        printf("\n");
    }
}

void cli_print_statements_markdown(const cli_statements *statements) {
    const ho_audit *audit = statements->audit;
    printf("| id | days | who | what | reading | says | run: median, 5 to 95 %% | P(holds) | record | verdict |\n"
           "|---|---|---|---|---|---|---|---|---|---|\n");
    for (int outside = 0; outside < 2; outside++)
        for (size_t c = 0; c < audit->n; c++) {
            const ho_audit_claim *claim = &audit->claim[c];
            if ((claim->n == 0) == outside && (!statements->claim || strcmp(statements->claim, claim->row->id) == 0))
                print_markdown_claim(audit, claim);
        }
}

/* --- JSON --- */

static json_t *bound_json(double value) {
    return isinf(value) ? json_null() : cli_real(value);
}

static json_t *reading_json(const ho_audit_reading *reading) {
    json_t *object = json_pack("{s:s, s:s, s:o, s:o, s:o, s:o, s:b, s:o, s:s}", "reading", reading->row->reading, "expression",
                               reading->row->expression, "from", cli_date(reading->from), "day", cli_date(reading->day), "low",
                               bound_json(reading->low), "high", bound_json(reading->high), "measured", (int)reading->measured, "reason",
                               cli_text(reading->reason), "verdict", ho_audit_verdict_name(reading->verdict));
    const struct {
        const char *key;
        double value;
    } NUMBERS[] = {{"median", reading->median},           {"q05", reading->q05},
                   {"q95", reading->q95},                 {"p_holds", reading->holds},
                   {"p_holds_se", reading->holds_se},     {"p_below", reading->below},
                   {"p_above", reading->above},           {"place", reading->place},
                   {"recorded_low", reading->recorded_low}, {"recorded_high", reading->recorded_high},
                   {"effect", reading->effect},           {"effect_se", reading->effect_se}};
    for (size_t k = 0; k < sizeof NUMBERS / sizeof *NUMBERS; k++)
        json_object_set_new(object, NUMBERS[k].key, cli_real(NUMBERS[k].value));
    json_object_set_new(object, "n", json_integer((json_int_t)(reading->is_cause ? reading->n_pair : reading->n_value)));
    json_object_set_new(object, "record", cli_text(ho_audit_record_name(reading->record)));
    json_object_set_new(object, "record_line", reading->recorded_by ? json_integer(reading->recorded_by->line) : json_null());
    json_object_set_new(object, "note", cli_text(reading->row->note));
    return object;
}

static json_t *claim_json(const ho_audit *audit, const ho_audit_claim *claim) {
    const ho_claim_row *row = claim->row;
    return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:I, s:I, s:o}", "id", row->id, "kind",
                     ho_claim_kind_name(row->kind), "document", row->document, "date_start", cli_date(row->date_start), "date_end",
                     cli_date(row->date_end), "quantity", row->quantity, "value_low", cli_real(row->value_low), "value_high",
                     cli_real(row->value_high), "value_text", cli_text(row->value_text), "unit", cli_text(row->unit), "who", cli_text(row->who),
                     "against", cli_text(row->against_ids), "assessment", cli_text(row->assessment), "claim_verdict",
                     ho_audit_verdict_name(claim->verdict), "n_measured", (json_int_t)claim->n_measured, "n_agree", (json_int_t)claim->n_agree, "best",
                     claim->best < 0 ? json_null() : json_string(audit->reading[claim->best].row->reading));
}

static bool is_wanted(const cli_statements *statements, const ho_audit_claim *claim) {
    return !statements->claim || strcmp(statements->claim, claim->row->id) == 0;
}

static void add_contradiction(const ho_audit_claim *a, const ho_audit_claim *b, void *list) {
    json_array_append_new(list, json_pack("[s, s]", a->row->id, b->row->id));
}

json_t *cli_statements_json(const cli_statements *statements) {
    const ho_scenario *scenario = statements->model->loaded;
    const ho_audit *audit = statements->audit;
    json_t *list = json_array();
    for (size_t c = 0; c < audit->n; c++) {
        const ho_audit_claim *claim = &audit->claim[c];
        if (!is_wanted(statements, claim))
            continue;
        json_t *object = claim_json(audit, claim), *readings = json_array();
        for (size_t k = claim->first; k < claim->first + claim->n; k++)
            json_array_append_new(readings, reading_json(&audit->reading[k]));
        json_object_set_new(object, "readings", readings);
        json_array_append_new(list, object);
    }
    json_t *contradictions = json_array();
    each_contradiction(audit, add_contradiction, contradictions);
    return json_pack("{s:s, s:s, s:I, s:o, s:o, s:I, s:o, s:o, s:o}", "run", statements->folder, "scenario", scenario->name, "seed",
                     (json_int_t)cli_model_seed(statements->model), "from", cli_date(scenario->from), "until",
                     cli_date(ho_world_until(statements->model->built)), "replicates", (json_int_t)statements->n_replicate, "causes",
                     statements->n_cause ? json_integer((json_int_t)statements->n_cause) : json_null(), "contradictions",
                     contradictions, "statements", list);
}

/* --- CSV: the keys of the JSON, a row a reading, or a statement without one --- */

static void write_all(FILE *file, const void *context) {
    const cli_statements *statements = context;
    const ho_audit *audit = statements->audit;
    ho_audit_reading none = {.row = &(ho_reading_row){.reading = "", .expression = "", .note = ""}, .from = HO_DAY_NONE, .day = HO_DAY_NONE,
                             .low = (double)NAN, .high = (double)NAN, .median = (double)NAN, .q05 = (double)NAN, .q95 = (double)NAN,
                             .holds = (double)NAN, .holds_se = (double)NAN, .below = (double)NAN, .above = (double)NAN,
                             .place = (double)NAN, .recorded_low = (double)NAN, .recorded_high = (double)NAN, .effect = (double)NAN,
                             .effect_se = (double)NAN, .verdict = HO_AUDIT_OUTSIDE};
    bool names = true;
    for (size_t c = 0; c < audit->n; c++) {
        const ho_audit_claim *claim = &audit->claim[c];
        for (size_t k = 0; k < (claim->n ? claim->n : 1) && is_wanted(statements, claim); k++) {
            json_t *object = claim_json(audit, claim), *reading = reading_json(claim->n ? &audit->reading[claim->first + k] : &none);
            json_object_update(object, reading);
            if (names)
                cli_csv_row(file, object, true);
            cli_csv_row(file, object, false);
            names = false;
            json_decref(reading);
            json_decref(object);
        }
    }
}

int cli_write_statements_csv(const cli_statements *statements, const char *path) {
    return cli_write_file(path, write_all, statements);
}
