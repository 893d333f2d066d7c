/* Fits of the improved mode's parameters: the likelihood against numbers worked by hand, recovery of a known set, the same bits for any threads. */
#include <math.h>

#include "base/math.h"
#include "holdout/calibrate.h"
#include "holdout/evidence.h"
#include "unit/flee_case.h"

#define assert_double_close(a, b, within) assert_true(fabs((a) - (b)) <= (within))

static const double truth[HO_FLEE_N_PARAMETER] = {1, 0.3, 0.001, 1, 1, 0.25, 2, 10, 200, 1, 0.5, 0, 0.05, 0.1};

/* Two days count (nothing is recorded on day 0), both with the same run: shares 0.64 and 0.36 against 0.6 and 0.4, half of the sum. */
static void the_misfit_is_as_worked_by_hand(void **state) {
    const int64_t camp[] = {7, 7, 320000, 180000, 320000, 180000};
    double parameter[HO_FLEE_N_PARAMETER], shares, sums;
    (void)state;
    memcpy(parameter, truth, sizeof truth);
    flee_loaded l = flee_load_files(&flee_small);
    shares = (sqrt(0.6) - 0.8) * (sqrt(0.6) - 0.8) + (sqrt(0.4) - 0.6) * (sqrt(0.4) - 0.6);
    sums = -log(0.5);
    double want = 1.5 * log(1 + shares / (2 * 0.05 * 0.05)) + log(0.05 / 0.02) + sums / 0.1 + log(0.1 / 0.05);
    assert_double_close(ho_flee_misfit(l.flee, parameter, camp), want, 1e-9);
    flee_unload(&l);
}

/* --- recovery --- */

enum { N_DAY = 60, N_CAMP = 5 };

typedef struct made_case {
    flee_files files;
    char text[3 + N_CAMP][2048];
    char folder[FLEE_PATH];
} made_case;

/* Camps at 40, 80, 160, 320 and 640 km from the conflict, the last two abroad; a thousand people a day. Camps record what the law with the true parameters
 * puts there, times `counted`. */
static void write_case(made_case *m, uint32_t seed) {
    char date[11], *conflicts = m->text[0], *total = m->text[1], *layout = m->text[2];
    m->files = flee_small;
    size_t n = (size_t)sprintf(conflicts, "#Day,A\n"), t = 0, k = (size_t)sprintf(layout, "total,total.csv\n");
    for (int day = 0; day < N_DAY; day++) {
        n += (size_t)sprintf(conflicts + n, "%d,1\n", day);
        t += (size_t)sprintf(total + t, "%s,%d\n", ho_day_format(18262 + day, date), 10000 * day);
    }
    for (int c = 0; c < N_CAMP; c++)
        k += (size_t)sprintf(layout + k, "C%d,c%d.csv\n", c, c);
    m->files.locations = "#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap\nA,r,X,0,0,conflict_zone,0,5000000\n"
                         "C0,r,X,0,1,camp,,0\nC1,r,X,0,1,camp,,0\nC2,r,X,0,1,camp,,0\nC3,r,Y,0,1,camp,,0\nC4,r,Y,0,1,camp,,0\n";
    m->files.routes = "#h\nA,C0,40\nA,C1,80\nA,C2,160\nA,C3,320\nA,C4,640\n";
    m->files.period = "StartDate,2020-01-01\nLength,60\n";
    m->files.conflicts = conflicts;
    m->files.total = total;
    m->files.layout = layout;
    flee_write(&m->files, m->folder);
    char sub[FLEE_PATH + 32], name[16], one[2048];
    snprintf(sub, sizeof sub, "%.500s/validation", m->folder);
    for (int c = 0; c < N_CAMP; c++) {
        sprintf(name, "c%d.csv", c);
        flee_put(sub, name, "2020-01-01,0\n");
    }
    ho_flee_case *flee = NULL;
    ho_problems problems = {0}, surprises = {0};
    const ho_flee_options options = {.folder = m->folder, .leak_free = true, .parameter = truth};
    assert_int_equal(ho_flee_load(&options, &flee, &problems, &surprises, NULL), HO_OK);
    int64_t *at = flee_people(flee, seed);
    for (int c = 0; c < N_CAMP; c++) {
        size_t used = 0;
        for (int day = 0; day < N_DAY; day++)
            used += (size_t)snprintf(one + used, sizeof one - used, "%s,%lld\n", ho_day_format(18262 + day, date),
                                     (long long)(at[day * (1 + N_CAMP) + 1 + c] / 2));
        sprintf(name, "c%d.csv", c);
        flee_put(sub, name, one);
    }
    free(at);
    ho_flee_free(flee);
    ho_problems_free(&problems);
    ho_problems_free(&surprises);
}

