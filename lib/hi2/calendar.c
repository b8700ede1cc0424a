/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/calendar.h"

#define DAY 86400
#define ERA 146097 /* days of 400 years, always the same */
#define EPOCH (719468 + ERA) /* days from 1st March of the year -400 to 1970: nothing before it is asked for */

/*
 * Years are counted from March, so that the leap day comes last. Days and years are counted in quarters, so that a
 * century and a year each are one division by a constant; the months from March on are a straight line, whose slope is
 * 2141 / 65536. (Neri and Schneider, Euclidean affine functions, 2022.)
 */
static void date_of(uint32_t days, struct xki_calendar *c)
{
    uint32_t quarters = 4 * days + 3;
    uint32_t century = quarters / ERA;
    uint64_t scaled = UINT64_C(2939745) * (quarters % ERA / 4 * 4 + 3);
    uint32_t day_of_year = (uint32_t)scaled / 2939745 / 4;
    uint32_t line = 2141 * day_of_year + 197913;
    uint32_t next_year = day_of_year >= 306;
    c->day = (line & 0xffff) / 2141 + 1;
    c->month = (line >> 16) - 12 * next_year;
    c->year = (int64_t)(100 * century + (uint32_t)(scaled >> 32) + next_year) - 400;
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

void xki_calendar_digits(const struct xki_calendar *calendar, uint8_t digits[14])
{
    unsigned int year = (unsigned int)calendar->year;
    xki_calendar_two(digits, year / 100);
    xki_calendar_two(digits + 2, year % 100);
    xki_calendar_two(digits + 4, calendar->month);
    xki_calendar_two(digits + 6, calendar->day);
    xki_calendar_two(digits + 8, calendar->hour);
    xki_calendar_two(digits + 10, calendar->minute);
    xki_calendar_two(digits + 12, calendar->second);
}
