/* Reading cases of FLEE: every bad input is one line with file and row, every surprise is reproduced, said once and can be switched. And the law in
 * small networks: chances in closed form by chi-square on a million people, certain outcomes exactly. */
#include "unit/flee_case.h"

#include "unit/statistics.h"

/* --- bad input --- */

typedef struct bad {
    const char *file; /* which of the files is replaced */
    const char *text, *says;
} bad;

static void replace(flee_files *f, const char *file, const char *text) {
    const struct {
        const char *name;
        const char **at;
    } files[] = {{"locations", &f->locations}, {"routes", &f->routes},     {"closures", &f->closures}, {"conflicts", &f->conflicts},
                 {"period", &f->period},       {"corrections", &f->corrections}, {"settings", &f->settings}, {"layout", &f->layout},
                 {"b", &f->b},                 {"changes", &f->changes}};
    for (size_t k = 0; k < N_OF(files); k++)
        if (strcmp(files[k].name, file) == 0)
            *files[k].at = text;
}

#define HEAD "#name,region,country,gps_x,gps_y,location_type,conflict_date,pop/cap\n"
#define SMALL_PLACES "A,r,X,0,0,conflict_zone,0,5000000\nB,r,X,0,1,camp,,0\nC,r,Y,0,2,camp,,0\n"

