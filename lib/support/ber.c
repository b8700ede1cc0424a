/* SPDX-License-Identifier: BSD-2-Clause */
#include "support/ber.h"

enum xk_status xki_ber_find_end(const uint8_t *data, size_t size, struct xki_ber_end *end)
{
    for (;;) {
        struct xki_ber_head head;
        if (end->at >= size) {
            return XK_E_DER_TRUNCATED;
        }
        enum xk_status status = xki_ber_head(data + end->at, size - end->at, true, &head);
        if (status != XK_OK) {
            return status;
        }
        end->at += head.size + head.length;
        if (head.indefinite) {
            end->open++;
            if (end->open >= XKI_BER_DEPTH) {
                return XK_E_DER_DEPTH;
            }
        } else if (head.kind == 0 && head.tag == 0) {
            if (head.length != 0 || head.size != 2) {
                return XK_E_DER_LENGTH;
            }
            if (end->open == 0) {
                return XK_OK;
            }
            end->open--;
        }
    }
}
