/* SPDX-License-Identifier: BSD-2-Clause */
/* One PDU: a header of fixed fields, attributes of type, length and value, and the payload (TS 103 221-2 clause 5). */
#include <xk/x2.h>

#include <string.h>

#include "support/bounds.h"
#include "support/diag.h"
#include "x2/attribute.h"
#include "x2/octets.h"
#include "x2/pdu.h"

enum xk_status xk_x2_measure(const uint8_t *data, size_t size, uint64_t *pdu_size, struct xk_diag *diag)
{
    if (data == NULL || pdu_size == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (size < XKI_X2_LENGTHS_END) {
        return xki_fail(diag, XK_E_TRUNCATED, size, "Payload Length");
    }
    uint32_t header = xki_x2_get32(data + 4);
    if (header < XK_X2_HEADER_SIZE) {
        return xki_fail(diag, XK_E_X2, 4, "Header Length");
    }
    *pdu_size = xki_x2_pdu_size(data);
    return XK_OK;
}

uint64_t xki_x2_pdu_size(const uint8_t *data)
{
    return (uint64_t)xki_x2_get32(data + 4) + xki_x2_get32(data + 8);
}

/* The attribute at `*at`. False at the end, or where there is no whole one. */
static bool next_attribute(struct xk_bytes attributes, size_t *at, struct xk_x2_attribute *attribute)
{
    if (*at > attributes.size || attributes.size - *at < XKI_X2_ATTRIBUTE_HEAD) {
        return false;
    }
    const uint8_t *head = attributes.data + *at;
    size_t size = xki_x2_get16(head + 2);
    if (attributes.size - *at - XKI_X2_ATTRIBUTE_HEAD < size) {
        return false;
    }
    attribute->type = xki_x2_get16(head);
    attribute->value = (struct xk_bytes){head + XKI_X2_ATTRIBUTE_HEAD, size};
    *at += XKI_X2_ATTRIBUTE_HEAD + size;
    return true;
}

bool xk_x2_next_attribute(const struct xk_x2_pdu *pdu, size_t *at, struct xk_x2_attribute *attribute)
{
    return pdu != NULL && at != NULL && attribute != NULL && pdu->attributes.data != NULL &&
           next_attribute(pdu->attributes, at, attribute);
}

static void read_attributes(struct xk_x2_pdu *pdu)
{
    struct xk_x2_attribute attribute;
    size_t at = 0;
    uint32_t seen = 0;
    while (next_attribute(pdu->attributes, &at, &attribute)) {
        size_t size = xki_x2_attribute_size(attribute.type);
        uint32_t bit = xki_x2_attribute_repeats(attribute.type) ? 0 : UINT32_C(1) << attribute.type;
        if (size > 0 && attribute.value.size != size) {
            pdu->deviations |= XK_X2_DEV_ATTRIBUTE_SIZE;
        } else if ((seen & bit) != 0) {
            pdu->deviations |= XK_X2_DEV_ATTRIBUTE_TWICE;
        } else {
            xki_x2_keep_attribute(&attribute, pdu);
            seen |= bit;
        }
    }
    if (at < pdu->attributes.size) {
        pdu->deviations |= XK_X2_DEV_ATTRIBUTES_END;
    }
}

static bool is_zero(const uint8_t *octets, size_t size)
{
    uint8_t sum = 0;
    for (size_t i = 0; i < size; i++) {
        sum |= octets[i];
    }
    return sum == 0;
}

/* What the fields owe each other. Nothing of it loses the PDU. */
static void judge(struct xk_x2_pdu *pdu)
{
    bool keep_alive = pdu->type == XK_X2_TYPE_KEEP_ALIVE || pdu->type == XK_X2_TYPE_KEEP_ALIVE_ACK;
    if (pdu->version == 0 || pdu->version > XK_X2_VERSION) {
        pdu->deviations |= XK_X2_DEV_VERSION;
    }
    if (pdu->type < XK_X2_TYPE_X2 || pdu->type > XK_X2_TYPE_KEEP_ALIVE_ACK) {
        pdu->deviations |= XK_X2_DEV_TYPE;
    }
    if (!keep_alive) {
        bool good = pdu->direction >= XK_X2_DIRECTION_UNKNOWN && pdu->direction <= XK_X2_DIRECTION_NOT_APPLICABLE;
        pdu->deviations |= good ? 0 : (uint32_t)XK_X2_DEV_DIRECTION;
        return;
    }
    if (pdu->format != 0 || pdu->direction != 0 || pdu->payload.size > 0 || !is_zero(pdu->xid, sizeof pdu->xid) ||
        !is_zero(pdu->correlation, sizeof pdu->correlation)) {
        pdu->deviations |= XK_X2_DEV_KEEP_ALIVE;
    }
    if (!pdu->has_sequence) {
        pdu->deviations |= XK_X2_DEV_NO_SEQUENCE;
    }
}

enum xk_status xk_x2_parse(const uint8_t *data, size_t size, struct xk_x2_pdu *pdu, struct xk_diag *diag)
{
    uint64_t measured = 0;
    if (pdu == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    enum xk_status status = xk_x2_measure(data, size, &measured, diag);
    if (status != XK_OK) {
        return status;
    }
    if (measured > size) {
        return xki_fail(diag, XK_E_TRUNCATED, size, "Payload");
    }
    if (measured < size) {
        return xki_fail(diag, XK_E_TRAILING, (size_t)measured, "Payload");
    }
    xki_x2_read_pdu(data, size, pdu);
    return XK_OK;
}

void xki_x2_read_pdu(const uint8_t *data, size_t size, struct xk_x2_pdu *pdu)
{
    size_t header = xki_x2_get32(data + 4);
    memset(pdu, 0, sizeof *pdu);
    pdu->version = xki_x2_get16(data);
    pdu->type = xki_x2_get16(data + 2);
    pdu->format = xki_x2_get16(data + 12);
    pdu->direction = xki_x2_get16(data + 14);
    memcpy(pdu->xid, data + 16, sizeof pdu->xid);
    memcpy(pdu->correlation, data + 32, sizeof pdu->correlation);
    pdu->attributes = (struct xk_bytes){data + XK_X2_HEADER_SIZE, header - XK_X2_HEADER_SIZE};
    pdu->payload = (struct xk_bytes){data + header, size - header};
    read_attributes(pdu);
    judge(pdu);
}

bool xki_x2_points_nowhere(const struct xk_x2_pdu *pdu)
{
    const struct xk_bytes views[] = {
        pdu->did,       pdu->nfid,          pdu->ipid, pdu->source_ip,  pdu->destination_ip, pdu->matched_target,
        pdu->mime_type, pdu->mime_encoding, pdu->sdp,  pdu->attributes, pdu->payload};
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        if (xki_is_nowhere(views[i])) {
            return true;
        }
    }
    return false;
}

enum xk_status xk_x2_read_further_xid(struct xk_bytes value, struct xk_x2_further_xid *further, struct xk_diag *diag)
{
    const size_t size = XK_X2_XID_SIZE + XK_X2_CORRELATION_SIZE;
    if (further == NULL || value.data == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (value.size != size && value.size != size + 4) {
        return xki_fail(diag, XK_E_X2, value.size, "Additional XID Related Information");
    }
    memset(further, 0, sizeof *further);
    memcpy(further->xid, value.data, XK_X2_XID_SIZE);
    memcpy(further->correlation, value.data + XK_X2_XID_SIZE, XK_X2_CORRELATION_SIZE);
    further->has_sequence = value.size > size;
    further->sequence = further->has_sequence ? xki_x2_get32(value.data + size) : 0;
    return XK_OK;
}

const char *xk_x2_deviation_name(enum xk_x2_deviation deviation)
{
    switch (deviation) {
    case XK_X2_DEV_VERSION:
        return "XK_X2_DEV_VERSION";
    case XK_X2_DEV_TYPE:
        return "XK_X2_DEV_TYPE";
    case XK_X2_DEV_DIRECTION:
        return "XK_X2_DEV_DIRECTION";
    case XK_X2_DEV_KEEP_ALIVE:
        return "XK_X2_DEV_KEEP_ALIVE";
    case XK_X2_DEV_NO_SEQUENCE:
        return "XK_X2_DEV_NO_SEQUENCE";
    case XK_X2_DEV_ATTRIBUTE_SIZE:
        return "XK_X2_DEV_ATTRIBUTE_SIZE";
    case XK_X2_DEV_ATTRIBUTE_TWICE:
        return "XK_X2_DEV_ATTRIBUTE_TWICE";
    case XK_X2_DEV_ATTRIBUTES_END:
        return "XK_X2_DEV_ATTRIBUTES_END";
    }
    return "XK_X2_DEV_?";
}
