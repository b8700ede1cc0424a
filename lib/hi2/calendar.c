/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/calendar.h"

#define DAY 86400
#define ERA 146097 /* days of 400 years, always the same */
#define EPOCH (719468 + ERA) /* days from 1st March of the year -400 to 1970: nothing before it is asked for */

/* Years are counted from March, so that the leap day comes last. Unsigned and 32 bits wide: every record needs this,
 * and the divisions are by constants. */
static void date_of(uint32_t days, struct xki_calendar *c)
{
    uint32_t era = days / ERA;
    uint32_t day_of_era = days - era * ERA;
    uint32_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint32_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint32_t from_march = (5 * day_of_year + 2) / 153;
    c->day = day_of_year - (153 * from_march + 2) / 5 + 1;
    c->month = from_march < 10 ? from_march + 3 : from_march - 9;
    c->year = (int64_t)(year_of_era + era * 400) - 400 + (c->month <= 2 ? 1 : 0);
}

bool xki_calendar(int64_t seconds, struct xki_calendar *calendar)
{
    if (seconds < INT64_C(-62167219200) || seconds > INT64_C(253402300799)) { /* years 0000 to 9999 */
        return false;
    }
    uint64_t since = (uint64_t)(seconds + (int64_t)EPOCH * DAY);
    uint32_t days = (uint32_t)(since / DAY);
    uint32_t rest = (uint32_t)(since - (uint64_t)days * DAY);
    date_of(days, calendar);
    calendar->hour = rest / 3600;
    calendar->minute = rest / 60 % 60;
    calendar->second = rest % 60;
    return true;
}

static unsigned int days_in(int64_t year, unsigned int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return month == 2 && leap ? 29 : days[month - 1];
}

bool xki_calendar_seconds(const struct xki_calendar *calendar, int64_t *seconds)
{
    const struct xki_calendar *c = calendar;
    if (c->year < 0 || c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1 ||
        c->day > days_in(c->year, c->month) || c->hour > 23 || c->minute > 59 || c->second > 59) {
        return false;
    }
    int64_t year = c->month <= 2 ? c->year - 1 : c->year;
    int64_t from_march = c->month > 2 ? c->month - 3 : c->month + 9;
    int64_t era = year < 0 ? -1 : year / 400; /* year -1 is before March of the year 0 */
    int64_t year_of_era = year - era * 400;
    int64_t day_of_year = (153 * from_march + 2) / 5 + c->day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    int64_t days = era * ERA + day_of_era - 719468;
    *seconds = days * DAY + (int64_t)c->hour * 3600 + (int64_t)c->minute * 60 + c->second;
    return true;
}

static void two(uint8_t *out, unsigned int value)
{
    out[0] = (uint8_t)('0' + value / 10);
    out[1] = (uint8_t)('0' + value % 10);
}

void xki_calendar_digits(const struct xki_calendar *calendar, uint8_t digits[14])
{
    unsigned int year = (unsigned int)calendar->year;
    two(digits, year / 100);
    two(digits + 2, year % 100);
    two(digits + 4, calendar->month);
    two(digits + 6, calendar->day);
    two(digits + 8, calendar->hour);
    two(digits + 10, calendar->minute);
    two(digits + 12, calendar->second);
}
