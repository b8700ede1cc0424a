/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading a PS-PDU: where it ends, what it carries, and the way to the records inside. */
#include <xk/ps_pdu.h>

#include <string.h>

#include "hi2/ps_header.h"
#include "hi2/ps_tags.h"
#include "support/diag.h"
#include "warrant/modules.h"

enum xk_status xk_ps_pdu_measure_more(struct xk_ps_measure *measure, const uint8_t *data, size_t size,
                                      const struct xk_read_options *options, size_t *pdu_size, struct xk_diag *diag)
{
    struct xk_read_options taken;
    struct xki_ber_head head;
    if (measure == NULL || data == NULL || pdu_size == NULL || !xki_read_options_take(options, &taken)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (size > 0 && data[0] != XKI_DER_SEQUENCE) {
        return xki_fail(diag, XK_E_DER_TAG, 0, "PS-PDU");
    }
    if (measure->head == 0) {
        enum xk_status status = xki_ber_head(data, size, taken.rules == XK_RULES_BER, &head);
        if (status != XK_OK) {
            return xki_fail(diag, status, 0, "PS-PDU");
        }
        if (head.length > XK_PS_PDU_MAX - head.size) {
            return xki_fail(diag, XK_E_LIMIT, 0, "PS-PDU");
        }
        if (!head.indefinite) {
            *pdu_size = head.size + head.length;
            return XK_OK;
        }
        measure->head = (uint32_t)head.size;
    }
    struct xki_ber_end end = {measure->at, measure->open};
    size_t known = size < XK_PS_PDU_MAX ? size : XK_PS_PDU_MAX;
    enum xk_status status = xki_ber_find_end(data + measure->head, known > measure->head ? known - measure->head : 0,
                                             &end);
    measure->at = end.at;
    measure->open = end.open;
    if (status == XK_E_DER_TRUNCATED && (size > XK_PS_PDU_MAX || end.at > XK_PS_PDU_MAX - measure->head)) {
        return xki_fail(diag, XK_E_LIMIT, 0, "PS-PDU");
    }
    if (status != XK_OK) {
        return xki_fail(diag, status, status == XK_E_DER_TRUNCATED ? 0 : measure->head + end.at, "PS-PDU");
    }
    *pdu_size = measure->head + end.at;
    return XK_OK;
}

enum xk_status xk_ps_pdu_measure(const uint8_t *data, size_t size, const struct xk_read_options *options,
                                 size_t *pdu_size, struct xk_diag *diag)
{
    struct xk_ps_measure measure = {0, 0, 0};
    return xk_ps_pdu_measure_more(&measure, data, size, options, pdu_size, diag);
}

static enum xk_status read_iri_payloads(const struct xki_tlv *around, struct xk_ps_pdu *pdu, struct xk_diag *diag)
{
    struct xki_der_in list = xki_der_inside(around);
    struct xki_tlv tlv;
    if (around->kind != XKI_DER_CONSTRUCTED) {
        return xki_fail(diag, XK_E_DER_TAG, around->offset, "iRIPayloadSequence");
    }
    pdu->payloads = around->value;
    pdu->payloads_offset = around->value_offset;
    while (xki_der_more(&list)) {
        enum xk_status status = xki_der_expect(&list, 0x20, 0x10, &tlv, diag, "IRIPayload");
        if (status != XK_OK) {
            return status;
        }
        pdu->payload_count++;
    }
    return pdu->payload_count > 0 ? XK_OK
                                  : xki_fail(diag, XK_E_DER_VALUE, pdu->payloads_offset, "iRIPayloadSequence");
}

static enum xk_status read_payload(const struct xki_tlv *around, struct xk_ps_pdu *pdu, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_next(&in, &tlv, diag, "payload");
    if (status != XK_OK) {
        return status;
    }
    if ((tlv.kind & 0xc0) != XKI_DER_PRIMITIVE) {
        return xki_fail(diag, XK_E_DER_TAG, tlv.offset, "payload");
    }
    if (xki_der_more(&in)) {
        return xki_fail(diag, XK_E_DER_TRAILING, in.base + in.at, "payload");
    }
    pdu->kind = tlv.tag <= XK_PS_HI4 ? (enum xk_ps_kind)tlv.tag : XK_PS_OTHER;
    pdu->payload = tlv.whole;
    pdu->payload_offset = tlv.offset;
    return pdu->kind == XK_PS_IRI ? read_iri_payloads(&tlv, pdu, diag) : XK_OK;
}

enum xk_status xk_ps_pdu_decode(const uint8_t *data, size_t size, const struct xk_read_options *options,
                                struct xk_ps_pdu *pdu, struct xk_diag *diag)
{
    struct xk_read_options taken;
    struct xki_ber ber;
    struct xk_ps_pdu read;
    struct xki_tlv tlv;
    if (data == NULL || pdu == NULL || !xki_read_options_take(options, &taken)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    memset(&read, 0, xki_unknown(sizeof read));
    xk_ps_header_init(&read.header);
    read.rules = taken.rules;
    struct xki_der_in in = {data, size, 0, 0, xki_ber_from(&taken, &ber)};
    enum xk_status status = xki_der_expect(&in, 0x20, 0x10, &tlv, diag, "PS-PDU");
    if (status == XK_OK && xki_der_more(&in)) {
        status = xki_fail(diag, XK_E_DER_TRAILING, in.at, "PS-PDU");
    }
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in inside = xki_der_inside(&tlv);
    status = xki_der_expect(&inside, XKI_DER_CONSTRUCTED, 1, &tlv, diag, "pSHeader");
    if (status == XK_OK) {
        status = xki_hi2_read_header(&tlv, &read.header, diag);
    }
    if (status == XK_OK) {
        status = xki_der_expect(&inside, XKI_DER_CONSTRUCTED, XKI_PS_PAYLOAD, &tlv, diag, "payload");
    }
    if (status == XK_OK) {
        status = read_payload(&tlv, &read, diag);
    }
    if (status == XK_OK && xki_der_more(&inside)) {
        status = xki_fail(diag, XK_E_DER_TRAILING, inside.base + inside.at, "PS-PDU");
    }
    if (status == XK_OK) {
        *pdu = read;
    }
    return status;
}

/* The record of a module, or its parameters; another alternative of the choice is none that is known here. */
static enum xk_status read_choice(const struct xki_tlv *around, const struct xki_hi2_module *module,
                                  uint64_t *iri_type, struct xk_ps_payload *payload, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_next(&in, &tlv, diag, "iRIContents");
    if (status != XK_OK) {
        return status;
    }
    if (tlv.kind != XKI_DER_CONSTRUCTED) {
        return xki_fail(diag, XK_E_DER_TAG, tlv.offset, "iRIContents");
    }
    if (tlv.tag > 1) {
        return XK_OK;
    }
    struct xki_tlv record = tlv;
    if (tlv.tag == 1) {
        struct xki_der_in whole = xki_der_inside(&tlv);
        status = xki_der_next(&whole, &record, diag, "record");
        if (status != XK_OK) {
            return status;
        }
        if (record.kind != XKI_DER_CONSTRUCTED) { /* a sequence of records */
            return XK_OK;
        }
        if (*iri_type != 0 && *iri_type != record.tag) {
            return xki_fail(diag, XK_E_DER_VALUE, record.offset, "iRIType");
        }
        *iri_type = record.tag;
    }
    payload->module = module->id;
    payload->form = tlv.tag == 1 ? XK_PS_WHOLE_RECORD : XK_PS_BARE_PARAMETERS;
    payload->record = tlv.value;
    payload->offset = tlv.value_offset;
    if (*iri_type < XK_HI2_BEGIN || *iri_type > XK_HI2_REPORT) {
        return xki_fail(diag, XK_E_DER_TAG, around->offset, "iRIType");
    }
    return XK_OK;
}

/* iRIContents, down to the record or its parameters. */
static enum xk_status read_contents(const struct xki_tlv *contents, uint64_t *iri_type, struct xk_ps_payload *payload,
                                    struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(contents);
    struct xki_tlv tlv;
    if (contents->kind != XKI_DER_CONSTRUCTED) {
        return xki_fail(diag, XK_E_DER_TAG, contents->offset, "iRIContents");
    }
    enum xk_status status = xki_der_next(&in, &tlv, diag, "iRIContents");
    if (status != XK_OK) {
        return status;
    }
    payload->contents = tlv.tag;
    payload->record = tlv.whole;
    payload->offset = tlv.offset;
    const struct xki_hi2_module *module = xki_hi2_module_of_choice(tlv.tag);
    if (module == NULL) {
        return XK_OK;
    }
    if (tlv.kind != XKI_DER_CONSTRUCTED) {
        return xki_fail(diag, XK_E_DER_TAG, tlv.offset, "iRIContents");
    }
    return read_choice(&tlv, module, iri_type, payload, diag);
}

enum xk_status xk_ps_pdu_next_payload(const struct xk_ps_pdu *pdu, size_t *position, struct xk_ps_payload *payload,
                                      struct xk_diag *diag)
{
    struct xki_ber ber = {NULL, 0, 0};
    struct xki_tlv tlv;
    if (pdu == NULL || position == NULL || payload == NULL || *position > pdu->payloads.size) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    struct xki_der_in list = {pdu->payloads.data, pdu->payloads.size, *position, pdu->payloads_offset,
                              pdu->rules == XK_RULES_BER ? &ber : NULL};
    enum xk_status status = xki_der_next(&list, &tlv, diag, "IRIPayload");
    if (status != XK_OK) {
        return status;
    }
    *position = list.at;
    struct xki_der_in in = xki_der_inside(&tlv);
    struct xk_ps_payload read;
    uint64_t iri_type = 0;
    uint32_t from = 0;
    memset(&read, 0, xki_unknown(sizeof read));
    while (xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, "IRIPayload");
        if (status == XK_OK && tlv.tag == 0) {
            status = xki_der_number(&tlv, UINT64_MAX, &iri_type, diag, "iRIType");
        } else if (status == XK_OK && tlv.tag == 2) {
            status = read_contents(&tlv, &iri_type, &read, diag);
        }
        if (status != XK_OK) {
            return status;
        }
    }
    if (read.record.data == NULL) {
        return xki_fail(diag, XK_E_DER_TAG, list.base + list.at, "iRIContents");
    }
    if (iri_type <= XK_HI2_REPORT) {
        read.record_type = (enum xk_hi2_record_type)iri_type;
    }
    *payload = read;
    return XK_OK;
}
