/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The LI data of a warrant as one run of octets: what a request keeps until its outcome is acknowledged,
 * and what a journal record carries. Lengths are one or two octets big-endian, so that a snapshot means the
 * same on every machine.
 *
 *   liid len8, correlation number len8, operator len8, authorisation len8, network element len8, its form 1 and
 *   prefix 1, initiator 1, destination 1, destination id 4, has CIN 1, CIN 4, country 2, delivery country 2, party
 *   count 1, and for each party: mask 1, then each form that is there, len16
 */
#include "warrant/warrant.h"

#include <string.h>

#include "support/inline.h"
#include "warrant/modules.h"

#define VIEWS 5u
#define FIXED (XKI_WARRANT_FIXED - VIEWS)
#define HAS_CIN 8u  /* its place in the fixed part */
#define COUNTRY 13u /* likewise, of the two of the authorisation; then those of the delivery */

XKI_INLINE uint8_t *put8(uint8_t *out, struct xk_bytes view)
{
    *out++ = (uint8_t)view.size;
    xki_copy(out, view.data, view.size);
    return out + view.size;
}

static uint8_t *put32(uint8_t *out, uint32_t value)
{
    out[0] = (uint8_t)(value >> 24);
    out[1] = (uint8_t)(value >> 16);
    out[2] = (uint8_t)(value >> 8);
    out[3] = (uint8_t)value;
    return out + 4;
}

XKI_INLINE uint8_t *put_party(uint8_t *out, const struct xk_party *party)
{
    unsigned int mask = 0;
    uint8_t *at = out + 1;
    for (unsigned int f = 0; f < XKI_PARTY_FORMS; f++) {
        const struct xk_bytes *value = xki_party_form(party, f);
        if (value->size == 0) {
            continue;
        }
        mask |= 1u << f;
        *at++ = (uint8_t)(value->size >> 8);
        *at++ = (uint8_t)value->size;
        xki_copy(at, value->data, value->size);
        at += value->size;
    }
    out[0] = (uint8_t)mask;
    return at;
}

void xki_warrant_pack(const struct xk_warrant *warrant, uint8_t *out)
{
    out = put8(out, warrant->liid);
    out = put8(out, warrant->correlation_number);
    out = put8(out, warrant->operator_identifier);
    out = put8(out, warrant->authorisation);
    out = put8(out, warrant->network_element.value);
    *out++ = (uint8_t)warrant->network_element.form;
    *out++ = warrant->network_element.ipv6_prefix;
    *out++ = (uint8_t)warrant->initiator;
    *out++ = (uint8_t)warrant->destination;
    out = put32(out, warrant->destination_id);
    *out++ = warrant->has_cin;
    out = put32(out, warrant->cin);
    for (unsigned int i = 0; i < 2; i++) {
        *out++ = (uint8_t)warrant->country[i];
    }
    for (unsigned int i = 0; i < 2; i++) {
        *out++ = (uint8_t)warrant->delivery_country[i];
    }
    *out++ = (uint8_t)warrant->party_count;
    for (size_t i = 0; i < warrant->party_count; i++) {
        out = put_party(out, &warrant->parties[i]);
    }
}

XKI_INLINE const uint8_t *get8(const uint8_t *in, struct xk_bytes *view)
{
    view->size = *in++;
    view->data = view->size == 0 ? NULL : in;
    return in + view->size;
}

static uint32_t get32(const uint8_t *in)
{
    return (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
}

static const uint8_t *get_fixed(const uint8_t *in, struct xk_warrant *warrant)
{
    warrant->network_element.form = (enum xk_network_element_form)in[0];
    warrant->network_element.ipv6_prefix = in[1];
    warrant->initiator = (enum xk_initiator)in[2];
    warrant->destination = (enum xk_destination)in[3];
    warrant->destination_id = get32(in + 4);
    warrant->has_cin = in[HAS_CIN] != 0;
    warrant->cin = get32(in + 9);
    for (unsigned int i = 0; i < 2; i++) {
        warrant->country[i] = (char)in[COUNTRY + i];
        warrant->delivery_country[i] = (char)in[COUNTRY + 2 + i];
    }
    warrant->party_count = in[17];
    return in + FIXED;
}

void xki_warrant_unpack(const uint8_t *packed, struct xk_warrant *warrant, struct xk_party *parties)
{
    const uint8_t *in = get8(packed, &warrant->liid);
    in = get8(in, &warrant->correlation_number);
    in = get8(in, &warrant->operator_identifier);
    in = get8(in, &warrant->authorisation);
    in = get8(in, &warrant->network_element.value);
    in = get_fixed(in, warrant);
    warrant->parties = parties;
    for (size_t i = 0; i < warrant->party_count; i++) {
        memset(&parties[i], 0, xki_unknown(sizeof parties[i]));
        unsigned int mask = *in++;
        for (unsigned int f = 0; f < XKI_PARTY_FORMS; f++) {
            if ((mask & 1u << f) != 0) {
                struct xk_bytes value = {in + 2, (size_t)in[0] << 8 | in[1]};
                memcpy((uint8_t *)&parties[i] + xki_party_forms[f].offset, &value, sizeof value);
                in += 2 + value.size;
            }
        }
    }
}

/* Lengths only: does what they say end where the octets end? */
static bool adds_up(const uint8_t *packed, size_t size)
{
    size_t at = 0;
    for (unsigned int i = 0; i < VIEWS; i++) {
        if (at >= size || packed[at] >= size - at) {
            return false;
        }
        at += 1u + packed[at];
    }
    if (size - at < FIXED || packed[at + HAS_CIN] > 1) {
        return false;
    }
    size_t parties = packed[at + FIXED - 1];
    at += FIXED;
    for (size_t i = 0; i < parties; i++) {
        if (at >= size) {
            return false;
        }
        unsigned int mask = packed[at++];
        for (unsigned int f = 0; f < XKI_PARTY_FORMS; f++) {
            if ((mask & 1u << f) == 0) {
                continue;
            }
            if (size - at < 2 || size - at - 2 < ((size_t)packed[at] << 8 | packed[at + 1])) {
                return false;
            }
            at += 2 + ((size_t)packed[at] << 8 | packed[at + 1]);
        }
    }
    return at == size && parties <= XK_PARTIES_MAX;
}

bool xki_warrant_is_packed(const uint8_t *packed, size_t size)
{
    struct xk_warrant warrant;
    struct xk_party unpacked[XK_PARTIES_MAX];
    size_t measured;
    if (!adds_up(packed, size)) {
        return false;
    }
    xki_warrant_unpack(packed, &warrant, unpacked);
    return xki_warrant_check(&warrant, &measured, NULL) == XK_OK && measured == size;
}

struct xk_bytes xki_warrant_liid(const uint8_t *packed)
{
    struct xk_bytes liid;
    get8(packed, &liid);
    return liid;
}

const char *xki_warrant_country(const uint8_t *packed)
{
    struct xk_bytes skipped;
    const uint8_t *in = packed;
    for (unsigned int i = 0; i < VIEWS; i++) {
        in = get8(in, &skipped);
    }
    return (const char *)in + COUNTRY;
}

bool xki_warrant_is_of(const uint8_t *packed, struct xk_bytes liid, const char country[2])
{
    struct xk_bytes own = xki_warrant_liid(packed);
    if (own.size != liid.size || memcmp(own.data, liid.data, liid.size) != 0) {
        return false;
    }
    return country == NULL || memcmp(xki_warrant_country(packed), country, 2) == 0;
}
