/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening a ticket: find the ticket protection key that fits, check the MAC, decrypt, split the MPK (RFC 6043
 * appendix A). */
#include "kms/work.h"

#include <string.h>

#include <xk/secret.h>

#define TYPE_MIKEY_BASE 1
#define TYPE_3GPP_BASE 2
#define SHORTEST 16 /* octets of a key (RFC 6043 12.1) */

static enum xk_failure open_with(struct xki_kms_work *w, const struct xk_mikey_ticket_data *data,
                                 const struct xki_kms_derivation *d)
{
    w->ticket.rand_size = data->rand.size;
    memcpy(w->ticket.rand, data->rand.data, data->rand.size);
    enum xk_failure failure =
        xki_kms_kemac_open(d, &data->kemac, data->time.ntp64, w->ticket.content, &w->ticket.size);
    return xki_kms_fail(w, failure, "KEMAC of the ticket");
}

static bool takes_key(const struct xki_kms_work *w, size_t size)
{
    return size <= XK_KMS_KEY_MAX && size > 0 && (size >= SHORTEST || w->kms->options.allow_short);
}

static enum xk_failure try_keys(struct xki_kms_work *w, const struct xk_mikey_ticket_data *data)
{
    const struct xk_mikey_ticket *ticket = &w->exchange->init.ticket;
    uint8_t key[XK_KMS_KEY_MAX];
    enum xk_failure failure = xki_kms_fail(w, XK_FAILURE_TICKET_KEY_UNKNOWN, "IDRpsk");
    const uint8_t *start = ticket->whole.data + 1;
    const struct xk_bytes covered = {start, (size_t)(data->v.mac.data - start)};
    for (unsigned int generation = 0; generation < XK_KMS_GENERATIONS_MAX; generation++) {
        size_t size = 0;
        if (!w->kms->callbacks.ticket_key(ticket, data->psk.data, generation, key, &size, w->kms->user) ||
            !takes_key(w, size)) {
            break;
        }
        const struct xki_kms_derivation d = {ticket->prf, {key, size}, 0xff, UINT32_MAX, XKI_KMS_LABEL_TICKET, 1,
                                             data->rand, {NULL, 0}, w->crypto};
        failure = xki_kms_compare(&d, &data->v, &covered, 1, XK_FAILURE_TICKET_MAC);
        if (failure == XK_FAILURE_NONE) {
            w->base_ticket = true;
            w->tpk_size = size;
            failure = open_with(w, data, &d);
            break;
        }
        w->field = "V of the ticket";
    }
    xk_wipe(key, sizeof key);
    return failure;
}

static enum xk_failure open_base_ticket(struct xki_kms_work *w)
{
    const struct xk_mikey_ticket *ticket = &w->exchange->init.ticket;
    struct xk_mikey_ticket_data data;
    if (xk_mikey_read_ticket_data(ticket, &data, NULL) != XK_OK) {
        return xki_kms_fail(w, XK_FAILURE_MALFORMED, "Ticket Data");
    }
    if (!xki_kms_prf_known(ticket->prf)) {
        return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "PRF Func of the ticket");
    }
    if (data.v.algorithm != XKI_KMS_SHA_1 && data.v.algorithm != XKI_KMS_SHA_256) {
        return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "V of the ticket");
    }
    if (data.kemac.encrypted.size > XK_KMS_KEMAC_MAX || data.kemac.encryption > XKI_KMS_AES_CM_256) {
        return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "KEMAC of the ticket");
    }
    return try_keys(w, &data);
}

static enum xk_failure let_host_open(struct xki_kms_work *w)
{
    const struct xk_mikey_ticket *ticket = &w->exchange->init.ticket;
    enum xk_failure failure = w->kms->callbacks.open_ticket(ticket, &w->ticket, w->kms->user);
    if (w->ticket.size > sizeof w->ticket.content || w->ticket.rand_size > sizeof w->ticket.rand) {
        failure = XK_FAILURE_GENERIC;
    }
    return xki_kms_fail(w, failure, "TICKET");
}

