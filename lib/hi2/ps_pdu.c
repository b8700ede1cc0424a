/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The PS-PDU, written back to front: read write_pdu() from its last line up to see it as it is sent. The record is
 * copied as it stands, so that its octets are the same inside the envelope and out of it.
 */
#include <xk/ps_pdu.h>

#include <string.h>

#include "hi2/ps_header.h"
#include "hi2/ps_tags.h"
#include "support/diag.h"
#include "warrant/modules.h"

XKI_INLINE void write_payload(struct xki_der *w, const struct xki_hi2_module *module, enum xk_ps_form form,
                          const struct xki_tlv *record)
{
    size_t start = w->size;
    if (form == XK_PS_WHOLE_RECORD) {
        xki_der_raw(w, record->whole.data, record->whole.size);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 1, start);
    } else {
        xki_der_raw(w, record->value.data, record->value.size);
        xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, start);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, module->ps_choice, start);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 2, start);
    xki_der_small(w, 0, record->tag);
    xki_der_length(w, w->size - start);
    xki_der_octet(w, XKI_DER_SEQUENCE);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, XK_PS_IRI, start);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, XKI_PS_PAYLOAD, start);
}

XKI_INLINE void write_pdu(struct xki_der *w, const struct xk_ps_header *header, const struct xki_hi2_module *module,
                      enum xk_ps_form form, const struct xki_tlv *record)
{
    write_payload(w, module, form, record);
    w->size = xki_hi2_with_header(w->end, w->size, header);
    xki_der_length(w, w->size);
    xki_der_octet(w, XKI_DER_SEQUENCE);
}

/* Do the two octets of such a tag stand anywhere? Quick, for the record that has none. */
static bool may_hold(struct xk_bytes value, uint8_t tag)
{
    const uint8_t *at = value.data;
    const uint8_t *end = value.data + value.size;
    while (at != NULL && at < end) {
        at = memchr(at, XKI_DER_CONSTRUCTED | 31u, (size_t)(end - at));
        at = at == NULL ? NULL : at + 1;
        if (at != NULL && at < end && *at == tag) {
            return true;
        }
    }
    return false;
}

/* IMS-based VoIP goes out as ePSIRI (TS 102 232-7, note to table A.2): a record with imsVoIP in it does. */
static enum xk_status check_ims_voip(const struct xki_hi2_module *module, const struct xki_tlv *record,
                                     struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(record);
    struct xki_tlv tlv;
    if (!may_hold(record->value, module->tags[XKI_FIELD_IMS_VOIP])) {
        return XK_OK;
    }
    while (xki_der_more(&in)) {
        enum xk_status status = xki_der_next(&in, &tlv, diag, "parameter");
        if (status != XK_OK) {
            return status;
        }
        if (tlv.tag == module->tags[XKI_FIELD_IMS_VOIP] && tlv.kind == XKI_DER_CONSTRUCTED) {
            return xki_fail(diag, XK_E_FIELD, tlv.offset, "imsVoIP");
        }
    }
    return XK_OK;
}

/* One record and nothing else: its tag says which kind. */
static enum xk_status check_record(const struct xki_hi2_module *module, struct xk_bytes record, struct xki_tlv *tlv,
                                   struct xk_diag *diag)
{
    struct xki_der_in in = {record.data, record.size, 0, 0, NULL};
    enum xk_status status = xki_der_next(&in, tlv, diag, "record");
    if (status != XK_OK) {
        return status;
    }
    if (tlv->kind != XKI_DER_CONSTRUCTED || tlv->tag < XK_HI2_BEGIN || tlv->tag > XK_HI2_REPORT) {
        return xki_fail(diag, XK_E_DER_TAG, 0, "record");
    }
    if (xki_der_more(&in)) {
        return xki_fail(diag, XK_E_DER_TRAILING, in.at, "record");
    }
    return module->voip_delivery ? XK_OK : check_ims_voip(module, tlv, diag);
}

static bool is_encodable(enum xk_hi2_module id, enum xk_ps_form form, struct xk_bytes record)
{
    return record.data != NULL && xki_hi2_module(id) != NULL &&
           (form == XK_PS_WHOLE_RECORD || form == XK_PS_BARE_PARAMETERS);
}

enum xk_status xki_hi2_encode_pdu(const struct xk_ps_header *h, enum xk_hi2_module id, enum xk_ps_form form,
                                  struct xk_bytes record, uint8_t *out, size_t capacity, size_t *size,
                                  struct xk_diag *diag)
{
    struct xki_tlv tlv;
    const struct xki_hi2_module *module = xki_hi2_module(id);
    if (!is_encodable(id, form, record)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (h->time_form == XK_PS_TIME_ABSENT) {
        return xki_fail(diag, XK_E_FIELD_EMPTY, 0, "timeStamp");
    }
    if (h->pdu_max > XK_PS_PDU_MAX) {
        return xki_fail(diag, XK_E_FIELD, 0, "pdu_max");
    }
    enum xk_status status = check_record(module, record, &tlv, diag);
    if (status != XK_OK) {
        return status;
    }
    struct xki_der measure = xki_der_measure();
    write_pdu(&measure, h, module, form, &tlv);
    *size = measure.size;
    if (measure.size > h->pdu_max) {
        return xki_fail(diag, XK_E_TOO_LARGE, 0, "PS-PDU");
    }
    if (measure.size > capacity) {
        return xki_fail(diag, XK_E_SPACE, 0, "");
    }
    struct xki_der writer = xki_der_write(out + measure.size);
    write_pdu(&writer, h, module, form, &tlv);
    return XK_OK;
}

enum xk_status xk_ps_pdu_encode(const struct xk_ps_header *header, enum xk_hi2_module id, enum xk_ps_form form,
                                struct xk_bytes record, uint8_t *out, size_t capacity, size_t *size,
                                struct xk_diag *diag)
{
    struct xk_ps_header place;
    if (header == NULL || size == NULL || (out == NULL && capacity > 0) || !is_encodable(id, form, record)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    const struct xk_ps_header *h = xki_hi2_take_header(header, &place);
    if (h == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    enum xk_status status = xki_hi2_check_header(h, diag);
    return status == XK_OK ? xki_hi2_encode_pdu(h, id, form, record, out, capacity, size, diag) : status;
}
