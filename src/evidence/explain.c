/* Shares of groups of mechanisms in an outcome: every coalition of groups simulated on the same seeds, its values shared out. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/digest.h"
#include "base/text.h"
#include "evidence/shapley.h"
#include "record/store.h"
#include "world/world.h"

_Static_assert((int)HO_PLAYER_MAX == (int)HO_EXPLAIN_GROUP_MAX, "a group is a player");

enum { STRIDE = 157 };

typedef struct explaining {
    const ho_world *world;
    const ho_explain_options *options;
    ho_observables observables;
    ho_question question;
    uint8_t *on;   /* (n_day) the day that is asked for */
    float *value;  /* (2^n_group, n_replicate) */
    size_t coalition, n_before, n_done; /* the one in progress; replicates done before it, and of it */
} explaining;

/* --- groups --- */

size_t ho_explain_groups(uint64_t off, ho_explain_group group[HO_EXPLAIN_GROUP_MAX]) {
    size_t n = 0;
    for (int g = HO_GROUP_FRAME + 1; g < HO_N_MECHANISM_GROUP; g++) {
        ho_explain_group next = {.mechanisms = 0};
        for (size_t k = 0; k < ho_mechanism_count(); k++)
            if (ho_mechanism_group_of(k) == (ho_mechanism_group)g && !(off >> k & 1))
                next.mechanisms |= UINT64_C(1) << k;
        snprintf(next.name, sizeof next.name, "%s", ho_mechanism_group_name((ho_mechanism_group)g));
        if (next.mechanisms)
            group[n++] = next;
    }
    return n;
}

/* Adds a mechanism by its name to group n. */
static ho_status add_mechanism(const char *name, uint64_t off, ho_explain_group *group, size_t n, ho_error *err) {
    int32_t k = ho_mechanism_find(name);
    if (k < 0)
        return ho_error_set(err, HO_ERR_INPUT, "group %s: no such mechanism as \"%.40s\"; `holdout list mechanisms` lists them",
                            group[n].name, name);
    if (off >> k & 1)
        return ho_error_set(err, HO_ERR_INPUT, "group %s: %s is off in the run", group[n].name, name);
    for (size_t g = 0; g <= n; g++)
        if (group[g].mechanisms >> k & 1)
            return ho_error_set(err, HO_ERR_INPUT, "%s is in group %s and in group %s; a mechanism is in one at most", name,
                                group[g].name, group[n].name);
    group[n].mechanisms |= UINT64_C(1) << k;
    return HO_OK;
}

/* One "NAME=MECHANISM,..." as group n. */
static ho_status add_group(char *text, uint64_t off, ho_explain_group *group, size_t n, ho_error *err) {
    char *rest = text, *name = strsep(&rest, "=");
    if (!rest || !*rest || !*name || strlen(name) >= sizeof group[n].name)
        return ho_error_set(err, HO_ERR_INPUT, "groups: \"%.60s\" is not NAME=MECHANISM,MECHANISM,... with a name of 1 to %zu letters", text,
                            sizeof group[n].name - 1);
    group[n] = (ho_explain_group){.mechanisms = 0};
    snprintf(group[n].name, sizeof group[n].name, "%s", name);
    for (size_t g = 0; g < n; g++)
        if (strcmp(group[g].name, name) == 0)
            return ho_error_set(err, HO_ERR_INPUT, "groups: %s is there twice", name);
    ho_status status = HO_OK;
    for (const char *word = strsep(&rest, ","); word && !status; word = strsep(&rest, ","))
        status = add_mechanism(word, off, group, n, err);
    return status;
}

ho_status ho_explain_groups_parse(const char *text, uint64_t off, ho_explain_group group[HO_EXPLAIN_GROUP_MAX], size_t *n_group,
                                  ho_error *err) {
    char *copy = ho_text_copy(text), *rest = copy;
    size_t n = 0;
    ho_status status = copy ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for groups");
    for (char *one = copy ? strsep(&rest, ";") : NULL; one && !status; one = strsep(&rest, ";")) {
        if (n == HO_EXPLAIN_GROUP_MAX)
            status = ho_error_set(err, HO_ERR_INPUT, "groups: more than %d; every coalition of them is simulated", HO_EXPLAIN_GROUP_MAX);
        else
            status = add_group(one, off, group, n++, err);
    }
    free(copy);
    if (!status)
        *n_group = n;
    return status;
}

/* --- simulating --- */