enum xk_failure xki_kms_open_ticket(struct xki_kms_work *w)
{
    const struct xk_mikey_ticket *ticket = &w->exchange->init.ticket;
    bool base = ticket->type == TYPE_MIKEY_BASE && ticket->subtype == 1 && ticket->version == 1;
    enum xk_failure failure = XK_FAILURE_NONE;
    if (ticket->type == TYPE_MIKEY_BASE && !base) {
        failure = xki_kms_fail(w, XK_FAILURE_ALGORITHM, "Ticket Type");
    } else if (!base && w->kms->callbacks.open_ticket != NULL) {
        failure = let_host_open(w);
    } else if (base || ticket->type == TYPE_3GPP_BASE) {
        failure = open_base_ticket(w);
    } else {
        failure = xki_kms_fail(w, XK_FAILURE_ALGORITHM, "Ticket Type");
    }
    if (failure == XK_FAILURE_NONE && !xki_kms_is_readable(xki_kms_content(w, XKI_KMS_OF_TICKET), 1)) {
        failure = xki_kms_fail(w, XK_FAILURE_KEMAC, "KEMAC of the ticket");
    }
    return failure;
}

enum xk_failure xki_kms_take_resolved(struct xki_kms_work *w)
{
    if (w->ticket.size > sizeof w->ticket.content) {
        return xki_kms_fail(w, XK_FAILURE_GENERIC, "TICKET");
    }
    /* MPKi and, with the I flag, MPKr': KEMAC of RESOLVE_RESP (RFC 6043 4.2.3.5). */
    if (!xki_kms_is_readable(xki_kms_content(w, XKI_KMS_OF_TICKET), xki_kms_is_forking(w) ? 2 : 1)) {
        return xki_kms_fail(w, XK_FAILURE_KEMAC, "KEMAC of the resolution");
    }
    return XK_FAILURE_NONE;
}

static enum xk_failure derive_mpks(struct xki_kms_work *w, struct xk_bytes mpk)
{
    const struct xk_exchange *e = w->exchange;
    unsigned int prf = e->init.ticket.prf;
    const struct xki_kms_derivation d = {prf, mpk, 0xff, UINT32_MAX, XKI_KMS_LABEL_SPLIT, 1,
                                         {w->ticket.rand, w->ticket.rand_size}, {NULL, 0}, w->crypto};
    w->mpki_size = w->mpkr_size = mpk.size;
    if (!xki_kms_prf_known(prf)) {
        return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "PRF Func of the ticket");
    }
    bool good = xki_kms_derive(&d, XKI_KMS_MPKI, w->mpki, mpk.size) &&
                xki_kms_derive(&d, XKI_KMS_MPKR, w->mpkr, mpk.size);
    if (good && xki_kms_is_forking(w) && e->has_resp) {
        struct xk_bytes mpkr = {w->mpkr, w->mpkr_size};
        good = xki_kms_derive_fork(w->crypto, prf, XKI_KMS_MPKR_FORKED, mpkr, w->responder, e->resp.rand_kms,
                                   w->mpkr_forked);
    }
    return good ? XK_FAILURE_NONE : XK_FAILURE_GENERIC;
}

/* The MPKs stand in front of the content, which has been read to its end. */
enum xk_failure xki_kms_split(struct xki_kms_work *w)
{
    struct xk_bytes content = xki_kms_content(w, XKI_KMS_OF_TICKET);
    struct xk_mikey_key_data mpk;
    size_t position = 0;
    (void)!xk_mikey_next_key_data(content, &position, &mpk);
    if (mpk.key.size > XK_KMS_KEY_MAX) {
        return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "MPK");
    }
    if (!w->resolved) {
        return derive_mpks(w, mpk.key);
    }
    w->mpki_size = mpk.key.size;
    memcpy(w->mpki, mpk.key.data, mpk.key.size);
    if (!xki_kms_is_forking(w)) {
        return XK_FAILURE_NONE;
    }
    (void)!xk_mikey_next_key_data(content, &position, &mpk);
    if (mpk.key.size > XK_KMS_KEY_MAX) {
        return xki_kms_fail(w, XK_FAILURE_ALGORITHM, "MPKr'");
    }
    w->mpkr_size = mpk.key.size;
    memcpy(w->mpkr_forked, mpk.key.data, mpk.key.size);
    return XK_FAILURE_NONE;
}
