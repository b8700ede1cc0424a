/* SPDX-License-Identifier: BSD-2-Clause */
/* One header field of a SIP message or of a MIME part: name, value over its folded lines, and its parameters. */
#ifndef XKI_SIP_HEADER_H
#define XKI_SIP_HEADER_H

#include <stdbool.h>

#include <xk/bytes.h>

struct xki_sip_header {
    struct xk_bytes name;
    struct xk_bytes value; /* trimmed; a folded one has its line ends inside */
    size_t offset;         /* of the line in the text */
    bool has_nul;          /* outside of a quoted-pair */
};

enum xki_sip_line {
    XKI_SIP_LINE_FIELD,
    XKI_SIP_LINE_JUNK, /* no header field; what is folded behind it is junk too */
    XKI_SIP_LINE_END,  /* the empty line that ends the section */
    XKI_SIP_LINE_CUT   /* the text ends without it, perhaps in the middle of a line */
};

/* The line at `*at`, which moves behind it and what is folded behind it. */
enum xki_sip_line xki_sip_next_header(struct xk_bytes text, size_t *at, struct xki_sip_header *header);

/* Behind the quoted string that starts at `at`, its escapes obeyed; `at` itself if it does not end. */
size_t xki_sip_skip_quoted(struct xk_bytes text, size_t at);

/* Where `mark` stands first outside of quoted strings; the size of the text if nowhere. A quote without its partner
 * covers the rest. */
size_t xki_sip_find_unquoted(struct xk_bytes text, char mark);

/* A token of RFC 3261 25.1: not empty. */
bool xki_sip_is_token(struct xk_bytes text);

/* Where the value proper ends and its parameters begin: `*value` is cut at the first ';' outside of quotes, what is
 * behind that is returned. */
struct xk_bytes xki_sip_parameters(struct xk_bytes *value);

/* The next of ";name=value" pairs: cut off `*rest`, both trimmed; `value` is absent without '='. False at the end. */
bool xki_sip_next_parameter(struct xk_bytes *rest, struct xk_bytes *name, struct xk_bytes *value);

/* The first parameter of this name, which is in lower case. */
bool xki_sip_parameter(struct xk_bytes parameters, const char *name, struct xk_bytes *value);

/* Quotes off both ends. False, and `*text` as it was, if only one is there, or one or an escape stands inside. */
bool xki_sip_unquote(struct xk_bytes *text);

/* Is the value, up to its parameters, this media type? A type that ends in '/' stands for all of its subtypes. */
bool xki_sip_is_media_type(struct xk_bytes value, const char *type);

#endif
