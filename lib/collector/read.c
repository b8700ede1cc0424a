/* SPDX-License-Identifier: BSD-2-Clause */
/* Section A of the rules: what a SIP message says that matters, and nothing else of it. */
#include "collector/read.h"
#include "collector/observe.h"
#include "collector/scratch.h"

#include <xk/mikey.h>
#include <xk/sdp.h>
#include <xk/secret.h>
#include <xk/sip.h>

#include <string.h>

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

static void bad(struct xk_collector *c, struct xki_co_event *event, enum xk_status status)
{
    if (status == XK_E_TOO_LARGE) {
        c->counters.too_large++;
        xki_co_observe(c, XK_COLLECTOR_TOO_LARGE, status, event->source);
    }
    if (event->bad == XK_OK) {
        event->bad = status;
    }
}

static void show(struct xk_collector *c, struct xki_co_event *event, struct xk_bytes uri, unsigned int place,
                 enum xki_co_whose whose)
{
    if (uri.size == 0) {
        return;
    }
    if (uri.size > XK_COLLECTOR_IDENTITY_OCTETS) {
        c->counters.too_large++;
        xki_co_observe(c, XK_COLLECTOR_TOO_LARGE, XK_E_TOO_LARGE, event->source);
    } else if (event->shown_count == XKI_CO_SHOWN_MAX) {
        xki_co_too_many(c);
    } else {
        event->shown[event->shown_count++] = (struct xki_co_shown){uri, (uint8_t)place, (uint8_t)whose};
    }
}

/* A TRANSFER_INIT or TRANSFER_RESP; other MIKEY messages are stepped over (rule R13). */
static void add_mikey(struct xk_collector *c, struct xki_co_event *event, struct xk_bytes octets)
{
    struct xk_mikey_message message;
    enum xk_status status = xk_mikey_parse(octets.data, octets.size, &message, NULL);
    bool resp = status == XK_OK && message.header.data_type == XK_MIKEY_TRANSFER_RESP;
    if (status != XK_OK) {
        bad(c, event, status);
        return;
    }
    if (!resp && message.header.data_type != XK_MIKEY_TRANSFER_INIT) {
        return;
    }
    status = resp ? xk_mikey_parse_transfer_resp(octets.data, octets.size, &message, NULL)
                  : xk_mikey_parse_transfer_init(octets.data, octets.size, &message, NULL);
    if (status != XK_OK) {
        bad(c, event, status);
        return;
    }
    if (octets.size > (resp ? c->config.max_resp : c->config.max_init)) {
        bad(c, event, XK_E_TOO_LARGE);
        return;
    }
    bool ticket = message.ticket.whole.size != 0;
    struct xki_co_mikey *mikey = &event->mikeys[event->mikey_count++];
    mikey->octets = octets;
    mikey->hash = hash_of(&c->group_keys[1], octets);
    mikey->csb = message.header.csb_id;
    mikey->flags = (uint8_t)((resp ? XKI_CO_RESP : 0u) | (ticket ? XKI_CO_TICKET : 0u) |
                             (ticket && (message.ticket.flags & XK_MIKEY_FLAG_F) != 0 ? XKI_CO_F : 0u) |
                             (message.header.v_flag ? XKI_CO_V : 0u));
    if (resp) {
        show(c, event, message.id_responder.data, XK_PLACE_MIKEY, XKI_CO_OF_SENDER);
        return;
    }
    show(c, event, message.id_initiator.data, XK_PLACE_MIKEY, XKI_CO_OF_SENDER);
    if (ticket && message.id_initiator.data.size == 0) {
        show(c, event, message.ticket.initiator.data, XK_PLACE_MIKEY, XKI_CO_OF_SENDER);
    }
    show(c, event, message.id_responder.data, XK_PLACE_TO, XKI_CO_DIALLED);
}