static void each_bad_input_is_one_line_with_file_and_row(void **state) {
    static const bad inputs[] = {
        {"routes", "#h\nA,B,100,0\nA,Nowhere,3\n", "input/routes.csv:3: name2 is \"Nowhere\", which is not in locations.csv"},
        {"routes", "#h\nA,B,-5\n", "routes.csv:2: distance is -5; need more than 0"},
        {"routes", "#h\nA,B,far\n", "routes.csv:2: distance is \"far\"; need a number"},
        {"routes", "#h\nA,A,5\n", "routes.csv:2: goes from A to itself"},
        {"routes", "#h\nA,B\n", "routes.csv:2: has 2 fields; need name1, name2, distance"},
        {"routes", NULL, "routes.csv: there is no such file"},
        {"locations", NULL, "there is no locations.csv in it, nor in its input_csv or input"},
        {"locations", HEAD "A,r,X,0,0,conflict_zone,0,-7\nB,r,X,0,1,camp,,0\nC,r,Y,0,2,camp,,0\n",
         "locations.csv:2: population is -7; need >= 0"},
        {"locations", HEAD "A,r,X,0,0,conflict_zone,0,many\nB,r,X,0,1,camp,,0\nC,r,Y,0,2,camp,,0\n",
         "locations.csv:2: population is \"many\"; need a whole number"},
        {"locations", HEAD "A,r,X,0,0,conflict_zone,,7\nB,r,X,0,1,camp,,0\nC,r,Y,0,2,camp,,0\n",
         "locations.csv:2: conflict_date of a conflict zone is \"\"; need a whole number"},
        {"locations", HEAD SMALL_PLACES "A,r,X,0,0,town,,7\n", "locations.csv:5: name is \"A\", as in line 2"},
        {"locations", HEAD SMALL_PLACES "D,r,X\n", "locations.csv:5: has 3 fields; need name, region, country"},
        {"locations", HEAD SMALL_PLACES "D,r,X,0,0,flood_zone,,7\n", "locations.csv:5: location_type is \"flood_zone\": floods are not simulated"},
        {"locations", HEAD SMALL_PLACES "D,r,X,east,0,town,,7\n", "locations.csv:5: x is \"east\"; need a number"},
        {"conflicts", "#Day,A\n0,1\n1,1\n", "conflicts.csv:3: the last row is day 1; the simulation has 3 days and needs a row for each"},
        {"conflicts", "#Day,A\n0,1\n1,-1\n2,1\n", "conflicts.csv:3: the intensity of column 2 is -1; need >= 0"},
        {"conflicts", "#Day,A\n0,1\n1\n2,1\n", "conflicts.csv:3: has 1 fields; need 2 as in the header"},
        {"conflicts", "#Day,A,A\n0,1,1\n1,1,1\n2,1,1\n", "conflicts.csv:1: A has two columns"},
        {"conflicts", "#Day,A\n0,1\n1,0\n2,1\n", "conflicts.csv: on day 1 1000000 people are displaced, and no place with people has a conflict"},
        {"period", "StartDate,2020-13-01\nLength,3\n", "sim_period.csv:1: StartDate is \"2020-13-01\"; need YYYY-MM-DD"},
        {"period", "StartDate,2020-01-01\nLength,0\n", "sim_period.csv:2: Length is 0; need 1 to 36600 days"},
        {"period", "StartDate,2020-01-01\n", "sim_period.csv: has no row Length"},
        {"closures", "location,Q,,0,3\n", "closures.csv:1: name1 is \"Q\", which is not in locations.csv"},
        {"closures", "location,A,,x,3\n", "closures.csv:1: closure_start is \"x\"; need a whole number"},
        {"layout", "total,total.csv\nB,b.csv\nCee,c.csv\n",
         "validation/data_layout.csv: has no row for camp C (locations.csv, line 4); \"Cee\" is no place there"},
        {"layout", "total,total.csv\nB,gone.csv\nC,c.csv\n", "validation/gone.csv: there is no such file"},
        {"layout", "B,b.csv\nC,c.csv\n", "data_layout.csv:1: the first row must be total,FILE"},
        {"layout", NULL, "has no folder source_data or validation; name it by --validation"},
        {"b", "2020-01-01,0\n2020-02-01,5\n2020-01-15,9\n", "validation/b.csv:3: 2020-01-15 comes after a later date; need dates in order"},
        {"b", "2020-01-01,0\n2020-01-02,-5\n", "b.csv:2: the count is -5; need >= 0"},
        {"b", "2020-01-01,0\nlater,5\n", "b.csv:2: the date is \"later\"; need YYYY-MM-DD"},
        {"b", "Date,people\n", "b.csv: holds no count"},
        {"corrections", "B,2020-01-09\n", "registration_corrections.csv:1: 2020-01-09 must be a date of the counts of B"},
        {"corrections", "Q,2020-01-02\n", "registration_corrections.csv:1: name is \"Q\", which is not in data_layout.csv"},
        {"settings", "move_rules:\n  awareness_level: 6\n", "simsetting.yml:2: awareness_level is 6; need -1e+06 to 5"},
        {"settings", "move_rules:\n  softening: soft\n", "simsetting.yml:2: softening is \"soft\"; need a number"},
        {"settings", "move_rules:\n  start_on_foot: 'False'\n", "simsetting.yml:2: start_on_foot is \"False\"; need True or False, without quotes"},
        {"settings", "spawn_rules:\n  flood_zone_spawning_only: True\n", "simsetting.yml:2: flood_zone_spawning_only: floods, food security, coupling"},
        {"settings", "move_rules:\n  flood_rules:\n    max_flood_level: 4\n", "simsetting.yml:2: flood_rules: floods"},
        {"settings", "spawn_rules:\n  read_from_agents_csv_file: True\n", "simsetting.yml:2: read_from_agents_csv_file: floods"},
        {"settings", "coupling:\n  type: file\n", "simsetting.yml:1: coupling: floods, food security, coupling"},
        {"settings", "move_rules:\n  ChildrenAvoidHazards: True\n", "demographics_age.csv: there is no such file"},
    };
    (void)state;
    for (size_t k = 0; k < N_OF(inputs); k++) {
        flee_files f = flee_small;
        replace(&f, inputs[k].file, inputs[k].text);
        flee_loaded l = flee_load_files(&f);
        if (l.status != HO_ERR_INPUT || !flee_says(&l.problems, inputs[k].says))
            print_error("wanted: %s\ngot: %s\n", inputs[k].says, l.problems.n ? l.problems.line[0] : "nothing");
        assert_int_equal(l.status, HO_ERR_INPUT);
        assert_true(flee_says(&l.problems, inputs[k].says));
        assert_null(l.flee);
        flee_unload(&l);
    }
}

