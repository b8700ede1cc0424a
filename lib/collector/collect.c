/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls of the public interface: a message comes, time passes, a warrant begins or ends. */
#include "collector/collect.h"
#include "collector/call.h"
#include "collector/early.h"
#include "collector/evict.h"
#include "collector/judge.h"
#include "collector/observe.h"
#include "collector/quota.h"
#include "collector/read.h"
#include "collector/scratch.h"
#include "collector/watch.h"
#include "support/diag.h"
#include "support/sized.h"

#include <string.h>

#define MESSAGE_FIRST XKI_SIZED_FIRST(struct xk_collector_message, reference)
/* What one message and the judgement after it may add to a call. */
#define FACTS_OF_A_MESSAGE 96u

void xki_co_set_now(struct xk_collector *c, uint64_t now_ms)
{
    c->now = now_ms > c->now ? now_ms : c->now;
}

static uint32_t cells_for(size_t size)
{
    return (uint32_t)((size + XKI_CO_CELL_DATA - 1) / XKI_CO_CELL_DATA);
}

static uint32_t cells_of(const struct xki_co_event *event)
{
    uint32_t cells = cells_for(event->call_id.size) + cells_for(event->correlation.size);
    for (size_t i = 0; i < event->mikey_count; i++) {
        cells += cells_for(event->mikeys[i].octets.size);
    }
    for (size_t i = 0; i < event->shown_count; i++) {
        cells += cells_for(event->shown[i].uri.size);
    }
    return cells;
}

/* Room for what the message may add, made by giving up what is worth less. */
static bool make_room(struct xk_collector *c, const struct xki_co_event *event, const struct xki_co_call *call)
{
    uint32_t cells = cells_of(event);
    while ((call == NULL && c->call_free == XKI_CO_NONE) || c->facts_left < FACTS_OF_A_MESSAGE ||
           c->cells_left < cells) {
        if (!xki_co_evict(c, call)) {
            c->counters.full++;
            xki_co_observe(c, XK_COLLECTOR_FULL, XK_E_FULL, event->source);
            return false;
        }
    }
    return true;
}

/* State is made by a message with key management, and by an INVITE without an offer (rule R17). */
static bool makes_state(const struct xki_co_event *event)
{
    bool offerless = event->status_code == 0 && event->method == XKI_CO_INVITE && !event->has_to_tag && !event->has_sdp;
    return event->mikey_count > 0 || event->bad != XK_OK || offerless;
}

static void keep_sign(const struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *event)
{
    bool sign = call->answered || (event->status_code == 0 && event->method == XKI_CO_INVITE) ||
                (event->status_code > 100 && event->status_code < 300);
    if (sign) {
        call->seen = c->now;
    }
    if (event->session_expires > call->session_expires) {
        call->session_expires = event->session_expires;
    }
}

static struct xki_co_call *begin(struct xk_collector *c, const struct xki_co_event *event)
{
    struct xki_co_call *oldest = event->caller == 0 ? NULL : xki_co_quota_exceeded(c, event->caller);
    if (oldest != NULL) {
        xki_co_give_up(c, oldest);
    }
    struct xki_co_call *call = xki_co_new_call(c, event->key);
    (void)xki_co_keep(c, event->call_id.data, event->call_id.size, &call->call_id);
    if (event->caller != 0) {
        xki_co_quota_join(c, call, event->caller);
    }
    return call;
}

static void settle_now(struct xk_collector *c, struct xki_co_call *call)
{
    xki_co_find_pairs(c, call);
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        f->is.pair.due = f->is.pair.due > c->now ? c->now : f->is.pair.due;
    }
}

static void take(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *event, bool at_once)
{
    bool changed = call->counts[XKI_CO_END] == 0 && xki_co_early_learn(c, call);
    if (call->correlation.size == 0 && event->correlation.size != 0) {
        changed = xki_co_keep(c, event->correlation.data, event->correlation.size, &call->correlation) || changed;
    }
    changed = xki_co_learn(c, call, event) || changed;
    keep_sign(c, call, event);
    if (event->bad != XK_OK && !call->told_unreadable) {
        call->told_unreadable = xki_co_tell(c, call, XK_INCOMPLETE_UNREADABLE, event->bad, event->reference);
    }
    if (at_once) {
        settle_now(c, call);
    }
    xki_co_judge(c, call, changed);
}

enum xk_status xki_co_take_event(struct xk_collector *c, const struct xki_co_event *event, bool at_once,
                                 struct xk_diag *diag)
{
    struct xki_co_call *call = xki_co_find_call(c, event->key);
    if (call == NULL && !makes_state(event)) {
        c->counters.unprotected++;
        xki_co_early_keep(c, event);
        return XK_OK;
    }
    if (call == NULL && !xki_co_is_watched(c, event)) {
        c->counters.unwatched++;
        return XK_OK;
    }
    if (!make_room(c, event, call)) {
        return xki_fail(diag, XK_E_FULL, 0, "");
    }
    take(c, call == NULL ? begin(c, event) : call, event, at_once);
    return XK_OK;
}

