/* Forecasts of camps' records: runs with drawn parameters, and what records differ by from any run. The law says where people go who act by it; records
 * differ from it camp by camp, for good: on the root of shares, since the variance of an overdispersed multinomial's share grows with the share and that
 * of its root does not (Anscombe 1948; Mosimann 1962). A law fits one case and not another, so the size of these errors varies by case: together they are
 * multivariate t with 2 degrees of freedom, normal ones by the root of an exponential (Kotz and Nadarajah 2004). The total series may count other
 * people than camps do, so errors of the sum have heavy tails too: Laplace on the log, with a scale below 1, where the mean is finite. Some are where no
 * law of distance puts them: the share `alike` of camps' people is spread by listed capacity, or evenly (the lapses of Harless and Camerer 1994). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "base/pool.h"
#include "base/samplers.h"
#include "flee/case.h"

/* Shares of open camps by listed capacity, or alike where one has none. */
static void spread(const ho_flee_case *flee, size_t day, double *share) {
    double sum = 0;
    bool listed = true;
    for (size_t c = 0; c < flee->n_camp; c++)
        listed = listed && (ho_flee_listed(flee, c) > 0 || !ho_flee_camp_is_open(flee, day, c));
    for (size_t c = 0; c < flee->n_camp; c++) {
        share[c] = !ho_flee_camp_is_open(flee, day, c) ? 0 : listed ? (double)ho_flee_listed(flee, c) : 1;
        sum += share[c];
    }
    for (size_t c = 0; c < flee->n_camp; c++)
        share[c] = sum > 0 ? share[c] / sum : 1 / (double)flee->n_camp;
}

double ho_flee_expected(const ho_flee_case *flee, const double *parameter, size_t day, const int64_t *sim, double *share) {
    double sum = 0, alike = parameter[HO_FLEE_ALIKE];
    for (size_t c = 0; c < flee->n_camp; c++)
        sum += (double)sim[c];
    spread(flee, day, share);
    for (size_t c = 0; c < flee->n_camp && sum > 0; c++)
        share[c] = (1 - alike) * (double)sim[c] / sum + alike * share[c];
    return flee->leak_free ? sum * parameter[HO_FLEE_COUNTED] : sum;
}

/* --- members --- */

typedef struct crew {
    const ho_flee_options *options;
    const ho_flee_posterior *posterior;
    const ho_flee_plan *plan;
    ho_flee_forecast *out;
    size_t n_draw; /* that are simulated */
    atomic_size_t n_done;
    atomic_flag talking;
} crew;

/* Errors of a member and its records on every day. share, z: (n_camp) scratch. */
static void member(const crew *c, const ho_flee_case *flee, const double *parameter, const int64_t *sim, size_t k, double *share, double *z) {
    const ho_streams streams = {.seed = c->plan->seed, .replicate = (uint32_t)k};
    ho_rng rng = ho_rng_at(&streams, 0, HO_PROC_FLOW_ERROR, 0);
    double u = ho_rng_unit(&rng), laplace = u < 0.5 ? ho_log(2 * u) : -ho_log(2 * (1 - u));
    double times = flee->leak_free ? ho_exp(parameter[HO_FLEE_SUM_ERROR] * laplace) : 1;
    double size = parameter[HO_FLEE_SHARE_ERROR] / sqrt(ho_exponential(&rng));
    for (size_t i = 0; i < flee->n_camp; i++)
        z[i] = size * ho_normal(&rng);
    for (size_t day = 0; day < flee->n_day; day++) {
        double sum = times * ho_flee_expected(flee, parameter, day, &sim[day * flee->n_camp], share), all = 0;
        for (size_t i = 0; i < flee->n_camp; i++) {
            double root = sqrt(share[i]) + z[i];
            share[i] = root > 0 ? root * root : 0;
            all += share[i];
        }
        for (size_t i = 0; i < flee->n_camp; i++)
            c->out->camp[(day * flee->n_camp + i) * c->out->n_member + k] = all > 0 ? sum * share[i] / all : sum / (double)flee->n_camp;
    }
}

