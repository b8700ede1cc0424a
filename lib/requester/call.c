/* SPDX-License-Identifier: BSD-2-Clause */
/* What every public call does at its beginning and at its end, and the sends between. */
#include "requester/ask.h"
#include "requester/offer.h"
#include "requester/reference.h"
#include "requester/share.h"
#include "requester/wait.h"
#include "requester/watch.h"
#include "requester/work.h"
#include "support/inline.h"

/* The first effects are of the state before, the last two of the state after. */
XKI_INLINE void move_one(struct xk_requester *r, uint32_t index, const struct xki_rq_cell *cell)
{
    struct xki_rq_slot *slot = xki_rq_slot(r, index);
    if ((cell->effects & XKI_RQ_LEAVES) != 0) {
        xki_rq_ask_leave(r, index);
    }
    if ((cell->effects & XKI_RQ_STOPS) != 0) {
        xki_rq_wait_stop(r, index);
    }
    if ((cell->effects & XKI_RQ_UNHOLDS) != 0) {
        xki_rq_offer_unhold(r, index);
    }
    r->in_state[slot->state]--;
    slot->state = (uint8_t)(cell->next - 1);
    r->in_state[slot->state]++;
    if ((cell->effects & XKI_RQ_READIES) != 0) {
        xki_rq_ask_ready(r, index);
    }
    if ((cell->effects & XKI_RQ_HOLDS) != 0) {
        xki_rq_offer_hold(r, index);
    }
}

bool xki_rq_is_forsaken(const struct xk_requester *r, uint32_t index)
{
    return xki_rq_state(r, index) == XKI_RQ_SPENT && !xki_rq_ask_may_answer(r, index) &&
           !xki_rq_share_others_ask(r, index);
}

void xki_rq_wake_given_up(struct xk_requester *r, uint32_t index)
{
    if (xki_rq_is_forsaken(r, index) && xki_rq_is(r, index, XKI_RQ_GIVEN_UP)) {
        xki_rq_wait_until(r, index, r->now);
    }
    uint32_t other = xki_rq_share_forsaken(r, index);
    for (; other != XKI_RQ_NONE; other = xki_rq_share_follower(r, other)) {
        if (xki_rq_state(r, other) == XKI_RQ_SPENT && xki_rq_is(r, other, XKI_RQ_GIVEN_UP)) {
            xki_rq_wait_until(r, other, r->now);
        }
    }
}

bool xki_rq_move(struct xk_requester *r, uint32_t index, enum xki_rq_input input)
{
    enum xki_rq_state before = xki_rq_state(r, index);
    const struct xki_rq_cell *cell = &xki_rq_table[before][input];
    if (cell->next == 0) {
        return false;
    }
    move_one(r, index, cell);
    uint32_t other = xki_rq_share_moved(r, index, before);
    if (other != XKI_RQ_NONE) {
        xki_rq_carry(r, other);
    } else if (xki_rq_is_pending(before) && !xki_rq_is_asking(xki_rq_state(r, index))) {
        xki_rq_wake_given_up(r, index);
    }
    return true;
}

void xki_rq_carry(struct xk_requester *r, uint32_t index)
{
    xki_rq_wait_until(r, index, XK_NEVER);
    move_one(r, index, &xki_rq_table[XKI_RQ_SHARING][XKI_RQ_CARRY]);
    (void)xki_rq_share_moved(r, index, XKI_RQ_SHARING);
}

bool xki_rq_set_clock(struct xk_requester *r, uint64_t now_ms)
{
    if (now_ms >= r->now) {
        r->now = now_ms;
        return false;
    }
    uint64_t from = r->now;
    if (from - now_ms > r->config.clock_bound) {
        r->now = now_ms;
        r->record_time += from - now_ms;
        xki_rq_wait_rebase(r, from);
        xki_rq_offer_rebase(r, from);
    }
    return true;
}

void xki_rq_tell_clock(struct xk_requester *r, bool back)
{
    if (back) {
        r->counters.clock_back++;
        xki_rq_observe(r, XK_EVENT_CLOCK_BACK, XK_OK, XKI_RQ_NONE);
    }
}

void xki_rq_time(struct xk_requester *r, uint64_t now_ms)
{
    xki_rq_tell_clock(r, xki_rq_set_clock(r, now_ms));
}

void xki_rq_bury_slot(struct xk_requester *r, uint32_t index, bool answered)
{
    const struct xki_rq_slot *slot = xki_rq_slot(r, index);
    uint32_t heir = xki_rq_share_quit(r, index);
    if (heir == XKI_RQ_NONE) {
        xki_idmap_remove(&r->ids, xki_rq_id_hash(&slot->transaction), index);
        xki_rq_bury(r, &slot->transaction, xki_rq_record(r, index)->progress.fingerprint, answered);
    } else if (xki_rq_find_transaction(r, &slot->transaction, XKI_RQ_NONE) == index) {
        xki_idmap_replace(&r->ids, xki_rq_id_hash(&slot->transaction), index, heir);
    }
    xki_rq_reference_drop(r, index);
    xki_rq_give_back(r, index);
}

