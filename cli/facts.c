/* The facts of a run as a table, Markdown, JSON and CSV. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

enum { N_NUMBER = 32, N_CELL = 128 };

/* Three digits that count, and whole numbers whole. */
static const char *number(char text[N_NUMBER], double value) {
    if (isnan(value))
        return "-";
    snprintf(text, N_NUMBER, fabs(value) >= 1000 ? "%.0f" : "%.3g", value);
    return text;
}

/* "0.94 +- 0.01", or what a dose comes to. */
static const char *share_cell(char cell[N_CELL], const ho_fact_score *score) {
    if (!score->measured)
        snprintf(cell, N_CELL, "-");
    else if (score->is_dose)
        snprintf(cell, N_CELL, "%s", ho_verdict_name(score->verdict));
    else
        snprintf(cell, N_CELL, "%.3f +- %.3f", score->share, score->share_se);
    return cell;
}

/* Median and band, or the change and its error. */
static const char *value_cell(char cell[N_CELL], const ho_fact_score *score) {
    char a[N_NUMBER], b[N_NUMBER], c[N_NUMBER];
    if (!score->measured)
        snprintf(cell, N_CELL, "not measured");
    else if (score->is_dose)
        snprintf(cell, N_CELL, "%+.3g +- %s", score->change, number(a, score->change_se));
    else if (score->n_value == 0)
        snprintf(cell, N_CELL, "no value");
    else
        snprintf(cell, N_CELL, "%s (%s to %s)", number(a, score->median), number(b, score->q05), number(c, score->q95));
    return cell;
}

/* What a value must be to show the fact. */
static const char *range_cell(char cell[N_CELL], const ho_fact_score *score) {
    char a[N_NUMBER], b[N_NUMBER];
    if (score->row->kind == HO_FACT_FALLING || score->row->kind == HO_FACT_WEAKER)
        snprintf(cell, N_CELL, "below %d", score->row->kind == HO_FACT_FALLING);
    else if (score->low == score->high)
        snprintf(cell, N_CELL, "%s", number(a, score->low));
    else if (isinf(score->high))
        snprintf(cell, N_CELL, "at least %s", number(a, score->low));
    else if (isinf(score->low))
        snprintf(cell, N_CELL, "at most %s", number(b, score->high));
    else
        snprintf(cell, N_CELL, "%s to %s", number(a, score->low), number(b, score->high));
    return cell;
}

/* --- the terminal --- */

static void print_fact(const ho_fact_score *score) {
    char share[N_CELL], value[N_CELL], range[N_CELL], recorded[N_NUMBER];
    printf("  %-22s %-16s %-30s %-9s %-18s %s%s\n", score->row->id, share_cell(share, score), value_cell(value, score),
           number(recorded, score->recorded), range_cell(range, score), score->unit,
           score->row->is_report ? "; reported, no test" : "");
    printf("      %s", score->row->definition);
    if (!score->measured)
        printf(" [%s]", score->reason);
    else if (!score->is_dose && score->n_value > 0 && score->n_value < score->n)
        printf(" [a value in %zu of %zu]", score->n_value, score->n);
    printf("\n");
}