static void a_file_of_too_many_rows_is_one_line(void **state) {
    (void)state;
    flee_loaded l = {0};
    flee_write(&flee_small, l.folder);
    char path[FLEE_PATH + 32];
    snprintf(path, sizeof path, "%s/input/closures.csv", l.folder);
    FILE *file = fopen(path, "w");
    for (int k = 0; k < 1000002; k++)
        fputs("#\n", file);
    fclose(file);
    const ho_flee_options options = {.folder = l.folder};
    l.status = ho_flee_load(&options, &l.flee, &l.problems, &l.surprises, NULL);
    assert_int_equal(l.status, HO_ERR_INPUT);
    assert_true(flee_says(&l.problems, "closures.csv:1000001: more than 1000000 rows"));
    flee_unload(&l);
}

static void a_network_with_too_many_paths_is_refused(void **state) {
    (void)state;
    flee_files f = flee_small;
    static char places[1 << 16], routes[1 << 20];
    char *p = places + sprintf(places, HEAD SMALL_PLACES), *r = routes + sprintf(routes, "#h\nA,B,1\nA,C,1\nA,T0,1\n");
    for (int i = 0; i < 150; i++) {
        p += sprintf(p, "T%d,r,X,0,0,town,,1\n", i);
        for (int j = 0; j < i; j++)
            r += sprintf(r, "T%d,T%d,1\n", i, j);
    }
    f.locations = places;
    f.routes = routes;
    f.settings = "move_rules:\n  awareness_level: 5\n";
    flee_loaded l = flee_load_files(&f);
    assert_int_equal(l.status, HO_ERR_INPUT);
    assert_true(flee_says(&l.problems, "routes.csv: more than "));
    flee_unload(&l);
}

/* --- small laws --- */

static int64_t at(const int64_t *people, size_t n_place, size_t day, size_t place) {
    return people[day * n_place + place];
}

/* p-value of counts at places on a day against chances that add up to 1. */
static double fit(const int64_t *people, size_t n_place, size_t day, const size_t *place, const double *chance, size_t n, double total) {
    double observed[8], expected[8];
    for (size_t k = 0; k < n; k++) {
        observed[k] = (double)at(people, n_place, day, place[k]);
        expected[k] = chance[k] * total;
    }
    return chi_square_p(observed, expected, n);
}

static void people_choose_by_distance(void **state) {
    (void)state;
    flee_loaded l = flee_load_files(&flee_small);
    assert_int_equal(l.status, HO_OK);
    int64_t *people = flee_people(l.flee, 7);
    double b = 1.0 / 110, c = 1.0 / 310;
    assert_true(fit(people, 3, 1, (const size_t[]){1, 2}, (const double[]){b / (b + c), c / (b + c)}, 2, 1e6) > 1e-4);
    assert_int_equal(at(people, 3, 1, 1) + at(people, 3, 1, 2), 1000000);
    free(people);
    flee_unload(&l);
}

/* Weights with every power and softening, a foreign place and camps. */
static void people_choose_by_weight(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.settings = "move_rules:\n  camp_movechance: 0.0\n  foreign_weight: 3.0\n  camp_weight: 2.0\n  weight_softening: 0.5\n  softening: 20\n"
                 "  distance_power: 0.7\n  weight_power: 1.5\n";
    flee_loaded l = flee_load_files(&f);
    assert_int_equal(l.status, HO_OK);
    int64_t *people = flee_people(l.flee, 7);
    double b = pow(2.5 / pow(120, 0.7), 1.5), c = pow(6.5 / pow(320, 0.7), 1.5);
    assert_true(fit(people, 3, 1, (const size_t[]){1, 2}, (const double[]){b / (b + c), c / (b + c)}, 2, 1e6) > 1e-4);
    free(people);
    flee_unload(&l);
}

