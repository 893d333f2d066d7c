/* The law of FLEE's cases held against what FLEE itself printed: repeated runs of its parallel version on one rank, counts at the ends of four
 * days (../shared/flee/reference, read in place; without it these tests are skipped). Camp by camp and day by day:
 *   people in all are equal; means differ by at most 0.5 % of the people present; means, all of them at once, variances and, on the last day,
 *   distributions are not told apart (Hotelling's T squared; log ratio of variances with pooled kurtosis, Layard 1973; two-sample
 *   Kolmogorov-Smirnov), Holm's procedure at 0.01, over cases for the first, over camps and days of a case for the others.
 * Each of the flaws of flee_flaws.h is told apart, along the direction in which it changes the counts most. */
#include "unit/check.h"

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "science/flee_flaws.h"
#include "unit/statistics.h"

enum { N_RUN = 200, N_DAY = 4, PLACES_MAX = 16, RUNS_MAX = 100 };
#define FLEE_DIR HO_SOURCE_DIR "/../shared/flee/"

typedef struct law_case {
    const char *name, *settings;
} law_case;
static const law_case cases[] = {
    {"mali2012", FLEE_DIR "simsetting-stock-hasten10.yml"},
    {"ethiopia2020", FLEE_DIR "simsetting-stock-hasten10.yml"},
    {"burundi2015", FLEE_DIR "burundi2015/simsetting-hasten20.yml"},
};
enum { N_CASE = 3 };

/* Counts by day, place and run. */
typedef struct sample {
    size_t n_run, n_place, n_day;
    int day[N_DAY];
    char place[PLACES_MAX][64];
    double people[N_DAY][PLACES_MAX][N_RUN > RUNS_MAX ? N_RUN : RUNS_MAX];
} sample;

static size_t index_of(sample *s, int day, const char *place, size_t *d) {
    size_t p = 0;
    for (*d = 0; *d < s->n_day && s->day[*d] != day;)
        ++*d;
    if (*d == s->n_day)
        s->day[s->n_day++] = day;
    while (p < s->n_place && strcmp(s->place[p], place) != 0)
        p++;
    if (p == s->n_place)
        strcpy(s->place[s->n_place++], place);
    return p;
}

static void read_reference(const char *name, sample *s) {
    char path[512], line[256], place[64];
    int run, day;
    long people;
    snprintf(path, sizeof path, FLEE_DIR "reference/%s.csv", name);
    FILE *file = fopen(path, "r");
    if (!file) {
        print_message("skipped: %s is not here\n", path);
        skip();
    }
    assert_non_null(fgets(line, sizeof line, file));
    while (fgets(line, sizeof line, file)) {
        size_t d;
        assert_int_equal(sscanf(line, "%d,%d,%63[^,],%ld", &run, &day, place, &people), 4);
        assert_true(run >= 1 && run <= RUNS_MAX);
        size_t p = index_of(s, day, place, &d);
        s->people[d][p][run - 1] = (double)people;
        s->n_run = (size_t)run > s->n_run ? (size_t)run : s->n_run;
    }
    fclose(file);
}

/* The same counts from our runs. */
static void simulate(const law_case *c, const flee_flaw *flaw, uint32_t seed, const sample *reference, sample *s) {
    char folder[512];
    snprintf(folder, sizeof folder, FLEE_DIR "%s", c->name);
    const ho_flee_options options = {.folder = folder, .settings = c->settings, .documented = flaw->documented};
    ho_flee_case *flee = NULL;
    ho_flee_worker *worker = NULL;
    ho_problems problems = {0}, surprises = {0};
    assert_int_equal(ho_flee_load(&options, &flee, &problems, &surprises, NULL), HO_OK);
    assert_int_equal(ho_flee_worker_build(flee, &worker, NULL), HO_OK);
    flee_break(worker, flaw);
    size_t n_day = ho_flee_n_day(flee), n_camp = ho_flee_n_camp(flee);
    int64_t *camp = calloc(n_day * n_camp, sizeof *camp), *total = calloc(n_day, sizeof *total);
    memcpy(s->day, reference->day, sizeof s->day);
    memcpy(s->place, reference->place, sizeof s->place);
    s->n_place = reference->n_place;
    s->n_day = reference->n_day;
    s->n_run = N_RUN;
    for (uint32_t run = 0; run < N_RUN; run++) {
        const ho_flee_record record = {.camp = camp, .total = total};
        assert_int_equal(ho_flee_run(worker, seed, run, &record, NULL), HO_OK);
        for (size_t d = 0; d < s->n_day; d++)
            for (size_t p = 0; p < s->n_place; p++) {
                size_t k = 0;
                while (k < n_camp && strcmp(ho_flee_place(flee, ho_flee_camp_place(flee, k)), s->place[p]) != 0)
                    k++;
                s->people[d][p][run] = (double)(k < n_camp ? camp[(size_t)s->day[d] * n_camp + k] : total[s->day[d]]);
            }
    }
    free(camp);
    free(total);
    ho_flee_worker_free(worker);
    ho_flee_free(flee);
    ho_problems_free(&problems);
    ho_problems_free(&surprises);
}

