/* SPDX-License-Identifier: BSD-2-Clause */
/* Seconds since 1970 to the digits of UTCTime and GeneralizedTime and back, without the C library's calendar, whose
 * calls share state or ask for the environment. */
#ifndef XKI_HI2_CALENDAR_H
#define XKI_HI2_CALENDAR_H

#include <stdbool.h>
#include <stdint.h>

struct xki_calendar {
    int64_t year;
    unsigned int month;
    unsigned int day;
    unsigned int hour;
    unsigned int minute;
    unsigned int second;
};

/* False when the year does not fit four digits. */
bool xki_calendar(int64_t seconds, struct xki_calendar *calendar);

/* The inverse; false for a date or time of day that does not exist. */
bool xki_calendar_seconds(const struct xki_calendar *calendar, int64_t *seconds);

/* A number below 100. */
static inline void xki_calendar_two(uint8_t *out, unsigned int value)
{
    out[0] = (uint8_t)('0' + value / 10);
    out[1] = (uint8_t)('0' + value % 10);
}

/* "YYYYMMDDhhmmss"; UTCTime leaves the first two out. */
void xki_calendar_digits(const struct xki_calendar *calendar, uint8_t digits[14]);

#endif
