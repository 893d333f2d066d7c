/* Elementary functions of base/math.h over whole columns: the same operations on each value, so the same bits, two or four
 * at a time. HO_CLONES builds a function twice, once for processors with AVX2, chosen when the program starts; fused
 * multiply and add stays off (-ffp-contract=off), so that both give the same bits. */
#ifndef HO_BATCH_H
#define HO_BATCH_H

#include <stddef.h>

/* Only where the loader can choose, and not under sanitizers, whose runtime starts after the choice. */
#if defined(__x86_64__) && defined(__gnu_linux__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && \
    defined(__OPTIMIZE__) && !defined(__AVX2__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
#define HO_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define HO_CLONES
#endif

/* Each replaces n values by the function of them. */
void ho_exp_all(double *x, size_t n);
void ho_log_all(double *x, size_t n);
void ho_logistic_all(double *x, size_t n);

#endif
