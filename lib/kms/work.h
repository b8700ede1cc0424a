/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What one query needs on its way through the checks, in the order of the checks. It lives on the stack of
 * xk_kms_resolve() and is wiped at its one exit.
 */
#ifndef XKI_KMS_WORK_H
#define XKI_KMS_WORK_H

#include <xk_kms/kms.h>

#include "kms/derive.h"

/* Decrypted KEMACs: of the ticket, TRANSFER_INIT, TRANSFER_RESP, and both messages of a CSB update. */
enum xki_source {
    XKI_SOURCE_TICKET = 0,
    XKI_SOURCE_INIT = 1,
    XKI_SOURCE_RESP = 2,
    XKI_SOURCE_UPDATE_INIT = 3,
    XKI_SOURCE_UPDATE_RESP = 4,
    XKI_SOURCES = 5
};

struct xki_work {
    const struct xk_kms *kms;
    const struct xk_query *query;
    const struct xk_exchange *exchange;
    struct xk_bytes responder; /* IDRr of the RESP: into the forking */
    struct xk_kms_opened_ticket ticket;
    uint8_t content[XKI_SOURCES][XK_KMS_KEMAC_MAX]; /* but for the ticket's, which is in `ticket` */
    size_t content_size[XKI_SOURCES];
    uint8_t mpki[XK_KMS_KEY_MAX];
    uint8_t mpkr[XK_KMS_KEY_MAX];
    uint8_t mpkr_forked[XK_KMS_KEY_MAX];
    size_t mpk_size;
};

/* XK_FAILURE_NONE if V holds the MAC of the parts; else `wrong`, or why none could be made (check.c). */
enum xk_failure xki_kms_compare(const struct xki_derivation *d, const struct xk_mikey_verification *v,
                                const struct xk_bytes *parts, size_t count, enum xk_failure wrong);
/* Ticket key, MAC, content (open.c). */
enum xk_failure xki_kms_open_ticket(struct xki_work *w);
/* MPK to MPKi, MPKr, MPKr'; MACs of the messages; content of their KEMACs (check.c). */
enum xk_failure xki_kms_split(struct xki_work *w);
enum xk_failure xki_kms_check_messages(struct xki_work *w);
/* Key and salt of one Crypto Session (session.c). `space` takes both; *used is what it took. */
void xki_kms_session(const struct xki_work *w, uint8_t cs_id, uint8_t *space, size_t space_size, size_t *used,
                     struct xk_session_result *result);

#endif