/* Awareness 2: paths A-B, A-C, A-B-D and A-C-D; D is chosen twice, and who is on the way there does not stop. */
static void people_see_two_hops(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.locations = HEAD "A,r,X,0,0,conflict_zone,0,5000000\nB,r,X,0,1,camp,,0\nC,r,X,0,2,camp,,0\nD,r,X,0,3,town,,0\n";
    f.routes = "#h\nA,B,100\nA,C,50\nB,D,100\nC,D,400\n";
    f.settings = "move_rules:\n  camp_movechance: 0.0\n  default_movechance: 0.01\n  awareness_level: 2\n";
    flee_loaded l = flee_load_files(&f);
    assert_int_equal(l.status, HO_OK);
    int64_t *people = flee_people(l.flee, 3);
    double w[4] = {1.0 / 110, 1.0 / 60, 1.0 / 210, 1.0 / 460}, sum = w[0] + w[1] + w[2] + w[3];
    /* day 1: at B and C are those who wanted there; by D those over B, of whom 0.01 move on; C-D takes longer */
    assert_true(fit(people, 4, 1, (const size_t[]){1, 2}, (const double[]){w[0] / sum, w[1] / sum}, 2, 1e6) > 1e-4);
    double d = (double)at(people, 4, 1, 3), mean = 1e6 * 0.99 * w[2] / sum;
    assert_true(fabs(d - mean) < 5 * sqrt(mean));
    free(people);
    flee_unload(&l);
}

/* The distance is exact: at 360 km a day 360 km take two days; a second link of a day gets a full day; conflict_weight 0 sends nobody back. */
static void distances_are_flees(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.locations = HEAD "A,r,X,0,0,conflict_zone,0,5000000\nB,r,X,0,1,camp,,0\nC,r,X,0,2,camp,,0\nT,r,X,0,3,forward,,0\n";
    f.routes = "#h\nA,T,350\nT,B,350\n";
    f.settings = "move_rules:\n  camp_movechance: 0.0\n  conflict_weight: 0.0\n";
    flee_loaded l = flee_load_files(&f);
    assert_int_equal(l.status, HO_OK);
    int64_t *people = flee_people(l.flee, 3);
    assert_int_equal(at(people, 4, 1, 1), 1000000); /* 700 km in a day */
    free(people);
    flee_unload(&l);
    l = flee_load_options(&f, UINT64_C(1) << HO_FLEE_FRESH_DAY, false);
    people = flee_people(l.flee, 3);
    assert_int_equal(at(people, 4, 1, 1), 0);
    free(people);
    flee_unload(&l);
    f.routes = "#h\nA,B,360\n";
    l = flee_load_files(&f);
    people = flee_people(l.flee, 3);
    assert_int_equal(at(people, 4, 1, 1), 0);
    assert_int_equal(at(people, 4, 2, 1), 1000000);
    free(people);
    flee_unload(&l);
}

/* start_on_foot walks the first link, walk_probability any: 100 km at 35 km a day or 360. */
static void walking_takes_days(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.conflicts = "#Day,A\n0,1\n1,1\n2,1\n3,1\n";
    f.period = "StartDate,2020-01-01\nLength,4\n";
    f.routes = "#h\nA,B,100\n";
    f.settings = "move_rules:\n  camp_movechance: 0.0\n  start_on_foot: True\n";
    flee_loaded l = flee_load_files(&f);
    assert_int_equal(l.status, HO_OK);
    int64_t *people = flee_people(l.flee, 3);
    assert_int_equal(at(people, 3, 2, 1), 0);
    assert_int_equal(at(people, 3, 3, 1), 1000000); /* 105 km on the third day */
    free(people);
    flee_unload(&l);
    f.routes = "#a,b,c,d,walk_probability\nA,B,100,0,0.25\n";
    f.settings = "move_rules:\n  camp_movechance: 0.0\n";
    l = flee_load_files(&f);
    people = flee_people(l.flee, 3);
    double riding = (double)at(people, 3, 1, 1), next = (double)at(people, 3, 2, 1); /* not yet there on day 2: walked twice */
    assert_true(fabs(riding - 750000) < 5 * sqrt(1e6 * 0.25 * 0.75));
    assert_true(fabs(next - 1e6 * (1 - 0.0625)) < 5 * sqrt(1e6 * 0.0625));
    free(people);
    flee_unload(&l);
}

