/* SPDX-License-Identifier: BSD-2-Clause */
#include "collector/early.h"

#include <xk/secret.h>

#include <string.h>

#define KEPT 2000u /* milliseconds */

uint32_t xki_co_early_slots(const struct xk_collector_config *config)
{
    return config->max_calls < 16 ? 16 : config->max_calls;
}

static struct xki_co_early *early_at(const struct xk_collector *c, uint32_t index)
{
    return (struct xki_co_early *)c->arrays[XKI_CO_EARLY] + index;
}

static void forget(struct xk_collector *c, uint32_t index)
{
    struct xki_co_early *early = early_at(c, index);
    if (early->used) {
        xki_idmap_remove(&c->early, (uint32_t)early->key[0], index);
        xk_wipe(early, sizeof *early);
    }
}

static bool is_same(const struct xki_co_early *a, const struct xki_co_early *b)
{
    return a->key[0] == b->key[0] && a->key[1] == b->key[1] && a->owner == b->owner && a->peer == b->peer &&
           a->cseq == b->cseq && a->method == b->method && a->status_code == b->status_code && a->tagged == b->tagged &&
           a->has_sdp == b->has_sdp && a->plain == b->plain && a->rejected == b->rejected;
}

/* Is it kept already, or has its call enough? Of very many with one Call-ID each look would take longer. */
static bool is_kept_or_surplus(const struct xk_collector *c, const struct xki_co_early *like)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t index;
    unsigned int count = 0;
    while ((index = xki_idmap_find(&c->early, (uint32_t)like->key[0], &cursor)) != XKI_IDMAP_NONE) {
        struct xki_co_early *early = early_at(c, index);
        if (is_same(early, like) || c->now - early->at > KEPT) {
            *early = *like; /* nobody asks for the old one any more */
            return true;
        }
        if (++count == XK_COLLECTOR_DIALOGS_MAX) {
            return true;
        }
    }
    return false;
}

/* A final response, and what says that there was one: an ACK, and a BYE. */
static bool matters(const struct xki_co_event *event)
{
    switch ((enum xki_co_method)event->method) {
    case XKI_CO_INVITE:
    case XKI_CO_UPDATE:
    case XKI_CO_PRACK:
        return event->status_code >= 200;
    case XKI_CO_BYE:
        return event->status_code == 0 || event->status_code >= 200;
    case XKI_CO_ACK:
        return true;
    case XKI_CO_OTHER:
        return false;
    }
    return false;
}

void xki_co_early_keep(struct xk_collector *c, const struct xki_co_event *event)
{
    struct xki_co_early like = {.key = {event->key[0], event->key[1]}, .owner = event->from_tag, .peer = event->to_tag,
                                .at = c->now, .cseq = event->cseq, .plain = event->plain, .rejected = event->rejected,
                                .status_code = (uint16_t)event->status_code, .method = event->method,
                                .tagged = event->has_to_tag, .has_sdp = event->has_sdp, .used = true};
    if (!matters(event) || is_kept_or_surplus(c, &like)) {
        return;
    }
    uint32_t index = c->early_at;
    c->early_at = (index + 1) % xki_co_early_slots(&c->config);
    forget(c, index);
    *early_at(c, index) = like;
    xki_idmap_insert(&c->early, (uint32_t)event->key[0], index);
}

static uint32_t find(const struct xk_collector *c, const struct xki_co_call *call)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t index;
    while ((index = xki_idmap_find(&c->early, (uint32_t)call->key[0], &cursor)) != XKI_IDMAP_NONE) {
        const struct xki_co_early *early = early_at(c, index);
        if (early->key[0] == call->key[0] && early->key[1] == call->key[1]) {
            return index;
        }
    }
    return XKI_CO_NONE;
}

bool xki_co_early_learn(struct xk_collector *c, struct xki_co_call *call)
{
    bool changed = false;
    uint32_t index;
    while ((index = find(c, call)) != XKI_CO_NONE) {
        struct xki_co_early early = *early_at(c, index);
        forget(c, index);
        if (c->now - early.at > KEPT) {
            continue;
        }
        struct xki_co_event event;
        memset(&event, 0, sizeof event);
        event.from_tag = early.owner;
        event.to_tag = early.peer;
        event.has_to_tag = early.tagged;
        event.cseq = early.cseq;
        event.method = early.method;
        event.status_code = early.status_code;
        event.has_sdp = early.has_sdp;
        event.plain = early.plain;
        event.rejected = early.rejected;
        changed = xki_co_learn(c, call, &event) || changed;
    }
    return changed;
}
