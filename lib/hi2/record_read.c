/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reading a record. The domain OBJECT IDENTIFIER comes first and tells the module, whose row tells the tags of what
 * differs from module to module.
 */
#include <xk/hi2_read.h>

#include <string.h>

#include "hi2/der_read.h"
#include "hi2/der_write.h"
#include "hi2/network.h"
#include "hi2/record_lists.h"
#include "hi2/times.h"
#include "support/diag.h"
#include "support/set256.h"

struct reader {
    struct xk_hi2_record *record;
    const struct xki_hi2_module *module;
    struct xk_diag *diag;
    bool has_time;
    size_t room; /* that the entry of a list needs which needs most */
};

static enum xk_status bad(const struct reader *r, const struct xki_tlv *tlv, const char *field)
{
    return xki_fail(r->diag, XK_E_DER_VALUE, tlv->offset, field);
}

static enum xk_status read_domain(struct reader *r, struct xki_der_in *in)
{
    static const uint8_t domain[] = {0x04, 0x00, 0x02, 0x02, 0x04};
    struct xki_tlv tlv;
    uint32_t arcs[3];
    enum xk_status status = xki_der_expect(in, XKI_DER_PRIMITIVE, 0, &tlv, r->diag, "domain OBJECT IDENTIFIER");
    if (status != XK_OK) {
        return status;
    }
    r->module = xki_der_arcs(tlv.value, domain, sizeof domain, arcs, 3) ? xki_hi2_module_of_domain(arcs[0]) : NULL;
    if (r->module == NULL) {
        return bad(r, &tlv, "domain OBJECT IDENTIFIER");
    }
    r->record->module = r->module->id;
    r->record->oid_release = arcs[1];
    r->record->oid_version = arcs[2];
    return XK_OK;
}

/* An ENUMERATED may grow: false for a value above `high`, which is counted as stepped over. */
static bool read_enumerated(struct reader *r, const struct xki_tlv *tlv, uint8_t high, uint8_t *value,
                            const char *field, enum xk_status *status)
{
    uint64_t number = 0;
    *status = xki_der_number(tlv, UINT64_MAX, &number, r->diag, field);
    if (*status != XK_OK) {
        return false;
    }
    if (number > high) {
        r->record->ignored_count++;
        return false;
    }
    *value = (uint8_t)number;
    return true;
}

static enum xk_status expect_constructed(const struct reader *r, const struct xki_tlv *tlv, const char *field)
{
    return tlv->kind == XKI_DER_CONSTRUCTED ? XK_OK : xki_fail(r->diag, XK_E_DER_TAG, tlv->offset, field);
}

static enum xk_status read_local_time(struct reader *r, const struct xki_tlv *around)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    struct xk_bytes text = {NULL, 0};
    struct xki_time time;
    uint8_t season = XK_HI2_SEASON_NOT_PROVIDED;
    enum xk_status status = xki_der_next(&in, &tlv, r->diag, "generalizedTime");
    if (status == XK_OK && ((tlv.kind & 0xc0) != XKI_DER_PRIMITIVE || tlv.tag != 0)) {
        status = xki_fail(r->diag, XK_E_DER_TAG, tlv.offset, "generalizedTime");
    }
    if (status == XK_OK) {
        status = xki_der_sized(&tlv, 0, SIZE_MAX, &text, r->diag, "generalizedTime");
    }
    if (status != XK_OK) {
        return status;
    }
    if (!xki_time_read_generalized(text, &time)) {
        return bad(r, &tlv, "generalizedTime");
    }
    r->record->time_form = XK_HI2_LOCAL_TIME;
    r->record->time = time.digits;
    r->record->has_offset = time.has_offset;
    r->record->offset_minutes = time.offset_minutes;
    status = xki_der_expect(&in, XKI_DER_PRIMITIVE, 1, &tlv, r->diag, "winterSummerIndication");
    if (status == XK_OK) {
        (void)read_enumerated(r, &tlv, XK_HI2_SEASON_SUMMER, &season, "winterSummerIndication", &status);
    }
    r->record->season = (enum xk_hi2_season)season;
    return status;
}

