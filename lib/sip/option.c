/* SPDX-License-Identifier: BSD-2-Clause */
#include "sip/option.h"

#include "sip/address.h"
#include "sip/field.h"
#include "sip/text.h"

/* RFC 3262 7.1 and 7.2: an RSeq is never 0. */
static bool read_rseq(struct xk_bytes value, struct xk_sip_message *message)
{
    uint32_t rseq;
    if (!xki_sip_number(&value, UINT32_MAX, &rseq) || value.size > 0 || rseq == 0) {
        return false;
    }
    message->rseq = rseq;
    return true;
}

static bool read_rack(struct xk_bytes value, struct xk_sip_message *message)
{
    struct xk_sip_rack rack;
    struct xk_bytes first = xki_sip_word(&value);
    struct xk_bytes second = xki_sip_word(&value);
    rack.method = xki_sip_word(&value);
    if (!xki_sip_number(&first, UINT32_MAX, &rack.rseq) || first.size > 0 || rack.rseq == 0 ||
        !xki_sip_number(&second, 0x7fffffff, &rack.cseq_number) || second.size > 0 || value.size > 0 ||
        !xki_sip_is_token(rack.method)) {
        return false;
    }
    message->rack = rack;
    return true;
}

static bool read_session_expires(struct xk_bytes value, struct xk_sip_message *message)
{
    uint32_t seconds;
    (void)xki_sip_parameters(&value);
    value = xki_trim(value);
    if (!xki_sip_number(&value, UINT32_MAX, &seconds) || value.size > 0 || seconds == 0) {
        return false;
    }
    message->session_expires = seconds;
    return true;
}

/* RFC 3891 6.1: both tags are mandatory. */
static bool read_replaces(struct xk_bytes value, struct xk_sip_message *message)
{
    struct xk_sip_replaces replaces = {{NULL, 0}, {NULL, 0}, {NULL, 0}, false};
    struct xk_bytes ignored;
    struct xk_bytes parameters = xki_sip_parameters(&value);
    replaces.call_id = xki_trim(value);
    replaces.early_only = xki_sip_parameter(parameters, "early-only", &ignored);
    if (replaces.call_id.size == 0 || !xki_sip_parameter(parameters, "to-tag", &replaces.to_tag) ||
        !xki_sip_is_token(replaces.to_tag) || !xki_sip_parameter(parameters, "from-tag", &replaces.from_tag) ||
        !xki_sip_is_token(replaces.from_tag)) {
        return false;
    }
    message->replaces = replaces;
    return true;
}

/* RFC 7254 3: eight digits, six and one, with hyphens between; 3GPP TS 29.002 puts the first of two digits in the low
 * half of an octet and fills the last half with F. */
static bool read_imei(struct xk_bytes urn, uint8_t out[8])
{
    static const char prefix[] = "urn:gsma:imei:";
    uint8_t tbcd[8];
    size_t digits = 0;
    (void)xki_sip_cut(&urn, ';');
    if (!xki_sip_begins(urn, prefix)) {
        return false;
    }
    for (size_t i = sizeof prefix - 1; i < urn.size; i++) {
        uint8_t c = urn.data[i];
        if (c == '-' && (digits == 8 || digits == 14)) {
            continue;
        }
        if (!xki_sip_is_digit(c) || digits == 15) {
            return false;
        }
        uint8_t value = (uint8_t)(c - '0');
        tbcd[digits / 2] = (uint8_t)(digits % 2 == 0 ? value | 0xf0 : (tbcd[digits / 2] & 0x0f) | value << 4);
        digits++;
    }
    if (digits == 14) {
        tbcd[7] = 0xf0; /* the spare digit, which a phone sends as 0 */
    }
    if (digits < 14) {
        return false;
    }
    memcpy(out, tbcd, sizeof tbcd);
    return true;
}

/* RFC 5626 4.1: a URN in brackets in quotes. */
static bool read_contact(struct xk_bytes value, struct xk_sip_message *message)
{
    struct xki_sip_address address;
    struct xk_bytes instance;
    size_t at = 0;
    while (xki_sip_next_address(value, &at, &address)) {
        if (!xki_sip_parameter(address.parameters, "+sip.instance", &instance)) {
            continue;
        }
        if (!xki_sip_unquote(&instance) || instance.size < 3 || instance.data[0] != '<' ||
            instance.data[instance.size - 1] != '>') {
            return false;
        }
        message->instance = xki_sip_slice(instance, 1, instance.size - 1);
        message->has_imei = read_imei(message->instance, message->imei);
        return true;
    }
    return true;
}

void xki_sip_keep_options(const struct xki_sip_header *found, struct xk_sip_message *message)
{
    static const struct {
        enum xki_sip_field field;
        bool (*read)(struct xk_bytes value, struct xk_sip_message *message);
    } options[] = {
        {XKI_SIP_RSEQ, read_rseq},
        {XKI_SIP_RACK, read_rack},
        {XKI_SIP_SESSION_EXPIRES, read_session_expires},
        {XKI_SIP_REPLACES, read_replaces},
        {XKI_SIP_CONTACT, read_contact},
    };
    for (size_t i = 0; i < sizeof options / sizeof options[0]; i++) {
        const struct xki_sip_header *header = &found[options[i].field];
        if (header->name.size > 0 && !options[i].read(header->value, message)) {
            message->deviations |= XK_SIP_DEV_FIELD;
        }
    }
}
