/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <xk/secret.h>

#define HEX_SHOWN 64  /* octets of a value on one line */
#define DUMP_WIDTH 16 /* octets of a dump on one line */

static uint8_t *take_memory(size_t size)
{
    uint8_t *memory = calloc(size, 1);
    if (memory == NULL) {
        fputs("xk-inspect: no memory\n", stderr);
        exit(UNREADABLE);
    }
    return memory;
}

void sheet_begin(struct sheet *sheet, struct xk_bytes octets, unsigned int depth, bool show_keys)
{
    memset(sheet, 0, sizeof *sheet);
    sheet->octets = octets;
    sheet->open = take_memory(octets.size + 1);
    sheet->depth = depth;
    sheet->show_keys = show_keys;
}

void sheet_end(struct sheet *sheet)
{
    if (sheet->scratch != NULL) {
        xk_wipe(sheet->scratch, 2 * sheet->octets.size);
    }
    free(sheet->scratch);
    free(sheet->open);
    sheet->scratch = NULL;
    sheet->open = NULL;
}

struct sheet sheet_inner(const struct sheet *sheet, struct xk_bytes part)
{
    struct sheet inner = *sheet;
    size_t offset = (size_t)(part.data - sheet->octets.data);
    inner.octets = part;
    inner.open = sheet->open + offset;
    inner.base = sheet->base + offset;
    return inner;
}

/* No string that is joined is longer than the input in which its pieces stand. */
struct xk_read_options sheet_ber(struct sheet *sheet, enum reader reader)
{
    struct xk_read_options options;
    if (sheet->scratch == NULL) {
        sheet->scratch = take_memory(2 * sheet->octets.size + 1);
    }
    xk_read_options_init(&options);
    options.scratch = sheet->scratch + (reader == READER_RECORD ? sheet->octets.size : 0);
    options.scratch_size = sheet->octets.size;
    return options;
}

struct xk_bytes sheet_place(const struct sheet *sheet, struct xk_bytes view, struct xk_bytes around)
{
    uintptr_t start = (uintptr_t)sheet->octets.data;
    uintptr_t at = (uintptr_t)view.data;
    return at >= start && at - start < sheet->octets.size ? view : around;
}

struct xk_bytes sheet_span(struct xk_bytes from, struct xk_bytes to)
{
    return (struct xk_bytes){from.data, (size_t)(to.data + to.size - from.data)};
}

struct xk_bytes sheet_part(const struct sheet *sheet, size_t offset, size_t size)
{
    size_t left = offset < sheet->octets.size ? sheet->octets.size - offset : 0;
    return (struct xk_bytes){sheet->octets.data + (sheet->octets.size - left), size < left ? size : left};
}

static size_t offset_of(const struct sheet *sheet, struct xk_bytes part)
{
    return (size_t)(part.data - sheet->octets.data);
}

static void set_open(struct sheet *sheet, struct xk_bytes part, int open)
{
    memset(sheet->open + offset_of(sheet, part), open, part.size);
}

static void begin_line(const struct sheet *sheet, size_t offset)
{
    printf("%6zu  %*s", sheet->base + offset, (int)(2 * sheet->depth), "");
}

static void end_line(const char *section)
{
    if (section != NULL) {
        printf("  [%s]", section);
    }
    putchar('\n');
}

void sheet_line(struct sheet *sheet, struct xk_bytes part, const char *section, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    begin_line(sheet, offset_of(sheet, part));
    vprintf(format, args);
    end_line(section);
    va_end(args);
    set_open(sheet, part, 1);
}

void sheet_closed(struct sheet *sheet, struct xk_bytes part, const char *section, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    begin_line(sheet, offset_of(sheet, part));
    vprintf(format, args);
    end_line(section);
    va_end(args);
    set_open(sheet, part, 0);
}

void sheet_open(struct sheet *sheet, struct xk_bytes part)
{
    set_open(sheet, part, 1);
}

static void print_hex(struct xk_bytes octets)
{
    size_t shown = octets.size < HEX_SHOWN ? octets.size : HEX_SHOWN;
    for (size_t i = 0; i < shown; i++) {
        printf("%02x", octets.data[i]);
    }
    if (shown < octets.size) {
        printf("... (%zu octets)", octets.size);
    }
}

void sheet_octets(struct sheet *sheet, struct xk_bytes part, struct xk_bytes value, const char *section,
                  const char *name)
{
    begin_line(sheet, offset_of(sheet, part));
    printf("%s: ", name);
    print_hex(value);
    end_line(section);
    set_open(sheet, part, 1);
}

