/* SPDX-License-Identifier: BSD-2-Clause */
#include "x2/ber.h"

#include "support/ber.h"

bool xki_x2_next_element(struct xk_bytes text, size_t *at, struct xki_x2_ber *element)
{
    struct xki_ber_head head;
    size_t left = text.size - *at;
    const uint8_t *start = text.data + *at;
    if (left == 0 || xki_ber_head(start, left, true, &head) != XK_OK) {
        return false;
    }
    size_t size = head.length;
    size_t whole = head.size + size;
    if (head.indefinite) {
        struct xki_ber_end end = {0, 0};
        if (xki_ber_find_end(start + head.size, left - head.size, &end) != XK_OK) {
            return false;
        }
        size = end.at - 2; /* without its end mark */
        whole = head.size + end.at;
    }
    if (whole > left) {
        return false;
    }
    element->tag = head.tag;
    element->tag_class = (uint8_t)(head.kind >> 6);
    element->constructed = (head.kind & XKI_BER_CONSTRUCTED) != 0;
    element->content = (struct xk_bytes){start + head.size, size};
    *at += whole;
    return true;
}

bool xki_x2_find_element(struct xk_bytes text, uint32_t tag, struct xki_x2_ber *element)
{
    size_t at = 0;
    while (xki_x2_next_element(text, &at, element)) {
        if (element->tag_class == XKI_X2_BER_CONTEXT && element->tag == tag) {
            return true;
        }
    }
    return false;
}