static ho_status take(void *context, const ho_result *result, ho_error *err) {
    explaining *e = context;
    (void)err;
    e->value[e->coalition * e->options->n_replicate + result->replicate] = ho_question_value(&e->question, e->world, result);
    e->n_done++;
    return HO_OK;
}

static void tick(void *context) {
    const explaining *e = context;
    if (e->options->progress)
        e->options->progress(e->options->context, e->n_before + e->n_done);
}

/* Mechanisms of the groups that are not in a coalition. */
static uint64_t off_in(const ho_explain_options *options, size_t coalition) {
    uint64_t off = options->sim.off;
    for (size_t g = 0; g < options->n_group; g++)
        if (!(coalition >> g & 1))
            off |= options->group[g].mechanisms;
    return off;
}

static void name_coalition(const ho_explain_options *options, size_t coalition, char *text, size_t size) {
    size_t used = (size_t)snprintf(text, size, "%s", coalition ? "with" : "with no group");
    for (size_t g = 0; g < options->n_group && used < size; g++)
        if (coalition >> g & 1)
            used += (size_t)snprintf(text + used, size - used, " %s", options->group[g].name);
}

static ho_status simulate(explaining *e, size_t coalition, ho_error *err) {
    const ho_explain_options *o = e->options;
    ho_observer observer = e->observables.observer;
    observer.probed = NULL; /* nobody asks for the reproduction number, or for places */
    observer.count = NULL;
    observer.on = e->on;
    ho_ensemble_options ensemble = {.sim = o->sim,
                                    .n_replicate = o->n_replicate,
                                    .n_thread = o->n_thread,
                                    .stop = o->stop,
                                    .sink = take,
                                    .tick = tick,
                                    .context = e};
    ensemble.sim.off = off_in(o, coalition);
    ensemble.sim.n_day = ho_question_day(&e->question, e->world) + 1;
    ho_error inner = {0};
    char name[320];
    e->coalition = coalition;
    e->n_done = 0;
    ho_status status = ho_ensemble_run(e->world, &observer, &ensemble, &inner);
    e->n_before += e->n_done;
    if (!status)
        return HO_OK;
    name_coalition(o, coalition, name, sizeof name);
    return ho_error_set(err, status, "%s: %s", name, inner.text);
}

/* --- the run itself --- */

typedef struct comparing {
    const explaining *explaining;
    const ho_store *store;
} comparing;

static ho_status compare(void *context, const ho_stored *stored, ho_error *err) {
    const comparing *c = context;
    const explaining *e = c->explaining;
    const size_t all = ((size_t)1 << e->options->n_group) - 1, n = e->options->n_replicate;
    if (stored->replicate >= n)
        return HO_OK;
    float here = e->value[all * n + stored->replicate],
          there = stored->column[(size_t)e->question.observable * c->store->n_day + ho_question_day(&e->question, e->world)];
    if (here == there || (isnan(here) && isnan(there)))
        return HO_OK;
    return ho_error_set(err, HO_ERR_INPUT,
                        "%s: %s is %g in replicate %u of the run, %g when it is simulated again: the run was made by another build of "
                        "the program, or the model is not the run's; run it again",
                        c->store->folder, e->question.name, (double)there, stored->replicate, (double)here);
}

static ho_status compare_run(const explaining *e, ho_store *store, ho_error *err) {
    if (!store)
        return HO_OK;
    if (store->n_value != e->observables.n || store->n_day != e->world->n_day)
        return ho_error_set(err, HO_ERR_INPUT, "%s: another number of observables or days than the model has: run it again", store->folder);
    comparing c = {e, store};
    return ho_store_scan(store, HO_SCAN_COLUMNS, compare, &c, err);
}

/* All coalitions; the whole one first, because it can be compared, the others in an order that mixes quick and slow ones, so that the time left
 * can be told. */
static ho_status simulate_all(explaining *e, ho_store *store, ho_error *err) {
    const size_t n = (size_t)1 << e->options->n_group;
    ho_status status = simulate(e, n - 1, err);
    if (!status)
        status = compare_run(e, store, err);
    for (size_t k = 0; k < n && !status; k++) {
        size_t coalition = k * STRIDE % n; /* odd, so that all come */
        if (coalition != n - 1)
            status = simulate(e, coalition, err);
    }
    return status;
}

/* --- the result --- */

