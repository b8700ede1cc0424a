/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Walking a chain of payloads: how long each one is, by its type.
 *
 * Every payload takes at least two octets, every length is checked against what is left, and a chain has at
 * most XK_MIKEY_PAYLOADS_MAX payloads: it cannot loop, since the cursor only goes forward.
 */
#include "mikey/parse.h"

#include "support/diag.h"

bool xki_mikey_mac_size(unsigned int algorithm, size_t *size)
{
    static const uint8_t sizes[] = {0, 20, 32}; /* NULL, HMAC-SHA-1-160, HMAC-SHA-256-256 */
    if (algorithm >= sizeof sizes) {
        return false;
    }
    *size = sizes[algorithm];
    return true;
}

XKI_INLINE bool take_mac(struct xki_cursor *c)
{
    size_t size;
    if (!xki_mikey_mac_size(xki_take_number(c, 1), &size)) {
        return false;
    }
    (void)xki_take(c, size);
    return true;
}

XKI_INLINE bool take_time(struct xki_cursor *c)
{
    static const uint8_t sizes[] = {8, 8, 4, 4};
    uint32_t type = xki_take_number(c, 1);
    if (type >= sizeof sizes) {
        return false;
    }
    (void)xki_take(c, sizes[type]);
    return true;
}

XKI_INLINE bool take_hash(struct xki_cursor *c)
{
    static const uint8_t sizes[] = {20, 16, 32}; /* SHA-1, MD5, SHA-256 */
    uint32_t function = xki_take_number(c, 1);
    if (function >= sizeof sizes) {
        return false;
    }
    (void)xki_take(c, sizes[function]);
    return true;
}

XKI_INLINE void take16(struct xki_cursor *c)
{
    (void)xki_take(c, xki_take_number(c, 2));
}

/* Key validity data (RFC 3830 6.14): nothing, an SPI, or the two ends of an interval. */
XKI_INLINE bool take_validity(struct xki_cursor *c, unsigned int validity)
{
    unsigned int parts = validity == XK_MIKEY_KV_SPI ? 1 : validity == XK_MIKEY_KV_INTERVAL ? 2 : 0;
    for (unsigned int i = 0; i < parts; i++) {
        (void)xki_take(c, xki_take_number(c, 1));
    }
    return validity <= XK_MIKEY_KV_INTERVAL;
}

/* Diffie-Hellman: the group tells the length of the value. Only the groups of RFC 3830 6.4. */
XKI_INLINE bool take_dh(struct xki_cursor *c)
{
    static const uint16_t sizes[] = {192, 96, 128}; /* OAKLEY 5, 1, 2 */
    uint32_t group = xki_take_number(c, 1);
    if (group >= sizeof sizes / sizeof sizes[0]) {
        return false;
    }
    (void)xki_take(c, sizes[group]);
    return take_validity(c, xki_take_number(c, 1) & 0x0f);
}

/* Step over the content of a payload whose next-payload octet has been read; false if a number in it, which tells
 * its length, is unknown. One that is cut off reads as 0, which is known: the caller looks at `past_end`. */
XKI_INLINE bool take_content(struct xki_cursor *c, unsigned int type)
{
    switch (type) {
    case XK_MIKEY_KEMAC:
        (void)xki_take(c, 1);
        take16(c);
        return take_mac(c);
    case XK_MIKEY_PKE:
        (void)xki_take(c, xki_take_number(c, 2) & 0x3fff);
        return true;
    case XK_MIKEY_DH:
        return take_dh(c);
    case XK_MIKEY_T:
        return take_time(c);
    case XK_MIKEY_TR:
        (void)xki_take(c, 1);
        return take_time(c);
    case XK_MIKEY_ID:
    case XK_MIKEY_CERT:
    case XK_MIKEY_GENERAL_EXT:
        (void)xki_take(c, 1);
        take16(c);
        return true;
    case XK_MIKEY_IDR:
    case XK_MIKEY_SP:
        (void)xki_take(c, 2);
        take16(c);
        return true;
    case XK_MIKEY_CHASH:
        return take_hash(c);
    case XK_MIKEY_V:
        return take_mac(c);
    case XK_MIKEY_RAND:
        (void)xki_take(c, xki_take_number(c, 1));
        return true;
    case XK_MIKEY_RANDR:
        (void)xki_take(c, 1);
        (void)xki_take(c, xki_take_number(c, 1));
        return true;
    case XK_MIKEY_SAKKE:
        (void)xki_take(c, 2); /* parameters, identifier scheme */
        take16(c);
        return true;
    case XK_MIKEY_ERR:
        (void)xki_take(c, 3);
        return true;
    case XK_MIKEY_TP:
        (void)xki_take(c, 7);
        take16(c);
        return true;
    case XK_MIKEY_TICKET:
        (void)xki_take(c, 7);
        take16(c);
        take16(c);
        take16(c);
        return true;
    default:
        return false;
    }
}