/* A camp with room below one half turns people away, by the count of the phase before. */
static void full_camps_turn_away(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.locations = HEAD "A,r,X,0,0,conflict_zone,0,5000000\nB,r,X,0,1,camp,,100000\nC,r,X,0,2,camp,,0\n";
    f.routes = "#h\nA,B,100\n";
    f.b = "2020-01-01,0\n2020-01-02,1000000\n2020-01-03,1500000\n";
    f.c = "2020-01-01,0\n";
    flee_loaded l = flee_load_files(&f);
    assert_int_equal(l.status, HO_OK);
    int64_t *people = flee_people(l.flee, 3);
    assert_int_equal(at(people, 3, 1, 1), 1000000); /* all at once: nobody is counted there yet */
    assert_int_equal(at(people, 3, 2, 1), 1000000);
    assert_int_equal(at(people, 3, 2, 0), 500000);
    free(people);
    flee_unload(&l);
}

/* A link closed under people brings them back to its start. */
static void closures_bring_back(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.routes = "#h\nA,C,700\n";
    f.closures = "country,X,Y,2,9\n";
    flee_loaded l = flee_load_files(&f);
    assert_int_equal(l.status, HO_OK);
    int64_t *people = flee_people(l.flee, 3);
    assert_int_equal(at(people, 3, 1, 0) + at(people, 3, 1, 2), 0);
    assert_int_equal(at(people, 3, 2, 0), 1000000);
    free(people);
    flee_unload(&l);
}

/* Children shun hazards by the square of the score: two camps at equal distance, one scored 4. */
static void moods_change_weights(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.routes = "#h\nA,B,100\nA,C,100\n";
    f.settings = "move_rules:\n  camp_movechance: 0.0\n  foreign_weight: 4.0\n  ChildrenAvoidHazards: True\n";
    f.extra_name = "demographics_age.csv";
    f.extra = "age,Default,A\n10,9,1\n30,1,1\n";
    flee_loaded l = flee_load_files(&f);
    assert_int_equal(l.status, HO_OK);
    int64_t *people = flee_people(l.flee, 11);
    double c = 0.5 * 16 / 17 + 0.5 * 4 / 5;
    assert_true(fit(people, 3, 1, (const size_t[]){1, 2}, (const double[]){1 - c, c}, 2, 1e6) > 1e-4);
    free(people);
    flee_unload(&l);
}

/* Conflict alone drives people out: int(rate x intensity) a day, int(rate x population x intensity), or Poisson. */
static void conflict_drives_people_out(void **state) {
    static const struct {
        const char *settings;
        double mean, sd;
    } modes[] = {
        {"spawn_rules:\n  conflict_driven_spawning:\n    displaced_per_conflict_day: 501\n", 250, 0},
        {"spawn_rules:\n  conflict_driven_spawning:\n    spawn_mode: pop_ratio\n    displaced_per_conflict_day: 0.001\n", 2500, 0},
        {"spawn_rules:\n  conflict_driven_spawning:\n    spawn_mode: poisson\n    displaced_per_conflict_day: 9000\n", 4500, 67},
    };
    (void)state;
    for (size_t k = 0; k < N_OF(modes); k++) {
        flee_files f = flee_small;
        f.conflicts = "#Day,A\n0,0.5\n1,0.5\n2,0.5\n";
        f.settings = modes[k].settings;
        f.layout = NULL;
        flee_loaded l = flee_load_files(&f);
        assert_int_equal(l.status, HO_OK);
        int64_t *people = flee_people(l.flee, 3);
        double sum = 0;
        for (size_t p = 0; p < 3; p++)
            sum += (double)at(people, 3, 2, p);
        assert_true(fabs(sum - 3 * modes[k].mean) <= 5 * sqrt(3) * modes[k].sd);
        free(people);
        flee_unload(&l);
    }
}

