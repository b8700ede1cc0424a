/* SPDX-License-Identifier: BSD-2-Clause */
/**
 * @file
 * What the LEMF expects: in each context (LIID, operator, network element, CIN, delivery country, kind of payload) the
 * numbers run from 0. One that is passed over is missing until it comes; keys often come after what was sent later.
 */
#ifndef LEMF_SEQUENCES_H
#define LEMF_SEQUENCES_H

#include <xk/ps_pdu.h>

#include "lemf/digests.h"

#define HOLES_MAX 64u /* of one context; of the rest only the number is known */

/** Numbers that have not come: from `first` on, `count` of them. */
struct hole {
    uint32_t first;
    uint32_t count;
};

struct context {
    struct digest liid;
    uint32_t next;
    struct hole holes[HOLES_MAX];
    size_t hole_count;
};

/** All zero at first. */
struct sequences {
    struct digests places; /* of contexts, from 1 */
    struct context **contexts;
    size_t count;
    size_t room;
};

/** What a number is in its context. */
enum sequence_word {
    SEQUENCE_NEXT = 0,
    SEQUENCE_GAP = 1,     /* `hole` is missing before it */
    SEQUENCE_FILLS = 2,   /* it was missing */
    SEQUENCE_ANOTHER = 3, /* it was there */
    SEQUENCE_NO_MEMORY = 4
};

/** Takes a PS-PDU's number. */
enum sequence_word sequences_take(struct sequences *sequences, const struct xk_ps_pdu *pdu, struct hole *hole);
/** A cINReset: of one LIID, or with "-" of all. */
void sequences_reset(struct sequences *sequences, struct xk_bytes liid);
void sequences_free(struct sequences *sequences);

#endif
