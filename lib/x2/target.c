/* SPDX-License-Identifier: BSD-2-Clause */
/* A target identifier: one XML element with text in it, or, from some senders, the text alone. */
#include <xk/x2.h>

#include <string.h>

#include "support/diag.h"
#include "support/text.h"

static size_t find(struct xk_bytes text, char mark)
{
    const uint8_t *at = memchr(text.data, mark, text.size);
    return at != NULL ? (size_t)(at - text.data) : text.size;
}

/* "<p:name a=b>" with its namespace prefix and attributes taken off, and what is behind it. False if it is no tag. */
static bool read_tag(struct xk_bytes text, struct xk_bytes *name, struct xk_bytes *behind)
{
    size_t end = find(text, '>');
    if (end == text.size || text.data[end - 1] == '/') {
        return false;
    }
    *behind = (struct xk_bytes){text.data + end + 1, text.size - end - 1};
    *name = (struct xk_bytes){text.data + 1, end - 1};
    for (size_t i = 0; i < name->size; i++) {
        if (xki_is_space(name->data[i])) {
            name->size = i;
        }
    }
    size_t prefix = find(*name, ':');
    if (prefix < name->size) {
        name->data += prefix + 1;
        name->size -= prefix + 1;
    }
    return name->size > 0 && find(*name, '<') == name->size;
}

/* "<name>text</name>" */
static bool read_element(struct xk_bytes text, struct xk_x2_target *target)
{
    struct xk_bytes closing;
    struct xk_bytes rest;
    if (!read_tag(text, &target->kind, &rest)) {
        return false;
    }
    size_t inside = find(rest, '<');
    struct xk_bytes tail = {rest.data + inside, rest.size - inside};
    if (tail.size < 3 || tail.data[1] != '/') {
        return false;
    }
    tail.data++; /* the name begins behind the slash, as it does behind the bracket of an opening tag */
    tail.size--;
    target->value = xki_trim((struct xk_bytes){rest.data, inside});
    return target->value.size > 0 && read_tag(tail, &closing, &rest) && rest.size == 0 &&
           closing.size == target->kind.size && memcmp(closing.data, target->kind.data, closing.size) == 0;
}

enum xk_status xk_x2_read_target(struct xk_bytes value, struct xk_x2_target *target, struct xk_diag *diag)
{
    struct xk_x2_target read;
    if (target == NULL || value.data == NULL) {
        return xki_fail(diag, XK_E_ARGUMENT, 0, "");
    }
    memset(&read, 0, sizeof read);
    read.value = xki_trim(value);
    bool element = read.value.size > 0 && read.value.data[0] == '<';
    bool good =
        element ? read_element(read.value, &read) : read.value.size > 0 && find(read.value, '<') == read.value.size;
    if (!good) {
        return xki_fail(diag, XK_E_X2, 0, "Target Identifier");
    }
    read.escaped = element && find(read.value, '&') < read.value.size;
    *target = read;
    return XK_OK;
}