/* Routes below a share of the best are pruned; fixed routes have one way to each end, whose score counts twice. */
static void pruned_and_fixed_routes(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.settings = "move_rules:\n  camp_movechance: 0.0\n  pruning_threshold: 2.5\n";
    flee_loaded l = flee_load_files(&f);
    int64_t *people = flee_people(l.flee, 3);
    assert_int_equal(at(people, 3, 1, 1), 1000000); /* 310 / 110 is more than 2.5 */
    free(people);
    flee_unload(&l);
    f.routes = "#h\nA,B,100\nA,B,50\nA,C,90\n";
    f.settings = "move_rules:\n  camp_movechance: 0.0\n  fixed_routes: True\n  foreign_weight: 3\n";
    l = flee_load_files(&f);
    people = flee_people(l.flee, 3);
    double b = 1.0 / 60, c = 9.0 / 100;
    assert_true(fit(people, 3, 1, (const size_t[]){1, 2}, (const double[]){b / (b + c), c / (b + c)}, 2, 1e6) > 1e-4);
    free(people);
    flee_unload(&l);
}

/* With avoid_short_stints a town is left for certain by who has travelled less than half a day's distance, as a mean of the days before and today. */
static void short_stints_are_avoided(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.locations = HEAD "A,r,X,0,0,conflict_zone,0,5000000\nB,r,X,0,1,camp,,0\nC,r,X,0,2,camp,,0\nT,r,X,0,3,town,,0\n";
    f.routes = "#h\nA,T,100\nT,B,150\n";
    f.settings = "move_rules:\n  camp_movechance: 0.0\n  default_movechance: 0.25\n  conflict_weight: 0.0\n";
    for (int avoid = 0; avoid < 2; avoid++) {
        f.settings = avoid ? "move_rules:\n  camp_movechance: 0.0\n  default_movechance: 0.25\n  conflict_weight: 0.0\n  avoid_short_stints: True\n" : f.settings;
        flee_loaded l = flee_load_files(&f);
        assert_int_equal(l.status, HO_OK);
        int64_t *people = flee_people(l.flee, 3);
        double there = (double)at(people, 4, 1, 1);
        assert_true(avoid ? there == 1e6 : fabs(there - 250000) < 5 * sqrt(1e6 * 0.25 * 0.75)); /* (0 + 100/360)/2 is below a half */
        free(people);
        flee_unload(&l);
    }
}

/* --- surprises --- */

typedef struct surprise {
    const char *file, *text, *says;
    ho_flee_surprise id;
    size_t day, place; /* where what is documented shows */
    int64_t flee, documented;
} surprise;

