/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The SIP message in a payload. TS 33.128 wraps it, in tags that are all of the context:
 *   XIRIPayload [1] OID, [2] event: [105] IMSMessage [1] payload: [1] SIPMessage, or [2] modified, [1] SIPMessage
 *   [2] direction; SIPMessage [1] source, [2] destination, each [1] IPv4 or [2] IPv6, [3] content.
 */
#include <xk/x2.h>

#include <string.h>

#include "support/diag.h"
#include "x2/ber.h"
#include "x2/pdu.h"

/* Where the walk is, for the offset of a refusal. */
struct walk {
    const uint8_t *start;
    struct xk_diag *diag;
};

static enum xk_status refuse(const struct walk *w, struct xk_bytes inside, const char *field)
{
    return xki_fail(w->diag, XK_E_X2_PAYLOAD, (size_t)(inside.data - w->start), field);
}

static struct xk_bytes read_address(struct xk_bytes message, uint32_t tag)
{
    struct xk_bytes none = {NULL, 0};
    struct xki_x2_ber choice;
    struct xki_x2_ber address;
    size_t at = 0;
    if (!xki_x2_find_element(message, tag, &choice) || !xki_x2_next_element(choice.content, &at, &address)) {
        return none;
    }
    size_t size = address.tag == 1 ? 4 : 16;
    return address.content.size == size && !address.constructed ? address.content : none;
}

static enum xk_status read_sip_message(const struct walk *w, struct xk_bytes message, struct xk_x2_payload *payload)
{
    struct xki_x2_ber content;
    if (!xki_x2_find_element(message, 3, &content)) {
        return refuse(w, message, "sIPContent");
    }
    if (content.constructed) {
        return xki_fail(w->diag, XK_E_ENCODING, (size_t)(content.content.data - w->start), "sIPContent");
    }
    payload->sip = content.content;
    payload->source_ip = read_address(message, 1);
    payload->destination_ip = read_address(message, 2);
    return XK_OK;
}

/* SessionDirection: from target, to target, combined, indeterminate. */
static void read_direction(struct xk_bytes event, struct xk_x2_payload *payload)
{
    static const uint16_t directions[] = {XK_X2_DIRECTION_FROM_TARGET, XK_X2_DIRECTION_TO_TARGET,
                                          XK_X2_DIRECTION_SEVERAL, XK_X2_DIRECTION_UNKNOWN};
    struct xki_x2_ber direction;
    if (xki_x2_find_element(event, 2, &direction) && direction.content.size == 1 &&
        direction.content.data[0] - 1u < sizeof directions / sizeof directions[0]) {
        payload->direction = directions[direction.content.data[0] - 1];
    }
}

static enum xk_status read_ims_message(const struct walk *w, struct xk_bytes event, struct xk_x2_payload *payload)
{
    struct xki_x2_ber outer;
    struct xki_x2_ber inner;
    size_t at = 0;
    if (!xki_x2_find_element(event, 1, &outer) || !xki_x2_next_element(outer.content, &at, &inner)) {
        return refuse(w, event, "payload");
    }
    payload->modified = inner.tag == 2;
    if (payload->modified) {
        outer = inner;
        if (!xki_x2_find_element(outer.content, 1, &inner)) {
            return refuse(w, outer.content, "modifiedSIPContent");
        }
    } else if (inner.tag != 1) {
        return refuse(w, outer.content, "payload");
    }
    read_direction(event, payload);
    return read_sip_message(w, inner.content, payload);
}

static enum xk_status read_ts_33_128(const struct walk *w, struct xk_bytes text, struct xk_x2_payload *payload)
{
    struct xki_x2_ber whole;
    struct xki_x2_ber choice;
    struct xki_x2_ber event;
    size_t at = 0;
    if (!xki_x2_next_element(text, &at, &whole) || !whole.constructed) {
        return refuse(w, text, "XIRIPayload");
    }
    at = 0;
    if (!xki_x2_find_element(whole.content, 2, &choice) || !xki_x2_next_element(choice.content, &at, &event)) {
        return refuse(w, whole.content, "event");
    }
    payload->event = event.tag;
    return event.tag == XK_X2_EVENT_IMS_MESSAGE ? read_ims_message(w, event.content, payload) : XK_OK;
}

enum xk_status xk_x2_read_payload(const struct xk_x2_pdu *pdu, struct xk_x2_payload *payload, struct xk_diag *diag)
{
    if (pdu == NULL || payload == NULL || xki_x2_points_nowhere(pdu)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xk_x2_payload read;
    const struct walk w = {pdu->payload.data, diag};
    enum xk_status status = XK_OK;
    memset(&read, 0, sizeof read);
    read.direction = pdu->direction;
    if (pdu->format == XK_X2_FORMAT_SIP) {
        read.sip = pdu->payload;
    } else if (pdu->format == XK_X2_FORMAT_TS_33_128) {
        status = read_ts_33_128(&w, pdu->payload, &read);
    }
    if (status == XK_OK) {
        *payload = read;
    }
    return status;
}
