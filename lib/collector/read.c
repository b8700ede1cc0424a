/* SPDX-License-Identifier: BSD-2-Clause */
/* Section A of the rules: what a SIP message says that matters, and nothing else of it. */
#include "collector/read.h"
#include "collector/scratch.h"
#include "sip/partly.h"

#include <string.h>

#define XID_OCTETS 16u

static bool is_text(struct xk_bytes a, const char *text)
{
    size_t size = strlen(text);
    return a.size == size && memcmp(a.data, text, size) == 0;
}

static uint8_t method_of(struct xk_bytes name)
{
    static const struct {
        const char *name;
        uint8_t method;
    } methods[] = {{"INVITE", XKI_CO_INVITE}, {"ACK", XKI_CO_ACK}, {"PRACK", XKI_CO_PRACK}, {"UPDATE", XKI_CO_UPDATE},
                   {"BYE", XKI_CO_BYE}};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++) {
        if (is_text(name, methods[i].name)) {
            return methods[i].method;
        }
    }
    return XKI_CO_OTHER;
}

static uint64_t hash_of(const struct xki_siphash_key *key, struct xk_bytes text)
{
    return xki_siphash(key, text.data, text.size);
}

static void show_sip(struct xk_collector *c, struct xki_co_event *event, const struct xk_sip_message *sip,
                     const struct xk_sip_identity *found, bool trusted)
{
    struct xki_co_shown shown = {.uri = found->uri, .certain = found->certain, .whose = XKI_CO_DIALLED};
    bool opening = event->status_code == 0 && event->method == XKI_CO_INVITE && !event->has_to_tag;
    switch (found->source) {
    case XK_SIP_ASSERTED:
        if (!trusted || !(sip->is_request || event->has_to_tag)) {
            return; /* whoever wrote it, the network did not; or nobody has answered yet */
        }
        shown.place = XK_PLACE_ASSERTED;
        shown.whose = XKI_CO_OF_SENDER;
        break;
    case XK_SIP_FROM:
        shown.place = XK_PLACE_FROM;
        shown.whose = sip->is_request ? XKI_CO_OF_SENDER : XKI_CO_OF_RECEIVER;
        break;
    case XK_SIP_PREFERRED: /* no better than From, but a phone that hides its From says here who it is */
        if (!sip->is_request && !event->has_to_tag) {
            return;
        }
        shown.place = XK_PLACE_FROM;
        shown.whose = XKI_CO_OF_SENDER;
        break;
    case XK_SIP_TO:
        shown.place = XK_PLACE_TO;
        break;
    case XK_SIP_REQUEST_URI:
    case XK_SIP_CALLED_PARTY:
        if (!opening) {
            return; /* a contact of the dialog, nobody's name */
        }
        shown.place = XK_PLACE_REQUEST_URI;
        break;
    case XK_SIP_HISTORY:
    case XK_SIP_DIVERSION:
        shown.place = XK_PLACE_HISTORY;
        break;
    }
    xki_co_show(c, event, &shown);
    bool names_caller = sip->is_request && shown.whose == XKI_CO_OF_SENDER && shown.certain;
    if (names_caller && (event->caller == 0 || shown.place == XK_PLACE_ASSERTED)) {
        event->caller = hash_of(&c->keys[0], shown.uri);
    }
}

static bool is_history(const struct xk_sip_identity *found)
{
    return found->source == XK_SIP_HISTORY || found->source == XK_SIP_DIVERSION;
}

