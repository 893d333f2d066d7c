/* demographics_ATTRIBUTE.csv: what share of the people from a place has which value. People are told apart only where a rule asks: those with the same
 * mood towards danger, ethnicity and religion choose alike and are one taste. Attributes are drawn independently of each other, as FLEE does. */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "flee/loader.h"

enum { VALUES_MAX = 2000, TASTES_MAX = 10000, N_ATTRIBUTE = 4, AGE = 0, GENDER, ETHNICITY, RELIGION };
static const char *const file_name[N_ATTRIBUTE] = {"demographics_age.csv", "demographics_gender.csv", "demographics_ethnicity.csv",
                                                   "demographics_religion.csv"};

/* One attribute. */
typedef struct attribute {
    bool has_header, is_age;
    size_t n_column, n, room_value, room_weight;
    int32_t *place;  /* (n_column) of each column of weights; -1: Default, -2: left out */
    size_t column_of_default;
    bool has_default;
    char (*value)[64]; /* (n) */
    double *weight;    /* (n, n_column) */
} attribute;

static bool take_header(ho_flee_loader *loader, attribute *a, int32_t line, size_t n_field, const char *const *field) {
    a->has_header = true;
    a->n_column = n_field - 1;
    a->place = ho_flee_room(loader, n_field, sizeof *a->place);
    if (!a->place)
        return false;
    for (size_t k = 1; k < n_field; k++) {
        a->place[k - 1] = strcmp(field[k], "Default") == 0 ? -1 : ho_flee_find(loader, field[k]);
        if (strcmp(field[k], "Default") == 0) {
            a->has_default = true;
            a->column_of_default = k - 1;
        } else if (a->place[k - 1] < 0) {
            a->place[k - 1] = -2;
            ho_flee_remark(loader, line, "column %s is no place of locations.csv; it is left out, here as in FLEE", field[k]);
        }
    }
    return true;
}

static bool take_value(void *context, ho_flee_loader *loader, int32_t line, size_t n_field, const char *const *field) {
    attribute *a = context;
    double number;
    if (!a->has_header)
        return take_header(loader, a, line, n_field, field);
    if (n_field != a->n_column + 1) {
        ho_flee_problem(loader, line, "has %zu fields; need %zu as in the header", n_field, a->n_column + 1);
        return true;
    }
    if (a->n == VALUES_MAX) {
        ho_flee_problem(loader, line, "more than %d values", VALUES_MAX);
        return false;
    }
    void *values = ho_array_grow(a->value, &a->room_value, a->n + 1, sizeof *a->value);
    a->value = values ? values : a->value;
    double *weights = values ? ho_array_grow(a->weight, &a->room_weight, (a->n + 1) * a->n_column + 1, sizeof *weights) : NULL;
    loader->no_memory = loader->no_memory || !weights;
    if (!weights)
        return false;
    a->weight = weights;
    if (a->is_age)
        ho_flee_real(loader, line, "an age", field[0], &number);
    memset(a->value[a->n], 0, sizeof *a->value);
    strncat(a->value[a->n], field[0], sizeof *a->value - 1);
    for (size_t k = 0; k < a->n_column; k++) {
        double weight = 0;
        if (*field[k + 1] && ho_flee_real(loader, line, "a weight", field[k + 1], &weight) && weight < 0)
            ho_flee_problem(loader, line, "a weight is %s; need >= 0", field[k + 1]);
        a->weight[a->n * a->n_column + k] = weight;
    }
    a->n++;
    return true;
}

/* The column of weights for people from a place. */
static size_t column_for(const attribute *a, size_t place) {
    for (size_t k = 0; k < a->n_column; k++)
        if (a->place[k] == (int32_t)place)
            return k;
    return a->column_of_default;
}

static void check(ho_flee_loader *loader, const attribute *a) {
    for (size_t p = 0; p < loader->flee->n_place; p++) {
        size_t column = column_for(a, p);
        double sum = 0;
        for (size_t k = 0; k < a->n && column < a->n_column; k++)
            sum += a->weight[k * a->n_column + column];
        bool known = a->has_default || (column < a->n_column && a->place[column] == (int32_t)p);
        if (known && sum > 0)
            continue;
        if (known)
            ho_flee_problem(loader, 0, "no value has a weight for people from %s", loader->flee->place[p].name);
        else
            ho_flee_problem(loader, 0, "has no column for %s and none named Default", loader->flee->place[p].name);
        return;
    }
}

/* --- tastes --- */