/* Decodes the attributes of one description that are, or may come to be, in force. */
static void read_sdp(struct xk_collector *c, struct xki_co_event *event, struct xk_bytes sdp, size_t *used)
{
    struct xk_sdp_key_mgmt found;
    memset(&found, 0, sizeof found);
    uint8_t *room = (uint8_t *)c->arrays[XKI_CO_SCRATCH] + xki_co_scratch_at(&c->config, XKI_CO_AT_READ);
    size_t capacity = xki_co_scratch_size(&c->config, XKI_CO_AT_READ);
    enum xk_status status;
    while ((status = xk_sdp_next_key_mgmt(sdp.data, sdp.size, &found, NULL)) == XK_OK) {
        if (found.standing != XK_SDP_IN_FORCE && found.standing != XK_SDP_POTENTIAL) {
            continue;
        }
        size_t size = 0;
        enum xk_status decoded = xk_key_mgmt_decode(found.data, room + *used, capacity - *used, &size, NULL);
        if (event->mikey_count == XKI_CO_MIKEYS_MAX) {
            xki_co_too_many(c);
            return;
        }
        if (decoded != XK_OK) {
            bad(c, event, decoded == XK_E_SPACE ? XK_E_TOO_LARGE : decoded);
            continue;
        }
        add_mikey(c, event, (struct xk_bytes){room + *used, size});
        *used += size;
    }
    if (status != XK_E_NO_KEY_MGMT) {
        bad(c, event, status);
    }
}

static void read_bodies(struct xk_collector *c, struct xki_co_event *event, const struct xk_sip_message *sip)
{
    size_t used = 0;
    size_t undone = 0;
    uint8_t *room = (uint8_t *)c->arrays[XKI_CO_SCRATCH] + xki_co_scratch_at(&c->config, XKI_CO_AT_BODY);
    size_t capacity = xki_co_scratch_size(&c->config, XKI_CO_AT_BODY);
    for (size_t i = 0; i < sip->part_count; i++) {
        const struct xk_sip_sdp *part = &sip->parts[i];
        struct xk_bytes sdp;
        if (part->superseded) {
            continue;
        }
        event->has_sdp = event->has_sdp || part->disposition != XK_SIP_DISPOSITION_EARLY_SESSION;
        enum xk_status status = xk_sip_undo(part, room + undone, capacity - undone, &sdp, NULL);
        if (status != XK_OK) {
            bad(c, event, status == XK_E_SPACE ? XK_E_TOO_LARGE : status);
            continue;
        }
        undone += part->encoding == XK_SIP_ENCODING_BASE64 ? sdp.size : 0;
        read_sdp(c, event, sdp, &used);
    }
    c->body_used = undone;
}

void xki_co_read_done(struct xk_collector *c)
{
    xk_wipe((uint8_t *)c->arrays[XKI_CO_SCRATCH] + xki_co_scratch_at(&c->config, XKI_CO_AT_BODY), c->body_used);
    c->body_used = 0;
}

static void read_identities(struct xk_collector *c, struct xki_co_event *event, const struct xk_sip_message *sip,
                            const struct xk_collector_message *message)
{
    struct xk_sip_identity found;
    memset(&found, 0, sizeof found);
    bool opening = sip->is_request && event->method == XKI_CO_INVITE && !event->has_to_tag;
    while (xk_sip_next_identity(sip, &found)) {
        struct xk_bytes uri = found.uri;
        bool asserted = found.source == XK_SIP_ASSERTED && message->trusted;
        if (!found.certain) {
            continue;
        }
        if (asserted && (sip->is_request || event->has_to_tag)) {
            event->caller = sip->is_request ? hash_of(&c->keys[0], uri) : event->caller;
            show(c, event, uri, XK_PLACE_ASSERTED, XKI_CO_OF_SENDER);
        } else if (found.source == XK_SIP_FROM) {
            event->caller = event->caller == 0 ? hash_of(&c->keys[0], uri) : event->caller;
            show(c, event, uri, XK_PLACE_FROM, sip->is_request ? XKI_CO_OF_SENDER : XKI_CO_OF_RECEIVER);
        } else if (found.source == XK_SIP_TO) {
            show(c, event, uri, XK_PLACE_TO, XKI_CO_DIALLED);
        } else if ((found.source == XK_SIP_REQUEST_URI || found.source == XK_SIP_CALLED_PARTY) && opening) {
            show(c, event, uri, XK_PLACE_REQUEST_URI, XKI_CO_DIALLED);
        } else if (found.source == XK_SIP_HISTORY || found.source == XK_SIP_DIVERSION) {
            show(c, event, uri, XK_PLACE_HISTORY, XKI_CO_DIALLED);
        }
    }
    if (message->xid != NULL) {
        enum xki_co_whose whose = message->direction == XK_DIRECTION_FROM_TARGET ? XKI_CO_OF_SENDER
                                  : message->direction == XK_DIRECTION_TO_TARGET ? XKI_CO_OF_RECEIVER
                                                                                 : XKI_CO_DIALLED;
        show(c, event, (struct xk_bytes){message->xid, 16}, XK_PLACE_TARGET_ID, whose);
    }
}

