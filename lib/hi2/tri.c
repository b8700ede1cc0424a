/* SPDX-License-Identifier: BSD-2-Clause */
/* TRI payloads, written back to front as everything in this folder: read each writer from its last line up. */
#include <xk/tri.h>

#include <string.h>

#include "hi2/ps_header.h"
#include "hi2/ps_tags.h"
#include "support/bounds.h"

static const char *const names[] = {"integrityCheck",
                                    "testPDU",
                                    "paddingPDU",
                                    "keep-alive",
                                    "keep-aliveResponse",
                                    "firstSegmentFlag",
                                    "lastSegmentFlag",
                                    "cINReset",
                                    "operatorLeaMessage",
                                    "optionRequest",
                                    "optionResponse",
                                    "optionComplete",
                                    "pDUAcknowledgementRequest",
                                    "pDUAcknowledgementResponse"};

const char *xk_tri_type_name(enum xk_tri_type type)
{
    return (unsigned int)type <= XK_TRI_ACKNOWLEDGEMENT_RESPONSE ? names[type] : "unknown TRI";
}

void xk_tri_init(struct xk_tri *tri, enum xk_tri_type type)
{
    if (tri == NULL) {
        return;
    }
    memset(tri, 0, sizeof *tri);
    tri->size = sizeof *tri;
    tri->type = type;
}

static enum xk_status check_integrity(const struct xk_tri *tri, struct xk_diag *diag)
{
    if (tri->number_count == 0) {
        return xki_fail(diag, XK_E_FIELD_EMPTY, 0, "includedSequenceNumbers");
    }
    if (tri->numbers == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "includedSequenceNumbers");
    }
    if (tri->check_type != XK_TRI_CHECK_HASH && tri->check_type != XK_TRI_CHECK_SIGNATURE) {
        return xki_fail(diag, XK_E_FIELD, 0, "checkType");
    }
    if ((int)tri->data_type < XK_TRI_DATA_IRI || (int)tri->data_type > XK_TRI_DATA_ILHI) {
        return xki_fail(diag, XK_E_FIELD, 0, "dataType");
    }
    if ((unsigned int)tri->hash_algorithm > XK_TRI_HASH_SHA512) {
        return xki_fail(diag, XK_E_FIELD, 0, "hashAlgorithm");
    }
    if ((unsigned int)tri->signature_algorithm > XK_TRI_SIGNATURE_EDDSA) {
        return xki_fail(diag, XK_E_FIELD, 0, "signatureAlgorithm");
    }
    return xki_check_bounds(tri->check_value, 1, XK_PS_PDU_MAX, "checkValue", diag);
}

static enum xk_status check_content(const struct xk_tri *tri, struct xk_diag *diag)
{
    enum xk_status status = XK_OK;
    if (tri->type == XK_TRI_INTEGRITY_CHECK) {
        return check_integrity(tri, diag);
    }
    if (tri->type == XK_TRI_PADDING) {
        return xki_check_bounds(tri->octets, 0, XK_PS_PDU_MAX, "paddingPDU", diag);
    }
    if (tri->type == XK_TRI_OPERATOR_LEA_MESSAGE) {
        if (tri->priority != XK_TRI_PRIORITY_ERROR && tri->priority != XK_TRI_PRIORITY_INFORMATIONAL) {
            return xki_fail(diag, XK_E_FIELD, 0, "messagePriority");
        }
        return xki_check_bounds(tri->octets, 1, XK_TRI_MESSAGE_MAX, "message", diag);
    }
    if (tri->type == XK_TRI_OPTION_REQUEST || tri->type == XK_TRI_OPTION_RESPONSE) {
        if ((tri->options & ~XK_TRI_OPTION_ACKNOWLEDGEMENT) != 0) {
            status = xki_fail(diag, XK_E_FIELD, 0, "options");
        } else if ((tri->declined & ~XK_TRI_OPTION_ACKNOWLEDGEMENT) != 0) {
            status = xki_fail(diag, XK_E_FIELD, 0, "declinedOptions");
        }
    }
    return status;
}

