/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a record. The domain OBJECT IDENTIFIER comes first and tells the module, and with it which tags carry the
 * keys and the failure.
 */
#include <xk/hi2_read.h>

#include <string.h>

#include "hi2/der_read.h"
#include "hi2/der_write.h"
#include "hi2/record_lists.h"
#include "hi2/times.h"
#include "support/diag.h"

struct reader {
    struct xk_hi2_record *record;
    struct xk_diag *diag;
    bool has_time;
};

static enum xk_status bad(const struct reader *r, const struct xki_tlv *tlv, const char *field)
{
    return xki_fail(r->diag, XK_E_DER_VALUE, tlv->offset, field);
}

static enum xk_status read_domain(struct reader *r, struct xki_der_in *in)
{
    static const uint8_t umts[] = {0x04, 0x00, 0x02, 0x02, 0x04, 0x01};
    static const uint8_t eps[] = {0x04, 0x00, 0x02, 0x02, 0x04, 0x08};
    struct xki_tlv tlv;
    uint32_t arcs[2];
    enum xk_status status = xki_der_expect(in, XKI_DER_PRIMITIVE, 0, &tlv, r->diag, "domain OBJECT IDENTIFIER");
    if (status != XK_OK) {
        return status;
    }
    if (xki_der_arcs(tlv.value, umts, sizeof umts, arcs, 2)) {
        r->record->module = XK_HI2_UMTS;
    } else if (xki_der_arcs(tlv.value, eps, sizeof eps, arcs, 2)) {
        r->record->module = XK_HI2_EPS;
    } else {
        return bad(r, &tlv, "domain OBJECT IDENTIFIER");
    }
    r->record->oid_release = arcs[0];
    r->record->oid_version = arcs[1];
    return XK_OK;
}

static enum xk_status read_small(struct reader *r, const struct xki_tlv *tlv, uint64_t high, uint8_t *value,
                                 const char *field)
{
    uint64_t number = 0;
    enum xk_status status = xki_der_number(tlv, high, &number, r->diag, field);
    *value = (uint8_t)number;
    return status;
}

static enum xk_status read_local_time(struct reader *r, const struct xki_tlv *around)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    struct xki_time time = {{0, 0}, false, 0};
    uint8_t season = 0;
    enum xk_status status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 0, &tlv, r->diag, "generalizedTime");
    if (status == XK_OK && !xki_time_read_generalized(tlv.value, &time)) {
        status = bad(r, &tlv, "generalizedTime");
    }
    r->record->time = time.digits;
    if (status == XK_OK) {
        status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 1, &tlv, r->diag, "winterSummerIndication");
    }
    if (status == XK_OK) {
        status = read_small(r, &tlv, XK_HI2_SEASON_SUMMER, &season, "winterSummerIndication");
    }
    r->record->time_form = XK_HI2_LOCAL_TIME;
    r->record->season = (enum xk_hi2_season)season;
    return status;
}

static enum xk_status read_time(struct reader *r, const struct xki_tlv *around)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_next(&in, &tlv, r->diag, "timeStamp");
    r->has_time = true;
    if (status != XK_OK) {
        return status;
    }
    if (tlv.tag == 0 && tlv.kind == XKI_DER_CONSTRUCTED) {
        return read_local_time(r, &tlv);
    }
    if (tlv.tag != 1 || tlv.kind != XKI_DER_PRIMITIVE) {
        return xki_fail(r->diag, XK_E_DER_TAG, tlv.offset, "timeStamp");
    }
    struct xki_time time;
    if (!xki_time_read_utc(tlv.value, &time)) {
        return bad(r, &tlv, "utcTime");
    }
    r->record->time = xki_time_moment(&time);
    return XK_OK;
}

static enum xk_status read_parties(struct reader *r, const struct xki_tlv *tlv)
{
    struct xki_der_in list = xki_der_inside(tlv);
    struct xk_party party;
    enum xk_status status = XK_OK;
    r->record->parties = tlv->value;
    while (status == XK_OK && xki_der_more(&list)) {
        status = xki_hi2_read_party(&list, &party, r->diag);
        r->record->party_count++;
    }
    bool counted = r->record->party_count >= 1 && r->record->party_count <= XK_PARTIES_MAX;
    return status == XK_OK && !counted ? bad(r, tlv, "partyInformation") : status;
}

static enum xk_status read_keys(struct reader *r, const struct xki_tlv *tlv)
{
    struct xki_der_in list = xki_der_inside(tlv);
    struct xk_iri_key key;
    enum xk_status status = XK_OK;
    r->record->keys = tlv->value;
    while (status == XK_OK && xki_der_more(&list)) {
        status = xki_hi2_read_key(&list, &key, r->diag);
        r->record->key_count++;
    }
    return status == XK_OK && r->record->key_count == 0 ? bad(r, tlv, "mediaDecryption-info") : status;
}

