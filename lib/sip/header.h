/* SPDX-License-Identifier: BSD-2-Clause */
/* One header field of a SIP message or of a MIME part: name, value over its folded lines, and what is in a value. */
#ifndef XKI_SIP_HEADER_H
#define XKI_SIP_HEADER_H

#include <stdbool.h>

#include <xk/bytes.h>
#include <xk/status.h>

struct xki_header {
    struct xk_bytes name;
    struct xk_bytes value; /* trimmed; a folded one has its line ends inside */
    size_t offset;         /* of the name in the text */
};

/* The header field at `*at`; its name is empty at the blank line that ends the section, and `*at` behind that. */
enum xk_status xki_next_header(struct xk_bytes text, size_t *at, struct xki_header *header, struct xk_diag *diag);

/* The URI of a name-addr or addr-spec (RFC 3261 20.10); false if there is none. */
bool xki_address_uri(struct xk_bytes value, struct xk_bytes *uri);

/* Is the value, up to its parameters, this media type? A type that ends in '/' stands for all of its subtypes. */
bool xki_is_media_type(struct xk_bytes value, const char *type);

/* A parameter of Content-Type, quotes taken off; false if it is not there or broken. */
bool xki_parameter(struct xk_bytes value, const char *name, struct xk_bytes *parameter);

#endif
