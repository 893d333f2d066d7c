/* FLEE's measures of error (runscripts/run.py, and what its users publish). */
#include <math.h> /* NAN */
#include <stdlib.h>

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

ho_status ho_flee_mean_errors(const ho_flee_case *flee, const ho_flee_ensemble *ensemble, ho_flee_error *mean, ho_error *err) {
    const size_t n = ensemble->n_day * ensemble->n_camp;
    const double n_run = (double)ensemble->n_run;
    ho_flee_error sum = {0};
    double *camp = malloc((n + 1) * sizeof *camp);
    if (!camp)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for the errors of runs");
    for (size_t k = 0; k < ensemble->n_run; k++) {
        for (size_t i = 0; i < n; i++)
            camp[i] = (double)ensemble->camp[k * n + i];
        ho_flee_error one = ho_flee_errors(flee, camp);
        sum.total += one.total / n_run;
        sum.n += one.n / n_run;
        sum.r += one.r / n_run;
    }
    free(camp);
    *mean = sum;
    return HO_OK;
}
