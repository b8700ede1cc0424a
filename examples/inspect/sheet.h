/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What xk-inspect writes: a tree of lines, each with the offset of its octets, what they say, and which section of
 * which document they come from.
 *
 * A sheet also keeps which octets of its input may be shown in a dump. None may at first: a line opens the octets
 * that it shows, so that what is not understood, and every secret, stays closed.
 */
#ifndef INSPECT_SHEET_H
#define INSPECT_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>
#include <xk/hi2_read.h>
#include <xk/iri.h>
#include <xk/status.h>

/** What came of an input; the program's exit status is the worst of them. */
enum verdict {
    VALID = 0,
    INVALID = 1,
    UNREADABLE = 2
};

struct sheet {
    struct xk_bytes octets; /* borrowed: offsets count from its start */
    uint8_t *open;          /* one octet for each: 1 if it may be shown */
    size_t base;            /* of the octets' start in the input: lines tell offsets in the input */
    uint8_t *scratch;       /* room in which BER's strings in pieces are joined; NULL until it is asked for */
    unsigned int depth;     /* how far lines are indented */
    bool show_keys;
    bool show_identities;
};

/** Room for a text of sheet_time() and sheet_quote(). */
#define SHEET_TEXT_MAX 512

/** Starts a sheet; ends the program when there is no memory. */
void sheet_begin(struct sheet *sheet, struct xk_bytes octets, unsigned int depth, bool show_keys);
void sheet_end(struct sheet *sheet);

/** One message of several in the sheet's octets, not in BER: a sheet that shares all with it and is not to be ended. */
struct sheet sheet_inner(const struct sheet *sheet, struct xk_bytes part);

/** Who reads first and who reads while that is still looked at: they have rooms of their own. */
enum reader {
    READER_ENVELOPE = 0,
    READER_RECORD = 1
};

/** Options to read BER with, strings in pieces included. Views of what is read last until the reader's next reading. */
struct xk_read_options sheet_ber(struct sheet *sheet, enum reader reader);
/** Where a view stands: itself, or `around` if it was joined from pieces and stands nowhere as it is. */
struct xk_bytes sheet_place(const struct sheet *sheet, struct xk_bytes view, struct xk_bytes around);

/** The octets from the start of `from` to the end of `to`, both inside the sheet's. */
struct xk_bytes sheet_span(struct xk_bytes from, struct xk_bytes to);
/** `size` octets of the sheet from `offset`, or what there is of them. */
struct xk_bytes sheet_part(const struct sheet *sheet, size_t offset, size_t size);

/** One line about `part`, whose octets may be shown from now on. */
void sheet_line(struct sheet *sheet, struct xk_bytes part, const char *section, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** A line about `part`: "name: value in hexadecimal"; long values are cut. */
void sheet_octets(struct sheet *sheet, struct xk_bytes part, struct xk_bytes value, const char *section,
                  const char *name);
/** A line about `part`: "name: value", as sheet_quote() writes it. */
void sheet_text(struct sheet *sheet, struct xk_bytes part, struct xk_bytes value, const char *section,
                const char *name);
/** A line about `part`, which holds a secret: its length, and with --show-keys its octets. */
void sheet_secret(struct sheet *sheet, struct xk_bytes part, struct xk_bytes secret, const char *section,
                  const char *name);
/** A line about octets that it does not show; closes them, should a line around them have opened them. */
void sheet_closed(struct sheet *sheet, struct xk_bytes part, const char *section, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/** Open octets without a line. */
void sheet_open(struct sheet *sheet, struct xk_bytes part);

/** The line that says what is wrong; `base` is where in the sheet the diag's offsets count from. */
enum verdict sheet_invalid(const struct sheet *sheet, size_t base, enum xk_status status, const struct xk_diag *diag);
/** The line that says that what can be read as BER is no DER, and where not; it does not count. */
void sheet_not_der(const struct sheet *sheet, size_t base, const struct xk_diag *diag);
/** All octets in hexadecimal and ASCII, those that are closed as asterisks. */
void sheet_dump(const struct sheet *sheet);

/** "2026-01-02 03:04:05", or the number itself where the calendar ends. Returns `text`. */
const char *sheet_time(struct xk_utc time, char text[SHEET_TEXT_MAX]);
/** The octets as text in quotes, or in hexadecimal if they are none; cut to what fits. Returns `text`. */
const char *sheet_quote(struct xk_bytes octets, char text[SHEET_TEXT_MAX]);
/** The octets as text in quotes whatever they are, what is no ASCII in hexadecimal; cut likewise. Returns `text`. */
const char *sheet_escape(struct xk_bytes octets, char text[SHEET_TEXT_MAX]);

#endif
