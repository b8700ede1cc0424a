/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * Reading an input, and telling of which kind it is.
 */
#ifndef INSPECT_INPUT_H
#define INSPECT_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/bytes.h>

#define INPUT_MAX ((size_t)16 * 1024 * 1024)

enum kind {
    KIND_UNKNOWN = 0,
    KIND_XK = 1,
    KIND_MIKEY = 2,
    KIND_BASE64 = 3,
    KIND_SIP = 4,
    KIND_HI2 = 5,
    KIND_PS_PDU = 6,
    KIND_XK_FRAMES = 7,
    KIND_X2 = 8,
    KIND_JOURNAL = 9,
    KIND_COUNTERS = 10
};

/** Reads a file, or stdin for "-"; NULL with one line in `why`. May hold keys: input_free() wipes it. */
uint8_t *input_read(const char *path, size_t *size, char *why, size_t why_size);
/** Turns hexadecimal text with white space into octets, in place; false with one line in `why`. */
bool input_from_hex(uint8_t *octets, size_t *size, char *why, size_t why_size);
void input_free(uint8_t *octets, size_t size);

/** The kind, from the first octets. */
enum kind input_detect(struct xk_bytes octets);
/** The kind that an option names; KIND_UNKNOWN if it names none. */
enum kind kind_from_name(const char *name);
/** What a kind is called in the output. */
const char *kind_text(enum kind kind);

#endif
