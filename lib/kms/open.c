/* SPDX-License-Identifier: BSD-2-Clause */
/* Opening a ticket: find the ticket protection key that fits, check the MAC, decrypt (RFC 6043 appendix A). */
#include "kms/work.h"

#include <string.h>

#include <xk/secret.h>

#define TYPE_MIKEY_BASE 1
#define TYPE_3GPP_BASE 2

static enum xk_failure open_with(struct xki_work *w, const struct xk_mikey_ticket_data *data,
                                 const struct xki_derivation *d)
{
    bool opened = xki_kemac_open(d, data->kemac.encryption, data->time.ntp64, data->kemac.encrypted, w->ticket.content,
                                 &w->ticket.size);
    w->ticket.rand_size = data->rand.size;
    memcpy(w->ticket.rand, data->rand.data, data->rand.size);
    return opened ? XK_FAILURE_NONE : XK_FAILURE_ALGORITHM;
}

static enum xk_failure open_base_ticket(struct xki_work *w)
{
    const struct xk_mikey_ticket *ticket = &w->exchange->init.ticket;
    const struct xk_kms_callbacks *callbacks = &w->kms->callbacks;
    struct xk_mikey_ticket_data data;
    uint8_t key[XK_KMS_KEY_MAX];
    enum xk_failure failure = XK_FAILURE_TICKET_KEY_UNKNOWN;
    if (xk_mikey_read_ticket_data(ticket, &data, NULL) != XK_OK) {
        return XK_FAILURE_MALFORMED;
    }
    if (!xki_prf_known(ticket->prf) || (data.v.algorithm != 1 && data.v.algorithm != 2) ||
        data.kemac.encrypted.size > XK_KMS_KEMAC_MAX || data.kemac.encryption > 3) {
        return XK_FAILURE_ALGORITHM;
    }
    const uint8_t *start = ticket->whole.data + 1;
    const struct xk_bytes covered = {start, (size_t)(data.v.mac.data - start)};
    for (unsigned int generation = 0; generation < XK_KMS_GENERATIONS_MAX; generation++) {
        size_t size = 0;
        if (!callbacks->ticket_key(ticket, data.psk.data, generation, key, &size, w->kms->user) || size == 0 ||
            size > sizeof key) {
            break;
        }
        const struct xki_derivation d = {ticket->prf, {key, size}, 0xff, UINT32_MAX, XKI_LABEL_TICKET, 1, data.rand,
                                         {NULL, 0}};
        failure = xki_kms_compare(&d, &data.v, &covered, 1, XK_FAILURE_TICKET_MAC);
        if (failure == XK_FAILURE_NONE) {
            failure = open_with(w, &data, &d);
            break;
        }
    }
    xk_wipe(key, sizeof key);
    return failure;
}

enum xk_failure xki_kms_open_ticket(struct xki_work *w)
{
    const struct xk_mikey_ticket *ticket = &w->exchange->init.ticket;
    if (ticket->type == TYPE_MIKEY_BASE) {
        return ticket->subtype == 1 && ticket->version == 1 ? open_base_ticket(w) : XK_FAILURE_ALGORITHM;
    }
    if (w->kms->callbacks.open_ticket != NULL) {
        enum xk_failure failure = w->kms->callbacks.open_ticket(ticket, &w->ticket, w->kms->user);
        bool fits = w->ticket.size <= sizeof w->ticket.content && w->ticket.rand_size <= sizeof w->ticket.rand;
        return fits ? failure : XK_FAILURE_GENERIC;
    }
    return ticket->type == TYPE_3GPP_BASE ? open_base_ticket(w) : XK_FAILURE_ALGORITHM;
}
