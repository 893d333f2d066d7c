#include "calibrate/abc.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/math.h"
#include "base/samplers.h"

/* --- particles --- */

ho_status ho_particles_build(size_t capacity, size_t n_parameter, size_t n_summary, ho_particles *particles, ho_error *err) {
    *particles = (ho_particles){.n_parameter = n_parameter, .n_summary = n_summary, .capacity = capacity};
    particles->z = calloc(capacity * n_parameter + 1, sizeof(double));
    particles->summary = calloc(capacity * n_summary + 1, sizeof(double));
    particles->weight = calloc(capacity + 1, sizeof(double));
    particles->distance = calloc(capacity + 1, sizeof(double));
    particles->number = calloc(capacity + 1, sizeof(uint32_t));
    if (particles->z && particles->summary && particles->weight && particles->distance && particles->number)
        return HO_OK;
    ho_particles_free(particles);
    return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu particles", capacity);
}

void ho_particles_free(ho_particles *particles) {
    free(particles->z);
    free(particles->summary);
    free(particles->weight);
    free(particles->distance);
    free(particles->number);
    *particles = (ho_particles){0};
}

static void copy_particle(ho_particles *to, size_t i, const ho_particles *from, size_t j) {
    memcpy(to->z + i * to->n_parameter, from->z + j * from->n_parameter, to->n_parameter * sizeof(double));
    memcpy(to->summary + i * to->n_summary, from->summary + j * from->n_summary, to->n_summary * sizeof(double));
    to->weight[i] = from->weight[j];
    to->distance[i] = from->distance[j];
    to->number[i] = from->number[j];
}

/* --- distance --- */

/* Solves L y = x in place. */
static void whiten(const double *factor, size_t d, double *x) {
    for (size_t a = 0; a < d; a++) {
        for (size_t b = 0; b < a; b++)
            x[a] -= factor[a * d + b] * x[b];
        x[a] /= factor[a * d + a];
    }
}

static ho_status find_distances(const ho_abc *abc, ho_particles *particles, size_t from, ho_error *err) {
    double *miss = malloc((abc->n_summary + 1) * sizeof *miss);
    if (!miss)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu summaries", abc->n_summary);
    for (size_t i = from; i < particles->n; i++) {
        double sum = 0;
        for (size_t k = 0; k < abc->n_summary; k++)
            miss[k] = particles->summary[i * abc->n_summary + k] - abc->observed[k];
        whiten(abc->error, abc->n_summary, miss);
        for (size_t k = 0; k < abc->n_summary; k++)
            sum += miss[k] * miss[k];
        particles->distance[i] = sqrt(sum);
    }
    free(miss);
    return HO_OK;
}

/* --- proposals --- */

bool ho_cholesky(double *a, size_t n) {
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j <= i; j++) {
            double sum = a[i * n + j];
            for (size_t k = 0; k < j; k++)
                sum -= a[i * n + k] * a[j * n + k];
            if (i == j && !(sum > 0))
                return false;
            a[i * n + j] = i == j ? sqrt(sum) : sum / a[j * n + j];
        }
    return true;
}

/* Twice the weighted covariance of the kept particles, factored; a ridge where they lie on a plane. */
static void find_kernel(const ho_abc *abc, double *factor) {
    const size_t d = abc->n_parameter;
    const ho_particles *kept = &abc->kept;
    double *mean = factor + d * d, *back = mean + d;
    for (double ridge = 1e-9;; ridge *= 100) {
        memset(factor, 0, d * d * sizeof *factor);
        memset(mean, 0, d * sizeof *mean);
        for (size_t i = 0; i < kept->n; i++)
            for (size_t a = 0; a < d; a++)
                mean[a] += abc->share[i] * kept->z[i * d + a];
        for (size_t i = 0; i < kept->n; i++) {
            for (size_t a = 0; a < d; a++)
                back[a] = kept->z[i * d + a] - mean[a];
            for (size_t a = 0; a < d; a++)
                for (size_t b = 0; b <= a; b++)
                    factor[a * d + b] += 2 * abc->share[i] * back[a] * back[b];
        }
        for (size_t a = 0; a < d; a++)
            factor[a * d + a] += ridge;
        if (ho_cholesky(factor, d))
            return;
    }
}

static size_t choose(const double *weight, size_t n, double u) {
    double sum = 0;
    for (size_t i = 0; i < n; i++) {
        sum += weight[i];
        if (u < sum)
            return i;
    }
    return n - 1;
}

static ho_rng particle_rng(const ho_abc *abc, uint32_t number) {
    const ho_streams streams = {abc->seed, (uint32_t)abc->n_generation};
    return ho_rng_at(&streams, 0, HO_PROC_CALIBRATE, number);
}

static void draw_prior(const ho_abc *abc, ho_particles *particles, size_t from) {
    for (size_t i = from; i < particles->n; i++) {
        ho_rng rng = particle_rng(abc, particles->number[i]);
        for (size_t a = 0; a < abc->n_parameter; a++)
            particles->z[i * abc->n_parameter + a] = ho_normal(&rng);
        particles->weight[i] = 1;
    }
}