static ho_status simulate(const crew *c, size_t draw, ho_flee_case **flee, int64_t **sim, ho_error *err) {
    ho_flee_options options = *c->options;
    ho_problems problems = {0}, surprises = {0};
    ho_flee_worker *worker = NULL;
    options.parameter = &c->posterior->value[draw * HO_FLEE_N_PARAMETER];
    ho_status status = ho_flee_load(&options, flee, &problems, &surprises, err);
    ho_problems_free(&problems);
    ho_problems_free(&surprises);
    if (!status)
        status = ho_flee_worker_build(*flee, &worker, err);
    *sim = status ? NULL : calloc((*flee)->n_day * (*flee)->n_camp + 1, sizeof **sim);
    if (!status && !*sim)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for a forecast");
    if (!status && ((*flee)->n_day != c->out->n_day || (*flee)->n_camp != c->out->n_camp))
        status = ho_error_set(err, HO_ERR_STATE, "%s has changed", options.folder);
    const ho_flee_record record = {.camp = *sim};
    if (!status)
        status = ho_flee_run(worker, c->plan->seed, (uint32_t)draw, &record, err);
    ho_flee_worker_free(worker);
    return status;
}

static ho_status task(void *context, size_t k0, size_t thread, ho_error *err) {
    crew *c = context;
    size_t draw = k0 * c->posterior->n / c->n_draw; /* fewer members than draws: spread over them */
    ho_flee_case *flee = NULL;
    int64_t *sim = NULL;
    (void)thread;
    ho_status status = simulate(c, draw, &flee, &sim, err);
    double *scratch = calloc(2 * c->out->n_camp + 1, sizeof *scratch);
    if (!status && !scratch)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for a forecast");
    for (size_t k = k0; k < c->out->n_member && !status; k += c->n_draw)
        member(c, flee, &c->posterior->value[draw * HO_FLEE_N_PARAMETER], sim, k, scratch, scratch + c->out->n_camp);
    free(scratch);
    free(sim);
    ho_flee_free(flee);
    size_t done = atomic_fetch_add(&c->n_done, 1) + 1;
    if (!status && c->plan->progress && !atomic_flag_test_and_set(&c->talking)) {
        c->plan->progress(c->plan->context, done);
        atomic_flag_clear(&c->talking);
    }
    return status;
}

static ho_status forecast_room(size_t n_member, size_t n_day, size_t n_camp, ho_flee_forecast *forecast, ho_error *err) {
    *forecast = (ho_flee_forecast){.n_member = n_member, .n_day = n_day, .n_camp = n_camp};
    if (n_member <= UINT32_MAX && n_member < SIZE_MAX / 64 / n_day / (n_camp + 1))
        forecast->camp = calloc(n_member * n_day * n_camp + 1, sizeof *forecast->camp);
    return forecast->camp ? HO_OK : ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu members", n_member);
}

/* Days and camps of the case. */
static ho_status look(const ho_flee_options *options, size_t *n_day, size_t *n_camp, ho_error *err) {
    ho_flee_case *flee = NULL;
    ho_problems problems = {0}, surprises = {0};
    ho_status status = ho_flee_load(options, &flee, &problems, &surprises, err);
    *n_day = status ? 0 : flee->n_day;
    *n_camp = status ? 0 : flee->n_camp;
    ho_flee_free(flee);
    ho_problems_free(&problems);
    ho_problems_free(&surprises);
    return status;
}

ho_status ho_flee_forecast_run(const ho_flee_options *options, const ho_flee_posterior *posterior, const ho_flee_plan *plan,
                               ho_flee_forecast *forecast, ho_error *err) {
    size_t n_day, n_camp;
    *forecast = (ho_flee_forecast){0};
    if (posterior->n == 0 || plan->n_run == 0)
        return ho_error_set(err, HO_ERR_INPUT, "no draw of the posterior to forecast with");
    ho_status status = look(options, &n_day, &n_camp, err);
    if (!status)
        status = forecast_room(plan->n_run, n_day, n_camp, forecast, err);
    if (status)
        return status;
    crew c = {.options = options,
              .posterior = posterior,
              .plan = plan,
              .out = forecast,
              .n_draw = plan->n_run < posterior->n ? plan->n_run : posterior->n,
              .talking = ATOMIC_FLAG_INIT};
    const ho_pool_plan pool = {.n_thread = plan->n_thread, .n_task = c.n_draw, .task = task, .context = &c, .stop = plan->stop};
    return ho_pool_run(&pool, err);
}

ho_status ho_flee_forecast_of(const ho_flee_ensemble *e, ho_flee_forecast *forecast, ho_error *err) {
    ho_status status = forecast_room(e->n_run, e->n_day, e->n_camp, forecast, err);
    size_t n = e->n_day * e->n_camp;
    for (size_t k = 0; k < e->n_run && !status; k++)
        for (size_t i = 0; i < n; i++)
            forecast->camp[i * e->n_run + k] = (double)e->camp[k * n + i];
    return status;
}

void ho_flee_forecast_free(ho_flee_forecast *forecast) {
    free(forecast->camp);
    *forecast = (ho_flee_forecast){0};
}