static enum xk_status read_time(struct reader *r, const struct xki_tlv *around)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    struct xk_bytes text;
    struct xki_time time;
    r->has_time = true;
    enum xk_status status = xki_der_next(&in, &tlv, r->diag, "timeStamp");
    if (status != XK_OK) {
        return status;
    }
    if (tlv.tag == 0 && tlv.kind == XKI_DER_CONSTRUCTED) {
        return read_local_time(r, &tlv);
    }
    if (tlv.tag != 1 || (tlv.kind & 0xc0) != XKI_DER_PRIMITIVE) {
        return xki_fail(r->diag, XK_E_DER_TAG, tlv.offset, "timeStamp");
    }
    status = xki_der_sized(&tlv, 0, SIZE_MAX, &text, r->diag, "utcTime");
    if (status == XK_OK && !xki_time_read_utc(text, &time)) {
        return bad(r, &tlv, "utcTime");
    }
    if (status == XK_OK) {
        r->record->time = xki_time_moment(&time);
    }
    return status;
}

/* Each entry is read once, so that nothing is left to fail when the host steps through them. What was joined for that
 * is forgotten again. */
static enum xk_status read_list(struct reader *r, const struct xki_tlv *tlv, xki_hi2_read_entry *read,
                                struct xk_bytes *place, size_t *count, size_t high, const char *field)
{
    struct xki_der_in list = xki_der_inside(tlv);
    union xki_hi2_entry entry;
    enum xk_status status = expect_constructed(r, tlv, field);
    *place = tlv->value;
    while (status == XK_OK && xki_der_more(&list)) {
        size_t used = tlv->ber == NULL ? 0 : tlv->ber->used;
        status = read(&list, r->module, &entry, r->diag);
        if (tlv->ber != NULL) {
            size_t needed = tlv->ber->used - used;
            r->room = needed > r->room ? needed : r->room;
            tlv->ber->used = used;
        }
        (*count)++;
    }
    return status == XK_OK && (*count == 0 || *count > high) ? bad(r, tlv, field) : status;
}

static enum xk_status read_correlation(struct reader *r, const struct xki_tlv *around)
{
    struct xk_hi2_record *record = r->record;
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_next(&in, &tlv, r->diag, "correlation");
    if (status != XK_OK) {
        return status;
    }
    if ((tlv.kind & 0xc0) == XKI_DER_PRIMITIVE && tlv.tag == 1) {
        return xki_der_sized(&tlv, 0, SIZE_MAX, &record->correlation_iri, r->diag, "correlation");
    }
    if (tlv.kind == XKI_DER_CONSTRUCTED && tlv.tag == 0) {
        return xki_hi2_read_iri_to_cc(&tlv, &record->correlation_cc, &record->correlation_iri, r->diag);
    }
    if (tlv.kind != XKI_DER_CONSTRUCTED || tlv.tag != 2) {
        return xki_fail(r->diag, XK_E_DER_TAG, tlv.offset, "correlation");
    }
    record->correlation_both = true;
    struct xki_der_in both = xki_der_inside(&tlv);
    status = xki_der_expect(&both, XKI_DER_CONSTRUCTED, 0, &tlv, r->diag, "iri-CC");
    if (status == XK_OK) {
        status = xki_hi2_read_iri_to_cc(&tlv, &record->correlation_cc, &record->correlation_iri, r->diag);
    }
    return status == XK_OK ? xki_der_string(&both, XKI_DER_PRIMITIVE, 1, 0, SIZE_MAX, &record->correlation_iri,
                                            r->diag, "iri-IRI")
                           : status;
}

static enum xk_status read_network(struct reader *r, const struct xki_tlv *around)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    uint32_t from = 1;
    enum xk_status status = xki_der_string(&in, XKI_DER_PRIMITIVE, 0, 1, XK_OPERATOR_IDENTIFIER_MAX,
                                           &r->record->operator_identifier, r->diag, "operator-Identifier");
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, r->diag, "networkIdentifier");
        if (status == XK_OK && tlv.tag == 1) {
            status = xki_hi2_read_element(&tlv, &r->record->network_element, r->diag);
        }
    }
    return status;
}

static enum xk_status read_country(struct reader *r, const struct xki_tlv *around)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xk_bytes code;
    enum xk_status status = xki_der_string(&in, XKI_DER_PRIMITIVE, 1, 2, 2, &code, r->diag, "countryCode");
    if (status == XK_OK) {
        memcpy(r->record->country_code, code.data, 2);
    }
    return status;
}