static enum xk_status read_national(struct reader *r, const struct xki_tlv *tlv)
{
    struct xki_der_in list = xki_der_inside(tlv);
    struct xk_bytes parameter;
    enum xk_status status = XK_OK;
    r->record->national = tlv->value;
    while (status == XK_OK && xki_der_more(&list)) {
        status = xki_hi2_read_national(&list, &parameter, r->diag);
        r->record->national_count++;
    }
    bool counted = r->record->national_count >= 1 && r->record->national_count <= XK_HI2_NATIONAL_MAX;
    return status == XK_OK && !counted ? bad(r, tlv, "national-Parameters") : status;
}

static enum xk_status read_iri_to_cc(struct reader *r, const struct xki_tlv *around)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_expect(&in, XKI_DER_CONSTRUCTED, 0, &tlv, r->diag, "cc");
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in set = xki_der_inside(&tlv);
    status = xki_der_expect(&set, 0, 4, &tlv, r->diag, "cc");
    if (status == XK_OK) {
        r->record->correlation_cc = tlv.value;
    }
    if (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 1, &tlv, r->diag, "iri");
        r->record->correlation_iri = tlv.value;
    }
    return status;
}

static enum xk_status read_correlation(struct reader *r, const struct xki_tlv *around)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_next(&in, &tlv, r->diag, "correlation");
    if (status != XK_OK) {
        return status;
    }
    if (tlv.kind == XKI_DER_PRIMITIVE && tlv.tag == 1) {
        r->record->correlation_iri = tlv.value;
        return XK_OK;
    }
    if (tlv.kind == XKI_DER_CONSTRUCTED && tlv.tag == 0) {
        return read_iri_to_cc(r, &tlv);
    }
    if (tlv.kind != XKI_DER_CONSTRUCTED || tlv.tag != 2) {
        return xki_fail(r->diag, XK_E_DER_TAG, tlv.offset, "correlation");
    }
    r->record->correlation_both = true;
    struct xki_der_in both = xki_der_inside(&tlv);
    status = xki_der_expect(&both, XKI_DER_CONSTRUCTED, 0, &tlv, r->diag, "iri-CC");
    if (status == XK_OK) {
        status = read_iri_to_cc(r, &tlv);
    }
    if (status == XK_OK) {
        status = xki_der_expect(&both, XKI_DER_PRIMITIVE, 1, &tlv, r->diag, "iri-IRI");
    }
    if (status == XK_OK) {
        r->record->correlation_iri = tlv.value;
    }
    return status;
}

static enum xk_status read_network(struct reader *r, const struct xki_tlv *around)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 0, &tlv, r->diag, "operator-Identifier");
    return status == XK_OK ? xki_der_sized(&tlv, 1, XK_OPERATOR_IDENTIFIER_MAX, &r->record->operator_identifier,
                                           r->diag, "operator-Identifier")
                           : status;
}

static enum xk_status read_country(struct reader *r, const struct xki_tlv *around)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    struct xk_bytes code;
    enum xk_status status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 1, &tlv, r->diag, "countryCode");
    if (status == XK_OK) {
        status = xki_der_sized(&tlv, 2, 2, &code, r->diag, "countryCode");
    }
    if (status == XK_OK) {
        memcpy(r->record->country_code, code.data, 2);
    }
    return status;
}

static enum xk_status read_failure(struct reader *r, const struct xki_tlv *tlv)
{
    uint8_t value;
    r->record->failure = true;
    return read_small(r, tlv, 0, &value, "mediaSecFailureIndication");
}

/* Which of the known parameters are constructed; the rest are primitive. */
static bool has_its_kind(const struct xki_tlv *tlv, bool umts)
{
    static const uint8_t primitive[] = {1, 4, 18, 23, 29, 30};
    static const uint8_t constructed[] = {3, 9, 16, 26, 35, 255};
    bool is_keys = tlv->tag == (umts ? 36u : 42u);
    bool is_failure = tlv->tag == (umts ? 44u : 50u);
    if (tlv->tag < 256 && (is_keys || memchr(constructed, (int)tlv->tag, sizeof constructed) != NULL)) {
        return tlv->kind == XKI_DER_CONSTRUCTED;
    }
    if (tlv->tag < 256 && (is_failure || memchr(primitive, (int)tlv->tag, sizeof primitive) != NULL)) {
        return tlv->kind == XKI_DER_PRIMITIVE;
    }
    return true;
}

