/* SPDX-License-Identifier: BSD-2-Clause */
#include "collector/early.h"

#include <xk/secret.h>

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

/* Is it kept already, or has its call enough? Of very many with one Call-ID each look would take longer. */
static bool is_kept_or_surplus(const struct xk_collector *c, const struct xki_co_early *like)
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t index;
    unsigned int count = 0;
    while ((index = xki_idmap_find(&c->early, (uint32_t)like->key[0], &cursor)) != XKI_IDMAP_NONE) {
        struct xki_co_early *early = early_at(c, index);
        if (early->owner == like->owner && early->peer == like->peer && early->cseq == like->cseq &&
            early->method == like->method && early->flags == like->flags && early->key[1] == like->key[1]) {
            early->at = like->at;
            return true;
        }
        if (c->now - early->at > KEPT) {
            *early = *like; /* nobody asks for the old one any more */
            return true;
        }
        if (++count == XK_COLLECTOR_DIALOGS_MAX) {
            return true;
        }
    }
    return false;
}

void xki_co_early_keep(struct xk_collector *c, const struct xki_co_event *event)
{
    bool matters = event->status_code >= 200 && (event->method == XKI_CO_INVITE || event->method == XKI_CO_UPDATE ||
                                                 event->method == XKI_CO_PRACK);
    if (!matters) {
        return;
    }
    bool plain = event->has_sdp && event->plain != 0;
    struct xki_co_early like = {.key = {event->key[0], event->key[1]}, .owner = event->from_tag, .peer = event->to_tag,
                                .at = c->now, .cseq = event->cseq, .plain = event->has_sdp ? event->plain : 0,
                                .rejected = event->has_sdp ? event->rejected : 0, .method = event->method,
                                .tagged = event->has_to_tag, .used = true};
    like.flags = event->status_code >= 300 ? XKI_CO_FAILED : plain ? XKI_CO_OK | XKI_CO_PLAIN : XKI_CO_OK;
    if (is_kept_or_surplus(c, &like)) {
        return;
    }
    uint32_t index = c->early_at;
    struct xki_co_early *early = early_at(c, index);
    c->early_at = (index + 1) % xki_co_early_slots(&c->config);
    forget(c, index);
    *early = like;
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
        struct xki_co_fate fate = {.cseq = early.cseq, .method = early.method, .flags = early.flags,
                                   .plain = early.plain, .rejected = early.rejected};
        fate.owner = xki_co_end_of(c, call, early.owner, &changed);
        fate.peer = early.tagged ? xki_co_end_of(c, call, early.peer, &changed) : (uint8_t)XKI_CO_NO_END;
        if (fate.owner != XKI_CO_NO_END) {
            xki_co_learn_fate(c, call, &fate, &changed);
        }
    }
    return changed;
}
