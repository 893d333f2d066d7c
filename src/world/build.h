/* Steps of building a world, each filling its own columns; called in this order by ho_world_build. All take the
 * problems they may add to and return HO_ERR_MEMORY if a column cannot be had. */
#ifndef HO_WORLD_BUILD_H
#define HO_WORLD_BUILD_H

#include "world/world.h"

/* A zeroed column of n items owned by the world, or NULL. */
void *ho_world_column(ho_world *world, size_t n, size_t size);
/* Notes that an input was replaced or dropped because of known_by. */
void ho_world_note(ho_world *world, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* Whether an input known on `known_on` may be used. */
bool ho_world_knows(const ho_world *world, ho_day known_on);

/* Marks the rows of groups.csv that hold: of the known versions of a province's group the latest. current: (n_share).
 * Returns false if memory ran out. */
bool ho_world_current_shares(const ho_world *world, uint8_t *current);

ho_status ho_world_build_dates(ho_world *world, const ho_world_options *options, ho_problems *problems, ho_error *err);
ho_status ho_world_build_parameters(ho_world *world, const ho_world_options *options, ho_problems *problems,
                                    ho_error *err);
ho_status ho_world_build_factions(ho_world *world, ho_error *err);
ho_status ho_world_build_districts(ho_world *world, ho_error *err);
ho_status ho_world_build_graph(ho_world *world, ho_error *err);
ho_status ho_world_build_forces(ho_world *world, ho_problems *problems, ho_error *err);
ho_status ho_world_build_calendar(ho_world *world, ho_error *err);
/* Dated events of politics from the calendar's rows that hold; called by ho_world_build_calendar. */
ho_status ho_world_build_politics(ho_world *world, ho_error *err);
ho_status ho_world_build_society(ho_world *world, ho_error *err);
ho_status ho_world_build_travel(ho_world *world, ho_error *err);
ho_status ho_world_build_assets(ho_world *world, ho_error *err);
ho_status ho_world_build_totals(ho_world *world, ho_error *err);

#endif
