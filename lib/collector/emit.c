/* SPDX-License-Identifier: BSD-2-Clause */
/* An exchange goes to the host: for each warrant once (rule R12), with the target's role (R14, R15). */
#include "collector/belong.h"
#include "collector/judge.h"
#include "collector/legs.h"
#include "collector/match.h"
#include "collector/scratch.h"
#include "collector/watch.h"

#include <xk/exchange.h>
#include <xk/secret.h>

#include <string.h>

/* The same in every collector of a group: the call, its dialog, and the octets of the exchange. */
static void make_id(const struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_pair *pair,
                    const struct xki_co_messages *m, struct xk_bytes call_id, uint8_t id[16])
{
    uint64_t a = xki_co_find_end(c, call, pair->a)->tag;
    uint64_t b = xki_co_find_end(c, call, pair->b)->tag;
    uint64_t parts[7] = {xki_siphash(&c->group_keys[1], call_id.data, call_id.size),
                         a < b ? a : b,
                         a < b ? b : a,
                         m->init->hash,
                         m->resp == NULL ? 0 : m->resp->hash,
                         m->update == NULL ? 0 : m->update->hash,
                         m->update_resp == NULL ? 0 : m->update_resp->hash};
    uint8_t octets[sizeof parts];
    for (size_t i = 0; i < sizeof octets; i++) {
        octets[i] = (uint8_t)(parts[i / 8] >> (8 * (i % 8)));
    }
    for (unsigned int i = 0; i < 16; i++) {
        id[i] = (uint8_t)(xki_siphash(&c->group_keys[i / 8], octets, sizeof octets) >> (8 * (i % 8)));
    }
}

/* How many offers in the same place were told before: the KMS decides which one is true. */
static uint32_t candidate_of(const struct xk_collector *c, const struct xki_co_call *call,
                             const struct xki_co_dialog *d, const struct xki_co_pair *pair)
{
    const struct xki_co_item *own = xki_co_init_of(c, call, d, pair);
    uint32_t before = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL && &f->is.pair != pair;
         f = xki_co_next(c, f)) {
        const struct xki_co_pair *other = &f->is.pair;
        bool same_place = other->a == pair->a && other->b == pair->b && other->owner == pair->owner &&
                          other->cseq == pair->cseq && other->method == pair->method;
        const struct xki_co_item *init = same_place ? xki_co_init_of(c, call, d, other) : NULL;
        before += init != NULL && (other->flags & XKI_CO_MAIN) != 0 && init->csb == own->csb &&
                  init->medium == own->medium && init->hash != own->hash;
    }
    return before;
}

static bool names_another(struct xk_bytes mikey, struct xk_bytes sip)
{
    return mikey.size != 0 && sip.size != 0 && !xk_uri_equal(mikey, sip);
}

/* What MIKEY says of the two ends, and where it says nothing, what SIP says. */
static void name_ends(struct xk_collector *c, const struct xki_co_call *call, const struct xki_co_messages *m,
                      uint8_t other, struct xk_collected *out)
{
    struct xk_get_keys question = {.transfer_init = out->init,
                                   .transfer_resp = out->resp,
                                   .update_init = out->update_init,
                                   .update_resp = out->update_resp};
    struct xk_exchange exchange;
    if (xk_exchange_parse(&question, &exchange, NULL) != XK_OK) {
        return; /* was tried before: it parses */
    }
    struct xk_bytes initiator = exchange.init.id_initiator.data.size != 0 ? exchange.init.id_initiator.data
                                                                          : exchange.init.ticket.initiator.data;
    struct xk_bytes responder = {NULL, 0};
    if (exchange.has_resp) {
        responder = exchange.resp.id_responder.data;
    }
    out->mismatch = names_another(initiator, xki_co_sip_identity(c, call, m->init->sender, true, 0)) ||
                    names_another(responder, xki_co_sip_identity(c, call, other, true, 1));
    if (initiator.size == 0) {
        out->initiator_hint = xki_co_sip_identity(c, call, m->init->sender, false, 0);
    }
    if (responder.size == 0) {
        struct xk_bytes named = xki_co_sip_identity(c, call, other, true, 1);
        out->responder_hint = named.size != 0 ? named : xki_co_sip_identity(c, call, other, false, 1);
    }
}

