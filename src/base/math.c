/* log of the gamma function.
 *
 * Method: near its zeros 1 and 2 the function is t times a polynomial in t = distance from 2; other x up to 8 are reached from
 * there by the recurrence gamma(x + 1) = x gamma(x), larger ones by Stirling's series. Products and logarithms are pairs of
 * doubles, so that only the last addition rounds visibly. */
#include "base/math.h"

/* log gamma(2 + t), |t| <= 1/2 */
static ho_pair near_two(double t) {
    static const double c[19] = {
        0x1.4a34cc4a60fa6p-2, -0x1.13e001a557607p-4, 0x1.51322ac7d8485p-6, -0x1.e404fc218ecf7p-8, 0x1.7add6eadb639cp-9,
        -0x1.38ac5c2c9675bp-10, 0x1.0b36af86d001bp-11, -0x1.d3fd4bd9eae0cp-13, 0x1.a127b05b9038ap-14, -0x1.78de8610cf2dbp-15,
        0x1.580df73e5dcd0p-16, -0x1.3cb5ef1af18b2p-17, 0x1.25914859cc0e9p-18, -0x1.12543e7179f23p-19, 0x1.00feef23f7362p-20,
        -0x1.d0672fc30daf5p-22, 0x1.b64077b28b215p-23, -0x1.1bed99aabf638p-23, 0x1.0e0ce0d22928dp-24};
    double q = c[18];
    for (int i = 17; i >= 1; i--) {
        q = c[i] + t * q;
    }
    const ho_pair slope = {0x1.b0ee6072093cep-2, 0x1.6cb90701fbfabp-58}; /* 1 - Euler's constant */
    ho_pair p = ho_pair_fast_sum(c[0], t * q);
    p = ho_pair_add(slope, ho_pair_times((ho_pair){t, 0.0}, p));
    return ho_pair_times((ho_pair){t, 0.0}, p);
}

/* log of a pair > 0 */
static ho_pair log_of(ho_pair x) {
    ho_pair log_hi = ho_log_pair(x.hi);
    ho_pair sum = ho_pair_sum(log_hi.hi, x.lo / x.hi);
    return ho_pair_fast_sum(sum.hi, sum.lo + log_hi.lo);
}

/* (x - 1/2) log x - x + log(2 pi) / 2 + S(1 / x^2) / x, x >= 8 */
static double stirling(double x) {
    if (x > 0x1p200) { /* only x (log x - 1) is left; scaled, as splitting a large x would overflow */
        ho_pair slope = ho_pair_add(ho_log_pair(x), (ho_pair){-1.0, 0.0});
        return ho_pair_times(slope, (ho_pair){x * 0x1p-64, 0.0}).hi * 0x1p64;
    }
    double w = 1.0 / (x * x);
    double s = 0x1.5555555555555p-4 + w * (-0x1.6c16c16c149f4p-9 + w * (0x1.a01a017dcf9e1p-11 + w * (-0x1.38134d4f88969p-11 +
               w * (0x1.b92c33f944339p-11 + w * (-0x1.ef8d748ae6ca6p-10 + w * 0x1.4bffc9d89f5aap-8)))));
    ho_pair main = ho_pair_times(ho_log_pair(x), ho_pair_sum(x, -0.5));
    main = ho_pair_add(main, (ho_pair){-x, 0.0});
    main = ho_pair_add(main, (ho_pair){0x1.d67f1c864beb5p-1, -0x1.65b5a1b7ff5dfp-55}); /* log(2 pi) / 2 */
    return main.hi + (main.lo + s / x);
}

double ho_lgamma(double x) {
    if (!(x > 0.0) || x == INFINITY) {
        return x < 0.0 ? (double)NAN : x == 0.0 ? (double)INFINITY : x;
    }
    if (x >= 8.0) {
        return stirling(x);
    }
    ho_pair product = {1.0, 0.0};
    if (x < 1.5) { /* up to [3/2, 5/2) */
        double t = x < 0.5 ? x : x - 1.0;
        if (x < 0.5) {
            product = ho_pair_sum(1.0, x);
        }
        ho_pair log_product = log_of(ho_pair_times(product, (ho_pair){x, 0.0}));
        ho_pair above = near_two(t);
        ho_pair sum = ho_pair_sum(above.hi, -log_product.hi);
        return sum.hi + (sum.lo + (above.lo - log_product.lo));
    }
    double at = x;
    while (at >= 2.5) { /* down to [3/2, 5/2): each x - 1 is exact */
        at -= 1.0;
        product = ho_pair_times(product, (ho_pair){at, 0.0});
    }
    ho_pair log_product = log_of(product);
    ho_pair base = near_two(at - 2.0);
    ho_pair sum = ho_pair_sum(log_product.hi, base.hi);
    return sum.hi + (sum.lo + (log_product.lo + base.lo));
}
