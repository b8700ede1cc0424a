/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls of the public interface: a message comes, time passes, a warrant begins or ends. */
#include "collector/collect.h"
#include "collector/call.h"
#include "collector/early.h"
#include "collector/evict.h"
#include "collector/judge.h"
#include "collector/legs.h"
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
#define FACTS_OF_A_MESSAGE 160u
/* How long a message waits, that shows nobody who is watched, for one of its call that does. */
#define DOUBT 2000u

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

static bool is_opening(const struct xki_co_event *event)
{
    return event->status_code == 0 && event->method == XKI_CO_INVITE && !event->has_to_tag;
}

/* State is made by a message with key management, and by an INVITE without an offer (rule R17). */
static bool makes_state(const struct xki_co_event *event)
{
    bool offerless = is_opening(event) && !event->has_sdp;
    return event->mikey_count > 0 || event->bad != XK_OK || offerless;
}

static void keep_sign(const struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *event)
{
    bool sign = call->answered || (event->status_code == 0 && event->method == XKI_CO_INVITE) ||
                (event->status_code > 100 && event->status_code < 300);
    if (sign) {
        call->seen = c->now;
    }
    /* What a 2xx says of it counts (RFC 4028 9). */
    if (event->status_code >= 200 && event->status_code < 300 && event->session_expires > call->session_expires) {
        call->session_expires = event->session_expires;
    }
}

static struct xki_co_call *begin(struct xk_collector *c, const struct xki_co_event *event)
{
    struct xki_co_call *oldest = xki_co_quota_exceeded(c, event->caller); /* of nobody, 0, there is none */
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
        bool fresh = (f->is.pair.flags & XKI_CO_EMITTED) == 0;
        f->is.pair.flags |= (uint8_t)(XKI_CO_OWED | (fresh ? XKI_CO_ESTABLISHED : 0u));
        f->is.pair.due = f->is.pair.due > c->now ? c->now : f->is.pair.due;
    }
}

/* What legs have in common: the correlation goes before what one of them replaces. */
static void group(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *event)
{
    if (call->correlation.size == 0 && event->correlation.size != 0 &&
        xki_co_keep(c, event->correlation.data, event->correlation.size, &call->correlation)) {
        xki_co_join_group(c, call, xki_siphash(&c->keys[1], event->correlation.data, event->correlation.size));
    } else if (call->group == call->key[0] && (event->replaces[0] | event->replaces[1]) != 0) {
        const struct xki_co_call *replaced = xki_co_find_call(c, event->replaces);
        xki_co_join_group(c, call, replaced == NULL ? event->replaces[0] : replaced->group);
    }
}

/* A message of whose keys none can be read is told at once; beside one that can, if no pair comes of it. */
static void note_unreadable(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *event)
{
    bool changed = false;
    if (event->bad == XK_OK || event->mikey_count > 0) {
        return;
    }
    struct xki_co_gap_of gap = {.reference = event->reference, .due = c->now, .reason = XK_INCOMPLETE_UNREADABLE,
                                .status = event->bad};
    gap.key = xki_co_transaction_key(xki_co_end_of(c, call, event->from_tag, &changed), event->cseq, event->method);
    xki_co_note_gap(c, call, &gap);
}

static void take(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_event *event)
{
    bool changed = call->counts[XKI_CO_END] == 0 && xki_co_early_learn(c, call);
    group(c, call, event);
    changed = xki_co_learn(c, call, event) || changed;
    keep_sign(c, call, event);
    note_unreadable(c, call, event);
    if (event->is_established) {
        settle_now(c, call);
    }
    xki_co_judge(c, call, changed);
}

/* A call of which only a message that answers was seen: whose it is, the INVITE may still say. A proxy may mirror that
 * one later. */
static bool may_be_late(const struct xki_co_event *event)
{
    return event->mikey_count > 0 && !is_opening(event) && !event->is_established;
}