/* What the headers say, apart from bodies and identities. */
static enum xk_status read_headers(struct xk_collector *c, const struct xk_collector_message *message,
                                   struct xki_co_event *event, struct xk_sip_message *sip, struct xk_diag *diag)
{
    memset(event, 0, sizeof *event);
    event->source = message->source;
    event->correlation = message->correlation;
    event->reference = message->reference;
    enum xk_status status = xk_sip_parse(message->octets.data, message->octets.size, sip, diag);
    if (status != XK_OK) {
        return status;
    }
    event->call_id = sip->call_id;
    event->call_id.size = sip->call_id.size < XKI_CO_CALL_ID_MAX ? sip->call_id.size : XKI_CO_CALL_ID_MAX;
    event->key[0] = hash_of(&c->keys[0], sip->call_id);
    event->key[1] = hash_of(&c->keys[1], sip->call_id);
    event->from_tag = hash_of(&c->group_keys[0], sip->from_tag);
    event->to_tag = hash_of(&c->group_keys[0], sip->to_tag);
    event->has_to_tag = sip->to_tag.size != 0;
    event->status_code = sip->is_request ? 0 : sip->status_code;
    event->method = method_of(sip->is_request ? sip->method : sip->cseq_method);
    event->cseq = sip->cseq_number;
    event->rseq = sip->is_request ? sip->rack.rseq : sip->rseq;
    event->answers = sip->rack.cseq_number;
    event->session_expires = sip->session_expires;
    return XK_OK;
}

enum xk_status xki_co_read(struct xk_collector *c, const struct xk_collector_message *message,
                           struct xki_co_event *event, struct xk_diag *diag)
{
    struct xk_sip_message sip;
    enum xk_status status = read_headers(c, message, event, &sip, diag);
    if (status == XK_OK) {
        read_bodies(c, event, &sip);
        read_identities(c, event, &sip, message);
    }
    return status;
}

enum xk_status xki_co_read_apart(struct xk_collector *c, const struct xk_collector_message *message,
                                 struct xk_bytes sdp, bool second, struct xki_co_event *event, struct xk_diag *diag)
{
    struct xk_sip_message sip;
    size_t used = second ? xki_co_scratch_size(&c->config, XKI_CO_AT_READ) / 2 : 0;
    memset(&sip, 0, sizeof sip);
    if (message->octets.size != 0) {
        enum xk_status status = read_headers(c, message, event, &sip, diag);
        if (status != XK_OK) {
            return status;
        }
    } else {
        memset(event, 0, sizeof *event);
        event->source = message->source;
        event->correlation = message->correlation;
        event->reference = message->reference;
        event->method = XKI_CO_INVITE;
    }
    event->has_sdp = sdp.size != 0;
    if (event->has_sdp) {
        read_sdp(c, event, sdp, &used);
    }
    read_identities(c, event, &sip, message);
    return XK_OK;
}
