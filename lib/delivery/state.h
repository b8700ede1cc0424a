/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The records of the saved state, big-endian so that they move between machines.
 *
 *   frame           magic "XKC" and format version 1, kind 1, body length 2, body, checksum 4
 *   BEGIN           state lost 1; starts a snapshot, or a journal that has none
 *   CONTEXT         next number 4, country 2, mixed 1, ended 1, key
 *   RECORD          cookie 16, number 4, seconds 8, microseconds 4, state 1, key
 *   LEMF            id 4, cINReset owed 1
 *   END             contexts 4, records 4, LEMFs 4 since BEGIN: less was cut off
 *   RESERVED        as RECORD, with country 2 in place of the state; the context's next number is the one after it
 *   DELIVERED       cookie 16
 *   GONE            cookie 16
 *   CONTEXT_ENDED   key
 *   PURGED          country 2, LIID
 *
 * The checksum is half of SipHash under a key of zeros: against damage, not against forgery.
 */
#ifndef XKI_DELIVERY_STATE_H
#define XKI_DELIVERY_STATE_H

#include "delivery/counters.h"

#define XKI_DL_STATE_VERSION 1
#define XKI_DL_STATE_HEAD 7
#define XKI_DL_STATE_TAIL 4
#define XKI_DL_STATE_FIXED 34 /* most octets of a body beside a key */
/* The longest record, and BEGIN and END before it. */
#define XKI_DL_STATE_SCRATCH(key_size)                                                                                 \
    (3 * (size_t)(XKI_DL_STATE_HEAD + XKI_DL_STATE_TAIL) + 1 + 12 + XKI_DL_STATE_FIXED + (key_size))

enum xki_dl_kind {
    XKI_DL_BEGIN = 1,
    XKI_DL_CONTEXT = 2,
    XKI_DL_RECORD = 3,
    XKI_DL_LEMF = 4,
    XKI_DL_END = 5,
    XKI_DL_RESERVED = 6,
    XKI_DL_DELIVERED = 7,
    XKI_DL_GONE = 8,
    XKI_DL_CONTEXT_ENDED = 9,
    XKI_DL_PURGED = 10
};

/* One record's body while it is made: what has a fixed size, and behind it the key, which stays where it is. */
struct xki_dl_body {
    uint8_t octets[XKI_DL_STATE_FIXED];
    size_t size;
    struct xk_bytes key;
};

static inline void xki_dl_body_begin(struct xki_dl_body *b)
{
    b->size = 0;
    b->key.size = 0;
}

void xki_dl_body_number(struct xki_dl_body *b, uint64_t value, unsigned int octets);
void xki_dl_body_octets(struct xki_dl_body *b, const void *data, size_t size);

/* Octets that the frame of a body takes, written at `out` unless that is NULL. */
size_t xki_dl_frame(enum xki_dl_kind kind, const struct xki_dl_body *b, uint8_t *out);

/* Hands one record to the host's journal. */
bool xki_dl_journal(struct xk_counters *c, enum xki_dl_kind kind, const struct xki_dl_body *b);

struct xki_dl_frame_view {
    uint8_t kind;
    const uint8_t *body;
    size_t size;
};

enum xk_status xki_dl_frame_read(const uint8_t *data, size_t size, size_t *at, struct xki_dl_frame_view *frame);
/* Is there a whole key behind `fixed` octets of the body? */
bool xki_dl_key_is_whole(const struct xki_dl_frame_view *f, size_t fixed);
uint64_t xki_dl_value(const uint8_t *octets, unsigned int count);

#endif
