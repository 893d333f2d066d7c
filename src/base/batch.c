/* Loops that the compiler vectorises: the functions they call are inline and free of branches. */
#include "base/math.h"

#include "base/batch.h"

HO_CLONES void ho_exp_all(double *x, size_t n) {
    for (size_t k = 0; k < n; k++)
        x[k] = ho_exp(x[k]);
}

HO_CLONES void ho_log_all(double *x, size_t n) {
    for (size_t k = 0; k < n; k++)
        x[k] = ho_log(x[k]);
}

HO_CLONES void ho_logistic_all(double *x, size_t n) {
    for (size_t k = 0; k < n; k++)
        x[k] = ho_logistic(x[k]);
}