void sheet_text(struct sheet *sheet, struct xk_bytes part, struct xk_bytes value, const char *section,
                const char *name)
{
    char text[SHEET_TEXT_MAX];
    sheet_line(sheet, part, section, "%s: %s", name, sheet_quote(value, text));
}

void sheet_secret(struct sheet *sheet, struct xk_bytes part, struct xk_bytes secret, const char *section,
                  const char *name)
{
    begin_line(sheet, offset_of(sheet, part));
    printf("%s: %zu octets, ", name, secret.size);
    if (sheet->show_keys) {
        print_hex(secret);
    } else {
        fputs("masked", stdout);
    }
    end_line(section);
    set_open(sheet, part, 1);
    set_open(sheet, sheet_place(sheet, secret, part), 0);
}

enum verdict sheet_invalid(const struct sheet *sheet, size_t base, enum xk_status status, const struct xk_diag *diag)
{
    size_t offset = base + diag->offset;
    begin_line(sheet, offset);
    printf("INVALID at octet %zu, %s: %s, %s\n", sheet->base + offset, diag->field[0] != '\0' ? diag->field : "input",
           xk_status_name(status), xk_status_text(status));
    return INVALID;
}

void sheet_not_der(const struct sheet *sheet, size_t base, const struct xk_diag *diag)
{
    size_t offset = base + diag->offset;
    begin_line(sheet, offset);
    printf("BER that is not DER: %s, %s  [TS 33.108 B.1]\n", diag->field[0] != '\0' ? diag->field : "input",
           xk_status_text(diag->status));
}

static void dump_row(const struct sheet *sheet, size_t at)
{
    size_t count = sheet->octets.size - at < DUMP_WIDTH ? sheet->octets.size - at : DUMP_WIDTH;
    printf("%6zu ", at);
    for (size_t i = 0; i < DUMP_WIDTH; i++) {
        bool shown = i < count && (sheet->show_keys || sheet->open[at + i] != 0);
        if (shown) {
            printf(" %02x", sheet->octets.data[at + i]);
        } else {
            fputs(i < count ? " **" : "   ", stdout);
        }
    }
    fputs("  ", stdout);
    for (size_t i = 0; i < count; i++) {
        int c = sheet->octets.data[at + i];
        bool shown = sheet->show_keys || sheet->open[at + i] != 0;
        putchar(!shown ? '*' : c >= 0x20 && c < 0x7f ? c : '.');
    }
    putchar('\n');
}

void sheet_dump(const struct sheet *sheet)
{
    for (size_t at = 0; at < sheet->octets.size; at += DUMP_WIDTH) {
        dump_row(sheet, at);
    }
}

const char *sheet_time(struct xk_utc time, char text[SHEET_TEXT_MAX])
{
    struct tm parts;
    time_t seconds = (time_t)time.seconds;
    char day[64];
    if (seconds != time.seconds || gmtime_r(&seconds, &parts) == NULL ||
        strftime(day, sizeof day, "%Y-%m-%d %H:%M:%S", &parts) == 0) {
        snprintf(text, SHEET_TEXT_MAX, "%lld seconds since 1970", (long long)time.seconds);
    } else if (time.microseconds != 0) {
        snprintf(text, SHEET_TEXT_MAX, "%s.%06u", day, time.microseconds);
    } else {
        snprintf(text, SHEET_TEXT_MAX, "%s", day);
    }
    return text;
}

static bool is_text(struct xk_bytes octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (octets.data[i] < 0x20 || octets.data[i] == 0x7f) {
            return false;
        }
    }
    return octets.size > 0;
}

/* A terminal obeys what is not ASCII, too: such octets are written as \xNN. */
static const char *quote(struct xk_bytes octets, bool quoted, char text[SHEET_TEXT_MAX])
{
    size_t at = 0;
    size_t i = 0;
    if (quoted) {
        text[at++] = '"';
    }
    for (; i < octets.size && at < SHEET_TEXT_MAX - 40; i++) {
        uint8_t c = octets.data[i];
        bool plain = quoted && c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
        at += (size_t)snprintf(text + at, SHEET_TEXT_MAX - at, plain ? "%c" : quoted ? "\\x%02x" : "%02x", c);
    }
    snprintf(text + at, SHEET_TEXT_MAX - at, "%s", quoted ? "\"" : "");
    if (i < octets.size) {
        at = strlen(text);
        snprintf(text + at, SHEET_TEXT_MAX - at, "... (%zu octets)", octets.size);
    }
    return text;
}

const char *sheet_quote(struct xk_bytes octets, char text[SHEET_TEXT_MAX])
{
    return quote(octets, is_text(octets), text);
}

const char *sheet_escape(struct xk_bytes octets, char text[SHEET_TEXT_MAX])
{
    return quote(octets, true, text);
}
