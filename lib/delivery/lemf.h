/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The LEMF's side inside. At most one event waits, and one PS-PDU lies in the buffer with it. Answers wait in a short
 * ring, as type and number; they are encoded one at a time, when their turn comes.
 */
#ifndef XKI_DELIVERY_LEMF_H
#define XKI_DELIVERY_LEMF_H

#include <xk/delivery_lemf.h>

#include "delivery/stream.h"

#define XKI_DL_ANSWER 640u /* octets of the longest answer */

/* Where a connection is in its negotiation. Until its first PS-PDU nobody knows whether there will be one. */
enum xki_dl_lemf_state {
    XKI_DL_LEMF_DOWN = 0,
    XKI_DL_LEMF_FIRST = 1,
    XKI_DL_LEMF_OPTIONS = 2,
    XKI_DL_LEMF_OPEN = 3,
    XKI_DL_LEMF_CLOSING = 4
};

struct xki_dl_answer {
    struct xk_utc utc;
    uint32_t number;
    uint32_t accepted;
    uint32_t declined;
    enum xk_tri_type type;
};

struct xk_delivery_lemf {
    struct xk_delivery_lemf_config config;
    struct xk_allocator allocator;
    size_t memory;
    struct xk_ps_header identity;
    uint8_t identity_octets[XKI_DL_ANSWER];
    enum xki_dl_lemf_state state;
    struct xki_dl_stream stream;
    bool whole; /* the stream's buffer holds a PS-PDU that an event may point to */
    bool event_waits;
    struct xk_lemf_event event;
    bool negotiated_waits;
    uint8_t scratch[2048]; /* joins strings that BER has cut: half for the header, half for a TRI */
    struct xki_dl_answer answers[XK_LEMF_ANSWERS_MAX];
    uint32_t answer_first;
    uint32_t answer_count;
    uint32_t requests[XK_LEMF_ANSWERS_MAX]; /* acknowledgement requests that the host has not answered */
    uint32_t request_count;
    uint8_t out[XKI_DL_ANSWER];
    size_t out_size;
    size_t out_at;
    size_t lent;
    uint32_t accepted;
    uint32_t option_number; /* of our own option messages */
    bool complete_sent;
    bool complete_read;
};

void xki_dl_lemf_answer(struct xk_delivery_lemf *l, struct xk_utc utc, enum xk_tri_type type, uint32_t number);
void xki_dl_lemf_close(struct xk_delivery_lemf *l, enum xk_status status, const char *field);
bool xki_dl_lemf_has_room(const struct xk_delivery_lemf *l);

/* What a TRI asks of the LEMF itself. False: it is for the host. */
bool xki_dl_lemf_take(struct xk_delivery_lemf *l, struct xk_utc utc, const struct xk_ps_header *header,
                      const struct xk_tri *tri);

#endif