enum xk_status xki_co_take_event(struct xk_collector *c, const struct xki_co_event *event, struct xk_diag *diag)
{
    struct xki_co_call *call = xki_co_find_call(c, event->key);
    if (call == NULL && !makes_state(event)) {
        c->counters.unprotected++;
        xki_co_early_keep(c, event);
        return XK_OK;
    }
    bool watched = (call != NULL && call->doubted == 0) || xki_co_is_watched(c, event);
    if (call == NULL && !watched && !may_be_late(event)) {
        c->counters.unwatched++;
        return XK_OK;
    }
    if (!make_room(c, event, call)) {
        return xki_fail(diag, XK_E_FULL, 0, "");
    }
    if (call == NULL) {
        call = begin(c, event);
        call->doubted = watched ? 0 : c->now + DOUBT;
    } else if (watched) {
        call->doubted = 0;
    }
    take(c, call, event);
    return XK_OK;
}

struct xk_bytes xki_co_correlation(struct xk_bytes given)
{
    for (size_t i = 0; i < given.size; i++) {
        if (given.data[i] != 0) {
            return given;
        }
    }
    return (struct xk_bytes){NULL, 0}; /* of X2: none */
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
    if (m.xid_count > XK_COLLECTOR_XIDS_MAX || (m.xid == NULL && m.xid_count != 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "xid");
    }
    if (collector->in_callback) {
        return xki_fail(diag, XK_E_BUSY, 0, "");
    }
    xki_co_set_now(collector, now_ms);
    collector->counters.messages++;
    struct xki_co_event event;
    bool partly;
    m.correlation = xki_co_correlation(m.correlation);
    enum xk_status status = xki_co_read(collector, &m, &event, &partly, diag);
    if (status == XK_OK) {
        status = xki_co_take_event(collector, &event, diag);
    } else {
        xki_co_refuse(collector, status, m.source);
        if (partly) {
            (void)xki_co_take_event(collector, &event, NULL);
        }
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
    collector->starting = true;
    for (uint32_t i = 0; i < collector->config.max_calls; i++) {
        struct xki_co_call *call = xki_co_call(collector, i);
        if (call->used) {
            xki_co_owe_all(collector, call);
            if (call->counts[XKI_CO_PAIR] + call->counts[XKI_CO_GAP] > 0) {
                xki_co_judge(collector, call, false);
            }
        }
    }
    collector->starting = false;
    return XK_OK;
}

enum xk_status xk_collector_cin(struct xk_collector *collector, uint64_t now_ms, uint64_t warrant,
                                struct xk_bytes call_id, uint32_t *cin)
{
    enum xk_status status = may_change(collector, warrant);
    if (cin == NULL || call_id.data == NULL) {
        return XK_E_ARGUMENT;
    }
    if (status != XK_OK) {
        return status;
    }
    const uint64_t key[2] = {xki_siphash(&collector->keys[0], call_id.data, call_id.size),
                             xki_siphash(&collector->keys[1], call_id.data, call_id.size)};
    xki_co_set_now(collector, now_ms);
    struct xki_co_call *call = xki_co_find_call(collector, key);
    *cin = call != NULL ? xki_co_cin_of(collector, call, warrant, 0) : 0;
    *cin = *cin != 0 ? *cin : xki_co_next_cin(collector, warrant);
    return XK_OK;
}

static bool is_warrant(const struct xki_co_fact *fact, const void *what)
{
    return fact->is.warrant.warrant == *(const uint64_t *)what;
}

/* Its number within the call may be another's from now on, who has had nothing. */
static void forget_warrant(struct xk_collector *c, struct xki_co_call *call, uint64_t warrant)
{
    uint32_t bit = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_WARRANT); f != NULL; f = xki_co_next(c, f)) {
        bit = f->is.warrant.warrant == warrant ? UINT32_C(1) << f->is.warrant.number : bit;
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        f->is.pair.served &= ~bit;
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_GAP); f != NULL; f = xki_co_next(c, f)) {
        f->is.gap.served &= ~bit;
    }
    xki_co_sweep(c, call, XKI_CO_WARRANT, is_warrant, &warrant);
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
        forget_warrant(collector, call, warrant);
        struct xki_co_concerns concerns;
        xki_co_ask(collector, call, NULL, NULL, &concerns);
        if (concerns.count == 0 && !concerns.perhaps) {
            xki_co_free_call(collector, call);
        }
    }
    return XK_OK;
}