static void surprises_are_reproduced_said_once_and_switched(void **state) {
    static const surprise cases[] = {
        {"closures", "link,B,A,0,9\nlink,B,A,0,9\n", "closures.csv:1: type is link: closures of type link have no effect", HO_FLEE_LINK_CLOSURES, 1, 1, 0, 0},
        {"closures", "location,A,B,0,9\n", "closures.csv:1: type is location and name2 is given: a closure of type location closes all links",
         HO_FLEE_LOCATION_CLOSURES, 1, 2, 0, 1000000},
        {"settings", "move_rules:\n  awareness_level: 0\n", "awareness_level is 0: with awareness_level 0 nobody moves", HO_FLEE_AWARENESS, 1, 0,
         1000000, 0},
        {"settings", "spawn_rules:\n  camps_are_sinks: True\n", "simsetting.yml:2: camps_are_sinks is on", HO_FLEE_SINKS, 1, 0, -1, -1},
        {"settings", "move_rules:\n  max_crossing_speed: 20\n", "simsetting.yml:2: max_crossing_speed is given", HO_FLEE_CROSSING, 1, 0, -1, -1},
        {"settings", "move_rules:\n  two_system_decision_making: True\n", "simsetting.yml:2: two_system_decision_making is on", HO_FLEE_TWO_SYSTEM, 1, 0,
         -1, -1},
        {"conflicts", "#Day,A\n0,1\n1,0.5\n2,1\n", "conflicts.csv:3: an intensity changes from 1 to 0.5", HO_FLEE_INTENSITY, 1, 0, -1, -1},
        {"conflicts", "#Day,A\n5,1\n6,1\n7,1\n", "conflicts.csv:2: row 0 is day 5", HO_FLEE_CONFLICT_DAYS, 1, 0, -1, -1},
        {"routes", "#h\nA,B,100,1\nA,C,300,0\n", "routes.csv:2: forced_redirection is 1", HO_FLEE_REDIRECTION, 1, 1, -1, 1000000},
        {"changes", "B,town,0\n", "location_changes.csv:1: a location_changes.csv lies in the input folder", HO_FLEE_LOCATION_CHANGES, 1, 0, -1, -1},
        {"settings", "move_rules:\n  default_movechance: 0.001\n  camp_movechance: 0.0\n  stay_close_to_home: True\n", "stay_close_to_home is on", HO_FLEE_HOME, 1, 0,
         -1, -1},
    };
    (void)state;
    for (size_t k = 0; k < N_OF(cases); k++) {
        const surprise *s = &cases[k];
        flee_files f = flee_small;
        replace(&f, s->file, s->text);
        flee_loaded l = flee_load_files(&f);
        if (l.status != HO_OK || !flee_says(&l.surprises, s->says))
            print_error("wanted: %s\ngot: %s\n", s->says, l.surprises.n ? l.surprises.line[0] : l.problems.n ? l.problems.line[0] : "nothing");
        assert_int_equal(l.status, HO_OK);
        assert_true(flee_says(&l.surprises, s->says));
        size_t n = 0;
        for (size_t i = 0; i < l.surprises.n; i++)
            n += strstr(l.surprises.line[i], ho_flee_surprise_does(s->id)) != NULL;
        assert_int_equal(n, 1);
        int64_t *people = flee_people(l.flee, 5);
        if (s->flee > 0 || s->documented > 0) {
            if (s->flee >= 0)
                assert_int_equal(at(people, 3, s->day, s->place), s->flee);
        }
        free(people);
        flee_unload(&l);
        if (!ho_flee_surprise_instead(s->id) || s->id == HO_FLEE_CONFLICT_DAYS)
            continue;
        l = flee_load_options(&f, UINT64_C(1) << s->id, false);
        assert_int_equal(l.status, HO_OK);
        assert_false(flee_says(&l.surprises, s->says));
        people = flee_people(l.flee, 5);
        if (s->documented > 0)
            assert_int_equal(at(people, 3, s->day, s->place), s->documented);
        free(people);
        flee_unload(&l);
    }
}

/* --- runs --- */

/* Everyone is somewhere: with every rule that makes cohorts, on every day. */
static void people_are_conserved_every_day(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.locations = HEAD "A,r,X,0,0,conflict_zone,0,5000000\nB,r,X,0,1,camp,,300000\nC,r,Y,0,2,camp,,0\nD,r,X,1,1,town,,20\nM,r,X,1,2,marker,,0\n";
    f.routes = "#a,b,c,d,walk_probability\nA,B,100.5,0,0.1\nA,C,300,0,0\nA,D,20,0,0\nD,M,33,1,0\nM,C,77.7,2,0.5\nB,D,9,0,0\n";
    f.closures = "country,X,Y,1,3\ncamp,B,,2,4\n";
    f.period = "StartDate,2020-01-01\nLength,9\n";
    f.conflicts = "#Day,A\n0,1\n1,1\n2,1\n3,1\n4,0\n5,0\n6,1\n7,1\n8,1\n";
    f.settings = "move_rules:\n  awareness_level: 3\n  avoid_short_stints: True\n  start_on_foot: True\n  pruning_threshold: 4.0\n"
                 "spawn_rules:\n  take_from_population: True\n  conflict_spawn_decay: [1.0, 0.5]\n  camps_are_sicks: True\n";
    flee_loaded l = flee_load_options(&f, 0, true);
    assert_int_equal(l.status, HO_OK);
    ho_flee_worker *worker = NULL;
    int64_t total[9], on_road[9], places[9 * 5], flow[25], in_flow = 0;
    const ho_flee_record record = {.total = total, .on_road = on_road, .at = places, .flow = flow};
    assert_int_equal(ho_flee_worker_build(l.flee, &worker, NULL), HO_OK);
    for (uint32_t run = 0; run < 20; run++) {
        assert_int_equal(ho_flee_run(worker, 1, run, &record, NULL), HO_OK);
        for (size_t day = 0; day < 9; day++) {
            int64_t sum = on_road[day];
            for (size_t p = 0; p < 5; p++)
                sum += at(places, 5, day, p);
            assert_int_equal(sum, total[day]);
            assert_int_equal(total[day], day ? 1000000 : 0);
        }
    }
    for (size_t k = 0; k < 25; k++)
        in_flow += flow[k];
    assert_int_equal(in_flow + on_road[8], 1000000);
    ho_flee_worker_free(worker);
    flee_unload(&l);
}

