/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The LI data of a warrant as one run of octets: what a request keeps until its outcome is acknowledged,
 * and what a journal record carries. Lengths are one or two octets big-endian, so that a snapshot means the
 * same on every machine.
 *
 *   liid len8, correlation number len8, operator len8, authorisation len8, initiator 1, destination 1,
 *   destination id 4, party count 1, and for each party: mask 1, then each form that is there, len16
 */
#include "requester/engine.h"

#include "support/diag.h"

#include <stddef.h>
#include <string.h>

#define FORMS 8
#define FIXED 7 /* initiator, destination, destination id, party count */

/* Where each form is in a party: an answer walks over all of them, so no list of copies is built. */
static const uint8_t form_offsets[FORMS] = {
    offsetof(struct xk_party, imei),    offsetof(struct xk_party, imsi),    offsetof(struct xk_party, msisdn),
    offsetof(struct xk_party, e164),    offsetof(struct xk_party, sip_uri), offsetof(struct xk_party, tel_uri),
    offsetof(struct xk_party, nai),     offsetof(struct xk_party, impi),
};

static struct xk_bytes *form(struct xk_party *party, unsigned int index)
{
    return (struct xk_bytes *)(void *)((uint8_t *)party + form_offsets[index]);
}

static inline struct xk_bytes form_value(const struct xk_party *party, unsigned int index)
{
    return *(const struct xk_bytes *)(const void *)((const uint8_t *)party + form_offsets[index]);
}

size_t xki_warrant_size(const struct xk_warrant *warrant)
{
    size_t size = 4 + warrant->liid.size + warrant->correlation_number.size + warrant->operator_identifier.size +
                  warrant->authorisation.size + FIXED;
    for (size_t i = 0; i < warrant->party_count; i++) {
        size += 1;
        for (unsigned int f = 0; f < FORMS; f++) {
            struct xk_bytes value = form_value(&warrant->parties[i], f);
            size += value.size == 0 ? 0 : 2 + value.size;
        }
    }
    return size;
}

static enum xk_status check_view(struct xk_bytes view, size_t low, size_t high, const char *field,
                                 struct xk_diag *diag)
{
    if (view.size == 0 && low > 0) {
        return xki_fail(diag, XK_E_EMPTY, 0, field);
    }
    if (view.size > 0 && view.data == NULL) {
        return xki_fail(diag, XK_E_FIELD, 0, field);
    }
    if (view.size > high) {
        return xki_fail(diag, XK_E_LIMIT, 0, field);
    }
    return view.size < low ? xki_fail(diag, XK_E_FIELD, 0, field) : XK_OK;
}

static enum xk_status check_party(const struct xk_party *party, struct xk_diag *diag)
{
    static const struct {
        size_t low;
        size_t high;
        const char *name;
    } rules[FORMS] = {
        {8, 8, "imei"},
        {3, 8, "imsi"},
        {1, 9, "msISDN"},
        {1, 25, "e164-Format"},
        {1, XK_IDENTITY_MAX, "sip-uri"},
        {1, XK_IDENTITY_MAX, "tel-uri"},
        {1, XK_IDENTITY_MAX, "nai"},
        {1, XK_IDENTITY_MAX, "iMPI"},
    };
    unsigned int present = 0;
    for (unsigned int f = 0; f < FORMS; f++) {
        struct xk_bytes value = form_value(party, f);
        if (value.size == 0) {
            continue;
        }
        enum xk_status status = check_view(value, rules[f].low, rules[f].high, rules[f].name, diag);
        if (status != XK_OK) {
            return status;
        }
        present++;
    }
    return present == 0 ? xki_fail(diag, XK_E_EMPTY, 0, "partyIdentity") : XK_OK;
}

enum xk_status xki_warrant_check(const struct xk_warrant *warrant, struct xk_diag *diag)
{
    const struct {
        struct xk_bytes view;
        size_t low;
        size_t high;
        const char *field;
    } views[] = {
        {warrant->liid, 1, XK_LIID_MAX, "LIID"},
        {warrant->correlation_number, 1, XK_CORRELATION_NUMBER_MAX, "correlation number"},
        {warrant->operator_identifier, 1, XK_OPERATOR_IDENTIFIER_MAX, "operator-Identifier"},
        {warrant->authorisation, 0, XK_AUTHORISATION_MAX, "authorisation"},
    };
    for (size_t i = 0; i < sizeof views / sizeof views[0]; i++) {
        enum xk_status status = check_view(views[i].view, views[i].low, views[i].high, views[i].field, diag);
        if (status != XK_OK) {
            return status;
        }
    }
    if ((unsigned int)warrant->initiator > XK_INITIATOR_TERMINATING_TARGET) {
        return xki_fail(diag, XK_E_FIELD, 0, "initiator");
    }
    if (warrant->destination != XK_DESTINATION_LEMF && warrant->destination != XK_DESTINATION_DF3) {
        return xki_fail(diag, XK_E_FIELD, 0, "destination");
    }
    if (warrant->party_count == 0 || warrant->parties == NULL) {
        return xki_fail(diag, XK_E_EMPTY, 0, "partyInformation");
    }
    if (warrant->party_count > XK_PARTIES_MAX) {
        return xki_fail(diag, XK_E_LIMIT, 0, "partyInformation");
    }
    for (size_t i = 0; i < warrant->party_count; i++) {
        enum xk_status status = check_party(&warrant->parties[i], diag);
        if (status != XK_OK) {
            return status;
        }
    }
    return XK_OK;
}

