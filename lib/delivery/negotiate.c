/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Option negotiation, clause 6.3.5.2, on the mediation side: an optionRequest, a keep-alive right behind it, and no
 * record until both ends have sent and read an optionComplete. A keep-alive that is answered before the options tells
 * that the LEMF knows none.
 */
#include "delivery/session.h"

void xki_dl_negotiate_begin(struct xk_delivery *d)
{
    d->option_request_due = true;
    d->option_request_sent = false;
    d->option_answered = false;
    d->option_response_due = false;
    d->option_complete_due = false;
    d->option_complete_sent = false;
    d->option_peer_complete = false;
    d->option_number = 0;
    d->alive_due = true;
}

bool xki_dl_negotiate_control(struct xk_delivery *d, struct xk_tri *tri, uint32_t *number)
{
    if (d->option_request_due) {
        xk_tri_init(tri, XK_TRI_OPTION_REQUEST);
        tri->options = XK_TRI_OPTION_ACKNOWLEDGEMENT;
        d->option_request_due = false;
        d->option_request_number = d->option_number++;
        *number = d->option_request_number;
        return true;
    }
    if (d->option_response_due) {
        xk_tri_init(tri, XK_TRI_OPTION_RESPONSE);
        tri->declined = d->option_declined;
        d->option_response_due = false;
        *number = d->option_response_number;
        return true;
    }
    if (d->option_complete_due) {
        xk_tri_init(tri, XK_TRI_OPTION_COMPLETE);
        d->option_complete_due = false;
        d->option_complete_sent = true;
        *number = d->option_number++;
        return true;
    }
    return false;
}

/* Both ends are content, and what was asked has been answered. */
void xki_dl_negotiate_sent(struct xk_delivery *d)
{
    if (d->option_complete_sent && d->option_peer_complete && !d->option_response_due && d->control_size == 0) {
        xki_dl_open(d, d->acknowledging);
    }
}

static void take_response(struct xk_delivery *d, const struct xk_ps_header *header, const struct xk_tri *tri)
{
    if (d->option_request_due || d->option_answered || header->sequence_number != d->option_request_number ||
        (tri->options & ~XK_TRI_OPTION_ACKNOWLEDGEMENT) != 0) {
        xki_dl_close(d, XK_E_ANSWER);
        return;
    }
    d->option_answered = true;
    d->acknowledging = tri->options != 0;
    d->option_complete_due = true;
}

/* A mediation function acknowledges nothing: whatever the LEMF asks of it is declined if known, else not mentioned. */
static void take_request(struct xk_delivery *d, const struct xk_ps_header *header, const struct xk_tri *tri)
{
    if (d->option_response_due || !d->option_answered || d->option_peer_complete) {
        xki_dl_close(d, XK_E_UNEXPECTED);
        return;
    }
    d->option_response_due = true;
    d->option_response_number = header->sequence_number;
    d->option_declined = tri->options & XK_TRI_OPTION_ACKNOWLEDGEMENT;
}

void xki_dl_negotiate_take(struct xk_delivery *d, const struct xk_ps_header *header, const struct xk_tri *tri)
{
    if (tri->type == XK_TRI_OPTION_RESPONSE) {
        take_response(d, header, tri);
    } else if (tri->type == XK_TRI_OPTION_REQUEST) {
        take_request(d, header, tri);
    } else if (tri->type == XK_TRI_OPTION_COMPLETE && d->option_answered && !d->option_peer_complete) {
        d->option_peer_complete = true;
        xki_dl_negotiate_sent(d);
    } else if (tri->type == XK_TRI_KEEP_ALIVE_RESPONSE && d->alive_open &&
               header->sequence_number == d->alive_number - 1) {
        d->alive_open = false;
        d->fruitful = true;
        if (!d->option_answered) {
            xki_dl_open(d, false);
        }
    } else {
        xki_dl_close(d, tri->type == XK_TRI_KEEP_ALIVE_RESPONSE ? XK_E_ANSWER : XK_E_UNEXPECTED);
    }
}