/* Finds the messages of a pair. False when a flood has taken one of them meanwhile. */
static bool find_messages(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d,
                          struct xki_co_pair *pair, struct xki_co_messages *m)
{
    memset(m, 0, sizeof *m);
    const struct xki_co_item *init = xki_co_init_of(c, call, d, pair);
    bool update = (pair->flags & XKI_CO_IS_UPDATE) != 0;
    if (init == NULL) {
        return false;
    }
    if (pair->resp != 0 && (pair->flags & (XKI_CO_MAIN | XKI_CO_EMITTED)) == XKI_CO_MAIN) {
        /* Which answer counts may have changed while it settled. The item of the pair's own transaction matters. */
        const struct xki_co_item *own = NULL;
        for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_ITEM); f != NULL && own == NULL;
             f = xki_co_next(c, f)) {
            const struct xki_co_item *item = &f->is.item;
            bool of_pair = item->hash == pair->init && item->sender == pair->sender && item->owner_end == pair->owner &&
                           item->cseq == pair->cseq && item->method == pair->method && xki_co_in_dialog(item, d);
            own = of_pair ? item : NULL;
        }
        const struct xki_co_item *resp = own == NULL ? NULL : xki_co_best_answer(c, call, d, own, update);
        pair->resp = resp == NULL ? pair->resp : resp->hash;
    }
    const struct xki_co_item *resp = xki_co_resp_of(c, call, d, pair);
    if (pair->resp != 0 && resp == NULL) {
        return false;
    }
    if (!update) {
        m->init = init;
        m->resp = resp;
        return true;
    }
    const struct xki_co_pair *base = xki_co_base_of(c, call, d, init->csb);
    m->init = base == NULL ? NULL : xki_co_init_of(c, call, d, base);
    m->resp = base == NULL ? NULL : xki_co_resp_of(c, call, d, base);
    m->update = init;
    m->update_resp = resp;
    return m->init != NULL && (base->resp == 0 || m->resp != NULL);
}

static enum xk_role role_of(const struct xki_co_concern *concern, uint8_t initiator, uint8_t responder)
{
    return concern->end == initiator ? XK_ROLE_INITIATOR : concern->end == responder ? XK_ROLE_RESPONDER : XK_ROLE_NONE;
}

static bool give(struct xk_collector *c, const struct xk_collected *out)
{
    c->in_callback = true;
    enum xk_collector_reply reply = c->callbacks.on_exchange(out, c->user);
    c->in_callback = false;
    if (reply != XK_COLLECTOR_TAKEN) {
        c->counters.later++;
        return false;
    }
    c->counters.exchanges++;
    c->counters.contradicting += out->contradicting;
    c->counters.updates += out->kind == XK_COLLECTED_UPDATE;
    return true;
}

static void fill(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d,
                 const struct xki_co_pair *pair, const struct xki_co_messages *m, struct xk_collected *out)
{
    struct xk_get_keys question = xki_co_get_keys(c, m);
    memset(out, 0, sizeof *out);
    out->kind = m->update != NULL ? XK_COLLECTED_UPDATE : XK_COLLECTED_BASE;
    out->init = question.transfer_init;
    out->resp = question.transfer_resp;
    out->update_init = question.update_init;
    out->update_resp = question.update_resp;
    out->call_id = xki_co_in_one_piece(c, XKI_CO_AT_CALL_ID, 0, &call->call_id);
    out->correlation = xki_co_in_one_piece(c, XKI_CO_AT_CORRELATION, 0, &call->correlation);
    out->init_reference = m->init->reference;
    out->resp_reference = m->resp == NULL ? 0 : m->resp->reference;
    out->update_init_reference = m->update == NULL ? 0 : m->update->reference;
    out->update_resp_reference = m->update_resp == NULL ? 0 : m->update_resp->reference;
    out->answered = xki_co_is_answered(c, call, d);
    out->contradicting = (pair->flags & XKI_CO_MAIN) == 0;
    out->candidate = candidate_of(c, call, d, pair);
    make_id(c, call, pair, m, out->call_id, out->id);
    name_ends(c, call, m, m->init->sender == d->a ? d->b : d->a, out);
}

