/* Days since 1970-01-01 and the proleptic Gregorian calendar. Method: years that begin on 1 March, so that the leap day is the
 * last of its year, and eras of 400 years = 146097 days (Howard Hinnant, "chrono-compatible low-level date algorithms"). */
#include <string.h>

#include "holdout/base.h"

typedef struct civil {
    int64_t year;
    int month; /* 1..12 */
    int day;   /* 1..31 */
} civil;

enum { DAYS_OF_ERA = 146097, DAYS_TO_1970 = 719468 /* from 0000-03-01 */ };

static int64_t floor_div(int64_t a, int64_t b) {
    return a / b - (a % b < 0);
}

static int64_t day_from_civil(civil date) {
    int64_t year = date.year - (date.month <= 2);
    int64_t era = floor_div(year, 400);
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * ((date.month + 9) % 12) + 2) / 5 + date.day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_OF_ERA + day_of_era - DAYS_TO_1970;
}

static civil civil_from_day(ho_day day) {
    int64_t z = (int64_t)day + DAYS_TO_1970;
    int64_t era = floor_div(z, DAYS_OF_ERA);
    int64_t day_of_era = z - era * DAYS_OF_ERA;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t from_march = (5 * day_of_year + 2) / 153;
    int month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    int day_of_month = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
    return (civil){era * 400 + year_of_era + (month <= 2), month, day_of_month};
}

/* n digits as a number, or -1. */
static int digits(const char *text, int n) {
    int value = 0;
    for (int i = 0; i < n; i++) {
        if (text[i] < '0' || text[i] > '9') {
            return -1;
        }
        value = value * 10 + (text[i] - '0');
    }
    return value;
}

bool ho_day_parse(const char *text, ho_day *day) {
    if (!text || strnlen(text, 11) != 10 || text[4] != '-' || text[7] != '-') {
        return false;
    }
    civil date = {digits(text, 4), digits(text + 5, 2), digits(text + 8, 2)};
    if (date.year < 1 || date.month < 1 || date.month > 12 || date.day < 1) {
        return false;
    }
    ho_day made = (ho_day)day_from_civil(date);
    civil back = civil_from_day(made); /* 31 April comes back as 1 May */
    if (back.month != date.month || back.day != date.day) {
        return false;
    }
    *day = made;
    return true;
}

char *ho_day_format(ho_day day, char text[11]) {
    civil date = civil_from_day(day);
    if (day == HO_DAY_NONE || date.year < 1 || date.year > 9999) {
        text[0] = '\0';
        return text;
    }
    int part[3] = {(int)date.year, date.month, date.day};
    int at = 0;
    for (int i = 0; i < 3; i++) {
        for (int unit = i == 0 ? 1000 : 10; unit > 0; unit /= 10) {
            text[at++] = (char)('0' + part[i] / unit % 10);
        }
        text[at++] = i < 2 ? '-' : '\0';
    }
    return text;
}

int ho_day_month(ho_day day) {
    return civil_from_day(day).month;
}

int ho_day_of_month(ho_day day) {
    return civil_from_day(day).day;
}

int ho_day_year(ho_day day) {
    return (int)civil_from_day(day).year;
}
