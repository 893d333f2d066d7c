#include "calibrate/uncertain.h"

#include "calibrate/normal.h"
#include "world/parameters.h"

bool ho_is_uncertain(const ho_world *world, int32_t parameter) {
    return world->prior[parameter].family != HO_PRIOR_POINT && !world->held[parameter];
}

size_t ho_find_uncertain(const ho_world *world, int32_t *parameter) {
    size_t n = 0;
    for (int32_t k = 0; k < HO_N_PARAMETER; k++)
        if (ho_is_uncertain(world, k))
            parameter[n++] = k;
    return n;
}

static double allowed(int32_t parameter, double x) {
    const ho_parameter_spec *spec = &ho_parameter_table[parameter];
    return x < spec->lo ? spec->lo : x > spec->hi ? spec->hi : x;
}

double ho_value_at_score(const ho_world *world, int32_t parameter, double z) {
    return allowed(parameter, ho_prior_at(&world->prior[parameter], z));
}

double ho_value_at_quantile(const ho_world *world, int32_t parameter, double u) {
    return allowed(parameter, ho_prior_quantile(&world->prior[parameter], u));
}
