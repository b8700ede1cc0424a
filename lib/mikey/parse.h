/* SPDX-License-Identifier: BSD-2-Clause */
/* The parsers of single payloads, shared by whole messages and by the chains inside a ticket. */
#ifndef XKI_MIKEY_PARSE_H
#define XKI_MIKEY_PARSE_H

#include <xk/mikey.h>
#include <xk/mikey_ticket.h>

#include <string.h>

#include "mikey/cursor.h"
#include "support/diag.h"

/* Where a chain stands inside the message, so that every refusal names an offset from the message's start. */
struct xki_chain {
    struct xki_cursor cursor;
    size_t base;  /* offset of the cursor's data in the message */
    uint8_t next; /* type of the payload that comes */
    unsigned int count;
    struct xk_diag *diag;
};

enum xk_status xki_mikey_header(struct xki_cursor *c, struct xk_mikey_header *header, struct xk_diag *diag);

/* The next payload of a chain, its length checked against the rest; XK_OK with type 0 at the end of the chain. */
enum xk_status xki_mikey_next(struct xki_chain *chain, struct xk_mikey_payload *payload);

/* The payloads of a message whose header has been read. */
static inline struct xki_chain xki_mikey_chain_of(const struct xk_mikey_message *m)
{
    const struct xki_chain chain = {{m->whole.data, m->whole.size, m->payloads_offset, false}, 0, m->header.first, 0,
                                    NULL};
    return chain;
}

/* The first SP of this number. */
bool xki_mikey_find_policy(struct xki_chain chain, uint8_t number, struct xk_mikey_policy *policy);

/* A whole message at `data`, which is not NULL: of any data type, or only of this one. On failure *message is
 * half-read. */
#define XKI_MIKEY_ANY_TYPE (-1)
enum xk_status xki_mikey_parse(const uint8_t *data, size_t size, int data_type, struct xk_mikey_message *message,
                               struct xk_diag *diag);

/* xk_mikey_parse_transfer_init() and xk_mikey_parse_transfer_resp() for a caller of whom nobody sees the half-read
 * *message of a failure. */
enum xk_status xki_mikey_transfer_init(const uint8_t *data, size_t size, struct xk_mikey_message *message,
                                       struct xk_diag *diag);
enum xk_status xki_mikey_transfer_resp(const uint8_t *data, size_t size, struct xk_mikey_message *message,
                                       struct xk_diag *diag);

/* Content of one payload. */
enum xk_status xki_mikey_identity(const struct xk_mikey_payload *payload, struct xk_mikey_identity *identity,
                                  struct xk_diag *diag);
enum xk_status xki_mikey_time(const struct xk_mikey_payload *payload, struct xk_mikey_time *time,
                              struct xk_diag *diag);
/* Into a ticket that is all zero. */
enum xk_status xki_mikey_ticket(const struct xk_mikey_payload *payload, struct xk_mikey_ticket *ticket,
                                struct xk_diag *diag);
/* An IDR payload of this role whose ID type has a meaning here; another identity is a payload to be stepped over. */
bool xki_mikey_is_identity(const struct xk_mikey_payload *payload, unsigned int role);
void xki_mikey_kemac(const struct xk_mikey_payload *payload, struct xk_mikey_kemac *kemac);
void xki_mikey_verification(const struct xk_mikey_payload *payload, struct xk_mikey_verification *v);

/*
 * A payload that may come once, and has come before. With the same octets it is stepped over; with others nobody could
 * say which of the two counts.
 */
static inline enum xk_status xki_mikey_again(const struct xk_mikey_payload *payload, struct xk_bytes first,
                                             struct xk_bytes second, const char *field, size_t *ignored,
                                             struct xk_diag *diag)
{
    if (first.size != second.size || memcmp(first.data, second.data, first.size) != 0) {
        return xki_fail(diag, XK_E_MIKEY_CHAIN, payload->offset, field);
    }
    (*ignored)++;
    return XK_OK;
}

/* Octets of a V payload's MAC by its algorithm; false if the number is unknown. */
bool xki_mikey_mac_size(unsigned int algorithm, size_t *size);

#endif
