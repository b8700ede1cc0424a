/* SPDX-License-Identifier: BSD-2-Clause */
/* Do two URIs name the same public user identity? What tells how to reach a user is left out of account. */
#include <xk/uri.h>

#include "exchange/uri.h"
#include "sip/text.h"

/* A public identity: a global number, or a user at a host. */
struct identity {
    struct xk_bytes number; /* absent for a user at a host */
    struct xk_bytes params; /* of the number */
    struct xki_ex_uri uri;
};

/* "+15550100;ext=2": the number of a TEL URI, or of the user part that was made of one (RFC 3261 19.1.6). */
static bool is_global_number(struct xk_bytes number)
{
    size_t digits = 0;
    for (size_t i = 1; i < number.size; i++) {
        uint8_t c = number.data[i];
        digits += xki_sip_is_digit(c);
        if (!xki_sip_is_digit(c) && c != '-' && c != '.' && c != '(' && c != ')') {
            return false;
        }
    }
    return digits > 0 && number.data[0] == '+';
}

static bool is_own(struct xk_bytes host, const struct xk_bytes *domains, size_t count)
{
    for (size_t i = 0; domains != NULL && i < count; i++) {
        if (xki_ex_same_host(host, domains[i])) {
            return true;
        }
    }
    return false;
}

static bool is_phone(const struct xki_ex_uri *uri)
{
    struct xk_bytes value;
    return xki_ex_find_parameter(uri->params, xk_text("user"), &value) && xki_sip_equals(value, "phone");
}

/* A name may end in the dot of the root. */
static struct xk_bytes without_root(struct xk_bytes host)
{
    host.size -= host.size > 1 && host.data[host.size - 1] == '.' ? 1 : 0;
    return host;
}

static bool read_identity(struct xk_bytes text, const struct xk_bytes *domains, size_t count, struct identity *id)
{
    memset(id, 0, sizeof *id);
    if (text.data == NULL || !xki_ex_split_uri(text, &id->uri)) {
        return false;
    }
    id->uri.host = without_root(id->uri.host);
    if (id->uri.scheme == XKI_EX_TEL) {
        id->number = id->uri.user;
        id->params = id->uri.params;
        return true;
    }
    struct xk_bytes number = id->uri.user;
    struct xk_bytes params = xki_sip_cut(&number, ';');
    if (is_phone(&id->uri) && is_own(id->uri.host, domains, count) && is_global_number(number)) {
        id->number = number;
        id->params = params;
    }
    return true;
}

/* Which of several behind one number, or whose a local number is (RFC 3966 5.1); the rest says how to route. */
static bool same_extension(struct xk_bytes a, struct xk_bytes b)
{
    static const char *const names[] = {"ext", "isub", "phone-context"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct xk_bytes name = xk_text(names[i]);
        struct xk_bytes x;
        struct xk_bytes y;
        bool in_a = xki_ex_find_parameter(a, name, &x);
        if (in_a != xki_ex_find_parameter(b, name, &y) || (in_a && !xki_ex_same_tel_value(name, x, y))) {
            return false;
        }
    }
    return true;
}

bool xk_uri_same_identity(struct xk_bytes a, struct xk_bytes b, const struct xk_bytes *domains, size_t count)
{
    struct identity x;
    struct identity y;
    if (!read_identity(a, domains, count, &x) || !read_identity(b, domains, count, &y)) {
        return xk_uri_equal(a, b);
    }
    if ((x.number.data != NULL) != (y.number.data != NULL)) {
        return false;
    }
    if (x.number.data != NULL) {
        return xki_ex_same_number(x.number, y.number) && same_extension(x.params, y.params);
    }
    return (x.uri.user.data == NULL) == (y.uri.user.data == NULL) &&
           xki_ex_same_text(x.uri.user, y.uri.user, false, XKI_EX_ALL) && xki_ex_same_host(x.uri.host, y.uri.host) &&
           xki_ex_same_port(x.uri.port, y.uri.port) && is_phone(&x.uri) == is_phone(&y.uri);
}