static void find_digest(const explaining *e, char digest[65]) {
    const size_t n = ((size_t)1 << e->options->n_group) * e->options->n_replicate;
    ho_digest state;
    ho_digest_begin(&state);
    for (size_t k = 0; k < n; k++) {
        uint32_t bits = UINT32_C(0x7fc00000); /* one kind of NaN */
        if (!isnan(e->value[k]))
            memcpy(&bits, &e->value[k], sizeof bits);
        ho_digest_uint32(&state, bits);
    }
    ho_digest_end(&state, digest);
}

static uint64_t always_on(const ho_explain_options *o) {
    uint64_t on = (UINT64_C(1) << ho_mechanism_count()) - 1;
    for (size_t g = 0; g < o->n_group; g++)
        on &= ~o->group[g].mechanisms;
    return on & ~o->sim.off;
}

static ho_status share_out(const explaining *e, ho_explanation *x, ho_error *err) {
    const ho_explain_options *o = e->options;
    const ho_observable *observable = &e->observables.item[e->question.observable];
    ho_game game = {0};
    ho_status status = ho_shapley(e->value, o->n_group, o->n_replicate, &game, x->coalition, err);
    if (status)
        return status;
    x->question = e->question;
    snprintf(x->unit, sizeof x->unit, "%s", observable->unit);
    snprintf(x->definition, sizeof x->definition, "%s", observable->definition);
    x->n_replicate = o->n_replicate;
    x->n_measured = game.n;
    x->always_on = always_on(o);
    x->all = game.all;
    x->none = game.none;
    x->gain = game.gain;
    x->worst_gap = game.worst_gap;
    x->n_group = o->n_group;
    for (size_t g = 0; g < o->n_group; g++) {
        const ho_player *p = &game.player[g];
        x->group[g] = (ho_explained_group){o->group[g], p->value, p->share, p->share_se, p->alone_in, p->alone_out};
    }
    find_digest(e, x->digest);
    return HO_OK;
}

static ho_status make_ready(explaining *e, const ho_store *store, ho_error *err) {
    const ho_explain_options *o = e->options;
    if (o->n_replicate < 1)
        return ho_error_set(err, HO_ERR_INPUT, "replicates is 0; need at least 1");
    if (store && o->n_replicate > store->n_replicate)
        return ho_error_set(err, HO_ERR_INPUT, "%zu replicates are asked for; %s has %zu", o->n_replicate, store->folder, store->n_replicate);
    if (o->n_group < 1 || o->n_group > HO_EXPLAIN_GROUP_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%zu groups; need 1 to %d", o->n_group, HO_EXPLAIN_GROUP_MAX);
    ho_status status = ho_observables_build(e->world, &e->observables, err);
    if (!status && o->outcome)
        status = ho_question_parse(o->outcome, e->world, &e->observables, &e->question, err);
    else if (!status)
        e->question = ho_question_default(e->world, &e->observables);
    if (status)
        return status;
    size_t n_value = 0, n_byte = 0;
    if (ho_size_times(o->n_replicate, (size_t)1 << o->n_group, &n_value) && ho_size_times(n_value, sizeof *e->value, &n_byte))
        e->value = malloc(n_byte);
    e->on = calloc(e->world->n_day, 1);
    if (!e->value || !e->on)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu replicates of %d coalitions", o->n_replicate, 1 << o->n_group);
    e->on[ho_question_day(&e->question, e->world)] = 1;
    return HO_OK;
}

size_t ho_explain_n_run(const ho_explain_options *options) {
    return options->n_replicate << options->n_group;
}

ho_status ho_explain(ho_store *store, const ho_world *world, const ho_explain_options *options, ho_explanation **explanation,
                     ho_error *err) {
    explaining e = {.world = world, .options = options};
    ho_explanation *made = calloc(1, sizeof *made);
    *explanation = NULL;
    ho_status status = made ? make_ready(&e, store, err) : ho_error_set(err, HO_ERR_MEMORY, "out of memory");
    if (!status) {
        made->coalition = calloc((size_t)1 << options->n_group, sizeof *made->coalition);
        status = made->coalition ? simulate_all(&e, store, err) : ho_error_set(err, HO_ERR_MEMORY, "out of memory");
    }
    if (!status)
        status = share_out(&e, made, err);
    ho_observables_free(&e.observables);
    free(e.value);
    free(e.on);
    if (status)
        ho_explanation_free(made);
    else
        *explanation = made;
    return status;
}

void ho_explanation_free(ho_explanation *explanation) {
    if (explanation)
        free(explanation->coalition);
    free(explanation);
}