/* --- statistics --- */

static double mean(const double *x, size_t n) {
    double sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += x[i];
    return sum / (double)n;
}

static double moment(const double *x, size_t n, int power) {
    double m = mean(x, n), sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += pow(x[i] - m, power);
    return sum;
}

/* p-value that two samples have one variance; 1 where one has none to speak of. */
static double variance_p(const double *x, size_t n, const double *y, size_t m) {
    double a = moment(x, n, 2), b = moment(y, m, 2), va = a / (double)(n - 1), vb = b / (double)(m - 1);
    if (va < 0.1 && vb < 0.1)
        return 1;
    if (!(va > 0) || !(vb > 0))
        return 0;
    double kurtosis = (double)(n + m) * (moment(x, n, 4) + moment(y, m, 4)) / ((a + b) * (a + b));
    double per = kurtosis - 1 > 0.5 ? kurtosis - 1 : 0.5;
    return 2 * normal_below(-fabs(log(va / vb)) / sqrt(per / (double)n + per / (double)m));
}

/* p-value of the two-sample Kolmogorov-Smirnov statistic (asymptotic; with ties it errs to the safe side). */
static double two_sample_p(const double *x, size_t n, const double *y, size_t m) {
    double a[N_RUN], b[N_RUN], d = 0, p = 0;
    memcpy(a, x, n * sizeof *a);
    memcpy(b, y, m * sizeof *b);
    qsort(a, n, sizeof *a, compare_doubles);
    qsort(b, m, sizeof *b, compare_doubles);
    for (size_t i = 0, j = 0; i < n && j < m;) {
        double at = a[i] < b[j] ? a[i] : b[j];
        while (i < n && a[i] <= at)
            i++;
        while (j < m && b[j] <= at)
            j++;
        d = fmax(d, fabs((double)i / (double)n - (double)j / (double)m));
    }
    double root = sqrt((double)n * (double)m / (double)(n + m)), t = (root + 0.12 + 0.11 / root) * d;
    for (int k = 1; k < 101; k++)
        p += 2 * (k % 2 ? 1 : -1) * exp(-2.0 * k * k * t * t);
    return t < 0.3 ? 1 : p;
}

/* Does Holm's procedure reject any of n hypotheses at this level? Its first step decides. */
static bool any_rejected(const double *p, size_t n, double level) {
    double least = 1;
    for (size_t k = 0; k < n; k++)
        least = p[k] < least ? p[k] : least;
    return n > 0 && least < level / (double)n;
}

/* Regularised incomplete beta function, by its continued fraction (Lentz). */
static double beta_below(double x, double a, double b) {
    if (x > (a + 1) / (a + b + 2))
        return 1 - beta_below(1 - x, b, a);
    double c = 1, d = 1 / (1 - (a + b) * x / (a + 1)), f = d;
    for (int m = 1; m < 1000; m++) {
        double even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
        d = 1 / (1 + even * d);
        c = 1 + even / c;
        f *= c * d;
        d = 1 / (1 + odd * d);
        c = 1 + odd / c;
        f *= c * d;
        if (fabs(c * d - 1) < 1e-14)
            break;
    }
    return exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x)) * f / a;
}

