/* SPDX-License-Identifier: BSD-2-Clause */
/* The unanswered calls of each caller, the oldest first. */
#include "collector/quota.h"

#include <xk/secret.h>

static struct xki_co_caller *caller_at(const struct xk_collector *c, uint32_t index)
{
    return (struct xki_co_caller *)c->arrays[XKI_CO_CALLERS] + index;
}

static uint32_t find_caller(const struct xk_collector *c, uint64_t hash)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t index;
    while ((index = xki_idmap_find(&c->callers, (uint32_t)hash, &cursor)) != XKI_IDMAP_NONE) {
        if (caller_at(c, index)->hash == hash) {
            return index;
        }
    }
    return XKI_CO_NONE;
}

struct xki_co_call *xki_co_quota_exceeded(const struct xk_collector *c, uint64_t hash)
{
    uint32_t index = find_caller(c, hash);
    bool full = index != XKI_CO_NONE && caller_at(c, index)->calls >= c->config.calls_per_caller;
    return full ? xki_co_call(c, caller_at(c, index)->list.first) : NULL;
}

void xki_co_quota_join(struct xk_collector *c, struct xki_co_call *call, uint64_t hash)
{
    uint32_t index = find_caller(c, hash);
    if (index == XKI_CO_NONE) {
        index = c->caller_free; /* as many as calls: there is one */
        struct xki_co_caller *fresh = caller_at(c, index);
        c->caller_free = fresh->next;
        *fresh = (struct xki_co_caller){.hash = hash, .list = {XKI_CO_NONE, XKI_CO_NONE}};
        xki_idmap_insert(&c->callers, (uint32_t)hash, index);
    }
    struct xki_co_caller *caller = caller_at(c, index);
    uint32_t own = xki_co_call_index(c, call);
    call->caller_index = index;
    call->caller_next = XKI_CO_NONE;
    call->caller_prev = caller->list.last;
    if (caller->list.last == XKI_CO_NONE) {
        caller->list.first = own;
    } else {
        xki_co_call(c, caller->list.last)->caller_next = own;
    }
    caller->list.last = own;
    caller->calls++;
}

void xki_co_quota_leave(struct xk_collector *c, struct xki_co_call *call)
{
    if (call->caller_index == XKI_CO_NONE) {
        return;
    }
    struct xki_co_caller *caller = caller_at(c, call->caller_index);
    if (call->caller_prev == XKI_CO_NONE) {
        caller->list.first = call->caller_next;
    } else {
        xki_co_call(c, call->caller_prev)->caller_next = call->caller_next;
    }
    if (call->caller_next == XKI_CO_NONE) {
        caller->list.last = call->caller_prev;
    } else {
        xki_co_call(c, call->caller_next)->caller_prev = call->caller_prev;
    }
    caller->calls--;
    if (caller->calls == 0) {
        xki_idmap_remove(&c->callers, (uint32_t)caller->hash, call->caller_index);
        xk_wipe(caller, sizeof *caller);
        caller->next = c->caller_free;
        c->caller_free = call->caller_index;
    }
    call->caller_index = XKI_CO_NONE;
}

uint32_t xki_co_quota_used(const struct xk_collector *c, const struct xki_co_call *call)
{
    return call->caller_index == XKI_CO_NONE ? 0 : caller_at(c, call->caller_index)->calls;
}
