/* SPDX-License-Identifier: BSD-2-Clause */
/* The repeated elements of a record: parties, keys, national parameters, imsVoIP and PANI. */
#include "hi2/record_lists.h"

#include <string.h>

#include "hi2/der_write.h"
#include "support/diag.h"

/* A form that the module does not have under that tag is stepped over. */
static enum xk_status read_identity(const struct xki_tlv *tlv, const struct xki_hi2_module *module,
                                    struct xk_party *party, struct xk_diag *diag)
{
    for (unsigned int f = 0; f < XKI_PARTY_FORMS; f++) {
        const struct xki_party_form *form = &xki_party_forms[f];
        if (form->tag == tlv->tag && (module->forms & 1u << f) != 0) {
            struct xk_bytes value;
            enum xk_status status = xki_der_sized(tlv, form->low, form->high, &value, diag, form->field);
            if (status == XK_OK) {
                memcpy((uint8_t *)party + form->offset, &value, sizeof value);
            }
            return status;
        }
    }
    return XK_OK;
}

static enum xk_status read_identities(const struct xki_tlv *around, const struct xki_hi2_module *module,
                                      struct xk_party *party, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    uint32_t from = 0;
    enum xk_status status = XK_OK;
    if (around->kind != XKI_DER_CONSTRUCTED) {
        return xki_fail(diag, XK_E_DER_TAG, around->offset, "partyIdentity");
    }
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "partyIdentity");
        if (status == XK_OK) {
            status = read_identity(&tlv, module, party, diag);
        }
    }
    return status;
}

enum xk_status xki_hi2_read_party(struct xki_der_in *list, const struct xki_hi2_module *module,
                                  union xki_hi2_entry *entry, struct xk_diag *diag)
{
    struct xki_tlv tlv;
    uint32_t from = 0;
    bool identified = false;
    memset(&entry->party, 0, sizeof entry->party);
    enum xk_status status = xki_der_expect(list, 0x20, 0x10, &tlv, diag, "PartyInformation");
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in in = xki_der_inside(&tlv);
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "PartyInformation");
        if (status == XK_OK && tlv.tag == 1) {
            identified = true;
            status = read_identities(&tlv, module, &entry->party, diag);
        }
    }
    return status != XK_OK || identified
               ? status
               : xki_fail(diag, XK_E_DER_TAG, list->base + list->at, "partyIdentity");
}

enum xk_status xki_hi2_read_key(struct xki_der_in *list, const struct xki_hi2_module *module,
                                union xki_hi2_entry *entry, struct xk_diag *diag)
{
    struct xk_iri_key *key = &entry->key;
    struct xki_tlv tlv;
    (void)module;
    memset(key, 0, sizeof *key);
    enum xk_status status = xki_der_expect(list, 0x20, 0x10, &tlv, diag, "CCKeyInfo");
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in in = xki_der_inside(&tlv);
    status = xki_der_string(&in, XKI_DER_PRIMITIVE, 1, 1, SIZE_MAX, &key->cs_id, diag, "cCCSID");
    if (status == XK_OK) {
        status = xki_der_string(&in, XKI_DER_PRIMITIVE, 2, 1, SIZE_MAX, &key->key, diag, "cCDecKey");
    }
    uint32_t from = 3;
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "CCKeyInfo");
        if (status == XK_OK && tlv.tag == 3) {
            status = xki_der_sized(&tlv, 0, SIZE_MAX, &key->salt, diag, "cCSalt");
        }
    }
    return status;
}

enum xk_status xki_hi2_read_national(struct xki_der_in *list, const struct xki_hi2_module *module,
                                     union xki_hi2_entry *entry, struct xk_diag *diag)
{
    (void)module;
    return xki_der_string(list, 0, 4, 1, XK_HI2_NATIONAL_SIZE_MAX, &entry->national, diag, "national-Parameters");
}

enum xk_status xki_hi2_read_iri_to_cc(const struct xki_tlv *around, struct xk_bytes *cc, struct xk_bytes *iri,
                                      struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_expect(&in, XKI_DER_CONSTRUCTED, 0, &tlv, diag, "cc");
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in set = xki_der_inside(&tlv);
    status = xki_der_string(&set, 0, 4, 0, SIZE_MAX, cc, diag, "cc");
    if (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_string(&in, XKI_DER_PRIMITIVE, 1, 0, SIZE_MAX, iri, diag, "iri");
    }
    return status;
}

