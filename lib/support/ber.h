/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heads of BER elements, of which DER is a part, for every room that reads such octets: identifier and length, and
 * where an element of indefinite length ends. No recursion. What is asked once an element is inline.
 */
#ifndef XKI_SUPPORT_BER_H
#define XKI_SUPPORT_BER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <xk/status.h>

#define XKI_BER_CONSTRUCTED 0x20u
#define XKI_BER_CONTEXT 0x80u
#define XKI_BER_DEPTH 16u /* elements of indefinite length, or strings in pieces, inside each other */

struct xki_ber_head {
    uint8_t kind;    /* class and the constructed bit: the first three bits of the identifier octet */
    bool indefinite; /* only in BER: `length` is then 0 */
    uint32_t tag;
    size_t size;     /* octets of identifier and length */
    size_t length;   /* octets of the value, whether or not they are there */
};

static inline enum xk_status xki_ber_tag(const uint8_t *data, size_t size, size_t *at, struct xki_ber_head *head)
{
    head->kind = data[0] & 0xe0;
    head->tag = data[0] & 0x1f;
    *at = 1;
    if (head->tag != 31) {
        return XK_OK;
    }
    head->tag = 0;
    for (unsigned int octets = 0; octets < 3; octets++) { /* 21 bits are more than any module uses */
        if (*at == size) {
            return XK_E_DER_TRUNCATED;
        }
        uint8_t octet = data[(*at)++];
        if (octets == 0 && octet == 0x80) {
            return XK_E_DER_TAG;
        }
        head->tag = head->tag << 7 | (octet & 0x7f);
        if ((octet & 0x80) == 0) {
            return head->tag >= 31 ? XK_OK : XK_E_DER_TAG;
        }
    }
    return XK_E_DER_TAG;
}

/* `at` is behind the first octet of a long length, which counts the others. BER may put zeros in front. */
static inline enum xk_status xki_ber_length(const uint8_t *data, size_t size, bool ber, size_t *at, size_t *length)
{
    size_t octets = data[*at - 1] & 0x7f;
    if (octets == 0x7f || (!ber && octets > 4)) {
        return XK_E_DER_LENGTH;
    }
    if (octets > size - *at) {
        return XK_E_DER_TRUNCATED;
    }
    bool shortest = data[*at] != 0;
    size_t value = 0;
    for (size_t i = 0; i < octets; i++) {
        if (value > INT32_MAX >> 8) {
            return XK_E_DER_LENGTH;
        }
        value = value << 8 | data[(*at)++];
    }
    if (!ber && (!shortest || value < 0x80)) {
        return XK_E_DER_LENGTH;
    }
    *length = value;
    return XK_OK;
}

/* Identifier and length at the start of `data`, in strict DER without `ber`. XK_E_DER_TRUNCATED if they are not all
 * there; whether the value is there is the caller's question. */
static inline enum xk_status xki_ber_head(const uint8_t *data, size_t size, bool ber, struct xki_ber_head *head)
{
    size_t at = 0;
    if (size == 0) {
        return XK_E_DER_TRUNCATED;
    }
    enum xk_status status = xki_ber_tag(data, size, &at, head);
    if (status != XK_OK) {
        return status;
    }
    if (at == size) {
        return XK_E_DER_TRUNCATED;
    }
    size_t value = data[at++];
    head->indefinite = value == 0x80;
    if (head->indefinite) {
        if (!ber || (head->kind & XKI_BER_CONSTRUCTED) == 0) {
            return XK_E_DER_LENGTH;
        }
        value = 0;
    } else if (value > 0x80) {
        status = xki_ber_length(data, size, ber, &at, &value);
    }
    head->size = at;
    head->length = value;
    return status;
}

/* How far the search for the end of an element of indefinite length has come: zero before it, data begins at the
 * element's content. To be called again with more octets; each is looked at once. */
struct xki_ber_end {
    size_t at;         /* where the next head stands; may be beyond what has come */
    unsigned int open; /* elements of indefinite length inside that are not closed */
};

/* XK_OK: `at` is behind the end-of-contents octets. XK_E_DER_TRUNCATED: read on. */
enum xk_status xki_ber_find_end(const uint8_t *data, size_t size, struct xki_ber_end *end);

#endif
