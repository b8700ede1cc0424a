/* SPDX-License-Identifier: BSD-2-Clause */
#include "inspect/der.h"

#define TAG_OCTETS_MAX 4
#define LENGTH_MAX ((size_t)1 << 28)

/* A length as it stands. */
struct length {
    size_t octets;
    bool indefinite;
};

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

static bool take_length(struct xk_bytes around, size_t *at, struct length *length)
{
    uint8_t octet;
    if (!take(around, at, &octet)) {
        return false;
    }
    length->indefinite = octet == 0x80;
    length->octets = octet < 0x80 ? octet : 0;
    for (unsigned int count = octet < 0x80 ? 0 : octet & 0x7f; count > 0; count--) {
        if (length->octets > LENGTH_MAX || !take(around, at, &octet)) {
            return false;
        }
        length->octets = length->octets << 8 | octet;
    }
    return true;
}

static bool take_head(struct xk_bytes around, size_t *at, struct element *element, struct length *length)
{
    size_t start = *at;
    if (!take_tag(around, at, element) || !take_length(around, at, length)) {
        *at = start;
        return false;
    }
    element->head = (struct xk_bytes){around.data + start, *at - start};
    return true;
}

/* Moves from the content of an element of indefinite length to its two octets of end. */
static bool find_end(struct xk_bytes around, size_t *at)
{
    for (size_t open = 1;;) {
        struct element inner;
        struct length length;
        size_t start = *at;
        if (!take_head(around, at, &inner, &length) || length.octets > around.size - *at) {
            return false;
        }
        *at += length.octets;
        if (length.indefinite) {
            open++;
        } else if (inner.kind == 0 && inner.tag == 0 && --open == 0) {
            *at = start;
            return true;
        }
    }
}

bool der_head(struct xk_bytes around, size_t *at, struct element *element)
{
    struct length length;
    return take_head(around, at, element, &length);
}

bool der_next(struct xk_bytes around, size_t *at, struct element *element)
{
    size_t start = *at;
    size_t end;
    struct length length;
    if (!take_head(around, at, element, &length) || length.octets > around.size - *at) {
        *at = start;
        return false;
    }
    end = *at + length.octets;
    if (length.indefinite && !find_end(around, &end)) {
        *at = start;
        return false;
    }
    element->value = (struct xk_bytes){around.data + *at, end - *at};
    *at = length.indefinite ? end + 2 : end;
    element->whole = (struct xk_bytes){around.data + start, *at - start};
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
