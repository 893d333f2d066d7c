/* What is asked of a replicate: an observable on a day. */
#include <stdio.h>
#include <string.h>

#include "holdout/record.h"
#include "world/build.h"
#include "world/world.h"

static ho_question question_of(const ho_observables *observables, int32_t observable, ho_day date) {
    ho_question question = {.observable = observable, .date = date};
    char day[11];
    snprintf(question.name, sizeof question.name, "%.63s@%s", observables->item[observable].name, ho_day_format(date, day));
    return question;
}

ho_status ho_question_parse(const char *text, const ho_world *world, const ho_observables *observables, ho_question *question,
                            ho_error *err) {
    const char *at = strchr(text, '@');
    size_t n = at ? (size_t)(at - text) : strlen(text);
    char name[64] = "", from[11], until[11];
    if (n < sizeof name)
        memcpy(name, text, n);
    int32_t observable = *name ? ho_observables_find(observables, name) : -1;
    if (observable < 0)
        return ho_error_set(err, HO_ERR_INPUT, "\"%.80s\": no observable \"%.*s\"; `holdout list observables` lists them", text,
                            (int)(n < 64 ? n : 64), text);
    ho_day date = world->until;
    if (at && !ho_day_parse(at + 1, &date))
        return ho_error_set(err, HO_ERR_INPUT, "\"%.80s\": \"%.20s\" is no date like 2021-07-01", text, at + 1);
    if (date < world->from || date > world->until)
        return ho_error_set(err, HO_ERR_INPUT, "\"%.80s\": the days simulated are %s to %s", text, ho_day_format(world->from, from),
                            ho_day_format(world->until, until));
    *question = question_of(observables, observable, date);
    return HO_OK;
}

/* Whether a row of the record says when the national capital was lost, within the world's days and known by then. */
static bool tells_fall(const ho_world *world, const ho_record_row *row) {
    static const char captured[] = "captured.";
    const size_t n = sizeof captured - 1;
    return row->district == world->national_capital && strncmp(row->observable, captured, n) == 0 &&
           strcmp(row->observable + n, world->scenario->bloc[world->home_bloc].id) != 0 && strcmp(row->confidence, "low") != 0 &&
           row->date_end > world->from && row->date_end <= world->until && ho_world_knows(world, row->known_on);
}

ho_question ho_question_default(const ho_world *world, const ho_observables *observables) {
    ho_day date = HO_DAY_NONE;
    for (size_t k = 0; k < world->scenario->n_record; k++) {
        const ho_record_row *row = &world->scenario->record[k];
        if (tells_fall(world, row) && (date == HO_DAY_NONE || row->date_end < date))
            date = row->date_end;
    }
    return question_of(observables, ho_observables_find(observables, "national_capital_fallen"),
                       date == HO_DAY_NONE ? world->until : date);
}

size_t ho_question_day(const ho_question *question, const ho_world *world) {
    return (size_t)(question->date - world->from);
}

float ho_question_value(const ho_question *question, const ho_world *world, const ho_result *result) {
    return result->value[ho_question_day(question, world) * result->n_value + (size_t)question->observable];
}