/* The columns of all camps and days, `total` aside. */
enum { COLUMNS_MAX = N_DAY * PLACES_MAX };
static size_t columns(const sample *s, size_t total, const double *column[COLUMNS_MAX]) {
    size_t n = 0;
    for (size_t d = 0; d < s->n_day; d++)
        for (size_t p = 0; p < s->n_place; p++)
            if (p != total)
                column[n++] = s->people[d][p];
    return n;
}

/* Difference of means of two samples, and the vector that the pooled covariance makes of it (Fisher's discriminant): solves S w = off, without
 * pivots, since S is positive definite. Returns the number of columns. */
static size_t discriminant(const sample *a, const sample *b, size_t total, double off[COLUMNS_MAX], double w[COLUMNS_MAX]) {
    static double s[COLUMNS_MAX][COLUMNS_MAX + 1];
    const double *x[COLUMNS_MAX], *y[COLUMNS_MAX];
    size_t k = columns(a, total, x), n = a->n_run, m = b->n_run;
    double mx[COLUMNS_MAX], my[COLUMNS_MAX];
    columns(b, total, y);
    for (size_t i = 0; i < k; i++) {
        mx[i] = mean(x[i], n);
        my[i] = mean(y[i], m);
        off[i] = s[i][k] = mx[i] - my[i];
    }
    for (size_t i = 0; i < k; i++)
        for (size_t j = 0; j < k; j++) {
            double sum = 0;
            for (size_t r = 0; r < n; r++)
                sum += (x[i][r] - mx[i]) * (x[j][r] - mx[j]);
            for (size_t r = 0; r < m; r++)
                sum += (y[i][r] - my[i]) * (y[j][r] - my[j]);
            s[i][j] = sum / (double)(n + m - 2);
        }
    for (size_t i = 0; i < k; i++)
        for (size_t q = i + 1; q < k; q++)
            for (size_t z = k + 1; z-- > i;)
                s[q][z] -= s[q][i] / s[i][i] * s[i][z];
    for (size_t i = k; i-- > 0;) {
        w[i] = s[i][k];
        for (size_t j = i + 1; j < k; j++)
            w[i] -= s[i][j] * w[j];
        w[i] /= s[i][i];
    }
    return k;
}

/* p-value that all means are equal: Hotelling's T squared, which weighs differences by how camps and days vary together. */
static double means_p(const sample *a, const sample *b, size_t total) {
    double off[COLUMNS_MAX], w[COLUMNS_MAX], t2 = 0, n = (double)a->n_run, m = (double)b->n_run;
    size_t k = discriminant(a, b, total, off, w);
    for (size_t i = 0; i < k; i++)
        t2 += w[i] * off[i];
    t2 /= 1 / n + 1 / m;
    double d1 = (double)k, d2 = n + m - d1 - 1, f = t2 * d2 / (d1 * (n + m - 2));
    return 1 - beta_below(d1 * f / (d1 * f + d2), d1 / 2, d2 / 2);
}

/* p-value that two samples have one mean along w. */
static double along_p(const sample *a, const sample *b, size_t total, const double *w) {
    const sample *of[2] = {a, b};
    double m[2], v[2], value[N_RUN];
    for (int i = 0; i < 2; i++) {
        const double *x[COLUMNS_MAX];
        size_t k = columns(of[i], total, x), n = of[i]->n_run;
        for (size_t r = 0; r < n; r++) {
            value[r] = 0;
            for (size_t c = 0; c < k; c++)
                value[r] += w[c] * x[c][r];
        }
        m[i] = mean(value, n);
        v[i] = moment(value, n, 2) / (double)((n - 1) * n);
    }
    return 2 * normal_below(-fabs(m[0] - m[1]) / sqrt(v[0] + v[1]));
}

/* What told the samples apart, NULL if nothing did; the largest difference of means [share of people] and the p-values, the least of several. */
typedef struct verdict {
    const char *fails;
    double off, means, least_spread, least_ks;
} verdict;

