/* SPDX-License-Identifier: BSD-2-Clause */
/* What every part of the requester needs: access to a slot's parts, time, counting, watching. */
#include "requester/engine.h"

#include <xk/secret.h>

#include <string.h>

/* The slot's number, and bits of the random outcome id in place of a generation. */
uint64_t xki_handle(const struct xk_requester *r, uint32_t index)
{
    uint32_t random;
    memcpy(&random, xki_slot(r, index)->outcome.octets, sizeof random);
    return (uint64_t)random << 32 | (index + 1);
}

uint32_t xki_find_handle(const struct xk_requester *r, uint64_t handle)
{
    uint32_t index = (uint32_t)handle - 1;
    if ((uint32_t)handle == 0 || index >= r->fresh || xki_slot(r, index)->state == XKI_FREE ||
        xki_handle(r, index) != handle) {
        return XKI_NO_SLOT;
    }
    return index;
}

uint32_t xki_id_hash(const struct xk_transaction_id *id)
{
    uint32_t hash;
    memcpy(&hash, id->octets, sizeof hash);
    return hash;
}

static bool is_transaction(const struct xk_requester *r, uint32_t index, const struct xk_transaction_id *id)
{
    return xk_equal_secret(xki_slot(r, index)->transaction.octets, id->octets, sizeof id->octets);
}

/* The first of the requests under a transaction id, or none. `guess` is a slot where it may well be, or none. */
uint32_t xki_find_transaction(const struct xk_requester *r, const struct xk_transaction_id *id, uint32_t guess)
{
    if (guess != XKI_NO_SLOT && is_transaction(r, guess, id)) {
        return guess;
    }
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t index;
    do {
        index = xki_idmap_find(&r->ids, xki_id_hash(id), &cursor);
    } while (index != XKI_IDMAP_NONE && !is_transaction(r, index, id));
    return index;
}

void xki_set_now(struct xk_requester *r, uint64_t now_ms)
{
    if (now_ms >= r->now) {
        r->now = now_ms;
        return;
    }
    r->counters.clock_back++;
    xki_observe(r, XK_EVENT_CLOCK_BACK, XK_OK, XKI_NO_SLOT);
}

enum xk_status xki_count(struct xk_requester *r, enum xk_status status)
{
    r->counters.status[status == XK_OK ? 0 : xk_status_index(status)]++;
    return status;
}

/* Drawn in the middle of a change, so nothing may be changed from inside. */
bool xki_random(struct xk_requester *r, uint8_t *out, size_t size)
{
    bool outer = r->in_callback;
    r->in_callback = true;
    r->closed = true;
    bool drawn = r->callbacks.random(out, size, r->user);
    r->closed = false;
    r->in_callback = outer;
    return drawn;
}

static enum xk_outcome_kind kind_of(const struct xki_slot *slot)
{
    if ((slot->flags & XKI_FLAG_SUPPLEMENT) != 0) {
        return XK_OUTCOME_SUPPLEMENT;
    }
    return (slot->flags & XKI_FLAG_KEYS) != 0 ? XK_OUTCOME_KEYS : XK_OUTCOME_FAILURE;
}

static bool is_about_outcome(enum xk_event event)
{
    return event == XK_EVENT_DECIDED || event == XK_EVENT_OFFER_REFUSED || event == XK_EVENT_HELD ||
           event == XK_EVENT_ACKNOWLEDGED;
}

void xki_tell_observer(struct xk_requester *r, enum xk_event event, enum xk_status status, uint32_t index)
{
    struct xk_observation seen = {0};
    seen.event = event;
    seen.status = status;
    seen.kms = UINT32_MAX;
    seen.now_ms = r->now;
    if (index != XKI_NO_SLOT) {
        const struct xki_slot *slot = xki_slot(r, index);
        const struct xki_record *record = xki_record(r, index);
        seen.request = xki_handle(r, index);
        seen.kms = slot->kms;
        seen.attempt = slot->attempts;
        if (is_about_outcome(event)) {
            seen.kind = kind_of(slot);
            seen.cause = (enum xk_cause)record->cause;
            seen.failure = (enum xk_failure)record->failure;
        }
    }
    bool outer = r->in_callback;
    r->in_callback = true;
    r->callbacks.observe(&seen, r->user);
    r->in_callback = outer;
}

void xki_tell_auditor(struct xk_requester *r, enum xk_event event, uint32_t index)
{
    const struct xki_slot *slot = xki_slot(r, index);
    const struct xki_record *record = xki_record(r, index);
    struct xk_party parties[XK_PARTIES_MAX];
    struct xk_warrant warrant;
    xki_warrant_unpack(xki_record_warrant(r, index), &warrant, parties);
    struct xk_audit line = {0};
    line.event = event;
    line.request = xki_handle(r, index);
    line.id = slot->outcome;
    if (event == XK_EVENT_DECIDED || event == XK_EVENT_ACKNOWLEDGED) {
        line.kind = kind_of(slot);
        line.cause = (enum xk_cause)record->cause;
        line.failure = (enum xk_failure)record->failure;
    }
    line.destination_id = warrant.destination_id;
    line.authorisation = warrant.authorisation;
    line.now_ms = r->now;
    bool outer = r->in_callback;
    r->in_callback = true;
    r->callbacks.audit(&line, r->user);
    r->in_callback = outer;
}

void xki_leave(struct xk_requester *r)
{
    if (r->in_callback) {
        return;
    }
    if (r->queued > 0 && !r->fenced) {
        xki_pump(r);
    }
    if (r->room_wanted && r->free_count > 0) {
        r->room_wanted = false;
        if (r->callbacks.on_room != NULL) {
            r->in_callback = true;
            r->callbacks.on_room(r->user);
            r->in_callback = false;
        }
    }
}
