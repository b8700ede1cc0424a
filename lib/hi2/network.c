/* SPDX-License-Identifier: BSD-2-Clause */
#include "hi2/network.h"

#include "support/diag.h"

#define IP_ADDRESS 5u
#define BINARY 1u
#define TEXT 2u

static const char field[] = "network-Element-Identifier";

static void write_ip_address(struct xki_der *w, const struct xk_network_element *element)
{
    size_t start = w->size;
    if (element->ipv6_prefix > 0) {
        xki_der_integer(w, 4, element->ipv6_prefix);
    }
    size_t value = w->size;
    xki_der_bytes(w, element->form == XK_NETWORK_ELEMENT_IP_TEXT ? TEXT : BINARY, element->value);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, 2, value);
    xki_der_small(w, 1, xki_network_element_is_ipv6(element) ? 1 : 0);
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, IP_ADDRESS, start);
}

void xki_hi2_write_element(struct xki_der *w, unsigned int tag, const struct xk_network_element *element)
{
    size_t start = w->size;
    if (element->form >= XK_NETWORK_ELEMENT_IP_BINARY) {
        write_ip_address(w, element);
    } else {
        xki_der_bytes(w, (unsigned int)element->form, element->value);
    }
    xki_der_wrap(w, XKI_DER_CONSTRUCTED, tag, start);
}

size_t xki_hi2_with_element(struct xki_der writer, unsigned int tag, const struct xk_network_element *element)
{
    xki_hi2_write_element(&writer, tag, element);
    return writer.size;
}

static enum xk_status read_ip_value(const struct xki_tlv *around, struct xk_network_element *element,
                                    struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = xki_der_next(&in, &tlv, diag, field);
    if (status != XK_OK) {
        return status;
    }
    if (tlv.tag == BINARY) {
        element->form = XK_NETWORK_ELEMENT_IP_BINARY;
        return xki_der_sized(&tlv, 4, 16, &element->value, diag, field);
    }
    if (tlv.tag == TEXT) {
        element->form = XK_NETWORK_ELEMENT_IP_TEXT;
        return xki_der_sized(&tlv, XK_NETWORK_ELEMENT_TEXT_MIN, XK_NETWORK_ELEMENT_TEXT_MAX, &element->value, diag,
                             field);
    }
    return XK_OK;
}

static enum xk_status read_ip_address(const struct xki_tlv *around, struct xk_network_element *element,
                                      struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    enum xk_status status = XK_OK;
    uint32_t from = 1;
    uint64_t prefix = 0;
    while (status == XK_OK && xki_der_more(&in)) {
        status = xki_der_member(&in, &from, &tlv, diag, field);
        if (status == XK_OK && tlv.tag == 2) {
            status = read_ip_value(&tlv, element, diag);
        } else if (status == XK_OK && tlv.tag == 4) {
            status = xki_der_number(&tlv, 128, &prefix, diag, "iPv6PrefixLength");
            element->ipv6_prefix = (uint8_t)prefix;
        }
    }
    return status;
}

enum xk_status xki_hi2_read_element(const struct xki_tlv *around, struct xk_network_element *element,
                                    struct xk_diag *diag)
{
    struct xki_der_in in = xki_der_inside(around);
    struct xki_tlv tlv;
    if (around->kind != XKI_DER_CONSTRUCTED) {
        return xki_fail(diag, XK_E_DER_TAG, around->offset, field);
    }
    enum xk_status status = xki_der_next(&in, &tlv, diag, field);
    if (status != XK_OK) {
        return status;
    }
    if (tlv.tag == IP_ADDRESS) {
        return read_ip_address(&tlv, element, diag);
    }
    if (tlv.tag == 0 || tlv.tag > IP_ADDRESS) {
        return XK_OK;
    }
    element->form = (enum xk_network_element_form)tlv.tag;
    return xki_der_sized(&tlv, 1, XK_NETWORK_ELEMENT_MAX, &element->value, diag, field);
}
