/* Calibrations: the same bits on any number of threads and after an interruption; what cannot be gone on with or begun is refused; files of
 * draws read back as they were, and bad ones are refused with file and line. */
#include "check.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "holdout/calibrate.h"
#include "world/parameters.h"

#define KNOWN_BY "2030-07-15"

typedef struct fixture {
    ho_scenario *scenario, *other;
    char folder[64];
} fixture;

static ho_scenario *load(const char *name) {
    char path[512];
    ho_scenario *scenario = NULL;
    ho_problems problems = {0};
    snprintf(path, sizeof path, HO_SOURCE_DIR "/tests/scenarios/%s", name);
    assert_int_equal(ho_scenario_load(path, NULL, &scenario, &problems, NULL), HO_OK);
    ho_problems_free(&problems);
    return scenario;
}

static int build(void **state) {
    fixture *f = calloc(1, sizeof *f);
    f->scenario = load("two-bloc");
    f->other = load("three-bloc");
    snprintf(f->folder, sizeof f->folder, "/tmp/holdout-calibrate-XXXXXX");
    *state = f;
    return mkdtemp(f->folder) ? 0 : -1;
}

static int clear(void **state) {
    fixture *f = *state;
    static const char *const name[] = {"calibration.state", "draws.csv"};
    char path[128];
    for (size_t k = 0; k < N_OF(name); k++) {
        snprintf(path, sizeof path, "%s/%s", f->folder, name[k]);
        unlink(path);
    }
    rmdir(f->folder);
    ho_scenario_free(f->scenario);
    ho_scenario_free(f->other);
    free(f);
    return 0;
}

static const int32_t PARAMETER[] = {HO_P_EFFORT, HO_P_THETA_MEAN};

/* Small: two parameters, four generations. */
static ho_calibrate_options small_options(void) {
    ho_calibrate_options options = ho_calibrate_options_default();
    assert_true(ho_day_parse(KNOWN_BY, &options.world.known_by));
    options.sim.seed = 5;
    options.n_parameter = 2;
    options.parameter = PARAMETER;
    options.n_first = 120;
    options.n_new = 60;
    options.n_max = 300;
    options.n_effective = 50;
    options.n_draw = 40;
    options.n_thread = 2;
    return options;
}

/* The errors of three counts of one source, 31 days apart, by hand: of confidence, half a range, and one day's change. */
static void errors_of_counts_are_those_of_their_source(void **state) {
    const fixture *f = *state;
    ho_calibrate_options options = small_options();
    ho_calibration *made = NULL;
    ho_problems problems = {0};
    assert_int_equal(ho_calibrate(f->scenario, &options, &made, &problems, NULL), HO_OK);
    const double first = 2.0 / 12 / 31, second = 2.5 / 12 / 31, half = 0.5 / 12;
    const double sd[] = {sqrt(0.015 * 0.015 + first * first), sqrt(0.015 * 0.015 + second * second),
                         sqrt(0.025 * 0.025 + half * half + second * second)};
    size_t n = 0;
    for (size_t k = 0; k < made->n_target; k++)
        if (strncmp(made->target[k].name, "districts_controlled.reeds", 26) == 0) {
            assert_true(n < N_OF(sd) && fabs(made->target[k].sd - sd[n]) < 1e-12);
            n++;
        }
    assert_int_equal(n, N_OF(sd));
    ho_calibration_free(made);
    ho_problems_free(&problems);
}

static void digest_of(const ho_scenario *scenario, const ho_calibrate_options *options, char digest[65]) {
    ho_calibration *result = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    if (ho_calibrate(scenario, options, &result, &problems, &err))
        fail_msg("%s", err.text);
    assert_true(result->n_generation > 2);
    memcpy(digest, result->digest, 65);
    ho_problems_free(&problems);
    ho_calibration_free(result);
}

/* Fails with this message; nothing is made. */
static void refuse(const ho_scenario *scenario, const ho_calibrate_options *options, ho_status status, const char *message) {
    ho_calibration *result = NULL;
    ho_problems problems = {0};
    ho_error err = {0};
    assert_int_equal(ho_calibrate(scenario, options, &result, &problems, &err), status);
    assert_null(result);
    if (!strstr(err.text, message))
        fail_msg("\"%s\" is not in \"%s\"", message, err.text);
    ho_problems_free(&problems);
}

/* --- the same bits --- */

