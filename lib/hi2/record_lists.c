/* SPDX-License-Identifier: BSD-2-Clause */
/* The repeated elements of a record: parties, keys and national parameters. */
#include "hi2/record_lists.h"

#include <string.h>

#include <xk/message.h>

#include "hi2/der_write.h"
#include "support/diag.h"

static enum xk_status read_identity(const struct xki_tlv *tlv, struct xk_party *party, struct xk_diag *diag)
{
    const struct {
        uint32_t tag;
        struct xk_bytes *place;
        size_t low;
        size_t high;
        const char *field;
    } forms[] = {
        {1, &party->imei, 8, 8, "imei"},
        {3, &party->imsi, 3, 8, "imsi"},
        {6, &party->msisdn, 1, 9, "msISDN"},
        {7, &party->e164, 1, 25, "e164-Format"},
        {8, &party->sip_uri, 1, XK_IDENTITY_MAX, "sip-uri"},
        {9, &party->tel_uri, 1, XK_IDENTITY_MAX, "tel-uri"},
        {10, &party->nai, 1, XK_IDENTITY_MAX, "nai"},
        {13, &party->impi, 1, XK_IDENTITY_MAX, "iMPI"},
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        if (forms[i].tag == tlv->tag) {
            return xki_der_sized(tlv, forms[i].low, forms[i].high, forms[i].place, diag, forms[i].field);
        }
    }
    return XK_OK;
}

enum xk_status xki_hi2_read_party(struct xki_der_in *list, struct xk_party *party, struct xk_diag *diag)
{
    struct xki_tlv tlv;
    uint32_t from = 0;
    bool identified = false;
    memset(party, 0, sizeof *party);
    enum xk_status status = xki_der_expect(list, 0x20, 0x10, &tlv, diag, "PartyInformation");
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in in = xki_der_inside(&tlv);
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "PartyInformation");
        if (status != XK_OK || tlv.tag != 1) {
            continue;
        }
        if (tlv.kind != XKI_DER_CONSTRUCTED) {
            return xki_fail(diag, XK_E_DER_TAG, tlv.offset, "partyIdentity");
        }
        identified = true;
        uint32_t form = 0;
        struct xki_der_in identity = xki_der_inside(&tlv);
        while (status == XK_OK && xki_der_more(&identity)) {
            status = xki_der_member(&identity, &form, &tlv, diag, "partyIdentity");
            if (status == XK_OK) {
                status = read_identity(&tlv, party, diag);
            }
        }
    }
    if (status == XK_OK && !identified) {
        return xki_fail(diag, XK_E_DER_TAG, list->base + list->at, "partyIdentity");
    }
    return status;
}

enum xk_status xki_hi2_read_key(struct xki_der_in *list, struct xk_iri_key *key, struct xk_diag *diag)
{
    struct xki_tlv tlv;
    memset(key, 0, sizeof *key);
    enum xk_status status = xki_der_expect(list, 0x20, 0x10, &tlv, diag, "CCKeyInfo");
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in in = xki_der_inside(&tlv);
    status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 1, &tlv, diag, "cCCSID");
    if (status == XK_OK) {
        status = xki_der_sized(&tlv, 1, SIZE_MAX, &key->cs_id, diag, "cCCSID");
    }
    if (status == XK_OK) {
        status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 2, &tlv, diag, "cCDecKey");
    }
    if (status == XK_OK) {
        status = xki_der_sized(&tlv, 1, SIZE_MAX, &key->key, diag, "cCDecKey");
    }
    if (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 3, &tlv, diag, "cCSalt");
        key->salt = tlv.value;
    }
    return status;
}

enum xk_status xki_hi2_read_national(struct xki_der_in *list, struct xk_bytes *parameter, struct xk_diag *diag)
{
    struct xki_tlv tlv;
    enum xk_status status = xki_der_expect(list, 0, 4, &tlv, diag, "national-Parameters");
    return status == XK_OK ? xki_der_sized(&tlv, 1, XK_HI2_NATIONAL_SIZE_MAX, parameter, diag, "national-Parameters")
                           : status;
}

bool xk_hi2_next_party(const struct xk_hi2_record *record, size_t *position, struct xk_party *party)
{
    if (record == NULL || position == NULL || party == NULL || *position >= record->parties.size) {
        return false;
    }
    struct xki_der_in list = {record->parties.data, record->parties.size, *position, 0, NULL};
    struct xk_party read;
    bool good = xki_hi2_read_party(&list, &read, NULL) == XK_OK;
    if (good) {
        *party = read;
        *position = list.at;
    }
    return good;
}

bool xk_hi2_next_key(const struct xk_hi2_record *record, size_t *position, struct xk_iri_key *key)
{
    if (record == NULL || position == NULL || key == NULL || *position >= record->keys.size) {
        return false;
    }
    struct xki_der_in list = {record->keys.data, record->keys.size, *position, 0, NULL};
    struct xk_iri_key read;
    bool good = xki_hi2_read_key(&list, &read, NULL) == XK_OK;
    if (good) {
        *key = read;
        *position = list.at;
    }
    return good;
}

bool xk_hi2_next_national(const struct xk_hi2_record *record, size_t *position, struct xk_bytes *parameter)
{
    if (record == NULL || position == NULL || parameter == NULL || *position >= record->national.size) {
        return false;
    }
    struct xki_der_in list = {record->national.data, record->national.size, *position, 0, NULL};
    bool good = xki_hi2_read_national(&list, parameter, NULL) == XK_OK;
    if (good) {
        *position = list.at;
    }
    return good;
}