/* Who called whom before comes last: anybody can write so much of it that nothing else would find a place. */
static void read_identities(struct xk_collector *c, struct xki_co_event *event, const struct xk_sip_message *sip,
                            const struct xk_collector_message *message)
{
    size_t xids = message->xid == NULL ? 0 : message->xid_count == 0 ? 1 : message->xid_count;
    for (size_t i = 0; i < xids; i++) {
        struct xki_co_shown shown = {.place = XK_PLACE_TARGET_ID, .certain = true};
        shown.uri = (struct xk_bytes){message->xid + i * XID_OCTETS, XID_OCTETS};
        shown.whose = message->direction == XK_DIRECTION_FROM_TARGET ? XKI_CO_OF_SENDER
                      : message->direction == XK_DIRECTION_TO_TARGET ? XKI_CO_OF_RECEIVER
                                                                     : XKI_CO_DIALLED;
        xki_co_show(c, event, &shown);
    }
    for (unsigned int history = 0; history < 2; history++) {
        struct xk_sip_identity found;
        memset(&found, 0, sizeof found);
        while (xk_sip_next_identity(sip, &found)) {
            if (is_history(&found) == (history != 0)) {
                show_sip(c, event, sip, &found, message->trusted);
            }
        }
    }
}

static void begin(const struct xk_collector_message *message, struct xki_co_event *event)
{
    memset(event, 0, sizeof *event);
    event->source = message->source;
    event->correlation = message->correlation;
    event->reference = message->reference;
}

static void keep_headers(struct xk_collector *c, struct xki_co_event *event, const struct xk_sip_message *sip)
{
    event->call_id = sip->call_id;
    event->call_id.size = sip->call_id.size < XKI_CO_CALL_ID_MAX ? sip->call_id.size : XKI_CO_CALL_ID_MAX;
    event->key[0] = hash_of(&c->keys[0], sip->call_id);
    event->key[1] = hash_of(&c->keys[1], sip->call_id);
    if (sip->replaces.call_id.size != 0) {
        event->replaces[0] = hash_of(&c->keys[0], sip->replaces.call_id);
        event->replaces[1] = hash_of(&c->keys[1], sip->replaces.call_id);
    }
    event->from_tag = hash_of(&c->group_keys[0], sip->from_tag);
    event->to_tag = hash_of(&c->group_keys[0], sip->to_tag);
    event->has_to_tag = sip->to_tag.size != 0;
    event->status_code = sip->is_request ? 0 : sip->status_code;
    event->method = method_of(sip->is_request ? sip->method : sip->cseq_method);
    event->cseq = sip->cseq_number;
    event->rseq = sip->is_request ? sip->rack.rseq : sip->rseq;
    event->answers = sip->rack.cseq_number;
    event->session_expires = sip->session_expires;
}

enum xk_status xki_co_read(struct xk_collector *c, const struct xk_collector_message *message,
                           struct xki_co_event *event, bool *partly, struct xk_diag *diag)
{
    struct xk_sip_message sip;
    begin(message, event);
    enum xk_status status = xk_sip_parse(message->octets.data, message->octets.size, &sip, diag);
    *partly = status != XK_OK && xki_sip_parse_partly(message->octets.data, message->octets.size, &sip);
    if (status == XK_OK || *partly) {
        keep_headers(c, event, &sip);
    }
    if (status == XK_OK) {
        xki_co_read_bodies(c, event, &sip);
        read_identities(c, event, &sip, message);
    } else if (*partly) {
        read_identities(c, event, &sip, message);
        event->method = XKI_CO_OTHER;
        event->bad = status;
    }
    return status;
}

enum xk_status xki_co_read_apart(struct xk_collector *c, const struct xk_collector_message *message,
                                 struct xk_bytes sdp, bool second, struct xki_co_event *event, struct xk_diag *diag)
{
    struct xk_sip_message sip;
    size_t used = second ? xki_co_scratch_size(&c->config, XKI_CO_AT_READ) / 2 : 0;
    memset(&sip, 0, sizeof sip);
    begin(message, event);
    event->method = XKI_CO_INVITE;
    if (message->octets.size != 0) {
        enum xk_status status = xk_sip_parse(message->octets.data, message->octets.size, &sip, diag);
        if (status != XK_OK) {
            return status;
        }
        keep_headers(c, event, &sip);
    }
    event->is_established = true;
    if (sdp.size != 0) {
        xki_co_read_sdp(c, event, sdp, XKI_CO_SESSION, &used);
    }
    read_identities(c, event, &sip, message);
    return XK_OK;
}
