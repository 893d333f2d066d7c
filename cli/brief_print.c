/* What is printed and written of a brief. Counts of fewer than HO_PEOPLE_FEWEST people at a place are not told anywhere: "<50" in the tables,
 * nothing in CSV, null in JSON. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli.h"

static const char SAFETY[] = "A low probability is not safety.";
static const char *const CAVEAT[] = {
    "The ensemble is the model's: rates of flight and the pull of places are judgement, fitted to no count by place.",
    ("Arrivals count people who reach a district to stay, to go on or to wait at a border in it. Who flees in two stages "
     "arrives twice; sums of districts contain moves between them; who comes home is no arrival."),
    "People displaced before the first day are not placed: hosted is who came since.",
    "Roads are as on the first day: people go by distance and safety, and no road is closed to them.",
    "Age, sex and community of who flees are not modelled; nor are food, shelter or disease.",
    "Fewer than 50 people at a place are not told."};
enum { N_CAVEAT = sizeof CAVEAT / sizeof *CAVEAT, WIDTH = 98 };

/* --- texts --- */

static void wrap(const char *text, int indent) {
    int column = 0;
    while (*text) {
        size_t n = strcspn(text, " ");
        if (column && column + 1 + (int)n > WIDTH) {
            printf("\n%*s", indent, "");
            column = indent;
        } else if (column) {
            fputc(' ', stdout);
            column++;
        }
        printf("%.*s", (int)n, text);
        column += (int)n;
        text += n;
        text += strspn(text, " ");
    }
    fputc('\n', stdout);
}

/* 1,230 of 1234: three digits that count, thousands apart. */
static const char *people(char text[CLI_NUMBER], double value) {
    char digits[CLI_NUMBER];
    double unit = 1;
    if (!isfinite(value))
        return "-";
    if (value < HO_PEOPLE_FEWEST)
        return "<50";
    while (value / unit >= 1000)
        unit *= 10;
    snprintf(digits, sizeof digits, "%.0f", unit * floor(value / unit + 0.5));
    size_t n = strlen(digits), to = 0;
    for (size_t k = 0; k < n && to + 2 < CLI_NUMBER; k++) {
        if (k && (n - k) % 3 == 0)
            text[to++] = ',';
        text[to++] = digits[k];
    }
    text[to] = '\0';
    return text;
}

static const char *date_text(char text[11], ho_day day) {
    return day == HO_DAY_NONE ? "-" : ho_day_format(day, text);
}

static const char *place_name(const ho_brief_place *place) {
    return place->name ? place->name : place->kind == HO_PLACE_ABROAD ? "all neighbours" : "whole country";
}

static const char *place_pcode(const cli_brief_made *made, const ho_brief_place *place) {
    const ho_scenario *scenario = made->model->loaded;
    return place->kind == HO_PLACE_DISTRICT   ? scenario->district[place->index].pcode
           : place->kind == HO_PLACE_PROVINCE ? scenario->province[place->index].pcode
                                              : "";
}

/* What the probabilities are conditional on, as one sentence. */
static void conditions(const cli_brief_made *made, char *text, size_t size) {
    const ho_brief *brief = made->brief;
    char known[11], from[11];
    date_text(known, brief->posterior_known_by);
    date_text(from, brief->from);
    if (brief->posterior_known_by == HO_DAY_NONE && !brief->courses)
        snprintf(text, size, "Not conditional on the record: what happened before the window is what the model drew from its priors%s%s.",
                 brief->known_by == HO_DAY_NONE ? "" : ", inputs as known by ", brief->known_by == HO_DAY_NONE ? "" : date_text(known, brief->known_by));
    else
        snprintf(text, size, "Conditional on the record known by %s: %s.%s", known,
                 brief->courses ? "parameters and courses of events until then are those of a posterior"
                                : "parameters are those of a posterior, the course of events is not",
                 brief->posterior_known_by > brief->from ? " The window begins before that day: partly hindsight." : "");
}

/* Districts with an alarm for more than threshold k, and how many of the alarms the ensemble itself expects to be false. */
static size_t alarms(const ho_brief *brief, size_t k, double *n_false) {
    size_t n = 0;
    *n_false = 0;
    for (size_t p = 0; p < brief->n_place; p++)
        if (brief->place[p].kind == HO_PLACE_DISTRICT && brief->place[p].p_above[k] >= 0.5) {
            n++;
            *n_false += 1 - brief->place[p].p_above[k];
        }
    return n;
}

