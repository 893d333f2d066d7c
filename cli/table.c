/* The short table of a run: what the model says beside what was recorded. Recorded counts have denominators of their
 * own (407, 421, ...); they are turned into shares and shown as that share of the scenario's districts, so that
 * definitions are never mixed. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "cli.h"

enum { N_CAPITAL_SHOWN = 8, N_DATE_MAX = 16 };

/* A number of a statistic of an observable on a day; NaN if it is not there. */
static double at(const json_t *summary, const char *name, const char *statistic, size_t day) {
    const json_t *item = json_object_get(json_object_get(summary, "observables"), name);
    const json_t *value = json_array_get(json_object_get(item, statistic), day);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static bool has_observable(const json_t *summary, const char *name) {
    return json_object_get(json_object_get(summary, "observables"), name) != NULL;
}

static ho_day day_of(const json_t *object, const char *key) {
    ho_day day = HO_DAY_NONE;
    const char *text = json_string_value(json_object_get(object, key));
    if (text)
        ho_day_parse(text, &day);
    return day;
}

/* The bloc that holds the national capital on the first day. */
static const char *home_of(const json_t *summary) {
    const char *home = json_string_value(json_object_get(summary, "home_bloc"));
    return home ? home : "?";
}

static double share_on(const json_t *shares, ho_day day) {
    char text[11];
    const json_t *value = json_object_get(shares, ho_day_format(day, text));
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

static json_int_t whole(const json_t *object, const char *key) {
    return json_integer_value(json_object_get(object, key));
}

static bool starts(const char *text, const char *with) {
    return strncmp(text, with, strlen(with)) == 0;
}

/* --- districts --- */

/* A count of districts by someone for a day or two within the run, of an observable of the model. */
static bool row_fits(const json_t *summary, const ho_record_row *row) {
    ho_day from = day_of(summary, "from"), until = day_of(summary, "until");
    return row->district < 0 &&
           (starts(row->observable, "districts_controlled.") || starts(row->observable, "centres_held.")) &&
           has_observable(summary, row->observable) && row->denominator > 0.0 && isfinite(row->value_low) &&
           row->date_start >= from && row->date_end <= until && row->date_end - row->date_start <= 2;
}

static void print_row(const json_t *summary, const ho_record_row *row) {
    size_t day = (size_t)(row->date_end - day_of(summary, "from"));
    double n_district = (double)whole(summary, "n_district");
    double middle = isfinite(row->value_high) ? 0.5 * (row->value_low + row->value_high) : row->value_low;
    char date[11];
    printf("  %s  %5.0f of %-4.0f %5.0f    %5.0f   %3.0f to %-3.0f  %s\n", ho_day_format(row->date_end, date), middle,
           row->denominator, middle / row->denominator * n_district, at(summary, row->observable, "q50", day),
           at(summary, row->observable, "q05", day), at(summary, row->observable, "q95", day),
           row->who ? row->who : "");
}

/* Rows of one observable in the order of their dates (the record need not be sorted). */
static void print_rows(const json_t *summary, const ho_scenario *scenario, const char *name) {
    ho_day last = HO_DAY_NONE;
    for (;;) {
        ho_day next = INT32_MAX;
        for (size_t k = 0; k < scenario->n_record; k++) {
            const ho_record_row *row = &scenario->record[k];
            if (row->date_end > last && row->date_end < next && strcmp(row->observable, name) == 0 &&
                row_fits(summary, row))
                next = row->date_end;
        }
        if (next == INT32_MAX)
            return;
        for (size_t k = 0; k < scenario->n_record; k++) {
            const ho_record_row *row = &scenario->record[k];
            if (row->date_end == next && strcmp(row->observable, name) == 0 && row_fits(summary, row))
                print_row(summary, row);
        }
        last = next;
    }
}

static bool any_row(const json_t *summary, const ho_scenario *scenario, const char *name) {
    for (size_t k = 0; k < scenario->n_record; k++)
        if (strcmp(scenario->record[k].observable, name) == 0 && row_fits(summary, &scenario->record[k]))
            return true;
    return false;
}

static void print_districts(const json_t *summary, const ho_scenario *scenario) {
    printf("\nDistricts. Recorded counts keep their own denominator; \"of %lld\" is that share of the scenario's "
           "districts.\n",
           (long long)whole(summary, "n_district"));
    for (int definition = 0; definition < 2; definition++)
        for (size_t b = 0; b < scenario->n_bloc; b++) {
            char name[96];
            snprintf(name, sizeof name, "%s.%.60s", definition ? "centres_held" : "districts_controlled",
                     scenario->bloc[b].id);
            /* the home bloc's counts are the rest of the challengers' */
            bool home = strcmp(scenario->bloc[b].id, home_of(summary)) == 0;
            if (home || !any_row(summary, scenario, name))
                continue;
            printf("\n%s (%s)\n", name,
                   definition ? "holds the centre" : "holds the centre, or more than 0.85 of the country around it");
            printf("  date        recorded      of %-4lld   model   90 %% band    by\n",
                   (long long)whole(summary, "n_district"));
            print_rows(summary, scenario, name);
        }
}

/* --- capitals --- */

/* First day by which a fall has at least the probability; HO_DAY_NONE if it never has. */
static ho_day day_reaching(const json_t *summary, const json_t *shares, double p) {
    ho_day until = day_of(summary, "until");
    for (ho_day day = day_of(summary, "from"); day <= until; day++)
        if (share_on(shares, day) >= p)
            return day;
    return HO_DAY_NONE;
}

/* Capitals recorded as fallen by a day. */
static int n_recorded(const json_t *summary, ho_day day) {
    int n = 0;
    const char *name;
    json_t *capital;
    json_object_foreach(json_object_get(summary, "capitals"), name, capital) {
        ho_day fell = day_of(json_object_get(capital, "recorded"), "to");
        n += fell != HO_DAY_NONE && fell <= day;
    }
    return n;
}

/* Ends of months, the last day, and the days when the first, half and all of the recorded falls had happened. */
static size_t dates_of(const json_t *summary, ho_day date[N_DATE_MAX]) {
    size_t n = 0;
    ho_day from = day_of(summary, "from"), until = day_of(summary, "until");
    int all = n_recorded(summary, until), before = 0;
    for (ho_day day = from; day <= until && n < N_DATE_MAX; day++) {
        int now = n_recorded(summary, day);
        bool step =
            (before == 0 && now > 0) || (2 * before < all && 2 * now >= all) || (before < all && now == all && all > 0);
        if (step || day == until || ho_day_month(day) != ho_day_month(day + 1))
            date[n++] = day;
        before = now;
    }
    return n;
}

static void print_capital_counts(const json_t *summary) {
    ho_day date[N_DATE_MAX], from = day_of(summary, "from");
    size_t n = dates_of(summary, date);
    double n_capital = (double)json_object_size(json_object_get(summary, "capitals"));
    bool recorded = n_recorded(summary, day_of(summary, "until")) > 0;
    char name[96], text[11], count[16] = "-";
    snprintf(name, sizeof name, "capitals_held.%.60s", home_of(summary));
    printf("\nCapitals (of %.0f) not held by %s\n  date        recorded   model   90 %% band\n", n_capital,
           home_of(summary));
    for (size_t k = 0; k < n; k++) {
        size_t day = (size_t)(date[k] - from);
        if (recorded)
            snprintf(count, sizeof count, "%d", n_recorded(summary, date[k]));
        printf("  %s  %8s   %5.0f   %3.0f to %.0f\n", ho_day_format(date[k], text), count,
               n_capital - at(summary, name, "q50", day), n_capital - at(summary, name, "q95", day),
               n_capital - at(summary, name, "q05", day));
    }
}

static void print_fall(const json_t *summary, const char *name, const json_t *item) {
    const json_t *shares = json_object_get(item, "p_fallen_by");
    ho_day until = day_of(summary, "until");
    ho_day middle = day_reaching(summary, shares, 0.5), early = day_reaching(summary, shares, 0.05);
    ho_day late = day_reaching(summary, shares, 0.95), fell = day_of(json_object_get(item, "recorded"), "to");
    char text[4][11];
    printf("  %-20.20s  %-10s  %-10s  %-10s  %-10s  %.3f\n", name,
           fell == HO_DAY_NONE ? "-" : ho_day_format(fell, text[0]),
           middle == HO_DAY_NONE ? "later" : ho_day_format(middle, text[1]),
           early == HO_DAY_NONE ? "later" : ho_day_format(early, text[2]),
           late == HO_DAY_NONE ? "later" : ho_day_format(late, text[3]), share_on(shares, until));
}

/* The capitals recorded as the first to fall; without a record, the first of the scenario. */
static void print_falls(const json_t *summary) {
    const json_t *capitals = json_object_get(summary, "capitals");
    char until[11];
    printf("\nFalls of capitals (the first recorded)\n  %-20s  %-10s  %-10s  %-10s  %-10s  P by %s\n", "capital",
           "recorded", "median", "5 %", "95 %", ho_day_format(day_of(summary, "until"), until));
    ho_day from = day_of(summary, "from"), last = day_of(summary, "until");
    int shown = 0;
    const char *name;
    json_t *item;
    bool recorded = n_recorded(summary, last) > 0;
    for (ho_day day = from; day <= last && shown < N_CAPITAL_SHOWN; day++)
        json_object_foreach((json_t *)capitals, name, item) {
            bool now = recorded ? day_of(json_object_get(item, "recorded"), "to") == day : day == from;
            if (now && shown < N_CAPITAL_SHOWN) {
                print_fall(summary, name, item);
                shown++;
            }
        }
    const json_t *national = json_object_get(summary, "national_capital");
    print_fall(summary, json_string_value(json_object_get(national, "name")), national);
}

/* --- probabilities --- */

static void print_shares(const json_t *summary, const json_t *item, const char *key, const char *on,
                         const char *title) {
    ho_day date[N_DATE_MAX];
    size_t n = dates_of(summary, date);
    printf("\n%s\n", title);
    for (size_t k = 0; k < n; k++) {
        char text[11];
        printf("  %s %s  %.3f  (Monte-Carlo error %.3f)\n", on, ho_day_format(date[k], text),
               share_on(json_object_get(item, key), date[k]), share_on(json_object_get(item, "mcse"), date[k]));
    }
}

static void print_probabilities(const json_t *summary) {
    const json_t *national = json_object_get(summary, "national_capital"),
                 *holdout = json_object_get(summary, "holdout");
    char title[256], fell[11];
    ho_day day = day_of(json_object_get(national, "recorded"), "to");
    snprintf(title, sizeof title, "P(%.60s, the national capital, has fallen)%s%s",
             json_string_value(json_object_get(national, "name")), day == HO_DAY_NONE ? "" : "; recorded ",
             day == HO_DAY_NONE ? "" : ho_day_format(day, fell));
    print_shares(summary, national, "p_fallen_by", "by", title);
    if (!json_is_object(holdout))
        return;
    day = day_of(json_object_get(holdout, "recorded"), "to");
    snprintf(title, sizeof title, "P(%.60s holds %.60s)%s%s", json_string_value(json_object_get(holdout, "faction")),
             json_string_value(json_object_get(holdout, "seat")), day == HO_DAY_NONE ? "" : "; recorded as lost ",
             day == HO_DAY_NONE ? "" : ho_day_format(day, fell));
    print_shares(summary, holdout, "p_holds", "on", title);
}

static void print_posterior(const json_t *posterior) {
    const char *known = json_string_value(json_object_get(posterior, "known_by"));
    if (json_is_object(posterior))
        printf("parameters from %lld %s calibrated to what was known by %s (file %.12s...)\n", (long long)whole(posterior, "rows"),
               json_is_true(json_object_get(posterior, "courses")) ? "courses" : "draws", known ? known : "today",
               json_string_value(json_object_get(posterior, "digest")));
}

void cli_print_run(const json_t *summary, const ho_scenario *scenario) {
    const char *known = json_string_value(json_object_get(summary, "known_by"));
    printf("%s\n%lld replicates, seed %lld, %s to %s%s%s\n", scenario->title, (long long)whole(summary, "replicates"),
           (long long)whole(summary, "seed"), json_string_value(json_object_get(summary, "from")),
           json_string_value(json_object_get(summary, "until")), known ? ", known by " : "", known ? known : "");
    for (size_t k = 0; k < scenario->n_overlay; k++)
        printf("what if: %s (%s)\n", scenario->overlay[k].title, scenario->overlay[k].name);
    print_posterior(json_object_get(summary, "posterior"));
    print_districts(summary, scenario);
    print_capital_counts(summary);
    if (json_is_null(json_object_get(summary, "withheld")))
        print_falls(summary);
    print_probabilities(summary);
    if (json_is_string(json_object_get(summary, "withheld")))
        printf("\nwithheld    %s (docs/intended-use.md)\n", json_string_value(json_object_get(summary, "withheld")));
    printf("\nProbabilities describe this model under these sources; a low probability is not safety.\n\n");
    bool courses = json_is_true(json_object_get(json_object_get(summary, "posterior"), "courses"));
    if (whole(summary, "n_distinct") != whole(summary, "replicates") && courses)
        printf("note        %lld courses differ; those that weigh more are there more than once\n", (long long)whole(summary, "n_distinct"));
    else if (whole(summary, "n_distinct") != whole(summary, "replicates"))
        printf("warning     only %lld of %lld replicates differ\n", (long long)whole(summary, "n_distinct"),
               (long long)whole(summary, "replicates"));
    printf("digest      %s\n", json_string_value(json_object_get(summary, "digest")));
}