static verdict compare(const sample *a, const sample *b) {
    verdict v = {.least_spread = 1, .least_ks = 1};
    double spread[N_DAY * PLACES_MAX], ks[PLACES_MAX];
    size_t n_spread = 0, n_ks = 0, total = a->n_place;
    for (size_t p = 0; p < a->n_place; p++)
        total = strcmp(a->place[p], "(total people)") == 0 ? p : total;
    assert_true(total < a->n_place);
    for (size_t d = 0; d < a->n_day; d++)
        for (size_t p = 0; p < a->n_place; p++) {
            const double *x = a->people[d][p], *y = b->people[d][p];
            double off = fabs(mean(x, a->n_run) - mean(y, b->n_run)) / mean(a->people[d][total], a->n_run);
            if (p == total) {
                v.fails = off > 0 || moment(y, b->n_run, 2) > 0 ? "people in all" : v.fails;
                continue;
            }
            v.off = fmax(v.off, off);
            spread[n_spread++] = variance_p(x, a->n_run, y, b->n_run);
            v.least_spread = fmin(v.least_spread, spread[n_spread - 1]);
            if (d + 1 == a->n_day) {
                ks[n_ks++] = two_sample_p(x, a->n_run, y, b->n_run);
                v.least_ks = fmin(v.least_ks, ks[n_ks - 1]);
            }
        }
    if (any_rejected(ks, n_ks, 0.01))
        v.fails = "distributions";
    if (any_rejected(spread, n_spread, 0.01))
        v.fails = "spreads";
    v.means = means_p(a, b, total);
    if (v.means < 0.01 / N_CASE)
        v.fails = "means";
    if (v.off > 0.005)
        v.fails = "means by more than 0.5 %";
    return v;
}

static verdict judge(const law_case *c, const flee_flaw *flaw) {
    sample *reference = calloc(1, sizeof *reference), *ours = calloc(1, sizeof *ours);
    read_reference(c->name, reference);
    simulate(c, flaw, 1, reference, ours);
    verdict v = compare(reference, ours);
    print_message("%-13s %-52s means within %.3f %%, p = %.2g, spreads p >= %.2g, distributions p >= %.2g: %s\n", c->name, flaw->name, 100 * v.off,
                  v.means, v.least_spread, v.least_ks, v.fails ? v.fails : "same");
    free(reference);
    free(ours);
    return v;
}

/* --- tests --- */

static void mali_has_flees_law(void **state) {
    (void)state;
    assert_null(judge(&cases[0], &flee_flaws[0]).fails);
}

static void ethiopia_has_flees_law(void **state) {
    (void)state;
    assert_null(judge(&cases[1], &flee_flaws[0]).fails);
}

static void burundi_has_flees_law(void **state) {
    (void)state;
    assert_null(judge(&cases[2], &flee_flaws[0]).fails);
}

/* What FLEE printed for Mali, held against our runs with and without each flaw, along the direction in which the two differ most. The direction is
 * found on runs of their own. FLEE's runs are not told apart from ours there, and are from those with the flaw. */
static void each_flaw_is_noticed(void **state) {
    enum { N_FLAW = N_OF(flee_flaws) - 1, N_SET = 5 };
    sample *s[N_SET];
    double off[COLUMNS_MAX], w[COLUMNS_MAX];
    (void)state;
    for (int k = 0; k < N_SET; k++)
        s[k] = calloc(1, sizeof *s[k]);
    read_reference(cases[0].name, s[0]);
    simulate(&cases[0], &flee_flaws[0], 2, s[0], s[1]);
    simulate(&cases[0], &flee_flaws[0], 3, s[0], s[2]);
    size_t total = s[0]->n_place - 1;
    assert_string_equal(s[0]->place[total], "(total people)");
    for (size_t k = 1; k <= N_FLAW; k++) {
        simulate(&cases[0], &flee_flaws[k], 4, s[0], s[3]);
        simulate(&cases[0], &flee_flaws[k], 5, s[0], s[4]);
        discriminant(s[1], s[3], total, off, w);
        double sound = along_p(s[0], s[2], total, w), flawed = along_p(s[0], s[4], total, w);
        print_message("%-52s FLEE against ours: p = %.2g, against the flaw: p = %.2g\n", flee_flaws[k].name, sound, flawed);
        assert_true(sound > 0.01 / N_FLAW);
        assert_true(flawed < 0.01 / N_FLAW);
    }
    for (int k = 0; k < N_SET; k++)
        free(s[k]);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mali_has_flees_law),
        cmocka_unit_test(ethiopia_has_flees_law),
        cmocka_unit_test(burundi_has_flees_law),
        cmocka_unit_test(each_flaw_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