/* --- tables --- */

static int pad(const char *number) {
    return strlen(number) < 6 ? (int)(6 - strlen(number)) : 0;
}

static void print_head(const ho_brief *brief, const char *title) {
    char number[CLI_NUMBER];
    printf("\n%-34s %26s  ", title, "arrivals: median, 90 %");
    for (size_t k = 0; k < brief->options.n_threshold; k++)
        printf(" %*s>%s", pad(people(number, brief->options.threshold[k])), "", number);
    printf("  %s\n", "hosted");
}

static void print_place(const cli_brief_made *made, const ho_brief_place *place) {
    char name[64], middle[CLI_NUMBER], low[CLI_NUMBER], high[CLI_NUMBER], hosted[CLI_NUMBER];
    const ho_scenario *scenario = made->model->loaded;
    const char *pcode = place_pcode(made, place);
    if (place->kind == HO_PLACE_DISTRICT)
        snprintf(name, sizeof name, "%s %.16s, %.12s", pcode, place->name,
                 scenario->province[scenario->district[place->index].province].name);
    else
        snprintf(name, sizeof name, "%s%s%.24s", pcode, *pcode ? " " : "", place_name(place));
    printf("%-34.34s %8s %8s to %-8s", name, people(middle, place->arrivals.q50), people(low, place->arrivals.q05),
           people(high, place->arrivals.q95));
    for (size_t k = 0; k < made->brief->options.n_threshold; k++)
        printf(" %7.2f", place->p_above[k]);
    printf("  %s\n", place->hosted.n ? people(hosted, place->hosted.q50) : "");
}

static void print_kind(const cli_brief_made *made, ho_place_kind kind, const char *title, size_t n_max) {
    size_t n = 0, n_all = 0;
    char head[64];
    for (size_t p = 0; p < made->brief->n_place; p++)
        n_all += made->brief->place[p].kind == kind;
    if (n_all == 0 || n_max == 0)
        return;
    if (n_max < n_all)
        snprintf(head, sizeof head, "%s (%zu of %zu)", title, n_max, n_all);
    else
        snprintf(head, sizeof head, "%s (%zu)", title, n_all);
    print_head(made->brief, head);
    for (size_t p = 0; p < made->brief->n_place; p++)
        if (made->brief->place[p].kind == kind && n++ < n_max)
            print_place(made, &made->brief->place[p]);
}

static void print_totals(const cli_brief_made *made) {
    char number[CLI_NUMBER], low[CLI_NUMBER], high[CLI_NUMBER];
    print_head(made->brief, "Country");
    for (size_t p = 0; p < made->brief->n_place; p++) {
        const ho_brief_place *place = &made->brief->place[p];
        if (place->kind == HO_PLACE_COUNTRY || place->kind == HO_PLACE_ABROAD)
            print_place(made, place);
    }
    const ho_spread *left = &made->brief->place[0].departures;
    printf("people who leave home in the window: %s (%s", people(number, left->q50), people(low, left->q05));
    printf(" to %s)\n", people(high, left->q95));
}

static void print_cut_off(const cli_brief_made *made) {
    const ho_brief *brief = made->brief;
    char date[11], a[CLI_NUMBER], b[CLI_NUMBER], c[CLI_NUMBER], d[CLI_NUMBER];
    size_t n_told = 0;
    printf("\nRoutes cut: people with no open road to a supply node on %s\n", date_text(date, brief->until));
    for (size_t k = 0; k < brief->n_cut_off; k++) {
        const ho_brief_cut_off *cut_off = &brief->cut_off[k];
        if (cut_off->days_7.n == 0 || cut_off->days_7.q95 < HO_PEOPLE_FEWEST)
            continue;
        n_told++;
        printf("  where %.30s holds: more than 7 days %s (%s to %s), more than 30 days %s\n",
               made->model->loaded->bloc[cut_off->bloc].name, people(a, cut_off->days_7.q50), people(b, cut_off->days_7.q05),
               people(c, cut_off->days_7.q95), people(d, cut_off->days_30.q50));
    }
    if (n_told == 0)
        puts("  nobody in 95 % of the replicates");
}

/* --- the past --- */

