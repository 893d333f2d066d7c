/* FLEE's measures of error (runscripts/run.py, and what its users publish). */
#include <math.h> /* NAN */

#include "flee/case.h"

static double distance(double a, double b) {
    return a > b ? a - b : b - a;
}

double ho_flee_total_error(const ho_flee_case *flee, size_t day, const double *camp) {
    double off = 0;
    if (!flee->has_data)
        return (double)NAN;
    for (size_t c = 0; c < flee->n_camp; c++)
        off += distance(camp[c], (double)flee->data[day * flee->n_camp + c]);
    return flee->raw[day] > 0 ? off / (double)flee->raw[day] : 0;
}

ho_flee_error ho_flee_errors(const ho_flee_case *flee, const double *camp) {
    ho_flee_error mean = {0};
    if (!flee->has_data || flee->n_camp == 0)
        return (ho_flee_error){(double)NAN, (double)NAN, (double)NAN};
    for (size_t day = 0; day < flee->n_day; day++) {
        const double *sim = &camp[day * flee->n_camp];
        const int64_t *data = &flee->data[day * flee->n_camp];
        double sum_sim = 0, sum_data = 0, off = 0, off_scaled = 0;
        for (size_t c = 0; c < flee->n_camp; c++) {
            sum_sim += sim[c];
            sum_data += (double)data[c];
        }
        double scale = sum_sim > 0 ? sum_data / sum_sim : 1;
        for (size_t c = 0; c < flee->n_camp; c++) {
            off += distance(sim[c], (double)data[c]);
            off_scaled += distance(scale * sim[c], (double)data[c]);
        }
        mean.total += ho_flee_total_error(flee, day, sim);
        mean.n += off / (sum_data > 1 ? sum_data : 1);
        mean.r += off_scaled / (sum_data > 1 ? sum_data : 1);
    }
    double days = (double)flee->n_day;
    return (ho_flee_error){mean.total / days, mean.n / days, mean.r / days};
}
