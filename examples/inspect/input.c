/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/input.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <xk/secret.h>

#define X2_VERSION_LIKELY 15
#define INPUT_FIRST ((size_t)64 * 1024)

static const struct {
    enum kind kind;
    const char *name;
    const char *text;
} kinds[] = {
    {KIND_XK, "xk", "Xk message"},
    {KIND_MIKEY, "mikey", "MIKEY message"},
    {KIND_BASE64, "base64", "MIKEY message in base64"},
    {KIND_SIP, "sip", "SIP or SDP with a MIKEY message"},
    {KIND_HI2, "hi2", "HI2 record"},
    {KIND_PS_PDU, "ps-pdu", "PS-PDU"},
    {KIND_XK_FRAMES, "xk-frames", "Xk messages in frames"},
    {KIND_X2, "x2", "PDU of X2 or X3"},
    {KIND_JOURNAL, "journal", "what a requester saved"},
    {KIND_COUNTERS, "counters", "saved counters"},
};

/* Twice the room for what has been read; the old place is wiped. NULL when there is no memory: then it is freed. */
static uint8_t *grow(uint8_t *octets, size_t size)
{
    uint8_t *larger = malloc(2 * size);
    if (larger != NULL) {
        memcpy(larger, octets, size);
    }
    input_free(octets, size);
    return larger;
}

static uint8_t *read_all(FILE *file, size_t *size)
{
    size_t capacity = INPUT_FIRST;
    uint8_t *octets = malloc(capacity);
    *size = 0;
    while (octets != NULL) {
        *size += fread(octets + *size, 1, capacity - *size, file);
        if (*size < capacity || capacity > INPUT_MAX) {
            break;
        }
        octets = grow(octets, capacity);
        capacity *= 2;
    }
    return octets;
}

/* Without stdio's buffer, of which nobody could wipe the keys. */
uint8_t *input_read(const char *path, size_t *size, char *why, size_t why_size)
{
    bool standard = strcmp(path, "-") == 0;
    FILE *file = standard ? stdin : fopen(path, "rb");
    if (file == NULL) {
        snprintf(why, why_size, "%s", strerror(errno));
        return NULL;
    }
    setvbuf(file, NULL, _IONBF, 0);
    uint8_t *octets = read_all(file, size);
    const char *wrong = octets == NULL     ? "no memory"
                        : ferror(file) != 0 ? strerror(errno)
                        : *size > INPUT_MAX ? "larger than 16 MiB"
                                            : NULL;
    if (wrong != NULL) {
        snprintf(why, why_size, "%s", wrong);
        input_free(octets, *size);
        octets = NULL;
    }
    if (!standard) {
        fclose(file);
    }
    return octets;
}

static int digit(int c)
{
    const char *found = c != '\0' ? strchr("0123456789abcdef", tolower(c)) : NULL;
    return found != NULL ? (int)(found - "0123456789abcdef") : -1;
}

bool input_from_hex(uint8_t *octets, size_t *size, char *why, size_t why_size)
{
    size_t digits = 0;
    for (size_t i = 0; i < *size; i++) {
        int value = digit(octets[i]);
        if (value < 0 && !isspace(octets[i])) {
            snprintf(why, why_size, "character %zu is no hexadecimal digit", i);
            return false;
        }
        if (value >= 0) {
            uint8_t *octet = &octets[digits / 2];
            *octet = (uint8_t)(digits % 2 == 0 ? value << 4 : *octet | value);
            digits++;
        }
    }
    if (digits % 2 != 0) {
        snprintf(why, why_size, "an odd number of hexadecimal digits");
        return false;
    }
    *size = digits / 2;
    return true;
}

void input_free(uint8_t *octets, size_t size)
{
    if (octets != NULL) {
        xk_wipe(octets, size);
        free(octets);
    }
}

static bool is_base64(struct xk_bytes octets)
{
    for (size_t i = 0; i < octets.size; i++) {
        if (!isalnum(octets.data[i]) && (octets.data[i] == '\0' || strchr("+/=\r\n", octets.data[i]) == NULL)) {
            return false;
        }
    }
    return true;
}

/*
 * The first octet tells nearly all. 0xa1 to 0xa4 begin a record and an Xk message, whose map has key 0 next; a length
 * of 0 is none that a record can have. A PDU of X2 has version, type 1 to 4, and a header of less than 2^24 octets. A
 * MIKEY message in base64 begins with A, since its version is 1.
 */
enum kind input_detect(struct xk_bytes octets)
{
    uint8_t first = octets.size > 0 ? octets.data[0] : 0;
    uint8_t second = octets.size > 1 ? octets.data[1] : 0;
    if (octets.size > 2 && first == 'X' && second == 'K' && (octets.data[2] == 'J' || octets.data[2] == 'C')) {
        return octets.data[2] == 'J' ? KIND_JOURNAL : KIND_COUNTERS;
    }
    uint8_t fifth = octets.size > 4 ? octets.data[4] : 0;
    if (first == 0x30) {
        return KIND_PS_PDU;
    }
    if (first == 0 && second <= X2_VERSION_LIKELY && octets.size > 3 && octets.data[2] == 0 && octets.data[3] >= 1 &&
        octets.data[3] <= 4 && fifth == 0) {
        return KIND_X2;
    }
    if (first == 0 && fifth >= 0xa0 && fifth <= 0xbf) {
        return KIND_XK_FRAMES;
    }
    if (first >= 0xa1 && first <= 0xa4 && second != 0) {
        return KIND_HI2;
    }
    if (first >= 0xa0 && first <= 0xbf) {
        return KIND_XK;
    }
    if (first == 1) {
        return KIND_MIKEY;
    }
    if (first == 'A' && is_base64(octets)) {
        return KIND_BASE64;
    }
    bool sdp = first == 'v' && second == '=';
    return sdp || (first < 0x80 && isupper(first)) ? KIND_SIP : KIND_UNKNOWN;
}

enum kind kind_from_name(const char *name)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(name, kinds[i].name) == 0) {
            return kinds[i].kind;
        }
    }
    return KIND_UNKNOWN;
}

const char *kind_text(enum kind kind)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (kind == kinds[i].kind) {
            return kinds[i].text;
        }
    }
    return "of no kind that is known here";
}