static const char *recorded_text(char text[CLI_NUMBER], const ho_alarm_case *item) {
    char low[CLI_NUMBER], high[CLI_NUMBER];
    if (isfinite(item->low) && isfinite(item->high) && item->low == item->high)
        return people(text, item->low);
    if (isfinite(item->low) && isfinite(item->high))
        snprintf(text, CLI_NUMBER, "%.20s to %.20s", people(low, item->low), people(high, item->high));
    else if (isfinite(item->low))
        snprintf(text, CLI_NUMBER, "at least %.20s", people(low, item->low));
    else
        snprintf(text, CLI_NUMBER, "at most %.20s", people(high, item->high));
    return text;
}

static void print_case(const ho_alarm_case *item, const ho_past *past) {
    static const char *const verdict[] = {"no", "yes", "unclear", "unclear"};
    char from[11], until[11], recorded[CLI_NUMBER], a[CLI_NUMBER], b[CLI_NUMBER], c[CLI_NUMBER];
    const int kind = item->by_place;
    const int n_who = (int)strcspn(item->row->who, ";,");
    printf("  %s to %s  %.40s%s%.*s%s\n", date_text(from, item->from), date_text(until, item->until), item->row->observable,
           n_who ? ", " : "", n_who < 30 ? n_who : 30, item->row->who, item->known ? " (known: not counted)" : "");
    printf("    recorded %s; run %s (%s to %s)\n", recorded_text(recorded, item), people(a, item->run.q50), people(b, item->run.q05),
           people(c, item->run.q95));
    for (size_t k = 0; k < past->n_threshold[kind]; k++)
        printf("%s>%s: %.2f, %s", k ? "; " : "    P and whether it was: ", people(a, past->threshold[kind][k]), item->p_above[k],
               verdict[item->above[k]]);
    fputc('\n', stdout);
}

/* Cases of a kind that count; *n_decided: the most that a threshold decides. */
static size_t n_cases(const ho_past *past, int kind, size_t *n_decided) {
    size_t n = 0;
    *n_decided = 0;
    for (size_t k = 0; k < past->n_case; k++)
        n += past->item[k].by_place == kind && !past->item[k].known;
    for (size_t k = 0; k < past->n_threshold[kind]; k++) {
        size_t decided = n - past->table[kind][k].n_unclear;
        *n_decided = decided > *n_decided ? decided : *n_decided;
    }
    return n;
}

static void print_tables(const cli_brief_made *made, int kind) {
    const ho_past *past = made->past;
    char number[CLI_NUMBER];
    size_t n_decided, n = n_cases(past, kind, &n_decided);
    if (n == 0) {
        puts(kind ? "  By place: the record has no count of arrivals by place and period: nothing can be said of skill."
                  : "  National series: the record has no two figures of one series: nothing can be said of skill.");
        return;
    }
    printf("  %s: %zu period%s, %s\n", kind ? "By place" : "National series, increase", n, n == 1 ? "" : "s",
           n_decided < HO_ALARM_ENOUGH ? "too few for a rate, of one course of events" : "all of one course of events");
    for (size_t k = 0; k < past->n_threshold[kind]; k++) {
        const ho_alarm_table *table = &past->table[kind][k];
        printf("    more than %s: hits %zu, false alarms %zu, misses %zu, rightly quiet %zu, undecided %zu",
               people(number, past->threshold[kind][k]), table->n_hit, table->n_false, table->n_miss, table->n_quiet, table->n_unclear);
        if (table->n_hit + table->n_false >= HO_ALARM_ENOUGH)
            printf("; false-alarm rate %.2f", (double)table->n_false / (double)(table->n_hit + table->n_false));
        fputc('\n', stdout);
    }
}

