/* SPDX-License-Identifier: BSD-2-Clause */
#include "x2/attribute.h"

#include "x2/octets.h"

/* What a member of struct xk_x2_pdu is. */
enum kind { NO_MEMBER, VIEW, NUMBER8, NUMBER16, NUMBER32, TIME };

#define NOWHERE NO_MEMBER, 0, 0
#define VIEW_OF(member) VIEW, offsetof(struct xk_x2_pdu, member), 0
#define NUMBER(kind, member, flag) kind, offsetof(struct xk_x2_pdu, member), offsetof(struct xk_x2_pdu, flag)

static const struct {
    uint8_t size; /* of the value; 0 for any */
    bool repeats;
    enum kind kind;
    size_t member;
    size_t flag; /* has_..., for numbers */
} rows[XKI_X2_ATTRIBUTE_LAST + 1] = {
    [XK_X2_ATTRIBUTE_TS_102_232_1] = {0, true, NOWHERE},
    [XK_X2_ATTRIBUTE_TS_33_128] = {0, true, NOWHERE},
    [XK_X2_ATTRIBUTE_TS_33_108] = {0, true, NOWHERE},
    [XK_X2_ATTRIBUTE_PROPRIETARY] = {0, true, NOWHERE},
    [XK_X2_ATTRIBUTE_DID] = {0, false, VIEW_OF(did)},
    [XK_X2_ATTRIBUTE_NFID] = {0, false, VIEW_OF(nfid)},
    [XK_X2_ATTRIBUTE_IPID] = {0, false, VIEW_OF(ipid)},
    [XK_X2_ATTRIBUTE_SEQUENCE] = {4, false, NUMBER(NUMBER32, sequence, has_sequence)},
    [XK_X2_ATTRIBUTE_TIME] = {8, false, NUMBER(TIME, seconds, has_time)},
    [XK_X2_ATTRIBUTE_SOURCE_IPV4] = {4, false, VIEW_OF(source_ip)},
    [XK_X2_ATTRIBUTE_DESTINATION_IPV4] = {4, false, VIEW_OF(destination_ip)},
    [XK_X2_ATTRIBUTE_SOURCE_IPV6] = {16, false, VIEW_OF(source_ip)},
    [XK_X2_ATTRIBUTE_DESTINATION_IPV6] = {16, false, VIEW_OF(destination_ip)},
    [XK_X2_ATTRIBUTE_SOURCE_PORT] = {2, false, NUMBER(NUMBER16, source_port, has_source_port)},
    [XK_X2_ATTRIBUTE_DESTINATION_PORT] = {2, false, NUMBER(NUMBER16, destination_port, has_destination_port)},
    [XK_X2_ATTRIBUTE_IP_PROTOCOL] = {1, false, NUMBER(NUMBER8, ip_protocol, has_ip_protocol)},
    [XK_X2_ATTRIBUTE_MATCHED_TARGET] = {0, true, VIEW_OF(matched_target)},
    [XK_X2_ATTRIBUTE_OTHER_TARGET] = {0, true, NOWHERE},
    [XK_X2_ATTRIBUTE_MIME_TYPE] = {0, false, VIEW_OF(mime_type)},
    [XK_X2_ATTRIBUTE_MIME_ENCODING] = {0, false, VIEW_OF(mime_encoding)},
    [XK_X2_ATTRIBUTE_FURTHER_XID] = {0, true, NOWHERE},
    [XK_X2_ATTRIBUTE_SDP] = {0, true, VIEW_OF(sdp)},
};

size_t xki_x2_attribute_size(uint16_t type)
{
    return type <= XKI_X2_ATTRIBUTE_LAST ? rows[type].size : 0;
}

bool xki_x2_attribute_repeats(uint16_t type)
{
    return type > XKI_X2_ATTRIBUTE_LAST || rows[type].repeats;
}

/* Of two addresses of one end the IPv4 one is kept; the reader hands over one of each type. */
static void keep_view(struct xk_bytes value, uint8_t size, struct xk_bytes *member)
{
    if (member->data == NULL || size == 4) {
        *member = value;
    }
}

void xki_x2_keep_attribute(const struct xk_x2_attribute *attribute, struct xk_x2_pdu *pdu)
{
    if (attribute->type > XKI_X2_ATTRIBUTE_LAST) {
        return;
    }
    uint8_t *member = (uint8_t *)pdu + rows[attribute->type].member;
    const uint8_t *octets = attribute->value.data;
    switch (rows[attribute->type].kind) {
    case NO_MEMBER:
        return;
    case VIEW:
        keep_view(attribute->value, rows[attribute->type].size, (struct xk_bytes *)(void *)member);
        return;
    case NUMBER8:
        *member = octets[0];
        break;
    case NUMBER16:
        *(uint16_t *)(void *)member = xki_x2_get16(octets);
        break;
    case NUMBER32:
        *(uint32_t *)(void *)member = xki_x2_get32(octets);
        break;
    case TIME:
        pdu->seconds = xki_x2_get32(octets);
        pdu->nanoseconds = xki_x2_get32(octets + 4);
        break;
    }
    *(bool *)((uint8_t *)pdu + rows[attribute->type].flag) = true;
}

bool xki_x2_member(const struct xk_x2_pdu *pdu, uint16_t type, uint8_t *scratch, struct xk_bytes *value)
{
    const uint8_t *member = (const uint8_t *)pdu + rows[type].member;
    switch (rows[type].kind) {
    case NO_MEMBER:
        return false;
    case VIEW:
        *value = *(const struct xk_bytes *)(const void *)member;
        return value->data != NULL && (rows[type].size == 0 || value->size == rows[type].size);
    case NUMBER8:
        scratch[0] = *member;
        break;
    case NUMBER16:
        xki_x2_put16(scratch, *(const uint16_t *)(const void *)member);
        break;
    case NUMBER32:
        xki_x2_put32(scratch, *(const uint32_t *)(const void *)member);
        break;
    case TIME:
        xki_x2_put32(scratch, pdu->seconds);
        xki_x2_put32(scratch + 4, pdu->nanoseconds);
        break;
    }
    *value = (struct xk_bytes){scratch, rows[type].size};
    return *(const bool *)((const uint8_t *)pdu + rows[type].flag);
}