static void propose(const ho_abc *abc, const double *factor, ho_particles *particles, size_t from) {
    const size_t d = abc->n_parameter;
    for (size_t i = from; i < particles->n; i++) {
        ho_rng rng = particle_rng(abc, particles->number[i]);
        const double *parent = abc->kept.z + d * choose(abc->share, abc->kept.n, ho_rng_unit(&rng));
        double *z = particles->z + i * d, step[HO_ABC_PARAMETERS_MAX];
        for (size_t a = 0; a < d; a++)
            step[a] = ho_normal(&rng);
        for (size_t a = 0; a < d; a++) {
            z[a] = parent[a];
            for (size_t b = 0; b <= a; b++)
                z[a] += factor[a * d + b] * step[b];
        }
    }
}

/* Importance weights of new particles: prior over the mixture of kernels at the kept ones. Over all that are drawn in a generation they
 * are 1 on average, so that particles of several generations may stand together. */
static ho_status weigh(const ho_abc *abc, const double *factor, ho_particles *particles, size_t from, ho_error *err) {
    const size_t d = abc->n_parameter, n = abc->kept.n;
    double *kept = malloc((n * d + 1) * sizeof *kept), log_volume = 0;
    if (!kept)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu particles", n);
    memcpy(kept, abc->kept.z, n * d * sizeof *kept);
    for (size_t j = 0; j < n; j++)
        whiten(factor, d, kept + j * d);
    for (size_t a = 0; a < d; a++)
        log_volume += ho_log(factor[a * d + a]);
    for (size_t i = from; i < particles->n; i++) {
        double z[HO_ABC_PARAMETERS_MAX], prior = 0, mixture = 0;
        memcpy(z, particles->z + i * d, d * sizeof *z);
        for (size_t a = 0; a < d; a++)
            prior += z[a] * z[a];
        whiten(factor, d, z);
        for (size_t j = 0; j < n; j++) {
            double apart = 0;
            for (size_t a = 0; a < d; a++)
                apart += (z[a] - kept[j * d + a]) * (z[a] - kept[j * d + a]);
            mixture += abc->share[j] * ho_exp(-0.5 * apart);
        }
        particles->weight[i] = mixture > 0 ? ho_exp(-0.5 * prior + log_volume) / mixture : 0;
    }
    free(kept);
    return HO_OK;
}

/* --- generations --- */

typedef struct near {
    double distance;
    uint32_t number, at;
} near;