static void print_levels(const cli_brief_made *made) {
    const ho_past *past = made->past;
    char date[11], a[CLI_NUMBER], b[CLI_NUMBER], c[CLI_NUMBER], d[CLI_NUMBER];
    for (size_t k = 0; k < past->n_covered;) {
        const char *series = past->covered[k].row->observable;
        size_t n = 0, n_inside = 0, n_narrow = 0;
        for (; k < past->n_covered && strcmp(past->covered[k].row->observable, series) == 0; k++) {
            const ho_covered *of = &past->covered[k];
            if (made->with_past)
                printf("  %s recorded %7s; run %s (%s", date_text(date, of->row->date_end), people(a, of->recorded),
                       people(b, of->run.q50), people(c, of->run.q05));
            if (made->with_past)
                printf(" to %s): %s, band %.3f of the value%s\n", people(d, of->run.q95), of->inside ? "inside" : "outside",
                       (of->run.q95 - of->run.q05) / of->recorded, of->known ? " (known: not counted)" : "");
            n += !of->known;
            n_inside += !of->known && of->inside;
            n_narrow += !of->known && of->narrow;
        }
        printf("  %s: the 90 %% band covers %zu of %zu later figures, no wider than the value for %zu\n", series, n_inside, n, n_narrow);
    }
}

static void print_past(const cli_brief_made *made) {
    const ho_brief *brief = made->brief;
    char number[CLI_NUMBER];
    puts("\nPast dates: alarms (a chance of at least one half of more than N) beside what was recorded");
    for (int kind = 0; kind < 2; kind++) {
        print_tables(made, kind);
        for (size_t k = 0; k < made->past->n_case && made->with_past; k++)
            if (made->past->item[k].by_place == kind)
                print_case(&made->past->item[k], made->past);
    }
    print_levels(made);
    for (size_t k = 0; k < brief->options.n_threshold; k++) {
        double n_false;
        size_t n = alarms(brief, k, &n_false);
        printf("  This window: %zu district%s with an alarm for more than %s", n, n == 1 ? "" : "s",
               people(number, brief->options.threshold[k]));
        printf("%s\n", n ? "" : ".");
        if (n)
            printf("    Were the model exactly right %.1f of them would be false: its own spread, no skill.\n", n_false);
    }
}

void cli_print_brief(const cli_brief_made *made) {
    const ho_brief *brief = made->brief;
    char from[11], until[11], text[512];
    snprintf(text, sizeof text, "%s A model's ranges, for planning and not for decisions about anyone; have them checked by people who know the place.", SAFETY);
    wrap(text, 0);
    printf("\n%s (%s): %zu replicates, seed %u\n", made->model->loaded->title, made->folder, brief->n_replicate, cli_model_seed(made->model));
    printf("arrivals after %s, up to %s: %d days%s\n", date_text(from, brief->from), date_text(until, brief->until),
           (int)(brief->until - brief->from), brief->interpolated ? " (kept by week; days between are interpolated)" : "");
    conditions(made, text, sizeof text);
    wrap(text, 0);
    print_totals(made);
    print_kind(made, HO_PLACE_PROVINCE, "Provinces", SIZE_MAX);
    print_kind(made, HO_PLACE_DISTRICT, "Districts", made->n_top);
    print_kind(made, HO_PLACE_NEIGHBOUR, "Neighbours", SIZE_MAX);
    print_cut_off(made);
    print_past(made);
    puts("\nCaveats");
    for (size_t k = 0; k < N_CAVEAT; k++) {
        fputs("- ", stdout);
        wrap(CAVEAT[k], 2);
    }
}

/* --- JSON --- */

/* A count of people at a place, whole; null below HO_PEOPLE_FEWEST. */
static json_t *count_json(double value) {
    return isfinite(value) && value >= HO_PEOPLE_FEWEST ? json_integer((json_int_t)(value + 0.5)) : json_null();
}

static json_t *spread_json(const ho_spread *spread) {
    return json_pack("{s:o, s:o, s:o, s:o}", "mean", count_json(spread->mean), "q05", count_json(spread->q05), "q50",
                     count_json(spread->q50), "q95", count_json(spread->q95));
}

static json_t *chances_json(const double *p, size_t n) {
    json_t *list = json_array();
    for (size_t k = 0; k < n; k++)
        json_array_append_new(list, cli_real(p[k]));
    return list;
}

static json_t *place_json(const cli_brief_made *made, const ho_brief_place *place) {
    const ho_scenario *scenario = made->model->loaded;
    json_t *object = json_pack("{s:s, s:o, s:o, s:o, s:o}", "kind", ho_place_kind_name(place->kind), "pcode",
                               cli_text(place_pcode(made, place)), "name", cli_text(place->name), "arrivals",
                               spread_json(&place->arrivals), "p_above",
                               chances_json(place->p_above, made->brief->options.n_threshold));
    if (place->kind == HO_PLACE_DISTRICT)
        json_object_set_new(object, "province", json_string(scenario->province[scenario->district[place->index].province].name));
    if (place->hosted.n) {
        json_object_set_new(object, "departures", spread_json(&place->departures));
        json_object_set_new(object, "hosted", spread_json(&place->hosted));
    }
    return object;
}

