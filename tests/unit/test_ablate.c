/* Switching mechanisms off: which runs are made, and that the effects are those of whole ensembles made here. */
#include "check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "holdout/record.h"
#include "world/world.h"

enum { N_REPLICATE = 12 };

typedef struct fixture {
    ho_scenario *scenario;
    ho_world *world;
} fixture;

static int build(void **state) {
    fixture *f = calloc(1, sizeof *f);
    ho_problems problems = {0};
    const ho_world_options options = ho_world_options_default();
    if (!f || ho_scenario_load(HO_SOURCE_DIR "/tests/scenarios/three-bloc", NULL, &f->scenario, &problems, NULL) ||
        ho_world_build(f->scenario, &options, &f->world, &problems, NULL))
        return -1;
    *state = f;
    return 0;
}

static int clear(void **state) {
    fixture *f = *state;
    ho_world_free(f->world);
    ho_scenario_free(f->scenario);
    free(f);
    return 0;
}

static uint64_t bit_of(const char *name) {
    int32_t k = ho_mechanism_find(name);
    assert_true(k >= 0);
    return UINT64_C(1) << k;
}

static ho_ablate_options some_options(void) {
    return (ho_ablate_options){
        .sim = {.seed = 5}, .which = bit_of("air") | bit_of("takeover"), .n_replicate = N_REPLICATE, .n_thread = 1};
}

static ho_ablation *ablate(const fixture *f, const ho_ablate_options *options) {
    ho_ablation *ablation = NULL;
    ho_error err = {0};
    if (ho_ablate(f->world, options, &ablation, &err))
        fail_msg("%s", err.text);
    return ablation;
}

/* --- a plain second way: every number of each replicate from a run of its own --- */

typedef struct plain {
    const ho_observables *observables;
    const char *name;
    double last[N_REPLICATE], mean[N_REPLICATE];
} plain;

static ho_status keep(void *context, const ho_result *result, ho_error *err) {
    plain *p = context;
    (void)err;
    size_t column = (size_t)ho_observables_find(p->observables, p->name);
    double sum = 0.0;
    for (size_t day = 0; day < result->n_day; day++)
        sum += (double)result->value[day * result->n_value + column];
    p->last[result->replicate] = (double)result->value[(result->n_day - 1) * result->n_value + column];
    p->mean[result->replicate] = sum / (double)result->n_day;
    return HO_OK;
}

static void run_plain(const fixture *f, uint64_t off, plain *p) {
    ho_ensemble_options options = {
        .sim = {.seed = 5, .off = off}, .n_replicate = N_REPLICATE, .n_thread = 1, .sink = keep, .context = p};
    assert_int_equal(ho_ensemble_run(f->world, &p->observables->observer, &options, NULL), HO_OK);
}

static double mean_of(const double *value) {
    double sum = 0.0;
    for (size_t i = 0; i < N_REPLICATE; i++)
        sum += value[i] / N_REPLICATE;
    return sum;
}

/* --- claims --- */

static void effects_are_off_minus_on_of_whole_ensembles(void **state) {
    fixture *f = *state;
    ho_ablate_options options = some_options();
    ho_ablation *ablation = ablate(f, &options);
    ho_observables observables = {0};
    assert_int_equal(ho_observables_build(f->world, &observables, NULL), HO_OK);
    char name[96] = "districts_controlled.";
    strcat(name, f->scenario->bloc[ablation->challenger].id);
    plain on = {.observables = &observables, .name = name}, off = on;
    run_plain(f, 0, &on);
    run_plain(f, bit_of("takeover"), &off);
    const ho_ablated *item = &ablation->item[1];
    assert_int_equal(item->mechanism, ho_mechanism_find("takeover"));
    double change = mean_of(off.last) - mean_of(on.last), squares = 0.0;
    for (size_t i = 0; i < N_REPLICATE; i++)
        squares += (off.last[i] - on.last[i] - change) * (off.last[i] - on.last[i] - change);
    assert_true(fabs(ablation->measure[HO_ABLATE_DISTRICTS].base - mean_of(on.last)) < 1e-9);
    assert_true(fabs(item->effect[HO_ABLATE_DISTRICTS].difference - change) < 1e-9);
    assert_true(fabs(item->effect[HO_ABLATE_DISTRICTS].se - sqrt(squares / (N_REPLICATE - 1) / N_REPLICATE)) < 1e-9);
    assert_true(fabs(item->effect[HO_ABLATE_DISTRICTS_MEAN].difference - (mean_of(off.mean) - mean_of(on.mean))) <
                1e-4);
    ho_observables_free(&observables);
    ho_ablation_free(ablation);
}