void xki_co_refuse(struct xk_collector *c, enum xk_status status, uint32_t source)
{
    c->counters.refused++;
    xki_co_observe(c, XK_COLLECTOR_REFUSED, status, source);
}

enum xk_status xk_collector_take(struct xk_collector *collector, uint64_t now_ms,
                                 const struct xk_collector_message *message, struct xk_diag *diag)
{
    struct xk_collector_message m;
    memset(&m, 0, sizeof m);
    if (collector == NULL || message == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (!xki_sized_read(&m, message, MESSAGE_FIRST, sizeof m)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    if (m.octets.data == NULL || m.octets.size == 0) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "octets");
    }
    if (m.correlation.size > XKI_CO_CORRELATION_MAX || (m.correlation.data == NULL && m.correlation.size != 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "correlation");
    }
    if (collector->in_callback) {
        return xki_fail(diag, XK_E_BUSY, 0, "");
    }
    xki_co_set_now(collector, now_ms);
    collector->counters.messages++;
    struct xki_co_event event;
    enum xk_status status = xki_co_read(collector, &m, &event, diag);
    if (status == XK_OK) {
        status = xki_co_take_event(collector, &event, false, diag);
    } else {
        xki_co_refuse(collector, status, m.source);
    }
    xki_co_read_done(collector);
    return status;
}

enum xk_status xk_collector_tick(struct xk_collector *collector, uint64_t now_ms, uint32_t budget, bool *more)
{
    if (collector == NULL) {
        return XK_E_ARGUMENT;
    }
    if (collector->in_callback) {
        return XK_E_BUSY;
    }
    xki_co_set_now(collector, now_ms);
    uint32_t done = 0;
    uint32_t index = XKI_TIMER_NONE;
    while ((budget == 0 || done < budget) &&
           (index = xki_timers_pop(&collector->timers, collector->now)) != XKI_TIMER_NONE) {
        struct xki_co_call *call = xki_co_call(collector, index);
        call->armed = false;
        xki_co_judge(collector, call, false);
        done++;
    }
    if (more != NULL) {
        *more = xki_timers_next(&collector->timers) <= collector->now;
    }
    return XK_OK;
}

uint64_t xk_collector_next_deadline(const struct xk_collector *collector)
{
    return collector == NULL ? UINT64_MAX : xki_timers_next(&collector->timers);
}

static enum xk_status may_change(const struct xk_collector *collector, uint64_t warrant)
{
    if (collector == NULL || warrant == 0) {
        return XK_E_ARGUMENT;
    }
    return collector->in_callback ? XK_E_BUSY : XK_OK;
}

enum xk_status xk_collector_warrant_started(struct xk_collector *collector, uint64_t now_ms, uint64_t warrant)
{
    enum xk_status status = may_change(collector, warrant);
    if (status != XK_OK) {
        return status;
    }
    xki_co_set_now(collector, now_ms);
    collector->starting = warrant;
    for (uint32_t i = 0; i < collector->config.max_calls; i++) {
        struct xki_co_call *call = xki_co_call(collector, i);
        for (struct xki_co_fact *f = call->used ? xki_co_first(collector, call, XKI_CO_PAIR) : NULL; f != NULL;
             f = xki_co_next(collector, f)) {
            if ((f->is.pair.flags & XKI_CO_EMITTED) != 0) {
                f->is.pair.flags |= XKI_CO_OWED;
                f->is.pair.due = collector->now;
            }
        }
        if (call->used && call->counts[XKI_CO_PAIR] > 0) {
            xki_co_judge(collector, call, false);
        }
    }
    collector->starting = 0;
    return XK_OK;
}

enum xk_status xk_collector_warrant_ended(struct xk_collector *collector, uint64_t now_ms, uint64_t warrant)
{
    enum xk_status status = may_change(collector, warrant);
    if (status != XK_OK) {
        return status;
    }
    xki_co_set_now(collector, now_ms);
    for (uint32_t i = 0; i < collector->config.max_calls; i++) {
        struct xki_co_call *call = xki_co_call(collector, i);
        if (!call->used) {
            continue;
        }
        /* Its number within the call is not given to another one. */
        for (struct xki_co_fact *f = xki_co_first(collector, call, XKI_CO_WARRANT); f != NULL;
             f = xki_co_next(collector, f)) {
            f->is.warrant.warrant = f->is.warrant.warrant == warrant ? 0 : f->is.warrant.warrant;
        }
        struct xki_co_concerns concerns;
        xki_co_ask(collector, call, NULL, &concerns);
        if (concerns.count == 0 && !concerns.perhaps) {
            xki_co_free_call(collector, call);
        }
    }
    return XK_OK;
}
