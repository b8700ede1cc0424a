/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The records of journal and snapshot, big-endian so that they move between machines.
 *
 *   frame      magic "XKJ" and format version 1, kind 1, epoch 8, time 8, body length 4, body, checksum 8
 *   BEGIN      requests that follow 4; starts a snapshot
 *   SUBMITTED  transaction 16, outcome 16, time left 8, asked 1, referred 1, sessions len8, KMSs: count 1 and each name
 *              len8, warrant len16, get_keys len32
 *   DECIDED    transaction 16, outcome 16, kind 1, cause 1, failure 1, time since the decision 8, fingerprint 4, its
 *              key 16, name of the KMS that answered len8, name of the KMS of a referral that was followed len8
 *   ENDED      transaction 16, outcome 16
 *   END        SUBMITTED 4 and DECIDED 4 of this snapshot; closes it
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

#define XKI_RQ_FRAME_VERSION 2
#define XKI_RQ_FRAME_BEGIN 16
#define XKI_RQ_FRAME_END 17
#define XKI_RQ_FRAME_HEAD 25
#define XKI_RQ_FRAME_TAIL 8
#define XKI_RQ_FRAME_IDS 32

struct xki_rq_frame {
    uint8_t kind;
    uint64_t epoch;
    uint64_t time;
    const uint8_t *body;
    size_t size;
};

/* Counts what it is given, and writes it too while it fits. */
struct xki_rq_writer {
    uint8_t *out;
    size_t capacity;
    size_t size;
};

size_t xki_rq_frame_begin(struct xki_rq_writer *w, uint8_t kind, uint64_t epoch, uint64_t time);
void xki_rq_frame_end(struct xki_rq_writer *w, size_t start);
void xki_rq_frame_number(struct xki_rq_writer *w, uint64_t value, unsigned int octets);

/* One whole frame of a request, from the engine's state. `left` is the time to its deadline. */
void xki_rq_frame_submitted(struct xki_rq_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now,
                            uint64_t left);
void xki_rq_frame_decided(struct xki_rq_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now);
void xki_rq_frame_ended(struct xki_rq_writer *w, const struct xk_requester *r, uint32_t index, uint64_t now);

/* The largest of them. */
size_t xki_rq_frame_size(const struct xk_requester_config *config);

/* The next frame of `data`, and *at moved past it. */
enum xk_status xki_rq_frame_read(const uint8_t *data, size_t size, size_t *at, struct xki_rq_frame *frame);
uint64_t xki_rq_frame_value(const uint8_t *octets, unsigned int count);

#endif
