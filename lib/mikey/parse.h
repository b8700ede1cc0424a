/* SPDX-License-Identifier: BSD-2-Clause */
/* The parsers of single payloads, shared by whole messages and by the chains inside a ticket. */
#ifndef XKI_MIKEY_PARSE_H
#define XKI_MIKEY_PARSE_H

#include <xk/mikey.h>

#include "mikey/cursor.h"

/* Where a chain stands inside the message, so that every refusal names an offset from the message's start. */
struct xki_chain {
    struct xki_cursor cursor;
    size_t base;  /* offset of the cursor's data in the message */
    uint8_t next; /* type of the payload that comes */
    unsigned int count;
    struct xk_diag *diag;
};

enum xk_status xki_mikey_header(struct xki_cursor *c, struct xk_mikey_header *header, struct xk_diag *diag);
enum xk_status xki_mikey_check_map(const struct xk_mikey_header *header, size_t offset, struct xk_diag *diag);

/* The next payload of a chain, its length checked against the rest; XK_OK with type 0 at the end of the chain. */
enum xk_status xki_mikey_next(struct xki_chain *chain, struct xk_mikey_payload *payload);

/* Content of one payload. `base` is the payload's offset in the message. */
enum xk_status xki_mikey_identity(const struct xk_mikey_payload *payload, struct xk_mikey_identity *identity,
                                  struct xk_diag *diag);
enum xk_status xki_mikey_time(const struct xk_mikey_payload *payload, struct xk_mikey_time *time,
                              struct xk_diag *diag);
enum xk_status xki_mikey_ticket(const struct xk_mikey_payload *payload, struct xk_mikey_ticket *ticket,
                                struct xk_diag *diag);
void xki_mikey_kemac(const struct xk_mikey_payload *payload, struct xk_mikey_kemac *kemac);
void xki_mikey_verification(const struct xk_mikey_payload *payload, struct xk_mikey_verification *v);

/* The INIT of a CSB update has the CSB ID and the PRF of the bundle that an earlier exchange set up (RFC 6043 5.2). */
enum xk_status xki_mikey_check_update(const struct xk_mikey_header *first, const struct xk_mikey_header *update,
                                      struct xk_diag *diag);

/* Octets of a V payload's MAC by its algorithm; false if the number is unknown. */
bool xki_mikey_mac_size(unsigned int algorithm, size_t *size);

#endif
