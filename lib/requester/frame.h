/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The records of journal and snapshot, big-endian so that they move between machines.
 *
 *   frame      magic "XKJ" and format version 1, kind 1, epoch 8, time 8, body length 4, body, checksum 8
 *   BEGIN      requests that follow 4; starts a snapshot
 *   SUBMITTED  transaction 16, outcome 16, time left 8, route 1, asked 1, sessions len8, routes: count 1 and
 *              each name len8, warrant len16, get_keys len32
 *   DECIDED    transaction 16, outcome 16, keys 1, cause 1, failure 1, time since the decision 8, fingerprint 4,
 *              its key 16
 *   ENDED      transaction 16, outcome 16
 *
 * The checksum is SipHash under a key of zeros: against damage, not against forgery; the host's store
 * protects the records as a whole. The fingerprint is 32 bits of SipHash under the engine's random key: it tells
 * whether an answer is the one that was decided. Whoever holds the record can try keys against it, of which one in
 * four thousand millions fits: that is why it is no longer.
 *
 * Times are of one clock that runs on through all records: that of the first engine, continued by each that restores
 * them from where they end. So what has passed between two records does not depend on what was written between them.
 */
#ifndef XKI_REQUESTER_FRAME_H
#define XKI_REQUESTER_FRAME_H

#include <xk/journal.h>

#include "requester/engine.h"

#define XKI_FRAME_VERSION 1
#define XKI_FRAME_BEGIN 16
#define XKI_FRAME_HEAD 25
#define XKI_FRAME_TAIL 8
#define XKI_FRAME_IDS 32

struct xki_frame {
    uint8_t kind;
    uint64_t epoch;
    uint64_t time;
    const uint8_t *body;
    size_t size;
};

/* Counts what it is given, and writes it too while it fits. */
struct xki_frame_writer {
    uint8_t *out;
    size_t capacity;
    size_t size;
};

size_t xki_frame_begin(struct xki_frame_writer *w, uint8_t kind, uint64_t epoch, uint64_t time);
void xki_frame_end(struct xki_frame_writer *w, size_t start);
void xki_frame_octets(struct xki_frame_writer *w, const void *data, size_t size);
void xki_frame_number(struct xki_frame_writer *w, uint64_t value, unsigned int octets);

/* One whole frame of a request, from the engine's state. */
void xki_frame_submitted(struct xki_frame_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now);
void xki_frame_decided(struct xki_frame_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now);
void xki_frame_ended(struct xki_frame_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now);

/* The next frame of `data`, and *at moved past it. */
enum xk_status xki_frame_read(const uint8_t *data, size_t size, size_t *at, struct xki_frame *frame);
uint64_t xki_frame_value(const uint8_t *octets, unsigned int count);

#endif
