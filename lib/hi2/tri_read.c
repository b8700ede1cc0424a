/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading TRI payloads. What is not known here is stepped over: a newer end of the delivery may say more. */
#include <xk/tri.h>

#include <string.h>

#include "hi2/ps_header.h"
#include "hi2/ps_tags.h"
#include "support/diag.h"

#define CONSTRUCTED_BIT 0x20u

/* The numbers are checked here, so that stepping through them later cannot fail. */
static enum xk_status read_numbers(const struct xki_tlv *around, struct xk_tri *tri, struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    uint64_t number = 0;
    enum xk_status status = XK_OK;
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_expect(&in, XKI_DER_UNIVERSAL, XKI_DER_TAG_INTEGER, &tlv, diag, "includedSequenceNumbers");
        if (status == XK_OK) {
            status = xki_der_number(&tlv, UINT32_MAX, &number, diag, "includedSequenceNumbers");
        }
        tri->number_count++;
    }
    tri->included = around->value;
    return status;
}

static enum xk_status read_small(const struct xki_tlv *tlv, unsigned int *value, const char *field,
                                 struct xk_diag *diag)
{
    uint64_t number = 0;
    enum xk_status status = xki_der_number(tlv, INT32_MAX, &number, diag, field);
    *value = (unsigned int)number;
    return status;
}

static enum xk_status read_integrity_member(const struct xki_tlv *tlv, struct xk_tri *tri, struct xk_diag *diag)
{
    unsigned int value = 0;
    enum xk_status status = XK_OK;
    switch (tlv->tag) {
    case 0:
        return read_numbers(tlv, tri, diag);
    case 1:
        status = read_small(tlv, &value, "checkType", diag);
        tri->check_type = (enum xk_tri_check)value;
        return status;
    case 2:
        status = read_small(tlv, &value, "dataType", diag);
        tri->data_type = (enum xk_tri_data)value;
        return status;
    case 3:
        return xki_der_sized(tlv, 0, XK_PS_PDU_MAX, &tri->check_value, diag, "checkValue");
    case 4:
        status = read_small(tlv, &value, "hashAlgorithm", diag);
        tri->hash_algorithm = (enum xk_tri_hash)value;
        return status;
    case 5:
        status = read_small(tlv, &value, "signatureAlgorithm", diag);
        tri->signature_algorithm = (enum xk_tri_signature)value;
        return status;
    default:
        return XK_OK;
    }
}

static enum xk_status read_options(const struct xki_tlv *around, uint32_t *options, const char *field,
                                   struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = XK_OK;
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_next(&in, &tlv, diag, field);
        bool acknowledgement = status == XK_OK && tlv.kind == XKI_DER_PRIMITIVE && tlv.tag == 0;
        *options |= acknowledgement ? XK_TRI_OPTION_ACKNOWLEDGEMENT : XK_TRI_OPTION_UNKNOWN;
    }
    return status;
}

static enum xk_status read_message_member(const struct xki_tlv *tlv, struct xk_tri *tri, struct xk_diag *diag)
{
    unsigned int value = 0;
    if (tlv->tag == 0) {
        enum xk_status status = read_small(tlv, &value, "messagePriority", diag);
        tri->priority = (enum xk_tri_priority)value;
        return status;
    }
    if (tlv->tag == 1) {
        return xki_der_sized(tlv, 1, XK_TRI_MESSAGE_MAX, &tri->octets, diag, "message");
    }
    return XK_OK;
}

static enum xk_status read_member(const struct xki_tlv *tlv, struct xk_tri *tri, struct xk_diag *diag)
{
    if (tri->type == XK_TRI_INTEGRITY_CHECK) {
        return read_integrity_member(tlv, tri, diag);
    }
    if (tri->type == XK_TRI_OPERATOR_LEA_MESSAGE) {
        return read_message_member(tlv, tri, diag);
    }
    if (tlv->tag == 0) {
        bool request = tri->type == XK_TRI_OPTION_REQUEST;
        return read_options(tlv, &tri->options, request ? "requestedOptions" : "acceptedOptions", diag);
    }
    return tlv->tag == 1 ? read_options(tlv, &tri->declined, "declinedOptions", diag) : XK_OK;
}

/* A SEQUENCE whose first members, as many as `mandatory` has bits, must be there. */
static enum xk_status read_sequence(const struct xki_tlv *around, unsigned int mandatory, struct xk_tri *tri,
                                    struct xk_diag *diag)
{
    const char *field = xk_tri_type_name(tri->type);
    if ((around->kind & CONSTRUCTED_BIT) == 0) {
        return xki_fail(diag, XK_E_DER_TAG, around->offset, field);
    }
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    uint32_t from = 0;
    enum xk_status status = XK_OK;
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, field);
        if (status == XK_OK) {
            mandatory &= tlv.tag < 32 ? ~(1u << tlv.tag) : ~0u;
            status = read_member(&tlv, tri, diag);
        }
    }
    if (status == XK_OK && mandatory != 0) {
        status = xki_fail(diag, XK_E_DER_TAG, around->offset, field);
    }
    return status;
}

