/* Draws of the parameters of FLEE's improved mode. The sampler (abc.h) takes a distance; here the likelihood is known given a run, so the one summary of
 * a particle is the root of twice its misfit, observed as 0 with error 1. The particles of the first generation are the same in every fit and are simulated
 * once. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "base/pool.h"
#include "base/stream.h"
#include "calibrate/abc.h"
#include "calibrate/normal.h"
#include "holdout/calibrate.h"

double ho_flee_misfit(const ho_flee_case *flee, const double *parameter, const int64_t *camp) {
    size_t n_camp = ho_flee_n_camp(flee), n = 0;
    double shares = 0, sums = 0, s = parameter[HO_FLEE_SHARE_ERROR], t = parameter[HO_FLEE_SUM_ERROR];
    double *share = calloc(n_camp + 1, sizeof *share);
    for (size_t day = 0; day < ho_flee_n_day(flee) && share; day++) {
        double recorded = 0, sum = ho_flee_expected(flee, parameter, day, &camp[day * n_camp], share);
        for (size_t c = 0; c < n_camp; c++)
            recorded += (double)ho_flee_data(flee, day, c);
        if (recorded <= 0)
            continue;
        double miss = ho_log((sum > 1 ? sum : 1) / recorded);
        for (size_t c = 0; c < n_camp; c++) {
            double root = sqrt((double)ho_flee_data(flee, day, c) / recorded) - sqrt(share[c]);
            shares += root * root;
        }
        sums += fabs(miss);
        n++;
    }
    if (n == 0 || !share) {
        free(share);
        return share ? 0 : (double)NAN;
    }
    free(share);
    ho_prior of_s = ho_flee_parameter_prior(HO_FLEE_SHARE_ERROR), of_t = ho_flee_parameter_prior(HO_FLEE_SUM_ERROR);
    return 0.5 * (double)(n_camp + 1) * ho_log(1 + shares / (double)n / (2 * s * s)) + (double)(n_camp - 1) * ho_log(s / of_s.min) +
           sums / (double)n / t + ho_log(t / of_t.min);
}

/* --- particles --- */

typedef struct fitting {
    const ho_flee_fit_options *options;
    size_t fit;        /* 0: all cases; k: without case k - 1 */
    double *first;     /* (n_first, n_case) misfits of the first generation, NaN: not simulated yet */
    size_t n_done;
    /* of the generation being simulated */
    size_t from, n;
    double *parameter; /* (n, HO_FLEE_N_PARAMETER) */
    double *misfit;    /* (n, n_case), NaN: to be simulated */
} fitting;

static bool left_out(const fitting *f, size_t k) {
    return f->fit == k + 1;
}

static ho_status simulate_case(const fitting *f, size_t i, size_t k, ho_error *err) {
    ho_flee_options options = f->options->flee[k];
    ho_flee_case *flee = NULL;
    ho_flee_worker *worker = NULL;
    ho_problems problems = {0}, surprises = {0};
    options.parameter = &f->parameter[i * HO_FLEE_N_PARAMETER];
    options.leak_free = true;
    ho_status status = ho_flee_load(&options, &flee, &problems, &surprises, err);
    ho_problems_free(&problems);
    ho_problems_free(&surprises);
    if (!status && (ho_flee_n_camp(flee) == 0 || ho_flee_data(flee, 0, 0) < 0))
        status = ho_error_set(err, HO_ERR_INPUT, "%s: has no recorded counts of camps", options.folder);
    if (!status)
        status = ho_flee_worker_build(flee, &worker, err);
    int64_t *camp = status ? NULL : calloc(ho_flee_n_day(flee) * ho_flee_n_camp(flee) + 1, sizeof *camp);
    if (!status && !camp)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for a run");
    const ho_flee_record record = {.camp = camp};
    if (!status)
        status = ho_flee_run(worker, f->options->seed, (uint32_t)(f->from + i), &record, err);
    if (!status)
        f->misfit[i * f->options->n_case + k] = ho_flee_misfit(flee, options.parameter, camp);
    free(camp);
    ho_flee_worker_free(worker);
    ho_flee_free(flee);
    return status;
}

static ho_status task(void *context, size_t number, size_t thread, ho_error *err) {
    const fitting *f = context;
    size_t k = number % f->options->n_case, i = number / f->options->n_case;
    (void)thread;
    return left_out(f, k) || !isnan(f->misfit[number]) ? HO_OK : simulate_case(f, i, k, err);
}

static void parameters_at(const double *z, double *parameter) {
    for (int k = 0; k < HO_FLEE_N_PARAMETER; k++) {
        ho_prior prior = ho_flee_parameter_prior((ho_flee_parameter)k);
        parameter[k] = ho_prior_at(&prior, z[k]);
    }
}