static enum xk_status read_parameter(struct reader *r, const struct xki_tlv *tlv)
{
    struct xk_hi2_record *record = r->record;
    bool umts = record->module == XK_HI2_UMTS;
    enum xk_status status = XK_OK;
    uint8_t value = 0;
    if (!has_its_kind(tlv, umts)) {
        return xki_fail(r->diag, XK_E_DER_TAG, tlv->offset, "parameter");
    }
    switch (tlv->tag) {
    case 1:
        return xki_der_sized(tlv, 1, XK_LIID_MAX, &record->liid, r->diag, "LIID");
    case 3:
        return read_time(r, tlv);
    case 4:
        status = read_small(r, tlv, XK_INITIATOR_TERMINATING_TARGET, &value, "initiator");
        record->initiator = (enum xk_initiator)value;
        return status;
    case 9:
        return read_parties(r, tlv);
    case 16:
        return read_national(r, tlv);
    case 18:
        return xki_der_sized(tlv, umts ? 8 : 0, umts ? 20 : SIZE_MAX, &record->correlation_number, r->diag,
                             "correlation number");
    case 23:
        return read_small(r, tlv, 127, &record->iri_version, "iRIversion");
    case 26:
        return read_network(r, tlv);
    case 29:
        record->has_event = true;
        return read_small(r, tlv, 127, &record->event, "iMSevent");
    case 30:
        record->sip_message = tlv->value;
        return XK_OK;
    case 35:
        return read_correlation(r, tlv);
    case 255:
        return read_country(r, tlv);
    default:
        if (tlv->tag == (umts ? 36u : 42u)) {
            return read_keys(r, tlv);
        }
        if (tlv->tag == (umts ? 44u : 50u)) {
            return read_failure(r, tlv);
        }
        record->ignored_count++;
        return XK_OK;
    }
}

enum xk_status xk_hi2_parameters_decode(enum xk_hi2_record_type type, const uint8_t *data, size_t size,
                                        struct xk_hi2_record *record, struct xk_diag *diag)
{
    struct xk_hi2_record read;
    if (data == NULL || record == NULL || (int)type < XK_HI2_BEGIN || (int)type > XK_HI2_REPORT) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    memset(&read, 0, sizeof read);
    read.record_type = type;
    struct reader r = {&read, diag, false};
    struct xki_der_in in = {data, size, 0, 0, NULL};
    enum xk_status status = read_domain(&r, &in);
    uint8_t seen[32] = {1};
    while (status == XK_OK && xki_der_more(&in)) {
        struct xki_tlv tlv;
        status = xki_der_next(&in, &tlv, diag, "parameter");
        if (status != XK_OK) {
            break;
        }
        if ((tlv.kind & 0xc0) != 0x80) {
            return xki_fail(diag, XK_E_DER_TAG, tlv.offset, "parameter");
        }
        if (tlv.tag < 256) {
            uint8_t bit = (uint8_t)(1u << tlv.tag % 8);
            if ((seen[tlv.tag / 8] & bit) != 0) {
                return xki_fail(diag, XK_E_DER_TAG, tlv.offset, "parameter stands twice");
            }
            seen[tlv.tag / 8] = (uint8_t)(seen[tlv.tag / 8] | bit);
        }
        status = read_parameter(&r, &tlv);
    }
    if (status == XK_OK && (read.liid.data == NULL || !r.has_time)) {
        status = xki_fail(diag, XK_E_DER_TAG, size, read.liid.data == NULL ? "LIID" : "timeStamp");
    }
    if (status == XK_OK) {
        *record = read;
    }
    return status;
}

enum xk_status xk_hi2_record_decode(const uint8_t *data, size_t size, struct xk_hi2_record *record,
                                    struct xk_diag *diag)
{
    struct xki_tlv tlv;
    if (data == NULL || record == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xki_der_in in = {data, size, 0, 0, NULL};
    enum xk_status status = xki_der_next(&in, &tlv, diag, "record");
    if (status == XK_OK && (tlv.kind != XKI_DER_CONSTRUCTED || tlv.tag < XK_HI2_BEGIN || tlv.tag > XK_HI2_REPORT)) {
        status = xki_fail(diag, XK_E_DER_TAG, 0, "record");
    }
    if (status == XK_OK && xki_der_more(&in)) {
        status = xki_fail(diag, XK_E_DER_TRAILING, in.at, "record");
    }
    if (status != XK_OK) {
        return status;
    }
    struct xk_diag local = {XK_OK, 0, ""};
    status = xk_hi2_parameters_decode((enum xk_hi2_record_type)tlv.tag, tlv.value.data, tlv.value.size, record,
                                      &local);
    if (status != XK_OK) {
        return xki_fail(diag, status, local.offset + tlv.value_offset, local.field);
    }
    return XK_OK;
}
