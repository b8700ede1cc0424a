/* SPDX-License-Identifier: BSD-2-Clause */
/* The parts of a SIP, SIPS or TEL URI, and how two of the same kind are compared. Nothing is copied: two walks go side
 * by side over the same grammar, and escapes are resolved on the way. */
#ifndef XKI_EX_URI_H
#define XKI_EX_URI_H

#include <stdbool.h>

#include <xk/bytes.h>

enum xki_ex_scheme { XKI_EX_OTHER, XKI_EX_SIP, XKI_EX_SIPS, XKI_EX_TEL };

struct xki_ex_uri {
    enum xki_ex_scheme scheme;
    struct xk_bytes user;    /* SIP: with password; absent without '@'. TEL: the number */
    struct xk_bytes host;    /* SIP: without port */
    struct xk_bytes port;    /* SIP: absent without ':' */
    struct xk_bytes params;  /* without the first ';'; absent without */
    struct xk_bytes headers; /* SIP: without '?'; absent without */
};

/* False: empty, of another scheme, or there could be two readings of who it is. */
bool xki_ex_split_uri(struct xk_bytes text, struct xki_ex_uri *uri);

/* How escapes are read: not at all, by RFC 3261 19.1.4 (one of a reserved character never equals the character), or as
 * what they stand for (RFC 3261 10.3). */
enum xki_ex_escapes { XKI_EX_AS_THEY_ARE, XKI_EX_UNRESERVED, XKI_EX_ALL };

bool xki_ex_same_text(struct xk_bytes a, struct xk_bytes b, bool fold_case, enum xki_ex_escapes escapes);

/* Digits of a telephone number, visual separators apart (RFC 3966 section 4). */
bool xki_ex_same_number(struct xk_bytes a, struct xk_bytes b);

/* The next ';' pair (or '&', for headers): cut off `*rest`, which is absent at the end. */
bool xki_ex_next_pair(struct xk_bytes *rest, char mark, struct xk_bytes *name, struct xk_bytes *value);

bool xki_ex_find_parameter(struct xk_bytes params, struct xk_bytes wanted, struct xk_bytes *value);

/* Values of a TEL parameter by RFC 3966: numbers without their separators. */
bool xki_ex_same_tel_value(struct xk_bytes name, struct xk_bytes a, struct xk_bytes b);

/* Hosts and addresses (RFC 5954 4.2): IPv4 and IPv6 by value, names as text. */
bool xki_ex_same_host(struct xk_bytes a, struct xk_bytes b);

/* A port that is named never equals one that is not, not even the default. */
bool xki_ex_same_port(struct xk_bytes a, struct xk_bytes b);

#define XKI_EX_PAIRS_MAX 32 /* parameters or headers of a URI that is compared: each is looked for among the other's */

bool xki_ex_has_too_many(struct xk_bytes pairs, char mark);

#endif