static void threads_change_no_bit(void **state) {
    fixture *f = *state;
    char first[65], digest[65];
    ho_calibrate_options options = small_options();
    options.n_parameter = 0; /* screening too */
    options.n_trajectory = 2;
    options.n_chosen = 3;
    options.n_thread = 1;
    digest_of(f->scenario, &options, first);
    for (options.n_thread = 2; options.n_thread <= 3; options.n_thread++) {
        digest_of(f->scenario, &options, digest);
        assert_string_equal(digest, first);
    }
    options.sim.seed = 6;
    digest_of(f->scenario, &options, digest);
    assert_string_not_equal(digest, first);
}

typedef struct stopping {
    atomic_bool stop;
    size_t n_after; /* stop once so many are done */
} stopping;

static void stop_after(void *context, ho_calibrate_stage stage, size_t n_done, size_t n_most, double accepted) {
    (void)n_most, (void)accepted;
    stopping *s = context;
    if (stage == HO_CALIBRATE_FITTING && n_done >= s->n_after)
        atomic_store(&s->stop, true);
}

/* Stops in the generation that holds particle n_after. */
static void interrupt(const ho_scenario *scenario, ho_calibrate_options options, size_t n_after) {
    stopping s = {.n_after = n_after};
    options.stop = &s.stop;
    options.progress = stop_after;
    options.context = &s;
    refuse(scenario, &options, HO_ERR_INTERRUPTED, "");
}

static void an_interrupted_calibration_goes_on_to_the_same_bits(void **state) {
    fixture *f = *state;
    char whole[65], resumed[65];
    ho_calibrate_options options = small_options();
    digest_of(f->scenario, &options, whole);
    options.folder = f->folder;
    options.resume = true;
    interrupt(f->scenario, options, 121);
    interrupt(f->scenario, options, 181); /* resumed and stopped again */
    digest_of(f->scenario, &options, resumed);
    assert_string_equal(resumed, whole);
    digest_of(f->scenario, &options, resumed); /* nothing is left to do */
    assert_string_equal(resumed, whole);
}

/* --- what is not gone on with --- */

static void another_calibration_is_not_resumed(void **state) {
    fixture *f = *state;
    ho_calibrate_options options = small_options();
    options.folder = f->folder;
    options.resume = true;
    interrupt(f->scenario, options, 121);
    static const char OTHER[] = "calibration.state: another calibration: its scenario, record, day, seed, settings or numbers of particles differ";
    ho_calibrate_options seed = options, day = options, first = options;
    seed.sim.seed++;
    refuse(f->scenario, &seed, HO_ERR_INPUT, OTHER);
    day.world.known_by++;
    refuse(f->scenario, &day, HO_ERR_INPUT, OTHER);
    first.n_first++;
    refuse(f->scenario, &first, HO_ERR_INPUT, OTHER);
    ho_scenario *changed = load("two-bloc");
    changed->digest[0] = changed->digest[0] == '0' ? '1' : '0';
    refuse(changed, &options, HO_ERR_INPUT, OTHER);
    ho_scenario_free(changed);
    changed = load("two-bloc"); /* the record is no part of a scenario's digest, but of what is calibrated to */
    changed->record[1].value_low += 0.5;
    refuse(changed, &options, HO_ERR_INPUT, OTHER);
    ho_scenario_free(changed);
    char digest[65];
    digest_of(f->scenario, &options, digest);
}

static void a_damaged_state_is_refused(void **state) {
    fixture *f = *state;
    char path[128];
    ho_calibrate_options options = small_options();
    options.folder = f->folder;
    options.resume = true;
    interrupt(f->scenario, options, 121);
    snprintf(path, sizeof path, "%s/calibration.state", f->folder);
    FILE *file = fopen(path, "r+");
    assert_non_null(file);
    assert_int_equal(fseek(file, 900, SEEK_SET), 0);
    int byte = fgetc(file);
    assert_int_equal(fseek(file, 900, SEEK_SET), 0);
    fputc(byte ^ 1, file);
    fclose(file);
    refuse(f->scenario, &options, HO_ERR_INPUT, "calibration.state: damaged, or no calibration of this version; remove it to start again");
    assert_int_equal(truncate(path, 100), 0);
    refuse(f->scenario, &options, HO_ERR_INPUT, "calibration.state: damaged");
    assert_int_equal(truncate(path, 0), 0);
    refuse(f->scenario, &options, HO_ERR_INPUT, "calibration.state: damaged");
}

/* --- what is not begun --- */

