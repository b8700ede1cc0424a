/* SPDX-License-Identifier: BSD-2-Clause */
/* What the descriptions of a message say: MIKEY messages, for which media each stands, and media without a key. */
#include "collector/observe.h"
#include "collector/read.h"
#include "collector/scratch.h"

#include <xk/mikey.h>
#include <xk/sdp.h>
#include <xk/secret.h>
#include <xk/sip.h>

#include <string.h>

#define ALL_MEDIA 0xffffu
#define CHOICES_LOOKED_AT 16u /* media */

/* The media of a description, as in xki_co_item.covers. */
struct media {
    unsigned int count;
    uint16_t accepted;
    uint16_t rejected;
    uint16_t own; /* have a key of their own */
};

static uint16_t bit_of(uint32_t medium)
{
    return (uint16_t)(1u << (medium < 16 ? medium - 1 : 15));
}

static void look_at_media(struct xk_bytes sdp, struct media *media)
{
    struct xk_sdp_medium medium;
    struct xk_sdp_key_mgmt found;
    memset(media, 0, sizeof *media);
    memset(&medium, 0, sizeof medium);
    memset(&found, 0, sizeof found);
    while (xk_sdp_next_medium(sdp.data, sdp.size, &medium, NULL) == XK_OK) {
        media->count++;
        if (medium.rejected) {
            media->rejected |= bit_of(medium.number);
        } else {
            media->accepted |= bit_of(medium.number);
        }
    }
    if (media->count == 0) {
        media->accepted = ALL_MEDIA;
    }
    while (xk_sdp_next_key_mgmt(sdp.data, sdp.size, &found, NULL) == XK_OK) {
        if (found.media != 0 && found.capability == 0 && found.standing == XK_SDP_IN_FORCE) {
            media->own |= bit_of(found.media);
        }
    }
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

void xki_co_show(struct xk_collector *c, struct xki_co_event *event, const struct xki_co_shown *shown)
{
    if (shown->uri.size == 0) {
        return;
    }
    if (shown->uri.size > XK_COLLECTOR_IDENTITY_OCTETS) {
        c->counters.too_large++;
        xki_co_observe(c, XK_COLLECTOR_TOO_LARGE, XK_E_TOO_LARGE, event->source);
    } else if (event->shown_count == XKI_CO_SHOWN_MAX) {
        xki_co_too_many(c);
    } else {
        event->shown[event->shown_count++] = *shown;
    }
}

static void name(struct xk_collector *c, struct xki_co_event *event, const struct xki_co_mikey *mikey,
                 const struct xk_mikey_message *message)
{
    struct xki_co_shown shown = {.of = mikey->hash, .place = XK_PLACE_MIKEY, .whose = XKI_CO_OF_SENDER,
                                 .certain = true};
    bool resp = (mikey->flags & XKI_CO_RESP) != 0;
    shown.uri = resp ? message->id_responder.data : message->id_initiator.data;
    if (!resp && shown.uri.size == 0 && (mikey->flags & XKI_CO_TICKET) != 0) {
        shown.uri = message->ticket.initiator.data;
    }
    xki_co_show(c, event, &shown);
    if (!resp) {
        shown.uri = message->id_responder.data;
        shown.place = XK_PLACE_TO;
        shown.whose = XKI_CO_DIALLED;
        shown.of = 0;
        xki_co_show(c, event, &shown);
    }
}

/* A TRANSFER_INIT or TRANSFER_RESP; other MIKEY messages are stepped over (rule R13). */
static bool add_mikey(struct xk_collector *c, struct xki_co_event *event, struct xk_bytes octets)
{
    struct xk_mikey_message message;
    enum xk_status status = xk_mikey_parse_transfer_init(octets.data, octets.size, &message, NULL);
    bool resp = status == XK_E_MIKEY_DATA_TYPE;
    if (resp) {
        status = xk_mikey_parse_transfer_resp(octets.data, octets.size, &message, NULL);
    }
    if (status == XK_E_MIKEY_DATA_TYPE) { /* neither: only what is broken is told */
        status = xk_mikey_parse(octets.data, octets.size, &message, NULL);
        if (status == XK_OK) {
            return false;
        }
    }
    if (status == XK_OK && octets.size > (resp ? c->config.max_resp : c->config.max_init)) {
        status = XK_E_TOO_LARGE;
    }
    if (status != XK_OK) {
        bad(c, event, status);
        return false;
    }
    bool ticket = message.ticket.whole.size != 0;
    struct xki_co_mikey *mikey = &event->mikeys[event->mikey_count++];
    mikey->octets = octets;
    mikey->hash = xki_siphash(&c->group_keys[1], octets.data, octets.size);
    mikey->csb = message.header.csb_id;
    mikey->flags = (uint8_t)((resp ? XKI_CO_RESP : 0u) | (ticket ? XKI_CO_TICKET : 0u) |
                             (ticket && (message.ticket.flags & XK_MIKEY_FLAG_F) != 0 ? XKI_CO_F : 0u) |
                             (message.header.v_flag ? XKI_CO_V : 0u));
    name(c, event, mikey, &message);
    return true;
}

/* Where it stands, and for which media. */
static void place(struct xki_co_mikey *mikey, const struct xk_sdp_key_mgmt *found, const struct media *media,
                  bool early)
{
    bool counted = found->capability <= XKI_CO_CAPABILITY_MAX;
    mikey->capability = (uint8_t)(counted ? found->capability : 0);
    mikey->medium = (uint8_t)(found->media < UINT8_MAX ? found->media : UINT8_MAX);
    mikey->covers = found->media != 0 ? bit_of(found->media) : (uint16_t)(media->accepted & ~media->own);
    mikey->flags |= early ? XKI_CO_IS_EARLY : 0;
}

/* Decodes the attributes of one description that are, or may come to be, in force. Answers which media have a key. */
static uint16_t read_keys(struct xk_collector *c, struct xki_co_event *event, struct xk_bytes sdp,
                          const struct media *media, bool early, size_t *used)
{
    struct xk_sdp_key_mgmt found;
    memset(&found, 0, sizeof found);
    uint8_t *room = (uint8_t *)c->arrays[XKI_CO_SCRATCH] + xki_co_scratch_at(&c->config, XKI_CO_AT_READ);
    size_t capacity = xki_co_scratch_size(&c->config, XKI_CO_AT_READ);
    uint16_t keyed = 0;
    enum xk_status status;
    while ((status = xk_sdp_next_key_mgmt(sdp.data, sdp.size, &found, NULL)) == XK_OK) {
        if (found.standing != XK_SDP_IN_FORCE && found.standing != XK_SDP_POTENTIAL) {
            continue;
        }
        size_t size = 0;
        enum xk_status decoded = xk_key_mgmt_decode(found.data, room + *used, capacity - *used, &size, NULL);
        if (event->mikey_count == XKI_CO_MIKEYS_MAX) {
            xki_co_too_many(c);
            return keyed;
        }
        if (decoded != XK_OK) {
            bad(c, event, decoded == XK_E_SPACE ? XK_E_TOO_LARGE : decoded);
        } else if (add_mikey(c, event, (struct xk_bytes){room + *used, size})) {
            struct xki_co_mikey *mikey = &event->mikeys[event->mikey_count - 1];
            place(mikey, &found, media, early);
            keyed |= mikey->covers;
            *used += size;
        }
    }
    if (status != XK_E_NO_KEY_MGMT) {
        bad(c, event, status);
    }
    return keyed;
}

/* RFC 5939: which capabilities of the offer the answer takes, all its media together. */
static void read_choices(struct xki_co_event *event, struct xk_bytes sdp)
{
    struct xk_sdp_choice choice;
    for (uint32_t medium = 1; medium <= CHOICES_LOOKED_AT; medium++) {
        if (xk_sdp_find_choice(sdp.data, sdp.size, medium, &choice, NULL) != XK_OK) {
            return;
        }
        event->chose = event->chose || choice.made;
        for (uint32_t i = 1; choice.made && i <= XKI_CO_CAPABILITY_MAX; i++) {
            event->chosen |= xk_sdp_choice_has(&choice, i) ? UINT32_C(1) << i : 0;
        }
    }
}

void xki_co_read_sdp(struct xk_collector *c, struct xki_co_event *event, struct xk_bytes sdp, enum xki_co_stream stream,
                     size_t *used)
{
    struct media media;
    look_at_media(sdp, &media);
    uint16_t keyed = read_keys(c, event, sdp, &media, stream == XKI_CO_EARLY_STREAM, used);
    if (stream == XKI_CO_SESSION) {
        event->has_sdp = true;
        event->plain = (uint16_t)(media.accepted & ~keyed);
        event->rejected = media.rejected;
        read_choices(event, sdp);
    }
}

void xki_co_read_bodies(struct xk_collector *c, struct xki_co_event *event, const struct xk_sip_message *sip)
{
    size_t used = 0;
    size_t undone = 0;
    uint8_t *room = (uint8_t *)c->arrays[XKI_CO_SCRATCH] + xki_co_scratch_at(&c->config, XKI_CO_AT_BODY);
    size_t capacity = xki_co_scratch_size(&c->config, XKI_CO_AT_BODY);
    for (size_t i = 0; i < sip->part_count; i++) {
        const struct xk_sip_sdp *part = &sip->parts[i];
        struct xk_bytes sdp;
        enum xki_co_stream stream = i == sip->session ? XKI_CO_SESSION
                                    : part->disposition == XK_SIP_DISPOSITION_EARLY_SESSION ? XKI_CO_EARLY_STREAM
                                                                                            : XKI_CO_BESIDE;
        if (part->superseded || (stream == XKI_CO_BESIDE && part->disposition != XK_SIP_DISPOSITION_SESSION)) {
            continue;
        }
        enum xk_status status = xk_sip_undo(part, room + undone, capacity - undone, &sdp, NULL);
        if (status != XK_OK) {
            event->has_sdp = event->has_sdp || stream == XKI_CO_SESSION;
            bad(c, event, status == XK_E_SPACE ? XK_E_TOO_LARGE : status);
            continue;
        }
        undone += part->encoding == XK_SIP_ENCODING_BASE64 ? sdp.size : 0;
        xki_co_read_sdp(c, event, sdp, stream, &used);
    }
    c->body_used = undone;
}

void xki_co_read_done(struct xk_collector *c)
{
    xk_wipe((uint8_t *)c->arrays[XKI_CO_SCRATCH] + xki_co_scratch_at(&c->config, XKI_CO_AT_BODY), c->body_used);
    c->body_used = 0;
}
