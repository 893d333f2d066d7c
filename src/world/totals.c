/* What was known of day 0: per bloc and quantity the latest row known by then, as a share of districts with its sd. */
#include <math.h>

#include "world/build.h"

static const ho_total_row *latest(const ho_world *world, int32_t bloc, ho_total_kind quantity) {
    const ho_total_row *best = NULL;
    for (size_t k = 0; k < world->scenario->n_total; k++) {
        const ho_total_row *row = &world->scenario->total[k];
        if (row->bloc == bloc && row->quantity == quantity && ho_world_knows(world, row->known_on) &&
            (!best || row->known_on >= best->known_on))
            best = row;
    }
    return best;
}

static void fill(ho_world *world, ho_total_kind quantity, double *share, double *sd) {
    for (size_t b = 0; b < world->n_bloc; b++) {
        const ho_total_row *row = latest(world, (int32_t)b, quantity);
        share[b] = row ? row->value / row->denominator : NAN;
        sd[b] = row ? row->sd / row->denominator : NAN;
    }
}

ho_status ho_world_build_totals(ho_world *world, ho_error *err) {
    double **column[] = {&world->total_centres,       &world->total_centres_sd, &world->total_controlled,
                         &world->total_controlled_sd, &world->total_contested,  &world->total_contested_sd};
    for (size_t k = 0; k < sizeof column / sizeof *column; k++)
        if (!(*column[k] = ho_world_column(world, world->n_bloc, sizeof(double))))
            return ho_error_set(err, HO_ERR_MEMORY, "no memory for totals");
    fill(world, HO_TOTAL_CENTRES, world->total_centres, world->total_centres_sd);
    fill(world, HO_TOTAL_CONTROLLED, world->total_controlled, world->total_controlled_sd);
    fill(world, HO_TOTAL_CONTESTED, world->total_contested, world->total_contested_sd);
    return HO_OK;
}