static void runs_do_not_depend_on_threads(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.settings = "move_rules:\n  camp_movechance: 0.3\n";
    flee_loaded l = flee_load_files(&f);
    ho_flee_ensemble one, four;
    assert_int_equal(ho_flee_ensemble_run(l.flee, &(ho_flee_plan){.seed = 9, .n_run = 12, .n_thread = 1}, &one, NULL), HO_OK);
    assert_int_equal(ho_flee_ensemble_run(l.flee, &(ho_flee_plan){.seed = 9, .n_run = 12, .n_thread = 4}, &four, NULL), HO_OK);
    assert_memory_equal(one.camp, four.camp, 12 * 3 * 2 * sizeof *one.camp);
    assert_memory_not_equal(one.camp, one.camp + 6, 6 * sizeof *one.camp); /* runs differ */
    ho_flee_ensemble_free(&one);
    ho_flee_ensemble_free(&four);
    flee_unload(&l);
}

static void population_that_is_used_up_is_told(void **state) {
    (void)state;
    flee_files f = flee_small;
    f.locations = HEAD "A,r,X,0,0,conflict_zone,0,500000\nB,r,X,0,1,camp,,0\nC,r,Y,0,2,camp,,0\n";
    f.settings = "spawn_rules:\n  take_from_population: True\n";
    flee_loaded l = flee_load_files(&f);
    ho_flee_ensemble runs;
    ho_error err = {0};
    assert_int_equal(ho_flee_ensemble_run(l.flee, &(ho_flee_plan){.n_run = 1, .n_thread = 1}, &runs, &err), HO_ERR_INPUT);
    assert_non_null(strstr(err.text, "locations.csv:2: on day 1 1000000 people flee A, whose population is 500000 by then"));
    ho_flee_ensemble_free(&runs);
    flee_unload(&l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_bad_input_is_one_line_with_file_and_row),
        cmocka_unit_test(a_file_of_too_many_rows_is_one_line),
        cmocka_unit_test(a_network_with_too_many_paths_is_refused),
        cmocka_unit_test(people_choose_by_distance),
        cmocka_unit_test(people_choose_by_weight),
        cmocka_unit_test(people_see_two_hops),
        cmocka_unit_test(distances_are_flees),
        cmocka_unit_test(walking_takes_days),
        cmocka_unit_test(full_camps_turn_away),
        cmocka_unit_test(closures_bring_back),
        cmocka_unit_test(moods_change_weights),
        cmocka_unit_test(conflict_drives_people_out),
        cmocka_unit_test(pruned_and_fixed_routes),
        cmocka_unit_test(short_stints_are_avoided),
        cmocka_unit_test(surprises_are_reproduced_said_once_and_switched),
        cmocka_unit_test(people_are_conserved_every_day),
        cmocka_unit_test(runs_do_not_depend_on_threads),
        cmocka_unit_test(population_that_is_used_up_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