static void challenger_holds_most_and_is_not_home(void **state) {
    fixture *f = *state;
    ho_ablate_options options = some_options();
    ho_ablation *ablation = ablate(f, &options);
    ho_observables observables = {0};
    assert_int_equal(ho_observables_build(f->world, &observables, NULL), HO_OK);
    assert_true(ablation->challenger >= 0 && ablation->challenger != f->world->home_bloc);
    for (size_t b = 0; b < f->world->n_bloc; b++) {
        char name[96] = "districts_controlled.";
        strcat(name, f->scenario->bloc[b].id);
        plain on = {.observables = &observables, .name = name};
        run_plain(f, 0, &on);
        if ((int32_t)b != f->world->home_bloc)
            assert_true(mean_of(on.last) <= ablation->measure[HO_ABLATE_DISTRICTS].base + 1e-9);
    }
    ho_observables_free(&observables);
    ho_ablation_free(ablation);
}

static void threads_do_not_change_a_bit(void **state) {
    fixture *f = *state;
    ho_ablate_options options = some_options();
    ho_ablation *one = ablate(f, &options);
    options.n_thread = 3;
    ho_ablation *three = ablate(f, &options);
    assert_int_equal(one->n, three->n);
    for (size_t k = 0; k < one->n; k++)
        assert_memory_equal(one->item[k].effect, three->item[k].effect, sizeof one->item[k].effect);
    ho_ablation_free(one);
    ho_ablation_free(three);
}

static void marks_need_error_and_size(void **state) {
    fixture *f = *state;
    ho_ablate_options options = some_options();
    options.which = UINT64_MAX;
    ho_ablation *ablation = ablate(f, &options);
    assert_int_equal(ablation->n, ho_mechanism_count());
    for (size_t k = 0; k < ablation->n; k++) {
        const ho_ablated *item = &ablation->item[k];
        bool any = false;
        for (int what = 0; what < HO_N_ABLATE; what++) {
            double size = fabs(item->effect[what].difference);
            assert_int_equal(item->marked[what],
                             size > 3.0 * item->effect[what].se && size > ablation->measure[what].smallest);
            any |= item->marked[what];
        }
        assert_int_equal(item->detected, any);
    }
    assert_true(ablation->measure[HO_ABLATE_DISTRICTS].smallest == 1.0);
    assert_true(ablation->measure[HO_ABLATE_CAPITAL].smallest == 0.01);
    assert_true(fabs(ablation->measure[HO_ABLATE_HARM].smallest - 0.01 * ablation->measure[HO_ABLATE_HARM].base) <
                1e-9);
    ho_ablation_free(ablation);
}

static void mechanism_off_in_the_base_is_not_switched_off_again(void **state) {
    fixture *f = *state;
    ho_ablate_options options = some_options();
    options.sim.off = bit_of("air");
    assert_int_equal(ho_ablate_n_run(&options), 2 * N_REPLICATE);
    ho_ablation *ablation = ablate(f, &options);
    assert_int_equal(ablation->n, 1);
    assert_int_equal(ablation->item[0].mechanism, ho_mechanism_find("takeover"));
    ho_ablation_free(ablation);
}

static void count_up(void *context, size_t n_done) {
    size_t *last = context;
    assert_true(n_done >= *last);
    *last = n_done;
}

static void progress_counts_up_to_all_runs(void **state) {
    fixture *f = *state;
    size_t last = 0;
    ho_ablate_options options = some_options();
    options.progress = count_up;
    options.context = &last;
    ho_ablation_free(ablate(f, &options));
    assert_int_equal(last, ho_ablate_n_run(&options));
}

static void stop_says_in_which_run(void **state) {
    fixture *f = *state;
    atomic_bool stop = true;
    ho_ablation *ablation = NULL;
    ho_error err = {0};
    ho_ablate_options options = some_options();
    options.stop = &stop;
    assert_int_equal(ho_ablate(f->world, &options, &ablation, &err), HO_ERR_INTERRUPTED);
    assert_null(ablation);
    assert_string_equal(err.text, "the base run: stopped with 0 of 12 replicates done");
}

static void no_replicates_are_refused(void **state) {
    fixture *f = *state;
    ho_ablation *ablation = NULL;
    ho_error err = {0};
    ho_ablate_options options = some_options();
    options.n_replicate = 0;
    assert_int_equal(ho_ablate(f->world, &options, &ablation, &err), HO_ERR_INPUT);
    assert_string_equal(err.text, "replicates is 0; need at least 1");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(effects_are_off_minus_on_of_whole_ensembles),
        cmocka_unit_test(challenger_holds_most_and_is_not_home),
        cmocka_unit_test(threads_do_not_change_a_bit),
        cmocka_unit_test(marks_need_error_and_size),
        cmocka_unit_test(mechanism_off_in_the_base_is_not_switched_off_again),
        cmocka_unit_test(progress_counts_up_to_all_runs),
        cmocka_unit_test(stop_says_in_which_run),
        cmocka_unit_test(no_replicates_are_refused),
    };
    return cmocka_run_group_tests(tests, build, clear);
}