static json_t *cut_off_json(const cli_brief_made *made) {
    json_t *list = json_array();
    for (size_t k = 0; k < made->brief->n_cut_off; k++) {
        const ho_brief_cut_off *cut_off = &made->brief->cut_off[k];
        if (cut_off->days_7.n)
            json_array_append_new(list, json_pack("{s:s, s:o, s:o, s:o, s:o}", "bloc", made->model->loaded->bloc[cut_off->bloc].id,
                                                  "days_7_q05", count_json(cut_off->days_7.q05), "days_7_q50",
                                                  count_json(cut_off->days_7.q50), "days_7_q95", count_json(cut_off->days_7.q95),
                                                  "days_30_q50", count_json(cut_off->days_30.q50)));
    }
    return list;
}

static json_t *tables_json(const ho_past *past, int kind) {
    json_t *list = json_array();
    size_t n_decided, n = n_cases(past, kind, &n_decided);
    for (size_t k = 0; k < past->n_threshold[kind]; k++) {
        const ho_alarm_table *t = &past->table[kind][k];
        json_array_append_new(list, json_pack("{s:f, s:I, s:I, s:I, s:I, s:I}", "threshold", past->threshold[kind][k], "hits",
                                              (json_int_t)t->n_hit, "false_alarms", (json_int_t)t->n_false, "misses",
                                              (json_int_t)t->n_miss, "quiet", (json_int_t)t->n_quiet, "undecided",
                                              (json_int_t)t->n_unclear));
    }
    return json_pack("{s:I, s:b, s:o}", "periods", (json_int_t)n, "enough", n_decided >= HO_ALARM_ENOUGH, "alarms", list);
}

static json_t *case_json(const ho_alarm_case *item, const ho_past *past) {
    json_t *above = json_array();
    for (size_t k = 0; k < past->n_threshold[item->by_place]; k++)
        json_array_append_new(above, json_string(ho_verdict_name(item->above[k])));
    return json_pack("{s:s, s:o, s:i, s:o, s:o, s:o, s:o, s:b, s:b, s:o, s:o, s:o}", "of", item->row->observable, "who",
                     cli_text(item->row->who), "line", (int)item->row->line, "from", cli_date(item->from), "until",
                     cli_date(item->until), "low", cli_real(item->low), "high", cli_real(item->high), "by_place", item->by_place,
                     "known", item->known, "run", spread_json(&item->run), "p_above",
                     chances_json(item->p_above, past->n_threshold[item->by_place]), "above", above);
}

static json_t *level_json(const ho_covered *of) {
    return json_pack("{s:s, s:o, s:o, s:f, s:o, s:b, s:b, s:b}", "of", of->row->observable, "who", cli_text(of->row->who), "date",
                     cli_date(of->row->date_end), "recorded", of->recorded, "run", spread_json(&of->run), "inside", of->inside,
                     "no_wider_than_value", of->narrow, "known", of->known);
}

static json_t *past_json(const cli_brief_made *made) {
    const ho_past *past = made->past;
    json_t *cases = json_array(), *levels = json_array();
    for (size_t k = 0; k < past->n_case; k++)
        json_array_append_new(cases, case_json(&past->item[k], past));
    for (size_t k = 0; k < past->n_covered; k++)
        json_array_append_new(levels, level_json(&past->covered[k]));
    return json_pack("{s:o, s:o, s:o, s:o, s:I}", "national", tables_json(past, 0), "by_place", tables_json(past, 1), "periods", cases,
                     "figures", levels, "rows_outside_run", (json_int_t)past->n_outside);
}

