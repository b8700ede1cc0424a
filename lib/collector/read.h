/* SPDX-License-Identifier: BSD-2-Clause */
/* One SIP message becomes an event. */
#ifndef XKI_COLLECTOR_READ_H
#define XKI_COLLECTOR_READ_H

#include "collector/learn.h"

/* Reads the message: XK_OK, or why it cannot be read at all. `event->bad` tells why its key management cannot. */
enum xk_status xki_co_read(struct xk_collector *c, const struct xk_collector_message *message,
                           struct xki_co_event *event, struct xk_diag *diag);

/* The same of headers alone, with the description that goes with them; without headers, `sdp` and `message` only. */
enum xk_status xki_co_read_apart(struct xk_collector *c, const struct xk_collector_message *message,
                                 struct xk_bytes sdp, bool second, struct xki_co_event *event, struct xk_diag *diag);

/* Wipes what the body of the message was undone into: it may hold keys (a=crypto). */
void xki_co_read_done(struct xk_collector *c);

#endif
