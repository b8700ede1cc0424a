/* SPDX-License-Identifier: BSD-2-Clause */
/* One SIP message becomes an event. */
#ifndef XKI_COLLECTOR_READ_H
#define XKI_COLLECTOR_READ_H

#include "collector/learn.h"

#include <xk/sip.h>

/* What a description is for: the session; a stream that ends at the 2xx; another one that offers the same session. */
enum xki_co_stream { XKI_CO_SESSION, XKI_CO_EARLY_STREAM, XKI_CO_BESIDE };

/* Reads the message: XK_OK, or why it cannot be read. `event->bad` tells why its key management cannot. Of what cannot
 * be read there is an event all the same if it has a Call-ID: then `*partly` is true. */
enum xk_status xki_co_read(struct xk_collector *c, const struct xk_collector_message *message,
                           struct xki_co_event *event, bool *partly, struct xk_diag *diag);

/* The same of headers alone, with the description that goes with them; without headers, `sdp` and `message` only. */
enum xk_status xki_co_read_apart(struct xk_collector *c, const struct xk_collector_message *message,
                                 struct xk_bytes sdp, bool second, struct xki_co_event *event, struct xk_diag *diag);

/* Adds what the descriptions of a message say, or of one (read_body.c). */
void xki_co_read_bodies(struct xk_collector *c, struct xki_co_event *event, const struct xk_sip_message *sip);
void xki_co_read_sdp(struct xk_collector *c, struct xki_co_event *event, struct xk_bytes sdp, enum xki_co_stream stream,
                     size_t *used);

/* Adds an identity; one that is too large, or one too many, is told and left out. */
void xki_co_show(struct xk_collector *c, struct xki_co_event *event, const struct xki_co_shown *shown);

/* Wipes what the body of the message was undone into: it may hold keys (a=crypto). */
void xki_co_read_done(struct xk_collector *c);

#endif