static enum xk_status read_content(const struct xki_tlv *tlv, struct xk_tri *tri, struct xk_diag *diag)
{
    tri->type = (enum xk_tri_type)tlv->tag;
    switch (tlv->tag) {
    case XK_TRI_INTEGRITY_CHECK:
        return read_sequence(tlv, 0x0bu, tri, diag); /* dataType came with version 5 */
    case XK_TRI_OPERATOR_LEA_MESSAGE:
    case XK_TRI_OPTION_RESPONSE:
        return read_sequence(tlv, 0x03u, tri, diag);
    case XK_TRI_OPTION_REQUEST:
        return read_sequence(tlv, 0x01u, tri, diag);
    case XK_TRI_PADDING:
        return xki_der_sized(tlv, 0, XK_PS_PDU_MAX, &tri->octets, diag, "paddingPDU");
    default:
        return XK_OK;
    }
}

/* Down to what stands inside TRIPayload. */
static enum xk_status read_payload(struct xki_der_in *pdu, struct xki_tlv *tlv, struct xk_diag *diag)
{
    enum xk_status status = xki_der_expect(pdu, XKI_DER_CONSTRUCTED, 2, tlv, diag, "payload");
    if (status != XK_OK) {
        return status;
    }
    struct xki_der_in in = xki_der_inside(tlv);
    status = xki_der_expect(&in, XKI_DER_CONSTRUCTED, XKI_PS_TRI, tlv, diag, "tRIPayload");
    if (status == XK_OK && (xki_der_more(&in) || xki_der_more(pdu))) {
        return xki_fail(diag, XK_E_DER_TRAILING, tlv->offset + tlv->whole.size, "payload");
    }
    if (status == XK_OK) {
        in = xki_der_inside(tlv);
        status = xki_der_next(&in, tlv, diag, "TRIPayload");
    }
    if (status == XK_OK && ((tlv->kind & ~CONSTRUCTED_BIT) != XKI_DER_PRIMITIVE)) {
        return xki_fail(diag, XK_E_DER_TAG, tlv->offset, "TRIPayload");
    }
    if (status == XK_OK && xki_der_more(&in)) {
        return xki_fail(diag, XK_E_DER_TRAILING, tlv->offset + tlv->whole.size, "TRIPayload");
    }
    return status;
}

enum xk_status xk_tri_decode(const uint8_t *data, size_t size, const struct xk_read_options *options,
                             struct xk_ps_header *header, struct xk_tri *tri, struct xk_diag *diag)
{
    struct xki_ber ber;
    struct xk_ps_header read_header;
    struct xk_tri read;
    struct xki_tlv tlv;
    if (data == NULL || header == NULL || tri == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    xk_ps_header_init(&read_header);
    xk_tri_init(&read, XK_TRI_INTEGRITY_CHECK);
    struct xki_der_in in = {data, size, 0, 0, xki_ber_from(options, &ber)};
    enum xk_status status = xki_der_expect(&in, 0x20, 0x10, &tlv, diag, "PS-PDU");
    if (status == XK_OK && xki_der_more(&in)) {
        status = xki_fail(diag, XK_E_DER_TRAILING, in.at, "PS-PDU");
    }
    if (status != XK_OK) {
        return status;
    }
    in = xki_der_inside(&tlv);
    status = xki_der_expect(&in, XKI_DER_CONSTRUCTED, 1, &tlv, diag, "pSHeader");
    if (status == XK_OK) {
        status = xki_hi2_read_header(&tlv, &read_header, diag);
    }
    if (status == XK_OK) {
        status = read_payload(&in, &tlv, diag);
    }
    if (status == XK_OK) {
        status = read_content(&tlv, &read, diag);
    }
    if (status == XK_OK) {
        *header = read_header;
        *tri = read;
    }
    return status;
}

enum xk_status xk_tri_next_number(const struct xk_tri *tri, size_t *position, uint32_t *number)
{
    struct xki_ber ber = {NULL, 0, 0};
    struct xki_tlv tlv;
    uint64_t value = 0;
    if (tri == NULL || position == NULL || number == NULL || *position > tri->included.size) {
        return XK_E_ARGUMENT;
    }
    struct xki_der_in in = {tri->included.data, tri->included.size, *position, 0, &ber};
    if (!xki_der_more(&in)) {
        return XK_E_DER_TRUNCATED;
    }
    if (xki_der_expect(&in, XKI_DER_UNIVERSAL, XKI_DER_TAG_INTEGER, &tlv, NULL, "") != XK_OK ||
        xki_der_number(&tlv, UINT32_MAX, &value, NULL, "") != XK_OK) {
        return XK_E_ARGUMENT;
    }
    *position = in.at;
    *number = (uint32_t)value;
    return XK_OK;
}
