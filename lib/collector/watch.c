/* SPDX-License-Identifier: BSD-2-Clause */
#include "collector/watch.h"
#include "collector/legs.h"
#include "collector/observe.h"
#include "collector/scratch.h"

#include <string.h>

#define MATCHES_MAX 64

static struct xki_co_warrant *warrant_of(struct xk_collector *c, struct xki_co_call *call, uint64_t warrant,
                                         uint32_t cin)
{
    uint32_t taken = 0;
    unsigned int number = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_WARRANT); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.warrant.warrant == warrant) {
            return &f->is.warrant;
        }
    }
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_WARRANT); f != NULL; f = xki_co_next(c, f)) {
        taken |= UINT32_C(1) << f->is.warrant.number;
    }
    while (number < XK_COLLECTOR_WARRANTS_MAX && (taken >> number & 1u) != 0) {
        number++;
    }
    struct xki_co_fact *fact = number < XK_COLLECTOR_WARRANTS_MAX ? xki_co_add(c, call, XKI_CO_WARRANT) : NULL;
    if (fact == NULL) {
        xki_co_too_many(c);
        return NULL;
    }
    fact->is.warrant.warrant = warrant;
    fact->is.warrant.number = (uint8_t)number;
    fact->is.warrant.cin = cin;
    if (cin == 0 && !xki_co_cin_of_another_leg(c, call, warrant, &fact->is.warrant.cin)) {
        fact->is.warrant.cin = xki_co_next_cin(c, warrant);
    }
    return &fact->is.warrant;
}

uint32_t xki_co_cin_of(struct xk_collector *c, struct xki_co_call *call, uint64_t warrant, uint32_t cin)
{
    const struct xki_co_warrant *is = warrant_of(c, call, warrant, cin);
    return is != NULL ? is->cin : 0;
}

static struct xki_co_concern *concern_of(struct xk_collector *c, struct xki_co_call *call,
                                         struct xki_co_concerns *concerns, const struct xk_collector_match *match)
{
    const uint64_t warrant = match->warrant;
    for (size_t i = 0; i < concerns->count; i++) {
        if (concerns->of[i].warrant == warrant) {
            return &concerns->of[i];
        }
    }
    struct xki_co_warrant *is = warrant_of(c, call, warrant, match->cin);
    if (is == NULL) {
        return NULL;
    }
    if (!is->concerned) {
        is->concerned = true;
        is->since = c->now;
        is->mid_call = c->starting; /* no message shows it, but that it, or another one with it, has begun */
    }
    struct xki_co_concern *concern = &concerns->of[concerns->count++];
    *concern = (struct xki_co_concern){.warrant = warrant, .cin = is->cin, .end = XKI_CO_NO_END, .since = is->since,
                                       .number = is->number, .mid_call = is->mid_call};
    return concern;
}

/* Of two identities that say equally much, the one that is first in the order of octets: whatever came first. */
static bool is_before(struct xk_bytes a, struct xk_bytes b)
{
    int order = memcmp(a.data, b.data, a.size < b.size ? a.size : b.size);
    return order != 0 ? order < 0 : a.size < b.size;
}

/* What is certain goes before what is not, the surer place before the other, an end of the dialog before what was only
 * dialled, and the caller's before the callee's. */
static unsigned int weigh(const struct xk_collector_identity *identity, uint8_t end)
{
    unsigned int side = end == XKI_CO_NO_END ? 0u : identity->is_caller ? 2u : 1u;
    return (identity->certain ? 64u : 0u) + (unsigned int)identity->place * 4u + side;
}

static void add_concern(struct xk_collector *c, struct xki_co_call *call, struct xki_co_concerns *concerns,
                        const struct xk_collector_match *match, const struct xk_collector_identity *identity,
                        uint8_t end)
{
    struct xki_co_concern *concern = concern_of(c, call, concerns, match);
    if (concern == NULL || identity == NULL) {
        return;
    }
    unsigned int weight = weigh(identity, end);
    bool named = identity->place != XK_PLACE_TARGET_ID;
    if (weight > concern->weight ||
        (weight == concern->weight && named && is_before(identity->uri, concern->target))) {
        concern->weight = weight;
        concern->place = (uint8_t)identity->place;
        concern->certain = identity->certain;
        concern->end = end;
        concern->target = named ? identity->uri : (struct xk_bytes){NULL, 0};
    }
}

static size_t ask_host(struct xk_collector *c, const struct xk_collector_question *question,
                       struct xk_collector_match matches[MATCHES_MAX], bool *perhaps)
{
    *perhaps = false;
    c->in_callback = true;
    size_t count = c->callbacks.watch(question, matches, MATCHES_MAX, perhaps, c->user);
    c->in_callback = false;
    return count < MATCHES_MAX ? count : MATCHES_MAX;
}

/* The callee's own requests have the caller in To: dialled by nobody, and known better from the caller's. */
static bool is_backward(const struct xk_collector *c, const struct xki_co_call *call,
                        const struct xki_co_identity *is)
{
    bool has_caller = false;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_END); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.end.is_caller && f->is.end.number == is->by) {
            return false;
        }
        has_caller = has_caller || f->is.end.is_caller;
    }
    return has_caller && is->place == XK_PLACE_TO;
}

static bool is_of_another_branch(const struct xki_co_identity *is, const struct xki_co_dialog *d)
{
    return d != NULL && is->end != XKI_CO_NO_END && is->end != d->a && is->end != d->b;
}

