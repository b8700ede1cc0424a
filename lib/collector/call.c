/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls: found by their Call-ID, in lists by what they are worth, and given back whole. */
#include "collector/call.h"
#include "collector/legs.h"
#include "collector/quota.h"

#include <xk/secret.h>

#include <string.h>

static void class_remove(struct xk_collector *c, struct xki_co_call *call)
{
    struct xki_co_list *list = &c->classes[call->class_of];
    if (call->class_prev == XKI_CO_NONE) {
        list->first = call->class_next;
    } else {
        xki_co_call(c, call->class_prev)->class_next = call->class_next;
    }
    if (call->class_next == XKI_CO_NONE) {
        list->last = call->class_prev;
    } else {
        xki_co_call(c, call->class_next)->class_prev = call->class_prev;
    }
}

static void class_append(struct xk_collector *c, struct xki_co_call *call, enum xki_co_class class_of)
{
    struct xki_co_list *list = &c->classes[class_of];
    uint32_t index = xki_co_call_index(c, call);
    call->class_of = (uint8_t)class_of;
    call->class_next = XKI_CO_NONE;
    call->class_prev = list->last;
    if (list->last == XKI_CO_NONE) {
        list->first = index;
    } else {
        xki_co_call(c, list->last)->class_next = index;
    }
    list->last = index;
}

void xki_co_classify(struct xk_collector *c, struct xki_co_call *call, enum xki_co_class class_of)
{
    class_remove(c, call);
    class_append(c, call, class_of);
}

void xki_co_arm(struct xk_collector *c, struct xki_co_call *call, uint64_t at)
{
    uint32_t index = xki_co_call_index(c, call);
    if (call->armed) {
        xki_timers_disarm(&c->timers, index);
    }
    xki_timers_arm(&c->timers, index, at);
    call->armed = true;
}

struct xki_co_call *xki_co_find_call(const struct xk_collector *c, const uint64_t key[2])
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t index;
    while ((index = xki_idmap_find(&c->calls, (uint32_t)key[0], &cursor)) != XKI_IDMAP_NONE) {
        struct xki_co_call *call = xki_co_call(c, index);
        if (call->key[0] == key[0] && call->key[1] == key[1]) {
            return call;
        }
    }
    return NULL;
}

struct xki_co_call *xki_co_new_call(struct xk_collector *c, const uint64_t key[2])
{
    uint32_t index = c->call_free;
    if (index == XKI_CO_NONE) {
        return NULL;
    }
    struct xki_co_call *call = xki_co_call(c, index);
    c->call_free = call->class_next;
    memset(call, 0, sizeof *call);
    call->key[0] = key[0];
    call->key[1] = key[1];
    call->used = true;
    call->caller_index = XKI_CO_NONE;
    call->seen = c->now;
    for (unsigned int kind = 0; kind < XKI_CO_KINDS; kind++) {
        call->facts[kind] = XKI_CO_NONE;
        call->last[kind] = XKI_CO_NONE;
    }
    call->group_next = call->group_prev = XKI_CO_NONE;
    class_append(c, call, XKI_CO_UNANSWERED_CALL);
    xki_idmap_insert(&c->calls, (uint32_t)key[0], index);
    xki_co_join_group(c, call, key[0]);
    c->call_count++;
    c->counters.calls++;
    return call;
}

static bool any(const struct xki_co_fact *fact, const void *what)
{
    (void)fact;
    (void)what;
    return true;
}

void xki_co_free_call(struct xk_collector *c, struct xki_co_call *call)
{
    uint32_t index = xki_co_call_index(c, call);
    bool answered = call->answered;
    xki_co_quota_leave(c, call);
    xki_co_leave_group(c, call);
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        xki_co_forget_leg(c, call, &f->is.pair);
    }
    for (unsigned int kind = 0; kind < XKI_CO_KINDS; kind++) {
        xki_co_sweep(c, call, (enum xki_co_kind)kind, any, NULL);
    }
    xki_co_drop(c, &call->call_id);
    xki_co_drop(c, &call->correlation);
    if (call->armed) {
        xki_timers_disarm(&c->timers, index);
    }
    class_remove(c, call);
    xki_idmap_remove(&c->calls, (uint32_t)call->key[0], index);
    xk_wipe(call, sizeof *call);
    call->class_next = c->call_free;
    c->call_free = index;
    c->call_count--;
    c->answered_count -= answered;
}