static enum xk_status read_text(const struct reader *r, const struct xki_tlv *tlv, struct xk_bytes *text,
                                const char *field)
{
    return xki_der_sized(tlv, 0, SIZE_MAX, text, r->diag, field);
}

/* The parameters under tags of the module's own. */
static enum xk_status read_own(struct reader *r, const struct xki_tlv *tlv)
{
    struct xk_hi2_record *record = r->record;
    enum xk_status status = XK_OK;
    uint8_t value = 0;
    unsigned int field = 0;
    while (field < XKI_FIELD_COUNT && r->module->tags[field] != tlv->tag) {
        field++;
    }
    switch ((enum xki_hi2_field)field) {
    case XKI_FIELD_KEYS:
        return read_list(r, tlv, xki_hi2_read_key, &record->keys, &record->key_count, SIZE_MAX,
                         "mediaDecryption-info");
    case XKI_FIELD_HEADER_OFFER:
        return read_text(r, tlv, &record->header_offer, "sipMessageHeaderOffer");
    case XKI_FIELD_HEADER_ANSWER:
        return read_text(r, tlv, &record->header_answer, "sipMessageHeaderAnswer");
    case XKI_FIELD_SDP_OFFER:
        return read_text(r, tlv, &record->sdp_offer, "sdpOffer");
    case XKI_FIELD_SDP_ANSWER:
        return read_text(r, tlv, &record->sdp_answer, "sdpAnswer");
    case XKI_FIELD_FAILURE:
        record->failure = true;
        (void)read_enumerated(r, tlv, 0, &value, "mediaSecFailureIndication", &status);
        return status;
    case XKI_FIELD_PANI:
        return read_list(r, tlv, xki_hi2_read_pani, &record->pani, &record->pani_count, SIZE_MAX, "pANI-Header-Info");
    case XKI_FIELD_IMS_VOIP:
        return read_list(r, tlv, xki_hi2_read_ims_voip, &record->ims_voip, &record->ims_voip_count, SIZE_MAX,
                         "imsVoIP");
    case XKI_FIELD_ROAMING:
        (void)read_enumerated(r, tlv, XK_HI2_ROAMING_S8HR, &value, "roamingIndication", &status);
        record->roaming = (enum xk_hi2_roaming)value;
        return status;
    case XKI_FIELD_COUNT:
        break;
    }
    record->ignored_count++;
    return XK_OK;
}

static enum xk_status read_correlation_number(struct reader *r, const struct xki_tlv *tlv)
{
    size_t high = r->module->correlation_read_max;
    size_t low = high > 0 ? r->module->correlation_min : 0;
    return xki_der_sized(tlv, low, high > 0 ? high : SIZE_MAX, &r->record->correlation_number, r->diag,
                         "correlation number");
}

static enum xk_status read_parameter(struct reader *r, const struct xki_tlv *tlv)
{
    struct xk_hi2_record *record = r->record;
    enum xk_status status = XK_OK;
    uint8_t value = XK_INITIATOR_NOT_AVAILABLE;
    switch (tlv->tag) {
    case 1:
        return xki_der_sized(tlv, 1, XK_LIID_MAX, &record->liid, r->diag, "LIID");
    case 3:
        status = expect_constructed(r, tlv, "timeStamp");
        return status == XK_OK ? read_time(r, tlv) : status;
    case 4:
        (void)read_enumerated(r, tlv, XK_INITIATOR_TERMINATING_TARGET, &value, "initiator", &status);
        record->initiator = (enum xk_initiator)value;
        return status;
    case 9:
        return read_list(r, tlv, xki_hi2_read_party, &record->parties, &record->party_count, XK_PARTIES_MAX,
                         "partyInformation");
    case 16:
        return read_list(r, tlv, xki_hi2_read_national, &record->national, &record->national_count,
                         XK_HI2_NATIONAL_MAX, "national-Parameters");
    case 18:
        return read_correlation_number(r, tlv);
    case 23:
        (void)read_enumerated(r, tlv, UINT8_MAX, &record->iri_version, "iRIversion", &status);
        return status;
    case 26:
        status = expect_constructed(r, tlv, "networkIdentifier");
        return status == XK_OK ? read_network(r, tlv) : status;
    case 29:
        record->has_event = read_enumerated(r, tlv, UINT8_MAX, &record->event, "iMSevent", &status);
        return status;
    case 30:
        return read_text(r, tlv, &record->sip_message, "sIPMessage");
    case 35:
        status = expect_constructed(r, tlv, "correlation");
        return status == XK_OK ? read_correlation(r, tlv) : status;
    case 255:
        status = expect_constructed(r, tlv, "national-HI2-ASN1parameters");
        return status == XK_OK ? read_country(r, tlv) : status;
    default:
        return read_own(r, tlv);
    }
}

