/* SPDX-License-Identifier: BSD-2-Clause */
#include "x2/sequence.h"

#include <string.h>

#define HALF 0x80000000u /* a number that far ahead is behind */
_Static_assert(sizeof(struct xki_siphash_key) == sizeof((struct xk_x2_stream_config *)0)->hash_key, "a key's size");
#define NAMED_SIZE (2 + XK_X2_XID_SIZE + XK_X2_CORRELATION_SIZE)

void xki_x2_sequences_init(struct xki_x2_sequences *s, const struct xk_x2_stream_config *config,
                           struct xki_x2_context *contexts, uint64_t *cells)
{
    memset(s, 0, sizeof *s);
    s->contexts = contexts;
    s->capacity = config->contexts;
    s->oldest = s->newest = XKI_IDMAP_NONE;
    s->rule = config->rule;
    memcpy(&s->keys[0], config->hash_key, sizeof s->keys[0]);
    s->keys[1].k0 = ~s->keys[0].k0;
    s->keys[1].k1 = s->keys[0].k1;
    xki_idmap_init(&s->map, cells, xki_idmap_cells(config->contexts));
}

/* XID, DID, NFID, IPID, correlation ID, and X2 or X3 apart; all of a connection in one if the rule says so. */
static void name_context(const struct xki_x2_sequences *s, const struct xk_x2_pdu *pdu, const uint8_t *xid,
                         const uint8_t *correlation, uint64_t name[2])
{
    const struct xk_bytes parts[] = {pdu->did, pdu->nfid, pdu->ipid};
    for (unsigned int i = 0; i < 2; i++) {
        uint8_t named[NAMED_SIZE + 3 * sizeof(uint64_t)];
        memset(named, 0, sizeof named);
        if (s->rule != XK_X2_SEQUENCE_PER_CONNECTION) {
            named[0] = (uint8_t)(pdu->type >> 8);
            named[1] = (uint8_t)pdu->type;
            memcpy(named + 2, xid, XK_X2_XID_SIZE);
            memcpy(named + 2 + XK_X2_XID_SIZE, correlation, XK_X2_CORRELATION_SIZE);
            for (unsigned int j = 0; j < 3; j++) {
                uint64_t hash = parts[j].data != NULL ? xki_siphash(&s->keys[i], parts[j].data, parts[j].size) : 0;
                memcpy(named + NAMED_SIZE + j * sizeof hash, &hash, sizeof hash);
            }
        }
        name[i] = xki_siphash(&s->keys[i], named, sizeof named);
    }
}

static void unlink_context(struct xki_x2_sequences *s, uint32_t slot)
{
    const struct xki_x2_context *c = &s->contexts[slot];
    *(c->older != XKI_IDMAP_NONE ? &s->contexts[c->older].newer : &s->oldest) = c->newer;
    *(c->newer != XKI_IDMAP_NONE ? &s->contexts[c->newer].older : &s->newest) = c->older;
}

static void link_newest(struct xki_x2_sequences *s, uint32_t slot)
{
    struct xki_x2_context *c = &s->contexts[slot];
    c->older = s->newest;
    c->newer = XKI_IDMAP_NONE;
    *(s->newest != XKI_IDMAP_NONE ? &s->contexts[s->newest].newer : &s->oldest) = slot;
    s->newest = slot;
}

static uint32_t find_context(const struct xki_x2_sequences *s, const uint64_t name[2])
{
    uint32_t cursor = XKI_IDMAP_NONE;
    uint32_t slot;
    while ((slot = xki_idmap_find(&s->map, (uint32_t)name[0], &cursor)) != XKI_IDMAP_NONE) {
        if (memcmp(s->contexts[slot].name, name, sizeof s->contexts[slot].name) == 0) {
            return slot;
        }
    }
    return XKI_IDMAP_NONE;
}

/* A slot for a new context: a free one, or that of the context which was idle longest. */
static uint32_t take_slot(struct xki_x2_sequences *s, bool *forgotten)
{
    if (s->count < s->capacity) {
        return s->count++;
    }
    uint32_t slot = s->oldest;
    unlink_context(s, slot);
    xki_idmap_remove(&s->map, (uint32_t)s->contexts[slot].name[0], slot);
    *forgotten = true;
    return slot;
}

static uint32_t first_number(const struct xki_x2_sequences *s, uint32_t number)
{
    if (s->rule == XK_X2_SEQUENCE_PER_CONNECTION) {
        return number;
    }
    return s->rule == XK_X2_SEQUENCE_FROM_1 ? 1 : 0;
}

/* After the last number a sequence goes on with 0 (5.3.9); one that counts from 1 may go on with 1. Of a context that
 * is new nothing is behind. */
static enum xk_x2_notice judge(const struct xki_x2_sequences *s, uint32_t next, uint32_t number, bool fresh,
                               struct xk_x2_event *event)
{
    uint32_t ahead = number - next;
    event->expected = next;
    event->received = number;
    if (ahead == 0 || (next == 0 && number == 1 && s->rule == XK_X2_SEQUENCE_FROM_1)) {
        return (enum xk_x2_notice)0;
    }
    if (ahead < HALF || (fresh && number > next)) {
        event->missing = ahead;
        return XK_X2_NOTICE_GAP;
    }
    return s->rule != XK_X2_SEQUENCE_PER_CONNECTION && number == first_number(s, number) ? XK_X2_NOTICE_RESTARTED
                                                                                         : XK_X2_NOTICE_REPEATED;
}

enum xk_x2_notice xki_x2_sequence_see(struct xki_x2_sequences *s, const struct xk_x2_pdu *pdu, const uint8_t *xid,
                                      const uint8_t *correlation, uint32_t number, struct xk_x2_event *event,
                                      bool *forgotten)
{
    uint64_t name[2];
    name_context(s, pdu, xid, correlation, name);
    uint32_t slot = find_context(s, name);
    bool fresh = slot == XKI_IDMAP_NONE;
    if (fresh) {
        slot = take_slot(s, forgotten);
        s->contexts[slot].name[0] = name[0];
        s->contexts[slot].name[1] = name[1];
        s->contexts[slot].next = first_number(s, number);
        xki_idmap_insert(&s->map, (uint32_t)name[0], slot);
    } else {
        unlink_context(s, slot);
    }
    link_newest(s, slot);
    enum xk_x2_notice notice = judge(s, s->contexts[slot].next, number, fresh, event);
    if (notice != XK_X2_NOTICE_REPEATED) {
        s->contexts[slot].next = number + 1;
    }
    return notice;
}

void xki_x2_sequences_reconnected(struct xki_x2_sequences *s)
{
    if (s->rule == XK_X2_SEQUENCE_PER_CONNECTION && s->count > 0) {
        xki_idmap_remove(&s->map, (uint32_t)s->contexts[0].name[0], 0);
        s->count = 0;
        s->oldest = s->newest = XKI_IDMAP_NONE;
    }
}
