/* Nothing is built for one country: scenarios with other names run, with two blocs and with three, each bloc of which can gain and lose; no
 * name of the first scenario stands in the code. */
#include <ctype.h>
#include <ftw.h>

#include "science/measures.h"

enum { N = 200 };

static void every_bloc_gains_and_loses(const char *folder) {
    static size_t gained[HO_FACTION_MAX], lost[HO_FACTION_MAX];
    ho_scenario *scenario = scenario_load(folder);
    ho_world *world = world_with(scenario, 1, NULL);
    ho_workspace *workspace = NULL;
    assert_int_equal(ho_workspace_build(world, NULL, &workspace, NULL), HO_OK);
    memset(gained, 0, sizeof gained);
    memset(lost, 0, sizeof lost);
    for (uint32_t r = 0; r < N; r++) {
        const ho_sim_options options = {.seed = 2, .check = true};
        ho_result result = {0};
        ho_error err = {0};
        if (ho_replicate_run(world, &options, NULL, r, workspace, &result, &err))
            fail_msg("%s", err.text);
        for (size_t k = 0; k < result.n_change; k++)
            if (result.change[k].mode != HO_MODE_START) {
                lost[world->faction_bloc[result.change[k].from]]++;
                gained[world->faction_bloc[result.change[k].to]]++;
            }
    }
    for (size_t b = 0; b < world->n_bloc; b++)
        if (gained[b] == 0 || lost[b] == 0)
            fail_msg("%s gained %zu and lost %zu districts in %d replicates", scenario->bloc[b].id, gained[b], lost[b], N);
    ho_workspace_free(workspace);
    ho_world_free(world);
    ho_scenario_free(scenario);
}

static void two_blocs_gain_and_lose(void **unused) {
    (void)unused;
    every_bloc_gains_and_loses("tests/scenarios/two-bloc");
}

static void three_blocs_gain_and_lose(void **unused) {
    (void)unused;
    every_bloc_gains_and_loses("tests/scenarios/three-bloc");
}

/* Names that are words of the field as well, or too common to mean anything. */
static const char *const COMMON[] = {"government", "republic", "center", "centre", "other", "state", "pressure", "central", NULL};
/* Sources may be cited by name; they stand in texts and comments, never in conditions. */
static const char *const CITED[] = {"Afghanistan Analysts Network", "Afghanistan Analysts Network's", "Qala-e-Naw", "Ghazni's governor",
                                    "claims C01", NULL};

enum { NAME_MAX_ = 4000 };
static char name[NAME_MAX_][64];
static size_t n_name;
static char found[2048];

static void add_word(const char *word) {
    if (strlen(word) < 5 || n_name == NAME_MAX_)
        return;
    for (const char *const *common = COMMON; *common; common++)
        if (strcasecmp(word, *common) == 0)
            return;
    snprintf(name[n_name++], sizeof name[0], "%s", word);
}

static void blank_comments_and_citations(char *text) {
    for (const char *const *cited = CITED; *cited; cited++)
        for (char *at_text; (at_text = strstr(text, *cited));)
            memset(at_text, ' ', strlen(*cited));
    for (char *start; (start = strstr(text, "/*"));) {
        char *end = strstr(start + 2, "*/");
        memset(start, ' ', end ? (size_t)(end + 2 - start) : strlen(start));
    }
}

static bool is_word_at(const char *text, const char *start, size_t length) {
    bool before = start > text && (isalnum((unsigned char)start[-1]));
    return !before && !isalnum((unsigned char)start[length]);
}

static int look_into(const char *path, const struct stat *info, int type, struct FTW *where) {
    (void)info;
    (void)where;
    const char *dot = strrchr(path, '.');
    if (type != FTW_F || !dot || (strcmp(dot, ".c") && strcmp(dot, ".h") && strcmp(dot, ".def")))
        return 0;
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    static char text[1 << 20];
    size_t n = fread(text, 1, sizeof text - 1, file);
    text[n] = '\0';
    fclose(file);
    blank_comments_and_citations(text);
    for (size_t k = 0; k < n_name; k++)
        for (const char *hit = text; (hit = strcasestr(hit, name[k])); hit++)
            if (is_word_at(text, hit, strlen(name[k]))) {
                snprintf(found + strlen(found), sizeof found - strlen(found), "\n  %s: %s", path, name[k]);
                break;
            }
    return 0;
}

static void no_name_of_the_first_scenario_is_in_the_code(void **unused) {
    (void)unused;
    static const char *const always[] = {"afghan", "afghanistan", "taliban", "kabul", "panjshir", "massoud", "dostum",
                                         "pakistan", "ghani", "biden", "hazara", "pashtun", "herat", "kandahar", NULL};
    ho_scenario *s = scenario_load("scenarios/afghanistan-2021");
    for (const char *const *word = always; *word; word++)
        add_word(*word);
    for (size_t k = 0; k < s->n_bloc; k++)
        add_word(s->bloc[k].id);
    for (size_t k = 0; k < s->n_faction; k++) {
        add_word(s->faction[k].id);
        add_word(s->faction[k].name);
    }
    for (size_t k = 0; k < s->n_patron; k++) {
        add_word(s->patron[k].id);
        add_word(s->patron[k].name);
    }
    for (size_t k = 0; k < s->n_group; k++)
        add_word(s->group[k].id);
    for (size_t k = 0; k < s->n_province; k++)
        add_word(s->province[k].name);
    for (size_t i = 0; i < s->n_district; i++) {
        add_word(s->district[i].name);
        add_word(s->district[i].pcode);
    }
    assert_true(n_name > 700);
    assert_int_equal(nftw(HO_SOURCE_DIR "/src", look_into, 16, FTW_PHYS), 0);
    assert_int_equal(nftw(HO_SOURCE_DIR "/include", look_into, 16, FTW_PHYS), 0);
    ho_scenario_free(s);
    if (*found)
        fail_msg("%s", found);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(two_blocs_gain_and_lose),
        cmocka_unit_test(three_blocs_gain_and_lose),
        cmocka_unit_test(no_name_of_the_first_scenario_is_in_the_code),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