static ho_flee_mood mood_of(const ho_flee_case *flee, double age, const char *gender) {
    const ho_flee_settings *s = &flee->settings;
    bool male = strcmp(gender, "male") == 0;
    ho_flee_mood mood = HO_FLEE_PLAIN;
    if (s->children_avoid_hazards && age < 19)
        mood = HO_FLEE_CAREFUL;
    if (s->children_avoid_hazards && s->boys_take_risk && male && age > 14 && (age < 19 || !ho_flee_documented(flee, HO_FLEE_BOYS)))
        mood = HO_FLEE_CARELESS;
    if (s->elderly_avoid_hazards && age > 59 && mood == HO_FLEE_PLAIN)
        mood = HO_FLEE_CAREFUL;
    if (s->women_avoid_hazards && strcmp(gender, "female") == 0 && mood == HO_FLEE_PLAIN)
        mood = HO_FLEE_CAREFUL;
    return mood;
}

/* Weight of value k of an attribute for people from a place; 1 for the only value of an attribute that no rule asks for. */
static double weight_of(const attribute *a, size_t place, size_t k) {
    return a->n ? a->weight[k * a->n_column + column_for(a, place)] : 1;
}

static size_t at_least_one(size_t n) {
    return n ? n : 1;
}

/* Shares of the three moods among people from a place. */
static void moods(const ho_flee_case *flee, const attribute *a, size_t place, double share[3]) {
    share[0] = share[1] = share[2] = 0;
    for (size_t i = 0; i < at_least_one(a[AGE].n); i++) {
        double age = 30;
        if (a[AGE].n)
            ho_text_double(a[AGE].value[i], &age);
        for (size_t j = 0; j < at_least_one(a[GENDER].n); j++)
            share[mood_of(flee, age, a[GENDER].n ? a[GENDER].value[j] : "")] +=
                weight_of(&a[AGE], place, i) * weight_of(&a[GENDER], place, j);
    }
}

static void make_tastes(ho_flee_loader *loader, const attribute *a) {
    ho_flee_case *flee = loader->flee;
    size_t n_mood = a[AGE].n || a[GENDER].n ? 3 : 1, n_ethnicity = at_least_one(a[ETHNICITY].n), n_religion = at_least_one(a[RELIGION].n);
    size_t n = n_mood * n_ethnicity * n_religion;
    if (n > TASTES_MAX) {
        ho_flee_problem(loader, 0, "rules tell %zu kinds of people apart; at most %d", n, TASTES_MAX);
        return;
    }
    flee->n_taste = n;
    flee->n_value = a[ETHNICITY].n + a[RELIGION].n;
    flee->taste = ho_flee_room(loader, n, sizeof *flee->taste);
    flee->taste_weight = ho_flee_room(loader, n * flee->n_place, sizeof *flee->taste_weight);
    if (loader->no_memory)
        return;
    for (size_t t = 0; t < n; t++) {
        size_t e = t / n_mood % n_ethnicity, r = t / n_mood / n_ethnicity;
        flee->taste[t] = (ho_flee_taste){.mood = (ho_flee_mood)(t % n_mood),
                                         .ethnicity = a[ETHNICITY].n ? (int32_t)e : -1,
                                         .religion = a[RELIGION].n ? (int32_t)(a[ETHNICITY].n + r) : -1};
        for (size_t p = 0; p < flee->n_place; p++) {
            double share[3];
            moods(flee, a, p, share);
            flee->taste_weight[p * n + t] = share[t % n_mood] * weight_of(&a[ETHNICITY], p, e) * weight_of(&a[RELIGION], p, r);
        }
    }
}

void ho_flee_read_demographics(ho_flee_loader *loader) {
    const ho_flee_settings *s = &loader->flee->settings;
    const bool asked[N_ATTRIBUTE] = {[AGE] = s->children_avoid_hazards || s->elderly_avoid_hazards,
                                     [GENDER] = s->women_avoid_hazards || (s->children_avoid_hazards && s->boys_take_risk),
                                     [ETHNICITY] = s->match_camp_ethnicity || s->match_town_ethnicity || s->match_conflict_ethnicity,
                                     [RELIGION] = s->match_camp_religion};
    attribute a[N_ATTRIBUTE] = {{.is_age = true}};
    size_t before = loader->problems->n;
    for (size_t k = 0; k < N_ATTRIBUTE; k++) {
        if (!asked[k])
            continue;
        bool read = ho_flee_read(loader, loader->input, file_name[k], true, false, take_value, &a[k]);
        if (read && a[k].n == 0)
            ho_flee_problem(loader, 0, "holds no value");
        else if (read && !loader->no_memory)
            check(loader, &a[k]);
    }
    if (loader->problems->n == before && !loader->no_memory)
        make_tastes(loader, a);
    for (size_t k = 0; k < N_ATTRIBUTE; k++) {
        free(a[k].place);
        free(a[k].value);
        free(a[k].weight);
    }
}
