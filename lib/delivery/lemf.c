/* SPDX-License-Identifier: BSD-2-Clause */
/* The LEMF's side: its life, what comes in, and what goes out. */
#include "delivery/lemf.h"

#include <string.h>

#include <xk/secret.h>

#include "support/diag.h"
#include "support/inline.h"
#include "support/memory.h"
#include "support/sized.h"

#define CONFIG_FIRST XKI_SIZED_FIRST(struct xk_delivery_lemf_config, acknowledges)
#define LEAST_BLOCK 65536u /* blocks of this size are left out of core dumps */

const char *xk_lemf_event_name(enum xk_lemf_event_kind kind)
{
    static const char *const names[] = {"NOTHING", "PDU", "UNREADABLE", "ACKNOWLEDGE", "NEGOTIATED", "CLOSE"};
    return (unsigned int)kind <= XK_LEMF_CLOSE ? names[kind] : "?";
}

void xk_delivery_lemf_config_defaults(struct xk_delivery_lemf_config *config, size_t size)
{
    struct xk_delivery_lemf_config all;
    if (config == NULL || size < CONFIG_FIRST || size > sizeof all) {
        return;
    }
    memset(&all, 0, sizeof all);
    all.size = size;
    xk_ps_header_init(&all.identity);
    all.identity.liid = xk_text("-");
    all.identity.time_form = XK_PS_TIME_MICROSECONDS;
    all.max_pdu = XK_PS_PDU_MAX;
    all.options = true;
    all.acknowledges = true;
    memcpy(config, &all, size);
}

static enum xk_status keep_identity(struct xk_delivery_lemf *l, struct xk_diag *diag)
{
    struct xk_ps_header header = l->config.identity;
    struct xk_tri tri;
    size_t size = 0;
    header.sequence_number = UINT32_MAX;
    header.time.seconds = 0;
    header.time.microseconds = 0;
    xk_tri_init(&tri, XK_TRI_OPTION_RESPONSE);
    enum xk_status status =
        xk_tri_encode(&header, &tri, l->identity_octets, sizeof l->identity_octets - 64, &size, diag);
    if (status == XK_E_SPACE) {
        return xki_fail(diag, XK_E_CONFIG, 0, "identity");
    }
    return status != XK_OK ? status : xk_tri_decode(l->identity_octets, size, NULL, &l->identity, &tri, diag);
}

static void release(struct xk_delivery_lemf *l)
{
    struct xk_allocator allocator = l->allocator;
    size_t memory = l->memory;
    xk_wipe(l, memory);
    allocator.release(l, memory, allocator.user);
}

