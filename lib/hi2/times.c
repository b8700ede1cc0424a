/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/times.h"

#include <string.h>

#include "hi2/calendar.h"

#define LAST_SECOND (INT64_C(253402300799) - 86400) /* of the year 9999, without its last day */

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

/* Takes `count` digits off the front of `text`. */
static bool take(struct xk_bytes *text, unsigned int count, unsigned int *value)
{
    *value = 0;
    if (text->size < count) {
        return false;
    }
    for (unsigned int i = 0; i < count; i++) {
        if (!is_digit(text->data[i])) {
            return false;
        }
        *value = *value * 10 + (unsigned int)(text->data[i] - '0');
    }
    text->data += count;
    text->size -= count;
    return true;
}

/* A fraction of the last unit given, in microseconds; digits beyond the ninth say nothing that fits. */
static bool take_fraction(struct xk_bytes *text, uint64_t unit, uint64_t *microseconds)
{
    uint64_t value = 0;
    uint64_t scale = 1;
    size_t count = 0;
    while (count + 1 < text->size && is_digit(text->data[count + 1])) {
        if (count < 9) {
            value = value * 10 + (uint64_t)(text->data[count + 1] - '0');
            scale *= 10;
        }
        count++;
    }
    text->data += count + 1;
    text->size -= count + 1;
    *microseconds = value * unit / scale;
    return count > 0;
}

/* Z, +hh, +hhmm, -hh or -hhmm, and nothing behind it; or nothing at all. */
static bool take_zone(struct xk_bytes text, struct xki_time *time)
{
    unsigned int hours;
    unsigned int minutes = 0;
    time->has_offset = text.size > 0;
    time->offset_minutes = 0;
    if (text.size == 0 || (text.size == 1 && text.data[0] == 'Z')) {
        return true;
    }
    bool west = text.data[0] == '-';
    if (!west && text.data[0] != '+') {
        return false;
    }
    text.data++;
    text.size--;
    if (!take(&text, 2, &hours) || (text.size == 2 && !take(&text, 2, &minutes)) || text.size > 0 || hours > 23 ||
        minutes > 59) {
        return false;
    }
    int32_t offset = (int32_t)(hours * 60 + minutes);
    time->offset_minutes = west ? -offset : offset;
    return true;
}

/* "MMDDhh", then minutes and seconds or not, a fraction of the last of them, and the zone. */
static bool read_behind_year(struct xki_calendar *c, struct xk_bytes text, struct xki_time *time)
{
    uint64_t unit = UINT64_C(3600000000);
    uint64_t fraction = 0;
    if (!take(&text, 2, &c->month) || !take(&text, 2, &c->day) || !take(&text, 2, &c->hour)) {
        return false;
    }
    if (text.size > 0 && is_digit(text.data[0])) {
        unit = 60000000;
        if (!take(&text, 2, &c->minute)) {
            return false;
        }
    }
    if (unit == 60000000 && text.size > 0 && is_digit(text.data[0])) {
        unit = 1000000;
        if (!take(&text, 2, &c->second)) {
            return false;
        }
    }
    if (text.size > 0 && (text.data[0] == '.' || text.data[0] == ',') && !take_fraction(&text, unit, &fraction)) {
        return false;
    }
    bool leap = c->second == 60; /* as POSIX has it: the second after 59, which the next minute begins with */
    c->second -= leap ? 1 : 0;
    if (!take_zone(text, time) || !xki_calendar_seconds(c, &time->digits.seconds)) {
        return false;
    }
    time->digits.seconds += (leap ? 1 : 0) + (int64_t)(fraction / 1000000);
    time->digits.microseconds = (uint32_t)(fraction % 1000000);
    return true;
}

bool xki_time_read_utc(struct xk_bytes text, struct xki_time *time)
{
    unsigned int year;
    struct xki_calendar c;
    memset(&c, 0, sizeof c);
    if (!take(&text, 2, &year)) {
        return false;
    }
    c.year = year < 50 ? 2000 + year : 1900 + year;
    return read_behind_year(&c, text, time);
}

bool xki_time_read_generalized(struct xk_bytes text, struct xki_time *time)
{
    unsigned int year;
    struct xki_calendar c;
    memset(&c, 0, sizeof c);
    if (!take(&text, 4, &year)) {
        return false;
    }
    c.year = year;
    return read_behind_year(&c, text, time);
}

struct xk_utc xki_time_moment(const struct xki_time *time)
{
    struct xk_utc moment = time->digits;
    moment.seconds -= (int64_t)time->offset_minutes * 60;
    return moment;
}

bool xki_time_fits(struct xk_utc time)
{
    return time.seconds >= 0 && time.seconds <= LAST_SECOND && time.microseconds <= 999999;
}

uint32_t xki_time_write_utc(struct xk_utc time, uint8_t text[XKI_TIME_MAX])
{
    struct xki_calendar calendar;
    uint8_t digits[14];
    (void)xki_calendar(time.seconds, &calendar);
    xki_calendar_digits(&calendar, digits);
    for (unsigned int i = 0; i < 12; i++) {
        text[i] = digits[i + 2];
    }
    text[12] = 'Z';
    return 13;
}

void xki_time_write_fraction(uint32_t microseconds, unsigned int digits, uint8_t *text)
{
    uint8_t all[6];
    uint32_t upper = microseconds / 100;
    xki_calendar_two(all, upper / 100);
    xki_calendar_two(all + 2, upper % 100);
    xki_calendar_two(all + 4, microseconds % 100);
    for (unsigned int i = 0; i < digits; i++) {
        text[i] = all[i];
    }
}

uint32_t xki_time_write_generalized(struct xk_utc time, int32_t offset_minutes, unsigned int digits, bool zone,
                                    uint8_t text[XKI_TIME_MAX])
{
    struct xki_calendar calendar;
    uint32_t at = XKI_TIME_FRACTION - 1;
    (void)xki_calendar(time.seconds + (int64_t)offset_minutes * 60, &calendar);
    xki_calendar_digits(&calendar, text);
    if (digits > 0) {
        text[at++] = '.';
        xki_time_write_fraction(time.microseconds, digits, text + at);
        at += digits;
    }
    if (zone && offset_minutes == 0) {
        text[at++] = 'Z';
    } else if (zone) {
        uint32_t offset = (uint32_t)(offset_minutes < 0 ? -offset_minutes : offset_minutes);
        text[at++] = offset_minutes < 0 ? '-' : '+';
        text[at++] = (uint8_t)('0' + offset / 600);
        text[at++] = (uint8_t)('0' + offset / 60 % 10);
        text[at++] = (uint8_t)('0' + offset % 60 / 10);
        text[at++] = (uint8_t)('0' + offset % 10);
    }
    return at;
}