static void there_must_be_something_to_calibrate_to(void **state) {
    fixture *f = *state;
    ho_calibrate_options options = small_options();
    options.world.known_by = f->scenario->from;
    refuse(f->scenario, &options, HO_ERR_INPUT, "known by 2030-05-01, the first day: there is nothing to calibrate to yet");
    options = small_options();
    ho_scenario *mute = load("two-bloc");
    for (size_t k = 0; k < mute->n_record; k++)
        mute->record[k].known_on = options.world.known_by + 1;
    refuse(mute, &options, HO_ERR_INPUT, "record.csv: nothing to calibrate to: no count of districts or capitals was known by " KNOWN_BY);
    const size_t n_record = mute->n_record;
    mute->n_record = 0;
    options.world.known_by = HO_DAY_NONE;
    refuse(mute, &options, HO_ERR_INPUT, "record.csv: nothing to calibrate to: no count of districts or capitals");
    mute->n_record = n_record;
    ho_scenario_free(mute);
}

static void there_must_be_something_uncertain(void **state) {
    fixture *f = *state;
    static const char *const held[] = {"effort=2"};
    ho_calibrate_options options = small_options();
    options.world.set = held;
    options.world.n_set = 1;
    refuse(f->scenario, &options, HO_ERR_INPUT, "effort is held at one value: there is nothing to calibrate");
    char *all = calloc(HO_N_PARAMETER, 64);
    const char *set[HO_N_PARAMETER];
    for (size_t k = 0; k < HO_N_PARAMETER; k++) {
        const ho_parameter_spec *spec = &ho_parameter_table[k];
        snprintf(all + 64 * k, 64, "%s=%.17g", spec->name, fmax(spec->lo, fmin(spec->hi, spec->prior.a)));
        set[k] = all + 64 * k;
    }
    options = small_options();
    options.n_parameter = 0;
    options.world.set = set;
    options.world.n_set = HO_N_PARAMETER;
    refuse(f->scenario, &options, HO_ERR_INPUT, "no parameter is uncertain: there is nothing to calibrate");
    free(all);
}

static void numbers_of_particles_are_checked(void **state) {
    fixture *f = *state;
    ho_calibrate_options options = small_options();
    options.n_max = options.n_first - 1;
    refuse(f->scenario, &options, HO_ERR_INPUT, "120 particles at first, 60 more each time, 119 in all, 50 effective; need");
    options = small_options();
    options.n_effective = 61;
    refuse(f->scenario, &options, HO_ERR_INPUT, "twice as many at first");
}

/* --- files of draws --- */

static ho_draws_info info_of(const ho_scenario *scenario) {
    ho_draws_info info = {.seed = 5};
    snprintf(info.scenario, sizeof info.scenario, "%s", scenario->name);
    snprintf(info.scenario_digest, sizeof info.scenario_digest, "%s", scenario->base_digest);
    snprintf(info.version, sizeof info.version, "%s", HO_VERSION);
    assert_true(ho_day_parse(KNOWN_BY, &info.known_by));
    return info;
}

static void draws_read_back_bit_for_bit(void **state) {
    fixture *f = *state;
    char path[128];
    snprintf(path, sizeof path, "%s/draws.csv", f->folder);
    for (int streams = 0; streams < 2; streams++) {
        ho_draws *draws = ho_draws_build(2, 2), *read = NULL;
        ho_draws_info info = info_of(f->scenario), said;
        ho_problems problems = {0};
        draws->parameter[0] = HO_P_THETA_MEAN, draws->parameter[1] = HO_P_EFFORT;
        const double value[] = {0.1, 1.0 / 3, 0.7, 2.2250738585072014e-308};
        memcpy(draws->value, value, sizeof value);
        if (streams) {
            draws->stream = calloc(2, sizeof *draws->stream);
            draws->stream[0] = UINT32_MAX;
        }
        assert_int_equal(ho_draws_write(path, &info, draws, NULL), HO_OK);
        assert_int_equal(ho_draws_read(path, f->scenario, &read, &said, &problems, NULL), HO_OK);
        assert_int_equal(read->n_draw, 2);
        assert_memory_equal(read->parameter, draws->parameter, 2 * sizeof *read->parameter);
        assert_memory_equal(read->value, value, sizeof value);
        assert_true(streams ? read->stream[0] == UINT32_MAX && read->stream[1] == 0 : !read->stream);
        assert_true(said.seed == 5 && said.known_by == info.known_by && read->known_by == info.known_by);
        assert_int_equal(strlen(read->digest), 64);
        ho_draws_free(draws);
        ho_draws_free(read);
        ho_problems_free(&problems);
    }
}