/* The parameters one after the other, in any order, none twice. */
static enum xk_status read_parameters(struct reader *r, struct xki_der_in *in)
{
    struct xki_set256 seen = {{0}};
    enum xk_status status = read_domain(r, in);
    (void)xki_set256_add(&seen, 0);
    while (status == XK_OK && xki_der_more(in)) {
        struct xki_tlv tlv;
        status = xki_der_next(in, &tlv, r->diag, "parameter");
        if (status != XK_OK) {
            return status;
        }
        if ((tlv.kind & 0xc0) != XKI_DER_PRIMITIVE) {
            return xki_fail(r->diag, XK_E_DER_TAG, tlv.offset, "parameter");
        }
        if (tlv.tag < 256 && !xki_set256_add(&seen, (uint8_t)tlv.tag)) {
            return xki_fail(r->diag, XK_E_DER_TAG, tlv.offset, "parameter stands twice");
        }
        status = read_parameter(r, &tlv);
    }
    if (status == XK_OK && (r->record->liid.data == NULL || !r->has_time)) {
        const char *field = r->record->liid.data == NULL ? "LIID" : "timeStamp";
        return xki_fail(r->diag, XK_E_DER_TAG, in->base + in->size, field);
    }
    return status;
}

static enum xk_status decode(enum xk_hi2_record_type type, struct xki_der_in *in, const struct xk_read_options *taken,
                             struct xk_hi2_record *record, struct xk_diag *diag)
{
    struct xk_hi2_record read;
    struct reader r = {&read, NULL, diag, false, 0};
    memset(&read, 0, sizeof read);
    read.record_type = type;
    enum xk_status status = read_parameters(&r, in);
    if (status != XK_OK) {
        return status;
    }
    if (in->ber != NULL && r.room > in->ber->size - in->ber->used) { /* stepping through the lists would fail */
        return xki_fail(diag, XK_E_DER_PIECES, in->base, "record");
    }
    read.options = *taken;
    if (in->ber != NULL && in->ber->used > 0) { /* what has been joined stays; lists go on behind it */
        read.options.scratch += in->ber->used;
        read.options.scratch_size -= in->ber->used;
    }
    *record = read;
    return XK_OK;
}

enum xk_status xk_hi2_parameters_decode(enum xk_hi2_record_type type, const uint8_t *data, size_t size,
                                        const struct xk_read_options *options, struct xk_hi2_record *record,
                                        struct xk_diag *diag)
{
    struct xk_read_options taken;
    struct xki_ber ber;
    if (data == NULL || record == NULL || (int)type < XK_HI2_BEGIN || (int)type > XK_HI2_REPORT ||
        !xki_read_options_take(options, &taken)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xki_der_in in = {data, size, 0, 0, xki_ber_from(&taken, &ber)};
    return decode(type, &in, &taken, record, diag);
}

enum xk_status xk_hi2_record_decode(const uint8_t *data, size_t size, const struct xk_read_options *options,
                                    struct xk_hi2_record *record, struct xk_diag *diag)
{
    struct xk_read_options taken;
    struct xki_ber ber;
    struct xki_tlv tlv;
    if (data == NULL || record == NULL || !xki_read_options_take(options, &taken)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xki_der_in in = {data, size, 0, 0, xki_ber_from(&taken, &ber)};
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
    struct xki_der_in inside = xki_der_inside(&tlv);
    return decode((enum xk_hi2_record_type)tlv.tag, &inside, &taken, record, diag);
}
