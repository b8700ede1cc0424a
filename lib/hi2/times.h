/* SPDX-License-Identifier: BSD-2-Clause */
/* UTCTime and GeneralizedTime as text, written in the forms that receivers read and read in every form that there is:
 * a fraction of any length, an offset from UTC, a leap second. */
#ifndef XKI_HI2_TIMES_H
#define XKI_HI2_TIMES_H

#include <stdbool.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/iri.h>

#define XKI_TIME_MAX 40u /* "YYYYMMDDhhmmss.ffffff+hhmm", and what xki_copy() might look at */

/* What a text says: its digits as if they were UTC, and how far east of UTC they are, if it tells. */
struct xki_time {
    struct xk_utc digits;
    bool has_offset;
    int32_t offset_minutes;
};

bool xki_time_read_utc(struct xk_bytes text, struct xki_time *time); /* two-digit year: 1950 to 2049 */
bool xki_time_read_generalized(struct xk_bytes text, struct xki_time *time);

/* The moment that the digits mean; digits without an offset are taken for UTC. */
struct xk_utc xki_time_moment(const struct xki_time *time);

/* Both write into `text` and return how many octets. False for a year that does not fit is told before, by
 * xki_time_fits(). The first: two-digit year, whole seconds, Z. */
uint32_t xki_time_write_utc(struct xk_utc time, uint8_t text[XKI_TIME_MAX]);

/* `digits` 0 to 6 of a fraction; with `zone` Z or the offset behind them. The digits are those of UTC + offset. */
uint32_t xki_time_write_generalized(struct xk_utc time, int32_t offset_minutes, unsigned int digits, bool zone,
                                    uint8_t text[XKI_TIME_MAX]);

/* Where the fraction begins in what is written, behind the point; and the first digits of it, at most six. */
#define XKI_TIME_FRACTION 15u
void xki_time_write_fraction(uint32_t microseconds, unsigned int digits, uint8_t *text);

/* A moment from 1970 on whose digits, a day earlier or later too, have a four-digit year. */
bool xki_time_fits(struct xk_utc time);

#endif
