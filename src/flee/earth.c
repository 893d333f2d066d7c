/* Distances on the sphere from + - * / and sqrt only, so that the bits are the same everywhere. */
#include <math.h> /* sqrt */

#include "flee/case.h"

static const double PI = 3.14159265358979323846, RADIUS_KM = 6371;

/* sin x for |x| <= pi, by its series around the nearer of 0 and +-pi. */
static double sine(double x) {
    if (x > PI / 2)
        x = PI - x;
    if (x < -PI / 2)
        x = -PI - x;
    double term = x, sum = x;
    for (int k = 1; k < 14; k++) {
        term *= -x * x / (2 * k * (2 * k + 1));
        sum += term;
    }
    return sum;
}

/* atan x for x >= 0: three half angles bring it below 0.13, then the series. */
static double arctangent(double x) {
    for (int k = 0; k < 3; k++)
        x /= 1 + sqrt(1 + x * x);
    double term = x, sum = x;
    for (int k = 1; k < 14; k++) {
        term *= -x * x;
        sum += term / (2 * k + 1);
    }
    return 8 * sum;
}

/* x moved by whole turns into -pi .. pi */
static double turn(double x) {
    double turns = x / (2 * PI);
    return x - 2 * PI * (double)(int64_t)(turns + (turns < 0 ? -0.5 : 0.5));
}

double ho_flee_earth_km(double lat1, double lon1, double lat2, double lon2) {
    const double degree = PI / 180;
    double half_lat = sine(turn((lat2 - lat1) * degree / 2)), half_lon = sine(turn((lon2 - lon1) * degree / 2));
    double cosines = sine(turn(lat1 * degree + PI / 2)) * sine(turn(lat2 * degree + PI / 2));
    double a = half_lat * half_lat + cosines * half_lon * half_lon;
    a = a < 0 ? 0 : a;
    return a >= 1 ? RADIUS_KM * PI : RADIUS_KM * 2 * arctangent(sqrt(a / (1 - a)));
}
