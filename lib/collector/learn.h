/* SPDX-License-Identifier: BSD-2-Clause */
/* What one message says, and how its call learns it. */
#ifndef XKI_COLLECTOR_LEARN_H
#define XKI_COLLECTOR_LEARN_H

#include "collector/store.h"

#define XKI_CO_MIKEYS_MAX 8 /* of one message */
#define XKI_CO_SHOWN_MAX 32 /* identities of one message */

/* Whose identity it is, as far as the message says. */
enum xki_co_whose { XKI_CO_OF_SENDER, XKI_CO_OF_RECEIVER, XKI_CO_DIALLED };

struct xki_co_shown {
    struct xk_bytes uri;
    uint64_t of; /* hash of the MIKEY message that names it; 0 for SIP */
    uint8_t place;
    uint8_t whose;
    bool certain;
};

struct xki_co_mikey {
    struct xk_bytes octets;
    uint64_t hash;
    uint32_t csb;
    uint16_t covers;
    uint8_t medium;
    uint8_t capability;
    uint8_t flags; /* XKI_CO_RESP, XKI_CO_TICKET, XKI_CO_F, XKI_CO_V, XKI_CO_IS_EARLY */
};

/* A SIP message, read. Views point into the caller's message and the scratch of the collector. */
struct xki_co_event {
    uint64_t key[2]; /* of the Call-ID */
    uint64_t replaces[2]; /* of the Call-ID that it replaces (RFC 3891); 0, 0 without */
    struct xk_bytes call_id;
    struct xk_bytes correlation;
    uint64_t reference;
    uint64_t from_tag;
    uint64_t to_tag;
    uint64_t caller; /* keyed hash of who sent it, for the quota */
    unsigned int status_code; /* 0: a request */
    uint32_t cseq;
    uint32_t rseq;
    uint32_t answers;
    uint8_t method; /* enum xki_co_method */
    uint32_t source;
    uint32_t session_expires; /* seconds; 0 without */
    enum xk_status bad;       /* what of its key management could not be read; XK_OK for nothing */
    bool has_to_tag;
    bool has_sdp;     /* of the session */
    bool is_established; /* of the event of a running call */
    bool chose;       /* its description has an a=acfg */
    uint32_t chosen;  /* as in xki_co_fate */
    uint16_t plain;
    uint16_t rejected;
    struct xki_co_mikey mikeys[XKI_CO_MIKEYS_MAX];
    size_t mikey_count;
    struct xki_co_shown shown[XKI_CO_SHOWN_MAX];
    size_t shown_count;
};

/* Adds what the message says to its call. True if anything is new. */
bool xki_co_learn(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *event);

/* The end of a tag; made if there is room, else XKI_CO_NO_END. */
uint8_t xki_co_end_of(struct xk_collector *c, struct xki_co_call *call, uint64_t tag, bool *changed);


#endif