void cli_print_facts(const cli_facts *facts) {
    const ho_scenario *scenario = facts->model->loaded;
    char from[11], until[11];
    printf("%s\n%zu replicates of %s, seed %u, %s to %s\n\n", scenario->title, facts->n_replicate, facts->folder,
           cli_model_seed(facts->model), ho_day_format(scenario->from, from),
           ho_day_format(ho_world_until(facts->model->built), until));
    printf("share: of replicates that show it, +- its Monte-Carlo error; model: median and 90 %% band. Counts with a denominator are\n"
           "shares, each of its own source's number.");
    if (facts->n_dose)
        printf(" Doses: mean change over %zu pairs of the same seed, +- its standard error.", facts->n_dose);
    printf("\n");
    for (size_t k = 0; k < facts->scores->n; k++) {
        const ho_fact_score *score = &facts->scores->item[k];
        if (k == 0 || strcmp(score->row->fact, score[-1].row->fact) != 0)
            printf("\n%-24s %-16s %-30s %-9s %s\n", score->row->fact, "share", "model", "record", "shows if");
        print_fact(score);
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

void cli_print_facts_markdown(const cli_facts *facts) {
    printf("| fact | what | shows if | share of replicates | model: median, 90 %% band | record | unit |\n"
           "|---|---|---|---|---|---|---|\n");
    for (size_t k = 0; k < facts->scores->n; k++) {
        const ho_fact_score *score = &facts->scores->item[k];
        char share[N_CELL], value[N_CELL], range[N_CELL], recorded[N_NUMBER];
        printf("| ");
        print_escaped(score->row->fact);
        printf(" | ");
        print_escaped(score->row->definition);
        printf("%s%s%s%s | %s | %s | %s | %s | %s |\n", score->row->is_report ? " (reported, no test)" : "",
               score->measured ? "" : " (", score->reason, score->measured ? "" : ")", range_cell(range, score),
               share_cell(share, score), value_cell(value, score), number(recorded, score->recorded), score->unit);
    }
}

/* --- JSON --- */

/* Whether the recorded value lies in the 90 % band; null where there is no such question. */
static json_t *in_band(const ho_fact_score *score) {
    if (isnan(score->recorded) || isnan(score->median))
        return json_null();
    return json_boolean(score->recorded >= score->q05 && score->recorded <= score->q95);
}

static json_t *fact_json(const ho_fact_score *score) {
    const ho_fact_row *row = score->row;
    bool dosed = score->is_dose && score->measured;
    json_t *object = json_pack(
        "{s:s, s:s, s:s, s:s, s:b, s:o, s:s, s:I, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "id", row->id,
        "fact", row->fact, "kind", ho_fact_kind_name(row->kind), "use", row->is_report ? "report" : "fact", "measured",
        (int)score->measured, "reason", cli_text(score->reason), "unit", score->unit, "n", (json_int_t)score->n, "n_value",
        (json_int_t)score->n_value, "n_shown",
        score->measured && !score->is_dose ? json_integer((json_int_t)score->n_shown) : json_null(), "share",
        cli_real(score->share), "share_se", cli_real(score->share_se), "median", cli_real(score->median), "q05",
        cli_real(score->q05), "q95", cli_real(score->q95), "recorded", cli_real(score->recorded), "recorded_in_band",
        in_band(score), "low", cli_real(score->low), "high", cli_real(score->high));
    json_object_set_new(object, "verdict", dosed ? json_string(ho_verdict_name(score->verdict)) : json_null());
    json_object_set_new(object, "n_felt", dosed ? json_integer((json_int_t)score->n_felt) : json_null());
    json_object_set_new(object, "base", cli_real(score->base));
    json_object_set_new(object, "dosed", cli_real(score->dosed));
    json_object_set_new(object, "change", cli_real(score->change));
    json_object_set_new(object, "change_se", cli_real(score->change_se));
    json_object_set_new(object, "denominator", cli_real(row->denominator));
    json_object_set_new(object, "definition", json_string(row->definition));
    json_object_set_new(object, "source", json_string(row->source));
    json_object_set_new(object, "known_on", cli_date(row->known_on));
    return object;
}

json_t *cli_facts_json(const cli_facts *facts) {
    const ho_scenario *scenario = facts->model->loaded;
    json_t *list = json_array();
    for (size_t k = 0; k < facts->scores->n; k++)
        json_array_append_new(list, fact_json(&facts->scores->item[k]));
    return json_pack("{s:s, s:s, s:I, s:o, s:o, s:I, s:o, s:o}", "run", facts->folder, "scenario", scenario->name, "seed",
                     (json_int_t)cli_model_seed(facts->model), "from", cli_date(scenario->from), "until",
                     cli_date(ho_world_until(facts->model->built)), "replicates", (json_int_t)facts->n_replicate, "doses",
                     facts->n_dose ? json_integer((json_int_t)facts->n_dose) : json_null(), "facts", list);
}

/* --- CSV: the keys of the JSON --- */

static void write_all(FILE *file, const void *context) {
    const cli_facts *facts = context;
    for (size_t k = 0; k < facts->scores->n; k++) {
        json_t *object = fact_json(&facts->scores->item[k]);
        if (k == 0)
            cli_csv_row(file, object, true);
        cli_csv_row(file, object, false);
        json_decref(object);
    }
}

int cli_write_facts_csv(const cli_facts *facts, const char *path) {
    return cli_write_file(path, write_all, facts);
}