static ho_status simulate(void *context, const double *z, size_t from, size_t n, double *summary, ho_error *err) {
    fitting *f = context;
    size_t n_case = f->options->n_case;
    bool is_first = from == 0;
    f->from = from;
    f->n = n;
    f->parameter = calloc(n * HO_FLEE_N_PARAMETER + 1, sizeof *f->parameter);
    f->misfit = is_first ? f->first : malloc((n * n_case + 1) * sizeof *f->misfit);
    if (!f->parameter || !f->misfit) {
        free(f->parameter);
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu particles", n);
    }
    for (size_t i = 0; i < n * n_case && !is_first; i++)
        f->misfit[i] = (double)NAN;
    for (size_t i = 0; i < n; i++)
        parameters_at(&z[i * HO_FLEE_N_PARAMETER], &f->parameter[i * HO_FLEE_N_PARAMETER]);
    const ho_pool_plan pool = {
        .n_thread = f->options->n_thread, .n_task = n * n_case, .task = task, .context = f, .stop = f->options->stop};
    ho_status status = ho_pool_run(&pool, err);
    for (size_t i = 0; i < n && !status; i++) {
        double sum = 0;
        for (size_t k = 0; k < n_case; k++)
            sum += left_out(f, k) ? 0 : f->misfit[i * n_case + k];
        summary[i] = sqrt(2 * sum);
    }
    free(f->parameter);
    if (!is_first)
        free(f->misfit);
    return status;
}

static ho_status after(void *context, const ho_abc *abc, ho_error *err) {
    const fitting *f = context;
    (void)err;
    if (f->options->progress)
        f->options->progress(f->options->context, f->fit, abc->n_simulated, abc->n_max);
    return HO_OK;
}

/* --- a fit --- */

static ho_status take_draws(const ho_abc *abc, const ho_flee_fit_options *o, ho_flee_fit *fit, ho_error *err) {
    uint32_t *chosen = calloc(o->n_draw + 1, sizeof *chosen);
    const ho_streams streams = {.seed = o->seed, .replicate = 0};
    ho_rng rng = ho_rng_at(&streams, 1, HO_PROC_CALIBRATE, 0);
    fit->posterior.value = calloc(o->n_draw * HO_FLEE_N_PARAMETER + 1, sizeof *fit->posterior.value);
    if (!chosen || !fit->posterior.value) {
        free(chosen);
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu draws", o->n_draw);
    }
    ho_abc_resample(abc->share, abc->n_simulated, ho_rng_unit(&rng), chosen, o->n_draw);
    fit->posterior.n = o->n_draw;
    for (size_t k = 0; k < o->n_draw; k++)
        parameters_at(&abc->z[chosen[k] * HO_FLEE_N_PARAMETER], &fit->posterior.value[k * HO_FLEE_N_PARAMETER]);
    free(chosen);
    const ho_abc_generation *last = &abc->log[abc->n_generation - 1];
    fit->n_simulated = abc->n_simulated;
    fit->temperature = last->temperature;
    fit->effective = last->effective;
    return HO_OK;
}

static ho_status run_fit(fitting *f, ho_flee_fit *fit, ho_error *err) {
    const ho_flee_fit_options *o = f->options;
    static const double zero = 0, one = 1;
    ho_abc abc = {.n_parameter = HO_FLEE_N_PARAMETER,
                  .n_summary = 1,
                  .observed = &zero,
                  .error = &one,
                  .seed = o->seed,
                  .n_first = o->n_first,
                  .n_new = o->n_new,
                  .n_max = o->n_max,
                  .n_effective = o->n_effective,
                  .simulate = simulate,
                  .generation = after,
                  .context = f};
    ho_status status = ho_abc_begin(&abc, err);
    if (!status)
        status = ho_abc_run(&abc, err);
    if (!status)
        status = take_draws(&abc, o, fit, err);
    ho_abc_end(&abc);
    return status;
}

ho_status ho_flee_fit_run(const ho_flee_fit_options *options, ho_flee_fit *fit, ho_error *err) {
    size_t n_fit = options->leave_one_out ? 1 + options->n_case : 1, n = options->n_first * options->n_case;
    fitting f = {.options = options, .first = malloc((n + 1) * sizeof *f.first)};
    ho_status status = HO_OK;
    for (size_t k = 0; k < n_fit; k++)
        fit[k] = (ho_flee_fit){0};
    if (options->n_case < 1 + (size_t)options->leave_one_out || options->n_first == 0 || options->n_first > options->n_max || options->n_draw == 0)
        status = ho_error_set(err, HO_ERR_INPUT, "need a case (two to leave one out), a draw, and no more simulations in the first generation than in all");
    else if (!f.first)
        status = ho_error_set(err, HO_ERR_MEMORY, "out of memory for a fit");
    for (size_t i = 0; i < n && !status; i++)
        f.first[i] = (double)NAN;
    for (f.fit = 0; f.fit < n_fit && !status; f.fit++)
        status = run_fit(&f, &fit[f.fit], err);
    free(f.first);
    return status;
}