enum xk_status xk_delivery_lemf_create(const struct xk_delivery_lemf_config *config,
                                       const struct xk_allocator *allocator, struct xk_delivery_lemf **lemf,
                                       struct xk_diag *diag)
{
    struct xk_delivery_lemf_config full;
    allocator = allocator == NULL ? &xki_memory : allocator;
    xk_delivery_lemf_config_init(&full);
    if (config == NULL || lemf == NULL || allocator->allocate == NULL || allocator->release == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (!xki_sized_read(&full, config, CONFIG_FIRST, sizeof full) || allocator->size != sizeof *allocator ||
        full.identity.size != sizeof full.identity) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    if (full.max_pdu < 256 || full.max_pdu > XK_PS_PDU_MAX) {
        return xki_fail(diag, XK_E_CONFIG, 0, "max_pdu");
    }
    if (full.identity.time_form == XK_PS_TIME_ABSENT) {
        return xki_fail(diag, XK_E_CONFIG, 0, "identity");
    }
    size_t memory = sizeof(struct xk_delivery_lemf) + full.max_pdu;
    memory = memory > LEAST_BLOCK ? memory : LEAST_BLOCK;
    struct xk_delivery_lemf *l = allocator->allocate(memory, allocator->user);
    if (l == NULL) {
        return xki_fail(diag, XK_E_MEMORY, memory, "");
    }
    memset(l, 0, sizeof *l);
    l->config = full;
    l->allocator = *allocator;
    l->memory = memory;
    xki_dl_stream_init(&l->stream, (uint8_t *)(l + 1), full.max_pdu);
    enum xk_status status = keep_identity(l, diag);
    if (status != XK_OK) {
        release(l);
        return status;
    }
    *lemf = l;
    return XK_OK;
}

void xk_delivery_lemf_destroy(struct xk_delivery_lemf *lemf)
{
    if (lemf != NULL) {
        release(lemf);
    }
}

static void forget_pdu(struct xk_delivery_lemf *l)
{
    xki_dl_stream_next(&l->stream);
    xk_wipe(l->scratch, sizeof l->scratch);
    xk_wipe(&l->event, sizeof l->event);
    l->whole = false;
}

static void forget_connection(struct xk_delivery_lemf *l)
{
    forget_pdu(l);
    xki_dl_stream_reset(&l->stream);
    l->event_waits = false;
    l->negotiated_waits = false;
    l->answer_count = 0;
    l->request_count = 0;
    l->out_size = 0;
    l->lent = 0;
    l->accepted = 0;
    l->option_number = 0;
    l->complete_sent = false;
    l->complete_read = false;
}

enum xk_status xk_delivery_lemf_connected(struct xk_delivery_lemf *lemf)
{
    if (lemf == NULL) {
        return XK_E_ARGUMENT;
    }
    forget_connection(lemf);
    lemf->state = XKI_DL_LEMF_FIRST;
    return XK_OK;
}

enum xk_status xk_delivery_lemf_disconnected(struct xk_delivery_lemf *lemf)
{
    if (lemf == NULL) {
        return XK_E_ARGUMENT;
    }
    forget_connection(lemf);
    lemf->state = XKI_DL_LEMF_DOWN;
    return XK_OK;
}

/* What it is; a TRI is read to its end. */
static enum xk_status look(struct xk_delivery_lemf *l)
{
    struct xk_read_options options;
    struct xk_ps_header header;
    xk_read_options_init(&options);
    options.scratch = l->scratch;
    options.scratch_size = sizeof l->scratch / 2;
    enum xk_status status = xk_ps_pdu_decode(l->stream.buffer, l->stream.size, &options, &l->event.pdu, &l->event.diag);
    if (status != XK_OK || l->event.pdu.kind != XK_PS_TRI) {
        return status;
    }
    options.scratch += sizeof l->scratch / 2;
    return xk_tri_decode(l->stream.buffer, l->stream.size, &options, &header, &l->event.tri, &l->event.diag);
}

static void take_pdu(struct xk_delivery_lemf *l, struct xk_utc utc)
{
    l->whole = true;
    enum xk_status status = look(l);
    l->event.octets = (struct xk_bytes){l->stream.buffer, l->stream.size};
    if (status == XK_OK && l->event.pdu.kind == XK_PS_TRI) {
        struct xk_ps_header header = l->event.pdu.header;
        struct xk_tri tri = l->event.tri;
        if (xki_dl_lemf_take(l, utc, &header, &tri)) {
            return;
        }
    } else if (l->state == XKI_DL_LEMF_OPTIONS) {
        xki_dl_lemf_close(l, XK_E_UNEXPECTED, "payload");
        return;
    }
    l->state = XKI_DL_LEMF_OPEN;
    l->event.kind = status == XK_OK ? XK_LEMF_PDU : XK_LEMF_UNREADABLE;
    l->event_waits = true;
}

enum xk_status xk_delivery_lemf_input(struct xk_delivery_lemf *lemf, struct xk_utc utc, const uint8_t *data,
                                      size_t size, size_t *used)
{
    enum xk_status status = XK_OK;
    if (lemf == NULL || (data == NULL && size > 0) || used == NULL) {
        return XK_E_ARGUMENT;
    }
    if (lemf->state == XKI_DL_LEMF_DOWN || lemf->state == XKI_DL_LEMF_CLOSING) {
        return XK_E_LATE;
    }
    *used = 0;
    if (lemf->event_waits || lemf->negotiated_waits || !xki_dl_lemf_has_room(lemf)) {
        return XK_OK;
    }
    if (lemf->whole) {
        forget_pdu(lemf);
    }
    enum xki_dl_piece piece = xki_dl_stream_take(&lemf->stream, data, size, used, &status);
    if (piece == XKI_DL_WHOLE) {
        take_pdu(lemf, utc);
    } else if (piece == XKI_DL_BROKEN) {
        xki_dl_lemf_close(lemf, status, "PS-PDU");
    } else if (piece == XKI_DL_OVERLONG) {
        lemf->event.kind = XK_LEMF_UNREADABLE;
        (void)xki_fail(&lemf->event.diag, XK_E_TOO_LARGE, 0, "PS-PDU");
        lemf->event_waits = true;
    }
    return XK_OK;
}

bool xk_delivery_lemf_next_event(struct xk_delivery_lemf *lemf, struct xk_lemf_event *event)
{
    if (event == NULL) {
        return false;
    }
    memset(event, 0, xki_unknown(sizeof *event));
    if (lemf != NULL && lemf->event_waits) {
        *event = lemf->event;
        lemf->event_waits = false;
    } else if (lemf != NULL && lemf->negotiated_waits) {
        event->kind = XK_LEMF_NEGOTIATED;
        event->acknowledges = lemf->accepted != 0;
        lemf->negotiated_waits = false;
    }
    event->size = sizeof *event;
    return event->kind != XK_LEMF_NOTHING;
}

enum xk_status xk_delivery_lemf_stored(struct xk_delivery_lemf *lemf, struct xk_utc utc, uint32_t number)
{
    uint32_t at = 0;
    if (lemf == NULL) {
        return XK_E_ARGUMENT;
    }
    while (at < lemf->request_count && lemf->requests[at] != number) {
        at++;
    }
    if (at == lemf->request_count) {
        return XK_E_UNKNOWN;
    }
    for (uint32_t i = 0; i <= at; i++) {
        xki_dl_lemf_answer(lemf, utc, XK_TRI_ACKNOWLEDGEMENT_RESPONSE, lemf->requests[i]);
    }
    lemf->request_count -= at + 1;
    memmove(lemf->requests, lemf->requests + at + 1, lemf->request_count * sizeof lemf->requests[0]);
    return XK_OK;
}

static void encode_next(struct xk_delivery_lemf *l)
{
    const struct xki_dl_answer *answer = &l->answers[l->answer_first];
    struct xk_ps_header header = l->identity;
    struct xk_tri tri;
    header.sequence_number = answer->number;
    header.time = answer->utc;
    xk_tri_init(&tri, answer->type);
    tri.options = answer->accepted;
    tri.declined = answer->declined;
    l->out_at = 0;
    if (xk_tri_encode(&header, &tri, l->out, sizeof l->out, &l->out_size, NULL) != XK_OK) {
        l->out_size = 0;
    }
    l->answer_first = (l->answer_first + 1) % XK_LEMF_ANSWERS_MAX;
    l->answer_count--;
}

enum xk_status xk_delivery_lemf_output(struct xk_delivery_lemf *lemf, struct xk_bytes *octets)
{
    if (lemf == NULL || octets == NULL) {
        return XK_E_ARGUMENT;
    }
    if (lemf->out_size == 0 && lemf->answer_count > 0 && lemf->state != XKI_DL_LEMF_CLOSING) {
        encode_next(lemf);
    }
    *octets = (struct xk_bytes){NULL, 0};
    if (lemf->out_size > 0) {
        *octets = (struct xk_bytes){lemf->out + lemf->out_at, lemf->out_size - lemf->out_at};
    }
    lemf->lent = octets->size;
    return XK_OK;
}

enum xk_status xk_delivery_lemf_consumed(struct xk_delivery_lemf *lemf, size_t size)
{
    if (lemf == NULL || size > lemf->lent) {
        return XK_E_ARGUMENT;
    }
    lemf->lent = 0;
    lemf->out_at += size;
    if (lemf->out_at == lemf->out_size) {
        lemf->out_size = 0;
    }
    return XK_OK;
}
