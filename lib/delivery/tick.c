/* SPDX-License-Identifier: BSD-2-Clause */
/* Everything that waits for time. Each timer is one line of `timers`: when it is due, and what is then done. */
#include "delivery/session.h"

static uint64_t after(uint64_t from, uint64_t wait)
{
    return from > UINT64_MAX - wait ? UINT64_MAX : from + wait;
}

static uint64_t connect_due(const struct xk_delivery *d)
{
    return d->link == XKI_DL_DOWN ? d->connect_at : XK_NEVER;
}

static void connect(struct xk_delivery *d)
{
    d->link = XKI_DL_CONNECTING;
    d->connect_untold = true;
}

static uint64_t alive_due(const struct xk_delivery *d)
{
    bool waits = d->link == XKI_DL_OPEN && d->config.keep_alive > 0 && !d->alive_due && !d->alive_open;
    return waits ? after(d->last_sent_ms, d->config.keep_alive) : XK_NEVER;
}

static void alive(struct xk_delivery *d)
{
    d->alive_due = true;
}

static uint64_t answer_due(const struct xk_delivery *d)
{
    return xki_dl_is_up(d) && d->alive_open ? after(d->alive_ms, d->config.answer) : XK_NEVER;
}

static void silent(struct xk_delivery *d)
{
    xki_dl_close(d, XK_E_SILENT);
}

static uint64_t acknowledgement_due(const struct xk_delivery *d)
{
    bool waits = d->link == XKI_DL_OPEN && d->request_count > 0;
    return waits ? after(d->requests[d->request_first].sent_ms, d->config.acknowledge_wait) : XK_NEVER;
}

static uint64_t request_due(const struct xk_delivery *d)
{
    uint64_t first = d->request_mark > d->released ? d->request_mark : d->released;
    bool waits = xki_dl_request_is_wanted(d) && !d->request_due;
    return waits ? after(xki_dl_slot(d, first)->sent_ms, d->config.acknowledge_time) : XK_NEVER;
}

static void request(struct xk_delivery *d)
{
    d->request_due = true;
}

static uint64_t negotiation_due(const struct xk_delivery *d)
{
    return d->link == XKI_DL_NEGOTIATING ? after(d->connected_ms, d->config.negotiation) : XK_NEVER;
}

static uint64_t output_stall_due(const struct xk_delivery *d)
{
    return xki_dl_is_up(d) && d->pdu_waits ? after(d->pdu_ms, d->config.stall) : XK_NEVER;
}

static uint64_t input_stall_due(const struct xk_delivery *d)
{
    bool partly = xki_dl_is_up(d) && xki_dl_stream_partly(&d->stream);
    return partly ? after(d->input_ms, d->config.stall) : XK_NEVER;
}

static void slow(struct xk_delivery *d)
{
    xki_dl_close(d, XK_E_SLOW);
}

/* The M-minute rule: only what an answered keep-alive has shown to be read can become due by waiting. */
static uint64_t idle_due(const struct xk_delivery *d)
{
    bool rule = d->link == XKI_DL_OPEN && !d->acknowledging && d->release == XK_RELEASE_FURTHER;
    if (!rule || d->released == d->next) {
        return XK_NEVER;
    }
    const struct xki_dl_slot *slot = xki_dl_slot(d, d->released);
    return slot->end <= d->proven ? after(slot->sent_ms, d->config.further_time) : XK_NEVER;
}

/* Only records grow too old: they hold keys, and a cINReset must not be lost to an outage. */
static bool can_age(const struct xki_dl_slot *slot)
{
    return (slot->flags & (XKI_DL_FLAG_RECORD | XKI_DL_FLAG_GONE)) == XKI_DL_FLAG_RECORD;
}

/* Slots are in the order of their age. */
static uint64_t age_due(const struct xk_delivery *d)
{
    uint64_t i = d->released;
    while (i < d->tail && !can_age(xki_dl_slot(d, i))) {
        i++;
    }
    return i < d->tail ? after(xki_dl_slot(d, i)->put_ms, d->config.max_age) : XK_NEVER;
}

static void too_old(struct xk_delivery *d)
{
    for (uint64_t i = d->released; i < d->tail; i++) {
        const struct xki_dl_slot *slot = xki_dl_slot(d, i);
        if (can_age(slot) && after(slot->put_ms, d->config.max_age) <= d->now_ms) {
            xki_dl_give_up(d, i, XKI_DL_FLAG_LATE);
        }
    }
    xki_dl_advance(d);
}

static uint64_t check_due(const struct xk_delivery *d)
{
    if (d->check_blocked) {
        return d->check_retry ? d->now_ms : XK_NEVER;
    }
    return d->check_at;
}

struct timer {
    uint64_t (*due)(const struct xk_delivery *d);
    void (*act)(struct xk_delivery *d);
};

static const struct timer timers[] = {
    {connect_due, connect},
    {answer_due, silent},
    {acknowledgement_due, silent},
    {negotiation_due, silent},
    {output_stall_due, slow},
    {input_stall_due, slow},
    {alive_due, alive},
    {request_due, request},
    {idle_due, xki_dl_release_by_rule},
    {check_due, xki_dl_check_tick},
    {age_due, too_old},
};

uint64_t xk_delivery_next_deadline(const struct xk_delivery *delivery)
{
    uint64_t next = XK_NEVER;
    if (delivery == NULL) {
        return XK_NEVER;
    }
    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        uint64_t due = timers[i].due(delivery);
        next = due < next ? due : next;
    }
    return next;
}

enum xk_status xk_delivery_tick(struct xk_delivery *delivery, struct xk_moment now)
{
    if (delivery == NULL) {
        return XK_E_ARGUMENT;
    }
    if (xki_dl_is_busy(delivery)) {
        return XK_E_BUSY;
    }
    xki_dl_now(delivery, now);
    for (size_t i = 0; i < sizeof timers / sizeof timers[0]; i++) {
        if (timers[i].due(delivery) <= delivery->now_ms) {
            timers[i].act(delivery);
        }
    }
    return XK_OK;
}
