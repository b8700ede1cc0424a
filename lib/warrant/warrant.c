/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The LI data of a warrant as one run of octets: what a request keeps until its outcome is acknowledged,
 * and what a journal record carries. Lengths are one or two octets big-endian, so that a snapshot means the
 * same on every machine.
 *
 *   liid len8, correlation number len8, operator len8, authorisation len8, initiator 1, destination 1,
 *   destination id 4, party count 1, and for each party: mask 1, then each form that is there, len16
 */
#include "warrant/warrant.h"

#include <string.h>

#include "support/bounds.h"

#define FORMS 8
#define FIXED 7 /* initiator, destination, destination id, party count */

/* Where each form is in a party, for reading; writing names them one by one. */
static const uint8_t form_offsets[FORMS] = {
    offsetof(struct xk_party, imei),    offsetof(struct xk_party, imsi),    offsetof(struct xk_party, msisdn),
    offsetof(struct xk_party, e164),    offsetof(struct xk_party, sip_uri), offsetof(struct xk_party, tel_uri),
    offsetof(struct xk_party, nai),     offsetof(struct xk_party, impi),
};

static struct xk_bytes *form(struct xk_party *party, unsigned int index)
{
    return (struct xk_bytes *)(void *)((uint8_t *)party + form_offsets[index]);
}

static enum xk_status check_views(const struct xk_warrant *w, struct xk_diag *diag)
{
    enum xk_status status = xki_check_bounds(w->liid, 1, XK_LIID_MAX, "LIID", diag);
    if (status == XK_OK) {
        status = xki_check_bounds(w->correlation_number, 1, XK_CORRELATION_NUMBER_MAX, "correlation number", diag);
    }
    if (status == XK_OK) {
        status = xki_check_bounds(w->operator_identifier, 1, XK_OPERATOR_IDENTIFIER_MAX, "operator-Identifier", diag);
    }
    return status == XK_OK ? xki_check_bounds(w->authorisation, 0, XK_AUTHORISATION_MAX, "authorisation", diag)
                           : status;
}

enum xk_status xki_warrant_check(const struct xk_warrant *warrant, size_t *size, struct xk_diag *diag)
{
    enum xk_status status = check_views(warrant, diag);
    if (status != XK_OK) {
        return status;
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
    *size = 4 + warrant->liid.size + warrant->correlation_number.size + warrant->operator_identifier.size +
            warrant->authorisation.size + FIXED;
    for (size_t i = 0; i < warrant->party_count; i++) {
        size_t forms;
        size_t octets;
        status = xki_warrant_party(&warrant->parties[i], &forms, &octets, diag);
        if (status != XK_OK) {
            return status;
        }
        *size += 1 + 2 * forms + octets;
    }
    return XK_OK;
}

static uint8_t *put8(uint8_t *out, struct xk_bytes view)
{
    *out++ = (uint8_t)view.size;
    xki_copy(out, view.data, view.size);
    return out + view.size;
}

XKI_INLINE uint8_t *put_form(uint8_t *out, unsigned int *mask, unsigned int index, struct xk_bytes value)
{
    if (value.size == 0) {
        return out;
    }
    *mask |= 1u << index;
    *out++ = (uint8_t)(value.size >> 8);
    *out++ = (uint8_t)value.size;
    xki_copy(out, value.data, value.size);
    return out + value.size;
}

static uint8_t *put_party(uint8_t *out, const struct xk_party *party)
{
    unsigned int mask = 0;
    uint8_t *at = put_form(out + 1, &mask, 0, party->imei);
    at = put_form(at, &mask, 1, party->imsi);
    at = put_form(at, &mask, 2, party->msisdn);
    at = put_form(at, &mask, 3, party->e164);
    at = put_form(at, &mask, 4, party->sip_uri);
    at = put_form(at, &mask, 5, party->tel_uri);
    at = put_form(at, &mask, 6, party->nai);
    at = put_form(at, &mask, 7, party->impi);
    out[0] = (uint8_t)mask;
    return at;
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
        out = put_party(out, &warrant->parties[i]);
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
        for (unsigned int f = 0; mask >> f != 0; f++) {
            if ((mask & 1u << f) != 0) {
                struct xk_bytes *value = form(&parties[i], f);
                value->size = (size_t)in[0] << 8 | in[1];
                value->data = in + 2;
                in += 2 + value->size;
            }
        }
    }
}

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
    size_t measured;
    return xki_warrant_check(&warrant, &measured, NULL) == XK_OK;
}

struct xk_bytes xki_warrant_liid(const uint8_t *packed)
{
    struct xk_bytes liid;
    get8(packed, &liid);
    return liid;
}
