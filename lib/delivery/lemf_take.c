/* SPDX-License-Identifier: BSD-2-Clause */
/* How the LEMF's side answers: keep-alives at once, acknowledgement requests when the host says so, options by clause
 * 6.3.5.2. */
#include "delivery/lemf.h"

#include "support/diag.h"

void xki_dl_lemf_close(struct xk_delivery_lemf *l, enum xk_status status, const char *field)
{
    l->state = XKI_DL_LEMF_CLOSING;
    l->event.kind = XK_LEMF_CLOSE;
    (void)xki_fail(&l->event.diag, status, 0, field);
    l->event_waits = true;
}

/* A PS-PDU may bring two answers. */
bool xki_dl_lemf_has_room(const struct xk_delivery_lemf *l)
{
    return l->answer_count + l->request_count + 2 <= XK_LEMF_ANSWERS_MAX;
}

void xki_dl_lemf_answer(struct xk_delivery_lemf *l, struct xk_utc utc, enum xk_tri_type type, uint32_t number)
{
    struct xki_dl_answer *answer = &l->answers[(l->answer_first + l->answer_count++) % XK_LEMF_ANSWERS_MAX];
    answer->utc = utc;
    answer->number = number;
    answer->accepted = 0;
    answer->declined = 0;
    answer->type = type;
}

static struct xki_dl_answer *last_answer(struct xk_delivery_lemf *l)
{
    return &l->answers[(l->answer_first + l->answer_count - 1) % XK_LEMF_ANSWERS_MAX];
}

/* Both have said that they are content. */
static void open_if_complete(struct xk_delivery_lemf *l)
{
    if (l->complete_sent && l->complete_read) {
        l->state = XKI_DL_LEMF_OPEN;
        l->negotiated_waits = true;
    }
}

/* The answer to a request, and with the first one our own word that we ask for nothing. */
static void take_request(struct xk_delivery_lemf *l, struct xk_utc utc, const struct xk_ps_header *header,
                         const struct xk_tri *tri)
{
    uint32_t known = tri->options & XK_TRI_OPTION_ACKNOWLEDGEMENT;
    l->state = XKI_DL_LEMF_OPTIONS;
    l->accepted = l->config.acknowledges ? known : 0;
    xki_dl_lemf_answer(l, utc, XK_TRI_OPTION_RESPONSE, header->sequence_number);
    last_answer(l)->accepted = l->accepted;
    last_answer(l)->declined = known & ~l->accepted;
    if (!l->complete_sent) {
        l->complete_sent = true;
        xki_dl_lemf_answer(l, utc, XK_TRI_OPTION_COMPLETE, l->option_number++);
    }
}

static bool take_option(struct xk_delivery_lemf *l, struct xk_utc utc, const struct xk_ps_header *header,
                        const struct xk_tri *tri)
{
    if (!l->config.options) {
        return true;
    }
    if (tri->type == XK_TRI_OPTION_REQUEST && !l->complete_read &&
        (l->state == XKI_DL_LEMF_FIRST || l->state == XKI_DL_LEMF_OPTIONS)) {
        take_request(l, utc, header, tri);
    } else if (tri->type == XK_TRI_OPTION_COMPLETE && l->state == XKI_DL_LEMF_OPTIONS) {
        l->complete_read = true;
        open_if_complete(l);
    } else {
        xki_dl_lemf_close(l, XK_E_UNEXPECTED, xk_tri_type_name(tri->type));
    }
    return true;
}

static bool take_acknowledgement_request(struct xk_delivery_lemf *l, const struct xk_ps_header *header)
{
    bool agreed = l->config.acknowledges && (l->state != XKI_DL_LEMF_OPEN || !l->complete_read || l->accepted != 0);
    if (!agreed) {
        return false;
    }
    l->requests[l->request_count++] = header->sequence_number;
    l->event.kind = XK_LEMF_ACKNOWLEDGE;
    l->event.number = header->sequence_number;
    l->event_waits = true;
    return true;
}

bool xki_dl_lemf_take(struct xk_delivery_lemf *l, struct xk_utc utc, const struct xk_ps_header *header,
                      const struct xk_tri *tri)
{
    if (tri->type == XK_TRI_OPTION_REQUEST || tri->type == XK_TRI_OPTION_RESPONSE ||
        tri->type == XK_TRI_OPTION_COMPLETE) {
        return take_option(l, utc, header, tri);
    }
    if (tri->type == XK_TRI_KEEP_ALIVE) {
        xki_dl_lemf_answer(l, utc, XK_TRI_KEEP_ALIVE_RESPONSE, header->sequence_number);
        return true;
    }
    if (l->state == XKI_DL_LEMF_OPTIONS) {
        xki_dl_lemf_close(l, XK_E_UNEXPECTED, xk_tri_type_name(tri->type));
        return true;
    }
    l->state = XKI_DL_LEMF_OPEN;
    if (tri->type == XK_TRI_ACKNOWLEDGEMENT_REQUEST) {
        return take_acknowledgement_request(l, header);
    }
    return tri->type == XK_TRI_PADDING;
}