/* A file with this head, names and rows; each expected problem must be there. */
static void refuse_file(const fixture *f, const char *text, const char *problem) {
    char path[128], want[256];
    ho_draws *draws = NULL;
    ho_draws_info info;
    ho_problems problems = {0};
    ho_error err = {0};
    snprintf(path, sizeof path, "%s/draws.csv", f->folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    assert_int_equal(ho_draws_read(path, f->scenario, &draws, &info, &problems, &err), HO_ERR_INPUT);
    assert_null(draws);
    snprintf(want, sizeof want, "%s%s", path, problem);
    if (problems.n != 1 || strcmp(problems.line[0], want) != 0)
        fail_msg("%zu problems, \"%s\", not \"%s\"", problems.n, problems.n ? problems.line[0] : "", want);
    ho_problems_free(&problems);
}

static void bad_files_of_draws_are_refused_with_file_and_line(void **state) {
    fixture *f = *state;
    char head[512], text[1024], problem[256];
    const char *digest = f->scenario->base_digest, *version = HO_VERSION;
#define HEAD(format, scenario, digest, version)                                                                                             \
    snprintf(head, sizeof head, "# holdout draws: %d\n# scenario: %s\n# scenario_digest: %s\n# version: %s\n# known_by: \n# seed: 5\n", format, \
             scenario, digest, version)
#define REFUSE(rows, ...)                                                                                                                   \
    do {                                                                                                                                    \
        snprintf(text, sizeof text, "%s%s", head, rows);                                                                                    \
        snprintf(problem, sizeof problem, __VA_ARGS__);                                                                                     \
        refuse_file(f, text, problem);                                                                                                      \
    } while (0)
    HEAD(1, "two-bloc", digest, version);
    REFUSE("effort\n", ": has no rows; need one or more");
    REFUSE("", ": has no draws");
    REFUSE("effort,valour\n2,1\n", ":7: unknown parameter valour; see `holdout list parameters`");
    REFUSE("effort,effort\n2,2\n", ":7: effort is there twice");
    REFUSE("effort\n2\nmuch\n", ":9: effort is \"much\"; need a number");
    REFUSE("effort\n2\n-1\n", ":9: effort is -1; need %g to %g", ho_parameter_table[HO_P_EFFORT].lo, ho_parameter_table[HO_P_EFFORT].hi);
    REFUSE("effort\n2,3\n", ":8: has 2 values; need 1");
    REFUSE("stream,effort\n-4,2\n", ":8: stream is \"-4\"; need a whole number from 0 to 4294967295");
    HEAD(2, "two-bloc", digest, version);
    REFUSE("effort\n2\n", ":1: draws of format 2; need format 1");
    HEAD(1, "three-bloc", digest, version);
    REFUSE("effort\n2\n", ":2: draws for scenario \"three-bloc\"; this one is \"two-bloc\"");
    HEAD(1, "two-bloc", "abcdefabcdefabcdef", version);
    REFUSE("effort\n2\n", ":3: draws for another state of the scenario (digest abcdefabcdef...; it is %.12s...): calibrate again", digest);
    HEAD(1, "two-bloc", digest, "0.0.9");
    REFUSE("effort\n2\n", ":4: draws of holdout 0.0.9; this is %s: calibrate again", version);
    head[0] = '\0';
    REFUSE("effort\n2\n", ":1: no draws: the first line is not \"# holdout draws: 1\"");
    snprintf(head, sizeof head, "# holdout draws: 1\n");
    REFUSE("effort\n2\n", ": does not say what it was drawn for; need lines # scenario, # scenario_digest and # version");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(errors_of_counts_are_those_of_their_source, build, clear),
        cmocka_unit_test_setup_teardown(threads_change_no_bit, build, clear),
        cmocka_unit_test_setup_teardown(an_interrupted_calibration_goes_on_to_the_same_bits, build, clear),
        cmocka_unit_test_setup_teardown(another_calibration_is_not_resumed, build, clear),
        cmocka_unit_test_setup_teardown(a_damaged_state_is_refused, build, clear),
        cmocka_unit_test_setup_teardown(there_must_be_something_to_calibrate_to, build, clear),
        cmocka_unit_test_setup_teardown(there_must_be_something_uncertain, build, clear),
        cmocka_unit_test_setup_teardown(numbers_of_particles_are_checked, build, clear),
        cmocka_unit_test_setup_teardown(draws_read_back_bit_for_bit, build, clear),
        cmocka_unit_test_setup_teardown(bad_files_of_draws_are_refused_with_file_and_line, build, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