void xki_rq_tell_journal(struct xk_requester *r, enum xk_status status, uint32_t index)
{
    if (status == XK_E_FENCED && !r->fenced) {
        r->fenced = true;
        xki_rq_observe(r, XK_EVENT_FENCED, XK_E_FENCED, index);
    } else if (status == XK_E_JOURNAL) {
        xki_rq_observe(r, XK_EVENT_JOURNAL_FAILED, XK_E_JOURNAL, index);
    }
}

static bool call_send(struct xk_requester *r, uint32_t index)
{
    struct xk_send out;
    out.kms = xki_rq_asked_kms(r, index);
    out.request = xki_rq_handle(r, index);
    out.attempt = xki_rq_record(r, index)->attempts + 1u;
    out.octets.data = xki_rq_octets(r, index);
    out.octets.size = xki_rq_record(r, index)->request_size;
    struct xki_rq_guard guard = xki_rq_enter(r, index);
    bool sent = r->callbacks.send(&out, r->user);
    xki_rq_exit(r, guard);
    if (!sent) {
        r->counters.send_failed++;
        return false;
    }
    xki_rq_ask_sent(r, index);
    xki_rq_share_note(r, index, out.kms);
    r->counters.sent++;
    r->counters.retried += out.attempt > 1;
    return true;
}

/* The upper half of a wait is drawn, so that many requests do not come back together. */
static uint32_t jitter(struct xk_requester *r, uint32_t wait)
{
    uint8_t random[2] = {0, 0};
    uint64_t half = wait / 2;
    if (half == 0 || !xki_rq_random(r, random, sizeof random)) {
        return wait;
    }
    return (uint32_t)(wait - half + half * ((uint32_t)random[0] << 8 | random[1]) / 65535u);
}

void xki_rq_go_on(struct xk_requester *r, uint32_t index, enum xki_rq_input input)
{
    xki_rq_move(r, index, input);
    uint64_t until = XK_NEVER;
    if (input == XKI_RQ_BACK_OFF) {
        until = xki_rq_after(r, jitter(r, xki_rq_ask_backoff(r, index)));
    }
    xki_rq_wait_until(r, index, until);
}

void xki_rq_attempt_failed(struct xk_requester *r, uint32_t index, bool refused)
{
    bool given_up = false;
    xki_rq_go_on(r, index, refused ? xki_rq_ask_refused(r, index, &given_up) : xki_rq_ask_failed(r, index));
    if (given_up) {
        xki_rq_set(r, index, XKI_RQ_GIVEN_UP);
        xki_rq_wake_given_up(r, index);
    }
}

/* It has a place at a KMS. */
static void attempt(struct xk_requester *r, uint32_t index)
{
    xki_rq_move(r, index, XKI_RQ_SEND);
    xki_rq_wait_until(r, index, xki_rq_after(r, xki_rq_ask_patience(r, index)));
    if (call_send(r, index)) {
        xki_rq_observe(r, XK_EVENT_SENT, XK_OK, index);
        return;
    }
    xki_rq_observe(r, XK_EVENT_SEND_FAILED, XK_OK, index);
    xki_rq_attempt_failed(r, index, true);
}

void xki_rq_ask_for_octets(struct xk_requester *r, uint32_t index)
{
    if (!xki_rq_ask_again(r, index)) {
        xki_rq_record(r, index)->wait = 1;
        return;
    }
    uint32_t intervals = xki_rq_ask_again_wait(r, index);
    xki_rq_record(r, index)->wait = (uint8_t)jitter(r, intervals);
    if (call_send(r, index)) {
        xki_rq_observe(r, XK_EVENT_SENT, XK_OK, index);
    } else {
        xki_rq_ask_leave(r, index);
        xki_rq_observe(r, XK_EVENT_SEND_FAILED, XK_OK, index);
    }
}

/* Bounded even for a host that submits and cancels in every callback: what is left over makes next_deadline the
 * present. */
static void send_ready(struct xk_requester *r)
{
    uint64_t turns = 64 + (uint64_t)XK_ROUTES_MAX * 2 * r->config.max_pending;
    while (!r->fenced && turns-- > 0) {
        bool placed;
        uint32_t index = xki_rq_ask_next(r, &placed);
        if (index == XKI_RQ_NONE) {
            return;
        }
        if (placed) {
            attempt(r, index);
        } else {
            xki_rq_move(r, index, XKI_RQ_QUEUE);
            xki_rq_wait_until(r, index, xki_rq_after(r, xki_rq_ask_patience(r, index)));
        }
    }
}

void xki_rq_leave(struct xk_requester *r)
{
    if (r->in_callback) {
        return;
    }
    send_ready(r);
    if (r->room_wanted && r->free_count > 0) {
        r->room_wanted = false;
        if (r->callbacks.on_room != NULL) {
            struct xki_rq_guard guard = xki_rq_enter(r, XKI_RQ_NONE);
            r->callbacks.on_room(r->user);
            xki_rq_exit(r, guard);
            send_ready(r);
        }
    }
}
