/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/der.h"

#define TAG_OCTETS_MAX 3
#define LENGTH_OCTETS_MAX 4

static bool take(struct xk_bytes around, size_t *at, uint8_t *octet)
{
    if (*at >= around.size) {
        return false;
    }
    *octet = around.data[(*at)++];
    return true;
}

static bool take_tag(struct xk_bytes around, size_t *at, struct element *element)
{
    uint8_t octet;
    if (!take(around, at, &octet)) {
        return false;
    }
    element->kind = octet & 0xe0;
    element->tag = octet & 0x1f;
    if (element->tag != 0x1f) {
        return true;
    }
    element->tag = 0;
    for (unsigned int i = 0; i < TAG_OCTETS_MAX && take(around, at, &octet); i++) {
        element->tag = element->tag << 7 | (octet & 0x7f);
        if ((octet & 0x80) == 0) {
            return true;
        }
    }
    return false;
}

static bool take_length(struct xk_bytes around, size_t *at, size_t *length)
{
    uint8_t octet;
    if (!take(around, at, &octet)) {
        return false;
    }
    *length = octet;
    if (octet < 0x80) {
        return true;
    }
    unsigned int count = octet & 0x7f;
    *length = 0;
    for (unsigned int i = 0; i < count; i++) {
        if (count > LENGTH_OCTETS_MAX || !take(around, at, &octet)) {
            return false;
        }
        *length = *length << 8 | octet;
    }
    return true;
}

bool der_next(struct xk_bytes around, size_t *at, struct element *element)
{
    size_t start = *at;
    size_t length;
    if (!take_tag(around, at, element) || !take_length(around, at, &length) || length > around.size - *at) {
        *at = start;
        return false;
    }
    element->head = (struct xk_bytes){around.data + start, *at - start};
    element->value = (struct xk_bytes){around.data + *at, length};
    *at += length;
    return true;
}

bool der_find(struct xk_bytes around, uint32_t tag, struct element *element)
{
    size_t at = 0;
    while (der_next(around, &at, element)) {
        if (element->tag == tag) {
            return true;
        }
    }
    return false;
}