static const char *payload_name(unsigned int type)
{
    static const char *const names[] = {"Last", "KEMAC", "PKE", "DH",  "SIGN", "T",     "ID", "CERT",  "CHASH",
                                        "V",    "SP",    "RAND", "ERR", "TR",  "IDR", "RANDR", "TP", "TICKET"};
    return type < sizeof names / sizeof names[0] ? names[type] : "payload";
}

/* SIGN has no next-payload octet and ends its message (RFC 3830 6.5). */
XKI_INLINE void read_sign(struct xki_cursor *c, struct xk_mikey_payload *payload)
{
    (void)xki_take(c, xki_take_number(c, 2) & 0x0fff);
    payload->next = XK_MIKEY_LAST;
}

/* Over a cursor of its own, which stays in registers. */
enum xk_status xki_mikey_next(struct xki_chain *chain, struct xk_mikey_payload *payload)
{
    struct xki_cursor c = chain->cursor;
    size_t start = c.at;
    payload->type = chain->next;
    payload->offset = chain->base + start;
    if (chain->next == XK_MIKEY_LAST) {
        return XK_OK;
    }
    if (start == c.size) {
        return xki_fail(chain->diag, XK_E_MIKEY_CHAIN, payload->offset, payload_name(payload->type));
    }
    if (++chain->count > XK_MIKEY_PAYLOADS_MAX) {
        return xki_fail(chain->diag, XK_E_MIKEY_CHAIN, payload->offset, "number of payloads");
    }
    bool known = true;
    if (payload->type == XK_MIKEY_SIGN) {
        read_sign(&c, payload);
    } else {
        payload->next = (uint8_t)xki_take_number(&c, 1);
        known = take_content(&c, payload->type);
    }
    if (!known) {
        return xki_fail(chain->diag, XK_E_MIKEY_PAYLOAD, payload->offset, payload_name(payload->type));
    }
    if (c.past_end) {
        return xki_fail(chain->diag, XK_E_MIKEY_TRUNCATED, chain->base + c.size, payload_name(payload->type));
    }
    payload->whole.data = c.data + start;
    payload->whole.size = c.at - start;
    chain->cursor.at = c.at;
    chain->next = payload->next;
    return XK_OK;
}

void xki_mikey_kemac(const struct xk_mikey_payload *payload, struct xk_mikey_kemac *kemac)
{
    struct xki_cursor c = {payload->whole.data, payload->whole.size, 1, false};
    kemac->encryption = (uint8_t)xki_take_number(&c, 1);
    kemac->encrypted = xki_take(&c, xki_take_number(&c, 2));
    kemac->mac_algorithm = (uint8_t)xki_take_number(&c, 1);
    kemac->mac = xki_take(&c, c.size - c.at);
}

void xki_mikey_verification(const struct xk_mikey_payload *payload, struct xk_mikey_verification *v)
{
    struct xki_cursor c = {payload->whole.data, payload->whole.size, 1, false};
    v->algorithm = (uint8_t)xki_take_number(&c, 1);
    v->mac = xki_take(&c, c.size - c.at);
}
