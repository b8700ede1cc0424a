/* SPDX-License-Identifier: BSD-2-Clause */
#include "requester/restore.h"

#include "messages/failure.h"
#include "messages/layout.h"
#include "warrant/warrant.h"

#include <string.h>

struct cursor {
    const uint8_t *at;
    size_t left;
    bool good;
};

static const uint8_t *take(struct cursor *c, size_t size)
{
    if (!c->good || size > c->left) {
        c->good = false;
        return NULL;
    }
    const uint8_t *taken = c->at;
    c->at += size;
    c->left -= size;
    return taken;
}

static uint64_t take_number(struct cursor *c, unsigned int octets)
{
    const uint8_t *taken = take(c, octets);
    return taken == NULL ? 0 : xki_rq_frame_value(taken, octets);
}

static bool ascends(const uint8_t *ids, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        if (ids[i] <= ids[i - 1]) {
            return false;
        }
    }
    return count > 0;
}

/* The retained get_keys is what will be sent: it must be one, under this transaction id, which stands where we write
 * it. */
static bool request_fits(const struct xki_rq_submitted *s)
{
    struct xk_get_keys ask;
    return xk_get_keys_decode(s->request.data, s->request.size, &ask, NULL) == XK_OK &&
           memcmp(s->request.data + XKI_ID_OFFSET, s->ids, XK_TRANSACTION_ID_SIZE) == 0;
}

bool xki_rq_restore_submitted(const struct xki_rq_frame *frame, struct xki_rq_submitted *s)
{
    struct cursor c = {frame->body, frame->size, true};
    s->ids = take(&c, XKI_RQ_FRAME_IDS);
    s->left = take_number(&c, 8);
    s->asked = (uint8_t)take_number(&c, 1);
    s->referred = (uint8_t)take_number(&c, 1);
    s->cs_count = (uint8_t)take_number(&c, 1);
    s->sessions = take(&c, s->cs_count);
    s->route_count = (uint8_t)take_number(&c, 1);
    if (!c.good || s->route_count == 0 || s->route_count > XK_ROUTES_MAX) {
        return false;
    }
    for (unsigned int i = 0; i < s->route_count; i++) {
        s->routes[i].size = (size_t)take_number(&c, 1);
        s->routes[i].data = take(&c, s->routes[i].size);
        if (!c.good || s->routes[i].size == 0) {
            return false;
        }
    }
    s->warrant.size = (size_t)take_number(&c, 2);
    s->warrant.data = take(&c, s->warrant.size);
    s->request.size = (size_t)take_number(&c, 4);
    s->request.data = take(&c, s->request.size);
    return c.good && c.left == 0 && s->left <= UINT32_MAX && ascends(s->sessions, s->cs_count) &&
           s->referred <= 1 && (s->asked >> s->route_count) == 0 &&
           xki_warrant_is_packed(s->warrant.data, s->warrant.size) &&
           request_fits(s);
}

static bool is_sound(const struct xki_rq_decided *d)
{
    if (d->kind == XK_OUTCOME_KEYS || d->kind == XK_OUTCOME_PARTIAL) {
        return d->cause == XK_CAUSE_NONE && d->failure == XK_FAILURE_NONE;
    }
    return d->kind == XK_OUTCOME_FAILURE && d->cause >= XK_CAUSE_KMS_REFUSED && d->cause <= XK_CAUSE_IMPOSSIBLE &&
           xki_failure_is_known(d->failure);
}

bool xki_rq_restore_decided(const struct xki_rq_frame *frame, struct xki_rq_decided *d)
{
    struct cursor c = {frame->body, frame->size, true};
    d->ids = take(&c, XKI_RQ_FRAME_IDS);
    d->kind = (uint8_t)take_number(&c, 1);
    d->cause = (uint8_t)take_number(&c, 1);
    d->failure = (uint8_t)take_number(&c, 1);
    d->age = take_number(&c, 8);
    d->fingerprint = (uint32_t)take_number(&c, 4);
    d->key.k0 = take_number(&c, 8);
    d->key.k1 = take_number(&c, 8);
    d->answerer.size = (size_t)take_number(&c, 1);
    d->answerer.data = take(&c, d->answerer.size);
    d->referral.size = (size_t)take_number(&c, 1);
    d->referral.data = take(&c, d->referral.size);
    return c.good && c.left == 0 && is_sound(d);
}

/* The snapshot that is being read: what it announced, and what it has shown. */
struct shown {
    bool open;
    uint32_t announced;
    uint32_t submitted;
    uint32_t decided;
};

static bool check_bound(const struct xki_rq_frame *frame, struct shown *shown)
{
    if (frame->kind == XKI_RQ_FRAME_BEGIN) {
        struct shown fresh = {true, 0, 0, 0};
        bool good = !shown->open && frame->size == 4;
        fresh.announced = good ? (uint32_t)xki_rq_frame_value(frame->body, 4) : 0;
        *shown = fresh;
        return good;
    }
    bool good = shown->open && frame->size == 8 && shown->submitted == shown->announced &&
                shown->submitted == xki_rq_frame_value(frame->body, 4) &&
                shown->decided == xki_rq_frame_value(frame->body + 4, 4);
    shown->open = false;
    return good;
}

static bool check_frame(const struct xki_rq_frame *frame, struct shown *shown)
{
    struct xki_rq_submitted submitted;
    struct xki_rq_decided decided;
    switch (frame->kind) {
    case XKI_RQ_FRAME_BEGIN:
    case XKI_RQ_FRAME_END:
        return check_bound(frame, shown);
    case XK_JOURNAL_SUBMITTED:
        shown->submitted++;
        return xki_rq_restore_submitted(frame, &submitted);
    case XK_JOURNAL_DECIDED:
        shown->decided++;
        return xki_rq_restore_decided(frame, &decided);
    case XK_JOURNAL_ENDED:
        return !shown->open && frame->size == XKI_RQ_FRAME_IDS;
    default:
        return false;
    }
}

uint64_t xki_rq_restore_step(uint64_t from, uint64_t to)
{
    uint64_t step = to - from; /* the records' clock may go round */
    return step < UINT64_MAX / 2 ? step : 0;
}

enum xk_status xki_rq_restore_check(const struct xk_requester *r, const uint8_t *data, size_t size, uint64_t *last,
                                    uint64_t *span, size_t *at)
{
    struct shown shown = {false, 0, 0, 0};
    size_t next = 0;
    *at = 0;
    while (next < size) {
        struct xki_rq_frame frame;
        *at = next;
        enum xk_status status = xki_rq_frame_read(data, size, &next, &frame);
        if (status != XK_OK) {
            return status;
        }
        if (frame.epoch > r->config.epoch) {
            return XK_E_FENCED;
        }
        if (!check_frame(&frame, &shown)) {
            return XK_E_SNAPSHOT;
        }
        *span += *at == 0 ? 0 : xki_rq_restore_step(*last, frame.time);
        *last = frame.time;
    }
    *at = next;
    return shown.open ? XK_E_SNAPSHOT : XK_OK;
}
