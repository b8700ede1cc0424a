/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages that break the profile, one rule after another; and octets changed at random. */
#include "sim/outside.h"

#include <string.h>

/* What stands behind the last entry of the map, whose count grows by one: each breaks another rule. */
static const struct tail {
    uint8_t size;
    uint8_t octets[12];
} tails[] = {
    {2, {4, 1}},                               /* keys and a failure, or the failure twice */
    {2, {3, 0x80}},                            /* a key that came before */
    {2, {7, 0}},                               /* an unknown key that must be understood */
    {3, {0x18, 0x05, 0}},                      /* a key that is not in its shortest form */
    {6, {0x18, 0x80, 0x5f, 0x41, 0, 0xff}},    /* an indefinite length */
    {8, {0x18, 0x80, 0x81, 0x81, 0x81, 0x81, 0x81, 0}}, /* too deep */
    {3, {0x18, 0x80, 0x1c}},                   /* a reserved value */
    {4, {0x18, 0x80, 0x61, 0xff}},             /* a text that is not UTF-8 */
    {12, {0x18, 0x80, 0x5b, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0}}, /* longer than anything */
    {3, {0x20, 0x00, 0x00}},                   /* a key that is no unsigned integer */
};

static void add_tail(struct packet *p, uint32_t which)
{
    p->octets[0]++;
    memcpy(p->octets + p->size, tails[which].octets, tails[which].size);
    p->size += tails[which].size;
}

static void replace(struct packet *p, uint32_t at, uint32_t old, const uint8_t *by, uint32_t size)
{
    memmove(p->octets + at + size, p->octets + at + old, p->size - at - old);
    if (size > 0) {
        memcpy(p->octets + at, by, size);
    }
    p->size = p->size - old + size;
}

/* An empty key; one of 65 octets; a Crypto Session that comes twice; no Crypto Session at all. */
static void spoil_keys(struct packet *p, uint32_t how)
{
    static const uint8_t empty[] = {0x40};
    static const uint8_t none[] = {0x80};
    uint8_t longer[67] = {0x58, 65};
    uint8_t *key = memchr(p->octets + 24, 0x50, p->size - 24); /* head of a string of 16 octets */
    if (key == NULL || p->octets[23] != 3) {
        p->size -= 2;
        return;
    }
    uint32_t at = (uint32_t)(key - p->octets);
    switch (how) {
    case 0:
        replace(p, at, 17, empty, sizeof empty);
        break;
    case 1:
        memset(longer + 2, CANARY, 65);
        replace(p, at, 17, longer, sizeof longer);
        break;
    case 2:
        p->octets[at - 2]++; /* the first gets the number of the second */
        break;
    default:
        replace(p, 24, p->size - 24, none, sizeof none);
        break;
    }
}

/* The head: another version, another type, a failure that is none, an entry too few. */
static void spoil_head(struct packet *p, uint32_t how)
{
    static const uint8_t beyond[] = {0x18, 0xc8};
    switch (how) {
    case 0:
        p->octets[2]++;
        break;
    case 1:
        p->octets[4]--;
        break;
    case 2:
        if (p->octets[23] == 4) {
            replace(p, 24, 1, beyond, sizeof beyond);
        } else {
            p->octets[0] = 0xa5; /* ends inside its map */
        }
        break;
    default:
        p->octets[0]--;
        p->size = 23; /* neither keys nor a failure */
        break;
    }
}

static void spoil_anywhere(struct packet *p, struct xk_test_random *luck)
{
    uint32_t at = draw(luck, p->size);
    uint8_t octet = (uint8_t)draw(luck, 256);
    switch (draw(luck, 3)) {
    case 0:
        p->octets[at] = octet;
        break;
    case 1:
        replace(p, at, 0, &octet, 1);
        break;
    default:
        replace(p, at, 1, NULL, 0);
        break;
    }
}

bool spoil(struct packet *p, struct xk_test_random *luck)
{
    struct xk_get_keys_response m;
    struct xk_session_result sessions[8];
    uint32_t tail_count = (uint32_t)(sizeof tails / sizeof tails[0]);
    if (p->size < 26 || p->size + 80 > PACKET_SIZE) {
        return false;
    }
    switch (draw(luck, 4)) {
    case 0:
        add_tail(p, draw(luck, tail_count));
        break;
    case 1:
        spoil_keys(p, draw(luck, 4));
        break;
    case 2:
        spoil_head(p, draw(luck, 4));
        break;
    default:
        spoil_anywhere(p, luck);
        break;
    }
    return xk_get_keys_response_decode(p->octets, p->size, &m, sessions, 8, NULL) != XK_OK;
}
