/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a snapshot or journal: every frame and every length is checked before anything is changed. */
#ifndef XKI_REQUESTER_RESTORE_H
#define XKI_REQUESTER_RESTORE_H

#include "requester/frame.h"

/* Views into the frame. */
struct xki_rq_submitted {
    const uint8_t *ids;
    uint64_t left;
    uint8_t asked;
    uint8_t referred;
    uint8_t cs_count;
    uint8_t route_count;
    const uint8_t *sessions;
    struct xk_bytes routes[XK_ROUTES_MAX];
    struct xk_bytes warrant;
    struct xk_bytes request;
};

struct xki_rq_decided {
    const uint8_t *ids;
    uint8_t kind;
    uint8_t cause;
    uint8_t failure;
    uint64_t age;
    uint32_t fingerprint;
    struct xki_siphash_key key;
    struct xk_bytes answerer; /* empty: none */
    struct xk_bytes referral; /* likewise */
};

bool xki_rq_restore_submitted(const struct xki_rq_frame *frame, struct xki_rq_submitted *s);
bool xki_rq_restore_decided(const struct xki_rq_frame *frame, struct xki_rq_decided *d);

/* All frames, none of which changes anything. *last: time of the last one; *span: what passed from the first to the
 * last; *at: where the refused one begins. */
enum xk_status xki_rq_restore_check(const struct xk_requester *r, const uint8_t *data, size_t size, uint64_t *last,
                                    uint64_t *span, size_t *at);

/* What passed between two records that follow each other: a step back is no progress. (A snapshot may tell a time that
 * its engine has not been told otherwise.) */
uint64_t xki_rq_restore_step(uint64_t from, uint64_t to);

#endif
