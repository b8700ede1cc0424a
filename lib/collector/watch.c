/* SPDX-License-Identifier: BSD-2-Clause */
#include "collector/watch.h"
#include "collector/observe.h"
#include "collector/scratch.h"

#define MATCHES_MAX 64

static const struct xki_co_fact *warrant_of(struct xk_collector *c, struct xki_co_call *call, uint64_t warrant)
{
    unsigned int number = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_WARRANT); f != NULL; f = xki_co_next(c, f)) {
        if (f->is.warrant.warrant == warrant) {
            return f;
        }
        number = f->is.warrant.number + 1u;
    }
    struct xki_co_fact *fact = number < XK_COLLECTOR_WARRANTS_MAX ? xki_co_add(c, call, XKI_CO_WARRANT) : NULL;
    if (fact == NULL) {
        xki_co_too_many(c);
        return NULL;
    }
    fact->is.warrant.warrant = warrant;
    fact->is.warrant.number = (uint8_t)number;
    fact->is.warrant.cin = xki_co_next_cin(c, warrant);
    fact->is.warrant.mid_call = c->starting == warrant;
    return fact;
}

static void add_concern(struct xk_collector *c, struct xki_co_call *call, struct xki_co_concerns *concerns,
                        uint64_t warrant, const struct xk_collector_identity *identity, uint8_t end)
{
    uint8_t place = identity == NULL ? 0 : (uint8_t)identity->place;
    struct xki_co_concern *concern = NULL;
    for (size_t i = 0; i < concerns->count; i++) {
        if (concerns->of[i].warrant == warrant) {
            concern = &concerns->of[i];
        }
    }
    if (concern == NULL) {
        const struct xki_co_fact *fact = warrant_of(c, call, warrant);
        if (fact == NULL) {
            return;
        }
        concern = &concerns->of[concerns->count++];
        *concern = (struct xki_co_concern){.warrant = warrant, .cin = fact->is.warrant.cin, .end = XKI_CO_NO_END,
                                           .number = fact->is.warrant.number, .mid_call = fact->is.warrant.mid_call};
    }
    if (place > concern->place) {
        concern->place = place;
        concern->end = end;
        concern->target = place == XK_PLACE_TARGET_ID ? (struct xk_bytes){NULL, 0} : identity->uri;
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

void xki_co_ask(struct xk_collector *c, struct xki_co_call *call, const struct xki_co_dialog *d,
                struct xki_co_concerns *concerns)
{
    struct xk_collector_identity identities[XK_COLLECTOR_IDENTITIES_MAX];
    uint8_t ends[XK_COLLECTOR_IDENTITIES_MAX];
    size_t count = 0;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_IDENTITY); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_identity *is = &f->is.identity;
        const struct xki_co_end *end = xki_co_find_end(c, call, is->end);
        if (is_of_another_branch(is, d) || is_backward(c, call, is)) {
            continue;
        }
        ends[count] = is->end;
        identities[count].place = (enum xk_identity_place)is->place;
        identities[count].is_caller = end != NULL && end->is_caller;
        identities[count].uri = xki_co_in_one_piece(c, XKI_CO_AT_IDENTITIES, count * XK_COLLECTOR_IDENTITY_OCTETS,
                                                    &is->uri);
        count++;
    }
    struct xk_collector_question question = {identities, count, true};
    struct xk_collector_match matches[MATCHES_MAX];
    size_t found = ask_host(c, &question, matches, &concerns->perhaps);
    concerns->count = 0;
    for (size_t i = 0; i < found; i++) {
        bool named = matches[i].identity < count;
        if (matches[i].warrant != 0) {
            add_concern(c, call, concerns, matches[i].warrant, named ? &identities[matches[i].identity] : NULL,
                        named ? ends[matches[i].identity] : (uint8_t)XKI_CO_NO_END);
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
        identities[i].place = (enum xk_identity_place)shown->place;
        identities[i].is_caller = from_caller && shown->whose == XKI_CO_OF_SENDER;
    }
    struct xk_collector_question question = {identities, event->shown_count, false};
    struct xk_collector_match matches[MATCHES_MAX];
    bool perhaps;
    return ask_host(c, &question, matches, &perhaps) > 0 || perhaps;
}

struct xk_bytes xki_co_sip_identity(struct xk_collector *c, const struct xki_co_call *call, uint8_t end, bool asserted)
{
    const struct xki_co_identity *found = NULL;
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_IDENTITY); f != NULL; f = xki_co_next(c, f)) {
        const struct xki_co_identity *is = &f->is.identity;
        bool fits = is->place == XK_PLACE_ASSERTED || (!asserted && is->place == XK_PLACE_FROM);
        if (is->end == end && fits && (found == NULL || is->place > found->place)) {
            found = is;
        }
    }
    /* The callee is not named by its own From: To says whom the caller dialled. */
    for (struct xki_co_fact *f = xki_co_first(c, call, XKI_CO_IDENTITY); f != NULL && found == NULL && !asserted;
         f = xki_co_next(c, f)) {
        const struct xki_co_end *is = xki_co_find_end(c, call, end);
        bool dialled = f->is.identity.place == XK_PLACE_TO && !is_backward(c, call, &f->is.identity);
        found = is != NULL && !is->is_caller && dialled ? &f->is.identity : NULL;
    }
    struct xk_bytes none = {NULL, 0};
    size_t offset = asserted ? XK_COLLECTOR_IDENTITY_OCTETS : 0;
    return found == NULL ? none : xki_co_in_one_piece(c, XKI_CO_AT_HINTS, offset, &found->uri);
}