static double quantile(const ho_flee_posterior *p, ho_flee_parameter k, double q) {
    double value[1000];
    for (size_t i = 0; i < p->n; i++)
        value[i] = p->value[i * HO_FLEE_N_PARAMETER + (size_t)k];
    ho_score_sort(value, p->n);
    return ho_score_quantile(value, p->n, q);
}

static void a_known_set_is_recovered_and_bits_do_not_depend_on_threads(void **state) {
    made_case *m = calloc(3, sizeof *m);
    ho_flee_options cases[3];
    ho_flee_fit fit[4], again[4];
    (void)state;
    for (uint32_t k = 0; k < 3; k++) {
        write_case(&m[k], 11 + k);
        cases[k] = (ho_flee_options){.folder = m[k].folder, .hasten = 100};
    }
    ho_flee_fit_options options = {.n_case = 3, .flee = cases, .leave_one_out = true, .seed = 5, .n_first = 1000, .n_new = 500, .n_max = 6000,
                                   .n_effective = 100, .n_draw = 200, .n_thread = 2};
    assert_int_equal(ho_flee_fit_run(&options, fit, NULL), HO_OK);
    options.n_thread = 1;
    options.leave_one_out = false;
    assert_int_equal(ho_flee_fit_run(&options, again, NULL), HO_OK);
    assert_int_equal(fit[0].posterior.n, 200);
    assert_memory_equal(fit[0].posterior.value, again[0].posterior.value, 200 * HO_FLEE_N_PARAMETER * sizeof(double));
    const ho_flee_posterior *p = &fit[0].posterior;
    double power[] = {quantile(p, HO_FLEE_DISTANCE_POWER, 0.05), quantile(p, HO_FLEE_DISTANCE_POWER, 0.5), quantile(p, HO_FLEE_DISTANCE_POWER, 0.95)};
    double counted[] = {quantile(p, HO_FLEE_COUNTED, 0.05), quantile(p, HO_FLEE_COUNTED, 0.5), quantile(p, HO_FLEE_COUNTED, 0.95)};
    if (!(power[0] < 2 && power[2] > 2 && power[1] > 1.4 && counted[0] < 0.5 && counted[2] > 0.5 && fabs(counted[1] - 0.5) < 0.1))
        fail_msg("distance_power %.2f (%.2f to %.2f), is 2; counted %.2f (%.2f to %.2f), is 0.5; T %.2f", power[1], power[0], power[2], counted[1],
                 counted[0], counted[2], fit[0].temperature);
    assert_true(quantile(p, HO_FLEE_SHARE_ERROR, 0.5) < 0.1); /* prior median 0.15: records are what the law says */
    for (int k = 0; k < 4; k++)
        ho_flee_posterior_free(&fit[k].posterior);
    ho_flee_posterior_free(&again[0].posterior);
    for (int k = 0; k < 3; k++)
        flee_remove(m[k].folder);
    free(m);
}

static void fits_refuse_what_they_cannot_do(void **state) {
    ho_flee_fit fit[2];
    ho_error err;
    const ho_flee_options nowhere = {.folder = "/nowhere"};
    ho_flee_fit_options options = {.n_case = 1, .flee = &nowhere, .leave_one_out = true, .n_first = 2, .n_new = 2, .n_max = 2, .n_effective = 1, .n_draw = 1,
                                   .n_thread = 1};
    (void)state;
    assert_int_equal(ho_flee_fit_run(&options, fit, &err), HO_ERR_INPUT);
    options.leave_one_out = false;
    assert_int_equal(ho_flee_fit_run(&options, fit, &err), HO_ERR_INPUT);
    options.n_case = 0;
    assert_int_equal(ho_flee_fit_run(&options, fit, &err), HO_ERR_INPUT);
    flee_loaded l = flee_load_files(&flee_small);
    assert_int_equal(l.status, HO_OK);
    flee_unload(&l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_misfit_is_as_worked_by_hand),
        cmocka_unit_test(a_known_set_is_recovered_and_bits_do_not_depend_on_threads),
        cmocka_unit_test(fits_refuse_what_they_cannot_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
