/* SPDX-License-Identifier: BSD-2-Clause */
/* Whom a call concerns: the question to the host, and the numbers under which its warrants know the call. */
#ifndef XKI_COLLECTOR_WATCH_H
#define XKI_COLLECTOR_WATCH_H

#include "collector/belong.h"
#include "collector/learn.h"

/* One warrant that concerns the call, and the surest identity that it names. */
struct xki_co_concern {
    uint64_t warrant;
    uint32_t cin;
    uint8_t number; /* within the call */
    bool mid_call;
    uint64_t since; /* of the warrant in this call */
    uint8_t place; /* 0 without */
    bool certain;
    uint8_t end;
    struct xk_bytes target; /* in the scratch */
    unsigned int weight;    /* how surely the identity says who is in the call */
};

struct xki_co_concerns {
    struct xki_co_concern of[XK_COLLECTOR_WARRANTS_MAX];
    size_t count;
    bool perhaps;
};

/* Asks with all that the call has shown; with a dialog, not with what other branches of the call have; for an exchange,
 * not with what the MIKEY messages of others name (rule R20: who was there before may have gone). */
void xki_co_ask(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d,
                const struct xki_co_messages *m, struct xki_co_concerns *concerns);

/* Asks with what one message shows, before anything is kept: is anybody interested? */
bool xki_co_is_watched(struct xk_collector *c, const struct xki_co_event *event);

/* The best that SIP says of an end: asserted, or with `asserted` false else from From. In the scratch, where each side
 * of an exchange has a place, 0 or 1; absent without. */
struct xk_bytes xki_co_sip_identity(struct xk_collector *c, const struct xki_co_call *call, uint8_t end, bool asserted,
                                    unsigned int side);

/* The CIN of a warrant and a call that is kept; of the host's choice, or 0, where it had none. 0 without room. */
uint32_t xki_co_cin_of(struct xk_collector *c, struct xki_co_call *call, uint64_t warrant, uint32_t cin);

/* The next communication identity number of a warrant, never 0 (cin.c). */
uint32_t xki_co_next_cin(struct xk_collector *c, uint64_t warrant);

#endif