enum xk_status xki_hi2_read_ims_voip(struct xki_der_in *list, const struct xki_hi2_module *module,
                                     union xki_hi2_entry *entry, struct xk_diag *diag)
{
    struct xk_hi2_ims_voip *voip = &entry->ims_voip;
    struct xk_bytes iri;
    struct xki_tlv tlv;
    (void)module;
    memset(voip, 0, sizeof *voip);
    enum xk_status status = xki_der_expect(list, 0x20, 0x10, &tlv, diag, "imsVoIP");
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in in = xki_der_inside(&tlv);
    status = xki_der_string(&in, XKI_DER_PRIMITIVE, 0, 0, SIZE_MAX, &voip->iri, diag, "ims-iri");
    if (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_expect(&in, XKI_DER_CONSTRUCTED, 1, &tlv, diag, "ims-cc");
        if (status == XK_OK) {
            status = xki_hi2_read_iri_to_cc(&tlv, &voip->cc, &iri, diag);
        }
    }
    return status;
}

static enum xk_status read_location(const struct xki_tlv *around, struct xk_hi2_pani *pani, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    uint32_t from = 1;
    enum xk_status status = XK_OK;
    if (around->kind != XKI_DER_CONSTRUCTED) {
        return xki_fail(diag, XK_E_DER_TAG, around->offset, "pANI-Location");
    }
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "pANI-Location");
        if (status == XK_OK && tlv.tag == 1) {
            status = xki_der_sized(&tlv, 0, SIZE_MAX, &pani->raw_location, diag, "raw-Location");
        }
    }
    return status;
}

enum xk_status xki_hi2_read_pani(struct xki_der_in *list, const struct xki_hi2_module *module,
                                 union xki_hi2_entry *entry, struct xk_diag *diag)
{
    struct xk_hi2_pani *pani = &entry->pani;
    struct xki_tlv tlv;
    uint32_t from = 1;
    (void)module;
    memset(pani, 0, sizeof *pani);
    enum xk_status status = xki_der_expect(list, 0x20, 0x10, &tlv, diag, "pANI-Header-Info");
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in in = xki_der_inside(&tlv);
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "pANI-Header-Info");
        if (status != XK_OK) {
            return status;
        }
        if (tlv.tag == 1) {
            status = xki_der_sized(&tlv, 0, SIZE_MAX, &pani->access_type, diag, "access-Type");
        } else if (tlv.tag == 2) {
            status = xki_der_sized(&tlv, 0, SIZE_MAX, &pani->access_class, diag, "access-Class");
        } else if (tlv.tag == 3) {
            pani->network_provided = true;
        } else if (tlv.tag == 4) {
            status = read_location(&tlv, pani, diag);
        }
    }
    return status;
}

/* The next entry of a list, by the rules and in the room that were left when the record had been read. */
static bool next(const struct xk_hi2_record *record, struct xk_bytes list, size_t *position, xki_hi2_read_entry *read,
                 union xki_hi2_entry *entry)
{
    struct xki_ber ber;
    if (*position >= list.size) {
        return false;
    }
    struct xki_der_in in = {list.data, list.size, *position, 0, xki_ber_from(&record->options, &ber)};
    if (read(&in, xki_hi2_module(record->module), entry, NULL) != XK_OK) {
        return false;
    }
    *position = in.at;
    return true;
}

#define NEXT(name, type, list, member)                                                                                 \
    bool xk_hi2_next_##name(const struct xk_hi2_record *record, size_t *position, type *value)                         \
    {                                                                                                                  \
        union xki_hi2_entry entry;                                                                                     \
        if (record == NULL || position == NULL || value == NULL ||                                                     \
            !next(record, record->list, position, xki_hi2_read_##name, &entry)) {                                      \
            return false;                                                                                              \
        }                                                                                                              \
        *value = entry.member;                                                                                         \
        return true;                                                                                                   \
    }

NEXT(party, struct xk_party, parties, party)
NEXT(key, struct xk_iri_key, keys, key)
NEXT(national, struct xk_bytes, national, national)
NEXT(ims_voip, struct xk_hi2_ims_voip, ims_voip, ims_voip)
NEXT(pani, struct xk_hi2_pani, pani, pani)