static uint8_t *put8(uint8_t *out, struct xk_bytes view)
{
    *out++ = (uint8_t)view.size;
    if (view.size > 0) {
        memcpy(out, view.data, view.size);
    }
    return out + view.size;
}

void xki_warrant_pack(const struct xk_warrant *warrant, uint8_t *out)
{
    out = put8(out, warrant->liid);
    out = put8(out, warrant->correlation_number);
    out = put8(out, warrant->operator_identifier);
    out = put8(out, warrant->authorisation);
    *out++ = (uint8_t)warrant->initiator;
    *out++ = (uint8_t)warrant->destination;
    for (unsigned int shift = 32; shift > 0; shift -= 8) {
        *out++ = (uint8_t)(warrant->destination_id >> (shift - 8));
    }
    *out++ = (uint8_t)warrant->party_count;
    for (size_t i = 0; i < warrant->party_count; i++) {
        uint8_t *mask = out++;
        *mask = 0;
        for (unsigned int f = 0; f < FORMS; f++) {
            struct xk_bytes value = form_value(&warrant->parties[i], f);
            if (value.size > 0) {
                *mask = (uint8_t)(*mask | 1u << f);
                *out++ = (uint8_t)(value.size >> 8);
                *out++ = (uint8_t)value.size;
                memcpy(out, value.data, value.size);
                out += value.size;
            }
        }
    }
}

static const uint8_t *get8(const uint8_t *in, struct xk_bytes *view)
{
    view->size = *in++;
    view->data = view->size == 0 ? NULL : in;
    return in + view->size;
}

void xki_warrant_unpack(const uint8_t *packed, struct xk_warrant *warrant, struct xk_party *parties)
{
    const uint8_t *in = get8(packed, &warrant->liid);
    in = get8(in, &warrant->correlation_number);
    in = get8(in, &warrant->operator_identifier);
    in = get8(in, &warrant->authorisation);
    warrant->initiator = (enum xk_initiator)*in++;
    warrant->destination = (enum xk_destination)*in++;
    warrant->destination_id = (uint32_t)in[0] << 24 | (uint32_t)in[1] << 16 | (uint32_t)in[2] << 8 | in[3];
    in += 4;
    warrant->party_count = *in++;
    warrant->parties = parties;
    for (size_t i = 0; i < warrant->party_count; i++) {
        memset(&parties[i], 0, sizeof parties[i]);
        unsigned int mask = *in++;
        for (unsigned int f = 0; f < FORMS; f++) {
            if ((mask & 1u << f) != 0) {
                struct xk_bytes *value = form(&parties[i], f);
                value->size = (size_t)in[0] << 8 | in[1];
                value->data = in + 2;
                in += 2 + value->size;
            }
        }
    }
}

/* Is this what xki_warrant_pack() writes, to the last octet? For octets that come from outside. */
bool xki_warrant_is_packed(const uint8_t *packed, size_t size)
{
    size_t at = 0;
    for (unsigned int i = 0; i < 4; i++) {
        if (at >= size || packed[at] >= size - at) {
            return false;
        }
        at += 1u + packed[at];
    }
    if (size - at < FIXED) {
        return false;
    }
    size_t parties = packed[at + FIXED - 1];
    at += FIXED;
    for (size_t i = 0; i < parties; i++) {
        if (at >= size) {
            return false;
        }
        unsigned int mask = packed[at++];
        for (unsigned int f = 0; f < FORMS; f++) {
            if ((mask & 1u << f) == 0) {
                continue;
            }
            if (size - at < 2 || size - at - 2 < ((size_t)packed[at] << 8 | packed[at + 1])) {
                return false;
            }
            at += 2 + ((size_t)packed[at] << 8 | packed[at + 1]);
        }
    }
    if (at != size || parties > XK_PARTIES_MAX) {
        return false;
    }
    struct xk_warrant warrant;
    struct xk_party unpacked[XK_PARTIES_MAX];
    xki_warrant_unpack(packed, &warrant, unpacked);
    return xki_warrant_check(&warrant, NULL) == XK_OK;
}

struct xk_bytes xki_warrant_liid(const uint8_t *packed)
{
    struct xk_bytes liid;
    get8(packed, &liid);
    return liid;
}
