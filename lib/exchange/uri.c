/* SPDX-License-Identifier: BSD-2-Clause */
/* Are two URIs equal? RFC 3261 19.1.4, with the address comparison of RFC 5954 4.2, and RFC 3966 section 4. */
#include <xk/uri.h>

#include "exchange/uri.h"
#include "sip/text.h"

/* RFC 3261 19.1.4: these never match when only one side has them. Of transport the text does not say so, but its
 * examples of URIs that are not equal do. */
static bool must_be_on_both(struct xk_bytes name)
{
    static const char *const names[] = {"user", "ttl", "method", "maddr", "transport"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (xki_ex_same_text(name, xk_text(names[i]), true, XKI_EX_UNRESERVED)) {
            return true;
        }
    }
    return false;
}

/* Every parameter of `a` against those of `b`, which is asked the other way too.
 * In a TEL URI each must be there (RFC 3966 section 4). */
static bool parameters_agree(struct xk_bytes a, struct xk_bytes b, bool tel)
{
    struct xk_bytes name;
    struct xk_bytes value;
    struct xk_bytes other;
    struct xk_bytes rest = a;
    if (xki_ex_has_too_many(a, ';')) {
        return false;
    }
    while (xki_ex_next_pair(&rest, ';', &name, &value)) {
        if (!xki_ex_find_parameter(b, name, &other)) {
            if (tel || must_be_on_both(name)) {
                return false;
            }
            continue;
        }
        if (tel ? !xki_ex_same_tel_value(name, value, other)
                : !xki_ex_same_text(value, other, true, XKI_EX_UNRESERVED)) {
            return false;
        }
    }
    return true;
}

/* How often this header is among the pairs. */
static size_t count_header(struct xk_bytes pairs, struct xk_bytes name, struct xk_bytes value)
{
    struct xk_bytes own;
    struct xk_bytes other;
    size_t count = 0;
    while (xki_ex_next_pair(&pairs, '&', &own, &other)) {
        count += xki_ex_same_text(own, name, true, XKI_EX_UNRESERVED) &&
                 xki_ex_same_text(other, value, false, XKI_EX_UNRESERVED);
    }
    return count;
}

/* Header components are never left out of account; their order tells nothing. Asked the other way too. */
static bool headers_agree(struct xk_bytes a, struct xk_bytes b)
{
    struct xk_bytes name;
    struct xk_bytes value;
    struct xk_bytes rest = a;
    if ((a.data == NULL) != (b.data == NULL) || xki_ex_has_too_many(a, '&')) {
        return false;
    }
    while (xki_ex_next_pair(&rest, '&', &name, &value)) {
        if (count_header(a, name, value) != count_header(b, name, value)) {
            return false;
        }
    }
    return true;
}

static bool same_sip(const struct xki_ex_uri *x, const struct xki_ex_uri *y)
{
    return (x->user.data == NULL) == (y->user.data == NULL) &&
           xki_ex_same_text(x->user, y->user, false, XKI_EX_UNRESERVED) && xki_ex_same_host(x->host, y->host) &&
           xki_ex_same_port(x->port, y->port) && headers_agree(x->headers, y->headers) &&
           headers_agree(y->headers, x->headers);
}

bool xk_uri_equal(struct xk_bytes a, struct xk_bytes b)
{
    struct xki_ex_uri x;
    struct xki_ex_uri y;
    if (a.data == NULL || b.data == NULL || a.size == 0 || b.size == 0) {
        return false;
    }
    bool good_x = xki_ex_split_uri(a, &x);
    bool good_y = xki_ex_split_uri(b, &y);
    if (x.scheme != y.scheme) {
        return false;
    }
    if (x.scheme == XKI_EX_OTHER) {
        return a.size == b.size && memcmp(a.data, b.data, a.size) == 0;
    }
    bool tel = x.scheme == XKI_EX_TEL;
    return good_x && good_y && (tel ? xki_ex_same_number(x.user, y.user) : same_sip(&x, &y)) &&
           parameters_agree(x.params, y.params, tel) && parameters_agree(y.params, x.params, tel);
}