static void write_integrity(struct xki_der *w, const struct xk_tri *tri)
{
    if (tri->signature_algorithm != XK_TRI_SIGNATURE_ABSENT) {
        xki_der_small(w, 5, (unsigned int)tri->signature_algorithm);
    }
    if (tri->hash_algorithm != XK_TRI_HASH_ABSENT) {
        xki_der_small(w, 4, (unsigned int)tri->hash_algorithm);
    }
    xki_der_bytes(w, 3, tri->check_value);
    xki_der_small(w, 2, (unsigned int)tri->data_type);
    xki_der_small(w, 1, (unsigned int)tri->check_type);
    size_t list = w->size;
    for (size_t i = tri->number_count; i > 0; i--) {
        xki_der_integer_of(w, XKI_DER_UNIVERSAL, XKI_DER_TAG_INTEGER, tri->numbers[i - 1]);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 0, list);
}

static void write_options(struct xki_der *w, unsigned int tag, uint32_t options)
{
    size_t list = w->size;
    if ((options & XK_TRI_OPTION_ACKNOWLEDGEMENT) != 0) {
        xki_der_wrap(w, XKI_DER_PRIMITIVE, 0, w->size);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, tag, list);
}

static void write_content(struct xki_der *w, const struct xk_tri *tri)
{
    unsigned int kind = XKI_DER_CONSTRUCTED;
    size_t start = w->size;
    if (tri->type == XK_TRI_INTEGRITY_CHECK) {
        write_integrity(w, tri);
    } else if (tri->type == XK_TRI_OPERATOR_LEA_MESSAGE) {
        xki_der_bytes(w, 1, tri->octets);
        xki_der_small(w, 0, (unsigned int)tri->priority);
    } else if (tri->type == XK_TRI_OPTION_REQUEST) {
        write_options(w, 0, tri->options);
    } else if (tri->type == XK_TRI_OPTION_RESPONSE) {
        write_options(w, 1, tri->declined);
        write_options(w, 0, tri->options);
    } else {
        kind = XKI_DER_PRIMITIVE;
        if (tri->type == XK_TRI_PADDING) {
            xki_der_raw(w, tri->octets.data, tri->octets.size);
        }
    }
    xki_der_wrap(w, kind, (unsigned int)tri->type, start);
}

static void write_pdu(struct xki_der *w, const struct xk_ps_header *header, const struct xk_tri *tri)
{
    write_content(w, tri);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, XKI_PS_TRI, 0);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 2, 0);
    xki_hi2_write_header(w, header);
    xki_der_length(w, w->size);
    xki_der_octet(w, XKI_DER_SEQUENCE);
}

enum xk_status xk_tri_encode(const struct xk_ps_header *header, const struct xk_tri *tri, uint8_t *out, size_t capacity,
                             size_t *size, struct xk_diag *diag)
{
    if (header == NULL || tri == NULL || size == NULL || (out == NULL && capacity > 0)) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    if (header->size != sizeof *header || tri->size != sizeof *tri) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "size");
    }
    if ((unsigned int)tri->type > XK_TRI_ACKNOWLEDGEMENT_RESPONSE) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "type");
    }
    enum xk_status status = xki_hi2_check_header(header, diag);
    if (status == XK_OK) {
        status = check_content(tri, diag);
    }
    if (status != XK_OK) {
        return status;
    }
    struct xki_der measure = xki_der_measure();
    write_pdu(&measure, header, tri);
    *size = measure.size;
    if (measure.size > capacity) {
        return xki_fail(diag, XK_E_SPACE, measure.size, "");
    }
    struct xki_der writer = xki_der_write(out + measure.size);
    write_pdu(&writer, header, tri);
    return XK_OK;
}
