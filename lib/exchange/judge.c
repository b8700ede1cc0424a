/* SPDX-License-Identifier: BSD-2-Clause */
/* What can be told of an exchange by comparing two of its values: time and validity, two identities. */
#include "exchange/exchange.h"

#include <string.h>

#include <xk/uri.h>

#include "sip/text.h"

/* Units of 2^-32 seconds since 1968: RFC 4330 section 3 reads a clear top bit as the era that begins in 2036. */
static uint64_t since_1968(const struct xk_mikey_time *time)
{
    return time->ntp64 ^ UINT64_C(0x8000000000000000);
}

static bool is_clock(const struct xk_mikey_time *time)
{
    return time->value.data != NULL && time->type != XK_MIKEY_TIME_COUNTER;
}

enum xk_validity xk_exchange_validity(const struct xk_exchange *exchange, uint32_t tolerance)
{
    if (exchange == NULL) {
        return XK_VALIDITY_UNKNOWN;
    }
    const struct xk_mikey_time *made = &exchange->init.time;
    const struct xk_mikey_time *from = &exchange->init.ticket.valid_from;
    const struct xk_mikey_time *until = &exchange->init.ticket.valid_until;
    const bool begins = from->value.data != NULL;
    const bool ends = until->value.data != NULL;
    if (!begins && !ends) {
        return XK_VALIDITY_WITHIN;
    }
    if ((begins && !is_clock(from)) || (ends && !is_clock(until))) {
        return XK_VALIDITY_COUNTER;
    }
    if (!is_clock(made)) {
        return XK_VALIDITY_UNKNOWN;
    }
    const uint64_t now = since_1968(made);
    const uint64_t slack = (uint64_t)tolerance << 32;
    if (begins && since_1968(from) > now && since_1968(from) - now > slack) {
        return XK_VALIDITY_NOT_YET;
    }
    if (ends && now > since_1968(until) && now - since_1968(until) > slack) {
        return XK_VALIDITY_OVER;
    }
    return XK_VALIDITY_WITHIN;
}

/* Where the realm begins, at its "@"; the end without one. A user name may have an "@" behind a backslash. */
static size_t realm_of(struct xk_bytes nai)
{
    for (size_t i = nai.size; i > 0; i--) {
        if (nai.data[i - 1] == '@') {
            return i - 1;
        }
    }
    return nai.size;
}

static bool same_nai(struct xk_bytes a, struct xk_bytes b)
{
    const size_t realm = realm_of(a);
    if (a.size != b.size || realm != realm_of(b) || memcmp(a.data, b.data, realm) != 0) {
        return false;
    }
    for (size_t i = realm; i < a.size; i++) {
        if (xki_sip_lower(a.data[i]) != xki_sip_lower(b.data[i])) {
            return false;
        }
    }
    return true;
}

bool xk_identity_equal(const struct xk_mikey_identity *a, const struct xk_mikey_identity *b)
{
    if (a == NULL || b == NULL || a->type != b->type || a->data.data == NULL || b->data.data == NULL ||
        a->data.size == 0 || b->data.size == 0) {
        return false;
    }
    switch (a->type) {
    case XK_MIKEY_ID_URI:
        return xk_uri_equal(a->data, b->data);
    case XK_MIKEY_ID_NAI:
        return same_nai(a->data, b->data);
    default:
        return a->data.size == b->data.size && memcmp(a->data.data, b->data.data, a->data.size) == 0;
    }
}