static bool is_of_another_exchange(const struct xki_co_identity *is, const struct xki_co_messages *m)
{
    return m != NULL && is->of != 0 && is->of != m->init->hash && (m->resp == NULL || is->of != m->resp->hash) &&
           (m->update == NULL || is->of != m->update->hash) &&
           (m->update_resp == NULL || is->of != m->update_resp->hash);
}

void xki_co_ask(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d,
                const struct xki_co_messages *m, struct xki_co_concerns *concerns)
{
    struct xk_collector_identity identities[XK_COLLECTOR_IDENTITIES_MAX];
    struct xki_co_identity *kept[XK_COLLECTOR_IDENTITIES_MAX];
    size_t count = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_IDENTITY); f != NULL; f = xki_co_next(c, f)) {
        struct xki_co_identity *is = &f->is.identity;
        const struct xki_co_end *end = xki_co_find_end(c, call, is->end);
        if (is_of_another_branch(is, d) || is_of_another_exchange(is, m) || is_backward(c, call, is)) {
            continue;
        }
        kept[count] = is;
        identities[count].place = (enum xk_identity_place)is->place;
        identities[count].is_caller = end != NULL && end->is_caller;
        identities[count].certain = is->certain;
        identities[count].uri = xki_co_in_one_piece(c, XKI_CO_AT_IDENTITIES, count * XK_COLLECTOR_IDENTITY_OCTETS,
                                                    &is->uri);
        count++;
    }
    struct xk_collector_question question = {
        .identities = identities,
        .count = count,
        .at_exchange = true,
        .call_id = xki_co_in_one_piece(c, XKI_CO_AT_CALL_ID, 0, &call->call_id),
        .correlation = xki_co_in_one_piece(c, XKI_CO_AT_CORRELATION, 0, &call->correlation),
    };
    struct xk_collector_match matches[MATCHES_MAX] = {{0}};
    size_t found = ask_host(c, &question, matches, &concerns->perhaps);
    concerns->count = 0;
    for (size_t i = 0; i < found; i++) {
        bool named = matches[i].identity < count;
        if (named && matches[i].warrant != 0) {
            kept[matches[i].identity]->matched = true;
        }
        if (matches[i].warrant != 0) {
            add_concern(c, call, concerns, &matches[i], named ? &identities[matches[i].identity] : NULL,
                        named ? kept[matches[i].identity]->end : (uint8_t)XKI_CO_NO_END);
        }
    }
}

bool xki_co_is_watched(struct xk_collector *c, const struct xki_co_event *event)
{
    struct xk_collector_identity identities[XKI_CO_SHOWN_MAX];
    for (size_t i = 0; i < event->shown_count; i++) {
        const struct xki_co_shown *shown = &event->shown[i];
        bool from_caller = event->status_code == 0 && event->method == XKI_CO_INVITE && !event->has_to_tag;
        identities[i].uri = shown->uri;
        identities[i].certain = shown->certain;
        identities[i].place = (enum xk_identity_place)shown->place;
        identities[i].is_caller = from_caller && shown->whose == XKI_CO_OF_SENDER;
    }
    struct xk_collector_question question = {.identities = identities, .count = event->shown_count,
                                             .call_id = event->call_id, .correlation = event->correlation};
    struct xk_collector_match matches[MATCHES_MAX];
    bool perhaps;
    return ask_host(c, &question, matches, &perhaps) > 0 || perhaps;
}

/* Which of two identities of one end names it better: the surer place, then the order of octets. */
static bool names_better(struct xk_collector *c, const struct xki_co_identity *a, const struct xki_co_identity *b)
{
    if (b == NULL || a->place != b->place) {
        return b == NULL || a->place > b->place;
    }
    struct xk_bytes first = xki_co_in_one_piece(c, XKI_CO_AT_IDENTITIES, 0, &a->uri);
    return is_before(first, xki_co_in_one_piece(c, XKI_CO_AT_IDENTITIES, XK_COLLECTOR_IDENTITY_OCTETS, &b->uri));
}

struct xk_bytes xki_co_sip_identity(struct xk_collector *c, const struct xki_co_call *call, uint8_t end, bool asserted,
                                    unsigned int side)
{
    const struct xki_co_identity *found = NULL;
    const struct xki_co_end *own = xki_co_find_end(c, call, end);
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_IDENTITY); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_identity *is = &f->is.identity;
        bool fits = is->place == XK_PLACE_ASSERTED || (!asserted && is->place == XK_PLACE_FROM);
        if (is->certain && is->end == end && fits && names_better(c, is, found)) {
            found = is;
        }
    }
    /* The callee is not named by its own From: To says whom the caller dialled. */
    bool dialled = found == NULL && !asserted && own != NULL && !own->is_caller;
    for (struct xki_co_fact *f = dialled ? xki_co_first(c, call, XKI_CO_IDENTITY) : NULL; f != NULL;
         f = xki_co_next(c, f)) {
        const struct xki_co_identity *is = &f->is.identity;
        if (is->certain && is->place == XK_PLACE_TO && !is_backward(c, call, is) && names_better(c, is, found)) {
            found = is;
        }
    }
    struct xk_bytes none = {NULL, 0};
    size_t offset = (size_t)side * XK_COLLECTOR_IDENTITY_OCTETS;
    return found == NULL ? none : xki_co_in_one_piece(c, XKI_CO_AT_HINTS, offset, &found->uri);
}
