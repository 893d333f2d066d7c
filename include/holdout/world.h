/* holdout/world.h: a scenario made ready to simulate: columns, graph, dated inputs, parameters. Const after building; one
 * world is shared by all threads. Borrowing: a world keeps a pointer to its scenario, which must outlive it. */
#ifndef HOLDOUT_WORLD_H
#define HOLDOUT_WORLD_H

#include "scenario.h"

typedef struct ho_world ho_world;

/* Joint draws of some parameters, such as a posterior: replicate r takes row r modulo n_draw, and its own draws from the priors for
 * every other parameter. With `stream` a row also says whose random numbers its replicate draws: then there are at most as many replicates as
 * rows, and row r is the very course that stream once had. A course that weighs more than others is there more than once. */
typedef struct ho_draws {
    size_t n_draw, n_parameter;
    uint32_t *stream;   /* (n_draw) rows of one stream have equal values; NULL: replicate r draws as replicate r */
    int32_t *parameter; /* (n_parameter) in the order of ho_parameter_count, each once */
    double *value;      /* (n_draw, n_parameter) within the allowed values */
    char digest[65];    /* SHA-256 of what the draws were read from, hex; "" where there is none */
    ho_day known_by;    /* the day they know of; HO_DAY_NONE: everything */
} ho_draws;

/* Room for draws, values 0; NULL: no memory. */
ho_draws *ho_draws_build(size_t n_draw, size_t n_parameter);
void ho_draws_free(ho_draws *draws); /* NULL allowed */

typedef struct ho_world_options {
    ho_day until;             /* last day; HO_DAY_NONE: the scenario's */
    ho_day known_by;          /* inputs known later are replaced or dropped; HO_DAY_NONE: everything is known */
    ho_day today;             /* on which it is looked at; HO_DAY_NONE: the scenario's */
    int32_t n_step_per_day;   /* 1 by default; at most 24 */
    bool at_centre;           /* parameters at the centre of their priors instead of drawn */
    size_t n_set;
    const char *const *set;   /* (n_set) "NAME=VALUE": a parameter held at a value, draws or not; borrowed for the call */
    const ho_draws *draws;    /* NULL: none; borrowed, must outlive the world */
} ho_world_options;

ho_world_options ho_world_options_default(void);

/* Builds a world. HO_ERR_INPUT with `problems` filled: a setting or scenario parameter that does not exist or is out of range, a date
 * outside. The caller frees *world with ho_world_free. */
ho_status ho_world_build(const ho_scenario *scenario, const ho_world_options *options, ho_world **world,
                         ho_problems *problems, ho_error *err);
void ho_world_free(ho_world *world);

const ho_scenario *ho_world_scenario(const ho_world *world);
ho_day ho_world_until(const ho_world *world);
ho_day ho_world_known_by(const ho_world *world);
const ho_draws *ho_world_draws(const ho_world *world); /* NULL: none */
/* Whether the last day is less than a year (365 days) before today, or later: then nobody is told who holds which district, and a run keeps no
 * changes of hands. Without a `today` nothing is withheld; whoever has a clock asks it. */
bool ho_world_withheld(const ho_world *world);
#define HO_WITHHELD "the scenario ends less than a year before today: nobody is told who holds which district"

size_t ho_world_n_day(const ho_world *world); /* days simulated: until - from + 1 */
/* The faction that holds a district on day 0 unless a replicate's draw says otherwise, and the bloc of a faction. */
int32_t ho_world_home_faction(const ho_world *world, size_t district);
int32_t ho_world_bloc_of(const ho_world *world, size_t faction);
size_t ho_world_n_set(const ho_world *world);
const char *ho_world_set(const ho_world *world, size_t k); /* "NAME=VALUE" as given */
size_t ho_world_n_replaced(const ho_world *world);         /* inputs replaced or dropped because of known_by */
const char *ho_world_replaced(const ho_world *world, size_t k); /* one sentence each */

/* Every parameter of the model, in the model's order. */
typedef struct ho_parameter_info {
    const char *name, *unit, *mechanism, *meaning, *source;
    double lo, hi;          /* allowed values */
    ho_prior prior;         /* as used by this world */
    bool from_scenario;     /* the scenario gave the prior */
    bool held;              /* set to a value by the user */
    ho_day known_on;        /* HO_DAY_NONE: no date attached */
    int32_t line;           /* in scenario.yml; 0: the model's own */
} ho_parameter_info;

size_t ho_parameter_count(void);
ho_parameter_info ho_world_parameter(const ho_world *world, size_t parameter);

#endif