json_t *cli_brief_json(const cli_brief_made *made) {
    const ho_brief *brief = made->brief;
    json_t *places = json_array(), *caveats = json_array();
    char text[512];
    for (size_t p = 0; p < brief->n_place; p++)
        json_array_append_new(places, place_json(made, &brief->place[p]));
    for (size_t k = 0; k < N_CAVEAT; k++)
        json_array_append_new(caveats, json_string(CAVEAT[k]));
    conditions(made, text, sizeof text);
    return json_pack("{s:s, s:s, s:s, s:I, s:I, s:o, s:o, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:o}", "note", SAFETY, "run", made->folder,
                     "scenario", made->model->loaded->name, "seed", (json_int_t)cli_model_seed(made->model), "replicates",
                     (json_int_t)brief->n_replicate, "after", cli_date(brief->from), "until", cli_date(brief->until), "interpolated",
                     brief->interpolated, "conditions", text, "posterior_known_by", cli_date(brief->posterior_known_by), "thresholds",
                     chances_json(brief->options.threshold, brief->options.n_threshold), "places", places, "cut_off",
                     cut_off_json(made), "past", past_json(made), "caveats", caveats);
}

/* --- CSV --- */

static void write_count(FILE *file, double value) {
    fputc(',', file);
    if (isfinite(value) && value >= HO_PEOPLE_FEWEST)
        fprintf(file, "%.0f", value);
}

/* Header, then hashtags of the Humanitarian Exchange Language, 1.1: attributes of its dictionary, and own ones for what it has none for. */
static void write_head(FILE *file, const ho_brief *brief) {
    fputs("date_start,date_end,kind,adm1_pcode,adm1_name,adm2_pcode,adm2_name,neighbour,arrivals_median,arrivals_q05,arrivals_q95", file);
    for (size_t k = 0; k < brief->options.n_threshold; k++)
        fprintf(file, ",p_arrivals_above_%.0f", brief->options.threshold[k]);
    fputs(",hosted_median,hosted_q05,hosted_q95,departures_median\n"
          "#date+start,#date+end,#loc+type,#adm1+code,#adm1+name,#adm2+code,#adm2+name,#country+name+dest,"
          "#affected+displaced+arrivals+median,#affected+displaced+arrivals+q05,#affected+displaced+arrivals+q95", file);
    for (size_t k = 0; k < brief->options.n_threshold; k++)
        fprintf(file, ",#indicator+probability+arrivals+above_%.0f+num", brief->options.threshold[k]);
    fputs(",#affected+idps+hosted+median,#affected+idps+hosted+q05,#affected+idps+hosted+q95,#affected+displaced+departures+median\n", file);
}

static void write_place(FILE *file, const cli_brief_made *made, const ho_brief_place *place) {
    const ho_scenario *scenario = made->model->loaded;
    const ho_brief *brief = made->brief;
    const ho_district_row *district = place->kind == HO_PLACE_DISTRICT ? &scenario->district[place->index] : NULL;
    const ho_province_row *province = district                             ? &scenario->province[district->province]
                                      : place->kind == HO_PLACE_PROVINCE ? &scenario->province[place->index]
                                                                         : NULL;
    char from[11], until[11];
    const char *text[] = {province ? province->pcode : "", province ? province->name : "", district ? district->pcode : "",
                          district ? district->name : "", place->kind == HO_PLACE_NEIGHBOUR ? place->name : ""};
    fprintf(file, "%s,%s,%s", date_text(from, brief->from + 1), date_text(until, brief->until), ho_place_kind_name(place->kind));
    for (size_t k = 0; k < sizeof text / sizeof *text; k++) {
        fputc(',', file);
        cli_csv_text(file, text[k]);
    }
    write_count(file, place->arrivals.q50);
    write_count(file, place->arrivals.q05);
    write_count(file, place->arrivals.q95);
    for (size_t k = 0; k < brief->options.n_threshold; k++)
        cli_csv_number(file, place->p_above[k]);
    const bool here = place->hosted.n > 0;
    write_count(file, here ? place->hosted.q50 : (double)NAN);
    write_count(file, here ? place->hosted.q05 : (double)NAN);
    write_count(file, here ? place->hosted.q95 : (double)NAN);
    write_count(file, here ? place->departures.q50 : (double)NAN);
    fputc('\n', file);
}

static void write_all(FILE *file, const void *context) {
    const cli_brief_made *made = context;
    write_head(file, made->brief);
    for (size_t p = 0; p < made->brief->n_place; p++)
        write_place(file, made, &made->brief->place[p]);
}

int cli_write_brief_csv(const cli_brief_made *made, const char *path) {
    return cli_write_file(path, write_all, made);
}