static int by_distance(const void *a, const void *b) {
    const near *x = a, *y = b;
    if (x->distance != y->distance)
        return x->distance < y->distance ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

double ho_abc_share(ho_abc *abc) {
    double sum = 0;
    for (size_t i = 0; i < abc->kept.n; i++)
        sum += abc->kept.weight[i];
    for (size_t i = 0; i < abc->kept.n; i++)
        abc->share[i] = sum > 0 ? abc->kept.weight[i] / sum : 0;
    return sum;
}

/* Keeps the n_keep closest of `all`. */
static ho_status keep_closest(ho_abc *abc, const ho_particles *all, ho_error *err) {
    near *order = calloc(all->n + 1, sizeof *order);
    if (!order)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu particles", all->n);
    for (size_t i = 0; i < all->n; i++)
        order[i] = (near){all->distance[i], all->number[i], (uint32_t)i};
    qsort(order, all->n, sizeof *order, by_distance);
    abc->kept.n = all->n < abc->n_keep ? all->n : abc->n_keep;
    for (size_t i = 0; i < abc->kept.n; i++)
        copy_particle(&abc->kept, i, all, order[i].at);
    free(order);
    double square = 0, sum = ho_abc_share(abc);
    for (size_t i = 0; i < abc->kept.n; i++)
        square += abc->share[i] * abc->share[i];
    abc->log[abc->n_generation - 1].tolerance = abc->kept.distance[abc->kept.n - 1];
    abc->log[abc->n_generation - 1].effective = square > 0 ? 1 / square : 0;
    return sum > 0 ? HO_OK : ho_error_set(err, HO_ERR_NUMERIC, "no particle has any weight left");
}

static void number_them(const ho_abc *abc, ho_particles *particles, size_t from) {
    for (size_t i = from; i < particles->n; i++)
        particles->number[i] = (uint32_t)(abc->n_simulated + i - from);
}

static ho_status first_generation(ho_abc *abc, ho_error *err) {
    ho_particles first = {0};
    ho_status status = ho_particles_build(abc->n_first, abc->n_parameter, abc->n_summary, &first, err);
    if (status)
        return status;
    first.n = abc->n_first;
    number_them(abc, &first, 0);
    draw_prior(abc, &first, 0);
    status = abc->simulate(abc->context, &first, 0, err);
    if (!status)
        status = find_distances(abc, &first, 0, err);
    if (!status) {
        abc->n_simulated = first.n;
        abc->log[abc->n_generation++] = (ho_abc_generation){.n_simulated = first.n, .accepted = 1};
        status = keep_closest(abc, &first, err);
    }
    ho_particles_free(&first);
    return status;
}

static ho_status simulate_new(ho_abc *abc, ho_particles *all, ho_error *err) {
    const size_t d = abc->n_parameter, from = abc->kept.n;
    double *factor = calloc(d * d + 2 * d + 1, sizeof *factor);
    if (!factor)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for a kernel");
    for (size_t i = 0; i < from; i++)
        copy_particle(all, i, &abc->kept, i);
    all->n = all->capacity;
    number_them(abc, all, from);
    find_kernel(abc, factor);
    propose(abc, factor, all, from);
    ho_status status = weigh(abc, factor, all, from, err);
    if (!status)
        status = abc->simulate(abc->context, all, from, err);
    free(factor);
    return status;
}

static ho_status next_generation(ho_abc *abc, ho_error *err) {
    ho_particles all = {0};
    const double tolerance = abc->log[abc->n_generation - 1].tolerance;
    size_t n_new = abc->n_new < abc->n_max - abc->n_simulated ? abc->n_new : abc->n_max - abc->n_simulated, near_enough = 0;
    ho_status status = ho_particles_build(abc->kept.n + n_new, abc->n_parameter, abc->n_summary, &all, err);
    if (status)
        return status;
    status = simulate_new(abc, &all, err);
    if (!status)
        status = find_distances(abc, &all, abc->kept.n, err);
    if (!status) {
        for (size_t i = abc->kept.n; i < all.n; i++)
            near_enough += all.distance[i] < tolerance;
        abc->n_simulated += n_new;
        abc->log[abc->n_generation++] = (ho_abc_generation){.n_simulated = abc->n_simulated,
                                                            .accepted = (double)near_enough / (double)n_new};
        status = keep_closest(abc, &all, err);
    }
    ho_particles_free(&all);
    return status;
}

static bool goes_on(const ho_abc *abc) {
    return abc->n_generation == 0 ||
           (abc->n_generation < HO_ABC_GENERATIONS_MAX && abc->n_simulated < abc->n_max &&
            abc->log[abc->n_generation - 1].accepted > abc->p_min);
}

ho_status ho_abc_run(ho_abc *abc, ho_error *err) {
    ho_status status = HO_OK;
    while (!status && goes_on(abc)) {
        status = abc->n_generation == 0 ? first_generation(abc, err) : next_generation(abc, err);
        if (!status && abc->generation)
            status = abc->generation(abc->context, abc, err);
    }
    return status;
}

ho_status ho_abc_begin(ho_abc *abc, ho_error *err) {
    if (abc->n_parameter > HO_ABC_PARAMETERS_MAX)
        return ho_error_set(err, HO_ERR_INPUT, "%zu parameters; need at most %d", abc->n_parameter, HO_ABC_PARAMETERS_MAX);
    abc->n_generation = abc->n_simulated = 0;
    abc->share = calloc(abc->n_keep + 1, sizeof *abc->share);
    if (!abc->share)
        return ho_error_set(err, HO_ERR_MEMORY, "out of memory for %zu particles", abc->n_keep);
    return ho_particles_build(abc->n_keep, abc->n_parameter, abc->n_summary, &abc->kept, err);
}

void ho_abc_end(ho_abc *abc) {
    ho_particles_free(&abc->kept);
    free(abc->share);
    abc->share = NULL;
}

/* --- after the last generation --- */

/* Weights at temperature T; returns their effective number. */
static double weigh_at(const ho_particles *p, double t, double *weight) {
    double least = INFINITY, sum = 0, square = 0;
    for (size_t i = 0; i < p->n; i++)
        least = p->distance[i] < least ? p->distance[i] : least;
    for (size_t i = 0; i < p->n; i++) {
        double beyond = (p->distance[i] - least) * (p->distance[i] + least);
        weight[i] = p->weight[i] * ho_exp(-0.5 * beyond / (t * t));
        sum += weight[i];
    }
    for (size_t i = 0; i < p->n; i++) {
        weight[i] /= sum;
        square += weight[i] * weight[i];
    }
    return 1 / square;
}

double ho_abc_weigh(const ho_abc *abc, double n_effective, double *weight) {
    double low = 1, high = 1;
    const double widest = 1e6;
    if (weigh_at(&abc->kept, 1, weight) >= n_effective)
        return 1;
    while (high < widest && weigh_at(&abc->kept, high, weight) < n_effective)
        high *= 2;
    for (int k = 0; k < 50; k++) {
        double middle = 0.5 * (low + high);
        *(weigh_at(&abc->kept, middle, weight) < n_effective ? &low : &high) = middle;
    }
    weigh_at(&abc->kept, high, weight);
    return high;
}

void ho_abc_resample(const double *weight, size_t n, double u, uint32_t *chosen, size_t n_draw) {
    double total = 0, sum = 0;
    size_t at = 0;
    for (size_t i = 0; i < n; i++)
        total += weight[i];
    sum = n ? weight[0] : 0;
    for (size_t k = 0; k < n_draw; k++) {
        double mark = total * ((double)k + u) / (double)n_draw;
        while (mark > sum && at + 1 < n)
            sum += weight[++at];
        chosen[k] = (uint32_t)at;
    }
}