/* One end may send back what the other sent, as an offer of its own: the same exchange, told once (rule R12). */
static bool is_told_as_another(const struct xk_collector *c, const struct xki_co_call *call,
                               const struct xki_co_pair *pair, uint32_t bit)
{
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_PAIR); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_pair *other = &f->is.pair;
        if (other != pair && other->a == pair->a && other->b == pair->b && other->init == pair->init &&
            other->resp == pair->resp && (other->served & bit) != 0) {
            return true;
        }
    }
    return false;
}

/* To each warrant that has not had it, here or on another leg of the call. False if one of them said later. */
static bool give_to_all(struct xk_collector *c, const struct xki_co_call *call, struct xki_co_pair *pair,
                        const struct xki_co_concerns *concerns, struct xk_collected *out, uint8_t initiator,
                        uint8_t responder)
{
    bool all = true;
    for (size_t i = 0; i < concerns->count; i++) {
        const struct xki_co_concern *concern = &concerns->of[i];
        uint32_t bit = UINT32_C(1) << concern->number;
        if ((pair->served & bit) != 0) {
            continue;
        }
        out->warrant = concern->warrant;
        out->cin = concern->cin;
        out->target = concern->target;
        out->place = (enum xk_identity_place)concern->place;
        out->certain = concern->certain;
        out->mid_call = (pair->flags & XKI_CO_ESTABLISHED) != 0 || (concern->mid_call && pair->since <= concern->since);
        out->role = role_of(concern, initiator, responder);
        if (xki_co_told_on_another_leg(c, call, pair, concern->warrant) || is_told_as_another(c, call, pair, bit) ||
            give(c, out)) {
            pair->served |= bit;
            pair->flags |= XKI_CO_EMITTED;
        } else {
            all = false;
        }
    }
    return all;
}

/* Nobody is interested in this dialog, nor in another one of the call. */
static bool is_unwatched(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_concerns *concerns)
{
    struct xki_co_concerns all;
    if (concerns->count > 0 || concerns->perhaps) {
        return false;
    }
    xki_co_ask(c, call, NULL, NULL, &all);
    return all.count == 0 && !all.perhaps;
}

bool xki_co_emit(struct xk_collector *c, struct xki_co_call *call, struct xki_co_pair *pair)
{
    const struct xki_co_dialog *d = xki_co_find_dialog(c, call, pair->a, pair->b);
    struct xki_co_messages m;
    if ((pair->flags & XKI_CO_EMITTED) == 0) {
        xki_co_forget_leg(c, call, pair); /* which answer counts may still change */
    }
    if (d == NULL || !(c->config.early || (pair->flags & XKI_CO_EMITTED) != 0 || xki_co_is_answered(c, call, d))) {
        /* What seemed to have been answered was not: a failure came late. */
        xki_co_remove(c, call, XKI_CO_PAIR, (const struct xki_co_fact *)(const void *)pair);
        return true;
    }
    if (!find_messages(c, call, d, pair, &m)) {
        pair->flags = (uint8_t)(pair->flags & ~XKI_CO_OWED);
        return true;
    }
    struct xk_collected out;
    struct xki_co_concerns concerns;
    uint8_t responder = m.init->sender == d->a ? d->b : d->a;
    fill(c, call, d, pair, &m, &out);
    xki_co_ask(c, call, d, &m, &concerns);
    xki_co_remember_leg(c, call, pair);
    if (give_to_all(c, call, pair, &concerns, &out, m.init->sender, responder)) {
        pair->flags = (uint8_t)((pair->flags & ~XKI_CO_OWED) | XKI_CO_EMITTED);
        call->unwatched = is_unwatched(c, call, &concerns);
    } else {
        pair->due = c->now + c->config.retry;
    }
    return (pair->flags & XKI_CO_OWED) == 0;
}
